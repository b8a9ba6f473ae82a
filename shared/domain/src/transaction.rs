//! What is written whole or not at all: what the transitions of records of any kind hand in.

use crate::{
    change_request::{self, ChangeRequest, Numbered},
    outage::{self, Outage},
    release::{self, Issue, Release},
    ticket::{self, Link, Order, Ticket, group::GroupHead},
};
use record::{Record, Revised};

/// What one act changes, to be written whole or not at all.
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
    pub positions: Vec<outage::Position>,
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

/// A transition that touches nothing beside its record.
impl<R: Record> From<Revised<R>> for Change
where
    Self: From<R::Change>,
{
    fn from(revised: Revised<R>) -> Self {
        R::Change::from(revised).into()
    }
}

impl From<ticket::Change> for Change {
    fn from(of: ticket::Change) -> Self {
        let ticket::Change { tickets, links, unlinked, head, orders } = of;
        Self { tickets, links, unlinked, head, orders, ..Self::default() }
    }
}

impl From<outage::Change> for Change {
    fn from(of: outage::Change) -> Self {
        Self {
            tickets: of.raised.into_iter().collect(),
            outages: vec![of.outage],
            positions: of.position.into_iter().collect(),
            ..Self::default()
        }
    }
}

impl From<release::Change> for Change {
    fn from(of: release::Change) -> Self {
        Self { releases: vec![of.release], issues: of.issue.into_iter().collect(), ..Self::default() }
    }
}

impl From<change_request::Change> for Change {
    fn from(of: change_request::Change) -> Self {
        Self {
            tickets: of.named.into_iter().collect(),
            change_requests: vec![of.request],
            request_positions: of.position.into_iter().collect(),
            numbered: of.numbered.into_iter().collect(),
            ..Self::default()
        }
    }
}
