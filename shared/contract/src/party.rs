//! Who acts, and for whom.

use crate::NoticeCategory;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt, str::FromStr};
use strum::{IntoStaticStr, VariantArray};

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

    /// No CLEC, read as one: whoever reads so sees what each CLEC may see, and nothing that only one may. No CLEC can have this
    /// identifier, because no text is read as it.
    #[must_use]
    pub fn of_nobody() -> Self {
        Self("*".to_owned())
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

impl FromStr for ClecId {
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
    Provider,
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
            PartyName::Desk(Desk::Desk) => Self::Provider,
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
            Self::Provider => None,
        }
    }

    /// For whom it acts where it names a CLEC: the desk for any, a CLEC for itself.
    ///
    /// # Errors
    /// When it may not.
    pub fn acting_for(&self, named: Option<ClecId>) -> Result<Self, &'static str> {
        match (self, named) {
            (Self::Provider, Some(clec)) => Ok(Self::Clec(clec)),
            (caller, Some(clec)) if caller.clec() != Some(&clec) => Err("is the caller's own, or left out"),
            (caller, _) => Ok(caller.clone()),
        }
    }

    /// Whether it keeps what is `party`'s: its own; the desk, everyone's.
    #[must_use]
    pub fn keeps(&self, party: &Self) -> bool {
        self.is_provider() || self == party
    }

    /// Whether this is the provider's desk.
    #[must_use]
    pub fn is_provider(&self) -> bool {
        *self == Self::Provider
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clec(id) => id.fmt(f),
            Self::Provider => f.write_str("desk"),
        }
    }
}

/// The id of something that a party has: the party, and a keyed hash ([`crate::IdSecret::own_id`]). So what is another party's is
/// known without a read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OwnId {
    /// Whose it is.
    pub party: Party,
    pub(crate) hash: String,
}

impl fmt::Display for OwnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.party, self.hash)
    }
}

impl FromStr for OwnId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let none = "no id of anything that a party has";
        let parts =
            text.split_once('.').filter(|(_, hash)| hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()));
        let (party, hash) = parts.ok_or(none)?;
        let party = if party == "desk" { Party::Provider } else { Party::Clec(party.parse().map_err(|_| none)?) };
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

/// A contact's id.
pub type ContactId = OwnId;

/// A subscription's id: of its party, channel and endpoint.
pub type SubscriptionId = OwnId;

/// A listener's id: of its party, callback and query.
pub type ListenerId = OwnId;

/// The provider's roles in the change management process, as the work flow names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum CmpRole {
    /// CMP Manager.
    CmpManager,
    /// CMP Group Manager.
    GroupManager,
    /// Change Management Project Manager.
    Crpm,
    /// Director responsible for the change request.
    Director,
    /// Subject Matter Expert.
    Sme,
}

crate::word!(CmpRole);

/// The five tiers of Wholesale Service Delivery for process production support (12.8.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum WsdTier {
    /// Customer Service Inquiry and Education (CSIE).
    Tier1,
    /// Service Manager.
    Tier2,
    /// Senior Service Manager.
    Tier3,
    /// Service Center Director.
    Tier4,
    /// Service Center Senior Director.
    Tier5,
}

crate::word!(WsdTier);

impl WsdTier {
    /// 1 to 5.
    #[must_use]
    pub fn level(self) -> u8 {
        self as u8 + 1
    }

    /// The tier of a level.
    #[must_use]
    pub fn of_level(level: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.level() == level)
    }

    /// The notices that its people are told.
    #[must_use]
    pub fn notices(self) -> NoticeCategory {
        match self {
            Self::Tier1 => NoticeCategory::WsdTier1,
            Self::Tier2 => NoticeCategory::WsdTier2,
            Self::Tier3 => NoticeCategory::WsdTier3,
            Self::Tier4 => NoticeCategory::WsdTier4,
            Self::Tier5 => NoticeCategory::WsdTier5,
        }
    }
}

/// Who did a thing: the party and, within it, the token's subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The party that the actor acts for.
    pub party: Party,
    /// The subject of the verified token.
    pub subject: String,
    /// The provider's roles in the change management process that the token carries: they are held against what is asked, and
    /// are not kept.
    #[serde(skip)]
    pub roles: BTreeSet<CmpRole>,
    /// The tiers of Wholesale Service Delivery that the token says it is of, likewise.
    #[serde(skip)]
    pub tiers: BTreeSet<WsdTier>,
}

impl Actor {
    /// Somebody without a role in the change management process, and of no tier.
    #[must_use]
    pub fn new(party: Party, subject: impl Into<String>) -> Self {
        Self { party, subject: subject.into(), roles: BTreeSet::new(), tiers: BTreeSet::new() }
    }

    /// Whether it is one of the provider's people in this role.
    #[must_use]
    pub fn has(&self, role: CmpRole) -> bool {
        self.party.is_provider() && self.roles.contains(&role)
    }

    /// Whether it is one of the provider's people of a tier of Wholesale Service Delivery.
    #[must_use]
    pub fn is_of_wsd(&self) -> bool {
        self.party.is_provider() && !self.tiers.is_empty()
    }
}
