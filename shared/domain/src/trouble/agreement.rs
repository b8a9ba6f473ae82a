//! What the CLECs of a problem say to what is put to them: the closing of their tickets (TT-10), or a workaround (TT-13).

use contract::{ClecId, Instant, Person, TicketNumber};
use serde::{Deserialize, Serialize};
use serde_with::{DeserializeFromStr, SerializeDisplay, skip_serializing_none};
use std::{collections::BTreeMap, fmt, str::FromStr};

/// An affected CLEC, as it speaks on a problem: each for its own ticket, or as one that called about another's and has none in the
/// group. Stored as the ticket's number, or as `clec:` and the CLEC's id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, SerializeDisplay, DeserializeFromStr)]
pub enum AffectedClec {
    /// The CLEC of this ticket.
    OfTicket(TicketNumber),
    /// A CLEC that called about it (TT-05).
    Caller(ClecId),
}

/// How the id of a caller begins where it is stored; no ticket number has a colon.
const CALLER: &str = "clec:";

impl fmt::Display for AffectedClec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OfTicket(number) => number.fmt(f),
            Self::Caller(clec) => write!(f, "{CALLER}{clec}"),
        }
    }
}

impl FromStr for AffectedClec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix(CALLER) {
            Some(clec) => clec.parse().map(Self::Caller),
            None => text.parse().map(Self::OfTicket).map_err(|fault| format!("{text}: {fault:?}")),
        }
    }
}

impl From<TicketNumber> for AffectedClec {
    fn from(number: TicketNumber) -> Self {
        Self::OfTicket(number)
    }
}

/// What a CLEC says to what is put to it: the closing of its ticket, or a workaround.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementPosition {
    /// Agreed, or not.
    pub agreed: bool,
    /// By the desk: the CLEC that said so; the ticket's own when left out.
    pub clec: Option<ClecId>,
    /// Which person said so.
    pub contact: Option<Person>,
    /// The reason; always given with a disagreement.
    pub reason: Option<String>,
    /// When it was said.
    pub at: Instant,
}

/// Whether the CLECs of a problem agree with its resolution and closing: each for its own ticket, and those that called about it. Who
/// said so and why is in the history.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Agreements(BTreeMap<AffectedClec, bool>);

impl Agreements {
    /// Records what a CLEC says.
    pub fn record(&mut self, of: AffectedClec, agreed: bool) {
        self.0.insert(of, agreed);
    }

    /// What a CLEC said, if it did.
    #[must_use]
    pub fn of(&self, clec: &AffectedClec) -> Option<bool> {
        self.0.get(clec).copied()
    }

    /// Those of some CLECs alone.
    #[must_use]
    pub fn only(&self, of: impl Fn(&AffectedClec) -> bool) -> Self {
        Self(self.0.iter().filter(|(clec, _)| of(clec)).map(|(clec, agreed)| (clec.clone(), *agreed)).collect())
    }

    /// What a CLEC said under the number of one ticket stands under that of another.
    pub fn rename(&mut self, from: &AffectedClec, to: &AffectedClec) {
        if let Some(agreed) = self.0.remove(from) {
            self.0.insert(to.clone(), agreed);
        }
    }

    /// Forgets who agreed.
    pub fn forget_agreed(&mut self) {
        self.0.retain(|_, agreed| !*agreed);
    }

    /// The tickets whose CLECs said whether they agree.
    pub fn answered(&self) -> impl Iterator<Item = TicketNumber> {
        self.0.keys().filter_map(|clec| match clec {
            AffectedClec::OfTicket(number) => Some(*number),
            AffectedClec::Caller(_) => None,
        })
    }

    /// How many CLECs do not agree.
    #[must_use]
    pub fn disagreeing(&self) -> usize {
        self.0.values().filter(|agreed| !**agreed).count()
    }

    /// Takes over what the CLECs of another ticket's problem said, where they said nothing to this one.
    pub fn join(&mut self, other: &mut Self) {
        for (clec, agreed) in std::mem::take(&mut other.0) {
            self.0.entry(clec).or_insert(agreed);
        }
    }

    /// Forgets what a CLEC said, which is of this problem no more; answers it.
    pub fn remove(&mut self, clec: &AffectedClec) -> Option<bool> {
        self.0.remove(clec)
    }

    /// Whether none said anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
