//! What happens to a report by itself (QS-02): it is escalated by the time to clear that is gone, row by row of the policy; what is to be done
//! and is late is told; and what is cleared is closed when its CLEC says nothing.

use super::{DegradationReport, Fact, PartyRequest, State};
use chrono::TimeDelta;
use contract::{
    Instant, Policy,
    policy::{EscalationLevel, JeopardyRow},
};
use record::{ActionContext, Record, RecordChange, notice::moment};
use strum::{IntoStaticStr, VariantArray};

/// How a report stands to its time to clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Jeopardy {
    /// It is to be cleared, and nothing endangers that.
    OnTime,
    /// So much of the time is gone that somebody was told.
    InJeopardy,
    /// The time has passed.
    Missed,
    /// It was cleared in time.
    Met,
    /// It was cleared later.
    MetLate,
    /// It was cancelled: there was nothing to clear.
    None,
}

contract::word!(Jeopardy);

impl DegradationReport {
    /// From when its time to clear runs: the recording. How long a degradation was there before tells nothing of the desk.
    fn runs_from(&self) -> Instant {
        self.opening.recorded_at
    }

    /// Within what time it is to be cleared: as was agreed, or else by the policy of that day and its priority.
    #[must_use]
    pub fn time_to_clear(&self, policy: &Policy) -> TimeDelta {
        let usual = || policy.at(self.runs_from()).degradation_reports.time_to_clear(self.priority);
        self.agreed_time.unwrap_or_else(usual)
    }

    /// By when it is to be cleared: the time runs around the clock, as what degrades does.
    #[must_use]
    pub fn due_at(&self, policy: &Policy) -> Instant {
        self.runs_from() + self.time_to_clear(policy)
    }

    /// Whether its time to clear has passed, or had when it was cleared.
    #[must_use]
    pub fn is_missed(&self, now: Instant, policy: &Policy) -> bool {
        matches!(self.jeopardy(now, policy), Jeopardy::Missed | Jeopardy::MetLate)
    }

    /// How it stands to its time to clear.
    #[must_use]
    pub fn jeopardy(&self, now: Instant, policy: &Policy) -> Jeopardy {
        let due = self.due_at(policy);
        match (self.cleared_at(), &self.state) {
            (_, State::Cancelled { .. }) => Jeopardy::None,
            (Some(at), _) if at < due => Jeopardy::Met,
            (Some(_), _) => Jeopardy::MetLate,
            (None, _) if due <= now => Jeopardy::Missed,
            (None, _) if self.rows_reached(now, policy) > 0 => Jeopardy::InJeopardy,
            (None, _) => Jeopardy::OnTime,
        }
    }

    /// The rows of the policy that hold for it, each with the instant from which on.
    fn rows<'a>(&self, policy: &'a Policy) -> impl Iterator<Item = (Instant, &'a JeopardyRow)> {
        let (runs_from, time) = (self.runs_from(), self.time_to_clear(policy));
        let part = move |percent: u32| time * i32::try_from(percent).unwrap_or(i32::MAX) / 100;
        policy.at(runs_from).degradation_reports.jeopardy.iter().map(move |row| (runs_from + part(row.percent), row))
    }

    /// How many rows it has reached.
    pub(super) fn rows_reached(&self, now: Instant, policy: &Policy) -> usize {
        self.rows(policy).filter(|(at, _)| *at <= now).count()
    }

    /// When there is next something to do of it.
    pub(super) fn next_to_tell(&self, policy: &Policy) -> Option<Instant> {
        if let State::Resolved { agree_until, .. } = self.state {
            return Some(agree_until);
        }
        if !self.is_worked() {
            return None;
        }
        let row = self.rows(policy).nth(self.rows_told).map(|(at, _)| at);
        let late = self.tasks.iter().filter(|task| task.ended.is_none() && !task.late_told).map(|task| task.due);
        let requests = self.requests.iter().filter_map(PartyRequest::next_to_tell);
        row.into_iter().chain(late).chain(requests).min()
    }

    /// Does what is due by `now`: once, however late. Of several rows that were reached meanwhile the last one counts.
    pub(super) fn due(mut self, now: Instant, policy: &Policy) -> Option<RecordChange<Self>> {
        self.next_to_tell(policy).filter(|due| *due <= now)?;
        let act = ActionContext::by_schedule(now);
        if let State::Resolved { at, resolution, .. } = self.state.clone() {
            return Some(match self.goes_on() {
                Some(why) => self.work_again(why, &act, policy),
                None => self.close((at, resolution), false, &act, policy),
            });
        }
        let reached = self.rows_reached(now, policy);
        let row = self.rows(policy).take(reached).skip(self.rows_told).last().map(|(_, row)| *row);
        if let Some(row) = row {
            return Some(self.reach(row, reached, &act, policy));
        }
        let is_due = |request: &PartyRequest| request.next_to_tell().is_some_and(|at| at <= now);
        if let Some(at) = self.requests.iter().position(is_due) {
            return Some(self.remind_of_request(at, &act, policy));
        }
        let task = self.tasks.iter_mut().find(|task| task.ended.is_none() && !task.late_told && task.due <= now)?;
        task.late_told = true;
        let step = format!("has a task that was to be done by {}: {}", moment(task.due, policy), task.place);
        let place = task.place;
        let told = vec![self.tell_people(&step, &act, policy)];
        Some(self.finish(vec![Fact::TaskLate { place }], told, &act))
    }

    fn reach(mut self, row: JeopardyRow, reached: usize, act: &ActionContext, policy: &Policy) -> RecordChange<Self> {
        self.rows_told = reached;
        let due = self.due_at(policy);
        let is_over = due <= act.now;
        let reason = match is_over {
            true => format!("it was to be cleared by {}", moment(due, policy)),
            false => format!("{} % of its time is gone: it is to be cleared by {}", row.percent, moment(due, policy)),
        };
        let is_new = self.level.is_none_or(|before| before < row.tells);
        let mut facts = if is_over { vec![Fact::Overdue] } else { Vec::new() };
        let told = if is_new && row.tells > EscalationLevel::Assignee {
            facts.push(Fact::Escalated { to: row.tells, by_time: true });
            self.escalate_to(row.tells, None, reason, act, policy)
        } else {
            if is_new {
                facts.push(Fact::Escalated { to: row.tells, by_time: true });
                self.level = Some(row.tells);
            }
            let step = if is_over { "was not cleared in time" } else { "is in jeopardy" };
            vec![self.tell_people_of(step, &reason, act, policy)]
        };
        self.finish(facts, told, act)
    }
}
