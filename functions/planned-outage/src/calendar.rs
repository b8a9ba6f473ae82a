//! The calendar of planned outages, for everybody (PO-05, PO-06).

use crate::BASE;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{Failed, Instant, Matter};
use desk::{
    Desk,
    store::{List, Span},
};
use domain::outage::Outage;
use http_edge::{Parameters, Problem, ReadRefusals, etag_of, has_already};

/// How many entries it has at the most: the next ones.
const ENTRIES_AT_MOST: usize = 500;
/// How many are read in one call.
const AT_ONCE: usize = 100;
/// For how long a reader may keep it, in seconds.
const KEPT_FOR: u32 = 300;

/// The calendar of planned outages, for everybody: announced, cancelled and ended ones, from the policy's days before now on.
///
/// iCalendar (RFC 5545) with the properties of the NANOG standard for maintenance notifications (`X-MAINTNOTE-...`). Calendar
/// programs subscribe to it. `X-MAINTNOTE-ACCOUNT` is `ALL`: a planned outage is announced to all CLECs. `SEQUENCE` counts the
/// notices, and the start.
#[utoipa::path(
    get, path = "/cmp/v1/plannedOutage/calendar.ics", tag = "plannedOutage", operation_id = "readCalendar",
    security(()),
    responses(
        (status = 200, body = String, content_type = "text/calendar", headers(("ETag" = String, description = "for If-None-Match"))),
        (status = 304, description = "as it was"),
        ReadRefusals,
    )
)]
pub(crate) async fn calendar(
    State(desk): State<Desk>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.end()?;
    let now = desk.clock.now();
    let outages = outages(&desk, now).await?;
    let body = web::calendar::planned_outages(&outages, BASE, now, &desk.policy);
    let etag = etag_of(body.as_bytes());
    let about = [
        (header::CONTENT_TYPE, web::calendar::MEDIA_TYPE.to_owned()),
        (header::CACHE_CONTROL, format!("public, max-age={KEPT_FOR}")),
        (header::ETAG, etag.clone()),
    ];
    if has_already(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    Ok((about, body).into_response())
}

/// What is shown: from the policy's days before now on.
async fn outages(desk: &Desk, now: Instant) -> Result<Vec<Outage>, Failed> {
    let mut span = Span { from: Some(now - desk.policy.outages.shown_for), ..Span::default() };
    let mut shown: Vec<Outage> = Vec::new();
    loop {
        let (page, more) = desk.store.records::<Outage>(&List::outages(), &span, AT_ONCE).await?;
        let last = page.last().map(|outage| (outage.plan.start.unwrap_or(now), Matter::Outage(outage.number)));
        shown.extend(page);
        if !more || last.is_none() || shown.len() >= ENTRIES_AT_MOST {
            shown.truncate(ENTRIES_AT_MOST);
            return Ok(shown);
        }
        span.after = last;
    }
}
