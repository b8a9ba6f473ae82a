//! CR-06, CR-08: when the monthly meetings are, and which of them something is presented at; by the default rule, the third
//! Wednesday, and by others (POL-01, POL-04).

use super::act;
use chrono::NaiveDate;
use contract::{Instant, MeetingNumber, Policy};
use domain::{
    change_request::{ChangeKind, ChangeRequest, deadline::received_on},
    meeting::{
        Meeting, MeetingCalendar,
        MeetingKind::{self, ProductProcess, Systems},
        calendar::by_rule,
    },
};
use serde_json::{Value, json};
use tests::at;

pub(super) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The defaults with other meetings, from a date on.
pub(super) fn versions(first: Value, later: &[(&str, Value)]) -> Policy {
    let mut document = serde_json::to_value(Policy::defaults()).unwrap();
    let version = document["versions"][0].clone();
    let mut all = Vec::new();
    for (from, terms) in std::iter::once((None, first)).chain(later.iter().map(|(from, of)| (Some(*from), of.clone())))
    {
        let mut version = version.clone();
        if let Some(from) = from {
            version["from"] = json!(from);
        }
        for (name, value) in terms.as_object().unwrap() {
            version["changeRequests"][name] = value.clone();
        }
        all.push(version);
    }
    document["versions"] = json!(all);
    record::notice::load_policy(&document.to_string()).unwrap()
}

/// No meeting was moved, cancelled, or convened.
fn by_the_rule() -> MeetingCalendar {
    MeetingCalendar::default()
}

/// The calendar of a change request with an ad hoc meeting of its kind today, unless there is one.
pub(super) fn with_ad_hoc(of: &ChangeRequest, today: NaiveDate, now: Instant, policy: &Policy) -> MeetingCalendar {
    let kind = of.meeting_kind();
    if of.meetings.is_held(kind, today, policy) {
        return of.meetings.clone();
    }
    let named = (MeetingNumber::of_public("ad hoc", &today.to_string(), 0), kind);
    let said = (None, "what does not wait".to_owned());
    let convened = Meeting::convene(named, today, said, &of.meetings, &act('M', now), policy).unwrap();
    convened.calendar.unwrap()
}

fn monthly(product_process: (&str, i8), systems: (&str, i8)) -> Value {
    let rule = |(weekday, nth): (&str, i8)| json!({ "weekday": weekday, "nth": nth });
    json!({ "meetings": { "productProcess": rule(product_process), "systems": rule(systems) } })
}

/// The third Wednesday: of months that begin on each weekday, on a Wednesday itself, and of a leap year's February.
#[rustfmt::skip]
const THIRD_WEDNESDAYS: [(&str, &str); 22] = [
    ("2002-03-01", "2002-03-20"), // begins on a Friday
    ("2002-05-31", "2002-05-15"), // on a Wednesday
    ("2004-12-24", "2004-12-15"), // on a Wednesday
    ("2008-10-10", "2008-10-15"), // on a Wednesday
    ("2010-02-28", "2010-02-17"), // on a Monday
    ("2015-04-01", "2015-04-15"), // on a Wednesday
    ("2020-01-01", "2020-01-15"), // on a Wednesday, a holiday
    ("2024-02-29", "2024-02-21"), // on a Thursday
    ("2025-10-01", "2025-10-15"), // on a Wednesday
    ("2026-01-01", "2026-01-21"), // on a Thursday
    ("2026-02-01", "2026-02-18"), // on a Sunday
    ("2026-03-15", "2026-03-18"), // on a Sunday
    ("2026-04-30", "2026-04-15"), // on a Wednesday
    ("2026-08-01", "2026-08-19"), // on a Saturday
    ("2026-11-01", "2026-11-18"), // on a Sunday
    ("2026-12-01", "2026-12-16"), // on a Tuesday
    ("2027-09-01", "2027-09-15"), // on a Wednesday
    ("2028-02-29", "2028-02-16"), // on a Tuesday
    ("2028-03-01", "2028-03-15"), // on a Wednesday
    ("2029-08-31", "2029-08-15"), // on a Wednesday
    ("2030-05-15", "2030-05-15"), // on a Wednesday
    ("2030-12-31", "2030-12-18"), // on a Sunday
];

#[test]
fn cr_06_the_monthly_meeting_is_on_the_third_wednesday() {
    let policy = Policy::defaults();
    for (month, meeting) in THIRD_WEDNESDAYS {
        for kind in MeetingKind::ALL {
            assert_eq!(by_rule(kind, date(month), &policy), date(meeting), "{month}");
        }
    }
}

#[test]
fn cr_06_by_another_rule_the_meeting_is_another() {
    // Product and process: the last Tuesday. Systems: the second Thursday.
    let policy = versions(monthly(("Tue", -1), ("Thu", 2)), &[]);
    #[rustfmt::skip]
    let table = [
        ("2002-05-01", "2002-05-28", "2002-05-09"),
        ("2004-12-01", "2004-12-28", "2004-12-09"),
        ("2024-02-01", "2024-02-27", "2024-02-08"),
        ("2026-03-01", "2026-03-31", "2026-03-12"),
        ("2026-11-01", "2026-11-24", "2026-11-12"),
        ("2028-02-01", "2028-02-29", "2028-02-10"),
        ("2030-12-01", "2030-12-31", "2030-12-12"),
    ];
    for (month, product_process, systems) in table {
        let of = |kind: ChangeKind| by_rule(kind.meeting(), date(month), &policy);
        let expected = [date(product_process), date(systems), date(product_process)];
        assert_eq!(ChangeKind::ALL.map(of), expected, "{month}");
    }
}

#[test]
fn cr_06_a_meeting_on_a_holiday_is_on_the_next_business_day() {
    #[rustfmt::skip]
    let table = [
        // the rule     a month        its meeting
        (("Wed", 1),  "2020-01-01", "2020-01-02"), // New Year's Day
        (("Fri", 1),  "2027-01-01", "2027-01-04"), // New Year's Day, before a weekend
        (("Mon", -1), "2026-05-01", "2026-05-26"), // Memorial Day
        (("Mon", 1),  "2026-09-01", "2026-09-08"), // Labor Day
        (("Thu", 4),  "2026-11-01", "2026-11-27"), // Thanksgiving
        (("Fri", -1), "2026-12-01", "2026-12-28"), // Christmas
        (("Sat", 1),  "2026-07-01", "2026-07-06"), // Independence Day, and no weekday
        (("Sat", 2),  "2026-07-01", "2026-07-13"), // a Saturday
    ];
    for (rule, month, meeting) in table {
        let policy = versions(monthly(rule, rule), &[]);
        assert_eq!(by_rule(ProductProcess, date(month), &policy), date(meeting), "{rule:?} {month}");
    }
}

/// POL-04: of each month the rule that holds in it.
#[test]
fn pol_04_a_meeting_is_by_the_rule_of_its_month() {
    let policy = versions(json!({}), &[("2027-01-01", monthly(("Tue", -1), ("Thu", 2)))]);
    #[rustfmt::skip]
    let table = [
        // received      product/process  systems
        ("2026-10-15", "2026-11-18", "2026-11-18"),
        ("2026-11-15", "2026-12-16", "2026-12-16"),
        // Received under the one, presented under the other.
        ("2026-12-02", "2027-01-26", "2027-01-14"),
        ("2026-12-31", "2027-01-26", "2027-01-14"),
        ("2027-01-04", "2027-01-26", "2027-01-14"),
        ("2027-01-05", "2027-02-23", "2027-02-11"),
    ];
    for (received, product_process, systems) in table {
        let presented = [ProductProcess, Systems].map(|kind| by_the_rule().presents(kind, date(received), &policy));
        assert_eq!(presented, [date(product_process), date(systems)], "{received}");
    }
    assert_eq!(by_the_rule().from(Systems, date("2026-12-17"), &policy), date("2027-01-14"));
    // A rule that begins within a month is the next one's.
    let within = versions(json!({}), &[("2027-01-02", monthly(("Tue", -1), ("Thu", 2)))]);
    assert_eq!(by_rule(Systems, date("2027-01-20"), &within), date("2027-01-20"));
    assert_eq!(by_rule(Systems, date("2027-02-20"), &within), date("2027-02-11"));
}

/// Around the first business day of a month, before and after 17:00 in Denver (CR-18): when it came, the day that this counts
/// as, and where it is presented.
#[rustfmt::skip]
const AGENDA: [(&str, &str, &str); 19] = [
    // Monday, 2026-03-02: the 1st is a Sunday.
    ("2026-02-27T23:59:59Z", "2026-02-27", "2026-03-18"), // Friday, 16:59 MST
    ("2026-02-28T00:00:00Z", "2026-03-02", "2026-03-18"), // Friday, 17:00 MST
    ("2026-03-01T18:00:00Z", "2026-03-02", "2026-03-18"), // Sunday
    ("2026-03-02T23:59:59Z", "2026-03-02", "2026-03-18"), // Monday, 16:59 MST
    ("2026-03-03T00:00:00Z", "2026-03-03", "2026-04-15"), // Monday, 17:00 MST
    ("2026-03-03T18:00:00Z", "2026-03-03", "2026-04-15"),
    // Monday, 2026-08-03: the 1st and the 2nd are a weekend.
    ("2026-08-01T18:00:00Z", "2026-08-03", "2026-08-19"), // Saturday
    ("2026-08-03T22:59:59Z", "2026-08-03", "2026-08-19"), // Monday, 16:59 MDT
    ("2026-08-03T23:00:00Z", "2026-08-04", "2026-09-16"), // Monday, 17:00 MDT
    // Friday, 2026-01-02: the 1st is a holiday.
    ("2025-12-31T23:59:59Z", "2025-12-31", "2026-01-21"), // Wednesday, 16:59 MST
    ("2026-01-01T00:00:00Z", "2026-01-02", "2026-01-21"), // Wednesday, 17:00 MST
    ("2026-01-01T18:00:00Z", "2026-01-02", "2026-01-21"), // New Year's Day
    ("2026-01-02T23:59:59Z", "2026-01-02", "2026-01-21"), // Friday, 16:59 MST
    ("2026-01-03T00:00:00Z", "2026-01-05", "2026-02-18"), // Friday, 17:00 MST
    // Wednesday, 2026-04-01, is one itself.
    ("2026-03-31T23:00:00Z", "2026-04-01", "2026-04-15"), // Tuesday, 17:00 MDT
    ("2026-04-01T22:59:59Z", "2026-04-01", "2026-04-15"), // Wednesday, 16:59 MDT
    ("2026-04-01T23:00:00Z", "2026-04-02", "2026-05-20"), // Wednesday, 17:00 MDT
    // Over the year's end.
    ("2026-12-02T00:00:00Z", "2026-12-02", "2027-01-20"), // Tuesday the 1st, 17:00 MST
    ("2026-12-01T23:59:59Z", "2026-12-01", "2026-12-16"), // Tuesday the 1st, 16:59 MST
];

#[test]
fn cr_06_what_is_received_by_the_first_business_day_is_presented_that_month() {
    let policy = Policy::defaults();
    for (came, received, presented) in AGENDA {
        let day = received_on(at(came), &policy);
        assert_eq!(day, date(received), "{came} counts as");
        assert_eq!(by_the_rule().presents(ProductProcess, day, &policy), date(presented), "{came} is presented at");
    }
}

/// One week before the meeting is exactly 7 days: the meetings of March and April 2026 are on the 18th and the 15th.
#[test]
fn cr_08_a_response_is_presented_at_the_first_meeting_a_week_later() {
    let policy = Policy::defaults();
    #[rustfmt::skip]
    let table = [
        ("2026-02-11", "2026-02-18"),
        ("2026-02-12", "2026-03-18"),
        ("2026-03-10", "2026-03-18"),
        ("2026-03-11", "2026-03-18"), // 7 days
        ("2026-03-12", "2026-04-15"), // 6 days
        ("2026-03-18", "2026-04-15"), // on the day itself
        ("2026-04-08", "2026-04-15"), // 7 days
        ("2026-04-09", "2026-05-20"), // 6 days
        ("2026-12-09", "2026-12-16"), // 7 days
        ("2026-12-10", "2027-01-20"), // 6 days
    ];
    for (issued, presented) in table {
        assert_eq!(by_the_rule().presents_response(ProductProcess, date(issued), &policy), date(presented), "{issued}");
    }
    // By another policy three days are enough; one that begins later does not matter to what was issued before it.
    let policy = versions(json!({}), &[("2026-03-12", json!({ "presentedAfter": 3 }))]);
    for (issued, presented) in [
        ("2026-03-11", "2026-03-18"),
        ("2026-03-12", "2026-03-18"),
        ("2026-03-15", "2026-03-18"),
        ("2026-03-16", "2026-04-15"),
    ] {
        assert_eq!(by_the_rule().presents_response(ProductProcess, date(issued), &policy), date(presented), "{issued}");
    }
}

#[test]
fn cr_06_the_next_meeting_from_a_date_on() {
    let policy = Policy::defaults();
    #[rustfmt::skip]
    let table = [
        ("2026-03-01", "2026-03-18"), ("2026-03-18", "2026-03-18"), ("2026-03-19", "2026-04-15"), ("2026-12-17", "2027-01-20"),
    ];
    for (from, next) in table {
        assert_eq!(by_the_rule().from(ProductProcess, date(from), &policy), date(next), "{from}");
    }
    // One that a holiday moved into the next month is still to come on its first days: the last Sunday of May 2026.
    let policy = versions(monthly(("Sun", -1), ("Sun", -1)), &[]);
    assert_eq!(by_rule(ProductProcess, date("2026-05-01"), &policy), date("2026-06-01"));
    assert_eq!(by_the_rule().from(ProductProcess, date("2026-05-28"), &policy), date("2026-06-01"));
    assert_eq!(by_the_rule().from(ProductProcess, date("2026-06-01"), &policy), date("2026-06-01"));
    assert_eq!(by_the_rule().from(ProductProcess, date("2026-06-02"), &policy), date("2026-06-29"));
}
