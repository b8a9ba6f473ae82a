//! `monthly-meeting`: when the meetings of the CMP are, and what each goes through, as data and as a document to print (CR-17,
//! CR-06, CR-08, TT-11, TT-17).

mod meetings;
mod package;
mod printed;
mod systems;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{Datelike, Months, NaiveDate};
use cmp_api::{MeetingShown, PACKAGES};
use contract::{ClecId, Failed, Party, Policy, Refused};
use domain::meeting::MeetingKind;
use http_edge::{
    Answer, At, Body, Caller, Field, IfNoneMatch, Nothing, Problem, Query, Spec, Value, WriteRequest, etag_of, route,
};
use package::Package;
use pages::Document;
use platform::Services;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::str::FromStr;
use strum::VariantArray;
use utoipa::{
    ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type},
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// How far ahead meetings are listed.
const MONTHS: Months = Months::new(12);
/// Between which years meetings are asked for.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(meetings::list))
        .routes(routes!(meetings::read))
        .routes(routes!(list))
        .routes(routes!(read))
        .routes(routes!(page))
        .routes(routes!(document))
        .routes(routes!(distribute))
        .routes(routes!(systems::date_tbd))
        .routes(routes!(systems::monthly))
}

/// A monthly CMP meeting.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MonthlyMeeting)]
struct Meeting {
    /// The date of the meeting.
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

impl Value for Date {
    fn read(given: http_edge::Json, at: &mut Field<'_, '_>) -> Option<Self> {
        at.parsed(&given)
    }

    fn schema(_: &Spec) -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Date);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).examples(["2026-03-18"]).into()
    }
}

/// For whom a package is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "camelCase")]
enum Audience {
    /// To be handed out: what each CLEC may know, and nothing that only one may.
    Clecs,
    /// For the provider's people alone.
    Desk,
}

impl Value for Audience {
    fn read(given: http_edge::Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let text = at.text(&given)?;
        let audience = text.parse().ok();
        if audience.is_none() {
            at.fault(at.spec.rule, "is clecs or desk");
        }
        audience
    }

    fn schema(_: &Spec) -> RefOr<Schema> {
        let words = Self::VARIANTS.iter().map(<&'static str>::from);
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
    }
}

/// For whom the package of a meeting is made.
#[derive(Debug, Body)]
#[body(rule = "CR-17")]
struct MadeFor {
    /// `clecs` makes the package that is handed out: it holds what each CLEC may know. `desk` makes the provider's own, which is marked
    /// as internal on each page. Without this parameter, the provider gets the one for `clecs`, and a CLEC its own: that one
    /// also holds what only this CLEC may know. From the meeting's day on, all are told the package that was distributed, if one was,
    /// and only `desk` is made of what is known now.
    #[body(name = "for")]
    audience: Option<Audience>,
}

/// Which meetings are listed.
#[derive(Debug, Body)]
#[body(rule = "CR-17")]
struct Wanted {
    /// From this date on, today when left out.
    from: Option<Date>,
    /// Of this kind, of both when left out.
    kind: Option<MeetingKind>,
}

/// Lists the meetings of the twelve months from a date on. Where both kinds meet on one day, that is one meeting.
#[route(get, "/cmp/v1/monthlyMeeting", tag = "monthlyMeeting", id = "listMonthlyMeeting")]
async fn list(
    State(services): State<Services>,
    _: Caller,
    Query(Wanted { from, kind }): Query<Wanted>,
) -> Result<Json<Vec<Meeting>>, Problem> {
    let from = from.map_or_else(|| services.today(), |Date(from)| from);
    let calendar = services.store.meeting_calendar().await.map_err(Failed::from)?;
    let meetings = calendar
        .between(from, from + MONTHS, &services.policy)
        .into_iter()
        .filter(|(_, kinds)| kind.is_none_or(|kind| kinds.contains(&kind)))
        .map(|(date, kinds)| Meeting { date, kinds: words(&kinds), href: format!("{PACKAGES}/{date}") });
    Ok(Json(meetings.collect()))
}

/// Which meeting a path names.
#[derive(Debug, Body)]
struct MeetingPath {
    date: Date,
}

/// Reads a meeting's package: what is presented and answered there, what is due, disputed and implemented; of a systems meeting
/// also the Date TBD list and the release problems, as far as their reader may know of them.
///
/// A change request is on the agenda from the meeting that its receipt leads to, or its response, up to the one where it is
/// presented; until it is, up to the next. It is told as things stand at `asOf`, without change requests that are over.
#[route(
    get, "/cmp/v1/monthlyMeeting/{date}", tag = "monthlyMeeting", id = "readMonthlyMeeting",
    responses(
        (status = 200, body = Package, headers(("ETag" = String, description = "for If-None-Match"))),
        (status = 304, description = "as it was")
    )
)]
async fn read(
    State(services): State<Services>,
    At(MeetingPath { date: Date(date) }): At<MeetingPath>,
    caller: Caller,
    seen: IfNoneMatch,
    Query(made): Query<MadeFor>,
) -> Result<Response, Problem> {
    let told = told(&services, date, made, caller.party()).await?;
    Ok(fresh(&told, &seen, || Ok(Json(&told.content).into_response()))?)
}

/// The same as a web page, to read and to print.
#[route(
    get, "/cmp/v1/monthlyMeeting/{date}/package.html", tag = "monthlyMeeting", id = "readMonthlyMeetingPage",
    responses(
        (status = 200, body = String, headers(("ETag" = String, description = "for If-None-Match")), content_type = "text/html"),
        (status = 304, description = "as it was")
    )
)]
async fn page(
    State(services): State<Services>,
    At(MeetingPath { date: Date(date) }): At<MeetingPath>,
    caller: Caller,
    seen: IfNoneMatch,
    Query(made): Query<MadeFor>,
) -> Result<Response, Problem> {
    let told = told(&services, date, made, caller.party()).await?;
    let about = [
        (header::CONTENT_TYPE, pages::html::MEDIA_TYPE),
        (header::CONTENT_DISPOSITION, "inline"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, pages::html::CONTENT_SECURITY_POLICY),
    ];
    Ok(fresh(&told, &seen, || Ok((about, pages::html::document(&told.printed)?).into_response()))?)
}

/// The same as a document of a word processor (Office Open XML), to download.
#[route(
    get, "/cmp/v1/monthlyMeeting/{date}/package.docx", tag = "monthlyMeeting", id = "readMonthlyMeetingDocument",
    responses(
        (status = 200, body = Vec<u8>, headers(("ETag" = String, description = "for If-None-Match")),
            content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (status = 304, description = "as it was")
    )
)]
async fn document(
    State(services): State<Services>,
    At(MeetingPath { date: Date(date) }): At<MeetingPath>,
    caller: Caller,
    seen: IfNoneMatch,
    Query(made): Query<MadeFor>,
) -> Result<Response, Problem> {
    let told = told(&services, date, made, caller.party()).await?;
    let file = format!("attachment; filename=\"monthly-meeting-{date}.docx\"");
    let about = [(header::CONTENT_TYPE, pages::docx::MEDIA_TYPE.to_owned()), (header::CONTENT_DISPOSITION, file)];
    Ok(fresh(&told, &seen, || Ok((about, pages::docx::document(&told.printed)?).into_response()))?)
}

/// A package as it is told: its content, and what is printed of it.
#[derive(Debug, Serialize, Deserialize)]
struct Told {
    content: serde_json::Value,
    printed: Document,
}

impl Told {
    fn of(package: &Package, policy: &Policy) -> Self {
        Self { content: json!(package), printed: printed::document(package, policy) }
    }
}

/// A meeting's package as it is told to somebody; there is none on other days. From the meeting's day on it is the one that was
/// distributed, if one was, and if no meeting was moved onto its date or away from it since; for the desk it is made of what is known now.
async fn told(
    services: &Services,
    date: NaiveDate,
    MadeFor { audience }: MadeFor,
    party: &Party,
) -> Result<Told, Failed> {
    let reader = match (audience, party) {
        (Some(Audience::Desk), Party::Clec(_)) => {
            return Err(Refused::forbidden("CR-17", "the package for the desk is the provider's own").into());
        }
        (Some(Audience::Clecs), _) | (None, Party::Provider) => Party::Clec(ClecId::of_nobody()),
        (Some(Audience::Desk), Party::Provider) | (None, Party::Clec(_)) => party.clone(),
    };
    if audience != Some(Audience::Desk)
        && date <= services.today()
        && let Some(kept) = services.distributed_package(date).await?
    {
        return serde_json::from_str(&kept).map_err(|error| Failed::Broken(error.into()));
    }
    let meeting = services.monthly_meeting(date, &reader).await?;
    Ok(Told::of(&Package::of(&meeting, &reader, &services.policy), &services.policy))
}

/// Distributes the package of a date to the CLECs: it is kept as it is now, is told so from the meeting's day on, and all who get
/// notices of change requests are told. Until that day it may be distributed anew (CR-20).
#[route(post, "/cmp/v1/monthlyMeeting/{date}/distribution", tag = "monthlyMeeting", id = "distributeMonthlyMeeting")]
async fn distribute(
    State(services): State<Services>,
    At(MeetingPath { date: Date(date) }): At<MeetingPath>,
    ask: WriteRequest<Nothing>,
) -> Result<Answer<MeetingShown>, Problem> {
    let nobody = Party::Clec(ClecId::of_nobody());
    let meeting = services.monthly_meeting(date, &nobody).await?;
    let mut package = Package::of(&meeting, &nobody, &services.policy);
    package.distributed_at = Some(meeting.as_of);
    let told = json!(Told::of(&package, &services.policy)).to_string();
    let (of, first) = ((date, meeting.kinds.as_slice()), meeting.held.first());
    let number = first.ok_or(Refused::NotFound).map_err(Failed::from)?.number;
    let distributed = services.change_meeting(number, &ask.context, |meeting, calendar, act| {
        meeting.distribute(of, &told, calendar, act, &services.policy).map(Some)
    });
    let meeting = distributed.await?;
    let shown = MeetingShown::of(&meeting, ask.party(), services.today());
    Ok(Answer { version: meeting.revision, shown })
}

/// What is answered, unless the reader has it already: whatever its form, and whenever it was made.
fn fresh(
    told: &Told,
    seen: &IfNoneMatch,
    answer: impl FnOnce() -> Result<Response, Failed>,
) -> Result<Response, Failed> {
    let mut content = told.content.clone();
    content.as_object_mut().map(|content| content.remove("asOf"));
    let etag = etag_of(content.to_string().as_bytes());
    let about = [(header::ETAG, format!("W/{etag}")), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
    if seen.has(&etag) {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    Ok((about, answer()?).into_response())
}

fn words(kinds: &[MeetingKind]) -> Vec<&'static str> {
    kinds.iter().map(|kind| kind.as_str()).collect()
}
