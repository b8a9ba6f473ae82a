//! The calendar of planned outages, for everybody (PO-05, PO-06).

use crate::BASE;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::Failed;
use http_edge::{NoQuery, Problem, etag_of, has_already, route};
use platform::Services;

/// For how long a reader may keep it, in seconds.
const KEPT_FOR: u32 = 300;

/// The calendar of planned outages, for everybody: announced, cancelled and ended ones, from the policy's days before now on.
///
/// iCalendar (RFC 5545) with the properties of the NANOG standard for maintenance notifications (`X-MAINTNOTE-...`). Calendar
/// programs subscribe to it. `X-MAINTNOTE-ACCOUNT` is `ALL`: a planned outage is announced to all CLECs. `SEQUENCE` counts the
/// notices, and the start.
#[route(
    get, "/cmp/v1/plannedOutage/calendar.ics", tag = "plannedOutage", id = "readCalendar", security(()),
    responses(
        (status = 200, body = String, content_type = "text/calendar", headers(("ETag" = String, description = "for If-None-Match"))),
        (status = 304, description = "as it was")
    )
)]
pub(crate) async fn calendar(
    State(services): State<Services>,
    headers: HeaderMap,
    _: NoQuery,
) -> Result<Response, Problem> {
    let now = services.clock.now();
    let outages = services.outages_of_calendar(now).await.map_err(Failed::from)?;
    let body = pages::calendar::planned_outages(&outages, BASE, now, &services.policy);
    let etag = etag_of(body.as_bytes());
    let about = [
        (header::CONTENT_TYPE, pages::calendar::MEDIA_TYPE.to_owned()),
        (header::CACHE_CONTROL, format!("public, max-age={KEPT_FOR}")),
        (header::ETAG, etag.clone()),
    ];
    if has_already(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    Ok((about, body).into_response())
}
