//! The start-up of a function in the cloud: settings, log, clients; written once.

use crate::{Attachments, Bus, Metrics, Services, Sites, Store, TimeSource, Topics};
use aws_config::{
    BehaviorVersion, Region, SdkConfig, environment::EnvironmentVariableCredentialsProvider, retry::RetryConfig,
};
use aws_sdk_dynamodb::config::SharedCredentialsProvider;
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::{
    interceptors::context::InterceptorContext,
    retries::classifiers::{ClassifyRetry, RetryAction},
};
use contract::{
    IdSecrets, Policy,
    id_secret::{NO_FORMER, SecretTooShort},
};
use domain::{hub::NetworkScope, outage::notices::announcements};
use record::notice::{self, TextError};
use std::{env, fs, sync::Arc};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt::MakeWriter,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// How often a call is tried: DynamoDB's throttling passes within seconds.
const ATTEMPTS: u32 = 5;

/// Why a function did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Settings that are not there; all of them at once.
    #[error("these environment variables are not set: {0}")]
    Unset(String),
    /// The policy cannot be used.
    #[error("{path}: {cause}")]
    Policy {
        /// Where it was read from.
        path: String,
        /// The cause of the failure.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A setting that is no such word.
    #[error("LISTENERS is {0}")]
    Listeners(String),
    /// A secret that can be guessed.
    #[error("ID_SECRET or ID_SECRET_FORMER: {0}")]
    IdSecret(#[from] SecretTooShort),
    /// A setting that is no number.
    #[error("DUE_SHARDS is no number: {0}")]
    Shards(#[from] std::num::ParseIntError),
}

/// Starts a function: its log, and the desk by the environment.
///
/// | variable | what |
/// |---|---|
/// | `TABLE_NAME` | the table |
/// | `TOPIC_PREFIX` | the ARN that topics' begin with, `arn:aws:sns:us-east-1:123456789012:desk` |
/// | `UNDELIVERED_QUEUE` | the ARN of the queue that takes what cannot be delivered; only where endpoints are subscribed |
/// | `BUS_NAME` | the event bus |
/// | `ATTACHMENTS_BUCKET` | the bucket of attachments; only where they are needed |
/// | `SITES_BUCKET` | the bucket of the public sites; only where they are made |
/// | `DUE_SHARDS` | over how many partitions what is due is spread; 1 when it is not set |
/// | `POLICY_FILE` | the policy's document; the sources' values when it is not set |
/// | `LISTENERS` | where listeners may be: `public` addresses, as when it is not set, or `anywhere` |
/// | `ID_SECRET` | the secret that ids are drawn with; only where that is done |
/// | `ID_SECRET_FORMER` | the one before it; `none`, or not set, when there is none |
/// | `METRICS` | the namespace of the metrics; `desk` when it is not set |
/// | `RUST_LOG` | what is logged; `info` when it is not set |
/// | `AWS_REGION`, `AWS_ACCESS_KEY_ID`, ... | Lambda's own; `AWS_ENDPOINT_URL` where the services are elsewhere |
///
/// # Errors
/// When a setting is missing, or the policy is not sound.
pub fn start() -> Result<Services, StartError> {
    log();
    let names = ["TABLE_NAME", "TOPIC_PREFIX", "BUS_NAME"];
    let values: Vec<String> = names.iter().filter_map(|name| env::var(name).ok()).collect();
    let [table, topics, bus] = values.as_slice() else {
        let unset: Vec<&str> = names.into_iter().filter(|name| env::var(name).is_err()).collect();
        return Err(StartError::Unset(unset.join(", ")));
    };
    let shards = env::var("DUE_SHARDS").map_or(Ok(1), |shards| shards.parse())?;
    let reach =
        env::var("LISTENERS").map_or(Ok(NetworkScope::Public), |reach| reach.parse()).map_err(StartError::Listeners)?;
    let policy = Arc::new(match env::var("POLICY_FILE") {
        Ok(path) => policy_from(&path)?,
        Err(_) => Policy::defaults(),
    });
    let former = env::var("ID_SECRET_FORMER").unwrap_or_else(|_| NO_FORMER.to_owned());
    let ids = env::var("ID_SECRET").ok().map(|current| IdSecrets::new(&current, &former)).transpose()?;
    let aws = sdk();
    let (for_sns, for_bus) = (aws.clone(), aws.clone());
    let dynamodb = aws_sdk_dynamodb::config::Builder::from(&aws).retry_classifier(TransactionConflicts).build();
    Ok(Services {
        store: Store::new(aws_sdk_dynamodb::Client::from_conf(dynamodb), table, shards, policy.clone()),
        topics: Topics::new(move || aws_sdk_sns::Client::new(&for_sns), topics)
            .handing_over_to(env::var("UNDELIVERED_QUEUE").ok()),
        bus: Bus::new(move || aws_sdk_eventbridge::Client::new(&for_bus), bus),
        attachments: Attachments::new(aws.clone(), env::var("ATTACHMENTS_BUCKET").ok().as_deref()),
        sites: Sites::new(aws, env::var("SITES_BUCKET").ok().as_deref()),
        policy,
        clock: TimeSource::system(),
        metrics: Metrics::new(env::var("METRICS").unwrap_or_else(|_| "desk".to_owned()), std::io::stdout()),
        reach,
        ids,
    })
}

/// The same of a function that draws ids.
///
/// # Errors
/// See [`start`]; when there is no secret to draw with.
pub fn start_with_ids() -> Result<Services, StartError> {
    let services = start()?;
    if services.ids.is_some() { Ok(services) } else { Err(StartError::Unset("ID_SECRET".to_owned())) }
}

/// What the clients have in common. Lambda tells region and credentials by the environment: the SDK's chain of all the places
/// where they could be is left out, for it is loaded and built at each start (`infra/decisions/0010`).
fn sdk() -> SdkConfig {
    let http =
        aws_smithy_http_client::Builder::new().tls_provider(tls::Provider::Rustls(CryptoMode::Ring)).build_https();
    let mut sdk = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .credentials_provider(SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new()))
        .http_client(http);
    sdk.set_region(env::var("AWS_REGION").ok().map(Region::new));
    sdk.set_endpoint_url(env::var("AWS_ENDPOINT_URL").ok());
    sdk.build()
}

/// Reads a policy's document.
///
/// # Errors
/// When it cannot be read, or is not sound.
pub fn policy_from(path: &str) -> Result<Policy, StartError> {
    let unusable =
        |cause: Box<dyn std::error::Error + Send + Sync>| StartError::Policy { path: path.to_owned(), cause };
    let document = fs::read_to_string(path).map_err(|error| unusable(error.into()))?;
    notice::load_policy(&document).map_err(|error| unusable(error.into()))
}

/// What a policy's own names have to be cut to, in the lines that have their length (NT-19).
///
/// # Errors
/// When a template does not fit.
pub fn cut_lines(policy: &Policy) -> Result<Vec<String>, TextError> {
    notice::cut_lines(policy, &announcements(policy))
}

/// Begins the log of a function; [`start`] does it too.
pub fn log() {
    let asked = env::var("RUST_LOG").ok().and_then(|levels| levels.parse().ok());
    log_lines(asked.unwrap_or(Targets::new().with_default(LevelFilter::INFO)), std::io::stdout).init();
}

/// The log: lines of JSON, each with the spans that it is in, and so with the request and the ticket (OP-02). Without a time
/// of their own: the log service adds it.
pub fn log_lines(
    levels: Targets,
    out: impl for<'a> MakeWriter<'a> + Send + Sync + 'static,
) -> impl tracing::Subscriber + Send + Sync {
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_current_span(false);
    tracing_subscriber::registry().with(levels).with(lines.with_target(false).without_time().with_writer(out))
}

/// Retries a write that met a transaction on the same item, and a transaction with a throttle inside it: the SDK takes
/// both for final.
#[derive(Debug)]
pub struct TransactionConflicts;

impl ClassifyRetry for TransactionConflicts {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        use aws_sdk_dynamodb::operation::put_item::PutItemError;
        use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::TransactionCanceledException;
        let Some(Err(error)) = context.output_or_error() else { return RetryAction::NoActionIndicated };
        let Some(error) = error.as_operation_error() else { return RetryAction::NoActionIndicated };
        if error.downcast_ref().is_some_and(PutItemError::is_transaction_conflict_exception) {
            return RetryAction::throttling_error();
        }
        let Some(error) = error.downcast_ref() else { return RetryAction::NoActionIndicated };
        let TransactionCanceledException(cancelled) = error else { return RetryAction::NoActionIndicated };
        let codes: Vec<&str> = cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code()).collect();
        let passing = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
        if codes.iter().any(|code| passing.contains(code)) && !codes.contains(&"ConditionalCheckFailed") {
            RetryAction::throttling_error()
        } else {
            RetryAction::NoActionIndicated
        }
    }

    fn name(&self) -> &'static str {
        "transaction conflicts"
    }
}
