//! Series of measurements: what was measured of one metric of one purchased offering, and what follows from many of them (QS-04).
//!
//! Measurements are no records: they have no history of their own, and there are many of them. An hour of a series is kept as one item, a
//! day's hours with what follows from each as another, and a month of both is a partition: a year of days is read by thirteen reads, however
//! much was measured. Hours, days and months of what is kept are those of UTC, so that no change of the clocks doubles or drops one.

use chrono::{Datelike, Days, DurationRound, NaiveDate, TimeDelta, Timelike};
use contract::{FieldError, Instant, Party, Policy, PurchaseNumber, Quantity, significant};
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// How many measurements an hour of a series holds: one of each second. A day of such hours fits into one transaction.
pub const IN_AN_HOUR_AT_MOST: usize = 3_600;
/// How many sources an hour of a series has.
pub const SOURCES_AT_MOST: usize = 500;

/// A series: what one side measures of one metric of one purchased offering.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesId {
    /// Of which purchased offering.
    pub purchase: PurchaseNumber,
    /// Of which metric.
    pub metric: String,
    /// Which side measures.
    pub by: MeasuredBy,
}

/// What was measured at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measurement {
    /// Of which series.
    pub series: SeriesId,
    /// What was measured, when, by what.
    pub point: Point,
}

/// A value at an instant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// When it was measured.
    pub at: Instant,
    /// What measured it: there is one value of a source and an instant.
    pub source: String,
    /// The value, in the unit of its metric.
    pub value: Quantity,
    /// The value that was said first, where it was corrected.
    pub corrected_from: Option<Quantity>,
}

/// What became of a measurement that was brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Taken {
    /// It was taken in.
    Taken,
    /// It was there already.
    Repeated,
    /// It replaces the value that its source had given for its instant.
    Corrected,
    /// It was refused.
    Refused,
}

contract::word!(Taken);

/// The full hour that an instant is in.
#[must_use]
pub fn hour_of(at: Instant) -> Instant {
    at.duration_trunc(TimeDelta::hours(1)).unwrap_or(at)
}

/// Over which time measurements are taken together: an hour of the clock, or a day or a month of the policy's time zone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, IntoStaticStr, VariantArray)]
pub enum Window {
    /// A full hour.
    #[strum(serialize = "PT1H")]
    Hour,
    /// A day.
    #[default]
    #[strum(serialize = "P1D")]
    Day,
    /// A month.
    #[strum(serialize = "P1M")]
    Month,
}

contract::word!(Window);

impl Window {
    /// In a notice.
    #[must_use]
    pub fn wording(self) -> &'static str {
        match self {
            Self::Hour => "the hour",
            Self::Day => "the day",
            Self::Month => "the month",
        }
    }

    /// How many of them a year has at the most.
    #[must_use]
    pub fn in_a_year(self) -> u32 {
        match self {
            Self::Hour => 366 * 24,
            Self::Day => 366,
            Self::Month => 12,
        }
    }

    /// From when until when the window lasts that an instant is in.
    #[must_use]
    pub fn around(self, at: Instant, policy: &Policy) -> (Instant, Instant) {
        let calendar = policy.calendar(at);
        let begins = |date| calendar.at_time(date, chrono::NaiveTime::MIN);
        let date = calendar.date(at);
        match self {
            Self::Hour => (hour_of(at), hour_of(at) + TimeDelta::hours(1)),
            Self::Day => (begins(date), begins(date + Days::new(1))),
            Self::Month => {
                let first = date - Days::new(date.day0().into());
                (begins(first), begins(first + chrono::Months::new(1)))
            }
        }
    }
}

/// Whose measurements they are. A CLEC's own and the provider's are kept apart: what one measures proves nothing to the other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum MeasuredBy {
    /// The provider measured them.
    #[default]
    Provider,
    /// The CLEC measured them itself.
    Clec,
}

contract::word!(MeasuredBy);

impl MeasuredBy {
    /// In a notice.
    #[must_use]
    pub fn wording(self) -> &'static str {
        match self {
            Self::Provider => "the provider",
            Self::Clec => "the CLEC",
        }
    }
}

impl From<&Party> for MeasuredBy {
    fn from(party: &Party) -> Self {
        if party.is_provider() { Self::Provider } else { Self::Clec }
    }
}

/// In which pieces measurements are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Resolution {
    /// Each by itself.
    Raw,
    /// By the hour.
    Hour,
    /// By the day of the policy's time zone.
    #[default]
    Day,
    /// By the month of the policy's time zone.
    Month,
}

contract::word!(Resolution);

impl Resolution {
    /// The window that measurements are taken together over, where they are.
    #[must_use]
    pub fn window(self) -> Option<Window> {
        match self {
            Self::Raw => None,
            Self::Hour => Some(Window::Hour),
            Self::Day => Some(Window::Day),
            Self::Month => Some(Window::Month),
        }
    }
}

/// What follows from several measurements. It is computed of the measurements of an hour each time one of them changes, and never counted on,
/// so that no repeated or corrected one can make it wrong.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "(u64, f64, Quantity, Quantity)", into = "(u64, f64, Quantity, Quantity)")]
pub struct Aggregate {
    /// How many there are: one at the least.
    pub n: u64,
    /// Their sum, as it was added up: [`Self::total`] is what is told.
    pub sum: f64,
    /// The smallest of them.
    pub min: Quantity,
    /// The largest of them.
    pub max: Quantity,
}

impl From<(u64, f64, Quantity, Quantity)> for Aggregate {
    fn from((n, sum, min, max): (u64, f64, Quantity, Quantity)) -> Self {
        Self { n, sum, min, max }
    }
}

impl From<Aggregate> for (u64, f64, Quantity, Quantity) {
    fn from(Aggregate { n, sum, min, max }: Aggregate) -> Self {
        (n, sum, min, max)
    }
}

impl Aggregate {
    /// Of values; none of none.
    #[must_use]
    pub fn of(values: impl IntoIterator<Item = Quantity>) -> Option<Self> {
        let one = |value: Quantity| Self { n: 1, sum: value.get(), min: value, max: value };
        values.into_iter().map(one).reduce(Self::and)
    }

    /// Of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            n: self.n + other.n,
            sum: self.sum + other.sum,
            min: self.min.min(other.min),
            max: self.max.max(other.max),
        }
    }

    /// The arithmetic mean.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "nobody measures 2^53 times")]
    pub fn mean(&self) -> f64 {
        significant(self.sum / self.n as f64).clamp(self.min.get(), self.max.get())
    }

    /// The sum of them, as it is told.
    #[must_use]
    pub fn total(&self) -> f64 {
        significant(self.sum)
    }
}

/// The measurements of one hour of a series, as one item holds them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HourOfSeries {
    /// Counts every write: the condition of the next.
    pub revision: u64,
    /// What measured: each measurement names one by its place here.
    pub sources: Vec<String>,
    /// The second in the hour, the source, the value, and the value before it was corrected; by second and source.
    pub points: Vec<(u16, u16, Quantity, Option<Quantity>)>,
}

/// What follows from the measurements of each hour of a day, as one item holds it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DayOfSeries {
    /// Counts every write: the condition of the next.
    pub revision: u64,
    /// By the hour of the day in UTC, those in which something was measured.
    pub hours: Vec<(u8, Aggregate)>,
}

impl HourOfSeries {
    /// Takes a measurement of this hour.
    ///
    /// # Errors
    /// The hour is full.
    pub fn take(&mut self, point: &Point) -> Result<Taken, FieldError> {
        let second = u16::try_from(point.at.timestamp().rem_euclid(3_600)).unwrap_or_default();
        let source = self.sources.iter().position(|of| *of == point.source).unwrap_or(self.sources.len());
        let source = u16::try_from(source).unwrap_or(u16::MAX);
        match self.points.binary_search_by_key(&(second, source), |of| (of.0, of.1)) {
            // Who repeats what was corrected since, because no answer came, does not take the correction back.
            Ok(at) if [Some(self.points[at].2), self.points[at].3].contains(&Some(point.value)) => Ok(Taken::Repeated),
            Ok(at) => {
                let (.., value, before) = &mut self.points[at];
                before.get_or_insert(*value);
                *value = point.value;
                Ok(Taken::Corrected)
            }
            Err(_) if self.points.len() >= IN_AN_HOUR_AT_MOST => {
                let detail = format!("is in an hour of the series that has {IN_AN_HOUR_AT_MOST} measurements already");
                Err(FieldError::new("at", "QS-04", detail))
            }
            Err(_) if usize::from(source) >= SOURCES_AT_MOST => {
                let detail =
                    format!("is the name of one source more than the {SOURCES_AT_MOST} of an hour of a series");
                Err(FieldError::new("source", "QS-04", detail))
            }
            Err(at) => {
                if usize::from(source) == self.sources.len() {
                    self.sources.push(point.source.clone());
                }
                self.points.insert(at, (second, source, point.value, None));
                Ok(Taken::Taken)
            }
        }
    }

    /// What follows from its measurements.
    #[must_use]
    pub fn aggregate(&self) -> Option<Aggregate> {
        Aggregate::of(self.points.iter().map(|of| of.2))
    }

    /// Its measurements, where it is the hour that begins at `hour`.
    pub fn of_hour(&self, hour: Instant) -> impl Iterator<Item = Point> {
        self.points.iter().map(move |(second, source, value, corrected_from)| Point {
            at: hour + TimeDelta::seconds((*second).into()),
            source: self.sources.get(usize::from(*source)).cloned().unwrap_or_default(),
            value: *value,
            corrected_from: *corrected_from,
        })
    }
}

impl DayOfSeries {
    /// Takes what follows from an hour of it.
    pub fn set(&mut self, hour: Instant, of: Aggregate) {
        let hour = u8::try_from(hour.hour()).unwrap_or_default();
        match self.hours.binary_search_by_key(&hour, |of| of.0) {
            Ok(at) => self.hours[at].1 = of,
            Err(at) => self.hours.insert(at, (hour, of)),
        }
    }

    /// Whether something was measured in an hour of it.
    #[must_use]
    pub fn has(&self, hour: Instant) -> bool {
        self.hours.iter().any(|of| u32::from(of.0) == hour.hour())
    }

    /// What follows from each hour, where it is the day of this date.
    pub fn of_date(&self, date: NaiveDate) -> impl Iterator<Item = (Instant, Aggregate)> {
        let midnight = date.and_time(chrono::NaiveTime::MIN).and_utc();
        self.hours.iter().map(move |(hour, of)| (midnight + TimeDelta::hours((*hour).into()), *of))
    }
}

/// What follows from the measurements of each window, of what follows from those of each hour, in the order of time. An hour belongs to the
/// window in which it begins.
#[must_use]
pub fn windows(
    hours: impl IntoIterator<Item = (Instant, Aggregate)>,
    window: Window,
    policy: &Policy,
) -> Vec<(Instant, Instant, Aggregate)> {
    let mut windows: Vec<(Instant, Instant, Aggregate)> = Vec::new();
    for (hour, of) in hours {
        match windows.last_mut().filter(|(from, until, _)| (*from..*until).contains(&hour)) {
            Some((.., whole)) => *whole = whole.and(of),
            None => {
                let (from, until) = window.around(hour, policy);
                windows.push((from, until, of));
            }
        }
    }
    windows
}

/// The months of UTC, by their first days, that a time touches.
#[must_use]
pub fn months(from: Instant, until: Instant) -> Vec<NaiveDate> {
    let first = from.date_naive();
    let first = first - Days::new(first.day0().into());
    let next = |month: &NaiveDate| month.checked_add_months(chrono::Months::new(1));
    std::iter::successors(Some(first), next)
        .take_while(|month| month.and_time(chrono::NaiveTime::MIN).and_utc() < until)
        .collect()
}
