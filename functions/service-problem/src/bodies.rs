//! What is said of degradation reports, in TMF656's words. What the standard has no word for has a name of its own beside them.

use chrono::{DateTime, Utc};
use contract::{
    DegradationReportNumber, FieldError, OtherPartyNumber, Party, PurchaseNumber, Refused, Severity, TeamMemberNumber,
    Visibility,
};
use domain::degradation_report::{DegradationReport, LOWEST_PRIORITY, Modified, Planned, Status};
use http_edge::{Body, Field, Json, MergePatch, Several, Spec, Value};
use serde_json::json;
use tmf621::Named;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

/// The longest description.
const DESCRIPTION_AT_MOST: usize = 2_000;
/// The longest other text.
const TEXT_AT_MOST: usize = 1_000;
/// The longest text of a task, and of what came of it.
const TASK_AT_MOST: usize = 500;

/// How important a report is: a number from 1, the highest, to 10, which the standard's clients send as a text too.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Priority(pub(crate) u8);

impl Value for Priority {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let priority = at.parsed::<u8>(&given)?;
        if !(1..=LOWEST_PRIORITY).contains(&priority) {
            at.fault(at.spec.rule, format!("is 1, the highest, to {LOWEST_PRIORITY}"));
        }
        Some(Self(priority))
    }

    fn schema(_: &Spec) -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        number.maximum(Some(usize::from(LOWEST_PRIORITY))).into()
    }
}

/// A degradation of something that was purchased.
#[allow(dead_code, reason = "the standard's clients say who they are, and the token tells that")]
#[derive(Debug, Body)]
#[body(rule = "QS-01", name = "ServiceProblemCreate", check = of_one_purchase)]
pub(crate) struct Problem {
    /// What degrades, in words.
    #[body(text = DESCRIPTION_AT_MOST)]
    pub(crate) description: String,
    /// The purchased offering that degrades: one, by its number.
    affected_service: Several<ServiceRefWritten>,
    /// Which metric of it degrades, by its name at the offering.
    #[body(line = 40)]
    pub(crate) metric: Option<String>,
    /// Who alerted of it, as the standard writes it: `[role].[category]`; whoever raises it when left out.
    #[body(line = 100)]
    pub(crate) category: Option<String>,
    /// The cause, as far as it is known.
    #[body(text = TEXT_AT_MOST)]
    pub(crate) reason: Option<String>,
    /// How important it is, from 1, the highest, to 10; 5 when left out.
    pub(crate) priority: Option<Priority>,
    /// The number of the problem in another system.
    #[body(line = 100)]
    pub(crate) correlation_id: Option<String>,
    /// Since when it is so, if earlier.
    pub(crate) time_raised: Option<DateTime<Utc>>,
    /// The person who can be asked.
    pub(crate) contact: Option<Named>,
    /// As the standard has it, and not kept: who raises it, the token tells.
    originator_party: Option<PartyWritten>,
    /// What it is.
    #[body(name = "@type", one_of = &["ServiceProblem"])]
    of_type: Option<String>,
}

/// A purchased offering, by its number.
#[allow(dead_code, reason = "the standard's clients send an address, and the number tells what is meant")]
#[derive(Debug, Body)]
#[body(rule = "QS-01", name = "AffectedServiceWritten")]
struct ServiceRefWritten {
    /// The number of the purchased offering.
    id: PurchaseNumber,
    /// Where it is read, as the standard has it: what is meant is told by the number.
    #[body(line = 300)]
    href: Option<String>,
    /// The name of the purchase: as the standard has it, and not kept.
    #[body(line = 200)]
    name: Option<String>,
    /// What is referred to.
    #[body(name = "@referredType", line = 100)]
    referred_type: Option<String>,
}

/// A party, as TM Forum's APIs write it.
#[allow(dead_code, reason = "the token tells who asks")]
#[derive(Debug, Body)]
#[body(rule = "AP-03", name = "OriginatorPartyWritten")]
struct PartyWritten {
    /// The id of the party.
    #[body(line = 100)]
    id: Option<String>,
    /// Where it is read.
    #[body(line = 300)]
    href: Option<String>,
    /// The name of the party, as people call it.
    #[body(line = 200)]
    name: Option<String>,
    /// As what it acts.
    #[body(line = 100)]
    role: Option<String>,
    /// What is referred to.
    #[body(name = "@referredType", line = 100)]
    referred_type: Option<String>,
}

impl Problem {
    /// The purchased offering that degrades.
    pub(crate) fn purchase(&self) -> Option<PurchaseNumber> {
        self.affected_service.0.first().map(|of| of.id)
    }
}

fn of_one_purchase(said: &Problem, _: &Party) -> Vec<FieldError> {
    let is_one = said.affected_service.0.len() == 1;
    let detail = "is a list of one: each purchased offering has a report of its own";
    (!is_one).then(|| FieldError::new("affectedService", "QS-01", detail)).into_iter().collect()
}

/// What of a degradation report is modified: an update names what is to change.
#[derive(Debug, Body)]
#[body(rule = "QS-01", patch = "ServiceProblemUpdate", allowed = providers_own)]
pub(crate) struct ProblemModified {
    /// What degrades, in words.
    #[body(text = DESCRIPTION_AT_MOST)]
    description: String,
    /// Who alerted of it: `[role].[category]`.
    #[body(line = 100)]
    category: String,
    /// The cause, as far as it is known.
    #[body(text = TEXT_AT_MOST)]
    reason: Option<String>,
    /// How important it is, from 1, the highest, to 10: by that it is to be cleared, where nothing else was agreed.
    priority: Priority,
    /// Where it stands while it is worked: acknowledged, inProgress, held or pending. The other states are those of acts of their own.
    status: Status,
    /// Why it stands there.
    #[body(text = TEXT_AT_MOST)]
    status_change_reason: Option<String>,
}

/// The standard's `reason` is mandatory: so a report whose cause is not known is shown.
pub(crate) const UNKNOWN: &str = "unknown";

/// The cause that a client tells. A client that sends back what it has read does not make the word for an unknown cause a cause.
pub(crate) fn cause(reason: Option<&String>) -> Option<String> {
    reason.filter(|said| *said != UNKNOWN).cloned()
}

pub(crate) type ProblemUpdate = MergePatch<ProblemModified>;

impl ProblemModified {
    pub(crate) fn modified(&self) -> Modified {
        let Self { description, category, reason, priority, status, status_change_reason } = self;
        Modified {
            description: description.clone(),
            category: category.clone(),
            reason: cause(reason.as_ref()),
            priority: priority.0,
            status: *status,
            status_reason: status_change_reason.clone(),
        }
    }
}

/// The report as a modification writes it.
pub(crate) fn document(of: &DegradationReport) -> serde_json::Value {
    json!({
        "description": of.description, "category": of.category, "reason": of.reason, "priority": of.priority,
        "status": of.status(),
    })
}

/// Information that is added.
#[derive(Debug, Body)]
#[body(rule = "QS-01", name = "ServiceProblemComment", check = not_internal_of_clec)]
pub(crate) struct Comment {
    /// What was found, or is said.
    #[body(text = TEXT_AT_MOST)]
    pub(crate) text: String,
    /// By the provider's people: who reads it, its CLEC too (own, or public: no other CLEC reads a report) or they alone (internal, when left
    /// out). What a CLEC says both read.
    pub(crate) visibility: Option<Visibility>,
}

fn not_internal_of_clec(said: &Comment, by: &Party) -> Vec<FieldError> {
    let is_internal = said.visibility == Some(Visibility::Internal) && !by.is_provider();
    let detail = "is own: the provider's people read what a CLEC says";
    is_internal.then(|| FieldError::new("visibility", "QS-09", detail)).into_iter().collect()
}

/// To whom a report is assigned.
#[derive(Debug, Body)]
#[body(rule = "QS-01", name = "ServiceProblemAssignment", allowed = providers_own)]
pub(crate) struct AssignmentSaid {
    /// The person, by the number in the directory of account teams.
    pub(crate) member: TeamMemberNumber,
    /// For when the analysis is scheduled.
    pub(crate) scheduled: Option<DateTime<Utc>>,
}

/// Something that is to be done.
#[derive(Debug, Body)]
#[body(rule = "QS-10", name = "ServiceProblemTask", allowed = providers_own)]
pub(crate) struct TaskSaid {
    /// What is to be done.
    #[body(text = TASK_AT_MOST)]
    text: String,
    /// Who does it.
    #[body(line = 200)]
    owner: String,
    /// The tasks behind which it comes, by their places.
    after: Vec<u32>,
    /// By when it is to be done.
    due: DateTime<Utc>,
}

impl TaskSaid {
    pub(crate) fn planned(&self) -> Planned {
        let Self { text, owner, after, due } = self;
        Planned { text: text.clone(), owner: owner.clone(), after: after.clone(), due: *due }
    }
}

/// Which task of a report a path names.
#[derive(Debug, Body)]
#[body(rule = "QS-10")]
pub(crate) struct TaskPath {
    /// The number of the report.
    pub(crate) id: DegradationReportNumber,
    /// The place of the task among its tasks, from 1.
    pub(crate) place: u32,
}

/// What came of a task.
#[derive(Debug, Body)]
#[body(rule = "QS-10", name = "ServiceProblemTaskOutcome", allowed = providers_own)]
pub(crate) struct Outcome {
    /// What came of it.
    #[body(text = TASK_AT_MOST)]
    pub(crate) outcome: Option<String>,
}

/// A trouble ticket, as it is raised of a report.
#[derive(Debug, Body)]
#[body(rule = "QS-03", name = "ServiceProblemTicket", allowed = providers_own)]
pub(crate) struct TicketSaid {
    /// The severity of the trouble (12.5).
    #[body(rule = "TT-03")]
    pub(crate) severity: Severity,
    /// The system affected.
    #[body(line = 200)]
    pub(crate) system_affected: Option<String>,
    /// What the trouble is, as the CLEC reads it; the description of the report when left out.
    #[body(text = DESCRIPTION_AT_MOST)]
    pub(crate) description: Option<String>,
}

/// What is asked of another party.
#[derive(Debug, Body)]
#[body(rule = "QS-03", name = "PartyRequest", allowed = providers_own)]
pub(crate) struct PartyRequestSaid {
    /// The party, by its number in the directory.
    pub(crate) party: OtherPartyNumber,
    /// What is asked.
    #[body(text = TEXT_AT_MOST)]
    pub(crate) text: String,
}

/// Which request of a report a path names.
#[derive(Debug, Body)]
#[body(rule = "QS-03")]
pub(crate) struct RequestPath {
    /// The number of the report.
    pub(crate) id: DegradationReportNumber,
    /// The place of the request among its requests, from 1.
    pub(crate) place: u32,
}

/// What another party answered.
#[derive(Debug, Body)]
#[body(rule = "QS-03", name = "PartyRequestAnswer", allowed = providers_own)]
pub(crate) struct PartyAnswer {
    /// What was answered.
    #[body(text = TEXT_AT_MOST)]
    pub(crate) text: String,
}

/// Why a request to another party is taken back.
#[derive(Debug, Body)]
#[body(rule = "QS-03", name = "PartyRequestWithdrawal", allowed = providers_own)]
pub(crate) struct PartyWithdrawal {
    /// Why it is taken back.
    #[body(text = TEXT_AT_MOST)]
    pub(crate) reason: String,
}

/// Why something is done.
#[derive(Debug, Body)]
#[body(rule = "QS-01", name = "ServiceProblemReason")]
pub(crate) struct Reason {
    /// Why it is done, as its CLEC is told.
    #[body(text = TEXT_AT_MOST)]
    pub(crate) reason: String,
}

/// Why a task is not to be done any more.
#[derive(Debug, Body)]
#[body(rule = "QS-10", name = "ServiceProblemTaskCancellation", allowed = providers_own)]
pub(crate) struct TaskReason {
    /// Why it is not to be done any more.
    #[body(text = TASK_AT_MOST)]
    pub(crate) reason: String,
}

/// What was done.
#[derive(Debug, Body)]
#[body(rule = "QS-01", name = "ServiceProblemClearing", allowed = providers_own)]
pub(crate) struct Resolution {
    /// What was done, as its CLEC is told.
    #[body(text = TEXT_AT_MOST)]
    pub(crate) resolution: String,
}

/// Whether its CLEC agrees that a report is cleared.
#[derive(Debug, Body)]
#[body(rule = "QS-01", name = "ServiceProblemAgreement")]
pub(crate) struct Agreement {
    /// Whether it agrees.
    pub(crate) agrees: bool,
    /// Why it does not.
    #[body(text = TEXT_AT_MOST)]
    pub(crate) reason: Option<String>,
}

/// That the provider's people ask.
pub(crate) fn providers_own(party: &Party) -> Result<(), Refused> {
    if party.is_provider() {
        return Ok(());
    }
    Err(Refused::forbidden("QS-01", "how a degradation is worked is for the provider's people to say"))
}
