//! Series of measurements: the hours and the days of each, a partition a month.

use super::{
    Item, RecordIndex, Store, StoreError, TimeRange,
    item::{item, read},
    key, size,
};
use crate::keys;
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{NaiveDate, TimeDelta};
use contract::{ClecId, FieldError, Instant};
use domain::service_quality::{
    Thresholds,
    series::{Aggregate, DayOfSeries, HourOfSeries, Measurement, Point, SeriesId, Taken, hour_of, months},
    spread::{Cell, Cells, Measured, OfferingSeries},
};
use futures::{
    TryStreamExt,
    future::{try_join, try_join_all},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How many bytes of them, where they are of more than one day.
const BYTES_AT_ONCE: usize = 3 * 1024 * 1024;
/// How many objectives are read at once.
const LISTED_AT_ONCE: usize = 100;
/// How many bytes of cells of a day of an offering one item holds, as JSON has them; the table has more bytes for the same numbers.
const BYTES_OF_A_PART: usize = 80 * 1024;
/// How many such items are written at once: together they are smaller than a transaction may be.
const PARTS_AT_ONCE: usize = 25;
/// How much longer than is said an item is kept: what is taken in by the last moment has its hour and its day.
const SLACK: TimeDelta = TimeDelta::days(7);

/// What became of a measurement; or what is wrong with it.
pub type Outcome = Result<Taken, FieldError>;

/// The measurements of a day of a series, by their places among those that were brought.
pub type OfDay<'a> = ((&'a SeriesId, NaiveDate), Vec<usize>);

impl Store {
    /// Takes in the measurements of some days, whole or not at all: by one read of a hundred items and one transaction. `None` where these
    /// items are too large for one: then nothing is written.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when somebody was first.
    pub async fn take_days(
        &self,
        pack: &[OfDay<'_>],
        brought: &[Measurement],
    ) -> Result<Option<Vec<(usize, Outcome)>>, StoreError> {
        let hours = |of: &[usize]| of.iter().map(|at| hour_of(brought[*at].point.at)).collect::<BTreeSet<_>>();
        let wanted = pack.iter().flat_map(|((series, date), of)| {
            let (pk, hours) = (keys::series(series, *date), hours(of));
            let hours = hours.into_iter().map(keys::hour_of_series);
            hours.chain([keys::day_of_series(*date)]).map(move |sk| key(&pk, sk)).collect::<Vec<_>>()
        });
        let mut found: BTreeMap<(String, String), Item> = BTreeMap::new();
        for item in self.items(wanted.collect()).await? {
            let name = |name: &str| item.get(name).and_then(|of| of.as_s().ok()).cloned().unwrap_or_default();
            found.insert((name("pk"), name("sk")), item);
        }
        let (mut outcomes, mut writes, mut bytes) = (Vec::new(), Vec::new(), 0);
        for ((series, date), of) in pack {
            let pk = keys::series(series, *date);
            let mut day: DayOfSeries = take(&mut found, &pk, keys::day_of_series(*date))?;
            let before = writes.len();
            for hour in hours(of) {
                let mut held: HourOfSeries = take(&mut found, &pk, keys::hour_of_series(hour))?;
                let is_forgotten = held.revision == 0 && day.has(hour);
                let of_hour = of.iter().filter(|at| hour_of(brought[**at].point.at) == hour);
                let taken = of_hour.map(|at| {
                    let taken = if is_forgotten { Err(forgotten()) } else { held.take(&brought[*at].point) };
                    (*at, taken)
                });
                let taken: Vec<_> = taken.collect();
                let is_changed = taken.iter().any(|(_, of)| matches!(of, Ok(Taken::Taken | Taken::Corrected)));
                outcomes.extend(taken);
                let Some(aggregate) = held.aggregate().filter(|_| is_changed) else { continue };
                day.set(hour, aggregate);
                held.revision += 1;
                let kept = hour + self.policy.service_quality.keep_measurements + SLACK;
                writes.push((held.revision, series_item(&pk, keys::hour_of_series(hour), &held, kept)?));
            }
            if writes.len() > before {
                day.revision += 1;
                let kept = midnight(*date) + self.policy.service_quality.keep_aggregates + SLACK;
                writes.push((day.revision, series_item(&pk, keys::day_of_series(*date), &day, kept)?));
            }
            for (_, item) in &writes[before..] {
                bytes += size::check(item)?;
            }
        }
        if bytes > BYTES_AT_ONCE && pack.len() > 1 {
            return Ok(None);
        }
        if !writes.is_empty() {
            self.put_all(writes).await?;
        }
        Ok(Some(outcomes))
    }

    /// What follows from the measurements of each hour of a series, in the order of time: one read a month of UTC.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn hours_of_series(
        &self,
        series: &SeriesId,
        (from, until): (Instant, Instant),
    ) -> Result<Vec<(Instant, Aggregate)>, StoreError> {
        let months = months(from, until);
        let last = until - TimeDelta::seconds(1);
        let read_month = |month: NaiveDate| {
            let ends = [keys::day_of_series(from.date_naive()), keys::day_of_series(last.date_naive())];
            self.all(self.between(keys::series(series, month), ends))
        };
        let mut hours = Vec::new();
        for stored in try_join_all(months.into_iter().map(read_month)).await?.into_iter().flatten() {
            let date = stored.get("sk").and_then(|sk| keys::date_of_series(sk.as_s().ok()?));
            let date = date.ok_or_else(|| StoreError::Unreadable("a day of a series".to_owned()))?;
            hours.extend(
                read::<DayOfSeries>(stored)?.of_date(date).filter(|(at, _)| (hour_of(from)..until).contains(at)),
            );
        }
        Ok(hours)
    }

    /// The objectives and the specifications that concern a CLEC.
    ///
    /// # Errors
    /// When their lists cannot be read.
    pub async fn thresholds(&self, clec: &ClecId) -> Result<Thresholds, StoreError> {
        let (objectives, specifications) =
            (RecordIndex::objectives(Some(clec)), RecordIndex::specifications(Some(clec)));
        let objectives = self.pages(&objectives, TimeRange::default(), LISTED_AT_ONCE).try_concat();
        let specifications = self.pages(&specifications, TimeRange::default(), LISTED_AT_ONCE).try_concat();
        let (objectives, specifications) = try_join(objectives, specifications).await?;
        Ok(Thresholds { objectives, specifications })
    }

    /// The measurements of a series from an instant until another, in the order of time: those of whole instants, `limit` if they have no more
    /// than that each; and from which instant on there are more.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn points_of_series(
        &self,
        series: &SeriesId,
        (from, until): (Instant, Instant),
        limit: usize,
    ) -> Result<(Vec<Point>, Option<Instant>), StoreError> {
        let last = until - TimeDelta::seconds(1);
        let mut points: Vec<Point> = Vec::new();
        for month in months(from, until) {
            let ends = [keys::hour_of_series(hour_of(from)), keys::hour_of_series(hour_of(last))];
            let mut pages = self.between(keys::series(series, month), ends).into_paginator().send();
            while let Some(page) = pages.next().await {
                let page = page.map_err(|error| StoreError::aws("Query")(&error))?;
                for stored in page.items.unwrap_or_default() {
                    let hour = stored.get("sk").and_then(|sk| keys::instant_of_series(sk.as_s().ok()?));
                    let hour = hour.ok_or_else(|| StoreError::Unreadable("an hour of a series".to_owned()))?;
                    let held: HourOfSeries = read(stored)?;
                    for point in held.of_hour(hour).filter(|point| (from..until).contains(&point.at)) {
                        let is_another = points.last().is_none_or(|last| last.at != point.at);
                        if points.len() >= limit && is_another {
                            return Ok((points, Some(point.at)));
                        }
                        points.push(point);
                    }
                }
            }
        }
        Ok((points, None))
    }
}

impl Store {
    /// Writes what was measured of all instances of an offering on some days, in place of what was there.
    ///
    /// # Errors
    /// When the table cannot be written; what was written stays.
    pub async fn put_days_of_offering(
        &self,
        series: &OfferingSeries,
        days: impl IntoIterator<Item = (NaiveDate, Cells)>,
    ) -> Result<(), StoreError> {
        let mut items = Vec::new();
        for (date, cells) in days {
            let pk = keys::offering_series(series, date);
            let kept = midnight(date) + self.policy.service_quality.keep_aggregates + SLACK;
            let mut parts = vec![(0, Vec::new())];
            for cell in cells {
                let bytes = serde_json::to_string(&cell).map_or(0, |cell| cell.len());
                if parts.last().is_some_and(|(of, _)| of + bytes > BYTES_OF_A_PART) {
                    parts.push((0, Vec::new()));
                }
                if let Some((of, cells)) = parts.last_mut() {
                    *of += bytes;
                    cells.push(cell);
                }
            }
            let of = parts.len();
            for (part, (_, cells)) in parts.into_iter().enumerate() {
                items.push(series_item(&pk, keys::part_of_day(date, part), &PartOfDay { of, cells }, kept)?);
            }
        }
        for items in items.chunks(PARTS_AT_ONCE) {
            self.replace_all(items.to_vec()).await?;
        }
        Ok(())
    }

    /// What was measured of all instances of an offering on each day, in the order of days: one read a month. The second day is behind the last.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn days_of_offering(
        &self,
        series: &OfferingSeries,
        (from, until): (NaiveDate, NaiveDate),
    ) -> Result<Vec<(NaiveDate, Cells)>, StoreError> {
        let read_month = |month: NaiveDate| {
            let ends = [keys::part_of_day(from, 0), keys::part_of_day(until, 0)];
            self.all(self.between(keys::offering_series(series, month), ends))
        };
        let months = if from < until { months(midnight(from), midnight(until)) } else { Vec::new() };
        let months = months.into_iter();
        let mut days: Vec<(NaiveDate, Cells)> = Vec::new();
        for stored in try_join_all(months.map(read_month)).await?.into_iter().flatten() {
            let place = stored.get("sk").and_then(|sk| keys::date_and_part(sk.as_s().ok()?));
            let (date, part) = place.ok_or_else(|| StoreError::Unreadable("a day of an offering".to_owned()))?;
            let PartOfDay { of, cells } = read(stored)?;
            match days.last_mut().filter(|(of, _)| *of == date) {
                // A day that has fewer parts than it had leaves the last ones behind.
                Some(_) if part >= of => {}
                Some((_, whole)) => whole.extend(cells),
                None if date < until => days.push((date, cells.into_iter().collect())),
                None => {}
            }
        }
        Ok(days)
    }
}

/// A part of what was measured of all instances of an offering on a day.
#[derive(Debug, Serialize, Deserialize)]
struct PartOfDay {
    /// How many parts the day has.
    of: usize,
    cells: Vec<(Cell, Measured)>,
}

fn midnight(date: NaiveDate) -> Instant {
    date.and_time(chrono::NaiveTime::MIN).and_utc()
}

/// What came when the measurements of its hour are not kept any more: with those the figures of the hour would be of it alone.
fn forgotten() -> FieldError {
    FieldError::new("at", "QS-04", "is in an hour whose measurements are not kept any more")
}

/// An item of a series, out of those that were read; an empty one where there is none.
fn take<T: Default + serde::de::DeserializeOwned>(
    found: &mut BTreeMap<(String, String), Item>,
    pk: &str,
    sk: String,
) -> Result<T, StoreError> {
    found.remove(&(pk.to_owned(), sk)).map_or_else(|| Ok(T::default()), read)
}

/// An item of a series, which the table forgets when it is kept no longer.
fn series_item(pk: &str, sk: String, of: &impl Serialize, kept: Instant) -> Result<Item, StoreError> {
    let mut item = item(pk.to_owned(), sk, of)?;
    item.insert(keys::EXPIRES.to_owned(), AttributeValue::N(kept.timestamp().to_string()));
    Ok(item)
}
