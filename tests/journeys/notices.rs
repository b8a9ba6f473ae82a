//! SB-05: the words of a ticket's notices, as they were sent and before they are, each in the words of who reads them. From Tuesday
//! 2026-06-02, 10:00 MDT.

use crate::acts::act;
use serde_json::{Value, json};
use tests::{Client, Story};

const NOW: &str = "2026-06-02T16:00:00Z";

async fn notices(story: &Story, client: &str, number: &str, query: &str) -> Vec<Value> {
    let shown = story.as_(client).get(&Client::ticket(number, &format!("notice{query}"))).await.expect(200);
    shown.body.as_array().unwrap().clone()
}

/// Two CLECs' tickets of one event, each with an endpoint of each channel.
async fn event(story: &Story) -> (String, String) {
    for clec in ["alpha", "beta"] {
        let url = format!("https://{clec}.example/notices");
        let mail = format!("noc@{clec}.example");
        let phone = if clec == "alpha" { "+13035550100" } else { "+13035550101" };
        for (channel, endpoint) in [("email", mail.as_str()), ("sms", phone), ("https", url.as_str())] {
            story.subscribe(clec, channel, endpoint, &["event", "target"]).await;
        }
    }
    let (alpha, beta) = (story.report("alpha", "serious").await, story.report("beta", "serious").await);
    let words = json!({ "eventDescription": "IMA rejects all orders", "eventImpact": { "other": "none" } });
    story.as_("desk").patch(&Client::ticket(&alpha, ""), words).await.expect(200);
    act(story, &beta, "link", json!({ "primary": alpha })).await;
    (alpha, beta)
}

#[tokio::test]
async fn sb_05_each_reads_a_notice_in_the_words_in_which_it_got_it() {
    let story = Story::at(NOW).await;
    let (alpha, beta) = event(&story).await;
    let delivered = story.deliveries().await;
    for (clec, number) in [("alpha", &alpha), ("beta", &beta)] {
        let shown = notices(&story, clec, number, "").await;
        assert!(shown.len() > 1, "{shown:?}");
        for notice in &shown {
            assert_eq!((&notice["state"], &notice["textsOf"]), (&json!("sent"), &json!(clec)), "{notice}");
            assert!(notice.get("recipients").is_none(), "whom else it went to is not told: {notice}");
            for (channel, text) in [("email", "body"), ("sms", ""), ("https", "")] {
                let id = notice["id"].as_str();
                let sent = delivered.iter().find(|of| {
                    of.notice_id.as_deref() == id
                        && of.clec.as_deref() == Some(clec)
                        && json!(of.channel) == json!(channel)
                });
                let texts = &notice["texts"][channel];
                let text = if text.is_empty() { texts } else { &texts[text] };
                let sent = sent.unwrap_or_else(|| panic!("{clec} got no {channel} of {notice}"));
                assert_eq!(text.as_str(), sent.body.as_deref(), "{channel}");
                if channel == "email" {
                    assert_eq!(texts["subject"].as_str(), sent.subject.as_deref());
                }
            }
        }
    }
    // The desk reads each of them, in anybody's words.
    let of_desk = notices(&story, "desk", &alpha, "").await;
    let last = of_desk.last().unwrap();
    assert_eq!((&last["textsOf"], &last["recipients"]), (&json!("desk"), &json!(["alpha", "beta", "desk"])));
    let of_beta = notices(&story, "desk", &alpha, "?party=beta").await;
    let own = notices(&story, "beta", &beta, "").await;
    assert_eq!(of_beta.last().unwrap()["texts"], own.last().unwrap()["texts"]);
    assert_eq!(of_beta[0]["texts"], Value::Null, "the first one was alpha's alone: {}", of_beta[0]);
    // A CLEC names nobody.
    let refused = story.as_("alpha").get(&Client::ticket(&alpha, "notice?party=beta")).await.expect(400);
    assert_eq!(refused.faults()["party"], "SB-05");
    story.as_("beta").get(&Client::ticket(&alpha, "notice")).await.expect(404);
}

#[tokio::test]
async fn sb_05_the_texts_of_the_notice_that_would_leave_are_shown_before_it_does() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let path = Client::ticket(&number, "recipients");
    let target = story.as_("desk").get(&path).await.expect(200).body;
    assert_eq!((&target["noticeType"], &target["textsOf"]), (&json!("target"), &json!("desk")));
    let of = |shown: &Value, text: &str| shown["texts"][text].as_str().unwrap_or_default().to_owned();
    assert!(target["texts"]["email"]["subject"].as_str().unwrap().contains(&number), "{target}");
    assert!(target["texts"]["email"]["body"].as_str().unwrap().contains("orders are rejected"), "{target}");
    assert!(of(&target, "sms").contains(&number) && of(&target, "https").contains("\"kind\":\"Update\""), "{target}");
    // As an event, another CLEC reads no word of the report.
    let words = json!({ "event": true, "eventDescription": "IMA is down", "eventImpact": { "other": "none" } });
    story.as_("desk").patch(&Client::ticket(&number, ""), words).await.expect(200);
    story.report("beta", "minimal").await;
    story.subscribe("beta", "email", "noc@beta.example", &["event"]).await;
    let event = story.as_("desk").get(&format!("{path}?party=beta")).await.expect(200).body;
    assert_eq!((&event["noticeType"], &event["textsOf"]), (&json!("event"), &json!("beta")));
    let texts = event["texts"].to_string();
    assert!(texts.contains("IMA is down") && !texts.contains("orders are rejected"), "{texts}");
    let none = story.as_("desk").get(&format!("{path}?party=nobody")).await.expect(200).body;
    assert_eq!((&none["texts"], &none["textsOf"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn sb_05_a_notice_tells_which_one_corrected_or_withdrew_it_and_what_is_not_sent_yet() {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = story.report("alpha", "serious").await;
    let wrong = json!({ "status": "inProgress", "statusChangeReason": "the wrong words" });
    story.as_("desk").patch(&Client::ticket(&number, ""), wrong).await.expect(200);
    act(&story, &number, "notice/2/correction", json!({ "correction": "it was another table" })).await;
    act(&story, &number, "notice/1/withdrawal", json!({ "reason": "sent by mistake" })).await;
    let shown = notices(&story, "alpha", &number, "").await;
    let id = |sequence: u32| json!(format!("{number}#{sequence}"));
    assert_eq!((&shown[1]["correctedBy"], &shown[0]["withdrawnBy"]), (&id(3), &id(4)), "{shown:?}");
    assert_eq!((&shown[2]["corrects"], &shown[3]["corrects"]), (&json!([id(2)]), &json!([id(1)])));
    // A page at a time.
    let path = Client::ticket(&number, "notice?limit=3");
    let first = story.as_("alpha").get(&path).await.expect(200);
    assert_eq!((first.body.as_array().unwrap().len(), first.header("x-total-count")), (3, Some("4")));
    let next = first.header("link").unwrap().trim_start_matches('<').split('>').next().unwrap().to_owned();
    assert_eq!(story.as_("alpha").get(&next).await.expect(200).body[0]["id"], id(4));
    // What waits for the opening has no words yet.
    story.turn_to("2026-06-03T04:30:00Z").await;
    story
        .as_("desk")
        .patch(&Client::ticket(&number, ""), json!({ "eventDescription": "x", "event": true }))
        .await
        .expect(200);
    let waits = notices(&story, "alpha", &number, "").await.pop().unwrap();
    assert_eq!((&waits["state"], waits.get("texts")), (&json!("waiting"), None), "{waits}");
}
