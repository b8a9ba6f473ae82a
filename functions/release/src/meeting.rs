//! What the monthly systems meeting goes through: the release problems that are still open, and the Date TBD tickets (12.2,
//! 12.3). Of another CLEC's ticket it tells what an event notification would: its number, the system affected, the severity,
//! the desk's own words, and since when.

use crate::limit;
use axum::{
    Json,
    extract::{OriginalUri, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use desk::{
    Desk,
    store::{Listing, Of, Span},
};
use domain::{
    Failed, Matter, TicketNumber,
    release::Issue,
    ticket::{Status, Ticket},
};
use http_edge::{Caller, Parameters, Place, Problem, ReadRefusals};
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// How many releases, and how many Date TBD tickets, the meeting's list tells; the rest of these is on its own list.
const AT_MOST: usize = 100;
const DATE_TBD: &str = "/cmp/v1/dateTbd";

/// A ticket as all may know it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TicketRow {
    /// Its number.
    number: String,
    /// System affected.
    system_affected: Option<String>,
    /// 1 to 4.
    severity: u8,
    /// The desk's own words; none yet when `null`.
    event_description: Option<String>,
    /// Since when: on Date TBD, or else open.
    since: DateTime<Utc>,
}

impl TicketRow {
    fn of(ticket: &Ticket) -> Self {
        let held = ticket.status_changes.iter().rfind(|change| change.status == Status::Held);
        let since = held.filter(|_| ticket.status() == Status::Held).map_or(ticket.opened_at, |change| change.at);
        Self {
            number: ticket.number.to_string(),
            system_affected: ticket.report.system_affected.clone(),
            severity: ticket.severity.level(),
            event_description: ticket.event_description.clone(),
            since,
        }
    }
}

/// A problem with a release.
#[derive(Debug, Serialize, ToSchema)]
struct ReleaseProblem {
    /// The ticket that it is worked by.
    ticket: Option<TicketRow>,
    /// What was noted: for its CLEC and the desk.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// Whose: likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    clec: Option<String>,
}

/// A release with its open problems.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReleaseRow {
    /// Its number.
    release: String,
    /// Of which interface.
    interface: String,
    /// Its name.
    name: String,
    /// Release production date.
    production_date: NaiveDate,
    /// What is still open: tickets, and what was noted without one.
    problems: Vec<ReleaseProblem>,
}

/// What the meeting goes through.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MonthlyMeeting {
    /// The releases of the policy's days, the latest first, that have open problems.
    releases: Vec<ReleaseRow>,
    /// Tickets on Date TBD, those opened first before the others.
    date_tbd: Vec<TicketRow>,
    /// Where the rest of them is, if there is more.
    #[serde(skip_serializing_if = "Option::is_none")]
    more_date_tbd: Option<String>,
}

/// The Date TBD list: tickets whose problem is known and whose resolution is not scheduled (12.3), those opened first before
/// the others.
#[utoipa::path(
    get, path = "/cmp/v1/dateTbd", tag = "release", operation_id = "listDateTbd",
    params(
        ("limit" = Option<usize>, Query, description = "show as many, 20 when left out, at most 100"),
        ("after" = Option<String>, Query, description = "go on behind this place, as the Link header gives it"),
    ),
    responses(
        (status = 200, body = Vec<TicketRow>, headers(("Link" = String, description = "where to go on"))),
        ReadRefusals,
    )
)]
pub(crate) async fn date_tbd(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    _: Caller,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let limit = limit(&mut parameters);
    let after = parameters.parsed::<Place<TicketNumber>>("after", "AP-04");
    parameters.end()?;
    let (rows, next) = held(&desk, after, limit).await?;
    let link = next.and_then(|place| place.link(DATE_TBD, uri.query().unwrap_or_default(), 0));
    Ok((link.into_iter().collect::<HeaderMap>(), Json(rows)).into_response())
}

/// The list for the monthly systems meeting: release problems that are still open, and the Date TBD tickets.
#[utoipa::path(
    get, path = "/cmp/v1/monthlyMeeting/list", tag = "release", operation_id = "readMonthlyMeetingList",
    responses((status = 200, body = MonthlyMeeting), ReadRefusals)
)]
pub(crate) async fn monthly(
    State(desk): State<Desk>,
    caller: Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.end()?;
    let (date_tbd, next) = held(&desk, None, AT_MOST).await?;
    let releases = problems(&desk, &caller).await?;
    let more_date_tbd = next.map(|place| format!("{DATE_TBD}?after={place}"));
    Ok(Json(MonthlyMeeting { releases, date_tbd, more_date_tbd }).into_response())
}

/// A page of the Date TBD list. A linked ticket stands where its primary stands.
async fn held(
    desk: &Desk,
    after: Option<Place<TicketNumber>>,
    limit: usize,
) -> Result<(Vec<TicketRow>, Option<Place<TicketNumber>>), Failed> {
    let after = after.map(|Place(at, number)| (at, number));
    let listing = Listing { of: Of::DateTbd, from: None, to: None, latest_first: false, after };
    let page = desk.store.list(&listing, limit).await?;
    let last = page.tickets.last().map(|loaded| Place(loaded.ticket.opened_at, loaded.ticket.number));
    let read = page.tickets.iter().map(domain::ticket::group::Loaded::read);
    let rows = read.filter(|ticket| ticket.status() == Status::Held).map(|ticket| TicketRow::of(&ticket)).collect();
    Ok((rows, last.filter(|_| page.more)))
}

/// The releases with problems that are still open.
async fn problems(desk: &Desk, caller: &Caller) -> Result<Vec<ReleaseRow>, Failed> {
    let now = desk.clock.now();
    let days = chrono::TimeDelta::days(1);
    let span = Span {
        from: Some(now - desk.policy.releases.listed_for - days),
        to: Some(now + days),
        latest_first: true,
        after: None,
    };
    let (releases, _) = desk.store.releases(&span, AT_MOST).await?;
    let mut rows = Vec::new();
    for release in releases.into_iter().filter(|release| release.is_listed(now, &desk.policy)) {
        let issues = desk.store.issues(&Matter::Release(release.number), None).await?;
        let problems = open(desk, issues, caller).await?;
        if !problems.is_empty() {
            rows.push(ReleaseRow {
                release: release.number.to_string(),
                interface: release.plan.interface,
                name: release.plan.name,
                production_date: release.plan.production_date,
                problems,
            });
        }
    }
    Ok(rows)
}

/// Of the issues, those that a party may know of and that are still open: each ticket once.
async fn open(desk: &Desk, issues: Vec<Issue>, caller: &Caller) -> Result<Vec<ReleaseProblem>, Failed> {
    let numbers: BTreeSet<TicketNumber> = issues.iter().filter_map(|issue| issue.ticket).collect();
    let tickets = desk.store.tickets(numbers.iter().copied()).await?;
    let primaries = desk.store.tickets(tickets.values().filter_map(Ticket::primary).collect::<BTreeSet<_>>()).await?;
    let read = |number: TicketNumber| {
        let ticket = tickets.get(&number)?;
        Some(ticket.as_read(ticket.primary().and_then(|primary| primaries.get(&primary))))
    };
    let mut told = BTreeSet::new();
    let mut problems = Vec::new();
    for issue in issues {
        let own = caller.party().is_desk() || caller.party().clec() == issue.clec.as_ref();
        let ticket = issue.ticket.and_then(read);
        let is_over = ticket.as_ref().is_some_and(|ticket| !ticket.is_open());
        let is_new = ticket.as_ref().is_some_and(|ticket| told.insert(ticket.number));
        // What another CLEC noted without a ticket is its own; with one, the ticket is told, once.
        if is_over || !(own || is_new) {
            continue;
        }
        problems.push(ReleaseProblem {
            ticket: ticket.as_ref().map(TicketRow::of),
            text: own.then(|| issue.text.clone()),
            clec: issue.clec.filter(|_| own).map(|clec| clec.to_string()),
        });
    }
    Ok(problems)
}
