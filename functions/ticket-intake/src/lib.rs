//! `ticket-intake`: a CLEC or the desk reports trouble (12.3, 12.4).

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use desk::{Desk, store::Opened};
use domain::{
    Failed, Refused, TicketNumber,
    ticket::{Act, Ticket, opening::Opening},
};
use http_edge::{Ask, Problem, WriteRefusals};
use tmf621::{BASE, TroubleTicket, TroubleTicketCreate};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(report))
}

/// How many numbers are tried: one in 34 billion is taken.
const NUMBERS: u32 = 4;

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
    let act = Act::of(&ask.asked, desk.clock.now(), None, why);
    let ticket = open(&desk, &ask, opening, &act).await?;
    let location = [(header::LOCATION, format!("{BASE}/{}", ticket.number))];
    Ok((
        StatusCode::CREATED,
        location,
        tmf621::answer(&ticket, &desk.linked_to(&ticket).await?, ask.party(), &desk.policy),
    )
        .into_response())
}

/// Decides and commits without a read: the number comes from party and key, and the put tells if it is taken.
async fn open(desk: &Desk, ask: &Ask, opening: Opening, act: &Act) -> Result<Ticket, Failed> {
    let party = ask.party().to_string();
    let key = ask.key.clone().unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    for attempt in 0..NUMBERS {
        let number = TicketNumber::derive(&party, &key, attempt);
        tmf621::logged_as_of(number);
        let change = Ticket::open(number, opening.clone(), act, &desk.policy);
        let taken = match desk.store.open(&change).await? {
            Opened::New => return Ok(change.record),
            Opened::Taken(ticket) => ticket,
        };
        let by_same_key = taken.opening.request.as_ref().map(|request| &request.key)
            == act.request.as_ref().map(|request| &request.key);
        if act.request.is_some() && by_same_key {
            return if taken.opening.request == act.request {
                Ok(desk.seen_by(ask.party(), number).await?.read())
            } else {
                Err(Refused::KeyReused.into())
            };
        }
    }
    Err(Failed::Broken("every number that was drawn is taken".into()))
}
