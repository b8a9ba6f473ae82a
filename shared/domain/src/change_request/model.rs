//! What a change request is made of: its form, and what each step of the flow adds to it.

use super::{ChangeKind, ChangeRequestNumber};
use chrono::NaiveDate;
use contract::{ChangeRequestId, ClecId, Instant, RecordRef};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::collections::BTreeSet;
use strum::{IntoStaticStr, VariantArray};

/// What the CMP's form asks.
#[skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Form {
    /// What it is to change.
    pub kind: Option<ChangeKind>,
    /// In a line.
    pub title: Option<String>,
    /// Description of the change.
    pub description: Option<String>,
    /// The originator's business reasons.
    pub business_reasons: Option<String>,
    /// Who submits it: name and how to reach.
    pub contact: Option<String>,
    /// The company, where it is not the CLEC's own name.
    pub company: Option<String>,
    /// The area impacted.
    pub area: Option<String>,
    /// The products impacted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<String>,
    /// OSS interfaces impacted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub interfaces: Vec<String>,
    /// What the originator expects to be delivered.
    pub deliverables: Option<String>,
    /// By when the originator wishes it.
    pub desired_by: Option<NaiveDate>,
    /// Other change requests that it is related to.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub related: BTreeSet<ChangeRequestNumber>,
}

impl Form {
    /// What a form must have to be submitted, and has not.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let there = [
            ("kind", self.kind.is_some()),
            ("title", self.title.is_some()),
            ("description", self.description.is_some()),
            ("contact", self.contact.is_some()),
        ];
        there.into_iter().filter(|(_, there)| !there).map(|(name, _)| name).collect()
    }
}

/// The provider's people who work it (CR-04).
#[skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Team {
    /// Change Management Project Manager.
    pub crpm: Option<String>,
    /// The Director responsible for it.
    pub director: Option<String>,
    /// Subject Matter Experts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub experts: Vec<String>,
}

/// The clarification meeting (CR-05).
#[skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Clarification {
    /// When it is to be.
    pub scheduled_for: Option<Instant>,
    /// How to dial in.
    pub bridge: Option<String>,
    /// When it was held.
    pub held_at: Option<Instant>,
    /// Questions that need to be answered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<String>,
    /// Deliverables that would answer it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deliverables: Vec<String>,
    /// The minutes that were issued.
    pub minutes: Option<String>,
    /// The meetings that were held before this one, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<HeldClarification>,
}

/// A clarification meeting that another one followed.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldClarification {
    /// When it was held.
    pub held_at: Instant,
    /// Questions that need to be answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<String>,
    /// Deliverables that would answer it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deliverables: Vec<String>,
    /// The minutes that were issued.
    pub minutes: Option<String>,
}

impl Clarification {
    /// The next meeting was held: the one before it stays as it was, and the next has its own minutes.
    pub(super) fn held(&mut self, held_at: Instant, questions: Vec<String>, deliverables: Vec<String>) {
        let before = self.held_at.replace(held_at).map(|held_at| HeldClarification {
            held_at,
            questions: std::mem::take(&mut self.questions),
            deliverables: std::mem::take(&mut self.deliverables),
            minutes: self.minutes.take(),
        });
        self.earlier.extend(before);
        self.questions = questions;
        self.deliverables = deliverables;
    }
}

/// The presentation at the monthly meeting (CR-06).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Presentation {
    /// The meeting's date.
    pub meeting: NaiveDate,
    /// The originator's business reasons, as presented.
    pub business_reasons: Option<String>,
    /// What participating CLECs said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comments: Vec<String>,
    /// Options and potential solutions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// The general consensus on the direction.
    pub consensus: String,
    /// Whether it was walked on: presented before the monthly meeting that its receipt leads to (CR-20).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub walk_on: bool,
}

/// What the provider answers (CR-07).
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Answer {
    /// It plans to adhere to the request.
    Accepted,
    /// It does not.
    Denied,
}

contract::word!(Answer);

/// What a response says.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Accepted or denied.
    pub answer: Answer,
    /// The position stated, or the detailed basis for the denial.
    pub text: String,
    /// Reference to substantiating material; a denial has it.
    pub reference: Option<String>,
}

/// A response that is not issued yet: the provider's own.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Drafted {
    /// What it says.
    pub reply: Reply,
    /// When the Director accepted it.
    pub accepted_at: Option<Instant>,
}

/// A response that was issued.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    /// What it says.
    pub reply: Reply,
    /// When it was issued.
    pub issued_at: Instant,
    /// The meeting that it was presented at.
    pub presented_at: Option<NaiveDate>,
    /// What was said to it there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comments: Vec<String>,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// The reason for the outcome.
    pub reason: Option<String>,
    /// The positions that CLECs had taken on it when the outcome was recorded, and from the end of the term to object those that they
    /// had taken by then.
    pub positions: Option<PositionCounts>,
}

impl Response {
    /// Whether more CLECs took another position than the outcome that was recorded (CR-22).
    #[must_use]
    pub fn is_against_positions(&self) -> bool {
        self.positions.zip(self.outcome).is_some_and(|(counts, outcome)| counts.are_against(outcome))
    }
}

/// How many CLECs took each position on a response: whose they are is not said (CR-22).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PositionCounts {
    /// CLECs that accept the response.
    pub accepted: u32,
    /// CLECs that do not accept it.
    pub not_accepted: u32,
    /// CLECs for which it is to be revised.
    pub revisions_required: u32,
}

impl PositionCounts {
    /// Of these positions.
    #[must_use]
    pub fn of<'a>(positions: impl IntoIterator<Item = &'a Position>) -> Self {
        let mut counts = Self::default();
        positions.into_iter().for_each(|position| *counts.of_mut(position.position) += 1);
        counts
    }

    fn of_mut(&mut self, outcome: Outcome) -> &mut u32 {
        match outcome {
            Outcome::Accepted => &mut self.accepted,
            Outcome::NotAccepted => &mut self.not_accepted,
            Outcome::RevisionsRequired => &mut self.revisions_required,
        }
    }

    /// Whether more CLECs took another position than this one.
    #[must_use]
    pub fn are_against(self, outcome: Outcome) -> bool {
        let with = match outcome {
            Outcome::Accepted => self.accepted,
            Outcome::NotAccepted => self.not_accepted,
            Outcome::RevisionsRequired => self.revisions_required,
        };
        self.taken() - with > with
    }

    /// How many CLECs took a position.
    #[must_use]
    pub fn taken(self) -> u32 {
        self.accepted + self.not_accepted + self.revisions_required
    }
}

/// How many CLECs that objected are kept one by one.
const OBJECTORS_AT_MOST: usize = 100;

/// The term to object to what came of a response: a CLEC whose position on the response is another one may escalate (CR-22).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// The CLECs that objected; where they are too many to be kept one by one, any CLEC may escalate.
    pub by: Option<BTreeSet<ClecId>>,
    /// To the outcome of which response, from 1; none of a term that was stored without it.
    pub response: Option<u32>,
    /// The positions on the response, by now; none of a term that was opened before they were counted in it.
    pub positions: Option<PositionCounts>,
    /// When the outcome was recorded.
    pub since: Instant,
    /// When the term ends.
    pub until: Instant,
}

impl Objection {
    /// The term to object to the `outcome` of a response, from 1, with the positions that CLECs had taken on the response by its beginning.
    #[must_use]
    pub fn opened<'a>(
        outcome: Outcome,
        response: u32,
        positions: impl IntoIterator<Item = &'a Position>,
        since: Instant,
        until: Instant,
    ) -> Self {
        let mut objection = Self {
            by: Some(BTreeSet::new()),
            response: Some(response),
            positions: Some(PositionCounts::default()),
            since,
            until,
        };
        positions.into_iter().for_each(|taken| objection.take(outcome, None, taken));
        objection
    }

    /// A CLEC takes a position on the response in the term, in place of the one that it took on the same response `before`.
    pub fn take(&mut self, outcome: Outcome, before: Option<Outcome>, taken: &Position) {
        if let Some(counts) = &mut self.positions {
            before.into_iter().for_each(|before| *counts.of_mut(before) = counts.of_mut(before).saturating_sub(1));
            *counts.of_mut(taken.position) += 1;
        }
        let Some(by) = &mut self.by else { return };
        if taken.position == outcome {
            by.remove(&taken.clec);
        } else {
            by.insert(taken.clec.clone());
        }
        if by.len() > OBJECTORS_AT_MOST {
            self.by = None;
        }
    }

    /// Whether a CLEC may escalate by it.
    #[must_use]
    pub fn is_of(&self, clec: &ClecId) -> bool {
        self.by.as_ref().is_none_or(|by| by.contains(clec))
    }

    /// Whether any CLEC objected.
    #[must_use]
    pub fn is_made(&self) -> bool {
        self.by.as_ref().is_none_or(|by| !by.is_empty())
    }
}

/// What the originator says to what its accepted response leads to (CR-10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OriginatorsWord {
    /// The text of what was said.
    pub text: String,
    /// When it was said, or recorded.
    pub at: Instant,
    /// Whether the provider recorded it for the originator.
    pub told_by_provider: bool,
}

/// What comes of a response, or of a dispute on it (CR-09, CR-13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Outcome {
    /// Accepted by the CLECs.
    Accepted,
    /// The response is not accepted.
    NotAccepted,
    /// Additional revisions are required.
    RevisionsRequired,
}

contract::word!(Outcome);

/// A dispute that was escalated (CR-13).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Escalation {
    /// The CLEC that escalated the dispute.
    pub clec: ClecId,
    /// Which response is disputed, from 1; none of a dispute that was stored without it.
    pub response: Option<u32>,
    /// Whom to talk to.
    pub contact: String,
    /// Why, and what is wished.
    pub reason: String,
    /// When the dispute was escalated.
    pub at: Instant,
    /// Other CLECs that joined it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<Participant>,
    /// The provider's responses to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub responses: Vec<Said>,
    /// What came of it.
    pub resolution: Option<Resolution>,
}

/// A CLEC that joined an escalation.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// The CLEC that joined.
    pub clec: ClecId,
    /// What it says to it.
    pub statement: Option<String>,
    /// When the CLEC joined.
    pub at: Instant,
}

/// What was said, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The text of what was said.
    pub text: String,
    /// When it was said.
    pub at: Instant,
}

/// How a dispute was resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// What came of it.
    pub outcome: Outcome,
    /// The description of the resolution.
    pub detail: String,
    /// When the dispute was resolved.
    pub at: Instant,
}

/// No action for the present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deferral {
    /// The reason for the deferral.
    pub reason: String,
    /// When the deferral began, or was last renewed.
    pub since: Instant,
    /// When it is closed for want of action.
    pub until: Instant,
}

/// What an accepted response leads to (CR-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Action {
    /// It answered the change request: no further action, but for the CLECs' test.
    NoFurtherAction,
    /// The same, and there is nothing to test.
    NothingToTest,
    /// It has a plan for a product or process, or a system, to be developed.
    ImplementationPlan,
    /// The provider denied it, and no further action is required.
    Denial,
}

contract::word!(Action);

/// How a change request was closed (CR-12).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Completion {
    /// In which way.
    pub way: Closed,
    /// The reason for the closing.
    pub reason: Option<String>,
    /// When the change request was closed; unknown where its archive does not tell.
    pub at: Option<Instant>,
}

/// The ways to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Closed {
    /// The response was accepted, no further action was required, and no test.
    Answered,
    /// After the CLEC test no further action is required.
    Tested,
    /// The denial was accepted.
    Denied,
    /// Nothing came of a deferral in its time.
    Expired,
    /// Its originator took it back.
    Withdrawn,
    /// As a record of another system has it.
    Recorded,
}

contract::word!(Closed);

/// A CLEC's position on a response (CR-09): its own, and the provider's to read.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Position {
    /// On which change request.
    pub request: ChangeRequestId,
    /// The CLEC that took the position.
    pub clec: ClecId,
    /// Counts every write: the condition of the next.
    pub revision: u64,
    /// On which of its responses, from 1: a revised one asks again.
    pub response: u32,
    /// What it takes the response for.
    pub position: Outcome,
    /// The reason for the position.
    pub comment: Option<String>,
    /// Whether the CLEC lets everybody read whose position it is, and why.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
    /// When the position was taken.
    pub at: Instant,
}

impl record::position::Position for Position {
    type Said = (u32, Outcome, Option<String>, bool);

    fn about(&self) -> RecordRef {
        RecordRef::ChangeRequest(self.request)
    }

    fn clec(&self) -> &ClecId {
        &self.clec
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    fn said(&self) -> Self::Said {
        (self.response, self.position, self.comment.clone(), self.public)
    }
}
