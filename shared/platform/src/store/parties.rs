//! What parties have, and the register of them.

use super::{
    Store, StoreError, StoredItem,
    item::read,
    read::{into_serde, record_key},
};
use crate::keys;
use contract::{
    ClecId, Party, RecordRef,
    party::{ContactId, SubscriptionId},
};
use domain::{
    clec::Clec,
    contact::{Contact, ContactRole, OfParty},
    kinds::{AnyRecord, Kind},
    subscription::Subscription,
};
use record::Record;

impl Store {
    /// A party's subscriptions.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn subscriptions(&self, party: &Party) -> Result<Vec<Subscription>, StoreError> {
        self.beginning(keys::party(party), &keys::beginning(Kind::Subscription)).await
    }

    /// A page of a party's subscriptions, in the order of their ids; and behind which to go on, if there is more.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn subscriptions_page(
        &self,
        party: &Party,
        after: Option<SubscriptionId>,
        limit: usize,
    ) -> Result<(Vec<Subscription>, bool), StoreError> {
        let query = self.of_partition(keys::party(party), &keys::beginning(Kind::Subscription));
        self.page(query, after.map(|id| record_key(&RecordRef::Subscription(id))), limit).await
    }

    /// A party's contacts.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn contacts(&self, party: &Party) -> Result<Vec<Contact>, StoreError> {
        self.beginning(keys::party(party), &keys::beginning(Kind::Contact)).await
    }

    /// A party's contacts of a role, as for a ticket's severity escalation (TT-04).
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn contacts_of_role(&self, party: &Party, role: &ContactRole) -> Result<Vec<Contact>, StoreError> {
        Ok(self.contacts(party).await?.into_iter().filter(|contact| contact.role == *role).collect())
    }

    /// A party's contacts and subscriptions, in one call.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn of_party(&self, party: &Party) -> Result<OfParty, StoreError> {
        let mut of_party = OfParty::default();
        for item in self.all(self.partition(keys::party(party))).await? {
            match StoredItem::read(into_serde(item))? {
                StoredItem::Record(AnyRecord::Contact(contact)) => of_party.contacts.push(*contact),
                StoredItem::Record(AnyRecord::Subscription(subscription)) => of_party.subscriptions.push(*subscription),
                _ => {}
            }
        }
        Ok(of_party)
    }

    /// The register of CLECs: whom event notices, and those of planned outages, go to. A topic without subscriptions reaches
    /// nobody.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn clecs(&self) -> Result<Vec<Clec>, StoreError> {
        self.all(self.partition(keys::CLECS)).await?.into_iter().map(read).collect()
    }

    /// All CLECs that are known, with their names: those of the register, and those that clients of the policy act for.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn known_clecs(&self) -> Result<Vec<(ClecId, Option<String>)>, StoreError> {
        let register = self.clecs().await?.into_iter().map(|clec| (clec.id, clec.name));
        let mut known: Vec<(ClecId, Option<String>)> = register.collect();
        known.extend(self.policy.clecs_of_clients().map(|clec| (clec.clone(), None)));
        Ok(known)
    }

    /// A page of the register, in the order of the ids; and whether there is more.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn clecs_page(&self, after: Option<ClecId>, limit: usize) -> Result<(Vec<Clec>, bool), StoreError> {
        self.page(self.partition(keys::CLECS), after.map(|id| record_key(&RecordRef::Clec(id))), limit).await
    }

    /// A CLEC of the register.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn clec(&self, id: &ClecId) -> Result<Option<Clec>, StoreError> {
        self.record(&RecordRef::Clec(id.clone())).await
    }

    /// One contact of a party.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn contact(&self, id: &ContactId) -> Result<Option<Contact>, StoreError> {
        self.record(&RecordRef::Contact(id.clone())).await
    }

    /// One subscription of a party.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn subscription(&self, id: &SubscriptionId) -> Result<Option<Subscription>, StoreError> {
        self.record(&RecordRef::Subscription(id.clone())).await
    }

    /// One record, as it stands.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub(super) async fn record<R: Record>(&self, of: &RecordRef) -> Result<Option<R>, StoreError> {
        let (pk, sk) = keys::record(of);
        self.get(pk, sk).await
    }
}
