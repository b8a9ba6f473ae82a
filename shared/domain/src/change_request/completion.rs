//! Steps 7 to 11: developed, announced, in production, tested, closed; or taken back; and what the flow does not foresee
//! (CR-11, CR-12).

use super::{ChangeRequest, Closed, Completion, Deadline, Fact, Outcome, Position, Step, TaskName};
use chrono::NaiveDate;
use contract::{Party, Policy, Refused};
use record::{
    ActionContext, Announced, RecordChange,
    attachment::Attachment,
    notice::{Line, NoticeKind},
};
use std::collections::BTreeSet;

/// How many comments a party makes on a change request at the most.
const COMMENTS_AT_MOST: u32 = 200;

impl ChangeRequest {
    /// Somebody says something to it: it stands in its history, for all to read, and its originator and the provider are told. A
    /// party says something so often and no more, so that the history has an end, and nobody takes the room of another.
    ///
    /// # Errors
    /// When the party has said so much. See [`ChangeRequest::check_allowed`].
    pub fn comment(
        mut self,
        text: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::Comment, &act.by)?;
        let said = self.comments.entry(act.by.party.to_string()).or_default();
        if *said >= COMMENTS_AT_MOST {
            return Err(Refused::full("text", "CR-11", COMMENTS_AT_MOST as usize));
        }
        *said += 1;
        let heading = format!("{} comments on change request {}", act.by.party, self.printed());
        let bulletin = self.bulletin(heading, act.now, policy).with_lines([Line::new("Comment", &text)]);
        let others = [self.originator.clone(), Party::Provider].into_iter().filter(|of| *of != act.by.party);
        let told = others.collect::<BTreeSet<_>>().into_iter().map(|of| match of {
            Party::Provider => self.tell_desk(bulletin.clone()),
            Party::Clec(_) => self.tell_originator(bulletin.clone()),
        });
        let told = told.collect();
        Ok(self.finish_action(vec![Fact::Commented { text }], told, act, policy))
    }

    /// The date of implementation is announced to the CLECs: step 8; or another one. `None` when it is announced already, and
    /// there is nothing to say to it.
    ///
    /// # Errors
    /// A date that has passed. See [`ChangeRequest::check_allowed`].
    pub fn announce(
        mut self,
        date: NaiveDate,
        detail: Option<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_allowed(TaskName::Announcement, &act.by)?;
        let today = policy.calendar(act.now).date(act.now);
        if date < today {
            return Err(Refused::field("date", "CR-11", format!("is not in the past: it is {today} today")));
        }
        if self.step == Step::Announced && self.implementation == Some(date) && detail.is_none() {
            return Ok(None);
        }
        let changes = self.implementation.filter(|before| *before != date);
        let changes = changes.map(|before| format!("Implementation moved from {before} to {date}"));
        let running = self.clocks(policy);
        self.implementation = Some(date);
        if self.step == Step::Announced {
            self.announced_anew_at = Some(act.now);
            self.ended(running, act.now, policy);
        }
        let mut facts = vec![Fact::DateAnnounced { date }];
        if self.step != Step::Announced {
            facts.push(self.advance_to(Step::Announced, act.now, policy));
        }
        let heading = format!("Change request {} is implemented {date}: {}", self.printed(), self.title());
        let lines = detail.map(|detail| Line::new("Detail", detail));
        let bulletin = self.bulletin(heading, act.now, policy).with_changes(changes).with_lines(lines);
        let told = self.tell_milestone("CR_Implementation", bulletin, policy);
        Ok(Some(self.finish_action(facts, told, act, policy)))
    }

    /// The change is in production: step 9.
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn place_into_production(
        mut self,
        detail: Option<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::Production, &act.by)?;
        self.meet_deadline(Deadline::Production, act.now, policy);
        let today = policy.calendar(act.now).date(act.now);
        let how = match self.implementation.filter(|date| today < *date) {
            Some(date) => format!("is in production before its announced date, {date}"),
            None => "is in production".to_owned(),
        };
        Ok(self.goes_on(Step::InProduction, &how, detail, act, policy))
    }

    /// The CLECs have the opportunity to evaluate it: step 10.
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn begin_test(
        self,
        detail: Option<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::Test, &act.by)?;
        Ok(self.goes_on(Step::ClecTest, "can be tested", detail, act, policy))
    }

    fn goes_on(
        mut self,
        to: Step,
        how: &str,
        detail: Option<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> RecordChange<Self> {
        let entered = self.advance_to(to, act.now, policy);
        let heading = format!("Change request {} {how}: {}", self.printed(), self.title());
        let lines = detail.map(|detail| Line::new("Detail", detail));
        let told =
            self.tell_all(NoticeKind::Update, "CR_Status", self.bulletin(heading, act.now, policy).with_lines(lines));
        self.finish_action(vec![entered], told, act, policy)
    }

    /// A CLEC says how the change works; who is not satisfied is heard at once.
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn feed_back(
        self,
        text: String,
        satisfied: bool,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::Feedback, &act.by)?;
        let heading = format!("{} is not satisfied with change request {}", act.by.party, self.printed());
        let told = (!satisfied).then(|| {
            self.tell_desk(self.bulletin(heading, act.now, policy).with_lines([Line::new("Feedback", &text)]))
        });
        Ok(self.finish_action(vec![Fact::FedBack { text, satisfied }], told.into_iter().collect(), act, policy))
    }

    /// The CMP Manager closes it: after the CLECs' test, or when a denial was let be.
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn close(
        mut self,
        reason: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::Closure, &act.by)?;
        self.meet_deadline(Deadline::ClecTest, act.now, policy);
        let way = if self.step == Step::DenialAccepted { Closed::Denied } else { Closed::Tested };
        Ok(self.close_as(way, Some(reason), act, policy))
    }

    /// Its originator takes it back.
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn withdraw(
        mut self,
        reason: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::Withdrawal, &act.by)?;
        let silent = self.step == Step::Draft;
        let entered = self.advance_to(Step::Withdrawn, act.now, policy);
        let lines = [Line::new("Reason", &reason)];
        self.completion = Some(Completion { way: Closed::Withdrawn, reason: Some(reason), at: Some(act.now) });
        let heading = format!("Change request {} is withdrawn", self.printed());
        let told = if silent {
            Vec::new()
        } else {
            self.tell_all(
                NoticeKind::Closure,
                "CR_Withdrawn",
                self.bulletin(heading, act.now, policy).with_lines(lines),
            )
        };
        Ok(self.finish_action(vec![entered], told, act, policy))
    }

    pub(super) fn close_as(
        mut self,
        way: Closed,
        reason: Option<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> RecordChange<Self> {
        let entered = self.advance_to(Step::Closed, act.now, policy);
        let lines = reason.clone().map(|reason| Line::new("Reason", reason));
        self.completion = Some(Completion { way, reason, at: Some(act.now) });
        let heading = format!("Change request {} is closed: {}", self.printed(), way.as_str());
        let told =
            self.tell_all(NoticeKind::Closure, "CR_Closed", self.bulletin(heading, act.now, policy).with_lines(lines));
        self.finish_action(vec![entered], told, act, policy)
    }

    /// The CMP Manager records a step that the flow does not foresee here; it is marked as such (CR-12). A step that tells what came
    /// of the response is that outcome, to which CLECs may object (CR-22).
    ///
    /// # Errors
    /// The CMP Manager alone, of what is logged; not to where it stands, nor back before the number; an end while CLECs object or may
    /// object.
    pub fn record_unforeseen(
        mut self,
        to: Step,
        reason: String,
        positions: &[Position],
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_recordable("unforeseenStep", act)?;
        if to == self.step || matches!(to, Step::Draft | Step::Submitted | Step::Returned) {
            return Err(Refused::field(
                "step",
                "CR-12",
                "is another step than it stands at, and one of what is logged",
            ));
        }
        if to.is_over() && self.is_objected_to(positions) {
            let detail = "ends the change request, and CLECs object to its response, or may still object: what came of it is \
                          recorded first, and the term to object to that ends";
            return Err(Refused::field("step", "CR-22", detail));
        }
        let outcome = to.outcome().filter(|outcome| Some(*outcome) != self.standing_outcome());
        // What was drafted was for where it stood.
        self.draft = None;
        let entered = self.advance_to(to, act.now, policy);
        self.deferral = (to == Step::Deferred).then(|| super::Deferral {
            reason: reason.clone(),
            since: act.now,
            until: self.deferred_until(act, policy),
        });
        self.completion =
            to.is_over().then(|| Completion { way: Closed::Recorded, reason: Some(reason.clone()), at: Some(act.now) });
        let heading = format!("Change request {} stands at {}", self.printed(), self.step_label());
        let mut lines = vec![Line::new("Reason", &reason)];
        if let Some(outcome) = outcome {
            self.record_outcome(outcome, &reason);
            lines.extend(self.open_objection(outcome, self.last_response(), positions, act.now, policy));
        }
        let kind = if to.is_over() { NoticeKind::Closure } else { NoticeKind::Update };
        let told = self.tell_all(kind, "CR_Status", self.bulletin(heading, act.now, policy).with_lines(lines));
        Ok(self.finish_action(vec![Fact::Unforeseen, entered], told, act, policy))
    }

    /// What came of its response, where it stands; where it is over, as it was recorded.
    fn standing_outcome(&self) -> Option<Outcome> {
        let recorded = || self.responses.last().and_then(|response| response.outcome);
        self.step.outcome().or_else(|| self.step.is_over().then(recorded).flatten())
    }

    /// Whether its end would pass over CLECs: they may object to what came of its response, or nothing came yet of one that they
    /// dispute or do not accept.
    fn is_objected_to(&self, positions: &[Position]) -> bool {
        let last = self.responses.len();
        let objects = |of: &Position| of.response as usize == last && of.position != Outcome::Accepted;
        let disputed = || self.escalations.last().is_some_and(|of| of.resolution.is_none());
        let is_open = self.standing_outcome().is_none();
        self.objection.is_some() || (is_open && (disputed() || positions.iter().any(objects)))
    }

    /// A document comes to it, behind those that it has.
    ///
    /// # Errors
    /// Too many of them. See [`ChangeRequest::check_allowed`].
    pub fn attach(
        mut self,
        document: Attachment,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_allowed(TaskName::Attachment, &act.by)?;
        let attached = document.attach(&mut self.attachments);
        let possible = || self.allowed_tasks(&act.by);
        let attached = attached.map_err(|full| Refused::not_now("CR-07", full.to_string(), &possible()))?;
        let Some(place) = attached else { return Ok(None) };
        Ok(Some(self.finish_action(vec![Fact::Attached { place }], Vec::new(), act, policy)))
    }
}
