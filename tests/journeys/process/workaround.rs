//! PT-09: a workaround is agreed, told with the Reference number, implemented; the tickets are closed while it stays in force, and it ends
//! when the trouble is resolved and all affected orders are processed.

use super::{NOW, begun, calls, delivered, report_with, reported, says, told};
use crate::acts::{act, does, read};
use serde_json::{Value, json};

#[tokio::test]
async fn pt_09_a_workaround_outlives_its_tickets_and_its_end_is_told_to_all_who_use_it() {
    let story = begun(NOW).await;
    let number = reported(&story, "alpha").await;
    act(&story, &number, "impactedClecs", json!({ "clecs": ["gamma"] })).await;
    let order = |order: &str, processed: bool| json!({ "order": [{ "order": order, "dueDate": "2026-03-06", "processed": processed }] });
    does(&story, "alpha", &number, "orders", json!({ "order": [{ "order": "PON 1", "dueDate": "2026-03-06" }] }))
        .await
        .expect(200);
    // Whether one is required, and which, is put to the CLEC, which disputes it and may go through the tiers.
    let proposed = json!({ "description": "fax the LSR", "status": "proposed" });
    act(&story, &number, "workaround", proposed).await;
    let disputed = json!({ "agreed": false, "reason": "we have no fax" });
    let disputed = does(&story, "alpha", &number, "workaround/agreement", disputed).await.expect(200).body;
    assert_eq!(disputed["workaround"]["waysOut"], json!(["escalation"]));
    does(&story, "alpha", &number, "escalation", json!({ "tier": 3, "reason": "no workaround that works" }))
        .await
        .expect(200);
    let _before = story.deliveries().await;
    act(&story, &number, "workaround", json!({ "description": "send the LSR by mail" })).await;
    does(&story, "alpha", &number, "workaround/agreement", json!({ "agreed": true })).await.expect(200);
    let advised = told(&story).await;
    for people in ["processCenters", "wsdTier2"] {
        let line = format!("18:00 {people}@provider: Ticket {number}: a workaround is provided");
        assert!(advised.contains(&line), "{advised:?}");
    }
    let close = json!({ "disposition": "workaroundInForce" });
    does(&story, "desk", &number, "close", close.clone()).await.expect(409);
    act(&story, &number, "workaround/implementation", json!({})).await;
    let asked = does(&story, "desk", &number, "close", close.clone()).await.expect(409);
    assert_eq!(asked.body["detail"], "its CLEC has not agreed: it stays open (PT-04)");
    says(&story, "alpha", &number, true).await;
    // With its concurrence it is closed, though an order is not processed.
    let closed = act(&story, &number, "close", close).await.body;
    assert_eq!([&closed["status"], &closed["disposition"]], [&json!("closed"), &json!("workaroundInForce")]);
    assert_eq!(closed["workaround"]["status"], "implemented");
    // Affected orders are worked off: status goes on every two hours.
    story.turn_to("2026-03-04T19:00:00Z").await;
    assert_eq!(calls(&story, &number).await.body["process"]["status"]["dueAt"], "2026-03-04T21:00:00Z");
    // Gamma's trouble wants the same workaround: it names the closed Reference Ticket.
    let gammas = report_with(&story, "gamma", json!({ "referenceTicket": number })).await.expect(201).text("id");
    does(&story, "gamma", &gammas, "orders", json!({ "order": [{ "order": "G 1", "dueDate": "2026-03-06" }] }))
        .await
        .expect(200);
    // It ends when all affected orders are processed, those of who uses it too.
    let ends = || {
        let body = json!({ "statusChangeReason": "the guide is out", "resolution": "the guide names the new field" });
        does(&story, "desk", &number, "workaround/retirement", body)
    };
    let without = does(&story, "desk", &number, "workaround/retirement", json!({})).await.expect(400);
    assert_eq!(without.body["errors"][0]["field"], "resolution");
    assert_eq!(
        ends().await.expect(409).body["detail"],
        "2 affected orders are not processed: the workaround stays in force (PT-09)"
    );
    does(&story, "desk", &number, "orders", order("PON 1", true)).await.expect(200);
    assert_eq!(
        read(&story, "alpha", &number).await["process"]["status"].get("dueAt"),
        None,
        "nothing is worked off any more"
    );
    ends().await.expect(409);
    does(&story, "desk", &gammas, "orders", order("G 1", true)).await.expect(200);
    let _before = story.deliveries().await;
    let ended = ends().await.expect(200).body;
    assert_eq!([&ended["workaround"]["status"], &ended["status"]], [&json!("retired"), &json!("closed")]);
    assert_eq!(ended["resolution"], "the guide names the new field");
    let mails = story.deliveries().await;
    for who in ["noc@alpha", "noc@gamma"] {
        let of_who = mails.iter().filter(|mail| mail.to.starts_with(who));
        let told = tests::story::texts(of_who);
        assert!(told.contains(&number) && told.contains("Resolution: the guide names the new field"), "{who}: {told}");
    }
    let told: Vec<String> = mails.iter().map(delivered).collect();
    let line = format!("19:00 wsdTier2@provider: Ticket {number}: its workaround has ended");
    assert!(told.contains(&line), "{told:?}");
    let again: Value = ends().await.expect(409).body;
    assert_eq!(again["code"], "TT-24");
}

/// Another CLEC's ticket is closed under the workaround of the Reference Ticket that it names, when that CLEC agrees to it.
#[tokio::test]
async fn pt_09_a_ticket_is_closed_under_the_workaround_of_its_reference_ticket() {
    let story = begun(NOW).await;
    let reference = reported(&story, "alpha").await;
    act(&story, &reference, "impactedClecs", json!({ "clecs": ["beta"] })).await;
    let betas = report_with(&story, "beta", json!({ "referenceTicket": reference })).await.expect(201).text("id");
    says(&story, "beta", &betas, true).await;
    let close = json!({ "disposition": "workaroundInForce" });
    does(&story, "desk", &betas, "close", close.clone()).await.expect(409);
    act(&story, &reference, "workaround", json!({ "description": "by mail" })).await;
    story.turn_to("2026-03-04T18:10:00Z").await;
    let _before = story.deliveries().await;
    act(&story, &reference, "workaround/implementation", json!({})).await;
    let asked = told(&story).await;
    assert!(asked.contains(&format!("18:10 noc@beta: Ticket {betas}: the workaround is implemented")), "{asked:?}");
    assert!(asked.iter().any(|line| line.starts_with("18:10 noc@alpha") && line.contains(&reference)), "{asked:?}");
    // Its agreement from before is none to this.
    let stale = does(&story, "desk", &betas, "close", close.clone()).await.expect(409);
    assert!(
        stale.text("detail").starts_with("its CLEC agreed before the workaround was implemented"),
        "{}",
        stale.body
    );
    story.turn_to("2026-03-04T18:20:00Z").await;
    says(&story, "beta", &betas, true).await;
    act(&story, &betas, "close", close).await;
}
