//! PT-12, TT-18, TT-24: tier 1 finds a systems trouble and transfers it with the CLEC's consent; the help desk finds none and passes it on.

use super::{NOW, begun, reported, tells, told};
use crate::acts::{act, does, read, update};
use serde_json::{Value, json};

fn related(ticket: &Value) -> [Value; 2] {
    let first = &ticket["troubleTicketRelationship"][0];
    [first["relationshipType"].clone(), first["id"].clone()]
}

#[tokio::test]
async fn pt_12_a_transfer_with_consent_opens_an_it_trouble_ticket_and_each_names_the_other() {
    let story = begun(NOW).await;
    let number = reported(&story, "alpha").await;
    let consent = json!({ "consent": { "name": "Ann", "phone": "+1 303 555 0100" }, "severity": "serious" });
    let early = does(&story, "desk", &number, "transfer", consent.clone()).await.expect(409);
    assert_eq!(early.body["code"], "PT-12");
    act(&story, &number, "determination", json!({ "trouble": "systems", "reason": "the gateway rejects" })).await;
    let missing = does(&story, "desk", &number, "transfer", json!({ "severity": "serious" })).await.expect(400);
    assert_eq!(missing.faults(), [("consent".to_owned(), "PT-12".to_owned())].into());
    does(&story, "alpha", &number, "transfer", consent.clone()).await.expect(403);
    let _before = story.deliveries().await;
    let opened = does(&story, "desk", &number, "transfer", consent).await.expect(201);
    let new = opened.text("id");
    let expected =
        ["ticketType", "severity", "callCenterReference", "@type", "description"].map(|name| opened.text(name));
    assert_eq!(expected, ["systems", "serious", &number, "WholesaleTroubleTicket", "our LSRs are rejected"]);
    assert_eq!(related(&opened.body), [json!("transferredFrom"), json!(number)]);
    let passed = read(&story, "alpha", &number).await;
    assert_eq!(related(&passed), [json!("transferredTo"), json!(new)]);
    assert_eq!(passed["status"], "rejected");
    tells(
        &story,
        &[
            format!("18:00 noc@alpha: Ticket {new} severity 2 Initial (notice 1): open (acknowledged)"),
            format!("18:00 noc@alpha: Process ticket {number} Closure (notice 3): rejected (passed to the other side)"),
            format!("18:00 wsdTier1@provider: Ticket {number}: is transferred to the help desk"),
        ],
    )
    .await;
    // The IT trouble ticket goes by the chart of 12.7 from then on, and the process ticket by nothing.
    story.turn_to("2026-03-04T19:00:00Z").await;
    tells(
        &story,
        &[format!("18:55 noc@alpha: Ticket {new} severity 2 Update 1 (notice 2): open (acknowledged), no change")],
    )
    .await;
    story.turn_to("2026-03-04T20:30:00Z").await;
    assert!(told(&story).await.iter().all(|told| !told.contains(&number)));
}

#[tokio::test]
async fn tt_24_a_systems_ticket_that_is_rejected_opens_a_process_ticket() {
    let story = begun(NOW).await;
    let number = story.report("alpha", "serious").await;
    let _reported = story.deliveries().await;
    update(&story, &number, json!({ "status": "rejected", "statusChangeReason": "no systems trouble" })).await;
    let passed = read(&story, "alpha", &number).await;
    let [relation, new] = related(&passed);
    assert_eq!(relation, "transferredTo");
    let opened = read(&story, "alpha", new.as_str().unwrap()).await;
    assert_eq!([&opened["@type"], &opened["ticketType"]], [&json!("ProcessTicket"), &json!("process")]);
    assert_eq!(related(&opened), [json!("transferredFrom"), json!(number)]);
    assert_eq!(opened["process"]["status"]["dueAt"], "2026-03-04T20:00:00Z");
    let told = told(&story).await;
    let new = new.as_str().unwrap();
    assert_eq!(
        told,
        [
            format!("18:00 noc@alpha: Process ticket {new} Initial (notice 1): open (acknowledged)"),
            format!(
                "18:00 noc@alpha: Ticket {number} severity 2 Closure (notice 2): rejected (passed to the other side)"
            ),
            format!("18:00 wsdTier1@provider: Ticket {new}: process trouble reported"),
        ]
    );
    // What the provider found itself is nobody's to go on with.
    let own = json!({ "description": "a probe fails", "severity": "minimal", "ticketType": "systems" });
    let own = story.as_("desk").post(tests::story::TICKETS, own).await.expect(201).text("id");
    update(&story, &own, json!({ "status": "rejected" })).await;
    assert_eq!(read(&story, "desk", &own).await["troubleTicketRelationship"], json!([]));
}
