//! CR-20: a meeting is moved, cancelled, or convened ad hoc, and what hangs on it follows; a presentation is at a meeting of its kind.

use super::flow::{ALL, ISSUED, Led, accepted, leap, subscribed, to, told, until};
use serde_json::{Value, json};
use tests::{Story, story::MEETINGS};

/// The id of a month's meeting.
async fn of_month(story: &Story, kind: &str, month: &str) -> String {
    let listed = story.as_("beta").get(&format!("{MEETINGS}?kind={kind}")).await.expect(200).body;
    let found = listed.as_array().unwrap().iter().find(|of| of["month"] == month);
    found.unwrap_or_else(|| panic!("no meeting of {month} in {listed}"))["id"].as_str().unwrap().to_owned()
}

async fn moves(story: &Story, id: &str, date: &str) -> Value {
    let body = json!({ "date": date, "reason": "the hall is taken" });
    story.as_("desk").post(&format!("{MEETINGS}/{id}/move"), body).await.expect(200).body
}

/// The numbers that a meeting has to present.
async fn to_present(story: &Story, date: &str) -> Vec<String> {
    let package = story.as_("beta").get(&format!("/cmp/v1/monthlyMeeting/{date}")).await.expect(200).body;
    let rows = package["toPresent"].as_array().unwrap().iter();
    rows.map(|row| row["number"].as_str().unwrap().to_owned()).collect()
}

fn presented(date: &str) -> Value {
    json!({ "meeting": date, "consensus": "Open at five" })
}

#[tokio::test]
async fn cr_20_what_waits_for_a_moved_meeting_is_not_missed() {
    let story = subscribed().await;
    let led = Led::clarified(&story).await;
    let number = led.read("beta").await["number"].as_str().unwrap().to_owned();
    told(&story).await;
    let march = of_month(&story, "productProcess", "2026-03").await;
    let moved = moves(&story, &march, "2026-03-25").await;
    let expected = json!({
        "id": march, "href": format!("{MEETINGS}/{march}"), "kind": "productProcess", "month": "2026-03",
        "byRule": "2026-03-18", "date": "2026-03-25", "status": "moved",
        "moved": [{ "from": "2026-03-18", "reason": "the hall is taken", "at": "2026-03-10T16:00:00Z" }],
        "package": "/cmp/v1/monthlyMeeting/2026-03-25",
    });
    assert_eq!(moved, expected);
    assert_eq!(story.as_("gamma").get(&format!("{MEETINGS}/{march}")).await.expect(200).body, expected);
    let heading = "Monthly product/process meeting of 2026-03 is on 2026-03-25";
    assert_eq!(told(&story).await, to(&ALL, heading));
    // The agenda and the deadline are of the new date; systems meet as the rule says.
    assert_eq!(to_present(&story, "2026-03-25").await, [number]);
    assert_eq!(to_present(&story, "2026-03-18").await, Vec::<String>::new());
    let package = story.as_("beta").get("/cmp/v1/monthlyMeeting/2026-03-18").await.expect(200).body;
    assert_eq!(package["kinds"], json!(["systems"]));
    assert_eq!(led.deadline("presentation").await["by"], "2026-03-25");
    until(&story, "2026-03-20T16:00:00Z").await;
    assert_eq!(led.deadline("presentation").await["standing"], "warned");
    // It was not presented on a day without a meeting of its kind.
    let refused = led.by("desk", "presentation", presented("2026-03-18")).await.expect(400);
    assert_eq!(refused.faults(), [("meeting".to_owned(), "CR-06".to_owned())].into());
    let detail = refused.body["errors"][0]["detail"].as_str().unwrap();
    assert!(detail.ends_with("there is none on it, but on 2026-01-21, 2026-02-18, 2026-03-25, 2026-04-15"), "{detail}");
    until(&story, "2026-03-25T16:00:00Z").await;
    led.desk("presentation", presented("2026-03-25")).await;
    assert_eq!(led.deadline("presentation").await["standing"], "kept");
}

#[tokio::test]
async fn cr_20_a_meeting_that_is_earlier_is_missed_at_its_new_date() {
    let story = subscribed().await;
    let led = Led::clarified(&story).await;
    moves(&story, &of_month(&story, "productProcess", "2026-03").await, "2026-03-12").await;
    until(&story, "2026-03-13T05:59:00Z").await;
    assert_eq!(led.deadline("presentation").await["standing"], "warned");
    until(&story, "2026-03-13T06:01:00Z").await;
    assert_eq!(led.deadline("presentation").await["standing"], "missed");
    let lines = story.events("changeRequest.changed");
    let missed = lines.iter().filter(|event| event["data"]["facts"][0]["deadline"] == "presentation");
    let missed: Vec<&str> = missed.map(|event| event["at"].as_str().unwrap()).collect();
    assert_eq!(missed.last(), Some(&"2026-03-13T06:00:00Z"), "{missed:?}");
}

#[tokio::test]
async fn cr_20_what_waits_for_a_cancelled_meeting_is_for_the_next_one() {
    let story = subscribed().await;
    let led = Led::clarified(&story).await;
    let number = led.read("beta").await["number"].as_str().unwrap().to_owned();
    let march = of_month(&story, "productProcess", "2026-03").await;
    told(&story).await;
    let cancellation = format!("{MEETINGS}/{march}/cancellation");
    story.as_("alpha").post(&cancellation, json!({ "reason": "no" })).await.expect(403);
    let reason = json!({ "reason": "a blizzard" });
    for _ in 0..2 {
        let cancelled = story.as_("desk").post(&cancellation, reason.clone()).await.expect(200).body;
        assert_eq!((&cancelled["status"], &cancelled["package"]), (&json!("cancelled"), &Value::Null));
        assert_eq!(cancelled["cancellation"]["reason"], "a blizzard");
    }
    let heading = "Monthly product/process meeting of 2026-03, of 2026-03-18, does not take place";
    assert_eq!(told(&story).await, to(&ALL, heading));
    assert_eq!(led.deadline("presentation").await["by"], "2026-04-15");
    assert_eq!(to_present(&story, "2026-04-15").await, [number]);
    leap(&story, "2026-03-20T16:00:00Z").await;
    assert_ne!(led.deadline("presentation").await["standing"], "missed");
    led.by("desk", "presentation", presented("2026-03-18")).await.expect(400);
}

/// March's is behind April's: when it is cancelled, what waited for it is due earlier.
#[tokio::test]
async fn cr_20_what_waits_for_a_late_meeting_that_is_cancelled_is_told_in_time() {
    let story = subscribed().await;
    let led = Led::clarified(&story).await;
    let march = of_month(&story, "productProcess", "2026-03").await;
    moves(&story, &march, "2026-04-29").await;
    assert_eq!(led.deadline("presentation").await["by"], "2026-04-29");
    // The clock that waits for the meeting of March now waits for that of April.
    leap(&story, "2026-03-19T16:00:00Z").await;
    let cancellation = format!("{MEETINGS}/{march}/cancellation");
    story.as_("desk").post(&cancellation, json!({ "reason": "a blizzard" })).await.expect(200);
    assert_eq!(led.deadline("presentation").await["by"], "2026-04-15");
    until(&story, "2026-04-16T06:01:00Z").await;
    let lines = story.events("changeRequest.changed");
    let missed = lines.iter().filter(|event| event["data"]["facts"][0]["fact"] == "missed");
    let missed = missed.filter(|event| event["data"]["facts"][0]["deadline"] == "presentation");
    let missed: Vec<&str> = missed.map(|event| event["at"].as_str().unwrap()).collect();
    assert_eq!(missed, ["2026-04-16T06:00:00Z"]);
    // The cancellation was a mistake: it takes place.
    leap(&story, "2026-04-20T16:00:00Z").await;
    let again = moves(&story, &march, "2026-04-29").await;
    assert_eq!((&again["status"], &again["cancellation"]), (&json!("moved"), &Value::Null));
}

#[tokio::test]
async fn cr_20_an_ad_hoc_meeting_is_one_that_something_is_presented_at() {
    let story = subscribed().await;
    let led = Led::clarified(&story).await;
    until(&story, "2026-03-12T16:00:00Z").await;
    told(&story).await;
    led.by("desk", "presentation", presented("2026-03-12")).await.expect(400);
    // One of systems is none of its kind.
    for kind in ["systems", "productProcess"] {
        led.by("desk", "presentation", presented("2026-03-12")).await.expect(400);
        let body = json!({ "kind": kind, "date": "2026-03-12", "place": "10:00 MT", "purpose": "longer hours" });
        let convened = story.as_("desk").with("Idempotency-Key", kind).post(MEETINGS, body.clone()).await.expect(201);
        // It is of today, and section 3.0 wants five business days.
        assert_eq!((&convened.body["shortNotice"], &convened.body["status"]), (&json!(true), &json!("scheduled")));
        let again = story.as_("desk").with("Idempotency-Key", kind).post(MEETINGS, body.clone()).await.expect(201);
        assert_eq!(again.body, convened.body);
        story.as_("desk").post(MEETINGS, body).await.expect(400);
    }
    let headings = ["Ad hoc systems meeting on 2026-03-12", "Ad hoc product/process meeting on 2026-03-12"];
    let mut expected: Vec<String> = headings.iter().flat_map(|heading| to(&ALL, heading)).collect();
    expected.sort();
    assert_eq!(told(&story).await, expected);
    let shown = led.desk("presentation", presented("2026-03-12")).await;
    // Its receipt leads to the meeting of the 18th.
    assert_eq!(shown["presentation"]["walkOn"], true);
    let package = story.as_("beta").get("/cmp/v1/monthlyMeeting/2026-03-12").await.expect(200).body;
    assert_eq!(package["toPresent"][0]["walkOn"], true);
    assert_eq!(led.deadline("presentation").await["standing"], "kept");
    // Its response is for a monthly meeting.
    leap(&story, ISSUED).await;
    let led = led.answers(accepted()).await;
    assert_eq!(led.deadline("responsePresentation").await["by"], "2026-04-15");
    led.by("desk", "responsePresentation", json!({ "meeting": "2026-03-27" })).await.expect(400);
    let listed = story.as_("beta").get(&format!("{MEETINGS}?from=2026-03-01&limit=4")).await.expect(200);
    let shown = |of: &Value| {
        format!("{} {} {}", of["date"].as_str().unwrap(), of["kind"].as_str().unwrap(), of["status"].as_str().unwrap())
    };
    let dates: Vec<String> = listed.body.as_array().unwrap().iter().map(shown).collect();
    assert_eq!(
        dates,
        [
            "2026-03-12 productProcess held",
            "2026-03-12 systems held",
            "2026-03-18 productProcess held",
            "2026-03-18 systems held"
        ]
    );
    assert!(listed.header("link").is_some(), "there is a next page");
}

#[tokio::test]
async fn cr_20_a_meeting_tells_what_was_walked_on_who_attended_and_what_is_to_be_done() {
    let story = subscribed().await;
    let led = Led::posted(&story).await;
    let march = of_month(&story, "productProcess", "2026-03").await;
    let path = |task: &str| format!("{MEETINGS}/{march}/{task}");
    let does = async |who: &str, task: &str, body: Value| story.as_(who).post(&path(task), body).await;
    // Anybody puts something on the agenda, of a change request that is posted.
    let item = json!({ "text": "Sundays", "changeRequest": led.id });
    does("beta", "agendaItem", item).await.expect(200);
    let draft = story.as_("alpha").post(tests::story::CHANGE_REQUESTS, json!({ "draft": true })).await.expect(201);
    let hidden = json!({ "text": "mine", "changeRequest": draft.text("id") });
    assert_eq!(
        does("alpha", "agendaItem", hidden).await.expect(404).faults().keys().collect::<Vec<_>>(),
        ["changeRequest"]
    );
    // What only a meeting has that began.
    for (task, body) in [
        ("attendance", json!({ "people": ["Cara"] })),
        ("actionItem", json!({ "text": "find out", "dueDate": "2026-03-31" })),
        ("minutes", json!({ "text": "All were heard" })),
    ] {
        does("desk", task, body.clone()).await.expect(409);
        does("alpha", task, body).await.expect(403);
    }
    leap(&story, super::flow::MEETING).await;
    told(&story).await;
    does("gamma", "agendaItem", json!({ "text": "Holidays" })).await.expect(200);
    for (clec, people) in [(Some("alpha"), vec!["Ann", "Abe"]), (Some("beta"), vec!["Bob"]), (None, vec!["Cara"])] {
        does("desk", "attendance", json!({ "clec": clec, "people": people })).await.expect(200);
    }
    let early = json!({ "text": "count calls", "owner": "alpha", "dueDate": "2026-03-17" });
    assert!(does("desk", "actionItem", early).await.expect(400).faults().contains_key("dueDate"));
    does("desk", "actionItem", json!({ "text": "count calls", "owner": "alpha", "dueDate": "2026-03-31" }))
        .await
        .expect(200);
    does("desk", "actionItem", json!({ "text": "ask the director", "dueDate": "2026-03-31" })).await.expect(200);
    assert_eq!(told(&story).await, Vec::<String>::new());
    for _ in 0..2 {
        does("desk", "minutes", json!({ "text": "All were heard" })).await.expect(200);
    }
    assert_eq!(
        told(&story).await,
        to(&ALL, "Minutes of the monthly product/process meeting of 2026-03, of 2026-03-18")
    );
    leap(&story, "2026-03-19T16:00:00Z").await;
    // Its owner says that it is done, or the provider; and what was walked on is recorded by the provider later.
    does("beta", "actionItem/1/completion", json!({})).await.expect(403);
    does("alpha", "actionItem/1/completion", json!({ "outcome": "412 calls" })).await.expect(200);
    does("alpha", "actionItem/3/completion", json!({})).await.expect(404);
    does("gamma", "agendaItem", json!({ "text": "late" })).await.expect(403);
    does("desk", "agendaItem", json!({ "text": "Nights" })).await.expect(200);
    let read = async |who: &str| story.as_(who).get(&format!("{MEETINGS}/{march}")).await.expect(200).body;
    let shown = read("beta").await;
    let told_of = |of: &Value| json!([of["text"], of["by"], of["walkOn"] == true]);
    let agenda: Vec<Value> = shown["agenda"].as_array().unwrap().iter().map(told_of).collect();
    let expected = json!([["Sundays", "beta", false], ["Holidays", "gamma", true], ["Nights", "provider", true]]);
    assert_eq!(json!(agenda), expected);
    assert_eq!(shown["agenda"][0]["changeRequest"], led.path(""));
    // Who of a party was there, that party and the provider read.
    let people = |shown: &Value| {
        json!(shown["attendance"].as_array().unwrap().iter().map(|of| of["people"].clone()).collect::<Vec<_>>())
    };
    assert_eq!(people(&shown), json!([null, ["Bob"], null]));
    assert_eq!(people(&read("desk").await), json!([["Ann", "Abe"], ["Bob"], ["Cara"]]));
    assert_eq!(shown["attendance"][0]["party"], "alpha");
    assert_eq!(
        shown["actionItems"],
        json!([
            {
                "number": 1, "text": "count calls", "owner": "alpha", "dueDate": "2026-03-31", "at": "2026-03-18T16:00:00Z",
                "doneAt": "2026-03-19T16:00:00Z", "outcome": "412 calls",
            },
            { "number": 2, "text": "ask the director", "owner": "provider", "dueDate": "2026-03-31", "at": "2026-03-18T16:00:00Z" },
        ])
    );
    assert_eq!((&shown["minutes"], &shown["status"]), (&json!("All were heard"), &json!("held")));
}

#[tokio::test]
async fn cr_20_a_past_package_is_told_as_it_was_distributed() {
    let story = subscribed().await;
    let led = Led::clarified(&story).await;
    let at = |form: &str| format!("/cmp/v1/monthlyMeeting/2026-03-18{form}");
    let distribute = async |who: &str| story.as_(who).post(&at("/distribution"), json!({})).await;
    distribute("alpha").await.expect(403);
    told(&story).await;
    // Distributed anew, the last one counts.
    distribute("desk").await.expect(200);
    led.patch("alpha", json!({ "title": "Even longer hours" })).await.expect(200);
    let distributed = distribute("desk").await.expect(200).body;
    assert_eq!(distributed["distributedAt"], "2026-03-10T16:00:00Z");
    let heading = "Package of the monthly product/process meeting of 2026-03, of 2026-03-18";
    let lines = told(&story).await;
    assert_eq!(lines.iter().filter(|line| line.ends_with(heading)).count(), 8, "{lines:?}");
    let titled = async |who: &str, form: &str| -> Vec<String> {
        let package = story.as_(who).get(&at(form)).await.expect(200).body;
        let rows = package["toPresent"].as_array().unwrap().iter();
        rows.map(|row| row["title"].as_str().unwrap().to_owned()).collect()
    };
    // Until its day it is told as it stands.
    led.patch("alpha", json!({ "title": "Hours without end" })).await.expect(200);
    assert_eq!(titled("beta", "").await, ["Hours without end"]);
    leap(&story, super::flow::MEETING).await;
    led.by("alpha", "withdrawal", json!({ "reason": "it is settled" })).await.expect(200);
    for (who, form) in [("beta", ""), ("alpha", ""), ("desk", ""), ("desk", "?for=clecs")] {
        assert_eq!(titled(who, form).await, ["Even longer hours"], "{who} {form}");
    }
    // The desk's own is of what is known now.
    assert_eq!(titled("desk", "?for=desk").await, Vec::<String>::new());
    let kept = story.as_("beta").get(&at("")).await.expect(200);
    assert_eq!((&kept.body["asOf"], &kept.body["madeFor"]), (&json!("2026-03-10T16:00:00Z"), &json!("clecs")));
    let etag = kept.header("etag").unwrap().to_owned();
    story.as_("beta").with("If-None-Match", &etag).get(&at("")).await.expect(304);
    let page = String::from_utf8(story.as_("beta").get(&at("/package.html")).await.expect(200).bytes).unwrap();
    assert!(page.contains("Even longer hours") && !page.contains("Hours without end"), "{page}");
    assert!(story.as_("beta").get(&at("/package.docx")).await.expect(200).bytes.starts_with(b"PK"));
    leap(&story, "2026-03-19T16:00:00Z").await;
    distribute("desk").await.expect(409);
}

/// A meeting long ago, of which nothing is known but the rule, is no meeting that could be read.
#[tokio::test]
async fn cr_20_each_meeting_that_is_listed_is_read() {
    let story = subscribed().await;
    for (from, count) in
        [("2020-01-01", 0), ("2023-05-01", 4), ("2026-03-10", 24), ("2027-12-01", 8), ("2030-01-01", 0)]
    {
        let path = format!("{MEETINGS}?from={from}&limit=50");
        let listed = story.as_("beta").get(&path).await.expect(200).body;
        let listed = listed.as_array().unwrap();
        assert_eq!(listed.len(), count, "{from}");
        for of in listed {
            story.as_("beta").get(of["href"].as_str().unwrap()).await.expect(200);
        }
    }
}

/// What people brought to an ad hoc meeting, and where it is, stands in its package.
#[tokio::test]
async fn cr_20_a_package_has_the_items_and_the_place_of_its_meetings() {
    let story = subscribed().await;
    let convened = json!({
        "kind": "systems", "date": "2026-03-12", "place": "10:00 MT, room 5", "purpose": "one document for EDI",
    });
    let meeting = story.as_("desk").post(MEETINGS, convened).await.expect(201).body;
    let item = json!({ "text": "Sundays & nights" });
    story.as_("beta").post(&format!("{}/agendaItem", meeting["href"].as_str().unwrap()), item).await.expect(200);
    let package = story.as_("gamma").get("/cmp/v1/monthlyMeeting/2026-03-12").await.expect(200).body;
    let expected = json!([{
        "href": meeting["href"], "name": "Ad hoc systems meeting", "adHoc": true, "place": "10:00 MT, room 5",
        "purpose": "one document for EDI",
    }]);
    assert_eq!(package["meetings"], expected);
    let told = |of: &Value| (of["text"].clone(), of["by"].clone());
    assert_eq!(told(&package["agenda"][0]), (json!("Sundays & nights"), json!("beta")));
    let page = story.as_("gamma").get("/cmp/v1/monthlyMeeting/2026-03-12/package.html").await.expect(200);
    let page = String::from_utf8(page.bytes).unwrap();
    for text in [
        "Ad hoc CMP meeting: systems",
        "Ad hoc systems meeting, hour and place: 10:00 MT, room 5",
        "Sundays &amp; nights",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    // A monthly meeting is called one.
    let page = story.as_("gamma").get("/cmp/v1/monthlyMeeting/2026-03-18/package.html").await.expect(200);
    assert!(String::from_utf8(page.bytes).unwrap().contains("Monthly CMP meeting: product"));
}

/// Both kinds meet on 2026-03-18, and their package was distributed: one of them then leaves the day, or another comes onto it.
#[tokio::test]
async fn cr_20_a_distributed_package_is_of_the_meetings_that_are_held() {
    let story = subscribed().await;
    let distribute = async |date: &str| {
        let path = format!("/cmp/v1/monthlyMeeting/{date}/distribution");
        story.as_("desk").post(&path, json!({})).await.expect(200);
    };
    let read = async |date: &str| -> (Value, bool) {
        let package = story.as_("beta").get(&format!("/cmp/v1/monthlyMeeting/{date}")).await.expect(200).body;
        (package["kinds"].clone(), package["distributedAt"].is_string())
    };
    let [product, systems] = ["productProcess", "systems"];
    distribute("2026-03-18").await;
    distribute("2026-04-15").await;
    distribute("2026-05-20").await;
    // March: systems go a week later, where product and process meet beside them.
    moves(&story, &of_month(&story, systems, "2026-03").await, "2026-03-25").await;
    distribute("2026-03-25").await;
    let convened = json!({ "kind": product, "date": "2026-03-25", "purpose": "longer hours" });
    story.as_("desk").post(MEETINGS, convened).await.expect(201);
    // April: product and process, with which the package is kept, do not meet.
    let april = of_month(&story, product, "2026-04").await;
    let cancellation = format!("{MEETINGS}/{april}/cancellation");
    story.as_("desk").post(&cancellation, json!({ "reason": "a blizzard" })).await.expect(200);
    leap(&story, "2026-03-18T16:00:00Z").await;
    assert_eq!(read("2026-03-18").await, (json!([product]), false));
    // Distributed anew on the day, the package is the one that is kept.
    distribute("2026-03-18").await;
    assert_eq!(read("2026-03-18").await, (json!([product]), true));
    leap(&story, "2026-03-25T16:00:00Z").await;
    assert_eq!(read("2026-03-25").await, (json!([product, systems]), false));
    leap(&story, "2026-05-21T16:00:00Z").await;
    assert_eq!(read("2026-03-18").await, (json!([product]), true));
    assert_eq!(read("2026-04-15").await, (json!([systems]), false));
    assert_eq!(read("2026-05-20").await, (json!([product, systems]), true));
}

#[tokio::test]
async fn cr_20_a_meeting_tells_what_was_closed_since_the_last_one() {
    let story = subscribed().await;
    let led = Led::posted(&story).await;
    let other = Led::posted(&story).await;
    leap(&story, "2026-03-17T16:00:00Z").await;
    led.by("alpha", "withdrawal", json!({ "reason": "it is settled" })).await.expect(200);
    leap(&story, "2026-03-18T23:00:00Z").await;
    other.by("alpha", "withdrawal", json!({ "reason": "so is this" })).await.expect(200);
    let later = Led::begun(&story, "alpha", super::flow::form()).await;
    for task in ["acknowledgment", "posting"] {
        later.desk(task, json!({})).await;
    }
    let ended = async |date: &str| -> Vec<(Value, Value)> {
        let package = story.as_("beta").get(&format!("/cmp/v1/monthlyMeeting/{date}")).await.expect(200).body;
        package["ended"].as_array().unwrap().iter().map(|row| (row["id"].clone(), row["reason"].clone())).collect()
    };
    let [one, two] = [(&led, "it is settled"), (&other, "so is this")].map(|(of, why)| (json!(of.id), json!(why)));
    assert_eq!(ended("2026-03-18").await, [one, two.clone()]);
    assert_eq!(ended("2026-04-15").await, []);
    // What went on again did not end.
    other.desk("unforeseenStep", json!({ "step": "received", "reason": "it is not settled" })).await;
    assert_eq!(ended("2026-03-18").await.len(), 1);
    leap(&story, "2026-03-19T16:00:00Z").await;
    later.by("alpha", "withdrawal", json!({ "reason": "after it" })).await.expect(200);
    assert_eq!(ended("2026-03-18").await.len(), 1);
    assert_eq!(ended("2026-04-15").await, [(json!(later.id), json!("after it"))]);
}
