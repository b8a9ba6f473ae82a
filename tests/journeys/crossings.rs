//! QS-11: thresholds that are crossed, and sources that stop: each is an episode, which opens one report.

use crate::degradation::{Circuit, told};
use http::Method;
use serde_json::json;
use tests::story::{MEASUREMENTS, OBJECTIVES, PROBLEMS, PURCHASES, SPECIFICATIONS};

/// A type of SLA that has a threshold.
async fn type_of_sla(circuit: &Circuit, threshold: &str) -> String {
    let body = json!({ "name": "Gold", "relatedServiceLevelObjective": [{ "id": threshold }] });
    circuit.team.desk().post(SPECIFICATIONS, body).await.expect(201).text("id")
}

#[tokio::test]
async fn qs_11_a_crossing_is_an_episode_and_opens_one_report() {
    let circuit = Circuit::of_alpha().await;
    circuit.threshold(json!({ "toleranceTarget": "10" })).await;
    circuit.team.story.turn_to("2026-03-04T20:30:00Z").await;
    assert_eq!(circuit.reports().await.len(), 0, "a source that measured nothing before has not stopped");
    // 17:00 is met, 18:00 within what is tolerated, 19:00 missed; 20:00 is not over.
    let values = [
        ("2026-03-04T17:10:00Z", 40.0),
        ("2026-03-04T18:10:00Z", 58.0),
        ("2026-03-04T19:10:00Z", 61.0),
        ("2026-03-04T20:10:00Z", 90.0),
    ];
    circuit.measures(&values).await;
    circuit.team.story.turn_to("2026-03-04T21:14:00Z").await;
    assert_eq!(circuit.reports().await.len(), 0, "what was measured may come a quarter of an hour late");
    circuit.team.story.turn_to("2026-03-04T21:16:00Z").await;
    let reports = circuit.reports().await;
    assert_eq!(reports.len(), 1);
    let number = reports[0]["id"].as_str().unwrap();
    let crossing = json!({ "objective": reports[0]["crossing"]["objective"], "kind": "crossed", "beganAt": "2026-03-04T19:00:00Z", "again": 0 });
    assert_eq!(reports[0]["crossing"], crossing);
    assert_eq!(circuit.crossings().await, ["crossed 2026-03-04T19:00:00Z -"]);
    let expected = [
        format!("04 21:15 noc Degradation of circuit 7: {number}"),
        format!("04 21:15 sam Degradation of circuit 7: {number}"),
    ];
    assert_eq!(told(&circuit).await, expected);
    // What is tolerated ends nothing: the target itself is to be met.
    circuit.measures(&[("2026-03-04T21:10:00Z", 55.0)]).await;
    circuit.team.story.turn_to("2026-03-04T22:16:00Z").await;
    assert_eq!(circuit.crossings().await, ["crossed 2026-03-04T19:00:00Z -"]);
    circuit.measures(&[("2026-03-04T22:10:00Z", 50.0)]).await;
    circuit.team.story.turn_to("2026-03-04T23:16:00Z").await;
    assert_eq!(circuit.crossings().await, ["crossed 2026-03-04T19:00:00Z 2026-03-04T22:00:00Z"]);
    let sent = told(&circuit).await;
    let ended = format!("04 23:15 sam Degradation report {number} of alpha is of a crossing that ended");
    assert!(sent.len() == 1 && sent[0].starts_with(&ended), "{sent:?}");
    // It flaps: the same trouble while somebody works at the report, another one when that is over.
    circuit.measures(&[("2026-03-04T23:10:00Z", 99.0)]).await;
    circuit.team.story.turn_to("2026-03-05T00:16:00Z").await;
    assert_eq!(
        (circuit.reports().await.len(), &circuit.read("desk", number).await["crossing"]["again"]),
        (1, &json!(1))
    );
    circuit.measures(&[("2026-03-05T00:10:00Z", 10.0)]).await;
    circuit.team.story.turn_to("2026-03-05T01:16:00Z").await;
    circuit.measures(&[("2026-03-05T01:10:00Z", 99.0)]).await;
    circuit.does("desk", number, "clearing", json!({ "resolution": "A cable" })).await;
    circuit.does("alpha", number, "agreement", json!({ "agrees": true })).await;
    circuit.team.story.turn_to("2026-03-05T02:16:00Z").await;
    assert_eq!(
        circuit.crossings().await,
        [
            "crossed 2026-03-04T19:00:00Z 2026-03-04T22:00:00Z",
            "crossed 2026-03-04T23:00:00Z 2026-03-05T00:00:00Z",
            "crossed 2026-03-05T01:00:00Z -",
        ]
    );
    assert_eq!(circuit.reports().await.len(), 2);
    // The version of the purchase counts what can be seen: the looks that found nothing left it as it is.
    let etag = async || {
        circuit.team.alpha().get(&format!("{PURCHASES}/{}", circuit.purchase)).await.expect(200).headers["etag"].clone()
    };
    let before = etag().await;
    circuit.team.story.turn("PT3H").await;
    assert_eq!(etag().await, before);
}

#[tokio::test]
async fn qs_11_many_thresholds_are_crossed_and_met_at_once() {
    const MANY: usize = 40;
    let circuit = Circuit::of_alpha().await;
    for target in 1..=MANY {
        circuit.threshold(json!({ "conformanceTarget": target.to_string() })).await;
    }
    circuit.team.story.turn_to("2026-03-04T18:30:00Z").await;
    circuit.measures(&[("2026-03-04T18:10:00Z", 90.0)]).await;
    // One look begins as many as one transaction holds, and leaves the rest to the looks after it.
    circuit.team.story.turn_to("2026-03-04T19:30:00Z").await;
    let of = |crossing: &str| vec![crossing.to_owned(); MANY];
    assert_eq!(circuit.crossings().await, of("crossed 2026-03-04T18:00:00Z -"));
    let reports = circuit.team.desk().get(&format!("{PROBLEMS}?limit=100")).await.expect(200).body;
    assert_eq!(reports.as_array().unwrap().len(), MANY);
    circuit.measures(&[("2026-03-04T19:10:00Z", 0.5)]).await;
    circuit.team.story.turn_to("2026-03-04T20:30:00Z").await;
    assert_eq!(circuit.crossings().await, of("crossed 2026-03-04T18:00:00Z 2026-03-04T19:00:00Z"));
    // The Service Manager is told of each once: a look tells of at most 24, in one message.
    let sent = told(&circuit).await;
    let ended: Vec<&str> = sent.iter().filter(|of| of.starts_with("04 20:")).map(|of| &of[..23]).collect();
    assert_eq!(ended, ["04 20:15 sam 24 notices", "04 20:16 sam 16 notices"]);
    circuit.team.story.turn("PT3H").await;
    assert_eq!(told(&circuit).await, Vec::<String>::new());
}

#[tokio::test]
async fn qs_11_looks_that_find_nothing_leave_nothing_behind() {
    let circuit = Circuit::of_alpha().await;
    circuit.threshold(json!({ "graceTimes": "1000" })).await;
    circuit.team.story.turn_to("2026-03-04T18:30:00Z").await;
    circuit.measures(&[("2026-03-04T18:10:00Z", 90.0)]).await;
    circuit.team.story.turn("PT2H").await;
    let items = circuit.team.story.items().len();
    circuit.team.story.turn("PT10H").await;
    assert_eq!(circuit.team.story.items().len(), items);
}

#[tokio::test]
async fn qs_11_late_and_corrected_measurements_move_an_episode() {
    let circuit = Circuit::of_alpha().await;
    circuit.threshold(json!({})).await;
    circuit.measures(&[("2026-03-04T15:10:00Z", 90.0), ("2026-03-04T16:10:00Z", 10.0)]).await;
    circuit.team.story.turn_to("2026-03-04T18:16:00Z").await;
    assert_eq!(
        circuit.crossings().await,
        ["crossed 2026-03-04T15:00:00Z 2026-03-04T16:00:00Z"],
        "one that is over when it is seen is told all the same"
    );
    let number = circuit.reports().await[0]["id"].as_str().unwrap().to_owned();
    // What comes late moves its beginning; a correction takes it back.
    told(&circuit).await;
    circuit.measures(&[("2026-03-04T14:10:00Z", 95.0)]).await;
    circuit.team.story.turn("PT1H").await;
    assert_eq!(circuit.crossings().await, ["crossed 2026-03-04T14:00:00Z 2026-03-04T16:00:00Z"]);
    assert_eq!(circuit.read("desk", &number).await["crossing"]["beganAt"], "2026-03-04T14:00:00Z");
    let sent = told(&circuit).await;
    assert!(sent[0].contains("is of a crossing that began at another instant"), "{sent:?}");
    circuit.measures(&[("2026-03-04T14:10:00Z", 5.0), ("2026-03-04T15:10:00Z", 5.0)]).await;
    circuit.team.story.turn("PT1H").await;
    assert_eq!(circuit.crossings().await, ["crossed 2026-03-04T14:00:00Z 2026-03-04T14:00:00Z"], "it has no length");
    assert_eq!(circuit.reports().await.len(), 1);
    circuit.does("desk", &number, "cancellation", json!({ "reason": "The probe was wrong" })).await;
}

#[tokio::test]
async fn qs_11_a_check_that_was_down_for_a_week_finds_what_was_crossed_meanwhile() {
    let circuit = Circuit::of_alpha().await;
    circuit.threshold(json!({ "graceTimes": "1000" })).await;
    circuit.team.story.turn_without_checks("2026-03-05T19:30:00Z").await;
    circuit.measures(&[("2026-03-05T18:10:00Z", 80.0), ("2026-03-05T19:10:00Z", 20.0)]).await;
    circuit.team.story.turn_without_checks("2026-03-12T18:00:00Z").await;
    circuit.team.story.turn("PT1M").await;
    assert_eq!(circuit.crossings().await, ["crossed 2026-03-05T18:00:00Z 2026-03-05T19:00:00Z"]);
    // Looked at again, it is known.
    circuit.team.story.turn("PT5H").await;
    assert_eq!((circuit.reports().await.len(), circuit.crossings().await.len()), (1, 1));
}

#[tokio::test]
async fn qs_11_where_nothing_holds_any_more_an_episode_ends() {
    let circuit = Circuit::of_alpha().await;
    let threshold = circuit.threshold(json!({})).await;
    circuit.measures(&[("2026-03-04T15:10:00Z", 80.0)]).await;
    circuit.team.story.turn_to("2026-03-04T18:16:00Z").await;
    assert_eq!(circuit.crossings().await, ["crossed 2026-03-04T15:00:00Z -"]);
    circuit.team.desk().send(Method::DELETE, &format!("{OBJECTIVES}/{threshold}"), None, Vec::new()).await.expect(204);
    for _ in 0..3 {
        circuit.team.story.turn("PT1H").await;
        assert_eq!(circuit.crossings().await, ["crossed 2026-03-04T15:00:00Z 2026-03-04T18:16:00Z"]);
    }
    assert_eq!(circuit.reports().await[0]["crossing"]["again"], 0);
    // One that goes on ends with the purchase, too.
    circuit.threshold(json!({})).await;
    circuit.team.story.turn("PT1H").await;
    let purchase = format!("{PURCHASES}/{}", circuit.purchase);
    circuit.team.desk().patch(&purchase, json!({ "until": "2026-03-04T22:30:00Z" })).await.expect(200);
    circuit.team.story.turn("P60D").await;
    let crossings = circuit.crossings().await;
    assert_eq!(crossings.last().map(String::as_str), Some("crossed 2026-03-04T15:00:00Z 2026-03-04T22:30:00Z"));
}

#[tokio::test]
async fn qs_11_a_source_that_stops_is_a_finding() {
    let circuit = Circuit::of_alpha().await;
    circuit.threshold(json!({ "graceTimes": "2", "minimumMeasurements": 2 })).await;
    let two = |hour: &str| [format!("2026-03-04T{hour}:10:00Z"), format!("2026-03-04T{hour}:20:00Z")];
    circuit.team.story.turn_to("2026-03-04T17:30:00Z").await;
    for hour in ["15", "16", "17"] {
        let at = two(hour);
        circuit.measures(&[(&at[0], 10.0), (&at[1], 10.0)]).await;
    }
    // Two hours may have too few; the third is one too many.
    circuit.team.story.turn_to("2026-03-04T20:16:00Z").await;
    assert_eq!(circuit.crossings().await, Vec::<String>::new());
    circuit.team.story.turn_to("2026-03-04T21:16:00Z").await;
    assert_eq!(circuit.crossings().await, ["silent 2026-03-04T20:00:00Z -"]);
    let report = circuit.reports().await[0].clone();
    let said = report["description"].as_str().unwrap();
    assert!(said.ends_with("cannot be held against anything: too few measurements come"), "{said}");
    let at = two("21");
    circuit.measures(&[(&at[0], 10.0), (&at[1], 10.0)]).await;
    circuit.team.story.turn_to("2026-03-04T22:16:00Z").await;
    assert_eq!(circuit.crossings().await, ["silent 2026-03-04T20:00:00Z 2026-03-04T21:00:00Z"]);
    told(&circuit).await;
    // When the CLEC has it no more, nothing is looked for.
    let purchase = format!("{PURCHASES}/{}", circuit.purchase);
    circuit.team.desk().patch(&purchase, json!({ "until": "2026-03-04T23:30:00Z" })).await.expect(200);
    circuit.team.story.turn("P3D").await;
    assert_eq!(circuit.crossings().await, ["silent 2026-03-04T20:00:00Z 2026-03-04T21:00:00Z"]);
    assert_eq!(circuit.reports().await.len(), 1);
}

#[tokio::test]
async fn qs_11_what_comes_late_joins_and_splits_episodes() {
    let circuit = Circuit::of_alpha().await;
    circuit.threshold(json!({})).await;
    let values = [("2026-03-04T12:10:00Z", 90.0), ("2026-03-04T13:10:00Z", 10.0), ("2026-03-04T14:10:00Z", 90.0)];
    circuit.measures(&values).await;
    circuit.team.story.turn_to("2026-03-04T18:16:00Z").await;
    let apart = ["crossed 2026-03-04T12:00:00Z 2026-03-04T13:00:00Z", "crossed 2026-03-04T14:00:00Z -"];
    assert_eq!(circuit.crossings().await, apart);
    circuit.measures(&[("2026-03-04T13:10:00Z", 95.0)]).await;
    circuit.team.story.turn("PT1H").await;
    assert_eq!(circuit.crossings().await, ["crossed 2026-03-04T12:00:00Z -"]);
    circuit.measures(&[("2026-03-04T13:10:00Z", 15.0)]).await;
    circuit.team.story.turn("PT1H").await;
    assert_eq!(circuit.crossings().await, apart);
    assert_eq!(circuit.reports().await.len(), 1);
}

#[tokio::test]
async fn qs_11_a_type_of_sla_holds_from_when_it_was_assigned() {
    let circuit = Circuit::of_alpha().await;
    let desk = circuit.team.desk();
    let threshold = circuit.threshold(json!({})).await;
    let gold = type_of_sla(&circuit, &threshold).await;
    circuit.measures(&[("2026-03-04T15:10:00Z", 90.0)]).await;
    circuit.team.story.turn_to("2026-03-04T18:16:00Z").await;
    let purchase = format!("{PURCHASES}/{}", circuit.purchase);
    desk.patch(&purchase, json!({ "specification": gold })).await.expect(200);
    circuit.team.story.turn("PT1H").await;
    assert_eq!(circuit.crossings().await, Vec::<String>::new(), "what was before is held against nothing");
    circuit.measures(&[("2026-03-04T18:40:00Z", 90.0), ("2026-03-04T19:10:00Z", 90.0)]).await;
    circuit.team.story.turn_to("2026-03-04T20:16:00Z").await;
    assert_eq!(
        circuit.crossings().await,
        ["crossed 2026-03-04T19:00:00Z -"],
        "an hour is held against what held when it began"
    );
    // With another type of SLA it is not held against the threshold any more, and with none it is not either: that is of a type of SLA.
    desk.patch(&purchase, json!({ "specification": null })).await.expect(200);
    circuit.team.story.turn("PT1H").await;
    assert_eq!(circuit.crossings().await, ["crossed 2026-03-04T19:00:00Z 2026-03-04T20:16:00Z"]);
    let conformance = circuit.team.alpha().get(&format!("{purchase}/conformance")).await.expect(200).body;
    let windows = conformance[0]["windows"].as_array().unwrap();
    let begin: Vec<&str> = windows.iter().map(|of| of["from"].as_str().unwrap()).collect();
    assert_eq!(begin, ["2026-03-04T19:00:00Z", "2026-03-04T20:00:00Z"]);
    // A threshold that a type of SLA comes to have is held against nothing that was before.
    desk.patch(&purchase, json!({ "specification": gold })).await.expect(200);
    let later = circuit.threshold(json!({ "conformanceTarget": "20" })).await;
    let body = json!({ "relatedServiceLevelObjective": [{ "id": threshold }, { "id": later }] });
    desk.patch(&format!("{SPECIFICATIONS}/{gold}"), body).await.expect(200);
    circuit.team.story.turn_to("2026-03-04T22:20:00Z").await;
    circuit.measures(&[("2026-03-04T20:40:00Z", 30.0), ("2026-03-04T22:10:00Z", 30.0)]).await;
    circuit.team.story.turn_to("2026-03-05T00:16:00Z").await;
    assert_eq!(
        circuit.crossings().await,
        ["crossed 2026-03-04T19:00:00Z 2026-03-04T20:00:00Z", "crossed 2026-03-04T22:00:00Z -"],
        "the hour from 20:00 was held against the first to its end"
    );
}

#[tokio::test]
async fn qs_11_another_side_that_measures_is_no_source_that_stopped() {
    let circuit = Circuit::of_alpha().await;
    let threshold = circuit.threshold(json!({ "graceTimes": "1" })).await;
    circuit.measures(&[("2026-03-04T15:10:00Z", 10.0), ("2026-03-04T16:10:00Z", 10.0)]).await;
    circuit.team.story.turn_to("2026-03-04T19:16:00Z").await;
    assert_eq!(circuit.crossings().await, ["silent 2026-03-04T18:00:00Z -"]);
    let threshold = format!("{OBJECTIVES}/{threshold}");
    circuit.team.desk().patch(&threshold, json!({ "measuredBy": "clec" })).await.expect(200);
    // Nobody waits for the provider's measurements any more, and the CLEC has not begun with its own.
    circuit.team.story.turn("PT6H").await;
    let silent = "silent 2026-03-04T18:00:00Z 2026-03-04T20:00:00Z";
    assert_eq!(circuit.crossings().await, [silent]);
    let body = json!({
        "purchasedOffering": circuit.purchase, "metric": "delay", "at": "2026-03-05T01:10:00Z", "value": 10, "source": "ours",
    });
    circuit.team.alpha().post(MEASUREMENTS, body).await.expect(201);
    circuit.team.story.turn("PT4H").await;
    assert_eq!(circuit.crossings().await, [silent, "silent 2026-03-05T03:00:00Z -"]);
}

#[tokio::test]
async fn qs_11_a_month_that_an_earlier_version_began_is_held_against_it() {
    let circuit = Circuit::of_alpha().await;
    let threshold = circuit.threshold(json!({ "window": "P1M", "graceTimes": "12" })).await;
    circuit.measures(&[("2026-03-04T15:10:00Z", 90.0)]).await;
    circuit.team.story.turn_to("2026-03-04T18:20:00Z").await;
    circuit
        .team
        .desk()
        .patch(&format!("{OBJECTIVES}/{threshold}"), json!({ "window": "PT1H", "graceTimes": "1000" }))
        .await
        .expect(200);
    circuit.team.story.turn_to("2026-03-20T13:00:00Z").await;
    circuit.measures(&[("2026-03-20T12:10:00Z", 20.0)]).await;
    circuit.team.story.turn_to("2026-04-01T06:10:00Z").await;
    assert_eq!(circuit.crossings().await, Vec::<String>::new(), "the month is not over");
    circuit.team.story.turn_to("2026-04-01T06:16:00Z").await;
    assert_eq!(circuit.crossings().await, ["crossed 2026-03-01T07:00:00Z 2026-03-20T12:00:00Z"]);
    // The other way round, the hours before the change are looked at to the end.
    circuit.measures(&[("2026-04-01T06:01:00Z", 90.0)]).await;
    circuit
        .team
        .desk()
        .patch(&format!("{OBJECTIVES}/{threshold}"), json!({ "window": "P1M", "graceTimes": "12" }))
        .await
        .expect(200);
    circuit.team.story.turn("PT2H").await;
    assert_eq!(circuit.crossings().await.last().map(String::as_str), Some("crossed 2026-04-01T06:00:00Z -"));
}

#[tokio::test]
async fn qs_11_a_day_in_which_the_clock_is_changed_is_one_of_23_hours() {
    let circuit = Circuit::of_alpha().await;
    circuit.threshold(json!({ "window": "P1D" })).await;
    circuit.team.story.turn_to("2026-03-09T07:00:00Z").await;
    // 23:30 of the Sunday in daylight time, and half an hour after midnight.
    let values = [("2026-03-08T12:00:00Z", 90.0), ("2026-03-09T05:30:00Z", 90.0), ("2026-03-09T06:30:00Z", 10.0)];
    circuit.measures(&values).await;
    circuit.team.story.turn_to("2026-03-10T06:16:00Z").await;
    assert_eq!(circuit.crossings().await, ["crossed 2026-03-08T07:00:00Z 2026-03-09T06:00:00Z"]);
}

#[tokio::test]
async fn qs_11_a_month_with_three_measurements_tells_nothing_and_is_a_finding() {
    let circuit = Circuit::of_alpha().await;
    let begins = json!({ "startDateTime": "2026-02-01T07:00:00Z" });
    circuit
        .threshold(json!({ "window": "P1M", "graceTimes": "0", "minimumMeasurements": 4, "validFor": begins }))
        .await;
    let days =
        |month: &str, days: u32| (1..=days).map(|day| format!("2026-{month}-{day:02}T18:00:00Z")).collect::<Vec<_>>();
    let february = days("02", 4);
    circuit.measures(&february.iter().map(|at| (at.as_str(), 10.0)).collect::<Vec<_>>()).await;
    circuit.team.story.turn_to("2026-03-31T18:00:00Z").await;
    let march = days("03", 3);
    circuit.measures(&march.iter().map(|at| (at.as_str(), 90.0)).collect::<Vec<_>>()).await;
    circuit.team.story.turn_to("2026-04-01T06:16:00Z").await;
    assert_eq!(circuit.crossings().await, ["silent 2026-03-01T07:00:00Z -"]);
}

#[tokio::test]
async fn qs_11_all_that_goes_on_ends_with_the_purchase() {
    const MANY: usize = 40;
    let circuit = Circuit::of_alpha().await;
    for target in 1..=MANY {
        circuit.threshold(json!({ "conformanceTarget": target.to_string(), "graceTimes": "1000" })).await;
    }
    circuit.team.story.turn_to("2026-03-04T18:30:00Z").await;
    circuit.measures(&[("2026-03-04T18:10:00Z", 90.0)]).await;
    circuit.team.story.turn_to("2026-03-04T20:30:00Z").await;
    let purchase = format!("{PURCHASES}/{}", circuit.purchase);
    circuit.team.desk().patch(&purchase, json!({ "until": "2026-03-04T20:45:00Z" })).await.expect(200);
    circuit.team.story.turn("PT2H").await;
    let ended = vec!["crossed 2026-03-04T18:00:00Z 2026-03-04T20:45:00Z".to_owned(); MANY];
    assert_eq!(circuit.crossings().await, ended);
}

#[tokio::test]
async fn qs_11_a_threshold_that_is_crossed_while_its_report_is_cleared_opens_another() {
    let circuit = Circuit::of_alpha().await;
    circuit.threshold(json!({})).await;
    circuit.measures(&[("2026-03-04T15:10:00Z", 90.0), ("2026-03-04T16:10:00Z", 10.0)]).await;
    circuit.team.story.turn_to("2026-03-04T18:16:00Z").await;
    let number = circuit.reports().await[0]["id"].as_str().unwrap().to_owned();
    circuit.does("desk", &number, "clearing", json!({ "resolution": "A cable" })).await;
    circuit.measures(&[("2026-03-04T18:10:00Z", 90.0)]).await;
    circuit.team.story.turn("PT1H").await;
    assert_eq!(circuit.reports().await.len(), 2);
    assert_eq!(circuit.read("desk", &number).await["crossing"]["again"], 0);
}

#[tokio::test]
async fn qs_11_an_episode_does_not_go_on_over_a_time_in_which_nothing_held() {
    let circuit = Circuit::of_alpha().await;
    let desk = circuit.team.desk();
    let threshold = circuit.threshold(json!({})).await;
    let gold = type_of_sla(&circuit, &threshold).await;
    let purchase = format!("{PURCHASES}/{}", circuit.purchase);
    desk.patch(&purchase, json!({ "specification": gold })).await.expect(200);
    circuit.team.story.turn_to("2026-03-04T19:20:00Z").await;
    circuit.measures(&[("2026-03-04T19:10:00Z", 90.0)]).await;
    circuit.team.story.turn_to("2026-03-04T20:20:00Z").await;
    desk.patch(&purchase, json!({ "specification": null })).await.expect(200);
    circuit.team.story.turn_to("2026-03-04T21:20:00Z").await;
    let ended = "crossed 2026-03-04T19:00:00Z 2026-03-04T20:20:00Z";
    assert_eq!(circuit.crossings().await, [ended]);
    desk.patch(&purchase, json!({ "specification": gold })).await.expect(200);
    circuit.team.story.turn_to("2026-03-04T22:20:00Z").await;
    circuit.measures(&[("2026-03-04T22:10:00Z", 90.0)]).await;
    circuit.team.story.turn_to("2026-03-04T23:20:00Z").await;
    assert_eq!(circuit.crossings().await, [ended, "crossed 2026-03-04T22:00:00Z -"]);
}
