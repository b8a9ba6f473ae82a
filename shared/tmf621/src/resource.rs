//! The resource as a party reads it.

use crate::{BASE, read::document};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    ClecId, Party, Policy, Severity, TicketNumber,
    ticket::{Call, Group, Impact, Link, Referral, State, Status, Ticket, Workaround},
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

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
    /// What was reported; with `name`, `externalId`, `priority`, `requestedResolutionDate`, `systemAffected`, `impact`,
    /// `contact`, `severityEscalationContact`, `attachment`, `channel`, `relatedEntity` and `relatedParty` as given.
    #[serde(flatten)]
    #[schema(value_type = Object)]
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
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    status_change_reason: Option<String>,
    /// Every status it had.
    status_change: Vec<StatusChange>,
    /// Estimated resolution.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_resolution_date: Option<DateTime<Utc>>,
    /// When the problem was resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    resolution_date: Option<DateTime<Utc>>,
    /// What resolved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    resolution: Option<String>,
    /// Related tickets: `isLinkedTo` its primary; `isPrimaryOf` those linked to it, where one ticket is read.
    trouble_ticket_relationship: Vec<Value>,
    /// The latest notes.
    note: Vec<Value>,
    /// Who opened it.
    #[schema(value_type = String)]
    originator: Originator,
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
    #[schema(value_type = Option<Object>)]
    event_impact: Option<Impact>,
    /// Worked outside the hours of operation.
    worked_outside_hours: bool,
    /// The workaround that is provided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    workaround: Option<Workaround>,
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
    #[schema(value_type = Option<Object>)]
    referral: Option<Referral>,
    /// Contact for more information on the problem.
    provider_contact: String,
    /// Escalation information.
    escalation_information: String,
    /// The latest further calls.
    #[schema(value_type = Vec<Object>)]
    call: Vec<Call>,
    /// When the next no-change update is due; none is owed when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_update_due: Option<DateTime<Utc>>,
    /// The task resources that its state allows.
    possible: Vec<&'static str>,
    /// `WholesaleTroubleTicket`.
    #[serde(rename = "@type")]
    kind: &'static str,
    /// `TroubleTicket`.
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

/// What a create takes (TMF621 v4 `TroubleTicket_Create`), extended. Dates of the server and `status` are refused.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TroubleTicketCreate {
    /// Description of the problem, at most 4000 characters.
    description: String,
    /// critical, serious, moderate, minimal; or 1 to 4; or high, medium, low for the last three.
    severity: String,
    /// The reporter's kind of ticket.
    ticket_type: String,
    /// System affected.
    system_affected: Option<String>,
    /// `geographicArea`, `productsAffected` (a list), `businessImplications`, `systemImplications`, `other`.
    #[schema(value_type = Option<Object>)]
    impact: Option<Value>,
    /// `name`, `phone`, `email`.
    #[schema(value_type = Option<Object>)]
    contact: Option<Value>,
    /// `name`, `phone`, `email` of who may raise the severity.
    #[schema(value_type = Option<Object>)]
    severity_escalation_contact: Option<Value>,
    /// Call Center Database Ticket number.
    call_center_reference: Option<String>,
    /// A short name.
    name: Option<String>,
    /// The reporter's own number.
    external_id: Option<String>,
    /// The reporter's priority.
    priority: Option<String>,
    /// When the reporter wishes it resolved.
    requested_resolution_date: Option<DateTime<Utc>>,
    /// Notes: `{"text"}`.
    #[schema(value_type = Option<Vec<Object>>)]
    note: Option<Value>,
    /// By the desk: the CLEC that reports by telephone.
    clec: Option<String>,
    /// By the desk: believed to impact more than one CLEC.
    event: Option<bool>,
    /// By the desk: its words for event notices.
    event_description: Option<String>,
}

/// What an update takes, as a merge patch: what a create takes but `severity`, and by the desk what follows.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TroubleTicketUpdate {
    /// inProgress, pending, held, resolved, cancelled or rejected; a CLEC's own only cancelled. `closed`: POST to close.
    status: Option<String>,
    /// Why; told to the ticket's CLEC, in no event notice.
    status_change_reason: Option<String>,
    /// When it occurred, if earlier: intervals run from there.
    status_change_date: Option<DateTime<Utc>>,
    /// When the problem was resolved; with status resolved.
    resolution_date: Option<DateTime<Utc>>,
    /// What resolved it.
    resolution: Option<String>,
    /// Estimated resolution.
    expected_resolution_date: Option<DateTime<Utc>>,
    /// The date of the patch that will resolve it.
    patch_date: Option<NaiveDate>,
    /// Accept it as an event; once an event, always one.
    event: Option<bool>,
    /// Words for event notices.
    event_description: Option<String>,
    /// Words on the impact for event notices.
    #[schema(value_type = Option<Object>)]
    event_impact: Option<Value>,
    /// Told at any hour, for severity 2.
    worked_outside_hours: Option<bool>,
    /// Contact for this problem.
    provider_contact: Option<String>,
    /// Escalation information for this problem.
    escalation_information: Option<String>,
    /// `tier` 2 or 3, `expert`.
    #[schema(value_type = Option<Object>)]
    referral: Option<Value>,
    /// Call Center Database Ticket number.
    call_center_reference: Option<String>,
}

impl TroubleTicket {
    /// The ticket as `viewer` reads it. `ticket` is as it reads beside its primary; `linked` are the tickets linked to it,
    /// where they were asked for. A CLEC never sees who else is concerned.
    #[must_use]
    pub fn of(ticket: &Ticket, linked: &[Link], viewer: &Party, policy: &Policy) -> Self {
        let relation = |kind: &str, number: TicketNumber| json!({ "id": number, "href": href(number), "relationshipType": kind, "@type": "TroubleTicketRelationship" });
        let mut report = document(&ticket.report);
        let mut relations = match report.remove("troubleTicketRelationship") {
            Some(Value::Array(kept)) => kept,
            _ => Vec::new(),
        };
        if let Group::Linked { primary, .. } = ticket.group {
            relations.push(relation("isLinkedTo", primary));
        }
        relations.extend(linked.iter().map(|link| relation("isPrimaryOf", link.number)));
        let mine = |clec: &Option<ClecId>| viewer.is_desk() || clec.as_ref() == viewer.clec();
        let latest = ticket.status_changes.last();
        let closing = match &ticket.state {
            State::Closed(closing) => Some(closing),
            _ => None,
        };
        Self {
            id: ticket.number,
            href: href(ticket.number),
            creation_date: ticket.opened_at,
            last_update: ticket.changed_at,
            report,
            severity: ticket.severity,
            severity_level: ticket.severity.level(),
            status: ticket.status(),
            status_change_date: latest.map(|change| change.at),
            status_change_reason: latest.and_then(|change| change.why.clone()),
            status_change: ticket
                .status_changes
                .iter()
                .map(|change| StatusChange {
                    status: change.status,
                    change_date: change.at,
                    change_reason: change.why.clone(),
                })
                .collect(),
            expected_resolution_date: ticket.estimated_resolution,
            resolution_date: ticket.resolved_at,
            resolution: ticket.resolution.clone(),
            trouble_ticket_relationship: relations,
            note: ticket
                .notes
                .iter()
                .map(|note| json!({ "id": note.id, "author": note.author, "date": note.at, "text": note.text }))
                .collect(),
            originator: if ticket.clec.is_some() { Originator::Clec } else { Originator::Provider },
            clec: ticket.clec.clone(),
            event: ticket.is_event(),
            event_description: ticket.event_description.clone(),
            event_impact: ticket.event_impact.clone(),
            worked_outside_hours: ticket.worked_outside_since.is_some(),
            workaround: ticket.workaround.clone(),
            call_center_reference: ticket.call_center_reference.clone(),
            patch_date: ticket.patch_date,
            disposition: closing.map(|closing| closing.disposition.code()),
            closed_date: closing.map(|closing| closing.closed_at),
            referral: ticket.referral.clone(),
            provider_contact: ticket.provider_contact.clone().unwrap_or_else(|| policy.provider.contact.clone()),
            escalation_information: ticket.escalation.clone().unwrap_or_else(|| policy.provider.escalation.clone()),
            call: ticket.calls.iter().filter(|call| mine(&call.clec)).cloned().collect(),
            next_update_due: ticket.next_update.as_ref().map(|due| due.at),
            possible: ticket.possible().into_iter().filter(|task| viewer.is_desk() || BY_CLEC.contains(task)).collect(),
            kind: "WholesaleTroubleTicket",
            base_kind: "TroubleTicket",
        }
    }

    /// The ticket as JSON, of `fields` alone where they are named; `id` and `href` always.
    #[must_use]
    pub fn selected(&self, fields: &[String]) -> Value {
        let mut value = json!(self);
        if let Some(object) = value.as_object_mut().filter(|_| !fields.is_empty()) {
            object.retain(|name, _| name == "id" || name == "href" || fields.contains(name));
        }
        value
    }
}

/// The task resources that a CLEC has.
const BY_CLEC: [&str; 3] = ["PATCH", "call", "link"];

/// Where a ticket is.
fn href(number: TicketNumber) -> String {
    format!("{BASE}/{number}")
}
