//! The time that is looked at.

use chrono::{DateTime, Datelike, SubsecRound, TimeDelta, Utc};
use contract::{FieldError, Instant, Refused};

/// The years that it lies in.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2099;

/// From when until when is looked at: as it is said, or until now, and as long as is usual.
///
/// # Errors
/// Years that cannot be; an end that is not after the beginning; more time than is looked at at once.
pub(crate) fn range(
    (from, until): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    now: Instant,
    (usual, longest): (TimeDelta, TimeDelta),
) -> Result<(Instant, Instant), Refused> {
    for (field, at) in [("from", from), ("until", until)] {
        if at.is_some_and(|at| !YEARS.contains(&at.year())) {
            let detail = format!("is in the years {} to {}", YEARS.start(), YEARS.end());
            return Err(Refused::field(field, "QS-04", detail));
        }
    }
    // Measurements are of whole seconds: a part of one looks at the whole of it.
    let until = until.unwrap_or(now);
    let whole = until.trunc_subsecs(0);
    let until = if whole < until { whole + TimeDelta::seconds(1) } else { whole };
    let from = from.map_or(until - usual, |from| from.trunc_subsecs(0));
    let fault = if until <= from {
        Some("is after 'from'".to_owned())
    } else {
        (until - from > longest).then(|| format!("is at most {} days after 'from'", longest.num_days()))
    };
    fault.map_or(Ok((from, until)), |detail| Err(Refused::Invalid(vec![FieldError::new("until", "QS-04", detail)])))
}
