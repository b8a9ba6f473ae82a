//! PO-01 to PO-07: a planned outage from its scheduling to its end. It begins on Wednesday 2026-03-04, 11:00 in Denver
//! (18:00 UTC); daylight saving begins on Sunday the 8th.

use crate::acts::whole;
use serde_json::{Value, json};
use tests::{
    Client, Fault, Reply, Story,
    story::{OUTAGES, TICKETS},
};

const NOW: &str = "2026-03-04T18:00:00Z";

/// Everyone is told of planned outages by e-mail.
async fn subscribed() -> Story {
    let story = Story::at(NOW).await;
    for (client, endpoint) in
        [("alpha", "noc@alpha.example"), ("beta", "noc@beta.example"), ("desk", "wshd@provider.example")]
    {
        story.subscribe(client, "email", endpoint, &["outage"]).await;
    }
    story
}

fn maintenance(start: &str, stop: &str) -> Value {
    json!({
        "interface": "IMA", "description": "Database upgrade", "impact": { "geographicArea": "CO, UT", "systemImplications": "no orders" },
        "start": start, "stop": stop,
    })
}

/// A Tuesday night: six days ahead, behind the change of clocks.
fn tuesday() -> Value {
    maintenance("2026-03-11T04:00:00Z", "2026-03-11T08:00:00Z")
}

async fn scheduled(story: &Story, body: Value) -> String {
    story.as_("desk").post(OUTAGES, body).await.expect(201).text("id")
}

fn path(number: &str, task: &str) -> String {
    if task.is_empty() { format!("{OUTAGES}/{number}") } else { format!("{OUTAGES}/{number}/{task}") }
}

async fn read(story: &Story, client: &str, number: &str) -> Reply {
    story.as_(client).get(&path(number, "")).await
}

/// The whole texts of what was delivered since the last reading about an outage.
async fn told(story: &Story, number: &str) -> String {
    whole(&story.deliveries().await, &[(number, "PO-NUMBER")])
}

#[tokio::test]
async fn po_02_a_complete_one_is_told_to_all_at_once_with_all_that_12_1_demands() {
    let story = subscribed().await;
    let reply = story.as_("desk").post(OUTAGES, tuesday()).await.expect(201);
    assert_eq!(
        (reply.text("status"), reply.text("noticeDueAt")),
        ("announced".to_owned(), "2026-03-07T07:00:00Z".to_owned())
    );
    assert_eq!(reply.header("location"), Some(path(&reply.text("id"), "").as_str()));
    let sent = story.deliveries().await;
    let mut told: Vec<_> = sent.iter().map(|sent| (sent.to.as_str(), tests::story::line(sent))).collect();
    told.sort();
    assert_eq!(
        told.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>(),
        [
            "2026-03-04T18:00:00Z noc@alpha.example Initial outage #1",
            "2026-03-04T18:00:00Z noc@beta.example Initial outage #1",
            "2026-03-04T18:00:00Z wshd@provider.example Initial outage #1",
        ]
    );
    insta::assert_snapshot!(whole(&sent, &[(&reply.text("id"), "PO-NUMBER")]));
    let owed = &story.events("notice.owed")[0];
    assert_eq!(owed["data"]["rule"]["term"], "twoCalendarDays");
    assert_eq!(owed["data"]["dueAt"], "2026-03-07T07:00:00Z");
    assert_eq!(story.events("outage.changed")[0]["data"]["facts"][0]["fact"], "announced");
    assert_eq!(story.events("notice.missed"), Vec::<Value>::new());
}

#[tokio::test]
async fn po_03_a_change_says_from_what_to_what_then_comes_the_reminder_and_the_early_end() {
    let story = subscribed().await;
    let number = scheduled(&story, tuesday()).await;
    story.deliveries().await;
    let desk = story.as_("desk");
    let patch = json!({ "stop": "2026-03-11T09:30:00Z", "workaround": "fax the orders" });
    let changed = desk.patch(&path(&number, ""), patch.clone()).await.expect(200);
    assert_eq!(changed.header("etag"), Some("\"2\""));
    desk.patch(&path(&number, ""), patch).await.expect(200);
    // A change that changes nothing is told to nobody.
    insta::assert_snapshot!("po_03_a_change", told(&story, &number).await);
    // 24 hours before the start, and once.
    story.turn_to("2026-03-10T03:59:00Z").await;
    story.expect(&[]).await;
    story.turn_to("2026-03-10T12:00:00Z").await;
    story
        .expect(&[
            "2026-03-10T04:00:00Z noc@alpha.example Update outage #3",
            "2026-03-10T04:00:00Z noc@beta.example Update outage #3",
            "2026-03-10T04:00:00Z wshd@provider.example Update outage #3",
        ])
        .await;
    story.turn_to("2026-03-11T07:15:00Z").await;
    let ended = desk.post(&path(&number, "end"), json!({ "detail": "all went well" })).await.expect(200);
    assert_eq!(ended.body["end"], json!({ "at": "2026-03-11T07:15:00Z", "detail": "all went well" }));
    insta::assert_snapshot!("po_03_an_early_end", told(&story, &number).await);
    // It does not overrun any more.
    story.turn_to("2026-03-12T12:00:00Z").await;
    story.expect(&[]).await;
    assert_eq!(story.as_("desk").get(TICKETS).await.expect(200).body, json!([]));
}

#[tokio::test]
async fn po_03_a_reminder_follows_a_start_that_moves_and_is_not_sent_for_what_was_told_later_than_that() {
    let story = subscribed().await;
    let number = scheduled(&story, tuesday()).await;
    let desk = story.as_("desk");
    story.turn_to("2026-03-10T05:00:00Z").await;
    let later = json!({ "start": "2026-03-13T04:00:00Z", "stop": "2026-03-13T06:00:00Z" });
    desk.patch(&path(&number, ""), later).await.expect(200);
    let soon = scheduled(&story, maintenance("2026-03-11T00:00:00Z", "2026-03-11T01:00:00Z")).await;
    assert_eq!(read(&story, "desk", &soon).await.body["reminderAt"], Value::Null);
    story.deliveries().await;
    story.turn_to("2026-03-10T23:59:00Z").await;
    story.expect(&[]).await;
    desk.post(&path(&soon, "cancellation"), json!({ "reason": "not needed" })).await.expect(200);
    story.deliveries().await;
    story.turn_to("2026-03-12T05:00:00Z").await;
    insta::assert_snapshot!("po_03_a_reminder", told(&story, &number).await);
}

#[tokio::test]
async fn po_03_a_cancellation_is_told_with_its_reason_and_ends_all_clocks() {
    let story = subscribed().await;
    let number = scheduled(&story, tuesday()).await;
    story.deliveries().await;
    let body = json!({ "reason": "the vendor is late" });
    let cancelled = story.as_("desk").post(&path(&number, "cancellation"), body).await.expect(200);
    assert_eq!(cancelled.text("status"), "cancelled");
    insta::assert_snapshot!("po_03_a_cancellation", told(&story, &number).await);
    story.turn_to("2026-03-20T12:00:00Z").await;
    story.expect(&[]).await;
}

#[tokio::test]
async fn po_02_a_draft_is_the_desks_own_is_warned_about_at_half_and_at_the_end_and_told_late_it_is_recorded_as_missed()
{
    let story = subscribed().await;
    let desk = story.as_("desk");
    let incomplete = json!({ "interface": "IMA", "description": "Database upgrade", "start": "2026-03-20T04:00:00Z" });
    let refused = desk.post(OUTAGES, incomplete.clone()).await.expect(400);
    let faults = refused.faults();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert_eq!((faults["impact"].as_str(), faults["stop"].as_str()), ("PO-01", "PO-01"));
    let detail = r#"is missing; what is not yet known is saved with "draft": true (PO-01)"#;
    assert_eq!(refused.text("detail"), format!("impact: {detail}; stop: {detail}"));
    let mut draft = incomplete;
    draft["draft"] = json!(true);
    let reply = desk.post(OUTAGES, draft).await.expect(201);
    let number = reply.text("id");
    assert_eq!((reply.text("status"), &reply.body["missing"]), ("draft".to_owned(), &json!(["impact", "stop"])));
    // The end of Friday the 6th, in Denver.
    assert_eq!(reply.text("noticeDueAt"), "2026-03-07T07:00:00Z");
    read(&story, "alpha", &number).await.expect(404);
    assert_eq!(story.as_("alpha").get(OUTAGES).await.expect(200).body, json!([]));
    assert_eq!(desk.get(OUTAGES).await.expect(200).body.as_array().unwrap().len(), 1);
    // 61 hours: half of them is 30.5 hours.
    story.turn_to("2026-03-06T00:29:00Z").await;
    story.expect(&[]).await;
    story.turn_to("2026-03-06T12:00:00Z").await;
    story.expect(&["2026-03-06T00:30:00Z wshd@provider.example Initial outage #1"]).await;
    story.turn_to("2026-03-07T12:00:00Z").await;
    let warned = story.deliveries().await;
    assert_eq!(
        warned.iter().map(tests::story::line).collect::<Vec<_>>(),
        ["2026-03-07T07:00:00Z wshd@provider.example Initial outage #1"]
    );
    insta::assert_snapshot!("po_02_a_missed_due_time", whole(&warned, &[(&number, "PO-NUMBER")]));
    // Nothing more is said of it, until it is told.
    story.turn_to("2026-03-09T12:00:00Z").await;
    story.expect(&[]).await;
    let patch = json!({ "impact": { "other": "none" }, "stop": "2026-03-20T06:00:00Z" });
    let announced = desk.patch(&path(&number, ""), patch).await.expect(200);
    assert_eq!(announced.text("status"), "announced");
    story
        .expect(&[
            "2026-03-09T12:00:00Z noc@alpha.example Initial outage #1",
            "2026-03-09T12:00:00Z noc@beta.example Initial outage #1",
            "2026-03-09T12:00:00Z wshd@provider.example Initial outage #1",
        ])
        .await;
    let missed = story.events("notice.missed");
    assert_eq!((missed.len(), &missed[0]["data"]["dueAt"]), (1, &json!("2026-03-07T07:00:00Z")));
    read(&story, "alpha", &number).await.expect(200);
}

#[tokio::test]
async fn po_02_a_scheduling_that_is_recorded_too_late_is_missed_and_told_all_the_same() {
    let story = subscribed().await;
    let mut late = tuesday();
    late["scheduledAt"] = json!("2026-03-01T06:59:00Z");
    let reply = story.as_("desk").post(OUTAGES, late).await.expect(201);
    // Saturday, 23:59 in Denver: the end of Monday.
    assert_eq!(reply.text("noticeDueAt"), "2026-03-03T07:00:00Z");
    assert_eq!(story.events("notice.missed").len(), 1);
    assert_eq!(story.deliveries().await.len(), 3);
}

#[tokio::test]
async fn po_02_a_draft_that_is_given_up_was_told_to_nobody() {
    let story = subscribed().await;
    let desk = story.as_("desk");
    let number = scheduled(&story, json!({ "draft": true, "interface": "IMA" })).await;
    desk.post(&path(&number, "cancellation"), json!({ "reason": "a slip" })).await.expect(200);
    story.turn_to("2026-03-20T12:00:00Z").await;
    story.expect(&[]).await;
    read(&story, "alpha", &number).await.expect(404);
    let listed = |query: &str| format!("{OUTAGES}?{query}");
    assert_eq!(desk.get(&listed("status=cancelled")).await.body.as_array().unwrap().len(), 1);
    assert_eq!(desk.get(&listed("status=draft")).await.body, json!([]));
}

#[tokio::test]
async fn po_06_a_window_that_passes_raises_one_ticket_tells_of_it_and_is_armed_again_by_a_later_stop() {
    let story = subscribed().await;
    story.subscribe("gamma", "email", "noc@gamma.example", &["event"]).await;
    let number = scheduled(&story, tuesday()).await;
    let desk = story.as_("desk");
    story.turn_to("2026-03-11T08:14:00Z").await;
    story.deliveries().await;
    assert_eq!(desk.get(TICKETS).await.body, json!([]));
    // Stop and a quarter of an hour, at 02:15 in Denver.
    story.turn_to("2026-03-11T12:00:00Z").await;
    let tickets = desk.get(TICKETS).await.expect(200).body;
    assert_eq!(tickets.as_array().unwrap().len(), 1);
    let ticket = &tickets[0];
    assert_eq!(ticket["creationDate"], "2026-03-11T08:15:00Z");
    assert_eq!(
        (&ticket["severity"], &ticket["originator"], &ticket["event"]),
        (&json!("serious"), &json!("provider"), &json!(true))
    );
    let raised = ticket["id"].as_str().unwrap();
    let shown = read(&story, "alpha", &number).await.expect(200);
    assert_eq!((shown.text("status"), &shown.body["tickets"]), ("announced".to_owned(), &json!([raised])));
    let told = story.deliveries().await;
    let outage = told.iter().find(|sent| sent.to == "noc@alpha.example").unwrap();
    assert_eq!(tests::story::line(outage), "2026-03-11T08:15:00Z noc@alpha.example Update outage #3");
    insta::assert_snapshot!("po_06_an_overrun", whole(&told, &[(number.as_str(), "PO-NUMBER"), (raised, "RAISED")]));
    // The ticket's own notice is a severity 2's: it waits for the opening at 06:00.
    assert_eq!(
        told.iter().filter(|sent| sent.to == "noc@gamma.example").map(tests::story::line).collect::<Vec<_>>(),
        [
            // It asked for events alone, and has nobody who must be told: a planned outage is told to it all the same.
            "2026-03-11T08:15:00Z noc@gamma.example Update outage #3",
            "2026-03-11T12:00:00Z noc@gamma.example Initial event #1"
        ]
    );
    // A later stop puts the next off; it raises another ticket.
    desk.patch(&path(&number, ""), json!({ "stop": "2026-03-11T14:00:00Z" })).await.expect(200);
    story.turn_to("2026-03-11T14:14:00Z").await;
    assert_eq!(read(&story, "desk", &number).await.body["tickets"], json!([raised]));
    story.turn_to("2026-03-11T15:00:00Z").await;
    let shown = read(&story, "desk", &number).await;
    let [_, raised_again] = crate::acts::texts(&shown.body["tickets"])[..] else { panic!("{}", shown.body) };
    // Its end resolves both.
    desk.post(&path(&number, "end"), json!({})).await.expect(200);
    for ticket in [raised, raised_again] {
        let ticket = desk.get(&Client::ticket(ticket, "")).await.expect(200);
        assert_eq!(
            (ticket.text("status"), ticket.text("resolutionDate")),
            ("resolved".to_owned(), "2026-03-11T15:00:00Z".to_owned())
        );
    }
    let told = story.deliveries().await;
    let last = told.iter().rfind(|sent| sent.to == "noc@beta.example");
    let names = [(number.as_str(), "PO-NUMBER"), (raised, "RAISED"), (raised_again, "RAISED-AGAIN")];
    insta::assert_snapshot!("po_06_a_late_end", whole(last, &names));
}

#[tokio::test]
async fn po_06_the_end_of_an_outage_resolves_its_overrun_ticket_and_no_notice_says_that_it_goes_on() {
    let story = subscribed().await;
    let number = scheduled(&story, tuesday()).await;
    let desk = story.as_("desk");
    story.turn_to("2026-03-11T09:00:00Z").await;
    let raised = crate::acts::texts(&read(&story, "desk", &number).await.body["tickets"])[0].to_owned();
    story.deliveries().await;
    // In the night: its Initial waits for the opening, and tells by then that the outage is over. It ended before the ticket was
    // opened, which the desk tells later.
    desk.post(&path(&number, "end"), json!({ "at": "2026-03-11T08:05:00Z" })).await.expect(200);
    story.turn_to("2026-03-11T13:30:00Z").await;
    let told = story.deliveries().await;
    let to_beta: Vec<_> = told.iter().filter(|sent| sent.to == "noc@beta.example").cloned().collect();
    insta::assert_snapshot!(
        "po_06_an_end_in_the_night",
        whole(&to_beta, &[(number.as_str(), "PO-NUMBER"), (raised.as_str(), "RAISED")])
    );
    let ticket = desk.get(&Client::ticket(&raised, "")).await.expect(200);
    assert_eq!(
        (ticket.text("status"), ticket.text("resolutionDate")),
        ("resolved".to_owned(), "2026-03-11T08:15:00Z".to_owned())
    );
    assert!(!told.iter().any(|sent| sent.body.iter().any(|body| body.contains("has not been ended"))), "{told:?}");
    desk.post(&Client::ticket(&raised, "close"), json!({ "disposition": "resolved" })).await.expect(200);
    // What the desk wrote of the problem stays, a ticket that it closed stays closed, and one that it linked stands where its
    // primary stands.
    for kept in ["described", "closed", "linked"] {
        let story = subscribed().await;
        let number = scheduled(&story, tuesday()).await;
        let desk = story.as_("desk");
        story.turn_to("2026-03-11T13:00:00Z").await;
        let raised = crate::acts::texts(&read(&story, "desk", &number).await.body["tickets"])[0].to_owned();
        let ticket = Client::ticket(&raised, "");
        match kept {
            "described" => {
                desk.patch(&ticket, json!({ "eventDescription": "a disk was replaced", "resolution": "replaced" }))
                    .await
            }
            "closed" => desk.post(&Client::ticket(&raised, "close"), json!({ "disposition": "noTroubleFound" })).await,
            _ => {
                let alphas = story.report("alpha", "serious").await;
                desk.post(&Client::ticket(&raised, "link"), json!({ "primary": alphas })).await
            }
        }
        .expect(200);
        desk.post(&path(&number, "end"), json!({})).await.expect(200);
        let shown = desk.get(&ticket).await.expect(200);
        let status = match kept {
            "described" => "resolved",
            "closed" => "closed",
            _ => "acknowledged",
        };
        assert_eq!(shown.text("status"), status, "{kept}");
        if kept == "described" {
            assert_eq!(
                (shown.text("eventDescription"), shown.text("resolution")),
                ("a disk was replaced".to_owned(), "replaced".to_owned())
            );
        }
    }
}

#[tokio::test]
async fn po_06_killed_between_an_overruns_commit_and_its_notices_they_leave_at_the_start_once() {
    for (operation, fault) in [("TransactWriteItems", Fault::KilledAfter), ("BatchGetItem", Fault::KilledBefore)] {
        let story = subscribed().await;
        let number = scheduled(&story, tuesday()).await;
        story.turn_to("2026-03-11T08:14:00Z").await;
        story.deliveries().await;
        story.wire.fails(operation, 1, fault);
        story.world.turn_to(tests::at("2026-03-11T08:15:00Z")).await.ok();
        story.expect(&[]).await;
        let story = story.killed_and_started_at("2026-03-11T08:15:20Z").await;
        story.turn_to("2026-03-11T09:00:00Z").await;
        story
            .expect(&[
                "2026-03-11T08:15:20Z noc@alpha.example Update outage #3",
                "2026-03-11T08:15:20Z noc@beta.example Update outage #3",
                "2026-03-11T08:15:20Z wshd@provider.example Update outage #3",
            ])
            .await;
        assert_eq!(story.as_("desk").get(TICKETS).await.body.as_array().unwrap().len(), 1, "{operation}");
        assert_eq!(read(&story, "desk", &number).await.body["tickets"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn po_06_an_overrun_raises_its_ticket_while_nothing_can_be_told() {
    let story = subscribed().await;
    let number = scheduled(&story, tuesday()).await;
    story.turn_to("2026-03-11T08:14:00Z").await;
    story.deliveries().await;
    story.wire.fails("PublishBatch", 1_000, Fault::Down);
    story.as_("desk").patch(&path(&number, ""), json!({ "workaround": "fax" })).await.expect(200);
    story.turn_to("2026-03-11T08:15:00Z").await;
    assert_eq!(read(&story, "desk", &number).await.body["tickets"].as_array().unwrap().len(), 1);
    story.wire.mended();
    story.turn("PT2M").await;
    let told = story.deliveries().await;
    let sequence: Vec<_> =
        told.iter().filter(|sent| sent.to == "noc@alpha.example").map(|sent| sent.sequence).collect();
    assert_eq!(sequence, [Some(3), Some(4)], "in their sequence");
}

#[tokio::test]
async fn po_06_what_overlaps_and_what_comes_at_short_notice_is_told_to_the_desk_alone() {
    let story = subscribed().await;
    let first = scheduled(&story, tuesday()).await;
    let mut edi = maintenance("2026-03-11T07:59:00Z", "2026-03-11T09:00:00Z");
    edi["interface"] = json!("EDI");
    story.deliveries().await;
    let reply = story.as_("desk").post(OUTAGES, edi).await.expect(201);
    let overlap = json!({ "warning": "overlap", "outage": first, "interface": "IMA", "sameInterface": false });
    assert_eq!(reply.body["warnings"], json!([overlap]));
    let second = reply.text("id");
    assert_eq!(read(&story, "alpha", &second).await.body.get("warnings"), None);
    let told = story.deliveries().await;
    insta::assert_snapshot!("po_06_an_overlap", whole(&told, &[(&first, "PO-FIRST"), (&second, "PO-SECOND")]));
    // One that only touches does not overlap; one that is moved away does not any more.
    let desk = story.as_("desk");
    let touching = desk.post(OUTAGES, maintenance("2026-03-11T09:00:00Z", "2026-03-11T10:00:00Z")).await.expect(201);
    assert_eq!(touching.body.get("warnings"), None);
    let moved = json!({ "start": "2026-03-11T02:00:00Z", "stop": "2026-03-11T04:00:00Z" });
    assert_eq!(desk.patch(&path(&second, ""), moved).await.expect(200).body.get("warnings"), None);
    // The same interface, and within two days.
    let near = desk.post(OUTAGES, maintenance("2026-03-06T17:00:00Z", "2026-03-06T18:30:00Z")).await.expect(201);
    assert_eq!(near.body["warnings"], json!([{ "warning": "shortNotice", "start": "2026-03-06T17:00:00Z" }]));
    let beside = desk.post(OUTAGES, maintenance("2026-03-06T18:00:00Z", "2026-03-06T19:00:00Z")).await.expect(201);
    assert_eq!(beside.body["warnings"][0]["sameInterface"], true);
    assert_eq!(beside.body["warnings"].as_array().unwrap().len(), 1, "two days to the second are no short notice");
}

#[tokio::test]
async fn po_04_each_clec_negotiates_alone_and_another_window_asks_again() {
    let story = subscribed().await;
    let number = scheduled(&story, tuesday()).await;
    story.deliveries().await;
    let position = path(&number, "position");
    let objection = json!({ "position": "object", "reason": "our own cutover is that night" });
    let taken = story.as_("alpha").post(&position, objection.clone()).await.expect(200);
    assert_eq!((taken.text("position"), &taken.body["current"]), ("object".to_owned(), &json!(true)));
    story.as_("beta").post(&position, json!({ "position": "agree" })).await.expect(200);
    // The desk alone hears of the objection; an agreement is there to be read.
    insta::assert_snapshot!("po_04_an_objection", told(&story, &number).await);
    // Said again, it is told to nobody.
    story.as_("alpha").post(&position, objection).await.expect(200);
    story.expect(&[]).await;
    let of = |reply: Reply| {
        let positions = reply.expect(200).body.as_array().unwrap().clone();
        positions.iter().map(|position| position["clec"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of(story.as_("alpha").get(&position).await), ["alpha"]);
    assert_eq!(of(story.as_("beta").get(&position).await), ["beta"]);
    assert!(of(story.as_("gamma").get(&position).await).is_empty());
    assert_eq!(of(story.as_("desk").get(&position).await), ["alpha", "beta"]);
    // What others say changes nothing that a CLEC sees.
    assert_eq!(read(&story, "beta", &number).await.header("etag"), Some("\"1\""));
    // The answer goes to that CLEC alone.
    let answer = path(&number, "position/alpha/answer");
    let answered = story.as_("desk").post(&answer, json!({ "answer": "we move it by a day" })).await.expect(200);
    assert_eq!(answered.body["answer"]["text"], "we move it by a day");
    insta::assert_snapshot!("po_04_an_answer", told(&story, &number).await);
    story.as_("desk").post(&path(&number, "position/gamma/answer"), json!({ "answer": "?" })).await.expect(404);
    story.as_("desk").post(&path(&number, "position/NOBODY/answer"), json!({ "answer": "?" })).await.expect(404);
    // Another window: the positions stand as of the earlier one.
    let moved = json!({ "start": "2026-03-12T04:00:00Z", "stop": "2026-03-12T08:00:00Z" });
    story.as_("desk").patch(&path(&number, ""), moved).await.expect(200);
    story.deliveries().await;
    let own = story.as_("alpha").get(&position).await.body[0].clone();
    assert_eq!(
        (&own["current"], &own["window"], &own["start"]),
        (&json!(false), &json!(1), &json!("2026-03-11T04:00:00Z"))
    );
    let agreed = story.as_("alpha").post(&position, json!({ "position": "agree" })).await.expect(200);
    assert_eq!((&agreed.body["current"], &agreed.body["window"]), (&json!(true), &json!(2)));
    // That an objection is withdrawn is told to the desk too.
    assert_eq!(
        story.deliveries().await.iter().map(|sent| sent.to.as_str()).collect::<Vec<_>>(),
        ["wshd@provider.example"]
    );
}

#[tokio::test]
async fn po_04_positions_of_many_at_once_are_all_kept() {
    let story = subscribed().await;
    let number = scheduled(&story, tuesday()).await;
    let position = path(&number, "position");
    story.wire.fails("TransactWriteItems", 1, Fault::TransactionConflict);
    let clients = ["alpha", "beta", "gamma"].map(|client| story.as_(client));
    let body = || json!({ "position": "object", "reason": "no" });
    let (one, two, three) = tokio::join!(
        clients[0].post(&position, body()),
        clients[1].post(&position, body()),
        clients[2].post(&position, body())
    );
    for reply in [one, two, three] {
        reply.expect(200);
    }
    assert_eq!(story.as_("desk").get(&position).await.body.as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn po_03_of_two_who_end_it_at_once_one_does() {
    let story = subscribed().await;
    let number = scheduled(&story, tuesday()).await;
    story.turn_to("2026-03-11T05:00:00Z").await;
    story.deliveries().await;
    let (one, other) = (story.as_("desk"), story.as_("desk"));
    let end = path(&number, "end");
    story.wire.fails("TransactWriteItems", 1, Fault::TransactionConflict);
    let (one, other) = tokio::join!(one.post(&end, json!({})), other.post(&end, json!({})));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(story.deliveries().await.len(), 3, "each is told once");
}

#[tokio::test]
async fn ap_02_a_key_finds_its_own_planned_outage_and_each_act_has_one_effect() {
    let story = subscribed().await;
    let keyed = |key: &str| story.as_("desk").with("Idempotency-Key", key);
    let first = keyed("one").post(OUTAGES, tuesday()).await.expect(201).text("id");
    let again = keyed("one").post(OUTAGES, tuesday()).await.expect(201).text("id");
    assert_eq!(first, again);
    keyed("one").post(OUTAGES, json!({ "draft": true })).await.expect(422);
    assert_ne!(
        keyed("two")
            .post(OUTAGES, maintenance("2026-03-20T04:00:00Z", "2026-03-20T08:00:00Z"))
            .await
            .expect(201)
            .text("id"),
        first
    );
    story.deliveries().await;
    let stop = json!({ "stop": "2026-03-11T08:30:00Z" });
    for _ in 0..2 {
        keyed("three").patch(&path(&first, ""), stop.clone()).await.expect(200);
    }
    keyed("three").patch(&path(&first, ""), json!({ "stop": "2026-03-11T08:45:00Z" })).await.expect(422);
    keyed("one").patch(&path(&first, ""), stop.clone()).await.expect(422);
    let alpha = story.as_("alpha").with("Idempotency-Key", "four");
    for _ in 0..2 {
        let body = json!({ "position": "object", "reason": "no" });
        assert_eq!(alpha.post(&path(&first, "position"), body).await.expect(200).text("position"), "object");
    }
    // One change to three, and one objection to the desk.
    assert_eq!(story.deliveries().await.len(), 4);
    let stale = story.as_("desk").with("If-Match", "\"1\"");
    stale.patch(&path(&first, ""), json!({ "stop": "2026-03-11T10:00:00Z" })).await.expect(412);
    stale.post(&path(&first, "cancellation"), json!({ "reason": "no" })).await.expect(412);
}

#[tokio::test]
async fn po_05_lists_go_by_start_and_are_paged_to_their_end() {
    let story = Story::at(NOW).await;
    for day in 10..=14 {
        scheduled(&story, maintenance(&format!("2026-03-{day}T04:00:00Z"), &format!("2026-03-{day}T05:00:00Z"))).await;
    }
    scheduled(&story, json!({ "draft": true, "start": "2026-03-12T06:00:00Z" })).await;
    let starts = |reply: &Reply| -> Vec<String> {
        let listed = reply.body.as_array().unwrap();
        listed.iter().map(|outage| outage["start"].as_str().unwrap()[8..13].to_owned()).collect()
    };
    let desk = story.as_("desk");
    assert_eq!(starts(&desk.get(OUTAGES).await.expect(200)), ["14T04", "13T04", "12T06", "12T04", "11T04", "10T04"]);
    let ranged = format!("{OUTAGES}?from=2026-03-11T04:00:00Z&to=2026-03-13T00:00:00Z&sort=start");
    assert_eq!(starts(&story.as_("alpha").get(&ranged).await.expect(200)), ["11T04", "12T04"]);
    for (client, all) in [("desk", 6), ("alpha", 5)] {
        let (mut next, mut seen) = (Some(format!("{OUTAGES}?limit=2&sort=start")), Vec::new());
        while let Some(path) = next {
            let page = story.as_(client).get(&path).await.expect(200);
            seen.extend(starts(&page));
            next = page.header("link").map(|link| link[1..link.find('>').unwrap()].to_owned());
        }
        assert_eq!(seen.len(), all, "{client}");
        assert!(seen.is_sorted());
    }
}

#[tokio::test]
async fn po_01_the_longest_words_reach_everyone_and_the_api_has_them_whole() {
    let story = subscribed().await;
    let of = |length: usize| "\u{1f600}".repeat(length);
    let mut body = tuesday();
    body["interface"] = json!(of(100));
    body["description"] = json!(of(10_000));
    body["workaround"] = json!(of(2_000));
    body["providerContact"] = json!(of(500));
    body["impact"] = json!({
        "geographicArea": of(1_000), "productsAffected": vec![of(200); 50], "businessImplications": of(1_000),
        "systemImplications": of(1_000), "other": of(1_000),
    });
    let number = scheduled(&story, body.clone()).await;
    assert_eq!(story.deliveries().await.len(), 3);
    // All of it changes at once.
    for (name, length) in [("interface", 99), ("description", 9_999), ("workaround", 1_999), ("providerContact", 499)] {
        body[name] = json!(of(length));
    }
    body["impact"]["productsAffected"] = json!(vec![of(199); 50]);
    body["stop"] = json!("2026-03-11T09:00:00Z");
    story.as_("desk").patch(&path(&number, ""), body).await.expect(200);
    assert_eq!(story.deliveries().await.len(), 3);
    let read = read(&story, "alpha", &number).await.expect(200);
    assert_eq!(read.text("description"), of(9_999));
}

/// A CLEC with a contact for mandatory notices is told there, and at what asked for outages; one without is told at all it has.
#[tokio::test]
async fn po_07_every_clecs_mandatory_contact_is_told_and_no_clec_is_left_out() {
    let story = Story::at(NOW).await;
    for clec in ["alpha", "beta"] {
        story.subscribe(clec, "email", &format!("events@{clec}.example"), &["event"]).await;
        story.subscribe(clec, "email", &format!("outages@{clec}.example"), &["outage"]).await;
    }
    let contact = json!({ "role": "mandatoryNotices", "name": "Ann", "email": "ann@alpha.example" });
    let id = story.as_("alpha").post("/cmp/v1/contact", contact).await.expect(201).text("subscription");
    let token = story.deliveries().await.pop().unwrap().token.unwrap();
    let path = format!("{}/{id}/confirmation", tests::story::SUBSCRIPTIONS);
    story.as_("alpha").post(&path, json!({ "token": token })).await.expect(200);
    scheduled(&story, tuesday()).await;
    let mut told: Vec<String> = story.deliveries().await.into_iter().map(|sent| sent.to).collect();
    told.sort();
    assert_eq!(told, ["ann@alpha.example", "events@beta.example", "outages@alpha.example", "outages@beta.example"]);
}
