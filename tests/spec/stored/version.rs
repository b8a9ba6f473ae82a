//! A version of the stored data: a folder of `tests/data/stored`, named by its number.

use super::telling::Told;
use contract::{IdSecrets, id_secret::UNKEYED};
use serde_dynamo::{AttributeValue, Item};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};
use tests::{Kept, Story, laid_out, story::ID_SECRET};

/// The desk's table, and that of the local messaging service, of which the topics and their subscriptions are kept.
const TABLES: [&str; 2] = ["desk", "local"];
/// No program listens there.
const NOWHERE: &str = "127.0.0.1:9";
/// What a listener's signatures are checked with.
const SECRET: &str = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
/// When it was, and all that was stored then.
#[derive(Debug, PartialEq)]
pub(super) struct Version {
    now: String,
    /// The ids of what is in it, by the story's names for it.
    pub(super) names: BTreeMap<String, String>,
    tables: BTreeMap<String, BTreeMap<String, Value>>,
    /// What was taken out of it, when it was not read.
    pub(super) chance: Chance,
}

/// The folder of all versions.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/stored")
}

/// The numbers of all versions, in order.
pub(super) fn numbers() -> Vec<u32> {
    let names = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut numbers: Vec<u32> = names.filter_map(|name| name.to_str()?.parse().ok()).collect();
    numbers.sort_unstable();
    numbers
}

/// The folder of a version.
pub(super) fn folder_of(number: u32) -> PathBuf {
    folder().join(number.to_string())
}

impl Version {
    /// A version as it was written.
    pub(super) fn read(number: u32) -> Self {
        let text = std::fs::read_to_string(folder_of(number).join("items.json")).unwrap();
        let whole: Value = serde_json::from_str(&text).unwrap();
        let items =
            |table: &str| whole[table].as_array().unwrap().iter().map(|item| (key(item), item.clone())).collect();
        let tables = TABLES.map(|table| (table.to_owned(), items(table))).into();
        let names = serde_json::from_value(whole["names"].clone()).unwrap();
        Self { now: whole["now"].as_str().unwrap().to_owned(), names, tables, chance: Chance::default() }
    }

    /// Writes it down.
    pub(super) fn write(&self, number: u32) {
        let tables =
            self.tables.iter().map(|(table, items)| (table.clone(), items.values().cloned().collect::<Value>()));
        let mut whole: serde_json::Map<String, Value> = tables.collect();
        whole.insert("now".to_owned(), json!(self.now));
        whole.insert("names".to_owned(), json!(self.names));
        std::fs::create_dir_all(folder_of(number)).unwrap();
        std::fs::write(folder_of(number).join("items.json"), laid_out(&whole.into()) + "\n").unwrap();
    }

    /// What a story stored.
    pub(super) fn of(told: &Told) -> Self {
        let tables: BTreeMap<String, Vec<Value>> = TABLES
            .into_iter()
            .map(|table| (table.to_owned(), told.story.table(table).into_iter().filter(is_kept).map(plain).collect()))
            .collect();
        let chance = Chance::of(&tables);
        let items =
            |items: &Vec<Value>| items.iter().map(|item| chance.out_of(item)).map(|item| (key(&item), item)).collect();
        let tables = tables.iter().map(|(table, of)| (table.clone(), items(of))).collect();
        let names = serde_json::from_value(chance.out_of(&json!(told.names))).unwrap();
        Self { now: platform::keys::instant(told.story.now()), names, tables, chance }
    }

    /// The same as if its ids had been drawn as those of another version: each name stands for the other's id, and each endpoint
    /// for its subscription there.
    pub(super) fn with_ids_of(mut self, other: &Self) -> Self {
        let names = self.names.iter().filter_map(|(name, id)| Some((id.clone(), other.names.get(name)?.clone())));
        let endpoint = |item: &Value| {
            Some((item.get("endpoint")?.clone(), item["party"].clone(), item["id"].as_str()?.to_owned()))
        };
        let there: Vec<_> = other.items().filter_map(endpoint).collect();
        let subscriptions = self.items().filter_map(endpoint).filter_map(|(endpoint, party, id)| {
            let (.., of) = there.iter().find(|(e, p, _)| (e, p) == (&endpoint, &party))?;
            Some((id, of.clone()))
        });
        let replaced: Vec<_> = names.chain(subscriptions).filter(|(from, to)| from != to).collect();
        self.chance.0.extend(replaced);
        for items in self.tables.values_mut() {
            *items = items.values().map(|item| self.chance.out_of(item)).map(|item| (key(&item), item)).collect();
        }
        self
    }

    /// Every item of the desk's table, by its key.
    pub(super) fn desk(&self) -> &BTreeMap<String, Value> {
        &self.tables["desk"]
    }

    /// Every item of the desk's table.
    pub(super) fn items(&self) -> impl Iterator<Item = &Value> {
        self.desk().values()
    }

    /// A desk that finds all this, at that instant.
    pub(super) async fn restored(&self) -> Story {
        // Version 1 is from before there was a secret.
        let ids = IdSecrets::new(ID_SECRET, UNKEYED).unwrap();
        let story = Story::drawing_with(ids, Kept::nothing(), &self.now).await;
        for (table, items) in &self.tables {
            story.restore(table, items.values().map(|item| serde_dynamo::to_item(item).unwrap()).collect());
        }
        story
    }
}

/// What is drawn by lot, and the ports of programs that listen; each with what stands for it, always the same.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Chance(Vec<(String, String)>);

impl Chance {
    fn of(tables: &BTreeMap<String, Vec<Value>>) -> Self {
        let mut replaced: Vec<(String, String)> = Vec::new();
        let text = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
        let with = |name: &str| tables["desk"].iter().filter(|item| item.get(name).is_some()).collect::<Vec<_>>();
        let mut listeners = with("callback");
        listeners.sort_by_key(|listener| text(listener, "callback").rsplit('/').next().unwrap().to_owned());
        for (at, listener) in listeners.into_iter().enumerate() {
            let callback: url::Url = text(listener, "callback").parse().unwrap();
            let id = text(listener, "id");
            let party = id.split_once('.').unwrap().0;
            replaced.push((format!("127.0.0.1:{}", callback.port().unwrap()), NOWHERE.to_owned()));
            replaced.push((id.clone(), format!("{party}.{at:016}")));
            replaced.push((text(listener, "secret"), SECRET.to_owned()));
            replaced.push((text(&listener["request"], "body"), "0".repeat(32)));
        }
        let mut subscriptions = with("endpoint");
        subscriptions.sort_by_key(|subscription| text(subscription, "id"));
        for (at, subscription) in subscriptions.into_iter().enumerate() {
            let arn = text(subscription, "arn");
            let id = arn.rsplit(':').next().unwrap().to_owned();
            replaced.push((id, format!("00000000-0000-4000-8000-{at:012}")));
            replaced.push((text(subscription, "codeHash"), "0".repeat(16)));
        }
        let tokens = tables["local"].iter().map(|topic| text(topic, "token"));
        replaced.extend(tokens.map(|token| (token, "00000000-0000-4000-8000-000000000000".to_owned())));
        replaced.retain(|(from, _)| !from.is_empty());
        Self(replaced)
    }

    /// A text without it.
    pub(super) fn out_of_text(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    }

    fn out_of(&self, value: &Value) -> Value {
        serde_json::from_str(&self.out_of_text(&value.to_string())).unwrap()
    }
}

/// Of the messaging service, its clock and what it delivered are no data of the desk.
fn is_kept(item: &Item) -> bool {
    !matches!(item.get("pk"), Some(AttributeValue::S(pk)) if ["WORLD", "DELIVERY"].contains(&pk.as_str()))
}

/// What became another of an item.
#[derive(Debug)]
pub(super) struct Change {
    /// Which item, and the names of its fields.
    pub(super) brief: String,
    /// With their values.
    pub(super) whole: String,
}

/// What became another between two states of a table.
pub(super) fn changes(before: &BTreeMap<String, Value>, after: &BTreeMap<String, Value>) -> Vec<Change> {
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |key: &String| match (before.get(key), after.get(key)) {
        (None, Some(item)) => Some(Change { brief: format!("+ {key}"), whole: format!("+ {}", laid_out(item)) }),
        (Some(_), None) => Some(Change { brief: format!("- {key}"), whole: format!("- {key}") }),
        (Some(was), Some(is)) if was != is => {
            let names: BTreeSet<&String> = [was, is].iter().flat_map(|of| of.as_object().unwrap().keys()).collect();
            let names: Vec<_> = names.into_iter().filter(|name| was.get(name) != is.get(name)).cloned().collect();
            let value = |of: &Value, name: &String| of.get(name).map_or_else(|| "none".to_owned(), Value::to_string);
            let lines = names.iter().map(|name| format!("\n    {name}: {} -> {}", value(was, name), value(is, name)));
            let whole = format!("~ {key}{}", lines.collect::<String>());
            Some(Change { brief: format!("~ {key}: {}", names.join(", ")), whole })
        }
        _ => None,
    };
    keys.into_iter().filter_map(change).collect()
}

/// The desk's table as it is now, by the items' keys.
pub(super) fn table(story: &Story) -> BTreeMap<String, Value> {
    story.items().into_iter().map(plain).map(|item| (key(&item), item)).collect()
}

/// An item as plain JSON, from which the item can be made again.
pub(super) fn plain(item: Item) -> Value {
    let plain: Value = serde_dynamo::from_item(item.clone()).unwrap();
    assert_eq!(serde_dynamo::to_item::<_, Item>(&plain).unwrap(), item, "an item that is no plain JSON");
    plain
}

/// The key of an item, in a line.
pub(super) fn key(item: &Value) -> String {
    format!("{} {}", item["pk"].as_str().unwrap(), item["sk"].as_str().unwrap())
}
