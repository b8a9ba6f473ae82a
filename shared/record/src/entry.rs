//! What is kept of each thing that has a life of its own (a ticket, a planned outage, a release, a change request): the thing as it stands, the
//! history of who changed what, when and why, and the notices that it owes. All of them are changed in one way.

use crate::{
    context::{Act, Request},
    notice::Notice,
    undo::Was,
};
use contract::{Actor, Instant, Matter, Party, Policy};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_with::skip_serializing_none;

/// A thing that is kept, with its history.
pub trait Record: Clone + Serialize + DeserializeOwned {
    /// What a transition of it changes, beside it too.
    type Change: From<Revised<Self>>;
    /// What can become so of it.
    type Fact: Clone + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned;

    /// Which it is.
    fn matter(&self) -> Matter;
    /// Counts what a client can see change: its ETag.
    fn version(&self) -> u64;
    /// Counts every write: the condition of the next.
    fn revision(&self) -> u64;
    /// How it began.
    fn opening(&self) -> &Entry<Self::Fact>;
    /// Whether it is there for a party (AP-03).
    fn is_visible_to(&self, party: &Party) -> bool;
    /// When it next has something to do by itself; what is due is found by this (NT-14).
    fn wakes_at(&self) -> Option<Instant>;
    /// What it has to do by now, if anything: once, however late.
    fn when_due(&self, now: Instant, policy: &Policy) -> Option<Self::Change>;
    /// Remembers a request that asked for nothing new, so that its repetition asks for nothing either.
    #[must_use]
    fn left_as_it_is(self, act: &Act) -> Revised<Self>;
}

/// One entry of a history: one act, which may be several facts.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry<F> {
    /// The version that the act made.
    pub version: u64,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// When it occurred, if earlier (NT-17).
    pub occurred_at: Option<Instant>,
    /// Who did it.
    pub by: Actor,
    /// What was done.
    pub facts: Vec<F>,
    /// Why.
    pub why: Option<String>,
    /// The request that did it, when it named itself (AP-02).
    pub request: Option<Request>,
    /// How the record differed before it (TT-22).
    pub was: Option<Was>,
}

impl<F> Entry<F> {
    /// The same act with its facts told otherwise.
    #[must_use]
    pub fn telling<G>(&self, tell: impl Fn(&F) -> G) -> Entry<G> {
        Entry {
            version: self.version,
            recorded_at: self.recorded_at,
            occurred_at: self.occurred_at,
            by: self.by.clone(),
            facts: self.facts.iter().map(tell).collect(),
            why: self.why.clone(),
            request: self.request.clone(),
            was: self.was.clone(),
        }
    }

    /// What `act` did, making `version`.
    #[must_use]
    pub fn of(act: &Act, version: u64, facts: Vec<F>) -> Self {
        Self {
            version,
            recorded_at: act.now,
            occurred_at: act.occurred_at,
            by: act.by.clone(),
            facts,
            why: act.why.clone(),
            request: act.request.clone(),
            was: None,
        }
    }
}

/// A record of a change, to be written whole with the others of it, or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Revised<R: Record> {
    /// The revision that the decision was made on; none for a new record.
    pub before: Option<u64>,
    /// As it is to be.
    pub record: R,
    /// What is added to its history; a new record's stands in it.
    pub entry: Option<Entry<R::Fact>>,
    /// The notices it owes: new ones, or a waiting one with more to tell; by telephone, those that are satisfied.
    pub notices: Vec<Notice>,
}
