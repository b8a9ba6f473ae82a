//! Calls and write units of every operation: exact, and frozen.

use serde_json::json;
use tests::{Client, Story, meter::measure, story::TICKETS};

#[tokio::test]
async fn intake() {
    let story = Story::at("2026-03-04T18:00:00Z").await;
    let body = json!({ "description": "orders are rejected", "severity": "serious", "ticketType": "systems", "systemAffected": "IMA" });
    let (reply, cost) = measure(&story, story.as_("alpha").post(TICKETS, body)).await;
    println!("{cost:?}");
    let number = reply.expect(201).text("id");
    for (old, new) in story.records() { println!("{} {} {:?}", tests::meter::size(&old), tests::meter::size(&new), new.get("sk")); }
    let (_, cost) = measure(&story, story.as_("desk").patch(&Client::ticket(&number, ""), json!({"status": "inProgress"}))).await;
    println!("{cost:?}");
}
