//! What a transition gives to the store: tickets as they are to be, their history, the notices they owe.

use super::{Entry, Fact, LastNotice, STATUS_CHANGES_AT_MOST, State, Status, StatusChange, Ticket};
use crate::{
    Actor, Asked, ClecId, Instant, Policy, Request, Severity, TicketNumber,
    clock::{self, Column, Due},
    notice::{Kind, Notice},
};
use serde::{Deserialize, Serialize};

/// Who acts, when, and for what cause: the same for every transition.
#[derive(Debug, Clone)]
pub struct Act {
    /// Who.
    pub by: Actor,
    /// When it is recorded.
    pub now: Instant,
    /// When it occurred, if earlier (NT-17).
    pub occurred_at: Option<Instant>,
    /// Why.
    pub why: Option<String>,
    /// The request, when it named itself with an Idempotency-Key.
    pub request: Option<Request>,
}

impl Act {
    /// What was asked for, done now.
    #[must_use]
    pub fn of(asked: &Asked, now: Instant, occurred_at: Option<Instant>, why: Option<String>) -> Self {
        Self { by: asked.by.clone(), now, occurred_at, why, request: asked.request.clone() }
    }

    /// The same act on another ticket that it touches: the request named the first alone.
    pub(super) fn on_another(&self) -> Self {
        Self { request: None, ..self.clone() }
    }

    /// When it occurred.
    #[must_use]
    pub fn occurred(&self) -> Instant {
        self.occurred_at.unwrap_or(self.now)
    }
}

/// One transition, to be written whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The tickets that it touches; the first is the one that was acted on.
    pub tickets: Vec<TicketChange>,
    /// A ticket that was linked to its primary, or whose link changed.
    pub link: Option<Link>,
}

/// One ticket of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketChange {
    /// The revision that the decision was made on; none for a new ticket.
    pub before: Option<u64>,
    /// As it is to be.
    pub ticket: Ticket,
    /// What is added to its history; a new ticket's stands in the ticket.
    pub entry: Option<Entry>,
    /// The notice it owes: a new one, or a waiting one with more to tell; by telephone, those that are satisfied.
    pub notices: Vec<Notice>,
}

/// A linked ticket, listed under its primary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The primary.
    pub primary: TicketNumber,
    /// The linked ticket.
    pub number: TicketNumber,
    /// Whose it is.
    pub clec: Option<ClecId>,
    /// Its own severity.
    pub severity: Severity,
    /// Since when.
    pub since: Instant,
}

impl From<TicketChange> for Change {
    fn from(change: TicketChange) -> Self {
        Self { tickets: vec![change], link: None }
    }
}

impl Change {
    /// The ticket that was acted on, as it is to be.
    #[must_use]
    pub fn ticket(&self) -> &Ticket {
        &self.tickets[0].ticket
    }
}

impl Ticket {
    /// Ends a transition: the facts go into the history, what of them owes a notice is owed, the clock is set.
    ///
    /// `resolved` is the instant of the resolution when the facts tell of it: the interval then runs from there.
    pub(super) fn settle(
        mut self,
        facts: Vec<Fact>,
        resolved: Option<Instant>,
        act: &Act,
        policy: &Policy,
    ) -> TicketChange {
        let before = self.revision;
        self.version += 1;
        self.revision += 1;
        self.changed_at = act.now;
        for fact in &facts {
            if let Fact::StatusChanged { to, .. } = fact {
                self.note_status(*to, act);
            }
        }
        let owing: Vec<Fact> = facts.iter().filter(|fact| fact.owes() && !self.is_silent(&facts)).cloned().collect();
        let notice = if owing.is_empty() {
            self.hasten_waiting(act.now, policy)
        } else {
            let (column, from) = match resolved {
                Some(at) => (Column::UponResolution, at),
                None => (Column::StatusChange, act.occurred()),
            };
            let due = clock::owed(&self, column, from, act.now, policy);
            Some(self.owe(owing, due, act.now))
        };
        self.set_clock(policy);
        let entry = self.entry(facts, act);
        TicketChange { before: Some(before), ticket: self, entry: Some(entry), notices: notice.into_iter().collect() }
    }

    /// Ends a transition of another ticket that changed this one's place in its group, and nothing that anyone is told.
    pub(super) fn kept_up(mut self, policy: &Policy) -> TicketChange {
        let before = self.revision;
        self.revision += 1;
        self.set_clock(policy);
        TicketChange { before: Some(before), ticket: self, entry: None, notices: Vec::new() }
    }

    /// A request that asked for nothing new is remembered, so that its repetition asks for nothing either.
    #[must_use]
    pub fn left_as_it_is(mut self, act: &Act) -> TicketChange {
        let before = self.revision;
        self.revision += 1;
        let entry = self.entry(Vec::new(), act);
        TicketChange { before: Some(before), ticket: self, entry: Some(entry), notices: Vec::new() }
    }

    fn entry(&self, facts: Vec<Fact>, act: &Act) -> Entry {
        Entry {
            version: self.version,
            recorded_at: act.now,
            occurred_at: act.occurred_at,
            by: act.by.clone(),
            facts,
            why: act.why.clone(),
            request: act.request.clone(),
        }
    }

    /// Whether nothing is told: on Date TBD no status notification is issued any more, but of what led there (TT-11).
    fn is_silent(&self, facts: &[Fact]) -> bool {
        let came = |fact: &Fact| matches!(fact, Fact::StatusChanged { .. } | Fact::LinkedTo { .. });
        matches!(self.state, State::Held) && !facts.iter().any(came)
    }

    /// Lists a status that the ticket came to.
    pub(super) fn note_status(&mut self, status: Status, act: &Act) {
        if self.status_changes.len() == STATUS_CHANGES_AT_MOST {
            self.status_changes.remove(0);
        }
        self.status_changes.push(StatusChange { status, at: act.occurred(), why: act.why.clone() });
    }

    /// The notice for `facts`: the one that waits for the opening, told more, or else the next of the sequence (NT-08).
    pub(super) fn owe(&mut self, facts: Vec<Fact>, due: Due, now: Instant) -> Notice {
        let kind = Kind::of(&facts, &self.state);
        let notice = match self.last_notice.take() {
            Some(LastNotice { waiting: Some(waiting), .. }) if waiting.due.leaves_at > now => {
                waiting.and_tells(facts, kind, due, self, now)
            }
            Some(last) => Notice::new(self, last.sequence + 1, facts, kind, due, now),
            None => Notice::new(self, 1, facts, kind, due, now),
        };
        self.remember(&notice, now);
        notice
    }

    /// Remembers the latest notice: the clock restarts when it leaves.
    pub(super) fn remember(&mut self, notice: &Notice, now: Instant) {
        if notice.kind == Kind::Update && notice.update > self.updates {
            self.updates = notice.update;
        }
        self.last_notice = Some(LastNotice {
            sequence: notice.sequence,
            kind: notice.kind,
            restarts_at: notice.due.leaves_at,
            waiting: (notice.due.leaves_at > now).then(|| Box::new(notice.clone())),
        });
    }

    /// A waiting notice leaves earlier when the ticket has come to be told at any hour.
    fn hasten_waiting(&mut self, now: Instant, policy: &Policy) -> Option<Notice> {
        let waiting = self.last_notice.as_ref()?.waiting.as_ref().filter(|waiting| waiting.due.leaves_at > now)?;
        let due = clock::owed(self, waiting.due.rule.column, waiting.due.from, now, policy);
        if due.leaves_at >= waiting.due.leaves_at {
            return None;
        }
        let kind = waiting.kind;
        let hastened = waiting.as_ref().clone().and_tells(Vec::new(), kind, due, self, now);
        self.remember(&hastened, now);
        Some(hastened)
    }

    /// The no-change update that is due for sending by now, if one is: one, however late the check comes, and the clock
    /// restarts (NT-08). It is no change that a client could lose, so the version stays. Where the policy has come to say
    /// another instant than the one that was stored, the clock is set by it and nothing is sent.
    #[must_use]
    pub fn update_due(&self, now: Instant, policy: &Policy) -> Option<TicketChange> {
        self.next_update.filter(|next| next.leaves_at <= now)?;
        let mut ticket = self.clone();
        ticket.revision += 1;
        let Some(due) = clock::next_update(self, policy).filter(|due| due.leaves_at <= now) else {
            return Some(self.clone().kept_up(policy));
        };
        if !clock::may_leave(self, due.from, now, policy) {
            return None; // Late, and the desk is closed by now: at its opening.
        }
        let sequence = ticket.last_notice.as_ref().map_or(1, |last| last.sequence + 1);
        let notice = Notice::new(&ticket, sequence, Vec::new(), Kind::Update, due, now);
        ticket.remember(&notice, now);
        ticket.restart_clock(now, policy);
        Some(TicketChange { before: Some(self.revision), ticket, entry: None, notices: vec![notice] })
    }

    /// Restarts the no-change interval after a notice that was sent so late that the next fell due before it (NT-08).
    #[must_use]
    pub fn clock_restarted(&self, sent_at: Instant, policy: &Policy) -> TicketChange {
        let mut ticket = self.clone();
        ticket.revision += 1;
        ticket.restart_clock(sent_at, policy);
        TicketChange { before: Some(self.revision), ticket, entry: None, notices: Vec::new() }
    }

    pub(super) fn restart_clock(&mut self, at: Instant, policy: &Policy) {
        if let Some(last) = &mut self.last_notice {
            last.restarts_at = at;
        }
        self.set_clock(policy);
    }

    /// Whether it is still worked.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state.is_open()
    }

    /// Where it stands, in a word.
    #[must_use]
    pub fn status(&self) -> Status {
        self.state.status()
    }

    pub(super) fn become_state(&mut self, state: State) -> Fact {
        let from = self.status();
        self.state = state;
        Fact::StatusChanged { from, to: self.status() }
    }
}
