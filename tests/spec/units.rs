//! Calls and write units of every operation: exact, and frozen in `infra/calls-and-units.md`, which this makes.
//!
//! `UPDATE_TABLES=1 cargo test -p tests --test spec units` writes the table anew.

use serde_json::{Value, json};
use std::fmt::Write;
use tests::{
    Client, Receiver, Story, document, made,
    meter::{Cost, measure},
    story::{
        CHANGE_REQUESTS, CONTACTS, HUB, MEASUREMENTS, OBJECTIVES, OFFERINGS, OUTAGES, PROBLEMS, PURCHASES, RELEASES,
        SUBSCRIPTIONS, TICKETS,
    },
};

const NOW: &str = "2026-03-04T18:00:00Z";

fn trouble() -> Value {
    json!({ "description": "orders are rejected", "severity": "serious", "ticketType": "systems", "systemAffected": "IMA" })
}

/// A row of the table: what a function does, and what it costs until its own commit.
struct Row(&'static str, &'static str, Cost);

/// What a handler does, without the stream that its commit wakes: its calls end with its write.
async fn handler<T>(story: &Story, operation: impl Future<Output = T>) -> (T, Cost) {
    let (value, whole) = measure(story, operation).await;
    (value, whole.until_commit())
}

#[tokio::test]
async fn the_table_of_calls_and_units_stands() {
    let mut rows = Vec::new();
    rows.extend(tickets().await);
    rows.extend(groups().await);
    rows.extend(process_tickets().await);
    rows.extend(reading().await);
    rows.extend(queues().await);
    rows.extend(sending().await);
    rows.extend(subscriptions().await);
    rows.extend(parties().await);
    rows.extend(outages().await);
    rows.extend(releases().await);
    rows.extend(Box::pin(service_quality()).await);
    rows.extend(listeners().await);
    rows.extend(site().await);
    rows.extend(Box::pin(change_requests()).await);
    let mut table = String::from(HEAD);
    for Row(function, operation, cost) in rows {
        writeln!(
            table,
            "| `{function}` | {operation} | {} | {} | {} |",
            cost.calls.len(),
            cost.write_units,
            cost.told()
        )
        .unwrap();
    }
    made("infra/calls-and-units.md", &table);
}

/// `cargo bench -p benchmarks --bench sweep` asserts the same of 1,000 and 100,000 tickets, with their read units.
#[tokio::test]
async fn nt_14_a_sweep_costs_what_is_due_and_not_what_is_open() {
    let mut costs = Vec::new();
    for open in [0, 200] {
        let story = Story::at(NOW).await;
        for _ in 0..3 {
            story.report("alpha", "serious").await;
        }
        for _ in 0..open {
            story.report("alpha", "minimal").await; // Their updates are due in two days.
        }
        story.turn_without_checks("2026-03-04T18:55:00Z").await;
        let (checked, cost) =
            measure(&story, functions::interval_check::check(&story.world.desk_of("interval-check"))).await;
        let checked = checked.unwrap();
        assert_eq!((checked.due, checked.noticed, checked.published), (3, 3, 3), "{open} others are open");
        costs.push((cost.told(), cost.write_units));
    }
    assert_eq!(costs[0], costs[1]);
}

async fn outages() -> Vec<Row> {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["outage"]).await;
    let (desk, alpha) = (story.as_("desk"), story.as_("alpha"));
    let body = |start: &str, stop: &str| json!({ "interface": "IMA", "description": "Upgrade", "impact": { "other": "none" }, "start": start, "stop": stop });
    let (draft, saved) = handler(&story, desk.post(OUTAGES, json!({ "draft": true, "interface": "IMA" }))).await;
    draft.expect(201);
    let night = body("2026-03-10T04:00:00Z", "2026-03-10T08:00:00Z");
    let (reply, announced) = measure(&story, desk.post(OUTAGES, night.clone())).await;
    let number = reply.expect(201).text("id");
    let told = announced.clone().after_commit().of("notice-publisher");
    let (_, overlapping) = handler(&story, desk.post(OUTAGES, night)).await;
    let path = |task: &str| format!("{OUTAGES}/{number}/{task}");
    let (_, agreed) = handler(&story, alpha.post(&path("position"), json!({ "position": "agree" }))).await;
    let objection = json!({ "position": "object", "reason": "no" });
    let (_, objected) = handler(&story, alpha.post(&path("position"), objection)).await;
    let (_, answered) = handler(&story, desk.post(&path("position/alpha/answer"), json!({ "answer": "yes" }))).await;
    let stop = json!({ "stop": "2026-03-10T09:00:00Z" });
    let (_, changed) = handler(&story, desk.patch(&format!("{OUTAGES}/{number}"), stop)).await;
    let (_, read) = measure(&story, alpha.get(&format!("{OUTAGES}/{number}"))).await;
    let (_, listed) = measure(&story, alpha.get(OUTAGES)).await;
    let (_, positions) = measure(&story, desk.get(&path("position"))).await;
    let (_, calendar) = measure(&story, alpha.get(&format!("{OUTAGES}/calendar.ics"))).await;
    let (_, cancelled) = handler(&story, desk.post(&path("cancellation"), json!({ "reason": "no" }))).await;
    // The other one overruns; what the stream does with it is not counted.
    story.turn_to("2026-03-10T08:14:00Z").await;
    story.turn_without_checks("2026-03-10T08:15:00Z").await;
    let interval_check = story.world.desk_of("interval-check");
    let (checked, overrun) = measure(&story, functions::interval_check::check(&interval_check)).await;
    // The outage's, the overrun ticket's, and that this one has no impact in the desk's own words.
    assert_eq!(checked.unwrap().noticed, 3);
    vec![
        Row("planned-outage", "a draft is saved", saved),
        Row("planned-outage", "a maintenance is announced", announced.until_commit()),
        Row("planned-outage", "the same, overlapping another", overlapping),
        Row("planned-outage", "a CLEC agrees", agreed),
        Row("planned-outage", "a CLEC objects", objected),
        Row("planned-outage", "the desk answers", answered),
        Row("planned-outage", "its window is changed", changed),
        Row("planned-outage", "it is cancelled", cancelled),
        Row("planned-outage", "it is read", read),
        Row("planned-outage", "a page of them", listed),
        Row("planned-outage", "the positions on it", positions),
        Row("planned-outage", "the calendar", calendar),
        Row("notice-publisher", "a planned outage's notice to one CLEC and the desk", told),
        Row("interval-check", "a planned outage overruns: a ticket is raised", overrun),
    ]
}

/// A change request from its draft on; by its number of the CMP it takes one read more than by its id.
async fn change_requests() -> Vec<Row> {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["changeRequest"]).await;
    let (alpha, desk) = (story.as_("alpha"), story.as_("desk"));
    let form = json!({ "kind": "systems", "title": "One", "description": "One document", "contact": "Ann" });
    let mut draft = form.clone();
    draft["draft"] = json!(true);
    let (_, drafted) = handler(&story, alpha.post(CHANGE_REQUESTS, draft)).await;
    let (reply, submitted) = handler(&story, alpha.post(CHANGE_REQUESTS, form)).await;
    let id = reply.expect(201).text("id");
    let path = |task: &str| format!("{CHANGE_REQUESTS}/{id}/{task}");
    let (reply, logged) = handler(&story, desk.post(&path("acknowledgment"), json!({}))).await;
    let number = reply.expect(200).text("number");
    let (_, posted) = measure(&story, desk.post(&path("posting"), json!({}))).await;
    let team = json!({ "crpm": "Cy", "director": "Di" });
    let (_, assigned) = handler(&story, desk.post(&path("assignment"), team)).await;
    let by_number = format!("{CHANGE_REQUESTS}/{number}/experts");
    let (reply, experts) = handler(&story, desk.post(&by_number, json!({ "experts": ["Ed"] }))).await;
    reply.expect(200);
    let ticket = story.report("alpha", "moderate").await;
    let (reply, named) = handler(&story, alpha.post(&path("ticket"), json!({ "ticket": ticket }))).await;
    reply.expect(200);
    story.meets("2026-03-04").await;
    for (task, body) in [
        ("clarification", json!({})),
        ("minutes", json!({ "text": "understood" })),
        ("presentation", json!({ "meeting": "2026-03-04", "consensus": "yes" })),
        ("draftResponse", json!({ "answer": "accepted", "text": "so be it" })),
        ("directorAcceptance", json!({})),
    ] {
        desk.post(&path(task), body).await.expect(200);
    }
    let (reply, issued) = handler(&story, desk.post(&path("response"), json!({}))).await;
    reply.expect(200);
    let (reply, position) = handler(&story, alpha.post(&path("position"), json!({ "position": "accepted" }))).await;
    reply.expect(200);
    let (_, read) = measure(&story, alpha.get(&format!("{CHANGE_REQUESTS}/{id}"))).await;
    let (_, found) = measure(&story, alpha.get(&format!("{CHANGE_REQUESTS}/{number}"))).await;
    let (_, listed) = measure(&story, alpha.get(CHANGE_REQUESTS)).await;
    let (_, history) = measure(&story, alpha.get(&path("history"))).await;
    let document = document("a.txt", b"a");
    let (reply, upload) = measure(&story, alpha.post(&path("attachment/upload"), document.clone())).await;
    story.upload(&reply.expect(200).body, b"a").await.expect(200);
    let (reply, attached) = handler(&story, alpha.post(&path("attachment"), document)).await;
    reply.expect(200);
    // Its response is to be presented on the 18th: half of that time is gone, and there is nothing else to do.
    story.turn_without_checks("2026-03-13T18:00:00Z").await;
    let deadline_check = story.world.desk_of("deadline-check");
    let (checked, warned) = measure(&story, functions::deadline_check::check(&deadline_check)).await;
    assert_eq!(checked.unwrap().noticed, 1);
    let (_, nothing) = measure(&story, functions::deadline_check::check(&deadline_check)).await;
    vec![
        Row("change-request-submission", "a draft is begun", drafted),
        Row("change-request-submission", "a change request is submitted", submitted),
        Row("change-request-submission", "it is acknowledged: it gets its number", logged),
        Row("change-request-submission", "it is posted", posted.clone().until_commit()),
        Row("change-request-submission", "it names a ticket, which names it", named),
        Row("change-request-progress", "people are assigned", assigned),
        Row("change-request-progress", "the same, by its number of the CMP", experts),
        Row("change-request-progress", "a response is issued", issued),
        Row("change-request-progress", "a CLEC takes a position", position),
        Row("change-request-query", "it is read by its id", read),
        Row("change-request-query", "it is read by its number of the CMP", found),
        Row("change-request-query", "a page of them", listed),
        Row("change-request-query", "its history", history),
        Row("attachment", "an upload is asked for", upload),
        Row("attachment", "a document is attached", attached),
        Row(
            "notice-publisher",
            "its notice, numbered, to one CLEC and the desk",
            posted.clone().after_commit().of("notice-publisher"),
        ),
        Row("site-publisher", "a change request is posted", posted.of("site-publisher")),
        Row("deadline-check", "a deadline is warned about", warned),
        Row("deadline-check", "nothing is due", nothing),
    ]
}

async fn releases() -> Vec<Row> {
    let story = Story::at(NOW).await;
    let (desk, alpha) = (story.as_("desk"), story.as_("alpha"));
    let ticket = story.report("alpha", "moderate").await;
    let release = json!({ "name": "19.0", "productionDate": "2026-03-04" });
    let (reply, recorded) = handler(&story, desk.post(RELEASES, release)).await;
    let path = format!("{RELEASES}/{}", reply.expect(201).text("id"));
    let issue = json!({ "ticket": ticket, "text": "rejects" });
    let (_, noted) = handler(&story, alpha.post(&format!("{path}/issue"), issue)).await;
    let (_, changed) = handler(&story, desk.patch(&path, json!({ "name": "19.0.1" }))).await;
    let named = path.rsplit_once('/').map(|(_, number)| number.to_owned());
    let mut report = trouble();
    report["release"] = json!(named);
    let (reply, naming) = handler(&story, alpha.post(TICKETS, report)).await;
    reply.expect(201);
    let (reply, named) = handler(&story, desk.patch(&Client::ticket(&ticket, ""), json!({ "release": named }))).await;
    reply.expect(200);
    let (_, read) = measure(&story, alpha.get(&path)).await;
    let (_, listed) = measure(&story, alpha.get(RELEASES)).await;
    let held = json!({ "status": "held", "statusChangeReason": "found" });
    desk.patch(&Client::ticket(&ticket, ""), held).await.expect(200);
    let (_, date_tbd) = measure(&story, alpha.get("/cmp/v1/dateTbd")).await;
    let (_, meeting) = measure(&story, alpha.get("/cmp/v1/monthlyMeeting/list")).await;
    let (_, package) = measure(&story, alpha.get("/cmp/v1/monthlyMeeting/2026-03-18")).await;
    story.turn_to("2026-03-11T17:00:00Z").await;
    let (_, minutes) = handler(&story, desk.post(&format!("{path}/minutes"), json!({ "text": "none" }))).await;
    vec![
        Row("ticket-intake", "a report that names a release", naming),
        Row("ticket-status", "the desk names a ticket's release", named),
        Row("release", "a release is recorded", recorded),
        Row("release", "an issue is noted, with its ticket", noted),
        Row("release", "it is changed", changed),
        Row("release", "its minutes are recorded", minutes),
        Row("release", "it is read", read),
        Row("release", "a page of them", listed),
        Row("monthly-meeting", "the Date TBD list", date_tbd),
        Row("monthly-meeting", "the monthly meeting's list, one release", meeting),
        Row("monthly-meeting", "a meeting's package, one release", package),
    ]
}

/// QS-04: what is sold, purchased and agreed; measurements one at a time and many at once, and how they are read.
async fn service_quality() -> Vec<Row> {
    let story = Story::at(NOW).await;
    story.report("alpha", "moderate").await;
    let (desk, alpha) = (story.as_("desk"), story.as_("alpha"));
    let metrics = json!([{ "name": "delay", "kind": "technical", "unit": "ms" }]);
    let offering = json!({ "name": "DS1 loop", "family": "Unbundled loops", "metrics": metrics });
    let (reply, recorded) = handler(&story, desk.post(OFFERINGS, offering)).await;
    let offering = reply.expect(201).text("id");
    let purchase =
        json!({ "clec": "alpha", "offering": offering, "name": "circuit 7", "since": "2025-06-01T06:00:00Z" });
    let (reply, purchased) = handler(&story, desk.post(PURCHASES, purchase)).await;
    let purchase = reply.expect(201).text("id");
    let threshold = json!({
        "conformanceTarget": "50", "conformanceComparator": "lessThanOrEqual",
        "validFor": { "startDateTime": "2026-01-01T07:00:00Z" },
        "serviceLevelObjectiveParameter": {
            "name": "delay", "relatedEntity": [{ "id": offering, "@referredType": "ProductOffering" }],
        },
    });
    let (reply, agreed) = handler(&story, desk.post(OBJECTIVES, threshold)).await;
    reply.expect(201);
    let begins = chrono::DateTime::parse_from_rfc3339("2025-12-20T00:00:00Z").unwrap();
    let lines = (0..10_000_i64).fold(String::from("purchasedOffering,metric,at,value,source\n"), |mut table, of| {
        let at = begins + chrono::TimeDelta::minutes(10 * of);
        writeln!(table, "{purchase},delay,{},{},probe-7", at.to_rfc3339(), of % 50).unwrap();
        table
    });
    let bulk = async || {
        let path = format!("{MEASUREMENTS}/bulk");
        desk.send(http::Method::POST, &path, Some("text/csv"), lines.clone().into_bytes()).await
    };
    let (reply, taken) = measure(&story, bulk()).await;
    assert_eq!(reply.expect(200).body["taken"], 10_000);
    let (reply, again) = measure(&story, bulk()).await;
    assert_eq!(reply.expect(200).body["repeated"], 10_000);
    let one = json!({
        "purchasedOffering": purchase, "metric": "delay", "at": "2026-03-04T17:00:00Z", "value": 12.5, "source": "probe-7",
    });
    let (reply, single) = handler(&story, desk.post(MEASUREMENTS, one)).await;
    reply.expect(201);
    let series = format!("{MEASUREMENTS}?purchasedOffering={purchase}&metric=delay");
    let mut read = Vec::new();
    for (operation, query) in [
        ("a year of days", "&from=2025-03-04T07:00:00Z&until=2026-03-04T18:00:00Z"),
        ("a week of hours", "&resolution=hour"),
        (
            "a day's measurements, one each ten minutes",
            "&resolution=raw&from=2026-02-01T00:00:00Z&until=2026-02-02T00:00:00Z",
        ),
    ] {
        let (reply, cost) = measure(&story, alpha.get(&format!("{series}{query}"))).await;
        reply.expect(200);
        read.push(Row("measurement", operation, cost));
    }
    let (reply, held) = measure(&story, alpha.get(&format!("{PURCHASES}/{purchase}/conformance"))).await;
    reply.expect(200);
    // Its offering is looked at as a whole: the first time with the days and the trend of months, then where nothing is new.
    let analyze = async || functions::offering_analysis::check(&story.world.desk_of("offering-analysis")).await;
    let (_, analyzed) = measure(&story, analyze()).await;
    let quarter = "/cmp/v1/performance?metric=delay&from=2025-12-01T07:00:00Z&until=2026-03-01T07:00:00Z";
    let (reply, performance) = measure(&story, alpha.get(quarter)).await;
    assert_eq!(reply.expect(200).body[0]["windows"].as_array().unwrap().len(), 71);
    // The purchase is looked at each hour: when nothing is new, and when a day has missed its target.
    story.turn_to("2026-03-04T18:15:00Z").await;
    let check = async || functions::threshold_check::check(&story.world.desk_of("threshold-check")).await;
    story.turn_without_checks("2026-03-04T19:30:00Z").await;
    let (_, looked) = measure(&story, check()).await;
    let (_, beheld) = measure(&story, analyze()).await;
    let slow = json!({
        "purchasedOffering": purchase, "metric": "delay", "at": "2026-03-03T17:00:00Z", "value": 9000, "source": "probe-7",
    });
    desk.post(MEASUREMENTS, slow).await.expect(201);
    story.turn_without_checks("2026-03-04T20:15:00Z").await;
    let (_, crossed) = measure(&story, check()).await;
    let (_, nothing) = measure(&story, check()).await;
    let problem = json!({ "description": "It is slow", "affectedService": [{ "id": purchase }] });
    let (reply, raised) = handler(&story, alpha.post(PROBLEMS, problem)).await;
    let problem = format!("{PROBLEMS}/{}", reply.expect(201).text("id"));
    let (reply, commented) =
        handler(&story, alpha.post(&format!("{problem}/comment"), json!({ "text": "Still" }))).await;
    reply.expect(200);
    let trouble = json!({ "severity": "moderate" });
    let (reply, ticket_cost) = handler(&story, desk.post(&format!("{problem}/troubleTicket"), trouble)).await;
    let ticket = reply.expect(200).body["associatedTroubleTicket"][0]["id"].as_str().unwrap().to_owned();
    let closing = json!({ "disposition": "noTroubleFound" });
    let (reply, followed) = measure(&story, desk.post(&Client::ticket(&ticket, "close"), closing)).await;
    reply.expect(200);
    let mut rows = vec![
        Row("threshold-check", "a purchase is looked at, and nothing is new", looked.of("threshold-check")),
        Row("threshold-check", "a threshold is crossed: a report is raised", crossed.of("threshold-check")),
        Row("threshold-check", "nothing is due", nothing.of("threshold-check")),
        Row(
            "offering-analysis",
            "an offering of one purchase is looked at, and nothing is new",
            beheld.of("offering-analysis"),
        ),
        Row("offering-analysis", "its first look: four months of days, and the trend of three", analyzed),
        Row("service-problem", "a degradation is reported", raised),
        Row("service-problem", "information is added to a report", commented),
        Row("service-problem", "a trouble ticket is raised of a report", ticket_cost),
        Row("service-problem-follower", "a ticket of a report is closed", followed.of("service-problem-follower")),
        Row("product-offering", "a product offering is recorded", recorded),
        Row("product-offering", "what a CLEC purchased is recorded", purchased),
        Row("service-level", "a threshold is recorded", agreed),
        Row("measurement", "10,000 measurements of a circuit, one each ten minutes, in one request", taken),
        Row("measurement", "the same again", again),
        Row("measurement", "a measurement by itself", single),
    ];
    rows.extend(read);
    rows.push(Row("measurement", "a month of days held against one threshold", held));
    rows.push(Row("measurement", "the performance of an offering by the day, three months", performance));
    rows
}

const HEAD: &str = "# Calls and write units

Made by `tests/spec/units.rs`, which fails when they change. Calls are those of the AWS SDK. Units are computed by AWS's
documented rules from what was written: a unit a kilobyte of the larger of the item before and after, twice in a
transaction; for each index entry one more a kilobyte, two where its key changes. Items are those of a small report.

| function | operation | calls | write units | which calls |
|---|---|---|---|---|
";

async fn tickets() -> Vec<Row> {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["event", "target"]).await;
    story.report("beta", "minimal").await; // The CLEC's topic is there.
    let intake = story.as_("alpha").with("Idempotency-Key", "one");
    let (opened, intake_cost) = handler(&story, intake.post(TICKETS, trouble())).await;
    let number = opened.expect(201).text("id");
    let (_, replay) = handler(&story, intake.post(TICKETS, trouble())).await;
    let mut rows = vec![
        Row("ticket-intake", "a trouble is reported", intake_cost),
        Row("ticket-intake", "the same request again", replay),
    ];
    let tasks = [
        ("PATCH", "the status changes", json!({ "status": "inProgress" })),
        ("PATCH", "a note is added", json!({ "note": [{ "text": "looked into it" }] })),
        ("PATCH", "nothing changes", json!({ "status": "inProgress" })),
        ("call", "a further call", json!({ "contact": "Ann", "detail": "still rejected" })),
        ("severityChange", "another severity", json!({ "severity": "moderate", "reason": "a bypass is known" })),
        (
            "workaround",
            "a workaround is provided",
            json!({ "description": "use the other form", "callCenterReference": "CC-1" }),
        ),
        ("phoneNotice", "told by telephone", json!({ "contact": "Ann", "detail": "we are on it" })),
        ("close", "closed", json!({ "disposition": "noTroubleFound" })),
    ];
    for (task, operation, body) in tasks {
        let desk = story.as_("desk");
        let cost = if task == "PATCH" {
            handler(&story, desk.patch(&Client::ticket(&number, ""), body)).await
        } else {
            handler(&story, desk.post(&Client::ticket(&number, task), body)).await
        };
        cost.0.expect(200);
        rows.push(Row("ticket-status", operation, cost.1));
    }
    rows
}

async fn groups() -> Vec<Row> {
    let story = Story::at(NOW).await;
    let (primary, linked, other) = (
        story.report("alpha", "serious").await,
        story.report("beta", "serious").await,
        story.report("gamma", "minimal").await,
    );
    let desk = story.as_("desk");
    let does = async |number: &str, task: &str, body: Value| {
        handler(&story, desk.post(&Client::ticket(number, task), body)).await.1
    };
    let first = does(&linked, "link", json!({ "primary": primary })).await;
    let through = does(&other, "link", json!({ "primary": linked })).await;
    let severity = does(&other, "severityChange", json!({ "severity": 1, "reason": "all orders" })).await;
    let kept = does(&linked, "severityChange", json!({ "severity": 3, "reason": "few orders" })).await;
    let closed = does(&primary, "close", json!({ "disposition": "noTroubleFound" })).await;
    vec![
        Row("ticket-link", "linked to a primary, which becomes an event", first),
        Row("ticket-link", "linked through a linked ticket to its primary", through),
        Row("ticket-status", "another severity of a linked ticket, and so of its group", severity),
        Row("ticket-status", "another severity of a linked ticket, and not of its group", kept),
        Row("ticket-status", "a group of three closed", closed),
    ]
}

async fn process_tickets() -> Vec<Row> {
    let story = Story::at(NOW).await;
    let report = json!({ "description": "LSRs are rejected", "severity": "moderate", "ticketType": "process" });
    let (opened, reported) = handler(&story, story.as_("alpha").post(TICKETS, report)).await;
    let number = opened.expect(201).text("id");
    let mut rows = vec![Row("ticket-intake", "a process trouble is reported", reported)];
    let orders: Vec<Value> = (0..90).map(|n| json!({ "order": format!("PON {n}"), "dueDate": "2026-03-06" })).collect();
    let tasks = [
        ("statusCall", "its CLEC is given the status by telephone", json!({ "contact": "Ann", "detail": "no news" })),
        ("escalation", "it is escalated to a tier", json!({ "tier": 4, "reason": "orders wait" })),
        ("orders", "an affected order is listed", json!({ "order": [{ "order": "PON", "dueDate": "2026-03-06" }] })),
        ("orders", "ninety affected orders are listed", json!({ "order": orders })),
        ("impactedClecs", "other CLECs are impacted", json!({ "clecs": ["beta"] })),
        (
            "determination",
            "it is determined to be a systems trouble",
            json!({ "trouble": "systems", "reason": "the gateway" }),
        ),
    ];
    for (task, operation, body) in tasks {
        let desk = story.as_("desk");
        let (reply, cost) = handler(&story, desk.post(&Client::ticket(&number, task), body)).await;
        reply.expect(200);
        rows.push(Row("process-ticket", operation, cost));
    }
    rows
}

async fn reading() -> Vec<Row> {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let linked = story.report("beta", "serious").await;
    story.turn("PT1M").await; // The list begins with these two.
    for _ in 0..30 {
        story.report("alpha", "serious").await;
    }
    story.as_("desk").post(&Client::ticket(&linked, "link"), json!({ "primary": number })).await.expect(200);
    let gets = [
        ("alpha", "a ticket with one linked to it", Client::ticket(&number, "")),
        ("beta", "a linked ticket", Client::ticket(&linked, "")),
        ("alpha", "a timeline", Client::ticket(&number, "timeline")),
        ("alpha", "a forecast", Client::ticket(&number, "forecast")),
        ("alpha", "a ticket as it was", format!("{TICKETS}/{number}?at=2026-03-04T18:00:00Z")),
        ("beta", "a linked ticket's timeline as it was", Client::ticket(&linked, "timeline?at=2026-03-04T18:01:00Z")),
        ("desk", "who would receive an event's notice, two CLECs and the desk", Client::ticket(&number, "recipients")),
        ("alpha", "a ticket's notices with their texts", Client::ticket(&number, "notice")),
        ("alpha", "a page of 20 of a CLEC's tickets", TICKETS.to_owned()),
        ("alpha", "words are searched for in a CLEC's 31 tickets", format!("{TICKETS}?q=rejected%20nowhere")),
        ("desk", "what looks like a ticket, of 32 that are open", Client::ticket(&number, "similar")),
        ("desk", "a page of 20 of all tickets, one of them linked", format!("{TICKETS}?sort=creationDate")),
    ];
    let mut rows = Vec::new();
    for (client, operation, path) in gets {
        let (reply, cost) = measure(&story, story.as_(client).get(&path)).await;
        reply.expect(200);
        rows.push(Row("ticket-query", operation, cost));
    }
    rows
}

/// Pages of queues, and a search: what they read follows what they show.
async fn queues() -> Vec<Row> {
    let story = Story::at(NOW).await;
    let (alpha, desk) = (story.as_("alpha"), story.as_("desk"));
    for _ in 0..30 {
        story.report("beta", "serious").await;
    }
    let process = json!({ "description": "Orders are lost", "severity": "serious", "ticketType": "process" });
    alpha.post(TICKETS, process).await.expect(201);
    let number = story.report("alpha", "serious").await;
    desk.patch(&Client::ticket(&number, ""), json!({ "status": "resolved" })).await.expect(200);
    let form = json!({ "kind": "systems", "title": "One", "description": "One document", "contact": "Ann" });
    alpha.post(CHANGE_REQUESTS, form).await.expect(201);
    let number = &format!("/cmp/v1/search?q={number}");
    let gets = [
        ("desk", "a page of 20 of the help desk's queue", "/cmp/v1/queue/helpDesk"),
        ("desk", "the queue of the CSIE, one process ticket", "/cmp/v1/queue/csie"),
        (
            "desk",
            "the queue of change management, one change request and two meetings",
            "/cmp/v1/queue/changeManagement",
        ),
        ("desk", "the queue of contacts, none", "/cmp/v1/queue/contacts"),
        ("alpha", "what awaits a CLEC: one ticket", "/cmp/v1/queue/mine"),
        ("desk", "a number is looked for", number),
        ("alpha", "words are looked for in a CLEC's two tickets, and in what all read", "/cmp/v1/search?q=rejected"),
        ("alpha", "the availability of the interfaces", "/cmp/v1/availability"),
    ];
    let mut rows = Vec::new();
    for (client, operation, path) in gets {
        let (reply, cost) = measure(&story, story.as_(client).get(path)).await;
        reply.expect(200);
        rows.push(Row("queue", operation, cost));
    }
    rows
}

async fn sending() -> Vec<Row> {
    let story = Story::at(NOW).await;
    let desk = &story.world.desk_of("interval-check");
    let mut rows = Vec::new();
    story.subscribe("alpha", "email", "noc@alpha.example", &["event", "target"]).await;
    let (_, target) = measure(&story, story.report("alpha", "serious")).await;
    rows.push(Row(
        "notice-publisher",
        "a first target notice: the desk's topic is made",
        target.after_commit().of("notice-publisher"),
    ));
    let number = story.report("alpha", "serious").await;
    let path = Client::ticket(&number, "");
    let (_, update) = measure(&story, story.as_("desk").patch(&path, json!({ "status": "inProgress" }))).await;
    rows.push(Row("notice-publisher", "a target notice", update.after_commit().of("notice-publisher")));
    let (_, event) = measure(&story, story.as_("desk").patch(&path, json!({ "event": true }))).await;
    rows.push(Row("notice-publisher", "an event notice to one CLEC", event.after_commit().of("notice-publisher")));

    let (_, nothing) = measure(&story, functions::interval_check::check(desk)).await;
    rows.push(Row("interval-check", "nothing is due, two tickets are open", nothing));
    story.turn_without_checks("2026-03-04T18:55:00Z").await;
    let (checked, two) = measure(&story, functions::interval_check::check(desk)).await;
    assert_eq!((checked.unwrap().noticed, story.now()), (2, tests::at("2026-03-04T18:55:00Z")));
    rows.push(Row("interval-check", "two updates are due, one an event's", two));
    let (_, nobody) = measure(&story, story.report("beta", "serious")).await;
    let nobody = nobody.after_commit().of("notice-publisher");
    rows.push(Row(
        "notice-publisher",
        "a target notice that reaches nobody, and the notice that tells the desk so",
        nobody,
    ));

    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    for _ in 0..12 {
        story.report("alpha", "serious").await;
    }
    story.turn_without_checks("2026-03-04T18:55:00Z").await;
    let (_, twelve) = measure(&story, functions::interval_check::check(&story.world.desk_of("interval-check"))).await;
    rows.push(Row("interval-check", "twelve updates of one CLEC are due: a digest for each topic", twelve));
    rows
}

async fn subscriptions() -> Vec<Row> {
    let story = Story::at(NOW).await;
    let body = json!({ "channel": "email", "endpoint": "noc@alpha.example", "notices": ["event"] });
    let (reply, subscribe) = measure(&story, story.as_("alpha").post(SUBSCRIPTIONS, body)).await;
    let id = reply.expect(201).text("id");
    let token = story.deliveries().await[0].token.clone().unwrap();
    let path = format!("{SUBSCRIPTIONS}/{id}");
    let (_, confirm) =
        measure(&story, story.as_("alpha").post(&format!("{path}/confirmation"), json!({ "token": token }))).await;
    let (_, list) = measure(&story, story.as_("alpha").get(SUBSCRIPTIONS)).await;
    let (_, leave) = measure(&story, story.as_("alpha").delete(&path)).await;
    let without_stream = Cost::without_events;
    vec![
        Row("subscription", "an e-mail endpoint is subscribed", without_stream(subscribe)),
        Row("subscription", "confirmed", without_stream(confirm)),
        Row("subscription", "listed", without_stream(list)),
        Row("subscription", "left", without_stream(leave)),
    ]
}

async fn parties() -> Vec<Row> {
    let story = Story::at(NOW).await;
    let (alpha, desk) = (story.as_("alpha"), story.as_("desk"));
    let name = json!({ "name": "Alpha" }).to_string().into_bytes();
    let put = desk.send(http::Method::PUT, "/cmp/v1/clec/alpha", Some("application/json"), name);
    let (_, register) = measure(&story, put).await;
    let (_, clecs) = measure(&story, desk.get("/cmp/v1/clec")).await;
    let after_hours = json!({ "role": "afterHours", "name": "Ann", "phone": "+1 303 555 0100" });
    let (kept, keep) = measure(&story, alpha.post(CONTACTS, after_hours)).await;
    let path = format!("{CONTACTS}/{}", kept.expect(201).text("id"));
    let mandatory =
        |at: u8| json!({ "role": "mandatoryNotices", "name": "Ann", "email": format!("{at}@alpha.example") });
    let (first, keep_mandatory) = measure(&story, alpha.post(CONTACTS, mandatory(1))).await;
    let (_, list) = measure(&story, alpha.get(CONTACTS)).await;
    let (_, read) = measure(&story, alpha.get(&path)).await;
    let (_, change) = measure(&story, alpha.patch(&path, json!({ "name": "Bob" }))).await;
    let (_, verify) = measure(&story, alpha.post(&format!("{path}/verification"), json!({}))).await;
    alpha.post(CONTACTS, mandatory(2)).await.expect(201);
    let path = format!("{CONTACTS}/{}", first.expect(201).text("id"));
    let (gone, remove) = measure(&story, alpha.delete(&path)).await;
    gone.expect(204);
    let check = async || functions::nightly_check::check(&story.world.desk_of("nightly-check")).await.unwrap();
    let (_, quiet) = measure(&story, check()).await;
    story.turn_without_checks("2026-08-25T09:00:00Z").await;
    let (checked, due) = measure(&story, check()).await;
    assert_eq!(checked.verification.told, 2);
    let rows = [
        ("party", "a CLEC is registered", register),
        ("party", "the register of one CLEC", clecs),
        ("party", "a contact is kept", keep),
        ("party", "a contact for mandatory notices is kept", keep_mandatory),
        ("party", "contacts listed", list),
        ("party", "a contact read", read),
        ("party", "a contact changed", change),
        ("party", "a contact verified", verify),
        ("party", "one of two contacts for mandatory notices removed", remove),
        ("nightly-check", "nothing is due, one CLEC is registered", quiet),
        ("nightly-check", "two contacts are to be verified", due),
    ];
    rows.map(|(function, operation, cost)| Row(function, operation, cost.without_events())).into()
}

/// What the event notification site costs, whose files are no items.
async fn site() -> Vec<Row> {
    let story = Story::at(NOW).await;
    let detected = async || {
        let mut trouble = trouble();
        trouble["event"] = json!(true);
        story.as_("desk").post(TICKETS, trouble).await
    };
    let (number, first) = measure(&story, async { detected().await.expect(201).text("id") }).await;
    let (_, second) = measure(&story, detected()).await;
    let path = Client::ticket(&number, "");
    let (_, update) = measure(&story, story.as_("desk").patch(&path, json!({ "status": "inProgress" }))).await;
    let (_, target) = measure(&story, story.report("alpha", "serious")).await;
    let (_, night) = measure(&story, functions::site_publisher::nightly(&story.world.desk_of("site-publisher"))).await;
    vec![
        Row("site-publisher", "the first event notice of a month", first.of("site-publisher")),
        Row("site-publisher", "the first event notice of another event", second.of("site-publisher")),
        Row("site-publisher", "a further event notice", update.of("site-publisher")),
        Row("site-publisher", "a notice to one CLEC", target.of("site-publisher")),
        Row("site-publisher", "each night", night.of("site-publisher")),
    ]
}

async fn listeners() -> Vec<Row> {
    let story = Story::at(NOW).await;
    let receiver = Receiver::start().await;
    let number = story.report("alpha", "serious").await;
    let path = Client::ticket(&number, "");
    let note = || async {
        let (_, cost) =
            measure(&story, story.as_("desk").patch(&path, json!({ "note": [{ "text": "looked" }] }))).await;
        story.world.turn_to(story.now() + chrono::TimeDelta::seconds(1)).await.unwrap();
        cost.of("hub-delivery")
    };
    let nobody = note().await;
    let alpha = story.as_("alpha");
    let (reply, register) = measure(&story, alpha.post(HUB, json!({ "callback": receiver.url() }))).await;
    let path = format!("{HUB}/{}", reply.expect(201).text("id"));
    let first = note().await;
    let next = note().await;
    receiver.answers(500);
    let fails = note().await;
    let waits = note().await;
    let (_, read) = measure(&story, alpha.get(&path)).await;
    receiver.answers(200);
    let (_, tried) = measure(&story, story.turn("PT2M")).await;
    receiver.answers(500);
    let _failing = note().await;
    let (_, leave) = measure(&story, alpha.delete(&path)).await;
    let without_stream = Cost::without_events;
    vec![
        Row("hub", "a listener is registered", without_stream(register)),
        Row("hub", "read", read),
        Row("hub", "ended, with one event that waits", without_stream(leave)),
        Row("hub-delivery", "a ticket changed, nobody listens", nobody),
        Row("hub-delivery", "one listener takes it, the first in a minute", first),
        Row("hub-delivery", "one listener takes it", next),
        Row("hub-delivery", "one listener does not take it", fails),
        Row("hub-delivery", "one listener is failing: it waits", waits),
        Row("hub-delivery", "tried again: two events wait, and are taken", tried.of("hub-delivery")),
    ]
}
