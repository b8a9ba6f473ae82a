//! `change-request-query`: change requests as every CLEC reads them once they are posted, with their history; a party's own from
//! the first draft on (CR-02, AP-03).

mod history;
mod list;

use axum::{Json, extract::State};
use cmp_api::{ChangeRequestPath, ChangeRequestShown, PositionShown, answered, seen};
use contract::Failed;
use http_edge::{Answer, Caller, NoQuery, Problem, route};
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

/// What CLECs take the responses for: a CLEC its own position, the provider all.
#[route(get, "/cmp/v1/changeRequest/{id}/position", tag = "changeRequest", id = "listResponsePosition")]
async fn positions(
    State(services): State<Services>,
    id: ChangeRequestPath,
    Caller(reader): Caller,
    _: NoQuery,
) -> Result<Json<Vec<PositionShown>>, Problem> {
    let request = seen(&services, &id, &reader).await?;
    let positions = services.store.positions(&id.0, reader.party.clec()).await.map_err(Failed::from)?;
    Ok(Json(positions.into_iter().map(|of| PositionShown::of(of, &request)).collect()))
}
