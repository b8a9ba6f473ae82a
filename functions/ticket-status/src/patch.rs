//! The patch (12.3): what it changes, and what became of it.

use crate::{answered, bodies};
use axum::{extract::State, response::Response};
use desk::Desk;
use domain::ticket::{
    Action, Patch,
    patch::{DepartedFrom, PatchKind, PatchOutcome},
};
use http_edge::{Ask, Problem, WriteRefusals};
use record::Act;
use tmf621::{Id, TroubleTicket};

/// Defines the patch that will resolve the trouble: an event notice tells what it changes (12.3).
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/patch", tag = "troubleTicket", operation_id = "patch",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Patch,
    responses((status = 200, body = TroubleTicket), WriteRefusals)
)]
pub(crate) async fn define(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let changes = fields.needed::<PatchKind>("changes", "TT-25");
    let departed_from = fields.needed::<DepartedFrom>("departedFrom", "TT-25");
    let document = fields.required_line("document", "TT-25", 200);
    let change = fields.required("change", "TT-25", 2_000);
    let date = fields.date("patchDate");
    let (changes, departed_from) = fields.end_with(changes.zip(departed_from))?;
    let patch = Patch { changes, departed_from, document, change, implemented_at: None };
    let ticket = desk
        .change(number, &ask.asked, |loaded, now| {
            Action::Patch.check_for(ask.party())?;
            let (ticket, _) = loaded.for_change()?;
            let act = Act::of(&ask.asked, now, None, None);
            Ok(Some(ticket.define_patch(patch.clone(), date, &act, &desk.policy)?))
        })
        .await?;
    answered(&desk, &ask, &ticket).await
}

/// Records what became of the patch: of one that slipped or was dropped, everyone whose ticket was closed on it is told, and
/// reopening is offered.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/patch/outcome", tag = "troubleTicket", operation_id = "patchOutcome",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::PatchOutcome,
    responses((status = 200, body = TroubleTicket), WriteRefusals)
)]
pub(crate) async fn outcome(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let word = fields.required_line("outcome", "TT-19", 20);
    let date = fields.date("patchDate");
    let reason = fields.text("statusChangeReason");
    let occurred_at = fields.instant("statusChangeDate");
    let outcome = match (word.as_str(), date) {
        ("implemented", None) => Some(PatchOutcome::Implemented),
        ("dropped", None) => Some(PatchOutcome::Dropped),
        ("slipped", Some(date)) => Some(PatchOutcome::Slipped(date)),
        ("slipped", None) => {
            fields.fault("patchDate", "TT-19", "is needed with the outcome 'slipped'");
            None
        }
        ("implemented" | "dropped", Some(_)) => {
            fields.fault("patchDate", "TT-19", format!("does not go with the outcome '{word}'"));
            None
        }
        ("", _) => None,
        _ => {
            fields.fault("outcome", "TT-19", "is one of implemented, slipped, dropped");
            None
        }
    };
    let outcome = fields.end_with(outcome)?;
    let ticket = desk
        .change(number, &ask.asked, |loaded, now| {
            Action::PatchOutcome.check_for(ask.party())?;
            let act = Act::of(&ask.asked, now, occurred_at, reason.clone());
            Ok(Some(loaded.ticket.patch_outcome(outcome.clone(), &act, &desk.policy)?))
        })
        .await?;
    answered(&desk, &ask, &ticket).await
}
