//! TT-08, TT-10, TT-30 (12.3): agreement is sought before closing and recorded; a closing against a disagreement has its reason; a
//! CLEC that does not agree says so within two business days, and its ticket is reopened. Tuesday 2026-06-02, 10:00 MDT.

use crate::acts::{act, does, read, subjects, update};
use serde_json::{Value, json};
use tests::{Client, Story};

#[tokio::test]
async fn tt_10_agreement_is_recorded_and_a_missing_one_reads_no_answer() {
    let (story, [alpha, beta]) = group().await;
    update(&story, &alpha, json!({ "status": "resolved", "resolution": "an edit was corrected" })).await;
    let agreed =
        does(&story, "alpha", &alpha, "agreement", json!({ "agreed": true, "contact": "Lee" })).await.expect(200);
    assert_eq!((&agreed.body["agreement"], &agreed.body["disputed"]), (&json!("agreed"), &json!(false)));
    assert_eq!(read(&story, "beta", &beta).await["agreement"], Value::Null);
    act(&story, &alpha, "close", json!({ "disposition": "resolved" })).await;
    assert_eq!(read(&story, "alpha", &alpha).await["agreement"], "agreed");
    assert_eq!(read(&story, "beta", &beta).await["agreement"], "noAnswer");
}

#[tokio::test]
async fn tt_10_closing_against_a_disagreement_of_the_group_needs_a_reason() {
    let (story, [alpha, beta]) = group().await;
    let unreasoned = does(&story, "beta", &beta, "agreement", json!({ "agreed": false })).await.expect(400);
    assert_eq!(unreasoned.faults()["reason"], "TT-10");
    does(&story, "beta", &beta, "agreement", json!({ "agreed": false, "reason": "still rejected" })).await.expect(200);
    assert_eq!(read(&story, "desk", &alpha).await["disputed"], true, "the desk sees it on the primary");
    assert_eq!(read(&story, "alpha", &alpha).await["disputed"], false, "another CLEC does not");
    let refused = does(&story, "desk", &alpha, "close", json!({ "disposition": "noTroubleFound" })).await.expect(400);
    assert_eq!(refused.faults()["statusChangeReason"], "TT-10");
    let mut closing = json!({ "disposition": "noTroubleFound", "statusChangeReason": "beta's own firewall" });
    // All who are told of the event read it: the desk says so itself.
    let refused = does(&story, "desk", &alpha, "close", closing.clone()).await.expect(400);
    assert_eq!(refused.faults()["reasonVisibility"], "TT-10");
    closing["reasonVisibility"] = json!("public");
    act(&story, &alpha, "close", closing).await;
    assert_eq!(read(&story, "beta", &beta).await["agreement"], "disagreed");
}

#[tokio::test]
async fn tt_10_a_change_of_mind_and_work_that_goes_on_end_the_disagreement() {
    let (story, [alpha, beta]) = group().await;
    does(&story, "beta", &beta, "agreement", json!({ "agreed": false, "reason": "still rejected" })).await.expect(200);
    does(&story, "beta", &beta, "agreement", json!({ "agreed": true })).await.expect(200);
    act(&story, &alpha, "close", json!({ "disposition": "noTroubleFound" })).await;

    let (story, [alpha, _]) = group().await;
    update(&story, &alpha, json!({ "status": "resolved", "resolution": "an edit was corrected" })).await;
    does(&story, "alpha", &alpha, "agreement", json!({ "agreed": false, "reason": "no" })).await.expect(200);
    update(&story, &alpha, json!({ "status": "inProgress" })).await;
    assert_eq!(read(&story, "alpha", &alpha).await["agreement"], Value::Null);
    act(&story, &alpha, "close", json!({ "disposition": "noTroubleFound" })).await;
}

#[tokio::test]
async fn tt_08_a_clec_that_does_not_agree_reopens_its_own_ticket_and_the_others_stay_closed() {
    let (story, [alpha, beta]) = group().await;
    act(&story, &alpha, "close", json!({ "disposition": "noTroubleFound" })).await;
    let _closures = story.deliveries().await;
    let reopened = does(&story, "beta", &beta, "reopen", json!({ "reason": "still rejected" })).await.expect(200);
    assert_eq!(
        (&reopened.body["status"], &reopened.body["troubleTicketRelationship"]),
        (&json!("inProgress"), &json!([]))
    );
    let possible = reopened.body["possible"].as_array().unwrap();
    assert!(possible.contains(&json!("technicalEscalation")), "the escalation is offered");
    assert_eq!(read(&story, "alpha", &alpha).await["status"], "closed");
    // It was told as an event, and once an event it is always one.
    let mut told = subjects(&story).await;
    told.sort();
    let update = |to: &str, n: u32, change: &str| {
        format!("noc@{to}.example: Ticket {beta} severity 3 Update {n} (notice {}): open (in progress){change}", n + 1)
    };
    assert_eq!(told, [update("alpha", 1, ""), update("beta", 1, "")]);
    // Its own clock runs again.
    story.turn("PT4H").await;
    let mut told = subjects(&story).await;
    told.sort();
    assert_eq!(told, [update("alpha", 2, ", no change"), update("beta", 2, ", no change")]);
}

#[tokio::test]
async fn tt_08_a_primary_that_its_clec_reopens_hands_the_closed_group_on() {
    let (story, [alpha, beta]) = group().await;
    act(&story, &alpha, "close", json!({ "disposition": "noTroubleFound" })).await;
    let _closures = story.deliveries().await;
    let reopened = does(&story, "alpha", &alpha, "reopen", json!({ "reason": "still rejected" })).await.expect(200);
    assert_eq!(
        (&reopened.body["status"], &reopened.body["troubleTicketRelationship"]),
        (&json!("inProgress"), &json!([]))
    );
    assert_eq!(read(&story, "beta", &beta).await["status"], "closed");
    // It was an event, and stays one: who subscribed to events is told.
    let told = ["alpha", "beta"]
        .map(|clec| format!("noc@{clec}.example: Ticket {alpha} severity 3 Update 1 (notice 4): open (in progress)"));
    assert_eq!(subjects(&story).await, told);
}

#[tokio::test]
async fn tt_08_the_desk_reopens_a_group_whole() {
    let (story, [alpha, beta]) = group().await;
    act(&story, &alpha, "close", json!({ "disposition": "noTroubleFound" })).await;
    act(&story, &alpha, "reopen", json!({ "reason": "it came back" })).await;
    assert_eq!(read(&story, "beta", &beta).await["status"], "inProgress");
    let relations = read(&story, "beta", &beta).await["troubleTicketRelationship"].clone();
    assert_eq!(relations[0]["id"], alpha.as_str());
}

/// Closed at 10:00 MDT on the day; until then it may be said, and not from then on.
#[tokio::test]
async fn tt_08_two_business_days_end_with_the_second_one_and_holidays_are_none() {
    #[rustfmt::skip]
    let table = [
        // closed                  the last instant          and the first too late
        ("2026-06-02T16:00:00Z", "2026-06-05T05:59:59Z", "2026-06-05T06:00:00Z"), // Tuesday: until Thursday's end
        ("2026-06-05T16:00:00Z", "2026-06-10T05:59:59Z", "2026-06-10T06:00:00Z"), // Friday: until Tuesday's
        ("2026-07-02T16:00:00Z", "2026-07-08T05:59:59Z", "2026-07-08T06:00:00Z"), // the 4th of July, a Saturday, is observed on Friday
        ("2026-11-25T17:00:00Z", "2026-12-01T06:59:59Z", "2026-12-01T07:00:00Z"), // over Thanksgiving: Friday and Monday
        ("2026-03-05T17:00:00Z", "2026-03-10T05:59:59Z", "2026-03-10T06:00:00Z"), // over the change to daylight saving
    ];
    for (closed, last, late) in table {
        let reopened = async |at: &str| {
            let story = Story::at(closed).await;
            let number = story.report("alpha", "minimal").await;
            act(&story, &number, "close", json!({ "disposition": "noTroubleFound" })).await;
            assert_eq!(read(&story, "alpha", &number).await["disputeUntil"], late, "closed {closed}");
            story.turn_without_checks(at).await;
            does(&story, "alpha", &number, "reopen", json!({ "reason": "no" })).await
        };
        reopened(last).await.expect(200);
        let refused = reopened(late).await.expect(409);
        assert_eq!(
            (&refused.body["code"], &refused.body["possible"]),
            (&json!("TT-08"), &json!(["technicalEscalation"]))
        );
    }
}

#[tokio::test]
async fn tt_08_only_what_is_closed_is_reopened_and_only_by_its_own_clec_or_the_desk() {
    let (story, [alpha, beta]) = group().await;
    does(&story, "alpha", &alpha, "reopen", json!({ "reason": "x" })).await.expect(409);
    does(&story, "beta", &beta, "reopen", json!({ "reason": "x" })).await.expect(409);
    act(&story, &alpha, "close", json!({ "disposition": "noTroubleFound" })).await;
    does(&story, "gamma", &alpha, "reopen", json!({ "reason": "x" })).await.expect(404);
    does(&story, "beta", &alpha, "reopen", json!({ "reason": "x" })).await.expect(404);
    does(&story, "beta", &beta, "reopen", json!({})).await.expect(400);
    // What a CLEC withdrew itself it does not dispute; the desk can reopen it.
    let own = story.report("gamma", "minimal").await;
    story.as_("gamma").patch(&Client::ticket(&own, ""), json!({ "status": "cancelled" })).await.expect(200);
    does(&story, "gamma", &own, "reopen", json!({ "reason": "x" })).await.expect(409);
    act(&story, &own, "reopen", json!({ "reason": "asked by telephone" })).await;
}

/// The notice of the resolution asks for agreement, with when it was resolved, how to answer and by when; whom it does not concern
/// it does not ask.
#[tokio::test]
async fn tt_30_the_notice_of_the_resolution_asks_each_clec_of_the_group_for_its_agreement() {
    let (story, [alpha, beta]) = group().await;
    story.subscribe("gamma", "email", "noc@gamma.example", &["event"]).await;
    does(&story, "beta", &beta, "agreement", json!({ "agreed": true })).await.expect(200);
    update(&story, &alpha, json!({ "status": "resolved", "resolution": "an edit was corrected" })).await;
    assert_eq!(read(&story, "beta", &beta).await["agreement"], Value::Null, "what was said before is none to this");
    let told = bodies(&story).await;
    for (clec, own) in [("alpha", &alpha), ("beta", &beta)] {
        let text = &told[clec];
        assert!(text.contains("Status: resolved, agreement awaited\n"), "{text}");
        assert!(text.contains("Resolved at: 2026-06-02 10:00 MDT\n"), "{text}");
        let asked = format!("may ticket {own} be closed? Please answer before 2026-06-05 00:00 MDT");
        assert!(text.contains(&asked), "{text}");
    }
    assert!(!told["gamma"].contains("Your agreement"), "{}", told["gamma"]);
    // The updates go on and say so, but to who answered.
    does(&story, "alpha", &alpha, "agreement", json!({ "agreed": true })).await.expect(200);
    story.turn("PT4H").await;
    let told = bodies(&story).await;
    assert!(told["alpha"].contains("Status: resolved, no change\n"), "{}", told["alpha"]);
    assert!(told["beta"].contains("Status: resolved, agreement awaited, no change\n"), "{}", told["beta"]);
    assert!(told["beta"].contains("Your agreement is asked for") && !told["alpha"].contains("Your agreement"));
    // The closing tells until when it can be disputed.
    act(&story, &alpha, "close", json!({ "disposition": "resolved" })).await;
    let told = bodies(&story).await;
    let dispute = |own: &str| format!("have ticket {own} reopened before 2026-06-05 00:00 MDT");
    assert!(told["alpha"].contains(&dispute(&alpha)) && told["beta"].contains(&dispute(&beta)), "{told:?}");
    assert!(!told["gamma"].contains("reopened"), "{}", told["gamma"]);
}

#[tokio::test]
async fn tt_30_by_policy_the_updates_pause_while_agreement_is_awaited() {
    let mut document = serde_json::to_value(tests::story::policy()).unwrap();
    document["versions"][0]["agreement"]["pausesUpdates"] = json!(true);
    let policy = record::notice::load_policy(&document.to_string()).unwrap();
    let story = Story::under(policy, "2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = story.report("alpha", "critical").await;
    update(&story, &number, json!({ "status": "resolved", "resolution": "mended" })).await;
    assert_eq!(read(&story, "alpha", &number).await["nextUpdateDue"], Value::Null);
    let told = story.deliveries().await.len();
    story.turn("PT5H").await;
    assert_eq!((told, story.deliveries().await.len()), (2, 0));
    does(&story, "alpha", &number, "agreement", json!({ "agreed": false, "reason": "no" })).await.expect(200);
    update(&story, &number, json!({ "status": "inProgress" })).await;
    story.turn("PT1H").await;
    assert_eq!(story.deliveries().await.len(), 2, "they go on when it is worked again");
}

#[tokio::test]
async fn tt_30_a_disagreement_is_told_to_the_desk_at_once() {
    let (story, [_, beta]) = group().await;
    story.subscribe("desk", "email", "wshd@provider.example", &["target"]).await;
    let _told = story.deliveries().await;
    let said = json!({ "agreed": false, "reason": "still rejected", "contact": "Lee, +1 303 555 0100" });
    does(&story, "beta", &beta, "agreement", said).await.expect(200);
    let told = story.deliveries().await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].subject, Some(format!("Ticket {beta}: its CLEC does not agree with resolution and closing")));
    let text = crate::acts::body(&told[0]);
    assert!(text.contains("By: beta\nSaid: still rejected\nContact of who said it: Lee"), "{text}");
}

/// The last e-mail to each CLEC since the last reading.
async fn bodies(story: &Story) -> std::collections::BTreeMap<String, String> {
    let deliveries = story.deliveries().await;
    let mail = |told: &local_desk::aws::sns::Delivery| {
        let clec = told.to.strip_prefix("noc@")?.strip_suffix(".example")?;
        Some((clec.to_owned(), crate::acts::body(told).to_owned()))
    };
    deliveries.iter().filter_map(mail).collect()
}

/// A moderate trouble of alpha and beta, beta's linked to alpha's; both were told.
async fn group() -> (Story, [String; 2]) {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    for clec in ["alpha", "beta"] {
        story.subscribe(clec, "email", &format!("noc@{clec}.example"), &["event", "target"]).await;
    }
    let alpha = story.report("alpha", "moderate").await;
    let beta = story.report("beta", "moderate").await;
    act(&story, &beta, "link", json!({ "primary": alpha })).await;
    let _told = story.deliveries().await;
    (story, [alpha, beta])
}
