//! Measured quantities: numbers that can be compared, added and written again as they were read.

use serde::{Deserialize, Serialize, Serializer};
use std::{cmp::Ordering, fmt, str::FromStr};

/// The largest amount of a quantity: behind this, a double has no hundredths any more.
const AT_MOST: f64 = 1e13;
/// The smallest amount but zero: the table's own numbers end not far below.
const AT_LEAST: f64 = 1e-13;
const NO_NUMBER: &str = "is a number, such as 12.5";

/// A measured value, a target or a tolerance: finite, so that quantities have an order. Its unit stands with the metric that it is of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(try_from = "f64")]
pub struct Quantity(f64);

impl Quantity {
    /// The number.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Quantity {
    type Error = String;

    fn try_from(number: f64) -> Result<Self, String> {
        if !number.is_finite() {
            return Err(NO_NUMBER.to_owned());
        }
        if number.abs() > AT_MOST {
            return Err(format!("lies between -{AT_MOST:e} and {AT_MOST:e}"));
        }
        if number != 0.0 && number.abs() < AT_LEAST {
            return Err(format!("is 0, or {AT_LEAST:e} away from it at the least"));
        }
        // There is one zero, so that what is equal is written in one way.
        Ok(Self(if number == 0.0 { 0.0 } else { number }))
    }
}

impl FromStr for Quantity {
    type Err = String;

    /// Decimal digits with a point, and an exponent if need be: no infinity, no NaN, no thousands.
    fn from_str(text: &str) -> Result<Self, String> {
        let is_decimal = text.bytes().all(|of| of.is_ascii_digit() || b"+-.eE".contains(&of));
        let number = if is_decimal { text.parse::<f64>().ok() } else { None };
        number.ok_or_else(|| NO_NUMBER.to_owned())?.try_into()
    }
}

/// A computed number with the twelve digits that can be relied on: what was added up of decimal fractions is off behind these.
#[must_use]
pub fn significant(number: f64) -> f64 {
    format!("{number:.11e}").parse().unwrap_or(number)
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A whole number is written as one, so that it reads as it was given.
impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // Each amount of a quantity fits.
        #[allow(clippy::cast_possible_truncation, reason = "a quantity is smaller than the largest whole number")]
        if self.0.fract() == 0.0 { to.serialize_i64(self.0 as i64) } else { to.serialize_f64(self.0) }
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}
