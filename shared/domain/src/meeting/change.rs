//! What may happen to a meeting, and how it is a record.

use super::{Cancelled, Change, Entry, Fact, Meeting, MeetingCalendar, MeetingKind, Moved};
use chrono::{Days, NaiveDate, NaiveTime};
use contract::{Actor, Instant, MeetingNumber, Party, Policy, RecordRef, Refused, party::CmpRole};
use record::{
    ActionContext, Awaited, Bound, ChangeSet, Counters, Notice, OpenAccess, Queue, Record, RecordChange, RecordVisitor,
    Visitor, notice::NoticeKind,
};

/// The list of all meetings of which there is a record.
pub const ALL: &str = "MEETINGS";
/// How far ahead a meeting is set, in days.
const FURTHEST: u64 = 366;
/// How often a meeting is moved.
const MOVES_AT_MOST: usize = 20;

impl ChangeSet for Change {
    fn visit(&self, visitor: &mut impl Visitor) {
        visitor.record(&self.meeting);
        self.calendar.iter().for_each(|calendar| visitor.part(calendar));
        self.package.iter().for_each(|part| visitor.part(part));
    }

    fn visit_records(&mut self, visitor: &mut impl RecordVisitor) {
        visitor.record(&mut self.meeting);
    }
}

impl Record for Meeting {
    type Change = Change;
    type Fact = Fact;
    type Access = OpenAccess;

    const TOLD_ELSEWHERE: &'static [&'static str] = &["revision"];

    const BOUNDS: &'static [Bound] =
        &[(&["moved"], 48), (&["agenda"], 64), (&["attendance"], 48), (&["actionItems"], 64), (&["minutes"], 44)];

    /// By its date.
    fn place(&self) -> Option<(&'static str, Instant)> {
        Some((ALL, self.date.and_time(chrono::NaiveTime::MIN).and_utc()))
    }

    fn reference(&self) -> RecordRef {
        RecordRef::Meeting(self.number)
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    fn opening(&self) -> Option<&Entry> {
        self.opening.as_ref()
    }

    /// All are told of every meeting.
    fn is_visible_to(&self, _: &Party) -> bool {
        true
    }

    fn queue(&self) -> Option<Queue> {
        Some(Queue::ChangeManagement)
    }

    /// A meeting that takes place awaits its package, then its minutes; and what was agreed to be done, whoever is to do it.
    fn awaited(&self, policy: &Policy) -> Vec<Awaited> {
        let end_of = |date: NaiveDate| policy.calendar_on(date).end_of(date);
        let items = self.held.action_items.iter().filter(|item| item.done_at.is_none());
        let mut awaited: Vec<Awaited> =
            items.map(|item| Awaited::of("actionItem", item.owner.clone(), item.at).by(end_of(item.due))).collect();
        if self.cancelled.is_none() && self.held.minutes.is_none() {
            let begins = policy.calendar_on(self.date).at_time(self.date, NaiveTime::MIN);
            let package = self.month.filter(|_| self.distributed.is_none());
            awaited.extend(package.map(|month| {
                Awaited::of_provider("package", policy.calendar_on(month).at_time(month, NaiveTime::MIN)).by(begins)
            }));
            awaited.push(Awaited::of_provider("minutes", end_of(self.date)));
        }
        awaited
    }

    fn counters(&mut self) -> Counters<'_> {
        Counters { revision: &mut self.revision, seen: None }
    }
}

impl Meeting {
    /// An ad hoc meeting is convened: all who get notices of change requests are told.
    ///
    /// # Errors
    /// A date that cannot be; another's task.
    pub fn convene(
        (number, kind): (MeetingNumber, MeetingKind),
        date: NaiveDate,
        (place, purpose): (Option<String>, String),
        calendar: &MeetingCalendar,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        check_role(&act.by, "convenes a meeting")?;
        let mut meeting = Self { place, purpose: Some(purpose), ..Self::on(date, kind, number) };
        meeting.check_date(date, calendar, act.now, policy)?;
        meeting.short_notice = is_short_notice(date, act.now, policy);
        let heading = format!("{} on {date}", meeting.name());
        let told = meeting.tell(NoticeKind::Initial, heading, Vec::new(), act.now, policy);
        let calendar = Some(meeting.in_calendar(calendar)?);
        Ok(Change { calendar, ..meeting.finish_act(vec![Fact::Convened { date }], vec![told], act).into() })
    }

    /// It is moved to another date, or its hour and place are other ones: all who get notices of change requests are told, and the
    /// deadlines that end at it end on its new date. One that is cancelled takes place again. `None` when it is so already.
    ///
    /// # Errors
    /// A date that cannot be; a meeting whose day is over, or of which something was recorded; another's task.
    pub fn move_to(
        mut self,
        date: NaiveDate,
        place: Option<String>,
        reason: String,
        calendar: &MeetingCalendar,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<Change>, Refused> {
        check_role(&act.by, "moves a meeting")?;
        self.check_not_begun("move", act, policy)?;
        let place = place.or_else(|| self.place.clone());
        let (from, was_cancelled) = (self.date, self.cancelled.take().is_some());
        let is_elsewhen = from != date || was_cancelled;
        if !is_elsewhen && self.place == place {
            return Ok(None);
        }
        if is_elsewhen {
            self.check_date(date, calendar, act.now, policy)?;
            // What was handed out is of another day, or of a meeting that was cancelled since.
            self.distributed = None;
            self.short_notice = is_short_notice(date, act.now, policy);
        }
        if from != date {
            if self.moved.len() >= MOVES_AT_MOST {
                return Err(Refused::full("date", "CR-20", MOVES_AT_MOST));
            }
            self.moved.push(Moved { from, reason: reason.clone(), at: act.now });
        }
        (self.date, self.place) = (date, place);
        let heading = format!("{} is on {date}", self.name());
        let mut changes = vec![format!("Reason: {reason}")];
        if from != date {
            changes.insert(0, format!("Date changed from {from} to {date}"));
        }
        if was_cancelled {
            changes.insert(0, "The meeting takes place after all: its cancellation is withdrawn".to_owned());
        }
        let told = self.tell(NoticeKind::Update, heading, changes, act.now, policy);
        let calendar = Some(self.in_calendar(calendar)?);
        let meeting = self.finish_act(vec![Fact::Moved { from, to: date }], vec![told], &act.clone().because(reason));
        Ok(Some(Change { calendar, ..meeting.into() }))
    }

    /// It does not take place: all who get notices of change requests are told, and what was to be presented there is for the next
    /// monthly meeting. `None` when it is cancelled already.
    ///
    /// # Errors
    /// A meeting whose day is over, or of which something was recorded; another's task.
    pub fn cancel(
        mut self,
        reason: String,
        calendar: &MeetingCalendar,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<Change>, Refused> {
        check_role(&act.by, "cancels a meeting")?;
        if self.cancelled.is_some() {
            return Ok(None);
        }
        self.check_not_begun("cancellation", act, policy)?;
        self.cancelled = Some(Cancelled { reason: reason.clone(), at: act.now });
        let heading = format!("{}, of {}, does not take place", self.name(), self.date);
        let told = self.tell(NoticeKind::Update, heading, vec![format!("Reason: {reason}")], act.now, policy);
        let calendar = Some(self.in_calendar(calendar)?);
        let meeting = self.finish_act(vec![Fact::Cancelled], vec![told], &act.clone().because(reason));
        Ok(Some(Change { calendar, ..meeting.into() }))
    }

    /// What a party may do with it on a day.
    #[must_use]
    pub fn possible(&self, by: &Actor, today: NaiveDate) -> Vec<&'static str> {
        let (is_ahead, began) = (self.date >= today, self.date <= today);
        let manages = by.has(CmpRole::CmpManager);
        if self.cancelled.is_some() {
            return if is_ahead && manages { vec!["move"] } else { Vec::new() };
        }
        let leads = manages || by.has(CmpRole::Crpm);
        let tasks: [(&[&'static str], bool); 4] = [
            (&["move", "cancellation"], is_ahead && manages && !self.held.is_recorded()),
            (&["distribution"], is_ahead && leads),
            (&["agendaItem"], is_ahead || leads),
            (&["attendance", "actionItem", "minutes"], began && leads),
        ];
        tasks.into_iter().filter(|(_, may)| *may).flat_map(|(tasks, _)| tasks).copied().collect()
    }

    fn in_calendar(&self, calendar: &MeetingCalendar) -> Result<MeetingCalendar, Refused> {
        calendar.with(self.number, (self.kind, self.month), (self.date, self.cancelled.is_none()))
    }

    /// That its day is not over, and nothing of what came of it is recorded: a meeting that was held keeps its day.
    fn check_not_begun(&self, task: &str, act: &ActionContext, policy: &Policy) -> Result<(), Refused> {
        let today = policy.calendar(act.now).date(act.now);
        if self.date < today {
            return Err(self.not_possible(task, &format!("the meeting was on {}", self.date), act, today));
        }
        if self.held.is_recorded() {
            let why = format!("what came of the meeting of {} is recorded", self.date);
            return Err(self.not_possible(task, &why, act, today));
        }
        Ok(())
    }

    pub(super) fn not_possible(&self, task: &str, why: &str, act: &ActionContext, today: NaiveDate) -> Refused {
        Refused::not_now("CR-20", format!("{task} is not possible: {why}"), &self.possible(&act.by, today))
    }

    /// That it can be on a date: a business day from today on, on which no other meeting of its kind is.
    fn check_date(
        &self,
        date: NaiveDate,
        calendar: &MeetingCalendar,
        now: Instant,
        policy: &Policy,
    ) -> Result<(), Refused> {
        let today = policy.calendar(now).date(now);
        let detail = if date < today {
            format!("is not before today, {today}")
        } else if date > today + Days::new(FURTHEST) {
            format!("is within {FURTHEST} days of today")
        } else if !policy.calendar_on(date).is_business_day(date) {
            "is a business day".to_owned()
        } else if calendar.is_held(self.kind, date, policy) {
            format!("is a day on which no other meeting of {} is", self.kind)
        } else {
            return Ok(());
        };
        Err(Refused::field("date", "CR-20", detail))
    }

    /// Ends a transition: the first one makes the record.
    pub(super) fn finish_act(
        mut self,
        facts: Vec<Fact>,
        notices: Vec<Notice>,
        act: &ActionContext,
    ) -> RecordChange<Self> {
        if self.revision > 0 {
            return self.finish(facts, notices, act);
        }
        self.revision = 1;
        self.opening = Some(Entry::of(act, 1, facts));
        RecordChange { before: None, record: self, entry: None, notices }
    }
}

/// Whether a date is told later than the policy says (section 3.0).
fn is_short_notice(date: NaiveDate, now: Instant, policy: &Policy) -> bool {
    let days = policy.at(now).change_requests.announce_meetings_before;
    let calendar = policy.calendar(now);
    calendar.end_of_business_day_after(now, days as usize) > calendar.end_of(date)
}

fn check_role(by: &Actor, what: &str) -> Result<(), Refused> {
    if by.has(CmpRole::CmpManager) {
        return Ok(());
    }
    Err(Refused::forbidden("CR-20", format!("the CMP Manager {what}")))
}
