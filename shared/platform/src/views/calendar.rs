//! The planned outages of the calendar (PO-05).

use crate::{
    Services, StoreError,
    store::{RecordIndex, TimeRange},
};
use contract::Instant;
use domain::outage::Outage;
use futures::{StreamExt, TryStreamExt};

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
        let span = TimeRange { from: Some(now - self.policy.outages.shown_for), ..TimeRange::default() };
        let list = RecordIndex::outages();
        let pages = self.store.pages::<Outage>(&list, span, AT_ONCE).take(ENTRIES_AT_MOST / AT_ONCE);
        pages.try_concat().await
    }
}
