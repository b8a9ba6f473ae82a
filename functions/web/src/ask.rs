//! How the pages ask the API and the issuer: over HTTPS in the cloud, in process in the local desk.

use axum::body::Bytes;
use futures::future::BoxFuture;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use openidconnect::{AsyncHttpClient, HttpRequest};
use std::{fmt, sync::Arc, time::Duration};

/// How long an answer may take.
const WITHIN: Duration = Duration::from_secs(12);
/// How large an answer may be, in bytes: more than Lambda can answer.
const AT_MOST: usize = 8 * 1024 * 1024;

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
#[error("{0} could not be asked: {1}")]
pub struct Unanswered(pub String, pub Box<dyn std::error::Error + Send + Sync>);

/// An answer that is waited for.
type Answering = BoxFuture<'static, Result<Response<Vec<u8>>, Unanswered>>;
type Asking = dyn Fn(Request<Vec<u8>>) -> Answering + Send + Sync;

/// What sends a request and waits for its answer; cheap to clone.
#[derive(Clone)]
pub struct Ask(Arc<Asking>);

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ask")
    }
}

impl<'c> AsyncHttpClient<'c> for Ask {
    type Error = Unanswered;
    type Future = Answering;

    fn call(&'c self, request: HttpRequest) -> Answering {
        (self.0)(request)
    }
}

impl Ask {
    /// By this function.
    pub fn by<F>(asking: impl Fn(Request<Vec<u8>>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Response<Vec<u8>>, Unanswered>> + Send + 'static,
    {
        Self(Arc::new(move |request| Box::pin(asking(request))))
    }

    /// Over HTTPS; connections are kept.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn over_https() -> Result<Self, rustls::Error> {
        let tls =
            HttpsConnectorBuilder::new().with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())?;
        let client: Client<_, Full<Bytes>> =
            Client::builder(TokioExecutor::new()).build(tls.https_or_http().enable_http1().build());
        Ok(Self::by(move |request: Request<Vec<u8>>| {
            let (client, asked) = (client.clone(), request.uri().path().to_owned());
            let answered = async move {
                let (parts, body) = client.request(request.map(Full::from)).await?.into_parts();
                let body = Limited::new(body, AT_MOST).collect().await?.to_bytes();
                Ok(Response::from_parts(parts, body.to_vec()))
            };
            async move {
                let answered = tokio::time::timeout(WITHIN, answered).await;
                let answered = answered.unwrap_or_else(|late| Err(late.into()));
                answered.map_err(|cause| Unanswered(asked, cause))
            }
        }))
    }

    /// The answer to a request.
    ///
    /// # Errors
    /// When there is none.
    pub async fn ask(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Unanswered> {
        (self.0)(request).await
    }
}
