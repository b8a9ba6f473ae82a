//! What the monthly systems meeting goes through of tickets: the release problems that are still open, and the Date TBD list
//! (12.2, 12.3), each as far as a party may know of it.

use axum::{
    Json,
    extract::{OriginalUri, State},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use contract::{Failed, Matter, Party, TicketNumber};
use desk::{
    Desk,
    store::{List, Listing, Of, Span},
};
use domain::{
    release::{Issue, Release},
    ticket::group::Loaded,
};
use http_edge::{Caller, Parameters, Place, Problem, ReadRefusals, page};
use record::{Record, notice::Status};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use tmf621::TicketRow;
use utoipa::ToSchema;

/// How many releases, and how many Date TBD tickets, the meeting's list tells; the rest of these is on its own list.
const AT_MOST: usize = 100;
const DATE_TBD: &str = "/cmp/v1/dateTbd";

/// A problem with a release.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReleaseProblem {
    /// The ticket that it is worked by.
    pub(crate) ticket: Option<TicketRow>,
    /// What was noted: for its CLEC and the desk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// Whose: likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) clec: Option<String>,
}

/// A release with its open problems.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReleaseRow {
    /// Its number.
    pub(crate) release: String,
    /// Of which interface.
    pub(crate) interface: String,
    /// Its name.
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
#[utoipa::path(
    get, path = "/cmp/v1/dateTbd", tag = "monthlyMeeting", operation_id = "listDateTbd",
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
    caller: Caller,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let limit = parameters.limit();
    let after = parameters.parsed::<Place<TicketNumber>>("after", "AP-04");
    parameters.end()?;
    let (rows, next) = held(&desk, caller.party(), after, limit).await?;
    Ok(page(DATE_TBD, &uri, &rows, next))
}

/// The list for the monthly systems meeting: release problems that are still open, and the Date TBD tickets.
#[utoipa::path(
    get, path = "/cmp/v1/monthlyMeeting/list", tag = "monthlyMeeting", operation_id = "readMonthlyMeetingList",
    responses((status = 200, body = SystemsList), ReadRefusals)
)]
pub(crate) async fn monthly(
    State(desk): State<Desk>,
    caller: Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.end()?;
    Ok(Json(list(&desk, caller.party()).await?).into_response())
}

/// The list as a party may know of it.
pub(crate) async fn list(desk: &Desk, party: &Party) -> Result<SystemsList, Failed> {
    let (date_tbd, next) = held(desk, party, None, AT_MOST).await?;
    let releases = problems(desk, party).await?;
    let more_date_tbd = next.map(|place| format!("{DATE_TBD}?after={place}"));
    Ok(SystemsList { releases, date_tbd, more_date_tbd })
}

/// A page of the Date TBD list. A linked ticket stands where its primary stands.
async fn held(
    desk: &Desk,
    party: &Party,
    after: Option<Place<TicketNumber>>,
    limit: usize,
) -> Result<(Vec<TicketRow>, Option<Place<TicketNumber>>), Failed> {
    let after = after.map(|Place(at, number)| (at, number));
    let listing = Listing { of: Of::DateTbd, from: None, to: None, latest_first: false, after };
    let page = desk.store.list(&listing, limit).await?;
    let last = page.tickets.last().map(|loaded| Place(loaded.ticket.opened_at, loaded.ticket.number));
    let held = page.tickets.iter().filter(|loaded| loaded.read().status() == Status::Held);
    let rows = held.map(|loaded| TicketRow::of(loaded, party)).collect();
    Ok((rows, last.filter(|_| page.more)))
}

/// The releases with problems that are still open.
async fn problems(desk: &Desk, party: &Party) -> Result<Vec<ReleaseRow>, Failed> {
    let now = desk.clock.now();
    let days = chrono::TimeDelta::days(1);
    let span = Span {
        from: Some(now - desk.policy.releases.listed_for - days),
        to: Some(now + days),
        latest_first: true,
        after: None,
    };
    let (releases, _) = desk.store.records::<Release>(&List::releases(), &span, AT_MOST).await?;
    let mut rows = Vec::new();
    for release in releases.into_iter().filter(|release| release.is_listed(now, &desk.policy)) {
        let matter = Matter::Release(release.number);
        let (issues, named) = (desk.store.issues(&matter, None).await?, desk.store.naming(&matter, None).await?);
        let problems = open(desk, issues, named, party).await?;
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

/// Of the issues, and of the tickets that name the release, those that a party may know of and that are still open: another's
/// ticket once.
async fn open(
    desk: &Desk,
    issues: Vec<Issue>,
    named: Vec<Loaded>,
    party: &Party,
) -> Result<Vec<ReleaseProblem>, Failed> {
    let present: BTreeSet<TicketNumber> = named.iter().map(|loaded| loaded.ticket.number).collect();
    let noted: BTreeSet<TicketNumber> = issues.iter().filter_map(|issue| issue.ticket).collect();
    let noted = desk.store.loaded(&noted.difference(&present).copied().collect::<Vec<_>>()).await?;
    let loaded: HashMap<TicketNumber, &Loaded> =
        named.iter().chain(&noted).map(|loaded| (loaded.ticket.number, loaded)).collect();
    let mut told = BTreeSet::new();
    let mut problems = Vec::new();
    for issue in issues {
        let own = party.is_desk() || party.clec() == issue.clec.as_ref();
        let loaded = issue.ticket.and_then(|number| loaded.get(&number));
        let is_over = loaded.is_some_and(|loaded| !loaded.read().is_open());
        let ticket = loaded.and_then(|loaded| TicketRow::disclosed(loaded, party));
        let is_new = ticket.as_ref().is_some_and(|ticket| told.insert(ticket.number.clone()));
        // What another CLEC noted without a ticket is its own; with one that may be known, the ticket is told, once.
        if is_over || !(own || is_new) {
            continue;
        }
        problems.push(ReleaseProblem {
            ticket,
            text: own.then(|| issue.text.clone()),
            clec: issue.clec.filter(|_| own).map(|clec| clec.to_string()),
        });
    }
    for loaded in named.iter().filter(|loaded| loaded.read().is_open()) {
        if let Some(ticket) = TicketRow::disclosed(loaded, party)
            && told.insert(ticket.number.clone())
        {
            let own = loaded.ticket.clec.as_ref().filter(|_| loaded.ticket.is_visible_to(party));
            problems.push(ReleaseProblem { ticket: Some(ticket), text: None, clec: own.map(ToString::to_string) });
        }
    }
    Ok(problems)
}
