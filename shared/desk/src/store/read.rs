//! What is read, and in how many calls.

use super::{Due, DueItem, Image, Item, Store, StoreError, Whole, item::read, key, text};
use crate::keys;
use aws_sdk_dynamodb::{
    operation::query::builders::QueryFluentBuilder,
    types::{AttributeValue, KeysAndAttributes},
};
use domain::{
    ClecId, Instant, Party, Request, TicketNumber,
    notice::Notice,
    subscription::{Subscriber, Subscription, SubscriptionId},
    ticket::{Entry, Link, Ticket, group::Loaded},
};
use std::collections::{HashMap, HashSet};

/// What one call takes of keys.
const KEYS_AT_ONCE: usize = 100;
/// How often keys that DynamoDB left unprocessed are asked for again.
const ROUNDS: u32 = 5;

/// A ticket as a change needs it.
#[derive(Debug, Clone)]
pub struct Found {
    /// The ticket, with its primary.
    pub loaded: Loaded,
    /// The other ticket that was asked for; of a linked one, its primary.
    pub other: Option<Ticket>,
    /// The entry that the same request made before.
    pub replay: Option<Entry>,
    /// The ticket's unsent notices, where they were asked for.
    pub unsent: Vec<Notice>,
}

/// What a change needs beside its ticket.
#[derive(Debug, Clone, Copy, Default)]
pub struct Needs {
    /// Another ticket.
    pub other: Option<TicketNumber>,
    /// The ticket's unsent notices.
    pub unsent: bool,
}

/// What a list is over.
#[derive(Debug, Clone)]
pub struct Listing {
    /// One CLEC's tickets; everyone's without.
    pub clec: Option<ClecId>,
    /// Opened from this instant on.
    pub from: Option<Instant>,
    /// Opened up to this instant.
    pub to: Option<Instant>,
    /// The latest first.
    pub latest_first: bool,
    /// After the ticket with this opening and number.
    pub after: Option<(Instant, TicketNumber)>,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page {
    /// The tickets, linked ones with their primaries.
    pub tickets: Vec<Loaded>,
    /// Whether there is more behind it.
    pub more: bool,
}

impl Store {
    /// A ticket for a change, and another one with it, in one call; in one more where a link leads to a linked ticket, and
    /// in one more for its unsent notices.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn find(
        &self,
        number: TicketNumber,
        Needs { other, unsent }: Needs,
        request: Option<&Request>,
    ) -> Result<Option<Found>, StoreError> {
        let pk = keys::ticket(number);
        let mut wanted = vec![key(&pk, keys::TICKET)];
        wanted.extend(other.filter(|other| *other != number).map(|other| key(keys::ticket(other), keys::TICKET)));
        wanted.extend(request.map(|request| key(&pk, keys::requested(request))));
        let (mut tickets, mut replay) = (HashMap::new(), None);
        for image in self.images(wanted).await? {
            match image {
                Image::Ticket(found) => drop(tickets.insert(found.number, *found)),
                Image::Entry(found) => replay = Some(*found),
                _ => {}
            }
        }
        let linked_to: HashSet<TicketNumber> = tickets.values().filter_map(Ticket::primary).collect();
        let unread: Vec<TicketNumber> =
            linked_to.into_iter().filter(|primary| !tickets.contains_key(primary)).collect();
        tickets.extend(self.tickets(unread).await?);
        let other = other
            .and_then(|other| tickets.get(&other))
            .map(|other| other.primary().and_then(|primary| tickets.get(&primary)).unwrap_or(other).clone());
        let Some(ticket) = tickets.remove(&number) else { return Ok(None) };
        let primary = ticket.primary().and_then(|primary| tickets.remove(&primary));
        let unsent = if unsent { self.unsent(number).await? } else { Vec::new() };
        Ok(Some(Found { loaded: Loaded { ticket, primary }, other, replay, unsent }))
    }

    /// Tickets by number, a hundred a call.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn tickets(
        &self,
        numbers: impl IntoIterator<Item = TicketNumber>,
    ) -> Result<HashMap<TicketNumber, Ticket>, StoreError> {
        let wanted = numbers.into_iter().map(|number| key(keys::ticket(number), keys::TICKET)).collect();
        let tickets = self.images(wanted).await?.into_iter().filter_map(|image| match image {
            Image::Ticket(ticket) => Some((ticket.number, *ticket)),
            _ => None,
        });
        Ok(tickets.collect())
    }

    /// For sending: the ticket, the notice as it is now, and the one before it in the sequence, in one call.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn for_sending(
        &self,
        number: TicketNumber,
        sequence: u32,
    ) -> Result<(Option<Ticket>, Vec<Notice>), StoreError> {
        let pk = keys::ticket(number);
        let mut wanted = vec![key(&pk, keys::TICKET), key(&pk, keys::notice(sequence))];
        if sequence > 1 {
            wanted.push(key(&pk, keys::notice(sequence - 1)));
        }
        let (mut ticket, mut notices) = (None, Vec::new());
        for image in self.images(wanted).await? {
            match image {
                Image::Ticket(found) => ticket = Some(*found),
                Image::Notice(found) => notices.push(*found),
                _ => {}
            }
        }
        notices.sort_by_key(|notice| notice.sequence);
        Ok((ticket, notices))
    }

    /// A ticket with everything under its number.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn whole(&self, number: TicketNumber) -> Result<Option<Whole>, StoreError> {
        let query = self.partition(keys::ticket(number));
        let (mut ticket, mut entries, mut notices, mut links) = (None, Vec::new(), Vec::new(), Vec::new());
        for item in self.all(query).await? {
            match Image::read(into_serde(item))? {
                Image::Ticket(found) => ticket = Some(*found),
                Image::Entry(found) => entries.push(*found),
                Image::Notice(found) => notices.push(*found),
                Image::Link(found) => links.push(found),
                Image::Subscription(_) | Image::Subscriber(_) | Image::Listener(_) | Image::Delivery(_) => {}
            }
        }
        entries.sort_by_key(|entry| entry.version);
        Ok(ticket.map(|ticket| Whole { ticket, entries, notices, links }))
    }

    /// A ticket's unsent notices, in their sequence; it reads them all.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn unsent(&self, number: TicketNumber) -> Result<Vec<Notice>, StoreError> {
        let notices: Vec<Notice> = self.beginning(keys::ticket(number), keys::NOTICE).await?;
        Ok(notices.into_iter().filter(|notice| !notice.is_sent()).collect())
    }

    /// The tickets linked to a primary.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn links(&self, primary: TicketNumber) -> Result<Vec<Link>, StoreError> {
        self.beginning(keys::ticket(primary), keys::LINK).await
    }

    /// What is to leave by an instant, of one shard, the earliest first. An item that cannot be read is told to the log and
    /// counted: it must not stop the others' clocks.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn due(&self, shard: u32, by: Instant) -> Result<Due, StoreError> {
        let mut due = Due::default();
        for (key, image) in self.due_in(keys::due_shard(shard), by).await? {
            due.since = due.since.or(keys::due_instant(&key));
            match image {
                Some(Image::Ticket(ticket)) => due.items.push(DueItem::Update(ticket)),
                Some(Image::Notice(notice)) => due.items.push(DueItem::Unsent(notice)),
                Some(_) => {}
                None => due.unreadable += 1,
            }
        }
        Ok(due)
    }

    /// What a partition of the index holds up to an instant, each item with its key; `None` of one that cannot be read, as
    /// the log is told.
    pub(super) async fn due_in(
        &self,
        partition: impl std::fmt::Display,
        by: Instant,
    ) -> Result<Vec<(String, Option<Image>)>, StoreError> {
        let query = self
            .query()
            .index_name(keys::DUE)
            .key_condition_expression("duePk = :pk AND dueSk <= :by")
            .expression_attribute_values(":pk", text(partition))
            .expression_attribute_values(":by", text(keys::due_by(by)));
        let read = |item: Item| {
            let key = item.get("dueSk").and_then(|key| key.as_s().ok()).cloned().unwrap_or_default();
            let image = Image::read(into_serde(item));
            let image = image.inspect_err(|error| tracing::error!(key, %error, "what is due cannot be read"));
            (key, image.ok())
        };
        Ok(self.all(query).await?.into_iter().map(read).collect())
    }

    /// When the next thing is to leave, of one shard: a sweep before would find nothing.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn next_due(&self, shard: u32) -> Result<Option<Instant>, StoreError> {
        self.next_due_in(keys::due_shard(shard)).await
    }

    pub(super) async fn next_due_in(&self, partition: impl std::fmt::Display) -> Result<Option<Instant>, StoreError> {
        let query = self
            .query()
            .index_name(keys::DUE)
            .key_condition_expression("duePk = :pk")
            .expression_attribute_values(":pk", text(partition))
            .limit(1);
        let found = query.send().await.map_err(|error| StoreError::aws("Query")(&error))?;
        Ok(found.items().first().and_then(|item| keys::due_instant(item.get("dueSk")?.as_s().ok()?)))
    }

    /// A page of a list, `limit` tickets of the table at the most.
    ///
    /// # Errors
    /// When the index or the table cannot be read.
    pub async fn list(&self, listing: &Listing, limit: usize) -> Result<Page, StoreError> {
        let (index, name, pk) = match &listing.clec {
            Some(clec) => (keys::BY_CLEC, "clecPk", keys::clec(clec)),
            None => (keys::BY_TIME, "timePk", keys::ALL_TICKETS.to_owned()),
        };
        // The range's ends; "~" sorts behind every number.
        let from = listing.from.map_or_else(|| " ".to_owned(), keys::instant);
        let to = listing.to.map_or_else(|| "~".to_owned(), keys::due_by);
        if from > to {
            return Ok(Page { tickets: Vec::new(), more: false });
        }
        let after = listing.after.map(|(at, number)| {
            let of_index = [(name.to_owned(), text(&pk)), ("openedSk".to_owned(), text(keys::opened(at, number)))];
            key(keys::ticket(number), keys::TICKET).into_iter().chain(of_index).collect()
        });
        let found = self
            .query()
            .index_name(index)
            .key_condition_expression("#pk = :pk AND openedSk BETWEEN :from AND :to")
            .expression_attribute_names("#pk", name)
            .expression_attribute_values(":pk", text(&pk))
            .expression_attribute_values(":from", text(from))
            .expression_attribute_values(":to", text(to))
            .scan_index_forward(!listing.latest_first)
            .set_exclusive_start_key(after)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| StoreError::aws("Query")(&error))?;
        let more = found.last_evaluated_key().is_some();
        let numbers: Vec<TicketNumber> =
            found.items().iter().filter_map(|item| keys::number(item.get("pk")?.as_s().ok()?)).collect();
        let mut tickets = self.tickets(numbers.iter().copied()).await?;
        let primaries = tickets.values().filter_map(Ticket::primary).collect::<HashSet<_>>();
        let primaries = self.tickets(primaries).await?;
        let loaded = numbers.iter().filter_map(|number| tickets.remove(number)).map(|ticket| {
            let primary = ticket.primary().and_then(|primary| primaries.get(&primary).cloned());
            Loaded { ticket, primary }
        });
        Ok(Page { tickets: loaded.collect(), more })
    }

    /// A party's subscriptions.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn subscriptions(&self, party: &Party) -> Result<Vec<Subscription>, StoreError> {
        self.beginning(keys::party(party), keys::SUBSCRIPTION).await
    }

    /// The CLECs that subscribed to event notices.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn subscribers(&self) -> Result<Vec<ClecId>, StoreError> {
        let items = self.all(self.partition(keys::SUBSCRIBERS)).await?;
        items.into_iter().map(|item| Ok(read::<Subscriber>(item)?.clec)).collect()
    }

    /// One subscription of a party.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn subscription(&self, id: &SubscriptionId) -> Result<Option<Subscription>, StoreError> {
        self.one(key(keys::party(&id.party), keys::subscription(&id.to_string()))).await
    }

    /// One item by its key.
    pub(super) async fn one<T: serde::de::DeserializeOwned>(&self, key: Item) -> Result<Option<T>, StoreError> {
        let found =
            self.client.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true).send().await;
        found.map_err(|error| StoreError::aws("GetItem")(&error))?.item.map(read).transpose()
    }

    fn query(&self) -> QueryFluentBuilder {
        self.client.query().table_name(&self.table)
    }

    fn partition(&self, pk: impl std::fmt::Display) -> QueryFluentBuilder {
        self.query()
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(pk))
    }

    pub(super) fn of_partition(&self, pk: String, sk: &str) -> QueryFluentBuilder {
        self.query()
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND begins_with(sk, :sk)")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":sk", text(sk))
    }

    pub(super) async fn beginning<T: serde::de::DeserializeOwned>(
        &self,
        pk: String,
        sk: &str,
    ) -> Result<Vec<T>, StoreError> {
        self.all(self.of_partition(pk, sk)).await?.into_iter().map(read).collect()
    }

    /// All pages of a query.
    pub(super) async fn all(&self, query: QueryFluentBuilder) -> Result<Vec<Item>, StoreError> {
        let mut pages = query.into_paginator().send();
        let mut items = Vec::new();
        while let Some(page) = pages.next().await {
            items.extend(page.map_err(|error| StoreError::aws("Query")(&error))?.items.unwrap_or_default());
        }
        Ok(items)
    }

    /// Items by key, in no order; keys without an item are left out.
    async fn images(&self, wanted: Vec<Item>) -> Result<Vec<Image>, StoreError> {
        let mut images = Vec::new();
        for chunk in wanted.chunks(KEYS_AT_ONCE) {
            let mut left = chunk.to_vec();
            for round in 0..ROUNDS {
                if round > 0 {
                    tokio::time::sleep(std::time::Duration::from_millis(50 << round)).await;
                }
                let asked = KeysAndAttributes::builder().set_keys(Some(left)).consistent_read(true).build();
                let asked = asked.map_err(|error| StoreError::aws("BatchGetItem")(&error))?;
                let answer = self
                    .client
                    .batch_get_item()
                    .request_items(&self.table, asked)
                    .send()
                    .await
                    .map_err(|error| StoreError::aws("BatchGetItem")(&error))?;
                for item in answer.responses.unwrap_or_default().into_values().flatten() {
                    images.push(Image::read(into_serde(item))?);
                }
                left = answer.unprocessed_keys.unwrap_or_default().into_values().flat_map(|keys| keys.keys).collect();
                if left.is_empty() {
                    break;
                }
            }
            if !left.is_empty() {
                return Err(StoreError::Aws { operation: "BatchGetItem", cause: "keys stayed unprocessed".to_owned() });
            }
        }
        Ok(images)
    }
}

fn into_serde(item: HashMap<String, AttributeValue>) -> serde_dynamo::Item {
    item.into()
}
