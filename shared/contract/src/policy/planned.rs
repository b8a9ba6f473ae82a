//! What holds for planned outages (12.1) and for releases (12.2).

use crate::{Severity, duration};
use chrono::{NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};

/// What holds for planned outages.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Outages {
    /// How long before the start all are reminded (PO-03).
    #[serde(with = "duration")]
    pub reminder: TimeDelta,
    /// A start that is nearer than this is at short notice (PO-06).
    #[serde(with = "duration")]
    pub short_notice: TimeDelta,
    /// How long behind its stop an outage that was not ended raises a ticket (PO-06).
    #[serde(with = "duration")]
    pub overrun: TimeDelta,
    /// Of which severity.
    pub overrun_severity: Severity,
    /// The longest window: a longer one is a slip in a date.
    #[serde(with = "duration")]
    pub longest: TimeDelta,
    /// How far ahead one can be planned: a later one is a slip in a year.
    #[serde(with = "duration")]
    pub furthest: TimeDelta,
    /// How long the calendar shows an outage after its start (PO-05).
    #[serde(with = "duration")]
    pub shown_for: TimeDelta,
    /// The calendar's organizer, an e-mail address (PO-06).
    pub organizer: String,
}

impl Outages {
    pub(super) fn violation(&self) -> Option<String> {
        let zero = TimeDelta::zero();
        if self.longest <= zero || self.furthest <= zero {
            return Some("outages: the longest window and the furthest start are longer than nothing".to_owned());
        }
        if [self.reminder, self.short_notice, self.overrun, self.shown_for].iter().any(|length| *length < zero) {
            return Some("outages: no length is negative".to_owned());
        }
        // The calendar, and the search for what overlaps, look back by it.
        if self.longest > TimeDelta::days(366) || self.furthest > TimeDelta::days(3_660) {
            return Some("outages: a window is at most P366D long, and at most P3660D ahead".to_owned());
        }
        if !self.organizer.contains('@') || self.organizer.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Some("outages: the organizer is an e-mail address".to_owned());
        }
        None
    }
}

/// What holds for releases.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Releases {
    /// The interfaces whose releases are reviewed; the first where none is named.
    pub interfaces: Vec<String>,
    /// How many days after the production date the review call is.
    pub review_after_days: u32,
    /// At what time of that day.
    pub review_at: NaiveTime,
    /// How long before the call all are reminded.
    #[serde(with = "duration")]
    pub reminder: TimeDelta,
    /// Within how many business days after the call there are minutes.
    pub minutes_within: u32,
    /// How long after its production date a release's problems are on the monthly meeting's list.
    #[serde(with = "duration")]
    pub listed_for: TimeDelta,
}

impl Releases {
    pub(super) fn fault(&self) -> Option<String> {
        if self.interfaces.is_empty() || self.interfaces.iter().any(|interface| interface.trim().is_empty()) {
            return Some("releases: at least one interface, and each has a name".to_owned());
        }
        if !(1..=100).contains(&self.review_after_days) || !(1..=100).contains(&self.minutes_within) {
            return Some("releases: the review and its minutes come within 1 to 100 days".to_owned());
        }
        if self.reminder < TimeDelta::zero() || self.listed_for < TimeDelta::zero() {
            return Some("releases: no length is negative".to_owned());
        }
        None
    }
}
