//! `ticket-status`: the desk works a ticket, its CLEC adds to it: updates, calls, severity, workaround, telephone notices,
//! closing (12.3 to 12.6).
//!
//! Each handler parses its body, and says how the ticket is to change; loading and committing are [`Desk::change`].

use axum::{extract::State, response::Response};
use desk::{Desk, store::Needs};
use domain::{
    ClecId, Severity,
    ticket::{Act, Change, Ticket},
};
use http_edge::{Ask, Problem, WriteRefusals};
use tmf621::{Id, TroubleTicket, TroubleTicketUpdate};
use utoipa_axum::{router::OpenApiRouter, routes};

mod bodies;

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(update))
        .routes(routes!(call))
        .routes(routes!(severity_change))
        .routes(routes!(workaround))
        .routes(routes!(phone_notice))
        .routes(routes!(close))
}

/// Updates a ticket by a merge patch (RFC 7396).
///
/// A change of status, severity, estimated resolution or patch date is a status change, which owes a notice; several in
/// one update are told in one (12.6). `status` moves among the open ones; a CLEC withdraws its own with `cancelled`.
#[utoipa::path(
    patch, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}", tag = "troubleTicket",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = TroubleTicketUpdate, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = TroubleTicket),
        WriteRefusals,
    )
)]
async fn update(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let (body, party, policy) = (&ask.body.object, ask.party(), &desk.policy);
    let ticket = desk
        .change(number, &ask.asked, |loaded, now| {
            let (ticket, primary) = loaded.for_change()?;
            let patch = tmf621::patch(body, &ticket, party, policy)?;
            let act = Act::of(&ask.asked, now, patch.occurred_at, patch.why.clone());
            match patch.severity_alone() {
                Some(severity) => ticket.change_severity(severity, primary, &act, policy),
                None => Ok(ticket.update(patch.update, &act, policy)?.map(Change::from)),
            }
        })
        .await?;
    Ok(tmf621::answer(&ticket, &desk.linked_to(&ticket).await?, party, policy))
}

/// Documents a further call on a recognized problem in the primary ticket: no new ticket (12.4).
///
/// A second CLEC's call makes the ticket an event.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/call", tag = "troubleTicket",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Call,
    responses(
        (status = 200, body = TroubleTicket),
        WriteRefusals,
    )
)]
async fn call(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let (party, policy) = (ask.party(), &desk.policy);
    let mut fields = ask.body.fields();
    let (contact, detail) = tmf621::contact_and_detail(&mut fields, "TT-05");
    let named = fields.parsed::<ClecId>("clec", "AP-03");
    let occurred_at = fields.instant("statusChangeDate");
    if party.clec().is_some_and(|own| named.as_ref().is_some_and(|named| named != own)) {
        fields.fault("clec", "AP-03", "the caller's own, or left out");
    }
    if party.clec().is_some() && occurred_at.is_some() {
        fields.fault("statusChangeDate", "NT-17", "the desk's to write");
    }
    fields.end()?;
    let ticket = desk
        .change(number, &ask.asked, |loaded, now| {
            let (ticket, _) = loaded.for_change()?;
            let clec = named.clone().or_else(|| party.clec().cloned()).or_else(|| ticket.clec.clone());
            let act = Act::of(&ask.asked, now, occurred_at, None);
            Ok(Some(ticket.call(clec, contact.clone(), detail.clone(), &act, policy)?.into()))
        })
        .await?;
    Ok(tmf621::answer(&ticket, &desk.linked_to(&ticket).await?, party, policy))
}

/// Assigns another severity, with its reason (12.5). It is a status change.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/severityChange", tag = "troubleTicket",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::SeverityChange,
    responses(
        (status = 200, body = TroubleTicket),
        WriteRefusals,
    )
)]
async fn severity_change(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let (party, policy) = (ask.party(), &desk.policy);
    let mut fields = ask.body.fields();
    let severity = fields.needed::<Severity>("severity", "TT-03");
    let reason = fields.required("reason", "TT-04", 1_000);
    let occurred_at = fields.instant("statusChangeDate");
    fields.end()?;
    let ticket = desk
        .change(number, &ask.asked, |loaded, now| {
            Ticket::by_desk(party, "TT-03", "assigning a severity")?;
            let (ticket, primary) = loaded.for_change()?;
            let act = Act::of(&ask.asked, now, occurred_at, Some(reason.clone()));
            severity.map_or(Ok(None), |severity| ticket.change_severity(severity, primary, &act, policy))
        })
        .await?;
    Ok(tmf621::answer(&ticket, &desk.linked_to(&ticket).await?, party, policy))
}

/// Records that a workaround is provided (12.4.1). It is a status change; for severity 3 and 4 it ends the no-change
/// updates (12.7).
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/workaround", tag = "troubleTicket",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Workaround,
    responses(
        (status = 200, body = TroubleTicket),
        WriteRefusals,
    )
)]
async fn workaround(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let (party, policy) = (ask.party(), &desk.policy);
    let mut fields = ask.body.fields();
    let description = fields.required("description", "TT-13", tmf621::TEXT_AT_MOST);
    let reference = fields.line("callCenterReference", 100);
    let occurred_at = fields.instant("statusChangeDate");
    fields.end()?;
    let ticket = desk
        .change(number, &ask.asked, |loaded, now| {
            Ticket::by_desk(party, "TT-13", "recording that a workaround is provided")?;
            let (ticket, _) = loaded.for_change()?;
            let act = Act::of(&ask.asked, now, occurred_at, None);
            Ok(Some(ticket.provide_workaround(description.clone(), reference.clone(), &act, policy)?.into()))
        })
        .await?;
    Ok(tmf621::answer(&ticket, &desk.linked_to(&ticket).await?, party, policy))
}

/// Records that the reporting CLEC was told by a direct phone call (12.6): it satisfies the target notice.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/phoneNotice", tag = "troubleTicket",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::PhoneNotice,
    responses(
        (status = 200, body = TroubleTicket),
        WriteRefusals,
    )
)]
async fn phone_notice(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let (party, policy) = (ask.party(), &desk.policy);
    let mut fields = ask.body.fields();
    let (contact, detail) = tmf621::contact_and_detail(&mut fields, "NT-01");
    fields.end()?;
    let ticket = desk
        .change_with(number, Needs { unsent: true, ..Needs::default() }, &ask.asked, |found, now| {
            Ticket::by_desk(party, "NT-01", "giving a notice by telephone")?;
            let (ticket, _) = found.loaded.for_change()?;
            let act = Act::of(&ask.asked, now, None, None);
            Ok(Some(ticket.told_by_phone(&contact, &detail, found.unsent, &act, policy)?.into()))
        })
        .await?;
    Ok(tmf621::answer(&ticket, &desk.linked_to(&ticket).await?, party, policy))
}

/// Closes a ticket with its disposition, and with it every ticket linked to it (12.3, 12.4).
///
/// The interval upon resolution runs from `resolutionDate`, or from now.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/close", tag = "troubleTicket",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Close,
    responses(
        (status = 200, body = TroubleTicket),
        WriteRefusals,
    )
)]
async fn close(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let (party, policy) = (ask.party(), &desk.policy);
    let closing = tmf621::closing(ask.body.fields())?;
    let ticket = desk
        .change(number, &ask.asked, |loaded, now| {
            Ticket::by_desk(party, "TT-09", "closing")?;
            let (ticket, _) = loaded.for_change()?;
            let act = Act::of(&ask.asked, now, closing.occurred_at, closing.why.clone());
            Ok(Some(ticket.close(closing.disposition.clone(), closing.resolved_at, &act, policy)?))
        })
        .await?;
    Ok(tmf621::answer(&ticket, &desk.linked_to(&ticket).await?, party, policy))
}
