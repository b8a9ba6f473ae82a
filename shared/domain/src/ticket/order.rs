//! Orders at risk on a ticket ([`crate::trouble::order`]).

use super::{Action, Change, Fact, Ticket, TicketPart};
use crate::trouble::{DueDate, Order};
use chrono::NaiveDate;
use contract::{Policy, Refused};
use record::ActionContext;

impl Ticket {
    /// Lists an order with its due date, or another one; `present` is what is listed of it. `None` when it is listed so already.
    ///
    /// # Errors
    /// When the ticket is not open, or the order is marked already.
    pub fn list_order(
        self,
        order: String,
        due_date: NaiveDate,
        present: Option<Order>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<Change>, Refused> {
        self.check(Action::Order)?;
        let listed = Order::list(self.number, order, due_date, present, act)?;
        Ok(listed.map(|order| {
            let fact = Fact::OrderListed { order: order.order.clone(), due_date };
            self.with_order(order, fact, act, policy)
        }))
    }

    /// Marks a listed order's due date as kept or missed; also after the ticket is closed. `None` when it is marked so already.
    ///
    /// # Errors
    /// When the order is not listed.
    pub fn mark_order(
        self,
        outcome: DueDate,
        present: Option<Order>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<Change>, Refused> {
        Ok(Order::mark(present, outcome, act)?.map(|order| {
            let fact = Fact::OrderMarked { order: order.order.clone(), outcome };
            self.with_order(order, fact, act, policy)
        }))
    }

    fn with_order(self, order: Order, fact: Fact, act: &ActionContext, policy: &Policy) -> Change {
        Change { parts: vec![TicketPart::Order(order)], ..self.finish_action(vec![fact], None, act, policy).into() }
    }
}
