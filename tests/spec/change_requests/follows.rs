//! CR-03: what may follow each step, by whom: every task at every stage by everyone, held against one chart; and what is told
//! to be possible, held against what is done.

use super::{NOW, WHO, act, actor, attempt, stage};
use contract::{Policy, Refused, party::CmpRole};
use domain::change_request::{
    Step,
    flow::{FLOW, TASKS, TaskName, UNFORESEEN},
};
use std::collections::BTreeSet;

/// The stages of the chart's columns.
#[rustfmt::skip]
const STAGES: [(char, &str); 26] = [
    ('-', "draft"), ('s', "submitted"), ('r', "returned"),
    ('1', "received"), ('p', "posted"), ('g', "assigned"), ('2', "expertsAssigned"), ('3', "clarified"), ('m', "minuted"),
    ('4', "aligned"), ('d', "drafted"), ('e', "draftAccepted"), ('i', "responseIssued"),
    ('5', "responsePresented"), ('A', "revisionRequired"), ('B', "notAccepted"), ('F', "deferred"), ('C', "escalated"),
    ('6', "responseAccepted"), ('N', "denialAccepted"),
    ('7', "development"), ('8', "announced"), ('9', "inProduction"), ('T', "clecTest"), ('X', "closed"), ('W', "withdrawn"),
];

/// Each task: whose it is, and at which stages. To anybody else it is forbidden, at any other stage it is refused with what is
/// possible there.
#[rustfmt::skip]
const CHART: [(&str, &str, &str); 41] = [
    //                       by whom    draft, logged,        answered,     not accepted, accepted, done, over
    ("PATCH",                "a",       "- r"),
    ("submission",           "a",       "- r"),
    ("return",               "M",       " s"),
    ("acknowledgment",       "M",       " s"),
    ("posting",              "M",       "    1"),
    ("assignment",           "G",       "    1pg23m 4dei 5ABFC 6N 789T"),
    ("experts",              "D",       "      g23m 4dei 5ABFC 6N 789T"),
    ("clarificationMeeting", "P",       "    1pg23m"),
    ("clarification",        "P",       "       23m"),
    ("minutes",              "P",       "        3m 4de"),
    ("PATCH",                "aPM",     "    1pg23m 4dei 5ABFC 6N 789T"),
    ("presentation",         "P",       "         m"),
    ("draftResponse",        "S",       "           4de   A"),
    ("directorAcceptance",   "D",       "            de"),
    ("response",             "P",       "             e"),
    ("position",             "ab",      "              i 5 B C"),
    // In the term to object to an outcome: it is over, at these stages.
    ("position",             "ab",      ""),
    ("responsePresentation", "SP",      "              i"),
    ("outcome",              "PM",      "                5"),
    ("escalation",           "ab",      "                  BF"),
    // Of one that objected: nobody did, at these stages.
    ("escalation",           "",        ""),
    ("participation",        "ab",      "                    C"),
    ("escalationResponse",   "DM",      "                    C"),
    ("resolution",           "M",       "                    C"),
    ("deferral",             "aM",      "                  B    N"),
    ("renewal",              "aM",      "                   F"),
    ("resumption",           "aM",      "                   F"),
    ("originatorsWord",      "a",       "                      6N 789T"),
    ("acceptance",           "M",       "                      6"),
    ("comment",              "MGPDSab", "     pg23m 4dei 5ABFC 6N 789T"),
    ("announcement",         "P",       "                         78"),
    ("production",           "P",       "                          8"),
    ("test",                 "P",       "                           9"),
    ("feedback",             "ab",      "                           9T"),
    ("closure",              "M",       "                       N    T"),
    ("withdrawal",           "a",       "-sr 1pg23m 4dei 5ABFC 6N 789T"),
    ("suffixes",             "M",       "    1pg23m 4dei 5ABFC 6N 789T"),
    ("ticket",               "aM",      " sr 1pg23m 4dei 5ABFC 6N 789T"),
    ("attachment",           "aMGPDS",  "-sr 1pg23m 4dei 5ABFC 6N 789T"),
    ("unforeseenStep",       "M",       "    1pg23m 4dei 5ABFC 6N 789T XW"),
    ("crossover",            "M",       "    1pg23m 4dei 5ABFC 6N 789T XW"),
];

/// Who escalated it is in it already, and does not join it.
fn joins_its_own(stage: &str, task: &str, who: char) -> bool {
    (stage, task, who) == ("escalated", "participation", 'b')
}

#[derive(Debug, PartialEq)]
enum Answered {
    Done,
    Forbidden,
    NotNow,
}

fn answered(result: &Result<domain::change_request::ChangeRequest, Refused>) -> Result<Answered, String> {
    match result {
        Ok(_) => Ok(Answered::Done),
        Err(Refused::Forbidden { .. }) => Ok(Answered::Forbidden),
        Err(Refused::NotNow { .. }) => Ok(Answered::NotNow),
        Err(other) => Err(format!("{other:?}")),
    }
}

#[test]
fn cr_03_the_chart_has_each_task_in_the_flows_order() {
    let names = TASKS.iter().map(|task| task.name).chain(UNFORESEEN).map(TaskName::as_str);
    assert_eq!(names.collect::<Vec<_>>(), CHART.map(|(name, ..)| name));
    let steps: BTreeSet<Step> = STAGES.iter().map(|(_, name)| stage(name, &Policy::defaults()).0.step).collect();
    assert_eq!(steps.len(), FLOW.len(), "a stage at each step");
}

#[test]
fn cr_03_what_may_follow_each_step_and_by_whom() {
    let policy = Policy::defaults();
    let tasks: BTreeSet<&str> = CHART.iter().map(|(name, ..)| *name).collect();
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for (letter, name) in STAGES {
        let (request, now) = stage(name, &policy);
        for who in WHO {
            let possible = request.allowed_tasks(&actor(who));
            for task in &tasks {
                let rows = || CHART.iter().filter(|(of, whose, _)| of == task && whose.contains(who));
                let expected = match rows().next() {
                    None => Answered::Forbidden,
                    Some(_) if joins_its_own(name, task, who) => Answered::NotNow,
                    Some(_) if rows().any(|(.., stages)| stages.contains(letter)) => Answered::Done,
                    Some(_) => Answered::NotNow,
                };
                let result = attempt(&request, task, &act(who, now), &policy);
                let is = answered(&result);
                if is.as_ref() != Ok(&expected) {
                    wrong.push(format!("{name}: {task} by {who} is {is:?}, not {expected:?}"));
                }
                if let Err(Refused::NotNow { possible: told, .. }) = &result
                    && (*told != possible || told.contains(task))
                {
                    wrong.push(format!("{name}: {task} by {who} is refused, and told as possible: {told:?}"));
                }
                if possible.contains(task) != (is == Ok(Answered::Done)) {
                    wrong.push(format!("{name}: {task} by {who} is {is:?}, and possible: {possible:?}"));
                }
                tried += 1;
            }
            let each: BTreeSet<&str> = possible.iter().copied().collect();
            if each.len() != possible.len() || !each.is_subset(&tasks) {
                wrong.push(format!("{name}: to {who} is told {possible:?}"));
            }
        }
    }
    assert_eq!(tried, 26 * 7 * 38);
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}

/// The refusal tells where it stands and who may, by the words of the source.
#[test]
fn cr_03_a_refusal_tells_why() {
    let policy = Policy::defaults();
    #[rustfmt::skip]
    let table = [
        ("received",         'S', "response",             "403 CR-07"),
        ("received",         'a', "posting",              "403 CR-02"),
        ("received",         'b', "withdrawal",           "403 CR-12"),
        ("received",         'M', "position",             "403 CR-09"),
        ("notAccepted",      'P', "deferral",             "403 CR-12"),
        ("received",         'P', "crossover",            "403 CR-12"),
        ("received",         'P', "response",             "409 CR-07"),
        ("closed",           'P', "response",             "409 CR-07"),
        ("draft",            'M', "posting",              "409 CR-02"),
        ("received",         'b', "comment",              "409 CR-11"),
        ("posted",           'M', "posting",              "409 CR-02"),
        ("posted",           'D', "experts",              "409 CR-04"),
        ("clarified",        'P', "presentation",         "409 CR-06"),
        ("aligned",          'D', "directorAcceptance",   "409 CR-07"),
        ("drafted",          'P', "response",             "409 CR-07"),
        ("submitted",        'M', "unforeseenStep",       "409 CR-12"),
        ("escalated",        'b', "participation",        "409 CR-13"),
        ("deferred",         'b', "resumption",           "403 CR-12"),
        ("draft",            'a', "ticket",               "409 CR-14"),
    ];
    let mut details = Vec::new();
    for (name, who, task, status) in table {
        let (request, now) = stage(name, &policy);
        let (is, detail) = match attempt(&request, task, &act(who, now), &policy).unwrap_err() {
            Refused::Forbidden { rule, detail } => (format!("403 {rule}"), detail),
            Refused::NotNow { rule, detail, .. } => (format!("409 {rule}"), detail),
            other => panic!("{name}, {task}: {other}"),
        };
        assert_eq!(is, status, "{name}, {task} by {who}: {detail}");
        details.push(format!("{name}, {task} by {who}: {detail}"));
    }
    insta::assert_snapshot!(details.join("\n"));
}

/// What is done leaves it where it stands, or leads to one of the steps that the flow's table has behind the task; and each of
/// them is reached so.
#[test]
fn cr_03_each_task_leads_where_its_row_says() {
    let policy = Policy::defaults();
    #[rustfmt::skip]
    let of = |task: &'static str| match task {
        "outcome" => vec!["outcome accepted", "outcome notAccepted", "outcome revisionsRequired"],
        "resolution" => vec!["resolution accepted", "resolution notAccepted", "resolution revisionsRequired"],
        "acceptance" => vec!["acceptance noFurtherAction", "acceptance nothingToTest", "acceptance implementationPlan", "acceptance denial"],
        _ => vec![task],
    };
    let mut reached: BTreeSet<(&str, Step)> = BTreeSet::new();
    let rows: BTreeSet<(&str, Step)> =
        TASKS.iter().flat_map(|task| task.leads.iter().map(|step| (task.name.as_str(), *step))).collect();
    for name in STAGES.map(|(_, name)| name).into_iter().chain(["accepted: no"]) {
        let (before, now) = stage(name, &policy);
        for who in WHO {
            for task in TASKS.iter().map(|task| task.name.as_str()).collect::<BTreeSet<_>>() {
                for which in of(task) {
                    let Ok(after) = attempt(&before, which, &act(who, now), &policy) else { continue };
                    if after.step != before.step {
                        assert!(rows.contains(&(task, after.step)), "{name}: {which} leads to {:?}", after.step);
                    }
                    if after.version != before.version {
                        reached.insert((task, after.step));
                    }
                }
            }
        }
    }
    let never: Vec<_> = rows.difference(&reached).collect();
    assert!(never.is_empty(), "told to lead there, and never does: {never:?}");
}

/// At an unforeseen step, what needs a response or a dispute that it has not is not possible; a drafted response is none.
#[test]
fn cr_12_an_unforeseen_step_brings_no_response_and_no_dispute_with_it() {
    let policy = Policy::defaults();
    let (received, now) = stage("posted", &policy);
    #[rustfmt::skip]
    let table = [
        ("responseIssued",    'P', "responsePresentation"),
        ("responsePresented", 'P', "outcome"),
        ("notAccepted",       'b', "escalation"),
        ("deferred",          'b', "escalation"),
        ("escalated",         'M', "resolution"),
    ];
    let mut details = Vec::new();
    for (step, who, task) in table {
        let there = attempt(&received, &format!("unforeseenStep {step}"), &act('M', now), &policy).unwrap();
        let Err(Refused::NotNow { detail, .. }) = attempt(&there, task, &act(who, now), &policy) else {
            panic!("{task} at {step}");
        };
        details.push(format!("{step}, {task} by {who}: {detail}"));
    }
    insta::assert_snapshot!(details.join("\n"));
    let (drafted, now) = stage("draftAccepted", &policy);
    assert!(drafted.draft.is_some());
    assert_eq!(attempt(&drafted, "unforeseenStep clarified", &act('M', now), &policy).unwrap().draft, None);
    // Escalated, a deferral is at its end.
    let (deferred, now) = stage("deferred", &policy);
    let escalated = attempt(&deferred, "escalation", &act('b', now), &policy).unwrap();
    assert_eq!((deferred.deferral.is_some(), escalated.step, escalated.deferral), (true, Step::Escalated, None));
    // Experts that are the same enter step 2 from step 1 too; a CRPM and a Director do not.
    let (assigned, now) = stage("clarified", &policy);
    let back = attempt(&assigned, "unforeseenStep received", &act('M', now), &policy).unwrap();
    assert_eq!(back.team.experts, ["Eve"]);
    assert_eq!(attempt(&back, "assignment", &act('G', now), &policy).unwrap().step, Step::Received);
    assert_eq!(attempt(&back, "experts", &act('D', now), &policy).unwrap().step, Step::ExpertsAssigned);
}

/// CR-12: wherever the CMP Manager records it to stand, what is told to be possible there can be done, and nothing else.
#[test]
fn cr_12_what_is_possible_at_an_unforeseen_step_can_be_done() {
    let policy = Policy::defaults();
    let tasks: BTreeSet<&str> = CHART.iter().map(|(name, ..)| *name).collect();
    let mut wrong = Vec::new();
    for from in ["received", "posted", "minuted", "responseIssued", "escalated", "deferred", "closed"] {
        for row in &FLOW[3..] {
            let (before, now) = stage(from, &policy);
            // Where it stands it is not led to, nor over a dispute to its end.
            if before.step == row.step || (from == "escalated" && row.step.is_over()) {
                continue;
            }
            let to = format!("unforeseenStep {}", row.step.as_str());
            let request = attempt(&before, &to, &act('M', now), &policy).unwrap();
            for who in WHO {
                let possible = request.allowed_tasks(&actor(who));
                for task in &tasks {
                    // No response says yes to what it may be let be for: this has none, or a good one.
                    let result = attempt(&request, task, &act(who, now), &policy);
                    if possible.contains(task) != result.is_ok() {
                        let is = answered(&result);
                        wrong.push(format!("{from}, {to}: {task} by {who} is {is:?}, and possible: {possible:?}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Not to where it stands, and not back before its number.
#[test]
fn cr_12_an_unforeseen_step_is_another_and_a_logged_one() {
    let policy = Policy::defaults();
    let (request, now) = stage("clarified", &policy);
    for row in &FLOW {
        let result = attempt(&request, &format!("unforeseenStep {}", row.step.as_str()), &act('M', now), &policy);
        match row.step {
            Step::Draft | Step::Submitted | Step::Returned | Step::Clarified => {
                let Err(Refused::Invalid(faults)) = result else { panic!("{:?}: {result:?}", row.step) };
                assert_eq!((faults[0].field.as_str(), faults[0].rule), ("step", "CR-12"));
            }
            step => assert_eq!(result.unwrap().step, step),
        }
    }
}

/// A token's roles go together: what any of them may.
#[test]
fn cr_04_several_roles_may_what_each_of_them_may() {
    let policy = Policy::defaults();
    let (request, _) = stage("responseIssued", &policy);
    let both = contract::Actor { roles: [CmpRole::Sme, CmpRole::GroupManager].into(), ..actor('S') };
    let each: BTreeSet<&str> = ['S', 'G'].into_iter().flat_map(|who| request.allowed_tasks(&actor(who))).collect();
    assert_eq!(request.allowed_tasks(&both).into_iter().collect::<BTreeSet<_>>(), each);
    assert!(each.contains("responsePresentation") && each.contains("assignment"), "{NOW}: {each:?}");
}
