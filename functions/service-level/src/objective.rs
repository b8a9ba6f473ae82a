//! Thresholds as TMF657's service level objectives (QS-04). What the standard has no word for has a name of its own beside it: the statistic,
//! the window, the least number of measurements, with whom it was agreed.

use crate::{
    OBJECTIVES, providers_own,
    written::{PeriodShown, PeriodWritten, Shown, document as period},
};
use axum::{
    extract::{OriginalUri, State},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use contract::{
    ClecId, Failed, FieldError, Instant, ObjectiveNumber, OfferingNumber, Party, Quantity, RecordRef, Refused,
};
use domain::service_quality::{
    Comparator, MeasuredBy, Objective, Offering, Statistic, Terms, Validity, Window,
    objective::{Consequence, Period},
};
use http_edge::{
    Answer, Body, Caller, Created, Id, MergePatch, NoContent, Nothing, Offset, Page, Paging, Place, Problem, Query,
    Several, WriteRequest, route, schema, selected,
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
use std::str::FromStr;
use utoipa::ToSchema;

/// The standard's name of what an offering is.
const OFFERING: &str = "ProductOffering";
/// How many windows in a row may tell nothing, at the most.
const GRACE_AT_MOST: u32 = 1_000;

/// A threshold, as it is recorded; an update names what is to change, and holds from `validFor.startDateTime` on.
#[allow(dead_code, reason = "the standard's clients say what they send")]
#[derive(Debug, Body)]
#[body(rule = "QS-04", name = "ServiceLevelObjectiveCreate", patch = "ServiceLevelObjectiveUpdate", allowed = providers_own, check = faults)]
pub(crate) struct ObjectiveWritten {
    /// The name of the objective; the metric's when left out.
    #[body(line = 200)]
    name: Option<String>,
    /// The value that measurements are held against, in the metric's unit: a number as a text, as the standard has it.
    #[body(line = 40, format = "decimal")]
    conformance_target: String,
    /// How a window's value stands to the target where the objective is met: one with `lessThanOrEqual` is violated above the target.
    conformance_comparator: Comparator,
    /// When windows are held against it; always while it holds, when left out.
    conformance_period: Option<PeriodWritten>,
    /// The value from which on the objective is in danger.
    #[body(line = 40, format = "decimal")]
    threshold_target: Option<String>,
    /// By how much the target may be missed before that is a crossing, which ends when the target itself is met again.
    #[body(line = 40, format = "decimal")]
    tolerance_target: Option<String>,
    /// When it may be missed so; always, when left out.
    tolerance_period: Option<PeriodWritten>,
    /// How many windows in a row may have too few measurements before that is a finding; none when left out.
    #[body(line = 40, format = "integer")]
    grace_times: Option<String>,
    /// From when on it holds, and until when; from now on when left out. What was measured before is held against what held then.
    valid_for: Option<PeriodWritten>,
    /// What it is an objective for: a metric of a product offering.
    service_level_objective_parameter: ParameterWritten,
    /// What follows when it is not met.
    service_level_objective_consequence: Vec<ConsequenceWritten>,
    /// In which unit the target is; the metric's own.
    #[body(line = 20, format = "unit")]
    unit: Option<String>,
    /// What is computed of a window's measurements; their average when left out.
    statistic: Option<Statistic>,
    /// Over which time measurements are taken together: an hour, a day or a month; a day when left out.
    window: Option<Window>,
    /// How many measurements a window has at the least to tell anything; 1 when left out.
    minimum_measurements: Option<u32>,
    /// Whose measurements are held against it; the provider's when left out.
    measured_by: Option<MeasuredBy>,
    /// With which CLEC it was agreed; the carrier's own threshold, for all, when left out. It does not change.
    #[body(rule = "AP-03")]
    agreed_with: Option<ClecId>,
    /// What it is.
    #[body(name = "@type", one_of = &["ServiceLevelObjective"])]
    of_type: Option<String>,
}

/// The parameter of an objective.
#[allow(dead_code, reason = "the standard's clients send more than is kept")]
#[derive(Debug, Body)]
#[body(rule = "QS-04", name = "ServiceLevelSpecParameterWritten")]
struct ParameterWritten {
    /// As the standard has it, and not kept: whether it is a KQI or a KPI.
    #[body(line = 100)]
    parameter_type: Option<String>,
    /// As the standard has it, and not kept: the metric tells its kind.
    #[body(line = 200)]
    service_parm_category: Option<String>,
    /// As the standard has it, and not kept: it is of a single instance, which is a purchase.
    #[body(line = 200)]
    service_parm_perspective: Option<String>,
    /// As the standard has it, and not kept: the statistic tells how a window's value is computed.
    #[body(text = 1_000, name = "transformationAlgorithmOfKQI")]
    transformation_algorithm: Option<String>,
    /// The metric, by its name at the offering. It does not change.
    #[body(line = 40)]
    name: String,
    /// The offering, alone.
    related_entity: Several<RelatedOffering, 1>,
}

/// A product offering, as the standard refers to one.
#[allow(dead_code, reason = "the standard's clients send a type and a role, and nothing depends on them")]
#[derive(Debug, Body)]
#[body(rule = "QS-04", name = "RelatedOfferingWritten")]
struct RelatedOffering {
    /// The number of the offering. It does not change.
    id: OfferingNumber,
    /// What it is: a product offering.
    #[body(name = "@referredType", one_of = &["ProductOffering"])]
    referred_type: String,
    /// As what it is related: as the standard has it, and not kept.
    #[body(line = 100)]
    role: Option<String>,
    /// Where it is read: as the standard has it, and not kept.
    #[body(line = 300)]
    href: Option<String>,
    /// The name of the offering: as the standard has it, and not kept.
    #[body(line = 200)]
    name: Option<String>,
}

/// What follows when an objective is not met.
#[derive(Debug, Body)]
#[body(rule = "QS-04", name = "ServiceLevelSpecConsequenceWritten")]
struct ConsequenceWritten {
    /// What is to be done then, or where that is written.
    #[body(line = 500)]
    prescribed_action: String,
    /// When that holds.
    valid_for: Option<PeriodWritten>,
}

type ObjectiveUpdate = MergePatch<ObjectiveWritten>;

fn faults(said: &ObjectiveWritten, _: &Party) -> Vec<FieldError> {
    let target =
        number::<Quantity>("conformanceTarget", Some(&said.conformance_target).filter(|text| !text.is_empty()));
    let warning = number::<Quantity>("thresholdTarget", said.threshold_target.as_ref());
    let tolerance = number::<Quantity>("toleranceTarget", said.tolerance_target.as_ref());
    let grace = number::<u32>("graceTimes", said.grace_times.as_ref());
    let too_many = grace.as_ref().is_ok_and(|grace| grace.is_some_and(|grace| grace > GRACE_AT_MOST));
    let too_many = too_many.then(|| FieldError::new("graceTimes", "QS-04", format!("is at most {GRACE_AT_MOST}")));
    [target.err(), warning.err(), tolerance.err(), grace.err(), too_many].into_iter().flatten().collect()
}

/// A number that the standard writes as a text.
fn number<N: FromStr>(field: &str, text: Option<&String>) -> Result<Option<N>, FieldError> {
    let detail = if field == "graceTimes" {
        "is a whole number as a text, such as \"2\""
    } else {
        "is a number as a text, such as \"50\""
    };
    let fault = || FieldError::new(field, "QS-04", detail);
    text.map(|text| text.parse().map_err(|_| fault())).transpose()
}

impl ObjectiveWritten {
    fn offering(&self) -> Option<OfferingNumber> {
        self.service_level_objective_parameter.related_entity.0.first().map(|of| of.id)
    }

    /// What holds by it from an instant on.
    fn terms(&self, now: Instant) -> Result<Terms, Refused> {
        let missing = || Refused::field("conformanceTarget", "QS-04", "is missing");
        let of = |fault| Refused::Invalid(vec![fault]);
        let holds = self.valid_for.as_ref();
        let consequence = |of: &ConsequenceWritten| Consequence {
            prescribed_action: of.prescribed_action.clone(),
            period: of.valid_for.as_ref().map(Period::from),
        };
        Ok(Terms {
            from: holds.and_then(|of| of.start_date_time).unwrap_or(now),
            until: holds.and_then(|of| of.end_date_time),
            statistic: self.statistic.unwrap_or_default(),
            comparator: self.conformance_comparator,
            target: number("conformanceTarget", Some(&self.conformance_target)).map_err(of)?.ok_or_else(missing)?,
            warning: number("thresholdTarget", self.threshold_target.as_ref()).map_err(of)?,
            tolerance: number("toleranceTarget", self.tolerance_target.as_ref()).map_err(of)?,
            tolerance_period: self.tolerance_period.as_ref().map(Period::from),
            conformance_period: self.conformance_period.as_ref().map(Period::from),
            window: self.window.unwrap_or_default(),
            minimum: self.minimum_measurements.unwrap_or(1),
            grace_times: number("graceTimes", self.grace_times.as_ref()).map_err(of)?.unwrap_or(0),
            measured_by: self.measured_by.unwrap_or_default(),
            consequences: self.service_level_objective_consequence.iter().map(consequence).collect(),
        })
    }
}

/// A threshold.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ServiceLevelObjective)]
pub(crate) struct ObjectiveShown {
    /// Its number.
    id: String,
    /// Where it is read.
    href: String,
    /// The name of the objective.
    name: String,
    /// What it is an objective for.
    service_level_objective_parameter: ParameterShown,
    #[serde(flatten)]
    terms: Option<TermsShown>,
    /// In which unit the target is.
    unit: Option<String>,
    /// With which CLEC it was agreed; the carrier's own threshold when with none.
    agreed_with: Option<String>,
    /// Whether it holds, or will.
    #[schema(schema_with = schema::<Validity>)]
    status: Validity,
    /// Since when it does not hold any more, because it was withdrawn.
    withdrawn_at: Option<DateTime<Utc>>,
    /// All versions, by the instants from which they hold.
    versions: Vec<TermsShown>,
    /// What the reader can do with it.
    possible: Vec<&'static str>,
    /// What it is.
    #[serde(rename = "@type")]
    of_type: &'static str,
}

/// The parameter of an objective.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ServiceLevelSpecParameter)]
struct ParameterShown {
    /// The metric, by its name at the offering.
    name: String,
    /// The offering.
    related_entity: Vec<RelatedEntity>,
}

/// A product offering, as the standard refers to one.
#[derive(Debug, Serialize, ToSchema)]
struct RelatedEntity {
    /// The number of the offering.
    id: String,
    /// Where it is read.
    href: String,
    /// What it is.
    #[serde(rename = "@referredType")]
    referred_type: &'static str,
    /// As what it is related.
    role: &'static str,
}

/// What holds from an instant on.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ServiceLevelObjectiveTerms)]
struct TermsShown {
    /// When it holds.
    valid_for: PeriodShown,
    /// The value that measurements are held against.
    conformance_target: String,
    /// How a window's value stands to the target where the objective is met.
    #[schema(schema_with = schema::<Comparator>)]
    conformance_comparator: Comparator,
    /// When windows are held against it.
    conformance_period: Option<PeriodShown>,
    /// The value from which on the objective is in danger.
    threshold_target: Option<String>,
    /// By how much the target may be missed before that is a crossing.
    tolerance_target: Option<String>,
    /// When it may be missed so.
    tolerance_period: Option<PeriodShown>,
    /// How many windows in a row may have too few measurements before that is a finding.
    grace_times: String,
    /// What is computed of a window's measurements.
    #[schema(schema_with = schema::<Statistic>)]
    statistic: Statistic,
    /// Over which time measurements are taken together.
    #[schema(schema_with = schema::<Window>)]
    window: Window,
    /// How many measurements a window has at the least to tell anything.
    minimum_measurements: u32,
    /// Whose measurements are held against it.
    #[schema(schema_with = schema::<MeasuredBy>)]
    measured_by: MeasuredBy,
    /// What follows when it is not met.
    service_level_objective_consequence: Vec<ConsequenceShown>,
}

/// What follows when an objective is not met.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ServiceLevelSpecConsequence)]
struct ConsequenceShown {
    /// What is to be done then, or where that is written.
    prescribed_action: String,
    /// When that holds.
    valid_for: Option<PeriodShown>,
}

impl From<&Terms> for TermsShown {
    fn from(of: &Terms) -> Self {
        let consequences = of.consequences.iter().map(|of| ConsequenceShown {
            prescribed_action: of.prescribed_action.clone(),
            valid_for: of.period.map(PeriodShown::from),
        });
        Self {
            valid_for: Period { from: Some(of.from), until: of.until }.into(),
            conformance_target: of.target.to_string(),
            conformance_comparator: of.comparator,
            conformance_period: of.conformance_period.map(PeriodShown::from),
            threshold_target: of.warning.map(|of| of.to_string()),
            tolerance_target: of.tolerance.map(|of| of.to_string()),
            tolerance_period: of.tolerance_period.map(PeriodShown::from),
            grace_times: of.grace_times.to_string(),
            statistic: of.statistic,
            window: of.window,
            minimum_measurements: of.minimum,
            measured_by: of.measured_by,
            service_level_objective_consequence: consequences.collect(),
        }
    }
}

impl ObjectiveShown {
    fn of(objective: &Objective, reader: &Party, now: Instant) -> Self {
        let Objective { number, name, offering, metric, unit, agreed_with, versions, withdrawn_at, .. } = objective;
        let related = RelatedEntity {
            id: offering.to_string(),
            href: format!("/cmp/v1/productOffering/{offering}"),
            referred_type: OFFERING,
            role: "measured",
        };
        let is_open = withdrawn_at.is_none() && reader.is_provider();
        Self {
            id: number.to_string(),
            href: format!("{OBJECTIVES}/{number}"),
            name: name.clone(),
            service_level_objective_parameter: ParameterShown { name: metric.clone(), related_entity: vec![related] },
            terms: objective.current(now).map(TermsShown::from),
            unit: Some(unit.clone()),
            agreed_with: agreed_with.as_ref().map(ClecId::to_string),
            status: if objective.holds_at_or_after(now) { Validity::Valid } else { Validity::Ended },
            withdrawn_at: *withdrawn_at,
            versions: versions.iter().map(TermsShown::from).collect(),
            possible: if is_open { vec!["PATCH", "DELETE"] } else { Vec::new() },
            of_type: "ServiceLevelObjective",
        }
    }
}

/// Records a threshold: the carrier's own, or what was agreed with a CLEC (QS-04). For the provider's people.
#[route(
    post,
    "/tmf-api/serviceQualityManagement/v4/serviceLevelObjective",
    tag = "serviceQuality",
    id = "recordServiceLevelObjective"
)]
pub(crate) async fn record(
    State(services): State<Services>,
    ask: WriteRequest<ObjectiveWritten>,
) -> Result<Created<ObjectiveShown>, Problem> {
    let said = &ask.body;
    services.check_clec(ask.party(), "agreedWith", said.agreed_with.as_ref()).await?;
    let offering = said.offering().ok_or_else(no_such_offering)?;
    let found = services.record_seen_by::<Offering>(ask.party(), &RecordRef::Offering(offering)).await;
    let offering = found.map_err(|failed| match failed {
        Failed::Refused(_) => no_such_offering().into(),
        broken @ Failed::Broken(_) => broken,
    })?;
    let of = (said.service_level_objective_parameter.name.as_str(), said.unit.as_deref());
    let metric = offering.plan.metric_named(of, ["serviceLevelObjectiveParameter.name", "unit"]);
    let metric = metric.map_err(|fault| Refused::Invalid(vec![fault]))?;
    let name = said.name.clone().unwrap_or_else(|| metric.name.clone());
    let begun = services
        .open(&ask.context, ask.key.as_deref(), |number, act| {
            let of = (offering.number, metric.clone());
            Objective::record(number, name.clone(), of, said.agreed_with.clone(), said.terms(act.now)?, act)
        })
        .await?;
    let (Opening::Created(objective) | Opening::Replayed(objective)) = begun;
    Ok(Created(format!("{OBJECTIVES}/{}", objective.number), answered(&services, &objective, ask.party())))
}

/// Which objectives are listed.
#[derive(Debug, Body)]
#[body(rule = "QS-04", check = own_clec)]
pub(crate) struct Wanted {
    /// These attributes alone.
    fields: Vec<String>,
    /// Leave out as many.
    offset: Offset,
    /// Of this offering alone.
    offering: Option<OfferingNumber>,
    /// Of this metric alone.
    #[body(line = 40)]
    metric: Option<String>,
    /// By the desk: what was agreed with this CLEC, and what is acceptable to all; all when left out.
    #[body(rule = "AP-03")]
    agreed_with: Option<ClecId>,
    #[body(flatten)]
    page: Paging<ObjectiveNumber>,
}

fn own_clec(wanted: &Wanted, caller: &Party) -> Vec<FieldError> {
    let is_other = caller.acting_for(wanted.agreed_with.clone()).is_err();
    is_other.then(|| FieldError::new("agreedWith", "AP-03", "is the caller's own, or left out")).into_iter().collect()
}

/// Lists thresholds, those that were recorded last first: a CLEC reads the carrier's own and what was agreed with it (QS-04, QS-09).
#[route(
    get, "/tmf-api/serviceQualityManagement/v4/serviceLevelObjective", tag = "serviceQuality", id = "listServiceLevelObjective",
    responses((status = 200, body = Vec<ObjectiveShown>, headers(
        ("X-Result-Count" = usize, description = "how many this page shows"),
        ("X-Total-Count" = usize, description = "how many there are, while it is known"),
        ("Link" = String, description = "where to go on"),
    )))
)]
pub(crate) async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(Wanted { fields, offset, offering, metric, agreed_with, page }): Query<Wanted>,
) -> Result<Response, Problem> {
    services.check_clec(caller.party(), "agreedWith", agreed_with.as_ref()).await?;
    let after = page.after.map(|Place(at, number)| (at, RecordRef::Objective(number)));
    let span = TimeRange { latest_first: true, after, ..TimeRange::default() };
    let of = agreed_with.as_ref().or(caller.party().clec());
    let wants = |objective: &Objective| {
        objective.is_visible_to(caller.party())
            && offering.is_none_or(|offering| objective.offering == offering)
            && metric.as_ref().is_none_or(|metric| objective.metric == *metric)
    };
    let index = RecordIndex::objectives(of);
    let found = services.store.wanted(&index, span, page.limit.0 + offset.0, wants).await;
    let (objectives, next) = found.map_err(Failed::from)?;
    let now = services.clock.now();
    let shown = objectives.iter().map(|objective| {
        let shown = ObjectiveShown::of(objective, caller.party(), now);
        selected(&shown, &fields)
    });
    let next = next.map(|(at, number)| Place(at, number));
    Ok(Page::leaving_out(OBJECTIVES, &uri, (shown.collect(), offset.0), next).into_response())
}

/// Reads a threshold with all its versions (QS-04).
#[route(
    get, "/tmf-api/serviceQualityManagement/v4/serviceLevelObjective/{id}", tag = "serviceQuality", id = "readServiceLevelObjective",
    responses((status = 200, body = ObjectiveShown, headers(("ETag" = String, description = "for If-Match"))))
)]
pub(crate) async fn read(
    State(services): State<Services>,
    caller: Caller,
    Query(Shown { fields }): Query<Shown>,
    Id(number): Id<ObjectiveNumber>,
) -> Result<Response, Problem> {
    let objective = services.record_seen_by::<Objective>(caller.party(), &RecordRef::Objective(number)).await?;
    let Answer { version, shown } = answered(&services, &objective, caller.party());
    Ok(Answer { version, shown: selected(&shown, &fields) }.into_response())
}

/// Changes a threshold by a merge patch (RFC 7396), from `validFor.startDateTime` on, which is now when it is left out: a new version (QS-04).
#[route(
    patch,
    "/tmf-api/serviceQualityManagement/v4/serviceLevelObjective/{id}",
    tag = "serviceQuality",
    id = "changeServiceLevelObjective"
)]
pub(crate) async fn change(
    State(services): State<Services>,
    Id(number): Id<ObjectiveNumber>,
    ask: WriteRequest<ObjectiveUpdate>,
) -> Result<Answer<ObjectiveShown>, Problem> {
    let decide = |objective: Objective, now| {
        let from = ask.body.fields.get("validFor").and_then(|of| of["startDateTime"].as_str()?.parse().ok());
        let base = objective.terms_to_change(from.unwrap_or(now), now);
        let whole = ask.body.onto(document(&objective, base, now), ask.party());
        let whole = whole.also(|whole| whole.faults_of_change(&objective)).end()?;
        let name = whole.name.clone().unwrap_or_else(|| objective.metric.clone());
        let act = ActionContext::of(&ask.context, now);
        if ask.body.fields.keys().all(|field| field == "name") {
            return objective.rename(name, &act);
        }
        let mut terms = whole.terms(now)?;
        // Who sends back what was read names the beginning of what holds already: the change holds from now on.
        let is_of_base = base.is_some_and(|base| base.from == terms.from && terms.from < now);
        terms.from = if is_of_base { now } else { terms.from };
        objective.change(name, terms, &act)
    };
    let objective = services.revise(&RecordRef::Objective(number), &ask.context, decide).await?;
    Ok(answered(&services, &objective, ask.party()))
}

/// Withdraws a threshold: it holds no more, and is not there any more for CLECs. What was held against it stays (QS-04).
#[route(
    delete,
    "/tmf-api/serviceQualityManagement/v4/serviceLevelObjective/{id}",
    tag = "serviceQuality",
    id = "withdrawServiceLevelObjective"
)]
pub(crate) async fn withdraw(
    State(services): State<Services>,
    Id(number): Id<ObjectiveNumber>,
    ask: WriteRequest<Nothing>,
) -> Result<NoContent, Problem> {
    providers_own(ask.party())?;
    let decide = |objective: Objective, now| objective.withdraw(&ActionContext::of(&ask.context, now)).map(Some);
    services.revise(&RecordRef::Objective(number), &ask.context, decide).await?;
    Ok(NoContent)
}

impl ObjectiveWritten {
    /// What cannot change of an objective.
    fn faults_of_change(&self, of: &Objective) -> Vec<FieldError> {
        let stays = |field: &str, stays: bool, what: String| {
            (!stays)
                .then(|| FieldError::new(field, "QS-04", format!("stays {what}: another objective is another record")))
        };
        let with = of.agreed_with.as_ref().map_or_else(|| "left out".to_owned(), |of| format!("'{of}'"));
        let parameter = "serviceLevelObjectiveParameter";
        let said = &self.service_level_objective_parameter.name;
        let faults = [
            stays(&format!("{parameter}.name"), *said == of.metric, format!("'{}'", of.metric)),
            stays(
                &format!("{parameter}.relatedEntity[0].id"),
                self.offering() == Some(of.offering),
                of.offering.to_string(),
            ),
            stays("agreedWith", self.agreed_with == of.agreed_with, with),
            stays("unit", self.unit.as_ref().is_none_or(|unit| *unit == of.unit), format!("'{}'", of.unit)),
        ];
        faults.into_iter().flatten().collect()
    }
}

/// The objective as a create writes it, with these terms, from now on.
fn document(of: &Objective, terms: Option<&Terms>, now: Instant) -> Value {
    let parameter = json!({
        "name": of.metric, "relatedEntity": [{ "id": of.offering, "@referredType": OFFERING }],
    });
    let mut document = json!({
        "name": of.name, "agreedWith": of.agreed_with, "unit": of.unit, "serviceLevelObjectiveParameter": parameter,
    });
    let of_period = |of: Option<Period>| of.map(|of| period(of.from, of.until));
    if let (Some(terms), Some(document)) = (terms, document.as_object_mut()) {
        let consequences = terms
            .consequences
            .iter()
            .map(|of| json!({ "prescribedAction": of.prescribed_action, "validFor": of_period(of.period) }));
        let text = |of: Option<Quantity>| of.map(|of| of.to_string());
        let terms = json!({
            "validFor": period(None, terms.until.filter(|until| *until > now)), "conformanceTarget": terms.target.to_string(),
            "conformanceComparator": terms.comparator, "conformancePeriod": of_period(terms.conformance_period),
            "thresholdTarget": text(terms.warning), "toleranceTarget": text(terms.tolerance),
            "tolerancePeriod": of_period(terms.tolerance_period), "graceTimes": terms.grace_times.to_string(),
            "statistic": terms.statistic, "window": terms.window, "minimumMeasurements": terms.minimum,
            "measuredBy": terms.measured_by, "serviceLevelObjectiveConsequence": consequences.collect::<Vec<_>>(),
        });
        document.extend(terms.as_object().cloned().unwrap_or_default());
    }
    document
}

fn no_such_offering() -> Refused {
    let field = "serviceLevelObjectiveParameter.relatedEntity[0].id";
    Refused::NoSuch(FieldError::new(field, "QS-04", "there is no such product offering"))
}

fn answered(services: &Services, objective: &Objective, reader: &Party) -> Answer<ObjectiveShown> {
    let shown = ObjectiveShown::of(objective, reader, services.clock.now());
    Answer { version: objective.version_for(reader), shown }
}
