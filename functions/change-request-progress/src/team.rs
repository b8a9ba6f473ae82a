//! Steps 2 and 3: the provider's people, and the clarification meeting (CR-04, CR-05).

use axum::extract::State;
use chrono::{DateTime, Utc};
use cmp_api::{ChangeRequestPath, ChangeRequestShown, TEXT_AT_MOST, changed};
use http_edge::{Answer, Body, FieldError, Party, Problem, Several, WriteRequest, route};
use platform::Services;

/// Who is responsible; one of them at least.
#[derive(Debug, Body)]
#[body(rule = "CR-04", name = "ChangeRequestAssignment", check = one_is_named)]
pub(crate) struct Assignment {
    /// Change Management Project Manager.
    #[body(line = 200)]
    crpm: Option<String>,
    /// The Director responsible.
    #[body(line = 200)]
    director: Option<String>,
}

fn one_is_named(Assignment { crpm, director }: &Assignment, _: &Party) -> Vec<FieldError> {
    let is_none = crpm.is_none() && director.is_none();
    is_none.then(|| FieldError::new("crpm", "CR-04", "a CRPM or a Director is named")).into_iter().collect()
}

/// The CMP Group Manager assigns a CRPM and the Director responsible (CR-04).
#[route(post, "/cmp/v1/changeRequest/{id}/assignment", tag = "changeRequest", id = "assignTeam")]
pub(crate) async fn assign(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Assignment>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let Assignment { crpm, director } = &ask.body;
    changed(&services, &id, &ask, |request, act, policy| request.assign(crpm.clone(), director.clone(), act, policy))
        .await
}

/// The Subject Matter Experts of a change request.
#[derive(Debug, Body)]
#[body(rule = "CR-04", name = "ChangeRequestExperts")]
pub(crate) struct Experts {
    /// All of them, each in a line.
    #[body(line = 200, missing = "names at least one Subject Matter Expert")]
    experts: Several<String>,
}

/// The Director names the Subject Matter Experts: step 2 (CR-04).
#[route(post, "/cmp/v1/changeRequest/{id}/experts", tag = "changeRequest", id = "assignExperts")]
pub(crate) async fn experts(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Experts>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&services, &id, &ask, |request, act, policy| {
        request.assign_experts(ask.body.experts.0.clone(), act, policy)
    })
    .await
}

/// When the clarification meeting is.
#[derive(Debug, Body)]
#[body(rule = "CR-05", name = "ChangeRequestClarificationMeeting")]
pub(crate) struct ClarificationMeeting {
    /// When the meeting is.
    at: DateTime<Utc>,
    /// How to dial in.
    #[body(line = 500)]
    bridge: Option<String>,
}

/// The CRPM sets the clarification meeting with the originator, who is told (CR-05).
#[route(post, "/cmp/v1/changeRequest/{id}/clarificationMeeting", tag = "changeRequest", id = "setClarificationMeeting")]
pub(crate) async fn set_meeting(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<ClarificationMeeting>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let ClarificationMeeting { at, bridge } = &ask.body;
    changed(&services, &id, &ask, |request, act, policy| request.set_meeting(*at, bridge.clone(), act, policy)).await
}

/// A clarification meeting that was held.
#[derive(Debug, Body)]
#[body(name = "ChangeRequestClarification")]
pub(crate) struct Clarification {
    /// When the meeting was held; the time of the request when left out.
    held_at: Option<DateTime<Utc>>,
    /// Questions that need to be answered.
    #[body(line = 200)]
    questions: Vec<String>,
    /// Deliverables that would answer the change request.
    #[body(line = 200)]
    deliverables: Vec<String>,
}

/// The clarification meeting was held: step 3 (CR-05).
#[route(post, "/cmp/v1/changeRequest/{id}/clarification", tag = "changeRequest", id = "holdClarification")]
pub(crate) async fn clarify(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Clarification>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let Clarification { held_at, questions, deliverables } = &ask.body;
    changed(&services, &id, &ask, |request, act, policy| {
        request.clarify(*held_at, questions.clone(), deliverables.clone(), act, policy)
    })
    .await
}

/// The minutes of a clarification meeting.
#[derive(Debug, Body)]
#[body(rule = "CR-05", name = "ChangeRequestMinutes")]
pub(crate) struct Minutes {
    /// The words of the minutes.
    #[body(text = TEXT_AT_MOST)]
    text: String,
}

/// The CRPM issues the clarification meeting's minutes, which the originator is told (CR-05).
#[route(post, "/cmp/v1/changeRequest/{id}/minutes", tag = "changeRequest", id = "issueMinutes")]
pub(crate) async fn minutes(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Minutes>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&services, &id, &ask, |request, act, policy| request.issue_minutes(ask.body.text.clone(), act, policy))
        .await
}
