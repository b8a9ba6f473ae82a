//! Tickets of one problem (TT-06): one becomes the primary, the others are linked to it.
//!
//! The group is listed under the number of its first primary, and stays there when another becomes it ([`GroupPrimary`]).
//! A linked ticket keeps its number, its severity and its history, and reads as its primary stands: status, resolution,
//! workaround, disposition. So one write closes a group of any size, whole or not at all (TT-08).

use super::{Action, Change, Fact, Group, Link, Relisted, State, Ticket, TicketChange, update::Update};
use crate::trouble::{AffectedClec, Agreements, calls::SHOWN_AT_MOST};
use contract::{FieldError, Instant, Party, Policy, RecordRef, Refused, Severity, TicketNumber};
use record::{ActionContext, Part, Record};
use serde::{Deserialize, Serialize};

impl Ticket {
    /// Links this ticket to `primary`, which is never itself linked: the caller follows a linked target to its primary. `links` are those of
    /// its group, where this ticket has callers.
    ///
    /// # Errors
    /// What is not open or not to be known is as if it were not there (TT-07); a cycle, a second primary.
    pub fn link(self, primary: Self, links: &[Link], act: &ActionContext, policy: &Policy) -> Result<Change, Refused> {
        self.check(Action::Link)?;
        if !primary.may_be_linked_to(&act.by.party) {
            return Err(Self::no_such_primary());
        }
        self.link_with((primary, links), Vec::new(), act, policy)
    }

    /// The same by the desk's decision on a case, with what that adds to the history.
    pub(super) fn link_with(
        self,
        (primary, links): (Self, &[Link]),
        before: Vec<Fact>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        let (mut linked, mut primary) = (self, primary);
        linked.check(Action::Link)?;
        if !primary.is_open() {
            return Err(Self::no_such_primary());
        }
        if linked.is_of_process() != primary.is_of_process() {
            return Err(Self::no_such_primary());
        }
        linked.check_no_reference()?;
        if linked.is_of_process() && linked.clec != primary.clec {
            let detail = "is a ticket of the same CLEC: another CLEC's is named as the Reference Ticket (12.8.2)";
            return Err(Refused::field("primary", "PT-06", detail));
        }
        if linked.number == primary.number {
            return Err(Refused::field(
                "primary",
                "TT-06",
                "a ticket cannot be linked to itself, nor to one that is linked to it",
            ));
        }
        if linked.primary().is_some() {
            return Err(Refused::not_now("TT-06", "it is linked already", &linked.allowed_actions()));
        }
        if linked.linked_count() > 0 {
            let detail = format!(
                "it is the primary of {} linked tickets: link {} to it instead",
                linked.linked_count(),
                primary.number
            );
            return Err(Refused::not_now("TT-06", detail, &linked.allowed_actions()));
        }
        let mut change = Change::default();
        let home = match primary.group_id() {
            Some(home) => home,
            None if !primary.anchors_group => primary.number,
            // Another group is listed under its number: this one is listed under the linked ticket's.
            None if !linked.anchors_group => {
                linked.anchors_group = true;
                change.head = Some(GroupPrimary { home: linked.number, primary: primary.number });
                linked.number
            }
            None => {
                let detail = "other groups are listed under both numbers: link a third ticket first";
                return Err(Refused::not_now("TT-06", detail, &[]));
            }
        };
        let from = primary.clock_severity();
        let mut counts = primary.linked_by_severity();
        counts[linked.severity as usize] += 1;
        primary.group = Group::Primary { linked: counts, home: Some(home).filter(|home| *home != primary.number) };
        primary.takes_callers_of(&mut linked, links);
        primary.clecs.extend(linked.clecs.iter().cloned());
        if linked.is_of_process() {
            // They speak with one voice: what was said before was said of this ticket alone.
            linked.agreements = Agreements::default();
            linked.forget_position();
        }
        primary.agreements.join(&mut linked.agreements);
        primary.joins_orders(&linked);

        let mut facts = vec![Fact::Linked { number: linked.number }];
        let becomes_event = !primary.is_event() && (primary.clecs.len() > 1 || linked.is_event());
        if becomes_event {
            primary.problem.event_since = Some(act.now);
            facts.push(Fact::AcceptedAsEvent);
        }
        facts.extend(primary.group_severity_changed(from));

        change.links.push(linked.listed_under(home, act.now));
        linked.group = Group::Linked { primary: home, since: act.now };
        linked.relisted = None;
        // From now on it stands where its primary stands.
        linked.problem = linked.problem.set_aside();
        let told = Fact::LinkedTo { primary: primary.number, told_by_primary: becomes_event };
        let advised = primary.advise_of_primary(act, policy);
        let mut linked = linked.finish_action(before.into_iter().chain([told]).collect(), None, act, policy);
        linked.notices.extend(advised);
        let primary = primary.finish_action(facts, None, &act.on_another(), policy);
        change.tickets = vec![linked, primary];
        Ok(change)
    }

    /// Unlinks a ticket that turned out to be another problem: it is worked by itself again, and its CLEC is told so.
    ///
    /// # Errors
    /// When it is not open, or not linked.
    pub fn unlink(
        self,
        primary: Option<Self>,
        links: &[Link],
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        self.check(Action::Unlink)?;
        let Some(primary) = primary else {
            return Err(Refused::not_now("TT-06", "it is not linked", &self.allowed_actions()));
        };
        let from = primary.clock_severity();
        let left = Fact::Unlinked { primary: primary.number };
        // Both versions have been told as their sum: its own goes on from there. It is another problem, so that nothing else
        // of its group's is its own.
        let read = self.effective_under(Some(&primary));
        let Self { version, seen_by_clecs, status_changes, callers, .. } = read;
        let ticket = Self { version, seen_by_clecs, status_changes, callers, ..self };
        let (mut ticket, mut primary, unlinked, mut of_primary) = ticket.detach(primary, links);
        of_primary.insert(0, Fact::LinkedLeft { number: ticket.number });
        of_primary.extend(primary.group_severity_changed(from));
        ticket.note_status(ticket.status(), act);
        let change = ticket.finish_with_problem(vec![left], Some(primary), of_primary, act, policy);
        Ok(Change { unlinked: vec![unlinked], ..change })
    }

    /// Makes this linked ticket the primary of its group, and the former one linked to it: told to everyone of the group.
    ///
    /// # Errors
    /// When it is not open, or is not linked.
    pub fn make_primary(self, former: Option<Self>, act: &ActionContext, policy: &Policy) -> Result<Change, Refused> {
        self.check(Action::Primary)?;
        let Some(former) = former else {
            return Err(Refused::not_now(
                "TT-06",
                "only a linked ticket can be made its group's primary",
                &self.allowed_actions(),
            ));
        };
        former.check_no_reference()?;
        let advised = self.advise_of_primary(act, policy);
        let (mut former, mut primary, home) = former.with_successor(self);
        let mut counts = primary.linked_by_severity();
        counts[former.severity as usize] += 1;
        let unlinked = primary.listed_under(home, act.now);
        primary.group = Group::Primary { linked: counts, home: Some(home).filter(|home| *home != primary.number) };
        let link = former.listed_under(home, act.now);
        primary.joins_orders(&former);
        former.group = Group::Linked { primary: home, since: act.now };
        former.relisted = None;
        former.clecs = former.clec.iter().cloned().collect();
        let head = GroupPrimary { home, primary: primary.number };
        let made = vec![Fact::MadePrimary { in_place_of: former.number }];
        let linked_to = vec![Fact::LinkedTo { primary: primary.number, told_by_primary: true }];
        let mut primary = primary.finish_action(made, None, act, policy);
        primary.notices.extend(advised);
        let former = former.finish_action(linked_to, None, &act.on_another(), policy);
        Ok(Change {
            tickets: vec![primary, former],
            links: vec![link],
            unlinked: vec![unlinked],
            head: Some(head),
            ..Change::default()
        })
    }

    /// Withdraws a primary, or passes it on, as `update` says: it hands on to `successor` (TT-06), and leaves its group.
    ///
    /// # Errors
    /// What [`Ticket::update`] refuses.
    pub fn withdraw_primary(
        self,
        update: Update,
        successor: Self,
        links: &[Link],
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<Change>, Refused> {
        let in_place_of = self.number;
        let (ticket, successor, group, mut of_successor) = self.hand_over_group(successor, links);
        let Some(ticket) = ticket.update(update, act, policy)? else { return Ok(None) };
        of_successor.insert(0, Fact::MadePrimary { in_place_of });
        let successor = successor.finish_action(of_successor, None, &act.on_another(), policy);
        Ok(Some(Change { tickets: vec![ticket, successor], ..group }))
    }

    /// Withdraws a linked ticket, or passes it on, as `update` says: it leaves its group, which goes on without it.
    ///
    /// # Errors
    /// What [`Ticket::update`] refuses.
    pub fn withdraw_linked(
        self,
        update: Update,
        primary: Self,
        links: &[Link],
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<Change>, Refused> {
        let from = primary.clock_severity();
        let mut leaving = self.effective_under(Some(&primary));
        // It is the same problem: its callers are told of that as before.
        let callers = std::mem::take(&mut leaving.callers);
        let (ticket, mut primary, unlinked, mut of_primary) = leaving.detach(primary, links);
        let ticket = Self { callers, ..ticket };
        let Some(mut ticket) = ticket.update(update, act, policy)? else { return Ok(None) };
        // Its history says which group it left, and who led it then (TT-22, NT-11); nothing more is told by it.
        if let Some(entry) = &mut ticket.entry {
            entry.facts.insert(0, Fact::Unlinked { primary: primary.number });
        }
        of_primary.insert(0, Fact::LinkedLeft { number: ticket.record.number });
        of_primary.extend(primary.group_severity_changed(from));
        let primary = primary.finish_action(of_primary, None, &act.on_another(), policy);
        Ok(Some(Change { tickets: vec![ticket, primary], unlinked: vec![unlinked], ..Change::default() }))
    }

    /// A primary hands its group on, and leaves it; with it what the group has to tell of that. What is left is to settle both.
    pub(super) fn hand_over_group(self, successor: Self, links: &[Link]) -> (Self, Self, Change, Vec<Fact>) {
        let (mut former, mut primary, home) = self.with_successor(successor);
        let left = primary.listed_under(home, primary.opened_at);
        former.callers.leave();
        let facts = primary.remove_member(&former, links);
        if primary.linked_count() == 0 {
            primary.group = Group::Alone;
        }
        former.group = Group::Alone;
        former.clecs = former.clec.iter().cloned().collect();
        let head = GroupPrimary { home, primary: primary.number };
        (former, primary, Change { unlinked: vec![left], head: Some(head), ..Change::default() }, facts)
    }

    /// The successor takes the problem over as it stands; the group stays listed where it is.
    fn with_successor(self, successor: Self) -> (Self, Self, TicketNumber) {
        let mut primary = successor.effective_under(Some(&self));
        let mut former = self;
        let home = former.group_id().unwrap_or(former.number);
        let mut counts = former.linked_by_severity();
        counts[primary.severity as usize] = counts[primary.severity as usize].saturating_sub(1);
        primary.group = Group::Primary { linked: counts, home: Some(home).filter(|home| *home != primary.number) };
        primary.clecs.extend(former.clecs.iter().cloned());
        primary.callers.take_over(&former.callers, former.number);
        primary.agreements = std::mem::take(&mut former.agreements);
        primary.worked_outside_since = former.worked_outside_since;
        // What was set for this problem goes with it; where nothing was, its own stays.
        let with = |of: &mut Option<String>, former: &Option<String>| {
            if former.is_some() {
                of.clone_from(former);
            }
        };
        with(&mut primary.provider_contact, &former.provider_contact);
        with(&mut primary.escalation, &former.escalation);
        with(&mut primary.call_center_reference, &former.call_center_reference);
        primary.takes_process_over(&mut former);
        primary.referral = former.referral.clone().or(primary.referral);
        former.anchors_group |= home == former.number;
        (former, primary, home)
    }

    /// A linked ticket leaves its group, as it is to be then, with the version that its readers were told; with it what the
    /// group has to tell of that. What is left is to settle both.
    pub(super) fn detach(self, primary: Self, links: &[Link]) -> (Self, Self, Link, Vec<Fact>) {
        let (mut ticket, mut primary) = (self, primary);
        let home = primary.group_id().unwrap_or(primary.number);
        let mut counts = primary.linked_by_severity();
        counts[ticket.severity as usize] = counts[ticket.severity as usize].saturating_sub(1);
        primary.group = match counts.iter().sum::<u32>() {
            0 => Group::Alone,
            _ => Group::Primary { linked: counts, home: Some(home).filter(|home| *home != primary.number) },
        };
        ticket.group = Group::Alone;
        primary.parts_with_orders(&ticket);
        let facts = primary.remove_member(&ticket, links);
        ticket.callers.stay_on(ticket.number);
        let link = ticket.listed_under(home, ticket.opened_at);
        (ticket, primary, link, facts)
    }

    /// A ticket that left the group has no more to say in it; its CLEC and its callers, where they have no other ticket in it and took no
    /// part on another, are told of it no more. Its CLEC that did call is a caller from then on; so is one of which the calls that are
    /// shown do not tell it.
    fn remove_member(&mut self, gone: &Self, links: &[Link]) -> Vec<Fact> {
        let mut facts = self.says_no_more(&gone.number.into());
        let calls_are_all_shown = self.calls.len() < SHOWN_AT_MOST;
        let left: Vec<Link> = links.iter().filter(|link| link.number != gone.number).cloned().collect();
        for clec in gone.clec.iter().chain(gone.callers.clecs()) {
            let ticket = self.ticket_of(clec, &left);
            let called = self.calls.iter().any(|call| call.clec.as_ref() == Some(clec));
            let takes_part = self.callers.takes_part_beside(clec, gone.number) || called || !calls_are_all_shown;
            if ticket.is_none() && takes_part {
                self.callers.add(clec, self.changed_at);
                continue;
            }
            if ticket.is_none() {
                self.clecs.remove(clec);
            }
            self.callers.speaks_for(clec, ticket);
            facts.extend(self.says_no_more(&AffectedClec::Caller(clec.clone())));
        }
        facts
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
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<Change>, Refused> {
        self.check(Action::SeverityChange)?;
        if self.severity == to {
            return Ok(None);
        }
        self.reassign(to, primary, Vec::new(), act, policy).map(Some)
    }

    /// The same, with what else the act adds to the history.
    pub(super) fn reassign(
        self,
        to: Severity,
        primary: Option<Self>,
        before: Vec<Fact>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        let mut ticket = self;
        let from = ticket.severity;
        let facts = ticket.assign_severity(to)?;
        let with = |facts: Vec<Fact>| before.iter().cloned().chain(facts).collect::<Vec<_>>();
        let Some(mut primary) = primary else {
            return Ok(ticket.finish_action(with(facts), None, act, policy).into());
        };
        let group_from = primary.clock_severity();
        let mut counts = primary.linked_by_severity();
        counts[from as usize] = counts[from as usize].saturating_sub(1);
        counts[to as usize] += 1;
        let home = primary.group_id();
        primary.group = Group::Primary { linked: counts, home: home.filter(|home| *home != primary.number) };
        let since = match ticket.group {
            Group::Linked { since, .. } => since,
            Group::Alone | Group::Primary { .. } => act.now,
        };
        let link = ticket.listed_under(home.unwrap_or(primary.number), since);
        let of_group = primary.group_severity_changed(group_from);
        // Its CLEC gets the primary's notice: it is told once.
        let facts =
            if of_group.is_empty() { facts } else { vec![Fact::SeverityChanged { from, to, told_by_primary: true }] };
        let ticket = ticket.finish_action(with(facts), None, act, policy);
        let primary = if of_group.is_empty() {
            primary.resync_clock(policy)
        } else {
            primary.finish_action(of_group, None, &act.on_another(), policy)
        };
        Ok(Change { tickets: vec![ticket, primary], links: vec![link], ..Change::default() })
    }

    /// The primary of a group that has ended notes that it is about to be reopened, before its linked tickets are listed among the open.
    /// A night that read the primary before this is overtaken when it lists one of them among the ended, and a later one leaves them
    /// where they are.
    #[must_use]
    pub fn noting_reopening(self, now: Instant) -> TicketChange {
        let relisted = Some(Relisted { ended: false, at: now });
        Self { relisted, ..self }.finish_unrecorded(Vec::new())
    }

    /// Whether the lists have it among the ended: a linked ticket once it was listed there.
    pub(super) fn is_listed_as_ended(&self) -> bool {
        match self.group {
            Group::Linked { .. } => self.relisted.is_some_and(|listed| listed.ended),
            Group::Alone | Group::Primary { .. } => !self.is_open(),
        }
    }

    /// Unknown, closed or not disclosed: one answer, so that nothing is learned from it (TT-07).
    #[must_use]
    pub fn no_such_primary() -> Refused {
        Refused::NoSuch(FieldError::new("primary", "TT-07", "no open ticket that is known to this party"))
    }

    /// Whether a party may name the ticket as a link's target: it is open, and the desk's, its own, told of by an event notice, or one
    /// that it called about.
    fn may_be_linked_to(&self, party: &Party) -> bool {
        let called = party.clec().is_some_and(|clec| self.callers.has(clec));
        self.is_open() && (self.is_visible_to(party) || called || self.is_event())
    }

    fn linked_by_severity(&self) -> [u32; 4] {
        match self.group {
            Group::Primary { linked, .. } => linked,
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
        if matches!(self.problem.state, State::Held) && to <= Severity::Serious {
            facts.push(self.become_state(State::InProgress));
        }
        facts
    }

    fn listed_under(&self, home: TicketNumber, since: Instant) -> Link {
        Link {
            primary: home,
            number: self.number,
            clec: self.clec.clone(),
            severity: self.severity,
            opened_at: self.opened_at,
            since,
        }
    }
}

/// Which ticket is the primary of the group that is listed under another's number: so a group of any size is handed on by one
/// write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupPrimary {
    /// Under which number the group is listed.
    pub home: TicketNumber,
    /// The number of the primary ticket.
    pub primary: TicketNumber,
}

impl Part for GroupPrimary {
    const SORT_KEY: &'static str = "GROUP";

    fn of(&self) -> RecordRef {
        self.home.into()
    }

    /// A group has one.
    fn place(&self) -> String {
        String::new()
    }
}

/// To which ticket a group is handed on when its primary is withdrawn: the oldest of the highest severity (TT-06).
#[must_use]
pub fn successor(links: &[Link]) -> Option<TicketNumber> {
    links.iter().min_by_key(|link| (link.severity, link.opened_at, link.number)).map(|link| link.number)
}
