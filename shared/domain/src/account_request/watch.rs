//! What happens to a request by itself: who answers is told that a guideline comes to its end, that a promised date comes near or has
//! passed, that a call or a meeting is wanted and not set, that it comes near, and that what came of it is to be recorded.

use super::{AccountRequest, Fact};
use contract::{Instant, Policy};
use record::{
    ActionContext, Record, RecordChange,
    deadline::{RunningDeadline, Warned},
    notice::moment,
};

/// What of a request is watched.
#[derive(Debug, Clone, Copy)]
enum Watched {
    /// That somebody responds within the guideline.
    Guideline,
    /// That a call or a meeting is set before it is wanted.
    Unset,
    /// That it is answered by the promised date.
    Promise,
    /// The call or the meeting that is set.
    Appointment,
}

impl AccountRequest {
    /// When there is next something to tell.
    pub(super) fn next_to_tell(&self) -> Option<Instant> {
        self.watched().into_iter().map(|(_, at)| at).min()
    }

    /// What is watched of it, and when there is next something to tell of that.
    fn watched(&self) -> Vec<(Watched, Instant)> {
        if !self.is_open() {
            return Vec::new();
        }
        let unanswered = self.responded_at.is_none();
        let guideline = self.guideline.as_ref().filter(|_| unanswered).and_then(|of| of.next());
        let is_unset = self.appointment.is_none() && self.unset_warned == Warned::No;
        let unset = self.wanted_at.filter(|_| is_unset).map(|at| self.received_at + (at - self.received_at) / 2);
        let promise =
            self.promise.as_ref().and_then(|of| RunningDeadline::halfway((), of.made_at, of.by).next(of.warned));
        let appointment = self.appointment.as_ref();
        let appointment = appointment.and_then(|of| RunningDeadline::halfway((), of.set_at, of.at).next(of.warned));
        let all = [
            (Watched::Guideline, guideline),
            (Watched::Unset, unset),
            (Watched::Promise, promise),
            (Watched::Appointment, appointment),
        ];
        all.into_iter().filter_map(|(what, at)| Some((what, at?))).collect()
    }

    /// Tells what is due by `now`: once, however late.
    pub(super) fn due(mut self, now: Instant, policy: &Policy) -> Option<RecordChange<Self>> {
        let (what, _) = self.watched().into_iter().filter(|(_, at)| *at <= now).min_by_key(|(_, at)| *at)?;
        let act = ActionContext::by_schedule(now);
        let (step, fact, directors) = match what {
            Watched::Guideline => {
                let guideline = self.guideline.as_mut()?;
                // A check that comes late does not tell of what is over: a guideline is no alarm.
                if guideline.until <= now {
                    guideline.warned = Warned::Missed;
                    return Some(self.record_no_op(&act));
                }
                guideline.warned = Warned::Half;
                let until = moment(guideline.until, policy);
                (format!("awaits a response: by the guideline until {until}"), Fact::Reminded, false)
            }
            Watched::Unset => {
                self.unset_warned = Warned::Half;
                let at = self.wanted_at.map(|at| moment(at, policy)).unwrap_or_default();
                (format!("is wanted for {at}, and is not set"), Fact::AppointmentTold, false)
            }
            Watched::Promise => {
                let promise = self.promise.as_mut()?;
                let (at, passed) = (moment(promise.by, policy), promise.by <= now);
                promise.warned = if passed { Warned::Missed } else { Warned::Half };
                match passed {
                    true => (format!("was promised by {at}, which has passed"), Fact::PromisePassed, true),
                    false => (format!("was promised by {at}"), Fact::PromiseNear, false),
                }
            }
            Watched::Appointment => {
                let appointment = self.appointment.as_mut()?;
                let (at, was) = (moment(appointment.at, policy), appointment.at <= now);
                appointment.warned = if was { Warned::Missed } else { Warned::Half };
                let step =
                    if was { format!("was set for {at}: record what came of it") } else { format!("is set for {at}") };
                (step, Fact::AppointmentTold, false)
            }
        };
        let told = vec![self.tell_people(&step, "", directors, &act, policy)];
        Some(self.finish(vec![fact], told, &act))
    }
}
