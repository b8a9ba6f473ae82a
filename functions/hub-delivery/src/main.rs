//! The Lambda function `hub-delivery`.

use hub_delivery::{ANSWERS_WITHIN, Post, Woken};
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let desk = desk::start()?;
    let post = Post::new(desk.reach, ANSWERS_WITHIN)?;
    let (desk, post) = (&desk, &post);
    let woken = |event: LambdaEvent<Woken>| async move {
        Ok::<_, Error>(hub_delivery::woken(desk, post, event.payload).await?)
    };
    lambda_runtime::run(service_fn(woken)).await
}
