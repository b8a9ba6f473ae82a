use crate::{NOW, TOPIC, desk, notice_attributes};

#[tokio::test]
async fn an_email_subscription_hears_nothing_until_it_is_confirmed() {
    let desk = desk().await;
    let subscribe = || desk.client.subscribe().topic_arn(TOPIC).protocol("email").endpoint("noc@example.com");
    let publish = || desk.client.publish().topic_arn(TOPIC).message("hello");
    assert_eq!(subscribe().send().await.unwrap().subscription_arn(), Some("pending confirmation"));
    let pending = subscribe().return_subscription_arn(true).send().await.unwrap().subscription_arn.unwrap();
    assert!(pending.starts_with(&format!("{TOPIC}:")));
    publish().send().await.unwrap();

    let asked = desk.deliveries().await;
    assert_eq!(asked.iter().map(|d| d.seq).collect::<Vec<_>>(), [1, 2], "asked twice, nothing else sent");
    let token = asked[0].token.clone().unwrap();
    assert_eq!(
        serde_json::to_value(&asked[0]).unwrap(),
        serde_json::json!({
            "seq": 1, "at": NOW, "channel": "email", "to": "noc@example.com", "clec": "c1", "noticeId": null,
            "notice": null, "kind": "confirmation", "sequence": null, "ticketNumbers": [], "subject": null,
            "body": null, "token": token,
        })
    );
    let listed = desk.client.list_subscriptions_by_topic().topic_arn(TOPIC).send().await.unwrap();
    assert_eq!(listed.subscriptions()[0].subscription_arn(), Some("PendingConfirmation"));
    assert_eq!(refusal!(desk.client.unsubscribe().subscription_arn(&pending)).0, "InvalidParameter");

    let confirm = |token: &str| desk.client.confirm_subscription().topic_arn(TOPIC).token(token);
    assert_eq!(refusal!(confirm("other")), ("InvalidParameter".to_owned(), "Invalid token".to_owned()));
    for _ in 0..2 {
        assert_eq!(confirm(&token).send().await.unwrap().subscription_arn(), Some(pending.as_str()));
    }
    assert_eq!(subscribe().send().await.unwrap().subscription_arn(), Some(pending.as_str()));
    publish().send().await.unwrap();
    let delivery = desk.last().await;
    assert_eq!((delivery.seq, delivery.body.as_deref()), (3, Some("hello")));

    desk.client.unsubscribe().subscription_arn(&pending).send().await.unwrap();
    desk.client.unsubscribe().subscription_arn(&pending).send().await.unwrap();
    publish().send().await.unwrap();
    assert_eq!(desk.deliveries().await.len(), 3);
    assert_eq!(refusal!(confirm(&token)).1, "Invalid token");
    let attributes = desk.client.get_subscription_attributes().subscription_arn(&pending);
    assert_eq!(refusal!(attributes), ("NotFound".to_owned(), "Subscription does not exist".to_owned()));
}

#[tokio::test]
async fn a_filter_policy_decides_who_hears_what() {
    let desk = desk().await;
    desk.subscribed("all@example.com", "{}").await;
    let targets = desk.subscribed("targets@example.com", r#"{"notice":["target"]}"#).await;
    let publish = || {
        let publish = desk.client.publish().topic_arn(TOPIC).message("x");
        publish.set_message_attributes(Some(notice_attributes())).send()
    };
    publish().await.unwrap();
    assert_eq!(desk.sns.deliveries(2).await.unwrap().len(), 1);
    assert_eq!(desk.last().await.to, "all@example.com");

    let set = |name: &str, value: &str| {
        let set = desk.client.set_subscription_attributes().subscription_arn(&targets);
        set.attribute_name(name).attribute_value(value)
    };
    set("FilterPolicy", r#"{"notice":["event"],"sequence":[7]}"#).send().await.unwrap();
    set("FilterPolicyScope", "MessageAttributes").send().await.unwrap();
    publish().await.unwrap();
    assert_eq!(desk.last().await.to, "targets@example.com");
    assert_eq!(refusal!(set("FilterPolicyScope", "MessageBody")).0, "InvalidParameter");
    assert_eq!(refusal!(set("FilterPolicy", "[]")).0, "InvalidParameter");
    assert_eq!(refusal!(set("RawMessageDelivery", "true")).1, "Invalid parameter: AttributeName");

    let attributes = desk.client.get_subscription_attributes().subscription_arn(&targets).send().await.unwrap();
    let attributes = attributes.attributes.unwrap();
    assert_eq!(attributes["FilterPolicy"], r#"{"notice":["event"],"sequence":[7]}"#);
    assert_eq!(attributes["FilterPolicyScope"], "MessageAttributes");
    assert_eq!(attributes["PendingConfirmation"], "false");
    assert_eq!((attributes["Protocol"].as_str(), attributes["TopicArn"].as_str()), ("email", TOPIC));

    let again = |policy: &str| {
        let subscribe = desk.client.subscribe().topic_arn(TOPIC).protocol("email").endpoint("targets@example.com");
        subscribe.attributes("FilterPolicy", policy).attributes("FilterPolicyScope", "MessageAttributes")
    };
    let same = again(r#"{ "sequence": [7], "notice": ["event"] }"#).send().await.unwrap();
    assert_eq!(same.subscription_arn(), Some(targets.as_str()));
    assert_eq!(
        refusal!(again("{}")).1,
        "Invalid parameter: Attributes Reason: Subscription already exists with different attributes"
    );
    assert_eq!(refusal!(again(r#"{"a":[{"prefix":"b"}]}"#)).0, "InvalidParameter");
}

#[tokio::test]
async fn subscriptions_are_listed_in_pages() {
    let desk = desk().await;
    for n in 0..101 {
        desk.subscribe_number(format!("+15550{n:03}")).await;
    }
    let list = || desk.client.list_subscriptions_by_topic().topic_arn(TOPIC);
    let first = list().send().await.unwrap();
    assert_eq!(first.subscriptions().len(), 100);
    let second = list().next_token(first.next_token().unwrap()).send().await.unwrap();
    assert_eq!(second.subscriptions().len(), 1);
    assert_eq!((second.subscriptions()[0].endpoint(), second.next_token()), (Some("+15550100"), None));
}
