//! CR-19: the archive's file comes in by the API, whole; each change request of it can be read; and it comes in once.

use platform::store::StoredItem;
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

/// What the store keeps of a request that names itself is read by the stream as everything else: what comes behind it is told at once.
#[tokio::test]
async fn op_03_what_is_reported_after_a_bulk_that_names_itself_is_told_at_once() {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let one = Value::from(file().as_array().unwrap()[..1].to_vec());
    story.as_("desk").with("idempotency-key", "one").post(ARCHIVE, one).await.expect(200);
    story.report("alpha", "serious").await;
    story.expect(&["2026-03-02T18:00:00Z noc@alpha.example Initial target #1"]).await;
    for item in story.items() {
        let key = format!("{:?}", item.get("pk"));
        assert!(StoredItem::read(item).is_ok(), "{key}");
    }
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

/// An open one of an archive, given to alpha: at this step by these lines, last by a status of this word.
fn given(number: &str, status: &str, lines: &[(&str, &str)]) -> Value {
    let history: Vec<Value> = lines.iter().map(|(date, action)| json!({ "date": date, "action": action })).collect();
    json!({
        "cr_number": number, "kind": "product_process", "title": "Longer hours", "originator_company": "Alpha",
        "originator": "alpha", "current_status": status, "history": history,
    })
}

const ANSWERED: [(&str, &str); 6] = [
    ("2026-01-05", "submitted"),
    ("2026-01-06", "acknowledged"),
    ("2026-01-07", "sme_assigned"),
    ("2026-01-12", "clarification_held"),
    ("2026-02-18", "presented_at_monthly_meeting"),
    ("2026-02-25", "formal_response_issued"),
];

#[tokio::test]
async fn cr_19_an_open_one_is_given_to_its_clec_which_acts_and_is_owed_what_comes_next() {
    let story = Story::at(NOW).await;
    let (desk, alpha) = (story.as_("desk"), story.as_("alpha"));
    let received = given("PC010526-1", "Submitted", &ANSWERED[..1]);
    let mut answered = given("PC010526-2", "Presented", &ANSWERED);
    let over = given("PC010526-3", "Denied", &ANSWERED[..1]);
    let report = desk.post(ARCHIVE, json!([received])).await.expect(200).body;
    let unknown = "alpha is no CLEC of the register: the desk registers it first";
    assert_eq!(report["refused"][0]["faults"][0]["detail"], *unknown, "{report}");
    story.subscribe("alpha", "email", "noc@alpha.example", &["changeRequest"]).await;
    let report = desk.post(ARCHIVE, json!([received, answered, over])).await.expect(200).body;
    assert_eq!(counts(&report).1, 2);
    let fault = &report["refused"][0]["faults"][0];
    assert_eq!(fault["field"], "history[5].answer", "{fault}");
    answered["history"][5]["answer"] = json!("denied");
    answered["history"][5]["text"] = json!("The desk is not staffed on Sundays");
    assert_eq!(counts(&desk.post(ARCHIVE, json!([answered])).await.expect(200).body).1, 1);
    story.expect(&[]).await;
    // What it is owed has its terms from the import on, Monday 2 March; what is over owes nothing.
    let read = async |number: &str| alpha.get(&format!("{REQUESTS}/{number}")).await.expect(200).body;
    let owed = async |number: &str| {
        let body = read(number).await;
        let of = |of: &Value| (of["deadline"].as_str().unwrap().to_owned(), of["by"].as_str().unwrap().to_owned());
        body["deadlines"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    let row = |deadline: &str, by: &str| (deadline.to_owned(), by.to_owned());
    let first = [("acknowledgment", "2026-03-04"), ("clarification", "2026-03-12"), ("presentation", "2026-03-18")];
    assert_eq!(owed("PC010526-1").await, first.map(|(deadline, by)| row(deadline, by)));
    assert_eq!(owed("PC010526-2").await, [row("responsePresentation", "2026-03-18")]);
    assert_eq!(owed("PC010526-3").await, []);
    // It is the CLEC's own, and on the agenda of the next meeting.
    let own = alpha.get(&format!("{REQUESTS}?originator=alpha")).await;
    assert_eq!(own.expect(200).body.as_array().unwrap().len(), 3);
    let package = desk.get("/cmp/v1/monthlyMeeting/2026-03-18").await.expect(200).body.to_string();
    assert!(package.contains("PC010526-2") && !package.contains("PC010526-3"), "{package}");
    alpha
        .post(&format!("{REQUESTS}/PC010526-2/position"), json!({ "position": "notAccepted", "comment": "It is" }))
        .await
        .expect(200);
    alpha.post(&format!("{REQUESTS}/PC010526-1/withdrawal"), json!({ "reason": "settled" })).await.expect(200);
    assert_eq!(
        story
            .as_("beta")
            .post(&format!("{REQUESTS}/PC010526-2/withdrawal"), json!({ "reason": "x" }))
            .await
            .status
            .as_u16(),
        403
    );
    // Nobody presents the response in time: that is told, and stays.
    story.turn("P17D").await;
    assert_eq!(read("PC010526-2").await["deadlines"][0]["standing"], "missed");
}
