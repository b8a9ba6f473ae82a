//! WB-05: the availability of an interface by the day, in the policy's zone, and how events that were told impair it.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use contract::Severity::{self, Critical, Minimal, Serious};
use domain::availability::{Impairment, days, percent};
use tests::story::policy;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn impaired(severity: Severity, from: &str, until: Option<&str>) -> Impairment {
    Impairment { from: at(from), until: until.map(at), severity }
}

/// A day by its name: how long it is, and how long of it is planned, unavailable, impaired, in minutes.
struct Row(&'static str, [i64; 4]);

#[test]
fn wb_05_each_day_is_split_into_what_it_was() {
    // Denver: six hours behind UTC in summer, seven in winter; 2026-03-08 has 23 hours, 2026-11-01 has 25.
    let impairments = [
        impaired(Critical, "2026-03-08T06:30:00Z", Some("2026-03-08T08:00:00Z")), // 23:30 to 01:00 over midnight
        impaired(Serious, "2026-03-08T07:30:00Z", Some("2026-03-08T12:00:00Z")), // beside it, from 00:30 to 06:00 local
        impaired(Minimal, "2026-03-09T18:00:00Z", Some("2026-03-09T18:00:00Z")), // told and over at once
        impaired(Critical, "2026-03-10T05:00:00Z", Some("2026-03-10T09:00:00Z")), // 23:00 to 03:00
    ];
    let planned = [(at("2026-03-10T06:00:00Z"), at("2026-03-10T08:00:00Z"))]; // midnight to 02:00
    let told = days(&impairments, &planned, NaiveDate::from_ymd_opt(2026, 3, 11).unwrap(), &policy());
    assert_eq!(told.len(), 90);
    for Row(date, [length, planned, unavailable, impaired]) in [
        Row("2026-03-06", [1440, 0, 0, 0]),
        Row("2026-03-07", [1440, 0, 30, 0]),
        Row("2026-03-08", [1380, 0, 60, 240]),
        Row("2026-03-09", [1440, 0, 60, 0]),
        Row("2026-03-10", [1440, 120, 60, 0]),
    ] {
        let day = told.iter().find(|day| day.date.to_string() == date).unwrap();
        let minutes = |of: TimeDelta| of.num_minutes();
        let found = [day.length, day.planned, day.unavailable, day.impaired].map(minutes);
        assert_eq!(found, [length, planned, unavailable, impaired], "{date}");
    }
    let autumn = days(&[], &[], NaiveDate::from_ymd_opt(2026, 11, 2).unwrap(), &policy());
    assert_eq!(autumn.last().unwrap().length, TimeDelta::hours(25));
    // What is open is so to the end of the last day that is told.
    let open = [impaired(Critical, "2026-03-10T18:00:00Z", None)];
    let told = days(&open, &[], NaiveDate::from_ymd_opt(2026, 3, 11).unwrap(), &policy());
    assert_eq!(told.last().unwrap().unavailable, TimeDelta::hours(12));
}

#[test]
fn wb_05_what_is_planned_counts_neither_for_nor_against_it() {
    let mut policy = policy();
    policy.availability.days = 2;
    let today = NaiveDate::from_ymd_opt(2026, 7, 3).unwrap();
    let planned = [(at("2026-07-01T06:00:00Z"), at("2026-07-02T06:00:00Z"))]; // the first day, whole
    let down = [impaired(Critical, "2026-07-02T18:00:00Z", Some("2026-07-03T00:00:00Z"))];
    assert_eq!(percent(&days(&down, &planned, today, &policy)), Some(75.0));
    assert_eq!(percent(&days(&[], &[], today, &policy)), Some(100.0));
    policy.availability.days = 1;
    let planned = [(at("2026-07-02T06:00:00Z"), at("2026-07-03T06:00:00Z"))];
    assert_eq!(percent(&days(&down, &planned, today, &policy)), None, "all was planned");
    // Which severities make it unavailable is the policy's.
    policy.availability.unavailable = [Critical, Serious].into();
    let down = [impaired(Serious, "2026-07-02T06:00:00Z", Some("2026-07-02T18:00:00Z"))];
    assert_eq!(percent(&days(&down, &[], today, &policy)), Some(50.0));
}

#[test]
fn wb_05_a_policy_of_no_days_or_of_years_is_refused() {
    for (days, sound) in [(0, false), (1, true), (366, true), (367, false)] {
        let read = contract::Policy::read(&format!(r#"{{ "availability": {{ "days": {days} }} }}"#));
        assert_eq!(read.is_ok(), sound, "{days}");
    }
}
