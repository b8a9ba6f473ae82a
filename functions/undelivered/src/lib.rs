//! `undelivered`: a queue's messages. Which endpoint could the messaging service not deliver a notice to?
//!
//! The messaging service tries an endpoint for as long as its policy of retries says, then hands the message over to the queue as it
//! would have sent it. A message is recorded at each notice that it carries, and at the endpoint's subscription.

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use contract::Party;
use domain::subscription::DeliveryFailure;
use platform::{Services, StoreError, sending::NoticeKey};
use record::{ActionContext, notice};
use serde::Deserialize;
use std::collections::HashMap;
use url::Url;

/// How much is kept of what the messaging service says of a failure.
const CAUSE_AT_MOST: usize = 200;

/// Why a message was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// Nothing that the messaging service hands over.
    #[error("the message cannot be read: {0}")]
    Unreadable(String),
    /// The table failed, or the notice is not recorded as sent yet.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A message as the messaging service would have sent it to an endpoint.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope {
    topic_arn: String,
    /// It names the subscription.
    #[serde(rename = "UnsubscribeURL")]
    unsubscribe_url: String,
    #[serde(default)]
    message_attributes: HashMap<String, Attribute>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    value: String,
}

/// What could not be delivered.
struct Undeliverable {
    party: Party,
    /// The messaging service's name of the subscription.
    arn: String,
    notices: Vec<NoticeKey>,
    cause: String,
}

/// Handles a batch of the queue; what fails comes again, and is kept apart when that does not help.
pub async fn record(services: &Services, batch: SqsEvent) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    for message in batch.records {
        if let Err(error) = Box::pin(record_one(services, &message)).await {
            tracing::error!(message = message.message_id, %error, "what could not be delivered is not recorded");
            response.add_failure(message.message_id.unwrap_or_default());
        }
    }
    response
}

async fn record_one(services: &Services, message: &SqsMessage) -> Result<(), Failed> {
    let Undeliverable { party, arn, notices, cause } = parse(services, message)?;
    let of_party = services.store.subscriptions(&party).await?;
    // One that was removed meanwhile counted among those that were sent the notice.
    let subscription = of_party.into_iter().find(|of| of.arn.as_ref() == Some(&arn));
    let now = services.clock.now();
    if let Some(subscription) = &subscription {
        let failure = DeliveryFailure { at: now, cause: cause.clone() };
        services.record_failure(subscription, failure, &ActionContext::by_schedule(now)).await?;
        if !subscription.is_confirmed() {
            tracing::info!(subscription = %subscription.id, "what is not confirmed here was not counted among those that a notice reaches");
            return Ok(());
        }
    }
    let name = match &subscription {
        Some(subscription) => subscription.id.to_string(),
        None => arn.rsplit(':').next().unwrap_or_default().to_owned(),
    };
    for notice in &notices {
        let found = notice::Undelivered { subscription: name.clone(), at: now, cause: Some(cause.clone()) };
        services.could_not_deliver(notice, &party, found).await?;
    }
    tracing::info!(subscription = name, notices = notices.len(), "recorded what could not be delivered");
    Ok(())
}

fn parse(services: &Services, message: &SqsMessage) -> Result<Undeliverable, Failed> {
    let unreadable = |what: &str| Failed::Unreadable(what.to_owned());
    let envelope: Envelope = serde_json::from_str(message.body.as_deref().unwrap_or_default())
        .map_err(|error| Failed::Unreadable(error.to_string()))?;
    let party = services.topics.party_of(&envelope.topic_arn).ok_or_else(|| unreadable("the topic is no party's"))?;
    let url = Url::parse(&envelope.unsubscribe_url).map_err(|error| Failed::Unreadable(error.to_string()))?;
    let arn = url.query_pairs().find(|(name, _)| name == "SubscriptionArn").map(|(_, arn)| arn.into_owned());
    let arn = arn.ok_or_else(|| unreadable("it names no subscription"))?;
    let value = |name: &str| envelope.message_attributes.get(name).map(|attribute| attribute.value.as_str());
    let ids: Vec<String> = match (value("noticeId"), value("noticeIds")) {
        (Some(id), _) => vec![id.to_owned()],
        (None, Some(ids)) => serde_json::from_str(ids).map_err(|error| Failed::Unreadable(error.to_string()))?,
        (None, None) => return Err(unreadable("it carries no notice")),
    };
    let notices = ids.iter().map(|id| notice::key_of(id)).collect::<Option<Vec<_>>>();
    let said = |name: &str| message.message_attributes.get(name).and_then(|of| of.string_value.as_deref());
    let cause: Vec<&str> = ["ErrorCode", "ErrorMessage"].into_iter().filter_map(said).collect();
    let cause = cause.join(": ").chars().take(CAUSE_AT_MOST).collect();
    Ok(Undeliverable { party, arn, notices: notices.ok_or_else(|| unreadable("it carries no notice"))?, cause })
}
