//! What the desk does, and what is read, in many stories.

use local_desk::aws::sns::Delivery;
use serde_json::Value;
use tests::{Client, Reply, Story};

/// The desk updates a ticket.
pub(crate) async fn update(story: &Story, number: &str, patch: Value) -> Reply {
    story.as_("desk").patch(&Client::ticket(number, ""), patch).await.expect(200)
}

/// The desk does a task of a ticket: `close`, `link`, `workaround` and so on.
pub(crate) async fn act(story: &Story, number: &str, task: &str, body: Value) -> Reply {
    story.as_("desk").post(&Client::ticket(number, task), body).await.expect(200)
}

/// A ticket as a client reads it.
pub(crate) async fn read(story: &Story, client: &str, number: &str) -> Value {
    story.as_(client).get(&Client::ticket(number, "")).await.expect(200).body
}

/// The clock of a notice, as the ticket's timeline shows it.
pub(crate) async fn clock(story: &Story, number: &str, sequence: u32) -> Value {
    let timeline = story.as_("desk").get(&Client::ticket(number, "timeline")).await.expect(200).body;
    let id = format!("{number}#{sequence}");
    let clocks = timeline["clock"].as_array().unwrap();
    clocks
        .iter()
        .find(|clock| clock["noticeId"] == id.as_str())
        .unwrap_or_else(|| panic!("no clock of {id} in {timeline}"))
        .clone()
}

/// What was delivered by HTTPS since the last reading: each notice whole.
pub(crate) async fn notices_by_https(story: &Story) -> Vec<Value> {
    let deliveries = story.deliveries().await;
    let to_https = deliveries.iter().filter(|delivery| delivery.to.starts_with("https:"));
    to_https.map(|delivery| serde_json::from_str(body(delivery)).unwrap()).collect()
}

/// The text of a delivery.
pub(crate) fn body(delivery: &Delivery) -> &str {
    delivery.body.as_deref().unwrap()
}

/// The whole texts of deliveries, in the order of their instants and recipients. Each of `names` is a number that differs from
/// run to run, and the name that stands for it.
pub(crate) fn whole<'a>(deliveries: impl IntoIterator<Item = &'a Delivery>, names: &[(&str, &str)]) -> String {
    let mut deliveries: Vec<&Delivery> = deliveries.into_iter().collect();
    deliveries.sort_by_key(|delivery| (delivery.at, &delivery.to));
    let text = tests::story::texts(deliveries);
    names.iter().fold(text, |text, (number, name)| text.replace(number, name))
}

/// The texts of a list.
pub(crate) fn texts(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

/// The ids of the notices that events of a type on the bus tell of.
pub(crate) fn told_on_bus(story: &Story, kind: &str) -> Vec<String> {
    story.events(kind).iter().map(|event| event["data"]["noticeId"].as_str().unwrap().to_owned()).collect()
}

/// A party does a task of a ticket.
pub(crate) async fn does(story: &Story, who: &str, number: &str, task: &str, body: Value) -> Reply {
    story.as_(who).post(&Client::ticket(number, task), body).await
}

/// The subjects of what was delivered since the last reading, each behind whom it went to.
pub(crate) async fn subjects(story: &Story) -> Vec<String> {
    let deliveries = story.deliveries().await;
    let line = |delivery: &Delivery| format!("{}: {}", delivery.to, delivery.subject.clone().unwrap_or_default());
    deliveries.iter().map(line).collect()
}
