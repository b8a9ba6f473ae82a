//! NT-11, NT-12: the process is killed at each place of claim, publish and mark, and started again on what it left.
//! Severity 1 is reported on Tuesday 2026-06-02 at 10:00 MDT (16:00 UTC). A claim's lease is 90 seconds.

use crate::acts::read;
use serde_json::json;
use std::collections::BTreeSet;
use tests::{
    Fault, Story,
    story::{TICKETS, line},
};

#[tokio::test]
async fn nt_12_killed_between_publish_and_mark_it_is_sent_again_under_the_same_id() {
    let story = subscribed().await;
    story.wire.fails("PublishBatch", 1, Fault::KilledAfter);
    story.report("alpha", "critical").await;
    let first = story.deliveries().await;
    let story = story.killed_and_started_at("2026-06-02T16:00:20Z").await;
    story.turn_to("2026-06-02T16:30:00Z").await;
    let again = story.deliveries().await;
    assert_eq!(
        first.iter().map(line).collect::<Vec<_>>(),
        ["2026-06-02T16:00:00Z noc@alpha.example Initial target #1"]
    );
    // The first check after the lease, which ended at 16:01:30.
    assert_eq!(
        again.iter().map(line).collect::<Vec<_>>(),
        ["2026-06-02T16:02:00Z noc@alpha.example Initial target #1"]
    );
    assert_eq!(first[0].notice_id, again[0].notice_id);
    assert_eq!(first[0].body, again[0].body, "its content was fixed when it was taken");
}

#[tokio::test]
async fn nt_12_killed_between_commit_and_publish_it_is_sent_once_at_the_start() {
    let story = subscribed().await;
    // Claiming begins with a read; the report had none.
    story.wire.fails("BatchGetItem", 1, Fault::KilledBefore);
    story.report("alpha", "critical").await;
    story.expect(&[]).await;
    let story = story.killed_and_started_at("2026-06-02T16:00:20Z").await;
    story.turn_to("2026-06-02T16:30:00Z").await;
    story.expect(&["2026-06-02T16:00:20Z noc@alpha.example Initial target #1"]).await;
}

#[tokio::test]
async fn nt_12_killed_between_claim_and_publish_it_is_sent_once_after_the_lease() {
    let story = subscribed().await;
    story.wire.fails("PublishBatch", 1, Fault::KilledBefore);
    story.report("alpha", "critical").await;
    let story = story.killed_and_started_at("2026-06-02T16:00:20Z").await;
    story.turn_to("2026-06-02T16:30:00Z").await;
    story.expect(&["2026-06-02T16:02:00Z noc@alpha.example Initial target #1"]).await;
}

#[tokio::test]
async fn nt_12_a_claim_is_respected_for_90_seconds_and_no_longer() {
    let story = subscribed().await;
    story.wire.fails("PublishBatch", 1, Fault::KilledBefore);
    story.report("alpha", "critical").await;
    // Starting runs a check.
    let story = story.killed_and_started_at("2026-06-02T16:01:29Z").await;
    story.expect(&[]).await;
    story.turn_without_checks("2026-06-02T16:01:30Z").await;
    story.world.check_now().await.unwrap();
    story.expect(&["2026-06-02T16:01:30Z noc@alpha.example Initial target #1"]).await;
}

#[tokio::test]
async fn nt_12_killed_right_after_the_commit_the_report_is_found_by_its_key_and_told_once() {
    let story = subscribed().await;
    story.wire.fails("TransactWriteItems", 1, Fault::KilledAfter);
    let report = json!({ "description": "orders are rejected", "severity": "critical", "ticketType": "systems" });
    let unanswered = story.as_("alpha").with("Idempotency-Key", "one").post(TICKETS, report.clone()).await;
    assert_eq!(unanswered.status.as_u16(), 503);
    let story = story.killed_and_started_at("2026-06-02T16:00:20Z").await;
    story.expect(&["2026-06-02T16:00:20Z noc@alpha.example Initial target #1"]).await;
    let number = story.as_("alpha").with("Idempotency-Key", "one").post(TICKETS, report).await.expect(201).text("id");
    story.turn_to("2026-06-02T16:30:00Z").await;
    story.expect(&[]).await;
    assert_eq!(read(&story, "alpha", &number).await["creationDate"], "2026-06-02T16:00:00Z");
}

#[tokio::test]
async fn nt_12_killed_in_the_middle_of_a_check_the_others_leave_at_the_start_and_the_claimed_one_after_the_lease() {
    let story = three().await;
    // The first of the three updates is committed, already claimed; then nothing more.
    story.wire.fails("TransactWriteItems", 1, Fault::KilledAfter);
    story.turn_without_checks("2026-06-02T16:55:00Z").await;
    story.world.check_now().await.unwrap();
    story.expect(&[]).await;
    let story = story.killed_and_started_at("2026-06-02T16:56:00Z").await;
    story.turn_to("2026-06-02T17:30:00Z").await;
    let updates = story.deliveries().await;
    assert_eq!(
        updates.iter().map(line).collect::<Vec<_>>(),
        [
            "2026-06-02T16:56:00Z noc@alpha.example Update target #2",
            "2026-06-02T16:56:00Z noc@alpha.example Update target #2",
            "2026-06-02T16:57:00Z noc@alpha.example Update target #2",
        ]
    );
    assert_eq!(ids(&updates).len(), 3, "each once");
}

#[tokio::test]
async fn nt_12_killed_after_the_first_mark_of_three_the_two_unmarked_are_sent_again_under_their_ids() {
    let story = three().await;
    story.wire.fails("PutItem", 1, Fault::KilledAfter);
    story.turn_without_checks("2026-06-02T16:55:00Z").await;
    story.world.check_now().await.unwrap();
    let first = story.deliveries().await;
    assert_eq!(ids(&first).len(), 3);
    let story = story.killed_and_started_at("2026-06-02T16:56:00Z").await;
    story.turn_to("2026-06-02T17:30:00Z").await;
    let again = story.deliveries().await;
    assert_eq!(
        again.iter().map(line).collect::<Vec<_>>(),
        [
            "2026-06-02T16:57:00Z noc@alpha.example Update target #2",
            "2026-06-02T16:57:00Z noc@alpha.example Update target #2",
        ]
    );
    assert_eq!(ids(&again).len(), 2);
    assert!(ids(&again).is_subset(&ids(&first)));
}

#[tokio::test]
async fn nt_12_killed_between_two_topics_nobody_is_left_out() {
    let story = subscribed().await;
    story.subscribe("beta", "email", "noc@beta.example", &["event"]).await;
    // Topics are published to at once: at least one of them was reached.
    story.wire.fails("PublishBatch", 1, Fault::KilledAfter);
    let report =
        json!({ "description": "a router is down", "severity": "critical", "ticketType": "systems", "event": true });
    story.as_("desk").post(TICKETS, report).await.expect(201);
    let before = story.deliveries().await;
    assert!(!before.is_empty());
    let story = story.killed_and_started_at("2026-06-02T16:00:20Z").await;
    story.turn_to("2026-06-02T16:30:00Z").await;
    let after = story.deliveries().await;
    let mut told: Vec<String> = after.iter().map(tests::story::line).collect();
    told.sort();
    assert_eq!(
        told,
        [
            "2026-06-02T16:02:00Z noc@alpha.example Initial event #1",
            "2026-06-02T16:02:00Z noc@beta.example Initial event #1"
        ]
    );
    assert!(
        before.iter().chain(&after).all(|delivery| delivery.notice_id == after[0].notice_id),
        "a repeat has the same id"
    );
}

#[tokio::test]
async fn nt_11_killed_over_many_checks_one_notice_is_sent_at_the_start() {
    let story = subscribed().await;
    story.report("alpha", "critical").await;
    story.expect(&["2026-06-02T16:00:00Z noc@alpha.example Initial target #1"]).await;
    let story = story.killed_and_started_at("2026-06-02T21:07:00Z").await;
    story.turn_to("2026-06-02T22:10:00Z").await;
    story
        .expect(&[
            "2026-06-02T21:07:00Z noc@alpha.example Update target #2",
            "2026-06-02T22:02:00Z noc@alpha.example Update target #3",
        ])
        .await;
}

async fn subscribed() -> Story {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target", "event"]).await;
    story
}

/// Three tickets of alpha's, told of, whose updates leave together at 16:55.
async fn three() -> Story {
    let story = subscribed().await;
    for _ in 0..3 {
        story.report("alpha", "critical").await;
    }
    assert_eq!(story.deliveries().await.len(), 3);
    story
}

fn ids(deliveries: &[local_desk::aws::sns::Delivery]) -> BTreeSet<String> {
    deliveries.iter().filter_map(|delivery| delivery.notice_id.clone()).collect()
}
