//! Steps 7 to 11: developed, announced, in production, tested, closed (CR-11, CR-12).

use axum::extract::State;
use chrono::NaiveDate;
use cmp_api::{
    COMMENT_AT_MOST, ChangeRequestPath, ChangeRequestShown, Reason, changed, changed_because, changed_by_positions,
};
use domain::change_request::{ChangeRequest, Step};
use http_edge::{Answer, Body, Problem, WriteRequest, route};
use platform::Services;

/// Something to be said to a change request, for all to read.
#[derive(Debug, Body)]
#[body(rule = "CR-11", name = "ChangeRequestComment")]
pub(crate) struct Comment {
    /// The words of the comment.
    #[body(text = COMMENT_AT_MOST)]
    text: String,
}

/// A CLEC or the provider says something to it, for all to read: input to its development, or anything else (CR-11).
#[route(post, "/cmp/v1/changeRequest/{id}/comment", tag = "changeRequest", id = "commentChangeRequest")]
pub(crate) async fn comment(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Comment>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&services, &id, &ask, |request, act, policy| request.comment(ask.body.text.clone(), act, policy)).await
}

/// A date of implementation.
#[derive(Debug, Body)]
#[body(rule = "CR-11", name = "ChangeRequestAnnouncement")]
pub(crate) struct Announcement {
    /// The date of implementation.
    date: NaiveDate,
    /// What there is to say to it.
    #[body(text = COMMENT_AT_MOST)]
    detail: Option<String>,
}

/// The date of implementation is announced to the CLECs: step 8; or another one (CR-11).
#[route(post, "/cmp/v1/changeRequest/{id}/announcement", tag = "changeRequest", id = "announceImplementation")]
pub(crate) async fn announce(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Announcement>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let Announcement { date, detail } = &ask.body;
    changed(&services, &id, &ask, |request, act, policy| request.announce(*date, detail.clone(), act, policy)).await
}

/// What there is to say.
#[derive(Debug, Body)]
#[body(name = "ChangeRequestDetail")]
pub(crate) struct Detail {
    /// What there is to say, in words.
    #[body(text = COMMENT_AT_MOST)]
    detail: Option<String>,
}

/// The change is in production: step 9 (CR-11).
#[route(post, "/cmp/v1/changeRequest/{id}/production", tag = "changeRequest", id = "placeIntoProduction")]
pub(crate) async fn produce(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Detail>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&services, &id, &ask, |request, act, policy| {
        request.place_into_production(ask.body.detail.clone(), act, policy)
    })
    .await
}

/// The CLECs have the opportunity to evaluate it: step 10 (CR-11).
#[route(post, "/cmp/v1/changeRequest/{id}/test", tag = "changeRequest", id = "beginClecTest")]
pub(crate) async fn test(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Detail>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&services, &id, &ask, |request, act, policy| request.begin_test(ask.body.detail.clone(), act, policy)).await
}

/// How a change works.
#[derive(Debug, Body)]
#[body(rule = "CR-11", name = "ChangeRequestFeedback")]
pub(crate) struct Feedback {
    /// What the CLEC observed in its test.
    #[body(text = COMMENT_AT_MOST)]
    text: String,
    /// Whether the CLEC is satisfied with it.
    satisfied: bool,
}

/// A CLEC says how the change works (CR-11).
#[route(post, "/cmp/v1/changeRequest/{id}/feedback", tag = "changeRequest", id = "feedBack")]
pub(crate) async fn feed_back(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Feedback>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let Feedback { text, satisfied } = &ask.body;
    changed(&services, &id, &ask, |request, act, policy| request.feed_back(text.clone(), *satisfied, act, policy)).await
}

/// The CMP Manager closes it: step 11 (CR-12).
#[route(post, "/cmp/v1/changeRequest/{id}/closure", tag = "changeRequest", id = "closeChangeRequest")]
pub(crate) async fn close(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Reason>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed_because(&services, &id, &ask, &ask.body.reason, ChangeRequest::close).await
}

/// A step that the flow does not foresee.
#[derive(Debug, Body)]
#[body(rule = "CR-12", name = "ChangeRequestUnforeseenStep")]
pub(crate) struct Unforeseen {
    /// Where it stands then, by the name of the step.
    step: Step,
    /// Why the flow is departed from.
    #[body(text = COMMENT_AT_MOST)]
    reason: String,
}

/// The CMP Manager records a step that the flow does not foresee where it stands; it is marked as such (CR-12).
#[route(post, "/cmp/v1/changeRequest/{id}/unforeseenStep", tag = "changeRequest", id = "recordUnforeseenStep")]
pub(crate) async fn unforeseen(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Unforeseen>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let Unforeseen { step, reason } = &ask.body;
    changed_by_positions(&services, &id, &ask, reason, |request, reason, positions, act, policy| {
        request.record_unforeseen(*step, reason, positions, act, policy)
    })
    .await
}
