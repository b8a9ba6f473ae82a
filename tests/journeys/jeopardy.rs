//! NT-13: an unsent notice warns the desk when half of its interval is gone, a no-change update when half of its lead is;
//! at its due instant it is missed. Each once. On Tuesday 2026-06-02 from 10:00 MDT on (16:00 UTC).

use crate::acts::{act, told_on_bus, update};
use serde_json::json;
use tests::{Fault, Story};

#[tokio::test]
async fn nt_13_an_initial_notice_is_in_jeopardy_when_half_of_its_interval_is_gone() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    down(&story);
    let number = story.report("alpha", "critical").await;
    in_jeopardy_at(&story, "2026-06-02T16:29:00Z", "2026-06-02T16:30:00Z", &format!("{number}#1")).await;
}

#[tokio::test]
async fn nt_13_a_status_notice_is_in_jeopardy_when_half_of_its_interval_is_gone() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    let number = story.report("alpha", "moderate").await;
    story.turn_to("2026-06-02T16:10:00Z").await;
    down(&story);
    update(&story, &number, json!({ "status": "inProgress" })).await;
    in_jeopardy_at(&story, "2026-06-02T18:09:00Z", "2026-06-02T18:10:00Z", &format!("{number}#2")).await;
}

#[tokio::test]
async fn nt_13_a_resolution_notice_is_in_jeopardy_when_half_of_its_interval_is_gone() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    let number = story.report("alpha", "minimal").await;
    down(&story);
    // Four hours upon resolution, where a status change would have 24.
    act(&story, &number, "close", json!({ "disposition": "resolved", "resolution": "mended" })).await;
    in_jeopardy_at(&story, "2026-06-02T17:59:00Z", "2026-06-02T18:00:00Z", &format!("{number}#2")).await;
}

#[tokio::test]
async fn nt_13_a_no_change_update_is_in_jeopardy_when_half_of_its_lead_is_gone() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    let number = story.report("alpha", "critical").await;
    down(&story);
    // It was to leave at 16:55, and is due at 17:00: the first check after 16:57:30.
    in_jeopardy_at(&story, "2026-06-02T16:57:00Z", "2026-06-02T16:58:00Z", &format!("{number}#2")).await;
}

#[tokio::test]
async fn nt_13_a_notice_that_fails_at_the_opening_is_in_jeopardy_when_half_of_the_grace_is_gone() {
    let story = Story::at("2026-06-03T02:30:00Z").await;
    let number = story.report("alpha", "moderate").await;
    down(&story);
    // From 06:00 MDT to 06:15: the first check after 06:07:30.
    in_jeopardy_at(&story, "2026-06-03T12:07:00Z", "2026-06-03T12:08:00Z", &format!("{number}#1")).await;
}

#[tokio::test]
async fn nt_13_a_notice_behind_one_that_fails_is_in_jeopardy_too() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    down(&story);
    let number = story.report("alpha", "critical").await;
    story.turn_to("2026-06-02T16:10:00Z").await;
    update(&story, &number, json!({ "status": "inProgress" })).await;
    story.turn_to("2026-06-02T16:50:00Z").await;
    assert_eq!(told_on_bus(&story, "notice.jeopardy"), [format!("{number}#1"), format!("{number}#2")]);
}

#[tokio::test]
async fn nt_13_it_is_missed_once_after_its_due_instant() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    down(&story);
    let number = story.report("alpha", "critical").await;
    story.turn_to("2026-06-02T17:00:00Z").await;
    assert_eq!(told_on_bus(&story, "notice.missed"), [""; 0]);
    story.turn_to("2026-06-02T17:01:00Z").await;
    assert_eq!(told_on_bus(&story, "notice.missed"), [format!("{number}#1")]);
    story.wire.mended();
    story.turn_to("2026-06-02T17:30:00Z").await;
    assert_eq!(told_on_bus(&story, "notice.missed"), [format!("{number}#1")]);
    assert_eq!(told_on_bus(&story, "notice.sent"), [format!("{number}#1")]);
}

#[tokio::test]
async fn nt_13_the_events_tell_the_due_instant() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    down(&story);
    story.report("alpha", "critical").await;
    story.turn_to("2026-06-02T17:01:00Z").await;
    for (kind, at) in [("notice.jeopardy", "2026-06-02T16:30:00Z"), ("notice.missed", "2026-06-02T17:01:00Z")] {
        let event = story.events(kind).remove(0);
        assert_eq!(event["at"], at);
        assert_eq!(event["data"]["dueAt"], "2026-06-02T17:00:00Z");
    }
}

#[tokio::test]
async fn nt_13_what_is_sent_in_time_is_never_in_jeopardy() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    for severity in ["critical", "serious", "moderate", "minimal"] {
        let number = story.report("alpha", severity).await;
        story.turn("PT7M").await;
        update(&story, &number, json!({ "status": "inProgress" })).await;
    }
    story.turn_to("2026-06-04T18:00:00Z").await;
    assert!(told_on_bus(&story, "notice.sent").len() > 50);
    assert_eq!(told_on_bus(&story, "notice.jeopardy"), [""; 0]);
    assert_eq!(told_on_bus(&story, "notice.missed"), [""; 0]);
}

/// SNS is down until it is mended.
fn down(story: &Story) {
    story.wire.fails("PublishBatch", usize::MAX, Fault::Down);
}

/// No warning by `not_yet`; exactly this one by `then`, and no further one for ten minutes.
async fn in_jeopardy_at(story: &Story, not_yet: &str, then: &str, notice: &str) {
    story.turn_to(not_yet).await;
    assert_eq!(told_on_bus(story, "notice.jeopardy"), [""; 0]);
    story.turn_to(then).await;
    assert_eq!(told_on_bus(story, "notice.jeopardy"), [notice]);
    story.turn("PT10M").await;
    assert_eq!(told_on_bus(story, "notice.jeopardy"), [notice]);
}
