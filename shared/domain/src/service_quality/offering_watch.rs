//! What is known of an offering as a whole, and when it is next looked at (QS-05, QS-06).

use super::{
    MeasuredBy,
    trend::{Direction, Trend},
};
use chrono::NaiveDate;
use contract::Instant;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::collections::BTreeMap;
use strum::{IntoStaticStr, VariantArray};

/// What is known of an offering as a whole.
#[skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WholeWatch {
    /// When it is next looked at; at once, when it never was.
    pub next_look_at: Option<Instant>,
    /// Up to which day what was measured of its instances is put together.
    pub days_until: Option<NaiveDate>,
    /// Up to which day trends were looked for.
    pub trends_until: Option<NaiveDate>,
    /// How many instances were measured at the most on one of the last of those days, by metric.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub measured: BTreeMap<String, u32>,
    /// In which metrics most of its instances degrade.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub degrading: Vec<AsAWhole>,
}

/// That most instances of an offering degrade in a metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsAWhole {
    /// In which metric.
    pub metric: String,
    /// Since when that is known.
    pub since: Instant,
    /// How many instances degraded then.
    pub degrading: u32,
    /// Of how many.
    pub instances: u32,
}

/// Of what a trend was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum TrendGroup {
    /// Of the offering alone.
    Offering,
    /// Of all offerings of its family.
    Family,
}

contract::word!(TrendGroup);

/// A trend that was looked for, as it is logged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrendFound {
    /// Whether it is of the offering alone or of its family.
    pub group: TrendGroup,
    /// Of which metric.
    pub metric: String,
    /// Which side measured the values.
    pub measured_by: MeasuredBy,
    /// The first of the days that it is of.
    pub from: NaiveDate,
    /// The day behind the last of them.
    pub until: NaiveDate,
    /// The slope, by the day or by the season, and how sure it is.
    pub trend: Trend,
    /// Where it goes.
    pub direction: Direction,
    /// Whether that is away from what the offering's thresholds ask for.
    pub deteriorates: bool,
}
