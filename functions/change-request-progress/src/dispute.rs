//! Steps 5B to 5D: escalated, joined, answered, resolved; or deferred (CR-12, CR-13).

use crate::{Named, bodies, changed, changed_because};
use axum::{extract::State, response::Response};
use cmp::{ChangeRequestShown, TEXT_AT_MOST};
use desk::Desk;
use domain::change_request::Outcome;
use http_edge::{Ask, Problem, WriteRefusals};

/// A CLEC escalates a response that was not accepted: step 5C (CR-13).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/escalation", tag = "changeRequest", operation_id = "escalateChangeRequest",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Escalation,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn escalate(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let reason = fields.required("reason", "CR-13", TEXT_AT_MOST);
    let contact = fields.required_line("contact", "CR-13", 500);
    fields.end()?;
    changed(&desk, &id, &ask, |request, act| {
        request.escalate(reason.clone(), contact.clone(), act, &desk.policy).map(Some)
    })
    .await
}

/// Another CLEC joins the escalation (CR-13).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/participation", tag = "changeRequest", operation_id = "joinEscalation",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Participation,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn join(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let statement = fields.long_text("statement", bodies::COMMENT_AT_MOST);
    fields.end()?;
    changed(&desk, &id, &ask, |request, act| request.join(statement.clone(), act, &desk.policy)).await
}

/// The provider responds to the escalation (CR-13).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/escalationResponse", tag = "changeRequest", operation_id = "answerEscalation",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Text,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn answer(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let text = fields.required("text", "CR-13", TEXT_AT_MOST);
    fields.end()?;
    changed(&desk, &id, &ask, |request, act| request.answer_escalation(text.clone(), act, &desk.policy).map(Some)).await
}

/// The dispute is resolved: step 5D; its outcome leads on (CR-13).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/resolution", tag = "changeRequest", operation_id = "resolveEscalation",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::ResolutionRecorded,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn resolve(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let outcome = fields.needed::<Outcome>("outcome", "CR-13");
    let detail = fields.required("detail", "CR-13", TEXT_AT_MOST);
    let outcome = fields.end_with(outcome)?;
    changed_because(&desk, &id, &ask, &detail, |request, act| {
        request.resolve(outcome, detail.clone(), act, &desk.policy).map(Some)
    })
    .await
}

/// Action is deferred; it is closed when nothing comes of it in the policy's time (CR-12).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/deferral", tag = "changeRequest", operation_id = "deferChangeRequest",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Reason,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn defer(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let reason = fields.required("reason", "CR-12", bodies::COMMENT_AT_MOST);
    fields.end()?;
    changed_because(&desk, &id, &ask, &reason, |request, act| {
        request.defer(reason.clone(), act, &desk.policy).map(Some)
    })
    .await
}

/// The deferral goes on for another time (CR-12).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/renewal", tag = "changeRequest", operation_id = "renewDeferral",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Nothing,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn renew(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    ask.body.fields().end()?;
    changed(&desk, &id, &ask, |request, act| request.renew(act, &desk.policy)).await
}

/// What was deferred is taken up again: its response is to be revised (CR-12).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/resumption", tag = "changeRequest", operation_id = "resumeChangeRequest",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Reason,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn resume(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let reason = fields.required("reason", "CR-12", bodies::COMMENT_AT_MOST);
    fields.end()?;
    changed_because(&desk, &id, &ask, &reason, |request, act| {
        request.resume(reason.clone(), act, &desk.policy).map(Some)
    })
    .await
}
