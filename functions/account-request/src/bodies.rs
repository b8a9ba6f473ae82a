//! What is said of requests.

use chrono::{DateTime, Utc};
use contract::{FieldError, Party, TicketNumber};
use domain::{
    account_request::{ContactChannel, LevelOutcome, RequestKind},
    account_team::{Discipline, Topic},
};
use http_edge::{Acting, Body, Field, Json, Spec, Value};
use tmf621::Named;
use utoipa::openapi::{RefOr, Schema};

/// The longest text.
const TEXT_AT_MOST: usize = 2_000;

/// By which channel it came; in writing, which this API is, when left out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Channel(pub(crate) ContactChannel);

impl Value for Channel {
    const REQUIRED: bool = false;

    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        ContactChannel::read(given, at).map(Self)
    }

    fn schema(spec: &Spec) -> RefOr<Schema> {
        ContactChannel::schema(spec)
    }

    fn absent(_: &Party) -> Option<Self> {
        Some(Self(ContactChannel::Written))
    }

    fn placeholder() -> Option<Self> {
        Some(Self(ContactChannel::Written))
    }
}

/// What is brought to an account team.
#[derive(Debug, Body)]
#[body(rule = "AT-06", name = "AccountRequestCreate", check = of_a_clec)]
pub(crate) struct RequestCreate {
    /// By the desk: the CLEC that brought it.
    #[body(rule = "AP-03")]
    pub(crate) clec: Acting,
    /// What kind of request it is.
    pub(crate) kind: RequestKind,
    /// How it came: by a page, by voicemail or in writing, or as a request for a conference call or a meeting; in writing when left out.
    #[body(rule = "AT-03")]
    pub(crate) channel: Channel,
    /// What it is about, as `GET /cmp/v1/responsibility` lists it.
    pub(crate) topic: Topic,
    /// To which team it was brought, where that is not the one that the topic belongs to: a service trouble to sales.
    pub(crate) brought_to: Option<Discipline>,
    /// What is asked.
    #[body(text = TEXT_AT_MOST)]
    pub(crate) text: String,
    /// The person of the CLEC who asks, and is called back.
    pub(crate) contact: Option<Named>,
    /// The ticket that it is about; one that the CLEC may see.
    pub(crate) ticket: Option<TicketNumber>,
    /// When the conference call or the meeting is wanted.
    #[body(rule = "AT-03")]
    pub(crate) wanted_at: Option<DateTime<Utc>>,
    /// By the desk: when it was received, if earlier.
    #[body(desk("AT-03", "the desk's to write: what a CLEC brings by this API is received now"))]
    pub(crate) received_at: Option<DateTime<Utc>>,
}

fn of_a_clec(said: &RequestCreate, _: &Party) -> Vec<FieldError> {
    let missing = said.clec.0.clec().is_none();
    let detail = "is missing: the desk records what a CLEC brought";
    missing.then(|| FieldError::new("clec", "AP-03", detail)).into_iter().collect()
}

/// That a request is acknowledged.
#[derive(Debug, Body)]
#[body(rule = "AT-03", name = "AccountRequestAcknowledgment")]
pub(crate) struct Acknowledgment {
    /// By when the CLEC will be contacted; needed of written correspondence.
    pub(crate) answer_by: Option<DateTime<Utc>>,
    /// What was said.
    #[body(text = TEXT_AT_MOST)]
    pub(crate) text: Option<String>,
    /// Who was spoken to.
    #[body(line = 200)]
    pub(crate) contact: Option<String>,
    /// When the response was, if earlier.
    pub(crate) status_change_date: Option<DateTime<Utc>>,
}

/// When a call or a meeting is.
#[derive(Debug, Body)]
#[body(rule = "AT-03", name = "AccountRequestSchedule")]
pub(crate) struct Schedule {
    /// When it is.
    pub(crate) at: DateTime<Utc>,
    /// Where it is, or how to dial in.
    #[body(line = 500)]
    pub(crate) place: Option<String>,
}

/// What is answered.
#[derive(Debug, Body)]
#[body(rule = "AT-03", name = "AccountRequestAnswer")]
pub(crate) struct Reply {
    /// What is answered.
    #[body(text = TEXT_AT_MOST)]
    pub(crate) text: String,
    /// Who was spoken to.
    #[body(line = 200)]
    pub(crate) contact: Option<String>,
    /// When that was, if earlier.
    pub(crate) status_change_date: Option<DateTime<Utc>>,
}

/// What is said.
#[derive(Debug, Body)]
#[body(rule = "AT-06", name = "AccountRequestText")]
pub(crate) struct Text {
    /// What is said.
    #[body(text = TEXT_AT_MOST)]
    pub(crate) text: String,
    /// Who says it.
    #[body(line = 200)]
    pub(crate) contact: Option<String>,
}

/// What a level answers to an escalation.
#[derive(Debug, Body)]
#[body(rule = "AT-05", name = "AccountEscalationAnswer")]
pub(crate) struct EscalationAnswered {
    /// What is answered.
    #[body(text = TEXT_AT_MOST)]
    pub(crate) text: String,
    /// What came of it.
    pub(crate) outcome: LevelOutcome,
}
