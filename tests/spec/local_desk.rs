//! What the desk on one machine does beyond the system that it runs.

use axum::http::Method;
use serde_json::json;
use tests::{Client, Kept, Story, story::TICKETS};

#[tokio::test]
async fn op_06_the_engine_keeps_no_record_of_the_stream_that_was_played() {
    let story = Story::on(Kept::nothing_in_a_file(), "2026-03-02T15:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let alpha = story.as_("alpha");
    for _ in 0..3 {
        let body = json!({ "description": "orders fail", "severity": 2, "ticketType": "systems" });
        alpha.post(TICKETS, body).await.expect(201);
    }
    story.turn_to("2026-03-02T18:00:00Z").await;
    let kept = story.kept().clone();
    // The last one stays: the engine numbers the next one from it.
    assert_eq!(story.written(), 1);
    // And a desk that goes on from there has lost none.
    drop(story);
    let story = Story::on(kept, "2026-03-02T18:00:00Z").await;
    let body = json!({ "description": "more", "severity": 2, "ticketType": "systems" });
    let ticket = story.as_("alpha").post(TICKETS, body).await.expect(201).text("id");
    let timeline = story.as_("alpha").get(&Client::ticket(&ticket, "timeline")).await.expect(200);
    assert_eq!(timeline.body["clock"][0]["standing"], "sent");
}

#[tokio::test]
async fn op_05_the_local_desk_answers_no_page_of_another_site() {
    let story = Story::at("2026-03-02T15:00:00Z").await;
    for (host, origin, status) in [
        ("127.0.0.1:8080", None, 200),
        ("localhost:8080", None, 200),
        ("LOCALHOST", Some("http://localhost:3000"), 200),
        ("[::1]:8080", Some("http://127.0.0.1:8080"), 200),
        ("rebound.example:8080", None, 403),
        ("127.0.0.1.rebound.example", None, 403),
        ("127.0.0.1:8080", Some("https://evil.example"), 403),
        ("127.0.0.1:8080", Some("null"), 403),
        ("", None, 403),
    ] {
        for path in ["/local/clock", "/openapi.json"] {
            let mut client = story.with_token(None).with("host", host);
            if let Some(origin) = origin {
                client = client.with("origin", origin);
            }
            assert_eq!(client.get(path).await.status, status, "{path} of {host:?}, {origin:?}");
        }
    }
}

#[tokio::test]
async fn ap_03_the_scheme_of_a_token_may_be_written_in_any_case() {
    let story = Story::at("2026-03-02T15:00:00Z").await;
    let token = story.identity().token("alpha", 60).unwrap();
    for (value, status) in [("bearer", 200), ("BEARER", 200), ("Basic", 401)] {
        let client = story.with_token(None).with("authorization", &format!("{value} {token}"));
        assert_eq!(client.send(Method::GET, TICKETS, None, Vec::new()).await.status, status, "{value}");
    }
}
