//! A request as its CLEC and the provider's people read it.

use crate::BASE;
use chrono::{DateTime, Utc};
use contract::{Instant, Party, Policy};
use domain::{
    account_request::{
        AccountRequest, ContactChannel, GuidelineStanding, Level, LevelOutcome, RequestKind, Statement, Status,
    },
    account_team::{Channels, Details, Discipline, RESPONSIBILITIES, TeamMember, Topic},
};
use http_edge::schema;
use serde::Serialize;
use serde_with::skip_serializing_none;
use tmf621::Person;
use utoipa::ToSchema;

/// The guideline of a contact, and how it went. It is for guideline purposes only.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ResponseGuideline)]
struct GuidelineShown {
    /// From when on a response may be expected.
    earliest: Option<DateTime<Utc>>,
    /// Until when a response may be expected.
    until: DateTime<Utc>,
    /// From when it counts, in the working hours of who answers.
    counts_from: DateTime<Utc>,
    /// The time zone of these hours.
    zone: String,
    /// Whether who is responsible was out of the office.
    away: bool,
    /// How it went; after also while nobody responded yet.
    #[schema(schema_with = schema::<GuidelineStanding>)]
    standing: Option<GuidelineStanding>,
}

/// A date that was promised.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AccountPromise)]
struct PromiseShown {
    /// By when an answer is there.
    by: DateTime<Utc>,
    /// When it was promised.
    made_at: DateTime<Utc>,
    /// How often another date was promised before.
    moved: u32,
    /// Whether it has passed without an answer.
    passed: bool,
}

/// A call or a meeting that is set.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AccountAppointment)]
struct AppointmentShown {
    /// When it is.
    at: DateTime<Utc>,
    /// Where it is, or how to dial in.
    place: Option<String>,
    /// Whether it is when it was wanted.
    as_wanted: Option<bool>,
    /// When it was set.
    set_at: DateTime<Utc>,
}

/// What one side said.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountStatement)]
struct StatementShown {
    /// A CLEC, or `desk`.
    by: String,
    /// The person who said it, or was spoken to.
    contact: Option<String>,
    /// When it was said; of a call that was recorded later, when that was.
    at: DateTime<Utc>,
    /// What was said.
    text: String,
}

impl From<&Statement> for StatementShown {
    fn from(of: &Statement) -> Self {
        Self { by: of.by.to_string(), contact: of.contact.clone(), at: of.at, text: of.text.clone() }
    }
}

/// One level of an escalation.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AccountEscalationLevel)]
struct LevelShown {
    /// To whom it went.
    to: &'static str,
    /// Why it was escalated.
    reason: String,
    /// Who said so: a CLEC, or `desk`.
    by: String,
    /// The person who said so.
    contact: Option<String>,
    /// When it was escalated.
    at: DateTime<Utc>,
    /// What was answered.
    answer: Option<String>,
    /// When it was answered.
    answered_at: Option<DateTime<Utc>>,
    /// What came of it.
    #[schema(schema_with = schema::<LevelOutcome>)]
    outcome: Option<LevelOutcome>,
}

impl From<&Level> for LevelShown {
    fn from(of: &Level) -> Self {
        let answer = of.answer.as_ref();
        Self {
            to: of.to.wording(),
            reason: of.reason.text.clone(),
            by: of.reason.by.to_string(),
            contact: of.reason.contact.clone(),
            at: of.reason.at,
            answer: answer.map(|answer| answer.said.text.clone()),
            answered_at: answer.map(|answer| answer.said.at),
            outcome: answer.map(|answer| answer.outcome),
        }
    }
}

/// Somebody whom it goes to, with what is called.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountAddressee)]
struct AddresseeShown {
    /// The position in the account team, in words.
    position: &'static str,
    /// The name of the person.
    name: String,
    /// The number of the pager.
    pager: Option<String>,
    /// The number at which a message is left.
    voicemail: Option<String>,
    /// The number of the telephone.
    telephone: Option<String>,
}

/// A request to an account team.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AccountRequest)]
pub(crate) struct RequestShown {
    /// The number of the request.
    id: String,
    /// Where it is.
    href: String,
    /// Where it stands.
    #[schema(schema_with = schema::<Status>)]
    status: Status,
    /// Whose it is.
    clec: String,
    /// What kind of request it is.
    #[schema(schema_with = schema::<RequestKind>)]
    kind: RequestKind,
    /// How it came.
    #[schema(schema_with = schema::<ContactChannel>)]
    channel: ContactChannel,
    /// What it is about.
    #[schema(schema_with = schema::<Topic>)]
    topic: Topic,
    /// What that is, in words.
    about: &'static str,
    /// To which team it was brought.
    #[schema(schema_with = schema::<Discipline>)]
    team: Discipline,
    /// Whether both teams resolve it together: a service trouble that was brought to sales.
    joint: bool,
    /// What is asked.
    text: String,
    /// The person of the CLEC who asks, and is called back.
    #[schema(value_type = Option<Person>)]
    contact: Option<contract::Person>,
    /// The ticket that it is about.
    ticket: Option<String>,
    /// When the call or the meeting is wanted.
    wanted_at: Option<DateTime<Utc>>,
    /// When it was received.
    received_at: DateTime<Utc>,
    /// When one read alone: whom it goes to now.
    goes_to: Option<AddresseeShown>,
    /// Within what time a response may be expected; absent where a call or a meeting is scheduled as requested.
    guideline: Option<GuidelineShown>,
    /// While it is open: by when the account team is expected to do what is next, by the promise, or else by the guideline.
    expected_by: Option<DateTime<Utc>>,
    /// When somebody first responded.
    responded_at: Option<DateTime<Utc>>,
    /// By when it is to be answered.
    promise: Option<PromiseShown>,
    /// When the call or the meeting is.
    appointment: Option<AppointmentShown>,
    /// For the provider's people: what the Service Manager told of the steps already taken.
    steps_taken: Option<StatementShown>,
    /// What was said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    statements: Vec<StatementShown>,
    /// The escalations, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    escalations: Vec<LevelShown>,
    /// The answer that stands.
    answer: Option<StatementShown>,
    /// The answers before it: the request was escalated then.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    former_answers: Vec<StatementShown>,
    /// Why it was taken back.
    withdrawn: Option<StatementShown>,
    /// When it last changed.
    last_update: DateTime<Utc>,
    /// What the reader can do now.
    possible: Vec<&'static str>,
}

impl RequestShown {
    pub(crate) fn of(request: &AccountRequest, reader: &Party, now: Instant, policy: &Policy) -> Self {
        use record::Record as _;
        let addressee = |of: &TeamMember| {
            let Details { name, channels, .. } = of.at(now, policy).clone();
            let Channels { pager, voicemail, telephone, .. } = channels;
            AddresseeShown { position: of.position.wording(), name, pager, voicemail, telephone }
        };
        Self {
            id: request.number.to_string(),
            href: format!("{BASE}/{}", request.number),
            status: request.status(),
            clec: request.clec.to_string(),
            kind: request.kind,
            channel: request.channel,
            topic: request.topic,
            about: RESPONSIBILITIES[request.topic as usize].about,
            team: request.brought_to,
            joint: request.is_joint(),
            text: request.text.clone(),
            contact: request.contact.clone(),
            ticket: request.ticket.map(|of| of.to_string()),
            wanted_at: request.wanted_at,
            received_at: request.received_at,
            goes_to: request.goes_to().map(addressee),
            guideline: request.guideline.as_ref().map(|of| GuidelineShown {
                earliest: of.earliest,
                until: of.until,
                counts_from: of.from,
                zone: of.zone.to_string(),
                away: of.away,
                standing: request.guideline_standing(now),
            }),
            expected_by: request.awaited(policy).first().and_then(|awaited| awaited.by),
            responded_at: request.responded_at,
            promise: request.promise.as_ref().map(|of| PromiseShown {
                by: of.by,
                made_at: of.made_at,
                moved: of.moved,
                passed: request.is_open() && of.by <= now,
            }),
            appointment: request.appointment.as_ref().map(|of| AppointmentShown {
                at: of.at,
                place: of.place.clone(),
                as_wanted: request.wanted_at.map(|wanted| wanted == of.at),
                set_at: of.set_at,
            }),
            steps_taken: request.steps_taken.as_ref().filter(|_| reader.is_provider()).map(Into::into),
            statements: request.statements.iter().map(Into::into).collect(),
            escalations: request.escalations.iter().map(Into::into).collect(),
            answer: request.answer.as_ref().map(Into::into),
            former_answers: request.former_answers.iter().map(Into::into).collect(),
            withdrawn: request.withdrawn.as_ref().map(Into::into),
            last_update: request.seen_by(reader).map_or(request.changed_at, |seen| seen.changed_at),
            possible: request.possible(reader),
        }
    }
}
