//! `measurement`: what is measured of purchased offerings comes in, one at a time and many at once, and is read again: each by itself, taken
//! together, held against what was agreed (QS-04), and by groups of what is alike (QS-05).

mod bulk;
mod conformance;
mod performance;
mod range;
mod read;
mod taking;
mod written;

use platform::Services;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Where measurements are.
pub(crate) const BASE: &str = "/cmp/v1/measurement";

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(taking::take, read::list))
        .routes(routes!(taking::take_bulk))
        .routes(routes!(conformance::read))
        .routes(routes!(performance::read))
}
