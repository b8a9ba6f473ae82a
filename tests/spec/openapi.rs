//! AP-01: the API's description, held against the running desk.

use axum::body::Body;
use functions::FUNCTIONS;
use http::Request;
use local_desk::gateway;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tests::{Story, story::CHANGE_REQUESTS};
use tower::ServiceExt;

const NOW: &str = "2026-03-04T18:00:00Z";

pub(crate) async fn description(story: &Story) -> Value {
    let app = gateway::app(story.world.clone(), story.identity().clone());
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

/// The fields of a schema, those that it requires behind a mark: `reason!`.
pub(crate) fn fields(document: &Value, schema: &Value) -> BTreeSet<String> {
    if let Some(of) = schema["$ref"].as_str() {
        return fields(document, document.pointer(of.strip_prefix('#').unwrap()).unwrap());
    }
    let within = schema["allOf"].as_array().cloned().unwrap_or_default();
    let mut all: BTreeSet<String> = within.iter().flat_map(|schema| fields(document, schema)).collect();
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let of = schema["properties"].as_object().cloned().unwrap_or_default();
    all.extend(of.keys().map(|name| {
        let mark = if required.contains(&Value::from(name.as_str())) { "!" } else { "" };
        format!("{name}{mark}")
    }));
    all
}

/// What a request's body is described to have, by its operation.
fn body_of(document: &Value, operation: &str) -> BTreeSet<String> {
    let all = operations(document);
    let found = all.iter().find(|(.., said)| said["operationId"] == operation);
    let (.., said) = found.unwrap_or_else(|| panic!("{operation} is not described"));
    let content = said["requestBody"]["content"].as_object().unwrap_or_else(|| panic!("{operation} has no body"));
    fields(document, &content.values().next().unwrap()["schema"])
}

#[test]
fn ap_01_each_request_is_described_with_its_fields() {
    let form = "kind title description businessReasons contact company area products interfaces deliverables desiredBy related";
    let create = format!("{form} clec draft");
    #[rustfmt::skip]
    let table = [
        // Of tickets, whose reasons had one name.
        ("makePrimary",             "reason"),
        ("event_request",           "reason! contact"),
        ("technical_escalation",    "reason! contact"),
        // Of change requests, in the order of the flow.
        ("submitChangeRequest",     create.as_str()),
        ("reviseChangeRequest",     form),
        ("submitDraft",             ""),
        ("returnChangeRequest",     "missing!"),
        ("acknowledgeChangeRequest", ""),
        ("postChangeRequest",       ""),
        ("assignTeam",              "crpm director"),
        ("assignExperts",           "experts!"),
        ("setClarificationMeeting", "at! bridge"),
        ("holdClarification",       "heldAt questions deliverables"),
        ("issueMinutes",            "text!"),
        ("presentChangeRequest",    "meeting! businessReasons comments options consensus!"),
        ("draftResponse",           "answer! text! reference"),
        ("acceptDraft",             ""),
        ("issueResponse",           ""),
        ("takeResponsePosition",    "position! comment"),
        ("presentResponse",         "meeting! comments"),
        ("recordOutcome",           "outcome! reason!"),
        ("escalateChangeRequest",   "reason! contact!"),
        ("joinEscalation",          "statement"),
        ("answerEscalation",        "text!"),
        ("resolveEscalation",       "outcome! detail!"),
        ("deferChangeRequest",      "reason!"),
        ("renewDeferral",           ""),
        ("resumeChangeRequest",     "reason!"),
        ("recordAcceptance",        "action! originatorsWord!"),
        ("commentChangeRequest",    "text!"),
        ("announceImplementation",  "date! detail"),
        ("placeIntoProduction",     "detail"),
        ("beginClecTest",           "detail"),
        ("feedBack",                "text! satisfied!"),
        ("closeChangeRequest",      "reason!"),
        ("withdrawChangeRequest",   "reason!"),
        ("setSuffixes",             "suffixes!"),
        ("nameTicket",              "ticket!"),
        ("recordUnforeseenStep",    "step! reason!"),
        ("crossOver",               "kind! reason!"),
    ];
    let document: Value = serde_json::from_str(functions::api_description::DOCUMENT).unwrap();
    for (operation, expected) in table {
        let expected: BTreeSet<String> = expected.split_whitespace().map(str::to_owned).collect();
        assert_eq!(body_of(&document, operation), expected, "{operation}");
    }
}

/// Whatever is described is read, and what is required is missed: by each request of a change request's.
#[tokio::test]
async fn ap_01_a_change_requests_bodies_are_read_as_described() {
    let story = Story::at(NOW).await;
    let body = serde_json::json!({ "kind": "systems", "title": "t", "description": "d", "contact": "Ann" });
    let id = story.as_("desk").post(CHANGE_REQUESTS, body).await.expect(201).text("id");
    let document: Value = serde_json::from_str(functions::api_description::DOCUMENT).unwrap();
    let of_change_requests = ["change-request-submission", "change-request-progress"];
    let mut tried = 0;
    for (_, described) in functions().iter().filter(|(function, _)| of_change_requests.contains(function)) {
        for (path, method, said) in operations(described) {
            let fields = body_of(&document, said["operationId"].as_str().unwrap());
            let required: BTreeSet<String> =
                fields.iter().filter_map(|name| name.strip_suffix('!')).map(str::to_owned).collect();
            let all: BTreeSet<String> = fields.iter().map(|name| name.trim_end_matches('!').to_owned()).collect();
            let (path, method) = (path.replace("{id}", &id), method.to_uppercase().parse::<http::Method>().unwrap());
            let faulted = async |body: &Value| {
                let content = if method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
                let of = story.as_("desk");
                let reply = of.send(method.clone(), &path, Some(content), body.to_string().into_bytes()).await;
                let field = |field: String| field.trim_end_matches("[0]").to_owned();
                let faults: BTreeSet<String> = reply.faults().into_keys().map(field).collect();
                (reply.status.as_u16(), faults)
            };
            // An object is none of what they are: not a text, a date, an instant, a flag, nor a list of any.
            let mut wrong: serde_json::Map<String, Value> =
                all.iter().map(|name| (name.clone(), serde_json::json!({ "a": 1 }))).collect();
            wrong.insert("zzcolour".to_owned(), "red".into());
            let mut expected = all.clone();
            expected.insert("zzcolour".to_owned());
            assert_eq!(faulted(&wrong.into()).await, (400, expected), "{method} {path}");
            let (status, missed) = faulted(&serde_json::json!({})).await;
            match said["operationId"].as_str().unwrap() {
                // What a form needs is the flow's to say.
                "submitChangeRequest" => assert_eq!(missed.len(), 4),
                "assignTeam" => assert_eq!(missed, BTreeSet::from(["crpm".to_owned()])),
                _ if required.is_empty() => assert_ne!(status, 400, "{method} {path}: {missed:?}"),
                _ => assert_eq!((status, missed), (400, required), "{method} {path}"),
            }
            tried += 1;
        }
    }
    assert_eq!(tried, 37);
}
