//! Causes that lie elsewhere (QS-03): in a service, of which a trouble ticket is raised, or in a component of another party, of which it is
//! asked. A report is not cleared while one of them is open.

use super::{Act, Change, DegradationReport, Fact, TicketSays};
use crate::{
    other_party::OtherParty,
    ticket::{Disposition, Report, State, Ticket, opening::Opening},
};
use contract::{FieldError, Instant, OtherPartyNumber, Policy, Refused, Severity, TicketNumber};
use record::{
    ActionContext, Notice, Record, RecordChange,
    deadline::{RunningDeadline, Warned},
    notice::moment,
};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// How many tickets are raised of a report.
const TICKETS_AT_MOST: usize = 20;
/// How many requests to other parties a report has: so many that what came of each has room beside it.
const REQUESTS_AT_MOST: usize = 8;

/// A trouble ticket that was raised, because the cause is in a service.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RaisedTicket {
    /// The number of the ticket.
    pub number: TicketNumber,
    /// When it was raised.
    pub raised_at: Instant,
    /// When it ended, as it was last seen.
    pub ended_at: Option<Instant>,
    /// What its end says of the report.
    pub says: Option<TicketSays>,
}

impl TicketSays {
    /// When a ticket ended, as it reads, and what that says; nothing while it is open.
    #[must_use]
    pub fn of(ticket: &Ticket) -> Option<(Instant, Self)> {
        match &ticket.problem.state {
            State::Closed(closing) => {
                let is_resolved =
                    matches!(closing.disposition, Disposition::Resolved { .. } | Disposition::WorkaroundInForce);
                Some((closing.closed_at, if is_resolved { Self::Clears } else { Self::Questions }))
            }
            State::Cancelled | State::Rejected => Some((ticket.changed_at, Self::Questions)),
            _ => None,
        }
    }
}

/// What is asked of another party.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartyRequest {
    /// Its place among the requests, from 1.
    pub place: u32,
    /// Of which party it is asked.
    pub party: OtherPartyNumber,
    /// The name of that party, as of then.
    pub name: String,
    /// What is asked.
    pub text: String,
    /// When it was asked.
    pub asked_at: Instant,
    /// By when the party agreed to respond.
    pub respond_by: Instant,
    /// How far its people were told that the response is awaited.
    pub warned: Warned,
    /// How it ended.
    pub ended: Option<RequestEnd>,
}

/// How a request to another party ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestEnd {
    /// When it ended.
    pub at: Instant,
    /// Whether it was answered; else it was taken back.
    pub answered: bool,
    /// What was answered, or why it was taken back.
    pub text: String,
}

impl PartyRequest {
    /// When there is next something to tell of it.
    pub(super) fn next_to_tell(&self) -> Option<Instant> {
        let running = RunningDeadline::halfway((), self.asked_at, self.respond_by);
        running.next(self.warned).filter(|_| self.ended.is_none())
    }
}

impl DegradationReport {
    /// Whether a ticket of it, or a request to another party, is open.
    pub(super) fn awaits_others(&self) -> bool {
        let is_open = |request: &PartyRequest| request.ended.is_none();
        self.tickets.iter().any(|ticket| ticket.ended_at.is_none()) || self.requests.iter().any(is_open)
    }

    /// The cause is in a service: a trouble ticket of its CLEC's is raised, which names the report as the report names it.
    ///
    /// # Errors
    /// Too many; one that is cleared or over.
    pub fn raise_ticket(
        mut self,
        number: TicketNumber,
        (severity, system, description): (Severity, Option<String>, Option<String>),
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        self.check(Act::TroubleTicket, &act.by.party)?;
        if self.tickets.len() >= TICKETS_AT_MOST {
            return Err(Refused::full("troubleTicket", "QS-03", TICKETS_AT_MOST));
        }
        let opening = Opening {
            clec: Some(self.clec.clone()),
            severity,
            event: false,
            event_description: None,
            report: Report {
                description: description.unwrap_or_else(|| format!("{}: {}", self.number, self.description)),
                ticket_type: Report::SYSTEMS.to_owned(),
                system_affected: system,
                contact: self.contact.clone(),
                ..Report::default()
            },
            call_center_reference: None,
            notes: Vec::new(),
            severity_checklist: Vec::new(),
            release: None,
            process: None,
            service_problem: Some(self.number),
        };
        let ticket = Ticket::open(number, opening, &act.on_another(), policy);
        self.tickets.push(RaisedTicket { number, raised_at: act.now, ended_at: None, says: None });
        let told = self.tell_of("has a trouble ticket", &number.to_string(), act, policy);
        let report = self.finish(vec![Fact::TicketRaised { ticket: number }], vec![told], act);
        Ok(Change { report, ticket: Some(ticket) })
    }

    /// A ticket of it ended, or goes on again: its people are told what that says. `None` when that is known.
    #[must_use]
    pub fn follow_ticket(
        mut self,
        number: TicketNumber,
        ended: Option<(Instant, TicketSays)>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Option<RecordChange<Self>> {
        let ticket = self.tickets.iter_mut().find(|ticket| ticket.number == number)?;
        let now = (ended.map(|(at, _)| at), ended.map(|(_, says)| says));
        // What ended is known, however often it is told: its instant may move with what is done behind the end.
        if ticket.says == now.1 {
            return None;
        }
        (ticket.ended_at, ticket.says) = now;
        let step = match now.1 {
            Some(TicketSays::Clears) => format!("has ticket {number} resolved{}", self.whether_clear()),
            Some(TicketSays::Questions) => format!("has ticket {number} ended without a resolution"),
            None => format!("has ticket {number} opened again"),
        };
        let told = self.is_open().then(|| self.tell_people(&step, act, policy));
        Some(self.finish(vec![Fact::TicketFollowed { ticket: number, says: now.1 }], told.into_iter().collect(), act))
    }

    /// A component of another party is the cause: that party is asked, by its channel, and by the time that it agreed to.
    ///
    /// # Errors
    /// A party that is retired; too many; one that is cleared or over.
    pub fn ask_party(
        mut self,
        party: &OtherParty,
        text: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check(Act::PartyRequest, &act.by.party)?;
        if party.retired_at.is_some() {
            return Err(Refused::NoSuch(FieldError::new("party", "QS-03", "nothing is asked of this party any more")));
        }
        if self.requests.len() >= REQUESTS_AT_MOST {
            return Err(Refused::full("partyRequest", "QS-03", REQUESTS_AT_MOST));
        }
        let place = u32::try_from(self.requests.len() + 1).unwrap_or(u32::MAX);
        let respond_by = act.now + party.plan.respond_within;
        let request = PartyRequest {
            place,
            party: party.number,
            name: party.plan.name.clone(),
            text: text.clone(),
            asked_at: act.now,
            respond_by,
            warned: Warned::No,
            ended: None,
        };
        self.requests.push(request);
        let told = self.tell_asked(party, &text, respond_by, act, policy);
        Ok(self.finish(vec![Fact::PartyAsked { place, party: party.number }], vec![told], act))
    }

    /// Another party answered, or a request to one is taken back.
    ///
    /// # Errors
    /// There is no such request, or it has ended.
    pub fn end_request(
        mut self,
        place: u32,
        (answered, text): (bool, String),
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check(if answered { Act::PartyAnswer } else { Act::PartyWithdrawal }, &act.by.party)?;
        let request = self.requests.iter_mut().find(|request| request.place == place);
        let request = request.ok_or(Refused::NotFound)?;
        if request.ended.is_some() {
            return Err(Refused::not_now("QS-03", format!("request {place} has ended"), &[]));
        }
        request.ended = Some(RequestEnd { at: act.now, answered, text: text.clone() });
        let name = request.name.clone();
        let what = if answered { "an answer of" } else { "no request any more to" };
        let step = format!("has {what} {name}{}", self.whether_clear());
        let told = vec![self.tell_people_of(&step, &text, act, policy)];
        Ok(self.finish(vec![Fact::PartyRequestEnded { place, answered }], told, act))
    }

    /// Its people are told that a response is awaited, and by the agreed time that it is not there.
    pub(super) fn remind_of_request(mut self, at: usize, act: &ActionContext, policy: &Policy) -> RecordChange<Self> {
        let request = &mut self.requests[at];
        let passed = request.respond_by <= act.now;
        request.warned = if passed { Warned::Missed } else { Warned::Half };
        let (by, place) = (moment(request.respond_by, policy), request.place);
        let step = match passed {
            true => format!("has no response of {}, which was agreed by {by}", request.name),
            false => format!("awaits a response of {}, agreed by {by}", request.name),
        };
        let told: Vec<Notice> = vec![self.tell_people(&step, act, policy)];
        self.finish(vec![Fact::PartyReminded { place, passed }], told, act)
    }

    /// What is said with an end where nothing else of the report is open.
    pub(super) fn whether_clear(&self) -> &'static str {
        let has_open_tasks = self.tasks.iter().any(|task| task.ended.is_none());
        if has_open_tasks || self.awaits_others() { "" } else { ": it can be cleared" }
    }
}
