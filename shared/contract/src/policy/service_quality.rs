//! Service quality: how long measurements are kept (QS-04).

use crate::duration;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// What is said of measurements. Not dated: what is kept is kept for as long as was said when it came.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ServiceQuality {
    /// For how long each measurement is kept by itself; older ones are not taken in.
    #[serde(with = "duration")]
    pub keep_measurements: TimeDelta,
    /// For how long the figures of each hour are kept: how many measurements, their sum, the smallest and the largest.
    #[serde(with = "duration")]
    pub keep_aggregates: TimeDelta,
}

impl ServiceQuality {
    pub(super) fn fault(&self) -> Option<String> {
        let days = |from, to| TimeDelta::days(from)..=TimeDelta::days(to);
        if !days(31, 3_660).contains(&self.keep_measurements) {
            return Some("keepMeasurements lies between P31D and P3660D".to_owned());
        }
        if self.keep_aggregates < self.keep_measurements || self.keep_aggregates > TimeDelta::days(3_660) {
            return Some("keepAggregates is not shorter than keepMeasurements, and at most P3660D".to_owned());
        }
        None
    }
}
