//! CR-19: change requests of the past, read one by one, led through the flow, and judged.

mod figures;
mod odd;
mod pages;

use crate::chart::act;
use contract::Policy;
use domain::change_request::{
    ChangeRequest,
    archive::{Gathered, Judgement, Report},
};
use serde_json::{Value, json};

/// A file, imported: the report, and the change requests.
pub(super) fn imported(elements: &[Value]) -> (Report, Vec<ChangeRequest>) {
    let act = act("2026-03-02T17:00:00Z".parse().unwrap());
    let policy = Policy::defaults();
    let gathered = Gathered::from(elements, policy.calendar(act.now).date(act.now));
    let (mut report, mut requests) = (Report::on(&gathered), Vec::new());
    for page in &gathered.pages {
        match page.imported(page.id(), &act, &policy) {
            Ok(revised) => {
                report.add(&revised.record);
                requests.push(revised.record);
            }
            Err(refusal) => report.refuse(refusal),
        }
    }
    (report, requests)
}

/// An element of a file: a product/process change request with this history, whole, submitted by "submitted".
fn of(history: &[(&str, &str)]) -> Value {
    let steps: Vec<Value> = history.iter().map(|(date, action)| json!({ "date": date, "action": action })).collect();
    json!({ "cr_number": "PC030504-1", "kind": "product_process", "history": steps })
}

/// With these fields.
fn with(mut element: Value, fields: Value) -> Value {
    for (name, value) in fields.as_object().unwrap() {
        element[name] = value.clone();
    }
    element
}

/// What of a history departs from which rule: the action, where it stood, the rule, and how.
fn deviations(elements: &[Value]) -> Vec<(String, String, String, String)> {
    let told = imported(elements).0.deviations.into_iter().map(|of| of.told);
    told.map(|of| (of.action, of.step.as_str().to_owned(), of.rule.into_owned(), of.detail)).collect()
}

/// How a deadline was kept: from when, by when, when, and what it took.
pub(super) fn judged(judgement: &Judgement) -> (String, String, String, i64) {
    let date = |date: Option<chrono::NaiveDate>| date.unwrap().to_string();
    let took = judgement.business_days.or(judgement.meetings).unwrap();
    (date(judgement.from), date(judgement.due), date(judgement.met), took)
}

#[test]
fn cr_19_what_cannot_be_read_is_told_and_the_others_go_on() {
    let good = of(&[("2004-03-05", "submitted")]);
    let numbered = |number: &str| with(good.clone(), json!({ "cr_number": number }));
    let elements = [
        json!("PC030504-1"),
        json!({ "kind": "systems" }),
        numbered("PC133304-1"),
        numbered("PC030504-1QQ"),
        with(good.clone(), json!({ "kind": "process" })),
        with(good.clone(), json!({ "kind": 7, "title": ["a"], "truncated": "yes" })),
        of(&[("2004-02-30", "submitted")]),
        of(&[("20040305", "submitted")]),
        of(&[("9999-01-01", "submitted")]),
        with(good.clone(), json!({ "history": [7, { "action": "submitted" }, { "date": "2004-03-05" }] })),
        with(good.clone(), json!({ "history": "none", "suffixes": ["ZZ"], "status_date": "June" })),
        with(good.clone(), json!({ "title": "x".repeat(2_001) })),
        with(good.clone(), json!({ "history": vec![json!({}); 501] })),
        good.clone(),
        numbered("pc030504-01ES"),
        with(numbered("SCR030504-1"), json!({ "unheard_of": [{}], "title": null, "history": null })),
    ];
    let (report, requests) = imported(&elements);
    let told: Vec<(usize, Option<&str>, Vec<String>)> = report
        .refused
        .iter()
        .map(|of| {
            let faults = of.faults.iter().map(|fault| format!("{} {} ({})", fault.field, fault.detail, fault.rule));
            (of.at, of.change_request.as_deref(), faults.collect())
        })
        .collect();
    let number = "is no change request number, such as PC030504-1, SCR062105-01 or 5371475 (CR-19)";
    let some = Some("PC030504-1");
    #[rustfmt::skip]
    let expected: Vec<(usize, Option<&str>, Vec<String>)> = [
        (0, None, vec![" is no object (CR-19)"]),
        (1, None, vec!["cr_number is missing (CR-19)"]),
        (2, Some("PC133304-1"), vec!["cr_number 'PC133304-1' NUMBER"]),
        (3, Some("PC030504-1QQ"), vec!["cr_number 'PC030504-1QQ' NUMBER"]),
        (4, some, vec!["kind 'process' is not product_process, systems or cmp (CR-19)"]),
        (5, some, vec!["kind is a text (CR-19)", "title is a text (CR-19)", "truncated is true or false (CR-19)"]),
        (6, some, vec!["history[0].date '2004-02-30' is no date of 1970 to 2099 (CR-19)"]),
        (7, some, vec!["history[0].date '20040305' is no date of 1970 to 2099 (CR-19)"]),
        (8, some, vec!["history[0].date '9999-01-01' is no date of 1970 to 2099 (CR-19)"]),
        (9, some, vec!["history[0] is no object (CR-19)", "history[1].date is missing (CR-19)", "history[2].action is missing (CR-19)"]),
        (10, some, vec!["status_date 'June' is no date of 1970 to 2099 (CR-19)", "history is a list (CR-19)", "suffixes 'ZZ' is not CM, X, IG, EX, ES or MN (CR-19)"]),
        (11, some, vec!["title has at most 2000 characters (CR-19)"]),
        (12, some, vec!["history has at most 500 elements (CR-19)"]),
    ]
    .map(|(at, change_request, faults)| {
        (at, change_request, faults.iter().map(|fault| fault.replace("NUMBER", number)).collect())
    })
    .into();
    assert_eq!(told, expected);
    let found: Vec<_> = report.duplicates.iter().map(|of| (of.at, &*of.change_request, &*of.detail)).collect();
    assert_eq!(found, [(14, "pc030504-01ES", "the element 13 has it")]);
    assert_eq!((report.read, report.imported), (16, 2));
    assert_eq!(requests.iter().map(ChangeRequest::printed).collect::<Vec<_>>(), ["PC030504-1", "SCR030504-01"]);
}

#[test]
fn cr_19_one_that_is_larger_than_an_item_is_told() {
    let step =
        |day: u32| json!({ "date": format!("2004-03-{day:02}"), "action": "record_update", "text": "x".repeat(2_000) });
    let of = |steps: u32| json!({ "cr_number": "5371475", "kind": "systems", "history": (1..=steps).map(|at| step(at % 28 + 1)).collect::<Vec<_>>() });
    assert_eq!(imported(&[of(40)]).0.imported, 1);
    let (report, _) = imported(&[of(200)]);
    assert_eq!(report.imported, 0);
    assert_eq!(
        report.refused[0].faults[0].detail,
        "holds as much as is kept of it: 94208 bytes, and this would be 437328"
    );
}

/// The flow in its own order has nothing to tell but what an archive does not print.
#[test]
fn cr_19_a_history_in_the_order_of_the_flow_departs_from_nothing() {
    let history = of(&[
        ("2004-03-05", "submitted"),
        ("2004-03-08", "acknowledged"),
        ("2004-03-09", "posted_to_web"),
        ("2004-03-09", "sme_assigned"),
        ("2004-03-10", "clarification_scheduled"),
        ("2004-03-12", "clarification_held"),
        ("2004-03-15", "minutes_issued"),
        ("2004-04-21", "discussed_at_monthly_meeting"),
        ("2004-05-03", "sme_assigned"),
        ("2004-05-10", "formal_response_issued"),
        ("2004-05-19", "presented_at_monthly_meeting"),
        ("2004-05-19", "response_accepted"),
        ("2004-05-20", "status_to:Development"),
        ("2004-09-15", "implemented"),
        ("2004-09-15", "status_to:CLEC Test"),
        ("2004-10-20", "test_available"),
        ("2004-11-17", "status_to:Completed"),
    ]);
    let history = with(history, json!({ "current_status": "Completed", "status_date": "2004-11-17" }));
    let announced = ("implemented", "development", "CR-11", "no announced date is on record before it");
    assert_eq!(deviations(std::slice::from_ref(&history)), [row(announced)]);
    let (_, requests) = imported(&[history]);
    let of_first = requests.first().unwrap();
    assert_eq!(of_first.completion.as_ref().unwrap().way.as_str(), "tested");
    let steps = &of_first.archived.as_ref().unwrap().steps;
    let entered: Vec<&str> = steps.iter().filter_map(|step| step.entered).map(|step| step.as_str()).collect();
    #[rustfmt::skip]
    assert_eq!(entered, [
        "submitted", "received", "expertsAssigned", "clarified", "aligned", "responseIssued", "responsePresented",
        "responseAccepted", "development", "inProduction", "clecTest", "closed",
    ]);
}

/// A row as it is told.
fn row((action, step, rule, detail): (&str, &str, &str, &str)) -> (String, String, String, String) {
    (action.to_owned(), step.to_owned(), rule.to_owned(), detail.to_owned())
}

/// A history, and what of it departs from which rule.
#[rustfmt::skip]
type Case = (&'static [(&'static str, &'static str)], &'static [(&'static str, &'static str, &'static str, &'static str)]);

#[rustfmt::skip]
const CASES: [Case; 14] = [
    // Skipped steps, each by its rule.
    (&[("2004-03-05", "submitted"), ("2004-04-21", "presented_at_monthly_meeting")], &[
        ("presented_at_monthly_meeting", "submitted", "CR-01", "no acknowledgment is on record before it"),
        ("presented_at_monthly_meeting", "submitted", "CR-04", "no assignment of experts is on record before it"),
        ("presented_at_monthly_meeting", "submitted", "CR-05", "no clarification meeting is on record before it"),
    ]),
    (&[("2004-03-05", "submitted"), ("2004-03-08", "acknowledged"), ("2004-03-09", "sme_assigned"), ("2004-03-12", "clarification_held"), ("2004-03-15", "draft_response_issued")], &[
        ("draft_response_issued", "clarified", "CR-06", "no presentation of the request is on record before it"),
    ]),
    // A walk-on: the meeting of March, where the receipt leads to that of April.
    (&[("2004-03-05", "submitted"), ("2004-03-08", "acknowledged"), ("2004-03-09", "sme_assigned"), ("2004-03-12", "clarification_held"), ("2004-03-17", "discussed_at_monthly_meeting")], &[
        ("discussed_at_monthly_meeting", "aligned", "CR-12", "a walk-on: received 2004-03-05, it is due at the meeting of 2004-04-21 (CR-06)"),
    ]),
    // Back in the flow.
    (&[("2004-03-05", "submitted"), ("2004-03-08", "acknowledged"), ("2004-03-09", "acknowledged")], &[
        ("acknowledged", "received", "CR-03", "the flow does not come from received to received: it stays"),
    ]),
    (&[("2004-03-05", "submitted"), ("2004-03-08", "acknowledged"), ("2004-03-09", "sme_assigned"), ("2004-03-12", "clarification_held"), ("2004-03-12", "status_to:Clarification"), ("2004-03-15", "status_to:Submitted")], &[
        ("status_to:Submitted", "clarified", "CR-03", "the flow comes from clarified to no Submission: it stays"),
    ]),
    // Denied, crossed over, withdrawn, closed, deferred.
    (&[("2004-03-05", "submitted"), ("2004-03-08", "denied"), ("2004-03-09", "closed")], &[
        ("denied", "submitted", "CR-12", "the flow comes to denialAccepted from responseAccepted, not from submitted"),
    ]),
    (&[("2004-03-05", "submitted"), ("2004-03-08", "reclassified"), ("2004-03-09", "crossover_created"), ("2004-03-09", "status_to:Crossover")], &[
        ("reclassified", "submitted", "CR-12", "it moved between systems and product/process"),
        ("crossover_created", "submitted", "CR-12", "it crossed over, and another change request was issued"),
        ("status_to:Crossover", "submitted", "CR-12", "it crossed over, and goes on under another number"),
    ]),
    (&[("2004-03-05", "submitted"), ("2004-03-08", "status_to:Withdrawn"), ("2004-03-09", "status_to:Withdrawn"), ("2004-03-10", "closed")], &[
        ("closed", "withdrawn", "CR-12", "the flow comes to closed from responseAccepted, denialAccepted, clecTest, not from withdrawn"),
    ]),
    (&[("2004-03-05", "submitted"), ("2004-03-08", "status_to:Deferred"), ("2005-03-08", "closed")], &[
        ("status_to:Deferred", "submitted", "CR-12", "the flow comes to deferred from notAccepted, denialAccepted, not from submitted"),
    ]),
    (&[("2004-03-05", "submitted"), ("2004-03-08", "status_to:Deferred"), ("2005-03-07", "closed")], &[
        ("status_to:Deferred", "submitted", "CR-12", "the flow comes to deferred from notAccepted, denialAccepted, not from submitted"),
        ("closed", "deferred", "CR-12", "the flow comes to closed from responseAccepted, denialAccepted, clecTest, not from deferred"),
    ]),
    // The dispute.
    (&[("2004-03-05", "submitted"), ("2004-03-08", "escalation_participation"), ("2004-03-09", "escalated"), ("2004-03-10", "escalation_acknowledged"), ("2004-03-10", "escalation_response"), ("2004-03-11", "escalation_position")], &[
        ("escalation_participation", "submitted", "CR-13", "the flow has no participation at submitted"),
        ("escalated", "submitted", "CR-13", "the flow comes to escalated from notAccepted, deferred, not from submitted"),
    ]),
    // Dates: before the submission, out of order, none of the submission.
    (&[("2004-03-04", "acknowledged"), ("2004-03-05", "submitted"), ("2004-03-09", "record_update"), ("2004-03-08", "acknowledged")], &[
        ("acknowledged", "draft", "CR-19", "it is dated before the submission of 2004-03-05"),
        ("acknowledged", "submitted", "CR-19", "it stands below 2004-03-09 on its page: it is taken by its date"),
    ]),
    (&[("2004-03-08", "acknowledged")], &[
        ("acknowledged", "draft", "CR-19", "no dated submission is on record before it"),
    ]),
    // What the flow has nowhere.
    (&[("2004-03-05", "submitted"), ("2004-03-08", "release_ranking"), ("2004-03-08", "status_changed"), ("2004-03-08", "other"), ("2004-03-08", "status_to:New - To be validated"), ("2004-03-08", "status_to:Pending Withdrawal")], &[
        ("release_ranking", "submitted", "CR-03", "the flow's table has no steps of a systems release"),
        ("status_changed", "submitted", "CR-19", "the page does not say to which status"),
        ("other", "submitted", "CR-19", "the page does not say what it was"),
        ("status_to:New - To be validated", "submitted", "CR-03", "a status of the years before the flow's table"),
        ("status_to:Pending Withdrawal", "submitted", "CR-12", "the flow's table has no such status: a withdrawal takes effect at once"),
    ]),
];

#[test]
fn cr_19_what_the_flow_does_not_foresee_is_told_with_its_rule() {
    for (history, expected) in CASES {
        let expected: Vec<_> = expected.iter().map(|told| row(*told)).collect();
        assert_eq!(deviations(&[of(history)]), expected, "{history:?}");
    }
}

/// Whatever stands in it, an unknown word is nobody's: it has no place, no rule, and is told.
#[test]
fn cr_19_an_unknown_action_or_state_stays_unexplained() {
    let history = [
        ("2004-03-05", "submitted"),
        ("2004-03-08", "approved"),
        ("2004-03-04", "status_to:Limbo"),
        ("2004-03-09", "status_to:"),
    ];
    let (report, requests) = imported(&[with(of(&history), json!({ "current_status": "Limbo" }))]);
    let told: Vec<_> = report.unexplained_steps.iter().map(|of| (&*of.told.action, &*of.told.detail)).collect();
    let expected = [
        ("status_to:Limbo", "an unknown state: it stays at draft"),
        ("approved", "an unknown action: it stays at submitted"),
        ("status_to:", "an unknown state: it stays at submitted"),
    ];
    assert_eq!(told, expected);
    assert_eq!((report.unexplained, report.deviations.len()), (3, 0));
    assert_eq!(report.notes[0].told.detail, "'Limbo' is an unknown state: where its steps led it stands");
    assert_eq!(requests[0].step.as_str(), "submitted");
}

/// No word of the vocabulary, and no status of the CMP, stays unexplained.
#[test]
fn cr_19_the_whole_vocabulary_is_known() {
    let vocabulary: Value = serde_json::from_str(include_str!("../../data/change-request-actions.json")).unwrap();
    let actions = vocabulary.as_object().unwrap().keys().filter(|action| !action.starts_with("status_to:"));
    let states = [
        "Submitted",
        "Clarification",
        "Evaluation",
        "Presented",
        "Development",
        "CLEC Test",
        "Completed",
        "Closed",
        "Denied",
        "Deferred",
        "Withdrawn",
        "Crossover",
        "Pending Prioritization",
        "Pending Withdrawal",
        "New - To be validated",
        "New - To be reviewed",
        "Reviewed - Under consideration",
        "Declined",
        "Escalated",
        "Declined/Deferred",
    ]
    .map(|state| format!("status_to:{state}"));
    let all: Vec<String> = actions.cloned().chain(states).collect();
    assert_eq!(all.len(), 64);
    for action in all {
        let (report, _) = imported(&[of(&[("2004-03-05", "submitted"), ("2004-03-08", &action)])]);
        assert_eq!(report.unexplained, 0, "{action}");
    }
}

/// From a Friday evening, over a holiday, at the month's edge: a date counts as its day, or as the next business day.
#[test]
fn cr_19_deadlines_are_judged_by_dates_alone() {
    #[rustfmt::skip]
    let cases = [
        // 2004-07-04 is a Sunday, and observed on Monday.
        ("2004-07-02", "2004-07-06", 0, ("2004-07-02", "2004-07-07", "2004-07-06", 1), true),
        // Received on a Saturday: as on Monday.
        ("2004-03-06", "2004-03-10", 0, ("2004-03-06", "2004-03-10", "2004-03-10", 2), true),
        ("2004-03-06", "2004-03-11", 0, ("2004-03-06", "2004-03-10", "2004-03-11", 3), false),
        // Thanksgiving is on the way.
        ("2003-11-26", "2003-12-01", 0, ("2003-11-26", "2003-12-01", "2003-12-01", 2), true),
    ];
    for (submitted, acknowledged, at, expected, in_time) in cases {
        let (report, _) = imported(&[of(&[(submitted, "submitted"), (acknowledged, "acknowledged")])]);
        let judgement = &report.judgements[at].told;
        let (from, due, met, took) = judged(judgement);
        assert_eq!((&*from, &*due, &*met, took), expected);
        assert_eq!(judgement.in_time, Some(in_time), "{submitted}");
    }
}

/// What a deadline is not judged for.
#[test]
fn cr_19_no_deadline_is_judged_by_a_date_that_is_in_doubt() {
    let suspect = json!([
        { "date": "2004-03-05", "action": "submitted" },
        { "date": "2003-03-08", "action": "acknowledged", "date_suspect": true },
        { "date": "2004-03-20", "action": "record_update" },
        { "date": "2004-03-10", "action": "clarification_held" },
        { "date": "2004-03-11", "action": "formal_response_issued" },
    ]);
    let (report, requests) = imported(&[with(of(&[]), json!({ "history": suspect }))]);
    let told: Vec<_> = report.judgements.iter().map(|of| of.told.not_judged.as_deref().unwrap()).collect();
    let expected = [
        "the date on which it was kept looks like a misprint",
        "the date of the acknowledgment looks like a misprint",
        "the date on which it was kept is out of order on its page",
        "no presentation is on record",
        "the date of the response is out of order on its page",
    ];
    assert_eq!(told, expected);
    assert!(requests[0].milestones.keys().all(|milestone| format!("{milestone:?}") != "CrReceived"));
}
