//! What CLECs purchased of the offerings (QS-04, QS-09).

use crate::{PURCHASES, providers_own};
use axum::extract::{OriginalUri, State};
use chrono::{DateTime, Utc};
use contract::{
    ClecId, Failed, FieldError, Instant, OfferingNumber, Party, PurchaseNumber, RecordRef, Refused, SpecificationNumber,
};
use domain::service_quality::{
    Episode, Objective, Offering, PurchasedOffering, Specification, Validity, purchase::PurchasePlan,
};
use domain::{degradation_report::CrossingKind, kinds::AnyRecord};
use http_edge::{
    Acting, Answer, Body, Caller, Created, Id, MergePatch, NoQuery, Page, Paging, Place, Problem, Query, WriteRequest,
    route, schema,
};
use platform::{
    Services,
    change::Opening,
    store::{RecordIndex, TimeRange},
};
use record::{ActionContext, Record};
use serde::Serialize;
use serde_json::{Value, json};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

/// What a CLEC purchased, as it is recorded.
#[derive(Debug, Body)]
#[body(rule = "QS-04", name = "PurchasedOfferingCreate", allowed = providers_own)]
pub(crate) struct PurchaseCreate {
    /// Whose it is.
    #[body(rule = "AP-03")]
    clec: ClecId,
    /// Which offering it is of, by number.
    offering: OfferingNumber,
    /// From when on the CLEC has it; from now on when left out.
    since: Option<DateTime<Utc>>,
    #[body(flatten)]
    plan: PurchaseWritten,
}

/// What may change of a purchased offering; an update names what is to change.
#[derive(Debug, Body)]
#[body(rule = "QS-04", patch = "PurchasedOfferingUpdate", allowed = providers_own)]
pub(crate) struct PurchaseWritten {
    /// By what the CLEC knows it, such as the id of a circuit.
    #[body(line = 200)]
    name: String,
    /// The area in which it is.
    #[body(line = 200)]
    area: Option<String>,
    /// Until when the CLEC has it; left out while it goes on.
    until: Option<DateTime<Utc>>,
    /// The type of SLA that was agreed for it: a service level specification, by number.
    specification: Option<SpecificationNumber>,
}

type PurchaseUpdate = MergePatch<PurchaseWritten>;

impl PurchaseWritten {
    fn plan(&self) -> PurchasePlan {
        let Self { name, area, until, specification } = self;
        PurchasePlan { name: name.clone(), area: area.clone(), until: *until, specification: *specification }
    }
}

/// The crossing of a threshold, or a source that stopped.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PurchasedOfferingCrossing)]
struct EpisodeShown {
    /// The number of the objective that is not met.
    objective: String,
    /// Whether it is missed, or nothing tells whether it is met.
    #[schema(schema_with = schema::<CrossingKind>)]
    kind: CrossingKind,
    /// When the first window began in which that was so.
    began_at: DateTime<Utc>,
    /// When the first window began in which that was so no more; absent while it goes on.
    ended_at: Option<DateTime<Utc>>,
    /// The degradation report that tells of it.
    service_problem: String,
}

impl From<&Episode> for EpisodeShown {
    fn from(of: &Episode) -> Self {
        let Episode { objective, kind, began_at, ended_at, report } = of;
        let (objective, service_problem) = (objective.to_string(), report.to_string());
        Self { objective, kind: *kind, began_at: *began_at, ended_at: *ended_at, service_problem }
    }
}

/// What a CLEC purchased.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PurchasedOffering)]
pub(crate) struct PurchaseShown {
    /// The number of the purchase.
    id: String,
    /// Where it is read.
    href: String,
    /// Whose it is.
    clec: String,
    /// Which offering it is of, by number.
    offering: String,
    /// By what the CLEC knows it.
    name: String,
    /// The area in which it is.
    area: Option<String>,
    /// From when on the CLEC has it.
    since: DateTime<Utc>,
    /// Until when the CLEC has it.
    until: Option<DateTime<Utc>>,
    /// The type of SLA that was agreed for it.
    specification: Option<String>,
    /// Whether the CLEC has it still.
    #[schema(schema_with = schema::<Validity>)]
    status: Validity,
    /// The crossings of its thresholds that go on, and those that ended lately.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    crossings: Vec<EpisodeShown>,
    /// What the reader can do with it.
    possible: Vec<&'static str>,
}

impl PurchaseShown {
    fn of(purchase: &PurchasedOffering, reader: &Party, now: Instant) -> Self {
        let PurchasedOffering { number, clec, offering, since, plan, episodes, .. } = purchase;
        let PurchasePlan { name, area, until, specification } = plan.clone();
        Self {
            id: number.to_string(),
            href: format!("{PURCHASES}/{number}"),
            clec: clec.to_string(),
            offering: offering.to_string(),
            name,
            area,
            since: *since,
            until,
            specification: specification.map(|of| of.to_string()),
            status: Validity::of(until, now),
            crossings: episodes.iter().map(EpisodeShown::from).collect(),
            possible: if reader.is_provider() { vec!["PATCH"] } else { Vec::new() },
        }
    }
}

/// Records what a CLEC purchased of an offering (QS-04). For the provider's people.
#[route(post, "/cmp/v1/purchasedOffering", tag = "serviceQuality", id = "recordPurchasedOffering")]
pub(crate) async fn record(
    State(services): State<Services>,
    ask: WriteRequest<PurchaseCreate>,
) -> Result<Created<PurchaseShown>, Problem> {
    let PurchaseCreate { clec, offering, since, plan } = &ask.body;
    services.check_clec(ask.party(), "clec", Some(clec)).await?;
    let found = services.record_seen_by::<Offering>(&Party::Clec(clec.clone()), &RecordRef::Offering(*offering)).await;
    let is_sold = found_or(found, "offering", "there is no such offering")?.retired_at.is_none();
    if !is_sold {
        return Err(Refused::field("offering", "QS-04", "is retired: nobody can purchase it any more").into());
    }
    check_specification(&services, (clec, *offering), plan.specification).await?;
    let begun = services
        .open(&ask.context, ask.key.as_deref(), |number, act| {
            PurchasedOffering::record(number, (clec.clone(), *offering), *since, plan.plan(), act, &services.policy)
        })
        .await?;
    let (Opening::Created(purchase) | Opening::Replayed(purchase)) = begun;
    Ok(Created(format!("{PURCHASES}/{}", purchase.number), answered(&services, &purchase, ask.party())))
}

/// Which purchased offerings are listed.
#[derive(Debug, Body)]
#[body(rule = "QS-09")]
pub(crate) struct Wanted {
    /// By the desk: of which CLEC; of all when left out.
    #[body(rule = "AP-03")]
    clec: Acting,
    /// Of this offering alone.
    offering: Option<OfferingNumber>,
    /// In this area alone.
    #[body(line = 200)]
    area: Option<String>,
    /// Those that the CLEC has still, or those that it had; both when left out.
    status: Option<Validity>,
    #[body(flatten)]
    page: Paging<PurchaseNumber>,
}

/// Lists what was purchased, the latest first: a CLEC its own, the provider's people all, or that of a CLEC (QS-09).
#[route(get, "/cmp/v1/purchasedOffering", tag = "serviceQuality", id = "listPurchasedOffering")]
pub(crate) async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(Wanted { clec: Acting(of), offering, area, status, page }): Query<Wanted>,
) -> Result<Page<PurchaseShown>, Problem> {
    services.check_clec(caller.party(), "clec", of.clec()).await?;
    let now = services.clock.now();
    let after = page.after.map(|Place(at, number)| (at, RecordRef::PurchasedOffering(number)));
    let span = TimeRange { latest_first: true, after, ..TimeRange::default() };
    let wants = |purchase: &PurchasedOffering| {
        offering.is_none_or(|offering| purchase.offering == offering)
            && area.as_ref().is_none_or(|area| purchase.plan.area.as_ref() == Some(area))
            && status.is_none_or(|status| status == Validity::of(purchase.plan.until, now))
    };
    let found = services.store.wanted(&RecordIndex::purchases(of.clec()), span, page.limit.0, wants).await;
    let (purchases, next) = found.map_err(Failed::from)?;
    let shown = purchases.iter().map(|purchase| PurchaseShown::of(purchase, caller.party(), now)).collect();
    Ok(Page::of(PURCHASES, &uri, shown, next.map(|(at, number)| Place(at, number))))
}

/// Reads what was purchased: a CLEC its own (QS-09).
#[route(get, "/cmp/v1/purchasedOffering/{id}", tag = "serviceQuality", id = "readPurchasedOffering")]
pub(crate) async fn read(
    State(services): State<Services>,
    caller: Caller,
    _: NoQuery,
    Id(number): Id<PurchaseNumber>,
) -> Result<Answer<PurchaseShown>, Problem> {
    let reference = RecordRef::PurchasedOffering(number);
    let purchase = services.record_seen_by::<PurchasedOffering>(caller.party(), &reference).await?;
    Ok(answered(&services, &purchase, caller.party()))
}

/// Changes what is said of a purchase, by a merge patch (RFC 7396): by `until` it ends (QS-04). For the provider's people.
#[route(patch, "/cmp/v1/purchasedOffering/{id}", tag = "serviceQuality", id = "changePurchasedOffering")]
pub(crate) async fn change(
    State(services): State<Services>,
    Id(number): Id<PurchaseNumber>,
    ask: WriteRequest<PurchaseUpdate>,
) -> Result<Answer<PurchaseShown>, Problem> {
    let reference = RecordRef::PurchasedOffering(number);
    if let Some(specification) = ask.body.given::<SpecificationNumber>("specification") {
        let purchase = services.record_seen_by::<PurchasedOffering>(ask.party(), &reference).await?;
        ask.body.onto(document(&purchase.plan), ask.party()).end()?;
        check_specification(&services, (&purchase.clec, purchase.offering), Some(specification)).await?;
    }
    let decide = |purchase: PurchasedOffering, now| {
        let whole = ask.body.onto(document(&purchase.plan), ask.party()).end()?;
        purchase.change(whole.plan(), &ActionContext::of(&ask.context, now), &services.policy)
    };
    let purchase = services.revise(&reference, &ask.context, decide).await?;
    Ok(answered(&services, &purchase, ask.party()))
}

/// That a CLEC can have a type of SLA for an offering: one that is offered to all, or was agreed with it, and has a threshold for it.
async fn check_specification(
    services: &Services,
    (clec, offering): (&ClecId, OfferingNumber),
    named: Option<SpecificationNumber>,
) -> Result<(), Failed> {
    let Some(named) = named else { return Ok(()) };
    let party = Party::Clec(clec.clone());
    let found = services.record_seen_by::<Specification>(&party, &RecordRef::Specification(named)).await;
    let found = found_or(found, "specification", "there is no such specification that is valid for the CLEC")?;
    let objectives = found.plan.objectives.iter().map(|of| RecordRef::Objective(*of));
    let objectives = services.store.records_at(objectives).await?;
    let is_of = |record: &AnyRecord| record.as_record::<Objective>().is_some_and(|of| of.offering == offering);
    if objectives.values().any(is_of) {
        return Ok(());
    }
    Err(Refused::field("specification", "QS-04", "has no threshold for a metric of the offering").into())
}

/// What a field names; a fault of the field where there is none.
fn found_or<R>(found: Result<R, Failed>, field: &'static str, detail: &'static str) -> Result<R, Failed> {
    found.map_err(|failed| match failed {
        Failed::Refused(_) => Refused::NoSuch(FieldError::new(field, "QS-04", detail)).into(),
        broken @ Failed::Broken(_) => broken,
    })
}

/// The plan as a create writes it.
fn document(plan: &PurchasePlan) -> Value {
    json!({ "name": plan.name, "area": plan.area, "until": plan.until, "specification": plan.specification })
}

fn answered(services: &Services, purchase: &PurchasedOffering, reader: &Party) -> Answer<PurchaseShown> {
    let shown = PurchaseShown::of(purchase, reader, services.clock.now());
    Answer { version: purchase.version_for(reader), shown }
}
