//! A call that a handler made, as the bare SDK makes it: the same inputs, made ready beforehand.

#![allow(unreachable_pub, reason = "a module of a program")]
#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use crate::support::Bench;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, KeysAndAttributes, Put, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem, Update,
};
use aws_sdk_sns::types::{MessageAttributeValue, PublishBatchRequestEntry};
use local_desk::aws::Call;
use serde_dynamo::Item;
use serde_json::Value;
use std::collections::HashMap;

type Attributes = HashMap<String, AttributeValue>;

/// The inputs of a call.
#[derive(Debug, Clone)]
pub enum Bare {
    Write(Vec<TransactWriteItem>),
    Batch(HashMap<String, KeysAndAttributes>),
    Query {
        table: String,
        condition: String,
        values: Attributes,
    },
    Get {
        table: String,
        key: Attributes,
    },
    Update(Update),
    Put(Put),
    /// One message of those that were published together.
    Publish {
        topic: String,
        entry: PublishBatchRequestEntry,
    },
    CreateTopic(String),
    Subscribe {
        topic: String,
        protocol: String,
        endpoint: String,
        attributes: HashMap<String, String>,
    },
    Unsubscribe(String),
}

impl Bare {
    /// Of a call, with other texts in place of some.
    pub fn of(call: &Call, instead: &[(String, String)]) -> Self {
        let text = String::from_utf8(call.body.clone()).unwrap();
        let text = instead.iter().fold(text, |text, (from, to)| text.replace(from, to));
        let json = || serde_json::from_str::<Value>(&text).unwrap();
        let form = || serde_urlencoded::from_str::<HashMap<String, String>>(&text).unwrap();
        match call.operation.as_str() {
            "TransactWriteItems" => {
                Self::Write(json()["TransactItems"].as_array().unwrap().iter().map(write).collect())
            }
            "BatchGetItem" => {
                let asked = |(table, asked): (&String, &Value)| {
                    let keys = asked["Keys"].as_array().unwrap().iter().map(attributes).collect();
                    let consistent = asked["ConsistentRead"].as_bool();
                    let keys = KeysAndAttributes::builder().set_keys(Some(keys)).set_consistent_read(consistent);
                    (table.clone(), keys.build().unwrap())
                };
                Self::Batch(json()["RequestItems"].as_object().unwrap().iter().map(asked).collect())
            }
            "Query" => {
                let json = json();
                assert_eq!(json["ConsistentRead"], true);
                Self::Query {
                    table: string(&json["TableName"]),
                    condition: string(&json["KeyConditionExpression"]),
                    values: attributes(&json["ExpressionAttributeValues"]),
                }
            }
            "GetItem" => {
                let json = json();
                assert_eq!(json["ConsistentRead"], true);
                Self::Get { table: string(&json["TableName"]), key: attributes(&json["Key"]) }
            }
            "PutItem" => Self::Put(put(&json())),
            "PublishBatch" => {
                let form = form();
                let of = |name: &str| form.get(&format!("PublishBatchRequestEntries.member.1.{name}")).cloned();
                let attribute = |at: usize| {
                    let name = of(&format!("MessageAttributes.entry.{at}.Name"))?;
                    let of = |part: &str| of(&format!("MessageAttributes.entry.{at}.Value.{part}"));
                    let value = MessageAttributeValue::builder().set_data_type(of("DataType"));
                    Some((name, value.set_string_value(of("StringValue")).build().unwrap()))
                };
                let entry = PublishBatchRequestEntry::builder()
                    .set_id(of("Id"))
                    .set_message(of("Message"))
                    .set_subject(of("Subject"))
                    .set_message_structure(of("MessageStructure"))
                    .set_message_attributes(Some((1..).map_while(attribute).collect()));
                Self::Publish { topic: form["TopicArn"].clone(), entry: entry.build().unwrap() }
            }
            "UpdateItem" => Self::Update(update(&json())),
            "CreateTopic" => Self::CreateTopic(form()["Name"].clone()),
            "Subscribe" => {
                let form = form();
                let attribute = (form["Attributes.entry.1.key"].clone(), form["Attributes.entry.1.value"].clone());
                Self::Subscribe {
                    topic: form["TopicArn"].clone(),
                    protocol: form["Protocol"].clone(),
                    endpoint: form["Endpoint"].clone(),
                    attributes: HashMap::from([attribute]),
                }
            }
            "Unsubscribe" => Self::Unsubscribe(form()["SubscriptionArn"].clone()),
            other => panic!("{other} is no call of a write handler"),
        }
    }

    /// Sends the call as it was built, without a handler around it.
    pub async fn send(self, bench: &Bench) {
        let (dynamodb, sns) = (&bench.dynamodb, &bench.sns);
        match self {
            Self::Write(items) => {
                drop(dynamodb.transact_write_items().set_transact_items(Some(items)).send().await.unwrap());
            }
            Self::Batch(items) => {
                drop(dynamodb.batch_get_item().set_request_items(Some(items)).send().await.unwrap());
            }
            Self::Query { table, condition, values } => {
                let query =
                    dynamodb.query().table_name(table).consistent_read(true).key_condition_expression(condition);
                drop(query.set_expression_attribute_values(Some(values)).send().await.unwrap());
            }
            Self::Get { table, key } => {
                drop(
                    dynamodb
                        .get_item()
                        .table_name(table)
                        .consistent_read(true)
                        .set_key(Some(key))
                        .send()
                        .await
                        .unwrap(),
                );
            }
            Self::Update(update) => {
                let sent = dynamodb.update_item().table_name(update.table_name).set_key(Some(update.key));
                let sent = sent.update_expression(update.update_expression);
                let sent = sent.set_condition_expression(update.condition_expression);
                let sent = sent.set_expression_attribute_names(update.expression_attribute_names);
                let sent = sent.set_expression_attribute_values(update.expression_attribute_values);
                drop(sent.send().await.unwrap());
            }
            Self::Put(put) => {
                let sent = dynamodb.put_item().table_name(put.table_name).set_item(Some(put.item));
                let sent = sent.set_condition_expression(put.condition_expression);
                let sent = sent.set_expression_attribute_names(put.expression_attribute_names);
                let sent = sent.set_expression_attribute_values(put.expression_attribute_values);
                drop(sent.send().await.unwrap());
            }
            Self::Publish { topic, entry } => {
                let sent = sns.publish_batch().topic_arn(topic).publish_batch_request_entries(entry);
                drop(sent.send().await.unwrap());
            }
            Self::CreateTopic(name) => drop(sns.create_topic().name(name).send().await.unwrap()),
            Self::Subscribe { topic, protocol, endpoint, attributes } => {
                let subscribe = sns.subscribe().topic_arn(topic).protocol(protocol).endpoint(endpoint);
                let subscribe = subscribe.return_subscription_arn(true).set_attributes(Some(attributes));
                drop(subscribe.send().await.unwrap());
            }
            Self::Unsubscribe(arn) => drop(sns.unsubscribe().subscription_arn(arn).send().await.unwrap()),
        }
    }
}

/// A write of a transaction, with all its parts; a part that is not sent here fails.
macro_rules! built {
    ($builder:ident, $json:expr, [$($name:literal $set:ident $read:expr),* $(,)?]) => {{
        let json: &Value = $json;
        let known = [$($name),*];
        assert!(json.as_object().unwrap().keys().all(|name| known.contains(&name.as_str())), "{json}");
        $builder::builder()$(.$set(json.get($name).map($read)))*.build().unwrap()
    }};
}

fn write(item: &Value) -> TransactWriteItem {
    let (what, json) = item.as_object().unwrap().iter().next().unwrap();
    let write = TransactWriteItem::builder();
    match what.as_str() {
        "Put" => write.put(put(json)),
        "Delete" => write.delete(built!(Delete, json, [
            "TableName" set_table_name string,
            "Key" set_key attributes,
            "ConditionExpression" set_condition_expression string,
            "ExpressionAttributeNames" set_expression_attribute_names names,
            "ExpressionAttributeValues" set_expression_attribute_values attributes,
        ])),
        "ConditionCheck" => write.condition_check(built!(ConditionCheck, json, [
            "TableName" set_table_name string,
            "Key" set_key attributes,
            "ConditionExpression" set_condition_expression string,
            "ExpressionAttributeNames" set_expression_attribute_names names,
            "ExpressionAttributeValues" set_expression_attribute_values attributes,
        ])),
        "Update" => write.update(update(json)),
        other => panic!("{other} is no write of a transaction"),
    }
    .build()
}

fn put(json: &Value) -> Put {
    built!(Put, json, [
        "TableName" set_table_name string,
        "Item" set_item attributes,
        "ConditionExpression" set_condition_expression string,
        "ExpressionAttributeNames" set_expression_attribute_names names,
        "ExpressionAttributeValues" set_expression_attribute_values attributes,
        "ReturnValuesOnConditionCheckFailure" set_return_values_on_condition_check_failure on_failure,
    ])
}

fn update(json: &Value) -> Update {
    built!(Update, json, [
        "TableName" set_table_name string,
        "Key" set_key attributes,
        "UpdateExpression" set_update_expression string,
        "ConditionExpression" set_condition_expression string,
        "ExpressionAttributeNames" set_expression_attribute_names names,
        "ExpressionAttributeValues" set_expression_attribute_values attributes,
    ])
}

fn names(json: &Value) -> HashMap<String, String> {
    json.as_object().unwrap().iter().map(|(name, of)| (name.clone(), string(of))).collect()
}

fn on_failure(json: &Value) -> ReturnValuesOnConditionCheckFailure {
    ReturnValuesOnConditionCheckFailure::from(json.as_str().unwrap())
}

fn attributes(json: &Value) -> Attributes {
    serde_json::from_value::<Item>(json.clone()).unwrap().into()
}

fn string(json: &Value) -> String {
    json.as_str().unwrap().to_owned()
}
