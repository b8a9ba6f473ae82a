//! The thresholds that a purchased offering is held against, and when (QS-04).

use super::{MeasuredBy, Objective, PurchasedOffering, SeriesId, Specification, series::Aggregate};
use chrono::TimeDelta;
use contract::{Instant, Policy};
use std::collections::{BTreeMap, BTreeSet};

/// How far back windows are looked at at the most, for how many in a row tell nothing.
const FURTHEST_BACK: TimeDelta = TimeDelta::days(366);
/// What comes just before an instant: windows are longer.
const JUST_BEFORE: TimeDelta = TimeDelta::seconds(1);

/// What follows from the measurements of each hour, by series.
pub type Hours = BTreeMap<SeriesId, Vec<(Instant, Aggregate)>>;

/// The objectives and the specifications that concern a CLEC: the carrier's own, and what was agreed with it.
#[derive(Debug, Clone, Default)]
pub struct Thresholds {
    /// The objectives; also those that were withdrawn, because of the time before.
    pub objectives: Vec<Objective>,
    /// The specifications of service levels.
    pub specifications: Vec<Specification>,
}

/// An objective that a purchased offering is held against.
#[derive(Debug, Clone, Copy)]
pub struct Threshold<'a> {
    /// The objective whose terms the purchase is held against.
    pub objective: &'a Objective,
    purchase: &'a PurchasedOffering,
    specifications: &'a [Specification],
}

impl Thresholds {
    /// The type of SLA that was agreed for a purchase.
    #[must_use]
    pub fn specification_of(&self, purchase: &PurchasedOffering) -> Option<&Specification> {
        self.specifications.iter().find(|of| Some(of.number) == purchase.plan.specification)
    }

    /// The objectives that a purchase is held against at some time from `from` until `until`, by metric.
    #[must_use]
    pub fn of<'a>(&'a self, purchase: &'a PurchasedOffering, (from, until): (Instant, Instant)) -> Vec<Threshold<'a>> {
        let specifications = &self.specifications;
        let of_offering = self.objectives.iter().filter(|of| of.offering == purchase.offering);
        let thresholds = of_offering.map(|objective| Threshold { objective, purchase, specifications });
        let is_held = |of: &Threshold<'_>| {
            let turns = of.turns().filter(|turn| (from..until).contains(turn));
            [from, until].into_iter().chain(turns).any(|at| of.is_held_at(at))
        };
        let mut held: Vec<_> = thresholds.filter(is_held).collect();
        held.sort_by_key(|of| (&of.objective.metric, of.objective.number));
        held
    }
}

impl Threshold<'_> {
    /// Whether the purchase is held against it at an instant: its type of SLA has it then, and holds; or no type of SLA has it. What came to be of
    /// a type of SLA later was meant for that, and held for nobody else before. A type of SLA that was withdrawn holds for nobody.
    #[must_use]
    pub fn is_held_at(&self, at: Instant) -> bool {
        let number = self.objective.number;
        let own = self.purchase.specification_at(at);
        let own = self.specifications.iter().find(|of| Some(of.number) == own && of.has_at(number, at));
        match own {
            Some(own) => own.holds_at(at),
            None => !self.specifications.iter().any(|of| of.has_since(number, at)),
        }
    }

    /// Since when the purchase is not held against it any more at an instant: its CLEC has it no more, nothing holds, what holds is held in a time
    /// that is over, or its type of SLA has it no more.
    #[must_use]
    pub fn over(&self, at: Instant) -> Option<Instant> {
        let objective = self.objective;
        let terms = objective.terms_at(at).or(objective.versions.last());
        let period = terms.and_then(|terms| terms.conformance_period?.until);
        let ends = self.purchase.plan.until.into_iter().chain(objective.ended_at(at)).chain(period);
        ends.chain(self.left_at(at)).filter(|ended| *ended <= at).min()
    }

    /// Since when the purchase is held against it no more, if it is so now, and was held before.
    #[must_use]
    pub fn left_at(&self, now: Instant) -> Option<Instant> {
        if self.is_held_at(now) {
            return None;
        }
        self.turns().filter(|turn| *turn <= now && self.is_held_at(*turn - JUST_BEFORE)).max()
    }

    /// When the purchase may have come to be held against it, or not to be.
    fn turns(&self) -> impl Iterator<Item = Instant> {
        let of_specifications = self.specifications.iter().flat_map(Specification::turns);
        self.purchase.former_specifications.turns().chain(of_specifications)
    }

    /// The series whose measurements are held against its versions.
    pub fn series(&self) -> impl Iterator<Item = SeriesId> {
        let sides: BTreeSet<MeasuredBy> = self.objective.versions.iter().map(|of| of.measured_by).collect();
        sides.into_iter().map(|by| self.series_of(by))
    }

    /// The series of its metric that a side measures.
    pub(super) fn series_of(&self, by: MeasuredBy) -> SeriesId {
        SeriesId { purchase: self.purchase.number, metric: self.objective.metric.clone(), by }
    }

    /// The time whose windows a look that was due at `due` looks at `now`: from the first of those that ended lately by then, until as long ago that
    /// what was measured has come. A look that comes late goes further back. None when no window ended lately.
    #[must_use]
    pub fn lately(&self, (due, now): (Instant, Instant), policy: &Policy) -> Option<(Instant, Instant)> {
        let terms = &policy.service_quality;
        let (since, until) = (due.min(now) - terms.settle - terms.look_back, now - terms.settle);
        let versions = &self.objective.versions;
        let ends = versions.iter().skip(1).map(|next| Some(next.from)).chain([None]);
        // Each version's windows are as long as it says: what one of them began before the next version goes on to its end.
        let first = |(of, ends): (&super::terms::Terms, Option<Instant>)| {
            let around = |at| of.window.around(at, policy);
            let window = around(since);
            let window = if window.0 < of.from { around(of.from) } else { window };
            let window = if window.0 < of.from { around(window.1) } else { window };
            let is_its_own = ends.is_none_or(|ends| window.0 < ends);
            (is_its_own && window.1 <= until).then_some(window.0)
        };
        versions.iter().zip(ends).filter_map(first).min().map(|from| (from, until))
    }

    /// The same with as many windows before it as may have too few measurements in a row: so it is known how many there are.
    #[must_use]
    pub fn counted_from(&self, from: Instant, policy: &Policy) -> Instant {
        let (mut at, mut windows) = (from, 0);
        while let Some(terms) = self.objective.terms_at(at - JUST_BEFORE) {
            if windows > terms.grace_times || from - at > FURTHEST_BACK {
                break;
            }
            at = terms.window.around(at - JUST_BEFORE, policy).0;
            windows += 1;
        }
        at
    }
}
