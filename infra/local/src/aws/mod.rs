//! AWS inside the process. The SDK's clients run unchanged: their HTTP client is exchanged for one that hands
//! each call to a `Service`, so there is no socket, and a test can put its own `Service` around one of these.

pub mod dynamodb;
pub mod eventbridge;
pub mod s3;
pub mod sns;

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use aws_smithy_runtime_api::{
    client::{
        http::{HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn},
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
    },
    http::StatusCode,
};
use aws_smithy_types::body::SdkBody;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use chrono::{DateTime, Utc};

/// The clock a service reads.
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// A boxed future, so that a [`Service`] can be a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What the SDK sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The operation's name, such as `PutItem`; empty when the request names none.
    pub operation: String,
    /// Where it is sent to, which tells S3's operations what they are about.
    pub uri: Uri,
    /// The request's headers.
    pub headers: HeaderMap,
    /// The request's body.
    pub body: Vec<u8>,
}

/// What the SDK gets back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The response's headers.
    pub headers: HeaderMap,
    /// The response's body.
    pub body: Vec<u8>,
}

/// Why a call has no answer. The service may have done its work all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {
    /// The connection broke.
    ConnectionLost,
    /// The answer did not come in time.
    TimedOut,
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ConnectionLost => "the connection was lost",
            Self::TimedOut => "the answer did not come in time",
        })
    }
}

impl std::error::Error for NoAnswer {}

impl From<NoAnswer> for ConnectorError {
    fn from(none: NoAnswer) -> Self {
        match none {
            NoAnswer::ConnectionLost => Self::io(none.into()),
            NoAnswer::TimedOut => Self::timeout(none.into()),
        }
    }
}

/// One AWS service.
pub trait Service: Send + Sync + fmt::Debug + 'static {
    /// Answers one call. The services of this module always answer; [`NoAnswer`] is for a wrapper that plays
    /// a failing network.
    fn call<'a>(&'a self, call: Call) -> BoxFuture<'a, Result<Answer, NoAnswer>>;
}

/// The HTTP client that takes an SDK client's calls to `service`.
pub fn http_client(service: Arc<dyn Service>) -> SharedHttpClient {
    let connector = SharedHttpConnector::new(Connector(service));
    http_client_fn(move |_, _| connector.clone())
}

#[derive(Debug)]
struct Connector(Arc<dyn Service>);

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let service = self.0.clone();
        HttpConnectorFuture::new(async move { service.call(Call::read(request)?).await?.into_response() })
    }
}

impl Call {
    fn read(request: HttpRequest) -> Result<Self, ConnectorError> {
        let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
        let (parts, body) = request.into_parts();
        let body = body
            .bytes()
            .ok_or_else(|| ConnectorError::user("a streamed request body is not supported".into()))?
            .to_vec();
        // The JSON protocols name the operation in a header, the Query protocol in the form, S3 by the method.
        let operation = match parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok()) {
            Some(target) => target.rsplit('.').next().map(str::to_owned),
            None if is_form(&parts.headers) => serde_urlencoded::from_bytes::<Vec<(String, String)>>(&body)
                .unwrap_or_default()
                .into_iter()
                .find_map(|(name, value)| (name == "Action").then_some(value)),
            None => s3::operation(&parts.method).map(str::to_owned),
        };
        Ok(Self { operation: operation.unwrap_or_default(), uri: parts.uri, headers: parts.headers, body })
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/x-www-form-urlencoded"))
}

impl Answer {
    /// An answer with a body.
    pub fn new(status: u16, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        Self { status, headers, body: body.into() }
    }

    fn into_response(self) -> Result<HttpResponse, ConnectorError> {
        let status = StatusCode::try_from(self.status).map_err(|e| ConnectorError::other(e.into(), None))?;
        let mut response = HttpResponse::new(status, SdkBody::from(self.body));
        for (name, value) in &self.headers {
            let value = value.to_str().map_err(|e| ConnectorError::other(e.into(), None))?;
            response.headers_mut().append(name.as_str().to_owned(), value.to_owned());
        }
        Ok(response)
    }

    /// How the JSON protocols refuse an operation they do not have.
    fn unknown_operation(content_type: &'static str) -> Self {
        Self::new(400, content_type, r#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#)
    }
}
