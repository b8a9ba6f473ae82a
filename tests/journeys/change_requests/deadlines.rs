//! CR-15, CR-18: the deadlines of a change request: computed in business days, shown, warned about, missed and kept.

use super::flow::{Led, MEETING, SUBMITTED, leap, lines, subscribe, subscribed, to, told, until};
use serde_json::{Value, json};
use tests::Story;

/// A deadline of one that is submitted at an instant, and acknowledged and posted at once.
async fn of_one_submitted_at(at: &str, deadline: &str) -> (String, String) {
    let story = Story::at(at).await;
    let led = Led::submitted(&story).await;
    if deadline != "acknowledgment" {
        led.desk("acknowledgment", json!({})).await;
    }
    let received = led.read("alpha").await["receivedOn"].as_str().unwrap().to_owned();
    (received, led.deadline(deadline).await["by"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn cr_18_what_comes_before_five_on_a_business_day_counts_as_that_day_else_as_the_next() {
    for (at, received, by) in [
        // Friday 2026-03-20, 16:59, 16:59:59 and 17:00 in Denver.
        ("2026-03-20T22:59:00Z", "2026-03-20", "2026-03-24"),
        ("2026-03-20T22:59:59Z", "2026-03-20", "2026-03-24"),
        ("2026-03-20T23:00:00Z", "2026-03-23", "2026-03-25"),
        ("2026-03-20T23:01:00Z", "2026-03-23", "2026-03-25"),
        // On the Saturday, and on the Sunday late.
        ("2026-03-21T18:00:00Z", "2026-03-23", "2026-03-25"),
        ("2026-03-23T05:59:00Z", "2026-03-23", "2026-03-25"),
        // Friday 2026-03-06, before the clocks change.
        ("2026-03-06T23:59:00Z", "2026-03-06", "2026-03-10"),
        ("2026-03-07T00:00:00Z", "2026-03-09", "2026-03-11"),
        // Friday 2026-05-22: the Monday is Memorial Day.
        ("2026-05-22T22:59:00Z", "2026-05-22", "2026-05-27"),
        ("2026-05-22T23:01:00Z", "2026-05-26", "2026-05-28"),
        ("2026-05-25T15:00:00Z", "2026-05-26", "2026-05-28"),
    ] {
        let expected = (received.to_owned(), by.to_owned());
        assert_eq!(of_one_submitted_at(at, "acknowledgment").await, expected, "{at}");
    }
}

#[tokio::test]
async fn cr_18_the_other_deadlines_count_alike() {
    for (at, deadline, by) in [
        // Eight business days; over Memorial Day.
        ("2026-05-20T18:00:00Z", "clarification", "2026-06-02"),
        ("2026-05-20T23:00:00Z", "clarification", "2026-06-03"),
        ("2026-05-22T22:00:00Z", "posting", "2026-05-27"),
        ("2026-05-22T23:00:00Z", "posting", "2026-05-28"),
        // By the first business day of a month: the meeting of that month; else of the next.
        ("2026-05-29T22:59:00Z", "presentation", "2026-06-17"),
        ("2026-06-01T22:59:00Z", "presentation", "2026-06-17"),
        ("2026-06-01T23:00:00Z", "presentation", "2026-07-15"),
        ("2026-05-29T23:00:00Z", "presentation", "2026-06-17"),
        // 2026-08-01 is a Saturday: the first business day is Monday the 3rd.
        ("2026-08-03T15:00:00Z", "presentation", "2026-08-19"),
        ("2026-08-04T15:00:00Z", "presentation", "2026-09-16"),
    ] {
        assert_eq!(of_one_submitted_at(at, deadline).await.1, by, "{deadline} of {at}");
    }
}

/// What the bus tells of deadlines: when, the fact and which.
fn on_bus(story: &Story) -> Vec<String> {
    let mut told = Vec::new();
    for event in story.events("changeRequest.changed") {
        for fact in event["data"]["facts"].as_array().unwrap() {
            if let Some(deadline) = fact["deadline"].as_str() {
                told.push(format!("{} {} {deadline}", event["at"].as_str().unwrap(), fact["fact"].as_str().unwrap()));
            }
        }
    }
    told.sort();
    told
}

fn missed(story: &Story) -> u64 {
    story.metrics().iter().filter_map(|line| line["DeadlinesMissed"].as_u64()).sum()
}

#[tokio::test]
async fn cr_15_a_deadline_is_warned_about_at_half_and_missed_at_its_days_end_once() {
    let story = subscribed().await;
    let led = Led::submitted(&story).await;
    told(&story).await;
    // From Monday 10:00 to the end of Wednesday: 62 hours.
    let shown = led.read("alpha").await["deadlines"].clone();
    let due = json!({
        "deadline": "acknowledgment", "section": "step 1", "rule": "CR-01", "from": SUBMITTED, "by": "2026-03-04",
        "dueAt": "2026-03-05T07:00:00Z", "warnsAt": "2026-03-04T00:00:00Z", "standing": "ahead",
    });
    // From its receipt run the clarification and the presentation too.
    assert_eq!((&shown[0], shown.as_array().unwrap().len()), (&due, 3));
    let standings = |acknowledgment: &str| {
        let acknowledgment = format!("acknowledgment {acknowledgment}");
        [acknowledgment, "clarification ahead".to_owned(), "presentation ahead".to_owned()]
    };
    until(&story, "2026-03-03T23:59:00Z").await;
    assert_eq!(lines(&story).await, Vec::<String>::new());
    assert_eq!(led.standings().await, standings("ahead"));
    until(&story, "2026-03-04T12:00:00Z").await;
    insta::assert_snapshot!("cr_15_a_deadline_that_comes_near", led.told_whole().await);
    assert_eq!(led.standings().await, standings("warned"));
    until(&story, "2026-03-05T06:59:00Z").await;
    assert_eq!(lines(&story).await, Vec::<String>::new());
    assert_eq!(missed(&story), 0);
    until(&story, "2026-03-05T12:00:00Z").await;
    // The provider is warned of what it owes, not the originator.
    insta::assert_snapshot!("cr_15_a_deadline_that_is_missed", led.told_whole().await);
    assert_eq!(led.standings().await, standings("missed"));
    assert_eq!(missed(&story), 1);
    // Done at last, it is late: that stays.
    until(&story, "2026-03-06T17:00:00Z").await;
    told(&story).await;
    led.desk("acknowledgment", json!({})).await;
    let late = led.read("alpha").await["deadlines"][0].clone();
    assert_eq!((&late["standing"], &late["keptAt"]), (&json!("late"), &json!("2026-03-06T17:00:00Z")));
    assert_eq!(
        on_bus(&story),
        ["2026-03-04T00:00:00Z warned acknowledgment", "2026-03-05T07:00:00Z missed acknowledgment"]
    );
    let facts: Vec<Value> =
        led.facts("alpha").await.into_iter().filter(|fact| fact.get("deadline").is_some()).collect();
    assert_eq!(
        facts,
        [
            json!({ "fact": "warned", "deadline": "acknowledgment" }),
            json!({ "fact": "missed", "deadline": "acknowledgment" })
        ]
    );
}

#[tokio::test]
async fn cr_15_each_is_told_once_also_when_the_checks_were_down() {
    let story = subscribed().await;
    let led = Led::submitted(&story).await;
    told(&story).await;
    story.turn_without_checks("2026-03-06T12:00:00Z").await;
    for _ in 0..3 {
        story.world.check_now().await.unwrap();
    }
    // Warned about too late, it is told as missed alone.
    assert_eq!(
        told(&story).await,
        to(&["provider"], &format!("Change request {}: acknowledgment (step 1, CR-01) was due by 2026-03-04", led.id))
    );
    until(&story, "2026-03-07T23:29:00Z").await;
    assert_eq!(told(&story).await, Vec::<String>::new());
    // Half of the time to its clarification is gone.
    until(&story, "2026-03-09T12:00:00Z").await;
    assert_eq!(
        told(&story).await,
        to(&["provider"], &format!("Change request {}: clarification (step 3, CR-05) is due by 2026-03-12", led.id))
    );
    assert_eq!(
        on_bus(&story),
        ["2026-03-06T12:00:00Z missed acknowledgment", "2026-03-07T23:30:00Z warned clarification"]
    );
    assert_eq!(missed(&story), 1);
}

#[tokio::test]
async fn cr_15_killed_in_the_middle_of_a_check_it_is_told_once_by_the_next() {
    use tests::Fault;
    for (operation, fault) in [("TransactWriteItems", Fault::KilledBefore), ("TransactWriteItems", Fault::KilledAfter)]
    {
        let story = subscribed().await;
        let led = Led::submitted(&story).await;
        let id = led.id.clone();
        told(&story).await;
        story.wire.fails(operation, 1, fault);
        story.world.turn_to(tests::at("2026-03-04T00:00:00Z")).await.ok();
        assert_eq!(told(&story).await, Vec::<String>::new());
        let story = story.killed_and_started_at("2026-03-04T00:05:00Z").await;
        until(&story, "2026-03-04T12:00:00Z").await;
        assert_eq!(
            told(&story).await,
            to(&["provider"], &format!("Change request {id}: acknowledgment (step 1, CR-01) is due by 2026-03-04"))
        );
        let led = Led { story: &story, id };
        let warned = led.facts("desk").await.into_iter().filter(|fact| fact["fact"] == "warned").count();
        assert_eq!(warned, 1, "{fault:?}");
    }
}

#[tokio::test]
async fn cr_15_what_is_kept_is_neither_warned_about_nor_missed_and_each_kind_stands_for_itself() {
    let story = subscribed().await;
    let led = Led::logged(&story).await;
    until(&story, "2026-03-05T07:00:00Z").await;
    assert_eq!(
        led.standings().await,
        ["acknowledgment kept", "posting missed", "experts ahead", "clarification ahead", "presentation ahead"]
    );
    led.desk("posting", json!({})).await;
    until(&story, "2026-03-13T06:00:00Z").await;
    // Halves: of the clarification 2026-03-07T23:30, of the presentation 2026-03-10T23:30.
    assert_eq!(
        led.standings().await,
        ["acknowledgment kept", "posting late", "experts missed", "clarification missed", "presentation warned"]
    );
    led.desk("assignment", json!({ "crpm": "Cara", "director": "Dan" })).await;
    led.desk("experts", json!({ "experts": ["Sam"] })).await;
    // It was held in time, and recorded late.
    led.desk("clarification", json!({ "heldAt": "2026-03-12T16:00:00Z" })).await;
    assert_eq!(led.deadline("clarification").await["standing"], "kept");
    led.desk("minutes", json!({ "text": "On weekdays" })).await;
    // Presented in time, and recorded later.
    until(&story, "2026-03-20T16:00:00Z").await;
    assert_eq!(led.deadline("presentation").await["standing"], "missed");
    led.desk("presentation", json!({ "meeting": "2026-03-18", "consensus": "Open at five" })).await;
    assert_eq!(led.deadline("presentation").await["standing"], "kept");
    assert_eq!(
        on_bus(&story),
        [
            "2026-03-04T00:00:00Z warned posting",
            "2026-03-05T07:00:00Z missed posting",
            "2026-03-06T11:30:00Z warned experts",
            "2026-03-07T23:30:00Z warned clarification",
            "2026-03-10T06:00:00Z missed experts",
            "2026-03-10T23:30:00Z warned presentation",
            "2026-03-13T06:00:00Z missed clarification",
            "2026-03-19T06:00:00Z missed presentation",
        ]
    );
    assert_eq!(missed(&story), 4);
}

#[tokio::test]
async fn cr_15_a_meeting_in_the_evening_of_the_last_day_keeps_it() {
    let story = Story::at(SUBMITTED).await;
    subscribe(&story).await;
    let led = Led::clarified(&story).await;
    until(&story, "2026-03-19T05:59:59Z").await;
    led.desk("presentation", json!({ "meeting": "2026-03-18", "consensus": "Open at five" })).await;
    assert_eq!(led.deadline("presentation").await["standing"], "kept");
    let story = Story::at(SUBMITTED).await;
    let led = Led::clarified(&story).await;
    leap(&story, MEETING).await;
    leap(&story, "2026-04-15T16:00:00Z").await;
    led.desk("presentation", json!({ "meeting": "2026-04-15", "consensus": "Open at five" })).await;
    assert_eq!(led.deadline("presentation").await["standing"], "late");
}
