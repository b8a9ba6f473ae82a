//! NT-12, SB-01, SB-03: more than ten notices due at once for one topic leave in one message, each of them whole in it.

use crate::acts::{body, clock, texts, update};
use contract::{Actor, Party, Severity, TicketNumber};
use domain::ticket::{Report, Ticket, opening::Opening};
use local_desk::aws::sns::Delivery;
use platform::{
    run::{MESSAGES_PER_SECOND, Run},
    topics::Message,
};
use record::ActionContext;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};
use tests::{Client, Fault, Story, story::TICKETS};

/// A Wednesday, 11:00 in Mountain Time.
const NOW: &str = "2026-03-04T18:00:00Z";
/// When the updates of what was reported at that time leave.
const UPDATES: &str = "2026-03-04T18:55:00Z";

async fn reports(story: &Story, count: usize) -> Vec<String> {
    let mut numbers = Vec::new();
    for _ in 0..count {
        numbers.push(story.report("alpha", "serious").await);
    }
    numbers
}

/// The notices that a delivery by HTTPS carries.
fn carried(delivery: &Delivery) -> Vec<Value> {
    let whole: Value = serde_json::from_str(body(delivery)).unwrap();
    if whole["digest"] == true { whole["notices"].as_array().unwrap().clone() } else { vec![whole] }
}

/// The messages that went to each topic: how many entries each call had.
fn published(story: &Story) -> BTreeMap<String, Vec<usize>> {
    let mut published: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for call in story.wire.calls().into_iter().filter(|call| call.operation == "PublishBatch") {
        let fields: Vec<(String, String)> = url::form_urlencoded::parse(&call.body).into_owned().collect();
        let topic = fields.iter().find(|(name, _)| name == "TopicArn").unwrap().1.clone();
        let entries = fields.iter().filter(|(name, _)| name.ends_with(".Message")).count();
        published.entry(topic.rsplit_once(':').unwrap().1.to_owned()).or_default().push(entries);
    }
    published
}

#[tokio::test]
async fn nt_12_ten_notices_due_at_once_leave_each_alone_and_eleven_in_one_message() {
    for (count, kinds) in [(10, vec!["Update"; 10]), (11, vec!["Digest"])] {
        let story = Story::at(NOW).await;
        story.subscribe("alpha", "https", "https://alpha.example/hook", &["target"]).await;
        let numbers = reports(&story, count).await;
        assert_eq!(story.deliveries().await.len(), count, "one report after another: each is told alone");
        story.turn_to(UPDATES).await;
        let delivered = story.deliveries().await;
        assert_eq!(delivered.iter().map(|of| of.kind.as_deref().unwrap()).collect::<Vec<_>>(), kinds);
        let ids: BTreeSet<String> =
            delivered.iter().flat_map(carried).map(|notice| notice["noticeId"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids, numbers.iter().map(|number| format!("{number}#2")).collect());
        for number in &numbers {
            assert_eq!(clock(&story, number, 2).await["standing"], "sent");
        }
    }
}

#[tokio::test]
async fn sb_03_a_digest_lists_every_notice_in_each_channels_way() {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    story.subscribe("alpha", "sms", "+15555550123", &["target"]).await;
    story.subscribe("alpha", "https", "https://alpha.example/hook", &["target"]).await;
    let numbers: BTreeSet<String> = reports(&story, 12).await.into_iter().collect();
    let _initial = story.deliveries().await;
    story.turn_to(UPDATES).await;
    let delivered = story.deliveries().await;
    let [email, https, sms] = delivered.as_slice() else { panic!("{delivered:?}") };
    for delivery in &delivered {
        assert_eq!((delivery.kind.as_deref(), delivery.sequence, &delivery.notice_id), (Some("Digest"), None, &None));
        assert_eq!(delivery.ticket_numbers.iter().cloned().collect::<BTreeSet<_>>(), numbers);
        let ids: BTreeSet<String> = delivery.notice_ids.iter().cloned().collect();
        assert_eq!(ids, numbers.iter().map(|number| format!("{number}#2")).collect());
    }
    // The e-mail: each notice under its own subject.
    let subject = email.subject.as_deref().unwrap();
    assert!(subject.starts_with("12 notices: ") && subject.len() <= 100 && subject.is_ascii(), "{subject}");
    let mut places = Vec::new();
    for id in &email.notice_ids {
        let number = id.strip_suffix("#2").unwrap();
        let heading = format!("Ticket {number} severity 2 Update 1 (notice 2): open (acknowledged), no change");
        places.push(body(email).find(&heading).unwrap_or_else(|| panic!("no '{heading}' in {}", body(email))));
    }
    assert!(places.is_sorted(), "{places:?}");
    assert_eq!(body(email).matches("Description: orders are rejected").count(), 12);
    // The SMS: how many, and of which as far as it goes.
    let text = body(sms);
    assert!(text.contains(" 12 notices: ") && text.contains(&email.notice_ids[0][..9]), "{text}");
    assert!(
        record::notice::gsm7_length(text) <= 160 && text.ends_with(&story.world.desk.policy.provider.read_more),
        "{text}"
    );
    // HTTPS: each whole, as it is when it is told alone.
    let whole: Value = serde_json::from_str(body(https)).unwrap();
    assert_eq!((whole["digest"].as_bool(), texts(&whole["noticeIds"]).len()), (Some(true), 12));
    for notice in carried(https) {
        assert_eq!((notice["kind"].as_str(), notice["label"].as_str()), (Some("Update"), Some("Update 1")));
        assert_eq!(notice["description"], "orders are rejected");
    }
}

/// Twelve wait for the opening: the gravest stand first, whatever their numbers are.
#[tokio::test]
async fn nt_12_a_digest_has_the_gravest_first() {
    let story = Story::at("2026-03-05T04:00:00Z").await;
    story.subscribe("alpha", "https", "https://alpha.example/hook", &["target"]).await;
    let mut numbers = Vec::new();
    for severity in [["minimal"; 6], ["moderate"; 6]].concat() {
        numbers.push(story.report("alpha", severity).await);
    }
    let _initial = story.deliveries().await;
    for number in &numbers {
        update(&story, number, json!({ "status": "inProgress" })).await;
    }
    story.turn_to("2026-03-05T13:00:00Z").await;
    let told: Vec<Value> = story.deliveries().await.iter().flat_map(carried).collect();
    let levels: Vec<u64> = told.iter().map(|notice| notice["severityLevel"].as_u64().unwrap()).collect();
    assert_eq!(levels, [[3; 6], [4; 6]].concat());
}

/// Three hundred tickets of one CLEC, told at the same minute: as many messages as there are steps, for each topic.
#[tokio::test]
async fn nt_12_three_hundred_updates_at_once_are_few_messages_for_a_topic() {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let numbers = reports(&story, 300).await;
    let _reported = story.wire.calls();
    story.turn_to(UPDATES).await;
    let published = published(&story);
    let steps = 300_usize.div_ceil(platform::sending::BATCH);
    assert_eq!(published, ["desk-clec-alpha", "desk-desk"].map(|topic| (topic.to_owned(), vec![1; steps])).into());
    for number in [&numbers[0], &numbers[299]] {
        assert_eq!(clock(&story, number, 2).await["standing"], "sent");
    }
}

/// A run's messages for a topic, whatever they come in: never more than ten in any second; another topic's are not held up.
#[test]
fn nt_12_no_topic_gets_more_than_ten_messages_in_a_second() {
    let (alpha, now) = (Party::Clec("alpha".parse().unwrap()), Instant::now());
    let mut run = Run::begun();
    let mut left = Vec::new();
    let mut clock = now;
    for (messages, millis) in [(10, 0), (1, 0), (3, 200), (10, 0), (7, 900), (4, 0), (1, 5_000), (10, 0), (10, 100)] {
        clock += Duration::from_millis(millis);
        let at = run.leaves_at(&alpha, messages, clock);
        assert!(at >= clock);
        clock = at;
        left.extend(std::iter::repeat_n(at, messages));
        assert_eq!(run.leaves_at(&Party::Provider, 0, now), now);
    }
    for first in &left {
        let within = left
            .iter()
            .filter(|at| (**at).checked_duration_since(*first).is_some_and(|after| after < Duration::from_secs(1)))
            .count();
        assert!(within <= MESSAGES_PER_SECOND, "{within} in a second");
    }
    assert_eq!(left[..10], [now; 10], "ten leave at once");
}

/// The eleventh of a run waits until the first has been gone for a second.
#[tokio::test]
async fn nt_12_the_eleventh_message_of_a_second_waits() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let (desk, mut run) = (&story.world.desk, Run::begun());
    let whole = desk.store.whole(number.parse().unwrap(), platform::store::ReadFor::default()).await.unwrap().unwrap();
    let (notice, to) = (&whole.notices[0], &whole.notices[0].recipients[0]);
    let began = Instant::now();
    for _ in 0..=MESSAGES_PER_SECOND {
        let message = Message::of(notice, to, &desk.policy).unwrap().unwrap();
        for outcome in desk.topics.publish(&to.party, &[message], &desk.policy, &mut run).await {
            outcome.unwrap();
        }
    }
    assert!(began.elapsed() >= Duration::from_secs(1), "eleven messages in {:?}", began.elapsed());
}

/// What one step has too few of for a digest is gathered all the same, once the check has found more than ten.
#[test]
fn nt_12_what_a_run_has_told_before_counts() {
    let (alpha, mut run) = (Party::Clec("alpha".parse().unwrap()), Run::begun());
    assert_eq!([8, 2, 1, 1].map(|more| run.gathers(&alpha, more)), [false, false, true, true]);
    assert!(!run.gathers(&Party::Provider, 10));
}

/// A burst of reports that the stream tells of in one batch.
#[tokio::test]
async fn nt_12_what_one_batch_of_the_stream_tells_of_is_gathered() {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "https", "https://alpha.example/hook", &["target"]).await;
    let desk = &story.world.desk;
    let written = async {
        for at in 0..20 {
            let number = TicketNumber::of_public("alpha", "burst", at);
            let report =
                Report { description: "rejected".to_owned(), ticket_type: "systems".to_owned(), ..Report::default() };
            let opening = Opening {
                clec: Some("alpha".parse().unwrap()),
                severity: Severity::Serious,
                event: false,
                event_description: None,
                report,
                call_center_reference: None,
                notes: Vec::new(),
                severity_checklist: Vec::new(),
                release: None,
                process: None,
                service_problem: None,
            };
            let by = Actor::new(Party::Clec("alpha".parse().unwrap()), "alpha");
            let act =
                ActionContext { by, now: story.now(), occurred_at: None, why: None, read_by: None, request: None };
            desk.store.open(&Ticket::open(number, opening, &act, &desk.policy)).await.unwrap();
        }
    };
    story.world.write(written).await.1.unwrap();
    let delivered = story.deliveries().await;
    assert_eq!(delivered.iter().map(|of| of.kind.as_deref().unwrap()).collect::<Vec<_>>(), ["Digest"]);
    let initial: BTreeSet<String> =
        carried(&delivered[0]).iter().map(|notice| notice["label"].as_str().unwrap().to_owned()).collect();
    assert_eq!((carried(&delivered[0]).len(), initial), (20, ["Initial".to_owned()].into()));
}

/// A subscriber who wanted one of the notices gets the digest; one who wanted none of them does not.
#[tokio::test]
async fn sb_01_who_wanted_one_notice_of_a_digest_gets_it() {
    let story = Story::at(NOW).await;
    for (endpoint, limits) in [
        ("minimal@alpha.example", json!({ "severity": [4] })),
        ("critical@alpha.example", json!({ "severity": [1] })),
        ("billing@alpha.example", json!({ "systemAffected": ["Billing"] })),
        ("everything@alpha.example", json!({})),
    ] {
        let body = json!({ "channel": "email", "endpoint": endpoint, "notices": ["target"], "filter": limits });
        story.subscribe_with("alpha", body).await;
    }
    let numbers = reports(&story, 12).await;
    story.as_("desk").patch(&Client::ticket(&numbers[3], ""), json!({ "severity": "minimal" })).await.expect(200);
    let _told = story.deliveries().await;
    // The schedule is down while each is worked: what is unsent is due at once when it goes on.
    story.wire.fails("PublishBatch", 1_000, Fault::Down);
    for number in &numbers {
        story.as_("desk").patch(&Client::ticket(number, ""), json!({ "status": "inProgress" })).await.expect(200);
    }
    story.wire.mended();
    story.turn("PT1M").await;
    let mut to: Vec<String> = story.deliveries().await.into_iter().map(|delivery| delivery.to).collect();
    to.sort();
    assert_eq!(to, ["everything@alpha.example", "minimal@alpha.example"]);
}

/// A digest that did not reach the topic leaves each of its notices owed; the ids inside are the same when it is sent again.
#[tokio::test]
async fn nt_12_a_digest_that_did_not_arrive_is_sent_again_with_the_same_ids() {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "https", "https://alpha.example/hook", &["target"]).await;
    let numbers = reports(&story, 30).await;
    let _initial = story.deliveries().await;
    // The answer is lost each time: it did arrive, and is sent again.
    story.wire.fails("PublishBatch", 6, Fault::LostAfter);
    story.turn_to("2026-03-04T18:57:00Z").await;
    let (mut ids, mut repeated) = (BTreeSet::new(), false);
    for notice in story.deliveries().await.iter().flat_map(carried) {
        repeated |= !ids.insert(notice["noticeId"].as_str().unwrap().to_owned());
    }
    assert!(repeated, "nothing was told twice: the story shows nothing");
    assert_eq!(ids, numbers.iter().map(|number| format!("{number}#2")).collect());
    for number in &numbers {
        assert_eq!(clock(&story, number, 2).await["standing"], "sent");
    }
}

/// More than one message holds: as few as hold them all, each whole.
#[tokio::test]
async fn nt_12_a_digest_that_is_too_large_is_split() {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "https", "https://alpha.example/hook", &["target"]).await;
    let words = "注文が拒否".repeat(790);
    let mut numbers = BTreeSet::new();
    for _ in 0..24 {
        let body =
            json!({ "description": words, "severity": "serious", "ticketType": "systems", "systemAffected": "IMA" });
        numbers.insert(story.as_("alpha").post(TICKETS, body).await.expect(201).text("id"));
    }
    let _initial = story.deliveries().await;
    story.turn_to(UPDATES).await;
    let delivered = story.deliveries().await;
    assert!((2..=4).contains(&delivered.len()), "{} messages", delivered.len());
    let told: Vec<Value> = delivered.iter().flat_map(carried).collect();
    let of: BTreeSet<String> =
        told.iter().map(|notice| notice["ticketNumbers"][0].as_str().unwrap().to_owned()).collect();
    assert_eq!((told.len(), of), (24, numbers));
}
