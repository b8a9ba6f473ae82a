//! Help-desk hours and business days (POL-02), in the policy's time zone, right over both daylight-saving changes.

use crate::Instant;
use chrono::{
    DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Opening hours of a day, `06:00-20:00`, up to but without the closing instant. `24:00` closes at midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OpeningHours {
    opens: NaiveTime,
    /// `None` is the day's end.
    closes: Option<NaiveTime>,
}

impl TryFrom<String> for OpeningHours {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let refused = || format!("'{text}' is no span of hours, such as 06:00-20:00");
        let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| refused());
        let (opens, closes) = text.split_once('-').ok_or_else(refused)?;
        let opens = time(opens)?;
        let closes = if closes == "24:00" { None } else { Some(time(closes)?) };
        if closes.is_some_and(|closes| closes <= opens) {
            return Err(refused());
        }
        Ok(Self { opens, closes })
    }
}

impl std::str::FromStr for OpeningHours {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::try_from(text.to_owned())
    }
}

impl From<OpeningHours> for String {
    fn from(span: OpeningHours) -> Self {
        let closes = span.closes.map_or_else(|| "24:00".to_owned(), |time| time.format("%H:%M").to_string());
        format!("{}-{closes}", span.opens.format("%H:%M"))
    }
}

/// The hours of a week, day by day; a day that is left out is closed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Week {
    monday: Vec<OpeningHours>,
    tuesday: Vec<OpeningHours>,
    wednesday: Vec<OpeningHours>,
    thursday: Vec<OpeningHours>,
    friday: Vec<OpeningHours>,
    saturday: Vec<OpeningHours>,
    sunday: Vec<OpeningHours>,
}

impl Week {
    fn day(&self, day: Weekday) -> &[OpeningHours] {
        match day {
            Weekday::Mon => &self.monday,
            Weekday::Tue => &self.tuesday,
            Weekday::Wed => &self.wednesday,
            Weekday::Thu => &self.thursday,
            Weekday::Fri => &self.friday,
            Weekday::Sat => &self.saturday,
            Weekday::Sun => &self.sunday,
        }
    }

    /// The hours of a week: `monday` to `sunday`, in this order.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn of_days(days: [Vec<OpeningHours>; 7]) -> Result<Self, String> {
        let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = days;
        let week = Self { monday, tuesday, wednesday, thursday, friday, saturday, sunday };
        week.fault().or_else(|| week.fault_of_person()).map_or(Ok(week), Err)
    }

    /// The same, as texts.
    #[must_use]
    pub fn texts(&self) -> [Vec<String>; 7] {
        let days =
            [&self.monday, &self.tuesday, &self.wednesday, &self.thursday, &self.friday, &self.saturday, &self.sunday];
        days.map(|day| day.iter().map(|span| String::from(*span)).collect())
    }

    /// What is wrong with it as the working hours of a person, whose guidelines count in business days too.
    pub(crate) fn fault_of_person(&self) -> Option<String> {
        let days = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
        let works = days.iter().any(|day| !self.day(*day).is_empty());
        (!works).then(|| "there are none from Monday to Friday".to_owned())
    }

    /// What is wrong with it, if anything.
    pub(crate) fn fault(&self) -> Option<String> {
        const DAYS: [Weekday; 7] =
            [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
        if DAYS.iter().all(|day| self.day(*day).is_empty()) {
            return Some("the desk is never open".to_owned());
        }
        DAYS.iter().find_map(|day| {
            self.day(*day)
                .windows(2)
                .any(|pair| pair[0].closes.is_none_or(|closes| closes >= pair[1].opens))
                .then(|| format!("the spans of {day} overlap, touch or are not in order"))
        })
    }
}

/// A day off: each 4th of July (`month`, `day`), each 4th Thursday of November (`month`, `weekday`, `nth`), or once (`date`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// The name of the holiday.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    date: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    month: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    day: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    weekday: Option<Weekday>,
    /// Counted from the month's end when negative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nth: Option<i8>,
    /// Whether a day of a month that falls on a Saturday is observed on the Friday before it, and one on a Sunday on the Monday after it,
    /// as 5 U.S.C. 6103(b) and Executive Order 11582 have it; else it is observed on its date.
    #[serde(default = "is_observed", skip_serializing_if = "Clone::clone")]
    observed: bool,
    /// Whether the desk is closed on it; as `closedOnHolidays` says when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closed: Option<bool>,
}

fn is_observed() -> bool {
    true
}

impl Holiday {
    fn falls_on(&self, date: NaiveDate) -> bool {
        match (self.date, self.month, self.day, self.weekday, self.nth) {
            (Some(once), ..) => date == once,
            (None, Some(month), Some(day), ..) => {
                let is = |of: Option<NaiveDate>| of.is_some_and(|of| (of.month(), of.day()) == (month, day));
                match date.weekday() {
                    Weekday::Sat | Weekday::Sun if self.observed => false,
                    Weekday::Fri if self.observed && is(date.succ_opt()) => true,
                    Weekday::Mon if self.observed && is(date.pred_opt()) => true,
                    _ => is(Some(date)),
                }
            }
            (None, Some(month), None, Some(weekday), Some(nth)) => {
                let from_start = i8::try_from((date.day() - 1) / 7 + 1).unwrap_or(0);
                let left = u32::from(date.num_days_in_month()) - date.day();
                let from_end = -i8::try_from(left / 7 + 1).unwrap_or(0);
                (date.month(), date.weekday()) == (month, weekday) && (nth == from_start || nth == from_end)
            }
            _ => false,
        }
    }

    /// What is wrong with it, if anything.
    pub(crate) fn fault(&self) -> Option<String> {
        let sound = match (self.date, self.month, self.day, self.weekday, self.nth) {
            (Some(_), None, None, None, None) => true,
            // 2000 was a leap year: every day of a year is one of its days.
            (None, Some(month), Some(day), None, None) => NaiveDate::from_ymd_opt(2000, month, day).is_some(),
            (None, Some(month), None, Some(_), Some(nth)) => {
                (1..=12).contains(&month) && nth != 0 && (-5..=5).contains(&nth)
            }
            _ => false,
        };
        (!sound).then(|| format!("'{}' is neither a date, nor a day of a month, nor the nth weekday of one", self.name))
    }
}

/// When in a month: the third Wednesday (`weekday`, `nth`); counted from the month's end when `nth` is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Monthly {
    /// The weekday of the meeting.
    pub weekday: Weekday,
    /// Which of them in the month: 1 to 4, or -1 to -4 from its end.
    pub nth: i8,
}

impl Monthly {
    /// The date in a month that is given by any of its days.
    #[must_use]
    pub fn date(self, month: NaiveDate) -> NaiveDate {
        let first = month.with_day(1).unwrap_or(month);
        let days = first.iter_days().take_while(|day| day.month() == first.month());
        let such: Vec<NaiveDate> = days.filter(|day| day.weekday() == self.weekday).collect();
        let at = if self.nth > 0 { self.nth.unsigned_abs() - 1 } else { such.len() as u8 - self.nth.unsigned_abs() };
        such.get(usize::from(at)).or(such.last()).copied().unwrap_or(first)
    }

    /// What is wrong with it, if anything: each month has four of each weekday.
    #[must_use]
    pub fn fault(self) -> Option<&'static str> {
        (self.nth == 0 || !(-4..=4).contains(&self.nth)).then_some("nth: 1 to 4, or -1 to -4 from the month's end")
    }
}

/// Hours and days off in a time zone.
#[derive(Debug, Clone, Copy)]
pub struct Calendar<'a> {
    /// The time zone that hours and dates are told in.
    pub zone: Tz,
    /// The hours of operation of each day of the week.
    pub week: &'a Week,
    /// The days that are no business days; `closed_on_holidays` and each of them say whether the desk is closed too.
    pub holidays: &'a [Holiday],
    /// Whether the desk is closed on them, where a holiday does not say so itself; by default they only interrupt business days.
    pub closed_on_holidays: bool,
}

/// A stretch of open hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Open {
    opens: Instant,
    closes: Instant,
}

impl Calendar<'_> {
    /// Whether the desk is open: from each opening up to, and without, the closing.
    #[must_use]
    pub fn is_open(&self, at: Instant) -> bool {
        self.open_at(at).is_some()
    }

    /// `at` when the desk is open, else the next opening: the first instant at which something bound to hours may leave.
    #[must_use]
    pub fn open_from(&self, at: Instant) -> Instant {
        if self.is_open(at) {
            return at;
        }
        self.dates_from(at)
            .flat_map(|date| self.opened(date))
            .map(|open| open.opens)
            .find(|opens| *opens > at)
            .expect("a validated policy opens the desk within a year")
    }

    /// The instant at which the desk has been open for so long since `at`: a term that runs in the hours of operation alone.
    #[must_use]
    pub fn open_for(&self, at: Instant, term: TimeDelta) -> Instant {
        let (mut at, mut left) = (self.open_from(at), term);
        while let Some(open) = self.open_at(at).filter(|open| open.closes - at < left) {
            left -= open.closes - at;
            at = self.open_from(open.closes);
        }
        at + left
    }

    /// A due instant, held to hours (NT-07): one that falls while the desk is closed, or before the opening plus
    /// `grace`, becomes the opening plus `grace`.
    #[must_use]
    pub fn held_to_hours(&self, due: Instant, grace: TimeDelta) -> Instant {
        let opens = self.open_at(due).map_or_else(|| self.open_from(due), |open| self.unbroken_since(open));
        due.max(opens + grace)
    }

    /// Whether it opens at all within a year of an instant.
    pub(crate) fn opens_within_a_year(&self, from: Instant) -> bool {
        self.dates_from(from).any(|date| !self.opened(date).is_empty())
    }

    /// How many business days there are in the year from a date on.
    pub(crate) fn business_days_within_a_year(&self, from: NaiveDate) -> usize {
        from.iter_days().take(366).filter(|date| self.is_business_day(*date)).count()
    }

    /// Whether `date` is a business day: Monday to Friday, and no holiday.
    #[must_use]
    pub fn is_business_day(&self, date: NaiveDate) -> bool {
        !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) && !self.is_holiday(date)
    }

    /// The end of a date: the beginning of the next.
    #[must_use]
    pub fn end_of(&self, date: NaiveDate) -> Instant {
        self.at_time(date + Days::new(1), NaiveTime::MIN)
    }

    /// The date in the policy's time zone.
    #[must_use]
    pub fn date(&self, at: Instant) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// The end of the `days`th calendar day after that of `at`: the first instant of the day behind it.
    #[must_use]
    pub fn end_of_day_after(&self, at: Instant, days: u64) -> Instant {
        self.end_of(self.date(at) + Days::new(days))
    }

    /// The end of the `days`th business day after that of `at`.
    #[must_use]
    pub fn end_of_business_day_after(&self, at: Instant, days: usize) -> Instant {
        let following = (self.date(at) + Days::new(1)).iter_days().take(400);
        let day = following.filter(|date| self.is_business_day(*date)).nth(days.saturating_sub(1));
        self.end_of(day.expect("a year has business days"))
    }

    /// The close of hours on the `days`th business day that is worked, after that on which something was received. What is received
    /// outside of hours counts as received at the next opening.
    ///
    /// # Panics
    /// Never for hours that are worked from Monday to Friday.
    #[must_use]
    pub fn close_of_business_day_after(&self, received: Instant, days: usize) -> Instant {
        let following = (self.date(self.open_from(received)) + Days::new(1)).iter_days().take(4_000);
        let mut worked =
            following.filter(|date| self.is_business_day(*date)).filter_map(|date| self.opened(date).pop());
        worked.nth(days.saturating_sub(1)).expect("a year has business days that are worked").closes
    }

    /// The date itself when it is a business day, else the next one.
    #[must_use]
    pub fn business_day_from(&self, date: NaiveDate) -> NaiveDate {
        date.iter_days().take(400).find(|date| self.is_business_day(*date)).unwrap_or(date)
    }

    /// A time of a date; one that daylight saving doubles is the first, one that it removes the instant of the change.
    #[must_use]
    pub fn at_time(&self, date: NaiveDate, time: NaiveTime) -> Instant {
        self.instant(date.and_time(time), Edge::Opening)
    }

    fn is_holiday(&self, date: NaiveDate) -> bool {
        self.holidays.iter().any(|holiday| holiday.falls_on(date))
    }

    /// Dates from the day before `at`, so that a span which runs over midnight by a zone's change is seen.
    fn dates_from(&self, at: Instant) -> impl Iterator<Item = NaiveDate> {
        let first = self.date(at) - Days::new(1);
        first.iter_days().take(400)
    }

    fn opened(&self, date: NaiveDate) -> Vec<Open> {
        let closes = |holiday: &Holiday| holiday.closed.unwrap_or(self.closed_on_holidays);
        if self.holidays.iter().any(|holiday| closes(holiday) && holiday.falls_on(date)) {
            return Vec::new();
        }
        let spans = self.week.day(date.weekday());
        spans
            .iter()
            .map(|span| Open {
                opens: self.instant(date.and_time(span.opens), Edge::Opening),
                closes: match span.closes {
                    Some(closes) => self.instant(date.and_time(closes), Edge::Closing),
                    None => self.instant((date + Days::new(1)).and_time(NaiveTime::MIN), Edge::Opening),
                },
            })
            .filter(|open| open.opens < open.closes)
            .collect()
    }

    fn open_at(&self, at: Instant) -> Option<Open> {
        self.dates_from(at).take(3).flat_map(|date| self.opened(date)).find(|open| open.opens <= at && at < open.closes)
    }

    /// The opening of a stretch that may run over midnights; a week without a break counts as open since its start.
    fn unbroken_since(&self, open: Open) -> Instant {
        let mut opens = open.opens;
        for _ in 0..7 {
            match self.open_at(opens - TimeDelta::nanoseconds(1)) {
                Some(before) => opens = before.opens,
                None => return opens,
            }
        }
        DateTime::<Utc>::MIN_UTC + TimeDelta::days(1)
    }

    /// A local time as an instant. One that daylight saving removes is the instant of the change; of one that it
    /// doubles, an opening is the first and a closing the second, so that the desk is never open for less than it says.
    fn instant(&self, local: NaiveDateTime, edge: Edge) -> Instant {
        let mut local = local;
        loop {
            match self.zone.from_local_datetime(&local) {
                LocalResult::Single(at) => return at.with_timezone(&Utc),
                LocalResult::Ambiguous(first, second) => {
                    // A closing at the very beginning of what is doubled ends what came before it.
                    let within = |local| matches!(self.zone.from_local_datetime(&local), LocalResult::Ambiguous(..));
                    return match edge {
                        Edge::Closing if within(local - TimeDelta::minutes(1)) => second.with_timezone(&Utc),
                        Edge::Opening | Edge::Closing => first.with_timezone(&Utc),
                    };
                }
                // Zones change at whole minutes.
                LocalResult::None => local += TimeDelta::minutes(1),
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Edge {
    Opening,
    Closing,
}
