//! `/local`: the mailbox, the clock, the bus and the attachments of the local desk. Nothing of it is deployed.

use crate::{
    World,
    aws::{Answer, Call, s3},
};
use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::{OriginalUri, Query, State},
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use chrono::{DateTime, Datelike, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// The routes under `/local`.
pub fn routes(world: Arc<World>) -> Router {
    Router::new()
        .route("/deliveries", get(deliveries))
        .route("/clock", get(clock).post(turn))
        .route("/events", get(events))
        .route("/sites", post(sites))
        .route("/s3/{*path}", any(s3))
        .with_state(world)
}

#[derive(Debug, Deserialize)]
struct After {
    #[serde(default)]
    after: u64,
}

/// What would have been sent, in order.
async fn deliveries(State(world): State<Arc<World>>, Query(After { after }): Query<After>) -> Response {
    match world.deliveries(after).await {
        Ok(deliveries) => Json(deliveries).into_response(),
        Err(error) => broken(&error),
    }
}

/// Makes all files of the public sites anew.
async fn sites(State(world): State<Arc<World>>) -> Response {
    let made = tokio::spawn(async move { world.rebuild_sites().await });
    match made.await {
        Ok(Ok(published)) => Json(json!(published)).into_response(),
        Ok(Err(error)) => broken(&error),
        Err(error) => broken(&error.into()),
    }
}

/// The latest events on the bus.
async fn events(State(world): State<Arc<World>>) -> Response {
    Json(world.events()).into_response()
}

/// S3, for whoever has a presigned address; the gateway and its limits are not before it.
async fn s3(
    State(world): State<Arc<World>>,
    OriginalUri(uri): OriginalUri,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let operation = s3::operation(&method).unwrap_or_default().to_owned();
    let mut call = Call { operation, uri, headers, body: Vec::new() };
    let (s3, length) = match world.s3_for(&call) {
        Ok(found) => found,
        Err(refused) => return answered(*refused),
    };
    // What is longer than it was said to be is not read to its end.
    call.body = to_bytes(body, length).await.unwrap_or_default().into();
    match s3.call(call).await {
        Ok(answer) => answered(answer),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn answered(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, answer.headers, answer.body).into_response()
}

async fn clock(State(world): State<Arc<World>>) -> Response {
    Json(told(&world)).into_response()
}

/// How the clock is to be turned.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
enum Turn {
    /// By an ISO 8601 duration.
    Advance(String),
    /// To an instant.
    Now(DateTime<Utc>),
}

/// Turns the clock; each check that would have fired in between runs at its own instant. It goes on when the client leaves.
async fn turn(State(world): State<Arc<World>>, body: String) -> Response {
    let refused = |detail: String| (StatusCode::BAD_REQUEST, Json(json!({ "detail": detail }))).into_response();
    let turn = match serde_json::from_str::<Turn>(&body) {
        Ok(turn) => turn,
        Err(error) => {
            return refused(format!(
                "the body is {{\"advance\": \"PT1H\"}} or {{\"now\": \"2026-03-06T19:30:00Z\"}}: {error}"
            ));
        }
    };
    let turning = world.clone();
    let turned = tokio::spawn(async move { turning.turn(|now| turn.from(now)).await });
    match turned.await {
        Ok(Ok(Ok(_))) => Json(told(&world)).into_response(),
        Ok(Ok(Err(detail))) => refused(detail),
        Ok(Err(error)) => broken(&error),
        Err(error) => broken(&error.into()),
    }
}

impl Turn {
    /// Where it leads from `now`.
    fn from(self, now: DateTime<Utc>) -> Result<DateTime<Utc>, String> {
        let to = match self {
            Self::Now(to) => to,
            Self::Advance(by) => {
                let by = contract::duration::parse(&by)?;
                now.checked_add_signed(by).ok_or("the calendar does not reach that far")?
            }
        };
        if to < now {
            return Err(format!("the clock is not turned back: it is {now}"));
        }
        // The last year that every computation with an instant still has room after.
        if to.year() > 9_000 { Err("the calendar does not reach that far".to_owned()) } else { Ok(to) }
    }
}

fn told(world: &World) -> Value {
    json!({ "now": world.desk.clock.now(), "speed": world.clock.speed() })
}

fn broken(error: &anyhow::Error) -> Response {
    tracing::error!(%error, "the local desk failed");
    (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "detail": format!("{error:#}") }))).into_response()
}
