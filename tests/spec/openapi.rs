//! AP-01: the API's description, held against the running desk.

use super::bodies::Named;
use axum::body::Body;
use functions::FUNCTIONS;
use http::Request;
use local_desk::gateway;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tests::{Client, Story};
use tower::ServiceExt;

const NOW: &str = "2026-03-04T18:00:00Z";

pub(crate) async fn description(story: &Story) -> Value {
    let app = gateway::app(story.world.clone(), story.identity().clone()).unwrap();
    let response = app.oneshot(Request::get("/openapi.json").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    serde_json::from_slice(&axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap()).unwrap()
}

/// Every operation: its path, its method, and what is said of it.
pub(crate) fn operations(description: &Value) -> Vec<(&String, &String, &Value)> {
    let paths = description["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, of)| of.as_object().unwrap().iter().map(move |(method, said)| (path, method, said)))
        .collect()
}

#[test]
fn ap_01_each_reference_of_the_document_leads_to_something() {
    fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
        match value {
            Value::Object(object) => {
                found.extend(object.get("$ref").and_then(Value::as_str));
                object.values().for_each(|value| references(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let document: Value = serde_json::from_str(functions::api_description::DOCUMENT).unwrap();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        assert!(document.pointer(reference.strip_prefix('#').unwrap()).is_some(), "{reference} leads nowhere");
    }
}

#[tokio::test]
async fn ap_01_each_operation_has_a_name_of_its_own_and_each_answer_its_words() {
    let story = Story::at(NOW).await;
    let description = description(&story).await;
    let operations = operations(&description);
    let names: BTreeSet<&str> = operations.iter().map(|(.., said)| said["operationId"].as_str().unwrap()).collect();
    assert_eq!(names.len(), operations.len(), "{names:?}");
    for (path, method, said) in operations {
        for (status, answer) in said["responses"].as_object().unwrap() {
            assert!(!answer["description"].as_str().unwrap_or_default().is_empty(), "{method} {path}: {status}");
        }
    }
}

/// Each operation is called with nothing in its body, on a thing that is there, by a CLEC whose thing it may be and by the desk.
#[tokio::test]
async fn ap_01_what_is_described_is_there_and_answers_as_described() {
    let story = Story::at(NOW).await;
    let description = description(&story).await;
    let things = Named::in_story(&story).await;
    let mut all = operations(&description);
    all.sort_by_key(|(_, method, _)| *method == "delete");
    let (mut wrong, mut missing) = (Vec::new(), Vec::new());
    for (path, method, said) in all {
        let called = things.path(path);
        assert!(!called.contains(['{', '}']), "{path}: there is no thing for {called}");
        let named = method.to_uppercase();
        let body = if method == "get" { None } else { Some("application/json") };
        let mut is_there = false;
        for who in ["alpha", "desk"] {
            let reply = story.as_(who).send(named.parse().unwrap(), &called, body, b"{}".to_vec()).await;
            if !said["responses"].as_object().unwrap().contains_key(reply.status.as_str()) {
                wrong.push(format!("{named} {path} by {who}: {} is not described: {}", reply.status, reply.body));
            }
            is_there |= ![403, 404, 405].contains(&reply.status.as_u16());
        }
        // What is refused before anything is read.
        let described = |status: &str| said["responses"].as_object().unwrap().contains_key(status);
        let sent = async |client: Client<'_>, content: Option<&str>| {
            client.send(named.parse().unwrap(), &called, content, b"{}".to_vec()).await.status.as_u16()
        };
        let unauthorized = sent(story.with_token(None), body).await == 401;
        let unsupported = said.get("requestBody").is_some() && sent(story.as_("desk"), Some("text/plain")).await == 415;
        if (unauthorized, unsupported, true) != (described("401"), described("415"), described("429")) {
            wrong.push(format!("{named} {path}: 401, 415 or 429 is described otherwise"));
        }
        if !is_there {
            missing.push(format!("{named} {path}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // No document is attached; who joins an escalation is another CLEC; nothing is written of a post-mortem.
    let expected = [
        "GET /cmp/v1/changeRequest/{id}/attachment/{place}",
        "POST /cmp/v1/changeRequest/{id}/participation",
        "GET /cmp/v1/postMortem/{id}/postMortem.docx",
        "GET /cmp/v1/postMortem/{id}/postMortem.html",
        "GET /tmf-api/troubleTicket/v4/troubleTicket/{id}/attachment/{place}",
    ];
    assert_eq!(missing, expected);
}

/// The names of facts that the description lists are those that serde writes: it lists them when it meets another one.
#[test]
fn ap_01_the_facts_of_a_history_are_described_by_the_names_that_are_written() {
    fn written<F: serde::de::DeserializeOwned + std::fmt::Debug>() -> Vec<String> {
        let refused = serde_json::from_value::<F>(json!({ "fact": "zznone" })).unwrap_err().to_string();
        let (_, names) = refused.split_once("expected one of ").expect("a list of names");
        names.split(", ").map(|name| name.trim_matches('`').to_owned()).collect()
    }
    assert_eq!(written::<domain::ticket::Fact>(), domain::ticket::Fact::NAMES);
    assert_eq!(written::<domain::change_request::Fact>(), domain::change_request::Fact::NAMES);
}

/// Each function's routes, as they are described.
fn functions() -> Vec<(&'static str, Value)> {
    let described = FUNCTIONS.iter().filter_map(|function| {
        let described = function.routes()?.into_openapi();
        Some((function.name, serde_json::to_value(described).unwrap()))
    });
    described.collect()
}

/// The whole description is put together from theirs: of two schemas by one name it would keep one.
#[test]
fn ap_01_no_two_functions_describe_different_things_by_one_name() {
    let whole: Value = serde_json::from_str(functions::api_description::DOCUMENT).unwrap();
    let mut known: BTreeMap<String, (&str, Value)> = BTreeMap::new();
    let (mut wrong, mut paths) = (Vec::new(), BTreeSet::new());
    for (function, described) in functions() {
        paths.extend(described["paths"].as_object().unwrap().keys().cloned());
        let schemas = described["components"]["schemas"].as_object().cloned().unwrap_or_default();
        for (name, schema) in schemas {
            if whole["components"]["schemas"][&name] != schema {
                wrong.push(format!("{name} of {function} is described otherwise in the whole"));
            }
            match known.get(&name) {
                Some((other, before)) if *before != schema => {
                    wrong.push(format!("{name} of {function} is another than that of {other}"))
                }
                _ => drop(known.insert(name, (function, schema))),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let all: BTreeSet<String> = whole["paths"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(paths, all, "each function's routes are looked at");
}
