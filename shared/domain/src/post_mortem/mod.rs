//! Post-mortems (Account Team, "Handling maintenance and repair post mortems"; AT-04): a CLEC asks for one on a ticket that is closed, and
//! gets the root cause analysis in writing: the cause, the process used to restore service, and what prevents a recurrence. What is to be
//! done is followed to its end.
//!
//! What may happen to one stands in `acts`, what happens by itself in `watch`, what is told of it in `notices`.

mod acts;
mod notices;
mod others;
mod watch;

pub use acts::Asked;
pub use others::Others;

use crate::{
    account_team::People,
    ticket::{Ticket, TicketChange, change::show},
};
use chrono::NaiveDate;
use contract::{ClecId, Instant, Party, Person, Policy, PostMortemNumber, RecordRef, TicketNumber};
use record::{
    Awaited, Bound, ChangeSet, Counters, OwnersAccess, Published, Queue, Reader, Record, RecordChange, RecordVisitor,
    Seen, SeenByClecs, Visitor, deadline::Warned, notice::NoticeCounter,
};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use strum::{IntoStaticStr, VariantArray};

/// An entry of a post-mortem's history.
pub type Entry = record::Entry<Fact>;

/// A post-mortem of a ticket.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostMortem {
    /// The number of the post-mortem.
    pub number: PostMortemNumber,
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
    /// Of which ticket.
    pub ticket: TicketNumber,
    /// What is unusual in the event.
    pub reason: String,
    /// The person who asked for it.
    pub contact: Option<Person>,
    /// When it was asked for.
    pub requested_at: Instant,
    /// When a typical one is there at the earliest: then the person who conducts it is reminded.
    pub nudge_at: Instant,
    /// By when it is there.
    pub due_at: Instant,
    /// How far the people were told.
    pub warned: Warned,
    /// What was found.
    pub analysis: Option<Analysis>,
    /// What is to be done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<FollowUp>,
    /// Since when its CLEC has it.
    pub issued_at: Option<Instant>,
    /// Who conducted it, by name and position, as of then.
    pub conducted_by: Option<String>,
    /// When its CLEC took the request back, and why.
    pub withdrawn: Option<Withdrawn>,
    /// The notices of it.
    pub notices: NoticeCounter,
    /// Who is responsible as of now. It is read beside, where something is decided or told.
    #[serde(skip)]
    pub people: People,
}

/// The root cause analysis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analysis {
    /// The cause of the event.
    pub cause: String,
    /// The process used to repair and restore service.
    pub restoration: String,
    /// The processes implemented to prevent a recurrence.
    pub prevention: String,
}

/// Something that is to be done.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// Its place, from 1.
    pub place: u32,
    /// What is to be done.
    pub text: String,
    /// Who does it.
    pub owner: String,
    /// By the end of which date.
    pub due: NaiveDate,
    /// When it was recorded.
    pub at: Instant,
    /// How far the people were told.
    pub warned: Warned,
    /// That it is done.
    pub done: Option<Done>,
}

/// That something is done.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// When it was done.
    pub at: Instant,
    /// What came of it.
    pub outcome: Option<String>,
}

/// That the request was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// When the request was taken back.
    pub at: Instant,
    /// Why the request was taken back.
    pub reason: String,
}

/// Where a post-mortem stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Status {
    /// It is asked for, and being investigated.
    Requested,
    /// Its CLEC has it; something is still to be done, or nothing was named that is.
    Issued,
    /// Its CLEC has it, and all that is named in it is done.
    Completed,
    /// The request was taken back.
    Withdrawn,
}

contract::word!(Status);

/// What can become so of a post-mortem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Fact {
    /// It was asked for.
    Requested {
        /// Of which ticket.
        ticket: TicketNumber,
    },
    /// What was found was written down.
    Drafted,
    /// Something is to be done.
    ActionAdded {
        /// Its place among the actions, from 1.
        place: u32,
        /// By the end of which date.
        due: NaiveDate,
        /// Whether its CLEC had the post-mortem by then.
        issued: bool,
    },
    /// Something is done.
    ActionDone {
        /// Its place among the actions, from 1.
        place: u32,
        /// Whether its CLEC had the post-mortem by then.
        issued: bool,
    },
    /// It was approved, and its CLEC has it.
    Issued,
    /// The request was taken back.
    Withdrawn,
    /// Who conducts it was reminded.
    Nudged,
    /// It was not there in time.
    Overdue,
    /// Something that is to be done comes near, or was not done in time.
    ActionDue {
        /// Its place among the actions, from 1.
        place: u32,
        /// Whether its date has passed.
        passed: bool,
    },
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        Published::Whole
    }
}

/// What a transition of a post-mortem changes: the post-mortem, and the ticket that names it.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The post-mortem, as it stands then.
    pub post_mortem: RecordChange<PostMortem>,
    /// The ticket, where it comes to name it, or that it is there.
    pub ticket: Option<TicketChange>,
}

impl From<RecordChange<PostMortem>> for Change {
    fn from(post_mortem: RecordChange<PostMortem>) -> Self {
        Self { post_mortem, ticket: None }
    }
}

impl ChangeSet for Change {
    fn visit(&self, visitor: &mut impl Visitor) {
        visitor.record(&self.post_mortem);
        self.ticket.iter().for_each(|ticket| show(ticket, visitor));
    }

    fn visit_records(&mut self, visitor: &mut impl RecordVisitor) {
        visitor.record(&mut self.post_mortem);
        self.ticket.iter_mut().for_each(|ticket| visitor.record(ticket));
    }
}

/// The list of all of which something is still to be done.
pub const OPEN: &str = "POST_MORTEMS";
/// The list of all others.
pub const OVER: &str = "POST_MORTEMS_OVER";

/// The list of a CLEC's of which something is still to be done.
#[must_use]
pub fn own_open(of: &ClecId) -> String {
    format!("POST_MORTEM#{of}")
}

/// The list of a CLEC's others.
#[must_use]
pub fn own_over(of: &ClecId) -> String {
    format!("POST_MORTEM_OVER#{of}")
}

impl Record for PostMortem {
    type Change = Change;
    type Fact = Fact;
    type Access = OwnersAccess;

    const TOLD_ELSEWHERE: &'static [&'static str] = &["revision"];

    const BOUNDS: &'static [Bound] = &[(&["analysis"], 128), (&["actions"], 128)];

    /// By the request.
    fn place(&self) -> Option<(&'static str, Instant)> {
        Some((if self.is_open() { OPEN } else { OVER }, self.requested_at))
    }

    fn own_list(&self) -> Option<String> {
        Some(if self.is_open() { own_open(&self.clec) } else { own_over(&self.clec) })
    }

    fn reference(&self) -> RecordRef {
        RecordRef::PostMortem(self.number)
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

    /// Its CLEC reads it when it is approved, and not while it is written.
    fn shows(&self, fact: &Fact, reader: Reader) -> bool {
        if reader == Reader::Provider {
            return true;
        }
        match fact {
            Fact::Requested { .. } | Fact::Issued | Fact::Withdrawn => true,
            Fact::ActionAdded { issued, .. } | Fact::ActionDone { issued, .. } => *issued,
            Fact::Drafted | Fact::Nudged | Fact::Overdue | Fact::ActionDue { .. } => false,
        }
    }

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

    /// It awaits the provider until its CLEC has it, and until all is done.
    fn awaited(&self, policy: &Policy) -> Vec<Awaited> {
        if !self.is_open() {
            return Vec::new();
        }
        let analysis =
            self.issued_at.is_none().then(|| Awaited::of_provider("postMortem", self.requested_at).by(self.due_at));
        let open = self.actions.iter().filter(|action| action.done.is_none());
        let actions = open.map(|action| Awaited::of_provider("action", action.at).by(action.due_at(policy)));
        analysis.into_iter().chain(actions).collect()
    }

    fn counters(&mut self) -> Counters<'_> {
        let seen = (&mut self.version, &mut self.changed_at, &mut self.seen_by_clecs);
        Counters { revision: &mut self.revision, seen: Some(seen) }
    }
}

impl FollowUp {
    /// By when it is to be done: the end of its date.
    #[must_use]
    pub fn due_at(&self, policy: &Policy) -> Instant {
        policy.calendar_on(self.due).end_of(self.due)
    }
}

impl PostMortem {
    /// Where it stands.
    #[must_use]
    pub fn status(&self) -> Status {
        if self.withdrawn.is_some() {
            Status::Withdrawn
        } else if self.issued_at.is_none() {
            Status::Requested
        } else if self.actions.is_empty() || self.actions.iter().any(|action| action.done.is_none()) {
            Status::Issued
        } else {
            Status::Completed
        }
    }

    /// Whether something of it is still to be done.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.status() == Status::Requested || self.actions.iter().any(|action| action.done.is_none())
    }

    /// What a party can do with it now.
    #[must_use]
    pub fn possible(&self, party: &Party) -> Vec<&'static str> {
        let is_requested = self.status() == Status::Requested;
        let tasks = [
            ("draft", is_requested, true),
            ("action", self.status() != Status::Withdrawn, true),
            (
                "action/completion",
                self.status() != Status::Withdrawn && self.actions.iter().any(|action| action.done.is_none()),
                true,
            ),
            ("approval", is_requested && self.analysis.is_some(), true),
            ("withdrawal", is_requested, false),
        ];
        let may = tasks.into_iter().filter(|(_, may, desks)| *may && (party.is_provider() || !desks));
        may.map(|(task, ..)| task).collect()
    }
}

/// Whether a post-mortem is offered of a ticket, as it stands with its primary: the event lasted longer than the policy says.
#[must_use]
pub fn is_offered(ticket: &Ticket, policy: &Policy) -> bool {
    let Some((lasted, closed_at)) = ticket.lasted().zip(ticket.closed_at()) else { return false };
    let least = policy.at(closed_at).account_team.post_mortem.offered_after;
    lasted > least && ticket.present_post_mortem(closed_at).is_none()
}
