//! A CLEC's position on one round of a thing: a window of a planned outage, an issued response. Another round asks again. It is
//! kept apart from its record, one item a CLEC: the CLEC's own, and the provider's to read.

use crate::{Part, PartCondition};
use contract::{ClecId, RecordRef};
use serde::{Serialize, de::DeserializeOwned};

/// A position, as its kind of record keeps it.
pub trait Position: Serialize + DeserializeOwned {
    /// What it says, and on which round.
    type Said: PartialEq;

    /// On which record.
    fn about(&self) -> RecordRef;
    /// The CLEC that took the position.
    fn clec(&self) -> &ClecId;
    /// Counts every write: the condition of the next.
    fn revision(&self) -> u64;
    /// What it says, and on which round.
    fn said(&self) -> Self::Said;

    /// The revision of what takes the place of the position `before`.
    #[must_use]
    fn next_revision(before: Option<&Self>) -> u64 {
        before.map_or(1, |before| before.revision() + 1)
    }

    /// Whether it says the same as the position `before`.
    #[must_use]
    fn is_same(&self, before: Option<&Self>) -> bool {
        before.is_some_and(|before| before.said() == self.said())
    }
}

impl<P: Position> Part for P {
    const SORT_KEY: &'static str = "POSITION#";

    fn of(&self) -> RecordRef {
        self.about()
    }

    fn place(&self) -> String {
        self.clec().to_string()
    }

    fn condition(&self) -> PartCondition {
        PartCondition::Revision(self.revision())
    }
}
