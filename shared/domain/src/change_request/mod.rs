//! Change requests (work flow): a CLEC asks for a change of a product, a process, a system or of the process itself, and is led
//! through eleven steps to an answer, and to what becomes of it.
//!
//! The flow is two tables: its steps in [`flow`], and what may be done at them in `task`. What a change request is made of stands in
//! `parts`, what can become so of it in `history`, by when something is to be done in [`deadline`], and what the
//! monthly meetings go through in [`agenda`]. What may happen to a change request is in [`submission`], [`answer`],
//! [`outcome`], [`dispute`] and [`completion`], in the order of the steps; what is told of it in `told`; its past life in another system in
//! [`archive`].

pub mod agenda;
pub mod answer;
pub mod archive;
pub mod completion;
pub mod deadline;
pub mod dispute;
mod ended;
pub mod flow;
mod history;
mod model;
mod notices;
pub mod number;
pub mod outcome;
pub mod submission;
mod task;

pub use deadline::{Deadline, DeadlineOutcome, KeptBy, RunningDeadline};
pub use ended::EndedRequest;
pub use flow::{Milestone, Phase, Step, Task, TaskName};
pub use history::Fact;
pub use model::{
    Action, Answer, Clarification, Closed, Completion, Deferral, Drafted, Escalation, Form, HeldClarification,
    Objection, OriginatorsWord, Outcome, Participant, Position, PositionCounts, Presentation, Reply, Resolution,
    Response, Said, Team,
};
pub use number::{ChangeKind, ChangeRequestNumber, IssuedNumber, Suffix, is_name};

use crate::{
    meeting::{MeetingCalendar, MeetingKind},
    ticket::{TicketChange, change::show},
};
use archive::Archived;
use chrono::NaiveDate;
use contract::{Actor, ChangeRequestId, Instant, Party, Policy, RecordRef, Refused, TicketNumber, party::CmpRole};
use record::{
    Access, ActionContext, Awaited, Bound, ChangeSet, Counters, Notice, Queue, Reader, Record, RecordChange,
    RecordVisitor, Seen, SeenByClecs, Visitor, attachment::Attachment, deadline::Marks, notice::NoticeCounter,
    queue::Whom,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;
use std::collections::{BTreeMap, BTreeSet};

/// An entry of a change request's history, counted by its revision.
pub type Entry = record::Entry<Fact>;

/// A change request.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeRequest {
    /// How the system calls it, from its first draft on.
    pub id: ChangeRequestId,
    /// Counts what the provider can see change: its ETag there.
    pub version: u64,
    /// Counts every write: the condition of the next.
    pub revision: u64,
    /// How it began: the history's first entry.
    pub opening: Entry,
    /// When the provider last saw it change.
    pub changed_at: Instant,
    /// What the CLECs have seen of it, where that is not what the provider has.
    #[serde(default, skip_serializing_if = "SeenByClecs::is_empty")]
    pub seen_by_clecs: SeenByClecs,
    /// The CMP's own number, from the logging on.
    pub number: Option<ChangeRequestNumber>,
    /// Numbers that it had before it crossed over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_numbers: Vec<ChangeRequestNumber>,
    /// What is printed behind its number.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub suffixes: BTreeSet<Suffix>,
    /// Who submitted it; what an archive does not give to its CLEC the provider keeps, and `form.company` tells whose it was.
    pub originator: Party,
    /// What it asks for.
    pub form: Form,
    /// Where it stands.
    pub step: Step,
    /// When the change request came to its step.
    pub entered_at: Instant,
    /// Its status phase.
    pub phase: Phase,
    /// The milestones that it has reached, each with its last time.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub milestones: BTreeMap<Milestone, Instant>,
    /// When it was submitted, for the last time when it was returned in between.
    pub received_at: Option<Instant>,
    /// What the CMP Manager found to be missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// When it was posted.
    pub posted_at: Option<Instant>,
    /// The provider's people who work it.
    #[serde(default)]
    pub team: Team,
    /// The meeting with its originator.
    #[serde(default)]
    pub clarification: Clarification,
    /// Its presentation at the monthly meeting.
    pub presentation: Option<Presentation>,
    /// A response that is not issued yet.
    pub draft: Option<Drafted>,
    /// The responses that were issued, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub responses: Vec<Response>,
    /// The disputes, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalations: Vec<Escalation>,
    /// Since when it is deferred, and until when.
    pub deferral: Option<Deferral>,
    /// The term in which CLECs may object to what came of its response.
    pub objection: Option<Objection>,
    /// What the originator says to what its accepted response leads to.
    pub originators_word: Option<OriginatorsWord>,
    /// What its accepted response led to.
    pub action: Option<Action>,
    /// When the change is implemented, as announced.
    pub implementation: Option<NaiveDate>,
    /// When that date was announced, if another one was before.
    pub announced_anew_at: Option<Instant>,
    /// How it was closed.
    pub completion: Option<Completion>,
    /// The trouble tickets that it comes from (CR-14), each with whose it is: of another's it is not told.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tickets: BTreeMap<TicketNumber, Party>,
    /// How many comments each party made.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub comments: BTreeMap<String, u32>,
    /// The documents that belong to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// How deadlines were kept that run no more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[serde(rename = "judged")]
    pub past_deadlines: Vec<DeadlineOutcome>,
    /// What was told of the deadlines that run now.
    #[serde(flatten)]
    pub marks: Marks<Deadline>,
    /// When it next has something to do by itself.
    pub wakes_at: Option<Instant>,
    /// The notices to all who subscribed.
    #[serde(default)]
    #[serde(rename = "told")]
    pub notices: NoticeCounter,
    /// Its life before, when it was imported (CR-19).
    pub archived: Option<Archived>,
    /// When meetings are: kept apart from it, and read with it, because deadlines end at them (CR-20).
    #[serde(skip)]
    pub meetings: MeetingCalendar,
}

/// What a transition of a change request changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The change request.
    pub request: RecordChange<ChangeRequest>,
    /// What a CLEC takes its response for, kept apart.
    pub position: Option<Position>,
    /// The number of the CMP that it is given.
    pub numbered: Option<IssuedNumber>,
    /// The ticket that it comes from, which names it too.
    pub named: Option<TicketChange>,
}

impl From<RecordChange<ChangeRequest>> for Change {
    fn from(request: RecordChange<ChangeRequest>) -> Self {
        Self { request, position: None, numbered: None, named: None }
    }
}

impl ChangeSet for Change {
    fn visit(&self, visitor: &mut impl Visitor) {
        self.named.iter().for_each(|ticket| show(ticket, visitor));
        visitor.record(&self.request);
        self.position.iter().for_each(|position| visitor.part(position));
        self.numbered.iter().for_each(|numbered| visitor.part(numbered));
        EndedRequest::of(&self.request).iter().for_each(|ended| visitor.part(ended));
    }

    fn visit_records(&mut self, visitor: &mut impl RecordVisitor) {
        self.named.iter_mut().for_each(|ticket| visitor.record(ticket));
        visitor.record(&mut self.request);
    }
}

/// Whose a change request is, and how far it has come.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeRequestAccess {
    originator: Party,
    received_at: Option<Instant>,
    posted_at: Option<Instant>,
}

impl Access for ChangeRequestAccess {
    const FIELDS: &'static [&'static str] = &["originator", "receivedAt", "postedAt"];

    /// A draft is its originator's alone, one that was taken back too; when it was submitted, the provider's; when it is posted,
    /// everybody's.
    fn admits(&self, party: &Party) -> bool {
        *party == self.originator || self.posted_at.is_some() || (party.is_provider() && self.received_at.is_some())
    }
}

/// The list of change requests that are posted and not over.
pub const OPEN: &str = "OPEN_REQUESTS";
/// The list of change requests on whose response CLECs are asked for their positions; of the open ones.
pub const TO_ANSWER: &str = "REQUESTS_TO_ANSWER";
/// The list of change requests that were posted and are over, and of those of an archive.
pub const OVER: &str = "OVER_REQUESTS";
/// The list of change requests that are not posted: the provider's to review.
pub const UNPOSTED: &str = "UNPOSTED";
/// The list of change requests that their originator alone lists: drafts, and what ended before its posting.
pub const UNLISTED: &str = "UNLISTED";

/// The list of a party's own change requests.
#[must_use]
pub fn own_list(of: &Party) -> String {
    format!("REQUESTS#{of}")
}

impl Record for ChangeRequest {
    type Change = Change;
    type Fact = Fact;
    type Access = ChangeRequestAccess;

    const READ_WITH: Option<(&'static str, &'static str)> = Some(MeetingCalendar::KEY);
    const TOLD_ELSEWHERE: &'static [&'static str] = &["revision"];

    const BOUNDS: &'static [Bound] = &[
        (&["form", "archived"], 92),
        (&["team"], 12),
        (&["clarification"], 44),
        (&["presentation"], 44),
        // There is no draft while there is an originator's word: a draft begins where an outcome led back.
        (&["draft", "objection", "originatorsWord"], 54),
        (&["responses"], 48),
        (&["escalations"], 44),
        (&["attachments"], 24),
    ];

    const REST_KIB: usize = 36;

    /// By its receipt; a draft by its beginning; what came from an archive by the day from which it counts as posted.
    fn place(&self) -> Option<(&'static str, Instant)> {
        let list = match (self.posted_at, self.received_at) {
            (Some(_), _) if self.step.is_over() || self.is_of_the_past() => OVER,
            (Some(_), _) if self.asks_for_positions() => TO_ANSWER,
            (Some(_), _) => OPEN,
            (None, Some(_)) if !self.step.is_over() => UNPOSTED,
            (None, _) => UNLISTED,
        };
        Some((list, self.received_at.or(self.posted_at).unwrap_or(self.opening.recorded_at)))
    }

    fn own_list(&self) -> Option<String> {
        Some(own_list(&self.originator))
    }

    fn reference(&self) -> RecordRef {
        RecordRef::ChangeRequest(self.id)
    }

    fn seen(&self, reader: Reader) -> Option<Seen> {
        Some(self.seen_by_clecs.of(reader, Seen { version: self.version, changed_at: self.changed_at }))
    }

    fn reader(&self, party: &Party) -> Reader {
        match party {
            Party::Provider => Reader::Provider,
            party if *party == self.originator => Reader::Owner,
            Party::Clec(_) => Reader::Others,
        }
    }

    /// Each fact is named here, so that a new one is not told to all by default. CLECs are not told of drafts of a response; that the
    /// form was returned as incomplete, its originator alone is. Until the change request is posted, no other CLEC sees it.
    fn shows(&self, fact: &Fact, reader: Reader) -> bool {
        if reader == Reader::Provider {
            return true;
        }
        match fact {
            _ if reader == Reader::Others && self.posted_at.is_none() => false,
            Fact::PositionTaken { public, .. } => *public,
            Fact::ResponseDrafted { .. } | Fact::DirectorAccepted => false,
            Fact::Returned { .. } => reader == Reader::Owner,
            Fact::TicketNamed { ticket } => {
                let of = self.tickets.get(ticket);
                of.is_none_or(|of| reader == Reader::Owner && *of == self.originator)
            }
            Fact::Drafted
            | Fact::Submitted
            | Fact::Revised { .. }
            | Fact::Entered { .. }
            | Fact::Numbered { .. }
            | Fact::Posted
            | Fact::Assigned { .. }
            | Fact::MeetingSet { .. }
            | Fact::MinutesIssued
            | Fact::ObjectionLapsed
            | Fact::OriginatorSpoke
            | Fact::Joined { .. }
            | Fact::EscalationAnswered
            | Fact::DisputeResolved { .. }
            | Fact::Renewed { .. }
            | Fact::Commented { .. }
            | Fact::FedBack { .. }
            | Fact::DateAnnounced { .. }
            | Fact::SuffixesChanged { .. }
            | Fact::Attached { .. }
            | Fact::Unforeseen
            | Fact::Warned { .. }
            | Fact::Missed { .. }
            | Fact::Imported => true,
        }
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    fn opening(&self) -> Option<&Entry> {
        Some(&self.opening)
    }

    fn is_visible_to(&self, party: &Party) -> bool {
        let Self { originator, received_at, posted_at, .. } = self;
        ChangeRequestAccess { originator: originator.clone(), received_at: *received_at, posted_at: *posted_at }
            .admits(party)
    }

    fn next_action_at(&self, _: &Policy) -> Option<Instant> {
        self.wakes_at
    }

    fn due_action(&self, now: Instant, policy: &Policy) -> Option<Change> {
        self.clone().due(now, policy).map(Change::from)
    }

    fn queue(&self) -> Option<Queue> {
        Some(Queue::ChangeManagement)
    }

    /// Each of its deadlines awaits whoever is to keep it.
    fn awaited(&self, policy: &Policy) -> Vec<Awaited> {
        let awaited = |clock: RunningDeadline| {
            let whom = match clock.deadline.kept_by() {
                KeptBy::Provider => Whom::Party(Party::Provider),
                KeptBy::Originator => Whom::Party(self.originator.clone()),
                KeptBy::Clecs => Whom::Clecs,
            };
            Awaited {
                what: clock.deadline.as_str(),
                whom,
                since: clock.from,
                by: Some(clock.due),
                is_guideline: false,
                case: None,
            }
        };
        self.clocks(policy).into_iter().map(awaited).collect()
    }

    fn read_with(&mut self, calendar: &Value) -> Result<(), serde_json::Error> {
        self.meetings = MeetingCalendar::deserialize(calendar)?;
        Ok(())
    }

    fn counters(&mut self) -> Counters<'_> {
        let seen = (&mut self.version, &mut self.changed_at, &mut self.seen_by_clecs);
        Counters { revision: &mut self.revision, seen: Some(seen) }
    }
}

impl ChangeRequest {
    /// Whether the CLECs are asked what they take its response for (CR-09).
    #[must_use]
    pub fn asks_for_positions(&self) -> bool {
        matches!(self.step, Step::ResponseIssued | Step::ResponsePresented)
    }

    /// What may be done with it now, by `actor`.
    #[must_use]
    pub fn allowed_tasks(&self, actor: &Actor) -> Vec<&'static str> {
        let tasks = flow::TASKS.iter().filter(|task| task.check_step(self).is_ok() && task.is_for(self, actor));
        let tasks = tasks.filter(|task| !(task.name == TaskName::Participation && self.is_escalated_by(&actor.party)));
        let unforeseen = self.number.is_some() && actor.has(CmpRole::CmpManager);
        let names = tasks.map(|task| task.name).chain(flow::UNFORESEEN.into_iter().filter(|_| unforeseen));
        let mut possible: Vec<&'static str> = names.map(TaskName::as_str).collect();
        possible.dedup();
        possible
    }

    /// Whether a task is `actor`'s to do, and may be done now.
    ///
    /// # Errors
    /// Another's task; what the flow does not have here, with what it has.
    pub fn check_allowed(&self, name: TaskName, actor: &Actor) -> Result<(), Refused> {
        let of_name = || flow::TASKS.iter().filter(|task| task.name == name);
        let own: Vec<&Task> = of_name().filter(|task| task.is_for(self, actor)).collect();
        if own.is_empty() {
            let mut whose: Vec<String> = of_name().map(Task::whose).collect();
            whose.dedup();
            let rule = of_name().next().map_or("CR-03", |task| task.rule);
            return Err(Refused::forbidden(rule, format!("{} is for {} to do", name.as_str(), whose.join(" or "))));
        }
        match own.iter().map(|task| task.check_step(self)).reduce(Result::or) {
            Some(Err(why)) => {
                let detail = format!("{} is not possible: {why}", name.as_str());
                Err(Refused::not_now(own[0].rule, detail, &self.allowed_tasks(actor)))
            }
            _ => Ok(()),
        }
    }

    /// Whose its last dispute is: who escalated it is in it already, and does not join it.
    pub(super) fn is_escalated_by(&self, party: &Party) -> bool {
        self.escalations.last().is_some_and(|of| party.clec() == Some(&of.clec))
    }

    /// What is searched for words: what every reader may know, numbers and names with it.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        let Form { title, description, business_reasons, company, area, products, interfaces, deliverables, .. } =
            &self.form;
        let texts = [title, description, business_reasons, company, area, deliverables].into_iter().flatten().cloned();
        let numbers = self.number.iter().chain(&self.former_numbers).map(ToString::to_string);
        texts.chain(products.iter().cloned()).chain(interfaces.iter().cloned()).chain(numbers).collect()
    }

    /// Whether it came from an archive, and stands where that left it: what is given to its CLEC, and open, goes on here.
    #[must_use]
    pub fn is_of_the_past(&self) -> bool {
        let goes_on = self.is_taken_over() && !self.step.is_over();
        self.archived.is_some() && self.entered_at < self.opening.recorded_at && !goes_on
    }

    /// Whether its archive does not tell since when it stands where it does: `entered_at` is then no later than that.
    #[must_use]
    pub fn is_undated(&self) -> bool {
        self.archived.as_ref().is_some_and(|of| of.undated) && self.entered_at < self.opening.recorded_at
    }

    /// Its place in the flow, in words.
    #[must_use]
    pub fn step_label(&self) -> String {
        let row = self.step.row();
        let word = self.step.as_str();
        self.step_number().map_or_else(|| word.to_owned(), |number| format!("step {number} ({}: {word})", row.title))
    }

    /// The work flow step that it stands at; 1A in place of 1 for the provider's own (CR-16).
    #[must_use]
    pub fn step_number(&self) -> Option<&'static str> {
        let number = self.step.row().number?;
        Some(if number == "1" && self.originator.is_provider() && self.archived.is_none() { "1A" } else { number })
    }

    /// At which meetings it is presented.
    #[must_use]
    pub fn meeting_kind(&self) -> MeetingKind {
        self.form.kind.unwrap_or(ChangeKind::ProductProcess).meeting()
    }

    /// The number as it is printed, with its suffixes; before it has one, how the system calls it.
    #[must_use]
    pub fn printed(&self) -> String {
        let Some(number) = self.number else { return self.id.to_string() };
        let suffixes = Suffix::PRINTED.into_iter().filter(|suffix| self.suffixes.contains(suffix));
        suffixes.fold(number.to_string(), |printed, suffix| printed + suffix.as_str())
    }

    /// Comes to another step: its phase and milestone are the table's; deadlines that had passed, and end by it, were never kept.
    pub(super) fn advance_to(&mut self, to: Step, now: Instant, policy: &Policy) -> Fact {
        let running = self.clocks(policy);
        let from = std::mem::replace(&mut self.step, to);
        self.entered_at = now;
        let row = to.row();
        self.phase = row.phase.unwrap_or(self.phase);
        if from.is_over() && !to.is_over() {
            self.milestones.remove(&Milestone::CrClosed);
        }
        if !task::OBJECTED_AT.contains(&to) {
            self.end_objection();
        }
        // Step 7 has the milestone of step 6, which was reached there.
        let reached = row.milestone.filter(|milestone| from.row().milestone != Some(*milestone));
        // It is received once: from that instant its posting runs, also when the flow comes back to it. A dispute on an earlier
        // response leads back to a later one as it was issued, or presented, before.
        let is_kept = |of: &Milestone| match of {
            Milestone::CrReceived => true,
            Milestone::ResponseIssued | Milestone::ResponsePresented => from == Step::Escalated,
            _ => false,
        };
        let reached = reached.filter(|of| !is_kept(of) || !self.milestones.contains_key(of));
        self.milestones.extend(reached.map(|milestone| (milestone, now)));
        self.ended(running, now, policy);
        Fact::Entered { from, to }
    }

    /// Ends a transition that clients see: its clock is set by where it stands now.
    pub(super) fn finish_action(
        mut self,
        facts: Vec<Fact>,
        notices: Vec<Notice>,
        act: &ActionContext,
        policy: &Policy,
    ) -> RecordChange<Self> {
        self.set_clock(policy);
        self.finish(facts, notices, act)
    }
}
