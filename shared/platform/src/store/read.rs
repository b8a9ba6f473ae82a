//! What is read of records of any kind and their parts, and in how many calls.

use super::{Item, NoticeKey, Store, StoreError, StoredItem, item::read, key, text};
use crate::keys;
use aws_sdk_dynamodb::{
    operation::query::builders::QueryFluentBuilder,
    types::{AttributeValue, KeysAndAttributes},
};
use contract::{ClecId, Party, RecordRef};
use domain::release::Issue;
use record::{Access, Entry, IdempotencyKey, Notice, Part, Record, WriteContext, position::Position};
use std::collections::HashMap;

/// What one call takes of keys.
const KEYS_AT_ONCE: usize = 100;
/// How often keys that DynamoDB left unprocessed are asked for again.
const ROUNDS: u32 = 5;

/// A record as a change needs it.
#[derive(Debug, Clone)]
pub struct LoadedRecord<R: Record> {
    /// The record as it is stored.
    pub record: R,
    /// The entry that the same request made before.
    pub replay: Option<Entry<R::Fact>>,
}

/// For whom something is read: what a party may not see is not there for it, and is not read further than to know that (AP-03).
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadFor<'a> {
    /// The party that asks; none when the system itself does.
    pub party: Option<&'a Party>,
    /// The request, whose earlier entry is looked for.
    pub request: Option<&'a IdempotencyKey>,
}

impl ReadFor<'_> {
    /// Whether an item, if it is there, is a record that the party may see.
    pub(super) fn admits<R: Record>(&self, item: Option<&Item>) -> Result<bool, StoreError> {
        self.admits_as::<R>(item, R::Access::admits)
    }

    /// The same, where more than the record's own parties may.
    pub(super) fn admits_as<R: Record>(
        &self,
        item: Option<&Item>,
        admits: impl FnOnce(&R::Access, &Party) -> bool,
    ) -> Result<bool, StoreError> {
        let (Some(item), Some(party)) = (item, self.party) else { return Ok(item.is_some()) };
        let field = |name: &&str| Some(((*name).to_owned(), item.get(*name)?.clone()));
        Ok(admits(&read(R::Access::FIELDS.iter().filter_map(field).collect())?, party))
    }
}

impl<'a> From<&'a Party> for ReadFor<'a> {
    fn from(party: &'a Party) -> Self {
        Self { party: Some(party), request: None }
    }
}

impl<'a> From<&'a WriteContext> for ReadFor<'a> {
    fn from(asked: &'a WriteContext) -> Self {
        Self { party: Some(&asked.by.party), request: asked.request.as_ref() }
    }
}

impl Store {
    /// A record for a change, if it is there for who asks, in one call.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn kept<R: Record>(
        &self,
        reference: &RecordRef,
        by: ReadFor<'_>,
    ) -> Result<Option<LoadedRecord<R>>, StoreError> {
        let found = self.parted::<R, serde::de::IgnoredAny>(reference, None, by).await?;
        Ok(found.map(|(kept, _)| kept))
    }

    /// The entry of a record's history that a request made, by its key.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub(crate) async fn requested<R: Record>(
        &self,
        of: &RecordRef,
        request: &IdempotencyKey,
    ) -> Result<Option<Entry<R::Fact>>, StoreError> {
        self.get(keys::partition(of), keys::requested(request)).await
    }

    /// The same with one of the things under it, by its sort key.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn parted<R: Record, P: serde::de::DeserializeOwned>(
        &self,
        reference: &RecordRef,
        part: Option<&str>,
        by: ReadFor<'_>,
    ) -> Result<Option<(LoadedRecord<R>, Option<P>)>, StoreError> {
        let (pk, record_key) = (keys::partition(reference), record_key(reference));
        let beside = R::READ_WITH.map(|(pk, sk)| key(pk, sk));
        let mut wanted = vec![record_key.clone()];
        wanted.extend(beside.clone());
        wanted.extend(part.map(|part| key(&pk, part)));
        wanted.extend(by.request.map(|request| key(&pk, keys::requested(request))));
        let mut items = self.items(wanted).await?;
        let beside = beside.and_then(|beside| take_at(&mut items, &beside));
        let record = take_at(&mut items, &record_key);
        if !by.admits::<R>(record.as_ref())? {
            return Ok(None);
        }
        let record: Option<R> = record.map(|record| read_beside(record, beside.as_ref())).transpose()?;
        let (mut replay, mut found) = (None, None);
        for item in items {
            match item.get("sk").and_then(|sk| sk.as_s().ok()) {
                Some(sk) if Some(sk.as_str()) == part => found = Some(read(item)?),
                _ => replay = Some(read(item)?),
            }
        }
        // Of a party's own things the id tells whose they are.
        let seen = record.filter(|record| by.party.is_none_or(|party| record.is_visible_to(party)));
        Ok(seen.map(|record| (LoadedRecord { record, replay }, found)))
    }

    /// The positions of CLECs on a record: one's, or a page of all of them, in the order of the CLECs; and whether there is more.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn positions<P: Position>(
        &self,
        on: &RecordRef,
        of: Option<&ClecId>,
        after: Option<ClecId>,
        limit: usize,
    ) -> Result<(Vec<P>, bool), StoreError> {
        match of {
            Some(of) => {
                let own = self.items(vec![key(keys::partition(on), keys::part::<P>(of))]).await?;
                Ok((own.into_iter().map(read).collect::<Result<_, _>>()?, false))
            }
            None => self.parts(on, after.map(|clec| clec.to_string()), limit).await,
        }
    }

    /// The positions of all CLECs on a record.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn all_positions<P: Position>(&self, on: &RecordRef) -> Result<Vec<P>, StoreError> {
        self.beginning(keys::partition(on), P::SORT_KEY).await
    }

    /// A page of the parts of a kind under a record, in the order of their places; and whether there is more.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn parts<P: Part + serde::de::DeserializeOwned>(
        &self,
        of: &RecordRef,
        after: Option<String>,
        limit: usize,
    ) -> Result<(Vec<P>, bool), StoreError> {
        let pk = keys::partition(of);
        let after = after.map(|place| key(&pk, keys::part::<P>(place)));
        self.page(self.of_partition(pk, P::SORT_KEY), after, limit).await
    }

    /// The history of a record in order, without its opening, which the record itself holds.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn history<R: Record>(&self, of: &RecordRef) -> Result<Vec<Entry<R::Fact>>, StoreError> {
        let mut entries: Vec<Entry<R::Fact>> = self.beginning(keys::partition(of), keys::HISTORY).await?;
        entries.sort_by_key(|entry| entry.version);
        Ok(entries)
    }

    /// The issues of a release: a party's, or all of them, in their order.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn issues(&self, release: &RecordRef, of: Option<&Party>) -> Result<Vec<Issue>, StoreError> {
        let sk = of.map_or_else(|| Issue::SORT_KEY.to_owned(), keys::issues);
        let mut issues: Vec<Issue> = self.beginning(keys::partition(release), &sk).await?;
        issues.sort_by_key(|issue| issue.place);
        Ok(issues)
    }

    /// A notice, by what it is about and its place in the sequence.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn notice(&self, (about, sequence): &NoticeKey) -> Result<Option<Notice>, StoreError> {
        self.get(keys::partition(about), keys::notice(about, *sequence)).await
    }

    /// Reads one item by its key; `None` if there is none.
    pub(super) async fn get<T: serde::de::DeserializeOwned>(
        &self,
        pk: String,
        sk: String,
    ) -> Result<Option<T>, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key(pk, sk)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| StoreError::aws("GetItem")(&error))?;
        found.item.map(read).transpose()
    }

    pub(super) fn query(&self) -> QueryFluentBuilder {
        self.client.query().table_name(&self.table)
    }

    pub(super) fn partition(&self, pk: impl std::fmt::Display) -> QueryFluentBuilder {
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

    /// What stands in a partition from one sort key to another, both with it.
    pub(super) fn between(&self, pk: String, [from, to]: [String; 2]) -> QueryFluentBuilder {
        self.query()
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":from", text(from))
            .expression_attribute_values(":to", text(to))
    }

    pub(super) async fn beginning<T: serde::de::DeserializeOwned>(
        &self,
        pk: String,
        sk: &str,
    ) -> Result<Vec<T>, StoreError> {
        self.all(self.of_partition(pk, sk)).await?.into_iter().map(read).collect()
    }

    /// A page of a query, from behind the item `after`; and whether there is more.
    pub(super) async fn page<T: serde::de::DeserializeOwned>(
        &self,
        query: QueryFluentBuilder,
        after: Option<Item>,
        limit: usize,
    ) -> Result<(Vec<T>, bool), StoreError> {
        let query = query.set_exclusive_start_key(after).limit(i32::try_from(limit).unwrap_or(i32::MAX));
        let page = query.send().await.map_err(|error| StoreError::aws("Query")(&error))?;
        let more = page.last_evaluated_key().is_some();
        Ok((page.items.unwrap_or_default().into_iter().map(read).collect::<Result<_, _>>()?, more))
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

    /// Items by key, each read by its shape.
    pub(super) async fn images(&self, wanted: Vec<Item>) -> Result<Vec<StoredItem>, StoreError> {
        shaped(self.items(wanted).await?)
    }

    /// Items by key, in no order; keys without an item are left out.
    pub(super) async fn items(&self, wanted: Vec<Item>) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
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
                items.extend(answer.responses.unwrap_or_default().into_values().flatten());
                left = answer.unprocessed_keys.unwrap_or_default().into_values().flat_map(|keys| keys.keys).collect();
                if left.is_empty() {
                    break;
                }
            }
            if !left.is_empty() {
                return Err(StoreError::Aws { operation: "BatchGetItem", cause: "keys stayed unprocessed".to_owned() });
            }
        }
        Ok(items)
    }
}

/// Items, each read by its shape.
pub(super) fn shaped(items: Vec<Item>) -> Result<Vec<StoredItem>, StoreError> {
    items.into_iter().map(|item| StoredItem::read(into_serde(item))).collect()
}

/// The item of a key, taken out of those that were read.
pub(super) fn take_at(items: &mut Vec<Item>, key: &Item) -> Option<Item> {
    let at = items.iter().position(|item| key.iter().all(|(name, value)| item.get(name) == Some(value)))?;
    Some(items.swap_remove(at))
}

/// A record with what was read with it, where its kind has such an item.
pub(super) fn read_beside<R: Record>(item: Item, beside: Option<&Item>) -> Result<R, StoreError> {
    let mut record: R = read(item)?;
    if let Some(beside) = beside {
        record.read_with(&read(beside.clone())?)?;
    }
    Ok(record)
}

/// Whether an item is where a record is.
pub(super) fn is_at(item: &Item, of: &RecordRef) -> bool {
    record_key(of).iter().all(|(name, value)| item.get(name) == Some(value))
}

pub(super) fn into_serde(item: HashMap<String, AttributeValue>) -> serde_dynamo::Item {
    item.into()
}

/// The key of a record.
pub(super) fn record_key(of: &RecordRef) -> Item {
    let (pk, sk) = keys::record(of);
    key(pk, sk)
}
