//! What the table holds, as items.

use super::{Item, Store, StoreError, text};
use crate::keys;
use contract::{Instant, Policy, TicketNumber};
use domain::{
    change_request::{EndedRequest, IssuedNumber},
    contact::Contact,
    hub::{Delivery, Progress},
    kinds::{AnyEntry, AnyRecord, Kind},
    meeting::MeetingCalendar,
    ticket::{self, Ticket},
};
use record::{Entry, Notice, Part, Record};
use serde::{Serialize, de::DeserializeOwned};
use serde_dynamo::Deserializer;

/// A ticket with everything under its number.
#[derive(Debug, Clone)]
pub struct TicketWithHistory {
    /// The ticket as it is stored.
    pub ticket: Ticket,
    /// Its history, in order, without the opening that the ticket itself holds.
    pub entries: Vec<ticket::Entry>,
    /// Its notices, in their sequence.
    pub notices: Vec<Notice>,
    /// The primary of the group that is listed under its number, when it is another.
    pub head: Option<TicketNumber>,
}

impl TicketWithHistory {
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
    /// A record that has something to do by itself.
    Scheduled(AnyRecord),
    /// A notice that is unsent.
    Unsent(Box<Notice>),
}

/// An item as a stream record carries it.
#[derive(Debug, Clone)]
pub enum StoredItem {
    /// A record of any kind.
    Record(AnyRecord),
    /// An entry of the history of the partition's record.
    Entry(AnyEntry),
    /// A part of the partition's record, kept apart from it; its sort key, and the item.
    Part(String, Item),
    /// What the store keeps for itself: how often something was counted, the request that a bulk was taken in by.
    Bookkeeping,
    /// An hour or a day of a series of measurements.
    OfSeries,
    /// A notice, sent or not.
    Notice(Box<Notice>),
    /// What is owed to a listener.
    Delivery(Box<Delivery>),
}

impl StoredItem {
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
        let kind = keys::reference(&pk).as_ref().and_then(Kind::of);
        Ok(match (sk.as_str(), kind) {
            (sk, _) if sk.starts_with(keys::NOTICE) => Self::Notice(serde_dynamo::from_item(item)?),
            (sk, Some(kind)) if Some(sk) == kind.sort_key() => Self::Record(kind.record(stored(item))?),
            (sk, Some(kind)) if sk.starts_with(keys::HISTORY) => Self::Entry(kind.entry(stored(item))?),
            (sk, Some(Kind::Listener)) if sk.starts_with(keys::DELIVERY) => {
                Self::Delivery(serde_dynamo::from_item(item)?)
            }
            (_, Some(_)) => Self::Part(sk, item.into()),
            (sk, None) if sk.starts_with(IssuedNumber::SORT_KEY) => Self::Part(sk.to_owned(), item.into()),
            (sk, None) if sk.starts_with(EndedRequest::SORT_KEY) => Self::Part(sk.to_owned(), item.into()),
            _ if (pk.as_str(), sk.as_str()) == MeetingCalendar::KEY => Self::Part(sk, item.into()),
            _ if pk == keys::COUNTERS || pk == keys::REQUESTS => Self::Bookkeeping,
            _ if pk.starts_with(keys::SERIES) => Self::OfSeries,
            _ if pk == keys::CLECS => Self::Record(Kind::Clec.record(stored(item))?),
            (sk, _) => match keys::own_kind(&pk, sk) {
                Some(kind) => Self::Record(kind.record(stored(item))?),
                None => {
                    let none = format!("the key {pk} {sk} is none of ours");
                    return Err(<serde_dynamo::Error as serde::de::Error>::custom(none).into());
                }
            },
        })
    }

    /// The record, if it is one of this kind.
    #[must_use]
    pub fn record<R: Record>(&self) -> Option<&R> {
        match self {
            Self::Record(record) => record.as_record(),
            _ => None,
        }
    }
}

/// An item as a value to be read.
fn stored(item: serde_dynamo::Item) -> Deserializer {
    Deserializer::from_attribute_value(serde_dynamo::AttributeValue::M(item.into_inner()))
}

pub(super) fn read<T: DeserializeOwned>(item: Item) -> Result<T, StoreError> {
    Ok(serde_dynamo::from_item(item)?)
}

pub(super) fn item(pk: String, sk: String, value: &impl Serialize) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(value)?;
    item.insert("pk".to_owned(), text(pk));
    item.insert("sk".to_owned(), text(sk));
    Ok(item)
}

impl Store {
    /// A record, in its lists, and in the index of what is due while it has something to do.
    pub(super) fn record_item<R: Record>(&self, record: &R) -> Result<Item, StoreError> {
        let reference = record.reference();
        let (pk, sk) = keys::record(&reference);
        let mut item = item(pk, sk, record)?;
        if let Some(own) = record.own_list() {
            item.insert("clecPk".to_owned(), text(own));
        }
        if let Some((list, at)) = record.place() {
            item.insert("timePk".to_owned(), text(list));
            item.insert("openedSk".to_owned(), text(keys::opened(at, &reference)));
        }
        let queue = record.queue();
        let place = match record.next_action_at(&self.policy) {
            Some(at) => Some((at, keys::wakes_in(&reference, queue, self.shards))),
            // What awaits somebody is in its queue without a clock, too.
            None => queue.and_then(|queue| {
                Some((record.queued_at(&self.policy)?, (keys::awaiting(queue), reference.to_string())))
            }),
        };
        if let Some((at, (pk, sort))) = place {
            item.insert("duePk".to_owned(), text(pk));
            item.insert("dueSk".to_owned(), text(keys::due_at(at, &sort)));
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
        if let Some(at) = notice.sent_at().filter(|_| notice.reached_nobody()) {
            item.insert("timePk".to_owned(), text(keys::UNREACHED));
            item.insert("openedSk".to_owned(), text(keys::due_at(at, &notice.id())));
        }
        Ok(item)
    }

    pub(super) fn entry_item<R: Record>(record: &R, entry: &Entry<R::Fact>) -> Result<Item, StoreError> {
        let sk = match &entry.request {
            Some(request) => keys::requested(request),
            None if record.opening().is_none() => keys::entry_at(entry.recorded_at, entry.version),
            None if entry.facts.is_empty() => keys::untold(entry.version, record.revision()),
            None => keys::entry(entry.version),
        };
        item(keys::partition(&record.reference()), sk, entry)
    }

    pub(super) fn part_item<P: Part>(part: &P) -> Result<Item, StoreError> {
        let (pk, sk) = Self::part_key(part);
        item(pk, sk, part)
    }

    pub(super) fn part_key<P: Part>(part: &P) -> (String, String) {
        (part.partition().unwrap_or_else(|| keys::partition(&part.of())), keys::part::<P>(part.place()))
    }

    pub(super) fn delivery_item(delivery: &Delivery) -> Result<Item, StoreError> {
        let pk = keys::listener(&delivery.listener);
        let mut item = item(pk.clone(), keys::delivery(&delivery.event), delivery)?;
        if let Progress::Claimed { until } = delivery.progress {
            let sort = format!("{pk}#{}", delivery.event);
            item.insert("duePk".to_owned(), text(keys::HUB));
            item.insert("dueSk".to_owned(), text(keys::due_at(until, &sort)));
        }
        Ok(item)
    }
}
