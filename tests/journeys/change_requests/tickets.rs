//! CR-14, TT-12: a change request names the trouble ticket it comes from, and the ticket shows the change request.

use super::flow::{Led, SUBMITTED, subscribed, told};
use serde_json::{Value, json};
use tests::{Client, Fault, Story};

async fn ticket(story: &Story, client: &str, number: &str) -> Value {
    story.as_(client).get(&Client::ticket(number, "")).await.expect(200).body
}

#[tokio::test]
async fn cr_14_both_name_each_other_and_only_who_may_sees_it() {
    let story = subscribed().await;
    let number = story.report("alpha", "moderate").await;
    let led = Led::posted(&story).await;
    told(&story).await;
    let named = led.by("alpha", "ticket", json!({ "ticket": number })).await.expect(200).body;
    assert_eq!(named["tickets"], json!([number]));
    assert_eq!(ticket(&story, "alpha", &number).await["changeRequest"], json!(["PC030226-1"]));
    assert_eq!(led.read("desk").await["tickets"], json!([number]));
    assert_eq!(led.read("beta").await.get("tickets"), None);
    // Once more changes nothing.
    let etag = story.as_("alpha").get(&led.path("")).await.header("etag").map(str::to_owned);
    let again = led.by("alpha", "ticket", json!({ "ticket": number })).await.expect(200);
    assert_eq!(again.header("etag").map(str::to_owned), etag);
    for (client, times) in [("alpha", 1), ("desk", 1), ("beta", 0)] {
        let of = led.facts(client).await.into_iter().filter(|fact| fact["fact"] == "ticketNamed").count();
        assert_eq!(of, times, "{client}");
    }
    // By the CMP Manager too.
    let second = story.report("alpha", "minimal").await;
    assert_eq!(led.desk("ticket", json!({ "ticket": second })).await["tickets"].as_array().unwrap().len(), 2);
    led.by("beta", "ticket", json!({ "ticket": number })).await.expect(403);
}

#[tokio::test]
async fn cr_14_a_ticket_of_another_clec_is_none() {
    let story = Story::at(SUBMITTED).await;
    let betas = story.report("beta", "moderate").await;
    let led = Led::posted(&story).await;
    let hidden = led.by("alpha", "ticket", json!({ "ticket": betas })).await;
    let none = led.by("alpha", "ticket", json!({ "ticket": "0000-0000" })).await;
    let (hidden, none) = (hidden.expect(404), none.expect(404));
    assert_eq!(hidden.faults(), [("ticket".to_owned(), "CR-14".to_owned())].into());
    assert_eq!(hidden.body, none.body);
    for body in [json!({}), json!({ "ticket": "x" }), json!({ "ticket": 7 })] {
        assert_eq!(led.by("alpha", "ticket", body).await.expect(400).faults()["ticket"], "CR-14");
    }
    assert_eq!(ticket(&story, "beta", &betas).await["changeRequest"], json!([]));
    // Named by the provider, whose it is is not told to the originator.
    led.desk("ticket", json!({ "ticket": betas })).await;
    assert_eq!(led.read("alpha").await.get("tickets"), None);
    assert_eq!(led.read("beta").await["tickets"], json!([betas]));
    assert!(!json!(led.history("alpha").await).to_string().contains(&betas));
    assert_eq!(ticket(&story, "beta", &betas).await["changeRequest"], json!(["PC030226-1"]));
}

#[tokio::test]
async fn cr_14_a_write_that_was_lost_is_repeated_and_has_one_effect() {
    for fault in [Fault::LostBefore, Fault::LostAfter] {
        let story = Story::at(SUBMITTED).await;
        let number = story.report("alpha", "moderate").await;
        let led = Led::posted(&story).await;
        story.wire.fails("TransactWriteItems", 1, fault);
        let alpha = story.as_("alpha").with("Idempotency-Key", "one");
        let body = json!({ "ticket": number });
        let mut replies = Vec::new();
        for _ in 0..3 {
            replies.push(alpha.post(&led.path("ticket"), body.clone()).await);
        }
        let last = replies.pop().unwrap().expect(200);
        assert_eq!(last.body["tickets"], json!([number]), "{fault:?}");
        assert_eq!(ticket(&story, "alpha", &number).await["changeRequest"], json!(["PC030226-1"]));
        let named = led.facts("alpha").await.into_iter().filter(|fact| fact["fact"] == "ticketNamed").count();
        assert_eq!(named, 1, "{fault:?}");
    }
}

#[tokio::test]
async fn cr_14_killed_after_the_write_both_name_each_other_and_before_it_neither() {
    for (fault, is_named) in [(Fault::KilledBefore, false), (Fault::KilledAfter, true)] {
        let story = Story::at(SUBMITTED).await;
        let number = story.report("alpha", "moderate").await;
        let led = Led::posted(&story).await;
        let (id, path) = (led.id.clone(), led.path("ticket"));
        story.wire.fails("TransactWriteItems", 1, fault);
        let body = json!({ "ticket": number });
        let unanswered = story.as_("alpha").with("Idempotency-Key", "one").post(&path, body.clone()).await;
        assert_eq!(unanswered.status.as_u16(), 503);
        let story = story.killed_and_started_at("2026-03-02T17:00:20Z").await;
        let led = Led { story: &story, id };
        let both = || async {
            let named = led.read("alpha").await.get("tickets").is_some();
            let names = ticket(&story, "alpha", &number).await["changeRequest"] != json!([]);
            (named, names)
        };
        assert_eq!(both().await, (is_named, is_named));
        story.as_("alpha").with("Idempotency-Key", "one").post(&path, body).await.expect(200);
        assert_eq!(both().await, (true, true));
    }
}

#[tokio::test]
async fn cr_14_before_it_has_its_number_it_is_named_by_its_id() {
    let story = Story::at(SUBMITTED).await;
    let number = story.report("alpha", "moderate").await;
    let led = Led::submitted(&story).await;
    led.by("alpha", "ticket", json!({ "ticket": number })).await.expect(200);
    assert_eq!(ticket(&story, "alpha", &number).await["changeRequest"], json!([led.id]));
    led.desk("acknowledgment", json!({})).await;
    assert_eq!(led.read("alpha").await["tickets"], json!([number]));
}
