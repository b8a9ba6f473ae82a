//! The one commit, and its narrower forms for a notice's sending and for what is owed to listeners.

use super::{Item, Store, StoreError, chain, item::read, key, read::record_key, size, text};
use crate::keys;
use aws_sdk_dynamodb::{
    error::SdkError,
    operation::{put_item::PutItemError, transact_write_items::TransactWriteItemsError},
    types::{
        AttributeValue, ConditionCheck, Delete, Put, ReturnValue, ReturnValuesOnConditionCheckFailure,
        TransactWriteItem, Update,
        builders::{DeleteBuilder, PutBuilder},
    },
};
use chrono::TimeDelta;
use contract::{Failed, Instant, RecordRef, party::SubscriptionId, policy::Subscriptions};
use domain::kinds::Transaction;
use record::{ChangeSet, IdempotencyKey, Notice, Part, PartCondition, Record, RecordChange, Visitor};

/// How long the count of a day is kept.
const COUNTED_FOR: TimeDelta = TimeDelta::days(2);

/// What came of opening a record.
#[derive(Debug)]
pub enum Insert<R> {
    /// It was opened.
    Done,
    /// Its number was taken, by this one.
    KeyTaken(Box<R>),
}

impl Store {
    /// Writes a change whole, or nothing of it: each ticket on the revision that the decision was made on, each history
    /// entry and each new notice once.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when someone was first.
    pub async fn commit(&self, change: &Transaction) -> Result<(), StoreError> {
        self.transact(self.writes(change)?).await.map_err(|refused| refused.error)
    }

    /// Counts one more notice that is numbered, and tells how many there are: a number that is drawn and not used stays a gap.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn next_notice_number(&self) -> Result<u64, StoreError> {
        let counted = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(keys::COUNTERS, keys::NOTICE_NUMBERS)))
            .update_expression("ADD #count :one")
            .expression_attribute_names("#count", "count")
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await
            .map_err(|error| StoreError::aws("UpdateItem")(&error))?;
        let count = counted.attributes().and_then(|attributes| attributes.get("count")?.as_n().ok()?.parse().ok());
        count.ok_or_else(|| StoreError::Unreadable("the count of notices".to_owned()))
    }

    /// Remembers a request that makes no record of its own; answers whether the same request was remembered before.
    ///
    /// # Errors
    /// [`contract::Refused::KeyReused`] when its key named another one.
    pub async fn remember(&self, request: &IdempotencyKey) -> Result<bool, Failed> {
        let mut item: Item = serde_dynamo::to_item(request).map_err(StoreError::from)?;
        item.extend(key(keys::REQUESTS, &request.key));
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(pk)");
        let put = put.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match put.send().await.map_err(SdkError::into_service_error) {
            Ok(_) => Ok(false),
            Err(PutItemError::ConditionalCheckFailedException(refused)) => {
                Ok(request.repeats(&read(refused.item.unwrap_or_default())?)?)
            }
            Err(error) => Err(StoreError::aws("PutItem")(&error).into()),
        }
    }

    /// Counts that an endpoint of a party is asked to confirm today, unless it, or the party's endpoints together, were asked as often as the
    /// policy allows. Answers whether it may be asked.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn count_confirmation(&self, endpoint: &SubscriptionId, now: Instant) -> Result<bool, StoreError> {
        let Subscriptions { confirmations_an_endpoint, confirmations_a_party, .. } = self.policy.subscriptions;
        let date = self.policy.calendar(now).date(now);
        let counted = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(keys::COUNTERS, keys::confirmations(&endpoint.party, date))))
            .update_expression("SET #expires = :expires ADD #all :one, #endpoint :one")
            .condition_expression(
                "(attribute_not_exists(#all) OR #all < :a_party) AND (attribute_not_exists(#endpoint) OR #endpoint < :an_endpoint)",
            )
            .expression_attribute_names("#all", "count")
            .expression_attribute_names("#endpoint", endpoint.to_string())
            .expression_attribute_names("#expires", keys::EXPIRES)
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":a_party", number(confirmations_a_party.into()))
            .expression_attribute_values(":an_endpoint", number(confirmations_an_endpoint.into()))
            .expression_attribute_values(":expires", AttributeValue::N((now + COUNTED_FOR).timestamp().to_string()))
            .send()
            .await;
        match counted {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(refused)) if refused.err().is_conditional_check_failed_exception() => Ok(false),
            Err(error) => Err(StoreError::aws("UpdateItem")(&error)),
        }
    }

    /// Writes a new record, in one call without a read: the put is conditional, and tells whose the number is.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn open<R: Record>(&self, change: &RecordChange<R>) -> Result<Insert<R>, StoreError> {
        match self.transact(self.writes(&R::Change::from(change.clone()))?).await {
            Ok(()) => Ok(Insert::Done),
            Err(Refusal { error: StoreError::Overtaken, present: Some(present) }) => {
                Ok(Insert::KeyTaken(Box::new(read(present)?)))
            }
            Err(Refusal { error, .. }) => Err(error),
        }
    }

    /// Writes how far a notice's sending is.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when someone else has it.
    pub async fn save(&self, notice: &Notice) -> Result<(), StoreError> {
        self.put_one(notice.revision, self.notice_item(notice)?).await
    }

    /// The same, with a notice that tells of it.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when someone else has it.
    pub async fn save_with(&self, notice: &Notice, bulletin: &Notice) -> Result<(), StoreError> {
        let both = [notice, bulletin].map(|of| Ok((of.revision, self.notice_item(of)?)));
        self.put_all(both.into_iter().collect::<Result<Vec<_>, StoreError>>()?).await
    }

    /// Writes an item on the revision before its own; the first only if there is none.
    pub(super) async fn put_one(&self, revision: u64, item: Item) -> Result<(), StoreError> {
        size::check(&item)?;
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let put = if revision == 1 {
            put.condition_expression("attribute_not_exists(pk)")
        } else {
            put.condition_expression("revision = :before").expression_attribute_values(":before", number(revision - 1))
        };
        match put.send().await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(refused)) if refused.err().is_conditional_check_failed_exception() => {
                Err(StoreError::Overtaken)
            }
            Err(error) => Err(StoreError::aws("PutItem")(&error)),
        }
    }

    /// An item on the revision before its own; the first only if there is none.
    fn put_after(&self, revision: u64, item: Item) -> Result<TransactWriteItem, StoreError> {
        let conditional = if revision == 1 {
            Put::builder().condition_expression("attribute_not_exists(pk)")
        } else {
            Put::builder()
                .condition_expression("revision = :before")
                .expression_attribute_values(":before", number(revision - 1))
        };
        put(conditional, &self.table, item)
    }

    /// Writes items, each on the revision before its own: all of them or nothing.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when someone was first.
    pub(super) async fn put_all(&self, items: impl IntoIterator<Item = (u64, Item)>) -> Result<(), StoreError> {
        let puts = items.into_iter().map(|(revision, item)| self.put_after(revision, item));
        self.transact(puts.collect::<Result<Vec<_>, _>>()?).await.map_err(|refused| refused.error)
    }

    /// Writes items, whatever was there before: all of them or nothing, a hundred at most.
    pub(super) async fn replace_all(&self, items: Vec<Item>) -> Result<(), StoreError> {
        let puts = items.into_iter().map(|item| put(Put::builder(), &self.table, item));
        self.transact(puts.collect::<Result<Vec<_>, _>>()?).await.map_err(|refused| refused.error)
    }

    /// Removes items as they are, a hundred at most.
    pub(super) async fn remove(&self, keys: Vec<Item>) -> Result<(), StoreError> {
        let writes = keys.into_iter().map(|key| gone(self.delete_builder(key)));
        self.transact(writes.collect::<Result<Vec<_>, _>>()?).await.map_err(|refused| refused.error)
    }

    fn delete_builder(&self, key: Item) -> DeleteBuilder {
        Delete::builder().table_name(&self.table).set_key(Some(key))
    }

    /// Writes each attribute of a record that is not there yet: a record that is there stays as it is.
    fn unless_there<R: Record>(&self, record: &R) -> Result<TransactWriteItem, StoreError> {
        let mut item = self.record_item(record)?;
        let at = ["pk", "sk"].into_iter().filter_map(|name| item.remove_entry(name)).collect();
        let mut update = Update::builder().table_name(&self.table).set_key(Some(at));
        let mut sets = Vec::new();
        for (name, value) in item {
            sets.push(format!("#{name} = if_not_exists(#{name}, :{name})"));
            update = update
                .expression_attribute_names(format!("#{name}"), &name)
                .expression_attribute_values(format!(":{name}"), value);
        }
        let update = update.update_expression(format!("SET {}", sets.join(", "))).build();
        let update = update.map_err(|error| StoreError::aws("TransactWriteItems")(&error))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// The items of a change, in its order.
    fn writes(&self, change: &impl ChangeSet) -> Result<Vec<TransactWriteItem>, StoreError> {
        let mut writes = Writes { store: self, items: Ok(Vec::new()) };
        change.visit(&mut writes);
        writes.items
    }

    /// The items of one record's change, the record's first.
    fn record_writes<R: Record>(&self, change: &RecordChange<R>) -> Result<Vec<TransactWriteItem>, StoreError> {
        let record = self.record_item(&change.record)?;
        let record = match change.before {
            None => Put::builder()
                .condition_expression("attribute_not_exists(pk)")
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .set_item(Some(record)),
            Some(revision) => Put::builder()
                .condition_expression("revision = :before")
                .expression_attribute_values(":before", number(revision))
                .set_item(Some(record)),
        };
        let mut writes = vec![wrap(record.table_name(&self.table))?];
        writes.extend(self.entry_write(change)?);
        for notice in &change.notices {
            // A new notice once; a waiting one, or one that reached nobody, on what was seen of it.
            let on_what_was_seen = Put::builder()
                .condition_expression(
                    "attribute_not_exists(pk) OR (revision < :revision AND sending.#state <> :claimed)",
                )
                .expression_attribute_names("#state", "state")
                .expression_attribute_values(":revision", number(notice.revision))
                .expression_attribute_values(":claimed", text("claimed"));
            writes.push(put(on_what_was_seen, &self.table, self.notice_item(notice)?)?);
        }
        Ok(writes)
    }

    /// The item of the entry of one record's change, if it has one: made once, so that a request has its effect once. An entry that is
    /// found by its instant needs no condition, since the record is written on what was seen of it.
    fn entry_write<R: Record>(&self, change: &RecordChange<R>) -> Result<Option<TransactWriteItem>, StoreError> {
        let Some(entry) = &change.entry else { return Ok(None) };
        let by_instant = change.record.opening().is_none() && entry.request.is_none();
        let on_condition = if by_instant { Put::builder() } else { once() };
        Ok(Some(put(on_condition, &self.table, Self::entry_item(&change.record, entry)?)?))
    }

    /// The items of a record's end: it goes as it was seen, where the decision relies on that, or is gone already, and its history
    /// stays.
    fn end_writes<R: Record>(&self, change: &RecordChange<R>) -> Result<Vec<TransactWriteItem>, StoreError> {
        let mut end = self.delete_builder(record_key(&change.record.reference()));
        if let Some(seen) = change.before {
            end = end
                .condition_expression("attribute_not_exists(pk) OR revision = :seen")
                .expression_attribute_values(":seen", number(seen));
        }
        let mut writes = vec![gone(end)?];
        writes.extend(self.entry_write(change)?);
        Ok(writes)
    }

    /// That a record is as it was seen.
    fn relied_on(&self, of: &RecordRef, seen: u64) -> Result<TransactWriteItem, StoreError> {
        let check = ConditionCheck::builder()
            .table_name(&self.table)
            .set_key(Some(record_key(of)))
            .condition_expression("revision = :seen")
            .expression_attribute_values(":seen", number(seen))
            .build()
            .map_err(|error| StoreError::aws("TransactWriteItems")(&error))?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }

    /// The item of a part.
    fn part_write<P: Part>(&self, part: &P) -> Result<TransactWriteItem, StoreError> {
        let on_condition = match part.condition() {
            PartCondition::Always => Put::builder(),
            PartCondition::Once => once(),
            PartCondition::Revision(revision) => Put::builder()
                .condition_expression("attribute_not_exists(pk) OR revision = :before")
                .expression_attribute_values(":before", number(revision - 1)),
        };
        put(on_condition, &self.table, Self::part_item(part)?)
    }

    async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<(), Refusal> {
        size::check_all(&writes)?;
        let sent = self.client.transact_write_items().set_transact_items(Some(writes)).send().await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) => Err(Refusal::from(error)),
        }
    }
}

/// A transaction that was not written, with the item that stood in its way, if it was asked for.
struct Refusal {
    error: StoreError,
    present: Option<Item>,
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self { error, present: None }
    }
}

impl From<SdkError<TransactWriteItemsError>> for Refusal {
    /// A failed condition, and a conflict that outlived the retries, both mean that someone was first.
    fn from(error: SdkError<TransactWriteItemsError>) -> Self {
        if let SdkError::ServiceError(refused) = &error
            && let TransactWriteItemsError::TransactionCanceledException(cancelled) = refused.err()
        {
            let reasons = cancelled.cancellation_reasons();
            let overtaken = |code: &str| matches!(code, "ConditionalCheckFailed" | "TransactionConflict");
            if reasons.iter().filter_map(|reason| reason.code()).any(overtaken) {
                let present = reasons.iter().find_map(|reason| reason.item().cloned());
                return Self { error: StoreError::Overtaken, present };
            }
        }
        StoreError::Aws { operation: "TransactWriteItems", cause: chain(&error) }.into()
    }
}

/// The items of a change, as a visitor of it gathers them; or why one of them cannot be written.
struct Writes<'a> {
    store: &'a Store,
    items: Result<Vec<TransactWriteItem>, StoreError>,
}

impl Writes<'_> {
    fn add(&mut self, more: impl FnOnce(&Store) -> Result<Vec<TransactWriteItem>, StoreError>) {
        if let Ok(items) = &mut self.items {
            match more(self.store) {
                Ok(more) => items.extend(more),
                Err(error) => self.items = Err(error),
            }
        }
    }
}

impl Visitor for Writes<'_> {
    fn record<R: Record>(&mut self, change: &RecordChange<R>) {
        self.add(|store| store.record_writes(change));
    }

    fn part<P: Part>(&mut self, part: &P) {
        self.add(|store| Ok(vec![store.part_write(part)?]));
    }

    fn ended<R: Record>(&mut self, change: &RecordChange<R>) {
        self.add(|store| store.end_writes(change));
    }

    fn unless_there<R: Record>(&mut self, record: &R) {
        self.add(|store| Ok(vec![store.unless_there(record)?]));
    }

    fn relied_on(&mut self, of: &RecordRef, seen: u64) {
        self.add(|store| Ok(vec![store.relied_on(of, seen)?]));
    }

    /// Without a condition: the records that the part ties are written on what was seen of them.
    fn removed<P: Part>(&mut self, part: &P) {
        self.add(|store| {
            let (pk, sk) = Store::part_key(part);
            Ok(vec![gone(store.delete_builder(key(pk, sk)))?])
        });
    }
}

/// A put that makes an item that is not there.
fn once() -> PutBuilder {
    Put::builder().condition_expression("attribute_not_exists(pk)")
}

fn put(put: PutBuilder, table: &str, item: Item) -> Result<TransactWriteItem, StoreError> {
    wrap(put.table_name(table).set_item(Some(item)))
}

fn gone(delete: DeleteBuilder) -> Result<TransactWriteItem, StoreError> {
    let delete = delete.build().map_err(|error| StoreError::aws("TransactWriteItems")(&error))?;
    Ok(TransactWriteItem::builder().delete(delete).build())
}

fn wrap(put: PutBuilder) -> Result<TransactWriteItem, StoreError> {
    let put = put.build().map_err(|error| StoreError::aws("TransactWriteItems")(&error))?;
    Ok(TransactWriteItem::builder().put(put).build())
}

fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
