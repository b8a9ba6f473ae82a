//! Attachments (S3): files that others bring and take by presigned requests, so that none goes through a function. Nothing is
//! overwritten: S3 itself holds each upload to what was signed, and takes a key once.

use crate::bucket::{Bucket, BucketError, UNRESERVED, answered, disposition};
use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use base64::{Engine, engine::general_purpose::STANDARD};
use contract::{Failed, Instant};
use http::{HeaderValue, Request};
use percent_encoding::utf8_percent_encode;
use record::attachment::Attachment;
use std::{
    convert::Infallible,
    fmt,
    time::{Duration, SystemTime},
};

/// How long a presigned request is good for.
pub const GOOD_FOR: Duration = Duration::from_secs(15 * 60);

const CHECKSUM: &str = "x-amz-checksum-sha256";

/// Where the bucket has the documents of change requests.
pub const OF_CHANGE_REQUESTS: &str = "change-request";

/// Where the bytes of a document are: of a record each content once, whatever it is called.
#[must_use]
pub fn key(kind: &str, of: &impl fmt::Display, sha256: &[u8; 32]) -> String {
    format!("{kind}/{of}/{}", hex::encode(sha256))
}

/// The hash by which the bytes of a kept document are found.
///
/// # Errors
/// What is kept is no hash.
pub fn hash_of(document: &Attachment) -> Result<[u8; 32], Failed> {
    let hash = STANDARD.decode(&document.sha256).ok().and_then(|hash| hash.try_into().ok());
    hash.ok_or_else(|| Failed::Broken("an attachment's hash is none".into()))
}

/// The bucket of attachments; cheap to clone.
#[derive(Debug, Clone)]
pub struct Attachments(Bucket);

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

impl Attachments {
    /// The bucket of this name. A function that has none fails when it needs it.
    #[must_use]
    pub fn new(sdk: SdkConfig, bucket: Option<&str>) -> Self {
        Self(Bucket::new(sdk, ("ATTACHMENTS_BUCKET", bucket)))
    }

    /// A request that puts this file, these bytes and no others, under a key that has none yet.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub async fn upload(&self, key: &str, file: &Upload) -> Result<Presigned, BucketError> {
        let request = Request::put(self.0.address(key)?)
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
    pub async fn download(&self, key: &str, file_name: &str) -> Result<Presigned, BucketError> {
        let disposition = disposition(file_name);
        let disposition = utf8_percent_encode(&disposition, UNRESERVED);
        let address = format!("{}?response-content-disposition={disposition}", self.0.address(key)?);
        self.presigned("GET", Request::get(address)).await
    }

    /// Whether this file is there, as it was to come.
    ///
    /// # Errors
    /// When S3 fails.
    pub async fn is_there(&self, key: &str, file: &Upload) -> Result<bool, BucketError> {
        let request = Request::head(self.0.address(key)?).header("x-amz-checksum-mode", "ENABLED");
        let found = self.0.send("HeadObject", request, Vec::new(), Found::read).await?;
        Ok(found == Some(Found { size: file.size, sha256: STANDARD.encode(file.sha256) }))
    }

    /// The bytes of a file; nothing where there is none.
    ///
    /// # Errors
    /// When S3 fails.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, BucketError> {
        self.0.get(key).await
    }

    async fn presigned(&self, method: &'static str, request: http::request::Builder) -> Result<Presigned, BucketError> {
        let request = self.0.signed(request, Vec::new(), Some(GOOD_FOR)).await?;
        let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let headers = request.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let expires_at = Instant::from(SystemTime::now()) + GOOD_FOR;
        Ok(Presigned { method, url: request.uri().to_string(), headers, expires_at })
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
            status => Err(answered(status)),
        }
    }
}
