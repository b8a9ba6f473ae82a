//! TT-09, NT-03, NT-04, NT-10, NT-17: a ticket is closed with each disposition code. Reported on Tuesday 2026-06-02 at
//! 10:00 MDT (16:00 UTC).

use crate::acts::{act, clock, notices_by_https, read, texts, update, whole};
use serde_json::{Value, json};
use tests::Story;

#[tokio::test]
async fn tt_09_no_trouble_found() {
    let (closure, ticket) = closed_with(json!({ "disposition": "noTroubleFound" })).await;
    assert_eq!(closure["disposition"], "No Trouble Found");
    assert_eq!(ticket["disposition"], "noTroubleFound");
}

#[tokio::test]
async fn tt_09_trouble_to_be_resolved_in_patch_tells_the_patchs_date() {
    let (closure, ticket) = closed_with(json!({ "disposition": "resolvedInPatch", "patchDate": "2026-06-20" })).await;
    assert_eq!(closure["disposition"], "Trouble to be Resolved in Patch");
    assert_eq!(closure["patchDate"], "2026-06-20");
    assert_eq!(ticket["patchDate"], "2026-06-20");
}

#[tokio::test]
async fn tt_09_clec_should_submit_cmp_cr() {
    let (closure, ticket) = closed_with(json!({ "disposition": "submitChangeRequest" })).await;
    assert_eq!(closure["disposition"], "CLEC Should Submit CMP CR");
    assert_eq!(ticket["disposition"], "submitChangeRequest");
}

#[tokio::test]
async fn tt_09_resolved_tells_the_resolution() {
    let (closure, ticket) =
        closed_with(json!({ "disposition": "resolved", "resolution": "the edit was mended" })).await;
    assert_eq!(closure["disposition"], "Resolved");
    assert_eq!(closure["resolution"], "the edit was mended");
    assert_eq!(ticket["resolution"], "the edit was mended");
}

#[tokio::test]
async fn nt_03_the_closure_tells_that_it_is_closed_and_that_no_update_follows() {
    let (closure, ticket) = closed_with(json!({ "disposition": "noTroubleFound" })).await;
    assert_eq!(closure["kind"], "Closure");
    assert_eq!(closure["status"], "closed");
    assert_eq!(closure["nextUpdateDue"], Value::Null);
    assert_eq!(ticket["closedDate"], "2026-06-02T16:30:00Z");
}

#[tokio::test]
async fn tt_09_the_e_mail_of_a_closure_names_the_disposition() {
    let (story, number) = opened("moderate").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    act(&story, &number, "close", json!({ "disposition": "resolvedInPatch", "patchDate": "2026-06-20" })).await;
    let told = story.deliveries().await;
    let email = told.iter().find(|delivery| delivery.to == "noc@alpha.example");
    insta::assert_snapshot!(whole(email, &[(&number, "NUMBER")]));
}

#[tokio::test]
async fn nt_10_a_closed_ticket_has_no_clock() {
    let (story, number) = opened("critical").await;
    act(&story, &number, "close", json!({ "disposition": "noTroubleFound" })).await;
    assert_eq!(story.deliveries().await.len(), 1);
    story.turn("P7D").await;
    story.expect(&[]).await;
    assert_eq!(read(&story, "alpha", &number).await["nextUpdateDue"], Value::Null);
}

#[tokio::test]
async fn nt_10_a_change_that_waited_when_the_ticket_was_closed_is_told_in_the_closure() {
    let (story, number) = opened("moderate").await;
    story.turn_to("2026-06-03T02:30:00Z").await;
    let _updates = story.deliveries().await;
    update(&story, &number, json!({ "status": "inProgress" })).await;
    act(&story, &number, "close", json!({ "disposition": "noTroubleFound" })).await;
    story.turn_to("2026-06-05T12:00:00Z").await;
    let told = notices_by_https(&story).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["at"], "2026-06-03T12:00:00Z");
    assert_eq!(told[0]["kind"], "Closure");
    let changes = texts(&told[0]["changes"]);
    assert_eq!(changes, ["Status changed from open (acknowledged) to open (in progress)", "Closed: No Trouble Found"]);
}

#[tokio::test]
async fn nt_17_after_being_told_as_resolved_the_closure_follows_when_it_is_closed() {
    let (story, number) = opened("serious").await;
    story.turn_to("2026-06-02T16:20:00Z").await;
    update(&story, &number, json!({ "status": "resolved", "resolution": "the edit was mended" })).await;
    story.turn_to("2026-06-02T16:50:00Z").await;
    act(&story, &number, "close", json!({ "disposition": "resolved", "resolution": "the edit was mended" })).await;
    story.turn_to("2026-06-02T20:00:00Z").await;
    let told = notices_by_https(&story).await;
    let kinds: Vec<_> = told
        .iter()
        .map(|it| (it["at"].as_str().unwrap(), it["kind"].as_str().unwrap(), it["status"].as_str().unwrap()))
        .collect();
    assert_eq!(kinds, [("2026-06-02T16:20:00Z", "Update", "resolved"), ("2026-06-02T16:50:00Z", "Closure", "closed")]);
    assert_eq!(told[0]["resolution"], "the edit was mended");
    let ticket = read(&story, "alpha", &number).await;
    assert_eq!(ticket["resolutionDate"], "2026-06-02T16:20:00Z");
    assert_eq!(ticket["closedDate"], "2026-06-02T16:50:00Z");
}

/// By severity, when what was resolved at 16:10 must have been told.
const UPON_RESOLUTION: [(&str, &str); 4] = [
    ("critical", "2026-06-02T17:10:00Z"),
    ("serious", "2026-06-02T17:10:00Z"),
    ("moderate", "2026-06-02T20:10:00Z"),
    ("minimal", "2026-06-02T20:10:00Z"),
];

#[tokio::test]
async fn nt_17_closing_is_due_within_the_interval_from_the_resolution() {
    for (severity, due) in UPON_RESOLUTION {
        let (story, number) = opened(severity).await;
        story.turn_to("2026-06-02T16:30:00Z").await;
        let close =
            json!({ "disposition": "resolved", "resolution": "mended", "resolutionDate": "2026-06-02T16:10:00Z" });
        act(&story, &number, "close", close).await;
        let clock = clock(&story, &number, 2).await;
        assert_eq!(clock["dueAt"], due, "{severity}");
        assert_eq!(clock["sentAt"], "2026-06-02T16:30:00Z", "{severity}");
        assert_eq!(clock["rule"]["column"], "uponResolution", "{severity}");
    }
}

#[tokio::test]
async fn nt_17_being_resolved_is_due_within_the_interval_from_the_resolution() {
    for (severity, due) in UPON_RESOLUTION {
        let (story, number) = opened(severity).await;
        story.turn_to("2026-06-02T16:30:00Z").await;
        update(&story, &number, json!({ "status": "resolved", "resolutionDate": "2026-06-02T16:10:00Z" })).await;
        assert_eq!(clock(&story, &number, 2).await["dueAt"], due, "{severity}");
        assert_eq!(read(&story, "alpha", &number).await["resolutionDate"], "2026-06-02T16:10:00Z", "{severity}");
    }
}

#[tokio::test]
async fn tt_09_a_closed_ticket_cannot_be_closed_again() {
    let (story, number) = opened("moderate").await;
    act(&story, &number, "close", json!({ "disposition": "noTroubleFound" })).await;
    let _closure = story.deliveries().await;
    let path = tests::Client::ticket(&number, "close");
    story.as_("desk").post(&path, json!({ "disposition": "submitChangeRequest" })).await.expect(409);
    assert_eq!(read(&story, "alpha", &number).await["disposition"], "noTroubleFound");
    story.expect(&[]).await;
}

/// Alpha's, reported and told of; alpha is told by HTTPS.
async fn opened(severity: &str) -> (Story, String) {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "https", "https://alpha.example/notices", &["target"]).await;
    let number = story.report("alpha", severity).await;
    assert_eq!(story.deliveries().await.len(), 1);
    (story, number)
}

/// Closed at 16:30: its one notice, and the ticket as alpha reads it.
async fn closed_with(body: Value) -> (Value, Value) {
    let (story, number) = opened("moderate").await;
    story.turn_to("2026-06-02T16:30:00Z").await;
    act(&story, &number, "close", body).await;
    let mut told = notices_by_https(&story).await;
    assert_eq!(told.len(), 1, "{told:?}");
    let ticket = read(&story, "alpha", &number).await;
    assert_eq!(ticket["status"], "closed");
    (told.remove(0), ticket)
}
