//! What is kept of each thing that has a life of its own (a ticket, a planned outage, a release, a change request): the thing as it stands, the
//! history of who changed what, when and why, and the notices that it owes. All of them are changed in one way.

use crate::{
    Act, Actor, Instant, Matter, Party, Policy, Request, Was,
    change_request::{self, ChangeRequest, Numbered},
    notice::Notice,
    outage::{Outage, Position},
    release::{Issue, Release},
    ticket::{Link, Order, Ticket, group::GroupHead},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_with::skip_serializing_none;

/// A thing that is kept, with its history.
pub trait Record: Clone + Serialize + DeserializeOwned {
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
    fn when_due(&self, now: Instant, policy: &Policy) -> Option<Change>;
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

/// One transition, to be written whole or not at all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// The tickets that it touches, the one that was acted on first.
    pub tickets: Vec<Revised<Ticket>>,
    /// Tickets that were linked to their primary, or whose link changed.
    pub links: Vec<Link>,
    /// Links that are no more.
    pub unlinked: Vec<Link>,
    /// Another primary of a group.
    pub head: Option<GroupHead>,
    /// Orders at risk.
    pub orders: Vec<Order>,
    /// The planned outages that it touches.
    pub outages: Vec<Revised<Outage>>,
    /// What CLECs say to them, each kept apart.
    pub positions: Vec<Position>,
    /// The releases that it touches.
    pub releases: Vec<Revised<Release>>,
    /// Issues noted on them, each kept apart.
    pub issues: Vec<Issue>,
    /// The change requests that it touches.
    pub change_requests: Vec<Revised<ChangeRequest>>,
    /// What CLECs take their responses for, each kept apart.
    pub request_positions: Vec<change_request::Position>,
    /// Numbers of the CMP that were given.
    pub numbered: Vec<Numbered>,
}

impl Change {
    /// How many notices it owes.
    #[must_use]
    pub fn owes(&self) -> usize {
        let tickets = self.tickets.iter().map(|of| of.notices.len());
        let outages = self.outages.iter().map(|of| of.notices.len());
        let releases = self.releases.iter().map(|of| of.notices.len());
        let requests = self.change_requests.iter().map(|of| of.notices.len());
        tickets.chain(outages).chain(releases).chain(requests).sum()
    }
}

impl From<Revised<Ticket>> for Change {
    fn from(ticket: Revised<Ticket>) -> Self {
        Self { tickets: vec![ticket], ..Self::default() }
    }
}

impl From<Revised<Outage>> for Change {
    fn from(outage: Revised<Outage>) -> Self {
        Self { outages: vec![outage], ..Self::default() }
    }
}

impl From<Revised<ChangeRequest>> for Change {
    fn from(request: Revised<ChangeRequest>) -> Self {
        Self { change_requests: vec![request], ..Self::default() }
    }
}

impl From<Revised<Release>> for Change {
    fn from(release: Revised<Release>) -> Self {
        Self { releases: vec![release], ..Self::default() }
    }
}
