//! Steps 3 to 6: presented, answered, and what the CLECs make of the answer (CR-06 to CR-10).

use axum::extract::State;
use chrono::NaiveDate;
use cmp_api::{
    COMMENT_AT_MOST, ChangeRequestPath, ChangeRequestShown, PositionShown, TEXT_AT_MOST, changed, changed_by_positions,
};
use contract::{Failed, Refused};
use domain::change_request::{self, Action, ChangeRequest, Outcome, Position, Reply};
use http_edge::{Answer, Body, Nothing, Problem, WriteRequest, route};
use platform::{Services, keys};
use record::{ActionContext, Record as _};

/// A presentation at the monthly meeting.
#[derive(Debug, Body)]
#[body(rule = "CR-06", name = "ChangeRequestPresentation")]
pub(crate) struct Presentation {
    /// The meeting's date.
    meeting: NaiveDate,
    /// The originator's business reasons.
    #[body(text = TEXT_AT_MOST)]
    business_reasons: Option<String>,
    /// What participating CLECs said.
    #[body(text = COMMENT_AT_MOST)]
    comments: Vec<String>,
    /// Options and potential solutions.
    #[body(text = COMMENT_AT_MOST)]
    options: Vec<String>,
    /// The general consensus on the direction.
    #[body(text = TEXT_AT_MOST)]
    consensus: String,
}

impl From<&Presentation> for change_request::Presentation {
    fn from(said: &Presentation) -> Self {
        Self {
            meeting: said.meeting,
            business_reasons: said.business_reasons.clone(),
            comments: said.comments.clone(),
            options: said.options.clone(),
            consensus: said.consensus.clone(),
            walk_on: false,
        }
    }
}

/// Presented at a meeting of its kind, where the direction was agreed (CR-06); before the meeting that its receipt leads to, it is marked
/// as a walk-on (CR-20).
#[route(post, "/cmp/v1/changeRequest/{id}/presentation", tag = "changeRequest", id = "presentChangeRequest")]
pub(crate) async fn present(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Presentation>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&services, &id, &ask, |request, act, policy| request.present((&ask.body).into(), act, policy)).await
}

/// The provider's response to a change request.
#[derive(Debug, Body)]
#[body(rule = "CR-07", name = "ChangeRequestDraftResponse")]
pub(crate) struct Draft {
    /// Whether the provider plans to adhere to the request.
    answer: change_request::Answer,
    /// The position stated, or the detailed basis for the denial.
    #[body(text = TEXT_AT_MOST)]
    text: String,
    /// Reference to substantiating material; a denial has it.
    #[body(text = COMMENT_AT_MOST)]
    reference: Option<String>,
}

/// A Subject Matter Expert drafts the response (CR-07).
#[route(post, "/cmp/v1/changeRequest/{id}/draftResponse", tag = "changeRequest", id = "draftResponse")]
pub(crate) async fn draft(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Draft>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let Draft { answer, text, reference } = &ask.body;
    let reply = Reply { answer: *answer, text: text.clone(), reference: reference.clone() };
    changed(&services, &id, &ask, |request, act, policy| request.draft_response(reply.clone(), act, policy)).await
}

/// The Director accepts the drafted response (CR-07).
#[route(post, "/cmp/v1/changeRequest/{id}/directorAcceptance", tag = "changeRequest", id = "acceptDraft")]
pub(crate) async fn accept_draft(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Nothing>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&services, &id, &ask, ChangeRequest::accept_draft).await
}

/// The CRPM issues the response: it is posted, and the CLECs are notified (CR-07).
#[route(post, "/cmp/v1/changeRequest/{id}/response", tag = "changeRequest", id = "issueResponse")]
pub(crate) async fn issue(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Nothing>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&services, &id, &ask, ChangeRequest::issue_response).await
}

/// A CLEC's position.
#[derive(Debug, Body)]
#[body(rule = "CR-09", name = "ChangeRequestPositionTaken")]
pub(crate) struct PositionTaken {
    /// What the CLEC takes the response for.
    position: Outcome,
    /// The reason; required unless the response is accepted.
    #[body(text = COMMENT_AT_MOST)]
    comment: Option<String>,
    /// Whether other CLECs may read whose position it is, and the comment; otherwise they read the position alone. Absent: no.
    public: Option<bool>,
}

/// A CLEC says what it takes the response for (CR-09), up to the end of the term to object to what came of it. Whose it is the
/// provider reads, and no other CLEC unless it is public (CR-22).
#[route(post, "/cmp/v1/changeRequest/{id}/position", tag = "changeRequest", id = "takeResponsePosition")]
pub(crate) async fn take_position(
    State(services): State<Services>,
    ChangeRequestPath(id): ChangeRequestPath,
    ask: WriteRequest<PositionTaken>,
) -> Result<Answer<PositionShown>, Problem> {
    let PositionTaken { position, comment, public } = &ask.body;
    let part = ask.party().clec().map(keys::part::<Position>);
    let (loaded, seen, change) = services
        .revise_with::<ChangeRequest, Position>((id, part), &ask.context, |request, before, now| {
            let act = ActionContext::of(&ask.context, now);
            request.take_position(before, *position, comment.clone(), public.unwrap_or_default(), &act)
        })
        .await?;
    let taken = change.and_then(|change| change.position).or(seen);
    let taken = taken.ok_or(Failed::from(Refused::NotFound))?;
    let request = loaded.record;
    Ok(Answer { version: request.version_for(ask.party()), shown: PositionShown::of(taken, &request, ask.party()) })
}

/// A presentation of the response.
#[derive(Debug, Body)]
#[body(rule = "CR-08", name = "ChangeRequestResponsePresentation")]
pub(crate) struct ResponsePresentation {
    /// The meeting's date.
    meeting: NaiveDate,
    /// What was said to it.
    #[body(text = COMMENT_AT_MOST)]
    comments: Vec<String>,
}

/// The response was presented at the monthly meeting: step 5 (CR-08).
#[route(post, "/cmp/v1/changeRequest/{id}/responsePresentation", tag = "changeRequest", id = "presentResponse")]
pub(crate) async fn present_response(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<ResponsePresentation>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let ResponsePresentation { meeting, comments } = &ask.body;
    changed(&services, &id, &ask, |request, act, policy| {
        request.present_response(*meeting, comments.clone(), act, policy)
    })
    .await
}

/// What came of the response.
#[derive(Debug, Body)]
#[body(rule = "CR-09", name = "ChangeRequestOutcome")]
pub(crate) struct OutcomeRecorded {
    /// In a word.
    outcome: Outcome,
    /// Why it came to this outcome.
    #[body(text = COMMENT_AT_MOST)]
    reason: String,
}

/// What the CLECs make of the response: accepted (to 6), not accepted (to 5B), or to be revised (to 5A) (CR-09). The positions that
/// CLECs took are counted with it, and an outcome against them is marked; in the policy's term from it, a CLEC that takes another
/// position may escalate, and the change request does not end (CR-22).
#[route(post, "/cmp/v1/changeRequest/{id}/outcome", tag = "changeRequest", id = "recordOutcome")]
pub(crate) async fn decide(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<OutcomeRecorded>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let OutcomeRecorded { outcome, reason } = &ask.body;
    changed_by_positions(&services, &id, &ask, reason, |request, reason, positions, act, policy| {
        request.decide(*outcome, reason, positions, act, policy)
    })
    .await
}

/// What the originator says.
#[derive(Debug, Body)]
#[body(rule = "CR-22", name = "ChangeRequestOriginatorsWord")]
pub(crate) struct WordSaid {
    /// Its word on what the accepted response leads to.
    #[body(text = COMMENT_AT_MOST)]
    text: String,
}

/// The originator says itself what it thinks of the accepted response: step 6 (CR-10, CR-22). Without it the CMP Manager tells its
/// word, and that is marked as told by the provider.
#[route(post, "/cmp/v1/changeRequest/{id}/originatorsWord", tag = "changeRequest", id = "sayOriginatorsWord")]
pub(crate) async fn say_originators_word(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<WordSaid>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&services, &id, &ask, |request, act, policy| {
        request.say_originators_word(ask.body.text.clone(), act, policy)
    })
    .await
}

/// What the accepted response leads to.
#[derive(Debug, Body)]
#[body(rule = "CR-10", name = "ChangeRequestAcceptance")]
pub(crate) struct Acceptance {
    /// noFurtherAction (to the CLEC test), nothingToTest (closed), implementationPlan (to development) or denial.
    action: Action,
    /// The originator's word to it, as the provider tells it; required unless the originator said it itself.
    #[body(text = COMMENT_AT_MOST)]
    originators_word: Option<String>,
}

/// What the accepted response leads to, with the originator's word (CR-10).
#[route(post, "/cmp/v1/changeRequest/{id}/acceptance", tag = "changeRequest", id = "recordAcceptance")]
pub(crate) async fn accept(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Acceptance>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let Acceptance { action, originators_word: word } = &ask.body;
    changed(&services, &id, &ask, |request, act, policy| {
        request.accept(*action, word.clone(), &act.clone().because(word.clone()), policy)
    })
    .await
}
