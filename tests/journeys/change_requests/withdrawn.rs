//! CR-01, CR-12: a change request that is withdrawn, as a draft, before it is posted and after; and one that is returned.

use super::flow::{Led, form, leap, path, stands, subscribed, to, told, until};
use crate::acts::whole;
use serde_json::{Value, json};
use tests::story::CHANGE_REQUESTS;

#[tokio::test]
async fn cr_12_a_draft_that_is_withdrawn_was_seen_by_nobody_else_and_is_told_to_nobody() {
    let story = subscribed().await;
    let draft = Led::begun(&story, "alpha", json!({ "draft": true, "title": "Longer hours" })).await;
    let shown = draft.read("alpha").await;
    assert_eq!(stands(&shown), ("none", "draft", "submission"));
    assert_eq!((&shown["receivedAt"], &shown["deadlines"]), (&Value::Null, &json!([])));
    let withdrawn = draft.by("alpha", "withdrawal", json!({ "reason": "a slip" })).await.expect(200).body;
    assert_eq!(stands(&withdrawn), ("none", "withdrawn", "withdrawn"));
    assert_eq!(withdrawn["completion"]["way"], "withdrawn");
    leap(&story, "2026-04-02T17:00:00Z").await;
    assert_eq!(told(&story).await, Vec::<String>::new());
    for other in ["desk", "beta"] {
        let client = story.as_(other);
        for part in ["", "history", "position"] {
            client.get(&draft.path(part)).await.expect(404);
        }
        client.post(&draft.path("comment"), json!({ "text": "?" })).await.expect(404);
        for of in ["posted", "own"] {
            assert_eq!(client.get(&format!("{CHANGE_REQUESTS}?of={of}")).await.expect(200).body, json!([]));
        }
    }
    let unposted = story.as_("desk").get(&format!("{CHANGE_REQUESTS}?of=unposted")).await.expect(200).body;
    assert_eq!(unposted, json!([]));
    let own = story.as_("alpha").get(&format!("{CHANGE_REQUESTS}?of=own")).await.expect(200).body;
    assert_eq!(own[0]["id"], draft.id.as_str());
    draft.by("alpha", "submission", json!({})).await.expect(409);
}

#[tokio::test]
async fn cr_12_before_it_is_posted_a_withdrawal_is_told_to_the_provider_and_its_originator() {
    let story = subscribed().await;
    for number in [None, Some("PC030226-1")] {
        let led = Led::submitted(&story).await;
        if number.is_some() {
            led.desk("acknowledgment", json!({})).await;
        }
        told(&story).await;
        assert_eq!(led.by("alpha", "withdrawal", json!({})).await.expect(400).faults()["reason"], "CR-12");
        led.by("desk", "withdrawal", json!({ "reason": "no" })).await.expect(403);
        led.by("alpha", "withdrawal", json!({ "reason": "solved" })).await.expect(200);
        let named = number.map_or_else(|| led.id.clone(), str::to_owned);
        assert_eq!(told(&story).await, to(&["alpha", "provider"], &format!("Change request {named} is withdrawn")));
        story.as_("beta").get(&led.path("")).await.expect(404);
        assert_eq!(led.read("desk").await["completion"]["reason"], "solved");
        leap(&story, "2026-04-02T17:00:00Z").await;
        assert_eq!(told(&story).await, Vec::<String>::new(), "its deadlines run no more");
        story.as_("alpha").post(&led.path("withdrawal"), json!({ "reason": "again" })).await.expect(409);
        if number.is_none() {
            story.turn_without_checks("2026-03-02T17:00:00Z").await;
        }
    }
}

#[tokio::test]
async fn cr_12_after_it_is_posted_a_withdrawal_is_told_to_all() {
    let story = subscribed().await;
    let led = Led::aligned(&story).await;
    told(&story).await;
    led.by("beta", "withdrawal", json!({ "reason": "?" })).await.expect(403);
    let shown = led.by("alpha", "withdrawal", json!({ "reason": "solved otherwise" })).await.expect(200).body;
    assert_eq!(stands(&shown), ("none", "withdrawn", "withdrawn"));
    let sent = story.deliveries().await;
    assert!(sent.iter().all(|one| one.kind.as_deref() == Some("Closure")), "{sent:?}");
    insta::assert_snapshot!(whole(&sent, &[(&led.id, "CR-ID")]));
    assert_eq!(led.read("gamma").await["completion"]["reason"], "solved otherwise");
    assert_eq!(shown["milestones"].get("crClosed"), None);
}

#[tokio::test]
async fn cr_01_an_incomplete_one_is_returned_with_what_is_missing_and_received_anew() {
    let story = subscribed().await;
    let led = Led::submitted(&story).await;
    told(&story).await;
    until(&story, "2026-03-03T17:00:00Z").await;
    for body in [json!({}), json!({ "missing": [] }), json!({ "missing": [7] })] {
        led.by("desk", "return", body).await.expect(400);
    }
    let returned = led.desk("return", json!({ "missing": ["the days", "the product"] })).await;
    assert_eq!(stands(&returned), ("1", "returned", "submission"));
    assert_eq!(returned["missing"], json!(["the days", "the product"]));
    insta::assert_snapshot!(led.told_whole().await);
    // While it is the originator's to complete, no deadline runs.
    assert_eq!(led.standings().await, ["acknowledgment kept"]);
    led.by("desk", "acknowledgment", json!({})).await.expect(409);
    led.patch("desk", json!({ "title": "?" })).await.expect(409);
    led.patch("beta", json!({ "title": "?" })).await.expect(404);
    led.patch("alpha", json!({ "title": null })).await.expect(200);
    assert_eq!(
        led.by("alpha", "submission", json!({})).await.expect(400).faults(),
        [("title".to_owned(), "CR-01".to_owned())].into()
    );
    led.patch("alpha", json!({ "title": "Longer hours on weekdays", "products": ["UNE-P", "LNP"] })).await.expect(200);
    until(&story, "2026-03-05T17:00:00Z").await;
    assert_eq!(told(&story).await, Vec::<String>::new());
    let again = led.by("alpha", "submission", json!({})).await.expect(200).body;
    assert_eq!((&again["receivedAt"], &again["receivedOn"]), (&json!("2026-03-05T17:00:00Z"), &json!("2026-03-05")));
    assert_eq!(again.get("missing"), None);
    assert_eq!(
        told(&story).await,
        to(&["provider"], &format!("Change request {} was submitted: Longer hours on weekdays", led.id))
    );
    let due = led.deadline("acknowledgment").await;
    assert_eq!((&due["from"], &due["by"]), (&json!("2026-03-05T17:00:00Z"), &json!("2026-03-09")));
    // Its number is of the day on which it came in complete; received behind the first business day, it is next month's.
    assert_eq!(led.desk("acknowledgment", json!({})).await["number"], "PC030526-1");
    assert_eq!(led.deadline("presentation").await["by"], "2026-04-15");
    assert_eq!(led.deadline("clarification").await["by"], "2026-03-17");
}

#[tokio::test]
async fn cr_01_a_form_that_is_not_complete_is_kept_as_a_draft_alone() {
    let story = subscribed().await;
    let alpha = story.as_("alpha");
    let refused = alpha.post(CHANGE_REQUESTS, json!({ "title": "Longer hours" })).await.expect(400);
    let mut fields: Vec<_> = refused.faults().into_keys().collect();
    fields.sort();
    assert_eq!(fields, ["contact", "description", "kind"]);
    let draft = Led::begun(&story, "alpha", json!({ "title": "Longer hours", "draft": true })).await;
    draft.by("alpha", "submission", json!({})).await.expect(400);
    draft.patch("alpha", form()).await.expect(200);
    assert_eq!(told(&story).await, Vec::<String>::new());
    story.as_("desk").get(&path(&draft.id, "")).await.expect(404);
    until(&story, "2026-03-03T17:00:00Z").await;
    let submitted = draft.by("alpha", "submission", json!({})).await.expect(200).body;
    assert_eq!((stands(&submitted).1, &submitted["receivedAt"]), ("submitted", &json!("2026-03-03T17:00:00Z")));
    assert_eq!(draft.desk("acknowledgment", json!({})).await["number"], "PC030326-1");
    // What is submitted is the CMP Manager's to review, not the originator's to change.
    let other = Led::submitted(&story).await;
    other.patch("alpha", json!({ "title": "?" })).await.expect(409);
    other.by("alpha", "submission", json!({})).await.expect(409);
}
