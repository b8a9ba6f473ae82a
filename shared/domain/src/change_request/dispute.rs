//! Steps 5B to 5D: a response that is not accepted is escalated, and others join; or action on it is deferred (CR-12, CR-13).

use super::{
    ChangeRequest, Closed, Deadline, Deferral, Escalation, Fact, Outcome, Participant, Position, Resolution, Said,
    Step, Suffix, TaskName,
};
use contract::{FieldError, Policy, Refused};
use record::{
    ActionContext, Announced, RecordChange,
    bound::{bytes, keep_latest},
    notice::{Line, NoticeKind, moment},
};

/// How many CLECs join one, and how many responses it has, at the most that are kept.
const AT_MOST: usize = 200;
/// In how many bytes CLECs state their disputes. What is left of the disputes' part is the provider's.
const SAID_AT_MOST: usize = 24 * 1024;
/// In how many bytes disputes are with the provider's answers, so that there is room for the resolution.
const ANSWERED_AT_MOST: usize = 34 * 1024;
/// All of the disputes' part.
const RESOLVED_AT_MOST: usize = 43 * 1024;

impl ChangeRequest {
    /// A CLEC escalates the dispute: step 5C. The provider is told at once, and all with it.
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn escalate(
        mut self,
        reason: String,
        contact: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::Escalation, &act.by)?;
        let clec = act.by.party.clec().cloned().ok_or(Refused::NotFound)?;
        self.suffixes.insert(Suffix::Es);
        self.deferral = None;
        let heading = format!("Change request {} is escalated by {clec}", self.printed());
        let lines = [Line::new("Reason", &reason)];
        let response = Some(self.disputed_response());
        self.escalations.push(Escalation {
            clec,
            response,
            contact,
            reason,
            at: act.now,
            participants: Vec::new(),
            responses: Vec::new(),
            resolution: None,
        });
        self.check_room_of_dispute(SAID_AT_MOST)?;
        let entered = self.advance_to(Step::Escalated, act.now, policy);
        let told = self.tell_all(
            NoticeKind::Update,
            "CR_Escalation",
            self.bulletin(heading, act.now, policy).with_lines(lines),
        );
        Ok(self.finish_action(vec![entered], told, act, policy))
    }

    /// Another CLEC joins the escalation, with a statement if it has one. `None` when it did already.
    ///
    /// # Errors
    /// Who escalated it is in it already. See [`ChangeRequest::check_allowed`].
    pub fn join(
        mut self,
        statement: Option<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_allowed(TaskName::Participation, &act.by)?;
        let clec = act.by.party.clec().cloned().ok_or(Refused::NotFound)?;
        if self.is_escalated_by(&act.by.party) {
            return Err(Refused::not_now("CR-13", "the escalation is this CLEC's own", &self.allowed_tasks(&act.by)));
        }
        let escalation = self.escalations.last_mut().ok_or(Refused::NotFound)?;
        let joined = Participant { clec: clec.clone(), statement, at: act.now };
        let full = escalation.participants.len() >= AT_MOST;
        match escalation.participants.iter_mut().find(|of| of.clec == clec) {
            Some(before) if before.statement == joined.statement => return Ok(None),
            Some(before) => *before = joined,
            None if full => return Err(Refused::full("participants", "CR-13", AT_MOST)),
            None => escalation.participants.push(joined),
        }
        self.check_room_of_dispute(SAID_AT_MOST)?;
        let heading = format!("{clec} joins the escalation of change request {}", self.printed());
        let told = self.tell_desk(self.bulletin(heading, act.now, policy));
        Ok(Some(self.finish_action(vec![Fact::Joined { clec }], vec![told], act, policy)))
    }

    /// The provider responds to the escalation, which all are told.
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn answer_escalation(
        mut self,
        text: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::EscalationResponse, &act.by)?;
        let heading = format!("Response to the escalation of change request {}", self.printed());
        let lines = [Line::new("Response", &text)];
        self.meet_deadline(Deadline::EscalationAnswer, act.now, policy);
        let escalation = self.escalations.last_mut().ok_or(Refused::NotFound)?;
        if escalation.responses.len() >= AT_MOST {
            return Err(Refused::full("responses", "CR-13", AT_MOST));
        }
        escalation.responses.push(Said { text, at: act.now });
        self.check_room_of_dispute(ANSWERED_AT_MOST)?;
        let told = self.tell_all(
            NoticeKind::Update,
            "CR_Escalation",
            self.bulletin(heading, act.now, policy).with_lines(lines),
        );
        Ok(self.finish_action(vec![Fact::EscalationAnswered], told, act, policy))
    }

    /// The dispute is resolved: step 5D. What came of it leads on as it would from the disputed response itself; where that was
    /// revised meanwhile, back to the later response, of which nothing came yet.
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn resolve(
        mut self,
        outcome: Outcome,
        detail: String,
        positions: &[Position],
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::Resolution, &act.by)?;
        self.meet_deadline(Deadline::EscalationAnswer, act.now, policy);
        self.meet_deadline(Deadline::EscalationResolution, act.now, policy);
        let mut disputed = self.last_counted();
        if let Some(escalation) = self.escalations.last_mut() {
            disputed = escalation.response.unwrap_or(disputed);
            escalation.resolution = Some(Resolution { outcome, detail: detail.clone(), at: act.now });
        }
        // A resolution always fits: disputes that are over, and then what those who joined said, go for it. The history keeps them.
        keep_latest(&mut self.escalations, usize::MAX, RESOLVED_AT_MOST);
        if bytes(&self.escalations) > RESOLVED_AT_MOST
            && let Some(escalation) = self.escalations.last_mut()
        {
            escalation.participants.iter_mut().for_each(|of| of.statement = None);
        }
        self.milestones.insert(super::Milestone::Resolved, act.now);
        let (entered, told) = self.apply_outcome(outcome, disputed, detail, positions, act.now, policy);
        Ok(self.finish_action(vec![Fact::DisputeResolved { outcome }, entered], told, act, policy))
    }

    fn check_room_of_dispute(&self, most: usize) -> Result<(), Refused> {
        let held = bytes(&self.escalations);
        let detail = || format!("hold as much as is kept of them: {most} bytes, and this would be {held}");
        if held > most { Err(Refused::Full(FieldError::new("escalations", "TT-29", detail()))) } else { Ok(()) }
    }

    /// No action for the present: it is closed when nothing came of it in the policy's time (CR-12).
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn defer(
        mut self,
        reason: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::Deferral, &act.by)?;
        let until = self.deferred_until(act, policy);
        let heading = format!("Change request {} is deferred until {}", self.printed(), moment(until, policy));
        let lines = [Line::new("Reason", &reason)];
        self.deferral = Some(Deferral { reason, since: act.now, until });
        let entered = self.advance_to(Step::Deferred, act.now, policy);
        let told =
            self.tell_all(NoticeKind::Update, "CR_Deferred", self.bulletin(heading, act.now, policy).with_lines(lines));
        Ok(self.finish_action(vec![entered], told, act, policy))
    }

    /// The deferral goes on for another of the policy's times. `None` when it lasts as long already.
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn renew(mut self, act: &ActionContext, policy: &Policy) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_allowed(TaskName::Renewal, &act.by)?;
        let until = self.deferred_until(act, policy);
        if self.deferral.as_ref().is_some_and(|deferral| deferral.until == until) {
            return Ok(None);
        }
        self.meet_deadline(Deadline::Deferral, act.now, policy);
        // One of an archive has none of its own yet.
        let reason = self.deferral.take().map(|deferral| deferral.reason).unwrap_or_default();
        self.deferral = Some(Deferral { reason, since: act.now, until });
        let heading = format!("Change request {} stays deferred until {}", self.printed(), moment(until, policy));
        let told = self.tell_all(NoticeKind::Update, "CR_Deferred", self.bulletin(heading, act.now, policy));
        Ok(Some(self.finish_action(vec![Fact::Renewed { until }], told, act, policy)))
    }

    /// It is taken up again: its response is to be revised, to which CLECs may object as to an outcome.
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn resume(
        mut self,
        reason: String,
        positions: &[Position],
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::Resumption, &act.by)?;
        self.meet_deadline(Deadline::Deferral, act.now, policy);
        self.deferral = None;
        let last = self.last_response();
        let (entered, told) = self.apply_outcome(Outcome::RevisionsRequired, last, reason, positions, act.now, policy);
        Ok(self.finish_action(vec![entered], told, act, policy))
    }

    /// Nothing came of a deferral in its time: it is closed.
    pub(super) fn expire(self, act: &ActionContext, policy: &Policy) -> RecordChange<Self> {
        self.close_as(Closed::Expired, None, act, policy)
    }

    /// The end of the day on which the policy's time runs out.
    pub(super) fn deferred_until(&self, act: &ActionContext, policy: &Policy) -> contract::Instant {
        let calendar = policy.calendar(act.now);
        calendar.end_of(self.ends_on(Deadline::Deferral, calendar.date(act.now), policy))
    }
}
