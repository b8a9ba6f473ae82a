//! TT-22: the state of a ticket and its clocks, for any past instant.

use crate::acts::{act, update};
use serde_json::{Value, json};
use tests::{
    Client, Story,
    story::{CONTACTS, SUBSCRIPTIONS, TICKETS},
};

/// What readers see of a ticket now, or at an instant.
async fn seen(story: &Story, number: &str, clec: &str, at: Option<&str>) -> Vec<(String, Value)> {
    let mut seen = Vec::new();
    for client in ["desk", clec] {
        for task in ["", "timeline"] {
            let query = at.map(|at| format!("?at={at}")).unwrap_or_default();
            let path = format!("{}{query}", Client::ticket(number, task));
            seen.push((format!("{client} {path}"), story.as_(client).get(&path).await.expect(200).body));
        }
    }
    seen
}

/// What was seen of a ticket at an instant.
struct Page {
    at: String,
    number: String,
    clec: String,
    seen: Vec<(String, Value)>,
}

/// What was seen of tickets.
#[derive(Default)]
struct Album(Vec<Page>);

impl Album {
    async fn take(&mut self, story: &Story, tickets: &[(&str, &str)]) {
        let at = story.now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        for (number, clec) in tickets {
            let seen = seen(story, number, clec, None).await;
            self.0.push(Page { at: at.clone(), number: (*number).to_owned(), clec: (*clec).to_owned(), seen });
        }
    }

    /// Each page reads now as it read then.
    async fn holds(&self, story: &Story) {
        assert!(self.0.len() > 1);
        for Page { at, number, clec, seen: then } in &self.0 {
            for ((path, now), (_, then)) in seen(story, number, clec, Some(at)).await.into_iter().zip(then) {
                assert_eq!(now, *then, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn tt_22_a_ticket_and_its_clocks_read_as_they_read_then() {
    let story = Story::at("2026-03-04T18:00:00Z").await;
    let number = story.report("alpha", "serious").await;
    let ticket = [(number.as_str(), "alpha")];
    let mut album = Album::default();
    album.take(&story, &ticket).await;
    for patch in [
        json!({ "status": "inProgress", "statusChangeReason": "looked into", "note": [{ "text": "a first" }] }),
        json!({ "expectedResolutionDate": "2026-03-05T18:00:00Z", "providerContact": "Ann" }),
        json!({ "event": true, "eventDescription": "IMA rejects orders" }),
        json!({ "severity": "moderate", "note": [{ "text": "a second" }, { "text": "a third" }] }),
        json!({ "description": "other words", "impact": { "geographicArea": "Utah" } }),
        json!({ "status": "resolved", "resolution": "An edit was corrected" }),
    ] {
        story.turn("PT37M").await;
        update(&story, &number, patch).await;
        album.take(&story, &ticket).await;
        story.turn("PT1H10M").await;
        album.take(&story, &ticket).await;
    }
    story.turn("PT5M").await;
    act(&story, &number, "workaround", json!({ "description": "by hand", "callCenterReference": "CC-1" })).await;
    album.take(&story, &ticket).await;
    story.turn("PT5M").await;
    act(&story, &number, "close", json!({ "disposition": "resolved" })).await;
    album.take(&story, &ticket).await;
    story.turn("PT72H").await;
    album.holds(&story).await;
}

/// A notice that waited for the opening was told more and more: at each instant it tells what it told then.
#[tokio::test]
async fn tt_22_what_waited_over_the_night_is_told_as_it_waited() {
    let story = Story::at("2026-03-05T02:50:00Z").await;
    let number = story.report("alpha", "moderate").await;
    let ticket = [(number.as_str(), "alpha")];
    let mut album = Album::default();
    for patch in [
        json!({ "status": "inProgress" }),
        json!({ "expectedResolutionDate": "2026-03-06T18:00:00Z" }),
        json!({ "severity": "serious" }),
        json!({ "workedOutsideHours": true }),
        json!({ "severity": "critical" }),
        json!({ "severity": "minimal" }),
        json!({ "status": "cancelled" }),
    ] {
        story.turn("PT20M").await;
        update(&story, &number, patch).await;
        album.take(&story, &ticket).await;
    }
    story.turn("PT24H").await;
    album.holds(&story).await;
}

/// A linked ticket reads as its primary stood then; a severity of one that is linked is its primary's clock.
#[tokio::test]
async fn tt_22_a_group_reads_as_it_stood() {
    let story = Story::at("2026-03-04T18:00:00Z").await;
    let (primary, beta, gamma) = (
        story.report("alpha", "moderate").await,
        story.report("beta", "minimal").await,
        story.report("gamma", "moderate").await,
    );
    let tickets = [(primary.as_str(), "alpha"), (beta.as_str(), "beta"), (gamma.as_str(), "gamma")];
    let mut album = Album::default();
    album.take(&story, &tickets).await;
    for linked in [&beta, &gamma] {
        story.turn("PT10M").await;
        act(&story, linked, "link", json!({ "primary": primary })).await;
        album.take(&story, &tickets).await;
    }
    for (number, severity) in
        [(&beta, "serious"), (&gamma, "serious"), (&beta, "minimal"), (&gamma, "minimal"), (&gamma, "moderate")]
    {
        story.turn("PT10M").await;
        act(&story, number, "severityChange", json!({ "severity": severity, "reason": "as it turned out" })).await;
        album.take(&story, &tickets).await;
    }
    story.turn("PT10M").await;
    update(&story, &primary, json!({ "status": "inProgress" })).await;
    story.turn("PT10M").await;
    album.take(&story, &tickets).await;
    story.turn("PT10M").await;
    act(&story, &primary, "close", json!({ "disposition": "noTroubleFound" })).await;
    album.take(&story, &tickets).await;
    story.turn("PT10M").await;
    album.holds(&story).await;
}

/// A group that changes hands, back and forth, loses one and is handed on: each ticket shows who led it, who was linked to it
/// and what was told, as it did then.
#[tokio::test]
async fn tt_22_a_group_that_changed_hands_reads_as_it_stood() {
    let story = Story::at("2026-03-04T18:00:00Z").await;
    let (alpha, beta, gamma) = (
        story.report("alpha", "moderate").await,
        story.report("beta", "moderate").await,
        story.report("gamma", "moderate").await,
    );
    let tickets = [(alpha.as_str(), "alpha"), (beta.as_str(), "beta"), (gamma.as_str(), "gamma")];
    let mut album = Album::default();
    for linked in [&beta, &gamma] {
        story.turn("PT10M").await;
        act(&story, linked, "link", json!({ "primary": alpha })).await;
        album.take(&story, &tickets).await;
    }
    for next in [&beta, &gamma, &alpha, &beta] {
        story.turn("PT5H").await;
        act(&story, next, "primary", json!({})).await;
        album.take(&story, &tickets).await;
    }
    story.turn("PT10M").await;
    story.as_("desk").delete(&Client::ticket(&alpha, "link")).await.expect(200);
    album.take(&story, &tickets).await;
    story.turn("PT10M").await;
    act(&story, &alpha, "link", json!({ "primary": beta })).await;
    album.take(&story, &tickets).await;
    story.turn("PT10M").await;
    update(&story, &beta, json!({ "status": "cancelled" })).await;
    album.take(&story, &tickets).await;
    // Out of the group, it leads another.
    story.turn("PT10M").await;
    act(&story, &beta, "reopen", json!({ "reason": "it is another problem" })).await;
    let further = story.report("beta", "moderate").await;
    act(&story, &further, "link", json!({ "primary": beta })).await;
    album.take(&story, &[tickets[0], tickets[1], tickets[2], (further.as_str(), "beta")]).await;
    story.turn("PT10M").await;
    album.holds(&story).await;
}

#[tokio::test]
async fn tt_22_who_led_a_group_before_is_linked_to_the_one_that_leads() {
    let story = Story::at("2026-03-04T18:00:00Z").await;
    let (alpha, beta) = (story.report("alpha", "moderate").await, story.report("beta", "moderate").await);
    act(&story, &beta, "link", json!({ "primary": alpha })).await;
    story.turn("PT10M").await;
    act(&story, &beta, "primary", json!({})).await;
    for (at, primary, linked) in [("2026-03-04T18:05:00Z", &alpha, &beta), ("2026-03-04T18:10:00Z", &beta, &alpha)] {
        for (number, relations) in [(primary, [(linked, "isPrimaryOf")]), (linked, [(primary, "isLinkedTo")])] {
            let path = format!("{}?at={at}", Client::ticket(number, ""));
            let read = story.as_("desk").get(&path).await.expect(200).body;
            let shown = read["troubleTicketRelationship"].as_array().unwrap().iter();
            let shown: Vec<_> =
                shown.map(|it| (it["id"].as_str().unwrap(), it["relationshipType"].as_str().unwrap())).collect();
            assert_eq!(shown, relations.map(|(number, relation)| (number.as_str(), relation)), "{path}");
        }
    }
}

/// Told by telephone, and told too late: the clock runs from when it was told.
#[tokio::test]
async fn tt_22_the_clock_ran_from_when_a_notice_left() {
    let story = Story::at("2026-03-04T18:00:00Z").await;
    let number = story.report("alpha", "serious").await;
    let ticket = [(number.as_str(), "alpha")];
    let mut album = Album::default();
    story.turn("PT10M").await;
    act(&story, &number, "phoneNotice", json!({ "contact": "Ann", "detail": "we are on it" })).await;
    album.take(&story, &ticket).await;
    story.turn("PT10M").await;
    story.wire.fails("PublishBatch", 1_000, tests::Fault::Down);
    update(&story, &number, json!({ "status": "inProgress" })).await;
    album.take(&story, &ticket).await;
    story.turn("PT20M").await;
    album.take(&story, &ticket).await;
    story.wire.mended();
    story.turn("PT1M").await;
    album.take(&story, &ticket).await;
    story.turn_without_checks("2026-03-04T21:00:00Z").await;
    story.turn("PT1M").await;
    album.take(&story, &ticket).await;
    story.turn("PT10H").await;
    album.holds(&story).await;
}

/// Calls and notes give way to later ones on the ticket: what was shown then is shown.
#[tokio::test]
async fn tt_22_what_gave_way_to_later_is_shown_again() {
    let story = Story::at("2026-03-04T18:00:00Z").await;
    let number = story.report("alpha", "minimal").await;
    let ticket = [(number.as_str(), "alpha")];
    let mut album = Album::default();
    for at in 0..24 {
        story.turn("PT1M").await;
        let keyed = story.as_("desk").with("Idempotency-Key", &format!("call {at}"));
        let body = json!({ "contact": "Ann", "detail": format!("call {at}") });
        keyed.post(&Client::ticket(&number, "call"), body).await.expect(200);
        update(&story, &number, json!({ "note": [{ "text": format!("note {at}") }] })).await;
        album.take(&story, &ticket).await;
    }
    album.holds(&story).await;
}

#[tokio::test]
async fn tt_22_only_the_past_since_its_opening_is_told_and_to_who_may_see_it() {
    let story = Story::at("2026-03-04T18:00:00Z").await;
    let number = story.report("alpha", "serious").await;
    story.turn("PT1H").await;
    for task in ["", "timeline"] {
        let path = |at: &str| format!("{}?at={at}", Client::ticket(&number, task));
        story.as_("desk").get(&path("2026-03-04T17:59:59Z")).await.expect(404);
        assert_eq!(story.as_("desk").get(&path("2026-03-04T19:00:01Z")).await.expect(400).faults()["at"], "TT-22");
        assert_eq!(story.as_("desk").get(&path("yesterday")).await.expect(400).faults()["at"], "TT-22");
        story.as_("beta").get(&path("2026-03-04T18:30:00Z")).await.expect(404);
        let reply = story.as_("alpha").get(&path("2026-03-04T18:30:00%2B00:00")).await.expect(200);
        assert_eq!(reply.header("etag"), None, "nothing can be changed there");
    }
    let some =
        story.as_("alpha").get(&format!("{TICKETS}/{number}?at=2026-03-04T18:30:00Z&fields=status")).await.expect(200);
    assert_eq!(some.body.as_object().unwrap().len(), 3);
}

/// What is kept of a record but the keys, what each write counts, and the wrong codes of a telephone, of which there is no entry.
fn stored(item: &serde_dynamo::Item) -> Value {
    let mut fields: serde_json::Map<String, Value> = serde_dynamo::from_item(item.clone()).unwrap();
    fields.retain(|name, _| {
        !["pk", "sk", "duePk", "dueSk", "clecPk", "timePk", "openedSk", "revision", "wrongCodes"]
            .contains(&name.as_str())
    });
    fields.into()
}

fn key(item: &serde_dynamo::Item, name: &str) -> String {
    match item.get(name) {
        Some(serde_dynamo::AttributeValue::S(key)) => key.clone(),
        _ => String::new(),
    }
}

/// By partition, each state that the record there had, the latest last.
#[derive(Default)]
struct States(std::collections::BTreeMap<String, Vec<Value>>);

impl States {
    fn note(&mut self, story: &Story) {
        for item in story.items() {
            let (pk, sk) = (key(&item, "pk"), key(&item, "sk"));
            // What a party keeps has its history in a partition of its own.
            let history = match sk.as_str() {
                "OUTAGE" | "RELEASE" | "CHANGE_REQUEST" => pk,
                _ if pk == "CLECS" => format!("CLEC#{sk}"),
                _ if pk.starts_with("PARTY#") => sk,
                _ => continue,
            };
            let (states, now) = (self.0.entry(history).or_default(), stored(&item));
            if states.last() != Some(&now) {
                states.push(now);
            }
        }
    }
}

#[tokio::test]
async fn tt_22_the_entries_of_every_kind_lead_back_to_each_state_of_their_record() {
    let story = Story::at("2026-03-03T17:00:00Z").await;
    let (alpha, desk) = (story.as_("alpha"), story.as_("desk"));
    let mut states = States::default();

    let plan = json!({
        "interface": "IMA", "description": "Database upgrade", "impact": { "other": "no orders" },
        "start": "2026-03-11T04:00:00Z", "stop": "2026-03-11T08:00:00Z",
    });
    let outage = desk.post("/cmp/v1/plannedOutage", plan).await.expect(201).text("id");
    let outage = format!("/cmp/v1/plannedOutage/{outage}");
    states.note(&story);
    alpha
        .post(&format!("{outage}/position"), json!({ "position": "object", "reason": "we migrate" }))
        .await
        .expect(200);
    states.note(&story);
    desk.patch(&outage, json!({ "stop": "2026-03-11T09:00:00Z" })).await.expect(200);
    states.note(&story);
    // The reminder, and the ticket that is raised because nobody ended it.
    story.turn_to("2026-03-11T10:00:00Z").await;
    states.note(&story);

    let release = json!({ "interface": "IMA", "name": "19.0", "productionDate": "2026-03-11" });
    let release = desk.post("/cmp/v1/release", release).await.expect(201).text("id");
    let release = format!("/cmp/v1/release/{release}");
    states.note(&story);
    alpha.post(&format!("{release}/issue"), json!({ "text": "An edit is wrong" })).await.expect(201);
    states.note(&story);
    desk.patch(&release, json!({ "name": "19.1" })).await.expect(200);
    states.note(&story);

    let form =
        json!({ "kind": "systems", "title": "Hours", "description": "Longer ones", "contact": "Ann, +1 303 555 0100" });
    let request = alpha.post("/cmp/v1/changeRequest", form).await.expect(201).text("id");
    let request = format!("/cmp/v1/changeRequest/{request}");
    states.note(&story);
    for task in ["acknowledgment", "posting"] {
        desk.post(&format!("{request}/{task}"), json!({})).await.expect(200);
        states.note(&story);
    }
    // Warnings of deadlines, and deadlines that are missed.
    story.turn("P30D").await;
    states.note(&story);

    for (name, status) in [("Alpha", 201), ("Alpha Telecom", 200), ("Alpha Inc.", 200)] {
        desk.put("/cmp/v1/clec/alpha", json!({ "name": name })).await.expect(status);
        states.note(&story);
    }
    let contact = json!({ "role": "mandatoryNotices", "name": "Ann", "email": "ann@alpha.example" });
    let contact = alpha.post(CONTACTS, contact).await.expect(201).text("id");
    let contact = format!("{CONTACTS}/{contact}");
    states.note(&story);
    let token = story.deliveries().await.pop().unwrap().token.unwrap();
    let subscription = alpha.get(&contact).await.expect(200).text("subscription");
    alpha.post(&format!("{SUBSCRIPTIONS}/{subscription}/confirmation"), json!({ "token": token })).await.expect(200);
    states.note(&story);
    story.turn("PT1H").await;
    alpha
        .clone()
        .with("Idempotency-Key", "right")
        .post(&format!("{contact}/verification"), json!({}))
        .await
        .expect(200);
    states.note(&story);
    alpha.patch(&contact, json!({ "name": "Ann Lee", "phone": "+1 303 555 0100" })).await.expect(200);
    states.note(&story);
    let wishes = json!({ "channel": "email", "endpoint": "ann@alpha.example", "notices": ["event"] });
    alpha.post(SUBSCRIPTIONS, wishes).await.expect(201);
    states.note(&story);

    let items = story.items();
    assert_eq!(states.0.len(), 6);
    for (pk, states) in states.0 {
        let of = |item: &&serde_dynamo::Item| key(item, "pk") == pk;
        let entry = |item: &serde_dynamo::Item| -> Option<record::Entry<Value>> {
            key(item, "sk").starts_with("HISTORY#").then(|| serde_dynamo::from_item(item.clone()).unwrap())
        };
        let mut entries: Vec<record::Entry<Value>> = items.iter().filter(of).filter_map(entry).collect();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.version));
        let mut then = states.last().unwrap().clone();
        let mut earlier = states.iter().rev().skip(1).peekable();
        for entry in entries {
            // Without one nothing but the revision differed: a CLEC's position is kept apart.
            if let Some(was) = entry.was {
                was.put_back(&mut then).unwrap();
            }
            if earlier.peek() == Some(&&then) {
                earlier.next();
            }
        }
        assert_eq!(earlier.next(), None, "{pk}: a state that no entry leads back to");
        assert_eq!(then, states[0], "{pk}: as it was opened");
        assert!(states.len() >= 3, "{pk}: {} states", states.len());
    }
}
