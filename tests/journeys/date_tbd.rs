//! TT-11, NT-10: Date TBD, for severity 3 and 4 whose source is identified and whose resolution is not scheduled: a last
//! notice, then none. Reported on Tuesday 2026-06-02 at 10:00 MDT (16:00 UTC).

use crate::acts::{act, notices_by_https, read, update};
use serde_json::{Value, json};
use tests::{Client, Story, story::TICKETS};

#[tokio::test]
async fn tt_11_severity_3_and_4_have_a_last_notice_and_then_none() {
    for severity in ["moderate", "minimal"] {
        let (story, number) = opened(severity).await;
        update(&story, &number, date_tbd()).await;
        let last = notices_by_https(&story).await;
        assert_eq!(last.len(), 1, "{severity}");
        assert_eq!(last[0]["status"], "held", "{severity}");
        assert_eq!(last[0]["nextUpdateDue"], Value::Null, "{severity}");
        story.turn("P14D").await;
        story.expect(&[]).await;
    }
}

#[tokio::test]
async fn tt_11_the_ticket_stays_open() {
    let (story, number) = opened("moderate").await;
    update(&story, &number, date_tbd()).await;
    let ticket = read(&story, "alpha", &number).await;
    assert_eq!(ticket["status"], "held");
    assert_eq!(ticket["closedDate"], Value::Null);
    assert_eq!(ticket["nextUpdateDue"], Value::Null);
}

#[tokio::test]
async fn tt_11_severity_1_and_2_cannot_be_date_tbd() {
    for severity in ["critical", "serious"] {
        let (story, number) = opened(severity).await;
        let refused = story.as_("desk").patch(&Client::ticket(&number, ""), date_tbd()).await.expect(400);
        assert_eq!(refused.faults()["status"], "TT-11");
        story.expect(&[]).await;
    }
}

#[tokio::test]
async fn tt_31_the_desk_alone_says_that_the_source_is_identified() {
    let (story, number) = opened("moderate").await;
    story.as_("alpha").patch(&Client::ticket(&number, ""), json!({ "status": "held" })).await.expect(403);
    let desk = story.as_("desk");
    let unnamed = desk.patch(&Client::ticket(&number, ""), json!({ "status": "held" })).await.expect(400);
    assert_eq!(unnamed.faults()["statusChangeReason"], "TT-11", "the source is named with it");
    let held = desk.patch(&Client::ticket(&number, ""), date_tbd()).await.expect(200);
    assert_eq!(held.text("status"), "held");
    let shown = read(&story, "alpha", &number).await;
    assert_eq!(shown["statusChange"][1]["changeReason"], "a table of the edit is wrong");
}

#[tokio::test]
async fn tt_31_pending_is_a_problem_whose_resolution_is_scheduled() {
    let (story, number) = opened("moderate").await;
    let (desk, path) = (story.as_("desk"), Client::ticket(&number, ""));
    let pending = |with: Value| {
        let mut body = json!({ "status": "pending" });
        body.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
        body
    };
    for with in [json!({}), json!({ "statusChangeReason": "a release" }), json!({ "patchDate": null })] {
        let refused = desk.patch(&path, pending(with)).await.expect(400);
        assert_eq!(refused.faults()["status"], "TT-11");
    }
    let dates = [json!({ "patchDate": "2026-07-01" }), json!({ "expectedResolutionDate": "2026-06-04T16:00:00Z" })];
    for with in dates {
        let field = with.as_object().unwrap().keys().next().unwrap().clone();
        update(&story, &number, pending(with)).await;
        // Without its date nothing is scheduled any more, whoever says that it is.
        let none = json!({ field.clone(): null });
        let refused = desk.patch(&path, pending(none.clone())).await.expect(400);
        assert_eq!(refused.faults()["status"], "TT-11", "{field}");
        update(&story, &number, none).await;
        assert_eq!(read(&story, "alpha", &number).await["status"], "inProgress", "{field}");
    }
}

#[tokio::test]
async fn tt_11_what_is_scheduled_cannot_be_date_tbd() {
    let (story, number) = opened("moderate").await;
    update(&story, &number, json!({ "patchDate": "2026-07-01" })).await;
    let refused = story.as_("desk").patch(&Client::ticket(&number, ""), date_tbd()).await.expect(400);
    assert_eq!(refused.faults()["status"], "TT-11");
}

#[tokio::test]
async fn tt_11_raising_to_2_ends_it_with_a_notice_and_the_clock_runs() {
    let (story, number) = held().await;
    story.turn_to("2026-06-03T16:00:00Z").await;
    act(&story, &number, "severityChange", json!({ "severity": "serious", "reason": "more orders fail" })).await;
    assert_eq!(read(&story, "alpha", &number).await["status"], "inProgress");
    story.turn_to("2026-06-03T17:30:00Z").await;
    story
        .expect(&[
            "2026-06-03T16:00:00Z https://alpha.example/notices Update target #3",
            "2026-06-03T16:55:00Z https://alpha.example/notices Update target #4",
        ])
        .await;
}

#[tokio::test]
async fn tt_11_a_grave_ticket_linked_to_it_ends_it_too() {
    let (story, number) = held().await;
    let grave = story.report("alpha", "critical").await;
    act(&story, &grave, "link", json!({ "primary": number })).await;
    assert_eq!(read(&story, "alpha", &number).await["status"], "inProgress");
}

#[tokio::test]
async fn tt_11_once_it_is_scheduled_a_notice_says_so_and_the_updates_go_on() {
    let (story, number) = held().await;
    story.turn_to("2026-06-08T16:00:00Z").await;
    update(&story, &number, json!({ "status": "pending", "patchDate": "2026-07-01" })).await;
    story.turn_to("2026-06-08T21:00:00Z").await;
    let told = notices_by_https(&story).await;
    let at: Vec<&str> = told.iter().map(|notice| notice["at"].as_str().unwrap()).collect();
    assert_eq!(at, ["2026-06-08T16:00:00Z", "2026-06-08T19:55:00Z"]);
    assert_eq!(told[0]["patchDate"], "2026-07-01");
    assert_eq!(told[0]["status"], "pending");
}

#[tokio::test]
async fn tt_11_a_patch_date_alone_takes_it_off_the_list_too() {
    let (story, number) = held().await;
    update(&story, &number, json!({ "patchDate": "2026-07-01" })).await;
    assert_eq!(notices_by_https(&story).await.len(), 1);
    assert_ne!(read(&story, "alpha", &number).await["status"], "held", "its resolution is scheduled");
}

#[tokio::test]
async fn tt_11_on_date_tbd_a_change_of_severity_among_3_and_4_is_not_notified() {
    let (story, number) = held().await;
    act(&story, &number, "severityChange", json!({ "severity": "minimal", "reason": "a bypass is found" })).await;
    assert_eq!(read(&story, "alpha", &number).await["status"], "held");
    story.expect(&[]).await;
}

#[tokio::test]
async fn tt_11_the_last_notice_waits_for_the_opening_and_is_still_sent() {
    let (story, number) = opened("moderate").await;
    story.turn_to("2026-06-03T02:30:00Z").await;
    let _updates = story.deliveries().await;
    update(&story, &number, date_tbd()).await;
    story.turn_to("2026-06-08T16:00:00Z").await;
    story.expect(&["2026-06-03T12:00:00Z https://alpha.example/notices Update target #4"]).await;
}

#[tokio::test]
async fn tt_11_the_date_tbd_list_is_the_list_of_the_held_tickets() {
    let (story, number) = held().await;
    story.report("alpha", "moderate").await;
    let list = story.as_("desk").get(&format!("{TICKETS}?status=held")).await.expect(200).body;
    let numbers: Vec<_> = list.as_array().unwrap().iter().map(|ticket| ticket["id"].clone()).collect();
    assert_eq!(numbers, [number.as_str()]);
}

fn date_tbd() -> Value {
    json!({ "status": "held", "statusChangeReason": "a table of the edit is wrong" })
}

/// A ticket of alpha's, told of by HTTPS.
async fn opened(severity: &str) -> (Story, String) {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "https", "https://alpha.example/notices", &["target"]).await;
    let number = story.report("alpha", severity).await;
    assert_eq!(story.deliveries().await.len(), 1);
    (story, number)
}

/// A ticket of alpha's on Date TBD, told of so.
async fn held() -> (Story, String) {
    let (story, number) = opened("moderate").await;
    update(&story, &number, date_tbd()).await;
    assert_eq!(story.deliveries().await.len(), 1);
    (story, number)
}

#[tokio::test]
async fn tt_11_the_desk_is_prompted_for_the_system_that_the_date_tbd_list_is_to_show() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    let report = json!({ "description": "orders are rejected", "severity": "moderate", "ticketType": "systems" });
    let number = story.as_("alpha").post(TICKETS, report).await.expect(201).text("id");
    update(&story, &number, date_tbd()).await;
    let awaits = json!([{ "field": "systemAffected", "since": "2026-06-02T16:00:00Z" }]);
    assert_eq!(read(&story, "desk", &number).await["awaitsDesk"], awaits);
    update(&story, &number, json!({ "systemAffected": "IMA" })).await;
    assert_eq!(read(&story, "desk", &number).await["awaitsDesk"], Value::Null);
}
