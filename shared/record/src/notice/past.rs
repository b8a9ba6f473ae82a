//! What a notice was before it was told more, or left earlier, than it was to (TT-22).

use super::{Notice, Sending};
use crate::undo::{HistoryMismatch, UndoPatch};
use contract::Instant;
use serde::{Deserialize, Serialize};

/// What a notice was until an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeRevision {
    /// When this state of the notice ended.
    pub until: Instant,
    /// How it differed.
    pub was: UndoPatch,
}

impl Notice {
    /// Remembers what it was until now (TT-22): what it tells, and when it is due; how far its sending is tells its instants
    /// itself.
    pub(super) fn having_been(mut self, before: &Self, now: Instant) -> Self {
        let of_sending =
            ["revision", "sending", "warnedAt", "missedAt", "content", "audience", "recipients", "done", "was"];
        let was = UndoPatch::between(before, &self, &of_sending);
        self.was.extend(was.map(|was| NoticeRevision { until: now, was }));
        self
    }

    /// The notice as it stood at an instant; nothing before it came to be owed. A taking that came to nothing leaves no trace.
    #[must_use]
    pub fn as_at(&self, at: Instant) -> Option<Self> {
        if self.owed_at > at {
            return None;
        }
        let unsaid = self.was.iter().take_while(|earlier| earlier.until <= at).count();
        let mut then = self.before(unsaid).ok()?;
        then.warned_at = self.warned_at.filter(|warned| *warned <= at);
        then.missed_at = self.missed_at.filter(|missed| *missed <= at);
        if !matches!(self.sending, Sending::Sent { at: sent, .. } if sent <= at) {
            then.sending = Sending::Pending;
            then.done.clear();
            then.recipients.iter_mut().for_each(|of| of.endpoints = None);
        }
        for of in &mut then.recipients {
            of.call = of.call.take().filter(|call| call.at <= at);
        }
        Some(then)
    }

    /// With what it was to tell, and when, before all but so many of the times that it was changed.
    ///
    /// # Errors
    /// When what was kept is not of this notice.
    pub fn before(&self, kept: usize) -> Result<Self, HistoryMismatch> {
        if kept >= self.was.len() {
            return Ok(self.clone());
        }
        let mut then = serde_json::to_value(self).map_err(|_| HistoryMismatch)?;
        for earlier in self.was[kept..].iter().rev() {
            earlier.was.put_back(&mut then)?;
        }
        serde_json::from_value(then).map_err(|_| HistoryMismatch)
    }
}
