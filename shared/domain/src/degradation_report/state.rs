//! Where a report stands: raised, worked, cleared, closed or cancelled.

use super::DegradationReport;
use contract::Instant;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use strum::{IntoStaticStr, VariantArray};

/// Where a report stands.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum State {
    /// It was raised, and nobody has taken it in hand.
    Submitted,
    /// It is taken in hand.
    Acknowledged,
    /// It is worked.
    InProgress,
    /// The work rests.
    Held,
    /// It waits for something outside: the CLEC, or another party.
    Pending,
    /// It is cleared: its CLEC is asked whether it agrees.
    Resolved {
        /// When it was cleared.
        at: Instant,
        /// What was done.
        resolution: String,
        /// Until when its CLEC is asked.
        agree_until: Instant,
    },
    /// It is closed.
    Closed {
        /// When it was cleared.
        cleared_at: Instant,
        /// What was done.
        resolution: String,
        /// When it was closed.
        at: Instant,
        /// Whether its CLEC agreed; else it said nothing in time.
        agreed: bool,
    },
    /// It was about nothing: a false event.
    Cancelled {
        /// When it was cancelled.
        at: Instant,
        /// Why it was cancelled.
        reason: String,
    },
}

/// Where a report stands, in TMF656's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
#[allow(missing_docs, reason = "each is named as its state is")]
pub enum Status {
    Submitted,
    Acknowledged,
    InProgress,
    Held,
    Pending,
    Resolved,
    Closed,
    Cancelled,
}

contract::word!(Status);

impl Status {
    /// The state, of those that a report is moved between while it is worked.
    #[must_use]
    pub fn worked(self) -> Option<State> {
        match self {
            Self::Acknowledged => Some(State::Acknowledged),
            Self::InProgress => Some(State::InProgress),
            Self::Held => Some(State::Held),
            Self::Pending => Some(State::Pending),
            Self::Submitted | Self::Resolved | Self::Closed | Self::Cancelled => None,
        }
    }
}

impl DegradationReport {
    /// Where it stands.
    #[must_use]
    pub fn status(&self) -> Status {
        match self.state {
            State::Submitted => Status::Submitted,
            State::Acknowledged => Status::Acknowledged,
            State::InProgress => Status::InProgress,
            State::Held => Status::Held,
            State::Pending => Status::Pending,
            State::Resolved { .. } => Status::Resolved,
            State::Closed { .. } => Status::Closed,
            State::Cancelled { .. } => Status::Cancelled,
        }
    }

    /// Whether it is neither closed nor cancelled.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.status() <= Status::Resolved
    }

    /// Whether it is still to be cleared.
    #[must_use]
    pub fn is_worked(&self) -> bool {
        self.status() < Status::Resolved
    }

    /// When it was cleared.
    #[must_use]
    pub fn cleared_at(&self) -> Option<Instant> {
        match self.state {
            State::Resolved { at, .. } => Some(at),
            State::Closed { cleared_at, .. } => Some(cleared_at),
            _ => None,
        }
    }
}
