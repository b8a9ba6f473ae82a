use aws_sdk_sns::types::PublishBatchRequestEntry;
use contract::NoticeCategory;
use local_desk::aws::sns::Channel;

use crate::{TOPIC, attribute, desk, notice_attributes};

#[tokio::test]
async fn each_channel_gets_its_own_text() {
    let desk = desk().await;
    let subscribe =
        |protocol: &str, endpoint: &str| desk.client.subscribe().topic_arn(TOPIC).protocol(protocol).endpoint(endpoint);
    desk.subscribed("noc@example.com", "{}").await;
    subscribe("https", "https://example.com/hook").send().await.unwrap();
    let token = desk.last().await.token.unwrap();
    desk.client.confirm_subscription().topic_arn(TOPIC).token(token).send().await.unwrap();
    let sms = subscribe("sms", "+15550100").send().await.unwrap();
    assert!(sms.subscription_arn().unwrap().starts_with(TOPIC), "a number needs no confirmation");

    desk.client
        .publish()
        .topic_arn(TOPIC)
        .subject("T-1 opened")
        .message_structure("json")
        .message(r#"{"default":"all","email":"the <long> & \"winding\" text","sms":"short"}"#)
        .set_message_attributes(Some(notice_attributes()))
        .send()
        .await
        .unwrap();
    let sent = desk.sns.deliveries(2).await.unwrap();
    let texts: Vec<_> = sent.iter().map(|d| (d.channel, d.body.as_deref().unwrap(), d.subject.as_deref())).collect();
    assert_eq!(
        texts,
        [
            (Channel::Email, "the <long> & \"winding\" text", Some("T-1 opened")),
            (Channel::Https, "all", None),
            (Channel::Sms, "short", None),
        ]
    );
    for delivery in sent {
        assert_eq!(delivery.clec.as_deref(), Some("c1"));
        assert_eq!(delivery.notice_id.as_deref(), Some("n-1"));
        assert_eq!(delivery.notice, Some(NoticeCategory::Event));
        assert_eq!(delivery.kind.as_deref(), Some("opened"));
        assert_eq!(delivery.sequence, Some(7));
        assert_eq!(delivery.ticket_numbers, ["T-1", "T-2"]);
        assert_eq!(delivery.token, None);
    }

    assert_eq!(refusal!(subscribe("sqs", "arn:aws:sqs:us-east-1:000000000000:q")).0, "InvalidParameter");
    for (protocol, endpoint) in [("email", "nobody"), ("sms", "5550100"), ("https", "http://example.com")] {
        assert_eq!(refusal!(subscribe(protocol, endpoint)).0, "InvalidParameter", "{endpoint}");
    }
}

#[tokio::test]
async fn a_delivery_names_its_notice_whichever_type_that_is() {
    let desk = desk().await;
    desk.subscribed("noc@example.com", "{}").await;
    for notice in NoticeCategory::ALL {
        let types = format!(r#"["all","{}"]"#, notice.as_str());
        let publish = desk.client.publish().topic_arn(TOPIC).message("text");
        publish.message_attributes("notice", attribute("String.Array", &types)).send().await.unwrap();
        let delivery = serde_json::to_value(desk.last().await).unwrap();
        assert_eq!(delivery["notice"], notice.as_str());
    }
}

#[tokio::test]
async fn a_code_goes_to_a_phone_number() {
    let desk = desk().await;
    let publish = |number: &str| {
        let publish = desk.client.publish().phone_number(number).message("Your code is 123456");
        publish
            .message_attributes("kind", attribute("String", "confirmation"))
            .message_attributes("clec", attribute("String", "c9"))
            .message_attributes("token", attribute("String", "123456"))
    };
    assert!(publish("+15550100").send().await.unwrap().message_id().is_some());
    let code = desk.last().await;
    assert_eq!((code.channel, code.to.as_str()), (Channel::Sms, "+15550100"));
    assert_eq!(code.kind.as_deref(), Some("confirmation"));
    assert_eq!((code.clec.as_deref(), code.token.as_deref()), (Some("c9"), Some("123456")));
    assert_eq!(code.body.as_deref(), Some("Your code is 123456"));
    assert_eq!(refusal!(publish("none")).0, "InvalidParameter");
}

#[tokio::test]
async fn a_batch_is_judged_entry_by_entry() {
    let desk = desk().await;
    desk.subscribed("noc@example.com", "{}").await;
    let entry = |id: &str, message: &str| PublishBatchRequestEntry::builder().id(id).message(message);
    let batch = |entries: Vec<PublishBatchRequestEntry>| {
        desk.client.publish_batch().topic_arn(TOPIC).set_publish_batch_request_entries(Some(entries))
    };
    let sent = batch(vec![
        entry("a", "first").build().unwrap(),
        entry("b", "second").subject("two\nlines").build().unwrap(),
        entry("c", "third").set_message_attributes(Some(notice_attributes())).build().unwrap(),
        entry("d", "fourth").message_attributes("x", attribute("Binary", "")).build().unwrap(),
    ])
    .send()
    .await
    .unwrap();
    assert_eq!(sent.successful().iter().filter_map(|s| s.id()).collect::<Vec<_>>(), ["a", "c"]);
    let failed: Vec<_> = sent.failed().iter().map(|f| (f.id(), f.code(), f.sender_fault())).collect();
    assert_eq!(failed, [("b", "InvalidParameter", true), ("d", "ParameterValueInvalid", true)]);
    let bodies: Vec<_> = desk.sns.deliveries(1).await.unwrap().into_iter().filter_map(|d| d.body).collect();
    assert_eq!(bodies, ["first", "third"]);

    let plain = |ids: &[&str], message: &str| batch(ids.iter().map(|id| entry(id, message).build().unwrap()).collect());
    let eleven: Vec<_> = (0..11).map(|n| n.to_string()).collect();
    let eleven: Vec<_> = eleven.iter().map(String::as_str).collect();
    assert_eq!(refusal!(plain(&[], "x")).0, "EmptyBatchRequest");
    assert_eq!(refusal!(plain(&["a", "a"], "x")).0, "BatchEntryIdsNotDistinct");
    assert_eq!(refusal!(plain(&["a b"], "x")).0, "InvalidBatchEntryId");
    assert_eq!(refusal!(plain(&["a", "b", "c"], &"x".repeat(100_000))).0, "BatchRequestTooLong");
    assert_eq!(refusal!(plain(&eleven, "x")).0, "TooManyEntriesInBatchRequest");
    assert_eq!(plain(&eleven[1..], "x").send().await.unwrap().successful().len(), 10);
}

#[tokio::test]
async fn what_sns_would_refuse_is_refused() {
    let desk = desk().await;
    let publish = || desk.client.publish().topic_arn(TOPIC).message("x");
    let unknown = "arn:aws:sns:us-east-1:000000000000:unknown";
    let not_found = ("NotFound".to_owned(), "Topic does not exist".to_owned());
    let subscribe = |arn: &str| desk.client.subscribe().topic_arn(arn).protocol("sms").endpoint("+15550100");
    assert_eq!(refusal!(publish().topic_arn(unknown)), not_found);
    assert_eq!(refusal!(subscribe(unknown)), not_found);
    assert_eq!(refusal!(subscribe("arn:aws:sqs:us-east-1:000000000000:q")).0, "InvalidParameter");
    assert_eq!(refusal!(desk.client.confirm_subscription().topic_arn(unknown).token("t")), not_found);
    assert_eq!(refusal!(desk.client.publish().message("x")).0, "InvalidParameter");
    assert_eq!(refusal!(publish().message("x".repeat(262_145))).1, "Invalid parameter: Message too long");
    for subject in ["", " x", "zwölf", "a\u{7}b", &"x".repeat(101)] {
        assert_eq!(refusal!(publish().subject(subject)).1, "Invalid parameter: Subject", "{subject}");
    }
    publish().subject("x".repeat(100)).send().await.unwrap();
    for body in ["text", r#"{"email":"x"}"#, r#"{"default":1}"#] {
        assert_eq!(refusal!(publish().message_structure("json").message(body)).0, "InvalidParameter", "{body}");
    }
    for (data_type, value) in [("Number", "many"), ("String", ""), ("Boolean", "true")] {
        let publish = publish().message_attributes("a", attribute(data_type, value));
        assert_eq!(refusal!(publish).0, "ParameterValueInvalid", "{data_type}");
    }
    for name in ["", "with space", &"x".repeat(257)] {
        assert_eq!(refusal!(desk.client.create_topic().name(name)).0, "InvalidParameter", "{name}");
    }
    assert_eq!(refusal!(desk.client.delete_topic().topic_arn(TOPIC)).0, "InvalidAction");
    assert!(desk.deliveries().await.is_empty());
}
