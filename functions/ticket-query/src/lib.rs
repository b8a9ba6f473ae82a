//! `ticket-query`: tickets are read and listed, with their timeline and the forecast of their notices; and the words that
//! the contract chooses from (12.3, 12.5).

mod list;
mod notices;
mod recipients;
mod similar;

use axum::{
    Json,
    extract::{OriginalUri, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use contract::{Failed, FieldError, Refused, severity::guidelines};
use domain::{
    ticket::{Disposition, Loaded, OpenTo, notification_chart},
    trouble::{DueDate, Order},
};
use http_edge::{Answer, Body, Caller, Page, PageLimit, Paging, Place, Problem, Query, Read, route};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use platform::{Services, StoreError, views::TicketRead};
use record::Record;
use serde::Serialize;
use std::{convert::Infallible, fmt, str::FromStr};
use tmf621::{BASE, Checklist, Id, Timeline, TimelineClock, TroubleTicket, WorkaroundShown};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(read))
        .routes(routes!(timeline))
        .routes(routes!(forecast))
        .routes(routes!(orders))
        .routes(routes!(workarounds))
        .routes(routes!(notices::notices))
        .routes(routes!(recipients::recipients))
        .routes(routes!(similar::similar))
        .routes(routes!(severities))
        .routes(routes!(proposal))
        .routes(routes!(dispositions))
}

/// When, and which attributes, of a ticket are read.
#[derive(Debug, Body)]
#[body(rule = "TT-22")]
struct Shown {
    /// These attributes alone.
    fields: Vec<String>,
    /// As it was then, RFC 3339; without an ETag, since nothing can be changed there.
    at: Option<DateTime<Utc>>,
}

/// Reads a ticket, as it is or as it was.
#[route(
    get, "/tmf-api/troubleTicket/v4/troubleTicket/{id}", tag = "troubleTicket",
    responses((status = 200, body = TroubleTicket, headers(("ETag" = String, description = "for If-Match"))))
)]
async fn read(
    State(services): State<Services>,
    Id(number): Id,
    caller: Caller,
    Query(query): Query<Read<Shown>>,
) -> Result<Response, Problem> {
    let Shown { fields, at } = query.also(|query| not_past(query.at, &services)).end()?;
    let TicketRead { loaded, linked } = services.ticket(caller.party(), number, at).await?;
    let read = loaded.read_by(caller.party());
    let shown = TroubleTicket::of(&read, &linked, caller.party(), &services.policy).selected(&fields);
    Ok(match at {
        Some(_) => Json(shown).into_response(),
        None => Answer { version: read.version_for(caller.party()), shown }.into_response(),
    })
}

/// When a ticket's timeline is read, and from where on.
#[derive(Debug, Body)]
#[body(rule = "TT-22")]
struct AsOf {
    /// As it was then, RFC 3339.
    at: Option<DateTime<Utc>>,
    /// Show as many acts and notices, taken together.
    #[body(rule = "AP-04")]
    limit: PageLimit<1_000, 1_000>,
    /// Go on behind this place, as the Link header gives it.
    #[body(rule = "AP-04")]
    after: Option<Place<usize>>,
}

/// Every clock on a ticket, as it is or as it was: what is due, when, by which rule; and its whole history.
///
/// Acts and notices stand in the order of time, a thousand of them on a page; the next update is on the last page.
#[route(
    get, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/timeline", tag = "troubleTicket",
    responses((status = 200, body = Timeline, headers(("Link" = String, description = "where to go on"))))
)]
async fn timeline(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    Id(number): Id,
    caller: Caller,
    Query(query): Query<Read<AsOf>>,
) -> Result<Response, Problem> {
    let AsOf { at, limit, after } = query.also(|query| not_past(query.at, &services)).end()?;
    let story = services.ticket_story(caller.party(), number, at).await?;
    let (page, next) = story.page(after.map_or(0, |Place(_, shown)| shown), limit.0);
    let timeline =
        Timeline::of(&story.loaded, &page, caller.party(), &services.policy, story.at).map_err(unreadable)?;
    let next = next.map(|(at, shown)| Place(at, shown));
    let path = format!("{BASE}/{number}/timeline");
    let link = next.and_then(|next| next.link(&path, uri.query().unwrap_or_default(), 0));
    Ok((link.into_iter().collect::<HeaderMap>(), Json(timeline)).into_response())
}

fn unreadable(error: serde_json::Error) -> Failed {
    StoreError::from(error).into()
}

/// That the past instant which is asked for is to come (TT-22).
fn not_past(at: Option<DateTime<Utc>>, services: &Services) -> Vec<FieldError> {
    let detail = "lies in the past: what is to come is told by forecast";
    at.filter(|at| *at > services.clock.now()).map(|_| FieldError::new("at", "TT-22", detail)).into_iter().collect()
}

/// The notices to come.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Forecast {
    /// Up to when the forecast tells every notice: as asked, or up to the last one that is told.
    until: DateTime<Utc>,
    /// The ticket whose notices these are: of a linked ticket, its primary.
    ticket: String,
    /// The notices, in order; at most 1000.
    notices: Vec<TimelineClock>,
    /// Whether there are more than are told.
    more: bool,
}

/// How far a forecast goes.
#[derive(Debug, Body)]
#[body(rule = "TT-20")]
struct Until {
    /// The end of the forecast; 24 hours from now when left out.
    until: Option<DateTime<Utc>>,
}

/// The notices that a ticket will produce until an instant if nothing changes.
#[route(get, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/forecast", tag = "troubleTicket")]
async fn forecast(
    State(services): State<Services>,
    Id(number): Id,
    caller: Caller,
    Query(Until { until }): Query<Until>,
) -> Result<Json<Forecast>, Problem> {
    let until = until.unwrap_or_else(|| services.clock.now() + TimeDelta::hours(24));
    let Loaded { ticket, primary } = services.seen_by(caller.party(), number).await?;
    // A linked ticket has no clock: its primary's notices are its own.
    let told_of = primary.as_ref().unwrap_or(&ticket);
    let waiting = told_of.last_notice.iter().filter_map(|last| last.waiting.as_deref());
    let waiting = waiting.filter(|notice| notice.due.leaves_at > services.clock.now() && notice.due.leaves_at <= until);
    let (updates, more) = notification_chart::forecast(told_of, until, &services.policy);
    let until = updates.last().filter(|_| more).map_or(until, |last| last.leaves_at);
    let updates =
        updates.iter().zip(told_of.updates + 1..).map(|(due, n)| TimelineClock::ahead(due, told_of.update_label(n)));
    let (viewer, now) = (caller.party(), services.clock.now());
    let waiting = waiting.map(|notice| TimelineClock::of(notice, viewer, &services.policy, now));
    let notices = waiting.chain(updates.map(Ok)).collect::<Result<_, _>>().map_err(unreadable)?;
    Ok(Json(Forecast { until, ticket: told_of.number.to_string(), notices, more }))
}

/// An order whose requested due date is at risk.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OrderAtRisk {
    /// The CLEC's number of it.
    order: String,
    /// The date that the CLEC requested, in the policy's zone.
    due_date: NaiveDate,
    /// kept or missed, once it is known.
    #[schema(value_type = Option<String>)]
    outcome: Option<DueDate>,
    /// When it was listed.
    listed_at: DateTime<Utc>,
    /// When it was marked.
    marked_at: Option<DateTime<Utc>>,
    /// Of a process ticket: whether the provider found it, where its CLEC did not report it.
    found: bool,
    /// Of a process ticket: when it was processed.
    processed_at: Option<DateTime<Utc>>,
}

/// The orders whose requested due dates the trouble puts at risk, by number (12.4.1).
#[route(get, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/order", tag = "troubleTicket")]
async fn orders(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    Id(number): Id,
    caller: Caller,
    Query(Paging { limit, after }): Query<Paging<OrderPlace>>,
) -> Result<Page<OrderAtRisk>, Problem> {
    services.seen_by(caller.party(), number).await?;
    let after = after.map(|Place(_, OrderPlace(order))| order);
    let page = services.store.parts::<Order>(&number.into(), after, limit.0).await;
    let (orders, more) = page.map_err(Failed::from)?;
    let next = orders.last().filter(|_| more).map(|last| Place(last.listed_at, OrderPlace(last.order.clone())));
    let shown = orders.into_iter().map(|order| OrderAtRisk {
        order: order.order,
        due_date: order.due_date,
        outcome: order.outcome,
        listed_at: order.listed_at,
        marked_at: order.marked_at,
        found: order.found,
        processed_at: order.processed_at,
    });
    Ok(Page::of(&format!("{BASE}/{number}/order"), &uri, shown.collect(), next))
}

/// An order in a place of the list: its number as an address writes it.
#[derive(Debug, Clone)]
struct OrderPlace(String);

impl fmt::Display for OrderPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        utf8_percent_encode(&self.0, NON_ALPHANUMERIC).fmt(f)
    }
}

impl FromStr for OrderPlace {
    type Err = Infallible;

    fn from_str(order: &str) -> Result<Self, Self::Err> {
        Ok(Self(order.to_owned()))
    }
}

/// The workarounds of the ticket's problem, in the order in which they were given: those that others replaced, and the latest one
/// (12.4.1). Of a linked ticket they are its primary's; what a workaround says of one CLEC, others do not read.
#[route(get, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/workaround", tag = "troubleTicket", id = "listWorkaround")]
async fn workarounds(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    Id(number): Id,
    caller: Caller,
    Query(paging): Query<Paging<usize>>,
) -> Result<Page<WorkaroundShown>, Problem> {
    let loaded = services.open_to(caller.party(), number, OpenTo::Reference).await?;
    let of = loaded.primary.as_ref().unwrap_or(&loaded.ticket).number;
    let former = services.store.former_workarounds(of).await.map_err(Failed::from)?;
    let whole = WorkaroundShown::all(former, &loaded, caller.party());
    Ok(Page::of_whole(&format!("{BASE}/{number}/workaround"), &uri, whole, paging))
}

/// A guideline of a severity level, to be ticked.
#[derive(Debug, Serialize, ToSchema)]
struct ChecklistItem {
    /// As `severityChecklist` names it: `1.4`, `1.e2`.
    id: String,
    /// The source's words.
    text: &'static str,
}

/// A severity level with its guidelines.
#[derive(Debug, Serialize, ToSchema)]
struct SeverityLevel {
    /// As requests name it.
    severity: &'static str,
    /// The guidelines as a checklist.
    checklist: Vec<ChecklistItem>,
    /// 1 to 4.
    level: u8,
    /// The level's heading.
    title: &'static str,
    /// One or more of these determine the level; the list is not exhaustive.
    bullets: &'static [String],
    /// Some trouble ticket situations.
    examples: &'static [String],
}

/// The severity levels with the bullets and examples of 12.5, which are guidelines.
#[route(get, "/cmp/v1/severity", tag = "contract")]
async fn severities(_: Caller) -> Result<Json<Vec<SeverityLevel>>, Problem> {
    let levels = contract::Severity::ALL.into_iter().zip(guidelines());
    let shown = levels.map(|(severity, guideline)| SeverityLevel {
        severity: severity.as_str(),
        checklist: guideline.items().map(|(id, text)| ChecklistItem { id, text }).collect(),
        level: guideline.level,
        title: &guideline.title,
        bullets: &guideline.bullets,
        examples: &guideline.examples,
    });
    Ok(Json(shown.collect()))
}

/// The severity level that ticked guidelines propose.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Proposal {
    /// The level that they propose: the gravest of theirs. The representative determines it, with the CLEC.
    proposes: &'static str,
    /// 1 to 4.
    severity_level: u8,
    /// What was ticked, with the source's words.
    ticked: Vec<ChecklistItem>,
}

/// Which guidelines apply.
#[derive(Debug, Body)]
#[body(rule = "TT-03")]
struct Ticked {
    /// Ids of guidelines, such as 1.4,2.e1.
    #[body(missing = "names at least one guideline")]
    ticked: Checklist,
}

/// Proposes a severity level by ticked guidelines of 12.5. They are guidelines, and each situation is unique.
#[route(get, "/cmp/v1/severity/proposal", tag = "contract", id = "severityProposal")]
async fn proposal(_: Caller, Query(Ticked { ticked }): Query<Ticked>) -> Result<Json<Proposal>, Problem> {
    let none = || Refused::field("ticked", "TT-03", "names at least one guideline");
    let proposed = contract::severity::proposed(&ticked.0).ok_or_else(none)?;
    let item = |id: String| contract::severity::item(&id).map(|(_, text)| ChecklistItem { id, text });
    let ticked = ticked.0.into_iter().filter_map(item).collect();
    Ok(Json(Proposal { proposes: proposed.as_str(), severity_level: proposed.level(), ticked }))
}

/// A disposition code.
#[derive(Debug, Serialize, ToSchema)]
struct DispositionCode {
    /// As `close` takes it.
    code: &'static str,
    /// The source's name for it.
    name: &'static str,
    /// When it is used.
    condition: &'static str,
}

/// The disposition codes of 12.3, each with its condition.
#[route(get, "/cmp/v1/disposition", tag = "contract")]
async fn dispositions(_: Caller) -> Result<Json<Vec<DispositionCode>>, Problem> {
    let codes = Disposition::CODES.iter().map(|(code, name, condition)| DispositionCode { code, name, condition });
    Ok(Json(codes.collect()))
}
