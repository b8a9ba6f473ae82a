//! What is told of a change request: its originator what concerns only it; the CLECs that subscribed, and its originator, what
//! the source communicates; the provider's people what awaits them.

use super::{ChangeRequest, Clock, Deadline};
use contract::{Impact, Instant, NoticeType, Party, Policy, due::Due};
use record::{
    Notice,
    notice::{Audience, Bulletin, Kind, Line, Series, moment},
};
use serde_json::json;

/// What a notice says beside what all of them say of their change request.
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    /// In a line.
    pub(super) heading: String,
    /// What changed.
    pub(super) changes: Vec<String>,
    /// What there is to say, by name.
    pub(super) lines: Vec<Line>,
}

impl Words {
    /// A line, and nothing more.
    pub(super) fn of(heading: String) -> Self {
        Self { heading, ..Self::default() }
    }
}

impl ChangeRequest {
    /// A notice to all who subscribed, and to its originator whatever that subscribed; of what is not posted, to its
    /// originator and the provider alone.
    pub(super) fn tell_all(
        &mut self,
        kind: Kind,
        subject: &str,
        words: Words,
        now: Instant,
        policy: &Policy,
    ) -> Vec<Notice> {
        if self.posted_at.is_none() {
            let mut told = vec![self.tell_desk(words.clone(), now, policy)];
            if !self.originator.is_desk() {
                told.push(self.tell_originator(words, now, policy));
            }
            return told;
        }
        let (sequence, update) = self.told.next(kind);
        let mut content = self.bulletin(words, now, policy);
        content.series = Some(Series { subject: subject.to_owned(), number: None });
        let about = record::Record::matter(self);
        let audience = Audience::Subscribed { own: self.originator.clec().cloned() };
        vec![Notice::bulletin(
            (about, sequence),
            (kind, update),
            NoticeType::ChangeRequest,
            audience,
            content,
            Due::at_once(now),
        )]
    }

    /// What its originator alone is told.
    pub(super) fn tell_originator(&self, words: Words, now: Instant, policy: &Policy) -> Notice {
        self.tell_aside(self.originator.clone(), words, now, policy)
    }

    /// What the provider's people alone are told.
    pub(super) fn tell_desk(&self, words: Words, now: Instant, policy: &Policy) -> Notice {
        self.tell_aside(Party::Desk, words, now, policy)
    }

    fn tell_aside(&self, to: Party, words: Words, now: Instant, policy: &Policy) -> Notice {
        let mut content = self.bulletin(words, now, policy);
        // The CMP numbers what it sends to CLECs.
        content.series = to.clec().map(|_| Series { subject: "CR_Status".to_owned(), number: None });
        Notice::aside((&record::Record::matter(self), self.revision + 1), to, NoticeType::ChangeRequest, content)
    }

    /// Deadlines that come near, or have passed: to the provider; the end of a deferral to its originator too.
    pub(super) fn tell_deadlines(&self, due: &[Clock], now: Instant, policy: &Policy) -> Vec<Notice> {
        let told = |clock: &Clock| {
            let (of, (section, rule)) = (clock.deadline.word(), clock.deadline.place());
            let at = clock.last_day(policy);
            let passed = if clock.due <= now { "was due by" } else { "is due by" };
            format!("{of} ({section}, {rule}) {passed} {at}")
        };
        let missed = due.iter().any(|clock| clock.due <= now);
        let heading = match missed {
            true => format!("Change request {}: a deadline is missed", self.printed()),
            false => format!("Change request {}: a deadline comes near", self.printed()),
        };
        let mut notices = vec![self.tell_desk(
            Words { heading, changes: due.iter().map(told).collect(), ..Words::default() },
            now,
            policy,
        )];
        if let Some(clock) = due.iter().find(|clock| clock.deadline == Deadline::Deferral)
            && !self.originator.is_desk()
        {
            let heading = format!("Change request {}: its deferral ends {}", self.printed(), moment(clock.due, policy));
            let changes = vec!["It is closed then, unless it is renewed or taken up again".to_owned()];
            notices.push(self.tell_originator(Words { heading, changes, ..Words::default() }, now, policy));
        }
        notices
    }

    fn bulletin(&self, words: Words, now: Instant, policy: &Policy) -> Bulletin {
        let Words { heading, changes, lines } = words;
        let step = self.step_number().map_or_else(|| self.step.word().to_owned(), |number| format!("step {number}"));
        let about = [
            Line::new("Change request", self.printed()),
            Line::new("Title", self.title()),
            Line::new("Status phase", format!("{} ({step})", self.phase.told())),
        ];
        let impact =
            Impact { products_affected: self.form.products.clone(), geographic_area: None, ..Impact::default() };
        let details = json!({
            "changeRequest": self.number.map(|_| self.printed()), "id": self.id, "title": self.form.title,
            "kind": self.form.kind, "phase": self.phase, "step": self.step.word(),
        });
        Bulletin {
            heading,
            at: now,
            changes,
            lines: about.into_iter().chain(lines).collect(),
            ticket_numbers: Vec::new(),
            system_affected: (!self.form.interfaces.is_empty()).then(|| self.form.interfaces.join(", ")),
            impact: (!self.form.products.is_empty()).then_some(impact),
            provider_contact: policy.provider.contact.clone(),
            details: Some(details),
            series: None,
        }
    }
}
