//! The workaround (12.4.1): proposed, agreed or disputed, provided, implemented, retired.

use crate::bodies;
use axum::extract::State;
use domain::ticket::{Action, OpenTo, Ticket};
use http_edge::{Answer, Problem, WriteRequest, route};
use platform::{Services, store::TicketIncludes};
use record::ActionContext;
use tmf621::{Id, TroubleTicket, changed, changed_with};

/// Records that a workaround is provided, or with `"status": "proposed"` that it is proposed (12.4.1). Providing it is a status
/// change; for severity 3 and 4 it ends the no-change updates (12.7).
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/workaround", tag = "troubleTicket", id = "workaround")]
pub(crate) async fn provide(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::Workaround>,
) -> Result<Answer<TroubleTicket>, Problem> {
    changed(&services, number, &ask, |loaded, act| {
        Action::Workaround.check_for(ask.party())?;
        let (ticket, _) = loaded.for_change()?;
        let act = act.occurred_at(ask.body.status_change_date);
        let begin = if ask.body.is_only_proposed() { Ticket::propose_workaround } else { Ticket::provide_workaround };
        begin(ticket, ask.body.proposal(), &act, &services.policy)
    })
    .await
}

/// Says whether the ticket's CLEC agrees to the workaround (12.4.1), or one that called about it; one that it disputes as not acceptable no longer ends the
/// updates, and is a case that offers technical escalation and the tiers of Wholesale Service Delivery.
#[route(
    post,
    "/tmf-api/troubleTicket/v4/troubleTicket/{id}/workaround/agreement",
    tag = "troubleTicket",
    id = "workaroundAgreement"
)]
pub(crate) async fn agreement(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::WorkaroundAgreement>,
) -> Result<Answer<TroubleTicket>, Problem> {
    changed_with(&services, number, TicketIncludes::open_to(OpenTo::Callers), &ask, |found, act| {
        let (ticket, primary) = found.loaded.for_change()?;
        ticket.take_position_on_workaround(ask.body.position(act.now), primary, &act, &services.policy)
    })
    .await
}

/// Records that the workaround is implemented; one that was only proposed is provided by it.
#[route(
    post,
    "/tmf-api/troubleTicket/v4/troubleTicket/{id}/workaround/implementation",
    tag = "troubleTicket",
    id = "workaroundImplementation"
)]
pub(crate) async fn implementation(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::Occurred>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let needs = TicketIncludes { referring: true, ..TicketIncludes::default() };
    changed_with(&services, number, needs, &ask, |found, act| {
        Action::WorkaroundImplementation.check_for(ask.party())?;
        let (ticket, _) = found.loaded.for_change()?;
        ticket.implement_workaround(&found.referring, &occurred(&ask.body, act), &services.policy)
    })
    .await
}

/// Records that the workaround is no longer in force: the updates go on again. One that a process ticket was closed with ends with the
/// resolution of the trouble, when all affected orders are processed (12.8.3).
#[route(
    post,
    "/tmf-api/troubleTicket/v4/troubleTicket/{id}/workaround/retirement",
    tag = "troubleTicket",
    id = "workaroundRetirement"
)]
pub(crate) async fn retirement(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::Retirement>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let needs = TicketIncludes { referring: true, ..TicketIncludes::default() };
    changed_with(&services, number, needs, &ask, |found, act| {
        Action::WorkaroundRetirement.check_for(ask.party())?;
        // That of a process ticket stays in force when it is closed, and ends then (12.8.3).
        let (ticket, _) = match found.loaded.ticket.is_of_process() {
            true => (found.loaded.ticket, None),
            false => found.loaded.for_change()?,
        };
        let resolution = ask.body.resolution.clone();
        ticket.retire_workaround(resolution, &found.referring, &occurred(&ask.body.occurred, act), &services.policy)
    })
    .await
}

fn occurred(body: &bodies::Occurred, act: ActionContext) -> ActionContext {
    act.explained(body.status_change_reason.clone(), body.reason_visibility).occurred_at(body.status_change_date)
}
