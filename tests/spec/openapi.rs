//! AP-01: the API's description, held against the running desk.

use axum::body::Body;
use http::Request;
use local_desk::gateway;
use serde_json::Value;
use std::collections::BTreeSet;
use tests::Story;
use tower::ServiceExt;

const NOW: &str = "2026-03-04T18:00:00Z";

pub(crate) async fn description(story: &Story) -> Value {
    let app = gateway::app(story.world.clone(), story.identity().clone());
    let response = app.oneshot(Request::get("/openapi.json").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    serde_json::from_slice(&axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap()).unwrap()
}

/// `UPDATE_TABLES=1 cargo test -p tests --test spec openapi` writes the document anew.
#[tokio::test]
async fn ap_01_the_document_that_is_deployed_is_the_codes() {
    let (_, made) = gateway::functions(&Story::at(NOW).await.world);
    let made = made.to_pretty_json().unwrap() + "\n";
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../functions/api-description/openapi.json");
    if std::env::var_os("UPDATE_TABLES").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    assert!(std::fs::read_to_string(&path).unwrap() == made, "functions/api-description/openapi.json is another now");
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
    let document: Value = serde_json::from_str(api_description::DOCUMENT).unwrap();
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

#[tokio::test]
async fn ap_01_what_is_described_is_there_and_answers_as_described() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let description = description(&story).await;
    for (path, method, said) in operations(&description) {
        let path = path
            .replace("{clec}", "alpha")
            .replace("{id}", if path.starts_with("/tmf-api") { &number } else { "alpha.0123456789abcdef" });
        let method = http::Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let described: BTreeSet<&str> = said["responses"].as_object().unwrap().keys().map(String::as_str).collect();
        // An empty request: it is done, or refused as the description says.
        let body = if method == http::Method::GET { None } else { Some("application/json") };
        let reply = story.as_("desk").send(method.clone(), &path, body, b"{}".to_vec()).await;
        assert!(
            described.contains(reply.status.as_str()),
            "{method} {path}: {} is not described: {}",
            reply.status,
            reply.body
        );
    }
}
