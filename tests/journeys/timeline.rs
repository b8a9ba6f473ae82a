//! TT-20: the timeline shows every clock with its rule and the whole history; the forecast tells the notices to come, as
//! they then come. From Friday 2026-06-05 14:00 MDT (20:00 UTC) over a weekend.

use crate::acts::{act, update};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde_json::{Value, json};
use tests::{Client, Story, at};

#[tokio::test]
async fn tt_20_the_forecast_of_72_hours_is_what_then_is_sent() {
    for (severity, notices) in [("critical", 78), ("serious", 24), ("moderate", 6), ("minimal", 1)] {
        let (story, number) = opened("2026-06-05T20:00:00Z", severity).await;
        let foretold = leaving(&forecast(&story, &number, "2026-06-08T20:00:00Z").await);
        story.turn_to("2026-06-08T20:00:00Z").await;
        let sent: Vec<DateTime<Utc>> = story.deliveries().await.iter().map(|delivery| delivery.at).collect();
        assert_eq!(sent, foretold, "{severity}");
        assert_eq!(sent.len(), notices, "{severity}");
    }
}

#[tokio::test]
async fn tt_20_the_forecast_of_severity_3_over_a_weekend() {
    let (story, number) = opened("2026-06-05T20:00:00Z", "moderate").await;
    assert_eq!(
        leaving(&forecast(&story, &number, "2026-06-08T20:00:00Z").await),
        [
            at("2026-06-05T23:55:00Z"),
            // Saturday 07:10 and 11:05, Monday 06:10, 10:05 and 14:00 MDT.
            at("2026-06-06T13:10:00Z"),
            at("2026-06-06T17:05:00Z"),
            at("2026-06-08T12:10:00Z"),
            at("2026-06-08T16:05:00Z"),
            at("2026-06-08T20:00:00Z"),
        ]
    );
}

#[tokio::test]
async fn tt_20_between_two_minutes_each_foretold_notice_leaves_at_the_next_check() {
    let (story, number) = opened("2026-06-05T20:00:30Z", "serious").await;
    let minute = TimeDelta::minutes(1);
    let next_check = |at: DateTime<Utc>| (at + minute - TimeDelta::milliseconds(1)).duration_trunc(minute).unwrap();
    let foretold = leaving(&forecast(&story, &number, "2026-06-06T01:00:00Z").await);
    story.turn_to("2026-06-06T01:00:00Z").await;
    let sent: Vec<DateTime<Utc>> = story.deliveries().await.iter().map(|delivery| delivery.at).collect();
    assert_eq!(sent, foretold.into_iter().map(next_check).collect::<Vec<_>>());
    assert_eq!(sent.len(), 5);
}

#[tokio::test]
async fn tt_20_the_forecast_numbers_the_updates_and_names_their_rule() {
    let (story, number) = opened("2026-06-05T20:00:00Z", "moderate").await;
    let notices = forecast(&story, &number, "2026-06-06T14:00:00Z").await;
    let told: Vec<_> = notices.iter().map(|it| json!([it["notice"], it["dueAt"], it["rule"]["hours"]])).collect();
    assert_eq!(
        told,
        [
            json!(["Update 1", "2026-06-06T00:00:00Z", "withinHours"]),
            json!(["Update 2", "2026-06-06T13:15:00Z", "openingPlusGrace"]),
        ]
    );
}

#[tokio::test]
async fn tt_20_the_forecast_begins_with_the_notice_that_waits() {
    // Sunday 12:00 MDT.
    let (story, number) = opened("2026-06-07T18:00:00Z", "moderate").await;
    let notices = forecast(&story, &number, "2026-06-08T16:00:00Z").await;
    let told: Vec<_> =
        notices.iter().map(|it| (it["notice"].as_str().unwrap(), it["leavesAt"].as_str().unwrap())).collect();
    assert_eq!(told, [("Initial", "2026-06-08T12:00:00Z"), ("Update 1", "2026-06-08T15:55:00Z")]);
}

#[tokio::test]
async fn tt_20_nothing_is_foretold_of_a_ticket_without_a_clock() {
    let (story, number) = opened("2026-06-05T20:00:00Z", "moderate").await;
    assert!(!forecast(&story, &number, "2026-06-12T20:00:00Z").await.is_empty());
    act(&story, &number, "workaround", json!({ "description": "submit by fax" })).await;
    assert_eq!(forecast(&story, &number, "2026-06-12T20:00:00Z").await, [Value::Null; 0]);
}

#[tokio::test]
async fn tt_20_a_linked_tickets_forecast_is_its_primarys() {
    let (story, primary) = opened("2026-06-05T20:00:00Z", "critical").await;
    let linked = story.report("beta", "minimal").await;
    act(&story, &linked, "link", json!({ "primary": primary })).await;
    let path = format!("{}?until=2026-06-05T22:00:00Z", Client::ticket(&linked, "forecast"));
    let of_linked = story.as_("beta").get(&path).await.expect(200).body;
    assert_eq!(of_linked["ticket"], primary.as_str());
    assert_eq!(
        leaving(of_linked["notices"].as_array().unwrap()),
        [at("2026-06-05T20:55:00Z"), at("2026-06-05T21:50:00Z")]
    );
}

#[tokio::test]
async fn tt_20_the_timeline_shows_what_was_sent_and_what_is_next_each_by_its_rule() {
    let (story, number) = opened("2026-06-05T20:00:00Z", "moderate").await;
    let clocks = timeline(&story, &number).await["clock"].as_array().unwrap().clone();
    assert_eq!(clocks.len(), 2);
    let [initial, next] = [&clocks[0], &clocks[1]];
    assert_eq!((&initial["notice"], &initial["standing"]), (&json!("Initial"), &json!("sent")));
    assert_eq!(initial["from"], "2026-06-05T20:00:00Z");
    assert_eq!(initial["sentAt"], "2026-06-05T20:00:00Z");
    assert_eq!(initial["dueAt"], "2026-06-06T00:00:00Z");
    assert_eq!(initial["rule"]["column"], "statusChange");
    assert_eq!((&next["notice"], &next["standing"]), (&json!("Update 1"), &json!("ahead")));
    assert_eq!(next["leavesAt"], "2026-06-05T23:55:00Z");
    assert_eq!(next["jeopardyAt"], "2026-06-05T23:57:30Z");
    assert_eq!(next["dueAt"], "2026-06-06T00:00:00Z");
    assert_eq!(next["rule"]["column"], "noStatusChange");
    for clock in [initial, next] {
        assert_eq!(clock["rule"]["section"], "12.7");
        assert_eq!(clock["rule"]["severity"], "moderate");
        assert_eq!(clock["rule"]["workaroundProvided"], false);
        assert_eq!(clock["rule"]["hours"], "withinHours");
        let interval = contract::duration::parse(clock["rule"]["interval"].as_str().unwrap()).unwrap();
        assert_eq!(interval, TimeDelta::hours(4));
    }
}

#[tokio::test]
async fn tt_20_the_rule_of_severity_1_at_night_is_any_hour() {
    let (story, number) = opened("2026-06-07T08:00:00Z", "critical").await;
    let clocks = timeline(&story, &number).await["clock"].clone();
    assert_eq!(clocks[0]["rule"]["hours"], "anyHour");
    assert_eq!(clocks[1]["rule"]["hours"], "anyHour");
}

#[tokio::test]
async fn tt_20_the_history_tells_who_did_what_when_and_why() {
    let (story, number) = opened("2026-06-05T20:00:00Z", "moderate").await;
    story.turn_to("2026-06-05T20:10:00Z").await;
    update(&story, &number, json!({ "status": "inProgress", "statusChangeReason": "tier 2 searches" })).await;
    story.turn_to("2026-06-05T20:20:00Z").await;
    act(&story, &number, "close", json!({ "disposition": "noTroubleFound" })).await;
    let history = timeline(&story, &number).await["history"].as_array().unwrap().clone();
    let told: Vec<_> = history
        .iter()
        .map(|it| (it["facts"][0]["fact"].as_str().unwrap(), it["recordedAt"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ("opened", "2026-06-05T20:00:00Z"),
            ("statusChanged", "2026-06-05T20:10:00Z"),
            ("closed", "2026-06-05T20:20:00Z")
        ]
    );
    assert!(history[0]["by"].as_str().unwrap().starts_with("alpha"));
    assert!(history[1]["by"].as_str().unwrap().starts_with("desk"));
    assert_eq!(history[1]["why"], "tier 2 searches");
}

/// NT-11: what was told of a group while a ticket was linked to it stays on the ticket's timeline, whoever led it.
#[tokio::test]
async fn nt_11_what_was_told_while_a_ticket_was_linked_is_on_its_timeline_whoever_led() {
    let (story, alpha) = opened("2026-06-02T16:00:00Z", "moderate").await;
    let (beta, gamma) = (story.report("beta", "moderate").await, story.report("gamma", "moderate").await);
    for linked in [&beta, &gamma] {
        story.turn("PT10M").await;
        act(&story, linked, "link", json!({ "primary": alpha })).await;
    }
    for (leads, status) in [(&alpha, "inProgress"), (&beta, "pending"), (&alpha, "resolved")] {
        if *leads == beta || status == "resolved" {
            story.turn("PT10M").await;
            act(&story, leads, "primary", json!({})).await;
        }
        story.turn("PT10M").await;
        update(
            &story,
            leads,
            json!({ "status": status, "expectedResolutionDate": "2026-06-04T16:00:00Z", "resolution": "mended" }),
        )
        .await;
    }
    story.turn("PT10M").await;
    story.as_("desk").delete(&Client::ticket(&gamma, "link")).await.expect(200);
    story.turn("PT10M").await;
    act(&story, &alpha, "close", json!({ "disposition": "resolved" })).await;
    let mut told = Vec::new();
    for number in [&alpha, &beta, &gamma] {
        let timeline = story.as_("desk").get(&Client::ticket(number, "timeline")).await.expect(200).body;
        let clocks = timeline["clock"].as_array().unwrap().clone();
        let from: Vec<String> = clocks.iter().map(|clock| clock["from"].as_str().unwrap().to_owned()).collect();
        assert!(from.is_sorted(), "{number}: {from:?}");
        let event = clocks.iter().filter(|clock| clock["noticeType"] == "event");
        let ids: Vec<String> = event.filter_map(|clock| Some(clock["noticeId"].as_str()?.to_owned())).collect();
        told.push(
            ids.into_iter()
                .map(|id| id.replace(&alpha, "A").replace(&beta, "B").replace(&gamma, "C"))
                .collect::<Vec<_>>(),
        );
    }
    // By alpha's, by beta's, and by alpha's again.
    let group: Vec<String> = told[0].clone();
    let led: Vec<&str> = group.iter().map(|id| &id[..1]).collect();
    assert_eq!(led, ["A", "A", "B", "B", "A", "A", "A"], "{group:?}");
    assert_eq!(told[1], group, "linked while the first was told");
    assert_eq!(told[2], group[1..6], "linked behind the first, and unlinked before the last");
}

#[tokio::test]
async fn tt_20_another_clec_sees_neither() {
    let (story, number) = opened("2026-06-05T20:00:00Z", "moderate").await;
    for task in ["timeline", "forecast"] {
        story.as_("alpha").get(&Client::ticket(&number, task)).await.expect(200);
        story.as_("beta").get(&Client::ticket(&number, task)).await.expect(404);
    }
}

/// A ticket of alpha's, whose first notice is read if it left.
async fn opened(now: &str, severity: &str) -> (Story, String) {
    let story = Story::at(now).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = story.report("alpha", severity).await;
    let _initial = story.deliveries().await;
    (story, number)
}

#[tokio::test]
async fn tt_20_a_forecast_says_where_it_ends() {
    let story = Story::at("2026-06-05T20:00:00Z").await;
    let number = story.report("alpha", "serious").await;
    let forecast = async |until: &str| {
        let path = format!("{}?until={until}", Client::ticket(&number, "forecast"));
        story.as_("alpha").get(&path).await.expect(200).body
    };
    let whole = forecast("2026-06-06T20:00:00Z").await;
    assert_eq!((&whole["more"], &whole["until"]), (&json!(false), &json!("2026-06-06T20:00:00Z")));
    let cut = forecast("2099-01-01T00:00:00Z").await;
    let notices = cut["notices"].as_array().unwrap();
    assert_eq!((&cut["more"], notices.len()), (&json!(true), 1_000));
    assert_eq!(cut["until"], notices[999]["leavesAt"]);
}

async fn forecast(story: &Story, number: &str, until: &str) -> Vec<Value> {
    let path = format!("{}?until={until}", Client::ticket(number, "forecast"));
    story.as_("alpha").get(&path).await.expect(200).body["notices"].as_array().unwrap().clone()
}

async fn timeline(story: &Story, number: &str) -> Value {
    story.as_("alpha").get(&Client::ticket(number, "timeline")).await.expect(200).body
}

fn leaving(notices: &[Value]) -> Vec<DateTime<Utc>> {
    notices.iter().map(|notice| at(notice["leavesAt"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn tt_20_the_pages_of_a_timeline_lead_to_its_end_and_show_each_act_and_notice_once() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    let number = story.report("alpha", "critical").await;
    update(&story, &number, json!({ "status": "inProgress" })).await;
    story.turn("PT3H").await;
    act(&story, &number, "workaround", json!({ "description": "by hand" })).await;
    let whole = story.as_("alpha").get(&Client::ticket(&number, "timeline")).await.expect(200);
    assert_eq!(whole.header("link"), None);
    let lists = ["clock", "history"].map(|list| whole.body[list].as_array().unwrap().clone());
    assert!(lists.iter().all(|list| list.len() > 2), "{}", whole.body);
    let mut shown = [Vec::new(), Vec::new()];
    let (mut next, mut pages) = (Some(Client::ticket(&number, "timeline?limit=2")), 0);
    while let Some(path) = next {
        let page = story.as_("alpha").get(&path).await.expect(200);
        for (shown, list) in shown.iter_mut().zip(["clock", "history"]) {
            shown.extend(page.body[list].as_array().unwrap().iter().cloned());
        }
        pages += 1;
        next = page.header("link").map(|link| link[1..].split_once('>').unwrap().0.to_owned());
    }
    assert_eq!(shown, lists);
    // The next update is ahead: it is no notice yet, and stands on the last page.
    assert_eq!(pages, (lists.iter().map(Vec::len).sum::<usize>() - 1).div_ceil(2));
    story.as_("alpha").get(&Client::ticket(&number, "timeline?limit=1001")).await.expect(400);
}
