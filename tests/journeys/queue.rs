//! WB-03: the queues of what is due next or awaits somebody, in the order of its instants. From Tuesday 2026-06-02, 10:00 MDT (16:00 UTC).

use crate::acts::act;
use serde_json::{Value, json};
use tests::{
    Client, Story,
    meter::measure,
    story::{CHANGE_REQUESTS, CONTACTS, OUTAGES, TICKETS},
};

const NOW: &str = "2026-06-02T16:00:00Z";
const QUEUES: &str = "/cmp/v1/queue";

async fn queue(story: &Story, client: &str, name: &str) -> Vec<Value> {
    let shown = story.as_(client).get(&format!("{QUEUES}/{name}?limit=100")).await.expect(200);
    shown.body.as_array().unwrap().clone()
}

/// Of each row what it is about, what is due of it, and how it stands.
fn told(rows: &[Value]) -> Vec<(&str, &str, &str)> {
    rows.iter().map(|row| (word(&row["about"]["id"]), word(&row["what"]), word(&row["standing"]))).collect()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// What awaits whom of a row.
fn awaits(row: &Value) -> Vec<(&str, &str)> {
    row["awaits"].as_array().unwrap().iter().map(|of| (word(&of["what"]), word(&of["whom"]))).collect()
}

fn row<'a>(rows: &'a [Value], id: &str) -> &'a Value {
    rows.iter().find(|row| row["about"]["id"] == id).unwrap_or_else(|| panic!("{id} is not in {rows:?}"))
}

fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["about"]["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn wb_03_each_party_is_told_its_queues_and_no_others() {
    let story = Story::at(NOW).await;
    let names = |body: &Value| -> Vec<String> {
        body.as_array().unwrap().iter().map(|queue| queue["name"].as_str().unwrap().to_owned()).collect()
    };
    let (desk, alpha) = (story.as_("desk"), story.as_("alpha"));
    let of_desk = desk.get(QUEUES).await.expect(200).body;
    assert_eq!(names(&of_desk), ["helpDesk", "csie", "changeManagement", "contacts", "accountTeam", "unreached"]);
    let of_clec = alpha.get(QUEUES).await.expect(200).body;
    assert_eq!(of_clec, json!([{ "name": "mine", "title": "What awaits us", "href": "/cmp/v1/queue/mine" }]));
    for (client, own) in [(&desk, &of_desk), (&alpha, &of_clec)] {
        for queue in own.as_array().unwrap() {
            client.get(queue["href"].as_str().unwrap()).await.expect(200);
        }
    }
    for name in ["helpDesk", "csie", "changeManagement", "contacts"] {
        let refused = alpha.get(&format!("{QUEUES}/{name}")).await.expect(403).body.to_string();
        assert!(refused.contains("WB-03"), "{refused}");
    }
    assert!(desk.get(&format!("{QUEUES}/mine")).await.expect(403).body.to_string().contains("WB-03"));
    desk.get(&format!("{QUEUES}/yours")).await.expect(404);
    alpha.get(&format!("{QUEUES}/yours")).await.expect(404);
}

#[tokio::test]
async fn wb_03_the_help_desk_sees_what_leaves_next_with_the_time_that_is_left() {
    let story = Story::at(NOW).await;
    let moderate = story.report("beta", "moderate").await;
    let critical = story.report("alpha", "critical").await;
    let night = json!({ "draft": true, "interface": "IMA", "description": "Upgrade of the database" });
    let draft = story.as_("desk").post(OUTAGES, night).await.expect(201).text("id");
    let rows = queue(&story, "desk", "helpDesk").await;
    let expected = [
        (critical.as_str(), "Update 1", "ahead"),
        (moderate.as_str(), "Update 1", "ahead"),
        (draft.as_str(), "announcement", "ahead"),
    ];
    assert_eq!(told(&rows), expected, "{rows:?}");
    let mut first = rows[0].clone();
    first["about"]["id"].take();
    first["about"]["href"].take();
    assert_eq!(
        first,
        json!({
            "about": { "kind": "troubleTicket", "id": null, "href": null }, "at": "2026-06-02T16:55:00Z",
            "heading": "IMA: orders are rejected", "clec": "alpha", "severity": "critical", "severityLevel": 1, "status": "acknowledged",
            "what": "Update 1", "leavesAt": "2026-06-02T16:55:00Z", "dueAt": "2026-06-02T17:00:00Z", "jeopardyAt": "2026-06-02T16:57:30Z",
            "timeLeft": "PT3600S", "standing": "ahead", "awaits": [],
        })
    );
    assert_eq!(rows[2]["heading"], "IMA: Upgrade of the database");
    assert_eq!(awaits(&rows[2]), [("announcement", "desk")]);
    // Nobody runs the checks: what should have left is in jeopardy, then missed.
    story.turn_without_checks("2026-06-02T16:58:00Z").await;
    let rows = queue(&story, "desk", "helpDesk").await;
    assert_eq!((&rows[0]["standing"], &rows[0]["timeLeft"]), (&json!("inJeopardy"), &json!("PT120S")));
    story.turn_without_checks("2026-06-02T17:05:00Z").await;
    let rows = queue(&story, "desk", "helpDesk").await;
    assert_eq!((&rows[0]["standing"], &rows[0]["timeLeft"]), (&json!("missed"), &json!("-PT300S")));
}

#[tokio::test]
async fn wb_03_what_awaits_the_desk_is_in_its_queue_also_without_a_clock() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "minimal").await;
    let held = json!({ "status": "held", "statusChangeReason": "a table of the edit is wrong" });
    story.as_("desk").patch(&Client::ticket(&number, ""), held).await.expect(200);
    assert_eq!(
        ids(&queue(&story, "desk", "helpDesk").await),
        [""; 0],
        "nothing is due of it, and nothing awaits the desk"
    );
    let asked = json!({ "severity": 3, "reason": "it blocks us" });
    story.as_("alpha").post(&Client::ticket(&number, "severityChange"), asked).await.expect(200);
    let rows = queue(&story, "desk", "helpDesk").await;
    assert_eq!(told(&rows), [(number.as_str(), "severityChange", "awaits")]);
    assert_eq!(awaits(&rows[0]), [("severityChange", "desk")]);
    assert_eq!((&rows[0]["awaits"][0]["case"], &rows[0]["at"]), (&json!(1), &json!(NOW)));
    // The desk answers: now it awaits the CLEC, until that answers.
    let answer = json!({ "text": "what does it block?" });
    act(&story, &number, "case/1/statement", answer.clone()).await;
    assert_eq!(awaits(&queue(&story, "desk", "helpDesk").await[0]), [("severityChange", "alpha")]);
    assert_eq!(told(&queue(&story, "alpha", "mine").await), [(number.as_str(), "severityChange", "awaits")]);
    story.as_("alpha").post(&Client::ticket(&number, "case/1/statement"), answer).await.expect(200);
    assert_eq!(awaits(&queue(&story, "desk", "helpDesk").await[0]), [("severityChange", "desk")]);
    assert_eq!(queue(&story, "alpha", "mine").await, [Value::Null; 0]);
    // And of a ticket that is closed, while something of it is disputed.
    act(&story, &number, "case/1/outcome", json!({ "decision": "declined", "reason": "no" })).await;
    assert_eq!(ids(&queue(&story, "desk", "helpDesk").await), [""; 0]);
}

#[tokio::test]
async fn wb_03_a_resolution_awaits_agreement_then_the_closing() {
    let story = Story::at(NOW).await;
    let (alpha, beta) = (story.report("alpha", "serious").await, story.report("beta", "serious").await);
    act(&story, &beta, "link", json!({ "primary": alpha })).await;
    let resolved =
        json!({ "status": "resolved", "eventDescription": "IMA rejects orders", "eventImpact": { "other": "none" } });
    story.as_("desk").patch(&Client::ticket(&alpha, ""), resolved).await.expect(200);
    let rows = queue(&story, "desk", "helpDesk").await;
    assert_eq!(awaits(row(&rows, &alpha)), [("agreement", "alpha"), ("agreement", "linkedTickets")]);
    assert_eq!(row(&rows, &alpha)["awaits"][1]["tickets"], 1);
    // Each CLEC finds its own ticket, the linked one too, though no act has written it.
    for (client, own) in [("alpha", &alpha), ("beta", &beta)] {
        let mine = queue(&story, client, "mine").await;
        assert_eq!(told(&mine), [(own.as_str(), "agreement", "awaits")]);
        assert_eq!((awaits(&mine[0]), &mine[0]["status"]), (vec![("agreement", client)], &json!("resolved")));
        story.as_(client).post(&Client::ticket(own, "agreement"), json!({ "agreed": true })).await.expect(200);
        assert_eq!(queue(&story, client, "mine").await, [Value::Null; 0]);
    }
    let rows = queue(&story, "desk", "helpDesk").await;
    assert_eq!(awaits(row(&rows, &alpha)), [("closing", "desk")]);
    act(&story, &alpha, "close", json!({ "disposition": "resolved", "resolution": "corrected" })).await;
    assert!(!ids(&queue(&story, "desk", "helpDesk").await).contains(&alpha.as_str()));
}

#[tokio::test]
async fn wb_03_process_tickets_are_the_queue_of_the_csie_and_of_no_other() {
    let story = Story::at(NOW).await;
    let systems = story.report("alpha", "serious").await;
    let process = json!({ "description": "Orders are lost", "severity": "serious", "ticketType": "process" });
    let process = story.as_("alpha").post(TICKETS, process).await.expect(201).text("id");
    let rows = queue(&story, "desk", "csie").await;
    assert_eq!(told(&rows), [(process.as_str(), "Status", "ahead")]);
    assert_eq!(awaits(&rows[0]), [("determination", "desk")]);
    assert_eq!(ids(&queue(&story, "desk", "helpDesk").await), [systems.as_str()]);
    // A sweep of the shard does what is due of both.
    story.turn("PT4H").await;
    let later = queue(&story, "desk", "csie").await;
    assert_eq!(told(&later), [(process.as_str(), "Status", "ahead")]);
    assert!(rows[0]["dueAt"].as_str() < later[0]["dueAt"].as_str(), "the one before was told of as missed: {later:?}");
    assert!(ids(&queue(&story, "desk", "helpDesk").await).contains(&systems.as_str()));
}

#[tokio::test]
async fn wb_03_change_management_sees_deadlines_and_meetings_also_those_that_were_missed() {
    let story = Story::at(NOW).await;
    let form = json!({ "kind": "systems", "title": "One document", "description": "for EDI", "contact": "Ann" });
    let id = story.as_("alpha").post(CHANGE_REQUESTS, form).await.expect(201).text("id");
    let rows = queue(&story, "desk", "changeManagement").await;
    let of_request = row(&rows, &id);
    assert_eq!((&of_request["what"], &of_request["standing"]), (&json!("acknowledgment"), &json!("ahead")));
    assert_eq!((&of_request["status"], &of_request["clec"]), (&json!("submitted"), &json!("alpha")));
    assert_eq!(of_request["heading"], format!("{id}: One document"));
    assert_eq!(awaits(of_request)[0], ("acknowledgment", "desk"));
    let meetings: Vec<&Value> = rows.iter().filter(|row| row["about"]["kind"] == "meeting").collect();
    assert_eq!(meetings.len(), 2, "the next one of each kind: {rows:?}");
    assert_eq!((&meetings[0]["what"], &meetings[0]["standing"]), (&json!("package"), &json!("ahead")));
    assert_eq!(awaits(meetings[0]), [("package", "desk")]);
    assert_eq!(meetings[0]["dueAt"], "2026-06-17T06:00:00Z");
    // Every deadline of it is missed and told of: nothing of it has a clock any more, and it stays.
    story.turn("P60D").await;
    let rows = queue(&story, "desk", "changeManagement").await;
    assert_eq!(row(&rows, &id)["standing"], "missed");
    assert_eq!(rows[0]["about"]["id"], id, "it stands first: {rows:?}");
}

#[tokio::test]
async fn wb_03_contacts_stand_in_the_queue_until_they_are_verified() {
    let story = Story::at(NOW).await;
    let contact = json!({ "role": "afterHours", "name": "Ann", "phone": "+13035550100" });
    let id = story.as_("alpha").post(CONTACTS, contact).await.expect(201).text("id");
    let rows = queue(&story, "desk", "contacts").await;
    assert_eq!(told(&rows), [(id.as_str(), "verification", "ahead")]);
    assert_eq!((&rows[0]["clec"], awaits(&rows[0])), (&json!("alpha"), vec![]));
    assert_eq!(queue(&story, "alpha", "mine").await, [Value::Null; 0]);
    // It is told that it is overdue, and is in no clock's index any more.
    story.turn("P400D").await;
    let rows = queue(&story, "desk", "contacts").await;
    assert_eq!(told(&rows), [(id.as_str(), "verification", "missed")]);
    assert_eq!(awaits(&rows[0]), [("verification", "alpha")]);
    assert_eq!(told(&queue(&story, "alpha", "mine").await), [(id.as_str(), "verification", "missed")]);
    story.as_("alpha").post(&format!("{CONTACTS}/{id}/verification"), json!({})).await.expect(200);
    assert_eq!(queue(&story, "alpha", "mine").await, [Value::Null; 0]);
}

#[tokio::test]
async fn wb_03_a_clec_is_asked_for_its_positions_until_it_takes_them() {
    let story = Story::at(NOW).await;
    let (desk, alpha) = (story.as_("desk"), story.as_("alpha"));
    let night = json!({
        "interface": "IMA", "description": "Upgrade", "impact": { "other": "none" },
        "start": "2026-06-10T04:00:00Z", "stop": "2026-06-10T08:00:00Z",
    });
    let outage = desk.post(OUTAGES, night).await.expect(201).text("id");
    let form = json!({ "kind": "systems", "title": "One", "description": "One document", "contact": "Ann" });
    let id = story.as_("beta").post(CHANGE_REQUESTS, form).await.expect(201).text("id");
    let path = |task: &str| format!("{CHANGE_REQUESTS}/{id}/{task}");
    story.meets("2026-06-02").await;
    for (task, body) in [
        ("acknowledgment", json!({})),
        ("posting", json!({})),
        ("assignment", json!({ "crpm": "Cy", "director": "Di" })),
        ("experts", json!({ "experts": ["Ed"] })),
        ("clarification", json!({})),
        ("minutes", json!({ "text": "understood" })),
        ("presentation", json!({ "meeting": "2026-06-02", "consensus": "yes" })),
        ("draftResponse", json!({ "answer": "accepted", "text": "so be it" })),
        ("directorAcceptance", json!({})),
        ("response", json!({})),
    ] {
        desk.post(&path(task), body).await.expect(200);
    }
    for client in ["alpha", "beta"] {
        let mine = queue(&story, client, "mine").await;
        assert_eq!(told(&mine), [(id.as_str(), "position", "awaits"), (outage.as_str(), "position", "awaits")]);
        assert_eq!(mine[1]["dueAt"], "2026-06-10T04:00:00Z");
    }
    // It is listed as open all the same.
    assert_eq!(alpha.get(CHANGE_REQUESTS).await.expect(200).body.as_array().unwrap().len(), 1);
    alpha.post(&path("position"), json!({ "position": "accepted" })).await.expect(200);
    assert_eq!(ids(&queue(&story, "alpha", "mine").await), [outage.as_str()]);
    let objection = json!({ "position": "object", "reason": "we migrate" });
    alpha.post(&format!("{OUTAGES}/{outage}/position"), objection).await.expect(200);
    assert_eq!(queue(&story, "alpha", "mine").await, [Value::Null; 0]);
    // The desk owes an answer.
    let rows = queue(&story, "desk", "helpDesk").await;
    assert_eq!(awaits(row(&rows, &outage)), [("positionAnswer", "desk")]);
    desk.post(&format!("{OUTAGES}/{outage}/position/alpha/answer"), json!({ "answer": "moved" })).await.expect(200);
    assert_eq!(awaits(row(&queue(&story, "desk", "helpDesk").await, &outage)), []);
    // Another window asks again.
    let moved = json!({ "start": "2026-06-11T04:00:00Z", "stop": "2026-06-11T08:00:00Z" });
    desk.patch(&format!("{OUTAGES}/{outage}"), moved).await.expect(200);
    assert_eq!(ids(&queue(&story, "alpha", "mine").await), [outage.as_str()]);
}

#[tokio::test]
async fn wb_03_a_page_of_a_queue_costs_what_it_shows_and_the_next_one_goes_on_behind_it() {
    let mut costs = Vec::new();
    for open in [0, 60] {
        let story = Story::at(NOW).await;
        let mut numbers = Vec::new();
        for _ in 0..12 {
            numbers.push(story.report("alpha", "critical").await);
        }
        for _ in 0..open {
            story.report("beta", "minimal").await;
        }
        let first = format!("{QUEUES}/helpDesk?limit=5");
        let (page, cost) = measure(&story, story.as_("desk").get(&first)).await;
        costs.push(cost.told());
        let mut page = page.expect(200);
        let mut shown: Vec<String> = Vec::new();
        while shown.len() < 12 {
            shown.extend(ids(page.body.as_array().unwrap()).into_iter().map(str::to_owned));
            let Some(link) = page.header("link") else { break };
            let next = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
            page = story.as_("desk").get(&next).await.expect(200);
        }
        shown.truncate(12);
        numbers.sort();
        assert_eq!(shown, numbers, "each once, in the order of the instant and the number");
    }
    assert_eq!(costs[0], costs[1]);
}
