//! A notice can be corrected or withdrawn by a later, numbered one (NT-16); what was sent stays as it was sent.

use super::{Fact, Ticket, TicketChange};
use contract::{Policy, Refused};
use record::ActionContext;

impl Ticket {
    /// Corrects an earlier notice in the desk's words; without any, withdraws it. It is told to whom a notice of the ticket is
    /// told now, also after the closing.
    ///
    /// # Errors
    /// When no such notice was sent.
    pub fn correct_notice(
        self,
        sequence: u32,
        correction: Option<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<TicketChange, Refused> {
        let last = self.last_notice.as_ref();
        let latest = last.map_or(0, |last| last.sequence);
        if sequence == 0 || sequence > latest {
            return Err(Refused::NotFound);
        }
        if sequence == latest && last.is_some_and(|last| last.restarts_at > act.now) {
            return Err(Refused::not_now(
                "NT-16",
                "the notice has not left yet: what is changed now, it tells",
                &["PATCH"],
            ));
        }
        let fact = match correction {
            Some(correction) => Fact::NoticeCorrected { sequence, correction },
            None => Fact::NoticeWithdrawn { sequence },
        };
        Ok(self.finish_action(vec![fact], None, act, policy))
    }
}
