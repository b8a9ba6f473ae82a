//! The register of CLECs.

use contract::{ClecId, Instant};
use record::Done;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// A CLEC in the register: from its first subscription or contact on, or when the desk registers it.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Clec {
    /// Which.
    pub id: ClecId,
    /// As the desk calls it.
    pub name: Option<String>,
    /// Since when it is known.
    pub registered_at: Instant,
    /// Counts every write: the condition of the next.
    pub revision: u64,
    /// The requests that had their effect on it.
    #[serde(default, skip_serializing_if = "Done::is_empty")]
    pub done: Done,
}

impl Clec {
    /// A CLEC that nobody has named yet.
    #[must_use]
    pub fn new(id: ClecId, now: Instant) -> Self {
        Self { id, name: None, registered_at: now, revision: 1, done: Done::default() }
    }
}
