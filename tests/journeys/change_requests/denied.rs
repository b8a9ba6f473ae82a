//! CR-07, CR-10, CR-12: a change request that the provider denies, and that is let go.

use super::flow::{ALL, Led, UNDISPUTED, accepted, denied, leap, stands, subscribed, to, told};
use crate::acts::whole;
use serde_json::json;

#[tokio::test]
async fn cr_07_a_denial_has_its_basis_and_refers_to_substantiating_material() {
    let story = subscribed().await;
    let led = Led::aligned(&story).await;
    let table = [
        (json!({ "answer": "denied", "text": "no" }), vec!["reference"]),
        (json!({ "answer": "denied", "text": "no", "reference": " " }), vec!["reference"]),
        (json!({ "answer": "denied", "reference": "statistics" }), vec!["text"]),
        (json!({ "answer": "perhaps", "text": "no" }), vec!["answer"]),
        (json!({ "text": "no" }), vec!["answer"]),
    ];
    for (body, fields) in table {
        let faults = led.by("desk", "draftResponse", body.clone()).await.expect(400).faults();
        assert_eq!(faults.keys().map(String::as_str).collect::<Vec<_>>(), fields, "{body}");
    }
    let led = led.answers(denied()).await;
    let sent = story.deliveries().await;
    insta::assert_snapshot!(whole(sent.iter().rfind(|sent| sent.to == "cmp@gamma.example"), &[(&led.id, "CR-ID")]));
    assert_eq!(led.read("gamma").await["responses"][0]["reply"], denied());
}

#[tokio::test]
async fn cr_10_a_denial_that_is_let_be_is_closed_as_denied() {
    let story = subscribed().await;
    let led = Led::decided(&story, denied(), "accepted").await;
    told(&story).await;
    for action in ["noFurtherAction", "nothingToTest", "implementationPlan"] {
        let refused = led.by("desk", "acceptance", json!({ "action": action, "originatorsWord": "yes" })).await;
        assert_eq!(refused.expect(400).faults(), [("action".to_owned(), "CR-10".to_owned())].into(), "{action}");
    }
    let let_be = led.desk("acceptance", json!({ "action": "denial", "originatorsWord": "we see" })).await;
    assert_eq!(stands(&let_be), ("6", "denialAccepted", "declinedDeferred"));
    assert_eq!(told(&story).await, to(&ALL, "Change request PC030226-1 goes on: Response Accepted"));
    leap(&story, UNDISPUTED).await;
    let closed = led.desk("closure", json!({ "reason": "denied" })).await;
    assert_eq!(closed["completion"], json!({ "way": "denied", "reason": "denied", "at": UNDISPUTED }));
    assert_eq!(stands(&closed), ("11", "closed", "completion"));
    assert_eq!(told(&story).await, to(&ALL, "Change request PC030226-1 is closed: denied"));
}

#[tokio::test]
async fn cr_10_what_was_accepted_is_not_let_be_as_a_denial() {
    let story = subscribed().await;
    let led = Led::decided(&story, accepted(), "accepted").await;
    let refused = led.by("desk", "acceptance", json!({ "action": "denial", "originatorsWord": "?" })).await.expect(400);
    assert_eq!(refused.faults(), [("action".to_owned(), "CR-10".to_owned())].into());
}

#[tokio::test]
async fn cr_12_a_denial_can_be_deferred_instead() {
    let story = subscribed().await;
    let led = Led::acted(&story, denied(), "denial").await;
    let deferred = led.by("alpha", "deferral", json!({ "reason": "next year" })).await.expect(200).body;
    assert_eq!(stands(&deferred), ("5B", "deferred", "declinedDeferred"));
}
