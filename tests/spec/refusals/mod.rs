//! Bad input: each refused with a problem document that names the field and the rule, and nothing is written.
//!
//! The tables tell of each request its status, its rule, and every field at fault with the rule that it breaks: these
//! and no others.

mod bodies;
mod change_requests;
mod documents;
mod links;
mod lists;
mod parties;
mod reports;
mod states;
mod subscriptions;
mod values;

use axum::http::Method;
use serde_json::{Value, json};
use tests::{Client, Reply, Story, story::TICKETS};

/// A Wednesday, 11:00 in Mountain Time.
const NOW: &str = "2026-03-04T18:00:00Z";
const JSON: Option<&str> = Some("application/json");

/// A request that is to be refused.
struct Row {
    what: String,
    who: &'static str,
    method: Method,
    path: String,
    content_type: Option<&'static str>,
    body: Vec<u8>,
    headers: Vec<(&'static str, String)>,
    status: u16,
    rule: String,
    faults: Vec<(String, String)>,
    /// What the state allows instead, where that is told.
    instead: Option<Vec<&'static str>>,
}

/// A request with a body as it is.
fn raw(
    who: &'static str,
    method: Method,
    path: &str,
    content_type: Option<&'static str>,
    body: impl Into<Vec<u8>>,
) -> Row {
    let body = body.into();
    let shown = String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
    let what = format!("{who}: {method} {path} {shown}");
    let (headers, rule, faults) = (Vec::new(), String::new(), Vec::new());
    Row {
        what,
        who,
        method,
        path: path.to_owned(),
        content_type,
        body,
        headers,
        status: 400,
        rule,
        faults,
        instead: None,
    }
}

fn post(who: &'static str, path: &str, body: &Value) -> Row {
    raw(who, Method::POST, path, JSON, body.to_string())
}

fn patch(who: &'static str, number: &str, body: &Value) -> Row {
    raw(who, Method::PATCH, &Client::ticket(number, ""), Some("application/merge-patch+json"), body.to_string())
}

fn get(who: &'static str, path: &str) -> Row {
    raw(who, Method::GET, path, None, Vec::new())
}

impl Row {
    /// 400, for these fields.
    fn faults(mut self, faults: &[(&str, &str)]) -> Self {
        self.rule = faults.first().map(|(_, rule)| (*rule).to_owned()).unwrap_or_default();
        self.faults = faults.iter().map(|(field, rule)| ((*field).to_owned(), (*rule).to_owned())).collect();
        self
    }

    /// Another status, with the rule.
    fn status(mut self, status: u16, rule: &str) -> Self {
        self.status = status;
        rule.clone_into(&mut self.rule);
        self
    }

    fn instead(mut self, possible: &[&'static str]) -> Self {
        self.instead = Some(possible.to_vec());
        self
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.what = format!("{} {name}: {value}", self.what);
        self.headers.push((name, value.to_owned()));
        self
    }

    async fn send(&self, story: &Story) -> Reply {
        let mut client = story.as_(self.who);
        for (name, value) in &self.headers {
            client = client.with(name, value);
        }
        client.send(self.method.clone(), &self.path, self.content_type, self.body.clone()).await
    }

    /// What is wrong with the answer.
    fn judge(&self, reply: &Reply) -> Vec<String> {
        let mut wrong = problem(reply, self.status);
        if reply.status.as_u16() != self.status {
            return wrong;
        }
        let body = &reply.body;
        let mut complain = |is: bool, what: String| {
            if is {
                wrong.push(what);
            }
        };
        let rules: Vec<&str> = self.faults.iter().map(|(_, rule)| rule.as_str()).chain([self.rule.as_str()]).collect();
        complain(!rules.contains(&body["code"].as_str().unwrap_or_default()), format!("the rule is not {}", self.rule));
        let errors = body["errors"].as_array().cloned().unwrap_or_default();
        let text = |error: &Value, name: &str| error[name].as_str().unwrap_or_default().to_owned();
        let mut told: Vec<(String, String)> =
            errors.iter().map(|error| (text(error, "field"), text(error, "rule"))).collect();
        let mut expected = self.faults.clone();
        told.sort();
        expected.sort();
        complain(told != expected, format!("expected the faults {expected:?}, not {told:?}"));
        if let Some(instead) = &self.instead {
            complain(body["possible"] != json!(instead), format!("possible is {}, not {instead:?}", body["possible"]));
        }
        wrong
    }
}

/// What an answer lacks of a problem document (RFC 9457, with TMF's code and reason).
fn problem(reply: &Reply, status: u16) -> Vec<String> {
    let mut wrong = Vec::new();
    let body = &reply.body;
    if reply.status.as_u16() != status {
        return vec![format!(
            "{} instead of {status}: {}",
            reply.status.as_u16(),
            body.to_string().chars().take(200).collect::<String>()
        )];
    }
    if reply.header("content-type") != Some("application/problem+json") {
        wrong.push(format!("the content type is {:?}", reply.header("content-type")));
    }
    if body["status"] != json!(status) {
        wrong.push(format!("the document's status is {}", body["status"]));
    }
    for name in ["title", "detail", "code", "reason"] {
        if body[name].as_str().is_none_or(|text| text.trim().is_empty()) {
            wrong.push(format!("no {name} in {body}"));
        }
    }
    for error in body["errors"].as_array().into_iter().flatten() {
        for name in ["field", "rule", "detail"] {
            if error[name].as_str().is_none_or(|text| text.trim().is_empty()) {
                wrong.push(format!("no {name} in the fault {error}"));
            }
        }
    }
    wrong
}

/// Sends each, and finds it refused as it says, with nothing written, sent or told.
async fn refuses(story: &Story, rows: impl IntoIterator<Item = Row>) {
    let mut wrong = Vec::new();
    let mut tried = 0;
    let done = async || (story.written(), story.world.deliveries(0).await.unwrap().len(), story.world.events().len());
    for row in rows {
        let before = done().await;
        let reply = row.send(story).await;
        let complaints = row.judge(&reply);
        wrong.extend(complaints.into_iter().map(|complaint| format!("{}\n    {complaint}", row.what)));
        let after = done().await;
        if after != before {
            wrong.push(format!("{}\n    writes, deliveries and events went from {before:?} to {after:?}", row.what));
        }
        tried += 1;
    }
    assert!(tried > 0, "no row");
    assert!(
        wrong.is_empty(),
        "{} complaints in {tried} rows, the first:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(12)].join("\n")
    );
}

/// A good create, with other fields merged in.
fn create(with: &Value) -> Value {
    let mut body = json!({ "description": "orders are rejected", "severity": "serious", "ticketType": "systems" });
    body.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
    body
}

fn a_create(with: &Value) -> Row {
    post("alpha", TICKETS, &create(with))
}

fn long(length: usize) -> String {
    "x".repeat(length)
}

/// The states, and a fresh ticket of alpha's in each.
const STATES: [&str; 12] = [
    "acknowledged",
    "inProgress",
    "pending",
    "held",
    "resolved",
    "event",
    "primary",
    "linked",
    "linked and closed",
    "closed",
    "cancelled",
    "rejected",
];

/// The task resources with a good body, and an update that any open ticket takes.
fn tasks(other: &str) -> [(&'static str, Value); 7] {
    [
        ("PATCH", json!({ "note": [{ "text": "a note" }] })),
        ("call", json!({ "contact": "Ann", "detail": "asked how it stands" })),
        ("severityChange", json!({ "severity": "minimal", "reason": "it is less" })),
        ("workaround", json!({ "description": "send it by fax" })),
        ("phoneNotice", json!({ "contact": "Ann", "detail": "told how it stands" })),
        ("link", json!({ "primary": other })),
        ("close", json!({ "disposition": "noTroubleFound" })),
    ]
}

fn task_row(number: &str, task: &str, body: &Value) -> Row {
    if task == "PATCH" { patch("desk", number, body) } else { post("desk", &Client::ticket(number, task), body) }
}
