//! The Lambda function `web`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    platform::start::log();
    let web = web::start::by_environment()?;
    lambda_http::run(web::routes(web)?).await
}
