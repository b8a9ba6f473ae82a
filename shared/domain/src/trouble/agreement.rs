//! What the CLECs of a problem say to what is put to them: the closing of their tickets (TT-10), or a workaround (TT-13).

use contract::{Instant, Person, TicketNumber};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::collections::BTreeMap;

/// What a CLEC says to what is put to it: the closing of its ticket, or a workaround.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementPosition {
    /// Agreed, or not.
    pub agreed: bool,
    /// Which person said so.
    pub contact: Option<Person>,
    /// The reason; always given with a disagreement.
    pub reason: Option<String>,
    /// When it was said.
    pub at: Instant,
}

/// Whether the CLECs of a problem agree with its resolution and closing, each for its own ticket. Who said so and why is in the
/// history.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Agreements(BTreeMap<TicketNumber, bool>);

impl Agreements {
    /// Records what the CLEC of a ticket says.
    pub fn record(&mut self, of: TicketNumber, agreed: bool) {
        self.0.insert(of, agreed);
    }

    /// What the CLEC of a ticket said, if it did.
    #[must_use]
    pub fn of(&self, number: TicketNumber) -> Option<bool> {
        self.0.get(&number).copied()
    }

    /// Those of one ticket alone.
    #[must_use]
    pub fn of_one(&self, number: TicketNumber) -> Self {
        Self(self.of(number).map(|agreed| (number, agreed)).into_iter().collect())
    }

    /// Forgets who agreed.
    pub fn forget_agreed(&mut self) {
        self.0.retain(|_, agreed| !*agreed);
    }

    /// The tickets whose CLECs said whether they agree.
    pub fn answered(&self) -> impl Iterator<Item = TicketNumber> {
        self.0.keys().copied()
    }

    /// How many CLECs do not agree.
    #[must_use]
    pub fn disagreeing(&self) -> usize {
        self.0.values().filter(|agreed| !**agreed).count()
    }

    /// Takes over what the CLECs of another ticket's problem said.
    pub fn join(&mut self, other: &mut Self) {
        self.0.append(&mut other.0);
    }

    /// Forgets what the CLEC of a ticket said, which is of this problem no more.
    pub fn remove(&mut self, number: TicketNumber) {
        self.0.remove(&number);
    }

    /// Whether none said anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
