//! Who did what with a change request, when and why.

use axum::extract::{OriginalUri, State};
use chrono::{DateTime, Utc};
use cmp_api::{BASE, ChangeRequestPath, seen};
use contract::{Failed, Party};
use domain::change_request::{Entry, Fact};
use http_edge::{Body, Caller, LIMIT_AT_MOST, Page, Place, Problem, Query, route};
use platform::Services;
use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

/// An entry of the history: one action with all facts that it caused.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Acted {
    /// When the action was recorded.
    at: DateTime<Utc>,
    /// Who acted: the id of a CLEC, or `provider`.
    by: String,
    /// For the provider: who of its people, or of the CLEC's.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// What became so.
    #[schema(schema_with = facts)]
    facts: Vec<Fact>,
    /// Why, where it was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

fn facts() -> RefOr<Schema> {
    let about = "What became so, each with `fact` and what belongs to it: entered (`from`, `to`), commented (`text`), warned and missed \
                 (`deadline`).";
    http_edge::facts(Fact::NAMES, about)
}

/// Where a history is read on.
#[derive(Debug, Body)]
#[body(rule = "AP-04")]
pub(crate) struct Behind {
    /// Go on behind this place, as the Link header gives it.
    after: Option<Place<u64>>,
}

/// Reads the history of a change request, in order, a hundred acts a page. That another CLEC took a position, and what is drafted,
/// is not told to CLECs; what was returned as incomplete, to its originator and the provider.
#[route(get, "/cmp/v1/changeRequest/{id}/history", tag = "changeRequest", id = "readChangeRequestHistory")]
pub(crate) async fn history(
    State(services): State<Services>,
    id: ChangeRequestPath,
    OriginalUri(uri): OriginalUri,
    Caller(reader): Caller,
    Query(Behind { after }): Query<Behind>,
) -> Result<Page<Acted>, Problem> {
    let request = seen(&services, &id, &reader).await?;
    let after = after.map(|Place(_, version)| version);
    let (entries, next) =
        services.request_history(&request, &reader.party, after, LIMIT_AT_MOST).await.map_err(Failed::from)?;
    let shown: Vec<Acted> = entries.into_iter().map(|entry| Acted::of(entry, &reader.party)).collect();
    let path = format!("{BASE}/{}/history", request.id);
    Ok(Page::of(&path, &uri, shown, next.map(|(at, version)| Place(at, version))))
}

impl Acted {
    fn of(entry: Entry, reader: &Party) -> Self {
        Self {
            at: entry.recorded_at,
            by: entry.by.party.clec().map_or_else(|| "provider".to_owned(), ToString::to_string),
            subject: reader.is_provider().then_some(entry.by.subject),
            facts: entry.facts,
            why: entry.why,
        }
    }
}
