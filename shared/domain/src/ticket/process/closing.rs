//! How a process ticket ends (12.8.1, 12.8.3, PT-04, PT-05): with the agreement of its CLEC, when the trouble is resolved and all affected
//! orders are processed, or while a workaround that is implemented stays in force; and what can be said afterwards.

use super::{CrossReference, Relation};
use crate::{
    ticket::{
        Action, Change, Disposition, Fact, State, Ticket, TicketChange,
        case::Subject,
        opening::{Opening, ProcessOpening},
    },
    trouble::{AffectedClec, NewNote},
};
use contract::{
    Instant, Person, Policy, Refused, TicketNumber, Visibility,
    due::{Due, Rule, Term},
};
use record::{ActionContext, case::NewStatement};

impl Ticket {
    /// Whether a process ticket may be closed so.
    ///
    /// # Errors
    /// A disposition that no process ticket has; a trouble that is not resolved, or orders that are not processed; a workaround that is
    /// not implemented; without the agreement of its CLEC, but for one that does not agree and did not escalate in time.
    pub(in crate::ticket) fn check_process_closing(
        &self,
        disposition: &Disposition,
        reference: Option<&Self>,
        now: Instant,
        policy: &Policy,
    ) -> Result<(), Refused> {
        let Some(process) = self.process.as_deref() else {
            return match disposition {
                Disposition::WorkaroundInForce => {
                    let detail = "is a disposition of process tickets (12.8.3)";
                    Err(Refused::field("disposition", "TT-09", detail))
                }
                _ => Ok(()),
            };
        };
        let not_now = |detail: String, possible: &[&'static str]| Err(Refused::not_now("PT-04", detail, possible));
        match disposition {
            Disposition::Resolved { .. } => {
                if !matches!(self.problem.state, State::Resolved) {
                    let detail = "it is not resolved: its CLEC is asked for agreement when it is";
                    return not_now(detail.to_owned(), &["PATCH"]);
                }
                let open = process.orders.all_open();
                if open > 0 {
                    return not_now(format!("{open} affected orders are not processed"), &["orders"]);
                }
            }
            Disposition::WorkaroundInForce => {
                let own = self.problem.workaround.as_ref().filter(|of| of.is_in_force());
                let of_reference = || reference.and_then(|reference| reference.problem.workaround.as_ref());
                let in_force = own.or_else(|| of_reference().filter(|of| of.is_in_force()));
                // An agreement from before it was implemented is none to this.
                let implemented_at = in_force.and_then(|of| of.implemented_at);
                if implemented_at > process.agreed_at && process.agreed_at.is_some() {
                    let detail =
                        "its CLEC agreed before the workaround was implemented: its agreement is asked for anew";
                    return not_now(detail.to_owned(), &["agreement"]);
                }
                if in_force.is_none() {
                    let detail = "there is no workaround that is implemented and that nobody disputes";
                    return not_now(detail.to_owned(), &["workaround", "workaround/implementation"]);
                }
            }
            Disposition::NoTroubleFound | Disposition::ResolvedInPatch { .. } | Disposition::SubmitChangeRequest => {
                let detail = "is 'resolved' or 'workaroundInForce' of a process ticket (12.8)";
                return Err(Refused::field("disposition", "PT-04", detail));
            }
        }
        let agreed = self.clec.is_none() || self.agreement(&AffectedClec::OfTicket(self.number)) == Some(true);
        let is_over = self.escalate_until(policy).is_some_and(|until| until.at <= now);
        if agreed || process.closable_since.is_some() || is_over {
            return Ok(());
        }
        let detail = match process.disagreed_at {
            Some(_) => "its CLEC does not agree, and may still escalate: it stays open",
            None => "its CLEC has not agreed: it stays open",
        };
        not_now(detail.to_owned(), &["agreement"])
    }

    /// What the position of its CLEC on the closing does to a process ticket: a disagreement with what its agreement is sought for gives
    /// it its time to escalate, unless it has escalated already. Who disagrees still has no more time for saying so again.
    pub(in crate::ticket) fn note_position(&mut self, agreed: bool, act: &ActionContext) {
        let is_sought = self.problem.agreement_sought_at.is_some() && !self.is_escalated();
        let Some(process) = self.process.as_deref_mut() else { return };
        if !agreed && process.disagreed_at.is_some() {
            return;
        }
        process.closable_since = None;
        process.agreed_at = agreed.then_some(act.now);
        process.disagreed_at = (!agreed && is_sought).then_some(act.now);
    }

    /// The agreement of its CLEC is sought anew, or is sought no more: what was said before was said of something else.
    pub(in crate::ticket) fn forget_position(&mut self) {
        let Some(process) = self.process.as_deref_mut() else { return };
        (process.agreed_at, process.disagreed_at, process.closable_since) = (None, None, None);
    }

    /// Until when the CLEC that does not agree with the closing may escalate before it may be closed without agreement.
    #[must_use]
    pub fn escalate_until(&self, policy: &Policy) -> Option<Due> {
        let process = self.process.as_deref().filter(|_| self.is_open())?;
        let from = process.disagreed_at.filter(|_| process.closable_since.is_none())?;
        let interval = policy.at(from).process_tickets.escalate_within;
        let at = from + interval;
        let rule = Rule::Term { term: Term::TwentyFourHours, interval: Some(interval) };
        Some(Due { from, at, leaves_at: at, jeopardy_at: at, rule })
    }

    /// Its CLEC did not escalate in time: the provider may close it, and it says so.
    pub(in crate::ticket) fn becomes_closable(&self, now: Instant, policy: &Policy) -> Option<TicketChange> {
        let due = self.escalate_until(policy).filter(|due| due.at <= now)?;
        let mut ticket = self.clone();
        ticket.process.as_deref_mut()?.closable_since = Some(due.at);
        let act = ActionContext::by_schedule(now);
        Some(ticket.finish_action(vec![Fact::ClosableWithoutAgreement], None, &act, policy))
    }

    /// Its CLEC says that the trouble of the closed ticket is not resolved (PT-05): a new ticket is opened under `number`, each names the
    /// other, and tier 2 reviews the closed one.
    ///
    /// # Errors
    /// When it is no process ticket, or is not closed; when the trouble goes on as another ticket already.
    pub fn not_resolved(
        self,
        (number, primary): (TicketNumber, Option<&Self>),
        words: NewStatement,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        self.check(Action::NotResolved)?;
        let read = self.effective_under(primary);
        let State::Closed(_) = read.problem.state else {
            let detail = format!("it is {}, not closed", read.status());
            return Err(Refused::not_now("PT-05", detail, &read.possible_for(&act.by.party)));
        };
        read.check_leads(primary, ("PT-05", "say so of"), &act.by.party)?;
        if let Some(present) = self.goes_on_as() {
            let detail = format!("the trouble goes on as ticket {present}: that one is worked");
            return Err(Refused::not_now("PT-05", detail, &[]));
        }
        let reason = words.text.clone();
        let speaker = AffectedClec::OfTicket(self.number);
        let (mut closed, mut facts, notices) = self.raise(Subject::Review, (&speaker, words), act, policy)?;
        facts.push(closed.cross_reference(number, Relation::GoesOnAs, None));
        let reference = closed.process.as_deref().and_then(|process| process.reference);
        let opening = Opening {
            notes: vec![NewNote { text: reason, visibility: Visibility::Public }],
            ..closed.opening_of_same(Some(ProcessOpening { reference }))
        };
        let mut opened = Self::open(number, opening, &act.on_another(), policy);
        opened.record.note_cross_reference(closed.number, Relation::GoesOnFrom);
        let mut change: Change = closed.finish_action(facts, None, act, policy).into();
        change.tickets[0].notices.extend(notices);
        change.tickets.push(opened);
        Ok(change)
    }

    /// The ticket on which its trouble goes on.
    #[must_use]
    pub fn goes_on_as(&self) -> Option<TicketNumber> {
        self.cross_referenced(Relation::GoesOnAs)
    }

    /// The latest ticket that is this to it.
    #[must_use]
    pub fn cross_referenced(&self, relation: Relation) -> Option<TicketNumber> {
        let of = self.cross_references.iter().rfind(|of| of.relation == relation);
        of.map(|of| of.number)
    }

    /// Names another ticket of its trouble.
    pub(in crate::ticket) fn cross_reference(
        &mut self,
        number: TicketNumber,
        relation: Relation,
        consent: Option<Person>,
    ) -> Fact {
        self.note_cross_reference(number, relation);
        Fact::CrossReferenced { number, relation, consent }
    }

    pub(super) fn note_cross_reference(&mut self, number: TicketNumber, relation: Relation) {
        self.cross_references.push(CrossReference { number, relation });
    }

    /// The opening of another ticket of the same trouble, in the same words.
    pub(super) fn opening_of_same(&self, process: Option<ProcessOpening>) -> Opening {
        Opening {
            clec: self.clec.clone(),
            severity: self.severity,
            event: false,
            event_description: None,
            report: self.report.clone(),
            call_center_reference: None,
            notes: Vec::new(),
            severity_checklist: Vec::new(),
            release: None,
            process,
            service_problem: None,
        }
    }
}
