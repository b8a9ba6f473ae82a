//! QS-05, QS-06, QS-07: offerings as a whole, from what was measured of many instances to a trend in the history.

use crate::degradation::Circuit;
use chrono::{Days, NaiveDate};
use http::Method;
use serde_json::{Value, json};
use std::fmt::Write;
use tests::story::{MEASUREMENTS, OFFERINGS, PURCHASES};

const PERFORMANCE: &str = "/cmp/v1/performance";

/// More circuits of an offering than alpha's first: its numbers, with the names that they are measured under.
async fn more(circuit: &Circuit, of: &[(&str, Value)]) -> Vec<String> {
    let mut numbers = vec![circuit.purchase.clone()];
    for (clec, more) in of {
        let mut body = json!({
            "clec": clec, "offering": circuit.offering, "name": "circuit", "area": "Denver", "since": "2025-06-01T06:00:00Z",
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        numbers.push(circuit.team.desk().post(PURCHASES, body).await.expect(201).text("id"));
    }
    numbers
}

/// Takes in measurements of the delay of some purchases.
async fn measures(circuit: &Circuit, values: &[(&String, String, f64)]) {
    for part in values.chunks(10_000) {
        let lines = part.iter().fold(String::new(), |mut lines, (of, at, value)| {
            let line = json!({ "purchasedOffering": of, "metric": "delay", "at": at, "value": value, "source": "p" });
            writeln!(lines, "{line}").unwrap();
            lines
        });
        let (path, desk) = (format!("{MEASUREMENTS}/bulk"), circuit.team.desk());
        let report = desk.send(Method::POST, &path, Some("application/x-ndjson"), lines.into_bytes()).await.expect(200);
        assert_eq!(report.body["refused"], 0, "{}", report.body);
    }
}

/// What of the history of an offering is of some kind.
async fn facts(circuit: &Circuit, kind: &str) -> Vec<Value> {
    let path = format!("{OFFERINGS}/{}/history", circuit.offering);
    let history = circuit.team.desk().get(&path).await.expect(200).body;
    let facts = history.as_array().unwrap().iter().flat_map(|of| of["facts"].as_array().unwrap().clone());
    facts.filter(|fact| fact["fact"] == kind).collect()
}

#[tokio::test]
async fn qs_05_an_offering_whose_instances_mostly_degrade_is_found_and_told_as_one() {
    let circuit = Circuit::of_alpha().await;
    circuit.threshold(json!({})).await;
    let own = json!({});
    let all = more(&circuit, &[("alpha", own.clone()), ("beta", own.clone()), ("beta", own)]).await;
    circuit.team.story.subscribe("desk", "email", "quality@provider.example", &["accountTeam"]).await;
    let path = format!("{OFFERINGS}/{}", circuit.offering);
    let of_alpha = async || circuit.team.alpha().get(&path).await.expect(200);
    let etag = of_alpha().await.headers["etag"].clone();
    circuit.team.story.turn_to("2026-03-04T18:30:00Z").await;
    let hour = |hour: &str, values: [f64; 4]| {
        let of = all.iter().zip(values).map(|(of, value)| (of, format!("2026-03-04T{hour}:10:00Z"), value));
        of.collect::<Vec<_>>()
    };
    // Two of four degrade: that is half, and fewer than three.
    measures(&circuit, &hour("17", [90.0, 90.0, 10.0, 10.0])).await;
    circuit.team.story.turn("PT1H").await;
    assert_eq!(facts(&circuit, "degradesAsAWhole").await, Vec::<Value>::new());
    circuit.team.story.deliveries().await;
    measures(&circuit, &hour("18", [90.0, 90.0, 90.0, 10.0])).await;
    circuit.team.story.turn_to("2026-03-04T20:30:00Z").await;
    let found = json!({ "fact": "degradesAsAWhole", "metric": "delay", "degrading": 3, "instances": 4 });
    assert_eq!(facts(&circuit, "degradesAsAWhole").await, [found]);
    let read = circuit.team.desk().get(&path).await.expect(200).body;
    let degrading = json!([{ "metric": "delay", "since": "2026-03-04T20:25:00Z", "degrading": 3, "instances": 4 }]);
    assert_eq!(read["degrading"], degrading);
    let sent = circuit.team.story.deliveries().await;
    let of_whole = sent.iter().filter(|of| of.subject.as_ref().is_some_and(|of| of.starts_with("Offering")));
    let bodies: Vec<String> = of_whole.map(|of| of.body.clone().unwrap()).collect();
    assert_eq!(bodies.len(), 1, "it is told once: {sent:?}");
    let line = "Degrades as a whole: delay: 3 of 4 instances cross a threshold";
    assert!(bodies[0].contains(line), "{}", bodies[0]);
    // It goes on until it is half as many: what goes around the half tells nothing new.
    measures(&circuit, &hour("19", [10.0, 90.0, 90.0, 10.0])).await;
    circuit.team.story.turn("PT1H").await;
    assert_eq!(facts(&circuit, "degradesNoMore").await, Vec::<Value>::new());
    // What the provider sees of all CLECs, none of them sees.
    let read = of_alpha().await;
    assert_eq!((read.body.get("degrading"), &read.headers["etag"]), (None, &etag));
    circuit.team.alpha().get(&format!("{path}/history")).await.expect(403);
    assert_eq!(circuit.team.story.as_("beta").get("/cmp/v1/clec/beta").await.expect(200).body.get("group"), None);
    measures(&circuit, &hour("20", [10.0, 10.0, 10.0, 10.0])).await;
    circuit.team.story.turn("PT1H").await;
    assert_eq!(facts(&circuit, "degradesNoMore").await.len(), 1);
    assert_eq!(circuit.team.desk().get(&path).await.expect(200).body.get("degrading"), None);
}

/// 90 days of some instances, one measurement each: what `of` says of an instance, by the days since the first of December.
async fn three_months(circuit: &Circuit, all: &[String], of: impl Fn(usize, u64) -> f64) {
    let first = NaiveDate::from_ymd_opt(2025, 12, 1).unwrap();
    let mut values = Vec::new();
    for day in 0..90 {
        for (at, number) in all.iter().enumerate() {
            values.push((number, format!("{}T18:00:00Z", first + Days::new(day)), of(at, day)));
        }
    }
    measures(circuit, &values).await;
}

#[tokio::test]
async fn qs_06_a_deterioration_of_months_is_found_logged_and_told_with_its_figures() {
    let circuit = Circuit::of_alpha().await;
    circuit.threshold(json!({ "conformanceTarget": "1000", "window": "P1D", "graceTimes": "366" })).await;
    let desk = circuit.team.desk();
    desk.put("/cmp/v1/clec/beta", json!({ "name": "Beta Telephone", "group": "Large" })).await.expect(200);
    let boulder = json!({ "area": "Boulder" });
    let all = more(&circuit, &[("beta", json!({})), ("beta", boulder)]).await;
    circuit.team.story.subscribe("desk", "email", "quality@provider.example", &["accountTeam"]).await;
    circuit.team.story.deliveries().await;
    // It rises by a tenth of a millisecond a day, and more at the weekend; that of Boulder stays where it is.
    #[allow(clippy::cast_precision_loss, reason = "days")]
    three_months(&circuit, &all, |at, day| {
        let rise = if at == 2 { 0.0 } else { 0.15 * day as f64 };
        20.0 + rise + (day % 7) as f64 + ((day * day * 31 + at as u64 * 17) % 23) as f64 / 10.0
    })
    .await;
    circuit.team.story.turn_to("2026-03-04T19:00:00Z").await;
    let found = facts(&circuit, "trendFound").await;
    assert_eq!(found.len(), 1, "{found:?}");
    let (of, trend) = (&found[0], &found[0]["trend"]);
    assert_eq!([&of["from"], &of["until"]], ["2025-11-29", "2026-03-01"]);
    assert_eq!(
        json!([of["group"], of["metric"], of["measuredBy"], of["direction"], of["deteriorates"], trend["n"]]),
        json!(["offering", "delay", "provider", "rising", true, 90])
    );
    let slope = trend["slope"].as_f64().unwrap();
    assert!((0.08..0.12).contains(&slope), "{trend}");
    assert!(trend["slopeLow"].as_f64().unwrap() < slope && slope < trend["slopeHigh"].as_f64().unwrap(), "{trend}");
    let sent = circuit.team.story.deliveries().await;
    let told = sent.iter().filter_map(|of| of.body.clone()).find(|of| of.contains("Deteriorates: "));
    let told = told.expect("it is told");
    let line = told.lines().find(|line| line.starts_with("Deteriorates")).unwrap();
    for part in [
        "delay, as the provider measures it, is rising from 2025-11-29 to 2026-02-28",
        "ms a day (95 %: ",
        "n = 90",
        "S = ",
        "p = ",
    ] {
        assert!(line.contains(part), "{part}: {line}");
    }
    // The same by a rule, and by what the instances have in common.
    let performance = async |reader: &str, query: &str| {
        let path = format!("{PERFORMANCE}?metric=delay&from=2025-11-29T12:00:00Z&until=2026-03-01T12:00:00Z{query}");
        circuit.team.story.as_(reader).get(&path).await.expect(200).body.as_array().unwrap().clone()
    };
    let whole = performance("desk", "").await;
    assert_eq!(whole.len(), 1);
    assert_eq!(json!([whole[0]["n"], whole[0]["instances"], whole[0]["unit"]]), json!([270, 3, "ms"]));
    for figure in ["n", "slope", "slopeLow", "slopeHigh", "s", "variance", "z", "p"] {
        assert_eq!(whole[0]["trend"][figure], trend[figure], "{figure}");
    }
    let groups = async |reader: &str, query: &str| {
        let groups = performance(reader, query).await;
        let of = |of: &Value| {
            (of["group"].as_str().map(str::to_owned), of["n"].as_u64().unwrap(), of["trend"]["direction"].clone())
        };
        groups.iter().map(of).collect::<Vec<_>>()
    };
    let of = |group: &str, n: u64, direction: &str| (Some(group.to_owned()), n, json!(direction));
    assert_eq!(
        groups("desk", "&groupBy=area&season=7").await,
        [of("Boulder", 90, "none"), of("Denver", 180, "rising")]
    );
    assert_eq!(groups("desk", "&groupBy=clec").await.len(), 2);
    let of_customers = groups("desk", "&groupBy=customerGroup").await;
    assert_eq!(
        of_customers.iter().map(|of| (of.0.as_deref(), of.1)).collect::<Vec<_>>(),
        [(None, 90), (Some("Large"), 180)]
    );
    assert_eq!(groups("desk", "&customerGroup=Large&area=Denver").await.iter().map(|of| of.1).sum::<u64>(), 90);
    assert_eq!(groups("desk", "&family=Unbundled%20loops&groupBy=family&window=P1M").await[0].1, 270);
    // QS-09: a CLEC has its own alone.
    assert_eq!(groups("beta", "").await.iter().map(|of| of.1).sum::<u64>(), 180);
    let refused = ["&clec=alpha", "&customerGroup=Large"];
    for query in refused {
        circuit.team.story.as_("beta").get(&format!("{PERFORMANCE}?metric=delay{query}")).await.expect(400);
    }
    let all = circuit.team.desk().get(PERFORMANCE).await.expect(200).body;
    assert_eq!((all.as_array().unwrap().len(), &all[0]["metric"]), (1, &json!("delay")));
    circuit.team.desk().get(&format!("{PERFORMANCE}?metric=jitter")).await.expect(400);
    for query in ["&window=PT1H", "&season=1", "&season=4294967295"] {
        circuit.team.desk().get(&format!("{PERFORMANCE}?metric=delay{query}")).await.expect(400);
    }
    // It is looked for once a month; the next month is told when what came late of it has come.
    circuit.team.story.turn_to("2026-04-04T00:00:00Z").await;
    let found = facts(&circuit, "trendFound").await;
    assert_eq!(found.iter().map(|of| of["until"].clone()).collect::<Vec<_>>(), ["2026-03-01", "2026-04-01"]);
}

#[tokio::test]
async fn qs_07_what_came_months_late_is_put_together_when_it_is_asked_for() {
    let circuit = Circuit::of_alpha().await;
    circuit.team.story.turn_to("2026-03-04T19:00:00Z").await;
    assert_eq!(facts(&circuit, "trendFound").await, Vec::<Value>::new(), "nothing was measured");
    let all = more(&circuit, &[]).await;
    #[allow(clippy::cast_precision_loss, reason = "days")]
    three_months(&circuit, &all, |_, day| 20.0 - day as f64).await;
    circuit.team.story.turn("PT2H").await;
    let path = format!("{PERFORMANCE}?metric=delay&from=2025-12-01T12:00:00Z&until=2026-03-01T12:00:00Z");
    assert_eq!(circuit.team.desk().get(&path).await.expect(200).body, json!([]));
    let again = format!("{OFFERINGS}/{}/analysis", circuit.offering);
    let body = json!({ "from": "2025-12-01T12:00:00Z" });
    circuit.team.alpha().post(&again, body.clone()).await.expect(403);
    for from in ["2026-03-04T19:30:00Z", "2027-01-01T00:00:00Z", "2019-01-01T00:00:00Z"] {
        circuit.team.desk().post(&again, json!({ "from": from })).await.expect(400);
    }
    circuit.team.desk().post(&again, body).await.expect(200);
    circuit.team.story.turn("PT5M").await;
    assert_eq!(circuit.team.desk().get(&path).await.expect(200).body[0]["n"], 90);
    let found = facts(&circuit, "trendFound").await;
    assert_eq!((found.len(), &found[0]["direction"]), (1, &json!("falling")));
    // Nothing says what would be better: no threshold holds for it.
    assert_eq!(found[0]["deteriorates"], false);
}
