//! The notices of a ticket (12.6): of what kind and type the next one is, to whom it goes, and what it says.

use super::{Fact, Group, State, Ticket};
use crate::trouble::{AffectedClec, Workaround};
use contract::{ClecId, Impact, Instant, NoticeCategory, Party, Policy, Severity, TicketNumber, due::Due};
use record::{
    Notice,
    notice::{Content, Line, NoticeBody, NoticeKind, Recipient, RestrictedChange, SeriesCounts, StatusContent},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// As many numbers as a message of the messaging service holds in each of its texts, with room for the rest.
const NUMBERS_AT_MOST: usize = 2_000;

impl Ticket {
    /// The place of the ticket's next notice in its sequence.
    #[must_use]
    pub fn next_sequence(&self) -> u32 {
        self.last_notice.as_ref().map_or(1, |last| last.sequence + 1)
    }

    /// The ticket's notice of this place in its sequence.
    #[must_use]
    pub fn notice(&self, sequence: u32, facts: &[Fact], kind: NoticeKind, due: Due, now: Instant) -> Notice {
        let update = if kind == NoticeKind::Update { self.updates + 1 } else { 0 };
        let key = (self.number.into(), sequence);
        let series = self.last_notice.as_ref().map_or(Some(SeriesCounts::default()), |last| last.series);
        let notice_type = self.notice_type(facts.iter());
        Notice { series, ..Notice::status(key, (kind, update), notice_type, recorded(facts), due, now) }
    }

    /// The waiting notice, telling more.
    pub(super) fn tells_more(
        &self,
        waiting: Notice,
        facts: &[Fact],
        kind: NoticeKind,
        due: Due,
        now: Instant,
    ) -> Notice {
        let told: Vec<Fact> = waiting.facts.iter().filter_map(|fact| Fact::deserialize(fact).ok()).collect();
        let notice_type = self.notice_type(told.iter().chain(facts));
        waiting.and_tells(recorded(facts), kind, notice_type, due, now)
    }

    /// A linked ticket's own notices tell its CLEC alone: the event is its primary's to tell. So does what is between the provider and
    /// that CLEC, and nothing else. What corrects notices and nothing else is of their type.
    fn notice_type<'a>(&self, facts: impl Iterator<Item = &'a Fact> + Clone) -> NoticeCategory {
        if facts.clone().next().is_some() && facts.clone().all(Fact::is_between_parties) {
            return NoticeCategory::Target;
        }
        let mut corrected = facts.map(|fact| Some(fact.corrects()?.1.as_ref()?.notice_type));
        if let Some(first) = corrected.next().flatten()
            && corrected.all(|other| other == Some(first))
        {
            return first;
        }
        if self.is_event() && self.primary().is_none() { NoticeCategory::Event } else { NoticeCategory::Target }
    }

    /// What a notice says of the ticket at the instant it is taken for sending. An event notice prints the desk's own
    /// words and nothing that a CLEC reported (TT-27). `related` are numbers of its group, which has `in_group` tickets.
    ///
    /// # Errors
    /// When the notice tells a fact that no ticket has.
    pub fn status_content(
        &self,
        notice: &Notice,
        (related, in_group): (&[TicketNumber], usize),
        corrected: &[Notice],
        policy: &Policy,
        now: Instant,
    ) -> Result<StatusContent, serde_json::Error> {
        let severity = self.clock_severity();
        let (description, impact) = self.described(notice.notice_type, severity);
        let in_force = |of: &&Workaround| of.provided_at.is_some() && of.retired_at.is_none();
        let workaround = self.problem.workaround.as_ref().filter(in_force);
        let is_target = notice.notice_type == NoticeCategory::Target;
        // Of a process ticket it is free text of its CLEC.
        let system = self.report.system_affected.clone().filter(|_| !self.is_of_process() || is_target);
        let own_reference =
            || self.call_center_reference.clone().filter(|_| notice.notice_type == NoticeCategory::Target);
        let (mut changes, mut restricted) = (Vec::new(), Vec::new());
        let facts = facts_of(notice)?;
        let field_changes = facts.iter().flat_map(|fact| fact.field_changes(self.number)).collect();
        for fact in facts {
            let Some(text) = fact.wording(self.number, policy.time_zone) else { continue };
            let told_to = match fact.corrects() {
                Some((sequence, _)) => {
                    let of = corrected.iter().find(|of| of.sequence == sequence);
                    of.map(|of| self.told_by(of)).unwrap_or_default()
                }
                None if is_restricted(&fact, notice) => self.own_parties(),
                None => {
                    changes.push(text);
                    continue;
                }
            };
            restricted.push(RestrictedChange { text, told_to });
        }
        let ticket_numbers: Vec<TicketNumber> =
            std::iter::once(self.number).chain(related.iter().copied()).take(NUMBERS_AT_MOST).collect();
        Ok(StatusContent {
            further_tickets: in_group.checked_sub(ticket_numbers.len()).filter(|further| *further > 0),
            ticket_numbers,
            primary: match self.group {
                Group::Alone => None,
                Group::Primary { .. } => Some(self.number),
                Group::Linked { primary, .. } => Some(primary),
            },
            in_series: notice.series.filter(|_| !is_correction(notice)).map(|before| before.of(notice.notice_type) + 1),
            at: now,
            status: self.status(),
            changes,
            field_changes,
            restricted,
            process: self.is_of_process(),
            severity,
            system_affected: system,
            description,
            impact,
            estimated_resolution: self.problem.estimated_resolution,
            resolution: self.problem.resolution.clone(),
            resolved_at: self.problem.resolved_at,
            agree_by: self.agree_by(policy),
            dispute_until: self.dispute_until(policy),
            answered: self.agreements.answered().collect(),
            awaited_callers: self.awaited_callers(policy),
            workaround: workaround.map(|workaround| match workaround.is_provided() {
                true => workaround.description.clone(),
                false => format!("{} (disputed as not acceptable)", workaround.description),
            }),
            call_center_reference: workaround.and_then(|it| it.call_center_reference.clone()).or_else(own_reference),
            disposition: match &self.problem.state {
                State::Closed(closing) => Some(closing.disposition.name().to_owned()),
                _ => None,
            },
            patch_date: self.problem.patch_date,
            // Of a process ticket it is when its own CLEC is called.
            next_update_due: self.next_update.as_ref().filter(|_| !self.is_of_process() || is_target).map(|due| due.at),
            provider_contact: self.contact(policy).to_owned(),
            escalation: self.escalation_information(policy),
        })
    }
}

impl Ticket {
    /// Description and impact as a notice of this type tells them at a severity: an event notice in the desk's own words (TT-27).
    pub(super) fn described(&self, notice_type: NoticeCategory, severity: Severity) -> (String, Option<Impact>) {
        if notice_type == NoticeCategory::Target {
            return (self.report.description.clone(), self.report.impact.clone());
        }
        let alone = || {
            if self.is_of_process() {
                return "Trouble with a process".to_owned();
            }
            let system = self.report.system_affected.as_deref().unwrap_or("a system that is not yet known");
            format!("Trouble with {system}, severity {}", severity.level())
        };
        (self.problem.event_description.clone().unwrap_or_else(alone), self.problem.event_impact.clone())
    }

    /// The callers that are asked whether they agree with the resolution, and did not say so yet.
    fn awaited_callers(&self, policy: &Policy) -> BTreeSet<ClecId> {
        let is_asked = self.agree_by(policy).is_some();
        let said = |clec: &ClecId| self.agreement(&AffectedClec::Caller(clec.clone())).is_some();
        self.callers.clecs().filter(|clec| is_asked && !said(clec)).cloned().collect()
    }

    /// Begins a bulletin about the ticket: its heading is the number and what follows.
    pub(super) fn bulletin(&self, what: &str, now: Instant, policy: &Policy) -> NoticeBody {
        let number = self.number;
        let contact = self.contact(policy);
        let heading = if what.is_empty() { format!("Ticket {number}") } else { format!("Ticket {number}: {what}") };
        NoticeBody {
            ticket_numbers: vec![number],
            system_affected: self.report.system_affected.clone(),
            of: Some(number.to_string()),
            ..NoticeBody::new(heading, now, contact)
        }
        .with_lines([Line::new("Trouble ticket number", number.to_string())])
    }

    /// The CLEC whose it is; of a trouble that the provider detected, the one CLEC that called about it, and never one that called
    /// about another's.
    fn reporting(&self) -> Option<&ClecId> {
        self.clec.as_ref().or(self.clecs.first())
    }

    /// The CLEC whose it is, and the provider.
    fn own_parties(&self) -> BTreeSet<Party> {
        self.clec.iter().cloned().map(Party::Clec).chain([Party::Provider]).collect()
    }

    /// Who got an earlier notice of it: the recipients of its message, or who was told by telephone.
    fn told_by(&self, notice: &Notice) -> BTreeSet<Party> {
        if notice.recipients.is_empty() {
            return self.reporting().cloned().map(Party::Clec).into_iter().chain([Party::Provider]).collect();
        }
        notice.recipients.iter().map(|recipient| recipient.party.clone()).collect()
    }
}

/// The facts as their entry of the history has them.
fn recorded(facts: &[Fact]) -> Vec<Value> {
    facts.iter().map(|fact| json!(fact)).collect()
}

/// The status changes that a ticket's notice tells, in words; of what some alone are told, a CLEC reads what it was told.
///
/// # Errors
/// When the notice tells a fact that no ticket has.
pub fn changes_told(notice: &Notice, reader: &Party, policy: &Policy) -> Result<Vec<String>, serde_json::Error> {
    let Some(about) = notice.about.ticket() else { return Ok(Vec::new()) };
    let is_told = |text: &String| match &notice.content {
        Some(Content::Status(content)) => content.changes_for(reader).any(|told| told == text),
        _ => false,
    };
    let told = |fact: Fact| {
        let text = fact.wording(about, policy.time_zone)?;
        (reader.is_provider() || !is_restricted(&fact, notice) || is_told(&text)).then_some(text)
    };
    Ok(facts_of(notice)?.into_iter().filter_map(told).collect())
}

/// The facts that a ticket's notice tells.
fn facts_of(notice: &Notice) -> Result<Vec<Fact>, serde_json::Error> {
    notice.facts.iter().map(Fact::deserialize).collect()
}

/// Whether some alone are told a fact of a notice: a correction, or of an event a reason that is not for everyone.
fn is_restricted(fact: &Fact, notice: &Notice) -> bool {
    let is_own =
        fact.is_between_parties() || matches!(fact, Fact::Reason { visibility, .. } if !visibility.is_public());
    fact.corrects().is_some() || is_own && notice.notice_type == NoticeCategory::Event
}

/// Which earlier notices of its ticket a notice corrects or withdraws, by their sequence.
#[must_use]
pub fn corrected_by(notice: &Notice) -> Vec<u32> {
    let facts = facts_of(notice).unwrap_or_default();
    facts.iter().filter_map(|fact| Some(fact.corrects()?.0)).collect()
}

/// The earlier notices of its ticket that a notice withdraws, by their sequence.
#[must_use]
pub fn withdrawn_by(notice: &Notice) -> Vec<u32> {
    let facts = facts_of(notice).unwrap_or_default().into_iter();
    facts
        .filter_map(|fact| if let Fact::NoticeWithdrawn { sequence, .. } = fact { Some(sequence) } else { None })
        .collect()
}

/// Whether a notice corrects or withdraws others, and tells nothing else.
fn is_correction(notice: &Notice) -> bool {
    !notice.facts.is_empty() && corrected_by(notice).len() == notice.facts.len()
}

/// Whether the interval of updates runs from a notice: not from what corrects others and tells nothing else, which goes to those
/// alone who got them.
#[must_use]
pub fn restarts_clock(notice: &Notice) -> bool {
    !is_correction(notice)
}

/// How many notices of each type there were, with this one; a correction counts as none.
pub(super) fn series_after(notice: &Notice) -> Option<SeriesCounts> {
    if is_correction(notice) { notice.series } else { Some(notice.series?.and_one(notice.notice_type)) }
}

/// The kind of a notice that tells `facts` of a ticket in `state`.
pub(super) fn kind_of(facts: &[Fact], state: &State) -> NoticeKind {
    let ends = |fact: &Fact| match fact {
        Fact::Closed { .. } => true,
        Fact::StatusChanged { to, .. } => !to.is_open(),
        _ => false,
    };
    if !state.is_open() && facts.iter().any(ends) {
        NoticeKind::Closure
    } else if facts.iter().any(|fact| matches!(fact, Fact::Opened { .. } | Fact::AcceptedAsEvent)) {
        NoticeKind::Initial
    } else {
        NoticeKind::Update
    }
}

/// To whom a notice of `ticket` goes: the desk's people always (SB-04); a target notice to the ticket's CLEC; an event
/// notice to every CLEC of the group and of the register, each once (NT-02): whom it reaches there, the subscriptions tell. What
/// corrects notices and nothing else goes to those who got them (NT-16).
#[must_use]
pub fn recipients(
    notice: &Notice,
    ticket: &Ticket,
    group: &[(TicketNumber, Option<ClecId>)],
    registered: &[ClecId],
    corrected: &[Notice],
) -> Vec<Recipient> {
    let told: BTreeSet<Party> = corrected.iter().flat_map(|of| ticket.told_by(of)).collect();
    let clecs: BTreeSet<&ClecId> = match notice.notice_type {
        _ if is_correction(notice) => told.iter().filter_map(Party::clec).collect(),
        NoticeCategory::Target => ticket.reporting().into_iter().collect(),
        _ => ticket.clecs.iter().chain(registered).collect(),
    };
    // As many numbers as a notice of the whole group has.
    let of_each = (NUMBERS_AT_MOST / clecs.len().max(1)).max(1);
    let of_clecs = clecs.into_iter().map(|clec| {
        // A correction is kept back by no filter: what the first was filtered by may be otherwise by now.
        let of_event = notice.notice_type == NoticeCategory::Event && ticket.clecs.contains(clec);
        let own = of_event || is_correction(notice);
        let tickets = group.iter().filter(|(_, of)| of.as_ref() == Some(clec)).map(|(number, _)| *number);
        Recipient::new(Party::Clec(clec.clone()), own, tickets.take(of_each).collect())
    });
    of_clecs.chain([Recipient::new(Party::Provider, false, Vec::new())]).collect()
}
