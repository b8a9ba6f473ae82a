//! The actions on subscriptions.

use uuid::Uuid;

use super::{
    OWNER, Sns, TOPIC_ARNS,
    answer::{Refused, element, text},
    channel::Channel,
    filter::FilterPolicy,
    form::Form,
    is_name, is_phone_number,
    mailbox::Delivery,
    recipient,
    state::Subscription,
    topic_name,
};

const PAGE: usize = 100;

impl Sns {
    pub(super) async fn subscribe(&self, form: &Form) -> Result<String, Refused> {
        let topic = topic_name(form.required("TopicArn")?)?;
        let channel = channel(form.required("Protocol")?)?;
        let endpoint = form.required("Endpoint")?;
        check_endpoint(channel, endpoint)?;
        let Requested { filter_policy, redrive_policy } = requested(form)?;

        let _changes = self.changes.lock().await;
        let existing = self
            .subscriptions(topic)
            .await?
            .into_iter()
            .find(|subscription| subscription.channel == channel && subscription.endpoint == endpoint);
        let subscription = match existing {
            Some(existing) => {
                // SNS compares only the attributes that are given.
                let is_other = filter_policy
                    .is_some_and(|policy| !same_policy(policy, existing.filter_policy.as_deref()))
                    || redrive_policy.is_some_and(|policy| existing.redrive_policy.as_deref() != Some(policy));
                if is_other {
                    let reason = "Attributes Reason: Subscription already exists with different attributes";
                    return Err(Refused::parameter(reason));
                }
                existing
            }
            None => {
                let pending = channel != Channel::Sms;
                let subscription = Subscription {
                    id: Uuid::new_v4().to_string(),
                    channel,
                    endpoint: endpoint.to_owned(),
                    filter_policy: filter_policy.and_then(kept_policy),
                    redrive_policy: redrive_policy.map(str::to_owned),
                    token: pending.then(|| Uuid::new_v4().to_string()),
                    pending,
                };
                self.state.put_subscription(topic, &subscription).await?;
                subscription
            }
        };
        if let Some(token) = subscription.token.as_deref().filter(|_| subscription.pending) {
            let confirmation = Delivery::confirmation(channel, endpoint, recipient(topic), token);
            self.mailbox.deliver(vec![confirmation]).await?;
        }
        if subscription.pending && form.get("ReturnSubscriptionArn") != Some("true") {
            return Ok(text("SubscriptionArn", "pending confirmation"));
        }
        Ok(text("SubscriptionArn", &arn(topic, &subscription.id)))
    }

    pub(super) async fn confirm_subscription(&self, form: &Form) -> Result<String, Refused> {
        let topic = topic_name(form.required("TopicArn")?)?;
        let token = form.required("Token")?;

        let _changes = self.changes.lock().await;
        let subscriptions = self.subscriptions(topic).await?;
        let subscription = subscriptions
            .into_iter()
            .find(|subscription| subscription.token.as_deref() == Some(token))
            .ok_or_else(|| Refused::new("InvalidParameter", "Invalid token"))?;
        let confirmed = Subscription { pending: false, ..subscription };
        self.state.put_subscription(topic, &confirmed).await?;
        Ok(text("SubscriptionArn", &arn(topic, &confirmed.id)))
    }

    pub(super) async fn unsubscribe(&self, form: &Form) -> Result<(), Refused> {
        let (topic, id) = subscription_name(form.required("SubscriptionArn")?)?;

        let _changes = self.changes.lock().await;
        if self.state.subscription(topic, id).await?.is_some_and(|subscription| subscription.pending) {
            return Err(Refused::parameter("SubscriptionArn Reason: the subscription is pending confirmation"));
        }
        Ok(self.state.delete_subscription(topic, id).await?)
    }

    pub(super) async fn set_subscription_attributes(&self, form: &Form) -> Result<(), Refused> {
        let (topic, id) = subscription_name(form.required("SubscriptionArn")?)?;
        let value = form.get("AttributeValue").unwrap_or_default();
        let name = form.required("AttributeName")?;
        match name {
            "FilterPolicy" => check_policy(value, "")?,
            "FilterPolicyScope" => check_scope(value, "")?,
            "RedrivePolicy" => {}
            _ => return Err(Refused::parameter("AttributeName")),
        }

        let _changes = self.changes.lock().await;
        let subscription = self.subscription(topic, id).await?;
        let changed = match name {
            "FilterPolicy" => Subscription { filter_policy: kept_policy(value), ..subscription },
            "RedrivePolicy" => Subscription { redrive_policy: Some(value.to_owned()), ..subscription },
            _ => return Ok(()),
        };
        Ok(self.state.put_subscription(topic, &changed).await?)
    }

    pub(super) async fn get_subscription_attributes(&self, form: &Form) -> Result<String, Refused> {
        let arn = form.required("SubscriptionArn")?;
        let (topic, id) = subscription_name(arn)?;
        let subscription = self.subscription(topic, id).await?;
        let topic_arn = format!("{TOPIC_ARNS}{topic}");
        let mut attributes = vec![
            ("SubscriptionArn", arn),
            ("TopicArn", &topic_arn),
            ("Owner", OWNER),
            ("Protocol", subscription.channel.protocol()),
            ("Endpoint", &subscription.endpoint),
            ("PendingConfirmation", if subscription.pending { "true" } else { "false" }),
            ("RawMessageDelivery", "false"),
        ];
        if let Some(policy) = &subscription.filter_policy {
            attributes.extend([("FilterPolicy", policy.as_str()), ("FilterPolicyScope", "MessageAttributes")]);
        }
        let entries: String = attributes
            .into_iter()
            .map(|(key, value)| element("entry", &[text("key", key), text("value", value)].concat()))
            .collect();
        Ok(element("Attributes", &entries))
    }

    pub(super) async fn list_subscriptions_by_topic(&self, form: &Form) -> Result<String, Refused> {
        let topic_arn = form.required("TopicArn")?;
        let topic = topic_name(topic_arn)?;
        let start: usize = match form.get("NextToken") {
            Some(token) => token.parse().map_err(|_| Refused::parameter("NextToken"))?,
            None => 0,
        };
        let subscriptions = self.subscriptions(topic).await?;
        let members: String = subscriptions
            .iter()
            .skip(start)
            .take(PAGE)
            .map(|subscription| {
                let arn = arn(topic, &subscription.id);
                let arn = if subscription.pending { "PendingConfirmation" } else { &arn };
                let fields = [
                    text("SubscriptionArn", arn),
                    text("Owner", OWNER),
                    text("Protocol", subscription.channel.protocol()),
                    text("Endpoint", &subscription.endpoint),
                    text("TopicArn", topic_arn),
                ];
                element("member", &fields.concat())
            })
            .collect();
        let end = start.saturating_add(PAGE);
        let next = (end < subscriptions.len()).then(|| text("NextToken", &end.to_string()));
        Ok([element("Subscriptions", &members), next.unwrap_or_default()].concat())
    }

    async fn subscription(&self, topic: &str, id: &str) -> Result<Subscription, Refused> {
        self.state.subscription(topic, id).await?.ok_or_else(|| Refused::not_found("Subscription"))
    }
}

pub(super) fn arn(topic: &str, id: &str) -> String {
    format!("{TOPIC_ARNS}{topic}:{id}")
}

/// The topic and the id in a subscription's ARN.
fn subscription_name(arn: &str) -> Result<(&str, &str), Refused> {
    arn.strip_prefix(TOPIC_ARNS)
        .and_then(|name| name.split_once(':'))
        .filter(|(topic, id)| is_name(topic, super::MAX_NAME) && is_name(id, super::MAX_NAME))
        .ok_or_else(|| Refused::parameter("SubscriptionArn"))
}

fn channel(protocol: &str) -> Result<Channel, Refused> {
    Channel::from_protocol(protocol)
        .ok_or_else(|| Refused::parameter(format!("Does not support this protocol string: {protocol}")))
}

fn check_endpoint(channel: Channel, endpoint: &str) -> Result<(), Refused> {
    match channel {
        Channel::Email if !is_address(endpoint) => Err(Refused::parameter("Email address")),
        Channel::Sms if !is_phone_number(endpoint) => {
            Err(Refused::parameter(format!("Invalid SMS endpoint: {endpoint}")))
        }
        Channel::Https if !endpoint.starts_with("https://") => {
            Err(Refused::parameter("Endpoint must match the specified protocol"))
        }
        _ => Ok(()),
    }
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'))
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// The policies that a `Subscribe` asks for.
#[derive(Default)]
struct Requested<'a> {
    filter_policy: Option<&'a str>,
    redrive_policy: Option<&'a str>,
}

fn requested(form: &Form) -> Result<Requested<'_>, Refused> {
    const PREFIX: &str = "Attributes Reason: ";
    let mut requested = Requested::default();
    for (name, value) in form.map("Attributes") {
        match name {
            "FilterPolicy" => {
                check_policy(value, PREFIX)?;
                requested.filter_policy = Some(value);
            }
            "RedrivePolicy" => requested.redrive_policy = Some(value),
            "FilterPolicyScope" => check_scope(value, PREFIX)?,
            _ => {
                return Err(Refused::parameter(format!("{PREFIX}Unknown attribute: {name}")));
            }
        }
    }
    Ok(requested)
}

fn check_policy(policy: &str, prefix: &str) -> Result<(), Refused> {
    FilterPolicy::read(policy).map_err(|reason| Refused::parameter(format!("{prefix}FilterPolicy: {reason}")))?;
    Ok(())
}

fn check_scope(scope: &str, prefix: &str) -> Result<(), Refused> {
    if scope == "MessageAttributes" {
        Ok(())
    } else {
        Err(Refused::parameter(format!("{prefix}FilterPolicyScope: Invalid value [{scope}]")))
    }
}

/// The policy as it is kept; one without a key is none.
fn kept_policy(policy: &str) -> Option<String> {
    FilterPolicy::read(policy).is_ok_and(|policy| !policy.is_empty()).then(|| policy.to_owned())
}

fn same_policy(asked: &str, kept: Option<&str>) -> bool {
    let read = |policy: Option<&str>| FilterPolicy::read(policy.unwrap_or("{}")).ok();
    read(Some(asked)) == read(kept)
}
