//! NT-22: the next update that was told is kept, or what puts it off is told before, once, at any hour. Saturday 2026-06-06, 20:00
//! MDT: the desk is closed from 15:00, and opens on Monday at 06:00.

use crate::acts::{act, clock, update};
use serde_json::json;
use tests::Story;

#[tokio::test]
async fn nt_22_a_lower_severity_is_told_before_the_update_that_was_promised() {
    let story = saturday().await;
    let number = story.report("alpha", "critical").await;
    story.turn_to("2026-06-07T02:10:00Z").await;
    act(&story, &number, "severityChange", json!({ "severity": "moderate", "reason": "a bypass" })).await;
    act(&story, &number, "severityChange", json!({ "severity": "minimal", "reason": "few use it" })).await;
    story.turn_to("2026-06-08T11:59:00Z").await;
    story
        .expect(&[
            "2026-06-07T02:00:00Z noc@alpha.example Initial target #1",
            "2026-06-07T02:55:00Z noc@alpha.example Update target #2",
        ])
        .await;
    let told = clock(&story, &number, 2).await;
    assert_eq!((&told["dueAt"], &told["rule"]["hours"]), (&json!("2026-06-07T03:00:00Z"), &json!("anyHour")));
    assert_eq!(told["missed"], false);
    // 48 hours from then is Monday 20:55, when the desk is closed; and no further notice tells of the change.
    let next = crate::acts::read(&story, "alpha", &number).await["nextUpdateDue"].clone();
    assert_eq!(next, "2026-06-09T12:15:00Z");
}

/// A correction goes to who got the first: it is no update to the others, whose next one stays where they were told it is.
#[tokio::test]
async fn nt_22_a_correction_puts_nobodys_next_update_off() {
    let story = saturday().await;
    story.subscribe("beta", "email", "noc@beta.example", &["event"]).await;
    let number = story.report("alpha", "critical").await;
    story.turn_to("2026-06-07T02:05:00Z").await;
    update(&story, &number, json!({ "event": true })).await;
    story.turn_to("2026-06-07T02:50:00Z").await;
    act(&story, &number, "notice/1/correction", json!({ "correction": "LNP orders alone" })).await;
    let _so_far = story.deliveries().await;
    story.turn_to("2026-06-07T03:30:00Z").await;
    let update = |to: &str| format!("2026-06-07T03:00:00Z noc@{to}.example Update event #4");
    story.expect(&[&update("alpha"), &update("beta")]).await;
}

#[tokio::test]
async fn nt_22_work_that_is_outside_hours_no_more_is_told_before_the_update_that_was_promised() {
    let story = saturday().await;
    let number = story.report("alpha", "serious").await;
    update(&story, &number, json!({ "workedOutsideHours": true })).await;
    story.turn_to("2026-06-07T02:10:00Z").await;
    let _initial = story.deliveries().await;
    update(&story, &number, json!({ "workedOutsideHours": false })).await;
    story.turn_to("2026-06-08T11:59:00Z").await;
    let told = story.deliveries().await;
    assert_eq!(told.len(), 1, "{told:?}");
    let text = crate::acts::body(&told[0]);
    assert!(text.contains("The update that was told for 2026-06-06 21:00 MDT comes later"), "{text}");
    assert!(text.contains("Next update due: 2026-06-08 06:15 MDT"), "{text}");
}

/// What should have been told long before is missed, also where the update that was promised comes first now.
#[tokio::test]
async fn nt_22_a_kept_promise_hides_no_miss() {
    let story = Story::at("2026-06-06T14:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = story.report("alpha", "critical").await;
    story.turn_to("2026-06-07T02:50:00Z").await;
    let lowered = json!({ "severity": "moderate", "reason": "a bypass", "statusChangeDate": "2026-06-06T15:00:00Z" });
    act(&story, &number, "severityChange", lowered).await;
    story.turn_to("2026-06-07T03:30:00Z").await;
    let timeline = story.as_("desk").get(&tests::Client::ticket(&number, "timeline")).await.expect(200).body;
    let told =
        timeline["clock"].as_array().unwrap().iter().find(|of| of["changes"].to_string().contains("to 3 (moderate)"));
    let told = told.unwrap();
    assert_eq!((&told["dueAt"], &told["missed"]), (&json!("2026-06-06T19:00:00Z"), &json!(true)), "{told}");
}

/// Within hours a change is told as ever, and nothing beside it.
#[tokio::test]
async fn nt_22_within_hours_nothing_is_told_twice() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = story.report("alpha", "critical").await;
    story.turn_to("2026-06-02T16:10:00Z").await;
    act(&story, &number, "severityChange", json!({ "severity": "minimal", "reason": "few use it" })).await;
    story.turn_to("2026-06-02T22:00:00Z").await;
    story
        .expect(&[
            "2026-06-02T16:00:00Z noc@alpha.example Initial target #1",
            "2026-06-02T16:10:00Z noc@alpha.example Update target #2",
        ])
        .await;
}

async fn saturday() -> Story {
    let story = Story::at("2026-06-07T02:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    story
}
