//! The meetings themselves: each kind and month one, and those that are ad hoc (CR-20).

use crate::Date;
use axum::extract::{OriginalUri, State};
use cmp_api::{MEETINGS, MeetingShown};
use contract::MeetingNumber;
use domain::meeting::MeetingKind;
use http_edge::{Answer, Body, Caller, Id, NoQuery, Page, PageLimit, Paging, Place, Problem, Query, route};
use platform::Services;

/// Which meetings are listed.
#[derive(Debug, Body)]
#[body(rule = "CR-20", name = "MeetingsWanted")]
pub(crate) struct Wanted {
    /// From this date on, today when left out.
    from: Option<Date>,
    /// Of this kind, of both when left out.
    kind: Option<MeetingKind>,
    /// Show as many.
    limit: PageLimit,
    /// Go on behind this place, as the Link header gives it.
    after: Option<Place<usize>>,
}

/// Lists the meetings of the twelve months from a date on, by date: by the rule, moved, ad hoc, and those that are cancelled.
#[route(get, "/cmp/v1/meeting", tag = "meeting", id = "listMeeting")]
pub(crate) async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(Wanted { from, kind, limit, after }): Query<Wanted>,
) -> Result<Page<MeetingShown>, Problem> {
    let from = from.map_or_else(|| services.today(), |Date(from)| from);
    let meetings = services.meetings(from, from + crate::MONTHS, kind).await?;
    let shown = meetings.iter().map(|meeting| MeetingShown::of(meeting, caller.party(), services.today())).collect();
    Ok(Page::of_whole(MEETINGS, &uri, shown, Paging { limit, after }))
}

/// Reads a meeting.
#[route(get, "/cmp/v1/meeting/{id}", tag = "meeting", id = "readMeeting")]
pub(crate) async fn read(
    State(services): State<Services>,
    caller: Caller,
    _: NoQuery,
    Id(number): Id<MeetingNumber>,
) -> Result<Answer<MeetingShown>, Problem> {
    let meeting = services.meeting(number).await?;
    Ok(Answer { version: meeting.revision, shown: MeetingShown::of(&meeting, caller.party(), services.today()) })
}
