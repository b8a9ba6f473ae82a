//! What came of a file: how many were imported, what was not and why, what the flow does not foresee of their histories, and
//! how the deadlines were kept.

use super::{
    Deviation, Judgement, Note, Unexplained,
    deadline_audit::JUDGED,
    printed_record::{Duplicate, Gathered, Refusal},
};
use crate::change_request::{ChangeKind, ChangeRequest, Deadline};
use serde::Serialize;
use std::collections::BTreeMap;

/// Of which change request something is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Of<T> {
    /// Its number, as it is printed.
    pub change_request: String,
    /// What is told.
    #[serde(flatten)]
    pub told: T,
}

/// How a deadline was kept, by how many.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    /// How many deadlines were kept in time.
    pub in_time: usize,
    /// How many deadlines were missed.
    pub late: usize,
    /// How many deadlines were not judged; each judgement gives the reason.
    pub not_judged: usize,
    /// How many took how many business days; of the presentations, how many came how many meetings behind the due one.
    pub distribution: BTreeMap<i64, usize>,
}

/// The report on a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// How many elements the file has: imported, duplicates and refused are as many.
    pub read: usize,
    /// How many of them were imported.
    pub imported: usize,
    /// Those that are there already.
    pub duplicates: Vec<Duplicate>,
    /// Those that were not imported otherwise.
    pub refused: Vec<Refusal>,
    /// How many steps the flow does not foresee, by the rule that they depart from.
    pub rules: BTreeMap<String, usize>,
    /// Each of them.
    pub deviations: Vec<Of<Deviation>>,
    /// How many steps got neither a place in the flow nor a rule.
    pub unexplained: usize,
    /// Each of them.
    pub unexplained_steps: Vec<Of<Unexplained>>,
    /// What else is odd.
    pub notes: Vec<Of<Note>>,
    /// How the deadlines were kept.
    pub judged: BTreeMap<ChangeKind, BTreeMap<Deadline, Tally>>,
    /// Each of them, to be checked by hand.
    pub judgements: Vec<Of<Judgement>>,
}

impl Report {
    /// Of a file of which nothing is imported yet.
    #[must_use]
    pub fn on(gathered: &Gathered) -> Self {
        let tallies = || JUDGED.map(|deadline| (deadline, Tally::default())).into();
        Self {
            read: gathered.read,
            imported: 0,
            duplicates: gathered.duplicates.clone(),
            refused: gathered.refused.clone(),
            rules: BTreeMap::new(),
            deviations: Vec::new(),
            unexplained: 0,
            unexplained_steps: Vec::new(),
            notes: Vec::new(),
            judged: ChangeKind::ALL.map(|kind| (kind, tallies())).into(),
            judgements: Vec::new(),
        }
    }

    /// One was imported.
    pub fn add(&mut self, request: &ChangeRequest) {
        let Some(archived) = &request.archived else { return };
        let kind = request.form.kind.unwrap_or(ChangeKind::ProductProcess);
        let printed = &archived.number;
        self.imported += 1;
        for deviation in &archived.deviations {
            *self.rules.entry(deviation.rule.to_string()).or_default() += 1;
            self.deviations.push(of(printed, deviation));
        }
        self.unexplained += archived.unexplained.len();
        self.unexplained_steps.extend(archived.unexplained.iter().map(|step| of(printed, step)));
        self.notes.extend(archived.notes.iter().map(|note| of(printed, note)));
        for judgement in &archived.judgements {
            self.judged.entry(kind).or_default().entry(judgement.deadline).or_default().count(judgement);
            self.judgements.push(of(printed, judgement));
        }
    }

    /// One was not imported, for what it is.
    pub fn refuse(&mut self, refusal: Refusal) {
        self.refused.push(refusal);
        self.refused.sort_by_key(|refusal| refusal.at);
    }

    /// One was not imported, because it is there.
    pub fn find(&mut self, duplicate: Duplicate) {
        self.duplicates.push(duplicate);
        self.duplicates.sort_by_key(|duplicate| duplicate.at);
    }
}

impl Tally {
    fn count(&mut self, judgement: &Judgement) {
        match judgement.in_time {
            Some(true) => self.in_time += 1,
            Some(false) => self.late += 1,
            None => self.not_judged += 1,
        }
        if let Some(took) = judgement.business_days.or(judgement.meetings) {
            *self.distribution.entry(took).or_default() += 1;
        }
    }
}

fn of<T: Clone>(printed: &str, told: &T) -> Of<T> {
    Of { change_request: printed.to_owned(), told: told.clone() }
}
