//! Documents of change requests, such as the material that substantiates a denial (CR-07).

use crate::{
    SignedRequest,
    document::{Document, NOT_THERE},
};
use axum::{Json, extract::State};
use cmp_api::{ChangeRequestPath, ChangeRequestShown, changed, seen};
use contract::{Failed, Refused};
use domain::change_request::TaskName;
use http_edge::{Answer, At, Body, Caller, NoQuery, Problem, Read, WriteRequest, route};
use platform::{
    Services,
    attachments::{OF_CHANGE_REQUESTS, hash_of, key},
};

/// Asks for a place to put a document's bytes: these, and no others, once. It belongs to the change request when it is attached.
#[route(
    post,
    "/cmp/v1/changeRequest/{id}/attachment/upload",
    tag = "changeRequest",
    id = "uploadAttachment",
    unconditional
)]
pub(crate) async fn upload(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Read<Document>>,
) -> Result<Json<SignedRequest>, Problem> {
    let ask = ask.also(|document| document.size_faults(&services.policy))?;
    let file = ask.body.file();
    let request = seen(&services, &id, &ask.context.by).await?;
    request.check_allowed(TaskName::Attachment, &ask.context.by)?;
    let presigned = services
        .attachments
        .upload(&key(OF_CHANGE_REQUESTS, &id.0, &file.sha256), &file)
        .await
        .map_err(Failed::from)?;
    Ok(Json(presigned.into()))
}

/// Attaches a document whose bytes are there; it is never replaced, and never taken away, and anybody may read it on the CMP site from the
/// posting of the change request on.
#[route(post, "/cmp/v1/changeRequest/{id}/attachment", tag = "changeRequest", id = "attachDocument")]
pub(crate) async fn attach(
    State(services): State<Services>,
    id: ChangeRequestPath,
    ask: WriteRequest<Read<Document>>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let ask = ask.also(|document| document.size_faults(&services.policy))?;
    let file = ask.body.file();
    let is_there = services
        .attachments
        .is_there(&key(OF_CHANGE_REQUESTS, &id.0, &file.sha256), &file)
        .await
        .map_err(Failed::from)?;
    changed(&services, &id, &ask, |request, act, policy| {
        request.check_allowed(TaskName::Attachment, &act.by)?;
        if !is_there {
            return Err(Refused::not_now("CR-07", NOT_THERE, &["attachment/upload"]));
        }
        request.attach(ask.body.attachment(act), act, policy)
    })
    .await
}

/// Which document a path names.
#[derive(Debug, Body)]
pub(crate) struct DocumentPath {
    /// As the change request tells it, from 1.
    place: u32,
}

/// Tells where a document's bytes can be got, for who may read its change request.
#[route(get, "/cmp/v1/changeRequest/{id}/attachment/{place}", tag = "changeRequest", id = "readAttachment")]
pub(crate) async fn download(
    State(services): State<Services>,
    id: ChangeRequestPath,
    At(DocumentPath { place }): At<DocumentPath>,
    Caller(reader): Caller,
    _: NoQuery,
) -> Result<Json<SignedRequest>, Problem> {
    let request = seen(&services, &id, &reader).await?;
    let document = request.attachments.iter().find(|of| of.place == place).ok_or(Refused::NotFound)?;
    let hash = hash_of(document)?;
    let presigned = services
        .attachments
        .download(&key(OF_CHANGE_REQUESTS, &id.0, &hash), &document.name)
        .await
        .map_err(Failed::from)?;
    Ok(Json(presigned.into()))
}
