//! Listeners, and what is owed to them. Each write is conditional on the revision that was read, and answers the thing as it
//! was written.

use super::{Item, Store, StoreError, StoredItem, item::read, key};
use crate::keys;
use contract::{Instant, Party, RecordRef, party::ListenerId};
use domain::{
    hub::{Delivery, Listener, Progress},
    kinds::{AnyRecord, Kind},
};
use record::Notice;

/// How many deliveries are read at once.
const PAGE: i32 = 50;
/// How many items a transaction takes.
const REMOVED_AT_ONCE: usize = 100;

/// What of the hub is due.
#[derive(Debug, Clone)]
pub enum HubDue {
    /// A listener whose next try has come.
    Listener(Box<Listener>),
    /// A delivery whose sender died.
    Delivery(Box<Delivery>),
}

impl Store {
    /// A party's listeners, those that were dropped included.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn listeners(&self, party: &Party) -> Result<Vec<Listener>, StoreError> {
        self.beginning(keys::party(party), &keys::beginning(Kind::Listener)).await
    }

    /// Reads one listener.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn listener(&self, id: &ListenerId) -> Result<Option<Listener>, StoreError> {
        self.record(&RecordRef::Listener(id.clone())).await
    }

    /// Whether an event was recorded for a listener before.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn delivery(&self, listener: &ListenerId, event: &str) -> Result<Option<Delivery>, StoreError> {
        self.get(keys::listener(listener), keys::delivery(event)).await
    }

    /// What waits for a listener's next try: some of it, in no particular order; nothing only when nothing waits.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn waiting(&self, listener: &ListenerId) -> Result<Vec<Delivery>, StoreError> {
        let query = self.of_partition(keys::listener(listener), keys::DELIVERY).limit(PAGE);
        let mut pages = query.into_paginator().send();
        while let Some(page) = pages.next().await {
            let items = page.map_err(|error| StoreError::aws("Query")(&error))?.items.unwrap_or_default();
            let mut found = items.into_iter().map(read::<Delivery>).collect::<Result<Vec<_>, _>>()?;
            found.retain(|delivery| delivery.progress == Progress::Waiting);
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    /// What of the hub is due by an instant, the earliest first. An item that cannot be read is told to the log.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn hub_due(&self, by: Instant) -> Result<Vec<HubDue>, StoreError> {
        let due = self.due_of(keys::HUB.to_owned(), by).await?.into_iter().filter_map(|(_, image)| match image {
            Some(StoredItem::Record(AnyRecord::Listener(listener))) => Some(HubDue::Listener(listener)),
            Some(StoredItem::Delivery(delivery)) => Some(HubDue::Delivery(delivery)),
            _ => None,
        });
        Ok(due.collect())
    }

    /// Writes a listener.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when someone was first.
    pub async fn keep_listener(&self, listener: Listener) -> Result<Listener, StoreError> {
        let kept = next_listener(listener);
        self.put_one(kept.revision, self.record_item(&kept)?).await?;
        Ok(kept)
    }

    /// Writes a delivery.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when someone was first.
    pub async fn keep_delivery(&self, delivery: Delivery) -> Result<Delivery, StoreError> {
        let kept = next_delivery(delivery);
        self.put_one(kept.revision, Self::delivery_item(&kept)?).await?;
        Ok(kept)
    }

    /// Writes a delivery that waits, and its listener with it: so that who found nothing waiting is overtaken.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when someone was first.
    pub async fn keep_waiting(&self, listener: Listener, delivery: Delivery) -> Result<(), StoreError> {
        let (listener, delivery) = (next_listener(listener), next_delivery(delivery));
        let items =
            [(listener.revision, self.record_item(&listener)?), (delivery.revision, Self::delivery_item(&delivery)?)];
        self.put_all(items).await
    }

    /// Writes a listener that is dropped, and with it the notice that tells its party so.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when someone was first.
    pub async fn drop_listener(&self, dropped: Listener, told: &Notice) -> Result<(), StoreError> {
        let now = told.owed_at;
        self.commit(&dropped.dropped(told.clone(), now).into()).await
    }

    /// Removes what is owed to a listener. Which events it took is remembered until that expires.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn forget_owed(&self, id: &ListenerId) -> Result<(), StoreError> {
        let owed = self
            .of_partition(keys::listener(id), keys::DELIVERY)
            .filter_expression("attribute_exists(body)")
            .projection_expression("pk, sk");
        let owed: Vec<Item> = self.all(owed).await?;
        for few in owed.chunks(REMOVED_AT_ONCE) {
            self.remove(few.to_vec()).await?;
        }
        Ok(())
    }

    /// Removes a delivery.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn remove_delivery(&self, delivery: &Delivery) -> Result<(), StoreError> {
        self.remove(vec![key(keys::listener(&delivery.listener), keys::delivery(&delivery.event))]).await
    }
}

fn next_listener(listener: Listener) -> Listener {
    Listener { revision: listener.revision + 1, ..listener }
}

fn next_delivery(delivery: Delivery) -> Delivery {
    Delivery { revision: delivery.revision + 1, ..delivery }
}
