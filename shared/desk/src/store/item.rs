//! What the table holds, as items.

use super::{Item, Store, StoreError, text};
use crate::keys;
use contract::{Instant, Matter, Policy, TicketNumber};
use domain::{
    change_request::{self, ChangeRequest, Numbered},
    clec::Clec,
    contact::Contact,
    hub::{Delivery, Listener, Progress},
    outage::{self, Outage, Position},
    release::{self, Issue, Named, Release},
    subscription::Subscription,
    ticket::{self, Link, Order, Ticket, group::GroupHead},
    transaction::Change,
};
use record::{Act, Entry, Notice, Record, notice::Status};
use serde::{Serialize, de::DeserializeOwned};

/// A ticket with everything under its number.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The ticket.
    pub ticket: Ticket,
    /// Its history, in order, without the opening that the ticket itself holds.
    pub entries: Vec<ticket::Entry>,
    /// Its notices, in their sequence.
    pub notices: Vec<Notice>,
    /// The primary of the group that is listed under its number, when it is another.
    pub head: Option<TicketNumber>,
}

/// What a party has of contacts and subscriptions.
#[derive(Debug, Clone, Default)]
pub struct OfParty {
    /// Its contacts.
    pub contacts: Vec<Contact>,
    /// Its subscriptions.
    pub subscriptions: Vec<Subscription>,
}

impl Whole {
    /// As it stood at an instant; nothing before the ticket's opening (TT-22).
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn as_at(self, at: Instant, policy: &Policy) -> Result<Option<Self>, StoreError> {
        let Self { ticket, mut entries, notices, head } = self;
        let ticket = ticket.as_at(&entries, &notices, at, policy);
        let Some(ticket) = ticket.map_err(|error| StoreError::Unreadable(error.to_string()))? else { return Ok(None) };
        entries.retain(|entry| entry.recorded_at <= at);
        let notices = notices.iter().filter_map(|notice| notice.as_at(at)).collect();
        Ok(Some(Self { ticket, entries, notices, head }))
    }
}

/// What is due in one shard.
#[derive(Debug, Clone, Default)]
pub struct Due {
    /// The items, the earliest first.
    pub items: Vec<DueItem>,
    /// When the earliest was to leave.
    pub since: Option<Instant>,
    /// Items that could not be read.
    pub unreadable: usize,
}

/// The contacts that a nightly check has something to tell of.
#[derive(Debug, Clone, Default)]
pub struct DueContacts {
    /// The contacts, the earliest first.
    pub contacts: Vec<Contact>,
    /// Items that could not be read.
    pub unreadable: usize,
}

/// Something that is due.
#[derive(Debug, Clone)]
pub enum DueItem {
    /// A record that has something to do.
    Obliged(Obliged),
    /// A notice that is unsent.
    Unsent(Box<Notice>),
}

/// A record that does things by itself when their time has come.
#[derive(Debug, Clone)]
pub enum Obliged {
    /// A ticket: its no-change updates.
    Ticket(Box<Ticket>),
    /// A planned outage: a draft's warnings, its reminder, its overrun.
    Outage(Box<Outage>),
    /// A release: its reminder, its missing minutes.
    Release(Box<Release>),
    /// A change request: its deadlines.
    ChangeRequest(Box<ChangeRequest>),
}

impl Obliged {
    /// Which it is.
    #[must_use]
    pub fn matter(&self) -> contract::Matter {
        match self {
            Self::Ticket(ticket) => ticket.matter(),
            Self::Outage(outage) => outage.matter(),
            Self::Release(release) => release.matter(),
            Self::ChangeRequest(request) => request.matter(),
        }
    }

    /// What it has to do by now, if anything.
    #[must_use]
    pub fn when_due(&self, now: Instant, policy: &Policy) -> Option<Change> {
        match self {
            Self::Ticket(ticket) => {
                let change = ticket.when_due(now, policy)?;
                Some(change.remembering(|_| Some(ticket), &Act::by_schedule(now)).into())
            }
            Self::Outage(outage) => outage.when_due(now, policy).map(Change::from),
            Self::Release(release) => release.when_due(now, policy).map(Change::from),
            Self::ChangeRequest(request) => request.when_due(now, policy).map(Change::from),
        }
    }
}

/// An item as a stream record carries it.
#[derive(Debug, Clone)]
pub enum Image {
    /// A ticket.
    Ticket(Box<Ticket>),
    /// An entry of the history of the partition's ticket.
    Entry(Box<ticket::Entry>),
    /// A planned outage.
    Outage(Box<Outage>),
    /// An entry of the history of the partition's planned outage.
    OutageEntry(Box<outage::Entry>),
    /// A CLEC's position on it.
    Position(Box<Position>),
    /// A release.
    Release(Box<Release>),
    /// An entry of the history of the partition's release.
    ReleaseEntry(Box<release::Entry>),
    /// An issue of it.
    Issue(Box<Issue>),
    /// That a ticket came to name it.
    Named(Named),
    /// A change request.
    ChangeRequest(Box<ChangeRequest>),
    /// An entry of the history of the partition's change request.
    RequestEntry(Box<change_request::Entry>),
    /// A CLEC's position on a response to it.
    RequestPosition(Box<change_request::Position>),
    /// A number of the CMP.
    Numbered(Box<Numbered>),
    /// How often something was counted.
    Counter,
    /// A notice.
    Notice(Box<Notice>),
    /// A linked ticket.
    Link(Link),
    /// Another primary of a group than the one that it is listed under.
    Head(GroupHead),
    /// An order at risk.
    Order(Order),
    /// A subscription.
    Subscription(Box<Subscription>),
    /// A contact.
    Contact(Box<Contact>),
    /// A CLEC of the register.
    Clec(Clec),
    /// A listener.
    Listener(Box<Listener>),
    /// What is owed to a listener.
    Delivery(Box<Delivery>),
}

impl Image {
    /// Reads an item by the shape of its key.
    ///
    /// # Errors
    /// When the key is none of ours or the item is not what its key says.
    pub fn read(item: serde_dynamo::Item) -> Result<Self, StoreError> {
        let key = |name: &str| match item.get(name) {
            Some(serde_dynamo::AttributeValue::S(text)) => text.clone(),
            _ => String::new(),
        };
        let (pk, sk) = (key("pk"), key("sk"));
        Ok(match sk.as_str() {
            keys::TICKET => Self::Ticket(serde_dynamo::from_item(item)?),
            keys::OUTAGE => Self::Outage(serde_dynamo::from_item(item)?),
            keys::RELEASE => Self::Release(serde_dynamo::from_item(item)?),
            keys::CHANGE_REQUEST => Self::ChangeRequest(serde_dynamo::from_item(item)?),
            sk if sk.starts_with(keys::HISTORY) => match keys::matter(&pk) {
                Some(Matter::Outage(_)) => Self::OutageEntry(serde_dynamo::from_item(item)?),
                Some(Matter::Release(_)) => Self::ReleaseEntry(serde_dynamo::from_item(item)?),
                Some(Matter::ChangeRequest(_)) => Self::RequestEntry(serde_dynamo::from_item(item)?),
                _ => Self::Entry(serde_dynamo::from_item(item)?),
            },
            sk if sk.starts_with(keys::POSITION) => match keys::matter(&pk) {
                Some(Matter::ChangeRequest(_)) => Self::RequestPosition(serde_dynamo::from_item(item)?),
                _ => Self::Position(serde_dynamo::from_item(item)?),
            },
            sk if sk.starts_with(keys::NUMBERED) => Self::Numbered(serde_dynamo::from_item(item)?),
            sk if sk.starts_with(keys::ISSUE) => Self::Issue(serde_dynamo::from_item(item)?),
            sk if sk.starts_with(keys::NAMED) => Self::Named(serde_dynamo::from_item(item)?),
            sk if sk.starts_with(keys::NOTICE) => Self::Notice(serde_dynamo::from_item(item)?),
            sk if sk.starts_with(keys::LINK) => Self::Link(serde_dynamo::from_item(item)?),
            keys::GROUP => Self::Head(serde_dynamo::from_item(item)?),
            sk if sk.starts_with(keys::ORDER) => Self::Order(serde_dynamo::from_item(item)?),
            sk if sk.starts_with(keys::SUBSCRIPTION) => Self::Subscription(serde_dynamo::from_item(item)?),
            sk if sk.starts_with(keys::CONTACT) => Self::Contact(Box::new(serde_dynamo::from_item(item)?)),
            sk if sk.starts_with(keys::LISTENER) => Self::Listener(serde_dynamo::from_item(item)?),
            sk if sk.starts_with(keys::DELIVERY) => Self::Delivery(serde_dynamo::from_item(item)?),
            _ if pk == keys::COUNTERS => Self::Counter,
            _ if pk == keys::CLECS => Self::Clec(serde_dynamo::from_item(item)?),
            _ => {
                return Err(<serde_dynamo::Error as serde::de::Error>::custom(format!(
                    "the key {pk} {sk} is none of ours"
                ))
                .into());
            }
        })
    }
}

pub(super) fn read<T: DeserializeOwned>(item: Item) -> Result<T, StoreError> {
    Ok(serde_dynamo::from_item(item)?)
}

fn item(pk: String, sk: String, value: &impl Serialize) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(value)?;
    item.insert("pk".to_owned(), text(pk));
    item.insert("sk".to_owned(), text(sk));
    Ok(item)
}

/// A record that lists are made of.
pub trait Listed: Record {
    /// The list of all that it is in, and the instant that it stands at there.
    fn place(&self) -> (&'static str, Instant);

    /// The partition of the list of whose it is.
    fn own_list(&self) -> Option<String> {
        None
    }

    /// The release that it names (TT-17).
    fn named(&self) -> Option<Named> {
        None
    }
}

impl Listed for Ticket {
    fn place(&self) -> (&'static str, Instant) {
        let list = match self.status() {
            Status::Held => keys::DATE_TBD,
            status if status.is_open() => keys::WORKED,
            _ => keys::ENDED,
        };
        (list, self.opened_at)
    }

    fn own_list(&self) -> Option<String> {
        self.clec.as_ref().map(keys::clec)
    }

    fn named(&self) -> Option<Named> {
        Some(Named { release: self.release?, ticket: self.number, clec: self.clec.clone() })
    }
}

impl Listed for Outage {
    /// By its start; a draft that has none yet by its scheduling.
    fn place(&self) -> (&'static str, Instant) {
        let list = if self.announced_at.is_some() { keys::OUTAGES } else { keys::OUTAGE_DRAFTS };
        (list, self.plan.start.unwrap_or(self.scheduled_at))
    }
}

impl Listed for Release {
    fn place(&self) -> (&'static str, Instant) {
        (keys::RELEASES, self.plan.production_date.and_time(chrono::NaiveTime::MIN).and_utc())
    }
}

impl Listed for ChangeRequest {
    /// By its receipt; a draft by its beginning; what came from an archive by the day from which it counts as posted.
    fn place(&self) -> (&'static str, Instant) {
        let list = match (self.posted_at, self.received_at) {
            (Some(_), _) if self.step.is_over() || self.is_of_the_past() => keys::OVER_REQUESTS,
            (Some(_), _) => keys::OPEN_REQUESTS,
            (None, Some(_)) if !self.step.is_over() => keys::UNPOSTED,
            (None, _) => keys::UNLISTED,
        };
        (list, self.received_at.or(self.posted_at).unwrap_or(self.opening.recorded_at))
    }

    fn own_list(&self) -> Option<String> {
        Some(keys::own_requests(&self.originator))
    }
}

impl Store {
    /// A record, in its lists, and in the index of what is due while it has something to do.
    pub(super) fn record_item<R: Listed>(&self, record: &R) -> Result<Item, StoreError> {
        let matter = record.matter();
        let mut item = item(keys::partition(&matter), keys::record(&matter).to_owned(), record)?;
        if let Some(own) = record.own_list() {
            item.insert("clecPk".to_owned(), text(own));
        }
        let (list, at) = record.place();
        item.insert("timePk".to_owned(), text(list));
        item.insert("openedSk".to_owned(), text(keys::opened(at, &matter)));
        if let Some(wakes_at) = record.wakes_at() {
            item.insert("duePk".to_owned(), text(keys::wakes_in(&matter, self.shards)));
            item.insert("dueSk".to_owned(), text(keys::due_at(wakes_at, &matter.to_string())));
        }
        Ok(item)
    }

    pub(super) fn notice_item(&self, notice: &Notice) -> Result<Item, StoreError> {
        let about = &notice.about;
        let mut item = item(keys::partition(about), keys::notice(about, notice.sequence), notice)?;
        if !notice.is_sent() {
            item.insert("duePk".to_owned(), text(keys::shard(about, self.shards)));
            item.insert("dueSk".to_owned(), text(keys::due_at(notice.due.leaves_at, &notice.id())));
        }
        Ok(item)
    }

    pub(super) fn entry_item<R: Record>(record: &R, entry: &Entry<R::Fact>) -> Result<Item, StoreError> {
        let sk = match &entry.request {
            Some(request) => keys::requested(request),
            None if entry.facts.is_empty() => keys::untold(entry.version, record.revision()),
            None => keys::entry(entry.version),
        };
        item(keys::partition(&record.matter()), sk, entry)
    }

    pub(super) fn position_item(position: &Position) -> Result<Item, StoreError> {
        item(keys::partition(&Matter::Outage(position.outage)), keys::position(&position.clec), position)
    }

    pub(super) fn request_position_item(position: &change_request::Position) -> Result<Item, StoreError> {
        item(keys::partition(&Matter::ChangeRequest(position.request)), keys::position(&position.clec), position)
    }

    pub(super) fn numbered_item(numbered: &Numbered) -> Result<Item, StoreError> {
        let (pk, sk) = keys::numbered(&numbered.number);
        item(pk, sk, numbered)
    }

    pub(super) fn issue_item(issue: &Issue) -> Result<Item, StoreError> {
        item(keys::partition(&Matter::Release(issue.release)), keys::issue(&issue.party(), issue.place), issue)
    }

    pub(super) fn named_item(named: &Named) -> Result<Item, StoreError> {
        item(keys::partition(&Matter::Release(named.release)), keys::named(named.ticket), named)
    }

    pub(super) fn link_item(link: &Link) -> Result<Item, StoreError> {
        item(keys::ticket(link.primary), keys::link(link.number), link)
    }

    pub(super) fn head_item(head: &GroupHead) -> Result<Item, StoreError> {
        item(keys::ticket(head.home), keys::GROUP.to_owned(), head)
    }

    pub(super) fn order_item(order: &Order) -> Result<Item, StoreError> {
        item(keys::ticket(order.ticket), keys::order(&order.order), order)
    }

    pub(super) fn subscription_item(subscription: &Subscription) -> Result<Item, StoreError> {
        item(keys::party(&subscription.party), keys::subscription(&subscription.id), subscription)
    }

    /// In the index while something is to be told of its verification.
    pub(super) fn contact_item(contact: &Contact, policy: &Policy) -> Result<Item, StoreError> {
        let mut item = item(keys::party(&contact.party), keys::contact(&contact.id), contact)?;
        if let Some(due) = contact.when_due(policy) {
            item.insert("duePk".to_owned(), text(keys::NIGHTLY));
            item.insert("dueSk".to_owned(), text(keys::due_at(due, &contact.id.to_string())));
        }
        Ok(item)
    }

    pub(super) fn clec_item(clec: &Clec) -> Result<Item, StoreError> {
        item(keys::CLECS.to_owned(), clec.id.to_string(), clec)
    }

    pub(super) fn listener_item(listener: &Listener) -> Result<Item, StoreError> {
        let sk = keys::listener(&listener.id);
        let mut item = item(keys::party(&listener.id.party), sk.clone(), listener)?;
        if let Some(next_try) = listener.next_try() {
            due_in_hub(&mut item, next_try, &sk);
        }
        Ok(item)
    }

    pub(super) fn delivery_item(delivery: &Delivery) -> Result<Item, StoreError> {
        let pk = keys::listener(&delivery.listener);
        let mut item = item(pk.clone(), keys::delivery(&delivery.event), delivery)?;
        if let Progress::Claimed { until } = delivery.progress {
            due_in_hub(&mut item, until, &format!("{pk}#{}", delivery.event));
        }
        Ok(item)
    }
}

fn due_in_hub(item: &mut Item, at: Instant, sort: &str) {
    item.insert("duePk".to_owned(), text(keys::HUB));
    item.insert("dueSk".to_owned(), text(keys::due_at(at, sort)));
}
