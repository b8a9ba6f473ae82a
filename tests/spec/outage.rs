//! PO-01 to PO-06: the two-day rule over both changes of clocks, and what a request, or a state, does not allow.

use contract::Policy;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Client, Story, at, story::OUTAGES};

const NOW: &str = "2026-03-04T18:00:00Z";

/// No later than two calendar days after the scheduling: by the end of the second day, in the policy's zone.
#[test]
#[rustfmt::skip]
fn po_02_the_notice_is_due_at_the_end_of_the_second_calendar_day() {
    let table = [
        ("America/Denver", "a Wednesday noon",                      "2026-03-04T19:00:00Z", "2026-03-07T07:00:00Z"),
        ("America/Denver", "the first instant of a day",            "2026-03-04T07:00:00Z", "2026-03-07T07:00:00Z"),
        ("America/Denver", "the last second of a day",              "2026-03-05T06:59:59Z", "2026-03-07T07:00:00Z"),
        ("America/Denver", "the second day has 23 hours",           "2026-03-06T19:00:00Z", "2026-03-09T06:00:00Z"),
        ("America/Denver", "its first instant",                     "2026-03-06T07:00:00Z", "2026-03-09T06:00:00Z"),
        ("America/Denver", "the first day has 23 hours",            "2026-03-07T19:00:00Z", "2026-03-10T06:00:00Z"),
        ("America/Denver", "on the day, before the change",         "2026-03-08T08:59:59Z", "2026-03-11T06:00:00Z"),
        ("America/Denver", "on the day, at the change",             "2026-03-08T09:00:00Z", "2026-03-11T06:00:00Z"),
        ("America/Denver", "the second day has 25 hours",           "2026-10-30T18:00:00Z", "2026-11-02T07:00:00Z"),
        ("America/Denver", "the first day has 25 hours",            "2026-10-31T18:00:00Z", "2026-11-03T07:00:00Z"),
        ("America/Denver", "the hour that comes twice, first",      "2026-11-01T07:30:00Z", "2026-11-04T07:00:00Z"),
        ("America/Denver", "the hour that comes twice, again",      "2026-11-01T08:30:00Z", "2026-11-04T07:00:00Z"),
        ("America/Denver", "over a year's end",                     "2026-12-31T19:00:00Z", "2027-01-03T07:00:00Z"),
        ("America/Denver", "over a leap day",                       "2028-02-27T19:00:00Z", "2028-03-01T07:00:00Z"),
        ("America/Havana", "ends at a midnight that there is not",  "2026-03-05T17:00:00Z", "2026-03-08T05:00:00Z"),
        ("America/Havana", "ends at the first of two midnights",    "2026-10-29T17:00:00Z", "2026-11-01T04:00:00Z"),
        ("UTC",            "without a change",                      "2026-03-08T23:59:59Z", "2026-03-11T00:00:00Z"),
    ];
    for (zone, of, scheduled, due) in table {
        let policy = record::notice::load_policy(&json!({ "timeZone": zone }).to_string()).unwrap();
        let scheduled = at(scheduled);
        assert_eq!(policy.calendar(scheduled).end_of_day_after(scheduled, 2), at(due), "{zone}: {of}");
    }
}

/// A week after the production date, at the policy's time; on the next business day where that is none.
#[test]
#[rustfmt::skip]
fn tt_17_the_review_call_is_a_week_later_on_a_business_day_and_its_minutes_two_business_days_after() {
    let table = [
        ("over the change of clocks",      "2026-03-02", "2026-03-09T16:00:00Z", "2026-03-12T06:00:00Z"),
        ("in winter",                      "2026-01-12", "2026-01-19T17:00:00Z", "2026-01-22T07:00:00Z"),
        ("a Saturday's is on Monday",      "2026-05-30", "2026-06-08T16:00:00Z", "2026-06-11T06:00:00Z"),
        ("Memorial Day's is on Tuesday",   "2026-05-18", "2026-05-26T16:00:00Z", "2026-05-29T06:00:00Z"),
        ("minutes over a weekend",         "2026-03-06", "2026-03-13T16:00:00Z", "2026-03-18T06:00:00Z"),
    ];
    let policy = Policy::defaults();
    for (of, production, call, minutes) in table {
        let plan = domain::release::Plan { interface: "IMA".to_owned(), name: "19.0".to_owned(), production_date: production.parse().unwrap(), review_at: None, bridge: None };
        assert_eq!(plan.review(&policy), at(call), "{of}");
        assert_eq!(policy.calendar(at(call)).end_of_business_day_after(at(call), 2), at(minutes), "{of}: minutes");
    }
}

fn whole() -> Value {
    json!({
        "interface": "IMA", "description": "Database upgrade", "impact": { "other": "no orders" },
        "start": "2026-03-11T04:00:00Z", "stop": "2026-03-11T08:00:00Z",
    })
}

/// Without some fields, with others.
fn with(fields: &[(&str, Value)]) -> Value {
    let mut body = whole();
    for (name, value) in fields {
        body[*name] = value.clone();
    }
    body
}

#[tokio::test]
async fn po_01_what_is_missing_or_cannot_be_is_named() {
    let story = Story::at(NOW).await;
    let desk = story.as_("desk");
    let null = Value::Null;
    let table: Vec<(&str, Value, Vec<&str>)> = vec![
        ("nothing", json!({}), vec!["description", "impact", "interface", "start", "stop"]),
        ("no interface", with(&[("interface", null.clone())]), vec!["interface"]),
        ("no description", with(&[("description", null.clone())]), vec!["description"]),
        ("no impact", with(&[("impact", null.clone())]), vec!["impact"]),
        ("an impact that says nothing", with(&[("impact", json!({}))]), vec!["impact"]),
        ("no start", with(&[("start", null.clone())]), vec!["start"]),
        ("no stop", with(&[("stop", null.clone())]), vec!["stop"]),
        ("a start that is past", with(&[("start", json!("2026-03-04T17:59:00Z"))]), vec!["start"]),
        ("a start that is now", with(&[("start", json!(NOW))]), vec!["start"]),
        (
            "both past",
            with(&[("start", json!("2025-03-11T04:00:00Z")), ("stop", json!("2025-03-11T08:00:00Z"))]),
            vec!["start", "stop"],
        ),
        (
            "reversed",
            with(&[("start", json!("2026-03-11T08:00:00Z")), ("stop", json!("2026-03-11T04:00:00Z"))]),
            vec!["stop"],
        ),
        ("no time at all", with(&[("stop", json!("2026-03-11T04:00:00Z"))]), vec!["stop"]),
        ("ten years long", with(&[("stop", json!("2036-03-11T04:00:00Z"))]), vec!["stop"]),
        ("a second longer than a week", with(&[("stop", json!("2026-03-18T04:00:01Z"))]), vec!["stop"]),
        (
            "in ten years",
            with(&[("start", json!("2036-03-11T04:00:00Z")), ("stop", json!("2036-03-11T08:00:00Z"))]),
            vec!["start"],
        ),
        (
            "behind the calendar's end",
            with(&[("start", json!("9999-12-31T23:59:59-23:59")), ("stop", json!("9999-12-31T23:59:59-23:59"))]),
            vec!["start", "stop"],
        ),
        (
            "scheduled more than a year ago",
            with(&[("scheduledAt", json!("1990-03-04T18:00:00Z"))]),
            vec!["scheduledAt"],
        ),
        ("scheduled 367 days ago", with(&[("scheduledAt", json!("2025-03-02T17:59:59Z"))]), vec!["scheduledAt"]),
        (
            "leap seconds",
            with(&[("start", json!("2026-06-30T23:59:60Z")), ("stop", json!("2026-12-31T23:59:60Z"))]),
            vec!["start", "stop"],
        ),
        (
            "fractions",
            with(&[("start", json!("2026-03-10T04:00:00.2Z")), ("stop", json!("2026-03-10T04:00:00.9Z"))]),
            vec!["start", "stop"],
        ),
        ("scheduled in the future", with(&[("scheduledAt", json!("2026-03-04T18:00:01Z"))]), vec!["scheduledAt"]),
        (
            "no instants",
            with(&[("start", json!("tomorrow")), ("stop", json!(4)), ("scheduledAt", json!("2026-03-04"))]),
            vec!["scheduledAt", "start", "stop"],
        ),
        ("no impact that the standard knows", with(&[("maintenanceImpact", json!("BAD"))]), vec!["maintenanceImpact"]),
        ("what is no field", with(&[("status", json!("ended")), ("number", json!("PO-1"))]), vec!["number", "status"]),
        (
            "an interface of two lines",
            with(&[("interface", json!("IMA\r\nX-MAINTNOTE-STATUS:CANCELLED"))]),
            vec!["interface"],
        ),
        ("a control character", with(&[("description", json!("a\u{0}b"))]), vec!["description"]),
        ("more than 10,000 characters", with(&[("description", json!("x".repeat(10_001)))]), vec!["description"]),
        (
            "all at once",
            json!({ "interface": "", "start": "2020-01-01T00:00:00Z", "impact": { "area": 1 }, "draft": "yes" }),
            vec!["description", "draft", "impact.area", "interface", "start", "stop"],
        ),
    ];
    for (of, body, fields) in table {
        let reply = desk.post(OUTAGES, body).await.expect(400);
        let faults = reply.faults();
        let mut named: Vec<&str> = faults.keys().map(String::as_str).collect();
        named.sort_unstable();
        assert_eq!(named, fields, "{of}: {}", reply.body);
        assert_eq!(reply.body["errors"].as_array().unwrap().len(), fields.len(), "{of}: each field once");
    }
    assert_eq!(desk.get(OUTAGES).await.body, json!([]), "nothing was written");
    // What is at the limits is taken.
    desk.post(OUTAGES, with(&[("stop", json!("2026-03-18T04:00:00Z")), ("description", json!("x".repeat(10_000)))]))
        .await
        .expect(201);
    // An instant of a draft that cannot be is refused as well.
    desk.post(OUTAGES, json!({ "draft": true, "start": "2026-03-01T04:00:00Z" })).await.expect(400);
    desk.post(OUTAGES, json!({ "draft": true })).await.expect(201);
}

#[tokio::test]
async fn po_01_a_longer_window_is_the_policys_to_allow() {
    let mut policy = tests::story::policy();
    policy.outages.longest = chrono::TimeDelta::days(14);
    let story = Story::under(policy, NOW).await;
    let longer = with(&[("stop", json!("2026-03-25T04:00:00Z"))]);
    story.as_("desk").post(OUTAGES, longer).await.expect(201);
}

fn path(number: &str, task: &str) -> String {
    if task.is_empty() { format!("{OUTAGES}/{number}") } else { format!("{OUTAGES}/{number}/{task}") }
}

/// Every act of the desk, and a CLEC's.
async fn all_acts(story: &Story, number: &str) -> Vec<(&'static str, u16, Value)> {
    let desk = story.as_("desk");
    let mut all = Vec::new();
    let patch = desk.patch(&path(number, ""), json!({ "description": "another" })).await;
    all.push(("PATCH", patch.status.as_u16(), patch.body["possible"].clone()));
    for (task, body) in [
        ("position/alpha/answer", json!({ "answer": "no" })),
        ("end", json!({})),
        ("cancellation", json!({ "reason": "no" })),
    ] {
        let reply = desk.post(&path(number, task), body).await;
        all.push((task, reply.status.as_u16(), reply.body["possible"].clone()));
    }
    let reply = story.as_("alpha").post(&path(number, "position"), json!({ "position": "agree" })).await;
    all.push(("position", reply.status.as_u16(), reply.body["possible"].clone()));
    all
}

#[tokio::test]
async fn po_03_each_state_refuses_what_it_does_not_allow_and_tells_what_it_does() {
    let story = Story::at(NOW).await;
    let desk = story.as_("desk");
    let post = async |body: Value| desk.post(OUTAGES, body).await.expect(201).text("id");
    let object = async |number: &str| {
        story.as_("alpha").post(&path(number, "position"), json!({ "position": "agree" })).await.expect(200);
    };
    let (draft, cancelled, ended, begun) =
        (post(json!({ "draft": true })).await, post(whole()).await, post(whole()).await, post(whole()).await);
    for number in [&cancelled, &ended, &begun] {
        object(number).await;
    }
    desk.post(&path(&cancelled, "cancellation"), json!({ "reason": "no" })).await.expect(200);
    desk.post(&path(&ended, "end"), json!({})).await.expect(409);
    // The start is in the future: nothing is over yet, not even by an instant of its own.
    let early = desk.post(&path(&ended, "end"), json!({ "at": NOW })).await.expect(409);
    assert_eq!(early.body["possible"], json!(["PATCH", "cancellation"]));
    story.turn_to("2026-03-11T05:00:00Z").await;
    for (instant, status) in
        [("2026-03-11T04:00:00Z", 400), ("2026-03-11T05:00:01Z", 400), ("2026-03-11T04:30:00Z", 200)]
    {
        desk.post(&path(&ended, "end"), json!({ "at": instant })).await.expect(status);
    }
    let none = Value::Null;
    assert_eq!(
        all_acts(&story, &cancelled).await,
        [
            ("PATCH", 409, none.clone()),
            ("position/alpha/answer", 409, none.clone()),
            ("end", 409, none.clone()),
            ("cancellation", 409, none.clone()),
            ("position", 409, none.clone()),
        ]
    );
    assert_eq!(
        all_acts(&story, &ended).await,
        [
            ("PATCH", 409, none.clone()),
            ("position/alpha/answer", 409, none.clone()),
            ("end", 409, none.clone()),
            ("cancellation", 409, none.clone()),
            ("position", 409, none),
        ]
    );
    let begun_allows = json!(["PATCH", "end"]);
    assert_eq!(
        desk.post(&path(&begun, "cancellation"), json!({ "reason": "no" })).await.expect(409).body["possible"],
        begun_allows
    );
    // What has begun keeps its start, and is not made to have stopped.
    for (patch, field) in [
        (json!({ "start": "2026-03-11T06:00:00Z" }), "start"),
        (json!({ "start": "2026-03-11T03:00:00Z" }), "start"),
        (json!({ "stop": "2026-03-11T04:30:00Z" }), "stop"),
        (json!({ "stop": null }), "stop"),
        (json!({ "interface": null }), "interface"),
        (json!({ "impact": null }), "impact"),
    ] {
        let faults = desk.patch(&path(&begun, ""), patch.clone()).await.expect(400).faults();
        assert_eq!(faults.keys().collect::<Vec<_>>(), [field], "{patch}");
    }
    // A draft is not there for a CLEC; it is neither ended nor negotiated.
    let of_draft = all_acts(&story, &draft).await;
    assert_eq!(of_draft[1].1, 404);
    assert_eq!((of_draft[2].1, &of_draft[2].2), (409, &json!(["PATCH", "cancellation"])));
    assert_eq!((of_draft[3].1, of_draft[4].1), (200, 404));
}

#[tokio::test]
async fn po_02_what_time_has_overtaken_in_a_draft_is_told_when_it_would_be_announced() {
    let story = Story::at(NOW).await;
    let desk = story.as_("desk");
    let mut draft = whole();
    draft["draft"] = json!(true);
    draft["impact"] = Value::Null;
    let number = desk.post(OUTAGES, draft).await.expect(201).text("id");
    story.turn_to("2026-03-12T00:00:00Z").await;
    desk.patch(&path(&number, ""), json!({ "workaround": "none needed" })).await.expect(200);
    let refused = desk.patch(&path(&number, ""), json!({ "impact": { "other": "none" } })).await.expect(400);
    assert_eq!(refused.faults().len(), 2, "{}", refused.body);
    assert!(refused.faults().contains_key("start"));
    let moved =
        json!({ "impact": { "other": "none" }, "start": "2026-03-13T00:00:00Z", "stop": "2026-03-13T01:00:00Z" });
    assert_eq!(desk.patch(&path(&number, ""), moved).await.expect(200).text("status"), "announced");
}

#[tokio::test]
async fn ap_03_what_is_the_desks_no_clec_does_and_what_is_a_clecs_the_desk_does_not() {
    let story = Story::at(NOW).await;
    let number = story.as_("desk").post(OUTAGES, whole()).await.expect(201).text("id");
    let alpha = story.as_("alpha");
    alpha.post(OUTAGES, whole()).await.expect(403);
    alpha.patch(&path(&number, ""), json!({ "description": "mine" })).await.expect(403);
    for (task, body) in [
        ("cancellation", json!({ "reason": "mine" })),
        ("end", json!({})),
        ("position/alpha/answer", json!({ "answer": "yes" })),
        ("position/beta/answer", json!({ "answer": "yes" })),
    ] {
        alpha.post(&path(&number, task), body).await.expect(403);
    }
    story.as_("desk").post(&path(&number, "position"), json!({ "position": "agree" })).await.expect(403);
    for body in [
        json!({}),
        json!({ "position": "maybe" }),
        json!({ "position": "object" }),
        json!({ "position": "agree", "clec": "beta" }),
    ] {
        alpha.post(&path(&number, "position"), body).await.expect(400);
    }
    // Numbers that are none, another kind's, mistyped, or nobody's.
    let ticket = story.report("alpha", "serious").await;
    for none in [
        ticket.as_str(),
        "PO-",
        "PO-0000-0001",
        "RL-0000-0000",
        "x",
        "..",
        "%00",
        "%F0%9F%98%80",
        &format!("{number}x"),
    ] {
        for client in ["alpha", "desk"] {
            story.as_(client).get(&path(none, "")).await.expect(404);
            story.as_(client).get(&path(none, "position")).await.expect(404);
        }
        story.as_("desk").post(&path(none, "end"), json!({})).await.expect(404);
        alpha.post(&path(none, "position"), json!({ "position": "agree" })).await.expect(404);
    }
    for (query, field) in [
        ("status=open", "status"),
        ("from=yesterday", "from"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("sort=stop", "sort"),
        ("after=x", "after"),
        ("clec=beta", "clec"),
        ("from=2026-04-01T00:00:00Z&after=20260301T000000.000Z_PO-0000-0000", "after"),
    ] {
        let faults = alpha.get(&format!("{OUTAGES}?{query}")).await.expect(400).faults();
        assert_eq!(faults.keys().collect::<Vec<_>>(), [field], "{query}");
    }
    let _no_ticket = alpha.get(&Client::ticket(&number, "")).await.expect(404);
}

/// What is told as possible is possible, and nothing else is: in each state, before the start and after it, to the desk and to a CLEC.
#[tokio::test]
async fn ap_09_what_is_told_as_possible_of_an_outage_is_what_is_not_refused() {
    let tasks = [
        ("PATCH", json!({ "description": "another" })),
        ("cancellation", json!({ "reason": "no need" })),
        ("end", json!({})),
        ("position", json!({ "position": "agree" })),
    ];
    let mut states = BTreeSet::new();
    for (state, begun) in
        [("draft", false), ("announced", false), ("announced", true), ("cancelled", false), ("ended", true)]
    {
        for who in ["desk", "alpha"] {
            for (task, body) in &tasks {
                let story = Story::at("2026-03-04T18:00:00Z").await;
                let desk = story.as_("desk");
                let document = if state == "draft" { json!({ "draft": true }) } else { whole() };
                let id = desk.post(OUTAGES, document).await.expect(201).text("id");
                let path = format!("{OUTAGES}/{id}");
                if begun {
                    story.turn_to("2026-03-11T05:00:00Z").await;
                }
                match state {
                    "cancelled" => {
                        drop(desk.post(&format!("{path}/cancellation"), json!({ "reason": "x" })).await.expect(200))
                    }
                    "ended" => drop(desk.post(&format!("{path}/end"), json!({})).await.expect(200)),
                    _ => {}
                }
                let told = story.as_(who).get(&path).await;
                if told.status == 404 {
                    continue; // A draft is the desk's.
                }
                let possible = told.expect(200).body["possible"].clone();
                let reply = match *task {
                    "PATCH" => story.as_(who).patch(&path, body.clone()).await,
                    task => story.as_(who).post(&format!("{path}/{task}"), body.clone()).await,
                };
                let is_told = possible.as_array().unwrap().contains(&json!(task));
                let what = format!("{task} by {who}, {state}, begun: {begun}: {}", reply.body);
                assert_eq!(reply.status.is_success(), is_told, "{what}");
                if reply.status == 409 {
                    let instead = reply.body["possible"].as_array().cloned().unwrap_or_default();
                    assert_eq!(json!(instead), possible, "{what}");
                }
                states.insert((who, state, begun));
            }
        }
    }
    assert_eq!(states.len(), 9, "each state is seen by the desk, and all but a draft by a CLEC");
}
