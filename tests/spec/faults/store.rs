//! The store fails, in passing or for long: each write is done whole or not at all.

use super::{LASTING, NOW, PASSING, a_call, count, history, not_now, noticed, report, reported};
use axum::http::Method;
use serde_json::{Value, json};
use tests::{
    Client, Fault, Story,
    story::{SUBSCRIPTIONS, TICKETS},
};

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
                .patch(&Client::ticket(&number, ""), json!({ "status": status, "expectedResolutionDate": "2026-12-01T16:00:00Z", "note": [{ "text": "a note" }] }))
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
            let before = story.written();
            story.wire.fails(operation, LASTING, fault);
            let client = story.as_("desk").with("Idempotency-Key", "written");
            let reply =
                client.send(method.clone(), &path, Some("application/json"), body.to_string().into_bytes()).await;
            story.wire.mended();
            not_now(&reply);
            assert_eq!(story.written(), before, "{operation} {fault:?} {method} {path}: something was written");
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
