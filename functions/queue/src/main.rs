//! The Lambda function `queue`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let services = platform::start()?;
    let policy = services.policy.clone();
    let (app, _) = http_edge::app(queue::routes(), services, policy);
    lambda_http::run(app).await
}
