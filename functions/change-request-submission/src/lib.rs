//! `change-request-submission`: a change request comes in, is reviewed for completeness, returned or logged, and posted
//! (work flow, step 1).

use axum::extract::State;
use cmp_api::{
    BASE, COMMENT_AT_MOST, ChangeRequestForm, ChangeRequestPath, ChangeRequestShown, Reason, answered, changed,
    changed_because,
};
use contract::{ChangeRequestId, TicketNumber};
use domain::change_request::{ChangeKind, ChangeRequest, Form, Suffix};
use http_edge::{Acting, Answer, Body, Created, MergePatch, Nothing, Problem, Several, WriteRequest, route};
use platform::{Services, change::Opening};
use record::ActionContext;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
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
    State(services): State<Services>,
    ask: WriteRequest<ChangeRequestCreate>,
) -> Result<Created<ChangeRequestShown>, Problem> {
    let ChangeRequestCreate { clec: Acting(originator), draft, form } = &ask.body;
    services.check_clec(ask.party(), "clec", originator.clec()).await?;
    let form = Form::from(form.clone());
    let begun = services
        .open(&ask.context, ask.key.as_deref(), |id: ChangeRequestId, act| {
            ChangeRequest::open_or_draft(
                id,
                originator.clone(),
                form.clone(),
                draft.unwrap_or(false),
                act,
                &services.policy,
            )
        })
        .await?;
    let (Opening::Created(request) | Opening::Replayed(request)) = begun;
    Ok(Created(format!("{BASE}/{}", request.id), answered(&services, &request, &ask.context.by)))
}

type ChangeRequestUpdate = MergePatch<ChangeRequestForm>;

/// Revises the form by a merge patch (RFC 7396): its originator a draft, or what was returned; once it is logged, the CRPM and
/// the CMP Manager too, as clarifications lead to modifications (CR-06).
#[route(patch, "/cmp/v1/changeRequest/{id}", tag = "changeRequest", id = "reviseChangeRequest")]
async fn revise(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<ChangeRequestUpdate>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&services, &id, &ask, |request, act, policy| {
        let present = serde_json::to_value(&request.form).unwrap_or_default();
        let form = ask.body.onto(present, ask.party()).end()?;
        request.revise(form.into(), act, policy)
    })
    .await
}

/// Submits a draft, or what was returned.
#[route(post, "/cmp/v1/changeRequest/{id}/submission", tag = "changeRequest", id = "submitDraft")]
async fn submit(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Nothing>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&services, &id, &ask, ChangeRequest::submit).await
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
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Return>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&services, &id, &ask, |request, act, policy| {
        request.return_incomplete(ask.body.missing.0.clone(), act, policy)
    })
    .await
}

/// The CMP Manager acknowledges and logs it: it gets its number (CR-01).
#[route(post, "/cmp/v1/changeRequest/{id}/acknowledgment", tag = "changeRequest", id = "acknowledgeChangeRequest")]
async fn acknowledge(
    State(services): State<Services>,
    ChangeRequestPath(id): ChangeRequestPath,
    ask: WriteRequest<Nothing>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let asked = &ask.context;
    let request = services
        .number(&id, None, asked, |request, running, now| {
            request.acknowledge(running, &ActionContext::of(asked, now), &services.policy)
        })
        .await?;
    Ok(answered(&services, &request, &asked.by))
}

/// The CMP Manager posts it on the web site: from then on every CLEC reads it (CR-02).
#[route(post, "/cmp/v1/changeRequest/{id}/posting", tag = "changeRequest", id = "postChangeRequest")]
async fn post(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Nothing>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&services, &id, &ask, ChangeRequest::post).await
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
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Suffixes>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(&services, &id, &ask, |request, act, policy| {
        request.suffix(ask.body.suffixes.iter().copied().collect(), act, policy)
    })
    .await
}

/// The move of a change request to the other kind.
#[derive(Debug, Body)]
#[body(rule = "CR-12", name = "ChangeRequestCrossover")]
struct Crossover {
    /// What it asks to change from now on: productProcess or systems.
    kind: ChangeKind,
    /// The reason for the crossover.
    #[body(text = COMMENT_AT_MOST)]
    reason: String,
}

/// The CMP Manager records that it crosses over from systems to product/process, or back: it gets a number of that kind, and is
/// found by the former too (CR-12).
#[route(post, "/cmp/v1/changeRequest/{id}/crossover", tag = "changeRequest", id = "crossOver")]
async fn cross_over(
    State(services): State<Services>,
    ChangeRequestPath(id): ChangeRequestPath,
    ask: WriteRequest<Crossover>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let WriteRequest { context, body: Crossover { kind, reason }, .. } = &ask;
    let request = services
        .number(&id, Some(*kind), context, |request, running, now| {
            let act = ActionContext::of(context, now).because(reason.clone());
            request.cross_over(*kind, running, reason, &act, &services.policy)
        })
        .await?;
    Ok(answered(&services, &request, &context.by))
}

/// A trouble ticket.
#[derive(Debug, Body)]
#[body(rule = "CR-14", name = "ChangeRequestTicket")]
struct Ticket {
    /// The number of a trouble ticket that the caller may see.
    ticket: TicketNumber,
}

/// Names a trouble ticket that it comes from, which then names it too (CR-14, TT-12).
#[route(post, "/cmp/v1/changeRequest/{id}/ticket", tag = "changeRequest", id = "nameTicket")]
async fn name_ticket(
    State(services): State<Services>,
    ChangeRequestPath(id): ChangeRequestPath,
    ask: WriteRequest<Ticket>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let request = services.name_ticket(&id, ask.body.ticket, &ask.context).await?;
    Ok(answered(&services, &request, &ask.context.by))
}

/// Its originator takes it back (CR-12).
#[route(post, "/cmp/v1/changeRequest/{id}/withdrawal", tag = "changeRequest", id = "withdrawChangeRequest")]
async fn withdraw(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Reason>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed_because(&services, &id, &ask, &ask.body.reason, ChangeRequest::withdraw).await
}
