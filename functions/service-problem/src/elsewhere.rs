//! Causes that lie elsewhere: in a service, of which a trouble ticket is raised, or in a component of another party, which is asked (QS-03).

use crate::{
    bodies::{PartyAnswer, PartyRequestSaid, PartyWithdrawal, RequestPath, TicketSaid},
    changed,
    view::ServiceProblem,
};
use axum::extract::State;
use contract::Failed;
use contract::{DegradationReportNumber, FieldError, RecordRef, Refused};
use domain::other_party::OtherParty;
use http_edge::{Answer, At, Id, Problem, WriteRequest, route};
use platform::Services;

/// Raises a trouble ticket, because the cause is in a service: it names the report, and the report names it. While the ticket is open the report
/// is not cleared; its end clears or questions that (QS-03). For the provider's people.
#[route(
    post,
    "/tmf-api/serviceProblemManagement/v4/serviceProblem/{id}/troubleTicket",
    tag = "serviceProblem",
    id = "raiseServiceProblemTicket"
)]
pub(crate) async fn raise_ticket(
    State(services): State<Services>,
    Id(number): Id<DegradationReportNumber>,
    ask: WriteRequest<TicketSaid>,
) -> Result<Answer<ServiceProblem>, Problem> {
    let numbers = services.numbers(&ask.context, ask.key.as_deref())?;
    let TicketSaid { severity, system_affected, description } = &ask.body;
    changed(&services, number, &ask, |report, act| {
        let of = (*severity, system_affected.clone(), description.clone());
        report.raise_ticket(numbers.next(), of, &act, &services.policy).map(Some)
    })
    .await
}

/// Asks another party for what is to be done with a component of its own. The provider's people are told how that party is reached, and are
/// reminded of the response that it agreed to (QS-03). For the provider's people.
#[route(
    post,
    "/tmf-api/serviceProblemManagement/v4/serviceProblem/{id}/partyRequest",
    tag = "serviceProblem",
    id = "askOtherParty"
)]
pub(crate) async fn ask(
    State(services): State<Services>,
    Id(number): Id<DegradationReportNumber>,
    ask: WriteRequest<PartyRequestSaid>,
) -> Result<Answer<ServiceProblem>, Problem> {
    let PartyRequestSaid { party, text } = &ask.body;
    let found = services.record_seen_by::<OtherParty>(ask.party(), &RecordRef::OtherParty(*party)).await;
    let party = found.map_err(|failed| match failed {
        Failed::Refused(_) => {
            Refused::NoSuch(FieldError::new("party", "QS-03", "there is no such party in the directory")).into()
        }
        broken @ Failed::Broken(_) => broken,
    })?;
    changed(&services, number, &ask, |report, act| {
        report.ask_party(&party, text.clone(), &act, &services.policy).map(Some)
    })
    .await
}

/// Records what another party answered (QS-03). For the provider's people.
#[route(
    post,
    "/tmf-api/serviceProblemManagement/v4/serviceProblem/{id}/partyRequest/{place}/answer",
    tag = "serviceProblem",
    id = "recordPartyAnswer"
)]
pub(crate) async fn answer(
    State(services): State<Services>,
    At(RequestPath { id, place }): At<RequestPath>,
    ask: WriteRequest<PartyAnswer>,
) -> Result<Answer<ServiceProblem>, Problem> {
    changed(&services, id, &ask, |report, act| {
        report.end_request(place, (true, ask.body.text.clone()), &act, &services.policy).map(Some)
    })
    .await
}

/// Takes a request to another party back (QS-03). For the provider's people.
#[route(
    post,
    "/tmf-api/serviceProblemManagement/v4/serviceProblem/{id}/partyRequest/{place}/withdrawal",
    tag = "serviceProblem",
    id = "withdrawPartyRequest"
)]
pub(crate) async fn withdraw(
    State(services): State<Services>,
    At(RequestPath { id, place }): At<RequestPath>,
    ask: WriteRequest<PartyWithdrawal>,
) -> Result<Answer<ServiceProblem>, Problem> {
    changed(&services, id, &ask, |report, act| {
        report.end_request(place, (false, ask.body.reason.clone()), &act, &services.policy).map(Some)
    })
    .await
}
