//! OP-01: what is deployed, held to the code, both ways.
//!
//! Each function's calls are held to its policy in every test: the wire refuses what `infra/template.yaml` does not allow.
//! Here is the other way: what it allows is used.

use functions::{
    gateway::{self, Operation},
    web,
};
use platform::{keys, sending};
use serde_json::json;
use serde_norway::Value as Yaml;
use std::collections::{BTreeMap, BTreeSet};
use tests::{
    Client, Fault, Receiver, Story, Template, document,
    story::{CHANGE_REQUESTS, CONTACTS, HUB, MEETINGS, OUTAGES, RELEASES, SUBSCRIPTIONS, TICKETS},
    template::Permission,
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
        let Yaml::Tagged(of) = of else { panic!("{name} is not named after the stack") };
        let of = of.value.as_str().unwrap().strip_prefix("${AWS::StackName}-").unwrap().to_owned();
        assert_eq!(function["CodeUri"].as_str().unwrap(), format!("../target/lambda/{of}/"));
        assert!(roles.insert(format!("{:?}", function["Role"])), "{name} shares its role");
        assert!(logs.insert(format!("{:?}", function["LoggingConfig"]["LogGroup"])), "{name} shares its log");
    }
}

/// A request's path, of a path with parameters.
fn filled(path: &str) -> String {
    path.split('/').map(|segment| if segment.starts_with('{') { "1" } else { segment }).collect::<Vec<_>>().join("/")
}

/// What the routers answer, and the description.
fn answered() -> Vec<Operation> {
    let description = Operation {
        method: "GET",
        path: gateway::DESCRIPTION.to_owned(),
        id: String::new(),
        function: "api-description",
        authorized: false,
    };
    gateway::operations().into_iter().chain([description]).collect()
}

#[test]
fn op_01_each_request_comes_to_its_own_function_by_the_routes_that_are_deployed() {
    let routes = Template::get().routes();
    let mut led = BTreeSet::new();
    for of in answered() {
        let route = gateway::select(&routes, of.method, &filled(&of.path)).unwrap();
        let to = (route.function.as_str(), route.authorized);
        assert_eq!(to, (of.function, of.authorized), "{} {}: {}", of.method, of.path, route.key);
        led.insert(&route.key);
    }
    for folder in web::FOLDERS {
        for path in [folder.to_owned(), format!("{folder}/troubleTicket/7K3M-9QXD")] {
            let route = gateway::select(&routes, "POST", &path).unwrap();
            assert_eq!((route.function.as_str(), route.authorized), ("web", false), "{path}");
            led.insert(&route.key);
        }
    }
    let unused: Vec<&String> = routes.iter().map(|route| &route.key).filter(|key| !led.contains(key)).collect();
    assert_eq!(unused, [gateway::DEFAULT], "a route that leads nothing to its function");
}

#[test]
fn op_01_only_these_routes_need_no_token() {
    let routes = Template::get().routes();
    let open: BTreeSet<&str> = routes.iter().filter(|of| !of.authorized).map(|of| of.key.as_str()).collect();
    // What all CLECs are told, for calendar programs, which have no token; what there is to ask; and pages, which ask for a sign-in.
    let pages = web::FOLDERS.map(|folder| [format!("ANY {folder}"), format!("ANY {folder}/{{proxy+}}")]);
    let others = ["GET /cmp/v1/plannedOutage/calendar.ics", "GET /openapi.json"];
    assert_eq!(open, pages.iter().flatten().map(String::as_str).chain(others).collect());
    let of_api = routes.iter().filter(|of| of.function != "web");
    let greedy = of_api.filter(|of| of.key.contains('+') || of.key == gateway::DEFAULT);
    assert!(greedy.clone().count() > 1 && greedy.clone().all(|of| of.authorized));
}

/// Whatever a route takes beside its function's own is refused as before there were any that take more: without a token by
/// the gateway, with one by whichever function it comes to, with the methods that the resource has.
#[tokio::test]
async fn op_01_what_is_no_operation_is_refused_whichever_function_it_comes_to() {
    let story = Story::at(NOW).await;
    let (desk, nobody) = (story.as_("desk"), story.with_token(None));
    let mut allowed: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for of in answered() {
        allowed.entry(of.path).or_default().insert(of.method);
    }
    for (path, methods) in &allowed {
        let known = filled(path);
        for method in ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"] {
            // The next resource below a known one may be another known one.
            let none = format!("{known}/1/none");
            for (path, is_known) in [(&known, true), (&none, false)] {
                // To read a head is to read.
                let is_read = method == "HEAD" && path == gateway::DESCRIPTION;
                if is_known && (methods.contains(method) || is_read) {
                    continue;
                }
                let method: http::Method = method.parse().unwrap();
                let reply = desk.send(method.clone(), path, None, Vec::new()).await;
                let expected = if is_known { 405 } else { 404 };
                assert_eq!(reply.status, expected, "{method} {path}: {}", reply.body);
                let allow = reply.headers.get("allow").map(|value| value.to_str().unwrap().to_owned());
                assert_eq!(allow, is_known.then(|| Vec::from_iter(methods.clone()).join(", ")), "{method} {path}");
                if method != http::Method::HEAD {
                    assert_eq!(reply.headers["content-type"], "application/problem+json", "{method} {path}");
                    assert_eq!(reply.body["code"], "AP-01", "{method} {path}");
                }
                assert_eq!(nobody.send(method.clone(), path, None, Vec::new()).await.status, 401, "{method} {path}");
            }
        }
    }
}

/// A stack has 500 resources, to which SAM adds one for the stream, and an HTTP API 300 routes.
#[test]
fn op_01_what_is_deployed_is_within_the_clouds_limits() {
    let template = Template::get();
    assert!(template.size() < 400, "{} resources: time to think of a second stack", template.size());
    assert!(template.routes().len() < 200, "{} routes", template.routes().len());
    let names: BTreeSet<&str> = template.names().collect();
    assert_eq!(names.len(), template.size(), "a logical name is given twice");
}

#[test]
fn op_01_each_function_behind_the_api_may_be_called_by_it_and_no_other() {
    let template = Template::get();
    let routed: BTreeSet<String> = template.routes().into_iter().map(|route| route.function).collect();
    assert_eq!(template.invoked_by("apigateway.amazonaws.com"), routed);
}

#[test]
fn op_01_each_function_is_woken_by_something_and_its_schedules_are_those_that_the_local_desk_plays() {
    let template = Template::get();
    let schedules = template.schedules();
    for (expression, function) in &schedules {
        let played = match function.as_str() {
            "nightly-check" => "cron(0 9 * * ? *)",
            "site-publisher" => "cron(30 9 * * ? *)",
            _ => "rate(1 minute)",
        };
        assert_eq!(expression, played, "{function}");
    }
    let on_bus: Vec<String> = template.on_bus().into_iter().map(|(function, _)| function).collect();
    assert_eq!(template.invoked_by("events.amazonaws.com"), on_bus.iter().cloned().collect());
    let routed = template.routes().into_iter().map(|route| route.function);
    let woken =
        routed.chain(schedules.into_iter().map(|(_, function)| function)).chain(template.on_stream()).chain(on_bus);
    let woken = woken.chain(template.on_queue());
    assert_eq!(woken.collect::<BTreeSet<_>>(), folders(), "a function that nothing wakes");
}

#[test]
fn op_01_a_notices_lease_outlives_each_function_that_holds_one() {
    let template = Template::get();
    for logical in ["IntervalCheck", "NoticePublisher", "HubDelivery"] {
        let (_, function) = template.of_type("AWS::Serverless::Function").find(|(name, _)| *name == logical).unwrap();
        let timeout = function["Timeout"].as_u64().unwrap();
        let (lease, begins) = (sending::LEASE.num_seconds().unsigned_abs(), platform::run::WORK_AT_MOST.as_secs());
        assert!(timeout + 30 <= lease, "{logical} runs for {timeout} s, a lease ends after {lease} s");
        assert!(begins + 15 <= timeout, "{logical} begins work for {begins} s, and is ended after {timeout} s");
    }
}

/// What Lambda and the schedule do in a function's name, and what is kept when they fail (OP-03).
#[test]
fn op_03_what_fails_is_kept_and_a_partial_answer_is_one() {
    let template = Template::get();
    let kept = |of: &Yaml| template.texts(&of["DestinationConfig"]["OnFailure"]["Destination"]);
    let mut queues: BTreeMap<String, String> = BTreeMap::new();
    for (name, function) in template.of_type("AWS::Serverless::Function") {
        if let Some(stream) = function.get("Events").and_then(|events| events.get("Stream")?.get("Properties")) {
            // Without it a batch that failed in part would count as handled.
            assert_eq!(template.texts(&stream["FunctionResponseTypes"]), ["ReportBatchItemFailures"]);
            assert_eq!(stream["BisectBatchOnFunctionError"].as_bool(), Some(true));
            assert_eq!(kept(stream), ["StreamDeadLetters.Arn"]);
        }
        if let Some(asynchronous) = function.get("EventInvokeConfig") {
            queues.insert(format!("{name}.Arn"), kept(asynchronous).remove(0));
        }
    }
    // What the schedule or the bus cannot hand to a function is kept where that is which the function fails at.
    let schedules = template.of_type("AWS::Scheduler::Schedule").map(|(_, schedule)| &schedule["Target"]);
    let rules: Vec<_> = template.of_type("AWS::Events::Rule").collect();
    for target in schedules.chain(rules.iter().flat_map(|(_, rule)| rule["Targets"].as_sequence().unwrap())) {
        let function = template.texts(&target["Arn"]).remove(0);
        assert_eq!(template.texts(&target["DeadLetterConfig"]["Arn"]), [queues[&function].as_str()], "{function}");
    }
    // A queue's message that a function fails at comes again, when the function's time is over, and is kept apart after five times.
    for (_, function) in template.of_type("AWS::Serverless::Function") {
        let event = &function["Events"]["Queue"]["Properties"];
        if event.is_null() {
            continue;
        }
        assert_eq!(template.texts(&event["FunctionResponseTypes"]), ["ReportBatchItemFailures"]);
        let queues: BTreeMap<_, _> = template.of_type("AWS::SQS::Queue").collect();
        let queue = queues[template.texts(&event["Queue"])[0].strip_suffix(".Arn").unwrap()];
        assert_eq!(template.texts(&queue["RedrivePolicy"]["deadLetterTargetArn"]), ["UndeliveredDeadLetters.Arn"]);
        assert!(queue["VisibilityTimeout"].as_u64().unwrap() >= 6 * function["Timeout"].as_u64().unwrap());
    }
    // The messaging service may put into its queue what it cannot deliver of the stack's own topics.
    let (of_topics, policies): (Vec<_>, Vec<_>) =
        template.of_type("AWS::SQS::QueuePolicy").partition(|(name, _)| *name == "UndeliveredNoticesPolicy");
    let statement = &of_topics[0].1["PolicyDocument"]["Statement"][0];
    assert_eq!(template.texts(&statement["Principal"]["Service"]), ["sns.amazonaws.com"]);
    assert_eq!(template.texts(&statement["Resource"]), ["UndeliveredNotices.Arn"]);
    let topics = ["desk-clec-*", "desk-desk"].map(|topic| format!("arn:aws:sns:us-east-1:000000000000:{topic}"));
    assert_eq!(template.texts(&statement["Condition"]["ArnLike"]["aws:SourceArn"]), topics);
    // The bus may put into the queue what it cannot deliver, and nobody else may by the queue's own policy.
    let mut named = 0;
    for (_, policy) in &policies {
        let statements = policy["PolicyDocument"]["Statement"].as_sequence().unwrap();
        assert_eq!(statements.len(), 1);
        assert_eq!(template.texts(&statements[0]["Action"]), ["sqs:SendMessage"]);
        assert_eq!(template.texts(&statements[0]["Principal"]["Service"]), ["events.amazonaws.com"]);
        let queue = template.texts(&statements[0]["Resource"]);
        let keeps = |rule: &Yaml| template.texts(&rule["Targets"][0]["DeadLetterConfig"]["Arn"]) == queue;
        let kept: Vec<String> =
            rules.iter().filter(|(_, rule)| keeps(rule)).map(|(name, _)| format!("{name}.Arn")).collect();
        assert_eq!(template.texts(&statements[0]["Condition"]["ArnEquals"]["aws:SourceArn"]), kept);
        named += kept.len();
    }
    assert_eq!(named, rules.len());
}

#[test]
fn op_01_a_role_has_what_its_function_calls_and_what_lambda_does_for_it_and_nothing_else() {
    let template = Template::get();
    let keys = |of: &Yaml| -> BTreeSet<String> {
        of.as_mapping().unwrap().keys().map(|key| key.as_str().unwrap().to_owned()).collect()
    };
    let functions: BTreeMap<&str, &Yaml> = template.of_type("AWS::Serverless::Function").collect();
    let schedules: BTreeMap<&str, &Yaml> = template.of_type("AWS::Scheduler::Schedule").collect();
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
        let mut expected: Vec<(&str, String)> = Vec::new();
        if let Some(schedule) = schedules.get(stem) {
            expected.push(("lambda:InvokeFunction", template.texts(&schedule["Target"]["Arn"]).remove(0)));
            let queue = template.texts(&schedule["Target"]["DeadLetterConfig"]["Arn"]).remove(0);
            expected.push(("sqs:SendMessage", queue));
        } else {
            let function = functions[stem];
            expected.push(("logs:CreateLogStream", format!("{stem}Log.Arn")));
            expected.push(("logs:PutLogEvents", format!("{stem}Log.Arn")));
            let stream = &function["Events"]["Stream"]["Properties"];
            let queue = &function["Events"]["Queue"]["Properties"]["Queue"];
            if !queue.is_null() {
                let queue = template.texts(queue).remove(0);
                let reading = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];
                expected.extend(reading.map(|action| (action, queue.clone())));
            }
            for fails in [&function["EventInvokeConfig"], stream] {
                let kept = &fails["DestinationConfig"]["OnFailure"]["Destination"];
                expected.extend((!kept.is_null()).then(|| ("sqs:SendMessage", template.texts(kept).remove(0))));
            }
            if !stream.is_null() {
                let reading = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"];
                let reading = reading.map(|action| format!("dynamodb:{action} Table.StreamArn"));
                assert!(reading.iter().all(|reads| runtime.remove(reads)), "{name} cannot read the stream");
            }
        }
        let expected: BTreeSet<String> =
            expected.into_iter().map(|(action, resource)| format!("{action} {resource}")).collect();
        assert_eq!(runtime, expected, "{name}");
    }
    let all = functions.keys().chain(schedules.keys()).map(|name| format!("{name}Role"));
    assert_eq!(roles, all.collect());
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
        let of_functions: Vec<&Yaml> =
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
    let (_, dashboard) = template.of_type("AWS::CloudWatch::Dashboard").next().unwrap();
    let Yaml::Tagged(shown) = &dashboard["DashboardBody"] else { panic!("the dashboard names no resources") };
    let shown = shown.value.as_str().unwrap();
    for (name, _) in template.of_type("AWS::CloudWatch::Alarm") {
        assert!(shown.contains(&format!("\"${{{name}.Arn}}\"")), "the dashboard does not show {name}");
    }
}

#[test]
fn op_01_the_table_is_the_one_that_the_code_makes_for_itself() {
    let template = Template::get();
    let (_, table) = template.of_type("AWS::DynamoDB::Table").next().unwrap();
    let text = |value: &Yaml| value.as_str().unwrap().to_owned();
    let schema = |of: &Yaml| -> Vec<String> {
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
    let sms = json!({ "channel": "sms", "endpoint": "+13035550123", "notices": ["event"] });
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
    // A process ticket, with another one of its CLEC's, of a trouble that impacts other CLECs, and one on which it goes on.
    let process = json!({ "description": "rejected", "severity": "serious", "ticketType": "process" });
    let process_ticket = alpha.post(TICKETS, process.clone()).await.expect(201).text("id");
    let other = alpha.post(TICKETS, process).await.expect(201).text("id");
    desk.post(&Client::ticket(&other, "link"), json!({ "primary": process_ticket })).await.expect(200);
    desk.post(&Client::ticket(&process_ticket, "impactedClecs"), json!({ "clecs": ["beta"] })).await.expect(200);
    let call = json!({ "contact": "Ann", "detail": "status" });
    desk.post(&Client::ticket(&process_ticket, "statusCall"), call).await.expect(200);
    desk.post(&Client::ticket(&process_ticket, "workaround"), json!({ "description": "by fax" })).await.expect(200);
    desk.post(&Client::ticket(&process_ticket, "workaround/retirement"), json!({})).await.expect(200);
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
    desk.post("/cmp/v1/monthlyMeeting/2026-03-18/distribution", json!({})).await.expect(200);
    desk.get(MEETINGS).await.expect(200);
    let meeting = json!({ "kind": "systems", "date": "2026-07-01", "purpose": "what does not wait" });
    let meeting = desk.post(MEETINGS, meeting).await.expect(201).text("href");
    desk.post(&format!("{meeting}/move"), json!({ "date": "2026-07-02", "reason": "the hall is taken" }))
        .await
        .expect(200);
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
    desk.patch(&Client::ticket(primary, ""), json!({ "status": "pending", "patchDate": "2026-12-01" }))
        .await
        .expect(200);
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
    let document = document("a.txt", b"a");
    alpha.attach(&format!("{CHANGE_REQUESTS}/{id}"), &document, b"a").await;
    alpha.post(&Client::ticket(&ticket, "attachment"), document).await.expect(409);
    alpha.get(&Client::ticket(&ticket, "attachment")).await.expect(200);
    let from = alpha.get(&path("attachment/1")).await.expect(200).text("url");
    assert_eq!(story.presigned("GET", &from, [], Vec::new()).await.expect(200).bytes, b"a");
    // The schedule counts what the stream's function could not.
    story.wire.fails("UpdateItem", 5, Fault::Down);
    desk.post(&path("clarificationMeeting"), json!({ "at": "2026-03-10T18:00:00Z" })).await.expect(200);
    story.wire.mended();
    story.turn("P20D").await;
    let step = json!({ "step": "responsePresented", "reason": "led to where an outcome is recorded" });
    desk.post(&path("unforeseenStep"), step).await.expect(200);
    desk.post(&path("outcome"), json!({ "outcome": "accepted", "reason": "x" })).await.expect(409);
    let past = json!({ "cr_number": "PC030504-1", "kind": "product_process", "title": "x", "originator_company": "AT&T",
        "current_status": "Denied", "status_date": "2004-06-16", "source_url": "http://example.com/", "number_date": "2004-03-05",
        "suffixes": [], "history": [{ "date": "2004-03-05", "action": "submitted", "text": "" }] });
    let given = json!({ "cr_number": "PC030504-2", "kind": "product_process", "originator": "alpha" });
    for _ in 0..2 {
        let past = json!([past, given]).to_string().into_bytes();
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
    // A CLEC that the desk names is looked for in the register, unless a client of the policy's acts for it.
    desk.send(http::Method::PUT, &put("delta"), Some("application/json"), name("Delta")).await.expect(201);
    desk.get(&format!("{CONTACTS}?clec=delta")).await.expect(200);
    desk.get(&format!("{SUBSCRIPTIONS}?clec=delta")).await.expect(200);
    // Contacts come to be verified.
    story.turn("P180D").await;
    // A clock is computed anew.
    story.report("alpha", "minimal").await;
    // Of beta there is nobody to tell.
    story.report("beta", "minimal").await;
    story.turn("PT24H").await;
    let unreached = desk.get("/cmp/v1/unreachedNotice").await.expect(200).body;
    let call = json!({ "noticeId": unreached[0]["noticeId"], "clec": "beta", "contact": "Bo", "detail": "it is open" });
    desk.post("/cmp/v1/unreachedNotice/phoneNotice", call).await.expect(200);
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

/// A group is closed, a night lists it among the ended, and it is reopened.
async fn closed_group() -> BTreeSet<(String, Permission)> {
    let story = Story::at(NOW).await;
    let (primary, linked) = (story.report("alpha", "minimal").await, story.report("beta", "minimal").await);
    let desk = story.as_("desk");
    for (number, task, body) in [
        (&linked, "link", json!({ "primary": primary })),
        (&primary, "close", json!({ "disposition": "noTroubleFound" })),
        (&primary, "reopen", json!({ "reason": "it is there again" })),
    ] {
        desk.post(&Client::ticket(number, task), body).await.expect(200);
        story.turn("P1D").await;
    }
    story.wire.used()
}

/// An endpoint that cannot be reached.
async fn undelivered() -> BTreeSet<(String, Permission)> {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "https", "https://noc.alpha.invalid/", &["target"]).await;
    story.report("alpha", "critical").await;
    story.wire.used()
}

/// Queues, a search, and the availability before the site was made.
async fn queues() -> BTreeSet<(String, Permission)> {
    let story = Story::at(NOW).await;
    let alpha = story.as_("alpha");
    alpha.get("/cmp/v1/availability").await.expect(200);
    let form = json!({ "kind": "systems", "title": "t", "description": "d", "contact": "Ann" });
    alpha.post(CHANGE_REQUESTS, form).await.expect(201);
    for (client, path) in [("desk", "queue/changeManagement"), ("alpha", "queue/mine"), ("alpha", "search?q=nowhere")] {
        story.as_(client).get(&format!("/cmp/v1/{path}")).await.expect(200);
    }
    story.wire.used()
}

#[tokio::test]
async fn op_01_a_function_is_allowed_nothing_that_it_does_not_call() {
    let mut used = everything_is_called().await;
    used.extend(first_notice(true).await);
    used.extend(first_notice(false).await);
    used.extend(parties().await);
    used.extend(change_requests().await);
    used.extend(closed_group().await);
    used.extend(undelivered().await);
    used.extend(queues().await);
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
        ("attachment", "s3:PutObject", "arn:aws:s3:::desk-attachments/*"),
        ("attachment", "s3:GetObject", "arn:aws:s3:::desk-attachments/*"),
        // The files of the public sites, which everybody may read.
        ("site-publisher", "s3:GetObject", "arn:aws:s3:::desk-attachments/*"),
        ("site-publisher", "s3:PutObject", "arn:aws:s3:::desk-sites/*"),
        ("site-publisher", "s3:GetObject", "arn:aws:s3:::desk-sites/*"),
        ("queue", "s3:GetObject", "arn:aws:s3:::desk-sites/*"),
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
    assert!(of("!arn:aws:sns:*:*:*", "+13035550123"));
    assert!(!of("!arn:aws:sns:*:*:*", "arn:aws:sns:us-east-1:000000000000:desk-desk"));
}

#[test]
fn wb_08_the_sites_are_served_with_the_policy_that_their_pages_are_made_for() {
    let template = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/template.yaml")).unwrap();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&template).contains(&words(pages::html::SITE_SECURITY_POLICY)));
}
