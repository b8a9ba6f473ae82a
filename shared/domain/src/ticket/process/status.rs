//! The status of a process ticket (12.8.1, PT-02): its CLEC is given it every two hours by telephone, unless otherwise agreed, until the
//! trouble is resolved to its satisfaction, and while affected orders are worked off under a workaround (12.8.3).
//!
//! The interval runs in the CSIE's hours, from the opening or from the last status that was given. A call restarts it. What the system
//! sends by itself, where nobody called, tells the CLEC how its ticket stands, and is no call: that it was missed is on record.

use super::Process;
use crate::{
    ticket::{Action, Fact, State, Ticket, TicketChange},
    trouble::AffectedClec,
};
use chrono::TimeDelta;
use contract::{
    Instant, NoticeCategory, Person, Policy, Refused,
    due::{Due, Rule, Term},
};
use record::{
    ActionContext, Notice, Record,
    notice::{Line, NoticeKind, moment},
};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use strum::{IntoStaticStr, VariantArray};

/// Who is not called later than this after the instant at which a status was due has the next one counted from that instant.
const AT_THE_INSTANT: TimeDelta = TimeDelta::minutes(1);

/// When a CLEC was last given the status of its ticket, and how far the next one was told of.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusClock {
    /// From when the interval runs: the opening, the last status, the instant of one that was missed, or an agreement.
    pub from: Instant,
    /// When the last status was given.
    pub given_at: Option<Instant>,
    /// Whether none is owed at present.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rests: bool,
    /// The instant of the status that tier 1 was warned of: it was not given yet.
    pub warned_of: Option<Instant>,
    /// How many in a row nobody gave.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub missed: u32,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl StatusClock {
    /// A clock that begins.
    #[must_use]
    pub fn from(at: Instant) -> Self {
        Self { from: at, given_at: None, rests: false, warned_of: None, missed: 0 }
    }
}

/// By which means the status is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum StatusChannel {
    /// By a person, who calls.
    Telephone,
    /// By the channels that the CLEC subscribed.
    Notice,
}

contract::word!(StatusChannel);

impl StatusChannel {
    pub(in crate::ticket) fn wording(self) -> &'static str {
        match self {
            Self::Telephone => "by telephone",
            Self::Notice => "by notice",
        }
    }
}

/// How a CLEC agreed to be given the status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgreedStatus {
    /// How often, in the CSIE's hours.
    #[serde(with = "contract::duration")]
    pub interval: TimeDelta,
    /// By which means.
    pub channel: StatusChannel,
    /// Who agreed for the CLEC.
    pub contact: Person,
    /// Since when it is agreed: the interval ran anew from there.
    pub since: Instant,
}

impl Ticket {
    /// Records that its CLEC was given the status by telephone: the interval runs anew from the call.
    ///
    /// # Errors
    /// When it is no process ticket, or no status is owed any more; a call that lies ahead, or before the opening.
    pub fn status_called(
        mut self,
        contact: &str,
        detail: &str,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<TicketChange, Refused> {
        self.check(Action::StatusCall)?;
        self.check_occurred(act)?;
        let due = self.status_due(policy).map(|due| due.at);
        // One that was due before the call, and was not found by a check yet, was missed all the same.
        let missed = due.filter(|due| *due < act.occurred()).map(|due| Fact::StatusMissed { due });
        let process = self.process()?;
        if process.status.given_at.is_some_and(|given| act.occurred() < given) {
            let detail = "the status was given since then";
            return Err(Refused::field("statusChangeDate", "PT-02", detail));
        }
        process.status = StatusClock { given_at: Some(act.occurred()), ..StatusClock::from(act.occurred()) };
        let (contact, detail) = (Some(contact.to_owned()), Some(detail.to_owned()));
        let given = Fact::StatusGiven { due, channel: StatusChannel::Telephone, contact, detail };
        Ok(self.finish_action(missed.into_iter().chain([given]).collect(), None, act, policy))
    }

    /// Records how its CLEC agreed to be given the status from now on: how often, and by which means. `None` where it is so already.
    ///
    /// # Errors
    /// When it is no process ticket, or no status is owed; an interval that nobody can agree to.
    pub fn agree_on_status(
        mut self,
        (interval, channel): (TimeDelta, StatusChannel),
        contact: Person,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<TicketChange>, Refused> {
        self.check(Action::StatusAgreement)?;
        self.check_occurred(act)?;
        let terms = &policy.at(act.occurred()).process_tickets;
        if interval <= terms.warned_before || interval > terms.agreed_at_most {
            let detail = format!(
                "is longer than the warning before it, {}, and at most {}",
                terms.warned_before, terms.agreed_at_most
            );
            return Err(Refused::field("interval", "PT-02", detail));
        }
        let agreed = AgreedStatus { interval, channel, contact: contact.clone(), since: act.occurred() };
        let process = self.process()?;
        if act.occurred() < process.status.from {
            let detail = "is not before the interval that runs began";
            return Err(Refused::field("statusChangeDate", "PT-02", detail));
        }
        let is_so = |present: &AgreedStatus| (present.interval, present.channel) == (interval, channel);
        if process.agreed_status.as_ref().is_some_and(is_so) {
            return Ok(None);
        }
        process.agreed_status = Some(agreed);
        process.status = StatusClock { given_at: process.status.given_at, ..StatusClock::from(act.occurred()) };
        let agreed = Fact::StatusAgreed { interval, channel, contact };
        Ok(Some(self.finish_action(vec![agreed], None, act, policy)))
    }

    /// Whether its CLEC is owed its status: while it is worked and the CLEC is not satisfied, and while affected orders are worked off
    /// under a workaround, also when it is closed.
    fn owes_status(&self, process: &Process) -> bool {
        if self.primary().is_some() || self.clec.is_none() {
            return false;
        }
        match &self.problem.state {
            State::Closed(closing) => closing.disposition.leaves_workaround() && process.orders.all_open() > 0,
            State::Cancelled | State::Rejected => false,
            State::Resolved => self.agreement(&AffectedClec::OfTicket(self.number)) != Some(true),
            _ => true,
        }
    }

    /// By which means its CLEC is given the status; none of a systems ticket.
    #[must_use]
    pub fn status_channel(&self) -> Option<StatusChannel> {
        let process = self.process.as_deref()?;
        Some(process.agreed_status.as_ref().map_or(StatusChannel::Telephone, |agreed| agreed.channel))
    }

    /// Where the status comes to be owed again, its interval runs from then; where it is owed no more, it runs no more.
    pub(in crate::ticket) fn resume_status(&mut self, now: Instant) {
        let Some(owes) = self.process.as_deref().map(|process| self.owes_status(process)) else { return };
        let Some(process) = self.process.as_deref_mut() else { return };
        if owes && process.status.rests {
            process.status = StatusClock { given_at: process.status.given_at, ..StatusClock::from(now) };
        }
        process.status.rests = !owes;
    }

    /// The next status that its CLEC is owed.
    #[must_use]
    pub fn status_due(&self, policy: &Policy) -> Option<Due> {
        self.status_after(self.process.as_deref()?.status.from, policy)
    }

    /// The status that is owed when one was given at an instant: by telephone, what leaves by itself does so when it is due; by notice,
    /// the policy's lead before.
    pub(in crate::ticket) fn status_after(&self, from: Instant, policy: &Policy) -> Option<Due> {
        let process = self.process.as_deref().filter(|process| self.owes_status(process))?;
        let version = policy.at(from);
        let (terms, calendar) = (&version.process_tickets, policy.csie_calendar(from));
        let agreed = process.agreed_status.as_ref();
        let interval = agreed.map_or(terms.status_every, |agreed| agreed.interval);
        let at = calendar.open_for(from, interval);
        let (leaves_at, jeopardy_at) = match self.status_channel()? {
            StatusChannel::Notice => {
                let leaves_at = calendar.open_for(from, interval - version.lead);
                (leaves_at, leaves_at + (at - leaves_at) / 2)
            }
            StatusChannel::Telephone => (at, calendar.open_for(from, interval - terms.warned_before)),
        };
        let rule = Rule::Term { term: Term::TwoHours, interval: Some(interval) };
        Some(Due { from, at, leaves_at, jeopardy_at, rule })
    }

    /// When there is next something to do for the status that is owed: tier 1 is warned before it is due.
    pub(in crate::ticket) fn status_acts_at(&self, due: &Due) -> Instant {
        let is_warned = self.process.as_deref().is_some_and(|process| process.status.warned_of == Some(due.at));
        if is_warned { due.leaves_at } else { due.leaves_at.min(due.jeopardy_at) }
    }

    /// What is to be done by now for the status that its CLEC is owed: tier 1 is warned that it was not given yet; a miss is recorded, and
    /// its CLEC told how the ticket stands; or it is given, where a notice was agreed on.
    pub(in crate::ticket) fn status_due_action(&self, now: Instant, policy: &Policy) -> Option<TicketChange> {
        self.next_update.filter(|next| next.leaves_at <= now)?;
        let Some(due) = self.status_due(policy).filter(|due| self.status_acts_at(due) <= now) else {
            return Some(self.clone().resync_clock(policy));
        };
        let mut ticket = self.clone();
        let process = ticket.process.as_deref_mut()?;
        let act = ActionContext::by_schedule(now);
        if self.status_channel() == Some(StatusChannel::Notice) {
            process.status = StatusClock { given_at: Some(now), ..StatusClock::from(now) };
            let channel = StatusChannel::Notice;
            let given = Fact::StatusGiven { due: Some(due.at), channel, contact: None, detail: None };
            let told = ticket.tell_status(Due { leaves_at: now, ..due }, now);
            return Some(ticket.finish_status(given, vec![told], &act, policy));
        }
        let line = |name, at| Line::new(name, moment(at, policy));
        let given = match process.status.given_at {
            Some(at) => line("Status was last given", at),
            None => line("No status was given since the opening", self.opened_at),
        };
        if now < due.at {
            process.status.warned_of = Some(due.at);
            let lines = [given, line("Call the CLEC before", due.at)];
            let warning =
                ticket.tell_people(NoticeCategory::WsdTier1, "its CLEC was not called yet", lines, &act, policy);
            ticket.set_clock(policy);
            return Some(ticket.finish_unrecorded(vec![warning]));
        }
        // The next one is counted from when this one was due, but for a check that comes late.
        let from = if now - due.at < AT_THE_INSTANT { due.at } else { now };
        let StatusClock { given_at, missed, .. } = process.status;
        process.status = StatusClock { given_at, missed: missed + 1, ..StatusClock::from(from) };
        let lines = [given, line("The call was due", due.at)];
        let what = "its CLEC was not called in time";
        let mut notices = vec![ticket.tell_people(NoticeCategory::WsdTier1, what, lines, &act, policy)];
        if policy.at(due.from).process_tickets.tells_what_nobody_called {
            notices.push(ticket.tell_status(Due::at_once(now), now));
        }
        Some(ticket.finish_status(Fact::StatusMissed { due: due.at }, notices, &act, policy))
    }

    /// The status by the channels that its CLEC subscribed.
    fn tell_status(&mut self, due: Due, now: Instant) -> Notice {
        let sequence = self.next_sequence();
        // It is its CLEC's, also of a ticket of which all are told.
        let notice_type = NoticeCategory::Target;
        let notice = Notice { notice_type, ..self.notice(sequence, &[], NoticeKind::Update, due, now) };
        self.remember(&notice, now);
        notice
    }

    fn finish_status(mut self, fact: Fact, notices: Vec<Notice>, act: &ActionContext, policy: &Policy) -> TicketChange {
        self.set_clock(policy);
        self.finish(vec![fact], notices, act)
    }

    /// When a change of a process ticket is due to be told: within the interval of its status, that other CLECs are impacted within three
    /// business hours. It leaves in the CSIE's hours.
    pub(in crate::ticket) fn process_notice_due(facts: &[Fact], from: Instant, now: Instant, policy: &Policy) -> Due {
        let (terms, calendar) = (&policy.at(from).process_tickets, policy.csie_calendar(from));
        let is_impact = |fact: &Fact| matches!(fact, Fact::OthersImpacted { .. });
        let (term, interval) = match facts.iter().any(is_impact) {
            true => (Term::ThreeBusinessHours, terms.impacted_told_within),
            false => (Term::TwoHours, terms.status_every),
        };
        let (at, leaves_at) = (calendar.open_for(from, interval), calendar.open_from(now));
        let jeopardy_at = calendar.open_for(from, interval / 2).max(leaves_at);
        Due { from, at, leaves_at, jeopardy_at, rule: Rule::Term { term, interval: Some(interval) } }
    }
}
