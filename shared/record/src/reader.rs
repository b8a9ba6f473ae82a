//! Who reads a record, and the version of it that each reads: it counts what this reader can see change, so that nobody learns
//! from it that another acted (AP-02, AP-03).

use contract::{ClecId, Instant, Party};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_with::skip_serializing_none;

/// What tells to whom a record is there (AP-03): so few of its fields that they are read before the rest is.
pub trait Access: DeserializeOwned {
    /// The names of these fields, as they are stored.
    const FIELDS: &'static [&'static str];

    /// Whether the record is there for a party.
    fn admits(&self, party: &Party) -> bool;
}

/// What tells it of a record that is everybody's, or of which the id tells whose it is: nothing that is stored.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct OpenAccess {}

impl Access for OpenAccess {
    const FIELDS: &'static [&'static str] = &[];

    fn admits(&self, _: &Party) -> bool {
        true
    }
}

/// What tells it of a record that is one CLEC's: whose it is.
#[derive(Debug, Clone, Deserialize)]
pub struct OwnersAccess {
    clec: ClecId,
}

impl Access for OwnersAccess {
    const FIELDS: &'static [&'static str] = &["clec"];

    fn admits(&self, party: &Party) -> bool {
        party.clec().is_none_or(|clec| *clec == self.clec)
    }
}

/// Who reads a record. Readers of one kind see the same acts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The provider's own people, who see every act.
    Provider,
    /// The CLEC whose record it is.
    Owner,
    /// Any other CLEC: one that reads what is everybody's, or a ticket that is linked to this one.
    Others,
}

/// What a reader has seen of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seen {
    /// Counts what the reader can see change.
    pub version: u64,
    /// When the reader last saw it change.
    pub changed_at: Instant,
}

impl Seen {
    /// What is seen of two records as one. Both versions only grow: the one reads otherwise exactly when the sum does.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { version: self.version + other.version, changed_at: self.changed_at.max(other.changed_at) }
    }
}

/// What the CLECs have seen of a record, each kind of reader from the first act on that it does not see. Until then it is what the
/// provider has seen.
#[skip_serializing_none]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenByClecs {
    owner: Option<Seen>,
    others: Option<Seen>,
}

impl SeenByClecs {
    /// Whether every CLEC has seen what the provider has.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What a reader has seen of a record of which the provider has seen `whole`.
    #[must_use]
    pub fn of(&self, reader: Reader, whole: Seen) -> Seen {
        match reader {
            Reader::Provider => whole,
            Reader::Owner => self.owner.unwrap_or(whole),
            Reader::Others => self.others.unwrap_or(whole),
        }
    }

    /// What is seen of a linked ticket beside its primary: the owner sees its own acts on it, and those on the primary that a linked
    /// ticket reads. `whole` is what the provider has seen of the ticket, `leading` of its primary.
    #[must_use]
    pub fn beside(&self, whole: Seen, primary: &Self, leading: Seen) -> Self {
        let read = primary.of(Reader::Others, leading);
        let both = whole.and(leading);
        let with = |reader| Some(self.of(reader, whole).and(read)).filter(|seen| *seen != both);
        Self { owner: with(Reader::Owner), others: with(Reader::Others) }
    }

    /// An act at `now` that these readers see, or not, on a record of which the provider had seen `before`.
    pub(crate) fn act(&mut self, seen_by: SeenBy, before: Seen, now: Instant) {
        for (seen, sees) in [(&mut self.owner, seen_by.owner), (&mut self.others, seen_by.others)] {
            match (seen.as_mut(), sees) {
                (Some(seen), true) => *seen = Seen { version: seen.version + 1, changed_at: now },
                (None, false) => *seen = Some(before),
                (Some(_), false) | (None, true) => {}
            }
        }
    }
}

/// Which CLECs see an act.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SeenBy {
    pub owner: bool,
    pub others: bool,
}

/// Which version an act made for the CLECs that see it. An act that all of them see, as the provider does, has none of these.
#[skip_serializing_none]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionsMade {
    /// For the CLEC whose record it is; none when that does not see the act.
    pub owner: Option<u64>,
    /// For any other CLEC; none when these do not see the act.
    pub others: Option<u64>,
}
