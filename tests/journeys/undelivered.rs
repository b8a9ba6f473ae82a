//! SB-07: what the messaging service could not deliver to an endpoint is known to its CLEC and to the desk. No host of `.invalid` exists
//! (RFC 6761). On Tuesday 2026-06-02 at 10:00 MDT (16:00 UTC).

use crate::acts::{clock, subjects};
use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use functions::undelivered;
use serde_json::{Value, json};
use tests::{Client, Story, story::SUBSCRIPTIONS};

const NOW: &str = "2026-06-02T16:00:00Z";
const GONE: &str = "https://noc.alpha.invalid/notices";
const UNREACHED: &str = "/cmp/v1/unreachedNotice";

#[tokio::test]
async fn sb_07_a_notice_whose_last_endpoint_cannot_be_reached_has_reached_nobody_and_the_desk_is_told() {
    let story = Story::at(NOW).await;
    story.subscribe("desk", "email", "wshd@provider.example", &["target"]).await;
    let subscription = story.subscribe("alpha", "https", GONE, &["target"]).await;
    let number = story.report("alpha", "critical").await;

    let lacking = json!([{ "subscription": subscription, "at": NOW, "cause": "UnknownHost: The host of the endpoint does not exist" }]);
    let shown = clock(&story, &number, 1).await;
    assert_eq!((&shown["standing"], &shown["onTime"]), (&json!("reachedNobody"), &json!(false)));
    assert_eq!(shown["recipients"][0], json!({ "party": "alpha", "endpoints": 1, "undelivered": lacking }));
    // Its CLEC reads so of its own, and at the endpoint; another CLEC reads neither.
    let own = story.as_("alpha").get(&Client::ticket(&number, "timeline")).await.expect(200).body["clock"][0].clone();
    assert_eq!((&own["standing"], &own["undelivered"]), (&json!("reachedNobody"), &lacking));
    let at_endpoint = endpoint(&story, &subscription).await;
    assert_eq!(at_endpoint["undelivered"], json!({ "at": NOW, "cause": lacking[0]["cause"] }));
    assert_eq!(at_endpoint["status"], "confirmed");
    assert_eq!(story.as_("beta").get(SUBSCRIPTIONS).await.expect(200).body, json!([]));
    // The desk is told once, and telephones.
    let told = subjects(&story).await;
    assert_eq!(told.iter().filter(|subject| subject.contains(": Reached nobody")).count(), 1, "{told:?}");
    let listed = story.as_("desk").get(UNREACHED).await.expect(200).body;
    assert_eq!((&listed[0]["noticeId"], &listed[0]["untold"]), (&json!(format!("{number}#1")), &json!(["alpha"])));
}

#[tokio::test]
async fn sb_07_one_endpoint_of_two_that_cannot_be_reached_is_told_and_the_notice_has_reached_its_clec() {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "https", GONE, &["target"]).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = story.report("alpha", "critical").await;
    let shown = clock(&story, &number, 1).await;
    assert_eq!((&shown["standing"], &shown["onTime"]), (&json!("sent"), &json!(true)));
    let of_alpha = &shown["recipients"][0];
    assert_eq!((&of_alpha["endpoints"], of_alpha["undelivered"].as_array().map(Vec::len)), (&json!(2), Some(1)));
    assert_eq!(story.as_("desk").get(UNREACHED).await.expect(200).body, json!([]));
}

#[tokio::test]
async fn sb_07_an_endpoint_that_is_down_is_told_of_once_a_day_at_its_subscription_and_of_each_notice_on_the_timeline() {
    let story = Story::at(NOW).await;
    let subscription = story.subscribe("alpha", "https", GONE, &["target"]).await;
    let number = story.report("alpha", "critical").await;
    let told_at = async || endpoint(&story, &subscription).await["undelivered"]["at"].clone();
    story.turn("PT3H").await;
    assert_eq!(told_at().await, NOW);
    for sequence in 1..=4 {
        assert_eq!(clock(&story, &number, sequence).await["standing"], "reachedNobody", "{sequence}");
    }
    story.turn("PT24H").await;
    assert_eq!(told_at().await, "2026-06-03T16:45:00Z");
    // Asked for anew, nothing is known of it.
    story.as_("alpha").delete(&format!("{SUBSCRIPTIONS}/{subscription}")).await.expect(204);
    let again = story.subscribe("alpha", "https", GONE, &["event"]).await;
    let shown = endpoint(&story, &again).await;
    assert!(shown.get("undelivered").is_none(), "{shown}");
}

#[tokio::test]
async fn sb_07_a_digest_that_cannot_be_delivered_is_recorded_at_each_of_its_notices() {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "https", GONE, &["target"]).await;
    let mut numbers = Vec::new();
    for _ in 0..14 {
        numbers.push(story.report("alpha", "critical").await);
    }
    story.turn("PT1H").await;
    for number in &numbers {
        assert_eq!(clock(&story, number, 2).await["standing"], "reachedNobody", "{number}");
    }
}

#[tokio::test]
async fn sb_07_a_message_of_the_queue_that_comes_again_is_recorded_once_and_one_that_is_none_is_kept_apart() {
    let story = Story::at(NOW).await;
    let subscription = story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = story.report("alpha", "critical").await;
    let desk = story.world.desk_of("undelivered");
    let arn = arn_of(&story, &subscription);
    let message = |notice: &str, topic: &str, arn: &str| {
        json!({
            "Type": "Notification", "TopicArn": format!("arn:aws:sns:us-east-1:000000000000:{topic}"), "Message": "",
            "UnsubscribeURL": format!("https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={arn}"),
            "MessageAttributes": { "noticeId": { "Type": "String", "Value": notice } },
        })
    };
    let (first, unsent) = (format!("{number}#1"), format!("{number}#9"));
    let cases = [
        ("it is recorded", message(&first, "desk-clec-alpha", &arn), true),
        ("it came before", message(&first, "desk-clec-alpha", &arn), true),
        ("the notice is not kept", message(&unsent, "desk-clec-alpha", &arn), true),
        (
            "the subscription is no more",
            message(&first, "desk-clec-alpha", "arn:aws:sns:us-east-1:000000000000:desk-clec-alpha:0"),
            true,
        ),
        ("another CLEC's topic", message(&first, "desk-clec-beta", &arn), true),
        ("another stack's topic", message(&first, "other-clec-alpha", &arn), false),
        ("no notice", message("nothing", "desk-clec-alpha", &arn), false),
        ("no notification", json!({ "Records": [] }), false),
    ];
    let revision = || story.items().iter().filter(|item| item["pk"] == text(&format!("TICKET#{number}"))).count();
    let before = revision();
    for (case, body, taken) in cases {
        let mut message = SqsMessage::default();
        (message.message_id, message.body) = (Some("m-1".to_owned()), Some(body.to_string()));
        let mut batch = SqsEvent::default();
        batch.records.push(message);
        let failed = undelivered::record(&desk, batch).await.batch_item_failures;
        assert_eq!(failed.is_empty(), taken, "{case}");
    }
    assert_eq!(revision(), before);
    let shown = clock(&story, &number, 1).await["recipients"][0]["undelivered"].clone();
    let named: Vec<&str> = shown.as_array().unwrap().iter().map(|of| of["subscription"].as_str().unwrap()).collect();
    assert_eq!(named, [subscription.as_str(), "0"], "each endpoint once, and that which was removed meanwhile");
    story.world.settle().await.unwrap();
    // The desk is told of the notice once, whatever is found of it afterwards.
    let told = story.events("notice.reachedNobody").len();
    assert_eq!((told, clock(&story, &number, 1).await["standing"].clone()), (1, json!("reachedNobody")));
}

#[tokio::test]
async fn sb_07_an_endpoint_that_is_not_confirmed_here_takes_nothing_from_those_that_a_notice_reached() {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let waits = json!({ "channel": "https", "endpoint": GONE, "notices": ["target"] });
    story.as_("alpha").post(SUBSCRIPTIONS, waits).await.expect(201);
    // It was confirmed by the link in the message, which is found at night.
    let mut known = story.table("local");
    known.retain_mut(|item| {
        let waits = item.get("endpoint") == Some(&text(GONE));
        item.insert("pending".to_owned(), serde_dynamo::AttributeValue::Bool(false));
        waits
    });
    story.restore("local", known);
    let number = story.report("alpha", "critical").await;
    let shown = clock(&story, &number, 1).await;
    assert_eq!((&shown["standing"], &shown["recipients"][0]["endpoints"]), (&json!("sent"), &json!(1)), "{shown}");
    assert!(shown["recipients"][0].get("undelivered").is_none(), "{shown}");
}

#[tokio::test]
async fn sb_07_a_subscription_of_before_is_handed_over_for_from_the_next_night_on() {
    let story = Story::at(NOW).await;
    let subscription = story.subscribe("alpha", "https", GONE, &["target"]).await;
    // As one was stored and known to the messaging service before what it cannot deliver was handed over.
    for (table, field) in [("desk", "handsOver"), ("local", "redrive_policy")] {
        let mut before = story.table(table);
        before.retain_mut(|item| item.remove(field).is_some());
        story.restore(table, before);
    }
    let number = story.report("alpha", "critical").await;
    assert_eq!(clock(&story, &number, 1).await["standing"], "sent");
    story.turn("PT24H").await;
    let now = story.report("alpha", "critical").await;
    assert_eq!(clock(&story, &now, 1).await["standing"], "reachedNobody", "{subscription}");
}

/// A subscription of alpha, as it reads it.
async fn endpoint(story: &Story, subscription: &str) -> Value {
    let listed = story.as_("alpha").get(SUBSCRIPTIONS).await.expect(200).body;
    listed.as_array().unwrap().iter().find(|of| of["id"] == subscription).unwrap().clone()
}

/// The messaging service's name of a subscription.
fn arn_of(story: &Story, subscription: &str) -> String {
    let of = story.items().into_iter().find(|item| item.get("id") == Some(&text(subscription)));
    let serde_dynamo::AttributeValue::S(arn) = of.unwrap()["arn"].clone() else { panic!("no ARN") };
    arn
}

fn text(text: &str) -> serde_dynamo::AttributeValue {
    serde_dynamo::AttributeValue::S(text.to_owned())
}
