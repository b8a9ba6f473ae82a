//! AP-02: every write is safe to repeat, and a lost update is refused.

use super::flow::{ALL, Led, SUBMITTED, form, subscribed, told};
use serde_json::{Value, json};
use tests::{Fault, Story, story::CHANGE_REQUESTS};

#[tokio::test]
async fn ap_02_a_key_finds_its_own_change_request_and_is_no_other_requests() {
    let story = subscribed().await;
    let keyed = |client: &str, key: &str| story.as_(client).with("Idempotency-Key", key);
    let first = keyed("alpha", "one").post(CHANGE_REQUESTS, form()).await.expect(201);
    story.turn("PT1H").await;
    let again = keyed("alpha", "one").post(CHANGE_REQUESTS, form()).await.expect(201);
    assert_eq!((&first.body, first.header("location")), (&again.body, again.header("location")));
    assert_eq!(told(&story).await.len(), 1, "one notice");
    let mut other = form();
    other["title"] = json!("Shorter hours");
    keyed("alpha", "one").post(CHANGE_REQUESTS, other.clone()).await.expect(422);
    let second = keyed("alpha", "two").post(CHANGE_REQUESTS, form()).await.expect(201);
    assert_ne!(second.text("id"), first.text("id"));
    // Another's key is another key.
    let betas = keyed("beta", "one").post(CHANGE_REQUESTS, other).await.expect(201);
    assert_eq!((betas.text("originator"), betas.text("title")), ("beta".to_owned(), "Shorter hours".to_owned()));
    // It opened something: it is no act on it.
    let led = Led { story: &story, id: first.text("id") };
    keyed("alpha", "one").post(&led.path("withdrawal"), json!({ "reason": "?" })).await.expect(422);
    assert_eq!(led.read("desk").await["step"]["name"], "submitted");
}

#[tokio::test]
async fn ap_02_each_act_has_one_effect_under_its_key() {
    let story = subscribed().await;
    let led = Led::submitted(&story).await;
    told(&story).await;
    let keyed = |client: &str, key: &str| story.as_(client).with("Idempotency-Key", key);
    for _ in 0..3 {
        let logged = keyed("desk", "log").post(&led.path("acknowledgment"), json!({})).await.expect(200);
        assert_eq!(logged.text("number"), "PC030226-1");
    }
    assert_eq!(told(&story).await.len(), 2, "the originator, and who is to assign its people");
    keyed("desk", "log").post(&led.path("posting"), json!({})).await.expect(422);
    for _ in 0..3 {
        keyed("desk", "post").post(&led.path("posting"), json!({})).await.expect(200);
    }
    assert_eq!(told(&story).await.len(), ALL.len());
    for _ in 0..3 {
        keyed("beta", "say").post(&led.path("comment"), json!({ "text": "ours too" })).await.expect(200);
        keyed("desk", "cross")
            .post(&led.path("crossover"), json!({ "kind": "systems", "reason": "IMA" }))
            .await
            .expect(200);
    }
    assert_eq!(told(&story).await.len(), ALL.len() + 2, "the comment is told to its originator and the provider");
    keyed("beta", "say").post(&led.path("comment"), json!({ "text": "another" })).await.expect(422);
    let said = led.facts("alpha").await.into_iter().filter(|fact| fact["fact"] == "commented").count();
    assert_eq!((said, &led.read("alpha").await["number"]), (1, &json!("SCR030226-01X")));
    // A number that was given is not skipped by what was repeated.
    assert_eq!(Led::logged(&story).await.read("alpha").await["number"], "PC030226-2");
}

#[tokio::test]
async fn ap_02_a_lost_update_is_refused() {
    let story = subscribed().await;
    let led = Led::posted(&story).await;
    told(&story).await;
    let read = story.as_("alpha").get(&led.path("")).await.expect(200);
    let etag = read.header("etag").unwrap().to_owned();
    let desk = story.as_("desk").with("If-Match", &etag);
    let revised = desk.patch(&led.path(""), json!({ "area": "CO" })).await.expect(200);
    assert_ne!(revised.header("etag"), Some(etag.as_str()));
    let stale = story.as_("alpha").with("If-Match", &etag);
    stale.patch(&led.path(""), json!({ "area": "UT" })).await.expect(412);
    stale.post(&led.path("withdrawal"), json!({ "reason": "?" })).await.expect(412);
    stale.post(&led.path("comment"), json!({ "text": "?" })).await.expect(412);
    desk.post(&led.path("crossover"), json!({ "kind": "systems", "reason": "?" })).await.expect(412);
    assert_eq!(led.read("beta").await["area"], "CO");
    let current = revised.header("etag").unwrap();
    story.as_("alpha").with("If-Match", current).patch(&led.path(""), json!({ "area": "UT" })).await.expect(200);
}

#[tokio::test]
async fn ap_02_a_patch_is_merged_what_says_the_same_changes_nothing_and_faults_are_named() {
    let story = subscribed().await;
    let led = Led::posted(&story).await;
    told(&story).await;
    let before = led.read("alpha").await;
    led.patch("alpha", json!({ "title": "Longer hours", "products": ["UNE-P"] })).await.expect(200);
    assert_eq!(led.read("alpha").await, before);
    assert_eq!(told(&story).await, Vec::<String>::new());
    let patch = json!({ "businessReasons": null, "desiredBy": "2026-09-01", "related": ["PC010126-1"] });
    let patched = led.patch("alpha", patch).await.expect(200).body;
    assert_eq!((&patched["businessReasons"], &patched["desiredBy"]), (&Value::Null, &json!("2026-09-01")));
    assert_eq!((&patched["related"], &patched["description"]), (&json!(["PC010126-1"]), &before["description"]));
    insta::assert_snapshot!(led.told_whole().await);
    for (body, field, rule) in [
        (json!({ "title": null }), "title", "CR-01"),
        (json!({ "contact": null }), "contact", "CR-01"),
        (json!({ "kind": "systems" }), "kind", "CR-12"),
        (json!({ "kind": "odd" }), "kind", "CR-01"),
        (json!({ "title": "x".repeat(201) }), "title", "AP-01"),
        (json!({ "desiredBy": "2026-02-30" }), "desiredBy", "POL-03"),
        (json!({ "related": ["PC01"] }), "related[0]", "CR-01"),
        (json!({ "colour": "red" }), "colour", "AP-01"),
        (json!({ "step": "closed" }), "step", "AP-01"),
    ] {
        let faults = led.patch("alpha", body.clone()).await.expect(400).faults();
        assert_eq!(faults, [(field.to_owned(), rule.to_owned())].into(), "{body}");
    }
}

#[tokio::test]
async fn ap_02_an_answer_that_was_lost_is_given_again() {
    for fault in [Fault::LostBefore, Fault::LostAfter, Fault::Throttled, Fault::TransactionConflict] {
        let story = Story::at(SUBMITTED).await;
        let led = Led::submitted(&story).await;
        story.wire.fails("TransactWriteItems", 1, fault);
        let desk = story.as_("desk").with("Idempotency-Key", "one");
        let mut last = desk.post(&led.path("acknowledgment"), json!({})).await;
        if last.status != 200 {
            last = desk.post(&led.path("acknowledgment"), json!({})).await;
        }
        assert_eq!(last.expect(200).text("number"), "PC030226-1", "{fault:?}");
        assert_eq!(Led::logged(&story).await.read("alpha").await["number"], "PC030226-2", "{fault:?}");
    }
}

#[tokio::test]
async fn ap_02_a_position_is_taken_once_under_its_key() {
    let story = subscribed().await;
    let led = Led::issued(&story, super::flow::accepted()).await;
    let beta = story.as_("beta").with("Idempotency-Key", "one");
    let body = json!({ "position": "notAccepted", "comment": "too late" });
    let mut replies = Vec::new();
    for _ in 0..2 {
        replies.push(beta.post(&led.path("position"), body.clone()).await.expect(200).body);
        // In between it says otherwise: the repetition answers, and takes nothing back.
        led.by("beta", "position", json!({ "position": "accepted" })).await.expect(200);
    }
    assert_eq!(replies[0]["position"], "notAccepted");
    beta.post(&led.path("position"), json!({ "position": "accepted" })).await.expect(422);
    assert_eq!(led.positions("desk").await[0]["position"], "accepted");
    let taken = led.facts("beta").await.into_iter().filter(|fact| fact["fact"] == "positionTaken").count();
    assert_eq!(taken, 2);
}

#[tokio::test]
async fn cr_01_numbers_that_are_given_at_once_are_different() {
    let story = Story::at(SUBMITTED).await;
    let mut all = Vec::new();
    for _ in 0..4 {
        all.push(Led::submitted(&story).await);
    }
    let logged = futures::future::join_all(all.iter().map(|led| led.by("desk", "acknowledgment", json!({})))).await;
    let mut numbers: Vec<String> = logged.into_iter().map(|reply| reply.expect(200).text("number")).collect();
    numbers.sort();
    assert_eq!(numbers, ["PC030226-1", "PC030226-2", "PC030226-3", "PC030226-4"]);
}
