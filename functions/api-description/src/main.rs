//! The Lambda function `api-description`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    platform::start::log();
    lambda_http::run(api_description::routes()).await
}
