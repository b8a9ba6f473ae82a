//! The JSON of a body, as a form says it.

use crate::{
    form::{Content, Form},
    layout::Site,
    operations::{Field, Kind},
    posted::Posted,
};
use chrono::{DateTime, LocalResult, NaiveDateTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

/// The body that a form says; of a merge patch, what was changed in the form. What was not asked for is not said either.
pub(crate) fn of(fields: &[Field], site: Site, posted: &Posted, zone: Tz, kept: Option<&Value>) -> Value {
    let mut body = Map::new();
    for field in fields.iter().filter(|field| field.is_asked_on(site)) {
        let now = said(field, &field.name, posted, zone);
        let Some(kept) = kept else {
            body.extend(now.map(|now| (field.name.clone(), without_gaps(&field.kind, now))));
            continue;
        };
        // Held against what the form would say if nobody had touched it: a form shows less than there is.
        let form = Form { content: Content::Kept(kept), errors: &[], zone };
        let was = said(field, &field.name, &Posted::new(form.untouched(field, &field.name)), zone);
        if was != now {
            let changed =
                now.map_or(Value::Null, |now| without_gaps(&field.kind, onto(&kept[&field.name], was.as_ref(), now)));
            body.insert(field.name.clone(), changed);
        }
    }
    Value::Object(body)
}

/// What is said, on what is kept: what was there and is said no more is null in an object, which a merge patch would leave otherwise; a row
/// of a list, which is written whole, keeps what the form does not show.
fn onto(kept: &Value, was: Option<&Value>, mut now: Value) -> Value {
    let emptied = |was: &Value, now: &Map<String, Value>| -> Vec<String> {
        was.as_object().into_iter().flat_map(Map::keys).filter(|name| !now.contains_key(*name)).cloned().collect()
    };
    match &mut now {
        Value::Object(now) => {
            for name in was.map(|was| emptied(was, now)).unwrap_or_default() {
                now.insert(name, Value::Null);
            }
        }
        Value::Array(rows) => {
            for (at, row) in rows.iter_mut().enumerate() {
                if let (Some(kept), Some(row)) = (kept[at].as_object(), row.as_object_mut()) {
                    let gone = was.map(|was| emptied(&was[at], row)).unwrap_or_default();
                    for (name, value) in kept.iter().filter(|(name, _)| !gone.contains(name)) {
                        row.entry(name.clone()).or_insert_with(|| value.clone());
                    }
                }
            }
        }
        _ => {}
    }
    now
}

/// A value without the rows that were emptied.
fn without_gaps(kind: &Kind, value: Value) -> Value {
    let of = |fields: &[Field], (name, value): (String, Value)| match fields.iter().find(|of| of.name == name) {
        Some(field) => (name, without_gaps(&field.kind, value)),
        None => (name, value),
    };
    match (kind, value) {
        (Kind::Rows { fields }, Value::Array(rows)) => {
            let inner = |row| match row {
                Value::Object(row) => row.into_iter().map(|said| of(fields, said)).collect(),
                other => other,
            };
            rows.into_iter().filter(|row| !row.is_null()).map(inner).collect()
        }
        (Kind::Fields { fields }, Value::Object(said)) => said.into_iter().map(|said| of(fields, said)).collect(),
        (_, value) => value,
    }
}

/// What a field says; nothing, where it was left empty.
fn said(field: &Field, name: &str, posted: &Posted, zone: Tz) -> Option<Value> {
    let text = || posted.get(name).filter(|text| !text.trim().is_empty());
    let of = |fields: &[Field], name: &str| {
        let said = fields
            .iter()
            .filter_map(|of| Some((of.name.clone(), said(of, &format!("{name}.{}", of.name), posted, zone)?)));
        let said: Map<String, Value> = said.collect();
        (!said.is_empty()).then_some(Value::Object(said))
    };
    match &field.kind {
        Kind::Text { .. } | Kind::Choice { .. } | Kind::Date => text().map(Value::String),
        Kind::Instant => text().map(|text| Value::String(instant(&text, zone))),
        // What is no number, or no JSON, is said as it was written: the API refuses it by its field.
        Kind::Whole | Kind::Flag | Kind::Json => {
            text().map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text)))
        }
        Kind::Choices { .. } => {
            let chosen: Vec<&String> = posted.all(name).iter().filter(|of| !of.is_empty()).collect();
            (!chosen.is_empty()).then(|| json!(chosen))
        }
        Kind::Lines => {
            let text = posted.all(name).join("\n");
            let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            (!lines.is_empty()).then(|| json!(lines))
        }
        Kind::Fields { fields } => of(fields, name),
        Kind::Rows { fields } => {
            let row = |at| of(fields, &format!("{name}[{at}]"));
            let mut rows: Vec<Option<Value>> = (0..posted.rows(name)).map(row).collect();
            // Those behind the last are the empty ones that the form offers. One between others was emptied, and leaves a gap: the places of
            // the others are those of the kept ones.
            while rows.last().is_some_and(Option::is_none) {
                rows.pop();
            }
            (!rows.is_empty()).then(|| json!(rows))
        }
    }
}

/// A local time in the zone, of two in autumn the earlier one, or an instant. One that there is not is said as it was written.
pub(crate) fn instant(text: &str, zone: Tz) -> String {
    let local = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        .into_iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text.trim(), format).ok());
    let at: Option<DateTime<Utc>> = local.and_then(|local| match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.to_utc()),
        LocalResult::None => None,
    });
    at.map_or_else(|| text.trim().to_owned(), |at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
}
