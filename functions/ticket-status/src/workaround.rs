//! The workaround (12.4.1): proposed, agreed or disputed, provided, implemented, retired.

use crate::bodies;
use axum::extract::State;
use contract::{Policy, Refused, TicketNumber};
use domain::ticket::{Action, OpenTo, Ticket, TicketChange};
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
    done(&services, number, &ask, Ticket::implement_workaround).await
}

/// Records that the workaround is no longer in force: the updates go on again.
#[route(
    post,
    "/tmf-api/troubleTicket/v4/troubleTicket/{id}/workaround/retirement",
    tag = "troubleTicket",
    id = "workaroundRetirement"
)]
pub(crate) async fn retirement(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::Occurred>,
) -> Result<Answer<TroubleTicket>, Problem> {
    done(&services, number, &ask, Ticket::retire_workaround).await
}

async fn done(
    services: &Services,
    number: TicketNumber,
    ask: &WriteRequest<bodies::Occurred>,
    transition: fn(Ticket, &ActionContext, &Policy) -> Result<TicketChange, Refused>,
) -> Result<Answer<TroubleTicket>, Problem> {
    changed(services, number, ask, |loaded, act| {
        Action::WorkaroundImplementation.check_for(ask.party())?;
        let (ticket, _) = loaded.for_change()?;
        let act = act
            .explained(ask.body.status_change_reason.clone(), ask.body.reason_visibility)
            .occurred_at(ask.body.status_change_date);
        transition(ticket, &act, &services.policy)
    })
    .await
}
