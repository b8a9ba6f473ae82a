//! CR-19: the archive's file comes in by the API, whole; each change request of it can be read; and it comes in once.

use serde_json::{Value, json};
use tests::Story;

const NOW: &str = "2026-03-02T18:00:00Z";
const ARCHIVE: &str = "/cmp/v1/archive";
const REQUESTS: &str = "/cmp/v1/changeRequest";

fn file() -> Value {
    serde_json::from_str(include_str!("../data/change-requests.json")).unwrap()
}

fn counts(report: &Value) -> (u64, u64, usize, u64) {
    let number = |name: &str| report[name].as_u64().unwrap();
    let duplicates = report["duplicates"].as_array().unwrap().len();
    (number("read"), number("imported"), duplicates, number("unexplained"))
}

#[tokio::test]
async fn cr_19_the_archive_comes_in_whole_and_each_is_found_by_its_number() {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["changeRequest"]).await;
    let report = story.as_("desk").post(ARCHIVE, file()).await.expect(200).body;
    assert_eq!(counts(&report), (63, 63, 0, 0));
    assert_eq!(report["deviations"].as_array().unwrap().len(), 225);
    let clarified = json!({
        "inTime": 8, "late": 3, "notJudged": 6,
        "distribution": { "1": 1, "3": 1, "4": 1, "5": 1, "6": 2, "7": 2, "9": 1, "10": 2 },
    });
    assert_eq!(report["judged"]["systems"]["clarification"], clarified);
    // They count as posted: every CLEC finds them, and nobody is told anew.
    for element in file().as_array().unwrap() {
        let number = element["cr_number"].as_str().unwrap();
        let read = story.as_("beta").get(&format!("{REQUESTS}/{number}")).await.expect(200);
        assert_eq!(read.body["archive"]["number"], *number, "{}", read.body);
    }
    story.expect(&[]).await;
    story.turn("P400D").await;
    story.expect(&[]).await;
}

#[tokio::test]
async fn cr_19_an_archive_comes_in_once() {
    let story = Story::at(NOW).await;
    let desk = || story.as_("desk");
    let part = |from: usize, to: usize| Value::from(file().as_array().unwrap()[from..to].to_vec());
    let first = desk().with("idempotency-key", "one").post(ARCHIVE, part(0, 10)).await.expect(200).body;
    assert_eq!(counts(&first), (10, 10, 0, 0));
    story.turn("P1D").await;
    // The same request has the same answer; its key names no other one, and that writes nothing.
    let again = desk().with("idempotency-key", "one").post(ARCHIVE, part(0, 10)).await.expect(200).body;
    assert_eq!(again, first);
    desk().with("idempotency-key", "one").post(ARCHIVE, part(5, 15)).await.expect(422);
    let number = file()[12]["cr_number"].as_str().unwrap().to_owned();
    desk().get(&format!("{REQUESTS}/{number}")).await.expect(404);
    // Another request finds those that are there, and brings the others.
    let more = desk().with("idempotency-key", "two").post(ARCHIVE, part(5, 15)).await.expect(200).body;
    assert_eq!(counts(&more), (10, 5, 5, 0));
    let there = json!({ "at": 0, "changeRequest": "SCR093002-05", "detail": "it was imported before" });
    assert_eq!(more["duplicates"][0], there);
    let without_key = desk().post(ARCHIVE, part(0, 15)).await.expect(200).body;
    assert_eq!(counts(&without_key), (15, 0, 15, 0));
}

#[tokio::test]
async fn cr_19_an_archive_is_the_cmp_managers_to_import_and_an_array_of_bounded_size() {
    let story = Story::at(NOW).await;
    let refused = story.as_("alpha").post(ARCHIVE, json!([])).await.expect(403);
    assert_eq!(refused.text("code"), "CR-19");
    let refused = story.as_("desk").post(ARCHIVE, json!({ "changeRequests": [] })).await.expect(400);
    assert_eq!(refused.faults().get("body").map(String::as_str), Some("CR-19"));
    let many: Vec<Value> = (0..501).map(|_| json!({})).collect();
    story.as_("desk").post(ARCHIVE, many.clone().into()).await.expect(413);
    let report = story.as_("desk").post(ARCHIVE, many[..500].to_vec().into()).await.expect(200).body;
    assert_eq!((counts(&report), report["refused"].as_array().unwrap().len()), ((500, 0, 0, 0), 500));
    let nothing = story.as_("desk").post(ARCHIVE, json!([])).await.expect(200).body;
    assert_eq!(counts(&nothing), (0, 0, 0, 0));
}

#[tokio::test]
async fn cr_19_what_an_archive_left_open_goes_on_here_under_its_number_and_its_clocks_run_from_then() {
    let story = Story::at(NOW).await;
    let desk = || story.as_("desk");
    let past = |number: &str, status: &str, steps: Value| {
        json!({
            "cr_number": number, "kind": "product_process", "title": "Longer hours", "originator_company": "AT&T",
            "current_status": status, "status_date": "2026-02-20", "source_url": "https://cmp.example/", "suffixes": [],
            "number_date": "2026-02-17", "history": steps,
        })
    };
    let submitted = json!([{ "date": "2026-02-17", "action": "submitted", "text": "" }]);
    let body = json!([past("PC021726-1", "Submitted", submitted.clone()), past("PC021726-2", "Deferred", submitted)]);
    let report = desk().post(ARCHIVE, body).await.expect(200).body;
    assert_eq!(counts(&report).1, 2, "{report}");
    let read = |number: &'static str| async move { desk().get(&format!("{REQUESTS}/{number}")).await.expect(200).body };
    // What it had to keep before is told by its archive; nothing is missed by what comes in today.
    let [first, second] = [read("PC021726-1").await, read("PC021726-2").await];
    assert_eq!((&first["deadlines"], &second["deadlines"]), (&json!([]), &json!([])));
    let logged = desk().post(&format!("{REQUESTS}/PC021726-1/acknowledgment"), json!({})).await.expect(200).body;
    assert_eq!((&logged["number"], &logged["step"]["name"]), (&json!("PC021726-1"), &json!("received")));
    desk().patch(&format!("{REQUESTS}/PC021726-1"), json!({ "title": "Shorter hours" })).await.expect(200);
    // A deferral has its end from its renewal on, and is closed at it.
    let renewed = desk().post(&format!("{REQUESTS}/PC021726-2/renewal"), json!({})).await.expect(200).body;
    assert_eq!(renewed["deferral"]["until"], "2027-03-03T07:00:00Z");
    assert_eq!(
        (&renewed["deadlines"][0]["deadline"], &renewed["deadlines"][0]["by"]),
        (&json!("deferral"), &json!("2027-03-02"))
    );
    story.turn_without_checks("2027-03-03T07:00:00Z").await;
    story.world.check_now().await.unwrap();
    assert_eq!(read("PC021726-2").await["completion"]["way"], "expired");
}
