//! Every open ticket's clock is computed anew (NT-15); one that is stored otherwise is an alarm. Nothing is put right here: what is wrong is
//! to be understood first, and every act on the ticket sets its clock again.
//!
//! A ticket holds what its clock is computed from, and the list of what is open brings the ticket: so a night reads nothing more of
//! most tickets. Whether the ticket itself is as its history and notices say is told by those alone: they are read of each ticket that
//! changed since the night before, of one that lies still in one night of seven, and in any night where the clock differs from what
//! the ticket says.
//!
//! The check goes through all that is open, also what the index of what is due does not tell of: a clock that was lost is found. A linked
//! ticket has no clock. A ticket that was closed on a patch has no other place among the open than the index of what is
//! due: one whose patch is awaited at a wrong instant is found there. What is not found is a promise that has left the index
//! altogether: nothing but all that ever ended tells of it, and each night that would be more.

use contract::{Instant, TicketNumber};
use domain::ticket::{Loaded, NextUpdate, Ticket};
use futures::stream::{self, StreamExt};
use platform::{Services, StoreError, metrics::Clocks, store::ReadFor};
use serde::Serialize;

/// How many histories are read at once.
const AT_ONCE: usize = 16;

/// The seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// In how many nights the history and the notices of each open ticket are read once.
const NIGHTS: i64 = 7;

/// What was found of the clocks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Recomputed {
    /// Tickets that are open and not linked, and those that are closed on a patch that is awaited.
    pub open: usize,
    /// Of these, those whose history was read.
    pub read_whole: usize,
    /// Of these, those whose clock is stored otherwise than their history says.
    pub differing: usize,
    /// What could not be read.
    pub failed: usize,
}

impl Recomputed {
    /// Compares the clocks of a page of open tickets.
    pub async fn compare_all(&mut self, services: &Services, listed: &[Loaded]) {
        let (linked, worked): (Vec<&Ticket>, Vec<&Ticket>) =
            listed.iter().map(|loaded| &loaded.ticket).partition(|ticket| ticket.primary().is_some());
        for ticket in linked {
            let stored = Clock::of(ticket);
            if stored != Clock::default() {
                self.differ(ticket.number, &stored, &Clock::default());
            }
        }
        self.compare(services, worked).await;
    }

    /// Compares the clocks of the tickets that are closed on a patch.
    ///
    /// # Errors
    /// When the index of what is due cannot be read.
    pub async fn compare_promised(&mut self, services: &Services) -> Result<(), StoreError> {
        for shard in 0..services.store.shards() {
            let promised = services.store.promised(shard).await?;
            // Those that are open have been listed.
            self.compare(services, promised.iter().filter(|ticket| !ticket.is_open()).collect()).await;
        }
        Ok(())
    }

    /// Tells what was found.
    pub fn tell(&self, services: &Services) {
        let Self { open, read_whole, differing, failed } = *self;
        tracing::info!(open, read_whole, differing, failed, "clocks were computed anew");
        services.metrics.tell(&Clocks::new(services.clock.now(), open, differing));
    }

    async fn compare(&mut self, services: &Services, tickets: Vec<&Ticket>) {
        self.open += tickets.len();
        let now = services.clock.now();
        let is_as_it_says =
            |ticket: &Ticket| Clock::of(ticket) == Clock::of(&ticket.clone().resynced(&services.policy));
        let to_read: Vec<TicketNumber> = tickets
            .into_iter()
            .filter(|ticket| has_changed(ticket, now) || is_its_night(ticket.number, now) || !is_as_it_says(ticket))
            .map(|ticket| ticket.number)
            .collect();
        self.read_whole += to_read.len();
        let mut compared = stream::iter(to_read)
            .map(|number| async move { (number, differs(services, number).await) })
            .buffered(AT_ONCE);
        while let Some((number, compared)) = compared.next().await {
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

/// Whether a ticket changed since the night before: what was stored wrongly then is found in the next one, also of a ticket that is
/// soon closed.
fn has_changed(ticket: &Ticket, now: Instant) -> bool {
    (now - ticket.changed_at).num_seconds() <= DAY
}

/// Whether the history of a ticket that lies still is read in this night: numbers are drawn from a hash, so that each night has as many.
fn is_its_night(number: TicketNumber, now: Instant) -> bool {
    let sum: i64 = number.to_string().bytes().map(i64::from).sum();
    (sum + now.timestamp().div_euclid(DAY)) % NIGHTS == 0
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
