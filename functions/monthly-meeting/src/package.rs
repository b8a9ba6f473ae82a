//! What a meeting goes through, head by head.

use crate::{systems::SystemsList, words};
use chrono::{DateTime, NaiveDate, Utc};
use cmp_api::{AgendaItemShown, MEETINGS, PACKAGES, StepShown};
use contract::{ClecId, Party, Policy};
use domain::{
    change_request::{
        ChangeKind, ChangeRequest, Milestone, Phase, Step,
        agenda::{Head, Topic},
    },
    meeting::Meeting,
};
use platform::views::MonthlyMeeting;
use serde::Serialize;
use utoipa::ToSchema;

/// How many rows a package has: with their texts it fits into what a function answers.
const ROWS_AT_MOST: usize = 400;
/// How much of a text is told; the rest is at its change request.
const TEXT_AT_MOST: usize = 2_000;

/// A meeting's package.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MonthlyMeetingPackage)]
pub(crate) struct Package {
    /// The meeting's date.
    pub(crate) date: NaiveDate,
    /// What it is of: productProcess, systems, or both.
    pub(crate) kinds: Vec<&'static str>,
    /// The meetings that are held on the date, one of each kind at the most.
    pub(crate) meetings: Vec<MeetingRow>,
    /// For whom it is made: `clecs`, when it is to be handed out; `desk`, for the provider's people alone; or the one CLEC.
    pub(crate) made_for: String,
    /// Where it is.
    href: String,
    /// Where it is as a web page.
    html: String,
    /// Where it is as a document.
    docx: String,
    /// As of when it is told.
    pub(crate) as_of: DateTime<Utc>,
    /// When it was distributed: it is told as it was then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) distributed_at: Option<DateTime<Utc>>,
    /// There was too much for it: the change requests that were received last, or ended last, are not in it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) cut: bool,
    /// Change requests to present, or that were presented there (CR-06).
    pub(crate) to_present: Vec<Row>,
    /// Responses to present, or that were presented there (CR-08).
    pub(crate) responses: Vec<Row>,
    /// Responses, and revised ones, that are due (CR-07, CR-09).
    pub(crate) responses_due: Vec<Row>,
    /// Responses that were not accepted, disputes that are escalated, and deferrals that end before the next meeting.
    pub(crate) disputes: Vec<Row>,
    /// What was announced, or placed into production, since the last meeting (CR-11).
    pub(crate) implementations: Vec<Row>,
    /// What was closed, withdrawn or otherwise ended since the last meeting, up to the end of this one's day.
    pub(crate) ended: Vec<Row>,
    /// What people put on the agenda beside change requests, and walked on with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) agenda: Vec<AgendaItemShown>,
    /// Of a systems meeting: release problems, and the Date TBD list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) systems: Option<SystemsList>,
}

/// A meeting that a package is of.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MonthlyMeetingHeld)]
pub(crate) struct MeetingRow {
    /// Where it is.
    href: String,
    /// What people call it.
    pub(crate) name: String,
    /// It is convened beside the monthly ones.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) ad_hoc: bool,
    /// At what hour and where, or how to dial in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<String>,
    /// What an ad hoc meeting is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) purpose: Option<String>,
}

impl From<&Meeting> for MeetingRow {
    fn from(of: &Meeting) -> Self {
        Self {
            href: format!("{MEETINGS}/{}", of.number),
            name: of.name(),
            ad_hoc: of.month.is_none(),
            place: of.place.clone(),
            purpose: of.purpose.clone(),
        }
    }
}

/// A change request under one head.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MonthlyMeetingRow)]
pub(crate) struct Row {
    /// How the system calls it.
    id: String,
    /// Where it is.
    pub(crate) href: String,
    /// The CMP's number with its suffixes.
    pub(crate) number: String,
    /// productProcess, systems or cmp.
    kind: Option<&'static str>,
    /// In a line.
    pub(crate) title: Option<String>,
    /// The CLEC that submitted it, or `provider`.
    pub(crate) originator: String,
    /// The company, where it is another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) company: Option<String>,
    /// The status phase.
    phase: &'static str,
    /// Where it stands.
    pub(crate) step: StepShown,
    /// The status phase as the work flow prints it.
    #[serde(skip)]
    pub(crate) stands: Phase,
    /// The meeting that it was to come to first.
    pub(crate) first_meeting: NaiveDate,
    /// Whether that was an earlier one.
    pub(crate) carried_over: bool,
    /// It was presented before the meeting that it was to come to first.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) walk_on: bool,
    /// The meeting where it was presented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) presented_at: Option<NaiveDate>,
    /// What it asks for: the description of the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    /// Why: the originator's business reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) business_reasons: Option<String>,
    /// Of a change request to be presented: its clarification meeting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) clarification: Option<ClarificationRow>,
    /// The response that is presented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) response: Option<ResponseRow>,
    /// Of a dispute or a deferral, and of a response that is to be revised: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// Of a deferral: its last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deferred_until: Option<NaiveDate>,
    /// What was announced: when it is implemented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) implementation: Option<NaiveDate>,
    /// What was placed into production: when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) in_production_since: Option<DateTime<Utc>>,
    /// Of what ended: when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ended_at: Option<DateTime<Utc>>,
    /// The documents attached to the change request.
    pub(crate) documents: Vec<DocumentRow>,
}

/// The clarification meeting.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClarificationRow {
    /// When it is to be.
    pub(crate) scheduled_for: Option<DateTime<Utc>>,
    /// When it was held.
    pub(crate) held_at: Option<DateTime<Utc>>,
    /// Questions that need to be answered.
    pub(crate) questions: Vec<String>,
    /// Deliverables that would answer it.
    pub(crate) deliverables: Vec<String>,
    /// The minutes of the clarification meeting.
    pub(crate) minutes: Option<String>,
}

/// The provider's response to a change request.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResponseRow {
    /// accepted or denied.
    pub(crate) answer: &'static str,
    /// The position stated, or the detailed basis for the denial.
    pub(crate) text: String,
    /// Reference to substantiating material.
    pub(crate) reference: Option<String>,
    /// When it was issued.
    pub(crate) issued_at: DateTime<Utc>,
    /// Whether it is a revised one.
    pub(crate) revised: bool,
    /// What came of it: accepted, notAccepted or revisionsRequired.
    pub(crate) outcome: Option<&'static str>,
}

/// A document of a change request.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DocumentRow {
    /// Its file's name.
    pub(crate) name: String,
    /// Its media type.
    media_type: String,
    /// Its size in bytes.
    pub(crate) size: u64,
    /// Where to ask for it.
    pub(crate) href: String,
}

impl Package {
    /// Of a meeting as it was read for a party.
    pub(crate) fn of(meeting: &MonthlyMeeting, party: &Party, policy: &Policy) -> Self {
        let date = meeting.date;
        let href = format!("{PACKAGES}/{date}");
        let (made_for, query) = match party {
            Party::Provider => ("desk".to_owned(), "?for=desk"),
            Party::Clec(clec) if *clec == ClecId::of_nobody() => ("clecs".to_owned(), "?for=clecs"),
            Party::Clec(clec) => (clec.to_string(), ""),
        };
        let mut package = Self {
            date,
            kinds: words(&meeting.kinds),
            meetings: meeting.held.iter().map(MeetingRow::from).collect(),
            html: format!("{href}/package.html{query}"),
            docx: format!("{href}/package.docx{query}"),
            href: format!("{href}{query}"),
            made_for,
            as_of: meeting.as_of,
            distributed_at: None,
            cut: meeting.more,
            to_present: Vec::new(),
            responses: Vec::new(),
            responses_due: Vec::new(),
            disputes: Vec::new(),
            implementations: Vec::new(),
            ended: Vec::new(),
            agenda: meeting.held.iter().flat_map(|of| &of.held.agenda).map(AgendaItemShown::from).collect(),
            systems: meeting.systems.as_ref().map(|of| SystemsList::of(of, party)),
        };
        for (at, (request, topic)) in meeting.topics(policy).enumerate() {
            if at == ROWS_AT_MOST {
                package.cut = true;
                break;
            }
            package.under(topic.head).push(Row::of(request, &topic, date, policy));
        }
        let topic = Topic { head: Head::Ended, first: date, done: None };
        package.ended = meeting.ended.iter().map(|request| Row::of(request, &topic, date, policy)).collect();
        package
    }

    fn under(&mut self, head: Head) -> &mut Vec<Row> {
        match head {
            Head::Presentation => &mut self.to_present,
            Head::Response(_) => &mut self.responses,
            Head::ResponseDue => &mut self.responses_due,
            Head::Dispute | Head::DeferralEnds => &mut self.disputes,
            Head::Announced | Head::InProduction => &mut self.implementations,
            Head::Ended => &mut self.ended,
        }
    }
}

impl Row {
    fn of(request: &ChangeRequest, topic: &Topic, on: NaiveDate, policy: &Policy) -> Self {
        let (head, form) = (topic.head, &request.form);
        let href = cmp_api::href(request);
        let presents = head == Head::Presentation;
        let answered = |at: usize| request.responses.get(at).map(|response| (at, response));
        let response = match head {
            Head::Response(at) => answered(at),
            _ => None,
        };
        Self {
            id: request.id.to_string(),
            number: request.printed(),
            kind: form.kind.map(ChangeKind::as_str),
            title: form.title.clone(),
            originator: cmp_api::originator(request),
            company: form.company.clone(),
            phase: request.phase.as_str(),
            step: StepShown::of(request),
            stands: request.phase,
            first_meeting: topic.first,
            carried_over: topic.first < on,
            walk_on: topic.done.is_some_and(|done| done < topic.first),
            presented_at: topic.done,
            description: form.description.as_deref().map(clipped),
            business_reasons: form.business_reasons.as_deref().map(clipped),
            clarification: presents.then(|| ClarificationRow::of(request)),
            response: response.map(|(at, of)| ResponseRow {
                answer: of.reply.answer.as_str(),
                text: clipped(&of.reply.text),
                reference: of.reply.reference.as_deref().map(clipped),
                issued_at: of.issued_at,
                revised: at > 0,
                outcome: of.outcome.map(|outcome| outcome.as_str()),
            }),
            reason: reason(request, head).map(clipped),
            deferred_until: request
                .deferral
                .as_ref()
                .filter(|_| head == Head::DeferralEnds)
                .map(|of| of.last_day(policy)),
            implementation: request.implementation.filter(|_| head == Head::Announced),
            in_production_since: request
                .milestones
                .get(&Milestone::TestReady)
                .copied()
                .filter(|_| head == Head::InProduction),
            ended_at: (head == Head::Ended).then_some(request.entered_at),
            documents: request
                .attachments
                .iter()
                .map(|of| DocumentRow {
                    name: of.name.clone(),
                    media_type: of.media_type.clone(),
                    size: of.size,
                    href: format!("{href}/attachment/{}", of.place),
                })
                .collect(),
            href,
        }
    }
}

impl ClarificationRow {
    fn of(request: &ChangeRequest) -> Self {
        let of = &request.clarification;
        Self {
            scheduled_for: of.scheduled_for,
            held_at: of.held_at,
            questions: of.questions.clone(),
            deliverables: of.deliverables.clone(),
            minutes: of.minutes.as_deref().map(clipped),
        }
    }
}

/// Why it is under a head.
fn reason(request: &ChangeRequest, head: Head) -> Option<&str> {
    let of_response = || request.responses.last().and_then(|response| response.reason.as_deref());
    match head {
        Head::Dispute if request.step == Step::Escalated => request.escalations.last().map(|of| of.reason.as_str()),
        Head::ResponseDue if request.step != Step::RevisionRequired => None,
        Head::Dispute | Head::ResponseDue => of_response(),
        Head::Ended => request.completion.as_ref().and_then(|of| of.reason.as_deref()),
        Head::DeferralEnds => request.deferral.as_ref().map(|of| of.reason.as_str()),
        _ => None,
    }
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(TEXT_AT_MOST) {
        Some((end, _)) => format!("{}... (there is more at the change request)", &text[..end]),
        None => text.to_owned(),
    }
}
