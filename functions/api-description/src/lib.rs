//! `api-description`: the API's description, for everybody; and the answer to what no other function answers. It calls
//! nothing and may call nothing.
//!
//! The document is made from all functions' code: `UPDATE_TABLES=1 cargo test -p tests --test spec openapi` writes it anew,
//! and the same test without that fails while the two differ.

use axum::{
    Router,
    http::header,
    response::{IntoResponse, Response},
    routing::{any, get},
};
use http_edge::Problem;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The document.
pub const DOCUMENT: &str = include_str!("../openapi.json");

/// Of the document: which methods a path has.
#[derive(Deserialize)]
struct Described {
    paths: BTreeMap<String, BTreeMap<String, serde::de::IgnoredAny>>,
}

/// The description, and the refusals: a path that is none, a method that a resource has not.
///
/// # Panics
/// Never: a test reads the document.
pub fn routes() -> Router {
    let described: Described = serde_json::from_str(DOCUMENT).expect("the description is one");
    let document = || async { ([(header::CONTENT_TYPE, "application/json")], DOCUMENT) };
    let mut router = Router::new().route("/openapi.json", get(document).fallback(|| async { not_allowed("GET") }));
    for (path, methods) in described.paths {
        let allowed: Vec<String> = methods.into_keys().map(|method| method.to_uppercase()).collect();
        let allowed = allowed.join(", ");
        router = router.route(&path, any(|| async move { not_allowed(&allowed) }));
    }
    http_edge::logged(router.fallback(|| async { Problem::no_such_resource() }))
}

fn not_allowed(allowed: &str) -> Response {
    ([(header::ALLOW, allowed.to_owned())], Problem::method_not_allowed()).into_response()
}
