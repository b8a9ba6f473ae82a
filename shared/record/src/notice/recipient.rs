//! To whom a notice goes, and what is known of each who gets it.

use crate::IdempotencyKey;
use contract::{Actor, ClecId, Instant, Party, TicketNumber};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::collections::BTreeSet;

/// To whom a notice goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", content = "parties", rename_all = "camelCase")]
pub enum Audience {
    /// Of a ticket: the CLECs of its group, of an event those that subscribed too; and the desk's people.
    #[default]
    Group,
    /// All CLECs, and the desk's people.
    Everyone,
    /// All CLECs that subscribed to such notices, and the desk's people; one whatever it subscribed, because it is its own.
    Subscribed {
        /// Whose it is, unless it is the provider's.
        own: Option<ClecId>,
        /// Whether the mandatory contacts of all CLECs are told too.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        mandatory: bool,
    },
    /// Only these parties.
    Parties(BTreeSet<Party>),
}

impl Audience {
    pub(super) fn is_group(&self) -> bool {
        *self == Self::Group
    }

    /// One party alone.
    #[must_use]
    pub fn one(party: Party) -> Self {
        Self::Parties([party].into())
    }
}

/// A telephone call by which a recipient was told, because the notice had reached nobody there.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneCall {
    /// When the call was recorded.
    pub at: Instant,
    /// Who was told.
    pub contact: String,
    /// What was said.
    pub detail: String,
    /// Who recorded the call.
    pub by: Actor,
    /// The request that recorded the call, when it named itself (AP-02).
    pub request: Option<IdempotencyKey>,
}

/// A party that a notice goes to, once.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The party that receives the notice.
    pub party: Party,
    /// Whether no filter of its subscriptions keeps the notice back: the trouble is its own (NT-02), or the notice corrects one that
    /// it got (NT-20).
    pub own: bool,
    /// Its own tickets of the group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tickets: Vec<TicketNumber>,
    /// How many of its confirmed endpoints took the notice when it was published (NT-18); absent before, and where it was not counted.
    pub endpoints: Option<u32>,
    /// Of these, those that the messaging service gave up later: what it could not deliver reached nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undelivered: Vec<Undelivered>,
    /// The telephone call by which it was told, because none did.
    pub call: Option<PhoneCall>,
}

/// An endpoint to which the messaging service could not deliver a notice, however often it tried.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Undelivered {
    /// The id of the endpoint's subscription; of one that is no more, the messaging service's name for it.
    pub subscription: String,
    /// When this was found.
    pub at: Instant,
    /// What the messaging service says of it; left out where many are kept.
    pub cause: Option<String>,
}

impl Recipient {
    /// A party that has not been told yet.
    #[must_use]
    pub fn new(party: Party, own: bool, tickets: Vec<TicketNumber>) -> Self {
        Self { party, own, tickets, endpoints: None, undelivered: Vec::new(), call: None }
    }

    /// How many of its endpoints were sent the notice and were not found to be out of reach; absent where they were not counted.
    #[must_use]
    pub fn reached(&self) -> Option<u32> {
        let undelivered = u32::try_from(self.undelivered.len()).unwrap_or(u32::MAX);
        self.endpoints.map(|endpoints| endpoints.saturating_sub(undelivered))
    }
}

/// To whom a notice about anything else goes; `clecs` are all of them, each with whether it has a contact whom such a notice
/// must reach: of one that has none, no filter keeps it back.
#[must_use]
pub fn audience(audience: &Audience, clecs: &[(ClecId, bool)]) -> Vec<Recipient> {
    let parties: Vec<(Party, bool)> = match audience {
        Audience::Group => Vec::new(),
        Audience::Everyone => {
            let all = clecs.iter().map(|(clec, must)| (Party::Clec(clec.clone()), !must));
            all.chain([(Party::Provider, false)]).collect()
        }
        Audience::Subscribed { own, .. } => {
            let others = clecs.iter().map(|(clec, _)| clec).filter(|clec| Some(*clec) != own.as_ref());
            let others = others.map(|clec| (Party::Clec(clec.clone()), false));
            let own = own.iter().map(|clec| (Party::Clec(clec.clone()), true));
            others.chain(own).chain([(Party::Provider, false)]).collect()
        }
        Audience::Parties(parties) => parties.iter().map(|party| (party.clone(), party.clec().is_some())).collect(),
    };
    parties.into_iter().map(|(party, own)| Recipient::new(party, own, Vec::new())).collect()
}
