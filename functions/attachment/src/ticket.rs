//! Documents of tickets: traces, screen shots, logs (TT-02). Its CLEC and the provider read them, and nobody to whose ticket it is
//! linked.

use crate::{
    SignedRequest,
    document::{Document, NOT_THERE},
};
use axum::{
    Json,
    extract::{OriginalUri, State},
};
use cmp_api::AttachmentShown;
use contract::{Failed, Refused, TicketNumber};
use domain::ticket::TicketDocument;
use http_edge::{Answer, At, Body, Caller, NoQuery, Page, Paging, Problem, Query, Read, WriteRequest, route};
use platform::{
    Services,
    attachments::{hash_of, key},
    store::TicketIncludes,
};
use record::ActionContext;
use tmf621::{BASE, Id, TroubleTicket, changed_with, logged_as_of};

/// Where the bucket has the documents of tickets.
const OF_TICKETS: &str = "ticket";

/// Asks for a place to put a document's bytes: these, and no others, once. It belongs to the ticket when it is attached.
#[route(
    post,
    "/tmf-api/troubleTicket/v4/troubleTicket/{id}/attachment/upload",
    tag = "troubleTicket",
    id = "uploadTicketAttachment",
    unconditional
)]
pub(crate) async fn upload(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<Read<Document>>,
) -> Result<Json<SignedRequest>, Problem> {
    let ask = ask.also(|document| document.size_faults(&services.policy))?;
    let file = ask.body.file();
    let loaded = services.seen_by(ask.party(), number).await?;
    loaded.ticket.check_room_of_documents(ask.party(), &services.policy)?;
    let presigned =
        services.attachments.upload(&key(OF_TICKETS, &number, &file.sha256), &file).await.map_err(Failed::from)?;
    Ok(Json(presigned.into()))
}

/// Attaches a document whose bytes are there; it is never replaced, and never taken away.
#[route(
    post,
    "/tmf-api/troubleTicket/v4/troubleTicket/{id}/attachment",
    tag = "troubleTicket",
    id = "attachTicketDocument"
)]
pub(crate) async fn attach(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<Read<Document>>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let ask = ask.also(|document| document.size_faults(&services.policy))?;
    let file = ask.body.file();
    let is_there =
        services.attachments.is_there(&key(OF_TICKETS, &number, &file.sha256), &file).await.map_err(Failed::from)?;
    let place = TicketDocument::place_of(&ask.body.hash(), ask.body.name());
    let needs = TicketIncludes { document: Some(place), ..TicketIncludes::default() };
    changed_with(&services, number, needs, &ask, |found, act: ActionContext| {
        if !is_there {
            return Err(Refused::not_now("TT-02", NOT_THERE, &["attachment/upload"]));
        }
        let document = ask.body.attachment(&act);
        found.loaded.ticket.attach_document(document, found.document.as_ref(), &act, &services.policy)
    })
    .await
}

/// The documents of a ticket, in the order in which they were attached.
#[route(
    get,
    "/tmf-api/troubleTicket/v4/troubleTicket/{id}/attachment",
    tag = "troubleTicket",
    id = "listTicketAttachment"
)]
pub(crate) async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    Id(number): Id,
    caller: Caller,
    Query(paging): Query<Paging<usize>>,
) -> Result<Page<AttachmentShown>, Problem> {
    let documents = documents(&services, number, &caller).await?;
    let whole = documents.into_iter().map(|of| of.document.into()).collect();
    Ok(Page::of_whole(&format!("{BASE}/{number}/attachment"), &uri, whole, paging))
}

/// Which document a path names.
#[derive(Debug, Body)]
pub(crate) struct DocumentPath {
    /// The ticket's number.
    id: TicketNumber,
    /// The document's place, as the list tells it, from 1.
    place: u32,
}

/// Tells where a document's bytes can be got, for who may read its ticket.
#[route(
    get,
    "/tmf-api/troubleTicket/v4/troubleTicket/{id}/attachment/{place}",
    tag = "troubleTicket",
    id = "readTicketAttachment"
)]
pub(crate) async fn download(
    State(services): State<Services>,
    At(DocumentPath { id: number, place }): At<DocumentPath>,
    caller: Caller,
    _: NoQuery,
) -> Result<Json<SignedRequest>, Problem> {
    logged_as_of(number);
    let documents = documents(&services, number, &caller).await?;
    let of = documents.into_iter().map(|of| of.document).find(|of| of.place == place).ok_or(Refused::NotFound)?;
    let presigned = services
        .attachments
        .download(&key(OF_TICKETS, &number, &hash_of(&of)?), &of.name)
        .await
        .map_err(Failed::from)?;
    Ok(Json(presigned.into()))
}

async fn documents(services: &Services, number: TicketNumber, caller: &Caller) -> Result<Vec<TicketDocument>, Problem> {
    services.seen_by(caller.party(), number).await?;
    Ok(services.store.documents(number).await.map_err(Failed::from)?)
}
