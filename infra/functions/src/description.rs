//! The API's description: the functions' own, in one, and what is said beside them.

use crate::{function::Function, gateway, list::FUNCTIONS};
use axum::http::StatusCode;
use http_edge::ProblemDocument;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        OpenApi, RefOr,
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
    description
}
