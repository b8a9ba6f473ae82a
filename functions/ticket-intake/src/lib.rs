//! `ticket-intake`: a CLEC or the desk reports trouble (12.3, 12.4).

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{Failed, Refused, TicketNumber};
use desk::{Desk, change::Begun};
use domain::ticket::{Ticket, opening::Opening};
use http_edge::{Ask, Problem, WriteRefusals};
use record::Act;
use tmf621::{BASE, TroubleTicket, TroubleTicketCreate};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(report))
}

/// Reports trouble.
///
/// The ticket is opened at once and its number answered; its initial notice is owed at once, and due within the interval
/// for status changes (12.7). A CLEC's ticket is its own; the desk names in `clec` the CLEC that it acts for, or none
/// when the provider detected the trouble. Instants are UTC.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket", tag = "troubleTicket",
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key finds the same ticket")),
    request_body = TroubleTicketCreate,
    responses(
        (status = 201, body = TroubleTicket),
        WriteRefusals,
    )
)]
async fn report(State(desk): State<Desk>, ask: Ask) -> Result<Response, Problem> {
    let (opening, why) = tmf621::opening(ask.body.fields(), ask.party())?;
    if let Some(fault) = desk.no_such_release(opening.release).await? {
        return Err(Refused::Invalid(vec![fault]).into());
    }
    let ticket = open(&desk, &ask, opening, why).await?;
    let location = [(header::LOCATION, format!("{BASE}/{}", ticket.number))];
    Ok((
        StatusCode::CREATED,
        location,
        tmf621::answer(&ticket, &desk.linked_to(&ticket).await?, ask.party(), &desk.policy),
    )
        .into_response())
}

/// Decides and commits without a read (a release that it names was looked for before): the number comes from party and key, and the put tells if it is taken.
async fn open(desk: &Desk, ask: &Ask, opening: Opening, why: Option<String>) -> Result<Ticket, Failed> {
    let party = ask.party().to_string();
    let key = ask.key.clone().unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    let begun = desk
        .open(&ask.asked, |attempt, act| {
            let number = TicketNumber::derive(&party, &key, attempt);
            tmf621::logged_as_of(number);
            Ok(Ticket::open(number, opening.clone(), &Act { why: why.clone(), ..act.clone() }, &desk.policy))
        })
        .await?;
    match begun {
        Begun::New(ticket) => Ok(ticket),
        Begun::Before(ticket) => Ok(desk.seen_by(ask.party(), ticket.number).await?.read()),
    }
}
