//! Steps 3 to 5: clarified with its originator, presented, answered, and the answer presented (CR-05 to CR-08).

use super::{Answer, ChangeRequest, Deadline, Drafted, Fact, Presentation, Reply, Response, Step, TaskName};
use chrono::NaiveDate;
use contract::{Instant, Policy, Refused};
use record::{
    ActionContext, Announced, RecordChange,
    notice::{Line, NoticeKind, moment},
};

/// How often a response is revised, at the most that are kept.
const RESPONSES_AT_MOST: usize = 20;

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
    /// A date that is ahead, or before its clarification, or on which there was no meeting of its kind. See [`ChangeRequest::check_allowed`].
    pub fn present(
        mut self,
        mut presentation: Presentation,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::Presentation, &act.by)?;
        let clarified = self.clarification.held_at;
        self.held(presentation.meeting, "CR-06", clarified, "its clarification meeting", act, policy)?;
        let received = self.received_on(policy);
        let first = received.map(|received| self.ends_on(Deadline::Presentation, received, policy));
        presentation.walk_on = first.is_some_and(|first| presentation.meeting < first);
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

    /// The response was presented at the monthly meeting: step 5.
    ///
    /// # Errors
    /// A date that is ahead, or before the response was issued, or on which there was no meeting of its kind. See [`ChangeRequest::check_allowed`].
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

    /// A meeting of its kind that was held up to now, and after what it is about.
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
        if let Some(after) = after.map(date).filter(|after| meeting < *after) {
            return Err(Refused::field("meeting", rule, format!("is not before {what}, of {after}")));
        }
        self.meetings.check_held(self.meeting_kind(), meeting, rule, policy)
    }
}

/// When something was done that was done at a meeting: today's now, an earlier one's in its course.
fn on(meeting: NaiveDate, act: &ActionContext, policy: &Policy) -> Instant {
    let calendar = policy.calendar(act.now);
    if meeting == calendar.date(act.now) { act.now } else { calendar.at_time(meeting, chrono::NaiveTime::MIN) }
}
