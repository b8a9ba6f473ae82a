//! What happens to a request by itself: who answers is told that a guideline comes to its end, and that a promised date comes near or
//! has passed.

use super::{AccountRequest, Fact};
use contract::{Instant, Policy};
use record::{
    ActionContext, Record, RecordChange,
    deadline::{RunningDeadline, Warned},
    notice::moment,
};

impl AccountRequest {
    /// When there is next something to tell.
    pub(super) fn next_to_tell(&self, _: &Policy) -> Option<Instant> {
        if !self.is_open() {
            return None;
        }
        let guideline = self.guideline.as_ref().filter(|_| self.responded_at.is_none()).and_then(|of| of.next());
        let promise = self.promise_running().and_then(|(running, warned)| running.next(warned));
        guideline.into_iter().chain(promise).min()
    }

    fn promise_running(&self) -> Option<(RunningDeadline<()>, Warned)> {
        let promise = self.promise.as_ref()?;
        Some((RunningDeadline::halfway((), promise.made_at, promise.by), promise.warned))
    }

    /// Tells what is due by `now`: once, however late.
    pub(super) fn due(mut self, now: Instant, policy: &Policy) -> Option<RecordChange<Self>> {
        self.next_to_tell(policy).filter(|due| *due <= now)?;
        let act = ActionContext::by_schedule(now);
        let unanswered = self.responded_at.is_none();
        if let Some(guideline) =
            self.guideline.as_mut().filter(|of| unanswered && of.next().is_some_and(|at| at <= now))
        {
            guideline.warned = Warned::Half;
            let step = format!("awaits a response: by the guideline until {}", moment(guideline.until, policy));
            let told = vec![self.tell_people(&step, "", &act, policy)];
            return Some(self.finish(vec![Fact::Reminded], told, &act));
        }
        let (running, _) = self.promise_running()?;
        let passed = running.is_missed(now);
        let promise = self.promise.as_mut()?;
        promise.warned = if passed { Warned::Missed } else { Warned::Half };
        let at = moment(promise.by, policy);
        let (step, fact) = match passed {
            true => (format!("was promised by {at}, which has passed"), Fact::PromisePassed),
            false => (format!("was promised by {at}"), Fact::PromiseNear),
        };
        let told = match passed {
            true => vec![self.tell_people_and_directors(&step, &act, policy)],
            false => vec![self.tell_people(&step, "", &act, policy)],
        };
        Some(self.finish(vec![fact], told, &act))
    }
}
