//! QS-06: plots of what was measured, whatever was measured, and whatever people called it.

use chrono::{DateTime, TimeDelta, Utc};
use contract::Policy;
use pages::plot::{Value, over_time};

fn values(of: &[f64]) -> Vec<Value> {
    let begins: DateTime<Utc> = "2026-03-07T07:00:00Z".parse().unwrap();
    let at = |(day, value): (usize, &f64)| Value {
        at: begins + TimeDelta::days(i64::try_from(day).unwrap()),
        value: *value,
        range: Some((*value, *value)),
        limit: None,
    };
    of.iter().enumerate().map(at).collect()
}

#[test]
fn qs_06_a_plot_writes_what_people_wrote_as_text() {
    let hostile = "</text><script>alert(1)</script>\"'&";
    let svg = over_time(&values(&[1.0, 2.0]), hostile, hostile, &Policy::defaults()).unwrap();
    assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;"), "{svg}");
    let label = svg.split("aria-label=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(label.starts_with("&lt;"), "{label}");
    // Neither a style nor a colour of the text of its own: the page's policy forbids the one, and a dark page needs the other.
    assert!(!svg.contains("style=") && !svg.contains("#000000") && svg.contains("currentColor"), "{svg}");
}

#[test]
fn qs_06_a_plot_is_drawn_of_any_values_and_names_each_day_once() {
    let policy = Policy::defaults();
    assert_eq!(over_time(&[], "ms", "nothing", &policy), None);
    for of in [&[5.0][..], &[0.0, 0.0], &[-1e13, 1e13], &[1e-13, 2e-13], &[3.0; 1_098]] {
        let svg = over_time(&values(of), "ms", "values", &policy).unwrap();
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"), "{of:?}: {svg}");
    }
    // Over the night of the 8th of March the clock is changed.
    let svg = over_time(&values(&[1.0, 2.0, 3.0, 4.0]), "ms", "values", &policy).unwrap();
    let named: Vec<&str> = svg.lines().map(str::trim).filter(|line| line.starts_with("2026-")).collect();
    assert_eq!(named, ["2026-03-07", "2026-03-08", "2026-03-09", "2026-03-10"]);
}
