//! The queues in which people find what is due next: in which one a record stands, and what on it awaits whom.

use contract::{Instant, Party};
use std::fmt;
use strum::{IntoStaticStr, VariantArray};

/// A queue of the provider's people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Queue {
    /// The help desk's: systems tickets, planned outages, releases, and the notices that are unsent.
    HelpDesk,
    /// The Customer Service Inquiry and Education center's: process tickets.
    Csie,
    /// Change management's: change requests, and the meetings that they are gone through at.
    ChangeManagement,
    /// Contacts that are to be verified.
    Contacts,
    /// The account teams': requests of CLECs, and post-mortems.
    AccountTeam,
}

contract::word!(Queue);

/// Something on a record that awaits somebody, without whom it does not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// What is awaited, in a word.
    pub what: &'static str,
    /// Whom it awaits.
    pub whom: Whom,
    /// Since when it is awaited.
    pub since: Instant,
    /// By when it is to be there, where that is said.
    pub by: Option<Instant>,
    /// Whether that is a guideline: when it has passed, nothing is missed.
    pub is_guideline: bool,
    /// The case that it is, by its number on the record.
    pub case: Option<u32>,
}

/// Whom something awaits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// One party.
    Party(Party),
    /// The CLECs of as many tickets that are linked to this one.
    LinkedTickets(u32),
    /// All CLECs.
    Clecs,
}

impl fmt::Display for Whom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Party(party) => party.fmt(f),
            Self::LinkedTickets(_) => f.write_str("linkedTickets"),
            Self::Clecs => f.write_str("clecs"),
        }
    }
}

impl Awaited {
    /// Something that awaits the provider since an instant.
    #[must_use]
    pub fn of_provider(what: &'static str, since: Instant) -> Self {
        Self::of(what, Party::Provider, since)
    }

    /// Something that awaits a party since an instant.
    #[must_use]
    pub fn of(what: &'static str, party: Party, since: Instant) -> Self {
        Self { what, whom: Whom::Party(party), since, by: None, is_guideline: false, case: None }
    }

    /// The same by an instant.
    #[must_use]
    pub fn by(self, by: impl Into<Option<Instant>>) -> Self {
        Self { by: by.into(), ..self }
    }

    /// The same by the end of a guideline.
    #[must_use]
    pub fn within(self, until: Instant) -> Self {
        Self { is_guideline: true, ..self.by(until) }
    }

    /// Whether it awaits a party.
    #[must_use]
    pub fn is_of(&self, party: &Party) -> bool {
        matches!(&self.whom, Whom::Party(of) if of == party)
    }
}
