//! What a CLEC brings to its account team (AT-03, AT-05, AT-06): a page, a message, a letter, a request for a call, a meeting, a special
//! request or project coordination, a complaint, an escalation. It goes to whom its topic belongs to, and to the director behind.
//!
//! What may be done with one is the table of [`task`]; what happens then stands in `acts` and `escalation`, what happens by itself in
//! `watch`, what is told of it in `notices`. Whom it goes to is not kept on it: it is whoever is responsible for the CLEC
//! by then ([`crate::account_team`]), so that open requests move with a reassignment.

mod acts;
mod escalation;
pub mod guideline;
mod notices;
pub mod task;
mod watch;

pub use acts::{Brought, Promised};
pub use escalation::{EscalationAnswer, Level, LevelOutcome};
pub use guideline::{ContactChannel, Guideline, GuidelineStanding};
pub use task::Task;

use crate::account_team::{Discipline, People, Topic};
use contract::{AccountRequestNumber, ClecId, Instant, Party, Person, Policy, RecordRef, TicketNumber};
use record::{
    ActionContext, Awaited, Bound, Counters, OwnersAccess, Published, Queue, Reader, Record, Seen, SeenByClecs,
    deadline::Warned, notice::NoticeCounter,
};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use strum::{IntoStaticStr, VariantArray};

/// An entry of a request's history.
pub type Entry = record::Entry<Fact>;

/// What kind of request it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum RequestKind {
    /// A question, or anything else that is to be answered.
    Question,
    /// A Bona Fide Request or Special Request.
    SpecialRequest,
    /// Project management or coordination.
    ProjectCoordination,
    /// A complaint about what belongs to an account team.
    Complaint,
    /// An escalation: normal processes did not produce results.
    Escalation,
}

contract::word!(RequestKind);

impl RequestKind {
    /// In a notice.
    #[must_use]
    pub fn wording(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::SpecialRequest => "special request",
            Self::ProjectCoordination => "request for project coordination",
            Self::Complaint => "complaint",
            Self::Escalation => "escalation",
        }
    }
}

/// A request of a CLEC to its account team.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountRequest {
    /// The number of the request.
    pub number: AccountRequestNumber,
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
    /// What kind of request it is.
    pub kind: RequestKind,
    /// How it came.
    pub channel: ContactChannel,
    /// What it is about.
    pub topic: Topic,
    /// To which team it was brought: that to which the topic belongs, or the Sales Team with a service trouble.
    pub brought_to: Discipline,
    /// What is asked.
    pub text: String,
    /// The person of the CLEC who asks.
    pub contact: Option<Person>,
    /// The ticket that it is about.
    pub ticket: Option<TicketNumber>,
    /// When the call or the meeting is wanted.
    pub wanted_at: Option<Instant>,
    /// When it was received.
    pub received_at: Instant,
    /// Within what time a response may be expected; none where a call or a meeting is scheduled as requested.
    pub guideline: Option<Guideline>,
    /// When somebody first responded.
    pub responded_at: Option<Instant>,
    /// By when it is to be answered.
    pub promise: Option<Promise>,
    /// When the call or the meeting is.
    pub appointment: Option<Appointment>,
    /// How far its people were told that a call or a meeting is wanted, and not set.
    #[serde(default = "not_warned")]
    pub unset_warned: Warned,
    /// What the Service Manager told of the steps already taken, where a service trouble was brought to sales.
    pub steps_taken: Option<Statement>,
    /// What was said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<Statement>,
    /// The escalations, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalations: Vec<Level>,
    /// The answer that stands.
    pub answer: Option<Statement>,
    /// The answers that were not accepted: it was escalated then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_answers: Vec<Statement>,
    /// That it was taken back, and why.
    pub withdrawn: Option<Statement>,
    /// The notices of it.
    pub notices: NoticeCounter,
    /// Who is responsible as of now. It is read beside, where something is decided or told.
    #[serde(skip)]
    pub people: People,
}

/// A date that was promised.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Promise {
    /// By when an answer is there.
    pub by: Instant,
    /// When it was promised.
    pub made_at: Instant,
    /// How often another date was promised before.
    #[serde(default)]
    pub moved: u32,
    /// How far the people were told that it comes near, and that it passed.
    pub warned: Warned,
}

/// A call or a meeting that is set.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Appointment {
    /// When it is.
    pub at: Instant,
    /// Where it is, or how to dial in.
    pub place: Option<String>,
    /// When it was set.
    pub set_at: Instant,
    /// How far the people were told that it comes near, and that it was.
    pub warned: Warned,
}

fn not_warned() -> Warned {
    Warned::No
}

/// What one side said.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The side that said it.
    pub by: Party,
    /// The person who said it, or was spoken to.
    pub contact: Option<String>,
    /// When it was said; a call may be recorded later.
    pub at: Instant,
    /// What was said.
    pub text: String,
}

impl Statement {
    fn new(text: String, contact: Option<String>, act: &ActionContext) -> Self {
        Self { by: act.by.party.clone(), contact, at: act.occurred(), text }
    }
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Status {
    /// Nobody responded yet.
    Open,
    /// It is acknowledged, and an answer is to come.
    Acknowledged,
    /// It is answered.
    Answered,
    /// Its CLEC took it back.
    Withdrawn,
}

contract::word!(Status);

/// What can become so of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Fact {
    /// It was brought.
    Brought {
        /// Of which kind.
        kind: RequestKind,
        /// By which channel.
        channel: ContactChannel,
        /// Of what it is, in the source's lists.
        topic: Topic,
        /// To which team.
        to: Discipline,
    },
    /// It was acknowledged, or another date was promised.
    Promised {
        /// By when it is to be answered.
        by: Option<Instant>,
    },
    /// The call or the meeting is set.
    Scheduled {
        /// When it is.
        at: Instant,
    },
    /// The Service Manager told of the steps already taken.
    StepsTold,
    /// Something was said.
    Stated,
    /// It was answered.
    Answered,
    /// It was escalated.
    Escalated {
        /// To which level, from 1.
        level: usize,
    },
    /// The escalation was answered.
    EscalationAnswered {
        /// At which level.
        level: usize,
        /// With which outcome.
        outcome: LevelOutcome,
    },
    /// Its CLEC took it back.
    Withdrawn,
    /// Who answers was told that nobody responded yet.
    Reminded,
    /// Who answers was told that the promised date comes near.
    PromiseNear,
    /// The promised date passed without an answer.
    PromisePassed,
    /// Its people were told of the call or the meeting: that one is wanted and not set, that it comes near, or that it was.
    AppointmentTold,
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        Published::Whole
    }
}

/// The list of all that are neither answered nor withdrawn.
pub const OPEN: &str = "ACCOUNT_REQUESTS";
/// The list of all others.
pub const OVER: &str = "ACCOUNT_REQUESTS_OVER";

/// The list of a CLEC's that are neither answered nor withdrawn.
#[must_use]
pub fn own_open(of: &ClecId) -> String {
    format!("ACCOUNT#{of}")
}

/// The list of a CLEC's others.
#[must_use]
pub fn own_over(of: &ClecId) -> String {
    format!("ACCOUNT_OVER#{of}")
}

impl Record for AccountRequest {
    type Change = record::Alone<Self>;
    type Fact = Fact;
    type Access = OwnersAccess;

    const TOLD_ELSEWHERE: &'static [&'static str] = &["revision"];

    const BOUNDS: &'static [Bound] = &[(&["statements"], 96), (&["escalations"], 64)];

    /// By its receipt.
    fn place(&self) -> Option<(&'static str, Instant)> {
        Some((if self.is_open() { OPEN } else { OVER }, self.received_at))
    }

    fn own_list(&self) -> Option<String> {
        Some(if self.is_open() { own_open(&self.clec) } else { own_over(&self.clec) })
    }

    fn reference(&self) -> RecordRef {
        RecordRef::AccountRequest(self.number)
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

    /// What its people were reminded of is the provider's own, and what one team told the other.
    fn shows(&self, fact: &Fact, reader: Reader) -> bool {
        let own = matches!(fact, Fact::Reminded | Fact::PromiseNear | Fact::AppointmentTold | Fact::StepsTold);
        reader == Reader::Provider || !own
    }

    fn is_visible_to(&self, party: &Party) -> bool {
        party.keeps(&Party::Clec(self.clec.clone()))
    }

    fn next_action_at(&self, _: &Policy) -> Option<Instant> {
        self.next_to_tell()
    }

    fn due_action(&self, now: Instant, policy: &Policy) -> Option<record::Alone<Self>> {
        self.clone().due(now, policy).map(Into::into)
    }

    fn queue(&self) -> Option<Queue> {
        Some(Queue::AccountTeam)
    }

    /// While it is open it awaits its account team.
    fn awaited(&self, _: &Policy) -> Vec<Awaited> {
        if !self.is_open() {
            return Vec::new();
        }
        let awaited = |what| Awaited::of_provider(what, self.received_at);
        vec![match (&self.promise, &self.guideline, &self.appointment) {
            (.., Some(appointment)) => awaited("appointment").by(appointment.at),
            (Some(promise), ..) => awaited("answer").by(promise.by),
            (None, Some(guideline), _) if self.responded_at.is_none() => awaited("response").within(guideline.until),
            _ if self.channel.is_scheduled() => awaited("schedule").by(self.wanted_at),
            _ => awaited("answer"),
        }]
    }

    fn counters(&mut self) -> Counters<'_> {
        let seen = (&mut self.version, &mut self.changed_at, &mut self.seen_by_clecs);
        Counters { revision: &mut self.revision, seen: Some(seen) }
    }
}

impl AccountRequest {
    /// Where it stands.
    #[must_use]
    pub fn status(&self) -> Status {
        match (&self.withdrawn, &self.answer, self.responded_at) {
            (Some(_), ..) => Status::Withdrawn,
            (None, Some(_), _) => Status::Answered,
            (None, None, Some(_)) => Status::Acknowledged,
            (None, None, None) => Status::Open,
        }
    }

    /// Whether it awaits an answer.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.status(), Status::Open | Status::Acknowledged)
    }

    /// Whether a service trouble was brought to sales, so that both teams resolve it together (AT-06).
    #[must_use]
    pub fn is_joint(&self) -> bool {
        self.brought_to != self.topic.discipline()
    }

    /// How the guideline went; nothing where there is none, or the request was taken back before.
    #[must_use]
    pub fn guideline_standing(&self, now: Instant) -> Option<GuidelineStanding> {
        let until = self.guideline.as_ref()?.until;
        match self.responded_at {
            None if !self.is_open() => None,
            None if now <= until => Some(GuidelineStanding::Awaited),
            Some(at) if at <= until => Some(GuidelineStanding::Within),
            Some(_) | None => Some(GuidelineStanding::After),
        }
    }
}
