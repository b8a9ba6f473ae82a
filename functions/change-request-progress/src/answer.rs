//! Steps 3 to 6: presented, answered, and what the CLECs make of the answer (CR-06 to CR-10).

use crate::{Named, bodies, changed, changed_because};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use cmp::{ChangeRequestShown, PositionShown, TEXT_AT_MOST};
use contract::{Failed, Refused};
use desk::{Desk, keys};
use domain::change_request::{Action, Answer, ChangeRequest, Outcome, Position, Presentation, Reply};
use http_edge::{Ask, Problem, WriteRefusals, etag};
use record::Act;
use record::Record;

/// Presented at the monthly meeting, where the direction was agreed (CR-06).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/presentation", tag = "changeRequest", operation_id = "presentChangeRequest",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Presentation,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn present(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let meeting = fields.needed_date("meeting", "CR-06");
    let business_reasons = fields.long_text("businessReasons", TEXT_AT_MOST);
    let comments = fields.texts("comments", bodies::COMMENT_AT_MOST);
    let options = fields.texts("options", bodies::COMMENT_AT_MOST);
    let consensus = fields.required("consensus", "CR-06", TEXT_AT_MOST);
    let meeting = fields.end_with(meeting)?;
    let presentation = Presentation { meeting, business_reasons, comments, options, consensus };
    changed(&desk, &id, &ask, |request, act| request.present(presentation.clone(), act, &desk.policy).map(Some)).await
}

/// A Subject Matter Expert drafts the response (CR-07).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/draftResponse", tag = "changeRequest", operation_id = "draftResponse",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Draft,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn draft(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let answer = fields.needed::<Answer>("answer", "CR-07");
    let text = fields.required("text", "CR-07", TEXT_AT_MOST);
    let reference = fields.long_text("reference", bodies::COMMENT_AT_MOST);
    let answer = fields.end_with(answer)?;
    let reply = Reply { answer, text, reference };
    changed(&desk, &id, &ask, |request, act| request.draft_response(reply.clone(), act, &desk.policy)).await
}

/// The Director accepts the drafted response (CR-07).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/directorAcceptance", tag = "changeRequest", operation_id = "acceptDraft",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Nothing,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn accept_draft(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    ask.body.fields().end()?;
    changed(&desk, &id, &ask, |request, act| request.accept_draft(act, &desk.policy)).await
}

/// The CRPM issues the response: it is posted, and the CLECs are notified (CR-07).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/response", tag = "changeRequest", operation_id = "issueResponse",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Nothing,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn issue(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    ask.body.fields().end()?;
    changed(&desk, &id, &ask, |request, act| request.issue_response(act, &desk.policy).map(Some)).await
}

/// A CLEC says what it takes the response for (CR-09). The provider reads it, and no other CLEC.
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/position", tag = "changeRequest", operation_id = "takeResponsePosition",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Position,
    responses((status = 200, body = PositionShown), WriteRefusals)
)]
pub(crate) async fn take_position(State(desk): State<Desk>, Named(id): Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let position = fields.needed::<Outcome>("position", "CR-09");
    let comment = fields.long_text("comment", bodies::COMMENT_AT_MOST);
    let position = fields.end_with(position)?;
    let part = ask.party().clec().map(keys::part::<Position>);
    let (seen, change) = desk
        .revise_with::<ChangeRequest, Position>((id, part), &ask.asked, |request, before, now| {
            request.take_position(before, position, comment.clone(), &Act::of(&ask.asked, now, None, None))
        })
        .await?;
    let taken = change.and_then(|change| change.position).or(seen.part);
    let taken = taken.ok_or(Failed::from(Refused::NotFound))?;
    let request = seen.kept.record;
    Ok((etag(request.version()), Json(PositionShown::of(taken, &request))).into_response())
}

/// The response was presented at the monthly meeting: step 5 (CR-08).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/responsePresentation", tag = "changeRequest", operation_id = "presentResponse",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::ResponsePresentation,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn present_response(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let meeting = fields.needed_date("meeting", "CR-08");
    let comments = fields.texts("comments", bodies::COMMENT_AT_MOST);
    let meeting = fields.end_with(meeting)?;
    changed(&desk, &id, &ask, |request, act| {
        request.present_response(meeting, comments.clone(), act, &desk.policy).map(Some)
    })
    .await
}

/// What the CLECs make of the response: accepted (to 6), not accepted (to 5B), or to be revised (to 5A) (CR-09).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/outcome", tag = "changeRequest", operation_id = "recordOutcome",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::OutcomeRecorded,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn decide(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let outcome = fields.needed::<Outcome>("outcome", "CR-09");
    let reason = fields.required("reason", "CR-09", bodies::COMMENT_AT_MOST);
    let outcome = fields.end_with(outcome)?;
    changed_because(&desk, &id, &ask, &reason, |request, act| {
        request.decide(outcome, reason.clone(), act, &desk.policy).map(Some)
    })
    .await
}

/// What the accepted response leads to, with the originator's word (CR-10).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/acceptance", tag = "changeRequest", operation_id = "recordAcceptance",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Acceptance,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn accept(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let action = fields.needed::<Action>("action", "CR-10");
    let word = fields.required("originatorsWord", "CR-10", bodies::COMMENT_AT_MOST);
    let action = fields.end_with(action)?;
    changed_because(&desk, &id, &ask, &word, |request, act| {
        request.accept(action, word.clone(), act, &desk.policy).map(Some)
    })
    .await
}
