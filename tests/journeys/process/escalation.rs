//! PT-03, PT-11: a CLEC escalates to any of the five tiers at any time; the ticket shows it at once, and the tier is told at once.

use super::{NOW, begun, reported, tells};
use crate::acts::{act, does, read};
use serde_json::json;

#[tokio::test]
async fn pt_03_a_ticket_is_escalated_to_tier_4_and_each_response_is_on_record() {
    let story = begun(NOW).await;
    let number = reported(&story, "alpha").await;
    story.turn_to("2026-03-04T18:20:00Z").await;
    let _reported = story.deliveries().await;
    let escalation = json!({ "tier": 4, "reason": "two hundred orders wait", "contact": { "name": "Ann", "phone": "+1 303 555 0100" } });
    let escalated = does(&story, "alpha", &number, "escalation", escalation).await.expect(200).body;
    assert_eq!(escalated["process"]["escalatedTo"], json!([4]));
    let case = &escalated["case"][0];
    assert_eq!(
        [&case["kind"], &case["tier"], &case["awaits"], &case["rule"]],
        [&json!("escalation"), &json!(4), &json!("desk"), &json!("PT-03")]
    );
    tells(&story, &[format!("18:20 wsdTier4@provider: Ticket {number} case 1: escalated to tier 4, raised")]).await;
    act(&story, &number, "case/1/statement", json!({ "text": "a team works through the orders" })).await;
    tells(&story, &[format!("18:20 noc@alpha: Ticket {number} case 1: escalated to tier 4, answered")]).await;
    let decided =
        act(&story, &number, "case/1/outcome", json!({ "decision": "resolved", "reason": "all orders are through" }))
            .await;
    assert_eq!(decided.body["process"].get("escalatedTo"), None);
    assert_eq!(decided.body["case"][0]["statements"].as_array().unwrap().len(), 2);
    // The clock of its status went on meanwhile.
    assert_eq!(decided.body["process"]["status"]["dueAt"], "2026-03-04T20:00:00Z");
}

#[tokio::test]
async fn pt_11_a_clec_goes_through_the_tiers_and_not_twice_to_one_at_once() {
    let story = begun(NOW).await;
    let number = reported(&story, "alpha").await;
    for tier in 1..=5 {
        let escalation = json!({ "tier": tier, "reason": "no workaround that works" });
        does(&story, "alpha", &number, "escalation", escalation).await.expect(200);
    }
    assert_eq!(read(&story, "alpha", &number).await["process"]["escalatedTo"], json!([1, 2, 3, 4, 5]));
    let again = does(&story, "alpha", &number, "escalation", json!({ "tier": 3, "reason": "still" })).await.expect(409);
    assert_eq!(again.body["code"], "PT-03");
    for tier in [json!(0), json!(6), json!("four"), json!(null)] {
        let refused = does(&story, "alpha", &number, "escalation", json!({ "tier": tier, "reason": "still" })).await;
        assert_eq!(refused.expect(400).faults(), [("tier".to_owned(), "PT-03".to_owned())].into(), "{tier}");
    }
    // Another CLEC has no such ticket, and one of the help desk has no tiers.
    does(&story, "beta", &number, "escalation", json!({ "tier": 2, "reason": "ours too" })).await.expect(404);
    let systems = story.report("alpha", "serious").await;
    does(&story, "alpha", &systems, "escalation", json!({ "tier": 2, "reason": "ours" })).await.expect(409);
    does(&story, "alpha", &number, "technicalEscalation", json!({ "reason": "ours", "contact": "Ann" }))
        .await
        .expect(409);
}
