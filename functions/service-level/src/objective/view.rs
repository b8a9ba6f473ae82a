//! A threshold as its readers see it.

use super::OFFERING;
use crate::{OBJECTIVES, written::PeriodShown};
use chrono::{DateTime, Utc};
use contract::{ClecId, Instant, Party};
use domain::service_quality::{Comparator, MeasuredBy, Objective, Statistic, Terms, Validity, Window, terms::Period};
use http_edge::schema;
use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

/// A threshold as its readers see it.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ServiceLevelObjective)]
pub(crate) struct ObjectiveShown {
    /// The number of the objective.
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
    /// The product offering that has the metric.
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
    pub(super) fn of(objective: &Objective, reader: &Party, now: Instant) -> Self {
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
