//! Where a trouble stands, as its notices say it (12.6).

use strum::{IntoStaticStr, VariantArray};

/// Where a trouble stands, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Status {
    /// The ticket is open, and nobody works on it yet.
    Acknowledged,
    /// The desk works on the ticket.
    InProgress,
    /// Its resolution is scheduled.
    Pending,
    /// Date TBD: the source of the problem is identified, its resolution not scheduled.
    Held,
    /// Fixed, agreement sought.
    Resolved,
    /// Closed, with its disposition.
    Closed,
    /// Withdrawn by its CLEC.
    Cancelled,
    /// No systems trouble: passed to the process side.
    Rejected,
}

contract::word!(Status, contract::word::one_of);

impl Status {
    /// Neither closed, nor withdrawn, nor passed on.
    #[must_use]
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Closed | Self::Cancelled | Self::Rejected)
    }

    /// As a notice says it (12.6: open, no change, resolved ...).
    #[must_use]
    pub fn wording(self) -> &'static str {
        match self {
            Self::Acknowledged => "open (acknowledged)",
            Self::InProgress => "open (in progress)",
            Self::Pending => "open (resolution scheduled)",
            Self::Held => "Date TBD",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
            Self::Rejected => "rejected (passed to the other side)",
        }
    }
}
