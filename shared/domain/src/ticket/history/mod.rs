//! The history: who did what, when and why (TT-02), and what of it owes a notice (TT-24). What follows from each fact stands in the
//! table of `row`.

mod row;

use row::{SeenBy, Silent};

use super::{
    Disposition, State,
    case::{Decision, PatchCause},
    patch::{DepartedFrom, PatchKind},
    process::{Relation, StatusChannel, TroubleKind},
};
use crate::event_type::EventType;
use crate::trouble::{Call, DueDate};
use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;
use contract::{ClecId, Instant, NoticeCategory, Person, PostMortemNumber, Severity, TicketNumber, Visibility};
use record::{
    Published, Reader,
    notice::{FieldChange, Status},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use serde_with::skip_serializing_none;
use std::collections::BTreeSet;

/// An entry of a ticket's history.
pub type Entry = record::Entry<Fact>;

/// A thing that became so.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::VariantNames)]
#[serde(tag = "fact", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[strum(serialize_all = "camelCase")]
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
        /// The former status.
        from: Status,
        /// The new status.
        to: Status,
    },
    /// Its severity changed.
    SeverityChanged {
        /// The former severity.
        from: Severity,
        /// The new severity.
        to: Severity,
        /// Whether the primary's own notice, owed by the same act, tells of it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        told_by_primary: bool,
    },
    /// The gravest severity of its group changed by one of the linked tickets.
    GroupSeverityChanged {
        /// The former gravest severity.
        from: Severity,
        /// The new gravest severity.
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
        /// The number of the ticket that left.
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
    #[serde(rename = "workaroundSettled")]
    #[strum(serialize = "workaroundSettled")]
    WorkaroundDisputeResolved {
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
        /// The document that the system departed from.
        document: String,
        /// The description of the change.
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
        /// The date that passed.
        date: NaiveDate,
    },
    /// A patch is not feasible, or may impact CLEC production coding (TT-16).
    PatchRelease {
        /// Whether the patch is not feasible, or may impact the coding.
        cause: PatchCause,
    },
    /// A joint meeting was called.
    MeetingCalled {
        /// When the meeting is.
        at: Instant,
        /// Where the meeting is held, such as a conference bridge.
        place: String,
        /// What the meeting is about.
        agenda: String,
    },
    /// An earlier notice was corrected (NT-16).
    NoticeCorrected {
        /// The sequence number of the corrected notice.
        sequence: u32,
        /// What is right, in the desk's words.
        correction: String,
        /// What that notice was.
        corrected: Option<CorrectedNotice>,
        /// Why it was wrong.
        reason: Option<String>,
    },
    /// An earlier notice was withdrawn.
    NoticeWithdrawn {
        /// The sequence number of the withdrawn notice.
        sequence: u32,
        /// What that notice was.
        corrected: Option<CorrectedNotice>,
        /// Why it is withdrawn.
        reason: Option<String>,
    },
    /// Its CLEC said whether it agrees with the closing (TT-10).
    ClosingAgreed {
        /// Whether the CLEC agrees with the closing.
        agreed: bool,
        /// The person who said so.
        contact: Option<Person>,
    },
    /// The CLEC of a ticket linked to it did.
    AgreementOfLinked {
        /// Whether it agrees.
        agreed: bool,
    },
    /// What a CLEC said that called about it and has no ticket in its group: the desk alone reads it.
    OfCaller {
        /// Which CLEC.
        clec: ClecId,
        /// What became so by it.
        said: Box<Self>,
    },
    /// A case was raised on it; what was said is the reason of the entry.
    CaseRaised {
        /// Its place on the ticket.
        case: u32,
        /// The kind of the case.
        kind: String,
    },
    /// A case was answered.
    CaseAnswered {
        /// The place of the case on the ticket.
        case: u32,
    },
    /// A case was decided.
    CaseDecided {
        /// The place of the case on the ticket.
        case: u32,
        /// The decision on the case.
        decision: Decision,
    },
    /// An order at risk was listed (TT-23).
    OrderListed {
        /// The number of the order.
        order: String,
        /// The due date of the order.
        due_date: NaiveDate,
    },
    /// An order's due date was kept, or missed.
    OrderMarked {
        /// The number of the order.
        order: String,
        /// Whether the due date was kept or missed.
        outcome: DueDate,
    },
    /// A document was attached (TT-02).
    DocumentAttached {
        /// The place of the document, from 1.
        place: u32,
    },
    /// A post-mortem of it was asked for (AT-04).
    PostMortemRequested {
        /// The number of the post-mortem.
        post_mortem: PostMortemNumber,
    },
    /// Its CLEC has the post-mortem.
    PostMortemIssued {
        /// The number of the post-mortem.
        post_mortem: PostMortemNumber,
    },
    /// The request for the post-mortem was taken back.
    PostMortemWithdrawn {
        /// The number of the post-mortem.
        post_mortem: PostMortemNumber,
    },
    /// A change request was named as its own (TT-12).
    ChangeRequest {
        /// The number of the change request.
        number: String,
    },
    /// A workaround was provided, or a new one in its place.
    WorkaroundProvided {
        /// Call Center Database Reference Ticket number.
        call_center_reference: Option<String>,
        /// Whether the one that it replaces is disputed, which stays so.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        replaces_disputed: bool,
    },
    /// The estimated resolution changed.
    EstimatedResolution {
        /// The former estimate.
        from: Option<Instant>,
        /// The new estimate; none when the resolution can no longer be estimated.
        to: Option<Instant>,
    },
    /// The patch's date changed.
    PatchDate {
        /// The former date.
        from: Option<NaiveDate>,
        /// The new date; none when it is no longer known.
        to: Option<NaiveDate>,
    },
    /// It was linked to the primary of its problem; its CLEC is told the primary's number (TT-06).
    LinkedTo {
        /// The number of the primary ticket.
        primary: TicketNumber,
        /// Whether the primary's own initial event notice, owed by the same act, tells of it.
        told_by_primary: bool,
    },
    /// Another ticket was linked to it.
    Linked {
        /// The number of the ticket that was linked.
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
        /// The text of the note.
        text: String,
        /// Who reads it.
        #[serde(default, skip_serializing_if = "Visibility::is_public")]
        visibility: Visibility,
    },
    /// The next update comes later than was told. It is told, and stands in no history.
    UpdatesPutOff {
        /// When it was told to come.
        told: Instant,
    },
    /// Why the desk did what is told beside it, in its words for the CLECs. It is told, and stands in no history: there it is the
    /// reason of the entry.
    Reason {
        /// What the desk wrote.
        text: String,
        /// Who reads it.
        visibility: Visibility,
    },
    /// Another system was found to be affected. Of a linked ticket the field is edited: its primary tells the problem's.
    SystemChanged {
        /// The system before, if one was known.
        from: Option<String>,
        /// The system now.
        to: Option<String>,
    },
    /// Other fields were edited.
    Edited {
        /// The names of the edited fields.
        fields: Vec<String>,
    },
    /// Tier 1 determined whether it is a process or a systems trouble.
    Determined {
        /// Which of them.
        trouble: TroubleKind,
    },
    /// The centers were told of the trouble and its status.
    CentersTold,
    /// Its CLEC was given the status.
    StatusGiven {
        /// By when it was to be given; none where none was owed.
        due: Option<Instant>,
        /// By telephone, or by the channels that the CLEC subscribed.
        channel: StatusChannel,
        /// Who was told.
        contact: Option<String>,
        /// What was said.
        detail: Option<String>,
    },
    /// Nobody gave its CLEC the status in time.
    StatusMissed {
        /// By when it was to be given.
        due: Instant,
    },
    /// Its CLEC agreed to be given the status otherwise than by telephone every two hours, or so again.
    StatusAgreed {
        /// How often it is given, in the CSIE's hours.
        #[serde(with = "contract::duration")]
        interval: TimeDelta,
        /// By telephone, or by the channels that the CLEC subscribed.
        channel: StatusChannel,
        /// Who agreed for the CLEC.
        contact: Person,
    },
    /// Other CLECs are impacted by the trouble.
    OthersImpacted {
        /// Which ones, as far as it is known.
        clecs: BTreeSet<ClecId>,
    },
    /// It names a Reference Ticket.
    ReferenceNamed {
        /// The number of the Reference Ticket.
        number: TicketNumber,
    },
    /// Another ticket is of the same trouble: each names the other.
    CrossReferenced {
        /// The number of the other ticket.
        number: TicketNumber,
        /// What it is to this one.
        relation: Relation,
        /// Who consented to it for the CLEC, where that was needed.
        consent: Option<Person>,
    },
    /// Affected orders were listed.
    OrdersListed {
        /// How many were listed by the act.
        count: u32,
    },
    /// Affected orders were processed.
    OrdersProcessed {
        /// How many the act records as processed.
        count: u32,
    },
    /// Its workaround is implemented, and its CLEC is asked whether the ticket can be closed (12.8.3).
    ConcurrenceSought,
    /// Its CLEC did not escalate in time: the provider may close it without agreement.
    ClosableWithoutAgreement,
}

/// An earlier notice as a correction names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CorrectedNotice {
    /// Its kind: "Update 1".
    pub label: String,
    /// When it was sent.
    pub at: Instant,
    /// To one CLEC, or to all.
    pub notice_type: NoticeCategory,
}

impl Fact {
    /// The names of all facts, as histories write them under `fact`.
    pub const NAMES: &'static [&'static str] = <Self as strum::VariantNames>::VARIANTS;

    /// Whether it is a status change, which requires a notice (TT-24).
    #[must_use]
    pub fn requires_notice(&self) -> bool {
        self.row("", Tz::UTC).notice.wording.is_some()
    }

    /// What a notice of a ticket says of it, instants in `zone`; nothing of a fact that requires none.
    #[must_use]
    pub fn wording(&self, of: TicketNumber, zone: Tz) -> Option<String> {
        self.row(&of.to_string(), zone).notice.wording
    }

    /// What a notice of a ticket says of it to programs: the changes of the ticket's fields.
    #[must_use]
    pub fn field_changes(&self, of: TicketNumber) -> Vec<FieldChange> {
        let change = |field: &str, from: Value, to: Value| FieldChange { field: field.to_owned(), from, to };
        let workaround = |to: &str| vec![change("workaround.status", Value::Null, json!(to))];
        match self {
            Self::Opened { severity } => vec![change("severity", Value::Null, json!(severity))],
            Self::AcceptedAsEvent => vec![change("event", json!(false), json!(true))],
            Self::StatusChanged { from, to } => vec![change("status", json!(from), json!(to))],
            Self::SeverityChanged { from, to, told_by_primary: false } | Self::GroupSeverityChanged { from, to } => {
                vec![change("severity", json!(from), json!(to))]
            }
            Self::EstimatedResolution { from, to } => vec![change("expectedResolutionDate", json!(from), json!(to))],
            Self::SystemChanged { from, to } => vec![change("systemAffected", json!(from), json!(to))],
            Self::PatchDate { from, to } => vec![change("patchDate", json!(from), json!(to))],
            Self::PatchSlipped { from, to, .. } => vec![change("patchDate", json!(from), json!(to))],
            Self::MadePrimary { in_place_of } => vec![change("primary", json!(in_place_of), json!(of))],
            Self::LinkedTo { primary, told_by_primary: false } => vec![change("primary", Value::Null, json!(primary))],
            Self::Unlinked { primary } => vec![change("primary", json!(primary), Value::Null)],
            Self::WorkaroundProvided { .. } | Self::WorkaroundDisputeResolved { proposed: false } => {
                workaround("provided")
            }
            Self::WorkaroundDisputed { proposed: false } => workaround("disputed"),
            Self::WorkaroundRetired { proposed: false } => workaround("retired"),
            Self::Closed { disposition } => vec![
                change("status", Value::Null, json!(Status::Closed)),
                change("disposition", Value::Null, json!(disposition.code())),
            ],
            // What is told of them is in words alone.
            _ => Vec::new(),
        }
    }

    /// Whether it is between the provider and the ticket's CLEC, also where all are told of the trouble.
    pub(super) fn is_between_parties(&self) -> bool {
        matches!(
            self,
            Self::Determined { .. }
                | Self::StatusAgreed { .. }
                | Self::ReferenceNamed { .. }
                | Self::CrossReferenced { .. }
                | Self::ClosableWithoutAgreement
        )
    }

    /// Which earlier notice it corrects or withdraws, and what was told by that.
    pub(super) fn corrects(&self) -> Option<(u32, &Option<CorrectedNotice>)> {
        match self {
            Self::NoticeCorrected { sequence, corrected, .. } | Self::NoticeWithdrawn { sequence, corrected, .. } => {
                Some((*sequence, corrected))
            }
            _ => None,
        }
    }

    /// Whether nobody is told of an act that was these facts, on a ticket in this state.
    pub(super) fn are_silent(facts: &[Self], state: &State) -> bool {
        let all = |silent: Silent| facts.iter().all(|fact| fact.row("", Tz::UTC).notice.silent == silent);
        match state {
            State::Held => all(Silent::OnDateTbd),
            State::Closed(_) => all(Silent::OnceClosed),
            _ => false,
        }
    }

    /// Which of TMF621's events an act that was these facts is to a reader of its ticket; to others, of the tickets linked to it: events
    /// where these read otherwise.
    #[must_use]
    pub fn events(facts: &[Self], reader: Reader) -> BTreeSet<EventType> {
        let seen = facts.iter().filter(|fact| fact.is_seen_by(reader));
        seen.map(|fact| fact.row("", Tz::UTC).event).collect()
    }

    /// Whether a reader of its ticket sees it. Of a call, its own CLEC sees it where the call was its own.
    pub(super) fn is_seen_by(&self, reader: Reader) -> bool {
        let seen_by = self.row("", Tz::UTC).seen_by;
        match reader {
            Reader::Provider => true,
            Reader::Owner => seen_by >= SeenBy::Own,
            Reader::Others => seen_by == SeenBy::LinkedToo,
        }
    }
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        self.row("", Tz::UTC).public
    }
}
