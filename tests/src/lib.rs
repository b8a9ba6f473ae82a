//! What the specifications and the journeys are told with: a desk on an engine of its own, clients, a clock that is
//! turned, a mailbox that is read, and a wire that can be cut.

#![allow(clippy::missing_panics_doc, reason = "a test fails by panicking")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

pub mod log;
pub mod meter;
pub mod receiver;
pub mod story;
pub mod template;
pub mod wire;

pub use receiver::Receiver;
pub use story::{Client, Reply, Story};
pub use template::Template;
pub use wire::{Fault, Wire};

use chrono::{DateTime, Utc};

/// An instant, as written.
#[must_use]
pub fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap_or_else(|_| panic!("'{text}' is no instant")).to_utc()
}
