//! The tasks of a degradation report, in their order and with their times (QS-10).

use crate::{
    bodies::{Outcome, TaskPath, TaskReason, TaskSaid},
    changed,
    view::ServiceProblem,
};
use axum::extract::State;
use contract::DegradationReportNumber;
use http_edge::{Answer, At, Id, Nothing, Problem, WriteRequest, route};
use platform::Services;

/// Plans a task: by whom, by when, behind which others (QS-10). For the provider's people.
#[route(
    post,
    "/tmf-api/serviceProblemManagement/v4/serviceProblem/{id}/task",
    tag = "serviceProblem",
    id = "planServiceProblemTask"
)]
pub(crate) async fn plan(
    State(services): State<Services>,
    Id(number): Id<DegradationReportNumber>,
    ask: WriteRequest<TaskSaid>,
) -> Result<Answer<ServiceProblem>, Problem> {
    changed(&services, number, &ask, |report, act| report.plan_task(ask.body.planned(), &act).map(Some)).await
}

/// Tells that a task was begun. One that is begun before those it comes behind is shown as out of order (QS-10). For the provider's people.
#[route(
    post,
    "/tmf-api/serviceProblemManagement/v4/serviceProblem/{id}/task/{place}/start",
    tag = "serviceProblem",
    id = "startServiceProblemTask"
)]
pub(crate) async fn start(
    State(services): State<Services>,
    At(TaskPath { id, place }): At<TaskPath>,
    ask: WriteRequest<Nothing>,
) -> Result<Answer<ServiceProblem>, Problem> {
    changed(&services, id, &ask, |report, act| report.start_task(place, &act)).await
}

/// Tells that a task is done, and what came of it. When all have ended, its people are told that the report can be cleared (QS-10).
#[route(
    post,
    "/tmf-api/serviceProblemManagement/v4/serviceProblem/{id}/task/{place}/completion",
    tag = "serviceProblem",
    id = "completeServiceProblemTask"
)]
pub(crate) async fn complete(
    State(services): State<Services>,
    At(TaskPath { id, place }): At<TaskPath>,
    ask: WriteRequest<Outcome>,
) -> Result<Answer<ServiceProblem>, Problem> {
    changed(&services, id, &ask, |report, act| {
        report.end_task(place, (true, ask.body.outcome.clone()), &act, &services.policy).map(Some)
    })
    .await
}

/// Tells that a task is not to be done any more, and why (QS-10).
#[route(
    post,
    "/tmf-api/serviceProblemManagement/v4/serviceProblem/{id}/task/{place}/cancellation",
    tag = "serviceProblem",
    id = "cancelServiceProblemTask"
)]
pub(crate) async fn cancel(
    State(services): State<Services>,
    At(TaskPath { id, place }): At<TaskPath>,
    ask: WriteRequest<TaskReason>,
) -> Result<Answer<ServiceProblem>, Problem> {
    changed(&services, id, &ask, |report, act| {
        report.end_task(place, (false, Some(ask.body.reason.clone())), &act, &services.policy).map(Some)
    })
    .await
}
