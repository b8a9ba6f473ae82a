//! `monthly-meeting`: when the monthly CMP meetings are, and what each goes through, as data and as a document to print (CR-17,
//! CR-06, CR-08, TT-11, TT-17).

mod package;
mod printed;
mod systems;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{Datelike, Months, NaiveDate};
use contract::{Failed, Party};
use desk::Desk;
use domain::change_request::{
    Kind,
    meeting::{MEETINGS, between},
};
use http_edge::{Caller, Id, Parameters, Problem, ReadRefusals, etag_of, has_already};
use package::Package;
use serde::Serialize;
use serde_json::json;
use std::str::FromStr;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Where the meetings are.
const BASE: &str = "/cmp/v1/monthlyMeeting";
/// How far ahead meetings are listed.
const MONTHS: Months = Months::new(12);
/// Between which years meetings are asked for.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(read))
        .routes(routes!(page))
        .routes(routes!(document))
        .routes(routes!(systems::date_tbd))
        .routes(routes!(systems::monthly))
}

/// A meeting.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MonthlyMeeting)]
struct Meeting {
    /// Its date.
    date: NaiveDate,
    /// What it is of: productProcess, systems, or both on one day.
    kinds: Vec<&'static str>,
    /// Where its package is.
    href: String,
}

/// A meeting's date as people write it, and no other text that could be read as one.
#[derive(Debug, Clone, Copy)]
struct Date(NaiveDate);

impl FromStr for Date {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let date = text.parse::<NaiveDate>().ok().filter(|date| date.to_string() == text);
        date.filter(|date| YEARS.contains(&date.year()))
            .map(Self)
            .ok_or("is a date, such as 2026-03-18, of the years 2000 to 2100")
    }
}

/// Lists the meetings of the twelve months from a date on. Where both kinds meet on one day, that is one meeting.
#[utoipa::path(
    get, path = "/cmp/v1/monthlyMeeting", tag = "monthlyMeeting", operation_id = "listMonthlyMeeting",
    params(
        ("from" = Option<String>, Query, description = "from this date on, today when left out"),
        ("kind" = Option<String>, Query, description = "productProcess or systems, both when left out"),
    ),
    responses((status = 200, body = Vec<Meeting>), ReadRefusals)
)]
async fn list(State(desk): State<Desk>, _: Caller, mut parameters: Parameters) -> Result<Response, Problem> {
    let from = parameters.parsed::<Date>("from", "CR-17");
    let kind = parameters.parsed::<Kind>("kind", "CR-17");
    if kind.is_some_and(|kind| !MEETINGS.contains(&kind)) {
        parameters.fault("kind", "CR-17", "is productProcess or systems");
    }
    parameters.end()?;
    let from = from.map_or_else(|| today(&desk), |Date(from)| from);
    let meetings: Vec<Meeting> = between(from, from + MONTHS, &desk.policy)
        .into_iter()
        .filter(|(_, kinds)| kind.is_none_or(|kind| kinds.contains(&kind)))
        .map(|(date, kinds)| Meeting { date, kinds: words(&kinds), href: format!("{BASE}/{date}") })
        .collect();
    Ok(Json(meetings).into_response())
}

/// Reads a meeting's package: what is presented and answered there, what is due, disputed and implemented; of a systems meeting
/// also the Date TBD list and the release problems, as far as their reader may know of them.
///
/// A change request is on the agenda from the meeting that its receipt leads to, or its response, up to the one where it is
/// presented; until it is, up to the next. It is told as things stand at `asOf`, without change requests that are over.
#[utoipa::path(
    get, path = "/cmp/v1/monthlyMeeting/{date}", tag = "monthlyMeeting", operation_id = "readMonthlyMeeting",
    params(("date" = String, Path), ("If-None-Match" = Option<String>, Header)),
    responses(
        (status = 200, body = Package, headers(("ETag" = String, description = "for If-None-Match"))),
        (status = 304, description = "as it was"),
        ReadRefusals,
    )
)]
async fn read(
    State(desk): State<Desk>,
    Id(Date(date)): Id<Date>,
    caller: Caller,
    headers: HeaderMap,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.end()?;
    let package = package(&desk, date, caller.party()).await?;
    Ok(fresh(&package, &headers, || Ok(Json(&package).into_response()))?)
}

/// The same as a web page, to read and to print.
#[utoipa::path(
    get, path = "/cmp/v1/monthlyMeeting/{date}/package.html", tag = "monthlyMeeting",
    operation_id = "readMonthlyMeetingPage",
    params(("date" = String, Path), ("If-None-Match" = Option<String>, Header)),
    responses(
        (status = 200, body = String, content_type = "text/html", headers(("ETag" = String, description = "for If-None-Match"))),
        (status = 304, description = "as it was"),
        ReadRefusals,
    )
)]
async fn page(
    State(desk): State<Desk>,
    Id(Date(date)): Id<Date>,
    caller: Caller,
    headers: HeaderMap,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.end()?;
    let package = package(&desk, date, caller.party()).await?;
    let about = [
        (header::CONTENT_TYPE, web::html::MEDIA_TYPE),
        (header::CONTENT_DISPOSITION, "inline"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, web::html::CONTENT_SECURITY_POLICY),
    ];
    Ok(fresh(&package, &headers, || {
        Ok((about, web::html::document(&printed::document(&package, &desk.policy))?).into_response())
    })?)
}

/// The same as a document of a word processor (Office Open XML), to download.
#[utoipa::path(
    get, path = "/cmp/v1/monthlyMeeting/{date}/package.docx", tag = "monthlyMeeting",
    operation_id = "readMonthlyMeetingDocument",
    params(("date" = String, Path), ("If-None-Match" = Option<String>, Header)),
    responses(
        (
            status = 200, body = Vec<u8>, headers(("ETag" = String, description = "for If-None-Match")),
            content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (status = 304, description = "as it was"),
        ReadRefusals,
    )
)]
async fn document(
    State(desk): State<Desk>,
    Id(Date(date)): Id<Date>,
    caller: Caller,
    headers: HeaderMap,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.end()?;
    let package = package(&desk, date, caller.party()).await?;
    let file = format!("attachment; filename=\"monthly-meeting-{date}.docx\"");
    let about = [(header::CONTENT_TYPE, web::docx::MEDIA_TYPE.to_owned()), (header::CONTENT_DISPOSITION, file)];
    Ok(fresh(&package, &headers, || {
        Ok((about, web::docx::document(&printed::document(&package, &desk.policy))?).into_response())
    })?)
}

/// A meeting's package for a party; there is none on other days.
async fn package(desk: &Desk, date: NaiveDate, party: &Party) -> Result<Package, Failed> {
    let meeting = desk.monthly_meeting(date, party).await?;
    Ok(Package::of(&meeting, party, &desk.policy))
}

/// What is answered, unless the reader has it already: whatever its form, and whenever it was made.
fn fresh(
    package: &Package,
    asked: &HeaderMap,
    answer: impl FnOnce() -> Result<Response, Failed>,
) -> Result<Response, Failed> {
    let mut content = json!(package);
    content.as_object_mut().map(|content| content.remove("asOf"));
    let etag = etag_of(content.to_string().as_bytes());
    let about = [(header::ETAG, format!("W/{etag}")), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
    if has_already(asked, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    Ok((about, answer()?).into_response())
}

fn words(kinds: &[Kind]) -> Vec<&'static str> {
    kinds.iter().map(|kind| kind.word()).collect()
}

fn today(desk: &Desk) -> NaiveDate {
    let now = desk.clock.now();
    desk.policy.calendar(now).date(now)
}
