//! WB-01, WB-04, WB-05, WB-06: the event notification site, files that everybody reads. On Tuesday 2026-06-02 from 10:00 in Mountain Time,
//! which is 16:00 UTC.

use crate::acts::{act, update};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tests::{Fault, Story, story::TICKETS};

const NOW: &str = "2026-06-02T16:00:00Z";

/// What a reader gets.
pub(crate) fn read(story: &Story, path: &str) -> (u16, String) {
    let answer = story.world.site_file(path);
    (answer.status, String::from_utf8(answer.body).unwrap())
}

pub(crate) fn page(story: &Story, path: &str) -> String {
    let (status, text) = read(story, path);
    assert_eq!(status, 200, "{path}");
    text
}

/// What a page says, without its tags.
pub(crate) fn said(page: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for c in page.chars() {
        match c {
            '<' => {
                in_tag = true;
                text.push(' ');
            }
            '>' => in_tag = false,
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn detected(description: &str, severity: u8) -> Value {
    json!({
        "description": "canary: internal words", "severity": severity, "ticketType": "systems", "event": true,
        "eventDescription": description, "systemAffected": "IMA",
    })
}

async fn detects(story: &Story, description: &str, severity: u8) -> String {
    story.as_("desk").post(TICKETS, detected(description, severity)).await.expect(201).text("id")
}

#[tokio::test]
async fn wb_01_an_event_is_on_the_site_from_its_first_notice_to_its_closure() {
    let story = Story::at(NOW).await;
    assert_eq!(read(&story, "/events/").0, 404, "nothing was made yet");
    let number = detects(&story, "A router is down", 2).await;
    let home = said(&page(&story, "/events/"));
    for told in [
        number.as_str(),
        "2 serious",
        "IMA",
        "A router is down",
        "open (acknowledged)",
        "2026-06-02 10:00 MDT (16:00 UTC)",
    ] {
        assert!(home.contains(told), "{told}: {home}");
    }
    story.turn("PT1H").await;
    update(&story, &number, json!({ "status": "resolved", "resolution": "It was replaced" })).await;
    act(&story, &number, "close", json!({ "disposition": "resolved" })).await;
    let event = said(&page(&story, &format!("/events/{number}/")));
    for told in [
        "Initial (notice 1)",
        "Closure",
        "Resolution It was replaced",
        "Disposition Resolved",
        "Description: A router is down",
    ] {
        assert!(event.contains(told), "{told}: {event}");
    }
    let home = said(&page(&story, "/events/"));
    assert!(home.contains("No event is open."), "{home}");
    assert!(
        home.contains(&format!("The latest first Ticket Severity System Problem Status First told Closed {number}")),
        "{home}"
    );
    let month = said(&page(&story, "/events/past/2026-06/"));
    assert!(month.contains("Events of June 2026") && month.contains(&number), "{month}");
    for part in ["system/ima", "severity/2"] {
        assert!(page(&story, &format!("/events/past/2026-06/{part}/")).contains(&number));
    }
    assert!(said(&page(&story, "/events/past/")).contains("June 2026 (1)"));
}

#[tokio::test]
async fn wb_04_what_only_one_clec_may_see_is_on_no_page() {
    let story = Story::at(NOW).await;
    let canary = |field: &str| format!("canary: {field}");
    let report = json!({
        "description": canary("description"), "severity": 2, "ticketType": "systems", "systemAffected": "IMA",
        "impact": { "businessImplications": canary("impact"), "other": canary("other") },
        "details": { "rejectNotices": [canary("reject")], "lsrs": [canary("lsr")], "tns": [canary("tn")], "circuits": [canary("circuit")] },
        "name": canary("name"), "externalId": canary("external"), "priority": canary("priority"),
        "note": [{ "text": canary("note") }], "attachment": [{ "id": canary("file"), "name": canary("file") }],
        "contact": { "name": canary("person"), "phone": "+1 303 555 0177", "email": "canary@alpha.example" },
    });
    let number = story.as_("alpha").post(TICKETS, report).await.expect(201).text("id");
    update(
        &story,
        &number,
        json!({ "event": true, "eventDescription": "IMA rejects orders", "statusChangeReason": canary("own reason") }),
    )
    .await;
    let other = story.report("beta", "serious").await;
    act(&story, &other, "link", json!({ "primary": number })).await;
    story
        .as_("alpha")
        .post(&tests::Client::ticket(&number, "call"), json!({ "contact": canary("caller"), "detail": canary("call") }))
        .await
        .expect(200);
    story.turn("PT3H").await;
    update(&story, &number, json!({ "status": "resolved", "resolution": "An edit was mended" })).await;
    let files = story.site_files();
    assert!(files.iter().any(|(key, _)| key == &format!("events/{number}/index.html")), "{:?}", files.keys());
    for (key, text) in &files {
        assert!(!text.contains("canary"), "{key}");
        for clec in ["alpha", "beta", "gamma"] {
            assert!(!text.contains(clec), "{key} names {clec}");
        }
    }
    // A ticket that is no event is nowhere.
    let own = story.report("gamma", "critical").await;
    assert_eq!(read(&story, &format!("/events/{own}/")).0, 404);
    assert!(story.site_files().values().all(|text| !text.contains(&own)));
}

#[tokio::test]
async fn wb_06_all_files_made_anew_are_the_same_and_so_are_those_of_the_bus_replayed() {
    let story = Story::at(NOW).await;
    story.world.rebuild_sites().await.unwrap();
    let first = detects(&story, "A router is down", 1).await;
    story.turn("PT2H").await;
    let second = detects(&story, "Slow answers", 3).await;
    update(&story, &first, json!({ "systemAffected": "EDI" })).await;
    act(&story, &first, "severityChange", json!({ "severity": 2, "reason": "half of it works" })).await;
    let outage = json!({
        "interface": "IMA", "description": "Upgrade", "impact": { "other": "none" },
        "start": "2026-06-10T04:00:00Z", "stop": "2026-06-10T05:00:00Z",
    });
    story.as_("desk").post("/cmp/v1/plannedOutage", outage).await.expect(201);
    story.turn("PT5H").await;
    update(&story, &second, json!({ "status": "resolved", "resolution": "An index was missing" })).await;
    act(&story, &second, "close", json!({ "disposition": "resolved" })).await;
    let made = story.site_files();
    // What was told under a system and severity that it has no more.
    let left = said(&made["events/past/2026-06/system/ima/index.html"]);
    assert!(!left.contains(&first) && left.contains(&second), "{left}");
    let events: Vec<Value> = story.world.events().into_iter().map(|event| event.detail).collect();
    story.remove_sites();
    story.world.rebuild_sites().await.unwrap();
    let anew = story.site_files();
    let differing: Vec<&String> = made.keys().filter(|key| anew.get(*key) != made.get(*key)).collect();
    // Lists that lost their last event stay, and say so; a site that is made anew never had them.
    assert_eq!(differing, ["events/past/2026-06/severity/1/index.html"]);
    assert!(anew.keys().all(|key| made.contains_key(key)));
    // The bus is replayed to a site of nothing, backwards.
    story.remove_sites();
    for event in events.into_iter().rev() {
        functions::site_publisher::tell(&story.world.desk_of("site-publisher"), event).await.unwrap();
    }
    let of_events = |files: BTreeMap<String, String>| -> BTreeMap<String, String> {
        files.into_iter().filter(|(path, _)| path.starts_with("events/")).collect()
    };
    assert_eq!(of_events(story.site_files()), of_events(anew));
}

#[tokio::test]
async fn wb_05_the_availability_of_an_interface_follows_from_events_and_planned_outages() {
    let story = Story::at(NOW).await;
    let never_made = story.as_("alpha").get("/cmp/v1/availability").await.expect(200).body;
    assert_eq!(never_made, json!({ "interfaces": [] }));
    let number = detects(&story, "IMA is down", 1).await;
    story.turn("PT1H30M").await;
    act(&story, &number, "severityChange", json!({ "severity": 3, "reason": "a spare runs" })).await;
    story.turn("PT30M").await;
    update(&story, &number, json!({ "status": "resolved", "resolution": "repaired" })).await;
    let before = said(&page(&story, "/events/availability/"));
    assert!(
        before.contains("IMA: 100.000 %") && before.contains("It was available on every day."),
        "today is not told yet: {before}"
    );
    story.turn_to("2026-06-03T12:00:00Z").await;
    let after = said(&page(&story, "/events/availability/"));
    // 90 minutes of 90 days are 0.0694 %; a part of what is told is never rounded up.
    assert!(after.contains("IMA: 99.930 %"), "{after}");
    assert!(after.contains("2026-06-02 1 h 30 min 30 min -"), "{after}");
    // The API tells the same numbers, to whoever has a token.
    let told = story.as_("beta").get("/cmp/v1/availability").await.expect(200).body;
    assert_eq!((&told["from"], &told["to"]), (&json!("2026-03-05"), &json!("2026-06-02")));
    let ima = told["interfaces"].as_array().unwrap().iter().find(|of| of["name"] == "IMA").unwrap();
    assert_eq!(
        (&ima["percent"], &ima["unavailable"], &ima["impaired"]),
        (&json!(99.930), &json!("PT5400S"), &json!("PT1800S"))
    );
    assert_eq!(ima["days"].as_array().unwrap().len(), 90);
    assert_eq!(
        ima["days"][89],
        json!({ "date": "2026-06-02", "length": "PT86400S", "unavailable": "PT5400S", "impaired": "PT1800S", "planned": "P0D" })
    );
}

#[tokio::test]
async fn wb_01_what_is_corrected_is_marked_and_leads_to_what_corrects_it() {
    let story = Story::at(NOW).await;
    let number = detects(&story, "A router is down", 2).await;
    let body = json!({ "correction": "It is a switch", "reason": "misread" });
    act(&story, &number, "notice/1/correction", body).await;
    let event = said(&page(&story, &format!("/events/{number}/")));
    assert!(event.contains("corrected by notice 2") && event.contains("notice 1 is corrected by it"), "{event}");
}

#[tokio::test]
async fn wb_01_the_feeds_tell_the_latest_notices_of_all_and_of_a_system() {
    let story = Story::at(NOW).await;
    let number = detects(&story, "A router & a \"switch\" <are> down", 2).await;
    // An update without news is in no feed.
    story.turn("PT1H").await;
    update(&story, &number, json!({ "status": "inProgress" })).await;
    for path in ["/events/feed.json", "/events/system/ima.json"] {
        let feed: Value = serde_json::from_str(&page(&story, path)).unwrap();
        assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
        let items = feed["items"].as_array().unwrap();
        assert_eq!(items[0]["url"], format!("https://provider.example/events/{number}/#notice-3"));
        assert_eq!(
            [&items[1]["date_published"], &items[1]["content_text"]],
            ["2026-06-02T16:00:00Z", "Opened with severity 2 (serious)\nAccepted as an issue that impacts more than one CLEC\nA router & a \"switch\" <are> down"]
                .map(Value::from)
                .each_ref()
        );
    }
    let atom: atom_syndication::Feed = page(&story, "/events/feed.atom").parse().unwrap();
    assert_eq!(atom.entries().len(), 2);
    assert_eq!(
        atom.entries()[1].title().as_str(),
        format!("Severity 2: open (acknowledged) - IMA ({number}, Initial)")
    );
    assert_eq!(atom.updated(), &atom.entries()[0].updated);
}

#[tokio::test]
async fn wb_01_planned_outages_are_listed_and_are_a_calendar() {
    let story = Story::at(NOW).await;
    let outage = |impact: Value| {
        json!({
            "interface": "EDI", "description": "Upgrade", "impact": impact, "draft": true,
            "start": "2026-06-10T04:00:00Z", "stop": "2026-06-10T05:00:00Z",
        })
    };
    let schedule =
        async |impact| story.as_("desk").post("/cmp/v1/plannedOutage", outage(impact)).await.expect(201).text("id");
    let drafted = schedule(Value::Null).await;
    let number = schedule(json!({ "other": "none" })).await;
    let home = said(&page(&story, "/events/"));
    assert!(home.contains(&format!("{number} EDI 2026-06-09 22:00 MDT (2026-06-10 04:00 UTC)")), "{home}");
    assert!(
        said(&page(&story, &format!("/events/outages/{number}/"))).contains("Scheduled start 2026-06-09 22:00 MDT")
    );
    let calendar = page(&story, "/events/outages.ics");
    assert!(calendar.contains(&number) && calendar.contains("X-MAINTNOTE-STATUS:CONFIRMED"), "{calendar}");
    story
        .as_("desk")
        .post(&format!("/cmp/v1/plannedOutage/{number}/cancellation"), json!({ "reason": "not needed" }))
        .await
        .expect(200);
    assert!(said(&page(&story, &format!("/events/outages/{number}/"))).contains("cancelled Upgrade"));
    let home = said(&page(&story, "/events/"));
    assert!(home.contains("None is announced."), "{home}");
    assert!(story.site_files().values().all(|text| !text.contains(&drafted)), "a draft is the desk's own");
}

#[tokio::test]
async fn wb_06_a_run_that_failed_is_made_good_by_the_next() {
    let story = Story::at(NOW).await;
    detects(&story, "A router is down", 2).await;
    story.wire.fails("PutObject", 1_000, Fault::Down);
    let number = detects(&story, "A switch is down", 1).await;
    assert_eq!(read(&story, &format!("/events/{number}/")).0, 404);
    story.wire.mended();
    story.turn("PT1H").await;
    assert!(page(&story, "/events/").contains(&number));
    assert!(page(&story, "/events/past/2026-06/severity/1/").contains(&number));
    story.world.rebuild_sites().await.unwrap();
    let made = story.site_files();
    story.remove_sites();
    story.world.rebuild_sites().await.unwrap();
    assert_eq!(story.site_files(), made);
}

#[tokio::test]
async fn wb_01_what_is_linked_is_told_under_its_primary_and_is_down_no_longer() {
    let story = Story::at(NOW).await;
    let (first, second) = (detects(&story, "IMA is down", 1).await, detects(&story, "A router is down", 1).await);
    story.turn("PT1H").await;
    act(&story, &first, "link", json!({ "primary": second })).await;
    let home = said(&page(&story, "/events/"));
    assert!(home.starts_with("1 open"), "{home}");
    assert!(said(&page(&story, &format!("/events/{first}/"))).contains(&format!("told as ticket {second} now")));
    // Its successor is told in its place.
    act(&story, &first, "primary", json!({ "reason": "it has the traces" })).await;
    let home = said(&page(&story, "/events/"));
    assert!(home.starts_with("1 open") && home.contains(&format!("told as {first}")), "{home}");
    story.turn("PT1H").await;
    update(&story, &first, json!({ "status": "resolved", "resolution": "replaced" })).await;
    act(&story, &first, "close", json!({ "disposition": "resolved" })).await;
    assert!(said(&page(&story, "/events/")).starts_with("No open events"));
    story.turn_to("2026-06-05T12:00:00Z").await;
    let told = said(&page(&story, "/events/availability/"));
    assert!(told.contains("2026-06-02 2 h - - In all 2 h - -"), "{told}");
}

#[tokio::test]
async fn wb_01_a_correction_after_the_closing_moves_no_end() {
    let story = Story::at(NOW).await;
    let number = detects(&story, "IMA is down", 1).await;
    story.turn("PT1H").await;
    act(&story, &number, "close", json!({ "disposition": "resolved", "resolution": "replaced" })).await;
    story.turn("P40D").await;
    act(&story, &number, "notice/1/correction", json!({ "correction": "It was a switch", "reason": "misread" })).await;
    let event = page(&story, &format!("/events/{number}/"));
    assert!(said(&event).contains("notice 1 is corrected by it"), "{event}");
    // What it says stands in the text that was sent, too.
    assert_eq!(event.matches("It was a switch").count(), 2, "{event}");
    let month = said(&page(&story, "/events/past/2026-06/"));
    assert!(
        month.contains("closed (Resolved) 2026-06-02 10:00 MDT (16:00 UTC) 2026-06-02 11:00 MDT (17:00 UTC)"),
        "{month}"
    );
}

#[tokio::test]
async fn wb_05_what_goes_on_behind_a_planned_outage_and_what_was_no_trouble_is_counted_as_it_was() {
    let story = Story::at(NOW).await;
    let outage = json!({
        "interface": "IMA", "description": "Upgrade", "impact": { "other": "none" },
        "start": "2026-06-03T16:00:00Z", "stop": "2026-06-03T18:00:00Z",
    });
    let planned = story.as_("desk").post("/cmp/v1/plannedOutage", outage.clone()).await.expect(201).text("id");
    let mut unnoticed = outage;
    unnoticed["maintenanceImpact"] = json!("NO-IMPACT");
    (unnoticed["start"], unnoticed["stop"]) = (json!("2026-06-04T16:00:00Z"), json!("2026-06-08T16:00:00Z"));
    story.as_("desk").post("/cmp/v1/plannedOutage", unnoticed).await.expect(201);
    story.turn_to("2026-06-03T17:55:00Z").await;
    let down = detects(&story, "IMA does not come back", 1).await;
    story.turn_to("2026-06-03T21:00:00Z").await;
    let ended = format!("/cmp/v1/plannedOutage/{planned}/end");
    story.as_("desk").post(&ended, json!({})).await.expect(200);
    act(&story, &down, "close", json!({ "disposition": "resolved", "resolution": "restarted" })).await;
    story.turn_to("2026-06-04T17:00:00Z").await;
    let none = detects(&story, "It was the CLEC's own", 1).await;
    story.turn("PT5H").await;
    act(&story, &none, "close", json!({ "disposition": "noTroubleFound" })).await;
    story.turn_to("2026-06-06T12:00:00Z").await;
    let told = said(&page(&story, "/events/availability/"));
    let (_, told) = told.split_once("the latest first").unwrap();
    assert!(told.contains("2026-06-03 3 h - 2 h In all 3 h - 2 h"), "{told}");
}
