//! Answers that the wire of the story has not.

use super::{Cut, NOW, PASSING, Script, history, reported, second};
use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::{Value, json};
use tests::{Client, Story};
use tower::ServiceExt;

#[tokio::test]
async fn op_03_every_passing_answer_of_dynamodb_is_retried() {
    fn refused(kind: &str) -> Value {
        json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{kind}"), "message": "not now" })
    }
    fn cancelled(codes: &[&str]) -> Value {
        let reasons: Vec<Value> = codes.iter().map(|code| json!({ "Code": code })).collect();
        json!({ "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException", "Message": "cancelled", "CancellationReasons": reasons })
    }
    let answers: Vec<(&str, &str, Script)> = vec![
        ("keys unprocessed", "BatchGetItem", |call| {
            let body: Value = serde_json::from_slice(&call.body).unwrap();
            (200, json!({ "Responses": {}, "UnprocessedKeys": body["RequestItems"] }))
        }),
        ("server error", "BatchGetItem", |_| (500, refused("InternalServerError"))),
        ("request limit", "BatchGetItem", |_| (400, refused("RequestLimitExceeded"))),
        ("throttling", "BatchGetItem", |_| (400, refused("ThrottlingException"))),
        ("server error", "TransactWriteItems", |_| (500, refused("InternalServerError"))),
        ("in progress", "TransactWriteItems", |_| (400, refused("TransactionInProgressException"))),
        ("throttled inside", "TransactWriteItems", |_| (400, cancelled(&["None", "ThrottlingError", "None"]))),
        ("provisioned inside", "TransactWriteItems", |_| {
            (400, cancelled(&["ProvisionedThroughputExceeded", "None", "None"]))
        }),
        ("conflict inside", "TransactWriteItems", |_| (400, cancelled(&["None", "None", "TransactionConflict"]))),
        ("server error", "PutItem", |_| (500, refused("InternalServerError"))),
        ("conflict", "PutItem", |_| (400, refused("TransactionConflictException"))),
        ("server error", "Query", |_| (500, refused("InternalServerError"))),
    ];
    for (what, operation, answer) in answers {
        let story = Story::at(NOW).await;
        story.subscribe("alpha", "email", "noc@alpha.example", &["event"]).await;
        let number = reported(&story, "alpha", "ticket").await;
        let cut = Cut::default();
        let (world, app) = second(&story, &cut).await;
        cut.0.lock().unwrap().answers.push((operation, PASSING, answer));
        let request = Request::builder()
            .method(Method::PATCH)
            .uri(Client::ticket(&number, ""))
            .header("authorization", format!("Bearer {}", story.identity().token("desk", 60).unwrap()))
            .header("content-type", "application/json");
        let response =
            app.oneshot(request.body(Body::from(json!({ "event": true }).to_string())).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200, "{operation}: {what}");
        assert!(cut.0.lock().unwrap().answers.is_empty(), "{operation}: {what}: it was never answered so");
        let sent: Vec<String> =
            world.deliveries(0).await.unwrap().into_iter().filter_map(|delivery| delivery.notice_id).collect();
        assert_eq!(sent, [format!("{number}#2")], "{operation}: {what}: told at once, once");
        assert_eq!(history(&story, &number).await, ["opened", "acceptedAsEvent"], "{operation}: {what}");
    }
}
