//! What stands on a ticket, as a party reads it.

use crate::Person;
use chrono::{DateTime, Utc};
use contract::{Party, Severity, TicketNumber, Visibility, severity::proposed};
use domain::ticket::{
    FormerWorkaround, Loaded, Patch, Ticket,
    case::{Case, Decision, Meeting, PatchCause, Subject},
    patch::{Commitment, DepartedFrom, PatchKind},
    prompt::Prompt,
};
use domain::trouble::{AffectedClec, Call, Note, Workaround};
use http_edge::schema;
use record::{
    Record as _,
    case::{Statement, Subject as _},
};
use serde::Serialize;
use serde_with::skip_serializing_none;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// A note on a ticket.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = TroubleTicketNote)]
pub(crate) struct NoteShown {
    id: String,
    /// A CLEC, or `desk`.
    #[schema(value_type = String)]
    author: Party,
    date: DateTime<Utc>,
    text: String,
    /// public, or internal: the provider's own people read it, nobody else.
    #[schema(value_type = String)]
    visibility: Visibility,
}

impl From<&Note> for NoteShown {
    fn from(note: &Note) -> Self {
        Self {
            id: note.id.clone(),
            author: note.author.clone(),
            date: note.at,
            text: note.text.clone(),
            visibility: note.visibility,
        }
    }
}

/// A further call.
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = TroubleTicketCall)]
pub(crate) struct CallShown {
    /// Which CLEC called; none for the provider's own.
    #[schema(value_type = Option<String>)]
    clec: Option<contract::ClecId>,
    /// The person who called.
    contact: String,
    /// What was said.
    detail: String,
    at: DateTime<Utc>,
}

impl From<&Call> for CallShown {
    fn from(call: &Call) -> Self {
        Self { clec: call.clec.clone(), contact: call.contact.clone(), detail: call.detail.clone(), at: call.at }
    }
}

/// A patch, as it was defined.
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TroubleTicketPatch)]
pub(crate) struct PatchShown {
    /// What it changes.
    #[schema(schema_with = schema::<PatchKind>)]
    changes: PatchKind,
    /// What the system departed from.
    #[schema(schema_with = schema::<DepartedFrom>)]
    departed_from: DepartedFrom,
    /// The document that the system departed from.
    document: String,
    /// The change, clearly defined.
    change: String,
    /// When it was implemented.
    implemented_at: Option<DateTime<Utc>>,
}

impl From<&Patch> for PatchShown {
    fn from(patch: &Patch) -> Self {
        Self {
            changes: patch.changes,
            departed_from: patch.departed_from,
            document: patch.document.clone(),
            change: patch.change.clone(),
            implemented_at: patch.implemented_at,
        }
    }
}

/// What became of a patch that was promised.
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PatchCommitment)]
pub(crate) struct CommitmentShown {
    /// promised, implemented, slipped, dropped or overdue.
    standing: &'static str,
    /// When it was implemented.
    at: Option<DateTime<Utc>>,
}

impl From<&Commitment> for CommitmentShown {
    fn from(commitment: &Commitment) -> Self {
        let (standing, at) = match commitment {
            Commitment::Promised => ("promised", None),
            Commitment::Implemented { at } => ("implemented", Some(*at)),
            Commitment::Slipped => ("slipped", None),
            Commitment::Dropped => ("dropped", None),
            Commitment::Overdue => ("overdue", None),
        };
        Self { standing, at }
    }
}

/// The guidelines that were ticked when the severity was chosen, and the level that they propose.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = SeverityChecklist)]
pub(crate) struct ChecklistShown {
    /// By their ids.
    ticked: Vec<String>,
    #[schema(value_type = Option<String>)]
    proposes: Option<Severity>,
}

impl ChecklistShown {
    pub(crate) fn of(ticked: &[String]) -> Option<Self> {
        (!ticked.is_empty()).then(|| Self { ticked: ticked.to_vec(), proposes: proposed(ticked) })
    }
}

/// A workaround for the trouble.
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TroubleTicketWorkaround)]
pub struct WorkaroundShown {
    /// What to do.
    description: String,
    /// Call Center Database Reference Ticket number.
    call_center_reference: Option<String>,
    /// How the problem is impacting the CLEC.
    impact: Option<String>,
    /// The CLEC's primary contact for it.
    #[schema(value_type = Option<Person>)]
    contact: Option<contract::Person>,
    /// When it was proposed.
    proposed_at: Option<DateTime<Utc>>,
    /// Since when it is provided: recorded so by the desk.
    provided_at: Option<DateTime<Utc>>,
    /// Since when it is implemented.
    implemented_at: Option<DateTime<Utc>>,
    /// When it was retired.
    retired_at: Option<DateTime<Utc>>,
    /// When another one replaced it.
    replaced_at: Option<DateTime<Utc>>,
    /// The tickets whose CLECs agreed to it, and `clec:` with the id of one that called and agreed; for a CLEC its own alone.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    #[schema(value_type = Vec<String>)]
    agreed: BTreeSet<AffectedClec>,
    /// The same of those that dispute it; for a CLEC its own alone.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    #[schema(value_type = Vec<String>)]
    disputed: BTreeSet<AffectedClec>,
    /// proposed, agreed, disputed, provided, implemented or retired.
    status: &'static str,
    /// Where a dispute can be taken to.
    ways_out: Option<Vec<&'static str>>,
}

impl WorkaroundShown {
    /// As a party reads it: of who agreed or disputes it, a CLEC its own alone. That it is disputed, everyone is told.
    pub(crate) fn of(workaround: &Workaround, ticket: &Ticket, viewer: &Party) -> Self {
        let reader = ticket.affected(viewer);
        let own = |clecs: &BTreeSet<AffectedClec>| {
            let shown = clecs.iter().filter(|clec| viewer.is_provider() || **clec == reader);
            shown.cloned().collect::<BTreeSet<AffectedClec>>()
        };
        let of = Workaround { agreed: own(&workaround.agreed), ..workaround.clone() };
        let disputed = own(&workaround.disputed);
        Self {
            status: of.status(),
            ways_out: (!disputed.is_empty()).then(|| match ticket.is_of_process() {
                true => vec!["escalation"],
                false => vec!["technicalEscalation", "wsdTiers"],
            }),
            description: of.description,
            call_center_reference: of.call_center_reference,
            impact: of.impact,
            contact: of.contact,
            proposed_at: of.proposed_at,
            provided_at: of.provided_at,
            implemented_at: of.implemented_at,
            retired_at: of.retired_at,
            replaced_at: None,
            agreed: of.agreed,
            disputed,
        }
    }

    /// All of a ticket's problem, as a party reads them: those that others replaced, and the latest one.
    #[must_use]
    pub fn all(former: Vec<FormerWorkaround>, loaded: &Loaded, viewer: &Party) -> Vec<Self> {
        let ticket = loaded.effective();
        let is_anothers = !loaded.primary.as_ref().unwrap_or(&loaded.ticket).is_visible_to(viewer);
        let former = former.into_iter().map(|FormerWorkaround { workaround, replaced_at, .. }| {
            let workaround = if is_anothers { workaround.told_to_another() } else { workaround };
            Self { replaced_at: Some(replaced_at), ..Self::of(&workaround, &ticket, viewer) }
        });
        let latest = ticket.problem.workaround.clone();
        let latest = latest.map(|of| if ticket.is_visible_to(viewer) { of } else { of.told_to_another() });
        let latest = latest.map(|of| Self::of(&of, &ticket, viewer));
        former.chain(latest).collect()
    }
}

/// Something that a ticket awaits of the desk.
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TroubleTicketPrompt)]
pub(crate) struct PromptShown {
    /// The field that is to be filled: eventDescription, eventImpact or systemAffected.
    field: &'static str,
    /// Since when it is missing.
    since: DateTime<Utc>,
    /// When the next notice leaves without it.
    leaves_at: Option<DateTime<Utc>>,
}

impl From<&Prompt> for PromptShown {
    fn from(prompt: &Prompt) -> Self {
        let Prompt { missing, since, leaves_at } = *prompt;
        Self { field: missing.as_str(), since, leaves_at }
    }
}

/// A case with whose turn it is, and what it can be decided with.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TroubleTicketCase)]
pub(crate) struct CaseShown {
    /// Its place on the ticket, from 1.
    number: u32,
    #[serde(flatten)]
    subject: SubjectShown,
    /// What was said, the raising first.
    statements: Vec<StatementShown>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<OutcomeShown>,
    /// The rule that it stands on.
    rule: &'static str,
    /// Whose turn it is, a CLEC's or the `desk`'s; none when it is decided.
    #[schema(value_type = Option<String>)]
    awaits: Option<Party>,
    /// What it can be decided with.
    #[serde(skip_serializing_if = "Option::is_none")]
    decisions: Option<Vec<&'static str>>,
}

/// What a case is about.
#[skip_serializing_none]
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[schema(as = CaseSubject)]
struct SubjectShown {
    /// severityChange, eventRequest, linkRequest, workaround, interpretation, technicalEscalation or patchRelease.
    kind: &'static str,
    /// Of a severity: as assigned when another was asked for.
    #[schema(value_type = Option<String>)]
    from: Option<Severity>,
    /// As asked for.
    #[schema(value_type = Option<String>)]
    asked: Option<Severity>,
    /// Whether it holds until it is decided: asked by the Severity Escalation Contact.
    holds: Option<bool>,
    /// Which guidelines were ticked for it.
    ticked: Option<Vec<String>>,
    /// Of a link: to which ticket, as the CLEC wrote it.
    #[schema(value_type = Option<String>)]
    ticket: Option<TicketNumber>,
    /// Of an interpretation: of which document.
    document: Option<String>,
    /// Of a patch release: why it is one.
    #[schema(schema_with = schema::<Option<PatchCause>>)]
    cause: Option<PatchCause>,
    /// Its joint meeting.
    meeting: Option<MeetingShown>,
    /// Of an escalation of a process ticket: to which tier, 1 to 5.
    tier: Option<u8>,
}

/// A joint meeting.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CaseMeeting)]
struct MeetingShown {
    at: DateTime<Utc>,
    /// Where, or which conference bridge.
    place: String,
    /// What is discussed.
    agenda: String,
}

/// What one side said.
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CaseStatement)]
struct StatementShown {
    /// A CLEC, or `desk`.
    #[schema(value_type = String)]
    by: Party,
    /// The person who made the statement.
    #[schema(value_type = Option<Person>)]
    contact: Option<contract::Person>,
    at: DateTime<Utc>,
    text: String,
}

/// How a case ended.
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CaseOutcome)]
struct OutcomeShown {
    #[schema(schema_with = schema::<Decision>)]
    decision: Decision,
    /// The reason for the decision.
    reason: String,
    /// A CLEC, or `desk`.
    #[schema(value_type = String)]
    by: Party,
    at: DateTime<Utc>,
    /// The change request that it led to.
    change_request: Option<String>,
}

impl CaseShown {
    pub(crate) fn of(case: &Case, ticket: &Ticket) -> Self {
        let awaits = case.awaits(ticket.clec.as_ref());
        let decisions = || case.subject.decisions().iter().map(|decision| decision.as_str()).collect();
        let statement = |said: &Statement| StatementShown {
            by: said.by.clone(),
            contact: said.contact.clone(),
            at: said.at,
            text: said.text.clone(),
        };
        Self {
            number: case.number,
            subject: SubjectShown::of(&case.subject),
            statements: case.statements.iter().map(statement).collect(),
            outcome: case.outcome.as_ref().map(|outcome| OutcomeShown {
                decision: outcome.decision,
                reason: outcome.reason.clone(),
                by: outcome.by.clone(),
                at: outcome.at,
                change_request: outcome.change_request.clone(),
            }),
            rule: case.subject.rule(),
            decisions: awaits.is_some().then(decisions),
            awaits,
        }
    }
}

impl SubjectShown {
    fn of(subject: &Subject) -> Self {
        let shown = Self { kind: subject.as_str(), ..Self::default() };
        match subject.clone() {
            Subject::SeverityChange { from, asked, holds, ticked } => Self {
                from: Some(from),
                asked: Some(asked),
                holds: Some(holds),
                ticked: Some(ticked).filter(|ticked| !ticked.is_empty()),
                ..shown
            },
            Subject::LinkRequest { ticket } => Self { ticket: Some(ticket), ..shown },
            Subject::Interpretation { document } => Self { document: Some(document), ..shown },
            Subject::PatchRelease { cause, meeting } => {
                let meeting = meeting.map(|Meeting { at, place, agenda, .. }| MeetingShown { at, place, agenda });
                Self { cause: Some(cause), meeting, ..shown }
            }
            Subject::Escalation { tier } => Self { tier: Some(tier.level()), ..shown },
            Subject::EventRequest | Subject::Workaround | Subject::TechnicalEscalation | Subject::Review => shown,
        }
    }
}
