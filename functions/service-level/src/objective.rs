//! Thresholds as TMF657's service level objectives (QS-04). What the standard has no word for has a name of its own beside it: the statistic,
//! the window, the least number of measurements, with whom it was agreed.

mod body;
mod view;

use crate::{OBJECTIVES, providers_own, written::Shown};
use axum::{
    extract::{OriginalUri, State},
    response::{IntoResponse, Response},
};
use body::{ObjectiveUpdate, ObjectiveWritten, document};
use contract::{ClecId, Failed, FieldError, ObjectiveNumber, OfferingNumber, Party, RecordRef, Refused};
use domain::service_quality::{Objective, Offering};
use http_edge::{
    Answer, Body, Caller, Created, Id, NoContent, Nothing, Offset, Page, Paging, Place, Problem, Query, WriteRequest,
    route, selected,
};
use platform::{
    Services,
    change::Opening,
    store::{RecordIndex, TimeRange},
};
use record::{ActionContext, Record};
use view::ObjectiveShown;

/// The standard's name of what an offering is.
const OFFERING: &str = "ProductOffering";

/// Records a threshold: the carrier's own, or what was agreed with a CLEC (QS-04). For the provider's people.
#[route(
    post,
    "/tmf-api/serviceQualityManagement/v4/serviceLevelObjective",
    tag = "serviceQuality",
    id = "recordServiceLevelObjective"
)]
pub(crate) async fn record(
    State(services): State<Services>,
    ask: WriteRequest<ObjectiveWritten>,
) -> Result<Created<ObjectiveShown>, Problem> {
    let said = &ask.body;
    services.check_clec(ask.party(), "agreedWith", said.agreed_with.as_ref()).await?;
    let offering = said.offering().ok_or_else(no_such_offering)?;
    let found = services.record_seen_by::<Offering>(ask.party(), &RecordRef::Offering(offering)).await;
    let offering = found.map_err(|failed| match failed {
        Failed::Refused(_) => no_such_offering().into(),
        broken @ Failed::Broken(_) => broken,
    })?;
    let of = (said.service_level_objective_parameter.name.as_str(), said.unit.as_deref());
    let metric = offering.plan.metric_named(of, ["serviceLevelObjectiveParameter.name", "unit"]);
    let metric = metric.map_err(|fault| Refused::Invalid(vec![fault]))?;
    let name = said.name.clone().unwrap_or_else(|| metric.name.clone());
    let begun = services
        .open(&ask.context, ask.key.as_deref(), |number, act| {
            let of = (offering.number, metric.clone());
            let terms = said.terms(act.now)?;
            Objective::record(number, name.clone(), of, said.agreed_with.clone(), terms, act, &services.policy)
        })
        .await?;
    let (Opening::Created(objective) | Opening::Replayed(objective)) = begun;
    Ok(Created(format!("{OBJECTIVES}/{}", objective.number), answered(&services, &objective, ask.party())))
}

/// Which objectives are listed.
#[derive(Debug, Body)]
#[body(rule = "QS-04", check = own_clec)]
pub(crate) struct Wanted {
    /// These attributes alone.
    fields: Vec<String>,
    /// Leave out as many.
    offset: Offset,
    /// Of this offering alone.
    offering: Option<OfferingNumber>,
    /// Of this metric alone.
    #[body(line = 40)]
    metric: Option<String>,
    /// By the desk: what was agreed with this CLEC, and what is acceptable to all; all when left out.
    #[body(rule = "AP-03")]
    agreed_with: Option<ClecId>,
    #[body(flatten)]
    page: Paging<ObjectiveNumber>,
}

fn own_clec(wanted: &Wanted, caller: &Party) -> Vec<FieldError> {
    let is_other = caller.acting_for(wanted.agreed_with.clone()).is_err();
    is_other.then(|| FieldError::new("agreedWith", "AP-03", "is the caller's own, or left out")).into_iter().collect()
}

/// Lists thresholds, those that were recorded last first: a CLEC reads the carrier's own and what was agreed with it (QS-04, QS-09).
#[route(
    get, "/tmf-api/serviceQualityManagement/v4/serviceLevelObjective", tag = "serviceQuality", id = "listServiceLevelObjective",
    responses((status = 200, body = Vec<ObjectiveShown>, headers(
        ("X-Result-Count" = usize, description = "how many this page shows"),
        ("X-Total-Count" = usize, description = "how many there are, while it is known"),
        ("Link" = String, description = "where to go on"),
    )))
)]
pub(crate) async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(Wanted { fields, offset, offering, metric, agreed_with, page }): Query<Wanted>,
) -> Result<Response, Problem> {
    services.check_clec(caller.party(), "agreedWith", agreed_with.as_ref()).await?;
    let after = page.after.map(|Place(at, number)| (at, RecordRef::Objective(number)));
    let span = TimeRange { latest_first: true, after, ..TimeRange::default() };
    let of = agreed_with.as_ref().or(caller.party().clec());
    let wants = |objective: &Objective| {
        objective.is_visible_to(caller.party())
            && offering.is_none_or(|offering| objective.offering == offering)
            && metric.as_ref().is_none_or(|metric| objective.metric == *metric)
    };
    let index = RecordIndex::objectives(of);
    let found = services.store.wanted(&index, span, page.limit.0 + offset.0, wants).await;
    let (objectives, next) = found.map_err(Failed::from)?;
    let now = services.clock.now();
    let shown = objectives.iter().map(|objective| {
        let shown = ObjectiveShown::of(objective, caller.party(), now);
        selected(&shown, &fields)
    });
    let next = next.map(|(at, number)| Place(at, number));
    Ok(Page::leaving_out(OBJECTIVES, &uri, (shown.collect(), offset.0), next).into_response())
}

/// Reads a threshold with all its versions (QS-04).
#[route(
    get, "/tmf-api/serviceQualityManagement/v4/serviceLevelObjective/{id}", tag = "serviceQuality", id = "readServiceLevelObjective",
    responses((status = 200, body = ObjectiveShown, headers(("ETag" = String, description = "for If-Match"))))
)]
pub(crate) async fn read(
    State(services): State<Services>,
    caller: Caller,
    Query(Shown { fields }): Query<Shown>,
    Id(number): Id<ObjectiveNumber>,
) -> Result<Response, Problem> {
    let objective = services.record_seen_by::<Objective>(caller.party(), &RecordRef::Objective(number)).await?;
    let Answer { version, shown } = answered(&services, &objective, caller.party());
    Ok(Answer { version, shown: selected(&shown, &fields) }.into_response())
}

/// Changes a threshold by a merge patch (RFC 7396), from `validFor.startDateTime` on, which is now when it is left out: a new version (QS-04).
#[route(
    patch,
    "/tmf-api/serviceQualityManagement/v4/serviceLevelObjective/{id}",
    tag = "serviceQuality",
    id = "changeServiceLevelObjective"
)]
pub(crate) async fn change(
    State(services): State<Services>,
    Id(number): Id<ObjectiveNumber>,
    ask: WriteRequest<ObjectiveUpdate>,
) -> Result<Answer<ObjectiveShown>, Problem> {
    let decide = |objective: Objective, now| {
        let from = ask.body.fields.get("validFor").and_then(|of| of["startDateTime"].as_str()?.parse().ok());
        let base = objective.terms_to_change(from.unwrap_or(now), now);
        let whole = ask.body.onto(document(&objective, base, now), ask.party());
        let whole = whole.also(|whole| whole.faults_of_change(&objective)).end()?;
        let name = whole.name.clone().unwrap_or_else(|| objective.metric.clone());
        let act = ActionContext::of(&ask.context, now);
        if ask.body.fields.keys().all(|field| field == "name") {
            return objective.rename(name, &act);
        }
        let mut terms = whole.terms(now)?;
        // Who sends back what was read names the beginning of what holds already: the change holds from now on.
        let is_of_base = base.is_some_and(|base| base.from == terms.from && terms.from < now);
        terms.from = if is_of_base { now } else { terms.from };
        objective.change(name, terms, &act, &services.policy)
    };
    let objective = services.revise(&RecordRef::Objective(number), &ask.context, decide).await?;
    Ok(answered(&services, &objective, ask.party()))
}

/// Withdraws a threshold: it holds no more, and is not there any more for CLECs. What was held against it stays (QS-04).
#[route(
    delete,
    "/tmf-api/serviceQualityManagement/v4/serviceLevelObjective/{id}",
    tag = "serviceQuality",
    id = "withdrawServiceLevelObjective"
)]
pub(crate) async fn withdraw(
    State(services): State<Services>,
    Id(number): Id<ObjectiveNumber>,
    ask: WriteRequest<Nothing>,
) -> Result<NoContent, Problem> {
    providers_own(ask.party())?;
    let decide = |objective: Objective, now| {
        objective.withdraw(&ActionContext::of(&ask.context, now), &services.policy).map(Some)
    };
    services.revise(&RecordRef::Objective(number), &ask.context, decide).await?;
    Ok(NoContent)
}

fn no_such_offering() -> Refused {
    let field = "serviceLevelObjectiveParameter.relatedEntity[0].id";
    Refused::NoSuch(FieldError::new(field, "QS-04", "there is no such product offering"))
}

fn answered(services: &Services, objective: &Objective, reader: &Party) -> Answer<ObjectiveShown> {
    let shown = ObjectiveShown::of(objective, reader, services.clock.now());
    Answer { version: objective.version_for(reader), shown }
}
