//! What requests say, as the description of the API tells it; they are read field by field.
#![allow(dead_code, reason = "descriptions")]

use chrono::{DateTime, NaiveDate, Utc};
use utoipa::ToSchema;

/// The longest of what is said in a few sentences.
pub(crate) const COMMENT_AT_MOST: usize = 2_000;

/// Nothing more than an empty object.
#[derive(ToSchema)]
#[schema(as = ChangeRequestNothing)]
pub(crate) struct Nothing {}

/// Who is responsible; one of them at least.
#[derive(ToSchema)]
#[schema(as = ChangeRequestAssignment, rename_all = "camelCase")]
pub(crate) struct Assignment {
    /// Change Management Project Manager.
    crpm: Option<String>,
    /// The Director.
    director: Option<String>,
}

/// Experts.
#[derive(ToSchema)]
#[schema(as = ChangeRequestExperts, rename_all = "camelCase")]
pub(crate) struct Experts {
    /// All of them, each in a line.
    experts: Vec<String>,
}

/// When the clarification meeting is.
#[derive(ToSchema)]
#[schema(as = ChangeRequestClarificationMeeting, rename_all = "camelCase")]
pub(crate) struct ClarificationMeeting {
    /// When.
    at: DateTime<Utc>,
    /// How to dial in.
    bridge: Option<String>,
}

/// A clarification meeting that was held.
#[derive(ToSchema)]
#[schema(as = ChangeRequestClarification, rename_all = "camelCase")]
pub(crate) struct Clarification {
    /// When; now when left out.
    held_at: Option<DateTime<Utc>>,
    /// Questions that need to be answered.
    questions: Option<Vec<String>>,
    /// Deliverables that would answer the change request.
    deliverables: Option<Vec<String>>,
}

/// A text.
#[derive(ToSchema)]
#[schema(as = ChangeRequestText, rename_all = "camelCase")]
pub(crate) struct Text {
    /// The text.
    text: String,
}

/// A presentation at the monthly meeting.
#[derive(ToSchema)]
#[schema(as = ChangeRequestPresentation, rename_all = "camelCase")]
pub(crate) struct Presentation {
    /// The meeting's date.
    meeting: NaiveDate,
    /// The originator's business reasons.
    business_reasons: Option<String>,
    /// What participating CLECs said.
    comments: Option<Vec<String>>,
    /// Options and potential solutions.
    options: Option<Vec<String>>,
    /// The general consensus on the direction.
    consensus: String,
}

/// A response.
#[derive(ToSchema)]
#[schema(as = ChangeRequestDraftResponse, rename_all = "camelCase")]
pub(crate) struct Draft {
    /// accepted or denied.
    answer: String,
    /// The position stated, or the detailed basis for the denial.
    text: String,
    /// Reference to substantiating material; a denial has it.
    reference: Option<String>,
}

/// A CLEC's position.
#[derive(ToSchema)]
#[schema(as = ChangeRequestPositionTaken, rename_all = "camelCase")]
pub(crate) struct Position {
    /// accepted, notAccepted or revisionsRequired.
    position: String,
    /// Why; needed unless it is accepted.
    comment: Option<String>,
}

/// A presentation of the response.
#[derive(ToSchema)]
#[schema(as = ChangeRequestResponsePresentation, rename_all = "camelCase")]
pub(crate) struct ResponsePresentation {
    /// The meeting's date.
    meeting: NaiveDate,
    /// What was said to it.
    comments: Option<Vec<String>>,
}

/// What came of the response.
#[derive(ToSchema)]
#[schema(as = ChangeRequestOutcome, rename_all = "camelCase")]
pub(crate) struct OutcomeRecorded {
    /// accepted, notAccepted or revisionsRequired.
    outcome: String,
    /// Why.
    reason: String,
}

/// What the accepted response leads to.
#[derive(ToSchema)]
#[schema(as = ChangeRequestAcceptance, rename_all = "camelCase")]
pub(crate) struct Acceptance {
    /// noFurtherAction (to the CLEC test), nothingToTest (closed), implementationPlan (to development) or denial.
    action: String,
    /// The originator's word to it.
    originators_word: String,
}

/// An escalation.
#[derive(ToSchema)]
#[schema(as = ChangeRequestEscalation, rename_all = "camelCase")]
pub(crate) struct Escalation {
    /// Why, and what is wished.
    reason: String,
    /// Whom to talk to.
    contact: String,
}

/// A CLEC that joins.
#[derive(ToSchema)]
#[schema(as = ChangeRequestParticipation, rename_all = "camelCase")]
pub(crate) struct Participation {
    /// What it says to it.
    statement: Option<String>,
}

/// What came of a dispute.
#[derive(ToSchema)]
#[schema(as = ChangeRequestResolution, rename_all = "camelCase")]
pub(crate) struct ResolutionRecorded {
    /// accepted, notAccepted or revisionsRequired.
    outcome: String,
    /// In words.
    detail: String,
}

/// A reason.
#[derive(ToSchema)]
#[schema(as = ChangeRequestReason, rename_all = "camelCase")]
pub(crate) struct Reason {
    /// Why.
    reason: String,
}

/// A date of implementation.
#[derive(ToSchema)]
#[schema(as = ChangeRequestAnnouncement, rename_all = "camelCase")]
pub(crate) struct Announcement {
    /// When.
    date: NaiveDate,
    /// What there is to say to it.
    detail: Option<String>,
}

/// What there is to say.
#[derive(ToSchema)]
#[schema(as = ChangeRequestDetail, rename_all = "camelCase")]
pub(crate) struct Detail {
    /// In words.
    detail: Option<String>,
}

/// How a change works.
#[derive(ToSchema)]
#[schema(as = ChangeRequestFeedback, rename_all = "camelCase")]
pub(crate) struct Feedback {
    /// In words.
    text: String,
    /// Whether the CLEC is satisfied with it.
    satisfied: bool,
}

/// A step that the flow does not foresee.
#[derive(ToSchema)]
#[schema(as = ChangeRequestUnforeseenStep, rename_all = "camelCase")]
pub(crate) struct Unforeseen {
    /// Where it stands then, by the name of the step.
    step: String,
    /// Why.
    reason: String,
}
