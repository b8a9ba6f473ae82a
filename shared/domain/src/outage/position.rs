//! What CLECs say to a planned outage, and the desk's answers (PO-04): each CLEC's position is its own.

use super::{Change, Fact, Outage, State};
use contract::{ClecId, Instant, OutageNumber, Party, Policy, RecordRef, Refused};
use record::{ActionContext, Announced, Record, RecordChange, notice::Line, position::Position as _};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use strum::{IntoStaticStr, VariantArray};

/// A CLEC's position on a window.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WindowPosition {
    /// On which planned outage.
    pub outage: OutageNumber,
    /// The CLEC that took the position.
    pub clec: ClecId,
    /// Counts every write: the condition of the next.
    pub revision: u64,
    /// Agrees or objects.
    pub position: Stance,
    /// The reason for the position.
    pub reason: Option<String>,
    /// On which of its windows: another one asks again.
    pub window: u32,
    /// That window's start.
    pub start: Option<Instant>,
    /// That window's stop.
    pub stop: Option<Instant>,
    /// When the position was taken.
    pub at: Instant,
    /// The desk's answer.
    pub answer: Option<Answer>,
}

impl record::position::Position for WindowPosition {
    type Said = (Stance, Option<String>, u32);

    fn about(&self) -> RecordRef {
        RecordRef::Outage(self.outage)
    }

    fn clec(&self) -> &ClecId {
        &self.clec
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    fn said(&self) -> Self::Said {
        (self.position, self.reason.clone(), self.window)
    }
}

/// The desk's answer to a position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The text of the answer.
    pub text: String,
    /// When the answer was given.
    pub at: Instant,
}

/// Agrees or objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Stance {
    /// The CLEC agrees to the window.
    Agree,
    /// The CLEC objects to the window.
    Object,
}

contract::word!(Stance);

impl Outage {
    /// A CLEC agrees or objects; an objection, which has its reason, is told to the desk, and so is its withdrawal. `None`
    /// when it stands so already.
    ///
    /// # Errors
    /// Only a CLEC takes a position, and only on what is announced. An objection without a reason.
    pub fn take_position(
        self,
        before: Option<WindowPosition>,
        position: Stance,
        reason: Option<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<Change>, Refused> {
        let Some(clec) = act.by.party.clec().cloned() else {
            return Err(Refused::forbidden("PO-04", "a position is a CLEC's; the desk answers it"));
        };
        if !matches!(self.state, State::Announced { .. }) {
            return Err(self.not_now("PO-04", "be agreed or objected to", act));
        }
        if position == Stance::Object && reason.is_none() {
            return Err(Refused::field("reason", "PO-04", "is missing: an objection says why"));
        }
        let taken = WindowPosition {
            outage: self.number,
            clec: clec.clone(),
            revision: WindowPosition::next_revision(before.as_ref()),
            position,
            reason,
            window: self.window,
            start: self.plan.start,
            stop: self.plan.stop,
            at: act.now,
            answer: None,
        };
        if taken.is_same(before.as_ref()) {
            return Ok(None);
        }
        let objected = before.is_some_and(|before| before.position == Stance::Object);
        let told = (position == Stance::Object || objected).then(|| {
            let (verb, number) = (if position == Stance::Object { "objects to" } else { "agrees with" }, self.number);
            let heading = format!("{clec} {verb} planned outage {number} of {}", self.plan.interface_told());
            let lines = [
                Line::new("CLEC", clec.as_str()),
                Line::new("Position", position.as_str()),
                Line::new("Reason", taken.reason.as_deref().unwrap_or("none")),
            ];
            self.notice_to(Party::Provider, self.bulletin(heading, act.now, policy).with_lines(lines))
        });
        let fact = Fact::PositionTaken { clec, position };
        let outage = self.finish_unseen(vec![fact], told.into_iter().collect(), act);
        Ok(Some(Change { position: Some(taken), ..outage.into() }))
    }

    /// The desk answers a CLEC's position, which that CLEC is told (PO-04). `None` when it is answered so already.
    ///
    /// # Errors
    /// Only the desk answers, only a position that was taken, and only on what is announced.
    pub fn answer_position(
        self,
        position: Option<WindowPosition>,
        text: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<Change>, Refused> {
        if !act.by.party.is_provider() {
            return Err(Refused::forbidden("PO-04", "the desk answers a position"));
        }
        let mut position = position.ok_or(Refused::NotFound)?;
        if !matches!(self.state, State::Announced { .. }) {
            return Err(self.not_now("PO-04", "be negotiated", act));
        }
        if position.answer.as_ref().is_some_and(|answer| answer.text == text) {
            return Ok(None);
        }
        let heading = format!("Answer on planned outage {} of {}", self.number, self.plan.interface_told());
        let lines = [
            Line::new("Your position", position.position.as_str()),
            Line::new("Your reason", position.reason.as_deref().unwrap_or("none")),
            Line::new("Answer", &text),
        ];
        let told = self
            .notice_to(Party::Clec(position.clec.clone()), self.bulletin(heading, act.now, policy).with_lines(lines));
        let fact = Fact::Answered { clec: position.clec.clone() };
        position.revision += 1;
        position.answer = Some(Answer { text, at: act.now });
        let outage: RecordChange<Self> = self.finish_unseen(vec![fact], vec![told], act);
        Ok(Some(Change { position: Some(position), ..outage.into() }))
    }
}
