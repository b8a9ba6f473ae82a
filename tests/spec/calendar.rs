//! Help-desk hours and business days (POL-02), over both daylight-saving changes (POL-03): literal instants, and the
//! calendar held against an oracle that walks the clock minute by minute and compares what it reads with the written
//! hours.

use super::chart::mt;
use chrono::{DateTime, Datelike, Days, Duration, DurationRound, NaiveDate, NaiveTime, Offset, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use contract::{
    Policy,
    calendar::{Calendar, Holiday, Week},
};
use proptest::{prelude::*, sample::select};
use serde_json::{Map, Value, json};
use std::{collections::BTreeSet, sync::LazyLock};

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

fn week(hours: Value) -> Week {
    serde_json::from_value(hours).unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A calendar in Mountain Time without holidays.
fn in_denver(week: &Week) -> Calendar<'_> {
    Calendar { zone: chrono_tz::America::Denver, week, holidays: &[], closed_on_holidays: false }
}

// The default hours and holidays, literally.

/// Opening and closing of the default hours: the first open instant, and the first that is closed again.
#[rustfmt::skip]
const OPEN: [(&str, &str, &str); 11] = [
    ("Monday",                        "Mon 2026-03-02 06:00 MST", "Mon 2026-03-02 20:00 MST"),
    ("Tuesday",                       "Tue 2026-03-03 06:00 MST", "Tue 2026-03-03 20:00 MST"),
    ("Wednesday",                     "Wed 2026-03-04 06:00 MST", "Wed 2026-03-04 20:00 MST"),
    ("Thursday",                      "Thu 2026-03-05 06:00 MST", "Thu 2026-03-05 20:00 MST"),
    ("Friday",                        "Fri 2026-03-06 06:00 MST", "Fri 2026-03-06 20:00 MST"),
    ("Saturday before the change",    "Sat 2026-03-07 07:00 MST", "Sat 2026-03-07 15:00 MST"),
    ("Monday in daylight saving",     "Mon 2026-03-09 06:00 MDT", "Mon 2026-03-09 20:00 MDT"),
    ("Saturday in daylight saving",   "Sat 2026-10-31 07:00 MDT", "Sat 2026-10-31 15:00 MDT"),
    ("Monday after daylight saving",  "Mon 2026-11-02 06:00 MST", "Mon 2026-11-02 20:00 MST"),
    ("Thanksgiving does not close it", "Thu 2026-11-26 06:00 MST", "Thu 2026-11-26 20:00 MST"),
    ("Christmas does not close it",   "Fri 2026-12-25 06:00 MST", "Fri 2026-12-25 20:00 MST"),
];

#[test]
fn pol_02_the_default_hours() {
    let policy = Policy::defaults();
    let instant = Duration::milliseconds(1);
    for (what, opens, closes) in OPEN {
        let (opens, closes) = (mt(opens), mt(closes));
        let calendar = policy.calendar(opens);
        let open = [opens - instant, opens, closes - instant, closes].map(|at| calendar.is_open(at));
        assert_eq!(open, [false, true, true, false], "{what}: before, from opening, until closing, at closing");
        assert_eq!(calendar.open_from(opens - instant), opens, "{what}: the next opening");
        assert_eq!(calendar.open_from(closes - instant), closes - instant, "{what}: at once while it is open");
    }
}

#[test]
fn pol_02_the_desk_is_closed_on_sunday() {
    let policy = Policy::defaults();
    #[rustfmt::skip]
    let openings = [
        ("Sat 2026-02-28 15:00 MST", "Mon 2026-03-02 06:00 MST"),
        ("Sun 2026-03-01 12:00 MST", "Mon 2026-03-02 06:00 MST"),
        ("Sun 2026-03-08 01:59 MST", "Mon 2026-03-09 06:00 MDT"),
        ("Sun 2026-03-08 03:00 MDT", "Mon 2026-03-09 06:00 MDT"),
        ("Sun 2026-11-01 01:30 MDT", "Mon 2026-11-02 06:00 MST"),
        ("Sun 2026-11-01 01:30 MST", "Mon 2026-11-02 06:00 MST"),
    ];
    for (at, opens) in openings {
        let calendar = policy.calendar(mt(at));
        assert!(!calendar.is_open(mt(at)), "{at}");
        assert_eq!(calendar.open_from(mt(at)), mt(opens), "{at}");
    }
}

#[rustfmt::skip]
const HOLIDAYS: [(&str, &str, &str); 6] = [
    // holiday            2026          2027
    ("New Year's Day",   "2026-01-01", "2027-01-01"),
    ("Memorial Day",     "2026-05-25", "2027-05-31"),
    ("Independence Day", "2026-07-03", "2027-07-05"), // a Saturday, a Sunday
    ("Labor Day",        "2026-09-07", "2027-09-06"),
    ("Thanksgiving Day", "2026-11-26", "2027-11-25"),
    ("Christmas Day",    "2026-12-25", "2027-12-24"), // a Saturday in 2027
];
/// The first day of 2028 is a Saturday: it is observed in the year before.
const OF_THE_NEXT_YEAR: &str = "2027-12-31";

fn days_of(year: i32) -> impl Iterator<Item = NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
    first.iter_days().take_while(move |date| date.year() == year)
}

/// Where the desk is open all week but on holidays, the days without hours are the holidays.
#[test]
fn pol_02_the_default_holidays_of_2026_and_2027() {
    let policy = Policy::defaults();
    let all_week =
        week(DAYS.iter().map(|day| ((*day).to_owned(), json!(["00:00-24:00"]))).collect::<Map<_, _>>().into());
    let version = policy.at(mt("Wed 2026-03-04 09:00 MST"));
    let calendar =
        Calendar { zone: policy.time_zone, week: &all_week, holidays: &version.holidays, closed_on_holidays: true };
    let noon =
        |date: NaiveDate| policy.time_zone.from_local_datetime(&date.and_hms_opt(12, 0, 0).unwrap()).unwrap().to_utc();
    let of_2026 = HOLIDAYS.iter().map(|row| row.1);
    let of_2027 = HOLIDAYS.iter().map(|row| row.2).chain([OF_THE_NEXT_YEAR]);
    for (year, of_year) in
        [(2026, of_2026.map(date).collect::<Vec<_>>()), (2027, of_2027.map(date).collect::<Vec<_>>())]
    {
        let closed: Vec<NaiveDate> = days_of(year).filter(|date| !calendar.is_open(noon(*date))).collect();
        assert_eq!(closed, of_year);
        let days_off: Vec<NaiveDate> = days_of(year)
            .filter(|date| date.weekday().number_from_monday() <= 5 && !calendar.is_business_day(*date))
            .collect();
        assert_eq!(days_off, of_year, "the working days that are no business days");
    }
    let names: Vec<&str> = version.holidays.iter().map(|holiday| holiday.name.as_str()).collect();
    assert_eq!(names, HOLIDAYS.map(|row| row.0));
}

#[test]
fn pol_02_business_days_are_monday_to_friday_but_holidays() {
    let policy = Policy::defaults();
    let calendar = policy.calendar(mt("Wed 2026-03-04 09:00 MST"));
    #[rustfmt::skip]
    let table = [
        ("a Wednesday",                        "2026-03-04", true),
        ("a Saturday, though the desk opens",  "2026-03-07", false),
        ("a Sunday",                           "2026-03-08", false),
        ("a Monday",                           "2026-03-09", true),
        ("the Friday before the 4th, a Saturday", "2026-07-03", false),
        ("the Thursday before it",                "2026-07-02", true),
        ("the Monday after the 4th, a Sunday", "2027-07-05", false),
        ("the Tuesday after it",               "2027-07-06", true),
        ("Thanksgiving",                       "2026-11-26", false),
        ("the Friday after it",                "2026-11-27", true),
    ];
    for (what, day, business_day) in table {
        assert_eq!(calendar.is_business_day(date(day)), business_day, "{what}, {day}");
    }
}

/// 2026-07-04 is a Saturday, on which the desk is open from 07:00 to 15:00.
#[test]
fn pol_05_a_holiday_is_observed_or_on_its_date_and_a_single_date_can_be_closed() {
    let independence = json!({ "name": "Independence Day", "month": 7, "day": 4 });
    let with = |more: Value| {
        let mut holiday = independence.clone();
        holiday.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        holiday
    };
    let storm = |closed: Value| json!({ "name": "The ice storm", "date": "2026-03-04", "closed": closed });
    #[rustfmt::skip]
    let table = [
        // holiday                                      closed on holidays   date   business day   open at noon
        (independence.clone(),                          false, "2026-07-03", false, true),
        (independence.clone(),                          true,  "2026-07-03", false, false),
        (independence.clone(),                          true,  "2026-07-04", false, true),
        (with(json!({ "observed": false })),            true,  "2026-07-03", true,  true),
        (with(json!({ "observed": false })),            true,  "2026-07-04", false, false),
        (with(json!({ "closed": true })),               false, "2026-07-03", false, false),
        (with(json!({ "closed": false })),              true,  "2026-07-03", false, true),
        (storm(json!(true)),                            false, "2026-03-04", false, false),
        (storm(json!(true)),                            false, "2027-03-04", true,  true),
        (storm(json!(null)),                            false, "2026-03-04", false, true),
        (json!({ "name": "A Saturday", "date": "2026-07-04" }), true, "2026-07-04", false, false),
        (json!({ "name": "A Saturday", "date": "2026-07-04" }), true, "2026-07-03", true,  true),
    ];
    let policy = Policy::defaults();
    let version = policy.at(mt("Wed 2026-03-04 09:00 MST"));
    for (holiday, closed_on_holidays, day, business_day, open) in table {
        let holidays = [serde_json::from_value::<Holiday>(holiday.clone()).unwrap()];
        let calendar =
            Calendar { zone: policy.time_zone, week: &version.hours, holidays: &holidays, closed_on_holidays };
        let noon = policy.time_zone.from_local_datetime(&date(day).and_hms_opt(12, 0, 0).unwrap()).unwrap().to_utc();
        let is = (calendar.is_business_day(date(day)), calendar.is_open(noon));
        assert_eq!(is, (business_day, open), "{holiday}, closed on holidays: {closed_on_holidays}, {day}");
    }
}

// Hours that begin or end in the hour that a change removes or doubles. Mountain Time goes from 02:00 MST to 03:00 MDT
// on 2026-03-08, and from 02:00 MDT back to 01:00 MST on 2026-11-01, both Sundays.

#[rustfmt::skip]
const SUNDAY_HOURS: [(&str, &str, &str, &str); 14] = [
    // hours         the Sunday's opening          its closing
    ("opens in the removed hour",   "02:30-04:00", "Sun 2026-03-08 03:00 MDT", "Sun 2026-03-08 04:00 MDT"),
    ("closes in the removed hour",  "01:00-02:30", "Sun 2026-03-08 01:00 MST", "Sun 2026-03-08 03:00 MDT"),
    ("spans the removed hour",      "01:00-04:00", "Sun 2026-03-08 01:00 MST", "Sun 2026-03-08 04:00 MDT"),
    ("closes as it is removed",     "01:00-02:00", "Sun 2026-03-08 01:00 MST", "Sun 2026-03-08 03:00 MDT"),
    ("opens as it is over",         "03:00-04:00", "Sun 2026-03-08 03:00 MDT", "Sun 2026-03-08 04:00 MDT"),
    ("is the removed hour alone",   "02:15-02:45", "Sun 2026-03-15 02:15 MDT", "Sun 2026-03-15 02:45 MDT"),
    ("opens in the doubled hour",   "01:30-03:00", "Sun 2026-11-01 01:30 MDT", "Sun 2026-11-01 03:00 MST"),
    ("closes in the doubled hour",  "00:30-01:30", "Sun 2026-11-01 00:30 MDT", "Sun 2026-11-01 01:30 MST"),
    ("spans the doubled hour",      "00:30-03:00", "Sun 2026-11-01 00:30 MDT", "Sun 2026-11-01 03:00 MST"),
    ("is in the doubled hour",      "01:15-01:45", "Sun 2026-11-01 01:15 MDT", "Sun 2026-11-01 01:45 MST"),
    ("closes as it begins",         "00:00-01:00", "Sun 2026-11-01 00:00 MDT", "Sun 2026-11-01 01:00 MDT"),
    ("opens as it ends",            "02:00-03:00", "Sun 2026-11-01 02:00 MST", "Sun 2026-11-01 03:00 MST"),
    ("closes as it ends",           "01:30-02:00", "Sun 2026-11-01 01:30 MDT", "Sun 2026-11-01 02:00 MST"),
    ("the whole doubled day",       "00:00-24:00", "Sun 2026-11-01 00:00 MDT", "Mon 2026-11-02 00:00 MST"),
];

/// A time that is removed is the instant of the change. In the doubled hour the desk opens when the clock first reads the
/// opening, and closes when it will not read less than the closing any more.
#[test]
fn pol_03_hours_in_the_removed_and_in_the_doubled_hour() {
    for (what, hours, opens, closes) in SUNDAY_HOURS {
        let sunday = week(json!({ "sunday": [hours] }));
        let calendar = in_denver(&sunday);
        let (opens, closes) = (mt(opens), mt(closes));
        let saturday_noon = if opens < mt("Wed 2026-07-01 00:00 MDT") {
            mt("Sat 2026-03-07 12:00 MST")
        } else {
            mt("Sat 2026-10-31 12:00 MDT")
        };
        assert_eq!(calendar.open_from(saturday_noon), opens, "{what}: opens");
        let mut minute = opens;
        while minute < closes {
            assert!(calendar.is_open(minute), "{what}: is open at {minute}");
            minute += Duration::minutes(1);
        }
        assert!(!calendar.is_open(closes), "{what}: is closed at {closes}");
    }
}

/// Due instants on both sides of both changes, held to hours of every day from 01:00 to 03:30 with a grace of an hour.
#[test]
fn pol_03_due_instants_around_the_changes_are_held_to_hours() {
    let nights = week(DAYS.iter().map(|day| ((*day).to_owned(), json!(["01:00-03:30"]))).collect::<Map<_, _>>().into());
    let calendar = in_denver(&nights);
    #[rustfmt::skip]
    let table = [
        ("in winter",                         "Sat 2026-03-07 01:30 MST", "Sat 2026-03-07 02:00 MST"),
        ("the hour after opening is removed", "Sun 2026-03-08 01:30 MST", "Sun 2026-03-08 03:00 MDT"),
        ("right after the removed hour",      "Sun 2026-03-08 03:00 MDT", "Sun 2026-03-08 03:00 MDT"),
        ("at closing",                        "Sun 2026-03-08 03:30 MDT", "Mon 2026-03-09 02:00 MDT"),
        ("the first of the doubled hour",     "Sun 2026-11-01 01:30 MDT", "Sun 2026-11-01 01:00 MST"),
        ("the second of the doubled hour",    "Sun 2026-11-01 01:30 MST", "Sun 2026-11-01 01:30 MST"),
        ("at closing, in winter",             "Sun 2026-11-01 03:30 MST", "Mon 2026-11-02 02:00 MST"),
    ];
    for (what, due, held) in table {
        assert_eq!(calendar.held_to_hours(mt(due), Duration::hours(1)), mt(held), "{what}");
    }
}

/// A desk that never closes has no opening to wait for, and one that opens at midnight after a day without a break none.
#[test]
fn nt_07_no_grace_without_an_opening() {
    let all_week =
        week(DAYS.iter().map(|day| ((*day).to_owned(), json!(["00:00-24:00"]))).collect::<Map<_, _>>().into());
    let over_midnight = week(json!({ "monday": ["20:00-24:00"], "tuesday": ["00:00-04:00"] }));
    let (just_after_midnight, grace) = (mt("Tue 2026-03-03 00:05 MST"), Duration::minutes(15));
    assert_eq!(in_denver(&all_week).held_to_hours(just_after_midnight, grace), just_after_midnight);
    assert_eq!(in_denver(&over_midnight).held_to_hours(just_after_midnight, grace), just_after_midnight);
    let opened = mt("Mon 2026-03-02 20:05 MST");
    assert_eq!(in_denver(&over_midnight).held_to_hours(opened, grace), mt("Mon 2026-03-02 20:15 MST"));
}

// The calendar against the oracle.

/// Hours of one day in minutes since midnight, 1440 being its end.
type Spans = Vec<(u32, u32)>;

/// A day off, as the oracle reads it.
#[derive(Debug, Clone)]
enum DayOff {
    Date { month: u32, day: u32, observed: bool },
    Once(NaiveDate),
    NthWeekday { month: u32, weekday: Weekday, nth: i8 },
}

#[derive(Debug, Clone)]
struct Written {
    zone: Tz,
    hours: [Spans; 7],
    holidays: Vec<DayOff>,
    closed_on_holidays: bool,
}

impl DayOff {
    fn falls_on(&self, date: NaiveDate) -> bool {
        match *self {
            Self::Date { month, day, observed } => (date.year() - 1..=date.year() + 1)
                .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
                .map(|of_year| match of_year.weekday() {
                    Weekday::Sat if observed => of_year - Days::new(1),
                    Weekday::Sun if observed => of_year + Days::new(1),
                    _ => of_year,
                })
                .any(|of_year| of_year == date),
            Self::Once(once) => date == once,
            Self::NthWeekday { month, weekday, nth } => {
                let mut alike: Vec<NaiveDate> =
                    days_of(date.year()).filter(|date| date.month() == month && date.weekday() == weekday).collect();
                if nth < 0 {
                    alike.reverse();
                }
                alike.get(usize::from(nth.unsigned_abs()) - 1) == Some(&date)
            }
        }
    }

    fn json(&self) -> Value {
        match *self {
            Self::Date { month, day, observed } => {
                json!({ "name": "a day off", "month": month, "day": day, "observed": observed })
            }
            Self::Once(date) => json!({ "name": "a day off", "date": date }),
            Self::NthWeekday { month, weekday, nth } => {
                json!({ "name": "a day off", "month": month, "weekday": weekday.to_string(), "nth": nth })
            }
        }
    }
}

impl Written {
    /// As the policy is written.
    fn calendar<T>(&self, judge: impl FnOnce(Calendar<'_>) -> T) -> T {
        let clock = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
        let span = |(opens, closes): &(u32, u32)| format!("{}-{}", clock(*opens), clock(*closes));
        let hours: Map<String, Value> = DAYS
            .iter()
            .zip(&self.hours)
            .map(|(day, spans)| ((*day).to_owned(), spans.iter().map(span).collect::<Vec<_>>().into()))
            .collect();
        let holidays: Vec<Holiday> =
            self.holidays.iter().map(|day| serde_json::from_value(day.json()).unwrap()).collect();
        let week = week(hours.into());
        judge(Calendar {
            zone: self.zone,
            week: &week,
            holidays: &holidays,
            closed_on_holidays: self.closed_on_holidays,
        })
    }

    fn is_day_off(&self, date: NaiveDate) -> bool {
        self.holidays.iter().any(|day| day.falls_on(date))
    }

    /// The minutes of a date at which the desk is open: from when the clock first reads the opening or later, until it
    /// last reads less than the closing.
    fn open_minutes(&self, date: NaiveDate, reads: &[u32]) -> Vec<bool> {
        let mut open = vec![false; reads.len()];
        if self.closed_on_holidays && self.is_day_off(date) {
            return open;
        }
        for (opens, closes) in &self.hours[date.weekday().num_days_from_monday() as usize] {
            let first = reads.iter().position(|minute| minute >= opens);
            let last = reads.iter().rposition(|minute| minute < closes);
            if let (Some(first), Some(last)) = (first, last)
                && first <= last
            {
                open[first..=last].fill(true);
            }
        }
        open
    }
}

/// What the oracle sees when it walks from two days before an instant to the first open minute from it on.
struct Walk {
    /// Each minute with whether the desk is open.
    minutes: Vec<(DateTime<Utc>, bool)>,
    at: DateTime<Utc>,
}

impl Walk {
    fn around(at: DateTime<Utc>, written: &Written) -> Self {
        let mut minutes: Vec<(DateTime<Utc>, bool)> = Vec::new();
        let mut minute = at.duration_trunc(Duration::days(1)).unwrap() - Duration::days(3);
        let (mut today, mut of_today, mut whole) = (None, Vec::new(), false);
        loop {
            let local = minute.with_timezone(&written.zone);
            if today.is_some_and(|today| today != local.date_naive()) {
                // The day that the walk began in was not seen from its start.
                if whole {
                    let reads: Vec<u32> = of_today.iter().map(|(_, reads)| *reads).collect();
                    let open = written.open_minutes(today.unwrap_or_default(), &reads);
                    minutes.extend(of_today.iter().map(|(minute, _)| *minute).zip(open));
                    if minutes
                        .iter()
                        .rev()
                        .take_while(|(minute, _)| *minute + Duration::minutes(1) > at)
                        .any(|(_, open)| *open)
                    {
                        return Self { minutes, at };
                    }
                }
                whole = true;
                of_today.clear();
            }
            today = Some(local.date_naive());
            let reads = local.time().signed_duration_since(NaiveTime::MIN).num_minutes();
            of_today.push((minute, u32::try_from(reads).unwrap()));
            minute += Duration::minutes(1);
        }
    }

    fn place(&self) -> usize {
        self.minutes.partition_point(|(minute, _)| *minute <= self.at) - 1
    }

    fn is_open(&self) -> bool {
        self.minutes[self.place()].1
    }

    fn open_from(&self) -> DateTime<Utc> {
        let from = self.place();
        let next = self.minutes[from..].iter().find(|(_, open)| *open).unwrap().0;
        next.max(self.at)
    }

    fn held_to_hours(&self, grace: Duration) -> DateTime<Utc> {
        let next = self.open_from();
        let place = self.minutes.partition_point(|(minute, _)| *minute <= next) - 1;
        let opened = self.minutes[..=place].iter().rev().take_while(|(_, open)| *open).last().unwrap().0;
        self.at.max(opened + grace)
    }
}

/// The zones: two that change at 02:00 local time or by half an hour, two that change at midnight, two that never do.
const ZONES: [Tz; 6] = [
    chrono_tz::America::Denver,
    chrono_tz::Australia::Lord_Howe,
    chrono_tz::America::Santiago,
    chrono_tz::America::Havana,
    chrono_tz::America::Sao_Paulo,
    chrono_tz::UTC,
];

fn first_day() -> DateTime<Utc> {
    "2024-01-01T00:00:00Z".parse().unwrap()
}

const DAYS_UNTIL_2031: i64 = 2_557;

/// The days of 2024 to 2030 in whose course a zone's offset changes.
fn changes(zone: Tz) -> &'static [DateTime<Utc>] {
    static CHANGES: LazyLock<Vec<Vec<DateTime<Utc>>>> = LazyLock::new(|| {
        let offset = |zone: Tz, at: DateTime<Utc>| zone.offset_from_utc_datetime(&at.naive_utc()).fix();
        let days = |zone: Tz| {
            let days = (0..DAYS_UNTIL_2031).map(|day| first_day() + Duration::days(day));
            days.filter(move |day| offset(zone, *day) != offset(zone, *day + Duration::days(1))).collect()
        };
        ZONES.into_iter().map(days).collect()
    });
    &CHANGES[ZONES.iter().position(|known| *known == zone).unwrap()]
}

/// Instants of 2024 to 2030, to the second, often near a daylight-saving change or near the edges of a week.
fn any_instant(zone: Tz) -> BoxedStrategy<DateTime<Utc>> {
    let anywhere = (0..DAYS_UNTIL_2031 * 86_400).prop_map(|second| first_day() + Duration::seconds(second));
    let week_edge = (0..DAYS_UNTIL_2031 / 7, -36..=36_i64, 0..60_i64).prop_map(move |(weeks, hours, minutes)| {
        // 2024-01-01 was a Monday.
        first_day() + Duration::weeks(weeks) + Duration::hours(hours) + Duration::minutes(minutes)
    });
    if changes(zone).is_empty() {
        return prop_oneof![anywhere, week_edge].boxed();
    }
    let near_change = (select(changes(zone)), -12 * 60..=36 * 60_i64, select(vec![0, 0, 1, 59]))
        .prop_map(|(day, minutes, seconds)| day + Duration::minutes(minutes) + Duration::seconds(seconds));
    prop_oneof![1 => anywhere, 1 => week_edge, 3 => near_change].boxed()
}

/// No hours, the whole day, or one to three spans, often with edges in the small hours.
fn any_spans() -> impl Strategy<Value = Spans> {
    let edge = prop_oneof![0..=1440_u32, (0..=16_u32).prop_map(|quarter| quarter * 15), Just(0), Just(1440)];
    let spans = prop::collection::btree_set(edge, 2..=6).prop_map(|edges: BTreeSet<u32>| {
        let edges: Vec<u32> = edges.into_iter().collect();
        edges.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
    });
    prop_oneof![1 => Just(Vec::new()), 1 => Just(vec![(0, 1440)]), 4 => spans]
}

fn any_hours() -> impl Strategy<Value = [Spans; 7]> {
    let of_days = prop::array::uniform7(any_spans());
    let hours = prop_oneof![6 => of_days, 1 => Just([(); 7].map(|()| vec![(0, 1440)]))];
    hours.prop_filter("is never open", |hours| hours.iter().any(|spans| !spans.is_empty()))
}

fn any_day_off() -> impl Strategy<Value = DayOff> {
    let weekdays =
        vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    let nth = select(vec![-5, -4, -3, -2, -1, 1, 2, 3, 4, 5_i8]);
    prop_oneof![
        (1..=12_u32, 1..=28_u32, any::<bool>()).prop_map(|(month, day, observed)| DayOff::Date {
            month,
            day,
            observed
        }),
        Just(DayOff::Date { month: 2, day: 29, observed: true }),
        (0..800_u64).prop_map(|days| DayOff::Once(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(days))),
        (1..=12_u32, select(weekdays), nth).prop_map(|(month, weekday, nth)| DayOff::NthWeekday {
            month,
            weekday,
            nth
        }),
    ]
}

fn any_written() -> impl Strategy<Value = Written> {
    (select(ZONES.to_vec()), any_hours(), prop::collection::vec(any_day_off(), 0..8), any::<bool>())
        .prop_map(|(zone, hours, holidays, closed_on_holidays)| Written { zone, hours, holidays, closed_on_holidays })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2 * ProptestConfig::default().cases, max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pol_03_hours_are_those_that_the_clock_shows(
        (written, at) in any_written().prop_flat_map(|written| (Just(written.clone()), any_instant(written.zone))),
        grace in prop_oneof![0..=30_i64, 0..=720_i64].prop_map(Duration::minutes),
    ) {
        let walk = Walk::around(at, &written);
        let (is_open, open_from, held) =
            written.calendar(|calendar| (calendar.is_open(at), calendar.open_from(at), calendar.held_to_hours(at, grace)));
        let local = at.with_timezone(&written.zone);
        prop_assert_eq!(is_open, walk.is_open(), "is_open {}", local);
        prop_assert_eq!(open_from, walk.open_from(), "open_from {}", local);
        prop_assert_eq!(held, walk.held_to_hours(grace), "held_to_hours {}", local);
    }

    #[test]
    fn pol_02_business_days_are_those_of_the_written_calendar(written in any_written(), day in 0..DAYS_UNTIL_2031 as u64) {
        let date = first_day().date_naive() + Days::new(day);
        let weekend = ["Sat", "Sun"].contains(&date.format("%a").to_string().as_str());
        let is_business_day = written.calendar(|calendar| calendar.is_business_day(date));
        prop_assert_eq!(is_business_day, !weekend && !written.is_day_off(date), "{}", date);
    }
}
