//! The Reference Ticket (12.8.2, 12.8.3, PT-07, PT-08): the ticket of a trouble that other CLECs name on theirs; and the tickets that are
//! of one trouble otherwise.

use crate::ticket::{Action, Fact, Ticket, TicketChange};
use contract::{ClecId, FieldError, Policy, RecordRef, Refused, TicketNumber};
use record::{ActionContext, Part};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use strum::{IntoStaticStr, VariantArray};

/// Another ticket of the same trouble.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrossReference {
    /// The number of the other ticket.
    pub number: TicketNumber,
    /// What it is to this one.
    pub relation: Relation,
}

/// What another ticket is to a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Relation {
    /// The systems ticket that was opened from this process ticket, or the process ticket from this systems ticket.
    TransferredTo,
    /// The ticket from which this one was opened.
    TransferredFrom,
    /// The ticket on which the trouble goes on, after this one was closed.
    GoesOnAs,
    /// The closed ticket whose trouble is not resolved.
    GoesOnFrom,
}

contract::word!(Relation);

impl Relation {
    pub(in crate::ticket) fn told(self, of: &str, other: TicketNumber) -> String {
        match self {
            Self::TransferredTo => format!("Ticket {of} is transferred: ticket {other} was opened from it"),
            Self::TransferredFrom => format!("Opened from ticket {other}, which was transferred"),
            Self::GoesOnAs => format!("Not resolved: the trouble goes on as ticket {other}"),
            Self::GoesOnFrom => format!("The trouble of ticket {other}, which was closed, is not resolved"),
        }
    }
}

/// That a ticket names a Reference Ticket: listed under that one.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceUse {
    /// The number of the Reference Ticket.
    pub reference: TicketNumber,
    /// The ticket that names it.
    pub ticket: TicketNumber,
    /// Whose that is.
    pub clec: Option<ClecId>,
}

impl Part for ReferenceUse {
    const SORT_KEY: &'static str = "REFERENCED#";

    fn of(&self) -> RecordRef {
        self.reference.into()
    }

    fn place(&self) -> String {
        self.ticket.to_string()
    }
}

impl Ticket {
    /// Unknown, undisclosed, no process ticket, or the ticket itself: one answer, so that nothing is learned from it (PT-08).
    #[must_use]
    pub fn no_such_reference() -> Refused {
        Refused::NoSuch(FieldError::new("referenceTicket", "PT-08", "no process ticket that is known to this party"))
    }

    /// Whether the ticket may be named as a Reference Ticket: it was determined that other CLECs are impacted, which all were told by event
    /// notice; also when it is closed, since its workaround is used by its number.
    #[must_use]
    pub fn may_be_referred_to(&self) -> bool {
        self.process.as_deref().is_some_and(|process| process.impacted_since.is_some())
    }

    /// Refuses what a Reference Ticket does not do, since other CLECs have its number: it leads its group, and stays on this side.
    ///
    /// # Errors
    /// For a Reference Ticket.
    pub(in crate::ticket) fn check_no_reference(&self) -> Result<(), Refused> {
        if !self.may_be_referred_to() {
            return Ok(());
        }
        let detail = "it is the Reference Ticket of its trouble, by whose number other CLECs go";
        Err(Refused::not_now("PT-07", detail, &[]))
    }

    /// Whether the workaround of a process ticket may end: the trouble is resolved, and all affected orders are processed, those of the
    /// tickets that use it by its number among them (12.8.3).
    pub(in crate::ticket) fn check_workaround_ends(&self, users: &[Self]) -> Result<(), Refused> {
        let Some(process) = self.process.as_deref() else { return Ok(()) };
        // One that nobody works by yet ends when the provider says so.
        if self.problem.workaround.as_ref().is_some_and(|of| of.implemented_at.is_none()) {
            return Ok(());
        }
        let is_resolved = self.problem.resolved_at.is_some();
        // Those of a linked ticket are counted with its primary's.
        let of_users = users.iter().filter(|user| user.primary().is_none()).filter_map(|user| user.process.as_deref());
        let of_users = of_users.map(|process| process.orders.all_open());
        let open = process.orders.all_open() + of_users.sum::<u32>();
        if is_resolved && open == 0 {
            return Ok(());
        }
        let detail = match is_resolved {
            false => "the trouble is not resolved: its workaround stays in force".to_owned(),
            true => format!("{open} affected orders are not processed: the workaround stays in force"),
        };
        Err(Refused::not_now("PT-09", detail, &["PATCH", "orders"]))
    }

    /// Names the Reference Ticket of its trouble. `None` where it names it already.
    ///
    /// # Errors
    /// When it is no process ticket, or is over; a Reference Ticket that the party may not know.
    pub fn refer_to(
        mut self,
        reference: Option<&Self>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<TicketChange>, Refused> {
        self.check(Action::Reference)?;
        let known = reference.filter(|of| of.may_be_referred_to() && of.number != self.number);
        let number = known.ok_or_else(Self::no_such_reference)?.number;
        let process = self.process()?;
        if process.impacted_since.is_some() {
            let detail = "it is the Reference Ticket of its trouble itself";
            return Err(Refused::not_now("PT-08", detail, &[]));
        }
        if process.reference.replace(number) == Some(number) {
            return Ok(None);
        }
        Ok(Some(self.finish_action(vec![Fact::ReferenceNamed { number }], None, act, policy)))
    }
}
