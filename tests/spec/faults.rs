//! NT-12, AP-02, OP-03: DynamoDB throttled, in conflict or out of reach, the bus down, two writers at once, a process
//! killed anywhere: nothing is lost, nothing half-written, and the notice's due instant is kept.

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode},
};
use desk::{Metrics, StoreError};
use domain::{Actor, Asked, Party, TicketNumber, ticket::Act};
use local_desk::{
    World,
    aws::{Answer, BoxFuture, Call, NoAnswer, Service},
    gateway,
    services::Services,
    world::Beginning,
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};
use tests::{
    Client, Fault, Reply, Story,
    story::{CONTACTS, SUBSCRIPTIONS, TICKETS, policy},
};
use tokio::{runtime::Handle, task::JoinSet};
use tower::ServiceExt;

/// A Wednesday, 11:00 in Mountain Time.
const NOW: &str = "2026-03-04T18:00:00Z";

fn report() -> Value {
    json!({ "description": "orders are rejected", "severity": "moderate", "ticketType": "systems", "systemAffected": "IMA" })
}

fn a_call() -> Value {
    json!({ "contact": "Ann", "detail": "asked how it stands" })
}

/// A ticket whose number is the same in every run.
async fn reported(story: &Story, who: &str, key: &str) -> String {
    story.as_(who).with("Idempotency-Key", key).post(TICKETS, report()).await.expect(201).text("id")
}

/// The facts in a ticket's history, as the desk reads them.
async fn history(story: &Story, number: &str) -> Vec<String> {
    let timeline = story.as_("desk").get(&Client::ticket(number, "timeline")).await.expect(200).body;
    let entries = timeline["history"].as_array().unwrap().clone();
    let facts = entries.iter().flat_map(|entry| entry["facts"].as_array().unwrap().clone());
    facts.map(|fact| fact["fact"].as_str().unwrap().to_owned()).collect()
}

fn count(facts: &[String], name: &str) -> usize {
    facts.iter().filter(|fact| *fact == name).count()
}

/// The notices delivered since the last reading, by id.
async fn noticed(story: &Story) -> Vec<String> {
    story.deliveries().await.into_iter().filter_map(|delivery| delivery.notice_id).collect()
}

/// 503, with when to ask again, as a problem document.
#[track_caller]
fn not_now(reply: &Reply) {
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE, "{}", reply.body);
    assert!(reply.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok()), "{:?}", reply.headers);
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    for name in ["title", "detail", "code", "reason"] {
        assert!(!reply.text(name).is_empty());
    }
    assert!(!reply.text("detail").contains("DynamoDB"), "the log is told the cause, not the caller: {}", reply.body);
}

/// Longer than any retrying.
const LASTING: usize = 1_000;
/// Within the retries of one call.
const PASSING: usize = 2;

#[tokio::test]
async fn op_03_a_passing_fault_of_the_store_is_retried() {
    let faults = [
        ("BatchGetItem", Fault::Throttled),
        ("BatchGetItem", Fault::LostBefore),
        ("BatchGetItem", Fault::LostAfter),
        ("TransactWriteItems", Fault::Throttled),
        ("TransactWriteItems", Fault::TransactionConflict),
        ("TransactWriteItems", Fault::LostBefore),
        ("TransactWriteItems", Fault::LostAfter),
        ("PutItem", Fault::Throttled),
        ("PutItem", Fault::LostBefore),
        ("Query", Fault::Throttled),
        ("Query", Fault::LostBefore),
        ("Query", Fault::LostAfter),
    ];
    for (at, (operation, fault)) in faults.into_iter().enumerate() {
        // Each with retries of its own: the SDK has only so many for a client.
        let story = Story::at(NOW).await;
        story.subscribe("alpha", "email", "noc@alpha.example", &["event", "target"]).await;
        let what = format!("{operation} {fault:?}");
        // Intake, with a key and without.
        for key in [Some(format!("report {at}")), None] {
            let before = story.as_("desk").get(&format!("{TICKETS}?limit=100")).await.expect(200);
            story.wire.fails(operation, PASSING, fault);
            let alpha = story.as_("alpha");
            let client = match &key {
                Some(key) => alpha.with("Idempotency-Key", key),
                None => alpha,
            };
            let reply = client.post(TICKETS, report()).await;
            assert_eq!(reply.status, 201, "{what}: {}", reply.body);
            story.wire.mended();
            let after = story.as_("desk").get(&format!("{TICKETS}?limit=100")).await.expect(200);
            let more = after.body.as_array().unwrap().len() - before.body.as_array().unwrap().len();
            assert_eq!(more, 1, "{what}: one report, {more} tickets");
            let id = format!("{}#1", reply.text("id"));
            assert_eq!(noticed(&story).await, [id], "{what}");
        }
        // A change, with a key and without.
        let number = reported(&story, "alpha", &format!("ticket {at}")).await;
        noticed(&story).await;
        for (nth, key) in [Some("change"), None].into_iter().enumerate() {
            story.wire.fails(operation, PASSING, fault);
            let desk = story.as_("desk");
            let client = match key {
                Some(key) => desk.with("Idempotency-Key", key),
                None => desk,
            };
            let status = if nth == 0 { "inProgress" } else { "pending" };
            let reply = client
                .patch(&Client::ticket(&number, ""), json!({ "status": status, "note": [{ "text": "a note" }] }))
                .await;
            assert_eq!(reply.status, 200, "{what} {key:?}: {}", reply.body);
            story.wire.mended();
            let facts = history(&story, &number).await;
            assert_eq!(
                (count(&facts, "noted"), count(&facts, "statusChanged")),
                (nth + 1, nth + 1),
                "{what}: {facts:?}"
            );
            assert_eq!(noticed(&story).await, [format!("{number}#{}", nth + 2)], "{what}");
        }
        // Reads.
        for path in [
            TICKETS.to_owned(),
            Client::ticket(&number, ""),
            Client::ticket(&number, "timeline"),
            SUBSCRIPTIONS.to_owned(),
        ] {
            story.wire.fails(operation, PASSING, fault);
            let reply = story.as_("alpha").get(&path).await;
            assert_eq!(reply.status, 200, "{what} {path}: {}", reply.body);
            story.wire.mended();
        }
    }
}

#[tokio::test]
async fn op_03_a_lasting_fault_of_the_store_is_503_with_nothing_half_written() {
    let nothing_done = [
        ("BatchGetItem", Fault::Throttled),
        ("BatchGetItem", Fault::LostBefore),
        ("TransactWriteItems", Fault::Throttled),
        ("TransactWriteItems", Fault::TransactionConflict),
        ("TransactWriteItems", Fault::LostBefore),
    ];
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["event", "target"]).await;
    for (at, (operation, fault)) in nothing_done.into_iter().enumerate() {
        let number = reported(&story, "alpha", &format!("ticket {at}")).await;
        let other = reported(&story, "alpha", &format!("other {at}")).await;
        noticed(&story).await;
        let task = |task: &str| Client::ticket(&number, task);
        let mut writes = vec![
            (Method::PATCH, task(""), json!({ "status": "inProgress" })),
            (Method::POST, task("call"), a_call()),
            (Method::POST, task("severityChange"), json!({ "severity": "minimal", "reason": "it is less" })),
            (Method::POST, task("workaround"), json!({ "description": "send it by fax" })),
            (Method::POST, task("phoneNotice"), a_call()),
            (Method::POST, task("link"), json!({ "primary": other })),
            (Method::POST, task("close"), json!({ "disposition": "noTroubleFound" })),
        ];
        if operation == "TransactWriteItems" {
            writes.push((Method::POST, TICKETS.to_owned(), report()));
        }
        for (method, path, body) in writes {
            let before = story.records().len();
            story.wire.fails(operation, LASTING, fault);
            let client = story.as_("desk").with("Idempotency-Key", "written");
            let reply =
                client.send(method.clone(), &path, Some("application/json"), body.to_string().into_bytes()).await;
            story.wire.mended();
            not_now(&reply);
            assert_eq!(story.records().len(), before, "{operation} {fault:?} {method} {path}: something was written");
        }
        assert_eq!(history(&story, &number).await, ["opened"]);
        assert_eq!(noticed(&story).await, [] as [String; 0]);
        // Asked again, it is done, once.
        let client = story.as_("desk").with("Idempotency-Key", "again");
        client.post(&task("call"), a_call()).await.expect(200);
        assert_eq!(history(&story, &number).await, ["opened", "called"]);
    }
    // Reads.
    let number = reported(&story, "alpha", "read").await;
    for (operation, path) in [
        ("Query", TICKETS.to_owned()),
        ("BatchGetItem", TICKETS.to_owned()),
        ("BatchGetItem", Client::ticket(&number, "")),
        ("BatchGetItem", Client::ticket(&number, "forecast")),
        ("Query", Client::ticket(&number, "timeline")),
        ("Query", SUBSCRIPTIONS.to_owned()),
    ] {
        for fault in [Fault::Throttled, Fault::LostBefore, Fault::LostAfter] {
            story.wire.fails(operation, LASTING, fault);
            not_now(&story.as_("alpha").get(&path).await);
            story.wire.mended();
            story.as_("alpha").get(&path).await.expect(200);
        }
    }
}

#[tokio::test]
async fn ap_02_a_lost_answer_of_an_intake_is_found_again_by_its_key() {
    for lost in [1, 2, LASTING] {
        let story = Story::at(NOW).await;
        story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
        story.wire.fails("TransactWriteItems", lost, Fault::LostAfter);
        let first = story.as_("alpha").with("Idempotency-Key", "k").post(TICKETS, report()).await;
        story.wire.mended();
        if lost == LASTING {
            not_now(&first);
        } else {
            assert_eq!(first.status, 201, "{}", first.body);
        }
        let again = story.as_("alpha").with("Idempotency-Key", "k").post(TICKETS, report()).await.expect(201);
        if lost != LASTING {
            assert_eq!(again.text("id"), first.text("id"));
        }
        let tickets = story.as_("desk").get(TICKETS).await.expect(200).body;
        assert_eq!(tickets.as_array().unwrap().len(), 1, "{lost}");
        assert_eq!(tickets[0]["id"], again.body["id"]);
        assert_eq!(noticed(&story).await, [format!("{}#1", again.text("id"))], "{lost}");
    }
}

#[tokio::test]
async fn ap_02_a_lost_answer_of_a_change_is_found_again_by_its_key() {
    for lost in [1, 2, LASTING] {
        let story = Story::at(NOW).await;
        story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
        let number = reported(&story, "alpha", "ticket").await;
        noticed(&story).await;
        story.wire.fails("TransactWriteItems", lost, Fault::LostAfter);
        let change = json!({ "status": "inProgress", "note": [{ "text": "a note" }] });
        let first =
            story.as_("desk").with("Idempotency-Key", "k").patch(&Client::ticket(&number, ""), change.clone()).await;
        story.wire.mended();
        assert!(matches!(first.status.as_u16(), 200 | 503), "{}", first.body);
        story.as_("desk").with("Idempotency-Key", "k").patch(&Client::ticket(&number, ""), change).await.expect(200);
        assert_eq!(history(&story, &number).await, ["opened", "statusChanged", "noted"], "{lost}");
        assert_eq!(noticed(&story).await, [format!("{number}#2")], "{lost}");
    }
}

#[tokio::test]
async fn nt_12_a_notice_whose_sending_meets_a_fault_stays_owed() {
    // What the sending needs, each lost for good while the change itself succeeds.
    let faults = [
        ("PutItem", Fault::Throttled),
        ("PutItem", Fault::LostBefore),
        ("PutItem", Fault::LostAfter),
        ("Query", Fault::Throttled),
        ("Query", Fault::LostBefore),
        ("PublishBatch", Fault::LostBefore),
        ("PublishBatch", Fault::LostAfter),
        ("PublishBatch", Fault::Down),
    ];
    for (operation, fault) in faults {
        let what = format!("{operation} {fault:?}");
        let story = Story::at(NOW).await;
        story.subscribe("alpha", "email", "noc@alpha.example", &["target", "event"]).await;
        let number = reported(&story, "alpha", "ticket").await;
        noticed(&story).await;
        story.wire.fails(operation, LASTING, fault);
        story.as_("desk").patch(&Client::ticket(&number, ""), json!({ "event": true })).await.expect(200);
        let due = |timeline: Value| timeline["clock"].as_array().unwrap()[1]["dueAt"].clone();
        story.wire.mended();
        let before = due(story.as_("desk").get(&Client::ticket(&number, "timeline")).await.expect(200).body);
        if operation == "Query" {
            // The schedule cannot even be asked what is due: the checks of these minutes are missed.
            story.turn_without_checks("2026-03-04T18:10:00Z").await;
        } else {
            story.wire.fails(operation, LASTING, fault);
            story.turn("PT10M").await;
            story.wire.mended();
        }
        let early = noticed(&story).await;
        if fault == Fault::LostAfter && operation == "PublishBatch" {
            // It was told, and nobody knows: again and again is all that can be done.
            assert!(early.iter().all(|id| *id == format!("{number}#2")), "{what}: {early:?}");
        } else {
            assert_eq!(early, [] as [String; 0], "{what}");
        }
        story.turn("PT3M").await;
        assert_eq!(noticed(&story).await, [format!("{number}#2")], "{what}: told when it works again");
        let timeline = story.as_("desk").get(&Client::ticket(&number, "timeline")).await.expect(200).body;
        assert_eq!(timeline["clock"][1]["standing"], "sent", "{what}: {timeline}");
        assert_eq!(due(timeline), before, "{what}: its due instant is kept");
        story.turn("PT30M").await;
        assert_eq!(noticed(&story).await, [] as [String; 0], "{what}: not told again");
    }
}

#[tokio::test]
async fn op_03_a_subscription_that_meets_a_fault_can_be_asked_for_again() {
    for (operation, fault) in [
        ("GetItem", Fault::Throttled),
        ("GetItem", Fault::LostBefore),
        ("TransactWriteItems", Fault::Throttled),
        ("TransactWriteItems", Fault::TransactionConflict),
        ("TransactWriteItems", Fault::LostBefore),
        ("TransactWriteItems", Fault::LostAfter),
        ("CreateTopic", Fault::Down),
        ("Subscribe", Fault::Down),
        ("Subscribe", Fault::LostBefore),
        ("Subscribe", Fault::LostAfter),
        ("Publish", Fault::Down),
        ("Publish", Fault::LostBefore),
    ] {
        let what = format!("{operation} {fault:?}");
        let story = Story::at(NOW).await;
        for body in [
            json!({ "channel": "email", "endpoint": "noc@alpha.example", "notices": ["target"] }),
            json!({ "channel": "sms", "endpoint": "+13035550100", "notices": ["target"] }),
        ] {
            let first = {
                story.wire.fails(operation, LASTING, fault);
                let reply = story.as_("alpha").post(SUBSCRIPTIONS, body.clone()).await;
                story.wire.mended();
                reply
            };
            assert!(matches!(first.status.as_u16(), 201 | 503), "{what} {body}: {}", first.body);
            if first.status == 503 {
                not_now(&first);
            }
            let id = story.as_("alpha").post(SUBSCRIPTIONS, body.clone()).await.expect(201).text("id");
            let token = story.deliveries().await.into_iter().rev().find_map(|delivery| delivery.token);
            let token = token.unwrap_or_else(|| {
                panic!("{what} {body}: asked again, it is answered 201, and no token was ever sent")
            });
            let confirmation = format!("{SUBSCRIPTIONS}/{id}/confirmation");
            let confirmed = story.as_("alpha").post(&confirmation, json!({ "token": token })).await;
            assert_eq!(confirmed.status, 200, "{what} {body}: {}", confirmed.body);
        }
        let standing = story.as_("alpha").get(SUBSCRIPTIONS).await.expect(200).body;
        assert_eq!(standing.as_array().unwrap().len(), 2, "{what}: {standing}");
        assert!(standing.as_array().unwrap().iter().all(|it| it["status"] == "confirmed"), "{what}: {standing}");
        reported(&story, "alpha", "ticket").await;
        assert_eq!(noticed(&story).await.len(), 2, "{what}: each endpoint is told, once");
    }
}

// Two writers.

fn asked(client: &str) -> Asked {
    let party = if client == "desk" { Party::Desk } else { Party::Clec(client.parse().unwrap()) };
    Asked { by: Actor { party, subject: client.to_owned() }, seen: None, request: None }
}

#[tokio::test]
async fn ap_02_what_was_decided_on_an_old_revision_is_not_written() {
    let story = Story::at(NOW).await;
    let number: TicketNumber = reported(&story, "alpha", "ticket").await.parse().unwrap();
    let desk = &story.world.desk;
    let mut changes = Vec::new();
    for contact in ["Ann", "Bob"] {
        let found = desk.store.find(number, &desk::store::Needs::default(), None).await.unwrap().unwrap();
        let act = Act::of(&asked("desk"), story.now(), None, None);
        changes
            .push(found.loaded.ticket.call(None, contact.to_owned(), "asked".to_owned(), &act, &desk.policy).unwrap());
    }
    let [first, second]: [_; 2] = changes.try_into().unwrap();
    desk.store.commit(&first.into()).await.unwrap();
    let before = story.records().len();
    assert!(matches!(desk.store.commit(&second.into()).await, Err(StoreError::Overtaken)));
    assert_eq!(story.records().len(), before, "something was written");
    assert_eq!(history(&story, &number.to_string()).await, ["opened", "called"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ap_02_two_that_decide_on_the_same_revision_both_have_their_effect() {
    let story = Story::at(NOW).await;
    let number = reported(&story, "alpha", "ticket").await;
    let raced = AtomicBool::new(false);
    let (desk, of_desk) = (&story.world.desk, asked("desk"));
    let changed = desk
        .change(number.parse().unwrap(), &of_desk, |loaded, now| {
            // Between this one's reading and its writing, another writes.
            if !raced.swap(true, Ordering::SeqCst) {
                let other = async { story.as_("alpha").post(&Client::ticket(&number, "call"), a_call()).await };
                tokio::task::block_in_place(|| Handle::current().block_on(other)).expect(200);
            }
            let act = Act::of(&of_desk, now, None, None);
            let change = loaded.ticket.call(None, "Bob".to_owned(), "the desk's own".to_owned(), &act, &desk.policy)?;
            Ok(Some(change.into()))
        })
        .await
        .unwrap();
    assert_eq!(changed.version, 3);
    let contacts: Vec<&str> = changed.calls.iter().map(|call| call.contact.as_str()).collect();
    assert_eq!(contacts, ["Ann", "Bob"]);
    assert_eq!(history(&story, &number).await, ["opened", "called", "called"]);
}

/// Sends a request as a client does: again, with the same key, while it is told to ask again. The first answer's status,
/// and the last.
async fn insistently(story: Arc<Story>, who: &'static str, key: String, path: String, body: Value) -> (u16, u16) {
    let mut first = None;
    for _ in 0..50 {
        let reply = story.as_(who).with("Idempotency-Key", &key).post(&path, body.clone()).await;
        let status = reply.status.as_u16();
        let first = *first.get_or_insert(status);
        if status != 503 {
            return (first, status);
        }
        not_now(&reply);
    }
    (503, 503)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ap_02_twenty_writers_at_once_lose_nothing() {
    let story = Arc::new(Story::at(NOW).await);
    let number = reported(&story, "alpha", "ticket").await;
    let mut writers = JoinSet::new();
    for at in 0..20 {
        let body = json!({ "contact": format!("caller {at}"), "detail": "asked how it stands" });
        writers.spawn(insistently(story.clone(), "desk", format!("call {at}"), Client::ticket(&number, "call"), body));
    }
    let outcomes = writers.join_all().await;
    assert!(outcomes.iter().all(|(_, last)| *last == 200), "{outcomes:?}");
    let facts = history(&story, &number).await;
    assert_eq!((facts.len(), count(&facts, "called")), (21, 20), "{facts:?}");
    let ticket = story.as_("desk").get(&Client::ticket(&number, "")).await.expect(200);
    assert_eq!(ticket.header("etag"), Some("\"21\""));
    let callers: BTreeSet<String> =
        ticket.body["call"].as_array().unwrap().iter().map(|call| call["contact"].to_string()).collect();
    assert_eq!(callers.len(), 20);
    let events: BTreeSet<String> =
        story.events("ticket.changed").iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(events.len(), 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tt_06_many_links_at_once_are_all_counted_and_closed() {
    let story = Arc::new(Story::at(NOW).await);
    let primary = reported(&story, "alpha", "primary").await;
    let mut linked = Vec::new();
    for at in 0..12 {
        linked.push(reported(&story, ["alpha", "beta", "gamma"][at % 3], &format!("linked {at}")).await);
    }
    let mut writers = JoinSet::new();
    for number in &linked {
        writers.spawn(insistently(
            story.clone(),
            "desk",
            format!("link {number}"),
            Client::ticket(number, "link"),
            json!({ "primary": primary }),
        ));
    }
    let outcomes = writers.join_all().await;
    assert!(outcomes.iter().all(|(_, last)| *last == 200), "{outcomes:?}");
    let ticket = story.as_("desk").get(&Client::ticket(&primary, "")).await.expect(200).body;
    let related: BTreeSet<&str> =
        ticket["troubleTicketRelationship"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(related, linked.iter().map(String::as_str).collect());
    assert_eq!(count(&history(&story, &primary).await, "linked"), 12);
    story
        .as_("desk")
        .post(&Client::ticket(&primary, "close"), json!({ "disposition": "noTroubleFound" }))
        .await
        .expect(200);
    for number in &linked {
        assert_eq!(story.as_("desk").get(&Client::ticket(number, "")).await.expect(200).text("status"), "closed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tt_06_two_links_at_once_make_no_cycle() {
    let story = Arc::new(Story::at(NOW).await);
    for round in 0..10 {
        let [one, two] = [
            reported(&story, "alpha", &format!("one {round}")).await,
            reported(&story, "alpha", &format!("two {round}")).await,
        ];
        let mut writers = JoinSet::new();
        for (number, primary) in [(&one, &two), (&two, &one)] {
            let (path, body) = (Client::ticket(number, "link"), json!({ "primary": primary }));
            writers.spawn(insistently(story.clone(), "alpha", format!("link {number}"), path, body));
        }
        let mut last: Vec<u16> = writers.join_all().await.into_iter().map(|(_, last)| last).collect();
        last.sort_unstable();
        assert!(last == [200, 400] || last == [200, 409], "{last:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tt_08_a_link_and_a_closing_at_once_leave_no_open_ticket_under_a_closed_one() {
    let story = Arc::new(Story::at(NOW).await);
    for round in 0..10 {
        let primary = reported(&story, "alpha", &format!("primary {round}")).await;
        let number = reported(&story, "alpha", &format!("linked {round}")).await;
        let close = insistently(
            story.clone(),
            "desk",
            "close".to_owned(),
            Client::ticket(&primary, "close"),
            json!({ "disposition": "noTroubleFound" }),
        );
        let link = insistently(
            story.clone(),
            "alpha",
            "link".to_owned(),
            Client::ticket(&number, "link"),
            json!({ "primary": primary }),
        );
        let (close, link) = (tokio::spawn(close), tokio::spawn(link));
        assert_eq!(close.await.unwrap().1, 200);
        let status = story.as_("alpha").get(&Client::ticket(&number, "")).await.expect(200).text("status");
        match link.await.unwrap().1 {
            200 => assert_eq!(
                story.as_("alpha").get(&Client::ticket(&number, "")).await.expect(200).text("status"),
                "closed"
            ),
            404 => assert_eq!(status, "acknowledged"),
            other => panic!("{other}"),
        }
    }
}

// The bus.

/// What is told on the bus when nothing fails: the ids.
async fn told_of(story: &Story) -> BTreeSet<String> {
    let number = reported(story, "alpha", "ticket").await;
    let task = |task: &str| Client::ticket(&number, task);
    story.as_("desk").patch(&task(""), json!({ "status": "inProgress" })).await.expect(200);
    story.as_("desk").post(&task("call"), a_call()).await.expect(200);
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    story
        .as_("desk")
        .post(&task("severityChange"), json!({ "severity": "minimal", "reason": "it is less" }))
        .await
        .expect(200);
    story.as_("desk").post(&task("close"), json!({ "disposition": "noTroubleFound" })).await.expect(200);
    story.turn("PT5M").await;
    story.wire.mended();
    story.turn("PT1M").await;
    story.world.settle().await.unwrap();
    story.world.events().iter().map(|event| event.detail["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn ap_05_events_are_told_after_the_bus_works_again() {
    let expected = told_of(&Story::at(NOW).await).await;
    assert!(expected.len() > 10, "{expected:?}");
    for fault in [Fault::Down, Fault::LostBefore, Fault::LostAfter] {
        for times in [1, PASSING, 20, LASTING] {
            let story = Story::at(NOW).await;
            story.wire.fails("PutEvents", times, fault);
            assert_eq!(told_of(&story).await, expected, "{fault:?} {times} times");
        }
    }
}

#[tokio::test]
async fn ap_05_an_event_that_the_bus_refuses_alone_is_told_later() {
    let expected = told_of(&Story::at(NOW).await).await;
    for refused in 0..3 {
        let story = Story::at(NOW).await;
        // The request's own world refuses one entry of each call, for a while.
        let cut = Cut::default();
        let (world, app) = second(&story, &cut).await;
        cut.0.lock().unwrap().refuses = Some((refused, 4));
        let request = Request::builder()
            .method(Method::POST)
            .uri(TICKETS)
            .header("authorization", format!("Bearer {}", story.identity().token("alpha", 60).unwrap()))
            .header("content-type", "application/json")
            .header("idempotency-key", "ticket");
        let response = app.oneshot(request.body(Body::from(report().to_string())).unwrap()).await.unwrap();
        assert_eq!(response.status(), 201);
        assert!(cut.0.lock().unwrap().refuses.is_none_or(|(_, left)| left < 4), "nothing was refused");
        for _ in 0..5 {
            world.settle().await.unwrap();
        }
        let told: BTreeSet<String> =
            world.events().iter().map(|event| event.detail["id"].as_str().unwrap().to_owned()).collect();
        let of_the_opening: BTreeSet<String> = expected
            .iter()
            .filter(|id| id.ends_with("@1") || id.contains("#1@"))
            .filter(|id| !id.contains("subscription") && !id.contains("clec"))
            .cloned()
            .collect();
        assert!(of_the_opening.len() >= 3, "{of_the_opening:?}");
        assert!(told.is_superset(&of_the_opening), "{told:?} lacks of {of_the_opening:?}");
    }
}

// A process killed anywhere.

/// What changes something.
const WRITES: [&str; 10] = [
    "TransactWriteItems",
    "PutItem",
    "PublishBatch",
    "Publish",
    "CreateTopic",
    "Subscribe",
    "ConfirmSubscription",
    "SetSubscriptionAttributes",
    "Unsubscribe",
    "PutEvents",
];

/// When a process dies: after so many writes, with the last one's answer seen, or lost with the process.
#[derive(Debug, Clone, Copy)]
struct Death {
    after: usize,
    answered: bool,
}

/// Counts the writes of a process, and ends it.
#[derive(Debug, Clone, Default)]
struct Cut(Arc<Mutex<Process>>, Arc<tokio::sync::Mutex<()>>);

/// What a call is answered with instead.
type Script = fn(&Call) -> (u16, Value);

#[derive(Debug, Default)]
struct Process {
    writes: Vec<String>,
    dies: Option<Death>,
    dead: bool,
    /// The bus refuses this entry of so many calls.
    refuses: Option<(usize, usize)>,
    /// These operations are answered with this instead, so many times.
    answers: Vec<(&'static str, usize, Script)>,
}

impl Cut {
    fn before(&self, services: Services) -> Services {
        let wired = |service: Arc<dyn Service>| -> Arc<dyn Service> { Arc::new(Wired { cut: self.clone(), service }) };
        Services {
            dynamodb: wired(services.dynamodb),
            sns: wired(services.sns),
            eventbridge: wired(services.eventbridge),
        }
    }

    fn scripted(&self, call: &Call) -> Option<Answer> {
        let mut process = self.0.lock().unwrap();
        let at = process.answers.iter().position(|(operation, ..)| *operation == call.operation)?;
        let (_, times, answer) = &mut process.answers[at];
        *times -= 1;
        let (status, body) = answer(call);
        if process.answers[at].1 == 0 {
            process.answers.remove(at);
        }
        Some(Answer { status, content_type: "application/x-amz-json-1.0", body: body.to_string() })
    }
}

#[derive(Debug)]
struct Wired {
    cut: Cut,
    service: Arc<dyn Service>,
}

impl Service for Wired {
    fn call<'a>(&'a self, call: Call) -> BoxFuture<'a, Result<Answer, NoAnswer>> {
        Box::pin(async move {
            // One call at a time, so that a process dies between two of them.
            let _turn = self.cut.1.lock().await;
            let writes = WRITES.contains(&call.operation.as_str());
            {
                let mut process = self.cut.0.lock().unwrap();
                let done = process.writes.len();
                if writes && process.dies.is_some_and(|death| death.answered && done == death.after) {
                    process.dead = true;
                }
                if process.dead {
                    return Err(NoAnswer::ConnectionLost);
                }
                if writes {
                    process.writes.push(call.operation.clone());
                }
            }
            if let Some(answer) = self.cut.scripted(&call) {
                return Ok(answer);
            }
            let refused = {
                let mut process = self.cut.0.lock().unwrap();
                let refuses = process.refuses.filter(|_| call.operation == "PutEvents");
                if let Some((at, left)) = refuses {
                    process.refuses = (left > 1).then_some((at, left - 1));
                }
                refuses.map(|(at, _)| at)
            };
            let answer = match refused {
                Some(at) => refusing(self.service.as_ref(), call, at).await?,
                None => self.service.call(call).await?,
            };
            let mut process = self.cut.0.lock().unwrap();
            if writes && process.dies.is_some_and(|death| !death.answered && process.writes.len() == death.after) {
                process.dead = true;
                return Err(NoAnswer::ConnectionLost);
            }
            Ok(answer)
        })
    }
}

/// The bus takes all entries but one, and says so.
async fn refusing(service: &dyn Service, call: Call, at: usize) -> Result<Answer, NoAnswer> {
    let mut body: Value = serde_json::from_slice(&call.body).unwrap();
    let entries = body["Entries"].as_array_mut().unwrap();
    let at = at.min(entries.len() - 1);
    entries.remove(at);
    let failed = json!({ "ErrorCode": "InternalFailure", "ErrorMessage": "not this one" });
    if entries.is_empty() {
        let body = json!({ "FailedEntryCount": 1, "Entries": [failed] }).to_string();
        return Ok(Answer { status: 200, content_type: "application/x-amz-json-1.1", body });
    }
    let mut answer = service.call(Call { operation: call.operation, body: body.to_string().into_bytes() }).await?;
    let mut body: Value = serde_json::from_str(&answer.body).unwrap();
    body["FailedEntryCount"] = json!(1);
    body["Entries"].as_array_mut().unwrap().insert(at, failed);
    answer.body = body.to_string();
    Ok(answer)
}

/// Another process on the story's database, behind a wire of its own.
async fn second(story: &Story, cut: &Cut) -> (Arc<World>, Router) {
    let beginning = Beginning {
        now: Some(story.now()),
        speed: 0.0,
        policy: policy(),
        metrics: Metrics::none(),
        reach: domain::hub::Reach::Public,
    };
    let cut = cut.clone();
    let world =
        World::open(story.database().clone(), beginning, move |_, services| cut.before(services)).await.unwrap();
    let world = Arc::new(world);
    let app = gateway::app(world.clone(), story.identity().clone());
    (world, app)
}

/// Every write handler, and the sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Handler {
    Report,
    Update,
    Call,
    SeverityChange,
    Workaround,
    PhoneNotice,
    Close,
    Link,
    SubscribeByEmail,
    SubscribeBySms,
    ConfirmByEmail,
    ConfirmBySms,
    Unsubscribe,
    KeepContact,
    ChangeAddress,
    ConfirmAddress,
    RemoveContact,
    Sweep,
}

fn mandatory(email: &str) -> Value {
    json!({ "role": "mandatoryNotices", "name": "Ann", "email": email })
}

/// A request, prepared.
struct Prepared {
    who: &'static str,
    method: Method,
    path: String,
    body: Value,
}

impl Handler {
    /// What has to be there before, and the request.
    async fn prepare(self, story: &Story) -> Prepared {
        story.subscribe("alpha", "email", "noc@alpha.example", &["target", "event"]).await;
        story.subscribe("beta", "https", "https://beta.example/notices", &["target", "event"]).await;
        story.subscribe("desk", "email", "wshd@provider.example", &["target", "event"]).await;
        let request = |who, method, path: String, body| Prepared { who, method, path, body };
        let subscription =
            |channel: &str, endpoint: &str| json!({ "channel": channel, "endpoint": endpoint, "notices": ["target"] });
        let (email, sms) = (subscription("email", "boss@alpha.example"), subscription("sms", "+13035550100"));
        if matches!(self, Self::Report) {
            return request("alpha", Method::POST, TICKETS.to_owned(), report());
        }
        let number = reported(story, "alpha", "ticket").await;
        let task = |task: &str| Client::ticket(&number, task);
        match self {
            Self::Report => unreachable!("above"),
            Self::Update => request(
                "desk",
                Method::PATCH,
                task(""),
                json!({ "status": "inProgress", "note": [{ "text": "a note" }] }),
            ),
            Self::Call => {
                // The second CLEC's: an event, from one that was none.
                request(
                    "desk",
                    Method::POST,
                    task("call"),
                    json!({ "clec": "beta", "contact": "Bob", "detail": "the same" }),
                )
            }
            Self::SeverityChange => request(
                "desk",
                Method::POST,
                task("severityChange"),
                json!({ "severity": "serious", "reason": "it is more" }),
            ),
            Self::Workaround => {
                request("desk", Method::POST, task("workaround"), json!({ "description": "send it by fax" }))
            }
            Self::PhoneNotice => request("desk", Method::POST, task("phoneNotice"), a_call()),
            Self::Close => {
                let linked = reported(story, "beta", "linked").await;
                story
                    .as_("desk")
                    .post(&Client::ticket(&linked, "link"), json!({ "primary": number }))
                    .await
                    .expect(200);
                request(
                    "desk",
                    Method::POST,
                    task("close"),
                    json!({ "disposition": "resolved", "resolution": "turned on again" }),
                )
            }
            Self::Link => {
                // Two CLECs' tickets: two notices, and an event.
                let linked = reported(story, "beta", "linked").await;
                request("desk", Method::POST, Client::ticket(&linked, "link"), json!({ "primary": number }))
            }
            Self::SubscribeByEmail => request("alpha", Method::POST, SUBSCRIPTIONS.to_owned(), email),
            Self::SubscribeBySms => request("alpha", Method::POST, SUBSCRIPTIONS.to_owned(), sms),
            Self::ConfirmByEmail | Self::ConfirmBySms => {
                let body = if self == Self::ConfirmBySms { sms } else { email };
                let id = story.as_("alpha").post(SUBSCRIPTIONS, body).await.expect(201).text("id");
                let token = story.deliveries().await.into_iter().rev().find_map(|delivery| delivery.token).unwrap();
                request("alpha", Method::POST, format!("{SUBSCRIPTIONS}/{id}/confirmation"), json!({ "token": token }))
            }
            Self::Unsubscribe => {
                let id = story.subscribe_with("alpha", email).await;
                request("alpha", Method::DELETE, format!("{SUBSCRIPTIONS}/{id}"), Value::Null)
            }
            Self::KeepContact => request("alpha", Method::POST, CONTACTS.to_owned(), mandatory("boss@alpha.example")),
            Self::ChangeAddress | Self::ConfirmAddress | Self::RemoveContact => {
                // The address has a subscription of its own, which what must reach it joins.
                let client = story.as_("alpha").with("Idempotency-Key", "contact");
                let id = client.post(CONTACTS, mandatory("noc@alpha.example")).await.expect(201).text("id");
                let path = format!("{CONTACTS}/{id}");
                if self == Self::ChangeAddress {
                    return request("alpha", Method::PATCH, path, json!({ "email": "boss@alpha.example" }));
                }
                let client = story.as_("alpha").with("Idempotency-Key", "other");
                let other = client.post(CONTACTS, mandatory("boss@alpha.example")).await.expect(201);
                let token = story.deliveries().await.into_iter().rev().find_map(|delivery| delivery.token).unwrap();
                let confirmation = format!("{SUBSCRIPTIONS}/{}/confirmation", other.text("subscription"));
                story.as_("alpha").post(&confirmation, json!({ "token": token })).await.expect(200);
                let path = format!("{CONTACTS}/{}", other.text("id"));
                if self == Self::RemoveContact {
                    return request("alpha", Method::DELETE, path, Value::Null);
                }
                let moved = story.as_("alpha").patch(&path, json!({ "email": "new@alpha.example" })).await.expect(200);
                let token = story.deliveries().await.into_iter().rev().find_map(|delivery| delivery.token).unwrap();
                let confirmation = format!("{SUBSCRIPTIONS}/{}/confirmation", moved.text("subscription"));
                request("alpha", Method::POST, confirmation, json!({ "token": token }))
            }
            // Severity 3 without a workaround: every four hours, five minutes before.
            Self::Sweep => request("desk", Method::GET, "2026-03-04T21:55:00Z".to_owned(), Value::Null),
        }
    }

    /// When the process is started again: later than any lease.
    fn again_at(self) -> &'static str {
        if self == Self::Sweep { "2026-03-04T21:57:00Z" } else { "2026-03-04T18:02:00Z" }
    }
}

/// How it ended.
#[derive(Debug)]
struct Ended {
    writes: Vec<String>,
    table: BTreeMap<String, Value>,
    /// Each notice's due instant.
    due: BTreeMap<String, Value>,
    /// How often each endpoint was told of each notice.
    told: BTreeMap<(String, String), usize>,
    events: BTreeSet<String>,
    /// Who was sent a token.
    confirmations: BTreeSet<String>,
    ticket_statuses: Vec<String>,
}

/// An event's id; of a subscription's without the revision and the instant, which a client that asks again makes anew.
fn told_id(event: &local_desk::aws::eventbridge::Event) -> String {
    let id = event.detail["id"].as_str().unwrap();
    if event.detail_type.starts_with("subscription") {
        return format!("{} {} {}", id.split('@').next().unwrap(), event.detail_type, event.detail["data"]["standing"]);
    }
    id.to_owned()
}

/// Runs a handler in a process that may die, then one that goes on where that one was stopped; a client without an answer
/// asks again.
async fn run(handler: Handler, dies: Option<Death>) -> Ended {
    let story = Story::at(NOW).await;
    let prepared = handler.prepare(&story).await;
    let read = story.world.deliveries(0).await.unwrap().last().map_or(0, |delivery| delivery.seq);
    let mut events: BTreeSet<String> = BTreeSet::new();
    let before: BTreeSet<String> = story.world.events().iter().map(told_id).collect();
    let cut = Cut::default();
    let (world, app) = second(&story, &cut).await;
    cut.0.lock().unwrap().dies = dies;
    let body = if prepared.body.is_null() { Vec::new() } else { prepared.body.to_string().into_bytes() };
    if handler == Handler::Sweep {
        let turned = world.turn_to(tests::at(&prepared.path)).await;
        assert!(dies.is_some() || turned.is_ok(), "{turned:?}");
    } else {
        let request = Request::builder()
            .method(prepared.method.clone())
            .uri(&prepared.path)
            .header("authorization", format!("Bearer {}", story.identity().token(prepared.who, 60).unwrap()))
            .header("content-type", "application/json")
            .header("idempotency-key", "the request");
        let response = app.oneshot(request.body(Body::from(body.clone())).unwrap()).await.unwrap();
        if dies.is_none() {
            assert!(response.status().is_success(), "{handler:?}: {}", response.status());
        }
    }
    events.extend(world.events().iter().map(told_id));
    drop(world);
    let writes = cut.0.lock().unwrap().writes.clone();
    let story = story.killed_and_started_at(handler.again_at()).await;
    if dies.is_some() && handler != Handler::Sweep {
        let client = story.as_(prepared.who).with("Idempotency-Key", "the request");
        let reply = client.send(prepared.method, &prepared.path, Some("application/json"), body).await;
        let gone = handler == Handler::Unsubscribe && reply.status == 404;
        assert!(
            reply.status.is_success() || gone,
            "{handler:?} {dies:?}: asked again, {} {}",
            reply.status,
            reply.body
        );
    }
    story.world.check_now().await.unwrap();
    events.extend(story.world.events().iter().map(told_id));
    let confirmations: BTreeSet<String> = story
        .world
        .deliveries(read)
        .await
        .unwrap()
        .into_iter()
        .filter(|delivery| delivery.token.is_some())
        .map(|delivery| delivery.to)
        .collect();
    let mut told = BTreeMap::new();
    for delivery in story.world.deliveries(read).await.unwrap() {
        if let Some(id) = delivery.notice_id {
            *told.entry((id, delivery.to)).or_default() += 1;
        }
    }
    let (table, due) = table(&story);
    let tickets = story.as_("desk").get(&format!("{TICKETS}?sort=creationDate")).await.expect(200).body;
    let ticket_statuses =
        tickets.as_array().unwrap().iter().map(|ticket| ticket["status"].as_str().unwrap().to_owned()).collect();
    Ended {
        writes,
        table,
        due,
        told,
        events: events.difference(&before).cloned().collect(),
        confirmations,
        ticket_statuses,
    }
}

/// The table as it is at the end, without what differs when a thing is done two minutes later: instants, revisions, codes
/// and the messaging service's own names.
fn table(story: &Story) -> (BTreeMap<String, Value>, BTreeMap<String, Value>) {
    let mut items = BTreeMap::new();
    for (old, new) in story.records() {
        let [old, new] = [old, new].map(|item| serde_json::to_value(item).unwrap());
        let some = if new.get("pk").is_some() { &new } else { &old };
        let key = format!("{} {}", some["pk"]["S"].as_str().unwrap(), some["sk"]["S"].as_str().unwrap());
        items.insert(key, new);
    }
    items.retain(|_, item| item.get("pk").is_some());
    let due = items
        .iter()
        .filter(|(key, _)| key.contains("NOTICE#"))
        .map(|(key, item)| (key.clone(), item["due"]["M"]["at"].clone()))
        .collect();
    for item in items.values_mut() {
        level(item);
    }
    (items, due)
}

fn level(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for name in ["revision", "codeHash", "wrongCodes", "arn"] {
                object.remove(name);
            }
            object.values_mut().for_each(level);
        }
        Value::Array(values) => values.iter_mut().for_each(level),
        Value::String(text)
            if text.len() >= 20
                && text.is_char_boundary(10)
                && text[..5].ends_with('-')
                && text[10..].starts_with('T') =>
        {
            if let Some((_, rest)) = text.split_once('Z') {
                *text = format!("T{rest}");
            }
        }
        _ => {}
    }
}

/// Kills the handler's process before and after each of its writes, and finds in the end what an undisturbed one left.
async fn ends_as_undisturbed(handler: Handler) {
    let clean = run(handler, None).await;
    assert!(!clean.writes.is_empty());
    let notifies = clean.writes.iter().any(|write| write == "PublishBatch");
    assert_eq!(notifies, !clean.told.is_empty(), "{:?}", clean.writes);
    assert!(clean.told.values().all(|times| *times == 1), "{:?}", clean.told);
    let mut wrong = Vec::new();
    let deaths =
        (0..=clean.writes.len()).flat_map(|after| [Death { after, answered: true }, Death { after, answered: false }]);
    for death in deaths
        .filter(|death| death.answered || death.after > 0)
        .filter(|death| !death.answered || death.after < clean.writes.len())
    {
        let killed = run(handler, Some(death)).await;
        let what = format!(
            "{} {:?}",
            if death.answered { "before the write after" } else { "right after" },
            &clean.writes[..death.after]
        );
        if killed.writes != clean.writes[..death.after] {
            wrong.push(format!("{what}: it wrote {:?}", killed.writes));
        }
        for key in clean.table.keys().chain(killed.table.keys()).collect::<BTreeSet<_>>() {
            let (expected, is) = (clean.table.get(key), killed.table.get(key));
            if expected != is {
                wrong.push(format!("{what}: {key}\n    is {is:?}\n    not {expected:?}"));
            }
        }
        if killed.ticket_statuses != clean.ticket_statuses {
            wrong.push(format!("{what}: the tickets are {:?}", killed.ticket_statuses));
        }
        if killed.events != clean.events {
            let (less, more) = (clean.events.difference(&killed.events), killed.events.difference(&clean.events));
            wrong.push(format!(
                "{what}: events not told {:?}, too many {:?}",
                less.collect::<Vec<_>>(),
                more.collect::<Vec<_>>()
            ));
        }
        if killed.confirmations != clean.confirmations {
            wrong.push(format!(
                "{what}: tokens were sent to {:?}, not to {:?}",
                killed.confirmations, clean.confirmations
            ));
        }
        // Doubled only where it died between publishing and marking.
        let done = &clean.writes[..death.after];
        let last = |name: &str| done.iter().rposition(|write| write == name);
        let unmarked =
            last("PublishBatch").is_some_and(|published| last("PutItem").is_none_or(|marked| marked < published));
        for key in clean.told.keys().chain(killed.told.keys()).collect::<BTreeSet<_>>() {
            let times = killed.told.get(key).copied().unwrap_or(0);
            if !(clean.told.contains_key(key) && (times == 1 || (times == 2 && unmarked))) {
                wrong.push(format!("{what}: {key:?} was told {times} times"));
            }
        }
        // What was committed keeps its due instants.
        if death.after > 0 && killed.due != clean.due {
            wrong.push(format!("{what}: due {:?}, not {:?}", killed.due, clean.due));
        }
    }
    assert!(
        wrong.is_empty(),
        "{handler:?}, {} complaints, the first:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(8)].join("\n")
    );
}

macro_rules! killed {
    ($($name:ident: $handler:ident;)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                ends_as_undisturbed(Handler::$handler).await;
            }
        )*
    };
}

killed! {
    nt_12_killed_anywhere_in_a_report: Report;
    nt_12_killed_anywhere_in_an_update: Update;
    nt_12_killed_anywhere_in_a_call: Call;
    nt_12_killed_anywhere_in_a_severity_change: SeverityChange;
    nt_12_killed_anywhere_in_a_workaround: Workaround;
    nt_12_killed_anywhere_in_a_telephone_notice: PhoneNotice;
    nt_12_killed_anywhere_in_a_closing: Close;
    nt_12_killed_anywhere_in_a_link: Link;
    nt_12_killed_anywhere_in_a_sweep: Sweep;
    sb_02_killed_anywhere_in_a_subscription_by_email: SubscribeByEmail;
    sb_02_killed_anywhere_in_a_subscription_by_sms: SubscribeBySms;
    sb_02_killed_anywhere_in_a_confirmation_by_email: ConfirmByEmail;
    sb_02_killed_anywhere_in_a_confirmation_by_sms: ConfirmBySms;
    sb_02_killed_anywhere_in_leaving: Unsubscribe;
    sb_06_killed_anywhere_in_keeping_a_contact: KeepContact;
    sb_06_killed_anywhere_in_changing_its_address: ChangeAddress;
    sb_06_killed_anywhere_in_confirming_its_address: ConfirmAddress;
    sb_06_killed_anywhere_in_removing_it: RemoveContact;
}

// Answers that the wire of the story has not.

#[tokio::test]
async fn op_03_every_passing_answer_of_dynamodb_is_retried() {
    fn refused(kind: &str) -> Value {
        json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{kind}"), "message": "not now" })
    }
    fn cancelled(codes: &[&str]) -> Value {
        let reasons: Vec<Value> = codes.iter().map(|code| json!({ "Code": code })).collect();
        json!({ "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException", "Message": "cancelled", "CancellationReasons": reasons })
    }
    let answers: Vec<(&str, &str, Script)> = vec![
        ("keys unprocessed", "BatchGetItem", |call| {
            let body: Value = serde_json::from_slice(&call.body).unwrap();
            (200, json!({ "Responses": {}, "UnprocessedKeys": body["RequestItems"] }))
        }),
        ("server error", "BatchGetItem", |_| (500, refused("InternalServerError"))),
        ("request limit", "BatchGetItem", |_| (400, refused("RequestLimitExceeded"))),
        ("throttling", "BatchGetItem", |_| (400, refused("ThrottlingException"))),
        ("server error", "TransactWriteItems", |_| (500, refused("InternalServerError"))),
        ("in progress", "TransactWriteItems", |_| (400, refused("TransactionInProgressException"))),
        ("throttled inside", "TransactWriteItems", |_| (400, cancelled(&["None", "ThrottlingError", "None"]))),
        ("provisioned inside", "TransactWriteItems", |_| {
            (400, cancelled(&["ProvisionedThroughputExceeded", "None", "None"]))
        }),
        ("conflict inside", "TransactWriteItems", |_| (400, cancelled(&["None", "None", "TransactionConflict"]))),
        ("server error", "PutItem", |_| (500, refused("InternalServerError"))),
        ("conflict", "PutItem", |_| (400, refused("TransactionConflictException"))),
        ("server error", "Query", |_| (500, refused("InternalServerError"))),
    ];
    for (what, operation, answer) in answers {
        let story = Story::at(NOW).await;
        story.subscribe("alpha", "email", "noc@alpha.example", &["event"]).await;
        let number = reported(&story, "alpha", "ticket").await;
        let cut = Cut::default();
        let (world, app) = second(&story, &cut).await;
        cut.0.lock().unwrap().answers.push((operation, PASSING, answer));
        let request = Request::builder()
            .method(Method::PATCH)
            .uri(Client::ticket(&number, ""))
            .header("authorization", format!("Bearer {}", story.identity().token("desk", 60).unwrap()))
            .header("content-type", "application/json");
        let response =
            app.oneshot(request.body(Body::from(json!({ "event": true }).to_string())).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200, "{operation}: {what}");
        assert!(cut.0.lock().unwrap().answers.is_empty(), "{operation}: {what}: it was never answered so");
        let sent: Vec<String> =
            world.deliveries(0).await.unwrap().into_iter().filter_map(|delivery| delivery.notice_id).collect();
        assert_eq!(sent, [format!("{number}#2")], "{operation}: {what}: told at once, once");
        assert_eq!(history(&story, &number).await, ["opened", "acceptedAsEvent"], "{operation}: {what}");
    }
}
