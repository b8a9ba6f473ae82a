//! What a thing was before a change: how it differed, in few words, so that its past is kept with what changed it (TT-22).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// How a thing differed before a change: a JSON patch (RFC 6902) from after to before, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UndoPatch(String);

/// A past that does not fit what it is of.
#[derive(Debug, thiserror::Error)]
#[error("what was before a change does not fit what came of it")]
pub struct HistoryMismatch;

impl UndoPatch {
    /// How `before` differs from `after`, but for the fields that are named; nothing when it does not.
    #[must_use]
    pub fn between<T: Serialize>(before: &T, after: &T, but_for: &[&str]) -> Option<Self> {
        let (mut before, mut after) = (fields(before, but_for), fields(after, but_for));
        let lists: BTreeSet<String> = before
            .keys()
            .filter(|name| before[*name].is_array() && after.get(*name).is_some_and(Value::is_array))
            .cloned()
            .collect();
        let mut patch = Vec::new();
        for name in lists {
            if let (Some(Value::Array(before)), Some(Value::Array(after))) = (before.remove(&name), after.remove(&name))
            {
                patch.extend(of_list(&name, &before, &after));
            }
        }
        patch.extend(json_patch::diff(&after.into(), &before.into()).0.iter().map(|operation| json!(operation)));
        (!patch.is_empty()).then(|| Self(Value::Array(patch).to_string()))
    }

    /// All of a thing that is gone, but for the fields that are named.
    #[must_use]
    pub fn whole<T: Serialize>(thing: &T, but_for: &[&str]) -> Option<Self> {
        let add = |(name, value)| json!({ "op": "add", "path": format!("/{name}"), "value": value });
        let patch: Vec<Value> = fields(thing, but_for).into_iter().map(add).collect();
        (!patch.is_empty()).then(|| Self(Value::Array(patch).to_string()))
    }

    /// Makes what it came to what it was.
    ///
    /// # Errors
    /// When it is not of this thing.
    pub fn put_back(&self, thing: &mut Value) -> Result<(), HistoryMismatch> {
        let patch: json_patch::Patch = serde_json::from_str(&self.0).map_err(|_| HistoryMismatch)?;
        json_patch::patch(thing, &patch).map_err(|_| HistoryMismatch)
    }
}

/// The fields of a thing, but for those that are named.
#[must_use]
pub fn fields<T: Serialize>(thing: &T, but_for: &[&str]) -> Map<String, Value> {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(thing) else { return Map::new() };
    fields.retain(|name, _| !but_for.contains(&name.as_str()));
    fields
}

/// Lists grow at their end, and what is shown of them gives way at their beginning: told as that, and not place by place.
fn of_list(name: &str, before: &[Value], after: &[Value]) -> Vec<Value> {
    let gave_way = (0..=before.len()).find(|first| after.starts_with(&before[*first..])).unwrap_or(before.len());
    let added = before.len() - gave_way..after.len();
    let away = added.rev().map(|at| json!({ "op": "remove", "path": format!("/{name}/{at}") }));
    let back = before[..gave_way]
        .iter()
        .rev()
        .map(|value| json!({ "op": "add", "path": format!("/{name}/0"), "value": value }));
    away.chain(back).collect()
}
