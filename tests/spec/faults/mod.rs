//! NT-12, AP-02, OP-03: DynamoDB throttled, in conflict or out of reach, the bus down, two writers at once, a process
//! killed anywhere: nothing is lost, nothing half-written, and the notice's due instant is kept.

mod answers;
mod bus;
mod killed;
mod store;
mod writers;

use axum::{Router, http::StatusCode};
use local_desk::{
    World,
    aws::{Answer, BoxFuture, Call, NoAnswer, Service},
    gateway,
    stand_ins::StandIns,
    world::Beginning,
};
use platform::Metrics;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tests::{
    Client, Kept, Reply, Story,
    story::{ADDRESS, TICKETS, policy},
};

/// A Wednesday, 11:00 in Mountain Time.
const NOW: &str = "2026-03-04T18:00:00Z";

fn report() -> Value {
    json!({ "description": "orders are rejected", "severity": "moderate", "ticketType": "systems", "systemAffected": "IMA" })
}

fn a_call() -> Value {
    json!({ "contact": "Ann", "detail": "asked how it stands" })
}

/// A ticket whose number is the same in every run.
async fn reported(story: &Story, who: &str, key: &str) -> String {
    story.as_(who).with("Idempotency-Key", key).post(TICKETS, report()).await.expect(201).text("id")
}

/// The facts in a ticket's history, as the desk reads them.
async fn history(story: &Story, number: &str) -> Vec<String> {
    let timeline = story.as_("desk").get(&Client::ticket(number, "timeline")).await.expect(200).body;
    let entries = timeline["history"].as_array().unwrap().clone();
    let facts = entries.iter().flat_map(|entry| entry["facts"].as_array().unwrap().clone());
    facts.map(|fact| fact["fact"].as_str().unwrap().to_owned()).collect()
}

fn count(facts: &[String], name: &str) -> usize {
    facts.iter().filter(|fact| *fact == name).count()
}

/// The notices delivered since the last reading, by id.
async fn noticed(story: &Story) -> Vec<String> {
    story.deliveries().await.into_iter().filter_map(|delivery| delivery.notice_id).collect()
}

/// 503, with when to ask again, as a problem document.
#[track_caller]
fn not_now(reply: &Reply) {
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE, "{}", reply.body);
    assert!(reply.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok()), "{:?}", reply.headers);
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    for name in ["title", "detail", "code", "reason"] {
        assert!(!reply.text(name).is_empty());
    }
    assert!(!reply.text("detail").contains("DynamoDB"), "the log is told the cause, not the caller: {}", reply.body);
}

/// Longer than any retrying.
const LASTING: usize = 1_000;
/// Within the retries of one call.
const PASSING: usize = 2;

/// What changes something.
const WRITES: [&str; 10] = [
    "TransactWriteItems",
    "PutItem",
    "PublishBatch",
    "Publish",
    "CreateTopic",
    "Subscribe",
    "ConfirmSubscription",
    "SetSubscriptionAttributes",
    "Unsubscribe",
    "PutEvents",
];

/// When a process dies: after so many writes, with the last one's answer seen, or lost with the process.
#[derive(Debug, Clone, Copy)]
struct Death {
    after: usize,
    answered: bool,
}

/// Counts the writes of a process, and ends it.
#[derive(Debug, Clone, Default)]
struct Cut(Arc<Mutex<Process>>, Arc<tokio::sync::Mutex<()>>);

/// What a call is answered with instead.
type Script = fn(&Call) -> (u16, Value);

#[derive(Debug, Default)]
struct Process {
    writes: Vec<String>,
    dies: Option<Death>,
    dead: bool,
    /// The bus refuses this entry of so many calls.
    refuses: Option<(usize, usize)>,
    /// These operations are answered with this instead, so many times.
    answers: Vec<(&'static str, usize, Script)>,
}

impl Cut {
    fn before(&self, stand_ins: StandIns) -> StandIns {
        let wired = |service: Arc<dyn Service>| -> Arc<dyn Service> { Arc::new(Wired { cut: self.clone(), service }) };
        StandIns {
            dynamodb: wired(stand_ins.dynamodb),
            sns: wired(stand_ins.sns),
            eventbridge: wired(stand_ins.eventbridge),
            s3: wired(stand_ins.s3),
            ..stand_ins
        }
    }

    fn scripted(&self, call: &Call) -> Option<Answer> {
        let mut process = self.0.lock().unwrap();
        let at = process.answers.iter().position(|(operation, ..)| *operation == call.operation)?;
        let (_, times, answer) = &mut process.answers[at];
        *times -= 1;
        let (status, body) = answer(call);
        if process.answers[at].1 == 0 {
            process.answers.remove(at);
        }
        Some(Answer::new(status, "application/x-amz-json-1.0", body.to_string()))
    }
}

#[derive(Debug)]
struct Wired {
    cut: Cut,
    service: Arc<dyn Service>,
}

impl Service for Wired {
    fn call<'a>(&'a self, call: Call) -> BoxFuture<'a, Result<Answer, NoAnswer>> {
        Box::pin(async move {
            // One call at a time, so that a process dies between two of them.
            let _turn = self.cut.1.lock().await;
            let writes = WRITES.contains(&call.operation.as_str());
            {
                let mut process = self.cut.0.lock().unwrap();
                let done = process.writes.len();
                if writes && process.dies.is_some_and(|death| death.answered && done == death.after) {
                    process.dead = true;
                }
                if process.dead {
                    return Err(NoAnswer::ConnectionLost);
                }
                if writes {
                    process.writes.push(call.operation.clone());
                }
            }
            if let Some(answer) = self.cut.scripted(&call) {
                return Ok(answer);
            }
            let refused = {
                let mut process = self.cut.0.lock().unwrap();
                let refuses = process.refuses.filter(|_| call.operation == "PutEvents");
                if let Some((at, left)) = refuses {
                    process.refuses = (left > 1).then_some((at, left - 1));
                }
                refuses.map(|(at, _)| at)
            };
            let answer = match refused {
                Some(at) => refusing(self.service.as_ref(), call, at).await?,
                None => self.service.call(call).await?,
            };
            let mut process = self.cut.0.lock().unwrap();
            if writes && process.dies.is_some_and(|death| !death.answered && process.writes.len() == death.after) {
                process.dead = true;
                return Err(NoAnswer::ConnectionLost);
            }
            Ok(answer)
        })
    }
}

/// The bus takes all entries but one, and says so.
async fn refusing(service: &dyn Service, call: Call, at: usize) -> Result<Answer, NoAnswer> {
    let mut body: Value = serde_json::from_slice(&call.body).unwrap();
    let entries = body["Entries"].as_array_mut().unwrap();
    let at = at.min(entries.len() - 1);
    entries.remove(at);
    let failed = json!({ "ErrorCode": "InternalFailure", "ErrorMessage": "not this one" });
    if entries.is_empty() {
        let body = json!({ "FailedEntryCount": 1, "Entries": [failed] }).to_string();
        return Ok(Answer::new(200, "application/x-amz-json-1.1", body));
    }
    let mut answer = service.call(Call { body: body.to_string().into_bytes(), ..call }).await?;
    let mut body: Value = serde_json::from_slice(&answer.body).unwrap();
    body["FailedEntryCount"] = json!(1);
    body["Entries"].as_array_mut().unwrap().insert(at, failed);
    answer.body = body.to_string().into_bytes();
    Ok(answer)
}

/// Another process on the story's database, behind a wire of its own.
async fn second(story: &Story, cut: &Cut) -> (Arc<World>, Router) {
    another(story, story.kept(), cut).await
}

/// The same on a copy of what the story keeps.
async fn another(story: &Story, kept: &Kept, cut: &Cut) -> (Arc<World>, Router) {
    let beginning = Beginning {
        now: Some(story.now()),
        speed: 0.0,
        policy: policy(),
        metrics: Metrics::none(),
        reach: domain::hub::NetworkScope::Public,
        address: ADDRESS.to_owned(),
        attachments: kept.attachments().to_owned(),
        sites: kept.sites(),
        ids: tests::story::ids(),
    };
    let cut = cut.clone();
    let world =
        World::open(kept.database().clone(), beginning, move |_, stand_ins| cut.before(stand_ins)).await.unwrap();
    let world = Arc::new(world);
    let app = gateway::app(world.clone(), story.identity().clone()).unwrap();
    (world, app)
}
