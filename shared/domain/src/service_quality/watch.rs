//! What of a purchased offering is watched: when it is next looked at, and the episodes that are known of it (QS-11).

use super::series::hour_of;
use crate::degradation_report::CrossingKind;
use chrono::TimeDelta;
use contract::{DegradationReportNumber, Instant, ObjectiveNumber, Policy};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// A crossing of a threshold, or a time in which nothing tells whether it is met.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Episode {
    /// Which objective is not met.
    pub objective: ObjectiveNumber,
    /// What kind of episode it is.
    pub kind: CrossingKind,
    /// When the first window begins in which that was so.
    pub began_at: Instant,
    /// When the window begins in which that was so no more.
    pub ended_at: Option<Instant>,
    /// The report that tells of it.
    pub report: DegradationReportNumber,
}

/// The first instant behind `now` at which the windows of an hour are settled: each window ends with an hour.
#[must_use]
pub fn next_look(now: Instant, policy: &Policy) -> Instant {
    let settle = policy.service_quality.settle;
    hour_of(now - settle) + TimeDelta::hours(1) + settle
}
