//! NT-11, NT-17: what occurred earlier than it is recorded. Intervals run from when it occurred; a notice that is past due
//! when it is recorded is missed, and sent all the same. Reported on Tuesday 2026-06-02 at 10:00 MDT (16:00 UTC).

use crate::acts::{act, clock, read, told_on_bus, update};
use serde_json::json;
use tests::{Client, Story};

#[tokio::test]
async fn nt_17_a_change_recorded_late_is_due_from_when_it_occurred() {
    for (severity, due) in [
        ("critical", "2026-06-02T17:10:00Z"),
        ("serious", "2026-06-02T17:10:00Z"),
        ("moderate", "2026-06-02T20:10:00Z"),
        ("minimal", "2026-06-03T16:10:00Z"),
    ] {
        let (story, number) = opened(severity).await;
        story.turn_to("2026-06-02T16:40:00Z").await;
        update(&story, &number, json!({ "status": "inProgress", "statusChangeDate": "2026-06-02T16:10:00Z" })).await;
        let clock = clock(&story, &number, 2).await;
        assert_eq!(clock["from"], "2026-06-02T16:10:00Z", "{severity}");
        assert_eq!(clock["dueAt"], due, "{severity}");
        assert_eq!(clock["missed"], false, "{severity}");
        story.expect(&["2026-06-02T16:40:00Z noc@alpha.example Update target #2"]).await;
    }
}

#[tokio::test]
async fn nt_17_occurred_and_recorded_are_separate_instants() {
    let (story, number) = opened("moderate").await;
    story.turn_to("2026-06-02T16:40:00Z").await;
    update(&story, &number, json!({ "status": "inProgress", "statusChangeDate": "2026-06-02T16:10:00Z" })).await;
    let ticket = read(&story, "alpha", &number).await;
    assert_eq!(ticket["statusChangeDate"], "2026-06-02T16:10:00Z");
    assert_eq!(ticket["lastUpdate"], "2026-06-02T16:40:00Z");
    let timeline = story.as_("desk").get(&Client::ticket(&number, "timeline")).await.expect(200).body;
    let last = timeline["history"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["occurredAt"], "2026-06-02T16:10:00Z");
    assert_eq!(last["recordedAt"], "2026-06-02T16:40:00Z");
}

#[tokio::test]
async fn nt_17_a_change_recorded_after_its_due_instant_is_missed_and_sent_at_once() {
    let (story, number) = opened("serious").await;
    story.turn_to("2026-06-02T17:30:00Z").await;
    let _update = story.deliveries().await;
    update(&story, &number, json!({ "status": "inProgress", "statusChangeDate": "2026-06-02T16:10:00Z" })).await;
    story.expect(&["2026-06-02T17:30:00Z noc@alpha.example Update target #3"]).await;
    let clock = clock(&story, &number, 3).await;
    assert_eq!(clock["dueAt"], "2026-06-02T17:10:00Z");
    assert_eq!(clock["missed"], true);
    assert_eq!(told_on_bus(&story, "notice.missed"), [format!("{number}#3")]);
}

#[tokio::test]
async fn nt_08_the_clock_restarts_from_when_the_late_notice_left() {
    let (story, number) = opened("critical").await;
    story.turn_to("2026-06-02T16:40:00Z").await;
    update(&story, &number, json!({ "status": "inProgress", "statusChangeDate": "2026-06-02T16:10:00Z" })).await;
    story.turn_to("2026-06-02T18:00:00Z").await;
    story
        .expect(&[
            "2026-06-02T16:40:00Z noc@alpha.example Update target #2",
            "2026-06-02T17:35:00Z noc@alpha.example Update target #3",
        ])
        .await;
}

#[tokio::test]
async fn nt_17_what_was_due_in_the_day_and_is_recorded_at_night_is_missed_and_sent_at_the_opening() {
    let (story, number) = opened("moderate").await;
    story.turn_to("2026-06-03T03:00:00Z").await;
    let _updates = story.deliveries().await;
    // It occurred at 14:00 MDT, so its notice was due at 18:00; it is 21:00.
    update(&story, &number, json!({ "status": "inProgress", "statusChangeDate": "2026-06-02T20:00:00Z" })).await;
    story.turn_to("2026-06-03T12:05:00Z").await;
    story.expect(&["2026-06-03T12:00:00Z noc@alpha.example Update target #4"]).await;
    let clock = clock(&story, &number, 4).await;
    assert_eq!(clock["dueAt"], "2026-06-03T00:00:00Z");
    assert_eq!(clock["missed"], true);
    assert_eq!(told_on_bus(&story, "notice.missed"), [format!("{number}#4")]);
}

#[tokio::test]
async fn nt_17_a_resolution_recorded_after_its_interval_is_missed_and_told() {
    let (story, number) = opened("moderate").await;
    story.turn_to("2026-06-02T21:30:00Z").await;
    let _update = story.deliveries().await;
    let close = json!({ "disposition": "resolved", "resolution": "mended", "resolutionDate": "2026-06-02T17:00:00Z" });
    act(&story, &number, "close", close).await;
    story.expect(&["2026-06-02T21:30:00Z noc@alpha.example Closure target #3"]).await;
    let clock = clock(&story, &number, 3).await;
    assert_eq!(clock["dueAt"], "2026-06-02T21:00:00Z");
    assert_eq!(clock["missed"], true);
}

#[tokio::test]
async fn nt_17_nothing_occurs_before_the_opening_or_in_the_future() {
    let (story, number) = opened("moderate").await;
    story.turn_to("2026-06-02T16:40:00Z").await;
    for impossible in ["2026-06-02T15:59:59Z", "2026-06-02T16:40:01Z"] {
        let patch = json!({ "status": "inProgress", "statusChangeDate": impossible });
        let refused = story.as_("desk").patch(&Client::ticket(&number, ""), patch).await.expect(400);
        assert_eq!(refused.faults()["statusChangeDate"], "NT-17");
    }
    story.expect(&[]).await;
}

/// A ticket of alpha's, told of.
async fn opened(severity: &str) -> (Story, String) {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = story.report("alpha", severity).await;
    assert_eq!(story.deliveries().await.len(), 1);
    (story, number)
}
