//! SB-05: who would receive a notice before it is sent.

use crate::acts::{act, texts, update};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Client, Fault, Story};

const NOW: &str = "2026-03-04T18:00:00Z";

async fn recipients(story: &Story, number: &str) -> Value {
    story.as_("desk").get(&Client::ticket(number, "recipients")).await.expect(200).body
}

/// Of each subscription, whose it is, where it goes, and what keeps the notice back.
fn told(shown: &Value) -> Vec<(String, String, bool, Vec<String>)> {
    let mut told = Vec::new();
    for of in shown["recipients"].as_array().unwrap() {
        for subscription in of["subscriptions"].as_array().unwrap() {
            told.push((
                of["party"].as_str().unwrap().to_owned(),
                subscription["endpoint"].as_str().unwrap().to_owned(),
                subscription["reached"].as_bool().unwrap(),
                texts(&subscription["keptBackBy"]).into_iter().map(str::to_owned).collect(),
            ));
        }
    }
    told.sort();
    told
}

fn row(party: &str, endpoint: &str, reached: bool, kept_back_by: &[&str]) -> (String, String, bool, Vec<String>) {
    (party.to_owned(), endpoint.to_owned(), reached, kept_back_by.iter().map(|key| (*key).to_owned()).collect())
}

/// Subscriptions of every sort, all confirmed but the one that waits.
async fn subscribed(story: &Story) {
    let with = |endpoint: &str, notices: Value, filter: Value| json!({ "channel": "email", "endpoint": endpoint, "notices": notices, "filter": filter });
    for (client, body) in [
        ("alpha", with("all@alpha.example", json!(["event", "target"]), json!({}))),
        ("alpha", with("events@alpha.example", json!(["event"]), json!({ "severity": [1] }))),
        ("beta", with("noc@beta.example", json!(["event"]), json!({}))),
        (
            "beta",
            with("billing@beta.example", json!(["event"]), json!({ "systemAffected": ["Billing"], "severity": [1] })),
        ),
        ("desk", with("own@provider.example", json!(["event", "target"]), json!({}))),
    ] {
        story.subscribe_with(client, body).await;
    }
    let waits = with("waits@alpha.example", json!(["event", "target"]), json!({}));
    story.as_("alpha").post(tests::story::SUBSCRIPTIONS, waits).await.expect(201);
    let _token = story.deliveries().await;
}

#[tokio::test]
async fn sb_05_a_target_notice_is_its_clecs_and_the_desks() {
    let story = Story::at(NOW).await;
    subscribed(&story).await;
    let number = story.report("alpha", "serious").await;
    let shown = recipients(&story, &number).await;
    assert_eq!((shown["noticeType"].as_str(), shown["notice"].as_str()), (Some("target"), Some("Update 1")));
    assert_eq!(
        (shown["ticket"].as_str(), shown["noticeId"].as_str()),
        (Some(number.as_str()), Some(format!("{number}#2").as_str()))
    );
    let rows = [
        row("alpha", "all@alpha.example", true, &[]),
        row("alpha", "events@alpha.example", false, &["notice", "severity"]),
        row("alpha", "waits@alpha.example", false, &[]),
        row("desk", "own@provider.example", true, &[]),
    ];
    assert_eq!(told(&shown), rows);
}

/// What is shown is what is then delivered, to whom and of which type: for a CLEC of the group, whatever its limits.
#[tokio::test]
async fn sb_05_who_is_shown_is_who_is_told() {
    let story = Story::at(NOW).await;
    subscribed(&story).await;
    let number = story.report("alpha", "serious").await;
    update(&story, &number, json!({ "event": true })).await;
    let shown = recipients(&story, &number).await;
    assert_eq!(shown["noticeType"], "event");
    let rows = [
        row("alpha", "all@alpha.example", true, &[]),
        row("alpha", "events@alpha.example", true, &[]),
        row("alpha", "waits@alpha.example", false, &[]),
        row("beta", "billing@beta.example", false, &["severity", "systemAffected"]),
        row("beta", "noc@beta.example", true, &[]),
        row("desk", "own@provider.example", true, &[]),
    ];
    assert_eq!(told(&shown), rows);
    let own: Vec<(&str, bool)> = shown["recipients"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| (of["party"].as_str().unwrap(), of["own"].as_bool().unwrap()))
        .collect();
    assert_eq!(own, [("alpha", true), ("beta", false), ("desk", false)]);
    let _before = story.deliveries().await;
    update(&story, &number, json!({ "status": "inProgress" })).await;
    let delivered: BTreeSet<String> = story.deliveries().await.into_iter().map(|delivery| delivery.to).collect();
    let reached: BTreeSet<String> =
        told(&shown).into_iter().filter(|(_, _, reached, _)| *reached).map(|(_, endpoint, ..)| endpoint).collect();
    assert_eq!(delivered, reached);
}

/// Asking writes nothing and sends nothing.
#[tokio::test]
async fn sb_05_a_notice_that_is_unsent_is_the_one_that_is_shown() {
    let story = Story::at(NOW).await;
    subscribed(&story).await;
    let number = story.report("alpha", "serious").await;
    let _initial = story.deliveries().await;
    story.wire.fails("PublishBatch", 1_000, Fault::Down);
    update(&story, &number, json!({ "status": "inProgress" })).await;
    update(&story, &number, json!({ "event": true })).await;
    let records = story.written();
    let shown = recipients(&story, &number).await;
    assert_eq!(
        (shown["noticeId"].as_str(), shown["noticeType"].as_str()),
        (Some(format!("{number}#2").as_str()), Some("target"))
    );
    assert_eq!((story.written(), story.deliveries().await.len()), (records, 0));
    story.wire.mended();
}

#[tokio::test]
async fn sb_05_of_a_linked_ticket_it_is_the_primarys_notice() {
    let story = Story::at(NOW).await;
    subscribed(&story).await;
    let (primary, linked) = (story.report("alpha", "serious").await, story.report("beta", "serious").await);
    act(&story, &linked, "link", json!({ "primary": primary })).await;
    let (of_linked, of_primary) = (recipients(&story, &linked).await, recipients(&story, &primary).await);
    assert_eq!(of_linked, of_primary);
    let beta = of_primary["recipients"].as_array().unwrap().iter().find(|of| of["party"] == "beta").unwrap().clone();
    assert_eq!((beta["own"].as_bool(), texts(&beta["tickets"])), (Some(true), vec![linked.as_str()]));
    // It is its own, so nothing keeps it back.
    assert!(beta["subscriptions"].as_array().unwrap().iter().all(|of| of["reached"] == true));
}

#[tokio::test]
async fn sb_05_only_the_desk_sees_it() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let path = Client::ticket(&number, "recipients");
    let refused = story.as_("alpha").get(&path).await.expect(403);
    assert_eq!(refused.text("detail"), "seeing who would be told is the desk's (SB-05)");
    story.as_("beta").get(&path).await.expect(404);
    story.as_("desk").get(&Client::ticket("0000-0000", "recipients")).await.expect(404);
    story.as_("desk").get(&format!("{path}?at=2026-03-04T18:00:00Z")).await.expect(400);
}
