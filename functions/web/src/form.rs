//! Forms: what an operation takes, as a page asks for it; and what came back, as the JSON of its body. Nothing is judged here: the API
//! does, and its refusal is shown beside the field that it names.

use crate::{
    api::FieldProblem,
    layout::Site,
    operations::{Field, Kind},
    words::words,
};
use chrono::{DateTime, LocalResult, NaiveDateTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// How the description of a field begins that only the provider's people fill in.
const BY_THE_DESK: &str = "By the desk";
/// How many empty rows are offered behind those that are there.
const ROWS_MORE: usize = 3;
/// How many rows a page asks for at the most: more of them go by the API.
const ROWS_AT_MOST: usize = 100;
/// A text that may be longer gets more than a line.
const LINE: usize = 254;

/// What came back of a form: values by name, each in its order. How many rows a list has is counted once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Posted {
    values: HashMap<String, Vec<String>>,
    rows: HashMap<String, usize>,
}

impl Posted {
    /// Line ends are as the API has them. Rows beyond what a page asks for are none.
    pub(crate) fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut posted = Self::default();
        for (name, value) in pairs {
            let row = name
                .split_once('[')
                .and_then(|(list, rest)| Some((list, rest.split_once(']')?.0.parse::<usize>().ok()?)));
            if let Some((list, at)) = row.filter(|(_, at)| *at < ROWS_AT_MOST) {
                let rows = posted.rows.entry(list.to_owned()).or_default();
                *rows = (*rows).max(at + 1);
            }
            posted.values.entry(name).or_default().push(value.replace("\r\n", "\n"));
        }
        posted
    }

    /// The first value of a name.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.values.get(name)?.first().cloned()
    }

    pub(crate) fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The same with one value for a name.
    pub(crate) fn with(mut self, name: &str, value: String) -> Self {
        self.values.insert(name.to_owned(), vec![value]);
        self
    }

    fn rows(&self, name: &str) -> usize {
        self.rows.get(name).copied().unwrap_or_default()
    }
}

/// A field as a page asks for it; `field.html` lays it out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Asked {
    name: String,
    id: String,
    label: String,
    about: String,
    required: bool,
    control: &'static str,
    value: String,
    at_most: Option<usize>,
    choices: Vec<Choice>,
    fields: Vec<Asked>,
    rows: Vec<Vec<Asked>>,
    errors: Vec<String>,
    /// Whether nobody asks for it but programs.
    rare: bool,
    /// Whether something stands in it, or is wrong with it.
    filled: bool,
}

impl Asked {
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name == name
    }

    pub(crate) fn is_rare(&self) -> bool {
        let is_wrong = |of: &Self| !of.errors.is_empty();
        let inner = self.fields.iter().chain(self.rows.iter().flatten());
        self.rare && !is_wrong(self) && !inner.into_iter().any(is_wrong)
    }
}

#[derive(Debug, Serialize)]
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// What stands in a form.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Content<'a> {
    /// What is there already.
    Kept(&'a Value),
    /// What came back.
    Posted(&'a Posted),
}

/// A form's fields, with what stands in them and what is wrong with them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form<'a> {
    pub(crate) content: Content<'a>,
    pub(crate) errors: &'a [FieldProblem],
    pub(crate) zone: Tz,
}

impl Form<'_> {
    /// The fields, without those that only the provider's people fill in where they are asked of somebody else.
    pub(crate) fn asked(self, site: Site, fields: &[Field]) -> Vec<Asked> {
        self.asked_of(fields.iter().filter(|field| field.is_asked_on(site)))
    }

    /// The fields, with fewer words to choose from: those that a part of a record says are possible.
    pub(crate) fn narrowed(mut asked: Vec<Asked>, possible: &[&str]) -> Vec<Asked> {
        for field in &mut asked {
            if field.choices.iter().any(|of| possible.contains(&of.value.as_str())) {
                field.choices.retain(|of| possible.contains(&of.value.as_str()));
            }
        }
        asked
    }

    /// Some of the fields.
    pub(crate) fn asked_of<'f>(self, fields: impl Iterator<Item = &'f Field>) -> Vec<Asked> {
        fields.map(|field| self.field(field, &field.name)).collect()
    }

    fn field(self, field: &Field, name: &str) -> Asked {
        let mut asked = Asked {
            name: name.to_owned(),
            id: format!("f-{}", name.replace(['.', '[', ']', '@'], "-")),
            label: words(&field.name),
            about: field.about.replace('`', ""),
            required: field.required,
            control: "line",
            value: String::new(),
            at_most: None,
            choices: Vec::new(),
            fields: Vec::new(),
            rows: Vec::new(),
            errors: self.errors_of(name, &field.kind),
            filled: false,
            rare: !field.required && (name.starts_with('@') || matches!(field.kind, Kind::Json | Kind::Rows { .. })),
        };
        match &field.kind {
            Kind::Text { at_most } => {
                asked.control = if at_most.is_none_or(|most| most <= LINE) { "line" } else { "area" };
                asked.at_most = *at_most;
                asked.value = self.text(name);
            }
            Kind::Instant => (asked.control, asked.value) = ("instant", self.instant(name)),
            Kind::Date => (asked.control, asked.value) = ("date", self.text(name)),
            Kind::Whole => (asked.control, asked.value) = ("whole", self.text(name)),
            Kind::Json => (asked.control, asked.value) = ("area", self.json(name)),
            Kind::Lines => (asked.control, asked.value) = ("area", self.lines(name)),
            Kind::Choice { choices } => {
                asked.control = "choice";
                asked.choices = chosen(choices, &[self.text(name)]);
            }
            Kind::Choices { choices } => {
                asked.control = "choices";
                asked.choices = chosen(choices, &self.several(name));
            }
            Kind::Flag => {
                asked.control = "choice";
                asked.choices = chosen(&["true".to_owned(), "false".to_owned()], &[self.text(name)]);
                for choice in &mut asked.choices {
                    choice.label = if choice.value == "true" { "yes" } else { "no" }.to_owned();
                }
            }
            Kind::Fields { fields } => {
                asked.control = "fields";
                asked.fields = fields.iter().map(|of| self.field(of, &format!("{name}.{}", of.name))).collect();
            }
            Kind::Rows { fields } => {
                asked.control = "rows";
                let row = |at| fields.iter().map(|of| self.field(of, &format!("{name}[{at}].{}", of.name))).collect();
                asked.rows = (0..self.rows(name) + ROWS_MORE).map(row).collect();
            }
        }
        asked.filled = !asked.errors.is_empty()
            || !asked.value.is_empty()
            || asked.choices.iter().any(|of| of.chosen)
            || asked.fields.iter().chain(asked.rows.iter().flatten()).any(|of| of.filled);
        asked
    }

    /// What the form posts of a field that nobody touched.
    fn untouched(self, field: &Field, name: &str) -> Vec<(String, String)> {
        let inner = |fields: &[Field], name: &str| -> Vec<(String, String)> {
            fields.iter().flat_map(|of| self.untouched(of, &format!("{name}.{}", of.name))).collect()
        };
        match &field.kind {
            Kind::Fields { fields } => inner(fields, name),
            Kind::Rows { fields } => {
                (0..self.rows(name)).flat_map(|at| inner(fields, &format!("{name}[{at}]"))).collect()
            }
            Kind::Choices { .. } => self.several(name).into_iter().map(|value| (name.to_owned(), value)).collect(),
            Kind::Instant => vec![(name.to_owned(), self.instant(name))],
            Kind::Lines => vec![(name.to_owned(), self.lines(name))],
            Kind::Json => vec![(name.to_owned(), self.json(name))],
            _ => vec![(name.to_owned(), self.text(name))],
        }
    }

    /// What is wrong with a field; with the elements of a list that has one control, too.
    fn errors_of(self, name: &str, kind: &Kind) -> Vec<String> {
        let whole = matches!(kind, Kind::Lines | Kind::Json | Kind::Choices { .. });
        let of = self.errors.iter().filter(|problem| {
            problem.field == name
                || whole && problem.field.strip_prefix(name).is_some_and(|end| end.starts_with(['[', '.']))
        });
        of.map(|problem| match problem.field == name {
            true => format!("{} ({})", problem.detail, problem.rule),
            false => format!("{}: {} ({})", problem.field, problem.detail, problem.rule),
        })
        .collect()
    }

    fn text(self, name: &str) -> String {
        match self.content {
            Content::Posted(posted) => posted.get(name).unwrap_or_default(),
            Content::Kept(kept) => match at(kept, name) {
                Value::String(text) => text.clone(),
                Value::Null => String::new(),
                other => other.to_string(),
            },
        }
    }

    fn instant(self, name: &str) -> String {
        let text = self.text(name);
        match DateTime::parse_from_rfc3339(&text) {
            Ok(instant) => instant.with_timezone(&self.zone).format("%Y-%m-%dT%H:%M:%S").to_string(),
            Err(_) => text,
        }
    }

    fn several(self, name: &str) -> Vec<String> {
        match self.content {
            Content::Posted(posted) => {
                posted.all(name).iter().flat_map(|of| of.split(',')).map(str::to_owned).collect()
            }
            Content::Kept(kept) => {
                at(kept, name).as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
            }
        }
    }

    fn lines(self, name: &str) -> String {
        match self.content {
            Content::Posted(posted) => posted.all(name).join("\n"),
            Content::Kept(_) => self.several(name).join("\n"),
        }
    }

    fn json(self, name: &str) -> String {
        match self.content {
            Content::Posted(posted) => posted.get(name).unwrap_or_default(),
            Content::Kept(kept) => match at(kept, name) {
                Value::Null => String::new(),
                other => serde_json::to_string_pretty(other).unwrap_or_default(),
            },
        }
    }

    fn rows(self, name: &str) -> usize {
        match self.content {
            Content::Kept(kept) => at(kept, name).as_array().map_or(0, Vec::len).min(ROWS_AT_MOST - ROWS_MORE),
            Content::Posted(posted) => posted.rows(name).saturating_sub(ROWS_MORE),
        }
    }
}

fn chosen(choices: &[String], chosen: &[String]) -> Vec<Choice> {
    let choice = |value: &String| Choice { value: value.clone(), label: words(value), chosen: chosen.contains(value) };
    choices.iter().map(choice).collect()
}

/// The value at a name such as `impact.other`, or `order[1].dueDate`.
fn at<'a>(value: &'a Value, name: &str) -> &'a Value {
    name.split('.').fold(value, |value, step| match step.strip_suffix(']').and_then(|step| step.split_once('[')) {
        Some((list, place)) => &value[list][place.parse::<usize>().unwrap_or(usize::MAX)],
        None => &value[step],
    })
}

impl Field {
    /// Whether it is asked for on a site: the provider's people alone fill in some.
    fn is_asked_on(&self, site: Site) -> bool {
        site == Site::Console || self.required || !self.about.starts_with(BY_THE_DESK)
    }
}

/// The body that a form says; of a merge patch, what was changed in the form. What was not asked for is not said either.
pub(crate) fn body(fields: &[Field], site: Site, posted: &Posted, zone: Tz, kept: Option<&Value>) -> Value {
    let mut body = Map::new();
    for field in fields.iter().filter(|field| field.is_asked_on(site)) {
        let now = said(field, &field.name, posted, zone);
        let Some(kept) = kept else {
            body.extend(now.map(|now| (field.name.clone(), now)));
            continue;
        };
        // Held against what the form would say if nobody had touched it: a form shows less than there is.
        let form = Form { content: Content::Kept(kept), errors: &[], zone };
        let was = said(field, &field.name, &Posted::new(form.untouched(field, &field.name)), zone);
        if was != now {
            let changed = now.map_or(Value::Null, |now| onto(&kept[&field.name], was.as_ref(), now));
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
        Kind::Instant => text().map(|text| instant(&text, zone)),
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
            let rows: Vec<Value> =
                (0..posted.rows(name)).filter_map(|at| of(fields, &format!("{name}[{at}]"))).collect();
            (!rows.is_empty()).then(|| json!(rows))
        }
    }
}

/// A local time in the zone, of two in autumn the earlier one, or an instant. One that there is not is said as it was written.
pub(crate) fn instant(text: &str, zone: Tz) -> Value {
    let local = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        .into_iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text.trim(), format).ok());
    let at: Option<DateTime<Utc>> = local.and_then(|local| match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.to_utc()),
        LocalResult::None => None,
    });
    at.map_or_else(|| json!(text.trim()), |at| json!(at.to_rfc3339_opts(SecondsFormat::Secs, true)))
}
