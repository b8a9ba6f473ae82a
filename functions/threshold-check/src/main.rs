//! The Lambda function `threshold-check`.

use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let services = platform::start_with_ids()?;
    let check = |_: LambdaEvent<serde_json::Value>| async { Ok::<_, Error>(threshold_check::check(&services).await?) };
    lambda_runtime::run(service_fn(check)).await
}
