//! `change-request-submission`: a change request comes in, is reviewed for completeness, returned or logged, and posted
//! (work flow, step 1).

mod bodies;

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use cmp::{BASE, ChangeRequestShown, FormWritten, Named, answered, changed, changed_because, form, patched};
use contract::{RequestNumber, TicketNumber};
use desk::{Desk, change::Begun};
use domain::change_request::{ChangeRequest, Kind, Suffix};
use http_edge::{Ask, Problem, WriteRefusals};
use record::Act;
use std::collections::BTreeSet;
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

/// Submits a change request, or begins a draft that its originator alone sees. The CMP Manager submits the provider's own, and
/// with `clec` one that came from a CLEC otherwise (CR-01, CR-16).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest", tag = "changeRequest", operation_id = "submitChangeRequest",
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key finds the same change request")),
    request_body = bodies::ChangeRequestCreate,
    responses((status = 201, body = ChangeRequestShown), WriteRefusals)
)]
async fn begin(State(desk): State<Desk>, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let originator = fields.acting_for(ask.party());
    let draft = fields.flag("draft").unwrap_or(false);
    let form = form(&mut fields);
    fields.end()?;
    let key = ask.key.clone().unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    let party = ask.party().to_string();
    let begun = desk
        .open(&ask.asked, |attempt, act| {
            let id = RequestNumber::derive(&party, &key, attempt);
            ChangeRequest::begin(id, originator.clone(), form.clone(), draft, act, &desk.policy)
        })
        .await?;
    let (Begun::New(request) | Begun::Before(request)) = begun;
    let location = [(header::LOCATION, format!("{BASE}/{}", request.id))];
    Ok((StatusCode::CREATED, location, answered(&desk, &request, &ask.asked.by)).into_response())
}

/// Revises the form by a merge patch (RFC 7396): its originator a draft, or what was returned; once it is logged, the CRPM and
/// the CMP Manager too, as clarifications lead to modifications (CR-06).
#[utoipa::path(
    patch, path = "/cmp/v1/changeRequest/{id}", tag = "changeRequest", operation_id = "reviseChangeRequest",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = FormWritten, content_type = "application/merge-patch+json"),
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
async fn revise(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    changed(&desk, &id, &ask, |request, act| {
        let form = patched(&request.form, &ask.body.object)?;
        request.revise(form, act, &desk.policy)
    })
    .await
}

/// Submits a draft, or what was returned.
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/submission", tag = "changeRequest", operation_id = "submitDraft",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Nothing,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
async fn submit(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    ask.body.fields().end()?;
    changed(&desk, &id, &ask, |request, act| request.submit(act, &desk.policy).map(Some)).await
}

/// The CMP Manager returns what is not complete, with what is missing (CR-01).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/return", tag = "changeRequest", operation_id = "returnChangeRequest",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Return,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
async fn send_back(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let missing = fields.lines("missing");
    if missing.is_empty() && !fields.is_faulted("missing") {
        fields.fault("missing", "CR-01", "names what is missing");
    }
    fields.end()?;
    changed(&desk, &id, &ask, |request, act| request.send_back(missing.clone(), act, &desk.policy).map(Some)).await
}

/// The CMP Manager acknowledges and logs it: it gets its number (CR-01).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/acknowledgment", tag = "changeRequest",
    operation_id = "acknowledgeChangeRequest",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Nothing,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
async fn acknowledge(State(desk): State<Desk>, Named(id): Named, ask: Ask) -> Result<Response, Problem> {
    ask.body.fields().end()?;
    let asked = &ask.asked;
    let request = desk
        .number(&id, None, asked, |request, running, now| {
            request.acknowledge(running, &Act::of(asked, now, None, None), &desk.policy)
        })
        .await?;
    Ok(answered(&desk, &request, &asked.by))
}

/// The CMP Manager posts it on the web site: from then on every CLEC reads it (CR-02).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/posting", tag = "changeRequest", operation_id = "postChangeRequest",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Nothing,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
async fn post(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    ask.body.fields().end()?;
    changed(&desk, &id, &ask, |request, act| request.post(act, &desk.policy).map(Some)).await
}

/// The CMP Manager sets what is printed behind its number.
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/suffixes", tag = "changeRequest", operation_id = "setSuffixes",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Suffixes,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
async fn suffix(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    if !fields.gives("suffixes") {
        fields.fault("suffixes", "CR-01", "is missing: a list, which may be empty");
    }
    let suffixes: BTreeSet<Suffix> = fields.parsed_list("suffixes", "CR-01").into_iter().collect();
    fields.end()?;
    changed(&desk, &id, &ask, |request, act| request.suffix(suffixes.clone(), act, &desk.policy)).await
}

/// The CMP Manager records that it crosses over from systems to product/process, or back: it gets a number of that kind, and is
/// found by the former too (CR-12).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/crossover", tag = "changeRequest", operation_id = "crossOver",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Crossover,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
async fn cross_over(State(desk): State<Desk>, Named(id): Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let kind = fields.needed::<Kind>("kind", "CR-12");
    let reason = fields.required("reason", "CR-12", bodies::REASON_AT_MOST);
    let kind = fields.end_with(kind)?;
    let asked = &ask.asked;
    let request = desk
        .number(&id, Some(kind), asked, |request, running, now| {
            let act = Act::of(asked, now, None, Some(reason.clone()));
            request.cross_over(kind, running, &reason, &act, &desk.policy)
        })
        .await?;
    Ok(answered(&desk, &request, &asked.by))
}

/// Names a trouble ticket that it comes from, which then names it too (CR-14, TT-12).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/ticket", tag = "changeRequest", operation_id = "nameTicket",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Ticket,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
async fn name_ticket(State(desk): State<Desk>, Named(id): Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let number = fields.needed::<TicketNumber>("ticket", "CR-14");
    let number = fields.end_with(number)?;
    let request = desk.name_ticket(&id, number, &ask.asked).await?;
    Ok(answered(&desk, &request, &ask.asked.by))
}

/// Its originator takes it back (CR-12).
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/withdrawal", tag = "changeRequest", operation_id = "withdrawChangeRequest",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Reason,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
async fn withdraw(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let reason = fields.required("reason", "CR-12", bodies::REASON_AT_MOST);
    fields.end()?;
    changed_because(&desk, &id, &ask, &reason, |request, act| {
        request.withdraw(reason.clone(), act, &desk.policy).map(Some)
    })
    .await
}
