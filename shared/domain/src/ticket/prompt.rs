//! What a ticket awaits of the desk before its notices, or the Date TBD list, say what they are to say.

use super::{Fact, Ticket};
use contract::{Instant, Party, Policy, RecordRef};
use record::{
    Notice,
    notice::{Line, Status, moment},
};
use strum::IntoStaticStr;

/// What is missing, as the field that the desk fills is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Missing {
    /// An event's description in the desk's own words: of a CLEC's report other CLECs are told nothing (TT-27).
    EventDescription,
    /// Its impact, likewise.
    EventImpact,
    /// The system that a ticket on the Date TBD list affects: others read nothing else of it there (12.3).
    SystemAffected,
}

/// Something that awaits the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prompt {
    /// What is missing.
    pub missing: Missing,
    /// The instant from which it has been missing.
    pub since: Instant,
    /// When the next notice leaves without it, if one is to leave.
    pub leaves_at: Option<Instant>,
}

impl Missing {
    /// As the field is called.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl Ticket {
    /// What the ticket awaits of the desk; nothing of one that is over, or that its primary's notices tell of.
    #[must_use]
    pub fn prompts(&self) -> Vec<Prompt> {
        if !self.is_open() || self.primary().is_some() {
            return Vec::new();
        }
        let event = self.problem.event_since;
        let held = self.status_changes.last().filter(|change| change.status == Status::Held).map(|change| change.at);
        let missing = [
            (Missing::EventDescription, event.filter(|_| self.problem.event_description.is_none())),
            (Missing::EventImpact, event.filter(|_| self.problem.event_impact.is_none())),
            (Missing::SystemAffected, held.filter(|_| self.report.system_affected.is_none())),
        ];
        // Of a process ticket, something is done for its status before that is told.
        let leaves_at = self.next_update.map(|next| if self.is_of_process() { next.at } else { next.leaves_at });
        missing.into_iter().filter_map(|(missing, since)| Some(Prompt { missing, since: since?, leaves_at })).collect()
    }

    /// Tells the desk what the ticket awaits of it, when that began by these facts.
    pub(super) fn prompt_desk(&self, facts: &[Fact], now: Instant, policy: &Policy) -> Option<Notice> {
        let begins = |fact: &Fact| matches!(fact, Fact::AcceptedAsEvent | Fact::StatusChanged { to: Status::Held, .. });
        let prompts = self.prompts();
        if prompts.is_empty() || !facts.iter().any(begins) {
            return None;
        }
        let names: Vec<&str> = prompts.iter().map(|prompt| prompt.missing.as_str()).collect();
        let leaves_at = prompts.iter().find_map(|prompt| prompt.leaves_at);
        let leaves = leaves_at.map(|at| Line::new("The next notice leaves", moment(at, policy)));
        let lines = [Line::new("Missing", names.join(", "))].into_iter().chain(leaves);
        let content = self.bulletin("the desk's own words are missing in its notices", now, policy).with_lines(lines);
        let about: RecordRef = self.number.into();
        Some(Notice::to_one_party((&about, self.revision + 1), Party::Provider, self.worked_by(), content))
    }
}
