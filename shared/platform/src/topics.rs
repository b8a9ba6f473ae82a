//! The messaging service (SNS): one topic a CLEC and one for the desk, under the stack's own name; a subscription is one
//! of SNS's on its party's topic.

use crate::{
    Lazy,
    run::{Endpoints, Run},
    store::chain,
};
use aws_sdk_sns::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::publish_batch::PublishBatchError,
    types::{MessageAttributeValue, PublishBatchRequestEntry},
};
use contract::{Failed, Party, Policy, Refused, TicketNumber};
use domain::subscription::{Attributes, Channel, Filter, attributes, party_of_topic, topic_name, united};
use record::{
    Notice,
    notice::{self, Recipient, TextError, Texts},
};
use serde_json::json;
use std::{
    collections::{BTreeSet, HashMap},
    time::Instant,
};

/// What one call takes of messages, in number and in bytes.
const AT_ONCE: usize = 10;
const BYTES_AT_ONCE: usize = 250_000;
const REDRIVE_POLICY: &str = "RedrivePolicy";

/// The topics of the messaging service, one for each party.
#[derive(Debug, Clone)]
pub struct Topics {
    client: Lazy<Client>,
    /// What comes before a topic's name: `arn:aws:sns:us-east-1:123456789012:`.
    arn: String,
    /// The stack's own name, which each topic's begins with.
    prefix: String,
    /// The queue that takes what cannot be delivered to an endpoint, by its ARN.
    undelivered: Option<String>,
}

/// A notice for one topic.
#[derive(Debug)]
pub struct Message<'a> {
    notice: &'a Notice,
    numbers: &'a [TicketNumber],
    texts: Texts,
    /// What subscriptions filter by.
    attributes: Attributes,
}

impl<'a> Message<'a> {
    /// A notice as its recipient gets it; nothing before its content is fixed.
    ///
    /// # Errors
    /// When a template does not fit it.
    pub fn of(notice: &'a Notice, recipient: &Recipient, policy: &Policy) -> Result<Option<Self>, TextError> {
        let (Some(texts), Some(content)) = (notice.texts(recipient, policy)?, &notice.content) else { return Ok(None) };
        let (numbers, attributes) = (content.ticket_numbers(), attributes(notice, content, recipient));
        Ok(Some(Self { notice, numbers, texts, attributes }))
    }
}

/// A subscription as the messaging service knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicSubscription {
    /// Its name, once it is confirmed.
    pub arn: Option<String>,
    /// The channel; `None` when the protocol is not one of our channels.
    pub channel: Option<Channel>,
    /// The address that messages are sent to.
    pub endpoint: String,
}

/// Why the messaging service did not do it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("SNS {operation}: {cause}")]
pub struct TopicError {
    operation: &'static str,
    cause: String,
}

impl TopicError {
    /// By the service's code where there is one: its message quotes telephone numbers and addresses.
    fn new<E: ProvideErrorMetadata + std::error::Error + 'static>(
        operation: &'static str,
        error: &SdkError<E>,
    ) -> Self {
        let cause = match error {
            SdkError::ServiceError(refused) => refused.err().code().unwrap_or("an error without a code").to_owned(),
            other => chain(other),
        };
        Self { operation, cause }
    }
}

impl From<TopicError> for Failed {
    fn from(error: TopicError) -> Self {
        Self::Broken(Box::new(error))
    }
}

impl Topics {
    /// The topics whose ARNs begin with `arn:partition:sns:region:account:prefix`.
    #[must_use]
    pub fn new(client: impl FnOnce() -> Client + Send + 'static, arn_prefix: &str) -> Self {
        let (arn, prefix) = arn_prefix.rsplit_once(':').unwrap_or(("", arn_prefix));
        Self { client: Lazy::new(client), arn: format!("{arn}:"), prefix: prefix.to_owned(), undelivered: None }
    }

    /// With the queue to which the messaging service is to hand over what it cannot deliver.
    #[must_use]
    pub fn handing_over_to(self, queue: Option<String>) -> Self {
        Self { undelivered: queue, ..self }
    }

    /// Whether the messaging service hands over what it cannot deliver.
    #[must_use]
    pub fn hand_over(&self) -> bool {
        self.undelivered.is_some()
    }

    /// The party of a topic, by its ARN.
    #[must_use]
    pub fn party_of(&self, topic: &str) -> Option<Party> {
        party_of_topic(&self.prefix, topic.strip_prefix(&self.arn)?)
    }

    fn topic(&self, party: &Party) -> String {
        format!("{}{}", self.arn, topic_name(&self.prefix, party))
    }

    /// Publishes messages to a party's topic, ten a call and ten a second, and answers for each whether it was taken, and by how many
    /// of the party's confirmed endpoints, where the run knows them; where more than ten are due at once, as few as carry them all.
    pub async fn publish(
        &self,
        party: &Party,
        messages: &[Message<'_>],
        policy: &Policy,
        run: &mut Run,
    ) -> Vec<Result<Option<u32>, TopicError>> {
        let endpoints = run.endpoints(party);
        let leaving = if run.gathers(party, messages.len()) {
            gathered(messages, &endpoints, policy)
        } else {
            messages.chunks(1).map(|one| (Carried::of(one, &endpoints), entry(one, policy))).collect()
        };
        let mut outcomes = Vec::with_capacity(messages.len());
        let mut batch = Batch::default();
        for (carries, entry) in leaving {
            match entry {
                Ok(entry) => {
                    if !batch.takes(&entry) {
                        outcomes.extend(self.publish_batch(party, std::mem::take(&mut batch), run).await);
                    }
                    batch.add(carries, entry);
                }
                Err(error) => {
                    outcomes.extend(self.publish_batch(party, std::mem::take(&mut batch), run).await);
                    outcomes.extend((0..carries.messages).map(|_| Err(error.clone())));
                }
            }
        }
        outcomes.extend(self.publish_batch(party, batch, run).await);
        outcomes
    }

    /// What came of each message that the entries carry.
    async fn publish_batch(
        &self,
        party: &Party,
        Batch { entries, carry, .. }: Batch,
        run: &mut Run,
    ) -> Vec<Result<Option<u32>, TopicError>> {
        if entries.is_empty() {
            return Vec::new();
        }
        tokio::time::sleep_until(run.leaves_at(party, entries.len(), Instant::now()).into()).await;
        let of_each = |outcomes: Vec<Result<(), TopicError>>| {
            let carried = outcomes.into_iter().zip(carry);
            carried.flat_map(|(outcome, of)| std::iter::repeat_n(outcome.map(|()| of.endpoints), of.messages)).collect()
        };
        let failed = |cause: String| {
            entries.iter().map(|_| Err(TopicError { operation: "PublishBatch", cause: cause.clone() })).collect()
        };
        let send = || {
            self.client
                .publish_batch()
                .topic_arn(self.topic(party))
                .set_publish_batch_request_entries(Some(entries.clone()))
                .send()
        };
        let mut sent = send().await;
        // A party's topic is made when it is first needed.
        if matches!(&sent, Err(SdkError::ServiceError(refused)) if matches!(refused.err(), PublishBatchError::NotFoundException(_)))
        {
            if let Err(error) = self.create(party).await {
                return of_each(failed(error.to_string()));
            }
            sent = send().await;
        }
        of_each(match sent {
            Err(error) => failed(chain(&error)),
            Ok(answer) => {
                let refused: HashMap<&str, &str> =
                    answer.failed().iter().map(|entry| (entry.id(), entry.code())).collect();
                let outcome = |entry: &PublishBatchRequestEntry| match refused.get(entry.id()) {
                    Some(code) => Err(TopicError { operation: "PublishBatch", cause: (*code).to_owned() }),
                    None => Ok(()),
                };
                entries.iter().map(outcome).collect()
            }
        })
    }

    /// Makes a party's topic, if there is none yet.
    ///
    /// # Errors
    /// When SNS refuses.
    pub async fn create(&self, party: &Party) -> Result<(), TopicError> {
        let name = topic_name(&self.prefix, party);
        self.client.create_topic().name(name).send().await.map_err(|error| TopicError::new("CreateTopic", &error))?;
        Ok(())
    }

    /// Subscribes an endpoint to its party's topic. SNS sends e-mail and HTTPS endpoints a token to confirm with.
    ///
    /// # Errors
    /// An endpoint that SNS does not take is refused.
    pub async fn subscribe(
        &self,
        party: &Party,
        channel: Channel,
        endpoint: &str,
        filter: &Filter,
    ) -> Result<Option<String>, Failed> {
        self.create(party).await?;
        let request = || {
            let to = self.client.subscribe().topic_arn(self.topic(party)).protocol(channel.as_str()).endpoint(endpoint);
            to.return_subscription_arn(true)
        };
        let policy = filter.policy().to_string();
        let asked = request().attributes("FilterPolicy", policy);
        let asked = match self.redrive_policy() {
            Some(redrive) => asked.attributes(REDRIVE_POLICY, redrive),
            None => asked,
        };
        match asked.send().await {
            Ok(answer) => Ok(answer.subscription_arn),
            Err(SdkError::ServiceError(refused)) if refused.err().is_invalid_parameter_exception() => {
                // One that was left unconfirmed is still there, with another filter: it gets this one.
                let present = request().send().await;
                let present = present
                    .map_err(|_| Refused::field("endpoint", "SB-01", "no endpoint that the messaging service takes"))?;
                let arn = present.subscription_arn;
                if let Some(arn) = &arn {
                    self.refilter(arn, filter).await?;
                    self.redrive(arn).await?;
                }
                Ok(arn)
            }
            Err(error) => Err(TopicError::new("Subscribe", &error).into()),
        }
    }

    /// Gives a subscription another filter; `false` when the messaging service does not know it any more.
    ///
    /// # Errors
    /// When SNS fails.
    pub async fn refilter(&self, arn: &str, filter: &Filter) -> Result<bool, TopicError> {
        self.set(arn, "FilterPolicy", filter.policy().to_string()).await
    }

    /// Has the messaging service hand over what it cannot deliver to a subscription's endpoint; `false` when it does not know the
    /// subscription any more.
    ///
    /// # Errors
    /// When SNS fails.
    pub async fn redrive(&self, arn: &str) -> Result<bool, TopicError> {
        match self.redrive_policy() {
            Some(policy) => self.set(arn, REDRIVE_POLICY, policy).await,
            None => Ok(true),
        }
    }

    fn redrive_policy(&self) -> Option<String> {
        self.undelivered.as_ref().map(|queue| json!({ "deadLetterTargetArn": queue }).to_string())
    }

    async fn set(&self, arn: &str, attribute: &str, value: String) -> Result<bool, TopicError> {
        let set = self.client.set_subscription_attributes().subscription_arn(arn);
        match set.attribute_name(attribute).attribute_value(value).send().await {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(refused)) if refused.err().is_not_found_exception() => Ok(false),
            Err(error) => Err(TopicError::new("SetSubscriptionAttributes", &error)),
        }
    }

    /// What the messaging service knows of a party's topic; nothing where that was not needed yet.
    ///
    /// # Errors
    /// When SNS fails.
    pub async fn subscriptions(&self, party: &Party) -> Result<Vec<TopicSubscription>, TopicError> {
        let mut listed = Vec::new();
        let mut next = None;
        loop {
            let page = self.client.list_subscriptions_by_topic().topic_arn(self.topic(party)).set_next_token(next);
            let page = match page.send().await {
                Ok(page) => page,
                Err(SdkError::ServiceError(refused)) if refused.err().is_not_found_exception() => return Ok(listed),
                Err(error) => return Err(TopicError::new("ListSubscriptionsByTopic", &error)),
            };
            listed.extend(page.subscriptions.unwrap_or_default().into_iter().map(|of| TopicSubscription {
                // "PendingConfirmation" stands where the name will be.
                arn: of.subscription_arn.filter(|arn| arn.starts_with("arn:")),
                channel: of.protocol.and_then(|protocol| protocol.parse().ok()),
                endpoint: of.endpoint.unwrap_or_default(),
            }));
            next = page.next_token;
            if next.is_none() {
                return Ok(listed);
            }
        }
    }

    /// Confirms a subscription with the token that its endpoint was sent.
    ///
    /// # Errors
    /// A token that is not this endpoint's is refused.
    pub async fn confirm(&self, party: &Party, token: &str) -> Result<Option<String>, Failed> {
        let confirmed = self.client.confirm_subscription().topic_arn(self.topic(party)).token(token);
        // The link in each mail ends nothing then: a scanner that follows links removes nobody (SB-06).
        let confirmed = confirmed.authenticate_on_unsubscribe("true").send().await;
        match confirmed {
            Ok(answer) => Ok(answer.subscription_arn),
            Err(SdkError::ServiceError(refused)) if refused.err().is_invalid_parameter_exception() => {
                Err(Refused::field("token", "SB-02", "is not the one that the endpoint was sent").into())
            }
            Err(error) => Err(TopicError::new("ConfirmSubscription", &error).into()),
        }
    }

    /// Ends a subscription. One that was never confirmed lapses by itself: SNS refuses to end it.
    ///
    /// # Errors
    /// When SNS fails.
    pub async fn unsubscribe(&self, arn: &str) -> Result<(), TopicError> {
        match self.client.unsubscribe().subscription_arn(arn).send().await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(refused)) if refused.err().is_invalid_parameter_exception() => {
                tracing::info!(code = refused.err().code(), "an unconfirmed subscription is left to lapse");
                Ok(())
            }
            Err(SdkError::ServiceError(refused)) if refused.err().is_not_found_exception() => Ok(()),
            Err(error) => Err(TopicError::new("Unsubscribe", &error)),
        }
    }

    /// Sends a confirmation code by SMS: SNS itself confirms no telephone.
    ///
    /// # Errors
    /// A number that SNS does not take is refused.
    pub async fn send_code(&self, party: &Party, phone: &str, text: &str, code: &str) -> Result<(), Failed> {
        let attribute = |value: &str| MessageAttributeValue::builder().data_type("String").string_value(value).build();
        let mut sms = self.client.publish().phone_number(phone).message(text);
        for (name, value) in [("kind", "confirmation"), ("clec", &party.to_string()), ("token", code)] {
            let value = attribute(value);
            sms = sms.message_attributes(
                name,
                value.map_err(|error| TopicError { operation: "Publish", cause: error.to_string() })?,
            );
        }
        match sms.send().await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(refused)) if refused.err().is_invalid_parameter_exception() => {
                Err(Refused::field("endpoint", "SB-01", "no endpoint that the messaging service takes").into())
            }
            Err(error) => Err(TopicError::new("Publish", &error).into()),
        }
    }
}

/// What SNS counts of a message: its body and its attributes, names and types included.
fn size(entry: &PublishBatchRequestEntry) -> usize {
    let attributes = entry.message_attributes().into_iter().flatten();
    let of_attribute = |(name, value): (&String, &MessageAttributeValue)| {
        name.len() + value.data_type().len() + value.string_value().map_or(0, str::len)
    };
    entry.message().len() + entry.subject().map_or(0, str::len) + attributes.map(of_attribute).sum::<usize>()
}

/// What an entry carries: how many messages, and how many of the party's endpoints take it, where they are known.
#[derive(Clone, Copy)]
struct Carried {
    messages: usize,
    endpoints: Option<u32>,
}

impl Carried {
    /// Of a digest, an endpoint takes all when it wants one: the filters of the messaging service see its messages together.
    fn of(messages: &[Message<'_>], endpoints: &Endpoints) -> Self {
        let endpoints = endpoints.as_ref().map(|filters| {
            let attributes = united(messages.iter().map(|message| &message.attributes));
            let taking = filters.iter().filter(|filter| filter.matches(&attributes)).count();
            u32::try_from(taking).unwrap_or(u32::MAX)
        });
        Self { messages: messages.len(), endpoints }
    }
}

/// What goes in one call: each entry with what it carries.
#[derive(Default)]
struct Batch {
    entries: Vec<PublishBatchRequestEntry>,
    carry: Vec<Carried>,
    bytes: usize,
}

impl Batch {
    fn takes(&self, entry: &PublishBatchRequestEntry) -> bool {
        self.entries.len() < AT_ONCE && self.bytes + size(entry) <= BYTES_AT_ONCE
    }

    fn add(&mut self, carries: Carried, mut entry: PublishBatchRequestEntry) {
        entry.id = self.entries.len().to_string();
        self.bytes += size(&entry);
        self.carry.push(carries);
        self.entries.push(entry);
    }
}

/// Messages put together: as few digests as the messaging service takes in size, each with what it carries.
fn gathered(
    messages: &[Message<'_>],
    endpoints: &Endpoints,
    policy: &Policy,
) -> Vec<(Carried, Result<PublishBatchRequestEntry, TopicError>)> {
    let whole = entry(messages, policy);
    if messages.len() > 1 && whole.as_ref().is_ok_and(|whole| size(whole) > BYTES_AT_ONCE) {
        let (first, second) = messages.split_at(messages.len() / 2);
        return [first, second].into_iter().flat_map(|half| gathered(half, endpoints, policy)).collect();
    }
    vec![(Carried::of(messages, endpoints), whole)]
}

/// A message as SNS takes it, or a digest of several: a text for each channel, and what travels beside it. A notice's id is the
/// same however often it is sent, so that a receiver can drop a repeat (NT-12); of a digest's notices each has its own, since
/// what is sent again may be put together otherwise.
fn entry(messages: &[Message<'_>], policy: &Policy) -> Result<PublishBatchRequestEntry, TopicError> {
    let failed = |cause: String| TopicError { operation: "PublishBatch", cause };
    let list = |values: &[String]| ("String.Array", json!(values).to_string());
    let mut once = BTreeSet::new();
    let numbers = messages.iter().flat_map(|message| message.numbers).filter(|number| once.insert(**number));
    let numbers: Vec<String> = numbers.map(ToString::to_string).collect();
    let (texts, of_kind) = match messages {
        [Message { notice, texts, .. }] => {
            let (kind, sequence) = (notice.kind.to_string(), notice.sequence.to_string());
            let of_kind = vec![
                ("noticeId", ("String", notice.id())),
                ("kind", ("String", kind)),
                ("sequence", ("Number", sequence)),
            ];
            (texts.clone(), of_kind)
        }
        several => {
            let told: Vec<(&Notice, &Texts)> = several.iter().map(|message| (message.notice, &message.texts)).collect();
            let ids: Vec<String> = several.iter().map(|message| message.notice.id()).collect();
            let digest = notice::digest(&told, policy).map_err(|error| failed(error.to_string()))?;
            (digest, vec![("noticeIds", list(&ids)), ("kind", ("String", "Digest".to_owned()))])
        }
    };
    let attributes = united(messages.iter().map(|message| &message.attributes));
    let beside = of_kind
        .into_iter()
        .chain([("ticketNumbers", list(&numbers))])
        .chain(attributes.iter().map(|(name, values)| (*name, list(values))))
        .map(|(name, (kind, value))| {
            let value = MessageAttributeValue::builder().data_type(kind).string_value(value).build();
            value.map(|value| (name.to_owned(), value)).map_err(|error| failed(error.to_string()))
        })
        .collect::<Result<HashMap<_, _>, _>>()?;
    let by_channel =
        json!({ "default": texts.sms, "email": texts.email_as_sent(policy), "sms": texts.sms, "https": texts.https });
    let entry = PublishBatchRequestEntry::builder()
        .id("0")
        .subject(&texts.subject)
        .message(by_channel.to_string())
        .message_structure("json")
        .set_message_attributes(Some(beside))
        .build();
    entry.map_err(|error| failed(error.to_string()))
}
