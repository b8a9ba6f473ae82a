//! What the table holds, as items.

use super::{Item, Store, StoreError, text};
use crate::keys;
use domain::{
    Instant, Party,
    hub::{Delivery, Listener, Progress},
    notice::Notice,
    subscription::{Subscriber, Subscription},
    ticket::{Entry, Link, Ticket},
};
use serde::{Serialize, de::DeserializeOwned};

/// A ticket with everything under its number.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The ticket.
    pub ticket: Ticket,
    /// Its history, in order, without the opening that the ticket itself holds.
    pub entries: Vec<Entry>,
    /// Its notices, in their sequence.
    pub notices: Vec<Notice>,
    /// The tickets linked to it, by number.
    pub links: Vec<Link>,
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

/// Something that is due.
#[derive(Debug, Clone)]
pub enum DueItem {
    /// A ticket whose no-change update is to leave.
    Update(Box<Ticket>),
    /// A notice that is unsent.
    Unsent(Box<Notice>),
}

/// An item as a stream record carries it.
#[derive(Debug, Clone)]
pub enum Image {
    /// A ticket.
    Ticket(Box<Ticket>),
    /// An entry of the history of the partition's ticket.
    Entry(Box<Entry>),
    /// A notice.
    Notice(Box<Notice>),
    /// A linked ticket.
    Link(Link),
    /// A subscription.
    Subscription(Box<Subscription>),
    /// A CLEC that subscribed to events.
    Subscriber(Subscriber),
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
            sk if sk.starts_with(keys::SUBSCRIPTION) => Self::Subscription(serde_dynamo::from_item(item)?),
            sk if sk.starts_with(keys::LISTENER) => Self::Listener(serde_dynamo::from_item(item)?),
            sk if sk.starts_with(keys::DELIVERY) => Self::Delivery(serde_dynamo::from_item(item)?),
            _ if pk == keys::SUBSCRIBERS => Self::Subscriber(serde_dynamo::from_item(item)?),
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
        let mut item = item(keys::ticket(number), keys::TICKET.to_owned(), ticket)?;
        if let Some(due) = &ticket.next_update {
            item.insert("duePk".to_owned(), text(keys::shard(number, self.shards)));
            item.insert("dueSk".to_owned(), text(keys::due_at(due.leaves_at, &number.to_string())));
        }
        if let Some(clec) = &ticket.clec {
            item.insert("clecPk".to_owned(), text(keys::clec(clec)));
        }
        item.insert("timePk".to_owned(), text(keys::ALL_TICKETS));
        item.insert("openedSk".to_owned(), text(keys::opened(ticket.opened_at, number)));
        Ok(item)
    }

    pub(super) fn notice_item(&self, notice: &Notice) -> Result<Item, StoreError> {
        let number = notice.ticket;
        let mut item = item(keys::ticket(number), keys::notice(notice.sequence), notice)?;
        if !notice.is_sent() {
            item.insert("duePk".to_owned(), text(keys::shard(number, self.shards)));
            item.insert("dueSk".to_owned(), text(keys::due_at(notice.due.leaves_at, &notice.id())));
        }
        Ok(item)
    }

    pub(super) fn entry_item(ticket: &Ticket, entry: &Entry) -> Result<Item, StoreError> {
        let sk = entry.request.as_ref().map_or_else(|| keys::entry(entry.version), keys::requested);
        item(keys::ticket(ticket.number), sk, entry)
    }

    pub(super) fn link_item(link: &Link) -> Result<Item, StoreError> {
        item(keys::ticket(link.primary), keys::link(link.number), link)
    }

    pub(super) fn subscription_item(subscription: &Subscription) -> Result<Item, StoreError> {
        item(keys::party(&subscription.party), keys::subscription(&subscription.id.to_string()), subscription)
    }

    pub(super) fn subscriber_item(party: &Party) -> Result<Option<Item>, StoreError> {
        let Some(clec) = party.clec() else { return Ok(None) };
        item(keys::SUBSCRIBERS.to_owned(), clec.to_string(), &Subscriber { clec: clec.clone() }).map(Some)
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
