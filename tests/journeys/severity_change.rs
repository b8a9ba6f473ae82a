//! TT-03, TT-04, TT-06, NT-04, NT-08: the desk assigns another severity: its notice, the new interval, and the clock
//! restarts. Reported on Tuesday 2026-06-02 at 10:00 MDT (16:00 UTC), changed at 16:20.

use crate::acts::{act, clock, notices_by_https, read, texts, update};
use serde_json::{Value, json};
use tests::Story;

#[tokio::test]
async fn nt_08_raising_3_to_1_is_told_at_once_and_then_hourly() {
    let (story, number) = changed("moderate", "critical").await;
    assert_eq!(clock(&story, &number, 2).await["dueAt"], "2026-06-02T17:20:00Z");
    story.turn_to("2026-06-02T18:30:00Z").await;
    story
        .expect(&[
            "2026-06-02T16:20:00Z noc@alpha.example Update target #2",
            "2026-06-02T17:15:00Z noc@alpha.example Update target #3",
            "2026-06-02T18:10:00Z noc@alpha.example Update target #4",
        ])
        .await;
}

#[tokio::test]
async fn nt_08_lowering_1_to_3_is_told_at_once_and_then_every_4_hours() {
    let (story, number) = changed("critical", "moderate").await;
    assert_eq!(clock(&story, &number, 2).await["dueAt"], "2026-06-02T20:20:00Z");
    story.turn_to("2026-06-02T20:30:00Z").await;
    story
        .expect(&[
            "2026-06-02T16:20:00Z noc@alpha.example Update target #2",
            "2026-06-02T20:15:00Z noc@alpha.example Update target #3",
        ])
        .await;
}

#[tokio::test]
async fn nt_08_lowering_2_to_4_is_due_within_24_hours_and_then_every_48() {
    let (story, number) = changed("serious", "minimal").await;
    assert_eq!(clock(&story, &number, 2).await["dueAt"], "2026-06-03T16:20:00Z");
    story.turn_to("2026-06-04T17:00:00Z").await;
    story
        .expect(&[
            "2026-06-02T16:20:00Z noc@alpha.example Update target #2",
            "2026-06-04T16:15:00Z noc@alpha.example Update target #3",
        ])
        .await;
}

#[tokio::test]
async fn nt_21_the_notice_tells_the_old_and_the_new_severity_and_the_reason() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "https", "https://alpha.example/notices", &["target"]).await;
    let number = story.report("alpha", "moderate").await;
    let _initial = story.deliveries().await;
    act(&story, &number, "severityChange", json!({ "severity": "serious", "reason": "half of the orders fail" })).await;
    let notice = notices_by_https(&story).await.remove(0);
    assert_eq!(notice["severityLevel"], 2);
    assert_eq!(
        texts(&notice["changes"]),
        ["Severity changed from 3 (moderate) to 2 (serious)", "Reason: half of the orders fail"]
    );
}

#[tokio::test]
async fn tt_04_the_history_tells_the_reason() {
    let (story, number) = changed("moderate", "critical").await;
    let timeline = story.as_("desk").get(&tests::Client::ticket(&number, "timeline")).await.expect(200).body;
    let last = timeline["history"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["why"], "another judgement");
    assert_eq!(last["recordedAt"], "2026-06-02T16:20:00Z");
    assert_eq!(last["facts"][0]["from"], "moderate");
    assert_eq!(last["facts"][0]["to"], "critical");
}

#[tokio::test]
async fn tt_24_assigning_the_same_severity_is_no_change() {
    let (story, _) = changed("moderate", "moderate").await;
    story.expect(&[]).await;
}

#[tokio::test]
async fn nt_22_lowering_1_to_3_at_night_is_told_when_the_next_update_was_promised() {
    let story = Story::at("2026-06-03T08:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = story.report("alpha", "critical").await;
    let _initial = story.deliveries().await;
    story.turn_to("2026-06-03T08:30:00Z").await;
    act(&story, &number, "severityChange", json!({ "severity": "moderate", "reason": "a bypass is found" })).await;
    story.turn_to("2026-06-03T16:00:00Z").await;
    story
        .expect(&[
            "2026-06-03T08:55:00Z noc@alpha.example Update target #2",
            "2026-06-03T12:50:00Z noc@alpha.example Update target #3",
        ])
        .await;
}

#[tokio::test]
async fn tt_06_raising_a_linked_ticket_raises_its_group() {
    let (story, primary, linked) = group("moderate", "moderate").await;
    act(&story, &linked, "severityChange", json!({ "severity": "critical", "reason": "all orders fail" })).await;
    story.turn_to("2026-06-02T17:30:00Z").await;
    assert_eq!(
        told_of(&story, &primary).await,
        [
            ("2026-06-02T16:20:00Z".to_owned(), "critical".to_owned()),
            ("2026-06-02T17:15:00Z".to_owned(), "critical".to_owned()),
        ]
    );
    assert_eq!(read(&story, "alpha", &primary).await["severity"], "moderate", "each keeps its own");
    assert_eq!(read(&story, "beta", &linked).await["severity"], "critical");
}

#[tokio::test]
async fn nt_10_the_clec_of_a_linked_ticket_is_told_of_its_groups_severity_once() {
    let (story, primary, linked) = group("moderate", "moderate").await;
    story.subscribe("beta", "email", "noc@beta.example", &["event", "target"]).await;
    let _confirmed = story.deliveries().await;
    act(&story, &linked, "severityChange", json!({ "severity": "critical", "reason": "all orders fail" })).await;
    let told: Vec<_> =
        story.deliveries().await.into_iter().filter(|delivery| delivery.to == "noc@beta.example").collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].ticket_numbers.contains(&primary) && told[0].ticket_numbers.contains(&linked));
}

#[tokio::test]
async fn tt_06_lowering_the_gravest_ticket_lowers_its_group_to_the_next() {
    let (story, primary, linked) = group("moderate", "critical").await;
    act(&story, &linked, "severityChange", json!({ "severity": "minimal", "reason": "a bypass is found" })).await;
    story.turn_to("2026-06-02T20:30:00Z").await;
    assert_eq!(
        told_of(&story, &primary).await,
        [
            ("2026-06-02T16:20:00Z".to_owned(), "moderate".to_owned()),
            ("2026-06-02T20:15:00Z".to_owned(), "moderate".to_owned()),
        ]
    );
}

#[tokio::test]
async fn tt_06_a_linked_ticket_below_the_gravest_changes_nothing_for_its_group() {
    let (story, primary, linked) = group("serious", "minimal").await;
    act(&story, &linked, "severityChange", json!({ "severity": "moderate", "reason": "more orders fail" })).await;
    assert_eq!(told_of(&story, &primary).await, []);
}

#[tokio::test]
async fn tt_06_raising_a_linked_ticket_by_an_update_raises_its_group_too() {
    let (story, primary, linked) = group("moderate", "moderate").await;
    update(&story, &linked, json!({ "severity": "critical" })).await;
    story.turn_to("2026-06-02T17:30:00Z").await;
    let told = told_of(&story, &primary).await;
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().all(|(_, severity)| severity == "critical"), "{told:?}");
}

#[tokio::test]
async fn tt_06_a_lowered_primary_runs_at_the_severity_of_its_linked_ticket() {
    let (story, primary, _) = group("critical", "serious").await;
    act(&story, &primary, "severityChange", json!({ "severity": "minimal", "reason": "a bypass is found" })).await;
    story.turn_to("2026-06-02T17:30:00Z").await;
    assert_eq!(
        told_of(&story, &primary).await,
        [
            ("2026-06-02T16:20:00Z".to_owned(), "serious".to_owned()),
            ("2026-06-02T17:15:00Z".to_owned(), "serious".to_owned()),
        ]
    );
}

/// Alpha's ticket, told of; then another severity at 16:20.
async fn changed(from: &str, to: &str) -> (Story, String) {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = story.report("alpha", from).await;
    story.expect(&["2026-06-02T16:00:00Z noc@alpha.example Initial target #1"]).await;
    story.turn_to("2026-06-02T16:20:00Z").await;
    act(&story, &number, "severityChange", json!({ "severity": to, "reason": "another judgement" })).await;
    (story, number)
}

/// Alpha's ticket with beta's linked to it, told of; alpha is told of events by HTTPS. It is 16:20.
async fn group(of_primary: &str, of_linked: &str) -> (Story, String, String) {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "https", "https://alpha.example/notices", &["event"]).await;
    let primary = story.report("alpha", of_primary).await;
    let linked = story.report("beta", of_linked).await;
    act(&story, &linked, "link", json!({ "primary": primary })).await;
    story.turn_to("2026-06-02T16:20:00Z").await;
    assert!(!story.deliveries().await.is_empty());
    (story, primary, linked)
}

/// Since the last reading, of a ticket: when, and with which severity, alpha was told.
async fn told_of(story: &Story, number: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let notices = notices_by_https(story).await;
    notices
        .iter()
        .filter(|notice| notice["ticketNumbers"][0] == number)
        .map(|notice| (text(&notice["at"]), text(&notice["severity"])))
        .collect()
}
