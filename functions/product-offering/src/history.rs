//! The history of an offering: what became so of it, and what the looks at it as a whole found (QS-07).

use crate::OFFERINGS;
use axum::extract::{OriginalUri, State};
use chrono::{DateTime, Utc};
use contract::{Failed, OfferingNumber, RecordRef, Refused};
use domain::service_quality::{Offering, offering::Fact};
use http_edge::{Body, Caller, Id, LIMIT_AT_MOST, Page, Place, Problem, Query, route};
use platform::Services;
use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

/// An entry of an offering's history: one act, or one look, with what became so by it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfferingEntry {
    /// When it was recorded.
    at: DateTime<Utc>,
    /// What became so.
    #[schema(schema_with = facts)]
    facts: Vec<Fact>,
}

fn facts() -> RefOr<Schema> {
    let about = "What became so, each with `fact` and what belongs to it. `degradesAsAWhole` has `metric`, `degrading` and `instances`; \
                 `trendFound` has the `group` (the offering or its family), `metric`, `measuredBy`, the days `from` and `until`, `trend` (`n`, \
                 `slope` by the day or by the season, `slopeLow` and `slopeHigh` of 95 %, `s`, `variance`, `z`, `p`, `season`), `direction` and `deteriorates`.";
    http_edge::facts(Fact::NAMES, about)
}

/// Where a history is read on.
#[derive(Debug, Body)]
#[body(rule = "QS-07", name = "OfferingHistoryWanted")]
pub(crate) struct Behind {
    /// Go on behind this place, as the Link header gives it.
    after: Option<Place<u64>>,
}

/// Reads the history of a product offering, in order, a hundred entries a page, with what was found of all that CLECs purchased of it (QS-07). For
/// the provider's people.
#[route(get, "/cmp/v1/productOffering/{id}/history", tag = "serviceQuality", id = "readProductOfferingHistory")]
pub(crate) async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Id(number): Id<OfferingNumber>,
    Query(Behind { after }): Query<Behind>,
) -> Result<Page<OfferingEntry>, Problem> {
    let offering = services.record_seen_by::<Offering>(caller.party(), &RecordRef::Offering(number)).await?;
    if !caller.party().is_provider() {
        return Err(Refused::forbidden(
            "QS-07",
            "how all that was purchased performs is told to the provider's people",
        )
        .into());
    }
    let after = after.map(|Place(_, version)| version);
    let (entries, next) = services.history_page(&offering, (after, LIMIT_AT_MOST), Some).await.map_err(Failed::from)?;
    let shown = entries.into_iter().map(|entry| OfferingEntry { at: entry.recorded_at, facts: entry.facts });
    let path = format!("{OFFERINGS}/{number}/history");
    Ok(Page::of(&path, &uri, shown.collect(), next.map(|(at, version)| Place(at, version))))
}
