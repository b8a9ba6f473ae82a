//! NT-07, NT-08, NT-09: changes while the desk is closed. On Tuesday 2026-06-02 it closes at 20:00 MDT (02:00 UTC of the
//! 3rd) and opens again on Wednesday at 06:00 MDT (12:00 UTC).

use crate::acts::{act, clock, notices_by_https, texts, update};
use serde_json::json;
use tests::Story;

#[tokio::test]
async fn nt_07_a_change_in_the_evening_leaves_at_the_opening_and_restarts_the_interval() {
    let (story, number) = opened("moderate").await;
    story.turn_to("2026-06-03T02:30:00Z").await;
    update(&story, &number, json!({ "status": "inProgress" })).await;
    story.turn_to("2026-06-03T11:59:59Z").await;
    story.expect(&[]).await;
    story.turn_to("2026-06-03T16:00:00Z").await;
    story
        .expect(&[
            "2026-06-03T12:00:00Z noc@alpha.example Update target #2",
            "2026-06-03T15:55:00Z noc@alpha.example Update target #3",
        ])
        .await;
}

#[tokio::test]
async fn nt_07_it_is_due_the_grace_after_the_opening() {
    let (story, number) = opened("moderate").await;
    story.turn_to("2026-06-03T02:30:00Z").await;
    update(&story, &number, json!({ "status": "inProgress" })).await;
    let clock = clock(&story, &number, 2).await;
    assert_eq!(clock["leavesAt"], "2026-06-03T12:00:00Z");
    assert_eq!(clock["dueAt"], "2026-06-03T12:15:00Z");
    assert_eq!(clock["standing"], "waiting");
    assert_eq!(clock["rule"]["hours"], "openingPlusGrace");
}

#[tokio::test]
async fn nt_09_a_change_in_the_last_minute_of_the_day_leaves_at_once() {
    let (story, number) = opened("moderate").await;
    story.turn_to("2026-06-03T01:59:59Z").await;
    update(&story, &number, json!({ "status": "inProgress" })).await;
    story.expect(&["2026-06-03T01:59:59Z noc@alpha.example Update target #2"]).await;
}

#[tokio::test]
async fn nt_07_a_change_at_the_closing_itself_waits() {
    let (story, number) = opened("moderate").await;
    story.turn_to("2026-06-03T02:00:00Z").await;
    update(&story, &number, json!({ "status": "inProgress" })).await;
    story.turn_to("2026-06-03T12:00:00Z").await;
    story.expect(&["2026-06-03T12:00:00Z noc@alpha.example Update target #2"]).await;
}

#[tokio::test]
async fn nt_08_changes_that_pile_up_leave_as_one_notice_that_tells_them_all_in_order() {
    let (story, number) = opened("moderate").await;
    story.subscribe("alpha", "https", "https://alpha.example/notices", &["target"]).await;
    story.turn_to("2026-06-03T02:30:00Z").await;
    update(&story, &number, json!({ "status": "inProgress" })).await;
    story.turn_to("2026-06-03T03:00:00Z").await;
    update(&story, &number, json!({ "expectedResolutionDate": "2026-06-04T18:00:00Z" })).await;
    story.turn_to("2026-06-03T10:00:00Z").await;
    act(&story, &number, "workaround", json!({ "description": "submit by fax" })).await;
    story.turn_to("2026-06-03T14:00:00Z").await;
    let notices = notices_by_https(&story).await;
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert_eq!(notices[0]["at"], "2026-06-03T12:00:00Z");
    assert_eq!(notices[0]["label"], "Update 1");
    assert_eq!(
        texts(&notices[0]["changes"]),
        [
            "Status changed from open (acknowledged) to open (in progress)",
            "Estimated resolution: 2026-06-04 12:00 MDT",
            "Workaround provided",
        ]
    );
}

#[tokio::test]
async fn nt_08_what_happens_before_the_initial_notice_left_is_told_in_it() {
    let story = Story::at("2026-06-03T02:30:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = story.report("alpha", "moderate").await;
    update(&story, &number, json!({ "status": "inProgress" })).await;
    story.turn_to("2026-06-03T15:00:00Z").await;
    story.expect(&["2026-06-03T12:00:00Z noc@alpha.example Initial target #1"]).await;
}

#[tokio::test]
async fn nt_07_a_change_of_severity_1_leaves_at_once_at_any_hour() {
    let story = Story::at("2026-06-03T08:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = story.report("alpha", "critical").await;
    story.turn_to("2026-06-03T08:12:34Z").await;
    update(&story, &number, json!({ "status": "inProgress" })).await;
    story
        .expect(&[
            "2026-06-03T08:00:00Z noc@alpha.example Initial target #1",
            "2026-06-03T08:12:34Z noc@alpha.example Update target #2",
        ])
        .await;
}

#[tokio::test]
async fn nt_07_severity_2_waits_for_the_opening() {
    let (story, _) = at_night("serious").await;
    story.turn_to("2026-06-03T12:54:00Z").await;
    story.expect(&["2026-06-03T12:00:00Z noc@alpha.example Initial target #1"]).await;
}

#[tokio::test]
async fn nt_07_marking_severity_2_as_worked_outside_hours_hastens_the_notice_that_waits() {
    let (story, number) = at_night("serious").await;
    story.turn_to("2026-06-03T02:40:00Z").await;
    update(&story, &number, json!({ "workedOutsideHours": true })).await;
    story.expect(&["2026-06-03T02:40:00Z noc@alpha.example Initial target #1"]).await;
    // And hourly from then on.
    story.turn_to("2026-06-03T04:30:00Z").await;
    story
        .expect(&[
            "2026-06-03T03:35:00Z noc@alpha.example Update target #2",
            "2026-06-03T04:30:00Z noc@alpha.example Update target #3",
        ])
        .await;
}

#[tokio::test]
async fn nt_07_a_change_of_a_marked_severity_2_leaves_at_once() {
    let (story, number) = at_night("serious").await;
    update(&story, &number, json!({ "workedOutsideHours": true })).await;
    let _initial = story.deliveries().await;
    story.turn_to("2026-06-03T03:10:00Z").await;
    update(&story, &number, json!({ "status": "inProgress" })).await;
    story.expect(&["2026-06-03T03:10:00Z noc@alpha.example Update target #2"]).await;
}

#[tokio::test]
async fn nt_07_the_mark_does_nothing_for_severity_3() {
    let (story, number) = at_night("moderate").await;
    update(&story, &number, json!({ "workedOutsideHours": true })).await;
    story.turn_to("2026-06-03T12:00:00Z").await;
    story.expect(&["2026-06-03T12:00:00Z noc@alpha.example Initial target #1"]).await;
}

#[tokio::test]
async fn nt_07_marking_an_open_severity_2_brings_its_update_into_the_night() {
    // Reported at 19:00 MDT: the hour ends at the closing, so the update waits for the opening, unless it is marked.
    let story = Story::at("2026-06-03T01:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = story.report("alpha", "serious").await;
    let _initial = story.deliveries().await;
    story.turn_to("2026-06-03T01:30:00Z").await;
    update(&story, &number, json!({ "workedOutsideHours": true })).await;
    story.turn_to("2026-06-03T02:00:00Z").await;
    story.expect(&["2026-06-03T01:55:00Z noc@alpha.example Update target #2"]).await;
}

#[tokio::test]
async fn nt_08_a_raise_to_severity_1_takes_the_waiting_changes_along_at_once() {
    let (story, number) = opened("moderate").await;
    story.subscribe("alpha", "https", "https://alpha.example/notices", &["target"]).await;
    story.turn_to("2026-06-03T02:30:00Z").await;
    update(&story, &number, json!({ "status": "inProgress" })).await;
    story.turn_to("2026-06-03T03:00:00Z").await;
    act(&story, &number, "severityChange", json!({ "severity": "critical", "reason": "all orders fail" })).await;
    let notices = notices_by_https(&story).await;
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert_eq!(notices[0]["at"], "2026-06-03T03:00:00Z");
    assert_eq!(
        texts(&notices[0]["changes"]),
        [
            "Status changed from open (acknowledged) to open (in progress)",
            "Severity changed from 3 (moderate) to 1 (critical)",
            "Reason: all orders fail",
        ]
    );
    story.turn_to("2026-06-03T04:30:00Z").await;
    story
        .expect(&[
            "2026-06-03T03:55:00Z noc@alpha.example Update target #3",
            "2026-06-03T03:55:00Z https://alpha.example/notices Update target #3",
        ])
        .await;
}

#[tokio::test]
async fn nt_07_severity_3_reported_on_sunday_is_told_on_monday_at_the_opening() {
    let story = Story::at("2026-06-07T18:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    story.report("alpha", "moderate").await;
    story.turn_to("2026-06-08T16:00:00Z").await;
    story
        .expect(&[
            "2026-06-08T12:00:00Z noc@alpha.example Initial target #1",
            "2026-06-08T15:55:00Z noc@alpha.example Update target #2",
        ])
        .await;
}

/// A ticket of alpha's, reported on Tuesday at 17:00 MDT and told of.
async fn opened(severity: &str) -> (Story, String) {
    let story = Story::at("2026-06-02T23:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = story.report("alpha", severity).await;
    story.expect(&["2026-06-02T23:00:00Z noc@alpha.example Initial target #1"]).await;
    (story, number)
}

/// A ticket of alpha's, reported on Tuesday at 20:30 MDT, of which nobody is told yet.
async fn at_night(severity: &str) -> (Story, String) {
    let story = Story::at("2026-06-03T02:30:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = story.report("alpha", severity).await;
    story.expect(&[]).await;
    (story, number)
}
