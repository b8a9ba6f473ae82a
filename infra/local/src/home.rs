//! The first page of the local desk: it leads to the others, and turns the clock. Nothing of it is deployed.

use crate::World;
use axum::{
    extract::{Form, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use chrono::TimeDelta;
use contract::duration;
use pages::{
    html::{self, Template},
    site::Shown,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const TEMPLATE: Template = Template { name: "home.html", source: include_str!("../templates/home.html") };
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

#[derive(Serialize)]
struct Home {
    provider: String,
    now: Shown,
    speed: f64,
    sent: usize,
}

/// `GET /`: the page that leads to the others, and turns the clock.
pub(crate) async fn home(State(world): State<Arc<World>>) -> Response {
    let policy = world.desk_of("web").policy;
    let sent = match world.deliveries(0).await {
        Ok(deliveries) => deliveries.len(),
        Err(error) => {
            tracing::error!(%error, "the mailbox could not be read");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let home = Home {
        provider: policy.provider.name.clone(),
        now: Shown::of(world.clock.now(), &policy),
        speed: world.clock.speed(),
        sent,
    };
    match html::page(TEMPLATE, &home) {
        Ok(page) => ([(header::CONTENT_TYPE, html::MEDIA_TYPE), (header::CONTENT_SECURITY_POLICY, POLICY)], page)
            .into_response(),
        Err(error) => {
            tracing::error!(?error, "the first page could not be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Turned {
    advance: String,
}

/// `POST /`: turns the clock on, by what a button says.
pub(crate) async fn turn(State(world): State<Arc<World>>, Form(Turned { advance }): Form<Turned>) -> Response {
    let by = duration::parse(&advance).ok().filter(|by| (TimeDelta::zero()..=TimeDelta::days(31)).contains(by));
    let Some(by) = by else { return (StatusCode::BAD_REQUEST, "a duration, such as PT1H").into_response() };
    // A turn goes on to its end, whether or not the browser waits for it.
    let turned = tokio::spawn(async move { world.turn(|now| Ok::<_, std::convert::Infallible>(now + by)).await });
    match turned.await {
        Ok(Ok(_)) => Redirect::to("/").into_response(),
        Ok(Err(error)) => {
            tracing::error!(%error, "the clock could not be turned");
            (StatusCode::INTERNAL_SERVER_ERROR, "the clock could not be turned").into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the clock could not be turned");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
