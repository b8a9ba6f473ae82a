//! The Lambda function `notice-publisher`.

use aws_lambda_events::dynamodb::Event;
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let desk = desk::start()?;
    let publish =
        |event: LambdaEvent<Event>| async { Ok::<_, Error>(notice_publisher::publish(&desk, event.payload).await) };
    lambda_runtime::run(service_fn(publish)).await
}
