//! One walk through all tickets that are open: their clocks are compared, and linked tickets whose group has ended come to be listed among
//! the ended, so that no list of open tickets, and no night's walk, grows with what has ended.
//!
//! A CLEC that is met there and is not in the register comes into it: its first ticket is opened by one write, which is of the ticket
//! alone (12.4), so that the night is when the register learns of a CLEC that has neither contact nor subscription.
//!
//! Then each CLEC's own list of open tickets, by its keys alone: a ticket that is listed there and was not met in the walk was written before
//! the ended tickets had a list of their own, and is written once more.

use crate::clocks::Recomputed;
use contract::{ClecId, TicketNumber};
use domain::{
    clec::Clec,
    kinds::Transaction,
    ticket::{self, Loaded},
};
use platform::{
    Services, StoreError,
    store::{Standing, TicketQuery},
};
use record::{Record, RecordChange};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// How many tickets are listed at once.
const PAGE: usize = 100;

/// What was listed anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Relisted {
    /// Linked tickets whose group has ended.
    pub linked: usize,
    /// Tickets that ended before the ended ones had a list of their own.
    pub ended: usize,
    /// CLECs that came into the register.
    pub registered: usize,
    /// What somebody else was first with: another night's, or the CLEC itself.
    pub overtaken: usize,
    /// What could not be done.
    pub failed: usize,
}

/// Goes through what is open.
///
/// # Errors
/// When the lists, or the register of CLECs, cannot be read.
pub async fn walk(services: &Services) -> Result<(Recomputed, Relisted), StoreError> {
    let (mut clocks, mut lists) = (Recomputed::default(), Relisted::default());
    let (mut met, mut known_since) = (HashSet::new(), BTreeMap::new());
    let mut listing = TicketQuery { standing: Standing::Open, ..TicketQuery::default() };
    loop {
        let page = services.store.list(&listing, PAGE).await?;
        met.extend(page.tickets.iter().map(|loaded| loaded.ticket.number));
        listing.after = page.tickets.last().map(|loaded| (loaded.ticket.opened_at, loaded.ticket.number));
        clocks.compare_all(services, &page.tickets).await;
        for loaded in page.tickets {
            if let Some(clec) = &loaded.ticket.clec {
                known_since.entry(clec.clone()).or_insert(loaded.ticket.opened_at);
            }
            lists.linked(services, loaded).await;
        }
        if !page.more {
            break;
        }
    }
    clocks.compare_promised(services).await?;
    clocks.tell(services);
    let registered: BTreeSet<ClecId> = services.store.clecs().await?.into_iter().map(|clec| clec.id).collect();
    known_since.retain(|clec, _| !registered.contains(clec));
    for (clec, since) in &known_since {
        lists.register(services, Clec::new(clec.clone(), *since)).await;
    }
    for clec in registered.into_iter().chain(known_since.into_keys()) {
        lists.ended(services, clec, &met).await?;
    }
    let Relisted { linked, ended, registered, overtaken, failed } = lists;
    tracing::info!(linked, ended, registered, overtaken, failed, "tickets were listed anew");
    Ok((clocks, lists))
}

impl Relisted {
    async fn linked(&mut self, services: &Services, loaded: Loaded) {
        let number = loaded.ticket.number;
        let Some(change) = loaded.listed_as_ended(services.clock.now()) else { return };
        if self.commit(services, number, change).await {
            self.linked += 1;
        }
    }

    async fn ended(
        &mut self,
        services: &Services,
        clec: ClecId,
        met: &HashSet<TicketNumber>,
    ) -> Result<(), StoreError> {
        let mut listing = TicketQuery { whose: Some(clec), standing: Standing::Open, ..TicketQuery::default() };
        loop {
            let (places, more) = services.store.listed(&listing, PAGE).await?;
            listing.after = places.last().copied();
            let others: Vec<TicketNumber> =
                places.into_iter().map(|(_, number)| number).filter(|number| !met.contains(number)).collect();
            for Loaded { ticket, .. } in services.store.loaded(&others).await? {
                let number = ticket.number;
                // One that was opened since is open; a linked one has been met where it is listed by time.
                let ended = !ticket.is_open() && !ticket.may_await_its_clec();
                if ended && self.commit(services, number, ticket.finish_unrecorded(Vec::new()).into()).await {
                    self.ended += 1;
                }
            }
            if !more {
                return Ok(());
            }
        }
    }

    async fn register(&mut self, services: &Services, clec: Clec) {
        let new = RecordChange { before: None, record: clec.clone(), entry: None, notices: Vec::new() };
        let written = services.store.commit(&Transaction::from(new)).await;
        if self.is_done(written, |error| tracing::error!(clec = %clec.id, %error, "a CLEC could not be registered")) {
            self.registered += 1;
        }
    }

    async fn commit(&mut self, services: &Services, number: TicketNumber, change: ticket::Change) -> bool {
        let written = services.store.commit(&Transaction::from(change)).await;
        self.is_done(written, |error| tracing::error!(ticket = %number, %error, "a ticket could not be listed anew"))
    }

    /// Whether a write was done; counts what it was otherwise.
    fn is_done(&mut self, written: Result<(), StoreError>, tell: impl FnOnce(&StoreError)) -> bool {
        match &written {
            Ok(()) => {}
            Err(StoreError::Overtaken) => self.overtaken += 1,
            Err(error) => {
                tell(error);
                self.failed += 1;
            }
        }
        written.is_ok()
    }
}
