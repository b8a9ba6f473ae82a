//! CR-19, CR-23: pages of other years and carriers: what is not on record stays unknown, and nothing is before what it follows.

use super::{deviations, imported, of, row, with};
use contract::{Instant, Policy};
use domain::change_request::{
    ChangeRequest,
    archive::{Gathered, Report},
};
use serde_json::{Value, json};

fn only(element: Value) -> (Report, ChangeRequest) {
    let (report, requests) = imported(&[element]);
    let [request] = requests.try_into().unwrap();
    (report, request)
}

fn midnight(date: &str) -> Option<Instant> {
    let date = date.parse().unwrap();
    Some(Policy::defaults().calendar_on(date).at_time(date, chrono::NaiveTime::MIN))
}

/// The header, its date, the lines; when it was closed, and not before when it came to its step.
type Closing =
    (&'static str, Option<&'static str>, &'static [(&'static str, &'static str)], Option<&'static str>, &'static str);

#[rustfmt::skip]
const CLOSINGS: [Closing; 7] = [
    // No line and no date tells when: it is unknown, and no earlier than the last line.
    ("Completed", None, &[("2004-03-05", "submitted"), ("2004-04-21", "presented_at_monthly_meeting")], None, "2004-04-21"),
    ("Completed", None, &[], None, "2004-03-05"),
    ("Withdrawn", None, &[("2004-03-05", "submitted"), ("2004-06-01", "record_update")], None, "2004-06-01"),
    // The header tells, or the line.
    ("Completed", Some("2004-06-16"), &[("2004-03-05", "submitted")], Some("2004-06-16"), "2004-06-16"),
    ("Denied", None, &[("2004-03-05", "submitted"), ("2004-05-19", "denied")], Some("2004-05-19"), "2004-05-19"),
    // A header that is dated before the last step tells nothing; the line does, where it led there.
    ("Completed", Some("2004-03-10"), &[("2004-03-05", "submitted"), ("2004-04-21", "presented_at_monthly_meeting")], None, "2004-04-21"),
    ("Denied", Some("2004-03-10"), &[("2004-03-05", "submitted"), ("2004-05-19", "denied")], Some("2004-05-19"), "2004-05-19"),
];

#[test]
fn cr_23_a_closing_that_is_not_on_record_has_no_date_and_is_before_no_line() {
    for (status, date, history, closed, entered) in CLOSINGS {
        let (_, request) = only(with(of(history), json!({ "current_status": status, "status_date": date })));
        let told = format!("{status} {date:?} {history:?}");
        assert_eq!(request.completion.as_ref().unwrap().at, closed.and_then(midnight), "{told}");
        assert_eq!(Some(request.entered_at), midnight(entered), "{told}");
        assert_eq!(request.is_undated(), closed.is_none(), "{told}");
        assert!(request.is_of_the_past(), "{told}");
    }
    // Not even a day is known of it: it was before it was imported.
    let (_, request) = only(json!({ "cr_number": "5371475", "kind": "systems", "current_status": "Presented" }));
    assert!(request.is_undated() && request.is_of_the_past());
}

/// Up to the CLEC test, whose phase is steps 9 and 10.
const TESTED: [(&str, &str); 11] = [
    ("2004-03-05", "submitted"),
    ("2004-03-08", "acknowledged"),
    ("2004-03-09", "sme_assigned"),
    ("2004-03-12", "clarification_held"),
    ("2004-04-21", "presented_at_monthly_meeting"),
    ("2004-05-10", "formal_response_issued"),
    ("2004-05-19", "presented_at_monthly_meeting"),
    ("2004-05-19", "response_accepted"),
    ("2004-05-20", "status_to:Development"),
    ("2004-09-15", "implemented"),
    ("2004-09-15", "status_to:CLEC Test"),
];

#[test]
fn cr_19_a_phase_of_two_steps_is_closed_from_either() {
    let announced = ("implemented", "development", "CR-11", "no announced date is on record before it");
    let closed = || TESTED.into_iter().chain([("2004-11-17", "status_to:Completed")]).collect::<Vec<_>>();
    let whole = with(of(&closed()), json!({ "current_status": "Completed" }));
    let by_header = with(of(&TESTED), json!({ "current_status": "Completed", "truncated": true }));
    for element in [whole, by_header] {
        assert_eq!(deviations(std::slice::from_ref(&element)), [row(announced)]);
        assert_eq!(only(element).1.completion.unwrap().way.as_str(), "tested");
    }
    // Without the word of the test, the test is not on record.
    let untested: Vec<_> = closed().into_iter().filter(|(_, action)| *action != "status_to:CLEC Test").collect();
    assert_eq!(deviations(&[of(&untested)])[1].2, "CR-12");
}

#[test]
fn cr_19_what_can_be_tested_before_production_is_interface_testing() {
    let mut history = TESTED.to_vec();
    history.insert(9, ("2004-08-01", "test_available"));
    let told = deviations(&[of(&history)]);
    let interface = "interface testing before production: the flow's table has no such step";
    assert_eq!(told[0], row(("test_available", "development", "CR-03", interface)));
    history.remove(9);
    history.push(("2004-09-20", "test_available"));
    assert_eq!(deviations(&[of(&history)]).len(), 1, "in production it is the CLEC test");
}

#[test]
fn cr_19_a_walk_on_is_one_for_its_judgement_too() {
    let mut history = TESTED[..4].to_vec();
    history.extend([("2004-03-17", "status_to:Presented"), ("2004-05-19", "discussed_at_monthly_meeting")]);
    let (report, _) = only(of(&history));
    let walk_on = "a walk-on: received 2004-03-05, it is due at the meeting of 2004-04-21 (CR-06)";
    assert_eq!(report.deviations[0].told.detail, walk_on);
    assert_eq!(report.judgements[3].told.meetings, Some(-1));
}

#[test]
fn cr_19_a_submission_that_is_printed_below_what_followed_it_is_judged_by() {
    let cases = [
        (vec![("2004-03-09", "acknowledged"), ("2004-03-05", "submitted"), ("2004-03-12", "clarification_held")], 2, 1),
        // The newest line first: its order is that of the page.
        (vec![("2004-03-12", "clarification_held"), ("2004-03-09", "acknowledged"), ("2004-03-05", "submitted")], 2, 0),
    ];
    for (history, took, out_of_order) in cases {
        let (report, _) = only(of(&history));
        assert_eq!(report.judgements[0].told.business_days, Some(took), "{history:?}");
        let below = report.deviations.iter().filter(|of| of.told.detail.starts_with("it stands below"));
        assert_eq!(below.count(), out_of_order, "{history:?}");
    }
    let (report, _) = only(of(&[("2004-03-04", "acknowledged"), ("2004-03-05", "submitted")]));
    let why = "2004-03-04 is before the submission of 2004-03-05";
    assert_eq!(report.judgements[0].told.not_judged.as_deref(), Some(why));
}

/// States of other years and carriers, the step that each leads to from a clarified one, and the word that told its family.
#[rustfmt::skip]
const STATES: [(&str, &str, Option<&str>); 12] = [
    ("COMPLETED", "closed", None),
    ("  clec   test", "clecTest", None),
    ("Closed - no further action", "closed", Some("closed")),
    ("Withdrawn by originator", "withdrawn", Some("withdrawn")),
    ("Denied: technically not feasible", "denialAccepted", Some("denied")),
    ("CLEC Test - extended", "clecTest", Some("test")),
    ("In development", "development", Some("development")),
    ("Cancelled", "withdrawn", Some("cancelled")),
    ("Pending Packaging", "clarified", Some("pending")),
    ("Prioritized for 16.0", "clarified", Some("prioritized")),
    // Nothing is known of these.
    ("Not completed", "clarified", None),
    ("Re-opened", "clarified", None),
];

#[test]
fn cr_23_a_state_is_read_by_its_family_and_that_is_noted() {
    for (state, step, told_by) in STATES {
        let action = format!("status_to:{state}");
        let mut history = TESTED[..4].to_vec();
        history.push(("2004-06-16", &action));
        let (report, request) = only(of(&history));
        let entered = request.archived.unwrap().steps[4].entered.map_or("clarified", |step| step.as_str());
        assert_eq!(entered, step, "{state}");
        let detail = |word| format!("'{state}' is no state that is known: it is read by its word '{word}'");
        let notes: Vec<String> =
            report.notes.into_iter().map(|of| of.told.detail).filter(|of| !of.contains("prints none")).collect();
        assert_eq!(notes, told_by.map(detail).into_iter().collect::<Vec<_>>(), "{state}");
        assert_eq!(report.unexplained, usize::from(matches!(state, "Not completed" | "Re-opened")), "{state}");
    }
}

#[test]
fn cr_23_the_policy_names_what_another_carrier_prints() {
    let own = json!({ "changeRequests": { "archive": { "states": { "On the shelf": "deferred", "Not completed": "notInTheTable" } } } });
    let policy = record::notice::load_policy(&own.to_string()).unwrap();
    let history = [
        ("2004-03-05", "submitted"),
        ("2004-03-08", "status_to:Not Completed"),
        ("2004-03-09", "status_to:ON THE  SHELF"),
    ];
    let gathered = Gathered::from(&[of(&history)], "2026-03-02".parse().unwrap());
    let act = crate::chart::act("2026-03-02T17:00:00Z".parse().unwrap());
    let request = gathered.pages[0].imported(gathered.pages[0].id(), &act, &policy).unwrap().record;
    assert_eq!(request.step.as_str(), "deferred");
    let archived = request.archived.unwrap();
    assert_eq!((archived.unexplained.len(), archived.deviations[0].rule.as_ref()), (0, "CR-12"));
}

#[test]
fn cr_19_what_is_odd_of_a_page_is_noted_or_refused() {
    let submitted = of(&[("2004-03-05", "submitted")]);
    let notes = |fields: Value| {
        let (report, request) = only(with(submitted.clone(), fields));
        let notes = report.notes.into_iter().filter(|of| !of.told.detail.contains("prints none"));
        (notes.map(|of| format!("{} {}", of.told.field, of.told.detail)).collect::<Vec<_>>(), request)
    };
    let (told, _) = notes(json!({ "kind": "systems" }));
    assert_eq!(told, ["kind is systems, whose numbers begin with SCR, and its number with PC"]);
    let late =
        json!([{ "date": "2004-03-05", "action": "submitted" }, { "date": "2026-03-03", "action": "acknowledged" }]);
    let (told, request) = notes(json!({ "history": late, "current_status": "Denied", "status_date": "2040-03-05" }));
    let future = "is in the future: it is not used";
    assert_eq!(told, [format!("status_date 2040-03-05 {future}"), format!("history[1].date 2026-03-03 {future}")]);
    assert_eq!((request.completion.unwrap().at, request.milestones.len()), (None, 0));
    let (told, request) = notes(json!({ "cr_number": "PC030540-1", "history": [] }));
    assert_eq!(told, [format!("cr_number 2040-03-05 {future}")]);
    assert!(request.is_undated() && request.is_of_the_past());

    let refused = |fields: Value| {
        let (report, _) = imported(&[with(submitted.clone(), fields)]);
        report
            .refused
            .into_iter()
            .flat_map(|of| of.faults)
            .map(|fault| format!("{} {}", fault.field, fault.detail))
            .collect::<Vec<_>>()
    };
    for address in ["javascript:alert(1)", "data:text/html,x", "cmp.example"] {
        let told = refused(json!({ "source_url": address }));
        assert_eq!(told, [format!("source_url '{address}' is no address of http or https")]);
    }
    assert_eq!(refused(json!({ "title": "a\u{7}b" })), ["title has no control characters but line breaks and tabs"]);
    assert_eq!(refused(json!({ "title": "a\nb" })), ["title has one line"]);
}
