//! The bus: every change as an event, in one envelope (AP-05).
//!
//! Events are made from the table's stream, after the commit: none is told that did not happen, none is lost. At least
//! once, in the order of each ticket; `id` is the same on a repeat.
//!
//! The types of events, with what each means and its data, are the rows of [`Happened`], for who puts events and for who reads them.
//!
//! The detail is `{"version": "1", "id", "type", "at", "party"?, "ticket"?, "data"}`. Of a notice, the data are `noticeId`,
//! `about`, `kind`, `notice`, `sequence`, `dueAt`, `rule`, and `untold` (CLECs to be told by telephone); of a contact `contact`, `role`, `verification`. No name, endpoint or
//! free text is in it: who needs these asks the API.

mod event;
mod meaning;

pub use event::{Change, Event, Happened};
pub use meaning::events_of;

use crate::{Lazy, store::chain};
use aws_sdk_eventbridge::{Client, types::PutEventsRequestEntry};

/// What one call takes of events.
const AT_ONCE: usize = 10;
/// The source that events name.
pub const SOURCE: &str = "wholesale.desk";

/// The event bus.
#[derive(Debug, Clone)]
pub struct Bus {
    client: Lazy<Client>,
    name: String,
}

/// Why events did not reach the bus.
#[derive(Debug, thiserror::Error)]
#[error("EventBridge PutEvents: {0}")]
pub struct BusError(String);

impl Bus {
    /// The bus of this name.
    #[must_use]
    pub fn new(client: impl FnOnce() -> Client + Send + 'static, name: impl Into<String>) -> Self {
        Self { client: Lazy::new(client), name: name.into() }
    }

    /// Puts events on the bus, ten a call.
    ///
    /// # Errors
    /// When one of them was not taken; the others may have been.
    pub async fn put(&self, events: &[Event]) -> Result<(), BusError> {
        for chunk in events.chunks(AT_ONCE) {
            let entries = chunk.iter().map(|event| self.entry(event)).collect::<Result<Vec<_>, _>>()?;
            let put = self.client.put_events().set_entries(Some(entries)).send().await;
            let put = put.map_err(|error| BusError(chain(&error)))?;
            if put.failed_entry_count() > 0 {
                let codes: Vec<&str> = put.entries().iter().filter_map(|entry| entry.error_code()).collect();
                return Err(BusError(format!("{} of {} not taken: {}", codes.len(), chunk.len(), codes.join(", "))));
            }
        }
        Ok(())
    }

    fn entry(&self, event: &Event) -> Result<PutEventsRequestEntry, BusError> {
        let detail = serde_json::to_string(event).map_err(|error| BusError(error.to_string()))?;
        let resources = event.ticket.map(|number| format!("ticket/{number}"));
        Ok(PutEventsRequestEntry::builder()
            .event_bus_name(&self.name)
            .source(SOURCE)
            .detail_type(event.happened.name())
            .set_resources(resources.map(|resource| vec![resource]))
            .detail(detail)
            .build())
    }
}
