//! How a ticket ends (12.3): agreement is sought, it is closed with its disposition, and what can still be said afterwards.

use super::{
    Action, Change, Closing, Disposition, Fact, Link, State, Ticket, TicketChange,
    patch::{Commitment, check_patch_date},
    update::Update,
};
use crate::trouble::{AffectedClec, AgreementPosition, Agreements};
use contract::{Instant, Party, Person, Policy, RecordRef, Refused, Visibility};
use record::{
    ActionContext, Notice,
    notice::{Line, Status},
};

impl Ticket {
    /// Records whether a ticket's CLEC, or one that called about it, agrees with resolution and closing (TT-10).
    ///
    /// # Errors
    /// When the ticket is not open; when the desk names a CLEC that takes no part in it.
    pub fn take_position_on_closing(
        self,
        position: AgreementPosition,
        primary: Option<Self>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        let mut ticket = self;
        ticket.check(Action::Agreement)?;
        let speaker = ticket.taking(&position, primary.as_ref(), &act.by.party)?;
        let speaker = ticket.speaks_as(speaker, primary.as_ref());
        let (agreed, mut primary) = (position.agreed, primary);
        let act = &ActionContext { why: position.reason.clone(), ..act.clone() };
        let of_problem = primary.as_mut().unwrap_or(&mut ticket);
        of_problem.agreements.record(speaker.clone(), agreed);
        of_problem.note_position(agreed, act);
        primary.iter_mut().for_each(|primary| primary.heard(&speaker, act.now));
        let of_linked = primary.as_ref().map(|_| Fact::AgreementOfLinked { agreed });
        let disagreement =
            (!agreed && act.by.party.clec().is_some()).then(|| ticket.disagreement(&position, act, policy));
        let own = vec![Fact::ClosingAgreed { agreed, contact: position.contact }];
        let (own, act) = ticket.said_by(&speaker, own, act);
        let mut change = ticket.finish_with_problem(own, primary, of_linked.into_iter().collect(), &act, policy);
        change.tickets[0].notices.extend(disagreement);
        Ok(change)
    }

    /// Tells the desk at once that a CLEC does not agree.
    fn disagreement(&self, position: &AgreementPosition, act: &ActionContext, policy: &Policy) -> Notice {
        let said = [
            ("By", Some(act.by.party.to_string())),
            ("Said", position.reason.clone()),
            ("Contact of who said it", position.contact.as_ref().map(Person::wording)),
        ];
        let lines = said.into_iter().filter_map(|(name, value)| Some(Line::new(name, value?)));
        let is_own = self.clec.as_ref() == act.by.party.clec();
        let who = if is_own { "its CLEC does not agree" } else { "a CLEC that called about it does not agree" };
        let content = self.bulletin(&format!("{who} with resolution and closing"), act.now, policy);
        let about: RecordRef = self.number.into();
        Notice::to_one_party((&about, self.revision + 1), Party::Provider, self.worked_by(), content.with_lines(lines))
    }

    /// Since when its CLECs are asked whether they agree with the resolution; none where they are not asked.
    #[must_use]
    pub fn agreement_asked_at(&self) -> Option<Instant> {
        let is_asked = matches!(self.problem.state, State::Resolved) || self.is_of_process() && self.is_open();
        self.problem.agreement_sought_at.filter(|_| is_asked)
    }

    /// By when its CLECs are asked to say whether they agree with the resolution; none where they are not asked.
    #[must_use]
    pub fn agree_by(&self, policy: &Policy) -> Option<Instant> {
        let asked = self.agreement_asked_at()?;
        Some(policy.calendar(asked).end_of_business_day_after(asked, policy.at(asked).agreement.within))
    }

    /// Whether an affected CLEC agrees with resolution and closing, if it said so.
    #[must_use]
    pub fn agreement(&self, clec: &AffectedClec) -> Option<bool> {
        self.agreements.of(clec)
    }

    /// How many CLECs of its group do not.
    #[must_use]
    pub fn disagreeing(&self) -> usize {
        self.agreements.disagreeing()
    }

    /// Closes the ticket, and with it every ticket linked to it, whole (TT-08): they have no state of their own.
    ///
    /// The interval upon resolution runs from the resolution; of a ticket that was already told as resolved, closing is
    /// a further status change. A process ticket may be closed under the workaround of its `reference` ticket.
    ///
    /// # Errors
    /// When it is not open, or is itself linked; against a disagreement without a reason.
    pub fn close(
        self,
        disposition: Disposition,
        resolved_at: Option<Instant>,
        reference: Option<&Self>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        let mut ticket = self;
        ticket.check(Action::Close)?;
        ticket.check_occurred(act)?;
        ticket.check_process_closing(&disposition, reference, act.now, policy)?;
        if ticket.disagreeing() > 0 && act.why.is_none() {
            let detail = format!("closing against the disagreement of {} needs a reason", ticket.disagreeing());
            return Err(Refused::field("statusChangeReason", "TT-10", detail));
        }
        // Of an event, whoever is told of the closing reads a public reason: the desk says so itself, since it may name a CLEC.
        let hides = match act.read_by {
            Some(Visibility::Internal) => true,
            Some(Visibility::Own) => ticket.is_event(),
            Some(Visibility::Public) | None => false,
        };
        if ticket.disagreeing() > 0 && hides {
            let detail = "is public: the CLECs that do not agree are told the reason";
            return Err(Refused::field("reasonVisibility", "TT-10", detail));
        }
        let told_as_resolved = matches!(ticket.problem.state, State::Resolved);
        if told_as_resolved && resolved_at.is_some() {
            return Err(Refused::field(
                "resolutionDate",
                "NT-17",
                "the ticket is resolved already, and its CLECs were told when",
            ));
        }
        let resolved = if told_as_resolved { None } else { Some(ticket.check_resolved(resolved_at, act)?) };
        ticket.problem.resolved_at = ticket
            .problem
            .resolved_at
            .or(resolved_at)
            .or(resolved.filter(|_| matches!(disposition, Disposition::Resolved { .. })));
        match &disposition {
            Disposition::Resolved { resolution } => {
                if resolution.is_none() && ticket.problem.resolution.is_none() {
                    let missing = Disposition::field_error(disposition.code(), "resolution", "is needed");
                    return Err(Refused::Invalid(vec![missing]));
                }
                ticket.problem.resolution = resolution.clone().or(ticket.problem.resolution);
            }
            Disposition::ResolvedInPatch { patch_date } => {
                check_patch_date(*patch_date, act, policy)?;
                ticket.problem.patch_date = Some(*patch_date);
                ticket.problem.commitment = Some(Commitment::Promised);
            }
            Disposition::NoTroubleFound | Disposition::SubmitChangeRequest | Disposition::WorkaroundInForce => {}
        }
        ticket.problem.state = State::Closed(Closing {
            closed_at: act.occurred(),
            recorded_at: act.now,
            disposition: disposition.clone(),
        });
        ticket.note_status(Status::Closed, act);
        Ok(ticket.finish_action(vec![Fact::Closed { disposition }], resolved, act, policy).into())
    }

    /// The planned outage that raised the ticket has ended, in these `words`: the ticket is resolved by it, where it is open and
    /// worked by itself (PO-06). `None` where the end changes nothing. What an event notice describes is what the desk wrote,
    /// or else that the outage has ended.
    ///
    /// # Errors
    /// What [`Ticket::update`] refuses.
    pub fn outage_ended(
        self,
        at: Instant,
        words: &str,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<TicketChange>, Refused> {
        if self.check(Action::Close).is_err() {
            return Ok(None);
        }
        let words = || Some(words.to_owned());
        let as_raised = self.problem.event_description.as_ref() == Some(&self.report.description);
        let resolved = matches!(self.problem.state, State::Resolved);
        let update = Update {
            status: (!resolved).then_some(Status::Resolved),
            resolved_at: (!resolved).then(|| at.max(self.opened_at)),
            resolution: self.problem.resolution.is_none().then(words),
            event_description: as_raised.then(words),
            ..Update::default()
        };
        self.update(update, act, policy)
    }

    /// Reopens an ended ticket. The desk may at any time; a CLEC that does not agree with the closing within two business
    /// days, and whenever the patch that its ticket was closed on has slipped (TT-08, TT-19). A linked ticket leaves its
    /// group by it; a primary that its CLEC reopens hands on to `successor` before, so that the others stay closed.
    ///
    /// # Errors
    /// When it is open, or too late.
    pub fn reopen(
        self,
        primary: Option<Self>,
        successor: Option<Self>,
        links: &[Link],
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        if let AffectedClec::Caller(_) = self.affected(&act.by.party) {
            let detail =
                "a CLEC that called has no ticket of its own here to reopen: report the trouble anew, or escalate";
            return Err(Refused::not_now("TT-08", detail, &["technicalEscalation"]));
        }
        self.check(Action::Reopen)?;
        let read = self.effective_under(primary.as_ref());
        if read.is_open() {
            return Err(Refused::not_now(
                "TT-08",
                format!("it is {}, not closed", read.status()),
                &read.allowed_actions(),
            ));
        }
        if act.by.party.clec().is_some() {
            read.check_may_dispute(act.now, policy)?;
        }
        let by_clec = act.by.party.clec().is_some();
        match (primary, successor) {
            (Some(primary), _) => {
                let left = Fact::Unlinked { primary: primary.number };
                // It is the same trouble: it stands where its group stood, and goes on from there.
                let (ticket, primary, unlinked, mut of_primary) = read.detach(primary, links);
                let (ticket, opened) = ticket.opened_again();
                of_primary.insert(0, Fact::LinkedLeft { number: ticket.number });
                let change = ticket.finish_with_problem(vec![left, opened], Some(primary), of_primary, act, policy);
                Ok(Change { unlinked: vec![unlinked], ..change })
            }
            (None, Some(successor)) if by_clec => {
                let left = Fact::Unlinked { primary: successor.number };
                let in_place_of = self.number;
                let (ticket, successor, group, mut of_successor) = self.hand_over_group(successor, links);
                let (ticket, opened) = ticket.opened_again();
                of_successor.insert(0, Fact::MadePrimary { in_place_of });
                let change = ticket.finish_with_problem(vec![left, opened], Some(successor), of_successor, act, policy);
                Ok(Change { tickets: change.tickets, ..group })
            }
            (None, _) => {
                let (ticket, opened) = self.opened_again();
                Ok(ticket.finish_action(vec![opened], None, act, policy).into())
            }
        }
    }

    /// Until when a CLEC may say that it does not agree with the closing: from when it was recorded, which is when the CLEC
    /// could first know of it.
    #[must_use]
    pub fn dispute_until(&self, policy: &Policy) -> Option<Instant> {
        let State::Closed(closing) = &self.problem.state else { return None };
        if self.is_of_process() {
            return None; // Its CLEC may say at any time that it is not resolved (12.8.1).
        }
        let (from, within) = (closing.recorded_at, policy.at(closing.recorded_at).dispute_within);
        Some(policy.calendar(from).end_of_business_day_after(from, within))
    }

    fn check_may_dispute(&self, now: Instant, policy: &Policy) -> Result<(), Refused> {
        if self.problem.commitment.as_ref().is_some_and(Commitment::is_broken) {
            return Ok(());
        }
        match self.dispute_until(policy) {
            Some(until) if now < until => Ok(()),
            Some(until) => {
                let detail = format!(
                    "a CLEC that does not agree with the closing says so within the business days that the contract gives it, which ended at {}: \
                     report the trouble anew, or escalate",
                    until.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
                );
                Err(Refused::not_now("TT-08", detail, &["technicalEscalation"]))
            }
            None => Err(Refused::not_now("TT-08", format!("it is {}, not closed", self.status()), &[])),
        }
    }

    /// The ticket with its agreements ended, because it is worked again.
    fn opened_again(self) -> (Self, Fact) {
        let (from, problem) = (self.status(), self.problem.reopened());
        let ticket = Self { problem, agreements: Agreements::default(), ..self };
        let to = ticket.status();
        (ticket, Fact::StatusChanged { from, to })
    }
}
