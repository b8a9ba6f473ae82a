//! The types of notices: what subscriptions and the desk's lists are told by.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What a notice is of: the two types of status notifications (12.6), planned outages (12.1), releases (12.2)
/// and change requests (work flow).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NoticeCategory {
    /// For a ticket that relates to only one reporting CLEC: to that CLEC.
    Target,
    /// For a ticket that relates to more than one CLEC, or is believed to: to all subscribed CLECs.
    Event,
    /// Of a planned outage: to all CLECs (PO-02).
    Outage,
    /// Of a release: to all CLECs (TT-17).
    Release,
    /// Of a change request: to its originator, and to all CLECs that subscribed.
    ChangeRequest,
}

impl NoticeCategory {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Target, Self::Event, Self::Outage, Self::Release, Self::ChangeRequest];

    /// As subscriptions name it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Event => "event",
            Self::Outage => "outage",
            Self::Release => "release",
            Self::ChangeRequest => "changeRequest",
        }
    }
}

impl FromStr for NoticeCategory {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|notice| notice.as_str() == text)
            .ok_or("event, target, outage, release or changeRequest")
    }
}
