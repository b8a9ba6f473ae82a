//! The workaround (12.4.1): proposed, agreed or disputed, provided, implemented, retired.

use crate::{answered, bodies};
use axum::{extract::State, response::Response};
use desk::Desk;
use domain::ticket::Action;
use http_edge::{Ask, Problem, WriteRefusals};
use record::Act;
use tmf621::{Id, TroubleTicket};

/// Records that a workaround is provided, or with `"status": "proposed"` that it is proposed (12.4.1). Providing it is a status
/// change; for severity 3 and 4 it ends the no-change updates (12.7).
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/workaround", tag = "troubleTicket", operation_id = "workaround",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Workaround,
    responses(
        (status = 200, body = TroubleTicket),
        WriteRefusals,
    )
)]
pub(crate) async fn provide(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let (proposal, proposed) = tmf621::proposal(&mut fields);
    let occurred_at = fields.instant("statusChangeDate");
    fields.end()?;
    let ticket = desk
        .change(number, &ask.asked, |loaded, now| {
            Action::Workaround.check_for(ask.party())?;
            let (ticket, _) = loaded.for_change()?;
            let act = Act::of(&ask.asked, now, occurred_at, None);
            let change = match proposed {
                true => ticket.propose_workaround(proposal.clone(), &act, &desk.policy)?,
                false => ticket.provide_workaround(proposal.clone(), &act, &desk.policy)?,
            };
            Ok(Some(change))
        })
        .await?;
    answered(&desk, &ask, &ticket).await
}

/// Says whether the ticket's CLEC agrees to the workaround (12.4.1); one that it disputes as not acceptable no longer ends the
/// updates, and is a case that offers technical escalation and the tiers of Wholesale Service Delivery.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/workaround/agreement", tag = "troubleTicket", operation_id = "workaroundAgreement",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Agreement,
    responses((status = 200, body = TroubleTicket), WriteRefusals)
)]
pub(crate) async fn agreement(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let position = tmf621::position(&mut fields, "TT-13", desk.clock.now());
    fields.end()?;
    let ticket = desk
        .change(number, &ask.asked, |loaded, now| {
            let (ticket, primary) = loaded.for_change()?;
            let act = Act::of(&ask.asked, now, None, None);
            ticket.take_position_on_workaround(position.clone(), primary, &act, &desk.policy).map(Some)
        })
        .await?;
    answered(&desk, &ask, &ticket).await
}

/// Records that the workaround is implemented; one that was only proposed is provided by it.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/workaround/implementation", tag = "troubleTicket", operation_id = "workaroundImplementation",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Occurred,
    responses((status = 200, body = TroubleTicket), WriteRefusals)
)]
pub(crate) async fn implementation(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    done(&desk, number, &ask, false).await
}

/// Records that the workaround is no longer in force: the updates go on again.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/workaround/retirement", tag = "troubleTicket", operation_id = "workaroundRetirement",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Occurred,
    responses((status = 200, body = TroubleTicket), WriteRefusals)
)]
pub(crate) async fn retirement(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    done(&desk, number, &ask, true).await
}

async fn done(desk: &Desk, number: contract::TicketNumber, ask: &Ask, retires: bool) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let reason = fields.text("statusChangeReason");
    let occurred_at = fields.instant("statusChangeDate");
    fields.end()?;
    let ticket = desk
        .change(number, &ask.asked, |loaded, now| {
            Action::WorkaroundImplementation.check_for(ask.party())?;
            let (ticket, _) = loaded.for_change()?;
            let act = Act::of(&ask.asked, now, occurred_at, reason.clone());
            let change = match retires {
                true => ticket.retire_workaround(&act, &desk.policy)?,
                false => ticket.implement_workaround(&act, &desk.policy)?,
            };
            Ok(Some(change))
        })
        .await?;
    answered(desk, ask, &ticket).await
}
