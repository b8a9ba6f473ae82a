//! The page of a record: its facts, what belongs to it, and what can be done with it now.

use crate::{
    kinds::{self, Kind, Part},
    layout::Site,
    list::{act, table},
    operations::{OPERATIONS, Operation, encoded},
    show::{Act, Fact, View, place_of},
    visit::Visit,
    words::words,
};
use axum::response::Response;
use futures::future::join_all;
use http::StatusCode;
use serde::Serialize;
use serde_json::Value;

/// The act on a case that only a patch release has.
const JOINT_MEETING: &str = "joint_meeting";
/// What the provider's people alone do to parts of a record: the API refuses it to others, so that the portal does not offer it.
const BY_THE_DESK: [&str; 5] =
    ["joint_meeting", "noticeCorrection", "noticeWithdrawal", "answerPosition", "completePostMortemAction"];
/// What a part of a record says of its end: then nothing more is done to it.
const ENDS: [&str; 2] = ["outcome", "doneAt"];
/// The notices of a record, and the state in which one can be corrected or withdrawn.
const NOTICES: &str = "notice";
const SENT: &str = "sent";

#[derive(Serialize)]
struct RecordPage {
    one: String,
    number: String,
    heading: Vec<View>,
    facts: Vec<Fact>,
    others: Vec<Fact>,
    parts: Vec<PartShown>,
    more: Vec<Act>,
    acts: Vec<Act>,
    back: Option<Act>,
    done: Option<String>,
}

#[derive(Serialize)]
struct PartShown {
    title: String,
    id: String,
    value: View,
    next: Option<String>,
    refused: Option<String>,
}

/// A record that an operation read.
struct Reading<'a> {
    visit: &'a Visit,
    operation: &'static Operation,
    record: &'a Value,
    /// What stands in the places of the path's parameters.
    parameters: Vec<String>,
}

/// The page of what an operation read.
pub(crate) async fn page(
    visit: &Visit,
    operation: &'static Operation,
    page: &str,
    record: &Value,
    done: Option<String>,
) -> Response {
    let reading = Reading { visit, operation, record, parameters: parameters(operation, page) };
    let kind = kinds::read_by(&operation.id);
    let here = |of: &&Part| of.sites.contains(&visit.site);
    let parts = join_all(kind.parts.iter().filter(here).map(|part| reading.part(part))).await;
    let more = kind.more.iter().filter(here).filter_map(|part| {
        let href = visit.page_of(OPERATIONS.named(part.operation)?, &reading.parameters);
        let query = part.query.replace("{id}", &encoded(record["id"].as_str().unwrap_or_default()));
        let href = if query.is_empty() { href } else { format!("{href}?{query}") };
        Some(Act { title: part.title.to_owned(), about: String::new(), href })
    });
    let id = encoded(record["id"].as_str().unwrap_or_default());
    let leads = kind.leads.iter().filter(|lead| (lead.from)(record)).map(|lead| Act {
        title: lead.title.to_owned(),
        about: String::new(),
        href: format!("{}/do/{}?{}={id}", visit.site.path(), lead.operation, lead.field),
    });
    let showing = visit.showing();
    let last = operation.page().rsplit('/').find(|segment| !segment.starts_with('{')).unwrap_or_default();
    let shown = RecordPage {
        one: if kind.one.is_empty() { words(last) } else { kind.one.to_owned() },
        number: record["id"].as_str().map_or_else(|| reading.parameters.join(" "), str::to_owned),
        heading: kind.heading.iter().map(|name| showing.cell(name, record)).collect(),
        facts: reading.facts(kind.first),
        others: showing.others(record, &[kind.first, kind.heading, &["id"]].concat()),
        parts: parts.into_iter().flatten().collect(),
        more: more.chain(leads).collect(),
        acts: reading.acts(kind),
        back: reading.back(),
        done,
    };
    let place = operation.page().split("/{").next().unwrap_or_default();
    visit.page((StatusCode::OK, "record.html"), &format!("{}{place}", visit.site.path()), shown)
}

impl Reading<'_> {
    /// These facts; a row of a table leads to what reads the part that the row tells of.
    fn facts(&self, names: &[&str]) -> Vec<Fact> {
        let showing = self.visit.showing();
        let facts = names.iter().filter_map(|name| {
            let value = self.record.get(*name)?;
            let mut fact = showing.fact(name, value)?;
            if let View::Table { table } = &mut fact.value {
                for (row, value) in table.rows.iter_mut().zip(value.as_array()?) {
                    row.acts.extend(self.opens(name, value));
                }
            }
            Some(fact)
        });
        facts.collect()
    }

    /// What reads a part of the record.
    fn opens(&self, name: &str, row: &Value) -> Option<Act> {
        let reads = OPERATIONS.part_of(self.operation, name)?;
        let parameters: Vec<String> = self.parameters.iter().cloned().chain([place_of(row)?]).collect();
        Some(Act { title: "Open".to_owned(), about: String::new(), href: self.visit.page_of(reads, &parameters) })
    }

    /// What can be done now: what the API says is possible, and where it does not say so, what the kind has; then what can be done to the
    /// record's parts.
    fn acts(&self, kind: Kind) -> Vec<Act> {
        let words_of_api = self.record["possible"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let possible = words_of_api.filter_map(|word| OPERATIONS.on(self.operation, word));
        let is_possible = |id: &str| !self.is_over() || kind.revives.contains(&id);
        let others = kind.acts.iter().filter(|(id, sites)| sites.contains(&self.visit.site) && is_possible(id));
        let others = others.filter_map(|(id, _)| OPERATIONS.named(id));
        let mut acts: Vec<Act> = possible.chain(others).map(|of| act(self.visit, of, &self.parameters)).collect();
        for (name, rows) in self.record.as_object().into_iter().flatten() {
            for row in rows.as_array().into_iter().flatten() {
                let place = place_of(row).unwrap_or_default();
                let title = |act: &Act| format!("{} {place}: {}", words(name), act.title.to_lowercase());
                acts.extend(self.part_acts(name, row).into_iter().map(|act| Act { title: title(&act), ..act }));
            }
        }
        acts
    }

    /// Whether nothing more is done to the record.
    fn is_over(&self) -> bool {
        let status = self.record["status"].as_str().unwrap_or_default();
        kinds::read_by(&self.operation.id).over.contains(&status)
    }

    /// From what is read beside a record, the way back to that.
    fn back(&self) -> Option<Act> {
        let end = self.operation.page().find("/{id}/")? + "/{id}".len();
        let record = OPERATIONS.read_at(&self.operation.page()[..end])?;
        let href = self.visit.page_of(record, &self.parameters);
        Some(Act { title: self.parameters.first()?.clone(), about: String::new(), href })
    }

    /// What can be done to a part of the record.
    fn part_acts(&self, name: &str, row: &Value) -> Vec<Act> {
        let has_ended = ENDS.iter().any(|end| !row[*end].is_null()) || (name == NOTICES && row["state"] != SENT);
        let Some(place) = place_of(row).filter(|_| !has_ended && !self.is_over()) else { return Vec::new() };
        let is_offered = |of: &&Operation| {
            (of.id != JOINT_MEETING || row["kind"] == "patchRelease")
                && (self.visit.site == Site::Console || !BY_THE_DESK.contains(&of.id.as_str()))
        };
        let parameters: Vec<String> = self.parameters.iter().cloned().chain([place]).collect();
        OPERATIONS
            .on_parts(self.operation, name)
            .filter(is_offered)
            .map(|of| act(self.visit, of, &parameters))
            .collect()
    }

    /// What is shown on the same page.
    async fn part(&self, part: &Part) -> Option<PartShown> {
        let operation = OPERATIONS.named(part.operation)?;
        let path = operation.path_of(&self.parameters);
        let query = part.query.replace("{id}", &encoded(self.record["id"].as_str().unwrap_or_default()));
        let asked = if query.is_empty() { path } else { format!("{path}?{query}") };
        let mut shown = PartShown {
            title: part.title.to_owned(),
            id: operation.id.clone(),
            value: View::Nothing,
            next: None,
            refused: None,
        };
        let answer = match self.visit.api().get(&asked).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::error!(%error, "a part of a page could not be read");
                shown.refused = Some("This could not be read now.".to_owned());
                return Some(shown);
            }
        };
        let next = answer.next();
        shown.next = next.map(|query| format!("{}?{query}", self.visit.page_of(operation, &self.parameters)));
        match answer.json() {
            Some(Value::Array(rows)) if rows.is_empty() => {}
            Some(Value::Array(rows)) => {
                let name = operation.page().rsplit('/').next().unwrap_or_default();
                let mut table = table(self.visit, name, kinds::listed_by(&operation.id), &rows);
                for (row, value) in table.rows.iter_mut().zip(&rows) {
                    row.acts = self.opens(name, value).into_iter().chain(self.part_acts(name, value)).collect();
                }
                shown.value = View::Table { table };
            }
            Some(of) => shown.value = View::Facts { facts: self.visit.showing().others(&of, &["id"]) },
            None => shown.refused = Some(answer.problem().words().to_owned()),
        }
        Some(shown)
    }
}

/// What stands in the places of an operation's parameters, in a page's path.
fn parameters(operation: &Operation, page: &str) -> Vec<String> {
    let segments = operation.page().split('/').zip(page.split('/'));
    let parameters = segments.filter(|(of, _)| of.starts_with('{')).map(|(_, segment)| segment);
    parameters.map(|of| percent_encoding::percent_decode_str(of).decode_utf8_lossy().into_owned()).collect()
}
