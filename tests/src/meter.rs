//! Calls and units of an operation, by AWS's documented rules: a write costs a unit a kilobyte of the larger of the item
//! before and after, twice in a transaction; an index one more for each entry that is written, two where its key changes;
//! a strongly consistent read a unit for four kilobytes, an index's half of one. The engine's own figures differ between
//! engines, so they are computed here from what was written.

use crate::Story;
use local_desk::stand_ins::TABLE;
use platform::keys;
use serde_dynamo::{AttributeValue, Item};
use std::sync::MutexGuard;

/// What an operation cost.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cost {
    /// Calls, by operation, in order.
    pub calls: Vec<String>,
    /// Write units.
    pub write_units: usize,
    units: Vec<usize>,
    functions: Vec<String>,
}

/// The indexes, with the attribute that is each one's partition key, the one that is its sort key, and whether it holds
/// whole items.
const INDEXES: [(&str, &str, &str, bool); 3] = [
    (keys::DUE, "duePk", "dueSk", true),
    (keys::BY_CLEC, "clecPk", "openedSk", false),
    (keys::BY_TIME, "timePk", "openedSk", false),
];

/// Measures what goes over the wire while `operation` runs.
pub async fn measure<T>(story: &Story, operation: impl Future<Output = T>) -> (T, Cost) {
    let _before = story.wire.calls();
    let seen = story.written();
    let value = operation.await;
    let calls = story.wire.calls_of_functions();
    let mut records = story.records().split_off(seen).into_iter();
    let mut cost = Cost::default();
    for (function, call) in calls {
        let writes = match call.operation.as_str() {
            "PutItem" => 1,
            "TransactWriteItems" => {
                let body: serde_json::Value = serde_json::from_slice(&call.body).unwrap();
                body["TransactItems"].as_array().map_or(0, Vec::len)
            }
            _ => 0,
        };
        let mut units = 0;
        let factor = if call.operation == "TransactWriteItems" { 2 } else { 1 };
        for (old, new) in records.by_ref().take(writes) {
            units += factor * kilobytes(size(&old).max(size(&new))) + index_units(&old, &new);
        }
        cost.write_units += units;
        cost.units.push(units);
        cost.calls.push(call.operation);
        cost.functions.push(function);
    }
    (value, cost)
}

fn index_units(old: &Item, new: &Item) -> usize {
    let entry = |item: &Item, pk: &str, sk: &str| Some((item.get(pk)?.clone(), item.get(sk)?.clone()));
    let mut units = 0;
    for (_, pk, sk, whole) in INDEXES {
        let weight = |item: &Item| if whole { kilobytes(size(item)) } else { 1 };
        units += match (entry(old, pk, sk), entry(new, pk, sk)) {
            (None, None) => 0,
            (None, Some(_)) => weight(new),
            (Some(_), None) => weight(old),
            (Some(before), Some(after)) if before != after => weight(old) + weight(new),
            (Some(_), Some(_)) if whole && old != new => weight(old).max(weight(new)),
            (Some(_), Some(_)) => 0,
        };
    }
    units
}

fn kilobytes(bytes: usize) -> usize {
    bytes.div_ceil(1024)
}

/// The size of an item by DynamoDB's rule: names and values in UTF-8, three bytes more for each list and map and one for
/// each of their entries, a number by its digits.
#[must_use]
pub fn size(item: &Item) -> usize {
    item.iter().map(|(name, value)| name.len() + value_size(value)).sum()
}

fn value_size(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(number) => number.len().div_ceil(2) + 1,
        AttributeValue::Bool(_) | AttributeValue::Null(_) => 1,
        AttributeValue::L(values) => 3 + values.iter().map(|value| 1 + value_size(value)).sum::<usize>(),
        AttributeValue::M(map) => 3 + map.iter().map(|(name, value)| 1 + name.len() + value_size(value)).sum::<usize>(),
        _ => 0,
    }
}

impl Story {
    /// Every change of an item of the desk's table so far, from the table's stream: before and after.
    #[must_use]
    pub fn records(&self) -> Vec<(Item, Item)> {
        self.read_on().records.clone()
    }

    /// How many changes of items there were so far.
    #[must_use]
    pub fn written(&self) -> usize {
        self.read_on().records.len()
    }

    /// Reads the stream from where it was read before.
    fn read_on(&self) -> MutexGuard<'_, Stream> {
        use dynoxide::actions::{
            get_records::GetRecordsRequest, get_shard_iterator::GetShardIteratorRequest,
            list_streams::ListStreamsRequest,
        };
        let mut stream = self.stream.lock().unwrap();
        let db = self.database();
        let streams =
            db.list_streams(ListStreamsRequest { table_name: Some(TABLE.to_owned()), ..Default::default() }).unwrap();
        let from = if stream.last.is_some() { "AFTER_SEQUENCE_NUMBER" } else { "TRIM_HORIZON" };
        let request = GetShardIteratorRequest {
            stream_arn: streams.streams[0].stream_arn.clone(),
            shard_id: dynoxide::streams::shard_id(TABLE),
            shard_iterator_type: from.to_owned(),
            sequence_number: stream.last.clone(),
        };
        let mut iterator = db.get_shard_iterator(request).unwrap().shard_iterator;
        while let Some(shard_iterator) = iterator {
            let batch = db.get_records(GetRecordsRequest { shard_iterator, limit: Some(1_000) }).unwrap();
            let Some(last) = batch.records.last() else { break };
            stream.last = Some(last.dynamodb.sequence_number.clone());
            let image = |image: &serde_json::Value| serde_json::from_value(image.clone()).unwrap_or_default();
            stream.records.extend(batch.records.iter().map(|record| {
                let record = serde_json::to_value(record).unwrap();
                (image(&record["dynamodb"]["OldImage"]), image(&record["dynamodb"]["NewImage"]))
            }));
            iterator = batch.next_shard_iterator;
        }
        stream
    }
}

/// The table's stream as far as it was read.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    last: Option<String>,
    records: Vec<(Item, Item)>,
}

impl Cost {
    /// The part up to the first write: a handler's own.
    #[must_use]
    pub fn until_commit(self) -> Self {
        let end = self.commit().map_or(self.calls.len(), |at| at + 1);
        self.part(|at, _| at < end)
    }

    /// The part behind the first write: what the stream does with it.
    #[must_use]
    pub fn after_commit(self) -> Self {
        let end = self.commit().map_or(self.calls.len(), |at| at + 1);
        self.part(|at, _| at >= end)
    }

    /// What a function did of it.
    #[must_use]
    pub fn of(self, function: &str) -> Self {
        self.part(|_, by| by == function)
    }

    fn part(self, is_in: impl Fn(usize, &str) -> bool) -> Self {
        let mut part = Self::default();
        for (at, ((call, units), function)) in self.calls.into_iter().zip(self.units).zip(self.functions).enumerate() {
            if is_in(at, &function) {
                part.write_units += units;
                part.calls.push(call);
                part.units.push(units);
                part.functions.push(function);
            }
        }
        part
    }

    /// Without what the stream tells the bus.
    #[must_use]
    pub fn without_events(mut self) -> Self {
        self.calls.retain(|call| call != "PutEvents");
        self
    }

    /// The calls in words: `2 PutItem, Query`.
    #[must_use]
    pub fn told(&self) -> String {
        let mut told: Vec<(usize, &str)> = Vec::new();
        for call in &self.calls {
            match told.iter_mut().find(|(_, known)| known == call) {
                Some((count, _)) => *count += 1,
                None => told.push((1, call)),
            }
        }
        let words =
            told.into_iter().map(|(count, call)| if count == 1 { call.to_owned() } else { format!("{count} {call}") });
        words.collect::<Vec<_>>().join(", ")
    }

    fn commit(&self) -> Option<usize> {
        self.calls.iter().position(|call| call == "TransactWriteItems")
    }
}
