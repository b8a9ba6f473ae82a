//! Steps 7 to 11: developed, announced, in production, tested, closed (CR-11, CR-12).

use crate::{Named, bodies, changed, changed_because};
use axum::{extract::State, response::Response};
use cmp::ChangeRequestShown;
use desk::Desk;
use domain::change_request::Step;
use http_edge::{Ask, Problem, WriteRefusals};

/// A CLEC or the provider says something to it, for all to read: input to its development, or anything else (CR-11).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/comment", tag = "changeRequest", operation_id = "commentChangeRequest",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Text,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn comment(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let text = fields.required("text", "CR-11", bodies::COMMENT_AT_MOST);
    fields.end()?;
    changed(&desk, &id, &ask, |request, act| request.comment(text.clone(), act, &desk.policy).map(Some)).await
}

/// The date of implementation is announced to the CLECs: step 8; or another one (CR-11).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/announcement", tag = "changeRequest", operation_id = "announceImplementation",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Announcement,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn announce(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let date = fields.needed_date("date", "CR-11");
    let detail = fields.long_text("detail", bodies::COMMENT_AT_MOST);
    let date = fields.end_with(date)?;
    changed(&desk, &id, &ask, |request, act| request.announce(date, detail.clone(), act, &desk.policy)).await
}

/// The change is in production: step 9 (CR-11).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/production", tag = "changeRequest", operation_id = "placeIntoProduction",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Detail,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn produce(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let detail = fields.long_text("detail", bodies::COMMENT_AT_MOST);
    fields.end()?;
    changed(&desk, &id, &ask, |request, act| request.produce(detail.clone(), act, &desk.policy).map(Some)).await
}

/// The CLECs have the opportunity to evaluate it: step 10 (CR-11).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/test", tag = "changeRequest", operation_id = "beginClecTest",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Detail,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn test(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let detail = fields.long_text("detail", bodies::COMMENT_AT_MOST);
    fields.end()?;
    changed(&desk, &id, &ask, |request, act| request.begin_test(detail.clone(), act, &desk.policy).map(Some)).await
}

/// A CLEC says how the change works (CR-11).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/feedback", tag = "changeRequest", operation_id = "feedBack",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Feedback,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn feed_back(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let text = fields.required("text", "CR-11", bodies::COMMENT_AT_MOST);
    let satisfied = fields.flag("satisfied");
    if satisfied.is_none() && !fields.is_faulted("satisfied") {
        fields.fault("satisfied", "CR-11", "is missing");
    }
    let satisfied = fields.end_with(satisfied)?;
    changed(&desk, &id, &ask, |request, act| request.feed_back(text.clone(), satisfied, act, &desk.policy).map(Some))
        .await
}

/// The CMP Manager closes it: step 11 (CR-12).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/closure", tag = "changeRequest", operation_id = "closeChangeRequest",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Reason,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn close(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let reason = fields.required("reason", "CR-12", bodies::COMMENT_AT_MOST);
    fields.end()?;
    changed_because(&desk, &id, &ask, &reason, |request, act| {
        request.close(reason.clone(), act, &desk.policy).map(Some)
    })
    .await
}

/// The CMP Manager records a step that the flow does not foresee where it stands; it is marked as such (CR-12).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/unforeseenStep", tag = "changeRequest", operation_id = "recordUnforeseenStep",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Unforeseen,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
pub(crate) async fn unforeseen(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let step = fields.needed::<Step>("step", "CR-12");
    let reason = fields.required("reason", "CR-12", bodies::COMMENT_AT_MOST);
    let step = fields.end_with(step)?;
    changed_because(&desk, &id, &ask, &reason, |request, act| {
        request.record_unforeseen(step, reason.clone(), act, &desk.policy).map(Some)
    })
    .await
}
