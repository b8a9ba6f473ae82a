//! That a change request came to an end, kept by when it did: the meetings tell what was closed since the last of them (CR-20).

use super::{ChangeRequest, Fact};
use crate::meeting::MeetingKind;
use chrono::SecondsFormat;
use contract::{ChangeRequestId, Instant, RecordRef};
use record::{Part, RecordChange};
use serde::{Deserialize, Serialize};

/// The end of a change request that was posted. One that went on again later has another end, or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EndedRequest {
    /// Which change request.
    pub request: ChangeRequestId,
    /// At which meetings it was presented.
    pub kind: MeetingKind,
    /// When it ended.
    pub at: Instant,
}

impl EndedRequest {
    /// What a change ends, if it does.
    #[must_use]
    pub fn of(change: &RecordChange<ChangeRequest>) -> Option<Self> {
        let request = &change.record;
        let ends = |fact: &Fact| matches!(fact, Fact::Entered { to, .. } if to.is_over());
        change.entry.as_ref().filter(|entry| request.posted_at.is_some() && entry.facts.iter().any(ends))?;
        Some(Self { request: request.id, kind: request.meeting_kind(), at: request.entered_at })
    }

    /// The partition of the ends of what is presented at meetings of a kind.
    #[must_use]
    pub fn partition_of(kind: MeetingKind) -> String {
        format!("ENDED_REQUESTS#{kind}")
    }

    /// How the place of what ended at an instant begins.
    #[must_use]
    pub fn place_at(at: Instant) -> String {
        at.to_rfc3339_opts(SecondsFormat::Millis, true)
    }
}

impl Part for EndedRequest {
    const SORT_KEY: &'static str = "ENDED#";

    fn of(&self) -> RecordRef {
        RecordRef::ChangeRequest(self.request)
    }

    fn partition(&self) -> Option<String> {
        Some(Self::partition_of(self.kind))
    }

    fn place(&self) -> String {
        format!("{}#{}", Self::place_at(self.at), self.request)
    }
}
