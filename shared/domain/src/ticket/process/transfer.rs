//! A trouble changes sides (12.8.4, PT-12, TT-18, TT-24): tier 1 finds a systems trouble, and with the consent of the CLEC the help desk
//! opens its ticket; the help desk finds none, and the trouble is passed to tier 1. Each ticket names the other.

use super::{Relation, TroubleKind};
use crate::ticket::{
    Action, Change, Report, State, Ticket,
    opening::{Opening, ProcessOpening},
};
use contract::{NoticeCategory, Person, Policy, Refused, Severity, TicketNumber};
use record::{ActionContext, notice::Line};

impl Ticket {
    /// Transfers a process ticket to the help desk, with the consent of its CLEC: a systems ticket is opened under `number`, and this one
    /// is passed on. The CLEC and tier 1 are told the new number.
    ///
    /// # Errors
    /// When it is no process ticket, is over, or is not determined to be a systems trouble.
    pub fn transfer_to_systems(
        mut self,
        (number, severity): (TicketNumber, Severity),
        consent: Person,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        self.check(Action::Transfer)?;
        let determined = self.process()?.determination.as_ref().map(|of| of.trouble);
        if determined != Some(TroubleKind::Systems) {
            let detail = "tier 1 has not determined that it is a systems trouble";
            return Err(Refused::not_now("PT-12", detail, &["determination"]));
        }
        self.check_no_reference()?;
        if self.linked_count() > 0 {
            let detail = format!("it is the primary of {} linked tickets", self.linked_count());
            return Err(Refused::not_now("PT-12", detail, &["unlink", "primary"]));
        }
        let report = Report { ticket_type: Report::SYSTEMS.to_owned(), ..self.report.clone() };
        let call_center_reference = Some(self.number.to_string());
        let opening = Opening { severity, report, call_center_reference, ..self.opening_of_same(None) };
        let mut opened = Self::open(number, opening, &act.on_another(), policy);
        opened.record.note_cross_reference(self.number, Relation::TransferredFrom);
        let lines = [Line::new("IT trouble ticket", number.to_string())];
        let told = self.tell_people(NoticeCategory::WsdTier1, "is transferred to the help desk", lines, act, policy);
        let named = self.cross_reference(number, Relation::TransferredTo, Some(consent));
        let passed = self.become_state(State::Rejected);
        let mut change: Change = self.finish_action(vec![passed, named], None, act, policy).into();
        change.tickets[0].notices.push(told);
        change.tickets.push(opened);
        Ok(change)
    }

    /// Where a change passes a systems ticket of a CLEC on, the process ticket that it is passed to is opened with it.
    #[must_use]
    pub fn passed_to_process(mut change: Change, act: &ActionContext, policy: &Policy) -> Change {
        let passed = change.tickets.first().map(|passed| &passed.record);
        let passed = passed.filter(|of| matches!(of.problem.state, State::Rejected) && !of.is_of_process());
        let Some(ticket) = passed else { return change };
        let Some(number) = ticket.cross_referenced(Relation::TransferredTo) else { return change };
        let report = Report { ticket_type: Report::PROCESS.to_owned(), ..ticket.report.clone() };
        let process = Some(ProcessOpening::default());
        let opening = Opening { report, ..ticket.opening_of_same(process) };
        let mut opened = Self::open(number, opening, &act.on_another(), policy);
        opened.record.note_cross_reference(ticket.number, Relation::TransferredFrom);
        change.tickets.push(opened);
        change
    }
}
