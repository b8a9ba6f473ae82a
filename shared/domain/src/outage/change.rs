//! What may happen to a planned outage: scheduled, announced, changed, reminded of, overrun, cancelled, ended.

use super::{Change, Entry, Fact, Outage, Plan, State, Warning};
use crate::ticket::{Report, Ticket, TicketChange, change::show, opening::Opening};
use chrono::TimeDelta;
use contract::{
    Instant, OutageNumber, Party, Policy, RecordRef, Refused, TicketNumber,
    due::{Due, Term},
    text::folded,
};
use record::{
    Access, ActionContext, Announced, Awaited, Bound, ChangeSet, Counters, Notice, Queue, Reader, Record, RecordChange,
    RecordVisitor, Seen, SeenByClecs, Visitor,
    deadline::{RunningDeadline, Warned},
    notice::{NoticeKind, moment},
};
use serde::Deserialize;

/// The calendar days after the scheduling within which the notice is sent (12.1).
const CALENDAR_DAYS: u64 = 2;

impl ChangeSet for Change {
    fn visit(&self, visitor: &mut impl Visitor) {
        self.tickets.iter().for_each(|ticket| show(ticket, visitor));
        visitor.record(&self.outage);
        self.position.iter().for_each(|position| visitor.part(position));
    }

    fn visit_records(&mut self, visitor: &mut impl RecordVisitor) {
        self.tickets.iter_mut().for_each(|ticket| visitor.record(ticket));
        visitor.record(&mut self.outage);
    }
}

/// Whether a planned outage was announced.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutageAccess {
    announced_at: Option<Instant>,
}

impl Access for OutageAccess {
    const FIELDS: &'static [&'static str] = &["announcedAt"];

    /// A draft is the desk's own; what was announced, everybody's.
    fn admits(&self, party: &Party) -> bool {
        party.is_provider() || self.announced_at.is_some()
    }
}

/// The list of planned outages that were announced.
pub const ANNOUNCED: &str = "OUTAGES";
/// The list of planned outages that were not announced.
pub const DRAFTS: &str = "OUTAGE_DRAFTS";

impl Record for Outage {
    type Change = Change;
    type Fact = Fact;
    type Access = OutageAccess;

    const TOLD_ELSEWHERE: &'static [&'static str] = &["revision"];

    const BOUNDS: &'static [Bound] = &[(&["plan"], 128), (&["warnings"], 64)];

    /// By its start; a draft that has none yet by its scheduling.
    fn place(&self) -> Option<(&'static str, Instant)> {
        let list = if self.announced_at.is_some() { ANNOUNCED } else { DRAFTS };
        Some((list, self.plan.start.unwrap_or(self.scheduled_at)))
    }

    fn reference(&self) -> RecordRef {
        self.about()
    }

    fn seen(&self, reader: Reader) -> Option<Seen> {
        Some(self.seen_by_clecs.of(reader, Seen { version: self.version, changed_at: self.changed_at }))
    }

    /// While it is a draft, it is the desk's own.
    fn shows(&self, _: &Fact, reader: Reader) -> bool {
        reader == Reader::Provider || self.announced_at.is_some()
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    fn opening(&self) -> Option<&Entry> {
        Some(&self.opening)
    }

    fn is_visible_to(&self, party: &Party) -> bool {
        OutageAccess { announced_at: self.announced_at }.admits(party)
    }

    fn next_action_at(&self, _: &Policy) -> Option<Instant> {
        match self.state {
            State::Draft { warned } => self.to_be_announced().next(warned),
            State::Announced { reminder_at, overrun_at } => reminder_at.into_iter().chain(overrun_at).min(),
            State::Cancelled { .. } | State::Ended { .. } => None,
        }
    }

    /// One thing at a time, the earliest first: the next check finds the next.
    fn due_action(&self, now: Instant, policy: &Policy) -> Option<Change> {
        let due = self.next_action_at(policy).filter(|due| *due <= now)?;
        match self.state {
            State::Draft { .. } => Some(self.clone().warn(now, policy).into()),
            State::Announced { reminder_at, .. } if reminder_at == Some(due) => {
                Some(self.clone().remind(due, now, policy).into())
            }
            State::Announced { .. } => Some(self.clone().overrun(due, now, policy)),
            State::Cancelled { .. } | State::Ended { .. } => None,
        }
    }

    fn queue(&self) -> Option<Queue> {
        Some(Queue::HelpDesk)
    }

    /// A draft awaits its announcement; what passed its stop, its end. What CLECs say to it is kept apart.
    fn awaited(&self, _: &Policy) -> Vec<Awaited> {
        match self.state {
            State::Draft { .. } => vec![Awaited::of_provider("announcement", self.scheduled_at).by(self.due_at)],
            State::Announced { overrun_at: None, .. } => {
                self.plan.stop.map(|stop| Awaited::of_provider("end", stop)).into_iter().collect()
            }
            State::Announced { .. } | State::Cancelled { .. } | State::Ended { .. } => Vec::new(),
        }
    }

    fn counters(&mut self) -> Counters<'_> {
        let seen = (&mut self.version, &mut self.changed_at, &mut self.seen_by_clecs);
        Counters { revision: &mut self.revision, seen: Some(seen) }
    }
}

impl Outage {
    /// A maintenance is scheduled (PO-01). A complete one is announced at once; an incomplete one is refused, or saved as a
    /// draft where `draft` says so, with the instant that its notice is due (PO-02). `others` may be any that are announced.
    ///
    /// # Errors
    /// What is missing, and instants that cannot be.
    pub fn schedule(
        number: OutageNumber,
        plan: Plan,
        scheduled_at: Option<Instant>,
        draft: bool,
        others: &[Self],
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        let scheduled_at = scheduled_at.unwrap_or(act.now);
        if scheduled_at > act.now {
            return Err(Refused::field("scheduledAt", "PO-01", "is not in the future"));
        }
        let mut faults = plan.field_errors(None, false, act.now, policy);
        if !draft {
            faults.extend(plan.missing_faults());
        }
        if !faults.is_empty() {
            return Err(Refused::Invalid(faults));
        }
        let mut outage = Self {
            number,
            version: 1,
            revision: 0,
            opening: Entry::of(act, 1, vec![Fact::Drafted]),
            changed_at: act.now,
            seen_by_clecs: SeenByClecs::default(),
            plan,
            scheduled_at,
            due_at: policy.calendar(scheduled_at).end_of_day_after(scheduled_at, CALENDAR_DAYS),
            state: State::Draft { warned: Warned::No },
            announced_at: None,
            window: 0,
            notices: record::notice::NoticeCounter::default(),
            warnings: Vec::new(),
            overruns: Vec::new(),
        };
        let mut notices = Vec::new();
        if outage.plan.missing().is_empty() {
            let (announced, fact, told) = outage.announce(others, act.now, policy);
            (outage, notices) = (announced, told);
            outage.opening.facts = vec![fact];
        }
        outage.revision = 1;
        Ok(RecordChange { before: None, record: outage, entry: None, notices })
    }

    /// Changes what is planned (PO-03); a draft that is complete by it is announced. `None` when it is so already.
    ///
    /// # Errors
    /// What the state does not allow, what would be missing, and instants that cannot be.
    pub fn change(
        mut self,
        plan: Plan,
        others: &[Self],
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        let (reminder_at, overrun_at) = match self.state {
            State::Draft { .. } => (None, None),
            State::Announced { reminder_at, overrun_at } => (reminder_at, overrun_at),
            State::Cancelled { .. } | State::Ended { .. } => return Err(self.not_now("PO-03", "be changed", act)),
        };
        let draft = matches!(self.state, State::Draft { .. });
        let faults = self.faults_of(&plan, act.now, policy);
        if !faults.is_empty() {
            return Err(Refused::Invalid(faults));
        }
        let differences = self.differences(&plan, policy);
        if differences.is_empty() {
            return Ok(None);
        }
        let before = std::mem::replace(&mut self.plan, plan);
        let fields = differences.iter().map(|(name, _)| (*name).to_owned()).collect();
        let mut facts = vec![Fact::Changed { fields }];
        if draft {
            if !self.plan.missing().is_empty() {
                return Ok(Some(self.finish(facts, Vec::new(), act)));
            }
            let (outage, announced, notices) = self.announce(others, act.now, policy);
            facts.push(announced);
            return Ok(Some(outage.finish(facts, notices, act)));
        }
        let mut asides = Vec::new();
        if self.plan.window() != before.window() {
            let moved = |of: fn(&Plan) -> Option<Instant>| of(&self.plan).filter(|new| of(&before) != Some(*new));
            let reminder_at = match moved(|plan| plan.start) {
                Some(start) => reminder(start, act.now, policy),
                None => reminder_at,
            };
            let overrun_at = moved(|plan| plan.stop).map(|stop| stop + policy.outages.overrun).or(overrun_at);
            self.state = State::Announced { reminder_at, overrun_at };
            self.window += 1;
            asides.extend(self.warn_of_window(others, act.now, policy));
        }
        let changes = differences.into_iter().map(|(_, told)| told);
        let heading = format!("Planned outage {} of {} changed", self.number, self.plan.interface_told());
        let bulletin = self.bulletin(heading, act.now, policy).with_changes(changes);
        let notice = self.tell(NoticeKind::Update, bulletin, Due::at_once(act.now), policy);
        Ok(Some(self.finish(facts, [vec![notice], asides].concat(), act)))
    }

    /// It does not take place (PO-03). A draft that is given up was told to nobody, and its giving up is not either.
    ///
    /// # Errors
    /// What has begun is ended; what is over, or cancelled, stays so.
    pub fn cancel(
        mut self,
        reason: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        let announced = match self.state {
            State::Draft { .. } => false,
            State::Announced { .. } if !self.has_begun(act.now) => true,
            _ => return Err(self.not_now("PO-03", "be cancelled", act)),
        };
        let told = format!("Cancelled: {reason}");
        self.state = State::Cancelled { at: act.now, reason };
        let notices = if announced {
            let heading = format!("Planned outage {} of {} cancelled", self.number, self.plan.interface_told());
            let bulletin = self.bulletin(heading, act.now, policy).with_changes([told]);
            vec![self.tell(NoticeKind::Closure, bulletin, Due::at_once(act.now), policy)]
        } else {
            Vec::new()
        };
        Ok(self.finish(vec![Fact::Cancelled], notices, act))
    }

    /// It is over (PO-03), early or late. Of the tickets that it `raised` by passing its stop, each that is open is resolved by
    /// its end (PO-06). One that was linked to another ticket stands where its primary stands; its words stay true after the end.
    ///
    /// # Errors
    /// What has not begun is cancelled; what is over, or cancelled, stays so. An end before the start or in the future.
    pub fn end(
        mut self,
        at: Option<Instant>,
        detail: Option<String>,
        raised: Vec<Ticket>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        let window = self.plan.window().filter(|_| matches!(self.state, State::Announced { .. }));
        let Some((start, stop)) = window.filter(|(start, _)| *start <= act.now) else {
            return Err(self.not_now("PO-03", "be ended", act));
        };
        let at = at.unwrap_or(act.now);
        if at <= start || at > act.now {
            let detail = format!("is behind the start, {}, and not in the future", moment(start, policy));
            return Err(Refused::field("at", "PO-03", detail));
        }
        let difference = match at - stop {
            late if late >= TimeDelta::minutes(1) => format!("{} late", length(late)),
            early if early <= TimeDelta::minutes(-1) => format!("{} early", length(-early)),
            _ => "as planned".to_owned(),
        };
        let when = format!("{}, {difference}", moment(at, policy));
        let words = format!("Planned outage {} of {} ended {when}", self.number, self.plan.interface_told());
        let tickets = raised.into_iter().map(|ticket| ticket.outage_ended(at, &words, &act.on_another(), policy));
        let tickets: Vec<TicketChange> = tickets.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
        let mut changes = vec![format!("Ended {when}")];
        changes.extend(detail.clone());
        changes.extend(tickets.iter().map(|ticket| format!("Ticket {} is resolved", ticket.record.number)));
        self.state = State::Ended { at, detail };
        let heading = format!("Planned outage {} of {} is over", self.number, self.plan.interface_told());
        let bulletin = self.bulletin(heading, act.now, policy).with_changes(changes);
        let notice = self.tell(NoticeKind::Closure, bulletin, Due::at_once(act.now), policy);
        let outage = self.finish(vec![Fact::Ended { at }], vec![notice], act);
        Ok(Change { tickets, ..outage.into() })
    }

    /// Announced: all are told, and the desk of what it is to be warned of.
    fn announce(mut self, others: &[Self], now: Instant, policy: &Policy) -> (Self, Fact, Vec<Notice>) {
        let Plan { start, stop, .. } = self.plan;
        self.state = State::Announced {
            reminder_at: start.and_then(|start| reminder(start, now, policy)),
            overrun_at: stop.map(|stop| stop + policy.outages.overrun),
        };
        self.announced_at = Some(now);
        self.window = 1;
        let warned = self.warn_of_window(others, now, policy);
        let heading = super::notices::announcement(self.number, &self.plan, policy);
        let due = Due::by_term(Term::TwoCalendarDays, self.scheduled_at, self.due_at, now);
        let notice = self.tell(NoticeKind::Initial, self.bulletin(heading, now, policy), due, policy);
        (self, Fact::Announced { start, stop }, std::iter::once(notice).chain(warned).collect())
    }

    /// What overlaps, or comes at short notice (PO-06): kept, and told to the desk.
    fn warn_of_window(&mut self, others: &[Self], now: Instant, policy: &Policy) -> Option<Notice> {
        let (start, stop) = self.plan.window()?;
        let overlaps = |other: &&Self| {
            let announced = matches!(other.state, State::Announced { .. }) && other.number != self.number;
            announced && other.plan.window().is_some_and(|(from, to)| from < stop && start < to)
        };
        let overlap = |other: &Self| Warning::Overlap {
            outage: other.number,
            interface: other.plan.interface_told().to_owned(),
            same_interface: same_name(other.plan.interface_told(), self.plan.interface_told()),
        };
        let short =
            (start > now && start - now < policy.outages.short_notice).then_some(Warning::ShortNotice { start });
        self.warnings = others.iter().filter(overlaps).map(overlap).chain(short).take(WARNINGS_AT_MOST).collect();
        let told: Vec<String> = self.warnings.iter().map(|warning| warning.wording(policy)).collect();
        let heading = format!("Planned outage {} of {}: warning", self.number, self.plan.interface_told());
        (!told.is_empty())
            .then(|| self.notice_to(Party::Provider, self.bulletin(heading, now, policy).with_changes(told)))
    }

    /// The desk is warned of a draft: half of its time is gone, or all of it (PO-02).
    fn warn(mut self, now: Instant, policy: &Policy) -> RecordChange<Self> {
        let of = if self.to_be_announced().is_missed(now) { Warned::Missed } else { Warned::Half };
        self.state = State::Draft { warned: of };
        let due = moment(self.due_at, policy);
        let told = match of {
            Warned::Missed => format!("Its notice was due by {due} (12.1) and has not been sent"),
            Warned::No | Warned::Half => format!("Its notice is due by {due} (12.1)"),
        };
        let missing = format!("Missing: {}", self.plan.missing().join(", "));
        let heading = match of {
            Warned::Missed => format!("Draft {} of a planned outage has missed its due time", self.number),
            Warned::No | Warned::Half => format!("Draft {} of a planned outage is to be announced", self.number),
        };
        let notice = self.notice_to(Party::Provider, self.bulletin(heading, now, policy).with_changes([told, missing]));
        self.finish_unseen(vec![Fact::Warned { of }], vec![notice], &ActionContext::by_schedule(now))
    }

    /// All are reminded before the start (PO-03); one that comes too late is recorded as missed, and sent (NT-11).
    fn remind(mut self, since: Instant, now: Instant, policy: &Policy) -> RecordChange<Self> {
        if let State::Announced { reminder_at, .. } = &mut self.state {
            *reminder_at = None;
        }
        let start = self.plan.start.unwrap_or(now);
        let heading = format!(
            "Reminder: planned outage {} of {} begins {}",
            self.number,
            self.plan.interface_told(),
            moment(start, policy)
        );
        let due = Due::by_term(Term::Reminder, since, start, now);
        let notice = self.tell(NoticeKind::Update, self.bulletin(heading, now, policy), due, policy);
        self.finish_unseen(vec![Fact::Reminded], vec![notice], &ActionContext::by_schedule(now))
    }

    /// Its stop has passed without an end: a ticket of the provider is raised, in the same transaction, and all are told of
    /// it (PO-06).
    fn overrun(mut self, since: Instant, now: Instant, policy: &Policy) -> Change {
        let stop = self.plan.stop.map_or_else(|| "unknown".to_owned(), |stop| moment(stop, policy));
        let (outage, of) = (self.number, self.plan.interface_told().to_owned());
        let words = format!("Planned outage {outage} of {of} was not ended by its stop, {stop}");
        // Raised once, because this outage is written on the revision that was seen; a number that is taken, one in 34
        // billion, is another one a minute later. All are told of the outage and of the ticket: its number tells nothing more.
        let attempt = u32::try_from((now - since).num_minutes()).unwrap_or_default();
        let number = TicketNumber::of_public(&outage.to_string(), &format!("overrun {}", self.window), attempt);
        let opening = Opening {
            clec: None,
            severity: policy.outages.overrun_severity,
            event: true,
            event_description: Some(words.clone()),
            report: Report {
                description: words.clone(),
                ticket_type: Report::SYSTEMS.to_owned(),
                system_affected: self.plan.interface.clone(),
                impact: self.plan.impact.clone(),
                external_id: Some(outage.to_string()),
                ..Report::default()
            },
            call_center_reference: None,
            notes: Vec::new(),
            severity_checklist: Vec::new(),
            release: None,
            process: None,
            service_problem: None,
        };
        let act = ActionContext::by_schedule(now);
        let ticket = Ticket::open(number, opening, &act, policy);
        if let State::Announced { overrun_at, .. } = &mut self.state {
            *overrun_at = None;
        }
        self.overruns.push(number);
        let heading = format!("Planned outage {outage} of {of} has passed its stop");
        let changes = vec![format!("Not ended by {stop}: ticket {number} was raised")];
        let bulletin = self.bulletin(heading, now, policy).with_changes(changes);
        let notice = self.tell(NoticeKind::Update, bulletin, Due::at_once(now), policy);
        let outage = self.finish(vec![Fact::Overran { ticket: number }], vec![notice], &act);
        Change { tickets: vec![ticket], ..outage.into() }
    }

    /// The deadline of its notice, from the scheduling.
    pub(crate) fn to_be_announced(&self) -> RunningDeadline<()> {
        RunningDeadline::halfway((), self.scheduled_at, self.due_at)
    }

    pub(super) fn not_now(&self, rule: &'static str, what: &str, act: &ActionContext) -> Refused {
        let stands = match self.state {
            State::Announced { .. } if self.has_begun(act.now) => "has begun",
            State::Announced { .. } => "has not begun",
            State::Draft { .. } => "is a draft",
            State::Cancelled { .. } => "is cancelled",
            State::Ended { .. } => "is over",
        };
        let possible = self.possible(&act.by.party, act.now);
        Refused::not_now(rule, format!("the planned outage {stands}: it cannot {what}"), &possible)
    }
}

/// How many warnings are kept and told.
const WARNINGS_AT_MOST: usize = 50;

/// When all are reminded of a start; never when they are told later than that.
fn reminder(start: Instant, now: Instant, policy: &Policy) -> Option<Instant> {
    Some(start - policy.outages.reminder).filter(|at| *at > now && *at < start)
}

/// Names are told apart without regard to case and surrounding space.
fn same_name(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

/// "26 h 5 min".
fn length(of: TimeDelta) -> String {
    match (of.num_hours(), of.num_minutes() % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}
