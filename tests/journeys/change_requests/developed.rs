//! CR-10, CR-11: an accepted response has a plan: it is developed, announced, placed into production, tested and closed.

use super::flow::{ALL, Led, NEXT_MEETING, accepted, leap, stands, subscribed, to, told};
use serde_json::{Value, json};

#[tokio::test]
async fn cr_11_it_is_developed_with_the_clecs_input_announced_and_moved() {
    let story = subscribed().await;
    let led = Led::acted(&story, accepted(), "implementationPlan").await;
    let shown = led.read("alpha").await;
    assert_eq!(stands(&shown), ("7", "development", "development"));
    assert_eq!(shown["milestones"]["responseAccepted"], NEXT_MEETING);
    told(&story).await;
    // All CLECs give input, which all read.
    for (client, text) in [("beta", "on Saturdays too"), ("desk", "we look into it")] {
        led.by(client, "comment", json!({ "text": text })).await.expect(200);
    }
    let said: Vec<Value> = led.facts("gamma").await.into_iter().filter(|fact| fact["fact"] == "commented").collect();
    assert_eq!(
        said.iter().map(|fact| fact["text"].as_str().unwrap()).collect::<Vec<_>>(),
        ["on Saturdays too", "we look into it"]
    );
    let by: Vec<Value> = led.history("gamma").await.into_iter().map(|entry| entry["by"].clone()).collect();
    assert_eq!(by[by.len() - 2..], [json!("beta"), json!("provider")]);
    assert_eq!(led.history("gamma").await.last().unwrap().get("subject"), None);
    assert!(led.history("desk").await.last().unwrap()["subject"].is_string());
    // Not yet: it is to be announced first.
    led.by("desk", "production", json!({})).await.expect(409);
    leap(&story, "2026-04-20T16:00:00Z").await;
    told(&story).await;
    let past = led.by("desk", "announcement", json!({ "date": "2026-04-19" })).await.expect(400);
    assert_eq!(past.faults(), [("date".to_owned(), "CR-11".to_owned())].into());
    let announced = led.desk("announcement", json!({ "date": "2026-06-01", "detail": "by phone" })).await;
    assert_eq!(stands(&announced), ("8", "announced", "development"));
    assert_eq!(announced["implementation"], "2026-06-01");
    assert_eq!(announced["milestones"]["clecNotified"], "2026-04-20T16:00:00Z");
    assert_eq!(told(&story).await, to(&ALL, "Change request PC030226-1 is implemented 2026-06-01: Longer hours"));
    leap(&story, "2026-05-20T16:00:00Z").await;
    let moved = led.desk("announcement", json!({ "date": "2026-06-15" })).await;
    assert_eq!((stands(&moved).1, &moved["implementation"]), ("announced", &json!("2026-06-15")));
    insta::assert_snapshot!(led.told_whole().await);
    // When it was first announced to them stands: the step was not entered again.
    assert_eq!(moved["milestones"]["clecNotified"], "2026-04-20T16:00:00Z");
    // What changes nothing is told to nobody.
    led.desk("announcement", json!({ "date": "2026-06-15" })).await;
    assert_eq!(told(&story).await, Vec::<String>::new());
}

#[tokio::test]
async fn cr_11_it_is_placed_into_production_and_tested_with_feedback_and_closed() {
    let story = subscribed().await;
    let led = Led::acted(&story, accepted(), "implementationPlan").await;
    led.desk("announcement", json!({ "date": "2026-05-01" })).await;
    leap(&story, "2026-05-01T14:00:00Z").await;
    told(&story).await;
    led.by("desk", "test", json!({})).await.expect(409);
    let produced = led.desk("production", json!({ "detail": "since five" })).await;
    assert_eq!(stands(&produced), ("9", "inProduction", "clecTest"));
    assert_eq!(produced["milestones"]["testReady"], "2026-05-01T14:00:00Z");
    assert_eq!(told(&story).await, to(&ALL, "Change request PC030226-1 is in production: Longer hours"));
    led.by("desk", "closure", json!({ "reason": "done" })).await.expect(409);
    let tested = led.desk("test", json!({})).await;
    assert_eq!(stands(&tested), ("10", "clecTest", "clecTest"));
    assert_eq!(told(&story).await, to(&ALL, "Change request PC030226-1 can be tested: Longer hours"));
    let refused = led.by("alpha", "feedback", json!({ "text": "it works" })).await.expect(400);
    assert_eq!(refused.faults(), [("satisfied".to_owned(), "CR-11".to_owned())].into());
    led.by("alpha", "feedback", json!({ "text": "it works", "satisfied": true })).await.expect(200);
    assert_eq!(told(&story).await, Vec::<String>::new());
    // Who is not satisfied is heard.
    led.by("beta", "feedback", json!({ "text": "nobody answers", "satisfied": false })).await.expect(200);
    insta::assert_snapshot!(led.told_whole().await);
    led.by("desk", "feedback", json!({ "text": "we like it", "satisfied": true })).await.expect(403);
    let given: Vec<Value> = led.facts("alpha").await.into_iter().filter(|fact| fact["fact"] == "fedBack").collect();
    assert_eq!(given.iter().map(|fact| fact["satisfied"].as_bool().unwrap()).collect::<Vec<_>>(), [true, false]);
    let closed = led.desk("closure", json!({ "reason": "all answered" })).await;
    assert_eq!((stands(&closed), &closed["completion"]["way"]), (("11", "closed", "completion"), &json!("tested")));
    assert_eq!(told(&story).await, to(&ALL, "Change request PC030226-1 is closed: tested"));
    led.by("alpha", "feedback", json!({ "text": "and yet", "satisfied": false })).await.expect(409);
}
