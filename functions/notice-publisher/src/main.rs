//! The Lambda function `notice-publisher`.

use aws_lambda_events::dynamodb::Event;
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let services = platform::start()?;
    let publish =
        |event: LambdaEvent<Event>| async { Ok::<_, Error>(notice_publisher::publish(&services, event.payload).await) };
    lambda_runtime::run(service_fn(publish)).await
}
