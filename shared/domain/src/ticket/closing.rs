//! How a ticket ends (12.3): agreement is sought, it is closed with its disposition, and what can still be said afterwards.

use super::{Act, Change, Closing, Contact, Disposition, Fact, Link, State, Status, Ticket, patch::Commitment};
use crate::{Instant, Policy, Refused};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// How long a CLEC that does not agree with the closing may say so, in business days (TT-08).
const DISPUTE_WITHIN: u32 = 2;

/// What a CLEC says to what is put to it: the closing of its ticket, or a workaround.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Agreed, or not.
    pub agreed: bool,
    /// Which person said so.
    pub contact: Option<Contact>,
    /// Why; of a disagreement always.
    pub reason: Option<String>,
    /// When.
    pub at: Instant,
}

impl Ticket {
    /// Records whether a ticket's CLEC agrees with resolution and closing (TT-10).
    ///
    /// # Errors
    /// When the ticket is not open.
    pub fn take_position_on_closing(
        self,
        position: Position,
        primary: Option<Self>,
        act: &Act,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        let mut ticket = self;
        ticket.check_open()?;
        let (number, agreed) = (ticket.number, position.agreed);
        let act = &Act { why: position.reason.clone(), ..act.clone() };
        ticket.agreement = Some(position);
        let facts = vec![Fact::ClosingAgreed { agreed }];
        let note = |of_problem: &mut Self| {
            if agreed { of_problem.disagreed.remove(&number) } else { of_problem.disagreed.insert(number) }
        };
        Ok(match primary {
            Some(mut primary) => {
                note(&mut primary);
                let primary = primary.settle(vec![Fact::AgreementOfLinked { agreed }], None, &act.on_another(), policy);
                Change { tickets: vec![ticket.settle(facts, None, act, policy), primary], ..Change::default() }
            }
            None => {
                note(&mut ticket);
                ticket.settle(facts, None, act, policy).into()
            }
        })
    }

    /// Closes the ticket, and with it every ticket linked to it, whole (TT-08): they have no state of their own.
    ///
    /// The interval upon resolution runs from the resolution; of a ticket that was already told as resolved, closing is
    /// a further status change.
    ///
    /// # Errors
    /// When it is not open, or is itself linked; against a disagreement without a reason.
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
        if !ticket.disagreed.is_empty() && act.why.is_none() {
            let detail = format!("closing against the disagreement of {} needs a reason", ticket.disagreed.len());
            return Err(Refused::field("statusChangeReason", "TT-10", detail));
        }
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
                check_patch_date(*patch_date, act, policy)?;
                ticket.patch_date = Some(*patch_date);
                ticket.commitment = Some(Commitment::Promised);
            }
            Disposition::NoTroubleFound | Disposition::SubmitChangeRequest => {}
        }
        ticket.state = State::Closed(Closing { closed_at: act.occurred(), disposition: disposition.clone() });
        ticket.note_status(Status::Closed, act);
        Ok(ticket.settle(vec![Fact::Closed { disposition }], resolved, act, policy).into())
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
        act: &Act,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        let read = self.as_read(primary.as_ref());
        if read.is_open() {
            return Err(Refused::not_now("TT-08", format!("it is {}, not closed", read.status()), &read.possible()));
        }
        if act.by.party.clec().is_some() {
            read.check_may_dispute(act.now, policy)?;
        }
        let by_clec = act.by.party.clec().is_some();
        match (primary, successor) {
            (Some(primary), _) => {
                let left = Fact::Unlinked { primary: primary.number };
                let (ticket, primary, unlinked) = self.leave(primary, links);
                let (ticket, opened) = ticket.opened_again();
                let of_primary = vec![Fact::LinkedLeft { number: ticket.number }];
                let primary = primary.settle(of_primary, None, &act.on_another(), policy);
                let ticket = ticket.settle(vec![left, opened], None, act, policy);
                Ok(Change { tickets: vec![ticket, primary], unlinked: vec![unlinked], ..Change::default() })
            }
            (None, Some(successor)) if by_clec => {
                let left = Fact::Unlinked { primary: successor.number };
                let in_place_of = self.number;
                let (ticket, successor, mut change) = self.hand_over(successor, links);
                let (ticket, opened) = ticket.opened_again();
                let ticket = ticket.settle(vec![left, opened], None, act, policy);
                let made = vec![Fact::MadePrimary { in_place_of }];
                change.tickets = vec![ticket, successor.settle(made, None, &act.on_another(), policy)];
                Ok(change)
            }
            (None, _) => {
                let (ticket, opened) = self.opened_again();
                Ok(ticket.settle(vec![opened], None, act, policy).into())
            }
        }
    }

    /// Until when a CLEC may say that it does not agree with the closing; none where none was, or where the time does not end.
    #[must_use]
    pub fn dispute_until(&self, policy: &Policy) -> Option<Instant> {
        let State::Closed(closing) = &self.state else { return None };
        Some(policy.calendar(closing.closed_at).end_of_business_day(closing.closed_at, DISPUTE_WITHIN))
    }

    fn check_may_dispute(&self, now: Instant, policy: &Policy) -> Result<(), Refused> {
        if self.commitment.as_ref().is_some_and(Commitment::is_broken) {
            return Ok(());
        }
        match self.dispute_until(policy) {
            Some(until) if now < until => Ok(()),
            Some(until) => {
                let detail = format!(
                    "a CLEC that does not agree with the closing says so within two business days, which ended at {}: \
                     report the trouble anew, or escalate",
                    until.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
                );
                Err(Refused::not_now("TT-08", detail, &["technicalEscalation"]))
            }
            None => Err(Refused::not_now("TT-08", format!("it is {}, not closed", self.status()), &[])),
        }
    }

    /// Worked again: what told of an end is no longer so.
    fn opened_again(self) -> (Self, Fact) {
        let mut ticket = self;
        ticket.resolved_at = None;
        ticket.resolution = None;
        ticket.patch_date = None;
        ticket.commitment = None;
        ticket.agreement = None;
        ticket.disagreed.clear();
        ticket.estimated_resolution = None;
        let opened = ticket.become_state(State::InProgress);
        (ticket, opened)
    }
}

/// A patch that will resolve the trouble is not in the past.
pub(super) fn check_patch_date(date: NaiveDate, act: &Act, policy: &Policy) -> Result<(), Refused> {
    if date < policy.calendar(act.now).date(act.now) {
        let detail = "a patch that will resolve the trouble is not in the past";
        return Err(Refused::field("patchDate", "TT-09", detail));
    }
    Ok(())
}
