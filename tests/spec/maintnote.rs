//! PO-05, PO-06, WB-04: the calendar of planned outages, as it is written. `tests/verifiers/maintnote.py` reads one back with
//! the parsers that carriers use.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use tests::{
    Reply, Story,
    story::{OUTAGES, TICKETS},
};

const NOW: &str = "2026-03-04T18:00:00Z";
const CALENDAR: &str = "/cmp/v1/plannedOutage/calendar.ics";

fn maintenance(start: &str, stop: &str) -> Value {
    json!({ "interface": "IMA", "description": "Database upgrade", "impact": { "other": "no orders" }, "start": start, "stop": stop })
}

fn tuesday() -> Value {
    maintenance("2026-03-11T04:00:00Z", "2026-03-11T08:00:00Z")
}

/// The calendar as somebody without a token reads it.
async fn calendar(story: &Story) -> Reply {
    story.with_token(None).get(CALENDAR).await.expect(200)
}

/// The entries' properties, unfolded.
fn entries(reply: &Reply) -> Vec<BTreeMap<String, String>> {
    let text = String::from_utf8(reply.bytes.clone()).unwrap();
    assert!(text.ends_with("END:VCALENDAR\r\n"));
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "a line ends with CR LF alone");
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "a line has at most 75 octets");
    let unfolded = text.replace("\r\n ", "");
    let events =
        unfolded.split("BEGIN:VEVENT\r\n").skip(1).map(|event| event.split("\r\nEND:VEVENT\r\n").next().unwrap());
    let property = |line: &str| line.split_once(':').map(|(name, value)| (name.to_owned(), value.to_owned()));
    events.map(|event| event.split("\r\n").filter_map(property).collect()).collect()
}

#[tokio::test]
async fn po_06_an_entry_has_every_property_that_the_standard_demands() {
    let story = Story::at(NOW).await;
    let mut body = tuesday();
    body["maintenanceImpact"] = json!("REDUCED-REDUNDANCY");
    let number = story.as_("desk").post(OUTAGES, body).await.expect(201).text("id");
    let reply = calendar(&story).await;
    assert_eq!(reply.header("content-type"), Some("text/calendar; charset=utf-8"));
    assert_eq!(reply.header("cache-control"), Some("public, max-age=300"));
    let whole = String::from_utf8(reply.bytes.clone()).unwrap();
    assert!(whole.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:"), "{whole}");
    assert!(!whole.contains("METHOD"), "by default there is none (3.4.1)");
    let entry = entries(&reply).pop().unwrap();
    let expected = [
        ("UID", format!("{number}@provider.example")),
        ("DTSTAMP", "20260304T180000Z".to_owned()),
        ("LAST-MODIFIED", "20260304T180000Z".to_owned()),
        ("DTSTART", "20260311T040000Z".to_owned()),
        ("DTEND", "20260311T080000Z".to_owned()),
        ("SUMMARY", "Planned outage of IMA".to_owned()),
        ("SEQUENCE", "0".to_owned()),
        ("STATUS", "CONFIRMED".to_owned()),
        ("ORGANIZER;CN=Provider", "mailto:wshd@provider.example".to_owned()),
        ("X-MAINTNOTE-PROVIDER;VALUE=TEXT", "Provider".to_owned()),
        ("X-MAINTNOTE-ACCOUNT", "ALL".to_owned()),
        ("X-MAINTNOTE-MAINTENANCE-ID", number),
        ("X-MAINTNOTE-OBJECT-ID;VALUE=TEXT", "IMA".to_owned()),
        ("X-MAINTNOTE-IMPACT", "REDUCED-REDUNDANCY".to_owned()),
        ("X-MAINTNOTE-STATUS", "CONFIRMED".to_owned()),
    ];
    for (name, value) in expected {
        assert_eq!(entry.get(name), Some(&value), "{name} in {entry:?}");
    }
}

#[tokio::test]
async fn po_06_status_and_sequence_go_with_its_life() {
    let story = Story::at(NOW).await;
    let desk = story.as_("desk");
    let post = async |body: Value| desk.post(OUTAGES, body).await.expect(201).text("id");
    let (number, given_up) =
        (post(tuesday()).await, post(maintenance("2026-03-12T04:00:00Z", "2026-03-12T08:00:00Z")).await);
    let path = |number: &str, task: &str| format!("{OUTAGES}/{number}/{task}");
    let stands = async |number: &str| {
        let entries = entries(&calendar(&story).await);
        let entry = entries.iter().find(|entry| entry["X-MAINTNOTE-MAINTENANCE-ID"] == *number).unwrap().clone();
        ["X-MAINTNOTE-STATUS", "SEQUENCE", "DTEND", "DTSTAMP"].map(|name| entry[name].clone())
    };
    assert_eq!(stands(&number).await, ["CONFIRMED", "0", "20260311T080000Z", "20260304T180000Z"]);
    story.turn("PT1H").await;
    desk.patch(&format!("{OUTAGES}/{number}"), json!({ "stop": "2026-03-11T09:00:00Z" })).await.expect(200);
    desk.post(&path(&given_up, "cancellation"), json!({ "reason": "no need" })).await.expect(200);
    assert_eq!(stands(&number).await, ["CONFIRMED", "1", "20260311T090000Z", "20260304T190000Z"]);
    assert_eq!(stands(&given_up).await, ["CANCELLED", "1", "20260312T080000Z", "20260304T190000Z"]);
    // The reminder is the second notice after it; the start needs none.
    story.turn_to("2026-03-11T03:59:59Z").await;
    assert_eq!(stands(&number).await[..2], ["CONFIRMED", "2"]);
    story.turn_to("2026-03-11T04:00:00Z").await;
    assert_eq!(stands(&number).await, ["IN-PROCESS", "3", "20260311T090000Z", "20260311T040000Z"]);
    // It passes its stop: a ticket is raised.
    story.turn_to("2026-03-11T09:20:00Z").await;
    assert_eq!(stands(&number).await[..2], ["IN-PROCESS", "4"]);
    desk.post(&path(&number, "end"), json!({})).await.expect(200);
    assert_eq!(stands(&number).await, ["COMPLETED", "5", "20260311T092000Z", "20260311T092000Z"]);
    // For thirty days.
    story.turn_without_checks("2026-04-10T03:59:00Z").await;
    assert_eq!(entries(&calendar(&story).await).len(), 2);
    story.turn_without_checks("2026-04-10T04:01:00Z").await;
    assert_eq!(entries(&calendar(&story).await).len(), 1);
}

/// Commas, breaks, emoji, what looks like a property, and 10,000 characters.
#[tokio::test]
async fn po_05_no_words_break_the_calendar() {
    let long = "😀,;\\ ".repeat(2_000);
    for words in [
        "one, two; three\\four",
        "first\nsecond\r\nthird\rfourth",
        "END:VEVENT\nBEGIN:VEVENT\nX-MAINTNOTE-STATUS:CANCELLED",
        "\"quoted\" : ; ,",
        "👩‍👩‍👧‍👦 🇺🇸 é́ 老虎",
        &long,
        &"x".repeat(10_000),
    ] {
        let story = Story::at(NOW).await;
        let mut body = tuesday();
        body["description"] = json!(words);
        body["workaround"] = json!(words.chars().take(2_000).collect::<String>());
        body["interface"] = json!(words.replace(['\n', '\r'], " ").chars().take(90).collect::<String>());
        story.as_("desk").post(OUTAGES, body).await.expect(201);
        let entries = entries(&calendar(&story).await);
        assert_eq!(entries.len(), 1, "{words:.40}");
        // Each line but the first stands behind a mark (NT-19), and what ends a line is one thing (AP-07).
        let lines = words.trim().replace("\r\n", "\n");
        let set_off = lines.split(['\n', '\r']).collect::<Vec<_>>().join("\n> ");
        let unescaped = entries[0]["DESCRIPTION"]
            .replace("\\n", "\n")
            .replace("\\,", ",")
            .replace("\\;", ";")
            .replace("\\\\", "\\");
        assert!(unescaped.contains(&set_off), "{words:.40}: {unescaped:.200}");
        assert_eq!(entries[0]["X-MAINTNOTE-STATUS"], "CONFIRMED");
    }
}

#[tokio::test]
async fn wb_04_everybody_reads_the_calendar_and_in_it_nothing_that_is_one_partys() {
    let story = Story::at(NOW).await;
    let desk = story.as_("desk");
    let mut overlapping = tuesday();
    overlapping["interface"] = json!("EDI");
    desk.post(OUTAGES, overlapping).await.expect(201);
    let number = desk.post(OUTAGES, tuesday()).await.expect(201).text("id");
    desk.post(OUTAGES, json!({ "draft": true, "interface": "zzcanary", "start": "2026-03-11T04:00:00Z", "stop": "2026-03-11T05:00:00Z" })).await.expect(201);
    let given_up = desk.post(OUTAGES, json!({ "draft": true, "interface": "zzcanary", "start": "2026-03-11T04:00:00Z", "stop": "2026-03-11T05:00:00Z" })).await.expect(201).text("id");
    desk.post(&format!("{OUTAGES}/{given_up}/cancellation"), json!({ "reason": "zzcanary" })).await.expect(200);
    let path = format!("{OUTAGES}/{number}/position");
    story.as_("alpha").post(&path, json!({ "position": "object", "reason": "zzcanary" })).await.expect(200);
    desk.post(&format!("{path}/alpha/answer"), json!({ "answer": "zzcanary" })).await.expect(200);
    let reply = calendar(&story).await;
    assert_eq!(entries(&reply).len(), 2);
    let text = String::from_utf8(reply.bytes.clone()).unwrap();
    for hidden in ["zzcanary", "alpha", "overlap", "Overlap"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
    // The same as it was is not sent again; a token is not looked at.
    let etag = reply.header("etag").unwrap().to_owned();
    let again = story.with_token(None).with("If-None-Match", &etag).get(CALENDAR).await.expect(304);
    assert!(again.bytes.is_empty());
    assert_eq!(story.as_("beta").get(CALENDAR).await.expect(200).bytes, reply.bytes);
    assert_eq!(story.with_token(Some("nobody's")).get(CALENDAR).await.expect(200).bytes, reply.bytes);
    story.as_("desk").patch(&format!("{OUTAGES}/{number}"), json!({ "workaround": "fax" })).await.expect(200);
    story.with_token(None).with("If-None-Match", &etag).get(CALENDAR).await.expect(200);
    // Nothing else is for everybody.
    story.with_token(None).get(OUTAGES).await.expect(401);
    story.with_token(None).get(&format!("{OUTAGES}/{number}")).await.expect(401);
    story.with_token(None).post(CALENDAR, json!({})).await.expect(401);
    story.with_token(None).get(TICKETS).await.expect(401);
    story.with_token(None).get(&format!("{CALENDAR}?clec=alpha")).await.expect(400);
}
