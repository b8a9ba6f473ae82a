//! How a ticket ends (12.3, 12.4): agreement, closing, reopening.

use crate::bodies;
use axum::extract::State;
use contract::Refused;
use domain::ticket::{Action, OpenTo};
use http_edge::{Answer, Problem, WriteRequest, route};
use platform::{Services, store::TicketIncludes};
use tmf621::{Id, TroubleTicket, changed_with};

/// Says whether the ticket's CLEC agrees with the resolution and the closing (12.3), or one that called about it; the desk records what
/// it was told.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/agreement", tag = "troubleTicket")]
pub(crate) async fn agreement(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::Agreement>,
) -> Result<Answer<TroubleTicket>, Problem> {
    changed_with(&services, number, TicketIncludes::open_to(OpenTo::Callers), &ask, |found, act| {
        let (ticket, primary) = found.loaded.for_change()?;
        ticket.take_position_on_closing(ask.body.position(act.now), primary, &act, &services.policy)
    })
    .await
}

/// Closes a ticket with its disposition, and with it every ticket linked to it (12.3, 12.4).
///
/// The interval upon resolution runs from `resolutionDate`, or from now. Against a CLEC that does not agree it needs a reason.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/close", tag = "troubleTicket")]
pub(crate) async fn close(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::Close>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let close = &ask.body;
    let disposition = close.disposition().map_err(Refused::Invalid)?;
    let needs = TicketIncludes { reference: true, ..TicketIncludes::default() };
    changed_with(&services, number, needs, &ask, |found, act| {
        Action::Close.check_for(ask.party())?;
        let (ticket, _) = found.loaded.for_change()?;
        let act = act
            .explained(close.status_change_reason.clone(), close.reason_visibility)
            .occurred_at(close.status_change_date);
        ticket.close(disposition.clone(), close.resolution_date, found.reference.as_ref(), &act, &services.policy)
    })
    .await
}

/// Reopens a ticket: the desk at any time, its CLEC within two business days of a closing that it does not agree with, and
/// whenever the patch that it was closed on has slipped. It leaves its group by it; the others stay closed. A CLEC that called about it
/// has no ticket of its own to reopen, and escalates.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/reopen", tag = "troubleTicket")]
pub(crate) async fn reopen(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::Reopen>,
) -> Result<Answer<TroubleTicket>, Problem> {
    if ask.party().is_provider() {
        services.list_group_as_open(number).await?;
    }
    let successor = ask.party().clec().is_some();
    let needs = TicketIncludes { links: true, successor, ..TicketIncludes::open_to(OpenTo::Callers) };
    changed_with(&services, number, needs, &ask, |found, act| {
        let act = act.explained(Some(ask.body.reason.clone()), None);
        found.loaded.ticket.reopen(found.loaded.primary, found.successor, &found.links, &act, &services.policy)
    })
    .await
}
