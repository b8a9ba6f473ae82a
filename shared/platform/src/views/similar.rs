//! Which open tickets look like another one (TT-32).

use crate::{
    Services,
    store::{Standing, TicketQuery},
};
use contract::{Failed, Party, TicketNumber};
use domain::ticket::{Ticket, similar::Similar};

/// How many open tickets are compared at the most, the latest opened first.
const COMPARED_AT_MOST: usize = 300;
/// How many of them are listed at once.
const AT_ONCE: usize = 100;

/// What looks like a ticket.
#[derive(Debug)]
pub struct SimilarTickets {
    /// The tickets, the most alike first.
    pub similar: Vec<Similar>,
    /// With how many open tickets it was compared.
    pub compared: usize,
    /// Whether there are open tickets that were opened before these, and not compared.
    pub more: bool,
}

impl Services {
    /// The open tickets that look like a ticket. They are of all CLECs, so that only the provider may know them.
    ///
    /// # Errors
    /// [`Refused::NotFound`](contract::Refused::NotFound) when there is none for the party; when it is not the provider.
    pub async fn similar(&self, party: &Party, number: TicketNumber) -> Result<SimilarTickets, Failed> {
        let loaded = self.seen_by(party, number).await?;
        Ticket::by_desk(party, "TT-32", "seeing what looks like a ticket")?;
        let mut listing = TicketQuery { standing: Standing::Open, latest_first: true, ..TicketQuery::default() };
        let (mut open, mut more) = (Vec::new(), true);
        while more && open.len() < COMPARED_AT_MOST {
            let page = self.store.list(&listing, AT_ONCE).await?;
            listing.after = page.tickets.last().map(|last| (last.ticket.opened_at, last.ticket.number));
            more = page.more;
            open.extend(page.tickets);
        }
        let compared = open.iter().filter(|other| other.ticket.number != number).count();
        Ok(SimilarTickets { similar: loaded.ticket.similar_of(open), compared, more })
    }
}
