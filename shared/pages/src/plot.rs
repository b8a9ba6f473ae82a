//! Plots, as SVG: what was measured over time, with what it was held against (QS-06). The table of the same figures stands under each, so that
//! nothing is told by a picture alone.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use contract::Policy;
use plotters::prelude::*;
use std::ops::Range;

/// How large a plot is drawn; pages scale it.
const SIZE: (u32, u32) = (520, 240);
/// How many days the axis names at the most.
const NAMED_AT_MOST: usize = 4;
// Both are seen on a white page and on a dark one.
const LINE: RGBColor = RGBColor(0x2f, 0x7b, 0xc4);
const LIMIT: RGBColor = RGBColor(0xd3, 0x45, 0x3c);
/// What the drawing library has for black: in its place the page's own colour of text is put, which differs by the reader's choice of a dark page.
const BLACK_OF_LIBRARY: &str = "#000000";

/// A value over time, with the smallest and the largest where it is of several.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Value {
    /// When it begins to be so.
    pub at: DateTime<Utc>,
    /// The value, in the unit of the plot.
    pub value: f64,
    /// The smallest and the largest.
    pub range: Option<(f64, f64)>,
    /// What it was held against.
    pub limit: Option<f64>,
}

/// The plot of values in the order of time, as an SVG element; none of none. `about` says what it shows, to who does not see it.
#[must_use]
pub fn over_time(values: &[Value], unit: &str, about: &str, policy: &Policy) -> Option<String> {
    let (first, last) = (values.first()?, values.last()?);
    let all = || {
        let of = |of: &Value| [Some(of.value), of.limit, of.range.map(|of| of.0), of.range.map(|of| of.1)];
        values.iter().flat_map(of).flatten()
    };
    let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    let margin = if high > low { (high - low) * 0.05 } else { high.abs().max(1.0) * 0.05 };
    let begins = first.at.timestamp();
    let ends = last.at.timestamp().max(begins + 1);
    let mut svg = String::new();
    draw(&mut svg, values, (begins..ends, low - margin..high + margin), unit, policy)
        .inspect_err(|error| tracing::error!(%error, "a plot could not be drawn"))
        .ok()?;
    let begins = svg.find("<svg")?;
    let named = format!(r#"<svg class="plot" role="img" aria-label="{}""#, minijinja::HtmlEscape(about));
    Some(svg[begins..].replacen("<svg", &named, 1).replace(BLACK_OF_LIBRARY, "currentColor"))
}

fn draw(
    svg: &mut String,
    values: &[Value],
    (x, y): (Range<i64>, Range<f64>),
    unit: &str,
    policy: &Policy,
) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let mut chart = ChartBuilder::on(&root)
        .margin(8)
        .x_label_area_size(28)
        .y_label_area_size(64)
        .build_cartesian_2d(x.clone().with_key_points(days(&x, policy)), y)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.15))
        .x_labels(6)
        .y_labels(6)
        .x_label_formatter(&|at| date(*at, policy).map_or_else(String::new, |date| date.to_string()))
        .y_label_formatter(&|value| format!("{} {unit}", rounded(*value)))
        .label_style(("sans-serif", 13))
        .draw()?;
    let points = |of: &dyn Fn(&Value) -> Option<f64>| {
        values.iter().filter_map(|value| Some((value.at.timestamp(), of(value)?))).collect::<Vec<_>>()
    };
    let mut band = points(&|of| of.range.map(|of| of.1));
    band.extend(points(&|of| of.range.map(|of| of.0)).into_iter().rev());
    if band.len() > 2 {
        chart.draw_series([Polygon::new(band, LINE.mix(0.15))])?;
    }
    chart.draw_series(LineSeries::new(points(&|of| of.limit), LIMIT.stroke_width(2)))?;
    let line = points(&|of| Some(of.value));
    chart.draw_series(LineSeries::new(line.clone(), LINE.stroke_width(2)))?;
    chart.draw_series(line.into_iter().map(|at| Circle::new(at, 2, LINE.filled())))?;
    root.present()?;
    Ok(())
}

/// The beginnings of the days that the axis names, in even steps.
fn days(of: &Range<i64>, policy: &Policy) -> Vec<i64> {
    let Some((first, last)) = date(of.start, policy).zip(date(of.end, policy)) else { return Vec::new() };
    let all: Vec<NaiveDate> = first.iter_days().take_while(|date| *date <= last).collect();
    let begins = |date: &NaiveDate| {
        let about = date.and_time(NaiveTime::MIN).and_utc();
        policy.calendar(about).at_time(*date, NaiveTime::MIN).timestamp()
    };
    let named = all.iter().step_by(all.len().div_ceil(NAMED_AT_MOST)).map(begins);
    named.filter(|at| of.contains(at)).collect()
}

/// The day of the policy's time zone that an instant of the axis is in.
fn date(at: i64, policy: &Policy) -> Option<NaiveDate> {
    let at = DateTime::from_timestamp(at, 0)?;
    Some(policy.calendar(at).date(at))
}

/// A number of the axis, which the library adds up in steps.
fn rounded(value: f64) -> f64 {
    let text = format!("{value:.9}");
    text.parse().unwrap_or(value)
}
