//! A ticket is worked: further calls, a workaround, notices by telephone, closing; and what its state allows.

use super::{
    Act, Call, Change, Closing, Disposition, Fact, Group, SHOWN_AT_MOST, SHOWN_BYTES_AT_MOST, State, Status, Ticket,
    TicketChange, Workaround,
};
use crate::{
    ClecId, Instant, Party, Policy, Refused,
    clock::{self, Column},
    notice::{Kind, Notice},
};

impl Ticket {
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
                if resolution.is_none() && ticket.resolution.is_none() {
                    return Err(Refused::field("resolution", "TT-09", "is needed with the disposition 'resolved'"));
                }
                ticket.resolution = resolution.clone().or(ticket.resolution);
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

    pub(super) fn not_open(&self) -> Refused {
        Refused::not_now("TT-24", format!("ticket {} is {}", self.number, self.status()), &self.possible())
    }

    pub(super) fn worked_under_primary(&self) -> Refused {
        let primary = self.primary().map_or_else(String::new, |primary| format!(" {primary}"));
        Refused::not_now("TT-06", format!("it is linked, and worked under its primary{primary}"), &self.possible())
    }

    pub(super) fn check_occurred(&self, act: &Act) -> Result<(), Refused> {
        match act.occurred_at {
            Some(at) if at > act.now || at < self.opened_at => {
                Err(Refused::field("statusChangeDate", "NT-17", "lies between the ticket's opening and now"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn check_resolved(&self, resolved_at: Option<Instant>, act: &Act) -> Result<Instant, Refused> {
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

/// Adds to what the ticket shows; the history keeps all.
pub(super) fn show_latest<T>(shown: &mut Vec<T>, latest: T, size: impl Fn(&T) -> usize) {
    shown.push(latest);
    while shown.len() > SHOWN_AT_MOST
        || (shown.len() > 1 && shown.iter().map(&size).sum::<usize>() > SHOWN_BYTES_AT_MOST)
    {
        shown.remove(0);
    }
}
