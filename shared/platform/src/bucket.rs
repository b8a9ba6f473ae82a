//! A bucket of S3: requests that are signed here, sent by the SDK's own orchestrator, without S3's client: it would weigh more than all
//! else that a function has.

use crate::store::chain;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::provider::ProvideCredentials;
use aws_sigv4::{
    http_request::{
        PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
        UriPathNormalizationMode, sign,
    },
    sign::v4,
};
use aws_smithy_runtime::client::{
    orchestrator::operation::Operation,
    retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier},
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_types::body::SdkBody;
use contract::Failed;
use http::{Request, header::ToStrError};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::{
    convert::Infallible,
    sync::Arc,
    time::{Duration, SystemTime},
};

/// What SigV4 leaves as it is, RFC 3986's unreserved characters; a path keeps its slashes too.
pub(crate) const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const PATH: &AsciiSet = &UNRESERVED.remove(b'/');

/// A bucket; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    sdk: Arc<SdkConfig>,
    /// Its name, and the variable of the environment that tells it.
    name: Option<Arc<str>>,
    variable: &'static str,
}

/// Why S3 was not asked, or did not answer.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// The function was deployed without a bucket.
    #[error("{0} is not set")]
    NoBucket(&'static str),
    /// No credentials, no region, or what a request cannot carry.
    #[error("a request to S3 cannot be signed: {0}")]
    Unsigned(String),
    /// S3 failed, or refused, after the retries.
    #[error("S3 {operation}: {cause}")]
    Aws {
        /// The operation of S3 that failed.
        operation: &'static str,
        /// The cause, whole.
        cause: String,
    },
}

impl BucketError {
    fn unsigned(cause: impl std::error::Error) -> Self {
        Self::Unsigned(chain(&cause))
    }
}

impl From<BucketError> for Failed {
    fn from(error: BucketError) -> Self {
        Self::Broken(Box::new(error))
    }
}

/// What a request's answer is read by: status, headers and body are there.
pub(crate) type Read<T> = fn(&HttpResponse) -> Result<T, OrchestratorError<Infallible>>;

impl Bucket {
    /// The bucket that a variable of the environment names. A function that has none fails when it needs it.
    pub(crate) fn new(sdk: SdkConfig, (variable, name): (&'static str, Option<&str>)) -> Self {
        Self { sdk: Arc::new(sdk), name: name.map(Arc::from), variable }
    }

    /// Where a key is: below the bucket's own host, or below the endpoint where one is given, which has no host for each bucket.
    pub(crate) fn address(&self, key: &str) -> Result<String, BucketError> {
        let bucket = self.name.as_ref().ok_or(BucketError::NoBucket(self.variable))?;
        let key = utf8_percent_encode(key, PATH);
        Ok(match self.sdk.endpoint_url() {
            Some(endpoint) => format!("{}/{bucket}/{key}", endpoint.trim_end_matches('/')),
            None => format!("https://{bucket}.s3.{}.amazonaws.com/{key}", self.region()?),
        })
    }

    fn region(&self) -> Result<&str, BucketError> {
        let region = self.sdk.region().ok_or_else(|| BucketError::Unsigned("no region".to_owned()))?;
        Ok(region.as_ref())
    }

    /// Sends a request, which is signed in its headers, with the client's own retries.
    pub(crate) async fn send<T: Send + Sync + std::fmt::Debug + 'static>(
        &self,
        operation: &'static str,
        request: http::request::Builder,
        body: Vec<u8>,
        read: Read<T>,
    ) -> Result<T, BucketError> {
        let failed = |cause: String| BucketError::Aws { operation, cause };
        let request = self.signed(request, body, None).await?;
        let origin = request.uri().scheme_str().zip(request.uri().authority());
        let origin = origin.map(|(scheme, authority)| format!("{scheme}://{authority}")).unwrap_or_default();
        let request = HttpRequest::try_from(request).map_err(|error| failed(chain(&error)))?;
        let mut built = Operation::builder()
            .service_name("S3")
            .operation_name(operation)
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&origin)
            .no_auth()
            .retry_classifier(HttpStatusCodeClassifier::default())
            .retry_classifier(TransientErrorClassifier::<Infallible>::new());
        if let Some(client) = self.sdk.http_client() {
            built = built.http_client(client);
        }
        if let Some(retries) = self.sdk.retry_config() {
            built = built.standard_retry(retries);
        }
        if let Some(timeouts) = self.sdk.timeout_config() {
            built = built.timeout_config(timeouts.clone());
        }
        let built = built.serializer(Ok::<HttpRequest, _>).deserializer::<_, Infallible>(read).build();
        built.invoke(request).await.map_err(|error| failed(chain(&error)))
    }

    /// What is under a key; nothing where there is none.
    pub(crate) async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, BucketError> {
        let read = |response: &HttpResponse| match response.status().as_u16() {
            200 => Ok(Some(response.body().bytes().unwrap_or_default().to_vec())),
            404 => Ok(None),
            status => Err(answered(status)),
        };
        self.send("GetObject", Request::get(self.address(key)?), Vec::new(), read).await
    }

    /// Signs a request: in its address where it is to be good for a while, else in its headers.
    pub(crate) async fn signed(
        &self,
        request: http::request::Builder,
        body: Vec<u8>,
        good_for: Option<Duration>,
    ) -> Result<Request<SdkBody>, BucketError> {
        let credentials = self.sdk.credentials_provider();
        let credentials = credentials.ok_or_else(|| BucketError::Unsigned("no credentials".to_owned()))?;
        let identity = credentials.provide_credentials().await.map_err(BucketError::unsigned)?.into();
        // As S3 alone has it: its keys may hold what other services would fold or encode twice.
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        settings.expires_in = good_for;
        let mut request = request.body(SdkBody::from(body.as_slice())).map_err(BucketError::unsigned)?;
        let body = if good_for.is_some() {
            settings.signature_location = SignatureLocation::QueryParams;
            SignableBody::UnsignedPayload
        } else {
            SignableBody::Bytes(&body)
        };
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region()?)
            .name("s3")
            .time(SystemTime::now()) // S3 judges by real time, whatever the desk's clock says, as it is with tokens.
            .settings(settings)
            .build()
            .map_err(BucketError::unsigned)?
            .into();
        let headers = request.headers().iter().map(|(name, value)| Ok((name.as_str(), value.to_str()?)));
        let headers: Result<Vec<_>, ToStrError> = headers.collect();
        let headers = headers.map_err(BucketError::unsigned)?;
        let uri = request.uri().to_string();
        let signable = SignableRequest::new(request.method().as_str(), uri, headers.into_iter(), body);
        let signable = signable.map_err(BucketError::unsigned)?;
        let (instructions, _) = sign(signable, &params).map_err(BucketError::unsigned)?.into_parts();
        instructions.apply_to_request_http1x(&mut request);
        Ok(request)
    }
}

/// That S3 answered with a status that says nothing more.
pub(crate) fn answered(status: u16) -> OrchestratorError<Infallible> {
    OrchestratorError::other(format!("it answered {status}"))
}

/// To be saved under this name (RFC 6266): in ASCII for who reads no more, and as it is.
pub(crate) fn disposition(file_name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | ' ');
    let plain: String = file_name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(file_name, UNRESERVED))
}
