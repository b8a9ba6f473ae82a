//! `party`: who the CLECs are, and whom to reach there and at the desk (12.5, 12.6, 12.9; SB-04, SB-06, SB-07).

mod caller;
mod clec;
mod contact;

use platform::Services;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(caller::read))
        .routes(routes!(clec::register, clec::read))
        .routes(routes!(clec::list))
        .routes(routes!(contact::create, contact::list))
        .routes(routes!(contact::read, contact::update, contact::delete))
        .routes(routes!(contact::verify))
}
