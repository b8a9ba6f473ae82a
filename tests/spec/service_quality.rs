//! QS-04 as tables: what a quantity is, when windows begin and end, and how a window stands to a threshold.

use chrono::{DateTime, Utc};
use contract::{Instant, Policy, Quantity};
use domain::service_quality::{
    Aggregate, Comparator, MeasuredBy, Standing, Statistic, Terms, Window,
    series::{DayOfSeries, HourOfSeries, IN_AN_HOUR_AT_MOST, Point, SOURCES_AT_MOST, Taken, windows},
    terms::Period,
};
use serde_json::json;

fn at(text: &str) -> Instant {
    text.parse::<DateTime<Utc>>().unwrap()
}

fn quantity(text: &str) -> Quantity {
    text.parse().unwrap()
}

#[test]
fn qs_04_a_quantity_is_a_finite_decimal_number() {
    let rows = [
        ("0", Some("0")),
        ("-0", Some("0")),
        ("12.50", Some("12.5")),
        ("1e3", Some("1000")),
        ("-273.15", Some("-273.15")),
        (".5", Some("0.5")),
        ("10000000000000", Some("10000000000000")),
        ("10000000000001", None),
        ("1e400", None),
        ("1e-14", None),
        ("NaN", None),
        ("inf", None),
        ("-Infinity", None),
        ("1,5", None),
        ("1_000", None),
        ("0x10", None),
        ("", None),
        ("e", None),
        ("12 ", None),
    ];
    for (text, printed) in rows {
        let read = text.parse::<Quantity>().ok().map(|of| of.to_string());
        assert_eq!(read.as_deref(), printed, "{text}");
        if let Some(printed) = printed {
            let json = serde_json::to_value(quantity(text)).unwrap();
            assert_eq!(json.to_string(), printed);
            assert_eq!(serde_json::from_value::<Quantity>(json).unwrap(), quantity(text));
        }
    }
}

/// Days and months are those of the policy's zone, Denver; an hour is one of the clock, whatever that shows.
#[test]
fn qs_04_windows_are_the_clocks_hours_and_the_policys_days_and_months() {
    let policy = Policy::defaults();
    let rows = [
        (Window::Hour, "2026-03-04T17:59:59Z", "2026-03-04T17:00:00Z", "2026-03-04T18:00:00Z"),
        (Window::Hour, "2026-03-04T17:00:00Z", "2026-03-04T17:00:00Z", "2026-03-04T18:00:00Z"),
        // A clock that runs has parts of seconds.
        (Window::Hour, "2026-03-04T17:30:00.678Z", "2026-03-04T17:00:00Z", "2026-03-04T18:00:00Z"),
        (Window::Day, "2026-03-04T07:00:00.678Z", "2026-03-04T07:00:00Z", "2026-03-05T07:00:00Z"),
        (Window::Day, "2026-03-04T06:59:59Z", "2026-03-03T07:00:00Z", "2026-03-04T07:00:00Z"),
        (Window::Day, "2026-03-04T07:00:00Z", "2026-03-04T07:00:00Z", "2026-03-05T07:00:00Z"),
        // 23 hours, when the clocks are put forward, and 25, when they are put back.
        (Window::Day, "2026-03-08T20:00:00Z", "2026-03-08T07:00:00Z", "2026-03-09T06:00:00Z"),
        (Window::Day, "2026-11-01T07:30:00Z", "2026-11-01T06:00:00Z", "2026-11-02T07:00:00Z"),
        (Window::Month, "2026-03-04T07:00:00Z", "2026-03-01T07:00:00Z", "2026-04-01T06:00:00Z"),
        (Window::Month, "2026-12-31T23:00:00Z", "2026-12-01T07:00:00Z", "2027-01-01T07:00:00Z"),
        (Window::Month, "2028-02-29T23:00:00Z", "2028-02-01T07:00:00Z", "2028-03-01T07:00:00Z"),
    ];
    for (window, within, from, until) in rows {
        assert_eq!(window.around(at(within), &policy), (at(from), at(until)), "{window} around {within}");
    }
}

fn terms(comparator: Comparator) -> Terms {
    Terms {
        from: at("2026-03-01T07:00:00Z"),
        until: None,
        statistic: Statistic::Average,
        comparator,
        target: quantity("50"),
        warning: None,
        tolerance: None,
        tolerance_period: None,
        conformance_period: None,
        window: Window::Day,
        minimum: 1,
        grace_times: 0,
        measured_by: MeasuredBy::Provider,
        consequences: Vec::new(),
    }
}

fn measured(values: &[&str]) -> Option<Aggregate> {
    Aggregate::of(values.iter().map(|value| quantity(value)))
}

type Row<'a> = (Comparator, &'a str, &'a str, u32, &'a [&'a str], Standing);

#[test]
fn qs_04_how_a_window_stands_is_told_by_comparator_target_warning_and_tolerance() {
    use Comparator::{GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual};
    use Standing::{Endangered, Met, Missed, Tolerated, TooFew};
    // Comparator, warning, tolerance, least number, what was measured, how it stands to the target of 50.
    let rows: &[Row<'_>] = &[
        (LessThan, "", "", 1, &["49.9"], Met),
        (LessThan, "", "", 1, &["50"], Missed),
        (LessThanOrEqual, "", "", 1, &["50"], Met),
        (LessThanOrEqual, "", "", 1, &["50.1"], Missed),
        (GreaterThan, "", "", 1, &["50"], Missed),
        (GreaterThan, "", "", 1, &["50.1"], Met),
        (GreaterThanOrEqual, "", "", 1, &["50"], Met),
        (GreaterThanOrEqual, "", "", 1, &["49.9"], Missed),
        (LessThanOrEqual, "40", "", 1, &["39.9"], Met),
        (LessThanOrEqual, "40", "", 1, &["40"], Endangered),
        (LessThanOrEqual, "40", "", 1, &["51"], Missed),
        (GreaterThanOrEqual, "60", "", 1, &["60.1"], Met),
        (GreaterThanOrEqual, "60", "", 1, &["60"], Endangered),
        (LessThanOrEqual, "", "5", 1, &["55"], Tolerated),
        (LessThanOrEqual, "", "5", 1, &["55.1"], Missed),
        (GreaterThanOrEqual, "", "5", 1, &["45"], Tolerated),
        (GreaterThanOrEqual, "", "5", 1, &["44.9"], Missed),
        (LessThanOrEqual, "", "", 3, &["90", "90"], TooFew),
        (LessThanOrEqual, "", "", 3, &["90", "40", "20"], Met),
        (LessThanOrEqual, "", "", 1, &[], TooFew),
    ];
    for (comparator, warning, tolerance, minimum, values, standing) in rows {
        let terms = Terms {
            warning: warning.parse().ok(),
            tolerance: tolerance.parse().ok(),
            minimum: *minimum,
            ..terms(*comparator)
        };
        let found = terms.standing(measured(values).as_ref(), at("2026-03-02T07:00:00Z"));
        assert_eq!(found, *standing, "{comparator} {warning} {tolerance} {minimum} {values:?}");
    }
}

#[test]
fn qs_04_what_is_computed_of_a_window_is_the_statistic_and_tolerance_has_its_dates() {
    let of = measured(&["10", "20", "60"]).unwrap();
    let value = |statistic| Terms { statistic, ..terms(Comparator::LessThanOrEqual) }.value(&of).to_string();
    let values = [Statistic::Average, Statistic::Minimum, Statistic::Maximum, Statistic::Total].map(value);
    assert_eq!(values, ["30", "10", "60", "90"]);
    let period = Period { from: Some(at("2026-03-02T07:00:00Z")), until: Some(at("2026-03-03T07:00:00Z")) };
    let terms =
        Terms { tolerance: "5".parse().ok(), tolerance_period: Some(period), ..terms(Comparator::LessThanOrEqual) };
    let standing = |from| terms.standing(measured(&["52"]).as_ref(), at(from));
    let standings = ["2026-03-01T07:00:00Z", "2026-03-02T07:00:00Z", "2026-03-03T07:00:00Z"].map(standing);
    assert_eq!(standings, [Standing::Missed, Standing::Tolerated, Standing::Missed]);
}

/// An hour belongs to the window in which it begins, and what follows of many hours is what follows of all their measurements.
#[test]
fn qs_04_what_follows_from_hours_is_what_follows_from_their_measurements() {
    let policy = Policy::defaults();
    let hours = [
        ("2026-03-08T06:00:00Z", &["1", "3"][..]),
        ("2026-03-08T07:00:00Z", &["5"]),
        ("2026-03-09T05:00:00Z", &["7", "9", "11"]),
        ("2026-03-09T06:00:00Z", &["100"]),
    ];
    let hours = hours.map(|(hour, values)| (at(hour), measured(values).unwrap()));
    let days: Vec<String> = windows(hours, Window::Day, &policy)
        .into_iter()
        .map(|(from, _, of)| format!("{} {} {} {} {}", from.format("%FT%R"), of.n, of.sum, of.min, of.max))
        .collect();
    assert_eq!(days, ["2026-03-07T07:00 2 4 1 3", "2026-03-08T07:00 4 32 5 11", "2026-03-09T06:00 1 100 100 100"]);
}

/// What is stored of a series is held: an hour, of which each measurement has its second, its source's place, its value, and the value
/// before it was corrected; and a day with the number, the sum, the smallest and the largest of each hour.
#[test]
fn qs_04_what_is_stored_of_a_series_reads_as_it_was_written() {
    let hour = at("2026-03-04T17:00:00Z");
    let mut held = HourOfSeries::default();
    let mut day = DayOfSeries::default();
    for (second, source, value) in [(5, "b", "2.5"), (0, "a", "10"), (5, "a", "4"), (5, "b", "3")] {
        let point = Point {
            at: hour + chrono::TimeDelta::seconds(second),
            source: source.to_owned(),
            value: quantity(value),
            corrected_from: None,
        };
        held.take(&point).unwrap();
    }
    day.set(hour, held.aggregate().unwrap());
    let stored = json!({
        "revision": 0, "sources": ["b", "a"], "points": [[0, 1, 10, null], [5, 0, 3, 2.5], [5, 1, 4, null]],
    });
    assert_eq!(serde_json::to_value(&held).unwrap(), stored);
    assert_eq!(serde_json::from_value::<HourOfSeries>(stored).unwrap(), held);
    let stored = json!({ "revision": 0, "hours": [[17, [3, 17.0, 3, 10]]] });
    assert_eq!(serde_json::to_value(&day).unwrap(), stored);
    assert_eq!(serde_json::from_value::<DayOfSeries>(stored).unwrap(), day);
}

/// An hour of a series has its bounds: measurements, and sources. What is there can still be repeated and corrected.
#[test]
fn qs_04_a_full_hour_takes_corrections_and_nothing_more() {
    let hour = at("2026-03-04T17:00:00Z");
    let mut held = HourOfSeries::default();
    let point = |second: usize, source: &str, value: &str| Point {
        at: hour + chrono::TimeDelta::seconds(i64::try_from(second).unwrap()),
        source: source.to_owned(),
        value: quantity(value),
        corrected_from: None,
    };
    for of in 0..IN_AN_HOUR_AT_MOST {
        let source = if of % 2 == 0 { "a" } else { "b" };
        assert_eq!(held.take(&point(of, source, "1")), Ok(Taken::Taken));
    }
    assert_eq!(held.take(&point(7, "c", "1")).unwrap_err().field, "at");
    assert_eq!(held.take(&point(7, "b", "1")), Ok(Taken::Repeated));
    assert_eq!(held.take(&point(7, "b", "2")), Ok(Taken::Corrected));
    let whole = serde_json::to_vec(&held).unwrap().len();
    assert!(whole < record::bound::ITEM_AT_MOST, "{whole}");
    let mut held = HourOfSeries::default();
    for of in 0..SOURCES_AT_MOST {
        assert_eq!(held.take(&point(0, &of.to_string(), "1")), Ok(Taken::Taken));
    }
    assert_eq!(held.take(&point(0, "one more", "1")).unwrap_err().field, "source");
}

/// Decimal fractions are none in a computer: what is exactly the target meets it, however often it was measured.
#[test]
fn qs_04_what_is_exactly_the_target_is_not_missed_by_a_rounding() {
    for (comparator, value, target) in
        [(Comparator::LessThanOrEqual, "0.1", "0.1"), (Comparator::GreaterThanOrEqual, "99.9", "99.9")]
    {
        let terms = Terms { target: quantity(target), ..terms(comparator) };
        for n in 1..=300 {
            let of = Aggregate::of(std::iter::repeat_n(quantity(value), n)).unwrap();
            assert_eq!(terms.standing(Some(&of), at("2026-03-02T07:00:00Z")), Standing::Met, "{n} of {value}");
            assert_eq!(of.mean().to_string(), value);
        }
    }
    let terms = Terms { target: quantity("0.1"), tolerance: "0.2".parse().ok(), ..terms(Comparator::LessThanOrEqual) };
    let standing = |value| terms.standing(measured(&[value]).as_ref(), at("2026-03-02T07:00:00Z"));
    assert_eq!(["0.3", "0.30001"].map(standing), [Standing::Tolerated, Standing::Missed]);
}
