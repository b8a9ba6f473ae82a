//! `change-request-attachment`: documents of change requests, such as the material that substantiates a denial (CR-07). They come
//! and go past the gateway, by requests that are signed here; what belongs to a change request stays, and stays as it is.

mod document;

use axum::{Json, extract::State};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use cmp_api::{ChangeRequestPath, ChangeRequestShown, changed, seen};
use contract::{Failed, RecordRef, Refused};
use document::Document;
use domain::change_request::TaskName;
use http_edge::{Answer, At, Body, Caller, NoQuery, Problem, Read, WriteRequest, route};
use platform::{Services, attachments::Presigned};
use record::attachment::Attachment;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(upload)).routes(routes!(attach)).routes(routes!(download))
}

/// A request that is good until it expires: anybody who has it may make it, as it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SignedRequest {
    /// PUT or GET.
    method: &'static str,
    /// The address that the request is sent to.
    url: String,
    /// Headers that are to be sent with it, exactly so.
    headers: BTreeMap<String, String>,
    /// Until when, by real time.
    expires_at: DateTime<Utc>,
}

impl From<Presigned> for SignedRequest {
    fn from(presigned: Presigned) -> Self {
        let Presigned { method, url, headers, expires_at } = presigned;
        Self { method, url, headers: headers.into_iter().collect(), expires_at }
    }
}

/// Where the bytes of a document are: of a change request each content once, whatever it is called.
fn key(of: &RecordRef, sha256: &[u8; 32]) -> String {
    format!("change-request/{of}/{}", hex::encode(sha256))
}

/// Asks for a place to put a document's bytes: these, and no others, once. It belongs to the change request when it is attached.
#[route(
    post,
    "/cmp/v1/changeRequest/{id}/attachment/upload",
    tag = "changeRequest",
    id = "uploadAttachment",
    unconditional
)]
async fn upload(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Read<Document>>,
) -> Result<Json<SignedRequest>, Problem> {
    let ask = ask.also(|document| document.size_faults(&services.policy))?;
    let file = ask.body.file();
    let request = seen(&services, &id, &ask.context.by).await?;
    request.check_allowed(TaskName::Attachment, &ask.context.by)?;
    let presigned = services.attachments.upload(&key(&id.0, &file.sha256), &file).await.map_err(Failed::from)?;
    Ok(Json(presigned.into()))
}

/// Attaches a document whose bytes are there; it is never replaced, and never taken away.
#[route(post, "/cmp/v1/changeRequest/{id}/attachment", tag = "changeRequest", id = "attachDocument")]
async fn attach(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Read<Document>>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let ask = ask.also(|document| document.size_faults(&services.policy))?;
    let file = ask.body.file();
    let is_there = services.attachments.is_there(&key(&id.0, &file.sha256), &file).await.map_err(Failed::from)?;
    changed(&services, &id, &ask, |request, act, policy| {
        request.check_allowed(TaskName::Attachment, &act.by)?;
        if !is_there {
            let detail = "its bytes are not there: ask for an upload, and make it, first";
            return Err(Refused::not_now("CR-07", detail, &["attachment/upload"]));
        }
        let document = Attachment {
            place: 0,
            name: ask.body.name(),
            media_type: file.media_type.clone(),
            size: file.size,
            sha256: BASE64_STANDARD.encode(file.sha256),
            by: act.by.party.clone(),
            at: act.now,
        };
        request.attach(document, act, policy)
    })
    .await
}

/// Which document a path names.
#[derive(Debug, Body)]
struct DocumentPath {
    /// As the change request tells it, from 1.
    place: u32,
}

/// Tells where a document's bytes can be got, for who may read its change request.
#[route(get, "/cmp/v1/changeRequest/{id}/attachment/{place}", tag = "changeRequest", id = "readAttachment")]
async fn download(
    State(services): State<Services>,
    id: ChangeRequestPath,
    At(DocumentPath { place }): At<DocumentPath>,
    Caller(reader): Caller,
    _: NoQuery,
) -> Result<Json<SignedRequest>, Problem> {
    let request = seen(&services, &id, &reader).await?;
    let document = request.attachments.iter().find(|of| of.place == place).ok_or(Refused::NotFound)?;
    let hash = document::sha256(&document.sha256);
    let hash = hash.ok_or_else(|| Failed::Broken("an attachment's hash is none".into()))?;
    let presigned = services.attachments.download(&key(&id.0, &hash), &document.name).await.map_err(Failed::from)?;
    Ok(Json(presigned.into()))
}
