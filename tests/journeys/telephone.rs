//! NT-01: a target notice may be given by a direct phone call; recording the call satisfies the obligation.

use crate::acts::{act, clock, update};
use serde_json::{Value, json};
use tests::{Client, Fault, Story, story::TICKETS};

#[tokio::test]
async fn nt_01_a_call_satisfies_the_notice_that_waits_for_the_opening_and_restarts_the_clock() {
    // Sunday 12:00 MDT; told by telephone at 13:00.
    let story = opened("2026-06-07T18:00:00Z", "moderate").await;
    story.0.turn_to("2026-06-07T19:00:00Z").await;
    act(&story.0, &story.1, "phoneNotice", call()).await;
    story.0.turn_to("2026-06-08T16:00:00Z").await;
    // Four hours after 13:00 the desk is closed: due Monday 06:15 MDT.
    story.0.expect(&["2026-06-08T12:10:00Z noc@alpha.example Update target #2"]).await;
}

#[tokio::test]
async fn nt_11_the_record_tells_that_it_was_given_by_telephone_and_when() {
    let story = opened("2026-06-07T18:00:00Z", "moderate").await;
    story.0.turn_to("2026-06-07T19:00:00Z").await;
    act(&story.0, &story.1, "phoneNotice", call()).await;
    let clock = clock(&story.0, &story.1, 1).await;
    assert_eq!(clock["standing"], "sent");
    assert_eq!(clock["means"], "telephone");
    assert_eq!(clock["sentAt"], "2026-06-07T19:00:00Z");
    assert_eq!(clock["notice"], "Initial");
}

#[tokio::test]
async fn nt_01_the_history_tells_who_was_told_and_what_was_said() {
    let story = opened("2026-06-02T16:00:00Z", "critical").await;
    act(&story.0, &story.1, "phoneNotice", call()).await;
    let timeline = story.0.as_("desk").get(&Client::ticket(&story.1, "timeline")).await.expect(200).body;
    let last = timeline["history"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        last["facts"][0],
        json!({ "fact": "toldByPhone", "contact": "Ann, +1 303 555 0100", "detail": "still searching" })
    );
}

#[tokio::test]
async fn nt_01_a_call_counts_as_the_next_update_and_restarts_the_clock() {
    let story = opened("2026-06-02T16:00:00Z", "critical").await;
    story.0.expect(&["2026-06-02T16:00:00Z noc@alpha.example Initial target #1"]).await;
    story.0.turn_to("2026-06-02T16:30:00Z").await;
    act(&story.0, &story.1, "phoneNotice", call()).await;
    story.0.turn_to("2026-06-02T18:00:00Z").await;
    // Due an hour after the call; the call itself was the second notice.
    story.0.expect(&["2026-06-02T17:25:00Z noc@alpha.example Update target #3"]).await;
    let call = clock(&story.0, &story.1, 2).await;
    assert_eq!((&call["notice"], &call["means"]), (&json!("Update 1"), &json!("telephone")));
    assert_eq!(clock(&story.0, &story.1, 3).await["notice"], "Update 2");
}

#[tokio::test]
async fn nt_01_a_call_tells_the_changes_that_wait() {
    let story = opened("2026-06-02T23:00:00Z", "moderate").await;
    let _initial = story.0.deliveries().await;
    story.0.turn_to("2026-06-03T02:30:00Z").await;
    update(&story.0, &story.1, json!({ "status": "inProgress" })).await;
    act(&story.0, &story.1, "phoneNotice", call()).await;
    story.0.turn_to("2026-06-03T12:09:00Z").await;
    story.0.expect(&[]).await;
    let told = clock(&story.0, &story.1, 2).await;
    assert_eq!(told["means"], "telephone");
    assert_eq!(told["changes"].as_array().unwrap().len(), 1, "{told}");
}

#[tokio::test]
async fn nt_01_a_call_satisfies_a_notice_that_could_not_be_published() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    story.wire.fails("PublishBatch", usize::MAX, Fault::Down);
    let number = story.report("alpha", "critical").await;
    story.turn_to("2026-06-02T16:20:00Z").await;
    act(&story, &number, "phoneNotice", call()).await;
    assert_eq!(clock(&story, &number, 1).await["standing"], "sent");
    story.wire.mended();
    story.turn_to("2026-06-02T17:14:00Z").await;
    story.expect(&[]).await;
}

#[tokio::test]
async fn nt_01_an_event_is_not_told_by_telephone() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["event"]).await;
    let report =
        json!({ "description": "a router is down", "severity": "critical", "ticketType": "systems", "event": true });
    let number = story.as_("desk").post(TICKETS, report).await.expect(201).text("id");
    let _initial = story.deliveries().await;
    let refused = story.as_("desk").post(&Client::ticket(&number, "phoneNotice"), call()).await.expect(409);
    assert_eq!(refused.body["code"], "NT-01");
    // Its clock goes on.
    story.turn_to("2026-06-02T17:00:00Z").await;
    story.expect(&["2026-06-02T16:55:00Z noc@alpha.example Update event #2"]).await;
}

#[tokio::test]
async fn nt_01_only_the_desk_records_a_call_that_it_made() {
    let story = opened("2026-06-07T18:00:00Z", "moderate").await;
    story.0.as_("alpha").post(&Client::ticket(&story.1, "phoneNotice"), call()).await.expect(403);
    story.0.turn_to("2026-06-08T12:00:00Z").await;
    story.0.expect(&["2026-06-08T12:00:00Z noc@alpha.example Initial target #1"]).await;
}

fn call() -> Value {
    json!({ "contact": "Ann, +1 303 555 0100", "detail": "still searching" })
}

/// A ticket of alpha's, just reported.
async fn opened(at: &str, severity: &str) -> (Story, String) {
    let story = Story::at(at).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = story.report("alpha", severity).await;
    (story, number)
}
