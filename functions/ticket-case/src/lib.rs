//! `ticket-case`: what one side puts to the other on a ticket, and how it ends (12.3 to 12.6): event notification or a link that
//! a CLEC asks for, a technical escalation, an interpretation, a patch release with its joint meeting.
//!
//! Severities that are asked for and workarounds that are disputed are cases too: raised where they are changed
//! (`ticket-status`), answered and decided here.

mod bodies;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contract::{Refused, TicketNumber};
use desk::{Desk, store::Needs};
use domain::ticket::{
    Action, Ticket,
    case::{Decision, Meeting, PatchCause, Subject, Verdict, Words},
};
use http_edge::{Ask, Problem, WriteRefusals};
use record::Act;
use tmf621::{Id, TroubleTicket};
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
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/eventRequest", tag = "case",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Reason,
    responses((status = 200, body = TroubleTicket), WriteRefusals)
)]
async fn event_request(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let words = tmf621::words(&mut fields, "reason", "NT-02");
    fields.end()?;
    raise(&desk, number, &ask, &Subject::EventRequest, &words).await
}

/// Asks the desk to link the ticket to an open ticket of another CLEC (12.4): always accepted for decision, whatever the
/// number is, so that nothing is learned from it. A number that an event notice has told is linked at once by `link`.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/linkRequest", tag = "case",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::LinkRequest,
    responses((status = 202, body = TroubleTicket), WriteRefusals)
)]
async fn link_request(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let primary = fields.needed::<TicketNumber>("primary", "TT-01");
    let words = tmf621::words(&mut fields, "reason", "TT-07");
    let primary = fields.end_with(primary)?;
    let raised = raise(&desk, number, &ask, &Subject::LinkRequest { ticket: primary }, &words).await?;
    Ok((StatusCode::ACCEPTED, raised).into_response())
}

/// Starts the Technical Escalation Process (12.3): any party may, also when it does not agree with the closing. It is told to
/// the desk at once.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/technicalEscalation", tag = "case",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Reason,
    responses((status = 200, body = TroubleTicket), WriteRefusals)
)]
async fn technical_escalation(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let words = tmf621::words(&mut fields, "reason", "TT-15");
    if words.contact.is_none() {
        fields.fault("contact", "TT-15", "is missing: who is to be called about the escalation");
    }
    fields.end()?;
    raise(&desk, number, &ask, &Subject::TechnicalEscalation, &words).await
}

/// Records a disagreement on the reading of technical specifications or business rules, case by case (12.3).
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/interpretation", tag = "case",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Interpretation,
    responses((status = 200, body = TroubleTicket), WriteRefusals)
)]
async fn interpretation(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let document = fields.required_line("document", "TT-26", 200);
    let words = tmf621::words(&mut fields, "position", "TT-26");
    fields.end()?;
    raise(&desk, number, &ask, &Subject::Interpretation { document }, &words).await
}

/// Says that a software patch is not feasible (the desk), or that a patch release may impact CLEC production coding (any party):
/// an event notice goes out, a technical escalation is initiated, and a joint meeting is to be called (12.3).
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/patchRelease", tag = "case",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::PatchRelease,
    responses((status = 200, body = TroubleTicket), WriteRefusals)
)]
async fn patch_release(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let cause = fields.needed::<PatchCause>("cause", "TT-16");
    let words = tmf621::words(&mut fields, "reason", "TT-16");
    let cause = fields.end_with(cause)?;
    if cause == PatchCause::NotFeasible {
        Ticket::by_desk(ask.party(), "TT-16", "determining that a patch is not feasible")?;
    }
    raise(&desk, number, &ask, &Subject::PatchRelease { cause, meeting: None }, &words).await
}

/// Answers a case: a question of the desk, a clarification, a response. It is told to the other side at once.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/case/{case}/statement", tag = "case", operation_id = "caseStatement",
    params(("id" = String, Path), ("case" = u32, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Statement,
    responses((status = 200, body = TroubleTicket), WriteRefusals)
)]
async fn statement(State(desk): State<Desk>, Path(path): Path<CasePath>, ask: Ask) -> Result<Response, Problem> {
    let (number, case) = path.parsed()?;
    let mut fields = ask.body.fields();
    let words = tmf621::words(&mut fields, "text", "TT-15");
    fields.end()?;
    let ticket = desk
        .change(number, &ask.asked, |loaded, now| {
            let act = Act::of(&ask.asked, now, None, None);
            Ok(Some(loaded.ticket.say(case, words.clone(), &act, &desk.policy)?))
        })
        .await?;
    answered(&desk, &ask, &ticket).await
}

/// Decides a case with one of its `decisions` and the reason, and does what follows from it; who raised it may withdraw it.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/case/{case}/outcome", tag = "case", operation_id = "caseOutcome",
    params(("id" = String, Path), ("case" = u32, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Outcome,
    responses((status = 200, body = TroubleTicket), WriteRefusals)
)]
async fn outcome(State(desk): State<Desk>, Path(path): Path<CasePath>, ask: Ask) -> Result<Response, Problem> {
    let (number, case) = path.parsed()?;
    let mut fields = ask.body.fields();
    let decision = fields.needed::<Decision>("decision", "TT-15");
    let reason = fields.required("reason", "TT-15", 2_000);
    let change_request = fields.line("changeRequest", 50);
    let decision = fields.end_with(decision)?;
    let verdict = Verdict { decision, reason, change_request };
    // A link that is granted needs the ticket that it was asked to.
    let other = match decision {
        Decision::Granted => desk.seen_by(ask.party(), number).await?.ticket.link_asked(case),
        _ => None,
    };
    let ticket = desk
        .change_with(number, Needs { other, ..Needs::default() }, &ask.asked, |found, now| {
            let act = Act::of(&ask.asked, now, None, None);
            let primary = if other.is_some() { found.other } else { found.loaded.primary };
            found.loaded.ticket.decide_case(case, verdict.clone(), primary, &act, &desk.policy).map(Some)
        })
        .await?;
    answered(&desk, &ask, &ticket).await
}

/// Calls the joint meeting of a patch release; it is exempt from the five business days' advance notification (12.3).
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/case/{case}/jointMeeting", tag = "case",
    params(("id" = String, Path), ("case" = u32, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::JointMeeting,
    responses((status = 200, body = TroubleTicket), WriteRefusals)
)]
async fn joint_meeting(State(desk): State<Desk>, Path(path): Path<CasePath>, ask: Ask) -> Result<Response, Problem> {
    let (number, case) = path.parsed()?;
    Action::JointMeeting.check_for(ask.party())?;
    let mut fields = ask.body.fields();
    let at = fields.instant("at");
    if at.is_none() {
        fields.fault("at", "TT-16", "is missing");
    }
    let place = fields.required("place", "TT-16", 500);
    let agenda = fields.text("agenda").unwrap_or_else(|| Meeting::AGENDA.to_owned());
    let meeting = Meeting { at: fields.end_with(at)?, place, agenda };
    let ticket = desk
        .change(number, &ask.asked, |loaded, now| {
            let (ticket, primary) = loaded.for_change()?;
            let act = Act::of(&ask.asked, now, None, None);
            ticket.call_meeting(case, meeting.clone(), primary, &act, &desk.policy).map(Some)
        })
        .await?;
    answered(&desk, &ask, &ticket).await
}

/// A ticket and a case on it, in a path. A text that is none names nothing.
#[derive(Debug, serde::Deserialize)]
struct CasePath {
    id: String,
    case: String,
}

impl CasePath {
    fn parsed(&self) -> Result<(TicketNumber, u32), Refused> {
        let number = self.id.parse().map_err(|_| Refused::NotFound)?;
        tmf621::logged_as_of(number);
        Ok((number, self.case.parse().map_err(|_| Refused::NotFound)?))
    }
}

/// Raises a case on the party's ticket.
async fn raise(
    desk: &Desk,
    number: TicketNumber,
    ask: &Ask,
    subject: &Subject,
    words: &Words,
) -> Result<Response, Problem> {
    let ticket = desk
        .change(number, &ask.asked, |loaded, now| {
            let act = Act::of(&ask.asked, now, None, None);
            // An escalation is possible when all is closed: what is closed then is not changed by it.
            let (ticket, primary) = match subject {
                Subject::TechnicalEscalation | Subject::Interpretation { .. } => (loaded.ticket, loaded.primary),
                _ => loaded.for_change()?,
            };
            ticket.raise_case(subject.clone(), words.clone(), primary, &act, &desk.policy).map(Some)
        })
        .await?;
    answered(desk, ask, &ticket).await
}

async fn answered(desk: &Desk, ask: &Ask, ticket: &Ticket) -> Result<Response, Problem> {
    Ok(tmf621::answer(ticket, &desk.linked_to(ticket).await?, ask.party(), &desk.policy))
}
