//! The patch (12.3): what it changes, and what became of it.

use crate::bodies;
use axum::extract::State;
use contract::Refused;
use domain::ticket::Action;
use http_edge::{Answer, Problem, WriteRequest, route};
use platform::Services;
use tmf621::{Id, TroubleTicket, changed};

/// Defines the patch that will resolve the trouble: an event notice tells what it changes (12.3).
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/patch", tag = "troubleTicket", id = "patch")]
pub(crate) async fn define(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::PatchDefined>,
) -> Result<Answer<TroubleTicket>, Problem> {
    changed(&services, number, &ask, |loaded, act| {
        Action::Patch.check_for(ask.party())?;
        let (ticket, _) = loaded.for_change()?;
        ticket.define_patch(ask.body.patch(), ask.body.patch_date, &act, &services.policy)
    })
    .await
}

/// Records what became of the patch: of one that slipped or was dropped, everyone whose ticket was closed on it is told, and
/// reopening is offered.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/patch/outcome", tag = "troubleTicket", id = "patchOutcome")]
pub(crate) async fn outcome(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::PatchOutcomeRecorded>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let outcome = ask.body.outcome().map_err(Refused::Invalid)?;
    changed(&services, number, &ask, |loaded, act| {
        Action::PatchOutcome.check_for(ask.party())?;
        let act = act
            .explained(ask.body.status_change_reason.clone(), ask.body.reason_visibility)
            .occurred_at(ask.body.status_change_date);
        loaded.ticket.patch_outcome(outcome.clone(), &act, &services.policy)
    })
    .await
}
