//! `change-request-attachment`: documents of change requests, such as the material that substantiates a denial (CR-07). They come
//! and go past the gateway, by requests that are signed here; what belongs to a change request stays, and stays as it is.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use cmp::{ChangeRequestShown, Named, changed, seen};
use contract::{Failed, Matter, Policy, Refused};
use desk::{
    Desk,
    attachments::{Presigned, Upload},
};
use domain::change_request::{Attachment, TaskName};
use http_edge::{Ask, Caller, Fields, Parameters, Problem, ReadRefusals, WriteRefusals};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(upload)).routes(routes!(attach)).routes(routes!(download))
}

/// A document.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
struct Document {
    /// Its file's name, without a path.
    name: String,
    /// Its media type, `application/pdf`.
    media_type: String,
    /// Its size in bytes; the policy says how many at the most.
    size: u64,
    /// The SHA-256 of its bytes, in Base64: `openssl dgst -sha256 -binary FILE | base64`.
    sha256: String,
}

/// A request that is good until it expires: anybody who has it may make it, as it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SignedRequest {
    /// PUT or GET.
    method: &'static str,
    /// Where to.
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

/// Which document a path names.
#[derive(Deserialize)]
struct DocumentPath {
    place: String,
}

/// A document as its body tells it: its name, and the file that is to come.
struct Told {
    name: String,
    file: Upload,
}

impl Told {
    fn read(mut fields: Fields, policy: &Policy) -> Result<Self, Refused> {
        let name = fields.required_line("name", "CR-07", 200);
        if name.contains(['/', '\\']) || name.starts_with('.') {
            fields.fault("name", "CR-07", "is a file's name without a path");
        }
        let media_type = fields.required_line("mediaType", "CR-07", 100);
        let media = media_type.split_once('/').filter(|(kind, of)| !kind.is_empty() && !of.is_empty());
        if !fields.is_faulted("mediaType") && (media.is_none() || !media_type.bytes().all(|b| b.is_ascii_graphic())) {
            fields.fault("mediaType", "CR-07", "is a media type, such as application/pdf");
        }
        let most = policy.change_requests.attachment_at_most;
        let size = fields.needed::<u64>("size", "CR-07");
        if size.is_some_and(|size| size == 0 || size > most) {
            fields.fault("size", "CR-07", format!("is 1 to {most} bytes (policy: changeRequests.attachmentAtMost)"));
        }
        let sha256 = fields.required_line("sha256", "CR-07", 100);
        let hash = BASE64_STANDARD.decode(&sha256).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        if hash.is_none() && !fields.is_faulted("sha256") {
            fields.fault("sha256", "CR-07", "is the 32 bytes of a SHA-256 in Base64");
        }
        let (size, sha256) = fields.end_with(size.zip(hash))?;
        Ok(Self { name, file: Upload { media_type, size, sha256 } })
    }
}

/// Where the bytes of a document are: of a change request each content once, whatever it is called.
fn key(of: &Matter, sha256: &[u8; 32]) -> String {
    format!("change-request/{of}/{}", hex::encode(sha256))
}

/// Asks for a place to put a document's bytes: these, and no others, once. It belongs to the change request when it is attached.
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/attachment/upload", tag = "changeRequest", operation_id = "uploadAttachment",
    params(("id" = String, Path)),
    request_body = Document,
    responses((status = 200, body = SignedRequest), WriteRefusals)
)]
async fn upload(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let told = Told::read(ask.body.fields(), &desk.policy)?;
    let request = seen(&desk, &id, &ask.asked.by).await?;
    request.may(TaskName::Attachment, &ask.asked.by)?;
    let presigned = desk.attachments.upload(&key(&id.0, &told.file.sha256), &told.file).await.map_err(Failed::from)?;
    Ok(Json(SignedRequest::from(presigned)).into_response())
}

/// Attaches a document whose bytes are there; it is never replaced, and never taken away.
#[utoipa::path(
    post, path = "/cmp/v1/changeRequest/{id}/attachment", tag = "changeRequest", operation_id = "attachDocument",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = Document,
    responses((status = 200, body = ChangeRequestShown), WriteRefusals)
)]
async fn attach(State(desk): State<Desk>, id: Named, ask: Ask) -> Result<Response, Problem> {
    let Told { name, file } = Told::read(ask.body.fields(), &desk.policy)?;
    let is_there = desk.attachments.is_there(&key(&id.0, &file.sha256), &file).await.map_err(Failed::from)?;
    changed(&desk, &id, &ask, |request, act| {
        request.may(TaskName::Attachment, &act.by)?;
        if !is_there {
            let detail = "its bytes are not there: ask for an upload, and make it, first";
            return Err(Refused::not_now("CR-07", detail, &["attachment/upload"]));
        }
        let document = Attachment {
            place: 0,
            name: name.clone(),
            media_type: file.media_type.clone(),
            size: file.size,
            sha256: BASE64_STANDARD.encode(file.sha256),
            by: act.by.party.clone(),
            at: act.now,
        };
        request.attach(document, act, &desk.policy)
    })
    .await
}

/// Tells where a document's bytes can be got, for who may read its change request.
#[utoipa::path(
    get, path = "/cmp/v1/changeRequest/{id}/attachment/{place}", tag = "changeRequest", operation_id = "readAttachment",
    params(("id" = String, Path), ("place" = u32, Path, description = "as the change request tells it, from 1")),
    responses((status = 200, body = SignedRequest), ReadRefusals)
)]
async fn download(
    State(desk): State<Desk>,
    id: Named,
    Path(path): Path<DocumentPath>,
    Caller(reader): Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.end()?;
    let request = seen(&desk, &id, &reader).await?;
    let document = request.attachments.iter().find(|of| of.place.to_string() == path.place).ok_or(Refused::NotFound)?;
    let bytes = BASE64_STANDARD.decode(&document.sha256).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let hash = bytes.ok_or_else(|| Failed::Broken("an attachment's hash is none".into()))?;
    let presigned = desk.attachments.download(&key(&id.0, &hash), &document.name).await.map_err(Failed::from)?;
    Ok(Json(SignedRequest::from(presigned)).into_response())
}
