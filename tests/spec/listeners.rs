//! AP-05: where listeners may be, and how one is asked for.

use contract::Party;
use domain::hub::{Delivery, Failure, Listener, NetworkScope, Progress, Query, Secret};
use functions::hub_delivery::Post;
use platform::delivering::Transport;
use serde_json::json;
use std::time::Duration;
use tests::{Receiver, Story, at, story::HUB};

const NOW: &str = "2026-06-02T16:00:00Z";

/// Hosts at addresses that are not public, in all the ways that a URL may write one.
const NOT_PUBLIC: [&str; 50] = [
    "127.0.0.1",
    "127.1",
    "127.255.255.254",
    "0x7f.0.0.1",
    "0x7f000001",
    "2130706433",
    "017700000001",
    "0.0.0.0",
    "0",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::1]",
    "[::7f00:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:10.0.0.1]",
    "[::ffff:169.254.169.254]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::8.8.8.8]",
    "[100::1]",
    "[2001::1]",
    "[2001:db8::1]",
    "[2002:7f00:1::]",
    "[3fff::1]",
    "[5f00::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fec0::1]",
    "[ff02::1]",
];

#[tokio::test]
async fn ap_05_in_the_cloud_an_address_that_is_not_public_is_refused() {
    let story = Story::in_public(NOW).await;
    for host in NOT_PUBLIC {
        for callback in [format!("https://{host}/events"), format!("https://{host}:8443/events")] {
            let reply = story.as_("alpha").post(HUB, json!({ "callback": callback })).await.expect(400);
            assert_eq!(reply.faults().get("callback").map(String::as_str), Some("AP-05"), "{callback}: {}", reply.body);
        }
    }
    // The neighbours of what is refused are not.
    let public = [
        "8.8.8.8",
        "1.0.0.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "[::ffff:8.8.8.8]",
        "[2001:200::1]",
        "[2606:4700::1111]",
        "clec.example",
        "clec.example:8443",
    ];
    for (at, host) in public.iter().enumerate() {
        // A party of its own for each few: there is a limit.
        let client = ["alpha", "beta"][at % 2];
        story.as_(client).post(HUB, json!({ "callback": format!("https://{host}/events") })).await.expect(201);
    }
}

/// As if it had been registered where listeners may be anywhere.
#[tokio::test]
async fn ap_05_in_the_cloud_an_address_that_is_not_public_is_not_posted_to_however_it_was_registered() {
    let (receiver, now, policy) = (Receiver::start().await, at(NOW), tests::story::policy());
    let sent = |reach, callback: String| {
        let secret = Secret("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned());
        let to = Listener::registered(
            &tests::story::ids().current,
            &Party::Provider,
            callback,
            None,
            Query::default(),
            secret,
            now,
        );
        let ticket = "X8FR-JS8J".parse().unwrap();
        let (event, body) = ("one".to_owned(), "{}".to_owned());
        let delivery = Delivery::recorded(&to, event, ticket, body, Progress::Waiting, now, &policy);
        async move { Post::new(reach, Duration::from_secs(2)).unwrap().send(&delivery, &to, now).await }
    };
    for host in NOT_PUBLIC {
        let callback = format!("https://{host}:{}/events", receiver.port());
        assert_eq!(sent(NetworkScope::Public, callback.clone()).await, Err(Failure::NotPublic), "{callback}");
    }
    assert!(receiver.posted().is_empty());
    // By http nothing is sent either, and on one machine it is.
    assert!(sent(NetworkScope::Public, "http://clec.example/".to_owned()).await.is_err());
    assert_eq!(sent(NetworkScope::Anywhere, receiver.url()).await, Ok(()));
    assert_eq!(receiver.posted().len(), 1);
}

#[tokio::test]
async fn ap_05_every_bad_field_of_a_listener_is_told_at_once() {
    let story = Story::in_public(NOW).await;
    let table = [
        (json!({}), vec![("callback", "AP-05")]),
        (json!({ "callback": 7 }), vec![("callback", "AP-01")]),
        (json!({ "callback": "http://clec.example/" }), vec![("callback", "AP-05")]),
        (json!({ "callback": "ftp://clec.example/" }), vec![("callback", "AP-05")]),
        (json!({ "callback": "https://user:secret@clec.example/" }), vec![("callback", "AP-05")]),
        (json!({ "callback": "https://clec.example/#part" }), vec![("callback", "AP-05")]),
        (json!({ "callback": "clec.example" }), vec![("callback", "AP-05")]),
        (json!({ "callback": "https://" }), vec![("callback", "AP-05")]),
        (
            json!({ "callback": "https://127.0.0.1/", "query": "eventType=TroubleTicketDeleteEvent&severity=grave&state=closed", "secret": "mine" }),
            vec![
                ("callback", "AP-05"),
                ("query.eventType", "AP-05"),
                ("query.severity", "AP-05"),
                ("query.state", "AP-04"),
                ("secret", "AP-01"),
            ],
        ),
        (
            json!({ "callback": "https://clec.example/", "query": "status=done,closed" }),
            vec![("query.status", "AP-05")],
        ),
        (json!({ "callback": "https://clec.example/", "query": "everything" }), vec![("query.everything", "AP-04")]),
        (json!({ "callback": "https://clec.example/", "query": 7 }), vec![("query", "AP-01")]),
    ];
    for (body, expected) in table {
        let faults = story.as_("alpha").post(HUB, body.clone()).await.expect(400).faults();
        let expected = expected.into_iter().map(|(field, rule)| (field.to_owned(), rule.to_owned())).collect();
        assert_eq!(faults, expected, "{body}");
    }
    assert_eq!(story.as_("alpha").get(HUB).await.expect(200).body, json!([]));
    assert_eq!(story.as_("alpha").get(&format!("{HUB}?fields=id")).await.expect(400).faults()["fields"], "AP-04");
}
