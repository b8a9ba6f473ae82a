//! The Lambda function `interval-check`.

use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let desk = desk::start().await?;
    lambda_runtime::run(service_fn(|_: LambdaEvent<serde_json::Value>| interval_check::check(&desk))).await
}
