//! How many documents belong to a ticket.

use serde::{Deserialize, Serialize};

/// How many documents belong to a ticket (TT-02). Not dated: no clock of the contract depends on it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Documents {
    /// How many each of its two parties may bring: its CLEC, and the provider. Neither takes the other's room.
    pub each_party_at_most: u32,
}

impl Documents {
    pub(super) fn fault(&self) -> Option<&'static str> {
        // All of them are read for a list.
        (!(1..=1_000).contains(&self.each_party_at_most)).then_some("eachPartyAtMost: is 1 to 1000")
    }
}
