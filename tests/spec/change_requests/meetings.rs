//! CR-06, CR-08: when the monthly meetings are, and which of them something is presented at; by the default rule, the third
//! Wednesday, and by others (POL-01, POL-04).

use super::act;
use chrono::NaiveDate;
use contract::{FieldError, Instant, MeetingNumber, Party, Policy, Refused};
use domain::{
    change_request::{ChangeKind, ChangeRequest, deadline::received_on},
    meeting::{
        Meeting, MeetingCalendar,
        MeetingKind::{self, ProductProcess, Systems},
        calendar::by_rule,
    },
};
use record::ActionContext;
use serde_json::{Value, json};
use tests::at;

fn at_noon() -> Instant {
    at("2026-03-10T18:00:00Z")
}

fn date(text: &str) -> NaiveDate {
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

/// What became of three meetings of product and process: that of March was moved, that of April cancelled, and one on 2026-04-22 is ad hoc.
fn changed() -> MeetingCalendar {
    let policy = Policy::defaults();
    let (manager, none) = (act('M', at("2026-03-02T17:00:00Z")), MeetingCalendar::default());
    let of_month = |month| Meeting::of_rule(ProductProcess, date(month), &policy);
    let reason = || "the hall is taken".to_owned();
    let moved = of_month("2026-03-01").move_to(date("2026-03-25"), None, reason(), &none, &manager, &policy);
    let calendar = moved.unwrap().unwrap().calendar.unwrap();
    let cancelled = of_month("2026-04-01").cancel(reason(), &calendar, &manager, &policy);
    let calendar = cancelled.unwrap().unwrap().calendar.unwrap();
    let number = MeetingNumber::of_public("ad hoc", "one", 0);
    let said = (None, "what does not wait".to_owned());
    let ad_hoc =
        Meeting::convene((number, ProductProcess), date("2026-04-22"), said, &calendar, &manager, &policy).unwrap();
    ad_hoc.calendar.unwrap()
}

#[test]
fn cr_20_the_calendar_knows_which_meetings_are_not_as_the_rule_says() {
    let (calendar, policy) = (changed(), Policy::defaults());
    let of_month = |kind, month| calendar.of_month(kind, date(month), &policy).map(|date| date.to_string());
    assert_eq!(of_month(ProductProcess, "2026-03-10").as_deref(), Some("2026-03-25"));
    assert_eq!(of_month(ProductProcess, "2026-04-10"), None);
    assert_eq!(of_month(Systems, "2026-03-10").as_deref(), Some("2026-03-18"));
    // The next monthly one from a date on: an ad hoc meeting is none.
    for (from, next) in [
        ("2026-02-18", "2026-02-18"),
        ("2026-02-19", "2026-03-25"),
        ("2026-03-18", "2026-03-25"),
        ("2026-03-25", "2026-03-25"),
        ("2026-03-26", "2026-05-20"),
        ("2026-04-22", "2026-05-20"),
    ] {
        assert_eq!(calendar.from(ProductProcess, date(from), &policy), date(next), "from {from}");
    }
    for (on, product_process, systems) in [
        ("2026-03-18", false, true),
        ("2026-03-25", true, false),
        ("2026-04-15", false, true),
        ("2026-04-22", true, false),
        ("2026-05-20", true, true),
    ] {
        let held = [ProductProcess, Systems].map(|kind| calendar.is_held(kind, date(on), &policy));
        assert_eq!(held, [product_process, systems], "on {on}");
    }
    let dates = calendar.between(date("2026-03-01"), date("2026-05-31"), &policy).into_keys();
    let dates: Vec<String> = dates.map(|date| date.to_string()).collect();
    assert_eq!(dates.join(" "), "2026-03-18 2026-03-25 2026-04-15 2026-04-22 2026-05-20");
}

#[test]
fn cr_20_what_hangs_on_a_meeting_follows_it() {
    let (calendar, policy) = (changed(), Policy::defaults());
    // Received, and a response issued: where each is presented.
    for (on, presented) in [("2026-03-02", "2026-03-25"), ("2026-03-03", "2026-05-20"), ("2026-04-02", "2026-05-20")] {
        assert_eq!(calendar.presents(ProductProcess, date(on), &policy), date(presented), "received {on}");
    }
    for (on, presented) in [("2026-03-11", "2026-03-25"), ("2026-03-18", "2026-03-25"), ("2026-03-19", "2026-05-20")] {
        assert_eq!(calendar.presents_response(ProductProcess, date(on), &policy), date(presented), "issued {on}");
    }
    assert_eq!(calendar.presents(Systems, date("2026-03-03"), &policy), date("2026-04-15"));
}

#[test]
fn cr_20_what_is_received_after_a_moved_meeting_is_for_the_next_one() {
    let (policy, none) = (Policy::defaults(), MeetingCalendar::default());
    let march = Meeting::of_rule(ProductProcess, date("2026-03-01"), &policy);
    let manager = act('M', at("2026-02-10T17:00:00Z"));
    let moved = march.move_to(date("2026-02-25"), None, "so".to_owned(), &none, &manager, &policy);
    let calendar = moved.unwrap().unwrap().calendar.unwrap();
    for (received, presented) in [
        ("2026-02-02", "2026-02-18"),
        ("2026-02-20", "2026-02-25"),
        ("2026-02-25", "2026-02-25"),
        ("2026-02-26", "2026-04-15"),
        ("2026-03-02", "2026-04-15"),
        ("2026-03-03", "2026-04-15"),
    ] {
        assert_eq!(calendar.presents(ProductProcess, date(received), &policy), date(presented), "received {received}");
    }
}

#[test]
fn cr_20_the_calendar_keeps_two_years_before_the_latest_meeting_that_it_knows() {
    let policy = Policy::defaults();
    let moves = |calendar: MeetingCalendar, (month, to, now): (&str, &str, &str)| {
        let meeting = Meeting::of_rule(ProductProcess, date(month), &policy);
        let moved = meeting.move_to(date(to), None, "so".to_owned(), &calendar, &act('M', at(now)), &policy);
        moved.unwrap().unwrap().calendar.unwrap()
    };
    // The last act is of a meeting that is not the latest.
    let calendar = [
        ("2024-08-01", "2024-08-28", "2024-03-01T17:00:00Z"),
        ("2026-07-01", "2026-07-22", "2026-03-02T17:00:00Z"),
        ("2024-04-01", "2024-04-24", "2024-03-01T17:00:00Z"),
        ("2026-03-01", "2026-03-25", "2026-03-02T17:00:00Z"),
    ]
    .into_iter()
    .fold(MeetingCalendar::default(), moves);
    let of_month = |month| calendar.of_month(ProductProcess, date(month), &policy).unwrap();
    for (month, on) in [("2024-04-01", "2024-04-17"), ("2024-08-01", "2024-08-28"), ("2026-03-01", "2026-03-25")] {
        assert_eq!(of_month(month), date(on), "{month}");
    }
}

#[test]
fn cr_20_a_meeting_is_on_a_business_day_ahead_on_which_no_other_of_its_kind_is() {
    let (calendar, policy, manager) = (changed(), Policy::defaults(), act('M', at("2026-03-02T17:00:00Z")));
    let of_may = || Meeting::of_rule(ProductProcess, date("2026-05-01"), &policy);
    for (to, detail) in [
        ("2026-02-27", "is not before today, 2026-03-02"),
        ("2027-05-03", "is within 366 days of today"),
        ("2026-05-23", "is a business day"),
        ("2026-05-25", "is a business day"), // Memorial Day
        ("2026-04-22", "is a day on which no other meeting of productProcess is"),
        ("2026-06-17", "is a day on which no other meeting of productProcess is"),
    ] {
        let refused = of_may().move_to(date(to), None, "so".to_owned(), &calendar, &manager, &policy).unwrap_err();
        assert_eq!(refused, Refused::field("date", "CR-20", detail), "to {to}");
    }
    // Told five business days before it, or later: from Monday the 2nd these end on the 9th.
    for (to, is_short) in [("2026-03-06", true), ("2026-03-09", false), ("2026-05-21", false)] {
        let moved = of_may().move_to(date(to), None, "so".to_owned(), &calendar, &manager, &policy).unwrap();
        assert_eq!(moved.unwrap().meeting.record.short_notice, is_short, "to {to}");
    }
    // It is so already; only the CMP Manager changes it; its day is over, or it is cancelled.
    let on = |now: &str, by| act(by, at(now));
    let moves =
        |act: &ActionContext| of_may().move_to(date("2026-05-20"), None, "so".to_owned(), &calendar, act, &policy);
    assert_eq!(moves(&manager), Ok(None));
    for by in ['G', 'P', 'D', 'S', 'a'] {
        assert!(
            matches!(moves(&on("2026-03-02T17:00:00Z", by)), Err(Refused::Forbidden { rule: "CR-20", .. })),
            "{by}"
        );
    }
    let refused = moves(&on("2026-05-21T17:00:00Z", 'M')).unwrap_err();
    assert_eq!(
        refused,
        Refused::not_now(
            "CR-20",
            "move is not possible: the meeting was on 2026-05-20",
            &["agendaItem", "attendance", "actionItem", "minutes"]
        )
    );
    let cancelled = of_may().cancel("so".to_owned(), &calendar, &manager, &policy).unwrap().unwrap();
    let (cancelled, calendar) = (cancelled.meeting.record, cancelled.calendar.unwrap());
    assert!(!calendar.is_held(ProductProcess, date("2026-05-20"), &policy));
    let refused = cancelled.clone().add_agenda_item("so".to_owned(), None, &manager, &policy);
    assert_eq!(refused, Err(Refused::not_now("CR-20", "agendaItem is not possible: the meeting is cancelled", &["move"])));
    // It is set again, on its date or another, while that is ahead.
    for to in ["2026-05-20", "2026-05-21"] {
        let set = cancelled.clone().move_to(date(to), None, "so".to_owned(), &calendar, &manager, &policy);
        let set = set.unwrap().unwrap();
        assert_eq!((set.meeting.record.cancelled, set.meeting.record.date), (None, date(to)));
        assert!(set.calendar.unwrap().is_held(ProductProcess, date(to), &policy), "{to}");
    }
    let late = on("2026-05-21T17:00:00Z", 'M');
    let refused = cancelled.move_to(date("2026-05-27"), None, "so".to_owned(), &calendar, &late, &policy);
    assert_eq!(refused, Err(Refused::not_now("CR-20", "move is not possible: the meeting was on 2026-05-20", &[])));
}

#[test]
fn cr_20_no_clec_fills_an_agenda_for_others() {
    let policy = Policy::defaults();
    let march = || Meeting::of_rule(ProductProcess, date("2026-03-01"), &policy);
    let brings = |meeting: Meeting, by: &ActionContext, text: &str| {
        meeting.add_agenda_item(text.to_owned(), None, by, &policy).map(|change| change.record)
    };
    let full = |detail: &str| Refused::Full(FieldError::new("agenda", "CR-20", detail));
    let of_one = full("holds at most 5 items of one CLEC, of 12288 bytes together");
    let of_all = full("holds at most 40 items of CLECs, of 49152 bytes together");
    let of_clec = |at: usize| {
        let mut by = act('a', at_noon());
        by.by.party = Party::Clec(format!("clec-{at}").parse().unwrap());
        by
    };
    let (one, provider) = (of_clec(0), act('M', at_noon()));
    // Five items, or twelve KiB.
    let five = (0..5).fold(march(), |meeting, _| brings(meeting, &one, "so").unwrap());
    assert_eq!(brings(five.clone(), &one, "so").unwrap_err(), of_one);
    let long = "\u{1F4C5}".repeat(1_400);
    let two = (0..2).try_fold(march(), |meeting, _| brings(meeting, &one, &long));
    assert_eq!(brings(two.unwrap(), &one, &long).unwrap_err(), of_one);
    // Eight CLECs have brought forty, and the ninth finds no room: the provider does.
    let forty = (1..8).fold(five, |meeting, of| (0..5).fold(meeting, |meeting, _| brings(meeting, &of_clec(of), "so").unwrap()));
    assert_eq!(brings(forty.clone(), &of_clec(8), "so").unwrap_err(), of_all);
    let fifty = (0..10).fold(forty, |meeting, _| brings(meeting, &provider, "so").unwrap());
    assert_eq!(brings(fifty, &provider, "so").unwrap_err(), Refused::full("agenda", "CR-20", 50));
}

#[test]
fn cr_20_a_package_is_distributed_for_the_meetings_that_it_was_made_of() {
    let (policy, manager, none) = (Policy::defaults(), act('M', at_noon()), MeetingCalendar::default());
    let march = |kind| Meeting::of_rule(kind, date("2026-03-01"), &policy);
    let both = [ProductProcess, Systems].as_slice();
    let distributes = |meeting: Meeting, of, package: &str, calendar: &MeetingCalendar| {
        meeting.distribute(of, package, calendar, &manager, &policy).map(|change| change.package.len())
    };
    let on = date("2026-03-18");
    // In parts of 200 kB, and no larger than one transaction takes.
    assert_eq!(distributes(march(ProductProcess), (on, both), &"x".repeat(400_001), &none), Ok(3));
    let detail = "is kept in at most 3500000 bytes, and this one has 3500001: it is not distributed";
    let refused = distributes(march(ProductProcess), (on, both), &"x".repeat(3_500_001), &none);
    assert_eq!(refused, Err(Refused::Full(FieldError::new("package", "CR-20", detail))));
    // It was moved since the package was made, or the other one was.
    let moves = |kind| march(kind).move_to(date("2026-03-25"), None, "so".to_owned(), &none, &manager, &policy);
    let changed = "distribution is not possible: the meetings of 2026-03-18 were changed meanwhile";
    let changed = Err(Refused::not_now("CR-20", changed, &["move", "cancellation", "distribution", "agendaItem"]));
    let moved = moves(ProductProcess).unwrap().unwrap();
    assert_eq!(distributes(moved.meeting.record, (on, both), "x", &moved.calendar.unwrap()), changed);
    let other = moves(Systems).unwrap().unwrap().calendar.unwrap();
    assert_eq!(distributes(march(ProductProcess), (on, both), "x", &other), changed);
    assert_eq!(distributes(march(ProductProcess), (on, &both[..1]), "x", &other), Ok(1));
}

#[test]
fn cr_20_a_meeting_of_which_something_is_recorded_keeps_its_day() {
    let (none, policy, manager) = (MeetingCalendar::default(), Policy::defaults(), act('M', at("2026-03-18T17:00:00Z")));
    let march = || Meeting::of_rule(ProductProcess, date("2026-03-01"), &policy);
    let text = || "so".to_owned();
    let recorded = [
        march().record_attendance(None, vec!["Cara".to_owned()], &manager, &policy).unwrap().unwrap().record,
        march().add_action_item(text(), None, date("2026-03-31"), &manager, &policy).unwrap().record,
        march().issue_minutes(text(), &manager, &policy).unwrap().unwrap().record,
    ];
    let possible = ["distribution", "agendaItem", "attendance", "actionItem", "minutes"];
    let refused = |task| {
        let detail = format!("{task} is not possible: what came of the meeting of 2026-03-18 is recorded");
        Err(Refused::not_now("CR-20", detail, &possible))
    };
    for held in recorded {
        let moved = held.clone().move_to(date("2026-03-25"), None, text(), &none, &manager, &policy);
        assert_eq!(moved, refused("move"));
        assert_eq!(held.cancel(text(), &none, &manager, &policy), refused("cancellation"));
    }
    // An agenda alone does not hold it.
    let agenda = march().add_agenda_item(text(), None, &manager, &policy).unwrap().record;
    assert!(agenda.move_to(date("2026-03-25"), None, text(), &none, &manager, &policy).unwrap().is_some());
}
