//! A month, by which past events are listed.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt, str::FromStr};

/// A month of a year, `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month of a date.
    pub(crate) fn of(date: NaiveDate) -> Self {
        Self { year: date.year(), month: date.month() }
    }

    /// In words, as people write it.
    pub(crate) fn words(self) -> String {
        let first = NaiveDate::from_ymd_opt(self.year, self.month, 1);
        first.map_or_else(|| self.to_string(), |first| first.format("%B %Y").to_string())
    }

    /// The months of the dates from one to another.
    pub(crate) fn between(from: NaiveDate, to: NaiveDate) -> BTreeSet<Self> {
        from.iter_days().take_while(|date| *date <= to).map(Self::of).collect()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

impl FromStr for Month {
    type Err = chrono::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        format!("{text}-01").parse().map(Self::of)
    }
}

impl TryFrom<String> for Month {
    type Error = chrono::ParseError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}
