//! Tells `tests/data/stored/story.yaml`: a version of the stored data is what the desk has stored at its end.

use local_desk::aws::sns::Delivery;
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, fmt, path::Path};
use tests::{
    Fault, Receiver, Story, document,
    story::{CHANGE_REQUESTS, SUBSCRIPTIONS, TICKETS},
};

/// A step of a story; the file says what each is.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(super) enum Step {
    At { at: String },
    Leap { leap: String },
    Fails { fails: Operation, times: usize },
    Mended { mended: () },
    Listener { by: String, listener: String, status: u16 },
    Confirm { by: String, confirm: String },
    Attach { by: String, attach: String, name: String, text: String },
    Do(Request),
}

/// What of the messaging service fails.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) enum Operation {
    Publish,
    PublishBatch,
}

/// A request of a client.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    /// The first version that has what it is about.
    since: Option<u32>,
    by: String,
    /// Method and path.
    r#do: String,
    #[serde(default)]
    body: Value,
    /// The request's Idempotency-Key, and the name by which later steps know the id that is answered.
    is: Option<String>,
    /// The same for what a list answers first.
    first: Option<String>,
    /// Which entries of the archive's file come before the body.
    #[serde(default)]
    past: Vec<usize>,
    /// What is answered, where that is no success.
    status: Option<u16>,
}

/// The story, and what was sent while it was told.
pub(super) struct Told {
    pub(super) story: Story,
    pub(super) deliveries: Vec<Delivery>,
    pub(super) names: BTreeMap<String, String>,
    receivers: BTreeMap<String, Receiver>,
}

/// The steps of a file in `tests/data/stored`.
pub(super) fn steps(file: &str) -> Vec<Step> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/stored").join(file)).unwrap();
    serde_norway::from_str(&text).unwrap()
}

/// Tells the story from its begin to its end.
pub(super) async fn tell() -> Told {
    let steps = steps("story.yaml");
    let Some(Step::At { at }) = steps.first() else { panic!("the story begins at an instant") };
    let mut told = Told::on(Story::at(at).await, BTreeMap::new());
    for step in &steps[1..] {
        Box::pin(told.step(step)).await;
    }
    told
}

impl Step {
    /// Whether it is told on a version.
    pub(super) fn is_on(&self, version: u32) -> bool {
        !matches!(self, Self::Do(Request { since: Some(since), .. }) if *since > version)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Do(request) => write!(f, "{} {}", request.by, request.r#do),
            Self::At { at } => write!(f, "at {at}"),
            Self::Leap { leap } => write!(f, "leap {leap}"),
            other => write!(f, "{other:?}"),
        }
    }
}

impl Told {
    /// A story that goes on, with the names that are known.
    pub(super) fn on(story: Story, names: BTreeMap<String, String>) -> Self {
        Self { story, deliveries: Vec::new(), names, receivers: BTreeMap::new() }
    }

    /// Does a step.
    pub(super) async fn step(&mut self, step: &Step) {
        match step {
            Step::At { at } => self.story.turn_to(at).await,
            Step::Leap { leap } => {
                self.story.turn_without_checks(leap).await;
                self.story.world.check_now().await.unwrap();
            }
            Step::Fails { fails, times } => {
                let operation = match fails {
                    Operation::Publish => "Publish",
                    Operation::PublishBatch => "PublishBatch",
                };
                self.story.wire.fails(operation, *times, Fault::Down);
            }
            Step::Mended { mended: () } => self.story.wire.mended(),
            Step::Listener { by, listener, status } => {
                let receiver = match self.receivers.remove(listener) {
                    Some(receiver) => receiver,
                    None => Receiver::start().await,
                };
                receiver.answers(*status);
                self.names.insert(listener.clone(), format!("{}/{by}/{listener}", receiver.url()));
                self.receivers.insert(listener.clone(), receiver);
            }
            Step::Confirm { by, confirm } => {
                let sent = self.deliveries.iter().rev().find(|sent| sent.to == *confirm && sent.token.is_some());
                let body = serde_json::json!({ "token": sent.expect("a token was sent").token });
                let client = self.story.as_(by);
                let listed = client.get(SUBSCRIPTIONS).await.expect(200).body;
                let subscription = listed.as_array().unwrap().iter().find(|of| of["endpoint"] == confirm.as_str());
                let id = subscription.unwrap()["id"].as_str().unwrap();
                client.post(&format!("{SUBSCRIPTIONS}/{id}/confirmation"), body).await.expect(200);
            }
            Step::Attach { by, attach, name, text } => {
                let document = document(name, text.as_bytes());
                self.story.as_(by).attach(&self.path(attach), &document, text.as_bytes()).await;
            }
            Step::Do(request) => self.request(request).await,
        }
        self.deliveries.extend(self.story.deliveries().await);
    }

    async fn request(&mut self, request: &Request) {
        let (method, path) = request.r#do.split_once(' ').expect("a method and a path");
        let body = self.filled_in(&request.body.to_string());
        let body = match serde_json::from_str(&body).unwrap() {
            Value::Array(entries) => past(&request.past).into_iter().chain(entries).collect(),
            body => body,
        };
        let path = self.path(path);
        let mut client = self.story.as_(&request.by);
        if let Some(name) = &request.is {
            client = client.with("Idempotency-Key", name);
        }
        let (content_type, bytes) =
            if body.is_null() { (None, Vec::new()) } else { (Some("application/json"), body.to_string().into_bytes()) };
        let reply = client.send(method.parse().unwrap(), &path, content_type, bytes).await;
        let expected = match request.status {
            Some(status) => reply.status.as_u16() == status,
            None => reply.status.is_success(),
        };
        assert!(expected, "{} of {}: {} {}", request.r#do, request.by, reply.status, reply.body);
        if let Some(name) = &request.is
            && let Some(id) = reply.body["id"].as_str()
        {
            self.names.insert(name.clone(), id.to_owned());
        }
        if let Some(name) = &request.first {
            self.names.insert(name.clone(), reply.body[0]["id"].as_str().unwrap().to_owned());
        }
    }

    /// A path of the API by its last part.
    fn path(&self, path: &str) -> String {
        let path = self.filled_in(path);
        if path.starts_with("troubleTicket") || path.starts_with("hub") {
            format!("{}/{path}", TICKETS.rsplit_once('/').unwrap().0)
        } else {
            format!("{}/{path}", CHANGE_REQUESTS.rsplit_once('/').unwrap().0)
        }
    }

    /// With what the names stand for. A longer name comes first: another may begin it.
    fn filled_in(&self, text: &str) -> String {
        let mut names: Vec<(&String, &String)> = self.names.iter().collect();
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        names.into_iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("${name}"), value))
    }
}

/// Entries of the archive's file.
fn past(places: &[usize]) -> Vec<Value> {
    let mut file: Vec<Value> = serde_json::from_str(include_str!("../../data/change-requests.json")).unwrap();
    places.iter().map(|at| file[*at].take()).collect()
}
