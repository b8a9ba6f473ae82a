//! Process production support (12.8): its tiers, and its dated terms.

use crate::{calendar::Week, duration, party::WsdTier};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Who works process tickets. Not dated: no clock of the contract depends on it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ProcessSupport {
    /// The five tiers of Wholesale Service Delivery.
    pub tiers: BTreeMap<WsdTier, TierPeople>,
    /// How many affected orders a ticket lists.
    pub orders_at_most: u32,
}

/// The people of a tier.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TierPeople {
    /// What the source calls them.
    pub name: String,
    /// How a token's role is called that makes its bearer one of them.
    pub role: String,
    /// How to reach them.
    pub contact: String,
}

impl ProcessSupport {
    /// The people of a tier.
    ///
    /// # Panics
    /// Never for a validated policy: each tier has its people.
    #[must_use]
    pub fn tier(&self, tier: WsdTier) -> &TierPeople {
        self.tiers.get(&tier).expect("a validated policy names the people of each tier")
    }

    pub(super) fn fault(&self) -> Option<String> {
        let word = |text: &str| (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        let has_people = |tier: &WsdTier| self.tiers.get(tier).is_some_and(|of| word(&of.role) && !of.name.is_empty());
        if let Some(tier) = WsdTier::ALL.iter().find(|tier| !has_people(tier)) {
            return Some(format!("tiers: {} has no name, or no role, which is a word", tier.as_str()));
        }
        // A list of them is written in one request.
        (!(1..=10_000).contains(&self.orders_at_most)).then(|| "ordersAtMost: is 1 to 10000".to_owned())
    }
}

/// The terms of process tickets, dated with the rest (POL-04).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ProcessTerms {
    /// The CSIE's hours of operation, where they are not the help desk's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Week>,
    /// How often a CLEC is given the status of its ticket by telephone, in these hours, unless otherwise agreed.
    #[serde(with = "duration")]
    pub status_every: TimeDelta,
    /// How long before a status is due tier 1 is warned that nobody gave it.
    #[serde(with = "duration")]
    pub warned_before: TimeDelta,
    /// How long the interval may be that a CLEC agrees to.
    #[serde(with = "duration")]
    pub agreed_at_most: TimeDelta,
    /// Whether a CLEC that nobody called in time is told the status by the channels that it subscribed.
    pub tells_what_nobody_called: bool,
    /// Within how many business hours, which are the CSIE's, all concerned are told that other CLECs are impacted.
    #[serde(with = "duration")]
    pub impacted_told_within: TimeDelta,
    /// How long a CLEC that does not agree with the closing has to escalate, by the wall clock.
    #[serde(with = "duration")]
    pub escalate_within: TimeDelta,
}

impl ProcessTerms {
    pub(super) fn fault(&self) -> Option<String> {
        if let Some(fault) = self.hours.as_ref().and_then(Week::fault) {
            return Some(format!("processTickets: hours: {fault}"));
        }
        // A check runs each minute.
        let minute = TimeDelta::minutes(1);
        if self.warned_before < minute || self.status_every < self.warned_before + minute {
            return Some(
                "processTickets: a warning comes a minute or more before the status, and after its interval began"
                    .to_owned(),
            );
        }
        if self.agreed_at_most < self.status_every || self.agreed_at_most > TimeDelta::days(31) {
            return Some("processTickets: agreedAtMost: from statusEvery to P31D".to_owned());
        }
        let terms = [self.impacted_told_within, self.escalate_within];
        terms
            .iter()
            .any(|term| *term < minute || *term > TimeDelta::days(31))
            .then(|| "processTickets: impactedToldWithin and escalateWithin: from PT1M to P31D".to_owned())
    }
}
