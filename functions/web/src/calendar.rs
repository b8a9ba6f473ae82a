//! Planned outages in a month's calendar, in the policy's zone, with those that overlap on one interface marked.

use crate::{Person, Web, api::Api, layout, not_found, refused_by, to_sign_in, unanswered};
use axum::{
    extract::{OriginalUri, Path, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, SecondsFormat, TimeZone, Utc};
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

/// `GET /console/calendar`: leads to the month of the next monthly meeting, by the desk's clock.
pub(crate) async fn this_month(State(web): State<Web>, person: Person, OriginalUri(uri): OriginalUri) -> Response {
    let api = Api::new(&web, &person.session.token);
    let next = match api.get("/cmp/v1/meeting?limit=1").await {
        Ok(answer) if answer.status == StatusCode::UNAUTHORIZED => return to_sign_in(uri.path()),
        Ok(answer) => answer.json().and_then(|meetings| meetings[0]["month"].as_str().map(str::to_owned)),
        Err(error) => return unanswered(&web, person.of(), &error),
    };
    let month = next.unwrap_or_else(|| Utc::now().with_timezone(&web.policy.time_zone).format("%Y-%m").to_string());
    Redirect::to(&format!("{}/calendar/{month}", person.site.path())).into_response()
}

/// `GET /console/calendar/2026-03`.
pub(crate) async fn month(
    State(web): State<Web>,
    person: Person,
    Path(month): Path<String>,
    OriginalUri(uri): OriginalUri,
) -> Response {
    let Some(first) = first_of(&month) else { return not_found(&web, &person) };
    let Some(next) = first.checked_add_months(Months::new(1)) else { return not_found(&web, &person) };
    let zone = web.policy.time_zone;
    let at = |date: NaiveDate| zone.from_local_datetime(&date.into()).earliest().map(|at| at.to_utc());
    let (Some(from), Some(till)) = (at(first), at(next)) else { return not_found(&web, &person) };
    let api = Api::new(&web, &person.session.token);
    let (mut outages, mut query, mut more) = (Vec::new(), format!("limit={PAGE}&to={}", instant(till)), false);
    for page in 0..PAGES_AT_MOST {
        let answer = match api.get(&format!("/cmp/v1/plannedOutage?{query}")).await {
            Ok(answer) if answer.status == StatusCode::UNAUTHORIZED => return to_sign_in(uri.path()),
            Ok(answer) if answer.status.is_success() => answer,
            Ok(refused) => return refused_by(&web, &person, &refused),
            Err(error) => return unanswered(&web, person.of(), &error),
        };
        outages.extend(answer.json().unwrap_or_default().as_array().into_iter().flatten().filter_map(planned));
        match answer.next() {
            Some(next) => (query, more) = (next, page + 1 == PAGES_AT_MOST),
            None => break,
        }
    }
    outages.retain(|of| of.start < till && of.stop > from);
    outages.sort_by_key(|of| of.start);
    let overlapping = |one: &Planned| {
        outages.iter().find(|other| {
            other.id != one.id
                && other.interface == one.interface
                && other.status != "cancelled"
                && one.status != "cancelled"
                && other.start < one.stop
                && one.start < other.stop
        })
    };
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
            href: format!("{}/plannedOutage/{}", person.site.path(), of.id),
            interface: of.interface.clone(),
            from: time(of.start),
            till: time(of.stop),
            status: of.status.clone(),
            overlaps: overlapping(of).is_some(),
        });
        Day { date: date.to_string(), day: date.day(), within: date.month() == first.month(), outages: shown.collect() }
    };
    let monday = first - Days::new(first.weekday().num_days_from_monday().into());
    let weeks = (0..6).map(|week| monday + Days::new(7 * week)).take_while(|monday| *monday < next);
    let weeks = weeks.map(|monday| (0..7).map(|day| on(monday + Days::new(day))).collect()).collect();
    let overlaps = outages.iter().filter_map(|one| {
        let other = overlapping(one).filter(|other| one.id < other.id)?;
        Some(format!("{} and {} overlap on {}", one.id, other.id, one.interface))
    });
    let before = first.checked_sub_months(Months::new(1)).unwrap_or(first);
    let path = |month: NaiveDate| format!("{}/calendar/{}", person.site.path(), month.format("%Y-%m"));
    let page = Month {
        name: first.format("%B %Y").to_string(),
        before: path(before),
        after: path(next),
        overlaps: overlaps.collect(),
        weeks,
        more,
    };
    layout::page(
        &web,
        person.of(),
        (StatusCode::OK, "calendar.html"),
        &format!("{}/calendar", person.site.path()),
        page,
    )
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
