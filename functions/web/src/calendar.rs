//! Planned outages in a month's calendar, in the policy's zone, with those that overlap on one interface marked.

use crate::visit::Visit;
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, SecondsFormat, TimeZone, Utc};
use contract::text::folded;
use http::StatusCode;
use serde::Serialize;
use serde_json::Value;

/// How many outages a page of the list has at the most.
const PAGE: usize = 100;
/// How many pages of the list are read at the most, from the month's end back: five hundred outages are more than a calendar shows.
const PAGES_AT_MOST: usize = 5;

#[derive(Serialize)]
struct Month {
    name: String,
    before: String,
    after: String,
    weeks: Vec<Vec<Day>>,
    overlaps: Vec<String>,
    more: bool,
}

#[derive(Serialize)]
struct Day {
    date: String,
    day: u32,
    within: bool,
    outages: Vec<OnDay>,
}

#[derive(Clone, Serialize)]
struct OnDay {
    id: String,
    href: String,
    interface: String,
    from: String,
    till: String,
    status: String,
    overlaps: bool,
}

/// An outage of the list.
struct Planned {
    id: String,
    interface: String,
    status: String,
    start: DateTime<Utc>,
    stop: DateTime<Utc>,
}

impl Planned {
    /// Whether another one is at the same time on the same interface, and neither is cancelled.
    fn overlaps(&self, other: &Self) -> bool {
        self.id != other.id
            && folded(&self.interface) == folded(&other.interface)
            && [self, other].iter().all(|of| of.status != "cancelled")
            && self.start < other.stop
            && other.start < self.stop
    }
}

/// `GET /portal/calendar`, `GET /console/calendar`: leads to the month that it is by the desk's clock.
pub(crate) async fn this_month(visit: Visit) -> Result<Response, Response> {
    let caller = visit.read("/cmp/v1/caller").await?.json().unwrap_or_default();
    let now = caller["now"].as_str().and_then(|now| DateTime::parse_from_rfc3339(now).ok());
    let now = now.map_or_else(Utc::now, |now| now.to_utc()).with_timezone(&visit.web.policy.time_zone);
    Ok(Redirect::to(&format!("{}/calendar/{}", visit.site.path(), now.format("%Y-%m"))).into_response())
}

/// `GET /portal/calendar/2026-03`, `GET /console/calendar/2026-03`: the planned outages of that month, week by week.
pub(crate) async fn month(visit: Visit, Path(month): Path<String>) -> Result<Response, Response> {
    let first = first_of(&month).ok_or_else(|| visit.not_found())?;
    let next = first.checked_add_months(Months::new(1)).ok_or_else(|| visit.not_found())?;
    let zone = visit.web.policy.time_zone;
    let at = |date: NaiveDate| zone.from_local_datetime(&date.into()).earliest().map(|at| at.to_utc());
    let (from, till) = at(first).zip(at(next)).ok_or_else(|| visit.not_found())?;
    let (mut outages, mut query, mut more) = (Vec::new(), format!("limit={PAGE}&to={}", instant(till)), false);
    for page in 0..PAGES_AT_MOST {
        let answer = visit.read(&format!("/cmp/v1/plannedOutage?{query}")).await?;
        outages.extend(answer.json().unwrap_or_default().as_array().into_iter().flatten().filter_map(planned));
        // The latest comes first: what began before the longest window does not last into the month.
        let is_behind = |of: &Planned| of.start < from - visit.web.policy.outages.longest;
        match answer.next().filter(|_| !outages.last().is_some_and(is_behind)) {
            Some(next) => (query, more) = (next, page + 1 == PAGES_AT_MOST),
            None => break,
        }
    }
    outages.retain(|of| of.start < till && of.stop > from);
    outages.sort_by_key(|of| of.start);
    let on = |date: NaiveDate| {
        let (begins, ends) = (at(date), date.checked_add_days(Days::new(1)).and_then(at));
        let of_day = outages.iter().filter(move |of| {
            ends.is_some_and(|ends| of.start < ends) && begins.is_some_and(|begins| of.stop > begins)
        });
        let local = |at: DateTime<Utc>| at.with_timezone(&zone);
        let time = move |at: DateTime<Utc>| match local(at).date_naive() == date {
            true => local(at).format("%H:%M").to_string(),
            false => local(at).format("%e %b").to_string().trim().to_owned(),
        };
        let shown = of_day.map(|of| OnDay {
            id: of.id.clone(),
            href: format!("{}/plannedOutage/{}", visit.site.path(), of.id),
            interface: of.interface.clone(),
            from: time(of.start),
            till: time(of.stop),
            status: of.status.clone(),
            overlaps: outages.iter().any(|other| other.overlaps(of)),
        });
        Day { date: date.to_string(), day: date.day(), within: date.month() == first.month(), outages: shown.collect() }
    };
    let monday = first - Days::new(first.weekday().num_days_from_monday().into());
    let weeks = (0..6).map(|week| monday + Days::new(7 * week)).take_while(|monday| *monday < next);
    let weeks = weeks.map(|monday| (0..7).map(|day| on(monday + Days::new(day))).collect()).collect();
    let pairs =
        outages.iter().enumerate().flat_map(|(at, one)| outages[at + 1..].iter().map(move |other| (one, other)));
    let pairs = pairs.filter(|(one, other)| one.overlaps(other));
    let overlaps = pairs.map(|(one, other)| format!("{} and {} overlap on {}", one.id, other.id, one.interface));
    let before = first.checked_sub_months(Months::new(1)).unwrap_or(first);
    let path = |month: NaiveDate| format!("{}/calendar/{}", visit.site.path(), month.format("%Y-%m"));
    let page = Month {
        name: first.format("%B %Y").to_string(),
        before: path(before),
        after: path(next),
        overlaps: overlaps.collect(),
        weeks,
        more,
    };
    Ok(visit.page((StatusCode::OK, "calendar.html"), &format!("{}/calendar", visit.site.path()), page))
}

/// An instant in a query.
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The first day of a month of this century, `2026-03`.
fn first_of(month: &str) -> Option<NaiveDate> {
    let is_month = month.len() == 7 && month.starts_with("20");
    NaiveDate::parse_from_str(&format!("{month}-01"), "%Y-%m-%d").ok().filter(|_| is_month)
}

fn planned(outage: &Value) -> Option<Planned> {
    let text = |name: &str| outage[name].as_str().map(str::to_owned);
    let at = |name: &str| DateTime::parse_from_rfc3339(outage[name].as_str()?).ok().map(|at| at.to_utc());
    Some(Planned {
        id: text("id")?,
        interface: text("interface").unwrap_or_default(),
        status: text("status").unwrap_or_default(),
        start: at("start")?,
        stop: at("stop")?,
    })
}
