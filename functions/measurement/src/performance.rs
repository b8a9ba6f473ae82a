//! How groups of what was purchased perform: by a rule, taken together by what they have in common, with the trend of each (QS-05, QS-06).

use crate::range::range;
use axum::{Json, extract::State};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};
use contract::{ClecId, Failed, OfferingNumber, Party, Quantity, Refused, SpecificationNumber};
use domain::service_quality::{
    MeasuredBy, Metric, Offering, Window,
    spread::{Cell, GroupBy, Measured, OfferingSeries},
    trend::{Direction, SEASONS, Trend},
};
use futures::{StreamExt, TryStreamExt, stream};
use http_edge::{Acting, Body, Caller, Problem, Query, route, schema};
use platform::{
    Services,
    store::{RecordIndex, TimeRange},
};
use serde::Serialize;
use serde_with::skip_serializing_none;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How much time is looked at when none is said, in days.
const USUALLY: i64 = 92;
/// How much time is looked at at the most, in days.
const AT_MOST: i64 = 1_098;
/// How many metrics of offerings are put together at the most.
const SERIES_AT_MOST: usize = 50;
/// How many of them are read at once.
const READ_AT_ONCE: usize = 8;
/// How many days of groups are shown at the most: an answer has its limit.
const DAYS_AT_MOST: usize = 10_000;
/// How many offerings are read at once.
const LISTED_AT_ONCE: usize = 100;

/// Which instances are looked at: each parameter that is given narrows them, and one that is given several times is any of these.
#[derive(Debug, Body)]
#[body(rule = "QS-05", name = "PerformanceWanted")]
pub(crate) struct Wanted {
    /// Of which metric, by its name; of each that the offerings have when left out.
    #[body(line = 40)]
    metric: Option<String>,
    /// Of these product offerings alone.
    offering: Vec<OfferingNumber>,
    /// Of the offerings of this family alone.
    #[body(line = 100)]
    family: Option<String>,
    /// By the desk: of which CLEC; of all when left out.
    #[body(rule = "AP-03")]
    clec: Acting,
    /// By the desk: of the CLECs of this group of customers alone.
    #[body(line = 100)]
    customer_group: Option<String>,
    /// With these types of SLA alone.
    specification: Vec<SpecificationNumber>,
    /// In this area alone.
    #[body(line = 200)]
    area: Option<String>,
    /// Whose measurements: the provider's when left out.
    measured_by: Option<MeasuredBy>,
    /// By what they are taken together: all of them when left out.
    group_by: Option<GroupBy>,
    /// Over which time: the day (P1D) when left out, or the month (P1M).
    window: Option<Window>,
    /// After how many windows the season comes again, for the trend; that of the metric when left out, where windows are days.
    season: Option<u32>,
    /// From the day of this instant on; 92 days before the end when left out.
    from: Option<DateTime<Utc>>,
    /// Until the day of this instant, which is left out; until today when left out.
    until: Option<DateTime<Utc>>,
}

/// How a group performs.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Performance {
    /// Of which metric.
    metric: String,
    /// What its instances have in common; none where all are taken together, or where they have none of it.
    group: Option<String>,
    /// In which unit the values are.
    unit: String,
    /// How many measurements there are.
    n: u64,
    /// How many instances were measured on a day at the most.
    instances: u32,
    /// Where it goes, where there are values of ten windows at the least.
    trend: Option<TrendShown>,
    /// Each window in which something was measured, in the order of time.
    windows: Vec<WindowShown>,
}

/// Where a series goes: Theil and Sen's slope with its interval of 95 %, and the test of Mann and Kendall (QS-12).
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Trend)]
pub(crate) struct TrendShown {
    /// Whether it rises or falls, with a probability of chance of 5 % at the most.
    #[schema(schema_with = schema::<Direction>)]
    direction: Direction,
    #[serde(flatten)]
    #[schema(inline)]
    of: TrendFigures,
}

/// The figures of a trend.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TrendFigures {
    /// Of how many windows there are values.
    n: usize,
    /// By how much the value changes from one window to the next; with a season, from one season to the next.
    slope: f64,
    /// The lower end of the slope's interval of 95 %.
    slope_low: f64,
    /// The upper end of it.
    slope_high: f64,
    /// Mann and Kendall's statistic S.
    s: i64,
    /// Its variance, were there no trend.
    variance: f64,
    /// The same in units of the standard normal distribution.
    z: f64,
    /// How probable so much of a trend, or more, were by chance: two-sided.
    p: f64,
    /// After how many windows the season comes again.
    season: Option<u32>,
}

/// What was measured in a window.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PerformanceWindow)]
struct WindowShown {
    /// When it begins.
    from: DateTime<Utc>,
    /// When it ends.
    until: DateTime<Utc>,
    /// How many measurements there are.
    n: u64,
    /// How many instances were measured, on a day at the most.
    instances: u32,
    /// How many of them crossed a threshold of the metric, on a day at the most.
    degrading: u32,
    /// The arithmetic mean of the measurements.
    average: f64,
    /// The smallest of them.
    #[schema(schema_with = schema::<Quantity>)]
    minimum: Quantity,
    /// The largest of them.
    #[schema(schema_with = schema::<Quantity>)]
    maximum: Quantity,
}

impl From<Trend> for TrendShown {
    fn from(of: Trend) -> Self {
        let direction = of.direction();
        let Trend { n, slope, slope_low, slope_high, s, variance, z, p, season } = of;
        Self { direction, of: TrendFigures { n, slope, slope_low, slope_high, s, variance, z, p, season } }
    }
}

/// How groups of what was purchased perform: for the provider's people of all CLECs, for a CLEC of its own (QS-05, QS-06, QS-09). What was
/// measured of a day, in the policy's time zone, is put together in the night behind it, and again on the days behind that for what came late.
#[route(get, "/cmp/v1/performance", tag = "serviceQuality", id = "readPerformance")]
pub(crate) async fn read(
    State(services): State<Services>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Vec<Performance>>, Problem> {
    let lengths = (TimeDelta::days(USUALLY), TimeDelta::days(AT_MOST));
    let (from, until) = range((wanted.from, wanted.until), services.clock.now(), lengths)?;
    let window = wanted.window.unwrap_or_default();
    if window == Window::Hour {
        return Err(Refused::field("window", "QS-05", "is P1D or P1M: groups are put together by the day").into());
    }
    if wanted.season.is_some_and(|season| !SEASONS.contains(&season)) {
        let detail = format!("is {} to {} windows", SEASONS.start(), SEASONS.end());
        return Err(Refused::field("season", "QS-12", detail).into());
    }
    services.check_clec(caller.party(), "clec", wanted.clec.0.clec()).await?;
    if wanted.customer_group.is_some() && !caller.party().is_provider() {
        return Err(Refused::field("customerGroup", "QS-09", "groups of customers are the provider's").into());
    }
    let offerings = offerings(&services, &wanted).await?;
    let series = series(&offerings, &wanted)?;
    let groups_of_customers = match caller.party() {
        Party::Provider => services.store.clecs().await.map_err(Failed::from)?,
        Party::Clec(_) => Vec::new(),
    };
    let groups_of_customers: BTreeMap<ClecId, String> =
        groups_of_customers.into_iter().filter_map(|clec| Some((clec.id, clec.group?))).collect();
    let date = |at| services.policy.calendar(at).date(at);
    let days = (date(from), date(until));
    let read = series.iter().map(async |(offering, metric)| {
        let (metric, by) = (metric.name.clone(), wanted.measured_by.unwrap_or_default());
        services.store.days_of_offering(&OfferingSeries { offering: offering.number, metric, by }, days).await
    });
    let read: Vec<_> = read.collect();
    let read: Vec<_> = stream::iter(read).buffered(READ_AT_ONCE).try_collect().await.map_err(Failed::from)?;
    let mut groups = BTreeMap::<(&str, Option<String>), (&Metric, BTreeMap<NaiveDate, Measured>)>::new();
    for ((offering, metric), of_days) in series.iter().zip(read) {
        for (date, cells) in of_days {
            for (cell, measured) in cells {
                let of_customers = groups_of_customers.get(&cell.clec);
                if !wanted.has(&cell, of_customers) {
                    continue;
                }
                let group = wanted.group_by.unwrap_or_default().of(&cell, offering, of_customers);
                let (_, of_group) = groups.entry((&metric.name, group)).or_insert_with(|| (metric, BTreeMap::new()));
                of_group.entry(date).and_modify(|of| *of = of.and(measured)).or_insert(measured);
            }
        }
    }
    if groups.values().map(|(_, days)| days.len()).sum::<usize>() > DAYS_AT_MOST {
        let detail =
            format!("there are more than {DAYS_AT_MOST} days of groups: ask for less time, or for fewer groups");
        return Err(Refused::field("from", "QS-05", detail).into());
    }
    let shown = groups.into_iter().map(|((_, group), (metric, days))| {
        let season = wanted.season.or(metric.season.filter(|_| window == Window::Day));
        shown(&services, (metric, group), days, (window, season))
    });
    Ok(Json(shown.collect()))
}

/// The offerings that are looked at.
async fn offerings(services: &Services, wanted: &Wanted) -> Result<Vec<Offering>, Problem> {
    let list = RecordIndex::offerings();
    let all = services.store.pages::<Offering>(&list, TimeRange::default(), LISTED_AT_ONCE);
    let all: Vec<Offering> = all.try_concat().await.map_err(Failed::from)?;
    let is_wanted = |of: &Offering| {
        (wanted.offering.is_empty() || wanted.offering.contains(&of.number))
            && wanted.family.as_ref().is_none_or(|family| of.plan.family == *family)
    };
    Ok(all.into_iter().filter(is_wanted).collect())
}

/// The metrics of offerings that are looked at: those of one name are of one unit.
fn series<'a>(offerings: &'a [Offering], wanted: &Wanted) -> Result<Vec<(&'a Offering, &'a Metric)>, Refused> {
    let is_wanted = |of: &Metric| wanted.metric.as_ref().is_none_or(|name| of.name == *name);
    let metrics = |of: &'a Offering| of.plan.metrics.iter().filter(|of| is_wanted(of)).map(move |metric| (of, metric));
    let found: Vec<_> = offerings.iter().flat_map(metrics).collect();
    let mut units = BTreeMap::new();
    let other_unit =
        found.iter().find(|(_, metric)| *units.entry(&metric.name).or_insert(&metric.unit) != &metric.unit);
    let detail = if found.is_empty() && wanted.metric.is_some() {
        "is a metric of an offering that is looked at".to_owned()
    } else if let Some((_, metric)) = other_unit {
        format!("{} is measured in several units: name offerings or a family", metric.name)
    } else if found.len() > SERIES_AT_MOST {
        format!(
            "there are more than {SERIES_AT_MOST} of the offerings that are looked at: name one, or offerings, or a family"
        )
    } else {
        return Ok(found);
    };
    Err(Refused::field("metric", "QS-05", detail))
}

impl Wanted {
    fn has(&self, cell: &Cell, of_customers: Option<&String>) -> bool {
        let is_any = |of: &Option<SpecificationNumber>| of.is_some_and(|of| self.specification.contains(&of));
        self.clec.0.clec().is_none_or(|clec| cell.clec == *clec)
            && self.customer_group.as_ref().is_none_or(|group| of_customers == Some(group))
            && (self.specification.is_empty() || is_any(&cell.specification))
            && self.area.as_ref().is_none_or(|area| cell.area.as_ref() == Some(area))
    }
}

fn shown(
    services: &Services,
    (metric, group): (&Metric, Option<String>),
    days: BTreeMap<NaiveDate, Measured>,
    (window, season): (Window, Option<u32>),
) -> Performance {
    let first_of = |date: NaiveDate| match window {
        Window::Month => date.with_day(1).unwrap_or(date),
        Window::Hour | Window::Day => date,
    };
    let (n, instances) = (days.values().map(|of| of.of.n).sum(), days.values().map(|of| of.instances).max());
    let mut windows = BTreeMap::<NaiveDate, Measured>::new();
    for (date, measured) in days {
        windows.entry(first_of(date)).and_modify(|of| *of = of.then(measured)).or_insert(measured);
    }
    let next = |date: &NaiveDate| match window {
        Window::Month => date.checked_add_months(chrono::Months::new(1)),
        Window::Hour | Window::Day => date.succ_opt(),
    };
    // Windows in which nothing was measured keep their places: a slope is one by time.
    let ends = windows.first_key_value().zip(windows.last_key_value()).map(|((first, _), (last, _))| (*first, *last));
    let all = ends
        .into_iter()
        .flat_map(|(first, last)| std::iter::successors(Some(first), next).take_while(move |date| *date <= last));
    let values: Vec<Option<f64>> = all.map(|date| windows.get(&date).map(|of| of.of.mean())).collect();
    let calendar = services.policy.calendar(services.clock.now());
    let begins = |date| calendar.at_time(date, NaiveTime::MIN);
    let of_window = |(date, Measured { of, instances, degrading }): (NaiveDate, Measured)| WindowShown {
        from: begins(date),
        until: begins(next(&date).unwrap_or(date)),
        n: of.n,
        instances,
        degrading,
        average: of.mean(),
        minimum: of.min,
        maximum: of.max,
    };
    Performance {
        metric: metric.name.clone(),
        group,
        unit: metric.unit.clone(),
        n,
        instances: instances.unwrap_or(0),
        trend: Trend::of(&values, season).map(TrendShown::from),
        windows: windows.into_iter().map(of_window).collect(),
    }
}
