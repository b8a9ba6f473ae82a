//! Orders whose requested due dates the trouble puts at risk (12.4.1, TT-23): the provider uses its best efforts to retain them.

use super::{Action, Change, Fact, Ticket};
use chrono::NaiveDate;
use contract::{Instant, Matter, Party, Policy, Refused, TicketNumber};
use record::{Act, Part};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::str::FromStr;

/// An order at risk.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// On which ticket.
    pub ticket: TicketNumber,
    /// The CLEC's number of it: a purchase order number, an LSR.
    pub order: String,
    /// The date that the CLEC requested.
    pub due_date: NaiveDate,
    /// Whether it was kept.
    pub outcome: Option<DueDate>,
    /// Who listed it.
    pub listed_by: Party,
    /// When.
    pub listed_at: Instant,
    /// When it was marked.
    pub marked_at: Option<Instant>,
}

impl Part for Order {
    const SORT_KEY: &'static str = "ORDER#";

    fn of(&self) -> Matter {
        self.ticket.into()
    }

    fn place(&self) -> String {
        self.order.clone()
    }
}

/// What became of a requested due date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DueDate {
    /// It was kept.
    Kept,
    /// It was missed.
    Missed,
}

impl FromStr for DueDate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "kept" => Ok(Self::Kept),
            "missed" => Ok(Self::Missed),
            _ => Err("kept or missed"),
        }
    }
}

impl Ticket {
    /// Lists an order, with its due date, or another one; `present` is what is listed of it.
    ///
    /// # Errors
    /// When the ticket is not open, or the order is marked already.
    pub fn list_order(
        self,
        order: String,
        due_date: NaiveDate,
        present: Option<Order>,
        act: &Act,
        policy: &Policy,
    ) -> Result<Option<Change>, Refused> {
        self.check(Action::Order)?;
        if present.as_ref().is_some_and(|present| present.outcome.is_some()) {
            return Err(Refused::not_now("TT-23", "the order's due date is marked as kept or missed", &[]));
        }
        if present.as_ref().is_some_and(|present| present.due_date == due_date) {
            return Ok(None);
        }
        let listed = Order {
            ticket: self.number,
            order: order.clone(),
            due_date,
            outcome: None,
            listed_by: present.as_ref().map_or(act.by.party.clone(), |present| present.listed_by.clone()),
            listed_at: present.map_or(act.now, |present| present.listed_at),
            marked_at: None,
        };
        let facts = vec![Fact::OrderListed { order, due_date }];
        Ok(Some(Change { orders: vec![listed], ..self.settle(facts, None, act, policy).into() }))
    }

    /// Marks a listed order's due date as kept or missed; also after the ticket is closed.
    ///
    /// # Errors
    /// When the order is not listed.
    pub fn mark_order(
        self,
        outcome: DueDate,
        present: Option<Order>,
        act: &Act,
        policy: &Policy,
    ) -> Result<Option<Change>, Refused> {
        let Some(present) = present else {
            return Err(Refused::field("order", "TT-23", "is not listed on the ticket: list it with its dueDate"));
        };
        if present.outcome == Some(outcome) {
            return Ok(None);
        }
        let facts = vec![Fact::OrderMarked { order: present.order.clone(), outcome }];
        let marked = Order { outcome: Some(outcome), marked_at: Some(act.now), ..present };
        Ok(Some(Change { orders: vec![marked], ..self.settle(facts, None, act, policy).into() }))
    }
}
