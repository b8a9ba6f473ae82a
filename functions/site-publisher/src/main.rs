//! The Lambda function `site-publisher`.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use site_publisher::Woken;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let services = &platform::start()?;
    let woken = |event: LambdaEvent<Woken>| async move {
        Ok::<_, Error>(site_publisher::woken(services, event.payload).await?)
    };
    lambda_runtime::run(service_fn(woken)).await
}
