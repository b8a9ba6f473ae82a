//! By when something is to be done with a change request, and how that was kept (CR-15). Each is computed from where the
//! request stands, and from its instants, by the policy that held when it began to run.

use super::{ChangeRequest, Fact, Milestone, Step};
use crate::meeting::{MeetingCalendar, MeetingKind};
use chrono::{Days, NaiveDate, NaiveTime};
use contract::{Instant, Policy, calendar::Calendar};
use record::{ActionContext, Record, RecordChange};
use strum::{IntoStaticStr, VariantArray};

/// What has its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Deadline {
    /// Review, number, log, acknowledgment: 2 business days from the receipt.
    Acknowledgment,
    /// On the web site: 2 business days from the acknowledgment.
    Posting,
    /// The clarification meeting: 8 business days from the receipt.
    Clarification,
    /// Presented at the monthly meeting that its receipt leads to.
    Presentation,
    /// The response presented at the monthly meeting that its issue leads to.
    ResponsePresentation,
    /// A revised response issued at the next monthly meeting.
    RevisedResponse,
    /// A deferral's end.
    Deferral,
    /// Subject Matter Experts assigned, in business days from the receipt.
    Experts,
    /// The provider's answer to an escalation, in calendar days.
    EscalationAnswer,
    /// A dispute resolved, in calendar days from its escalation.
    EscalationResolution,
    /// The change in production, on the announced date.
    Production,
    /// The CLEC test's end, in calendar days from its beginning.
    ClecTest,
    /// The next step from one that has no term of its own, in calendar days.
    Progress,
    /// The term in which CLECs may object to what came of a response, and escalate, in calendar days.
    Objection,
}

contract::word!(Deadline);

/// Who is to keep a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptBy {
    /// The provider's people.
    Provider,
    /// Who submitted the change request.
    Originator,
    /// The CLECs together.
    Clecs,
}

impl Deadline {
    /// Where it stands: the step of the work flow, and the requirement.
    #[must_use]
    pub fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::Acknowledgment => ("step 1", "CR-01"),
            Self::Posting => ("step 1", "CR-02"),
            Self::Clarification => ("step 3", "CR-05"),
            Self::Presentation => ("step 3", "CR-06"),
            Self::ResponsePresentation => ("step 5", "CR-08"),
            Self::RevisedResponse => ("step 5A", "CR-09"),
            Self::Deferral => ("step 11", "CR-12"),
            Self::Experts => ("step 2", "CR-21"),
            Self::EscalationAnswer | Self::EscalationResolution => ("step 5C", "CR-21"),
            Self::Production => ("step 9", "CR-21"),
            Self::ClecTest => ("step 10", "CR-21"),
            Self::Progress => ("next step", "CR-21"),
            Self::Objection => ("step 5", "CR-22"),
        }
    }

    /// Who is to keep it, or may use the time that it gives.
    #[must_use]
    pub fn kept_by(self) -> KeptBy {
        match self {
            Self::Acknowledgment
            | Self::Posting
            | Self::Clarification
            | Self::Presentation
            | Self::ResponsePresentation
            | Self::RevisedResponse
            | Self::Experts
            | Self::EscalationAnswer
            | Self::EscalationResolution
            | Self::Production
            | Self::Progress => KeptBy::Provider,
            Self::Deferral => KeptBy::Originator,
            Self::ClecTest | Self::Objection => KeptBy::Clecs,
        }
    }

    /// Whether its end is no miss of anybody's: what it gave time for is over then.
    fn is_a_respite(self) -> bool {
        matches!(self, Self::Deferral | Self::Objection)
    }

    /// By what date, when it runs from a day on which something came in, or was done: some end at a meeting of their kind.
    #[must_use]
    pub fn by_date(
        self,
        (meetings, kind): (&MeetingCalendar, MeetingKind),
        day: NaiveDate,
        policy: &Policy,
    ) -> NaiveDate {
        let (rules, calendar) = (&policy.on(day).change_requests, policy.calendar_on(day));
        let after = |days| business_days_after(&calendar, day, days);
        let days_after = |days: u32| day + Days::new(u64::from(days));
        match self {
            Self::Acknowledgment => after(rules.acknowledge_within),
            Self::Posting => after(rules.post_within),
            Self::Clarification => after(rules.clarify_within),
            Self::Presentation => meetings.presents(kind, day, policy),
            Self::ResponsePresentation => meetings.presents_response(kind, day, policy),
            Self::RevisedResponse => meetings.from(kind, day.succ_opt().unwrap_or(day), policy),
            Self::Deferral => day + rules.deferral,
            Self::Experts => after(rules.assign_within),
            Self::EscalationAnswer => days_after(rules.answer_escalation_within),
            Self::EscalationResolution => days_after(rules.resolve_escalation_within),
            Self::Production => day,
            Self::ClecTest => days_after(rules.test_within),
            Self::Progress => days_after(rules.progress_within),
            Self::Objection => days_after(rules.objectors_escalate_within),
        }
    }
}

/// The steps at which the provider or the CLECs go on, and the flow says not by when.
const WITHOUT_TERM: [Step; 7] = [
    Step::Aligned,
    Step::ResponsePresented,
    Step::NotAccepted,
    Step::ResponseAccepted,
    Step::DenialAccepted,
    Step::Development,
    Step::InProduction,
];

/// A deadline of a change request that runs: to the end of a day.
pub type RunningDeadline = record::deadline::RunningDeadline<Deadline>;
/// How a deadline of a change request was kept that runs no more.
pub type DeadlineOutcome = record::deadline::DeadlineOutcome<Deadline>;

impl ChangeRequest {
    /// The deadlines that run now, the earliest first.
    #[must_use]
    pub fn clocks(&self, policy: &Policy) -> Vec<RunningDeadline> {
        use Deadline::{
            Acknowledgment, Clarification, ClecTest, Deferral, EscalationAnswer, EscalationResolution, Experts,
            Objection, Posting, Presentation, Production, Progress, ResponsePresentation, RevisedResponse,
        };
        if self.step.is_over() {
            return Vec::new();
        }
        // What began in another system is judged there; here runs what begins here, and what is owed to whom it was given.
        let since = self.archived.as_ref().map(|_| self.opening.recorded_at);
        let began = |from: Instant| match since {
            Some(since) if self.is_taken_over() => Some(from.max(since)),
            since => since.is_none_or(|since| from >= since).then_some(from),
        };
        let received = self.received_at.or(since.filter(|_| self.is_taken_over()));
        let before_meeting = matches!(self.step, Step::Submitted | Step::Received | Step::ExpertsAssigned);
        let before_presentation = before_meeting || self.step == Step::Clarified;
        let acknowledged = self.milestones.get(&Milestone::CrReceived).copied();
        let announced = self.announced_anew_at.max(self.milestones.get(&Milestone::ClecNotified).copied());
        let announced = announced.filter(|_| self.step == Step::Announced && self.implementation.is_some());
        let dispute = self.escalations.last().filter(|of| self.step == Step::Escalated && of.resolution.is_none());
        // An unforeseen step may have led to where the step's own term has nothing to run from.
        let lacks_its_term = (self.step == Step::Announced && announced.is_none())
            || (self.step == Step::Escalated && dispute.is_none());
        let from = [
            (Acknowledgment, received.filter(|_| self.step == Step::Submitted)),
            (Posting, acknowledged.filter(|_| self.posted_at.is_none())),
            (Clarification, received.filter(|_| before_meeting)),
            (Presentation, received.filter(|_| before_presentation)),
            (
                ResponsePresentation,
                self.responses.last().filter(|_| self.step == Step::ResponseIssued).map(|of| of.issued_at),
            ),
            (RevisedResponse, Some(self.entered_at).filter(|_| self.step == Step::RevisionRequired)),
            (Experts, self.received_at.filter(|_| self.step == Step::Received)),
            (EscalationAnswer, dispute.filter(|of| of.responses.is_empty()).map(|of| of.at)),
            (EscalationResolution, dispute.map(|of| of.at)),
            (Production, announced),
            (ClecTest, Some(self.entered_at).filter(|_| self.step == Step::ClecTest)),
            (Progress, Some(self.entered_at).filter(|_| WITHOUT_TERM.contains(&self.step) || lacks_its_term)),
        ];
        // What was kept once does not run again from the same instant: a step back asks for nothing anew.
        let runs = |clock: &RunningDeadline| {
            !self.past_deadlines.iter().any(|of| (of.deadline, of.from) == (clock.deadline, clock.from))
        };
        let running = from.into_iter().filter_map(|(deadline, from)| Some(self.clock(deadline, began(from?)?, policy)));
        let running = running.filter(runs);
        let deferral = self.deferral.as_ref().filter(|_| self.step == Step::Deferred).map(|of| RunningDeadline {
            deadline: Deferral,
            from: of.since,
            due: of.until,
            warns: of.until - policy.at(of.since).change_requests.warned_before,
        });
        let objection = self.objection.as_ref().map(|of| RunningDeadline {
            deadline: Objection,
            from: of.since,
            due: of.until,
            warns: of.until,
        });
        let mut clocks: Vec<RunningDeadline> = running.chain(deferral).collect();
        clocks.extend(objection);
        clocks.sort_by_key(|clock| (clock.due, clock.deadline));
        clocks
    }

    fn clock(&self, deadline: Deadline, from: Instant, policy: &Policy) -> RunningDeadline {
        let day = match deadline {
            // The day on which a thing came in, or was done, by the rule of the close of business (CR-18).
            Deadline::Acknowledgment
            | Deadline::Posting
            | Deadline::Clarification
            | Deadline::Presentation
            | Deadline::Experts => received_on(from, policy),
            _ => policy.calendar(from).date(from),
        };
        let by = match deadline {
            Deadline::ResponsePresentation => self.response_presents(self.responses.len().saturating_sub(1), policy),
            Deadline::Production => self.implementation,
            _ => None,
        };
        // What came from an archive may have had its meeting before it came.
        let by = by.filter(|by| *by >= day);
        let due = policy.calendar(from).end_of(by.unwrap_or_else(|| self.ends_on(deadline, day, policy)));
        RunningDeadline::halfway(deadline, from, due)
    }

    /// By what date a deadline is kept that runs from a day.
    pub(super) fn ends_on(&self, deadline: Deadline, day: NaiveDate, policy: &Policy) -> NaiveDate {
        deadline.by_date((&self.meetings, self.meeting_kind()), day, policy)
    }

    /// A deadline that is kept now runs no more, and how it was kept stays.
    pub(super) fn meet_deadline(&mut self, deadline: Deadline, now: Instant, policy: &Policy) {
        let kept = self.clocks(policy).into_iter().find(|clock| clock.deadline == deadline);
        self.past_deadlines.extend(kept.map(|clock| clock.outcome(Some(now))));
    }

    /// The meeting at which one of its responses is presented: by the rule of a week (CR-08); a revised one at the next meeting
    /// behind the one that asked for it, whenever it is issued before (CR-09). What a dispute on an earlier response held up is
    /// presented when that is resolved.
    #[must_use]
    pub fn response_presents(&self, at: usize, policy: &Policy) -> Option<NaiveDate> {
        let (meetings, kind) = (&self.meetings, self.meeting_kind());
        let issued =
            self.responses.get(at).map(|response| policy.calendar(response.issued_at).date(response.issued_at))?;
        let asked = at.checked_sub(1).and_then(|before| self.responses.get(before)?.presented_at);
        let presented = self.responses[at].presented_at;
        let resolved = self.escalations.iter().filter(|of| of.response.is_some_and(|disputed| disputed as usize <= at));
        let resolved = resolved.filter_map(|of| of.resolution.as_ref()).map(|of| policy.calendar(of.at).date(of.at));
        let resolved = resolved.filter(|resolved| presented.is_none_or(|presented| presented >= *resolved)).max();
        Some(match asked.and_then(|asked| asked.succ_opt()) {
            Some(behind) => meetings.from(kind, issued.max(behind).max(resolved.unwrap_or(behind)), policy),
            None => meetings.presents_response(kind, issued, policy),
        })
    }

    /// When it next has something to do by itself: a warning, or a miss.
    pub(super) fn set_clock(&mut self, policy: &Policy) {
        let clocks = self.clocks(policy);
        self.marks.keep(&clocks);
        self.wakes_at = clocks.iter().filter_map(|clock| self.marks.next(clock)).min();
    }

    /// Sets when it next has something to do by the policy and the meetings as they are now. `None` when it is set so already.
    #[must_use]
    pub fn reset_clock(mut self, policy: &Policy) -> Option<RecordChange<Self>> {
        let before = self.wakes_at;
        self.set_clock(policy);
        (self.wakes_at != before).then(|| self.finish_unrecorded(Vec::new()))
    }

    /// Deadlines that had passed, and run no more now, were never kept: that stays.
    pub(super) fn ended(&mut self, before: Vec<RunningDeadline>, now: Instant, policy: &Policy) {
        let clocks = self.clocks(policy);
        let runs =
            |of: &RunningDeadline| clocks.iter().any(|clock| (clock.deadline, clock.from) == (of.deadline, of.from));
        let judged = |of: &RunningDeadline| {
            self.past_deadlines.iter().any(|judged| (judged.deadline, judged.from) == (of.deadline, of.from))
        };
        let passed = before.into_iter().filter(|of| of.is_missed(now) && !of.deadline.is_a_respite());
        let never: Vec<DeadlineOutcome> =
            passed.filter(|of| !runs(of) && !judged(of)).map(|clock| clock.outcome(None)).collect();
        self.past_deadlines.extend(never);
    }

    /// What its deadlines have to tell by now: once, however late. A deferral that has run out closes it.
    pub(super) fn due(mut self, now: Instant, policy: &Policy) -> Option<RecordChange<Self>> {
        let act = ActionContext::by_schedule(now);
        let mut due: Vec<RunningDeadline> = self
            .clocks(policy)
            .into_iter()
            .filter(|clock| self.marks.next(clock).is_some_and(|at| at <= now))
            .collect();
        if due.is_empty() {
            // By another version of the policy, or since its meeting was moved, it is due at another time than when it was set to wake.
            self.wakes_at.filter(|at| *at <= now)?;
            return self.reset_clock(policy);
        }
        if due.iter().any(|clock| clock.deadline == Deadline::Deferral && clock.is_missed(now)) {
            return Some(self.expire(&act, policy));
        }
        let (mut facts, mut lapsed) = (Vec::new(), false);
        if due.iter().any(|clock| clock.deadline == Deadline::Objection) {
            due.retain(|clock| clock.deadline != Deadline::Objection);
            facts.push(Fact::ObjectionLapsed);
            lapsed = self.end_objection();
        }
        let notices = self.tell_deadlines(&due, lapsed, now, policy);
        facts.extend(due.iter().map(|clock| match clock.is_missed(now) {
            true => Fact::Missed { deadline: clock.deadline },
            false => Fact::Warned { deadline: clock.deadline },
        }));
        self.marks.mark_warned(&due, now);
        Some(self.finish_action(facts, notices, &act, policy))
    }
}

/// A date's day of receipt (CR-18): the day itself before the close of business of a business day, else the next business day.
#[must_use]
pub fn received_on(at: Instant, policy: &Policy) -> NaiveDate {
    let (calendar, close) = (policy.calendar(at), policy.at(at).change_requests.close_of_business);
    let date = calendar.date(at);
    let in_time = at < calendar.at_time(date, close);
    calendar.business_day_from(if in_time { date } else { date + Days::new(1) })
}

/// The `days`th business day behind a day of receipt.
fn business_days_after(calendar: &Calendar<'_>, day: NaiveDate, days: u32) -> NaiveDate {
    let noon = calendar.at_time(day, NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default());
    let end = calendar.end_of_business_day_after(noon, days as usize);
    calendar.date(end) - Days::new(1)
}
