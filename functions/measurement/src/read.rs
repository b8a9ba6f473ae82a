//! Measurements are read: each by itself, or taken together by the hour, the day or the month.

use crate::{BASE, range::range};
use axum::extract::{OriginalUri, State};
use chrono::{DateTime, TimeDelta, Utc};
use contract::{Failed, Instant, PurchaseNumber, Quantity, RecordRef, Refused};
use domain::service_quality::{
    Aggregate, MeasuredBy, Offering, Point, PurchasedOffering, SeriesId,
    series::{Resolution, windows},
};
use http_edge::{Body, Caller, Page, PageLimit, Place, Problem, Query, route};
use platform::Services;
use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

/// Which measurements are read.
#[derive(Debug, Body)]
#[body(rule = "QS-04")]
pub(crate) struct Wanted {
    /// Of which purchased offering: of a CLEC's own.
    purchased_offering: PurchaseNumber,
    /// Of which metric; where its offering has one alone, of that when left out.
    #[body(line = 40)]
    metric: Option<String>,
    /// Whose measurements: the provider's when left out.
    measured_by: Option<MeasuredBy>,
    /// Each by itself (raw), or taken together by the hour, the day or the month; by the day when left out.
    resolution: Option<Resolution>,
    /// From this instant on; a day, a week, 31 days or 366 days before the end when left out, by the resolution.
    from: Option<DateTime<Utc>>,
    /// Until this instant; until now when left out.
    until: Option<DateTime<Utc>>,
    /// Show as many.
    limit: PageLimit<1_000, 10_000>,
    /// Go on behind this place, as the Link header gives it.
    after: Option<Place<usize>>,
}

/// How much time is read when none is said.
fn usual(resolution: Resolution) -> TimeDelta {
    match resolution {
        Resolution::Raw => TimeDelta::days(1),
        Resolution::Hour => TimeDelta::days(7),
        Resolution::Day => TimeDelta::days(31),
        Resolution::Month => TimeDelta::days(366),
    }
}

/// How much time is read at the most.
fn longest(resolution: Resolution) -> TimeDelta {
    match resolution {
        Resolution::Raw => TimeDelta::days(31),
        Resolution::Hour => TimeDelta::days(366),
        Resolution::Day | Resolution::Month => TimeDelta::days(3_660),
    }
}

/// A measurement, or several that are taken together.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Measurement)]
pub(crate) struct MeasurementShown {
    /// When it was measured, or from when on they were.
    at: DateTime<Utc>,
    /// Until when they were measured.
    until: Option<DateTime<Utc>>,
    /// The value, of one that is shown by itself.
    #[schema(schema_with = http_edge::schema::<Option<Quantity>>)]
    value: Option<Quantity>,
    /// How many there are.
    n: u64,
    /// Their arithmetic mean; of one, its value.
    average: f64,
    /// The smallest of them.
    #[schema(schema_with = http_edge::schema::<Quantity>)]
    minimum: Quantity,
    /// The largest of them.
    #[schema(schema_with = http_edge::schema::<Quantity>)]
    maximum: Quantity,
    /// The sum of their values.
    total: f64,
    /// What measured it, of one.
    source: Option<String>,
    /// The value that was said first, of one that was corrected.
    #[schema(schema_with = http_edge::schema::<Option<Quantity>>)]
    corrected_from: Option<Quantity>,
}

impl From<Point> for MeasurementShown {
    fn from(Point { at, source, value, corrected_from }: Point) -> Self {
        let of = Aggregate { n: 1, sum: value.get(), min: value, max: value };
        Self { value: Some(value), source: Some(source), corrected_from, ..Self::from((at, None, of)) }
    }
}

impl From<(Instant, Option<Instant>, Aggregate)> for MeasurementShown {
    fn from((at, until, of): (Instant, Option<Instant>, Aggregate)) -> Self {
        let (n, average, total) = (of.n, of.mean(), of.total());
        Self {
            value: None,
            at,
            until,
            n,
            average,
            minimum: of.min,
            maximum: of.max,
            total,
            source: None,
            corrected_from: None,
        }
    }
}

/// Reads what was measured of a purchased offering, in the order of time: a CLEC of its own ones (QS-04, QS-09).
///
/// Hours are those of the clock; days and months are those of the policy's time zone, so that a day may have 23 or 25 hours. Where a page shows
/// not all, the header Link tells where to go on.
#[route(get, "/cmp/v1/measurement", tag = "serviceQuality", id = "listMeasurement")]
pub(crate) async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Page<MeasurementShown>, Problem> {
    let reference = RecordRef::PurchasedOffering(wanted.purchased_offering);
    let purchase = services.record_seen_by::<PurchasedOffering>(caller.party(), &reference).await?;
    let offering = services.record_seen_by::<Offering>(caller.party(), &RecordRef::Offering(purchase.offering)).await?;
    let metric = match (&wanted.metric, offering.plan.metrics.as_slice()) {
        (None, [only]) => &only.name,
        (named, _) => named.as_ref().map_or("", String::as_str),
    };
    let metric = offering.plan.metric_named((metric, None), ["metric", "unit"]);
    let metric = metric.map_err(|fault| Refused::Invalid(vec![fault]))?.name.clone();
    let resolution = wanted.resolution.unwrap_or_default();
    let lengths = (usual(resolution), longest(resolution));
    let (from, until) = range((wanted.from, wanted.until), services.clock.now(), lengths)?;
    let begins = wanted.after.map_or(from, |Place(at, _)| at.clamp(from, until));
    if begins == until {
        return Ok(Page::of(BASE, &uri, Vec::new(), None::<Place<usize>>));
    }
    let by = wanted.measured_by.unwrap_or_default();
    let series = SeriesId { purchase: purchase.number, metric, by };
    let limit = wanted.limit.0;
    let (shown, next) = match resolution.window() {
        None => {
            let (points, next) =
                services.store.points_of_series(&series, (begins, until), limit).await.map_err(Failed::from)?;
            (points.into_iter().map(MeasurementShown::from).collect::<Vec<_>>(), next)
        }
        Some(window) => {
            let policy = &services.policy;
            // Windows are shown whole.
            let (first, _) = window.around(begins, policy);
            let (_, last) = window.around(until - TimeDelta::seconds(1), policy);
            let hours = services.store.hours_of_series(&series, (first, last)).await.map_err(Failed::from)?;
            let windows = windows(hours, window, policy);
            let next = windows.get(limit).map(|of| of.0);
            let shown = windows.into_iter().take(limit);
            (shown.map(|(from, until, of)| MeasurementShown::from((from, Some(until), of))).collect(), next)
        }
    };
    Ok(Page::of(BASE, &uri, shown, next.map(|at| Place(at, 0_usize))))
}
