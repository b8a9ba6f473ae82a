//! The bus fails: what happened is told later.

use super::{Cut, LASTING, NOW, PASSING, a_call, report, reported, second};
use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::json;
use std::collections::BTreeSet;
use tests::{Client, Fault, Story, story::TICKETS};
use tower::ServiceExt;

/// A story in which alpha is told its notices from the beginning, so that whom they reach does not depend on when they leave.
async fn begun() -> Story {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "first@alpha.example", &["target"]).await;
    story
}

/// What is told on the bus when nothing fails: the ids.
async fn told_of(story: &Story) -> BTreeSet<String> {
    let number = reported(story, "alpha", "ticket").await;
    let task = |task: &str| Client::ticket(&number, task);
    story.as_("desk").patch(&task(""), json!({ "status": "inProgress" })).await.expect(200);
    story.as_("desk").post(&task("call"), a_call()).await.expect(200);
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    story
        .as_("desk")
        .post(&task("severityChange"), json!({ "severity": "minimal", "reason": "it is less" }))
        .await
        .expect(200);
    story.as_("desk").post(&task("close"), json!({ "disposition": "noTroubleFound" })).await.expect(200);
    story.turn("PT5M").await;
    story.wire.mended();
    story.turn("PT1M").await;
    story.world.settle().await.unwrap();
    story.world.events().iter().map(|event| event.detail["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn ap_05_events_are_told_after_the_bus_works_again() {
    let expected = told_of(&begun().await).await;
    assert!(expected.len() > 10, "{expected:?}");
    for fault in [Fault::Down, Fault::LostBefore, Fault::LostAfter] {
        for times in [1, PASSING, 20, LASTING] {
            let story = begun().await;
            story.wire.fails("PutEvents", times, fault);
            assert_eq!(told_of(&story).await, expected, "{fault:?} {times} times");
        }
    }
}

#[tokio::test]
async fn ap_05_an_event_that_the_bus_refuses_alone_is_told_later() {
    let expected = told_of(&begun().await).await;
    for refused in 0..3 {
        let story = begun().await;
        // The request's own world refuses one entry of each call, for a while.
        let cut = Cut::default();
        let (world, app) = second(&story, &cut).await;
        cut.0.lock().unwrap().refuses = Some((refused, 4));
        let request = Request::builder()
            .method(Method::POST)
            .uri(TICKETS)
            .header("authorization", format!("Bearer {}", story.identity().token("alpha", 60).unwrap()))
            .header("content-type", "application/json")
            .header("idempotency-key", "ticket");
        let response = app.oneshot(request.body(Body::from(report().to_string())).unwrap()).await.unwrap();
        assert_eq!(response.status(), 201);
        assert!(cut.0.lock().unwrap().refuses.is_none_or(|(_, left)| left < 4), "nothing was refused");
        for _ in 0..5 {
            world.settle().await.unwrap();
        }
        let told: BTreeSet<String> =
            world.events().iter().map(|event| event.detail["id"].as_str().unwrap().to_owned()).collect();
        let of_the_opening: BTreeSet<String> = expected
            .iter()
            .filter(|id| id.ends_with("@1") || id.contains("#1@"))
            .filter(|id| !id.contains("subscription") && !id.contains("clec"))
            .cloned()
            .collect();
        assert!(of_the_opening.len() >= 3, "{of_the_opening:?}");
        assert!(told.is_superset(&of_the_opening), "{told:?} lacks of {of_the_opening:?}");
    }
}
