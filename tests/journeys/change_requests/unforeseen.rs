//! CR-01, CR-12: what the flow does not foresee: a crossover, any other step, suffixes; marked as such in the history.

use super::flow::{ALL, Led, accepted, form, path, stands, subscribed, to, told, until};
use crate::acts::texts;
use serde_json::{Value, json};
use tests::story::CHANGE_REQUESTS;

fn facts(history: &Value) -> Vec<&str> {
    history["facts"].as_array().unwrap().iter().map(|fact| fact["fact"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn cr_12_one_that_crosses_over_gets_a_number_of_its_new_kind_and_is_found_by_both() {
    let story = subscribed().await;
    let led = Led::posted(&story).await;
    until(&story, "2026-03-04T17:00:00Z").await;
    told(&story).await;
    assert_eq!(led.by("desk", "crossover", json!({ "kind": "systems" })).await.expect(400).faults()["reason"], "CR-12");
    // It is none where there is no other side: from systems to product and process, or back.
    for kind in ["productProcess", "cmp"] {
        let body = json!({ "kind": kind, "reason": "?" });
        assert_eq!(led.by("desk", "crossover", body).await.expect(400).faults()["kind"], "CR-12", "{kind}");
    }
    let crossed = led.desk("crossover", json!({ "kind": "systems", "reason": "IMA is to be changed" })).await;
    // Of the day on which it was submitted.
    assert_eq!(crossed["number"], "SCR030226-01X");
    assert_eq!((&crossed["kind"], &crossed["formerNumbers"]), (&json!("systems"), &json!(["PC030226-1"])));
    assert_eq!((stands(&crossed).1, &crossed["suffixes"]), ("received", &json!(["X"])));
    assert_eq!(told(&story).await, to(&ALL, "Change request SCR030226-01X crossed over to systems"));
    for number in ["SCR030226-01", "SCR030226-01X", "PC030226-1", &led.id] {
        let found = story.as_("gamma").get(&path(number, "")).await.expect(200);
        assert_eq!(found.text("id"), led.id, "{number}");
        led.story.as_("gamma").post(&path(number, "comment"), json!({ "text": number })).await.expect(200);
    }
    let history = led.history("beta").await;
    let crossover = history.iter().find(|entry| facts(entry).contains(&"unforeseen")).unwrap();
    assert_eq!(facts(crossover), ["unforeseen", "numbered", "suffixesChanged"]);
    assert_eq!(crossover["why"], "IMA is to be changed");
    // The former number is nobody else's.
    let mut second = form();
    second["kind"] = json!("systems");
    story.turn_without_checks("2026-03-02T18:00:00Z").await;
    let other = Led::begun(&story, "beta", second).await;
    assert_eq!(other.desk("acknowledgment", json!({})).await["number"], "SCR030226-02");
    let third = Led::submitted(&story).await;
    assert_eq!(third.desk("acknowledgment", json!({})).await["number"], "PC030226-2");
    // And back.
    let back = led.desk("crossover", json!({ "kind": "productProcess", "reason": "IMA is not" })).await;
    assert_eq!(
        (&back["number"], &back["formerNumbers"]),
        (&json!("PC030226-3X"), &json!(["PC030226-1", "SCR030226-01"]))
    );
    let systems = story.as_("gamma").get(&format!("{CHANGE_REQUESTS}?kind=systems")).await.expect(200).body;
    assert_eq!(systems, json!([]));
}

#[tokio::test]
async fn cr_12_a_step_that_the_flow_does_not_foresee_is_recorded_with_its_reason_and_marked() {
    let story = subscribed().await;
    let led = Led::clarified(&story).await;
    told(&story).await;
    for (body, field) in [
        (json!({ "step": "aligned" }), "reason"),
        (json!({ "step": "clarified", "reason": "?" }), "step"),
        (json!({ "step": "draft", "reason": "?" }), "step"),
        (json!({ "step": "nowhere", "reason": "?" }), "step"),
    ] {
        assert_eq!(
            led.by("desk", "unforeseenStep", body).await.expect(400).faults(),
            [(field.to_owned(), "CR-12".to_owned())].into()
        );
    }
    led.by("alpha", "unforeseenStep", json!({ "step": "closed", "reason": "?" })).await.expect(403);
    // A walk-on: agreed without a presentation.
    let walked = led.desk("unforeseenStep", json!({ "step": "aligned", "reason": "a walk-on" })).await;
    assert_eq!(stands(&walked), ("4", "aligned", "evaluation"));
    assert!(walked["milestones"]["alignmentCompleted"].is_string());
    insta::assert_snapshot!(led.told_whole().await);
    let last = led.history("gamma").await.pop().unwrap();
    assert_eq!(facts(&last), ["unforeseen", "entered"]);
    assert_eq!(last["why"], "a walk-on");
    // The flow goes on from there; nothing of it is marked.
    let led = led.answers(accepted()).await;
    assert_eq!(stands(&led.read("alpha").await).1, "responseIssued");
    assert!(!facts(&led.history("gamma").await.pop().unwrap()).contains(&"unforeseen"));
    let closed = led.desk("unforeseenStep", json!({ "step": "closed", "reason": "merged with another" })).await;
    assert_eq!(closed["completion"]["way"], "recorded");
    told(&story).await;
    let again = led.desk("unforeseenStep", json!({ "step": "deferred", "reason": "opened again" })).await;
    assert_eq!((again.get("completion"), &again["deferral"]["reason"]), (None, &json!("opened again")));
    assert_eq!(led.deadline("deferral").await["standing"], "ahead");
}

#[tokio::test]
async fn cr_12_what_has_no_number_yet_is_not_led_elsewhere() {
    let story = subscribed().await;
    let led = Led::submitted(&story).await;
    led.by("desk", "unforeseenStep", json!({ "step": "closed", "reason": "?" })).await.expect(409);
    led.by("desk", "crossover", json!({ "kind": "systems", "reason": "?" })).await.expect(409);
    let is_possible = async |client: &str| texts(&led.read(client).await["possible"]).contains(&"unforeseenStep");
    assert!(!is_possible("desk").await);
    led.desk("acknowledgment", json!({})).await;
    assert!(is_possible("desk").await);
    assert!(!is_possible("alpha").await);
}

#[tokio::test]
async fn cr_01_a_change_of_the_cmp_itself_is_marked_and_suffixes_are_set() {
    let story = subscribed().await;
    let mut body = form();
    body["kind"] = json!("cmp");
    let led = Led::begun(&story, "alpha", body).await;
    let logged = led.desk("acknowledgment", json!({})).await;
    assert_eq!((&logged["number"], &logged["suffixes"]), (&json!("PC030226-1CM"), &json!(["CM"])));
    for (body, field) in [(json!({}), "suffixes"), (json!({ "suffixes": ["ZZ"] }), "suffixes[0]")] {
        let faults = led.by("desk", "suffixes", body).await.expect(400).faults();
        assert_eq!(faults, [(field.to_owned(), "CR-01".to_owned())].into());
    }
    let version = |shown: &Value| shown["lastUpdate"].clone();
    let set = led.desk("suffixes", json!({ "suffixes": ["MN", "CM"] })).await;
    assert_eq!(set["number"], "PC030226-1CMMN");
    story.turn("PT1H").await;
    assert_eq!(version(&led.desk("suffixes", json!({ "suffixes": ["CM", "MN"] })).await), version(&set));
    let none = led.desk("suffixes", json!({ "suffixes": [] })).await;
    assert_eq!((&none["number"], none.get("suffixes")), (&json!("PC030226-1"), None));
    assert_eq!(story.as_("alpha").get(&path("PC030226-1CMMN", "")).await.expect(200).text("id"), led.id);
}
