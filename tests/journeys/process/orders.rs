//! PT-10, TT-23: affected orders, reported and found, with their requested due dates, processed or not, kept or missed.

use super::{NOW, begun, reported};
use crate::acts::{does, read};
use serde_json::{Value, json};
use tests::{Client, Story};

async fn counts(story: &Story, number: &str) -> Value {
    read(story, "desk", number).await["process"]["orders"].clone()
}

fn many(from: usize, to: usize) -> Value {
    let orders: Vec<Value> =
        (from..to).map(|n| json!({ "order": format!("PON {n}"), "dueDate": "2026-03-06" })).collect();
    json!({ "order": orders })
}

#[tokio::test]
async fn pt_10_orders_are_reported_and_found_processed_and_kept_one_by_one() {
    let story = begun(NOW).await;
    let number = reported(&story, "alpha").await;
    let listed = json!({ "order": [{ "order": "PON 1", "dueDate": "2026-03-06" }] });
    does(&story, "alpha", &number, "orders", listed.clone()).await.expect(200);
    does(&story, "desk", &number, "orders", json!({ "order": [{ "order": "PON 2", "dueDate": "2026-03-07" }] }))
        .await
        .expect(200);
    let processed = json!({ "order": [{ "order": "PON 1", "processed": true, "outcome": "kept" }] });
    does(&story, "alpha", &number, "orders", processed.clone()).await.expect(400);
    story.turn_to("2026-03-04T18:10:00Z").await;
    let done = does(&story, "desk", &number, "orders", processed).await.expect(200);
    assert_eq!(done.body["process"]["orders"], json!({ "listed": 2, "open": 1 }));
    let shown = story.as_("alpha").get(&Client::ticket(&number, "order")).await.expect(200).body;
    let of = |order: &Value| ["order", "dueDate", "found", "processedAt", "outcome"].map(|name| order[name].clone());
    assert_eq!(
        shown.as_array().unwrap().iter().map(of).collect::<Vec<_>>(),
        [
            [json!("PON 1"), json!("2026-03-06"), json!(false), json!("2026-03-04T18:10:00Z"), json!("kept")],
            [json!("PON 2"), json!("2026-03-07"), json!(true), Value::Null, Value::Null],
        ]
    );
    // The same again is so already, and writes nothing.
    let before = story.written();
    does(&story, "alpha", &number, "orders", listed).await.expect(200);
    assert_eq!(story.written(), before);
    does(&story, "beta", &number, "orders", json!({ "order": [{ "order": "PON 9", "dueDate": "2026-03-06" }] }))
        .await
        .expect(404);
}

#[tokio::test]
async fn pt_10_a_thousand_orders_are_listed_in_one_request_and_one_more_is_refused() {
    let story = begun(NOW).await;
    let number = reported(&story, "alpha").await;
    does(&story, "alpha", &number, "orders", many(0, 1_001)).await.expect(400);
    assert_eq!(counts(&story, &number).await, json!({ "listed": 0, "open": 0 }));
    let path = Client::ticket(&number, "orders");
    for _ in 0..2 {
        // Repeated, it has its one effect.
        story.as_("alpha").with("Idempotency-Key", "all").post(&path, many(0, 1_000)).await.expect(200);
        assert_eq!(counts(&story, &number).await, json!({ "listed": 1_000, "open": 1_000 }));
    }
    let more = does(&story, "alpha", &number, "orders", many(1_000, 1_001)).await.expect(409);
    assert_eq!(more.body["code"], "PT-10");
    let mut processed = many(0, 1_000);
    processed["order"].as_array_mut().unwrap().iter_mut().for_each(|order| order["processed"] = json!(true));
    does(&story, "desk", &number, "orders", processed).await.expect(200);
    assert_eq!(counts(&story, &number).await, json!({ "listed": 1_000, "open": 0 }));
}

#[tokio::test]
async fn pt_10_bad_lists_are_refused_whole() {
    let story = begun(NOW).await;
    let number = reported(&story, "alpha").await;
    for orders in [
        json!([]),
        json!([{ "order": "PON 1", "dueDate": "2026-03-06" }, { "order": "PON 1", "dueDate": "2026-03-07" }]),
        json!([{ "order": "PON 1" }]),
        json!([{ "order": "", "dueDate": "2026-03-06" }]),
        json!([{ "dueDate": "2026-03-06" }]),
    ] {
        let refused = does(&story, "alpha", &number, "orders", json!({ "order": orders })).await;
        assert_eq!(refused.status, 400, "{orders}: {}", refused.body);
    }
    assert_eq!(counts(&story, &number).await, json!({ "listed": 0, "open": 0 }));
}
