//! AP-02: every write to a change request is safe to repeat, and a lost update is refused.

use super::{
    NOW,
    life::{begin, form, led_to, life, path, write},
};
use axum::http::Method;
use serde_json::json;
use tests::{Reply, Story, story::CHANGE_REQUESTS};

const TODAY: &str = "2026-03-04";

/// 422, naming the header.
fn reused(reply: &Reply) -> bool {
    reply.status == 422 && reply.faults().get("Idempotency-Key").map(String::as_str) == Some("AP-02")
}

/// The numbers of the CMP that are taken.
fn numbers(story: &Story) -> Vec<String> {
    let items = story.items();
    let text = |item: &serde_dynamo::Item, name: &str| match item.get(name) {
        Some(serde_dynamo::AttributeValue::S(text)) => text.clone(),
        _ => String::new(),
    };
    let of = items.iter().filter(|item| text(item, "pk").starts_with("NUMBERS#")).map(|item| text(item, "number"));
    let mut of: Vec<String> = of.collect();
    of.sort();
    of
}

/// The whole life of one, each write three times by one key, and another by it.
#[tokio::test]
async fn ap_02_every_repeated_write_of_a_change_request_has_its_effect_once() {
    let story = Story::at(NOW).await;
    for clec in ["alpha", "beta", "gamma", "desk"] {
        story.subscribe(clec, "email", &format!("cmp@{clec}.example"), &["changeRequest"]).await;
    }
    let ticket = story.report("alpha", "minimal").await;
    let id = begin(&story, "as it was", true).await;
    let mut wrong = Vec::new();
    for (nth, act) in life("as it was", TODAY, &ticket).iter().enumerate() {
        let (key, what) = (format!("key-{nth}"), format!("{} {}", act.0, act.1));
        let first = write(&story, &id, act, Some(&key)).await;
        assert_eq!(first.status, 200, "{what}: {}", first.body);
        story.world.settle().await.unwrap();
        let _sent = story.deliveries().await;
        let written = story.written();
        for _ in 0..2 {
            let again = write(&story, &id, act, Some(&key)).await;
            if (again.status, &again.body, again.header("etag")) != (first.status, &first.body, first.header("etag")) {
                wrong.push(format!("{what}: {} {} instead of {}", again.status, again.body, first.body));
            }
        }
        // Another request by the key, good or not where it stands, is refused for the key.
        let other = (act.0, "withdrawal", json!({ "reason": "by the same key" }));
        let reply = write(&story, &id, &other, Some(&key)).await;
        if !reused(&reply) {
            wrong.push(format!("{what}, then a withdrawal by its key: {} {}", reply.status, reply.body));
        }
        if story.written() != written || !story.deliveries().await.is_empty() {
            wrong.push(format!("{what}: something was written or sent"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(numbers(&story), ["PC030426-1", "SCR030426-01"], "the acknowledgment's and the crossover's");
    // Much later the first acts are answered with what it is now.
    let now = story.as_("desk").get(&path(&id, "")).await.expect(200);
    let acts = life("as it was", TODAY, &ticket);
    for nth in [5, 6, 40] {
        let again = write(&story, &id, &acts[nth], Some(&format!("key-{nth}"))).await;
        assert_eq!((again.status.as_u16(), again.header("etag")), (200, now.header("etag")), "{}", acts[nth].1);
    }
    assert_eq!(numbers(&story).len(), 2);
}

#[tokio::test]
async fn ap_02_a_repeated_form_finds_its_change_request() {
    let story = Story::at(NOW).await;
    for (draft, key) in [(true, "one"), (false, "two")] {
        let mut body = form("good");
        body["draft"] = draft.into();
        let alpha = story.as_("alpha").with("Idempotency-Key", key);
        let first = alpha.post(CHANGE_REQUESTS, body.clone()).await.expect(201);
        let written = story.written();
        for _ in 0..2 {
            let again = alpha.post(CHANGE_REQUESTS, body.clone()).await.expect(201);
            assert_eq!((&again.body, again.header("location")), (&first.body, first.header("location")));
        }
        body["title"] = json!("another title");
        assert!(reused(&alpha.post(CHANGE_REQUESTS, body.clone()).await));
        assert_eq!(story.written(), written, "something was written");
        // The same key of another party is another request.
        let betas = story.as_("beta").with("Idempotency-Key", key).post(CHANGE_REQUESTS, body).await.expect(201);
        assert_ne!(betas.text("id"), first.text("id"));
    }
    // Without a key each is one of its own.
    assert_ne!(begin(&story, "good", false).await, begin(&story, "good", false).await);
}

/// One number each, in the order of the acknowledgments, however they are repeated.
#[tokio::test]
async fn cr_01_an_acknowledgment_gives_one_number() {
    let story = Story::at(NOW).await;
    let ids =
        [begin(&story, "one", false).await, begin(&story, "two", false).await, begin(&story, "three", false).await];
    let acknowledgment = ("desk", "acknowledgment", json!({}));
    for (nth, id) in ids.iter().enumerate() {
        for _ in 0..3 {
            let reply = write(&story, id, &acknowledgment, Some("k")).await.expect(200);
            assert_eq!(reply.text("number"), format!("PC030426-{}", nth + 1));
        }
        // Without a key it is another one, and there is nothing left to acknowledge.
        write(&story, id, &acknowledgment, None).await.expect(409);
    }
    assert_eq!(numbers(&story), ["PC030426-1", "PC030426-2", "PC030426-3"]);
}

#[tokio::test]
async fn ap_02_a_position_that_is_repeated_is_one() {
    let story = Story::at(NOW).await;
    let acts = life("good", TODAY, "");
    let id = begin(&story, "good", true).await;
    led_to(&story, &id, "position", &acts).await;
    let taken = ("beta", "position", json!({ "position": "notAccepted", "comment": "it is too dear" }));
    let changed = ("beta", "position", json!({ "position": "accepted" }));
    let first = write(&story, &id, &taken, Some("k")).await.expect(200);
    write(&story, &id, &changed, Some("l")).await.expect(200);
    let written = story.written();
    // The first, repeated, does not come back; it is answered with what the position is now.
    let again = write(&story, &id, &taken, Some("k")).await.expect(200);
    assert_eq!((first.text("position").as_str(), again.text("position").as_str()), ("notAccepted", "accepted"));
    assert!(reused(&write(&story, &id, &changed, Some("k")).await));
    // Said again as it is, without a key, it changes nothing.
    write(&story, &id, &changed, None).await.expect(200);
    assert_eq!(story.written(), written, "something was written");
    let listed = story.as_("desk").get(&path(&id, "position")).await.expect(200).body;
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
}

#[tokio::test]
async fn ap_02_a_stale_update_of_a_change_request_is_refused() {
    let story = Story::at(NOW).await;
    let id = begin(&story, "good", true).await;
    let alpha = story.as_("alpha");
    let seen = alpha.get(&path(&id, "")).await.expect(200).header("etag").unwrap().to_owned();
    let patch = async |version: &str, title: &str| {
        let body = json!({ "title": title }).to_string().into_bytes();
        let of = alpha.clone().with("If-Match", version);
        of.send(Method::PATCH, &path(&id, ""), Some("application/merge-patch+json"), body).await
    };
    let changed = patch(&seen, "another").await.expect(200);
    let refused = patch(&seen, "a third").await.expect(412);
    assert_eq!(refused.body["code"], "AP-02", "{}", refused.body);
    patch("one", "a third").await.expect(400);
    patch(changed.header("etag").unwrap(), "a third").await.expect(200);
    let submit = alpha.clone().with("If-Match", &seen);
    submit.post(&path(&id, "submission"), json!({})).await.expect(412);
}
