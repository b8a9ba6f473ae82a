//! What the table holds, as items.

use super::{Item, Store, StoreError, text};
use crate::keys;
use domain::{
    Change, Clec, Entry, Instant, Policy, Record, TicketNumber,
    contact::Contact,
    hub::{Delivery, Listener, Progress},
    notice::Notice,
    subscription::Subscription,
    ticket::{self, Link, Order, Status, Ticket, group::GroupHead},
};
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
    /// The tickets of the group that is listed under its number.
    pub links: Vec<Link>,
    /// The primary of that group, when it is another.
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
}

impl Obliged {
    /// Which it is.
    #[must_use]
    pub fn matter(&self) -> domain::Matter {
        match self {
            Self::Ticket(ticket) => ticket.matter(),
        }
    }

    /// What it has to do by now, if anything.
    #[must_use]
    pub fn when_due(&self, now: Instant, policy: &Policy) -> Option<Change> {
        match self {
            Self::Ticket(ticket) => ticket.when_due(now, policy),
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
            sk if sk.starts_with(keys::HISTORY) => Self::Entry(serde_dynamo::from_item(item)?),
            sk if sk.starts_with(keys::NOTICE) => Self::Notice(serde_dynamo::from_item(item)?),
            sk if sk.starts_with(keys::LINK) => Self::Link(serde_dynamo::from_item(item)?),
            keys::GROUP => Self::Head(serde_dynamo::from_item(item)?),
            sk if sk.starts_with(keys::ORDER) => Self::Order(serde_dynamo::from_item(item)?),
            sk if sk.starts_with(keys::SUBSCRIPTION) => Self::Subscription(serde_dynamo::from_item(item)?),
            sk if sk.starts_with(keys::CONTACT) => Self::Contact(Box::new(serde_dynamo::from_item(item)?)),
            sk if sk.starts_with(keys::LISTENER) => Self::Listener(serde_dynamo::from_item(item)?),
            sk if sk.starts_with(keys::DELIVERY) => Self::Delivery(serde_dynamo::from_item(item)?),
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

impl Store {
    pub(super) fn ticket_item(&self, ticket: &Ticket) -> Result<Item, StoreError> {
        let number = ticket.number;
        let mut item = self.record_item(ticket)?;
        if let Some(clec) = &ticket.clec {
            item.insert("clecPk".to_owned(), text(keys::clec(clec)));
        }
        let list = match ticket.status() {
            Status::Held => keys::DATE_TBD,
            status if status.is_open() => keys::WORKED,
            _ => keys::ENDED,
        };
        item.insert("timePk".to_owned(), text(list));
        item.insert("openedSk".to_owned(), text(keys::opened(ticket.opened_at, number)));
        Ok(item)
    }

    /// A record, in the index of what is due while it has something to do.
    pub(super) fn record_item<R: Record>(&self, record: &R) -> Result<Item, StoreError> {
        let matter = record.matter();
        let mut item = item(keys::partition(&matter), keys::record(&matter).to_owned(), record)?;
        if let Some(wakes_at) = record.wakes_at() {
            item.insert("duePk".to_owned(), text(keys::shard(&matter, self.shards)));
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
        let sk = entry.request.as_ref().map_or_else(|| keys::entry(entry.version), keys::requested);
        item(keys::partition(&record.matter()), sk, entry)
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
