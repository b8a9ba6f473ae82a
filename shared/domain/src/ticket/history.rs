//! The history: who did what, when and why (TT-02), and what of it owes a notice (TT-24).

use super::{
    Call, Disposition,
    case::{Decision, PatchCause},
    order::DueDate,
    patch::{DepartedFrom, PatchKind},
};
use chrono::NaiveDate;
use chrono_tz::Tz;
use contract::Person;
use contract::{Instant, Severity, TicketNumber};
use record::notice::Status;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// An entry of a ticket's history.
pub type Entry = record::Entry<Fact>;

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
    /// Another of the group became the primary, and what was linked to the former is linked to it (TT-06).
    MadePrimary {
        /// The former primary.
        in_place_of: TicketNumber,
    },
    /// It left its group, and is worked by itself.
    Unlinked {
        /// The primary that it was linked to.
        primary: TicketNumber,
    },
    /// A ticket that was linked to it left the group.
    LinkedLeft {
        /// Which.
        number: TicketNumber,
    },
    /// A workaround was proposed.
    WorkaroundProposed,
    /// A CLEC agreed to the workaround.
    WorkaroundAgreed {
        /// Which person said so; on its own ticket alone.
        contact: Option<Person>,
    },
    /// A CLEC disputes the workaround as not acceptable.
    WorkaroundDisputed {
        /// Whether it was proposed, and nobody told of it yet.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        proposed: bool,
    },
    /// No CLEC disputes it any more.
    WorkaroundSettled {
        /// Whether it was proposed, and nobody told of it yet.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        proposed: bool,
    },
    /// The workaround is implemented.
    WorkaroundImplemented,
    /// The workaround is no longer in force.
    WorkaroundRetired {
        /// Whether it was proposed, and nobody told of it yet.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        proposed: bool,
    },
    /// A patch was defined (TT-25).
    PatchDefined {
        /// What it changes.
        changes: PatchKind,
        /// The kind of document that the system departed from.
        departed_from: DepartedFrom,
        /// Which.
        document: String,
        /// The change.
        change: String,
    },
    /// The patch was implemented.
    PatchImplemented,
    /// The promised patch comes later, or not at all (TT-19).
    PatchSlipped {
        /// Its date so far.
        from: NaiveDate,
        /// Its date now; none when it was dropped.
        to: Option<NaiveDate>,
        /// Whether the ticket was closed on it, so that reopening is offered.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        closed: bool,
    },
    /// The promised patch's date passed without a word.
    PatchOverdue {
        /// Its date.
        date: NaiveDate,
    },
    /// A patch is not feasible, or may impact CLEC production coding (TT-16).
    PatchRelease {
        /// Which.
        cause: PatchCause,
    },
    /// A joint meeting was called.
    MeetingCalled {
        /// When.
        at: Instant,
        /// Where.
        place: String,
        /// On what.
        agenda: String,
    },
    /// An earlier notice was corrected (NT-16).
    NoticeCorrected {
        /// Which, by its place in the sequence.
        sequence: u32,
        /// What is right, in the desk's words.
        correction: String,
    },
    /// An earlier notice was withdrawn.
    NoticeWithdrawn {
        /// Which.
        sequence: u32,
    },
    /// Its CLEC said whether it agrees with the closing (TT-10).
    ClosingAgreed {
        /// Whether.
        agreed: bool,
        /// Which person said so.
        contact: Option<Person>,
    },
    /// The CLEC of a ticket linked to it did.
    AgreementOfLinked {
        /// Whether it agrees.
        agreed: bool,
    },
    /// A case was raised on it; what was said is the reason of the entry.
    CaseRaised {
        /// Its place on the ticket.
        case: u32,
        /// Its kind.
        kind: String,
    },
    /// A case was answered.
    CaseAnswered {
        /// Which.
        case: u32,
    },
    /// A case was decided.
    CaseDecided {
        /// Which.
        case: u32,
        /// How.
        decision: Decision,
    },
    /// An order at risk was listed (TT-23).
    OrderListed {
        /// Which.
        order: String,
        /// For when.
        due_date: NaiveDate,
    },
    /// An order's due date was kept, or missed.
    OrderMarked {
        /// Which.
        order: String,
        /// Whether.
        outcome: DueDate,
    },
    /// A change request was named as its own (TT-12).
    ChangeRequest {
        /// Which.
        number: String,
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
            | Self::MadePrimary { .. }
            | Self::Unlinked { .. }
            | Self::WorkaroundProvided { .. }
            | Self::EstimatedResolution { .. }
            | Self::PatchDate { .. }
            | Self::PatchDefined { .. }
            | Self::PatchSlipped { .. }
            | Self::PatchOverdue { .. }
            | Self::PatchRelease { .. }
            | Self::MeetingCalled { .. }
            | Self::NoticeCorrected { .. }
            | Self::NoticeWithdrawn { .. }
            | Self::Closed { .. } => true,
            Self::LinkedTo { told_by_primary, .. } | Self::SeverityChanged { told_by_primary, .. } => !told_by_primary,
            Self::WorkaroundDisputed { proposed }
            | Self::WorkaroundSettled { proposed }
            | Self::WorkaroundRetired { proposed } => !proposed,
            Self::Linked { .. }
            | Self::LinkedLeft { .. }
            | Self::WorkaroundProposed
            | Self::WorkaroundAgreed { .. }
            | Self::WorkaroundImplemented
            | Self::PatchImplemented
            | Self::ClosingAgreed { .. }
            | Self::AgreementOfLinked { .. }
            | Self::CaseRaised { .. }
            | Self::CaseAnswered { .. }
            | Self::CaseDecided { .. }
            | Self::OrderListed { .. }
            | Self::OrderMarked { .. }
            | Self::ChangeRequest { .. }
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
            Self::MadePrimary { .. } => "madePrimary",
            Self::Unlinked { .. } => "unlinked",
            Self::LinkedLeft { .. } => "linkedLeft",
            Self::WorkaroundProposed => "workaroundProposed",
            Self::WorkaroundAgreed { .. } => "workaroundAgreed",
            Self::WorkaroundDisputed { .. } => "workaroundDisputed",
            Self::WorkaroundSettled { .. } => "workaroundSettled",
            Self::WorkaroundImplemented => "workaroundImplemented",
            Self::WorkaroundRetired { .. } => "workaroundRetired",
            Self::PatchDefined { .. } => "patchDefined",
            Self::PatchImplemented => "patchImplemented",
            Self::PatchSlipped { .. } => "patchSlipped",
            Self::PatchOverdue { .. } => "patchOverdue",
            Self::PatchRelease { .. } => "patchRelease",
            Self::MeetingCalled { .. } => "meetingCalled",
            Self::NoticeCorrected { .. } => "noticeCorrected",
            Self::NoticeWithdrawn { .. } => "noticeWithdrawn",
            Self::ClosingAgreed { .. } => "closingAgreed",
            Self::AgreementOfLinked { .. } => "agreementOfLinked",
            Self::CaseRaised { .. } => "caseRaised",
            Self::CaseAnswered { .. } => "caseAnswered",
            Self::CaseDecided { .. } => "caseDecided",
            Self::OrderListed { .. } => "orderListed",
            Self::OrderMarked { .. } => "orderMarked",
            Self::ChangeRequest { .. } => "changeRequest",
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
            Self::MadePrimary { in_place_of } => format!("It is the primary ticket now, in place of {in_place_of}"),
            Self::Unlinked { primary } => format!("No longer linked to ticket {primary}: worked by itself"),
            Self::WorkaroundDisputed { proposed: false } => "The workaround is disputed as not acceptable".to_owned(),
            Self::WorkaroundSettled { proposed: false } => "The workaround is no longer disputed".to_owned(),
            Self::WorkaroundRetired { proposed: false } => "The workaround is retired".to_owned(),
            Self::PatchDefined { changes, departed_from, document, change } => format!(
                "Patch of {}: {change}. The system departed from its {}: {document}",
                changes.word(),
                departed_from.told()
            ),
            Self::PatchSlipped { from, to, closed } => {
                let slipped = to.map_or_else(|| "is dropped".to_owned(), |to| format!("comes on {to}"));
                let offer = if *closed { "; reopening is offered" } else { "" };
                format!("The patch promised for {from} {slipped}{offer}")
            }
            Self::PatchOverdue { date } => {
                format!("The patch promised for {date} is not recorded as implemented; reopening is offered")
            }
            Self::PatchRelease { cause: PatchCause::NotFeasible } => {
                "A software patch is not feasible: technical escalation initiated, a joint meeting is called".to_owned()
            }
            Self::PatchRelease { cause: PatchCause::MayImpactCoding } => {
                "A patch release may impact CLEC production coding: \
                 technical escalation initiated, a joint meeting is called"
                    .to_owned()
            }
            Self::MeetingCalled { at, place, agenda } => format!(
                "Joint meeting on {}, {place}. Agenda: {agenda}",
                at.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z")
            ),
            Self::NoticeCorrected { sequence, correction } => format!("Correction of notice {sequence}: {correction}"),
            Self::NoticeWithdrawn { sequence } => format!("Notice {sequence} is withdrawn"),
            Self::EstimatedResolution { to: Some(at) } => {
                format!("Estimated resolution: {}", at.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z"))
            }
            Self::EstimatedResolution { to: None } => "Estimated resolution: no longer known".to_owned(),
            Self::PatchDate { to: Some(date) } => format!("Patch date: {date}"),
            Self::PatchDate { to: None } => "Patch date: no longer known".to_owned(),
            Self::LinkedTo { primary, .. } => format!("Linked to primary ticket {primary}"),
            Self::Closed { disposition } => format!("Closed: {}", disposition.name()),
            other => {
                debug_assert!(!other.owes(), "{} owes a notice, and says nothing", other.name());
                return None;
            }
        })
    }
}
