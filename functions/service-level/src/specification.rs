//! What is agreed together, as TMF657's service level specifications: the types of SLAs (QS-04, QS-06).

use crate::{
    OBJECTIVES, SPECIFICATIONS, providers_own,
    written::{PeriodShown, PeriodWritten, Shown, document as period},
};
use axum::{
    extract::{OriginalUri, State},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use contract::{ClecId, Failed, FieldError, ObjectiveNumber, Party, RecordRef, Refused, SpecificationNumber};
use domain::service_quality::{Objective, Specification, Validity, specification::SpecificationPlan, terms::Period};
use http_edge::{
    Answer, Body, Caller, Created, Id, MergePatch, NoContent, Nothing, Offset, Page, Paging, Place, Problem, Query,
    Several, WriteRequest, route, schema, selected,
};
use platform::{
    Services,
    change::Opening,
    store::{RecordIndex, TimeRange},
};
use record::{ActionContext, Record};
use serde::Serialize;
use serde_json::{Value, json};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

/// Objectives that are agreed together, as they are recorded; an update names what is to change.
#[allow(dead_code, reason = "the standard's clients say what they send")]
#[derive(Debug, Body)]
#[body(rule = "QS-04", name = "ServiceLevelSpecificationCreate", patch = "ServiceLevelSpecificationUpdate", allowed = providers_own)]
pub(crate) struct SpecificationWritten {
    /// The name of the specification.
    #[body(line = 200)]
    name: String,
    /// What it is.
    #[body(text = 2_000)]
    description: Option<String>,
    /// When it holds.
    valid_for: Option<PeriodWritten>,
    /// Within what time a degradation of what was purchased with it is cleared, as ISO 8601 writes a duration: PT4H. By the policy, when left
    /// out.
    #[body(rule = "QS-02")]
    time_to_clear: Option<TimeDelta>,
    /// The objectives that are agreed together.
    related_service_level_objective: Several<ObjectiveRefWritten>,
    /// With which CLEC it was agreed; offered to all when left out. It does not change.
    #[body(rule = "AP-03")]
    agreed_with: Option<ClecId>,
    /// What it is.
    #[body(name = "@type", one_of = &["ServiceLevelSpecification"])]
    of_type: Option<String>,
}

/// An objective, by number.
#[allow(dead_code, reason = "the standard's clients send an address, and the number tells what is meant")]
#[derive(Debug, Body)]
#[body(rule = "QS-04", name = "ServiceLevelObjectiveRefWritten")]
struct ObjectiveRefWritten {
    /// The number of the objective.
    id: ObjectiveNumber,
    /// Where it is read, as the standard has it: what is meant is told by the number.
    #[body(line = 300)]
    href: Option<String>,
    /// The name of the objective: as the standard has it, and not kept.
    #[body(line = 200)]
    name: Option<String>,
    /// What is referred to.
    #[body(name = "@referredType", one_of = &["ServiceLevelObjective"])]
    referred_type: Option<String>,
}

type SpecificationUpdate = MergePatch<SpecificationWritten>;

impl SpecificationWritten {
    fn plan(&self) -> SpecificationPlan {
        SpecificationPlan {
            name: self.name.clone(),
            description: self.description.clone(),
            period: self.valid_for.as_ref().map(Period::from),
            time_to_clear: self.time_to_clear,
            objectives: self.related_service_level_objective.0.iter().map(|of| of.id).collect(),
        }
    }
}

/// Objectives that are agreed together.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ServiceLevelSpecification)]
pub(crate) struct SpecificationShown {
    /// The number of the specification.
    id: String,
    /// Where it is read.
    href: String,
    /// The name of the specification.
    name: String,
    /// What it is.
    description: Option<String>,
    /// When it holds.
    valid_for: Option<PeriodShown>,
    /// Within what time a degradation of what was purchased with it is cleared.
    time_to_clear: Option<String>,
    /// The objectives that are agreed together.
    related_service_level_objective: Vec<ObjectiveRef>,
    /// With which CLEC it was agreed; offered to all when with none.
    agreed_with: Option<String>,
    /// Whether it holds still.
    #[schema(schema_with = schema::<Validity>)]
    status: Validity,
    /// Since when it does not hold any more, because it was withdrawn.
    withdrawn_at: Option<DateTime<Utc>>,
    /// What the reader can do with it.
    possible: Vec<&'static str>,
    /// What it is.
    #[serde(rename = "@type")]
    of_type: &'static str,
}

/// An objective, by number.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceLevelObjectiveRef)]
struct ObjectiveRef {
    /// The number of the objective.
    id: String,
    /// Where it is read.
    href: String,
}

impl SpecificationShown {
    fn of(specification: &Specification, reader: &Party) -> Self {
        let Specification { number, agreed_with, plan, withdrawn_at, .. } = specification;
        let objective = |of: &ObjectiveNumber| ObjectiveRef { id: of.to_string(), href: format!("{OBJECTIVES}/{of}") };
        let is_open = withdrawn_at.is_none() && reader.is_provider();
        Self {
            id: number.to_string(),
            href: format!("{SPECIFICATIONS}/{number}"),
            name: plan.name.clone(),
            description: plan.description.clone(),
            valid_for: plan.period.map(PeriodShown::from),
            time_to_clear: plan.time_to_clear.map(|of| of.to_string()),
            related_service_level_objective: plan.objectives.iter().map(objective).collect(),
            agreed_with: agreed_with.as_ref().map(ClecId::to_string),
            status: if withdrawn_at.is_some() { Validity::Ended } else { Validity::Valid },
            withdrawn_at: *withdrawn_at,
            possible: if is_open { vec!["PATCH", "DELETE"] } else { Vec::new() },
            of_type: "ServiceLevelSpecification",
        }
    }
}

/// Records objectives that are agreed together: a type of SLA (QS-04). For the provider's people.
#[route(
    post,
    "/tmf-api/serviceQualityManagement/v4/serviceLevelSpecification",
    tag = "serviceQuality",
    id = "recordServiceLevelSpecification"
)]
pub(crate) async fn record(
    State(services): State<Services>,
    ask: WriteRequest<SpecificationWritten>,
) -> Result<Created<SpecificationShown>, Problem> {
    let (plan, agreed_with) = (ask.body.plan(), ask.body.agreed_with.clone());
    services.check_clec(ask.party(), "agreedWith", agreed_with.as_ref()).await?;
    check_objectives(&services, agreed_with.as_ref(), &plan).await?;
    let begun = services
        .open(&ask.context, ask.key.as_deref(), |number, act| {
            Specification::record(number, agreed_with.clone(), plan.clone(), act, &services.policy)
        })
        .await?;
    let (Opening::Created(specification) | Opening::Replayed(specification)) = begun;
    Ok(Created(format!("{SPECIFICATIONS}/{}", specification.number), answered(&specification, ask.party())))
}

/// Which specifications are listed.
#[derive(Debug, Body)]
#[body(rule = "QS-04")]
pub(crate) struct Wanted {
    /// These attributes alone.
    fields: Vec<String>,
    /// Leave out as many.
    offset: Offset,
    #[body(flatten)]
    page: Paging<SpecificationNumber>,
}

/// Lists types of SLAs, those that were recorded last first: a CLEC reads what is offered to all, and what was agreed with it (QS-09).
#[route(
    get, "/tmf-api/serviceQualityManagement/v4/serviceLevelSpecification", tag = "serviceQuality", id = "listServiceLevelSpecification",
    responses((status = 200, body = Vec<SpecificationShown>, headers(
        ("X-Result-Count" = usize, description = "how many this page shows"),
        ("X-Total-Count" = usize, description = "how many there are, while it is known"),
        ("Link" = String, description = "where to go on"),
    )))
)]
pub(crate) async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(Wanted { fields, offset, page }): Query<Wanted>,
) -> Result<Response, Problem> {
    let after = page.after.map(|Place(at, number)| (at, RecordRef::Specification(number)));
    let span = TimeRange { latest_first: true, after, ..TimeRange::default() };
    let wants = |specification: &Specification| specification.is_visible_to(caller.party());
    let index = RecordIndex::specifications(caller.party().clec());
    let found = services.store.wanted(&index, span, page.limit.0 + offset.0, wants).await;
    let (specifications, next) = found.map_err(Failed::from)?;
    let shown = specifications.iter().map(|specification| {
        let shown = SpecificationShown::of(specification, caller.party());
        selected(&shown, &fields)
    });
    let next = next.map(|(at, number)| Place(at, number));
    Ok(Page::leaving_out(SPECIFICATIONS, &uri, (shown.collect(), offset.0), next).into_response())
}

/// Reads a type of SLA (QS-04).
#[route(
    get, "/tmf-api/serviceQualityManagement/v4/serviceLevelSpecification/{id}", tag = "serviceQuality", id = "readServiceLevelSpecification",
    responses((status = 200, body = SpecificationShown, headers(("ETag" = String, description = "for If-Match"))))
)]
pub(crate) async fn read(
    State(services): State<Services>,
    caller: Caller,
    Query(Shown { fields }): Query<Shown>,
    Id(number): Id<SpecificationNumber>,
) -> Result<Response, Problem> {
    let reference = RecordRef::Specification(number);
    let specification = services.record_seen_by::<Specification>(caller.party(), &reference).await?;
    let Answer { version, shown } = answered(&specification, caller.party());
    Ok(Answer { version, shown: selected(&shown, &fields) }.into_response())
}

/// Changes a type of SLA by a merge patch (RFC 7396) (QS-04). For the provider's people.
#[route(
    patch,
    "/tmf-api/serviceQualityManagement/v4/serviceLevelSpecification/{id}",
    tag = "serviceQuality",
    id = "changeServiceLevelSpecification"
)]
pub(crate) async fn change(
    State(services): State<Services>,
    Id(number): Id<SpecificationNumber>,
    ask: WriteRequest<SpecificationUpdate>,
) -> Result<Answer<SpecificationShown>, Problem> {
    let reference = RecordRef::Specification(number);
    let whole = |specification: &Specification| {
        let stays = |whole: &SpecificationWritten| {
            let stays = whole.agreed_with == specification.agreed_with;
            let fault = FieldError::new("agreedWith", "QS-04", "does not change: another agreement is another record");
            (!stays).then_some(fault).into_iter().collect()
        };
        ask.body.onto(document(specification), ask.party()).also(stays).end()
    };
    if ask.body.fields.contains_key("relatedServiceLevelObjective") {
        let specification = services.record_seen_by::<Specification>(ask.party(), &reference).await?;
        let plan = whole(&specification)?.plan();
        check_objectives(&services, specification.agreed_with.as_ref(), &plan).await?;
    }
    let decide = |specification: Specification, now| {
        let plan = whole(&specification)?.plan();
        specification.change(plan, &ActionContext::of(&ask.context, now), &services.policy)
    };
    let specification = services.revise(&reference, &ask.context, decide).await?;
    Ok(answered(&specification, ask.party()))
}

/// Withdraws a type of SLA: it is not there any more for CLECs, and stays with what was purchased by it (QS-04).
#[route(
    delete,
    "/tmf-api/serviceQualityManagement/v4/serviceLevelSpecification/{id}",
    tag = "serviceQuality",
    id = "withdrawServiceLevelSpecification"
)]
pub(crate) async fn withdraw(
    State(services): State<Services>,
    Id(number): Id<SpecificationNumber>,
    ask: WriteRequest<Nothing>,
) -> Result<NoContent, Problem> {
    providers_own(ask.party())?;
    let decide = |specification: Specification, now| {
        specification.withdraw(&ActionContext::of(&ask.context, now), &services.policy).map(Some)
    };
    services.revise(&RecordRef::Specification(number), &ask.context, decide).await?;
    Ok(NoContent)
}

/// That each objective is there for whom it is agreed with: of what is offered to all, for all.
async fn check_objectives(
    services: &Services,
    agreed_with: Option<&ClecId>,
    plan: &SpecificationPlan,
) -> Result<(), Failed> {
    let found = services.store.records_at(plan.objectives.iter().map(|of| RecordRef::Objective(*of))).await?;
    let is_theirs = |of: &Objective| {
        let is_for = of.agreed_with.is_none() || of.agreed_with.as_ref() == agreed_with;
        is_for && of.withdrawn_at.is_none()
    };
    let missing = plan.objectives.iter().enumerate().filter(|(_, number)| {
        let found = found.get(&RecordRef::Objective(**number)).and_then(|record| record.as_record::<Objective>());
        !found.is_some_and(is_theirs)
    });
    let faults: Vec<FieldError> = missing
        .map(|(at, _)| {
            let field = format!("relatedServiceLevelObjective[{at}].id");
            FieldError::new(field, "QS-04", "is no objective that holds for whom the specification is agreed with")
        })
        .collect();
    Ok(Refused::check(faults)?)
}

/// The specification as a create writes it.
fn document(of: &Specification) -> Value {
    let SpecificationPlan { name, description, period: holds, time_to_clear, objectives } = &of.plan;
    let objectives: Vec<Value> = objectives.iter().map(|of| json!({ "id": of })).collect();
    json!({
        "name": name, "description": description, "validFor": holds.map(|of| period(of.from, of.until)),
        "timeToClear": time_to_clear.map(|of| of.to_string()),
        "relatedServiceLevelObjective": objectives, "agreedWith": of.agreed_with,
    })
}

fn answered(specification: &Specification, reader: &Party) -> Answer<SpecificationShown> {
    Answer { version: specification.version_for(reader), shown: SpecificationShown::of(specification, reader) }
}
