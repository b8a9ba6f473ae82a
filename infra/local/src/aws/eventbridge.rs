//! EventBridge: keeps the last events, so that they can be looked at.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Answer, BoxFuture, Call, NoAnswer, Now, Service};

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";
const MAX_ENTRIES: usize = 10;
const KEPT: usize = 1_000;

/// An event a bus has accepted.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// The id given to it on arrival.
    pub id: String,
    /// Its own time, or that of its arrival.
    pub time: DateTime<Utc>,
    /// The bus it was put on.
    pub bus: String,
    /// Who put it.
    pub source: String,
    /// The type of the event, by which rules choose.
    pub detail_type: String,
    /// What it happened to.
    pub resources: Vec<String>,
    /// The particulars, a JSON object.
    pub detail: Value,
}

/// EventBridge with `PutEvents` alone. Any name is a bus; who wants its events comes for them.
pub struct EventBridge {
    now: Now,
    events: Mutex<Events>,
}

#[derive(Default)]
struct Events {
    kept: VecDeque<Event>,
    dropped: usize,
}

impl EventBridge {
    /// The service, with no events yet.
    pub fn new(now: Now) -> Self {
        Self { now, events: Mutex::default() }
    }

    /// The last 1,000 events in the order of their arrival.
    pub fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).kept.iter().cloned().collect()
    }

    /// The events that were put after the first `seen`, of those that are kept, and how many there have been.
    pub fn since(&self, seen: usize) -> (Vec<Event>, usize) {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let before = events.dropped;
        (events.kept.iter().skip(seen.saturating_sub(before)).cloned().collect(), before + events.kept.len())
    }

    fn put_events(&self, body: &[u8]) -> Answer {
        let PutEvents { entries } = match serde_json::from_slice(body) {
            Ok(request) => request,
            Err(error) => return refused("SerializationException", &error.to_string()),
        };
        if entries.is_empty() || entries.len() > MAX_ENTRIES {
            let (word, bound) = if entries.is_empty() { ("greater", 1) } else { ("less", MAX_ENTRIES) };
            return refused(
                "ValidationException",
                &format!(
                    "1 validation error detected: Value at 'entries' failed to satisfy constraint: \
                     Member must have length {word} than or equal to {bound}"
                ),
            );
        }
        let mut failed = 0;
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let mut results = Vec::with_capacity(entries.len());
        for entry in entries {
            results.push(match entry.accept(&self.now) {
                Ok(event) => {
                    let result = json!({ "EventId": event.id });
                    events.kept.push_back(event);
                    result
                }
                Err((code, message)) => {
                    failed += 1;
                    json!({ "ErrorCode": code, "ErrorMessage": message })
                }
            });
        }
        let surplus = events.kept.len().saturating_sub(KEPT);
        events.kept.drain(..surplus);
        events.dropped += surplus;
        let body = json!({ "FailedEntryCount": failed, "Entries": results }).to_string();
        Answer::new(200, CONTENT_TYPE, body)
    }
}

impl fmt::Debug for EventBridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventBridge").finish_non_exhaustive()
    }
}

impl Service for EventBridge {
    fn call<'a>(&'a self, call: Call) -> BoxFuture<'a, Result<Answer, NoAnswer>> {
        Box::pin(async move {
            Ok(match call.operation.as_str() {
                "PutEvents" => self.put_events(&call.body),
                _ => Answer::unknown_operation(CONTENT_TYPE),
            })
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutEvents {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    time: Option<f64>,
    source: Option<String>,
    #[serde(default)]
    resources: Vec<String>,
    detail_type: Option<String>,
    detail: Option<String>,
    event_bus_name: Option<String>,
}

impl Entry {
    fn accept(self, now: &Now) -> Result<Event, (&'static str, String)> {
        let invalid = |reason: String| ("InvalidArgument", reason);
        let required = |name: &str, value: Option<String>| {
            value.filter(|value| !value.is_empty()).ok_or_else(|| {
                invalid(format!("Parameter {name} is not valid. Reason: {name} is a required argument."))
            })
        };
        let source = required("Source", self.source)?;
        let detail_type = required("DetailType", self.detail_type)?;
        let detail = required("Detail", self.detail)?;
        let bus = required("EventBusName", self.event_bus_name)?;
        let detail: Value = serde_json::from_str(&detail)
            .ok()
            .filter(Value::is_object)
            .ok_or_else(|| ("MalformedDetail", "Detail is malformed.".to_owned()))?;
        let time = match self.time {
            Some(seconds) => DateTime::from_timestamp_millis((seconds * 1e3).round() as i64)
                .ok_or_else(|| invalid("Parameter Time is not valid.".to_owned()))?,
            None => now(),
        };
        Ok(Event { id: Uuid::new_v4().to_string(), time, bus, source, detail_type, resources: self.resources, detail })
    }
}

fn refused(code: &str, message: &str) -> Answer {
    let body = json!({ "__type": code, "message": message }).to_string();
    Answer::new(400, CONTENT_TYPE, body)
}
