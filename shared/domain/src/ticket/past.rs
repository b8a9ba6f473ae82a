//! A ticket as it stood at any past instant, with its clock (TT-22).
//!
//! Each entry of the history keeps how the ticket differed before it; what the notices do to the clock is not in it, since the
//! notices themselves tell when they were owed and when they left.

use super::{
    Entry, Fact, LastNotice, Ticket,
    notice::{restarts_clock, series_after},
};
use contract::{Instant, Policy, TicketNumber};
use record::notice::Status;
use record::{
    Notice, Record,
    notice::{Means, Sending},
    undo::{HistoryMismatch, fields},
};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

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
    ) -> Result<Option<Self>, HistoryMismatch> {
        if at < self.opening.recorded_at {
            return Ok(None);
        }
        let mut then = Value::Object(fields(self, Self::TOLD_ELSEWHERE));
        for entry in entries.iter().rev().filter(|entry| entry.recorded_at > at) {
            if let Some(was) = &entry.was {
                was.put_back(&mut then)?;
            }
        }
        // The version, and the act that it came with: one without facts has its version too when it is a linked ticket's that
        // changed its primary, and the version before when it is nothing that clients see.
        let by_then = || entries.iter().filter(|entry| entry.recorded_at <= at);
        let version = by_then().map(|entry| entry.version).fold(self.opening.version, u64::max);
        let last = std::iter::once(&self.opening).chain(by_then()).find(|entry| entry.version == version);
        let last = last.unwrap_or(&self.opening);
        let Value::Object(mut then) = then else { return Err(HistoryMismatch) };
        then.insert("version".to_owned(), last.version.into());
        then.insert("revision".to_owned(), self.revision.into());
        then.insert("changedAt".to_owned(), serde_json::to_value(last.recorded_at).map_err(|_| HistoryMismatch)?);
        then.insert("updates".to_owned(), updates(notices, at).into());
        let then = serde_json::from_value(Value::Object(then));
        let mut then: Self = then.map_err(|_: serde_json::Error| HistoryMismatch)?;
        let mut latest = notices.iter().rev().filter_map(|notice| notice.as_at(at)).peekable();
        let last = latest.peek().cloned();
        let restarted_by = latest.find(restarts_clock).or_else(|| last.clone());
        then.last_notice = last.zip(restarted_by).map(|(last, restarted_by)| LastNotice {
            sequence: last.sequence,
            kind: last.kind,
            restarts_at: restarts_at(&restarted_by),
            series: series_after(&last),
            waiting: (last.due.leaves_at > at).then(|| Box::new(last)),
        });
        then.set_clock(policy);
        Ok(Some(then))
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
        Sending::Sent { .. } | Sending::Pending | Sending::Claimed { .. } => planned.due.leaves_at,
    }
}

/// How a ticket's part in a group ended, or stands: who led the group until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermEnd {
    /// The number of the primary ticket.
    pub primary: TicketNumber,
    /// When it ceased to be the primary; none while it is the primary.
    pub until: Option<Instant>,
    /// Whom it handed the group on to.
    pub successor: Option<TicketNumber>,
}

/// A time that a ticket was linked: its primaries' event notices of then are its own (NT-11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkPeriod {
    /// When the ticket was linked.
    pub since: Instant,
    /// Who led the group when it ended; none while the ticket is still linked.
    pub ended: Option<TermEnd>,
}

impl LinkPeriod {
    /// All such times of a ticket, as its entries tell.
    #[must_use]
    pub fn all(number: TicketNumber, entries: &[Entry]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for (entry, fact) in entries.iter().flat_map(|entry| entry.facts.iter().map(move |fact| (entry, fact))) {
            let ended = match fact {
                Fact::LinkedTo { .. } => {
                    all.push(Self { since: entry.recorded_at, ended: None });
                    continue;
                }
                Fact::Unlinked { primary } => (*primary, None),
                Fact::MadePrimary { in_place_of } => (*in_place_of, Some(number)),
                _ => continue,
            };
            if let Some(last) = all.last_mut().filter(|last| last.ended.is_none()) {
                let (primary, successor) = ended;
                last.ended = Some(TermEnd { primary, until: Some(entry.recorded_at), successor });
            }
        }
        all
    }
}

/// A time that a ticket was the primary of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrimaryTerm {
    /// The number of the primary ticket.
    pub primary: TicketNumber,
    /// When it became the primary; none for the group's first.
    pub since: Option<Instant>,
    /// When it ceased to be the primary; none while it is the primary.
    pub until: Option<Instant>,
    in_place_of: Option<TicketNumber>,
    /// Who came into the group, or left it, the latest first.
    came: Vec<(TicketNumber, bool)>,
}

/// A group's primaries one before the other, as the entries of each tell: who reads them asks for one ticket's after another's.
#[derive(Debug, Clone)]
pub struct PrimaryHistory {
    /// As far as they are told, the latest first.
    pub leads: Vec<PrimaryTerm>,
    next: Option<TermEnd>,
    /// Up to where each ticket's entries are yet to be gone through: a group may come back to a former primary.
    before: HashMap<TicketNumber, usize>,
}

impl PrimaryHistory {
    /// From one primary backwards.
    #[must_use]
    pub fn until(last: TermEnd) -> Self {
        Self { leads: Vec::new(), next: Some(last), before: HashMap::new() }
    }

    /// The ticket whose entries are needed next, on the way back to an instant, or to the group's beginning.
    #[must_use]
    pub fn next(&self, back_to: Option<Instant>) -> Option<TicketNumber> {
        let told = self.leads.last().and_then(|lead| lead.since).zip(back_to).is_some_and(|(since, to)| since <= to);
        self.next.filter(|_| !told).map(|next| next.primary)
    }

    /// Goes through the entries, in order, of the ticket that was needed.
    pub fn told_by(&mut self, entries: &[Entry]) {
        let Some(next) = self.next.take() else { return };
        let end = self.before.get(&next.primary).copied().unwrap_or(entries.len());
        let (lead, start) = PrimaryTerm::told_by(&entries[..end.min(entries.len())], next);
        self.before.insert(lead.primary, start);
        self.next =
            lead.in_place_of.map(|primary| TermEnd { primary, until: lead.since, successor: Some(lead.primary) });
        self.leads.push(lead);
    }

    /// Who led at an instant.
    #[must_use]
    pub fn at(&self, at: Instant) -> Option<TicketNumber> {
        self.leads.iter().find(|lead| lead.since.is_none_or(|since| since <= at)).map(|lead| lead.primary)
    }

    /// Which tickets are linked to the latest of them, when all of them are told: of each, what became of it last.
    #[must_use]
    pub fn linked(&self) -> Vec<TicketNumber> {
        let mut linked = BTreeMap::new();
        for (number, came) in self.leads.iter().flat_map(|lead| &lead.came) {
            linked.entry(*number).or_insert(*came);
        }
        linked.into_iter().filter_map(|(number, is_linked)| is_linked.then_some(number)).collect()
    }
}

impl PrimaryTerm {
    /// As the ticket's entries tell; and up to where they tell of what was before.
    fn told_by(entries: &[Entry], TermEnd { primary, until, successor }: TermEnd) -> (Self, usize) {
        let mut lead = Self { primary, since: None, until, in_place_of: None, came: Vec::new() };
        let mut end = entries.partition_point(|entry| until.is_none_or(|until| entry.recorded_at <= until));
        if let Some(successor) = successor {
            end = handed_over(&entries[..end]).unwrap_or(end);
            let stays = entries.get(end).is_some_and(|entry| {
                entry.facts.iter().any(|fact| matches!(fact, Fact::LinkedTo { primary, .. } if *primary == successor))
            });
            lead.came.extend([(successor, false), (primary, stays)]);
        }
        for (at, entry) in entries[..end].iter().enumerate().rev() {
            for fact in &entry.facts {
                match fact {
                    Fact::Linked { number } => lead.came.push((*number, true)),
                    Fact::LinkedLeft { number } => lead.came.push((*number, false)),
                    Fact::MadePrimary { in_place_of } => {
                        lead.since = Some(entry.recorded_at);
                        lead.in_place_of = Some(*in_place_of);
                        return (lead, at);
                    }
                    _ => {}
                }
            }
            if ends_lead(entry) {
                return (lead, at);
            }
        }
        (lead, 0)
    }
}

/// By which of a former primary's entries it handed its group on: the last that ends a lead. Of several at one instant, the first
/// since it led: a ticket that was made a linked one and then withdrawn had no group left when it was withdrawn.
fn handed_over(entries: &[Entry]) -> Option<usize> {
    let last = entries.iter().rposition(ends_lead)?;
    let led =
        |entry: &Entry| entry.facts.iter().any(|fact| matches!(fact, Fact::Linked { .. } | Fact::MadePrimary { .. }));
    let before = entries[..last].iter().enumerate().rev();
    let since = before.take_while(|(_, entry)| entry.recorded_at == entries[last].recorded_at && !led(entry));
    Some(since.filter(|(_, entry)| ends_lead(entry)).last().map_or(last, |(at, _)| at))
}

/// Whether a primary of others leads them no more by it: it was linked itself, withdrawn, passed on, or reopened alone.
fn ends_lead(entry: &Entry) -> bool {
    entry.facts.iter().any(|fact| {
        matches!(
            fact,
            Fact::LinkedTo { .. }
                | Fact::Unlinked { .. }
                | Fact::StatusChanged { to: Status::Cancelled | Status::Rejected, .. }
        )
    })
}
