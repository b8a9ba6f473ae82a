//! NT-08, NT-11, NT-12: SNS is down for a while, or refuses an entry of a batch. On Tuesday 2026-06-02 from 10:00 MDT on
//! (16:00 UTC).

use crate::acts::{act, clock, told_on_bus, update};
use serde_json::json;
use std::collections::BTreeSet;
use tests::{Fault, Story, story::line};

#[tokio::test]
async fn nt_12_what_sns_did_not_take_is_sent_once_when_it_is_back() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    down(&story);
    story.report("alpha", "moderate").await;
    story.turn_to("2026-06-02T16:10:00Z").await;
    story.expect(&[]).await;
    story.wire.mended();
    story.turn_to("2026-06-02T16:40:00Z").await;
    story.expect(&["2026-06-02T16:11:00Z noc@alpha.example Initial target #1"]).await;
}

#[tokio::test]
async fn nt_12_an_unsent_notice_is_tried_again_at_each_check() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    down(&story);
    story.report("alpha", "moderate").await;
    for minute in 1..=10 {
        let _before = story.wire.calls();
        story.turn("PT1M").await;
        let tries = story.wire.calls().iter().filter(|call| call.operation == "PublishBatch").count();
        assert!(tries > 0, "no try in minute {minute}");
    }
}

#[tokio::test]
async fn nt_11_a_late_notice_keeps_its_due_instant() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    down(&story);
    let number = story.report("alpha", "critical").await;
    story.turn_to("2026-06-02T16:40:00Z").await;
    story.wire.mended();
    story.turn_to("2026-06-02T16:41:00Z").await;
    let clock = clock(&story, &number, 1).await;
    assert_eq!(clock["dueAt"], "2026-06-02T17:00:00Z");
    assert_eq!(clock["sentAt"], "2026-06-02T16:41:00Z");
    assert_eq!(clock["missed"], false);
}

#[tokio::test]
async fn nt_12_notices_that_failed_are_sent_in_their_sequence() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    down(&story);
    let number = story.report("alpha", "moderate").await;
    story.turn_to("2026-06-02T16:05:00Z").await;
    update(&story, &number, json!({ "status": "inProgress" })).await;
    act(&story, &number, "workaround", json!({ "description": "submit by fax" })).await;
    story.turn_to("2026-06-02T16:10:00Z").await;
    story.wire.mended();
    story.turn_to("2026-06-02T16:30:00Z").await;
    story
        .expect(&[
            "2026-06-02T16:11:00Z noc@alpha.example Initial target #1",
            "2026-06-02T16:11:00Z noc@alpha.example Update target #2",
            "2026-06-02T16:11:00Z noc@alpha.example Update target #3",
        ])
        .await;
}

#[tokio::test]
async fn nt_08_a_change_does_not_overtake_the_notice_that_failed_before_it() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    down(&story);
    let number = story.report("alpha", "moderate").await;
    story.turn_to("2026-06-02T16:05:10Z").await;
    // SNS is back, and the first notice waits for the next check.
    story.wire.mended();
    update(&story, &number, json!({ "status": "inProgress" })).await;
    story.expect(&[]).await;
    story.turn_to("2026-06-02T16:30:00Z").await;
    story
        .expect(&[
            "2026-06-02T16:06:00Z noc@alpha.example Initial target #1",
            "2026-06-02T16:06:00Z noc@alpha.example Update target #2",
        ])
        .await;
}

#[tokio::test]
async fn nt_12_of_ten_entries_the_refused_one_is_sent_at_the_next_check_and_the_nine_are_not_repeated() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    for _ in 0..10 {
        story.report("alpha", "critical").await;
    }
    assert_eq!(story.deliveries().await.len(), 10);
    // All ten updates leave at 16:55, in one batch to alpha's topic.
    story.wire.fails("PublishBatch", 1, Fault::RefusesEntry(3));
    story.turn_to("2026-06-02T17:30:00Z").await;
    let updates = story.deliveries().await;
    let at = |at: &str| updates.iter().filter(|update| line(update).starts_with(at)).count();
    assert_eq!(at("2026-06-02T16:55:00Z"), 9);
    assert_eq!(at("2026-06-02T16:56:00Z"), 1);
    assert_eq!(updates.len(), 10);
    let ids: BTreeSet<_> = updates.iter().map(|update| update.notice_id.clone()).collect();
    assert_eq!(ids.len(), 10, "each once");
}

#[tokio::test]
async fn nt_12_whom_a_notice_reached_is_not_told_again_when_another_topic_failed() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    for clec in ["alpha", "beta", "gamma"] {
        story.subscribe(clec, "email", &format!("noc@{clec}.example"), &["event"]).await;
    }
    // One of the three topics refuses it.
    story.wire.fails("PublishBatch", 1, Fault::RefusesEntry(0));
    let report =
        json!({ "description": "a router is down", "severity": "critical", "ticketType": "systems", "event": true });
    story.as_("desk").post(tests::story::TICKETS, report).await.expect(201);
    let told = story.deliveries().await;
    story.turn_to("2026-06-02T16:30:00Z").await;
    let later = story.deliveries().await;
    assert_eq!((told.len(), later.len()), (2, 1));
    assert!(line(&later[0]).starts_with("2026-06-02T16:01:00Z"), "{later:?}");
    let recipients: BTreeSet<_> = told.iter().chain(&later).map(|delivery| delivery.to.as_str()).collect();
    assert_eq!(recipients, BTreeSet::from(["noc@alpha.example", "noc@beta.example", "noc@gamma.example"]));
}

#[tokio::test]
async fn nt_08_while_a_notice_is_unsent_there_is_no_update_and_then_the_interval_restarts() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    down(&story);
    let number = story.report("alpha", "critical").await;
    story.turn_to("2026-06-02T17:30:00Z").await;
    assert_eq!(told_on_bus(&story, "notice.owed"), [format!("{number}#1")]);
    story.wire.mended();
    story.turn_to("2026-06-02T18:40:00Z").await;
    story
        .expect(&[
            "2026-06-02T17:31:00Z noc@alpha.example Initial target #1",
            // Due an hour after 17:31.
            "2026-06-02T18:26:00Z noc@alpha.example Update target #2",
        ])
        .await;
}

#[tokio::test]
async fn nt_08_the_interval_restarts_also_from_a_notice_that_was_late_but_in_time() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    down(&story);
    story.report("alpha", "critical").await;
    story.turn_to("2026-06-02T16:30:00Z").await;
    story.wire.mended();
    story.turn_to("2026-06-02T17:40:00Z").await;
    story
        .expect(&[
            "2026-06-02T16:31:00Z noc@alpha.example Initial target #1",
            // Due an hour after 16:31.
            "2026-06-02T17:26:00Z noc@alpha.example Update target #2",
        ])
        .await;
}

#[tokio::test]
async fn nt_08_the_interval_restarts_from_an_update_that_was_late() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    story.report("alpha", "critical").await;
    let _initial = story.deliveries().await;
    down(&story);
    story.turn_to("2026-06-02T17:20:00Z").await;
    story.wire.mended();
    story.turn_to("2026-06-02T18:30:00Z").await;
    story
        .expect(&[
            "2026-06-02T17:21:00Z noc@alpha.example Update target #2",
            // Due an hour after 17:21.
            "2026-06-02T18:16:00Z noc@alpha.example Update target #3",
        ])
        .await;
}

#[tokio::test]
async fn nt_10_an_unsent_notice_is_sent_though_the_ticket_was_closed_meanwhile() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    down(&story);
    let number = story.report("alpha", "critical").await;
    act(&story, &number, "close", json!({ "disposition": "noTroubleFound" })).await;
    story.wire.mended();
    story.turn_to("2026-06-03T16:00:00Z").await;
    story
        .expect(&[
            "2026-06-02T16:01:00Z noc@alpha.example Initial target #1",
            "2026-06-02T16:01:00Z noc@alpha.example Closure target #2",
        ])
        .await;
}

#[tokio::test]
async fn nt_07_what_failed_until_the_closing_waits_for_the_opening() {
    // Severity 3, reported at 19:50 MDT; SNS is back at 20:10, when the desk is closed.
    let story = Story::at("2026-06-03T01:50:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    down(&story);
    story.report("alpha", "moderate").await;
    story.turn_to("2026-06-03T02:10:00Z").await;
    story.wire.mended();
    story.turn_to("2026-06-03T13:00:00Z").await;
    story.expect(&["2026-06-03T12:00:00Z noc@alpha.example Initial target #1"]).await;
}

/// SNS is down until it is mended.
fn down(story: &Story) {
    story.wire.fails("PublishBatch", usize::MAX, Fault::Down);
}
