//! OP-02, OP-03: what the log and the metrics tell, and what they do not.

use aws_lambda_events::dynamodb::Event as StreamEvent;
use serde_json::{Value, json};
use tests::{
    Client, Fault, Story, Template,
    log::logged,
    story::{CHANGE_REQUESTS, CONTACTS, OUTAGES, RELEASES, SUBSCRIPTIONS, TICKETS},
};

/// A Tuesday, 10:00 in Denver.
const NOW: &str = "2026-06-02T16:00:00Z";

/// A metric of each line that has it.
fn of(story: &Story, metric: &str) -> Vec<f64> {
    story.metrics().iter().filter_map(|line| line[metric].as_f64()).collect()
}

/// The sum of a metric.
fn sum(story: &Story, metric: &str) -> f64 {
    of(story, metric).iter().sum()
}

#[tokio::test]
async fn op_02_a_notice_is_counted_once_as_owed_and_once_as_sent_on_time() {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    story.report("alpha", "critical").await;
    story.turn("PT1H").await; // The update leaves at 16:55.
    let counted = ["NoticesOwed", "NoticesSent", "NoticesOnTime", "NoticesInJeopardy", "NoticesMissed"];
    assert_eq!(counted.map(|metric| sum(&story, metric)), [2.0, 2.0, 2.0, 0.0, 0.0]);
}

#[tokio::test]
async fn op_02_a_notice_that_was_late_is_counted_as_missed_once_and_as_sent_but_not_on_time() {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    story.wire.fails("PublishBatch", 1_000, Fault::Down);
    story.report("alpha", "critical").await;
    story.turn("PT90M").await; // It was due at 17:00, and in jeopardy from 16:30 on.
    let counted = ["NoticesSent", "NoticesInJeopardy", "NoticesMissed"];
    assert_eq!(counted.map(|metric| sum(&story, metric)), [0.0, 1.0, 1.0]);
    story.wire.mended();
    story.turn("PT1M").await;
    let counted = ["NoticesOwed", "NoticesSent", "NoticesOnTime", "NoticesInJeopardy", "NoticesMissed"];
    assert_eq!(counted.map(|metric| sum(&story, metric)), [1.0, 1.0, 0.0, 1.0, 1.0]);
}

#[tokio::test]
async fn op_02_a_notice_is_counted_when_the_bus_took_it_and_not_before() {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    story.wire.fails("PutEvents", 5, Fault::LostBefore);
    story.report("alpha", "critical").await;
    assert_eq!(sum(&story, "NoticesOwed"), 0.0);
    story.wire.mended();
    story.world.settle().await.unwrap();
    assert_eq!(["NoticesOwed", "NoticesSent"].map(|metric| sum(&story, metric)), [1.0, 1.0]);
}

#[tokio::test]
async fn op_02_each_check_tells_how_long_the_oldest_due_notice_has_been_waiting() {
    let story = Story::at(NOW).await;
    story.world.check_now().await.unwrap();
    assert_eq!((of(&story, "OldestDueNoticeAge"), sum(&story, "Due")), (vec![0.0], 0.0));
    story.wire.fails("PublishBatch", 1_000, Fault::Down);
    story.report("alpha", "moderate").await;
    for waiting in [60.0, 120.0, 180.0] {
        story.turn("PT1M").await;
        assert_eq!(of(&story, "OldestDueNoticeAge").pop(), Some(waiting));
    }
    assert_eq!(sum(&story, "Sweeps"), 4.0);
    assert_eq!((sum(&story, "Due"), sum(&story, "Failed")), (3.0, 3.0));
    story.wire.mended();
    story.turn("PT1M").await;
    story.world.check_now().await.unwrap();
    assert_eq!(of(&story, "OldestDueNoticeAge").pop(), Some(0.0));
}

#[tokio::test]
async fn op_02_a_check_that_could_not_read_the_index_tells_no_sweep() {
    let story = Story::at(NOW).await;
    // Of both partitions of the shard, each query with its five tries.
    story.wire.fails("Query", 10, Fault::Throttled);
    story.world.check_now().await.unwrap();
    assert_eq!(sum(&story, "Sweeps"), 0.0);
    story.world.check_now().await.unwrap();
    assert_eq!(sum(&story, "Sweeps"), 1.0);
}

#[tokio::test]
async fn op_02_what_is_due_and_cannot_be_read_is_counted_and_ages() {
    let story = Story::at(NOW).await;
    garble(&story, &story.report("alpha", "critical").await, "opening");
    story.turn_without_checks("2026-06-02T17:05:00Z").await;
    story.world.check_now().await.unwrap();
    // Its update was to leave at 16:55.
    assert_eq!((sum(&story, "Due"), sum(&story, "Failed")), (1.0, 1.0));
    assert_eq!(of(&story, "OldestDueNoticeAge"), [600.0]);
}

/// Makes a stored item unreadable for the code that is running, as a later version's item is for an earlier one.
fn garble(story: &Story, number: &str, attribute: &str) {
    let key = json!({ "pk": { "S": format!("TICKET#{number}") }, "sk": { "S": "TICKET" } });
    let update = json!({ "TableName": "desk", "Key": key, "UpdateExpression": format!("SET {attribute} = :unknown"),
        "ExpressionAttributeValues": { ":unknown": { "S": "the \"canary\" of a later version" } } });
    story.database().update_item(serde_json::from_value(update).unwrap()).unwrap();
}

#[tokio::test]
async fn op_02_the_metrics_are_those_that_the_alarms_and_the_dashboard_read() {
    let story = Story::at(NOW).await;
    let request = json!({ "kind": "systems", "title": "Longer hours", "description": "At five", "contact": "Ann" });
    story.as_("alpha").post(CHANGE_REQUESTS, request).await.expect(201);
    story.turn_to("2026-06-05T16:00:00Z").await; // Nobody reviews it by the 4th.
    story.report("alpha", "critical").await;
    story.world.check_now().await.unwrap();
    story.turn("PT24H").await;
    let mut told: Vec<String> = Vec::new();
    for line in story.metrics() {
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!((directive["Namespace"].as_str(), &directive["Dimensions"]), (Some("desk"), &json!([[]])));
        for metric in directive["Metrics"].as_array().unwrap() {
            told.push(metric["Name"].as_str().unwrap().to_owned());
            let seconds = metric["Name"] == "OldestDueNoticeAge";
            assert_eq!(metric["Unit"], if seconds { "Seconds" } else { "Count" });
        }
    }
    let template = Template::get();
    let own = |properties: &serde_norway::Value| matches!(properties["Namespace"], serde_norway::Value::Tagged(_));
    let alarms = template.of_type("AWS::CloudWatch::Alarm").filter(|(_, properties)| own(properties));
    let read: Vec<&str> = alarms.map(|(_, properties)| properties["MetricName"].as_str().unwrap()).collect();
    let alarms = [
        "NoticesMissed",
        "NoticesReachedNobody",
        "OldestDueNoticeAge",
        "Sweeps",
        "DeadlineSweeps",
        "ThresholdSweeps",
        "OfferingSweeps",
        "DeadlinesMissed",
        "ClocksDiffering",
    ];
    assert_eq!(read, alarms);
    for metric in read {
        assert!(told.contains(&metric.to_owned()), "an alarm waits for {metric}, which nobody tells: {told:?}");
    }
    let (_, dashboard) = template.of_type("AWS::CloudWatch::Dashboard").next().unwrap();
    let serde_norway::Value::Tagged(body) = &dashboard["DashboardBody"] else { panic!("the dashboard has no body") };
    let body: Value = serde_json::from_str(body.value.as_str().unwrap()).unwrap();
    for widget in body["widgets"].as_array().unwrap() {
        let metrics = widget["properties"]["metrics"].as_array().cloned().unwrap_or_default();
        for metric in metrics.iter().filter(|_| metrics[0][0] == "${AWS::StackName}") {
            assert!(told.contains(&metric[1].as_str().unwrap().to_owned()), "the dashboard shows {metric}");
        }
    }
}

/// A value of a line's spans.
fn in_span<'a>(line: &'a Value, name: &str) -> Option<&'a Value> {
    line["spans"].as_array()?.iter().find_map(|span| span.get(name))
}

#[tokio::test]
async fn op_02_each_line_of_a_request_tells_the_request_and_the_ticket() {
    let story = Story::at(NOW).await;
    let (mut number, mut lines) = (String::new(), Vec::new());
    lines.extend(
        logged(async {
            number = story.report("alpha", "critical").await;
            story.as_("alpha").get(&Client::ticket(&number, "")).await.expect(200);
            story.as_("desk").patch(&Client::ticket(&number, ""), json!({ "status": "inProgress" })).await.expect(200);
            story.as_("beta").get(&Client::ticket(&number, "timeline")).await.expect(404);
            story.wire.fails("BatchGetItem", 5, Fault::Throttled);
            story.as_("desk").post(&Client::ticket(&number, "call"), json!({ "contact": "A", "detail": "B" })).await;
        })
        .await,
    );
    let requests: Vec<&Value> = lines.iter().filter(|line| line["message"] == "request").collect();
    let asked: Vec<String> =
        requests.iter().map(|line| format!("{} {} {}", line["method"], line["route"], line["status"])).collect();
    assert_eq!(
        asked,
        [
            format!("\"POST\" \"{TICKETS}\" 201"),
            format!("\"GET\" \"{TICKETS}/{{id}}\" 200"),
            format!("\"PATCH\" \"{TICKETS}/{{id}}\" 200"),
            format!("\"GET\" \"{TICKETS}/{{id}}/timeline\" 404"),
            format!("\"POST\" \"{TICKETS}/{{id}}/call\" 503"),
        ]
    );
    let broken = lines.iter().find(|line| line["message"] == "a request failed").expect("the cause is logged");
    assert_eq!(broken["level"], "ERROR");
    for line in requests.into_iter().chain([broken]) {
        assert_eq!(in_span(line, "ticket").and_then(Value::as_str), Some(number.as_str()), "{line}");
        assert!(in_span(line, "gateway").is_some_and(Value::is_string), "{line}");
    }
}

/// No part of this may be in a log.
const CANARY: &str = "canary";

#[tokio::test]
async fn op_02_no_line_holds_what_people_wrote_or_how_they_are_reached() {
    let story = Story::at(NOW).await;
    let contact = json!({ "name": "Canary Ann", "phone": "+1 303 555 5501", "email": "canary@alpha.example" });
    let trouble = json!({
        "description": "canary described", "severity": "critical", "ticketType": "systems", "systemAffected": "canary system",
        "name": "canary name", "externalId": "canary external", "contact": contact, "severityEscalationContact": contact,
        "note": [{ "text": "canary note", "author": "canary author" }],
        "impact": { "geographicArea": "canary area", "productsAffected": ["canary product"], "other": "canary" },
    });
    let lines = logged(async {
        let alpha = story.as_("alpha").with("Idempotency-Key", "canary-key");
        for (channel, endpoint) in
            [("email", "canary@alpha.example"), ("sms", "+13035550123"), ("https", "https://canary.example/hook")]
        {
            let body = json!({ "channel": channel, "endpoint": endpoint, "notices": ["event", "target"] });
            story.as_("alpha").post(SUBSCRIPTIONS, body).await.expect(201);
        }
        for role in ["mandatoryNotices", "afterHours"] {
            let contact =
                json!({ "role": role, "name": "canary", "phone": "+1 303 555 5501", "email": "canary3@alpha.example" });
            let kept = story.as_("alpha").post(CONTACTS, contact).await.expect(201).text("id");
            story.as_("alpha").patch(&format!("{CONTACTS}/{kept}"), json!({ "name": "canary two" })).await.expect(200);
        }
        let sent = story.deliveries().await;
        let mailed = sent.iter().find(|delivery| delivery.to == "canary@alpha.example").unwrap();
        let number = alpha.post(TICKETS, trouble.clone()).await.expect(201).text("id");
        alpha.post(TICKETS, json!({ "description": "canary", "severity": "canary" })).await.expect(400);
        alpha.post(&format!("{SUBSCRIPTIONS}/alpha.canary/confirmation"), json!({ "token": mailed.token })).await;
        alpha.get(&format!("{TICKETS}?description=canary&severity=canary")).await;
        alpha.get("/canary/canary").await.expect(404);
        alpha.get(&Client::ticket("canary", "")).await.expect(404);
        let desk = story.as_("desk");
        for (task, body) in [
            ("call", json!({ "clec": "beta", "contact": "canary Bob", "detail": "canary detail" })),
            ("workaround", json!({ "description": "canary workaround", "callCenterReference": "canary" })),
            ("severityChange", json!({ "severity": 2, "reason": "canary reason" })),
        ] {
            desk.post(&Client::ticket(&number, task), body).await.expect(200);
        }
        desk.patch(&Client::ticket(&number, ""), json!({ "eventDescription": "canary event" })).await.expect(200);
        // Everything fails once, for each cause is logged.
        for (operation, fault) in [
            ("PublishBatch", Fault::Down),
            ("PutItem", Fault::Throttled),
            ("TransactWriteItems", Fault::TransactionConflict),
            ("TransactWriteItems", Fault::LostBefore),
            ("BatchGetItem", Fault::LostBefore),
            ("PutEvents", Fault::RefusesEntry(0)),
            ("Subscribe", Fault::Down),
            ("Publish", Fault::Down),
            ("CreateTopic", Fault::Down),
            ("ListSubscriptionsByTopic", Fault::Down),
            ("SetSubscriptionAttributes", Fault::Down),
            ("Query", Fault::Throttled),
        ] {
            story.wire.fails(operation, 5, fault);
            let body = json!({ "contact": "canary", "detail": "canary" });
            story.as_("alpha").post(&Client::ticket(&number, "call"), body).await;
            let body = json!({ "channel": "email", "endpoint": "canary2@alpha.example", "notices": ["event"] });
            story.as_("alpha").post(SUBSCRIPTIONS, body).await;
            let body = json!({ "channel": "sms", "endpoint": "+13035550199", "notices": ["event"] });
            story.as_("beta").post(SUBSCRIPTIONS, body).await;
            let body = json!({ "role": "mandatoryNotices", "name": "canary", "email": "canary2@alpha.example" });
            story.as_("alpha").post(CONTACTS, body).await;
            story.turn("PT1M").await;
            let _failed = functions::nightly_check::check(&story.world.desk_of("nightly-check")).await;
            story.wire.mended();
        }
        functions::nightly_check::check(&story.world.desk_of("nightly-check")).await.unwrap();
        story.wire.fails("Publish", 1, Fault::QuotesNumber);
        let body = json!({ "channel": "sms", "endpoint": "+13035550177", "notices": ["event"] });
        let refused = story.as_("beta").post(SUBSCRIPTIONS, body).await.expect(400);
        assert_eq!(refused.faults()["endpoint"], "SB-01");
        // A record of the stream, and what is due, cannot be read.
        garble(&story, &number, "opening");
        story.turn("PT2H").await;
        desk.post(&Client::ticket(&number, "close"), json!({ "disposition": "noTroubleFound" })).await.expect(503);
    })
    .await;
    let told: Vec<&str> = lines.iter().filter_map(|line| line["message"].as_str()).collect();
    for said in [
        "request",
        "published",
        "checked",
        "a request failed",
        "a record of the stream cannot be read",
        "contacts were checked",
        "reconciled",
    ] {
        assert!(told.contains(&said), "the story does not make a function say '{said}': {told:?}");
    }
    for line in &lines {
        let text = line.to_string();
        for secret in [CANARY, "3035550", "3035555501", "noc@"] {
            assert!(!text.to_lowercase().contains(secret), "{secret} in {text}");
        }
        assert!(!text.contains(&token_of(&story).await), "a token in {text}");
    }
}

/// A token that was sent, and that only its endpoint may know.
async fn token_of(story: &Story) -> String {
    let all = story.world.deliveries(0).await.unwrap();
    all.into_iter().find_map(|delivery| delivery.token).unwrap()
}

#[tokio::test]
async fn op_03_a_record_that_cannot_be_read_is_answered_as_failed_and_what_was_before_it_is_told() {
    let story = Story::at(NOW).await;
    let first = story.report("alpha", "critical").await;
    let second = story.report("alpha", "critical").await;
    let batch = json!({ "Records": [
        record(&story, &first, "TICKET", "100", "critical"),
        record(&story, &second, "TICKET", "200", "ofALaterVersion"),
        record(&story, &first, "TICKET", "300", "critical"),
    ] });
    let batch: StreamEvent = serde_json::from_value(batch).unwrap();
    let before = story.events("ticket.opened").len();
    let response = functions::notice_publisher::publish(&story.world.desk_of("notice-publisher"), batch).await;
    let failed: Vec<_> =
        response.batch_item_failures.iter().map(|failure| failure.item_identifier.as_deref()).collect();
    assert_eq!(failed, [Some("200")]);
    assert_eq!(story.events("ticket.opened").len(), before + 1);
}

#[tokio::test]
async fn op_03_a_stream_without_images_fails_instead_of_telling_nobody() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "critical").await;
    let mut of_keys = record(&story, &number, "TICKET", "100", "critical");
    of_keys["dynamodb"].as_object_mut().unwrap().remove("NewImage");
    let batch: StreamEvent = serde_json::from_value(json!({ "Records": [of_keys] })).unwrap();
    let response = functions::notice_publisher::publish(&story.world.desk_of("notice-publisher"), batch).await;
    let failed: Vec<_> =
        response.batch_item_failures.iter().map(|failure| failure.item_identifier.as_deref()).collect();
    assert_eq!(failed, [Some("100")]);
}

/// A ticket's opening as a record of the stream, with this severity.
fn record(story: &Story, number: &str, sk: &str, sequence: &str, severity: &str) -> Value {
    let key = json!({ "pk": { "S": format!("TICKET#{number}") }, "sk": { "S": sk } });
    let request = json!({ "TableName": "desk", "Key": key });
    let found = story.database().get_item(serde_json::from_value(request).unwrap()).unwrap();
    let mut item = serde_json::to_value(found).unwrap()["Item"].clone();
    item["severity"] = json!({ "S": severity });
    json!({ "eventID": sequence, "eventName": "INSERT", "eventSource": "aws:dynamodb", "awsRegion": "us-east-1",
        "dynamodb": { "ApproximateCreationDateTime": 0, "Keys": key, "NewImage": item, "SequenceNumber": sequence,
            "SizeBytes": 1, "StreamViewType": "NEW_AND_OLD_IMAGES" } })
}

#[tokio::test]
async fn op_02_no_line_and_no_event_holds_what_is_said_of_planned_outages_and_releases() {
    let story = Story::at(NOW).await;
    let lines = logged(async {
        let (alpha, desk) = (story.as_("alpha"), story.as_("desk"));
        let outage = json!({
            "interface": "canary interface", "description": "canary words", "impact": { "other": "canary impact" }, "workaround": "canary",
            "providerContact": "canary Ann", "start": "2026-06-20T04:00:00Z", "stop": "2026-06-20T05:00:00Z",
        });
        let number = desk.post(OUTAGES, outage.clone()).await.expect(201).text("id");
        let path = |task: &str| format!("{OUTAGES}/{number}/{task}");
        alpha.post(&path("position"), json!({ "position": "object", "reason": "canary reason" })).await.expect(200);
        desk.post(&path("position/alpha/answer"), json!({ "answer": "canary answer" })).await.expect(200);
        desk.patch(&format!("{OUTAGES}/{number}"), json!({ "description": "canary other" })).await.expect(200);
        alpha.get(&format!("{OUTAGES}/canary")).await.expect(404);
        desk.post(OUTAGES, json!({ "interface": "canary", "canary": "canary" })).await.expect(400);
        story.wire.fails("TransactWriteItems", 5, Fault::LostBefore);
        desk.post(OUTAGES, outage).await.expect(503);
        story.wire.mended();
        desk.post(&path("cancellation"), json!({ "reason": "canary reason" })).await.expect(200);
        let release = json!({ "name": "canary 1", "productionDate": "2026-06-02", "reviewCall": { "bridge": "canary bridge" } });
        let release = desk.post(RELEASES, release).await.expect(201).text("id");
        alpha.post(&format!("{RELEASES}/{release}/issue"), json!({ "text": "canary issue" })).await.expect(201);
        story.turn_to("2026-06-10T18:00:00Z").await;
        desk.post(&format!("{RELEASES}/{release}/minutes"), json!({ "text": "canary minutes" })).await.expect(200);
    })
    .await;
    assert!(lines.iter().any(|line| line["message"] == "a request failed"));
    let events =
        [story.events("outage.changed"), story.events("release.changed"), story.events("notice.sent")].concat();
    assert_eq!(events.iter().filter(|event| event["type"] == "outage.changed").count(), 5);
    assert_eq!(events.iter().filter(|event| event["type"] == "release.changed").count(), 4);
    for line in lines.iter().chain(&events) {
        assert!(!line.to_string().to_lowercase().contains(CANARY), "{line}");
    }
}

#[tokio::test]
async fn op_03_what_cannot_be_read_does_not_stop_the_others_for_ever() {
    let story = Story::at(NOW).await;
    for clec in ["alpha", "beta"] {
        story.subscribe(clec, "email", &format!("noc@{clec}.example"), &["target"]).await;
    }
    garble(&story, &story.report("alpha", "moderate").await, "severity");
    story.world.settle().await.unwrap();
    let _of_alpha = story.deliveries().await;
    story.report("beta", "critical").await;
    // The schedule sends what the stream did not come to.
    story.turn("PT1M").await;
    story.expect(&["2026-06-02T16:01:00Z noc@beta.example Initial target #1"]).await;
    // The record is given up after its tries, and the bus hears of the rest.
    for _ in 0..20 {
        story.world.settle().await.unwrap();
    }
    assert_eq!(story.events("notice.sent").len(), 2);
}
