//! Whether a series of values rises or falls over time, and how surely (QS-06, QS-12).
//!
//! The slope is Theil and Sen's: the median of the slopes between all pairs of values, so that single values that are far off change little. Its
//! interval of 95 % is the one of Sen (1968), and whether there is a trend at all tells the test of Mann and Kendall, with the correction for
//! equal values. Where a season is given, values are compared within the same part of the season alone, as Hirsch, Slack and Smith (1982) do: the
//! slope is one per season then. Both rest on values that do not depend on each other: days that follow one another do, somewhat.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use strum::{IntoStaticStr, VariantArray};

/// How many values a trend takes at the least: with fewer, the test's statistic has no normal distribution yet.
pub const VALUES_AT_LEAST: usize = 10;
/// After how many windows a season comes again.
pub const SEASONS: std::ops::RangeInclusive<u32> = 2..=366;
/// How many values a trend takes at the most: each is compared with each.
pub const VALUES_AT_MOST: usize = 1_100;
/// The quantile of the standard normal distribution that leaves 2.5 % above it.
const QUANTILE_975: f64 = 1.959_963_984_540_054;
/// Up to which probability of chance a trend is one.
const SIGNIFICANT: f64 = 0.05;

/// What is known of how a series changes over time.
#[skip_serializing_none]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trend {
    /// Of how many values.
    pub n: usize,
    /// By how much the value changes from one window to the next; with a season, from one season to the next.
    pub slope: f64,
    /// The lower end of the slope's interval of 95 %.
    pub slope_low: f64,
    /// The upper end of it.
    pub slope_high: f64,
    /// Mann and Kendall's statistic: how many pairs rise, less how many fall.
    pub s: i64,
    /// Its variance, were there no trend.
    pub variance: f64,
    /// The same in units of the standard normal distribution.
    pub z: f64,
    /// How probable so much of a trend, or more, were by chance: two-sided.
    pub p: f64,
    /// After how many windows the season comes again, where one was given.
    pub season: Option<u32>,
}

/// Where a series goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Direction {
    /// It rises, with a probability of chance of 5 % at the most.
    Rising,
    /// It falls likewise.
    Falling,
    /// Nothing tells that it is more than chance.
    None,
}

contract::word!(Direction);

impl Trend {
    /// Of values in the order of their windows, `None` where a window has none. `None` of too few values, or too many.
    #[must_use]
    pub fn of(values: &[Option<f64>], season: Option<u32>) -> Option<Self> {
        let n = values.iter().flatten().count();
        if !(VALUES_AT_LEAST..=VALUES_AT_MOST).contains(&n) {
            return None;
        }
        // A season that is longer than the series compares nothing, whatever its length.
        let parts = season.map_or(1, |season| (season.max(1) as usize).min(values.len()));
        // Without a season all values are of one part, and their places are those of their windows.
        let (mut slopes, mut s, mut variance) = (Vec::new(), 0, 0.0);
        for part in 0..parts {
            let of_part = values.iter().skip(part).step_by(parts).enumerate();
            let of_part: Vec<(usize, f64)> = of_part.filter_map(|(at, value)| Some((at, (*value)?))).collect();
            for (place, (at, value)) in of_part.iter().enumerate() {
                for (later, other) in &of_part[place + 1..] {
                    slopes.push((other - value) / count(later - at));
                    s += i64::from(other > value) - i64::from(other < value);
                }
            }
            variance += variance_of(of_part.into_iter().map(|(_, value)| value).collect());
        }
        slopes.sort_by(f64::total_cmp);
        // Without pairs, or where all values are equal, nothing can be told.
        let slope = median(&slopes)?;
        let (slope_low, slope_high) = interval(&slopes, variance.sqrt());
        let distance = count(usize::try_from(s.unsigned_abs()).ok()?.saturating_sub(1));
        #[allow(clippy::cast_precision_loss, reason = "a sign")]
        let z = if variance > 0.0 { s.signum() as f64 * distance / variance.sqrt() } else { 0.0 };
        let p = libm::erfc(z.abs() / std::f64::consts::SQRT_2);
        Some(Self { n, slope, slope_low, slope_high, s, variance, z, p, season })
    }

    /// Where it goes, if that is more than chance.
    #[must_use]
    pub fn direction(&self) -> Direction {
        match self.s {
            _ if self.p > SIGNIFICANT => Direction::None,
            1.. => Direction::Rising,
            0 => Direction::None,
            _ => Direction::Falling,
        }
    }
}

/// The variance of the statistic of values among which there is no trend, less what equal ones take from it.
fn variance_of(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let of = |n: usize| count(n) * (count(n) - 1.0) * (2.0 * count(n) + 5.0);
    let equal: f64 = values.chunk_by(|one, other| one == other).map(|equal| of(equal.len())).sum();
    (of(values.len()) - equal) / 18.0
}

fn median(sorted: &[f64]) -> Option<f64> {
    let (low, high) = (sorted.len().checked_sub(1)? / 2, sorted.len() / 2);
    Some(f64::midpoint(sorted[low], sorted[high]))
}

/// The slopes that are as many places from the middle as the statistic's deviation leaves in doubt.
fn interval(sorted: &[f64], deviation: f64) -> (f64, f64) {
    let last = sorted.len() - 1;
    let doubt = QUANTILE_975 * deviation;
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in the list, at zero at the least"
    )]
    let place = |of: f64| (of / 2.0).round_ties_even().max(0.0) as usize;
    let low = place(count(sorted.len()) - doubt).saturating_sub(1);
    let high = place(count(sorted.len()) + doubt).min(last);
    (sorted[low.min(last)], sorted[high])
}

#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn count(of: usize) -> f64 {
    of as f64
}
