//! A notice can be corrected or withdrawn by a later, numbered one (NT-16); what was sent stays as it was sent.

use super::{Fact, Ticket, TicketChange, history::CorrectedNotice};
use contract::{Policy, Refused};
use record::{ActionContext, Notice, notice::Sending};

impl Ticket {
    /// Corrects an earlier notice in the desk's words; without any, withdraws it. It is told to those who got that notice, with
    /// its number, its date and the reason, also after the closing.
    ///
    /// # Errors
    /// When no such notice was sent.
    pub fn correct_notice(
        self,
        notice: Option<Notice>,
        correction: Option<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<TicketChange, Refused> {
        let notice = notice.filter(|notice| notice.about == self.number.into()).ok_or(Refused::NotFound)?;
        let Sending::Sent { at, .. } = notice.sending else {
            return Err(Refused::not_now(
                "NT-16",
                "the notice has not left yet: what is changed now, it tells",
                &["PATCH"],
            ));
        };
        let (sequence, reason) = (notice.sequence, act.why.clone());
        let corrected = Some(CorrectedNotice { label: notice.label(), at, notice_type: notice.notice_type });
        let fact = match correction {
            Some(correction) => Fact::NoticeCorrected { sequence, correction, corrected, reason },
            None => Fact::NoticeWithdrawn { sequence, corrected, reason },
        };
        Ok(self.finish_action(vec![fact], None, act, policy))
    }
}
