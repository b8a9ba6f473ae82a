//! CR-19: whatever a file holds, it is told of; and what is known has its place in the flow, or its rule.

use super::{imported, of};
use domain::change_request::{ChangeRequest, Deadline};
use proptest::{collection, prelude::*, sample::select};
use serde_json::{Value, json};

/// A text that may be a date, an action, a number, or none.
fn word() -> impl Strategy<Value = Value> {
    let known = select(vec![
        json!("2004-03-05"),
        json!("2099-12-31"),
        json!("1970-01-01"),
        json!("submitted"),
        json!("acknowledged"),
        json!("clarification_held"),
        json!("presented_at_monthly_meeting"),
        json!("draft_response_issued"),
        json!("closed"),
        json!("status_to:Denied"),
        json!("status_to:Presented"),
        json!("status_to:CLEC Test"),
        json!("PC030504-1ES"),
        json!("5371475"),
        json!("systems"),
        json!("cmp"),
        json!("Deferred"),
        json!(true),
        json!(null),
        json!(-1),
        json!([]),
    ]);
    prop_oneof![9 => known, 1 => any::<String>().prop_map(Value::from)]
}

fn step() -> impl Strategy<Value = Value> {
    let named = (word(), word(), word(), word())
        .prop_map(|(date, action, text, suspect)| json!({ "date": date, "action": action, "text": text, "date_suspect": suspect }));
    prop_oneof![9 => named, 1 => word()]
}

fn element() -> impl Strategy<Value = Value> {
    let fields = (word(), word(), word(), word(), word(), collection::vec(step(), 0..12));
    let named = fields.prop_map(|(number, kind, status, date, truncated, history)| {
        json!({
            "cr_number": number, "kind": kind, "current_status": status, "status_date": date, "truncated": truncated,
            "suffixes": [], "related_crs": [number], "history": history,
        })
    });
    prop_oneof![9 => named, 1 => word()]
}

/// A history of words that are all known, at dates that are all dates.
fn history() -> impl Strategy<Value = Vec<(String, String)>> {
    let vocabulary: Value = serde_json::from_str(include_str!("../../data/change-request-actions.json")).unwrap();
    let actions: Vec<String> = vocabulary.as_object().unwrap().keys().filter(|of| !of.contains('<')).cloned().collect();
    let date = (0..200_u64)
        .prop_map(|day| (chrono::NaiveDate::from_ymd_opt(2004, 3, 1).unwrap() + chrono::Days::new(day)).to_string());
    collection::vec((date, select(actions)), 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cr_19_no_file_is_too_odd_to_be_told_of(elements in collection::vec(element(), 0..8)) {
        let (report, requests) = imported(&elements);
        prop_assert_eq!(report.read, report.imported + report.duplicates.len() + report.refused.len());
        prop_assert_eq!(report.imported, requests.len());
        for request in requests {
            let kept: ChangeRequest = serde_json::from_value(serde_json::to_value(&request).unwrap()).unwrap();
            prop_assert_eq!(kept, request);
        }
    }

    #[test]
    fn cr_19_whatever_is_known_has_its_place_or_its_rule(steps in history()) {
        let steps: Vec<(&str, &str)> = steps.iter().map(|(date, action)| (&**date, &**action)).collect();
        let (report, _) = imported(&[of(&steps)]);
        prop_assert_eq!(report.unexplained, 0);
        let walk_ons = report.deviations.iter().filter(|of| of.told.detail.starts_with("a walk-on")).count();
        let early = report.judgements.iter().filter(|of| of.told.deadline == Deadline::Presentation);
        prop_assert_eq!(walk_ons, early.filter(|of| of.told.meetings.is_some_and(|meetings| meetings < 0)).count());
        let judged: usize = report.judged.values().flat_map(|of| of.values()).map(|of| of.in_time + of.late + of.not_judged).sum();
        prop_assert_eq!(judged, report.judgements.len());
    }
}
