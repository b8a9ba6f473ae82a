//! `planned-outage`: reserved times for scheduled maintenance (12.1): scheduled by the desk, told to all CLECs, negotiated
//! with each, and shown as a calendar that carriers' tools read.

mod bodies;
mod calendar;
mod list;
mod shown;

use axum::{
    Json,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use bodies::Written;
use contract::{ClecId, Failed, Instant, Matter, OutageNumber, Party, Refused};
use desk::{
    Desk,
    change::Begun,
    keys,
    store::{List, Parted, Span},
};
use domain::outage::{Outage, Plan, Position, Stand};
use http_edge::{Ask, Caller, Parameters, Problem, ReadRefusals, WriteRefusals, etag};
use record::{Act, Record, Revised};
use shown::{PlannedOutage, PositionShown};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Where they are.
pub(crate) const BASE: &str = "/cmp/v1/plannedOutage";
/// How many others are looked at for what overlaps.
const OTHERS_AT_MOST: usize = 100;

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(schedule, list::list))
        .routes(routes!(calendar::calendar))
        .routes(routes!(read, change))
        .routes(routes!(cancel))
        .routes(routes!(end))
        .routes(routes!(positions, take_position))
        .routes(routes!(answer))
}

/// Schedules a maintenance: a complete one is told to all CLECs at once (12.1).
///
/// An incomplete one is refused, or saved with `"draft": true`: then the desk is warned as the end of the second calendar day
/// after the scheduling comes, by which the notice is due. It is announced as soon as it is complete.
#[utoipa::path(
    post, path = "/cmp/v1/plannedOutage", tag = "plannedOutage",
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key finds the same planned outage")),
    request_body = bodies::PlannedOutageCreate,
    responses((status = 201, body = PlannedOutage), WriteRefusals)
)]
async fn schedule(State(desk): State<Desk>, ask: Ask) -> Result<Response, Problem> {
    desks_own(ask.party())?;
    let Written { plan, scheduled_at, draft } = bodies::written(ask.body.fields(), desk.clock.now(), &desk.policy)?;
    let others = others(&desk, &plan).await?;
    let key = ask.key.clone().unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    let party = ask.party().to_string();
    let begun = desk
        .open(&ask.asked, |attempt, act| {
            let number = OutageNumber::derive(&party, &key, attempt);
            Outage::schedule(number, plan.clone(), scheduled_at, draft, &others, act, &desk.policy)
        })
        .await?;
    let (Begun::New(outage) | Begun::Before(outage)) = begun;
    let location = [(header::LOCATION, format!("{BASE}/{}", outage.number))];
    Ok((StatusCode::CREATED, location, answered(&desk, &outage, ask.party())).into_response())
}

/// Reads a planned outage; a draft is the desk's own.
#[utoipa::path(
    get, path = "/cmp/v1/plannedOutage/{id}", tag = "plannedOutage", operation_id = "readPlannedOutage",
    params(("id" = String, Path)),
    responses((status = 200, body = PlannedOutage, headers(("ETag" = String, description = "for If-Match"))), ReadRefusals)
)]
async fn read(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    caller: Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.end()?;
    let outage = desk.record_seen_by::<Outage>(caller.party(), &matter(&id)?).await?;
    Ok(answered(&desk, &outage, caller.party()))
}

/// Changes what is planned by a merge patch (RFC 7396); all are told what changed, from what to what.
///
/// What has begun keeps its start; to move its stop puts off the ticket that its passing raises. Another window asks the CLECs
/// for their positions anew. A draft that becomes complete is announced.
#[utoipa::path(
    patch, path = "/cmp/v1/plannedOutage/{id}", tag = "plannedOutage", operation_id = "changePlannedOutage",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = bodies::PlannedOutageUpdate, content_type = "application/merge-patch+json"),
    responses((status = 200, body = PlannedOutage), WriteRefusals)
)]
async fn change(State(desk): State<Desk>, Path(id): Path<String>, ask: Ask) -> Result<Response, Problem> {
    desks_own(ask.party())?;
    let matter = matter(&id)?;
    let before = desk.record_seen_by::<Outage>(ask.party(), &matter).await?;
    let patched = |outage: &Outage, now: Instant| bodies::patched(outage, &ask.body.object, now, &desk.policy);
    // What is wrong with the request is told by the decision, on what it then finds.
    let others = match patched(&before, desk.clock.now()) {
        Ok(plan) if plan.window() != before.plan.window() || before.announced_at.is_none() => {
            others(&desk, &plan).await?
        }
        _ => Vec::new(),
    };
    revised(&desk, &matter, &ask, |outage, act| {
        let plan = patched(&outage, act.now)?;
        outage.change(plan, &others, act, &desk.policy)
    })
    .await
}

/// Cancels what has not begun; all are told, with the reason. A draft goes without a notice.
#[utoipa::path(
    post, path = "/cmp/v1/plannedOutage/{id}/cancellation", tag = "plannedOutage", operation_id = "cancelPlannedOutage",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Cancellation,
    responses((status = 200, body = PlannedOutage), WriteRefusals)
)]
async fn cancel(State(desk): State<Desk>, Path(id): Path<String>, ask: Ask) -> Result<Response, Problem> {
    desks_own(ask.party())?;
    let mut fields = ask.body.fields();
    let reason = fields.required("reason", "PO-03", bodies::WORDS_AT_MOST);
    fields.end()?;
    revised(&desk, &matter(&id)?, &ask, |outage, act| outage.cancel(reason.clone(), act, &desk.policy).map(Some)).await
}

/// Ends what has begun; all are told whether as planned, early or late. A ticket that it raised is closed as every other.
#[utoipa::path(
    post, path = "/cmp/v1/plannedOutage/{id}/end", tag = "plannedOutage", operation_id = "endPlannedOutage",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::End,
    responses((status = 200, body = PlannedOutage), WriteRefusals)
)]
async fn end(State(desk): State<Desk>, Path(id): Path<String>, ask: Ask) -> Result<Response, Problem> {
    desks_own(ask.party())?;
    let mut fields = ask.body.fields();
    let at = fields.instant("at");
    let detail = fields.long_text("detail", bodies::WORDS_AT_MOST);
    fields.end()?;
    revised(&desk, &matter(&id)?, &ask, |outage, act| outage.end(at, detail.clone(), act, &desk.policy).map(Some)).await
}

/// What CLECs say to a planned outage: a CLEC reads its own position, the desk all.
#[utoipa::path(
    get, path = "/cmp/v1/plannedOutage/{id}/position", tag = "plannedOutage", operation_id = "listPosition",
    params(("id" = String, Path)),
    responses((status = 200, body = Vec<PositionShown>), ReadRefusals)
)]
async fn positions(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    caller: Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.end()?;
    let matter = matter(&id)?;
    let outage = desk.record_seen_by::<Outage>(caller.party(), &matter).await?;
    let positions = desk.store.positions(&matter, caller.party().clec()).await.map_err(Failed::from)?;
    let shown: Vec<PositionShown> =
        positions.into_iter().map(|position| PositionShown::of(position, &outage)).collect();
    Ok(Json(shown).into_response())
}

/// A CLEC agrees with a planned outage, or objects to it, with its reason; it holds for the window as it is now.
#[utoipa::path(
    post, path = "/cmp/v1/plannedOutage/{id}/position", tag = "plannedOutage",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::PositionTaken,
    responses((status = 200, body = PositionShown), WriteRefusals)
)]
async fn take_position(State(desk): State<Desk>, Path(id): Path<String>, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let stand = fields.needed::<Stand>("position", "PO-04");
    let reason = fields.long_text("reason", bodies::WORDS_AT_MOST);
    if stand == Some(Stand::Object) && reason.is_none() {
        fields.fault("reason", "PO-04", "is missing: an objection says why");
    }
    let stand = fields.end_with(stand)?;
    let part = ask.party().clec().map(keys::part::<Position>);
    let (seen, change) = desk
        .revise_with((matter(&id)?, part), &ask.asked, |outage: Outage, before: Option<Position>, now| {
            let act = Act::of(&ask.asked, now, None, None);
            outage.take_position(before, stand, reason.clone(), &act, &desk.policy)
        })
        .await?;
    negotiated(seen, change)
}

/// The desk answers a CLEC's position, which that CLEC alone is told.
#[utoipa::path(
    post, path = "/cmp/v1/plannedOutage/{id}/position/{clec}/answer", tag = "plannedOutage", operation_id = "answerPosition",
    params(("id" = String, Path), ("clec" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::PositionAnswer,
    responses((status = 200, body = PositionShown), WriteRefusals)
)]
async fn answer(
    State(desk): State<Desk>,
    Path((id, clec)): Path<(String, String)>,
    ask: Ask,
) -> Result<Response, Problem> {
    desks_own(ask.party())?;
    let mut fields = ask.body.fields();
    let text = fields.required("answer", "PO-04", bodies::WORDS_AT_MOST);
    fields.end()?;
    let clec: ClecId = clec.parse().map_err(|_| Refused::NotFound)?;
    let (seen, change) = desk
        .revise_with(
            (matter(&id)?, Some(keys::part::<Position>(&clec))),
            &ask.asked,
            |outage: Outage, position, now| {
                outage.answer_position(position, text.clone(), &Act::of(&ask.asked, now, None, None), &desk.policy)
            },
        )
        .await?;
    negotiated(seen, change)
}

/// The position as it is after the change, or as it was when nothing changed.
fn negotiated(seen: Parted<Outage, Position>, change: Option<domain::outage::Change>) -> Result<Response, Problem> {
    let position = change.and_then(|change| change.position).or(seen.part);
    let position = position.ok_or(Refused::NotFound)?;
    Ok(Json(PositionShown::of(position, &seen.kept.record)).into_response())
}

/// Revises a planned outage as `decide` says, and answers it as it is then.
async fn revised(
    desk: &Desk,
    matter: &Matter,
    ask: &Ask,
    decide: impl Fn(Outage, &Act) -> Result<Option<Revised<Outage>>, Refused>,
) -> Result<Response, Problem> {
    let outage =
        desk.revise(matter, &ask.asked, |outage, now| decide(outage, &Act::of(&ask.asked, now, None, None))).await?;
    Ok(answered(desk, &outage, ask.party()))
}

fn answered(desk: &Desk, outage: &Outage, viewer: &Party) -> Response {
    (etag(outage.version()), Json(PlannedOutage::of(outage, viewer, &desk.policy))).into_response()
}

/// A text that is no number names no planned outage.
fn matter(id: &str) -> Result<Matter, Refused> {
    id.parse().map(Matter::Outage).map_err(|_| Refused::NotFound)
}

fn desks_own(party: &Party) -> Result<(), Refused> {
    if party.is_desk() {
        return Ok(());
    }
    Err(Refused::forbidden("PO-02", "planned outages are the desk's to write; a CLEC takes its position"))
}

/// What was announced and may be at the same time.
async fn others(desk: &Desk, plan: &Plan) -> Result<Vec<Outage>, Failed> {
    let Some((start, stop)) = plan.window() else { return Ok(Vec::new()) };
    let span = Span { from: Some(start - desk.policy.outages.longest), to: Some(stop), ..Span::default() };
    Ok(desk.store.records(&List::outages(), &span, OTHERS_AT_MOST).await?.0)
}
