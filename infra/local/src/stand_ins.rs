//! The services that a function's clients reach, and its desk with clients of its own: as in the cloud, each function has them
//! to itself.

use crate::aws::{
    self, Service,
    s3::{ATTACHMENTS, SECRET, SITES},
};
use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider, SharedHttpClient};
use aws_smithy_runtime::client::retries::RetryPartition;
use contract::{IdSecrets, Policy};
use domain::hub::NetworkScope;
use platform::{Attachments, Bus, Metrics, Services, Sites, Store, TimeSource, Topics, start::TransactionConflicts};
use std::{sync::Arc, time::Duration};

/// What the clients of the table are.
pub use aws_sdk_dynamodb::Client as TableClient;
/// What the clients of the topics are.
pub use aws_sdk_sns::Client as TopicsClient;

/// The table's name.
pub const TABLE: &str = "desk";
/// The bus's name.
pub const BUS: &str = "desk";
/// The world's own desk, which is no function's.
pub const OWN: &str = "local";
/// What the topics' ARNs begin with.
const TOPICS: &str = "arn:aws:sns:us-east-1:000000000000:desk";
/// The queue that takes what cannot be delivered.
const UNDELIVERED: &str = "arn:aws:sqs:us-east-1:000000000000:undelivered-notices";

/// The services that a function's clients reach, each to be wrapped: tests count their calls and make them fail.
#[derive(Debug, Clone)]
pub struct StandIns {
    /// The stand-in for DynamoDB.
    pub dynamodb: Arc<dyn Service>,
    /// The stand-in for SNS.
    pub sns: Arc<dyn Service>,
    /// The stand-in for EventBridge.
    pub eventbridge: Arc<dyn Service>,
    /// The stand-in for S3.
    pub s3: Arc<dyn Service>,
    /// Where S3 is for those outside, which presigned requests lead to.
    pub s3_endpoint: String,
}

/// The desk of a function, with clients of its own to the stand_ins. S3 knows it by its access key.
pub fn desk(
    function: &str,
    stand_ins: StandIns,
    policy: Arc<Policy>,
    clock: TimeSource,
    metrics: Metrics,
    reach: NetworkScope,
    ids: Option<IdSecrets>,
) -> Services {
    let s3 = sdk(aws::http_client(stand_ins.s3))
        .into_builder()
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new(function, SECRET, None, None, "local")))
        .endpoint_url(stand_ins.s3_endpoint)
        .build();
    Services {
        store: Store::new(dynamodb(aws::http_client(stand_ins.dynamodb)), TABLE, 1, policy.clone()),
        topics: Topics::new(move || sns(aws::http_client(stand_ins.sns)), TOPICS)
            .handing_over_to(Some(UNDELIVERED.to_owned())),
        bus: Bus::new(move || eventbridge(aws::http_client(stand_ins.eventbridge)), BUS),
        attachments: Attachments::new(s3.clone(), Some(ATTACHMENTS)),
        sites: Sites::new(s3, Some(SITES)),
        policy,
        clock,
        metrics,
        reach,
        ids,
    }
}

/// What the clients have in common: as in the cloud, but for the pauses between the tries.
fn sdk(http: SharedHttpClient) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new("local", "local", None, None, "local")))
        .retry_config(RetryConfig::standard().with_max_attempts(5).with_initial_backoff(Duration::from_millis(5)))
        .timeout_config(TimeoutConfig::disabled())
        .http_client(http)
        .build()
}

/// Each world has retries of its own: the SDK counts them over the whole process.
fn partition() -> RetryPartition {
    RetryPartition::new(uuid::Uuid::new_v4().to_string())
}

/// A client of the table.
pub fn dynamodb(http: SharedHttpClient) -> TableClient {
    let config = aws_sdk_dynamodb::config::Builder::from(&sdk(http)).retry_partition(partition());
    aws_sdk_dynamodb::Client::from_conf(config.retry_classifier(TransactionConflicts).build())
}

/// A client of the topics.
pub fn sns(http: SharedHttpClient) -> TopicsClient {
    let config = aws_sdk_sns::config::Builder::from(&sdk(http)).retry_partition(partition());
    aws_sdk_sns::Client::from_conf(config.build())
}

fn eventbridge(http: SharedHttpClient) -> aws_sdk_eventbridge::Client {
    let config = aws_sdk_eventbridge::config::Builder::from(&sdk(http)).retry_partition(partition());
    aws_sdk_eventbridge::Client::from_conf(config.build())
}
