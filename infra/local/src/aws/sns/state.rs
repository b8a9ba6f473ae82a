//! Topics and subscriptions, in the table.

use anyhow::Context;
use aws_sdk_dynamodb::{
    Client,
    operation::create_table::CreateTableError,
    types::{AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType},
};
use serde::{Deserialize, Serialize};

use super::channel::Channel;

/// The name of the table in which the stand-in keeps its state.
pub(super) const TABLE: &str = "local";
const TOPIC: &str = "TOPIC";
const SUBSCRIPTION: &str = "SUBSCRIPTION#";

/// A row: its key and what it holds.
#[derive(Serialize)]
pub(super) struct Row<T> {
    pub(super) pk: String,
    pub(super) sk: String,
    #[serde(flatten)]
    pub(super) value: T,
}

/// A topic's row holds no more than its key.
#[derive(Serialize)]
struct Nothing {}

/// A subscription as the stand-in keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Subscription {
    pub(super) id: String,
    pub(super) channel: Channel,
    pub(super) endpoint: String,
    pub(super) filter_policy: Option<String>,
    /// Where what cannot be delivered goes.
    #[serde(default)]
    pub(super) redrive_policy: Option<String>,
    /// What confirms it. It stays the same when the confirmation is asked for again, so an earlier request
    /// still serves.
    pub(super) token: Option<String>,
    pub(super) pending: bool,
}

/// Topics and subscriptions.
pub(super) struct State {
    client: Client,
}

impl State {
    /// Creates the table if it is missing.
    pub(super) async fn open(client: Client) -> anyhow::Result<Self> {
        let key =
            |name: &str, key_type: KeyType| KeySchemaElement::builder().attribute_name(name).key_type(key_type).build();
        let string = |name: &str| {
            AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build()
        };
        let created = client
            .create_table()
            .table_name(TABLE)
            .billing_mode(BillingMode::PayPerRequest)
            .key_schema(key("pk", KeyType::Hash)?)
            .key_schema(key("sk", KeyType::Range)?)
            .attribute_definitions(string("pk")?)
            .attribute_definitions(string("sk")?)
            .send()
            .await;
        match created {
            Err(e) if !e.as_service_error().is_some_and(CreateTableError::is_resource_in_use_exception) => {
                Err(e).with_context(|| format!("the table {TABLE:?} could not be created"))
            }
            _ => Ok(Self { client }),
        }
    }

    pub(super) async fn put_topic(&self, topic: &str) -> anyhow::Result<()> {
        self.put(Row { pk: partition(topic), sk: TOPIC.to_owned(), value: Nothing {} }).await
    }

    /// The subscriptions of a topic, by channel and endpoint; none if there is no such topic.
    pub(super) async fn subscriptions(&self, topic: &str) -> anyhow::Result<Option<Vec<Subscription>>> {
        let rows = self
            .client
            .query()
            .table_name(TABLE)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(partition(topic)))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await
            .context("the topic could not be read")?;
        let (topics, rows): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .partition(|row| row.get("sk").is_some_and(|sk| *sk == AttributeValue::S(TOPIC.to_owned())));
        if topics.is_empty() {
            return Ok(None);
        }
        let mut subscriptions: Vec<Subscription> = serde_dynamo::from_items(rows)?;
        subscriptions.sort_by(|a, b| (a.channel.protocol(), &a.endpoint).cmp(&(b.channel.protocol(), &b.endpoint)));
        Ok(Some(subscriptions))
    }

    pub(super) async fn subscription(&self, topic: &str, id: &str) -> anyhow::Result<Option<Subscription>> {
        let row = self
            .client
            .get_item()
            .table_name(TABLE)
            .key("pk", AttributeValue::S(partition(topic)))
            .key("sk", AttributeValue::S(format!("{SUBSCRIPTION}{id}")))
            .consistent_read(true)
            .send()
            .await
            .context("the subscription could not be read")?
            .item;
        Ok(row.map(serde_dynamo::from_item).transpose()?)
    }

    pub(super) async fn put_subscription(&self, topic: &str, subscription: &Subscription) -> anyhow::Result<()> {
        let sk = format!("{SUBSCRIPTION}{}", subscription.id);
        self.put(Row { pk: partition(topic), sk, value: subscription }).await
    }

    pub(super) async fn delete_subscription(&self, topic: &str, id: &str) -> anyhow::Result<()> {
        self.client
            .delete_item()
            .table_name(TABLE)
            .key("pk", AttributeValue::S(partition(topic)))
            .key("sk", AttributeValue::S(format!("{SUBSCRIPTION}{id}")))
            .send()
            .await
            .context("the subscription could not be deleted")?;
        Ok(())
    }

    async fn put<T: Serialize>(&self, row: Row<T>) -> anyhow::Result<()> {
        self.client
            .put_item()
            .table_name(TABLE)
            .set_item(Some(serde_dynamo::to_item(row)?))
            .send()
            .await
            .context("the topic could not be written")?;
        Ok(())
    }
}

fn partition(topic: &str) -> String {
    format!("TOPIC#{topic}")
}
