//! A post-mortem as its CLEC and the provider's people read it.

use crate::BASE;
use chrono::{DateTime, NaiveDate, Utc};
use contract::{Instant, Party, Policy};
use domain::{
    account_team::Discipline,
    post_mortem::{Analysis, FollowUp, PostMortem, Status},
};
use http_edge::schema;
use record::Record;
use serde::Serialize;
use serde_with::skip_serializing_none;
use tmf621::Person;
use utoipa::ToSchema;

/// The root cause analysis.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RootCauseAnalysis)]
pub(crate) struct AnalysisShown {
    /// The cause of the event.
    pub(crate) cause: String,
    /// The process used to repair and restore service.
    pub(crate) restoration: String,
    /// The processes implemented to prevent a recurrence.
    pub(crate) prevention: String,
}

impl From<&Analysis> for AnalysisShown {
    fn from(of: &Analysis) -> Self {
        Self { cause: of.cause.clone(), restoration: of.restoration.clone(), prevention: of.prevention.clone() }
    }
}

/// Something that is to be done.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PostMortemActionShown)]
struct ActionShown {
    /// Its place, from 1.
    place: u32,
    /// What is to be done.
    text: String,
    /// Who does it.
    owner: String,
    /// By the end of which date.
    due_date: NaiveDate,
    /// When it was done.
    done_at: Option<DateTime<Utc>>,
    /// What came of it.
    outcome: Option<String>,
}

impl From<&FollowUp> for ActionShown {
    fn from(of: &FollowUp) -> Self {
        Self {
            place: of.place,
            text: of.text.clone(),
            owner: of.owner.clone(),
            due_date: of.due,
            done_at: of.done.as_ref().map(|done| done.at),
            outcome: of.done.as_ref().and_then(|done| done.outcome.clone()),
        }
    }
}

/// A post-mortem of a ticket.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PostMortem)]
pub(crate) struct PostMortemShown {
    /// The number of the post-mortem.
    id: String,
    /// Where it is.
    href: String,
    /// Where it stands.
    #[schema(schema_with = schema::<Status>)]
    status: Status,
    /// Whose it is.
    clec: String,
    /// Of which ticket.
    ticket: String,
    /// What is unusual in the event.
    reason: String,
    /// The person who asked for it.
    #[schema(value_type = Option<Person>)]
    contact: Option<contract::Person>,
    /// When it was asked for.
    requested_at: DateTime<Utc>,
    /// When a typical one is there at the earliest.
    earliest_at: DateTime<Utc>,
    /// By when it is there.
    due_at: DateTime<Utc>,
    /// Who conducts it.
    conducted_by: Option<String>,
    /// What was found; for its CLEC from the approval on.
    analysis: Option<AnalysisShown>,
    /// For the provider's people, while it is written: what the ticket's history and notices propose.
    proposal: Option<AnalysisShown>,
    /// What is to be done; for its CLEC from the approval on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    actions: Vec<ActionShown>,
    /// Since when its CLEC has it.
    issued_at: Option<DateTime<Utc>>,
    /// Where it is read and printed, once there is something to read.
    page: Option<String>,
    /// The same as a document of a word processor.
    document: Option<String>,
    /// Why the request was taken back.
    withdrawn: Option<String>,
    /// When it last changed.
    last_update: DateTime<Utc>,
    /// What the reader can do now.
    possible: Vec<&'static str>,
}

impl PostMortemShown {
    pub(crate) fn of(of: &PostMortem, reader: &Party, now: Instant, policy: &Policy) -> Self {
        let reads = reader.is_provider() || of.issued_at.is_some();
        let href = format!("{BASE}/{}", of.number);
        let is_written = reads && of.analysis.is_some();
        let conducting = of.people.ladder(Discipline::Service);
        Self {
            id: of.number.to_string(),
            status: of.status(),
            clec: of.clec.to_string(),
            ticket: of.ticket.to_string(),
            reason: of.reason.clone(),
            contact: of.contact.clone(),
            requested_at: of.requested_at,
            earliest_at: of.nudge_at,
            due_at: of.due_at,
            conducted_by: of
                .conducted_by
                .clone()
                .or_else(|| of.withdrawn.is_none().then(|| conducting.wording(now, policy))),
            analysis: of.analysis.as_ref().filter(|_| reads).map(Into::into),
            proposal: None,
            actions: of.actions.iter().filter(|_| reads).map(Into::into).collect(),
            issued_at: of.issued_at,
            page: is_written.then(|| format!("{href}/postMortem.html")),
            document: is_written.then(|| format!("{href}/postMortem.docx")),
            withdrawn: of.withdrawn.as_ref().map(|withdrawn| withdrawn.reason.clone()),
            last_update: of.seen_by(reader).map_or(of.changed_at, |seen| seen.changed_at),
            possible: of.possible(reader),
            href,
        }
    }

    /// With what is proposed for it.
    pub(crate) fn with_proposal(self, proposal: Option<AnalysisShown>) -> Self {
        Self { proposal, ..self }
    }
}
