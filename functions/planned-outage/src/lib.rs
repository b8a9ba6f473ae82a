//! `planned-outage`: reserved times for scheduled maintenance (12.1): scheduled by the desk, told to all CLECs, negotiated
//! with each, and shown as a calendar that carriers' tools read.

mod bodies;
mod calendar;
mod list;
mod view;

use axum::{
    Json,
    extract::{OriginalUri, State},
};
use contract::{ClecId, Failed, Instant, OutageNumber, Party, RecordRef, Refused};
use domain::outage::{Outage, Plan, WindowPosition};
use http_edge::{
    Answer, At, Body, Caller, Created, Id, NoQuery, Page, Paging, Place, Problem, Query, Read, WriteRequest, route,
};
use platform::{
    Services,
    change::Opening,
    keys,
    store::{RecordIndex, TimeRange},
};
use record::{ActionContext, Record, RecordChange};
use utoipa_axum::{router::OpenApiRouter, routes};
use view::{PlannedOutage, PositionShown};

/// Where they are.
pub(crate) const BASE: &str = "/cmp/v1/plannedOutage";
/// How many others are looked at for what overlaps.
const OTHERS_AT_MOST: usize = 100;

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
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
    State(services): State<Services>,
    ask: WriteRequest<Read<bodies::PlannedOutageCreate>>,
) -> Result<Created<PlannedOutage>, Problem> {
    let ask = ask.also(|said| said.faults(services.clock.now(), &services.policy))?;
    let (plan, scheduled_at, draft) = (ask.body.plan(), ask.body.scheduled_at, ask.body.is_draft());
    let others = others(&services, &plan).await?;
    let begun = services
        .open(&ask.context, ask.key.as_deref(), |number, act| {
            Outage::schedule(number, plan.clone(), scheduled_at, draft, &others, act, &services.policy)
        })
        .await?;
    let (Opening::Created(outage) | Opening::Replayed(outage)) = begun;
    Ok(Created(format!("{BASE}/{}", outage.number), answered(&services, &outage, ask.party())))
}

/// Reads a planned outage; a draft is the desk's own.
#[route(get, "/cmp/v1/plannedOutage/{id}", tag = "plannedOutage", id = "readPlannedOutage")]
async fn read(
    State(services): State<Services>,
    caller: Caller,
    _: NoQuery,
    Id(number): Id<OutageNumber>,
) -> Result<Answer<PlannedOutage>, Problem> {
    let outage = services.record_seen_by::<Outage>(caller.party(), &RecordRef::Outage(number)).await?;
    Ok(answered(&services, &outage, caller.party()))
}

/// Changes what is planned by a merge patch (RFC 7396); all are told what changed, from what to what.
///
/// What has begun keeps its start; to move its stop puts off the ticket that its passing raises. Another window asks the CLECs
/// for their positions anew. A draft that becomes complete is announced.
#[route(patch, "/cmp/v1/plannedOutage/{id}", tag = "plannedOutage", id = "changePlannedOutage")]
async fn change(
    State(services): State<Services>,
    Id(number): Id<OutageNumber>,
    ask: WriteRequest<bodies::PlannedOutageUpdate>,
) -> Result<Answer<PlannedOutage>, Problem> {
    let before = services.record_seen_by::<Outage>(ask.party(), &RecordRef::Outage(number)).await?;
    let patched =
        |outage: &Outage, now: Instant| bodies::patched(&ask.body, outage, ask.party(), now, &services.policy);
    // What is wrong with the request is told by the decision, on what it then finds.
    let others = match patched(&before, services.clock.now()) {
        Ok(plan) if plan.window() != before.plan.window() || before.announced_at.is_none() => {
            others(&services, &plan).await?
        }
        _ => Vec::new(),
    };
    revised(&services, number, &ask, |outage, act| {
        let plan = patched(&outage, act.now)?;
        outage.change(plan, &others, act, &services.policy)
    })
    .await
}

/// Cancels what has not begun; all are told, with the reason. A draft goes without a notice.
#[route(post, "/cmp/v1/plannedOutage/{id}/cancellation", tag = "plannedOutage", id = "cancelPlannedOutage")]
async fn cancel(
    State(services): State<Services>,
    Id(number): Id<OutageNumber>,
    ask: WriteRequest<bodies::Cancellation>,
) -> Result<Answer<PlannedOutage>, Problem> {
    let reason = &ask.body.reason;
    revised(&services, number, &ask, |outage, act| outage.cancel(reason.clone(), act, &services.policy).map(Some)).await
}

/// Ends what has begun; all are told whether as planned, early or late. A ticket that it raised by passing its stop is resolved
/// by it, and closed as every other.
#[route(post, "/cmp/v1/plannedOutage/{id}/end", tag = "plannedOutage", id = "endPlannedOutage")]
async fn end(
    State(services): State<Services>,
    Id(number): Id<OutageNumber>,
    ask: WriteRequest<bodies::End>,
) -> Result<Answer<PlannedOutage>, Problem> {
    let bodies::End { at, detail } = &ask.body;
    let decide = |outage: Outage, raised, now| {
        outage.end(*at, detail.clone(), raised, &ActionContext::of(&ask.context, now), &services.policy)
    };
    let outage = services.end_outage(number, &ask.context, decide).await?;
    Ok(answered(&services, &outage, ask.party()))
}

/// What CLECs say to a planned outage: a CLEC reads its own position, the desk all.
#[route(get, "/cmp/v1/plannedOutage/{id}/position", tag = "plannedOutage", id = "listPosition")]
async fn positions(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(Paging { limit, after }): Query<Paging<ClecId>>,
    Id(number): Id<OutageNumber>,
) -> Result<Page<PositionShown>, Problem> {
    let reference = RecordRef::Outage(number);
    let outage = services.record_seen_by::<Outage>(caller.party(), &reference).await?;
    let after = after.map(|Place(_, clec)| clec);
    let page = services.store.positions::<WindowPosition>(&reference, caller.party().clec(), after, limit.0).await;
    let (positions, more) = page.map_err(Failed::from)?;
    let next = positions.last().filter(|_| more).map(|last| Place(last.at, last.clec.clone()));
    let shown = positions.into_iter().map(|position| PositionShown::of(position, &outage)).collect();
    Ok(Page::of(&format!("{BASE}/{number}/position"), &uri, shown, next))
}

/// A CLEC agrees with a planned outage, or objects to it, with its reason; it holds for the window as it is now.
#[route(post, "/cmp/v1/plannedOutage/{id}/position", tag = "plannedOutage")]
async fn take_position(
    State(services): State<Services>,
    Id(number): Id<OutageNumber>,
    ask: WriteRequest<bodies::PositionTaken>,
) -> Result<Json<PositionShown>, Problem> {
    let bodies::PositionTaken { position: stand, reason } = &ask.body;
    negotiated(&services, number, ask.party().clec(), &ask, |outage, before, act| {
        outage.take_position(before, *stand, reason.clone(), act, &services.policy)
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
    State(services): State<Services>,
    At(PositionPath { id, clec }): At<PositionPath>,
    ask: WriteRequest<bodies::PositionAnswer>,
) -> Result<Json<PositionShown>, Problem> {
    let text = &ask.body.answer;
    negotiated(&services, id, Some(&clec), &ask, |outage, position, act| {
        outage.answer_position(position, text.clone(), act, &services.policy)
    })
    .await
}

/// Changes a CLEC's position as `decide` says, and answers it as it is then.
async fn negotiated<T>(
    services: &Services,
    number: OutageNumber,
    clec: Option<&ClecId>,
    ask: &WriteRequest<T>,
    decide: impl Fn(Outage, Option<WindowPosition>, &ActionContext) -> Result<Option<domain::outage::Change>, Refused>,
) -> Result<Json<PositionShown>, Problem> {
    let part = (RecordRef::Outage(number), clec.map(keys::part::<WindowPosition>));
    let decide = |outage, position, now| decide(outage, position, &ActionContext::of(&ask.context, now));
    let (outage, seen, change) = services.revise_with(part, &ask.context, decide).await?;
    let position = change.and_then(|change| change.position).or(seen);
    let position = position.ok_or(Refused::NotFound)?;
    Ok(Json(PositionShown::of(position, &outage.record)))
}

/// Revises a planned outage as `decide` says, and answers it as it is then.
async fn revised<T>(
    services: &Services,
    number: OutageNumber,
    ask: &WriteRequest<T>,
    decide: impl Fn(Outage, &ActionContext) -> Result<Option<RecordChange<Outage>>, Refused>,
) -> Result<Answer<PlannedOutage>, Problem> {
    let decide = |outage, now| decide(outage, &ActionContext::of(&ask.context, now));
    let outage = services.revise(&RecordRef::Outage(number), &ask.context, decide).await?;
    Ok(answered(services, &outage, ask.party()))
}

fn answered(services: &Services, outage: &Outage, viewer: &Party) -> Answer<PlannedOutage> {
    Answer {
        version: outage.version_for(viewer),
        shown: PlannedOutage::of(outage, viewer, services.clock.now(), &services.policy),
    }
}

/// What was announced and may be at the same time.
async fn others(services: &Services, plan: &Plan) -> Result<Vec<Outage>, Failed> {
    let Some((start, stop)) = plan.window() else { return Ok(Vec::new()) };
    let span =
        TimeRange { from: Some(start - services.policy.outages.longest), to: Some(stop), ..TimeRange::default() };
    Ok(services.store.records(&RecordIndex::outages(), &span, OTHERS_AT_MOST).await?.0)
}
