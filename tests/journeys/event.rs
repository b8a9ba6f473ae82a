//! NT-02, TT-05, TT-27, SB-04: events: what makes one, to whom it is told, and in whose words. On Tuesday 2026-06-02 from
//! 10:00 MDT on (16:00 UTC).

use crate::acts::{act, body, notices_by_https, read, update};
use serde_json::{Value, json};
use tests::{Client, Story, story::TICKETS};

#[tokio::test]
async fn nt_02_a_second_clecs_call_makes_an_event_that_each_clec_is_told_once() {
    let story = told_of_alphas().await;
    call(&story, "beta").await;
    // Beta is of the group though it subscribed to target notices alone; gamma subscribed to events.
    story
        .0
        .expect(&[
            "2026-06-02T16:00:00Z noc@alpha.example Initial event #2",
            "2026-06-02T16:00:00Z noc@beta.example Initial event #2",
            "2026-06-02T16:00:00Z noc@gamma.example Initial event #2",
        ])
        .await;
    assert_eq!(read(&story.0, "alpha", &story.1).await["event"], true);
}

#[tokio::test]
async fn tt_05_a_further_call_of_the_same_clec_is_documented_and_makes_no_event() {
    let story = told_of_alphas().await;
    call(&story, "alpha").await;
    story.0.expect(&[]).await;
    let ticket = read(&story.0, "alpha", &story.1).await;
    assert_eq!(ticket["event"], false);
    assert_eq!(ticket["call"][0]["detail"], "we have it too");
}

#[tokio::test]
async fn tt_05_a_third_clecs_call_is_documented_and_no_further_initial_notice() {
    let story = told_of_alphas().await;
    call(&story, "beta").await;
    let _initial = story.0.deliveries().await;
    call(&story, "gamma").await;
    story.0.expect(&[]).await;
    let calls = read(&story.0, "desk", &story.1).await["call"].as_array().unwrap().len();
    assert_eq!(calls, 2);
}

#[tokio::test]
async fn nt_02_a_clec_that_called_goes_on_being_told() {
    let story = told_of_alphas().await;
    call(&story, "beta").await;
    let _initial = story.0.deliveries().await;
    story.0.turn_to("2026-06-02T16:10:00Z").await;
    act(&story.0, &story.1, "close", json!({ "disposition": "noTroubleFound" })).await;
    story
        .0
        .expect(&[
            "2026-06-02T16:10:00Z noc@alpha.example Closure event #3",
            "2026-06-02T16:10:00Z noc@beta.example Closure event #3",
            "2026-06-02T16:10:00Z noc@gamma.example Closure event #3",
        ])
        .await;
}

#[tokio::test]
async fn nt_02_the_desk_makes_an_event_of_what_it_believes_impacts_more() {
    let story = told_of_alphas().await;
    update(&story.0, &story.1, json!({ "event": true })).await;
    // Beta subscribed to no events, and is not of the group.
    story
        .0
        .expect(&[
            "2026-06-02T16:00:00Z noc@alpha.example Initial event #2",
            "2026-06-02T16:00:00Z noc@gamma.example Initial event #2",
        ])
        .await;
}

#[tokio::test]
async fn nt_02_a_trouble_that_the_provider_detected_is_an_event_from_the_start() {
    let story = three_clecs().await;
    let report =
        json!({ "description": "a router is down", "severity": "moderate", "ticketType": "systems", "event": true });
    story.as_("desk").post(TICKETS, report).await.expect(201);
    // Beta did not subscribe to events.
    story
        .expect(&[
            "2026-06-02T16:00:00Z noc@alpha.example Initial event #1",
            "2026-06-02T16:00:00Z noc@gamma.example Initial event #1",
        ])
        .await;
}

#[tokio::test]
async fn nt_02_once_an_event_always_an_event() {
    let story = told_of_alphas().await;
    update(&story.0, &story.1, json!({ "event": true })).await;
    let refused = story.0.as_("desk").patch(&Client::ticket(&story.1, ""), json!({ "event": false })).await.expect(400);
    assert_eq!(refused.faults()["event"], "NT-02");
    let _initial = story.0.deliveries().await;
    story.0.turn_to("2026-06-02T20:00:00Z").await;
    story
        .0
        .expect(&[
            "2026-06-02T19:55:00Z noc@alpha.example Update event #3",
            "2026-06-02T19:55:00Z noc@gamma.example Update event #3",
        ])
        .await;
}

#[tokio::test]
async fn nt_02_a_clec_does_not_make_an_event() {
    let story = told_of_alphas().await;
    story.0.as_("alpha").patch(&Client::ticket(&story.1, ""), json!({ "event": true })).await.expect(403);
    story.0.expect(&[]).await;
}

#[tokio::test]
async fn nt_02_who_subscribes_to_events_later_is_told_from_then_on() {
    let story = told_of_alphas().await;
    update(&story.0, &story.1, json!({ "event": true })).await;
    let _initial = story.0.deliveries().await;
    story.0.subscribe("beta", "email", "events@beta.example", &["event"]).await;
    story.0.turn_to("2026-06-02T20:00:00Z").await;
    story
        .0
        .expect(&[
            "2026-06-02T19:55:00Z noc@alpha.example Update event #3",
            "2026-06-02T19:55:00Z events@beta.example Update event #3",
            "2026-06-02T19:55:00Z noc@gamma.example Update event #3",
        ])
        .await;
}

#[tokio::test]
async fn sb_04_the_providers_own_people_get_the_same_notices() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("desk", "email", "csie@provider.example", &["event", "target"]).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["event", "target"]).await;
    let number = story.report("alpha", "moderate").await;
    update(&story, &number, json!({ "event": true })).await;
    story
        .expect(&[
            "2026-06-02T16:00:00Z csie@provider.example Initial target #1",
            "2026-06-02T16:00:00Z noc@alpha.example Initial target #1",
            "2026-06-02T16:00:00Z csie@provider.example Initial event #2",
            // The desk is asked for its own words, which the event has none of.
            "2026-06-02T16:00:00Z csie@provider.example Initial target #1",
            "2026-06-02T16:00:00Z noc@alpha.example Initial event #2",
        ])
        .await;
}

/// 12.6, 1st bullet: the system affected is what a notice tells of; that it is another one is a change like others.
#[tokio::test]
async fn nt_03_another_system_is_told_as_a_change() {
    let story = three_clecs().await;
    let number = story.report("alpha", "moderate").await;
    update(&story, &number, json!({ "event": true, "systemAffected": "IMA" })).await;
    let _told = story.deliveries().await;
    story.subscribe("gamma", "https", "https://gamma.example/notices", &["event"]).await;
    update(&story, &number, json!({ "systemAffected": "CEMR" })).await;
    let told = notices_by_https(&story).await.remove(0);
    assert_eq!(told["changes"], json!(["System affected changed from IMA to CEMR"]));
    assert_eq!(told["fieldChanges"], json!([{ "field": "systemAffected", "from": "IMA", "to": "CEMR" }]));
}

#[tokio::test]
async fn tt_27_an_event_notice_prints_nothing_of_what_the_clec_reported() {
    let story = three_clecs().await;
    story.subscribe("gamma", "https", "https://gamma.example/notices", &["event"]).await;
    story.subscribe("gamma", "sms", "+13035550100", &["event"]).await;
    let number = story.as_("alpha").post(TICKETS, whole_report()).await.expect(201).text("id");
    update(&story, &number, json!({ "event": true, "statusChangeReason": "SECRET-reason" })).await;
    let told = story.deliveries().await;
    let to_gamma: Vec<_> = told.iter().filter(|delivery| delivery.clec.as_deref() == Some("gamma")).collect();
    assert_eq!(to_gamma.len(), 3, "{told:?}");
    for delivery in to_gamma {
        let whole = format!("{:?} {}", delivery.subject, body(delivery));
        assert!(!whole.contains("SECRET"), "{whole}");
        assert!(!whole.to_lowercase().contains("alpha"), "{whole}");
    }
}

#[tokio::test]
async fn tt_27_the_clecs_own_notices_print_its_report() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "https", "https://alpha.example/notices", &["target"]).await;
    story.as_("alpha").post(TICKETS, whole_report()).await.expect(201);
    let notice = notices_by_https(&story).await.remove(0);
    assert_eq!(notice["description"], "SECRET-description");
    assert_eq!(notice["impact"]["businessImplications"], "SECRET-business");
}

#[tokio::test]
async fn tt_27_without_words_of_the_desk_an_event_tells_system_and_severity_alone() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("gamma", "https", "https://gamma.example/notices", &["event"]).await;
    let number = story.as_("alpha").post(TICKETS, whole_report()).await.expect(201).text("id");
    update(&story, &number, json!({ "event": true })).await;
    let notice = notices_by_https(&story).await.remove(0);
    assert_eq!(notice["systemAffected"], "IMA");
    assert_eq!(notice["description"], "Trouble with IMA, severity 3");
    assert_eq!(notice["impact"], Value::Null);
}

#[tokio::test]
async fn tt_27_an_event_prints_the_desks_own_words() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("gamma", "https", "https://gamma.example/notices", &["event"]).await;
    let number = story.as_("alpha").post(TICKETS, whole_report()).await.expect(201).text("id");
    let words = json!({
        "event": true,
        "eventDescription": "Orders by IMA are rejected",
        "eventImpact": { "geographicArea": "Colorado", "productsAffected": ["UNE-P"] },
    });
    update(&story, &number, words).await;
    let notice = notices_by_https(&story).await.remove(0);
    assert_eq!(notice["description"], "Orders by IMA are rejected");
    let impact = json!({
        "geographicArea": "Colorado", "productsAffected": ["UNE-P"], "businessImplications": null, "systemImplications": null,
        "other": null,
    });
    assert_eq!(notice["impact"], impact);
}

#[tokio::test]
async fn tt_27_what_a_clec_is_told_of_its_linked_ticket_is_not_told_to_those_who_called_on_it() {
    let story = told_of_alphas().await;
    call(&story, "beta").await;
    let primary = story.0.report("gamma", "moderate").await;
    update(&story.0, &primary, json!({ "event": true })).await;
    let _events = story.0.deliveries().await;
    act(&story.0, &story.1, "link", json!({ "primary": primary })).await;
    // Its number as linked, with alpha's own words.
    story.0.expect(&["2026-06-02T16:00:00Z noc@alpha.example Update target #3"]).await;
}

#[tokio::test]
async fn nt_02_no_filter_keeps_an_event_from_a_clec_of_its_group() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    for clec in ["beta", "gamma"] {
        let narrow = json!({
            "channel": "email", "endpoint": format!("noc@{clec}.example"), "notices": ["event"],
            "filter": { "severity": ["critical"], "systemAffected": ["LSMS"] },
        });
        story.subscribe_with(clec, narrow).await;
    }
    let number = story.report("alpha", "moderate").await;
    call(&(story, number), "beta").await.0.expect(&["2026-06-02T16:00:00Z noc@beta.example Initial event #2"]).await;
}

fn whole_report() -> Value {
    json!({
        "description": "SECRET-description", "severity": "moderate", "ticketType": "systems", "systemAffected": "IMA",
        "name": "SECRET-name", "externalId": "SECRET-id", "priority": "SECRET-priority",
        "impact": {
            "geographicArea": "SECRET-area", "productsAffected": ["SECRET-product"], "businessImplications": "SECRET-business",
            "systemImplications": "SECRET-system", "other": "SECRET-other",
        },
        "contact": { "name": "SECRET-contact", "phone": "+1 303 555 0199", "email": "SECRET@alpha.example" },
        "severityEscalationContact": { "name": "SECRET-escalation" },
        "note": [{ "text": "SECRET-note" }],
    })
}

/// Alpha and gamma subscribed to events, beta to its target notices alone.
async fn three_clecs() -> Story {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["event", "target"]).await;
    story.subscribe("beta", "email", "noc@beta.example", &["target"]).await;
    story.subscribe("gamma", "email", "noc@gamma.example", &["event", "target"]).await;
    story
}

/// A ticket of alpha's, of which alpha alone is told.
async fn told_of_alphas() -> (Story, String) {
    let story = three_clecs().await;
    let number = story.report("alpha", "moderate").await;
    story.expect(&["2026-06-02T16:00:00Z noc@alpha.example Initial target #1"]).await;
    (story, number)
}

/// A CLEC calls on the same problem.
async fn call<'a>(of: &'a (Story, String), clec: &str) -> &'a (Story, String) {
    act(&of.0, &of.1, "call", json!({ "clec": clec, "contact": "Bob", "detail": "we have it too" })).await;
    of
}

#[tokio::test]
async fn tt_27_the_desk_is_prompted_for_its_own_words_before_an_event_leaves_without_them() {
    let story = Story::at("2026-06-02T14:00:00Z").await;
    story.subscribe("desk", "email", "noc@provider.example", &["target"]).await;
    let number = story.report("alpha", "serious").await;
    let _told = story.deliveries().await;
    let awaits = async |client: &str| {
        story.as_(client).get(&Client::ticket(&number, "")).await.expect(200).body["awaitsDesk"].clone()
    };
    assert_eq!(awaits("desk").await, Value::Null);
    story.as_("desk").patch(&Client::ticket(&number, ""), json!({ "event": true })).await.expect(200);
    let missing =
        |field: &str| json!({ "field": field, "since": "2026-06-02T14:00:00Z", "leavesAt": "2026-06-02T14:55:00Z" });
    assert_eq!(awaits("desk").await, json!([missing("eventDescription"), missing("eventImpact")]));
    assert_eq!(awaits("alpha").await, Value::Null);
    let sent = story.deliveries().await;
    let prompt = sent.iter().find(|sent| sent.to == "noc@provider.example").unwrap();
    let heading = format!("Ticket {number}: the desk's own words are missing in its notices");
    assert_eq!(prompt.subject.as_deref(), Some(heading.as_str()));
    let body = prompt.body.as_deref().unwrap();
    assert!(body.contains("Missing: eventDescription, eventImpact"), "{body}");
    assert!(body.contains("The next notice leaves: 2026-06-02 08:55 MDT"), "{body}");
    let words = json!({ "eventDescription": "Orders are rejected", "eventImpact": { "geographicArea": "Denver" } });
    story.as_("desk").patch(&Client::ticket(&number, ""), words).await.expect(200);
    assert_eq!(awaits("desk").await, Value::Null);
}
