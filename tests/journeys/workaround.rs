//! NT-04, NT-06, TT-13, TT-24: updates go out until a workaround is provided; then only status changes, but hourly on for
//! severity 1 and 2. From Tuesday 2026-06-02 08:00 MDT on (14:00 UTC).

use crate::acts::{act, notices_by_https, read, update};
use serde_json::{Value, json};
use tests::Story;

#[tokio::test]
async fn nt_04_severity_3_without_a_workaround_is_told_every_4_hours_while_the_desk_is_open() {
    let (story, _) = opened("moderate").await;
    story.turn_to("2026-06-03T12:10:00Z").await;
    story
        .expect(&[
            "2026-06-02T17:55:00Z noc@alpha.example Update target #2",
            "2026-06-02T21:50:00Z noc@alpha.example Update target #3",
            // Due 19:50 MDT.
            "2026-06-03T01:45:00Z noc@alpha.example Update target #4",
            // Due 23:45, which becomes the next opening plus grace.
            "2026-06-03T12:10:00Z noc@alpha.example Update target #5",
        ])
        .await;
}

#[tokio::test]
async fn nt_06_severity_3_with_a_workaround_is_told_of_it_and_then_no_update() {
    let (story, number) = opened("moderate").await;
    story.turn_to("2026-06-02T15:00:00Z").await;
    act(&story, &number, "workaround", workaround()).await;
    story.turn_to("2026-06-09T14:00:00Z").await;
    story.expect(&["2026-06-02T15:00:00Z noc@alpha.example Update target #2"]).await;
    assert_eq!(read(&story, "alpha", &number).await["nextUpdateDue"], Value::Null);
}

#[tokio::test]
async fn nt_06_severity_3_with_a_workaround_is_told_of_status_changes() {
    let (story, number) = opened("moderate").await;
    act(&story, &number, "workaround", workaround()).await;
    story.turn_to("2026-06-04T15:00:00Z").await;
    update(&story, &number, json!({ "status": "inProgress" })).await;
    story.turn_to("2026-06-09T14:00:00Z").await;
    story
        .expect(&[
            "2026-06-02T14:00:00Z noc@alpha.example Update target #2",
            "2026-06-04T15:00:00Z noc@alpha.example Update target #3",
        ])
        .await;
}

#[tokio::test]
async fn nt_04_severity_4_without_a_workaround_is_told_every_48_hours() {
    let (story, _) = opened("minimal").await;
    story.turn_to("2026-06-08T14:00:00Z").await;
    story
        .expect(&[
            "2026-06-04T13:55:00Z noc@alpha.example Update target #2",
            // Due Saturday 07:55 MDT.
            "2026-06-06T13:50:00Z noc@alpha.example Update target #3",
            "2026-06-08T13:45:00Z noc@alpha.example Update target #4",
        ])
        .await;
}

#[tokio::test]
async fn nt_06_severity_4_with_a_workaround_is_told_of_status_changes_alone() {
    let (story, number) = opened("minimal").await;
    story.turn_to("2026-06-02T15:00:00Z").await;
    act(&story, &number, "workaround", workaround()).await;
    story.turn_to("2026-06-09T14:00:00Z").await;
    update(&story, &number, json!({ "expectedResolutionDate": "2026-06-20T18:00:00Z" })).await;
    story.turn_to("2026-06-16T14:00:00Z").await;
    story
        .expect(&[
            "2026-06-02T15:00:00Z noc@alpha.example Update target #2",
            "2026-06-09T14:00:00Z noc@alpha.example Update target #3",
        ])
        .await;
}

#[tokio::test]
async fn nt_06_severity_1_and_2_go_on_hourly_with_a_workaround() {
    for severity in ["critical", "serious"] {
        let (story, number) = opened(severity).await;
        story.turn_to("2026-06-02T14:20:00Z").await;
        act(&story, &number, "workaround", workaround()).await;
        story.turn_to("2026-06-02T16:10:00Z").await;
        story
            .expect(&[
                "2026-06-02T14:20:00Z noc@alpha.example Update target #2",
                "2026-06-02T15:15:00Z noc@alpha.example Update target #3",
                "2026-06-02T16:10:00Z noc@alpha.example Update target #4",
            ])
            .await;
    }
}

#[tokio::test]
async fn nt_03_the_notice_says_the_workaround_and_its_call_center_reference() {
    let (story, number) = opened("moderate").await;
    story.subscribe("alpha", "https", "https://alpha.example/notices", &["target"]).await;
    act(&story, &number, "workaround", workaround()).await;
    let notices = notices_by_https(&story).await;
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0]["workaround"], "submit by fax");
    assert_eq!(notices[0]["callCenterReference"], "CC-4711");
    assert_eq!(notices[0]["nextUpdateDue"], Value::Null);
}

#[tokio::test]
async fn nt_04_severity_3_with_a_workaround_goes_on_hourly_once_it_is_raised_to_2() {
    let (story, number) = opened("moderate").await;
    act(&story, &number, "workaround", workaround()).await;
    story.turn_to("2026-06-02T20:00:00Z").await;
    act(&story, &number, "severityChange", json!({ "severity": "serious", "reason": "the fax is down" })).await;
    story.turn_to("2026-06-02T21:30:00Z").await;
    story
        .expect(&[
            "2026-06-02T14:00:00Z noc@alpha.example Update target #2",
            "2026-06-02T20:00:00Z noc@alpha.example Update target #3",
            "2026-06-02T20:55:00Z noc@alpha.example Update target #4",
        ])
        .await;
}

fn workaround() -> Value {
    json!({ "description": "submit by fax", "callCenterReference": "CC-4711" })
}

/// A ticket of alpha's, reported and told of.
async fn opened(severity: &str) -> (Story, String) {
    let story = Story::at("2026-06-02T14:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = story.report("alpha", severity).await;
    story.expect(&["2026-06-02T14:00:00Z noc@alpha.example Initial target #1"]).await;
    (story, number)
}
