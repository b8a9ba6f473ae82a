//! Each write handler beside the same items written by the bare SDK: operation by operation, in turn, in one process.
//!
//! The bare side sends what the handler was seen to send, made ready beforehand: the same calls with the same items for a
//! twin ticket, through the same client. Once on the engine, where both must leave the same behind; and once with answers
//! that are laid out ready, so that what is left is the client's own work.

#![allow(missing_docs, reason = "a benchmark")]
#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

#[path = "support/bare.rs"]
mod bare;
#[path = "support/mod.rs"]
mod support;

use axum::body::Body;
use bare::Bare;
use contract::TicketNumber;
use http::{Method, Request, StatusCode};
use local_desk::aws::{Answer, Call};
use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, VecDeque},
    time::Duration,
};
use support::{
    Bench, SUBSCRIPTIONS, TICKETS, Took, Watch, mean, median, micros, request, run, scaled, subscription, trouble,
};
use tower::ServiceExt;

const NOW: &str = "2026-03-04T18:00:00Z";
/// Of each operation on the engine, and with answers laid out; of each the second is what a test does.
const ON_ENGINE: [usize; 2] = [300, 2];
const LAID_OUT: [usize; 2] = [2_000, 2];
/// A service that is not in the process: how long a call of the table takes, and how many of each.
const DISTANCE: Duration = Duration::from_millis(3);
const AT_A_DISTANCE: [usize; 2] = [200, 1];
/// Left out at the beginning.
const WARM_UP: [usize; 2] = [50, 1];
/// Pairs on one engine: it becomes slower with what it holds.
const FRESH_AFTER: usize = 25;

/// Something that a handler does to tickets.
struct Operation {
    function: &'static str,
    name: &'static str,
    by: &'static str,
    /// How many tickets are there before.
    tickets: usize,
    ask: fn(&[String]) -> (Method, String, Value),
}

const fn of(name: &'static str, ask: fn(&[String]) -> (Method, String, Value)) -> Operation {
    Operation { function: "ticket-status", name, by: "desk", tickets: 1, ask }
}

fn post(number: &str, task: &str, body: Value) -> (Method, String, Value) {
    (Method::POST, format!("{TICKETS}/{number}/{task}"), body)
}

const OPERATIONS: [Operation; 8] = [
    Operation {
        function: "ticket-intake",
        by: "alpha",
        tickets: 0,
        ..of("report", |_| (Method::POST, TICKETS.to_owned(), trouble("serious")))
    },
    of("status", |numbers| (Method::PATCH, format!("{TICKETS}/{}", numbers[0]), json!({ "status": "inProgress" }))),
    of("call", |numbers| post(&numbers[0], "call", json!({ "contact": "Ann", "detail": "still rejected" }))),
    of("severityChange", |numbers| {
        post(&numbers[0], "severityChange", json!({ "severity": "moderate", "reason": "a bypass is known" }))
    }),
    of("workaround", |numbers| {
        post(&numbers[0], "workaround", json!({ "description": "use the other form", "callCenterReference": "CC-1" }))
    }),
    of("phoneNotice", |numbers| {
        post(&numbers[0], "phoneNotice", json!({ "contact": "Ann", "detail": "we are on it" }))
    }),
    of("close", |numbers| post(&numbers[0], "close", json!({ "disposition": "noTroubleFound" }))),
    Operation {
        function: "ticket-link",
        tickets: 2,
        ..of("link", |numbers| post(&numbers[0], "link", json!({ "primary": numbers[1] })))
    },
];

impl Operation {
    fn request(&self, numbers: &[String]) -> Request<Body> {
        let (method, path, body) = (self.ask)(numbers);
        request(method, &path, self.by, &body)
    }

    /// The tickets that are there before.
    async fn prepare(&self, bench: &Bench) -> Vec<String> {
        let mut numbers = Vec::new();
        for clec in ["alpha", "beta"].into_iter().take(self.tickets) {
            numbers.push(bench.reported(clec, "serious").await);
        }
        numbers
    }
}

/// What a handler was seen to do.
struct Seen {
    numbers: Vec<String>,
    calls: Vec<(Call, Answer)>,
}

/// The calls, with other numbers in place of those that were seen.
fn bare(seen: &Seen, numbers: &[String]) -> Vec<Bare> {
    let instead: Vec<(String, String)> = seen.numbers.iter().cloned().zip(numbers.iter().cloned()).collect();
    seen.calls.iter().map(|(call, _)| Bare::of(call, &instead)).collect()
}

async fn by_handler(bench: &Bench, function: &str, request: Request<Body>) -> (Took, StatusCode, Value) {
    let router = bench.router(function);
    let watch = Watch::start();
    let response = router.oneshot(request).await.unwrap();
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let took = watch.stop();
    (took, status, serde_json::from_slice(&body).unwrap_or_default())
}

async fn by_sdk(bench: &Bench, calls: Vec<Bare>) -> Took {
    let watch = Watch::start();
    for call in calls {
        call.send(bench).await;
    }
    watch.stop()
}

/// Both sides of an operation, a pair each time.
#[derive(Default)]
struct Pairs(Vec<(Took, Took)>);

impl Pairs {
    fn row(&self, name: &str, calls: usize) -> String {
        let pairs = &self.0[scaled(WARM_UP)..];
        let wall = |of: fn(&(Took, Took)) -> Took| micros(median(pairs.iter().map(|pair| of(pair).wall)));
        let cpu = |of: fn(&(Took, Took)) -> Took| mean(pairs.iter().map(|pair| of(pair).cpu));
        let (wall, bare_wall, cpu, bare_cpu) =
            (wall(|pair| pair.0), wall(|pair| pair.1), cpu(|pair| pair.0), cpu(|pair| pair.1));
        format!(
            "| {name} | {calls} | {wall:.0} | {bare_wall:.0} | {:.2} | {cpu:.0} | {bare_cpu:.0} | {:.2} |",
            wall / bare_wall,
            cpu / bare_cpu
        )
    }
}

const HEAD: &str = "| operation | calls | p50, µs | bare SDK | ratio | CPU, µs | bare SDK | ratio |\n|---|---|---|---|---|---|---|---|";

fn main() {
    run(async {
        println!("On the engine, {} of each:\n\n{HEAD}", scaled(ON_ENGINE));
        for operation in &OPERATIONS {
            println!("{}", on_engine(operation).await);
        }
        let bench = Bench::at(NOW).await;
        for (times, after) in [(LAID_OUT, Duration::ZERO), (AT_A_DISTANCE, DISTANCE)] {
            let times = scaled(times);
            println!("\nWith answers laid out, each after {after:?}, {times} of each:\n\n{HEAD}");
            for operation in &OPERATIONS {
                let numbers = operation.prepare(&bench).await;
                let seen = seen(&bench, operation.function, || operation.request(&numbers), numbers.clone()).await;
                let request = || operation.request(&numbers);
                let laid_out =
                    LaidOut { function: operation.function, name: operation.name, seen: &seen, times, after };
                println!("{}", laid_out.row(&bench, request).await);
            }
            subscriptions(&bench, times, after).await;
        }
    });
}

/// Sees what a handler does.
async fn seen(bench: &Bench, function: &str, request: impl Fn() -> Request<Body>, mut numbers: Vec<String>) -> Seen {
    bench.seam.record();
    let (status, body) = bench.ask(function, request()).await;
    let calls = bench.seam.recorded();
    assert!(status.is_success(), "{body}");
    if numbers.is_empty() {
        numbers.push(body["id"].as_str().unwrap_or_default().to_owned());
    }
    Seen { numbers, calls }
}

async fn on_engine(operation: &Operation) -> String {
    let mut bench = Bench::at(NOW).await;
    let numbers = operation.prepare(&bench).await;
    let seen = seen(&bench, operation.function, || operation.request(&numbers), numbers.clone()).await;
    let mut pairs = Pairs::default();
    for at in 0..scaled(ON_ENGINE) + scaled(WARM_UP) {
        if at % FRESH_AFTER == 0 {
            bench = Bench::at(NOW).await;
        }
        let bench = &bench;
        let mut numbers = operation.prepare(bench).await;
        let mut twins = operation.prepare(bench).await;
        if twins.is_empty() {
            twins.push(TicketNumber::of_public("bench", &at.to_string(), 0).to_string());
        }
        let (request, calls) = (operation.request(&numbers), bare(&seen, &twins));
        // Each goes first half of the time.
        let (handler, sdk) = if at % 2 == 0 {
            let handler = by_handler(bench, operation.function, request).await;
            (handler, by_sdk(bench, calls).await)
        } else {
            let sdk = by_sdk(bench, calls).await;
            (by_handler(bench, operation.function, request).await, sdk)
        };
        let (took, status, body) = handler;
        assert!(status.is_success(), "{body}");
        if numbers.is_empty() {
            numbers.push(body["id"].as_str().unwrap().to_owned());
        }
        assert_eq!(left(bench, &numbers), left(bench, &twins), "the twins differ");
        pairs.0.push((took, sdk));
    }
    pairs.row(operation.name, seen.calls.len())
}

/// What is in the table under these numbers, without the numbers.
fn left(bench: &Bench, numbers: &[String]) -> BTreeSet<String> {
    let mut left = BTreeSet::new();
    for number in numbers {
        for item in bench.partition(number) {
            let item = serde_json::to_value(item).unwrap().to_string();
            left.insert(
                numbers.iter().enumerate().fold(item, |item, (at, number)| item.replace(number, &at.to_string())),
            );
        }
    }
    left
}

/// An operation whose calls are answered with what was seen.
struct LaidOut<'a> {
    function: &'a str,
    name: &'a str,
    seen: &'a Seen,
    times: usize,
    after: Duration,
}

impl LaidOut<'_> {
    async fn row(&self, bench: &Bench, request: impl Fn() -> Request<Body>) -> String {
        let Self { function, name, seen, times, after } = *self;
        let answers: VecDeque<Answer> = seen.calls.iter().map(|(_, answer)| answer.clone()).collect();
        let calls = bare(seen, &seen.numbers);
        let mut pairs = Pairs::default();
        for at in 0..times + scaled(WARM_UP) {
            let handler = async {
                let request = request();
                bench.seam.answers(answers.clone(), after);
                let (took, status, body) = by_handler(bench, function, request).await;
                assert!(status.is_success(), "{body}");
                took
            };
            let sdk = async {
                let calls = calls.clone();
                bench.seam.answers(answers.clone(), after);
                by_sdk(bench, calls).await
            };
            pairs.0.push(if at % 2 == 0 {
                let handler = handler.await;
                (handler, sdk.await)
            } else {
                let sdk = sdk.await;
                (handler.await, sdk)
            });
        }
        bench.seam.open();
        pairs.row(name, seen.calls.len())
    }
}

/// Subscribing and leaving: the messaging service is called too, so only with answers laid out.
async fn subscriptions(bench: &Bench, times: usize, after: Duration) {
    let subscribe = || subscription("alpha");
    let seen_subscribing = seen(bench, "subscription", subscribe, Vec::new()).await;
    let id = &seen_subscribing.numbers[0];
    bench.confirm("alpha", id).await;
    let leave = || request(Method::DELETE, &format!("{SUBSCRIPTIONS}/{id}"), "alpha", &json!({}));
    let seen_leaving = seen(bench, "subscription", leave, vec![id.clone()]).await;
    let of = |name, seen| LaidOut { function: "subscription", name, seen, times, after };
    println!("{}", of("subscribe", &seen_subscribing).row(bench, subscribe).await);
    println!("{}", of("leave", &seen_leaving).row(bench, leave).await);
}
