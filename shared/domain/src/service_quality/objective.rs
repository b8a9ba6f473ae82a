//! Thresholds: the acceptable ones, which are the carrier's, and the agreed ones, which are a CLEC's (QS-04). As TMF657 has them they are
//! service level objectives.
//!
//! An objective has versions, each with the date from which it holds: what was measured before is held against what held then.

use super::{
    offering::Metric,
    series::{Aggregate, MeasuredBy, Window},
};
use chrono::Days;
use contract::{
    ClecId, FieldError, Instant, ObjectiveNumber, OfferingNumber, Party, Policy, Quantity, RecordRef, Refused,
    significant,
};
use record::{ActionContext, Alone, Bound, Counters, Entry, OpenAccess, Published, Reader, Record, RecordChange};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use strum::{IntoStaticStr, VariantArray};

/// The list of all objectives.
pub const ALL: &str = "OBJECTIVES";
/// How far back the first version of an objective holds, and how far ahead any, in days.
const FURTHEST: u64 = 366;
/// How many measurements a window is to have, at the most.
const MINIMUM_AT_MOST: u32 = 100_000;

/// The list of the carrier's own thresholds.
pub const ACCEPTABLE: &str = "OBJECTIVES#ACCEPTABLE";

/// The list of what was agreed with a CLEC.
#[must_use]
pub fn agreed(with: &ClecId) -> String {
    format!("OBJECTIVES#AGREED#{with}")
}

/// A threshold for a metric of an offering.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Objective {
    /// The number of the objective.
    pub number: ObjectiveNumber,
    /// Counts every write: the condition of the next, and the version that callers see.
    pub revision: u64,
    /// How it was recorded: the history's first entry.
    pub opening: Entry<Fact>,
    /// The name of the objective.
    pub name: String,
    /// Of which offering.
    pub offering: OfferingNumber,
    /// Of which metric of it.
    pub metric: String,
    /// In which unit that is measured.
    pub unit: String,
    /// With whom it was agreed; the carrier's own threshold, for all, when with nobody.
    pub agreed_with: Option<ClecId>,
    /// What holds, by the instants from which each version does.
    pub versions: Vec<Terms>,
    /// Since when it holds no more, because it was withdrawn.
    pub withdrawn_at: Option<Instant>,
}

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

/// What can become so of an objective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Fact {
    /// It was recorded.
    Recorded {
        /// From when on it holds.
        from: Instant,
    },
    /// Something else holds.
    Changed {
        /// From when on that holds.
        from: Instant,
    },
    /// It has another name.
    Renamed,
    /// It holds no more.
    Withdrawn,
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        Published::Whole
    }
}

impl Record for Objective {
    type Change = Alone<Self>;
    type Fact = Fact;
    type Access = OpenAccess;

    const TOLD_ELSEWHERE: &'static [&'static str] = &["revision"];

    const BOUNDS: &'static [Bound] = &[(&["versions"], 192)];

    fn place(&self) -> Option<(&'static str, Instant)> {
        Some((ALL, self.opening.recorded_at))
    }

    /// A CLEC reads two lists, and no other CLEC's place in either.
    fn own_list(&self) -> Option<String> {
        Some(self.agreed_with.as_ref().map_or_else(|| ACCEPTABLE.to_owned(), agreed))
    }

    fn reference(&self) -> RecordRef {
        RecordRef::Objective(self.number)
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    fn opening(&self) -> Option<&Entry<Fact>> {
        Some(&self.opening)
    }

    fn reader(&self, party: &Party) -> Reader {
        if party.is_provider() { Reader::Provider } else { Reader::Others }
    }

    /// What is acceptable is said to all; what was agreed, to whom it was agreed with (QS-09).
    fn is_visible_to(&self, party: &Party) -> bool {
        self.is_for(party) && (self.withdrawn_at.is_none() || party.is_provider())
    }

    fn counters(&mut self) -> Counters<'_> {
        Counters { revision: &mut self.revision, seen: None }
    }
}

impl Terms {
    /// What is wrong with them.
    fn field_errors(&self, now: Instant, is_first: bool) -> Vec<FieldError> {
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

impl Objective {
    /// A threshold is recorded: the carrier's own, or what was agreed with a CLEC.
    ///
    /// # Errors
    /// Terms that cannot be.
    pub fn record(
        number: ObjectiveNumber,
        name: String,
        (offering, metric): (OfferingNumber, Metric),
        agreed_with: Option<ClecId>,
        terms: Terms,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        Refused::check(terms.field_errors(act.now, true))?;
        let opening = Entry::of(act, 1, vec![Fact::Recorded { from: terms.from }]);
        let versions = vec![terms];
        let Metric { name: metric, unit, .. } = metric;
        let mut record = Self {
            number,
            revision: 0,
            opening,
            name,
            offering,
            metric,
            unit,
            agreed_with,
            versions,
            withdrawn_at: None,
        };
        let notices = record.tell("is agreed", record.versions.first(), act, policy);
        record.revision = 1;
        Ok(RecordChange { before: None, record, entry: None, notices })
    }

    /// It has another name. `None` when it has it already.
    ///
    /// # Errors
    /// An objective that was withdrawn.
    pub fn rename(mut self, name: String, act: &ActionContext) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_holds()?;
        if name == self.name {
            return Ok(None);
        }
        self.name = name;
        Ok(Some(self.finish(vec![Fact::Renamed], Vec::new(), act)))
    }

    /// Something else holds from an instant on. `None` when that is so already.
    ///
    /// # Errors
    /// Terms that cannot be; an objective that was withdrawn.
    pub fn change(
        mut self,
        name: String,
        terms: Terms,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_holds()?;
        let is_same = |held: &Terms| Terms { from: terms.from, ..held.clone() } == terms;
        if self.terms_at(terms.from).is_some_and(is_same) {
            return self.rename(name, act);
        }
        Refused::check(terms.field_errors(act.now, false))?;
        let renamed = (name != self.name).then_some(Fact::Renamed);
        let facts = [Fact::Changed { from: terms.from }].into_iter().chain(renamed).collect();
        self.name = name;
        self.versions.retain(|version| version.from != terms.from);
        let at = self.versions.partition_point(|version| version.from < terms.from);
        self.versions.insert(at, terms);
        let told = self.tell("is changed", self.versions.get(at), act, policy);
        Ok(Some(self.finish(facts, told, act)))
    }

    /// What a change from an instant on is a change of: what holds then, or else what holds now, will or did.
    #[must_use]
    pub fn terms_to_change(&self, from: Instant, now: Instant) -> Option<&Terms> {
        self.terms_at(from).or_else(|| self.current(now))
    }

    /// It holds no more. What was held against it stays.
    ///
    /// # Errors
    /// When it was withdrawn already.
    pub fn withdraw(mut self, act: &ActionContext, policy: &Policy) -> Result<RecordChange<Self>, Refused> {
        self.check_holds()?;
        self.withdrawn_at = Some(act.now);
        let told = self.tell("holds no more", None, act, policy);
        Ok(self.finish(vec![Fact::Withdrawn], told, act))
    }

    /// Whether it concerns a party: the provider, all where it is the carrier's own, or whom it was agreed with.
    #[must_use]
    pub fn is_for(&self, party: &Party) -> bool {
        self.agreed_with.as_ref().is_none_or(|of| party.keeps(&Party::Clec(of.clone())))
    }

    fn check_holds(&self) -> Result<(), Refused> {
        match self.withdrawn_at {
            Some(_) => Err(Refused::not_now("QS-04", "the objective is withdrawn", &[])),
            None => Ok(()),
        }
    }

    /// What holds at an instant, if anything does.
    #[must_use]
    pub fn terms_at(&self, at: Instant) -> Option<&Terms> {
        let last = self.versions.iter().rfind(|version| version.from <= at)?;
        let ends = last.until.into_iter().chain(self.withdrawn_at).min();
        ends.is_none_or(|until| at < until).then_some(last)
    }

    /// Since when nothing holds any more of what did, if that is so by now: it was withdrawn, or what held last had an end.
    #[must_use]
    pub fn ended_at(&self, now: Instant) -> Option<Instant> {
        let last = self.versions.iter().rfind(|version| version.from <= now)?;
        last.until.into_iter().chain(self.withdrawn_at).min().filter(|at| *at <= now)
    }

    /// Whether it holds at an instant, or will.
    #[must_use]
    pub fn holds_at_or_after(&self, at: Instant) -> bool {
        let ahead = |terms: &Terms| terms.until.is_none_or(|until| at < until);
        self.withdrawn_at.is_none() && self.versions.last().is_some_and(ahead)
    }

    /// What holds now, or will next; what held last, where nothing does.
    #[must_use]
    pub fn current(&self, now: Instant) -> Option<&Terms> {
        self.terms_at(now).or_else(|| self.versions.iter().find(|version| version.from > now)).or(self.versions.last())
    }
}
