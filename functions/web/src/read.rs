//! Pages that show what the API answers at the same path: a list, a record with what belongs to it, a document.

use crate::{
    Person, Web,
    api::{Answer, Api},
    form::{self, Asked, Content, Form, Posted},
    home,
    kinds::{self, Kind, Part},
    layout::{self, Site},
    not_found,
    operations::{self, OPERATIONS, Operation, encoded},
    refused_by,
    show::{self, Act, Fact, Showing, Table, View, place_of},
    to_sign_in, unanswered,
    words::words,
};
use axum::{
    extract::{OriginalUri, State},
    response::{IntoResponse, Redirect, Response},
};
use futures::future::join_all;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::Value;
use url::form_urlencoded;

/// What a browser may do with a document that the API answered.
const OF_DOCUMENT: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";
/// The operation that reads a queue.
const QUEUE: &str = "readQueue";
/// The act on a case that only a patch release has.
const JOINT_MEETING: &str = "joint_meeting";
/// What the provider's people alone do to parts of a record: the API refuses it to others, so that the portal does not offer it.
const BY_THE_DESK: [&str; 5] =
    ["joint_meeting", "noticeCorrection", "noticeWithdrawal", "answerPosition", "completeActionItem"];

/// `GET /portal/...`, `GET /console/...`.
pub(crate) async fn read(State(web): State<Web>, person: Person, OriginalUri(uri): OriginalUri) -> Response {
    let page = uri.path().strip_prefix(person.site.path()).unwrap_or_default();
    let Some(operation) = OPERATIONS.read_at(page) else { return not_found(&web, &person) };
    let query: Vec<(String, String)> =
        form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let (own, asked): (Vec<_>, Vec<_>) = query.into_iter().partition(|(name, _)| name == "done");
    let done = own.into_iter().find_map(|(_, done)| OPERATIONS.named(&done)).map(Operation::title);
    // A field of a filter that was left empty asks for nothing.
    let asked: Vec<(String, String)> = several(operation, asked.into_iter().filter(|(_, value)| !value.is_empty()));
    let zone = web.policy.time_zone;
    let is_instant =
        |name: &str| operation.query.iter().any(|of| of.name == name && matches!(of.kind, operations::Kind::Instant));
    let in_utc = asked.iter().map(|(name, value)| match form::instant(value, zone) {
        Value::String(at) if is_instant(name) => (name.clone(), at),
        _ => (name.clone(), value.lines().collect::<Vec<_>>().join(",")),
    });
    let path = with_query(&format!("{}{page}", operation.base()), &in_utc.collect::<Vec<_>>());
    let api = Api::new(&web, &person.session.token);
    let answer = match api.get(&path).await {
        Ok(answer) => answer,
        Err(error) => return unanswered(&web, person.of(), &error),
    };
    let reading = Reading { web: &web, person: &person, operation, showing: person.showing(&web) };
    match answer.json() {
        Some(Value::Array(rows)) => reading.list(page, &answer, &rows, Posted::new(asked), done),
        Some(record) if record["method"] == "GET" && record["url"].is_string() => {
            Redirect::to(record["url"].as_str().unwrap_or_default()).into_response()
        }
        Some(record) => reading.record(api, page, &record, done).await,
        None if answer.status.is_success() => document(answer),
        None if answer.status == StatusCode::UNAUTHORIZED => {
            to_sign_in(uri.path_and_query().map_or("", |asked| asked.as_str()))
        }
        None if answer.status == StatusCode::NOT_FOUND => not_found(&web, &person),
        None => refused_by(&web, &person, &answer),
    }
}

/// Several values of one name are one list, as the API reads them.
fn several(operation: &Operation, asked: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let is_list = |name: &str| {
        operation
            .query
            .iter()
            .any(|of| of.name == name && matches!(of.kind, operations::Kind::Choices { .. } | operations::Kind::Lines))
    };
    let mut all: Vec<(String, String)> = Vec::new();
    for (name, value) in asked {
        match all.iter_mut().find(|(of, _)| *of == name && is_list(&name)) {
            Some((_, values)) => *values = format!("{values},{value}"),
            None => all.push((name, value)),
        }
    }
    all
}

fn with_query(path: &str, query: &[(String, String)]) -> String {
    if query.is_empty() {
        return path.to_owned();
    }
    format!("{path}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish())
}

/// What is no JSON is handed on as it is; a page of the API's runs nothing and loads nothing.
fn document(answer: Answer) -> Response {
    let mut response = answer.body.into_response();
    for name in [header::CONTENT_TYPE, header::CONTENT_DISPOSITION] {
        if let Some(value) = answer.headers.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(OF_DOCUMENT));
    response
}

/// A page that is read.
struct Reading<'a> {
    web: &'a Web,
    person: &'a Person,
    operation: &'static Operation,
    showing: Showing<'a>,
}

#[derive(Serialize)]
struct ListPage {
    title: String,
    summary: String,
    table: Table,
    filters: Vec<Asked>,
    /// Whether anything narrows the list.
    narrowed: bool,
    here: String,
    next: Option<String>,
    makes: Vec<Act>,
    views: Vec<Act>,
    done: Option<String>,
}

#[derive(Serialize)]
struct RecordPage {
    one: String,
    number: String,
    heading: Vec<View>,
    severity: Option<Severity>,
    facts: Vec<Fact>,
    others: Vec<Fact>,
    parts: Vec<PartShown>,
    more: Vec<Act>,
    acts: Vec<Act>,
    back: Option<Act>,
    done: Option<String>,
}

#[derive(Serialize)]
struct Severity {
    level: u64,
    word: String,
}

#[derive(Serialize)]
struct PartShown {
    title: String,
    id: String,
    value: View,
    next: Option<String>,
    refused: Option<String>,
}

impl Reading<'_> {
    fn site(&self) -> Site {
        self.person.site
    }

    fn page(&self, template: &str, page: impl Serialize) -> Response {
        let place = format!("{}{}", self.site().path(), self.operation.page().split("/{").next().unwrap_or_default());
        layout::page(self.web, self.person.of(), (StatusCode::OK, template), &place, page)
    }

    fn list(&self, page: &str, answer: &Answer, rows: &[Value], asked: Posted, done: Option<String>) -> Response {
        let kind = kinds::listed_by(&self.operation.id);
        let name = self.operation.page().rsplit('/').next().unwrap_or_default();
        let mut table = self.rows_of(name, kind, rows);
        for (row, value) in table.rows.iter_mut().zip(rows) {
            let number = value["id"].as_str().unwrap_or_default().to_owned();
            let acts = kind.on_rows.iter().filter_map(|id| OPERATIONS.named(id));
            row.acts = acts.map(|of| self.act(of, std::slice::from_ref(&number))).collect();
            row.acts.extend(home::calls(value, self.site()));
        }
        let here = format!("{}{page}", self.site().path());
        let next = answer.next().map(|query| format!("{here}?{query}"));
        if self.operation.id == QUEUE {
            return home::further(self.web, self.person, (page.rsplit('/').next().unwrap_or_default(), rows), next);
        }
        let filters = Form { content: Content::Posted(&asked), errors: &[], zone: self.web.policy.time_zone };
        let filters =
            filters.asked_of(self.operation.query.iter().filter(|of| !matches!(of.kind, operations::Kind::Json)));
        let makes = kind.makes.iter().filter(|(_, sites)| sites.contains(&self.site()));
        let makes = makes.filter_map(|(id, _)| OPERATIONS.named(id)).map(|of| Act {
            title: format!("New {}", kind.one.to_lowercase().replace("clec", "CLEC")),
            ..self.act(of, &[])
        });
        let views = kind.views.iter().filter(|(_, _, sites)| sites.contains(&self.site()));
        let views = views.map(|(title, query, _)| Act {
            title: (*title).to_owned(),
            about: String::new(),
            href: format!("{here}{}{query}", if query.is_empty() { "" } else { "?" }),
        });
        let views = views.collect();
        let title = if kind.many.is_empty() { words(name) } else { kind.many.to_owned() };
        let page = ListPage {
            title,
            summary: self.operation.summary.clone(),
            table,
            filters,
            narrowed: self.operation.query.iter().any(|of| !asked.all(&of.name).is_empty()),
            next,
            here,
            makes: makes.collect(),
            views,
            done,
        };
        self.page("list.html", page)
    }

    /// Rows with the columns that are known of their kind, or else all.
    fn rows(&self, name: &str, columns: &[&str], rows: &[Value]) -> Table {
        if columns.is_empty() {
            let columns = show::columns(name, rows);
            return self.showing.table(&columns.iter().map(String::as_str).collect::<Vec<_>>(), rows);
        }
        self.showing.table(columns, rows)
    }

    /// The same of a kind, each row with the page of its record, where the API names none.
    fn rows_of(&self, name: &str, kind: Kind, rows: &[Value]) -> Table {
        let mut table = self.rows(name, kind.columns, rows);
        let Some(read) = OPERATIONS.named(kind.read) else { return table };
        for (row, value) in table.rows.iter_mut().zip(rows) {
            if let (Some(View::Text { text }), Some(id)) = (row.cells.first(), value["id"].as_str())
                && text == id
            {
                let path = read.path_of(&[id.to_owned()]);
                let href = format!("{}{}", self.site().path(), path.strip_prefix(read.base()).unwrap_or(&path));
                row.cells[0] = View::Link { text: id.to_owned(), href };
            }
        }
        table
    }

    fn act(&self, operation: &Operation, parameters: &[String]) -> Act {
        let parameters: String = parameters.iter().map(|of| format!("/{}", encoded(of))).collect();
        Act {
            title: operation.title(),
            about: operation.sentence(),
            href: format!("{}/do/{}{parameters}", self.site().path(), operation.id),
        }
    }

    async fn record(&self, api: Api<'_>, page: &str, record: &Value, done: Option<String>) -> Response {
        let kind = kinds::read_by(&self.operation.id);
        let parameters = parameters(self.operation, page);
        let number = record["id"].as_str().map_or_else(|| parameters.join(" "), str::to_owned);
        let here = |of: &&Part| of.sites.contains(&self.site());
        let parts =
            join_all(kind.parts.iter().filter(here).map(|part| self.part(api, part, record, &parameters))).await;
        let more = kind.more.iter().filter(here).filter_map(|part| {
            let operation = OPERATIONS.named(part.operation)?;
            let page = operation.path_of(&parameters);
            let page = page.strip_prefix(operation.base())?;
            Some(Act {
                title: part.title.to_owned(),
                about: String::new(),
                href: format!("{}{page}", self.site().path()),
            })
        });
        let possible = record["possible"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let possible = possible.filter_map(|word| OPERATIONS.on(self.operation, word));
        let mut acts: Vec<Act> = possible.map(|of| self.act(of, &parameters)).collect();
        let others = kind.acts.iter().filter(|(_, sites)| sites.contains(&self.site()));
        acts.extend(others.filter_map(|(id, _)| OPERATIONS.named(id)).map(|of| self.act(of, &parameters)));
        for (name, rows) in record.as_object().into_iter().flatten() {
            for row in rows.as_array().into_iter().flatten() {
                acts.extend(self.part_acts(self.operation, name, row, &parameters).into_iter().map(|(place, act)| {
                    Act { title: format!("{} {place}: {}", words(name), act.title.to_lowercase()), ..act }
                }));
            }
        }
        let word = |name: &str| record[name].as_str().map(str::to_owned);
        let severity = record["severityLevel"].as_u64().zip(word("severity"));
        let heading = kind
            .heading
            .iter()
            .filter(|name| **name != "severity")
            .map(|name| self.showing.value(name, &record[*name]));
        let page = RecordPage {
            one: if kind.one.is_empty() { self.operation_words() } else { kind.one.to_owned() },
            number,
            heading: heading.collect(),
            severity: severity.map(|(level, word)| Severity { level, word }),
            facts: self.showing.facts(record, kind.first),
            others: self.showing.others(record, &[kind.first, kind.heading, &["id"]].concat()),
            parts: parts.into_iter().flatten().collect(),
            more: more.collect(),
            acts,
            back: self.back(&parameters),
            done,
        };
        self.page("record.html", page)
    }

    fn operation_words(&self) -> String {
        let last = self.operation.page().rsplit('/').find(|segment| !segment.starts_with('{'));
        words(last.unwrap_or_default())
    }

    /// From what is read beside a record, the way back to that.
    fn back(&self, parameters: &[String]) -> Option<Act> {
        let (record, _) = self.operation.page().split_once("/{id}/")?;
        let number = parameters.first()?;
        let href = format!("{}{record}/{}", self.site().path(), encoded(number));
        Some(Act { title: number.clone(), about: String::new(), href })
    }

    /// What can be done to a part of a record, by what names the part.
    fn part_acts(
        &self,
        read: &'static Operation,
        name: &str,
        row: &Value,
        parameters: &[String],
    ) -> Vec<(String, Act)> {
        let Some(place) = place_of(row) else { return Vec::new() };
        // A case that is decided allows nothing more.
        if !row["outcome"].is_null() {
            return Vec::new();
        }
        let offered = OPERATIONS.on_parts(read, name).filter(|of| {
            (of.id != JOINT_MEETING || row["kind"] == "patchRelease")
                && (self.site() == Site::Console || !BY_THE_DESK.contains(&of.id.as_str()))
        });
        let parameters: Vec<String> = parameters.iter().cloned().chain([place.clone()]).collect();
        let act = |of: &Operation| match of.method.as_str() {
            "GET" => Act {
                title: "Open".to_owned(),
                about: String::new(),
                href: format!(
                    "{}{}",
                    self.site().path(),
                    of.path_of(&parameters).strip_prefix(of.base()).unwrap_or_default()
                ),
            },
            _ => self.act(of, &parameters),
        };
        offered.map(|of| (place.clone(), act(of))).collect()
    }

    async fn part(&self, api: Api<'_>, part: &Part, record: &Value, parameters: &[String]) -> Option<PartShown> {
        let operation = OPERATIONS.named(part.operation)?;
        let number = record["id"].as_str().unwrap_or_default();
        let path = operation.path_of(&parameters[..operation.parameters().min(parameters.len())]);
        let query = part.query.replace("{id}", &encoded(number));
        let asked = if query.is_empty() { path.clone() } else { format!("{path}?{query}") };
        let mut shown = PartShown {
            title: part.title.to_owned(),
            id: operation.id.clone(),
            value: View::Nothing,
            next: None,
            refused: None,
        };
        let answer = match api.get(&asked).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::error!(%error, "a part of a page could not be read");
                shown.refused = Some("This could not be read now.".to_owned());
                return Some(shown);
            }
        };
        let next = answer.next().map(|query| {
            format!("{}{}?{query}", self.site().path(), path.strip_prefix(operation.base()).unwrap_or(&path))
        });
        shown.next = next;
        match answer.json() {
            Some(Value::Array(rows)) => {
                let name = operation.page().rsplit('/').next().unwrap_or_default();
                let mut table = self.rows_of(name, kinds::listed_by(&operation.id), &rows);
                for (row, value) in table.rows.iter_mut().zip(&rows) {
                    let acts = self.part_acts(self.operation, name, value, parameters);
                    row.acts = acts.into_iter().map(|(_, act)| act).collect();
                }
                shown.value = if rows.is_empty() { View::Nothing } else { View::Table { table } };
            }
            Some(of) => shown.value = View::Facts { facts: self.showing.others(&of, &["id"]) },
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
