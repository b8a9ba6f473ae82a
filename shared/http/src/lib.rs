//! The HTTP edge: problem documents, the caller, bodies and queries, conditions, answers. It knows the domain's values by their
//! words, nothing of what is done with them, nor of where things are kept.
//!
//! What a request says is declared once, as a struct: how is told in [`body`].

mod answer;
mod ask;
pub mod body;
mod caller;
mod conditions;
pub mod json;
mod path;
mod problem;
mod query;
mod refuse;

pub use answer::{Accepted, Answer, Created, New, NoContent, Page, selected};
pub use ask::{BODY_AT_MOST, Input, MergePatch, Nothing, Object, WriteRequest};
pub use body::{
    Acting, Body, Components, Description, Desk, Email, Field, Json, LIST_AT_MOST, Limit, Phone, Read, Reader, Several,
    Spec, Value, WithinText, facts, schema,
};
pub use caller::Caller;
pub use conditions::{Conditions, IdempotencyKeyHeader, IfMatch, IfNoneMatch, etag, etag_of, has_already};
pub use contract::{FieldError, Party, Refused};
pub use http_edge_derive::{Body, route};
pub use path::{At, Id, KeptId, id};
pub use problem::{Problem, ProblemDocument, ProblemField, ReadRefusals, WriteRefusals};
pub use query::{
    LIMIT_AT_MOST, LatestFirst, NoQuery, OFFSET_AT_MOST, OfQuery, Offset, PageLimit, Paging, Place, Query,
};
pub use refuse::refuse;

/// The macros name this crate so, also here.
extern crate self as http_edge;

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, MatchedPath},
    middleware::{Next, from_fn},
    response::Response,
};
use contract::Policy;
use http::{HeaderName, HeaderValue};
use lambda_http::request::RequestContext;
use record::Repeat;
use std::sync::Arc;
use tracing::Instrument;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// What the gateway hands on at the most; larger bodies never come here.
pub const GATEWAY_BODY_AT_MOST: usize = 6 * 1024 * 1024;

/// The header of an answer to a request that repeats an earlier one.
pub const REPEATED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The routes of a function, ready to serve, and their description.
pub fn app<S: Clone + Send + Sync + 'static>(
    routes: OpenApiRouter<S>,
    state: S,
    policy: Arc<Policy>,
) -> (Router, OpenApi) {
    let (router, description) = routes.with_state(state).split_for_parts();
    // In one: each layer of its own is boxed anew for each request.
    let layers = (
        from_fn(log_request),
        from_fn(refuse_heads),
        from_fn(tell_repeat),
        Extension(policy),
        DefaultBodyLimit::max(GATEWAY_BODY_AT_MOST),
    );
    (refusing(router).layer(layers), description)
}

/// Refuses to answer a head alone, which a router otherwise does where it answers the whole: it depends on the gateway's routes, and not on
/// the API's description, whether such a request comes here.
async fn refuse_heads(request: axum::extract::Request, next: Next) -> Response {
    if request.method() == http::Method::HEAD { refuse(request.uri().clone()).await } else { next.run(request).await }
}

/// Says of an answer to a repeated request that it is one (AP-02): its effect was there before.
async fn tell_repeat(mut request: axum::extract::Request, next: Next) -> Response {
    let repeat = Repeat::default();
    request.extensions_mut().insert(repeat.clone());
    let mut response = next.run(request).await;
    if repeat.was_found() {
        response.headers_mut().insert(REPEATED, HeaderValue::from_static("true"));
    }
    response
}

/// Routes of a function that has no desk, ready to serve.
pub fn app_without_desk(router: Router) -> Router {
    refusing(router).layer(from_fn(log_request))
}

/// Pages, ready to serve: they say themselves what is none of them.
pub fn app_of_pages(router: Router) -> Router {
    router.layer(from_fn(log_request))
}

/// Routes that refuse what is none of them.
fn refusing(router: Router) -> Router {
    router.fallback(refuse).method_not_allowed_fallback(refuse)
}

/// One line a request: what was asked and what came of it, never who by name or with which words. What is logged on the
/// way is in its span, which tells the gateway's id of the request, and of which ticket it is, once that is known.
async fn log_request(request: axum::extract::Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let gateway = match request.extensions().get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        _ => None,
    };
    let span = tracing::info_span!("request", gateway, ticket = tracing::field::Empty);
    async {
        let response = next.run(request).await;
        tracing::info!(%method, route, status = response.status().as_u16(), "request");
        response
    }
    .instrument(span)
    .await
}
