//! The one commit, and its narrower forms for a notice's sending, for subscriptions, contacts, listeners and the register.

use super::{Item, Store, StoreError, chain, item::read, key, text};
use crate::keys;
use aws_sdk_dynamodb::{
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        AttributeValue, ConditionCheck, Delete, Put, ReturnValue, ReturnValuesOnConditionCheckFailure,
        TransactWriteItem, Update,
        builders::{DeleteBuilder, PutBuilder},
    },
};
use contract::{Instant, Party, Policy};
use domain::{
    clec::Clec,
    contact::{Contact, Stays},
    kinds::Transaction,
    subscription::Subscription,
};
use record::{ChangeSet, Notice, Part, PartCondition, Record, Revised, Visitor};

/// What came of opening a record.
#[derive(Debug)]
pub enum Opened<R> {
    /// It was opened.
    New,
    /// Its number was taken, by this one.
    Taken(Box<R>),
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

    /// Writes a new record, in one call without a read: the put is conditional, and tells whose the number is.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn open<R: Record>(&self, change: &Revised<R>) -> Result<Opened<R>, StoreError> {
        match self.transact(self.writes(&R::Change::from(change.clone()))?).await {
            Ok(()) => Ok(Opened::New),
            Err(Refusal { error: StoreError::Overtaken, present: Some(present) }) => {
                Ok(Opened::Taken(Box::new(read(present)?)))
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

    /// Writes an item on the revision before its own; the first only if there is none.
    pub(super) async fn put_one(&self, revision: u64, item: Item) -> Result<(), StoreError> {
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

    /// Writes a subscription: a new one only if there is none, and its CLEC into the register with it.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when someone was first.
    pub async fn subscribe(&self, subscription: &Subscription) -> Result<(), StoreError> {
        let Subscription { party, revision, requested_at, .. } = subscription;
        let mut writes = vec![self.put_after(*revision, Self::subscription_item(subscription)?)?];
        if *revision == 1 {
            writes.extend(self.registered(party, *requested_at)?);
        }
        self.transact(writes).await.map_err(|refused| refused.error)
    }

    /// Removes a subscription as it was seen. Its CLEC stays in the register.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when it was changed meanwhile.
    pub async fn unsubscribe(&self, subscription: &Subscription) -> Result<(), StoreError> {
        let key = key(keys::party(&subscription.party), keys::subscription(&subscription.id));
        let gone = self.delete(key, subscription.revision)?;
        self.transact(vec![gone]).await.map_err(|refused| refused.error)
    }

    /// Writes a contact: a new one only if there is none, and its CLEC into the register with it; where another one must
    /// stay, only if that is as it was seen.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when someone was first.
    pub async fn save_contact(
        &self,
        contact: &Contact,
        stays: Option<&Stays>,
        policy: &Policy,
    ) -> Result<(), StoreError> {
        let mut writes = vec![self.put_after(contact.revision, Self::contact_item(contact, policy)?)?];
        if contact.revision == 1 {
            writes.extend(self.registered(&contact.party, contact.created_at)?);
        }
        writes.extend(self.must_stay(&contact.party, stays)?);
        self.transact(writes).await.map_err(|refused| refused.error)
    }

    /// Writes contacts, and the notice that tells their party of what became of them, where there is one.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when someone was first with one of them.
    pub async fn save_contacts(
        &self,
        contacts: &[Contact],
        told: Option<&Notice>,
        policy: &Policy,
    ) -> Result<(), StoreError> {
        let contacts = contacts.iter().map(|contact| Ok((contact.revision, Self::contact_item(contact, policy)?)));
        let told = told.map(|notice| Ok((notice.revision, self.notice_item(notice)?)));
        self.put_all(contacts.chain(told).collect::<Result<Vec<_>, StoreError>>()?).await
    }

    /// Removes a contact as it was seen; where another one must stay, only if that is as it was seen. Of two that go at once,
    /// each while it relies on the other, one is refused: the table writes them one after the other.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when someone was first.
    pub async fn remove_contact(&self, contact: &Contact, stays: Option<&Stays>) -> Result<(), StoreError> {
        let mut writes =
            vec![self.delete(key(keys::party(&contact.party), keys::contact(&contact.id)), contact.revision)?];
        writes.extend(self.must_stay(&contact.party, stays)?);
        self.transact(writes).await.map_err(|refused| refused.error)
    }

    /// Writes a CLEC of the register: a new one only if there is none.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when someone was first.
    pub async fn save_clec(&self, clec: &Clec) -> Result<(), StoreError> {
        let put = self.put_after(clec.revision, Self::clec_item(clec)?)?;
        self.transact(vec![put]).await.map_err(|refused| refused.error)
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

    /// Removes items as they are, a hundred at most.
    pub(super) async fn remove(&self, keys: Vec<Item>) -> Result<(), StoreError> {
        let writes = keys.into_iter().map(|key| gone(self.delete_builder(key)));
        self.transact(writes.collect::<Result<Vec<_>, _>>()?).await.map_err(|refused| refused.error)
    }

    /// Removes an item as it was seen; one that is gone already stays so.
    fn delete(&self, key: Item, seen: u64) -> Result<TransactWriteItem, StoreError> {
        let as_seen = self
            .delete_builder(key)
            .condition_expression("attribute_not_exists(pk) OR revision = :seen")
            .expression_attribute_values(":seen", number(seen));
        gone(as_seen)
    }

    fn delete_builder(&self, key: Item) -> DeleteBuilder {
        Delete::builder().table_name(&self.table).set_key(Some(key))
    }

    /// A CLEC comes into the register, or stays there as it is.
    fn registered(&self, party: &Party, now: Instant) -> Result<Option<TransactWriteItem>, StoreError> {
        let Some(clec) = party.clec() else { return Ok(None) };
        let item = Self::clec_item(&Clec::new(clec.clone(), now))?;
        let mut update = Update::builder().table_name(&self.table).set_key(Some(key(keys::CLECS, clec)));
        let mut sets = Vec::new();
        for (name, value) in item.into_iter().filter(|(name, _)| !matches!(name.as_str(), "pk" | "sk")) {
            sets.push(format!("#{name} = if_not_exists(#{name}, :{name})"));
            update = update
                .expression_attribute_names(format!("#{name}"), &name)
                .expression_attribute_values(format!(":{name}"), value);
        }
        let update = update.update_expression(format!("SET {}", sets.join(", "))).build();
        let update = update.map_err(|error| StoreError::aws("TransactWriteItems")(&error))?;
        Ok(Some(TransactWriteItem::builder().update(update).build()))
    }

    fn must_stay(&self, party: &Party, stays: Option<&Stays>) -> Result<Vec<TransactWriteItem>, StoreError> {
        let Some(Stays { contact, subscription }) = stays else { return Ok(Vec::new()) };
        let contact = (keys::contact(&contact.0), contact.1);
        let subscription = subscription.as_ref().map(|(id, seen)| (keys::subscription(id), *seen));
        let as_seen = |(sk, seen): (String, u64)| {
            let check = ConditionCheck::builder()
                .table_name(&self.table)
                .set_key(Some(key(keys::party(party), sk)))
                .condition_expression("revision = :seen")
                .expression_attribute_values(":seen", number(seen))
                .build()
                .map_err(|error| StoreError::aws("TransactWriteItems")(&error))?;
            Ok(TransactWriteItem::builder().condition_check(check).build())
        };
        std::iter::once(contact).chain(subscription).map(as_seen).collect()
    }

    /// The items of a change, in its order.
    fn writes(&self, change: &impl ChangeSet) -> Result<Vec<TransactWriteItem>, StoreError> {
        let mut writes = Writes { store: self, items: Ok(Vec::new()) };
        change.visit(&mut writes);
        writes.items
    }

    /// The items of one record's change, the record's first.
    fn record_writes<R: Record>(&self, change: &Revised<R>) -> Result<Vec<TransactWriteItem>, StoreError> {
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
        if let Some(entry) = &change.entry {
            writes.push(put(once(), &self.table, Self::entry_item(&change.record, entry)?)?);
        }
        for notice in &change.notices {
            // A new notice once; a waiting one on what was seen of it.
            let on_what_was_seen = Put::builder()
                .condition_expression("attribute_not_exists(pk) OR (revision < :revision AND sending.#state = :owed)")
                .expression_attribute_names("#state", "state")
                .expression_attribute_values(":revision", number(notice.revision))
                .expression_attribute_values(":owed", text("owed"));
            writes.push(put(on_what_was_seen, &self.table, self.notice_item(notice)?)?);
        }
        Ok(writes)
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
    fn record<R: Record>(&mut self, change: &Revised<R>) {
        self.add(|store| store.record_writes(change));
    }

    fn part<P: Part>(&mut self, part: &P) {
        self.add(|store| Ok(vec![store.part_write(part)?]));
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
