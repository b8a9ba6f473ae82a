//! Measurements held against the objectives that hold for them (QS-04): window by window, by what held when the window began.

use super::{
    series::{Aggregate, MeasuredBy, Window, windows},
    terms::Terms,
    threshold::{Hours, Threshold},
};
use contract::{Instant, Policy};
use strum::{IntoStaticStr, VariantArray};

/// How a window stands to an objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Standing {
    /// The objective is met.
    Met,
    /// It is met, and in danger of not being met.
    Endangered,
    /// It is missed within the tolerance: this begins no crossing, and ends none.
    Tolerated,
    /// It is missed.
    Missed,
    /// There are too few measurements to tell, in no more windows in a row than may be.
    TooFew,
    /// There are too few measurements in more windows in a row than may be: a source that stops is a finding, and no health.
    Silent,
    /// The window is not over yet.
    Running,
}

contract::word!(Standing);

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

/// A window, held against the terms that held for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Conformance<'a> {
    /// When the window begins.
    pub from: Instant,
    /// When the window ends.
    pub until: Instant,
    /// What was measured in it, if anything.
    pub measured: Option<Aggregate>,
    /// What it is held against.
    pub terms: &'a Terms,
    /// How it stands.
    pub standing: Standing,
    /// Since when nothing held before it, where nothing did behind the window before.
    pub behind_gap: Option<Instant>,
}

impl Conformance<'_> {
    /// The value that was held against the target.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.measured.as_ref().map(|of| self.terms.value(of))
    }
}

impl Threshold<'_> {
    /// Each window from `from` until `until`, held against what held when it began, in the order of time; also those in which nothing was
    /// measured. Windows for which nothing held are left out.
    #[must_use]
    pub fn windows(
        &self,
        hours: &Hours,
        (from, until): (Instant, Instant),
        now: Instant,
        policy: &Policy,
    ) -> Vec<Conformance<'_>> {
        let objective = self.objective;
        let mut measured = MeasuredBy::ALL.map(|by| {
            let hours = hours.get(&self.series_of(by)).map(Vec::as_slice).unwrap_or_default();
            Window::ALL.map(|window| windows(hours.iter().copied(), window, policy).into_iter().peekable())
        });
        // The window that the time begins in is looked at whole.
        let begins = objective.terms_at(from).map_or(from, |terms| terms.window.around(from, policy).0);
        let (mut held, mut at, mut silent) = (Vec::<Conformance<'_>>::new(), begins, 0);
        let mut gap = None;
        while at < until {
            let Some(terms) = objective.terms_at(at) else {
                // Nothing holds here: on to where something does.
                gap = gap.or_else(|| Some(self.over(at).unwrap_or(at)));
                match objective.versions.iter().map(|version| version.from).find(|begins| *begins > at) {
                    Some(begins) => at = begins,
                    None => break,
                }
                continue;
            };
            let (begins, ends) = terms.window.around(at, policy);
            let of_window = &mut measured[terms.measured_by as usize][terms.window as usize];
            while of_window.next_if(|(from, ..)| *from < begins).is_some() {}
            let found = of_window.next_if(|(from, ..)| *from == begins).map(|(.., of)| of);
            // What another version begins in the midst of it goes on by that.
            let next = objective.versions.iter().map(|version| version.from).find(|from| *from > terms.from);
            at = next.filter(|next| *next > at).map_or(ends, |next| next.min(ends));
            // A window belongs to what held when it began: one that began before the first version did is nobody's.
            let began_under = objective.terms_at(begins).is_some_and(|of| of.from == terms.from);
            let is_of_period = terms.conformance_period.is_none_or(|period| period.has(begins));
            if !(is_of_period && self.is_held_at(begins)) {
                gap = gap.or_else(|| Some(self.over(begins).unwrap_or(begins)));
                continue;
            }
            if !began_under {
                continue;
            }
            let behind_gap = gap.take().filter(|_| !held.is_empty());
            let standing = if ends > now { Standing::Running } else { terms.standing(found.as_ref(), begins) };
            // What one side did not measure, the other does not make up for: each is counted by itself.
            let is_same_side = held.last().is_none_or(|of| of.terms.measured_by == terms.measured_by);
            let is_in_a_row = is_same_side && behind_gap.is_none();
            silent = if standing == Standing::TooFew { 1 + if is_in_a_row { silent } else { 0 } } else { 0 };
            let standing = if silent > terms.grace_times { Standing::Silent } else { standing };
            held.push(Conformance { from: begins, until: ends, measured: found, terms, standing, behind_gap });
        }
        held
    }
}

impl Terms {
    /// How the measurements of a window that is over stand to them.
    #[must_use]
    pub fn standing(&self, measured: Option<&Aggregate>, at: Instant) -> Standing {
        let Some(measured) = measured.filter(|of| of.n >= self.minimum.into()) else { return Standing::TooFew };
        let (value, is_met) = (self.value(measured), |target| self.comparator.is_met(self.value(measured), target));
        match (is_met(self.target.get()), is_met(self.tolerated(at))) {
            (true, _) if self.warning.is_some_and(|warning| !self.is_safe(value, warning.get())) => {
                Standing::Endangered
            }
            (true, _) => Standing::Met,
            (false, true) => Standing::Tolerated,
            (false, false) => Standing::Missed,
        }
    }

    /// Whether a value has not reached the warning.
    fn is_safe(&self, value: f64, warning: f64) -> bool {
        if self.comparator.is_upper_bound() { value < warning } else { value > warning }
    }
}
