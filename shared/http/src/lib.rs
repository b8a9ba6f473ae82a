//! The HTTP edge: problem documents, the caller, JSON bodies, conditions, queries. It knows nothing of tickets, nor of
//! where things are kept.

mod body;
mod caller;
mod conditions;
mod fields;
mod problem;
mod query;

pub use body::{Ask, BODY_AT_MOST, Body};
pub use caller::Caller;
pub use conditions::{Conditions, etag};
pub use fields::Fields;
pub use problem::{Problem, ProblemDocument, ProblemField};
pub use query::Parameters;

use axum::{Extension, Router, extract::DefaultBodyLimit, middleware::Next, response::Response};
use domain::Policy;
use std::sync::Arc;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// What the gateway hands on at the most; larger bodies never come here.
pub const GATEWAY_BODY_AT_MOST: usize = 6 * 1024 * 1024;

/// The routes of a function, ready to serve, and their description.
pub fn app<S: Clone + Send + Sync + 'static>(
    routes: OpenApiRouter<S>,
    state: S,
    policy: Arc<Policy>,
) -> (Router, OpenApi) {
    let (router, description) = routes.with_state(state).split_for_parts();
    let router = router
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(DefaultBodyLimit::max(GATEWAY_BODY_AT_MOST))
        .layer(axum::middleware::from_fn(log_request))
        .layer(Extension(policy));
    (router, description)
}

/// One line a request: what was asked and what came of it, never who by name or with which words.
async fn log_request(request: axum::extract::Request, next: Next) -> Response {
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    tracing::info!(%method, path, status = response.status().as_u16(), "request");
    response
}
