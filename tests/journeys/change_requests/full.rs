//! TT-29: a change request whose every part is full goes through the whole flow to its end.

use super::flow::{CLARIFIED, ISSUED, Led, MEETING, NEXT_MEETING, leap, stands, subscribed};
use crate::full::{answered, largest, wide};
use serde_json::json;

#[tokio::test]
async fn tt_29_a_full_change_request_goes_on_to_its_end() {
    let story = subscribed().await;
    let form = json!({
        "kind": "productProcess", "title": wide(100), "description": wide(10_000), "contact": wide(100),
        "businessReasons": wide(10_000), "draft": true,
    });
    let led = Led::begun(&story, "alpha", form).await;
    let refused = led.patch("alpha", json!({ "deliverables": wide(10_000) })).await.expect(409);
    assert_eq!(refused.faults(), [("form".to_owned(), "TT-29".to_owned())].into());
    led.by("alpha", "submission", json!({})).await.expect(200);
    let led = led.and("acknowledgment", json!({})).await.and("posting", json!({})).await;
    let led = led.and("assignment", json!({ "crpm": wide(200), "director": wide(200) })).await;
    let experts = led.by("desk", "experts", json!({ "experts": vec![wide(100); 50] })).await;
    assert!(!answered(&experts), "{}", experts.body);
    let led = led.and("experts", json!({ "experts": vec![wide(100); 10] })).await;
    leap(&story, CLARIFIED).await;
    let words = json!({ "questions": vec![wide(200); 2], "deliverables": vec![wide(200); 2] });
    let led = led.and("clarification", words).await.and("minutes", json!({ "text": wide(10_000) })).await;
    leap(&story, MEETING).await;
    let presented = json!({ "meeting": "2026-03-18", "consensus": wide(10_000), "comments": vec![wide(2_000); 4] });
    assert!(!answered(&led.by("desk", "presentation", presented).await));
    let led = led.and("presentation", json!({ "meeting": "2026-03-18", "consensus": wide(10_000) })).await;
    leap(&story, ISSUED).await;
    let response = json!({ "answer": "denied", "text": wide(10_000), "reference": wide(400) });
    let led = led.answers(response).await;
    for clec in ["alpha", "beta", "gamma"] {
        let said = json!({ "position": "notAccepted", "comment": wide(2_000) });
        answered(&led.by(clec, "position", said).await);
    }
    leap(&story, NEXT_MEETING).await;
    let comments = json!({ "meeting": "2026-04-15", "comments": vec![wide(2_000); 10] });
    assert!(!answered(&led.by("desk", "responsePresentation", comments).await));
    let led = led.and("responsePresentation", json!({ "meeting": "2026-04-15" })).await;
    let led = led.and("outcome", json!({ "outcome": "notAccepted", "reason": wide(500) })).await;
    let escalated = json!({ "reason": wide(5_000), "contact": wide(100) });
    assert!(answered(&led.by("beta", "escalation", escalated).await));
    let mut joined = 0;
    for clec in ["alpha", "gamma"] {
        joined += usize::from(answered(&led.by(clec, "participation", json!({ "statement": wide(2_000) })).await));
    }
    assert!(joined < 2, "the dispute is full");
    assert!(!answered(&led.by("desk", "escalationResponse", json!({ "text": wide(10_000) })).await));
    assert!(largest(&story) < 400 * 1024);
    // Nothing of it stands in the way of the provider's word, and of its end.
    let resolved = led.by("desk", "resolution", json!({ "outcome": "notAccepted", "detail": wide(2_000) })).await;
    assert!(answered(&resolved), "{}", resolved.body);
    let withdrawn = led.by("alpha", "withdrawal", json!({ "reason": wide(2_000) })).await;
    assert!(answered(&withdrawn), "{}", withdrawn.body);
    assert_eq!(stands(&led.read("alpha").await).2, "withdrawn");
}
