//! A service level specification: objectives that are agreed together, which is a type of SLA (QS-04, QS-06).

use chrono::TimeDelta;
use contract::{ClecId, Instant, ObjectiveNumber, Party, Policy, RecordRef, Refused, SpecificationNumber};
use record::{ActionContext, Alone, Bound, Counters, Entry, OpenAccess, Published, Record, RecordChange};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{formerly::Formerly, terms::Period};
use contract::FieldError;

/// Within how many days a degradation is cleared at the most.
const CLEARED_WITHIN: i64 = 366;

/// The list of all specifications.
pub const ALL: &str = "SPECIFICATIONS";

/// The list of those that are offered to all.
pub const OFFERED: &str = "SPECIFICATIONS#OFFERED";

/// The list of those that were agreed with a CLEC.
#[must_use]
pub fn agreed(with: &ClecId) -> String {
    format!("SPECIFICATIONS#AGREED#{with}")
}

/// Objectives that are agreed together.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Specification {
    /// The number of the specification.
    pub number: SpecificationNumber,
    /// Counts every write: the condition of the next, and the version that callers see.
    pub revision: u64,
    /// How it was recorded: the history's first entry.
    pub opening: Entry<Fact>,
    /// With whom it was agreed; offered to all, when with nobody.
    pub agreed_with: Option<ClecId>,
    /// What is said of it.
    pub plan: SpecificationPlan,
    /// Which objectives were agreed together before.
    #[serde(default, skip_serializing_if = "Formerly::is_empty")]
    pub former_objectives: Formerly<Vec<ObjectiveNumber>>,
    /// Since when it holds no more, because it was withdrawn.
    pub withdrawn_at: Option<Instant>,
}

/// What is said of a specification.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecificationPlan {
    /// The name of the specification.
    pub name: String,
    /// What it is.
    pub description: Option<String>,
    /// When it holds.
    pub period: Option<Period>,
    /// Within what time a degradation of what was purchased with it is cleared.
    #[serde(with = "contract::duration::optional", default, skip_serializing_if = "Option::is_none")]
    pub time_to_clear: Option<TimeDelta>,
    /// The objectives that are agreed together.
    pub objectives: Vec<ObjectiveNumber>,
}

/// What can become so of a specification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase")]
pub enum Fact {
    /// It was recorded.
    Recorded,
    /// Something else is said of it.
    Changed,
    /// It holds no more.
    Withdrawn,
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        Published::Whole
    }
}

impl Record for Specification {
    type Change = Alone<Self>;
    type Fact = Fact;
    type Access = OpenAccess;

    const TOLD_ELSEWHERE: &'static [&'static str] = &["revision"];

    const BOUNDS: &'static [Bound] = &[(&["formerObjectives"], 128)];

    fn place(&self) -> Option<(&'static str, Instant)> {
        Some((ALL, self.opening.recorded_at))
    }

    /// A CLEC reads two lists, and no other CLEC's place in either.
    fn own_list(&self) -> Option<String> {
        Some(self.agreed_with.as_ref().map_or_else(|| OFFERED.to_owned(), agreed))
    }

    fn reference(&self) -> RecordRef {
        RecordRef::Specification(self.number)
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    fn opening(&self) -> Option<&Entry<Fact>> {
        Some(&self.opening)
    }

    /// What is offered is said to all; what was agreed, to whom it was agreed with (QS-09).
    fn is_visible_to(&self, party: &Party) -> bool {
        let is_theirs = self.agreed_with.as_ref().is_none_or(|of| party.keeps(&Party::Clec(of.clone())));
        is_theirs && (self.withdrawn_at.is_none() || party.is_provider())
    }

    fn counters(&mut self) -> Counters<'_> {
        Counters { revision: &mut self.revision, seen: None }
    }
}

impl SpecificationPlan {
    /// What is wrong with it.
    #[must_use]
    pub fn field_errors(&self) -> Vec<FieldError> {
        let period = self.period.filter(Period::is_reversed);
        let period = period.map(|_| FieldError::new("validFor.endDateTime", "QS-04", "is after the start"));
        let twice = (1..self.objectives.len()).find(|at| self.objectives[..*at].contains(&self.objectives[*at]));
        let twice = twice.map(|at| {
            FieldError::new(format!("relatedServiceLevelObjective[{at}].id"), "QS-04", "is named before already")
        });
        let most = TimeDelta::days(CLEARED_WITHIN);
        let time = self.time_to_clear.filter(|time| *time <= TimeDelta::zero() || *time > most);
        let time = time
            .map(|_| FieldError::new("timeToClear", "QS-02", format!("is more than zero, up to P{CLEARED_WITHIN}D")));
        period.into_iter().chain(time).chain(twice).collect()
    }
}

impl Specification {
    /// A specification is recorded.
    ///
    /// # Errors
    /// A plan that cannot be.
    pub fn record(
        number: SpecificationNumber,
        agreed_with: Option<ClecId>,
        plan: SpecificationPlan,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        Refused::check(plan.field_errors())?;
        let opening = Entry::of(act, 1, vec![Fact::Recorded]);
        let mut record = Self {
            number,
            revision: 0,
            opening,
            agreed_with,
            plan,
            former_objectives: Formerly::default(),
            withdrawn_at: None,
        };
        let notices = record.tell("is agreed", act, policy);
        record.revision = 1;
        Ok(RecordChange { before: None, record, entry: None, notices })
    }

    /// Something else is said of it. `None` when that is said already.
    ///
    /// # Errors
    /// A plan that cannot be; a specification that was withdrawn.
    pub fn change(
        mut self,
        plan: SpecificationPlan,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_holds()?;
        Refused::check(plan.field_errors())?;
        if self.plan == plan {
            return Ok(None);
        }
        let before = std::mem::replace(&mut self.plan, plan).objectives;
        if before != self.plan.objectives {
            self.former_objectives.note(before, act.now);
        }
        let told = self.tell("is changed", act, policy);
        Ok(Some(self.finish(vec![Fact::Changed], told, act)))
    }

    /// It holds no more.
    ///
    /// # Errors
    /// When it was withdrawn already.
    pub fn withdraw(mut self, act: &ActionContext, policy: &Policy) -> Result<RecordChange<Self>, Refused> {
        self.check_holds()?;
        self.withdrawn_at = Some(act.now);
        let told = self.tell("holds no more", act, policy);
        Ok(self.finish(vec![Fact::Withdrawn], told, act))
    }

    /// Whether it holds at an instant: as is said, and until it was withdrawn.
    #[must_use]
    pub fn holds_at(&self, at: Instant) -> bool {
        self.plan.period.is_none_or(|period| period.has(at)) && self.withdrawn_at.is_none_or(|until| at < until)
    }

    /// Whether an objective was one of those that are agreed together, at an instant.
    #[must_use]
    pub fn has_at(&self, objective: ObjectiveNumber, at: Instant) -> bool {
        self.former_objectives.at(at, &self.plan.objectives).contains(&objective)
    }

    /// Whether an objective was one of those that are agreed together, at an instant or since.
    #[must_use]
    pub fn has_since(&self, objective: ObjectiveNumber, at: Instant) -> bool {
        self.former_objectives.since(at, &self.plan.objectives).any(|of| of.contains(&objective))
    }

    /// When it came to hold, or to have what it has, or not to.
    pub(super) fn turns(&self) -> impl Iterator<Item = Instant> {
        let period = self.plan.period.into_iter().flat_map(|period| [period.from, period.until]);
        period.flatten().chain(self.withdrawn_at).chain(self.former_objectives.turns())
    }

    /// Within what time a degradation is cleared that is reported at an instant, where it says so then.
    #[must_use]
    pub fn time_to_clear_at(&self, at: Instant) -> Option<TimeDelta> {
        self.plan.time_to_clear.filter(|_| self.holds_at(at))
    }

    fn check_holds(&self) -> Result<(), Refused> {
        match self.withdrawn_at {
            Some(_) => Err(Refused::not_now("QS-04", "the specification is withdrawn", &[])),
            None => Ok(()),
        }
    }
}
