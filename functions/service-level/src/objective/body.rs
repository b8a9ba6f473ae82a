//! What is said of a threshold, and the terms that follow from it.

use super::OFFERING;
use crate::{
    providers_own,
    written::{PeriodWritten, document as period},
};
use contract::{ClecId, FieldError, Instant, OfferingNumber, Party, Quantity, Refused};
use domain::service_quality::{
    Comparator, MeasuredBy, Objective, Statistic, Terms, Window,
    terms::{Consequence, Period},
};
use http_edge::{Body, MergePatch, Several};
use serde_json::{Value, json};
use std::str::FromStr;

/// How many windows in a row may tell nothing, at the most.
const GRACE_AT_MOST: u32 = 1_000;

/// A threshold, as it is recorded; an update names what is to change, and holds from `validFor.startDateTime` on.
#[allow(dead_code, reason = "the standard's clients say what they send")]
#[derive(Debug, Body)]
#[body(rule = "QS-04", name = "ServiceLevelObjectiveCreate", patch = "ServiceLevelObjectiveUpdate", allowed = providers_own, check = faults)]
pub(crate) struct ObjectiveWritten {
    /// The name of the objective; the metric's when left out.
    #[body(line = 200)]
    pub(super) name: Option<String>,
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
    pub(super) service_level_objective_parameter: ParameterWritten,
    /// What follows when it is not met.
    service_level_objective_consequence: Vec<ConsequenceWritten>,
    /// In which unit the target is; the metric's own.
    #[body(line = 20, format = "unit")]
    pub(super) unit: Option<String>,
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
    pub(super) agreed_with: Option<ClecId>,
    /// What it is.
    #[body(name = "@type", one_of = &["ServiceLevelObjective"])]
    of_type: Option<String>,
}

/// The parameter of an objective.
#[allow(dead_code, reason = "the standard's clients send more than is kept")]
#[derive(Debug, Body)]
#[body(rule = "QS-04", name = "ServiceLevelSpecParameterWritten")]
pub(super) struct ParameterWritten {
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
    pub(super) name: String,
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

pub(super) type ObjectiveUpdate = MergePatch<ObjectiveWritten>;

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
    pub(super) fn offering(&self) -> Option<OfferingNumber> {
        self.service_level_objective_parameter.related_entity.0.first().map(|of| of.id)
    }

    /// What holds by it from an instant on.
    pub(super) fn terms(&self, now: Instant) -> Result<Terms, Refused> {
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

impl ObjectiveWritten {
    /// What cannot change of an objective.
    pub(super) fn faults_of_change(&self, of: &Objective) -> Vec<FieldError> {
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
pub(super) fn document(of: &Objective, terms: Option<&Terms>, now: Instant) -> Value {
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
