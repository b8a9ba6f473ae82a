//! What is due, of the index that tells of it.

use super::{Due, DueContacts, DueItem, Item, Store, StoreError, StoredItem, item::read, read::into_serde, text};
use crate::keys;
use contract::Instant;
use domain::{change_request::ChangeRequest, kinds::AnyRecord, service_quality::PurchasedOffering, ticket::Ticket};
use futures::future::try_join_all;

/// Purchases that are to be looked at.
#[derive(Debug, Default)]
pub struct DuePurchases {
    /// The purchases, the earliest first.
    pub purchases: Vec<PurchasedOffering>,
    /// How many items are none that can be read.
    pub unreadable: usize,
    /// Since when the first of them is due.
    pub since: Option<Instant>,
    /// The place of the last item; none when there is nothing more.
    pub last: Option<String>,
}

impl Store {
    /// What is to leave, or to be done, by an instant, of one partition, the earliest first. An item that cannot be read is told to the log and
    /// counted: it must not stop the others' clocks.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn due(&self, partition: String, by: Instant) -> Result<Due, StoreError> {
        let mut due = Due::default();
        let partitions = keys::swept_with(&partition).into_iter().map(|partition| self.due_of(partition, by));
        let mut found = try_join_all(partitions).await?.concat();
        found.sort_by_key(|(since, _)| *since);
        for (since, image) in found {
            due.since = due.since.or(since);
            match image {
                Some(StoredItem::Record(record)) => due.items.push(DueItem::Scheduled(record)),
                Some(StoredItem::Notice(notice)) => due.items.push(DueItem::Unsent(notice)),
                Some(_) => {}
                None => due.unreadable += 1,
            }
        }
        let requests = due.items.iter_mut().filter_map(|item| match item {
            DueItem::Scheduled(AnyRecord::ChangeRequest(request)) => Some(request),
            _ => None,
        });
        let requests: Vec<&mut Box<ChangeRequest>> = requests.collect();
        if !requests.is_empty() {
            // The index brings the records alone: when meetings are, their deadlines end.
            let calendar = self.meeting_calendar().await?;
            requests.into_iter().for_each(|request| request.meetings = calendar.clone());
        }
        self.give_people(&mut due, by).await?;
        Ok(due)
    }

    /// The contacts of which there is something to tell by an instant; those that cannot be read are told to the log.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn due_contacts(&self, by: Instant) -> Result<DueContacts, StoreError> {
        let mut due = DueContacts::default();
        for (_, image) in self.due_of(keys::NIGHTLY.to_owned(), by).await? {
            match image {
                Some(StoredItem::Record(AnyRecord::Contact(contact))) => due.contacts.push(*contact),
                Some(_) => {}
                None => due.unreadable += 1,
            }
        }
        Ok(due)
    }

    /// Purchases whose measurements are to be held against their thresholds by an instant, the earliest first, `limit` at the most, from behind
    /// a place; what cannot be read, the log is told.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn due_purchases(
        &self,
        (behind, by): (Option<&str>, Instant),
        limit: usize,
    ) -> Result<DuePurchases, StoreError> {
        let query = self
            .query()
            .index_name(keys::DUE)
            .key_condition_expression("duePk = :pk AND dueSk BETWEEN :behind AND :by")
            .expression_attribute_values(":pk", text(keys::THRESHOLDS))
            // A blank sorts before every other character of a key.
            .expression_attribute_values(":behind", text(format!("{} ", behind.unwrap_or_default())))
            .expression_attribute_values(":by", text(keys::due_by(by)))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX));
        let found = query.send().await.map_err(|error| StoreError::aws("Query")(&error))?;
        let mut due = DuePurchases::default();
        for item in found.items.unwrap_or_default() {
            due.last = item.get("dueSk").and_then(|key| key.as_s().ok()).cloned();
            let (at, image) = of_due(item);
            due.since = due.since.or(at);
            match image {
                Some(StoredItem::Record(AnyRecord::PurchasedOffering(purchase))) => due.purchases.push(*purchase),
                Some(_) => {}
                None => due.unreadable += 1,
            }
        }
        Ok(due)
    }

    /// The tickets of one shard that await a patch that they promised (TT-19), whenever it is due.
    ///
    /// # Errors
    /// When the index, or a ticket in it, cannot be read.
    pub async fn promised(&self, shard: u32) -> Result<Vec<Ticket>, StoreError> {
        let query = self
            .query()
            .index_name(keys::DUE)
            .key_condition_expression("duePk = :pk")
            .filter_expression("attribute_exists(patchDue)")
            .expression_attribute_values(":pk", text(keys::due_shard(shard)));
        self.all(query).await?.into_iter().map(read).collect()
    }

    /// What is due by an instant, of one partition, the earliest first: since when, and what it is, where it can be read.
    pub(super) async fn due_of(
        &self,
        pk: String,
        by: Instant,
    ) -> Result<Vec<(Option<Instant>, Option<StoredItem>)>, StoreError> {
        let query = self
            .query()
            .index_name(keys::DUE)
            .key_condition_expression("duePk = :pk AND dueSk <= :by")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":by", text(keys::due_by(by)));
        Ok(self.all(query).await?.into_iter().map(of_due).collect())
    }

    /// When the next thing is to leave, or to be done, of one partition: a sweep before would find nothing.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn next_due_of(&self, pk: String) -> Result<Option<Instant>, StoreError> {
        let mut next = None;
        for partition in keys::swept_with(&pk) {
            let query = self
                .query()
                .index_name(keys::DUE)
                .key_condition_expression("duePk = :pk")
                .expression_attribute_values(":pk", text(partition))
                .limit(1);
            let found = query.send().await.map_err(|error| StoreError::aws("Query")(&error))?;
            let first = found.items().first().and_then(|item| keys::due_instant(item.get("dueSk")?.as_s().ok()?));
            next = next.into_iter().chain(first).min();
        }
        Ok(next)
    }
}

/// Since when an item of the index is due, and what it is; the log is told of one that cannot be read.
fn of_due(item: Item) -> (Option<Instant>, Option<StoredItem>) {
    let key = item.get("dueSk").and_then(|key| key.as_s().ok()).cloned().unwrap_or_default();
    let image = StoredItem::read(into_serde(item));
    if let Err(error) = &image {
        tracing::error!(key, %error, "what is due cannot be read");
    }
    (keys::due_instant(&key), image.ok())
}
