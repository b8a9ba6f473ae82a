//! The list: by start, of a time, of a status; a page costs what it shows (AP-04).

use crate::{BASE, shown::PlannedOutage};
use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use chrono::{DateTime, Utc};
use contract::{Failed, Matter, OutageNumber};
use desk::{
    Desk,
    store::{List, Span},
};
use domain::outage::{Outage, Status};
use http_edge::{Caller, Parameters, Place, Problem, ReadRefusals, page};

/// Lists planned outages, the latest start first: CLECs see what was announced, the desk its drafts too, those without a start
/// at their scheduling.
///
/// Where a status leaves much out, a page may show fewer than its limit: follow `Link: rel="next"` to the end.
#[utoipa::path(
    get, path = "/cmp/v1/plannedOutage", tag = "plannedOutage", operation_id = "listPlannedOutage",
    params(
        ("from" = Option<String>, Query, description = "starting from this instant on"),
        ("to" = Option<String>, Query, description = "starting up to this instant"),
        ("status" = Option<String>, Query, description = "draft, announced, cancelled, ended; several separated by commas"),
        ("sort" = Option<String>, Query, description = "-start when left out, or start"),
        ("limit" = Option<usize>, Query, description = "show as many, 20 when left out, at most 100"),
        ("after" = Option<String>, Query, description = "go on behind this place, as the Link header gives it"),
    ),
    responses(
        (status = 200, body = Vec<PlannedOutage>, headers(("Link" = String, description = "where to go on"))),
        ReadRefusals,
    )
)]
pub(crate) async fn list(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let from = parameters.parsed::<DateTime<Utc>>("from", "POL-03");
    let to = parameters.parsed::<DateTime<Utc>>("to", "POL-03");
    let status = parameters.parsed_list::<Status>("status", "PO-02");
    let limit = parameters.limit();
    let latest_first = match parameters.text("sort").as_deref() {
        None | Some("-start") => true,
        Some("start") => false,
        Some(_) => {
            parameters.fault("sort", "AP-04", "is start or -start");
            true
        }
    };
    let after = parameters.parsed::<Place<OutageNumber>>("after", "AP-04");
    if let Some(Place(at, _)) = after
        && (from.is_some_and(|from| at < from) || to.is_some_and(|to| at > to))
    {
        parameters.fault("after", "AP-04", "a place outside of the starts that are asked for");
    }
    parameters.end()?;
    let after = after.map(|Place(at, number)| (at, Matter::Outage(number)));
    let span = Span { from, to, latest_first, after };
    let list = if caller.party().is_desk() { List::outages_and_drafts() } else { List::outages() };
    let wants = |outage: &Outage| status.is_empty() || status.contains(&outage.status());
    let (outages, next) = desk.store.wanted(&list, span, limit, wants).await.map_err(Failed::from)?;
    let shown: Vec<PlannedOutage> =
        outages.iter().map(|outage| PlannedOutage::of(outage, caller.party(), &desk.policy)).collect();
    Ok(page(BASE, &uri, &shown, next.map(|(at, number)| Place(at, number))))
}
