//! `ticket-link`: tickets of one problem are tied together (12.4).

use axum::extract::State;
use contract::TicketNumber;
use domain::ticket::{Action, Ticket};
use http_edge::{Answer, Body, Nothing, Problem, WriteRequest, route};
use platform::{Services, store::TicketIncludes};
use tmf621::{Id, TroubleTicket, changed, changed_with};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(link, unlink)).routes(routes!(primary))
}

/// To which ticket.
#[derive(Debug, Body)]
#[body(rule = "TT-01")]
struct Link {
    /// The primary's number; of a linked ticket, its primary is taken.
    primary: TicketNumber,
}

/// Why a ticket becomes the primary.
#[derive(Debug, Body)]
#[body(rule = "TT-06", name = "PrimaryReason")]
struct Reason {
    /// The reason; only the ticket's CLEC is told of it.
    reason: Option<String>,
}

/// Links a ticket to the primary of its problem.
///
/// It is worked, told of and closed with its primary from then on; its CLEC is told the primary's number. The desk links
/// any tickets, a CLEC its own to its own, or to one that an event notice has told it of. A number that is unknown, closed
/// or not disclosed to the caller has one answer, 404.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/link", tag = "troubleTicket")]
async fn link(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<Link>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let needs = TicketIncludes { other: Some(ask.body.primary), links: true, ..TicketIncludes::default() };
    changed_with(&services, number, needs, &ask, |found, act| {
        let (ticket, _) = found.loaded.for_change()?;
        let primary = found.other.ok_or_else(Ticket::no_such_primary)?;
        ticket.link(primary, &found.links, &act, &services.policy)
    })
    .await
}

/// Unlinks a ticket that turned out to be another problem: it is worked by itself again, and its CLEC is told so.
#[route(delete, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/link", tag = "troubleTicket")]
async fn unlink(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<Nothing>,
) -> Result<Answer<TroubleTicket>, Problem> {
    changed_with(&services, number, TicketIncludes { links: true, ..TicketIncludes::default() }, &ask, |found, act| {
        Action::Unlink.check_for(ask.party())?;
        let (ticket, primary) = found.loaded.for_change()?;
        ticket.unlink(primary, &found.links, &act, &services.policy)
    })
    .await
}

/// Makes a linked ticket the primary of its group: everyone of the group is told its number. The group, of any size, is handed
/// on by one write.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/primary", tag = "troubleTicket", id = "makePrimary")]
async fn primary(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<Reason>,
) -> Result<Answer<TroubleTicket>, Problem> {
    changed(&services, number, &ask, |loaded, act| {
        Action::Primary.check_for(ask.party())?;
        let (ticket, former) = loaded.for_change()?;
        ticket.make_primary(former, &act.because(ask.body.reason.clone()), &services.policy)
    })
    .await
}
