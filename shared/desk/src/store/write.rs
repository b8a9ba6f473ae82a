//! The one commit, and its two narrower forms for a notice's sending and for subscriptions.

use super::{Item, Store, StoreError, chain, item::read, key, text};
use crate::keys;
use aws_sdk_dynamodb::{
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        AttributeValue, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, builders::PutBuilder,
    },
};
use domain::{
    notice::Notice,
    subscription::Subscription,
    ticket::{Change, Ticket, TicketChange},
};

/// What came of opening a ticket.
#[derive(Debug)]
pub enum Opened {
    /// It was opened.
    New,
    /// Its number was taken, by this ticket.
    Taken(Box<Ticket>),
}

impl Store {
    /// Writes a change whole, or nothing of it: each ticket on the revision that the decision was made on, each history
    /// entry and each new notice once.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when someone was first.
    pub async fn commit(&self, change: &Change) -> Result<(), StoreError> {
        let mut writes = Vec::new();
        for of in &change.tickets {
            writes.extend(self.writes(of)?);
        }
        if let Some(link) = &change.link {
            writes.push(put(Put::builder(), &self.table, Self::link_item(link)?)?);
        }
        self.transact(writes).await.map_err(|refused| refused.error)
    }

    /// Writes a new ticket, in one call without a read: the put is conditional, and tells whose the number is.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn open(&self, change: &TicketChange) -> Result<Opened, StoreError> {
        match self.transact(self.writes(change)?).await {
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
        self.put_one(notice.revision - 1, self.notice_item(notice)?).await
    }

    /// Writes an item on the revision that it was read with, 0 where there was none.
    pub(super) async fn put_one(&self, before: u64, item: Item) -> Result<(), StoreError> {
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let put = if before == 0 {
            put.condition_expression("attribute_not_exists(pk)")
        } else {
            put.condition_expression("revision = :before").expression_attribute_values(":before", number(before))
        };
        match put.send().await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(refused)) if refused.err().is_conditional_check_failed_exception() => {
                Err(StoreError::Overtaken)
            }
            Err(error) => Err(StoreError::aws("PutItem")(&error)),
        }
    }

    /// Writes a subscription: a new one only if there is none, and its CLEC among the subscribers with it.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when someone was first.
    pub async fn subscribe(&self, subscription: &Subscription) -> Result<(), StoreError> {
        let item = Self::subscription_item(subscription)?;
        let new = subscription.revision == 1;
        let mut writes = vec![put(on(subscription.revision - 1), &self.table, item)?];
        if let Some(subscriber) = Self::subscriber_item(&subscription.party)?.filter(|_| new) {
            writes.push(put(Put::builder(), &self.table, subscriber)?);
        }
        self.transact(writes).await.map_err(|refused| refused.error)
    }

    /// Removes a subscription. Its CLEC stays among the subscribers: a topic without subscriptions reaches nobody.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn unsubscribe(&self, subscription: &Subscription) -> Result<(), StoreError> {
        self.remove(vec![key(keys::party(&subscription.party), keys::subscription(&subscription.id.to_string()))]).await
    }

    /// Removes items, a hundred at most.
    pub(super) async fn remove(&self, keys: Vec<Item>) -> Result<(), StoreError> {
        let remove = |key| {
            let gone = Delete::builder().table_name(&self.table).set_key(Some(key)).build();
            let gone = gone.map_err(|error| StoreError::aws("TransactWriteItems")(&error))?;
            Ok(TransactWriteItem::builder().delete(gone).build())
        };
        let writes = keys.into_iter().map(remove).collect::<Result<Vec<_>, StoreError>>()?;
        self.transact(writes).await.map_err(|refused| refused.error)
    }

    /// Writes items, each on the revision that it was read with, 0 where there was none: all of them or nothing.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when someone was first.
    pub(super) async fn put_all(&self, items: Vec<(u64, Item)>) -> Result<(), StoreError> {
        let puts = items.into_iter().map(|(before, item)| put(on(before), &self.table, item));
        self.transact(puts.collect::<Result<Vec<_>, _>>()?).await.map_err(|refused| refused.error)
    }

    /// The items of one ticket's change, the ticket's first.
    fn writes(&self, change: &TicketChange) -> Result<Vec<TransactWriteItem>, StoreError> {
        let ticket = self.ticket_item(&change.ticket)?;
        let ticket = match change.before {
            None => Put::builder()
                .condition_expression("attribute_not_exists(pk)")
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .set_item(Some(ticket)),
            Some(revision) => Put::builder()
                .condition_expression("revision = :before")
                .expression_attribute_values(":before", number(revision))
                .set_item(Some(ticket)),
        };
        let mut writes = vec![wrap(ticket.table_name(&self.table))?];
        if let Some(entry) = &change.entry {
            let once = Put::builder().condition_expression("attribute_not_exists(pk)");
            writes.push(put(once, &self.table, Self::entry_item(&change.ticket, entry)?)?);
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

/// A put on the revision that the item was read with, 0 where there was none.
fn on(before: u64) -> PutBuilder {
    if before == 0 {
        Put::builder().condition_expression("attribute_not_exists(pk)")
    } else {
        Put::builder().condition_expression("revision = :before").expression_attribute_values(":before", number(before))
    }
}

fn put(put: PutBuilder, table: &str, item: Item) -> Result<TransactWriteItem, StoreError> {
    wrap(put.table_name(table).set_item(Some(item)))
}

fn wrap(put: PutBuilder) -> Result<TransactWriteItem, StoreError> {
    let put = put.build().map_err(|error| StoreError::aws("TransactWriteItems")(&error))?;
    Ok(TransactWriteItem::builder().put(put).build())
}

fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
