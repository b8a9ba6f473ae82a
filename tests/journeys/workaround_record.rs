//! TT-13, TT-14, NT-06 (12.4.1): a workaround is proposed, finalized with the CLECs, provided, implemented and retired; one that a
//! CLEC disputes no longer silences the updates. Tuesday 2026-06-02, 08:00 MDT (14:00 UTC).

use crate::acts::{act, does, read, subjects};
use serde_json::{Value, json};
use tests::{Client, Story, story::texts};

#[tokio::test]
async fn tt_13_a_workaround_goes_its_way_from_proposal_to_retirement() {
    let (story, [alpha, _]) = group("moderate").await;
    let workaround = async || read(&story, "desk", &alpha).await["workaround"].clone();
    let proposal = json!({
        "description": "use the GUI", "status": "proposed", "callCenterReference": "CC-4711",
        "impact": "orders by hand", "contact": { "name": "Lee", "phone": "+13035550100" },
    });
    act(&story, &alpha, "workaround", proposal).await;
    assert_eq!(workaround().await["status"], "proposed");
    let asked =
        ["noc@alpha.example", "noc@beta.example"].map(|to| format!("{to}: Ticket {alpha}: a workaround is proposed"));
    assert_eq!(subjects(&story).await, asked, "what is proposed is no status change, and agreement to it is asked for");
    does(&story, "alpha", &alpha, "workaround/agreement", json!({ "agreed": true, "contact": "Lee" }))
        .await
        .expect(200);
    assert_eq!(workaround().await["status"], "agreed");
    story.turn("PT1M").await;
    act(&story, &alpha, "workaround", json!({ "description": "use the GUI" })).await;
    let provided = workaround().await;
    assert_eq!((&provided["status"], &provided["agreed"]), (&json!("provided"), &json!([alpha])));
    assert_eq!((&provided["impact"], &provided["contact"]["name"]), (&json!("orders by hand"), &json!("Lee")));
    act(&story, &alpha, "workaround/implementation", json!({})).await;
    assert_eq!(workaround().await["status"], "implemented");
    assert_eq!(read(&story, "alpha", &alpha).await["nextUpdateDue"], Value::Null);
    act(&story, &alpha, "workaround/retirement", json!({ "statusChangeReason": "it broke other orders" })).await;
    assert_eq!(workaround().await["status"], "retired");
    assert_ne!(read(&story, "alpha", &alpha).await["nextUpdateDue"], Value::Null, "the updates go on again");
    does(&story, "desk", &alpha, "workaround/retirement", json!({})).await.expect(409);
    does(&story, "alpha", &alpha, "workaround/agreement", json!({ "agreed": true })).await.expect(409);
}

#[tokio::test]
async fn nt_06_a_dispute_of_an_affected_clec_brings_the_updates_back_until_it_is_settled() {
    let (story, [alpha, beta]) = group("moderate").await;
    act(&story, &alpha, "workaround", json!({ "description": "use the GUI" })).await;
    assert_eq!(read(&story, "beta", &beta).await["nextUpdateDue"], Value::Null);
    story.turn_to("2026-06-02T15:00:00Z").await;
    let disputed =
        does(&story, "beta", &beta, "workaround/agreement", json!({ "agreed": false, "reason": "we have no GUI" }));
    let disputed = disputed.await.expect(200);
    assert_eq!(
        (&disputed.body["disputed"], &disputed.body["workaround"]["status"]),
        (&json!(true), &json!("disputed"))
    );
    assert_eq!(disputed.body["workaround"]["waysOut"], json!(["technicalEscalation", "wsdTiers"]));
    assert_eq!(disputed.body["nextUpdateDue"], "2026-06-02T19:00:00Z");
    assert_eq!(disputed.body["case"][0]["kind"], "workaround");
    // The other CLEC is told that it is disputed, and not by whom.
    let alphas = read(&story, "alpha", &alpha).await;
    assert_eq!((&alphas["disputed"], &alphas["workaround"]["disputed"]), (&json!(false), &Value::Null));
    assert!(!alphas["workaround"].to_string().contains(&beta), "{alphas}");
    let _told = story.deliveries().await;
    story.turn_to("2026-06-02T18:55:00Z").await;
    assert_eq!(subjects(&story).await.len(), 2, "an update to each CLEC");
    does(&story, "desk", &beta, "case/1/outcome", json!({ "decision": "resolved", "reason": "beta got GUI access" }))
        .await
        .expect(200);
    assert_eq!(read(&story, "beta", &beta).await["nextUpdateDue"], Value::Null, "it silences them again");
    assert_eq!(read(&story, "beta", &beta).await["workaround"]["status"], "provided");
}

#[tokio::test]
async fn tt_13_a_clec_settles_its_dispute_by_agreeing_and_disputes_once() {
    let (story, [alpha, _]) = group("moderate").await;
    does(&story, "alpha", &alpha, "workaround/agreement", json!({ "agreed": true })).await.expect(409);
    act(&story, &alpha, "workaround", json!({ "description": "use the GUI" })).await;
    let no = json!({ "agreed": false, "reason": "we have no GUI" });
    does(&story, "alpha", &alpha, "workaround/agreement", no.clone()).await.expect(200);
    does(&story, "alpha", &alpha, "workaround/agreement", no).await.expect(409);
    let settled = does(&story, "alpha", &alpha, "workaround/agreement", json!({ "agreed": true })).await.expect(200);
    assert_eq!((&settled.body["workaround"]["status"], &settled.body["disputed"]), (&json!("provided"), &json!(false)));
}

#[tokio::test]
async fn tt_13_a_dispute_stays_with_the_workaround_that_it_is_of_and_the_next_one_is_told_as_in_its_place() {
    let (story, [alpha, beta]) = group("moderate").await;
    act(&story, &alpha, "workaround", json!({ "description": "use the GUI" })).await;
    let no = |reason: &str| json!({ "agreed": false, "reason": reason });
    does(&story, "beta", &beta, "workaround/agreement", no("we have no GUI")).await.expect(200);
    story.turn("PT1H").await;
    let _told = story.deliveries().await;
    act(&story, &alpha, "workaround", json!({ "description": "send it by fax", "callCenterReference": "CC-2" })).await;
    story.turn("PT1H").await;
    let told = texts(&story.deliveries().await);
    let provided =
        "Workaround provided, call center reference CC-2, in place of one that is disputed as not acceptable";
    assert!(told.contains(provided), "{told}");
    let both = story.as_("beta").get(&Client::ticket(&beta, "workaround")).await.expect(200).body;
    assert_eq!((&both[0]["status"], &both[0]["disputed"]), (&json!("disputed"), &json!([beta])), "{both}");
    assert_eq!((&both[1]["status"], &both[1]["disputed"]), (&json!("provided"), &Value::Null), "{both}");
    // The case goes on until it is decided; a dispute of the next one is not decided with it.
    assert_eq!(read(&story, "beta", &beta).await["case"][0].get("outcome"), None);
    does(&story, "beta", &beta, "workaround/agreement", no("we have no fax")).await.expect(200);
    let decided = json!({ "decision": "resolved", "reason": "no GUI is needed any more" });
    does(&story, "desk", &beta, "case/1/outcome", decided).await.expect(200);
    assert_eq!(read(&story, "beta", &beta).await["workaround"]["status"], "disputed");
}

#[tokio::test]
async fn tt_13_each_workaround_stays_a_record_when_the_next_one_replaces_it() {
    let (story, [alpha, beta]) = group("moderate").await;
    let list = async |client: &str, number: &str| {
        story.as_(client).get(&tests::Client::ticket(number, "workaround")).await.expect(200).body
    };
    assert_eq!(list("alpha", &alpha).await, json!([]));
    let first = json!({ "description": "by fax", "status": "proposed", "impact": "orders by hand" });
    act(&story, &alpha, "workaround", first).await;
    does(&story, "beta", &beta, "workaround/agreement", json!({ "agreed": true })).await.expect(200);
    story.turn("PT10M").await;
    act(&story, &alpha, "workaround", json!({ "description": "use the GUI" })).await;
    story.turn("PT10M").await;
    act(&story, &alpha, "workaround/retirement", json!({})).await;
    story.turn("PT10M").await;
    act(&story, &alpha, "workaround", json!({ "description": "by mail" })).await;
    let expected = json!([
        { "description": "by fax", "status": "agreed", "impact": "orders by hand", "agreed": [beta],
          "proposedAt": "2026-06-02T14:00:00Z", "replacedAt": "2026-06-02T14:10:00Z" },
        { "description": "use the GUI", "status": "retired", "providedAt": "2026-06-02T14:10:00Z",
          "retiredAt": "2026-06-02T14:20:00Z", "replacedAt": "2026-06-02T14:30:00Z" },
        { "description": "by mail", "status": "provided", "providedAt": "2026-06-02T14:30:00Z" },
    ]);
    assert_eq!(list("desk", &alpha).await, expected);
    // Of a linked ticket they are its primary's; how one impacts its CLEC is that one's alone.
    let mut betas = expected.clone();
    betas[0].as_object_mut().unwrap().remove("impact");
    assert_eq!(list("beta", &beta).await, betas);
    story.as_("beta").get(&tests::Client::ticket(&alpha, "workaround")).await.expect(404);
}

#[tokio::test]
async fn tt_14_of_severity_1_and_2_the_ticket_shows_what_is_in_hand() {
    let (story, [alpha, _]) = group("serious").await;
    assert_eq!(read(&story, "alpha", &alpha).await["inHand"], json!([]));
    act(&story, &alpha, "workaround", json!({ "description": "use the GUI", "status": "proposed" })).await;
    assert_eq!(read(&story, "alpha", &alpha).await["inHand"], json!([]), "a proposal is nothing in hand");
    act(&story, &alpha, "workaround/implementation", json!({})).await;
    assert_eq!(read(&story, "alpha", &alpha).await["inHand"], json!(["workaround"]));
    story.as_("desk").patch(&tests::Client::ticket(&alpha, ""), json!({ "patchDate": "2026-06-04" })).await.expect(200);
    assert_eq!(read(&story, "alpha", &alpha).await["inHand"], json!(["patch", "workaround"]));
    let (story, [minor, _]) = group("moderate").await;
    assert_eq!(read(&story, "alpha", &minor).await["inHand"], Value::Null, "severity 3 may wait for a release");
}

#[tokio::test]
async fn tt_13_a_linked_ticket_has_its_primarys_workaround_and_a_clec_provides_none() {
    let (story, [alpha, beta]) = group("moderate").await;
    let body = json!({ "description": "use the GUI" });
    does(&story, "alpha", &alpha, "workaround", body.clone()).await.expect(403);
    does(&story, "desk", &beta, "workaround", body.clone()).await.expect(409);
    for task in ["workaround/implementation", "workaround/retirement"] {
        does(&story, "desk", &alpha, task, json!({})).await.expect(409);
        does(&story, "alpha", &alpha, task, json!({})).await.expect(403);
        does(&story, "gamma", &alpha, task, json!({})).await.expect(404);
    }
    let wrong = does(&story, "desk", &alpha, "workaround", json!({ "description": "x", "status": "retired" }))
        .await
        .expect(400);
    assert_eq!(wrong.faults()["status"], "TT-13");
}

/// A trouble of alpha and beta, beta's linked to alpha's; both were told.
async fn group(severity: &str) -> (Story, [String; 2]) {
    let story = Story::at("2026-06-02T14:00:00Z").await;
    for clec in ["alpha", "beta"] {
        story.subscribe(clec, "email", &format!("noc@{clec}.example"), &["event", "target"]).await;
    }
    let alpha = story.report("alpha", severity).await;
    let beta = story.report("beta", severity).await;
    act(&story, &beta, "link", json!({ "primary": alpha })).await;
    let _told = story.deliveries().await;
    (story, [alpha, beta])
}
