//! Callers: CLECs that take part in a ticket's problem and have no ticket in its group. A CLEC becomes one by a call that is recorded
//! on the ticket (12.4, TT-05), or because it says that the ticket's patch may impact its coding (12.3, TT-16).
//!
//! A caller reads of the ticket what an event notice tells of it, and what it said itself ([`Loaded::read_by`]). It may agree and
//! dispute, escalate, and have its own ticket linked; what it says, no other CLEC reads (TT-07, TT-27).

use super::{Fact, Link, Loaded, Report, StatusChange, Ticket};
use crate::trouble::{AffectedClec, AgreementPosition};
use contract::{ClecId, Instant, NoticeCategory, Party, Refused, TicketNumber, Visibility};
use record::{Access, ActionContext, Reader, Record, Seen, SeenByClecs};
use serde::{Deserialize, Serialize, de::IgnoredAny};
use std::collections::{BTreeMap, BTreeSet};

/// The callers of a ticket, by CLEC.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Callers(BTreeMap<ClecId, Caller>);

/// A CLEC that is a caller, or was one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Caller {
    /// What it has seen beside the acts that every reader of the ticket sees: its own acts.
    #[serde(flatten)]
    seen: Seen,
    /// Whether it is none any more. It stays, so that no version that it has read comes again if it becomes one again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    former: bool,
    /// The tickets of the group on which it took part: when the last of them leaves, it is a caller no more. Of one that was stored
    /// before they were, the calls that the ticket shows tell it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    on: BTreeSet<TicketNumber>,
    /// The ticket of the group that it speaks for in place of what it said as a caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    speaks_for: Option<TicketNumber>,
    /// Whether it raised a case, which it reads and answers also when it is no caller any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    has_case: bool,
}

impl Caller {
    /// One that is none yet.
    fn former(at: Instant) -> Self {
        let seen = Seen { version: 0, changed_at: at };
        Self { seen, former: true, on: BTreeSet::new(), speaks_for: None, has_case: false }
    }
}

impl Callers {
    /// Whether nobody called.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a CLEC is one of them.
    #[must_use]
    pub fn has(&self, clec: &ClecId) -> bool {
        self.0.get(clec).is_some_and(|caller| !caller.former)
    }

    /// Whether a CLEC was one of them, and is none any more.
    pub(super) fn had(&self, clec: &ClecId) -> bool {
        self.0.get(clec).is_some_and(|caller| caller.former)
    }

    /// Which CLECs they are.
    pub fn clecs(&self) -> impl Iterator<Item = &ClecId> {
        self.0.iter().filter(|(_, caller)| !caller.former).map(|(clec, _)| clec)
    }

    fn entry(&mut self, clec: &ClecId, at: Instant) -> &mut Caller {
        self.0.entry(clec.clone()).or_insert_with(|| Caller::former(at))
    }

    /// With a CLEC among them, which was told of the problem until `at` by a ticket.
    pub(super) fn add(&mut self, clec: &ClecId, at: Instant) {
        let caller = self.entry(clec, at);
        (caller.former, caller.speaks_for) = (false, None);
    }

    /// Counts an act on what this CLEC alone reads. One that is no caller any more becomes none by it.
    fn acted(&mut self, clec: &ClecId, now: Instant) {
        let Seen { version, changed_at } = &mut self.entry(clec, now).seen;
        (*version, *changed_at) = (*version + 1, now);
    }

    /// A CLEC is a caller no more, and speaks for its ticket in the group, where that is known.
    pub(super) fn speaks_for(&mut self, clec: &ClecId, number: Option<TicketNumber>) {
        let caller = self.0.get_mut(clec);
        caller.into_iter().for_each(|caller| (caller.former, caller.speaks_for) = (true, number));
    }

    /// What a CLEC did on a ticket that left the group is none of its part any more; whether it took part on another.
    pub(super) fn takes_part_beside(&mut self, clec: &ClecId, gone: TicketNumber) -> bool {
        self.0.get_mut(clec).is_some_and(|caller| {
            caller.on.remove(&gone);
            !caller.on.is_empty()
        })
    }

    /// The ticket left its group: those that took part on others of it are none of its callers.
    pub(super) fn stay_on(&mut self, number: TicketNumber) {
        for caller in self.0.values_mut() {
            caller.former |= !caller.on.is_empty() && !caller.on.contains(&number);
            caller.on.retain(|on| *on == number);
        }
    }

    /// Nobody is a caller any more.
    pub(super) fn leave(&mut self) {
        self.0.values_mut().for_each(|caller| caller.former = true);
    }

    /// With what each of them has seen of the primary too: it reads otherwise when either does.
    pub(super) fn beside(&self, primary: &Self) -> Self {
        let both = self.0.iter().map(|(clec, caller)| {
            let mut both = caller.clone();
            if let Some(Caller { seen, .. }) = primary.0.get(clec) {
                both.seen.version += seen.version;
                both.seen.changed_at = both.seen.changed_at.max(seen.changed_at);
            }
            (clec.clone(), both)
        });
        Self(both.collect())
    }

    /// Those of the ticket that handed its group on, and no others: one of its own that is not among them speaks for a ticket of the
    /// group.
    pub(super) fn take_over(&mut self, former: &Self, led_by: TicketNumber) {
        self.leave();
        for (clec, of_group) in &former.0 {
            let caller = self.entry(clec, of_group.seen.changed_at);
            (caller.former, caller.speaks_for) = (of_group.former, of_group.speaks_for);
            caller.on.clone_from(&of_group.on);
            if caller.on.is_empty() && !caller.former {
                caller.on.insert(led_by);
            }
        }
    }
}

/// To which CLECs beside its own a ticket is there for a request (AP-03).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OpenTo {
    /// To no other CLEC.
    #[default]
    Own,
    /// To its callers.
    Callers,
    /// To its callers, and to those that were callers and raised a case on it.
    Cases,
    /// To every CLEC that an event notice told of its patch ([`Loaded::is_told_of_patch`]).
    Told,
    /// Of a Reference Ticket: to every CLEC, since each may use its workaround by its number (12.8.3).
    Reference,
}

/// Whose a ticket is, and who else takes part in it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketAccess {
    clec: Option<ClecId>,
    #[serde(default)]
    callers: Callers,
    #[serde(default)]
    event_since: Option<IgnoredAny>,
    #[serde(default)]
    process: ProcessAccess,
}

/// Whether a process ticket is a Reference Ticket.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ProcessAccess {
    impacted_since: Option<IgnoredAny>,
}

impl TicketAccess {
    /// Whether the ticket is there for a party, where it is open to others than its own CLEC.
    #[must_use]
    pub fn admits_to(&self, party: &Party, open_to: OpenTo) -> bool {
        let is_caller = party.clec().is_some_and(|clec| self.callers.has(clec));
        let has_case = || party.clec().and_then(|clec| self.callers.0.get(clec)).is_some_and(|caller| caller.has_case);
        self.admits(party)
            || match open_to {
                OpenTo::Own => false,
                OpenTo::Callers => is_caller,
                OpenTo::Cases => is_caller || has_case(),
                OpenTo::Told => is_caller || self.event_since.is_some(),
                OpenTo::Reference => self.process.impacted_since.is_some(),
            }
    }
}

impl Access for TicketAccess {
    const FIELDS: &'static [&'static str] = &["clec", "callers", "eventSince", "process"];

    /// The desk sees every ticket, a CLEC its own.
    fn admits(&self, party: &Party) -> bool {
        party.clec().is_none_or(|clec| self.clec.as_ref() == Some(clec))
    }
}

impl Ticket {
    /// As which affected CLEC a party speaks on the ticket: the desk and its own CLEC for the ticket, any other as a caller.
    #[must_use]
    pub fn affected(&self, party: &Party) -> AffectedClec {
        match party.clec() {
            Some(clec) if self.clec.as_ref() != Some(clec) => AffectedClec::Caller(clec.clone()),
            _ => AffectedClec::OfTicket(self.number),
        }
    }

    /// Who takes a position: who says so, or the CLEC that the desk names.
    ///
    /// # Errors
    /// When the desk names a CLEC that is neither the ticket's own nor a caller; when a caller of a linked ticket has its own in the group.
    pub(super) fn taking(
        &self,
        position: &AgreementPosition,
        primary: Option<&Self>,
        by: &Party,
    ) -> Result<AffectedClec, Refused> {
        let named = position.clec.as_ref().filter(|_| by.is_provider());
        if let Some(named) = named
            && self.clec.as_ref() != Some(named)
            && !self.callers.has(named)
        {
            return Err(Refused::field("clec", "TT-10", "is the ticket's own CLEC, or one that called about it"));
        }
        let speaker = self.affected(&named.map_or_else(|| by.clone(), |named| Party::Clec(named.clone())));
        if let (AffectedClec::Caller(clec), Some(primary)) = (&speaker, primary)
            && !primary.callers.has(clec)
        {
            let detail = "this CLEC has a ticket of its own in the group, and speaks for that";
            return Err(Refused::not_now("TT-06", detail, &[]));
        }
        Ok(speaker)
    }

    /// As whom a CLEC speaks in the group whose primary this is: for its ticket there, or as a caller.
    pub(super) fn voice_of(&self, clec: &ClecId) -> AffectedClec {
        match self.callers.0.get(clec) {
            _ if self.clec.as_ref() == Some(clec) => self.number.into(),
            Some(Caller { former: true, speaks_for: Some(number), .. }) => (*number).into(),
            _ => AffectedClec::Caller(clec.clone()),
        }
    }

    /// What a CLEC says, as the ticket's history keeps it, and by what act: of a caller the desk alone reads it, and its reason.
    pub(super) fn said_by(
        &mut self,
        speaker: &AffectedClec,
        facts: Vec<Fact>,
        act: &ActionContext,
    ) -> (Vec<Fact>, ActionContext) {
        let AffectedClec::Caller(clec) = speaker else { return (facts, act.clone()) };
        self.callers.acted(clec, act.now);
        let of_caller = |fact| Fact::OfCaller { clec: clec.clone(), said: Box::new(fact) };
        let act = ActionContext { read_by: Some(Visibility::Internal), ..act.clone() };
        (facts.into_iter().map(of_caller).collect(), act)
    }

    /// A caller took a position on the problem, whose primary this is: the caller may read it here too.
    pub(super) fn heard(&mut self, speaker: &AffectedClec, now: Instant) {
        if let AffectedClec::Caller(clec) = speaker
            && self.callers.has(clec)
        {
            self.callers.acted(clec, now);
        }
    }

    /// A CLEC calls, or says that the patch may impact its coding: it is told of the problem from here on (NT-02), as a caller where it
    /// has no ticket in the group. `on` is the ticket on which it does.
    pub(super) fn takes_part(&mut self, clec: &ClecId, on: TicketNumber, now: Instant) {
        if !self.has_ticket_of(clec) {
            self.callers.add(clec, now);
            self.callers.acted(clec, now);
        }
        if self.clec.as_ref() != Some(clec) {
            self.callers.entry(clec, now).on.insert(on);
        }
        self.clecs.insert(clec.clone());
    }

    /// Whether a CLEC has a ticket in the group, for which it speaks.
    fn has_ticket_of(&self, clec: &ClecId) -> bool {
        let is_of_group = self.clec.as_ref() == Some(clec) || self.linked_count() > 0 && self.clecs.contains(clec);
        is_of_group && !self.callers.has(clec)
    }

    /// A caller raised a case, which it reads from here on.
    pub(super) fn raised_case(&mut self, clec: &ClecId, now: Instant) {
        self.callers.entry(clec, now).has_case = true;
    }

    /// Who takes part in the group, and in the problem of a ticket that is linked to it: the callers of the linked ticket are the primary's
    /// too, where they have no ticket in the group. One that has one speaks for that, and so does a caller whose own ticket is linked.
    /// `links` are the group's, where the linked ticket has callers.
    pub(super) fn takes_callers_of(&mut self, linked: &mut Self, links: &[Link]) {
        if let Some(clec) = &linked.clec {
            self.speaks_for_ticket(clec, linked.number);
        }
        let callers: Vec<ClecId> = linked.callers.clecs().cloned().collect();
        for clec in &callers {
            match self.ticket_of(clec, links) {
                Some(number) => linked.speaks_for_ticket(clec, number),
                None => {
                    self.callers.add(clec, self.changed_at);
                    self.callers.entry(clec, self.changed_at).on.insert(linked.number);
                }
            }
        }
    }

    /// A CLEC's ticket in the group whose primary this is.
    pub(super) fn ticket_of(&self, clec: &ClecId, links: &[Link]) -> Option<TicketNumber> {
        let of_linked = || links.iter().find(|link| link.clec.as_ref() == Some(clec)).map(|link| link.number);
        if self.clec.as_ref() == Some(clec) { Some(self.number) } else { of_linked() }
    }

    /// The ticket of a caller was linked: from here on the caller speaks for this ticket.
    pub(super) fn speaks_for_ticket(&mut self, clec: &ClecId, number: TicketNumber) {
        let (caller, own) = (AffectedClec::Caller(clec.clone()), AffectedClec::from(number));
        self.callers.speaks_for(clec, Some(number));
        if let Some(agreed) = self.agreements.remove(&caller)
            && self.agreements.of(&own).is_none()
        {
            self.agreements.record(own.clone(), agreed);
        }
        if let Some(workaround) = &mut self.problem.workaround {
            for said in [&mut workaround.agreed, &mut workaround.disputed] {
                if said.remove(&caller) {
                    said.insert(own.clone());
                }
            }
        }
    }

    /// An affected CLEC has no more to say on the problem; with what came of that.
    pub(super) fn says_no_more(&mut self, clec: &AffectedClec) -> Vec<Fact> {
        self.agreements.remove(clec);
        if let Some(workaround) = &mut self.problem.workaround {
            workaround.agreed.remove(clec);
        }
        self.no_longer_disputed(clec)
    }

    /// Which CLEC speaks.
    pub(super) fn clec_of(&self, speaker: &AffectedClec) -> Option<ClecId> {
        match speaker {
            AffectedClec::OfTicket(_) => self.clec.clone(),
            AffectedClec::Caller(clec) => Some(clec.clone()),
        }
    }

    /// The ticket as one that is not its CLEC's reads it: what an event notice tells, and what the reader said itself. `primary` is
    /// that of a linked one.
    fn told_to(self, clec: &ClecId, primary: Option<&Self>) -> Self {
        let reader = AffectedClec::Caller(clec.clone());
        let own = Party::Clec(clec.clone());
        let leading = primary.unwrap_or(&self);
        let severity = leading.clock_severity();
        // What the provider detected itself is told in its own words also before it is an event (TT-27).
        let category =
            if leading.is_event() || self.clec.is_some() { NoticeCategory::Event } else { NoticeCategory::Target };
        let (description, impact) = self.described(category, severity);
        let report =
            Report { description, impact, system_affected: self.report.system_affected.clone(), ..Report::default() };
        let seen = self.seen(Reader::Others).unwrap_or(Seen { version: self.version, changed_at: self.changed_at });
        let of_caller = self.callers.0.get(clec).map(|caller| caller.seen);
        let seen_alone = of_caller.unwrap_or(Seen { version: 0, changed_at: seen.changed_at });
        let public = |change: StatusChange| StatusChange {
            why: change.why.filter(|_| change.read_by == Some(Visibility::Public)),
            ..change
        };
        let mut read = Self {
            version: seen.version + seen_alone.version,
            changed_at: seen.changed_at.max(seen_alone.changed_at),
            seen_by_clecs: SeenByClecs::default(),
            report,
            severity,
            clecs: BTreeSet::new(),
            agreements: self.agreements.only(|of| *of == reader),
            status_changes: self.status_changes.into_iter().map(public).collect(),
            problem: self.problem.told_to_another(),
            worked_outside_since: None,
            severity_checklist: Vec::new(),
            change_requests: BTreeSet::new(),
            release: None,
            referral: None,
            call_center_reference: None,
            documents: 0,
            notes: Vec::new(),
            ..self
        };
        read.calls.retain(|call| call.clec.as_ref() == Some(clec));
        read.cases.retain(|case| case.is_for(&own, read.clec.as_ref()));
        read.clec = None;
        read
    }
}

impl Loaded {
    /// The ticket as a party reads it: the desk and its own CLEC as it is, any other as an event notice tells it (TT-07).
    #[must_use]
    pub fn read_by(&self, party: &Party) -> Ticket {
        let read = self.effective();
        match party.clec().filter(|_| !read.is_visible_to(party)) {
            Some(clec) => read.told_to(clec, self.primary.as_ref()),
            None => read,
        }
    }

    /// Whether the ticket is there for who says something of its patch: for the desk, its own CLEC and its callers, and for each CLEC
    /// that an event notice told of the patch (TT-16); for another it is not (TT-07). One that has a ticket in the group speaks for that.
    #[must_use]
    pub fn is_told_of_patch(&self, party: &Party) -> bool {
        let is_told = |clec: &ClecId| {
            let told = self.primary.as_ref().unwrap_or(&self.ticket);
            told.is_open() && told.is_event() && told.patch_is_known() && !told.has_ticket_of(clec)
        };
        self.ticket.is_visible_to(party)
            || party.clec().is_some_and(|clec| self.ticket.callers.has(clec) || is_told(clec))
    }
}
