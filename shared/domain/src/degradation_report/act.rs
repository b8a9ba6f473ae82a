//! What may be done with a degradation report, by whom and where it stands, as a table in the order in which it is shown.

use super::{DegradationReport, Status};
use crate::task_table::{self, Row, Whose, row};
use contract::{Party, Refused};
use strum::{IntoStaticStr, VariantArray};

/// The acts by name, as a client calls them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
#[allow(missing_docs, reason = "each is named as its path is")]
pub enum Act {
    #[strum(serialize = "PATCH")]
    Modification,
    Comment,
    Assignment,
    Task,
    #[strum(serialize = "task/start")]
    TaskStart,
    #[strum(serialize = "task/completion")]
    TaskCompletion,
    #[strum(serialize = "task/cancellation")]
    TaskCancellation,
    TroubleTicket,
    PartyRequest,
    #[strum(serialize = "partyRequest/answer")]
    PartyAnswer,
    #[strum(serialize = "partyRequest/withdrawal")]
    PartyWithdrawal,
    Escalation,
    Clearing,
    Agreement,
    Cancellation,
}

contract::word!(Act);

/// What may be done.
#[rustfmt::skip]
pub const ACTS: [Row<Act, DegradationReport>; 15] = [
    row(Act::Modification,     "QS-01", Whose::Provider, DegradationReport::is_worked,      "it is cleared, closed or cancelled"),
    row(Act::Comment,          "QS-01", Whose::Both,     DegradationReport::is_open,        "it is closed or cancelled"),
    row(Act::Assignment,       "QS-01", Whose::Provider, DegradationReport::is_worked,      "it is cleared, closed or cancelled"),
    row(Act::Task,             "QS-10", Whose::Provider, DegradationReport::is_worked,      "it is cleared, closed or cancelled"),
    row(Act::TaskStart,        "QS-10", Whose::Provider, DegradationReport::has_to_start,   "no task is to be begun, or it is cleared, closed or cancelled"),
    row(Act::TaskCompletion,   "QS-10", Whose::Provider, DegradationReport::has_open_tasks, "no task is to be done, or it is cleared, closed or cancelled"),
    row(Act::TaskCancellation, "QS-10", Whose::Provider, DegradationReport::has_open_tasks, "no task is to be done, or it is cleared, closed or cancelled"),
    row(Act::TroubleTicket,    "QS-03", Whose::Provider, DegradationReport::is_worked,      "it is cleared, closed or cancelled"),
    row(Act::PartyRequest,     "QS-03", Whose::Provider, DegradationReport::is_worked,      "it is cleared, closed or cancelled"),
    row(Act::PartyAnswer,      "QS-03", Whose::Provider, DegradationReport::has_open_requests, "no other party is to answer, or it is cleared, closed or cancelled"),
    row(Act::PartyWithdrawal,  "QS-03", Whose::Provider, DegradationReport::has_open_requests, "no other party is to answer, or it is cleared, closed or cancelled"),
    row(Act::Escalation,       "QS-01", Whose::Both,     DegradationReport::may_be_escalated, "it is with the Service Director, or cleared, closed or cancelled"),
    row(Act::Clearing,         "QS-01", Whose::Provider, DegradationReport::may_be_cleared, "a task of it, a ticket or a request to another party is not ended, or it is cleared, closed or cancelled"),
    row(Act::Agreement,        "QS-01", Whose::Both,     DegradationReport::awaits_agreement, "it is not cleared, or closed or cancelled already"),
    row(Act::Cancellation,     "QS-01", Whose::Provider, DegradationReport::is_worked,      "it is cleared, closed or cancelled"),
];

/// The table is in the order of [`Act`].
const _: () = {
    let mut at = 0;
    while at < ACTS.len() {
        assert!(ACTS[at].task as usize == at, "the rows are in the order of the acts");
        at += 1;
    }
};

impl DegradationReport {
    /// What a party can do with it now.
    #[must_use]
    pub fn possible(&self, party: &Party) -> Vec<&'static str> {
        task_table::possible(&ACTS, self, party)
    }

    /// Refuses what is not the party's to do, or not possible where it stands.
    pub(super) fn check(&self, act: Act, party: &Party) -> Result<(), Refused> {
        task_table::check(&ACTS, act as usize, self, party)
    }

    fn has_to_start(&self) -> bool {
        self.is_worked() && self.tasks.iter().any(|task| task.ended.is_none() && task.started_at.is_none())
    }

    fn has_open_tasks(&self) -> bool {
        self.is_worked() && self.tasks.iter().any(|task| task.ended.is_none())
    }

    fn has_open_requests(&self) -> bool {
        self.is_worked() && self.requests.iter().any(|request| request.ended.is_none())
    }

    fn may_be_escalated(&self) -> bool {
        self.is_worked() && self.next_level().is_some()
    }

    fn may_be_cleared(&self) -> bool {
        self.is_worked() && !self.has_open_tasks() && !self.awaits_others()
    }

    fn awaits_agreement(&self) -> bool {
        self.status() == Status::Resolved
    }
}
