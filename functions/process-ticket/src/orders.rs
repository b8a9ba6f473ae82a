//! Affected orders: any number that a request holds, in as many acts as the table takes (12.8.1).

use crate::bodies;
use axum::extract::State;
use contract::{Failed, Refused, TicketNumber};
use domain::trouble::order::AffectedOrder;
use http_edge::{Answer, Problem, WriteRequest, route};
use platform::{
    Services,
    store::{LoadedTicket, ReadFor, TicketIncludes},
};
use record::{ActionContext, WriteContext};
use tmf621::{Id, TroubleTicket, shown};

/// How many orders one act lists: with the ticket, its primary and its history they are written whole or not at all.
const IN_ONE_ACT: usize = 90;

/// Lists affected orders, reported by the CLEC or found by the desk, or lists them with more: that they were processed, and whether their
/// requested due dates were kept (12.8.1, 12.8.3). What cannot be listed whole is refused whole. A list of more than 90 is written in parts:
/// one that breaks off is taken up by the same request.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/orders", tag = "processTicket")]
pub(crate) async fn affected_orders(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::Orders>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let affected = ask.body.affected();
    let parts: Vec<&[AffectedOrder]> = affected.chunks(IN_ONE_ACT).collect();
    // What cannot be listed whole is refused whole, before any part of it is written; one part is.
    if parts.len() > 1 {
        check_whole(&services, number, &affected, &ask.context).await?;
    }
    let mut ticket = None;
    for (place, part) in parts.into_iter().enumerate() {
        let orders = part.iter().map(|of| of.order.clone()).collect();
        let needs = TicketIncludes { orders, ..TicketIncludes::default() };
        // Each part is an act of its own: the first is on the version that the caller saw, and each is done once.
        let asked = ask.context.part(place);
        let changed = services.change_with(number, needs, &asked, |found, now| {
            let act = ActionContext::of(&asked, now);
            let domain::ticket::Loaded { ticket, primary } = found.loaded;
            ticket.list_orders(part.to_vec(), &found.orders, primary, &act, &services.policy)
        });
        ticket = Some(changed.await?);
    }
    let ticket = ticket.ok_or(Failed::Broken("a list of orders has one at least".into()))?;
    Ok(shown(&services, &ticket, ask.party()).await?)
}

/// Refuses a list of which a part would be refused.
async fn check_whole(
    services: &Services,
    number: TicketNumber,
    affected: &[AffectedOrder],
    asked: &WriteContext,
) -> Result<(), Failed> {
    let names = affected.iter().map(|of| of.order.clone()).collect();
    let needs = TicketIncludes { orders: names, ..TicketIncludes::default() };
    let found = services.store.find(number, &needs, ReadFor::from(&asked.by.party)).await?;
    let LoadedTicket { loaded, orders, .. } = found.ok_or(Refused::NotFound)?;
    loaded.ticket.check_worked_by(&asked.by)?;
    let act = ActionContext::of(asked, services.clock.now());
    loaded.ticket.list_orders(affected.to_vec(), &orders, None, &act, &services.policy)?;
    Ok(())
}
