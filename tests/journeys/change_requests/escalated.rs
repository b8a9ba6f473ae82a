//! CR-09, CR-13: a response that is not accepted is escalated, others join, the provider responds, and the dispute is resolved.

use super::flow::{ALL, Led, NEXT_MEETING, accepted, denied, leap, stands, subscribed, to, told};
use serde_json::{Value, json};
use tests::Story;

/// Not accepted, and escalated by beta.
async fn escalated(story: &Story) -> Led<'_> {
    let led = Led::decided(story, denied(), "notAccepted").await;
    let body = json!({ "reason": "orders are lost", "contact": "Bob, +1 303 555 0177" });
    led.by("beta", "escalation", body).await.expect(200);
    led
}

#[tokio::test]
async fn cr_13_a_clec_escalates_what_was_not_accepted_another_joins_and_the_provider_responds() {
    let story = subscribed().await;
    let led = Led::decided(&story, denied(), "notAccepted").await;
    let shown = led.read("alpha").await;
    assert_eq!(stands(&shown), ("5B", "notAccepted", "declined"));
    assert_eq!(shown["responses"][0]["outcome"], "notAccepted");
    let sent = told(&story).await;
    assert!(sent.contains(&"gamma: The response to change request PC030226-1 was not accepted".to_owned()), "{sent:?}");
    led.by("gamma", "participation", json!({})).await.expect(409);
    for (body, field) in [(json!({ "reason": "x" }), "contact"), (json!({ "contact": "x" }), "reason")] {
        let faults = led.by("beta", "escalation", body).await.expect(400).faults();
        assert_eq!(faults, [(field.to_owned(), "CR-13".to_owned())].into());
    }
    led.by("desk", "escalation", json!({ "reason": "x", "contact": "y" })).await.expect(403);
    let body = json!({ "reason": "orders are lost", "contact": "Bob, +1 303 555 0177" });
    let shown = led.by("beta", "escalation", body).await.expect(200).body;
    assert_eq!(stands(&shown), ("5C", "escalated", "escalated"));
    assert_eq!((&shown["number"], &shown["suffixes"]), (&json!("PC030226-1ES"), &json!(["ES"])));
    assert_eq!(told(&story).await, to(&ALL, "Change request PC030226-1ES is escalated by beta"));
    // The number is its identity, with and without what is printed behind it.
    for number in ["PC030226-1", "PC030226-1ES", "pc030226-1es"] {
        let path = super::flow::path(number, "");
        assert_eq!(story.as_("gamma").get(&path).await.expect(200).text("id"), led.id);
    }
    story.turn("PT1H").await;
    let refused = led.by("beta", "participation", json!({})).await.expect(409);
    assert_eq!(refused.text("detail"), "the escalation is this CLEC's own (CR-13)");
    for _ in 0..2 {
        led.by("gamma", "participation", json!({ "statement": "ours too" })).await.expect(200);
    }
    assert_eq!(told(&story).await, to(&["provider"], "gamma joins the escalation of change request PC030226-1ES"));
    led.by("desk", "participation", json!({})).await.expect(403);
    let answered = led.desk("escalationResponse", json!({ "text": "we look again" })).await;
    assert_eq!(told(&story).await, to(&ALL, "Response to the escalation of change request PC030226-1ES"));
    let escalation = json!({
        "clec": "beta", "contact": "Bob, +1 303 555 0177", "reason": "orders are lost", "at": NEXT_MEETING,
        "participants": [{ "clec": "gamma", "statement": "ours too", "at": "2026-04-15T17:00:00Z" }],
        "responses": [{ "text": "we look again", "at": "2026-04-15T17:00:00Z" }],
    });
    assert_eq!(answered["escalations"], json!([escalation]));
    // Whom to talk to is the provider's and its CLEC's to know: not who joined it, nor whose change request it is.
    assert_eq!(led.read("beta").await["escalations"], json!([escalation]));
    for other in ["alpha", "gamma"] {
        let mut without = escalation.clone();
        without.as_object_mut().unwrap().remove("contact");
        assert_eq!(led.read(other).await["escalations"], json!([without]), "{other}");
        assert!(!json!(led.history(other).await).to_string().contains("555 0177"), "{other}");
    }
    for event in story.events("changeRequest.changed") {
        assert!(!event.to_string().contains("555 0177"), "{event}");
    }
}

#[tokio::test]
async fn cr_13_where_the_contact_is_no_notice_tells_it() {
    let story = subscribed().await;
    let led = escalated(&story).await;
    led.by("gamma", "participation", json!({ "statement": "ours too" })).await.expect(200);
    for sent in story.deliveries().await {
        assert!(!sent.body.unwrap_or_default().contains("555 0177"), "{}", sent.to);
    }
}

#[tokio::test]
async fn cr_13_a_dispute_that_is_resolved_leads_on_as_the_response_would() {
    for (outcome, step, phase, became) in [
        ("accepted", "responseAccepted", "escalated", "was accepted"),
        ("revisionsRequired", "revisionRequired", "presented", "is to be revised"),
        ("notAccepted", "notAccepted", "declined", "was not accepted"),
    ] {
        let story = subscribed().await;
        let led = escalated(&story).await;
        leap(&story, "2026-04-20T16:00:00Z").await;
        told(&story).await;
        assert_eq!(
            led.by("desk", "resolution", json!({ "outcome": outcome })).await.expect(400).faults()["detail"],
            "CR-13"
        );
        let body = json!({ "outcome": outcome, "detail": "agreed by phone" });
        let resolved = led.desk("resolution", body).await;
        assert_eq!((stands(&resolved).1, stands(&resolved).2), (step, phase), "{outcome}");
        assert_eq!(resolved["milestones"]["resolved"], "2026-04-20T16:00:00Z");
        let resolution = json!({ "outcome": outcome, "detail": "agreed by phone", "at": "2026-04-20T16:00:00Z" });
        assert_eq!(led.read("gamma").await["escalations"][0]["resolution"], resolution);
        assert_eq!(told(&story).await, to(&ALL, &format!("The response to change request PC030226-1ES {became}")));
        let facts = led.facts("gamma").await;
        assert!(facts.contains(&json!({ "fact": "disputeResolved", "outcome": outcome })), "{facts:?}");
        led.by("gamma", "participation", json!({})).await.expect(409);
    }
}

#[tokio::test]
async fn cr_13_what_is_not_accepted_again_is_escalated_again_and_both_stand() {
    let story = subscribed().await;
    let led = escalated(&story).await;
    led.desk("resolution", json!({ "outcome": "notAccepted", "detail": "no agreement" })).await;
    led.by("alpha", "escalation", json!({ "reason": "once more", "contact": "Ann" })).await.expect(200);
    led.by("beta", "participation", json!({})).await.expect(200);
    let shown = led.desk("resolution", json!({ "outcome": "accepted", "detail": "we open at six" })).await;
    let of = |at: usize, name: &str| -> Value { shown["escalations"][at][name].clone() };
    assert_eq!((of(0, "clec"), of(1, "clec")), (json!("beta"), json!("alpha")));
    assert_eq!(of(1, "participants")[0]["clec"], "beta");
    assert_eq!(
        (&of(0, "resolution")["outcome"], &of(1, "resolution")["outcome"]),
        (&json!("notAccepted"), &json!("accepted"))
    );
    // Each sees the contact that it gave.
    let seen = led.read("alpha").await["escalations"].clone();
    assert_eq!((seen[0].get("contact"), &seen[1]["contact"]), (None, &json!("Ann")));
}

#[tokio::test]
async fn cr_13_a_resolution_in_favour_of_the_provider_is_let_be_and_one_of_an_acceptance_is_developed() {
    let story = subscribed().await;
    let led = escalated(&story).await;
    led.desk("resolution", json!({ "outcome": "accepted", "detail": "let be" })).await;
    let shown = led.desk("acceptance", json!({ "action": "denial", "originatorsWord": "we see" })).await;
    assert_eq!(stands(&shown), ("6", "denialAccepted", "declinedDeferred"));
    let story = subscribed().await;
    let led = Led::decided(&story, accepted(), "notAccepted").await;
    led.by("alpha", "escalation", json!({ "reason": "too late", "contact": "Ann" })).await.expect(200);
    led.desk("resolution", json!({ "outcome": "accepted", "detail": "sooner" })).await;
    let shown = led.desk("acceptance", json!({ "action": "implementationPlan", "originatorsWord": "good" })).await;
    assert_eq!(stands(&shown), ("7", "development", "development"));
}

#[tokio::test]
async fn cr_03_one_that_is_full_takes_no_more_long_words_and_still_goes_on_to_its_end() {
    let story = Story::at("2026-03-02T17:00:00Z").await;
    let led = Led::decided(&story, denied(), "notAccepted").await;
    led.by("beta", "escalation", json!({ "reason": "we need it", "contact": "Bo" })).await.expect(200);
    let long = json!({ "text": "x".repeat(10_000) });
    let mut answers = 0;
    let refused = loop {
        let reply = led.by("desk", "escalationResponse", long.clone()).await;
        if reply.status != 200 {
            break reply.expect(409);
        }
        answers += 1;
    };
    // Of the 44 KiB that disputes have together, ten are kept for the resolution.
    assert_eq!((answers, refused.faults()), (3, [("escalations".to_owned(), "TT-29".to_owned())].into()));
    led.desk("escalationResponse", json!({ "text": "see the document" })).await;
    led.desk("resolution", json!({ "outcome": "notAccepted", "detail": "it stands" })).await;
    led.by("alpha", "withdrawal", json!({ "reason": "let it be" })).await.expect(200);
}
