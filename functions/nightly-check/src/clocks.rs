//! Every clock is computed anew from its ticket's history and notices (NT-15); one that is stored otherwise is an alarm. Nothing
//! is put right here: what is wrong is to be understood first, and every act on the ticket sets its clock again.
//!
//! It goes through all that is open, also what the index of what is due does not tell of: a clock that was lost is found. A
//! linked ticket has no clock, and no state of its own: it stays among the open when its group closes, so that only what is
//! listed of it is looked at. A ticket that was closed on a patch has no other place among the open than the index of what is
//! due: one whose patch is awaited at a wrong instant is found there. What is not found is a promise that has left the index
//! altogether: nothing but all that ever ended tells of it, and each night that would be more.

use contract::{Instant, TicketNumber};
use domain::ticket::{NextUpdate, Ticket};
use futures::stream::{self, StreamExt};
use platform::{
    Services, StoreError,
    metrics::Clocks,
    store::{ReadFor, TicketQuery, TicketsOf},
};
use serde::Serialize;

/// How many tickets are listed at once.
const PAGE: usize = 100;
/// How many of them are computed at once.
const AT_ONCE: usize = 16;

/// What was found of the clocks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Recomputed {
    /// Tickets that are open and not linked, and those that are closed on a patch that is awaited.
    pub open: usize,
    /// Of these, those whose clock is stored otherwise than their history says.
    pub differing: usize,
    /// What could not be read.
    pub failed: usize,
}

/// Computes all clocks anew.
///
/// # Errors
/// When the lists of open tickets cannot be read.
pub async fn recompute(services: &Services) -> Result<Recomputed, StoreError> {
    let mut done = Recomputed::default();
    for of in [TicketsOf::Worked, TicketsOf::DateTbd] {
        let mut listing = TicketQuery { of, from: None, to: None, latest_first: false, after: None };
        loop {
            let page = services.store.list(&listing, PAGE).await?;
            let listed = page.tickets.iter().map(|loaded| &loaded.ticket);
            let (linked, worked): (Vec<&Ticket>, Vec<&Ticket>) = listed.partition(|ticket| ticket.primary().is_some());
            for ticket in linked {
                let stored = Clock::of(ticket);
                if stored != Clock::default() {
                    done.differ(ticket.number, &stored, &Clock::default());
                }
            }
            done.compare(services, worked.into_iter().map(|ticket| ticket.number)).await;
            listing.after = page.tickets.last().map(|loaded| (loaded.ticket.opened_at, loaded.ticket.number));
            if !page.more {
                break;
            }
        }
    }
    for shard in 0..services.store.shards() {
        let promised = services.store.promised(shard).await?;
        // Those that are open have been listed.
        done.compare(services, promised.iter().filter(|ticket| !ticket.is_open()).map(|ticket| ticket.number)).await;
    }
    let Recomputed { open, differing, failed } = done;
    tracing::info!(open, differing, failed, "clocks were computed anew");
    services.metrics.tell(&Clocks::new(services.clock.now(), open, differing));
    Ok(done)
}

impl Recomputed {
    async fn compare(&mut self, services: &Services, numbers: impl Iterator<Item = TicketNumber>) {
        let numbers: Vec<TicketNumber> = numbers.collect();
        let mut compared = stream::iter(numbers)
            .map(|number| async move { (number, differs(services, number).await) })
            .buffered(AT_ONCE);
        while let Some((number, compared)) = compared.next().await {
            self.open += 1;
            match compared {
                Ok(None) => {}
                Ok(Some((stored, computed))) => self.differ(number, &stored, &computed),
                Err(error) => {
                    tracing::error!(ticket = %number, %error, "a clock could not be computed anew");
                    self.failed += 1;
                }
            }
        }
    }

    fn differ(&mut self, number: TicketNumber, stored: &Clock, computed: &Clock) {
        tracing::error!(ticket = %number, ?stored, ?computed, "a clock is stored otherwise than its history says");
        self.differing += 1;
    }
}

/// What a ticket does by itself, and when.
#[derive(Debug, Default, PartialEq, Eq)]
struct Clock {
    /// Its next update.
    next_update: Option<NextUpdate>,
    /// Until when its patch is awaited.
    patch_due: Option<Instant>,
}

impl Clock {
    fn of(ticket: &Ticket) -> Self {
        Self { next_update: ticket.next_update, patch_due: ticket.patch_due }
    }
}

/// The clock as it is stored, and as it is computed, when they differ; read again before it is said, since a ticket may change
/// while it is read.
async fn differs(services: &Services, number: TicketNumber) -> Result<Option<(Clock, Clock)>, StoreError> {
    let mut found = None;
    for _ in 0..2 {
        let Some(whole) = services.store.whole(number, ReadFor::default()).await? else { return Ok(None) };
        let stored = Clock::of(&whole.ticket);
        let computed = whole.as_at(services.clock.now(), &services.policy)?;
        let computed = computed.map(|whole| Clock::of(&whole.ticket)).unwrap_or_default();
        if stored == computed {
            return Ok(None);
        }
        found = Some((stored, computed));
    }
    Ok(found)
}
