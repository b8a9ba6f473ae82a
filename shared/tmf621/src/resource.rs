//! The resource as a party reads it.

use crate::{
    BASE, Impact, Report,
    process::ProcessShown,
    report::document,
    update::Referral,
    view::{
        CallShown, CaseShown, ChecklistShown, CommitmentShown, NoteShown, PatchShown, PromptShown, WorkaroundShown,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use contract::{
    ClecId, DegradationReportNumber, Party, Policy, PostMortemNumber, ReleaseNumber, Severity, TicketNumber, Visibility,
};
use domain::{
    post_mortem::is_offered,
    ticket::{self, Group, State, Ticket, case::Subject},
};
use record::{Reader, Record, notice::Status};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// The fields whose texts are searched for words.
const SEARCHED: [&str; 16] = [
    "id",
    "name",
    "description",
    "externalId",
    "systemAffected",
    "impact",
    "details",
    "eventDescription",
    "eventImpact",
    "resolution",
    "workaround",
    "patch",
    "note",
    "statusChangeReason",
    "callCenterReference",
    "changeRequest",
];

/// A trouble ticket (TMF621 v4 `TroubleTicket`), extended.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TroubleTicket {
    /// The ticket's number, `7K3M-9QXD`.
    #[schema(value_type = String)]
    id: TicketNumber,
    /// Where it is.
    href: String,
    /// When it was opened, UTC.
    creation_date: DateTime<Utc>,
    /// When it last changed.
    last_update: DateTime<Utc>,
    #[serde(flatten)]
    #[schema(value_type = Report)]
    report: Map<String, Value>,
    /// critical, serious, moderate or minimal.
    #[schema(value_type = String)]
    severity: Severity,
    /// 1 to 4.
    severity_level: u8,
    /// acknowledged, inProgress, pending, held (Date TBD), resolved, closed, cancelled or rejected.
    #[schema(value_type = String)]
    status: Status,
    /// When it came to this status.
    status_change_date: Option<DateTime<Utc>>,
    /// The reason for the status.
    #[serde(skip_serializing_if = "Option::is_none")]
    status_change_reason: Option<String>,
    /// Every status it had.
    status_change: Vec<StatusChange>,
    /// The estimated resolution.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_resolution_date: Option<DateTime<Utc>>,
    /// When the problem was resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    resolution_date: Option<DateTime<Utc>>,
    /// What resolved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    resolution: Option<String>,
    /// Related tickets: `isLinkedTo` its primary; `isPrimaryOf` those linked to it, where one ticket is read; `transferredTo` and
    /// `transferredFrom` the other side; `goesOnAs` and `goesOnFrom`, where the trouble of a closed one was not resolved.
    trouble_ticket_relationship: Vec<Value>,
    /// The latest notes; a CLEC reads those that are public.
    note: Vec<NoteShown>,
    /// Who opened it; a CLEC that called about it does not read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    originator: Option<Originator>,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    clec: Option<ClecId>,
    /// Whether it is told by event notices (12.6).
    event: bool,
    /// The desk's words for it in event notices.
    #[serde(skip_serializing_if = "Option::is_none")]
    event_description: Option<String>,
    /// The desk's words on its impact in event notices.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Impact>)]
    event_impact: Option<contract::Impact>,
    /// For the desk: what of its own words the notices, or the Date TBD list, lack.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    awaits_desk: Vec<PromptShown>,
    /// Worked outside the hours of operation.
    worked_outside_hours: bool,
    /// The workaround, with its `status`: proposed, agreed, disputed, provided, implemented or retired.
    #[serde(skip_serializing_if = "Option::is_none")]
    workaround: Option<WorkaroundShown>,
    /// The patch, as it was defined.
    #[serde(skip_serializing_if = "Option::is_none")]
    patch: Option<PatchShown>,
    /// What became of the patch that the ticket was closed on: promised, implemented, slipped, dropped or overdue.
    #[serde(skip_serializing_if = "Option::is_none")]
    patch_commitment: Option<CommitmentShown>,
    /// How many documents belong to it; they are listed under `attachment`.
    #[serde(skip_serializing_if = "Option::is_none")]
    documents: Option<u32>,
    /// Of severity 1 and 2: what is in hand, `patch`, `workaround`, both or neither.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_hand: Option<Vec<&'static str>>,
    /// The cases on it: what was asked for or disputed, what was said, how it was decided.
    case: Vec<CaseShown>,
    /// The severity that its CLEC asked for last, beside the one that is assigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    severity_asked: Option<Severity>,
    /// The guidelines that were ticked when the severity was chosen, and the level that they propose.
    #[serde(skip_serializing_if = "Option::is_none")]
    severity_checklist: Option<ChecklistShown>,
    /// Whether its CLEC agrees with the closing: agreed, disagreed or noAnswer; while it is worked, once it said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    agreement: Option<&'static str>,
    /// Whether its CLEC disputes the closing, or the workaround.
    disputed: bool,
    /// Until when its CLEC can reopen it, when it does not agree with the closing.
    #[serde(skip_serializing_if = "Option::is_none")]
    dispute_until: Option<DateTime<Utc>>,
    /// The change requests that it led to.
    change_request: Vec<String>,
    /// The release whose deployment it is a problem of; a linked ticket's own, or else its primary's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    release: Option<ReleaseNumber>,
    /// The number of its post-mortem, once one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    post_mortem: Option<PostMortemNumber>,
    /// The degradation report that it was raised of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    service_problem: Option<DegradationReportNumber>,
    /// Whether a post-mortem is offered: the ticket is closed, and lasted longer than the policy says. One can be asked for of any that is
    /// closed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    post_mortem_offered: bool,
    /// Call Center Database Ticket number.
    #[serde(skip_serializing_if = "Option::is_none")]
    call_center_reference: Option<String>,
    /// The date of the patch that will resolve it.
    #[serde(skip_serializing_if = "Option::is_none")]
    patch_date: Option<NaiveDate>,
    /// The disposition code that it was closed with.
    #[serde(skip_serializing_if = "Option::is_none")]
    disposition: Option<&'static str>,
    /// When it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_date: Option<DateTime<Utc>>,
    /// The tier and expert that it was referred to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Referral>)]
    referral: Option<ticket::Referral>,
    /// Contact for more information on the problem.
    provider_contact: String,
    /// How to escalate: the provider's text or address.
    escalation_information: String,
    /// The latest further calls.
    call: Vec<CallShown>,
    /// When the next no-change update is due; none is owed when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_update_due: Option<DateTime<Utc>>,
    /// What it has as a process ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<ProcessShown>,
    /// The task resources that its state allows.
    possible: Vec<&'static str>,
    /// `WholesaleTroubleTicket`, or `ProcessTicket`.
    #[serde(rename = "@type")]
    kind: &'static str,
    /// Always `TroubleTicket`.
    #[serde(rename = "@baseType")]
    base_kind: &'static str,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StatusChange {
    #[schema(value_type = String)]
    status: Status,
    change_date: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change_reason: Option<String>,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
enum Originator {
    Clec,
    Provider,
}

impl TroubleTicket {
    /// The ticket as `viewer` reads it. `ticket` is as it reads beside its primary; `linked` are the tickets linked to it,
    /// where they were asked for. A CLEC never sees who else is concerned; of another's ticket that it called about, `ticket` is what
    /// it may know ([`Loaded::read_by`](domain::ticket::Loaded::read_by)).
    #[must_use]
    pub fn of(ticket: &Ticket, linked: &[TicketNumber], viewer: &Party, policy: &Policy) -> Self {
        let relation = |kind: &str, number: TicketNumber| json!({ "id": number, "href": href(number), "relationshipType": kind, "@type": "TroubleTicketRelationship" });
        let (is_anothers, reader) = (ticket.reader(viewer) == Reader::Others, ticket.affected(viewer));
        let mut report = document(&ticket.report);
        if is_anothers {
            report.remove("ticketType");
        }
        let mut relations = match report.remove("troubleTicketRelationship") {
            Some(Value::Array(kept)) => kept,
            _ => Vec::new(),
        };
        if let Group::Linked { primary, .. } = ticket.group {
            relations.push(relation("isLinkedTo", primary));
        }
        let others = ticket.cross_references.iter().filter(|_| !is_anothers);
        relations.extend(others.map(|of| relation(of.relation.as_str(), of.number)));
        relations.extend(linked.iter().map(|linked| relation("isPrimaryOf", *linked)));
        let cases = || ticket.cases.iter().filter(|case| case.is_for(viewer, ticket.clec.as_ref()));
        let mine = |clec: &Option<ClecId>| viewer.is_provider() || clec.as_ref() == viewer.clec();
        let latest = ticket.status_changes.last();
        let prompts = if viewer.is_provider() { ticket.prompts() } else { Vec::new() };
        let why = |change: &ticket::StatusChange| {
            change.why.clone().filter(|_| viewer.is_provider() || change.read_by != Some(Visibility::Internal))
        };
        let closing = match &ticket.problem.state {
            State::Closed(closing) => Some(closing),
            _ => None,
        };
        Self {
            id: ticket.number,
            href: href(ticket.number),
            creation_date: ticket.opened_at,
            last_update: ticket.seen_by(viewer).map_or(ticket.changed_at, |seen| seen.changed_at),
            report,
            severity: ticket.severity,
            severity_level: ticket.severity.level(),
            status: ticket.status(),
            status_change_date: latest.map(|change| change.at),
            status_change_reason: latest.and_then(&why),
            status_change: ticket
                .status_changes
                .iter()
                .map(|change| StatusChange {
                    status: change.status,
                    change_date: change.at,
                    change_reason: why(change),
                })
                .collect(),
            expected_resolution_date: ticket.problem.estimated_resolution,
            resolution_date: ticket.problem.resolved_at,
            resolution: ticket.problem.resolution.clone(),
            trouble_ticket_relationship: relations,
            note: ticket.notes.iter().filter(|note| note.is_for(viewer)).map(NoteShown::from).collect(),
            originator: (!is_anothers).then_some(match ticket.clec {
                Some(_) => Originator::Clec,
                None => Originator::Provider,
            }),
            clec: ticket.clec.clone(),
            event: ticket.is_event(),
            event_description: ticket.problem.event_description.clone(),
            event_impact: ticket.problem.event_impact.clone(),
            awaits_desk: prompts.iter().map(PromptShown::from).collect(),
            worked_outside_hours: ticket.worked_outside_since.is_some(),
            documents: Some(ticket.documents).filter(|documents| *documents > 0),
            workaround: ticket.problem.workaround.as_ref().map(|of| WorkaroundShown::of(of, ticket, viewer)),
            patch: ticket.problem.patch.as_ref().map(PatchShown::from),
            patch_commitment: ticket.problem.commitment.as_ref().map(CommitmentShown::from),
            in_hand: (ticket.severity <= Severity::Serious).then(|| ticket.in_hand()),
            case: cases().map(|case| CaseShown::of(case, ticket)).collect(),
            severity_asked: cases().rev().find_map(|case| match case.subject {
                Subject::SeverityChange { asked, .. } => Some(asked),
                _ => None,
            }),
            severity_checklist: ChecklistShown::of(&ticket.severity_checklist),
            agreement: match (ticket.agreement(&reader), closing) {
                (Some(agreed), _) => Some(if agreed { "agreed" } else { "disagreed" }),
                (None, Some(_)) => Some("noAnswer"),
                (None, None) => None,
            },
            disputed: ticket.agreement(&reader) == Some(false)
                || ticket.problem.workaround.as_ref().is_some_and(|of| of.disputed.contains(&reader))
                || viewer.is_provider()
                    && (ticket.disagreeing() > 0
                        || ticket.problem.workaround.as_ref().is_some_and(|of| !of.disputed.is_empty())),
            dispute_until: ticket.dispute_until(policy).filter(|_| !is_anothers),
            change_request: ticket.change_requests.iter().cloned().collect(),
            release: ticket.release,
            service_problem: ticket.service_problem.filter(|_| !is_anothers),
            post_mortem: ticket.post_mortem.filter(|_| !is_anothers).map(|of| of.number),
            post_mortem_offered: !is_anothers && ticket.clec.is_some() && is_offered(ticket, policy),
            call_center_reference: ticket.call_center_reference.clone(),
            patch_date: ticket.problem.patch_date,
            disposition: closing.map(|closing| closing.disposition.code()),
            closed_date: closing.map(|closing| closing.closed_at),
            referral: ticket.referral.clone(),
            provider_contact: ticket.contact(policy).to_owned(),
            escalation_information: ticket.escalation_information(policy),
            call: ticket.calls.iter().filter(|call| mine(&call.clec)).map(CallShown::from).collect(),
            next_update_due: ticket.next_update.as_ref().map(|due| due.at),
            process: ProcessShown::of(ticket, viewer, policy),
            possible: ticket.possible_for(viewer),
            kind: if ticket.is_of_process() { "ProcessTicket" } else { "WholesaleTroubleTicket" },
            base_kind: "TroubleTicket",
        }
    }

    /// The texts that are searched for words: what the viewer reads, people and ways to reach them left out.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        let shown = json!(self);
        SEARCHED.iter().filter_map(|name| shown.get(name)).for_each(|value| gather(value, &mut texts));
        texts
    }

    /// The ticket as JSON, of `fields` alone where they are named.
    #[must_use]
    pub fn selected(&self, fields: &[String]) -> Value {
        http_edge::selected(self, fields)
    }
}

/// Adds all texts in a value, but whose contacts they are.
fn gather(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| gather(value, texts)),
        Value::Object(fields) => {
            fields.iter().filter(|(name, _)| *name != "contact").for_each(|(_, value)| gather(value, texts))
        }
        _ => {}
    }
}

/// Where a ticket is.
fn href(number: TicketNumber) -> String {
    format!("{BASE}/{number}")
}
