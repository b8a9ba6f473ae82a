//! The register of CLECs.

use axum::{
    extract::{OriginalUri, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use contract::{ClecId, Failed, FieldError, Party, Refused};
use domain::clec::Clec;
use http_edge::{
    Answer, Body, Caller, Field, Id, Json as Given, NoQuery, Page, Paging, Place, Problem, Query, Read, Spec, Value,
    WriteRequest, route,
};
use platform::Services;
use serde::Serialize;
use std::{convert::Infallible, str::FromStr};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

/// A CLEC, to be registered or named.
#[derive(Debug, Body)]
#[body(rule = "SB-06")]
pub(crate) struct ClecUpdate {
    /// As the desk calls it.
    #[body(line = 200)]
    name: String,
    /// The group of customers that it is reported with (QS-05); none when left out.
    #[body(line = 100)]
    group: Option<String>,
}

/// The id of a CLEC that is to be registered, or why it is none: that is told with the body's faults.
#[derive(Debug)]
pub(crate) struct ToRegister(Result<ClecId, String>);

impl FromStr for ToRegister {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.parse()))
    }
}

impl Value for ToRegister {
    fn read(given: Given, at: &mut Field<'_, '_>) -> Option<Self> {
        at.parsed(&given)
    }

    fn schema(spec: &Spec) -> RefOr<Schema> {
        ClecId::schema(spec)
    }
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
    /// For the desk: the group of customers that it is reported with.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    /// Since when it is in the register.
    registered_at: DateTime<Utc>,
}

impl Shown {
    fn of(clec: &Clec, reader: &Party) -> Self {
        Self {
            id: clec.id.to_string(),
            name: clec.name.clone(),
            group: clec.group.clone().filter(|_| reader.is_provider()),
            registered_at: clec.registered_at,
        }
    }
}

fn answer(clec: &Clec, reader: &Party) -> Answer<Shown> {
    Answer { version: clec.revision, shown: Shown::of(clec, reader) }
}

/// Registers a CLEC, or gives it another name or group. For the desk.
///
/// A CLEC that subscribes, or has a contact, is in the register by that alone.
#[route(
    put, "/cmp/v1/clec/{id}", tag = "party", id = "registerClec",
    responses(
        (status = 200, body = Shown, headers(("ETag" = String, description = "for If-Match"))),
        (status = 201, body = Shown, headers(("ETag" = String, description = "for If-Match")))
    )
)]
pub(crate) async fn register(
    State(services): State<Services>,
    Id(ToRegister(id)): Id<ToRegister>,
    ask: WriteRequest<Read<ClecUpdate>>,
) -> Result<Response, Problem> {
    if !ask.party().is_provider() {
        let itself = id.is_ok_and(|id| ask.party().clec() == Some(&id));
        let refused = Refused::forbidden("AP-03", "the register is the desk's to keep");
        return Err(if itself { refused } else { Refused::NotFound }.into());
    }
    let no_id = id.as_ref().err().map(|detail| FieldError::new("id", "AP-03", detail.clone()));
    let WriteRequest { context, body: ClecUpdate { name, group }, .. } = ask.also(|_| no_id.into_iter().collect())?;
    let id = id.map_err(|_| Refused::NotFound)?;
    let said = (name.as_str(), group.as_deref());
    let (clec, is_new) = services.register(&id, &context, |present, act| Clec::named(present, &id, said, act)).await?;
    Ok((if is_new { StatusCode::CREATED } else { StatusCode::OK }, answer(&clec, &Party::Provider)).into_response())
}

/// Lists the register, in the order of the ids: for the desk whole, for a CLEC itself.
#[route(get, "/cmp/v1/clec", tag = "party", id = "listClec")]
pub(crate) async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(Paging { limit, after }): Query<Paging<ClecId>>,
) -> Result<Page<Shown>, Problem> {
    let page = match caller.party() {
        Party::Provider => services.store.clecs_page(after.map(|Place(_, id)| id), limit.0).await,
        Party::Clec(id) => services.store.clec(id).await.map(|clec| (clec.into_iter().collect(), false)),
    };
    let (clecs, more) = page.map_err(Failed::from)?;
    let next = clecs.last().filter(|_| more).map(|last: &Clec| Place(last.registered_at, last.id.clone()));
    Ok(Page::of("/cmp/v1/clec", &uri, clecs.iter().map(|clec| Shown::of(clec, caller.party())).collect(), next))
}

/// Reads a CLEC of the register.
#[route(get, "/cmp/v1/clec/{id}", tag = "party", id = "readClec")]
pub(crate) async fn read(
    State(services): State<Services>,
    caller: Caller,
    _: NoQuery,
    Id(id): Id<ClecId>,
) -> Result<Answer<Shown>, Problem> {
    if !caller.party().keeps(&Party::Clec(id.clone())) {
        return Err(Refused::NotFound.into());
    }
    let clec = services.store.clec(&id).await.map_err(Failed::from)?.ok_or(Refused::NotFound)?;
    Ok(answer(&clec, caller.party()))
}
