//! What the specifications and the journeys are told with: a desk on an engine of its own, clients, a clock that is
//! turned, a mailbox that is read, and a wire that can be cut.

#![allow(clippy::missing_panics_doc, reason = "a test fails by panicking")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

pub mod client;
pub mod documents;
pub mod kept;
pub mod layout;
pub mod log;
pub mod meter;
pub mod receiver;
pub mod story;
pub mod template;
pub mod wire;

pub use client::{Client, Reply};
pub use documents::document;
pub use kept::Kept;
pub use layout::laid_out;
pub use receiver::Receiver;
pub use story::Story;
pub use template::Template;
pub use wire::{Fault, Wire};

use chrono::{DateTime, Utc};
use std::path::Path;

/// An instant, as written.
#[must_use]
pub fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap_or_else(|_| panic!("'{text}' is no instant")).to_utc()
}

/// Holds a file of the project to what makes it. With `UPDATE_TABLES` in the environment the file is written anew.
pub fn made(path: &str, made: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    if std::env::var_os("UPDATE_TABLES").is_some() {
        std::fs::write(&file, made).unwrap();
    }
    let is_so = std::fs::read_to_string(&file).unwrap() == made;
    assert!(is_so, "{path} is another now: UPDATE_TABLES=1 cargo test -p tests --test spec writes it");
}
