//! The one commit, and its two narrower forms for a notice's sending and for subscriptions.

use super::{Item, Listed, Store, StoreError, chain, item::read, key, text};
use crate::keys;
use aws_sdk_dynamodb::{
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{AttributeValue, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem},
};
use domain::{Change, Revised, notice::Notice, subscription::Subscription};

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
    pub async fn commit(&self, change: &Change) -> Result<(), StoreError> {
        let mut writes = Vec::new();
        for of in &change.tickets {
            writes.extend(self.writes(of)?);
        }
        for link in &change.links {
            writes.push(put(Put::builder(), &self.table, Self::link_item(link)?)?);
        }
        for of in &change.outages {
            writes.extend(self.writes(of)?);
        }
        for position in &change.positions {
            let seen = "attribute_not_exists(pk) OR revision = :before";
            let on_what_was_seen = Put::builder()
                .condition_expression(seen)
                .expression_attribute_values(":before", number(position.revision - 1));
            writes.push(put(on_what_was_seen, &self.table, Self::position_item(position)?)?);
        }
        for of in &change.releases {
            writes.extend(self.writes(of)?);
        }
        for issue in &change.issues {
            let once = Put::builder().condition_expression("attribute_not_exists(pk)");
            writes.push(put(once, &self.table, Self::issue_item(issue)?)?);
        }
        self.transact(writes).await.map_err(|refused| refused.error)
    }

    /// Writes a new record, in one call without a read: the put is conditional, and tells whose the number is.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn open<R: Listed>(&self, change: &Revised<R>) -> Result<Opened<R>, StoreError> {
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
        let saved = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(self.notice_item(notice)?))
            .condition_expression("revision = :before")
            .expression_attribute_values(":before", number(notice.revision - 1))
            .send()
            .await;
        match saved {
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
        let conditional = if new {
            Put::builder().condition_expression("attribute_not_exists(pk)")
        } else {
            let before = number(subscription.revision - 1);
            Put::builder().condition_expression("revision = :before").expression_attribute_values(":before", before)
        };
        let mut writes = vec![put(conditional, &self.table, item)?];
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
        let gone = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(key(keys::party(&subscription.party), keys::subscription(&subscription.id.to_string()))))
            .build()
            .map_err(|error| StoreError::aws("TransactWriteItems")(&error))?;
        self.transact(vec![TransactWriteItem::builder().delete(gone).build()]).await.map_err(|refused| refused.error)
    }

    /// The items of one record's change, the record's first.
    fn writes<R: Listed>(&self, change: &Revised<R>) -> Result<Vec<TransactWriteItem>, StoreError> {
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
            let once = Put::builder().condition_expression("attribute_not_exists(pk)");
            writes.push(put(once, &self.table, Self::entry_item(&change.record, entry)?)?);
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

fn put(
    put: aws_sdk_dynamodb::types::builders::PutBuilder,
    table: &str,
    item: Item,
) -> Result<TransactWriteItem, StoreError> {
    wrap(put.table_name(table).set_item(Some(item)))
}

fn wrap(put: aws_sdk_dynamodb::types::builders::PutBuilder) -> Result<TransactWriteItem, StoreError> {
    let put = put.build().map_err(|error| StoreError::aws("TransactWriteItems")(&error))?;
    Ok(TransactWriteItem::builder().put(put).build())
}

fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
