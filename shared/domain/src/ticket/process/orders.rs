//! The affected orders of a process ticket (12.8.1, 12.8.3, PT-10): those that its CLEC reported, and those that were found; each processed
//! or not. Closing waits for them, except under a workaround.

use crate::{
    ticket::{Action, Change, Fact, Ticket, TicketPart},
    trouble::{Order, order::AffectedOrder},
};
use contract::{Policy, Refused};
use record::ActionContext;
use serde::{Deserialize, Serialize};

/// The affected orders of a ticket, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OrderCounts {
    /// How many are listed.
    pub listed: u32,
    /// How many of them are not processed.
    pub open: u32,
    /// How many of the tickets that are linked to it are not.
    #[serde(skip_serializing_if = "is_zero")]
    pub open_of_linked: u32,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl OrderCounts {
    /// Whether none was ever listed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// How many of its group are not processed.
    #[must_use]
    pub fn all_open(&self) -> u32 {
        self.open + self.open_of_linked
    }
}

impl Ticket {
    /// Lists affected orders, or lists them with more: with another due date, as processed, as kept or missed. `present` are those of
    /// them that are listed. `None` where they are all so already.
    ///
    /// # Errors
    /// When it is no process ticket; orders beyond the bound; an order that is processed is not unprocessed again.
    pub fn list_orders(
        mut self,
        orders: Vec<AffectedOrder>,
        present: &[Order],
        primary: Option<Self>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<Change>, Refused> {
        self.check_kind(Action::Orders)?;
        let number = self.number;
        let mut parts = Vec::new();
        let (mut listed, mut processed) = (0, 0);
        for affected in orders {
            let before = present.iter().find(|present| present.order == affected.order);
            let Some(order) = Order::affected(number, affected, before.cloned(), act)? else { continue };
            let was_open = before.is_none_or(|before| before.processed_at.is_none());
            listed += u32::from(before.is_none());
            processed += u32::from(was_open && order.processed_at.is_some());
            parts.push(TicketPart::Order(order));
        }
        if parts.is_empty() {
            return Ok(None);
        }
        // What became of those that are listed is known later, also when it is over.
        if listed > 0 {
            self.effective_under(primary.as_ref()).check(Action::Orders)?;
        }
        let counts = &mut self.process()?.orders;
        counts.listed += listed;
        counts.open = (counts.open + listed).saturating_sub(processed);
        let at_most = policy.process_tickets.orders_at_most;
        if counts.listed > at_most {
            let detail =
                format!("a ticket lists at most {at_most} affected orders (policy: processTickets.ordersAtMost)");
            return Err(Refused::Full(contract::FieldError::new("order", "PT-10", detail)));
        }
        let mut facts = Vec::new();
        facts.extend((listed > 0).then_some(Fact::OrdersListed { count: listed }));
        facts.extend((processed > 0).then_some(Fact::OrdersProcessed { count: processed }));
        let mut primary = primary;
        if let Some(of_group) = primary.as_mut().and_then(|primary| primary.process.as_deref_mut()) {
            of_group.orders.open_of_linked = (of_group.orders.open_of_linked + listed).saturating_sub(processed);
        }
        let mut change: Change = self.finish_action(facts, None, act, policy).into();
        change.tickets.extend(primary.map(|mut primary| {
            primary.resume_status(act.now);
            primary.resync_clock(policy)
        }));
        change.parts = parts;
        Ok(Some(change))
    }

    /// The orders of a ticket that is linked to it are affected by its trouble too.
    pub(in crate::ticket) fn joins_orders(&mut self, linked: &Self) {
        if let (Some(process), Some(of_linked)) = (self.process.as_deref_mut(), linked.process.as_deref()) {
            process.orders.open_of_linked += of_linked.orders.open;
        }
    }

    /// Those of a ticket that leaves its group are not.
    pub(in crate::ticket) fn parts_with_orders(&mut self, left: &Self) {
        if let (Some(process), Some(of_left)) = (self.process.as_deref_mut(), left.process.as_deref()) {
            process.orders.open_of_linked = process.orders.open_of_linked.saturating_sub(of_left.orders.open);
        }
    }
}
