//! `service-problem`: degradation reports of what CLECs purchased, as TMF656 v4 has them (eTOM, Track & Manage Customer QoS Performance
//! Resolution; QS-01, QS-02, QS-03, QS-10), and the directory of other parties.

mod bodies;
mod elsewhere;
mod other_party;
mod tasks;
mod view;

use axum::{
    extract::{OriginalUri, State},
    response::{IntoResponse, Response},
};
use bodies::{Agreement, AssignmentSaid, Comment, Problem as ProblemSaid, ProblemUpdate, Reason, Resolution};
use contract::{
    DegradationReportNumber, Failed, FieldError, OfferingNumber, Party, PurchaseNumber, RecordRef, Refused, Visibility,
};
use domain::{
    degradation_report::{Change, DegradationReport, Raised, Status},
    service_quality::{Offering, PurchasedOffering, Specification},
};
use http_edge::{
    Acting, Answer, Body, Caller, Created, Id, Offset, Page, Paging, Place, Problem, Query, WriteRequest, route,
    selected,
};
use platform::{
    Services,
    change::Opening,
    store::{RecordIndex, TimeRange},
};
use record::{ActionContext, Record};
use utoipa_axum::{router::OpenApiRouter, routes};
use view::ServiceProblem;

/// Where they are.
pub(crate) const BASE: &str = "/tmf-api/serviceProblemManagement/v4/serviceProblem";

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(raise, list))
        .routes(routes!(read, modify))
        .routes(routes!(comment))
        .routes(routes!(assign))
        .routes(routes!(tasks::plan))
        .routes(routes!(tasks::start))
        .routes(routes!(tasks::complete))
        .routes(routes!(tasks::cancel))
        .routes(routes!(elsewhere::raise_ticket))
        .routes(routes!(elsewhere::ask))
        .routes(routes!(elsewhere::answer))
        .routes(routes!(elsewhere::withdraw))
        .routes(routes!(other_party::register, other_party::list))
        .routes(routes!(other_party::read, other_party::change))
        .routes(routes!(other_party::retire))
        .routes(routes!(escalate))
        .routes(routes!(clear))
        .routes(routes!(agree))
        .routes(routes!(cancel))
}

/// Raises a degradation report of something that was purchased: the desk does, or the CLEC whose it is (QS-01). By when it is to be cleared,
/// the type of SLA of the purchase says, or else the policy by its priority.
#[route(
    post,
    "/tmf-api/serviceProblemManagement/v4/serviceProblem",
    tag = "serviceProblem",
    id = "createServiceProblem"
)]
async fn raise(
    State(services): State<Services>,
    ask: WriteRequest<ProblemSaid>,
) -> Result<Created<ServiceProblem>, Problem> {
    let said = &ask.body;
    let purchase = said.purchase().ok_or_else(no_such_purchase)?;
    let found =
        services.record_seen_by::<PurchasedOffering>(ask.party(), &RecordRef::PurchasedOffering(purchase)).await;
    let purchase = found.map_err(|failed| match failed {
        Failed::Refused(_) => no_such_purchase().into(),
        broken @ Failed::Broken(_) => broken,
    })?;
    let of = [RecordRef::Offering(purchase.offering)].into_iter();
    let of = of.chain(purchase.plan.specification.map(RecordRef::Specification));
    let beside = services.store.records_at(of).await.map_err(Failed::from)?;
    if let Some(metric) = &said.metric {
        let offering = beside.values().find_map(|record| record.as_record::<Offering>()).ok_or(Refused::NotFound)?;
        let metric = offering.plan.metric_named((metric, None), ["metric", "metric"]);
        metric.map_err(|fault| Refused::Invalid(vec![fault]))?;
    }
    let specification = beside.values().find_map(|record| record.as_record::<Specification>());
    let agreed_time = specification.and_then(|of| of.time_to_clear_at(services.clock.now()));
    let people = services.store.people(&purchase.clec, services.clock.now()).await.map_err(Failed::from)?;
    let begun = services
        .open(&ask.context, ask.key.as_deref(), |number, act| {
            let (degrading, raised) = (purchase.degrading(agreed_time), said.raised());
            DegradationReport::raise(number, degrading, raised, people.clone(), act, &services.policy)
        })
        .await?;
    let (Opening::Created(report) | Opening::Replayed(report)) = begun;
    Ok(Created(format!("{BASE}/{}", report.number), answered(&services, &report, ask.party())))
}

/// Which degradation reports are listed.
#[derive(Debug, Body)]
#[body(rule = "QS-09")]
struct Wanted {
    /// These attributes alone.
    fields: Vec<String>,
    /// Leave out as many.
    offset: Offset,
    /// By the desk: of which CLEC; of all when left out.
    #[body(rule = "AP-03")]
    clec: Acting,
    /// Those that are neither closed nor cancelled, or those that are; both when left out.
    open: Option<bool>,
    /// Where they stand.
    status: Vec<Status>,
    /// Of this purchased offering alone.
    purchased_offering: Option<PurchaseNumber>,
    /// Of this product offering alone.
    offering: Option<OfferingNumber>,
    /// Those whose time to clear has passed, or has not.
    missed: Option<bool>,
    #[body(flatten)]
    page: Paging<DegradationReportNumber>,
}

/// Lists degradation reports, those that were raised last first: a CLEC its own, the provider's people all, or those of a CLEC (QS-09).
#[route(
    get, "/tmf-api/serviceProblemManagement/v4/serviceProblem", tag = "serviceProblem", id = "listServiceProblem",
    responses((status = 200, body = Vec<ServiceProblem>, headers(
        ("X-Result-Count" = usize, description = "how many this page shows"),
        ("X-Total-Count" = usize, description = "how many there are, while it is known"),
        ("Link" = String, description = "where to go on"),
    )))
)]
async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let Wanted { fields, offset, clec: Acting(of), open, status, purchased_offering, offering, missed, page } = wanted;
    services.check_clec(caller.party(), "clec", of.clec()).await?;
    let after = page.after.map(|Place(at, number)| (at, RecordRef::DegradationReport(number)));
    let span = TimeRange { latest_first: true, after, ..TimeRange::default() };
    let (now, policy) = (services.clock.now(), &services.policy);
    let wants = |report: &DegradationReport| {
        open.is_none_or(|open| report.is_open() == open)
            && (status.is_empty() || status.contains(&report.status()))
            && purchased_offering.is_none_or(|of| report.purchase == of)
            && offering.is_none_or(|of| report.offering == of)
            && missed.is_none_or(|missed| report.is_missed(now, policy) == missed)
    };
    let index = RecordIndex::degradation_reports(of.clec(), open == Some(true));
    let found = services.store.wanted(&index, span, page.limit.0 + offset.0, wants).await;
    let (reports, next) = found.map_err(Failed::from)?;
    let shown = reports.iter().map(|of| selected(&ServiceProblem::of(of, caller.party(), now, policy), &fields));
    let next = next.map(|(at, number)| Place(at, number));
    Ok(Page::leaving_out(BASE, &uri, (shown.collect(), offset.0), next).into_response())
}

/// Which attributes are shown.
#[derive(Debug, Body)]
#[body(rule = "AP-04", name = "ServiceProblemShown")]
struct Shown {
    /// These attributes alone.
    fields: Vec<String>,
}

/// Reads a degradation report, with what runs, who works on it and what is to be done: a CLEC its own, without how the work is divided (QS-09).
#[route(
    get, "/tmf-api/serviceProblemManagement/v4/serviceProblem/{id}", tag = "serviceProblem", id = "readServiceProblem",
    responses((status = 200, body = ServiceProblem, headers(("ETag" = String, description = "for If-Match"))))
)]
async fn read(
    State(services): State<Services>,
    caller: Caller,
    Query(Shown { fields }): Query<Shown>,
    Id(number): Id<DegradationReportNumber>,
) -> Result<Response, Problem> {
    let reference = RecordRef::DegradationReport(number);
    let report = services.record_seen_by::<DegradationReport>(caller.party(), &reference).await?;
    let Answer { version, shown } = answered(&services, &report, caller.party());
    Ok(Answer { version, shown: selected(&shown, &fields) }.into_response())
}

/// Modifies what is said of a degradation report, its priority and where it stands while it is worked, by a merge patch (RFC 7396). Its CLEC
/// is told (QS-01). For the provider's people.
#[route(
    patch,
    "/tmf-api/serviceProblemManagement/v4/serviceProblem/{id}",
    tag = "serviceProblem",
    id = "patchServiceProblem"
)]
async fn modify(
    State(services): State<Services>,
    Id(number): Id<DegradationReportNumber>,
    ask: WriteRequest<ProblemUpdate>,
) -> Result<Answer<ServiceProblem>, Problem> {
    changed(&services, number, &ask, |report, act| {
        let whole = ask.body.onto(bodies::document(&report), ask.party()).end()?;
        report.modify(whole.modified(), &act, &services.policy)
    })
    .await
}

/// Adds information to a degradation report: the first analysis, or what was found since. The other side is told, unless what the provider's
/// people write is for themselves (QS-01).
#[route(
    post,
    "/tmf-api/serviceProblemManagement/v4/serviceProblem/{id}/comment",
    tag = "serviceProblem",
    id = "commentServiceProblem"
)]
async fn comment(
    State(services): State<Services>,
    Id(number): Id<DegradationReportNumber>,
    ask: WriteRequest<Comment>,
) -> Result<Answer<ServiceProblem>, Problem> {
    let Comment { text, visibility } = &ask.body;
    let read_by = visibility.unwrap_or(Visibility::Internal);
    changed(&services, number, &ask, |report, act| {
        report.comment(text.clone(), read_by, &act, &services.policy).map(Some)
    })
    .await
}

/// Assigns a degradation report to a person of the account teams, who is told; and schedules the analysis (QS-01). For the provider's people.
#[route(
    post,
    "/tmf-api/serviceProblemManagement/v4/serviceProblem/{id}/assignment",
    tag = "serviceProblem",
    id = "assignServiceProblem"
)]
async fn assign(
    State(services): State<Services>,
    Id(number): Id<DegradationReportNumber>,
    ask: WriteRequest<AssignmentSaid>,
) -> Result<Answer<ServiceProblem>, Problem> {
    let AssignmentSaid { member, scheduled } = &ask.body;
    let found = services.store.team_members([*member]).await.map_err(Failed::from)?;
    if !found.values().any(|of| of.is_present(services.clock.now())) {
        let fault = FieldError::new("member", "QS-01", "there is no such person in the directory of account teams");
        return Err(Refused::NoSuch(fault).into());
    }
    changed(&services, number, &ask, |report, act| report.assign((*member, *scheduled), &act, &services.policy)).await
}

/// Escalates a degradation report: to the Service Manager, then to the Service Director. Who is next is told at once (QS-01).
#[route(
    post,
    "/tmf-api/serviceProblemManagement/v4/serviceProblem/{id}/escalation",
    tag = "serviceProblem",
    id = "escalateServiceProblem"
)]
async fn escalate(
    State(services): State<Services>,
    Id(number): Id<DegradationReportNumber>,
    ask: WriteRequest<Reason>,
) -> Result<Answer<ServiceProblem>, Problem> {
    changed(&services, number, &ask, |report, act| {
        report.escalate(ask.body.reason.clone(), &act, &services.policy).map(Some)
    })
    .await
}

/// Clears a degradation report, all of whose tasks have ended: its CLEC is told what was done, and asked whether it agrees (QS-01). For the
/// provider's people.
#[route(
    post,
    "/tmf-api/serviceProblemManagement/v4/serviceProblem/{id}/clearing",
    tag = "serviceProblem",
    id = "clearServiceProblem"
)]
async fn clear(
    State(services): State<Services>,
    Id(number): Id<DegradationReportNumber>,
    ask: WriteRequest<Resolution>,
) -> Result<Answer<ServiceProblem>, Problem> {
    changed(&services, number, &ask, |report, act| {
        report.clear(ask.body.resolution.clone(), &act, &services.policy).map(Some)
    })
    .await
}

/// Says whether the CLEC agrees that a degradation report is cleared: then it is closed, else it is worked again (QS-01). The CLEC does, or the
/// provider's people, whom it told.
#[route(
    post,
    "/tmf-api/serviceProblemManagement/v4/serviceProblem/{id}/agreement",
    tag = "serviceProblem",
    id = "agreeServiceProblem"
)]
async fn agree(
    State(services): State<Services>,
    Id(number): Id<DegradationReportNumber>,
    ask: WriteRequest<Agreement>,
) -> Result<Answer<ServiceProblem>, Problem> {
    let Agreement { agrees, reason } = &ask.body;
    changed(&services, number, &ask, |report, act| {
        report.agree((*agrees, reason.clone()), &act, &services.policy).map(Some)
    })
    .await
}

/// Cancels a degradation report, because the event was false. Its CLEC is told why (QS-01). For the provider's people.
#[route(
    post,
    "/tmf-api/serviceProblemManagement/v4/serviceProblem/{id}/cancellation",
    tag = "serviceProblem",
    id = "cancelServiceProblem"
)]
async fn cancel(
    State(services): State<Services>,
    Id(number): Id<DegradationReportNumber>,
    ask: WriteRequest<Reason>,
) -> Result<Answer<ServiceProblem>, Problem> {
    changed(&services, number, &ask, |report, act| {
        report.cancel(ask.body.reason.clone(), &act, &services.policy).map(Some)
    })
    .await
}

/// Changes a report as `decide` says, and answers it as it is then.
pub(crate) async fn changed<T, C: Into<Change>>(
    services: &Services,
    number: DegradationReportNumber,
    ask: &WriteRequest<T>,
    decide: impl Fn(DegradationReport, ActionContext) -> Result<Option<C>, Refused>,
) -> Result<Answer<ServiceProblem>, Problem> {
    let decide = |report, now| decide(report, ActionContext::of(&ask.context, now));
    let report = services.change_served(&RecordRef::DegradationReport(number), &ask.context, decide).await?;
    Ok(answered(services, &report, ask.party()))
}

fn answered(services: &Services, report: &DegradationReport, reader: &Party) -> Answer<ServiceProblem> {
    let shown = ServiceProblem::of(report, reader, services.clock.now(), &services.policy);
    Answer { version: report.version_for(reader), shown }
}

fn no_such_purchase() -> Refused {
    Refused::NoSuch(FieldError::new("affectedService[0].id", "QS-01", "there is no such purchased offering"))
}

impl ProblemSaid {
    fn raised(&self) -> Raised {
        Raised {
            metric: self.metric.clone(),
            description: self.description.clone(),
            category: self.category.clone(),
            reason: bodies::cause(self.reason.as_ref()),
            priority: self.priority.map(|of| of.0),
            correlation_id: self.correlation_id.clone(),
            contact: self.contact.as_ref().map(|of| of.0.clone()),
            since: self.time_raised,
        }
    }
}
