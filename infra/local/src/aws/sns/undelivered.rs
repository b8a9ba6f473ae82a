//! What cannot be delivered: SNS hands it over to the queue of the subscription's redrive policy, as it would have sent it.
//!
//! No host of the top-level domain `invalid` exists (RFC 6761): an endpoint there is one that can never be reached. The message is in the
//! mailbox all the same, which tells what was tried.

use super::{
    Sns, TOPIC_ARNS,
    message::{Attribute, Message},
    state::Subscription,
    subscriptions::arn,
};
use aws_lambda_events::sqs::{SqsMessage, SqsMessageAttribute};
use serde_json::{Map, Value, json};
use std::sync::PoisonError;
use uuid::Uuid;

impl Sns {
    /// What the queue holds; it is empty then.
    pub fn take_undelivered(&self) -> Vec<SqsMessage> {
        std::mem::take(&mut *self.undelivered.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts messages that were not handled into the queue again.
    pub fn give_back(&self, messages: Vec<SqsMessage>) {
        self.undelivered.lock().unwrap_or_else(PoisonError::into_inner).extend(messages);
    }

    /// Hands a message over for each subscription that takes it and whose endpoint cannot be reached.
    pub(super) fn hand_over(&self, message: &Message, topic: &str, subscriptions: &[Subscription]) {
        let unreachable = subscriptions.iter().filter(|of| of.redrive_policy.is_some() && of.is_unreachable());
        self.give_back(unreachable.filter(|of| of.takes(message)).map(|of| handed_over(message, topic, of)).collect());
    }
}

impl Subscription {
    fn is_unreachable(&self) -> bool {
        let host = self.endpoint.rsplit_once('@').map_or(self.endpoint.as_str(), |(_, host)| host);
        let host = host.strip_prefix("https://").unwrap_or(host);
        let host = host.split(['/', ':', '?']).next().unwrap_or_default();
        host == "invalid" || host.ends_with(".invalid")
    }
}

fn handed_over(message: &Message, topic: &str, to: &Subscription) -> SqsMessage {
    let attribute = |of: &Attribute| match of {
        Attribute::Text(text) => json!({ "Type": "String", "Value": text }),
        Attribute::Number(number) => json!({ "Type": "Number", "Value": number.to_string() }),
        Attribute::Array(elements) => {
            json!({ "Type": "String.Array", "Value": Value::from(elements.clone()).to_string() })
        }
    };
    let attributes: Map<String, Value> =
        message.attributes.iter().map(|(name, of)| (name.clone(), attribute(of))).collect();
    let body = json!({
        "Type": "Notification",
        "MessageId": Uuid::new_v4().to_string(),
        "TopicArn": format!("{TOPIC_ARNS}{topic}"),
        "Subject": message.subject,
        "Message": message.body(to.channel),
        "UnsubscribeURL": format!("https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={}", arn(topic, &to.id)),
        "MessageAttributes": attributes,
    });
    let said = |text: &str| {
        let mut attribute = SqsMessageAttribute::default();
        attribute.string_value = Some(text.to_owned());
        attribute.data_type = Some("String".to_owned());
        attribute
    };
    let mut handed_over = SqsMessage::default();
    handed_over.message_id = Some(Uuid::new_v4().to_string());
    handed_over.body = Some(body.to_string());
    handed_over.message_attributes = [
        ("ErrorCode".to_owned(), said("UnknownHost")),
        ("ErrorMessage".to_owned(), said("The host of the endpoint does not exist")),
    ]
    .into();
    handed_over
}
