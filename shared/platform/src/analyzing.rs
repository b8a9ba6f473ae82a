//! Offerings, looked at as a whole (QS-05, QS-06, QS-07): each hour, whether most instances of one degrade; each day, what was measured of them is
//! put together; each month, whether it deteriorates. An offering is looked at whole or not at all, and what is left over is due still.

use crate::{
    Services, StoreError, keys,
    run::Run,
    sending::AT_ONCE,
    store::{DueItem, RecordIndex, TimeRange},
    sweep::{Checked, Swept},
};
use chrono::{Days, NaiveDate, NaiveTime, Timelike};
use contract::{Failed, Instant, OfferingNumber};
use domain::{
    kinds::{AnyRecord, Transaction},
    service_quality::{
        MeasuredBy, Metric, Objective, Offering, PurchasedOffering, SeriesId,
        offering_watch::TrendFound,
        spread::{Cells, Measured, OfferingSeries, by_day},
        whole::Beheld,
    },
};
use futures::{StreamExt, TryStreamExt, future::try_join, stream};
use record::{ActionContext, ChangeSet, Record};
use std::collections::BTreeMap;

/// The minute of each hour in which offerings are looked for that an earlier version wrote.
const EARLIER_ONES: u32 = 0;
/// After how many days a purchase does not tell of its crossings any more.
const FORGOTTEN: Days = Days::new(31);
/// Of how many days, the last ones, it is known how many instances were measured.
const LATELY: u64 = 7;
/// How many records of a list are read at once.
const LISTED_AT_ONCE: usize = 100;

/// What a check reads once, for all offerings that are due.
struct Known {
    purchases: BTreeMap<OfferingNumber, Vec<PurchasedOffering>>,
    objectives: Vec<Objective>,
    offerings: Vec<Offering>,
}

impl Services {
    /// Looks at each offering that is due, as long as there is time; the rest is due at the next check.
    ///
    /// # Errors
    /// When the index, or the lists of what was purchased, cannot be read.
    pub async fn analyze_offerings(&self) -> Result<Swept, Failed> {
        let at = self.clock.now();
        let due = self.store.due(keys::OFFERINGS.to_owned(), at).await?;
        let mut checked =
            Checked { due: due.items.len() + due.unreadable, failed: due.unreadable, ..Checked::default() };
        let offerings = due.items.into_iter().filter_map(|item| match item {
            DueItem::Scheduled(AnyRecord::Offering(offering)) => Some(*offering),
            _ => None,
        });
        let mut offerings: Vec<Offering> = offerings.collect();
        if !offerings.is_empty() || at.minute() == EARLIER_ONES {
            let known = self.known(&offerings, at).await?;
            // The index does not have those that an earlier version wrote, until they are written again.
            let is_earlier = |of: &&Offering| {
                of.whole.next_look_at.is_none() && !offerings.iter().any(|due| due.number == of.number)
            };
            let earlier: Vec<Offering> = known.offerings.iter().filter(is_earlier).cloned().collect();
            checked.due += earlier.len();
            offerings.extend(earlier);
            let run = Run::begun();
            for (done, offering) in offerings.iter().enumerate() {
                // One at the least: what comes first is another one at the next check.
                if done > 0 && run.is_over() {
                    checked.failed += offerings.len() - done;
                    break;
                }
                match self.analyze(offering, &known, at).await {
                    Ok(noticed) => checked.noticed += noticed,
                    Err(StoreError::Overtaken) => checked.overtaken += 1,
                    Err(error) => {
                        checked.failed += 1;
                        tracing::error!(offering = %offering.number, %error, "an offering could not be looked at as a whole");
                    }
                }
            }
        }
        let Checked { due: found, noticed, overtaken, failed, .. } = checked;
        tracing::info!(due = found, noticed, overtaken, failed, "offerings were analyzed");
        Ok(Swept { checked, at, oldest: due.since })
    }

    /// What these offerings are looked at with. Where no instance degrades, and no day is to be put together, what was purchased tells that already.
    async fn known(&self, offerings: &[Offering], at: Instant) -> Result<Known, StoreError> {
        let lists = (RecordIndex::purchases(None), RecordIndex::objectives(None), RecordIndex::offerings());
        let purchases = self.store.pages::<PurchasedOffering>(&lists.0, TimeRange::default(), LISTED_AT_ONCE);
        let purchases = purchases.try_fold(BTreeMap::<_, Vec<_>>::new(), async |mut all, page| {
            page.into_iter().for_each(|of| all.entry(of.offering).or_default().push(of));
            Ok(all)
        });
        let mut known = Known { purchases: purchases.await?, objectives: Vec::new(), offerings: Vec::new() };
        let degrades =
            |of: &OfferingNumber| known.purchases.get(of).into_iter().flatten().any(PurchasedOffering::degrades);
        let has_news = |of: &Offering| of.has_to_be_analyzed(at, &self.policy) || degrades(&of.number);
        if offerings.iter().any(has_news) || at.minute() == EARLIER_ONES {
            let objectives = self.store.pages(&lists.1, TimeRange::default(), LISTED_AT_ONCE).try_concat();
            let offerings = self.store.pages(&lists.2, TimeRange::default(), LISTED_AT_ONCE).try_concat();
            (known.objectives, known.offerings) = try_join(objectives, offerings).await?;
        }
        Ok(known)
    }

    /// How many notices a look required.
    async fn analyze(&self, offering: &Offering, known: &Known, now: Instant) -> Result<usize, StoreError> {
        let policy = &self.policy;
        let purchases: Vec<_> = known.purchases.get(&offering.number).into_iter().flatten().collect();
        let mut beheld = Beheld {
            degrading: offering.degrades_as_a_whole(&purchases, &known.objectives, now, policy),
            ..Beheld::default()
        };
        if let Some(days) = offering.days_to_put_together(now, policy) {
            beheld.measured = Some(self.put_together(offering, (&purchases, &known.objectives), days, now).await?);
        }
        if let Some(days) = offering.days_of_trend(now, policy) {
            beheld.trends = self.trends(offering, known, days, now).await?;
        }
        let before = [AnyRecord::from(offering.clone())];
        let change = offering.clone().look(beheld, now, policy);
        let change = Transaction::from(<Offering as Record>::Change::from(change));
        let change = change.remembering(&before, &ActionContext::by_schedule(now), |_| ());
        self.store.commit(&change).await?;
        Ok(change.notices_required())
    }

    /// Puts together what was measured of an offering's instances on each day. Answers how many were measured lately on a day, by metric.
    async fn put_together(
        &self,
        offering: &Offering,
        (purchases, objectives): (&[&PurchasedOffering], &[Objective]),
        (from, until): (NaiveDate, NaiveDate),
        now: Instant,
    ) -> Result<BTreeMap<String, u32>, StoreError> {
        let policy = &self.policy;
        let range = (self.midnight(from), self.midnight(until));
        let is_had = |of: &&&PurchasedOffering| of.since < range.1 && of.plan.until.is_none_or(|until| until > range.0);
        let mut last = BTreeMap::new();
        for (metric, by) in sides(offering) {
            let is_of = |of: &&Objective| of.offering == offering.number && of.metric == metric.name;
            let objectives: Vec<&Objective> = objectives.iter().filter(is_of).collect();
            let objectives = &objectives;
            let read = purchases.iter().filter(is_had).map(async |purchase| {
                let series = SeriesId { purchase: purchase.number, metric: metric.name.clone(), by };
                let hours = self.store.hours_of_series(&series, range).await?;
                Ok::<_, StoreError>(by_day((purchase, by), hours, objectives, policy))
            });
            let read: Vec<_> = read.collect();
            let mut days = BTreeMap::<NaiveDate, Cells>::new();
            let mut read = stream::iter(read).buffer_unordered(AT_ONCE);
            while let Some(of_purchase) = read.next().await {
                for (date, cell, measured) in of_purchase? {
                    let cells = days.entry(date).or_default();
                    cells.entry(cell).and_modify(|of| *of = of.and(measured)).or_insert(measured);
                }
            }
            let series = OfferingSeries { offering: offering.number, metric: metric.name.clone(), by };
            // Which crossings there were, is forgotten after some time: what was known of the days before stays.
            let forgotten = policy.calendar(now).date(now) - FORGOTTEN;
            let before = until.min(forgotten);
            for (date, known) in self.store.days_of_offering(&series, (from, before)).await? {
                for (cell, measured) in days.get_mut(&date).into_iter().flatten() {
                    measured.degrading = known.get(cell).map_or(measured.degrading, |known| known.degrading);
                }
            }
            let lately = days.range(until - Days::new(LATELY)..until);
            let instances =
                lately.map(|(_, cells)| cells.values().map(|of| of.instances).sum::<u32>()).max().unwrap_or(0);
            last.entry(metric.name.clone()).and_modify(|of: &mut u32| *of = instances.max(*of)).or_insert(instances);
            let days = days.into_iter().filter(|(date, _)| (from..until).contains(date));
            self.store.put_days_of_offering(&series, days).await?;
        }
        Ok(last)
    }

    /// The trends of an offering's metrics over these days, and those of its family where they are looked for with it. `None` while the days of another
    /// one of the family are not put together yet.
    async fn trends(
        &self,
        offering: &Offering,
        known: &Known,
        days: (NaiveDate, NaiveDate),
        now: Instant,
    ) -> Result<Option<Vec<TrendFound>>, StoreError> {
        let Some(family) = offering.family(&known.offerings, days.1) else { return Ok(None) };
        let mut found = Vec::new();
        for (metric, by) in sides(offering) {
            for (group, of) in offering.trend_groups(metric, &family) {
                let mut whole = BTreeMap::<NaiveDate, Measured>::new();
                for offering in of {
                    let series = OfferingSeries { offering, metric: metric.name.clone(), by };
                    for (date, cells) in self.store.days_of_offering(&series, days).await? {
                        for measured in cells.into_values() {
                            whole.entry(date).and_modify(|of| *of = of.and(measured)).or_insert(measured);
                        }
                    }
                }
                found.extend(offering.trend((group, metric, by), &whole, days, (&known.objectives, now)));
            }
        }
        Ok(Some(found))
    }

    /// When a day of the policy's time zone begins.
    fn midnight(&self, date: NaiveDate) -> Instant {
        self.policy.calendar(self.clock.now()).at_time(date, NaiveTime::MIN)
    }
}

/// Each metric of an offering, by each side that may measure it.
fn sides(offering: &Offering) -> impl Iterator<Item = (&Metric, MeasuredBy)> {
    offering.plan.metrics.iter().flat_map(|metric| MeasuredBy::ALL.into_iter().map(move |by| (metric, by)))
}
