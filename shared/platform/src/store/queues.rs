//! The queues: what is due next, or awaits somebody, a page at a time and in the order of its instants.

use super::{
    Item, Store, StoreError, StoredItem, TimeRange,
    item::read,
    key,
    read::{into_serde, record_key},
    text,
};
use crate::keys;
use contract::{ClecId, Instant, RecordRef};
use domain::{
    change_request::{self, Position},
    kinds::AnyRecord,
    outage::{self, WindowPosition},
    ticket::change::own_awaited_list,
};
use futures::future::try_join_all;
use record::Queue;
use std::collections::{HashMap, VecDeque};

/// A place in a queue: the instant by which it is sorted, then what it is.
pub type QueuePlace = (Instant, String);

/// What stands in a place of a queue.
#[derive(Debug, Clone)]
pub struct Queued {
    /// Where it stands in the queue: a page goes on behind it.
    pub place: QueuePlace,
    /// A record, or a notice that is unsent.
    pub item: StoredItem,
}

/// A partition of a queue, as far as it was read.
struct Partition {
    pk: String,
    read: VecDeque<(String, Item)>,
    last: Option<String>,
    more: bool,
}

impl Store {
    /// A page of a queue, `limit` at the most, from behind a place; and whether there is more. It reads what it shows, and of each
    /// partition less than a page beside that. An item that cannot be read is told to the log, and left out.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn queue(
        &self,
        queue: Queue,
        after: Option<&QueuePlace>,
        limit: usize,
    ) -> Result<(Vec<Queued>, bool), StoreError> {
        let last = after.map(|(at, what)| keys::due_at(*at, what));
        let partition = |pk| Partition { pk, read: VecDeque::new(), last: last.clone(), more: true };
        let mut partitions: Vec<Partition> = keys::queue(queue, self.shards).into_iter().map(partition).collect();
        let at_once = limit / partitions.len() + 1;
        let mut queued = Vec::new();
        while queued.len() < limit {
            try_join_all(partitions.iter_mut().map(|partition| self.read_on(partition, at_once))).await?;
            let next = partitions.iter_mut().filter(|of| !of.read.is_empty()).min_by(|one, other| {
                let first = |of: &Partition| of.read.front().map(|(place, _)| place.clone());
                first(one).cmp(&first(other))
            });
            let Some((place, item)) = next.and_then(|partition| partition.read.pop_front()) else { break };
            queued.extend(placed(&place, item));
        }
        let more = partitions.iter().any(|partition| partition.more || !partition.read.is_empty());
        Ok((queued, more))
    }

    /// Reads on in a partition of which nothing is left that was read.
    async fn read_on(&self, partition: &mut Partition, at_once: usize) -> Result<(), StoreError> {
        if !partition.read.is_empty() || !partition.more {
            return Ok(());
        }
        let found = self
            .query()
            .index_name(keys::DUE)
            .key_condition_expression("duePk = :pk AND dueSk > :after")
            .expression_attribute_values(":pk", text(&partition.pk))
            .expression_attribute_values(":after", text(partition.last.as_deref().unwrap_or(" ")))
            .limit(i32::try_from(at_once).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| StoreError::aws("Query")(&error))?;
        partition.more = found.last_evaluated_key().is_some();
        let place = |item: Item| Some((item.get("dueSk")?.as_s().ok()?.clone(), item));
        partition.read = found.items.unwrap_or_default().into_iter().filter_map(place).collect();
        partition.last = partition.read.back().map(|(place, _)| place.clone()).or(partition.last.take());
        Ok(())
    }

    /// What may await a CLEC, as its keys tell, `limit` at the most: tickets of its own by their opening, planned outages ahead by their
    /// start, and change requests on whose response positions are asked for, by their receipt; and whether there is more.
    ///
    /// # Errors
    /// When an index cannot be read.
    pub async fn may_await(
        &self,
        clec: &ClecId,
        now: Instant,
        after: Option<(Instant, RecordRef)>,
        limit: usize,
    ) -> Result<(Vec<(Instant, RecordRef)>, bool), StoreError> {
        let any = TimeRange { after, ..TimeRange::default() };
        // Behind a place that is before the range, the range is read from its beginning.
        let after_now = any.after.clone().filter(|(at, _)| *at >= now);
        let ahead = TimeRange { from: Some(now), after: after_now, ..TimeRange::default() };
        let tickets = own_awaited_list(clec);
        let lists = [
            ((keys::BY_CLEC, "clecPk", tickets.as_str()), &any),
            ((keys::BY_TIME, "timePk", outage::change::ANNOUNCED), &ahead),
            ((keys::BY_TIME, "timePk", change_request::TO_ANSWER), &any),
        ];
        let pages = lists.into_iter().map(|(list, span)| self.matters(list, span, limit));
        let (mut listed, mut more) = (Vec::new(), false);
        for (page, goes_on) in try_join_all(pages).await? {
            listed.extend(page);
            more |= goes_on;
        }
        listed.sort();
        more |= listed.len() > limit;
        listed.truncate(limit);
        let place = |(at, of): (String, RecordRef)| Some((keys::due_instant(&at)?, of));
        Ok((listed.into_iter().filter_map(place).collect(), more))
    }

    /// Records of any kinds, by what they are; those that are not there are left out.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn records_at(
        &self,
        of: impl IntoIterator<Item = RecordRef>,
    ) -> Result<HashMap<RecordRef, AnyRecord>, StoreError> {
        let found = self.images(of.into_iter().map(|of| record_key(&of)).collect()).await?;
        let records = found.into_iter().filter_map(|image| match image {
            StoredItem::Record(record) => Some((record.reference(), record)),
            _ => None,
        });
        Ok(records.collect())
    }

    /// The positions of a CLEC on planned outages and on responses, by what they are on.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn positions_of(
        &self,
        clec: &ClecId,
        on: impl IntoIterator<Item = RecordRef>,
    ) -> Result<HashMap<RecordRef, PositionOf>, StoreError> {
        let wanted = on.into_iter().map(|of| key(keys::partition(&of), keys::part::<Position>(clec)));
        let read_position = |item: Item| {
            let pk = item.get("pk").and_then(|pk| pk.as_s().ok()).cloned().unwrap_or_default();
            Ok(match keys::reference(&pk) {
                Some(of @ RecordRef::Outage(_)) => Some((of, PositionOf::Window(read::<WindowPosition>(item)?.window))),
                Some(of) => Some((of, PositionOf::Response(read::<Position>(item)?.response))),
                None => None,
            })
        };
        let found = self.items(wanted.collect()).await?.into_iter().map(read_position);
        Ok(found.collect::<Result<Vec<_>, StoreError>>()?.into_iter().flatten().collect())
    }
}

/// On what a CLEC took its position last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PositionOf {
    /// On a window of a planned outage.
    Window(u32),
    /// On a response to a change request.
    Response(u32),
}

fn placed(place: &str, item: Item) -> Option<Queued> {
    let (_, what) = place.split_once('#')?;
    match StoredItem::read(into_serde(item)) {
        Ok(item @ (StoredItem::Record(_) | StoredItem::Notice(_))) => {
            Some(Queued { place: (keys::due_instant(place)?, what.to_owned()), item })
        }
        Ok(_) => None,
        Err(error) => {
            tracing::error!(place, %error, "what is due cannot be read");
            None
        }
    }
}
