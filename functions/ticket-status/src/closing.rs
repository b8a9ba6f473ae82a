//! How a ticket ends (12.3, 12.4): agreement, closing, reopening.

use crate::{answered, bodies};
use axum::{extract::State, response::Response};
use desk::{Desk, store::Needs};
use domain::ticket::Action;
use http_edge::{Ask, Problem, WriteRefusals};
use record::Act;
use tmf621::{Id, TroubleTicket};

/// Says whether the ticket's CLEC agrees with the resolution and the closing (12.3); the desk records what it was told.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/agreement", tag = "troubleTicket",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Agreement,
    responses((status = 200, body = TroubleTicket), WriteRefusals)
)]
pub(crate) async fn agreement(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let position = tmf621::position(&mut fields, "TT-10", desk.clock.now());
    fields.end()?;
    let ticket = desk
        .change(number, &ask.asked, |loaded, now| {
            let (ticket, primary) = loaded.for_change()?;
            let act = Act::of(&ask.asked, now, None, None);
            ticket.take_position_on_closing(position.clone(), primary, &act, &desk.policy).map(Some)
        })
        .await?;
    answered(&desk, &ask, &ticket).await
}

/// Closes a ticket with its disposition, and with it every ticket linked to it (12.3, 12.4).
///
/// The interval upon resolution runs from `resolutionDate`, or from now. Against a CLEC that does not agree it needs a reason.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/close", tag = "troubleTicket",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Close,
    responses(
        (status = 200, body = TroubleTicket),
        WriteRefusals,
    )
)]
pub(crate) async fn close(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let (party, policy) = (ask.party(), &desk.policy);
    let closing = tmf621::closing(ask.body.fields())?;
    let ticket = desk
        .change(number, &ask.asked, |loaded, now| {
            Action::Close.check_for(party)?;
            let (ticket, _) = loaded.for_change()?;
            let act = Act::of(&ask.asked, now, closing.occurred_at, closing.why.clone());
            Ok(Some(ticket.close(closing.disposition.clone(), closing.resolved_at, &act, policy)?))
        })
        .await?;
    answered(&desk, &ask, &ticket).await
}

/// Reopens a ticket: the desk at any time, its CLEC within two business days of a closing that it does not agree with, and
/// whenever the patch that it was closed on has slipped. It leaves its group by it; the others stay closed.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/reopen", tag = "troubleTicket",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Reopen,
    responses((status = 200, body = TroubleTicket), WriteRefusals)
)]
pub(crate) async fn reopen(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let reason = fields.required("reason", "TT-08", 2_000);
    fields.end()?;
    let needs = Needs { links: true, successor: ask.party().clec().is_some(), ..Needs::default() };
    let ticket = desk
        .change_with(number, needs, &ask.asked, |found, now| {
            let act = Act::of(&ask.asked, now, None, Some(reason.clone()));
            let (ticket, primary) = (found.loaded.ticket, found.loaded.primary);
            ticket.reopen(primary, found.successor, &found.links, &act, &desk.policy).map(Some)
        })
        .await?;
    answered(&desk, &ask, &ticket).await
}
