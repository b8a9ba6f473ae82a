//! Process tickets (12.8): reported to the CSIE, and worked by five tiers.

mod closing;
mod escalation;
mod orders;
mod reference;
mod status;
mod transfer;
mod workaround;

use crate::acts::does;
use local_desk::aws::sns::Delivery;
use serde_json::{Value, json};
use tests::{Reply, Story, story::TICKETS};

/// A Wednesday, 11:00 in Mountain Time.
pub(crate) const NOW: &str = "2026-03-04T18:00:00Z";

/// A story in which each CLEC has its people subscribed, and the provider's people of each list theirs.
pub(crate) async fn begun(now: &str) -> Story {
    let story = Story::at(now).await;
    for clec in ["alpha", "beta", "gamma"] {
        story.subscribe(clec, "email", &format!("noc@{clec}.example"), &["target"]).await;
    }
    for people in ["wsdTier1", "wsdTier2", "wsdTier4", "processSpecialist", "processCenters"] {
        story.subscribe("desk", "email", &format!("{people}@provider.example"), &[people]).await;
    }
    let _confirmations = story.deliveries().await;
    story
}

/// Reports a process trouble, and answers its number.
pub(crate) async fn reported(story: &Story, clec: &str) -> String {
    report_with(story, clec, json!({})).await.expect(201).text("id")
}

/// The same with more in the report.
pub(crate) async fn report_with(story: &Story, clec: &str, more: Value) -> Reply {
    let mut body = json!({ "description": "our LSRs are rejected", "severity": "moderate", "ticketType": "process" });
    body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    story.as_(clec).post(TICKETS, body).await
}

/// A tier 1 agent gives the status by telephone.
pub(crate) async fn calls(story: &Story, number: &str) -> Reply {
    let call = json!({ "contact": "Ann, +1 303 555 0100", "detail": "the center looks for the cause" });
    does(story, "desk", number, "statusCall", call).await.expect(200)
}

/// Its CLEC's word on the closing.
pub(crate) async fn says(story: &Story, clec: &str, number: &str, agreed: bool) -> Reply {
    let body =
        if agreed { json!({ "agreed": true }) } else { json!({ "agreed": false, "reason": "three still fail" }) };
    does(story, clec, number, "agreement", body).await.expect(200)
}

/// The trouble is resolved.
pub(crate) async fn resolved(story: &Story, number: &str) {
    crate::acts::update(story, number, json!({ "status": "resolved", "resolution": "the guide was corrected" })).await;
}

/// What was delivered since the last reading: to whom, and its subject.
pub(crate) async fn told(story: &Story) -> Vec<String> {
    let mut told: Vec<String> = story.deliveries().await.iter().map(delivered).collect();
    told.sort();
    told
}

/// When it was delivered, to whom, and its subject.
pub(crate) fn delivered(of: &Delivery) -> String {
    let to = of.to.split('.').next().unwrap();
    format!("{} {to}: {}", of.at.format("%H:%M"), of.subject.clone().unwrap_or_default())
}

/// What was delivered since the last reading is this, in whatever order.
pub(crate) async fn tells(story: &Story, expected: &[String]) {
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(told(story).await, expected);
}
