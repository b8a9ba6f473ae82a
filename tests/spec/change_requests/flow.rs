//! CR-03: the steps, status phases and milestones of the work flow's table, row by row; and what each is called.

use super::{ChangeKind, LEADS, NOW, begun, stage};
use contract::{Actor, ChangeRequestId, Party, Policy, party::CmpRole};
use domain::change_request::{
    ChangeRequest, Milestone, Phase, Step,
    flow::{FLOW, TASKS, UNFORESEEN},
};
use std::collections::BTreeSet;
use tests::at;

/// The source's table, in its order, with "Qwest" left out: work flow step, description's title, status phases, milestone. 1A
/// is step 1 of the provider's own (CR-16); 5D is no place to stand.
#[rustfmt::skip]
const SOURCE: [(&str, &str, &[&str], Option<Milestone>); 14] = [
    ("1",  "CLEC Request",                              &["Submission"],                                     Some(Milestone::CrReceived)),
    ("2",  "Subject Matter Expert Assigned",            &["Submission"],                                     Some(Milestone::SmeAssigned)),
    ("3",  "SME & CLEC Clarification Meeting",          &["Clarification"],                                  Some(Milestone::AlignmentCompleted)),
    ("4",  "Response Issued",                           &["Evaluation", "Presented"],                        Some(Milestone::ResponseIssued)),
    ("5",  "Response Presented - Monthly",              &["Presented"],                                      Some(Milestone::ResponsePresented)),
    ("5A", "Response Requires Revision",                &["Presented"],                                      None),
    ("5B", "Response (Not Accepted)",                   &["Declined"],                                       None),
    ("5C", "CR Dispute Escalated",                      &["Escalated"],                                      None),
    ("6",  "Response Accepted",                         &["CLEC Test", "Development", "Declined/Deferred"],  Some(Milestone::ResponseAccepted)),
    ("7",  "Production/Process Change Performed",       &["Development"],                                    Some(Milestone::ResponseAccepted)),
    ("8",  "Announce Date of Implementation",           &["Development"],                                    Some(Milestone::ClecNotified)),
    ("9",  "Change Placed into Production",             &["CLEC Test"],                                      Some(Milestone::TestReady)),
    ("10", "CLEC Test & Acceptance Phase",              &["CLEC Test"],                                      None),
    ("11", "Change Request Closed",                     &["Completion"],                                     Some(Milestone::CrClosed)),
];

/// A place: its name, its step, its phase, its milestone.
type Place = (&'static str, Option<&'static str>, Option<&'static str>, Option<Milestone>);

/// Where a change request stands, in the table's order: the name, the work flow step, the status phase (none where it stays as
/// it was), and the milestone that this reaches. That of step 3 is reached when the direction is agreed at the monthly meeting.
#[rustfmt::skip]
const PLACES: [Place; 21] = [
    ("draft",             None,       Some("Submission"),        None),
    ("submitted",         Some("1"),  Some("Submission"),        None),
    ("returned",          Some("1"),  Some("Submission"),        None),
    ("received",          Some("1"),  Some("Submission"),        Some(Milestone::CrReceived)),
    ("expertsAssigned",   Some("2"),  Some("Submission"),        Some(Milestone::SmeAssigned)),
    ("clarified",         Some("3"),  Some("Clarification"),     None),
    ("aligned",           Some("4"),  Some("Evaluation"),        Some(Milestone::AlignmentCompleted)),
    ("responseIssued",    Some("4"),  Some("Presented"),         Some(Milestone::ResponseIssued)),
    ("responsePresented", Some("5"),  Some("Presented"),         Some(Milestone::ResponsePresented)),
    ("revisionRequired",  Some("5A"), Some("Presented"),         None),
    ("notAccepted",       Some("5B"), Some("Declined"),          None),
    ("deferred",          Some("5B"), Some("Declined/Deferred"), None),
    ("escalated",         Some("5C"), Some("Escalated"),         None),
    ("responseAccepted",  Some("6"),  None,                      Some(Milestone::ResponseAccepted)),
    ("denialAccepted",    Some("6"),  Some("Declined/Deferred"), None),
    ("development",       Some("7"),  Some("Development"),       Some(Milestone::ResponseAccepted)),
    ("announced",         Some("8"),  Some("Development"),       Some(Milestone::ClecNotified)),
    ("inProduction",      Some("9"),  Some("CLEC Test"),         Some(Milestone::TestReady)),
    ("clecTest",          Some("10"), Some("CLEC Test"),         None),
    ("closed",            Some("11"), Some("Completion"),        Some(Milestone::CrClosed)),
    ("withdrawn",         None,       Some("Withdrawn"),         None),
];

#[test]
fn cr_03_the_flow_has_the_sources_rows() {
    let rows = FLOW.iter().map(|row| (row.step.as_str(), row.number, row.phase.map(Phase::wording), row.milestone));
    assert_eq!(rows.collect::<Vec<_>>(), PLACES);
}

#[test]
fn cr_03_each_work_flow_step_has_the_sources_title() {
    let mut numbers: Vec<(&str, &str)> = FLOW.iter().filter_map(|row| Some((row.number?, row.title))).collect();
    numbers.dedup();
    assert_eq!(numbers, SOURCE.map(|(number, title, ..)| (number, title)));
}

/// What step 6 says of the phase is what follows it; the deferral of 5B has the phase that names it.
#[test]
fn cr_03_each_work_flow_step_has_the_sources_phases_and_milestone() {
    for (number, _, phases, milestone) in SOURCE {
        let of = |row: &domain::change_request::flow::Row| row.number == Some(number);
        let own: BTreeSet<&str> =
            FLOW.iter().filter(|row| of(row)).filter_map(|row| row.phase).map(Phase::wording).collect();
        let expected: BTreeSet<&str> = match number {
            "6" => ["Declined/Deferred"].into(),
            "5B" => ["Declined", "Declined/Deferred"].into(),
            _ => phases.iter().copied().collect(),
        };
        assert_eq!(own, expected, "{number}");
        let reached: Vec<Milestone> = FLOW.iter().filter(|row| of(row)).filter_map(|row| row.milestone).collect();
        match number {
            "3" => assert_eq!(reached, []),
            "4" => assert_eq!(reached, [Milestone::AlignmentCompleted, Milestone::ResponseIssued]),
            _ => assert_eq!(reached, milestone.into_iter().collect::<Vec<_>>(), "{number}"),
        }
    }
}

#[test]
fn cr_03_each_step_has_one_row_and_one_word() {
    for (word, number, ..) in PLACES {
        let step: Step = word.parse().unwrap();
        assert_eq!(step.as_str(), word);
        assert_eq!((step.row().step, step.row().number), (step, number));
        assert_eq!(FLOW.iter().filter(|row| row.step == step).count(), 1, "{word}");
        assert_eq!(serde_json::to_value(step).unwrap(), word);
    }
    let words: Vec<&str> = PLACES.iter().map(|(word, ..)| *word).collect();
    assert_eq!("5A".parse::<Step>().unwrap_err(), words.join(", "));
    for phase in Phase::ALL {
        assert_eq!(phase.as_str().parse(), Ok(phase));
        assert_eq!(serde_json::to_value(phase).unwrap(), phase.as_str());
        assert_eq!(phase.wording().replace([' ', '/'], "").to_lowercase(), phase.as_str().to_lowercase());
    }
    let phases: Vec<&str> = Phase::ALL.iter().map(|phase| phase.as_str()).collect();
    assert_eq!("Declined/Deferred".parse::<Phase>().unwrap_err(), phases.join(", "));
}

/// By the source's step 11 and CR-12 nothing follows these.
#[test]
fn cr_12_closed_and_withdrawn_are_over() {
    let over: Vec<&str> = FLOW.iter().filter(|row| row.step.is_over()).map(|row| row.step.as_str()).collect();
    assert_eq!(over, ["closed", "withdrawn"]);
}

#[test]
fn cr_03_the_roles_are_the_sources() {
    assert_eq!(CmpRole::ALL.map(CmpRole::as_str), ["cmpManager", "groupManager", "crpm", "director", "sme"]);
    let names = TASKS.iter().map(|task| task.name).chain(UNFORESEEN);
    assert_eq!(
        names.collect::<BTreeSet<_>>().len(),
        38,
        "39 tasks of the flow, PATCH, position and escalation twice, and 2 that it does not foresee"
    );
}

/// The provider's own changes: 1A in place of 1, and the rest as the others' (CR-16).
#[test]
fn cr_16_the_providers_own_stands_at_1a() {
    let policy = Policy::defaults();
    let numbers = |originator: Party| {
        PLACES.map(|(word, ..)| {
            let of = begun(ChangeKind::ProductProcess, true, at(NOW), &policy);
            ChangeRequest { originator: originator.clone(), step: word.parse().unwrap(), ..of }.step_number()
        })
    };
    assert_eq!(numbers(Party::Clec("alpha".parse().unwrap())), PLACES.map(|(_, number, ..)| number));
    assert_eq!(
        numbers(Party::Provider),
        PLACES.map(|(_, number, ..)| number.map(|it| if it == "1" { "1A" } else { it }))
    );
}

/// The CMP Manager alone begins one for the provider; any CLEC its own.
#[test]
fn cr_16_who_begins_one() {
    let policy = Policy::defaults();
    for who in super::WHO {
        let act = super::act(who, at(NOW));
        let id = ChangeRequestId::of_public("x", "y", 0);
        let begun = ChangeRequest::open_or_draft(
            id,
            act.by.party.clone(),
            super::form(ChangeKind::Systems),
            false,
            &act,
            &policy,
        );
        assert_eq!(begun.is_ok(), matches!(who, 'M' | 'a' | 'b'), "{who}");
    }
    let by = Actor::new(Party::Provider, "without a role");
    let act = record::ActionContext { by, ..super::act('M', at(NOW)) };
    let id = ChangeRequestId::of_public("x", "y", 0);
    assert!(
        ChangeRequest::open_or_draft(id, Party::Provider, super::form(ChangeKind::Systems), false, &act, &policy)
            .is_err()
    );
}

#[test]
fn cr_03_each_act_leads_where_the_flow_leads() {
    let policy = Policy::defaults();
    for (from, _, task, to, step, phase, milestone) in LEADS {
        let (before, _) = stage(from, &policy);
        let (request, now) = stage(to, &policy);
        let what = format!("{from}, {task}");
        assert_eq!((request.step.as_str(), request.phase.wording()), (step, phase), "{what}");
        assert_eq!(request.version, before.version + 1, "{what}");
        // Step 7 has the milestone of step 6, which was reached there.
        let expected = match (milestone, step) {
            (Some(milestone), "development") => Some((milestone, before.milestones[&milestone])),
            (milestone, _) => milestone.map(|milestone| (milestone, now)),
        };
        let mut milestones = before.milestones.clone();
        milestones.extend(expected);
        assert_eq!(request.milestones, milestones, "{what}");
        let since = if before.step == request.step { before.entered_at } else { now };
        assert_eq!(request.entered_at, since, "{what}");
    }
}

/// Ways that lead back to a step, or past one: the stage, by whom, by what, and the step after it.
#[rustfmt::skip]
const ONWARD: [(&str, char, &str, &str); 29] = [
    ("returned",          'a', "PATCH",                         "returned"),
    ("returned",          'a', "submission",                    "submitted"),
    ("aligned",           'P', "minutes",                       "aligned"),
    ("drafted",           'S', "draftResponse denied",          "aligned"),
    ("issued again",      'P', "responsePresentation",          "responsePresented"),
    ("responsePresented", 'M', "outcome accepted",              "responseAccepted"),
    ("responsePresented", 'M', "outcome notAccepted",           "notAccepted"),
    ("responsePresented", 'M', "outcome revisionsRequired",     "revisionRequired"),
    ("notAccepted",       'M', "deferral",                      "deferred"),
    ("notAccepted",       'a', "escalation",                    "escalated"),
    ("escalated",         'a', "participation",                 "escalated"),
    ("escalated",         'D', "escalationResponse",            "escalated"),
    ("escalated",         'M', "resolution accepted",           "responseAccepted"),
    ("escalated",         'M', "resolution notAccepted",        "notAccepted"),
    ("escalated",         'M', "resolution revisionsRequired",  "revisionRequired"),
    ("deferred",          'a', "renewal",                       "deferred"),
    ("deferred",          'M', "resumption",                    "revisionRequired"),
    ("denialAccepted",    'a', "deferral",                      "deferred"),
    ("denialAccepted",    'M', "closure",                       "closed"),
    ("responseAccepted",  'M', "acceptance noFurtherAction",    "clecTest"),
    ("responseAccepted",  'M', "acceptance nothingToTest",      "closed"),
    ("announced",         'P', "announcement",                  "announced"),
    ("inProduction",      'b', "feedback",                      "inProduction"),
    ("draft",             'a', "withdrawal",                    "withdrawn"),
    ("submitted",         'a', "withdrawal",                    "withdrawn"),
    ("clecTest",          'a', "withdrawal",                    "withdrawn"),
    ("closed",            'M', "unforeseenStep clecTest",       "clecTest"),
    ("received",          'M', "unforeseenStep responseIssued", "responseIssued"),
    ("clecTest",          'M', "crossover",                     "clecTest"),
];

#[test]
fn cr_03_where_else_the_flow_leads() {
    let policy = Policy::defaults();
    for (from, who, task, step) in ONWARD {
        let (before, now) = stage(from, &policy);
        let after = super::attempt(&before, task, &super::act(who, now), &policy);
        let after = after.unwrap_or_else(|refused| panic!("{from}, {task}: {refused}"));
        assert_eq!(after.step.as_str(), step, "{from}, {task}");
        let row = after.step.row();
        assert_eq!(after.phase, row.phase.unwrap_or(before.phase), "{from}, {task}");
        if task.starts_with("resolution") {
            assert_eq!(after.milestones[&Milestone::Resolved], now, "5D: {task}");
        }
    }
}
