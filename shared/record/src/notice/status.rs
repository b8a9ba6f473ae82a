//! Where a trouble stands, as its notices say it (12.6).

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Where a trouble stands, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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

impl Status {
    /// In the order of a ticket's life.
    pub const ALL: [Self; 8] = [
        Self::Acknowledged,
        Self::InProgress,
        Self::Pending,
        Self::Held,
        Self::Resolved,
        Self::Closed,
        Self::Cancelled,
        Self::Rejected,
    ];

    /// As the interface standard writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        ["acknowledged", "inProgress", "pending", "held", "resolved", "closed", "cancelled", "rejected"][self as usize]
    }

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
            Self::Rejected => "rejected (no systems trouble)",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Status {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or("one of acknowledged, inProgress, pending, held, resolved, closed, cancelled, rejected")
    }
}
