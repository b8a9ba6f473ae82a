//! A change request's life by the API: every task of the flow, in its order, with a good body.

use axum::http::Method;
use serde_json::{Value, json};
use tests::{Reply, Story, story::CHANGE_REQUESTS};

/// A write to it: by whom, the task, and its body.
pub(crate) type Write = (&'static str, &'static str, Value);

/// The CMP's form, with a word in each of its texts.
pub(crate) fn form(word: &str) -> Value {
    let of = |name: &str| format!("{word} {name}");
    json!({
        "kind": "productProcess", "title": of("title"), "description": of("description"), "businessReasons": of("reasons"),
        "contact": of("contact"), "company": of("company"), "area": of("area"), "products": [of("product")],
        "interfaces": [of("interface")], "deliverables": of("deliverables"), "desiredBy": "2026-09-01", "related": ["PC030504-1"],
    })
}

/// From alpha's draft to its closing: denied, disputed, deferred, taken up again, accepted, developed, tested.
#[rustfmt::skip]
pub(crate) fn life(word: &str, today: &str, ticket: &str) -> Vec<Write> {
    let of = |name: &str| format!("{word} {name}");
    vec![
        ("alpha", "PATCH",                json!({ "area": of("area two") })),
        ("alpha", "submission",           json!({})),
        ("desk",  "return",               json!({ "missing": [of("sample")] })),
        ("alpha", "PATCH",                json!({ "description": of("description with a sample") })),
        ("alpha", "submission",           json!({})),
        ("desk",  "acknowledgment",       json!({})),
        ("desk",  "posting",              json!({})),
        ("desk",  "assignment",           json!({ "crpm": of("Cay"), "director": of("Dee") })),
        ("desk",  "experts",              json!({ "experts": [of("Eve"), of("Fay")] })),
        ("desk",  "clarificationMeeting", json!({ "at": "2026-12-01T18:00:00Z", "bridge": of("bridge") })),
        ("desk",  "clarification",        json!({ "questions": [of("question")], "deliverables": [of("deliverable")] })),
        ("desk",  "minutes",              json!({ "text": of("minutes") })),
        ("desk",  "presentation",         json!({ "meeting": today, "businessReasons": of("reasons"), "comments": [of("comment")], "options": [of("option")], "consensus": of("consensus") })),
        ("desk",  "draftResponse",        json!({ "answer": "denied", "text": of("basis"), "reference": of("reference") })),
        ("desk",  "directorAcceptance",   json!({})),
        ("desk",  "response",             json!({})),
        ("beta",  "position",             json!({ "position": "notAccepted", "comment": of("position"), "public": false })),
        ("desk",  "responsePresentation", json!({ "meeting": today, "comments": [of("comment two")] })),
        ("desk",  "outcome",              json!({ "outcome": "notAccepted", "reason": of("outcome") })),
        ("beta",  "escalation",           json!({ "reason": of("escalation"), "contact": of("Bob") })),
        ("gamma", "participation",        json!({ "statement": of("statement") })),
        ("desk",  "escalationResponse",   json!({ "text": of("answer") })),
        ("desk",  "resolution",           json!({ "outcome": "notAccepted", "detail": of("resolution") })),
        ("alpha", "deferral",             json!({ "reason": of("deferral") })),
        ("alpha", "renewal",              json!({})),
        ("desk",  "resumption",           json!({ "reason": of("resumption") })),
        ("desk",  "draftResponse",        json!({ "answer": "accepted", "text": of("position stated") })),
        ("desk",  "directorAcceptance",   json!({})),
        ("desk",  "response",             json!({})),
        ("desk",  "responsePresentation", json!({ "meeting": today })),
        ("desk",  "outcome",              json!({ "outcome": "accepted", "reason": of("outcome two") })),
        ("alpha", "originatorsWord",      json!({ "text": of("word") })),
        ("desk",  "acceptance",           json!({ "action": "implementationPlan", "originatorsWord": of("word") })),
        ("gamma", "comment",              json!({ "text": of("said") })),
        ("desk",  "announcement",         json!({ "date": "2026-12-15", "detail": of("announcement") })),
        ("desk",  "production",           json!({ "detail": of("production") })),
        ("desk",  "test",                 json!({ "detail": of("test") })),
        ("beta",  "feedback",             json!({ "text": of("feedback"), "satisfied": false })),
        ("desk",  "suffixes",             json!({ "suffixes": ["EX"] })),
        ("alpha", "ticket",               json!({ "ticket": ticket })),
        ("desk",  "crossover",            json!({ "kind": "systems", "reason": of("crossing") })),
        ("desk",  "unforeseenStep",       json!({ "step": "inProduction", "reason": of("unforeseen") })),
        ("desk",  "unforeseenStep",       json!({ "step": "clecTest", "reason": of("unforeseen too") })),
        ("desk",  "closure",              json!({ "reason": of("closing") })),
    ]
}

/// Where a task is.
pub(crate) fn path(id: &str, task: &str) -> String {
    if matches!(task, "" | "PATCH") {
        format!("{CHANGE_REQUESTS}/{id}")
    } else {
        format!("{CHANGE_REQUESTS}/{id}/{task}")
    }
}

/// Does a task, with a key if it has one; a closure when the term to object to what came of the response is over.
pub(crate) async fn write(story: &Story, id: &str, (who, task, body): &Write, key: Option<&str>) -> Reply {
    if *task == "closure" {
        let shown = story.as_("desk").get(&path(id, "")).await.expect(200).body;
        if let Some(until) = shown["objection"]["until"].as_str() {
            story.turn_without_checks(until).await;
            functions::deadline_check::check(&story.world.desk_of("deadline-check")).await.unwrap();
        }
    }
    let client = key.into_iter().fold(story.as_(who), |client, key| client.with("Idempotency-Key", key));
    let (method, content) = match *task {
        "PATCH" => (Method::PATCH, "application/merge-patch+json"),
        _ => (Method::POST, "application/json"),
    };
    client.send(method, &path(id, task), Some(content), body.to_string().into_bytes()).await
}

/// Alpha begins one: a draft, or submitted. The CMP meets today.
pub(crate) async fn begin(story: &Story, word: &str, draft: bool) -> String {
    let mut body = form(word);
    body["draft"] = draft.into();
    story.meets(&story.now().format("%Y-%m-%d").to_string()).await;
    story.as_("alpha").post(CHANGE_REQUESTS, body).await.expect(201).text("id")
}

/// Leads it up to and without a task.
pub(crate) async fn led_to(story: &Story, id: &str, task: &str, life: &[Write]) {
    for act in life.iter().take_while(|(_, of, _)| *of != task) {
        let reply = write(story, id, act, None).await;
        assert_eq!(reply.status, 200, "{} {}: {}", act.0, act.1, reply.body);
    }
}
