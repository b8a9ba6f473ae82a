//! `ticket-query`: tickets are read and listed, with their timeline and the forecast of their notices; and the words that
//! the contract chooses from (12.3, 12.5).

mod list;
mod past;
mod recipients;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use contract::{
    Failed, Refused, TicketNumber,
    severity::{Guideline, guidelines},
};
use desk::{Desk, StoreError, store::Whole};
use domain::ticket::{Disposition, clock, group::Loaded, order::DueDate};
use http_edge::{Caller, Parameters, Problem, ReadRefusals, etag};
use past::Past;
use serde::Serialize;
use tmf621::{Id, Timeline, TimelineClock, TroubleTicket};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(read))
        .routes(routes!(timeline))
        .routes(routes!(forecast))
        .routes(routes!(orders))
        .routes(routes!(recipients::recipients))
        .routes(routes!(severities))
        .routes(routes!(proposal))
        .routes(routes!(dispositions))
}

/// Reads a ticket, as it is or as it was.
#[utoipa::path(
    get, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}", tag = "troubleTicket",
    params(
        ("id" = String, Path),
        ("fields" = Option<String>, Query, description = "these attributes alone, separated by commas"),
        ("at" = Option<String>, Query, description = "RFC 3339: as it was then; without an ETag, since nothing can be changed there"),
    ),
    responses(
        (status = 200, body = TroubleTicket, headers(("ETag" = String, description = "for If-Match"))),
        ReadRefusals,
    )
)]
async fn read(
    State(desk): State<Desk>,
    Id(number): Id,
    caller: Caller,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let fields = parameters.texts("fields");
    let at = past_instant(&mut parameters, &desk);
    parameters.end()?;
    if let Some(at) = at {
        let mut past = Past::seen_by(&desk, caller.party(), number, Some(at)).await?;
        let primary = past.primary(at).await?;
        let linked = past.linked(at).await?;
        let read = past.ticket().as_read(primary.as_ref());
        let ticket = TroubleTicket::of(&read, &linked, caller.party(), &desk.policy);
        return Ok(Json(ticket.selected(&fields)).into_response());
    }
    let loaded = desk.seen_by(caller.party(), number).await?;
    let links = desk.linked_to(&loaded.ticket).await?;
    let linked: Vec<TicketNumber> = links.iter().map(|link| link.number).collect();
    let ticket = TroubleTicket::of(&loaded.read(), &linked, caller.party(), &desk.policy);
    Ok((etag(loaded.read().version), Json(ticket.selected(&fields))).into_response())
}

/// Every clock on a ticket, as it is or as it was: what is due, when, by which rule; and its whole history.
#[utoipa::path(
    get, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/timeline", tag = "troubleTicket",
    params(("id" = String, Path), ("at" = Option<String>, Query, description = "RFC 3339: as it was then")),
    responses((status = 200, body = Timeline), ReadRefusals)
)]
async fn timeline(
    State(desk): State<Desk>,
    Id(number): Id,
    caller: Caller,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let at = past_instant(&mut parameters, &desk);
    parameters.end()?;
    let mut past = Past::seen_by(&desk, caller.party(), number, at).await?;
    let now = at.unwrap_or_else(|| desk.clock.now());
    let notices = past.notices().await?;
    let primary = past.primary(now).await?;
    let Whole { ticket, entries, .. } = past.whole();
    let loaded = Loaded { ticket, primary };
    let timeline = Timeline::of(&loaded, &entries, &notices, caller.party(), &desk.policy, now);
    Ok(Json(timeline.map_err(unreadable)?).into_response())
}

fn unreadable(error: serde_json::Error) -> Failed {
    StoreError::from(error).into()
}

/// The past instant that is asked for (TT-22).
fn past_instant(parameters: &mut Parameters, desk: &Desk) -> Option<DateTime<Utc>> {
    let at = parameters.parsed::<DateTime<Utc>>("at", "TT-22")?;
    if at > desk.clock.now() {
        parameters.fault("at", "TT-22", "lies in the past: what is to come is told by forecast");
    }
    Some(at)
}

/// The notices to come.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Forecast {
    /// Up to when.
    until: DateTime<Utc>,
    /// Whose notices: of a linked ticket, its primary's.
    ticket: String,
    /// The notices, in order; at most 1000.
    notices: Vec<TimelineClock>,
}

/// The notices that a ticket will produce until an instant if nothing changes.
#[utoipa::path(
    get, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/forecast", tag = "troubleTicket",
    params(("id" = String, Path), ("until" = Option<String>, Query, description = "RFC 3339; 24 hours from now when left out")),
    responses(
        (status = 200, body = Forecast),
        ReadRefusals,
    )
)]
async fn forecast(
    State(desk): State<Desk>,
    Id(number): Id,
    caller: Caller,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let until = parameters.parsed::<DateTime<Utc>>("until", "TT-20");
    parameters.end()?;
    let until = until.unwrap_or_else(|| desk.clock.now() + TimeDelta::hours(24));
    let Loaded { ticket, primary } = desk.seen_by(caller.party(), number).await?;
    // A linked ticket has no clock: its primary's notices are its own.
    let told_of = primary.as_ref().unwrap_or(&ticket);
    let waiting = told_of.last_notice.iter().filter_map(|last| last.waiting.as_deref());
    let waiting = waiting.filter(|notice| notice.due.leaves_at > desk.clock.now() && notice.due.leaves_at <= until);
    let updates = clock::forecast(told_of, until, &desk.policy);
    let updates =
        updates.iter().zip(told_of.updates + 1..).map(|(due, n)| TimelineClock::ahead(due, format!("Update {n}")));
    let waiting = waiting.map(|notice| TimelineClock::of(notice, &desk.policy, desk.clock.now()));
    let notices = waiting.chain(updates.map(Ok)).collect::<Result<_, _>>().map_err(unreadable)?;
    Ok(Json(Forecast { until, ticket: told_of.number.to_string(), notices }).into_response())
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
}

/// The orders whose requested due dates the trouble puts at risk, by number (12.4.1).
#[utoipa::path(
    get, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/order", tag = "troubleTicket",
    params(("id" = String, Path)),
    responses((status = 200, body = Vec<OrderAtRisk>), ReadRefusals)
)]
async fn orders(
    State(desk): State<Desk>,
    Id(number): Id,
    caller: Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.end()?;
    desk.seen_by(caller.party(), number).await?;
    let orders = desk.store.orders(number).await.map_err(Failed::from)?.into_iter().map(|order| OrderAtRisk {
        order: order.order,
        due_date: order.due_date,
        outcome: order.outcome,
        listed_at: order.listed_at,
        marked_at: order.marked_at,
    });
    Ok(Json(orders.collect::<Vec<_>>()).into_response())
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
    #[serde(flatten)]
    #[schema(value_type = Object)]
    guideline: &'static Guideline,
}

/// The severity levels with the bullets and examples of 12.5, which are guidelines.
#[utoipa::path(get, path = "/cmp/v1/severity", tag = "contract", responses((status = 200, body = Vec<SeverityLevel>)))]
async fn severities(_: Caller) -> Response {
    let levels = contract::Severity::ALL.into_iter().zip(guidelines());
    let shown = levels.map(|(severity, guideline)| SeverityLevel {
        severity: severity.word(),
        checklist: guideline.items().map(|(id, text)| ChecklistItem { id, text }).collect(),
        guideline,
    });
    Json(shown.collect::<Vec<_>>()).into_response()
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

/// Proposes a severity level by ticked guidelines of 12.5. They are guidelines, and each situation is unique.
#[utoipa::path(
    get, path = "/cmp/v1/severity/proposal", tag = "contract", operation_id = "severityProposal",
    params(("ticked" = String, Query, description = "ids of guidelines, separated by commas: 1.4,2.e1")),
    responses((status = 200, body = Proposal), ReadRefusals)
)]
async fn proposal(_: Caller, mut parameters: Parameters) -> Result<Response, Problem> {
    let ids = parameters.texts("ticked");
    let mut ticked = Vec::new();
    for id in &ids {
        match contract::severity::item(id) {
            Some((_, text)) => ticked.push(ChecklistItem { id: id.clone(), text }),
            None => {
                parameters.fault("ticked", "TT-03", format!("'{id}' is none of the guidelines: see /cmp/v1/severity"))
            }
        }
    }
    let proposed = contract::severity::proposed(&ids);
    if ids.is_empty() {
        parameters.fault("ticked", "TT-03", "names at least one guideline");
    }
    parameters.end()?;
    let proposed = proposed.ok_or_else(|| Refused::field("ticked", "TT-03", "names at least one guideline"))?;
    Ok(Json(Proposal { proposes: proposed.word(), severity_level: proposed.level(), ticked }).into_response())
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
#[utoipa::path(get, path = "/cmp/v1/disposition", tag = "contract", responses((status = 200, body = Vec<DispositionCode>)))]
async fn dispositions(_: Caller) -> Response {
    let codes = Disposition::CODES.iter().map(|(code, name, condition)| DispositionCode { code, name, condition });
    Json(codes.collect::<Vec<_>>()).into_response()
}
