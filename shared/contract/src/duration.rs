//! ISO 8601 durations (`PT1H`) as the policy writes them.

use chrono::TimeDelta;
use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// Reads an ISO 8601 duration of weeks, days, hours, minutes and seconds.
///
/// # Errors
/// The text when it is no duration, or counts in months or years, whose length depends on the calendar.
pub fn parse(text: &str) -> Result<TimeDelta, String> {
    let refused =
        || format!("'{text}' is no ISO 8601 duration of weeks, days, hours, minutes or seconds, such as PT1H");
    match iso8601::duration(text).map_err(|_| refused())? {
        iso8601::Duration::YMDHMS { year: 0, month: 0, day, hour, minute, second, millisecond } => {
            Ok(TimeDelta::days(day.into())
                + TimeDelta::hours(hour.into())
                + TimeDelta::minutes(minute.into())
                + TimeDelta::seconds(second.into())
                + TimeDelta::milliseconds(millisecond.into()))
        }
        iso8601::Duration::Weeks(weeks) => Ok(TimeDelta::weeks(weeks.into())),
        iso8601::Duration::YMDHMS { .. } => Err(refused()),
    }
}

/// For `#[serde(with = "duration")]`.
///
/// # Errors
/// The serializer's own.
pub fn serialize<S: Serializer>(duration: &TimeDelta, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(duration)
}

/// For `#[serde(with = "duration")]`.
///
/// # Errors
/// See [`parse`].
pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<TimeDelta, D::Error> {
    parse(&String::deserialize(from)?).map_err(D::Error::custom)
}

/// The same for a duration that may be absent, as "none" is in the chart.
pub mod optional {
    use super::{Deserialize, Deserializer, Error, Serializer, TimeDelta, parse};

    /// For `#[serde(with = "duration::optional")]`.
    ///
    /// # Errors
    /// The serializer's own.
    pub fn serialize<S: Serializer>(duration: &Option<TimeDelta>, to: S) -> Result<S::Ok, S::Error> {
        match duration {
            Some(duration) => to.collect_str(duration),
            None => to.serialize_none(),
        }
    }

    /// For `#[serde(with = "duration::optional")]`.
    ///
    /// # Errors
    /// See [`parse`].
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<TimeDelta>, D::Error> {
        Option::<String>::deserialize(from)?.map(|text| parse(&text).map_err(D::Error::custom)).transpose()
    }
}

/// The same for a list of durations.
pub mod list {
    use super::{Deserialize, Deserializer, Error, Serializer, TimeDelta, parse};

    /// For `#[serde(with = "duration::list")]`.
    ///
    /// # Errors
    /// The serializer's own.
    pub fn serialize<S: Serializer>(durations: &[TimeDelta], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(durations.iter().map(TimeDelta::to_string))
    }

    /// For `#[serde(with = "duration::list")]`.
    ///
    /// # Errors
    /// See [`parse`].
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<TimeDelta>, D::Error> {
        Vec::<String>::deserialize(from)?.iter().map(|text| parse(text).map_err(D::Error::custom)).collect()
    }
}

/// A duration as people say it, in the longest unit that it is whole of: `2 hours`, `90 minutes`, `90 seconds`.
#[must_use]
pub fn in_words(duration: TimeDelta) -> String {
    let seconds = duration.num_seconds();
    let (count, unit) = match (seconds % 3_600, seconds % 60) {
        (0, _) => (seconds / 3_600, "hour"),
        (_, 0) => (seconds / 60, "minute"),
        _ => (seconds, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
