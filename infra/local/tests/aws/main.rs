//! The services inside the process, driven by the SDK's own clients.

#![allow(clippy::unwrap_used)]

/// A client of one service, which tries again without waiting.
macro_rules! client {
    ($sdk:ident, $service:expr) => {
        $sdk::Client::from_conf(
            $sdk::Config::builder()
                .behavior_version_latest()
                .region($sdk::config::Region::new("us-east-1"))
                .credentials_provider($sdk::config::Credentials::new("local", "local", None, None, "local"))
                .retry_config(
                    $sdk::config::retry::RetryConfig::standard()
                        .with_initial_backoff(std::time::Duration::from_millis(1)),
                )
                .http_client(local_desk::aws::http_client($service))
                .build(),
        )
    };
}

/// The code and message of a refusal.
macro_rules! refusal {
    ($request:expr) => {{
        let error = $request.send().await.unwrap_err().into_service_error();
        let meta = error.meta();
        (meta.code().unwrap().to_owned(), meta.message().unwrap_or_default().to_owned())
    }};
}

mod attachments;
mod dynamodb;
mod eventbridge;
mod mailbox;
mod publishing;
mod subscriptions;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use aws_sdk_sns::{Client, types::MessageAttributeValue};
use dynoxide::Database;
use local_desk::aws::{
    Answer, BoxFuture, Call, NoAnswer, Now, Service,
    dynamodb::DynamoDb,
    sns::{Delivery, Sns},
};

const NOW: &str = "2026-03-01T08:30:00Z";
const TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:repair-clec-c1";

fn now() -> Now {
    Arc::new(|| NOW.parse().unwrap())
}

/// A service that notes the calls to another and may spoil them.
#[derive(Debug)]
struct Wrapped {
    inner: Arc<dyn Service>,
    faults: Mutex<Vec<(&'static str, Fault)>>,
    calls: Mutex<Vec<String>>,
}

#[derive(Debug, Clone)]
enum Fault {
    /// The service is never reached.
    Before(NoAnswer),
    /// The service does its work and its answer is lost.
    After(NoAnswer),
    /// The stand-in answers this in place of its own answer.
    Instead(Answer),
}

impl Wrapped {
    fn new(inner: Arc<dyn Service>) -> Arc<Self> {
        Arc::new(Self { inner, faults: Mutex::default(), calls: Mutex::default() })
    }

    /// The next calls of `operation` have these faults.
    fn fail(&self, operation: &'static str, faults: impl IntoIterator<Item = Fault>) {
        self.faults.lock().unwrap().extend(faults.into_iter().map(|fault| (operation, fault)));
    }

    fn calls(&self, operation: &str) -> usize {
        self.calls.lock().unwrap().iter().filter(|call| *call == operation).count()
    }
}

impl Service for Wrapped {
    fn call<'a>(&'a self, call: Call) -> BoxFuture<'a, Result<Answer, NoAnswer>> {
        Box::pin(async move {
            self.calls.lock().unwrap().push(call.operation.clone());
            let fault = {
                let mut faults = self.faults.lock().unwrap();
                let next = faults.iter().position(|(operation, _)| *operation == call.operation);
                next.map(|next| faults.remove(next).1)
            };
            match fault {
                None => self.inner.call(call).await,
                Some(Fault::Before(none)) => Err(none),
                Some(Fault::After(none)) => {
                    self.inner.call(call).await?;
                    Err(none)
                }
                Some(Fault::Instead(answer)) => Ok(answer),
            }
        })
    }
}

struct Desk {
    sns: Arc<Sns>,
    client: Client,
    table: Arc<Wrapped>,
}

async fn open(db: &Database) -> Desk {
    let table = Wrapped::new(Arc::new(DynamoDb::new(db.clone())));
    let sns = Arc::new(Sns::open(client!(aws_sdk_dynamodb, table.clone()), now()).await.unwrap());
    Desk { client: client!(aws_sdk_sns, sns.clone()), sns, table }
}

/// An empty SNS with one topic.
async fn desk() -> Desk {
    let desk = open(&Database::memory().unwrap()).await;
    let created = desk.client.create_topic().name("repair-clec-c1").send().await.unwrap();
    assert_eq!(created.topic_arn(), Some(TOPIC));
    desk
}

impl Desk {
    async fn deliveries(&self) -> Vec<Delivery> {
        self.sns.deliveries(0).await.unwrap()
    }

    async fn last(&self) -> Delivery {
        self.deliveries().await.pop().unwrap()
    }

    /// A confirmed e-mail subscription's ARN.
    async fn subscribed(&self, address: &str, filter_policy: &str) -> String {
        let subscribe = self.client.subscribe().topic_arn(TOPIC).protocol("email").endpoint(address);
        subscribe.attributes("FilterPolicy", filter_policy).send().await.unwrap();
        let token = self.last().await.token.unwrap();
        let confirmed = self.client.confirm_subscription().topic_arn(TOPIC).token(token).send().await.unwrap();
        confirmed.subscription_arn.unwrap()
    }

    async fn subscribe_number(&self, number: String) {
        let subscribe = self.client.subscribe().topic_arn(TOPIC).protocol("sms").endpoint(number);
        subscribe.send().await.unwrap();
    }
}

fn attribute(data_type: &str, value: &str) -> MessageAttributeValue {
    MessageAttributeValue::builder().data_type(data_type).string_value(value).build().unwrap()
}

fn notice_attributes() -> HashMap<String, MessageAttributeValue> {
    HashMap::from([
        ("noticeId".to_owned(), attribute("String", "n-1")),
        ("notice".to_owned(), attribute("String.Array", r#"["all","event"]"#)),
        ("kind".to_owned(), attribute("String", "opened")),
        ("sequence".to_owned(), attribute("Number", "7")),
        ("ticketNumbers".to_owned(), attribute("String.Array", r#"["T-1","T-2"]"#)),
    ])
}
