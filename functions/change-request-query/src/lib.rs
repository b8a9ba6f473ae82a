//! `change-request-query`: change requests as every CLEC reads them once they are posted, with their history; a party's own from
//! the first draft on (CR-02, AP-03).

mod history;
mod list;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use cmp::{ChangeRequestShown, Named, PositionShown, answered, seen};
use contract::Failed;
use desk::Desk;
use http_edge::{Caller, Parameters, Problem, ReadRefusals};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(read))
        .routes(routes!(history::history))
        .routes(routes!(positions))
}

/// Reads a change request, by its id or by its number: its place in the flow, its deadlines, and what its reader may do now.
#[utoipa::path(
    get, path = "/cmp/v1/changeRequest/{id}", tag = "changeRequest", operation_id = "readChangeRequest",
    params(("id" = String, Path, description = "CR-7K3M-9QXD, PC030504-1, SCR062105-01 or 5371475")),
    responses(
        (status = 200, body = ChangeRequestShown, headers(("ETag" = String, description = "for If-Match"))),
        ReadRefusals,
    )
)]
async fn read(
    State(desk): State<Desk>,
    id: Named,
    Caller(reader): Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.end()?;
    let request = seen(&desk, &id, &reader).await?;
    Ok(answered(&desk, &request, &reader))
}

/// What CLECs take the responses for: a CLEC its own position, the provider all.
#[utoipa::path(
    get, path = "/cmp/v1/changeRequest/{id}/position", tag = "changeRequest", operation_id = "listResponsePosition",
    params(("id" = String, Path)),
    responses((status = 200, body = Vec<PositionShown>), ReadRefusals)
)]
async fn positions(
    State(desk): State<Desk>,
    id: Named,
    Caller(reader): Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.end()?;
    let request = seen(&desk, &id, &reader).await?;
    let positions = desk.store.request_positions(&id.0, reader.party.clec()).await.map_err(Failed::from)?;
    let shown: Vec<PositionShown> = positions.into_iter().map(|of| PositionShown::of(of, &request)).collect();
    Ok(Json(shown).into_response())
}
