//! The list: by start, of a time, of a status; a page costs what it shows (AP-04).

use crate::{BASE, view::PlannedOutage};
use axum::extract::{OriginalUri, State};
use chrono::{DateTime, Utc};
use contract::{Failed, FieldError, OutageNumber, Party, RecordRef};
use domain::outage::{Outage, Status};
use http_edge::{Body, Caller, LatestFirst, Page, PageLimit, Place, Problem, Query, route};
use platform::{
    Services,
    store::{RecordIndex, TimeRange},
};

/// Lists planned outages, the latest start first: CLECs see what was announced, the desk its drafts too, those without a start
/// at their scheduling.
///
/// Where a status leaves much out, a page may show fewer than its limit: follow `Link: rel="next"` to the end.
#[route(get, "/cmp/v1/plannedOutage", tag = "plannedOutage", id = "listPlannedOutage")]
pub(crate) async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Page<PlannedOutage>, Problem> {
    let Wanted { starting_from: from, starting_to: to, status, limit, sort, after } = wanted;
    let after = after.map(|Place(at, number)| (at, RecordRef::Outage(number)));
    let span = TimeRange { from, to, latest_first: sort.0, after };
    let list = if caller.party().is_provider() { RecordIndex::outages_and_drafts() } else { RecordIndex::outages() };
    let wants = |outage: &Outage| status.is_empty() || status.contains(&outage.status());
    let (outages, next) = services.store.wanted(&list, span, limit.0, wants).await.map_err(Failed::from)?;
    let now = services.clock.now();
    let shown = outages.iter().map(|outage| PlannedOutage::of(outage, caller.party(), now, &services.policy)).collect();
    Ok(Page::of(BASE, &uri, shown, next.map(|(at, number)| Place(at, number))))
}

/// What was asked for.
#[derive(Debug, Body)]
#[body(rule = "AP-04", check = place_outside)]
pub(crate) struct Wanted {
    /// Starting from this instant on.
    #[body(rule = "POL-03", name = "from")]
    starting_from: Option<DateTime<Utc>>,
    /// Starting up to this instant.
    #[body(rule = "POL-03", name = "to")]
    starting_to: Option<DateTime<Utc>>,
    /// In these statuses.
    #[body(rule = "PO-02")]
    status: Vec<Status>,
    /// Show as many.
    limit: PageLimit,
    /// The latest start first, when left out.
    #[body(of = "start")]
    sort: LatestFirst,
    /// Go on behind this place, as the Link header gives it.
    after: Option<Place<OutageNumber>>,
}

fn place_outside(wanted: &Wanted, _: &Party) -> Vec<FieldError> {
    let Wanted { starting_from: from, starting_to: to, .. } = wanted;
    let is_outside = |Place(at, _)| from.is_some_and(|from| at < from) || to.is_some_and(|to| at > to);
    let detail = "a place outside of the starts that are asked for";
    wanted
        .after
        .filter(|place| is_outside(*place))
        .map(|_| FieldError::new("after", "AP-04", detail))
        .into_iter()
        .collect()
}
