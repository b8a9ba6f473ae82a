//! OP-01: what is deployed, held to the code, both ways.
//! `permissions.rs` has what each function may do.

use functions::{
    gateway::{self, Operation},
    web,
};
use platform::{keys, sending};
use serde_norway::Value as Yaml;
use std::collections::{BTreeMap, BTreeSet};
use tests::{Story, Template};

const NOW: &str = "2026-03-04T18:00:00Z";

/// The folders of `functions/`.
pub(crate) fn folders() -> BTreeSet<String> {
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

#[test]
fn wb_08_the_sites_are_served_with_the_policy_that_their_pages_are_made_for() {
    let template = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/template.yaml")).unwrap();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&template).contains(&words(pages::html::SITE_SECURITY_POLICY)));
}
