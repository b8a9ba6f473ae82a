//! PT-02: status by telephone every two hours, in the CSIE's hours, until the CLEC is satisfied; and what the system does where nobody
//! called.

use super::{NOW, begun, calls, report_with, reported, resolved, says, tells, told};
use crate::acts::{act, body, does, read};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde_json::{Value, json};
use tests::{Client, Story};

/// When the next status is due, as the ticket shows it.
async fn due(story: &Story, number: &str) -> Value {
    read(story, "alpha", number).await["process"]["status"]["dueAt"].clone()
}

#[tokio::test]
async fn pt_01_a_process_trouble_is_reported_to_tier_1_which_tells_the_specialist_who_tells_the_centers() {
    let story = begun(NOW).await;
    let details =
        json!({ "rejectNotices": ["RN 1"], "lsrs": ["LSR 7"], "tns": ["303 555 0199"], "circuits": ["HCGS/1"] });
    let opened = report_with(&story, "alpha", json!({ "details": details })).await.expect(201);
    let number = opened.text("id");
    let expected = ["@type", "ticketType"].map(|name| opened.text(name));
    assert_eq!(expected, ["ProcessTicket", "process"]);
    assert_eq!(opened.body["details"], details);
    let status = json!({
        "interval": "PT7200S", "channel": "telephone", "since": NOW, "dueAt": "2026-03-04T20:00:00Z", "missed": 0,
    });
    assert_eq!(
        opened.body["process"],
        json!({ "status": status, "orders": { "listed": 0, "open": 0 }, "closable": false })
    );
    let told_at_once = told(&story).await;
    assert_eq!(
        told_at_once,
        [
            format!("18:00 noc@alpha: Process ticket {number} Initial (notice 1): open (acknowledged)"),
            format!("18:00 wsdTier1@provider: Ticket {number}: process trouble reported"),
        ]
    );
    let determined = json!({ "trouble": "process", "reason": "the guide is wrong" });
    let determined = act(&story, &number, "determination", determined).await;
    assert_eq!(
        determined.body["process"]["determination"],
        json!({ "trouble": "process", "at": NOW, "reason": "the guide is wrong" })
    );
    act(&story, &number, "centerNotice", json!({ "text": "hold orders of alpha" })).await;
    tells(
        &story,
        &[
            format!("18:00 noc@alpha: Process ticket {number} Update 1 (notice 2): open (acknowledged)"),
            format!("18:00 processCenters@provider: Ticket {number}: reported trouble and its status"),
            format!("18:00 processSpecialist@provider: Ticket {number}: is determined to be a process trouble"),
        ],
    )
    .await;
    // A determination can be taken back.
    let taken_back = json!({ "trouble": "systems", "reason": "the gateway answers so" });
    let taken_back = act(&story, &number, "determination", taken_back).await;
    assert_eq!(taken_back.body["process"]["determination"]["trouble"], "systems");
}

#[tokio::test]
async fn pt_02_a_call_every_two_hours_satisfies_the_status_and_nothing_else_is_sent() {
    let story = begun(NOW).await;
    let number = reported(&story, "alpha").await;
    let _reported = story.deliveries().await;
    for (at, next) in [
        ("2026-03-04T19:20:00Z", "2026-03-04T21:20:00Z"),
        ("2026-03-04T20:45:00Z", "2026-03-04T22:45:00Z"),
        ("2026-03-04T22:10:00Z", "2026-03-05T00:10:00Z"),
    ] {
        story.turn_to(at).await;
        assert_eq!(calls(&story, &number).await.body["process"]["status"]["dueAt"], next);
    }
    story.expect(&[]).await;
    resolved(&story, &number).await;
    says(&story, "alpha", &number, true).await;
    assert_eq!(due(&story, &number).await, Value::Null, "its CLEC is satisfied");
    act(&story, &number, "close", json!({ "disposition": "resolved" })).await;
    story.turn_to("2026-03-05T18:00:00Z").await;
    let told = told(&story).await;
    assert_eq!(told.len(), 2, "the resolution, the closing: {told:?}");
}

#[tokio::test]
async fn pt_14_who_is_not_called_is_told_by_notice_and_the_miss_is_on_record() {
    let story = begun(NOW).await;
    let number = reported(&story, "alpha").await;
    let _reported = story.deliveries().await;
    story.turn_to("2026-03-04T20:05:00Z").await;
    tells(
        &story,
        &[
            format!("19:30 wsdTier1@provider: Ticket {number}: its CLEC was not called yet"),
            format!("20:00 noc@alpha: Process ticket {number} Update 1 (notice 2): open (acknowledged), no change"),
            format!("20:00 wsdTier1@provider: Ticket {number}: its CLEC was not called in time"),
        ],
    )
    .await;
    let status = read(&story, "alpha", &number).await["process"]["status"].clone();
    assert_eq!((&status["missed"], &status["dueAt"]), (&json!(1), &json!("2026-03-04T22:00:00Z")));
    let timeline = story.as_("alpha").get(&Client::ticket(&number, "timeline")).await.expect(200).body;
    let history = timeline["history"].as_array().unwrap();
    assert_eq!(history.last().unwrap()["facts"], json!([{ "fact": "statusMissed", "due": "2026-03-04T20:00:00Z" }]));
    // The next status runs ahead, and says by which rule.
    let ahead = timeline["clock"].as_array().unwrap().last().unwrap();
    assert_eq!(
        [&ahead["standing"], &ahead["from"], &ahead["dueAt"], &ahead["leavesAt"], &ahead["rule"]],
        [
            &json!("ahead"),
            &json!("2026-03-04T20:00:00Z"),
            &json!("2026-03-04T22:00:00Z"),
            &json!("2026-03-04T22:00:00Z"),
            &json!({ "term": "twoHours", "interval": "PT7200S", "section": "12.8.1", "requirement": "PT-02" }),
        ]
    );
    // A call at last: the misses in a row are over.
    story.turn_to("2026-03-04T20:20:00Z").await;
    let called = calls(&story, &number).await.body["process"]["status"].clone();
    assert_eq!((&called["missed"], &called["dueAt"]), (&json!(0), &json!("2026-03-04T22:20:00Z")));
}

#[tokio::test]
async fn pt_14_by_policy_nobody_is_told_by_notice_in_place_of_a_call() {
    let mut silent = tests::story::policy();
    silent.versions[0].process_tickets.tells_what_nobody_called = false;
    let story = Story::under(silent, NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = reported(&story, "alpha").await;
    let _reported = story.deliveries().await;
    story.turn_to("2026-03-04T20:05:00Z").await;
    story.expect(&[]).await;
    assert_eq!(read(&story, "alpha", &number).await["process"]["status"]["missed"], 1);
}

/// The two hours run in the CSIE's hours alone: over closing, over Sunday, over both changes of daylight saving.
#[tokio::test]
async fn pt_02_the_two_hours_run_in_the_csies_hours() {
    #[rustfmt::skip]
    let rows = [
        // Opened                                        // Due
        ("2026-03-04T18:00:00Z", /* Wed 11:00 MST */     "2026-03-04T20:00:00Z"), // 13:00
        ("2026-03-05T02:00:00Z", /* Wed 19:00 MST */     "2026-03-05T14:00:00Z"), // Thu 07:00: an hour before 20:00, one from 06:00
        ("2026-03-05T01:00:00Z", /* Wed 18:00 MST */     "2026-03-05T03:00:00Z"), // Wed 20:00, the closing itself
        ("2026-03-05T06:00:00Z", /* Wed 23:00 MST */     "2026-03-05T15:00:00Z"), // Thu 08:00
        ("2026-03-06T02:30:00Z", /* Thu 19:30 MST */     "2026-03-06T14:30:00Z"), // Fri 07:30
        ("2026-03-07T02:30:00Z", /* Fri 19:30 MST */     "2026-03-07T15:30:00Z"), // Sat 08:30
        ("2026-03-07T21:00:00Z", /* Sat 14:00 MST */     "2026-03-09T13:00:00Z"), // Mon 07:00 MDT: the clocks went forward on Sunday
        ("2026-10-31T20:30:00Z", /* Sat 14:30 MDT */     "2026-11-02T14:30:00Z"), // Mon 07:30 MST: they went back
    ];
    for (opened, expected) in rows {
        let story = Story::at(opened).await;
        let number = reported(&story, "alpha").await;
        assert_eq!(due(&story, &number).await, expected, "opened at {opened}");
    }
}

#[tokio::test]
async fn pt_02_by_policy_the_csie_has_hours_of_its_own() {
    let hours = json!({ "monday": ["00:00-24:00"], "tuesday": ["00:00-24:00"], "wednesday": ["00:00-24:00"], "thursday": ["00:00-24:00"] });
    let mut policy = tests::story::policy();
    policy.versions[0].process_tickets.hours = serde_json::from_value(hours).unwrap();
    let story = Story::under(policy, "2026-03-05T06:00:00Z").await;
    let number = reported(&story, "alpha").await;
    assert_eq!(due(&story, &number).await, "2026-03-05T08:00:00Z", "Thursday 01:00");
}

#[tokio::test]
async fn pt_02_another_interval_or_channel_is_agreed_with_who_agreed_and_counts_from_then() {
    let story = begun(NOW).await;
    let number = reported(&story, "alpha").await;
    story.turn_to("2026-03-04T18:30:00Z").await;
    let _reported = story.deliveries().await;
    let agreed =
        json!({ "interval": "PT4H", "channel": "telephone", "contact": { "name": "Ann", "phone": "+1 303 555 0100" } });
    let agreed = act(&story, &number, "statusAgreement", agreed).await.body["process"]["status"].clone();
    assert_eq!(
        agreed,
        json!({
            "interval": "PT14400S", "channel": "telephone", "agreedAt": "2026-03-04T18:30:00Z", "since": "2026-03-04T18:30:00Z",
            "dueAt": "2026-03-04T22:30:00Z", "missed": 0,
        })
    );
    // By notice: then the system gives it, before it is due, and nothing is missed.
    let agreed = json!({ "interval": "PT1H", "channel": "notice", "contact": { "name": "Ann" } });
    act(&story, &number, "statusAgreement", agreed).await;
    let _agreed = story.deliveries().await;
    story.turn_to("2026-03-04T20:30:00Z").await;
    tells(
        &story,
        &[
            format!("19:25 noc@alpha: Process ticket {number} Update 3 (notice 4): open (acknowledged), no change"),
            format!("20:20 noc@alpha: Process ticket {number} Update 4 (notice 5): open (acknowledged), no change"),
        ],
    )
    .await;
    assert_eq!(read(&story, "alpha", &number).await["process"]["status"]["missed"], 0);
}

#[tokio::test]
async fn pt_02_an_interval_that_nobody_can_agree_to_is_refused_and_so_is_a_call_that_was_not() {
    let story = begun(NOW).await;
    let number = reported(&story, "alpha").await;
    story.turn_to("2026-03-04T19:00:00Z").await;
    for interval in ["PT0S", "PT30M", "P365D", "P1Y", "two hours"] {
        let body = json!({ "interval": interval, "channel": "telephone", "contact": { "name": "Ann" } });
        let refused = does(&story, "desk", &number, "statusAgreement", body).await.expect(400).faults();
        assert_eq!(refused, [("interval".to_owned(), "PT-02".to_owned())].into(), "{interval}");
    }
    let nobody = json!({ "interval": "PT4H", "channel": "telephone" });
    assert_eq!(
        does(&story, "desk", &number, "statusAgreement", nobody).await.expect(400).faults(),
        [("contact".to_owned(), "PT-02".to_owned())].into()
    );
    for at in ["2026-03-04T17:59:59Z", "2026-03-04T19:00:01Z"] {
        let call = json!({ "contact": "Ann", "detail": "status", "statusChangeDate": at });
        does(&story, "desk", &number, "statusCall", call).await.expect(400);
    }
    calls(&story, &number).await;
    let earlier = json!({ "contact": "Ann", "detail": "status", "statusChangeDate": "2026-03-04T18:30:00Z" });
    let refused = does(&story, "desk", &number, "statusCall", earlier).await.expect(400).faults();
    assert_eq!(refused, [("statusChangeDate".to_owned(), "PT-02".to_owned())].into());
    // A CLEC records no call, and tier work is for the tiers.
    does(&story, "alpha", &number, "statusCall", json!({ "contact": "Ann", "detail": "status" })).await.expect(403);
    does(&story, "beta", &number, "statusCall", json!({ "contact": "Ann", "detail": "status" })).await.expect(404);
}

/// A status that comes to be owed again is due two hours from then, not from when the last one was given.
#[tokio::test]
async fn pt_02_the_interval_runs_anew_where_the_status_comes_to_be_owed_again() {
    let story = begun(NOW).await;
    let (primary, linked) = (reported(&story, "alpha").await, reported(&story, "alpha").await);
    act(&story, &linked, "link", json!({ "primary": primary })).await;
    resolved(&story, &primary).await;
    says(&story, "alpha", &primary, true).await;
    assert_eq!(due(&story, &primary).await, Value::Null);
    story.turn_to("2026-03-05T15:00:00Z").await;
    let _before = story.deliveries().await;
    story.as_("desk").send(http::Method::DELETE, &Client::ticket(&linked, "link"), None, Vec::new()).await.expect(200);
    assert_eq!(due(&story, &linked).await, "2026-03-05T17:00:00Z");
    // Its CLEC says after all that it is not satisfied.
    says(&story, "alpha", &primary, false).await;
    assert_eq!(due(&story, &primary).await, "2026-03-05T17:00:00Z");
    story.turn_to("2026-03-05T15:30:00Z").await;
    let told = told(&story).await;
    assert!(told.iter().all(|line| !line.contains("not called")), "{told:?}");
}

/// A call that was made in time and is recorded after the instant: it was made, and the next is counted from it.
#[tokio::test]
async fn pt_02_a_call_that_is_recorded_late_counts_from_when_it_was_made() {
    let story = begun(NOW).await;
    let number = reported(&story, "alpha").await;
    story.turn_to("2026-03-04T20:03:00Z").await;
    assert_eq!(read(&story, "alpha", &number).await["process"]["status"]["missed"], 1);
    let call = json!({ "contact": "Ann", "detail": "status", "statusChangeDate": "2026-03-04T19:55:00Z" });
    let status = act(&story, &number, "statusCall", call).await.body["process"]["status"].clone();
    assert_eq!((&status["missed"], &status["dueAt"]), (&json!(0), &json!("2026-03-04T21:55:00Z")));
}

#[tokio::test]
async fn pt_02_the_forecast_of_the_status_is_what_then_is_sent() {
    for (channel, statuses) in [("telephone", 9), ("notice", 9)] {
        // Between two checks, and over a night.
        let story = begun("2026-03-04T18:00:30Z").await;
        let number = reported(&story, "alpha").await;
        let agreed = json!({ "interval": "PT2H59M50S", "channel": channel, "contact": "Ann" });
        act(&story, &number, "statusAgreement", agreed).await;
        story.turn_to("2026-03-04T18:01:00Z").await;
        let reported = story.deliveries().await;
        assert!(reported.iter().any(|of| body(of).contains("Status is given every 10790 seconds by")), "{reported:?}");
        let path = format!("{}?until=2026-03-06T18:00:00Z", Client::ticket(&number, "forecast"));
        let foretold = story.as_("alpha").get(&path).await.expect(200).body["notices"].as_array().unwrap().clone();
        story.turn_to("2026-03-06T18:01:00Z").await;
        let delivered = story.deliveries().await;
        let sent: Vec<_> = delivered.iter().filter(|of| of.to == "noc@alpha.example").map(|of| of.at).collect();
        assert_eq!(
            sent,
            foretold.iter().map(|of| next_check(tests::at(of["leavesAt"].as_str().unwrap()))).collect::<Vec<_>>()
        );
        assert_eq!(sent.len(), statuses, "{channel}: {sent:?}");
    }
}

/// The check that finds what leaves at an instant.
fn next_check(leaves_at: DateTime<Utc>) -> DateTime<Utc> {
    let minute = TimeDelta::minutes(1);
    (leaves_at + minute - TimeDelta::milliseconds(1)).duration_trunc(minute).unwrap()
}
