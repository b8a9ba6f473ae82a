//! NT-20 (12.4, 12.6): what the notices of a group say of its numbers, what number each notice has, and to whom a correction
//! goes. Tuesday 2026-06-02, 10:00 MDT.

use crate::acts::{act, body, update};
use local_desk::aws::sns::Delivery;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tests::{Story, story::TICKETS};

#[tokio::test]
async fn nt_20_each_notice_of_a_group_marks_the_primary_and_says_which_number_is_the_readers_own() {
    let (story, [alpha, beta]) = reported().await;
    act(&story, &beta, "link", json!({ "primary": alpha })).await;
    let told = bodies(&story).await;
    for (clec, own) in [("alpha", Some(format!("{alpha} (primary)"))), ("beta", Some(beta.clone())), ("gamma", None)] {
        let text = &told[clec];
        assert_eq!(line(text, "Ticket numbers: "), Some(format!("{alpha} (primary), {beta}")), "{text}");
        assert_eq!(line(text, "Your tickets: "), own, "{text}");
    }
    // After a hand-over, no other ticket than the one that became it is called the primary.
    act(&story, &beta, "primary", json!({})).await;
    let told = bodies(&story).await;
    for clec in ["alpha", "beta", "gamma"] {
        let text = &told[clec];
        assert_eq!(line(text, "Ticket numbers: "), Some(format!("{beta} (primary), {alpha}")), "{text}");
        assert!(text.contains(&format!("Ticket {beta} is the primary ticket now, in place of {alpha}")), "{text}");
    }
    assert_eq!(line(&told["alpha"], "Notice: "), Some(format!("Update 1 (notice 2 of {beta})")));
    assert_eq!(line(&told["beta"], "Notice: "), Some("Update 1 (notice 2)".to_owned()));
}

/// The notices of both types have one sequence, by which they are corrected; who gets a type counts those of it alone.
#[tokio::test]
async fn nt_20_a_reader_misses_no_number_of_what_it_gets() {
    let (story, [alpha, beta]) = reported().await;
    update(&story, &alpha, json!({ "status": "inProgress" })).await;
    act(&story, &beta, "link", json!({ "primary": alpha })).await;
    act(&story, &alpha, "notice/2/correction", json!({ "correction": "x" })).await;
    update(&story, &alpha, json!({ "status": "resolved" })).await;
    let mut told: BTreeMap<String, Vec<(u64, Value)>> = BTreeMap::new();
    for delivery in story.deliveries().await.iter().filter(|delivery| delivery.to.starts_with("https://")) {
        let notice: Value = serde_json::from_str(body(delivery)).unwrap();
        told.entry(delivery.to.clone())
            .or_default()
            .push((notice["sequence"].as_u64().unwrap(), notice["inSeries"].clone()));
    }
    let of = |clec: &str| told[&format!("https://{clec}.example/notices")].clone();
    let event = [(3, json!(1)), (5, json!(2))];
    assert_eq!(of("gamma"), event);
    assert_eq!(of("alpha"), [&[(2, json!(2)), event[0].clone(), (4, Value::Null)], &event[1..]].concat());
}

#[tokio::test]
async fn nt_20_a_correction_names_number_date_and_reason_and_goes_to_those_who_got_the_first() {
    let (story, [alpha, beta]) = reported().await;
    act(&story, &beta, "link", json!({ "primary": alpha })).await;
    let _told = story.deliveries().await;
    // The initial target notice went to alpha alone, the event notice to all.
    let correction = json!({ "correction": "LNP orders alone", "reason": "a wrong report" });
    act(&story, &alpha, "notice/1/correction", correction).await;
    let told = bodies(&story).await;
    assert_eq!(told.keys().collect::<Vec<_>>(), ["alpha"]);
    let said = "Correction of notice 1 (Initial, 2026-06-02 10:00 MDT): LNP orders alone. Reason: a wrong report";
    assert!(told["alpha"].contains(said) && told["alpha"].starts_with("Provider: trouble ticket"), "{}", told["alpha"]);
    act(&story, &alpha, "notice/2/withdrawal", json!({ "reason": "another problem" })).await;
    let told = bodies(&story).await;
    assert_eq!(told.keys().collect::<Vec<_>>(), ["alpha", "beta", "gamma"]);
    let said = "Notice 2 (Initial, 2026-06-02 10:00 MDT) is withdrawn. Reason: another problem";
    assert!(told.values().all(|text| text.contains(said)), "{told:?}");
}

/// A correction reaches who got the first, also where a filter keeps such notices back by now.
#[tokio::test]
async fn nt_20_a_correction_is_kept_back_by_no_filter() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    let grave = json!({ "channel": "email", "endpoint": "grave@gamma.example", "notices": ["event"], "filter": { "severity": [1] } });
    story.subscribe_with("gamma", grave).await;
    let number = story.report("alpha", "critical").await;
    update(&story, &number, json!({ "event": true })).await;
    act(&story, &number, "severityChange", json!({ "severity": "moderate", "reason": "a bypass" })).await;
    let _told = story.deliveries().await;
    act(&story, &number, "notice/2/withdrawal", json!({ "reason": "another problem" })).await;
    let told: Vec<String> = story.deliveries().await.into_iter().map(|sent| sent.to).collect();
    assert_eq!(told, ["grave@gamma.example"]);
}

/// Of a trouble that the provider detected, who was told by telephone is told what was wrong in it.
#[tokio::test]
async fn nt_20_a_correction_of_a_call_goes_to_the_clec_that_was_called() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let detected = json!({ "description": "a router is down", "severity": "moderate", "ticketType": "systems" });
    let number = story.as_("desk").post(TICKETS, detected).await.expect(201).text("id");
    act(&story, &number, "call", json!({ "clec": "alpha", "contact": "Ann", "detail": "ours too" })).await;
    act(&story, &number, "phoneNotice", json!({ "contact": "Ann", "detail": "a switch is down" })).await;
    let _told = story.deliveries().await;
    act(&story, &number, "notice/2/correction", json!({ "correction": "it is a router" })).await;
    let told: Vec<String> = story.deliveries().await.into_iter().map(|sent| sent.to).collect();
    assert_eq!(told, ["noc@alpha.example"]);
}

/// What is corrected while another notice waits for the opening is told in that one, to those who got it alone.
#[tokio::test]
async fn nt_20_a_correction_that_waits_with_other_news_is_read_by_those_alone_who_got_the_first() {
    let (story, [alpha, beta]) = reported().await;
    // Tuesday 22:00 MDT: the desk opens at 06:00.
    story.turn_to("2026-06-03T04:00:00Z").await;
    let _updates = story.deliveries().await;
    act(&story, &beta, "link", json!({ "primary": alpha })).await;
    act(&story, &alpha, "notice/1/correction", json!({ "correction": "what alpha said", "reason": "canary" })).await;
    story.turn_to("2026-06-03T12:00:00Z").await;
    let told = bodies(&story).await;
    assert!(told["alpha"].contains("what alpha said"), "{}", told["alpha"]);
    for clec in ["beta", "gamma"] {
        assert!(told[clec].contains("impacts more than one CLEC"), "{}", told[clec]);
        assert!(!told[clec].contains("what alpha said") && !told[clec].contains("canary"), "{}", told[clec]);
    }
}

/// Moderate troubles of alpha and beta, both told; gamma has none. All are told of events.
async fn reported() -> (Story, [String; 2]) {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    for clec in ["alpha", "beta", "gamma"] {
        story.subscribe(clec, "email", &format!("noc@{clec}.example"), &["event", "target"]).await;
        story.subscribe(clec, "https", &format!("https://{clec}.example/notices"), &["event", "target"]).await;
    }
    let alpha = story.report("alpha", "moderate").await;
    let beta = story.report("beta", "moderate").await;
    let _told = story.deliveries().await;
    (story, [alpha, beta])
}

/// The last e-mail to each CLEC since the last reading.
async fn bodies(story: &Story) -> BTreeMap<String, String> {
    let mail = |delivery: &Delivery| {
        let clec = delivery.to.strip_prefix("noc@")?.strip_suffix(".example")?;
        Some((clec.to_owned(), body(delivery).to_owned()))
    };
    story.deliveries().await.iter().filter_map(mail).collect()
}

/// The rest of a text's line that begins so.
fn line(text: &str, beginning: &str) -> Option<String> {
    text.lines().find_map(|line| line.strip_prefix(beginning)).map(str::to_owned)
}

/// To link the sixtieth ticket costs what the third did: its notice names fifty of the group, and says how many more there are.
#[tokio::test]
async fn nt_11_what_a_linked_ticket_is_told_does_not_grow_with_its_group() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    let primary = story.report("alpha", "moderate").await;
    for _ in 0..59 {
        let linked = story.report("beta", "moderate").await;
        act(&story, &linked, "link", json!({ "primary": primary })).await;
    }
    story.subscribe("gamma", "email", "noc@gamma.example", &["target"]).await;
    let last = story.report("gamma", "moderate").await;
    let _told = bodies(&story).await;
    act(&story, &last, "link", json!({ "primary": primary })).await;
    let told = bodies(&story).await;
    let numbers = line(&told["gamma"], "Ticket numbers: ").unwrap();
    assert!(numbers.contains(&format!("{primary} (primary)")), "{numbers}");
    let named = numbers.matches(", ").count() + 1;
    assert!((51..=52).contains(&named), "{numbers}");
    assert!(numbers.ends_with(&format!(" and {} more", 61 - named)), "{numbers}");
}
