//! `attachment`: documents of change requests, such as the material that substantiates a denial (CR-07), and of tickets, such as
//! traces and screen shots (TT-02). They come and go past the gateway, by requests that are signed here; what belongs to a record
//! stays, and stays as it is.

mod change_request;
mod document;
mod ticket;

use chrono::{DateTime, Utc};
use platform::{Services, attachments::Presigned};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(change_request::upload))
        .routes(routes!(change_request::attach))
        .routes(routes!(change_request::download))
        .routes(routes!(ticket::upload))
        .routes(routes!(ticket::attach))
        .routes(routes!(ticket::list))
        .routes(routes!(ticket::download))
}

/// A request that is good until it expires: anybody who has it may make it, as it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignedRequest {
    /// PUT or GET.
    method: &'static str,
    /// The address that the request is sent to.
    url: String,
    /// Headers that are to be sent with it, exactly so.
    headers: BTreeMap<String, String>,
    /// Until when, by real time.
    expires_at: DateTime<Utc>,
}

impl From<Presigned> for SignedRequest {
    fn from(presigned: Presigned) -> Self {
        let Presigned { method, url, headers, expires_at } = presigned;
        Self { method, url, headers: headers.into_iter().collect(), expires_at }
    }
}
