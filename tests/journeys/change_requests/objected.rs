//! CR-22: what CLECs said to a response is counted, an outcome against them is marked, and who objected may escalate it; the
//! originator's word is its own.

use super::flow::{ALL, Led, NEXT_MEETING, accepted, denied, stands, subscribed, to, told, until};
use serde_json::{Value, json};
use tests::Story;

/// Denied, and presented: beta does not accept it, alone.
async fn objected(story: &Story) -> Led<'_> {
    let led = Led::presented(story, denied()).await;
    led.by("beta", "position", json!({ "position": "notAccepted", "comment": "orders are lost" })).await.expect(200);
    led
}

fn possible(shown: &Value, task: &str) -> bool {
    shown["possible"].as_array().unwrap().contains(&json!(task))
}

#[tokio::test]
async fn cr_22_who_objected_may_escalate_what_the_provider_says_was_accepted() {
    let story = subscribed().await;
    let led = objected(&story).await;
    told(&story).await;
    led.desk("outcome", json!({ "outcome": "accepted", "reason": "heard at the meeting" })).await;
    let shown = led.read("gamma").await;
    assert_eq!(stands(&shown), ("6", "responseAccepted", "presented"));
    let response = &shown["responses"][0];
    assert_eq!(response["positions"], json!({ "accepted": 0, "notAccepted": 1, "revisionsRequired": 0 }));
    assert_eq!(response["againstPositions"], true);
    // To the end of the seventh day, 2026-04-22 in Denver.
    let objection = json!({ "since": NEXT_MEETING, "until": "2026-04-23T06:00:00Z" });
    assert_eq!(shown["objection"], objection, "who objected is not told");
    insta::assert_snapshot!(crate::acts::whole(
        story.deliveries().await.iter().filter(|sent| sent.to == "cmp@gamma.example"),
        &[(&led.id, "CR-ID")]
    ));
    let escalation = json!({ "reason": "orders are lost", "contact": "Bob" });
    // A denial that is let be does not take the right away; nor can the change request be ended by then.
    let let_be = led.desk("acceptance", json!({ "action": "denial", "originatorsWord": "Ann agrees" })).await;
    assert_eq!(stands(&let_be), ("6", "denialAccepted", "declinedDeferred"));
    assert!(!possible(&let_be, "closure"));
    let refused = led.by("desk", "closure", json!({ "reason": "denied" })).await.expect(409);
    assert_eq!(
        refused.text("detail"),
        "closure is not possible: CLECs may still object to what came of its response (CR-12)"
    );
    for (client, may) in [("alpha", false), ("beta", true), ("gamma", false)] {
        assert_eq!(possible(&led.read(client).await, "escalation"), may, "{client}");
    }
    led.by("gamma", "escalation", escalation.clone()).await.expect(409);
    told(&story).await;
    let escalated = led.by("beta", "escalation", escalation).await.expect(200).body;
    assert_eq!(stands(&escalated), ("5C", "escalated", "escalated"));
    assert_eq!(escalated.get("objection"), None);
    assert_eq!(told(&story).await, to(&ALL, "Change request PC030226-1ES is escalated by beta"));
}

#[tokio::test]
async fn cr_22_an_objection_that_is_not_escalated_in_its_time_lapses_and_the_end_is_possible() {
    let story = subscribed().await;
    let led = objected(&story).await;
    led.desk("outcome", json!({ "outcome": "accepted", "reason": "heard" })).await;
    let end = json!({ "action": "nothingToTest", "originatorsWord": "Ann agrees" });
    let denial = json!({ "action": "denial", "originatorsWord": "Ann agrees" });
    led.desk("acceptance", denial).await;
    until(&story, "2026-04-23T05:59:00Z").await;
    assert_eq!(led.deadline("objection").await["by"], "2026-04-22");
    told(&story).await;
    until(&story, "2026-04-23T06:01:00Z").await;
    let lapsed = "Change request PC030226-1: no CLEC that objected escalated it in its time";
    assert_eq!(told(&story).await, to(&["provider"], lapsed));
    assert!(led.facts("beta").await.contains(&json!({ "fact": "objectionLapsed" })));
    assert!(!possible(&led.read("beta").await, "escalation"));
    led.by("beta", "escalation", json!({ "reason": "late", "contact": "Bob" })).await.expect(409);
    led.desk("closure", json!({ "reason": "denied" })).await;

    // What needs no test would end it at once: not while it may be escalated.
    let story = subscribed().await;
    let led = Led::presented(&story, accepted()).await;
    led.by("beta", "position", json!({ "position": "revisionsRequired", "comment": "from four" })).await.expect(200);
    led.desk("outcome", json!({ "outcome": "accepted", "reason": "heard" })).await;
    let faults = led.by("desk", "acceptance", end).await.expect(400).faults();
    assert_eq!(faults, [("action".to_owned(), "CR-22".to_owned())].into());
}

#[tokio::test]
async fn cr_22_positions_on_an_earlier_response_object_to_no_later_one() {
    let story = subscribed().await;
    let led = objected(&story).await;
    let led = led.and("outcome", json!({ "outcome": "revisionsRequired", "reason": "which statistics?" })).await;
    let led = led.answers(accepted()).await;
    super::flow::leap(&story, "2026-05-20T16:00:00Z").await;
    led.desk("responsePresentation", json!({ "meeting": "2026-05-20" })).await;
    led.by("gamma", "position", json!({ "position": "accepted" })).await.expect(200);
    let shown = led.desk("outcome", json!({ "outcome": "accepted", "reason": "heard" })).await;
    for (client, may) in [("beta", false), ("gamma", false)] {
        assert_eq!(possible(&led.read(client).await, "escalation"), may, "{client}");
    }
    let [first, second] = [0, 1].map(|at| shown["responses"][at].clone());
    assert_eq!(first["positions"], json!({ "accepted": 0, "notAccepted": 1, "revisionsRequired": 0 }));
    assert_eq!(second["positions"], json!({ "accepted": 1, "notAccepted": 0, "revisionsRequired": 0 }));
    assert_eq!(first["againstPositions"], true, "one objected to it, and it is to be revised: none wished that");
    assert_eq!(second.get("againstPositions"), None);
}

#[tokio::test]
async fn cr_22_positions_are_counted_by_all_and_whose_they_are_is_told_where_the_clec_says_so() {
    let story = subscribed().await;
    let led = objected(&story).await;
    led.by("gamma", "position", json!({ "position": "accepted", "comment": "well", "public": true })).await.expect(200);
    let of = |clec: &str, position: &str, comment: &str, public: bool| {
        json!({
            "clec": clec, "position": position, "comment": comment, "response": 1, "current": true, "public": public,
            "at": NEXT_MEETING,
        })
    };
    let betas = of("beta", "notAccepted", "orders are lost", false);
    let gammas = of("gamma", "accepted", "well", true);
    let somebodys = json!({ "position": "notAccepted", "response": 1, "current": true, "public": false });
    for (client, expected) in [
        ("alpha", json!([gammas, somebodys])),
        ("beta", json!([betas, gammas])),
        ("gamma", json!([gammas, somebodys])),
        ("desk", json!([betas, gammas])),
    ] {
        assert_eq!(led.positions(client).await, expected, "{client}");
    }
    let taken = |facts: Vec<Value>| facts.into_iter().filter(|of| of["fact"] == "positionTaken").collect::<Vec<_>>();
    let public = json!({ "fact": "positionTaken", "clec": "gamma", "public": true });
    assert_eq!(taken(led.facts("alpha").await), std::slice::from_ref(&public));
    assert_eq!(taken(led.facts("beta").await), [json!({ "fact": "positionTaken", "clec": "beta" }), public]);
}

#[tokio::test]
async fn cr_22_the_originators_word_is_its_own_or_marked_as_told_by_the_provider() {
    let story = subscribed().await;
    let led = Led::decided(&story, accepted(), "accepted").await;
    let plan = |word: Option<&str>| match word {
        Some(word) => json!({ "action": "implementationPlan", "originatorsWord": word }),
        None => json!({ "action": "implementationPlan" }),
    };
    let refused = led.by("desk", "acceptance", plan(None)).await.expect(400);
    assert_eq!(refused.faults(), [("originatorsWord".to_owned(), "CR-10".to_owned())].into());
    for other in ["beta", "desk"] {
        led.by(other, "originatorsWord", json!({ "text": "mine" })).await.expect(403);
    }
    told(&story).await;
    led.by("alpha", "originatorsWord", json!({ "text": "from June on" })).await.expect(200);
    assert_eq!(told(&story).await, to(&["provider"], "The originator's word on change request PC030226-1"));
    let refused = led.by("desk", "acceptance", plan(Some("from July on"))).await.expect(400);
    assert_eq!(refused.faults(), [("originatorsWord".to_owned(), "CR-22".to_owned())].into());
    let shown = led.desk("acceptance", plan(None)).await;
    let word = json!({ "text": "from June on", "at": NEXT_MEETING, "toldByProvider": false });
    assert_eq!(shown["originatorsWord"], word);

    let story = subscribed().await;
    let led = Led::decided(&story, accepted(), "accepted").await;
    let shown = led.desk("acceptance", plan(Some("Ann agrees"))).await;
    let word = json!({ "text": "Ann agrees", "at": NEXT_MEETING, "toldByProvider": true });
    assert_eq!(shown["originatorsWord"], word);
    let sent = story.deliveries().await;
    let last = sent.iter().rfind(|sent| sent.to == "cmp@beta.example").unwrap().body.clone().unwrap();
    assert!(last.contains("The originator's word, as told by the provider: Ann agrees"), "{last}");
}

#[tokio::test]
async fn cr_22_a_resolution_against_the_positions_is_marked_and_may_be_escalated_again() {
    let story = subscribed().await;
    let led = objected(&story).await.and("outcome", json!({ "outcome": "notAccepted", "reason": "heard" })).await;
    led.by("beta", "escalation", json!({ "reason": "orders are lost", "contact": "Bob" })).await.expect(200);
    led.by("gamma", "position", json!({ "position": "notAccepted", "comment": "ours too" })).await.expect(200);
    let resolved = led.desk("resolution", json!({ "outcome": "accepted", "detail": "it stands" })).await;
    let response = &resolved["responses"][0];
    assert_eq!(response["positions"], json!({ "accepted": 0, "notAccepted": 2, "revisionsRequired": 0 }));
    assert!(resolved.get("objection").is_some());
    led.desk("acceptance", json!({ "action": "denial", "originatorsWord": "Ann agrees" })).await;
    // Neither by the flow nor past the flow does it end while they may escalate.
    led.by("desk", "closure", json!({ "reason": "denied" })).await.expect(409);
    let end = json!({ "step": "closed", "reason": "denied" });
    assert_eq!(led.by("desk", "unforeseenStep", end).await.expect(400).faults()["step"], "CR-22");
    // What the provider told for the originator, the originator says otherwise.
    led.by("alpha", "originatorsWord", json!({ "text": "we never agreed" })).await.expect(200);
    assert_eq!(led.read("beta").await["originatorsWord"]["toldByProvider"], false);
    led.by("gamma", "escalation", json!({ "reason": "ours too", "contact": "Gus" })).await.expect(200);
}

/// The outcome is recorded at the meeting itself, before any CLEC took a position: they have the whole term for it.
#[tokio::test]
async fn cr_22_who_objects_after_the_outcome_in_its_term_may_escalate_from_there() {
    let story = subscribed().await;
    for (outcome, step) in [("accepted", "responseAccepted"), ("revisionsRequired", "revisionRequired")] {
        let led = Led::decided(&story, denied(), outcome).await;
        let shown = led.read("beta").await;
        assert_eq!(stands(&shown).1, step);
        assert!(possible(&shown, "position") && !possible(&shown, "escalation"), "{outcome}: {shown}");
        let position = |of: &str| json!({ "position": of, "comment": "orders are lost" });
        // Who takes the same position as the outcome objects to nothing.
        led.by("gamma", "position", position(outcome)).await.expect(200);
        led.by("beta", "position", position("notAccepted")).await.expect(200);
        for (client, may) in [("alpha", false), ("beta", true), ("gamma", false)] {
            assert_eq!(possible(&led.read(client).await, "escalation"), may, "{outcome}: {client}");
        }
        // Who agrees after all objects no more, and who objects after all does.
        led.by("beta", "position", position(outcome)).await.expect(200);
        led.by("gamma", "position", position("notAccepted")).await.expect(200);
        led.by("beta", "escalation", json!({ "reason": "lost", "contact": "Bob" })).await.expect(409);
        let escalated = led.by("gamma", "escalation", json!({ "reason": "lost", "contact": "Gus" })).await.expect(200);
        assert_eq!(stands(&escalated.body).1, "escalated");
        story.turn_without_checks(super::flow::SUBMITTED).await;
    }
}

#[tokio::test]
async fn cr_22_the_term_ends_with_its_last_day_and_the_positions_of_the_term_count_with_the_outcome() {
    let story = subscribed().await;
    let led = Led::decided(&story, denied(), "accepted").await;
    led.desk("acceptance", json!({ "action": "denial", "originatorsWord": "Ann agrees" })).await;
    let none = json!({ "accepted": 0, "notAccepted": 0, "revisionsRequired": 0 });
    assert_eq!(led.read("gamma").await["responses"][0]["positions"], none);
    until(&story, "2026-04-23T05:59:00Z").await;
    let position = json!({ "position": "notAccepted", "comment": "orders are lost" });
    led.by("beta", "position", position.clone()).await.expect(200);
    led.by("desk", "closure", json!({ "reason": "denied" })).await.expect(409);
    until(&story, "2026-04-23T06:01:00Z").await;
    let refused = led.by("gamma", "position", position).await.expect(409);
    assert_eq!(
        refused.text("detail"),
        "position is not possible: the term to object to what came of its response is over (CR-09)"
    );
    let response = led.read("gamma").await["responses"][0].clone();
    assert_eq!(response["positions"], json!({ "accepted": 0, "notAccepted": 1, "revisionsRequired": 0 }));
    assert_eq!(response["againstPositions"], true);
    led.desk("closure", json!({ "reason": "denied" })).await;
}

/// A term in which nobody objects is no news to the desk.
#[tokio::test]
async fn cr_22_a_term_in_which_nobody_objects_ends_in_silence() {
    let story = subscribed().await;
    let led = Led::acted(&story, accepted(), "implementationPlan").await;
    told(&story).await;
    until(&story, "2026-04-23T06:01:00Z").await;
    assert_eq!(told(&story).await, Vec::<String>::new());
    let shown = led.read("beta").await;
    assert_eq!((shown.get("objection"), possible(&shown, "position")), (None, false));
}

/// What is to be revised may be escalated in the term also when it was revised already; who says nothing by then says it to the
/// revised response.
#[tokio::test]
async fn cr_22_a_revised_response_takes_no_right_to_escalate_away() {
    let story = subscribed().await;
    let led =
        objected(&story).await.and("outcome", json!({ "outcome": "revisionsRequired", "reason": "which?" })).await;
    let led = led.answers(accepted()).await;
    for (client, may) in [("beta", true), ("gamma", false)] {
        assert_eq!(possible(&led.read(client).await, "escalation"), may, "{client}");
    }
    led.by("gamma", "position", json!({ "position": "notAccepted", "comment": "still" })).await.expect(200);
    assert!(!possible(&led.read("gamma").await, "escalation"), "nothing came of the revised response yet");
    led.by("beta", "escalation", json!({ "reason": "lost", "contact": "Bob" })).await.expect(200);
}

/// What beta objects to is the first response: what comes of the dispute is not of the second one, which nobody saw presented.
#[tokio::test]
async fn cr_22_a_dispute_is_resolved_on_the_response_that_it_is_about() {
    let story = subscribed().await;
    let led =
        objected(&story).await.and("outcome", json!({ "outcome": "revisionsRequired", "reason": "which?" })).await;
    let term = json!({ "position": "notAccepted", "comment": "ours too" });
    led.by("gamma", "position", term).await.expect(200);
    let led = led.answers(accepted()).await;
    // What beta says to the second response takes nothing from what it said to the first.
    led.by("beta", "position", json!({ "position": "revisionsRequired", "comment": "from four" })).await.expect(200);
    let issued = led.read("beta").await["milestones"].clone();
    let escalated = led.by("beta", "escalation", json!({ "reason": "lost", "contact": "Bob" })).await.expect(200).body;
    let both = json!({ "accepted": 0, "notAccepted": 2, "revisionsRequired": 0 });
    assert_eq!(escalated["responses"][0]["positions"], both, "those of the term count with the outcome");
    // The meeting of May passes over it: the second response is presented when the dispute is over.
    super::flow::leap(&story, "2026-05-21T16:00:00Z").await;
    told(&story).await;
    let resolved = led.desk("resolution", json!({ "outcome": "accepted", "detail": "it stands" })).await;
    let sent = story.deliveries().await;
    let last = sent.iter().rfind(|sent| sent.to == "cmp@gamma.example").unwrap();
    assert_eq!(last.subject.as_deref(), Some("Response 1 to change request PC030226-1ES was accepted"));
    let text = last.body.clone().unwrap();
    for line in [
        "Positions: 0 accepted, 2 not accepted, 0 revisions required",
        "The outcome is against the positions that CLECs took",
        "a CLEC that took another position on this response may escalate until",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert_eq!(stands(&resolved), ("4", "responseIssued", "presented"));
    let [first, second] = [0, 1].map(|at| resolved["responses"][at].clone());
    assert_eq!((&first["positions"], second.get("positions"), second.get("outcome")), (&both, None, None));
    assert_eq!(resolved["milestones"]["responseIssued"], issued["responseIssued"], "{issued}");
    led.by("desk", "acceptance", json!({ "action": "denial", "originatorsWord": "Ann agrees" })).await.expect(409);
    for (client, may) in [("alpha", false), ("beta", false), ("gamma", true)] {
        assert_eq!(possible(&led.read(client).await, "escalation"), may, "{client}");
    }
    assert_eq!(led.deadline("responsePresentation").await["by"], "2026-06-17");
    super::flow::leap(&story, "2026-06-17T16:00:00Z").await;
    led.desk("responsePresentation", json!({ "meeting": "2026-06-17" })).await;
    let decided = led.desk("outcome", json!({ "outcome": "accepted", "reason": "heard" })).await;
    assert_eq!(decided["responses"][0]["positions"], both);
    let second = json!({ "accepted": 0, "notAccepted": 0, "revisionsRequired": 1 });
    assert_eq!(decided["responses"][1]["positions"], second);
    assert!(possible(&led.read("beta").await, "escalation"), "to the second response beta objects too");
}

/// A dispute that finds the second response presented leads back to there.
#[tokio::test]
async fn cr_22_a_dispute_on_an_earlier_response_leads_back_to_where_the_later_one_stood() {
    let story = subscribed().await;
    let led = objected(&story).await.and("outcome", json!({ "outcome": "notAccepted", "reason": "heard" })).await;
    led.desk("deferral", json!({ "reason": "next month" })).await;
    until(&story, "2026-05-18T16:00:00Z").await;
    let led = led.and("resumption", json!({ "reason": "asked for" })).await.answers(accepted()).await;
    until(&story, "2026-05-20T16:00:00Z").await;
    let presented = led.desk("responsePresentation", json!({ "meeting": "2026-05-20" })).await;
    led.by("beta", "escalation", json!({ "reason": "lost", "contact": "Bob" })).await.expect(200);
    story.turn("PT1H").await;
    let resolved = led.desk("resolution", json!({ "outcome": "notAccepted", "detail": "as beta says" })).await;
    assert_eq!(stands(&resolved), ("5", "responsePresented", "presented"));
    assert_eq!(resolved["milestones"]["responsePresented"], presented["milestones"]["responsePresented"]);
    led.desk("outcome", json!({ "outcome": "accepted", "reason": "heard" })).await;
}

/// What comes of a later response while the term of the first one runs ends that term: its positions count with its outcome.
#[tokio::test]
async fn cr_22_the_positions_of_a_term_that_another_term_ends_count_with_the_outcome_before() {
    let story = subscribed().await;
    let led =
        objected(&story).await.and("outcome", json!({ "outcome": "revisionsRequired", "reason": "which?" })).await;
    led.by("gamma", "position", json!({ "position": "notAccepted", "comment": "ours too" })).await.expect(200);
    let led = led.answers(accepted()).await;
    led.by("gamma", "position", json!({ "position": "accepted" })).await.expect(200);
    let shown = led.desk("unforeseenStep", json!({ "step": "responseAccepted", "reason": "by phone" })).await;
    let [first, second] = [0, 1].map(|at| shown["responses"][at]["positions"].clone());
    assert_eq!(first, json!({ "accepted": 0, "notAccepted": 2, "revisionsRequired": 0 }));
    assert_eq!(second, json!({ "accepted": 1, "notAccepted": 0, "revisionsRequired": 0 }));
}

/// Past the flow, too: what came of the response is that, by whichever task it is recorded.
#[tokio::test]
async fn cr_22_an_unforeseen_step_behind_the_response_opens_the_term_as_its_outcome_does() {
    for (step, outcome) in [
        ("responseAccepted", "accepted"),
        ("development", "accepted"),
        ("notAccepted", "notAccepted"),
        ("revisionRequired", "revisionsRequired"),
    ] {
        let story = subscribed().await;
        let led = Led::presented(&story, denied()).await;
        led.by("beta", "position", json!({ "position": "accepted" })).await.expect(200);
        let shown = led.desk("unforeseenStep", json!({ "step": step, "reason": "by phone" })).await;
        let response = &shown["responses"][0];
        assert_eq!((&response["outcome"], &response["reason"]), (&json!(outcome), &json!("by phone")), "{step}");
        assert_eq!(response["positions"]["accepted"], 1, "{step}");
        assert_eq!(shown["objection"]["until"], "2026-04-23T06:00:00Z", "{step}");
        led.by("gamma", "position", json!({ "position": "revisionsRequired", "comment": "no" })).await.expect(200);
        let may = outcome != "revisionsRequired";
        assert_eq!(possible(&led.read("gamma").await, "escalation"), may, "{step}");
        // A further step with the same outcome begins no other term.
        until(&story, "2026-04-16T16:00:00Z").await;
        if outcome == "accepted" {
            let on = led.desk("unforeseenStep", json!({ "step": "announced", "reason": "by phone" })).await;
            assert_eq!(on["objection"]["until"], "2026-04-23T06:00:00Z", "{step}");
        }
    }
}

#[tokio::test]
async fn cr_22_no_unforeseen_step_ends_what_clecs_object_to_or_dispute() {
    let end = json!({ "step": "closed", "reason": "let be" });
    let story = subscribed().await;
    let led = objected(&story).await;
    assert_eq!(led.by("desk", "unforeseenStep", end.clone()).await.expect(400).faults()["step"], "CR-22");
    led.desk("outcome", json!({ "outcome": "notAccepted", "reason": "heard" })).await;
    led.by("beta", "escalation", json!({ "reason": "lost", "contact": "Bob" })).await.expect(200);
    assert_eq!(led.by("desk", "unforeseenStep", end).await.expect(400).faults()["step"], "CR-22");
}

/// Taken up again, it is to be revised: who does not wish that may escalate it.
#[tokio::test]
async fn cr_22_a_resumption_may_be_objected_to() {
    let story = subscribed().await;
    let led = objected(&story).await.and("outcome", json!({ "outcome": "notAccepted", "reason": "heard" })).await;
    led.desk("deferral", json!({ "reason": "next year" })).await;
    until(&story, "2026-06-01T16:00:00Z").await;
    let resumed = led.desk("resumption", json!({ "reason": "asked for" })).await;
    assert_eq!(resumed["objection"]["until"], "2026-06-09T06:00:00Z");
    led.by("beta", "escalation", json!({ "reason": "lost", "contact": "Bob" })).await.expect(200);
}

/// The end of a term that began with an earlier response, and a deadline of the revised one, in one check.
#[tokio::test]
async fn cr_22_a_term_that_ended_unnoticed_holds_no_deadline_back() {
    let story = subscribed().await;
    let led =
        objected(&story).await.and("outcome", json!({ "outcome": "revisionsRequired", "reason": "which?" })).await;
    let led = led.answers(accepted()).await;
    led.by("beta", "position", json!({ "position": "accepted" })).await.expect(200);
    told(&story).await;
    super::flow::leap(&story, "2026-05-20T16:00:00Z").await;
    let due = "Change request PC030226-1: responsePresentation (step 5, CR-08) is due by 2026-05-20, and 1 more";
    assert_eq!(told(&story).await, to(&["provider"], due));
    let facts = led.facts("desk").await;
    let warned = json!({ "fact": "warned", "deadline": "responsePresentation" });
    assert_eq!(facts[facts.len() - 2..], [json!({ "fact": "objectionLapsed" }), warned]);
}
