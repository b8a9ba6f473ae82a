//! Steps 3 to 6: clarified with its originator, presented, answered, and what the CLECs make of the answer (CR-05 to CR-10).

use super::Change;
use super::{
    Action, Answer, ChangeRequest, Closed, Deadline, Drafted, Fact, Objection, OriginatorsWord, Outcome, Position,
    PositionCounts, Presentation, Reply, Response, Step, TaskName,
};
use chrono::{Days, NaiveDate};
use contract::{ClecId, Instant, Policy, Refused};
use record::{
    ActionContext, Announced, Notice, Record, RecordChange,
    notice::{Line, NoticeKind, moment},
    position::Position as _,
};
use std::collections::BTreeSet;

/// How often a response is revised, at the most that are kept.
const RESPONSES_AT_MOST: usize = 20;
/// How many CLECs that objected are kept one by one.
const OBJECTORS_AT_MOST: usize = 200;

impl ChangeRequest {
    /// The clarification meeting is set, or set anew: its originator is told. `None` when it is set so already.
    ///
    /// # Errors
    /// A time that has passed. See [`ChangeRequest::check_allowed`].
    pub fn set_meeting(
        mut self,
        at: Instant,
        bridge: Option<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_allowed(TaskName::ClarificationMeeting, &act.by)?;
        if at <= act.now {
            return Err(Refused::field(
                "at",
                "CR-05",
                format!("is in the future: it is {} now", moment(act.now, policy)),
            ));
        }
        if (self.clarification.scheduled_for, &self.clarification.bridge) == (Some(at), &bridge) {
            return Ok(None);
        }
        self.clarification.scheduled_for = Some(at);
        self.clarification.bridge = bridge;
        let heading = format!("Clarification meeting on change request {}: {}", self.printed(), moment(at, policy));
        let bridge = self.clarification.bridge.as_deref().unwrap_or("not yet known");
        let told =
            self.tell_originator(self.bulletin(heading, act.now, policy).with_lines([Line::new("Bridge", bridge)]));
        Ok(Some(self.finish_action(vec![Fact::MeetingSet { at }], vec![told], act, policy)))
    }

    /// A clarification meeting was held, with the questions and deliverables that it identified: step 3. Another one may follow, until
    /// the change request is presented.
    ///
    /// # Errors
    /// A time that is ahead, before the receipt, or before the last such meeting. See [`ChangeRequest::check_allowed`].
    pub fn clarify(
        mut self,
        held_at: Option<Instant>,
        questions: Vec<String>,
        deliverables: Vec<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::Clarification, &act.by)?;
        let held_at = held_at.unwrap_or(act.now);
        if held_at > act.now || self.received_at.is_some_and(|received| held_at < received) {
            return Err(Refused::field("heldAt", "CR-05", "is between the receipt and now"));
        }
        if let Some(last) = self.clarification.held_at.filter(|last| held_at < *last) {
            let detail = format!("is not before the last clarification meeting, {}", moment(last, policy));
            return Err(Refused::field("heldAt", "CR-05", detail));
        }
        self.meet_deadline(Deadline::Clarification, held_at, policy);
        self.clarification.held(held_at, questions, deliverables);
        let entered = self.advance_to(Step::Clarified, act.now, policy);
        Ok(self.finish_action(vec![entered], Vec::new(), act, policy))
    }

    /// The meeting's minutes are issued to its originator, or corrected. `None` when they say so already.
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn issue_minutes(
        mut self,
        text: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_allowed(TaskName::Minutes, &act.by)?;
        let before = self.clarification.minutes.replace(text);
        if before == self.clarification.minutes {
            return Ok(None);
        }
        let heading = format!("Minutes of the clarification meeting on change request {}", self.printed());
        let text = self.clarification.minutes.clone().unwrap_or_default();
        let told =
            self.tell_originator(self.bulletin(heading, act.now, policy).with_lines([Line::new("Minutes", text)]));
        Ok(Some(self.finish_action(vec![Fact::MinutesIssued], vec![told], act, policy)))
    }

    /// Presented at the monthly meeting, where the direction was agreed: the milestone of step 3.
    ///
    /// # Errors
    /// A date that is ahead, or before its clarification. See [`ChangeRequest::check_allowed`].
    pub fn present(
        mut self,
        presentation: Presentation,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::Presentation, &act.by)?;
        let clarified = self.clarification.held_at;
        self.held(presentation.meeting, "CR-06", clarified, "its clarification meeting", act, policy)?;
        self.meet_deadline(Deadline::Presentation, on(presentation.meeting, act, policy), policy);
        let heading = format!("Change request {} was presented: {}", self.printed(), self.title());
        let lines = [
            Line::new("Monthly meeting", presentation.meeting.to_string()),
            Line::new("Consensus", &presentation.consensus),
        ];
        self.presentation = Some(presentation);
        let entered = self.advance_to(Step::Aligned, act.now, policy);
        let told = self.tell_all(
            NoticeKind::Update,
            "CR_Presented",
            self.bulletin(heading, act.now, policy).with_lines(lines),
        );
        Ok(self.finish_action(vec![entered], told, act, policy))
    }

    /// A Subject Matter Expert drafts the response, or drafts it anew: the Director is to accept that one then. `None` when it
    /// is drafted so already.
    ///
    /// # Errors
    /// A denial without its basis and reference; too many responses. See [`ChangeRequest::check_allowed`].
    pub fn draft_response(
        mut self,
        reply: Reply,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_allowed(TaskName::DraftResponse, &act.by)?;
        if reply.answer == Answer::Denied && reply.reference.is_none() {
            let detail = "is missing: a denial refers to substantiating material";
            return Err(Refused::field("reference", "CR-07", detail));
        }
        if self.responses.len() >= RESPONSES_AT_MOST {
            return Err(Refused::full("responses", "CR-07", RESPONSES_AT_MOST));
        }
        if self.draft.as_ref().is_some_and(|draft| draft.reply == reply) {
            return Ok(None);
        }
        let fact = Fact::ResponseDrafted { answer: reply.answer };
        self.draft = Some(Drafted { reply, accepted_at: None });
        Ok(Some(self.finish_action(vec![fact], Vec::new(), act, policy)))
    }

    /// The Director accepts the drafted response. `None` when it is accepted already.
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn accept_draft(mut self, act: &ActionContext, policy: &Policy) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_allowed(TaskName::DirectorAcceptance, &act.by)?;
        let Some(draft) = self.draft.as_mut().filter(|draft| draft.accepted_at.is_none()) else { return Ok(None) };
        draft.accepted_at = Some(act.now);
        Ok(Some(self.finish_action(vec![Fact::DirectorAccepted], Vec::new(), act, policy)))
    }

    /// The CRPM has the response posted and entered, and the CLECs notified: step 4.
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn issue_response(mut self, act: &ActionContext, policy: &Policy) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::Response, &act.by)?;
        self.meet_deadline(Deadline::RevisedResponse, act.now, policy);
        let reply = self.draft.take().map(|draft| draft.reply).ok_or(Refused::NotFound)?;
        let revised = !self.responses.is_empty();
        let heading = format!(
            "{} to change request {}: {}",
            if revised { "Revised response" } else { "Response" },
            self.printed(),
            reply.answer.as_str()
        );
        let mut lines = vec![Line::new("Response", &reply.text)];
        lines.extend(reply.reference.as_ref().map(|reference| Line::new("Reference", reference)));
        self.responses.push(Response {
            reply,
            issued_at: act.now,
            presented_at: None,
            comments: Vec::new(),
            outcome: None,
            reason: None,
            positions: None,
        });
        let entered = self.advance_to(Step::ResponseIssued, act.now, policy);
        let bulletin = self.bulletin(heading, act.now, policy).with_lines(lines);
        let told = self.tell_milestone("CR_Responses", bulletin, policy);
        Ok(self.finish_action(vec![entered], told, act, policy))
    }

    /// A CLEC says what it takes the response for. `None` when it said so already.
    ///
    /// # Errors
    /// What is not simply accepted has its reason. See [`ChangeRequest::check_allowed`].
    pub fn take_position(
        self,
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
        let revised = self.finish_unseen(vec![Fact::PositionTaken { clec, public }], Vec::new(), act);
        Ok(Some(Change { position: Some(taken), ..revised.into() }))
    }

    /// The response was presented at the monthly meeting: step 5.
    ///
    /// # Errors
    /// A date that is ahead, or before the response was issued. See [`ChangeRequest::check_allowed`].
    pub fn present_response(
        mut self,
        meeting: NaiveDate,
        comments: Vec<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::ResponsePresentation, &act.by)?;
        let issued = self.responses.last().map(|response| response.issued_at);
        self.held(meeting, "CR-08", issued, "the response", act, policy)?;
        self.meet_deadline(Deadline::ResponsePresentation, on(meeting, act, policy), policy);
        if let Some(response) = self.responses.last_mut() {
            response.presented_at = Some(meeting);
            response.comments = comments;
        }
        let entered = self.advance_to(Step::ResponsePresented, act.now, policy);
        Ok(self.finish_action(vec![entered], Vec::new(), act, policy))
    }

    /// A meeting that was held up to now, and after what it is about.
    fn held(
        &self,
        meeting: NaiveDate,
        rule: &'static str,
        after: Option<Instant>,
        what: &str,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<(), Refused> {
        let date = |at: Instant| policy.calendar(at).date(at);
        if meeting > date(act.now) {
            return Err(Refused::field(
                "meeting",
                rule,
                format!("is of a meeting that was held: today is {}", date(act.now)),
            ));
        }
        match after.map(date).filter(|after| meeting < *after) {
            Some(after) => Err(Refused::field("meeting", rule, format!("is not before {what}, of {after}"))),
            None => Ok(()),
        }
    }

    /// What the participating CLECs make of the response: accepted, not accepted, or to be revised (CR-09). The positions that they
    /// took on it are counted with it; where it was accepted, those that objected have a time to escalate it (CR-22).
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
        if let Some(response) = self.responses.last_mut() {
            response.outcome = Some(outcome);
            response.reason = Some(reason.clone());
        }
        let lines = self.count_positions(outcome, positions, act.now, policy);
        let (entered, told) = self.apply_outcome(outcome, reason, lines, act.now, policy);
        Ok(self.finish_action(vec![entered], told, act, policy))
    }

    /// Counts the positions on the last response with what came of it, or of a dispute on it; where that is that it was accepted,
    /// those that objected have a time to escalate (CR-22). Answers what is told of it.
    pub(super) fn count_positions(
        &mut self,
        outcome: Outcome,
        positions: &[Position],
        now: Instant,
        policy: &Policy,
    ) -> Vec<Line> {
        let last = self.responses.len();
        let on_last: Vec<&Position> = positions.iter().filter(|of| of.response as usize == last).collect();
        let counts = PositionCounts::of(on_last.iter().copied());
        let objectors = on_last.iter().filter(|of| of.position != Outcome::Accepted).map(|of| of.clec.clone());
        let objectors: BTreeSet<ClecId> = objectors.collect();
        if let Some(response) = self.responses.last_mut() {
            response.positions = Some(counts);
        }
        let mut lines = vec![Line::new("Positions", counts_told(counts))];
        if counts.are_against(outcome) {
            lines.push(Line::new("Note", "The outcome is against the positions that CLECs took"));
        }
        self.objection = None;
        if outcome == Outcome::Accepted && !objectors.is_empty() {
            let objection = self.object(objectors, now, policy);
            let detail = format!("possible until {}", moment(objection.until, policy));
            lines.push(Line::new("Escalation by a CLEC that objected", detail));
            self.objection = Some(objection);
        }
        lines
    }

    /// The time in which CLECs that objected may escalate: to the end of a day, as the policy has it.
    fn object(&self, by: BTreeSet<ClecId>, now: Instant, policy: &Policy) -> Objection {
        let calendar = policy.calendar(now);
        let last = calendar.date(now) + Days::new(u64::from(policy.at(now).change_requests.objectors_escalate_within));
        Objection { by: Some(by).filter(|by| by.len() <= OBJECTORS_AT_MOST), since: now, until: calendar.end_of(last) }
    }

    /// Where an outcome leads, and all are told of it, with what else is to be said of it.
    pub(super) fn apply_outcome(
        &mut self,
        to: Outcome,
        reason: String,
        further: Vec<Line>,
        now: Instant,
        policy: &Policy,
    ) -> (Fact, Vec<Notice>) {
        // What was said of an earlier outcome was not said of this one.
        self.originators_word = None;
        let entered = self.advance_to(to.leads_to(), now, policy);
        let became = match to {
            Outcome::Accepted => "was accepted",
            Outcome::NotAccepted => "was not accepted",
            Outcome::RevisionsRequired => "is to be revised",
        };
        let heading = format!("The response to change request {} {became}", self.printed());
        let lines = std::iter::once(Line::new("Reason", reason)).chain(further);
        (
            entered,
            self.tell_all(NoticeKind::Update, "CR_Outcome", self.bulletin(heading, now, policy).with_lines(lines)),
        )
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
    /// while CLECs that objected may escalate. See [`ChangeRequest::check_allowed`].
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
            let detail = format!("ends the change request, and CLECs that objected may escalate it until {until}");
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

/// When something was done that was done at a meeting: today's now, an earlier one's in its course.
fn on(meeting: NaiveDate, act: &ActionContext, policy: &Policy) -> Instant {
    let calendar = policy.calendar(act.now);
    if meeting == calendar.date(act.now) { act.now } else { calendar.at_time(meeting, chrono::NaiveTime::MIN) }
}
