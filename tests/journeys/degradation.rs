//! QS-01, QS-02, QS-03, QS-09, QS-10: degradation reports, from a CLEC's word to the closing.

use crate::account_team::Team;
use http::Method;
use serde_json::{Value, json};
use std::fmt::Write;
use tests::{
    Client,
    story::{MEASUREMENTS, OBJECTIVES, OFFERINGS, OTHER_PARTIES, PROBLEMS, PURCHASES, SPECIFICATIONS},
};

/// Alpha has a circuit, whose delay is measured.
pub(crate) struct Circuit {
    pub(crate) team: Team,
    pub(crate) offering: String,
    pub(crate) purchase: String,
}

impl Circuit {
    pub(crate) async fn of_alpha() -> Self {
        let team = Team::of_alpha().await;
        let desk = team.desk();
        desk.put("/cmp/v1/clec/beta", json!({ "name": "Beta Telephone" })).await.expect(201);
        let body = json!({
            "name": "Unbundled loop, DS1", "family": "Unbundled loops",
            "metrics": [{ "name": "delay", "kind": "technical", "unit": "ms" }],
        });
        let offering = desk.post(OFFERINGS, body).await.expect(201).text("id");
        let body = json!({
            "clec": "alpha", "offering": offering, "name": "circuit 7", "area": "Denver", "since": "2025-06-01T06:00:00Z",
        });
        let purchase = desk.post(PURCHASES, body).await.expect(201).text("id");
        team.story.deliveries().await;
        Self { team, offering, purchase }
    }

    /// A threshold of 50 ms, by the hour, from the first of March on.
    pub(crate) async fn threshold(&self, more: Value) -> String {
        let mut body = json!({
            "conformanceTarget": "50", "conformanceComparator": "lessThanOrEqual", "window": "PT1H", "graceTimes": "24",
            "validFor": { "startDateTime": "2026-03-01T07:00:00Z" },
            "serviceLevelObjectiveParameter": {
                "name": "delay", "relatedEntity": [{ "id": self.offering, "@referredType": "ProductOffering" }],
            },
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.team.desk().post(OBJECTIVES, body).await.expect(201).text("id")
    }

    pub(crate) async fn measures(&self, values: &[(&str, f64)]) {
        let lines = values.iter().fold(String::new(), |mut lines, (at, value)| {
            let line = json!({
                "purchasedOffering": self.purchase, "metric": "delay", "at": at, "value": value, "source": "probe-7",
            });
            writeln!(lines, "{line}").unwrap();
            lines
        });
        let path = format!("{MEASUREMENTS}/bulk");
        let desk = self.team.desk();
        let report = desk.send(Method::POST, &path, Some("application/x-ndjson"), lines.into_bytes()).await.expect(200);
        assert_eq!(report.body["refused"], 0, "{}", report.body);
    }

    pub(crate) async fn raises(&self, client: &str, more: Value) -> String {
        let mut body = json!({ "description": "It is slow", "affectedService": [{ "id": self.purchase }] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.team.story.as_(client).post(PROBLEMS, body).await.expect(201).text("id")
    }

    pub(crate) async fn read(&self, client: &str, number: &str) -> Value {
        self.team.story.as_(client).get(&path(number, "")).await.expect(200).body
    }

    pub(crate) async fn does(&self, client: &str, number: &str, task: &str, body: Value) -> Value {
        self.team.story.as_(client).post(&path(number, task), body).await.expect(200).body
    }

    pub(crate) async fn reports(&self) -> Vec<Value> {
        self.team.desk().get(PROBLEMS).await.expect(200).body.as_array().unwrap().clone()
    }

    /// The crossings of the purchase as `kind from until`.
    pub(crate) async fn crossings(&self) -> Vec<String> {
        let read = self.team.story.as_("alpha").get(&format!("{PURCHASES}/{}", self.purchase)).await.expect(200).body;
        let text = |of: &Value, name: &str| of[name].as_str().unwrap_or("-").to_owned();
        let of = |of: &Value| format!("{} {} {}", text(of, "kind"), text(of, "beganAt"), text(of, "endedAt"));
        read["crossings"].as_array().into_iter().flatten().map(of).collect()
    }
}

pub(crate) fn path(number: &str, task: &str) -> String {
    if task.is_empty() { format!("{PROBLEMS}/{number}") } else { format!("{PROBLEMS}/{number}/{task}") }
}

/// The recipients and subjects of what was delivered since the last reading, in the order of recipients.
pub(crate) async fn told(circuit: &Circuit) -> Vec<String> {
    let delivered = circuit.team.story.deliveries().await;
    let name = |to: &str| to.split('@').next().unwrap().to_owned();
    let subject = |of: &Option<String>| of.clone().unwrap_or_default();
    let mut told: Vec<String> = delivered
        .iter()
        .map(|of| format!("{} {} {}", of.at.format("%d %H:%M"), name(&of.to), subject(&of.subject)))
        .collect();
    told.sort();
    told
}

#[tokio::test]
async fn qs_01_a_clec_reports_a_degradation_which_is_worked_cleared_and_agreed_to() {
    let circuit = Circuit::of_alpha().await;
    let number = circuit.raises("alpha", json!({ "metric": "delay", "priority": 3, "contact": "Ann" })).await;
    let tells = async |expected: &[&str]| {
        let expected: Vec<String> = expected.iter().map(|of| of.replace("QR", &number)).collect();
        assert_eq!(told(&circuit).await, expected);
    };
    tells(&["04 17:00 sam Degradation of circuit 7: QR"]).await;
    let shown = circuit.read("alpha", &number).await;
    assert_eq!(
        (&shown["status"], &shown["category"], &shown["reason"]),
        (&json!("submitted"), &json!("customer.declarer"), &json!("unknown"))
    );
    assert_eq!(shown["possible"], json!(["comment", "escalation"]));
    assert_eq!((&shown["dueAt"], &shown["jeopardy"]), (&json!("2026-03-05T17:00:00Z"), &json!("onTime")));
    // Assigned and scheduled: it is taken in hand.
    let assigned = json!({ "member": circuit.team.dana, "scheduled": "2026-03-04T20:00:00Z" });
    circuit.does("desk", &number, "assignment", assigned).await;
    tells(&[
        "04 17:00 dana Degradation report QR of alpha is assigned",
        "04 17:00 noc Degradation report QR is acknowledged",
    ])
    .await;
    // Information: a CLEC's both read, the provider's is its own unless it says otherwise.
    circuit.does("alpha", &number, "comment", json!({ "text": "It began at noon" })).await;
    circuit.does("desk", &number, "comment", json!({ "text": "A card is suspected" })).await;
    circuit.does("desk", &number, "comment", json!({ "text": "We look at a card", "visibility": "own" })).await;
    tells(&[
        "04 17:00 dana Degradation report QR of alpha has information of its CLEC",
        "04 17:00 noc Degradation report QR has information",
    ])
    .await;
    let read = async |client: &str| circuit.read(client, &number).await["comment"].as_array().unwrap().len();
    assert_eq!((read("alpha").await, read("desk").await), (2, 3));
    // Modified: the cause, the priority with the time that follows from it, the status.
    let patch = json!({ "reason": "A failing card", "priority": 1, "status": "inProgress", "statusChangeReason": "The card is here" });
    let shown = circuit.team.desk().patch(&path(&number, ""), patch.clone()).await.expect(200).body;
    assert_eq!((&shown["reason"], &shown["dueAt"]), (&json!("A failing card"), &json!("2026-03-04T21:00:00Z")));
    circuit.team.desk().patch(&path(&number, ""), json!({ "status": "resolved" })).await.expect(400);
    circuit.team.alpha().patch(&path(&number, ""), patch).await.expect(403);
    tells(&["04 17:00 noc Degradation report QR is in progress"]).await;
    // Escalated by its CLEC, to the Service Manager, then to the director; there is nobody behind.
    circuit.does("alpha", &number, "escalation", json!({ "reason": "Nobody calls" })).await;
    circuit.does("alpha", &number, "escalation", json!({ "reason": "Still nobody" })).await;
    circuit.team.alpha().post(&path(&number, "escalation"), json!({ "reason": "Again" })).await.expect(409);
    tells(&[
        "04 17:00 dana Degradation report QR is escalated to the Service Director",
        "04 17:00 dana Degradation report QR is escalated to the Service Manager",
        "04 17:00 sam Degradation report QR is escalated to the Service Director",
        "04 17:00 sam Degradation report QR is escalated to the Service Manager",
    ])
    .await;
    // Cleared, not agreed to, cleared again, agreed to.
    circuit.team.story.turn("PT1H").await;
    let cleared = circuit.does("desk", &number, "clearing", json!({ "resolution": "The card was replaced" })).await;
    assert_eq!((&cleared["status"], &cleared["jeopardy"]), (&json!("resolved"), &json!("met")));
    assert_eq!(cleared["agreeUntil"], "2026-03-07T07:00:00Z", "two business days: the end of Friday in Denver");
    circuit.team.alpha().post(&path(&number, "agreement"), json!({ "agrees": false })).await.expect(400);
    circuit.does("alpha", &number, "agreement", json!({ "agrees": false, "reason": "It is slow still" })).await;
    let again = circuit.does("desk", &number, "clearing", json!({ "resolution": "The other card too" })).await;
    assert_eq!(again["disputed"], 1);
    let closed = circuit.does("alpha", &number, "agreement", json!({ "agrees": true })).await;
    assert_eq!(
        (&closed["status"], &closed["agreed"], &closed["possible"]),
        (&json!("closed"), &json!(true), &json!([]))
    );
    tells(&[
        "04 18:00 dana Degradation report QR is closed: agreed to",
        "04 18:00 dana Degradation report QR of alpha is not agreed to",
        "04 18:00 noc Degradation report QR is cleared: do you agree?",
        "04 18:00 noc Degradation report QR is cleared: do you agree?",
        "04 18:00 sam Degradation report QR is closed: agreed to",
        "04 18:00 sam Degradation report QR of alpha is not agreed to",
    ])
    .await;
}

#[tokio::test]
async fn qs_01_what_was_read_of_a_cause_that_is_not_known_is_none_when_it_is_sent_back() {
    let circuit = Circuit::of_alpha().await;
    let number = circuit.raises("alpha", json!({})).await;
    let read = circuit.team.desk().get(&path(&number, "")).await.expect(200);
    let patch = json!({ "reason": read.body["reason"] });
    let patched = circuit.team.desk().patch(&path(&number, ""), patch).await.expect(200);
    assert_eq!((&patched.body["reason"], &patched.headers["etag"]), (&json!("unknown"), &read.headers["etag"]));
}

#[tokio::test]
async fn qs_01_a_false_event_is_cancelled_and_silence_closes_what_is_cleared() {
    let circuit = Circuit::of_alpha().await;
    let number = circuit.raises("desk", json!({})).await;
    circuit.does("desk", &number, "cancellation", json!({ "reason": "The probe was broken" })).await;
    let shown = circuit.read("alpha", &number).await;
    assert_eq!(
        (&shown["status"], &shown["statusChangeReason"], &shown["jeopardy"]),
        (&json!("cancelled"), &json!("The probe was broken"), &json!("none"))
    );
    circuit.team.desk().post(&path(&number, "clearing"), json!({ "resolution": "None" })).await.expect(409);
    let expected = [
        format!("04 17:00 noc Degradation of circuit 7: {number}"),
        format!("04 17:00 noc Degradation report {number} is cancelled: the event was false"),
        format!("04 17:00 sam Degradation of circuit 7: {number}"),
    ];
    assert_eq!(told(&circuit).await, expected);
    let number = circuit.raises("desk", json!({ "timeRaised": "2026-03-04T16:00:00Z" })).await;
    circuit.does("desk", &number, "clearing", json!({ "resolution": "A cable" })).await;
    told(&circuit).await;
    circuit.team.story.turn_to("2026-03-07T07:00:00Z").await;
    let expected = [
        format!("07 07:00 noc Degradation report {number} is closed: its CLEC said nothing in time"),
        format!("07 07:00 sam Degradation report {number} is closed: its CLEC said nothing in time"),
    ];
    assert_eq!(told(&circuit).await, expected);
    let shown = circuit.read("alpha", &number).await;
    assert_eq!((&shown["agreed"], &shown["resolution"]), (&json!(false), &json!("A cable")));
}

#[tokio::test]
async fn qs_02_a_report_in_jeopardy_is_escalated_by_itself() {
    let circuit = Circuit::of_alpha().await;
    // The usual priority, 5: three days. Told at the half, three quarters, and the end.
    let usual = circuit.raises("alpha", json!({})).await;
    // What the type of SLA says is agreed: four hours.
    let threshold = circuit.threshold(json!({})).await;
    let sla = json!({ "name": "Gold", "timeToClear": "PT4H", "relatedServiceLevelObjective": [{ "id": threshold }] });
    let sla = circuit.team.desk().post(SPECIFICATIONS, sla).await.expect(201).text("id");
    let purchase = format!("{PURCHASES}/{}", circuit.purchase);
    circuit.team.desk().patch(&purchase, json!({ "specification": sla })).await.expect(200);
    let agreed = circuit.raises("alpha", json!({})).await;
    let shown = circuit.read("alpha", &agreed).await;
    assert_eq!(
        (&shown["dueAt"], &shown["timeIsAgreed"], &shown["timeToClear"]),
        (&json!("2026-03-04T21:00:00Z"), &json!(true), &json!("PT14400S"))
    );
    told(&circuit).await;
    circuit.team.story.turn_to("2026-03-04T21:30:00Z").await;
    let report = |step: &str| format!("Degradation report {agreed} {step}");
    let mut expected = [
        format!("04 19:00 sam {}", report("of alpha is in jeopardy")),
        format!("04 20:00 noc {}", report("is escalated to the Service Manager")),
        format!("04 20:00 sam {}", report("is escalated to the Service Manager")),
        format!("04 21:00 dana {}", report("is escalated to the Service Director")),
        format!("04 21:00 noc {}", report("is escalated to the Service Director")),
        format!("04 21:00 sam {}", report("is escalated to the Service Director")),
    ];
    expected.sort();
    assert_eq!(told(&circuit).await, expected);
    let jeopardy = async |number: &str| circuit.read("alpha", number).await["jeopardy"].clone();
    assert_eq!((jeopardy(&agreed).await, jeopardy(&usual).await), (json!("missed"), json!("onTime")));
    let missed = circuit.team.desk().get(&format!("{PROBLEMS}?missed=true")).await.expect(200).body;
    assert_eq!(missed.as_array().unwrap().iter().map(|of| &of["id"]).collect::<Vec<_>>(), [&json!(agreed)]);
    // A check that comes late tells the row that was reached last, once.
    circuit.team.story.turn_without_checks("2026-03-07T16:00:00Z").await;
    circuit.team.story.turn("PT2M").await;
    let sent = told(&circuit).await;
    let of_usual: Vec<&String> = sent.iter().filter(|of| of.contains(&usual)).collect();
    assert_eq!(
        of_usual,
        [
            &format!("07 16:01 noc Degradation report {usual} is escalated to the Service Manager"),
            &format!("07 16:01 sam Degradation report {usual} is escalated to the Service Manager"),
        ]
    );
    let cleared = circuit.does("desk", &agreed, "clearing", json!({ "resolution": "Late" })).await;
    assert_eq!(cleared["jeopardy"], "metLate");
    // A higher priority has another time: what is reached by that is told at once.
    circuit.team.desk().patch(&path(&usual, ""), json!({ "priority": 1 })).await.expect(200);
    told(&circuit).await;
    circuit.team.story.turn("PT2M").await;
    let sent = told(&circuit).await;
    let escalated = format!("Degradation report {usual} is escalated to the Service Director");
    assert!(sent.iter().any(|of| of.contains("dana") && of.ends_with(&escalated)), "{sent:?}");
}

#[tokio::test]
async fn qs_03_a_cause_in_a_service_raises_a_ticket_and_one_of_another_party_a_request() {
    let circuit = Circuit::of_alpha().await;
    let desk = circuit.team.desk();
    let party = json!({
        "name": "Metro Fiber", "components": "The ring of Denver", "channel": "email",
        "contact": { "name": "Mo", "email": "noc@metro.example" }, "respondWithin": "PT4H",
    });
    let mut faulty = party.clone();
    faulty["channel"] = json!("telephone");
    let refused = desk.post(OTHER_PARTIES, faulty).await.expect(400);
    assert_eq!(refused.body["errors"][0]["field"], "contact.phone");
    let other = desk.post(OTHER_PARTIES, party).await.expect(201).text("id");
    circuit.team.alpha().get(&format!("{OTHER_PARTIES}/{other}")).await.expect(404);
    circuit.team.alpha().get(OTHER_PARTIES).await.expect(403);

    let number = circuit.raises("alpha", json!({})).await;
    let trouble = json!({ "severity": "moderate", "systemAffected": "IMA" });
    let raised = circuit.does("desk", &number, "troubleTicket", trouble.clone()).await;
    let ticket = raised["associatedTroubleTicket"][0]["id"].as_str().unwrap().to_owned();
    // Each names the other.
    let read = circuit.team.alpha().get(&Client::ticket(&ticket, "")).await.expect(200).body;
    assert_eq!((&read["serviceProblem"], &read["systemAffected"]), (&json!(number), &json!("IMA")));
    assert_eq!(read["description"], json!(format!("{number}: It is slow")));
    let request = json!({ "party": other, "text": "Is the ring up?" });
    let asked = circuit.does("desk", &number, "partyRequest", request).await;
    assert_eq!(asked["partyRequests"][0]["respondBy"], "2026-03-04T21:00:00Z");
    assert_eq!(circuit.read("alpha", &number).await.get("partyRequests"), None);
    let sent = circuit.team.story.deliveries().await;
    let how = sent.iter().find(|of| of.subject.as_ref().is_some_and(|of| of.contains("asks Metro Fiber"))).unwrap();
    assert!(how.body.as_ref().unwrap().contains("noc@metro.example"), "{how:?}");

    // Reminded at the half of the agreed time, and when it has passed.
    circuit.team.story.turn_to("2026-03-04T21:00:00Z").await;
    let reminded: Vec<String> = told(&circuit).await.into_iter().filter(|of| of.contains("Metro")).collect();
    assert_eq!(reminded.len(), 2, "{reminded:?}");
    assert!(reminded[0].starts_with("04 19:00 sam") && reminded[1].starts_with("04 21:00 sam"), "{reminded:?}");
    // Neither the ticket nor the request is over: it is not cleared.
    let clearing = json!({ "resolution": "The ring was repaired" });
    desk.post(&path(&number, "clearing"), clearing.clone()).await.expect(409);
    circuit.does("desk", &number, "partyRequest/1/answer", json!({ "text": "A card was replaced" })).await;
    desk.post(&path(&number, "partyRequest/1/answer"), json!({ "text": "Again" })).await.expect(409);
    desk.post(&path(&number, "clearing"), clearing.clone()).await.expect(409);
    // The ticket's closing questions the report, or clears it; reopened, it is in the way again.
    told(&circuit).await;
    let close = async |body: Value| desk.post(&Client::ticket(&ticket, "close"), body).await.expect(200);
    close(json!({ "disposition": "noTroubleFound" })).await;
    let says = async || {
        let read = circuit.read("alpha", &number).await;
        let of = &read["associatedTroubleTicket"][0];
        format!("{} {}", of["says"].as_str().unwrap_or("-"), of["endedAt"].as_str().unwrap_or("-"))
    };
    assert_eq!(says().await, "questions 2026-03-04T21:00:00Z");
    desk.post(&Client::ticket(&ticket, "reopen"), json!({ "reason": "It is there" })).await.expect(200);
    assert_eq!(says().await, "- -");
    desk.post(&path(&number, "clearing"), clearing.clone()).await.expect(409);
    close(json!({ "disposition": "resolved", "resolution": "A card" })).await;
    assert_eq!(says().await, "clears 2026-03-04T21:00:00Z");
    let people: Vec<String> = told(&circuit).await.into_iter().filter(|of| of.contains("sam Degradation")).collect();
    let report = |step: &str| format!("04 21:00 sam Degradation report {number} of alpha has ticket {ticket} {step}");
    let steps = ["ended without a resolution", "opened again", "resolved: it can be cleared"];
    assert_eq!(people, steps.map(report));
    circuit.does("desk", &number, "clearing", clearing).await;
    // A ticket of another primary ends with it.
    let second = circuit.raises("alpha", json!({})).await;
    let raised = circuit.does("desk", &second, "troubleTicket", trouble).await;
    let linked = raised["associatedTroubleTicket"][0]["id"].as_str().unwrap().to_owned();
    let primary = circuit.team.story.report("beta", "moderate").await;
    desk.post(&Client::ticket(&linked, "link"), json!({ "primary": primary })).await.expect(200);
    let resolved = json!({ "disposition": "resolved", "resolution": "A card" });
    desk.post(&Client::ticket(&primary, "close"), resolved).await.expect(200);
    let read = circuit.read("desk", &second).await;
    assert_eq!(read["associatedTroubleTicket"][0]["says"], "clears");
    // What is retired is asked no more.
    desk.post(&format!("{OTHER_PARTIES}/{other}/retirement"), json!({})).await.expect(200);
    desk.post(&path(&second, "partyRequest"), json!({ "party": other, "text": "Still?" })).await.expect(404);
}

#[tokio::test]
async fn qs_10_tasks_have_an_order_and_times_and_what_is_out_of_order_or_late_is_shown() {
    let circuit = Circuit::of_alpha().await;
    let number = circuit.raises("alpha", json!({})).await;
    let plans = async |text: &str, due: &str, after: Value| {
        let body = json!({ "text": text, "owner": "Otto", "due": due, "after": after });
        circuit.team.desk().post(&path(&number, "task"), body).await
    };
    plans("Test the loop", "2026-03-04T19:00:00Z", json!([])).await.expect(200);
    plans("Replace the card", "2026-03-04T21:00:00Z", json!([1])).await.expect(200);
    plans("Test again", "2026-03-04T22:00:00Z", json!([1, 2])).await.expect(200);
    let refused = plans("Never", "2026-03-04T16:00:00Z", json!([9, 1, 1])).await.expect(400);
    let faults: Vec<&str> =
        refused.body["errors"].as_array().unwrap().iter().map(|of| of["field"].as_str().unwrap()).collect();
    assert_eq!(faults, ["due", "after[0]", "after[2]"]);
    let states = async || {
        let shown = circuit.read("desk", &number).await;
        let of = |task: &Value| {
            let findings: Vec<&str> =
                task["findings"].as_array().into_iter().flatten().map(|of| of.as_str().unwrap()).collect();
            format!("{} {}", task["state"].as_str().unwrap(), findings.join(" ")).trim_end().to_owned()
        };
        shown["tasks"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(states().await, ["ready", "waiting", "waiting"]);
    // Nobody is kept from beginning one out of order; it is shown, and so is what is late, of which its people are told once.
    circuit.does("desk", &number, "task/2/start", json!({})).await;
    circuit.does("desk", &number, "task/2/start", json!({})).await;
    assert_eq!(states().await, ["ready", "started outOfOrder", "waiting"]);
    // What a caller may not do at all is not answered as done already.
    circuit.team.alpha().post(&path(&number, "task/2/start"), json!({})).await.expect(403);
    told(&circuit).await;
    circuit.team.story.turn_to("2026-03-04T20:00:00Z").await;
    assert_eq!(states().await, ["ready late", "started outOfOrder", "waiting"]);
    let late = format!("04 19:00 sam Degradation report {number} of alpha has a task that was to be done by ");
    let sent = told(&circuit).await;
    assert!(sent.len() == 1 && sent[0].starts_with(&late), "{sent:?}");
    circuit.team.desk().post(&path(&number, "clearing"), json!({ "resolution": "None" })).await.expect(409);
    circuit.does("desk", &number, "task/1/completion", json!({ "outcome": "A card fails" })).await;
    circuit.team.desk().post(&path(&number, "task/1/completion"), json!({})).await.expect(409);
    circuit.team.desk().post(&path(&number, "task/9/completion"), json!({})).await.expect(404);
    circuit.does("desk", &number, "task/2/completion", json!({})).await;
    circuit.does("desk", &number, "task/3/cancellation", json!({ "reason": "The CLEC tests" })).await;
    circuit.team.desk().post(&path(&number, "task/3/completion"), json!({})).await.expect(409);
    assert_eq!(states().await, ["done late", "done outOfOrder", "cancelled"]);
    let ended = format!("04 20:00 sam Degradation report {number} of alpha has all its tasks ended: it can be cleared");
    assert_eq!(told(&circuit).await, [ended]);
    circuit.does("desk", &number, "clearing", json!({ "resolution": "The card was replaced" })).await;
    // How the work is divided is the provider's own.
    assert_eq!(circuit.read("alpha", &number).await.get("tasks"), None);
}

#[tokio::test]
async fn qs_09_a_clec_sees_its_own_reports_alone() {
    let circuit = Circuit::of_alpha().await;
    let number = circuit.raises("alpha", json!({})).await;
    let beta = circuit.team.story.as_("beta");
    beta.get(&path(&number, "")).await.expect(404);
    assert_eq!(beta.get(PROBLEMS).await.expect(200).body, json!([]));
    beta.get(&format!("{PROBLEMS}?clec=alpha")).await.expect(400);
    let acts = [
        ("comment", json!({ "text": "Ours" })),
        ("escalation", json!({ "reason": "Ours" })),
        ("agreement", json!({ "agrees": true })),
        ("clearing", json!({ "resolution": "Ours" })),
    ];
    for (task, body) in acts {
        let refused = beta.post(&path(&number, task), body).await;
        assert!([403, 404].contains(&refused.status.as_u16()), "{task}: {}", refused.body);
    }
    let body = json!({ "description": "Ours", "affectedService": [{ "id": circuit.purchase }] });
    beta.post(PROBLEMS, body).await.expect(404);
    assert_eq!(circuit.team.desk().get(&format!("{PROBLEMS}?clec=beta")).await.expect(200).body, json!([]));
    let search = beta.get(&format!("/cmp/v1/search?q={number}")).await.expect(200).body;
    assert_eq!(search, json!([]));
}
