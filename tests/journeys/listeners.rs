//! AP-05: programs listen to the tickets' events at the hub of TMF621; what becomes of those that do not take them.

use chrono::Utc;
use contract::party::ListenerId;
use domain::hub::NetworkScope;
use functions::hub_delivery::Post;
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use std::{collections::BTreeSet, time::Duration};
use tests::{
    Client, Fault, Receiver, Story,
    log::logged,
    receiver::Manner,
    story::{HUB, TICKETS},
};

/// A Tuesday, 10:00 in Denver.
const NOW: &str = "2026-06-02T16:00:00Z";

/// Registers a listener of a client, and answers the reply's body.
async fn listens(story: &Story, client: &str, receiver: &Receiver, query: Option<&str>) -> Value {
    let body = json!({ "callback": receiver.url(), "query": query });
    story.as_(client).post(HUB, body).await.expect(201).body
}

/// How a client's first listener does.
async fn standing(story: &Story, client: &str) -> Value {
    story.as_(client).get(HUB).await.expect(200).body[0].clone()
}

async fn note(story: &Story, number: &str, text: &str) {
    let body = json!({ "note": [{ "text": text, "visibility": "public" }] });
    story.as_("desk").patch(&Client::ticket(number, ""), body).await.expect(200);
}

async fn becomes(story: &Story, number: &str, status: &str) {
    let body = match status {
        "pending" => json!({ "status": status, "expectedResolutionDate": "2026-12-01T16:00:00Z" }),
        _ => json!({ "status": status }),
    };
    story.as_("desk").patch(&Client::ticket(number, ""), body).await.expect(200);
}

/// The bus hands an event on again.
async fn again(story: &Story, event: &Value) {
    let post = Post::new(NetworkScope::Anywhere, Duration::from_secs(2)).unwrap();
    functions::hub_delivery::tell(&story.world.desk_of("hub-delivery"), &post, event.clone()).await.unwrap();
}

#[tokio::test]
async fn ap_05_a_listener_is_told_in_the_standards_events_what_happens_to_a_ticket() {
    let story = Story::at(NOW).await;
    let receiver = Receiver::start().await;
    listens(&story, "alpha", &receiver, None).await;
    let number = story.report("alpha", "serious").await;
    becomes(&story, &number, "inProgress").await;
    note(&story, &number, "looked into it").await;
    story
        .as_("desk")
        .post(&Client::ticket(&number, "close"), json!({ "disposition": "noTroubleFound" }))
        .await
        .expect(200);
    let posted = receiver.posted();
    let types: Vec<String> =
        posted.iter().map(|posted| posted.event()["eventType"].as_str().unwrap().to_owned()).collect();
    let expected = [
        "TroubleTicketCreateEvent",
        "TroubleTicketStatusChangeEvent",
        "TroubleTicketAttributeValueChangeEvent",
        "TroubleTicketStatusChangeEvent",
    ];
    assert_eq!(types, expected);
    let ids: BTreeSet<String> =
        posted.iter().map(|posted| posted.event()["eventId"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 4, "{ids:?}");
    for posted in &posted {
        assert_eq!(posted.header("webhook-id"), posted.event()["eventId"]);
        assert_eq!(posted.header("content-type"), "application/json");
        assert!(
            !posted.header("webhook-id").contains('.'),
            "a point would let the id run into what is signed behind it"
        );
        assert_eq!(posted.event()["eventTime"], "2026-06-02T16:00:00Z");
    }
    // The ticket is what its CLEC reads.
    let last = posted.last().unwrap().event();
    let read = story.as_("alpha").get(&Client::ticket(&number, "")).await.expect(200).body;
    assert_eq!(last["event"]["troubleTicket"], read);
}

#[tokio::test]
async fn ap_05_a_standard_verifier_accepts_what_is_sent_and_nothing_else() {
    let story = Story::at(&Utc::now().to_rfc3339()).await; // A verifier looks at the time.
    let receiver = Receiver::start().await;
    let secret = listens(&story, "alpha", &receiver, None).await["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("whsec_"));
    story.report("alpha", "serious").await;
    let posted = receiver.posted().remove(0);
    let webhook = Webhook::new(&secret).unwrap();
    webhook.verify(&posted.body, &posted.headers).unwrap();
    let mut other = posted.body.to_vec();
    other.push(b' ');
    assert!(webhook.verify(&other, &posted.headers).is_err());
    let elsewhere = Receiver::start().await;
    let others = listens(&story, "beta", &elsewhere, None).await["secret"].as_str().unwrap().to_owned();
    assert!(Webhook::new(&others).unwrap().verify(&posted.body, &posted.headers).is_err());
}

#[tokio::test]
async fn ap_05_a_clec_hears_of_its_own_tickets_and_the_desk_of_all() {
    let story = Story::at(NOW).await;
    let (alpha, beta, desk) = (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    for (client, receiver) in [("alpha", &alpha), ("beta", &beta), ("desk", &desk)] {
        listens(&story, client, receiver, None).await;
    }
    let of_alpha = story.report("alpha", "serious").await;
    let of_beta = story.report("beta", "serious").await;
    let of_desk = story
        .as_("desk")
        .post(TICKETS, json!({ "description": "a router", "severity": "serious", "ticketType": "systems" }))
        .await
        .expect(201)
        .text("id");
    let tickets = |receiver: &Receiver| -> Vec<String> {
        let id = |event: Value| event["event"]["troubleTicket"]["id"].as_str().unwrap().to_owned();
        receiver.posted().iter().map(|posted| id(posted.event())).collect()
    };
    assert_eq!(tickets(&desk), [of_alpha.as_str(), &of_beta, &of_desk]);
    assert_eq!((tickets(&alpha), tickets(&beta)), (vec![of_alpha], vec![of_beta]));
}

#[tokio::test]
async fn tt_06_the_clec_of_a_linked_ticket_hears_of_it_when_its_primary_changes() {
    let story = Story::at(NOW).await;
    let (alpha, beta) = (Receiver::start().await, Receiver::start().await);
    listens(&story, "alpha", &alpha, None).await;
    listens(&story, "beta", &beta, None).await;
    let primary = story.report("alpha", "serious").await;
    becomes(&story, &primary, "inProgress").await;
    let linked = story.report("beta", "serious").await;
    let _before = (alpha.posted(), beta.posted());
    story.as_("desk").post(&Client::ticket(&linked, "link"), json!({ "primary": primary })).await.expect(200);
    // By linking it came to its primary's status, and to be an event's.
    let told: BTreeSet<String> = beta.told().into_iter().collect();
    let expected = ["TroubleTicketAttributeValueChangeEvent inProgress", "TroubleTicketStatusChangeEvent inProgress"];
    assert_eq!(told, expected.map(str::to_owned).into());
    let _before = alpha.posted();
    story
        .as_("desk")
        .post(&Client::ticket(&primary, "close"), json!({ "disposition": "resolved", "resolution": "corrected" }))
        .await
        .expect(200);
    assert!(alpha.told().contains(&"TroubleTicketStatusChangeEvent closed".to_owned()));
    let posted = beta.posted();
    assert_eq!(posted.len(), 1);
    let event = posted[0].event();
    assert_eq!(event["eventType"], "TroubleTicketStatusChangeEvent");
    let read = story.as_("beta").get(&Client::ticket(&linked, "")).await.expect(200).body;
    assert_eq!(event["event"]["troubleTicket"], read);
    // A note on the primary is none of beta's business.
    let other = story.report("alpha", "serious").await;
    note(&story, &other, "alpha's own").await;
    assert!(beta.posted().is_empty());
}

/// Each act that a linked ticket reads otherwise by, and each that it does not.
#[tokio::test]
async fn tt_06_a_linked_tickets_clec_hears_of_what_it_reads_from_its_primary_and_of_nothing_else() {
    let story = Story::at(NOW).await;
    let (alpha, beta) = (Receiver::start().await, Receiver::start().await);
    listens(&story, "alpha", &alpha, None).await;
    listens(&story, "beta", &beta, None).await;
    let primary = story.report("alpha", "serious").await;
    let linked = story.report("beta", "serious").await;
    let desk = story.as_("desk");
    desk.post(&Client::ticket(&linked, "link"), json!({ "primary": primary })).await.expect(200);
    let attribute = "TroubleTicketAttributeValueChangeEvent";
    let patch = json!({
        "changes": "software", "departedFrom": "technicalSpecifications", "document": "IMA EDI 21.0", "change": "the edit of the field",
    });
    let acts = [
        ("workaround", json!({ "description": "use the other form" }), true),
        ("workaround/implementation", json!({}), true),
        ("workaround/retirement", json!({}), true),
        ("patch", patch, true),
        ("call", json!({ "contact": "Ann", "detail": "still rejected" }), false),
        ("severityChange", json!({ "severity": "critical", "reason": "all orders" }), false),
        ("", json!({ "expectedResolutionDate": "2026-06-03T16:00:00Z" }), true),
        ("", json!({ "eventDescription": "orders are rejected" }), true),
        ("", json!({ "note": [{ "text": "alpha's own", "visibility": "public" }] }), false),
        ("", json!({ "providerContact": "Bob" }), false),
    ];
    for (task, body, heard) in acts {
        let _before = (alpha.posted(), beta.posted());
        let path = Client::ticket(&primary, task);
        let done = if task.is_empty() { desk.patch(&path, body).await } else { desk.post(&path, body).await };
        assert!(done.status.is_success(), "{task}: {}", done.body);
        let (of_alpha, of_beta) = (alpha.posted(), beta.posted());
        assert_eq!(of_alpha.len(), 1, "{task}");
        assert_eq!(of_beta.len(), usize::from(heard), "{task}");
        for (posted, client, number) in [(&of_alpha, "alpha", &primary), (&of_beta, "beta", &linked)] {
            let read = story.as_(client).get(&Client::ticket(number, "")).await.expect(200).body;
            for posted in posted {
                assert_eq!(posted.event()["eventType"], attribute, "{task}");
                assert_eq!(posted.event()["event"]["troubleTicket"], read, "{task}");
            }
        }
    }
}

/// The group is listed under its first primary: who is told of it follows to the next.
#[tokio::test]
async fn tt_06_a_group_that_changes_hands_is_told_of_by_its_new_primary() {
    let story = Story::at(NOW).await;
    let receivers = [Receiver::start().await, Receiver::start().await, Receiver::start().await];
    let [alpha, beta, gamma] = &receivers;
    let mut numbers = Vec::new();
    for (client, receiver) in ["alpha", "beta", "gamma"].into_iter().zip(&receivers) {
        listens(&story, client, receiver, None).await;
        numbers.push(story.report(client, "serious").await);
    }
    let desk = story.as_("desk");
    becomes(&story, &numbers[0], "pending").await;
    for linked in &numbers[1..] {
        desk.post(&Client::ticket(linked, "link"), json!({ "primary": numbers[0] })).await.expect(200);
    }
    let of = |posted: &tests::receiver::Posted| {
        let event = posted.event();
        let ticket = &event["event"]["troubleTicket"];
        (event["eventType"].as_str().unwrap().replace("TroubleTicket", ""), ticket["id"].clone(), ticket.clone())
    };
    let heard = |receiver: &Receiver| receiver.posted().iter().map(of).collect::<Vec<_>>();
    let _before = receivers.each_ref().map(Receiver::posted);
    desk.post(&Client::ticket(&numbers[1], "primary"), json!({})).await.expect(200);
    for (receiver, (client, number)) in receivers.iter().zip(["alpha", "beta", "gamma"].into_iter().zip(&numbers)) {
        let heard = heard(receiver);
        assert_eq!(heard.len(), 1, "{client}: {heard:?}");
        let (event, of, ticket) = &heard[0];
        assert_eq!((event.as_str(), of), ("AttributeValueChangeEvent", &json!(number)), "{client}");
        let read = story.as_(client).get(&Client::ticket(number, "")).await.expect(200).body;
        assert_eq!(ticket, &read, "{client}");
    }
    // The others hear of what the new primary comes to.
    becomes(&story, &numbers[1], "inProgress").await;
    for receiver in &receivers {
        assert_eq!(receiver.told(), ["TroubleTicketStatusChangeEvent inProgress"]);
    }
    becomes(&story, &numbers[1], "pending").await;
    let _before = receivers.each_ref().map(Receiver::posted);
    // One that leaves it is worked by itself again, and the group without it.
    desk.delete(&Client::ticket(&numbers[2], "link")).await.expect(200);
    let told: BTreeSet<String> = gamma.told().into_iter().collect();
    let expected = ["TroubleTicketAttributeValueChangeEvent inProgress", "TroubleTicketStatusChangeEvent inProgress"];
    assert_eq!(told, expected.map(str::to_owned).into());
    assert_eq!(beta.told(), ["TroubleTicketAttributeValueChangeEvent pending"]);
    assert!(alpha.posted().is_empty());
    becomes(&story, &numbers[1], "inProgress").await;
    assert_eq!((alpha.told().len(), gamma.told().len()), (1, 0));
}

#[tokio::test]
async fn ap_05_a_query_limits_what_a_listener_is_told() {
    let story = Story::at(NOW).await;
    let queries = [
        ("eventType=TroubleTicketCreateEvent", vec!["TroubleTicketCreateEvent acknowledged"; 2]),
        (
            "severity=critical",
            vec![
                "TroubleTicketCreateEvent acknowledged",
                "TroubleTicketAttributeValueChangeEvent pending",
                "TroubleTicketStatusChangeEvent pending",
            ],
        ),
        (
            "eventType=TroubleTicketStatusChangeEvent&status=inProgress,pending&severity=critical,serious",
            vec!["TroubleTicketStatusChangeEvent inProgress", "TroubleTicketStatusChangeEvent pending"],
        ),
        ("status=closed", vec![]),
    ];
    let mut receivers = Vec::new();
    for (query, expected) in queries {
        let receiver = Receiver::start().await;
        listens(&story, "alpha", &receiver, Some(query)).await;
        receivers.push((receiver, query, expected));
    }
    let serious = story.report("alpha", "serious").await;
    let critical = story.report("alpha", "critical").await;
    becomes(&story, &serious, "inProgress").await;
    becomes(&story, &critical, "pending").await;
    for (receiver, query, expected) in receivers {
        assert_eq!(receiver.told(), expected, "{query}");
    }
}

#[tokio::test]
async fn ap_05_an_event_that_the_bus_repeats_is_told_once() {
    let story = Story::at(NOW).await;
    let receiver = Receiver::start().await;
    listens(&story, "alpha", &receiver, None).await;
    story.report("alpha", "serious").await;
    let event = story.events("ticket.opened").remove(0);
    tokio::join!(again(&story, &event), again(&story, &event));
    assert_eq!(receiver.told(), ["TroubleTicketCreateEvent acknowledged"]);
    // Two that come at once are told once too.
    let mut another = event.clone();
    another["id"] = json!("another");
    tokio::join!(again(&story, &another), again(&story, &another));
    assert_eq!(receiver.told(), ["TroubleTicketCreateEvent acknowledged"]);
    // Nor twice where it waits.
    receiver.answers(500);
    let number = story.report("alpha", "critical").await;
    let event = story.events("ticket.opened").remove(1);
    again(&story, &event).await;
    assert_eq!(receiver.posted().len(), 1, "what waits is tried when its listener is");
    receiver.answers(200);
    story.turn("PT1H").await;
    let posted = receiver.posted();
    assert_eq!(posted.len(), 1);
    assert_eq!(posted[0].event()["event"]["troubleTicket"]["id"], number.as_str());
}

#[tokio::test]
async fn ap_05_a_listener_that_fails_is_tried_after_growing_delays_and_then_told_all_of_it_once() {
    let story = Story::at(NOW).await;
    let receiver = Receiver::start().await;
    let id = listens(&story, "alpha", &receiver, None).await["id"].as_str().unwrap().to_owned();
    receiver.answers(500);
    let number = story.report("alpha", "moderate").await;
    let first = receiver.posted().remove(0);
    assert_eq!(standing(&story, "alpha").await["nextTry"], "2026-06-02T16:01:00Z");
    for text in ["one", "two", "three"] {
        note(&story, &number, text).await;
    }
    assert!(receiver.posted().is_empty(), "they wait with the first");
    // After a minute, five, thirty, two hours, five, ten: one call each, whatever waits.
    for (until, next, failures) in [
        ("2026-06-02T16:01:00Z", "2026-06-02T16:06:00Z", 2),
        ("2026-06-02T16:06:00Z", "2026-06-02T16:36:00Z", 3),
        ("2026-06-02T16:36:00Z", "2026-06-02T18:36:00Z", 4),
        ("2026-06-02T18:36:00Z", "2026-06-02T23:36:00Z", 5),
        ("2026-06-02T23:36:00Z", "2026-06-03T09:36:00Z", 6),
        ("2026-06-03T09:36:00Z", "2026-06-03T23:36:00Z", 7),
    ] {
        story.turn_to(until).await;
        assert_eq!(receiver.posted().len(), 1, "{until}");
        let standing = standing(&story, "alpha").await;
        assert_eq!((&standing["nextTry"], &standing["failures"]), (&json!(next), &json!(failures)));
        assert_eq!(standing["standing"], "failing");
        assert_eq!(standing["failingSince"], NOW);
        assert_eq!(standing["lastFailure"], "answered 500");
    }
    receiver.answers(204);
    story.turn_to("2026-06-03T23:36:00Z").await;
    let posted = receiver.posted();
    let ids: BTreeSet<&str> = posted.iter().map(|posted| posted.header("webhook-id")).collect();
    assert_eq!((posted.len(), ids.len()), (4, 4), "{ids:?}");
    // A later try says the same under the same id, signed anew.
    let same = posted.iter().find(|posted| posted.header("webhook-id") == first.header("webhook-id")).unwrap();
    assert_eq!(same.body, first.body);
    assert_ne!(same.header("webhook-timestamp"), first.header("webhook-timestamp"));
    assert_ne!(same.header("webhook-signature"), first.header("webhook-signature"));
    let standing = story.as_("alpha").get(&format!("{HUB}/{id}")).await.expect(200).body;
    assert_eq!((&standing["standing"], &standing["lastTakenAt"]), (&json!("active"), &json!("2026-06-03T23:36:00Z")));
    assert!(standing.get("failures").is_none() && standing.get("nextTry").is_none());
    note(&story, &number, "four").await;
    assert_eq!(receiver.posted().len(), 1, "at once again");
    story.turn("P1D").await;
    assert!(receiver.posted().is_empty());
}

#[tokio::test]
async fn ap_05_a_listener_that_used_up_its_tries_is_dropped_and_that_is_told() {
    let story = Story::at(NOW).await;
    let receiver = Receiver::start().await;
    let registered = listens(&story, "alpha", &receiver, None).await;
    receiver.answers(503);
    let number = story.report("alpha", "minimal").await;
    note(&story, &number, "waits too").await;
    story.turn("P4D").await;
    assert_eq!(receiver.posted().len(), 10, "once, and nine times again");
    let dropped = story.events("hub.listenerDropped");
    assert_eq!(dropped.len(), 1, "{dropped:?}");
    assert_eq!(dropped[0]["party"], "alpha");
    assert_eq!(dropped[0]["at"], "2026-06-05T19:36:00Z"); // 75 hours and 36 minutes after the first.
    assert_eq!(dropped[0]["data"], json!({ "listener": registered["id"], "why": "answered 503" }));
    assert_eq!(standing(&story, "alpha").await["standing"], "dropped");
    receiver.answers(200);
    note(&story, &number, "nobody hears this").await;
    story.turn("P4D").await;
    assert!(receiver.posted().is_empty());
    let owed = |item: &serde_dynamo::Item| item.contains_key("body") || item.contains_key("secret");
    let id = registered["id"].as_str().unwrap();
    let left = story.items().into_iter().filter(|item| owed(item) && format!("{item:?}").contains(id)).count();
    assert_eq!(left, 0, "what was owed to it, and its secret, are forgotten");
    // It may come back, with another secret.
    let back = listens(&story, "alpha", &receiver, None).await;
    assert_eq!(back["id"], registered["id"]);
    assert_ne!(back["secret"], registered["secret"]);
    note(&story, &number, "heard").await;
    assert_eq!(receiver.posted().len(), 1);
}

/// By a notice to whoever of its party has asked for notices, as the bus is not heard by everyone.
#[tokio::test]
async fn ap_05_the_party_of_a_dropped_listener_is_sent_a_notice_of_it_and_nobody_else() {
    let story = Story::at(NOW).await;
    for client in ["alpha", "beta"] {
        story.subscribe(client, "email", &format!("noc@{client}.example"), &["target"]).await;
    }
    let receiver = Receiver::start().await;
    let body = json!({ "callback": format!("{}/events?token=canary", receiver.url()) });
    let id = story.as_("alpha").post(HUB, body).await.expect(201).text("id");
    receiver.answers(503);
    story.report("alpha", "minimal").await;
    story.turn_to("2026-06-05T19:35:00Z").await;
    let _of_the_ticket = story.deliveries().await;
    story.turn("PT1H").await;
    let told = story.deliveries().await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(tests::story::line(&told[0]), "2026-06-05T19:36:00Z noc@alpha.example Closure target #1");
    let body = told[0].body.as_deref().unwrap();
    for said in [
        format!("Listener dropped: 127.0.0.1:{}", receiver.port()),
        format!("Listener: {id}"),
        format!("Callback: {}/events\n", receiver.url()),
        "Failures: 10 in a row since 2026-06-02 10:00 MDT; the last time it answered 503".to_owned(),
        "POST /tmf-api/troubleTicket/v4/hub".to_owned(),
    ] {
        assert!(body.contains(&said), "{said}: {body}");
    }
    assert!(!body.contains("canary"), "{body}");
    assert_eq!(story.events("hub.listenerDropped").len(), 1);
    let of_drop = |event: &Value| event["data"]["about"].as_str().is_some_and(|about| about.contains("listener-"));
    let sent: Vec<Value> = story.events("notice.sent").into_iter().filter(of_drop).collect();
    assert_eq!(sent.len(), 1, "{sent:?}");
    // What the party has is read as before.
    assert_eq!(story.as_("alpha").get(HUB).await.expect(200).body.as_array().unwrap().len(), 1);
    story.as_("alpha").get(tests::story::CONTACTS).await.expect(200);
}

#[tokio::test]
async fn ap_05_a_listener_that_is_gone_is_dropped_at_once() {
    let story = Story::at(NOW).await;
    let receiver = Receiver::start().await;
    listens(&story, "alpha", &receiver, None).await;
    receiver.answers(410);
    story.report("alpha", "serious").await;
    assert_eq!(receiver.posted().len(), 1);
    assert_eq!(story.events("hub.listenerDropped").len(), 1);
    story.report("alpha", "serious").await;
    story.turn("P1D").await;
    assert!(receiver.posted().is_empty());
}

#[tokio::test]
async fn ap_05_one_that_hangs_holds_up_nobody_for_long_and_no_other_listener() {
    let story = Story::at(NOW).await;
    let (hanging, sound) = (Receiver::start().await, Receiver::start().await);
    hanging.behaves(Manner::Hangs);
    listens(&story, "alpha", &hanging, None).await;
    listens(&story, "alpha", &sound, None).await;
    let begun = std::time::Instant::now();
    for _ in 0..5 {
        story.report("alpha", "serious").await;
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert_eq!((hanging.posted().len(), sound.posted().len()), (1, 5));
    let listeners = story.as_("alpha").get(HUB).await.expect(200).body;
    let failing: Vec<&Value> =
        listeners.as_array().unwrap().iter().filter(|listener| listener["standing"] == "failing").collect();
    assert_eq!(failing.len(), 1);
    assert_eq!(failing[0]["lastFailure"], "did not answer in time");
}

#[tokio::test]
async fn ap_05_no_redirect_is_followed() {
    let story = Story::at(NOW).await;
    let (receiver, elsewhere) = (Receiver::start().await, Receiver::start().await);
    for to in ["http://169.254.169.254/latest/meta-data/".to_owned(), elsewhere.url()] {
        receiver.behaves(Manner::Redirect(to));
        let id = listens(&story, "alpha", &receiver, None).await["id"].as_str().unwrap().to_owned();
        story.report("alpha", "serious").await;
        assert_eq!(standing(&story, "alpha").await["lastFailure"], "answered 307");
        story.as_("alpha").delete(&format!("{HUB}/{id}")).await.expect(204);
    }
    assert_eq!((receiver.posted().len(), elsewhere.posted().len()), (2, 0));
}

#[tokio::test]
async fn ap_05_an_endless_answer_is_not_read() {
    let story = Story::at(NOW).await;
    let receiver = Receiver::start().await;
    receiver.behaves(Manner::Endless);
    listens(&story, "alpha", &receiver, None).await;
    let begun = std::time::Instant::now();
    story.report("alpha", "serious").await;
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert_eq!(standing(&story, "alpha").await["standing"], "active");
}

#[tokio::test]
async fn ap_05_what_a_sender_left_when_it_died_is_sent_when_its_claim_ends() {
    let story = Story::at(NOW).await;
    let receiver = Receiver::start().await;
    listens(&story, "alpha", &receiver, None).await;
    let number = story.report("alpha", "minimal").await;
    let _before = receiver.posted();
    // A note owes no notice: the first item that is put alone is the delivery.
    story.wire.fails("PutItem", 1, Fault::KilledAfter);
    note(&story, &number, "recorded, and not sent").await;
    assert!(receiver.posted().is_empty());
    let story = story.killed_and_started_at("2026-06-02T16:01:00Z").await;
    assert!(receiver.posted().is_empty(), "another one may still be at it");
    story.turn("PT2M").await;
    assert_eq!(receiver.told(), ["TroubleTicketAttributeValueChangeEvent acknowledged"]);
    story.turn("P1D").await;
    assert!(receiver.posted().is_empty());
}

#[tokio::test]
async fn ap_05_what_was_sent_and_not_marked_is_sent_again_under_the_same_id() {
    let story = Story::at(NOW).await;
    let receiver = Receiver::start().await;
    listens(&story, "alpha", &receiver, None).await;
    let number = story.report("alpha", "minimal").await;
    let _before = receiver.posted();
    receiver.behaves(Manner::After(Duration::from_millis(500)));
    // The table is out of reach from when the event is there until its sender has given up.
    let cut = async {
        receiver.is_posted_to().await;
        story.wire.fails("PutItem", 1_000, Fault::LostBefore);
    };
    tokio::join!(note(&story, &number, "sent, and not marked"), cut);
    story.wire.mended();
    let first = receiver.posted();
    assert_eq!(first.len(), 1, "while its claim holds, nobody else sends it");
    story.turn("PT1M").await;
    assert!(receiver.posted().is_empty());
    story.turn("PT1M").await;
    let second = receiver.posted();
    assert_eq!(second.len(), 1);
    assert_eq!(second[0].header("webhook-id"), first[0].header("webhook-id"));
    assert_eq!(second[0].body, first[0].body);
    story.turn("P1D").await;
    assert!(receiver.posted().is_empty());
}

#[tokio::test]
async fn ap_05_a_claim_whose_answer_was_lost_is_sent_when_it_ends() {
    let story = Story::at(NOW).await;
    let receiver = Receiver::start().await;
    listens(&story, "alpha", &receiver, None).await;
    let number = story.report("alpha", "minimal").await;
    let _before = receiver.posted();
    story.wire.fails("PutItem", 1, Fault::LostAfter);
    note(&story, &number, "recorded, as nobody knows").await;
    assert!(receiver.posted().is_empty());
    story.turn("PT2M").await;
    assert_eq!(receiver.posted().len(), 1);
}

#[tokio::test]
async fn ap_03_a_listener_is_its_partys_and_nobody_elses() {
    let story = Story::at(NOW).await;
    let receiver = Receiver::start().await;
    let registered = listens(&story, "alpha", &receiver, Some("severity=critical")).await;
    let path = format!("{HUB}/{}", registered["id"].as_str().unwrap());
    for other in ["beta", "desk"] {
        story.as_(other).get(&path).await.expect(404);
        story.as_(other).delete(&path).await.expect(404);
        assert_eq!(story.as_(other).get(HUB).await.expect(200).body, json!([]));
    }
    let read = story.as_("alpha").get(&path).await.expect(200).body;
    assert_eq!(
        read,
        json!({
            "id": registered["id"], "callback": receiver.url(), "query": "severity=critical", "standing": "active",
            "registeredAt": NOW,
        })
    );
    story.as_("alpha").delete(&path).await.expect(204);
    story.as_("alpha").get(&path).await.expect(404);
    story.as_("alpha").delete(&path).await.expect(404);
    story.report("alpha", "critical").await;
    assert!(receiver.posted().is_empty());
}

/// Whatever comes to wait for a listener is written with it.
#[tokio::test]
async fn ap_05_a_listener_is_taken_away_while_events_come_to_wait_for_it() {
    let story = Story::at(NOW).await;
    let receiver = Receiver::start().await;
    let id: ListenerId = listens(&story, "alpha", &receiver, None).await["id"].as_str().unwrap().parse().unwrap();
    receiver.answers(500);
    story.report("alpha", "serious").await;
    assert_eq!(receiver.posted().len(), 1);
    let store = &story.world.desk_of("hub-delivery").store;
    let burst = || async {
        let mut written = 0;
        while let Some(listener) = store.listener(&id).await.unwrap() {
            written += u32::from(store.keep_listener(listener).await.is_ok());
        }
        written
    };
    let (alpha, path) = (story.as_("alpha"), format!("{HUB}/{id}"));
    let (reply, written) = tokio::join!(alpha.delete(&path), async {
        let (one, two, three) = tokio::join!(burst(), burst(), burst());
        one + two + three
    });
    reply.expect(204);
    assert!(written > 0, "nobody was first");
    alpha.get(&path).await.expect(404);
    let owed = |item: &serde_dynamo::Item| item.contains_key("body") && format!("{item:?}").contains(&id.to_string());
    assert!(!story.items().iter().any(owed), "what was owed to it is forgotten");
    receiver.answers(200);
    story.turn("P1D").await;
    assert!(receiver.posted().is_empty());
}

#[tokio::test]
async fn ap_02_a_registration_that_is_repeated_registers_once_and_tells_the_secret_once() {
    let story = Story::at(NOW).await;
    let receiver = Receiver::start().await;
    let alpha = story.as_("alpha").with("Idempotency-Key", "one");
    let body = json!({ "callback": receiver.url() });
    let first = alpha.post(HUB, body.clone()).await.expect(201);
    let id = first.text("id");
    assert_eq!(first.header("location"), Some(format!("{HUB}/{id}").as_str()));
    let again = alpha.post(HUB, body.clone()).await.expect(201);
    assert_eq!((again.text("id"), again.body.get("secret")), (id.clone(), None));
    alpha.post(HUB, json!({ "callback": receiver.url(), "query": "severity=1" })).await.expect(422);
    // Without the key: the callback listens already.
    let refused = story.as_("alpha").post(HUB, body).await.expect(409);
    assert_eq!(refused.body["possible"], json!(["DELETE"]));
    let gone = story.as_("alpha").with("Idempotency-Key", "two");
    gone.delete(&format!("{HUB}/{id}")).await.expect(204);
    gone.delete(&format!("{HUB}/{id}")).await.expect(204);
    story.report("alpha", "serious").await;
    assert!(receiver.posted().is_empty());
}

#[tokio::test]
async fn ap_05_a_party_has_at_most_twenty_listeners() {
    let story = Story::at(NOW).await;
    let receiver = Receiver::start().await;
    for at in 0..20 {
        let callback = format!("{}/{at}", receiver.url());
        story.as_("alpha").post(HUB, json!({ "callback": callback })).await.expect(201);
    }
    let one_more = json!({ "callback": receiver.url() });
    story.as_("alpha").post(HUB, one_more.clone()).await.expect(409);
    story.as_("beta").post(HUB, one_more).await.expect(201);
}

#[tokio::test]
async fn op_02_no_line_tells_a_callback_a_secret_or_what_was_said() {
    let story = Story::at(NOW).await;
    let receiver = Receiver::start().await;
    let (mut secret, mut number) = (String::new(), String::new());
    let lines = logged(async {
        let query = format!("{}?token=canary-token", receiver.url());
        let body = json!({ "callback": query });
        secret = story.as_("alpha").post(HUB, body).await.expect(201).text("secret");
        number = story.report("alpha", "serious").await;
        receiver.answers(500);
        note(&story, &number, "canary-note").await;
        receiver.answers(410);
        story.turn("PT1H").await;
    })
    .await;
    assert!(lines.iter().any(|line| line["message"] == "a listener is dropped"));
    let told = lines.iter().filter(|line| line["message"] == "told to listeners" && line["ticket"] == number.as_str());
    assert_eq!(told.count(), 2, "each with its ticket");
    for line in &lines {
        let line = line.to_string();
        for word in ["canary", &secret, "127.0.0.1", "orders are rejected"] {
            assert!(!line.contains(word), "{line}");
        }
    }
    // Nor does the bus.
    let told = json!(story.world.events()).to_string();
    assert!(!told.contains(&secret) && !told.contains("canary"));
}

#[tokio::test]
async fn ap_05_an_event_that_would_be_too_large_tells_what_to_ask_for() {
    let story = Story::at(NOW).await;
    let receiver = Receiver::start().await;
    listens(&story, "alpha", &receiver, None).await;
    // Of three bytes each.
    let text = |letter: &str| letter.repeat(1_000);
    let notes: Vec<Value> = (0..20).map(|_| json!({ "text": text("\u{4e00}") })).collect();
    let body = json!({ "description": text("\u{4e01}").repeat(4), "severity": "serious", "ticketType": "systems", "note": notes });
    let reply = story.as_("alpha").post(TICKETS, body).await.expect(201);
    let whole = reply.body.to_string().len();
    assert!(whole > domain::hub::BODY_AT_MOST, "{whole}");
    let event = receiver.posted().remove(0).event();
    let told: BTreeSet<&str> =
        event["event"]["troubleTicket"].as_object().unwrap().keys().map(String::as_str).collect();
    let expected = ["id", "href", "status", "severity", "creationDate", "lastUpdate", "@type", "@baseType"];
    assert_eq!(told, expected.into());
}

#[tokio::test]
async fn ap_05_in_the_cloud_a_name_that_leads_to_no_public_address_is_not_connected_to() {
    let story = Story::in_public(NOW).await;
    let receiver = Receiver::start().await;
    for name in ["localhost"] {
        let callback = format!("https://{name}:{}/events", receiver.port());
        let id = story.as_("alpha").post(HUB, json!({ "callback": callback })).await.expect(201).text("id");
        story.report("alpha", "serious").await;
        let read = story.as_("alpha").get(&format!("{HUB}/{id}")).await.expect(200).body;
        assert_eq!(read["lastFailure"], "has no public address", "{name}");
    }
    assert!(receiver.posted().is_empty());
}
