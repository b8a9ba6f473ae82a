//! The post-mortem of a ticket (AT-04): the ticket names it from the request on, until the request is taken back. Of a ticket that is closed
//! once more another one can be asked for, when its CLEC has the first.

use super::{Fact, State, Ticket, TicketChange};
use chrono::TimeDelta;
use contract::{Instant, Policy, PostMortemNumber};
use record::ActionContext;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// The post-mortem that a ticket names.
#[skip_serializing_none]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NamedPostMortem {
    /// The number of the post-mortem.
    pub number: PostMortemNumber,
    /// Since when its CLEC has it.
    pub issued_at: Option<Instant>,
}

impl Ticket {
    /// When it was closed, if it is; of a linked ticket its effective form tells.
    #[must_use]
    pub fn closed_at(&self) -> Option<Instant> {
        match &self.problem.state {
            State::Closed(closing) => Some(closing.closed_at),
            _ => None,
        }
    }

    /// How long the event lasted of a ticket that is closed: from the opening to the resolution, without the wait for agreement.
    #[must_use]
    pub fn lasted(&self) -> Option<TimeDelta> {
        let closed_at = self.closed_at()?;
        Some(self.problem.resolved_at.unwrap_or(closed_at).min(closed_at) - self.opened_at)
    }

    /// The post-mortem that stands in the way of another one: one that its CLEC does not have yet, or of its last closing.
    pub(crate) fn present_post_mortem(&self, closed_at: Instant) -> Option<PostMortemNumber> {
        let is_of_former = |of: &NamedPostMortem| of.issued_at.is_some_and(|issued_at| issued_at < closed_at);
        self.post_mortem.filter(|of| !is_of_former(of)).map(|of| of.number)
    }

    /// A post-mortem of it was asked for.
    pub(crate) fn name_post_mortem(
        mut self,
        number: PostMortemNumber,
        act: &ActionContext,
        policy: &Policy,
    ) -> TicketChange {
        self.post_mortem = Some(NamedPostMortem { number, issued_at: None });
        self.finish_action(vec![Fact::PostMortemRequested { post_mortem: number }], None, act, policy)
    }

    /// Its CLEC has the post-mortem.
    pub(crate) fn have_post_mortem(
        mut self,
        number: PostMortemNumber,
        act: &ActionContext,
        policy: &Policy,
    ) -> TicketChange {
        self.post_mortem = Some(NamedPostMortem { number, issued_at: Some(act.now) });
        self.finish_action(vec![Fact::PostMortemIssued { post_mortem: number }], None, act, policy)
    }

    /// The request was taken back.
    pub(crate) fn lose_post_mortem(
        mut self,
        number: PostMortemNumber,
        act: &ActionContext,
        policy: &Policy,
    ) -> TicketChange {
        self.post_mortem = None;
        self.finish_action(vec![Fact::PostMortemWithdrawn { post_mortem: number }], None, act, policy)
    }
}
