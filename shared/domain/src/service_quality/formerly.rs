//! What was said before: a purchase had another type of SLA, a type of SLA other thresholds. What was measured then is held against what held then.

use contract::Instant;
use serde::{Deserialize, Serialize};

/// What was said before of something, in the order of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Formerly<T>(Vec<Before<T>>);

/// What was said until an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Before<T> {
    until: Instant,
    said: T,
}

impl<T> Default for Formerly<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: PartialEq> Formerly<T> {
    /// Notes what is said no more from now on.
    pub fn note(&mut self, said: T, until: Instant) {
        // What was said for no time was never so.
        if self.0.last().is_none_or(|last| last.until < until) {
            self.0.push(Before { until, said });
        }
    }

    /// What was said at an instant, by what is said now.
    #[must_use]
    pub fn at<'a>(&'a self, at: Instant, now: &'a T) -> &'a T {
        self.0.iter().find(|before| at < before.until).map_or(now, |before| &before.said)
    }

    /// What was said at an instant, and since, up to what is said now.
    pub fn since<'a>(&'a self, at: Instant, now: &'a T) -> impl Iterator<Item = &'a T> {
        self.0.iter().filter(move |before| at < before.until).map(|before| &before.said).chain([now])
    }

    /// When it came to be said otherwise.
    pub fn turns(&self) -> impl Iterator<Item = Instant> {
        self.0.iter().map(|before| before.until)
    }

    /// Whether the same was said always.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
