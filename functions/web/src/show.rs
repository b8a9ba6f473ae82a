//! How the API's answers are shown: each value by what it is, each name in words. Nothing is left out that is not said elsewhere on the
//! page, so that a page tells what the API tells.

use crate::{
    kinds::DOCUMENTS,
    layout::Site,
    operations::{self, OPERATIONS},
    windows,
    words::words,
};
use chrono::{DateTime, NaiveDate};
use contract::{Instant, Policy, RecordRef, duration};
use pages::site::Shown;
use serde::Serialize;
use serde_json::{Map, Value};

/// A value as a page shows it; `value.html` lays it out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase", tag = "is")]
pub(crate) enum View {
    Nothing,
    Text {
        text: String,
    },
    Time {
        at: Shown,
    },
    /// A day, which no line breaks.
    Date {
        text: String,
    },
    Link {
        text: String,
        href: String,
    },
    List {
        items: Vec<View>,
    },
    Facts {
        facts: Vec<Fact>,
    },
    Table {
        table: Table,
    },
    /// By its level and its word: the colour comes on top.
    Severity {
        level: u64,
        word: String,
    },
    /// What was measured over time: drawn, with the table of its figures.
    Plot {
        svg: String,
        table: Table,
    },
    /// Texts as they are sent, each by its channel.
    Texts {
        texts: Vec<(String, String)>,
    },
}

/// A value with its name.
#[derive(Debug, Serialize)]
pub(crate) struct Fact {
    pub(crate) label: String,
    pub(crate) value: View,
}

/// Several of a kind.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Table {
    /// What it is a table of.
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Row>,
    /// Of a long story, what came before these rows.
    pub(crate) earlier: Vec<Row>,
}

/// One of them.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// What names it among the others.
    pub(crate) name: String,
    pub(crate) cells: Vec<View>,
    /// What can be done with it.
    pub(crate) acts: Vec<Act>,
}

/// What can be done, and where.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Act {
    pub(crate) title: String,
    pub(crate) about: String,
    pub(crate) href: String,
}

/// The columns of tables whose rows have more than a line holds, by the name of the list.
const COLUMNS: &[(&str, &[&str])] = &[
    ("clock", &["notice", "noticeType", "standing", "dueAt", "leavesAt", "sentAt", "rule", "changes"]),
    ("history", &["occurredAt", "at", "by", "facts", "why"]),
    ("deadlines", &["deadline", "standing", "by", "dueAt", "warnsAt", "section"]),
    ("case", &["number", "kind", "from", "asked", "awaits", "statements", "outcome", "rule"]),
    (
        "notice",
        &[
            "sequence",
            "label",
            "noticeType",
            "state",
            "sentAt",
            "dueAt",
            "corrects",
            "correctedBy",
            "withdrawnBy",
            "texts",
        ],
    ),
    ("directors", &["name", "position", "telephone", "pager", "voicemail", "email", "zone", "member"]),
    ("reassignments", &["place", "team", "status", "from", "to", "begunAt", "endedAt", "moved", "checklist", "reason"]),
    ("escalations", &["to", "reason", "by", "contact", "at", "answer", "outcome", "answeredAt"]),
    ("statements", &["at", "by", "contact", "text"]),
    ("tasks", &["place", "text", "owner", "after", "due", "state", "findings", "startedAt", "endedAt", "outcome"]),
    ("partyRequests", &["place", "name", "party", "text", "askedAt", "respondBy", "answered", "answer", "endedAt"]),
    ("comment", &["date", "author", "text", "visibility"]),
    ("crossings", &["kind", "beganAt", "endedAt", "objective", "serviceProblem"]),
    ("actions", &["place", "text", "owner", "dueDate", "doneAt", "outcome"]),
    ("attachments", DOCUMENTS),
    ("similar", &["id", "score", "party", "severity", "status", "systemAffected", "description", "why"]),
    ("recipients", &["party", "tickets", "own", "subscriptions"]),
    ("subscriptions", &["channel", "endpoint", "confirmed", "reached", "keptBackBy"]),
];
/// Lists that tell a story, the latest last, and how many of one are shown at once.
const STORIES: [&str; 2] = ["clock", "history"];
const LATEST: usize = 8;
/// What names one of several parts of a record.
const PLACES: [&str; 5] = ["sequence", "number", "place", "clec", "id"];
/// The name of what a notice says, by channel.
const TEXTS: &str = "texts";
/// What comes first in what has several of these, in this order; all else comes behind, by its name.
const IN_ORDER: [&str; 18] = [
    "name",
    "position",
    "subject",
    "responsible",
    "standIn",
    "telephone",
    "pager",
    "voicemail",
    "email",
    "since",
    "cause",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];
/// Names that say nothing to a reader, or what the page says already.
const UNSAID: [&str; 6] = ["@type", "@baseType", "@schemaLocation", "href", "possible", "severityLevel"];
/// How values are shown on a site.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Showing<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) site: Site,
}

impl Showing<'_> {
    /// A value, by what it is.
    pub(crate) fn value(self, name: &str, value: &Value) -> View {
        match value {
            Value::Object(texts) if name == TEXTS => View::Texts { texts: texts_of(texts) },
            Value::Null => View::Nothing,
            Value::Bool(yes) => View::Text { text: if *yes { "yes" } else { "no" }.to_owned() },
            Value::Number(number) => View::Text { text: number.to_string() },
            Value::String(text) => self.text(name, text),
            Value::Array(items) if items.is_empty() => View::Nothing,
            Value::Array(items) if items.iter().all(Value::is_object) => self.list(name, items),
            Value::Array(items) => View::List { items: items.iter().map(|item| self.value(name, item)).collect() },
            Value::Object(object) => match self.reference(value) {
                Some(link) => link,
                None => {
                    View::Facts { facts: in_order(object).filter_map(|(name, value)| self.fact(name, value)).collect() }
                }
            },
        }
    }

    /// A value with its name, unless there is none.
    pub(crate) fn fact(self, name: &str, value: &Value) -> Option<Fact> {
        let value = self.value(name, value);
        let said = !UNSAID.contains(&name) && !matches!(&value, View::Nothing);
        said.then(|| Fact { label: words(name), value })
    }

    /// All of a record but these.
    pub(crate) fn others(self, record: &Value, but: &[&str]) -> Vec<Fact> {
        let all = record.as_object().into_iter().flatten();
        all.filter(|(name, _)| !but.contains(&name.as_str()))
            .filter_map(|(name, value)| self.fact(name, value))
            .collect()
    }

    /// Rows with these columns.
    pub(crate) fn table(self, name: &str, columns: &[&str], rows: &[Value]) -> Table {
        let used: Vec<&&str> = columns.iter().filter(|name| rows.iter().any(|row| !is_empty(&row[**name]))).collect();
        let cells = |row: &Value| used.iter().map(|name| self.cell(name, row)).collect();
        let named = |row: &Value| used.first().map(|name| self.in_line(name, &row[**name])).unwrap_or_default();
        Table {
            name: words(name),
            columns: used.iter().map(|name| words(name)).collect(),
            rows: rows.iter().map(|row| Row { name: named(row), cells: cells(row), acts: Vec::new() }).collect(),
            earlier: Vec::new(),
        }
    }

    /// Several of a kind: a table, or a list where a line says one.
    fn list(self, name: &str, items: &[Value]) -> View {
        if let Some(items) = items.iter().map(|item| self.reference(item)).collect::<Option<Vec<_>>>() {
            return View::List { items };
        }
        let columns = columns(name, items);
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut table = self.table(name, &columns, items);
        if STORIES.contains(&name) && table.rows.len() > LATEST {
            let latest = table.rows.split_off(table.rows.len() - LATEST);
            table.earlier = std::mem::replace(&mut table.rows, latest);
        }
        View::Table { table }
    }

    /// A value of a row, in a line.
    pub(crate) fn cell(self, name: &str, row: &Value) -> View {
        let value = &row[name];
        if name == "id"
            && let (Some(text), Some(href)) = (value.as_str(), self.page_of(&row["href"]))
        {
            return View::Link { text: text.to_owned(), href };
        }
        if name == "severity"
            && let (Some(word), Some(level)) = (value.as_str(), row["severityLevel"].as_u64())
        {
            return View::Severity { level, word: word.to_owned() };
        }
        if name == windows::NAME
            && let Some(plot) = self.plot(row)
        {
            return plot;
        }
        match value {
            Value::Object(_) if name == TEXTS => self.value(name, value),
            Value::Object(_) => self.reference(value).unwrap_or_else(|| View::Text { text: self.in_line(name, value) }),
            Value::Array(items) if items.iter().any(Value::is_object) => {
                View::List { items: items.iter().map(|item| View::Text { text: self.in_line(name, item) }).collect() }
            }
            _ => self.value(name, value),
        }
    }

    /// The windows of a row, drawn, with the table of their figures; none where nothing was measured.
    fn plot(self, row: &Value) -> Option<View> {
        let (svg, of) = windows::drawn(row, self.policy)?;
        let rows = row[windows::NAME].as_array()?;
        let columns = columns(windows::NAME, rows);
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        Some(View::Plot { svg, table: self.table(&format!("{} {of}", windows::NAME), &columns, rows) })
    }

    /// A value in a line.
    pub(crate) fn in_line(self, name: &str, value: &Value) -> String {
        match value {
            Value::Null => String::new(),
            Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            Value::String(text) => {
                instant(text).map_or_else(|| in_words(name, text), |at| Shown::of(at, self.policy).local)
            }
            Value::Number(number) => number.to_string(),
            Value::Array(items) => items.iter().map(|item| self.in_line(name, item)).collect::<Vec<_>>().join(", "),
            Value::Object(object) => {
                let said =
                    in_order(object).filter(|(name, value)| !UNSAID.contains(&name.as_str()) && !is_empty(value));
                said.map(|(name, value)| format!("{}: {}", words(name), self.in_line(name, value)))
                    .collect::<Vec<_>>()
                    .join("; ")
            }
        }
    }

    /// What names a record and where it is.
    fn reference(self, value: &Value) -> Option<View> {
        let (id, href) = (value["id"].as_str()?, self.page_of(&value["href"])?);
        let small = value.as_object().is_some_and(|of| of.len() <= 5);
        small.then(|| View::Link { text: id.to_owned(), href })
    }

    /// The page of an address of the API, where it is one that is read: what people wrote leads to no form.
    pub(crate) fn page_of(self, href: &Value) -> Option<String> {
        let page = operations::page_of(href.as_str()?)?;
        OPERATIONS.read_at(page).map(|_| format!("{}{page}", self.site.path()))
    }

    fn text(self, name: &str, text: &str) -> View {
        if text.is_empty() {
            return View::Nothing;
        }
        if let Some(at) = instant(text) {
            return View::Time { at: Shown::of(at, self.policy) };
        }
        if text.len() == 10 && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok() {
            return View::Date { text: text.to_owned() };
        }
        if let Some(href) = self.page_of(&Value::from(text)).or_else(|| self.record(text)) {
            return View::Link { text: text.to_owned(), href };
        }
        View::Text { text: in_words(name, text) }
    }

    /// The page of a record, by its number.
    pub(crate) fn record(self, text: &str) -> Option<String> {
        // Only what has the form of a number is looked at: any word could be the name of something.
        let number = text.len() <= 14
            && text.contains('-')
            && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-');
        let collection = match number.then(|| text.parse::<RecordRef>().ok()).flatten()? {
            RecordRef::Ticket(_) => "troubleTicket",
            RecordRef::Outage(_) => "plannedOutage",
            RecordRef::Release(_) => "release",
            RecordRef::ChangeRequest(_) => "changeRequest",
            RecordRef::Meeting(_) => "meeting",
            RecordRef::AccountRequest(_) => "accountRequest",
            RecordRef::PostMortem(_) => "postMortem",
            RecordRef::DegradationReport(_) => "serviceProblem",
            RecordRef::Offering(_) => "productOffering",
            RecordRef::PurchasedOffering(_) => "purchasedOffering",
            RecordRef::Objective(_) => "serviceLevelObjective",
            RecordRef::Specification(_) => "serviceLevelSpecification",
            // A CLEC reads who its people are, and not the provider's directory.
            RecordRef::OtherParty(_) if self.site == Site::Console => "otherParty",
            RecordRef::TeamMember(_) if self.site == Site::Console => "teamMember",
            _ => return None,
        };
        Some(format!("{}/{collection}/{}", self.site.path(), text))
    }
}

/// A text that is an instant, and not a date alone.
fn instant(text: &str) -> Option<Instant> {
    (text.len() >= 20).then(|| DateTime::parse_from_rfc3339(text).ok()).flatten().map(|at| at.to_utc())
}

/// A duration in words, a word of the API such as `reachedNobody` likewise, anything else as it is: so what people write under a name.
fn in_words(name: &str, text: &str) -> String {
    if OPERATIONS.is_written(name) {
        return text.to_owned();
    }
    let is_word = text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_word {
        return words(text).to_lowercase();
    }
    let (sign, of) = text.strip_prefix('-').map_or(("", text), |of| ("minus ", of));
    // PT1H and P2D, and not PT-02, which is a requirement.
    let rest = of.strip_prefix("PT").or(of.strip_prefix('P'));
    let is_duration = rest.is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    match is_duration.then(|| duration::parse(of)) {
        Some(Ok(lasts)) => format!("{sign}{}", duration::in_words(lasts)),
        _ => text.to_owned(),
    }
}

/// What names one of several parts of a record: its place, or its number.
pub(crate) fn place_of(part: &Value) -> Option<String> {
    PLACES.iter().find_map(|of| match &part[*of] {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// The texts of a notice, by channel: what a mail has as its subject stands before it, what programs get is laid out for people.
fn texts_of(texts: &Map<String, Value>) -> Vec<(String, String)> {
    let text = |value: &Value| match value {
        // What a program is posted.
        Value::String(text) if text.starts_with('{') => serde_json::from_str::<Value>(text)
            .and_then(|posted| serde_json::to_string_pretty(&posted))
            .unwrap_or_else(|_| text.clone()),
        Value::String(text) => text.clone(),
        Value::Object(mail) if mail.contains_key("subject") => {
            format!(
                "Subject: {}\n\n{}",
                mail["subject"].as_str().unwrap_or_default(),
                mail["body"].as_str().unwrap_or_default()
            )
        }
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    };
    texts.iter().filter(|(_, value)| !is_empty(value)).map(|(name, value)| (words(name), text(value))).collect()
}

/// The values of an object, in the order in which people read them.
fn in_order(object: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    let place = |name: &str| IN_ORDER.iter().position(|of| *of == name).unwrap_or(IN_ORDER.len());
    let mut values: Vec<(&String, &Value)> = object.iter().collect();
    values.sort_by_key(|(name, _)| place(name));
    values.into_iter()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The columns of a list: those that are known by its name, or else all that a line can hold.
pub(crate) fn columns(name: &str, items: &[Value]) -> Vec<String> {
    if let Some((_, columns)) = COLUMNS.iter().find(|(of, _)| *of == name) {
        return columns.iter().map(|column| (*column).to_owned()).collect();
    }
    let mut columns: Vec<String> = Vec::new();
    for (name, _) in items.iter().filter_map(Value::as_object).flatten() {
        if !UNSAID.contains(&name.as_str()) && !columns.contains(name) {
            columns.push(name.clone());
        }
    }
    columns
}
