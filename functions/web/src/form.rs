//! Forms: what an operation takes, as a page asks for it. Nothing is judged here: the API does, and its refusal is shown beside the field
//! that it names.

use crate::{
    api::{FieldProblem, Problem},
    layout::Site,
    operations::{Field, Kind},
    posted::{Posted, ROWS_AT_MOST},
    words::words,
};
use chrono::DateTime;
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::Value;

/// How the description of a field begins that only the provider's people fill in.
const BY_THE_PROVIDER: [&str; 2] = ["By the desk", "By the CMP Manager"];
/// How many empty rows are offered behind those that are there.
const ROWS_MORE: usize = 3;
/// A text that may be longer gets more than a line.
const LINE: usize = 254;

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

    /// Adds what is wrong with this field, and with those in it.
    fn add_wrong(&self, wrong: &mut Vec<Wrong>) {
        let href = format!("#{}", self.id);
        wrong.extend(
            self.errors
                .iter()
                .map(|error| Wrong { href: Some(href.clone()), text: format!("{}: {error}", self.label) }),
        );
        for inner in self.fields.iter().chain(self.rows.iter().flatten()) {
            inner.add_wrong(wrong);
        }
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
    pub(crate) fn asked<'f>(self, site: Site, fields: impl IntoIterator<Item = &'f Field>) -> Vec<Asked> {
        fields.into_iter().filter(|field| field.is_asked_on(site)).map(|field| self.field(field, &field.name)).collect()
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
            Kind::Lines => (asked.control, asked.value) = ("lines", self.lines(name)),
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
    pub(crate) fn untouched(self, field: &Field, name: &str) -> Vec<(String, String)> {
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

/// Why a form was refused, before its fields; `refused.html` lays it out.
#[derive(Debug, Serialize)]
pub(crate) struct Refusal {
    /// Why, where no field is at fault.
    problem: Option<String>,
    wrong: Vec<Wrong>,
}

/// Something that is wrong, and where it is put right: nowhere on the form where that does not ask for it.
#[derive(Debug, Serialize)]
struct Wrong {
    href: Option<String>,
    text: String,
}

impl Refusal {
    /// Of a form with these fields; nothing where it was not refused.
    pub(crate) fn of(problem: &Problem, fields: &[Asked]) -> Option<Self> {
        let is_asked = |name: &str| fields.iter().any(|of| Some(of.name.as_str()) == name.split(['.', '[']).next());
        let mut wrong = Vec::new();
        for field in fields {
            field.add_wrong(&mut wrong);
        }
        let others = problem.errors.iter().filter(|of| !is_asked(&of.field));
        wrong.extend(
            others.map(|of| Wrong { href: None, text: format!("{}: {} ({})", words(&of.field), of.detail, of.rule) }),
        );
        let refusal = Self { problem: problem.in_all(), wrong };
        (refusal.problem.is_some() || !refusal.wrong.is_empty()).then_some(refusal)
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
    pub(crate) fn is_asked_on(&self, site: Site) -> bool {
        site == Site::Console || self.required || !BY_THE_PROVIDER.iter().any(|of| self.about.starts_with(of))
    }
}
