//! Reads a JSON object, or a query, field by field and gathers every fault, so that one answer tells them all.

use super::{Body, Desk, Json, Limit, Spec, Value};
use contract::{FieldError, Party, PhoneRegion, Refused, email, phone, text};
use serde_json::Map;
use std::{fmt::Display, str::FromStr};

/// The length of a telephone number as people write it.
pub(super) const PHONE_AT_MOST: usize = 50;
/// An e-mail address's length.
pub(super) const EMAIL_AT_MOST: usize = 254;

/// The fields that are still to be read, and what was wrong with those that were.
#[derive(Debug)]
pub struct Reader<'a> {
    caller: &'a Party,
    present: Present,
    path: String,
    left: Map<String, Json>,
    faults: Vec<FieldError>,
    is_query: bool,
}

/// What stands beside what is given.
#[derive(Debug, Clone, Default)]
struct Present {
    /// Whose numbers need no country code.
    region: Option<PhoneRegion>,
    /// Those that are kept stand, also where they have no form that is taken today.
    kept: Vec<String>,
}

impl<'a> Reader<'a> {
    /// Of a request's object.
    #[must_use]
    pub fn of_object(object: Map<String, Json>, caller: &'a Party) -> Self {
        let present = Present::default();
        Self { caller, present, path: String::new(), left: object, faults: Vec::new(), is_query: false }
    }

    /// Of a query's parameters: each value is a list of texts, those in one separated by commas.
    ///
    /// # Errors
    /// When the text is no query, with the reason.
    pub fn of_query(query: &str, caller: &'a Party) -> Result<Self, String> {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).map_err(|error| error.to_string())?;
        let mut left = Map::new();
        for (name, value) in pairs {
            let values = left.entry(name).or_insert_with(|| Json::Array(Vec::new()));
            let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
            if let Json::Array(values) = values {
                values.extend(parts.map(Json::from));
            }
        }
        let present = Present::default();
        Ok(Self { caller, present, path: String::new(), left, faults: Vec::new(), is_query: true })
    }

    /// Where telephone numbers are at home. Texts that are `kept` already stand as they are, also where they have no form that is
    /// taken today: an edit of another field is not refused for them.
    #[must_use]
    pub fn with_kept(mut self, region: Option<PhoneRegion>, kept: &Json) -> Self {
        self.present = Present { region, kept: Vec::new() };
        let mut within = vec![kept];
        while let Some(value) = within.pop() {
            match value {
                Json::String(text) => self.present.kept.push(text.clone()),
                Json::Object(fields) => within.extend(fields.values()),
                Json::Array(values) => within.extend(values),
                _ => {}
            }
        }
        self
    }

    /// A field; `None` only with a fault.
    pub fn field<T: Value>(&mut self, spec: &Spec) -> Option<T> {
        let mut given = self.left.remove(spec.name).filter(|given| !given.is_null());
        if self.is_query
            && let Some(values) = given.as_ref().and_then(Json::as_array)
        {
            let Some(last) = values.last().cloned() else {
                self.fault(spec.name, spec.rule, "must have a value; leave it out to limit nothing");
                return T::placeholder();
            };
            given = given.filter(|_| T::LIST).or(Some(last));
        }
        if let (Some(_), Desk::OrFault(rule, detail), false) = (&given, spec.desk, self.caller.is_provider()) {
            self.fault(spec.name, rule, detail);
            return T::placeholder();
        }
        let Some(given) = given else {
            let absent = if spec.missing.is_some() { None } else { T::absent(self.caller) };
            if absent.is_none() {
                self.fault(spec.name, spec.rule, spec.missing.unwrap_or("is missing"));
            }
            return absent.or_else(T::placeholder);
        };
        let mut at = Field { path: self.path_of(spec.name), reader: self, spec };
        T::read(given, &mut at).or_else(T::placeholder)
    }

    /// A field, if it is there, `null` or not.
    pub fn clearable<T: Value>(&mut self, spec: &Spec) -> Option<Option<T>> {
        if self.left.contains_key(spec.name) { self.field::<T>(spec).map(Some) } else { Some(None) }
    }

    /// The fields of `T`, if any of them is there.
    pub fn flattened<T: Body>(&mut self) -> Option<Option<T>> {
        if T::FIELDS.iter().any(|of| self.left.contains_key(of.name)) { T::read(self).map(Some) } else { Some(None) }
    }

    /// Refuses what is known and not the client's to write, each with the reason.
    pub fn refuse_owned(&mut self, owned: &[&[(&str, &str)]], rule: &'static str) {
        for (name, why) in owned.iter().copied().flatten() {
            if self.left.remove(*name).is_some() {
                self.fault(name, rule, format!("is not the client's to write: {why}"));
            }
        }
    }

    /// The same of a CLEC.
    pub fn refuse_owned_by_desk(&mut self, owned: &[(&str, &str)], rule: &'static str) {
        if !self.caller.is_provider() {
            self.refuse_owned(&[owned], rule);
        }
    }

    /// Reads the whole: a field that is left then is unknown.
    #[must_use]
    pub fn whole<T: Body>(mut self) -> Read<T> {
        let value = T::read(&mut self);
        for name in std::mem::take(&mut self.left).keys() {
            match self.is_query {
                true => self.fault(name, "AP-04", "is no parameter of this request"),
                false => self.fault(name, "AP-01", "is no field of this request"),
            }
        }
        let within = self.path.clone();
        let caller = self.caller;
        Read { value, faults: self.faults }.also(|value| {
            let faults = value.check(caller).into_iter();
            faults.map(|fault| FieldError { field: format!("{within}{}", fault.field), ..fault }).collect()
        })
    }

    fn path_of(&self, name: &str) -> String {
        format!("{}{name}", self.path)
    }

    fn fault(&mut self, name: &str, rule: &'static str, detail: impl Into<String>) {
        let path = self.path_of(name);
        self.faults.push(FieldError::new(path, rule, detail));
    }
}

/// A field while it is read.
#[derive(Debug)]
pub struct Field<'r, 'a> {
    path: String,
    reader: &'r mut Reader<'a>,
    /// What is said of it.
    pub spec: &'r Spec,
}

impl<'a> Field<'_, 'a> {
    /// The party that makes the request.
    #[must_use]
    pub fn caller(&self) -> &'a Party {
        self.reader.caller
    }

    /// Whether it is a parameter of a query, or of a path.
    #[must_use]
    pub fn is_of_query(&self) -> bool {
        self.reader.is_query
    }

    /// Notes a fault of it.
    pub fn fault(&mut self, rule: &'static str, detail: impl Into<String>) {
        self.reader.faults.push(FieldError::new(self.path.clone(), rule, detail));
    }

    /// Notes a fault of something within it: `[0].id`.
    pub fn fault_within(&mut self, within: &str, rule: &'static str, detail: impl Into<String>) {
        self.within(within).fault(rule, detail);
    }

    /// Something within it, while that is read.
    pub fn within(&mut self, within: &str) -> Field<'_, 'a> {
        Field { path: format!("{}{within}", self.path), reader: &mut *self.reader, spec: self.spec }
    }

    /// Takes over what was found wrong within it.
    pub(crate) fn faults_within(&mut self, faults: Vec<FieldError>) {
        let within =
            faults.into_iter().map(|fault| FieldError { field: format!("{}.{}", self.path, fault.field), ..fault });
        self.reader.faults.extend(within);
    }

    /// A text within the field's limit, see [`contract::text`].
    pub fn text(&mut self, given: &Json) -> Option<String> {
        self.text_of(given, self.spec.limit)
    }

    /// A text within `limit`.
    pub fn text_of(&mut self, given: &Json, limit: Limit) -> Option<String> {
        let Some(text) = given.as_str() else {
            self.fault("AP-01", "is a text");
            return None;
        };
        if self.reader.is_query {
            return Some(text.trim().to_owned());
        }
        let (given, text) = (text, text::kept(text));
        let (Limit::Text(most) | Limit::Line(most)) = limit;
        let count = text.chars().count();
        if count == 0 || count > most {
            self.fault("AP-01", format!("has 1 to {most} characters"));
        } else if let Some(fault) = text::fault(&text, matches!(limit, Limit::Text(_)))
            && !self.reader.present.kept.iter().any(|kept| kept == given)
        {
            self.fault("AP-07", fault);
        } else if !self.spec.one_of.is_empty() && !self.spec.one_of.contains(&text.as_str()) {
            self.fault(
                self.spec.rule,
                match self.spec.one_of {
                    [one, other] => format!("is {one} or {other}"),
                    words => format!("is one of {}", words.join(", ")),
                },
            );
        } else {
            return Some(text);
        }
        None
    }

    /// A text that means something: a severity, a number, a party.
    pub fn parsed<T: FromStr<Err: Display>>(&mut self, given: &Json) -> Option<T> {
        let text = match given {
            Json::String(text) => text.clone(),
            Json::Number(number) => number.to_string(),
            _ => {
                self.fault(self.spec.rule, "is a text");
                return None;
            }
        };
        text.parse().map_err(|error: T::Err| self.fault(self.spec.rule, format!("'{text}': {error}"))).ok()
    }

    /// A telephone number, in its one form. One that is none is given all the same, with its fault.
    pub fn phone(&mut self, given: &Json) -> Option<String> {
        let text = self.text_of(given, Limit::Line(PHONE_AT_MOST))?;
        let normal = phone::normal(&text, self.reader.present.region);
        if normal.is_none() && !self.reader.present.kept.contains(&text) {
            self.fault(self.spec.rule, phone::PHONE);
        }
        Some(normal.unwrap_or(text))
    }

    /// An e-mail address. One that is none is given all the same, with its fault.
    pub fn email(&mut self, given: &Json) -> Option<String> {
        let text = self.text_of(given, Limit::Line(EMAIL_AT_MOST))?;
        if !email::is_email(&text) && !self.reader.present.kept.contains(&text) {
            self.fault(self.spec.rule, email::EMAIL);
        }
        Some(text)
    }

    /// An object of fields of its own.
    pub fn object<T: Body>(&mut self, given: Json) -> Option<T> {
        let Json::Object(left) = given else {
            self.fault("AP-01", "is an object");
            return None;
        };
        let path = format!("{}.", self.path);
        let present = self.reader.present.clone();
        let within = Reader { path, left, present, faults: Vec::new(), ..*self.reader };
        let Read { value, faults } = within.whole::<T>();
        self.reader.faults.extend(faults);
        value
    }

    /// Each entry of a list, so that a fault names it: `name[0]`. In a query one value by itself is a list of one.
    pub fn entries<T: Value>(&mut self, given: Json, most: usize) -> Option<Vec<T>> {
        let is_query = self.reader.is_query;
        let values = match given {
            Json::Array(values) if values.len() <= most || is_query => values,
            Json::Array(_) => {
                self.fault("AP-01", format!("has at most {most} entries"));
                return None;
            }
            value if is_query => vec![value],
            _ => {
                self.fault("AP-01", "is a list");
                return None;
            }
        };
        let mut read = Vec::new();
        for (at, value) in values.into_iter().enumerate() {
            let path = if is_query { self.path.clone() } else { format!("{}[{at}]", self.path) };
            read.extend(T::read(value, &mut Field { path, reader: &mut *self.reader, spec: self.spec }));
        }
        Some(read)
    }
}

/// What was read, with all that is wrong with it so far.
#[derive(Debug)]
pub struct Read<T> {
    value: Option<T>,
    faults: Vec<FieldError>,
}

impl<T> Read<T> {
    /// With what else is wrong, each field once: what only the whole, or what is kept, shows.
    #[must_use]
    pub fn also(mut self, look: impl FnOnce(&T) -> Vec<FieldError>) -> Self {
        let mut more = self.value.as_ref().map(look).unwrap_or_default();
        more.retain(|fault| !self.is_faulted(&fault.field));
        self.faults.extend(more);
        self
    }

    /// Whether the field, or one within it, has a fault already.
    fn is_faulted(&self, path: &str) -> bool {
        let within = |rest: &str| rest.is_empty() || rest.starts_with('.') || rest.starts_with('[');
        self.faults.iter().any(|fault| fault.field.strip_prefix(path).is_some_and(within))
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// All faults at once.
    pub fn end(self) -> Result<T, Refused> {
        let faults = self.faults;
        match self.value.filter(|_| faults.is_empty()) {
            Some(value) => Ok(value),
            None => Err(Refused::Invalid(faults)),
        }
    }

    /// The same of what was read.
    pub(crate) fn faults(self) -> (Option<T>, Vec<FieldError>) {
        (self.value, self.faults)
    }
}
