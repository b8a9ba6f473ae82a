//! PT-04, PT-05: a process ticket is closed with the agreement of its CLEC; without it, when the CLEC does not escalate within 24 hours;
//! and what follows when its trouble is not resolved.

use super::{NOW, begun, report_with, reported, resolved, says, tells};
use crate::acts::{act, does, read};
use serde_json::json;
use tests::Client;

fn resolved_with() -> serde_json::Value {
    json!({ "disposition": "resolved" })
}

#[tokio::test]
async fn pt_04_a_ticket_is_closed_by_agreement_when_it_is_resolved_and_its_orders_are_processed() {
    let story = begun(NOW).await;
    let number = reported(&story, "alpha").await;
    let close = |expected: u16| {
        let story = &story;
        let number = number.clone();
        async move { does(story, "desk", &number, "close", resolved_with()).await.expect(expected).body }
    };
    let order =
        |processed: bool| json!({ "order": [{ "order": "PON 1", "dueDate": "2026-03-06", "processed": processed }] });
    does(&story, "desk", &number, "orders", order(false)).await.expect(200);
    assert_eq!(close(409).await["detail"], "it is not resolved: its CLEC is asked for agreement when it is (PT-04)");
    resolved(&story, &number).await;
    assert_eq!(close(409).await["detail"], "1 affected orders are not processed (PT-04)");
    does(&story, "desk", &number, "orders", order(true)).await.expect(200);
    assert_eq!(close(409).await["detail"], "its CLEC has not agreed: it stays open (PT-04)");
    says(&story, "alpha", &number, true).await;
    let closed = close(200).await;
    assert_eq!([&closed["status"], &closed["disposition"]], [&json!("closed"), &json!("resolved")]);
}

#[tokio::test]
async fn pt_04_after_a_disagreement_the_ticket_may_be_closed_in_24_hours_unless_its_clec_escalates() {
    // Friday 11:00: the 24 hours run by the wall clock, over the closing.
    let story = begun("2026-03-06T18:00:00Z").await;
    let tickets = [reported(&story, "alpha").await, reported(&story, "alpha").await, reported(&story, "alpha").await];
    for number in &tickets {
        resolved(&story, number).await;
        says(&story, "alpha", number, false).await;
    }
    let [waits, escalates, too_late] = &tickets;
    let close = |number: &String| {
        let (story, number) = (&story, number.clone());
        async move {
            let body = json!({ "disposition": "resolved", "statusChangeReason": "no answer for a day" });
            does(story, "desk", &number, "close", body).await
        }
    };
    assert_eq!(
        close(waits).await.expect(409).body["detail"],
        "its CLEC does not agree, and may still escalate: it stays open (PT-04)"
    );
    let process = read(&story, "alpha", waits).await["process"].clone();
    assert_eq!(
        [&process["disagreedAt"], &process["closableFrom"], &process["closable"]],
        [&json!("2026-03-06T18:00:00Z"), &json!("2026-03-07T18:00:00Z"), &json!(false)]
    );
    story.turn_to("2026-03-07T17:59:00Z").await;
    close(waits).await.expect(409);
    // Saying so again gives no more time.
    says(&story, "alpha", waits, false).await;
    does(&story, "alpha", escalates, "escalation", json!({ "tier": 3, "reason": "orders wait" })).await.expect(200);
    story.turn_to("2026-03-07T18:00:00Z").await;
    // From that instant it says so, and never closes by itself.
    for (number, closable) in [(waits, true), (escalates, false), (too_late, true)] {
        let ticket = read(&story, "alpha", number).await;
        assert_eq!([&ticket["status"], &ticket["process"]["closable"]], [&json!("resolved"), &json!(closable)]);
    }
    story.turn_to("2026-03-07T18:00:01Z").await;
    // One second late, and not closed yet: a CLEC may escalate at any point, and the ticket stays open then.
    does(&story, "alpha", too_late, "escalation", json!({ "tier": 3, "reason": "orders wait" })).await.expect(200);
    for (number, expected) in [(waits, 200), (escalates, 409), (too_late, 409)] {
        close(number).await.expect(expected);
    }
    let _told = story.deliveries().await;
    // It agrees at last.
    says(&story, "alpha", escalates, true).await;
    act(&story, escalates, "close", resolved_with()).await;
}

#[tokio::test]
async fn pt_05_what_is_not_resolved_after_closing_goes_on_as_a_new_ticket_and_tier_2_reviews_the_closed_one() {
    let story = begun(NOW).await;
    let number = reported(&story, "alpha").await;
    let not_resolved = json!({ "reason": "three orders are rejected again", "contact": { "name": "Ann" } });
    does(&story, "alpha", &number, "notResolved", not_resolved.clone()).await.expect(409);
    resolved(&story, &number).await;
    says(&story, "alpha", &number, true).await;
    act(&story, &number, "close", resolved_with()).await;
    // A systems ticket is reopened; a process ticket is not.
    does(&story, "alpha", &number, "reopen", json!({ "reason": "again" })).await.expect(409);
    does(&story, "beta", &number, "notResolved", not_resolved.clone()).await.expect(404);
    let _closed = story.deliveries().await;
    let path = Client::ticket(&number, "notResolved");
    let opened =
        story.as_("alpha").with("Idempotency-Key", "again").post(&path, not_resolved.clone()).await.expect(201);
    let new = opened.text("id");
    let relation = |of: &serde_json::Value| {
        let first = &of["troubleTicketRelationship"][0];
        [first["relationshipType"].clone(), first["id"].clone()]
    };
    assert_eq!(relation(&opened.body), [json!("goesOnFrom"), json!(number)]);
    // In the words of its report; what is still wrong is its first note.
    assert_eq!(
        [&opened.body["description"], &opened.body["note"][0]["text"]],
        ["our LSRs are rejected", "three orders are rejected again"]
    );
    assert_eq!(opened.header("location"), Some(Client::ticket(&new, "").as_str()));
    assert_eq!(opened.body["@type"], "ProcessTicket");
    let closed = read(&story, "alpha", &number).await;
    assert_eq!(
        [&relation(&closed)[..], &[closed["status"].clone()]].concat(),
        [json!("goesOnAs"), json!(new), json!("closed")]
    );
    tells(&story, &[
            format!("18:00 noc@alpha: Process ticket {new} Initial (notice 1): open (acknowledged)"),
            format!("18:00 noc@alpha: Process ticket {number} Update 2 (notice 4): closed"),
            format!("18:00 wsdTier1@provider: Ticket {new}: process trouble reported"),
            format!(
                "18:00 wsdTier2@provider: Ticket {number} case 1: not resolved: tier 2 reviews the closed ticket, raised"
            ),]).await;
    // The same request again finds the same ticket; another one, that the trouble goes on there.
    let again = story.as_("alpha").with("Idempotency-Key", "again").post(&path, not_resolved.clone()).await.expect(201);
    assert_eq!(again.text("id"), new);
    let twice = does(&story, "alpha", &number, "notResolved", not_resolved).await.expect(409);
    assert!(twice.text("detail").contains(&new), "{}", twice.body);
    // The review is a task with an outcome.
    let review = json!({ "decision": "closedTooEarly", "reason": "the guide was not published" });
    let reviewed = act(&story, &number, "case/1/outcome", review).await.body["case"][0]["outcome"].clone();
    assert_eq!(reviewed["decision"], "closedTooEarly");
}

#[tokio::test]
async fn pt_04_no_disposition_of_the_help_desk_closes_a_process_ticket_nor_the_other_way_round() {
    let story = begun(NOW).await;
    let number = reported(&story, "alpha").await;
    resolved(&story, &number).await;
    says(&story, "alpha", &number, true).await;
    for body in [
        json!({ "disposition": "noTroubleFound" }),
        json!({ "disposition": "submitChangeRequest" }),
        json!({ "disposition": "resolvedInPatch", "patchDate": "2026-03-09" }),
    ] {
        let refused = does(&story, "desk", &number, "close", body).await.expect(400).faults();
        assert_eq!(refused, [("disposition".to_owned(), "PT-04".to_owned())].into());
    }
    let systems = story.report("alpha", "serious").await;
    let refused = does(&story, "desk", &systems, "close", json!({ "disposition": "workaroundInForce" })).await;
    assert_eq!(refused.expect(400).faults(), [("disposition".to_owned(), "TT-09".to_owned())].into());
    // Nor is a process ticket held or passed on by its status.
    for status in ["held", "pending", "rejected"] {
        let patch = json!({ "status": status, "statusChangeReason": "so" });
        story.as_("desk").patch(&Client::ticket(&number, ""), patch).await.expect(409);
    }
    for kind in ["network", "Process", ""] {
        let refused = report_with(&story, "alpha", json!({ "ticketType": kind })).await.expect(400);
        assert_eq!(
            refused.faults(),
            [("ticketType".to_owned(), if kind.is_empty() { "AP-01" } else { "TT-02" }.to_owned())].into(),
            "{kind}"
        );
    }
    let patch = json!({ "ticketType": "systems" });
    let refused = story.as_("alpha").patch(&Client::ticket(&number, ""), patch).await.expect(400).faults();
    assert_eq!(refused, [("ticketType".to_owned(), "PT-12".to_owned())].into());
}

/// A disagreement is with what agreement is sought for: what is said earlier, or of what is no longer so, gives nobody the right to close.
#[tokio::test]
async fn pt_04_a_disagreement_counts_while_agreement_is_sought_and_no_longer() {
    let story = begun(NOW).await;
    // Said while it is worked: nothing was put to the CLEC yet.
    let early = reported(&story, "alpha").await;
    says(&story, "alpha", &early, false).await;
    // Accepted: it is worked again, then resolved anew.
    let again = reported(&story, "alpha").await;
    resolved(&story, &again).await;
    says(&story, "alpha", &again, false).await;
    crate::acts::update(&story, &again, json!({ "status": "inProgress" })).await;
    // Escalated before: it is not closed without agreement, however often it is said.
    let escalated = reported(&story, "alpha").await;
    does(&story, "alpha", &escalated, "escalation", json!({ "tier": 3, "reason": "orders wait" })).await.expect(200);
    resolved(&story, &escalated).await;
    says(&story, "alpha", &escalated, false).await;
    story.turn_to("2026-03-05T18:30:00Z").await;
    for number in [&early, &again] {
        resolved(&story, number).await;
    }
    for number in [&early, &again, &escalated] {
        let process = read(&story, "alpha", number).await["process"].clone();
        assert_eq!([process.get("closableFrom"), process.get("closable")], [None, Some(&json!(false))]);
        let close = json!({ "disposition": "resolved", "statusChangeReason": "a day is over" });
        does(&story, "desk", number, "close", close).await.expect(409);
    }
}

#[tokio::test]
async fn pt_05_a_group_goes_on_as_one_ticket_and_takes_no_orders_when_it_is_closed() {
    let story = begun(NOW).await;
    let primary = reported(&story, "alpha").await;
    let linked = reported(&story, "alpha").await;
    act(&story, &linked, "link", json!({ "primary": primary })).await;
    resolved(&story, &primary).await;
    says(&story, "alpha", &primary, true).await;
    says(&story, "alpha", &linked, true).await;
    act(&story, &primary, "close", resolved_with()).await;
    for number in [&primary, &linked] {
        let late = json!({ "order": [{ "order": "PON 1", "dueDate": "2026-03-06" }] });
        let refused = does(&story, "alpha", number, "orders", late).await.expect(409);
        assert_eq!(refused.body["code"], "TT-24");
    }
    let still = json!({ "reason": "three orders are rejected again" });
    let of_linked = does(&story, "alpha", &linked, "notResolved", still.clone()).await.expect(409);
    assert_eq!(of_linked.body["code"], "PT-05");
    assert!(of_linked.text("detail").contains(&primary), "{}", of_linked.body);
    assert!(!of_linked.body["possible"].as_array().unwrap().contains(&json!("notResolved")), "{}", of_linked.body);
    does(&story, "alpha", &primary, "notResolved", still).await.expect(201);
}
