//! How a transition of a ticket ends: its history, the notices it owes, its clock.

use super::{
    Entry, Fact, FormerWorkaround, LastNotice, NextUpdate, STATUS_CHANGES_AT_MOST, STATUS_CHANGES_BYTES, State,
    StatusChange, Ticket, TicketDocument,
    caller::TicketAccess,
    group::GroupPrimary,
    notice::{kind_of, restarts_clock, series_after},
    process::ReferenceUse,
};
use crate::{ticket::notification_chart, trouble::Order};
use chrono::TimeDelta;
use contract::{
    ClecId, Instant, Party, Policy, RecordRef, Severity, TicketNumber,
    due::{ChartRule, Column, Due, HoursRule, Rule},
};
use record::{
    ActionContext, Awaited, Bound, ChangeSet, Counters, Notice, Part, Queue, Reader, Record, RecordChange,
    RecordVisitor, Seen, Visitor,
    bound::keep_latest,
    notice::{NoticeKind, Status},
};
use serde::{Deserialize, Serialize};

/// A linked ticket, listed under its primary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The number of the primary ticket.
    pub primary: TicketNumber,
    /// The linked ticket.
    pub number: TicketNumber,
    /// Whose it is.
    pub clec: Option<ClecId>,
    /// Its own severity.
    pub severity: Severity,
    /// When it was opened.
    pub opened_at: Instant,
    /// When the ticket was linked.
    pub since: Instant,
}

impl Part for Link {
    const SORT_KEY: &'static str = "LINK#";

    fn of(&self) -> RecordRef {
        self.primary.into()
    }

    fn place(&self) -> String {
        self.number.to_string()
    }
}

/// One ticket of a change.
pub type TicketChange = RecordChange<Ticket>;

/// What a transition of tickets changes, to be written whole or not at all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// The tickets that it touches, the one that was acted on first.
    pub tickets: Vec<TicketChange>,
    /// Tickets that were linked to their primary, or whose link changed.
    pub links: Vec<Link>,
    /// Links that are no more.
    pub unlinked: Vec<Link>,
    /// Another primary of a group.
    pub head: Option<GroupPrimary>,
    /// What is kept under a ticket, each as an item of its own.
    pub parts: Vec<TicketPart>,
    /// A ticket that the change relies on and does not write, with the revision that was seen.
    pub relies_on: Option<(TicketNumber, u64)>,
}

/// What is kept under a ticket, because any number of them fits there.
#[derive(Debug, Clone, PartialEq)]
pub enum TicketPart {
    /// An order at risk.
    Order(Order),
    /// A workaround that another one replaced.
    FormerWorkaround(Box<FormerWorkaround>),
    /// A document that was attached to it.
    Document(TicketDocument),
}

impl From<TicketChange> for Change {
    fn from(ticket: TicketChange) -> Self {
        Self { tickets: vec![ticket], ..Self::default() }
    }
}

impl ChangeSet for Change {
    fn visit(&self, visitor: &mut impl Visitor) {
        for ticket in &self.tickets {
            show(ticket, visitor);
        }
        self.links.iter().for_each(|link| visitor.part(link));
        self.unlinked.iter().for_each(|link| visitor.removed(link));
        self.head.iter().for_each(|head| visitor.part(head));
        for part in &self.parts {
            match part {
                TicketPart::Order(order) => visitor.part(order),
                TicketPart::FormerWorkaround(former) => visitor.part(former.as_ref()),
                TicketPart::Document(document) => visitor.part(document),
            }
        }
        if let Some((ticket, seen)) = self.relies_on {
            visitor.relied_on(&ticket.into(), seen);
        }
    }

    fn visit_records(&mut self, visitor: &mut impl RecordVisitor) {
        self.tickets.iter_mut().for_each(|ticket| visitor.record(ticket));
    }
}

/// Shows a ticket of a change, and that it names a release, or a Reference Ticket. Any act may be the one by which the ticket came to name the release:
/// the release lists the ticket then, again if it did already. The ticket is not taken off that list: who reads the list passes
/// over a ticket that names another release by now.
pub(crate) fn show(ticket: &TicketChange, visitor: &mut impl Visitor) {
    visitor.record(ticket);
    let acted = ticket.before.is_none() || ticket.entry.is_some();
    let Ticket { number, clec, release, process, .. } = &ticket.record;
    if let Some(release) = release.filter(|_| acted) {
        visitor.part(&crate::release::ReleaseMention { release, ticket: *number, clec: clec.clone() });
    }
    if let Some(reference) = process.as_deref().and_then(|process| process.reference).filter(|_| acted) {
        visitor.part(&ReferenceUse { reference, ticket: *number, clec: clec.clone() });
    }
}

/// When a notice is due and leaves that would wait for an opening: before the next update that was told, so that nobody waits for
/// that in vain (NT-22).
fn kept_promise(due: Due, promised: Option<NextUpdate>, now: Instant) -> Due {
    let breaks = |promised: &NextUpdate| now < promised.at && promised.at < due.leaves_at;
    let Some(promised) = promised.filter(breaks) else { return due };
    let leaves_at = promised.leaves_at.max(now);
    let rule = match due.rule {
        Rule::Chart(rule) => Rule::Chart(ChartRule { hours: HoursRule::AnyHour, ..rule }),
        rule @ Rule::Term { .. } => rule,
    };
    let at = due.at.min(promised.at);
    Due { at, leaves_at, jeopardy_at: leaves_at + (at - leaves_at).max(TimeDelta::zero()) / 2, rule, ..due }
}

/// The list of a CLEC's own tickets that are open. Tickets that were closed before the ended ones had a list of their own stand in
/// it until a night's check lists them anew.
#[must_use]
pub fn own_list(of: &ClecId) -> String {
    format!("CLEC#{of}")
}

/// The list of a CLEC's own tickets that await it, or may because they are linked to one that does: open ones, and ended ones with a case.
#[must_use]
pub fn own_awaited_list(of: &ClecId) -> String {
    format!("CLEC_AWAITED#{of}")
}

/// The list of a CLEC's own tickets that are closed, withdrawn or passed on.
#[must_use]
pub fn own_ended_list(of: &ClecId) -> String {
    format!("CLEC_ENDED#{of}")
}

/// The list of tickets that are open and not on Date TBD.
pub const WORKED: &str = "WORKED";
/// The list of tickets on Date TBD.
pub const DATE_TBD: &str = "DATE_TBD";
/// The list of tickets that are closed, withdrawn or passed on.
pub const ENDED: &str = "ENDED";

impl Record for Ticket {
    type Change = Change;
    type Fact = Fact;
    type Access = TicketAccess;

    const TOLD_ELSEWHERE: &'static [&'static str] =
        &["version", "revision", "changedAt", "lastNotice", "updates", "nextUpdate", "relisted"];

    /// Less than of others: what a ticket gathers has bounds of its own.
    const REST_KIB: usize = 54;

    const BOUNDS: &'static [Bound] = &[
        (&["report"], 80),
        (&["eventDescription", "eventImpact"], 36),
        (&["workaround"], 32),
        (&["patch", "commitment"], 12),
        (&["cases"], 40),
        (&["calls"], 16),
        (&["notes"], 24),
        (&["statusChanges"], 12),
        (&["agreements"], 20),
        (&["clecs", "callers"], 16),
        (&["lastNotice"], 40),
        (&["process", "crossReferences"], 16),
    ];

    fn place(&self) -> Option<(&'static str, Instant)> {
        let list = match self.status() {
            _ if self.is_listed_as_ended() => ENDED,
            Status::Held => DATE_TBD,
            _ => WORKED,
        };
        Some((list, self.opened_at))
    }

    fn own_list(&self) -> Option<String> {
        let clec = self.clec.as_ref()?;
        Some(match self.may_await_its_clec() {
            true => own_awaited_list(clec),
            false if self.is_listed_as_ended() => own_ended_list(clec),
            false => own_list(clec),
        })
    }

    fn reference(&self) -> RecordRef {
        self.number.into()
    }

    fn seen(&self, reader: Reader) -> Option<Seen> {
        Some(self.seen_by_clecs.of(reader, Seen { version: self.version, changed_at: self.changed_at }))
    }

    fn reader(&self, party: &Party) -> Reader {
        match party.clec() {
            None => Reader::Provider,
            Some(clec) if self.clec.as_ref() == Some(clec) => Reader::Owner,
            Some(_) => Reader::Others,
        }
    }

    fn shows(&self, fact: &Fact, reader: Reader) -> bool {
        match (reader, fact) {
            (Reader::Owner, Fact::Called(call)) => call.clec == self.clec,
            _ => fact.is_seen_by(reader),
        }
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    fn opening(&self) -> Option<&Entry> {
        Some(&self.opening)
    }

    fn is_visible_to(&self, party: &Party) -> bool {
        party.clec().is_none_or(|clec| self.clec.as_ref() == Some(clec))
    }

    fn next_action_at(&self, policy: &Policy) -> Option<Instant> {
        let closable = self.escalate_until(policy).map(|due| due.at);
        self.next_update.map(|next| next.leaves_at).into_iter().chain(self.patch_due).chain(closable).min()
    }

    fn due_action(&self, now: Instant, policy: &Policy) -> Option<Change> {
        let by_clock = match self.is_of_process() {
            true => self.status_due_action(now, policy).or_else(|| self.becomes_closable(now, policy)),
            false => self.update_due(now, policy),
        };
        by_clock.map(Change::from).or_else(|| self.patch_overdue(now, policy))
    }

    fn queue(&self) -> Option<Queue> {
        Some(if self.is_of_process() { Queue::Csie } else { Queue::HelpDesk })
    }

    fn awaited(&self, policy: &Policy) -> Vec<Awaited> {
        self.awaited_of_all(policy)
    }

    fn counters(&mut self) -> Counters<'_> {
        let seen = (&mut self.version, &mut self.changed_at, &mut self.seen_by_clecs);
        Counters { revision: &mut self.revision, seen: Some(seen) }
    }

    fn entry_number(&self) -> u64 {
        self.version
    }
}

impl Ticket {
    /// Ends a transition: the facts go into the history, what of them owes a notice is owed, the clock is set.
    ///
    /// `resolved` is the instant of the resolution when the facts tell of it: the interval then runs from there.
    pub(super) fn finish_action(
        mut self,
        facts: Vec<Fact>,
        resolved: Option<Instant>,
        act: &ActionContext,
        policy: &Policy,
    ) -> TicketChange {
        for fact in &facts {
            if let Fact::StatusChanged { to, .. } = fact {
                self.note_status(*to, act);
            }
        }
        let silent = Fact::are_silent(&facts, &self.problem.state);
        let mut owing: Vec<Fact> = facts.iter().filter(|fact| fact.requires_notice() && !silent).cloned().collect();
        if !owing.is_empty() {
            owing.extend(act.reason_told().map(|(text, visibility)| Fact::Reason { text, visibility }));
        }
        // What a process ticket's CLEC was told is when it is called next: a call that comes before puts nothing off.
        let promised = self.next_update.filter(|_| !self.is_of_process());
        self.resume_status(act.now);
        let notice = if owing.is_empty() {
            self.hasten_waiting(act.now, policy)
        } else {
            let (column, from) = match resolved {
                Some(at) => (Column::UponResolution, at),
                None => (Column::StatusChange, act.occurred()),
            };
            let due = notification_chart::notice_due((&self, &owing), column, from, act.now, policy);
            Some(self.enqueue_notice(owing, kept_promise(due, promised, act.now), act.now))
        };
        self.set_clock(policy);
        let notice = notice.or_else(|| self.tell_put_off(promised, act.now, policy));
        let prompt = self.prompt_desk(&facts, act.now, policy);
        self.finish(facts, notice.into_iter().chain(prompt).collect(), act)
    }

    /// What puts off the next update that was told is told itself before that instant, also where nothing else of it is to be
    /// told, and outside of the hours (NT-22).
    fn tell_put_off(&mut self, promised: Option<NextUpdate>, now: Instant, policy: &Policy) -> Option<Notice> {
        let told = promised?.at;
        let waits = |last: &LastNotice| last.waiting.as_ref().is_some_and(|waiting| waiting.due.leaves_at > now);
        let keeps = told <= now
            || self.next_update.is_some_and(|next| next.at <= told)
            || self.last_notice.as_ref().is_some_and(waits);
        if keeps || !self.is_open() || self.primary().is_some() {
            return None;
        }
        let due = notification_chart::notice_due((self, &[]), Column::StatusChange, now, now, policy);
        let notice = self.enqueue_notice(vec![Fact::UpdatesPutOff { told }], kept_promise(due, promised, now), now);
        self.set_clock(policy);
        Some(notice)
    }

    /// Ends a transition of a ticket and of the problem that it is of: its own facts, and those of the problem, which its
    /// primary's history holds where it is linked, and no reason with them.
    pub(super) fn finish_with_problem(
        self,
        own: Vec<Fact>,
        primary: Option<Self>,
        of_problem: Vec<Fact>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Change {
        let Some(primary) = primary else {
            return self.finish_action(own.into_iter().chain(of_problem).collect(), None, act, policy).into();
        };
        let primary = primary.finish_action(of_problem, None, &act.on_another(), policy);
        Change { tickets: vec![self.finish_action(own, None, act, policy), primary], ..Change::default() }
    }

    /// Ends a transition of another ticket that changed this one's place in its group, and nothing that anyone is told.
    pub(super) fn resync_clock(mut self, policy: &Policy) -> TicketChange {
        self.set_clock(policy);
        self.finish_unrecorded(Vec::new())
    }

    /// Lists a status that the ticket came to.
    pub(super) fn note_status(&mut self, status: Status, act: &ActionContext) {
        self.status_changes.push(StatusChange {
            status,
            at: act.occurred(),
            why: act.why.clone(),
            read_by: act.read_by,
        });
        keep_latest(&mut self.status_changes, STATUS_CHANGES_AT_MOST, STATUS_CHANGES_BYTES);
    }

    /// The notice for `facts`: the one that waits for the opening, told more, or else the next of the sequence (NT-08).
    pub(super) fn enqueue_notice(&mut self, facts: Vec<Fact>, due: Due, now: Instant) -> Notice {
        let kind = kind_of(&facts, &self.problem.state);
        let notice = match &self.last_notice {
            Some(LastNotice { waiting: Some(waiting), .. }) if waiting.due.leaves_at > now && !waiting.is_full() => {
                self.tells_more(waiting.as_ref().clone(), &facts, kind, due, now)
            }
            Some(last) => self.notice(last.sequence + 1, &facts, kind, due, now),
            None => self.notice(1, &facts, kind, due, now),
        };
        self.remember(&notice, now);
        notice
    }

    /// Remembers the latest notice: the clock restarts when it leaves.
    pub(super) fn remember(&mut self, notice: &Notice, now: Instant) {
        if notice.kind == NoticeKind::Update && notice.update > self.updates {
            self.updates = notice.update;
        }
        // What corrects notices and nothing else is no update to those who do not get it.
        let restarts_at = match &self.last_notice {
            Some(last) if !restarts_clock(notice) => last.restarts_at,
            _ => notice.due.leaves_at,
        };
        self.last_notice = Some(LastNotice {
            sequence: notice.sequence,
            kind: notice.kind,
            restarts_at,
            series: series_after(notice),
            waiting: (notice.due.leaves_at > now).then(|| Box::new(notice.clone())),
        });
    }

    /// A waiting notice leaves earlier when the ticket has come to be told at any hour.
    fn hasten_waiting(&mut self, now: Instant, policy: &Policy) -> Option<Notice> {
        let waiting = self.last_notice.as_ref()?.waiting.as_ref().filter(|waiting| waiting.due.leaves_at > now)?;
        let column = waiting.due.rule.chart()?.column;
        let due = notification_chart::notice_due((self, &[]), column, waiting.due.from, now, policy);
        if due.leaves_at >= waiting.due.leaves_at {
            return None;
        }
        let kind = waiting.kind;
        let hastened = self.tells_more(waiting.as_ref().clone(), &[], kind, due, now);
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
        let Some(due) = notification_chart::next_update(self, policy).filter(|due| due.leaves_at <= now) else {
            return Some(self.clone().resync_clock(policy));
        };
        if !notification_chart::may_leave(self, &due, now, policy) {
            return None; // Late, and the desk is closed by now: at its opening.
        }
        let sequence = ticket.next_sequence();
        let notice = ticket.notice(sequence, &[], NoticeKind::Update, due, now);
        ticket.remember(&notice, now);
        ticket.restart_clock(now, policy);
        Some(ticket.finish_unrecorded(vec![notice]))
    }

    /// Restarts the no-change interval after a notice that was sent so late that the next fell due before it (NT-08).
    #[must_use]
    pub fn clock_restarted(&self, sent_at: Instant, policy: &Policy) -> TicketChange {
        let mut ticket = self.clone();
        ticket.restart_clock(sent_at, policy);
        ticket.finish_unrecorded(Vec::new())
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
        self.problem.state.is_open()
    }

    /// To which status it came last by itself.
    #[must_use]
    pub fn last_status(&self) -> Status {
        self.status_changes.last().map_or_else(|| self.status(), |change| change.status)
    }

    /// Where it stands, in a word.
    #[must_use]
    pub fn status(&self) -> Status {
        self.problem.state.status()
    }

    pub(super) fn become_state(&mut self, state: State) -> Fact {
        let from = self.status();
        self.problem.state = state;
        Fact::StatusChanged { from, to: self.status() }
    }
}
