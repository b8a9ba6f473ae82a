//! Documents of a ticket: traces, screen shots, logs. They are read by its CLEC and by the provider, whatever the ticket is linked to.

use super::{Action, Change, Fact, Ticket, TicketPart};
use contract::{Party, Policy, RecordRef, Refused, TicketNumber};
use record::{ActionContext, Part, attachment::Attachment};
use serde::{Deserialize, Serialize};

/// A document of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketDocument {
    /// On which ticket.
    pub ticket: TicketNumber,
    /// The document itself, as every kind of record has it.
    #[serde(flatten)]
    pub document: Attachment,
}

impl Part for TicketDocument {
    const SORT_KEY: &'static str = "DOCUMENT#";

    fn of(&self) -> RecordRef {
        self.ticket.into()
    }

    fn place(&self) -> String {
        Self::place_of(&self.document.sha256, &self.document.name)
    }
}

impl TicketDocument {
    /// Where a document of these bytes and this name is kept under its ticket: once.
    #[must_use]
    pub fn place_of(sha256: &str, name: &str) -> String {
        format!("{sha256}#{name}")
    }
}

impl Ticket {
    /// Whether the ticket takes another document of a party: each has room of its own.
    ///
    /// # Errors
    /// Too many of them.
    pub fn check_room_of_documents(&self, party: &Party, policy: &Policy) -> Result<(), Refused> {
        self.check(Action::Attachment)?;
        let of_provider = self.documents_of_provider;
        let brought = if party.is_provider() { of_provider } else { self.documents.saturating_sub(of_provider) };
        let most = policy.documents.each_party_at_most;
        if brought >= most { Err(Refused::full("attachment", "TT-02", most as usize)) } else { Ok(()) }
    }

    /// A document comes to the ticket, behind those that it has; `present` is the same one, if it has that. `None` then.
    ///
    /// # Errors
    /// Too many of them.
    pub fn attach_document(
        mut self,
        document: Attachment,
        present: Option<&TicketDocument>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<Change>, Refused> {
        self.check(Action::Attachment)?;
        if present.is_some() {
            return Ok(None);
        }
        self.check_room_of_documents(&act.by.party, policy)?;
        self.documents += 1;
        self.documents_of_provider += u32::from(act.by.party.is_provider());
        let place = self.documents;
        let document = TicketDocument { ticket: self.number, document: Attachment { place, ..document } };
        let change = self.finish_action(vec![Fact::DocumentAttached { place }], None, act, policy);
        Ok(Some(Change { parts: vec![TicketPart::Document(document)], ..change.into() }))
    }
}

/// Whether a ticket has none, as most have: then nothing is kept of it.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
pub(super) fn is_zero(documents: &u32) -> bool {
    *documents == 0
}
