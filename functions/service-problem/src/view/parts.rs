//! The parts of a degradation report: what it refers to, what is to be done, what was said, what is asked elsewhere.

use chrono::{DateTime, Utc};
use contract::{Instant, Visibility, policy::EscalationLevel};
use domain::degradation_report::{
    Comment, Crossing, CrossingKind, Escalation, Finding, PartyRequest, RaisedTicket, Task, TaskState, TicketSays,
};
use http_edge::schema;
use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

/// Something that is referred to.
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ServiceProblemRef {
    /// The number or the id of what is referred to.
    pub(super) id: String,
    /// Where it is read.
    pub(super) href: Option<String>,
    /// What it is called.
    pub(super) name: Option<String>,
    /// As what it acts.
    pub(super) role: Option<&'static str>,
    /// What is referred to.
    #[serde(rename = "@referredType")]
    pub(super) referred_type: &'static str,
}

/// The crossing of a threshold, or a source that stopped.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ServiceProblemCrossing)]
pub(super) struct CrossingShown {
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
pub(super) struct TaskShown {
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
    pub(super) fn of(task: &Task, all: &[Task], now: Instant) -> Self {
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

/// A level that the problem was escalated to, when, by whom and why.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceProblemEscalation)]
pub(super) struct EscalationShown {
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
pub(super) struct TicketShown {
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
pub(super) struct PartyRequestShown {
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
pub(super) struct CommentShown {
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
pub(super) struct AssignmentShown {
    /// The person, by the number in the directory of account teams.
    pub(super) member: String,
    /// When it was assigned.
    pub(super) at: DateTime<Utc>,
    /// For when the analysis is scheduled.
    pub(super) scheduled: Option<DateTime<Utc>>,
}
