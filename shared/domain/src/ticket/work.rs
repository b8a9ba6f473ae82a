//! What may happen to the one ticket, in the order of its life.

use super::{
    Act, Call, Change, Closing, Disposition, Entry, Fact, Group, Impact, Note, Referral, Report, SHOWN_AT_MOST,
    SHOWN_BYTES_AT_MOST, State, Status, Ticket, TicketChange, Workaround,
};
use crate::{
    ClecId, Instant, Party, Policy, Refused, Severity, TicketNumber,
    clock::{self, Column},
    notice::{Kind, Notice},
};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// A trouble as it is first reported.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The CLEC that it is for; none when the provider detected it.
    pub clec: Option<ClecId>,
    /// The severity, given with the report.
    pub severity: Severity,
    /// Believed from the start to impact more than one CLEC.
    pub event: bool,
    /// The desk's own words for an event.
    pub event_description: Option<String>,
    /// The report.
    pub report: Report,
    /// Call Center Database Ticket number.
    pub call_center_reference: Option<String>,
    /// Notes that came with it.
    pub notes: Vec<String>,
}

/// What an update asks for. `None` leaves a thing as it is; `Some(None)` takes it away.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Update {
    /// The whole report, edited, and which fields were.
    pub report: Option<(Report, Vec<String>)>,
    /// Another status.
    pub status: Option<Status>,
    /// Another severity, by the desk.
    pub severity: Option<Severity>,
    /// When the problem was resolved.
    pub resolved_at: Option<Instant>,
    /// What resolved it.
    pub resolution: Option<Option<String>>,
    /// Estimated resolution.
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
    /// Notes to add.
    pub notes: Vec<String>,
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

impl Ticket {
    /// Opens a ticket (TT-01): it is acknowledged, and its initial notice is owed at once (NT-05).
    #[must_use]
    pub fn open(number: TicketNumber, opening: Opening, act: &Act, policy: &Policy) -> TicketChange {
        let severity = opening.severity;
        let mut facts = vec![Fact::Opened { severity }];
        if opening.event {
            facts.push(Fact::AcceptedAsEvent);
        }
        let mut ticket = Self {
            number,
            version: 1,
            revision: 1,
            opened_at: act.now,
            changed_at: act.now,
            opening: Entry {
                version: 1,
                recorded_at: act.now,
                occurred_at: act.occurred_at,
                by: act.by.clone(),
                facts: facts.clone(),
                why: act.why.clone(),
                request: act.request.clone(),
            },
            clecs: opening.clec.iter().cloned().collect::<BTreeSet<_>>(),
            clec: opening.clec,
            report: opening.report,
            severity,
            state: State::Acknowledged,
            status_changes: Vec::new(),
            group: Group::Alone,
            event_since: opening.event.then_some(act.now),
            event_description: opening.event_description,
            event_impact: None,
            worked_outside_since: None,
            workaround: None,
            estimated_resolution: None,
            patch_date: None,
            resolved_at: None,
            resolution: None,
            provider_contact: None,
            escalation: None,
            referral: None,
            call_center_reference: opening.call_center_reference,
            calls: Vec::new(),
            notes: Vec::new(),
            last_notice: None,
            updates: 0,
            next_update: None,
        };
        for (at, text) in opening.notes.into_iter().enumerate() {
            let note = Note { id: format!("1-{at}"), author: act.by.party.clone(), at: act.now, text };
            show_latest(&mut ticket.notes, note, |note| note.text.len());
        }
        ticket.note_status(Status::Acknowledged, act);
        let due = clock::owed(&ticket, Column::StatusChange, act.occurred(), act.now, policy);
        let notice = ticket.owe(facts, due, act.now);
        ticket.set_clock(policy);
        TicketChange { before: None, ticket, entry: None, notices: vec![notice] }
    }

    /// Works the ticket: whatever the update asks for, as one act that is told in one notice. `None` when it asks for
    /// nothing that is not so already.
    ///
    /// # Errors
    /// What the state or the party does not allow.
    pub fn update(self, update: Update, act: &Act, policy: &Policy) -> Result<Option<TicketChange>, Refused> {
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
            ticket.report = report;
            edited.extend(fields);
        }
        set(&mut ticket.event_description, update.event_description, "eventDescription", &mut edited);
        set(&mut ticket.event_impact, update.event_impact, "eventImpact", &mut edited);
        if update.worked_outside_hours.is_some_and(|marked| marked != ticket.worked_outside_since.is_some()) {
            ticket.worked_outside_since = update.worked_outside_hours.and_then(|marked| marked.then_some(act.now));
            edited.push("workedOutsideHours".to_owned());
        }
        set(&mut ticket.provider_contact, update.provider_contact, "providerContact", &mut edited);
        set(&mut ticket.escalation, update.escalation, "escalationInformation", &mut edited);
        set(&mut ticket.referral, update.referral, "referral", &mut edited);
        set(&mut ticket.call_center_reference, update.call_center_reference, "callCenterReference", &mut edited);
        set(&mut ticket.resolution, update.resolution, "resolution", &mut edited);

        facts.extend(ticket.accept_as_event(update.event, act)?);
        if ticket.primary().is_some() && update.severity.is_some_and(|to| to != ticket.severity) {
            return Err(Refused::not_now(
                "TT-06",
                "a linked ticket's severity is changed alone: it is its group's too",
                &["severityChange"],
            ));
        }
        if let Some(to) = update.severity.filter(|to| *to != ticket.severity) {
            facts.extend(ticket.assign_severity(to)?);
        }
        let mut changed = Vec::new();
        set(&mut ticket.estimated_resolution, update.estimated_resolution, "", &mut changed);
        if !changed.is_empty() {
            facts.push(Fact::EstimatedResolution { to: ticket.estimated_resolution });
        }
        let mut changed = Vec::new();
        set(&mut ticket.patch_date, update.patch_date, "", &mut changed);
        if !changed.is_empty() {
            facts.push(Fact::PatchDate { to: ticket.patch_date });
        }
        // A Date TBD that gets a date is scheduled (TT-11).
        let scheduled = matches!(ticket.state, State::Held)
            && (ticket.estimated_resolution.is_some() || ticket.patch_date.is_some());
        let status = update.status.or(scheduled.then_some(Status::Pending));
        let resolved = ticket.move_status(status, update.resolved_at, act, &mut facts)?;

        if !edited.is_empty() {
            facts.push(Fact::Edited { fields: edited });
        }
        for text in update.notes {
            let id = format!("{}-{}", ticket.version + 1, facts.len());
            show_latest(
                &mut ticket.notes,
                Note { id, author: act.by.party.clone(), at: act.now, text: text.clone() },
                |note| note.text.len(),
            );
            facts.push(Fact::Noted { text });
        }
        if facts.is_empty() {
            return Ok(None);
        }
        if !ticket.is_open() && !facts.iter().any(|fact| matches!(fact, Fact::StatusChanged { .. })) {
            return Err(ticket.not_open());
        }
        Ok(Some(ticket.settle(facts, resolved, act, policy)))
    }

    /// The provider believes that it impacts more than one CLEC (NT-02).
    fn accept_as_event(&mut self, event: Option<bool>, act: &Act) -> Result<Option<Fact>, Refused> {
        match event {
            Some(false) if self.is_event() => {
                Err(Refused::field("event", "NT-02", "once an event, always one: it cannot be taken back"))
            }
            Some(true) if self.primary().is_some() => Err(self.worked_under_primary()),
            Some(true) if !self.is_event() => {
                self.event_since = Some(act.now);
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
        let mut facts = vec![Fact::SeverityChanged { from: self.severity, to }];
        self.severity = to;
        if matches!(self.state, State::Held) && to <= Severity::Serious {
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
        act: &Act,
        facts: &mut Vec<Fact>,
    ) -> Result<Option<Instant>, Refused> {
        let to = match status {
            Some(to) if to != self.status() => to,
            _ if resolved_at.is_some() => {
                return Err(Refused::field("resolutionDate", "NT-17", "goes with status 'resolved', or with close"));
            }
            _ => return Ok(None),
        };
        if self.primary().is_some() {
            return Err(self.worked_under_primary());
        }
        if to == Status::Closed {
            return Err(Refused::field("status", "TT-09", "closing needs a disposition: POST it to close"));
        }
        let possible = self.state.can_become();
        if !possible.contains(&to) {
            let words: Vec<&'static str> = possible.iter().map(|status| status.word()).collect();
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
            Status::Pending => State::Pending,
            Status::Held => self.date_tbd(act)?,
            Status::Resolved => {
                self.resolved_at = Some(self.check_resolved(resolved_at, act)?);
                State::Resolved
            }
            Status::Cancelled | Status::Rejected if self.linked_count() > 0 => {
                let detail = format!("it is the primary of {} linked tickets", self.linked_count());
                return Err(Refused::not_now("TT-06", detail, &["close"]));
            }
            Status::Cancelled => State::Cancelled,
            Status::Rejected => State::Rejected,
            Status::Acknowledged | Status::Closed => unreachable!("refused above"),
        };
        if matches!(self.state, State::Resolved) && !matches!(state, State::Resolved) {
            self.resolved_at = None;
        }
        facts.push(self.become_state(state));
        Ok(self.resolved_at.filter(|_| to == Status::Resolved))
    }

    /// Date TBD: severity 3 or 4 alone, its source identified (the reason tells it), its resolution not scheduled.
    fn date_tbd(&self, act: &Act) -> Result<State, Refused> {
        if self.severity < Severity::Moderate || self.clock_severity() < Severity::Moderate {
            return Err(Refused::field("status", "TT-11", "only severity 3 and 4 can be Date TBD ('held')"));
        }
        if act.why.is_none() {
            let detail = "Date TBD needs the identified source of the problem";
            return Err(Refused::field("statusChangeReason", "TT-11", detail));
        }
        if self.estimated_resolution.is_some() || self.patch_date.is_some() {
            return Err(Refused::field("status", "TT-11", "its resolution is scheduled, so it is not Date TBD"));
        }
        Ok(State::Held)
    }

    /// Documents a further call on a recognized problem (TT-05): no new ticket. A second CLEC's makes it an event.
    ///
    /// # Errors
    /// When the ticket is not open, or is worked under its primary.
    pub fn call(
        self,
        clec: Option<ClecId>,
        contact: String,
        detail: String,
        act: &Act,
        policy: &Policy,
    ) -> Result<TicketChange, Refused> {
        let mut ticket = self;
        ticket.check_open()?;
        ticket.check_occurred(act)?;
        let by_another = clec.is_some() && clec != ticket.clec;
        if by_another && ticket.primary().is_some() {
            return Err(ticket.worked_under_primary());
        }
        let call = Call { clec: clec.clone(), contact, detail, at: act.occurred() };
        show_latest(&mut ticket.calls, call.clone(), |call| call.detail.len() + call.contact.len());
        let mut facts = vec![Fact::Called(call)];
        ticket.clecs.extend(clec);
        if ticket.clecs.len() > 1 {
            facts.extend(ticket.accept_as_event(Some(true), act)?);
        }
        Ok(ticket.settle(facts, None, act, policy))
    }

    /// Records that a workaround is provided, or another in its place (NT-06).
    ///
    /// # Errors
    /// When the ticket is not open, or is worked under its primary.
    pub fn provide_workaround(
        self,
        description: String,
        call_center_reference: Option<String>,
        act: &Act,
        policy: &Policy,
    ) -> Result<TicketChange, Refused> {
        let mut ticket = self;
        ticket.check_worked()?;
        ticket.check_occurred(act)?;
        let fact = Fact::WorkaroundProvided { call_center_reference: call_center_reference.clone() };
        ticket.workaround = Some(Workaround { description, call_center_reference, provided_at: act.occurred() });
        Ok(ticket.settle(vec![fact], None, act, policy))
    }

    /// Records that the reporting CLEC was told by a direct phone call (NT-01): it satisfies every target notice that is
    /// `unsent`, and stands as the next update when none is.
    ///
    /// # Errors
    /// For an event, whose notices go to all, or when nothing is owed any more.
    pub fn told_by_phone(
        self,
        contact: &str,
        detail: &str,
        unsent: Vec<Notice>,
        act: &Act,
        policy: &Policy,
    ) -> Result<TicketChange, Refused> {
        let mut ticket = self;
        if ticket.is_event() {
            return Err(Refused::not_now("NT-01", "an event is told to all subscribed CLECs, not by telephone", &[]));
        }
        let now = act.now;
        let mut told = unsent;
        if told.is_empty() {
            ticket.check_worked()?;
            let sequence = ticket.last_notice.as_ref().map_or(1, |last| last.sequence + 1);
            let due = clock::next_update(&ticket, policy)
                .unwrap_or_else(|| clock::owed(&ticket, Column::StatusChange, now, now, policy));
            told.push(Notice { revision: 0, ..Notice::new(&ticket, sequence, Vec::new(), Kind::Update, due, now) });
        }
        let told: Vec<Notice> = told.into_iter().map(|notice| notice.told_by_phone(contact, detail, now)).collect();
        if let Some(last) = told.last() {
            ticket.remember(last, now);
        }
        ticket.restart_clock(now, policy);
        let fact = Fact::ToldByPhone { contact: contact.to_owned(), detail: detail.to_owned() };
        let change = ticket.settle(vec![fact], None, act, policy);
        Ok(TicketChange { notices: told, ..change })
    }

    /// Closes the ticket, and with it every ticket linked to it, whole (TT-08): they have no state of their own.
    ///
    /// The interval upon resolution runs from the resolution; of a ticket that was already told as resolved, closing is
    /// a further status change.
    ///
    /// # Errors
    /// When it is not open, or is itself linked.
    pub fn close(
        self,
        disposition: Disposition,
        resolved_at: Option<Instant>,
        act: &Act,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        let mut ticket = self;
        ticket.check_worked()?;
        ticket.check_occurred(act)?;
        let told_as_resolved = matches!(ticket.state, State::Resolved);
        if told_as_resolved && resolved_at.is_some() {
            return Err(Refused::field(
                "resolutionDate",
                "NT-17",
                "the ticket is resolved already, and its CLECs were told when",
            ));
        }
        let resolved = if told_as_resolved { None } else { Some(ticket.check_resolved(resolved_at, act)?) };
        ticket.resolved_at = ticket
            .resolved_at
            .or(resolved_at)
            .or(resolved.filter(|_| matches!(disposition, Disposition::Resolved { .. })));
        match &disposition {
            Disposition::Resolved { resolution } => {
                ticket.resolution = Some(resolution.clone());
            }
            Disposition::ResolvedInPatch { patch_date } => {
                if *patch_date < policy.calendar(act.now).date(act.now) {
                    return Err(Refused::field(
                        "patchDate",
                        "TT-09",
                        "a patch that will resolve the trouble is not in the past",
                    ));
                }
                ticket.patch_date = Some(*patch_date);
            }
            Disposition::NoTroubleFound | Disposition::SubmitChangeRequest => {}
        }
        ticket.state = State::Closed(Closing { closed_at: act.occurred(), disposition: disposition.clone() });
        ticket.note_status(Status::Closed, act);
        Ok(ticket.settle(vec![Fact::Closed { disposition }], resolved, act, policy).into())
    }

    /// What this state allows, as a client would call it.
    #[must_use]
    pub fn possible(&self) -> Vec<&'static str> {
        match (self.is_open(), &self.group) {
            (false, _) => Vec::new(),
            (true, Group::Linked { .. }) => vec!["PATCH", "call", "severityChange"],
            (true, group) => {
                let mut possible = vec!["PATCH", "call", "severityChange", "workaround"];
                possible.extend((!self.is_event()).then_some("phoneNotice"));
                possible.extend((*group == Group::Alone).then_some("link"));
                possible.push("close");
                possible
            }
        }
    }

    pub(super) fn check_open(&self) -> Result<(), Refused> {
        if self.is_open() { Ok(()) } else { Err(self.not_open()) }
    }

    pub(super) fn check_worked(&self) -> Result<(), Refused> {
        self.check_open()?;
        if self.primary().is_some() { Err(self.worked_under_primary()) } else { Ok(()) }
    }

    fn not_open(&self) -> Refused {
        Refused::not_now("TT-24", format!("ticket {} is {}", self.number, self.status()), &self.possible())
    }

    fn worked_under_primary(&self) -> Refused {
        let primary = self.primary().map_or_else(String::new, |primary| format!(" {primary}"));
        Refused::not_now("TT-06", format!("it is linked, and worked under its primary{primary}"), &self.possible())
    }

    fn check_occurred(&self, act: &Act) -> Result<(), Refused> {
        match act.occurred_at {
            Some(at) if at > act.now || at < self.opened_at => {
                Err(Refused::field("statusChangeDate", "NT-17", "lies between the ticket's opening and now"))
            }
            _ => Ok(()),
        }
    }

    fn check_resolved(&self, resolved_at: Option<Instant>, act: &Act) -> Result<Instant, Refused> {
        let at = resolved_at.unwrap_or_else(|| act.occurred());
        if at > act.now || at < self.opened_at {
            return Err(Refused::field("resolutionDate", "NT-17", "lies between the ticket's opening and now"));
        }
        Ok(at)
    }

    /// Refuses what only the provider's own people do.
    ///
    /// # Errors
    /// For a CLEC.
    pub fn by_desk(party: &Party, rule: &'static str, what: &str) -> Result<(), Refused> {
        if party.is_desk() { Ok(()) } else { Err(Refused::forbidden(rule, format!("{what} is the desk's"))) }
    }
}

impl Update {
    /// Whether it changes what a linked ticket has from its primary.
    fn is_of_the_problem(&self) -> bool {
        self.resolution.is_some()
            || self.estimated_resolution.is_some()
            || self.patch_date.is_some()
            || self.event_description.is_some()
            || self.event_impact.is_some()
            || self.worked_outside_hours.is_some()
    }
}

/// Adds to what the ticket shows; the history keeps all.
fn show_latest<T>(shown: &mut Vec<T>, latest: T, size: impl Fn(&T) -> usize) {
    shown.push(latest);
    while shown.len() > SHOWN_AT_MOST
        || (shown.len() > 1 && shown.iter().map(&size).sum::<usize>() > SHOWN_BYTES_AT_MOST)
    {
        shown.remove(0);
    }
}
