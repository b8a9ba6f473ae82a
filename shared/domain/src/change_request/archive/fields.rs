//! The fields of an element of an archive's file, each read by itself, with what is wrong with it.

use crate::change_request::Answer;
use chrono::{Datelike, NaiveDate};
use contract::{FieldError, text};
use serde_json::{Map, Value};
use std::{fmt::Display, str::FromStr};
use url::Url;

/// How many steps one has, at the most that are kept in one item.
const STEPS_AT_MOST: usize = 500;
/// How many characters a text has.
const TEXT_AT_MOST: usize = 2_000;
/// The years that a date can be of: it is counted from, and kept as an instant.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=2099;

/// A dated line of its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The date of the step.
    pub date: NaiveDate,
    /// What, in the archive's vocabulary.
    pub action: String,
    /// The step in the page's own words.
    pub text: String,
    /// The notice that was issued.
    pub notification: Option<String>,
    /// Of a response: what the provider answered.
    pub answer: Option<Answer>,
    /// Whether the page's own date looks like a misprint.
    pub suspect: bool,
}

/// The fields of an object; those that it does not know do not matter.
pub(super) struct Fields<'a> {
    object: &'a Map<String, Value>,
    path: String,
    faults: &'a mut Vec<FieldError>,
}

impl<'a> Fields<'a> {
    /// Of an element; `faults` takes what is wrong with them.
    pub(super) fn of(object: &'a Map<String, Value>, faults: &'a mut Vec<FieldError>) -> Self {
        Self { object, path: String::new(), faults }
    }

    /// Something is wrong with a field.
    pub(super) fn fault(&mut self, name: &str, detail: impl Into<String>) {
        self.faults.push(FieldError::new(format!("{}{name}", self.path), "CR-19", detail));
    }

    /// `null` is as if it were not there.
    fn value(&self, name: &str) -> Option<Value> {
        self.object.get(name).filter(|value| !value.is_null()).cloned()
    }

    /// A text of one line.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.text_of(name, false)
    }

    /// A text, of several lines where it may have them.
    fn text_of(&mut self, name: &str, lines: bool) -> Option<String> {
        let text = match self.value(name)? {
            Value::String(text) => text::kept(&text),
            _ => {
                self.fault(name, "is a text");
                return None;
            }
        };
        if text.chars().count() > TEXT_AT_MOST {
            self.fault(name, format!("has at most {TEXT_AT_MOST} characters"));
            return None;
        }
        if text.is_empty() {
            return None;
        }
        if let Some(fault) = text::fault(&text, lines) {
            self.fault(name, fault);
            return None;
        }
        Some(text)
    }

    /// A text that each element has.
    pub(super) fn needed(&mut self, name: &str) -> Option<String> {
        let before = self.faults.len();
        let text = self.text(name);
        if text.is_none() && self.faults.len() == before {
            self.fault(name, "is missing");
        }
        text
    }

    /// A text that is one of the values of its type.
    pub(super) fn word<T: FromStr<Err: Display>>(&mut self, name: &str) -> Option<T> {
        let read = self.text(name)?.parse();
        read.map_err(|what| self.fault(name, format!("{what}"))).ok()
    }

    /// A date, `YYYY-MM-DD`.
    pub(super) fn date(&mut self, name: &str) -> Option<NaiveDate> {
        let text = self.text(name)?;
        let date = (text.len() == 10).then(|| NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok()).flatten();
        let date = date.filter(|date| YEARS.contains(&date.year()));
        if date.is_none() {
            self.fault(name, format!("'{}' is no date of {} to {}", short(&text), YEARS.start(), YEARS.end()));
        }
        date
    }

    /// The address of a page that people can open: no other scheme is followed by a reader of it.
    pub(super) fn address(&mut self, name: &str) -> Option<String> {
        let text = self.text(name)?;
        let is_page = Url::parse(&text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !is_page {
            self.fault(name, format!("'{}' is no address of http or https", short(&text)));
        }
        Some(text).filter(|_| is_page)
    }

    /// True or false; false where it is absent.
    pub(super) fn flag(&mut self, name: &str) -> bool {
        match self.value(name) {
            None => false,
            Some(Value::Bool(flag)) => flag,
            Some(_) => {
                self.fault(name, "is true or false");
                false
            }
        }
    }

    fn list(&mut self, name: &str) -> Vec<Value> {
        match self.value(name) {
            None => Vec::new(),
            Some(Value::Array(list)) if list.len() <= STEPS_AT_MOST => list,
            Some(Value::Array(_)) => {
                self.fault(name, format!("has at most {STEPS_AT_MOST} elements"));
                Vec::new()
            }
            Some(_) => {
                self.fault(name, "is a list");
                Vec::new()
            }
        }
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, name: &str) -> Vec<String> {
        let list = self.list(name);
        if list.iter().any(|value| !value.is_string()) {
            self.fault(name, "is a list of texts");
        }
        list.into_iter().filter_map(|value| value.as_str().map(str::to_owned)).collect()
    }

    /// The lines of the history.
    pub(super) fn lines(&mut self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (at, value) in self.list("history").iter().enumerate() {
            let Some(object) = value.as_object() else {
                self.fault(&format!("history[{at}]"), "is no object");
                continue;
            };
            let path = format!("{}history[{at}].", self.path);
            let mut fields = Fields { object, path, faults: &mut *self.faults };
            let before = fields.faults.len();
            let date = fields.date("date");
            if date.is_none() && fields.faults.len() == before {
                fields.fault("date", "is missing");
            }
            let action = fields.needed("action");
            let text = fields.text_of("text", true).unwrap_or_default();
            let answer = fields.word("answer");
            let (notification, suspect) = (fields.text("notification"), fields.flag("date_suspect"));
            if let Some((date, action)) = date.zip(action) {
                lines.push(Line { date, action, text, notification, answer, suspect });
            }
        }
        lines
    }
}

/// What is told of a text that is not what it should be.
pub(super) fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}
