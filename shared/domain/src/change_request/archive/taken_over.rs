//! An open change request that is given to its CLEC goes on here: its originator acts on it, it is on the agendas of the meetings, and
//! what it is owed has its terms from the import on. What its next steps need is to be known, and is read from its page.

use super::{Page, Refusal, dated::Dated, deadline_audit::RESPONSES, replay::Replay};
use crate::change_request::{ChangeRequest, Deferral, Outcome, Reply, Response, Step};
use chrono::NaiveDate;
use contract::{Instant, Policy};
use record::ActionContext;

/// The steps whose next ones are about a response that was issued.
const ABOUT_A_RESPONSE: [Step; 5] =
    [Step::ResponseIssued, Step::ResponsePresented, Step::NotAccepted, Step::Deferred, Step::Escalated];

impl Page {
    /// The responses of an open one that is given to its CLEC, as far as the page tells what they answered.
    ///
    /// # Errors
    /// When the CLECs are to say what they take the last one for, and the page does not tell what it answered.
    pub(super) fn responses(
        &self,
        replay: &Replay<'_>,
        at: impl Fn(NaiveDate) -> Instant,
    ) -> Result<Vec<Response>, Refusal> {
        if self.originator.is_none() || replay.step.is_over() {
            return Ok(Vec::new());
        }
        let issued = || replay.dated.iter().filter(|dated| RESPONSES.contains(&dated.line.action.as_str()));
        let last = issued().next_back().filter(|_| ABOUT_A_RESPONSE.contains(&replay.step));
        if let Some(last) = last.filter(|last| last.line.answer.is_none() || last.line.text.is_empty()) {
            let detail =
                "is needed of the last response, with its text, of what is given to its originator at this step";
            return Err(self.refused(&format!("history[{}].answer", last.at), detail));
        }
        let response = |dated: &Dated<'_>| {
            let reply = Reply { answer: dated.line.answer?, text: dated.line.text.clone(), reference: None };
            let issued_at = at(dated.line.date);
            Some(Response {
                reply,
                issued_at,
                presented_at: None,
                comments: Vec::new(),
                outcome: None,
                reason: None,
                positions: None,
            })
        };
        let mut responses: Vec<Response> = issued().filter_map(response).collect();
        if let Some(last) = responses.last_mut() {
            last.presented_at = replay.came_to(Step::ResponsePresented).filter(|date| at(*date) >= last.issued_at);
            last.outcome = match replay.step {
                Step::NotAccepted | Step::Deferred | Step::Escalated => Some(Outcome::NotAccepted),
                Step::RevisionRequired => Some(Outcome::RevisionsRequired),
                Step::ResponseAccepted | Step::Development | Step::Announced => Some(Outcome::Accepted),
                _ => None,
            };
        }
        Ok(responses)
    }
}

impl ChangeRequest {
    /// Whether its archive left it open, and it was given to the CLEC that it is of.
    #[must_use]
    pub fn is_taken_over(&self) -> bool {
        self.archived.is_some() && self.originator.clec().is_some()
    }

    /// Its clocks begin with its import; a deferral too, whose end no page tells.
    pub(super) fn take_over(&mut self, act: &ActionContext, policy: &Policy) {
        if !self.is_taken_over() || self.step.is_over() {
            return;
        }
        if self.step == Step::Deferred {
            let reason = "deferred before it was imported".to_owned();
            self.deferral = Some(Deferral { reason, since: act.now, until: self.deferred_until(act, policy) });
        }
        self.set_clock(policy);
    }
}
