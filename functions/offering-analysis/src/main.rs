//! The Lambda function `offering-analysis`.

use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let services = platform::start()?;
    let check =
        |_: LambdaEvent<serde_json::Value>| async { Ok::<_, Error>(offering_analysis::check(&services).await?) };
    lambda_runtime::run(service_fn(check)).await
}
