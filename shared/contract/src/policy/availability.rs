//! The availability of interfaces in the policy.

use crate::Severity;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How the availability of interfaces is computed from events and planned outages (WB-05). Not dated: no clock of the contract depends on
/// it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Availability {
    /// Over how many days, the last whole ones.
    pub days: u64,
    /// An interface is unavailable during an event of these severities, and impaired during an event of any other.
    pub unavailable: BTreeSet<Severity>,
}

impl Availability {
    pub(super) fn fault(&self) -> Option<&'static str> {
        (!(1..=366).contains(&self.days)).then_some("days: is 1 to 366")
    }
}
