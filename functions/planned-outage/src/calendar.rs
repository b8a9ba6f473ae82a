//! The calendar of planned outages (PO-05, PO-06): iCalendar (RFC 5545) in the terms of the NANOG standard for maintenance
//! notifications (MAINTNOTE, draft 0.1), for everybody. It tells what all CLECs are told, and nothing else.

use crate::BASE;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{Failed, Instant, Policy};
use desk::{
    Desk,
    store::{List, Span},
};
use domain::outage::{Outage, Plan, State as Stands};
use http_edge::{Parameters, Problem, ReadRefusals};
use icalendar::{Calendar, Class, Component, Event, EventLike, EventStatus, Property};
use sha2::{Digest, Sha256};

/// How many entries it has at the most: the next ones.
const ENTRIES_AT_MOST: usize = 500;
/// How many are read in one call.
const AT_ONCE: usize = 100;
/// Its size, about: a function's answer has at most 6 MB.
const BYTES_AT_MOST: usize = 4_000_000;
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
    let body = whole(&outages(&desk, now).await?, now, &desk.policy);
    let etag = format!("\"{}\"", hex::encode(&Sha256::digest(body.as_bytes())[..16]));
    let about = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8".to_owned()),
        (header::CACHE_CONTROL, format!("public, max-age={KEPT_FOR}")),
        (header::ETAG, etag.clone()),
    ];
    let seen = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if seen.split(',').any(|seen| seen.trim().trim_start_matches("W/") == etag || seen.trim() == "*") {
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
        let last =
            page.last().map(|outage| (outage.plan.start.unwrap_or(now), contract::Matter::Outage(outage.number)));
        shown.extend(page);
        if !more || last.is_none() || shown.len() >= ENTRIES_AT_MOST {
            shown.truncate(ENTRIES_AT_MOST);
            return Ok(shown);
        }
        span.after = last;
    }
}

fn whole(outages: &[Outage], now: Instant, policy: &Policy) -> String {
    let mut calendar = Calendar::empty();
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//Wholesale support desk//Planned outages//EN"))
        .append_property(("CALSCALE", "GREGORIAN"));
    calendar.name(&one_line(&format!("{}: planned outages", policy.provider.name)));
    let mut bytes = 0;
    for outage in outages {
        let Some(event) = event(outage, now, policy) else { continue };
        bytes += event.properties().values().map(|property| property.value().len() + 80).sum::<usize>();
        if bytes > BYTES_AT_MOST {
            tracing::warn!("the calendar is cut: it would be larger than an answer may be");
            break;
        }
        calendar.push(event);
    }
    calendar.to_string()
}

/// An entry; none of what was never announced.
fn event(outage: &Outage, now: Instant, policy: &Policy) -> Option<Event> {
    let (start, stop) = outage.plan.window()?;
    outage.announced_at?;
    let begun = outage.has_begun(now);
    let (status, stands, stop) = match &outage.state {
        Stands::Draft { .. } => return None,
        Stands::Cancelled { .. } => (EventStatus::Cancelled, "CANCELLED", stop),
        Stands::Ended { at, .. } => (EventStatus::Confirmed, "COMPLETED", *at),
        Stands::Announced { .. } if begun => (EventStatus::Confirmed, "IN-PROCESS", stop),
        Stands::Announced { .. } => (EventStatus::Confirmed, "CONFIRMED", stop),
    };
    // Each notice is a new version of the entry, and so is the start, which needs none.
    let sequence = outage.told.notices.saturating_sub(1) + u32::from(begun);
    let revised = if begun { outage.changed_at.max(start) } else { outage.changed_at };
    let interface = outage.plan.interface_told();
    let organizer = &policy.outages.organizer;
    let host = organizer.rsplit_once('@').map_or(organizer.as_str(), |(_, host)| host);
    let summary = match stands {
        "CANCELLED" => format!("Cancelled: planned outage of {interface}"),
        _ => format!("Planned outage of {interface}"),
    };
    let mut event = Event::with_uid(&format!("{}@{host}", outage.number));
    event
        .summary(&one_line(&summary))
        .description(&lines(&description(outage, policy)))
        .starts(start)
        .ends(stop)
        .timestamp(revised)
        .last_modified(revised)
        .created(outage.announced_at.unwrap_or(revised))
        .sequence(sequence)
        .class(Class::Public)
        .status(status)
        .add_property("TRANSP", "TRANSPARENT")
        .append_property(
            Property::new("ORGANIZER", format!("mailto:{organizer}"))
                .add_parameter("CN", &one_line(&policy.provider.name).replace('"', "'"))
                .done(),
        )
        .append_property(text("X-MAINTNOTE-PROVIDER", &policy.provider.name))
        .append_property(("X-MAINTNOTE-ACCOUNT", "ALL"))
        .append_property(("X-MAINTNOTE-MAINTENANCE-ID", outage.number.to_string().as_str()))
        .append_property(text("X-MAINTNOTE-OBJECT-ID", interface))
        .append_property(("X-MAINTNOTE-IMPACT", outage.plan.maintenance_impact.word()))
        .append_property(("X-MAINTNOTE-STATUS", stands));
    Some(event.done())
}

/// What people read.
fn description(outage: &Outage, policy: &Policy) -> String {
    let Plan { description, workaround, .. } = &outage.plan;
    let mut words: Vec<String> = description.iter().cloned().collect();
    words.extend(workaround.as_ref().map(|workaround| format!("Workaround: {workaround}")));
    match &outage.state {
        Stands::Cancelled { reason, .. } => words.push(format!("Cancelled: {reason}")),
        Stands::Ended { detail: Some(detail), .. } => words.push(format!("Ended: {detail}")),
        _ => {}
    }
    words.extend(outage.overruns.iter().map(|ticket| format!("Ticket raised: {ticket}")));
    words.push(format!("Contact: {}", outage.plan.contact(policy)));
    words.push(format!("{BASE}/{}", outage.number));
    words.join("\n\n")
}

/// A property of free text: named so, that it is written as such.
fn text(name: &str, value: &str) -> Property {
    Property::new(name, one_line(value)).add_parameter("VALUE", "TEXT").done()
}

/// A line's breaks are the calendar's own.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn one_line(text: &str) -> String {
    lines(text).split_whitespace().collect::<Vec<_>>().join(" ")
}
