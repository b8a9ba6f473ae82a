//! The product offering repository (QS-04).

use crate::{OFFERINGS, providers_own};
use axum::extract::{OriginalUri, State};
use chrono::{DateTime, Utc};
use contract::{Failed, OfferingNumber, Party, RecordRef, Refused};
use domain::service_quality::{
    Metric, MetricKind, Offering, Validity,
    offering::{METRICS_AT_MOST, OfferingPlan},
    offering_watch::AsAWhole,
};
use http_edge::{
    Answer, Body, Caller, Created, Id, MergePatch, NoQuery, Nothing, Page, Paging, Place, Problem, Query, Several,
    WriteRequest, route, schema,
};
use platform::{
    Services,
    change::Opening,
    store::{RecordIndex, TimeRange},
};
use record::{ActionContext, Record, RecordChange};
use serde::Serialize;
use serde_json::{Value, json};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

/// A product offering, as it is recorded; an update names what is to change.
#[derive(Debug, Body)]
#[body(rule = "QS-04", patch = "ProductOfferingUpdate", name = "ProductOfferingCreate", allowed = providers_own)]
pub(crate) struct OfferingWritten {
    /// The name of the offering.
    #[body(line = 200)]
    name: String,
    /// What it is.
    #[body(text = 2_000)]
    description: Option<String>,
    /// The family of like offerings that it is monitored with (QS-05).
    #[body(line = 100)]
    family: String,
    /// In what its performance is told: 50 metrics at most. One that is recorded stays, with its unit, because what was measured of it does.
    metrics: Several<MetricWritten, METRICS_AT_MOST>,
}

/// What is measured of an offering.
#[derive(Debug, Body)]
#[body(rule = "QS-04", name = "MetricWritten")]
struct MetricWritten {
    /// The name, which measurements and objectives refer to: letters, digits, hyphens and underscores, such as `delay`.
    #[body(line = 40)]
    name: String,
    /// What it tells.
    #[body(text = 500)]
    description: Option<String>,
    /// What kind of parameter it is: technical, time, economic or process.
    kind: MetricKind,
    /// In which unit it is measured, such as `ms`.
    #[body(line = 20)]
    unit: String,
    /// After how many days its season comes again, such as 7 for what differs by the day of the week: trends compare the same days alone then
    /// (QS-12). None when left out.
    season: Option<u32>,
}

type OfferingUpdate = MergePatch<OfferingWritten>;

impl OfferingWritten {
    fn plan(&self) -> OfferingPlan {
        let Self { name, description, family, metrics } = self;
        let metrics = metrics.0.iter().map(|MetricWritten { name, description, kind, unit, season }| Metric {
            name: name.clone(),
            description: description.clone(),
            kind: *kind,
            unit: unit.clone(),
            season: *season,
        });
        let (name, description, family) = (name.clone(), description.clone(), family.clone());
        OfferingPlan { name, description, family, metrics: metrics.collect() }
    }
}

/// A product offering.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ProductOffering)]
pub(crate) struct OfferingShown {
    /// The number of the offering.
    id: String,
    /// Where it is read.
    href: String,
    /// The name of the offering.
    name: String,
    /// What it is.
    description: Option<String>,
    /// The family of like offerings that it is monitored with.
    family: String,
    /// In what its performance is told.
    metrics: Vec<MetricShown>,
    /// Whether it can be purchased still.
    #[schema(schema_with = schema::<Validity>)]
    status: Validity,
    /// Since when it cannot be purchased any more.
    retired_at: Option<DateTime<Utc>>,
    /// For the provider's people: in which metrics most of its instances degrade (QS-05).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    degrading: Vec<AsAWholeShown>,
    /// What the reader can do with it.
    possible: Vec<&'static str>,
}

/// That most instances of an offering degrade in a metric.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DegradesAsAWhole)]
struct AsAWholeShown {
    /// In which metric.
    metric: String,
    /// Since when that is known.
    since: DateTime<Utc>,
    /// How many instances crossed a threshold then.
    degrading: u32,
    /// Of how many.
    instances: u32,
}

impl From<AsAWhole> for AsAWholeShown {
    fn from(AsAWhole { metric, since, degrading, instances }: AsAWhole) -> Self {
        Self { metric, since, degrading, instances }
    }
}

/// What is measured of an offering.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Metric)]
struct MetricShown {
    /// The name, which measurements and objectives refer to.
    name: String,
    /// What it tells.
    description: Option<String>,
    /// What kind of parameter it is.
    #[schema(schema_with = schema::<MetricKind>)]
    kind: MetricKind,
    /// In which unit it is measured.
    unit: String,
    /// After how many days its season comes again.
    season: Option<u32>,
}

impl OfferingShown {
    fn of(offering: &Offering, reader: &Party) -> Self {
        let OfferingPlan { name, description, family, metrics } = offering.plan.clone();
        let metrics = metrics.into_iter().map(|Metric { name, description, kind, unit, season }| MetricShown {
            name,
            description,
            kind,
            unit,
            season,
        });
        Self {
            id: offering.number.to_string(),
            href: format!("{OFFERINGS}/{}", offering.number),
            name,
            description,
            family,
            metrics: metrics.collect(),
            status: if offering.retired_at.is_some() { Validity::Ended } else { Validity::Valid },
            retired_at: offering.retired_at,
            degrading: match reader.is_provider() {
                true => offering.whole.degrading.iter().cloned().map(AsAWholeShown::from).collect(),
                false => Vec::new(),
            },
            possible: if reader.is_provider() { offering.possible() } else { Vec::new() },
        }
    }
}

/// Records a product offering, with the metrics that it is measured by (QS-04). For the provider's people.
#[route(post, "/cmp/v1/productOffering", tag = "serviceQuality", id = "recordProductOffering")]
pub(crate) async fn record(
    State(services): State<Services>,
    ask: WriteRequest<OfferingWritten>,
) -> Result<Created<OfferingShown>, Problem> {
    let begun = services
        .open(&ask.context, ask.key.as_deref(), |number, act| Offering::record(number, ask.body.plan(), act))
        .await?;
    let (Opening::Created(offering) | Opening::Replayed(offering)) = begun;
    Ok(Created(format!("{OFFERINGS}/{}", offering.number), answered(&offering, ask.party())))
}

/// Which offerings are listed.
#[derive(Debug, Body)]
#[body(rule = "QS-05")]
pub(crate) struct Wanted {
    /// Of this family alone.
    #[body(line = 100)]
    family: Option<String>,
    /// Those that can be purchased, or those that cannot any more; both when left out.
    status: Option<Validity>,
    #[body(flatten)]
    page: Paging<OfferingNumber>,
}

/// Lists product offerings, those that were recorded last first: what is sold is no secret (QS-05).
#[route(get, "/cmp/v1/productOffering", tag = "serviceQuality", id = "listProductOffering")]
pub(crate) async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(Wanted { family, status, page }): Query<Wanted>,
) -> Result<Page<OfferingShown>, Problem> {
    let after = page.after.map(|Place(at, number)| (at, RecordRef::Offering(number)));
    let span = TimeRange { latest_first: true, after, ..TimeRange::default() };
    let wants = |offering: &Offering| {
        family.as_ref().is_none_or(|family| offering.plan.family == *family)
            && status.is_none_or(|status| (status == Validity::Ended) == offering.retired_at.is_some())
    };
    let found = services.store.wanted(&RecordIndex::offerings(), span, page.limit.0, wants).await;
    let (offerings, next) = found.map_err(Failed::from)?;
    let shown = offerings.iter().map(|offering| OfferingShown::of(offering, caller.party())).collect();
    Ok(Page::of(OFFERINGS, &uri, shown, next.map(|(at, number)| Place(at, number))))
}

/// Reads a product offering with its metrics (QS-04).
#[route(get, "/cmp/v1/productOffering/{id}", tag = "serviceQuality", id = "readProductOffering")]
pub(crate) async fn read(
    State(services): State<Services>,
    caller: Caller,
    _: NoQuery,
    Id(number): Id<OfferingNumber>,
) -> Result<Answer<OfferingShown>, Problem> {
    let offering = services.record_seen_by::<Offering>(caller.party(), &RecordRef::Offering(number)).await?;
    Ok(answered(&offering, caller.party()))
}

/// Changes what is said of a product offering, by a merge patch (RFC 7396): a metric that is recorded stays, with its unit (QS-04).
#[route(patch, "/cmp/v1/productOffering/{id}", tag = "serviceQuality", id = "changeProductOffering")]
pub(crate) async fn change(
    State(services): State<Services>,
    Id(number): Id<OfferingNumber>,
    ask: WriteRequest<OfferingUpdate>,
) -> Result<Answer<OfferingShown>, Problem> {
    changed(&services, number, &ask, |offering, act| {
        let before = offering.plan.clone();
        let whole = ask.body.onto(document(&before), ask.party());
        let whole = whole.also(|whole| whole.plan().field_errors(Some(&before))).end()?;
        offering.change(whole.plan(), act)
    })
    .await
}

/// Retires a product offering: nobody can purchase it any more, and what was purchased goes on being measured (QS-04).
#[route(post, "/cmp/v1/productOffering/{id}/retirement", tag = "serviceQuality", id = "retireProductOffering")]
pub(crate) async fn retire(
    State(services): State<Services>,
    Id(number): Id<OfferingNumber>,
    ask: WriteRequest<Nothing>,
) -> Result<Answer<OfferingShown>, Problem> {
    providers_own(ask.party())?;
    changed(&services, number, &ask, |offering, act| offering.retire(act).map(Some)).await
}

/// From when on an offering is analyzed again.
#[derive(Debug, Body)]
#[body(rule = "QS-07", name = "AnalysisAgain", allowed = providers_own)]
pub(crate) struct AnalysisAgain {
    /// From the day of this instant on.
    from: DateTime<Utc>,
}

/// Puts together again what was measured of a product offering's instances, from a day on, and looks for its trend again: after many
/// measurements came late (QS-07). It is done by the next look, at once. For the provider's people.
#[route(post, "/cmp/v1/productOffering/{id}/analysis", tag = "serviceQuality", id = "analyzeProductOffering")]
pub(crate) async fn analyze(
    State(services): State<Services>,
    Id(number): Id<OfferingNumber>,
    ask: WriteRequest<AnalysisAgain>,
) -> Result<Answer<OfferingShown>, Problem> {
    changed(&services, number, &ask, |offering, act| {
        offering.analyze_again(ask.body.from, act, &services.policy).map(Some)
    })
    .await
}

/// Changes an offering as `decide` says, and answers it as it is then.
async fn changed<T>(
    services: &Services,
    number: OfferingNumber,
    ask: &WriteRequest<T>,
    decide: impl Fn(Offering, &ActionContext) -> Result<Option<RecordChange<Offering>>, Refused>,
) -> Result<Answer<OfferingShown>, Problem> {
    let decide = |offering, now| decide(offering, &ActionContext::of(&ask.context, now));
    let offering = services.revise(&RecordRef::Offering(number), &ask.context, decide).await?;
    Ok(answered(&offering, ask.party()))
}

/// The plan as a create writes it.
fn document(plan: &OfferingPlan) -> Value {
    let metrics = plan
        .metrics
        .iter()
        .map(|of| json!({ "name": of.name, "description": of.description, "kind": of.kind, "unit": of.unit, "season": of.season }));
    let metrics: Vec<Value> = metrics.collect();
    json!({ "name": plan.name, "description": plan.description, "family": plan.family, "metrics": metrics })
}

fn answered(offering: &Offering, reader: &Party) -> Answer<OfferingShown> {
    Answer { version: offering.version_for(reader), shown: OfferingShown::of(offering, reader) }
}
