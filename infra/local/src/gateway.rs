//! The gateway: dispatches each request to a function by the same routes as API Gateway, behind an authorizer. A write is
//! answered only when the stream that follows from it has been played.

use crate::{
    World,
    aws::Answer,
    home,
    identity::{self, Identity},
    local,
};
use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    handler::Handler,
    http::{Method, StatusCode, header, uri::Authority},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::get,
};
use functions::{
    FUNCTIONS, Trigger,
    gateway::{Route, routes, select},
    web::{
        self, Web,
        ask::{Ask, Unanswered},
        session::SessionKeys,
        sign_in::{ApiToken, Issuer},
    },
};
use http_body_util::LengthLimitError;
use http_edge::GATEWAY_BODY_AT_MOST;
use lambda_http::{aws_lambda_events::apigw::ApiGatewayV2httpRequestContext, request::RequestContext};
use percent_encoding::percent_decode_str;
use serde_json::json;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, OnceLock},
};
use tower::ServiceExt;

/// The name of the function that makes the pages.
const WEB: &str = "web";

/// What dispatching a request needs.
struct Gateway {
    world: Arc<World>,
    identity: Identity,
    routes: Vec<Route>,
    functions: HashMap<&'static str, Router>,
    /// The pages, which ask this gateway: there when it is.
    pages: OnceLock<Router>,
}

/// The whole application.
///
/// # Errors
/// When the pages cannot be set up.
pub fn app(world: Arc<World>, identity: Identity) -> anyhow::Result<Router> {
    let gateway = Arc::new(Gateway {
        functions: functions(&world),
        routes: routes(),
        identity: identity.clone(),
        world: world.clone(),
        pages: OnceLock::new(),
    });
    let address = identity.issuer().to_owned();
    let app = Router::new()
        .merge(identity.routes())
        .nest("/local", local::routes(world.clone()))
        .route("/", get(home::home).post(home::turn).with_state(world.clone()))
        .fallback_service(dispatch.with_state(gateway.clone()));
    let pages = web::routes(pages(&world, address, app.clone())?)?;
    gateway.pages.get_or_init(|| pages);
    Ok(app.layer(from_fn(from_this_machine)))
}

/// What the pages need: they ask this gateway, in process.
fn pages(world: &World, address: String, app: Router) -> anyhow::Result<Web> {
    let ask = Ask::by(move |request: http::Request<Vec<u8>>| {
        let app = app.clone();
        async move {
            let response = app.oneshot(request.map(Body::from)).await.into_response();
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, usize::MAX).await.map_err(|error| Unanswered("the desk".into(), error.into()))?;
            Ok(http::Response::from_parts(parts, body.to_vec()))
        }
    });
    Ok(Web {
        ask,
        api: address.clone(),
        sites: address.clone(),
        issuer: Issuer::new(&address, identity::PAGES, ApiToken::Access)?,
        address,
        // Made at each start, as the key of the tokens is: who was signed in signs in again.
        keys: SessionKeys::new(&[uuid::Uuid::new_v4(), uuid::Uuid::new_v4()].map(|of| of.to_string()).concat(), None)?,
        policy: world.desk_of(WEB).policy,
    })
}

/// Whether an address is one of the public sites, which have a host of their own in the cloud.
fn is_of_sites(path: &str) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    matches!(first, "events" | "assets") || first == "cmp" && !path.starts_with("/cmp/v1/")
}

/// Whether an address is one of the pages behind a sign-in. They write nothing by themselves: what they ask for is played when it is asked.
fn is_of_pages(path: &str) -> bool {
    web::FOLDERS
        .iter()
        .any(|folder| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// A file of the public sites, as the cache in front of the bucket serves it; nothing of the API is behind it.
fn site(world: &World, request: &Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = percent_decode_str(request.uri().path()).decode_utf8_lossy();
    let own = [
        (header::CONTENT_SECURITY_POLICY, pages::html::SITE_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    let Answer { status, headers, body } = world.site_file(&path);
    (StatusCode::from_u16(status).unwrap_or_default(), own, headers, body).into_response()
}

/// Answers only what is asked of this machine by name. A page of another site that a browser on this machine shows can send requests
/// here, and can have its own name resolved to this machine's address; the browser then names that site in `Origin` or in `Host`.
async fn from_this_machine(request: Request, next: Next) -> Response {
    let names = |name: header::HeaderName| {
        let value = request.headers().get(name)?;
        let authority = value.to_str().ok().map(|value| value.split_once("://").map_or(value, |(_, rest)| rest));
        Some(authority.and_then(|authority| authority.parse::<Authority>().ok()))
    };
    let asked = [header::HOST, header::ORIGIN].map(names);
    if asked.iter().flatten().all(|authority| authority.as_ref().is_some_and(is_this_machine)) {
        return next.run(request).await;
    }
    let message = "the local desk answers to localhost alone, and to no page of another site";
    (StatusCode::FORBIDDEN, Json(json!({ "message": message }))).into_response()
}

fn is_this_machine(authority: &Authority) -> bool {
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The functions behind the API, each by itself, as in the cloud.
fn functions(world: &World) -> HashMap<&'static str, Router> {
    let behind_api = FUNCTIONS.iter().flat_map(|function| {
        function.triggers.iter().filter_map(|trigger| match trigger {
            Trigger::Api(routes) => {
                let desk = world.desk_of(function.name);
                let policy = desk.policy.clone();
                Some((function.name, http_edge::app(routes(), desk, policy).0))
            }
            Trigger::Otherwise(routes) => Some((function.name, routes())),
            _ => None,
        })
    });
    behind_api.collect()
}

/// Dispatches a request to the function of its route. As with API Gateway's JWT authorizer, the function gets the claims of a
/// valid token; without one the request is refused here, unless its route is public.
async fn dispatch(State(gateway): State<Arc<Gateway>>, mut request: Request) -> Response {
    if is_of_sites(request.uri().path()) {
        return site(&gateway.world, &request);
    }
    if let Some(pages) = gateway.pages.get().filter(|_| is_of_pages(request.uri().path())) {
        return pages.clone().oneshot(request).await.into_response();
    }
    let route = select(&gateway.routes, request.method().as_str(), request.uri().path());
    let Some((route, function)) =
        route.and_then(|route| Some((route, gateway.functions.get(route.function.as_str())?)))
    else {
        return (StatusCode::NOT_FOUND, Json(json!({ "message": "Not Found" }))).into_response();
    };
    if route.authorized {
        let token = request.headers().get(header::AUTHORIZATION).and_then(|value| {
            let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
            scheme.eq_ignore_ascii_case("Bearer").then_some(token)
        });
        let Some(claims) = token.and_then(|token| gateway.identity.verify(token)) else {
            let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
            return (StatusCode::UNAUTHORIZED, challenge, Json(json!({ "message": "Unauthorized" }))).into_response();
        };
        request.extensions_mut().insert(context(&claims));
    }
    call(gateway.world.clone(), function.clone(), request).await
}

/// The request context that a function gets from the gateway.
fn context(claims: &HashMap<String, String>) -> RequestContext {
    let id = uuid::Uuid::new_v4().to_string();
    let context = json!({ "requestId": id, "authorizer": { "jwt": { "claims": claims, "scopes": null } }, "http": { "method": "" }, "timeEpoch": 0 });
    let context: ApiGatewayV2httpRequestContext = serde_json::from_value(context).unwrap_or_default();
    RequestContext::ApiGatewayV2(context)
}

/// Calls a function. A write answers when the stream, and the deliveries that follow from it, have been played; also when
/// its client leaves.
async fn call(world: Arc<World>, function: Router, request: Request) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return function.oneshot(request).await.into_response();
    }
    // The body comes first, so that a slow client holds up nobody.
    let (parts, body) = request.into_parts();
    let body = match to_bytes(body, GATEWAY_BODY_AT_MOST).await {
        Ok(body) => body,
        Err(error) => {
            let (status, message) = match error.into_inner().is::<LengthLimitError>() {
                true => (StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large"),
                false => (StatusCode::BAD_REQUEST, "Bad Request"),
            };
            return (status, Json(json!({ "message": message }))).into_response();
        }
    };
    let request: Request = Request::from_parts(parts, body.into());
    let written = tokio::spawn(async move {
        let (response, played) = world.write(function.oneshot(request)).await;
        if let Err(error) = played {
            tracing::error!(%error, "the stream could not be played");
        }
        response.into_response()
    });
    written.await.unwrap_or_else(|error| {
        tracing::error!(%error, "a handler panicked");
        (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "message": "Internal Server Error" }))).into_response()
    })
}
