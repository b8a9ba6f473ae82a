//! `meeting`: what is done with the meetings of the CMP (CR-20). What they are, and what they go through, is told by `monthly-meeting`.

mod proceedings;

use axum::extract::State;
use chrono::NaiveDate;
use cmp_api::{COMMENT_AT_MOST, MEETINGS, MeetingShown, Reason};
use contract::{Failed, MeetingNumber, Party, Refused};
use domain::meeting::{Change, Meeting, MeetingCalendar, MeetingKind};
use http_edge::{Answer, Body, Created, Id, Problem, WriteRequest, route};
use platform::Services;
use record::ActionContext;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(convene))
        .routes(routes!(move_to))
        .routes(routes!(cancel))
        .routes(routes!(proceedings::add_agenda_item))
        .routes(routes!(proceedings::record_attendance))
        .routes(routes!(proceedings::add_action_item))
        .routes(routes!(proceedings::complete_action_item))
        .routes(routes!(proceedings::issue_minutes))
}

/// An ad hoc meeting.
#[derive(Debug, Body)]
#[body(rule = "CR-20", name = "MeetingConvened", allowed = providers_own)]
struct Convened {
    /// What it is of.
    kind: MeetingKind,
    /// When it is.
    date: NaiveDate,
    /// At what hour and where, or how to dial in.
    #[body(line = 500)]
    place: Option<String>,
    /// What it is about.
    #[body(text = COMMENT_AT_MOST)]
    purpose: String,
}

/// Convenes an ad hoc meeting: all who get notices of change requests are told. What is presented there is presented at a meeting of its
/// kind; the deadlines of the monthly meetings stay (CR-20).
#[route(post, "/cmp/v1/meeting", tag = "meeting", id = "conveneMeeting")]
async fn convene(
    State(services): State<Services>,
    ask: WriteRequest<Convened>,
) -> Result<Created<MeetingShown>, Problem> {
    let Convened { kind, date, place, purpose } = &ask.body;
    let convened = services.convene_meeting(&ask.context, ask.key.as_deref(), |number, calendar, act| {
        let said = (place.clone(), purpose.clone());
        Meeting::convene((number, *kind), *date, said, calendar, act, &services.policy)
    });
    let meeting = convened.await?;
    Ok(Created(format!("{MEETINGS}/{}", meeting.number), answered(&services, &meeting, ask.party())))
}

/// Another date of a meeting, or another hour and place.
#[derive(Debug, Body)]
#[body(rule = "CR-20", name = "MeetingMoved", allowed = providers_own)]
struct MovedTo {
    /// When it is; the date that it has, where the hour and place alone are other ones.
    date: NaiveDate,
    /// At what hour and where, or how to dial in; left out, it stays as it is.
    #[body(line = 500)]
    place: Option<String>,
    /// Why it is moved.
    #[body(text = COMMENT_AT_MOST)]
    reason: String,
}

/// Moves a meeting: all who get notices of change requests are told, and the agendas and deadlines that hang on it follow. One that was
/// cancelled, and whose day is not over, takes place again on the date given (CR-20).
#[route(post, "/cmp/v1/meeting/{id}/move", tag = "meeting", id = "moveMeeting")]
async fn move_to(
    State(services): State<Services>,
    Id(number): Id<MeetingNumber>,
    ask: WriteRequest<MovedTo>,
) -> Result<Answer<MeetingShown>, Problem> {
    let MovedTo { date, place, reason } = &ask.body;
    let moved = changed(&services, number, &ask, |meeting, calendar, act| {
        meeting.move_to(*date, place.clone(), reason.clone(), calendar, act, &services.policy)
    });
    let moved = moved.await?;
    services.reset_clocks(moved.kind).await?;
    Ok(answered(&services, &moved, ask.party()))
}

/// Cancels a meeting: all who get notices of change requests are told, and what hangs on it hangs on the next monthly one (CR-20).
#[route(post, "/cmp/v1/meeting/{id}/cancellation", tag = "meeting", id = "cancelMeeting")]
async fn cancel(
    State(services): State<Services>,
    Id(number): Id<MeetingNumber>,
    ask: WriteRequest<Reason>,
) -> Result<Answer<MeetingShown>, Problem> {
    let cancelled = changed(&services, number, &ask, |meeting, calendar, act| {
        meeting.cancel(ask.body.reason.clone(), calendar, act, &services.policy)
    });
    let cancelled = cancelled.await?;
    // The next monthly meeting can be an earlier one than this, which may have been moved behind it.
    services.reset_clocks(cancelled.kind).await?;
    Ok(answered(&services, &cancelled, ask.party()))
}

/// Changes a meeting as `decide` says.
async fn changed<T>(
    services: &Services,
    number: MeetingNumber,
    ask: &WriteRequest<T>,
    decide: impl Fn(Meeting, &MeetingCalendar, &ActionContext) -> Result<Option<Change>, Refused>,
) -> Result<Meeting, Failed> {
    services.change_meeting(number, &ask.context, decide).await
}

fn answered(services: &Services, meeting: &Meeting, reader: &Party) -> Answer<MeetingShown> {
    Answer { version: meeting.revision, shown: MeetingShown::of(meeting, reader, services.today()) }
}

fn providers_own(party: &Party) -> Result<(), Refused> {
    if party.is_provider() {
        return Ok(());
    }
    Err(Refused::forbidden("CR-20", "meetings are the provider's to set"))
}
