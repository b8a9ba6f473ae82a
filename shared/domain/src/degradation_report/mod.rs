//! Customer QoS performance degradation reports (eTOM, Track & Manage Customer QoS Performance Resolution; QS-01, QS-02, QS-10): that something
//! that a CLEC purchased performs worse than it is to. It is raised by the desk, by its CLEC or by a threshold that was crossed; it is worked
//! by tasks in an order, watched by the agreed time to clear, cleared, and closed with the CLEC's agreement.
//!
//! It begins in `raising`. What may be done with one is the table of [`act`]; what happens then stands in `acts`, `tasks` and `elsewhere`, what
//! happens by itself in `watch`, what is told of it in `notices`. As TMF656 has it, it is a service problem.

pub mod act;
mod acts;
mod elsewhere;
mod history;
mod notices;
mod raising;
mod state;
mod tasks;
mod watch;
mod words;

pub use act::Act;
pub use acts::Modified;
pub use elsewhere::{PartyRequest, RaisedTicket};
pub use history::Fact;
pub use raising::{Begun, Degrading, Raised};
pub use state::{State, Status};
pub use tasks::{Planned, Task};
pub use watch::Jeopardy;
pub use words::{CrossingKind, Finding, TaskState, TicketSays};

use crate::{
    account_team::People,
    ticket::{TicketChange, change::show},
};
use chrono::TimeDelta;
use contract::{
    ClecId, DegradationReportNumber, Instant, ObjectiveNumber, OfferingNumber, Party, Person, Policy, PurchaseNumber,
    RecordRef, TeamMemberNumber, Visibility, policy::EscalationLevel,
};
use record::{
    Awaited, Bound, ChangeSet, Counters, OwnersAccess, Queue, Reader, Record, RecordChange, RecordVisitor, Seen,
    SeenByClecs, Visitor, notice::NoticeCounter,
};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// An entry of a report's history.
pub type Entry = record::Entry<Fact>;

/// The lowest priority; 1 is the highest.
pub const LOWEST_PRIORITY: u8 = 10;

/// A degradation report.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DegradationReport {
    /// The number of the report.
    pub number: DegradationReportNumber,
    /// Counts what the provider can see change: its ETag there.
    pub version: u64,
    /// Counts every write: the condition of the next.
    pub revision: u64,
    /// How it began: the history's first entry.
    pub opening: Entry,
    /// When the provider last saw it change.
    pub changed_at: Instant,
    /// What its CLEC has seen of it, where that is not what the provider has.
    #[serde(default, skip_serializing_if = "SeenByClecs::is_empty")]
    pub seen_by_clecs: SeenByClecs,
    /// Whose it is.
    pub clec: ClecId,
    /// Which purchased offering degrades.
    pub purchase: PurchaseNumber,
    /// Of which offering that is.
    pub offering: OfferingNumber,
    /// By what its CLEC knows the purchase.
    pub purchase_name: String,
    /// The area in which that is.
    pub area: Option<String>,
    /// Which metric of it degrades, where that is known.
    pub metric: Option<String>,
    /// The crossing, or the silence, that raised it.
    pub crossing: Option<Crossing>,
    /// What degrades, in words.
    pub description: String,
    /// Who alerted the desk of it, as TMF656 writes it: `[role].[category]`.
    pub category: String,
    /// The cause, as far as it is known.
    pub reason: Option<String>,
    /// The number of the report in another system.
    pub correlation_id: Option<String>,
    /// The person who can be asked.
    pub contact: Option<Person>,
    /// How important it is, from 1, the highest, to 10.
    pub priority: u8,
    /// Within what time it is to be cleared by its type of SLA, where that says so.
    #[serde(with = "contract::duration::optional", default, skip_serializing_if = "Option::is_none")]
    pub agreed_time: Option<TimeDelta>,
    /// Since when it is so, where that is known and earlier than the report.
    pub raised_at: Instant,
    /// Where it stands.
    pub state: State,
    /// Since when it stands there.
    pub state_since: Instant,
    /// Why it stands there, where that was said.
    pub state_reason: Option<String>,
    /// To whom it is assigned.
    pub assignment: Option<Assignment>,
    /// How far it is escalated.
    pub level: Option<EscalationLevel>,
    /// Its escalations, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalations: Vec<Escalation>,
    /// How many rows of the policy's jeopardy it has reached, and was told of.
    #[serde(default)]
    pub rows_told: usize,
    /// What is to be done, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<Task>,
    /// The trouble tickets that were raised of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tickets: Vec<RaisedTicket>,
    /// What is asked of other parties, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<PartyRequest>,
    /// What was found and said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comments: Vec<Comment>,
    /// How often its CLEC did not agree that it is cleared.
    #[serde(default)]
    pub disputed: u32,
    /// The notices of it.
    pub notices: NoticeCounter,
    /// Who is responsible as of now. It is read beside, where something is decided or told.
    #[serde(skip)]
    pub people: People,
}

/// The crossing of a threshold, or a source that stopped: an episode, which has a beginning and an end (QS-11).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Crossing {
    /// Which objective is not met.
    pub objective: ObjectiveNumber,
    /// Whether it is missed, or nothing tells whether it is met.
    pub kind: CrossingKind,
    /// When the first window begins in which that was so.
    pub began_at: Instant,
    /// When the window begins in which that was so no more; none while it goes on.
    pub ended_at: Option<Instant>,
    /// How often it began again while the report was open.
    #[serde(default)]
    pub again: u32,
}

/// To whom a report is assigned.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// The person, in the directory of account teams.
    pub member: TeamMemberNumber,
    /// When it was assigned.
    pub at: Instant,
    /// For when the analysis is scheduled.
    pub scheduled: Option<Instant>,
}

/// A level that a degradation report was escalated to, when, by whom and why.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// To whom it was escalated.
    pub to: EscalationLevel,
    /// When it was escalated.
    pub at: Instant,
    /// Who escalated it; none where the time to clear did.
    pub by: Option<Party>,
    /// Why it was escalated.
    pub reason: String,
}

/// Something that was found, or said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// The side that said it.
    pub by: Party,
    /// When it was said.
    pub at: Instant,
    /// What was said.
    pub text: String,
    /// Who reads it.
    pub read_by: Visibility,
}

/// What a transition of a report changes: the report, and the ticket that is raised of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The report, as it stands then.
    pub report: RecordChange<DegradationReport>,
    /// The ticket that is raised.
    pub ticket: Option<TicketChange>,
}

impl From<RecordChange<DegradationReport>> for Change {
    fn from(report: RecordChange<DegradationReport>) -> Self {
        Self { report, ticket: None }
    }
}

impl ChangeSet for Change {
    fn visit(&self, visitor: &mut impl Visitor) {
        visitor.record(&self.report);
        self.ticket.iter().for_each(|ticket| show(ticket, visitor));
    }

    fn visit_records(&mut self, visitor: &mut impl RecordVisitor) {
        visitor.record(&mut self.report);
        self.ticket.iter_mut().for_each(|ticket| visitor.record(ticket));
    }
}

/// The list of all that are worked.
pub const OPEN: &str = "DEGRADATION_REPORTS";
/// The list of all that are closed or cancelled.
pub const OVER: &str = "DEGRADATION_REPORTS_OVER";

/// The list of a CLEC's that are worked.
#[must_use]
pub fn own_open(of: &ClecId) -> String {
    format!("DEGRADATION#{of}")
}

/// The list of a CLEC's that are closed or cancelled.
#[must_use]
pub fn own_over(of: &ClecId) -> String {
    format!("DEGRADATION_OVER#{of}")
}

impl Record for DegradationReport {
    type Change = Change;
    type Fact = Fact;
    type Access = OwnersAccess;

    const TOLD_ELSEWHERE: &'static [&'static str] = &["revision"];

    const BOUNDS: &'static [Bound] =
        &[(&["comments"], 128), (&["tasks"], 96), (&["requests"], 72), (&["escalations"], 32)];

    /// By the recording.
    fn place(&self) -> Option<(&'static str, Instant)> {
        Some((if self.is_open() { OPEN } else { OVER }, self.opening.recorded_at))
    }

    fn own_list(&self) -> Option<String> {
        Some(if self.is_open() { own_open(&self.clec) } else { own_over(&self.clec) })
    }

    fn reference(&self) -> RecordRef {
        RecordRef::DegradationReport(self.number)
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    fn opening(&self) -> Option<&Entry> {
        Some(&self.opening)
    }

    fn seen(&self, reader: Reader) -> Option<Seen> {
        Some(self.seen_by_clecs.of(reader, Seen { version: self.version, changed_at: self.changed_at }))
    }

    fn reader(&self, party: &Party) -> Reader {
        if party.is_provider() { Reader::Provider } else { Reader::Owner }
    }

    /// How the provider's people divide the work is their own.
    fn shows(&self, fact: &Fact, reader: Reader) -> bool {
        match fact {
            Fact::InformationAdded { read_by } => reader == Reader::Provider || *read_by != Visibility::Internal,
            Fact::Assigned { .. }
            | Fact::TaskPlanned { .. }
            | Fact::TaskChanged { .. }
            | Fact::TaskLate { .. }
            | Fact::PartyAsked { .. }
            | Fact::PartyRequestEnded { .. }
            | Fact::PartyReminded { .. } => reader == Reader::Provider,
            Fact::Escalated { to, .. } => reader == Reader::Provider || *to > EscalationLevel::Assignee,
            _ => true,
        }
    }

    /// QS-09: a CLEC sees its own.
    fn is_visible_to(&self, party: &Party) -> bool {
        party.keeps(&Party::Clec(self.clec.clone()))
    }

    fn next_action_at(&self, policy: &Policy) -> Option<Instant> {
        self.next_to_tell(policy)
    }

    fn due_action(&self, now: Instant, policy: &Policy) -> Option<Change> {
        self.clone().due(now, policy).map(Into::into)
    }

    fn queue(&self) -> Option<Queue> {
        Some(Queue::AccountTeam)
    }

    /// Until it is cleared it awaits the provider; then its CLEC.
    fn awaited(&self, policy: &Policy) -> Vec<Awaited> {
        match &self.state {
            State::Closed { .. } | State::Cancelled { .. } => Vec::new(),
            State::Resolved { at, agree_until, .. } => {
                vec![Awaited::of("agreement", Party::Clec(self.clec.clone()), *at).by(*agree_until)]
            }
            _ => {
                let clearing = Awaited::of_provider("clearing", self.opening.recorded_at).by(self.due_at(policy));
                let tasks = self.tasks.iter().filter(|task| task.ended.is_none());
                let tasks = tasks.map(|task| Awaited::of_provider("task", task.planned_at).by(task.due));
                let requests = self.requests.iter().filter(|request| request.ended.is_none());
                let requests = requests.map(|of| Awaited::of_provider("partyResponse", of.asked_at).by(of.respond_by));
                tasks.chain(requests).chain([clearing]).collect()
            }
        }
    }

    fn counters(&mut self) -> Counters<'_> {
        let seen = (&mut self.version, &mut self.changed_at, &mut self.seen_by_clecs);
        Counters { revision: &mut self.revision, seen: Some(seen) }
    }
}
