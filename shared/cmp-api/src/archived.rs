//! What an archive tells of a change request, as its readers see it (CR-19).

use crate::shown_all;
use chrono::NaiveDate;
use domain::change_request::{Step, archive};
use http_edge::schema;
use serde::Serialize;
use serde_with::skip_serializing_none;
use std::{borrow::Cow, ops::Not};
use utoipa::ToSchema;

/// The life of a change request before it was imported.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ChangeRequestArchived)]
pub(crate) struct ArchivedShown {
    /// Its number, as printed.
    number: String,
    /// The address of the public page that it was read from.
    source: Option<String>,
    /// Its status, as printed.
    status: Option<String>,
    /// Since when it has that.
    status_date: Option<NaiveDate>,
    /// Whether the page was seen in part.
    truncated: bool,
    /// Whether of the page the header alone was seen.
    header_only: bool,
    /// Its history, in the page's order.
    steps: Vec<PastShown>,
    /// What the flow does not foresee.
    deviations: Vec<DeviationShown>,
    /// What got neither a place in the flow nor a rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unexplained: Vec<UnexplainedShown>,
    /// What is odd about it otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<NoteShown>,
    /// How its deadlines were kept.
    judgements: Vec<JudgementShown>,
}

impl From<archive::Archived> for ArchivedShown {
    fn from(of: archive::Archived) -> Self {
        Self {
            number: of.number,
            source: of.source,
            status: of.status,
            status_date: of.status_date,
            truncated: of.truncated,
            header_only: of.header_only,
            steps: shown_all(of.steps),
            deviations: shown_all(of.deviations),
            unexplained: shown_all(of.unexplained),
            notes: shown_all(of.notes),
            judgements: shown_all(of.judgements),
        }
    }
}

/// A dated step of a history.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ArchivedStep)]
struct PastShown {
    /// When, as printed.
    date: NaiveDate,
    /// What, in the archive's vocabulary.
    action: String,
    /// The step in the archive's own words.
    #[serde(skip_serializing_if = "String::is_empty")]
    text: String,
    /// The notice that was issued.
    notification: Option<String>,
    /// Whether the date looks like a misprint.
    #[serde(skip_serializing_if = "Not::not")]
    date_suspect: bool,
    /// The step of the flow that it came to by it.
    #[schema(schema_with = schema::<Option<Step>>)]
    entered: Option<Step>,
}

impl From<archive::Past> for PastShown {
    fn from(step: archive::Past) -> Self {
        let archive::Past { date, action, text, notification, date_suspect, entered } = step;
        Self { date, action, text, notification, date_suspect, entered }
    }
}

/// What the flow does not foresee.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArchivedDeviation)]
pub struct DeviationShown {
    /// When, as printed.
    date: Option<NaiveDate>,
    /// What, in the archive's vocabulary; `current_status` is the page's header.
    action: String,
    /// Where it stood.
    #[schema(schema_with = schema::<Step>)]
    step: Step,
    /// The rule that it departs from.
    #[schema(value_type = String)]
    rule: Cow<'static, str>,
    /// How the step departs from the rule.
    detail: String,
    /// Whether the page was seen in part: what is not on record may stand in the other.
    #[serde(skip_serializing_if = "Not::not")]
    truncated: bool,
}

impl From<archive::Deviation> for DeviationShown {
    fn from(deviation: archive::Deviation) -> Self {
        let archive::Deviation { date, action, step, rule, detail, truncated } = deviation;
        Self { date, action, step, rule, detail, truncated }
    }
}

/// A step that got neither a place in the flow nor a rule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArchivedUnexplained)]
pub struct UnexplainedShown {
    /// When, as printed.
    date: NaiveDate,
    /// What, as the file calls it.
    action: String,
    /// Why the step has neither a place nor a rule.
    detail: String,
}

impl From<archive::Unexplained> for UnexplainedShown {
    fn from(step: archive::Unexplained) -> Self {
        let archive::Unexplained { date, action, detail } = step;
        Self { date, action, detail }
    }
}

/// What is odd about a page, and refuses nothing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArchivedNote)]
pub struct NoteShown {
    /// The field of the file.
    field: String,
    /// What is odd about the field.
    detail: String,
}

impl From<archive::Note> for NoteShown {
    fn from(note: archive::Note) -> Self {
        let archive::Note { field, detail } = note;
        Self { field, detail }
    }
}

/// How a deadline was kept.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ArchivedJudgement)]
pub struct JudgementShown {
    /// acknowledgment, posting, clarification, presentation or responsePresentation.
    deadline: &'static str,
    /// From when it ran.
    from: Option<NaiveDate>,
    /// By when it was to be kept.
    due: Option<NaiveDate>,
    /// When it was.
    met: Option<NaiveDate>,
    /// How many business days it took.
    business_days: Option<i64>,
    /// How many meetings behind the due one: 0 is that one, those before it are negative.
    meetings: Option<i64>,
    /// Whether it was kept in time; nothing where it is not judged.
    in_time: Option<bool>,
    /// Why it is not judged.
    not_judged: Option<String>,
}

impl From<archive::Judgement> for JudgementShown {
    fn from(judgement: archive::Judgement) -> Self {
        let archive::Judgement { deadline, from, due, met, business_days, meetings, in_time, not_judged } = judgement;
        Self { deadline: deadline.as_str(), from, due, met, business_days, meetings, in_time, not_judged }
    }
}
