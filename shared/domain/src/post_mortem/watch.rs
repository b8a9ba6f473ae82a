//! What happens to a post-mortem by itself: who conducts it is reminded, it is told when it is not there in time, and so is each thing that
//! is to be done.

use super::{Fact, FollowUp, PostMortem, Status};
use contract::{Instant, Policy};
use record::{
    ActionContext, Record, RecordChange,
    deadline::{RunningDeadline, Warned},
    notice::moment,
};

impl PostMortem {
    /// When there is next something to tell.
    pub(super) fn next_to_tell(&self, policy: &Policy) -> Option<Instant> {
        if self.status() == Status::Withdrawn {
            return None;
        }
        let analysis = self.analysis_running().and_then(|running| running.next(self.warned));
        let actions = self.actions.iter().filter_map(|action| action.next_to_tell(policy));
        analysis.into_iter().chain(actions).min()
    }

    fn analysis_running(&self) -> Option<RunningDeadline<()>> {
        let running = RunningDeadline { deadline: (), from: self.requested_at, due: self.due_at, warns: self.nudge_at };
        self.issued_at.is_none().then_some(running)
    }

    /// Tells what is due by `now`: once, however late.
    pub(super) fn due(mut self, now: Instant, policy: &Policy) -> Option<RecordChange<Self>> {
        self.next_to_tell(policy).filter(|due| *due <= now)?;
        let act = ActionContext::by_schedule(now);
        let is_due = |next: Option<Instant>| next.is_some_and(|at| at <= now);
        if let Some(running) = self.analysis_running().filter(|running| is_due(running.next(self.warned))) {
            let passed = running.is_missed(now);
            self.warned = if passed { Warned::Missed } else { Warned::Half };
            let at = moment(self.due_at, policy);
            let (step, fact) = match passed {
                true => (format!("was due by {at}, and is not there"), Fact::Overdue),
                false => (format!("is due by {at}"), Fact::Nudged),
            };
            let told = vec![self.tell_people(&step, passed, &act, policy)];
            return Some(self.finish(vec![fact], told, &act));
        }
        let action = self.actions.iter_mut().find(|action| is_due(action.next_to_tell(policy)))?;
        let passed = action.due_at(policy) <= now;
        action.warned = if passed { Warned::Missed } else { Warned::Half };
        let (place, due) = (action.place, action.due);
        let step = match passed {
            true => format!("action {place} was to be done by {due}, and is not"),
            false => format!("action {place} is to be done by {due}"),
        };
        let told = vec![self.tell_people(&step, passed, &act, policy)];
        Some(self.finish(vec![Fact::ActionDue { place, passed }], told, &act))
    }
}

impl FollowUp {
    /// When there is next something to tell of it, while it is not done.
    fn next_to_tell(&self, policy: &Policy) -> Option<Instant> {
        let running = RunningDeadline::halfway((), self.at, self.due_at(policy));
        running.next(self.warned).filter(|_| self.done.is_none())
    }
}
