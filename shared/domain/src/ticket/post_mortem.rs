//! The post-mortem of a ticket (AT-04): the ticket names it from the request on.

use super::{Fact, State, Ticket, TicketChange};
use contract::{Instant, Policy, PostMortemNumber};
use record::ActionContext;

impl Ticket {
    /// When it was closed, if it is; of a linked ticket its effective form tells.
    #[must_use]
    pub fn closed_at(&self) -> Option<Instant> {
        match &self.problem.state {
            State::Closed(closing) => Some(closing.closed_at),
            _ => None,
        }
    }

    /// A post-mortem of it was asked for.
    pub(crate) fn name_post_mortem(
        mut self,
        number: PostMortemNumber,
        act: &ActionContext,
        policy: &Policy,
    ) -> TicketChange {
        self.post_mortem = Some(number);
        self.finish_action(vec![Fact::PostMortemRequested { post_mortem: number }], None, act, policy)
    }

    /// Its CLEC has the post-mortem.
    pub(crate) fn have_post_mortem(
        self,
        number: PostMortemNumber,
        act: &ActionContext,
        policy: &Policy,
    ) -> TicketChange {
        self.finish_action(vec![Fact::PostMortemIssued { post_mortem: number }], None, act, policy)
    }
}
