//! Measurements come in.

use crate::{
    bulk::{Line, Lines},
    written::MeasurementWritten,
};
use axum::{Json, extract::State};
use contract::{Failed, FieldError, Party, RecordRef, Refused};
use domain::service_quality::{
    MeasuredBy, Offering, PurchasedOffering, SeriesId,
    brought::Brought,
    series::{Measurement, Taken},
};
use http_edge::{New, Problem, ProblemField, WriteRequest, route, schema};
use platform::Services;
use record::Record;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// Of how many refused lines the report says what is wrong.
const TOLD_AT_MOST: usize = 100;
/// How much of that it says of one.
const FAULTS_AT_MOST: usize = 10;

/// What became of a measurement.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeasurementTaken)]
pub(crate) struct TakenShown {
    /// What became of it: it was taken in, repeats one that was there, or corrects the value of one.
    #[schema(schema_with = schema::<Taken>)]
    outcome: Taken,
}

/// What became of the lines of a bulk.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeasurementReport {
    /// How many lines said something.
    lines: usize,
    /// How many measurements were taken in.
    taken: usize,
    /// How many were there already.
    repeated: usize,
    /// How many correct the value that their source had given for their instant.
    corrected: usize,
    /// How many were refused.
    refused: usize,
    /// What became of each line, in their order.
    results: Vec<LineResult>,
}

/// What became of a line.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeasurementLine)]
struct LineResult {
    /// Which line of the body it is; the first is 1.
    line: usize,
    /// What became of it.
    #[schema(schema_with = schema::<Taken>)]
    outcome: Taken,
    /// What is wrong with it, of the first hundred that were refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ProblemField>,
}

/// Takes a measurement in (QS-04): the provider's of any purchased offering, a CLEC's own of its own ones. Both are kept apart, because what one
/// side measures proves nothing to the other. What has the source and the instant of one that was taken in before repeats it, or corrects it.
#[route(post, "/cmp/v1/measurement", tag = "serviceQuality", id = "takeMeasurement", unconditional)]
pub(crate) async fn take(
    State(services): State<Services>,
    ask: WriteRequest<MeasurementWritten>,
) -> Result<New<Json<TakenShown>>, Problem> {
    let taken = taken(&services, ask.party(), &[Ok(&ask.body)]).await?;
    match taken.into_iter().next() {
        Some(Ok(outcome)) => Ok(New(Json(TakenShown { outcome }))),
        Some(Err(faults)) => Err(Refused::Invalid(faults).into()),
        None => Err(Refused::NotFound.into()),
    }
}

/// Takes many measurements in at once (QS-04): at most 10,000, as JSON objects a line each, or as CSV, whose first row has the names of the fields.
///
/// Each line is read by itself: what is wrong with one is told in the report, and the others are taken in. Safe to repeat: what was taken in
/// counts once, by its source and its instant, and what was corrected meanwhile stays so.
#[route(
    post, "/cmp/v1/measurement/bulk", tag = "serviceQuality", id = "takeMeasurements",
    request_body(content((MeasurementWritten = "application/x-ndjson"), (String = "text/csv")))
)]
pub(crate) async fn take_bulk(
    State(services): State<Services>,
    Lines { by, lines }: Lines,
) -> Result<Json<MeasurementReport>, Problem> {
    let said: Vec<Result<&MeasurementWritten, &Vec<FieldError>>> =
        lines.iter().map(|line| line.said.as_ref()).collect();
    let taken = taken(&services, &by.party, &said).await?;
    let mut refused = 0;
    let results = lines.iter().zip(taken).map(|(Line { number, .. }, taken)| {
        let (outcome, mut faults) =
            taken.map_or_else(|faults| (Taken::Refused, faults), |outcome| (outcome, Vec::new()));
        refused += usize::from(outcome == Taken::Refused);
        // An answer has its limit: behind the first hundred it is told which lines were refused.
        faults.truncate(if refused > TOLD_AT_MOST { 0 } else { FAULTS_AT_MOST });
        LineResult { line: *number, outcome, errors: faults.into_iter().map(ProblemField::from).collect() }
    });
    let results: Vec<LineResult> = results.collect();
    let count = |outcome| results.iter().filter(|of| of.outcome == outcome).count();
    Ok(Json(MeasurementReport {
        lines: results.len(),
        taken: count(Taken::Taken),
        repeated: count(Taken::Repeated),
        corrected: count(Taken::Corrected),
        refused: count(Taken::Refused),
        results,
    }))
}

/// Takes in what a party says, and answers what became of each, in their order.
async fn taken(
    services: &Services,
    party: &Party,
    said: &[Result<&MeasurementWritten, &Vec<FieldError>>],
) -> Result<Vec<Result<Taken, Vec<FieldError>>>, Failed> {
    let (now, by) = (services.clock.now(), MeasuredBy::from(party));
    let (purchases, offerings) = named(services, said).await?;
    let judged = said.iter().map(|said| {
        let brought = Brought::from(said.map_err(Clone::clone)?);
        let purchase = purchases.get(&RecordRef::PurchasedOffering(brought.purchase));
        let purchase = purchase.filter(|purchase| purchase.is_visible_to(party));
        let of = purchase.and_then(|of| Some((of, offerings.get(&RecordRef::Offering(of.offering))?)));
        let Some(of) = of else {
            return Err(vec![FieldError::new("purchasedOffering", "QS-09", "there is no such purchased offering")]);
        };
        let metric = brought.metric(of, now, &services.policy)?.name.clone();
        let series = SeriesId { purchase: brought.purchase, metric, by };
        Ok(Measurement { series, point: brought.point })
    });
    let judged: Vec<Result<Measurement, Vec<FieldError>>> = judged.collect();
    let sound: Vec<Measurement> = judged.iter().filter_map(|of| of.as_ref().ok().cloned()).collect();
    let mut outcomes = services.take_measurements(&sound).await?.into_iter();
    let became = |of: Result<Measurement, Vec<FieldError>>| match of {
        Ok(_) => outcomes.next().unwrap_or(Ok(Taken::Refused)).map_err(|fault| vec![fault]),
        Err(faults) => Err(faults),
    };
    let became: Vec<Result<Taken, Vec<FieldError>>> = judged.into_iter().map(became).collect();
    Ok(became)
}

type Named = (HashMap<RecordRef, PurchasedOffering>, HashMap<RecordRef, Offering>);

/// The purchased offerings that are named, and the offerings that they are of.
async fn named(services: &Services, said: &[Result<&MeasurementWritten, &Vec<FieldError>>]) -> Result<Named, Failed> {
    let purchases = said.iter().filter_map(|of| of.ok()).map(|of| RecordRef::PurchasedOffering(of.purchased_offering));
    let purchases: HashMap<RecordRef, PurchasedOffering> = of_kind(services, purchases).await?;
    let offerings = of_kind(services, purchases.values().map(|of| RecordRef::Offering(of.offering))).await?;
    Ok((purchases, offerings))
}

async fn of_kind<R: Record>(
    services: &Services,
    of: impl Iterator<Item = RecordRef>,
) -> Result<HashMap<RecordRef, R>, Failed> {
    let wanted: std::collections::BTreeSet<RecordRef> = of.collect();
    let found = services.store.records_at(wanted).await?;
    Ok(found.into_iter().filter_map(|(of, record)| Some((of, record.as_record::<R>()?.clone()))).collect())
}
