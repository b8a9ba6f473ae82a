//! The Lambda function `monthly-meeting`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let desk = desk::start()?;
    let policy = desk.policy.clone();
    let (app, _) = http_edge::app(monthly_meeting::routes(), desk, policy);
    lambda_http::run(app).await
}
