//! How a report begins: the desk or its CLEC raises it, or a threshold that was crossed.

use super::{Crossing, CrossingKind, DegradationReport, Entry, Fact, LOWEST_PRIORITY, State};
use crate::account_team::People;
use chrono::{Days, TimeDelta};
use contract::{
    ClecId, DegradationReportNumber, FieldError, Instant, ObjectiveNumber, OfferingNumber, Person, Policy,
    PurchaseNumber, Refused,
};
use record::{ActionContext, RecordChange, SeenByClecs, notice::NoticeCounter};

/// How long ago a degradation began that is reported, in days.
const EARLIEST: u64 = 31;
/// The priority of a report of which nothing else is said.
const USUAL_PRIORITY: u8 = 5;

/// What degrades: something that a CLEC purchased.
#[derive(Debug, Clone)]
pub struct Degrading {
    /// Whose it is.
    pub clec: ClecId,
    /// The number of the purchase.
    pub purchase: PurchaseNumber,
    /// Of which offering it is.
    pub offering: OfferingNumber,
    /// By what its CLEC knows it.
    pub name: String,
    /// The area in which it is.
    pub area: Option<String>,
    /// From when on its CLEC has it.
    pub since: Instant,
    /// Until when its CLEC has it, where that is known.
    pub until: Option<Instant>,
    /// Within what time its type of SLA has a degradation cleared.
    pub agreed_time: Option<TimeDelta>,
}

/// An episode that raises a report.
#[derive(Debug, Clone)]
pub struct Begun<'a> {
    /// Which objective is not met.
    pub objective: ObjectiveNumber,
    /// The name of the objective.
    pub name: &'a str,
    /// Of which metric it is.
    pub metric: &'a str,
    /// What kind of episode it is.
    pub kind: CrossingKind,
    /// When it began.
    pub began_at: Instant,
    /// When it ended, if it did.
    pub ended_at: Option<Instant>,
    /// How often it began again.
    pub again: u32,
}

/// What is raised.
#[derive(Debug, Clone)]
pub struct Raised {
    /// Which metric degrades, where that is known.
    pub metric: Option<String>,
    /// What degrades, in words.
    pub description: String,
    /// Who alerted the desk of it: `[role].[category]`; whoever raises it when left out.
    pub category: Option<String>,
    /// The cause, as far as it is known.
    pub reason: Option<String>,
    /// How important it is; 5 when left out.
    pub priority: Option<u8>,
    /// The number of the report in another system.
    pub correlation_id: Option<String>,
    /// The person who can be asked.
    pub contact: Option<Person>,
    /// Since when it is so, if earlier.
    pub since: Option<Instant>,
}

impl DegradationReport {
    /// It is raised by the desk or by its CLEC. Within what time it is to be cleared, its type of SLA says, or else the policy.
    ///
    /// # Errors
    /// Of a purchase that is over; a beginning in the future.
    pub fn raise(
        number: DegradationReportNumber,
        degrading: Degrading,
        raised: Raised,
        people: People,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        let since = raised.since.unwrap_or(act.now);
        let mut faults = priority_fault(raised.priority).into_iter().collect::<Vec<_>>();
        if since > act.now || since < act.now - Days::new(EARLIEST) {
            let detail = format!("is not in the future, and within the last {EARLIEST} days");
            faults.push(FieldError::new("timeRaised", "QS-01", detail));
        } else if since < degrading.since || degrading.until.is_some_and(|until| until <= since) {
            let detail = "is within the time in which the CLEC has the purchase";
            faults.push(FieldError::new("timeRaised", "QS-01", detail));
        }
        Refused::check(faults)?;
        let mut report = Self::new(number, degrading, raised, since, people, act);
        let notices = report.tell_raised(act, policy);
        report.revision = 1;
        Ok(RecordChange { before: None, record: report, entry: None, notices })
    }

    /// A threshold that was crossed raises it, or a source that stopped: once an episode (QS-11).
    #[must_use]
    pub fn raise_of_crossing(
        number: DegradationReportNumber,
        degrading: Degrading,
        begun: &Begun<'_>,
        people: People,
        act: &ActionContext,
        policy: &Policy,
    ) -> RecordChange<Self> {
        let Begun { objective, name, metric, kind, began_at, ended_at, again } = *begun;
        let said = match kind {
            CrossingKind::Crossed => "is crossed",
            CrossingKind::Silent => "cannot be held against anything: too few measurements come",
        };
        let raised = Raised {
            metric: Some(metric.to_owned()),
            description: format!("{}: the threshold {name} {said}", degrading.name),
            category: Some("system.originated".to_owned()),
            reason: None,
            priority: None,
            correlation_id: None,
            contact: None,
            since: None,
        };
        let purchase = degrading.purchase;
        let mut report = Self::new(number, degrading, raised, began_at, people, act);
        report.crossing = Some(Crossing { objective, kind, began_at, ended_at, again });
        let raised = Fact::Raised { purchase, crossing: Some(kind) };
        report.opening = Entry::of(act, 1, vec![raised]);
        let notices = report.tell_raised(act, policy);
        report.revision = 1;
        RecordChange { before: None, record: report, entry: None, notices }
    }

    fn new(
        number: DegradationReportNumber,
        degrading: Degrading,
        raised: Raised,
        raised_at: Instant,
        people: People,
        act: &ActionContext,
    ) -> Self {
        let Raised { metric, description, category, reason, priority, correlation_id, contact, .. } = raised;
        let Degrading { clec, purchase, offering, name, area, agreed_time, .. } = degrading;
        let declared = if act.by.party.is_provider() { "serviceProvider.declarer" } else { "customer.declarer" };
        Self {
            number,
            version: 1,
            revision: 0,
            opening: Entry::of(act, 1, vec![Fact::Raised { purchase, crossing: None }]),
            changed_at: act.now,
            seen_by_clecs: SeenByClecs::default(),
            clec,
            purchase,
            offering,
            purchase_name: name,
            area,
            metric,
            crossing: None,
            description,
            category: category.unwrap_or_else(|| declared.to_owned()),
            reason,
            correlation_id,
            contact,
            priority: priority.unwrap_or(USUAL_PRIORITY),
            agreed_time,
            raised_at,
            state: State::Submitted,
            state_since: act.now,
            state_reason: None,
            assignment: None,
            level: None,
            escalations: Vec::new(),
            rows_told: 0,
            tasks: Vec::new(),
            tickets: Vec::new(),
            requests: Vec::new(),
            comments: Vec::new(),
            disputed: 0,
            notices: NoticeCounter::default(),
            people,
        }
    }
}

/// What is wrong with a priority.
pub(super) fn priority_fault(priority: Option<u8>) -> Option<FieldError> {
    let is_none = priority.is_some_and(|of| !(1..=LOWEST_PRIORITY).contains(&of));
    is_none.then(|| FieldError::new("priority", "QS-01", format!("is 1, the highest, to {LOWEST_PRIORITY}")))
}
