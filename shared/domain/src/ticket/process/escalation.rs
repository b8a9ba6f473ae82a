//! Escalation of a process ticket (12.8.1, PT-03): a CLEC may, at any point, escalate to any of the five tiers. Each escalation is a case,
//! with each response; the tier is told at once.

use super::Process;
use crate::{
    ticket::{
        Action, Ticket, TicketChange,
        case::{Case, Subject},
    },
    trouble::AffectedClec,
};
use contract::{Party, Policy, Refused, WsdTier};
use record::{ActionContext, case::NewStatement};

impl Ticket {
    /// Escalates the ticket to a tier; it is then not closed without the agreement of its CLEC.
    ///
    /// # Errors
    /// When it is no process ticket, or is linked: its primary is escalated; when it is escalated to that tier already, and that is not
    /// decided.
    pub fn escalate(
        mut self,
        tier: WsdTier,
        words: NewStatement,
        primary: Option<&Self>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<TicketChange, Refused> {
        self.check_leads(primary, ("PT-06", "escalate"), &act.by.party)?;
        self.check(Action::Escalation)?;
        let own = (self.clec.clone(), self.clec.clone());
        let is_of_tier = |subject: &Subject| *subject == Subject::Escalation { tier };
        if self.cases.open_on(own, is_of_tier).next().is_some() {
            let detail = format!("it is escalated to tier {} already: answer that case", tier.level());
            return Err(Refused::not_now("PT-03", detail, &["case"]));
        }
        let process: &mut Process = self.process()?;
        (process.disagreed_at, process.closable_since) = (None, None);
        let speaker = AffectedClec::OfTicket(self.number);
        let (ticket, facts, notices) = self.raise(Subject::Escalation { tier }, (&speaker, words), act, policy)?;
        let mut change = ticket.finish_action(facts, None, act, policy);
        change.notices.extend(notices);
        Ok(change)
    }

    /// Whether an escalation of it is not decided.
    pub(super) fn is_escalated(&self) -> bool {
        let is_open = |case: &Case| case.outcome.is_none() && matches!(case.subject, Subject::Escalation { .. });
        self.cases.iter().any(is_open)
    }

    /// The tiers that it is escalated to, in their order.
    #[must_use]
    pub fn escalated_to(&self, viewer: &Party) -> Vec<WsdTier> {
        let open = self.cases.iter().filter(|case| case.outcome.is_none() && case.is_for(viewer, self.clec.as_ref()));
        let mut tiers: Vec<WsdTier> = open
            .filter_map(|case| match case.subject {
                Subject::Escalation { tier } => Some(tier),
                _ => None,
            })
            .collect();
        tiers.sort_unstable();
        tiers
    }
}
