//! OP-02, AP-05, CR-15: what the log, the bus and the metrics tell of change requests, and what they do not.

use super::{
    NOW,
    life::{begin, life, path, write},
};
use serde_json::{Value, json};
use tests::{Fault, Story, log::logged, story::CHANGE_REQUESTS};

const CANARY: &str = "canary";

/// The sum of a metric.
fn sum(story: &Story, metric: &str) -> f64 {
    story.metrics().iter().filter_map(|line| line[metric].as_f64()).sum()
}

/// The facts of each event on the bus, by name.
fn facts(story: &Story) -> Vec<String> {
    let events = story.events("changeRequest.changed");
    let names = |event: &Value| {
        let facts = event["data"]["facts"].as_array().or(event["facts"].as_array()).cloned().unwrap_or_default();
        facts.iter().map(|fact| fact["fact"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    events.iter().map(names).collect()
}

#[tokio::test]
async fn ap_05_every_change_of_a_change_request_is_an_event_without_what_people_wrote() {
    let story = Story::at(NOW).await;
    for clec in ["alpha", "beta", "gamma", "desk"] {
        story.subscribe(clec, "email", &format!("cmp@{clec}.example"), &["changeRequest"]).await;
    }
    let ticket = story.report("alpha", "minimal").await;
    let lines = logged(async {
        let id = begin(&story, "Canary", true).await;
        // The deferral is renewed on the day behind its beginning: on the same day there would be nothing to renew.
        let [first, second] = ["2026-03-04", "2026-03-05"].map(|today| life("Canary", today, &ticket));
        let renewal = first.iter().position(|(_, task, _)| *task == "renewal").unwrap();
        for act in &first[..renewal] {
            write(&story, &id, act, None).await.expect(200);
        }
        story.turn("P1D").await;
        story.meets("2026-03-05").await;
        for act in &second[renewal..] {
            write(&story, &id, act, None).await.expect(200);
        }
        let other = begin(&story, "canary", false).await;
        write(&story, &other, &("alpha", "withdrawal", json!({ "reason": "canary" })), None).await.expect(200);
        // What is refused, and what fails, is told without it too.
        let alpha = story.as_("alpha");
        alpha
            .post(CHANGE_REQUESTS, json!({ "title": "canary", "kind": "canary", "canary": "canary" }))
            .await
            .expect(400);
        alpha.get(&path("canary", "")).await.expect(404);
        alpha.get(&format!("{CHANGE_REQUESTS}?kind=canary")).await.expect(400);
        write(&story, &id, &("alpha", "comment", json!({ "text": "canary" })), None).await.expect(409);
        let third = begin(&story, "canary", false).await;
        story.wire.fails("TransactWriteItems", 5, Fault::LostBefore);
        write(&story, &third, &("alpha", "withdrawal", json!({ "reason": "canary" })), None).await.expect(503);
        story.wire.mended();
        // From Thursday the two business days of its acknowledgment are over on Monday, at midnight in Denver.
        story.turn("P5D").await;
    })
    .await;
    for said in ["request", "a request failed", "published"] {
        assert!(lines.iter().any(|line| line["message"] == said), "nothing says '{said}'");
    }
    let events =
        [story.events("changeRequest.changed"), story.events("notice.sent"), story.events("notice.owed")].concat();
    for line in lines.iter().chain(&events) {
        assert!(!line.to_string().to_lowercase().contains(CANARY), "{line}");
    }
    #[rustfmt::skip]
    let expected = [
        "drafted", "revised", "submitted entered", "returned entered", "revised", "submitted entered", "numbered entered", "posted",
        "assigned", "assigned entered", "meetingSet", "entered", "minutesIssued", "entered", "responseDrafted", "directorAccepted",
        "entered", "positionTaken", "entered", "entered", "entered", "joined", "escalationAnswered", "disputeResolved entered",
        "entered", "renewed", "entered", "responseDrafted", "directorAccepted", "entered", "entered", "entered",
        "originatorSpoke", "entered", "commented", "dateAnnounced entered", "entered", "entered", "fedBack", "suffixesChanged", "ticketNamed",
        "unforeseen numbered suffixesChanged", "unforeseen entered", "unforeseen entered", "objectionLapsed", "entered",
        "submitted", "entered", "submitted", "warned", "missed",
    ];
    assert_eq!(facts(&story), expected);
    for event in story.events("changeRequest.changed") {
        assert!(event.to_string().contains("CR-"), "{event}");
    }
}

/// A deadline is due when it is warned about, and when it is missed; a miss is counted once.
#[tokio::test]
async fn cr_15_deadlines_are_counted_as_due_and_as_missed() {
    let story = Story::at(NOW).await;
    let of = |story: &Story| ["DeadlinesDue", "DeadlinesFailed", "DeadlinesMissed"].map(|metric| sum(story, metric));
    begin(&story, "good", false).await;
    functions::deadline_check::check(&story.world.desk_of("deadline-check")).await.unwrap();
    assert_eq!((sum(&story, "DeadlineSweeps"), of(&story)), (1.0, [0.0, 0.0, 0.0]));
    story.turn_to("2026-03-06T00:31:00Z").await;
    assert_eq!(of(&story), [1.0, 0.0, 0.0], "the warning");
    assert_eq!(sum(&story, "DeadlinesInJeopardy"), 1.0);
    story.turn_to("2026-03-07T06:59:00Z").await;
    assert_eq!(of(&story), [1.0, 0.0, 0.0]);
    story.turn_to("2026-03-07T07:01:00Z").await;
    assert_eq!(of(&story), [2.0, 0.0, 1.0], "the miss");
    story.turn("P3D").await;
    assert_eq!(of(&story), [2.0, 0.0, 1.0]);
    assert_eq!(sum(&story, "DeadlinesInJeopardy"), 1.0, "what is missed is in jeopardy no more");
}

#[tokio::test]
async fn cr_15_what_is_due_and_cannot_be_read_is_counted_as_failed() {
    let story = Story::at(NOW).await;
    let id = begin(&story, "good", false).await;
    let key = json!({ "pk": { "S": format!("REQUEST#{id}") }, "sk": { "S": "CHANGE_REQUEST" } });
    let update = json!({ "TableName": "desk", "Key": key, "UpdateExpression": "SET step = :unknown",
        "ExpressionAttributeValues": { ":unknown": { "S": "ofALaterVersion" } } });
    story.database().update_item(serde_json::from_value(update).unwrap()).unwrap();
    story.turn_without_checks("2026-03-06T00:31:00Z").await;
    story.turn("PT1M").await;
    assert!(sum(&story, "DeadlinesFailed") >= 1.0);
    assert_eq!(sum(&story, "DeadlinesFailed"), sum(&story, "DeadlinesDue"));
}

#[tokio::test]
async fn cr_15_a_check_of_deadlines_that_could_not_read_the_index_tells_no_sweep() {
    let story = Story::at(NOW).await;
    story.wire.fails("Query", 1_000, Fault::Throttled);
    let check = async || functions::deadline_check::check(&story.world.desk_of("deadline-check")).await;
    assert!(check().await.is_err());
    assert_eq!(sum(&story, "DeadlineSweeps"), 0.0);
    story.wire.mended();
    assert!(check().await.is_ok());
    assert_eq!(sum(&story, "DeadlineSweeps"), 1.0);
}
