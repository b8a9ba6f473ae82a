//! TT-17, TT-11: a release of Monday 2026-03-02, its review call a week later (daylight saving begins on the 8th), its issues,
//! and what the monthly systems meeting goes through.

use crate::acts::whole;
use serde_json::{Value, json};
use tests::{
    Client, Reply, Story,
    story::{RELEASES, TICKETS},
};

/// The day of the release, 11:00 in Denver.
const NOW: &str = "2026-03-02T18:00:00Z";

async fn subscribed() -> Story {
    let story = Story::at(NOW).await;
    for (client, endpoint) in [("alpha", "noc@alpha.example"), ("desk", "cmp@provider.example")] {
        story.subscribe(client, "email", endpoint, &["release"]).await;
    }
    story
}

async fn recorded(story: &Story) -> String {
    let body =
        json!({ "name": "IMA 19.0", "productionDate": "2026-03-02", "reviewCall": { "bridge": "+1 800 555 0199" } });
    let reply = story.as_("desk").post(RELEASES, body).await.expect(201);
    assert_eq!((reply.text("interface"), reply.text("status")), ("IMA".to_owned(), "scheduled".to_owned()));
    reply.text("id")
}

/// The whole texts of what was delivered since the last reading about a release.
async fn told(story: &Story, number: &str) -> String {
    whole(&story.deliveries().await, &[(number, "RL-NUMBER")])
}

fn path(number: &str, task: &str) -> String {
    if task.is_empty() { format!("{RELEASES}/{number}") } else { format!("{RELEASES}/{number}/{task}") }
}

#[tokio::test]
async fn tt_17_the_review_call_is_set_a_week_later_told_reminded_of_and_has_its_minutes() {
    let story = subscribed().await;
    let number = recorded(&story).await;
    let read = story.as_("alpha").get(&path(&number, "")).await.expect(200);
    // 10:00 in Denver, an hour earlier in UTC than the week before.
    assert_eq!(read.body["reviewCall"], json!({ "at": "2026-03-09T16:00:00Z", "bridge": "+1 800 555 0199" }));
    insta::assert_snapshot!("tt_17_a_review_call", told(&story, &number).await);
    story.turn_to("2026-03-09T15:00:00Z").await;
    story
        .expect(&[
            "2026-03-08T16:00:00Z noc@alpha.example Update release #2",
            "2026-03-08T16:00:00Z cmp@provider.example Update release #2",
        ])
        .await;
    let desk = story.as_("desk");
    let minutes = json!({ "text": "Two problems, one of them closed" });
    desk.post(&path(&number, "minutes"), minutes.clone()).await.expect(409);
    // The end of the second business day after the call: Wednesday's, in Denver.
    story.turn_to("2026-03-13T00:00:00Z").await;
    let warned = story.deliveries().await;
    assert_eq!(
        warned.iter().map(tests::story::line).collect::<Vec<_>>(),
        ["2026-03-12T06:00:00Z cmp@provider.example Initial release #1"]
    );
    insta::assert_snapshot!("tt_17_no_minutes", whole(&warned, &[(&number, "RL-NUMBER")]));
    desk.post(&path(&number, "minutes"), minutes.clone()).await.expect(200);
    desk.post(&path(&number, "minutes"), minutes).await.expect(200);
    // They are told once.
    insta::assert_snapshot!("tt_17_minutes", told(&story, &number).await);
    let read = story.as_("alpha").get(&path(&number, "")).await.expect(200);
    assert_eq!(
        (read.text("status"), read.text("minutes")),
        ("reviewed".to_owned(), "Two problems, one of them closed".to_owned())
    );
    let late = desk.patch(&path(&number, ""), json!({ "name": "IMA 19.1" })).await.expect(409);
    assert_eq!(late.body["possible"], json!(["minutes", "issue"]));
    story.turn_to("2026-04-13T00:00:00Z").await;
    story.expect(&[]).await;
}

#[tokio::test]
async fn tt_17_minutes_in_time_are_missed_by_nobody_and_another_date_moves_the_call() {
    let story = subscribed().await;
    let number = recorded(&story).await;
    story.deliveries().await;
    let desk = story.as_("desk");
    let moved = desk.patch(&path(&number, ""), json!({ "productionDate": "2026-03-09" })).await.expect(200);
    assert_eq!(moved.body["reviewCall"]["at"], "2026-03-16T16:00:00Z");
    insta::assert_snapshot!(told(&story, &number).await);
    story.turn_to("2026-03-15T15:59:00Z").await;
    story.expect(&[]).await;
    story.turn_to("2026-03-16T17:00:00Z").await;
    assert_eq!(story.deliveries().await.len(), 2);
    desk.post(&path(&number, "minutes"), json!({ "text": "none" })).await.expect(200);
    story.deliveries().await;
    story.turn_to("2026-04-16T17:00:00Z").await;
    story.expect(&[]).await;
}

#[tokio::test]
async fn tt_17_an_issue_is_its_clecs_own_and_names_only_tickets_that_it_may_see() {
    let story = subscribed().await;
    let number = recorded(&story).await;
    let (alphas, betas) = (story.report("alpha", "moderate").await, story.report("beta", "moderate").await);
    let issue = path(&number, "issue");
    let (alpha, beta, desk) = (story.as_("alpha"), story.as_("beta"), story.as_("desk"));
    alpha.post(&issue, json!({ "ticket": alphas, "text": "zzcanary rejects" })).await.expect(201);
    let refused = alpha.post(&issue, json!({ "ticket": betas, "text": "whose?" })).await.expect(404);
    let unknown = alpha.post(&issue, json!({ "ticket": "0000-0000", "text": "whose?" })).await.expect(404);
    assert_eq!(refused.body, unknown.body, "another's and none look alike");
    assert_eq!(refused.faults()["ticket"], "TT-07");
    desk.post(&issue, json!({ "clec": "alpha", "ticket": betas, "text": "?" })).await.expect(404);
    alpha.post(&issue, json!({ "clec": "beta", "text": "?" })).await.expect(400);
    desk.post(&issue, json!({ "clec": "beta", "ticket": betas, "text": "zzrobin slow" })).await.expect(201);
    desk.post(&issue, json!({ "text": "found by ourselves" })).await.expect(201);
    let texts = |reply: Reply| -> Vec<String> {
        let issues = reply.expect(200).body["issues"].as_array().cloned().unwrap_or_default();
        issues.iter().map(|issue| issue["text"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(texts(alpha.get(&path(&number, "")).await), ["zzcanary rejects"]);
    assert_eq!(texts(beta.get(&path(&number, "")).await), ["zzrobin slow"]);
    assert_eq!(texts(desk.get(&path(&number, "")).await), ["zzcanary rejects", "zzrobin slow", "found by ourselves"]);
    assert_eq!(texts(alpha.get(&path(&number, "")).await).len(), 1);
    assert!(texts(story.as_("gamma").get(&path(&number, "")).await).is_empty());
    assert_eq!(beta.get(&path(&number, "")).await.header("etag"), Some("\"1\""), "others' issues are no change");
    // The same request has one effect.
    let keyed = story.as_("gamma").with("Idempotency-Key", "one");
    for _ in 0..2 {
        assert_eq!(keyed.post(&issue, json!({ "text": "once" })).await.expect(201).text("text"), "once");
    }
    assert_eq!(texts(story.as_("gamma").get(&path(&number, "")).await), ["once"]);
}

#[tokio::test]
async fn tt_17_the_monthly_meeting_goes_through_open_release_problems_and_the_date_tbd_list() {
    let story = subscribed().await;
    let number = recorded(&story).await;
    let (alphas, betas, closed) = (
        story.report("alpha", "moderate").await,
        story.report("beta", "minimal").await,
        story.report("alpha", "moderate").await,
    );
    let desk = story.as_("desk");
    let issue = path(&number, "issue");
    for (client, ticket) in [("alpha", &alphas), ("alpha", &closed)] {
        let body = json!({ "ticket": ticket, "text": "zzcanary" });
        story.as_(client).post(&issue, body).await.expect(201);
    }
    story.as_("alpha").post(&issue, json!({ "text": "zzcanary without a ticket" })).await.expect(201);
    desk.post(&Client::ticket(&closed, "close"), json!({ "disposition": "noTroubleFound" })).await.expect(200);
    desk.patch(&Client::ticket(&betas, ""), json!({ "eventDescription": "Slow searches" })).await.expect(200);
    story.turn("PT1H").await;
    desk.patch(&Client::ticket(&betas, ""), json!({ "status": "held", "statusChangeReason": "found" }))
        .await
        .expect(200);
    let list = "/cmp/v1/monthlyMeeting/list";
    // Beta's is told without its report, and no issue tells of alpha's: neither is an event.
    let held = json!({ "number": betas, "status": "held", "systemAffected": null, "severity": 4, "eventDescription": null, "since": "2026-03-02T19:00:00Z" });
    let others = story.as_("gamma").get(list).await.expect(200).body;
    assert_eq!(others, json!({ "releases": [], "dateTbd": [held] }));
    let own = story.as_("alpha").get(list).await.expect(200).body;
    assert_eq!(own["releases"][0]["problems"].as_array().unwrap().len(), 2);
    assert_eq!(own["releases"][0]["problems"][0]["text"], "zzcanary");
    let row = json!({ "number": alphas, "status": "acknowledged", "systemAffected": "IMA", "severity": 3, "eventDescription": null, "since": "2026-03-02T18:00:00Z" });
    assert_eq!(own["releases"][0]["problems"][0]["ticket"], row);
    let beta = story.as_("beta").get("/cmp/v1/dateTbd").await.expect(200).body;
    assert_eq!((&beta[0]["systemAffected"], &beta[0]["eventDescription"]), (&json!("IMA"), &json!("Slow searches")));
    assert_eq!(desk.get(list).await.expect(200).body["releases"][0]["problems"][1]["clec"], "alpha");
    assert_eq!(story.as_("gamma").get("/cmp/v1/dateTbd").await.expect(200).body, json!([held]));
    // What is over is off the list.
    desk.post(&Client::ticket(&alphas, "close"), json!({ "disposition": "noTroubleFound" })).await.expect(200);
    desk.patch(&Client::ticket(&betas, ""), json!({ "patchDate": "2026-03-20" })).await.expect(200);
    assert_eq!(story.as_("gamma").get(list).await.expect(200).body, json!({ "releases": [], "dateTbd": [] }));
}

#[tokio::test]
async fn tt_07_an_issue_tells_others_of_its_ticket_only_when_that_is_an_event() {
    let story = subscribed().await;
    let number = recorded(&story).await;
    let alphas = story.report("alpha", "moderate").await;
    let beta = json!({ "description": "slow", "severity": 4, "ticketType": "systems", "systemAffected": "zzsystem" });
    let betas = story.as_("beta").post(TICKETS, beta).await.expect(201).text("id");
    for (client, ticket) in [("alpha", &alphas), ("beta", &betas)] {
        let body = json!({ "ticket": ticket, "text": "zzcanary" });
        story.as_(client).post(&path(&number, "issue"), body).await.expect(201);
    }
    let gammas = async || story.as_("gamma").get("/cmp/v1/monthlyMeeting/list").await.expect(200).body;
    assert_eq!(gammas().await, json!({ "releases": [], "dateTbd": [] }));
    let (desk, alpha) = (story.as_("desk"), story.as_("alpha"));
    desk.post(&Client::ticket(&betas, "link"), json!({ "primary": alphas })).await.expect(200);
    desk.patch(&Client::ticket(&alphas, ""), json!({ "eventDescription": "Slow searches" })).await.expect(200);
    // Both numbers are told by now, the linked one's as its primary's notices tell it.
    let row = |number: &str| json!({ "ticket": { "number": number, "status": "acknowledged", "systemAffected": "IMA", "severity": 3, "eventDescription": "Slow searches", "since": "2026-03-02T18:00:00Z" } });
    assert_eq!(gammas().await["releases"][0]["problems"], json!([row(&alphas), row(&betas)]));
    // Each reads its own, of the other what all are told.
    let read = alpha.get("/cmp/v1/monthlyMeeting/list").await.expect(200).body;
    assert_eq!(
        (&read["releases"][0]["problems"][0]["text"], &read["releases"][0]["problems"][1]),
        (&json!("zzcanary"), &row(&betas))
    );
    let read = story.as_("beta").get("/cmp/v1/monthlyMeeting/list").await.expect(200).body;
    assert_eq!(read["releases"][0]["problems"][1]["ticket"]["systemAffected"], "zzsystem");
}

#[tokio::test]
async fn tt_17_a_linked_tickets_problem_is_over_when_the_group_that_changed_hands_is() {
    let story = subscribed().await;
    let number = recorded(&story).await;
    let first = story.report("alpha", "moderate").await;
    let second = story.report("beta", "moderate").await;
    story.turn("PT1M").await; // Of equal severities the oldest is handed on to.
    let third = story.report("beta", "moderate").await;
    let desk = story.as_("desk");
    for linked in [&second, &third] {
        desk.post(&Client::ticket(linked, "link"), json!({ "primary": first })).await.expect(200);
    }
    let body = json!({ "ticket": third, "text": "slow" });
    story.as_("beta").post(&path(&number, "issue"), body).await.expect(201);
    // The second leads now: the group is still listed under the first, which is withdrawn.
    story.as_("alpha").patch(&Client::ticket(&first, ""), json!({ "status": "cancelled" })).await.expect(200);
    let problems = async || desk.get("/cmp/v1/monthlyMeeting/list").await.expect(200).body["releases"].clone();
    assert_eq!(problems().await[0]["problems"][0]["ticket"]["status"], "acknowledged");
    desk.post(&Client::ticket(&second, "close"), json!({ "disposition": "noTroubleFound" })).await.expect(200);
    assert_eq!(problems().await, json!([]));
}

#[tokio::test]
async fn tt_17_a_ticket_that_names_a_release_is_on_its_page_and_on_the_monthly_list() {
    let story = subscribed().await;
    let (number, other) = (recorded(&story).await, recorded(&story).await);
    let (desk, alpha) = (story.as_("desk"), story.as_("alpha"));
    let naming = |release: &str| json!({ "description": "rejects", "severity": 3, "ticketType": "systems", "systemAffected": "IMA", "release": release });
    let alphas = alpha.post(TICKETS, naming(&number)).await.expect(201).text("id");
    let betas = story.report("beta", "minimal").await;
    let patch = json!({ "release": number });
    desk.patch(&Client::ticket(&betas, ""), patch).await.expect(200);
    let on_page = async |client: &str, release: &str| -> Vec<String> {
        let page = story.as_(client).get(&path(release, "")).await.expect(200).body;
        let mut rows: Vec<_> = page["tickets"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|row| row["number"].as_str().unwrap().to_owned())
            .collect();
        rows.sort();
        rows
    };
    let mut both = [alphas.clone(), betas.clone()];
    both.sort();
    assert_eq!(on_page("desk", &number).await, both);
    assert_eq!(on_page("alpha", &number).await, [alphas.as_str()]);
    assert_eq!(on_page("beta", &number).await, [betas.as_str()]);
    assert!(on_page("gamma", &number).await.is_empty());
    let monthly = async |client: &str| {
        story.as_(client).get("/cmp/v1/monthlyMeeting/list").await.expect(200).body["releases"].clone()
    };
    let row = |number: &str, severity: u8, status: &str| json!({ "number": number, "status": status, "systemAffected": "IMA", "severity": severity, "eventDescription": null, "since": "2026-03-02T18:00:00Z" });
    assert_eq!(
        monthly("alpha").await[0]["problems"],
        json!([{ "ticket": row(&alphas, 3, "acknowledged"), "clec": "alpha" }])
    );
    assert_eq!(monthly("desk").await[0]["problems"].as_array().unwrap().len(), 2);
    assert_eq!(monthly("gamma").await, json!([]), "neither is an event");
    // Noted too, it is told once; an event to all, with its status.
    alpha.post(&path(&number, "issue"), json!({ "ticket": alphas, "text": "zzcanary" })).await.expect(201);
    desk.patch(&Client::ticket(&alphas, ""), json!({ "event": true, "status": "inProgress" })).await.expect(200);
    assert_eq!(monthly("alpha").await[0]["problems"].as_array().unwrap().len(), 1);
    assert_eq!(monthly("gamma").await[0]["problems"], json!([{ "ticket": row(&alphas, 3, "inProgress") }]));
    // It names another, or none.
    desk.patch(&Client::ticket(&betas, ""), json!({ "release": other })).await.expect(200);
    assert_eq!(
        (on_page("desk", &number).await, on_page("beta", &other).await),
        (vec![alphas.clone()], vec![betas.clone()])
    );
    desk.patch(&Client::ticket(&betas, ""), json!({ "release": null })).await.expect(200);
    assert!(on_page("desk", &other).await.is_empty());
    // The page tells of closed ones too, the meeting's list does not.
    desk.post(&Client::ticket(&alphas, "close"), json!({ "disposition": "noTroubleFound" })).await.expect(200);
    assert_eq!(alpha.get(&path(&number, "")).await.expect(200).body["tickets"], json!([row(&alphas, 3, "closed")]));
    assert_eq!(monthly("desk").await, json!([]));
}

#[tokio::test]
async fn tt_17_a_linked_ticket_still_names_its_release_or_else_its_primarys() {
    let story = subscribed().await;
    let number = recorded(&story).await;
    let (desk, primary) = (story.as_("desk"), story.report("alpha", "moderate").await);
    let betas = story.report("beta", "moderate").await;
    desk.patch(&Client::ticket(&betas, ""), json!({ "release": number })).await.expect(200);
    desk.post(&Client::ticket(&betas, "link"), json!({ "primary": primary })).await.expect(200);
    let page = story.as_("beta").get(&path(&number, "")).await.expect(200).body;
    assert_eq!(page["tickets"][0]["number"], betas.as_str());
    assert_eq!(story.as_("beta").get(&Client::ticket(&betas, "")).await.expect(200).text("release"), number);
    assert!(desk.get(&Client::ticket(&primary, "")).await.expect(200).body.get("release").is_none());
    // A successor takes over what its primary named: from then on it is listed itself.
    let other = recorded(&story).await;
    let gammas = story.report("gamma", "moderate").await;
    let leads = story.report("alpha", "serious").await;
    desk.post(&Client::ticket(&gammas, "link"), json!({ "primary": leads })).await.expect(200);
    desk.patch(&Client::ticket(&leads, ""), json!({ "release": other })).await.expect(200);
    story.as_("alpha").patch(&Client::ticket(&leads, ""), json!({ "status": "cancelled" })).await.expect(200);
    let page = story.as_("gamma").get(&path(&other, "")).await.expect(200).body;
    assert_eq!(page["tickets"][0]["number"], gammas.as_str());
}

#[tokio::test]
async fn tt_17_a_release_that_is_none_is_not_named() {
    let story = subscribed().await;
    let number = recorded(&story).await;
    let (desk, ticket) = (story.as_("desk"), story.report("alpha", "moderate").await);
    let report = |release: &str| json!({ "description": "rejects", "severity": 3, "ticketType": "systems", "systemAffected": "IMA", "release": release });
    for none in ["RL-0000-0000", "PO-0000-0000"] {
        for reply in [
            story.as_("alpha").post(TICKETS, report(none)).await,
            desk.patch(&Client::ticket(&ticket, ""), json!({ "release": none })).await,
        ] {
            assert_eq!(reply.expect(400).faults(), [("release".to_owned(), "TT-17".to_owned())].into());
        }
    }
    let refused = desk.patch(&Client::ticket(&ticket, ""), json!({ "release": "RL-0000-0000", "status": "?" })).await;
    assert!(refused.expect(400).faults().contains_key("status"));
    let of_clec = story.as_("alpha").patch(&Client::ticket(&ticket, ""), json!({ "release": number })).await;
    of_clec.expect(403);
    assert!(desk.get(&Client::ticket(&ticket, "")).await.expect(200).body.get("release").is_none());
    assert_eq!(story.as_("alpha").post(TICKETS, report(&number)).await.expect(201).text("release"), number);
}

#[tokio::test]
async fn tt_11_the_date_tbd_list_is_paged() {
    let story = Story::at(NOW).await;
    let mut held = Vec::new();
    for _ in 0..5 {
        let number = story.report("alpha", "moderate").await;
        story.turn("PT1M").await;
        let body = json!({ "status": "held", "statusChangeReason": "found" });
        story.as_("desk").patch(&Client::ticket(&number, ""), body).await.expect(200);
        held.push(number);
    }
    let (mut next, mut seen) = (Some("/cmp/v1/dateTbd?limit=2".to_owned()), Vec::new());
    while let Some(path) = next {
        let page = story.as_("beta").get(&path).await.expect(200);
        seen.extend(page.body.as_array().unwrap().iter().map(|row| row["number"].as_str().unwrap().to_owned()));
        next = page.header("link").map(|link| link[1..link.find('>').unwrap()].to_owned());
    }
    assert_eq!(seen, held);
}

#[tokio::test]
async fn tt_17_what_cannot_be_is_refused_field_by_field() {
    let story = Story::at(NOW).await;
    let desk = story.as_("desk");
    let release = |date: &str, call: Value| json!({ "name": "IMA 19.0", "productionDate": date, "reviewCall": call });
    let table = [
        (json!({}), vec!["name", "productionDate"]),
        (json!({ "name": "x", "productionDate": "2026-13-01", "interface": "XYZ" }), vec!["productionDate"]),
        (json!({ "name": "x", "productionDate": "2026-03-02", "interface": "XYZ" }), vec!["interface"]),
        (release("2026-02-01", json!({})), vec!["reviewCall.at"]),
        (release("2026-03-02", json!({ "at": "2026-03-02T18:00:00Z" })), vec!["reviewCall.at"]),
        (release("2026-03-12", json!({ "at": "2026-03-11T18:00:00Z" })), vec!["reviewCall.at"]),
        (release("2026-03-02", json!({ "at": "2036-03-02T18:00:00Z" })), vec!["reviewCall.at"]),
        (release("9999-12-31", json!({})), vec!["productionDate"]),
        (json!({ "name": "x", "productionDate": "2026-03-02", "reviewCall": "soon" }), vec!["reviewCall"]),
        (json!({ "name": "x\ny", "productionDate": "2026-03-02", "minutes": "x" }), vec!["minutes", "name"]),
    ];
    for (body, fields) in table {
        let faults = desk.post(RELEASES, body.clone()).await.expect(400).faults();
        let mut named: Vec<_> = faults.keys().map(String::as_str).collect();
        named.sort_unstable();
        assert_eq!(named, fields, "{body}");
    }
    story.as_("alpha").post(RELEASES, release("2026-03-02", json!({}))).await.expect(403);
    let number = desk.post(RELEASES, release("2026-03-02", json!({}))).await.expect(201).text("id");
    story.as_("alpha").patch(&path(&number, ""), json!({ "name": "mine" })).await.expect(403);
    story.as_("alpha").post(&path(&number, "minutes"), json!({ "text": "mine" })).await.expect(403);
    for client in ["alpha", "desk"] {
        for none in ["RL-0000-0000", "PO-0000-0000", "x", "%F0%9F%98%80"] {
            story.as_(client).get(&path(none, "")).await.expect(404);
            story.as_(client).post(&path(none, "issue"), json!({ "text": "?" })).await.expect(404);
        }
    }
}
