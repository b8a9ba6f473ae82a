//! `ticket-case`: what one side puts to the other on a ticket, and how it ends (12.3 to 12.6): event notification or a link that
//! a CLEC asks for, a technical escalation, an interpretation, a patch release with its joint meeting.
//!
//! Severities that are asked for and workarounds that are disputed are cases too: raised where they are changed
//! (`ticket-status`), answered and decided here.

mod bodies;

use axum::extract::State;
use contract::TicketNumber;
use desk::{Desk, store::Needs};
use domain::ticket::{
    Ticket,
    case::{Decision, Meeting, PatchCause, Subject, Verdict},
};
use http_edge::{Accepted, Answer, Ask, At, Body, Problem, route};
use record::case::Words;
use tmf621::{Id, TroubleTicket, changed, changed_with, logged_as_of, words};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Desk> {
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
    State(desk): State<Desk>,
    Id(number): Id,
    ask: Ask<bodies::EventRequest>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let words = words(&ask.body.reason, ask.body.contact.as_ref());
    raise(&desk, number, &ask, Subject::EventRequest, words).await
}

/// Asks the desk to link the ticket to an open ticket of another CLEC (12.4): always accepted for decision, whatever the
/// number is, so that nothing is learned from it. A number that an event notice has told is linked at once by `link`.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/linkRequest", tag = "case")]
async fn link_request(
    State(desk): State<Desk>,
    Id(number): Id,
    ask: Ask<bodies::LinkRequest>,
) -> Result<Accepted<TroubleTicket>, Problem> {
    let words = words(&ask.body.reason, ask.body.contact.as_ref());
    let subject = Subject::LinkRequest { ticket: ask.body.primary };
    raise(&desk, number, &ask, subject, words).await.map(Accepted)
}

/// Starts the Technical Escalation Process (12.3): any party may, also when it does not agree with the closing. It is told to
/// the desk at once.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/technicalEscalation", tag = "case")]
async fn technical_escalation(
    State(desk): State<Desk>,
    Id(number): Id,
    ask: Ask<bodies::TechnicalEscalation>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let words = words(&ask.body.reason, Some(&ask.body.contact));
    raise(&desk, number, &ask, Subject::TechnicalEscalation, words).await
}

/// Records a disagreement on the reading of technical specifications or business rules, case by case (12.3).
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/interpretation", tag = "case")]
async fn interpretation(
    State(desk): State<Desk>,
    Id(number): Id,
    ask: Ask<bodies::Interpretation>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let words = words(&ask.body.position, ask.body.contact.as_ref());
    let subject = Subject::Interpretation { document: ask.body.document.clone() };
    raise(&desk, number, &ask, subject, words).await
}

/// Says that a software patch is not feasible (the desk), or that a patch release may impact CLEC production coding (any party):
/// an event notice goes out, a technical escalation is initiated, and a joint meeting is to be called (12.3).
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/patchRelease", tag = "case")]
async fn patch_release(
    State(desk): State<Desk>,
    Id(number): Id,
    ask: Ask<bodies::PatchRelease>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let cause = ask.body.cause;
    if cause == PatchCause::NotFeasible {
        Ticket::by_desk(ask.party(), "TT-16", "determining that a patch is not feasible")?;
    }
    let words = words(&ask.body.reason, ask.body.contact.as_ref());
    raise(&desk, number, &ask, Subject::PatchRelease { cause, meeting: None }, words).await
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
    State(desk): State<Desk>,
    At(CasePath { id, case }): At<CasePath>,
    ask: Ask<bodies::Statement>,
) -> Result<Answer<TroubleTicket>, Problem> {
    logged_as_of(id);
    let words = words(&ask.body.text, ask.body.contact.as_ref());
    changed(&desk, id, &ask, |loaded, act| loaded.ticket.say(case, words.clone(), &act, &desk.policy)).await
}

/// Decides a case with one of its `decisions` and the reason, and does what follows from it; who raised it may withdraw it.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/case/{case}/outcome", tag = "case", id = "caseOutcome")]
async fn outcome(
    State(desk): State<Desk>,
    At(CasePath { id, case }): At<CasePath>,
    ask: Ask<bodies::Outcome>,
) -> Result<Answer<TroubleTicket>, Problem> {
    logged_as_of(id);
    let bodies::Outcome { decision, reason, change_request } = &ask.body;
    let verdict = Verdict { decision: *decision, reason: reason.clone(), change_request: change_request.clone() };
    // A link that is granted needs the ticket that it was asked to.
    let other = match decision {
        Decision::Granted => desk.seen_by(ask.party(), id).await?.ticket.link_asked(case),
        _ => None,
    };
    changed_with(&desk, id, Needs { other, ..Needs::default() }, &ask, |found, act| {
        let primary = if other.is_some() { found.other } else { found.loaded.primary };
        found.loaded.ticket.decide_case(case, verdict.clone(), primary, &act, &desk.policy)
    })
    .await
}

/// Calls the joint meeting of a patch release; it is exempt from the five business days' advance notification (12.3).
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/case/{case}/jointMeeting", tag = "case")]
async fn joint_meeting(
    State(desk): State<Desk>,
    At(CasePath { id, case }): At<CasePath>,
    ask: Ask<bodies::JointMeeting>,
) -> Result<Answer<TroubleTicket>, Problem> {
    logged_as_of(id);
    let bodies::JointMeeting { at, place, agenda } = &ask.body;
    let agenda = agenda.clone().unwrap_or_else(|| Meeting::AGENDA.to_owned());
    let meeting = Meeting { at: *at, place: place.clone(), agenda };
    changed(&desk, id, &ask, |loaded, act| {
        let (ticket, primary) = loaded.for_change()?;
        ticket.call_meeting(case, meeting.clone(), primary, &act, &desk.policy)
    })
    .await
}

/// Raises a case on the party's ticket.
async fn raise<T>(
    desk: &Desk,
    number: TicketNumber,
    ask: &Ask<T>,
    subject: Subject,
    words: Words,
) -> Result<Answer<TroubleTicket>, Problem> {
    changed(desk, number, ask, |loaded, act| {
        // An escalation is possible when all is closed: what is closed then is not changed by it.
        let (ticket, primary) = match subject {
            Subject::TechnicalEscalation | Subject::Interpretation { .. } => (loaded.ticket, loaded.primary),
            _ => loaded.for_change()?,
        };
        ticket.raise_case(subject.clone(), words.clone(), primary, &act, &desk.policy)
    })
    .await
}
