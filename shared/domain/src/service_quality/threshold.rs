//! The thresholds that a purchased offering is held against, and how its measurements stand to them (QS-04).

use super::{
    Conformance, MeasuredBy, Objective, PurchasedOffering, SeriesId, Specification, Standing, series::Aggregate,
    terms::Period,
};
use chrono::TimeDelta;
use contract::{Instant, Policy};
use std::collections::{BTreeMap, BTreeSet};

/// How far back windows are looked at at the most, for how many in a row tell nothing.
const FURTHEST_BACK: TimeDelta = TimeDelta::days(366);

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
    /// In which time it is held against it; always, when in none.
    pub period: Option<Period>,
}

impl Thresholds {
    /// The type of SLA that was agreed for a purchase.
    #[must_use]
    pub fn specification_of(&self, purchase: &PurchasedOffering) -> Option<&Specification> {
        self.specifications.iter().find(|of| Some(of.number) == purchase.plan.specification)
    }

    /// The objectives that a purchase is held against, by metric: those of its type of SLA, as long as that holds, and those of its offering that
    /// are of no type of SLA. Those of a type of SLA that was withdrawn hold for nobody.
    #[must_use]
    pub fn of(&self, purchase: &PurchasedOffering) -> Vec<Threshold<'_>> {
        let own = self.specification_of(purchase);
        let is_in = |objective: &Objective, of: &Specification| of.plan.objectives.contains(&objective.number);
        let is_held = |of: &&Objective| {
            let is_of_own = own.is_some_and(|own| is_in(of, own));
            of.offering == purchase.offering && (is_of_own || !self.specifications.iter().any(|other| is_in(of, other)))
        };
        let period = |of: &Objective| own.filter(|own| is_in(of, own)).and_then(Specification::holds);
        let held = self.objectives.iter().filter(is_held);
        let mut held: Vec<_> = held.map(|objective| Threshold { objective, period: period(objective) }).collect();
        held.sort_by_key(|of| (&of.objective.metric, of.objective.number));
        held
    }
}

impl Threshold<'_> {
    /// The series whose measurements are held against its versions.
    pub fn series<'a>(&self, purchase: &'a PurchasedOffering) -> impl Iterator<Item = SeriesId> + use<'a> {
        let sides: BTreeSet<MeasuredBy> = self.objective.versions.iter().map(|of| of.measured_by).collect();
        let metric = self.objective.metric.clone();
        sides.into_iter().map(move |by| SeriesId { purchase: purchase.number, metric: metric.clone(), by })
    }

    /// Each window of a time, held against what held when it began, in the order of time.
    #[must_use]
    pub fn windows(
        &self,
        (purchase, hours): (&PurchasedOffering, &Hours),
        range: (Instant, Instant),
        now: Instant,
        policy: &Policy,
    ) -> Vec<Conformance<'_>> {
        let of_series = |series: SeriesId| {
            let hours = hours.get(&series).map(Vec::as_slice).unwrap_or_default();
            let held = self.objective.held_against(hours, range, now, policy);
            let is_of_period = |of: &Conformance<'_>| self.period.is_none_or(|period| period.has(of.from));
            held.into_iter().filter(move |of| of.terms.measured_by == series.by && is_of_period(of))
        };
        let mut held: Vec<Conformance<'_>> = self.series(purchase).flat_map(of_series).collect();
        held.sort_by_key(|of| of.from);
        held
    }

    /// The time whose windows a look that was due at `due` holds against it `now`: from the first of those that ended lately by then, until the
    /// end of the last that ended long enough ago that what was measured in it has come. A look that comes late goes further back. None when
    /// no window ended lately.
    #[must_use]
    pub fn ended_lately(&self, (due, now): (Instant, Instant), policy: &Policy) -> Option<(Instant, Instant)> {
        let terms = &policy.service_quality;
        let edge = now - terms.settle;
        let window = self.objective.terms_at(edge).or_else(|| self.objective.versions.last())?.window;
        let from = window.around(due.min(now) - terms.settle - terms.look_back, policy).0;
        let until = window.around(edge, policy).0;
        (from < until).then_some((from, until))
    }

    /// The same with as many windows before it as may have too few measurements in a row: so it is known how many there are.
    #[must_use]
    pub fn counted_from(&self, from: Instant, policy: &Policy) -> Instant {
        let Some(terms) = self.objective.terms_at(from).or_else(|| self.objective.versions.last()) else { return from };
        let mut at = from;
        for _ in 0..=terms.grace_times {
            if from - at > FURTHEST_BACK {
                break;
            }
            at = terms.window.around(at - TimeDelta::seconds(1), policy).0;
        }
        at
    }
}

impl Standing {
    /// Whether it ends a crossing: the target itself is met again.
    #[must_use]
    pub fn is_met(self) -> bool {
        matches!(self, Self::Met | Self::Endangered)
    }

    /// Whether there were enough measurements to tell.
    #[must_use]
    pub fn is_told(self) -> bool {
        matches!(self, Self::Met | Self::Endangered | Self::Tolerated | Self::Missed)
    }
}
