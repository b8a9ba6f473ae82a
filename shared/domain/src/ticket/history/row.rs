//! The table of facts: what a notice says of each, which event of TMF621 it is, who sees it, and what the event bus is told of it.

use super::{CorrectedNotice, Fact};
use crate::{event_type::EventType, ticket::case::PatchCause};
use chrono_tz::Tz;
use contract::{Instant, NoticeCategory, Severity, Visibility, duration};
use record::Published;
use serde_json::json;

/// The edited fields that linked tickets read from their primary.
const READ_BY_LINKED: [&str; 4] = ["resolution", "eventDescription", "eventImpact", "release"];

/// What follows from a fact: a row of the table in [`Fact::row`].
pub(super) struct Row {
    /// What a notice says of it.
    pub(super) notice: Told,
    /// Which of TMF621's events it is of its ticket.
    pub(super) event: EventType,
    /// Who sees it.
    pub(super) seen_by: SeenBy,
    /// What the event bus is told of it.
    pub(super) public: Published,
}

/// Who sees a fact of a ticket: in its history, as another version, and as an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SeenBy {
    /// The desk alone.
    Desk,
    /// The ticket's own CLEC too.
    Own,
    /// Those of the tickets linked to it too: they stand where it stands (TT-06), in what
    /// [`Ticket::effective_under`](crate::ticket::Ticket::effective_under) takes from it.
    LinkedToo,
}

/// What a notice says of a fact, and where it says nothing.
pub(super) struct Told {
    /// The wording; none when the fact requires no notice.
    pub(super) wording: Option<String>,
    /// Where an act is told to nobody, when all of its facts are silent there.
    pub(super) silent: Silent,
}

/// Where a fact does not ask for a notice.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Silent {
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
    /// The table: what follows from each fact. A fact is its variant above and its row here; without one of the columns it does
    /// not compile. It is worded as of the ticket
    /// `of`, because others of its group read it too; instants in `zone`. No wording holds a reason but
    /// that which the desk wrote for the CLECs: another may name one (TT-27). Notes, calls and edited
    /// fields are no status change and require no notice (TT-24).
    #[rustfmt::skip]
    pub(super) fn row(&self, of: &str, zone: Tz) -> Row {
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
            Self::PostMortemRequested { .. } | Self::PostMortemIssued { .. } | Self::PostMortemWithdrawn { .. } => row(
                nothing(),                                                                                     Attribute, OWN,        Whole),
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
            // Of process tickets (12.8).
            Self::Determined { trouble } => row(
                Told::new(Nowhere, format!("Determined to be {}", trouble.wording())),                         Attribute, OWN,        Whole),
            Self::CentersTold => row(nothing(),                                                                Attribute, OWN,        Whole),
            Self::StatusGiven { due, channel, .. } => row(nothing(),                                           Attribute, OWN,
                Only(json!({ "due": due, "channel": channel }))),
            Self::StatusMissed { .. } => row(nothing(),                                                        Attribute, OWN,        Whole),
            Self::StatusAgreed { interval, channel, .. } => row(
                Told::new(OnceClosed, format!(
                    "Status is given every {} {}, as agreed", duration::in_words(*interval), channel.wording(),
                )),                                                                                            Attribute, OWN,
                Only(json!({ "interval": interval.to_string(), "channel": channel }))),
            Self::OthersImpacted { .. } => row(
                Told::new(Nowhere, format!("Ticket {of} is the Reference Ticket of the trouble: give its number when you report the same")),
                                                                                                               Attribute, DESK,       name_only()),
            Self::ReferenceNamed { number } => row(
                Told::new(Nowhere, format!("Reference Ticket: {number}")),                                     Attribute, OWN,        Whole),
            Self::CrossReferenced { number, relation, .. } => row(
                Told::new(Nowhere, relation.told(of, *number)),                                                Attribute, OWN,
                Only(json!({ "number": number, "relation": relation }))),
            Self::OrdersListed { .. } | Self::OrdersProcessed { .. } => row(nothing(),                         Attribute, OWN,        Whole),
            Self::ConcurrenceSought => row(
                Told::new(Nowhere, "The workaround is implemented"),                                           Attribute, OWN,        Whole),
            Self::ClosableWithoutAgreement => row(
                Told::new(Nowhere, "Not escalated since the disagreement: the ticket may be closed"),          Attribute, OWN,        Whole),
        }
    }
}
