//! CR-21: no wait without an end: what the provider is to do next has its term, is warned about, and is missed in the open.

use super::flow::{ALL, CLARIFIED, Led, accepted, denied, leap, subscribed, to, told};
use serde_json::{Value, json};

fn kept(of: &Value) -> [&Value; 3] {
    ["by", "keptAt", "standing"].map(|name| &of[name])
}

#[tokio::test]
async fn cr_21_experts_are_assigned_within_five_business_days_of_the_receipt() {
    let story = subscribed().await;
    let led = Led::posted(&story).await;
    assert_eq!(led.deadline("experts").await["by"], "2026-03-09");
    leap(&story, CLARIFIED).await;
    assert_eq!(led.deadline("experts").await["standing"], "missed");
    let sent = told(&story).await;
    assert!(
        sent.iter()
            .any(|of| of
                .starts_with("provider: Change request PC030226-1: experts (step 2, CR-21) was due by 2026-03-09")),
        "{sent:?}"
    );
    // Who works on it is told to whom it concerns: its originator.
    led.desk("assignment", json!({ "crpm": "Cara", "director": "Dan" })).await;
    assert_eq!(told(&story).await, to(&["alpha"], "Change request PC030226-1: who works on it"));
    led.desk("experts", json!({ "experts": ["Sam"] })).await;
    assert_eq!(kept(&led.deadline("experts").await), [&json!("2026-03-09"), &json!(CLARIFIED), &json!("late")]);
}

#[tokio::test]
async fn cr_21_an_escalation_is_answered_in_seven_days_and_the_dispute_resolved_in_fourteen() {
    let story = subscribed().await;
    let led = Led::decided(&story, denied(), "notAccepted").await;
    led.by("beta", "escalation", json!({ "reason": "orders are lost", "contact": "Bob" })).await.expect(200);
    assert_eq!(led.deadline("escalationAnswer").await["by"], "2026-04-22");
    assert_eq!(led.deadline("escalationResolution").await["by"], "2026-04-29");
    leap(&story, "2026-04-22T16:00:00Z").await;
    led.desk("escalationResponse", json!({ "text": "we look again" })).await;
    assert_eq!(led.deadline("escalationAnswer").await["standing"], "kept");
    leap(&story, "2026-04-30T06:00:00Z").await;
    let sent = told(&story).await;
    let missed = "provider: Change request PC030226-1ES: escalationResolution (step 5C, CR-21) was due by 2026-04-29";
    assert!(sent.contains(&missed.to_owned()), "{sent:?}");
    led.desk("resolution", json!({ "outcome": "accepted", "detail": "let be" })).await;
    assert_eq!(led.deadline("escalationResolution").await["standing"], "late");
}

#[tokio::test]
async fn cr_21_an_announced_date_is_kept_or_moved_in_the_open() {
    let story = subscribed().await;
    let led = Led::acted(&story, accepted(), "implementationPlan").await;
    assert_eq!(led.deadline("progress").await["by"], "2026-07-14", "90 days at a step where nothing else runs");
    led.desk("announcement", json!({ "date": "2026-05-04" })).await;
    assert_eq!(led.deadline("production").await["by"], "2026-05-04");
    leap(&story, "2026-05-05T16:00:00Z").await;
    assert_eq!(led.deadline("production").await["standing"], "missed");
    led.desk("announcement", json!({ "date": "2026-05-11" })).await;
    let deadlines = led.read("gamma").await["deadlines"].clone();
    let dates = deadlines.as_array().unwrap().iter().filter(|of| of["deadline"] == "production");
    let dates: Vec<_> =
        dates.map(|of| [&of["by"], &of["standing"]].map(|of| of.as_str().unwrap().to_owned())).collect();
    assert_eq!(dates, [["2026-05-04", "missed"], ["2026-05-11", "ahead"]].map(|of| of.map(str::to_owned)));
    told(&story).await;
    led.desk("production", json!({})).await;
    let early = "Change request PC030226-1 is in production before its announced date, 2026-05-11: Longer hours";
    assert_eq!(told(&story).await, to(&ALL, early));
}

#[tokio::test]
async fn cr_21_a_test_without_result_is_missed_after_thirty_days() {
    let story = subscribed().await;
    let led = Led::acted(&story, accepted(), "noFurtherAction").await;
    assert_eq!(led.deadline("clecTest").await["by"], "2026-05-15");
    leap(&story, "2026-05-16T06:00:00Z").await;
    assert_eq!(led.deadline("clecTest").await["standing"], "missed");
    led.desk("closure", json!({ "reason": "nobody answered" })).await;
    assert_eq!(led.deadline("clecTest").await["standing"], "late");
}

#[tokio::test]
async fn cr_21_a_comment_is_told_to_its_originator_and_to_the_provider() {
    let story = subscribed().await;
    let led = Led::posted(&story).await;
    told(&story).await;
    for (client, subject, who) in [
        ("beta", "beta comments on change request PC030226-1", vec!["alpha", "provider"]),
        ("alpha", "alpha comments on change request PC030226-1", vec!["provider"]),
        ("desk", "desk comments on change request PC030226-1", vec!["alpha"]),
    ] {
        led.by(client, "comment", json!({ "text": "we need it too" })).await.expect(200);
        assert_eq!(told(&story).await, to(&who, subject), "{client}");
    }
}

#[tokio::test]
async fn cr_21_what_is_reopened_is_closed_no_more() {
    let story = subscribed().await;
    let led = Led::acted(&story, accepted(), "nothingToTest").await;
    assert!(led.read("alpha").await["milestones"].get("crClosed").is_some());
    let again = led.desk("unforeseenStep", json!({ "step": "development", "reason": "opened again" })).await;
    assert_eq!(again["milestones"].get("crClosed"), None);
}
