//! A degradation report as its CLEC and the provider's people read it: TMF656's service problem, with what that has no word for beside it.

mod parts;

use crate::{BASE, bodies::UNKNOWN};
use chrono::{DateTime, Utc};
use contract::{ClecId, Instant, Party, Policy, Visibility, policy::EscalationLevel};
use domain::degradation_report::{DegradationReport, Jeopardy, State, Status};
use http_edge::schema;
use parts::{
    AssignmentShown, CommentShown, CrossingShown, EscalationShown, PartyRequestShown, ServiceProblemRef, TaskShown,
    TicketShown,
};
use record::Record;
use serde::Serialize;
use serde_with::skip_serializing_none;
use tmf621::Person;
use utoipa::ToSchema;

/// A degradation report: that something that a CLEC purchased performs worse than it is to.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServiceProblem {
    /// The number of the report.
    id: String,
    /// Where it is read.
    href: String,
    /// By what its CLEC knows what degrades.
    name: String,
    /// The number of the problem in another system.
    correlation_id: Option<String>,
    /// Where it stands.
    #[schema(schema_with = schema::<Status>)]
    status: Status,
    /// Since when it stands there.
    status_change_date: DateTime<Utc>,
    /// Why it stands there.
    status_change_reason: Option<String>,
    /// Who alerted of it: `[role].[category]`.
    category: String,
    /// How important it is, from 1, the highest, to 10.
    priority: u8,
    /// What degrades, in words.
    description: String,
    /// The cause, as far as it is known.
    reason: String,
    /// What raised it, where that was no person.
    first_alert: Option<ServiceProblemRef>,
    /// The crossing of a threshold, or the source that stopped, which raised it.
    crossing: Option<CrossingShown>,
    /// Who raised it.
    originator_party: ServiceProblemRef,
    /// The CLEC whose it is.
    related_party: Vec<ServiceProblemRef>,
    /// The purchased offering that degrades.
    affected_service: Vec<ServiceProblemRef>,
    /// How many services are affected.
    affected_number_of_services: u32,
    /// Where these are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    affected_location: Vec<ServiceProblemRef>,
    /// The product offering that the purchase is of.
    related_object: Vec<ServiceProblemRef>,
    /// The objectives that are not met.
    #[serde(rename = "associatedSLAViolation", skip_serializing_if = "Vec::is_empty")]
    associated_sla_violation: Vec<ServiceProblemRef>,
    /// Which metric degrades, where that is known.
    metric: Option<String>,
    /// The CLEC whose it is, by its id.
    clec: String,
    /// The person who can be asked.
    #[schema(value_type = Option<Person>)]
    contact: Option<contract::Person>,
    /// When it was raised, or since when it is so.
    time_raised: DateTime<Utc>,
    /// When it last changed.
    time_changed: DateTime<Utc>,
    /// By when it is to be cleared.
    due_at: DateTime<Utc>,
    /// Within what time of the raising that is, as ISO 8601 writes it.
    time_to_clear: String,
    /// Whether its type of SLA says so; else the policy does, by its priority.
    time_is_agreed: bool,
    /// How it stands to that.
    #[schema(schema_with = schema::<Jeopardy>)]
    jeopardy: Jeopardy,
    /// When it was cleared.
    resolution_date: Option<DateTime<Utc>>,
    /// What was done.
    resolution: Option<String>,
    /// Until when its CLEC is asked whether it agrees that it is cleared.
    agree_until: Option<DateTime<Utc>>,
    /// Whether its CLEC agreed; else it said nothing in time.
    agreed: Option<bool>,
    /// How often its CLEC did not agree.
    disputed: u32,
    /// How far it is escalated: 0, not at all, to 2, to the Service Director.
    problem_escalation: String,
    /// The escalations, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    escalations: Vec<EscalationShown>,
    /// For the provider's people: to whom it is assigned.
    assignment: Option<AssignmentShown>,
    /// For the provider's people: what is to be done, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tasks: Vec<TaskShown>,
    /// The trouble tickets that were raised of it, because the cause is in a service.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    associated_trouble_ticket: Vec<TicketShown>,
    /// For the provider's people: what is asked of other parties, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    party_requests: Vec<PartyRequestShown>,
    /// What was found and said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    comment: Vec<CommentShown>,
    /// What the reader can do now.
    possible: Vec<&'static str>,
    /// What it is.
    #[serde(rename = "@type")]
    of_type: &'static str,
}

const PURCHASES: &str = "/cmp/v1/purchasedOffering";
const OFFERINGS: &str = "/cmp/v1/productOffering";
const OBJECTIVES: &str = "/tmf-api/serviceQualityManagement/v4/serviceLevelObjective";

impl ServiceProblem {
    pub(crate) fn of(report: &DegradationReport, reader: &Party, now: Instant, policy: &Policy) -> Self {
        let people = reader.is_provider();
        let (resolution, agree_until, agreed) = match &report.state {
            State::Resolved { resolution, agree_until, .. } => (Some(resolution.clone()), Some(*agree_until), None),
            State::Closed { resolution, agreed, .. } => (Some(resolution.clone()), None, Some(*agreed)),
            _ => (None, None, None),
        };
        let at = |base: &str, id: &dyn ToString, referred_type| ServiceProblemRef {
            id: id.to_string(),
            href: Some(format!("{base}/{}", id.to_string())),
            name: None,
            role: None,
            referred_type,
        };
        let violated = report.crossing.as_ref().map(|of| at(OBJECTIVES, &of.objective, "ServiceLevelObjective"));
        let location = |area: &String| ServiceProblemRef {
            id: area.clone(),
            href: None,
            name: Some(area.clone()),
            role: None,
            referred_type: "GeographicArea",
        };
        let level = report.level.filter(|level| people || *level > EscalationLevel::Assignee);
        Self {
            id: report.number.to_string(),
            href: format!("{BASE}/{}", report.number),
            name: report.purchase_name.clone(),
            correlation_id: report.correlation_id.clone(),
            status: report.status(),
            status_change_date: report.state_since,
            status_change_reason: report.state_reason.clone(),
            category: report.category.clone(),
            priority: report.priority,
            description: report.description.clone(),
            reason: report.reason.clone().unwrap_or_else(|| UNKNOWN.to_owned()),
            first_alert: violated.clone(),
            crossing: report.crossing.as_ref().map(Into::into),
            originator_party: party(&report.opening.by.party, "originator"),
            related_party: vec![of_clec(&report.clec, "customer")],
            affected_service: vec![ServiceProblemRef {
                name: Some(report.purchase_name.clone()),
                ..at(PURCHASES, &report.purchase, "PurchasedOffering")
            }],
            affected_number_of_services: 1,
            affected_location: report.area.iter().map(location).collect(),
            related_object: vec![at(OFFERINGS, &report.offering, "ProductOffering")],
            associated_sla_violation: violated.into_iter().collect(),
            metric: report.metric.clone(),
            clec: report.clec.to_string(),
            contact: report.contact.clone(),
            time_raised: report.raised_at,
            time_changed: report.seen_by(reader).map_or(report.changed_at, |seen| seen.changed_at),
            due_at: report.due_at(policy),
            time_to_clear: report.time_to_clear(policy).to_string(),
            time_is_agreed: report.agreed_time.is_some(),
            jeopardy: report.jeopardy(now, policy),
            resolution_date: report.cleared_at(),
            resolution,
            agree_until,
            agreed,
            disputed: report.disputed,
            problem_escalation: level.map_or(0, |level| level as usize).to_string(),
            escalations: report.escalations.iter().map(Into::into).collect(),
            assignment: report.assignment.as_ref().filter(|_| people).map(|of| AssignmentShown {
                member: of.member.to_string(),
                at: of.at,
                scheduled: of.scheduled,
            }),
            tasks: if people {
                report.tasks.iter().map(|task| TaskShown::of(task, &report.tasks, now)).collect()
            } else {
                Vec::new()
            },
            associated_trouble_ticket: report.tickets.iter().map(Into::into).collect(),
            party_requests: if people { report.requests.iter().map(Into::into).collect() } else { Vec::new() },
            comment: report
                .comments
                .iter()
                .filter(|of| people || of.read_by != Visibility::Internal)
                .map(Into::into)
                .collect(),
            possible: report.possible(reader),
            of_type: "ServiceProblem",
        }
    }
}

fn party(of: &Party, role: &'static str) -> ServiceProblemRef {
    match of {
        Party::Clec(clec) => of_clec(clec, role),
        Party::Provider => ServiceProblemRef {
            id: of.to_string(),
            href: None,
            name: None,
            role: Some(role),
            referred_type: "Organization",
        },
    }
}

fn of_clec(clec: &ClecId, role: &'static str) -> ServiceProblemRef {
    ServiceProblemRef { id: clec.to_string(), href: None, name: None, role: Some(role), referred_type: "Organization" }
}
