//! AP-02, AP-03, AP-05, TT-07: the version that a party reads counts what this party can see. By what another does of its own, neither
//! the version nor the instant of the last change moves, the party's `If-Match` still holds, and no listener of it is told; by what it
//! can see, all three.

use super::change_requests::life::{begin, life, path, write};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{
    Client, Receiver, Reply, Story,
    story::{HUB, OUTAGES, TICKETS},
};

/// A Wednesday, 11:00 in Mountain Time.
const NOW: &str = "2026-03-04T18:00:00Z";

/// A reader of a group: a CLEC with the number of its ticket, and where it listens.
struct Reader {
    clec: &'static str,
    number: String,
    listener: Receiver,
}

/// What a CLEC reads of a ticket, with its version.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    etag: String,
    shown: Value,
}

impl Reader {
    async fn sees(&self, story: &Story) -> Seen {
        let reply = story.as_(self.clec).get(&Client::ticket(&self.number, "")).await.expect(200);
        Seen { etag: reply.header("etag").unwrap().to_owned(), shown: reply.body }
    }

    /// The answer to a write that changes nothing, on the condition that this is still the version.
    async fn holds(&self, story: &Story, etag: &str) -> u16 {
        let name = json!({ "name": "unchanged" });
        let reply = story.as_(self.clec).with("If-Match", etag).patch(&Client::ticket(&self.number, ""), name).await;
        reply.status.as_u16()
    }
}

/// Alpha's ticket, of which alpha's, beta's and gamma's are told as one event; a workaround is provided, and the trouble resolved.
async fn group(story: &Story) -> [Reader; 3] {
    let mut readers = Vec::new();
    for clec in ["alpha", "beta", "gamma"] {
        let listener = Receiver::start().await;
        story.as_(clec).post(HUB, json!({ "callback": listener.url() })).await.expect(201);
        let report = json!({
            "name": "unchanged", "description": "orders are rejected", "severity": "moderate", "ticketType": "systems", "systemAffected": "IMA",
        });
        let number = story.as_(clec).post(TICKETS, report).await.expect(201).text("id");
        readers.push(Reader { clec, number, listener });
    }
    let desk = story.as_("desk");
    for linked in &readers[1..] {
        desk.post(&Client::ticket(&linked.number, "link"), json!({ "primary": readers[0].number })).await.expect(200);
    }
    let workaround = json!({ "description": "Send it by fax" });
    desk.post(&Client::ticket(&readers[0].number, "workaround"), workaround).await.expect(200);
    let resolved = json!({ "status": "resolved", "resolution": "restarted" });
    desk.patch(&Client::ticket(&readers[0].number, ""), resolved).await.expect(200);
    story.turn_to("2026-03-04T18:30:00Z").await;
    readers.try_into().unwrap_or_else(|_| unreachable!())
}

fn person(of: &str) -> Value {
    json!({ "name": format!("Pat of {of}"), "phone": "+13035550142" })
}

/// What a CLEC does on its own ticket, or the desk for it, that no other CLEC sees.
#[rustfmt::skip]
fn private(clec: &'static str) -> Vec<(&'static str, &'static str, Value)> {
    vec![
        (clec,   "PATCH",               json!({ "note": [{ "text": "seen by its own" }] })),
        (clec,   "PATCH",               json!({ "contact": person(clec) })),
        (clec,   "PATCH",               json!({ "description": "orders are still rejected" })),
        (clec,   "call",                json!({ "contact": "Pat", "detail": "called again" })),
        ("desk", "call",                json!({ "clec": clec, "contact": "Pat", "detail": "called once more" })),
        (clec,   "order",               json!({ "order": "N123", "dueDate": "2026-03-09" })),
        (clec,   "order",               json!({ "order": "N123", "outcome": "missed" })),
        (clec,   "changeRequest",       json!({ "number": "PC030504-1" })),
        (clec,   "agreement",           json!({ "agreed": true, "contact": person(clec) })),
        (clec,   "agreement",           json!({ "agreed": false, "reason": "it is not resolved" })),
        (clec,   "workaround/agreement", json!({ "agreed": true })),
        (clec,   "severityChange",      json!({ "severity": "serious", "reason": "more orders by now" })),
        (clec,   "technicalEscalation", json!({ "contact": person(clec), "reason": "it takes too long" })),
        (clec,   "interpretation",      json!({ "document": "LSOG 6", "position": "field 21 is optional" })),
        (clec,   "case/1/statement",    json!({ "text": "and it is urgent" })),
        ("desk", "case/2/statement",    json!({ "text": "it is looked at" })),
        (clec,   "case/1/outcome",      json!({ "decision": "withdrawn", "reason": "no longer" })),
    ]
}

/// Sends the request of an act as its party.
async fn done(story: &Story, who: &str, ticket: &str, task: &str, body: Value) {
    match task {
        "PATCH" => story.as_(who).patch(&Client::ticket(ticket, ""), body).await.expect(200),
        task => story.as_(who).post(&Client::ticket(ticket, task), body).await.expect(200),
    };
}

#[tokio::test]
async fn ap_06_what_a_clec_does_on_its_ticket_moves_nothing_of_those_linked_with_it() {
    let mut wrong = Vec::new();
    for actor in [0, 1] {
        let story = Story::at(NOW).await;
        let readers = group(&story).await;
        for (who, task, body) in private(readers[actor].clec) {
            let what = format!("{who}: {task} {body}");
            let mut before = Vec::new();
            for reader in &readers {
                before.push(reader.sees(&story).await);
                let _before = reader.listener.posted();
            }
            story.turn_without_checks(&(story.now() + TimeDelta::seconds(1)).to_rfc3339()).await;
            done(&story, who, &readers[actor].number, task, body).await;
            for (place, (reader, before)) in readers.iter().zip(before).enumerate() {
                let (after, told) = (reader.sees(&story).await, reader.listener.told());
                if place == actor {
                    if after.etag == before.etag
                        || after.shown["lastUpdate"] == before.shown["lastUpdate"]
                        || told.len() != 1
                    {
                        wrong.push(format!(
                            "{what}: its own CLEC reads {} as {}, told {told:?}",
                            before.etag, after.etag
                        ));
                    }
                    continue;
                }
                if after != before || !told.is_empty() {
                    wrong.push(format!("{what}: {} reads {before:?} as {after:?}, told {told:?}", reader.clec));
                }
                let held = reader.holds(&story, &before.etag).await;
                if held != 200 {
                    wrong.push(format!("{what}: {}'s If-Match is {held}", reader.clec));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// What the desk alone sees, or with another CLEC: an internal note, a call of another's.
#[tokio::test]
async fn ap_06_what_is_not_the_clecs_to_know_of_its_own_ticket_moves_nothing_of_it() {
    let story = Story::at(NOW).await;
    let readers = group(&story).await;
    let acts = [
        ("PATCH", json!({ "note": [{ "text": "ask tier 3", "visibility": "internal" }] })),
        ("call", json!({ "clec": "gamma", "contact": "Gil", "detail": "us too" })),
    ];
    for (task, body) in acts {
        let desk = story.as_("desk").get(&Client::ticket(&readers[0].number, "")).await.expect(200);
        let mut before = Vec::new();
        for reader in &readers {
            before.push(reader.sees(&story).await);
            let _before = reader.listener.posted();
        }
        story.turn_without_checks(&(story.now() + TimeDelta::seconds(1)).to_rfc3339()).await;
        done(&story, "desk", &readers[0].number, task, body.clone()).await;
        for (reader, before) in readers.iter().zip(before) {
            assert_eq!(reader.sees(&story).await, before, "{}: {task} {body}", reader.clec);
            assert_eq!(reader.listener.told(), [""; 0], "{}: {task} {body}", reader.clec);
            assert_eq!(reader.holds(&story, &before.etag).await, 200, "{}: {task} {body}", reader.clec);
        }
        let stale = desk.header("etag").unwrap();
        let again = story.as_("desk").with("If-Match", stale);
        again.patch(&Client::ticket(&readers[0].number, ""), json!({ "name": "unchanged" })).await.expect(412);
    }
    // The numbers of the history tell no more than the version.
    let timeline = story.as_("alpha").get(&Client::ticket(&readers[0].number, "timeline")).await.expect(200).body;
    let versions: Vec<u64> =
        timeline["history"].as_array().unwrap().iter().map(|entry| entry["version"].as_u64().unwrap()).collect();
    assert_eq!(versions, (1..=versions.len() as u64).collect::<Vec<_>>());
    assert_eq!(readers[0].sees(&story).await.etag, format!("\"{}\"", versions.len()));
}

#[tokio::test]
async fn ap_06_what_the_desk_tells_a_group_moves_the_version_of_each_of_its_readers() {
    let story = Story::at(NOW).await;
    let readers = group(&story).await;
    let acts = [
        ("desk", 0, "PATCH", json!({ "resolution": "restarted twice" })),
        ("beta", 1, "workaround/agreement", json!({ "agreed": false, "reason": "we have no fax" })),
        ("desk", 0, "notice/2/correction", json!({ "correction": "since seven", "reason": "a slip" })),
        ("desk", 0, "notice/2/withdrawal", json!({ "reason": "it was another's" })),
        ("desk", 0, "PATCH", json!({ "status": "inProgress" })),
        ("desk", 0, "PATCH", json!({ "expectedResolutionDate": "2026-03-05T18:00:00Z" })),
        ("desk", 1, "primary", json!({})),
        (
            "desk",
            1,
            "close",
            json!({ "disposition": "noTroubleFound", "statusChangeReason": "it is gone", "reasonVisibility": "public" }),
        ),
    ];
    for (who, ticket, task, body) in acts {
        let what = format!("{task} {body}");
        let mut before = Vec::new();
        for reader in &readers {
            before.push(reader.sees(&story).await);
            let _before = reader.listener.posted();
        }
        story.turn_without_checks(&(story.now() + TimeDelta::seconds(1)).to_rfc3339()).await;
        done(&story, who, &readers[ticket].number, task, body).await;
        for (reader, before) in readers.iter().zip(before) {
            let after = reader.sees(&story).await;
            assert_ne!(after.etag, before.etag, "{}: {what}", reader.clec);
            assert_ne!(after.shown["lastUpdate"], before.shown["lastUpdate"], "{}: {what}", reader.clec);
            assert!(!reader.listener.told().is_empty(), "{}: {what}", reader.clec);
            assert_eq!(reader.holds(&story, &before.etag).await, 412, "{}: {what}", reader.clec);
            assert_ne!(reader.holds(&story, &after.etag).await, 412, "{}: {what}", reader.clec);
        }
    }
}

/// An act of the desk of which a part alone is its CLEC's to see is told to the CLEC's listeners as that part.
#[tokio::test]
async fn ap_05_a_listener_is_told_of_what_its_party_can_read_of_an_act() {
    let story = Story::at(NOW).await;
    let readers = group(&story).await;
    let desks = Receiver::start().await;
    story.as_("desk").post(HUB, json!({ "callback": desks.url() })).await.expect(201);
    for reader in &readers {
        let _before = reader.listener.posted();
    }
    let body = json!({ "status": "inProgress", "note": [{ "text": "ask tier 3", "visibility": "internal" }] });
    done(&story, "desk", &readers[0].number, "PATCH", body).await;
    let events = |listener: &Receiver, of: &str| {
        let events: Vec<Value> = listener.posted().iter().map(tests::receiver::Posted::event).collect();
        let told = events.iter().filter(|event| event["event"]["troubleTicket"]["id"] == of);
        told.map(|event| event["eventType"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let [attribute, status] = ["TroubleTicketAttributeValueChangeEvent", "TroubleTicketStatusChangeEvent"];
    for reader in &readers {
        assert_eq!(events(&reader.listener, &reader.number), [status], "{}", reader.clec);
    }
    assert_eq!(events(&desks, &readers[0].number)[..], [attribute, status]);
}

/// The id of a note tells its reader nothing of the notes and acts that are not its to read.
#[tokio::test]
async fn ap_06_the_id_of_a_note_counts_the_notes_that_its_reader_reads() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    let path = Client::ticket(&number, "");
    let note = |text: &str, visibility: &str| json!({ "note": [{ "text": text, "visibility": visibility }] });
    for (who, body) in [
        ("desk", note("ask tier 3", "internal")),
        ("alpha", note("it goes on", "public")),
        ("desk", note("tier 3 asks", "internal")),
        ("desk", note("it is looked at", "public")),
    ] {
        story.as_(who).patch(&path, body).await.expect(200);
    }
    for (who, expected) in
        [("alpha", vec!["note-1", "note-2"]), ("desk", vec!["internal-1", "note-1", "internal-2", "note-2"])]
    {
        let shown = story.as_(who).get(&path).await.expect(200).body;
        let ids: Vec<&str> = shown["note"].as_array().unwrap().iter().map(|of| of["id"].as_str().unwrap()).collect();
        assert_eq!(ids, expected, "{who}");
    }
}

/// What the provider drafts, and what a CLEC says for itself, moves nothing that another CLEC reads of a change request; every other act
/// on one that is posted does.
#[tokio::test]
async fn ap_06_what_is_drafted_moves_nothing_that_others_read_of_a_change_request() {
    let story = Story::at(NOW).await;
    let ticket = story.report("alpha", "minimal").await;
    let id = begin(&story, "good", true).await;
    let mut unseen = Vec::new();
    let drafted = ["draftResponse", "directorAcceptance"];
    let page =
        |of: &Reply| story.world.site_file(&format!("/cmp/{}/", of.body["number"].as_str().unwrap_or("none"))).body;
    for act in life("good", "2026-03-04", &ticket) {
        let before = story.as_("gamma").get(&path(&id, "")).await;
        let page_before = page(&before);
        let etag = before.header("etag").unwrap_or_default().to_owned();
        story.turn_without_checks(&(story.now() + TimeDelta::seconds(1)).to_rfc3339()).await;
        write(&story, &id, &act, None).await.expect(200);
        let after = story.as_("gamma").get(&path(&id, "")).await;
        if act.1 == "posting" {
            assert_eq!(after.header("etag"), Some("\"1\""), "what was before its posting is nobody else's to count");
        }
        if before.status != 200 {
            continue;
        }
        let same = after.header("etag") == Some(&etag);
        assert_eq!(same, after.body == before.body, "{act:?}: {} is {}", before.body, after.body);
        // Nor does it move anything on the CMP site (WB-04).
        assert!(!drafted.contains(&act.1) || page(&after) == page_before, "{act:?}");
        if same {
            unseen.push(act.1);
        }
    }
    // The renewal is until the same day: nothing is changed by it.
    assert_eq!(unseen, [&drafted[..], &["position", "renewal"], &drafted, &["ticket"]].concat());
}

#[tokio::test]
async fn ap_06_drafts_and_positions_move_nothing_that_a_clec_reads_of_an_outage() {
    let story = Story::at(NOW).await;
    let draft = json!({ "draft": true, "interface": "IMA", "description": "disks", "impact": { "other": "out" } });
    let id = story.as_("desk").post(OUTAGES, draft).await.expect(201).text("id");
    let path = format!("{OUTAGES}/{id}");
    story.as_("desk").patch(&path, json!({ "description": "disks and fans" })).await.expect(200);
    let window = json!({ "start": "2026-03-07T06:00:00Z", "stop": "2026-03-07T08:00:00Z" });
    let announced = story.as_("desk").patch(&path, window).await.expect(200);
    assert_eq!(announced.header("etag"), Some("\"3\""));
    let before = story.as_("beta").get(&path).await.expect(200);
    assert_eq!(before.header("etag"), Some("\"2\""));
    let objection = json!({ "position": "object", "reason": "our own release" });
    story.as_("alpha").post(&format!("{path}/position"), objection).await.expect(200);
    let after = story.as_("beta").get(&path).await.expect(200);
    assert_eq!((after.header("etag"), &after.body), (before.header("etag"), &before.body));
    story.as_("desk").patch(&path, json!({ "workaround": "by fax" })).await.expect(200);
    assert_eq!(story.as_("beta").get(&path).await.expect(200).header("etag"), Some("\"3\""));
}
