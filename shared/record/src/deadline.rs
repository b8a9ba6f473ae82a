//! Deadlines: by when something is to be done with a record. One that runs is warned about, then missed, each once, however late;
//! one that was met, or ended, runs no more, and how it was kept stays.

use chrono::{NaiveDate, TimeDelta};
use contract::{Instant, Policy};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::collections::BTreeMap;

/// A deadline that runs; `deadline` says which of a record's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningDeadline<D> {
    /// Which deadline runs.
    pub deadline: D,
    /// From when it runs.
    pub from: Instant,
    /// By when it is to be kept: the first instant that is too late.
    pub due: Instant,
    /// When it is warned about.
    pub warns: Instant,
}

/// How far a deadline was told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Warned {
    /// Not at all.
    No,
    /// That it comes near (NT-13).
    Half,
    /// That the due instant has passed.
    Missed,
}

/// How a deadline was kept that runs no more.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeadlineOutcome<D> {
    /// Which deadline it was.
    pub deadline: D,
    /// From when it ran.
    pub from: Instant,
    /// By when it was to be kept.
    pub due: Instant,
    /// When it was; never, where it had passed when it came to run no more.
    pub met: Option<Instant>,
}

impl<D> RunningDeadline<D> {
    /// A deadline that is warned about when half of its time is gone.
    #[must_use]
    pub fn halfway(deadline: D, from: Instant, due: Instant) -> Self {
        Self { deadline, from, due, warns: from + (due - from) / 2 }
    }

    /// Its last day: its end is the first instant behind it.
    #[must_use]
    pub fn last_day(&self, policy: &Policy) -> NaiveDate {
        let last = self.due - TimeDelta::milliseconds(1);
        policy.calendar(last).date(last)
    }

    /// When there is next something to tell of it, of which so much was told.
    #[must_use]
    pub fn next(&self, told: Warned) -> Option<Instant> {
        match told {
            Warned::No => Some(self.warns),
            Warned::Half => Some(self.due),
            Warned::Missed => None,
        }
    }

    /// Whether its due instant has passed at `now`.
    #[must_use]
    pub fn is_missed(&self, now: Instant) -> bool {
        self.due <= now
    }

    /// How it was kept: met at an instant, or never.
    #[must_use]
    pub fn outcome(self, met: Option<Instant>) -> DeadlineOutcome<D> {
        let Self { deadline, from, due, .. } = self;
        DeadlineOutcome { deadline, from, due, met }
    }
}

impl<D> DeadlineOutcome<D> {
    /// Whether it was kept in time.
    #[must_use]
    pub fn in_time(&self) -> bool {
        self.met.is_some_and(|met| met < self.due)
    }
}

/// What was told of the deadlines of a record that run. A mark is of one due instant, and is forgotten with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks<D: Ord> {
    /// Those that were warned about, each by its due instant.
    #[serde(default = "BTreeMap::new", skip_serializing_if = "BTreeMap::is_empty")]
    pub warned: BTreeMap<D, Instant>,
    /// And those that were missed.
    #[serde(default = "BTreeMap::new", skip_serializing_if = "BTreeMap::is_empty")]
    pub missed: BTreeMap<D, Instant>,
}

impl<D: Ord> Default for Marks<D> {
    fn default() -> Self {
        Self { warned: BTreeMap::new(), missed: BTreeMap::new() }
    }
}

impl<D: Ord + Copy> Marks<D> {
    /// How far a deadline that runs was told of.
    #[must_use]
    pub fn of(&self, running: &RunningDeadline<D>) -> Warned {
        let is_marked = |marks: &BTreeMap<D, Instant>| marks.get(&running.deadline) == Some(&running.due);
        if is_marked(&self.missed) {
            Warned::Missed
        } else if is_marked(&self.warned) {
            Warned::Half
        } else {
            Warned::No
        }
    }

    /// When there is next something to tell of a deadline that runs.
    #[must_use]
    pub fn next(&self, running: &RunningDeadline<D>) -> Option<Instant> {
        running.next(self.of(running))
    }

    /// Those deadlines were told of at `now`.
    pub fn mark_warned(&mut self, of: &[RunningDeadline<D>], now: Instant) {
        self.warned.extend(of.iter().map(|running| (running.deadline, running.due)));
        self.missed.extend(of.iter().filter(|of| of.is_missed(now)).map(|running| (running.deadline, running.due)));
    }

    /// Forgets what was told of deadlines that run no more.
    pub fn keep(&mut self, running: &[RunningDeadline<D>]) {
        let runs =
            |deadline: &D, due: &mut Instant| running.iter().any(|of| (of.deadline, of.due) == (*deadline, *due));
        self.warned.retain(runs);
        self.missed.retain(runs);
    }
}
