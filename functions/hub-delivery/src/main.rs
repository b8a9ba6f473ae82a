//! The Lambda function `hub-delivery`.

use hub_delivery::{ANSWERS_WITHIN, Post, Woken};
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let services = platform::start()?;
    let post = Post::new(services.reach, ANSWERS_WITHIN)?;
    let (services, post) = (&services, &post);
    let woken = |event: LambdaEvent<Woken>| async move {
        Ok::<_, Error>(hub_delivery::woken(services, post, event.payload).await?)
    };
    lambda_runtime::run(service_fn(woken)).await
}
