//! WB-02, WB-04, WB-06: the CMP site, files that everybody reads: change requests by phase and with their dated history, meetings with
//! their packages, releases, the Date TBD list, the archive by year and product.

use crate::{
    acts::update,
    site::{page, read, said},
};
use serde_json::{Value, json};
use tests::{
    Story, document,
    story::{CHANGE_REQUESTS, RELEASES},
};

const NOW: &str = "2026-03-04T17:00:00Z";

fn form(title: &str) -> Value {
    json!({
        "kind": "systems", "title": title, "description": "A single source document", "contact": "canary: whom to reach",
        "company": "Alpha Communications", "products": ["LNP", "UNE-P"], "interfaces": ["EDI"],
    })
}

async fn does(story: &Story, id: &str, task: &str, body: Value) -> Value {
    story.as_("desk").post(&format!("{CHANGE_REQUESTS}/{id}/{task}"), body).await.expect(200).body
}

/// Submits one as alpha, and has it logged.
async fn submitted(story: &Story, title: &str) -> (String, String) {
    let id = story.as_("alpha").post(CHANGE_REQUESTS, form(title)).await.expect(201).text("id");
    let number = does(story, &id, "acknowledgment", json!({})).await["number"].as_str().unwrap().to_owned();
    (id, number)
}

#[tokio::test]
async fn wb_02_a_change_request_is_on_the_site_from_its_posting_on_and_not_before() {
    let story = Story::at(NOW).await;
    story.world.rebuild_sites().await.unwrap();
    assert!(said(&page(&story, "/cmp/")).contains("No change request is open."));
    let (id, number) = submitted(&story, "One document for EDI").await;
    assert_eq!(read(&story, &format!("/cmp/{number}/")).0, 404, "it is not posted yet");
    does(&story, &id, "posting", json!({})).await;
    let home = said(&page(&story, "/cmp/"));
    for told in [
        "Submission",
        number.as_str(),
        "One document for EDI",
        "Alpha Communications",
        "LNP, UNE-P",
        "2026-03-04",
        "by 2026-03-",
    ] {
        assert!(home.contains(told), "{told}: {home}");
    }
    let request = said(&page(&story, &format!("/cmp/{number}/")));
    for told in ["A single source document", "Posted", "clarification step 3", "Came to step 1, CLEC Request"] {
        assert!(request.contains(told), "{told}: {request}");
    }
    // Its originator takes it back: it is over.
    let withdrawal = format!("{CHANGE_REQUESTS}/{id}/withdrawal");
    story.as_("alpha").post(&withdrawal, json!({ "reason": "not needed any more" })).await.expect(200);
    assert!(said(&page(&story, "/cmp/")).contains("No change request is open."));
    assert!(said(&page(&story, "/cmp/archive/")).contains("2026 (1)"));
    for part in ["year/2026", "product/lnp", "product/une-p"] {
        assert!(said(&page(&story, &format!("/cmp/archive/{part}/"))).contains(&number), "{part}");
    }
    assert!(story.site_files().values().all(|text| !text.contains("canary")));
}

#[tokio::test]
async fn cr_12_a_change_request_that_crossed_over_is_told_under_its_former_number_too() {
    let story = Story::at(NOW).await;
    let (id, former) = submitted(&story, "One document for EDI").await;
    does(&story, &id, "posting", json!({})).await;
    let crossed =
        does(&story, &id, "crossover", json!({ "kind": "productProcess", "reason": "no system changes" })).await;
    let number = crossed["number"].as_str().unwrap().trim_end_matches('X');
    assert_ne!(number, former);
    let withdrawal = json!({ "reason": "not needed any more" });
    story.as_("alpha").post(&format!("{CHANGE_REQUESTS}/{id}/withdrawal"), withdrawal).await.expect(200);
    let now = page(&story, &format!("/cmp/{number}/"));
    assert!(said(&now).contains("Withdrawn"), "{now}");
    assert_eq!(page(&story, &format!("/cmp/{former}/")), now);
}

/// A document is bytes of somebody else's: it is saved, never shown, and under the name that it was given.
#[tokio::test]
async fn wb_02_a_change_request_has_its_documents_on_the_site_from_its_posting_on() {
    let story = Story::at(NOW).await;
    let (id, number) = submitted(&story, "One document for EDI").await;
    let record = format!("{CHANGE_REQUESTS}/{id}");
    let bytes = b"<script>alert(1)</script>";
    let mut early = document("Order forms, \u{e9}d. 2.html", bytes);
    early["mediaType"] = "text/html".into();
    story.as_("alpha").attach(&record, &early, bytes).await;
    let of = |place: u32| format!("/cmp/{number}/documents/{place}.bin");
    assert_eq!(read(&story, &of(1)).0, 404, "it is not posted yet");
    does(&story, &id, "posting", json!({})).await;
    story.as_("desk").attach(&record, &document("minutes.txt", b"agreed"), b"agreed").await;
    let told = page(&story, &format!("/cmp/{number}/")).replace("&#x2f;", "/");
    for (place, name, size) in [(1, "Order forms, \u{e9}d. 2.html", bytes.len()), (2, "minutes.txt", 6)] {
        assert!(told.contains(&of(place)), "{told}");
        assert!(said(&told).contains(name) && said(&told).contains(&format!("{size} bytes")), "{told}");
    }
    let file = story.world.site_file(&of(1));
    assert_eq!((file.status, &file.body[..]), (200, &bytes[..]));
    let header = |name: &str| file.headers.get(name).map(|value| value.to_str().unwrap());
    let saved =
        "attachment; filename=\"Order forms_ _d. 2.html\"; filename*=UTF-8''Order%20forms%2C%20%C3%A9d.%202.html";
    assert_eq!(header("content-disposition"), Some(saved));
    assert_eq!(header("content-type"), Some("application/octet-stream"), "it is no page, and no script");
    assert_eq!(read(&story, &of(2)).1, "agreed");
    // After a restore they are made again, of what the desk keeps.
    story.remove_sites();
    story.world.rebuild_sites().await.unwrap();
    assert_eq!(story.world.site_file(&of(1)).body, bytes);
}

#[tokio::test]
async fn wb_04_what_a_party_alone_may_know_of_a_change_request_is_on_no_page() {
    let story = Story::at(NOW).await;
    let draft = json!({ "draft": true, "title": "canary: a draft" });
    story.as_("beta").post(CHANGE_REQUESTS, draft).await.expect(201);
    let (id, number) = submitted(&story, "One document for EDI").await;
    does(&story, &id, "posting", json!({})).await;
    let meeting = json!({ "at": "2026-03-10T17:00:00Z", "bridge": "canary: how to dial in" });
    does(&story, &id, "clarificationMeeting", meeting).await;
    let release =
        json!({ "name": "IMA 20.0", "productionDate": "2026-03-16", "reviewCall": { "bridge": "canary: the bridge" } });
    let release = story.as_("desk").post(RELEASES, release).await.expect(201).text("id");
    story
        .as_("beta")
        .post(&format!("{RELEASES}/{release}/issue"), json!({ "text": "canary: beta's issue" }))
        .await
        .expect(201);
    let held = story.report("gamma", "moderate").await;
    update(&story, &held, json!({ "status": "held", "statusChangeReason": "canary: the source of the problem" })).await;
    story.world.rebuild_sites().await.unwrap();
    let files = story.site_files();
    assert!(files.contains_key(&format!("cmp/{number}/index.html")) && files.contains_key("cmp/releases/index.html"));
    for (path, text) in &files {
        assert!(!text.contains("canary"), "{path}");
        for clec in ["beta", "gamma"] {
            assert!(!text.contains(clec), "{path} names {clec}");
        }
    }
    assert!(said(&files["cmp/releases/index.html"]).contains("IMA IMA 20.0 Number"));
    // That there is such a ticket is told on the list; what it is of, is not.
    let list = said(&files["cmp/date-tbd/index.html"]);
    assert!(list.contains(&held) && !list.contains("IMA"), "{list}");
}

#[tokio::test]
async fn wb_02_a_meeting_has_its_package_as_it_was_distributed_its_minutes_and_action_items() {
    const MEETINGS: &str = "/cmp/v1/meeting";
    let story = Story::at(NOW).await;
    let (id, number) = submitted(&story, "One document for EDI").await;
    does(&story, &id, "posting", json!({})).await;
    let desk = story.as_("desk");
    let ad_hoc =
        json!({ "kind": "systems", "date": "2026-04-16", "place": "canary: the bridge", "purpose": "One topic" });
    let meeting = desk.post(MEETINGS, ad_hoc).await.expect(201).text("id");
    let meeting = format!("{MEETINGS}/{meeting}");
    for date in ["2026-04-15", "2026-04-16"] {
        desk.post(&format!("/cmp/v1/monthlyMeeting/{date}/distribution"), json!({})).await.expect(200);
    }
    assert_eq!(
        read(&story, "/cmp/meetings/2026-04-16/package.html").0,
        404,
        "until its day it may be distributed anew"
    );
    // What comes after the distribution is not in the package.
    let withdrawal = format!("{CHANGE_REQUESTS}/{id}/withdrawal");
    story.as_("alpha").post(&withdrawal, json!({ "reason": "not needed any more" })).await.expect(200);
    story.as_("alpha").post(&format!("{meeting}/agendaItem"), json!({ "text": "A late topic" })).await.expect(200);
    story.turn_to("2026-04-16T18:00:00Z").await;
    story.world.rebuild_sites().await.unwrap();
    desk.post(&format!("{meeting}/agendaItem"), json!({ "text": "A topic of the day" })).await.expect(200);
    let action = json!({ "text": "Send the form", "owner": "alpha", "dueDate": "2026-04-20" });
    desk.post(&format!("{meeting}/actionItem"), action).await.expect(200);
    desk.post(&format!("{meeting}/minutes"), json!({ "text": "All agreed." })).await.expect(200);
    let package = page(&story, "/cmp/meetings/2026-04-15/package.html");
    assert!(said(&package).contains(&number) && !said(&package).contains("Withdrawn"), "{package}");
    assert!(package.replace("&#x2f;", "/").contains(&format!("<a href=\"/cmp/{number}/\">")), "{package}");
    assert!(!package.contains("cmp&#x2f;v1") && !package.contains("style="), "nothing of the API, or of another style");
    for date in ["2026-04-15", "2026-04-16"] {
        let answer = story.world.site_file(&format!("/cmp/meetings/{date}/package.docx"));
        assert_eq!((answer.status, &answer.body[..2]), (200, &b"PK"[..]));
    }
    assert!(said(&page(&story, "/cmp/meetings/")).contains("2026-04-16"));
    let day = said(&page(&story, "/cmp/meetings/2026-04-16/"));
    for told in [
        "One topic",
        "Package, as a page",
        "A late topic (alpha)",
        "A topic of the day (provider, walk-on)",
        "Send the form: alpha, by 2026-04-20",
        "All agreed.",
    ] {
        assert!(day.contains(told), "{told}: {day}");
    }
    // How to dial in is told to CLECs alone.
    let of_api = story.as_("beta").get(&meeting).await.expect(200).body;
    assert_eq!(of_api["place"], "canary: the bridge");
    assert!(story.site_files().values().all(|text| !text.contains("canary")));
    // A year and more later it is still there, also after a restore; and a date that a meeting was moved from leads to the new one.
    story.turn_without_checks("2027-06-01T18:00:00Z").await;
    let moved = json!({ "kind": "systems", "date": "2027-06-15", "purpose": "Another topic" });
    let moved = desk.post(MEETINGS, moved).await.expect(201).text("id");
    let to = json!({ "date": "2027-06-22", "reason": "the room is taken" });
    desk.post(&format!("{MEETINGS}/{moved}/move"), to).await.expect(200);
    assert!(said(&page(&story, "/cmp/meetings/2027-06-15/")).contains("was moved to 2027-06-22"));
    story.remove_sites();
    story.world.rebuild_sites().await.unwrap();
    assert_eq!(page(&story, "/cmp/meetings/2026-04-15/package.html"), package);
    assert!(said(&page(&story, "/cmp/meetings/")).contains("2026-04-16"));
}

#[tokio::test]
async fn wb_02_the_archive_of_real_ones_is_there_by_year_and_product() {
    let story = Story::at(NOW).await;
    let real: Value = serde_json::from_str(include_str!("../data/change-requests.json")).unwrap();
    story.as_("desk").post("/cmp/v1/archive", real).await.expect(200);
    story.world.rebuild_sites().await.unwrap();
    let request = said(&page(&story, "/cmp/PC030504-1/"));
    assert!(request.contains("Qwest Premise Visits for Wirechecks"), "{request}");
    assert!(request.contains("2004-"), "its dated history: {request}");
    let archive = said(&page(&story, "/cmp/archive/"));
    assert!(archive.contains("2004 (") && archive.contains("2001 ("), "{archive}");
    // A further act makes the same files as all of them anew.
    let before = story.site_files();
    let (id, _) = submitted(&story, "One document for EDI").await;
    does(&story, &id, "posting", json!({})).await;
    let acted = story.site_files();
    assert!(before.len() < acted.len());
    story.remove_sites();
    story.world.rebuild_sites().await.unwrap();
    assert_eq!(story.site_files().keys().collect::<Vec<_>>(), acted.keys().collect::<Vec<_>>());
    assert_eq!(story.site_files(), acted);
}

#[tokio::test]
async fn wb_06_date_tbd_tickets_of_events_are_told_with_what_everybody_was_told() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    update(&story, &number, json!({ "event": true, "eventDescription": "Slow answers of IMA" })).await;
    update(
        &story,
        &number,
        json!({ "status": "held", "statusChangeReason": "an index", "reasonVisibility": "public" }),
    )
    .await;
    story.world.rebuild_sites().await.unwrap();
    let list = said(&page(&story, "/cmp/date-tbd/"));
    assert!(list.contains(&number) && list.contains("Slow answers of IMA"), "{list}");
}
