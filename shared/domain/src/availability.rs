//! The availability of an interface (WB-05): by what everybody was told of events and planned outages, day by day in the policy's zone.
//!
//! At an instant, an interface is in a planned outage, else unavailable, else impaired, else available: a day's parts add up to the day.
//! What is planned counts neither for nor against it.

use chrono::{NaiveDate, TimeDelta};
use contract::{Instant, Policy, Severity, duration};
use serde::{Deserialize, Serialize};

/// A time in which an event impaired a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impairment {
    /// When it began to impair the system.
    pub from: Instant,
    /// When it ceased to; it goes on when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// The severity that was told of it.
    pub severity: Severity,
}

/// The availability of the interfaces over some days, as everybody may know it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Availability {
    /// The first day that is told, in the policy's zone.
    pub from: NaiveDate,
    /// The last day that is told.
    pub to: NaiveDate,
    /// The interfaces, in the order of their names.
    pub interfaces: Vec<InterfaceAvailability>,
}

/// The availability of an interface.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InterfaceAvailability {
    /// The interface as it was first told.
    pub name: String,
    /// Each day, the earliest first.
    pub days: Vec<Day>,
}

impl InterfaceAvailability {
    /// Of the time that was not planned, the part in which it was available, in hundredths and rounded down to thousandths, so that what was
    /// not available for a second is not told as 100; none where all was planned.
    #[must_use]
    pub fn percent(&self) -> Option<f64> {
        percent(&self.days).map(|percent| (percent * 1_000.0).floor() / 1_000.0)
    }

    /// The sum of one of the durations of a day, over all days.
    #[must_use]
    pub fn sum(&self, of: fn(&Day) -> TimeDelta) -> TimeDelta {
        self.days.iter().map(of).sum()
    }
}

/// How long an interface was unavailable, impaired, or in planned outages, of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// The date, in the policy's zone.
    pub date: NaiveDate,
    /// How long the day is: daylight saving makes one of 23 hours, and one of 25.
    #[serde(with = "duration")]
    pub length: TimeDelta,
    /// How long it was in a planned outage.
    #[serde(with = "duration")]
    pub planned: TimeDelta,
    /// How long it was unavailable.
    #[serde(with = "duration")]
    pub unavailable: TimeDelta,
    /// How long it was impaired, and available.
    #[serde(with = "duration")]
    pub impaired: TimeDelta,
}

/// The last whole days before `today`, of an interface with these impairments and planned windows, the earliest first.
#[must_use]
pub fn days(impairments: &[Impairment], planned: &[(Instant, Instant)], today: NaiveDate, policy: &Policy) -> Vec<Day> {
    let first = today - chrono::Days::new(policy.availability.days);
    let dates = first.iter_days().take_while(|date| *date < today);
    dates.map(|date| day(date, impairments, planned, policy)).collect()
}

/// Of the time that was not planned, the part in which it was available, in hundredths; none where all was planned.
#[must_use]
pub fn percent(days: &[Day]) -> Option<f64> {
    let sum = |of: fn(&Day) -> TimeDelta| days.iter().map(of).sum::<TimeDelta>().num_seconds();
    let owed = sum(|day| day.length) - sum(|day| day.planned);
    let unavailable = sum(|day| day.unavailable);
    #[expect(clippy::cast_precision_loss, reason = "a year has fewer seconds than a double counts")]
    (owed > 0).then(|| 100.0 * (owed - unavailable) as f64 / owed as f64)
}

/// What an interface is at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    Planned,
    Unavailable,
    Impaired,
}

fn day(date: NaiveDate, impairments: &[Impairment], planned: &[(Instant, Instant)], policy: &Policy) -> Day {
    let calendar = policy.calendar_on(date);
    let (begins, ends) = (calendar.end_of(date - chrono::Days::new(1)), calendar.end_of(date));
    let clipped = |from: Instant, until: Instant| {
        let (from, until) = (from.max(begins), until.min(ends));
        (from < until).then_some((from, until))
    };
    let is =
        |severity| if policy.availability.unavailable.contains(&severity) { Is::Unavailable } else { Is::Impaired };
    let of_events = impairments.iter().filter_map(|of| {
        let (from, until) = clipped(of.from, of.until.unwrap_or(ends))?;
        Some((from, until, is(of.severity)))
    });
    let of_plans = planned.iter().filter_map(|(from, until)| {
        let (from, until) = clipped(*from, *until)?;
        Some((from, until, Is::Planned))
    });
    let spans: Vec<(Instant, Instant, Is)> = of_events.chain(of_plans).collect();
    let mut bounds: Vec<Instant> = spans.iter().flat_map(|(from, until, _)| [*from, *until]).collect();
    bounds.sort_unstable();
    let none = TimeDelta::zero();
    let mut day = Day { date, length: ends - begins, planned: none, unavailable: none, impaired: none };
    for between in bounds.windows(2) {
        let [from, until] = [between[0], between[1]];
        let holds = |wanted: Is| spans.iter().any(|(since, to, is)| *is == wanted && *since <= from && until <= *to);
        let sum = match [Is::Planned, Is::Unavailable, Is::Impaired].into_iter().find(|is| holds(*is)) {
            Some(Is::Planned) => &mut day.planned,
            Some(Is::Unavailable) => &mut day.unavailable,
            Some(Is::Impaired) => &mut day.impaired,
            None => continue,
        };
        *sum += until - from;
    }
    day
}
