//! How much each part of a record holds, so that a record is never too large for its item.
//!
//! The table's items have a limit ([`ITEM_AT_MOST`]). Of each kind the bounds of its parts add up to less, so that no part
//! takes another's room: whatever people wrote into one, what the desk must still write into the others fits, and a part that
//! goes over to another record, as a group's problem does with its primary, finds its own room there.
//!
//! A part is measured as JSON. That is never less than what the table counts, and it is what the history keeps of it
//! ([`UndoPatch`](crate::UndoPatch)), whose entries have the same limit.

use crate::undo::fields;
use contract::FieldError;
use serde::Serialize;
use serde_json::{Map, Value};

const KIB: usize = 1024;
/// The most that the table takes as one item, in bytes.
pub const ITEM_AT_MOST: usize = 400 * KIB;
/// What an item has beside the record: its keys, and those of the indexes.
pub const KEYS_AT_MOST: usize = 2 * KIB;

/// A part of a record: its fields, as they are stored, and how many KiB all of them have together.
pub type Bound = (&'static [&'static str], usize);

/// How many bytes a value has as JSON.
#[must_use]
pub fn bytes<T: Serialize>(value: &T) -> usize {
    serde_json::to_string(value).map_or(usize::MAX, |json| json.len())
}

/// What is too much in a record after an act on what it was `before`: a part over its bound that grew by the act. What was
/// larger already may stay, and shrink.
#[must_use]
pub fn overflow<T: Serialize>(
    (bounds, rest_kib): (&[Bound], usize),
    before: Option<&T>,
    after: &T,
) -> Option<FieldError> {
    let after = fields(after, &[]);
    // A small record, as most are, is looked at once.
    let least = bounds.iter().map(|(_, kib)| kib * KIB).fold(rest_kib * KIB, usize::min);
    if bytes(&after) <= least {
        return None;
    }
    let before = before.map(|before| fields(before, &[])).unwrap_or_default();
    let is_named = |name: &str| bounds.iter().any(|(fields, _)| fields.contains(&name));
    let rest: Vec<&str> = after.keys().map(String::as_str).filter(|name| !is_named(name)).collect();
    let parts = bounds.iter().map(|(fields, kib)| (*fields, kib * KIB));
    let mut parts = parts.chain([(rest.as_slice(), rest_kib * KIB)]);
    parts.find_map(|(names, most)| {
        let now = size(&after, names);
        let name = names.iter().max_by_key(|name| size(&after, &[name]).saturating_sub(size(&before, &[name])))?;
        let detail = || format!("holds as much as is kept of it: {most} bytes, and this would be {now}");
        (now > most && now > size(&before, names)).then(|| FieldError::new(*name, "TT-29", detail()))
    })
}

/// How many bytes some fields have together, with their names.
fn size(of: &Map<String, Value>, names: &[&str]) -> usize {
    names.iter().filter_map(|name| Some(name.len() + bytes(of.get(*name)?))).sum()
}

/// Has a list show its latest entries, in so many bytes: the oldest give way, and the latest one is always shown.
pub fn keep_latest<T: Serialize>(shown: &mut Vec<T>, count: usize, most: usize) {
    let mut sizes: Vec<usize> = shown.iter().map(|of| bytes(of) + 1).collect();
    let (mut from, mut sum) = (shown.len().saturating_sub(count), 0);
    for at in (from..shown.len()).rev() {
        sum += sizes.pop().unwrap_or_default();
        if sum > most && at + 1 < shown.len() {
            from = at + 1;
            break;
        }
    }
    shown.drain(..from);
}
