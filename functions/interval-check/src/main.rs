//! The Lambda function `interval-check`.

use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let desk = desk::start().await?;
    let check = |_: LambdaEvent<serde_json::Value>| async { Ok::<_, Error>(interval_check::check(&desk).await?) };
    lambda_runtime::run(service_fn(check)).await
}
