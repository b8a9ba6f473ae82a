//! What an objective says from an instant on: the target, what is held against it, when, and what follows.

use super::series::{Aggregate, MeasuredBy, Window};
use chrono::Days;
use contract::{FieldError, Instant, Quantity, significant};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use strum::{IntoStaticStr, VariantArray};

/// How far back the first version of an objective holds, and how far ahead any, in days.
const FURTHEST: u64 = 366;
/// How many measurements a window is to have, at the most.
const MINIMUM_AT_MOST: u32 = 100_000;

/// What holds from an instant on.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// From when on they hold.
    pub from: Instant,
    /// Until when they hold, if not until the next version.
    pub until: Option<Instant>,
    /// What is computed of a window's measurements.
    pub statistic: Statistic,
    /// How what is computed stands to the target where the objective is met.
    pub comparator: Comparator,
    /// The value that it is held against.
    pub target: Quantity,
    /// The value from which on the objective is in danger.
    pub warning: Option<Quantity>,
    /// By how much the target may be missed before that is a crossing. What began ends when the target itself is met.
    pub tolerance: Option<Quantity>,
    /// The dates in which it may be missed so; always, when there are none.
    pub tolerance_period: Option<Period>,
    /// The dates in which windows are held against it; always, when there are none.
    pub conformance_period: Option<Period>,
    /// Over which time measurements are taken together.
    pub window: Window,
    /// How many measurements a window has at the least to tell anything.
    pub minimum: u32,
    /// How many windows in a row may have fewer, before that is a finding of its own.
    pub grace_times: u32,
    /// Whose measurements they are.
    pub measured_by: MeasuredBy,
    /// What follows when it is not met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consequences: Vec<Consequence>,
}

/// From an instant until another.
#[skip_serializing_none]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// From when on.
    pub from: Option<Instant>,
    /// Until when it lasts.
    pub until: Option<Instant>,
}

impl Period {
    /// Whether it ends before it begins.
    #[must_use]
    pub fn is_reversed(&self) -> bool {
        self.from.zip(self.until).is_some_and(|(from, until)| until <= from)
    }

    /// Whether an instant lies in it.
    #[must_use]
    pub fn has(&self, at: Instant) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

/// What follows when an objective is not met.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Consequence {
    /// What is to be done then, or where that is written.
    pub prescribed_action: String,
    /// When that holds.
    pub period: Option<Period>,
}

/// What is computed of the measurements of a window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Statistic {
    /// Their arithmetic mean.
    #[default]
    Average,
    /// The smallest of them.
    Minimum,
    /// The largest of them.
    Maximum,
    /// The sum of them.
    Total,
}

contract::word!(Statistic);

/// How a value stands to its target where the objective is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Comparator {
    /// It is less than the target.
    LessThan,
    /// It is at most the target.
    LessThanOrEqual,
    /// It is greater than the target.
    GreaterThan,
    /// It is at least the target.
    GreaterThanOrEqual,
}

contract::word!(Comparator);

impl Comparator {
    /// In a notice.
    #[must_use]
    pub fn wording(self) -> &'static str {
        match self {
            Self::LessThan => "less than",
            Self::LessThanOrEqual => "at most",
            Self::GreaterThan => "more than",
            Self::GreaterThanOrEqual => "at least",
        }
    }

    /// Whether a value meets a target.
    #[must_use]
    pub fn is_met(self, value: f64, target: f64) -> bool {
        let (value, target) = (significant(value), significant(target));
        match self {
            Self::LessThan => value < target,
            Self::LessThanOrEqual => value <= target,
            Self::GreaterThan => value > target,
            Self::GreaterThanOrEqual => value >= target,
        }
    }

    /// Whether less is better.
    #[must_use]
    pub fn is_upper_bound(self) -> bool {
        matches!(self, Self::LessThan | Self::LessThanOrEqual)
    }
}

impl Terms {
    /// What is wrong with them.
    pub(super) fn field_errors(&self, now: Instant, is_first: bool) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, detail: String| faults.push(FieldError::new(field, "QS-04", detail));
        let earliest = if is_first { now - Days::new(FURTHEST) } else { now };
        if self.from < earliest {
            let detail = match is_first {
                true => format!("is at most {FURTHEST} days ago"),
                false => "is not in the past: what was measured is held against what held then".to_owned(),
            };
            fault("validFor.startDateTime", detail);
        }
        if self.from > now + Days::new(FURTHEST) {
            fault("validFor.startDateTime", format!("is at most {FURTHEST} days ahead"));
        }
        if self.until.is_some_and(|until| until <= self.from) {
            fault("validFor.endDateTime", "is after the start".to_owned());
        }
        let (target, upper) = (self.target, self.comparator.is_upper_bound());
        if self.warning.is_some_and(|warning| if upper { warning > target } else { warning < target }) {
            let side = if upper { "above" } else { "below" };
            fault(
                "thresholdTarget",
                format!("is not {side} conformanceTarget: it tells of danger before that is missed"),
            );
        }
        if self.tolerance.is_some_and(|tolerance| tolerance.get() < 0.0) {
            fault("toleranceTarget", "is not negative: it is added to what the target allows".to_owned());
        }
        if !(1..=MINIMUM_AT_MOST).contains(&self.minimum) {
            fault("minimumMeasurements", format!("is 1 to {MINIMUM_AT_MOST}"));
        }
        let most = self.window.in_a_year();
        if self.grace_times > most {
            fault("graceTimes", format!("is at most {most}, which is a year of its windows"));
        }
        let consequences = self
            .consequences
            .iter()
            .enumerate()
            .map(|(at, of)| (format!("serviceLevelObjectiveConsequence[{at}].validFor.endDateTime"), of.period));
        let periods = [
            ("conformancePeriod.endDateTime".to_owned(), self.conformance_period),
            ("tolerancePeriod.endDateTime".to_owned(), self.tolerance_period),
        ];
        for (field, period) in periods.into_iter().chain(consequences) {
            if period.is_some_and(|period| period.is_reversed()) {
                fault(&field, "is after the start".to_owned());
            }
        }
        faults
    }

    /// The value of a window that is held against the target.
    #[must_use]
    pub fn value(&self, of: &Aggregate) -> f64 {
        match self.statistic {
            Statistic::Average => of.mean(),
            Statistic::Minimum => of.min.get(),
            Statistic::Maximum => of.max.get(),
            Statistic::Total => of.total(),
        }
    }

    /// What the target is with the tolerance that holds at an instant.
    #[must_use]
    pub fn tolerated(&self, at: Instant) -> f64 {
        let holds = self.tolerance_period.is_none_or(|period| period.has(at));
        let tolerance = self.tolerance.filter(|_| holds).map_or(0.0, Quantity::get);
        self.target.get() + if self.comparator.is_upper_bound() { tolerance } else { -tolerance }
    }
}
