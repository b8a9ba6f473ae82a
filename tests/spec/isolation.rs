//! AP-03, NT-02, NT-03, TT-07, TT-27, WB-04: a CLEC sees nothing of another's, by any route, list, filter, link, key or
//! notice.
//!
//! What alpha and the desk write between themselves carries the word [`CANARY`]; what beta writes, [`BETAS`]. Each is
//! looked for in everything that another gets, after it was found where it belongs.

use super::change_requests::life::begin;
use axum::http::Method;
use local_desk::{aws::Call, stand_ins::TABLE};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{
    Client, Reply, Story,
    log::logged,
    story::{CHANGE_REQUESTS, HUB, OUTAGES, SUBSCRIPTIONS, TICKETS},
};

/// A Wednesday, 11:00 in Mountain Time.
const NOW: &str = "2026-03-04T18:00:00Z";
const CANARY: &str = "zzcanary";
const BETAS: &str = "zzrobin";
/// Telephone numbers are no words: each side has its own.
const CANARY_PHONE: &str = "+13035550177";
const BETAS_PHONE: &str = "+13035550178";

/// A report with the word in every field that takes words, but for the system affected, which an event tells, and the
/// call center's reference, which has a test of its own.
fn report(word: &str, severity: &str) -> Value {
    let of = |name: &str| format!("{word}-{name}");
    let phone = if word == CANARY { CANARY_PHONE } else { BETAS_PHONE };
    json!({
        "severity": severity,
        "systemAffected": "IMA",
        "description": of("description"),
        "ticketType": "systems",
        "name": of("name"),
        "externalId": of("external"),
        "priority": of("priority"),
        "impact": {
            "geographicArea": of("area"), "productsAffected": [of("product"), of("product-2")],
            "businessImplications": of("business"), "systemImplications": of("system"), "other": of("other"),
        },
        "contact": { "name": of("contact"), "phone": phone, "email": format!("{word}@clec.example") },
        "severityEscalationContact": { "name": of("escalation"), "phone": phone, "email": format!("{word}2@clec.example") },
        "note": [{ "text": of("note") }],
        "attachment": [{ "id": of("file"), "name": of("file-name"), "content": of("content") }],
        "channel": { "id": of("channel"), "name": of("channel-name") },
        "relatedEntity": [{ "id": of("order"), "role": of("role"), "@referredType": "Order", "name": of("order-name") }],
        "relatedParty": [{ "id": of("person"), "@referredType": "Individual", "name": of("person-name") }],
        "troubleTicketRelationship": [{ "id": of("relation"), "relationshipType": of("relation-type") }],
    })
}

/// Everyone subscribes to everything, by every channel.
async fn subscribed(story: &Story, clients: &[&str]) {
    for client in clients {
        let phone =
            format!("+1303555{:04}", 100 + client.len() * 7 + client.bytes().map(usize::from).sum::<usize>() % 1_000);
        for (channel, endpoint) in [
            ("email", format!("noc@{client}.example")),
            ("sms", phone),
            ("https", format!("https://{client}.example/notices")),
        ] {
            story.subscribe(client, channel, &endpoint, &["event", "target"]).await;
        }
    }
}

/// What was delivered to a CLEC, whole, and how much of it.
async fn delivered(story: &Story, clec: &str) -> Vec<String> {
    let all = story.world.deliveries(0).await.unwrap();
    let own = all.iter().filter(|delivery| delivery.clec.as_deref() == Some(clec) && delivery.token.is_none());
    own.map(|delivery| serde_json::to_string(delivery).unwrap()).collect()
}

/// What was published to a CLEC's topic, attributes and all.
fn published(calls: &[Call], clec: &str) -> Vec<String> {
    let bodies = calls
        .iter()
        .filter(|call| call.operation == "PublishBatch")
        .map(|call| String::from_utf8(call.body.clone()).unwrap());
    let topic = format!("desk-clec-{clec}&");
    bodies.filter(|body| format!("{body}&").contains(&topic)).collect()
}

/// Everything that a CLEC can ask about a ticket.
async fn asked(story: &Story, clec: &str, numbers: &[&str]) -> Vec<(String, Reply)> {
    let mut paths: Vec<String> = [
        "",
        "?limit=100",
        "?fields=description,contact,note,call,clec",
        "?sort=creationDate",
        "?offset=0&limit=1",
        "?status=acknowledged,inProgress,pending,held,resolved,closed,cancelled,rejected",
        "?severity=critical,serious,moderate,minimal",
        "?systemAffected=IMA",
        "?event=true",
        "?originator=clec,provider",
        "?creationDate.gte=2000-01-01T00:00:00Z",
        "?after=20990101T000000.000Z_0000-0000",
    ]
    .map(|query| format!("{TICKETS}{query}"))
    .to_vec();
    for number in numbers {
        paths.push(format!("{TICKETS}?id={number}"));
        paths.push(format!("{TICKETS}?after=20260304T180000.000Z_{number}"));
        paths.push(Client::ticket(number, ""));
        paths.push(format!("{}?fields=description,contact,note,call", Client::ticket(number, "")));
        paths.push(Client::ticket(number, "timeline"));
        paths.push(Client::ticket(number, "forecast"));
    }
    for name in ["name", "externalId", "priority"] {
        let word = if clec == "alpha" { BETAS } else { CANARY };
        let field = match name {
            "externalId" => "external",
            name => name,
        };
        paths.push(format!("{TICKETS}?{name}={word}-{field}"));
    }
    paths.extend([SUBSCRIPTIONS, HUB, "/cmp/v1/severity", "/cmp/v1/disposition", "/openapi.json"].map(str::to_owned));
    let mut replies = Vec::new();
    for path in paths {
        let reply = story.as_(clec).get(&path).await;
        replies.push((path, reply));
    }
    replies
}

#[tokio::test]
async fn tt_27_what_a_clec_reports_reaches_no_other() {
    let story = Story::at(NOW).await;
    subscribed(&story, &["alpha", "beta", "gamma", "desk"]).await;
    let _before = story.wire.calls();
    let (alpha, beta, desk) = (story.as_("alpha"), story.as_("beta"), story.as_("desk"));

    // Alpha's, told to alpha alone as yet.
    let number = alpha.post(TICKETS, report(CANARY, "moderate")).await.expect(201).text("id");
    let task = |task: &str| Client::ticket(&number, task);
    alpha.patch(&task(""), json!({ "note": [{ "text": format!("{CANARY}-later-note") }] })).await.expect(200);
    alpha
        .post(&task("call"), json!({ "contact": format!("{CANARY}-caller"), "detail": format!("{CANARY}-call") }))
        .await
        .expect(200);
    desk.post(&task("call"), json!({ "contact": format!("{CANARY}-caller-2"), "detail": format!("{CANARY}-call-2") }))
        .await
        .expect(200);
    desk.patch(&task(""), json!({ "note": [{ "text": format!("{CANARY}-desk-note") }], "referral": { "tier": 2, "expert": format!("{CANARY}-expert") } }))
        .await
        .expect(200);
    desk.post(
        &task("phoneNotice"),
        json!({ "contact": format!("{CANARY}-told"), "detail": format!("{CANARY}-telling") }),
    )
    .await
    .expect(200);
    desk.patch(&task(""), json!({ "status": "inProgress", "statusChangeReason": format!("{CANARY}-reason") }))
        .await
        .expect(200);
    desk.post(&task("severityChange"), json!({ "severity": "serious", "reason": format!("{CANARY}-why") }))
        .await
        .expect(200);

    // A second CLEC: an event from here on.
    let betas = beta.post(TICKETS, report(BETAS, "moderate")).await.expect(201).text("id");
    desk.post(
        &task("call"),
        json!({ "clec": "beta", "contact": format!("{BETAS}-caller"), "detail": format!("{BETAS}-call") }),
    )
    .await
    .expect(200);
    beta.post(&Client::ticket(&betas, "link"), json!({ "primary": number })).await.expect(200);
    alpha.patch(&task(""), json!({ "description": format!("{CANARY}-description-2"), "impact": { "geographicArea": format!("{CANARY}-area-2") } }))
        .await
        .expect(200);
    story.turn("PT3H").await;
    desk.patch(
        &task(""),
        json!({ "eventDescription": "orders are slow", "eventImpact": { "geographicArea": "Denver" } }),
    )
    .await
    .expect(200);
    desk.patch(&task(""), json!({ "status": "pending", "statusChangeReason": format!("{CANARY}-reason-2"), "expectedResolutionDate": "2026-03-05T18:00:00Z" }))
        .await
        .expect(200);
    desk.post(&task("workaround"), json!({ "description": "send it by fax", "callCenterReference": "CC-1" }))
        .await
        .expect(200);
    story.turn("PT1H").await;

    let look = async |when: &str| {
        for (clec, words) in [
            ("beta", [CANARY, "alpha", CANARY_PHONE]),
            ("gamma", [CANARY, "alpha", CANARY_PHONE]),
            ("gamma", [BETAS, "beta", BETAS_PHONE]),
            ("alpha", [BETAS, "beta", BETAS_PHONE]),
        ] {
            let mut wrong = BTreeSet::new();
            for (path, reply) in asked(&story, clec, &[&number, &betas]).await {
                let of_the_answer = format!("{} {:?}", reply.body, reply.headers);
                // The public description of the API tells examples, not tickets.
                for word in words.iter().filter(|word| {
                    of_the_answer.contains(**word) && (path != "/openapi.json" || word.starts_with("zz"))
                }) {
                    wrong.insert(format!("{word} in {path}: {}", excerpt(&of_the_answer, word)));
                }
            }
            for delivery in delivered(&story, clec).await {
                for word in words.iter().filter(|word| delivery.contains(**word)) {
                    wrong.insert(format!("{word} in a delivery: {}", excerpt(&delivery, word)));
                }
            }
            assert!(wrong.is_empty(), "{when}, {clec} gets\n{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
        }
    };
    look("while it is open").await;
    desk.post(&task("close"), json!({ "disposition": "resolved", "resolution": "turned on again", "statusChangeReason": format!("{CANARY}-closing") }))
        .await
        .expect(200);
    look("when it is closed").await;

    // What was looked for is where it belongs, and there was something to look at.
    let own = alpha.get(&task("")).await.expect(200).body.to_string();
    assert!(own.contains(&format!("{CANARY}-description-2")) && own.contains(&format!("{CANARY}-call-2")), "{own}");
    let own = delivered(&story, "alpha").await;
    assert!(own.iter().any(|delivery| delivery.contains(&format!("{CANARY}-description"))));
    for (clec, least) in [("beta", 6 * 3), ("gamma", 5 * 3)] {
        assert!(delivered(&story, clec).await.len() >= least, "{clec}: {}", delivered(&story, clec).await.len());
    }
    let calls = story.wire.calls();
    for (clec, words) in [
        ("beta", [CANARY, "alpha", CANARY_PHONE]),
        ("gamma", [CANARY, "alpha", CANARY_PHONE]),
        ("gamma", [BETAS, "beta", BETAS_PHONE]),
    ] {
        let published = published(&calls, clec);
        assert!(published.len() >= 5, "{clec}");
        for body in published {
            for word in words {
                assert!(!body.contains(word), "{word} is published to {clec}: {}", excerpt(&body, word));
            }
        }
    }
    let events = story.world.events();
    assert!(events.len() > 20);
    for event in events {
        let event = serde_json::to_string(&event).unwrap();
        for word in [CANARY, BETAS, CANARY_PHONE, BETAS_PHONE, "example"] {
            assert!(!event.contains(word), "{word} on the bus: {event}");
        }
    }
}

fn excerpt(text: &str, word: &str) -> String {
    let at = text.find(word).unwrap_or(0);
    text.chars().skip(text[..at].chars().count().saturating_sub(120)).take(240).collect()
}

#[tokio::test]
async fn tt_27_a_call_center_reference_of_a_clec_is_its_own() {
    // It is written by the CLEC, at the report or later: what it says is no word of the desk's.
    let story = Story::at(NOW).await;
    story.subscribe("beta", "email", "noc@beta.example", &["event"]).await;
    for (at_report, later) in [(json!("zzcanary"), Value::Null), (Value::Null, json!("zzcanary"))] {
        let body = json!({ "description": "orders are rejected", "severity": "moderate", "ticketType": "systems", "callCenterReference": at_report });
        let number = story.as_("alpha").post(TICKETS, body).await.expect(201).text("id");
        if !later.is_null() {
            story.as_("alpha").patch(&Client::ticket(&number, ""), json!({ "callCenterReference": later })).await;
        }
        story.as_("desk").patch(&Client::ticket(&number, ""), json!({ "event": true })).await.expect(200);
    }
    let sent = delivered(&story, "beta").await;
    assert_eq!(sent.len(), 2);
    assert!(!sent.iter().any(|delivery| delivery.contains("zzcanary")), "{sent:?}");
}

#[tokio::test]
async fn tt_27_a_system_affected_writes_no_lines_of_its_own_into_an_event_notice() {
    // It is the one word of a CLEC's that an event tells: a line break in it would tell anything else, in the desk's name.
    let story = Story::at(NOW).await;
    story.subscribe("beta", "email", "noc@beta.example", &["event"]).await;
    let body = json!({ "description": "d", "severity": "critical", "ticketType": "systems", "systemAffected": "IMA\nWorkaround: call +1 900 555 0199" });
    let reply = story.as_("alpha").post(TICKETS, body).await;
    if reply.status == 400 {
        assert_eq!(reply.faults().keys().collect::<Vec<_>>(), ["systemAffected"]);
        return;
    }
    let number = reply.expect(201).text("id");
    story.as_("desk").patch(&Client::ticket(&number, ""), json!({ "event": true })).await.expect(200);
    let sent = story.deliveries().await;
    let mail = sent[0].body.clone().unwrap();
    assert!(!mail.lines().any(|line| line.starts_with("Workaround: call +1 900")), "{mail}");
}

/// Every way to name a ticket, with a good body.
fn ways(number: &str) -> Vec<(Method, String, Value)> {
    let task = |task: &str| Client::ticket(number, task);
    vec![
        (Method::GET, task(""), Value::Null),
        (Method::GET, task("timeline"), Value::Null),
        (Method::GET, task("forecast"), Value::Null),
        (Method::PATCH, task(""), json!({})),
        (Method::PATCH, task(""), json!({ "note": [{ "text": "a note" }] })),
        (Method::PATCH, task(""), json!({ "status": "cancelled" })),
        (Method::PATCH, task(""), json!({ "status": "closed" })),
        (Method::PATCH, task(""), json!({ "severity": "critical" })),
        (Method::PATCH, task(""), json!({ "colour": "red" })),
        (Method::POST, task("call"), json!({ "contact": "Bob", "detail": "the same" })),
        (Method::POST, task("severityChange"), json!({ "severity": "critical", "reason": "urgent" })),
        (Method::POST, task("workaround"), json!({ "description": "none" })),
        (Method::POST, task("phoneNotice"), json!({ "contact": "Bob", "detail": "told" })),
        (Method::POST, task("close"), json!({ "disposition": "noTroubleFound" })),
        (Method::POST, task("close"), json!({ "disposition": "resolvedInPatch", "patchDate": "2001-01-01" })),
        (Method::POST, task("link"), json!({ "primary": number })),
        (Method::POST, task("call"), json!({})),
        (Method::POST, task("link"), json!({ "primary": "mistyped" })),
    ]
}

#[tokio::test]
async fn ap_03_anothers_ticket_is_as_one_that_is_not_there() {
    let story = Story::at(NOW).await;
    let own = story.report("beta", "moderate").await;
    let unknown = contract::TicketNumber::of_public("nobody", "unknown", 0).to_string();
    let open = story.report("alpha", "moderate").await;
    let event = story.report("alpha", "moderate").await;
    story.as_("desk").patch(&Client::ticket(&event, ""), json!({ "event": true })).await.expect(200);
    let closed = story.report("alpha", "moderate").await;
    story
        .as_("desk")
        .post(&Client::ticket(&closed, "close"), json!({ "disposition": "noTroubleFound" }))
        .await
        .expect(200);
    let primary = story.report("alpha", "moderate").await;
    let linked = story.report("alpha", "moderate").await;
    story.as_("alpha").post(&Client::ticket(&linked, "link"), json!({ "primary": primary })).await.expect(200);
    let of_the_desk = story.report("desk", "moderate").await;

    let send = async |(method, path, body): (Method, String, Value), header: Option<(&str, &str)>| {
        let mut client = story.as_("beta");
        if let Some((name, value)) = header {
            client = client.with(name, value);
        }
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        client.send(method, &path, Some("application/json"), body).await
    };
    let headers = [None, Some(("If-Match", "\"1\"")), Some(("If-Match", "\"99\"")), Some(("Idempotency-Key", "k"))];
    let before = story.written();
    let mut not_found = 0;
    for number in [&open, &event, &closed, &primary, &linked, &of_the_desk] {
        for header in headers {
            for (theirs, nobodys) in ways(number).into_iter().zip(ways(&unknown)) {
                let what = format!("{} {} {} {header:?}", theirs.0, theirs.1, theirs.2);
                let (theirs, nobodys) = (send(theirs, header).await, send(nobodys, header).await);
                assert_eq!(
                    (theirs.status, &theirs.body, &theirs.headers),
                    (nobodys.status, &nobodys.body, &nobodys.headers),
                    "{what}"
                );
                assert!(matches!(theirs.status.as_u16(), 400 | 404), "{what}: {}", theirs.status);
                not_found += usize::from(theirs.status == 404);
            }
        }
    }
    assert_eq!(not_found, 6 * 4 * 16, "all but the two that are malformed in themselves");
    assert_eq!(story.written(), before, "something was written");
    // By the same ways beta reaches its own.
    assert_eq!(send(ways(&own)[0].clone(), None).await.status, 200);
    assert_eq!(send(ways(&own)[4].clone(), None).await.status, 200);
}

#[tokio::test]
async fn ap_04_lists_show_a_clec_its_own_alone() {
    let story = Story::at(NOW).await;
    let mut own = BTreeSet::new();
    let mut theirs = Vec::new();
    for _ in 0..3 {
        theirs.push(story.report("alpha", "moderate").await);
        own.insert(story.report("beta", "moderate").await);
        theirs.push(story.report("desk", "moderate").await);
        story.turn("PT1M").await;
    }
    let ids = |reply: &Reply| {
        reply
            .body
            .as_array()
            .unwrap()
            .iter()
            .map(|ticket| ticket["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let beta = story.as_("beta");
    for query in [
        "",
        "?clec=beta",
        "?sort=creationDate",
        "?severity=moderate",
        "?systemAffected=ima",
        "?status=acknowledged&limit=100",
    ] {
        let reply = beta.get(&format!("{TICKETS}{query}")).await.expect(200);
        assert_eq!(ids(&reply).into_iter().collect::<BTreeSet<_>>(), own, "{query}");
        assert_eq!((reply.header("x-result-count"), reply.header("x-total-count")), (Some("3"), Some("3")), "{query}");
    }
    // Page by page, no more comes; from the place of another's ticket neither.
    let mut path = format!("{TICKETS}?limit=1");
    let mut shown = Vec::new();
    loop {
        let reply = beta.get(&path).await.expect(200);
        shown.extend(ids(&reply));
        let Some(next) = reply.header("link").and_then(|link| link.strip_prefix('<')?.split('>').next()) else { break };
        assert!(!theirs.iter().any(|number| next.contains(number)), "{next}");
        path = next.to_owned();
    }
    assert_eq!(shown.len(), 3);
    for number in &theirs {
        for query in [format!("?id={number}"), format!("?id={number}&fields=id")] {
            let reply = beta.get(&format!("{TICKETS}{query}")).await.expect(200);
            assert_eq!((ids(&reply).len(), reply.header("x-total-count")), (0, Some("0")), "{query}");
        }
        let reply = beta.get(&format!("{TICKETS}?limit=100&after=20260304T180100.000Z_{number}")).await.expect(200);
        assert!(ids(&reply).iter().all(|id| own.contains(id)), "{}", reply.body);
    }
    for query in ["?clec=alpha", "?clec=beta,alpha", "?clec=alpha,beta", "?clec=alpha&clec=beta"] {
        let reply = beta.get(&format!("{TICKETS}{query}")).await;
        assert!(reply.status == 400 || ids(&reply).iter().all(|id| own.contains(id)), "{query}: {}", reply.body);
    }
    assert_eq!(ids(&story.as_("desk").get(&format!("{TICKETS}?limit=100")).await.expect(200)).len(), 9);
    assert_eq!(ids(&story.as_("gamma").get(TICKETS).await.expect(200)).len(), 0);
}

#[tokio::test]
async fn wb_03_what_awaits_one_clec_is_in_no_queue_of_another() {
    let story = Story::at(NOW).await;
    subscribed(&story, &["alpha", "beta"]).await;
    let number = story.as_("alpha").post(TICKETS, report(CANARY, "serious")).await.expect(201).text("id");
    let own = story.as_("beta").post(TICKETS, report(BETAS, "serious")).await.expect(201).text("id");
    let desk = story.as_("desk");
    desk.post(&Client::ticket(&own, "link"), json!({ "primary": number })).await.expect(200);
    let resolved =
        json!({ "status": "resolved", "eventDescription": "orders are rejected", "eventImpact": { "other": "none" } });
    desk.patch(&Client::ticket(&number, ""), resolved).await.expect(200);
    let asked = json!({ "severity": 1, "reason": format!("{CANARY} it is grave") });
    story.as_("alpha").post(&Client::ticket(&number, "severityChange"), asked).await.expect(200);
    let of_desk = desk.get("/cmp/v1/queue/helpDesk").await.expect(200).body.to_string();
    assert!(of_desk.contains(&number) && of_desk.contains(CANARY), "{of_desk}");
    let mine = story.as_("beta").get("/cmp/v1/queue/mine").await.expect(200).body;
    assert_eq!((&mine[0]["about"]["id"], mine.as_array().unwrap().len()), (&json!(own), 1));
    let mine = mine.to_string();
    assert!(
        mine.contains(BETAS) && !mine.contains(CANARY) && !mine.contains(&number) && !mine.contains("alpha"),
        "{mine}"
    );
    let mine = story.as_("alpha").get("/cmp/v1/queue/mine").await.expect(200).body.to_string();
    assert!(mine.contains(CANARY) && !mine.contains(BETAS) && !mine.contains(&own) && !mine.contains("beta"), "{mine}");
    // From the place of another's ticket nothing of it comes either.
    let after = format!("/cmp/v1/queue/mine?after=20260304T175900.000Z_{number}");
    assert!(!story.as_("beta").get(&after).await.expect(200).body.to_string().contains(CANARY));
    for name in ["helpDesk", "csie", "changeManagement", "contacts"] {
        story.as_("beta").get(&format!("/cmp/v1/queue/{name}")).await.expect(403);
    }
}

#[tokio::test]
async fn ap_02_the_same_key_of_two_clecs_is_two_requests() {
    let story = Story::at(NOW).await;
    let body = json!({ "description": "orders are rejected", "severity": "moderate", "ticketType": "systems" });
    let mut numbers = BTreeSet::new();
    for client in ["alpha", "beta", "gamma", "desk"] {
        for _ in 0..2 {
            let reply = story.as_(client).with("Idempotency-Key", "1").post(TICKETS, body.clone()).await.expect(201);
            numbers.insert(reply.text("id"));
            let clec = if client == "desk" { Value::Null } else { json!(client) };
            assert_eq!(reply.body["clec"], clec);
        }
    }
    assert_eq!(numbers.len(), 4);
    // Another body under a key that only another CLEC used is no reuse.
    story.as_("alpha").with("Idempotency-Key", "2").post(TICKETS, body.clone()).await.expect(201);
    let mut other = body;
    other["description"] = json!("other words");
    story.as_("beta").with("Idempotency-Key", "2").post(TICKETS, other).await.expect(201);
}

#[tokio::test]
async fn tt_07_a_link_tells_a_clec_no_more_than_an_event_notice_does() {
    let story = Story::at(NOW).await;
    let primary = story.as_("alpha").post(TICKETS, report(CANARY, "serious")).await.expect(201).text("id");
    story
        .as_("desk")
        .patch(&Client::ticket(&primary, ""), json!({ "event": true, "eventDescription": "orders are slow" }))
        .await
        .expect(200);
    let own = story.as_("beta").post(TICKETS, report(BETAS, "moderate")).await.expect(201).text("id");
    let reply = story.as_("beta").post(&Client::ticket(&own, "link"), json!({ "primary": primary })).await.expect(200);
    assert!(reply.body.to_string().contains(&primary));
    let others = story.as_("gamma").post(TICKETS, report(BETAS, "moderate")).await.expect(201).text("id");
    story.as_("gamma").post(&Client::ticket(&others, "link"), json!({ "primary": primary })).await.expect(200);
    for reply in [
        reply,
        story.as_("beta").get(&Client::ticket(&own, "")).await,
        story.as_("beta").get(&Client::ticket(&own, "timeline")).await,
    ] {
        let body = reply.expect(200).body.to_string();
        assert!(!body.contains(CANARY) && !body.contains("alpha") && !body.contains("gamma"), "{body}");
    }
    // The primary itself stays alpha's, and so does what becomes of the group.
    for task in ["", "timeline", "forecast"] {
        story.as_("beta").get(&Client::ticket(&primary, task)).await.expect(404);
    }
    let forecast = story.as_("beta").get(&Client::ticket(&own, "forecast")).await.expect(200).body.to_string();
    assert!(!forecast.contains(CANARY) && !forecast.contains("alpha"), "{forecast}");
    // Alpha sees that tickets are linked to its own, not whose.
    for task in ["", "timeline"] {
        let body = story.as_("alpha").get(&Client::ticket(&primary, task)).await.expect(200).body.to_string();
        assert!(body.contains(&own), "{body}");
        assert!(!body.contains(BETAS) && !body.contains("beta") && !body.contains("gamma"), "{body}");
    }
}

#[tokio::test]
async fn nt_03_a_target_notice_goes_to_its_clec_alone() {
    let story = Story::at(NOW).await;
    subscribed(&story, &["alpha", "beta", "gamma", "desk"]).await;
    story.deliveries().await;
    let number = story.as_("alpha").post(TICKETS, report(CANARY, "moderate")).await.expect(201).text("id");
    story.as_("desk").patch(&Client::ticket(&number, ""), json!({ "status": "inProgress" })).await.expect(200);
    story.turn("PT4H").await;
    story
        .as_("desk")
        .post(&Client::ticket(&number, "close"), json!({ "disposition": "noTroubleFound" }))
        .await
        .expect(200);
    let sent = story.deliveries().await;
    let to: BTreeSet<String> = sent.iter().filter_map(|delivery| delivery.clec.clone()).collect();
    assert_eq!(to, BTreeSet::from(["alpha".to_owned(), "desk".to_owned()]));
    assert_eq!(sent.iter().filter(|delivery| delivery.clec.as_deref() == Some("alpha")).count(), 4 * 3);
}

#[tokio::test]
async fn sb_02_a_subscription_is_for_its_clec_and_the_desk_alone() {
    let story = Story::at(NOW).await;
    let body = |endpoint: &str| json!({ "channel": "email", "endpoint": endpoint, "notices": ["event", "target"] });
    let confirmed = story.subscribe("alpha", "email", "noc@alpha.example", &["event"]).await;
    let pending = story.as_("alpha").post(SUBSCRIPTIONS, body("boss@alpha.example")).await.expect(201).text("id");
    let token = story.deliveries().await[0].token.clone().unwrap();
    let betas = story.as_("beta").post(SUBSCRIPTIONS, body("noc@beta.example")).await.expect(201).text("id");
    let beta = story.as_("beta");

    let listed = beta.get(SUBSCRIPTIONS).await.expect(200).body;
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert!(!listed.to_string().contains("alpha"), "{listed}");
    beta.get(&format!("{SUBSCRIPTIONS}?clec=alpha")).await.expect(400);

    let nobodys = ["alpha.0000000000000000", "beta.0000000000000000", "nobody.0000000000000000", "x"];
    let path = |id: &str, task: &str| format!("{SUBSCRIPTIONS}/{id}{task}");
    let before = story.written();
    let expected = (
        beta.post(&path(nobodys[0], "/confirmation"), json!({ "token": token })).await.expect(404),
        beta.delete(&path(nobodys[0], "")).await.expect(404),
    );
    for id in nobodys.iter().copied().chain([confirmed.as_str(), pending.as_str()]) {
        let confirmation = beta.post(&path(id, "/confirmation"), json!({ "token": token })).await;
        let removal = beta.delete(&path(id, "")).await;
        assert_eq!(
            (confirmation.status, &confirmation.body, &confirmation.headers),
            (expected.0.status, &expected.0.body, &expected.0.headers),
            "{id}"
        );
        assert_eq!(
            (removal.status, &removal.body, &removal.headers),
            (expected.1.status, &expected.1.body, &expected.1.headers),
            "{id}"
        );
    }
    // Alpha's token confirms none of beta's.
    beta.post(&path(&betas, "/confirmation"), json!({ "token": token })).await.expect(400);
    assert_eq!(story.written(), before, "something was written");
    let standing = |listed: Value| {
        listed.as_array().unwrap().iter().map(|it| it["status"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    assert_eq!(standing(beta.get(SUBSCRIPTIONS).await.expect(200).body), BTreeSet::from(["pending".to_owned()]));
    let alphas = story.as_("alpha").get(SUBSCRIPTIONS).await.expect(200).body;
    assert_eq!(standing(alphas), BTreeSet::from(["pending".to_owned(), "confirmed".to_owned()]));

    // The same endpoint of two CLECs is two subscriptions; the desk sees and removes anyone's.
    let shared = story.as_("beta").post(SUBSCRIPTIONS, body("noc@alpha.example")).await.expect(201).text("id");
    assert_ne!(shared, confirmed);
    beta.delete(&path(&shared, "")).await.expect(204);
    assert_eq!(
        story.as_("desk").get(&format!("{SUBSCRIPTIONS}?clec=alpha")).await.expect(200).body.as_array().unwrap().len(),
        2
    );
    story.as_("desk").delete(&path(&confirmed, "")).await.expect(204);
    assert_eq!(story.as_("alpha").get(SUBSCRIPTIONS).await.expect(200).body.as_array().unwrap().len(), 1);
}

/// A found item of another's is not read before it is refused: one that cannot even be read is not there, as one that is not (AP-03).
/// To whom it is there, it fails.
#[tokio::test]
async fn ap_03_whose_a_record_is_is_looked_at_before_the_rest_of_it_is_read() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    let draft = json!({ "draft": true, "interface": "IMA" });
    let outage = story.as_("desk").post(OUTAGES, draft).await.expect(201).text("id");
    let unposted = begin(&story, CANARY, true).await;
    let broken = |mut item: serde_dynamo::Item| {
        let record = ["TICKET", "OUTAGE", "CHANGE_REQUEST"].map(|sk| serde_dynamo::AttributeValue::S(sk.to_owned()));
        if record.contains(&item["sk"]) {
            item.inner_mut().insert("version".to_owned(), serde_dynamo::AttributeValue::S("no number".to_owned()));
        }
        item
    };
    story.restore(TABLE, story.items().into_iter().map(broken).collect());
    let ticket = |task: &str| Client::ticket(&number, task);
    let paths = [
        ticket(""),
        ticket("timeline"),
        ticket("forecast"),
        ticket("order"),
        format!("{}?at=2026-03-04T18:00:00Z", ticket("")),
        format!("{OUTAGES}/{outage}"),
        format!("{CHANGE_REQUESTS}/{unposted}"),
    ];
    let log = logged(async {
        for path in &paths {
            story.as_("beta").get(path).await.expect(404);
            story.as_("beta").patch(path.split('?').next().unwrap(), json!({ "description": "mine" })).await;
        }
        story.as_("beta").post(&ticket("call"), json!({ "contact": "Bo", "detail": "mine" })).await.expect(404);
    });
    let errors: Vec<_> = log.await.into_iter().filter(|line| line["level"] == "ERROR").collect();
    assert!(errors.is_empty(), "{errors:#?}");
    for (who, path) in [("alpha", &paths[0]), ("alpha", &paths[1]), ("desk", &paths[5]), ("alpha", &paths[6])] {
        assert!(story.as_(who).get(path).await.status.is_server_error(), "{who}: {path}");
    }
}

/// Whose a ticket is is read before its history: of another's, one item is asked for.
#[tokio::test]
async fn ap_03_of_anothers_ticket_no_history_is_read() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    for task in ["/timeline", "/timeline?at=2026-03-04T18:00:00Z", "?at=2026-03-04T18:00:00Z"] {
        let _before = story.wire.calls();
        story.as_("beta").get(&format!("{TICKETS}/{number}{task}")).await.expect(404);
        let calls: Vec<_> = story.wire.calls().into_iter().map(|call| call.operation).collect();
        assert_eq!(calls, ["BatchGetItem"], "{task}");
    }
}
