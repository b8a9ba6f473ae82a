//! The register of CLECs.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use contract::{ClecId, Failed, Party, Refused};
use desk::Desk;
use domain::clec::Clec;
use http_edge::{Ask, Caller, Parameters, Problem, ReadRefusals, WriteRefusals, etag};
use serde::Serialize;
use utoipa::ToSchema;

/// A CLEC, to be registered or named.
#[derive(ToSchema)]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct ClecUpdate {
    /// As the desk calls it.
    name: String,
}

/// A CLEC as it and the desk read it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Clec)]
pub(crate) struct Shown {
    /// Its id, as tokens carry it.
    id: String,
    /// As the desk calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Since when it is in the register.
    registered_at: DateTime<Utc>,
}

impl From<&Clec> for Shown {
    fn from(clec: &Clec) -> Self {
        Self { id: clec.id.to_string(), name: clec.name.clone(), registered_at: clec.registered_at }
    }
}

fn answer(status: StatusCode, clec: &Clec) -> Response {
    (status, etag(clec.revision), Json(Shown::from(clec))).into_response()
}

/// Registers a CLEC, or gives it another name. For the desk.
///
/// A CLEC that subscribes, or has a contact, is in the register by that alone.
#[utoipa::path(
    put, path = "/cmp/v1/clec/{id}", tag = "party", operation_id = "registerClec",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = ClecUpdate,
    responses((status = 200, body = Shown), (status = 201, body = Shown), WriteRefusals)
)]
pub(crate) async fn register(State(desk): State<Desk>, Path(id): Path<String>, ask: Ask) -> Result<Response, Problem> {
    let id: Result<ClecId, String> = id.parse();
    if !ask.party().is_desk() {
        let itself = id.is_ok_and(|id| ask.party().clec() == Some(&id));
        let refused = Refused::forbidden("AP-03", "the register is the desk's to keep");
        return Err(if itself { refused } else { Refused::NotFound }.into());
    }
    let mut fields = ask.body.fields();
    let name = fields.required_line("name", "SB-06", 200);
    if let Err(detail) = &id {
        fields.fault("id", "AP-03", detail.clone());
    }
    fields.end()?;
    let id = id.map_err(|_| Refused::NotFound)?;
    let (clec, is_new) = desk.register(&id, &ask.asked, |present, act| Clec::named(present, &id, &name, act)).await?;
    Ok(answer(if is_new { StatusCode::CREATED } else { StatusCode::OK }, &clec))
}

/// Lists the register: for the desk whole, for a CLEC itself.
#[utoipa::path(
    get, path = "/cmp/v1/clec", tag = "party", operation_id = "listClec",
    responses((status = 200, body = Vec<Shown>), ReadRefusals)
)]
pub(crate) async fn list(
    State(desk): State<Desk>,
    caller: Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.end()?;
    let clecs = match caller.party() {
        Party::Desk => desk.store.clecs().await,
        Party::Clec(id) => desk.store.clec(id).await.map(|clec| clec.into_iter().collect()),
    };
    let clecs = clecs.map_err(Failed::from)?;
    Ok(Json(clecs.iter().map(Shown::from).collect::<Vec<_>>()).into_response())
}

/// Reads a CLEC of the register.
#[utoipa::path(
    get, path = "/cmp/v1/clec/{id}", tag = "party", operation_id = "readClec",
    params(("id" = String, Path)),
    responses((status = 200, body = Shown), ReadRefusals)
)]
pub(crate) async fn read(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    caller: Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.end()?;
    let id: ClecId = id.parse().map_err(|_| Refused::NotFound)?;
    if !caller.party().keeps(&Party::Clec(id.clone())) {
        return Err(Refused::NotFound.into());
    }
    let clec = desk.store.clec(&id).await.map_err(Failed::from)?.ok_or(Refused::NotFound)?;
    Ok(answer(StatusCode::OK, &clec))
}
