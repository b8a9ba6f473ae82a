//! What is told of a change request: its originator what concerns only it; the CLECs that subscribed, and its originator, what
//! the source communicates; the provider's people what awaits them.

use super::{ChangeRequest, Deadline, RunningDeadline};
use contract::{Impact, Instant, NoticeCategory, Party, Policy, due::Due};
use record::{
    Announced, Notice,
    notice::{Audience, Line, NoticeBody, NoticeCounter, NoticeKind, Series, moment},
};
use serde_json::json;

impl ChangeRequest {
    /// A notice to all who subscribed, and to its originator whatever that subscribed; of what is not posted, to its
    /// originator and the provider alone.
    pub(super) fn tell_all(&mut self, kind: NoticeKind, subject: &str, bulletin: NoticeBody) -> Vec<Notice> {
        self.tell(kind, subject, bulletin, false)
    }

    /// A notice of a milestone: the mandatory contacts of all CLECs are told too, where the policy says so.
    pub(super) fn tell_milestone(&mut self, subject: &str, bulletin: NoticeBody, policy: &Policy) -> Vec<Notice> {
        self.tell(NoticeKind::Update, subject, bulletin, policy.change_requests.tell_mandatory_contacts)
    }

    fn tell(&mut self, kind: NoticeKind, subject: &str, bulletin: NoticeBody, mandatory: bool) -> Vec<Notice> {
        if self.posted_at.is_none() {
            let mut told = vec![self.tell_desk(bulletin.clone())];
            if !self.originator.is_provider() {
                told.push(self.tell_originator(bulletin));
            }
            return told;
        }
        let due = Due::at_once(bulletin.at);
        let audience = Audience::Subscribed { own: self.originator.clec().cloned(), mandatory };
        let series = Some(Series { subject: subject.to_owned(), number: None });
        vec![self.next_notice(kind, audience, NoticeBody { series, ..bulletin }, due)]
    }

    /// What its originator alone is told. The CMP numbers what it sends to CLECs.
    pub(super) fn tell_originator(&self, bulletin: NoticeBody) -> Notice {
        let series = self.originator.clec().map(|_| Series { subject: "CR_Status".to_owned(), number: None });
        self.notice_to(self.originator.clone(), NoticeBody { series, ..bulletin })
    }

    /// What the provider's people alone are told.
    pub(super) fn tell_desk(&self, bulletin: NoticeBody) -> Notice {
        self.notice_to(Party::Provider, bulletin)
    }

    /// Deadlines that come near, or have passed, and that a term ended in which CLECs that objected did not escalate: to the provider, in
    /// one notice, because a change tells a party one; the end of a deferral to its originator too.
    pub(super) fn tell_deadlines(
        &self,
        due: &[RunningDeadline],
        objection_lapsed: bool,
        now: Instant,
        policy: &Policy,
    ) -> Vec<Notice> {
        let told = |clock: &RunningDeadline| {
            let (of, (section, rule)) = (clock.deadline.as_str(), clock.deadline.place());
            let at = clock.last_day(policy);
            let passed = if clock.is_missed(now) { "was due by" } else { "is due by" };
            format!("{of} ({section}, {rule}) {passed} {at}")
        };
        let lapsed = objection_lapsed.then(|| "no CLEC that objected escalated it in its time".to_owned());
        let all: Vec<String> = due.iter().map(told).chain(lapsed).collect();
        let missed = due.iter().find(|clock| clock.is_missed(now)).map(told);
        let Some(gravest) = missed.or_else(|| all.first().cloned()) else { return Vec::new() };
        let further = match all.len().saturating_sub(1) {
            0 => String::new(),
            further => format!(", and {further} more"),
        };
        let heading = format!("Change request {}: {gravest}{further}", self.printed());
        let mut notices = vec![self.tell_desk(self.bulletin(heading, now, policy).with_changes(all))];
        if let Some(clock) = due.iter().find(|clock| clock.deadline == Deadline::Deferral)
            && !self.originator.is_provider()
        {
            let heading = format!("Change request {}: its deferral ends {}", self.printed(), moment(clock.due, policy));
            let change = "It is closed then, unless it is renewed or taken up again".to_owned();
            notices.push(self.tell_originator(self.bulletin(heading, now, policy).with_changes([change])));
        }
        notices
    }
}

impl Announced for ChangeRequest {
    const NOTICE_CATEGORY: NoticeCategory = NoticeCategory::ChangeRequest;

    fn counter(&mut self) -> &mut NoticeCounter {
        &mut self.notices
    }

    fn bulletin(&self, heading: String, at: Instant, policy: &Policy) -> NoticeBody {
        let step = self.step_number().map_or_else(|| self.step.as_str().to_owned(), |number| format!("step {number}"));
        let about = [
            Line::new("Change request", self.printed()),
            Line::new("Title", self.title()),
            Line::new("Status phase", format!("{} ({step})", self.phase.wording())),
        ];
        let impact =
            Impact { products_affected: self.form.products.clone(), geographic_area: None, ..Impact::default() };
        let details = json!({
            "changeRequest": self.number.map(|_| self.printed()), "id": self.id, "title": self.form.title,
            "kind": self.form.kind, "phase": self.phase, "step": self.step.as_str(),
        });
        NoticeBody {
            system_affected: (!self.form.interfaces.is_empty()).then(|| self.form.interfaces.join(", ")),
            impact: (!self.form.products.is_empty()).then_some(impact),
            named: self.form.title.iter().cloned().collect(),
            read_more: Some(policy.change_requests.read_more.clone()),
            of: Some(self.printed()),
            details: Some(details),
            ..NoticeBody::new(heading, at, &policy.change_requests.contact)
        }
        .with_lines(about)
    }
}
