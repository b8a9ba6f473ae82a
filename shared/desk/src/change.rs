//! How every handler changes a ticket: load, decide, commit. A replay is answered without deciding anything; someone
//! being first means deciding again on what they left.

use crate::{
    Desk, StoreError,
    store::{Found, Needs},
};
use domain::{
    Asked, Failed, Instant, Party, Refused, Request, TicketNumber,
    ticket::{Act, Change, Link, Ticket, group::Loaded},
};

/// How often a decision is made again after someone was first.
const ROUNDS: u32 = 4;

impl Desk {
    /// Changes a ticket as `decide` says, and answers it as it reads then. `None` from it changes nothing.
    ///
    /// # Errors
    /// What the party may not see is not there; a stale version, a key used for another request, and what the decision
    /// refuses. Nothing is written then.
    pub async fn change(
        &self,
        number: TicketNumber,
        asked: &Asked,
        decide: impl Fn(Loaded, Instant) -> Result<Option<Change>, Refused>,
    ) -> Result<Ticket, Failed> {
        self.change_with(number, Needs::default(), asked, |found, now| decide(found.loaded, now)).await
    }

    /// The same with what it needs beside the ticket.
    ///
    /// # Errors
    /// See [`Desk::change`].
    pub async fn change_with(
        &self,
        number: TicketNumber,
        needs: Needs,
        asked: &Asked,
        decide: impl Fn(Found, Instant) -> Result<Option<Change>, Refused>,
    ) -> Result<Ticket, Failed> {
        let mut round = 1;
        loop {
            let found = self.store.find(number, needs, asked.request.as_ref()).await?.ok_or(Refused::NotFound)?;
            let loaded = found.loaded.clone();
            if !loaded.ticket.is_visible_to(&asked.by.party) {
                return Err(Refused::NotFound.into());
            }
            if asked.request.is_some() && opened_by_same_key(&loaded.ticket, asked) {
                return Err(Refused::KeyReused.into());
            }
            if let Some(entry) = found.replay {
                return if entry.request == asked.request { Ok(loaded.read()) } else { Err(Refused::KeyReused.into()) };
            }
            if let Some(seen) = asked.seen {
                let current = loaded.read().version;
                if seen != current {
                    return Err(Refused::Stale { current }.into());
                }
            }
            let now = self.clock.now();
            let change = match decide(found, now)? {
                Some(change) => change,
                // A request that names itself has its one effect, also when that was none.
                None if asked.request.is_some() => {
                    loaded.ticket.clone().left_as_it_is(&Act::of(asked, now, None, None)).into()
                }
                None => return Ok(loaded.read()),
            };
            match self.store.commit(&change).await {
                Ok(()) => return Ok(read_after(&change, loaded.primary)),
                Err(StoreError::Overtaken) if round < ROUNDS => round += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The tickets linked to a ticket.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn linked_to(&self, ticket: &Ticket) -> Result<Vec<Link>, Failed> {
        if ticket.linked_count() == 0 { Ok(Vec::new()) } else { Ok(self.store.links(ticket.number).await?) }
    }

    /// A ticket that the party may see.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when there is none for it.
    pub async fn seen_by(&self, party: &Party, number: TicketNumber) -> Result<Loaded, Failed> {
        let found = self.store.find(number, Needs::default(), None).await?.ok_or(Refused::NotFound)?;
        if found.loaded.ticket.is_visible_to(party) { Ok(found.loaded) } else { Err(Refused::NotFound.into()) }
    }
}

/// Whether the key opened this very ticket: then it named another request than a change of it.
fn opened_by_same_key(ticket: &Ticket, asked: &Asked) -> bool {
    let key = |request: &Option<Request>| request.as_ref().map(|request| request.key.clone());
    key(&ticket.opening.request) == key(&asked.request)
}

/// The ticket as it reads after its change: beside its primary as the change left it.
fn read_after(change: &Change, primary: Option<Ticket>) -> Ticket {
    let ticket = change.ticket();
    let changed = change.tickets.iter().map(|of| &of.ticket).find(|of| Some(of.number) == ticket.primary());
    ticket.as_read(changed.or(primary.as_ref()))
}
