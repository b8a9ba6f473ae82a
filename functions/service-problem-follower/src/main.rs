//! The Lambda function `service-problem-follower`.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use service_problem_follower::Woken;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let services = &platform::start()?;
    let woken = |event: LambdaEvent<Woken>| async move {
        Ok::<_, Error>(service_problem_follower::woken(services, event.payload).await?)
    };
    lambda_runtime::run(service_fn(woken)).await
}
