//! `service-problem-follower`: what follows for degradation reports from the ends of the trouble tickets that were raised of them (QS-03). Woken by
//! the bus, when a ticket ended or goes on again; an event that comes twice, or late, changes nothing, because the ticket is read as it is by then.

use contract::Failed;
use platform::{Services, bus::Event};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The types of the events on the bus that wake it.
pub const EVENT_TYPES: &[&str] = &["ticket.changed"];
/// What became so of these tickets: they ended, or go on again; a linked one ends with its primary.
pub const FACTS: &[&str] = &["closed", "reopened", "statusChanged", "linkedTo", "unlinked"];

/// What wakes it: an event of the bus.
#[derive(Debug, Deserialize)]
pub struct Woken {
    detail: Value,
}

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Followed {
    /// How many reports were told.
    pub reports: usize,
}

/// Why it could not be done; it is to be done again.
#[derive(Debug, thiserror::Error)]
pub enum Unfinished {
    /// Something could not be read or written.
    #[error("a report could not be told: {0}")]
    Failed(Box<dyn std::error::Error + Send + Sync>),
    /// The event is none of ours.
    #[error("what was read is unknown: {0}")]
    Unreadable(#[from] serde_json::Error),
}

impl From<Failed> for Unfinished {
    fn from(failed: Failed) -> Self {
        Self::Failed(failed.into())
    }
}

/// By the bus.
///
/// # Errors
/// What is to be done again.
pub async fn woken(services: &Services, by: Woken) -> Result<Followed, Unfinished> {
    tell(services, by.detail).await
}

/// Tells the reports what happened.
///
/// # Errors
/// What is to be done again.
pub async fn tell(services: &Services, detail: Value) -> Result<Followed, Unfinished> {
    let event: Event = serde_json::from_value(detail)?;
    let reports = match event.ticket {
        Some(ticket) => Box::pin(services.follow_ticket(ticket)).await?,
        None => 0,
    };
    tracing::info!(reports, "followed");
    Ok(Followed { reports })
}
