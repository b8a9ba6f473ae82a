//! Change requests of the past (CR-19): each is read from the page that an archive has of it, led through the flow by its dated
//! steps, and judged by the deadlines that it had. What the flow does not foresee is told, with the rule that it departs from.
//!
//! [`printed_record`] reads by `fields`, `action` has the vocabulary, `route` which steps follow which, `replay` walks the history, `deadline_audit` judges
//! it, and [`report`] tells what came of a file. What is given to its CLEC goes on by `taken_over`.

mod action;
mod dated;
mod deadline_audit;
mod fields;
pub mod printed_record;
mod replay;
pub mod report;
mod route;
mod taken_over;

pub use deadline_audit::Judgement;
pub use printed_record::{Gathered, Page, Refusal};
pub use report::Report;

use super::{ChangeRequest, Clarification, Closed, Completion, Fact, Form, Step, Team};
use crate::meeting::MeetingCalendar;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use contract::{ChangeRequestId, FieldError, Instant, Party, Policy};
use record::{ActionContext, Entry, Record as _, RecordChange, SeenByClecs, notice::NoticeCounter};
use replay::Replay;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::{borrow::Cow, collections::BTreeMap};

/// The life of a change request before it was imported.
#[skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Archived {
    /// Its number, as printed.
    pub number: String,
    /// The address of the public page that it was read from.
    pub source: Option<String>,
    /// Its status, as printed.
    pub status: Option<String>,
    /// Since when it has that.
    pub status_date: Option<NaiveDate>,
    /// Whether it is not on record since when it stands where its page left it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub undated: bool,
    /// Whether the page was seen in part.
    pub truncated: bool,
    /// Whether of the page the header alone was seen.
    pub header_only: bool,
    /// Its history, in the page's order.
    pub steps: Vec<Past>,
    /// What the flow does not foresee.
    pub deviations: Vec<Deviation>,
    /// What got neither a place in the flow nor a rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unexplained: Vec<Unexplained>,
    /// What is odd about it otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// How its deadlines were kept.
    pub judgements: Vec<Judgement>,
}

/// A dated step of a history.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Past {
    /// When, as printed.
    pub date: NaiveDate,
    /// What, in the archive's vocabulary.
    pub action: String,
    /// The step in the archive's own words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The notice that was issued.
    pub notification: Option<String>,
    /// Whether the date looks like a misprint.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub date_suspect: bool,
    /// The step of the flow that it came to by it.
    pub entered: Option<Step>,
}

/// What the flow does not foresee.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deviation {
    /// When, as printed.
    pub date: Option<NaiveDate>,
    /// What, in the archive's vocabulary; `current_status` is the page's header.
    pub action: String,
    /// Where it stood.
    pub step: Step,
    /// The rule that it departs from.
    pub rule: Cow<'static, str>,
    /// How the step departs from the rule.
    pub detail: String,
    /// Whether the page was seen in part: what is not on record may stand in the other.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
}

/// A step that got neither a place in the flow nor a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unexplained {
    /// When, as printed.
    pub date: NaiveDate,
    /// What, as the file calls it.
    pub action: String,
    /// Why the step has neither a place nor a rule.
    pub detail: String,
}

/// What is odd about a page, and refuses nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The field of the file.
    pub field: String,
    /// What is odd about the field.
    pub detail: String,
}

impl Page {
    /// The change request, as its history leaves it. It counts as posted, and owes no notice; it has a clock where it
    /// is open and given to its CLEC.
    ///
    /// # Errors
    /// One that is larger than what is kept of one; one that is given to its CLEC, and lacks what its next steps need.
    pub fn imported(
        &self,
        id: ChangeRequestId,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<ChangeRequest>, Refusal> {
        let replay = Replay::of(self, policy);
        let at = |date: NaiveDate| policy.calendar_on(date).at_time(date, NaiveTime::MIN);
        let received_at = replay.submitted().map(at);
        let of_number = self.number_date.map(at);
        let sure = || self.lines.iter().filter(|line| !line.suspect).map(|line| line.date);
        let (first, last) = (sure().min().map(at), sure().max().map(at));
        let since = replay.since().map(at);
        // What is not on record is unknown; it was no earlier than the last line, and before it was imported.
        let entered_at = since.or(last).or(of_number).unwrap_or(act.now - TimeDelta::seconds(1));
        let milestones = replay.entered.iter().filter_map(|(step, date)| Some((step.row().milestone?, at((*date)?))));
        let (step, completion) = self.ends(&replay, since);
        let responses = self.responses(&replay, at)?;
        let mut request = ChangeRequest {
            id,
            version: 1,
            revision: 1,
            opening: Entry::of(act, 1, vec![Fact::Imported]),
            changed_at: act.now,
            seen_by_clecs: SeenByClecs::default(),
            number: Some(self.number),
            former_numbers: Vec::new(),
            suffixes: self.suffixes.clone(),
            originator: self.originator.clone().map_or(Party::Provider, Party::Clec),
            form: self.form(),
            step,
            entered_at,
            phase: step.row().phase.or(replay.phase).unwrap_or(super::Phase::Submission),
            milestones: milestones.collect(),
            received_at,
            missing: Vec::new(),
            posted_at: received_at.or(first).or(of_number).or(Some(entered_at)),
            team: Team::default(),
            clarification: Clarification {
                held_at: replay.came_to(Step::Clarified).map(at),
                ..Clarification::default()
            },
            presentation: None,
            draft: None,
            responses,
            escalations: Vec::new(),
            deferral: None,
            announced_anew_at: None,
            objection: None,
            originators_word: None,
            action: None,
            implementation: None,
            completion,
            tickets: BTreeMap::new(),
            comments: BTreeMap::new(),
            attachments: Vec::new(),
            past_deadlines: Vec::new(),
            marks: record::deadline::Marks::default(),
            wakes_at: None,
            notices: NoticeCounter::default(),
            archived: Some(replay.archived(policy)),
            meetings: MeetingCalendar::default(),
        };
        request.take_over(act, policy);
        if let Some(fault) = request.overflow(None) {
            let faults = vec![FieldError::new("history", fault.rule, fault.detail)];
            return Err(Refusal { at: self.at, change_request: Some(self.printed.clone()), faults });
        }
        Ok(RecordChange { before: None, record: request, entry: None, notices: Vec::new() })
    }

    fn form(&self) -> Form {
        Form {
            kind: Some(self.kind),
            title: self.title.clone(),
            company: self.company.clone(),
            area: self.area.clone(),
            products: self.products.iter().cloned().collect(),
            related: self.related.clone(),
            ..Form::default()
        }
    }

    /// Where it stands now, and how it was closed: by its printed status; where that is none of the CMP's, by its history.
    fn ends(&self, replay: &Replay<'_>, at: Option<Instant>) -> (Step, Option<Completion>) {
        let status = self.status.as_deref().unwrap_or_default();
        let way = match (replay.step, status) {
            (Step::Withdrawn, _) => Some(Closed::Withdrawn),
            (Step::DenialAccepted, _) | (Step::Closed, "Denied") => Some(Closed::Denied),
            (Step::Closed, "Crossover") => Some(Closed::Recorded),
            (Step::Closed, _) => Some(replay.closed_as()),
            _ => None,
        };
        let completion = way.map(|way| Completion { way, reason: None, at });
        let step = match replay.step {
            Step::DenialAccepted => Step::Closed,
            step => step,
        };
        (step, completion)
    }
}
