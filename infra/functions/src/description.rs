//! The API's description: the functions' own, in one, and what is said beside them.

use crate::{function::Function, gateway, list::FUNCTIONS};
use axum::http::StatusCode;
use http_edge::ProblemDocument;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Content, OpenApi, Ref, RefOr, Response, ResponseBuilder,
        path::Operation,
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

/// The methods of each path of the API, a line a path: what `http_edge::refuse` refuses by.
#[must_use]
pub fn methods() -> String {
    let mut methods: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    methods.entry(gateway::DESCRIPTION.to_owned()).or_default().insert("GET");
    for operation in gateway::operations() {
        methods.entry(operation.path).or_default().insert(operation.method);
    }
    methods.into_iter().map(|(path, of)| format!("{path} {}\n", Vec::from_iter(of).join(", "))).collect()
}

/// What the gateway refuses before a function is asked, in its words.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description: the gateway writes it")]
struct GatewayRefusal {
    /// What is wrong.
    message: String,
}

/// How an operation is refused before its function reads what is asked: by the gateway, and for a body that is not to be read.
fn refused_at_the_edge(operation: &Operation) -> Vec<(String, RefOr<Response>)> {
    let refused = |status: StatusCode, media_type: &str, schema: &str, why: &str| {
        let content = Content::new(Some(Ref::from_schema_name(schema)));
        let response = ResponseBuilder::new().description(why).content(media_type, content).build();
        (status.as_str().to_owned(), RefOr::T(response))
    };
    let by_gateway = |status, why| refused(status, "application/json", &GatewayRefusal::name(), why);
    let of_body = |status, why| refused(status, "application/problem+json", &ProblemDocument::name(), why);
    let is_public = operation.security == Some(vec![SecurityRequirement::default()]);
    let unauthorized = (!is_public)
        .then(|| by_gateway(StatusCode::UNAUTHORIZED, "There is no token, it is no longer good, or another issuer's."));
    let throttled =
        by_gateway(StatusCode::TOO_MANY_REQUESTS, "More is asked at once than the gateway lets through: ask again.");
    let bodies = operation.request_body.is_some().then(|| {
        [
            of_body(StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than what is read of it."),
            of_body(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "The body is declared as something else, or in another charset than UTF-8.",
            ),
        ]
    });
    unauthorized.into_iter().chain([throttled]).chain(bodies.into_iter().flatten()).collect()
}

/// The whole description.
#[must_use]
pub fn of_api() -> OpenApi {
    let mut description = OpenApi::default();
    for routes in FUNCTIONS.iter().filter_map(Function::routes) {
        description.merge(routes.into_openapi());
    }
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
    schemas.push((GatewayRefusal::name().into_owned(), GatewayRefusal::schema()));
    components.schemas.extend(schemas);
    // Each answer has its words, also where the status says it all.
    let operations = description.paths.paths.values_mut().flat_map(|path| {
        [&mut path.get, &mut path.put, &mut path.post, &mut path.patch, &mut path.delete]
            .into_iter()
            .filter_map(Option::as_mut)
    });
    for operation in operations {
        operation.responses.responses.extend(refused_at_the_edge(operation));
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
    description
}
