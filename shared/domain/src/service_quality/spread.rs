//! What was measured of all that was purchased of an offering, day by day, kept apart by what tells its instances apart: whose they are, with
//! which type of SLA, where (QS-05). A group of like instances is a rule over that: it has whom the rule fits, then as now.

use super::{
    Episode, MeasuredBy, Objective, Offering, PurchasedOffering,
    series::{Aggregate, Window, windows},
};
use crate::degradation_report::CrossingKind;
use chrono::NaiveDate;
use contract::{ClecId, Instant, OfferingNumber, Policy, SpecificationNumber};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::collections::BTreeMap;
use strum::{IntoStaticStr, VariantArray};

/// What one side measures of one metric of all that was purchased of an offering.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OfferingSeries {
    /// Of which offering.
    pub offering: OfferingNumber,
    /// Of which metric of it.
    pub metric: String,
    /// Which side measures.
    pub by: MeasuredBy,
}

/// What instances of an offering have in common.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cell {
    /// Whose they are.
    pub clec: ClecId,
    /// The type of SLA that was agreed for them then.
    pub specification: Option<SpecificationNumber>,
    /// The area in which they are.
    pub area: Option<String>,
}

/// What was measured of some instances in a time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// What follows from the measurements.
    pub of: Aggregate,
    /// How many instances were measured.
    pub instances: u32,
    /// How many of them crossed a threshold of the metric then.
    pub degrading: u32,
}

/// By what instances are taken together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum GroupBy {
    /// All instances are taken together.
    #[default]
    None,
    /// By their offering.
    Offering,
    /// By the family of like offerings.
    Family,
    /// By whose they are.
    Clec,
    /// By the group of customers.
    CustomerGroup,
    /// By the type of SLA.
    Specification,
    /// By the area.
    Area,
}

contract::word!(GroupBy);

/// The cells of a day, in their order.
pub type Cells = BTreeMap<Cell, Measured>;

impl Measured {
    /// Of these and other instances, in the same time.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            of: self.of.and(other.of),
            instances: self.instances + other.instances,
            degrading: self.degrading + other.degrading,
        }
    }

    /// Of the same instances in this and another time: as many as there were at the most at once.
    #[must_use]
    pub fn then(self, other: Self) -> Self {
        Self {
            of: self.of.and(other.of),
            instances: self.instances.max(other.instances),
            degrading: self.degrading.max(other.degrading),
        }
    }
}

/// What one side measured of a purchase on each day: the day, in the policy's time zone, the cell that the purchase was in, and what was measured.
/// `objectives` are those of the metric; what crosses one by the measurements of the other side proves nothing to this one.
pub fn by_day(
    (purchase, by): (&PurchasedOffering, MeasuredBy),
    hours: Vec<(Instant, Aggregate)>,
    objectives: &[&Objective],
    policy: &Policy,
) -> Vec<(NaiveDate, Cell, Measured)> {
    let is_of_side = |of: &&Episode| {
        let objective = objectives.iter().find(|objective| objective.number == of.objective);
        objective.and_then(|objective| objective.terms_at(of.began_at)).is_some_and(|terms| terms.measured_by == by)
    };
    let is_crossed = |of: &&Episode| of.kind == CrossingKind::Crossed;
    let crossings: Vec<_> = purchase.episodes.iter().filter(is_crossed).filter(is_of_side).collect();
    let days = windows(hours, Window::Day, policy).into_iter();
    let days = days.map(|(from, until, of)| {
        // One that was taken back has no length.
        let goes_past = |of: &Episode| of.ended_at.is_none_or(|ended| ended > from.max(of.began_at));
        let is_crossed = crossings.iter().any(|of| of.began_at < until && goes_past(of));
        let (specification, area) = (purchase.specification_at(from), purchase.area_at(from).map(str::to_owned));
        let cell = Cell { clec: purchase.clec.clone(), specification, area };
        let measured = Measured { of, instances: 1, degrading: is_crossed.into() };
        (policy.calendar(from).date(from), cell, measured)
    });
    days.collect()
}

impl GroupBy {
    /// What the instances of a cell have in common with the others of their group; none where they have nothing of it.
    #[must_use]
    pub fn of(self, cell: &Cell, offering: &Offering, of_customers: Option<&String>) -> Option<String> {
        match self {
            Self::None => None,
            Self::Offering => Some(offering.number.to_string()),
            Self::Family => Some(offering.plan.family.clone()),
            Self::Clec => Some(cell.clec.to_string()),
            Self::CustomerGroup => of_customers.cloned(),
            Self::Specification => cell.specification.map(|of| of.to_string()),
            Self::Area => cell.area.clone(),
        }
    }
}
