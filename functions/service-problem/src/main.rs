//! The Lambda function `service-problem`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let services = platform::start_with_ids()?;
    let policy = services.policy.clone();
    let (app, _) = http_edge::app(service_problem::routes(), services, policy);
    lambda_http::run(app).await
}
