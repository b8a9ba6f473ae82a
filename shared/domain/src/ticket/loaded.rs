//! A ticket as it reads: a linked one stands where its primary stands (TT-06, TT-08).

use super::{Change, Group, Relisted, StatusChange, Ticket};
use crate::trouble::AffectedClec;
use chrono::TimeDelta;
use contract::{Instant, Party, Refused, Visibility};
use record::{Record, Seen, notice::Status};

/// How long a reopening takes at the most, from when its primary notes it.
const REOPENED_WITHIN: TimeDelta = TimeDelta::days(1);

/// A ticket as it was loaded, with its primary when it is linked.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The ticket as it is stored.
    pub ticket: Ticket,
    /// The primary of a linked ticket.
    pub primary: Option<Ticket>,
}

impl Loaded {
    /// The ticket as it reads.
    #[must_use]
    pub fn effective(&self) -> Ticket {
        self.ticket.effective_under(self.primary.as_ref())
    }

    /// The status that the ticket reads with.
    #[must_use]
    pub fn status(&self) -> Status {
        self.primary.as_ref().unwrap_or(&self.ticket).status()
    }

    /// Whether the ticket reads as an event.
    #[must_use]
    pub fn is_event(&self) -> bool {
        self.primary.as_ref().unwrap_or(&self.ticket).is_event()
    }

    /// A linked ticket whose group has ended comes to be listed among the ended; `None` where there is nothing to do. A primary that noted
    /// a reopening within a day may be about to be reopened.
    #[must_use]
    pub fn listed_as_ended(self, now: Instant) -> Option<Change> {
        let is_settled = |of: &Ticket| of.relisted.is_none_or(|listed| listed.at + REOPENED_WITHIN < now);
        let is_over = self.primary.as_ref().is_some_and(|primary| !primary.is_open() && is_settled(primary));
        let is_due = is_settled(&self.ticket) && !self.ticket.is_listed_as_ended();
        if is_over && is_due { self.relisted(Relisted { ended: true, at: now }) } else { None }
    }

    /// A linked ticket comes to be listed among the open before its group is reopened; `None` where it is listed there.
    #[must_use]
    pub fn listed_as_open(self, now: Instant) -> Option<Change> {
        let is_listed_as_ended = self.ticket.relisted.is_some_and(|listed| listed.ended);
        if is_listed_as_ended { self.relisted(Relisted { ended: false, at: now }) } else { None }
    }

    /// The change relies on the primary as it was seen.
    fn relisted(self, listed: Relisted) -> Option<Change> {
        let Self { mut ticket, primary } = self;
        let relies_on = primary.map(|primary| (primary.number, primary.revision))?;
        ticket.relisted = Some(listed);
        Some(Change { relies_on: Some(relies_on), ..ticket.finish_unrecorded(Vec::new()).into() })
    }

    /// Whether a release's list of problems shows the ticket to a party: the ticket is the party's own, or an event (TT-27).
    #[must_use]
    pub fn is_disclosed_to(&self, party: &Party) -> bool {
        self.ticket.is_visible_to(party) || self.effective().is_event()
    }

    /// The ticket for a change: with a closed primary, none is possible.
    ///
    /// # Errors
    /// When its primary is not open.
    pub fn for_change(self) -> Result<(Ticket, Option<Ticket>), Refused> {
        if let Some(primary) = &self.primary
            && !primary.is_open()
        {
            let detail = format!("it is {} with its primary {}", primary.status(), primary.number);
            return Err(Refused::not_now("TT-08", detail, &[]));
        }
        Ok((self.ticket, self.primary))
    }
}

impl Ticket {
    /// The ticket as it reads: a linked one stands where its primary stands, of which it tells only what an event notice
    /// would (TT-07).
    #[must_use]
    pub fn effective_under(&self, primary: Option<&Self>) -> Self {
        let mut read = self.clone();
        let (Some(primary), Group::Linked { since, .. }) = (primary, &self.group) else { return read };
        read.group = Group::Linked { primary: primary.number, since: *since };
        let problem = primary.problem.clone();
        read.problem = if self.clec == primary.clec { problem } else { problem.told_to_another() };
        read.callers = self.callers.beside(&primary.callers);
        read.agreements = primary.agreements.only(|of| match of {
            AffectedClec::OfTicket(number) => *number == self.number,
            AffectedClec::Caller(clec) => self.callers.has(clec),
        });
        // What its own report or the desk says of it; or else the problem's.
        read.release = read.release.or(primary.release);
        read.next_update = primary.next_update;
        let whole = |of: &Self| Seen { version: of.version, changed_at: of.changed_at };
        read.seen_by_clecs = self.seen_by_clecs.beside(whole(self), &primary.seen_by_clecs, whole(primary));
        Seen { version: read.version, changed_at: read.changed_at } = whole(self).and(whole(primary));
        // By linking it came to its primary's status; then it follows. No reason is told but what the desk wrote for the CLECs:
        // another may name one.
        let told = |change: &StatusChange, at: Instant| StatusChange {
            at,
            why: change.why.clone().filter(|_| change.read_by == Some(Visibility::Public)),
            ..*change
        };
        let (before, after): (Vec<_>, Vec<_>) = primary.status_changes.iter().partition(|change| change.at < *since);
        let came_to =
            before.last().filter(|change| Some(change.status) != self.status_changes.last().map(|own| own.status));
        read.status_changes.extend(came_to.map(|change| told(change, *since)));
        read.status_changes.extend(after.into_iter().map(|change| told(change, change.at)));
        read
    }
}
