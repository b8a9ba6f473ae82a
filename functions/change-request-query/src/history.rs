//! Who did what with a change request, when and why.

use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use chrono::{DateTime, Utc};
use cmp::{BASE, Named, seen};
use contract::{Failed, Party};
use desk::Desk;
use domain::change_request::{ChangeRequest, Entry, Fact};
use http_edge::{Caller, LIMIT_AT_MOST, Parameters, Place, Problem, ReadRefusals, page};
use serde::Serialize;
use utoipa::ToSchema;

/// An act.
#[derive(Debug, Serialize, ToSchema)]
struct Acted {
    /// When.
    at: DateTime<Utc>,
    /// By whom: a CLEC, or `provider`.
    by: String,
    /// For the provider: who of its people, or of the CLEC's.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// What became so, each with `fact` and what belongs to it: entered (`from`, `to`), numbered, posted, commented (`text`),
    /// warned and missed (`deadline`), unforeseen, ...
    #[schema(value_type = Vec<Object>)]
    facts: Vec<Fact>,
    /// Why, where it was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

/// Reads the history of a change request, in order, a hundred acts a page. That another CLEC took a position, and what is drafted,
/// is not told to CLECs; what was returned as incomplete, to its originator and the provider.
#[utoipa::path(
    get, path = "/cmp/v1/changeRequest/{id}/history", tag = "changeRequest", operation_id = "readChangeRequestHistory",
    params(
        ("id" = String, Path),
        ("after" = Option<String>, Query, description = "go on behind this place, as the Link header gives it"),
    ),
    responses(
        (status = 200, body = Vec<Acted>, headers(("Link" = String, description = "where to go on"))),
        ReadRefusals,
    )
)]
pub(crate) async fn history(
    State(desk): State<Desk>,
    id: Named,
    OriginalUri(uri): OriginalUri,
    Caller(reader): Caller,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let after = parameters.parsed::<Place<u64>>("after", "AP-04");
    parameters.end()?;
    let request = seen(&desk, &id, &reader).await?;
    let entries = desk.store.history::<ChangeRequest>(&id.0).await.map_err(Failed::from)?;
    let all = std::iter::once(request.opening.clone()).chain(entries);
    let mut left = all.filter(|entry| after.is_none_or(|Place(_, version)| entry.version > version)).peekable();
    let (mut shown, mut last) = (Vec::new(), None);
    while let Some(entry) = left.next_if(|_| shown.len() < LIMIT_AT_MOST) {
        last = Some(Place(entry.recorded_at, entry.version));
        shown.extend(told(entry, &request, &reader.party));
    }
    let path = format!("{BASE}/{}/history", request.id);
    Ok(page(&path, &uri, &shown, last.filter(|_| left.peek().is_some())))
}

/// An act as a party may know it; nothing of what is not its to know.
fn told(entry: Entry, request: &ChangeRequest, party: &Party) -> Option<Acted> {
    let may_know = |fact: &Fact| match fact {
        Fact::PositionTaken { clec } => party.is_desk() || party.clec() == Some(clec),
        Fact::Returned { .. } => party.keeps(&request.originator),
        Fact::ResponseDrafted { .. } | Fact::DirectorAccepted => party.is_desk(),
        Fact::TicketNamed { ticket } => request.tickets.get(ticket).is_none_or(|of| party.keeps(of)),
        _ => true,
    };
    let facts: Vec<Fact> = entry.facts.into_iter().filter(may_know).collect();
    (!facts.is_empty()).then(|| Acted {
        at: entry.recorded_at,
        by: entry.by.party.clec().map_or_else(|| "provider".to_owned(), ToString::to_string),
        subject: party.is_desk().then_some(entry.by.subject),
        facts,
        why: entry.why,
    })
}
