//! TT-32 (12.4): the desk is shown which open tickets look like a report, so that one problem is recognized as one. From Tuesday
//! 2026-06-02, 10:00 MDT.

use crate::acts::act;
use serde_json::{Value, json};
use tests::{Client, Story, story::TICKETS};

#[tokio::test]
async fn tt_32_the_desk_is_shown_what_looks_like_a_report_the_most_alike_first_and_why() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    let alike = report(&story, "alpha", "IMA", "LSR orders rejected with edit 4711").await;
    let same_system = report(&story, "beta", "ima ", "Address validation is slow").await;
    report(&story, "gamma", "LSMS", "A password cannot be set").await;
    let ended = report(&story, "alpha", "IMA", "Edit 4711 rejects LSR orders").await;
    act(&story, &ended, "close", json!({ "disposition": "noTroubleFound" })).await;
    story.turn("PT30M").await;
    let new = report(&story, "beta", "IMA", "Edit 4711 rejects all LSR orders").await;
    let shown = similar(&story, &new).await;
    assert_eq!((&shown["compared"], &shown["more"]), (&json!(3), &json!(false)));
    // The same system, words, and half an hour; the same system and half an hour.
    assert_eq!(scores(&shown), [(alike.clone(), 110), (same_system.clone(), 50)], "{shown}");
    let words = json!(["4711", "edit", "lsr", "orders"]);
    assert_eq!(shown["similar"][0]["why"], json!({ "sameSystem": true, "words": words, "minutesApart": 30 }));
    assert_eq!(shown["similar"][0]["party"], "alpha");
    // Of a group one is shown: its primary, to which the report would be linked. An event counts more.
    let linked = report(&story, "gamma", "IMA", "Nothing is said of it").await;
    act(&story, &linked, "link", json!({ "primary": alike })).await;
    let shown = similar(&story, &new).await;
    assert_eq!(scores(&shown), [(alike.clone(), 120), (same_system, 50)], "{shown}");
    assert_eq!(shown["similar"][0]["event"], true);
    // And none of its own group.
    act(&story, &new, "link", json!({ "primary": alike })).await;
    assert!(!scores(&similar(&story, &new).await).iter().any(|(number, _)| *number == alike));
}

/// What looks like a ticket is of others: a CLEC is not told so of its own, and of another's not even that it is there.
#[tokio::test]
async fn tt_32_what_looks_like_a_ticket_is_the_desks_to_know() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    let number = report(&story, "alpha", "IMA", "Orders are rejected").await;
    let path = Client::ticket(&number, "similar");
    let refused = story.as_("alpha").get(&path).await.expect(403).body;
    assert!(refused.to_string().contains("TT-32"), "{refused}");
    story.as_("beta").get(&path).await.expect(404);
}

async fn report(story: &Story, client: &str, system: &str, description: &str) -> String {
    let body = json!({ "description": description, "severity": 3, "ticketType": "systems", "systemAffected": system });
    story.as_(client).post(TICKETS, body).await.expect(201).text("id")
}

async fn similar(story: &Story, number: &str) -> Value {
    story.as_("desk").get(&Client::ticket(number, "similar")).await.expect(200).body
}

fn scores(shown: &Value) -> Vec<(String, u64)> {
    let of = |of: &Value| (of["id"].as_str().unwrap().to_owned(), of["score"].as_u64().unwrap());
    shown["similar"].as_array().unwrap().iter().map(of).collect()
}
