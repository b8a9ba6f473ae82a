//! The history: who did what, when and why (TT-02), and what of it owes a notice (TT-24).

use super::{
    Disposition, State,
    case::{Decision, PatchCause},
    patch::{DepartedFrom, PatchKind},
};
use crate::event_type::EventType;
use crate::trouble::{Call, DueDate};
use chrono::NaiveDate;
use chrono_tz::Tz;
use contract::{ClecId, Instant, NoticeCategory, Person, Severity, TicketNumber, Visibility};
use record::{
    Published, Reader,
    notice::{FieldChange, Status},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use serde_with::skip_serializing_none;
use std::collections::BTreeSet;

/// The edited fields that linked tickets read from their primary.
const READ_BY_LINKED: [&str; 4] = ["resolution", "eventDescription", "eventImpact", "release"];

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

/// What follows from a fact: a row of the table in [`Fact::row`].
struct Row {
    /// What a notice says of it.
    notice: Told,
    /// Which of TMF621's events it is of its ticket.
    event: EventType,
    /// Who sees it.
    seen_by: SeenBy,
    /// What the event bus is told of it.
    public: Published,
}

/// Who sees a fact of a ticket: in its history, as another version, and as an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum SeenBy {
    /// The desk alone.
    Desk,
    /// The ticket's own CLEC too.
    Own,
    /// Those of the tickets linked to it too: they stand where it stands (TT-06), in what
    /// [`Ticket::effective_under`](super::Ticket::effective_under) takes from it.
    LinkedToo,
}

/// What a notice says of a fact, and where it says nothing.
struct Told {
    /// The wording; none when the fact requires no notice.
    wording: Option<String>,
    /// Where an act is told to nobody, when all of its facts are silent there.
    silent: Silent,
}

/// Where a fact does not ask for a notice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Silent {
    /// Nowhere: what leads to Date TBD or away from it, what the provider announces to all, corrections.
    Nowhere,
    /// On Date TBD, where no status notification is issued any more (TT-11).
    OnDateTbd,
    /// On a closed ticket: that another ticket leads an ended group is nothing to tell.
    OnceClosed,
}

impl Told {
    fn new(silent: Silent, wording: impl Into<String>) -> Self {
        Self { wording: Some(wording.into()), silent }
    }

    /// Says nothing where `elsewhere`: another ticket's notice, required by the same act, tells of it, or nobody knows of it yet.
    fn unless(self, elsewhere: bool) -> Self {
        Self { wording: self.wording.filter(|_| !elsewhere), ..self }
    }
}

impl Fact {
    /// The names of all facts, as histories write them under `fact`.
    pub const NAMES: &'static [&'static str] = <Self as strum::VariantNames>::VARIANTS;

    /// The table: what follows from each fact. A fact is its variant above and its row here; without one of the columns it does
    /// not compile. It is worded as of the ticket
    /// `of`, because others of its group read it too; instants in `zone`. No wording holds a reason but
    /// that which the desk wrote for the CLECs: another may name one (TT-27). Notes, calls and edited
    /// fields are no status change and require no notice (TT-24).
    #[rustfmt::skip]
    fn row(&self, of: &str, zone: Tz) -> Row {
        use EventType::{AttributeValueChange as Attribute, Create, StatusChange as Status};
        use Published::{Only, Whole};
        use Silent::{Nowhere, OnDateTbd, OnceClosed};
        const DESK: SeenBy = SeenBy::Desk;
        const OWN: SeenBy = SeenBy::Own;
        const LINKED_TOO: SeenBy = SeenBy::LinkedToo;
        let nothing = || Told { wording: None, silent: OnDateTbd };
        let name_only = || Only(json!({}));
        let row = |notice, event, seen_by, public| Row { notice, event, seen_by, public };
        let level = |severity: &Severity| format!("{} ({severity})", severity.level());
        let moment = |at: &Instant| at.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z");
        let told_of = |corrected: &Option<CorrectedNotice>| match corrected {
            Some(CorrectedNotice { label, at, .. }) => format!(" ({label}, {})", moment(at)),
            None => String::new(),
        };
        // A correction is read by those who read what it corrects.
        let readers = |corrected: &Option<CorrectedNotice>| match corrected {
            Some(CorrectedNotice { notice_type: NoticeCategory::Event, .. }) => LINKED_TOO,
            _ => OWN,
        };
        let because = |reason: &Option<String>| reason.as_ref().map(|reason| format!(". Reason: {reason}")).unwrap_or_default();
        match self {
            //                                     notice: where it is silent, and its wording                 TMF621     seen by     bus
            Self::Opened { severity } => row(
                Told::new(OnDateTbd, format!("Opened with severity {}", level(severity))),                     Create,    OWN,        Whole),
            Self::AcceptedAsEvent => row(
                Told::new(Nowhere, "Accepted as an issue that impacts more than one CLEC"),                    Attribute, LINKED_TOO, Whole),
            Self::StatusChanged { from, to } => row(
                Told::new(Nowhere, format!("Status changed from {} to {}", from.wording(), to.wording())),           Status,    LINKED_TOO, Whole),
            Self::SeverityChanged { from, to, told_by_primary } => row(
                Told::new(OnDateTbd, format!("Severity changed from {} to {}", level(from), level(to)))
                    .unless(*told_by_primary),                                                                 Attribute, OWN,        Whole),
            Self::GroupSeverityChanged { from, to } => row(
                Told::new(OnDateTbd, format!("Severity of the related tickets changed from {} to {}", level(from), level(to))),
                                                                                                               Attribute, LINKED_TOO, Whole),
            Self::MadePrimary { in_place_of } => row(
                Told::new(OnceClosed, format!("Ticket {of} is the primary ticket now, in place of {in_place_of}")),
                                                                                                               Attribute, LINKED_TOO, Whole),
            Self::Unlinked { primary } => row(
                Told::new(Nowhere, format!("Ticket {of} is no longer linked to {primary}: worked by itself")), Attribute, OWN,        Whole),
            Self::LinkedLeft { .. } => row(nothing(),                                                          Attribute, OWN,        Whole),
            Self::WorkaroundProposed => row(nothing(),                                                         Attribute, LINKED_TOO, Whole),
            Self::WorkaroundAgreed { .. } => row(nothing(),                                                    Attribute, OWN,        name_only()),
            Self::WorkaroundDisputed { proposed } => row(
                Told::new(OnDateTbd, "The workaround is disputed as not acceptable").unless(*proposed),        Attribute, LINKED_TOO, Whole),
            Self::WorkaroundDisputeResolved { proposed } => row(
                Told::new(OnDateTbd, "The workaround is no longer disputed").unless(*proposed),                Attribute, LINKED_TOO, Whole),
            Self::WorkaroundImplemented => row(nothing(),                                                      Attribute, LINKED_TOO, Whole),
            Self::WorkaroundRetired { proposed } => row(
                Told::new(OnDateTbd, "The workaround is retired").unless(*proposed),                           Attribute, LINKED_TOO, Whole),
            Self::PatchDefined { changes, departed_from, document, change } => row(
                Told::new(Nowhere, format!(
                    "Patch of {}: {change}. The system departed from its {}: {document}", changes.as_str(), departed_from.wording(),
                )),                                                                                            Attribute, LINKED_TOO, name_only()),
            Self::PatchImplemented => row(
                Told::new(OnDateTbd, "The patch is implemented"),                                              Attribute, LINKED_TOO, Whole),
            Self::PatchSlipped { from, to, closed } => row(
                Told::new(OnDateTbd, format!(
                    "The patch promised for {from} {}{}",
                    to.map_or_else(|| "is dropped".to_owned(), |to| format!("comes on {to}")),
                    if *closed { "; reopening is offered" } else { "" },
                )),                                                                                            Attribute, LINKED_TOO, Whole),
            Self::PatchOverdue { date } => row(
                Told::new(OnDateTbd, format!("The patch promised for {date} is not recorded as implemented; reopening is offered")),
                                                                                                               Attribute, LINKED_TOO, Whole),
            Self::PatchRelease { cause } => row(
                Told::new(Nowhere, format!(
                    "{}: technical escalation initiated, a joint meeting is called",
                    match cause {
                        PatchCause::NotFeasible => "A software patch is not feasible",
                        PatchCause::MayImpactCoding => "A patch release may impact CLEC production coding",
                    },
                )),                                                                                            Attribute, LINKED_TOO, Whole),
            Self::MeetingCalled { at, place, agenda } => row(
                Told::new(Nowhere, format!("Joint meeting on {}, {place}. Agenda: {agenda}", moment(at))),     Attribute, LINKED_TOO, name_only()),
            Self::NoticeCorrected { sequence, correction, corrected, reason } => row(
                Told::new(Nowhere, format!(
                    "Correction of notice {sequence}{}: {correction}{}", told_of(corrected), because(reason),
                )),                                                                                            Attribute, readers(corrected),
                Only(json!({ "sequence": sequence }))),
            Self::NoticeWithdrawn { sequence, corrected, reason } => row(
                Told::new(Nowhere, format!("Notice {sequence}{} is withdrawn{}", told_of(corrected), because(reason))),
                                                                                                               Attribute, readers(corrected),
                Only(json!({ "sequence": sequence }))),
            Self::ClosingAgreed { agreed, .. } => row(nothing(),                                               Attribute, OWN,
                Only(json!({ "agreed": agreed }))),
            Self::AgreementOfLinked { .. } => row(nothing(),                                                   Attribute, DESK,       Whole),
            Self::OfCaller { .. } => row(nothing(),                                                            Attribute, DESK,       name_only()),
            Self::CaseRaised { .. } | Self::CaseAnswered { .. } | Self::CaseDecided { .. } => row(nothing(),   Attribute, OWN,        Whole),
            Self::OrderListed { .. } | Self::OrderMarked { .. } => row(nothing(),                              Attribute, OWN,        name_only()),
            Self::DocumentAttached { .. } => row(nothing(),                                                    Attribute, OWN,        Whole),
            Self::ChangeRequest { .. } => row(nothing(),                                                       Attribute, OWN,        name_only()),
            Self::WorkaroundProvided { call_center_reference, replaces_disputed } => row(
                Told::new(OnDateTbd, format!(
                    "Workaround provided{}{}",
                    call_center_reference.as_ref().map(|of| format!(", call center reference {of}")).unwrap_or_default(),
                    if *replaces_disputed { ", in place of one that is disputed as not acceptable" } else { "" },
                )),                                                                                            Attribute, LINKED_TOO, name_only()),
            Self::EstimatedResolution { from, to } => row(
                Told::new(OnDateTbd, match (from, to) {
                    (Some(from), Some(at)) => format!("Estimated resolution: {}, before {}", moment(at), moment(from)),
                    (None, Some(at)) => format!("Estimated resolution: {}", moment(at)),
                    (_, None) => "Estimated resolution: no longer known".to_owned(),
                }),                                                                                            Attribute, LINKED_TOO, Whole),
            Self::SystemChanged { from, to } => row(
                Told::new(Nowhere, match (from, to) {
                    (Some(from), Some(to)) => format!("System affected changed from {from} to {to}"),
                    (None, Some(to)) => format!("System affected: {to}"),
                    (_, None) => "System affected: unknown".to_owned(),
                }),                                                                                            Attribute, LINKED_TOO, name_only()),
            Self::PatchDate { from, to } => row(
                Told::new(OnDateTbd, match (from, to) {
                    (Some(from), Some(date)) => format!("Patch date: {date}, before {from}"),
                    (None, Some(date)) => format!("Patch date: {date}"),
                    (_, None) => "Patch date: no longer known".to_owned(),
                }),                                                                                            Attribute, LINKED_TOO, Whole),
            Self::LinkedTo { primary, told_by_primary } => row(
                Told::new(Nowhere, format!("Ticket {of} is linked to the primary ticket {primary}")).unless(*told_by_primary),
                                                                                                               Attribute, OWN,        Whole),
            Self::Linked { .. } => row(nothing(),                                                              Attribute, OWN,        Whole),
            Self::Closed { disposition } => row(
                Told::new(OnDateTbd, format!("Closed: {}", disposition.name())),                               Status,    LINKED_TOO,
                Only(json!({ "disposition": disposition.code() }))),
            Self::Noted { visibility: Visibility::Internal, .. } => row(nothing(),                             Attribute, DESK,       name_only()),
            Self::Called(_) | Self::ToldByPhone { .. } | Self::Noted { .. } => row(nothing(),                  Attribute, OWN,        name_only()),
            Self::UpdatesPutOff { told } => row(
                Told::new(Nowhere, format!("The update that was told for {} comes later: see the next update", moment(told))),
                                                                                                               Attribute, LINKED_TOO, Whole),
            Self::Reason { text, .. } => row(
                Told::new(Nowhere, format!("Reason: {text}")),                                                 Attribute, OWN,        name_only()),
            Self::Edited { fields } => row(
                nothing(),                                                                                     Attribute,
                if fields.iter().any(|field| READ_BY_LINKED.contains(&field.as_str())) { LINKED_TOO } else { OWN },            Whole),
        }
    }

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
