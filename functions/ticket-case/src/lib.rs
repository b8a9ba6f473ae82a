//! `ticket-case`: what one side puts to the other on a ticket, and how it ends (12.3 to 12.6): event notification or a link that
//! a CLEC asks for, a technical escalation, an interpretation, a patch release with its joint meeting.
//!
//! Severities that are asked for and workarounds that are disputed are cases too: raised where they are changed
//! (`ticket-status`), answered and decided here.

mod bodies;

use axum::extract::State;
use contract::TicketNumber;
use domain::ticket::{
    OpenTo,
    case::{Decision, Meeting, Subject, Verdict},
};
use http_edge::{Accepted, Answer, At, Body, Problem, WriteRequest, route};
use platform::{
    Services,
    store::{LoadedTicket, TicketIncludes},
};
use record::case::NewStatement;
use tmf621::{Id, TroubleTicket, changed, changed_with, logged_as_of, new_statement};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(event_request))
        .routes(routes!(link_request))
        .routes(routes!(technical_escalation))
        .routes(routes!(interpretation))
        .routes(routes!(patch_release))
        .routes(routes!(statement))
        .routes(routes!(outcome))
        .routes(routes!(joint_meeting))
}

/// Asks that the event notification process begin (12.4). The desk grants it, or declines with its reason.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/eventRequest", tag = "case")]
async fn event_request(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::EventRequest>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let statement = new_statement(&ask.body.reason, ask.body.contact.as_ref());
    raise(&services, number, &ask, Subject::EventRequest, statement).await
}

/// Asks the desk to link the ticket to an open ticket of another CLEC (12.4): always accepted for decision, whatever the
/// number is, so that nothing is learned from it. A number that an event notice has told is linked at once by `link`.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/linkRequest", tag = "case")]
async fn link_request(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::LinkRequest>,
) -> Result<Accepted<TroubleTicket>, Problem> {
    let statement = new_statement(&ask.body.reason, ask.body.contact.as_ref());
    let subject = Subject::LinkRequest { ticket: ask.body.primary };
    raise(&services, number, &ask, subject, statement).await.map(Accepted)
}

/// Starts the Technical Escalation Process (12.3): any party may, also when it does not agree with the closing. It is told to
/// the desk at once.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/technicalEscalation", tag = "case")]
async fn technical_escalation(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::TechnicalEscalation>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let statement = new_statement(&ask.body.reason, Some(&ask.body.contact));
    raise_by(OpenTo::Callers, &services, number, &ask, Subject::TechnicalEscalation, statement).await
}

/// Records a disagreement on the reading of technical specifications or business rules, case by case (12.3).
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/interpretation", tag = "case")]
async fn interpretation(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::Interpretation>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let statement = new_statement(&ask.body.position, ask.body.contact.as_ref());
    let subject = Subject::Interpretation { document: ask.body.document.clone() };
    raise(&services, number, &ask, subject, statement).await
}

/// Says that a software patch is not feasible (the desk), or that a patch release may impact CLEC production coding (any party):
/// an event notice goes out, a technical escalation is initiated, and a joint meeting is to be called (12.3). A CLEC says so of its own
/// ticket, of one that it called about, and of any event whose patch an event notice has told; by this it takes part in the problem.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/patchRelease", tag = "case")]
async fn patch_release(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::PatchRelease>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let cause = ask.body.cause;
    cause.check_for(ask.party())?;
    let statement = new_statement(&ask.body.reason, ask.body.contact.as_ref());
    raise_by(OpenTo::Told, &services, number, &ask, Subject::PatchRelease { cause, meeting: None }, statement).await
}

/// A case on a ticket.
#[derive(Debug, Body)]
struct CasePath {
    /// The ticket's number.
    id: TicketNumber,
    /// The case's number on it.
    case: u32,
}

/// Answers a case: a question of the desk, a clarification, a response. It is told to the other side at once.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/case/{case}/statement", tag = "case", id = "caseStatement")]
async fn statement(
    State(services): State<Services>,
    At(CasePath { id, case }): At<CasePath>,
    ask: WriteRequest<bodies::Statement>,
) -> Result<Answer<TroubleTicket>, Problem> {
    logged_as_of(id);
    let statement = new_statement(&ask.body.text, ask.body.contact.as_ref());
    changed_with(&services, id, TicketIncludes::open_to(OpenTo::Cases), &ask, |found, act| {
        found.loaded.ticket.say(case, statement.clone(), &act, &services.policy)
    })
    .await
}

/// Decides a case with one of its `decisions` and the reason, and does what follows from it; who raised it may withdraw it.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/case/{case}/outcome", tag = "case", id = "caseOutcome")]
async fn outcome(
    State(services): State<Services>,
    At(CasePath { id, case }): At<CasePath>,
    ask: WriteRequest<bodies::Outcome>,
) -> Result<Answer<TroubleTicket>, Problem> {
    logged_as_of(id);
    let bodies::Outcome { decision, reason, change_request } = &ask.body;
    let verdict = Verdict { decision: *decision, reason: reason.clone(), change_request: change_request.clone() };
    // A link that is granted needs the ticket that it was asked to.
    let other = match decision {
        Decision::Granted => services.seen_by(ask.party(), id).await?.ticket.link_asked(case),
        _ => None,
    };
    changed_with(
        &services,
        id,
        TicketIncludes { other, links: other.is_some(), ..TicketIncludes::open_to(OpenTo::Cases) },
        &ask,
        |found, act| {
            let primary = if other.is_some() { found.other } else { found.loaded.primary };
            found.loaded.ticket.decide_case(case, verdict.clone(), (primary, &found.links), &act, &services.policy)
        },
    )
    .await
}

/// Calls the joint meeting of a patch release; it is exempt from the five business days' advance notification (12.3).
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/case/{case}/jointMeeting", tag = "case")]
async fn joint_meeting(
    State(services): State<Services>,
    At(CasePath { id, case }): At<CasePath>,
    ask: WriteRequest<bodies::JointMeeting>,
) -> Result<Answer<TroubleTicket>, Problem> {
    logged_as_of(id);
    let bodies::JointMeeting { at, place, agenda } = &ask.body;
    let agenda = agenda.clone().unwrap_or_else(|| Meeting::AGENDA.to_owned());
    let meeting = Meeting { at: *at, place: place.clone(), agenda };
    changed(&services, id, &ask, |loaded, act| {
        let (ticket, primary) = loaded.for_change()?;
        ticket.call_meeting(case, meeting.clone(), primary, &act, &services.policy)
    })
    .await
}

/// Raises a case on the party's ticket.
async fn raise<T>(
    services: &Services,
    number: TicketNumber,
    ask: &WriteRequest<T>,
    subject: Subject,
    statement: NewStatement,
) -> Result<Answer<TroubleTicket>, Problem> {
    raise_by(OpenTo::Own, services, number, ask, subject, statement).await
}

/// Raises a case on a ticket that is open to others than its own CLEC too.
async fn raise_by<T>(
    open_to: OpenTo,
    services: &Services,
    number: TicketNumber,
    ask: &WriteRequest<T>,
    subject: Subject,
    statement: NewStatement,
) -> Result<Answer<TroubleTicket>, Problem> {
    changed_with(services, number, TicketIncludes::open_to(open_to), ask, |LoadedTicket { loaded, .. }, act| {
        // An escalation is possible when all is closed: what is closed then is not changed by it.
        let (ticket, primary) = match subject {
            Subject::TechnicalEscalation | Subject::Interpretation { .. } => (loaded.ticket, loaded.primary),
            _ => loaded.for_change()?,
        };
        ticket.raise_case(subject.clone(), statement.clone(), primary, &act, &services.policy)
    })
    .await
}
