//! Steps 2 and 3: the provider's people, and the clarification meeting (CR-04, CR-05).

use crate::{Named, bodies, changed};
use axum::{extract::State, response::Response};
use cmp::{ChangeRequestShown, TEXT_AT_MOST};
use desk::Desk;
use http_edge::{Ask, Problem, WriteRefusals};

/// The CMP Group Manager assigns a CRPM and the Director responsible (CR-04).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/assignment", tag = "changeRequest", operation_id = "assignTeam",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Assignment,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn assign(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let crpm = fields.line("crpm", 200);
    let director = fields.line("director", 200);
    if crpm.is_none() && director.is_none() && !fields.is_faulted("crpm") && !fields.is_faulted("director") {
        fields.fault("crpm", "CR-04", "a CRPM or a Director is named");
    }
    fields.end()?;
    changed(&desk, &id, &ask, |request, act| request.assign(crpm.clone(), director.clone(), act, &desk.policy)).await
}

/// The Director names the Subject Matter Experts: step 2 (CR-04).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/experts", tag = "changeRequest", operation_id = "assignExperts",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Experts,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn experts(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let experts = fields.lines("experts");
    if experts.is_empty() && !fields.is_faulted("experts") {
        fields.fault("experts", "CR-04", "names at least one Subject Matter Expert");
    }
    fields.end()?;
    changed(&desk, &id, &ask, |request, act| request.assign_experts(experts.clone(), act, &desk.policy)).await
}

/// The CRPM sets the clarification meeting with the originator, who is told (CR-05).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/clarificationMeeting", tag = "changeRequest", operation_id = "setClarificationMeeting",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::ClarificationMeeting,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn set_meeting(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let at = fields.instant("at");
    let bridge = fields.line("bridge", 500);
    if at.is_none() && !fields.is_faulted("at") {
        fields.fault("at", "CR-05", "is missing");
    }
    let at = fields.end_with(at)?;
    changed(&desk, &id, &ask, |request, act| request.set_meeting(at, bridge.clone(), act, &desk.policy)).await
}

/// The clarification meeting was held: step 3 (CR-05).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/clarification", tag = "changeRequest", operation_id = "holdClarification",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Clarification,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn clarify(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let held_at = fields.instant("heldAt");
    let questions = fields.lines("questions");
    let deliverables = fields.lines("deliverables");
    fields.end()?;
    changed(&desk, &id, &ask, |request, act| {
        request.clarify(held_at, questions.clone(), deliverables.clone(), act, &desk.policy).map(Some)
    })
    .await
}

/// The CRPM issues the clarification meeting's minutes, which the originator is told (CR-05).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/minutes", tag = "changeRequest", operation_id = "issueMinutes",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Text,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn minutes(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let text = fields.required("text", "CR-05", TEXT_AT_MOST);
    fields.end()?;
    changed(&desk, &id, &ask, |request, act| request.issue_minutes(text.clone(), act, &desk.policy)).await
}
