//! What may happen to a report: it is raised, modified, assigned, talked about, escalated, cleared, agreed to or disputed, cancelled.

use super::{Act, Assignment, Comment, DegradationReport, Escalation, Fact, State, Status, raising::priority_fault};
use chrono::Days;
use contract::{FieldError, Instant, Party, Policy, Refused, TeamMemberNumber, Visibility, policy::EscalationLevel};
use record::{ActionContext, Notice, Record, RecordChange, notice::moment};

/// How many comments a report has.
const COMMENTS_AT_MOST: usize = 100;
/// What CLECs say leaves room for the provider's, in bytes.
const SAID_AT_MOST: usize = 64 * 1024;
/// How far ahead the analysis is scheduled, in days.
const FURTHEST: u64 = 366;

/// What is said of a report when it is modified, and where it stands.
#[derive(Debug, Clone)]
pub struct Modified {
    /// What degrades, in words.
    pub description: String,
    /// Who alerted the desk of it.
    pub category: String,
    /// The cause, as far as it is known.
    pub reason: Option<String>,
    /// How important it is: by that, and the raising, it is to be cleared.
    pub priority: u8,
    /// Where it stands, of the states between which it is worked.
    pub status: Status,
    /// Why it stands there.
    pub status_reason: Option<String>,
}

impl DegradationReport {
    /// What is said of it is modified, and where it stands while it is worked. `None` when it is so already.
    ///
    /// # Errors
    /// A state that an act of its own leads to; one that is cleared or over.
    pub fn modify(
        mut self,
        modified: Modified,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check(Act::Modification, &act.by.party)?;
        let Modified { description, category, reason, priority, status, status_reason } = modified;
        let mut faults = priority_fault(Some(priority)).into_iter().collect::<Vec<_>>();
        let is_moved = status != self.status();
        let to = status.worked().filter(|_| is_moved);
        if is_moved && to.is_none() {
            faults.push(FieldError::new("status", "QS-01", not_by_patch(status)));
        }
        if !is_moved && status_reason.is_some() {
            faults.push(FieldError::new("statusChangeReason", "QS-01", "is of a status that changes"));
        }
        Refused::check(faults)?;
        let before = self.clone();
        (self.description, self.category, self.reason, self.priority) = (description, category, reason, priority);
        let mut facts = if self == before { Vec::new() } else { vec![Fact::Modified] };
        let (due, was) = (self.due_at(policy), before.due_at(policy));
        if due != was {
            // What is reached by that is told by the next check.
            self.rows_told = self.rows_told.min(self.rows_reached(act.now, policy));
        }
        if let Some(to) = to {
            self.stand(to, status_reason, act);
            facts.push(Fact::StatusChanged { to: self.status() });
        }
        if facts.is_empty() {
            return Ok(None);
        }
        let told = self.tell_modified(&before, act, policy);
        Ok(Some(self.finish(facts, vec![told], act)))
    }

    /// It is assigned to a person of the account teams, who is told; the analysis may be scheduled. `None` when it is so already.
    ///
    /// # Errors
    /// A schedule in the past.
    pub fn assign(
        mut self,
        (member, scheduled): (TeamMemberNumber, Option<Instant>),
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check(Act::Assignment, &act.by.party)?;
        if scheduled.is_some_and(|at| at <= act.now || at > act.now + Days::new(FURTHEST)) {
            let detail = format!("is in the future, and within {FURTHEST} days");
            return Err(Refused::field("scheduled", "QS-01", detail));
        }
        if self.assignment.as_ref().is_some_and(|of| (of.member, of.scheduled) == (member, scheduled)) {
            return Ok(None);
        }
        self.assignment = Some(Assignment { member, at: act.now, scheduled });
        let mut facts = vec![Fact::Assigned { member }];
        let mut told = Vec::new();
        // Who assigns a report has taken it in hand.
        if self.status() == Status::Submitted {
            let before = self.clone();
            self.stand(State::Acknowledged, None, act);
            facts.push(Fact::StatusChanged { to: self.status() });
            told.push(self.tell_modified(&before, act, policy));
        }
        told.push(self.tell_people("is assigned", act, policy));
        Ok(Some(self.finish(facts, told, act)))
    }

    /// One side adds information, the first analysis or what was found since. The other side is told, unless it is not to read it.
    ///
    /// # Errors
    /// One that is over; too much was said.
    pub fn comment(
        mut self,
        text: String,
        read_by: Visibility,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check(Act::Comment, &act.by.party)?;
        let by_clec = !act.by.party.is_provider();
        let read_by = if by_clec { Visibility::Own } else { read_by };
        self.comments.push(Comment { by: act.by.party.clone(), at: act.now, text: text.clone(), read_by });
        let said: Vec<&Comment> = self.comments.iter().filter(|of| !of.by.is_provider()).collect();
        let most = if by_clec { COMMENTS_AT_MOST / 2 } else { COMMENTS_AT_MOST };
        if by_clec && (said.len() > most || record::bound::bytes(&said) > SAID_AT_MOST)
            || self.comments.len() > COMMENTS_AT_MOST
        {
            return Err(Refused::full("comment", "QS-01", most));
        }
        let told = if by_clec {
            vec![self.tell_people_of("has information of its CLEC", &text, act, policy)]
        } else if read_by == Visibility::Internal {
            Vec::new()
        } else {
            vec![self.tell_of("has information", &text, act, policy)]
        };
        Ok(self.finish(vec![Fact::InformationAdded { read_by }], told, act))
    }

    /// It is escalated to the next level, who is told at once.
    ///
    /// # Errors
    /// Behind the last level; one that is cleared or over.
    pub fn escalate(
        mut self,
        reason: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check(Act::Escalation, &act.by.party)?;
        let to = self.next_level().ok_or(Refused::NotFound)?;
        let told = self.escalate_to(to, Some(act.by.party.clone()), reason, act, policy);
        Ok(self.finish(vec![Fact::Escalated { to, by_time: false }], told, act))
    }

    /// To whom it is escalated next by a person: first to the Service Manager.
    pub(super) fn next_level(&self) -> Option<EscalationLevel> {
        self.level.unwrap_or(EscalationLevel::Assignee).next()
    }

    pub(super) fn escalate_to(
        &mut self,
        to: EscalationLevel,
        by: Option<Party>,
        reason: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Vec<Notice> {
        self.level = Some(self.level.map_or(to, |before| before.max(to)));
        let told = self.tell_escalated(to, &reason, act, policy);
        self.escalations.push(Escalation { to, at: act.now, by, reason });
        told
    }

    /// It is cleared: its CLEC is told what was done, and asked whether it agrees.
    ///
    /// # Errors
    /// While a task of it is not ended.
    pub fn clear(
        mut self,
        resolution: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check(Act::Clearing, &act.by.party)?;
        let within = policy.at(act.now).degradation_reports.agree_within;
        let agree_until = policy.calendar(act.now).end_of_business_day_after(act.now, within);
        self.stand(State::Resolved { at: act.now, resolution: resolution.clone(), agree_until }, None, act);
        let told = self.tell_cleared(&resolution, agree_until, act, policy);
        Ok(self.finish(vec![Fact::StatusChanged { to: Status::Resolved }], vec![told], act))
    }

    /// Its CLEC says whether it agrees that it is cleared: then it is closed; else it is worked again, and its time to clear runs on.
    ///
    /// # Errors
    /// One that is not cleared; a disagreement without a reason.
    pub fn agree(
        mut self,
        (agrees, reason): (bool, Option<String>),
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check(Act::Agreement, &act.by.party)?;
        let State::Resolved { at, resolution, .. } = self.state.clone() else { return Err(Refused::NotFound) };
        if agrees {
            return Ok(self.close((at, resolution), true, act, policy));
        }
        let reason =
            reason.ok_or_else(|| Refused::field("reason", "QS-01", "is missing: why its CLEC does not agree"))?;
        self.disputed = self.disputed.saturating_add(1);
        self.stand(State::InProgress, Some(reason.clone()), act);
        let mut told = vec![self.tell_people_of("is not agreed to", &reason, act, policy)];
        if act.by.party.is_provider() {
            told.insert(0, self.tell_of("is worked again: you do not agree that it is cleared", &reason, act, policy));
        }
        Ok(self.finish(vec![Fact::Disputed, Fact::StatusChanged { to: Status::InProgress }], told, act))
    }

    /// It is closed, agreed to or by the time in which its CLEC said nothing.
    pub(super) fn close(
        mut self,
        (cleared_at, resolution): (Instant, String),
        agreed: bool,
        act: &ActionContext,
        policy: &Policy,
    ) -> RecordChange<Self> {
        self.stand(State::Closed { cleared_at, resolution, at: act.now, agreed }, None, act);
        let told = self.tell_closed(agreed, act, policy);
        self.finish(vec![Fact::StatusChanged { to: Status::Closed }], told, act)
    }

    /// It is cancelled, because the event was false.
    ///
    /// # Errors
    /// One that is cleared or over.
    pub fn cancel(
        mut self,
        reason: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check(Act::Cancellation, &act.by.party)?;
        self.stand(State::Cancelled { at: act.now, reason: reason.clone() }, Some(reason.clone()), act);
        let told = self.tell_of("is cancelled: the event was false", &reason, act, policy);
        Ok(self.finish(vec![Fact::StatusChanged { to: Status::Cancelled }], vec![told], act))
    }

    /// How its crossing stands by now: its people, who clear it, are told where it ended, or began again, which is the same trouble while the
    /// report is worked. `began` are the beginnings that were corrected, each with what it was corrected to. `None` when nothing is new of it.
    #[must_use]
    pub fn follow_crossing(
        mut self,
        (ended_at, again): (Option<Instant>, u32),
        began: &[(Instant, Instant)],
        act: &ActionContext,
        policy: &Policy,
    ) -> Option<RecordChange<Self>> {
        let crossing = self.crossing.as_mut()?;
        let moved = began.iter().find(|(before, _)| *before == crossing.began_at).map(|(_, at)| *at);
        let is_as_known = crossing.ended_at == ended_at && again == 0;
        if is_as_known && moved.is_none() {
            return None;
        }
        crossing.ended_at = ended_at;
        crossing.again = crossing.again.saturating_add(again);
        crossing.began_at = moved.unwrap_or(crossing.began_at);
        let what = crossing.kind.wording();
        let step = match (ended_at, moved) {
            (_, Some(at)) if is_as_known => {
                format!("is of a {what} that began at another instant: {}", moment(at, policy))
            }
            (Some(at), _) => format!("is of a {what} that ended: {}", moment(at, policy)),
            (None, _) => format!("is of a {what} that goes on again"),
        };
        let began = (again > 0 || moved.is_some() || ended_at.is_none()).then_some(Fact::CrossingBegan);
        let ended = ended_at.filter(|_| !is_as_known).map(|_| Fact::CrossingEnded);
        let told = self.is_open().then(|| self.tell_people(&step, act, policy)).into_iter().collect();
        Some(self.finish(began.into_iter().chain(ended).collect(), told, act))
    }

    /// What stands in the way of closing a cleared report by the silence of its CLEC.
    pub(super) fn goes_on(&self) -> Option<&'static str> {
        let is_crossed = self.crossing.as_ref().is_some_and(|crossing| crossing.ended_at.is_none());
        let goes_on =
            [(is_crossed, "its crossing goes on"), (self.awaits_others(), "a ticket or a request of it is open")];
        goes_on.into_iter().find(|(is_so, _)| *is_so).map(|(_, why)| why)
    }

    /// A cleared report is worked again, because what it is about goes on: both sides are told.
    pub(super) fn work_again(mut self, why: &str, act: &ActionContext, policy: &Policy) -> RecordChange<Self> {
        self.stand(State::InProgress, Some(why.to_owned()), act);
        let own = self.tell_of("is worked again", why, act, policy);
        let told = vec![own, self.tell_people_of("is worked again", why, act, policy)];
        self.finish(vec![Fact::StatusChanged { to: Status::InProgress }], told, act)
    }

    fn stand(&mut self, state: State, reason: Option<String>, act: &ActionContext) {
        self.state = state;
        self.state_since = act.now;
        self.state_reason = reason;
    }
}

/// How else a report comes to stand where a patch does not bring it.
fn not_by_patch(to: Status) -> String {
    let by = match to {
        Status::Resolved => "by 'clearing'",
        Status::Closed => "by 'agreement', when it is cleared",
        Status::Cancelled => "by 'cancellation'",
        _ => "by nothing: it was raised before",
    };
    format!("is acknowledged, inProgress, held or pending; {} comes {by}", to.as_str())
}
