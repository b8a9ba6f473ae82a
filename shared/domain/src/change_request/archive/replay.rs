//! A history, walked through the flow: where each step leads, and what the flow does not foresee of it.
//!
//! Steps are taken by their dates; of one day in the page's order, but for the submission, before which there is nothing. A date
//! that looks like a misprint is not used: its step keeps its place. What a task needs beside its place (minutes, the posting)
//! is not asked of an archive, which seldom has it.

use super::{
    Archived, Deviation, Judgement, Note, Page, Past, Unexplained,
    action::{self, Means},
    dated::{Dated, Day, HistoryLine, in_order, submission},
    deadline_audit,
    fields::{Line, short},
    route,
};
use crate::change_request::{
    Closed, Phase, Step,
    flow::{FLOW, TASKS, TaskName},
};
use chrono::NaiveDate;
use contract::Policy;

/// The page's header, where a step's action stands.
const HEADER: &str = "current_status";

fn is_of(step: Step, phase: Phase) -> bool {
    step.row().phase == Some(phase) && step.row().number.is_some()
}

/// The first step of the flow's table that has a phase.
fn first_of(phase: Phase) -> Option<Step> {
    FLOW.iter().map(|row| row.step).find(|step| is_of(*step, phase))
}

/// A history that was walked.
pub(super) struct Replay<'a> {
    page: &'a Page,
    policy: &'a Policy,
    /// The lines, in the order in which they are taken.
    pub(super) dated: Vec<Dated<'a>>,
    /// Where it stands.
    pub(super) step: Step,
    /// Its phase, once it came to a step.
    pub(super) phase: Option<Phase>,
    /// Whether its phase was told last: it may stand at any step of that.
    by_phase: bool,
    /// The steps that it came to, with their dates where they can be trusted.
    pub(super) entered: Vec<(Step, Option<NaiveDate>)>,
    /// The day on which a monthly meeting took it up for the first time.
    taken_up: Option<Day>,
    /// The date of its printed status, where that tells since when it stands where it does.
    status_date: Option<NaiveDate>,
    by_line: Vec<Option<Step>>,
    deviations: Vec<Deviation>,
    unexplained: Vec<Unexplained>,
    notes: Vec<Note>,
}

impl<'a> Replay<'a> {
    /// Walks a page's history, to its printed status.
    pub(super) fn of(page: &'a Page, policy: &'a Policy) -> Self {
        let mut replay = Self {
            page,
            policy,
            dated: in_order(&page.lines),
            step: Step::Draft,
            phase: None,
            by_phase: false,
            entered: Vec::new(),
            taken_up: None,
            status_date: None,
            by_line: vec![None; page.lines.len()],
            deviations: Vec::new(),
            unexplained: Vec::new(),
            notes: page.notes.clone(),
        };
        for dated in replay.dated.clone() {
            replay.take(&dated);
        }
        replay.reach_status();
        replay
    }

    /// The day of its submission, when its date can be trusted not to be a misprint.
    pub(super) fn submitted(&self) -> Option<NaiveDate> {
        submission(&self.dated).filter(|dated| !dated.line.suspect).map(|dated| dated.line.date)
    }

    /// Since when it stands where it does, where that is on record: its printed status tells, or the line that led there.
    pub(super) fn since(&self) -> Option<NaiveDate> {
        self.status_date.or(self.entered.last().and_then(|(_, date)| *date))
    }

    /// When it came to a step for the first time.
    pub(super) fn came_to(&self, step: Step) -> Option<NaiveDate> {
        self.entered.iter().find(|(entered, _)| *entered == step).and_then(|(_, date)| *date)
    }

    /// How it was closed, as its history shows.
    pub(super) fn closed_as(&self) -> Closed {
        let before = self.entered.iter().rev().map(|(step, _)| *step).find(|step| *step != Step::Closed);
        match before {
            Some(Step::ClecTest) => Closed::Tested,
            Some(Step::ResponseAccepted) => Closed::Answered,
            _ => Closed::Recorded,
        }
    }

    /// What is kept of it.
    pub(super) fn archived(self, policy: &Policy) -> Archived {
        let judgements = deadline_audit::all(self.page, &self.dated, self.taken_up, policy);
        let past = |(line, entered): (&Line, Option<Step>)| Past {
            date: line.date,
            action: line.action.clone(),
            text: line.text.clone(),
            notification: line.notification.clone(),
            date_suspect: line.suspect,
            entered,
        };
        Archived {
            number: self.page.printed.clone(),
            source: self.page.source.clone(),
            status: self.page.status.clone(),
            status_date: self.page.status_date,
            undated: self.since().is_none(),
            truncated: self.page.truncated,
            header_only: self.page.header_only,
            steps: self.page.lines.iter().zip(self.by_line).map(past).collect(),
            deviations: self.deviations,
            unexplained: self.unexplained,
            notes: self.notes,
            judgements,
        }
    }

    fn take(&mut self, dated: &Dated<'_>) {
        let Line { date, action, suspect, .. } = dated.line;
        let told = HistoryLine { day: Some(dated.day()), action };
        let (means, what) = match action.strip_prefix("status_to:") {
            Some(word) => (self.status(word, &format!("history[{}].action", dated.at)), "an unknown state"),
            None => (action::means(action), "an unknown action"),
        };
        let Some(means) = means else {
            let detail = format!("{what}: it stays at {}", self.step.as_str());
            self.unexplained.push(Unexplained { date: *date, action: short(action), detail });
            return;
        };
        if dated.early {
            let submitted = self.submitted().unwrap_or(*date);
            return self.deviates(&told, "CR-19", format!("it is dated before the submission of {submitted}"));
        }
        if *suspect {
            self.deviates(&told, "CR-19", "its date looks like a misprint: its place on the page is kept".to_owned());
        } else if let Some(above) = dated.behind {
            self.deviates(&told, "CR-19", format!("it stands below {above} on its page: it is taken by its date"));
        }
        let before = self.entered.len();
        self.apply(means, &told);
        self.by_line[dated.at] = self.entered.get(before).map(|_| self.step);
    }

    /// What a status means; where its family alone tells, that is noted of the field that has it.
    fn status(&mut self, word: &str, field: &str) -> Option<Means> {
        let (means, told_by) = action::status(word, self.policy)?;
        if let Some(told_by) = told_by {
            let detail =
                format!("'{}' is no state that is known: it is read by its word '{}'", short(word), short(&told_by));
            self.notes.push(Note { field: field.to_owned(), detail });
        }
        Some(means)
    }

    fn apply(&mut self, means: Means, told: &HistoryLine<'_>) {
        match means {
            Means::Beside => {}
            Means::Departs(rule, why) => self.deviates(told, rule, why.to_owned()),
            Means::Leads(to) => self.lead(to, told),
            Means::Test if route::is_before(self.step, Step::InProduction) => {
                let detail = "interface testing before production: the flow's table has no such step";
                self.deviates(told, "CR-03", detail.to_owned());
            }
            Means::Test => self.lead(Step::ClecTest, told),
            Means::Does(task) => self.does(task, told),
            Means::Meeting { presented } => self.meet(presented, told),
            Means::Phase(phase) => self.come_to_phase(phase, told),
            Means::Ends(to, rule) => self.end(to, rule, told),
            Means::CrossesOver => {
                self.deviates(told, "CR-12", "it crossed over, and goes on under another number".to_owned());
                self.enter(Step::Closed, told);
            }
        }
    }

    /// Along the flow to a step: what lies between is skipped, each by its rule. To where the flow does not come any more
    /// nothing leads: it stays where it stands.
    fn lead(&mut self, to: Step, told: &HistoryLine<'_>) {
        if route::is_possible_and_stays(self.step, to) {
            return;
        }
        match route::way(self.step, |step| step == to) {
            _ if self.begins_unseen(to, told) => self.enter(to, told),
            Some(way) => self.go(&way, told),
            None => {
                let detail = format!("the flow does not come from {} to {}: it stays", self.step.as_str(), to.as_str());
                self.deviates(told, "CR-03", detail);
            }
        }
    }

    fn go(&mut self, way: &[route::Link], told: &HistoryLine<'_>) {
        let Some((last, skipped)) = way.split_last() else { return };
        for link in skipped {
            let rule = if link.to == Step::Submitted { "CR-19" } else { link.task.rule };
            self.deviates(told, rule, format!("no {} is on record before it", link.words));
        }
        self.enter(last.to, told);
    }

    /// A history whose page was seen in part begins anywhere: that is one deviation, whatever is missing before it.
    fn begins_unseen(&mut self, to: Step, told: &HistoryLine<'_>) -> bool {
        let unseen = self.page.truncated && self.entered.is_empty() && to != Step::Submitted;
        if unseen {
            let detail = format!("the page was seen in part: no dated submission, and nothing before {}", to.as_str());
            self.deviates(told, "CR-19", detail);
        }
        unseen
    }

    fn does(&mut self, name: TaskName, told: &HistoryLine<'_>) {
        let of_name = || TASKS.iter().filter(|task| task.name == name);
        if of_name().any(|task| task.at.contains(&self.step)) {
            return;
        }
        if self.page.truncated && self.entered.is_empty() {
            self.deviates(told, "CR-19", "the page was seen in part: nothing before it".to_owned());
        } else {
            let rule = of_name().next_back().map_or("CR-03", |task| task.rule);
            self.deviates(told, rule, format!("the flow has no {} at {}", name.as_str(), self.step.as_str()));
        }
    }

    /// A monthly meeting takes up what is next to be presented: the request, then the response. Where neither is, one that is
    /// printed as presented is a response nevertheless; otherwise it was talked about.
    fn meet(&mut self, presented: bool, told: &HistoryLine<'_>) {
        if route::is_before(self.step, Step::Aligned) {
            self.lead(Step::Aligned, told);
        } else if presented || self.step == Step::ResponseIssued {
            self.lead(Step::ResponsePresented, told);
        }
        self.take_up(told);
    }

    /// A monthly meeting takes it up for the first time: that which its receipt leads to, or before that as a walk-on.
    fn take_up(&mut self, told: &HistoryLine<'_>) {
        if self.taken_up.is_some() {
            return;
        }
        self.taken_up = told.day;
        let Judgement { meetings, from, due, .. } =
            deadline_audit::presentation(self.page, &self.dated, self.taken_up, self.policy);
        if let Some((received, due)) = from.zip(due).filter(|_| meetings.is_some_and(|meetings| meetings < 0)) {
            let detail = format!("a walk-on: received {received}, it is due at the meeting of {due} (CR-06)");
            self.deviates(told, "CR-12", detail);
        }
    }

    /// Its status is a phase of the table. The pages call a change request Presented once the request was, where the table has
    /// Evaluation.
    fn come_to_phase(&mut self, phase: Phase, told: &HistoryLine<'_>) {
        if self.phase == Some(phase) {
            self.by_phase = true;
            return;
        }
        let before = route::is_before(self.step, Step::Aligned);
        if phase == Phase::Presented && (before || self.step == Step::Aligned) {
            if before {
                self.lead(Step::Aligned, told);
                self.take_up(told);
            }
            let table = self.phase.map_or("none", Phase::wording);
            let detail = format!("the status is Presented once the request was; the flow's table has {table} there");
            return self.deviates(told, "CR-03", detail);
        }
        let of_phase = |step: Step| is_of(step, phase);
        let first = first_of(phase).unwrap_or(self.step);
        match route::way(self.step, of_phase) {
            _ if self.begins_unseen(first, told) => {
                self.enter(first, told);
                self.by_phase = true;
            }
            Some(way) => {
                self.go(&way, told);
                self.by_phase = true;
            }
            None => {
                let detail = format!("the flow comes from {} to no {}: it stays", self.step.as_str(), phase.wording());
                self.deviates(told, "CR-03", detail);
            }
        }
    }

    /// To a step that real histories come to from wherever they stand.
    fn end(&mut self, to: Step, rule: &'static str, told: &HistoryLine<'_>) {
        if self.step == to {
            return;
        }
        if let Some(step) = self.comes_from(to).filter(|step| *step != self.step) {
            // When it came there is not on record.
            self.enter(step, &HistoryLine { day: None, ..*told });
        }
        if !self.begins_unseen(to, told) && !route::follows(self.step, to) && !self.runs_out(to, told) {
            let (from, to) = (route::into(to), to.as_str());
            self.deviates(told, rule, format!("the flow comes to {to} from {from}, not from {}", self.step.as_str()));
        }
        self.enter(to, told);
    }

    /// From where the flow comes to a step: from where it stands, or from another step of the phase that was told last, of which the
    /// page does not say at which of its steps it stood.
    fn comes_from(&self, to: Step) -> Option<Step> {
        let told = self.phase.filter(|_| self.by_phase);
        let of_phase = FLOW.iter().map(|row| row.step).filter(|step| told.is_some_and(|phase| is_of(*step, phase)));
        std::iter::once(self.step).chain(of_phase).find(|step| route::follows(*step, to))
    }

    /// Whether a deferral was closed at its end.
    fn runs_out(&self, to: Step, told: &HistoryLine<'_>) -> bool {
        let since = self.entered.last().filter(|(step, _)| *step == Step::Deferred && to == Step::Closed);
        let end = since.and_then(|(_, date)| *date).map(|date| date + self.policy.on(date).change_requests.deferral);
        end.zip(told.date()).is_some_and(|(end, date)| date >= end)
    }

    /// The status that its page prints is where it stands now: what leads there is in its history, or is missing there.
    fn reach_status(&mut self) {
        let Some(word) = self.page.status.as_deref() else {
            return self.note("the page prints none: where its steps led it stands".to_owned());
        };
        let Some(means) = self.status(word, HEADER) else {
            return self.note(format!("'{}' is an unknown state: where its steps led it stands", short(word)));
        };
        let date = self.page.status_date;
        let last = self.entered.last().and_then(|(_, date)| *date);
        let later = last.filter(|last| date.is_some_and(|date| date < *last));
        let fault = later.map(|_| "is before its last step");
        let told = HistoryLine { day: date.map(|date| Day { date, fault }), action: HEADER };
        if let Some(last) = later {
            self.deviates(&told, "CR-19", format!("{} is dated before its step of {last}", short(word)));
        }
        let before = self.entered.len();
        let stands = match means {
            Means::Ends(Step::DenialAccepted, _) => matches!(self.step, Step::DenialAccepted | Step::Closed),
            Means::Ends(to, _) => self.step == to,
            Means::CrossesOver => self.step == Step::Closed,
            Means::Phase(phase) => self.phase == Some(phase),
            _ => false,
        };
        let to = match means {
            Means::Ends(to, _) => Some(to),
            Means::CrossesOver => Some(Step::Closed),
            Means::Phase(phase) => first_of(phase),
            _ => None,
        };
        let in_part = self.page.truncated || self.page.header_only;
        let unseen = |to: &Step| in_part && (self.entered.is_empty() || self.comes_from(*to).is_none());
        match to.filter(unseen) {
            _ if stands => {}
            Some(to) => {
                let header = "of the page the header alone was seen";
                let seen = if self.page.header_only { header } else { "the page was seen in part" };
                let detail =
                    format!("{seen}: what led from {} to {} is not on record", self.step.as_str(), short(word));
                self.deviates(&told, "CR-19", detail);
                self.enter(to, &told);
            }
            None => self.apply(means, &told),
        }
        self.status_date = told.sure().filter(|_| stands || self.entered.len() > before);
    }

    fn enter(&mut self, to: Step, told: &HistoryLine<'_>) {
        self.step = to;
        self.by_phase = false;
        self.phase = to.row().phase.or(self.phase);
        self.entered.push((to, told.sure()));
    }

    fn note(&mut self, detail: String) {
        self.notes.push(Note { field: HEADER.to_owned(), detail });
    }

    fn deviates(&mut self, told: &HistoryLine<'_>, rule: &'static str, detail: String) {
        self.deviations.push(Deviation {
            date: told.date(),
            action: told.action.to_owned(),
            step: self.step,
            rule: rule.into(),
            detail,
            truncated: self.page.truncated,
        });
    }
}
