//! The work flow as a table, in the source's order: its steps with their status phases and milestones (CR-03). What may be done at
//! each stands beside it, in `task`.

pub use super::task::{Need, TASKS, Task, TaskName, UNFORESEEN, Who};

use super::Outcome;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// Where a change request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Step {
    /// Its originator is still writing it.
    Draft,
    /// It is to be reviewed for completeness.
    Submitted,
    /// It came back to its originator, with what is missing.
    Returned,
    /// 1: it has its number, and is logged.
    Received,
    /// 2: it has its subject matter experts.
    ExpertsAssigned,
    /// 3: its clarification meeting was held.
    Clarified,
    /// 4, before the response: it was presented, and the direction is agreed.
    Aligned,
    /// 4: it is answered.
    ResponseIssued,
    /// 5: the response was presented.
    ResponsePresented,
    /// 5A: the response is to be revised.
    RevisionRequired,
    /// 5B: the response was not accepted.
    NotAccepted,
    /// 5B, 6: no action for the present, as CLECs wished.
    Deferred,
    /// 5C: its dispute is escalated.
    Escalated,
    /// 6: the response was accepted.
    ResponseAccepted,
    /// 6: the provider denied it, and that is let be.
    DenialAccepted,
    /// 7: the change is made.
    Development,
    /// 8: the date is announced.
    Announced,
    /// 9: the change is in production.
    InProduction,
    /// 10: the CLECs test it.
    ClecTest,
    /// 11: closed.
    Closed,
    /// Its originator took it back.
    Withdrawn,
}

contract::word!(Step, contract::word::listed);

/// A row of the work flow's table.
#[derive(Debug)]
pub struct Row {
    /// The step that the row describes.
    pub step: Step,
    /// The work flow step; none of what is no step of the source.
    pub number: Option<&'static str>,
    /// Its description's title.
    pub title: &'static str,
    /// The status phase; where the source's cell is empty, or leaves it to what follows, the phase stays as it was.
    pub phase: Option<Phase>,
    /// The milestone, if the step has one.
    pub milestone: Option<Milestone>,
}

/// The status phases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Phase {
    /// Submission.
    Submission,
    /// Clarification.
    Clarification,
    /// Evaluation.
    Evaluation,
    /// Presented.
    Presented,
    /// Declined.
    Declined,
    /// Escalated.
    Escalated,
    /// Development.
    Development,
    /// CLEC Test.
    ClecTest,
    /// Declined/Deferred.
    DeclinedDeferred,
    /// Completion.
    Completion,
    /// Withdrawn: no phase of the source's table, but one of the real histories.
    Withdrawn,
}

contract::word!(Phase, contract::word::listed);

impl Phase {
    /// As the source prints it.
    #[must_use]
    pub fn wording(self) -> &'static str {
        match self {
            Self::Submission => "Submission",
            Self::Clarification => "Clarification",
            Self::Evaluation => "Evaluation",
            Self::Presented => "Presented",
            Self::Declined => "Declined",
            Self::Escalated => "Escalated",
            Self::Development => "Development",
            Self::ClecTest => "CLEC Test",
            Self::DeclinedDeferred => "Declined/Deferred",
            Self::Completion => "Completion",
            Self::Withdrawn => "Withdrawn",
        }
    }
}

/// The milestones, which a change request reaches in the order of the work flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Milestone {
    /// CR Received.
    CrReceived,
    /// SME Assigned.
    SmeAssigned,
    /// Alignment Completed.
    AlignmentCompleted,
    /// Response Issued.
    ResponseIssued,
    /// Response Presented.
    ResponsePresented,
    /// Resolved.
    Resolved,
    /// Response Accepted.
    ResponseAccepted,
    /// CLEC Notified.
    ClecNotified,
    /// Test Ready.
    TestReady,
    /// CR Closed.
    CrClosed,
}

const fn row(
    step: Step,
    number: &'static str,
    title: &'static str,
    phase: Option<Phase>,
    milestone: Option<Milestone>,
) -> Row {
    Row { step, number: Some(number), title, phase, milestone }
}

/// The work flow, row by row. The provider's own changes have step 1A in place of 1 (CR-16).
#[rustfmt::skip]
pub const FLOW: [Row; 21] = [
    Row { step: Step::Draft, number: None, title: "Draft", phase: Some(Phase::Submission), milestone: None },
    row(Step::Submitted, "1", "CLEC Request", Some(Phase::Submission), None),
    row(Step::Returned, "1", "CLEC Request", Some(Phase::Submission), None),
    row(Step::Received, "1", "CLEC Request", Some(Phase::Submission), Some(Milestone::CrReceived)),
    row(Step::ExpertsAssigned, "2", "Subject Matter Expert Assigned", Some(Phase::Submission), Some(Milestone::SmeAssigned)),
    // The milestone of step 3 is reached when the direction is agreed at the monthly meeting.
    row(Step::Clarified, "3", "SME & CLEC Clarification Meeting", Some(Phase::Clarification), None),
    row(Step::Aligned, "4", "Response Issued", Some(Phase::Evaluation), Some(Milestone::AlignmentCompleted)),
    row(Step::ResponseIssued, "4", "Response Issued", Some(Phase::Presented), Some(Milestone::ResponseIssued)),
    row(Step::ResponsePresented, "5", "Response Presented - Monthly", Some(Phase::Presented), Some(Milestone::ResponsePresented)),
    row(Step::RevisionRequired, "5A", "Response Requires Revision", Some(Phase::Presented), None),
    row(Step::NotAccepted, "5B", "Response (Not Accepted)", Some(Phase::Declined), None),
    row(Step::Deferred, "5B", "Response (Not Accepted)", Some(Phase::DeclinedDeferred), None),
    row(Step::Escalated, "5C", "CR Dispute Escalated", Some(Phase::Escalated), None),
    // 5D, CR Dispute Resolved, is no place to stand: the milestone is reached, and the outcome leads on.
    row(Step::ResponseAccepted, "6", "Response Accepted", None, Some(Milestone::ResponseAccepted)),
    row(Step::DenialAccepted, "6", "Response Accepted", Some(Phase::DeclinedDeferred), None),
    row(Step::Development, "7", "Production/Process Change Performed", Some(Phase::Development), Some(Milestone::ResponseAccepted)),
    row(Step::Announced, "8", "Announce Date of Implementation", Some(Phase::Development), Some(Milestone::ClecNotified)),
    row(Step::InProduction, "9", "Change Placed into Production", Some(Phase::ClecTest), Some(Milestone::TestReady)),
    row(Step::ClecTest, "10", "CLEC Test & Acceptance Phase", Some(Phase::ClecTest), None),
    row(Step::Closed, "11", "Change Request Closed", Some(Phase::Completion), Some(Milestone::CrClosed)),
    Row { step: Step::Withdrawn, number: None, title: "Withdrawn", phase: Some(Phase::Withdrawn), milestone: None },
];

impl Step {
    /// The step's row in the table of the work flow.
    ///
    /// # Panics
    /// Never: a test finds each step in the table.
    #[must_use]
    pub fn row(self) -> &'static Row {
        FLOW.iter().find(|row| row.step == self).expect("each step has its row")
    }

    /// What came of the response of a change request that stands here: its outcome, or that of a dispute on it; none where it is open,
    /// disputed or over.
    #[must_use]
    pub fn outcome(self) -> Option<Outcome> {
        match self {
            Self::RevisionRequired => Some(Outcome::RevisionsRequired),
            Self::NotAccepted | Self::Deferred => Some(Outcome::NotAccepted),
            Self::ResponseAccepted
            | Self::DenialAccepted
            | Self::Development
            | Self::Announced
            | Self::InProduction
            | Self::ClecTest => Some(Outcome::Accepted),
            Self::Draft
            | Self::Submitted
            | Self::Returned
            | Self::Received
            | Self::ExpertsAssigned
            | Self::Clarified
            | Self::Aligned
            | Self::ResponseIssued
            | Self::ResponsePresented
            | Self::Escalated
            | Self::Closed
            | Self::Withdrawn => None,
        }
    }

    /// Whether nothing more comes of it.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Withdrawn)
    }
}

impl Outcome {
    /// Where it leads (CR-09).
    #[must_use]
    pub fn leads_to(self) -> Step {
        match self {
            Self::Accepted => Step::ResponseAccepted,
            Self::NotAccepted => Step::NotAccepted,
            Self::RevisionsRequired => Step::RevisionRequired,
        }
    }
}
