//! Steps 5 and 6: what the CLECs make of a response, how their positions are counted, and what the accepted response leads to (CR-09,
//! CR-10, CR-22).

use super::{
    Action, Answer, Change, ChangeRequest, Closed, Deadline, Fact, Objection, OriginatorsWord, Outcome, Position,
    PositionCounts, Response, Step, TaskName,
};
use contract::{Instant, Policy, Refused};
use record::{
    ActionContext, Announced, Notice, Record as _, RecordChange,
    notice::{Line, NoticeKind, moment},
    position::Position as _,
};

impl ChangeRequest {
    /// A CLEC says what it takes the response for; in the term to object to what came of it, another position than that is an
    /// objection, by which the CLEC may escalate (CR-22). `None` when it said so already.
    ///
    /// # Errors
    /// What is not simply accepted has its reason. See [`ChangeRequest::check_allowed`].
    pub fn take_position(
        mut self,
        before: Option<Position>,
        position: Outcome,
        comment: Option<String>,
        public: bool,
        act: &ActionContext,
    ) -> Result<Option<Change>, Refused> {
        self.check_allowed(TaskName::Position, &act.by)?;
        let clec = act.by.party.clec().cloned().ok_or(Refused::NotFound)?;
        if position != Outcome::Accepted && comment.is_none() {
            return Err(Refused::field("comment", "CR-09", "is missing: what is not accepted has its reason"));
        }
        let response = self.last_response();
        let revision = Position::next_revision(before.as_ref());
        let taken = Position {
            request: self.id,
            clec: clec.clone(),
            revision,
            response,
            position,
            comment,
            public,
            at: act.now,
        };
        if taken.is_same(before.as_ref()) {
            return Ok(None);
        }
        if let (Some(outcome), Some(objection)) = (self.step.outcome(), self.objection.as_mut()) {
            let before = before.filter(|before| before.response == response).map(|before| before.position);
            objection.take(outcome, before, &taken);
        }
        let revised = self.finish_unseen(vec![Fact::PositionTaken { clec, public }], Vec::new(), act);
        Ok(Some(Change { position: Some(taken), ..revised.into() }))
    }

    /// What the participating CLECs make of the response: accepted, not accepted, or to be revised (CR-09). The positions that they
    /// took on it are counted with it, and the term to object to it begins (CR-22).
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn decide(
        mut self,
        outcome: Outcome,
        reason: String,
        positions: &[Position],
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::Outcome, &act.by)?;
        self.record_outcome(outcome, &reason);
        let last = self.last_response();
        let (entered, told) = self.apply_outcome(outcome, last, reason, positions, act.now, policy);
        Ok(self.finish_action(vec![entered], told, act, policy))
    }

    /// What came of the last response, and why, stands with it.
    pub(super) fn record_outcome(&mut self, outcome: Outcome, reason: &str) {
        if let Some(response) = self.responses.last_mut() {
            response.outcome = Some(outcome);
            response.reason = Some(reason.to_owned());
        }
    }

    /// Where an outcome of a response leads, and all are told of it. Where a later response was issued, the later one is what is
    /// accepted or not, and waits for that where it stood.
    pub(super) fn apply_outcome(
        &mut self,
        to: Outcome,
        of_response: u32,
        reason: String,
        positions: &[Position],
        now: Instant,
        policy: &Policy,
    ) -> (Fact, Vec<Notice>) {
        // What was said of an earlier outcome was not said of this one.
        self.originators_word = None;
        let later = self.responses.last().filter(|_| of_response < self.last_response());
        let leads_to = match later {
            Some(later) if later.presented_at.is_some() => Step::ResponsePresented,
            Some(_) => Step::ResponseIssued,
            None => to.leads_to(),
        };
        let which = if later.is_some() { format!("Response {of_response}") } else { "The response".to_owned() };
        let entered = self.advance_to(leads_to, now, policy);
        let objection = self.open_objection(to, of_response, positions, now, policy);
        let became = match to {
            Outcome::Accepted => "was accepted",
            Outcome::NotAccepted => "was not accepted",
            Outcome::RevisionsRequired => "is to be revised",
        };
        let heading = format!("{which} to change request {} {became}", self.printed());
        let lines = std::iter::once(Line::new("Reason", reason)).chain(objection);
        (
            entered,
            self.tell_all(NoticeKind::Update, "CR_Outcome", self.bulletin(heading, now, policy).with_lines(lines)),
        )
    }

    /// Counts the positions on a response with what came of it, and begins the term to object to that, to the end of a day
    /// (CR-22): because positions are taken in the term too, an outcome needs no time before it is recorded. A term that still runs
    /// ends before. Answers what is told of it; without a response there is nothing to object to.
    pub(super) fn open_objection(
        &mut self,
        outcome: Outcome,
        of_response: u32,
        positions: &[Position],
        now: Instant,
        policy: &Policy,
    ) -> Vec<Line> {
        self.end_objection();
        let is_last = of_response == self.last_response();
        let calendar = policy.calendar(now);
        let until = calendar.end_of(self.ends_on(Deadline::Objection, calendar.date(now), policy));
        let Some(response) = self.response_mut(of_response) else { return Vec::new() };
        let on_it = || positions.iter().filter(|of| of.response == of_response);
        // A CLEC has one position: who took one on a later response is counted with this one as it was before.
        let held = PositionCounts::of(on_it());
        let counts = response.positions.filter(|counted| counted.taken() > held.taken()).unwrap_or(held);
        response.positions = Some(counts);
        let objection = Objection::opened(outcome, of_response, on_it(), now, until);
        self.objection = Some(Objection { positions: Some(counts), ..objection });
        let mut lines = vec![Line::new("Positions", counts_told(counts))];
        if counts.are_against(outcome) {
            lines.push(Line::new("Note", "The outcome is against the positions that CLECs took"));
        }
        let until = moment(until, policy);
        let detail = match is_last {
            true => format!("a CLEC takes another position until {until}, and may escalate by then"),
            false => format!("a CLEC that took another position on this response may escalate until {until}"),
        };
        lines.push(Line::new("To object", detail));
        lines
    }

    /// The term to object ends: the positions that were taken in it count with the outcome. Answers whether any CLEC objected.
    pub(super) fn end_objection(&mut self) -> bool {
        let Some(objection) = self.objection.take() else { return false };
        let of_response = objection.response.unwrap_or_else(|| self.last_counted());
        if let (Some(response), Some(counts)) = (self.response_mut(of_response), objection.positions) {
            response.positions = Some(counts);
        }
        objection.is_made()
    }

    /// Which response a CLEC disputes that escalates now, from 1: the one whose term to object runs, else the last.
    pub(super) fn disputed_response(&self) -> u32 {
        self.objection.as_ref().and_then(|objection| objection.response).unwrap_or_else(|| self.last_counted())
    }

    /// The last response of which anything came, else the last one: what a term or a dispute is about that was stored without it.
    pub(super) fn last_counted(&self) -> u32 {
        let counted = self.responses.iter().rposition(|response| response.positions.is_some());
        counted.map_or_else(|| self.last_response(), place)
    }

    /// The last response, from 1; 0 without any.
    pub fn last_response(&self) -> u32 {
        self.responses.len().checked_sub(1).map_or(0, place)
    }

    fn response_mut(&mut self, of_response: u32) -> Option<&mut Response> {
        self.responses.get_mut((of_response as usize).checked_sub(1)?)
    }

    /// The originator says itself what it thinks of the accepted response (CR-22), also in place of what the provider told for it;
    /// the CMP Manager is told. `None` when it said so already.
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn say_originators_word(
        mut self,
        text: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_allowed(TaskName::OriginatorsWord, &act.by)?;
        if self.originators_word.as_ref().is_some_and(|word| word.text == text && !word.told_by_provider) {
            return Ok(None);
        }
        let heading = format!("The originator's word on change request {}", self.printed());
        let lines = [Line::new("The originator's word", &text)];
        let told = self.tell_desk(self.bulletin(heading, act.now, policy).with_lines(lines));
        self.originators_word = Some(OriginatorsWord { text, at: act.now, told_by_provider: false });
        Ok(Some(self.finish_action(vec![Fact::OriginatorSpoke], vec![told], act, policy)))
    }

    /// What the accepted response leads to, by the CMP Manager with the originator's word: to the CLECs' test, to development,
    /// to the end, or to a denial that is let be (CR-10). Where the originator did not say its word itself, the CMP Manager tells
    /// it, and it is marked so (CR-22).
    ///
    /// # Errors
    /// A denial is not developed, nor another response let be as one; no word, or another one than the originator's own; an end
    /// while CLECs may object. See [`ChangeRequest::check_allowed`].
    pub fn accept(
        mut self,
        action: Action,
        word: Option<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::Acceptance, &act.by)?;
        let answer = self.responses.last().map(|response| response.reply.answer);
        let denied = answer == Some(Answer::Denied);
        if denied != (action == Action::Denial) {
            let said = if denied { "denied" } else { "accepted" };
            let detail = format!("does not go with a response that {said} the request");
            return Err(Refused::field("action", "CR-10", detail));
        }
        if let Some(objection) = self.objection.as_ref().filter(|_| action == Action::NothingToTest) {
            let until = moment(objection.until, policy);
            let detail = format!("ends the change request, and CLECs may object until {until}");
            return Err(Refused::field("action", "CR-22", detail));
        }
        let word = match (self.originators_word.take(), word) {
            (Some(own), None) => own,
            (Some(own), Some(text)) if own.text == text => own,
            (Some(_), Some(_)) => {
                let detail = "is another word than the originator said itself: leave it out";
                return Err(Refused::field("originatorsWord", "CR-22", detail));
            }
            (None, Some(text)) => {
                OriginatorsWord { text, at: act.now, told_by_provider: !self.originator.is_provider() }
            }
            (None, None) => {
                let detail = "is missing: the originator did not say its word itself";
                return Err(Refused::field("originatorsWord", "CR-10", detail));
            }
        };
        self.originators_word = Some(word.clone());
        self.action = Some(action);
        let to = match action {
            Action::NoFurtherAction => Step::ClecTest,
            Action::ImplementationPlan => Step::Development,
            Action::Denial => Step::DenialAccepted,
            Action::NothingToTest => return Ok(self.close_as(Closed::Answered, Some(word.text), act, policy)),
        };
        let entered = self.advance_to(to, act.now, policy);
        let heading = format!("Change request {} goes on: {}", self.printed(), to.row().title);
        let by = if word.told_by_provider { ", as told by the provider" } else { "" };
        let lines = [Line::new(format!("The originator's word{by}"), word.text)];
        let told =
            self.tell_all(NoticeKind::Update, "CR_Status", self.bulletin(heading, act.now, policy).with_lines(lines));
        Ok(self.finish_action(vec![entered], told, act, policy))
    }
}

/// Which response stands at an index, from 1.
fn place(at: usize) -> u32 {
    u32::try_from(at + 1).unwrap_or(u32::MAX)
}

/// The positions on a response in words.
fn counts_told(counts: PositionCounts) -> String {
    let PositionCounts { accepted, not_accepted, revisions_required } = counts;
    format!("{accepted} accepted, {not_accepted} not accepted, {revisions_required} revisions required")
}
