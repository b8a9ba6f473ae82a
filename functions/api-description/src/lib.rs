//! `api-description`: the API's description, for everybody; and the answer to what no other function answers. It calls
//! nothing and may call nothing.
//!
//! The document is made from all functions' code: `UPDATE_TABLES=1 cargo test -p tests --test spec made` writes it anew, and
//! the same test without that fails while the two differ.

use axum::{Router, http::header, routing::get};

/// The OpenAPI document of the whole API, as JSON.
pub const DOCUMENT: &str = include_str!("../openapi.json");

/// The description; what is no route is refused, as by every function.
pub fn routes() -> Router {
    let document = || async { ([(header::CONTENT_TYPE, "application/json")], DOCUMENT) };
    http_edge::app_without_desk(Router::new().route("/openapi.json", get(document)))
}
