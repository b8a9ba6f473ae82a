//! What may be done with a request to the account team, by whom and where, as a table in the order in which it is shown.

use super::{AccountRequest, Status};
use crate::task_table::{self, Row, Whose, row};
use contract::{Party, Refused};
use strum::{IntoStaticStr, VariantArray};

/// The tasks by name, as a client calls them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
#[allow(missing_docs, reason = "each is named as its path is")]
pub enum Task {
    Acknowledgment,
    Schedule,
    StepsTaken,
    Answer,
    Statement,
    Escalation,
    EscalationAnswer,
    Withdrawal,
}

contract::word!(Task);

/// What may be done.
#[rustfmt::skip]
pub const TASKS: [Row<Task, AccountRequest>; 8] = [
    row(Task::Acknowledgment,   "AT-03", Whose::Provider, AccountRequest::is_open,         "it is answered or withdrawn"),
    row(Task::Schedule,         "AT-03", Whose::Provider, AccountRequest::is_to_be_scheduled, "no call or meeting is wanted of it, or it is over"),
    row(Task::StepsTaken,       "AT-06", Whose::Provider, AccountRequest::awaits_steps,    "it is no service trouble that was brought to sales, or the steps are told"),
    row(Task::Answer,           "AT-03", Whose::Provider, AccountRequest::is_answerable,   "it is answered or withdrawn, its escalation is not answered yet, or the Service Manager has not told of the steps already taken"),
    row(Task::Statement,        "AT-06", Whose::Both,     AccountRequest::is_open,         "it is answered or withdrawn"),
    row(Task::Escalation,       "AT-05", Whose::Both,     AccountRequest::may_be_escalated, "it is withdrawn, its escalation is not answered yet, or it has been with the director"),
    row(Task::EscalationAnswer, "AT-05", Whose::Provider, AccountRequest::is_escalated,    "no escalation awaits an answer"),
    row(Task::Withdrawal,       "AT-06", Whose::Both,     AccountRequest::is_open,         "it is answered or withdrawn"),
];

/// The table is in the order of [`Task`].
const _: () = {
    let mut at = 0;
    while at < TASKS.len() {
        assert!(TASKS[at].task as usize == at, "the rows are in the order of the tasks");
        at += 1;
    }
};

impl AccountRequest {
    /// What a party can do with it now.
    #[must_use]
    pub fn possible(&self, party: &Party) -> Vec<&'static str> {
        task_table::possible(&TASKS, self, party)
    }

    /// Refuses what is not the party's to do, or not possible where it stands.
    pub(super) fn check(&self, task: Task, party: &Party) -> Result<(), Refused> {
        task_table::check(&TASKS, task as usize, self, party)
    }

    fn is_to_be_scheduled(&self) -> bool {
        self.is_open() && self.channel.is_scheduled()
    }

    pub(super) fn awaits_steps(&self) -> bool {
        self.is_open() && self.is_joint() && self.steps_taken.is_none()
    }

    fn is_answerable(&self) -> bool {
        self.is_open() && !self.awaits_steps() && !self.is_escalated()
    }

    pub(super) fn is_escalated(&self) -> bool {
        self.status() != Status::Withdrawn && self.escalations.last().is_some_and(|level| level.answer.is_none())
    }

    fn may_be_escalated(&self) -> bool {
        self.status() != Status::Withdrawn && !self.is_escalated() && !self.was_with_director()
    }
}
