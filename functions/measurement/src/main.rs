//! The Lambda function `measurement`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let services = platform::start()?;
    let policy = services.policy.clone();
    let (app, _) = http_edge::app(measurement::routes(), services, policy);
    lambda_http::run(app).await
}
