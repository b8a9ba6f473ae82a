//! What was measured of a purchased offering, held against the thresholds that hold for it.

use crate::range::range;
use axum::{Json, extract::State};
use chrono::{DateTime, TimeDelta, Utc};
use contract::{ClecId, Failed, PurchaseNumber, Quantity, RecordRef, Refused};
use domain::service_quality::{
    Comparator, Conformance, Hours, MeasuredBy, Objective, PurchasedOffering, SeriesId, Standing, Statistic, Threshold,
    Window,
};
use http_edge::{Body, Caller, Id, Problem, Query, route, schema};
use platform::Services;
use serde::Serialize;
use serde_with::skip_serializing_none;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// How much time is looked at when none is said, in days.
const USUALLY: i64 = 31;
/// How much time is looked at at the most, in days.
const AT_MOST: i64 = 366;
/// How many windows are shown at the most: an answer has its limit.
const WINDOWS_AT_MOST: usize = 10_000;

/// Which time, and which metric, is looked at.
#[derive(Debug, Body)]
#[body(rule = "QS-04", name = "ConformanceWanted")]
pub(crate) struct Wanted {
    /// Of this metric alone; of all when left out.
    #[body(line = 40)]
    metric: Option<String>,
    /// From this instant on; 31 days before the end when left out.
    from: Option<DateTime<Utc>>,
    /// Until this instant; until now when left out.
    until: Option<DateTime<Utc>>,
}

/// How a purchased offering stands to a threshold.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Conformance)]
pub(crate) struct ConformanceShown {
    /// The number of the objective.
    objective: String,
    /// Where the objective is read.
    href: String,
    /// The name of the objective.
    name: String,
    /// Of which metric it is.
    metric: String,
    /// In which unit that is measured.
    unit: String,
    /// With which CLEC it was agreed; the carrier's own threshold when with none.
    agreed_with: Option<String>,
    /// How many windows stand how.
    windows_by_standing: BTreeMap<&'static str, usize>,
    /// Each window, in the order of time.
    windows: Vec<WindowShown>,
}

/// A window, held against what held when it began.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ConformanceWindow)]
struct WindowShown {
    /// When it begins.
    from: DateTime<Utc>,
    /// When it ends.
    until: DateTime<Utc>,
    /// How long it is.
    #[schema(schema_with = schema::<Window>)]
    window: Window,
    /// How many measurements were taken in of it.
    n: u64,
    /// What was computed of them.
    #[schema(schema_with = schema::<Statistic>)]
    statistic: Statistic,
    /// The value that was held against the target, where something was measured.
    value: Option<f64>,
    /// How the value is to stand to the target.
    #[schema(schema_with = schema::<Comparator>)]
    comparator: Comparator,
    /// The target that the value is held against.
    #[schema(schema_with = schema::<Quantity>)]
    target: Quantity,
    /// The value from which on the objective is in danger.
    #[schema(schema_with = schema::<Option<Quantity>>)]
    warning: Option<Quantity>,
    /// By how much the target may be missed before that is a crossing.
    #[schema(schema_with = schema::<Option<Quantity>>)]
    tolerance: Option<Quantity>,
    /// Whose measurements they are.
    #[schema(schema_with = schema::<MeasuredBy>)]
    measured_by: MeasuredBy,
    /// How it stands.
    #[schema(schema_with = schema::<Standing>)]
    standing: Standing,
}

impl From<&Conformance<'_>> for WindowShown {
    fn from(of: &Conformance<'_>) -> Self {
        Self {
            from: of.from,
            until: of.until,
            window: of.terms.window,
            n: of.measured.map_or(0, |of| of.n),
            statistic: of.terms.statistic,
            value: of.value(),
            comparator: of.terms.comparator,
            target: of.terms.target,
            warning: of.terms.warning,
            tolerance: of.terms.tolerance,
            measured_by: of.terms.measured_by,
            standing: of.standing,
        }
    }
}

impl ConformanceShown {
    fn of(objective: &Objective, held: &[Conformance<'_>]) -> Self {
        let mut windows_by_standing = BTreeMap::new();
        for of in held {
            *windows_by_standing.entry(of.standing.as_str()).or_insert(0) += 1;
        }
        Self {
            objective: objective.number.to_string(),
            href: format!("/tmf-api/serviceQualityManagement/v4/serviceLevelObjective/{}", objective.number),
            name: objective.name.clone(),
            metric: objective.metric.clone(),
            unit: objective.unit.clone(),
            agreed_with: objective.agreed_with.as_ref().map(ClecId::to_string),
            windows_by_standing,
            windows: held.iter().map(WindowShown::from).collect(),
        }
    }
}

/// Holds what was measured of a purchased offering against the thresholds that hold for it: the carrier's own, and what was agreed with its CLEC
/// (QS-04, QS-09). Each window is held against what held when it began.
#[route(get, "/cmp/v1/purchasedOffering/{id}/conformance", tag = "serviceQuality", id = "readConformance")]
pub(crate) async fn read(
    State(services): State<Services>,
    caller: Caller,
    Query(Wanted { metric, from, until }): Query<Wanted>,
    Id(number): Id<PurchaseNumber>,
) -> Result<Json<Vec<ConformanceShown>>, Problem> {
    let reference = RecordRef::PurchasedOffering(number);
    let purchase = services.record_seen_by::<PurchasedOffering>(caller.party(), &reference).await?;
    let now = services.clock.now();
    let lengths = (TimeDelta::days(USUALLY), TimeDelta::days(AT_MOST));
    let (from, until) = range((from, until), now, lengths)?;
    // What the CLEC did not have yet, or has no more, is held against nothing.
    let had = (from.max(purchase.since), until.min(purchase.plan.until.unwrap_or(until)));
    if had.1 <= had.0 {
        return Ok(Json(Vec::new()));
    }
    let thresholds = services.store.thresholds(&purchase.clec).await.map_err(Failed::from)?;
    let is_wanted = |of: &Threshold<'_>| metric.as_ref().is_none_or(|metric| of.objective.metric == *metric);
    let held: Vec<Threshold<'_>> = thresholds.of(&purchase, had).into_iter().filter(is_wanted).collect();
    let series: BTreeSet<SeriesId> = held.iter().flat_map(Threshold::series).collect();
    let mut hours = Hours::new();
    for series in series {
        let whole = |at| Window::Month.around(at, &services.policy);
        let range = (whole(had.0).0, whole(had.1).1);
        let found = services.store.hours_of_series(&series, range).await.map_err(Failed::from)?;
        hours.insert(series, found);
    }
    let mut windows_left = WINDOWS_AT_MOST;
    let mut shown = Vec::new();
    for threshold in &held {
        let held = threshold.windows(&hours, had, now, &services.policy);
        windows_left = windows_left.checked_sub(held.len()).ok_or_else(|| {
            let detail = format!("has more than {WINDOWS_AT_MOST} windows: ask for less time, or for one metric");
            Refused::field("from", "QS-04", detail)
        })?;
        shown.push(ConformanceShown::of(threshold.objective, &held));
    }
    Ok(Json(shown))
}
