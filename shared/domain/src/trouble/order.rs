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
    /// Of a process ticket: whether the provider found it, where its CLEC did not report it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub found: bool,
    /// Of a process ticket: when it was processed.
    pub processed_at: Option<Instant>,
}

/// What is said of an affected order of a process ticket (12.8): what is left out stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AffectedOrder {
    /// The CLEC's number of it.
    pub order: String,
    /// The date that the CLEC requested; needed when the order is listed.
    pub due_date: Option<NaiveDate>,
    /// Whether it was processed.
    pub processed: Option<bool>,
    /// Whether its due date was kept or missed.
    pub outcome: Option<DueDate>,
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
            return Ok(Some(Self {
                ticket,
                order,
                due_date,
                outcome: None,
                listed_by,
                listed_at,
                marked_at: None,
                found: false,
                processed_at: None,
            }));
        };
        if present.outcome.is_some() {
            return Err(Refused::not_now("TT-23", "the order's due date is marked as kept or missed", &[]));
        }
        Ok((present.due_date != due_date).then_some(Self { due_date, ..present }))
    }

    /// An affected order of a process ticket, with what is said of it; `present` is what is listed of it. `None` where it is listed so
    /// already.
    ///
    /// # Errors
    /// When it is listed without its due date; another due date of one that is marked.
    pub fn affected(
        ticket: TicketNumber,
        said: AffectedOrder,
        present: Option<Self>,
        act: &ActionContext,
    ) -> Result<Option<Self>, Refused> {
        let AffectedOrder { order, due_date, processed, outcome } = said;
        let Some(due_date) = due_date.or(present.as_ref().map(|present| present.due_date)) else {
            let detail = format!("order {order} is not listed on the ticket: list it with its dueDate");
            return Err(Refused::field("order", "PT-10", detail));
        };
        let is_listed_so = present.as_ref().is_some_and(|present| present.due_date == due_date);
        let listed = if is_listed_so { None } else { Self::list(ticket, order, due_date, present.clone(), act)? };
        let found = act.by.party.is_provider();
        let mut order = match (listed, &present) {
            (Some(listed), Some(_)) => listed,
            (Some(listed), None) => Self { found, ..listed },
            (None, Some(present)) => present.clone(),
            (None, None) => return Ok(None),
        };
        match (processed, order.processed_at) {
            (Some(true), None) => order.processed_at = Some(act.now),
            (Some(false), Some(_)) => {
                let detail = format!("order {} is processed", order.order);
                return Err(Refused::not_now("PT-10", detail, &[]));
            }
            _ => {}
        }
        if let Some(outcome) = outcome.filter(|outcome| order.outcome != Some(*outcome)) {
            (order.outcome, order.marked_at) = (Some(outcome), Some(act.now));
        }
        Ok((present.as_ref() != Some(&order)).then_some(order))
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
