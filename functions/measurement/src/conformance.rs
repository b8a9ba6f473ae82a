//! What was measured of a purchased offering, held against the thresholds that hold for it.

use axum::{Json, extract::State};
use chrono::{DateTime, TimeDelta, Utc};
use contract::{ClecId, Failed, FieldError, Instant, Party, PurchaseNumber, Quantity, RecordRef};
use domain::service_quality::{
    Aggregate, Comparator, Conformance, Objective, PurchasedOffering, SeriesId, Standing, Statistic, Window,
    objective::MeasuredBy,
};
use futures::TryStreamExt;
use http_edge::{Body, Caller, Id, Problem, Query, route, schema};
use platform::{
    Services,
    store::{RecordIndex, TimeRange},
};
use record::Record;
use serde::Serialize;
use serde_with::skip_serializing_none;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// How much time is looked at when none is said, in days.
const USUALLY: i64 = 31;
/// How much time is looked at at the most, in days.
const AT_MOST: i64 = 366;
/// How many objectives are read at once.
const AT_ONCE: usize = 100;

/// Which time, and which metric, is looked at.
#[derive(Debug, Body)]
#[body(rule = "QS-04", name = "ConformanceWanted", check = range)]
pub(crate) struct Wanted {
    /// Of this metric alone; of all when left out.
    #[body(line = 40)]
    metric: Option<String>,
    /// From this instant on; 31 days before the end when left out.
    from: Option<DateTime<Utc>>,
    /// Until this instant; until now when left out.
    until: Option<DateTime<Utc>>,
}

fn range(wanted: &Wanted, _: &Party) -> Vec<FieldError> {
    let detail = wanted.from.zip(wanted.until).and_then(|(from, until)| {
        let behind = (until <= from).then(|| "lies behind 'from'".to_owned());
        behind.or_else(|| {
            (until - from > TimeDelta::days(AT_MOST)).then(|| format!("is at most {AT_MOST} days behind 'from'"))
        })
    });
    detail.map(|detail| FieldError::new("until", "QS-04", detail)).into_iter().collect()
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
    /// The target.
    #[schema(schema_with = schema::<Quantity>)]
    target: Quantity,
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
    let until = until.unwrap_or(now);
    let from = from.unwrap_or(until - TimeDelta::days(USUALLY)).max(until - TimeDelta::days(AT_MOST));
    // What the CLEC did not have yet, or has no more, is held against nothing.
    let had = (from.max(purchase.since), until.min(purchase.plan.until.unwrap_or(until)));
    let objectives = objectives(&services, &purchase, metric.as_deref()).await?;
    let series: BTreeSet<SeriesId> = objectives.iter().flat_map(|of| series_of(number, of)).collect();
    let mut measured: BTreeMap<SeriesId, Vec<(Instant, Aggregate)>> = BTreeMap::new();
    for series in series {
        let whole = |at| Window::Month.around(at, &services.policy);
        let range = (whole(had.0).0, whole(had.1).1);
        let hours = services.store.hours_of_series(&series, range).await.map_err(Failed::from)?;
        measured.insert(series, hours);
    }
    let shown = objectives.iter().map(|objective| {
        let mut held: Vec<Conformance<'_>> = series_of(number, objective)
            .flat_map(|series| {
                let hours = measured.get(&series).map(Vec::as_slice).unwrap_or_default();
                let held = objective.held_against(hours, had, now, &services.policy);
                held.into_iter().filter(move |of| of.terms.measured_by == series.by)
            })
            .collect();
        held.sort_by_key(|of| of.from);
        ConformanceShown::of(objective, &held)
    });
    Ok(Json(shown.collect()))
}

/// The series whose measurements are held against the versions of an objective.
fn series_of(purchase: PurchaseNumber, objective: &Objective) -> impl Iterator<Item = SeriesId> {
    let sides: BTreeSet<MeasuredBy> = objective.versions.iter().map(|of| of.measured_by).collect();
    sides.into_iter().map(move |by| SeriesId { purchase, metric: objective.metric.clone(), by })
}

/// The objectives of the purchase's offering that are for its CLEC, by metric.
async fn objectives(
    services: &Services,
    purchase: &PurchasedOffering,
    metric: Option<&str>,
) -> Result<Vec<Objective>, Failed> {
    let index = RecordIndex::objectives(Some(purchase.offering));
    let pages = services.store.pages::<Objective>(&index, TimeRange::default(), AT_ONCE);
    let found: Vec<Vec<Objective>> = pages.try_collect().await?;
    let reader = Party::Clec(purchase.clec.clone());
    let is_wanted = |of: &Objective| of.is_visible_to(&reader) && metric.is_none_or(|metric| of.metric == metric);
    let mut wanted: Vec<Objective> = found.into_iter().flatten().filter(is_wanted).collect();
    wanted.sort_by(|a, b| (&a.metric, &a.number).cmp(&(&b.metric, &b.number)));
    Ok(wanted)
}
