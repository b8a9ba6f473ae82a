//! Steps 5B to 5D: escalated, joined, answered, resolved; or deferred (CR-12, CR-13).

use axum::extract::State;
use cmp_api::{
    COMMENT_AT_MOST, ChangeRequestPath, ChangeRequestShown, Reason, TEXT_AT_MOST, changed, changed_because,
    changed_by_positions,
};
use domain::change_request::{ChangeRequest, Outcome};
use http_edge::{Answer, Body, Nothing, Problem, WriteRequest, route};
use platform::Services;

/// Why a CLEC escalates a response, and whom to talk to.
#[derive(Debug, Body)]
#[body(rule = "CR-13", name = "ChangeRequestEscalation")]
pub(crate) struct Escalation {
    /// Why, and what is wished.
    #[body(text = TEXT_AT_MOST)]
    reason: String,
    /// Whom to talk to.
    #[body(line = 500)]
    contact: String,
}

/// A CLEC escalates a response that was not accepted: step 5C (CR-13).
#[route(post, "/cmp/v1/changeRequest/{id}/escalation", tag = "changeRequest", id = "escalateChangeRequest")]
pub(crate) async fn escalate(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Escalation>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let Escalation { reason, contact } = &ask.body;
    changed(&services, &id, &ask, |request, act, policy| request.escalate(reason.clone(), contact.clone(), act, policy))
        .await
}

/// A CLEC that joins.
#[derive(Debug, Body)]
#[body(name = "ChangeRequestParticipation")]
pub(crate) struct Participation {
    /// What it says to it.
    #[body(text = COMMENT_AT_MOST)]
    statement: Option<String>,
}

/// Another CLEC joins the escalation (CR-13).
#[route(post, "/cmp/v1/changeRequest/{id}/participation", tag = "changeRequest", id = "joinEscalation")]
pub(crate) async fn join(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Participation>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&services, &id, &ask, |request, act, policy| request.join(ask.body.statement.clone(), act, policy)).await
}

/// A response to an escalation.
#[derive(Debug, Body)]
#[body(rule = "CR-13", name = "ChangeRequestEscalationResponse")]
pub(crate) struct EscalationResponse {
    /// The words of the provider's response.
    #[body(text = TEXT_AT_MOST)]
    text: String,
}

/// The provider responds to the escalation (CR-13).
#[route(post, "/cmp/v1/changeRequest/{id}/escalationResponse", tag = "changeRequest", id = "answerEscalation")]
pub(crate) async fn answer(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<EscalationResponse>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&services, &id, &ask, |request, act, policy| request.answer_escalation(ask.body.text.clone(), act, policy))
        .await
}

/// What came of a dispute.
#[derive(Debug, Body)]
#[body(rule = "CR-13", name = "ChangeRequestResolution")]
pub(crate) struct ResolutionRecorded {
    /// In a word.
    outcome: Outcome,
    /// What was agreed, in words.
    #[body(text = TEXT_AT_MOST)]
    detail: String,
}

/// The dispute is resolved: step 5D; its outcome leads on (CR-13). The positions that CLECs have by then are counted with it, as they
/// are with an outcome (CR-22).
#[route(post, "/cmp/v1/changeRequest/{id}/resolution", tag = "changeRequest", id = "resolveEscalation")]
pub(crate) async fn resolve(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<ResolutionRecorded>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let ResolutionRecorded { outcome, detail } = &ask.body;
    changed_by_positions(&services, &id, &ask, detail, |request, detail, positions, act, policy| {
        request.resolve(*outcome, detail, positions, act, policy)
    })
    .await
}

/// Action is deferred; it is closed when nothing comes of it in the policy's time (CR-12).
#[route(post, "/cmp/v1/changeRequest/{id}/deferral", tag = "changeRequest", id = "deferChangeRequest")]
pub(crate) async fn defer(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Reason>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed_because(&services, &id, &ask, &ask.body.reason, ChangeRequest::defer).await
}

/// The deferral goes on for another time (CR-12).
#[route(post, "/cmp/v1/changeRequest/{id}/renewal", tag = "changeRequest", id = "renewDeferral")]
pub(crate) async fn renew(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Nothing>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&services, &id, &ask, ChangeRequest::renew).await
}

/// What was deferred is taken up again: its response is to be revised (CR-12).
#[route(post, "/cmp/v1/changeRequest/{id}/resumption", tag = "changeRequest", id = "resumeChangeRequest")]
pub(crate) async fn resume(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Reason>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed_by_positions(&services, &id, &ask, &ask.body.reason, ChangeRequest::resume).await
}
