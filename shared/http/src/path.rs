//! What a path names.

use crate::Problem;
use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use contract::Refused;
use std::str::FromStr;

/// What the path names, where it names one thing. A text that is no id names nothing.
#[derive(Debug, Clone, Copy)]
pub struct Id<T>(pub T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Refused::NotFound)?;
        Ok(Self(id.parse().map_err(|_| Refused::NotFound)?))
    }
}
