//! `change-request-archive`: change requests of the past come in with their histories, and a report tells how they departed from
//! the work flow and how their deadlines were kept (CR-19).

mod body;
mod view;

use axum::{Json, extract::State};
use body::Elements;
use contract::{Failed, RecordRef, Refused, party::CmpRole};
use domain::change_request::{
    Change, ChangeRequest, IssuedNumber,
    archive::{Gathered, Page, Refusal, Report},
};
use futures::stream::{self, StreamExt, TryStreamExt};
use http_edge::{Problem, route};
use platform::{Services, StoreError, store::ReadFor};
use record::{ActionContext, IdempotencyKey};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use view::ArchiveReport;

/// How many are read, or written, at the same time.
const AT_ONCE: usize = 16;

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(import))
}

/// A change request of the past, as a public page printed it. Fields that are not named here do not matter.
#[derive(ToSchema)]
#[allow(dead_code, reason = "a description: each element is read by itself")]
struct PastChangeRequest {
    /// Its number, with what is printed behind it: `PC101802-3ES`.
    cr_number: String,
    /// `product_process`, `systems` or `cmp`.
    kind: String,
    /// In a line.
    title: Option<String>,
    /// Whose it was.
    originator_company: Option<String>,
    /// The CLEC that it is given to: where it is open, it goes on here as that CLEC's.
    originator: Option<String>,
    /// The area impacted, as the page prints it.
    area_impacted: Option<String>,
    /// The products impacted, as the page prints them.
    products_impacted: Option<String>,
    /// Its status, as printed.
    current_status: Option<String>,
    /// Since when, `YYYY-MM-DD`.
    status_date: Option<String>,
    /// The address of the page.
    source_url: Option<String>,
    /// The day that the number is of, `YYYY-MM-DD`.
    number_date: Option<String>,
    /// Suffixes of its number: CM, X, IG, EX, ES, MN.
    suffixes: Option<Vec<String>>,
    /// Numbers of others that it names.
    related_crs: Option<Vec<String>>,
    /// Whether the page was seen in part.
    truncated: Option<bool>,
    /// Whether of the page the header alone was seen.
    header_only: Option<bool>,
    /// Its history, in the page's order.
    history: Option<Vec<PastLine>>,
}

/// A dated line of a history.
#[derive(ToSchema)]
#[schema(as = PastChangeRequestLine)]
#[allow(dead_code, reason = "a description: each line is read by itself")]
struct PastLine {
    /// The date of the step, `YYYY-MM-DD`.
    date: String,
    /// What, in the archive's vocabulary.
    action: String,
    /// The step in the page's own words.
    text: Option<String>,
    /// The notice that was issued.
    notification: Option<String>,
    /// Of a response: `accepted` or `denied`; needed of the last one where an open change request is given to its originator.
    answer: Option<String>,
    /// Whether the page's own date looks like a misprint.
    date_suspect: Option<bool>,
}

/// Imports change requests of the past with their histories: at most 500, by the CMP Manager.
///
/// Each is read by itself: one that cannot be read, or that is there already, is told in the report, and the others go on. Safe
/// to repeat: with the same Idempotency-Key the answer is the same; without it those that are there are told as such.
#[route(
    post, "/cmp/v1/archive", tag = "changeRequest", id = "importArchive",
    request_body(content = Vec<PastChangeRequest>)
)]
async fn import(
    State(services): State<Services>,
    Elements { asked, elements }: Elements,
) -> Result<Json<ArchiveReport>, Problem> {
    if !asked.by.has(CmpRole::CmpManager) {
        return Err(Refused::forbidden("CR-19", "an archive is for the CMP Manager to import").into());
    }
    if let Some(request) = &asked.request {
        services.store.remember(request).await?;
    }
    let now = services.clock.now();
    let gathered = Gathered::from(&elements, services.policy.calendar(now).date(now));
    let mut report = Report::on(&gathered);
    // All of them are looked for before the first is written: a key that named another request writes nothing.
    let looked: Vec<_> = gathered.pages.iter().map(|page| before(&services, page, asked.request.as_ref())).collect();
    let found: Vec<Option<Became>> = stream::iter(looked).buffered(AT_ONCE).try_collect().await?;
    let act = ActionContext::of(&asked, now);
    let brought = gathered.pages.iter().zip(found).map(|(page, found)| became(&services, page, found, &act));
    let became: Vec<Became> = stream::iter(brought.collect::<Vec<_>>()).buffered(AT_ONCE).try_collect().await?;
    for (page, became) in gathered.pages.iter().zip(became) {
        match became {
            Became::Imported(request) => report.add(&request),
            Became::Refused(refusal) => report.refuse(refusal),
            Became::There(what) => report.find(page.duplicate(what)),
        }
    }
    Ok(Json(report.into()))
}

/// What came of one.
enum Became {
    /// It is imported, by this request.
    Imported(Box<ChangeRequest>),
    /// It is more than can be kept.
    Refused(Refusal),
    /// It was there before.
    There(&'static str),
}

/// What is there of a change request already: imported by this very request when that was made before, or by another.
async fn before(services: &Services, page: &Page, request: Option<&IdempotencyKey>) -> Result<Option<Became>, Failed> {
    let Some(kept) =
        services.store.kept::<ChangeRequest>(&RecordRef::ChangeRequest(page.id()), ReadFor::default()).await?
    else {
        return Ok(None);
    };
    let is_repeat = IdempotencyKey::is_repeat(request, kept.record.opening.request.as_ref())?;
    Ok(Some(if is_repeat { Became::Imported(Box::new(kept.record)) } else { Became::There("it was imported before") }))
}

/// Writes one whole, with its number, where nothing was found of it.
async fn became(
    services: &Services,
    page: &Page,
    found: Option<Became>,
    act: &ActionContext,
) -> Result<Became, Failed> {
    if let Some(found) = found {
        return Ok(found);
    }
    if let Some(clec) = &page.originator
        && services.store.clec(clec).await?.is_none()
    {
        let detail = format!("{clec} is no CLEC of the register: the desk registers it first");
        return Ok(Became::Refused(page.refused("originator", detail)));
    }
    let id = page.id();
    let revised = match page.imported(id, act, &services.policy) {
        Ok(revised) => revised,
        Err(refusal) => return Ok(Became::Refused(refusal)),
    };
    let numbered = IssuedNumber { number: page.number, reference: RecordRef::ChangeRequest(id), at: act.now };
    let change = Change { numbered: Some(numbered), ..revised.clone().into() };
    match services.store.commit(&change.into()).await {
        Ok(()) => Ok(Became::Imported(Box::new(revised.record))),
        // Somebody brought it meanwhile; or its number is that of one which was submitted here.
        Err(StoreError::Overtaken) => Ok(before(services, page, act.request.as_ref())
            .await?
            .unwrap_or(Became::There("another change request has its number"))),
        Err(error) => Err(error.into()),
    }
}
