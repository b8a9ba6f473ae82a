//! AP-01: the whole problem document of each kind of refusal, as a client reads it.

use super::{JSON, NOW, Row, a_create, create, get, long, patch, post, raw};
use axum::http::Method;
use http_edge::BODY_AT_MOST;
use serde_json::json;
use std::fmt::Write;
use tests::{
    Client, Fault, Reply, Story, laid_out,
    story::{CHANGE_REQUESTS, RELEASES, TICKETS},
};

#[tokio::test]
async fn ap_01_each_kind_of_refusal_has_its_document() {
    let story = Story::at(NOW).await;
    let alpha = story.as_("alpha").with("Idempotency-Key", "one");
    let number = alpha.post(TICKETS, create(&json!({}))).await.expect(201).text("id");
    let closed = story.as_("alpha").with("Idempotency-Key", "two");
    let closed = closed.post(TICKETS, create(&json!({}))).await.expect(201).text("id");
    let closing = json!({ "disposition": "noTroubleFound" });
    story.as_("desk").post(&Client::ticket(&closed, "close"), closing.clone()).await.expect(200);
    let release = json!({ "name": "19.0", "productionDate": "2026-03-04" });
    let release =
        story.as_("desk").with("Idempotency-Key", "three").post(RELEASES, release).await.expect(201).text("id");

    let path = Client::ticket(&number, "");
    let note = json!({ "note": [{ "text": "a note" }] });
    let workaround = json!({ "description": "by fax" });
    let issue = json!({ "ticket": "0000-0000", "text": "rejects" });
    let rows = [
        (
            "every bad field",
            post("alpha", TICKETS, &json!({ "severity": "grave", "status": "closed", "urgent": true })),
        ),
        ("every bad parameter", get("alpha", &format!("{TICKETS}?limit=0&sort=colour"))),
        ("a bad condition", patch("alpha", &number, &note).with("If-Match", "2")),
        ("no JSON", raw("alpha", Method::POST, TICKETS, JSON, "{")),
        ("no object", raw("alpha", Method::POST, TICKETS, JSON, "[]")),
        ("not said to be JSON", raw("alpha", Method::POST, TICKETS, Some("text/plain"), "{}")),
        ("too large", raw("alpha", Method::POST, TICKETS, JSON, long(BODY_AT_MOST + 1))),
        ("a token of nobody", get("stranger", &path)),
        ("the desk's to do", post("alpha", &Client::ticket(&number, "workaround"), &workaround)),
        ("another CLEC's", get("beta", &path)),
        ("nothing known of what a field names", post("alpha", &format!("{RELEASES}/{release}/issue"), &issue)),
        ("no such resource", get("alpha", "/cmp/v1/nothing")),
        ("no such method", raw("alpha", Method::DELETE, CHANGE_REQUESTS, None, "")),
        ("not in this state", post("desk", &Client::ticket(&closed, "close"), &closing)),
        ("stale", patch("alpha", &number, &note).with("If-Match", "\"7\"")),
        ("a key that was used", a_create(&json!({ "systemAffected": "IMA" })).with("Idempotency-Key", "one")),
        ("the table is not there", patch("alpha", &number, &note)),
    ];
    let mut documents = String::new();
    for (what, row) in rows {
        if what == "the table is not there" {
            story.wire.fails("BatchGetItem", 5, Fault::LostBefore);
        }
        writeln!(documents, "=== {what}\n{}", document(&row, &story).await).unwrap();
    }
    insta::assert_snapshot!(documents);
}

/// Status, headers and document.
async fn document(row: &Row, story: &Story) -> String {
    let Reply { status, headers, body, .. } = row.send(story).await;
    let mut document = status.as_u16().to_string();
    for (name, value) in headers.iter().filter(|(name, _)| *name != "content-length") {
        write!(document, "\n{name}: {}", value.to_str().unwrap()).unwrap();
    }
    format!("{document}\n{}", laid_out(&body))
}
