//! OP-01: what is deployed, held to the code, both ways.
//!
//! Each function's calls are held to its policy in every test: the wire refuses what `infra/template.yaml` does not allow.
//! Here is the other way: what it allows is used.

use crate::openapi::{description, operations};
use desk::{keys, sending};
use local_desk::world::TOLD_TO_LISTENERS;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{
    Client, Fault, Receiver, Story, Template,
    story::{CHANGE_REQUESTS, CONTACTS, HUB, OUTAGES, RELEASES, SUBSCRIPTIONS, TICKETS},
    template::{Permission, Route},
};

const NOW: &str = "2026-03-04T18:00:00Z";

/// The folders of `functions/`.
fn folders() -> BTreeSet<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../functions");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect()
}

#[test]
fn op_01_each_function_is_deployed_once_and_nothing_else_is() {
    let deployed = Template::get().functions();
    assert_eq!(deployed.len(), deployed.iter().collect::<BTreeSet<_>>().len());
    assert_eq!(deployed.into_iter().collect::<BTreeSet<_>>(), folders());
}

#[test]
fn op_01_each_function_has_its_own_archive_role_and_log() {
    let template = Template::get();
    let (mut roles, mut logs) = (BTreeSet::new(), BTreeSet::new());
    for (name, function) in template.of_type("AWS::Serverless::Function") {
        let of = function["FunctionName"].clone();
        let serde_norway::Value::Tagged(of) = of else { panic!("{name} is not named after the stack") };
        let of = of.value.as_str().unwrap().strip_prefix("${AWS::StackName}-").unwrap().to_owned();
        assert_eq!(function["CodeUri"].as_str().unwrap(), format!("../target/lambda/{of}/"));
        assert!(roles.insert(format!("{:?}", function["Role"])), "{name} shares its role");
        assert!(logs.insert(format!("{:?}", function["LoggingConfig"]["LogGroup"])), "{name} shares its log");
    }
}

/// The routes that the code declares, by function: what the local desk serves.
async fn declared() -> BTreeSet<Route> {
    let story = Story::at(NOW).await;
    let described = description(&story).await;
    let mut of_functions: Vec<(&str, Value)> = [
        ("ticket-intake", ticket_intake::routes()),
        ("ticket-query", ticket_query::routes()),
        ("ticket-status", ticket_status::routes()),
        ("ticket-link", ticket_link::routes()),
        ("ticket-case", ticket_case::routes()),
        ("subscription", subscription::routes()),
        ("party", party::routes()),
        ("planned-outage", planned_outage::routes()),
        ("release", release::routes()),
        ("monthly-meeting", monthly_meeting::routes()),
        ("hub", hub::routes()),
        ("change-request-submission", change_request_submission::routes()),
        ("change-request-progress", change_request_progress::routes()),
        ("change-request-query", change_request_query::routes()),
        ("change-request-attachment", change_request_attachment::routes()),
        ("change-request-archive", change_request_archive::routes()),
    ]
    .map(|(function, routes)| (function, json!(routes.into_openapi())))
    .into();
    let all: usize = of_functions.iter().map(|(_, described)| operations(described).len()).sum();
    assert_eq!(all, operations(&described).len(), "a function's routes are not served, or not listed here");
    let mut routes: BTreeSet<Route> = BTreeSet::new();
    for (function, described) in &mut of_functions {
        routes.extend(operations(described).into_iter().map(|(path, method, said)| Route {
            method: method.to_uppercase(),
            path: path.clone(),
            function: (*function).to_owned(),
            // What everybody may read says so.
            authorized: said["security"] != json!([{}]),
        }));
    }
    // The description needs no token, since it tells nothing of anybody; what is no route is told so by the same function.
    routes.extend([("GET", "/openapi.json", false), ("ANY", "$default", true)].map(|(method, path, authorized)| {
        Route { method: method.to_owned(), path: path.to_owned(), function: "api-description".to_owned(), authorized }
    }));
    routes
}

#[tokio::test]
async fn op_01_each_route_is_a_functions_and_the_other_way_round() {
    assert_eq!(Template::get().routes().into_iter().collect::<BTreeSet<_>>(), declared().await);
}

#[test]
fn op_01_each_function_behind_the_api_may_be_called_by_it_and_no_other() {
    let template = Template::get();
    let routed: BTreeSet<String> = template.routes().into_iter().map(|route| route.function).collect();
    let invoked: BTreeSet<String> = template.invoked_by_api();
    assert_eq!(invoked, routed);
}

#[test]
fn op_01_each_function_that_is_not_behind_the_api_is_woken_by_what_it_is_for() {
    let template = Template::get();
    let schedules = [
        ("rate(1 minute)", "interval-check"),
        ("rate(1 minute)", "deadline-check"),
        ("cron(0 9 * * ? *)", "nightly-check"),
        ("rate(1 minute)", "hub-delivery"),
    ];
    let of_template: BTreeSet<_> = template.schedules().into_iter().collect();
    assert_eq!(of_template, schedules.map(|(when, what)| (when.to_owned(), what.to_owned())).into());
    assert_eq!(template.on_stream(), ["notice-publisher"]);
    assert_eq!(template.on_bus(), [("hub-delivery".to_owned(), TOLD_TO_LISTENERS.map(str::to_owned).into())]);
    assert_eq!(template.invoked_by("events.amazonaws.com"), ["hub-delivery".to_owned()].into());
    let others: BTreeSet<String> = template.routes().into_iter().map(|route| route.function).collect();
    let woken = ["interval-check", "deadline-check", "nightly-check", "notice-publisher", "hub-delivery"];
    let woken = woken.map(str::to_owned);
    assert_eq!(others.into_iter().chain(woken).collect::<BTreeSet<_>>(), folders(), "a function that nothing wakes");
}

#[test]
fn op_01_a_notices_lease_outlives_each_function_that_holds_one() {
    let template = Template::get();
    for logical in ["IntervalCheck", "NoticePublisher", "HubDelivery"] {
        let (_, function) = template.of_type("AWS::Serverless::Function").find(|(name, _)| *name == logical).unwrap();
        let timeout = function["Timeout"].as_u64().unwrap();
        let (lease, begins) = (sending::LEASE.num_seconds().unsigned_abs(), desk::run::WORK_AT_MOST.as_secs());
        assert!(timeout + 30 <= lease, "{logical} runs for {timeout} s, a lease ends after {lease} s");
        assert!(begins + 15 <= timeout, "{logical} begins work for {begins} s, and is ended after {timeout} s");
    }
}

/// What Lambda and the schedule do in a function's name, and what is kept when they fail (OP-03).
#[test]
fn op_03_what_fails_is_kept_and_a_partial_answer_is_one() {
    let template = Template::get();
    let of = |kind: &'static str, logical: &str| {
        template.of_type(kind).find(|(name, _)| *name == logical).map(|(_, properties)| properties).unwrap()
    };
    let stream = &of("AWS::Serverless::Function", "NoticePublisher")["Events"]["Stream"]["Properties"];
    // Without it a batch that failed in part would count as handled.
    assert_eq!(template.texts(&stream["FunctionResponseTypes"]), ["ReportBatchItemFailures"]);
    assert_eq!(stream["BisectBatchOnFunctionError"].as_bool(), Some(true));
    let kept = |of: &serde_norway::Value| template.texts(&of["DestinationConfig"]["OnFailure"]["Destination"]);
    assert_eq!(kept(stream), ["StreamDeadLetters.Arn"]);
    for (check, schedule) in
        [("IntervalCheck", "EveryMinute"), ("DeadlineCheck", "DeadlineEveryMinute"), ("NightlyCheck", "EveryNight")]
    {
        assert_eq!(kept(&of("AWS::Serverless::Function", check)["EventInvokeConfig"]), ["ScheduleDeadLetters.Arn"]);
        let target = &of("AWS::Scheduler::Schedule", schedule)["Target"];
        assert_eq!(template.texts(&target["DeadLetterConfig"]["Arn"]), ["ScheduleDeadLetters.Arn"]);
    }
    // What the bus or the schedule cannot hand to hub-delivery, and what that fails at.
    assert_eq!(kept(&of("AWS::Serverless::Function", "HubDelivery")["EventInvokeConfig"]), ["HubDeadLetters.Arn"]);
    for target in [
        &of("AWS::Scheduler::Schedule", "HubEveryMinute")["Target"],
        &of("AWS::Events::Rule", "TicketEvents")["Targets"][0],
    ] {
        assert_eq!(template.texts(&target["DeadLetterConfig"]["Arn"]), ["HubDeadLetters.Arn"]);
    }
    // The bus may put into the queue what it cannot deliver, and nobody else may by the queue's own policy.
    let statements = &of("AWS::SQS::QueuePolicy", "HubDeadLettersPolicy")["PolicyDocument"]["Statement"];
    assert_eq!(statements.as_sequence().unwrap().len(), 1);
    assert_eq!(template.texts(&statements[0]["Action"]), ["sqs:SendMessage"]);
    assert_eq!(template.texts(&statements[0]["Principal"]["Service"]), ["events.amazonaws.com"]);
    assert_eq!(template.texts(&statements[0]["Condition"]["ArnEquals"]["aws:SourceArn"]), ["TicketEvents.Arn"]);
}

#[test]
fn op_01_a_role_has_what_its_function_calls_and_what_lambda_does_for_it_and_nothing_else() {
    let template = Template::get();
    let keys = |of: &serde_norway::Value| -> BTreeSet<String> {
        of.as_mapping().unwrap().keys().map(|key| key.as_str().unwrap().to_owned()).collect()
    };
    let mut roles = BTreeSet::new();
    for (name, role) in template.of_type("AWS::IAM::Role") {
        roles.insert(name.to_owned());
        assert_eq!(keys(role), ["AssumeRolePolicyDocument", "Policies"].map(str::to_owned).into(), "{name}");
        let mut runtime = BTreeSet::new();
        for policy in role["Policies"].as_sequence().unwrap() {
            let statements = policy["PolicyDocument"]["Statement"].as_sequence().unwrap();
            for statement in statements {
                let known = ["Action", "Effect", "NotResource", "Resource"].map(str::to_owned).into();
                assert!(keys(statement).is_subset(&known), "{name}: {statement:?}");
            }
            match policy["PolicyName"].as_str().unwrap() {
                "calls" => {}
                "runtime" => runtime.extend(statements.iter().flat_map(|statement| {
                    let resource = template.texts(&statement["Resource"]).remove(0);
                    template.texts(&statement["Action"]).into_iter().map(move |action| format!("{action} {resource}"))
                })),
                other => panic!("{name} has a policy '{other}'"),
            }
        }
        let stem = name.strip_suffix("Role").unwrap();
        let log = format!("{stem}Log.Arn");
        let expected: Vec<(&str, &str)> = match stem {
            "EveryMinute" => {
                vec![("lambda:InvokeFunction", "IntervalCheck.Arn"), ("sqs:SendMessage", "ScheduleDeadLetters.Arn")]
            }
            "DeadlineEveryMinute" => {
                vec![("lambda:InvokeFunction", "DeadlineCheck.Arn"), ("sqs:SendMessage", "ScheduleDeadLetters.Arn")]
            }
            "EveryNight" => {
                vec![("lambda:InvokeFunction", "NightlyCheck.Arn"), ("sqs:SendMessage", "ScheduleDeadLetters.Arn")]
            }
            "HubEveryMinute" => {
                vec![("lambda:InvokeFunction", "HubDelivery.Arn"), ("sqs:SendMessage", "HubDeadLetters.Arn")]
            }
            stem => {
                let mut all = vec![("logs:CreateLogStream", log.as_str()), ("logs:PutLogEvents", &log)];
                if matches!(stem, "IntervalCheck" | "DeadlineCheck" | "NightlyCheck") {
                    all.push(("sqs:SendMessage", "ScheduleDeadLetters.Arn"));
                }
                if stem == "HubDelivery" {
                    all.push(("sqs:SendMessage", "HubDeadLetters.Arn"));
                }
                if stem == "NoticePublisher" {
                    all.push(("sqs:SendMessage", "StreamDeadLetters.Arn"));
                    let reading = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"];
                    let reading = reading.map(|action| format!("dynamodb:{action} Table.StreamArn"));
                    assert!(reading.iter().all(|reads| runtime.remove(reads)), "{name} cannot read the stream");
                }
                all
            }
        };
        let expected: BTreeSet<String> =
            expected.into_iter().map(|(action, resource)| format!("{action} {resource}")).collect();
        assert_eq!(runtime, expected, "{name}");
    }
    let functions = template.of_type("AWS::Serverless::Function").map(|(name, _)| format!("{name}Role"));
    let schedules = ["EveryMinuteRole", "DeadlineEveryMinuteRole", "EveryNightRole", "HubEveryMinuteRole"];
    let schedules = schedules.map(str::to_owned);
    assert_eq!(roles, functions.chain(schedules).collect());
    for other in ["AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy"] {
        assert_eq!(template.of_type(other).count(), 0, "{other}");
    }
    for (name, function) in template.of_type("AWS::Serverless::Function") {
        assert!(function.get("Policies").is_none(), "{name} has policies beside its role");
    }
}

/// CloudWatch takes at most ten metrics in an alarm's expression.
#[test]
fn op_02_an_error_of_any_function_rings_and_no_alarm_asks_for_too_many() {
    let template = Template::get();
    let mut rings = Vec::new();
    for (name, alarm) in template.of_type("AWS::CloudWatch::Alarm") {
        let Some(metrics) = alarm["Metrics"].as_sequence() else { continue };
        let of_functions: Vec<&serde_norway::Value> =
            metrics.iter().map(|of| &of["MetricStat"]["Metric"]).filter(|of| !of.is_null()).collect();
        assert!(of_functions.len() <= 10, "{name}");
        for metric in of_functions {
            assert_eq!(
                (metric["Namespace"].as_str(), metric["MetricName"].as_str()),
                (Some("AWS/Lambda"), Some("Errors"))
            );
            rings.push(template.texts(&metric["Dimensions"][0]["Value"]).remove(0));
        }
    }
    rings.sort();
    let mut functions: Vec<String> =
        template.of_type("AWS::Serverless::Function").map(|(name, _)| name.to_owned()).collect();
    functions.sort();
    assert_eq!(rings, functions);
}

#[test]
fn op_01_the_table_is_the_one_that_the_code_makes_for_itself() {
    let template = Template::get();
    let (_, table) = template.of_type("AWS::DynamoDB::Table").next().unwrap();
    let text = |value: &serde_norway::Value| value.as_str().unwrap().to_owned();
    let schema = |of: &serde_norway::Value| -> Vec<String> {
        of["KeySchema"].as_sequence().unwrap().iter().map(|key| text(&key["AttributeName"])).collect()
    };
    assert_eq!(schema(table), ["pk", "sk"]);
    let indexes: BTreeSet<(String, Vec<String>, String)> = table["GlobalSecondaryIndexes"]
        .as_sequence()
        .unwrap()
        .iter()
        .map(|index| (text(&index["IndexName"]), schema(index), text(&index["Projection"]["ProjectionType"])))
        .collect();
    let index = |name: &str, pk: &str, sk: &str, projected: &str| {
        (name.to_owned(), vec![pk.to_owned(), sk.to_owned()], projected.to_owned())
    };
    let made = [
        index(keys::DUE, "duePk", "dueSk", "ALL"),
        index(keys::BY_CLEC, "clecPk", "openedSk", "KEYS_ONLY"),
        index(keys::BY_TIME, "timePk", "openedSk", "KEYS_ONLY"),
    ];
    assert_eq!(indexes, made.into());
    assert_eq!(text(&table["StreamSpecification"]["StreamViewType"]), "NEW_AND_OLD_IMAGES");
    assert_eq!(text(&table["TimeToLiveSpecification"]["AttributeName"]), keys::EXPIRES);
    assert_eq!(table["TimeToLiveSpecification"]["Enabled"].as_bool(), Some(true));
}

/// A story in which each function makes each of its calls.
async fn everything_is_called() -> BTreeSet<(String, Permission)> {
    let story = Story::at(NOW).await;
    let (alpha, desk) = (story.as_("alpha"), story.as_("desk"));
    // Subscriptions: e-mail, one left unconfirmed with another filter, SMS, and leaving.
    let email = |severity: &[u8]| json!({ "channel": "email", "endpoint": "noc@alpha.example", "notices": ["event", "target"], "filter": { "severity": severity } });
    let reply = alpha.post(SUBSCRIPTIONS, email(&[1])).await.expect(201);
    let token = story.deliveries().await.pop().unwrap().token.unwrap();
    story.wire.fails("TransactWriteItems", 5, Fault::LostBefore);
    let other = json!({ "channel": "email", "endpoint": "ops@alpha.example", "notices": ["event"], "filter": { "severity": [1] } });
    alpha.post(SUBSCRIPTIONS, other.clone()).await.expect(503);
    story.wire.mended();
    let again = json!({ "channel": "email", "endpoint": "ops@alpha.example", "notices": ["event"], "filter": { "severity": [2] } });
    alpha.post(SUBSCRIPTIONS, again).await.expect(201);
    let id = reply.text("id");
    alpha.post(&format!("{SUBSCRIPTIONS}/{id}/confirmation"), json!({ "token": token })).await.expect(200);
    let sms = json!({ "channel": "sms", "endpoint": "+15555550123", "notices": ["event"] });
    alpha.post(SUBSCRIPTIONS, sms).await.expect(201);
    let own = json!({ "channel": "email", "endpoint": "own@provider.example", "notices": ["event"] });
    let reply = desk.post(SUBSCRIPTIONS, own).await.expect(201).text("id");
    let token = story.deliveries().await.pop().unwrap().token.unwrap();
    desk.post(&format!("{SUBSCRIPTIONS}/{reply}/confirmation"), json!({ "token": token })).await.expect(200);
    alpha.get(SUBSCRIPTIONS).await.expect(200);
    alpha.delete(&format!("{SUBSCRIPTIONS}/{id}")).await.expect(204);
    // Tickets: told by the stream, then by the schedule.
    let trouble = json!({ "description": "rejected", "severity": "serious", "ticketType": "systems" });
    let keyed = story.as_("alpha").with("Idempotency-Key", "one");
    let number = keyed.post(TICKETS, trouble.clone()).await.expect(201).text("id");
    let linked = story.report("beta", "serious").await;
    for client in [&alpha, &desk] {
        client.get(TICKETS).await.expect(200);
    }
    desk.get(&Client::ticket(&number, "timeline")).await.expect(200);
    desk.patch(&Client::ticket(&number, ""), json!({ "status": "inProgress" })).await.expect(200);
    desk.post(&Client::ticket(&linked, "link"), json!({ "primary": number })).await.expect(200);
    // Groups change: another primary, one that is unlinked, one that its CLEC reopens; and cases are raised.
    desk.post(&Client::ticket(&linked, "primary"), json!({})).await.expect(200);
    desk.post(&Client::ticket(&number, "primary"), json!({})).await.expect(200);
    desk.delete(&Client::ticket(&linked, "link")).await.expect(200);
    desk.post(&Client::ticket(&linked, "link"), json!({ "primary": number })).await.expect(200);
    desk.post(&Client::ticket(&number, "technicalEscalation"), json!({ "reason": "x", "contact": "y" }))
        .await
        .expect(200);
    desk.get(&Client::ticket(&number, "order")).await.expect(200);
    let ended = story.report("alpha", "serious").await;
    let with = story.report("alpha", "serious").await;
    desk.post(&Client::ticket(&with, "link"), json!({ "primary": ended })).await.expect(200);
    desk.post(&Client::ticket(&ended, "close"), json!({ "disposition": "noTroubleFound" })).await.expect(200);
    alpha.post(&Client::ticket(&with, "reopen"), json!({ "reason": "still so" })).await.expect(200);
    // A repeated report finds its ticket as it now stands, with those linked to it.
    keyed.post(TICKETS, trouble).await.expect(201);
    story.turn("PT2H").await;
    // A planned outage, with what overlaps it, a position, and its calendar; a release, and what the meeting goes through.
    let outage = json!({
        "interface": "IMA", "description": "Upgrade", "impact": { "other": "none" }, "start": "2026-03-06T04:00:00Z", "stop": "2026-03-06T05:00:00Z",
    });
    let outage = desk.post(OUTAGES, outage).await.expect(201).text("id");
    alpha.post(&format!("{OUTAGES}/{outage}/position"), json!({ "position": "agree" })).await.expect(200);
    desk.get(&format!("{OUTAGES}/{outage}/position")).await.expect(200);
    let release = json!({ "name": "19.0", "productionDate": "2026-03-04" });
    let release = desk.post(RELEASES, release).await.expect(201).text("id");
    desk.get(&format!("{RELEASES}/{release}")).await.expect(200);
    desk.get(RELEASES).await.expect(200);
    desk.get("/cmp/v1/monthlyMeeting/list").await.expect(200);
    // What is owed by telephone is looked for among the notices.
    story.wire.fails("PublishBatch", 1_000, Fault::Down);
    let unsent = story.report("gamma", "critical").await;
    desk.post(&Client::ticket(&unsent, "phoneNotice"), json!({ "contact": "Ann", "detail": "told" })).await.expect(200);
    story.wire.mended();
    story.turn("PT1H").await;
    listeners(&story, &number).await;
    story.wire.used()
}

/// Listeners come, fail, are tried again, and go.
async fn listeners(story: &Story, primary: &str) {
    let (alpha, desk) = (story.as_("alpha"), story.as_("desk"));
    let receiver = Receiver::start().await;
    let register = json!({ "callback": receiver.url() });
    let id = alpha.post(HUB, register).await.expect(201).text("id");
    alpha.get(HUB).await.expect(200);
    alpha.get(&format!("{HUB}/{id}")).await.expect(200);
    receiver.answers(500);
    desk.patch(&Client::ticket(primary, ""), json!({ "status": "pending" })).await.expect(200);
    desk.patch(&Client::ticket(primary, ""), json!({ "note": [{ "text": "waits" }] })).await.expect(200);
    receiver.answers(410);
    story.turn("PT1M").await;
    alpha.delete(&format!("{HUB}/{id}")).await.expect(204);
}

/// A change request with a document, that is found by its number, disputed, and reminded of; its notices are numbered, one of them
/// when the stream's function could not send it; and an archive.
async fn change_requests() -> BTreeSet<(String, Permission)> {
    let story = Story::at(NOW).await;
    let (alpha, desk) = (story.as_("alpha"), story.as_("desk"));
    let form = json!({ "kind": "systems", "title": "One", "description": "One document", "contact": "Ann" });
    let id = alpha.post(CHANGE_REQUESTS, form).await.expect(201).text("id");
    let number = desk.post(&format!("{CHANGE_REQUESTS}/{id}/acknowledgment"), json!({})).await.expect(200);
    let number = number.text("number");
    let path = |task: &str| format!("{CHANGE_REQUESTS}/{number}/{task}");
    story.wire.fails("PublishBatch", 1, Fault::Down);
    desk.post(&path("posting"), json!({})).await.expect(200);
    let ticket = story.report("alpha", "moderate").await;
    alpha.post(&path("ticket"), json!({ "ticket": ticket })).await.expect(200);
    alpha.post(&Client::ticket(&ticket, "changeRequest"), json!({ "number": "SCR010126-01" })).await.expect(200);
    desk.post(&path("assignment"), json!({ "crpm": "Cy" })).await.expect(200);
    alpha.get(&format!("{CHANGE_REQUESTS}/{number}")).await.expect(200);
    for of in ["posted", "own"] {
        alpha.get(&format!("{CHANGE_REQUESTS}?of={of}")).await.expect(200);
    }
    alpha.get(&path("history")).await.expect(200);
    let document = json!({
        "name": "a.txt", "mediaType": "text/plain", "size": 1, "sha256": "ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=",
    });
    let to = alpha.post(&path("attachment/upload"), document.clone()).await.expect(200).body;
    let headers =
        to["headers"].as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap()));
    story.presigned("PUT", to["url"].as_str().unwrap(), headers, b"a".to_vec()).await.expect(200);
    alpha.post(&path("attachment"), document).await.expect(200);
    let from = alpha.get(&path("attachment/1")).await.expect(200).text("url");
    assert_eq!(story.presigned("GET", &from, [], Vec::new()).await.expect(200).bytes, b"a");
    // The schedule counts what the stream's function could not.
    story.wire.fails("UpdateItem", 5, Fault::Down);
    desk.post(&path("clarificationMeeting"), json!({ "at": "2026-03-10T18:00:00Z" })).await.expect(200);
    story.wire.mended();
    story.turn("P20D").await;
    let past = json!({ "cr_number": "PC030504-1", "kind": "product_process", "title": "x", "originator_company": "AT&T",
        "current_status": "Denied", "status_date": "2004-06-16", "source_url": "http://example.com/", "number_date": "2004-03-05",
        "suffixes": [], "history": [{ "date": "2004-03-05", "action": "submitted", "text": "" }] });
    for _ in 0..2 {
        let past = json!([past]).to_string().into_bytes();
        desk.send(http::Method::POST, "/cmp/v1/archive", Some("application/json"), past).await.expect(200);
    }
    story.wire.used()
}

/// A story of contacts and nights, for a CLEC and the desk: what `party` and `nightly-check` call.
async fn parties() -> BTreeSet<(String, Permission)> {
    let story = Story::at(NOW).await;
    let desk = story.as_("desk");
    let put = |id: &str| format!("/cmp/v1/clec/{id}");
    let name = |name: &str| json!({ "name": name }).to_string().into_bytes();
    desk.send(http::Method::PUT, &put("alpha"), Some("application/json"), name("Alpha")).await.expect(201);
    for (client, role) in [("alpha", "mandatoryNotices"), ("desk", "helpDesk")] {
        let of = story.as_(client);
        let contact = |at: usize| json!({ "role": role, "name": "Ann", "email": format!("{at}@{client}.example") });
        let mut ids = Vec::new();
        for at in 0..3 {
            ids.push(of.post(CONTACTS, contact(at)).await.expect(201).text("id"));
            confirm_latest(&story, client).await;
        }
        of.get(CONTACTS).await.expect(200);
        of.get(&format!("{CONTACTS}/{}", ids[0])).await.expect(200);
        of.delete(&format!("{CONTACTS}/{}", ids[0])).await.expect(204);
        // An address that is another contact's already: its subscription is told of it.
        of.patch(&format!("{CONTACTS}/{}", ids[1]), json!({ "email": format!("2@{client}.example") }))
            .await
            .expect(200);
        // The same, where the messaging service failed and the night makes good: a new address, and one there already.
        story.wire.fails("Subscribe", 5, Fault::Down);
        of.post(CONTACTS, contact(4)).await.expect(503);
        story.wire.mended();
        story.turn("PT24H").await;
        confirm_latest(&story, client).await;
        story.wire.fails("SetSubscriptionAttributes", 5, Fault::Down);
        of.post(CONTACTS, contact(4)).await.expect(503);
        story.wire.mended();
        story.turn("PT24H").await;
        story.wire.fails("Unsubscribe", 5, Fault::Down);
        of.delete(&format!("{CONTACTS}/{}", ids[1])).await.expect(204);
        of.delete(&format!("{CONTACTS}/{}", ids[2])).await.expect(503);
        story.wire.mended();
        story.turn("PT24H").await;
    }
    desk.get("/cmp/v1/clec").await.expect(200);
    // Contacts come to be verified.
    story.turn("P180D").await;
    // A clock is computed anew.
    story.report("alpha", "minimal").await;
    story.turn("PT24H").await;
    story.wire.used()
}

async fn confirm_latest(story: &Story, client: &str) {
    let listed = story.as_(client).get(SUBSCRIPTIONS).await.expect(200).body;
    let Some(sent) = story.deliveries().await.pop() else { return };
    let of = listed.as_array().unwrap().iter().find(|of| of["endpoint"] == sent.to.as_str()).unwrap();
    let path = format!("{SUBSCRIPTIONS}/{}/confirmation", of["id"].as_str().unwrap());
    story.as_(client).post(&path, json!({ "token": sent.token.unwrap() })).await.expect(200);
}

/// The topics are not there yet: the stream's function is the first to reach them, or fails, and the schedule's is.
async fn first_notice(of_the_stream: bool) -> BTreeSet<(String, Permission)> {
    let story = Story::at(NOW).await;
    if !of_the_stream {
        story.wire.fails("PublishBatch", 1_000, Fault::Down);
    }
    story.report("alpha", "critical").await;
    story.wire.mended();
    story.turn("PT1M").await;
    story.wire.used()
}

#[tokio::test]
async fn op_01_a_function_is_allowed_nothing_that_it_does_not_call() {
    let mut used = everything_is_called().await;
    used.extend(first_notice(true).await);
    used.extend(first_notice(false).await);
    used.extend(parties().await);
    used.extend(change_requests().await);
    for function in folders() {
        for allowed in allowed(&function) {
            assert!(used.contains(&(function.clone(), allowed.clone())), "{function} never uses {allowed:?}");
        }
    }
}

fn allowed(function: &str) -> Vec<Permission> {
    Template::get().permissions(function)
}

#[test]
fn op_01_what_is_allowed_on_everything_is_named_here() {
    let wide: Vec<(String, Permission)> = folders()
        .into_iter()
        .flat_map(|function| allowed(&function).into_iter().map(move |allowed| (function.clone(), allowed)))
        .filter(|(_, allowed)| allowed.resource.contains('*'))
        .collect();
    let topics = "arn:aws:sns:us-east-1:000000000000:desk-clec-*";
    let named = [
        // Topics under the stack's own name: a party's is made when it is first needed.
        ("interval-check", "sns:CreateTopic", topics),
        ("interval-check", "sns:Publish", topics),
        ("notice-publisher", "sns:CreateTopic", topics),
        ("notice-publisher", "sns:Publish", topics),
        ("subscription", "sns:CreateTopic", topics),
        ("subscription", "sns:Subscribe", topics),
        ("subscription", "sns:ConfirmSubscription", topics),
        ("party", "sns:CreateTopic", topics),
        ("party", "sns:Subscribe", topics),
        ("nightly-check", "sns:CreateTopic", topics),
        ("nightly-check", "sns:ListSubscriptionsByTopic", topics),
        ("nightly-check", "sns:Subscribe", topics),
        // Documents of any change request.
        ("change-request-attachment", "s3:PutObject", "arn:aws:s3:::desk-attachments/*"),
        ("change-request-attachment", "s3:GetObject", "arn:aws:s3:::desk-attachments/*"),
        // A code by SMS: anything that is no topic.
        ("subscription", "sns:Publish", "!arn:aws:sns:*:*:*"),
        // SNS knows no resource for these.
        ("subscription", "sns:SetSubscriptionAttributes", "*"),
        ("subscription", "sns:Unsubscribe", "*"),
        ("party", "sns:SetSubscriptionAttributes", "*"),
        ("party", "sns:Unsubscribe", "*"),
        ("nightly-check", "sns:SetSubscriptionAttributes", "*"),
        ("nightly-check", "sns:Unsubscribe", "*"),
    ];
    let sorted = |all: &mut dyn Iterator<Item = (String, String, String)>| all.collect::<BTreeSet<_>>();
    assert_eq!(
        sorted(&mut wide.into_iter().map(|(function, allowed)| (function, allowed.action, allowed.resource))),
        sorted(&mut named.into_iter().map(|(function, action, resource)| (
            function.to_owned(),
            action.to_owned(),
            resource.to_owned()
        )))
    );
}

#[test]
fn op_01_a_wildcard_stands_for_anything_and_nothing_else_does() {
    let of = |resource: &str, on: &str| {
        let permission =
            |resource: &str| Permission { action: "sns:Publish".to_owned(), resource: resource.to_owned() };
        permission(resource).allows(&permission(on))
    };
    assert!(of("arn:a:desk-*", "arn:a:desk-clec-alpha"));
    assert!(!of("arn:a:desk-*", "arn:a:other-clec-alpha"));
    assert!(!of("arn:a:desk", "arn:a:desk-clec-alpha"));
    assert!(of("*", "*"));
    assert!(!of("arn:a:desk-*", "*"));
    assert!(of("!arn:aws:sns:*:*:*", "+15555550123"));
    assert!(!of("!arn:aws:sns:*:*:*", "arn:aws:sns:us-east-1:000000000000:desk-desk"));
}
