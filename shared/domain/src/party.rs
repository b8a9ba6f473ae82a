//! Who acts, and for whom.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A CLEC's identifier, as tokens and topics carry it: 1 to 40 lower-case letters, digits and inner hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClecId(String);

impl ClecId {
    /// The identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ClecId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let bytes = text.as_bytes();
        let well_formed = (1..=40).contains(&bytes.len())
            && bytes.iter().all(|b| inner(*b))
            && bytes.first() != Some(&b'-')
            && bytes.last() != Some(&b'-');
        // "desk" is the provider's own topic.
        if well_formed && text != "desk" {
            Ok(Self(text))
        } else {
            Err(format!("'{text}' is no CLEC id: 1 to 40 lower-case letters, digits and inner hyphens, not 'desk'"))
        }
    }
}

impl std::str::FromStr for ClecId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::try_from(text.to_owned())
    }
}

impl From<ClecId> for String {
    fn from(id: ClecId) -> Self {
        id.0
    }
}

impl fmt::Display for ClecId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A party to the contract: one CLEC, or the provider's desk.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "PartyName", into = "String")]
pub enum Party {
    /// A CLEC.
    Clec(ClecId),
    /// The provider's own people: help desk, CSIE, managers.
    Desk,
}

/// How a party is written: a CLEC's id, or "desk".
#[derive(Deserialize)]
#[serde(untagged)]
enum PartyName {
    Clec(ClecId),
    Desk(Desk),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Desk {
    Desk,
}

impl From<PartyName> for Party {
    fn from(name: PartyName) -> Self {
        match name {
            PartyName::Clec(id) => Self::Clec(id),
            PartyName::Desk(Desk::Desk) => Self::Desk,
        }
    }
}

impl From<Party> for String {
    fn from(party: Party) -> Self {
        party.to_string()
    }
}

impl Party {
    /// The CLEC, unless it is the desk.
    #[must_use]
    pub fn clec(&self) -> Option<&ClecId> {
        match self {
            Self::Clec(id) => Some(id),
            Self::Desk => None,
        }
    }

    /// Whether this is the provider's desk.
    #[must_use]
    pub fn is_desk(&self) -> bool {
        *self == Self::Desk
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clec(id) => id.fmt(f),
            Self::Desk => f.write_str("desk"),
        }
    }
}

/// Who did a thing: the party and, within it, the token's subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// For whom.
    pub party: Party,
    /// The subject of the verified token.
    pub subject: String,
}
