//! `change-request-submission`: a change request comes in, is reviewed for completeness, returned or logged, and posted
//! (work flow, step 1).

use axum::extract::State;
use cmp::{BASE, COMMENT_AT_MOST, ChangeRequestForm, ChangeRequestShown, Named, Reason, answered, changed};
use contract::{RequestNumber, TicketNumber};
use desk::{Desk, change::Begun};
use domain::change_request::{ChangeRequest, Form, Kind, Suffix};
use http_edge::{Acting, Answer, Ask, Body, Created, MergePatch, Nothing, Problem, Several, route};
use record::Act;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(begin))
        .routes(routes!(revise))
        .routes(routes!(submit))
        .routes(routes!(send_back))
        .routes(routes!(acknowledge))
        .routes(routes!(post))
        .routes(routes!(suffix))
        .routes(routes!(cross_over))
        .routes(routes!(name_ticket))
        .routes(routes!(withdraw))
}

/// A change request as it is submitted.
#[derive(Debug, Body)]
struct ChangeRequestCreate {
    /// By the CMP Manager: the CLEC that it came from; the provider's own when left out.
    #[body(rule = "AP-03")]
    clec: Acting,
    /// Whether it is kept for its originator alone, until it is submitted.
    draft: Option<bool>,
    /// The CMP's form; of a draft, what is known of it.
    #[body(flatten)]
    form: ChangeRequestForm,
}

/// Submits a change request, or begins a draft that its originator alone sees. The CMP Manager submits the provider's own, and
/// with `clec` one that came from a CLEC otherwise (CR-01, CR-16).
#[route(post, "/cmp/v1/changeRequest", tag = "changeRequest", id = "submitChangeRequest")]
async fn begin(
    State(desk): State<Desk>,
    ask: Ask<ChangeRequestCreate>,
) -> Result<Created<ChangeRequestShown>, Problem> {
    let ChangeRequestCreate { clec: Acting(originator), draft, form } = &ask.body;
    let form = Form::from(form.clone());
    let key = ask.key.clone().unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    let party = ask.party().to_string();
    let begun = desk
        .open(&ask.asked, |attempt, act| {
            let id = RequestNumber::derive(&party, &key, attempt);
            ChangeRequest::begin(id, originator.clone(), form.clone(), draft.unwrap_or(false), act, &desk.policy)
        })
        .await?;
    let (Begun::New(request) | Begun::Before(request)) = begun;
    Ok(Created(format!("{BASE}/{}", request.id), answered(&desk, &request, &ask.asked.by)))
}

type ChangeRequestUpdate = MergePatch<ChangeRequestForm>;

/// Revises the form by a merge patch (RFC 7396): its originator a draft, or what was returned; once it is logged, the CRPM and
/// the CMP Manager too, as clarifications lead to modifications (CR-06).
#[route(patch, "/cmp/v1/changeRequest/{id}", tag = "changeRequest", id = "reviseChangeRequest")]
async fn revise(
    State(desk): State<Desk>,
    id: Named,
    ask: Ask<ChangeRequestUpdate>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&desk, &id, &ask, |request, act| {
        let present = serde_json::to_value(&request.form).unwrap_or_default();
        let form = ask.body.onto(present, ask.party()).end()?;
        request.revise(form.into(), &act, &desk.policy)
    })
    .await
}

/// Submits a draft, or what was returned.
#[route(post, "/cmp/v1/changeRequest/{id}/submission", tag = "changeRequest", id = "submitDraft")]
async fn submit(State(desk): State<Desk>, id: Named, ask: Ask<Nothing>) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&desk, &id, &ask, |request, act| request.submit(&act, &desk.policy)).await
}

/// What is missing.
#[derive(Debug, Body)]
#[body(rule = "CR-01", name = "ChangeRequestReturn")]
struct Return {
    /// Each in a line.
    #[body(line = 200, missing = "names what is missing")]
    missing: Several<String>,
}

/// The CMP Manager returns what is not complete, with what is missing (CR-01).
#[route(post, "/cmp/v1/changeRequest/{id}/return", tag = "changeRequest", id = "returnChangeRequest")]
async fn send_back(
    State(desk): State<Desk>,
    id: Named,
    ask: Ask<Return>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&desk, &id, &ask, |request, act| request.send_back(ask.body.missing.0.clone(), &act, &desk.policy)).await
}

/// The CMP Manager acknowledges and logs it: it gets its number (CR-01).
#[route(post, "/cmp/v1/changeRequest/{id}/acknowledgment", tag = "changeRequest", id = "acknowledgeChangeRequest")]
async fn acknowledge(
    State(desk): State<Desk>,
    Named(id): Named,
    ask: Ask<Nothing>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let asked = &ask.asked;
    let request = desk
        .number(&id, None, asked, |request, running, now| {
            request.acknowledge(running, &Act::of(asked, now), &desk.policy)
        })
        .await?;
    Ok(answered(&desk, &request, &asked.by))
}

/// The CMP Manager posts it on the web site: from then on every CLEC reads it (CR-02).
#[route(post, "/cmp/v1/changeRequest/{id}/posting", tag = "changeRequest", id = "postChangeRequest")]
async fn post(State(desk): State<Desk>, id: Named, ask: Ask<Nothing>) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&desk, &id, &ask, |request, act| request.post(&act, &desk.policy)).await
}

/// What is printed behind a number.
#[derive(Debug, Body)]
#[body(rule = "CR-01", name = "ChangeRequestSuffixes")]
struct Suffixes {
    /// All that it is to have.
    #[body(missing = "is missing: a list, which may be empty")]
    suffixes: Vec<Suffix>,
}

/// The CMP Manager sets what is printed behind its number.
#[route(post, "/cmp/v1/changeRequest/{id}/suffixes", tag = "changeRequest", id = "setSuffixes")]
async fn suffix(
    State(desk): State<Desk>,
    id: Named,
    ask: Ask<Suffixes>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&desk, &id, &ask, |request, act| {
        request.suffix(ask.body.suffixes.iter().copied().collect(), &act, &desk.policy)
    })
    .await
}

/// A crossover.
#[derive(Debug, Body)]
#[body(rule = "CR-12", name = "ChangeRequestCrossover")]
struct Crossover {
    /// What it asks to change from now on: productProcess or systems.
    kind: Kind,
    /// Why.
    #[body(text = COMMENT_AT_MOST)]
    reason: String,
}

/// The CMP Manager records that it crosses over from systems to product/process, or back: it gets a number of that kind, and is
/// found by the former too (CR-12).
#[route(post, "/cmp/v1/changeRequest/{id}/crossover", tag = "changeRequest", id = "crossOver")]
async fn cross_over(
    State(desk): State<Desk>,
    Named(id): Named,
    ask: Ask<Crossover>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let Ask { asked, body: Crossover { kind, reason }, .. } = &ask;
    let request = desk
        .number(&id, Some(*kind), asked, |request, running, now| {
            let act = Act::of(asked, now).because(reason.clone());
            request.cross_over(*kind, running, reason, &act, &desk.policy)
        })
        .await?;
    Ok(answered(&desk, &request, &asked.by))
}

/// A trouble ticket.
#[derive(Debug, Body)]
#[body(rule = "CR-14", name = "ChangeRequestTicket")]
struct Ticket {
    /// Its number; one that the caller may see.
    ticket: TicketNumber,
}

/// Names a trouble ticket that it comes from, which then names it too (CR-14, TT-12).
#[route(post, "/cmp/v1/changeRequest/{id}/ticket", tag = "changeRequest", id = "nameTicket")]
async fn name_ticket(
    State(desk): State<Desk>,
    Named(id): Named,
    ask: Ask<Ticket>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let request = desk.name_ticket(&id, ask.body.ticket, &ask.asked).await?;
    Ok(answered(&desk, &request, &ask.asked.by))
}

/// Its originator takes it back (CR-12).
#[route(post, "/cmp/v1/changeRequest/{id}/withdrawal", tag = "changeRequest", id = "withdrawChangeRequest")]
async fn withdraw(
    State(desk): State<Desk>,
    id: Named,
    ask: Ask<Reason>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let reason = &ask.body.reason;
    changed(&desk, &id, &ask, |request, act| {
        request.withdraw(reason.clone(), &act.because(reason.clone()), &desk.policy)
    })
    .await
}
