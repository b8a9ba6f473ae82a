//! What the monthly systems meeting goes through of tickets: the release problems that are still open, and the Date TBD list
//! (12.2, 12.3), each as far as a party may know of it.

use axum::{
    Json,
    extract::{OriginalUri, State},
};
use chrono::NaiveDate;
use contract::{Party, TicketNumber};
use http_edge::{Caller, NoQuery, Page, Paging, Place, Problem, Query, route};
use platform::{
    Services,
    views::{self, DateTbd, ReleaseProblems, SystemsMeeting},
};
use serde::Serialize;
use tmf621::TicketRow;
use utoipa::ToSchema;

const DATE_TBD: &str = "/cmp/v1/dateTbd";

/// A problem with a release.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReleaseProblem {
    /// The ticket that it is worked by.
    pub(crate) ticket: Option<TicketRow>,
    /// What was noted: for its CLEC and the desk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// The CLEC that reported the problem; shown to that CLEC and to the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) clec: Option<String>,
}

/// A release with its open problems.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReleaseRow {
    /// The number of the release.
    pub(crate) release: String,
    /// Of which interface.
    pub(crate) interface: String,
    /// The name of the release.
    pub(crate) name: String,
    /// Release production date.
    pub(crate) production_date: NaiveDate,
    /// What is still open: tickets that were noted or that name it, and what was noted without one.
    pub(crate) problems: Vec<ReleaseProblem>,
}

/// What the systems meeting goes through of tickets.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MonthlyMeetingList)]
pub(crate) struct SystemsList {
    /// The releases of the policy's days, the latest first, that have open problems.
    pub(crate) releases: Vec<ReleaseRow>,
    /// Tickets on Date TBD, those opened first before the others.
    pub(crate) date_tbd: Vec<TicketRow>,
    /// Where the rest of them is, if there is more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) more_date_tbd: Option<String>,
}

/// The Date TBD list: tickets whose problem is known and whose resolution is not scheduled (12.3), those opened first before
/// the others.
#[route(get, "/cmp/v1/dateTbd", tag = "monthlyMeeting", id = "listDateTbd")]
pub(crate) async fn date_tbd(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(Paging { limit, after }): Query<Paging<TicketNumber>>,
) -> Result<Page<TicketRow>, Problem> {
    let list = services.date_tbd(after.map(|Place(at, number)| (at, number)), limit.0).await?;
    let next = list.next.map(|(at, number)| Place(at, number));
    Ok(Page::of(DATE_TBD, &uri, rows(&list, caller.party()), next))
}

/// The list for the monthly systems meeting: release problems that are still open, and the Date TBD tickets.
#[route(get, "/cmp/v1/monthlyMeeting/list", tag = "monthlyMeeting", id = "readMonthlyMeetingList")]
pub(crate) async fn monthly(
    State(services): State<Services>,
    caller: Caller,
    _: NoQuery,
) -> Result<Json<SystemsList>, Problem> {
    let meeting = services.systems_meeting(caller.party()).await?;
    Ok(Json(SystemsList::of(&meeting, caller.party())))
}

impl SystemsList {
    /// Of what was read for a party.
    pub(crate) fn of(meeting: &SystemsMeeting, party: &Party) -> Self {
        Self {
            releases: meeting.releases.iter().map(|of| ReleaseRow::of(of, party)).collect(),
            date_tbd: rows(&meeting.date_tbd, party),
            more_date_tbd: meeting.date_tbd.next.map(|(at, number)| format!("{DATE_TBD}?after={}", Place(at, number))),
        }
    }
}

impl ReleaseRow {
    fn of(ReleaseProblems { release, problems }: &ReleaseProblems, party: &Party) -> Self {
        Self {
            release: release.number.to_string(),
            interface: release.plan.interface.clone(),
            name: release.plan.name.clone(),
            production_date: release.plan.production_date,
            problems: problems.iter().map(|of| ReleaseProblem::of(of, party)).collect(),
        }
    }
}

impl ReleaseProblem {
    fn of(problem: &views::ReleaseProblem, party: &Party) -> Self {
        Self {
            ticket: problem.ticket.as_ref().map(|loaded| TicketRow::of(loaded, party)),
            text: problem.text.clone(),
            clec: problem.clec.as_ref().map(ToString::to_string),
        }
    }
}

fn rows(of: &DateTbd, party: &Party) -> Vec<TicketRow> {
    of.tickets.iter().map(|loaded| TicketRow::of(loaded, party)).collect()
}
