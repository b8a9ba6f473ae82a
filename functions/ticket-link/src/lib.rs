//! `ticket-link`: tickets of one problem are tied together (12.4).

use axum::{extract::State, response::Response};
use contract::TicketNumber;
use desk::{Desk, store::Needs};
use domain::ticket::{Action, Ticket};
use http_edge::{Ask, Problem, WriteRefusals};
use record::Act;
use tmf621::{Id, TroubleTicket};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(link, unlink)).routes(routes!(primary))
}

/// To which ticket.
#[derive(ToSchema)]
#[allow(dead_code, reason = "a description: the body is read field by field")]
struct Link {
    /// The primary's number; of a linked ticket, its primary is taken.
    primary: String,
}

/// Why.
#[derive(ToSchema)]
#[schema(as = PrimaryReason)]
#[allow(dead_code, reason = "a description: the body is read field by field")]
struct Reason {
    /// Why; told to nobody but the ticket's CLEC.
    reason: Option<String>,
}

/// Links a ticket to the primary of its problem.
///
/// It is worked, told of and closed with its primary from then on; its CLEC is told the primary's number. The desk links
/// any tickets, a CLEC its own to its own, or to one that an event notice has told it of. A number that is unknown, closed
/// or not disclosed to the caller has one answer, 404.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/link", tag = "troubleTicket",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = Link,
    responses(
        (status = 200, body = TroubleTicket),
        WriteRefusals,
    )
)]
async fn link(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let (party, policy) = (ask.party(), &desk.policy);
    let mut fields = ask.body.fields();
    let primary = fields.needed::<TicketNumber>("primary", "TT-01");
    fields.end()?;
    let ticket = desk
        .change_with(number, Needs { other: primary, ..Needs::default() }, &ask.asked, |found, now| {
            let (ticket, _) = found.loaded.for_change()?;
            let primary = found.other.ok_or_else(Ticket::no_such_primary)?;
            let act = Act::of(&ask.asked, now, None, None);
            ticket.link(primary, &act, policy).map(Some)
        })
        .await?;
    // A linked ticket has none linked to it.
    Ok(tmf621::answer(&ticket, &[], party, policy))
}

/// Unlinks a ticket that turned out to be another problem: it is worked by itself again, and its CLEC is told so.
#[utoipa::path(
    delete, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/link", tag = "troubleTicket",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = TroubleTicket), WriteRefusals)
)]
async fn unlink(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let (party, policy) = (ask.party(), &desk.policy);
    ask.body.fields().end()?;
    let ticket = desk
        .change_with(number, Needs { links: true, ..Needs::default() }, &ask.asked, |found, now| {
            Action::Unlink.check_for(party)?;
            let (ticket, primary) = found.loaded.for_change()?;
            let act = Act::of(&ask.asked, now, None, None);
            ticket.unlink(primary, &found.links, &act, policy).map(Some)
        })
        .await?;
    Ok(tmf621::answer(&ticket, &[], party, policy))
}

/// Makes a linked ticket the primary of its group: everyone of the group is told its number. The group, of any size, is handed
/// on by one write.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/primary", tag = "troubleTicket", operation_id = "makePrimary",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = Reason,
    responses((status = 200, body = TroubleTicket), WriteRefusals)
)]
async fn primary(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let (party, policy) = (ask.party(), &desk.policy);
    let mut fields = ask.body.fields();
    let reason = fields.text("reason");
    fields.end()?;
    let ticket = desk
        .change(number, &ask.asked, |loaded, now| {
            Action::Primary.check_for(party)?;
            let (ticket, former) = loaded.for_change()?;
            let act = Act::of(&ask.asked, now, None, reason.clone());
            ticket.make_primary(former, &act, policy).map(Some)
        })
        .await?;
    Ok(tmf621::answer(&ticket, &desk.linked_to(&ticket).await?, party, policy))
}
