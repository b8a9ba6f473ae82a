//! The history: who did what, when and why (TT-02), and what of it owes a notice (TT-24).

use super::{Call, Disposition, Status};
use crate::{Instant, Severity, TicketNumber};
use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// An entry of a ticket's history.
pub type Entry = crate::Entry<Fact>;

/// A thing that became so.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Fact {
    /// The ticket was opened.
    Opened {
        /// With this severity.
        severity: Severity,
    },
    /// It was accepted as relating to more than one CLEC, or as believed to (NT-02).
    AcceptedAsEvent,
    /// Its status changed.
    StatusChanged {
        /// From.
        from: Status,
        /// To.
        to: Status,
    },
    /// Its severity changed.
    SeverityChanged {
        /// From.
        from: Severity,
        /// To.
        to: Severity,
        /// Whether the primary's own notice, owed by the same act, tells of it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        told_by_primary: bool,
    },
    /// The gravest severity of its group changed by one of the linked tickets.
    GroupSeverityChanged {
        /// From.
        from: Severity,
        /// To.
        to: Severity,
    },
    /// A workaround was provided, or a new one in its place.
    WorkaroundProvided {
        /// Call Center Database Reference Ticket number.
        call_center_reference: Option<String>,
    },
    /// The estimated resolution changed.
    EstimatedResolution {
        /// To; none when it is no longer known.
        to: Option<Instant>,
    },
    /// The patch's date changed.
    PatchDate {
        /// To; none when it is no longer known.
        to: Option<NaiveDate>,
    },
    /// It was linked to the primary of its problem; its CLEC is told the primary's number (TT-06).
    LinkedTo {
        /// The primary.
        primary: TicketNumber,
        /// Whether the primary's own initial event notice, owed by the same act, tells of it.
        told_by_primary: bool,
    },
    /// Another ticket was linked to it.
    Linked {
        /// Which.
        number: TicketNumber,
    },
    /// It was closed.
    Closed {
        /// With which disposition.
        disposition: Disposition,
    },
    /// A further call was documented (TT-05).
    Called(Call),
    /// A target notice was given by telephone (NT-01).
    ToldByPhone {
        /// Who was told.
        contact: String,
        /// What was said.
        detail: String,
    },
    /// A note was added.
    Noted {
        /// Its text.
        text: String,
    },
    /// Other fields were edited.
    Edited {
        /// Their names.
        fields: Vec<String>,
    },
}

impl Fact {
    /// Whether it is a status change, which owes a notice (TT-24): a change of status, severity, workaround, estimated
    /// resolution or patch date. Notes, calls and edited fields are none.
    #[must_use]
    pub fn owes(&self) -> bool {
        match self {
            Self::Opened { .. }
            | Self::AcceptedAsEvent
            | Self::StatusChanged { .. }
            | Self::GroupSeverityChanged { .. }
            | Self::WorkaroundProvided { .. }
            | Self::EstimatedResolution { .. }
            | Self::PatchDate { .. }
            | Self::Closed { .. } => true,
            Self::LinkedTo { told_by_primary, .. } | Self::SeverityChanged { told_by_primary, .. } => !told_by_primary,
            Self::Linked { .. }
            | Self::Called(_)
            | Self::ToldByPhone { .. }
            | Self::Noted { .. }
            | Self::Edited { .. } => false,
        }
    }

    /// The fact's name, for the bus.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::AcceptedAsEvent => "acceptedAsEvent",
            Self::StatusChanged { .. } => "statusChanged",
            Self::SeverityChanged { .. } => "severityChanged",
            Self::GroupSeverityChanged { .. } => "groupSeverityChanged",
            Self::WorkaroundProvided { .. } => "workaroundProvided",
            Self::EstimatedResolution { .. } => "estimatedResolution",
            Self::PatchDate { .. } => "patchDate",
            Self::LinkedTo { .. } => "linkedTo",
            Self::Linked { .. } => "linked",
            Self::Closed { .. } => "closed",
            Self::Called(_) => "called",
            Self::ToldByPhone { .. } => "toldByPhone",
            Self::Noted { .. } => "noted",
            Self::Edited { .. } => "edited",
        }
    }

    /// What a notice says of it, times in the policy's zone; nothing of a fact that owes none. No reason is told: it may name a CLEC (TT-27).
    #[must_use]
    pub fn told(&self, zone: Tz) -> Option<String> {
        let severity = |severity: &Severity| format!("{} ({severity})", severity.level());
        Some(match self {
            Self::Opened { severity: level } => format!("Opened with severity {}", severity(level)),
            Self::AcceptedAsEvent => "Accepted as an issue that impacts more than one CLEC".to_owned(),
            Self::StatusChanged { from, to } => format!("Status changed from {} to {}", from.told(), to.told()),
            Self::SeverityChanged { from, to, .. } => {
                format!("Severity changed from {} to {}", severity(from), severity(to))
            }
            Self::GroupSeverityChanged { from, to } => {
                format!("Severity of the related tickets changed from {} to {}", severity(from), severity(to))
            }
            Self::WorkaroundProvided { call_center_reference: Some(reference) } => {
                format!("Workaround provided, call center reference {reference}")
            }
            Self::WorkaroundProvided { call_center_reference: None } => "Workaround provided".to_owned(),
            Self::EstimatedResolution { to: Some(at) } => {
                format!("Estimated resolution: {}", at.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z"))
            }
            Self::EstimatedResolution { to: None } => "Estimated resolution: no longer known".to_owned(),
            Self::PatchDate { to: Some(date) } => format!("Patch date: {date}"),
            Self::PatchDate { to: None } => "Patch date: no longer known".to_owned(),
            Self::LinkedTo { primary, .. } => format!("Linked to primary ticket {primary}"),
            Self::Closed { disposition } => format!("Closed: {}", disposition.name()),
            Self::Linked { .. }
            | Self::Called(_)
            | Self::ToldByPhone { .. }
            | Self::Noted { .. }
            | Self::Edited { .. } => return None,
        })
    }
}
