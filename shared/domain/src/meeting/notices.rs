//! What is told of a meeting: to all who get notices of change requests.

use super::Meeting;
use contract::{Instant, NoticeCategory, Policy, due::Due};
use record::{
    Announced, Notice,
    notice::{Audience, Line, NoticeBody, NoticeCounter, NoticeKind, Series},
};
use serde_json::json;

impl Meeting {
    pub(super) fn tell(
        &mut self,
        kind: NoticeKind,
        heading: String,
        changes: Vec<String>,
        now: Instant,
        policy: &Policy,
    ) -> Notice {
        let audience = Audience::Subscribed { own: None, mandatory: false };
        let series = Some(Series { subject: "CMP_Meeting".to_owned(), number: None });
        let bulletin = NoticeBody { series, ..self.bulletin(heading, now, policy).with_changes(changes) };
        self.next_notice(kind, audience, bulletin, Due::at_once(now))
    }
}

impl Announced for Meeting {
    const NOTICE_CATEGORY: NoticeCategory = NoticeCategory::ChangeRequest;

    fn counter(&mut self) -> &mut NoticeCounter {
        &mut self.notices
    }

    fn bulletin(&self, heading: String, at: Instant, policy: &Policy) -> NoticeBody {
        let date = if self.cancelled.is_some() { "cancelled".to_owned() } else { self.date.to_string() };
        let place = self.place.clone().unwrap_or_else(|| "not yet known".to_owned());
        let lines = [Line::new("Meeting", self.name()), Line::new("Date", date), Line::new("Hour and place", place)];
        let purpose = self.purpose.as_ref().map(|purpose| Line::new("Purpose", purpose));
        let details = json!({
            "meeting": self.number, "kind": self.kind, "date": self.date, "cancelled": self.cancelled.is_some(),
        });
        NoticeBody {
            named: vec![self.name()],
            read_more: Some(policy.change_requests.read_more.clone()),
            of: Some(self.name()),
            details: Some(details),
            ..NoticeBody::new(heading, at, &policy.change_requests.contact)
        }
        .with_lines(lines.into_iter().chain(purpose))
    }
}
