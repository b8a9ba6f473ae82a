//! What the benchmarks are made with: a desk on an engine in memory, the seam between them, and the clocks.

#![allow(dead_code, unreachable_pub, reason = "a module of several programs, none of which uses all of it")]
#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use axum::{Router, body::Body};
use chrono::{DateTime, Utc};
use cpu_time::ProcessTime;
use domain::hub::NetworkScope;
use dynoxide::Database;
use http::{Method, Request, StatusCode, Uri};
use http_edge::app;
use lambda_http::{aws_lambda_events::apigw::ApiGatewayV2httpRequestContext, request::RequestContext};
use local_desk::{
    aws::{
        self, Answer, BoxFuture, Call, NoAnswer, Service, dynamodb::DynamoDb, eventbridge::EventBridge, s3::S3,
        sns::Sns,
    },
    stand_ins::{self, StandIns, TABLE},
};
use platform::{Metrics, Services, TimeSource, Topics, run::Run, start::log_lines, store::create_table};
use serde_json::{Value, json};
use std::{
    collections::{HashMap, VecDeque},
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tower::ServiceExt;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    util::SubscriberInitExt,
};

/// Where tickets are.
pub const TICKETS: &str = "/tmf-api/troubleTicket/v4/troubleTicket";
/// Where subscriptions are.
pub const SUBSCRIPTIONS: &str = "/cmp/v1/subscription";
/// The topics' ARNs begin so.
const TOPICS: &str = "arn:aws:sns:us-east-1:000000000000:desk";
const S3_ENDPOINT: &str = "http://localhost/local/s3";

/// What writes are answered, by operation, whatever they write.
#[derive(Debug, Clone)]
pub struct Writes(HashMap<String, Answer>);

impl Writes {
    /// As calls that were kept.
    pub fn as_in(calls: &[(Call, Answer)]) -> Self {
        let writes = calls.iter().filter(|(call, _)| !is_read(call));
        Self(writes.map(|(call, answer)| (call.operation.clone(), answer.clone())).collect())
    }
}

/// Answers of calls that were kept: to the same read the same answer, to a write that of its operation.
#[derive(Debug)]
pub struct Replay {
    reads: HashMap<Value, Answer>,
    writes: Writes,
}

impl Replay {
    /// Of calls that were kept.
    pub fn of(calls: &[(Call, Answer)]) -> Self {
        let reads = calls.iter().filter(|(call, _)| is_read(call));
        Self {
            reads: reads.map(|(call, answer)| (json_of(call), answer.clone())).collect(),
            writes: Writes::as_in(calls),
        }
    }

    fn answer(&self, call: &Call) -> Option<Answer> {
        if is_read(call) {
            self.reads.get(&json_of(call)).cloned()
        } else {
            self.writes.0.get(&call.operation).cloned()
        }
    }
}

fn is_read(call: &Call) -> bool {
    call.operation == "Query"
}

/// What a call says, whatever the order of its members.
fn json_of(call: &Call) -> Value {
    serde_json::from_slice(&call.body).unwrap()
}

/// What lies between the SDK and the services.
#[derive(Debug, Clone, Default)]
pub struct Seam(Arc<Mutex<State>>);

#[derive(Debug, Default)]
enum State {
    /// Calls go through.
    #[default]
    Open,
    /// Calls go through and are kept.
    Recording(Vec<(Call, Answer)>),
    /// Calls are answered with what is laid out here, after so long.
    Canned(VecDeque<Answer>, Duration),
    /// Reads go through and are kept; writes are answered as others were before.
    Reading(Writes, Vec<(Call, Answer)>),
    /// Calls are answered as the same ones were before, after so long.
    Replayed(Arc<Replay>, Duration),
}

impl Seam {
    /// Keeps the calls from now on.
    pub fn record(&self) {
        *self.0.lock().unwrap() = State::Recording(Vec::new());
    }

    /// What was kept; calls go through again.
    pub fn recorded(&self) -> Vec<(Call, Answer)> {
        match std::mem::take(&mut *self.0.lock().unwrap()) {
            State::Recording(calls) | State::Reading(_, calls) => calls,
            _ => Vec::new(),
        }
    }

    /// Answers the next calls so, without any service, each after so long.
    pub fn answers(&self, answers: VecDeque<Answer>, after: Duration) {
        *self.0.lock().unwrap() = State::Canned(answers, after);
    }

    /// Lets reads through, answers writes as others were, and keeps all from now on.
    pub fn reads(&self, writes: Writes) {
        *self.0.lock().unwrap() = State::Reading(writes, Vec::new());
    }

    /// Answers the next calls as they were answered before, each after so long, and any number at once.
    pub fn replays(&self, replay: Arc<Replay>, after: Duration) {
        *self.0.lock().unwrap() = State::Replayed(replay, after);
    }

    /// Lets calls go through.
    pub fn open(&self) {
        *self.0.lock().unwrap() = State::Open;
    }

    fn before(&self, service: Arc<dyn Service>) -> Arc<dyn Service> {
        Arc::new(Behind { seam: self.clone(), service })
    }
}

struct Behind {
    seam: Seam,
    service: Arc<dyn Service>,
}

impl fmt::Debug for Behind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Behind").finish_non_exhaustive()
    }
}

impl Service for Behind {
    fn call<'a>(&'a self, call: Call) -> BoxFuture<'a, Result<Answer, NoAnswer>> {
        Box::pin(async move {
            let (canned, recording) = match &mut *self.seam.0.lock().unwrap() {
                State::Canned(answers, after) => (Some((answers.pop_front(), *after)), None),
                State::Replayed(replay, after) => (Some((replay.answer(&call), *after)), None),
                State::Reading(writes, kept) if !is_read(&call) => {
                    let answer = writes.0.get(&call.operation).cloned();
                    kept.extend(answer.clone().map(|answer| (call.clone(), answer)));
                    (Some((answer, Duration::ZERO)), None)
                }
                State::Recording(_) | State::Reading(..) => (None, Some(call.clone())),
                State::Open => (None, None),
            };
            if let Some((answer, after)) = canned {
                if !after.is_zero() {
                    tokio::time::sleep(after).await;
                }
                return answer.ok_or(NoAnswer::ConnectionLost);
            }
            let answer = self.service.call(call).await?;
            if let (Some(call), State::Recording(calls) | State::Reading(_, calls)) =
                (recording, &mut *self.seam.0.lock().unwrap())
            {
                calls.push((call, answer.clone()));
            }
            Ok(answer)
        })
    }
}

/// A desk on an engine of its own, whose clock stands where it is put. Its stream is not played.
pub struct Bench {
    /// The services of the functions that are measured.
    pub stand_ins: Services,
    /// A client as the desk has one, of the same service.
    pub dynamodb: stand_ins::TableClient,
    /// A client as the desk has one, of the same service.
    pub sns: stand_ins::TopicsClient,
    /// The database engine behind them.
    pub db: Database,
    /// The SDK's HTTP client, which counts the calls.
    pub seam: Seam,
    /// The mailbox in which what was published arrives.
    pub mailbox: Arc<Sns>,
    s3: Arc<S3>,
    now: Arc<Mutex<DateTime<Utc>>>,
    routers: HashMap<&'static str, Router>,
    files: tempfile::TempDir,
}

impl Bench {
    /// A new one.
    pub async fn at(now: &str) -> Self {
        let now = Arc::new(Mutex::new(tests::at(now)));
        let db = Database::memory().unwrap();
        let files = tempfile::tempdir().unwrap();
        let s3 = Arc::new(S3::new(
            files.path().join("attachments"),
            files.path().join("sites"),
            Uri::from_static(S3_ENDPOINT),
            Arc::new(Utc::now),
        ));
        let seam = Seam::default();
        let engine: Arc<dyn Service> = Arc::new(DynamoDb::new(db.clone()));
        let own = stand_ins::dynamodb(aws::http_client(engine.clone()));
        create_table(&own, TABLE).await.unwrap();
        let told = now.clone();
        let tell: aws::Now = Arc::new(move || *told.lock().unwrap());
        let mailbox = Arc::new(Sns::open(own, tell.clone()).await.unwrap());
        let reached = StandIns {
            dynamodb: seam.before(engine),
            sns: seam.before(mailbox.clone()),
            eventbridge: seam.before(Arc::new(EventBridge::new(tell.clone()))),
            s3: seam.before(s3.clone()),
            s3_endpoint: S3_ENDPOINT.to_owned(),
        };
        let dynamodb = stand_ins::dynamodb(aws::http_client(reached.dynamodb.clone()));
        let sns = stand_ins::sns(aws::http_client(reached.sns.clone()));
        let of_topics = sns.clone();
        let desk = stand_ins::desk(
            "benchmark",
            reached,
            Arc::new(tests::story::policy()),
            TimeSource::told_by(move || tell()),
            Metrics::none(),
            NetworkScope::Public,
            Some(tests::story::ids()),
        );
        let stand_ins = Services { topics: Topics::new(move || of_topics, TOPICS), ..desk };
        let router = |routes| app(routes, stand_ins.clone(), stand_ins.policy.clone()).0;
        let routers = HashMap::from([
            ("ticket-intake", router(functions::ticket_intake::routes())),
            ("ticket-status", router(functions::ticket_status::routes())),
            ("ticket-link", router(functions::ticket_link::routes())),
            ("subscription", router(functions::subscription::routes())),
        ]);
        Self { stand_ins, dynamodb, sns, db, seam, mailbox, s3, now, routers, files }
    }

    /// The folder of the public sites.
    pub fn sites(&self) -> PathBuf {
        self.files.path().join("sites")
    }

    /// A file of the public sites; nothing where there is none.
    pub fn site_file(&self, path: &str) -> String {
        let file = self.s3.site_file(path);
        if file.status == 200 { String::from_utf8(file.body).unwrap() } else { String::new() }
    }

    /// Puts the clock.
    pub fn turn_to(&self, now: DateTime<Utc>) {
        *self.now.lock().unwrap() = now;
    }

    /// A function's router.
    pub fn router(&self, function: &str) -> Router {
        self.routers[function].clone()
    }

    /// Asks a function, and answers the status and the body.
    pub async fn ask(&self, function: &str, request: Request<Body>) -> (StatusCode, Value) {
        let response = self.router(function).oneshot(request).await.unwrap();
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    /// Reports a trouble, and answers its number.
    pub async fn report(&self, clec: &str, severity: &str) -> String {
        let (status, ticket) =
            self.ask("ticket-intake", request(Method::POST, TICKETS, clec, &trouble(severity))).await;
        assert_eq!(status, StatusCode::CREATED, "{ticket}");
        ticket["id"].as_str().unwrap().to_owned()
    }

    /// Reports a trouble whose initial notice has left.
    pub async fn reported(&self, clec: &str, severity: &str) -> String {
        let number = self.report(clec, severity).await;
        let sent = self.stand_ins.send([(number.parse().unwrap(), 1)], &mut Run::begun()).await;
        assert_eq!(sent.published, 1);
        number
    }

    /// Subscribes an endpoint of a CLEC, and confirms it.
    pub async fn subscribed(&self, clec: &str) {
        let (status, body) = self.ask("subscription", subscription(clec)).await;
        assert_eq!(status, StatusCode::CREATED, "{body}");
        self.confirm(clec, body["id"].as_str().unwrap()).await;
    }

    /// Confirms a CLEC's subscription with the token that its endpoint was sent last.
    pub async fn confirm(&self, clec: &str, id: &str) {
        let sent = self.mailbox.deliveries(0).await.unwrap();
        let token = sent.into_iter().rev().find_map(|delivery| delivery.token);
        let path = format!("{SUBSCRIPTIONS}/{id}/confirmation");
        let (status, body) =
            self.ask("subscription", request(Method::POST, &path, clec, &json!({ "token": token }))).await;
        assert_eq!(status, StatusCode::OK, "{body}");
    }

    /// All that is in the table.
    pub fn everything(&self) -> Vec<dynoxide::Item> {
        let request = serde_json::from_value(json!({ "TableName": TABLE })).unwrap();
        self.db.scan(request).unwrap().items.unwrap_or_default()
    }

    /// Everything under a ticket's number.
    pub fn partition(&self, number: &str) -> Vec<dynoxide::Item> {
        let request = json!({
            "TableName": TABLE,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": { ":pk": { "S": format!("TICKET#{number}") } },
        });
        self.db.query(serde_json::from_value(request).unwrap()).unwrap().items.unwrap_or_default()
    }
}

/// A small report.
pub fn trouble(severity: &str) -> Value {
    json!({ "description": "orders are rejected", "severity": severity, "ticketType": "systems", "systemAffected": "IMA" })
}

/// A subscription of a CLEC to all that concerns it.
pub fn subscription(clec: &str) -> Request<Body> {
    let endpoint = format!("noc@{clec}.example");
    let body = json!({ "channel": "email", "endpoint": endpoint, "notices": ["event", "target"] });
    request(Method::POST, SUBSCRIPTIONS, clec, &body)
}

/// A request as it comes from the gateway, with the claims of a client's token.
pub fn request(method: Method, path: &str, client: &str, body: &Value) -> Request<Body> {
    let claims = json!({ "sub": client, "client_id": client, "token_use": "access", "scope": "desk/all" });
    let context = json!({ "authorizer": { "jwt": { "claims": claims, "scopes": null } }, "http": { "method": "" }, "timeEpoch": 0 });
    let context: ApiGatewayV2httpRequestContext = serde_json::from_value(context).unwrap();
    let media = if method == Method::PATCH { "application/merge-patch+json" } else { "application/json" };
    let request = Request::builder().method(method).uri(path).header("content-type", media);
    let mut request = request.body(Body::from(body.to_string())).unwrap();
    request.extensions_mut().insert(RequestContext::ApiGatewayV2(context));
    request
}

/// The wall's clock, and that of the CPU time of the whole process.
#[derive(Debug)]
pub struct Watch(Duration, Instant);

impl Watch {
    /// Starts the measurement of time and of CPU time.
    pub fn start() -> Self {
        let cpu = cpu_time();
        Self(cpu, Instant::now())
    }

    /// What has passed.
    pub fn stop(self) -> Took {
        let wall = self.1.elapsed();
        Took { wall, cpu: cpu_time().saturating_sub(self.0) }
    }
}

/// What the process has had of CPU time.
fn cpu_time() -> Duration {
    ProcessTime::now().as_duration()
}

/// What something took.
#[derive(Debug, Clone, Copy)]
pub struct Took {
    /// The time that passed on the wall clock.
    pub wall: Duration,
    /// Of CPU time.
    pub cpu: Duration,
}

/// The middle one.
pub fn median<T: Ord + Copy>(values: impl IntoIterator<Item = T>) -> T {
    let mut values: Vec<T> = values.into_iter().collect();
    values.sort_unstable();
    values[values.len() / 2]
}

/// The mean, in microseconds.
pub fn mean(values: impl IntoIterator<Item = Duration>) -> f64 {
    let (count, sum) = values.into_iter().fold((0_u32, Duration::ZERO), |(count, sum), took| (count + 1, sum + took));
    micros(sum) / f64::from(count.max(1))
}

/// A duration in microseconds.
pub fn micros(took: Duration) -> f64 {
    took.as_secs_f64() * 1e6
}

/// A runtime on one thread: all that is done is done here, and so is counted.
pub fn run<F: Future>(work: F) -> F::Output {
    // As the functions log, but to nowhere.
    log_lines(Targets::new().with_default(LevelFilter::INFO), std::io::sink).init();
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// How many: the first to measure, the second where a test only wants all of it to run.
pub(crate) fn scaled([measured, tried]: [usize; 2]) -> usize {
    if std::env::args().any(|argument| argument == "--bench") { measured } else { tried }
}
