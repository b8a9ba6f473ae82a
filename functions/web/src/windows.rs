//! What was measured window by window, drawn (QS-06).

use contract::{Instant, Policy};
use pages::{
    plot::{self, over_time},
    site::Shown,
};
use serde_json::Value;

/// The name of what was measured, in the API's answers.
pub(crate) const NAME: &str = "windows";

/// The plot of a row's windows, as SVG, and what the row is of; none where nothing was measured.
pub(crate) fn drawn(row: &Value, policy: &Policy) -> Option<(String, String)> {
    let windows = row[NAME].as_array()?;
    let begins = |window: &Value| window["from"].as_str()?.parse::<Instant>().ok();
    let value_of = |window: &Value| {
        let number = |name: &str| window[name].as_f64();
        let range = number("minimum").zip(number("maximum"));
        let value = number("average").or(number("value"))?;
        Some(plot::Value { at: begins(window)?, value, range, limit: number("target") })
    };
    let values: Vec<_> = windows.iter().filter_map(value_of).collect();
    let first = Shown::of(begins(windows.first()?)?, policy).local;
    let names = [&row["name"], &row["metric"], &row["group"]];
    let of = names.into_iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
    let whole = if of.is_empty() { "All together" } else { &of };
    let about = format!("{whole}: {} windows from {first} on, of which the table has the figures", values.len());
    let svg = over_time(&values, row["unit"].as_str().unwrap_or_default(), &about, policy)?;
    Some((svg, of))
}
