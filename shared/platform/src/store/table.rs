//! The table's shape, for an engine that has none yet; in the cloud the template makes it.

use crate::keys;
use aws_sdk_dynamodb::{
    Client,
    error::SdkError,
    types::{
        AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
        ScalarAttributeType, StreamSpecification, StreamViewType,
    },
};

/// Creates the table if there is none.
///
/// # Errors
/// When the engine refuses.
pub async fn create_table(client: &Client, name: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let schema = |pk: &str, sk: &str| {
        let element = |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
        [element(pk, KeyType::Hash), element(sk, KeyType::Range)].into_iter().collect::<Result<Vec<_>, _>>()
    };
    let index = |name: &str, pk: &str, sk: &str, projected| {
        GlobalSecondaryIndex::builder()
            .index_name(name)
            .set_key_schema(Some(schema(pk, sk)?))
            .projection(Projection::builder().projection_type(projected).build())
            .build()
    };
    let attributes = ["pk", "sk", "duePk", "dueSk", "clecPk", "timePk", "openedSk"]
        .map(|name| AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build());
    let created = client
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(attributes.into_iter().collect::<Result<_, _>>()?))
        .set_key_schema(Some(schema("pk", "sk")?))
        .global_secondary_indexes(index(keys::DUE, "duePk", "dueSk", ProjectionType::All)?)
        .global_secondary_indexes(index(keys::BY_CLEC, "clecPk", "openedSk", ProjectionType::KeysOnly)?)
        .global_secondary_indexes(index(keys::BY_TIME, "timePk", "openedSk", ProjectionType::KeysOnly)?)
        .stream_specification(
            StreamSpecification::builder()
                .stream_enabled(true)
                .stream_view_type(StreamViewType::NewAndOldImages)
                .build()?,
        )
        .send()
        .await;
    match created {
        Ok(_) => Ok(()),
        Err(SdkError::ServiceError(refused)) if refused.err().is_resource_in_use_exception() => Ok(()),
        Err(error) => Err(error.into()),
    }
}
