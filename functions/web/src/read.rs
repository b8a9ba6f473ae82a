//! Pages that show what the API answers at the same path: a list, a record, a document.

use crate::{
    api::Answer,
    body, list,
    operations::{Kind, OPERATIONS, Operation},
    posted::Posted,
    record,
    visit::Visit,
};
use axum::{
    extract::OriginalUri,
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderValue, header};
use serde_json::Value;
use url::form_urlencoded;

/// What a browser may do with a document that the API answered.
const OF_DOCUMENT: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/// `GET /portal/...`, `GET /console/...`: what the API answers at this path.
pub(crate) async fn read(visit: Visit, OriginalUri(uri): OriginalUri) -> Result<Response, Response> {
    let page = uri.path().strip_prefix(visit.site.path()).unwrap_or_default();
    let operation = OPERATIONS.read_at(page).ok_or_else(|| visit.not_found())?;
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned();
    // A field of a filter that was left empty asks for nothing.
    let (own, asked): (Vec<_>, Vec<_>) =
        query.filter(|(_, value)| !value.is_empty()).partition(|(name, _)| name == "done");
    let done = own.into_iter().find_map(|(_, done)| OPERATIONS.named(&done)).map(Operation::title);
    let asked = several(operation, asked);
    let answer = visit.read(&path(&visit, operation, page, &asked)).await?;
    Ok(match answer.json() {
        Some(Value::Array(rows)) => list::page(&visit, operation, (page, &Posted::new(asked)), (&answer, &rows), done),
        // Where a document can be got.
        Some(place) if place["method"] == "GET" && place["url"].is_string() => {
            Redirect::to(place["url"].as_str().unwrap_or_default()).into_response()
        }
        Some(record) => record::page(&visit, operation, page, &record, done).await,
        None => document(answer),
    })
}

/// The field of a list's query.
fn kind_of<'a>(operation: &'a Operation, name: &str) -> Option<&'a Kind> {
    operation.query.iter().find(|of| of.name == name).map(|of| &of.kind)
}

/// Several values of one name are one list, as the API reads them.
fn several(operation: &Operation, asked: Vec<(String, String)>) -> Vec<(String, String)> {
    let is_list = |name: &str| matches!(kind_of(operation, name), Some(Kind::Choices { .. } | Kind::Lines));
    let mut all: Vec<(String, String)> = Vec::new();
    for (name, value) in asked {
        match all.iter_mut().find(|(of, _)| *of == name && is_list(&name)) {
            Some((_, values)) => *values = format!("{values},{value}"),
            None => all.push((name, value)),
        }
    }
    all
}

/// The path of the API, with what is asked for in its words: instants in UTC, lines as a list.
fn path(visit: &Visit, operation: &Operation, page: &str, asked: &[(String, String)]) -> String {
    let path = format!("{}{page}", operation.base());
    if asked.is_empty() {
        return path;
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in asked {
        match kind_of(operation, name) {
            Some(Kind::Instant) => query.append_pair(name, &body::instant(value, visit.web.policy.time_zone)),
            Some(Kind::Lines) => query.append_pair(name, &value.lines().collect::<Vec<_>>().join(",")),
            _ => query.append_pair(name, value),
        };
    }
    format!("{path}?{}", query.finish())
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
