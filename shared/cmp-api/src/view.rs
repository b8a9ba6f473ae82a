//! What stands on a change request, as its readers see it.

use crate::shown_all;
use chrono::{DateTime, NaiveDate, Utc};
use contract::{Actor, ClecId, Party};
use domain::change_request::{self, Answer, Outcome};
use http_edge::schema;
use record::attachment::Attachment;
use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

/// The provider's people who work it (CR-04).
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangeRequestTeam)]
pub(crate) struct TeamShown {
    /// Change Management Project Manager.
    crpm: Option<String>,
    /// The Director responsible for it.
    director: Option<String>,
    /// Subject Matter Experts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    experts: Vec<String>,
}

impl From<change_request::Team> for TeamShown {
    fn from(team: change_request::Team) -> Self {
        let change_request::Team { crpm, director, experts } = team;
        Self { crpm, director, experts }
    }
}

/// The clarification meeting (CR-05).
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ChangeRequestClarificationShown)]
pub(crate) struct ClarificationShown {
    /// When it is to be.
    scheduled_for: Option<DateTime<Utc>>,
    /// For its originator and the provider: how to dial in.
    bridge: Option<String>,
    /// When it was held.
    held_at: Option<DateTime<Utc>>,
    /// Questions that need to be answered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    questions: Vec<String>,
    /// Deliverables that would answer it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    deliverables: Vec<String>,
    /// The minutes that were issued.
    minutes: Option<String>,
    /// The meetings that were held before this one, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    earlier: Vec<HeldClarificationShown>,
}

/// A clarification meeting that another one followed.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ChangeRequestHeldClarification)]
struct HeldClarificationShown {
    /// When it was held.
    held_at: DateTime<Utc>,
    /// Questions that need to be answered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    questions: Vec<String>,
    /// Deliverables that would answer it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    deliverables: Vec<String>,
    /// The minutes that were issued.
    minutes: Option<String>,
}

impl From<change_request::HeldClarification> for HeldClarificationShown {
    fn from(held: change_request::HeldClarification) -> Self {
        let change_request::HeldClarification { held_at, questions, deliverables, minutes } = held;
        Self { held_at, questions, deliverables, minutes }
    }
}

impl ClarificationShown {
    /// As its readers see it; the bridge is shown to those who may have it alone.
    pub(crate) fn of(meeting: change_request::Clarification, has_bridge: bool) -> Self {
        let change_request::Clarification { scheduled_for, held_at, questions, deliverables, minutes, .. } = meeting;
        let (bridge, earlier) = (meeting.bridge.filter(|_| has_bridge), shown_all(meeting.earlier));
        Self { scheduled_for, bridge, held_at, questions, deliverables, minutes, earlier }
    }
}

/// The presentation at the monthly meeting (CR-06).
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ChangeRequestPresentationShown)]
pub(crate) struct PresentationShown {
    /// The meeting's date.
    meeting: NaiveDate,
    /// The originator's business reasons, as presented.
    business_reasons: Option<String>,
    /// What participating CLECs said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    comments: Vec<String>,
    /// Options and potential solutions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    options: Vec<String>,
    /// The general consensus on the direction.
    consensus: String,
    /// It was presented before the monthly meeting that its receipt leads to.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    walk_on: bool,
}

impl From<change_request::Presentation> for PresentationShown {
    fn from(presentation: change_request::Presentation) -> Self {
        let change_request::Presentation { meeting, business_reasons, comments, options, consensus, walk_on } =
            presentation;
        Self { meeting, business_reasons, comments, options, consensus, walk_on }
    }
}

/// What a response says (CR-07).
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangeRequestReply)]
struct ReplyShown {
    /// Whether the provider plans to adhere to the request.
    #[schema(schema_with = schema::<Answer>)]
    answer: Answer,
    /// The position stated, or the detailed basis for the denial.
    text: String,
    /// Reference to substantiating material.
    reference: Option<String>,
}

impl From<change_request::Reply> for ReplyShown {
    fn from(reply: change_request::Reply) -> Self {
        let change_request::Reply { answer, text, reference } = reply;
        Self { answer, text, reference }
    }
}

/// A response that is not issued yet.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ChangeRequestResponseDrafted)]
pub(crate) struct DraftedShown {
    /// What it says.
    reply: ReplyShown,
    /// When the Director accepted it.
    accepted_at: Option<DateTime<Utc>>,
}

impl From<change_request::Drafted> for DraftedShown {
    fn from(drafted: change_request::Drafted) -> Self {
        let change_request::Drafted { reply, accepted_at } = drafted;
        Self { reply: reply.into(), accepted_at }
    }
}

/// A response that was issued.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ChangeRequestResponse)]
pub(crate) struct ResponseShown {
    /// What it says.
    reply: ReplyShown,
    /// When it was issued.
    issued_at: DateTime<Utc>,
    /// The meeting that it was presented at.
    presented_at: Option<NaiveDate>,
    /// What was said to it there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    comments: Vec<String>,
    /// What came of it.
    #[schema(schema_with = schema::<Option<Outcome>>)]
    outcome: Option<Outcome>,
    /// The reason for the outcome.
    reason: Option<String>,
    /// How many CLECs had taken each position when the outcome was recorded; from the end of the term to object on, by then.
    positions: Option<PositionCountsShown>,
    /// Present, and true, when more CLECs took another position than the outcome.
    against_positions: Option<bool>,
}

/// How many CLECs took each position on a response (CR-22).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ChangeRequestPositionCounts)]
struct PositionCountsShown {
    /// CLECs that accept the response.
    accepted: u32,
    /// CLECs that do not accept it.
    not_accepted: u32,
    /// CLECs for which it is to be revised.
    revisions_required: u32,
}

impl From<change_request::PositionCounts> for PositionCountsShown {
    fn from(counts: change_request::PositionCounts) -> Self {
        let change_request::PositionCounts { accepted, not_accepted, revisions_required } = counts;
        Self { accepted, not_accepted, revisions_required }
    }
}

/// The term to object to what came of a response: a CLEC that takes another position may escalate it (CR-22). Who objected is not
/// shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangeRequestObjection)]
pub(crate) struct ObjectionShown {
    /// When the outcome was recorded.
    since: DateTime<Utc>,
    /// Until when CLECs may object, and escalate.
    until: DateTime<Utc>,
}

impl From<&change_request::Objection> for ObjectionShown {
    fn from(objection: &change_request::Objection) -> Self {
        Self { since: objection.since, until: objection.until }
    }
}

/// What the originator says to what its accepted response leads to (CR-10).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ChangeRequestOriginatorsWordShown)]
pub(crate) struct OriginatorsWordShown {
    /// The text of what was said.
    text: String,
    /// When it was said, or recorded.
    at: DateTime<Utc>,
    /// Whether the provider recorded it for the originator.
    told_by_provider: bool,
}

impl From<change_request::OriginatorsWord> for OriginatorsWordShown {
    fn from(word: change_request::OriginatorsWord) -> Self {
        let change_request::OriginatorsWord { text, at, told_by_provider } = word;
        Self { text, at, told_by_provider }
    }
}

impl From<change_request::Response> for ResponseShown {
    fn from(response: change_request::Response) -> Self {
        let against_positions = response.is_against_positions().then_some(true);
        let change_request::Response { reply, issued_at, presented_at, comments, outcome, reason, positions } =
            response;
        let positions = positions.map(Into::into);
        Self { reply: reply.into(), issued_at, presented_at, comments, outcome, reason, positions, against_positions }
    }
}

/// A dispute that was escalated (CR-13).
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangeRequestEscalationShown)]
pub(crate) struct EscalationShown {
    /// When the dispute was escalated.
    at: DateTime<Utc>,
    /// The CLEC that escalated the dispute.
    #[schema(schema_with = schema::<ClecId>)]
    clec: ClecId,
    /// For who escalated it and the provider: whom to talk to.
    contact: Option<String>,
    /// Other CLECs that joined it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    participants: Vec<ParticipantShown>,
    /// Why, and what is wished.
    reason: String,
    /// What came of it.
    resolution: Option<ResolutionShown>,
    /// The provider's responses to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    responses: Vec<SaidShown>,
}

impl EscalationShown {
    /// As `reader` sees it.
    pub(crate) fn of(escalation: change_request::Escalation, reader: &Actor) -> Self {
        let change_request::Escalation { clec, contact, reason, at, participants, responses, resolution, .. } =
            escalation;
        let knows_contact = reader.party.is_provider() || reader.party.clec() == Some(&clec);
        Self {
            at,
            clec,
            contact: Some(contact).filter(|_| knows_contact),
            participants: shown_all(participants),
            reason,
            resolution: resolution.map(Into::into),
            responses: shown_all(responses),
        }
    }
}

/// A CLEC that joined an escalation.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EscalationParticipant)]
struct ParticipantShown {
    /// When the CLEC joined the escalation.
    at: DateTime<Utc>,
    /// The CLEC that joined.
    #[schema(schema_with = schema::<ClecId>)]
    clec: ClecId,
    /// What it says to it.
    statement: Option<String>,
}

impl From<change_request::Participant> for ParticipantShown {
    fn from(participant: change_request::Participant) -> Self {
        let change_request::Participant { clec, statement, at } = participant;
        Self { at, clec, statement }
    }
}

/// What the provider responded, and when.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EscalationResponse)]
struct SaidShown {
    /// When the provider responded.
    at: DateTime<Utc>,
    /// The text of the response.
    text: String,
}

impl From<change_request::Said> for SaidShown {
    fn from(said: change_request::Said) -> Self {
        let change_request::Said { text, at } = said;
        Self { at, text }
    }
}

/// How a dispute was resolved.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EscalationResolution)]
struct ResolutionShown {
    /// When the dispute was resolved.
    at: DateTime<Utc>,
    /// The description of the resolution.
    detail: String,
    /// What came of it.
    #[schema(schema_with = schema::<Outcome>)]
    outcome: Outcome,
}

impl From<change_request::Resolution> for ResolutionShown {
    fn from(resolution: change_request::Resolution) -> Self {
        let change_request::Resolution { outcome, detail, at } = resolution;
        Self { at, detail, outcome }
    }
}

/// No action for the present.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangeRequestDeferral)]
pub(crate) struct DeferralShown {
    /// The reason for the deferral.
    reason: String,
    /// When the deferral began, or was last renewed.
    since: DateTime<Utc>,
    /// When it is closed for want of action.
    until: DateTime<Utc>,
}

impl From<change_request::Deferral> for DeferralShown {
    fn from(deferral: change_request::Deferral) -> Self {
        let change_request::Deferral { reason, since, until } = deferral;
        Self { reason, since, until }
    }
}

/// How a change request was closed (CR-12).
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangeRequestCompletion)]
pub(crate) struct CompletionShown {
    /// answered, tested, denied, expired, withdrawn or recorded.
    way: &'static str,
    /// The reason for the closing.
    reason: Option<String>,
    /// When the change request was closed; unknown where its archive does not tell.
    at: Option<DateTime<Utc>>,
}

impl From<change_request::Completion> for CompletionShown {
    fn from(completion: change_request::Completion) -> Self {
        let change_request::Completion { way, reason, at } = completion;
        Self { way: way.as_str(), reason, at }
    }
}

/// A document that is attached to a change request, or to a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AttachedDocument)]
pub struct AttachmentShown {
    /// Its place, from 1.
    place: u32,
    /// Its file's name.
    name: String,
    /// Its media type.
    media_type: String,
    /// Its size in bytes.
    size: u64,
    /// The SHA-256 of what it says, in Base64.
    sha256: String,
    /// Whose it is: a CLEC's, or `desk` for the provider's.
    #[schema(value_type = String)]
    by: Party,
    /// Since when it belongs to the record.
    at: DateTime<Utc>,
}

impl From<Attachment> for AttachmentShown {
    fn from(attachment: Attachment) -> Self {
        let Attachment { place, name, media_type, size, sha256, by, at } = attachment;
        Self { place, name, media_type, size, sha256, by, at }
    }
}
