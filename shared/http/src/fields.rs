//! Reads a JSON object field by field and gathers every fault, so that one answer tells them all.

use crate::Parameters;
use chrono::{DateTime, NaiveDate, Utc};
use contract::{ClecId, Fault, Party, Refused};
use serde_json::{Map, Value};
use std::str::FromStr;

/// A text's length, where no other is given.
const TEXT_AT_MOST: usize = 1_000;
/// A list's length.
const LIST_AT_MOST: usize = 50;

/// The fields of an object that are still to be read, and what was wrong with those that were.
#[derive(Debug)]
pub struct Fields {
    path: String,
    left: Map<String, Value>,
    faults: Vec<Fault>,
}

impl Fields {
    /// Of a request's object.
    #[must_use]
    pub fn of(object: Map<String, Value>) -> Self {
        Self { path: String::new(), left: object, faults: Vec::new() }
    }

    /// The path of a field in the request.
    #[must_use]
    pub fn path(&self, name: &str) -> String {
        format!("{}{name}", self.path)
    }

    /// Notes a fault of a field.
    pub fn fault(&mut self, name: &str, rule: &'static str, detail: impl Into<String>) {
        let path = self.path(name);
        self.faults.push(Fault::new(path, rule, detail));
    }

    /// Whether the field is there, `null` or not.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.left.contains_key(name)
    }

    /// Whether the field is there, and not `null`.
    #[must_use]
    pub fn gives(&self, name: &str) -> bool {
        self.left.get(name).is_some_and(|value| !value.is_null())
    }

    /// Takes a field as it is; `null` is as if it were not there.
    pub fn value(&mut self, name: &str) -> Option<Value> {
        self.left.remove(name).filter(|value| !value.is_null())
    }

    /// Puts a field in place of the one that was taken, to be read.
    pub fn put_back(&mut self, name: &str, value: Value) {
        self.left.insert(name.to_owned(), value);
    }

    /// A text of at most `most` characters, without control characters but line breaks and tabs.
    pub fn long_text(&mut self, name: &str, most: usize) -> Option<String> {
        let value = self.value(name)?;
        let Some(text) = value.as_str().map(str::trim) else {
            self.fault(name, "AP-01", "is a text");
            return None;
        };
        let count = text.chars().count();
        if count == 0 || count > most {
            self.fault(name, "AP-01", format!("has 1 to {most} characters"));
            return None;
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.fault(name, "AP-01", "has no control characters but line breaks and tabs");
            return None;
        }
        Some(text.to_owned())
    }

    /// A text of one line.
    pub fn line(&mut self, name: &str, most: usize) -> Option<String> {
        let line = self.long_text(name, most)?;
        if line.chars().any(char::is_control) {
            self.fault(name, "AP-01", "has one line");
            return None;
        }
        Some(line)
    }

    /// A text of one line that must be there.
    pub fn required_line(&mut self, name: &str, rule: &'static str, most: usize) -> String {
        let text = self.required(name, rule, most);
        if text.chars().any(char::is_control) {
            self.fault(name, "AP-01", "has one line");
        }
        text
    }

    /// A text.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.long_text(name, TEXT_AT_MOST)
    }

    /// A text that must be there.
    pub fn required(&mut self, name: &str, rule: &'static str, most: usize) -> String {
        if !self.gives(name) {
            self.left.remove(name);
            self.fault(name, rule, "is missing");
        }
        self.long_text(name, most).unwrap_or_default()
    }

    /// A text that means something: a severity, a number, a party.
    pub fn parsed<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str, rule: &'static str) -> Option<T> {
        let value = self.value(name)?;
        let text = match &value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => {
                self.fault(name, rule, "is a text");
                return None;
            }
        };
        text.parse().map_err(|error: T::Err| self.fault(name, rule, format!("'{text}': {error}"))).ok()
    }

    /// A text that means something and must be there: `None` only with a fault.
    pub fn needed<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str, rule: &'static str) -> Option<T> {
        if !self.gives(name) {
            self.fault(name, rule, "is missing");
        }
        self.parsed(name, rule)
    }

    /// For whom it is asked: the caller, or the CLEC that the desk names in `clec`.
    pub fn acting_for(&mut self, caller: &Party) -> Party {
        let named = self.parsed::<ClecId>("clec", "AP-03");
        caller.acting_for(named).unwrap_or_else(|detail| {
            self.fault("clec", "AP-03", detail);
            caller.clone()
        })
    }

    /// An instant, RFC 3339 with its offset.
    pub fn instant(&mut self, name: &str) -> Option<DateTime<Utc>> {
        let text = self.text(name)?;
        let instant = DateTime::parse_from_rfc3339(&text);
        let instant = instant
            .map_err(|_| self.fault(name, "POL-03", "is an instant with its offset, such as 2026-03-06T19:30:00Z"));
        instant.ok().map(|instant| instant.to_utc())
    }

    /// A date, in the policy's zone.
    pub fn date(&mut self, name: &str) -> Option<NaiveDate> {
        let text = self.text(name)?;
        let date = if text.len() == 10 { text.parse().ok() } else { None };
        if date.is_none() {
            self.fault(name, "POL-03", "is a date, such as 2026-03-06");
        }
        date
    }

    /// A date that must be there: `None` only with a fault.
    pub fn needed_date(&mut self, name: &str, rule: &'static str) -> Option<NaiveDate> {
        if !self.gives(name) {
            self.fault(name, rule, "is missing");
        }
        self.date(name)
    }

    /// True or false.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        let value = self.value(name)?;
        if value.as_bool().is_none() {
            self.fault(name, "AP-01", "is true or false");
        }
        value.as_bool()
    }

    /// A list of texts of one line, or one text for a list of one.
    pub fn lines(&mut self, name: &str) -> Vec<String> {
        self.entries(name, "AP-01", |fields, entry| fields.line(entry, 200))
    }

    /// A list of texts of at most `most` characters each.
    pub fn texts(&mut self, name: &str, most: usize) -> Vec<String> {
        self.entries(name, "AP-01", |fields, entry| fields.long_text(entry, most))
    }

    /// A list of texts that mean something.
    pub fn parsed_list<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str, rule: &'static str) -> Vec<T> {
        self.entries(name, rule, |fields, entry| fields.parsed(entry, rule))
    }

    /// Each entry of a list, read as if it were a field `name[0]`, so that a fault names it.
    fn entries<T>(
        &mut self,
        name: &str,
        rule: &'static str,
        mut read: impl FnMut(&mut Self, &str) -> Option<T>,
    ) -> Vec<T> {
        let values = match self.value(name) {
            None => return Vec::new(),
            Some(Value::Array(values)) if values.len() <= LIST_AT_MOST => values,
            Some(Value::Array(_)) => {
                self.fault(name, "AP-01", format!("has at most {LIST_AT_MOST} entries"));
                return Vec::new();
            }
            Some(value) => vec![value],
        };
        let mut read_entry = |(at, value): (usize, Value)| {
            let entry = format!("{name}[{at}]");
            if value.is_null() {
                self.fault(&entry, rule, "is a text");
                return None;
            }
            self.left.insert(entry.clone(), value);
            read(self, &entry)
        };
        values.into_iter().enumerate().filter_map(&mut read_entry).collect()
    }

    /// The fields of an object within, read by `read`.
    pub fn object<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        match self.value(name)? {
            Value::Object(object) => {
                let mut within = Self { path: format!("{}.", self.path(name)), left: object, faults: Vec::new() };
                let value = read(&mut within);
                self.faults.extend(within.faults());
                Some(value)
            }
            _ => {
                self.fault(name, "AP-01", "is an object");
                None
            }
        }
    }

    /// A field that is declared as a struct.
    pub fn declared<T: crate::Value>(&mut self, name: &'static str) -> Option<T> {
        let value = self.value(name)?;
        let mut reader = crate::Reader::of_object([(name.to_owned(), value)].into_iter().collect(), &Party::Desk);
        let value = reader.field::<Option<T>>(&crate::Spec::named(name)).flatten();
        self.faults.extend(reader.faults());
        value
    }

    /// The parameters of a query that a field holds, read by `read`, and the field as it is.
    pub fn query<T: Default>(
        &mut self,
        name: &str,
        most: usize,
        read: impl FnOnce(&mut Parameters) -> T,
    ) -> (Option<String>, T) {
        let Some(text) = self.line(name, most) else { return (None, T::default()) };
        let mut parameters = match Parameters::of(text.trim_start_matches('?')) {
            Ok(parameters) => parameters,
            Err(detail) => {
                self.fault(name, "AP-04", detail);
                return (None, T::default());
            }
        };
        let value = read(&mut parameters);
        for fault in parameters.all_faults() {
            let path = format!("{}.{}", self.path(name), fault.field);
            self.faults.push(Fault { field: path, ..fault });
        }
        (Some(text), value)
    }

    /// Ends the reading: refused if anything was wrong, a field that nobody read included.
    ///
    /// # Errors
    /// All faults at once.
    pub fn end(self) -> Result<(), Refused> {
        let faults = self.faults();
        if faults.is_empty() { Ok(()) } else { Err(Refused::Invalid(faults)) }
    }

    /// Ends the reading with what was needed, which was read or has left its fault.
    ///
    /// # Errors
    /// All faults at once.
    pub fn end_with<T>(self, needed: Option<T>) -> Result<T, Refused> {
        self.end()?;
        // Never of the caller's doing: who reads the fields forgot a fault.
        needed.ok_or_else(|| Refused::field("body", "AP-01", "lacks something that is needed"))
    }

    /// With what else is wrong: what only the whole shows. It is told behind the fields' own faults.
    #[must_use]
    pub fn also(mut self, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.fault_unread();
        self.faults.extend(faults);
        self
    }

    /// Whether the field, or one within it, has a fault already.
    #[must_use]
    pub fn is_faulted(&self, name: &str) -> bool {
        let path = self.path(name);
        self.faults
            .iter()
            .any(|of| of.field.strip_prefix(&path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
    }

    /// All faults, that of a field that nobody read included.
    #[must_use]
    pub fn faults(mut self) -> Vec<Fault> {
        self.fault_unread();
        self.faults
    }

    fn fault_unread(&mut self) {
        for name in std::mem::take(&mut self.left).keys() {
            self.fault(name, "AP-01", "is no field of this request");
        }
    }
}
