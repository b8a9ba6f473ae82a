//! The tasks of a report, which have an order and times (QS-10). Nobody is kept from doing one out of order, because people know better what
//! is possible; what is out of order, or late, is shown.

use super::{Act, DegradationReport, Fact, Finding, TaskState};
use chrono::Days;
use contract::{FieldError, Instant, Policy, Refused};
use record::{ActionContext, Record, RecordChange};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// How many tasks a report has: so many that what came of each has room beside it.
const TASKS_AT_MOST: usize = 18;
/// How far ahead a task is due, in days.
const FURTHEST: u64 = 366;

/// Something that is to be done.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// Its place, from 1.
    pub place: u32,
    /// What is to be done.
    pub text: String,
    /// Who does it.
    pub owner: String,
    /// The tasks behind which it comes, by their places.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<u32>,
    /// When it was planned.
    pub planned_at: Instant,
    /// By when it is to be done.
    pub due: Instant,
    /// When it was begun.
    pub started_at: Option<Instant>,
    /// How it ended.
    pub ended: Option<TaskEnd>,
    /// Whether its people were told that it was not done in time.
    #[serde(default)]
    pub late_told: bool,
}

/// How a task ended.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskEnd {
    /// When it ended.
    pub at: Instant,
    /// Whether it is done; else it is not to be done any more.
    pub done: bool,
    /// What came of it, or why it is not to be done any more.
    pub outcome: Option<String>,
}

/// What is planned.
#[derive(Debug, Clone)]
pub struct Planned {
    /// What is to be done.
    pub text: String,
    /// Who does it.
    pub owner: String,
    /// The tasks behind which it comes, by their places.
    pub after: Vec<u32>,
    /// By when it is to be done.
    pub due: Instant,
}

impl Task {
    /// Where it stands among the tasks of its report.
    #[must_use]
    pub fn state(&self, all: &[Self]) -> TaskState {
        match (&self.ended, self.started_at) {
            (Some(end), _) if end.done => TaskState::Done,
            (Some(_), _) => TaskState::Cancelled,
            (None, Some(_)) => TaskState::Started,
            (None, None) if self.before(all).all(|before| before.ended.is_some()) => TaskState::Ready,
            (None, None) => TaskState::Waiting,
        }
    }

    /// What is to be looked at of it. What is not to be done any more is neither late nor out of order.
    #[must_use]
    pub fn findings(&self, all: &[Self], now: Instant) -> Vec<Finding> {
        if self.ended.as_ref().is_some_and(|end| !end.done) {
            return Vec::new();
        }
        let is_late = self.ended.as_ref().map_or(now, |end| end.at) > self.due;
        let begun = self.started_at.or(self.ended.as_ref().map(|end| end.at));
        let is_open_at = |before: &Self, at: Instant| before.ended.as_ref().is_none_or(|end| end.at > at);
        let is_out_of_order = begun.is_some_and(|at| self.before(all).any(|before| is_open_at(before, at)));
        let found = [(Finding::Late, is_late), (Finding::OutOfOrder, is_out_of_order)];
        found.into_iter().filter(|(_, is_so)| *is_so).map(|(finding, _)| finding).collect()
    }

    fn before<'a>(&'a self, all: &'a [Self]) -> impl Iterator<Item = &'a Self> {
        all.iter().filter(|task| self.after.contains(&task.place))
    }
}

impl DegradationReport {
    /// Something is to be done by somebody, by an instant, behind other tasks.
    ///
    /// # Errors
    /// A time in the past, or too far; behind a task that is not there; too many.
    pub fn plan_task(mut self, planned: Planned, act: &ActionContext) -> Result<RecordChange<Self>, Refused> {
        self.check(Act::Task, &act.by.party)?;
        let Planned { text, owner, after, due } = planned;
        let mut faults = Vec::new();
        if due <= act.now || due > act.now + Days::new(FURTHEST) {
            faults.push(FieldError::new("due", "QS-10", format!("is in the future, and within {FURTHEST} days")));
        }
        for (at, place) in after.iter().enumerate() {
            if !self.tasks.iter().any(|task| task.place == *place) {
                faults.push(FieldError::new(format!("after[{at}]"), "QS-10", "is no task of the report"));
            } else if after[..at].contains(place) {
                faults.push(FieldError::new(format!("after[{at}]"), "QS-10", "is named before already"));
            }
        }
        Refused::check(faults)?;
        if self.tasks.len() >= TASKS_AT_MOST {
            return Err(Refused::full("task", "QS-10", TASKS_AT_MOST));
        }
        let place = u32::try_from(self.tasks.len() + 1).unwrap_or(u32::MAX);
        let planned_at = act.now;
        self.tasks.push(Task {
            place,
            text,
            owner,
            after,
            planned_at,
            due,
            started_at: None,
            ended: None,
            late_told: false,
        });
        Ok(self.finish(vec![Fact::TaskPlanned { place }], Vec::new(), act))
    }

    /// A task is begun. `None` when it was begun before.
    ///
    /// # Errors
    /// There is no such task, or it has ended.
    pub fn start_task(mut self, place: u32, act: &ActionContext) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check(Act::TaskStart, &act.by.party).or_else(|refused| self.if_begun(place, refused))?;
        let task = self.open_task(place)?;
        if task.started_at.is_some() {
            return Ok(None);
        }
        task.started_at = Some(act.now);
        Ok(Some(self.finish(vec![Fact::TaskChanged { place, to: TaskState::Started }], Vec::new(), act)))
    }

    /// A task is done, or is not to be done any more.
    ///
    /// # Errors
    /// There is no such task, or it has ended.
    pub fn end_task(
        mut self,
        place: u32,
        (done, outcome): (bool, Option<String>),
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check(if done { Act::TaskCompletion } else { Act::TaskCancellation }, &act.by.party)?;
        self.open_task(place)?.ended = Some(TaskEnd { at: act.now, done, outcome });
        let told = if self.tasks.iter().all(|task| task.ended.is_some()) {
            let step = format!("has all its tasks ended{}", self.whether_clear());
            vec![self.tell_people(&step, act, policy)]
        } else {
            Vec::new()
        };
        let to = if done { TaskState::Done } else { TaskState::Cancelled };
        Ok(self.finish(vec![Fact::TaskChanged { place, to }], told, act))
    }

    /// One that is begun already is no fault, though no other one is to be begun.
    fn if_begun(&self, place: u32, refused: Refused) -> Result<(), Refused> {
        let is_begun = |task: &Task| task.place == place && task.started_at.is_some() && task.ended.is_none();
        let is_so = self.is_worked() && self.tasks.iter().any(is_begun);
        match refused {
            Refused::NotNow { .. } if is_so => Ok(()),
            other => Err(other),
        }
    }

    fn open_task(&mut self, place: u32) -> Result<&mut Task, Refused> {
        let task = self.tasks.iter_mut().find(|task| task.place == place);
        let task = task.ok_or(Refused::NotFound)?;
        if task.ended.is_some() {
            return Err(Refused::not_now("QS-10", format!("task {place} has ended"), &[]));
        }
        Ok(task)
    }
}
