//! NT-02, TT-07 (12.4): what a CLEC asks of the desk: that event notification begin, and that its ticket be linked to one of
//! another CLEC. Each is answered with a reason. Tuesday 2026-06-02, 10:00 MDT.

use crate::acts::{act, does, read, subjects, whole};
use serde_json::json;
use tests::Story;

#[tokio::test]
async fn nt_02_a_clec_asks_for_event_notification_and_is_granted_it_with_a_reason() {
    let (story, number) = reported().await;
    let asked =
        does(&story, "alpha", &number, "eventRequest", json!({ "reason": "beta has it too" })).await.expect(200);
    assert_eq!((&asked.body["event"], &asked.body["case"][0]["kind"]), (&json!(false), &json!("eventRequest")));
    assert_eq!(
        subjects(&story).await,
        [format!("wshd@provider.example: Ticket {number} case 1: event notification asked for, raised")]
    );
    let granted = json!({ "decision": "granted", "reason": "three others called" });
    let decided = does(&story, "desk", &number, "case/1/outcome", granted).await.expect(200);
    assert_eq!(decided.body["event"], true);
    let told = subjects(&story).await;
    assert!(
        told.contains(&format!("noc@beta.example: Ticket {number} severity 3 Initial (notice 2): open (acknowledged)")),
        "{told:?}"
    );
    assert!(told.contains(&format!(
        "noc@alpha.example: Ticket {number} case 1: event notification asked for, decided: granted"
    )));
}

#[tokio::test]
async fn nt_02_a_request_is_declined_with_a_reason_and_stays_a_target_ticket() {
    let (story, number) = reported().await;
    does(&story, "alpha", &number, "eventRequest", json!({ "reason": "beta has it too" })).await.expect(200);
    let _raised = story.deliveries().await;
    let missing = does(&story, "desk", &number, "case/1/outcome", json!({ "decision": "declined" })).await.expect(400);
    assert!(missing.faults().contains_key("reason"));
    does(
        &story,
        "desk",
        &number,
        "case/1/outcome",
        json!({ "decision": "declined", "reason": "one circuit of yours" }),
    )
    .await
    .expect(200);
    // Its CLEC alone is told.
    insta::assert_snapshot!(whole(&story.deliveries().await, &[(&number, "NUMBER")]));
    assert_eq!(read(&story, "alpha", &number).await["event"], false);
    // Of an event it is pointless.
    act(&story, &number, "eventRequest", json!({ "reason": "x" })).await;
    story.as_("desk").patch(&tests::Client::ticket(&number, ""), json!({ "event": true })).await.expect(200);
    does(&story, "alpha", &number, "eventRequest", json!({ "reason": "again" })).await.expect(409);
}

#[tokio::test]
async fn tt_07_any_number_can_be_asked_for_and_nothing_is_learned_from_the_answer() {
    let (story, number) = reported().await;
    let betas = story.report("beta", "moderate").await;
    let closed = story.report("beta", "moderate").await;
    act(&story, &closed, "close", json!({ "disposition": "noTroubleFound" })).await;
    let mut answers = Vec::new();
    for target in [betas.as_str(), closed.as_str(), "0000-0000"] {
        let asked =
            does(&story, "alpha", &number, "linkRequest", json!({ "primary": target, "reason": "same screen" })).await;
        let mut asked = asked.expect(202).body;
        let case = asked["case"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(case["number"], answers.len() + 1);
        for changing in ["case", "lastUpdate"] {
            asked[changing] = serde_json::Value::Null;
        }
        answers.push(asked);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
}

#[tokio::test]
async fn tt_07_the_desk_grants_a_link_that_was_asked_for() {
    let (story, number) = reported().await;
    let betas = story.report("beta", "moderate").await;
    does(&story, "alpha", &number, "linkRequest", json!({ "primary": betas, "reason": "same screen" }))
        .await
        .expect(202);
    let granted = json!({ "decision": "granted", "reason": "the same edit" });
    let decided = does(&story, "desk", &number, "case/1/outcome", granted).await.expect(200);
    assert_eq!(decided.body["troubleTicketRelationship"][0]["id"], betas.as_str());
    assert_eq!(read(&story, "desk", &betas).await["event"], true, "two CLECs: an event");
    // What alpha sees of it is an event notice's, not beta's report.
    let alphas = read(&story, "alpha", &number).await;
    assert!(!alphas.to_string().contains("orders are rejected by beta"), "{alphas}");
}

#[tokio::test]
async fn tt_07_a_link_to_nothing_cannot_be_granted_and_is_declined() {
    let (story, number) = reported().await;
    does(&story, "alpha", &number, "linkRequest", json!({ "primary": "0000-0000", "reason": "same" }))
        .await
        .expect(202);
    does(&story, "desk", &number, "case/1/outcome", json!({ "decision": "granted", "reason": "x" })).await.expect(404);
    does(&story, "desk", &number, "case/1/outcome", json!({ "decision": "declined", "reason": "not open" }))
        .await
        .expect(200);
    assert_eq!(read(&story, "alpha", &number).await["troubleTicketRelationship"], json!([]));
}

/// Alpha's moderate trouble; alpha, beta and the desk are told.
async fn reported() -> (Story, String) {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    for (client, endpoint) in
        [("alpha", "noc@alpha.example"), ("beta", "noc@beta.example"), ("desk", "wshd@provider.example")]
    {
        story.subscribe(client, "email", endpoint, &["event", "target"]).await;
    }
    let number = story.report("alpha", "moderate").await;
    let _initial = story.deliveries().await;
    (story, number)
}
