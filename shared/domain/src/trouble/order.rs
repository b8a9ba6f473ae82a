//! Orders whose requested due dates the trouble puts at risk (12.4.1, TT-23): the provider uses its best efforts to retain them.

use chrono::NaiveDate;
use contract::{Instant, Party, RecordRef, Refused, TicketNumber};
use record::{ActionContext, Part};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use strum::{IntoStaticStr, VariantArray};

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
    /// When it was listed.
    pub listed_at: Instant,
    /// When it was marked.
    pub marked_at: Option<Instant>,
}

impl Part for Order {
    const SORT_KEY: &'static str = "ORDER#";

    fn of(&self) -> RecordRef {
        self.ticket.into()
    }

    fn place(&self) -> String {
        self.order.clone()
    }
}

/// What became of a requested due date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum DueDate {
    /// It was kept.
    Kept,
    /// It was missed.
    Missed,
}

contract::word!(DueDate);

impl Order {
    /// An order listed on a ticket with its due date, or with another one; `present` is what is listed of it. `None` where it is
    /// listed so already.
    ///
    /// # Errors
    /// When the order is marked already.
    pub fn list(
        ticket: TicketNumber,
        order: String,
        due_date: NaiveDate,
        present: Option<Self>,
        act: &ActionContext,
    ) -> Result<Option<Self>, Refused> {
        let Some(present) = present else {
            let (listed_by, listed_at) = (act.by.party.clone(), act.now);
            return Ok(Some(Self { ticket, order, due_date, outcome: None, listed_by, listed_at, marked_at: None }));
        };
        if present.outcome.is_some() {
            return Err(Refused::not_now("TT-23", "the order's due date is marked as kept or missed", &[]));
        }
        Ok((present.due_date != due_date).then_some(Self { due_date, ..present }))
    }

    /// The order with its due date marked as kept or missed. `None` where it is marked so already.
    ///
    /// # Errors
    /// When the order is not listed.
    pub fn mark(present: Option<Self>, outcome: DueDate, act: &ActionContext) -> Result<Option<Self>, Refused> {
        let Some(present) = present else {
            return Err(Refused::field("order", "TT-23", "is not listed on the ticket: list it with its dueDate"));
        };
        let other = present.outcome != Some(outcome);
        Ok(other.then_some(Self { outcome: Some(outcome), marked_at: Some(act.now), ..present }))
    }
}
