//! A change request, and a position on it, as their readers see them: what is a CLEC's own (whom to reach, its tickets, its
//! position), and what is the provider's (a response that is not issued), nobody else is shown.

use crate::{
    BASE,
    archived::ArchivedShown,
    shown_all,
    view::{
        AttachmentShown, ClarificationShown, CompletionShown, DeferralShown, DraftedShown, EscalationShown,
        ObjectionShown, OriginatorsWordShown, PresentationShown, ResponseShown, TeamShown,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use contract::{Actor, Party, Policy};
use domain::change_request::{ChangeRequest, DeadlineOutcome, Position, RunningDeadline, Step, Suffix};

use record::{Record, deadline::Warned};
use serde::Serialize;
use serde_json::{Value, json};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

/// A change request.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ChangeRequest)]
pub struct ChangeRequestShown {
    /// How the system calls it.
    id: String,
    /// Where it is.
    href: String,
    /// The CMP's number with its suffixes, `PC030504-1ES`; from the logging on.
    number: Option<String>,
    /// Numbers that it had before it crossed over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    former_numbers: Vec<String>,
    /// What is printed behind its number: CM, X, IG, EX, ES, MN.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suffixes: Vec<&'static str>,
    /// productProcess, systems or cmp.
    kind: Option<&'static str>,
    /// In a line.
    title: Option<String>,
    /// Description of the change.
    description: Option<String>,
    /// The originator's business reasons.
    business_reasons: Option<String>,
    /// The CLEC that submitted it, or `provider`.
    originator: String,
    /// The company, where it is another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    company: Option<String>,
    /// For its originator and the provider: who submitted it, and how to reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
    /// The area impacted.
    area: Option<String>,
    /// The products impacted.
    products: Vec<String>,
    /// OSS interfaces impacted.
    interfaces: Vec<String>,
    /// What is expected to be delivered.
    deliverables: Option<String>,
    /// By when it is wished.
    desired_by: Option<NaiveDate>,
    /// Related change requests.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<String>,
    /// The status phase of the work flow's table: submission, clarification, evaluation, presented, declined, escalated,
    /// development, clecTest, declinedDeferred, completion; withdrawn.
    phase: &'static str,
    /// Where it stands.
    step: StepShown,
    /// The milestones that it has reached, each with its last time.
    #[schema(value_type = std::collections::BTreeMap<String, DateTime<Utc>>)]
    milestones: Value,
    /// When it was submitted.
    received_at: Option<DateTime<Utc>>,
    /// The day on which it counts as received: the next business day after 17:00 (CR-18).
    received_on: Option<NaiveDate>,
    /// Of one that was returned, what is missing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<String>,
    /// When it was posted on the web site.
    posted_at: Option<DateTime<Utc>>,
    /// The provider's people who work it.
    team: TeamShown,
    /// The clarification meeting.
    clarification: ClarificationShown,
    /// The presentation at the monthly meeting.
    #[serde(skip_serializing_if = "Option::is_none")]
    presentation: Option<PresentationShown>,
    /// For the provider: a response that is not issued yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    draft_response: Option<DraftedShown>,
    /// The responses, in order.
    responses: Vec<ResponseShown>,
    /// The disputes, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    escalations: Vec<EscalationShown>,
    /// While it is deferred.
    #[serde(skip_serializing_if = "Option::is_none")]
    deferral: Option<DeferralShown>,
    /// While CLECs may object to what came of its response.
    #[serde(skip_serializing_if = "Option::is_none")]
    objection: Option<ObjectionShown>,
    /// What the originator said to what its accepted response leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    originators_word: Option<OriginatorsWordShown>,
    /// What its accepted response led to: noFurtherAction, nothingToTest, implementationPlan or denial.
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'static str>,
    /// When the change is implemented, as announced.
    implementation: Option<NaiveDate>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    completion: Option<CompletionShown>,
    /// The trouble tickets that it comes from: a CLEC's own, for the provider all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tickets: Vec<String>,
    /// The documents attached to the change request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<AttachmentShown>,
    /// The deadlines: those that run, and how the others were kept.
    deadlines: Vec<DeadlineShown>,
    /// Of one that came from an archive: its life there.
    #[serde(skip_serializing_if = "Option::is_none")]
    archive: Option<ArchivedShown>,
    /// When it last changed.
    last_update: DateTime<Utc>,
    /// What its reader may do now, as the paths under it are called.
    possible: Vec<&'static str>,
}

/// Where a change request stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepShown {
    /// The work flow step: 1, 1A, 2, 3, 4, 5, 5A, 5B, 5C, 6 to 11; none of a draft, and of what was withdrawn.
    pub number: Option<&'static str>,
    /// In a word.
    pub name: &'static str,
    /// As the work flow calls it.
    pub title: &'static str,
    /// When the change request came to the step; unknown where its archive does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime<Utc>>,
}

impl StepShown {
    /// Of a change request.
    #[must_use]
    pub fn of(request: &ChangeRequest) -> Self {
        Self {
            number: request.step_number(),
            name: request.step.as_str(),
            title: request.step.row().title,
            since: Some(request.entered_at).filter(|_| !request.is_undated()),
        }
    }
}

/// Where a change request is read: by its number, before it has one by its id.
#[must_use]
pub fn href(request: &ChangeRequest) -> String {
    format!("{BASE}/{}", request.number.map_or_else(|| request.id.to_string(), |of| of.to_string()))
}

/// Who submitted one: a CLEC, or `provider`.
#[must_use]
pub fn originator(request: &ChangeRequest) -> String {
    request.originator.clec().map_or_else(|| "provider".to_owned(), ToString::to_string)
}

/// A deadline of a change request.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeadlineShown {
    /// acknowledgment, posting, clarification, presentation, responsePresentation, revisedResponse, deferral, experts,
    /// escalationAnswer, escalationResolution, production, clecTest, progress or objection.
    deadline: &'static str,
    /// The work flow step that sets it.
    section: &'static str,
    /// The requirement that sets the deadline.
    rule: &'static str,
    /// From when it runs.
    from: DateTime<Utc>,
    /// Its last day, in the policy's zone.
    by: NaiveDate,
    /// That day's end.
    due_at: DateTime<Utc>,
    /// While it runs: when it is warned about.
    #[serde(skip_serializing_if = "Option::is_none")]
    warns_at: Option<DateTime<Utc>>,
    /// When it was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept_at: Option<DateTime<Utc>>,
    /// ahead, warned, missed; kept, late.
    standing: &'static str,
}

impl DeadlineShown {
    /// All of a change request's: those that ran out first.
    #[must_use]
    pub fn of(request: &ChangeRequest, policy: &Policy) -> Vec<Self> {
        let judged = request.past_deadlines.iter().map(|judged| Self::past(judged, policy));
        judged.chain(request.clocks(policy).iter().map(|clock| Self::running(clock, request, policy))).collect()
    }

    fn past(judged: &DeadlineOutcome, policy: &Policy) -> Self {
        let clock =
            RunningDeadline { deadline: judged.deadline, from: judged.from, due: judged.due, warns: judged.due };
        let standing = match judged.met {
            None => "missed",
            Some(_) if judged.in_time() => "kept",
            Some(_) => "late",
        };
        Self { warns_at: None, kept_at: judged.met, ..Self::with_status(&clock, standing, policy) }
    }

    fn running(clock: &RunningDeadline, request: &ChangeRequest, policy: &Policy) -> Self {
        let standing = match request.marks.of(clock) {
            Warned::Missed => "missed",
            Warned::Half => "warned",
            Warned::No => "ahead",
        };
        Self::with_status(clock, standing, policy)
    }

    fn with_status(clock: &RunningDeadline, standing: &'static str, policy: &Policy) -> Self {
        let (section, rule) = clock.deadline.place();
        Self {
            deadline: clock.deadline.as_str(),
            section,
            rule,
            from: clock.from,
            by: clock.last_day(policy),
            due_at: clock.due,
            warns_at: Some(clock.warns),
            kept_at: None,
            standing,
        }
    }
}

impl ChangeRequestShown {
    /// As `reader` sees it.
    #[must_use]
    pub fn of(request: &ChangeRequest, reader: &Actor, policy: &Policy) -> Self {
        let party = &reader.party;
        let own = party.keeps(&request.originator);
        let form = request.form.clone();
        let printed = request.number.map(|_| request.printed());
        Self {
            id: request.id.to_string(),
            href: href(request),
            number: printed,
            former_numbers: request.former_numbers.iter().map(ToString::to_string).collect(),
            suffixes: Suffix::PRINTED
                .into_iter()
                .filter(|of| request.suffixes.contains(of))
                .map(Suffix::as_str)
                .collect(),
            kind: form.kind.map(|kind| kind.as_str()),
            title: form.title,
            description: form.description,
            business_reasons: form.business_reasons,
            originator: originator(request),
            company: form.company,
            contact: form.contact.filter(|_| own),
            area: form.area,
            products: form.products,
            interfaces: form.interfaces,
            deliverables: form.deliverables,
            desired_by: form.desired_by,
            related: form.related.iter().map(ToString::to_string).collect(),
            phase: request.phase.as_str(),
            step: StepShown::of(request),
            milestones: json!(request.milestones),
            received_at: request.received_at,
            received_on: request.received_on(policy),
            missing: request.missing.clone(),
            posted_at: request.posted_at,
            team: request.team.clone().into(),
            clarification: ClarificationShown::of(request.clarification.clone(), own),
            presentation: request.presentation.clone().map(Into::into),
            draft_response: request.draft.clone().filter(|_| party.is_provider()).map(Into::into),
            responses: shown_all(request.responses.clone()),
            escalations: request.escalations.iter().map(|of| EscalationShown::of(of.clone(), reader)).collect(),
            deferral: request.deferral.clone().filter(|_| request.step == Step::Deferred).map(Into::into),
            objection: request.objection.as_ref().map(Into::into),
            originators_word: request.originators_word.clone().map(Into::into),
            action: request.action.map(|action| action.as_str()),
            implementation: request.implementation,
            completion: request.completion.clone().map(Into::into),
            tickets: request
                .tickets
                .iter()
                .filter(|(_, of)| party.keeps(of))
                .map(|(number, _)| number.to_string())
                .collect(),
            attachments: shown_all(request.attachments.clone()),
            deadlines: DeadlineShown::of(request, policy),
            archive: request.archived.clone().map(Into::into),
            last_update: request.seen_by(party).map_or(request.changed_at, |seen| seen.changed_at),
            possible: request.allowed_tasks(reader),
        }
    }
}

/// A CLEC's position on a response. Whose it is, why and since when are shown to that CLEC and to the provider, and to all where
/// the position is public.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangeRequestPosition)]
pub struct PositionShown {
    /// The CLEC that took the position.
    clec: Option<String>,
    /// accepted, notAccepted or revisionsRequired.
    position: &'static str,
    /// The reason for the position.
    comment: Option<String>,
    /// On which of the responses, from 1.
    response: u32,
    /// Whether that is still the last one.
    current: bool,
    /// Whether everybody may read whose it is.
    public: bool,
    /// When the position was taken.
    at: Option<DateTime<Utc>>,
}

impl PositionShown {
    /// On a change request as it is, as `reader` may know it.
    #[must_use]
    pub fn of(position: Position, request: &ChangeRequest, reader: &Party) -> Self {
        let knows = position.public || reader.is_provider() || reader.clec() == Some(&position.clec);
        Self {
            clec: knows.then(|| position.clec.to_string()),
            position: position.position.as_str(),
            comment: position.comment.filter(|_| knows),
            response: position.response,
            current: position.response as usize == request.responses.len(),
            public: position.public,
            at: knows.then_some(position.at),
        }
    }

    /// Those that say whose they are, by that; then the others, by what they say alone.
    #[must_use]
    pub fn named_first(&self, other: &Self) -> std::cmp::Ordering {
        let place = |of: &Self| (of.clec.is_none(), of.clec.clone(), of.response, of.position);
        place(self).cmp(&place(other))
    }
}
