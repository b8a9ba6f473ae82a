//! `planned-outage`: reserved times for scheduled maintenance (12.1): scheduled by the desk, told to all CLECs, negotiated
//! with each, and shown as a calendar that carriers' tools read.

mod bodies;
mod calendar;
mod list;
mod shown;

use axum::{Json, extract::State};
use contract::{ClecId, Failed, Instant, Matter, OutageNumber, Party, Refused};
use desk::{
    Desk,
    change::Begun,
    keys,
    store::{List, Parted, Span},
};
use domain::outage::{Outage, Plan, Position};
use http_edge::{Answer, Ask, At, Body, Caller, Created, Id, NoQuery, Problem, Read, route};
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
#[route(post, "/cmp/v1/plannedOutage", tag = "plannedOutage")]
async fn schedule(
    State(desk): State<Desk>,
    ask: Ask<Read<bodies::PlannedOutageCreate>>,
) -> Result<Created<PlannedOutage>, Problem> {
    let ask = ask.also(|said| said.faults(desk.clock.now(), &desk.policy))?;
    let (plan, scheduled_at, draft) = (ask.body.plan(), ask.body.scheduled_at, ask.body.is_draft());
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
    Ok(Created(format!("{BASE}/{}", outage.number), answered(&desk, &outage, ask.party())))
}

/// Reads a planned outage; a draft is the desk's own.
#[route(get, "/cmp/v1/plannedOutage/{id}", tag = "plannedOutage", id = "readPlannedOutage")]
async fn read(
    State(desk): State<Desk>,
    caller: Caller,
    _: NoQuery,
    Id(number): Id<OutageNumber>,
) -> Result<Answer<PlannedOutage>, Problem> {
    let outage = desk.record_seen_by::<Outage>(caller.party(), &Matter::Outage(number)).await?;
    Ok(answered(&desk, &outage, caller.party()))
}

/// Changes what is planned by a merge patch (RFC 7396); all are told what changed, from what to what.
///
/// What has begun keeps its start; to move its stop puts off the ticket that its passing raises. Another window asks the CLECs
/// for their positions anew. A draft that becomes complete is announced.
#[route(patch, "/cmp/v1/plannedOutage/{id}", tag = "plannedOutage", id = "changePlannedOutage")]
async fn change(
    State(desk): State<Desk>,
    Id(number): Id<OutageNumber>,
    ask: Ask<bodies::PlannedOutageUpdate>,
) -> Result<Answer<PlannedOutage>, Problem> {
    let before = desk.record_seen_by::<Outage>(ask.party(), &Matter::Outage(number)).await?;
    let patched = |outage: &Outage, now: Instant| bodies::patched(&ask.body, outage, ask.party(), now, &desk.policy);
    // What is wrong with the request is told by the decision, on what it then finds.
    let others = match patched(&before, desk.clock.now()) {
        Ok(plan) if plan.window() != before.plan.window() || before.announced_at.is_none() => {
            others(&desk, &plan).await?
        }
        _ => Vec::new(),
    };
    revised(&desk, number, &ask, |outage, act| {
        let plan = patched(&outage, act.now)?;
        outage.change(plan, &others, act, &desk.policy)
    })
    .await
}

/// Cancels what has not begun; all are told, with the reason. A draft goes without a notice.
#[route(post, "/cmp/v1/plannedOutage/{id}/cancellation", tag = "plannedOutage", id = "cancelPlannedOutage")]
async fn cancel(
    State(desk): State<Desk>,
    Id(number): Id<OutageNumber>,
    ask: Ask<bodies::Cancellation>,
) -> Result<Answer<PlannedOutage>, Problem> {
    let reason = &ask.body.reason;
    revised(&desk, number, &ask, |outage, act| outage.cancel(reason.clone(), act, &desk.policy).map(Some)).await
}

/// Ends what has begun; all are told whether as planned, early or late. A ticket that it raised is closed as every other.
#[route(post, "/cmp/v1/plannedOutage/{id}/end", tag = "plannedOutage", id = "endPlannedOutage")]
async fn end(
    State(desk): State<Desk>,
    Id(number): Id<OutageNumber>,
    ask: Ask<bodies::End>,
) -> Result<Answer<PlannedOutage>, Problem> {
    let bodies::End { at, detail } = &ask.body;
    revised(&desk, number, &ask, |outage, act| outage.end(*at, detail.clone(), act, &desk.policy).map(Some)).await
}

/// What CLECs say to a planned outage: a CLEC reads its own position, the desk all.
#[route(get, "/cmp/v1/plannedOutage/{id}/position", tag = "plannedOutage", id = "listPosition")]
async fn positions(
    State(desk): State<Desk>,
    caller: Caller,
    _: NoQuery,
    Id(number): Id<OutageNumber>,
) -> Result<Json<Vec<PositionShown>>, Problem> {
    let matter = Matter::Outage(number);
    let outage = desk.record_seen_by::<Outage>(caller.party(), &matter).await?;
    let positions = desk.store.positions(&matter, caller.party().clec()).await.map_err(Failed::from)?;
    Ok(Json(positions.into_iter().map(|position| PositionShown::of(position, &outage)).collect()))
}

/// A CLEC agrees with a planned outage, or objects to it, with its reason; it holds for the window as it is now.
#[route(post, "/cmp/v1/plannedOutage/{id}/position", tag = "plannedOutage")]
async fn take_position(
    State(desk): State<Desk>,
    Id(number): Id<OutageNumber>,
    ask: Ask<bodies::PositionTaken>,
) -> Result<Json<PositionShown>, Problem> {
    let bodies::PositionTaken { position: stand, reason } = &ask.body;
    negotiated(&desk, number, ask.party().clec(), &ask, |outage, before, act| {
        outage.take_position(before, *stand, reason.clone(), act, &desk.policy)
    })
    .await
}

/// A CLEC's position on a planned outage.
#[derive(Debug, Body)]
struct PositionPath {
    /// The planned outage's number.
    id: OutageNumber,
    /// Whose position it is.
    clec: ClecId,
}

/// The desk answers a CLEC's position, which that CLEC alone is told.
#[route(post, "/cmp/v1/plannedOutage/{id}/position/{clec}/answer", tag = "plannedOutage", id = "answerPosition")]
async fn answer(
    State(desk): State<Desk>,
    At(PositionPath { id, clec }): At<PositionPath>,
    ask: Ask<bodies::PositionAnswer>,
) -> Result<Json<PositionShown>, Problem> {
    let text = &ask.body.answer;
    negotiated(&desk, id, Some(&clec), &ask, |outage, position, act| {
        outage.answer_position(position, text.clone(), act, &desk.policy)
    })
    .await
}

/// Changes a CLEC's position as `decide` says, and answers it as it is then.
async fn negotiated<T>(
    desk: &Desk,
    number: OutageNumber,
    clec: Option<&ClecId>,
    ask: &Ask<T>,
    decide: impl Fn(Outage, Option<Position>, &Act) -> Result<Option<domain::outage::Change>, Refused>,
) -> Result<Json<PositionShown>, Problem> {
    let part = (Matter::Outage(number), clec.map(keys::part::<Position>));
    let decide = |outage, position, now| decide(outage, position, &Act::of(&ask.asked, now));
    let (seen, change): (Parted<Outage, Position>, _) = desk.revise_with(part, &ask.asked, decide).await?;
    let position = change.and_then(|change| change.position).or(seen.part);
    let position = position.ok_or(Refused::NotFound)?;
    Ok(Json(PositionShown::of(position, &seen.kept.record)))
}

/// Revises a planned outage as `decide` says, and answers it as it is then.
async fn revised<T>(
    desk: &Desk,
    number: OutageNumber,
    ask: &Ask<T>,
    decide: impl Fn(Outage, &Act) -> Result<Option<Revised<Outage>>, Refused>,
) -> Result<Answer<PlannedOutage>, Problem> {
    let decide = |outage, now| decide(outage, &Act::of(&ask.asked, now));
    let outage = desk.revise(&Matter::Outage(number), &ask.asked, decide).await?;
    Ok(answered(desk, &outage, ask.party()))
}

fn answered(desk: &Desk, outage: &Outage, viewer: &Party) -> Answer<PlannedOutage> {
    Answer { version: outage.version(), shown: PlannedOutage::of(outage, viewer, &desk.policy) }
}

/// What was announced and may be at the same time.
async fn others(desk: &Desk, plan: &Plan) -> Result<Vec<Outage>, Failed> {
    let Some((start, stop)) = plan.window() else { return Ok(Vec::new()) };
    let span = Span { from: Some(start - desk.policy.outages.longest), to: Some(stop), ..Span::default() };
    Ok(desk.store.records(&List::outages(), &span, OTHERS_AT_MOST).await?.0)
}
