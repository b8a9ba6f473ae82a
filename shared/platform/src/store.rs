//! The store: one table, one commit, every write conditional.

mod account_teams;
mod change_requests;
mod due;
mod hub;
mod item;
mod lists;
mod parties;
mod queues;
mod read;
mod series;
mod size;
mod table;
mod tickets;
mod write;

pub use hub::HubDue;
pub use item::{Due, DueContacts, DueItem, StoredItem, TicketWithHistory};
pub use lists::{RecordIndex, Standing, TicketPage, TicketQuery, TimeRange};
pub use queues::{PositionOf, QueuePlace, Queued};
pub use read::{LoadedRecord, ReadFor};
pub use series::{OfDay, Outcome};
pub use table::create_table;
pub use tickets::{LoadedTicket, TicketIncludes};
pub use write::Insert;

use aws_sdk_dynamodb::{Client, types::AttributeValue};
use contract::{Failed, FieldError, Policy, RecordRef, Refused};
use record::bound::ITEM_AT_MOST;
use std::{collections::HashMap, fmt, sync::Arc};

/// A notice, by what it is about and its place in the sequence.
pub type NoticeKey = (RecordRef, u32);

/// An item as the table holds it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The table. Reads are strongly consistent, but for the indexes, which cannot be.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: String,
    shards: u32,
    policy: Arc<Policy>,
}

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Someone was first: what the decision was made on is no longer so. Nothing was written.
    #[error("overtaken by another write")]
    Overtaken,
    /// It is not recorded yet that a notice was sent.
    #[error("it is not recorded yet that the notice was sent")]
    NotYetSent,
    /// DynamoDB failed, or refused, after the retries.
    #[error("DynamoDB {operation}: {cause}")]
    Aws {
        /// The operation of DynamoDB that failed.
        operation: &'static str,
        /// The cause, whole.
        cause: String,
    },
    /// An item is larger than the table takes: nothing was written, and asking again changes nothing.
    #[error("an item of {bytes} bytes under {sort_key} is too large")]
    TooLarge {
        /// Its sort key.
        sort_key: String,
        /// How large it is.
        bytes: usize,
    },
    /// A stored item is not what it should be; why, without the values that are in it.
    #[error("a stored item cannot be read: {0}")]
    Unreadable(String),
}

impl From<serde_dynamo::Error> for StoreError {
    fn from(error: serde_dynamo::Error) -> Self {
        Self::unreadable(&error)
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::unreadable(&error)
    }
}

impl StoreError {
    fn unreadable(error: &dyn std::error::Error) -> Self {
        // What stands in quotation marks is what somebody wrote.
        let text = error.to_string();
        let quoted = text.split_once('"').zip(text.rsplit_once('"'));
        Self::Unreadable(quoted.map_or(text.clone(), |((before, _), (_, after))| format!("{before}...{after}")))
    }
}

impl StoreError {
    fn aws(operation: &'static str) -> impl Fn(&dyn std::error::Error) -> Self {
        move |cause| Self::Aws { operation, cause: chain(cause) }
    }
}

/// An error with its sources, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(error.source(), |error| error.source());
    sources.fold(error.to_string(), |line, source| format!("{line}: {source}"))
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        if let StoreError::TooLarge { bytes, .. } = error {
            tracing::error!(%error, "a request would have made an item that does not fit");
            let detail =
                format!("would make an item of {bytes} bytes, more than the {ITEM_AT_MOST} that are kept as one");
            return Refused::Full(FieldError::new("body", "AP-01", detail)).into();
        }
        Self::Broken(Box::new(error))
    }
}

impl Store {
    /// The table of this name; `shards` says over how many partitions what is due is spread, and never changes. By the policy it is
    /// known when a record next has something to do.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>, shards: u32, policy: Arc<Policy>) -> Self {
        Self { client, table: table.into(), shards: shards.max(1), policy }
    }

    /// Over how many partitions what is due is spread.
    #[must_use]
    pub fn shards(&self) -> u32 {
        self.shards
    }
}

/// The key of an item.
fn key(pk: impl fmt::Display, sk: impl fmt::Display) -> Item {
    Item::from([("pk".to_owned(), text(pk)), ("sk".to_owned(), text(sk))])
}

fn text(value: impl fmt::Display) -> AttributeValue {
    AttributeValue::S(value.to_string())
}
