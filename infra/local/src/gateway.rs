//! The gateway: the functions' routes behind an authorizer, and answers only when what follows from a write was played.

use crate::{World, identity::Identity, local};
use axum::{
    Json, Router,
    extract::{Request, State},
    http::{Method, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{any, get_service, post},
};
use http_edge::{GATEWAY_BODY_AT_MOST, ProblemDocument};
use lambda_http::{aws_lambda_events::apigw::ApiGatewayV2httpRequestContext, request::RequestContext};
use serde_json::json;
use std::{collections::HashMap, sync::Arc};
use tower::ServiceExt;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        OpenApi, RefOr,
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

/// What everybody may read beside the description.
const CALENDAR: &str = "/cmp/v1/plannedOutage/calendar.ics";

/// All functions' routes and their description; in the cloud each is a function of its own.
pub fn functions(world: &World) -> (Router, OpenApi) {
    let all = [
        ("ticket-intake", ticket_intake::routes()),
        ("ticket-query", ticket_query::routes()),
        ("ticket-status", ticket_status::routes()),
        ("ticket-link", ticket_link::routes()),
        ("ticket-case", ticket_case::routes()),
        ("subscription", subscription::routes()),
        ("party", party::routes()),
        ("planned-outage", planned_outage::routes()),
        ("release", release::routes()),
        ("monthly-meeting", monthly_meeting::routes()),
        ("hub", hub::routes()),
        ("change-request-submission", change_request_submission::routes()),
        ("change-request-progress", change_request_progress::routes()),
        ("change-request-query", change_request_query::routes()),
        ("change-request-attachment", change_request_attachment::routes()),
        ("change-request-archive", change_request_archive::routes()),
    ];
    let (mut router, mut description) = (Router::new(), OpenApi::default());
    for (function, routes) in all {
        let desk = world.desk_of(function);
        let policy = desk.policy.clone();
        let (of_function, described) = http_edge::app(routes, desk, policy);
        router = router.merge(of_function);
        description.merge(described);
    }
    describe(&mut description);
    (router, description)
}

/// The whole application.
pub fn app(world: Arc<World>, identity: Identity) -> Router {
    let (functions, _) = functions(&world);
    // What is no route of another function goes to this one, as the gateway's default route.
    let description = api_description::routes();
    let for_everybody = functions.clone();
    let other = description.clone();
    let behind_authorizer = functions
        .method_not_allowed_fallback(|request: Request| other.oneshot(request))
        .fallback_service(description.clone())
        .layer(from_fn_with_state(world.clone(), play))
        .layer(from_fn_with_state(identity.clone(), authorize));
    Router::new()
        .route("/oauth2/token", post(crate::identity::token).with_state(identity))
        .route("/openapi.json", any(|request: Request| description.oneshot(request)))
        .route(CALENDAR, get_service(for_everybody).fallback_service(behind_authorizer.clone()))
        .nest("/local", local::routes(world))
        .fallback_service(behind_authorizer)
}

/// As API Gateway's JWT authorizer: the claims of a good token go to the function, any other call ends here.
async fn authorize(State(identity): State<Identity>, mut request: Request, next: Next) -> Response {
    let token =
        request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    match token.and_then(|token| identity.verify(token)) {
        Some(claims) => {
            request.extensions_mut().insert(context(&claims));
            next.run(request).await
        }
        None => {
            let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
            (StatusCode::UNAUTHORIZED, challenge, Json(json!({ "message": "Unauthorized" }))).into_response()
        }
    }
}

/// The request context that a function gets from the gateway.
fn context(claims: &HashMap<String, String>) -> RequestContext {
    let id = uuid::Uuid::new_v4().to_string();
    let context = json!({ "requestId": id, "authorizer": { "jwt": { "claims": claims, "scopes": null } }, "http": { "method": "" }, "timeEpoch": 0 });
    let context: ApiGatewayV2httpRequestContext = serde_json::from_value(context).unwrap_or_default();
    RequestContext::ApiGatewayV2(context)
}

/// A write answers when the stream, and the deliveries that follow from it, have been played; also when its client leaves.
async fn play(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    // The body comes first, so that a slow client holds up nobody.
    let (parts, body) = request.into_parts();
    let body = match axum::body::to_bytes(body, GATEWAY_BODY_AT_MOST).await {
        Ok(body) => body,
        Err(_) => {
            return (StatusCode::PAYLOAD_TOO_LARGE, Json(json!({ "message": "Request Entity Too Large" })))
                .into_response();
        }
    };
    let request = Request::from_parts(parts, body.into());
    let written = tokio::spawn(async move {
        let (response, played) = world.write(next.run(request)).await;
        if let Err(error) = played {
            tracing::error!(%error, "the stream could not be played");
        }
        response
    });
    written.await.unwrap_or_else(|error| {
        tracing::error!(%error, "a handler panicked");
        (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "message": "Internal Server Error" }))).into_response()
    })
}

/// What the description says beside the functions' own.
fn describe(description: &mut OpenApi) {
    description.info.title = "Wholesale support desk".to_owned();
    description.info.version = env!("CARGO_PKG_VERSION").to_owned();
    description.info.description = Some(
        "Trouble tickets as TM Forum TMF621 v4 resources, with its hub of events, subscriptions to status notifications, and the words of the contract. \
         Instants are RFC 3339, UTC; durations ISO 8601; dates in the policy's time zone. Errors are RFC 9457 problem documents \
         that name the field and the rule."
            .to_owned(),
    );
    description.info.license = None;
    let scheme = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build());
    let components = description.components.get_or_insert_default();
    components.add_security_scheme("token", scheme);
    // The refusals' bodies: utoipa gathers those of the answers only.
    let mut schemas = vec![(ProblemDocument::name().into_owned(), ProblemDocument::schema())];
    ProblemDocument::schemas(&mut schemas);
    components.schemas.extend(schemas);
    // Each answer has its words, also where the status says it all.
    let operations = description.paths.paths.values_mut().flat_map(|path| {
        [&mut path.get, &mut path.put, &mut path.post, &mut path.patch, &mut path.delete]
            .into_iter()
            .filter_map(Option::as_mut)
    });
    for operation in operations {
        for (status, response) in &mut operation.responses.responses {
            if let RefOr::T(response) = response
                && response.description.is_empty()
            {
                let status = status.parse::<u16>().ok().and_then(|status| StatusCode::from_u16(status).ok());
                status
                    .and_then(|status| status.canonical_reason())
                    .unwrap_or("done")
                    .clone_into(&mut response.description);
            }
        }
    }
    description.security = Some(vec![SecurityRequirement::new("token", Vec::<String>::new())]);
}
