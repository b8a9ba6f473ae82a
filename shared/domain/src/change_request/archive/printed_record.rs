//! A change request as a public page printed it: an element of the archive's file, read by itself, so that one that cannot be
//! read is told and the others go on.

use super::{
    Note,
    fields::{Fields, Line, short},
};
use crate::change_request::{ChangeKind, ChangeRequestNumber, Suffix};
use chrono::NaiveDate;
use contract::{ChangeRequestId, ClecId, FieldError};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How many faults of one are told.
const FAULTS_AT_MOST: usize = 20;

/// A change request of an archive.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Its place in the file, from 0.
    pub at: usize,
    /// The number of the change request.
    pub number: ChangeRequestNumber,
    /// As it is printed, with what stands behind it.
    pub printed: String,
    /// What is printed behind it, and what the file has beside it.
    pub suffixes: BTreeSet<Suffix>,
    /// What it asks to change.
    pub kind: ChangeKind,
    /// In a line.
    pub title: Option<String>,
    /// Whose it was.
    pub company: Option<String>,
    /// The CLEC that it is given to: which goes on with it here where it is open.
    pub originator: Option<ClecId>,
    /// The area impacted, as the page prints it.
    pub area: Option<String>,
    /// The products impacted, as the page prints them.
    pub products: Option<String>,
    /// Its status, as printed.
    pub status: Option<String>,
    /// Since when it has that; nothing where the page tells a date of the future.
    pub status_date: Option<NaiveDate>,
    /// The day that its number is of, where that is not in the future.
    pub number_date: Option<NaiveDate>,
    /// The address of the public page.
    pub source: Option<String>,
    /// Whether the page was seen in part.
    pub truncated: bool,
    /// Whether of the page the header alone was seen.
    pub header_only: bool,
    /// Other change requests that it names.
    pub related: BTreeSet<ChangeRequestNumber>,
    /// Its history, in the page's order.
    pub lines: Vec<Line>,
    /// What is odd about it, and refuses nothing.
    pub notes: Vec<Note>,
}

/// An element that was not imported, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// Its place in the file, from 0.
    pub at: usize,
    /// How it calls itself, if it does.
    pub change_request: Option<String>,
    /// Everything that is wrong with it.
    pub faults: Vec<FieldError>,
}

/// One that is there already, and was left as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Duplicate {
    /// Its place in the file, from 0.
    pub at: usize,
    /// The number of the change request that the file has more than once.
    pub change_request: String,
    /// What is there.
    pub detail: String,
}

/// A file's elements.
#[derive(Debug, Default)]
pub struct Gathered {
    /// How many they are.
    pub read: usize,
    /// Those that can be imported, each number once.
    pub pages: Vec<Page>,
    /// Those that cannot be read.
    pub refused: Vec<Refusal>,
    /// Those whose number stands further up in the file.
    pub duplicates: Vec<Duplicate>,
}

impl Gathered {
    /// Reads a file's elements, each by itself, on the day `today`: no page of the past tells of a later one.
    #[must_use]
    pub fn from(elements: &[Value], today: NaiveDate) -> Self {
        let mut gathered = Self { read: elements.len(), ..Self::default() };
        let mut first = BTreeMap::new();
        for (at, element) in elements.iter().enumerate() {
            match Page::read(at, element, today) {
                Err(refusal) => gathered.refused.push(refusal),
                Ok(page) => match first.get(&page.number) {
                    Some(first) => gathered.duplicates.push(page.duplicate(format!("the element {first} has it"))),
                    None => {
                        first.insert(page.number, at);
                        gathered.pages.push(page);
                    }
                },
            }
        }
        gathered
    }
}

impl Page {
    /// Reads one element.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(at: usize, element: &Value, today: NaiveDate) -> Result<Self, Refusal> {
        let Some(object) = element.as_object() else {
            let faults = vec![FieldError::new("", "CR-19", "is no object")];
            return Err(Refusal { at, change_request: None, faults });
        };
        let mut faults = Vec::new();
        let mut fields = Fields::of(object, &mut faults);
        let printed = fields.needed("cr_number").unwrap_or_default();
        let read = ChangeRequestNumber::with_suffixes(&printed);
        if let Some(no) = read.as_ref().err().filter(|_| !printed.is_empty()) {
            fields.fault("cr_number", format!("'{}' is {no}", short(&printed)));
        }
        let (number, behind) = read.ok().unzip();
        let kind = fields.needed("kind").and_then(|text| {
            let kind = kind_of(&text);
            if kind.is_none() {
                fields.fault("kind", format!("'{}' is not product_process, systems or cmp", short(&text)));
            }
            kind
        });
        let (title, company) = (fields.text("title"), fields.text("originator_company"));
        let originator = fields.word("originator");
        let (area, products) = (fields.text("area_impacted"), fields.text("products_impacted"));
        let (status, status_date) = (fields.text("current_status"), fields.date("status_date"));
        let (source, number_date) = (fields.address("source_url"), fields.date("number_date"));
        let (truncated, header_only) = (fields.flag("truncated"), fields.flag("header_only"));
        let own = fields.texts("suffixes");
        let named = fields.texts("related_crs");
        let lines = fields.lines();
        let mut suffixes: BTreeSet<Suffix> = behind.into_iter().flatten().collect();
        for text in &own {
            match text.parse() {
                Ok(suffix) => drop(suffixes.insert(suffix)),
                Err(what) => fields.fault("suffixes", format!("'{}' is not {what}", short(text))),
            }
        }
        let (Some(number), Some(kind), true) = (number, kind, faults.is_empty()) else {
            let change_request = Some(short(&printed)).filter(|printed| !printed.is_empty());
            let more = faults.len().saturating_sub(FAULTS_AT_MOST);
            faults.truncate(FAULTS_AT_MOST);
            if more > 0 {
                faults.push(FieldError::new("", "CR-19", format!("and {more} more")));
            }
            return Err(Refusal { at, change_request, faults });
        };
        let mut page = Self {
            at,
            number,
            printed,
            suffixes,
            kind,
            title,
            company,
            originator,
            area,
            products,
            status,
            status_date,
            number_date: number.date(),
            source,
            truncated,
            header_only,
            related: BTreeSet::new(),
            lines,
            notes: Vec::new(),
        };
        page.relate(&named);
        page.compare(number_date);
        page.doubt_the_future(today);
        Ok(page)
    }

    /// How the system calls it: the same number has the same one, also under another secret. All read it by its printed number anyway.
    #[must_use]
    pub fn id(&self) -> ChangeRequestId {
        ChangeRequestId::of_public("archive", &self.number.to_string(), 0)
    }

    /// It cannot be imported, for a field.
    #[must_use]
    pub fn refused(&self, field: &str, detail: impl Into<String>) -> Refusal {
        let faults = vec![FieldError::new(field, "CR-19", detail)];
        Refusal { at: self.at, change_request: Some(self.printed.clone()), faults }
    }

    /// It is there already.
    #[must_use]
    pub fn duplicate(&self, detail: impl Into<String>) -> Duplicate {
        Duplicate { at: self.at, change_request: self.printed.clone(), detail: detail.into() }
    }

    fn note(&mut self, field: &str, detail: String) {
        self.notes.push(Note { field: field.to_owned(), detail });
    }

    fn relate(&mut self, named: &[String]) {
        for text in named {
            match text.parse::<ChangeRequestNumber>() {
                Ok(number) if number == self.number => {
                    self.note("related_crs", format!("{} is its own number, with other suffixes", short(text)));
                }
                Ok(number) => drop(self.related.insert(number)),
                Err(no) => self.note("related_crs", format!("'{}' is {no}", short(text))),
            }
        }
    }

    /// A number is of its kind; the day that it is of, the one that the file has for it, and that of the submission are to be one
    /// (CR-01).
    fn compare(&mut self, number_date: Option<NaiveDate>) {
        let prefix = self.number.prefix();
        if let Some(prefix) = prefix.filter(|prefix| *prefix != self.kind.prefix()) {
            let (kind, own) = (self.kind.as_str(), self.kind.prefix().as_str());
            self.note(
                "kind",
                format!("is {kind}, whose numbers begin with {own}, and its number with {}", prefix.as_str()),
            );
        }
        let Some(of_number) = self.number.date() else { return };
        if let Some(other) = number_date.filter(|other| *other != of_number) {
            self.note("number_date", format!("is {other}, and its number is of {of_number}"));
        }
        let submitted = self.lines.iter().find(|line| line.action == "submitted").map(|line| line.date);
        if let Some(other) = submitted.filter(|other| *other != of_number) {
            self.note("cr_number", format!("is of {of_number}, and it was submitted {other} (CR-01)"));
        }
    }

    /// What is dated in the future cannot have been: such a line keeps its place, and no other such date is used.
    fn doubt_the_future(&mut self, today: NaiveDate) {
        let is_later = |date: &NaiveDate| *date > today;
        let later: Vec<(String, NaiveDate)> = [("status_date", self.status_date), ("cr_number", self.number_date)]
            .into_iter()
            .filter_map(|(field, date)| Some((field.to_owned(), date?)))
            .chain(self.lines.iter().enumerate().map(|(at, line)| (format!("history[{at}].date"), line.date)))
            .filter(|(_, date)| is_later(date))
            .collect();
        for (field, date) in later {
            self.note(&field, format!("{date} is in the future: it is not used"));
        }
        self.status_date = self.status_date.filter(|date| !is_later(date));
        self.number_date = self.number_date.filter(|date| !is_later(date));
        self.lines.iter_mut().for_each(|line| line.suspect |= is_later(&line.date));
    }
}

fn kind_of(text: &str) -> Option<ChangeKind> {
    match text {
        "product_process" => Some(ChangeKind::ProductProcess),
        "systems" => Some(ChangeKind::Systems),
        "cmp" => Some(ChangeKind::Cmp),
        _ => None,
    }
}
