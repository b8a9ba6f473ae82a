//! What was measured window by window: drawn, with the table of its figures beneath (QS-06).

use crate::show::{Showing, View, columns, instant};
use pages::plot;
use serde_json::Value;

/// The name of what was measured, in the API's answers.
pub(crate) const NAME: &str = "windows";

impl Showing<'_> {
    /// The windows of a row, in each of which something was measured; none where nothing was.
    pub(crate) fn plot(self, row: &Value) -> Option<View> {
        let windows = row[NAME].as_array()?;
        let value_of = |window: &Value| {
            let number = |name: &str| window[name].as_f64();
            let range = number("minimum").zip(number("maximum"));
            let value = number("average").or(number("value"))?;
            Some(plot::Value { at: instant(window["from"].as_str()?)?, value, range, limit: number("target") })
        };
        let values: Vec<_> = windows.iter().filter_map(value_of).collect();
        let (unit, first) = (row["unit"].as_str().unwrap_or_default(), windows.first()?);
        let names = [&row["name"], &row["metric"], &row["group"]];
        let named: Vec<&str> = names.into_iter().filter_map(Value::as_str).collect();
        let about = format!(
            "{}: {} windows from {} on, of which the table has the figures",
            if named.is_empty() { "All together".to_owned() } else { named.join(", ") },
            values.len(),
            self.in_line("from", &first["from"])
        );
        let svg = plot::over_time(&values, unit, &about, self.policy)?;
        let columns = columns(NAME, windows);
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        Some(View::Plot { svg, table: self.table(&format!("windows {}", named.join(" ")), &columns, windows) })
    }
}
