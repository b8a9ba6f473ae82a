//! What the lists need of an event: what everybody was told of it last, and when it impaired its system.

use super::month::Month;
use contract::{Instant, Policy, Severity, TicketNumber};
use domain::{availability::Impairment, ticket::public_event::PublicEvent};
use record::notice::Status;
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::BTreeSet};

/// An event in lists, as everybody was told of it. It stands in files that everybody may read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventSummary {
    /// The number of the ticket.
    pub(crate) number: TicketNumber,
    /// The system affected, if it is known.
    pub(crate) system: Option<String>,
    /// The severity that was told last.
    pub(crate) severity: Severity,
    /// Where it stands.
    pub(crate) status: Status,
    /// What it is, in the provider's words.
    pub(crate) description: String,
    /// When everybody was first told of it.
    pub(crate) begun_at: Instant,
    /// When everybody was last told of it.
    pub(crate) told_at: Instant,
    /// When everybody was told that it is over.
    pub(crate) ended_at: Option<Instant>,
    /// When the next update is due.
    pub(crate) next_update_due: Option<Instant>,
    /// How it was closed.
    pub(crate) disposition: Option<String>,
    /// When it impaired its system.
    pub(crate) impairments: Vec<Impairment>,
    /// The ticket that its trouble is told of under now.
    pub(crate) goes_on_as: Option<TicketNumber>,
    /// The months in which everybody was told of it, in the policy's zone.
    pub(crate) months: BTreeSet<Month>,
}

impl EventSummary {
    /// What the lists need of an event.
    pub(crate) fn of(event: &PublicEvent<'_>, policy: &Policy) -> Self {
        let latest = event.latest().content;
        let month = |at: Instant| Month::of(policy.calendar(at).date(at));
        Self {
            number: event.number,
            system: latest.system_affected.clone(),
            severity: latest.severity,
            status: latest.status,
            description: latest.description.clone(),
            begun_at: event.begun_at(),
            told_at: latest.at,
            ended_at: event.ended_at(),
            next_update_due: latest.next_update_due.filter(|_| event.ended_at().is_none()),
            disposition: latest.disposition.clone(),
            impairments: event.impairments(),
            goes_on_as: event.goes_on_as.map(|(number, _)| number),
            months: event.notices.iter().map(|of| month(of.content.at)).collect(),
        }
    }

    /// The order of lists: by when they began.
    pub(crate) fn place(&self) -> (Instant, TicketNumber) {
        (self.begun_at, self.number)
    }
}

/// An event as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed<'a> {
    pub(crate) number: TicketNumber,
    pub(crate) system: Option<&'a str>,
    pub(crate) severity: Severity,
    pub(crate) status: Status,
    pub(crate) description: Cow<'a, str>,
    pub(crate) begun_at: Instant,
    pub(crate) ended_at: Option<Instant>,
    /// Of what goes on, in a list of that.
    pub(crate) next_update_due: Option<Instant>,
    pub(crate) disposition: Option<&'a str>,
    pub(crate) goes_on_as: Option<TicketNumber>,
}

/// How many letters of a description a list shows.
const SHOWN_AT_MOST: usize = 160;

impl EventSummary {
    /// As a list shows it: of what goes on, or of the past.
    pub(crate) fn listed(&self, going_on: bool) -> Listed<'_> {
        Listed {
            number: self.number,
            system: self.system.as_deref(),
            severity: self.severity,
            status: self.status,
            description: match self.description.char_indices().nth(SHOWN_AT_MOST) {
                Some((end, _)) => format!("{} ...", self.description[..end].trim_end()).into(),
                None => self.description.as_str().into(),
            },
            begun_at: self.begun_at,
            ended_at: self.ended_at,
            next_update_due: self.next_update_due.filter(|_| going_on),
            disposition: self.disposition.as_deref(),
            goes_on_as: self.goes_on_as,
        }
    }
}
