//! What the lists are made of: files of the bucket, beside the pages. Each is a pure function of the events that it is of, in whatever
//! order they were noted.

use super::{feeds::Item, month::Month, summary::EventSummary};
use crate::{Unfinished, layout::slug};
use contract::TicketNumber;
use domain::ticket::public_event::PublicEvent;
use platform::{
    Services,
    sites::{File, Kept},
};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::{BTreeMap, BTreeSet};

/// How many notices a feed tells, the latest.
const IN_FEED: usize = 50;

/// The events of a list, by number.
pub(crate) type Events = BTreeMap<TicketNumber, EventSummary>;

/// The files that the lists are made of, as far as this run has read them.
pub(crate) struct Manifests<'a> {
    services: &'a Services,
    /// Whether nothing that was written before counts.
    anew: bool,
    open: Option<Noted>,
    months: BTreeMap<Month, Noted>,
    /// How many events each month has.
    counts: Option<BTreeMap<Month, usize>>,
    /// The latest notices: of all events under no name, of a system's under its name in paths.
    latest: BTreeMap<Option<String>, Vec<Item>>,
    changed: bool,
}

/// The events of a list, as they were before this run and as they are now.
#[derive(Default)]
pub(crate) struct Noted {
    /// None where there was no such list.
    pub(crate) before: Option<Events>,
    pub(crate) now: Events,
}

impl<'a> Manifests<'a> {
    /// What was written before, to be read where it is needed.
    pub(crate) fn of(services: &'a Services) -> Self {
        Self {
            services,
            anew: false,
            open: None,
            months: BTreeMap::new(),
            counts: None,
            latest: BTreeMap::new(),
            changed: false,
        }
    }

    /// Nothing: what was written before does not count.
    pub(crate) fn anew(services: &'a Services) -> Self {
        Self {
            anew: true,
            changed: true,
            open: Some(Noted::default()),
            counts: Some(BTreeMap::new()),
            ..Self::of(services)
        }
    }

    /// Whether the site was made before.
    ///
    /// # Errors
    /// When that cannot be read.
    pub(crate) async fn are_there(&self) -> Result<bool, Unfinished> {
        Ok(self.services.sites.get("events/index.html").await?.is_some())
    }

    /// Notes an event as it stands now.
    ///
    /// # Errors
    /// When what was noted before cannot be read.
    pub(crate) async fn note(&mut self, event: &EventSummary) -> Result<(), Unfinished> {
        self.changed = true;
        for month in &event.months {
            let events = &mut self.month(*month).await?.now;
            events.insert(event.number, event.clone());
            let count = events.len();
            self.counts().await?.insert(*month, count);
        }
        let open = &mut self.open().await?.now;
        if event.ended_at.is_none() {
            open.insert(event.number, event.clone());
        } else {
            open.remove(&event.number);
        }
        Ok(())
    }

    /// Notes the notices of an event for the feeds.
    ///
    /// # Errors
    /// When what was noted before cannot be read.
    pub(crate) async fn note_notices(&mut self, event: &PublicEvent<'_>) -> Result<(), Unfinished> {
        let items = Item::all_of(event, &self.services.policy);
        let systems = items.iter().filter_map(|item| item.system.as_deref().map(slug));
        let feeds: BTreeSet<Option<String>> = systems.map(Some).chain([None]).collect();
        for feed in feeds {
            let of_feed = items.iter().filter(|item| feed.is_none() || item.system.as_deref().map(slug) == feed);
            let of_feed: Vec<Item> = of_feed.cloned().collect();
            let latest = self.latest(feed).await?;
            latest.retain(|item| of_feed.iter().all(|new| new.id != item.id));
            latest.extend(of_feed);
            latest.sort_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
            latest.truncate(IN_FEED);
        }
        Ok(())
    }

    /// The events that go on.
    pub(crate) async fn open(&mut self) -> Result<&mut Noted, Unfinished> {
        if self.open.is_none() {
            self.open = Some(self.noted(OPEN).await?);
        }
        Ok(self.open.get_or_insert_default())
    }

    /// The events of a month.
    pub(crate) async fn month(&mut self, month: Month) -> Result<&mut Noted, Unfinished> {
        if !self.months.contains_key(&month) {
            let noted = self.noted(&of_month(month)).await?;
            self.months.insert(month, noted);
        }
        Ok(self.months.entry(month).or_default())
    }

    async fn noted(&self, path: &str) -> Result<Noted, Unfinished> {
        let before: Option<Events> = self.read(path).await?;
        Ok(Noted { now: before.clone().unwrap_or_default(), before })
    }

    /// How many events each month has.
    pub(crate) async fn counts(&mut self) -> Result<&mut BTreeMap<Month, usize>, Unfinished> {
        if self.counts.is_none() {
            self.counts = Some(self.read(COUNTS).await?.unwrap_or_default());
        }
        Ok(self.counts.get_or_insert_default())
    }

    /// The latest notices, of all events or of a system's.
    pub(crate) async fn latest(&mut self, of: Option<String>) -> Result<&mut Vec<Item>, Unfinished> {
        if !self.latest.contains_key(&of) {
            let read = self.read(&of_feed(of.as_deref())).await?;
            self.latest.insert(of.clone(), read.unwrap_or_default());
        }
        Ok(self.latest.entry(of).or_default())
    }

    /// The feeds that this run has noted notices in.
    pub(crate) fn feeds(&self) -> impl Iterator<Item = (Option<&str>, &[Item])> {
        self.latest.iter().map(|(of, items)| (of.as_deref(), items.as_slice()))
    }

    async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Unfinished> {
        if self.anew {
            return Ok(None);
        }
        let bytes = self.services.sites.get(path).await?;
        Ok(bytes.map(|bytes| serde_json::from_slice(&bytes)).transpose()?)
    }

    /// The files as they are now; none where nothing was noted.
    ///
    /// # Errors
    /// When one cannot be written as JSON.
    pub(crate) fn changed(self) -> Result<Vec<File>, Unfinished> {
        if !self.changed {
            return Ok(Vec::new());
        }
        let mut files = Vec::new();
        for (month, events) in &self.months {
            files.push(json(of_month(*month), &events.now)?);
        }
        for (of, items) in &self.latest {
            files.push(json(of_feed(of.as_deref()), items)?);
        }
        files.extend(self.open.iter().map(|open| json(OPEN.to_owned(), &open.now)).collect::<Result<Vec<_>, _>>()?);
        files.extend(self.counts.iter().map(|counts| json(COUNTS.to_owned(), counts)).collect::<Result<Vec<_>, _>>()?);
        Ok(files)
    }
}

const OPEN: &str = "events/data/open.json";
const COUNTS: &str = "events/data/months.json";

fn of_month(month: Month) -> String {
    format!("events/data/{month}.json")
}

fn of_feed(system: Option<&str>) -> String {
    match system {
        None => "events/data/latest.json".to_owned(),
        Some(system) => format!("events/data/latest/{system}.json"),
    }
}

pub(super) fn json(path: String, of: &impl Serialize) -> Result<File, Unfinished> {
    Ok(File {
        path,
        media_type: "application/json",
        saved_as: None,
        kept: Kept::Shortly,
        bytes: serde_json::to_vec(of)?,
    })
}
