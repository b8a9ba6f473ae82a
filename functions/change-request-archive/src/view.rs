//! What came of the elements, as it is answered.

use cmp_api::{DeviationShown, JudgementShown, NoteShown, UnexplainedShown, shown_all};
use contract::FieldError;
use domain::change_request::{
    ChangeKind, Deadline,
    archive::{
        Refusal,
        printed_record::Duplicate,
        report::{Of, Report, Tally},
    },
};
use http_edge::ProblemField;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What came of the elements.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ArchiveReport {
    /// How many elements there were: imported, duplicates and refused are as many.
    read: usize,
    /// How many were imported.
    imported: usize,
    /// Those that are there already.
    duplicates: Vec<DuplicateShown>,
    /// Those that were not imported otherwise.
    refused: Vec<RefusalShown>,
    /// How many deviations there are, by their rule.
    rules: BTreeMap<String, usize>,
    /// What the flow does not foresee.
    deviations: Vec<OfChangeRequest<DeviationShown>>,
    /// How many steps got neither a place in the flow nor a rule.
    unexplained: usize,
    /// Each of them.
    unexplained_steps: Vec<OfChangeRequest<UnexplainedShown>>,
    /// What else is odd.
    notes: Vec<OfChangeRequest<NoteShown>>,
    /// How the deadlines were kept, by kind and deadline.
    #[schema(value_type = BTreeMap<String, BTreeMap<String, TallyShown>>)]
    judged: BTreeMap<ChangeKind, BTreeMap<Deadline, TallyShown>>,
    /// Whether each deadline was kept, by change request.
    judgements: Vec<OfChangeRequest<JudgementShown>>,
}

impl From<Report> for ArchiveReport {
    fn from(report: Report) -> Self {
        let tallies = |of: BTreeMap<Deadline, Tally>| of.into_iter().map(|(deadline, tally)| (deadline, tally.into()));
        Self {
            read: report.read,
            imported: report.imported,
            duplicates: shown_all(report.duplicates),
            refused: shown_all(report.refused),
            rules: report.rules,
            deviations: shown_all(report.deviations),
            unexplained: report.unexplained,
            unexplained_steps: shown_all(report.unexplained_steps),
            notes: shown_all(report.notes),
            judged: report.judged.into_iter().map(|(kind, of)| (kind, tallies(of).collect())).collect(),
            judgements: shown_all(report.judgements),
        }
    }
}

/// An element whose change request is there already.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ArchiveDuplicate)]
struct DuplicateShown {
    /// Its place in the file, from 0.
    at: usize,
    /// The number of the change request that the file has more than once.
    change_request: String,
    /// What is there.
    detail: String,
}

impl From<Duplicate> for DuplicateShown {
    fn from(duplicate: Duplicate) -> Self {
        let Duplicate { at, change_request, detail } = duplicate;
        Self { at, change_request, detail }
    }
}

/// An element that was not imported, and why.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ArchiveRefusal)]
struct RefusalShown {
    /// Its place in the file, from 0.
    at: usize,
    /// How it calls itself, if it does.
    change_request: Option<String>,
    /// Everything that is wrong with it.
    #[schema(value_type = Vec<ProblemField>)]
    faults: Vec<FieldError>,
}

impl From<Refusal> for RefusalShown {
    fn from(refusal: Refusal) -> Self {
        let Refusal { at, change_request, faults } = refusal;
        Self { at, change_request, faults }
    }
}

/// Something that is told of a change request.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OfChangeRequest<T: ToSchema> {
    /// Its number, as it is printed.
    change_request: String,
    /// What is told.
    #[serde(flatten)]
    told: T,
}

impl<Told, T: ToSchema + From<Told>> From<Of<Told>> for OfChangeRequest<T> {
    fn from(of: Of<Told>) -> Self {
        Self { change_request: of.change_request, told: of.told.into() }
    }
}

/// How a deadline was kept, by how many.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ArchiveTally)]
struct TallyShown {
    /// How many deadlines were kept in time.
    in_time: usize,
    /// How many deadlines were missed.
    late: usize,
    /// How many deadlines were not judged; each judgement gives the reason.
    not_judged: usize,
    /// How many took how many business days; of the presentations, how many came how many meetings behind the due one.
    #[schema(value_type = BTreeMap<String, usize>)]
    distribution: BTreeMap<i64, usize>,
}

impl From<Tally> for TallyShown {
    fn from(tally: Tally) -> Self {
        let Tally { in_time, late, not_judged, distribution } = tally;
        Self { in_time, late, not_judged, distribution }
    }
}
