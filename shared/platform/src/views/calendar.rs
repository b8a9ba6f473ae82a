//! The planned outages of the calendar (PO-05).

use crate::{
    Services, StoreError,
    store::{RecordIndex, TimeRange},
};
use contract::{Instant, RecordRef};
use domain::outage::Outage;

/// How many entries the calendar has at the most: the next ones.
const ENTRIES_AT_MOST: usize = 500;
/// How many are read in one call.
const AT_ONCE: usize = 100;

impl Services {
    /// What the calendar shows `now`: announced, cancelled and ended planned outages, from the policy's days before now on, the
    /// earliest start first, 500 at the most.
    ///
    /// # Errors
    /// When the index or the table cannot be read.
    pub async fn outages_of_calendar(&self, now: Instant) -> Result<Vec<Outage>, StoreError> {
        let mut span = TimeRange { from: Some(now - self.policy.outages.shown_for), ..TimeRange::default() };
        let mut shown: Vec<Outage> = Vec::new();
        loop {
            let (page, more) = self.store.records::<Outage>(&RecordIndex::outages(), &span, AT_ONCE).await?;
            let last = page.last().map(|outage| (outage.plan.start.unwrap_or(now), RecordRef::Outage(outage.number)));
            shown.extend(page);
            if !more || last.is_none() || shown.len() >= ENTRIES_AT_MOST {
                shown.truncate(ENTRIES_AT_MOST);
                return Ok(shown);
            }
            span.after = last;
        }
    }
}
