//! What a meeting goes through beside the change requests that hang on it, who attended it, what was agreed, and its minutes (CR-20).

use super::{ActionItem, AgendaItem, Attendance, Fact, Meeting, Proceedings};
use chrono::NaiveDate;
use contract::{Actor, ChangeRequestId, ClecId, FieldError, Party, Policy, Refused, party::CmpRole};
use record::{ActionContext, RecordChange, notice::NoticeKind};

/// How many items a meeting's agenda has beside change requests, and how many action items come of it.
const ITEMS_AT_MOST: usize = 50;
/// How many items of the agenda one CLEC brings, and how many bytes they have.
const OF_ONE_CLEC: (usize, usize) = (5, 12 * 1024);
/// The same of all CLECs: the rest is the provider's, who records what was walked on.
const OF_ALL_CLECS: (usize, usize) = (40, 48 * 1024);
/// How many parties attend a meeting.
const PARTIES_AT_MOST: usize = 200;

impl Proceedings {
    /// Whether something is recorded of what came of the meeting. An agenda is brought before it.
    pub(super) fn is_recorded(&self) -> bool {
        !self.attendance.is_empty() || !self.action_items.is_empty() || self.minutes.is_some()
    }
}

impl Meeting {
    /// Something is put on the agenda, by any party; on the day of the meeting it is a walk-on, and after it the provider records what
    /// was walked on.
    ///
    /// # Errors
    /// A meeting that is cancelled, or for a CLEC over; too many items: of one CLEC, of all, or together.
    pub fn add_agenda_item(
        mut self,
        text: String,
        change_request: Option<ChangeRequestId>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        let today = policy.calendar(act.now).date(act.now);
        if self.date < today {
            check_role(&act.by, "records what was walked on at a meeting that is over")?;
        }
        self.check_takes_place("agendaItem", act, today)?;
        if self.held.agenda.len() >= ITEMS_AT_MOST {
            return Err(Refused::full("agenda", "CR-20", ITEMS_AT_MOST));
        }
        let (by, walk_on) = (act.by.party.clone(), today >= self.date);
        self.held.agenda.push(AgendaItem { text, change_request, by, at: act.now, walk_on });
        if !act.by.party.is_provider() {
            self.check_share("one CLEC", |by| *by == act.by.party, OF_ONE_CLEC)?;
            self.check_share("CLECs", |by| !by.is_provider(), OF_ALL_CLECS)?;
        }
        Ok(self.finish_act(vec![Fact::AgendaItemAdded { walk_on }], Vec::new(), act))
    }

    /// Who of a party attended, in place of who was recorded before. `None` when it is recorded so already.
    ///
    /// # Errors
    /// A meeting that is ahead or cancelled; another's task; too many parties.
    pub fn record_attendance(
        mut self,
        clec: Option<ClecId>,
        people: Vec<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        check_role(&act.by, "records attendance")?;
        self.check_began("attendance", act, policy)?;
        let party = clec.map_or(Party::Provider, Party::Clec);
        let attended = Attendance { party, people };
        if self.held.attendance.contains(&attended) {
            return Ok(None);
        }
        self.held.attendance.retain(|of| of.party != attended.party);
        if self.held.attendance.len() >= PARTIES_AT_MOST {
            return Err(Refused::full("attendance", "CR-20", PARTIES_AT_MOST));
        }
        self.held.attendance.push(attended);
        Ok(Some(self.finish_act(vec![Fact::AttendanceRecorded], Vec::new(), act)))
    }

    /// Something is to be done by a party.
    ///
    /// # Errors
    /// A meeting that is ahead or cancelled; a date before the meeting; another's task; too many action items.
    pub fn add_action_item(
        mut self,
        text: String,
        owner: Option<ClecId>,
        due: NaiveDate,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        check_role(&act.by, "records action items")?;
        self.check_began("actionItem", act, policy)?;
        if due < self.date {
            return Err(Refused::field("dueDate", "CR-20", format!("is not before the meeting, of {}", self.date)));
        }
        if self.held.action_items.len() >= ITEMS_AT_MOST {
            return Err(Refused::full("actionItems", "CR-20", ITEMS_AT_MOST));
        }
        let owner = owner.map_or(Party::Provider, Party::Clec);
        self.held.action_items.push(ActionItem { text, owner, due, at: act.now, done_at: None, outcome: None });
        Ok(self.finish_act(vec![Fact::ActionItemAdded { due }], Vec::new(), act))
    }

    /// What is to be done is done, by its number from 1 on; its owner or the provider says so. `None` when it was done before.
    ///
    /// # Errors
    /// There is no such action item; another's task.
    pub fn complete_action_item(
        mut self,
        number: usize,
        outcome: Option<String>,
        act: &ActionContext,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        let item = number.checked_sub(1).and_then(|at| self.held.action_items.get_mut(at)).ok_or(Refused::NotFound)?;
        if item.owner.is_provider() || item.owner != act.by.party {
            check_role(&act.by, "says that an action item of another party is done")?;
        }
        if item.done_at.is_some() {
            return Ok(None);
        }
        (item.done_at, item.outcome) = (Some(act.now), outcome);
        Ok(Some(self.finish_act(vec![Fact::ActionItemDone { number }], Vec::new(), act)))
    }

    /// The minutes are issued, or corrected: all who get notices of change requests are told. `None` when they say so already.
    ///
    /// # Errors
    /// A meeting that is ahead or cancelled; another's task.
    pub fn issue_minutes(
        mut self,
        text: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        check_role(&act.by, "issues minutes")?;
        self.check_began("minutes", act, policy)?;
        let before = self.held.minutes.replace(text);
        if before == self.held.minutes {
            return Ok(None);
        }
        let change = if before.is_some() { "Minutes were corrected" } else { "Minutes were issued" };
        let heading = format!("Minutes of the {}, of {}", self.name().to_lowercase(), self.date);
        let told = self.tell(NoticeKind::Update, heading, vec![change.to_owned()], act.now, policy);
        Ok(Some(self.finish_act(vec![Fact::MinutesIssued], vec![told], act)))
    }

    /// That what some parties brought to the agenda leaves room for others.
    fn check_share(
        &self,
        whose: &str,
        is_of: impl Fn(&Party) -> bool,
        (items, bytes): (usize, usize),
    ) -> Result<(), Refused> {
        let brought: Vec<&AgendaItem> = self.held.agenda.iter().filter(|item| is_of(&item.by)).collect();
        if brought.len() <= items && record::bound::bytes(&brought) <= bytes {
            return Ok(());
        }
        let detail = format!("holds at most {items} items of {whose}, of {bytes} bytes together");
        Err(Refused::Full(FieldError::new("agenda", "CR-20", detail)))
    }

    fn check_began(&self, task: &str, act: &ActionContext, policy: &Policy) -> Result<(), Refused> {
        let today = policy.calendar(act.now).date(act.now);
        self.check_takes_place(task, act, today)?;
        if today >= self.date {
            return Ok(());
        }
        Err(self.not_possible(task, &format!("the meeting is on {}", self.date), act, today))
    }

    pub(super) fn check_takes_place(&self, task: &str, act: &ActionContext, today: NaiveDate) -> Result<(), Refused> {
        if self.cancelled.is_none() {
            return Ok(());
        }
        Err(self.not_possible(task, "the meeting is cancelled", act, today))
    }
}

/// The CMP Manager's tasks at a meeting are the CRPM's too, who leads the change requests through it.
pub(super) fn check_role(by: &Actor, what: &str) -> Result<(), Refused> {
    if by.has(CmpRole::CmpManager) || by.has(CmpRole::Crpm) {
        return Ok(());
    }
    Err(Refused::forbidden("CR-20", format!("the CMP Manager or the CRPM {what}")))
}
