//! Measurements come in, many at once: day by day of each series, as many days in one transaction as it holds.

use crate::{
    Services, StoreError,
    overtaken::again_when_overtaken,
    store::{OfDay, Outcome},
};
use chrono::NaiveDate;
use domain::service_quality::series::{Measurement, SeriesId, Taken, hour_of};
use futures::{StreamExt, TryStreamExt, stream};
use std::collections::{BTreeMap, BTreeSet};

/// How many items one transaction writes.
const ITEMS_AT_ONCE: usize = 100;
/// How many transactions are under way at the same time.
const AT_ONCE: usize = 8;

impl Services {
    /// Takes measurements in, and answers what became of each, in their order. Those of a day of a series are taken in whole or not at all; those of
    /// other days without them.
    ///
    /// # Errors
    /// When the table cannot be read or written: what was written stays, and the same measurements can be brought again.
    pub async fn take_measurements(&self, brought: &[Measurement]) -> Result<Vec<Outcome>, StoreError> {
        let mut days: BTreeMap<(&SeriesId, NaiveDate), Vec<usize>> = BTreeMap::new();
        for (at, of) in brought.iter().enumerate() {
            days.entry((&of.series, of.point.at.date_naive())).or_default().push(at);
        }
        let mut packs: Vec<(usize, Vec<OfDay<'_>>)> = Vec::new();
        for day in days {
            let hours: BTreeSet<_> = day.1.iter().map(|at| hour_of(brought[*at].point.at)).collect();
            let items = hours.len() + 1;
            match packs.last_mut().filter(|(held, _)| held + items <= ITEMS_AT_ONCE) {
                Some((held, pack)) => {
                    *held += items;
                    pack.push(day);
                }
                None => packs.push((items, vec![day])),
            }
        }
        let taken: Vec<_> = packs.iter().map(|(_, pack)| self.take_pack(pack, brought)).collect();
        let taken: Vec<Vec<(usize, Outcome)>> = stream::iter(taken).buffered(AT_ONCE).try_collect().await?;
        let mut outcomes = vec![Ok(Taken::Refused); brought.len()];
        for (at, outcome) in taken.into_iter().flatten() {
            outcomes[at] = outcome;
        }
        Ok(outcomes)
    }

    /// Takes in those of some days; each day by itself, where they are too large for one transaction.
    async fn take_pack(
        &self,
        pack: &[OfDay<'_>],
        brought: &[Measurement],
    ) -> Result<Vec<(usize, Outcome)>, StoreError> {
        if let Some(taken) = again_when_overtaken(|_| self.store.take_days(pack, brought)).await? {
            return Ok(taken);
        }
        let mut taken = Vec::new();
        for day in pack.chunks(1) {
            taken.extend(again_when_overtaken(|_| self.store.take_days(day, brought)).await?.unwrap_or_default());
        }
        Ok(taken)
    }
}
