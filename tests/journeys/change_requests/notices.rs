//! CR-07, CR-11, NT-12, SB-01, SB-03: who is told of change requests, by which channel, and under which number of the CMP.

use super::flow::{Led, NEXT_MEETING, SUBMITTED, UNDISPUTED, accepted, leap, stands, subscribed, to, told};
use local_desk::aws::sns::Delivery;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{
    Fault, Story,
    story::{CONTACTS, SUBSCRIPTIONS, policy},
};

/// The notice number that an e-mail's text tells.
fn number(sent: &Delivery) -> Option<&str> {
    sent.body.as_ref()?.lines().find_map(|line| line.trim().strip_prefix("Notice number: "))
}

/// Its parts: date, running number, subject.
fn parts(number: &str) -> (String, u32, String) {
    let parts: Vec<&str> = number.split('.').collect();
    let [category, month, day, year, mark, running, subject] = parts[..] else { panic!("{number}") };
    assert_eq!((category, mark, running.len()), ("CMPR", "F", 5), "{number}");
    (format!("{month}.{day}.{year}"), running.parse().unwrap(), subject.to_owned())
}

#[tokio::test]
async fn cr_07_the_clecs_that_subscribed_are_told_the_originator_whatever_it_subscribed_and_the_provider() {
    let story = Story::at(SUBMITTED).await;
    // Alpha wants events alone, gamma too; beta change requests.
    story.subscribe("alpha", "email", "cmp@alpha.example", &["event"]).await;
    story.subscribe("beta", "email", "cmp@beta.example", &["changeRequest"]).await;
    story.subscribe("gamma", "email", "cmp@gamma.example", &["event"]).await;
    story.subscribe("desk", "email", "cmp@provider.example", &["changeRequest"]).await;
    let led = Led::submitted(&story).await;
    assert_eq!(
        told(&story).await,
        to(&["provider"], &format!("Change request {} was submitted: Longer hours", led.id))
    );
    led.desk("acknowledgment", json!({})).await;
    let mut expected = to(&["alpha"], "Change request PC030226-1 is received and logged: Longer hours");
    expected.extend(to(&["provider"], "Change request PC030226-1 is logged: its CRPM and Director are to be assigned"));
    assert_eq!(told(&story).await, expected);
    led.desk("posting", json!({})).await;
    assert_eq!(
        told(&story).await,
        to(&["alpha", "beta", "provider"], "Change request PC030226-1 is posted: Longer hours")
    );
    // Gamma's own reaches gamma; alpha, who wants events alone, is not told of it.
    let gammas = Led::begun(&story, "gamma", super::flow::form()).await;
    gammas.desk("acknowledgment", json!({})).await;
    told(&story).await;
    gammas.desk("posting", json!({})).await;
    assert_eq!(
        told(&story).await,
        to(&["beta", "gamma", "provider"], "Change request PC030226-2 is posted: Longer hours")
    );
}

/// Beta's mandatory contact, which subscribed to nothing.
#[tokio::test]
async fn cr_07_the_mandatory_contacts_of_all_clecs_hear_of_a_response_and_an_announced_date_where_the_policy_says_so() {
    for tells in [true, false] {
        let mut policy = policy();
        policy.change_requests.tell_mandatory_contacts = tells;
        let story = Story::under(policy, SUBMITTED).await;
        let beta = story.as_("beta");
        let contact = json!({ "role": "mandatoryNotices", "name": "Bea", "email": "bea@beta.example" });
        beta.post(CONTACTS, contact).await.expect(201);
        let token = story.deliveries().await.pop().unwrap().token.unwrap();
        let id = beta.get(SUBSCRIPTIONS).await.expect(200).body[0]["id"].as_str().unwrap().to_owned();
        beta.post(&format!("{SUBSCRIPTIONS}/{id}/confirmation"), json!({ "token": token })).await.expect(200);
        let led = Led::acted(&story, accepted(), "implementationPlan").await;
        led.desk("announcement", json!({ "date": "2026-05-15" })).await;
        led.desk("production", json!({})).await;
        let sent = story.world.deliveries(0).await.unwrap();
        let heard = sent.iter().filter(|sent| sent.to == "bea@beta.example" && sent.token.is_none());
        let heard: Vec<&str> = heard.map(|sent| sent.subject.as_deref().unwrap()).collect();
        if tells {
            assert_eq!(heard.len(), 2, "{heard:?}");
            assert!(heard[0].contains("accepted") && heard[1].contains("is implemented 2026-05-15"), "{heard:?}");
        } else {
            assert_eq!(heard, [""; 0]);
        }
    }
}

#[tokio::test]
async fn sb_01_a_subscription_is_limited_by_product_as_elsewhere_but_not_for_ones_own() {
    let story = Story::at(SUBMITTED).await;
    for clec in ["alpha", "beta"] {
        let body = json!({
            "channel": "email", "endpoint": format!("cmp@{clec}.example"), "notices": ["changeRequest"], "filter": { "product": ["LNP"] },
        });
        story.subscribe_with(clec, body).await;
    }
    let led = Led::logged(&story).await;
    told(&story).await;
    // It is about UNE-P.
    led.desk("posting", json!({})).await;
    assert_eq!(told(&story).await, to(&["alpha"], "Change request PC030226-1 is posted: Longer hours"));
    led.patch("alpha", json!({ "products": ["UNE-P", "LNP"] })).await.expect(200);
    assert_eq!(told(&story).await, to(&["alpha", "beta"], "Change request PC030226-1 was revised"));
}

#[tokio::test]
async fn cr_11_each_step_is_told_to_whom_it_concerns_under_numbers_that_count_up() {
    let story = subscribed().await;
    let led = Led::acted(&story, accepted(), "implementationPlan").await;
    led.desk("announcement", json!({ "date": "2026-04-15" })).await;
    led.desk("production", json!({})).await;
    led.desk("test", json!({})).await;
    leap(&story, UNDISPUTED).await;
    led.desk("closure", json!({ "reason": "all answered" })).await;
    let sent = story.deliveries().await;
    let of = |to: &str| -> Vec<(String, u32, String)> {
        let of = sent.iter().filter(|sent| sent.to == to);
        of.map(|sent| parts(number(sent).unwrap_or_else(|| panic!("{sent:?}")))).collect()
    };
    let gammas = of("cmp@gamma.example");
    let subjects: Vec<(&str, &str)> =
        gammas.iter().map(|(date, _, subject)| (date.as_str(), subject.as_str())).collect();
    assert_eq!(
        subjects,
        [
            ("03.02.26", "CR_Posted"),
            ("03.18.26", "CR_Presented"),
            ("03.27.26", "CR_Responses"),
            ("04.15.26", "CR_Outcome"),
            ("04.15.26", "CR_Status"),
            ("04.15.26", "CR_Implementation"),
            ("04.15.26", "CR_Status"),
            ("04.15.26", "CR_Status"),
            ("04.23.26", "CR_Closed"),
        ]
    );
    // Alpha is told more: the acknowledgment, who works on it, the experts and the minutes are its own.
    assert_eq!(of("cmp@alpha.example").len(), gammas.len() + 4);
    // One number a notice: all who are told the same are told it under the same number, and no other notice has it.
    // What the provider's people alone are told has none: the CMP numbers what it sends to CLECs.
    let alone = |id: &str| id.starts_with("party/desk/");
    assert!(sent.iter().all(|sent| number(sent).is_none() == alone(sent.notice_id.as_ref().unwrap())));
    let numbered = sent.iter().filter_map(|sent| Some((sent.notice_id.clone()?, number(sent)?.to_owned())));
    let mut by_notice: Vec<(String, String)> = numbered.collect();
    by_notice.sort();
    by_notice.dedup();
    let numbers: BTreeSet<u32> = by_notice.iter().map(|(_, number)| parts(number).1).collect();
    assert_eq!(numbers.len(), by_notice.len(), "{by_notice:?}");
    assert_eq!(numbers, (1..=u32::try_from(by_notice.len()).unwrap()).collect());
    let counts: Vec<u32> = gammas.iter().map(|(_, running, _)| *running).collect();
    assert!(counts.is_sorted(), "{counts:?}");
}

#[tokio::test]
async fn nt_12_a_notice_keeps_its_number_when_it_is_sent_again() {
    let story = subscribed().await;
    let led = Led::logged(&story).await;
    let before: BTreeSet<u32> = story.deliveries().await.iter().filter_map(number).map(|of| parts(of).1).collect();
    // Two of the four topics take it; then the others, at the next check.
    story.wire.fails("PublishBatch", 2, Fault::Down);
    led.desk("posting", json!({})).await;
    let first = story.deliveries().await;
    story.turn("PT5M").await;
    let again = story.deliveries().await;
    assert!(first.len() < 4, "{first:?}");
    let all: Vec<&Delivery> = first.iter().chain(&again).collect();
    assert_eq!(all.iter().map(|sent| sent.to.as_str()).collect::<BTreeSet<_>>().len(), 4);
    assert_eq!(all.len(), 4, "each once");
    let numbers: BTreeSet<&str> = all.iter().filter_map(|sent| number(sent)).collect();
    assert_eq!(numbers.len(), 1, "{numbers:?}");
    let next = parts(numbers.first().unwrap()).1;
    assert_eq!(Some(next), before.last().map(|last| last + 1));
}

#[tokio::test]
async fn nt_12_killed_between_publish_and_mark_it_is_sent_again_under_the_same_number() {
    let story = subscribed().await;
    let led = Led::logged(&story).await;
    let id = led.id.clone();
    told(&story).await;
    story.wire.fails("PublishBatch", 1, Fault::KilledAfter);
    led.desk("posting", json!({})).await;
    let first = story.deliveries().await;
    let story = story.killed_and_started_at("2026-03-02T17:00:20Z").await;
    story.turn("PT10M").await;
    let again = story.deliveries().await;
    let of = |sent: &[Delivery]| -> BTreeSet<(String, String)> {
        sent.iter().map(|sent| (sent.notice_id.clone().unwrap(), number(sent).unwrap().to_owned())).collect()
    };
    assert_eq!((of(&first).len(), of(&again)), (1, of(&first)));
    let led = Led { story: &story, id };
    assert_eq!(stands(&led.read("alpha").await).1, "received");
}

#[tokio::test]
async fn sb_03_by_https_the_whole_notice_is_told_with_its_number_and_by_sms_160_characters() {
    let story = Story::at(SUBMITTED).await;
    story.subscribe("beta", "https", "https://beta.example/cmp", &["changeRequest"]).await;
    story.subscribe("gamma", "sms", "+13035550142", &["changeRequest"]).await;
    let mut body = super::flow::form();
    body["title"] = json!("Longer hours ".repeat(15).trim());
    let led =
        Led::begun(&story, "alpha", body).await.and("acknowledgment", json!({})).await.and("posting", json!({})).await;
    let sent = story.deliveries().await;
    let whole = sent.iter().find(|sent| sent.to.starts_with("https:")).unwrap();
    let whole: Value = serde_json::from_str(whole.body.as_ref().unwrap()).unwrap();
    let (_, _, subject) = parts(whole["details"]["noticeNumber"].as_str().unwrap());
    assert_eq!(
        (subject.as_str(), &whole["notice"], &whole["kind"]),
        ("CR_Posted", &json!("changeRequest"), &json!("Initial"))
    );
    let details = &whole["details"];
    assert_eq!((&details["changeRequest"], &details["id"]), (&json!("PC030226-1"), &json!(led.id)));
    assert_eq!(
        (&details["step"], &details["phase"], &details["kind"]),
        (&json!("received"), &json!("submission"), &json!("productProcess"))
    );
    let line = |name: &str| {
        let lines = whole["lines"].as_array().unwrap();
        lines.iter().find(|line| line["name"] == name).map(|line| line["value"].as_str().unwrap().to_owned())
    };
    assert_eq!(line("Change request").as_deref(), Some("PC030226-1"));
    assert_eq!(line("Status phase").as_deref(), Some("Submission (step 1)"));
    assert_eq!(line("Notice number").as_deref(), details["noticeNumber"].as_str());
    assert!(!whole.to_string().contains("Ann, +1 303"), "whom to reach is not told to others");
    let short = sent.iter().find(|sent| sent.to.starts_with('+')).unwrap().body.clone().unwrap();
    assert!(short.chars().count() <= 160, "{short}");
    assert_eq!(
        short,
        "Provider Change request PC030226-1 is posted: Longer hours Longer hours Longer hours Longer hours Longer hours \
         Longer hours Long... https://provider.example/cmp"
    );
}

#[tokio::test]
async fn cr_07_a_long_response_reaches_everyone_whole_by_https() {
    let story = Story::at(SUBMITTED).await;
    story.subscribe("beta", "https", "https://beta.example/cmp", &["changeRequest"]).await;
    story.subscribe("gamma", "sms", "+13035550142", &["changeRequest"]).await;
    let led = Led::aligned(&story).await;
    story.deliveries().await;
    let text = "é\"\n".repeat(3_300);
    let led = led.answers(json!({ "answer": "denied", "text": text, "reference": "ü".repeat(2_000) })).await;
    let sent = story.deliveries().await;
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(led.read("gamma").await["responses"][0]["reply"]["text"].as_str().unwrap().len() > 9_000);
    leap(&story, NEXT_MEETING).await;
    assert_eq!(story.events("notice.missed"), Vec::<Value>::new());
}
