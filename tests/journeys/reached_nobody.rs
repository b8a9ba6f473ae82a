//! NT-18: a notice tells for each recipient how many confirmed endpoints took it. None of a CLEC that it was owed to is a state of its
//! own, which the desk is told of, and which a telephone call ends (NT-01). On Tuesday 2026-06-02 at 10:00 MDT (16:00 UTC).

use crate::acts::{act, clock, subjects, told_on_bus, update};
use serde_json::{Value, json};
use tests::{
    Client, Story,
    story::{CHANGE_REQUESTS, CONTACTS, OUTAGES, SUBSCRIPTIONS, TICKETS},
};

const NOW: &str = "2026-06-02T16:00:00Z";
const UNREACHED: &str = "/cmp/v1/unreachedNotice";
const CALLS: &str = "/cmp/v1/unreachedNotice/phoneNotice";

#[tokio::test]
async fn nt_18_a_target_notice_to_a_clec_without_an_endpoint_reaches_nobody_and_is_not_on_time() {
    let story = Story::at(NOW).await;
    story.subscribe("desk", "email", "wshd@provider.example", &["target"]).await;
    let number = story.report("alpha", "critical").await;
    let notice = format!("{number}#1");

    let shown = clock(&story, &number, 1).await;
    assert_eq!((&shown["standing"], &shown["onTime"]), (&json!("reachedNobody"), &json!(false)));
    assert_eq!(shown["recipients"], json!([{ "party": "alpha", "endpoints": 0 }, { "party": "desk", "endpoints": 1 }]));
    assert_eq!(told_on_bus(&story, "notice.reachedNobody"), std::slice::from_ref(&notice));
    assert_eq!(story.events("notice.reachedNobody")[0]["data"]["untold"], json!(["alpha"]));
    let told = story.deliveries().await;
    let bulletin = told.iter().find(|of| of.subject.as_deref().is_some_and(|it| it.starts_with("Reached"))).unwrap();
    let body = bulletin.body.as_deref().unwrap();
    for line in ["Reached nobody of: alpha", "Due by: 2026-06-02 11:00 MDT", "POST /cmp/v1/unreachedNotice/phoneNotice"]
    {
        assert!(body.contains(line), "{body}");
    }
    // Its CLEC reads so of itself, and nothing of the desk's endpoints.
    let own = story.as_("alpha").get(&Client::ticket(&number, "timeline")).await.expect(200).body["clock"][0].clone();
    assert_eq!((&own["standing"], &own["endpoints"]), (&json!("reachedNobody"), &json!(0)));
    assert!(own.get("recipients").is_none(), "{own}");
}

#[tokio::test]
async fn nt_18_each_recipient_has_the_number_of_its_endpoints_that_took_it() {
    let story = Story::at(NOW).await;
    for (channel, endpoint) in [("email", "noc@alpha.example"), ("sms", "+13035550100")] {
        story.subscribe("alpha", channel, endpoint, &["target"]).await;
    }
    let grave = json!({ "channel": "email", "endpoint": "grave@alpha.example", "notices": ["target"], "filter": { "severity": [1] } });
    story.subscribe_with("alpha", grave).await;
    let waits = json!({ "channel": "email", "endpoint": "waits@alpha.example", "notices": ["target"] });
    story.as_("alpha").post(SUBSCRIPTIONS, waits).await.expect(201);
    let number = story.report("alpha", "serious").await;
    let shown = clock(&story, &number, 1).await;
    assert_eq!((&shown["standing"], &shown["onTime"]), (&json!("sent"), &json!(true)));
    assert_eq!(shown["recipients"], json!([{ "party": "alpha", "endpoints": 2 }, { "party": "desk", "endpoints": 0 }]));
    // The desk has its own lists: nobody is to be telephoned.
    assert_eq!(story.as_("desk").get(UNREACHED).await.expect(200).body, json!([]));
    assert_eq!(told_on_bus(&story, "notice.reachedNobody"), [""; 0]);
}

#[tokio::test]
async fn nt_18_a_telephone_call_in_time_makes_it_on_time_and_takes_it_from_the_list() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "critical").await;
    let desk = story.as_("desk");
    let listed = desk.get(UNREACHED).await.expect(200).body;
    assert_eq!(
        listed,
        json!([{
            "noticeId": format!("{number}#1"), "about": number, "heading": format!("Ticket {number} Initial"), "notice": "Initial",
            "noticeType": "target", "dueAt": "2026-06-02T17:00:00Z", "sentAt": "2026-06-02T16:00:00Z", "untold": ["alpha"],
        }])
    );
    story.turn("PT10M").await;
    act(&story, &number, "phoneNotice", json!({ "contact": "Ann", "detail": "we search" })).await;
    assert_eq!(desk.get(UNREACHED).await.expect(200).body, json!([]));
    let shown = clock(&story, &number, 1).await;
    assert_eq!((&shown["standing"], &shown["onTime"]), (&json!("sent"), &json!(true)));
    assert_eq!(shown["recipients"][0]["calledAt"], "2026-06-02T16:10:00Z");
    assert_eq!(told_on_bus(&story, "notice.told"), [format!("{number}#1")]);
    // It stands as the next update too, and restarts the clock (NT-01).
    assert_eq!(clock(&story, &number, 2).await["means"], "telephone");
    let on_time = |name: &str| story.metrics().iter().filter_map(|line| line[name].as_u64()).sum::<u64>();
    assert_eq!((on_time("NoticesReachedNobody"), on_time("NoticesSent"), on_time("NoticesOnTime")), (1, 3, 3));
}

#[tokio::test]
async fn nt_18_a_call_after_the_due_instant_is_recorded_and_is_not_on_time() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    story.turn("PT5H").await;
    let call = json!({ "noticeId": format!("{number}#1"), "clec": "alpha", "contact": "Ann", "detail": "we search" });
    let told = story.as_("desk").with("Idempotency-Key", "call-1").post(CALLS, call.clone()).await.expect(200).body;
    assert_eq!(told["untold"], json!([]));
    let shown = clock(&story, &number, 1).await;
    assert_eq!((&shown["standing"], &shown["onTime"]), (&json!("sent"), &json!(false)));
    // The same request has its effect once; with another body it is refused; another call is too late.
    let desk = || story.as_("desk").with("Idempotency-Key", "call-1");
    desk().post(CALLS, call.clone()).await.expect(200);
    let mut other = call.clone();
    other["detail"] = json!("something else");
    desk().post(CALLS, other.clone()).await.expect(422);
    story.as_("desk").post(CALLS, other).await.expect(409);
}

#[tokio::test]
async fn nt_18_an_event_is_owed_to_the_clecs_of_its_group_and_told_by_telephone_to_the_one_that_it_did_not_reach() {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["event", "target"]).await;
    story.subscribe("gamma", "email", "only@gamma.example", &["outage"]).await;
    let (first, second) = (story.report("alpha", "serious").await, story.report("beta", "serious").await);
    act(&story, &second, "link", json!({ "primary": first })).await;
    let listed = story.as_("desk").get(UNREACHED).await.expect(200).body;
    let event: Vec<&Value> = listed.as_array().unwrap().iter().filter(|of| of["noticeType"] == "event").collect();
    // Gamma did not ask for events: none is owed to it.
    assert_eq!(event.len(), 1, "{listed}");
    assert_eq!(event[0]["untold"], json!(["beta"]));
    let (notice, sequence) = (event[0]["noticeId"].clone(), event[0]["noticeId"].as_str().unwrap().len());
    assert!(sequence > 0);
    let call =
        |clec: &str| json!({ "noticeId": notice, "clec": clec, "contact": "Bob", "detail": "linked to alpha's" });
    for (clec, status) in [("alpha", 409), ("gamma", 409), ("nobody", 404), ("beta", 200)] {
        story.as_("desk").post(CALLS, call(clec)).await.expect(status);
    }
    // Alpha is not told whom it did not reach.
    let timeline = story.as_("alpha").get(&Client::ticket(&first, "timeline")).await.expect(200).body;
    assert!(!timeline.to_string().contains("beta"), "{timeline}");
    assert!(timeline["clock"].as_array().unwrap().iter().all(|of| of["standing"] != "reachedNobody"), "{timeline}");
}

#[tokio::test]
async fn nt_18_an_acknowledged_change_request_and_an_announced_outage_reach_nobody_while_no_endpoint_is_confirmed() {
    let story = Story::at(NOW).await;
    let (desk, alpha) = (story.as_("desk"), story.as_("alpha"));
    alpha
        .post(CONTACTS, json!({ "role": "mandatoryNotices", "name": "Ann", "email": "ann@alpha.example" }))
        .await
        .expect(201);
    let _token = story.deliveries().await;
    let form = json!({ "kind": "systems", "title": "One document", "description": "A single source", "contact": "Ann, +1 303 555 0100" });
    let id = alpha.post(CHANGE_REQUESTS, form).await.expect(201).text("id");
    desk.post(&format!("{CHANGE_REQUESTS}/{id}/acknowledgment"), json!({})).await.expect(200);
    let outage = json!({
        "interface": "IMA", "description": "Database upgrade", "impact": { "businessImplications": "orders wait" },
        "start": "2026-06-10T06:00:00Z", "stop": "2026-06-10T09:00:00Z",
    });
    let outage = desk.post(OUTAGES, outage).await.expect(201).text("id");
    let listed = desk.get(&format!("{UNREACHED}?sort=sentAt")).await.expect(200).body;
    let of = |kind: &str| -> Vec<&Value> {
        listed.as_array().unwrap().iter().filter(|of| of["noticeType"] == kind).collect()
    };
    let (requests, outages) = (of("changeRequest"), of("outage"));
    assert!(requests.iter().any(|of| of["heading"].as_str().unwrap().contains("received and logged")), "{listed}");
    assert!(requests.iter().chain(&outages).all(|of| of["untold"] == json!(["alpha"])), "{listed}");
    assert_eq!((outages.len(), outages[0]["about"].as_str()), (1, Some(outage.as_str())));
    for of in requests.iter().chain(&outages) {
        let call = json!({ "noticeId": of["noticeId"], "clec": "alpha", "contact": "Ann", "detail": of["heading"] });
        desk.post(CALLS, call).await.expect(200);
    }
    assert_eq!(desk.get(UNREACHED).await.expect(200).body, json!([]));
}

#[tokio::test]
async fn nt_18_the_list_is_the_desks_and_paged() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "critical").await;
    story.turn("PT3H").await;
    let desk = story.as_("desk");
    let whole = desk.get(&format!("{UNREACHED}?sort=sentAt")).await.expect(200).body;
    let whole: Vec<&str> = whole.as_array().unwrap().iter().map(|of| of["noticeId"].as_str().unwrap()).collect();
    assert_eq!(whole, ["1", "2", "3", "4"].map(|n| format!("{number}#{n}")));
    let (mut paged, mut path) = (Vec::new(), format!("{UNREACHED}?sort=sentAt&limit=3"));
    loop {
        let page = desk.get(&path).await.expect(200);
        paged.extend(page.body.as_array().unwrap().iter().map(|of| of["noticeId"].as_str().unwrap().to_owned()));
        let Some(next) = page.header("link") else { break };
        path = next.split(['<', '>']).nth(1).unwrap().to_owned();
    }
    assert_eq!(paged, whole);
    story.as_("alpha").get(UNREACHED).await.expect(403);
    let call = json!({ "noticeId": format!("{number}#1"), "clec": "alpha", "contact": "Ann", "detail": "it is told" });
    story.as_("alpha").post(CALLS, call.clone()).await.expect(403);
    for id in ["nonsense", "0000-0000#1"] {
        let mut none = call.clone();
        none["noticeId"] = json!(id);
        desk.post(CALLS, none).await.expect(404);
    }
}

/// Each that had reached nobody is told by a call, also when the ticket is closed; what was read then stands as it was (TT-22).
#[tokio::test]
async fn nt_18_calls_after_the_closing_tell_all_that_reached_nobody() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "critical").await;
    update(&story, &number, json!({ "status": "inProgress" })).await;
    act(&story, &number, "close", json!({ "disposition": "noTroubleFound" })).await;
    story.turn("PT20M").await;
    let unreached = story.as_("desk").get(UNREACHED).await.expect(200).body;
    assert_eq!(unreached.as_array().unwrap().len(), 3);
    for notice in unreached.as_array().unwrap() {
        let call =
            json!({ "noticeId": notice["noticeId"], "clec": "alpha", "contact": "Ann", "detail": "it is closed" });
        story.as_("desk").post(CALLS, call).await.expect(200);
    }
    assert_eq!(story.as_("desk").get(UNREACHED).await.expect(200).body, json!([]));
    let timeline = Client::ticket(&number, "timeline");
    let now = story.as_("desk").get(&timeline).await.expect(200).body;
    assert_eq!(now["clock"].as_array().unwrap().len(), 3, "{now}");
    let then = story.as_("desk").get(&format!("{timeline}?at=2026-06-02T16:10:00Z")).await.expect(200).body;
    assert!(then["clock"].as_array().unwrap().iter().all(|of| of["standing"] == "reachedNobody"), "{then}");
    story
        .as_("desk")
        .post(&format!("{TICKETS}/{number}/phoneNotice"), json!({ "contact": "Ann", "detail": "again" }))
        .await
        .expect(409);
}

/// More than ten at once leave in one message: an endpoint that wants one of them takes all.
#[tokio::test]
async fn nt_18_a_digest_counts_who_takes_it() {
    let story = Story::at(NOW).await;
    story.subscribe_with("alpha", json!({ "channel": "email", "endpoint": "grave@alpha.example", "notices": ["target"], "filter": { "severity": [1] } })).await;
    let mild = story.report("alpha", "serious").await;
    for _ in 0..12 {
        story.report("alpha", "critical").await;
    }
    assert_eq!(clock(&story, &mild, 1).await["standing"], "reachedNobody");
    story.turn("PT1H").await;
    assert_eq!(subjects(&story).await.iter().filter(|subject| subject.contains("13 notices")).count(), 1);
    assert_eq!(clock(&story, &mild, 2).await["recipients"][0]["endpoints"], 1);
}
