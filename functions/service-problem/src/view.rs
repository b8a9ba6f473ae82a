//! A degradation report as its CLEC and the provider's people read it: TMF656's service problem, with what that has no word for beside it.

use crate::BASE;
use chrono::{DateTime, Utc};
use contract::{ClecId, Instant, Party, Policy, Visibility, policy::EscalationLevel};
use domain::degradation_report::{
    Comment, Crossing, CrossingKind, DegradationReport, Escalation, Finding, Jeopardy, PartyRequest, RaisedTicket,
    State, Status, Task, TaskState, TicketSays,
};
use http_edge::schema;
use record::Record;
use serde::Serialize;
use serde_with::skip_serializing_none;
use tmf621::Person;
use utoipa::ToSchema;

/// Something that is referred to.
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ServiceProblemRef {
    /// The number or the id of what is referred to.
    id: String,
    /// Where it is read.
    href: Option<String>,
    /// What it is called.
    name: Option<String>,
    /// As what it acts.
    role: Option<&'static str>,
    /// What is referred to.
    #[serde(rename = "@referredType")]
    referred_type: &'static str,
}

/// The crossing of a threshold, or a source that stopped.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ServiceProblemCrossing)]
struct CrossingShown {
    /// The number of the objective that is not met.
    objective: String,
    /// Whether it is missed, or nothing tells whether it is met.
    #[schema(schema_with = schema::<CrossingKind>)]
    kind: CrossingKind,
    /// When the first window began in which that was so.
    began_at: DateTime<Utc>,
    /// When the first window began in which that was so no more; absent while it goes on.
    ended_at: Option<DateTime<Utc>>,
    /// How often it began again while the report was open.
    again: u32,
}

impl From<&Crossing> for CrossingShown {
    fn from(of: &Crossing) -> Self {
        let Crossing { objective, kind, began_at, ended_at, again } = of;
        Self { objective: objective.to_string(), kind: *kind, began_at: *began_at, ended_at: *ended_at, again: *again }
    }
}

/// Something that is to be done.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ServiceProblemTaskShown)]
struct TaskShown {
    /// Its place among the tasks, from 1.
    place: u32,
    /// What is to be done.
    text: String,
    /// Who does it.
    owner: String,
    /// The tasks behind which it comes, by their places.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    after: Vec<u32>,
    /// By when it is to be done.
    due: DateTime<Utc>,
    /// Where it stands.
    #[schema(schema_with = schema::<TaskState>)]
    state: TaskState,
    /// What is to be looked at: that it is late, or was begun out of order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(schema_with = schema::<Vec<Finding>>)]
    findings: Vec<Finding>,
    /// When it was begun.
    started_at: Option<DateTime<Utc>>,
    /// When it ended.
    ended_at: Option<DateTime<Utc>>,
    /// What came of it, or why it is not to be done any more.
    outcome: Option<String>,
}

impl TaskShown {
    fn of(task: &Task, all: &[Task], now: Instant) -> Self {
        Self {
            place: task.place,
            text: task.text.clone(),
            owner: task.owner.clone(),
            after: task.after.clone(),
            due: task.due,
            state: task.state(all),
            findings: task.findings(all, now),
            started_at: task.started_at,
            ended_at: task.ended.as_ref().map(|end| end.at),
            outcome: task.ended.as_ref().and_then(|end| end.outcome.clone()),
        }
    }
}

/// One escalation.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceProblemEscalation)]
struct EscalationShown {
    /// To whom it was escalated.
    #[schema(schema_with = schema::<EscalationLevel>)]
    to: EscalationLevel,
    /// When it was escalated.
    at: DateTime<Utc>,
    /// Who escalated it, a CLEC or `desk`; absent where the time to clear did.
    by: Option<String>,
    /// Why it was escalated.
    reason: String,
}

impl From<&Escalation> for EscalationShown {
    fn from(of: &Escalation) -> Self {
        Self { to: of.to, at: of.at, by: of.by.as_ref().map(ToString::to_string), reason: of.reason.clone() }
    }
}

/// A trouble ticket that was raised of a report.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ServiceProblemTroubleTicket)]
struct TicketShown {
    /// The number of the ticket.
    id: String,
    /// Where it is read.
    href: String,
    /// When it was raised.
    raised_at: DateTime<Utc>,
    /// When it ended.
    ended_at: Option<DateTime<Utc>>,
    /// What its end says of the report.
    #[schema(schema_with = schema::<Option<TicketSays>>)]
    says: Option<TicketSays>,
    /// What is referred to.
    #[serde(rename = "@referredType")]
    referred_type: &'static str,
}

impl From<&RaisedTicket> for TicketShown {
    fn from(of: &RaisedTicket) -> Self {
        Self {
            id: of.number.to_string(),
            href: format!("{}/{}", tmf621::BASE, of.number),
            raised_at: of.raised_at,
            ended_at: of.ended_at,
            says: of.says,
            referred_type: "TroubleTicket",
        }
    }
}

/// What is asked of another party.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PartyRequestShown)]
struct PartyRequestShown {
    /// Its place among the requests, from 1.
    place: u32,
    /// The party, by its number in the directory.
    party: String,
    /// The name of that party, as of then.
    name: String,
    /// What is asked.
    text: String,
    /// When it was asked.
    asked_at: DateTime<Utc>,
    /// By when the party agreed to respond.
    respond_by: DateTime<Utc>,
    /// When it ended.
    ended_at: Option<DateTime<Utc>>,
    /// Whether it was answered; else it was taken back.
    answered: Option<bool>,
    /// What was answered, or why it was taken back.
    answer: Option<String>,
}

impl From<&PartyRequest> for PartyRequestShown {
    fn from(of: &PartyRequest) -> Self {
        let ended = of.ended.as_ref();
        Self {
            place: of.place,
            party: of.party.to_string(),
            name: of.name.clone(),
            text: of.text.clone(),
            asked_at: of.asked_at,
            respond_by: of.respond_by,
            ended_at: ended.map(|end| end.at),
            answered: ended.map(|end| end.answered),
            answer: ended.map(|end| end.text.clone()),
        }
    }
}

/// Something that was found, or said.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceProblemNote)]
struct CommentShown {
    /// A CLEC, or `desk`.
    author: String,
    /// When it was said.
    date: DateTime<Utc>,
    /// What was said.
    text: String,
    /// Who reads it: its CLEC too (own), or the provider's people alone (internal).
    #[schema(schema_with = schema::<Visibility>)]
    visibility: Visibility,
}

impl From<&Comment> for CommentShown {
    fn from(of: &Comment) -> Self {
        Self { author: of.by.to_string(), date: of.at, text: of.text.clone(), visibility: of.read_by }
    }
}

/// To whom a report is assigned.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceProblemAssigned)]
struct AssignmentShown {
    /// The person, by the number in the directory of account teams.
    member: String,
    /// When it was assigned.
    at: DateTime<Utc>,
    /// For when the analysis is scheduled.
    scheduled: Option<DateTime<Utc>>,
}

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
            reason: report.reason.clone().unwrap_or_else(|| "unknown".to_owned()),
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
