//! TT-03, TT-04 (12.5): a CLEC asks for another severity. Asked by its Severity Escalation Contact it holds at once, asked by
//! another it waits for the desk; the desk may question it, and lets it stand or puts it back. Tuesday 2026-06-02, 10:00 MDT.

use crate::acts::{does, read, subjects};
use serde_json::{Value, json};
use tests::{Client, Story, story::TICKETS};

#[tokio::test]
async fn tt_04_asked_by_the_escalation_contact_it_holds_at_once_and_restarts_the_clock() {
    let (story, number) = reported().await;
    story.turn_to("2026-06-02T16:20:00Z").await;
    let asked =
        does(&story, "alpha", &number, "severityChange", asks("critical", "lee@alpha.example")).await.expect(200);
    assert_eq!(asked.body["severity"], "critical");
    assert_eq!(asked.body["severityAsked"], "critical");
    let case = &asked.body["case"][0];
    assert_eq!(
        (&case["kind"], &case["holds"], &case["from"]),
        (&json!("severityChange"), &json!(true), &json!("moderate"))
    );
    let mut told = subjects(&story).await;
    told.sort();
    assert_eq!(
        told,
        [
            format!("noc@alpha.example: Ticket {number} severity 1 Update 1 (notice 2): open (acknowledged)"),
            format!("wshd@provider.example: Ticket {number} case 1: severity 1 asked for, raised"),
            format!("wshd@provider.example: Ticket {number} severity 1 Update 1 (notice 2): open (acknowledged)"),
        ]
    );
    // Hourly from the change on.
    story.turn_to("2026-06-02T17:15:00Z").await;
    let next: Vec<String> = story.deliveries().await.iter().map(tests::story::line).collect();
    assert!(next.contains(&"2026-06-02T17:15:00Z noc@alpha.example Update target #3".to_owned()), "{next:?}");
}

#[tokio::test]
async fn tt_04_asked_by_another_it_waits_for_the_desk_which_grants_it() {
    let (story, number) = reported().await;
    let asked =
        does(&story, "alpha", &number, "severityChange", asks("serious", "someone@alpha.example")).await.expect(200);
    assert_eq!((&asked.body["severity"], &asked.body["severityAsked"]), (&json!("moderate"), &json!("serious")));
    assert_eq!(asked.body["case"][0]["awaits"], "desk");
    assert_eq!(texts_of(&story, "alpha").await, [] as [String; 0], "nothing is told to its CLEC that is not so");
    let decided =
        does(&story, "desk", &number, "case/1/outcome", json!({ "decision": "granted", "reason": "many orders" }))
            .await
            .expect(200);
    assert_eq!(decided.body["severity"], "serious");
    assert_eq!(
        texts_of(&story, "alpha").await,
        [
            format!("Ticket {number} case 1: severity 2 asked for, decided: granted"),
            format!("Ticket {number} severity 2 Update 1 (notice 2): open (acknowledged)"),
        ]
    );
}

#[tokio::test]
async fn tt_04_the_desk_questions_it_the_contact_clarifies_and_it_is_put_back() {
    let (story, number) = reported().await;
    does(&story, "alpha", &number, "severityChange", asks("critical", "lee@alpha.example")).await.expect(200);
    let _raised = story.deliveries().await;
    let question = json!({ "text": "which orders?", "contact": "Kim" });
    let asked = does(&story, "desk", &number, "case/1/statement", question).await.expect(200);
    assert_eq!(asked.body["case"][0]["awaits"], "alpha");
    assert_eq!(texts_of(&story, "alpha").await, [format!("Ticket {number} case 1: severity 1 asked for, answered")]);
    let answer = json!({ "text": "one order of ten", "contact": { "name": "Lee", "email": "lee@alpha.example" } });
    does(&story, "alpha", &number, "case/1/statement", answer).await.expect(200);
    let decided =
        does(&story, "desk", &number, "case/1/outcome", json!({ "decision": "putBack", "reason": "a single order" }))
            .await
            .expect(200);
    assert_eq!((&decided.body["severity"], &decided.body["severityAsked"]), (&json!("moderate"), &json!("critical")));
    let case = &read(&story, "alpha", &number).await["case"][0];
    let said: Vec<&str> =
        case["statements"].as_array().unwrap().iter().map(|it| it["text"].as_str().unwrap()).collect();
    assert_eq!(said, ["orders pile up", "which orders?", "one order of ten"]);
    assert_eq!(case["statements"][2]["contact"]["name"], "Lee");
    assert_eq!(
        (&case["outcome"]["decision"], &case["outcome"]["reason"]),
        (&json!("putBack"), &json!("a single order"))
    );
    assert_eq!(case["awaits"], Value::Null);
}

#[tokio::test]
async fn tt_04_what_holds_is_let_stand_and_nothing_else_changes() {
    let (story, number) = reported().await;
    does(&story, "alpha", &number, "severityChange", asks("serious", "lee@alpha.example")).await.expect(200);
    let stands = json!({ "decision": "stands", "reason": "confirmed" });
    let decided = does(&story, "desk", &number, "case/1/outcome", stands.clone()).await.expect(200);
    assert_eq!(decided.body["severity"], "serious");
    let again = does(&story, "desk", &number, "case/1/outcome", stands).await.expect(409);
    assert_eq!(again.body["code"], "TT-04");
}

#[tokio::test]
async fn tt_04_a_case_is_decided_by_the_desk_with_one_of_its_decisions_and_withdrawn_by_who_raised_it() {
    let (story, number) = reported().await;
    does(&story, "alpha", &number, "severityChange", asks("serious", "someone@alpha.example")).await.expect(200);
    let outcome = |decision: &str| json!({ "decision": decision, "reason": "so it is" });
    does(&story, "alpha", &number, "case/1/outcome", outcome("granted")).await.expect(403);
    let wrong = does(&story, "desk", &number, "case/1/outcome", outcome("stands")).await.expect(400);
    assert_eq!(wrong.faults()["decision"], "TT-04");
    does(&story, "desk", &number, "case/1/outcome", outcome("withdrawn")).await.expect(403);
    does(&story, "beta", &number, "case/1/outcome", outcome("granted")).await.expect(404);
    does(&story, "desk", &number, "case/2/outcome", outcome("granted")).await.expect(404);
    does(&story, "alpha", &number, "case/1/outcome", outcome("withdrawn")).await.expect(200);
    assert_eq!(read(&story, "alpha", &number).await["severity"], "moderate");
}

#[tokio::test]
async fn tt_04_one_severity_is_asked_for_at_a_time_and_another_than_it_has() {
    let (story, number) = reported().await;
    let same = does(&story, "alpha", &number, "severityChange", asks("moderate", "x@alpha.example")).await.expect(400);
    assert_eq!(same.faults()["severity"], "TT-04");
    does(&story, "alpha", &number, "severityChange", asks("serious", "x@alpha.example")).await.expect(200);
    does(&story, "alpha", &number, "severityChange", asks("critical", "x@alpha.example")).await.expect(409);
}

#[tokio::test]
async fn tt_04_the_escalation_contact_is_not_locked_out_by_what_another_asked_for() {
    let (story, number) = reported().await;
    does(&story, "alpha", &number, "severityChange", asks("serious", "someone@alpha.example")).await.expect(200);
    let _raised = story.deliveries().await;
    let asked =
        does(&story, "alpha", &number, "severityChange", asks("critical", "lee@alpha.example")).await.expect(200);
    assert_eq!(asked.body["severity"], "critical", "hers holds at once");
    let cases = &asked.body["case"];
    assert_eq!((&cases[0]["outcome"]["decision"], &cases[1]["holds"]), (&json!("superseded"), &json!(true)));
    let mut told = subjects(&story).await;
    told.sort();
    assert_eq!(
        told,
        [
            format!("noc@alpha.example: Ticket {number} severity 1 Update 1 (notice 2): open (acknowledged)"),
            format!("wshd@provider.example: Ticket {number} case 1: severity 2 asked for, decided: superseded"),
            format!("wshd@provider.example: Ticket {number} case 2: severity 1 asked for, raised"),
            format!("wshd@provider.example: Ticket {number} severity 1 Update 1 (notice 2): open (acknowledged)"),
        ]
    );
    // Hers is superseded by hers; what is put back then is what the desk had assigned.
    does(&story, "alpha", &number, "severityChange", asks("serious", "lee@alpha.example")).await.expect(200);
    does(&story, "alpha", &number, "severityChange", asks("minimal", "x@alpha.example")).await.expect(409);
    let put_back = json!({ "decision": "putBack", "reason": "a single order" });
    let decided = does(&story, "desk", &number, "case/3/outcome", put_back).await.expect(200);
    assert_eq!(decided.body["severity"], "moderate");
    // Nobody decides so by a word.
    does(&story, "alpha", &number, "severityChange", asks("serious", "x@alpha.example")).await.expect(200);
    let word = json!({ "decision": "superseded", "reason": "so it is" });
    let refused = does(&story, "desk", &number, "case/4/outcome", word).await.expect(400);
    assert_eq!(refused.faults()["decision"], "TT-04");
}

#[tokio::test]
async fn tt_04_the_escalation_contact_is_known_by_the_same_telephone_however_it_is_written() {
    for written in ["+13035550100", "303-555-0100", "(303) 555-0100", "1.303.555.0100", "011 1 303 555 0100"] {
        let story = Story::at("2026-06-02T16:00:00Z").await;
        let body = json!({
            "description": "orders pile up", "severity": "moderate", "ticketType": "systems",
            "severityEscalationContact": { "name": "Lee", "phone": "+1 303 555 0100" },
        });
        let ticket = story.as_("alpha").post(TICKETS, body).await.expect(201);
        assert_eq!(ticket.body["severityEscalationContact"]["phone"], "+13035550100");
        let number = ticket.text("id");
        let asked = |phone: &str| json!({ "severity": "critical", "reason": "orders pile up", "contact": { "name": "L. Lee", "phone": phone } });
        let other = does(&story, "alpha", &number, "severityChange", asked("+1 303 555 0199")).await.expect(200);
        assert_eq!(other.body["severity"], "moderate");
        let hers = does(&story, "alpha", &number, "severityChange", asked(written)).await.expect(200);
        assert_eq!(hers.body["severity"], "critical", "{written}");
    }
}

#[tokio::test]
async fn tt_04_of_a_linked_ticket_the_group_runs_at_the_severity_that_was_asked_for() {
    let (story, primary) = reported().await;
    let linked = report(&story, "beta").await;
    does(&story, "desk", &linked, "link", json!({ "primary": primary })).await.expect(200);
    does(&story, "beta", &linked, "severityChange", asks("critical", "lee@beta.example")).await.expect(200);
    let read_primary = read(&story, "desk", &primary).await;
    assert_eq!(read_primary["severity"], "moderate", "each ticket keeps its own");
    let _told = story.deliveries().await;
    story.turn("PT1H").await;
    let notices = texts_of(&story, "alpha").await;
    assert_eq!(notices, [format!("Ticket {primary} severity 1 Update 2 (notice 4): open (acknowledged), no change")]);
}

#[tokio::test]
async fn tt_03_ticked_guidelines_propose_the_gravest_of_their_levels_and_are_kept() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    let alpha = story.as_("alpha");
    #[rustfmt::skip]
    let table = [
        ("4.2",           "minimal"),
        ("3.1,4.2",       "moderate"),
        ("2.e2,3.1,4.2",  "serious"),
        ("1.12",          "critical"),
        ("4.1,1.e4",      "critical"),
    ];
    for (ticked, proposes) in table {
        let proposal = alpha.get(&format!("/cmp/v1/severity/proposal?ticked={ticked}")).await.expect(200);
        assert_eq!(proposal.body["proposes"], proposes, "{ticked}");
    }
    for ticked in ["5.1", "1.13", "1.0", "1.e9", "nonsense", ""] {
        let refused = alpha.get(&format!("/cmp/v1/severity/proposal?ticked={ticked}")).await.expect(400);
        assert_eq!(refused.faults()["ticked"], "TT-03", "{ticked}");
    }
    let body = json!({ "description": "no order goes through", "severity": 2, "ticketType": "systems", "severityChecklist": ["1.4", "2.5"] });
    let ticket = alpha.post(TICKETS, body).await.expect(201);
    assert_eq!(ticket.body["severity"], "serious", "guidelines propose, the representative and the CLEC determine");
    assert_eq!(ticket.body["severityChecklist"], json!({ "ticked": ["1.4", "2.5"], "proposes": "critical" }));
    let unknown = json!({ "description": "x", "severity": 2, "ticketType": "systems", "severityChecklist": ["9.1"] });
    assert_eq!(alpha.post(TICKETS, unknown).await.expect(400).faults()["severityChecklist"], "TT-03");
    let levels = alpha.get("/cmp/v1/severity").await.expect(200).body;
    assert_eq!(
        levels[0]["checklist"][3],
        json!({ "id": "1.4", "text": "A single CLEC cannot submit its business transactions." })
    );
}

/// Alpha's moderate trouble, with Lee as its Severity Escalation Contact; it and the desk are told.
async fn reported() -> (Story, String) {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["event", "target"]).await;
    story.subscribe("desk", "email", "wshd@provider.example", &["event", "target"]).await;
    let number = report(&story, "alpha").await;
    let _initial = story.deliveries().await;
    (story, number)
}

async fn report(story: &Story, clec: &str) -> String {
    let body = json!({
        "description": "orders pile up", "severity": "moderate", "ticketType": "systems", "systemAffected": "IMA",
        "severityEscalationContact": { "name": "Lee", "email": format!("lee@{clec}.example") },
    });
    story.as_(clec).post(TICKETS, body).await.expect(201).text("id")
}

fn asks(severity: &str, email: &str) -> Value {
    json!({ "severity": severity, "reason": "orders pile up", "contact": { "name": "Lee", "email": email } })
}

/// The subjects that a CLEC was sent since the last reading, sorted.
async fn texts_of(story: &Story, clec: &str) -> Vec<String> {
    let to = format!("noc@{clec}.example: ");
    let mut subjects: Vec<String> =
        subjects(story).await.iter().filter_map(|line| line.strip_prefix(&to).map(str::to_owned)).collect();
    subjects.sort();
    subjects
}

#[tokio::test]
async fn tt_04_a_clec_asks_on_its_own_open_ticket_alone() {
    let (story, number) = reported().await;
    does(&story, "beta", &number, "severityChange", asks("critical", "lee@beta.example")).await.expect(404);
    story
        .as_("desk")
        .post(&Client::ticket(&number, "close"), json!({ "disposition": "noTroubleFound" }))
        .await
        .expect(200);
    does(&story, "alpha", &number, "severityChange", asks("critical", "lee@alpha.example")).await.expect(409);
}
