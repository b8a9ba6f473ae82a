//! An id that tells whose a thing is, so that nobody reaches another party's by guessing.

use crate::Party;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};

/// The party, and a hash of what the thing is: the same thing of the same party has the same id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OwnId {
    /// Whose it is.
    pub party: Party,
    hash: String,
}

impl OwnId {
    /// The id of a party's thing that these texts tell apart from its others.
    #[must_use]
    pub fn of(party: &Party, texts: &[&str]) -> Self {
        Self { party: party.clone(), hash: hashed(texts) }
    }

    /// Whether a party may reach what has this id: it is its own, or the party is the desk.
    #[must_use]
    pub fn is_reached_by(&self, party: &Party) -> bool {
        party.is_desk() || self.party == *party
    }
}

impl fmt::Display for OwnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.party, self.hash)
    }
}

impl FromStr for OwnId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let none = "no id of a party's";
        let parts =
            text.split_once('.').filter(|(_, hash)| hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()));
        let (party, hash) = parts.ok_or(none)?;
        let party = if party == "desk" { Party::Desk } else { Party::Clec(party.parse().map_err(|_| none)?) };
        Ok(Self { party, hash: hash.to_owned() })
    }
}

impl TryFrom<String> for OwnId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<OwnId> for String {
    fn from(id: OwnId) -> Self {
        id.to_string()
    }
}

/// The first 64 bits of a hash over texts, in hexadecimal.
pub(crate) fn hashed(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hash.finalize().iter().take(8).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}
