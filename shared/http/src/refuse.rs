//! Refusals of what is no route: there is no such resource, or it has no such method (AP-01).

use crate::Problem;
use axum::response::{IntoResponse, Response};
use http::{Uri, header};
use std::sync::LazyLock;

/// The methods of each path of the API, a line a path: made of all functions' routers, because a resource's methods may be of
/// several functions. `UPDATE_TABLES=1 cargo test -p tests --test spec made` writes it anew.
const METHODS: &str = include_str!("methods.txt");

/// The methods by path, put together when the first request is refused.
static BY_PATH: LazyLock<matchit::Router<&str>> = LazyLock::new(|| {
    let mut paths = matchit::Router::new();
    for (path, methods) in METHODS.lines().filter_map(|line| line.split_once(' ')) {
        if let Err(error) = paths.insert(path, methods) {
            tracing::error!(%error, path, "a path of the API cannot be told from another");
        }
    }
    paths
});

/// Refuses a request that no route takes. A method that is not allowed is told with those that are, of whichever function.
pub async fn refuse(uri: Uri) -> Response {
    match BY_PATH.at(uri.path()) {
        Ok(found) => ([(header::ALLOW, *found.value)], Problem::method_not_allowed()).into_response(),
        Err(_) => Problem::no_such_resource().into_response(),
    }
}
