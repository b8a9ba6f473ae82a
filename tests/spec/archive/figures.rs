//! CR-19: the archive's 63 change requests, and every figure of their report. Data and vocabulary are those of
//! `tests/data/`, each entry with the address of its public page. The figures were counted from the dates apart from the code
//! that is tested, with the holidays of the policy: New Year, Memorial Day, 4 July, Labor Day, Thanksgiving, Christmas.

use super::{imported, judged};
use contract::Policy;
use domain::change_request::{
    ChangeKind, Closed, Deadline, Phase, Step, Suffix,
    archive::{
        Judgement, Report,
        report::{Of, Tally},
    },
};
use serde_json::{Value, from_str};

/// A judged deadline: number, from, due, met, and the business days that it took, or the meetings behind the due one.
type Row = (&'static str, &'static str, &'static str, &'static str, i64);

fn file() -> Vec<Value> {
    from_str(include_str!("../../data/change-requests.json")).unwrap()
}

/// Within two business days of the receipt (CR-01): all of them.
#[rustfmt::skip]
const ACKNOWLEDGED: [Row; 39] = [
    ("PC030504-1", "2004-03-05", "2004-03-09", "2004-03-09", 2),
    ("PC013002-1", "2002-01-30", "2002-02-01", "2002-01-30", 0),
    ("SCR093002-05", "2002-09-30", "2002-10-02", "2002-10-01", 1),
    ("SCR022504-01IG", "2004-02-25", "2004-02-27", "2004-02-27", 2),
    ("SCR012103-01", "2003-01-21", "2003-01-23", "2003-01-21", 0),
    ("SCR061703-03IG", "2003-06-17", "2003-06-19", "2003-06-18", 1),
    ("PC070202-2X", "2002-07-02", "2002-07-05", "2002-07-02", 0),
    ("SCR112003-04", "2003-11-20", "2003-11-24", "2003-11-21", 1),
    ("SCR043002-01", "2002-04-30", "2002-05-02", "2002-05-01", 1),
    ("PC101802-3ES", "2002-10-18", "2002-10-22", "2002-10-18", 0),
    ("PC100610-1CM", "2010-10-06", "2010-10-08", "2010-10-08", 2),
    ("SCR012802-1", "2002-01-28", "2002-01-30", "2002-01-28", 0),
    ("SCR120314-4", "2014-12-03", "2014-12-05", "2014-12-04", 1),
    ("SCR030117-1", "2017-03-01", "2017-03-03", "2017-03-03", 2),
    ("SCR022103-01", "2003-02-21", "2003-02-25", "2003-02-24", 1),
    ("PC040204-2", "2004-04-02", "2004-04-06", "2004-04-06", 2),
    ("PC092903-1", "2003-09-29", "2003-10-01", "2003-10-01", 2),
    ("PC012703-4", "2003-01-27", "2003-01-29", "2003-01-27", 0),
    ("PC090208-1CM", "2008-09-02", "2008-09-04", "2008-09-02", 0),
    ("PC012009-1", "2009-01-20", "2009-01-22", "2009-01-20", 0),
    ("SCR120303-01", "2003-12-03", "2003-12-05", "2003-12-04", 1),
    ("SCR060702-01", "2002-06-07", "2002-06-11", "2002-06-10", 1),
    ("PC081815-1", "2015-08-18", "2015-08-20", "2015-08-18", 0),
    ("PC021904-1", "2004-02-20", "2004-02-24", "2004-02-20", 0),
    ("PC112503-2", "2003-11-25", "2003-11-28", "2003-11-26", 1),
    ("PC053002-1", "2002-05-30", "2002-06-03", "2002-05-30", 0),
    ("PC040604-1", "2004-04-06", "2004-04-08", "2004-04-07", 1),
    ("PC070202-1X", "2002-07-02", "2002-07-05", "2002-07-02", 0),
    ("PC063005-1", "2005-06-30", "2005-07-05", "2005-06-30", 0),
    ("PC112807-2", "2007-11-28", "2007-11-30", "2007-11-29", 1),
    ("PC073007-1", "2007-07-30", "2007-08-01", "2007-07-30", 0),
    ("PC100504-1", "2004-10-05", "2004-10-07", "2004-10-06", 1),
    ("PC062603-03", "2003-06-26", "2003-06-30", "2003-06-30", 2),
    ("PC103003-1CM", "2003-10-30", "2003-11-03", "2003-11-03", 2),
    // Its acknowledgment is printed above its submission.
    ("PC060514-1", "2014-06-05", "2014-06-09", "2014-06-06", 1),
    ("SCR070103-01ES", "2003-07-01", "2003-07-03", "2003-07-03", 2),
    ("PC063003-1X", "2003-06-30", "2003-07-02", "2003-07-01", 1),
    ("PC093003-1", "2003-09-30", "2003-10-02", "2003-10-02", 2),
    ("PC020705-1", "2005-02-07", "2005-02-09", "2005-02-08", 1),
];

/// Within eight business days of the receipt (CR-05).
#[rustfmt::skip]
const CLARIFIED: [Row; 28] = [
    ("PC030504-1", "2004-03-05", "2004-03-17", "2004-03-15", 6),
    ("PC013002-1", "2002-01-30", "2002-02-11", "2002-02-06", 5),
    ("SCR093002-05", "2002-09-30", "2002-10-10", "2002-10-09", 7),
    ("SCR022504-01IG", "2004-02-25", "2004-03-08", "2004-03-05", 7),
    ("SCR012103-05ES", "2003-01-21", "2003-01-31", "2003-02-04", 10),
    ("SCR012103-01", "2003-01-21", "2003-01-31", "2003-02-04", 10),
    ("SCR061703-03IG", "2003-06-17", "2003-06-27", "2003-06-20", 3),
    ("PC070202-2X", "2002-07-02", "2002-07-15", "2002-07-10", 5),
    ("SCR112003-04", "2003-11-20", "2003-12-03", "2003-12-04", 9),
    ("SCR043002-01", "2002-04-30", "2002-05-10", "2002-05-08", 6),
    ("SCR012802-1", "2002-01-28", "2002-02-07", "2002-02-01", 4),
    ("SCR022103-01", "2003-02-21", "2003-03-05", "2003-02-24", 1),
    ("PC040204-2", "2004-04-02", "2004-04-14", "2004-04-15", 9),
    ("PC092903-1", "2003-09-29", "2003-10-09", "2003-10-09", 8),
    ("PC012703-4", "2003-01-27", "2003-02-06", "2003-02-03", 5),
    ("SCR120303-01", "2003-12-03", "2003-12-15", "2003-12-10", 5),
    ("PC081815-1", "2015-08-18", "2015-08-28", "2015-08-24", 4),
    ("PC021904-1", "2004-02-20", "2004-03-03", "2004-02-27", 5),
    ("PC112503-2", "2003-11-25", "2003-12-08", "2003-12-09", 9),
    ("PC053002-1", "2002-05-30", "2002-06-11", "2002-06-05", 4),
    ("PC070202-1X", "2002-07-02", "2002-07-15", "2002-07-10", 5),
    ("PC063005-1", "2005-06-30", "2005-07-13", "2005-07-12", 7),
    ("PC073007-1", "2007-07-30", "2007-08-09", "2007-08-06", 5),
    ("PC062603-03", "2003-06-26", "2003-07-09", "2003-07-11", 10),
    ("PC103003-1CM", "2003-10-30", "2003-11-11", "2003-11-11", 8),
    ("PC060514-1", "2014-06-05", "2014-06-17", "2014-06-12", 5),
    ("SCR070103-01ES", "2003-07-01", "2003-07-14", "2003-07-10", 6),
    ("PC093003-1", "2003-09-30", "2003-10-10", "2003-10-08", 6),
];

/// Within two business days of the acknowledgment (CR-02).
#[rustfmt::skip]
const POSTED: [Row; 5] = [
    ("PC070202-2X", "2002-07-02", "2002-07-05", "2002-07-03", 1),
    ("PC053002-1", "2002-05-30", "2002-06-03", "2002-05-31", 1),
    ("PC070202-1X", "2002-07-02", "2002-07-05", "2002-07-03", 1),
    ("PC062603-03", "2003-06-30", "2003-07-02", "2003-07-02", 2),
    ("SCR070103-01ES", "2003-07-03", "2003-07-08", "2003-07-07", 1),
];

/// At the monthly meeting that the receipt leads to (CR-06): of the month, on whichever day it was.
#[rustfmt::skip]
const PRESENTED: [Row; 39] = [
    ("PC030504-1", "2004-03-05", "2004-04-21", "2004-04-21", 0),
    ("PC013002-1", "2002-01-30", "2002-02-20", "2002-02-20", 0),
    ("SCR093002-05", "2002-09-30", "2002-10-16", "2002-11-21", 1),
    ("SCR022504-01IG", "2004-02-25", "2004-03-17", "2004-03-18", 0),
    ("SCR012103-05ES", "2003-01-21", "2003-02-19", "2003-02-20", 0),
    ("SCR012103-01", "2003-01-21", "2003-02-19", "2003-02-20", 0),
    ("SCR061703-03IG", "2003-06-17", "2003-07-16", "2003-07-17", 0),
    ("PC070202-2X", "2002-07-02", "2002-08-21", "2002-07-17", -1),
    ("SCR112003-04", "2003-11-20", "2003-12-17", "2003-12-17", 0),
    ("SCR043002-01", "2002-04-30", "2002-05-15", "2002-05-16", 0),
    ("PC101802-3ES", "2002-10-18", "2002-11-20", "2002-11-20", 0),
    ("PC100610-1CM", "2010-10-06", "2010-11-17", "2010-10-20", -1),
    ("SCR012802-1", "2002-01-28", "2002-02-20", "2002-02-21", 0),
    ("SCR120314-4", "2014-12-03", "2015-01-21", "2014-12-17", -1),
    ("SCR030117-1", "2017-03-01", "2017-03-15", "2017-03-15", 0),
    ("SCR022103-01", "2003-02-21", "2003-03-19", "2003-03-20", 0),
    ("PC040204-2", "2004-04-02", "2004-05-19", "2004-04-21", -1),
    ("PC092903-1", "2003-09-29", "2003-10-15", "2003-10-15", 0),
    ("PC012703-4", "2003-01-27", "2003-02-19", "2003-02-19", 0),
    ("PC090208-1CM", "2008-09-02", "2008-09-17", "2008-09-17", 0),
    ("PC012009-1", "2009-01-20", "2009-02-18", "2009-01-23", -1),
    ("SCR120303-01", "2003-12-03", "2004-01-21", "2003-12-17", -1),
    ("5522887", "2001-04-27", "2001-05-16", "2001-10-18", 5),
    ("PC072204-1", "2004-07-22", "2004-08-18", "2004-08-18", 0),
    ("PC021904-1", "2004-02-20", "2004-03-17", "2004-03-17", 0),
    ("PC112503-2", "2003-11-25", "2003-12-17", "2003-12-17", 0),
    ("PC053002-1", "2002-05-30", "2002-06-19", "2002-06-19", 0),
    ("PC040604-1", "2004-04-06", "2004-05-19", "2004-04-21", -1),
    ("PC070202-1X", "2002-07-02", "2002-08-21", "2002-07-17", -1),
    ("PC063005-1", "2005-06-30", "2005-07-20", "2005-07-20", 0),
    ("PC112807-2", "2007-11-28", "2007-12-19", "2007-12-12", 0),
    ("PC073007-1", "2007-07-30", "2007-08-15", "2007-08-15", 0),
    ("PC100504-1", "2004-10-05", "2004-11-17", "2004-11-17", 0),
    ("PC062603-03", "2003-06-26", "2003-07-16", "2003-07-16", 0),
    ("PC103003-1CM", "2003-10-30", "2003-11-19", "2003-11-20", 0),
    ("PC060514-1", "2014-06-05", "2014-07-16", "2014-06-18", -1),
    ("SCR070103-01ES", "2003-07-01", "2003-07-16", "2003-08-21", 1),
    ("PC093003-1", "2003-09-30", "2003-10-15", "2003-10-15", 0),
    ("PC020705-1", "2005-02-07", "2005-03-16", "2005-02-16", -1),
];

/// The response, at the first meeting a week or more behind it (CR-08).
#[rustfmt::skip]
const ANSWERED: [Row; 20] = [
    ("PC013002-1", "2002-03-13", "2002-03-20", "2002-03-20", 0),
    ("SCR093002-05", "2002-11-14", "2002-12-18", "2002-11-21", -1),
    ("PC070202-2X", "2002-08-14", "2002-08-21", "2002-08-21", 0),
    ("SCR112003-04", "2003-12-11", "2004-01-21", "2003-12-17", -1),
    ("SCR112003-04", "2004-04-12", "2004-04-21", "2004-04-22", 0),
    ("SCR043002-01", "2002-05-10", "2002-06-19", "2002-05-16", -1),
    ("PC101802-3ES", "2002-12-11", "2002-12-18", "2002-12-18", 0),
    ("PC101802-3ES", "2003-02-12", "2003-02-19", "2003-02-19", 0),
    ("SCR012802-1", "2002-02-14", "2002-03-20", "2002-02-21", -1),
    ("PC040204-2", "2004-05-12", "2004-05-19", "2004-05-19", 0),
    ("PC012703-4", "2003-03-12", "2003-03-19", "2003-03-19", 0),
    ("PC081815-1", "2015-09-10", "2015-10-21", "2015-09-16", -1),
    ("PC021904-1", "2004-05-12", "2004-05-19", "2004-05-19", 0),
    ("PC053002-1", "2002-07-10", "2002-07-17", "2002-07-17", 0),
    ("PC063005-1", "2005-09-12", "2005-09-21", "2005-09-17", 0),
    ("PC063005-1", "2005-10-11", "2005-10-19", "2005-10-19", 0),
    ("PC073007-1", "2007-09-11", "2007-09-19", "2007-09-19", 0),
    ("SCR070103-01ES", "2003-08-13", "2003-08-20", "2003-08-21", 0),
    ("PC090601-1", "2001-08-31", "2001-09-19", "2001-09-19", 0),
    ("PC090601-1", "2001-12-06", "2001-12-19", "2001-12-12", 0),
];

fn rows(report: &Report, deadline: Deadline) -> Vec<(String, String, String, String, i64, bool)> {
    let of = report.judgements.iter().filter(|of| of.told.deadline == deadline && of.told.in_time.is_some());
    let row = |of: &Of<Judgement>| {
        let (from, due, met, took) = judged(&of.told);
        (of.change_request.clone(), from, due, met, took, of.told.in_time.unwrap())
    };
    of.map(row).collect()
}

#[test]
fn cr_19_each_judged_deadline_of_the_archive_can_be_checked_by_hand() {
    let (report, _) = imported(&file());
    let tables = [
        (Deadline::Acknowledgment, ACKNOWLEDGED.as_slice(), 2),
        (Deadline::Posting, &POSTED, 2),
        (Deadline::Clarification, &CLARIFIED, 8),
        (Deadline::Presentation, &PRESENTED, 0),
        (Deadline::ResponsePresentation, &ANSWERED, 0),
    ];
    for (deadline, table, at_most) in tables {
        let row = |(number, from, due, met, took): &Row| {
            (number.to_string(), from.to_string(), due.to_string(), met.to_string(), *took, *took <= at_most)
        };
        assert_eq!(rows(&report, deadline), table.iter().map(row).collect::<Vec<_>>(), "{}", deadline.as_str());
    }
}

/// A kind, a deadline, and how many were in time, late, and not judged, with how many took how many.
type Sum = (ChangeKind, Deadline, [usize; 3], &'static [(i64, usize)]);

#[rustfmt::skip]
const SUMS: [Sum; 15] = [
    (ChangeKind::ProductProcess, Deadline::Acknowledgment, [23, 0, 20], &[(0, 11), (1, 7), (2, 5)]),
    (ChangeKind::ProductProcess, Deadline::Posting, [4, 0, 39], &[(1, 3), (2, 1)]),
    (ChangeKind::ProductProcess, Deadline::Clarification, [13, 3, 27], &[(4, 2), (5, 7), (6, 2), (7, 1), (8, 1), (9, 2), (10, 1)]),
    (ChangeKind::ProductProcess, Deadline::Presentation, [22, 0, 21], &[(-1, 7), (0, 15)]),
    (ChangeKind::ProductProcess, Deadline::ResponsePresentation, [14, 0, 6], &[(-1, 1), (0, 13)]),
    (ChangeKind::Systems, Deadline::Acknowledgment, [13, 0, 4], &[(0, 2), (1, 8), (2, 3)]),
    (ChangeKind::Systems, Deadline::Posting, [1, 0, 16], &[(1, 1)]),
    (ChangeKind::Systems, Deadline::Clarification, [8, 3, 6], &[(1, 1), (3, 1), (4, 1), (5, 1), (6, 2), (7, 2), (9, 1), (10, 2)]),
    (ChangeKind::Systems, Deadline::Presentation, [11, 3, 3], &[(-1, 2), (0, 9), (1, 2), (5, 1)]),
    (ChangeKind::Systems, Deadline::ResponsePresentation, [6, 0, 1], &[(-1, 4), (0, 2)]),
    (ChangeKind::Cmp, Deadline::Acknowledgment, [3, 0, 0], &[(0, 1), (2, 2)]),
    (ChangeKind::Cmp, Deadline::Posting, [0, 0, 3], &[]),
    (ChangeKind::Cmp, Deadline::Clarification, [1, 0, 2], &[(8, 1)]),
    (ChangeKind::Cmp, Deadline::Presentation, [3, 0, 0], &[(-1, 1), (0, 2)]),
    (ChangeKind::Cmp, Deadline::ResponsePresentation, [0, 0, 0], &[]),
];

#[test]
fn cr_19_the_archive_tells_how_many_were_on_time_by_kind() {
    let (report, _) = imported(&file());
    let sums = report.judged.iter().flat_map(|(kind, of)| of.iter().map(|(deadline, tally)| (*kind, *deadline, tally)));
    let expected: Vec<(ChangeKind, Deadline, Tally)> = SUMS
        .iter()
        .map(|(kind, deadline, [in_time, late, not_judged], distribution)| {
            let distribution = distribution.iter().copied().collect();
            (*kind, *deadline, Tally { in_time: *in_time, late: *late, not_judged: *not_judged, distribution })
        })
        .collect();
    assert_eq!(sums.map(|(kind, deadline, tally)| (kind, deadline, tally.clone())).collect::<Vec<_>>(), expected);
}

#[test]
fn cr_19_all_of_the_archive_is_imported_and_nothing_is_unexplained() {
    let (report, requests) = imported(&file());
    assert_eq!((report.read, report.imported, report.unexplained), (63, 63, 0));
    assert_eq!((report.refused.len(), report.duplicates.len(), report.deviations.len()), (0, 0, 225));
    let rules: Vec<(&str, usize)> = report.rules.iter().map(|(rule, many)| (&**rule, *many)).collect();
    #[rustfmt::skip]
    assert_eq!(rules, [
        ("CR-01", 5), ("CR-03", 25), ("CR-04", 41), ("CR-05", 15), ("CR-06", 7), ("CR-07", 7), ("CR-08", 7), ("CR-09", 12),
        ("CR-10", 1), ("CR-11", 1), ("CR-12", 29), ("CR-13", 1), ("CR-19", 74),
    ]);
    let notes: Vec<_> =
        report.notes.iter().map(|of| (&*of.change_request, &*of.told.field, &*of.told.detail)).collect();
    let expected = [
        ("PC021904-1", "cr_number", "is of 2004-02-19, and it was submitted 2004-02-20 (CR-01)"),
        ("PC063003-1X", "related_crs", "PC063003-1MNX is its own number, with other suffixes"),
    ];
    assert_eq!(notes, expected);
    assert!(
        requests
            .iter()
            .all(|of| of.posted_at.is_some() && of.wakes_at.is_none() && of.clocks(&Policy::defaults()).is_empty())
    );
}

/// As they stand: number, step, phase, how it was closed, and how many steps it has.
#[rustfmt::skip]
const STAND: [(&str, Step, Phase, Option<Closed>, usize); 10] = [
    ("PC030504-1", Step::Closed, Phase::Completion, Some(Closed::Denied), 6),
    ("PC090501-1", Step::Closed, Phase::Completion, Some(Closed::Tested), 9),
    ("PC090601-1", Step::Closed, Phase::Completion, Some(Closed::Tested), 12),
    ("PC101802-3ES", Step::Closed, Phase::Completion, Some(Closed::Recorded), 14),
    ("SCR112003-04", Step::Closed, Phase::Completion, Some(Closed::Denied), 16),
    ("PC112503-2", Step::Closed, Phase::Completion, Some(Closed::Recorded), 5),
    ("PC072204-1", Step::Withdrawn, Phase::Withdrawn, Some(Closed::Withdrawn), 10),
    ("PC120518-1", Step::Development, Phase::Development, None, 4),
    ("PC090704-1", Step::Closed, Phase::Completion, Some(Closed::Recorded), 0),
    ("5371475", Step::Closed, Phase::Completion, Some(Closed::Denied), 10),
];

#[test]
fn cr_19_a_past_change_request_stands_where_its_page_has_it() {
    let (_, requests) = imported(&file());
    for (number, step, phase, way, steps) in STAND {
        let request = requests.iter().find(|of| of.archived.as_ref().unwrap().number == number).unwrap();
        let closed = request.completion.as_ref().map(|completion| completion.way);
        let history = request.archived.as_ref().unwrap().steps.len();
        assert_eq!((request.step, request.phase, closed, history), (step, phase, way, steps), "{number}");
    }
    let crossed = &requests[10];
    assert_eq!((crossed.printed(), crossed.form.company.as_deref()), ("PC070202-2X".to_owned(), Some("Eschelon")));
    assert_eq!(crossed.form.related.iter().map(ToString::to_string).collect::<Vec<_>>(), ["SCR070202-01"]);
    assert_eq!(requests[14].suffixes, [Suffix::Ig, Suffix::X, Suffix::Es].into());
}

/// What one of them departs from, step by step: a Covad request of 2002, revised twice, and escalated.
#[test]
fn cr_19_a_history_is_told_step_by_step() {
    let (report, _) = imported(&file());
    let told: Vec<String> = report
        .deviations
        .iter()
        .filter(|of| of.change_request == "PC101802-3ES")
        .map(|of| format!("{} {} {} {}", of.told.date.unwrap(), of.told.action, of.told.rule, of.told.detail))
        .collect();
    #[rustfmt::skip]
    assert_eq!(told, [
        "2003-11-06 clarification_held CR-19 its date looks like a misprint: its place on the page is kept",
        "2003-11-06 clarification_held CR-04 no assignment of experts is on record before it",
        "2003-01-15 presented_at_monthly_meeting CR-09 no outcome of the response is on record before it",
        "2003-01-15 presented_at_monthly_meeting CR-07 no response is on record before it",
        "2003-02-12 formal_response_issued CR-09 no outcome of the response is on record before it",
        "2003-03-05 escalated CR-13 the flow comes to escalated from notAccepted, deferred, not from responsePresented",
        "2003-02-19 current_status CR-19 Completed is dated before its step of 2003-03-05",
        "2003-02-19 current_status CR-12 the flow comes to closed from responseAccepted, denialAccepted, clecTest, not from escalated",
    ]);
}
