//! QS-04, QS-09: what CLECs purchased is measured, by many measurements at once, and held against what is acceptable and what was agreed.

use contract::PurchaseNumber;
use http::Method;
use serde_json::{Value, json};
use std::{collections::BTreeMap, fmt::Write};
use tests::{
    Client, Reply, Story,
    meter::measure,
    story::{MEASUREMENTS, OBJECTIVES, OFFERINGS, PURCHASES, SPECIFICATIONS},
};

/// A Wednesday, 10:00 in Denver.
const NOW: &str = "2026-03-04T17:00:00Z";

/// An offering that alpha and beta purchased.
struct Quality {
    story: Story,
    offering: String,
    alpha: String,
    beta: String,
}

impl Quality {
    async fn measured() -> Self {
        let story = Story::at(NOW).await;
        story.report("alpha", "moderate").await;
        story.report("beta", "moderate").await;
        let desk = story.as_("desk");
        let body = json!({
            "name": "Unbundled loop, DS1", "family": "Unbundled loops",
            "metrics": [
                { "name": "delay", "kind": "technical", "unit": "ms" },
                { "name": "repair", "kind": "time", "unit": "h" },
            ],
        });
        let offering = desk.post(OFFERINGS, body).await.expect(201).text("id");
        let purchase = async |clec: &str| {
            let body = json!({
                "clec": clec, "offering": offering, "name": format!("circuit of {clec}"), "area": "Denver",
                "since": "2025-06-01T06:00:00Z",
            });
            desk.post(PURCHASES, body).await.expect(201).text("id")
        };
        let (alpha, beta) = (purchase("alpha").await, purchase("beta").await);
        Self { story, offering, alpha, beta }
    }

    fn desk(&self) -> Client<'_> {
        self.story.as_("desk")
    }

    fn threshold(&self, target: &str) -> Value {
        json!({
            "conformanceTarget": target, "conformanceComparator": "lessThanOrEqual",
            "serviceLevelObjectiveParameter": {
                "name": "delay", "relatedEntity": [{ "id": self.offering, "@referredType": "ProductOffering" }],
            },
        })
    }

    async fn records(&self, threshold: Value) -> String {
        self.desk().post(OBJECTIVES, threshold).await.expect(201).text("id")
    }

    /// Lines of JSON, of measurements of alpha's circuit by the desk's probe.
    fn lines(&self, values: &[(&str, f64)]) -> String {
        values.iter().fold(String::new(), |mut lines, (at, value)| {
            let line = json!({
                "purchasedOffering": self.alpha, "metric": "delay", "at": at, "value": value, "source": "probe-7",
            });
            writeln!(lines, "{line}").unwrap();
            lines
        })
    }

    async fn series(&self, query: &str) -> Vec<Value> {
        let path = format!("{MEASUREMENTS}?purchasedOffering={}&metric=delay&{query}", self.alpha);
        let read = self.desk().get(&path).await.expect(200).body;
        read.as_array().unwrap().clone()
    }

    async fn held_against(&self, query: &str) -> Vec<Value> {
        let path = format!("{PURCHASES}/{}/conformance?{query}", self.alpha);
        self.desk().get(&path).await.expect(200).body.as_array().unwrap().clone()
    }
}

async fn bulk(client: &Client<'_>, media_type: &str, body: impl Into<Vec<u8>>) -> Reply {
    client.send(Method::POST, &format!("{MEASUREMENTS}/bulk"), Some(media_type), body.into()).await
}

fn counts(report: &Value) -> [u64; 5] {
    ["lines", "taken", "repeated", "corrected", "refused"].map(|name| report[name].as_u64().unwrap())
}

/// The windows of an objective as `from n value standing`.
fn windows(held: &Value) -> Vec<String> {
    let of = |window: &Value| {
        let value = window["value"].as_f64().map_or_else(|| "-".to_owned(), |value| value.to_string());
        format!("{} {} {value} {}", window["from"].as_str().unwrap(), window["n"], window["standing"].as_str().unwrap())
    };
    held["windows"].as_array().unwrap().iter().map(of).collect()
}

#[tokio::test]
async fn qs_04_a_bulk_is_taken_in_once_and_read_in_every_resolution() {
    let quality = Quality::measured().await;
    // Two hours of one day in Denver, of which the second is already the next day of UTC.
    let lines = quality.lines(&[
        ("2026-03-02T23:30:00Z", 10.0),
        ("2026-03-02T23:45:00Z", 30.0),
        ("2026-03-03T00:15:00Z", 50.0),
        ("2026-03-03T07:00:00Z", 70.0),
    ]);
    let report = bulk(&quality.desk(), "application/x-ndjson", lines.clone()).await.expect(200).body;
    assert_eq!(counts(&report), [4, 4, 0, 0, 0], "{report}");
    let again = bulk(&quality.desk(), "application/x-ndjson", lines).await.expect(200).body;
    assert_eq!(counts(&again), [4, 0, 4, 0, 0], "{again}");
    assert_eq!(again["results"][3], json!({ "line": 4, "outcome": "repeated" }));
    // A correction, and one that comes late, count where they belong; who repeats what was corrected does not take that back.
    let late = quality.lines(&[
        ("2026-03-02T23:45:00Z", 20.0),
        ("2026-03-02T23:00:00Z", 60.0),
        ("2026-03-02T23:45:00Z", 30.0),
    ]);
    let report = bulk(&quality.desk(), "application/x-ndjson", late).await.expect(200).body;
    assert_eq!(counts(&report), [3, 1, 1, 1, 0], "{report}");

    let raw = quality.series("resolution=raw&from=2026-03-02T23:00:00Z&until=2026-03-03T00:00:00Z").await;
    let raw: Vec<Value> =
        raw.iter().map(|of| json!([of["at"], of["average"], of["correctedFrom"], of["source"]])).collect();
    assert_eq!(
        raw,
        [
            json!(["2026-03-02T23:00:00Z", 60.0, null, "probe-7"]),
            json!(["2026-03-02T23:30:00Z", 10.0, null, "probe-7"]),
            json!(["2026-03-02T23:45:00Z", 20.0, 30, "probe-7"]),
        ]
    );
    let figures = |of: &Value| json!([of["at"], of["n"], of["average"], of["minimum"], of["maximum"], of["total"]]);
    let hours = quality.series("resolution=hour&from=2026-03-02T00:00:00Z&until=2026-03-04T00:00:00Z").await;
    assert_eq!(
        hours.iter().map(figures).collect::<Vec<_>>(),
        [
            json!(["2026-03-02T23:00:00Z", 3, 30.0, 10, 60, 90.0]),
            json!(["2026-03-03T00:00:00Z", 1, 50.0, 50, 50, 50.0]),
            json!(["2026-03-03T07:00:00Z", 1, 70.0, 70, 70, 70.0]),
        ]
    );
    // Days are those of Denver, which begin at 7:00 of UTC.
    let days = quality.series("resolution=day&from=2026-03-02T07:00:00Z&until=2026-03-04T07:00:00Z").await;
    assert_eq!(
        days.iter().map(figures).collect::<Vec<_>>(),
        [
            json!(["2026-03-02T07:00:00Z", 4, 35.0, 10, 60, 140.0]),
            json!(["2026-03-03T07:00:00Z", 1, 70.0, 70, 70, 70.0]),
        ]
    );
    let months = quality.series("resolution=month").await;
    assert_eq!(
        months.iter().map(figures).collect::<Vec<_>>(),
        [json!(["2026-03-01T07:00:00Z", 5, 42.0, 10, 70, 210.0])]
    );
    assert_eq!(months[0]["until"], "2026-04-01T06:00:00Z");
}

#[tokio::test]
async fn qs_04_pages_of_measurements_lead_to_their_end_and_part_no_instant() {
    let quality = Quality::measured().await;
    let instants = ["2026-03-01T10:00:00Z", "2026-03-01T10:00:01Z", "2026-03-01T11:00:00Z", "2026-03-02T10:00:00Z"];
    let both = instants.iter().flat_map(|at| ["a", "b"].map(|source| (at, source)));
    let lines: Vec<String> = both
        .map(|(at, source)| {
            json!({ "purchasedOffering": quality.alpha, "metric": "delay", "at": at, "value": 1, "source": source })
                .to_string()
        })
        .collect();
    bulk(&quality.desk(), "application/x-ndjson", lines.join("\n")).await.expect(200);
    for (resolution, pages) in [("raw", vec![4, 4]), ("hour", vec![3]), ("day", vec![2])] {
        let mut path = format!(
            "{MEASUREMENTS}?purchasedOffering={}&metric=delay&resolution={resolution}&limit=3&from=2026-03-01T00:00:00Z",
            quality.alpha
        );
        let mut found = Vec::new();
        loop {
            let page = quality.desk().get(&path).await.expect(200);
            found.push(page.body.as_array().unwrap().len());
            let Some(next) = page.header("link") else { break };
            path = next.split(['<', '>']).nth(1).unwrap().to_owned();
        }
        assert_eq!(found, pages, "{resolution}");
    }
}

/// A version of a threshold holds from its date on: what was measured before is held against what held then.
#[tokio::test]
async fn qs_04_measurements_are_held_against_what_held_when_they_were_made() {
    let quality = Quality::measured().await;
    let acceptable = quality.threshold("50");
    let acceptable = json!({ "name": "acceptable delay", "validFor": { "startDateTime": "2026-03-01T07:00:00Z" } })
        .as_object()
        .unwrap()
        .iter()
        .fold(acceptable, |mut whole, (name, value)| {
            whole[name] = value.clone();
            whole
        });
    let objective = quality.records(acceptable).await;
    let lines = quality.lines(&[
        ("2026-03-01T20:00:00Z", 40.0),
        ("2026-03-02T20:00:00Z", 60.0),
        ("2026-03-04T16:00:00Z", 30.0),
    ]);
    bulk(&quality.desk(), "application/x-ndjson", lines).await.expect(200);
    let held = quality.held_against("from=2026-03-01T07:00:00Z").await;
    assert_eq!(
        windows(&held[0]),
        [
            "2026-03-01T07:00:00Z 1 40 met",
            "2026-03-02T07:00:00Z 1 60 missed",
            "2026-03-03T07:00:00Z 0 - silent",
            "2026-03-04T07:00:00Z 1 30 running",
        ]
    );
    assert_eq!(held[0]["windowsByStanding"], json!({ "met": 1, "missed": 1, "running": 1, "silent": 1 }));
    // From tomorrow's midnight on it is stricter, and for the days before that it is what it was.
    let path = format!("{OBJECTIVES}/{objective}");
    let stricter = json!({ "conformanceTarget": "20", "validFor": { "startDateTime": "2026-03-05T07:00:00Z" } });
    let changed = quality.desk().patch(&path, stricter).await.expect(200).body;
    assert_eq!((&changed["conformanceTarget"], changed["versions"].as_array().unwrap().len()), (&json!("50"), 2));
    quality.story.turn_to("2026-03-06T07:00:00Z").await;
    let lines = quality.lines(&[("2026-03-05T20:00:00Z", 30.0)]);
    bulk(&quality.desk(), "application/x-ndjson", lines).await.expect(200);
    let held = quality.held_against("from=2026-03-01T07:00:00Z").await;
    assert_eq!(
        windows(&held[0]),
        [
            "2026-03-01T07:00:00Z 1 40 met",
            "2026-03-02T07:00:00Z 1 60 missed",
            "2026-03-03T07:00:00Z 0 - silent",
            "2026-03-04T07:00:00Z 1 30 met",
            "2026-03-05T07:00:00Z 1 30 missed",
        ]
    );
    assert_eq!(quality.desk().get(&path).await.expect(200).body["conformanceTarget"], "20");
    // A version cannot begin in the past, whatever it says; the first one may.
    let yesterday = json!({ "conformanceTarget": "99", "validFor": { "startDateTime": "2026-03-05T08:00:00Z" } });
    let refused = quality.desk().patch(&path, yesterday).await.expect(400).body;
    let fault = json!({
        "field": "validFor.startDateTime", "rule": "QS-04",
        "detail": "is not in the past: what was measured is held against what held then",
    });
    assert_eq!(refused["errors"], json!([fault]));
    // Windows with too few measurements in a row are counted for a year at the most.
    let faults = quality.desk().patch(&path, json!({ "graceTimes": "367" })).await.expect(400).faults();
    assert_eq!(faults["graceTimes"], "QS-04");
    // Nor can an objective become one of another metric, offering or CLEC.
    let other = json!({ "agreedWith": "alpha", "serviceLevelObjectiveParameter": { "name": "repair" }, "unit": "s" });
    let faults = quality.desk().patch(&path, other).await.expect(400).faults();
    let mut fields: Vec<&String> = faults.keys().collect();
    fields.sort();
    assert_eq!(fields, ["agreedWith", "serviceLevelObjectiveParameter.name", "unit"]);
}

/// QS-09: of what is another CLEC's nothing is read, nothing is written, and nothing is learned.
#[tokio::test]
async fn qs_09_a_clec_measures_and_reads_its_own_and_the_carriers_are_kept_apart() {
    let quality = Quality::measured().await;
    let (alpha, beta) = (quality.story.as_("alpha"), quality.story.as_("beta"));
    let line = |of: &str, value: f64| {
        let at = "2026-03-03T10:00:00Z";
        json!({ "purchasedOffering": of, "metric": "delay", "at": at, "value": value, "source": "p" }).to_string()
    };
    let unknown = PurchaseNumber::of_public("nobody's", "number", 0).to_string();
    let lines = [line(&quality.alpha, 1.0), line(&quality.beta, 2.0), line(&unknown, 3.0)].join("\n");
    let report = bulk(&alpha, "application/x-ndjson", lines).await.expect(200).body;
    assert_eq!(counts(&report), [3, 1, 0, 0, 2], "{report}");
    // Another's, and one that there is not, have one answer.
    let refused = json!([{
        "field": "purchasedOffering", "rule": "QS-09", "detail": "there is no such purchased offering",
    }]);
    assert_eq!([&report["results"][1]["errors"], &report["results"][2]["errors"]], [&refused, &refused]);
    let path = |of: &str| format!("{MEASUREMENTS}?purchasedOffering={of}&metric=delay");
    alpha.get(&path(&quality.beta)).await.expect(404);
    beta.get(&path(&quality.alpha)).await.expect(404);
    for of in ["", "/conformance"] {
        alpha.get(&format!("{PURCHASES}/{}{of}", quality.beta)).await.expect(404);
    }
    let listed = alpha.get(PURCHASES).await.expect(200).body;
    assert_eq!(listed.as_array().unwrap().len(), 1);
    alpha.get(&format!("{PURCHASES}?clec=beta")).await.expect(400);
    // What alpha measured is its own series: the provider's is empty.
    assert_eq!(alpha.get(&path(&quality.alpha)).await.expect(200).body, json!([]));
    let own = alpha.get(&format!("{}&measuredBy=clec", path(&quality.alpha))).await.expect(200).body;
    assert_eq!((&own[0]["n"], &own[0]["average"]), (&json!(1), &json!(1.0)));
    // What was agreed with alpha is there for alpha; what is acceptable, for all.
    let mut agreed = quality.threshold("20");
    agreed["agreedWith"] = json!("alpha");
    agreed["measuredBy"] = json!("clec");
    let mut acceptable = quality.threshold("50");
    for threshold in [&mut agreed, &mut acceptable] {
        threshold["validFor"] = json!({ "startDateTime": "2026-03-01T07:00:00Z" });
    }
    let (agreed, acceptable) = (quality.records(agreed).await, quality.records(acceptable).await);
    let list = async |client: &Client<'_>| {
        let listed = client.get(OBJECTIVES).await.expect(200).body;
        let mut numbers: Vec<String> =
            listed.as_array().unwrap().iter().map(|of| of["id"].as_str().unwrap().to_owned()).collect();
        numbers.sort();
        numbers
    };
    let mut both = vec![agreed.clone(), acceptable.clone()];
    both.sort();
    assert_eq!((list(&alpha).await, list(&beta).await), (both.clone(), vec![acceptable.clone()]));
    assert_eq!(list(&quality.desk()).await, both);
    beta.get(&format!("{OBJECTIVES}/{agreed}")).await.expect(404);
    // The carrier's own specification names no threshold that was agreed with one CLEC.
    let together = |with: Value| json!({ "name": "gold", "agreedWith": with, "relatedServiceLevelObjective": [{ "id": agreed }, { "id": acceptable }] });
    let faults = quality.desk().post(SPECIFICATIONS, together(Value::Null)).await.expect(400).faults();
    assert_eq!(faults.keys().collect::<Vec<_>>(), ["relatedServiceLevelObjective[0].id"]);
    let gold = quality.desk().post(SPECIFICATIONS, together(json!("alpha"))).await.expect(201).text("id");
    beta.get(&format!("{SPECIFICATIONS}/{gold}")).await.expect(404);
    let of_beta = format!("{PURCHASES}/{}", quality.beta);
    quality.desk().patch(&of_beta, json!({ "specification": gold })).await.expect(404);
    let of_alpha = format!("{PURCHASES}/{}", quality.alpha);
    let changed = quality.desk().patch(&of_alpha, json!({ "specification": gold })).await.expect(200).body;
    assert_eq!(changed["specification"], json!(gold));
    // What was before the type of SLA was assigned is held against none of it; what was purchased with it, from its beginning on.
    let of_time = "conformance?from=2026-03-03T07:00:00Z&until=2026-03-04T07:00:00Z";
    assert_eq!(alpha.get(&format!("{of_alpha}/{of_time}")).await.expect(200).body, json!([]));
    let body = json!({
        "clec": "alpha", "offering": quality.offering, "name": "circuit 9", "since": "2026-01-01T07:00:00Z", "specification": gold,
    });
    let another = quality.desk().post(PURCHASES, body).await.expect(201).text("id");
    let report = bulk(&alpha, "application/x-ndjson", line(&another, 1.0)).await.expect(200).body;
    assert_eq!(counts(&report), [1, 1, 0, 0, 0], "{report}");
    let of_another = format!("{PURCHASES}/{another}");
    // Alpha's own measurement is held against what it agreed, and not against the carrier's threshold, whose series is empty.
    let held = async |client: &Client<'_>| {
        let path = format!("{of_another}/{of_time}");
        let held = client.get(&path).await.expect(200).body;
        let held =
            held.as_array().unwrap().iter().map(|of| (of["objective"].as_str().unwrap().to_owned(), windows(of)));
        held.collect::<BTreeMap<String, Vec<String>>>()
    };
    let expected = BTreeMap::from([
        (acceptable.clone(), vec!["2026-03-03T07:00:00Z 0 - silent".to_owned()]),
        (agreed.clone(), vec!["2026-03-03T07:00:00Z 1 1 met".to_owned()]),
    ]);
    assert_eq!((held(&alpha).await, held(&quality.desk()).await), (expected.clone(), expected));
    // When another one is agreed, what was before stays held against what held then.
    let before = held(&alpha).await;
    quality.desk().patch(&of_another, json!({ "specification": null })).await.expect(200);
    assert_eq!(held(&alpha).await, before);
    alpha.get(&format!("{OBJECTIVES}?agreedWith=beta")).await.expect(400);
    // A CLEC records nothing of what is sold, purchased or agreed.
    for (at, body) in [
        (OFFERINGS, json!({ "name": "n", "family": "f", "metrics": [{ "name": "m", "kind": "time", "unit": "h" }] })),
        (PURCHASES, json!({ "clec": "alpha", "offering": quality.offering, "name": "n" })),
        (OBJECTIVES, quality.threshold("1")),
    ] {
        alpha.post(at, body).await.expect(403);
    }
}

/// Each line of a table tells what is wrong with it; the others are taken in.
#[tokio::test]
async fn qs_04_what_is_wrong_with_a_row_keeps_no_other_out() {
    let quality = Quality::measured().await;
    let of = &quality.alpha;
    let rows = [
        (format!("{of},delay,2026-03-03T10:00:00Z,12.5,ms,p"), None),
        (format!("{of},delay,2026-03-03T10:00:00Z,12.5,ms,p"), None),
        (format!("{of},delay,2026-03-03T10:00:01Z,NaN,ms,p"), Some("value")),
        (format!("{of},delay,2026-03-03T10:00:01Z,inf,ms,p"), Some("value")),
        (format!("{of},delay,2026-03-03T10:00:01Z,1e400,ms,p"), Some("value")),
        (format!("{of},delay,2026-03-03T10:00:01Z,1e-200,ms,p"), Some("value")),
        (format!("{of},delay,2026-03-03T10:00:01Z,\"1,5\",ms,p"), Some("value")),
        (format!("{of},delay,2026-03-03T10:00:01Z,,ms,p"), Some("value")),
        (format!("{of},delay,2026-03-03T10:00:01Z,1,s,p"), Some("unit")),
        (format!("{of},jitter,2026-03-03T10:00:01Z,1,,p"), Some("metric")),
        (format!("{of},delay,2026-03-04T17:06:00Z,1,,p"), Some("at")),
        (format!("{of},delay,2016-03-04T17:00:00Z,1,,p"), Some("at")),
        (format!("{of},delay,2025-05-31T17:00:00Z,1,,p"), Some("at")),
        (format!("{of},delay,2026-03-03T10:00:60Z,1,,p"), Some("at")),
        (format!("{of},delay,2026-03-03T10:00:00.5Z,1,,p"), Some("at")),
        (format!("{of},delay,2026-03-03T10:00:00,1,,p"), Some("at")),
        ("PO-1,delay,2026-03-03T10:00:01Z,1,,p".to_owned(), Some("purchasedOffering")),
        (format!("{of},delay,2026-03-03T10:00:01Z,1,p"), Some("line")),
        // Both hours of the night in which the clocks are put back: 1:30 twice in Denver.
        (format!("{of},delay,2025-11-02T01:30:00-06:00,1,,p"), None),
        (format!("{of},delay,2025-11-02T01:30:00-07:00,2,,p"), None),
        (format!("{of},delay,2026-03-03T10:00:00Z,13.5,ms,p"), None),
    ];
    let table =
        rows.iter().fold("purchasedOffering,metric,at,value,unit,source\r\n".to_owned(), |mut table, (row, _)| {
            write!(table, "{row}\r\n").unwrap();
            table
        });
    let report = bulk(&quality.desk(), "text/csv; charset=utf-8", table).await.expect(200).body;
    assert_eq!(counts(&report), [21, 3, 1, 1, 16], "{report}");
    for (at, (row, field)) in rows.iter().enumerate() {
        let result = &report["results"][at];
        assert_eq!(result["line"], json!(at + 2), "{row}");
        assert_eq!(result["errors"][0]["field"].as_str(), *field, "{row}: {result}");
    }
    // The day of 25 hours has both.
    let day = quality.series("resolution=day&from=2025-11-02T12:00:00Z&until=2025-11-02T13:00:00Z").await;
    assert_eq!(
        (&day[0]["at"], &day[0]["until"], &day[0]["n"]),
        (&json!("2025-11-02T06:00:00Z"), &json!("2025-11-03T07:00:00Z"), &json!(2))
    );

    let desk = quality.desk();
    let head = "purchasedOffering,metric,at,value,source\n";
    let row = format!("{of},delay,2026-03-03T11:00:00Z,1,p\n");
    for (media_type, body, status) in [
        ("text/csv", head.to_owned(), 400),
        ("text/csv", String::new(), 400),
        ("text/csv", format!("purchasedOffering,metric,at,value,source,color\n{row}"), 400),
        ("text/csv", format!("purchasedOffering,metric,at,value,value\n{row}"), 400),
        ("text/csv", "purchasedOffering,metric,at,value\nx,x,x,x".to_owned(), 400),
        ("text/csv; charset=utf-16", format!("{head}{row}"), 415),
        ("application/json", "[]".to_owned(), 415),
        ("text/csv", format!("{head}{}", row.repeat(10_001)), 413),
        ("application/x-ndjson", "\n\n".to_owned(), 400),
    ] {
        let sent = body.chars().take(80).collect::<String>();
        let reply = bulk(&desk, media_type, body).await;
        assert_eq!(reply.status.as_u16(), status, "{media_type} {sent}: {}", reply.body);
    }
    // The mark with which some programs begin a text is no part of it.
    let marked = format!("\u{feff}{}", quality.lines(&[("2026-03-03T13:00:00Z", 1.0)]));
    assert_eq!(counts(&bulk(&desk, "application/x-ndjson", marked).await.expect(200).body), [1, 1, 0, 0, 0]);
    // A line of JSON that is none, a list, and a name that is there twice.
    let lines = format!(
        "{{\n[1]\n{{\"metric\":\"delay\",\"metric\":\"delay\"}}\n{}",
        quality.lines(&[("2026-03-03T12:00:00Z", 1.0)])
    );
    let report = bulk(&desk, "application/x-ndjson", lines).await.expect(200).body;
    assert_eq!(counts(&report), [4, 1, 0, 0, 3], "{report}");
}

/// A measurement by itself: taken in, repeated, corrected; of what the CLEC did not have it is refused.
#[tokio::test]
async fn qs_04_one_measurement_is_taken_in_and_a_purchase_that_ended_takes_none() {
    let quality = Quality::measured().await;
    let body = |at: &str, value: f64| json!({ "purchasedOffering": quality.alpha, "metric": "repair", "at": at, "value": value, "source": "desk" });
    for (value, outcome) in [(4.0, "taken"), (4.0, "repeated"), (3.5, "corrected"), (3.5, "repeated")] {
        let reply = quality.desk().post(MEASUREMENTS, body("2026-03-03T10:00:00Z", value)).await.expect(201).body;
        assert_eq!(reply, json!({ "outcome": outcome }), "{value}");
    }
    let path = format!("{PURCHASES}/{}", quality.alpha);
    let ended = quality.desk().patch(&path, json!({ "until": "2026-03-03T12:00:00Z" })).await.expect(200).body;
    assert_eq!(ended["status"], "ended");
    let refused = quality.desk().post(MEASUREMENTS, body("2026-03-03T12:00:00Z", 1.0)).await.expect(400).body;
    let fault = json!({ "field": "at", "rule": "QS-04", "detail": "is outside of the time in which the CLEC has the offering" });
    assert_eq!(refused["errors"], json!([fault]));
    quality.desk().post(MEASUREMENTS, body("2026-03-03T11:59:59Z", 1.0)).await.expect(201);
    // A retired offering is purchased by nobody, and its circuits go on being measured.
    let offering = format!("{OFFERINGS}/{}", quality.offering);
    quality.desk().post(&format!("{offering}/retirement"), json!({})).await.expect(200);
    quality.desk().post(&format!("{offering}/retirement"), json!({})).await.expect(409);
    let purchase = json!({ "clec": "beta", "offering": quality.offering, "name": "another" });
    quality.desk().post(PURCHASES, purchase).await.expect(400);
    // A metric stays with its unit; another one may come.
    let metrics = json!([
        { "name": "delay", "kind": "technical", "unit": "s" }, { "name": "loss", "kind": "technical", "unit": "%" },
    ]);
    let faults = quality.desk().patch(&offering, json!({ "metrics": metrics })).await.expect(400).faults();
    let mut fields: Vec<&String> = faults.keys().collect();
    fields.sort();
    assert_eq!(fields, ["metrics", "metrics[0].unit"]);
}

/// A withdrawn threshold is not there any more for CLECs, and stays for the provider's people; what was held against it stays for both.
#[tokio::test]
async fn qs_04_a_clec_is_told_of_what_is_agreed_with_it_and_of_nothing_else() {
    let quality = Quality::measured().await;
    for clec in ["alpha", "beta"] {
        quality.story.subscribe(clec, "email", &format!("noc@{clec}.example"), &["target"]).await;
    }
    quality.story.deliveries().await;
    let told = async || {
        let sent = quality.story.deliveries().await;
        sent.iter().map(|of| format!("{} {}", of.to, of.subject.clone().unwrap_or_default())).collect::<Vec<_>>()
    };
    // The carrier's own threshold is read, and told to nobody.
    quality.records(quality.threshold("50")).await;
    assert_eq!(told().await, Vec::<String>::new());
    let mut agreed = quality.threshold("40");
    agreed["agreedWith"] = json!("alpha");
    agreed["toleranceTarget"] = json!("2");
    let number = quality.records(agreed).await;
    let sent = quality.story.deliveries().await;
    assert_eq!(sent.len(), 1);
    let body = sent[0].body.clone().unwrap();
    for line in
        ["Target: at most 40 ms", "Computed: average by the day", "Tolerance: 2 ms", "From: 2026-03-04 10:00 MST"]
    {
        assert!(body.contains(line), "{line}: {body}");
    }
    let path = format!("{OBJECTIVES}/{number}");
    quality.desk().patch(&path, json!({ "conformanceTarget": "45" })).await.expect(200);
    quality.desk().patch(&path, json!({ "conformanceTarget": "45" })).await.expect(200);
    let sla = json!({ "name": "Gold", "agreedWith": "alpha", "relatedServiceLevelObjective": [{ "id": number }] });
    let sla = quality.desk().post(SPECIFICATIONS, sla).await.expect(201).text("id");
    quality.desk().delete(&path).await.expect(204);
    let expected = [
        format!("noc@alpha.example Threshold {number} is changed"),
        format!("noc@alpha.example Type of SLA {sla} is agreed"),
        format!("noc@alpha.example Threshold {number} holds no more"),
    ];
    assert_eq!(told().await, expected);
}

#[tokio::test]
async fn qs_04_a_threshold_that_is_withdrawn_holds_no_more() {
    let quality = Quality::measured().await;
    let mut threshold = quality.threshold("50");
    threshold["validFor"] = json!({ "startDateTime": "2026-03-03T07:00:00Z" });
    let number = quality.records(threshold).await;
    let path = format!("{OBJECTIVES}/{number}");
    quality.story.as_("alpha").delete(&path).await.expect(403);
    quality.desk().delete(&path).await.expect(204);
    quality.story.as_("alpha").get(&path).await.expect(404);
    // A day before it is still held against it.
    let held = format!("{PURCHASES}/{}/conformance?from=2026-03-03T07:00:00Z", quality.alpha);
    for client in [quality.desk(), quality.story.as_("alpha")] {
        let held = client.get(&held).await.expect(200).body;
        assert_eq!(windows(&held[0]), ["2026-03-03T07:00:00Z 0 - silent", "2026-03-04T07:00:00Z 0 - running"]);
    }
    let read = quality.desk().get(&path).await.expect(200).body;
    assert_eq!((&read["status"], &read["withdrawnAt"]), (&json!("ended"), &json!(NOW)));
    quality.desk().delete(&path).await.expect(409);
    quality.desk().patch(&path, json!({ "conformanceTarget": "1" })).await.expect(409);
    // TMF657: of a list's and a resource's attributes the named ones alone, with id and href.
    let fields = quality.desk().get(&format!("{OBJECTIVES}?fields=name,status&limit=2&offset=0")).await.expect(200);
    assert_eq!(fields.header("x-total-count"), Some("1"));
    assert_eq!(fields.body, json!([{ "id": number, "href": path, "name": "delay", "status": "ended" }]));
}

/// QS-04: "A bulk of 10,000 writes in at most 10,000/25 batches; a million measurements read as a year of days in at most 13 reads." The days
/// are read from what follows of each hour, of which there are as many however much was measured in it.
#[tokio::test]
async fn qs_04_a_bulk_costs_its_days_and_a_year_of_days_thirteen_reads() {
    let quality = Quality::measured().await;
    let begins = chrono::DateTime::parse_from_rfc3339("2025-06-01T06:00:00Z").unwrap();
    let hourly = |from: i64, until: i64| {
        (from..until).fold(String::from("purchasedOffering,metric,at,value,source\n"), |mut table, hour| {
            let at = begins + chrono::TimeDelta::hours(hour);
            writeln!(table, "{},delay,{},{},p", quality.alpha, at.to_rfc3339(), hour % 50).unwrap();
            table
        })
    };
    let until = (chrono::DateTime::parse_from_rfc3339(NOW).unwrap() - begins).num_hours();
    let (report, cost) = measure(&quality.story, bulk(&quality.desk(), "text/csv", hourly(0, until))).await;
    let hours = u64::try_from(until).unwrap();
    assert_eq!(counts(&report.expect(200).body), [hours, hours, 0, 0, 0]);
    let count = |operation: &str| cost.calls.iter().filter(|call| *call == operation).count();
    // 6,635 hours of 277 days: four days a transaction.
    assert_eq!((until, count("TransactWriteItems"), count("PutItem")), (6_635, 70, 0), "{:?}", cost.calls.len());
    assert!(count("TransactWriteItems") <= 6_635_usize.div_ceil(25));
    let path = format!(
        "{MEASUREMENTS}?purchasedOffering={}&metric=delay&resolution=day&from=2025-03-04T07:00:00Z&until={NOW}",
        quality.alpha
    );
    let (read, cost) = measure(&quality.story, quality.desk().get(&path)).await;
    assert_eq!(read.expect(200).body.as_array().unwrap().len(), 277);
    let count = |operation: &str| cost.calls.iter().filter(|call| *call == operation).count();
    assert_eq!((count("Query"), count("BatchGetItem")), (13, 2), "{:?}", cost.calls);
}

/// What is asked for of a time that cannot be is refused, and never an error of the desk's.
#[tokio::test]
async fn qs_04_a_time_that_cannot_be_is_refused_by_its_field() {
    let quality = Quality::measured().await;
    quality.records(quality.threshold("50")).await;
    let series = format!("{MEASUREMENTS}?purchasedOffering={}", quality.alpha);
    let rows = [
        ("metric=delay&from=2026-03-20T00:00:00Z&resolution=raw", 400, "until"),
        ("metric=delay&from=2026-01-01T00:00:00Z&resolution=raw", 400, "until"),
        ("metric=delay&until=-262143-01-02T00:00:00Z", 400, "until"),
        ("metric=delay&until=%2B262142-12-31T23:59:59Z", 400, "until"),
        ("metric=delay&from=2026-01-01T00:00:00Z&until=9999-12-31T23:59:59Z", 400, "until"),
        ("metric=delay&from=1999-12-31T23:59:59Z", 400, "from"),
        ("metric=dealy", 400, "metric"),
        ("", 400, "metric"),
        ("metric=delay&after=20260331T000000.000Z_0", 400, "after"),
        ("metric=delay&after=20260331T000000.000Z_0", 200, ""),
        ("metric=delay&from=2026-03-04T10:00:00.5Z&until=2026-03-04T10:00:00.7Z", 200, ""),
    ];
    for (query, status, field) in rows.into_iter().filter(|row| row.2 != "after") {
        let reply = quality.desk().get(&format!("{series}&{query}")).await.expect(status);
        let refused = reply.body["errors"][0]["field"].as_str().unwrap_or_default();
        assert_eq!(refused, field, "{query}: {}", reply.body);
    }
    for query in ["until=%2B262142-12-31T23:59:59Z", "from=2020-01-01T00:00:00Z", "until=1999-01-01T00:00:00Z"] {
        quality.desk().get(&format!("{PURCHASES}/{}/conformance?{query}", quality.alpha)).await.expect(400);
    }
}

/// A change is one of what holds at its start; a name is no part of what holds.
#[tokio::test]
async fn qs_04_a_change_of_a_threshold_is_one_of_what_holds_from_its_start_on() {
    let quality = Quality::measured().await;
    let mut april = quality.threshold("50");
    april["validFor"] = json!({ "startDateTime": "2026-04-01T06:00:00Z" });
    let path = format!("{OBJECTIVES}/{}", quality.records(april).await);
    let patched = async |patch: Value| quality.desk().patch(&path, patch).await.expect(200).body;
    let versions = |shown: &Value| {
        let of = |version: &Value| {
            let part = |name: &str| version[name].as_str().unwrap_or("-").to_owned();
            let from = version["validFor"]["startDateTime"].as_str().unwrap();
            format!("{from} {} {}", part("conformanceTarget"), part("toleranceTarget"))
        };
        shown["versions"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    let named = patched(json!({ "name": "delay from April on" })).await;
    assert_eq!(versions(&named), ["2026-04-01T06:00:00Z 50 -"]);
    let may = json!({ "conformanceTarget": "20", "validFor": { "startDateTime": "2026-05-01T06:00:00Z" } });
    patched(may).await;
    let may = json!({ "toleranceTarget": "5", "validFor": { "startDateTime": "2026-05-01T06:00:00Z" } });
    assert_eq!(versions(&patched(may).await), ["2026-04-01T06:00:00Z 50 -", "2026-05-01T06:00:00Z 20 5"]);
    // Who sends back what was read, with another target, changes what holds from now on.
    quality.story.turn_to("2026-05-06T06:00:00Z").await;
    let read = quality.desk().get(&path).await.expect(200).body;
    let back = json!({ "conformanceTarget": "30", "validFor": read["validFor"], "name": read["name"] });
    assert_eq!(versions(&patched(back).await)[2], "2026-05-06T06:00:00Z 30 5");
}
