//! Attachments (S3): files that others bring and take by presigned requests, so that none goes through a function. Nothing is
//! overwritten: S3 itself holds each upload to what was signed, and takes a key once.

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
use base64::{Engine, engine::general_purpose::STANDARD};
use contract::{Failed, Instant};
use http::{HeaderValue, Request, header::ToStrError};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::{
    convert::Infallible,
    sync::Arc,
    time::{Duration, SystemTime},
};

/// How long a presigned request is good for.
pub const GOOD_FOR: Duration = Duration::from_secs(15 * 60);

/// What SigV4 leaves as it is, RFC 3986's unreserved characters; a path keeps its slashes too.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const PATH: &AsciiSet = &UNRESERVED.remove(b'/');

const CHECKSUM: &str = "x-amz-checksum-sha256";

/// The bucket of attachments; cheap to clone.
#[derive(Debug, Clone)]
pub struct Attachments {
    sdk: Arc<SdkConfig>,
    bucket: Option<Arc<str>>,
}

/// A file that is to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// What it is: `application/pdf`.
    pub media_type: String,
    /// The size of the file in bytes.
    pub size: u64,
    /// The SHA-256 of the file.
    pub sha256: [u8; 32],
}

/// A request that anybody may make, as it is here, until it expires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presigned {
    /// `PUT` or `GET`.
    pub method: &'static str,
    /// The address that the request is sent to.
    pub url: String,
    /// What is signed beside it, and so must be sent like this.
    pub headers: Vec<(String, String)>,
    /// When the request ceases to be valid.
    pub expires_at: Instant,
}

/// Why S3 was not asked, or did not answer.
#[derive(Debug, thiserror::Error)]
pub enum AttachmentError {
    /// The function was deployed without a bucket.
    #[error("ATTACHMENTS_BUCKET is not set")]
    NoBucket,
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

impl AttachmentError {
    fn unsigned(cause: impl std::error::Error) -> Self {
        Self::Unsigned(chain(&cause))
    }
}

impl From<AttachmentError> for Failed {
    fn from(error: AttachmentError) -> Self {
        Self::Broken(Box::new(error))
    }
}

impl Attachments {
    /// The bucket of this name. A function that has none fails when it needs it.
    #[must_use]
    pub fn new(sdk: SdkConfig, bucket: Option<&str>) -> Self {
        Self { sdk: Arc::new(sdk), bucket: bucket.map(Arc::from) }
    }

    /// A request that puts this file, these bytes and no others, under a key that has none yet.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub async fn upload(&self, key: &str, file: &Upload) -> Result<Presigned, AttachmentError> {
        let request = Request::put(self.address(key)?)
            .header("content-type", &file.media_type)
            .header("content-length", file.size)
            .header(CHECKSUM, STANDARD.encode(file.sha256))
            .header("if-none-match", "*");
        self.presigned("PUT", request).await
    }

    /// A request that gets what is under a key, to be saved under a name.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub async fn download(&self, key: &str, file_name: &str) -> Result<Presigned, AttachmentError> {
        let disposition = disposition(file_name);
        let disposition = utf8_percent_encode(&disposition, UNRESERVED);
        let address = format!("{}?response-content-disposition={disposition}", self.address(key)?);
        self.presigned("GET", Request::get(address)).await
    }

    /// Whether this file is there, as it was to come.
    ///
    /// # Errors
    /// When S3 fails.
    pub async fn is_there(&self, key: &str, file: &Upload) -> Result<bool, AttachmentError> {
        let failed = |cause: String| AttachmentError::Aws { operation: "HeadObject", cause };
        let request = Request::head(self.address(key)?).header("x-amz-checksum-mode", "ENABLED");
        let request = self.signed(request, None).await?;
        let origin = request.uri().scheme_str().zip(request.uri().authority());
        let origin = origin.map(|(scheme, authority)| format!("{scheme}://{authority}")).unwrap_or_default();
        let request = HttpRequest::try_from(request).map_err(|error| failed(chain(&error)))?;
        // The client's own retries, without a client: it would weigh more than all else that a function has.
        let mut head = Operation::builder()
            .service_name("S3")
            .operation_name("HeadObject")
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&origin)
            .no_auth()
            .retry_classifier(HttpStatusCodeClassifier::default())
            .retry_classifier(TransientErrorClassifier::<Infallible>::new());
        if let Some(client) = self.sdk.http_client() {
            head = head.http_client(client);
        }
        if let Some(retries) = self.sdk.retry_config() {
            head = head.standard_retry(retries);
        }
        if let Some(timeouts) = self.sdk.timeout_config() {
            head = head.timeout_config(timeouts.clone());
        }
        let head = head.serializer(Ok::<HttpRequest, _>).deserializer::<_, Infallible>(Found::read).build();
        let found = head.invoke(request).await.map_err(|error| failed(chain(&error)))?;
        Ok(found == Some(Found { size: file.size, sha256: STANDARD.encode(file.sha256) }))
    }

    /// Where a key is: below the bucket's own host, or below the endpoint where one is given, which has no host for each bucket.
    fn address(&self, key: &str) -> Result<String, AttachmentError> {
        let bucket = self.bucket.as_ref().ok_or(AttachmentError::NoBucket)?;
        let key = utf8_percent_encode(key, PATH);
        Ok(match self.sdk.endpoint_url() {
            Some(endpoint) => format!("{}/{bucket}/{key}", endpoint.trim_end_matches('/')),
            None => format!("https://{bucket}.s3.{}.amazonaws.com/{key}", self.region()?),
        })
    }

    fn region(&self) -> Result<&str, AttachmentError> {
        let region = self.sdk.region().ok_or_else(|| AttachmentError::Unsigned("no region".to_owned()))?;
        Ok(region.as_ref())
    }

    async fn presigned(
        &self,
        method: &'static str,
        request: http::request::Builder,
    ) -> Result<Presigned, AttachmentError> {
        let request = self.signed(request, Some(GOOD_FOR)).await?;
        let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let headers = request.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let expires_at = Instant::from(SystemTime::now()) + GOOD_FOR;
        Ok(Presigned { method, url: request.uri().to_string(), headers, expires_at })
    }

    /// Signs a request: in its address where it is to be good for a while, else in its headers.
    async fn signed(
        &self,
        request: http::request::Builder,
        good_for: Option<Duration>,
    ) -> Result<Request<SdkBody>, AttachmentError> {
        let mut request = request.body(SdkBody::empty()).map_err(AttachmentError::unsigned)?;
        let credentials = self.sdk.credentials_provider();
        let credentials = credentials.ok_or_else(|| AttachmentError::Unsigned("no credentials".to_owned()))?;
        let identity = credentials.provide_credentials().await.map_err(AttachmentError::unsigned)?.into();
        // As S3 alone has it: its keys may hold what other services would fold or encode twice.
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        settings.expires_in = good_for;
        let body = if good_for.is_some() {
            settings.signature_location = SignatureLocation::QueryParams;
            SignableBody::UnsignedPayload
        } else {
            SignableBody::Bytes(&[])
        };
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region()?)
            .name("s3")
            .time(SystemTime::now()) // S3 judges by real time, whatever the desk's clock says, as it is with tokens.
            .settings(settings)
            .build()
            .map_err(AttachmentError::unsigned)?
            .into();
        let headers = request.headers().iter().map(|(name, value)| Ok((name.as_str(), value.to_str()?)));
        let headers: Result<Vec<_>, ToStrError> = headers.collect();
        let headers = headers.map_err(AttachmentError::unsigned)?;
        let uri = request.uri().to_string();
        let signable = SignableRequest::new(request.method().as_str(), uri, headers.into_iter(), body);
        let signable = signable.map_err(AttachmentError::unsigned)?;
        let (instructions, _) = sign(signable, &params).map_err(AttachmentError::unsigned)?.into_parts();
        instructions.apply_to_request_http1x(&mut request);
        Ok(request)
    }
}

/// What S3 has under a key.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    size: u64,
    sha256: String,
}

impl Found {
    fn read(response: &HttpResponse) -> Result<Option<Self>, OrchestratorError<Infallible>> {
        let header = |name: &str| response.headers().get(name).unwrap_or_default();
        match response.status().as_u16() {
            200 => Ok(Some(Self {
                size: header("content-length").parse().map_err(OrchestratorError::other)?,
                sha256: header(CHECKSUM).to_owned(),
            })),
            404 => Ok(None),
            status => Err(OrchestratorError::other(format!("it answered {status}"))),
        }
    }
}

/// To be saved under this name (RFC 6266): in ASCII for who reads no more, and as it is.
fn disposition(file_name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | ' ');
    let plain: String = file_name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(file_name, UNRESERVED))
}
