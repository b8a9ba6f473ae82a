//! `site-publisher`: makes the public sites, files that everybody may read, also while the API is down (WB-06): the event notification
//! site and the CMP site. Woken by the bus, when everybody was told of an event or a planned outage, or when something was done with a
//! change request, a meeting or a release; each night, because days pass; and by hand, to make all files anew.
//!
//! It never runs beside itself. Each run reads what is kept and writes every file that tells of it, so that a run that failed is made good
//! by running again, and events in any order make the same files.

mod cmp;
mod events;
mod layout;

use cmp::{CmpSite, Span};
use contract::{Failed, NoticeCategory, RecordRef};
use domain::change_request::{ChangeRequest, Fact};
use platform::{
    BucketError, Services, StoreError,
    bus::{self, Event, Happened},
    sites::File,
    store::{ReadFor, RecordIndex, TimeRange},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The types of the events on the bus that wake it for notices.
pub const OF_NOTICES: &[&str] = &["notice.sent"];
/// The types of these notices: every CLEC can be told them.
pub const NOTICES: &[&str] = &["event", "outage"];
/// The types of the events on the bus that wake it for tickets that came into a group, lead it, or left it.
pub const OF_TICKETS: &[&str] = &["ticket.changed"];
/// What became so of these: such a ticket is told under another number, or under its own again.
pub const FACTS: &[&str] = &["linkedTo", "unlinked", "madePrimary"];
/// The types of the events on the bus that wake it for the CMP site.
pub const OF_CMP: &[&str] = &["changeRequest.changed", "meeting.changed", "release.changed"];
/// What a call by hand names as its source, to make all files anew.
pub const REBUILD: &str = "rebuild";
/// How many records are read at once.
const AT_ONCE: usize = 100;

/// Why it could not all be done; it is to be done again.
#[derive(Debug, thiserror::Error)]
pub enum Unfinished {
    /// A call to the table failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file could not be read or written.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// A page could not be made.
    #[error("a page could not be made: {0:?}")]
    Page(Failed),
    /// The event is none of ours, or a file holds what this function has not written.
    #[error("what was read is unknown: {0}")]
    Unreadable(#[from] serde_json::Error),
}

impl From<Failed> for Unfinished {
    fn from(failed: Failed) -> Self {
        Self::Page(failed)
    }
}

/// What wakes it: an event of the bus, the schedule, or a call by hand.
#[derive(Debug, Deserialize)]
pub struct Woken {
    source: String,
    #[serde(default)]
    detail: Value,
}

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Published {
    /// How many files it wrote.
    pub files: usize,
}

/// By the bus, by hand, or by the schedule.
///
/// # Errors
/// What is to be done again.
pub async fn woken(services: &Services, by: Woken) -> Result<Published, Unfinished> {
    match by.source.as_str() {
        bus::SOURCE => Box::pin(tell(services, by.detail)).await,
        REBUILD => Box::pin(rebuild(services)).await,
        _ => Box::pin(nightly(services)).await,
    }
}

/// Tells what happened.
///
/// # Errors
/// What is to be done again.
pub async fn tell(services: &Services, detail: Value) -> Result<Published, Unfinished> {
    let event: Event = serde_json::from_value(detail)?;
    let files = match &event.happened {
        Happened::NoticeSent(notice) => match (notice.about(), notice.category()) {
            (RecordRef::Ticket(number), NoticeCategory::Event) => {
                Box::pin(events::publish_event(services, *number)).await?
            }
            (RecordRef::Outage(number), NoticeCategory::Outage) => {
                Box::pin(events::publish_outage(services, *number)).await?
            }
            _ => 0,
        },
        Happened::TicketChanged { .. } => match event.ticket {
            Some(number) => Box::pin(events::publish_event(services, number)).await?,
            None => 0,
        },
        Happened::ChangeRequestChanged { change_request, change } => {
            publish_request(services, change_request, &change.whole().collect::<Vec<_>>()).await?
        }
        Happened::MeetingChanged { .. } => put(services, CmpSite::of(services)?.meetings(Span::Near).await?).await?,
        Happened::ReleaseChanged { .. } => put(services, vec![CmpSite::of(services)?.releases().await?]).await?,
        _ => 0,
    };
    published(files)
}

/// Makes what follows from the date anew.
///
/// # Errors
/// What is to be done again.
pub async fn nightly(services: &Services) -> Result<Published, Unfinished> {
    let files = events::of_the_day(services).await?;
    if files == 0 {
        return published(0);
    }
    published(files + put(services, CmpSite::of(services)?.lists(Span::Near).await?).await?)
}

/// Makes all files anew.
///
/// # Errors
/// What is to be done again.
pub async fn rebuild(services: &Services) -> Result<Published, Unfinished> {
    let mut files = Box::pin(events::all(services)).await?;
    let site = CmpSite::of(services)?;
    for list in [RecordIndex::open_requests(), RecordIndex::requests_over()] {
        for request in site.all(&list, TimeRange::default()).await? {
            files += site.bring_documents(&request).await?;
            files += put(services, site.request(&request).await?).await?;
        }
    }
    files += put(services, site.lists(Span::All).await?).await?;
    published(files)
}

/// What was done with a change request. Those of an archive are imported by the hundred: the lists tell of them when the night comes, or
/// when all files are made anew.
async fn publish_request(services: &Services, reference: &RecordRef, facts: &[&Fact]) -> Result<usize, Unfinished> {
    let site = CmpSite::of(services)?;
    let Some(kept) = services.store.kept::<ChangeRequest>(reference, ReadFor::default()).await? else { return Ok(0) };
    let mut files = site.request(&kept.record).await?;
    if files.is_empty() {
        return Ok(0);
    }
    let brought = site.bring_documents(&kept.record).await?;
    if !facts.contains(&&Fact::Imported) {
        files.push(site.open_requests(Some(&kept.record)).await?);
        let was_over = facts.iter().any(|fact| matches!(fact, Fact::Entered { from, .. } if from.is_over()));
        if was_over || kept.record.step.is_over() {
            files.extend(site.archive(Some(&kept.record)).await?);
        }
        files.extend(layout::assets());
    }
    Ok(brought + put(services, files).await?)
}

async fn put(services: &Services, files: Vec<File>) -> Result<usize, Unfinished> {
    Ok(services.sites.put(files).await?)
}

fn published(files: usize) -> Result<Published, Unfinished> {
    tracing::info!(files, "published");
    Ok(Published { files })
}
