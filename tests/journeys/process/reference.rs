//! PT-06, PT-07, PT-08: one primary a CLEC and trouble, and one Reference Ticket across CLECs, which are told of it by event notice.

use super::{NOW, begun, report_with, reported, tells, told};
use crate::acts::{act, body, does, read};
use serde_json::{Value, json};
use tests::{Client, Story};

#[tokio::test]
async fn pt_07_three_clecs_two_primaries_one_reference_ticket_told_within_three_business_hours() {
    let story = begun(NOW).await;
    let reference = reported(&story, "alpha").await;
    let again = reported(&story, "alpha").await;
    // Alpha's second ticket is cross-referenced to its primary, whose number alpha is told.
    let linked = act(&story, &again, "link", json!({ "primary": reference })).await.body;
    assert_eq!(
        [&linked["troubleTicketRelationship"][0]["relationshipType"], &linked["troubleTicketRelationship"][0]["id"]],
        [&json!("isLinkedTo"), &json!(reference)]
    );
    let betas = reported(&story, "beta").await;
    // A primary is of one CLEC: another's is named as the Reference Ticket.
    let refused = does(&story, "desk", &betas, "link", json!({ "primary": reference })).await.expect(400);
    assert_eq!(refused.faults(), [("primary".to_owned(), "PT-06".to_owned())].into());
    // Undisclosed, it is not there for beta, as one that does not exist.
    let unknown =
        does(&story, "beta", &betas, "reference", json!({ "referenceTicket": "0000-0000" })).await.expect(404);
    let undisclosed =
        does(&story, "beta", &betas, "reference", json!({ "referenceTicket": reference })).await.expect(404);
    let systems = story.report("alpha", "serious").await;
    let of_systems = does(&story, "beta", &betas, "reference", json!({ "referenceTicket": systems })).await.expect(404);
    let itself = does(&story, "beta", &betas, "reference", json!({ "referenceTicket": betas })).await.expect(404);
    let of = |reply: &tests::Reply| (reply.body["detail"].clone(), reply.body["errors"].clone());
    for other in [&undisclosed, &of_systems, &itself] {
        assert_eq!(of(other), of(&unknown));
    }
    story.turn_to("2026-03-04T18:40:00Z").await;
    let _before = story.deliveries().await;
    let impacted = json!({ "clecs": ["beta", "gamma"], "reason": "both order by the same guide" });
    let impacted = act(&story, &reference, "impactedClecs", impacted).await.body;
    assert_eq!(
        [&impacted["event"], &impacted["process"]["impactedSince"]],
        [&json!(true), &json!("2026-03-04T18:40:00Z")]
    );
    let delivered = story.deliveries().await;
    let subjects = |to: &str| -> Vec<String> {
        let of = delivered.iter().filter(|of| of.to == to);
        of.map(|of| of.subject.clone().unwrap()).collect()
    };
    for clec in ["alpha", "beta", "gamma"] {
        let subject = format!("Process ticket {reference} Initial (notice 2): open (acknowledged)");
        assert!(subjects(&format!("noc@{clec}.example")).contains(&subject), "{clec}: {delivered:?}");
    }
    for people in ["processCenters", "wsdTier2"] {
        let subject = format!("Ticket {reference}: other CLECs are impacted by the trouble");
        assert_eq!(subjects(&format!("{people}@provider.example")), [subject]);
    }
    // It never says whose trouble it was, nor what was reported.
    for delivery in delivered.iter().filter(|of| ["noc@beta.example", "noc@gamma.example"].contains(&of.to.as_str())) {
        let text = format!("{:?} {}", delivery.subject, body(delivery));
        assert!(!text.contains("alpha") && !text.contains("LSRs"), "{text}");
    }
    // The term and its deadline are on the timeline.
    let timeline = story.as_("desk").get(&Client::ticket(&reference, "timeline")).await.expect(200).body;
    let clock =
        timeline["clock"].as_array().unwrap().iter().find(|of| of["rule"]["term"] == "threeBusinessHours").unwrap();
    assert_eq!(
        [&clock["from"], &clock["dueAt"], &clock["sentAt"], &clock["onTime"]],
        [&json!("2026-03-04T18:40:00Z"), &json!("2026-03-04T21:40:00Z"), &json!("2026-03-04T18:40:00Z"), &json!(true)]
    );
    // Told of it, beta and gamma name it, beta by a task, gamma with its report.
    let named =
        does(&story, "beta", &betas, "reference", json!({ "referenceTicket": reference })).await.expect(200).body;
    assert_eq!(named["process"]["referenceTicket"], json!(reference));
    let gammas = report_with(&story, "gamma", json!({ "referenceTicket": reference })).await.expect(201).body;
    assert_eq!(gammas["process"]["referenceTicket"], json!(reference));
    // What one of them may not know, it may not name with a report either.
    report_with(&story, "gamma", json!({ "referenceTicket": betas })).await.expect(404);
    let of_systems =
        report_with(&story, "gamma", json!({ "ticketType": "systems", "referenceTicket": reference })).await;
    assert_eq!(of_systems.expect(400).faults(), [("referenceTicket".to_owned(), "PT-08".to_owned())].into());
    // Alpha does not learn who else it is.
    let alphas = read(&story, "alpha", &reference).await.to_string();
    assert!(!alphas.contains("beta") && !alphas.contains("gamma"), "{alphas}");
    let history = story.as_("alpha").get(&Client::ticket(&reference, "timeline")).await.expect(200).body.to_string();
    assert!(!history.contains("beta") && !history.contains("gamma"), "{history}");
}

#[tokio::test]
async fn pt_06_further_trouble_needs_no_ticket_and_goes_to_tier_2_by_the_primarys_number() {
    let story = begun(NOW).await;
    let number = reported(&story, "alpha").await;
    let _reported = story.deliveries().await;
    let call = json!({ "contact": "Ann, +1 303 555 0100", "detail": "LSR 9 and LSR 10 too" });
    does(&story, "alpha", &number, "call", call.clone()).await.expect(200);
    tells(&story, &[format!("18:00 wsdTier2@provider: Ticket {number}: further trouble of the same kind")]).await;
    // Another CLEC's is its own ticket.
    let of_beta = json!({ "contact": "Bob", "detail": "ours too", "clec": "beta" });
    does(&story, "desk", &number, "call", of_beta).await.expect(400);
}

/// The three hours run in business hours: determined on Friday at 18:30, they end on Saturday at 08:30.
#[tokio::test]
async fn pt_07_the_three_hours_run_over_the_night_and_what_is_late_is_missed() {
    let story = begun("2026-03-07T01:30:00Z").await;
    let number = reported(&story, "alpha").await;
    let determined = json!({ "clecs": ["beta"], "statusChangeDate": "2026-03-07T01:30:00Z" });
    act(&story, &number, "impactedClecs", determined).await;
    assert_eq!(term(&story, &number).await["dueAt"], "2026-03-07T15:30:00Z");
    // Twice the same is no news; another CLEC is.
    let _told = story.deliveries().await;
    act(&story, &number, "impactedClecs", json!({ "clecs": ["beta"] })).await;
    story.expect(&[]).await;
    act(&story, &number, "impactedClecs", json!({ "clecs": ["gamma"] })).await;
    assert!(!told(&story).await.is_empty());
    let nobody = does(&story, "desk", &number, "impactedClecs", json!({ "clecs": ["nobody9"] })).await;
    assert_eq!(nobody.status, 404, "{}", nobody.body);
    does(&story, "alpha", &number, "impactedClecs", json!({ "clecs": ["beta"] })).await.expect(403);
}

async fn term(story: &Story, number: &str) -> Value {
    let timeline = story.as_("desk").get(&Client::ticket(number, "timeline")).await.expect(200).body;
    let clocks = timeline["clock"].as_array().unwrap();
    clocks.iter().find(|of| of["rule"]["term"] == "threeBusinessHours").unwrap().clone()
}

/// Other CLECs go by the number of a Reference Ticket: it is not linked, passed on, withdrawn or replaced. What is between the provider
/// and its CLEC is not told to all, though all are told of the trouble.
#[tokio::test]
async fn pt_07_a_reference_ticket_stays_where_it_is_and_tells_others_nothing_of_its_clecs() {
    let story = begun(NOW).await;
    let (reference, other) = (reported(&story, "alpha").await, reported(&story, "alpha").await);
    act(&story, &reference, "impactedClecs", json!({ "clecs": ["beta"] })).await;
    let refused = [
        does(&story, "desk", &reference, "link", json!({ "primary": other })).await,
        story.as_("alpha").patch(&Client::ticket(&reference, ""), json!({ "status": "cancelled" })).await,
    ];
    for reply in refused {
        assert_eq!((reply.status.as_u16(), reply.body["code"].as_str()), (409, Some("PT-07")), "{}", reply.body);
    }
    act(&story, &other, "link", json!({ "primary": reference })).await;
    does(&story, "desk", &other, "primary", json!({})).await.expect(409);
    act(&story, &reference, "determination", json!({ "trouble": "systems", "reason": "the gateway" })).await;
    let consent = json!({ "consent": { "name": "Ann" }, "severity": "serious" });
    assert_eq!(does(&story, "desk", &reference, "transfer", consent).await.expect(409).body["code"], "PT-07");
    let _before = story.deliveries().await;
    let agreed = json!({ "interval": "PT1H", "channel": "notice", "contact": { "name": "Ann" } });
    act(&story, &reference, "statusAgreement", agreed).await;
    story.turn_to("2026-03-04T19:05:00Z").await;
    let delivered = story.deliveries().await;
    let of = |to: &str| delivered.iter().filter(|of| of.to == to).map(body).collect::<String>();
    assert!(of("noc@alpha.example").contains("Status is given every 1 hour by notice, as agreed"));
    assert!(!of("noc@beta.example").contains("as agreed"), "{}", of("noc@beta.example"));
    // The status is its CLEC's alone.
    assert!(of("noc@alpha.example").contains("no change"));
    assert!(!of("noc@beta.example").contains("no change"), "{}", of("noc@beta.example"));
}
