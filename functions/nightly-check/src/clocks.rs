//! Every clock is computed anew from its ticket's history and notices (NT-15); one that is stored otherwise is an alarm. Nothing
//! is put right here: what is wrong is to be understood first, and every act on the ticket sets its clock again.
//!
//! It goes through all that is open, also what the index of what is due does not tell of: a clock that was lost is found.

use desk::{
    Desk, StoreError,
    metrics::Clocks,
    store::{Listing, Of},
};
use domain::{TicketNumber, ticket::NextUpdate};
use futures::stream::{self, StreamExt};
use serde::Serialize;

/// How many tickets are listed at once.
const PAGE: usize = 100;
/// How many of them are computed at once.
const AT_ONCE: usize = 16;

/// What was found of the clocks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Recomputed {
    /// Tickets that are open.
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
pub async fn recompute(desk: &Desk) -> Result<Recomputed, StoreError> {
    let mut done = Recomputed::default();
    for of in [Of::Worked, Of::DateTbd] {
        let mut listing = Listing { of, from: None, to: None, latest_first: false, after: None };
        loop {
            let page = desk.store.list(&listing, PAGE).await?;
            let numbers: Vec<TicketNumber> = page.tickets.iter().map(|loaded| loaded.ticket.number).collect();
            let mut compared = stream::iter(numbers)
                .map(|number| async move { (number, differs(desk, number).await) })
                .buffered(AT_ONCE);
            while let Some((number, compared)) = compared.next().await {
                done.open += 1;
                match compared {
                    Ok(None) => {}
                    Ok(Some((stored, computed))) => {
                        tracing::error!(ticket = %number, ?stored, ?computed, "a clock is stored otherwise than its history says");
                        done.differing += 1;
                    }
                    Err(error) => {
                        tracing::error!(ticket = %number, %error, "a clock could not be computed anew");
                        done.failed += 1;
                    }
                }
            }
            listing.after = page.tickets.last().map(|loaded| (loaded.ticket.opened_at, loaded.ticket.number));
            if !page.more {
                break;
            }
        }
    }
    let Recomputed { open, differing, failed } = done;
    tracing::info!(open, differing, failed, "clocks were computed anew");
    desk.metrics.tell(&Clocks::new(desk.clock.now(), open, differing));
    Ok(done)
}

/// The next update as it is stored, and as it is computed, when they differ; read again before it is said, since a ticket may
/// change while it is read.
async fn differs(
    desk: &Desk,
    number: TicketNumber,
) -> Result<Option<(Option<NextUpdate>, Option<NextUpdate>)>, StoreError> {
    let mut found = None;
    for _ in 0..2 {
        let Some(whole) = desk.store.whole(number).await? else { return Ok(None) };
        let stored = whole.ticket.next_update;
        let computed = whole.as_at(desk.clock.now(), &desk.policy)?.and_then(|whole| whole.ticket.next_update);
        if stored == computed {
            return Ok(None);
        }
        found = Some((stored, computed));
    }
    Ok(found)
}
