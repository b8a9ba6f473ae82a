//! Service quality: how long measurements are kept, when they are held against thresholds, and by when a degradation is to be cleared
//! (QS-02, QS-04, QS-11).

use crate::duration;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

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
    /// How long after its end a window is held against the thresholds: what was measured in it has come by then.
    #[serde(with = "duration")]
    pub settle: TimeDelta,
    /// How far back windows are held against them again, because of measurements that come late or are corrected.
    #[serde(with = "duration")]
    pub look_back: TimeDelta,
    /// Over how many days a trend is looked for, each month.
    #[serde(with = "duration")]
    pub trend_over: TimeDelta,
    /// When an offering degrades as a whole.
    pub as_a_whole: AsAWholeTerms,
}

/// When an offering degrades as a whole (QS-05): as many instances cross a threshold at once, and so many percent of those that are measured.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AsAWholeTerms {
    /// How many instances at the least: one or two that degrade tell of themselves.
    pub instances: u32,
    /// How many of a hundred at the least.
    pub percent: u32,
}

/// Degradation reports, dated with the rest (POL-04).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct DegradationTerms {
    /// Within what time a report is to be cleared of which nothing else was agreed, in the order of priorities.
    pub time_to_clear: Vec<ClearRow>,
    /// Who is told when so much of that time is gone, in order.
    pub jeopardy: Vec<JeopardyRow>,
    /// Within how many business days the CLEC is asked to say whether it agrees that a report is cleared.
    pub agree_within: usize,
}

/// Within what time a report is to be cleared.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClearRow {
    /// The lowest priority of the row: 1 is the highest, 10 the lowest.
    pub priority: u8,
    /// Within what time of the raising.
    #[serde(with = "duration")]
    pub time: TimeDelta,
}

/// Who is told of a report that is in jeopardy.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JeopardyRow {
    /// When so much of the time to clear is gone, in percent.
    pub percent: u32,
    /// To whom it is escalated then.
    pub tells: EscalationLevel,
}

/// To whom a degradation report is escalated, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum EscalationLevel {
    /// The person to whom it is assigned; where it is assigned to nobody, the Service Manager.
    Assignee,
    /// The Service Manager of the CLEC.
    ServiceManager,
    /// The Service Director.
    ServiceDirector,
}

crate::word!(EscalationLevel);

impl EscalationLevel {
    /// In a notice.
    #[must_use]
    pub fn wording(self) -> &'static str {
        match self {
            Self::Assignee => "whom it is assigned to",
            Self::ServiceManager => "the Service Manager",
            Self::ServiceDirector => "the Service Director",
        }
    }

    /// The next one; none behind the last.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::VARIANTS.get(self as usize + 1).copied()
    }
}

impl DegradationTerms {
    /// Within what time a report of a priority is to be cleared.
    ///
    /// # Panics
    /// Never for a validated policy: its last row is of the lowest priority.
    #[must_use]
    pub fn time_to_clear(&self, priority: u8) -> TimeDelta {
        let row = self.time_to_clear.iter().find(|row| priority <= row.priority);
        row.expect("the last row is of the lowest priority").time
    }

    pub(super) fn fault(&self) -> Option<&'static str> {
        let zero = TimeDelta::zero();
        let in_order =
            self.time_to_clear.windows(2).all(|of| of[0].priority < of[1].priority && of[0].time <= of[1].time);
        let is_whole =
            self.time_to_clear.last().is_some_and(|row| row.priority == 10 && row.time <= TimeDelta::days(366));
        if !in_order || !is_whole || self.time_to_clear.iter().any(|row| row.priority == 0 || row.time <= zero) {
            return Some(
                "timeToClear: rows in the order of priorities, the last one of priority 10, each with a time that is not shorter",
            );
        }
        let in_order = self.jeopardy.windows(2).all(|of| of[0].percent < of[1].percent && of[0].tells <= of[1].tells);
        if !in_order || self.jeopardy.iter().any(|row| !(1..=1_000).contains(&row.percent)) {
            return Some(
                "jeopardy: rows in the order of percent, from 1 to 1000, each to who is not before the last one told",
            );
        }
        if !(1..=60).contains(&self.agree_within) {
            return Some("agreeWithin: 1 to 60 business days");
        }
        None
    }
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
        if self.settle < TimeDelta::zero() || self.settle > TimeDelta::hours(12) {
            return Some("settle is up to PT12H, and not negative".to_owned());
        }
        if self.look_back < TimeDelta::hours(1) || self.look_back > TimeDelta::days(7) {
            return Some("lookBack lies between PT1H and P7D".to_owned());
        }
        if !days(28, 1_098).contains(&self.trend_over) || self.trend_over > self.keep_aggregates {
            return Some("trendOver lies between P28D and P1098D, and is not longer than keepAggregates".to_owned());
        }
        if self.as_a_whole.instances < 2 || !(1..=100).contains(&self.as_a_whole.percent) {
            return Some("asAWhole: 2 instances at the least, and 1 to 100 percent".to_owned());
        }
        None
    }
}
