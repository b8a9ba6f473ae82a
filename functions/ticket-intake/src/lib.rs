//! `ticket-intake`: a CLEC or the desk reports trouble (12.3, 12.4).

use axum::extract::State;
use contract::{Failed, Refused};
use domain::ticket::Ticket;
use http_edge::{Created, Problem, WriteRequest, route};
use platform::{Services, change::Opening};
use tmf621::{BASE, TroubleTicket, TroubleTicketCreate, shown};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(report))
}

/// Reports trouble.
///
/// A trouble of a system is worked by the help desk; one of a process, `ticketType` process, by the five tiers of 12.8, the first of which
/// is the CSIE. The ticket is opened at once and its number answered; its initial notice is owed at once, and due within the interval
/// for status changes (12.7). A CLEC's ticket is its own; the desk names in `clec` the CLEC that it acts for, or none
/// when the provider detected the trouble. Instants are UTC.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket", tag = "troubleTicket")]
async fn report(
    State(services): State<Services>,
    ask: WriteRequest<TroubleTicketCreate>,
) -> Result<Created<TroubleTicket>, Problem> {
    services.check_clec(ask.party(), "clec", ask.body.clec()).await?;
    if let Some(fault) = services.no_such_release(ask.body.release).await? {
        return Err(Refused::Invalid(vec![fault]).into());
    }
    if let Some(named) = ask.body.reference_ticket {
        let known = services.reference_ticket(named).await?;
        known.filter(Ticket::may_be_referred_to).ok_or_else(Ticket::no_such_reference)?;
    }
    let ticket = open(&services, &ask).await?;
    Ok(Created(format!("{BASE}/{}", ticket.number), shown(&services, &ticket, ask.party()).await?))
}

/// Decides and commits without a read (a release that it names was looked for before): the number is drawn of party and key, and
/// the put tells if it is taken.
async fn open(services: &Services, ask: &WriteRequest<TroubleTicketCreate>) -> Result<Ticket, Failed> {
    let begun = services
        .open(&ask.context, ask.key.as_deref(), |number, act| {
            tmf621::logged_as_of(number);
            if ask.body.is_of_process() {
                Ticket::check_of_wsd(&act.by)?;
            }
            let act = act.clone().because(ask.body.status_change_reason.clone());
            Ok(Ticket::open(number, ask.body.opening(ask.party()), &act, &services.policy))
        })
        .await?;
    match begun {
        Opening::Created(ticket) => Ok(ticket),
        Opening::Replayed(ticket) => Ok(services.seen_by(ask.party(), ticket.number).await?.effective()),
    }
}
