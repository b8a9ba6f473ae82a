//! A ticket as it stood at any past instant, with its clock (TT-22).
//!
//! Each entry of the history keeps how the ticket differed before it; what the notices do to the clock is not in it, since the
//! notices themselves tell when they were owed and when they left.

use super::{Entry, LastNotice, Ticket};
use crate::{
    Act, Change, Instant, Policy, TicketNumber,
    notice::{Means, Notice, Sending},
    was::{Lost, Was, fields},
};
use serde_json::Value;

/// What entries do not keep: what each write counts, what an entry tells itself, and what follows from the notices.
const KEPT_ELSEWHERE: [&str; 6] = ["version", "revision", "changedAt", "lastNotice", "updates", "nextUpdate"];

impl Change {
    /// Has each entry keep how its ticket differed before. A ticket that is changed in anything a reader sees, or in its clock,
    /// without an entry (the primary of one whose severity changes) gets one without facts, which nobody is told.
    #[must_use]
    pub fn remembering<'a>(mut self, before: impl Fn(TicketNumber) -> Option<&'a Ticket>, act: &Act) -> Self {
        for of in self.tickets.iter_mut().filter(|of| of.before.is_some()) {
            let ticket = &of.record;
            let was = before(ticket.number).and_then(|before| Was::between(before, ticket, &KEPT_ELSEWHERE));
            if of.entry.is_none() && was.is_some() {
                of.entry = Some(Entry::of(&act.on_another(), ticket.version, Vec::new()));
            }
            if let Some(entry) = &mut of.entry {
                entry.was = was;
            }
        }
        self
    }
}

impl Ticket {
    /// The ticket as it stood at an instant, from all its entries and notices, each in order; nothing before its opening.
    ///
    /// # Errors
    /// When the entries are not this ticket's.
    pub fn as_at(
        &self,
        entries: &[Entry],
        notices: &[Notice],
        at: Instant,
        policy: &Policy,
    ) -> Result<Option<Self>, Lost> {
        if at < self.opening.recorded_at {
            return Ok(None);
        }
        let mut then = Value::Object(fields(self, &KEPT_ELSEWHERE));
        for entry in entries.iter().rev().filter(|entry| entry.recorded_at > at) {
            if let Some(was) = &entry.was {
                was.put_back(&mut then)?;
            }
        }
        let last = entries.iter().rev().filter(|entry| !entry.facts.is_empty()).find(|entry| entry.recorded_at <= at);
        let last = last.unwrap_or(&self.opening);
        let Value::Object(mut then) = then else { return Err(Lost) };
        then.insert("version".to_owned(), last.version.into());
        then.insert("revision".to_owned(), self.revision.into());
        then.insert("changedAt".to_owned(), serde_json::to_value(last.recorded_at).map_err(|_| Lost)?);
        then.insert("updates".to_owned(), updates(notices, at).into());
        let then = serde_json::from_value(Value::Object(then));
        let mut then: Self = then.map_err(|_: serde_json::Error| Lost)?;
        then.last_notice = notices.iter().rev().find_map(|notice| notice.as_at(at)).map(|last| LastNotice {
            sequence: last.sequence,
            kind: last.kind,
            restarts_at: restarts_at(&last),
            waiting: (last.due.leaves_at > at).then(|| Box::new(last)),
        });
        then.set_clock(policy);
        Ok(Some(then))
    }
}

impl Notice {
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
            then.sending = Sending::Owed;
            then.done.clear();
        }
        Some(then)
    }

    /// With what it was to tell, and when, before all but so many of the times that it was changed.
    fn before(&self, kept: usize) -> Result<Self, Lost> {
        if kept >= self.was.len() {
            return Ok(self.clone());
        }
        let mut then = serde_json::to_value(self).map_err(|_| Lost)?;
        for earlier in self.was[kept..].iter().rev() {
            earlier.was.put_back(&mut then)?;
        }
        serde_json::from_value(then).map_err(|_| Lost)
    }
}

/// How many Updates there were by then: one that came to be a Closure while it waited has had its number.
fn updates(notices: &[Notice], at: Instant) -> u32 {
    let by_then = notices.iter().filter(|notice| notice.owed_at <= at);
    let told = |notice: &Notice| {
        let changed = notice.was.iter().take_while(|earlier| earlier.until <= at).count();
        (0..=changed).filter_map(|kept| notice.before(kept).ok()).map(|it| it.update).max()
    };
    by_then.filter_map(told).max().unwrap_or_default()
}

/// From when the no-change interval runs after a notice, as it stood: when it left, or is to leave (NT-08).
fn restarts_at(notice: &Notice) -> Instant {
    // An update of no change leaves when the check finds it due; what tells something is to leave when it comes to be owed, or
    // at the opening.
    let mut planned = notice.clone();
    if notice.facts.is_empty() {
        planned.due.leaves_at = notice.owed_at;
    }
    match &notice.sending {
        Sending::Sent { at, by: Means::Telephone { .. } } => *at,
        Sending::Sent { at, by: Means::Published } if planned.is_late(*at) => *at,
        Sending::Sent { .. } | Sending::Owed | Sending::Claimed { .. } => planned.due.leaves_at,
    }
}
