//! CR-09: a response that requires revisions, twice; each revised response asks the CLECs anew.

use super::flow::{ALL, Led, NEXT_MEETING, accepted, denied, leap, stands, subscribed, to, told, until};
use serde_json::{Value, json};

/// Its responses: what each answered, and its outcome.
fn responses(shown: &Value) -> Vec<(String, Option<String>)> {
    let of = |response: &Value| {
        (response["reply"]["text"].as_str().unwrap().to_owned(), response["outcome"].as_str().map(str::to_owned))
    };
    shown["responses"].as_array().unwrap().iter().map(of).collect()
}

#[tokio::test]
async fn cr_09_a_response_is_revised_twice_and_all_three_stand_in_order() {
    let story = subscribed().await;
    let led = Led::presented(&story, denied()).await;
    let comment = json!({ "position": "revisionsRequired", "comment": "which statistics?" });
    led.by("beta", "position", comment).await.expect(200);
    told(&story).await;
    let shown = led.desk("outcome", json!({ "outcome": "revisionsRequired", "reason": "no figures" })).await;
    assert_eq!(stands(&shown), ("5A", "revisionRequired", "presented"));
    assert_eq!(told(&story).await, to(&ALL, "The response to change request PC030226-1 is to be revised"));
    // By the next monthly meeting.
    let due = led.deadline("revisedResponse").await;
    assert_eq!(
        (&due["from"], &due["by"], &due["section"]),
        (&json!(NEXT_MEETING), &json!("2026-05-20"), &json!("step 5A"))
    );
    // In the term to object, and no longer, positions are taken on the first.
    led.by("beta", "position", json!({ "position": "revisionsRequired", "comment": "which year?" })).await.expect(200);
    leap(&story, super::flow::UNDISPUTED).await;
    led.by("alpha", "position", json!({ "position": "accepted" })).await.expect(409);
    leap(&story, "2026-04-28T16:00:00Z").await;
    told(&story).await;
    let first = json!({ "answer": "denied", "text": "Two calls a month", "reference": "Call statistics, table 4" });
    let led = led.answers(first).await;
    let shown = led.read("gamma").await;
    assert_eq!(stands(&shown), ("4", "responseIssued", "presented"));
    assert_eq!(shown["milestones"]["responseIssued"], "2026-04-28T16:00:00Z", "each milestone has its last time");
    assert_eq!(told(&story).await, to(&ALL, "Revised response to change request PC030226-1: denied"));
    assert_eq!(led.deadline("revisedResponse").await["standing"], "kept");
    // Of the first response: on this one beta has said nothing.
    assert_eq!(led.positions("beta").await[0]["current"], false);
    assert_eq!(led.positions("beta").await[0]["response"], 1);
    led.by("beta", "position", json!({ "position": "notAccepted", "comment": "still no" })).await.expect(200);
    let positions = led.positions("desk").await;
    assert_eq!(
        (positions.as_array().unwrap().len(), &positions[0]["current"], &positions[0]["response"]),
        (1, &json!(true), &json!(2))
    );
    leap(&story, "2026-05-20T16:00:00Z").await;
    led.desk("responsePresentation", json!({ "meeting": "2026-05-20" })).await;
    led.desk("outcome", json!({ "outcome": "revisionsRequired", "reason": "open at six then" })).await;
    assert_eq!(led.deadline("revisedResponse").await["by"], "2026-06-17");
    let led = led.answers(accepted()).await;
    assert_eq!(led.positions("beta").await[0]["current"], false);
    // Issued on the day of the meeting, four weeks before the next.
    assert_eq!(led.deadline("responsePresentation").await["by"], "2026-06-17");
    leap(&story, "2026-06-17T16:00:00Z").await;
    led.desk("responsePresentation", json!({ "meeting": "2026-06-17" })).await;
    let shown = led.desk("outcome", json!({ "outcome": "accepted", "reason": "all agree" })).await;
    let of = |text: &str, outcome: &str| (text.to_owned(), Some(outcome.to_owned()));
    assert_eq!(
        responses(&shown),
        [
            of("Nobody calls at five", "revisionsRequired"),
            of("Two calls a month", "revisionsRequired"),
            of("We open at five", "accepted")
        ]
    );
    let presented: Vec<&Value> = shown["responses"].as_array().unwrap().iter().map(|of| &of["presentedAt"]).collect();
    assert_eq!(presented, [&json!("2026-04-15"), &json!("2026-05-20"), &json!("2026-06-17")]);
    let kept = ["responsePresentation kept", "revisedResponse kept"];
    let standings = led.standings().await;
    assert_eq!(
        standings[5..],
        [kept[0], kept[1], kept[0], kept[1], kept[0], "objection ahead", "progress ahead"],
        "{standings:?}"
    );
}

#[tokio::test]
async fn cr_08_a_response_within_the_week_before_the_meeting_is_presented_at_the_next() {
    for (issued, by) in [
        // 2026-04-08 is a week before the meeting of the 15th: until its end in Denver.
        ("2026-04-09T05:59:59Z", "2026-04-15"),
        ("2026-04-09T06:00:00Z", "2026-05-20"),
    ] {
        let story = subscribed().await;
        let led = Led::aligned(&story).await;
        leap(&story, issued).await;
        let led = led.answers(accepted()).await;
        assert_eq!(led.deadline("responsePresentation").await["by"], by, "{issued}");
    }
}

#[tokio::test]
async fn cr_09_a_revised_response_that_is_late_is_missed_and_then_late() {
    let story = subscribed().await;
    let led = Led::decided(&story, accepted(), "revisionsRequired").await;
    told(&story).await;
    leap(&story, "2026-05-19T12:00:00Z").await;
    until(&story, "2026-05-21T05:59:00Z").await;
    assert_eq!(led.deadline("revisedResponse").await["standing"], "warned");
    assert_eq!(
        told(&story).await,
        to(&["provider"], "Change request PC030226-1: revisedResponse (step 5A, CR-09) is due by 2026-05-20")
    );
    until(&story, "2026-05-21T06:00:00Z").await;
    assert_eq!(led.deadline("revisedResponse").await["standing"], "missed");
    assert_eq!(
        told(&story).await,
        to(&["provider"], "Change request PC030226-1: revisedResponse (step 5A, CR-09) was due by 2026-05-20")
    );
    leap(&story, "2026-05-22T16:00:00Z").await;
    let led = led.answers(json!({ "answer": "accepted", "text": "At six" })).await;
    let late = led.deadline("revisedResponse").await;
    assert_eq!((&late["standing"], &late["keptAt"]), (&json!("late"), &json!("2026-05-22T16:00:00Z")));
}

#[tokio::test]
async fn cr_09_what_is_not_accepted_has_its_reason_and_the_same_again_changes_nothing() {
    let story = subscribed().await;
    let led = Led::issued(&story, accepted()).await;
    for position in ["notAccepted", "revisionsRequired"] {
        let refused = led.by("beta", "position", json!({ "position": position })).await.expect(400);
        assert_eq!(refused.faults(), [("comment".to_owned(), "CR-09".to_owned())].into());
    }
    led.by("desk", "position", json!({ "position": "accepted" })).await.expect(403);
    let body = json!({ "position": "accepted" });
    let first = led.by("beta", "position", body.clone()).await.expect(200);
    story.turn("PT1H").await;
    let again = led.by("beta", "position", body).await.expect(200);
    assert_eq!((&first.body, first.header("etag")), (&again.body, again.header("etag")));
    assert_eq!(
        first.body,
        json!({ "clec": "beta", "position": "accepted", "response": 1, "current": true, "public": false, "at": "2026-03-27T16:00:00Z" })
    );
    // It changes its mind.
    let other =
        led.by("beta", "position", json!({ "position": "notAccepted", "comment": "too late" })).await.expect(200);
    assert_eq!((&other.body["position"], &other.body["at"]), (&json!("notAccepted"), &json!("2026-03-27T17:00:00Z")));
    assert_eq!(led.positions("desk").await, json!([other.body]));
    let somebodys = json!({ "position": "notAccepted", "response": 1, "current": true, "public": false });
    assert_eq!(led.positions("gamma").await, json!([somebodys]));
}

#[tokio::test]
async fn cr_09_a_revised_response_is_presented_at_the_next_meeting_also_when_it_is_issued_in_the_week_before() {
    let story = subscribed().await;
    let led = Led::decided(&story, denied(), "revisionsRequired").await;
    assert_eq!(led.deadline("revisedResponse").await["by"], "2026-05-20");
    // The week is for a first response (CR-08): this one is asked for by the next meeting.
    leap(&story, "2026-05-18T16:00:00Z").await;
    let led = led.answers(accepted()).await;
    assert_eq!(led.deadline("responsePresentation").await["by"], "2026-05-20");
    let package = story.as_("beta").get("/cmp/v1/monthlyMeeting/2026-05-20").await.expect(200).body;
    assert_eq!(package["responses"][0]["number"], "PC030226-1", "{package}");
}
