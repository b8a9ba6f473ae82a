//! `change-request-query`: change requests as every CLEC reads them once they are posted, with their history; a party's own from
//! the first draft on (CR-02, AP-03).

mod history;
mod list;

use axum::extract::{OriginalUri, State};
use cmp_api::{BASE, ChangeRequestPath, ChangeRequestShown, PositionShown, answered, seen};
use contract::Failed;
use domain::change_request::Position;
use http_edge::{Answer, Caller, NoQuery, Page, Paging, Problem, Query, route};
use platform::Services;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(read))
        .routes(routes!(history::history))
        .routes(routes!(positions))
}

/// Reads a change request, by its id or by its number: its place in the flow, its deadlines, and what its reader may do now.
#[route(get, "/cmp/v1/changeRequest/{id}", tag = "changeRequest", id = "readChangeRequest")]
async fn read(
    State(services): State<Services>,
    id: ChangeRequestPath,
    Caller(reader): Caller,
    _: NoQuery,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let request = seen(&services, &id, &reader).await?;
    Ok(answered(&services, &request, &reader))
}

/// What CLECs take the responses for. Whose position it is, why and since when stand with a reader's own and with public ones; the
/// provider reads that of all. Of the others a CLEC reads the position alone, so that they can be counted (CR-22).
#[route(get, "/cmp/v1/changeRequest/{id}/position", tag = "changeRequest", id = "listResponsePosition")]
async fn positions(
    State(services): State<Services>,
    id: ChangeRequestPath,
    OriginalUri(uri): OriginalUri,
    Caller(reader): Caller,
    Query(paging): Query<Paging<usize>>,
) -> Result<Page<PositionShown>, Problem> {
    let request = seen(&services, &id, &reader).await?;
    let positions = services.store.all_positions::<Position>(&id.0).await.map_err(Failed::from)?;
    let mut shown: Vec<_> = positions.into_iter().map(|of| PositionShown::of(of, &request, &reader.party)).collect();
    // Neither the order of the others nor a place in the list must tell whose they are: it is a number.
    shown.sort_by(PositionShown::named_first);
    Ok(Page::of_whole(&format!("{BASE}/{}/position", request.id), &uri, shown, paging))
}
