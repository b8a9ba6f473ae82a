//! Subscriptions: endpoints, tokens, codes.

use super::{NOW, post, problem, raw, refuses};
use axum::http::Method;
use serde_json::{Value, json};
use tests::{Client, Story, story::SUBSCRIPTIONS};

#[tokio::test]
async fn sb_01_a_bad_subscription_is_refused() {
    let story = Story::at(NOW).await;
    let with = |with: &Value| {
        let mut body = json!({ "channel": "email", "endpoint": "noc@alpha.example", "notices": ["event"] });
        body.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
        post("alpha", SUBSCRIPTIONS, &body)
    };
    let many: Vec<String> = (0..60).map(|at| format!("system {at}")).collect();
    let rows: Vec<(Value, Vec<(&str, &str)>)> = vec![
        (json!({ "channel": "fax" }), vec![("channel", "SB-01")]),
        (json!({ "channel": "Email" }), vec![("channel", "SB-01")]),
        (json!({ "channel": "sqs" }), vec![("channel", "SB-01")]),
        (json!({ "channel": "http", "endpoint": "http://alpha.example" }), vec![("channel", "SB-01")]),
        (json!({ "endpoint": "noc" }), vec![("endpoint", "SB-01")]),
        (json!({ "endpoint": "noc@alpha.example,noc@beta.example" }), vec![("endpoint", "SB-01")]),
        (json!({ "endpoint": "noc@alpha.example\nBcc: noc@beta.example" }), vec![("endpoint", "SB-01")]),
        (json!({ "endpoint": "Noc <noc@alpha.example>" }), vec![("endpoint", "SB-01")]),
        (json!({ "channel": "sms", "endpoint": "(303) 555-0100 x12" }), vec![("endpoint", "SB-01")]),
        (json!({ "channel": "sms", "endpoint": "+0035550100" }), vec![("endpoint", "SB-01")]),
        (json!({ "channel": "sms", "endpoint": "555 0100" }), vec![("endpoint", "SB-01")]),
        (json!({ "channel": "sms", "endpoint": "call 303 555 0100" }), vec![("endpoint", "SB-01")]),
        (json!({ "channel": "sms", "endpoint": "+1303555010012345" }), vec![("endpoint", "SB-01")]),
        (json!({ "channel": "https", "endpoint": "http://alpha.example/notices" }), vec![("endpoint", "SB-01")]),
        (json!({ "channel": "https", "endpoint": "https://user:secret@alpha.example/" }), vec![("endpoint", "SB-01")]),
        (json!({ "channel": "https", "endpoint": "https://alpha.example/#x" }), vec![("endpoint", "SB-01")]),
        (json!({ "channel": "https", "endpoint": "javascript:alert(1)" }), vec![("endpoint", "SB-01")]),
        (json!({ "endpoint": 5 }), vec![("endpoint", "AP-01")]),
        (json!({ "notices": [] }), vec![("notices", "SB-01")]),
        (json!({ "notices": null }), vec![("notices", "SB-01")]),
        (json!({ "notices": ["event", "all"] }), vec![("notices[1]", "SB-01")]),
        (json!({ "notices": ["event", null] }), vec![("notices[1]", "SB-01")]),
        (json!({ "filter": [] }), vec![("filter", "AP-01")]),
        (json!({ "filter": { "colour": ["red"] } }), vec![("filter.colour", "AP-01")]),
        (json!({ "filter": { "severity": ["serious", "urgent"] } }), vec![("filter.severity[1]", "SB-01")]),
        (json!({ "filter": { "systemAffected": [5] } }), vec![("filter.systemAffected[0]", "AP-01")]),
        (json!({ "filter": { "systemAffected": many } }), vec![("filter.systemAffected", "AP-01")]),
        (json!({ "filter": { "systemAffected": many[..11], "product": many[..11] } }), vec![("filter", "SB-01")]),
        (json!({ "colour": "red" }), vec![("colour", "AP-01")]),
        (json!({ "status": "confirmed" }), vec![("status", "AP-01")]),
    ];
    refuses(&story, rows.iter().map(|(body, faults)| with(body).faults(faults))).await;

    let id = story.subscribe("alpha", "email", "noc@alpha.example", &["event"]).await;
    let other = [with(&json!({ "notices": ["target"] })).status(409, "SB-01").instead(&["DELETE"])];
    refuses(&story, other).await;
    let unknown = [
        post("alpha", &format!("{SUBSCRIPTIONS}/{id}0/confirmation"), &json!({ "token": "x" })),
        post("alpha", &format!("{SUBSCRIPTIONS}/x/confirmation"), &json!({ "token": "x" })),
        raw("alpha", Method::DELETE, &format!("{SUBSCRIPTIONS}/{id}0"), None, ""),
        raw("alpha", Method::DELETE, &format!("{SUBSCRIPTIONS}/x"), None, ""),
    ];
    refuses(&story, unknown.into_iter().map(|row| row.status(404, "AP-03"))).await;
}

#[tokio::test]
async fn sb_02_a_wrong_token_confirms_nothing() {
    let story = Story::at(NOW).await;
    let alpha = story.as_("alpha");
    let body = json!({ "channel": "email", "endpoint": "noc@alpha.example", "notices": ["event"] });
    let id = alpha.post(SUBSCRIPTIONS, body).await.expect(201).text("id");
    let confirm =
        |token: Value| post("alpha", &format!("{SUBSCRIPTIONS}/{id}/confirmation"), &json!({ "token": token }));
    let rows = [
        confirm(json!("x")).faults(&[("token", "SB-02")]),
        confirm(json!("000000")).faults(&[("token", "SB-02")]),
        confirm(json!(null)).faults(&[("token", "SB-02")]),
        confirm(json!(5)).faults(&[("token", "AP-01")]),
    ];
    refuses(&story, rows).await;
    assert_eq!(alpha.get(SUBSCRIPTIONS).await.expect(200).body[0]["status"], "pending");
}

#[tokio::test]
async fn sb_02_the_token_of_another_endpoint_does_not_confirm_this_one() {
    // The messaging service confirms whatever a token is for: what it then sends to, and what we say, must agree (SB-07).
    let story = Story::at(NOW).await;
    let alpha = story.as_("alpha");
    let subscribe =
        |channel: &str, endpoint: &str| json!({ "channel": channel, "endpoint": endpoint, "notices": ["event"] });
    let email = alpha.post(SUBSCRIPTIONS, subscribe("email", "noc@alpha.example")).await.expect(201).text("id");
    alpha.post(SUBSCRIPTIONS, subscribe("https", "https://alpha.example/notices")).await.expect(201);
    let tokens: Vec<String> = story.deliveries().await.into_iter().filter_map(|delivery| delivery.token).collect();
    let reply = alpha.post(&format!("{SUBSCRIPTIONS}/{email}/confirmation"), json!({ "token": tokens[1] })).await;
    assert_eq!(problem(&reply, 400), Vec::<String>::new());
    assert_eq!(reply.faults().get("token").map(String::as_str), Some("SB-02"));

    let standing = alpha.get(SUBSCRIPTIONS).await.expect(200).body;
    let confirmed = standing.as_array().unwrap().iter().filter(|it| it["status"] == "confirmed");
    let confirmed: Vec<String> = confirmed.map(|it| it["endpoint"].as_str().unwrap().to_owned()).collect();
    assert!(!confirmed.contains(&"noc@alpha.example".to_owned()), "{standing}");
    let number = story.report("alpha", "critical").await;
    story.as_("desk").patch(&Client::ticket(&number, ""), json!({ "event": true })).await.expect(200);
    let told: Vec<String> = story.deliveries().await.into_iter().map(|delivery| delivery.to).collect();
    assert_eq!(told, confirmed, "who is told, and who reads as confirmed");
}

#[tokio::test]
async fn sb_02_a_telephones_code_cannot_be_guessed() {
    let story = Story::at(NOW).await;
    let alpha = story.as_("alpha");
    let body = json!({ "channel": "sms", "endpoint": "+13035550100", "notices": ["event"] });
    let id = alpha.post(SUBSCRIPTIONS, body.clone()).await.expect(201).text("id");
    let confirmation = format!("{SUBSCRIPTIONS}/{id}/confirmation");
    let code = story.deliveries().await[0].token.clone().unwrap();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        let reply = alpha.post(&confirmation, json!({ "token": wrong })).await;
        assert_eq!(problem(&reply, 400), Vec::<String>::new());
        assert_eq!(reply.faults().get("token").map(String::as_str), Some("SB-02"));
    }
    let too_many = post("alpha", &confirmation, &json!({ "token": code })).status(409, "SB-02").instead(&["DELETE"]);
    refuses(&story, [too_many]).await;
}
