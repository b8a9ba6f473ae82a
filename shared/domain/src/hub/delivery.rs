//! An event on its way to a listener.

use super::Listener;
use contract::{Instant, Policy, TicketNumber, party::ListenerId};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// An event that is owed to a listener. What it says is fixed when it is recorded: each try says the same, under the same id.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// The listener that the event is sent to.
    pub listener: ListenerId,
    /// The event's id: a listener is owed each once.
    pub event: String,
    /// Counts every write: the condition of the next. 0 before the first.
    pub revision: u64,
    /// Of which ticket.
    pub ticket: TicketNumber,
    /// How far it is.
    #[serde(flatten)]
    pub progress: Progress,
    /// What is posted; forgotten when it was taken.
    pub body: Option<String>,
    /// When the table may forget it, in seconds of the epoch: until then the event is not told again.
    pub expires_at: i64,
}

/// How far a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "progress", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Progress {
    /// Somebody is sending it; who that is has died when this is over.
    Claimed {
        /// When the claim ends.
        until: Instant,
    },
    /// It waits for its listener's next try.
    Waiting,
    /// The listener took it.
    Taken {
        /// When the listener took it.
        at: Instant,
    },
}

impl Delivery {
    /// An event that is owed: claimed by who records it, or waiting where the listener fails.
    #[must_use]
    pub fn recorded(
        to: &Listener,
        event: String,
        ticket: TicketNumber,
        body: String,
        progress: Progress,
        now: Instant,
        policy: &Policy,
    ) -> Self {
        let expires_at = (now + policy.hub.remembered()).timestamp();
        Self { listener: to.id.clone(), event, revision: 0, ticket, progress, body: Some(body), expires_at }
    }

    /// Waiting for its listener's next try.
    #[must_use]
    pub fn waiting(self) -> Self {
        Self { progress: Progress::Waiting, ..self }
    }

    /// Claimed by a sender.
    #[must_use]
    pub fn claimed(self, until: Instant) -> Self {
        Self { progress: Progress::Claimed { until }, ..self }
    }

    /// After its listener took it.
    #[must_use]
    pub fn taken(self, at: Instant) -> Self {
        Self { progress: Progress::Taken { at }, body: None, ..self }
    }
}
