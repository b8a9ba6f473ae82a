//! The Lambda function `undelivered`.

use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let services = platform::start()?;
    let record =
        |event: LambdaEvent<SqsEvent>| async { Ok::<_, Error>(undelivered::record(&services, event.payload).await) };
    lambda_runtime::run(service_fn(record)).await
}
