//! AP-02: every write is safe to repeat, and a lost update is refused.

use axum::http::Method;
use contract::{Actor, Party, RecordNumber, Refused, Severity, TicketNumber};
use domain::ticket::{Report, Ticket, opening::Opening};
use record::{ActionContext, IdempotencyKey, Repeat};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};
use tests::{
    Client, Reply, Story,
    story::{CONTACTS, HUB, SUBSCRIPTIONS, TICKETS},
};
use tokio::task::JoinSet;

/// A Wednesday, 11:00 in Mountain Time.
const NOW: &str = "2026-03-04T18:00:00Z";

fn report() -> Value {
    json!({ "description": "orders are rejected", "severity": "moderate", "ticketType": "systems", "systemAffected": "IMA" })
}

/// A write to a ticket: the party that does it, where, and two good bodies.
struct Write {
    who: &'static str,
    method: Method,
    task: &'static str,
    body: Value,
    other: Value,
    /// The facts that it puts into the history.
    facts: &'static [&'static str],
    /// How many notices it owes.
    notices: usize,
}

fn writes(primary: &str) -> Vec<Write> {
    let write =
        |who, method, task, body, other, facts, notices| Write { who, method, task, body, other, facts, notices };
    let said = |detail: &str| json!({ "contact": "Ann", "detail": detail });
    vec![
        write(
            "desk",
            Method::PATCH,
            "",
            json!({ "status": "inProgress" }),
            json!({ "status": "pending", "patchDate": "2026-12-01" }),
            &["statusChanged"],
            1,
        ),
        write(
            "alpha",
            Method::PATCH,
            "",
            json!({ "note": [{ "text": "a note" }] }),
            json!({ "note": [{ "text": "another" }] }),
            &["noted"],
            0,
        ),
        write("alpha", Method::PATCH, "", json!({ "name": "rejects" }), json!({ "name": "refusals" }), &["edited"], 0),
        write(
            "desk",
            Method::PATCH,
            "",
            json!({ "event": true }),
            json!({ "event": true, "eventDescription": "slow" }),
            &["acceptedAsEvent"],
            1,
        ),
        write("alpha", Method::POST, "call", said("one"), said("two"), &["called"], 0),
        write("desk", Method::POST, "call", said("one"), said("two"), &["called"], 0),
        write(
            "desk",
            Method::POST,
            "severityChange",
            json!({ "severity": "minimal", "reason": "less" }),
            json!({ "severity": "serious", "reason": "more" }),
            &["severityChanged"],
            1,
        ),
        write(
            "desk",
            Method::POST,
            "workaround",
            json!({ "description": "fax" }),
            json!({ "description": "mail" }),
            &["workaroundProvided"],
            1,
        ),
        write("desk", Method::POST, "phoneNotice", said("one"), said("two"), &["toldByPhone"], 1),
        write(
            "alpha",
            Method::POST,
            "link",
            json!({ "primary": primary }),
            json!({ "primary": primary.replace('-', "") }),
            &["linkedTo"],
            1,
        ),
        write(
            "desk",
            Method::POST,
            "close",
            json!({ "disposition": "noTroubleFound" }),
            json!({ "disposition": "submitChangeRequest" }),
            &["closed"],
            1,
        ),
    ]
}

async fn send(story: &Story, who: &str, key: &str, method: &Method, path: &str, body: &Value) -> Reply {
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    story.as_(who).with("Idempotency-Key", key).send(method.clone(), path, Some("application/json"), body).await
}

async fn facts(story: &Story, number: &str) -> Vec<String> {
    let timeline = story.as_("desk").get(&Client::ticket(number, "timeline")).await.expect(200).body;
    let entries = timeline["history"].as_array().unwrap().clone();
    let facts = entries.iter().skip(1).flat_map(|entry| entry["facts"].as_array().unwrap().clone());
    facts.map(|fact| fact["fact"].as_str().unwrap().to_owned()).collect()
}

/// How many notices a ticket ever owed.
async fn notices(story: &Story, number: &str) -> usize {
    let timeline = story.as_("desk").get(&Client::ticket(number, "timeline")).await.expect(200).body;
    timeline["clock"].as_array().unwrap().iter().filter(|clock| clock.get("noticeId").is_some()).count()
}

/// 422, naming the header.
fn reused(reply: &Reply) -> Result<(), String> {
    let named = reply.faults().get("Idempotency-Key").map(String::as_str) == Some("AP-02");
    let problem = reply.header("content-type") == Some("application/problem+json") && reply.body["code"] == "AP-02";
    if reply.status == 422 && named && problem { Ok(()) } else { Err(format!("{} {}", reply.status, reply.body)) }
}

#[tokio::test]
async fn ap_02_a_repeated_write_has_its_effect_once_and_answers_the_current_state() {
    for nth in 0..writes("").len() {
        let story = Story::at(NOW).await;
        story.subscribe("alpha", "email", "noc@alpha.example", &["target", "event"]).await;
        let primary = story.report("alpha", "moderate").await;
        let write = writes(&primary).swap_remove(nth);
        let number = story.report("alpha", "moderate").await;
        let (path, what) =
            (Client::ticket(&number, write.task), format!("{} {} {}", write.who, write.method, write.task));
        story.deliveries().await;
        let first = send(&story, write.who, "k", &write.method, &path, &write.body).await;
        assert_eq!(first.status, 200, "{what}: {}", first.body);
        let sent = story.deliveries().await.len();
        let written = story.written();
        assert_eq!(facts(&story, &number).await, write.facts, "{what}");
        assert_eq!(notices(&story, &number).await, 1 + write.notices, "{what}");
        for _ in 0..2 {
            let again = send(&story, write.who, "k", &write.method, &path, &write.body).await;
            assert_eq!(again.status, 200, "{what}: {}", again.body);
            assert_eq!((&again.body, again.header("etag")), (&first.body, first.header("etag")), "{what}");
        }
        assert_eq!(story.written(), written, "{what}: something was written");
        assert_eq!(story.deliveries().await.len(), 0, "{what}: after {sent}, something more was sent");

        // The ticket changes meanwhile, where it still can; then it is repeated.
        let changed = match write.task {
            "close" => None,
            _ => Some(
                story
                    .as_("alpha")
                    .post(&Client::ticket(&number, "call"), json!({ "contact": "Cid", "detail": "later" }))
                    .await
                    .expect(200),
            ),
        };
        story.turn("PT10H").await;
        let written = story.written();
        let again = send(&story, write.who, "k", &write.method, &path, &write.body).await;
        assert_eq!(again.status, 200, "{what}: {}", again.body);
        assert_eq!(story.written(), written, "{what}: something was written");
        let current = story.as_(write.who).get(&Client::ticket(&number, "")).await.expect(200);
        assert_eq!(again.header("etag"), current.header("etag"), "{what}");
        assert_eq!(again.body, current.body, "{what}");
        if let Some(changed) = changed {
            assert_eq!(again.header("etag"), changed.header("etag"), "{what}: sweeps change no version");
        }
        // With a version that was current when it was first asked, too.
        let asked = story.as_(write.who).with("Idempotency-Key", "k").with("If-Match", "\"1\"");
        let again = asked
            .send(write.method.clone(), &path, Some("application/json"), write.body.to_string().into_bytes())
            .await;
        assert_eq!(again.status, 200, "{what} with the version of then: {}", again.body);
        assert_eq!(
            facts(&story, &number).await.iter().filter(|fact| *fact == write.facts[0]).count(),
            1 + usize::from(write.facts[0] == "called")
        );
    }
}

#[tokio::test]
async fn ap_02_a_key_with_another_request_is_refused() {
    let story = Story::at(NOW).await;
    let primary = story.report("alpha", "moderate").await;
    let mut wrong = Vec::new();
    for write in writes(&primary) {
        let number = story.report("alpha", "moderate").await;
        let path = Client::ticket(&number, write.task);
        send(&story, write.who, "k", &write.method, &path, &write.body).await.expect(200);
        let written = story.written();
        let note = json!({ "note": [{ "text": "by the same key" }] });
        let others = [
            (&write.method, path.clone(), &write.other),
            // Good, bad, or not for this party: it is another request.
            (&write.method, path.clone(), &json!({ "colour": "red" })),
            (&Method::PATCH, Client::ticket(&number, ""), &note),
        ];
        for (method, path, body) in others {
            let reply = send(&story, write.who, "k", method, &path, body).await;
            let is_bad = *body == json!({ "colour": "red" });
            if !(is_bad && reply.status == 400)
                && let Err(is) = reused(&reply)
            {
                wrong.push(format!("{} {} {}, then {method} {path} {body}: {is}", write.who, write.method, write.task));
            }
        }
        if story.written() != written {
            wrong.push(format!("{} {} {}: something was written", write.who, write.method, write.task));
        }
        // And the first is still what it was.
        send(&story, write.who, "k", &write.method, &path, &write.body).await.expect(200);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn ap_02_a_repeated_report_finds_its_ticket() {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    for who in ["alpha", "desk"] {
        let first = send(&story, who, "k", &Method::POST, TICKETS, &report()).await.expect(201);
        let number = first.text("id");
        let location = first.header("location").unwrap().to_owned();
        assert!(location.ends_with(&number));
        story.deliveries().await;
        let written = story.written();
        for _ in 0..2 {
            let again = send(&story, who, "k", &Method::POST, TICKETS, &report()).await.expect(201);
            assert_eq!((&again.body, again.header("location")), (&first.body, Some(location.as_str())));
        }
        let mut other = report();
        other["description"] = json!("other words");
        reused(&send(&story, who, "k", &Method::POST, TICKETS, &other).await).unwrap();
        assert_eq!(story.written(), written, "something was written");
        assert_eq!(story.deliveries().await.len(), 0);
        // After it changed, and after it ended, it is answered as it is.
        story.as_("desk").patch(&Client::ticket(&number, ""), json!({ "status": "inProgress" })).await.expect(200);
        assert_eq!(
            send(&story, who, "k", &Method::POST, TICKETS, &report()).await.expect(201).text("status"),
            "inProgress"
        );
        story
            .as_("desk")
            .post(&Client::ticket(&number, "close"), json!({ "disposition": "noTroubleFound" }))
            .await
            .expect(200);
        assert_eq!(
            send(&story, who, "k", &Method::POST, TICKETS, &report()).await.expect(201).text("status"),
            "closed"
        );
        reused(&send(&story, who, "k", &Method::POST, TICKETS, &other).await).unwrap();
    }
    assert_eq!(story.as_("desk").get(TICKETS).await.expect(200).body.as_array().unwrap().len(), 2);
    // Without a key each is a report of its own.
    let one = story.as_("alpha").post(TICKETS, report()).await.expect(201).text("id");
    let two = story.as_("alpha").post(TICKETS, report()).await.expect(201).text("id");
    assert_ne!(one, two);
}

#[tokio::test]
async fn ap_02_the_same_key_of_another_party_is_another_request() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    let path = Client::ticket(&number, "call");
    for who in ["alpha", "desk"] {
        for _ in 0..2 {
            send(&story, who, "k", &Method::POST, &path, &json!({ "contact": who, "detail": "asked" }))
                .await
                .expect(200);
        }
    }
    assert_eq!(facts(&story, &number).await, ["called", "called"]);
}

#[tokio::test]
async fn ap_02_the_same_key_on_another_ticket_is_another_request() {
    let story = Story::at(NOW).await;
    let numbers = [story.report("alpha", "moderate").await, story.report("alpha", "moderate").await];
    for _ in 0..2 {
        for number in &numbers {
            send(&story, "desk", "k", &Method::PATCH, &Client::ticket(number, ""), &json!({ "status": "inProgress" }))
                .await
                .expect(200);
        }
    }
    for number in &numbers {
        assert_eq!(facts(&story, number).await, ["statusChanged"]);
        assert_eq!(notices(&story, number).await, 2);
    }
}

#[tokio::test]
async fn ap_02_the_same_key_on_two_tickets_of_one_group_is_two_requests() {
    // Each writes its primary too: there, the two must not stand in each other's way.
    let story = Story::at(NOW).await;
    let primary = story.report("alpha", "minimal").await;
    let numbers = [story.report("alpha", "minimal").await, story.report("alpha", "minimal").await];
    let mut wrong = Vec::new();
    for (key, task, body) in [
        ("link", "link", json!({ "primary": primary })),
        ("severity", "severityChange", json!({ "severity": "serious", "reason": "more" })),
    ] {
        for number in &numbers {
            let reply = send(&story, "desk", key, &Method::POST, &Client::ticket(number, task), &body).await;
            if reply.status != 200 {
                wrong.push(format!("{task} of {number}: {} {}", reply.status, reply.body));
            }
        }
    }
    // And on the primary itself a key is its own.
    let reply = send(
        &story,
        "desk",
        "link",
        &Method::POST,
        &Client::ticket(&primary, "call"),
        &json!({ "contact": "Ann", "detail": "asked" }),
    )
    .await;
    if reply.status != 200 {
        wrong.push(format!("call of the primary: {} {}", reply.status, reply.body));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn ap_02_a_request_that_changed_nothing_changes_nothing_when_it_is_repeated() {
    // Its answer was lost, the desk went on, and then the client asked again.
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    let path = Client::ticket(&number, "severityChange");
    let as_it_is = json!({ "severity": "moderate", "reason": "it is so already" });
    send(&story, "desk", "k", &Method::POST, &path, &as_it_is).await.expect(200);
    story.as_("desk").post(&path, json!({ "severity": "critical", "reason": "orders are lost" })).await.expect(200);
    send(&story, "desk", "k", &Method::POST, &path, &as_it_is).await.expect(200);
    assert_eq!(story.as_("desk").get(&Client::ticket(&number, "")).await.expect(200).text("severity"), "critical");
    assert_eq!(facts(&story, &number).await, ["severityChanged"]);
}

#[tokio::test]
async fn ap_02_a_key_of_a_refused_request_is_free() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    let path = Client::ticket(&number, "close");
    send(&story, "desk", "k", &Method::POST, &path, &json!({ "disposition": "resolved" })).await.expect(400);
    send(
        &story,
        "desk",
        "k",
        &Method::POST,
        &path,
        &json!({ "disposition": "resolved", "resolution": "turned on again" }),
    )
    .await
    .expect(200);
    send(&story, "alpha", "k", &Method::POST, TICKETS, &json!({})).await.expect(400);
    send(&story, "alpha", "k", &Method::POST, TICKETS, &report()).await.expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ap_02_the_same_request_many_times_at_once_has_its_effect_once() {
    let story = Arc::new(Story::at(NOW).await);
    let mut reports = JoinSet::new();
    for _ in 0..10 {
        let story = story.clone();
        reports.spawn(async move {
            send(&story, "alpha", "k", &Method::POST, TICKETS, &report()).await.expect(201).text("id")
        });
    }
    let numbers: BTreeSet<String> = reports.join_all().await.into_iter().collect();
    assert_eq!(numbers.len(), 1);
    assert_eq!(story.as_("desk").get(TICKETS).await.expect(200).body.as_array().unwrap().len(), 1);

    let number = numbers.into_iter().next().unwrap();
    let mut calls = JoinSet::new();
    for _ in 0..10 {
        let (story, path) = (story.clone(), Client::ticket(&number, "call"));
        calls.spawn(async move {
            send(&story, "alpha", "c", &Method::POST, &path, &json!({ "contact": "Ann", "detail": "asked" }))
                .await
                .status
                .as_u16()
        });
    }
    let statuses = calls.join_all().await;
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    assert_eq!(facts(&story, &number).await, ["called"]);
}

#[tokio::test]
async fn ap_02_a_number_that_is_taken_leaves_the_key_the_next() {
    let story = Story::at(NOW).await;
    let desk = &story.world.desk;
    // Somebody else's tickets have the number that this key leads to, and the next nine too.
    let secret = tests::story::ids().current;
    let alpha = Party::Clec("alpha".parse().unwrap());
    let led_to = |attempt| TicketNumber::draw(&secret, &alpha, "k", attempt);
    let taken: Vec<TicketNumber> = (0..10).map(led_to).collect();
    for number in &taken {
        let opening = Opening {
            clec: Some("beta".parse().unwrap()),
            severity: Severity::Moderate,
            event: false,
            event_description: None,
            report: Report {
                description: "beta's own".to_owned(),
                ticket_type: "systems".to_owned(),
                ..Report::default()
            },
            call_center_reference: None,
            notes: Vec::new(),
            severity_checklist: Vec::new(),
            release: None,
            process: None,
            service_problem: None,
        };
        let by = Actor::new(Party::Clec("beta".parse().unwrap()), "beta");
        let act = ActionContext { by, now: story.now(), occurred_at: None, why: None, read_by: None, request: None };
        let opened = desk.store.open(&Ticket::open(*number, opening, &act, &desk.policy)).await.unwrap();
        assert!(matches!(opened, platform::store::Insert::Done));
    }
    let first = send(&story, "alpha", "k", &Method::POST, TICKETS, &report()).await.expect(201);
    assert_eq!(first.text("id"), led_to(10).to_string());
    assert_eq!(first.text("clec"), "alpha");
    let written = story.written();
    assert_eq!(
        send(&story, "alpha", "k", &Method::POST, TICKETS, &report()).await.expect(201).text("id"),
        first.text("id")
    );
    let mut other = report();
    other["description"] = json!("other words");
    reused(&send(&story, "alpha", "k", &Method::POST, TICKETS, &other).await).unwrap();
    assert_eq!(story.written(), written, "something was written");
    for number in taken {
        let there = story.as_("beta").get(&Client::ticket(&number.to_string(), "")).await.expect(200);
        assert_eq!((there.text("description"), there.header("etag")), ("beta's own".to_owned(), Some("\"1\"")));
        story.as_("alpha").get(&Client::ticket(&number.to_string(), "")).await.expect(404);
    }
}

#[tokio::test]
async fn ap_02_a_key_has_1_to_255_printable_ascii_characters() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    let call = json!({ "contact": "Ann", "detail": "asked" });
    let long = |length: usize| "k".repeat(length);
    let written = story.written();
    for key in [long(256), long(5_000), String::new(), " ".to_owned(), "clé".to_owned(), "\"\"".to_owned()] {
        for (method, path, body) in [
            (Method::POST, TICKETS.to_owned(), report()),
            (Method::POST, Client::ticket(&number, "call"), call.clone()),
            (Method::PATCH, Client::ticket(&number, ""), json!({ "note": [{ "text": "a note" }] })),
        ] {
            let reply = send(&story, "alpha", &key, &method, &path, &body).await;
            assert_eq!(reply.status, 400, "'{key}' {method} {path}: {}", reply.body);
            assert_eq!(
                reply.faults().into_iter().collect::<Vec<_>>(),
                [("Idempotency-Key".to_owned(), "AP-02".to_owned())]
            );
            assert_eq!(reply.header("content-type"), Some("application/problem+json"));
        }
    }
    assert_eq!(story.written(), written, "something was written");
    for (at, key) in [long(255), "k".to_owned(), "TICKET#x HISTORY#0000000002".to_owned(), "0000000002".to_owned()]
        .iter()
        .enumerate()
    {
        send(&story, "alpha", key, &Method::POST, &Client::ticket(&number, "call"), &call).await.expect(200);
        assert_eq!(facts(&story, &number).await.len(), at + 1);
    }
}

#[tokio::test]
async fn ap_02_a_version_that_was_read_holds_until_a_client_changes_something() {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = story.report("alpha", "serious").await;
    let path = Client::ticket(&number, "");
    let seen = story.as_("desk").get(&path).await.expect(200).header("etag").unwrap().to_owned();
    story.deliveries().await;
    // Three hourly updates by the sweep: nothing that a client changed.
    story.turn("PT3H").await;
    assert!(story.deliveries().await.len() >= 3);
    assert_eq!(story.as_("desk").get(&path).await.expect(200).header("etag"), Some(seen.as_str()));
    let changed =
        story.as_("desk").with("If-Match", &seen).patch(&path, json!({ "status": "inProgress" })).await.expect(200);
    let new = changed.header("etag").unwrap().to_owned();
    assert_ne!(new, seen);
    assert_eq!(story.as_("desk").get(&path).await.expect(200).header("etag"), Some(new.as_str()));
    // The other one, who read before, is told, and nothing of its change is there.
    let written = story.written();
    for (task, body) in [
        ("", json!({ "status": "pending", "patchDate": "2026-12-01" })),
        ("call", json!({ "contact": "Ann", "detail": "asked" })),
        ("severityChange", json!({ "severity": "minimal", "reason": "less" })),
        ("workaround", json!({ "description": "fax" })),
        ("phoneNotice", json!({ "contact": "Ann", "detail": "told" })),
        ("close", json!({ "disposition": "noTroubleFound" })),
    ] {
        let method = if task.is_empty() { Method::PATCH } else { Method::POST };
        let client = story.as_("desk").with("If-Match", &seen);
        client
            .send(method, &Client::ticket(&number, task), Some("application/json"), body.to_string().into_bytes())
            .await
            .expect(412);
    }
    assert_eq!(story.written(), written, "something was written");
    // What changes nothing makes no version.
    let same =
        story.as_("desk").with("If-Match", &new).patch(&path, json!({ "status": "inProgress" })).await.expect(200);
    assert_eq!(same.header("etag"), Some(new.as_str()));
    story
        .as_("desk")
        .with("If-Match", "*")
        .patch(&path, json!({ "status": "pending", "patchDate": "2026-12-01" }))
        .await
        .expect(200);
    // Each answer's version is good for the next change, by whatever way.
    let mut seen = story.as_("desk").get(&path).await.expect(200).header("etag").unwrap().to_owned();
    for (task, body) in [
        ("call", json!({ "contact": "Ann", "detail": "asked" })),
        ("workaround", json!({ "description": "fax" })),
        ("close", json!({ "disposition": "noTroubleFound" })),
    ] {
        let reply =
            story.as_("desk").with("If-Match", &seen).post(&Client::ticket(&number, task), body).await.expect(200);
        assert_ne!(reply.header("etag"), Some(seen.as_str()), "{task}");
        reply.header("etag").unwrap().clone_into(&mut seen);
    }
}

#[tokio::test]
async fn ap_02_an_answer_under_one_etag_is_one_answer() {
    // A linked ticket reads as its primary stands: what was read of it is another thing once the primary has changed.
    let story = Story::at(NOW).await;
    let primary = story.report("alpha", "moderate").await;
    let number = story.report("alpha", "moderate").await;
    story.as_("alpha").post(&Client::ticket(&number, "link"), json!({ "primary": primary })).await.expect(200);
    let before = story.as_("desk").get(&Client::ticket(&number, "")).await.expect(200);
    story.as_("desk").patch(&Client::ticket(&primary, ""), json!({ "status": "inProgress" })).await.expect(200);
    let after = story.as_("desk").get(&Client::ticket(&number, "")).await.expect(200);
    assert_ne!(before.text("status"), after.text("status"));
    assert_ne!(before.header("etag"), after.header("etag"), "two representations under one ETag");
}

#[tokio::test]
async fn ap_02_a_change_answers_what_a_read_then_answers() {
    let story = Story::at(NOW).await;
    let primary = story.report("alpha", "moderate").await;
    let linked = story.report("alpha", "moderate").await;
    story.as_("alpha").post(&Client::ticket(&linked, "link"), json!({ "primary": primary })).await.expect(200);
    for number in [&primary, &linked] {
        for (who, task, body) in [
            ("alpha", "call", json!({ "contact": "Ann", "detail": "asked" })),
            ("desk", "severityChange", json!({ "severity": "minimal", "reason": "less" })),
        ] {
            let answered = story.as_(who).post(&Client::ticket(number, task), body).await.expect(200);
            let read = story.as_(who).get(&Client::ticket(number, "")).await.expect(200);
            assert_eq!((&answered.body, answered.header("etag")), (&read.body, read.header("etag")), "{task}");
        }
    }
}

#[tokio::test]
async fn ap_02_a_repeated_subscription_request_has_its_effect_once() {
    let story = Story::at(NOW).await;
    for (channel, endpoint) in
        [("email", "noc@alpha.example"), ("https", "https://alpha.example/notices"), ("sms", "+13035550100")]
    {
        let key = format!("{channel}-key");
        let body = json!({ "channel": channel, "endpoint": endpoint, "notices": ["event"] });
        let first = send(&story, "alpha", &key, &Method::POST, SUBSCRIPTIONS, &body).await.expect(201);
        let again = send(&story, "alpha", &key, &Method::POST, SUBSCRIPTIONS, &body).await.expect(201);
        assert_eq!(first.body, again.body);
        let sent = story.deliveries().await;
        assert_eq!(sent.len(), 1, "{channel}: one request sends one token");
        let token = sent[0].token.clone().unwrap();
        let confirmation = format!("{SUBSCRIPTIONS}/{}/confirmation", first.text("id"));
        for _ in 0..2 {
            let confirmed = send(
                &story,
                "alpha",
                &format!("{channel}-token"),
                &Method::POST,
                &confirmation,
                &json!({ "token": token }),
            )
            .await
            .expect(200);
            assert_eq!(confirmed.text("status"), "confirmed");
        }
        // Asked once more, it stays confirmed, and nobody is asked again.
        assert_eq!(
            send(&story, "alpha", &key, &Method::POST, SUBSCRIPTIONS, &body).await.expect(201).text("id"),
            first.text("id")
        );
        assert_eq!(story.deliveries().await.len(), 0);
    }
    assert_eq!(story.as_("alpha").get(SUBSCRIPTIONS).await.expect(200).body.as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn ap_02_a_subscriptions_key_with_another_request_is_refused() {
    let story = Story::at(NOW).await;
    let body = |endpoint: &str| json!({ "channel": "email", "endpoint": endpoint, "notices": ["event"] });
    send(&story, "alpha", "k", &Method::POST, SUBSCRIPTIONS, &body("noc@alpha.example")).await.expect(201);
    let written = story.written();
    reused(&send(&story, "alpha", "k", &Method::POST, SUBSCRIPTIONS, &body("boss@alpha.example")).await).unwrap();
    assert_eq!(story.written(), written, "something was written");
}

#[tokio::test]
async fn ap_02_leaving_twice_by_one_key_has_one_answer() {
    let story = Story::at(NOW).await;
    let id = story.subscribe("alpha", "email", "noc@alpha.example", &["event"]).await;
    let path = format!("{SUBSCRIPTIONS}/{id}");
    for _ in 0..2 {
        send(&story, "alpha", "k", &Method::DELETE, &path, &Value::Null).await.expect(204);
    }
}

const REPEATED: &str = "idempotency-replayed";

#[tokio::test]
async fn ap_02_what_says_the_same_is_the_same_request_and_the_answer_says_that_it_is_a_repeat() {
    let story = Story::at(NOW).await;
    let send = async |body: &str| {
        let client = story.as_("alpha").with("Idempotency-Key", "k");
        client.send(Method::POST, TICKETS, Some("application/json"), body.as_bytes().to_vec()).await
    };
    let first = send(r#"{"description":"orders fail","severity":3,"ticketType":"systems"}"#).await.expect(201);
    assert_eq!(first.header(REPEATED), None);
    for body in [
        r#"{"description":"orders fail","severity":3,"ticketType":"systems"}"#,
        r#"{ "ticketType": "systems", "severity": 3, "description": "orders fail" }"#,
        r#"{"description":"orders fail","severity":"3","ticketType":"systems"}"#,
        r#"{"description":"orders\u0020fail","severity":3,"ticketType":"systems"}"#,
    ] {
        let again = send(body).await.expect(201);
        assert_eq!((again.text("id"), again.header(REPEATED)), (first.text("id"), Some("true")), "{body}");
    }
    for body in [
        r#"{"description":"orders  fail","severity":3,"ticketType":"systems"}"#,
        r#"{"description":"orders fail","severity":"moderate","ticketType":"systems"}"#,
    ] {
        let other = send(body).await;
        reused(&other).unwrap_or_else(|is| panic!("{body}: {is}"));
        assert_eq!(other.header(REPEATED), None, "{body}");
    }
}

/// Earlier versions kept the hash of the body's bytes.
#[test]
fn ap_02_a_request_that_an_earlier_version_kept_is_repeated_by_the_bytes_that_it_had() {
    let done: IdempotencyKey = serde_json::from_value(json!({ "key": "k", "body": "of the bytes" })).unwrap();
    let asked = |as_sent: &str| IdempotencyKey {
        key: "k".to_owned(),
        body: "of what they say".to_owned(),
        as_sent: Some(as_sent.to_owned()),
        repeat: Repeat::default(),
    };
    let (same, other) = (asked("of the bytes"), asked("of others"));
    assert_eq!(same.repeats(&done), Ok(true));
    assert!(same.repeat.was_found());
    assert_eq!(other.repeats(&done), Err(Refused::KeyReused));
    assert!(!other.repeat.was_found());
    assert_eq!(serde_json::to_value(&same).unwrap(), json!({ "key": "k", "body": "of what they say" }));
}

#[tokio::test]
async fn ap_02_a_name_that_is_given_twice_is_refused() {
    let story = Story::at(NOW).await;
    for body in [
        r#"{"description":"one","severity":3,"ticketType":"systems","description":"two"}"#,
        r#"{"description":"one","severity":3,"ticketType":"systems","contact":{"name":"Ann","name":"Bo"}}"#,
        r#"{"description":"one","severity":3,"ticketType":"systems","note":[{"text":"a","text":"b"}]}"#,
    ] {
        let reply = story.as_("alpha").send(Method::POST, TICKETS, Some("application/json"), body.into()).await;
        assert_eq!((reply.status.as_u16(), reply.faults()), (400, [("body".to_owned(), "AP-01".to_owned())].into()));
    }
}

#[tokio::test]
async fn ap_02_a_used_key_with_another_archive_is_refused_also_where_none_is_there_of_it() {
    let story = Story::at(NOW).await;
    let past = |number: &str| json!([{ "cr_number": number, "kind": "systems", "title": "One document" }]);
    let (first, other) = (past("SCR010101-01"), past("SCR020202-02"));
    let path = "/cmp/v1/archive";
    let made = send(&story, "desk", "k", &Method::POST, path, &first).await.expect(200);
    assert_eq!((&made.body["imported"], made.header(REPEATED)), (&json!(1), None));
    reused(&send(&story, "desk", "k", &Method::POST, path, &other).await).unwrap();
    let again = send(&story, "desk", "k", &Method::POST, path, &first).await.expect(200);
    assert_eq!((&again.body, again.header(REPEATED)), (&made.body, Some("true")));
    assert_eq!(send(&story, "desk", "l", &Method::POST, path, &other).await.expect(200).body["imported"], 1);
}

#[tokio::test]
async fn ap_02_a_removal_heeds_the_version_that_it_names() {
    let story = Story::at(NOW).await;
    let alpha = story.as_("alpha");
    let subscription = story.subscribe("alpha", "email", "noc@alpha.example", &["event"]).await;
    let contact = json!({ "name": "Ann", "role": "afterHours", "email": "ann@alpha.example" });
    let contact = alpha.post(CONTACTS, contact).await.expect(201).text("id");
    let callback = json!({ "callback": "https://alpha.example/events" });
    let listener = alpha.post(HUB, callback).await.expect(201).text("id");
    for (path, version, status) in [
        (format!("{SUBSCRIPTIONS}/{subscription}"), "\"1\"", 412),
        (format!("{CONTACTS}/{contact}"), "\"7\"", 412),
        (format!("{HUB}/{listener}"), "\"1\"", 412),
        (format!("{SUBSCRIPTIONS}/{subscription}"), "*", 204),
        (format!("{CONTACTS}/{contact}"), "\"1\"", 204),
        (format!("{HUB}/{listener}"), "*", 204),
    ] {
        let reply = story.as_("alpha").with("If-Match", version).delete(&path).await;
        assert_eq!(reply.status, status, "{path} if it is {version}: {}", reply.body);
    }
}
