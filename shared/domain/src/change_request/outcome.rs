//! Steps 5 and 6: what the CLECs make of a response, how their positions are counted, and what the accepted response leads to (CR-09,
//! CR-10, CR-22).

use super::{
    Action, Answer, Change, ChangeRequest, Closed, Deadline, Fact, Objection, OriginatorsWord, Outcome, Position,
    PositionCounts, Step, TaskName,
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
        let response = u32::try_from(self.responses.len()).unwrap_or(u32::MAX);
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
        let (entered, told) = self.apply_outcome(outcome, reason, positions, act.now, policy);
        Ok(self.finish_action(vec![entered], told, act, policy))
    }

    /// What came of the last response, and why, stands with it.
    pub(super) fn record_outcome(&mut self, outcome: Outcome, reason: &str) {
        if let Some(response) = self.responses.last_mut() {
            response.outcome = Some(outcome);
            response.reason = Some(reason.to_owned());
        }
    }

    /// Where an outcome leads, and all are told of it.
    pub(super) fn apply_outcome(
        &mut self,
        to: Outcome,
        reason: String,
        positions: &[Position],
        now: Instant,
        policy: &Policy,
    ) -> (Fact, Vec<Notice>) {
        // What was said of an earlier outcome was not said of this one.
        self.originators_word = None;
        let entered = self.advance_to(to.leads_to(), now, policy);
        let objection = self.open_objection(to, positions, now, policy);
        let became = match to {
            Outcome::Accepted => "was accepted",
            Outcome::NotAccepted => "was not accepted",
            Outcome::RevisionsRequired => "is to be revised",
        };
        let heading = format!("The response to change request {} {became}", self.printed());
        let lines = std::iter::once(Line::new("Reason", reason)).chain(objection);
        (
            entered,
            self.tell_all(NoticeKind::Update, "CR_Outcome", self.bulletin(heading, now, policy).with_lines(lines)),
        )
    }

    /// Counts the positions on the last response with what came of it, and begins the term to object to that, to the end of a day
    /// (CR-22): because positions are taken in the term too, an outcome needs no time before it is recorded. Answers what is told of
    /// it; without a response there is nothing to object to.
    pub(super) fn open_objection(
        &mut self,
        outcome: Outcome,
        positions: &[Position],
        now: Instant,
        policy: &Policy,
    ) -> Vec<Line> {
        let last = self.responses.len();
        let calendar = policy.calendar(now);
        let until = calendar.end_of(self.ends_on(Deadline::Objection, calendar.date(now), policy));
        let Some(response) = self.responses.last_mut() else { return Vec::new() };
        let on_last = || positions.iter().filter(|of| of.response as usize == last);
        let counts = PositionCounts::of(on_last());
        response.positions = Some(counts);
        self.objection = Some(Objection::opened(outcome, on_last(), now, until));
        let mut lines = vec![Line::new("Positions", counts_told(counts))];
        if counts.are_against(outcome) {
            lines.push(Line::new("Note", "The outcome is against the positions that CLECs took"));
        }
        let until = moment(until, policy);
        let detail = format!("a CLEC takes another position until {until}, and may escalate by then");
        lines.push(Line::new("To object", detail));
        lines
    }

    /// The term to object ends: the positions that were taken in it count with the outcome. Answers whether any CLEC objected.
    pub(super) fn end_objection(&mut self) -> bool {
        let Some(objection) = self.objection.take() else { return false };
        let response = self.responses.iter_mut().rfind(|response| response.positions.is_some());
        if let (Some(response), Some(counts)) = (response, objection.positions) {
            response.positions = Some(counts);
        }
        objection.is_made()
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

/// The positions on a response in words.
fn counts_told(counts: PositionCounts) -> String {
    let PositionCounts { accepted, not_accepted, revisions_required } = counts;
    format!("{accepted} accepted, {not_accepted} not accepted, {revisions_required} revisions required")
}
