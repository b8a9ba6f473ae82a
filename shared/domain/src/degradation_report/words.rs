//! The words that a report, its history and its parts are told with.

use strum::{IntoStaticStr, VariantArray};

/// What kind of episode it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum CrossingKind {
    /// The threshold was crossed by more than is tolerated.
    Crossed,
    /// More windows in a row than may be have too few measurements: a source that stops is a finding, and no health.
    Silent,
}

contract::word!(CrossingKind);

impl CrossingKind {
    /// In a notice.
    #[must_use]
    pub fn wording(self) -> &'static str {
        match self {
            Self::Crossed => "crossing",
            Self::Silent => "silence",
        }
    }
}

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum TaskState {
    /// A task before it is not ended.
    Waiting,
    /// It can be begun.
    Ready,
    /// It was begun.
    Started,
    /// It is done.
    Done,
    /// It is not to be done any more.
    Cancelled,
}

contract::word!(TaskState);

/// What is to be looked at of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Finding {
    /// It was not done by its time.
    Late,
    /// It was begun, or is done, while a task before it was not ended.
    OutOfOrder,
}

contract::word!(Finding);

/// What the end of a ticket says of the report that it was raised of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum TicketSays {
    /// The trouble is resolved: the report can be cleared, as far as that goes.
    Clears,
    /// No trouble was found, nothing is done of it by now, or the ticket was taken back: the report is to be looked at again.
    Questions,
}

contract::word!(TicketSays);
