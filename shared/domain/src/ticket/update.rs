//! A ticket is updated: whatever one act asks for, told in one notice.

use super::{Action, Fact, Referral, Report, State, Ticket, TicketChange, process::Relation};
use crate::trouble::{Agreements, NewNote, calls::show_note};
use chrono::NaiveDate;
use contract::Impact;
use contract::{Instant, Policy, Refused, ReleaseNumber, Severity, TicketNumber};
use record::{ActionContext, notice::Status};

/// What an update asks for. `None` leaves a thing as it is; `Some(None)` takes it away.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Update {
    /// The whole report, edited, and which fields were.
    pub report: Option<(Report, Vec<String>)>,
    /// The new status.
    pub status: Option<Status>,
    /// Another severity, by the desk.
    pub severity: Option<Severity>,
    /// When the problem was resolved.
    pub resolved_at: Option<Instant>,
    /// What resolved it.
    pub resolution: Option<Option<String>>,
    /// The new estimated resolution; `Some(None)` removes it.
    pub estimated_resolution: Option<Option<Instant>>,
    /// The patch's date.
    pub patch_date: Option<Option<NaiveDate>>,
    /// Accept it as an event (true; once an event, always one).
    pub event: Option<bool>,
    /// The desk's own words for an event.
    pub event_description: Option<Option<String>>,
    /// The desk's own words on the impact.
    pub event_impact: Option<Option<Impact>>,
    /// Worked outside the hours of operation.
    pub worked_outside_hours: Option<bool>,
    /// Provider contact for this problem.
    pub provider_contact: Option<Option<String>>,
    /// Escalation information for this problem.
    pub escalation: Option<Option<String>>,
    /// Tier and expert.
    pub referral: Option<Option<Referral>>,
    /// Call Center Database Ticket number.
    pub call_center_reference: Option<Option<String>>,
    /// The release whose deployment it is a problem of.
    pub release: Option<Option<ReleaseNumber>>,
    /// Notes to add.
    pub notes: Vec<NewNote>,
    /// The number under which the process side goes on with a systems ticket that is passed on (TT-24).
    pub passed_to: Option<TicketNumber>,
}

impl Update {
    /// Whether it changes what a linked ticket has from its primary. Status and event are looked at where they change.
    fn is_of_the_problem(&self) -> bool {
        let Self {
            resolution,
            estimated_resolution,
            patch_date,
            event_description,
            event_impact,
            worked_outside_hours,
            status: _,
            resolved_at: _,
            event: _,
            // The ticket's own.
            report: _,
            severity: _,
            provider_contact: _,
            escalation: _,
            referral: _,
            call_center_reference: _,
            release: _,
            notes: _,
            passed_to: _,
        } = self;
        resolution.is_some()
            || estimated_resolution.is_some()
            || patch_date.is_some()
            || event_description.is_some()
            || event_impact.is_some()
            || worked_outside_hours.is_some()
    }
}

impl Ticket {
    /// Works the ticket: whatever the update asks for, as one act that is told in one notice. `None` when it asks for
    /// nothing that is not so already.
    ///
    /// # Errors
    /// What the state or the party does not allow.
    pub fn update(self, update: Update, act: &ActionContext, policy: &Policy) -> Result<Option<TicketChange>, Refused> {
        let mut ticket = self;
        ticket.check_occurred(act)?;
        if ticket.primary().is_some() && update.is_of_the_problem() {
            return Err(ticket.worked_under_primary());
        }
        let mut facts = Vec::new();
        let mut edited = Vec::new();
        if let Some((report, fields)) = update.report
            && ticket.report != report
        {
            let before = std::mem::replace(&mut ticket.report, report);
            edited.extend(fields);
            let (from, to) = (before.system_affected, ticket.report.system_affected.clone());
            if from != to && ticket.primary().is_none() {
                edited.retain(|field| field != "systemAffected");
                facts.push(Fact::SystemChanged { from, to });
            }
        }
        set(&mut ticket.problem.event_description, update.event_description, "eventDescription", &mut edited);
        set(&mut ticket.problem.event_impact, update.event_impact, "eventImpact", &mut edited);
        if update.worked_outside_hours.is_some_and(|marked| marked != ticket.worked_outside_since.is_some()) {
            ticket.worked_outside_since = update.worked_outside_hours.and_then(|marked| marked.then_some(act.now));
            edited.push("workedOutsideHours".to_owned());
        }
        set(&mut ticket.provider_contact, update.provider_contact, "providerContact", &mut edited);
        set(&mut ticket.escalation, update.escalation, "escalationInformation", &mut edited);
        set(&mut ticket.referral, update.referral, "referral", &mut edited);
        set(&mut ticket.call_center_reference, update.call_center_reference, "callCenterReference", &mut edited);
        set(&mut ticket.release, update.release, "release", &mut edited);
        set(&mut ticket.problem.resolution, update.resolution, "resolution", &mut edited);

        facts.extend(ticket.accept_as_event(update.event, act)?);
        if ticket.primary().is_some() && update.severity.is_some_and(|to| to != ticket.severity) {
            return Err(Refused::not_now(
                "TT-06",
                "a linked ticket's severity is changed alone: it is its group's too",
                &["severityChange"],
            ));
        }
        if let Some(to) = update.severity.filter(|to| *to != ticket.severity) {
            ticket.check(Action::SeverityChange)?;
            facts.extend(ticket.assign_severity(to)?);
        }
        let (from, mut changed) = (ticket.problem.estimated_resolution, Vec::new());
        set(&mut ticket.problem.estimated_resolution, update.estimated_resolution, "", &mut changed);
        if !changed.is_empty() {
            facts.push(Fact::EstimatedResolution { from, to: ticket.problem.estimated_resolution });
        }
        let (from, mut changed) = (ticket.problem.patch_date, Vec::new());
        set(&mut ticket.problem.patch_date, update.patch_date, "", &mut changed);
        if !changed.is_empty() {
            facts.push(Fact::PatchDate { from, to: ticket.problem.patch_date });
        }
        let rescheduled =
            facts.iter().any(|fact| matches!(fact, Fact::EstimatedResolution { .. } | Fact::PatchDate { .. }));
        let by_date = match (&ticket.problem.state, ticket.problem.is_scheduled()) {
            // A Date TBD that gets a date is scheduled (TT-11).
            (State::Held, true) => Some(Status::Pending),
            // Nothing is scheduled any more.
            (State::Pending, false) if rescheduled => Some(Status::InProgress),
            _ => None,
        };
        if by_date == Some(Status::InProgress) && update.status == Some(Status::Pending) {
            return Err(Self::not_scheduled());
        }
        let status = update.status.or(by_date);
        let resolved = ticket.move_status(status, update.resolved_at, act, &mut facts)?;
        let is_passed_on = status == Some(Status::Rejected) && ticket.clec.is_some();
        if let Some(number) = update.passed_to.filter(|_| is_passed_on) {
            facts.push(ticket.cross_reference(number, Relation::TransferredTo, None));
        }

        if !edited.is_empty() {
            facts.push(Fact::Edited { fields: edited });
        }
        for note in update.notes {
            facts.push(Fact::Noted { text: note.text.clone(), visibility: note.visibility });
            show_note(&mut ticket.notes, &mut ticket.note_counts, note, act);
        }
        if facts.is_empty() {
            return Ok(None);
        }
        if !ticket.is_open() && !facts.iter().any(|fact| matches!(fact, Fact::StatusChanged { .. })) {
            return Err(ticket.not_open());
        }
        Ok(Some(ticket.finish_action(facts, resolved, act, policy)))
    }

    /// The provider believes that it impacts more than one CLEC (NT-02).
    pub(super) fn accept_as_event(
        &mut self,
        event: Option<bool>,
        act: &ActionContext,
    ) -> Result<Option<Fact>, Refused> {
        match event {
            Some(false) if self.is_event() => {
                Err(Refused::field("event", "NT-02", "once an event, always one: it cannot be taken back"))
            }
            Some(true) if self.primary().is_some() => Err(self.worked_under_primary()),
            Some(true) if !self.is_event() => {
                self.problem.event_since = Some(act.now);
                Ok(Some(Fact::AcceptedAsEvent))
            }
            _ => Ok(None),
        }
    }

    /// Assigns a severity: told if it changes; a raise to severity 1 or 2 ends a Date TBD (TT-11).
    pub(super) fn assign_severity(&mut self, to: Severity) -> Result<Vec<Fact>, Refused> {
        if !self.is_open() {
            return Err(self.not_open());
        }
        let mut facts = vec![Fact::SeverityChanged { from: self.severity, to, told_by_primary: false }];
        self.severity = to;
        if matches!(self.problem.state, State::Held) && to <= Severity::Serious {
            facts.push(self.become_state(State::InProgress));
        }
        Ok(facts)
    }

    /// Moves the status among the open ones, or ends the ticket by withdrawing or passing it on. Answers the instant of
    /// the resolution when it came to be resolved.
    fn move_status(
        &mut self,
        status: Option<Status>,
        resolved_at: Option<Instant>,
        act: &ActionContext,
        facts: &mut Vec<Fact>,
    ) -> Result<Option<Instant>, Refused> {
        let to = match status {
            Some(_) if self.primary().is_some() => return Err(self.worked_under_primary()),
            Some(to) if to != self.status() => to,
            _ if resolved_at.is_some() => {
                return Err(Refused::field("resolutionDate", "NT-17", "goes with status 'resolved', or with close"));
            }
            _ => return Ok(None),
        };
        if to == Status::Closed {
            return Err(Refused::field("status", "TT-09", "closing needs a disposition: POST it to close"));
        }
        let mut possible = self.problem.state.can_become();
        if self.is_of_process() {
            // What is scheduled, and Date TBD, are of systems (12.3); one that is passed on is transferred with its CLEC's consent.
            possible.retain(|status| !matches!(status, Status::Pending | Status::Held | Status::Rejected));
        }
        if !possible.contains(&to) {
            let words: Vec<&'static str> = possible.iter().map(|status| status.as_str()).collect();
            let detail = format!("a ticket that is {} cannot become {to}", self.status());
            return Err(Refused::not_now("TT-24", detail, &words));
        }
        if act.by.party.clec().is_some() && to != Status::Cancelled {
            return Err(Refused::forbidden(
                "TT-24",
                "a CLEC can withdraw its ticket ('cancelled'); the desk moves its status",
            ));
        }
        if to != Status::Resolved && resolved_at.is_some() {
            return Err(Refused::field("resolutionDate", "NT-17", "goes with status 'resolved', or with close"));
        }
        let state = match to {
            Status::InProgress => State::InProgress,
            Status::Pending if !self.problem.is_scheduled() => return Err(Self::not_scheduled()),
            Status::Pending => State::Pending,
            Status::Held => self.date_tbd(act)?,
            Status::Resolved => {
                self.problem.resolved_at = Some(self.check_resolved(resolved_at, act)?);
                self.problem.agreement_sought_at = Some(act.now);
                // Who agreed before did not agree to this.
                self.agreements.forget_agreed();
                self.forget_position();
                State::Resolved
            }
            Status::Cancelled | Status::Rejected if self.linked_count() > 0 => {
                let detail = format!("it is the primary of {} linked tickets", self.linked_count());
                return Err(Refused::not_now("TT-06", detail, &["close"]));
            }
            Status::Cancelled => {
                self.check_no_reference()?;
                State::Cancelled
            }
            Status::Rejected => State::Rejected,
            Status::Acknowledged | Status::Closed => unreachable!("refused above"),
        };
        if matches!(self.problem.state, State::Resolved) && state.is_open() {
            (self.problem.resolved_at, self.problem.agreement_sought_at) = (None, None);
            self.agreements = Agreements::default();
            self.forget_position();
        }
        facts.push(self.become_state(state));
        Ok(self.problem.resolved_at.filter(|_| to == Status::Resolved))
    }

    fn not_scheduled() -> Refused {
        let detail = "is of a problem whose resolution is scheduled (12.3): with expectedResolutionDate or patchDate";
        Refused::field("status", "TT-11", detail)
    }

    /// Date TBD: severity 3 or 4 alone, its source identified, and its resolution not scheduled (12.3). The reason names the source.
    fn date_tbd(&self, act: &ActionContext) -> Result<State, Refused> {
        if self.severity < Severity::Moderate || self.clock_severity() < Severity::Moderate {
            return Err(Refused::field("status", "TT-11", "only severity 3 and 4 can be Date TBD ('held')"));
        }
        if self.problem.is_scheduled() {
            return Err(Refused::field("status", "TT-11", "its resolution is scheduled, so it is not Date TBD"));
        }
        if act.why.is_none() {
            let detail =
                "is needed with Date TBD ('held'): it names the source of the problem, which is identified (12.3)";
            return Err(Refused::field("statusChangeReason", "TT-11", detail));
        }
        Ok(State::Held)
    }
}

/// Sets a field that the desk keeps, and lists its name when it changed.
fn set<T: PartialEq>(field: &mut T, to: Option<T>, name: &str, edited: &mut Vec<String>) {
    if let Some(to) = to
        && *field != to
    {
        *field = to;
        edited.push(name.to_owned());
    }
}
