//! SNS, as the local mailbox: whatever would go out by e-mail, text message or web request is kept as a
//! [`Delivery`] instead. Its state is in the table `local`, and a delivery is in it before `Publish` answers.

mod answer;
mod channel;
mod filter;
mod form;
mod mailbox;
mod message;
mod state;
mod subscriptions;
mod undelivered;

use std::{collections::BTreeSet, fmt};

use aws_lambda_events::sqs::SqsMessage;
use aws_sdk_dynamodb::Client;
use tokio::sync::Mutex;
use uuid::Uuid;

use self::{
    answer::{Refused, done, done_with, element, text},
    filter::FilterPolicy,
    form::Form,
    mailbox::Mailbox,
    message::{MAX_BYTES, Message},
    state::{State, Subscription},
};
pub use self::{channel::Channel, mailbox::Delivery};
use super::{Answer, BoxFuture, Call, NoAnswer, Now, Service};

const TOPIC_ARNS: &str = "arn:aws:sns:us-east-1:000000000000:";
const OWNER: &str = "000000000000";
const MAX_ENTRIES: usize = 10;
const MAX_NAME: usize = 256;
const MAX_ENTRY_ID: usize = 80;

/// SNS with topics, subscriptions and publishing.
pub struct Sns {
    state: State,
    mailbox: Mailbox,
    /// Held while a subscription is looked up and changed.
    changes: Mutex<()>,
    /// What could not be delivered, as the queue holds it.
    undelivered: std::sync::Mutex<Vec<SqsMessage>>,
}

impl Sns {
    /// The service on the table `local`, which is created if it is missing. The table must have no other
    /// writer of deliveries.
    pub async fn open(client: Client, now: Now) -> anyhow::Result<Self> {
        let state = State::open(client.clone()).await?;
        Ok(Self {
            state,
            mailbox: Mailbox::new(client, now),
            changes: Mutex::default(),
            undelivered: std::sync::Mutex::default(),
        })
    }

    /// The deliveries with a greater number than `after`, in their order.
    pub async fn deliveries(&self, after: u64) -> anyhow::Result<Vec<Delivery>> {
        self.mailbox.deliveries(after).await
    }

    /// Forgets what was asked on a topic and not confirmed.
    ///
    /// # Errors
    /// When the table cannot be used.
    pub async fn forgets(&self, topic: &str) -> anyhow::Result<()> {
        let _changes = self.changes.lock().await;
        for subscription in self.state.subscriptions(topic).await?.unwrap_or_default() {
            if subscription.pending {
                self.state.delete_subscription(topic, &subscription.id).await?;
            }
        }
        Ok(())
    }

    async fn act(&self, action: &str, body: &[u8]) -> Result<Answer, Refused> {
        let form = Form::read(body)?;
        let result = match action {
            "CreateTopic" => self.create_topic(&form).await?,
            "Publish" => self.publish(&form).await?,
            "PublishBatch" => self.publish_batch(&form).await?,
            "Subscribe" => self.subscribe(&form).await?,
            "ConfirmSubscription" => self.confirm_subscription(&form).await?,
            "GetSubscriptionAttributes" => self.get_subscription_attributes(&form).await?,
            "ListSubscriptionsByTopic" => self.list_subscriptions_by_topic(&form).await?,
            "SetSubscriptionAttributes" => {
                self.set_subscription_attributes(&form).await?;
                return Ok(done(action));
            }
            "Unsubscribe" => {
                self.unsubscribe(&form).await?;
                return Ok(done(action));
            }
            _ => {
                let reason = format!("Could not find operation {action} for version 2010-03-31");
                return Err(Refused::new("InvalidAction", reason));
            }
        };
        Ok(done_with(action, &result))
    }

    async fn create_topic(&self, form: &Form) -> Result<String, Refused> {
        let name = form.required("Name")?;
        if !is_name(name, MAX_NAME) {
            return Err(Refused::parameter("Topic Name"));
        }
        self.state.put_topic(name).await?;
        Ok(text("TopicArn", &format!("{TOPIC_ARNS}{name}")))
    }

    async fn publish(&self, form: &Form) -> Result<String, Refused> {
        let deliveries = match (form.get("TopicArn"), form.get("PhoneNumber")) {
            (Some(arn), None) => {
                let topic = topic_name(arn)?;
                let message = Message::read(form, "")?;
                let subscriptions = self.subscriptions(topic).await?;
                self.hand_over(&message, topic, &subscriptions);
                deliveries(&message, topic, &subscriptions)
            }
            (None, Some(number)) => {
                if !is_phone_number(number) {
                    return Err(Refused::parameter(format!("PhoneNumber Reason: {number} is not valid to publish to")));
                }
                let message = Message::read(form, "")?;
                let delivery = Delivery::of(&message, Channel::Sms, number, message.text("clec"));
                vec![Delivery { token: message.text("token"), ..delivery }]
            }
            _ => {
                return Err(Refused::parameter("Exactly one of TopicArn and PhoneNumber must be given"));
            }
        };
        self.mailbox.deliver(deliveries).await?;
        Ok(message_id())
    }

    async fn publish_batch(&self, form: &Form) -> Result<String, Refused> {
        let topic = topic_name(form.required("TopicArn")?)?;
        let entries = form.elements("PublishBatchRequestEntries.member");
        let ids: Vec<_> = entries.iter().map(|entry| form.get(&format!("{entry}Id")).unwrap_or_default()).collect();
        check_batch(&ids, entries.iter().map(|entry| message::size(form, entry)).sum())?;

        let subscriptions = self.subscriptions(topic).await?;
        let (mut successful, mut failed, mut outgoing) = (String::new(), String::new(), Vec::new());
        for (entry, id) in entries.iter().zip(ids) {
            let id = text("Id", id);
            match Message::read(form, entry) {
                Ok(message) => {
                    self.hand_over(&message, topic, &subscriptions);
                    outgoing.extend(deliveries(&message, topic, &subscriptions));
                    successful.push_str(&element("member", &[id, message_id()].concat()));
                }
                Err(refused) => {
                    let (code, message) = (text("Code", refused.code), text("Message", &refused.message));
                    let fault = text("SenderFault", "true");
                    failed.push_str(&element("member", &[id, code, message, fault].concat()));
                }
            }
        }
        self.mailbox.deliver(outgoing).await?;
        Ok([element("Successful", &successful), element("Failed", &failed)].concat())
    }

    async fn subscriptions(&self, topic: &str) -> Result<Vec<Subscription>, Refused> {
        self.state.subscriptions(topic).await?.ok_or_else(|| Refused::not_found("Topic"))
    }
}

impl fmt::Debug for Sns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sns").finish_non_exhaustive()
    }
}

impl Service for Sns {
    fn call<'a>(&'a self, call: Call) -> BoxFuture<'a, Result<Answer, NoAnswer>> {
        Box::pin(async move { Ok(self.act(&call.operation, &call.body).await.unwrap_or_else(Refused::into_answer)) })
    }
}

/// One delivery for each subscription that is confirmed and wants the message.
fn deliveries(message: &Message, topic: &str, subscriptions: &[Subscription]) -> Vec<Delivery> {
    subscriptions
        .iter()
        .filter(|subscription| subscription.takes(message))
        .map(|subscription| Delivery::of(message, subscription.channel, &subscription.endpoint, recipient(topic)))
        .collect()
}

impl Subscription {
    /// Whether the message is sent to it.
    fn takes(&self, message: &Message) -> bool {
        !self.pending && self.wants(message)
    }

    fn wants(&self, message: &Message) -> bool {
        match self.filter_policy.as_deref().map(FilterPolicy::read) {
            None => true,
            Some(policy) => policy.is_ok_and(|policy| policy.matches(&message.attributes)),
        }
    }
}

fn check_batch(ids: &[&str], size: usize) -> Result<(), Refused> {
    let (code, reason) = if ids.is_empty() {
        ("EmptyBatchRequest", "The batch request doesn't contain any entries.")
    } else if ids.len() > MAX_ENTRIES {
        ("TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible.")
    } else if !ids.iter().all(|id| is_name(id, MAX_ENTRY_ID)) {
        ("InvalidBatchEntryId", "The Id of a batch entry in a batch request doesn't abide by the specification.")
    } else if ids.iter().collect::<BTreeSet<_>>().len() < ids.len() {
        ("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.")
    } else if size > MAX_BYTES {
        ("BatchRequestTooLong", "The length of all the batch messages put together is more than the limit.")
    } else {
        return Ok(());
    };
    Err(Refused::new(code, reason))
}

fn message_id() -> String {
    text("MessageId", &Uuid::new_v4().to_string())
}

/// The recipient a topic belongs to: topics are named `<prefix>-clec-<id>` and `<prefix>-desk`.
fn recipient(topic: &str) -> Option<String> {
    match topic.split_once("-clec-") {
        Some((_, id)) => Some(id.to_owned()),
        None => topic.ends_with("-desk").then(|| "desk".to_owned()),
    }
}

fn topic_name(arn: &str) -> Result<&str, Refused> {
    arn.strip_prefix(TOPIC_ARNS).filter(|name| is_name(name, MAX_NAME)).ok_or_else(|| Refused::parameter("TopicArn"))
}

fn is_name(name: &str, max: usize) -> bool {
    (1..=max).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// E.164: a plus sign and up to 15 digits, the first of them not 0.
fn is_phone_number(number: &str) -> bool {
    number.strip_prefix('+').is_some_and(|digits| {
        (2..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_s_name_tells_its_recipient() {
        assert_eq!(recipient("repair-clec-7c1").as_deref(), Some("7c1"));
        assert_eq!(recipient("repair-clec-desk").as_deref(), Some("desk"));
        assert_eq!(recipient("repair-desk").as_deref(), Some("desk"));
        assert_eq!(recipient("other"), None);
    }

    #[test]
    fn phone_numbers_are_international() {
        assert!(is_phone_number("+15550100"));
        for bad in ["15550100", "+05550100", "+1555 0100", "+", "+1234567890123456"] {
            assert!(!is_phone_number(bad), "{bad}");
        }
    }
}
