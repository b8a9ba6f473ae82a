//! Change requests that are led to a step of the work flow, by the calendar of one: submitted on Monday 2026-03-02 (10:00 in
//! Denver), the first business day of March, it is presented on the third Wednesday, 2026-03-18; its response is presented on
//! that of April, 2026-04-15. Daylight saving begins on Sunday 2026-03-08.

use serde_json::{Value, json};
use tests::{
    Reply, Story,
    story::{CHANGE_REQUESTS, line},
};

/// When it is submitted.
pub(super) const SUBMITTED: &str = "2026-03-02T17:00:00Z";
/// When its clarification meeting is held.
pub(super) const CLARIFIED: &str = "2026-03-10T16:00:00Z";
/// When the monthly meeting of March is held.
pub(super) const MEETING: &str = "2026-03-18T16:00:00Z";
/// When its response is issued.
pub(super) const ISSUED: &str = "2026-03-27T16:00:00Z";
/// When the monthly meeting of April is held.
pub(super) const NEXT_MEETING: &str = "2026-04-15T16:00:00Z";

/// When the term to object to an outcome of that meeting is over.
pub(super) const UNDISPUTED: &str = "2026-04-23T06:00:00Z";

/// The CMP's form, as alpha fills it in.
pub(super) fn form() -> Value {
    json!({
        "kind": "productProcess", "title": "Longer hours", "description": "The help desk opens at five",
        "businessReasons": "Orders begin early", "contact": "Ann, +1 303 555 0100", "products": ["UNE-P"],
    })
}

/// The provider's answers.
pub(super) fn accepted() -> Value {
    json!({ "answer": "accepted", "text": "We open at five" })
}

/// See [`accepted`].
pub(super) fn denied() -> Value {
    json!({ "answer": "denied", "text": "Nobody calls at five", "reference": "Call statistics of 2025" })
}

/// A desk where somebody of each party is told of change requests by e-mail.
pub(super) async fn subscribed() -> Story {
    let story = Story::at(SUBMITTED).await;
    subscribe(&story).await;
    story
}

/// See [`subscribed`].
pub(super) async fn subscribe(story: &Story) {
    for (client, endpoint) in [
        ("alpha", "cmp@alpha.example"),
        ("beta", "cmp@beta.example"),
        ("gamma", "cmp@gamma.example"),
        ("desk", "cmp@provider.example"),
    ] {
        story.subscribe(client, "email", endpoint, &["changeRequest"]).await;
    }
}

/// Turns the clock; the checks in between run. In a box, because a story that turns it often has no room for all of them.
pub(super) async fn until(story: &Story, to: &str) {
    Box::pin(story.turn_to(to)).await;
}

/// The same in one leap, with one check at its end: nights are many, and nothing is due in them where all is kept in time.
pub(super) async fn leap(story: &Story, to: &str) {
    story.turn_without_checks(to).await;
    Box::pin(story.world.check_now()).await.unwrap();
}

/// What was delivered since the last reading: to whom, and the subject; in order of these.
pub(super) async fn told(story: &Story) -> Vec<String> {
    let to = |to: &str| to.trim_start_matches("cmp@").trim_end_matches(".example").to_owned();
    let of = |sent: &local_desk::aws::sns::Delivery| {
        format!("{}: {}", to(&sent.to), sent.subject.as_deref().unwrap_or("no subject"))
    };
    let mut told: Vec<String> = story.deliveries().await.iter().map(of).collect();
    told.sort();
    told
}

/// The same with when it was delivered, and the kind of the notice.
pub(super) async fn lines(story: &Story) -> Vec<String> {
    let mut lines: Vec<String> = story.deliveries().await.iter().map(line).collect();
    lines.sort();
    lines
}

/// What the same subject says to each of these.
pub(super) fn to(parties: &[&str], subject: &str) -> Vec<String> {
    let mut told: Vec<String> = parties.iter().map(|party| format!("{party}: {subject}")).collect();
    told.sort();
    told
}

/// All who subscribed.
pub(super) const ALL: [&str; 4] = ["alpha", "beta", "gamma", "provider"];

/// A change request that is led.
#[derive(Clone)]
pub(super) struct Led<'a> {
    pub(super) story: &'a Story,
    pub(super) id: String,
}

impl<'a> Led<'a> {
    /// Alpha's, now.
    pub(super) async fn submitted(story: &'a Story) -> Self {
        Self::begun(story, "alpha", form()).await
    }

    /// As a client begins it.
    pub(super) async fn begun(story: &'a Story, client: &str, body: Value) -> Self {
        let id = story.as_(client).post(CHANGE_REQUESTS, body).await.expect(201).text("id");
        Self { story, id }
    }

    /// The whole texts of what was delivered since the last reading.
    pub(super) async fn told_whole(&self) -> String {
        crate::acts::whole(&self.story.deliveries().await, &[(&self.id, "CR-ID")])
    }

    /// Acknowledged and logged, now.
    pub(super) async fn logged(story: &'a Story) -> Self {
        Box::pin(Self::submitted(story)).await.and("acknowledgment", json!({})).await
    }

    /// Posted, now.
    pub(super) async fn posted(story: &'a Story) -> Self {
        Box::pin(Self::logged(story)).await.and("posting", json!({})).await
    }

    /// The same by another of the provider's people.
    pub(super) async fn posted_by(story: &'a Story, client: &str) -> Self {
        let led = Box::pin(Self::submitted(story)).await;
        for task in ["acknowledgment", "posting"] {
            led.by(client, task, json!({})).await.expect(200);
        }
        led
    }

    /// With its people, now.
    pub(super) async fn staffed(story: &'a Story) -> Self {
        let led =
            Box::pin(Self::posted(story)).await.and("assignment", json!({ "crpm": "Cara", "director": "Dan" })).await;
        led.and("experts", json!({ "experts": ["Sam", "Sue"] })).await
    }

    /// Its clarification meeting was held.
    pub(super) async fn clarified(story: &'a Story) -> Self {
        let led = Box::pin(Self::staffed(story)).await;
        leap(story, CLARIFIED).await;
        let led = led.and("clarification", json!({ "questions": ["Which days?"], "deliverables": ["A plan"] })).await;
        led.and("minutes", json!({ "text": "On weekdays" })).await
    }

    /// Presented at the meeting of March.
    pub(super) async fn aligned(story: &'a Story) -> Self {
        let led = Box::pin(Self::clarified(story)).await;
        leap(story, MEETING).await;
        led.and("presentation", json!({ "meeting": "2026-03-18", "consensus": "Open at five" })).await
    }

    /// Answered.
    pub(super) async fn issued(story: &'a Story, response: Value) -> Self {
        let led = Box::pin(Self::aligned(story)).await;
        leap(story, ISSUED).await;
        led.answers(response).await
    }

    /// The response was presented at the meeting of April.
    pub(super) async fn presented(story: &'a Story, response: Value) -> Self {
        let led = Box::pin(Self::issued(story, response)).await;
        leap(story, NEXT_MEETING).await;
        led.and("responsePresentation", json!({ "meeting": "2026-04-15" })).await
    }

    /// What the CLECs make of it, there.
    pub(super) async fn decided(story: &'a Story, response: Value, outcome: &str) -> Self {
        let led = Box::pin(Self::presented(story, response)).await;
        led.and("outcome", json!({ "outcome": outcome, "reason": "as was said" })).await
    }

    /// Accepted, which leads to an action; to its end when the term to object is over.
    pub(super) async fn acted(story: &'a Story, response: Value, action: &str) -> Self {
        let led = Box::pin(Self::decided(story, response, "accepted")).await;
        if action == "nothingToTest" {
            leap(story, UNDISPUTED).await;
        }
        led.and("acceptance", json!({ "action": action, "originatorsWord": "Ann agrees" })).await
    }

    /// A response is drafted, accepted by the Director and issued.
    pub(super) async fn answers(self, response: Value) -> Self {
        let led = self.and("draftResponse", response).await.and("directorAcceptance", json!({})).await;
        led.and("response", json!({})).await
    }

    /// The provider does a task of it.
    pub(super) async fn and(self, task: &str, body: Value) -> Self {
        self.by("desk", task, body).await.expect(200);
        self
    }

    /// Somebody does a task of it.
    pub(super) async fn by(&self, client: &str, task: &str, body: Value) -> Reply {
        Box::pin(self.story.as_(client).post(&self.path(task), body)).await
    }

    /// The provider does a task of it, and answers how it is then.
    pub(super) async fn desk(&self, task: &str, body: Value) -> Value {
        self.by("desk", task, body).await.expect(200).body
    }

    /// Somebody revises its form.
    pub(super) async fn patch(&self, client: &str, body: Value) -> Reply {
        Box::pin(self.story.as_(client).patch(&self.path(""), body)).await
    }

    /// As somebody reads it.
    pub(super) async fn read(&self, client: &str) -> Value {
        Box::pin(self.story.as_(client).get(&self.path(""))).await.expect(200).body
    }

    /// Its history, as somebody reads it.
    pub(super) async fn history(&self, client: &str) -> Vec<Value> {
        let history = self.story.as_(client).get(&self.path("history")).await.expect(200).body;
        history.as_array().unwrap().clone()
    }

    /// The facts of its history, in order.
    pub(super) async fn facts(&self, client: &str) -> Vec<Value> {
        let facts = self.history(client).await.into_iter().map(|entry| entry["facts"].as_array().unwrap().clone());
        facts.flatten().collect()
    }

    /// The positions on its responses, as somebody reads them.
    pub(super) async fn positions(&self, client: &str) -> Value {
        self.story.as_(client).get(&self.path("position")).await.expect(200).body
    }

    /// How its deadlines stand: `posting kept`.
    pub(super) async fn standings(&self) -> Vec<String> {
        let shown = self.read("desk").await;
        let text = |of: &Value, name: &str| of[name].as_str().unwrap().to_owned();
        let standing = |of: &Value| format!("{} {}", text(of, "deadline"), text(of, "standing"));
        shown["deadlines"].as_array().unwrap().iter().map(standing).collect()
    }

    /// One of its deadlines: the last of that name.
    pub(super) async fn deadline(&self, name: &str) -> Value {
        let shown = self.read("desk").await;
        let of = shown["deadlines"].as_array().unwrap().iter().rev().find(|of| of["deadline"] == name).cloned();
        of.unwrap_or_else(|| panic!("no deadline '{name}' in {shown}"))
    }

    /// Its path, or that of a task.
    pub(super) fn path(&self, task: &str) -> String {
        path(&self.id, task)
    }
}

/// The path of a change request, or of a task.
pub(super) fn path(named: &str, task: &str) -> String {
    if task.is_empty() { format!("{CHANGE_REQUESTS}/{named}") } else { format!("{CHANGE_REQUESTS}/{named}/{task}") }
}

/// Where it stands: step number, step and phase.
pub(super) fn stands(shown: &Value) -> (&str, &str, &str) {
    let [number, name, phase] = [&shown["step"]["number"], &shown["step"]["name"], &shown["phase"]];
    (number.as_str().unwrap_or("none"), name.as_str().unwrap(), phase.as_str().unwrap())
}
