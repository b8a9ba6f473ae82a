//! Tickets of one problem (TT-06): one becomes the primary, the others are linked to it.
//!
//! A linked ticket keeps its number, its severity and its history, and reads as its primary stands: status, resolution,
//! workaround, disposition. So one write closes a group of any size, whole or not at all (TT-08).

use super::{Act, Change, Fact, Group, Link, State, Ticket};
use crate::{Fault, Instant, Party, Policy, Record, Refused, Severity, ticket::StatusChange};

impl Ticket {
    /// Links this ticket to `primary`, which is never itself linked: the caller follows a linked target to its primary.
    ///
    /// # Errors
    /// What is not open or not to be known is as if it were not there (TT-07); a cycle, a second primary.
    pub fn link(self, primary: Self, act: &Act, policy: &Policy) -> Result<Change, Refused> {
        let (mut linked, mut primary) = (self, primary);
        linked.check_open()?;
        if !primary.may_be_linked_to(&act.by.party) {
            return Err(Self::no_such_primary());
        }
        if linked.number == primary.number {
            return Err(Refused::field(
                "primary",
                "TT-06",
                "a ticket cannot be linked to itself, nor to one that is linked to it",
            ));
        }
        if let Some(present) = linked.primary() {
            return Err(Refused::not_now("TT-06", format!("it is linked to {present} already"), &linked.possible()));
        }
        if linked.linked_count() > 0 {
            let detail = format!(
                "it is the primary of {} linked tickets: link {} to it instead",
                linked.linked_count(),
                primary.number
            );
            return Err(Refused::not_now("TT-06", detail, &linked.possible()));
        }
        let from = primary.clock_severity();
        let mut counts = primary.linked_by_severity();
        counts[linked.severity as usize] += 1;
        primary.group = Group::Primary { linked: counts };
        primary.clecs.extend(linked.clecs.iter().cloned());

        let mut facts = vec![Fact::Linked { number: linked.number }];
        let becomes_event = !primary.is_event() && (primary.clecs.len() > 1 || linked.is_event());
        if becomes_event {
            primary.event_since = Some(act.now);
            facts.push(Fact::AcceptedAsEvent);
        }
        facts.extend(primary.group_severity_changed(from));

        let link = linked.link_to(&primary, act);
        linked.group = Group::Linked { primary: primary.number, since: act.now };
        let told = Fact::LinkedTo { primary: primary.number, told_by_primary: becomes_event };
        let linked = linked.settle(vec![told], None, act, policy);
        let primary = primary.settle(facts, None, &act.on_another(), policy);
        Ok(Change { tickets: vec![linked, primary], links: vec![link], ..Change::default() })
    }

    /// Assigns another severity (12.5), told to the CLEC; a linked ticket's changes the group's, which its primary runs
    /// at. `None` when it is so already.
    ///
    /// # Errors
    /// When the ticket is not open.
    pub fn change_severity(
        self,
        to: Severity,
        primary: Option<Self>,
        act: &Act,
        policy: &Policy,
    ) -> Result<Option<Change>, Refused> {
        let mut ticket = self;
        ticket.check_open()?;
        let from = ticket.severity;
        if from == to {
            return Ok(None);
        }
        let mut facts = ticket.assign_severity(to)?;
        let Some(mut primary) = primary else {
            return Ok(Some(ticket.settle(facts, None, act, policy).into()));
        };
        let group_from = primary.clock_severity();
        let mut counts = primary.linked_by_severity();
        counts[from as usize] = counts[from as usize].saturating_sub(1);
        counts[to as usize] += 1;
        primary.group = Group::Primary { linked: counts };
        let link = ticket.link_to(&primary, act);
        let of_group = primary.group_severity_changed(group_from);
        if !of_group.is_empty() {
            // Its CLEC gets the primary's notice: it is told once.
            facts = vec![Fact::SeverityChanged { from, to, told_by_primary: true }];
        }
        let ticket = ticket.settle(facts, None, act, policy);
        let primary = if of_group.is_empty() {
            primary.kept_up(policy)
        } else {
            primary.settle(of_group, None, &act.on_another(), policy)
        };
        Ok(Some(Change { tickets: vec![ticket, primary], links: vec![link], ..Change::default() }))
    }

    /// The ticket as it reads: a linked one stands where its primary stands, of which it tells only what an event notice
    /// would (TT-07).
    #[must_use]
    pub fn as_read(&self, primary: Option<&Self>) -> Self {
        let mut read = self.clone();
        let (Some(primary), Group::Linked { since, .. }) = (primary, &self.group) else { return read };
        read.state = primary.state.clone();
        read.resolution.clone_from(&primary.resolution);
        read.resolved_at = primary.resolved_at;
        read.estimated_resolution = primary.estimated_resolution;
        read.patch_date = primary.patch_date;
        read.workaround.clone_from(&primary.workaround);
        read.event_since = primary.event_since;
        read.event_description.clone_from(&primary.event_description);
        read.event_impact.clone_from(&primary.event_impact);
        read.next_update = primary.next_update;
        // Both only grow: it reads otherwise exactly when the sum does.
        read.version += primary.version;
        // By linking it came to its primary's status; then it follows. No reason is told: it may name a CLEC.
        let told = |change: &StatusChange, at: Instant| StatusChange { status: change.status, at, why: None };
        let (before, after): (Vec<_>, Vec<_>) = primary.status_changes.iter().partition(|change| change.at < *since);
        let came_to =
            before.last().filter(|change| Some(change.status) != self.status_changes.last().map(|own| own.status));
        read.status_changes.extend(came_to.map(|change| told(change, *since)));
        read.status_changes.extend(after.into_iter().map(|change| told(change, change.at)));
        read
    }

    /// Unknown, closed or not disclosed: one answer, so that nothing is learned from it (TT-07).
    #[must_use]
    pub fn no_such_primary() -> Refused {
        Refused::NoSuch(Fault::new("primary", "TT-07", "no open ticket that is known to this party"))
    }

    /// Whether a party may name the ticket as a link's target: it is open, and the desk's, its own, or told of by an
    /// event notice.
    fn may_be_linked_to(&self, party: &Party) -> bool {
        self.is_open() && (self.is_visible_to(party) || self.is_event())
    }

    fn linked_by_severity(&self) -> [u32; 4] {
        match self.group {
            Group::Primary { linked } => linked,
            Group::Alone | Group::Linked { .. } => [0; 4],
        }
    }

    /// What it means that the gravest severity of the group is another, if it is; a raise ends a Date TBD (TT-11).
    fn group_severity_changed(&mut self, from: Severity) -> Vec<Fact> {
        let to = self.clock_severity();
        if from == to {
            return Vec::new();
        }
        let mut facts = vec![Fact::GroupSeverityChanged { from, to }];
        if matches!(self.state, State::Held) && to <= Severity::Serious {
            facts.push(self.become_state(State::InProgress));
        }
        facts
    }

    fn link_to(&self, primary: &Self, act: &Act) -> Link {
        let since = match self.group {
            Group::Linked { since, .. } => since,
            Group::Alone | Group::Primary { .. } => act.now,
        };
        Link { primary: primary.number, number: self.number, clec: self.clec.clone(), severity: self.severity, since }
    }
}

/// A ticket as it was loaded, with its primary when it is linked.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The ticket.
    pub ticket: Ticket,
    /// Its primary.
    pub primary: Option<Ticket>,
}

impl Loaded {
    /// The ticket as it reads.
    #[must_use]
    pub fn read(&self) -> Ticket {
        self.ticket.as_read(self.primary.as_ref())
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
