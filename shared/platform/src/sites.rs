//! The public sites (S3): files that anybody reads through a cache, also while the API is down. Each is made of what is kept, and can be
//! made again.

use crate::bucket::{Bucket, BucketError, answered, disposition};
use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use futures::stream::{self, StreamExt, TryStreamExt};
use http::Request;

/// The file of the availability of the interfaces, which the API tells too.
pub const AVAILABILITY: &str = "events/data/availability.json";
/// How many files are written at once.
const AT_ONCE: usize = 8;

/// The bucket of the public sites; cheap to clone.
#[derive(Debug, Clone)]
pub struct Sites(Bucket);

/// A file of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path below the sites' address: `events/index.html`.
    pub path: String,
    /// What it is.
    pub media_type: &'static str,
    /// The name that it is saved under; none of what a browser shows.
    pub saved_as: Option<String>,
    /// How long caches keep it.
    pub kept: Kept,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// How long caches keep a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// For a minute: what it tells changes.
    Shortly,
    /// For ever: its path has never had other bytes, and never will.
    ForEver,
}

impl Kept {
    /// As HTTP says it.
    #[must_use]
    pub fn cache_control(self) -> &'static str {
        match self {
            Self::Shortly => "public, max-age=60",
            Self::ForEver => "public, max-age=31536000, immutable",
        }
    }
}

impl Sites {
    /// The bucket of this name. A function that has none fails when it needs it.
    #[must_use]
    pub fn new(sdk: SdkConfig, bucket: Option<&str>) -> Self {
        Self(Bucket::new(sdk, ("SITES_BUCKET", bucket)))
    }

    /// Writes files, each in the place of the one before it.
    ///
    /// # Errors
    /// When S3 takes one of them not; others may have been written.
    pub async fn put(&self, files: Vec<File>) -> Result<usize, BucketError> {
        let written = files.len();
        let put = stream::iter(files).map(|file| async move { self.put_one(file).await });
        put.buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        Ok(written)
    }

    async fn put_one(&self, File { path, media_type, saved_as, kept, bytes }: File) -> Result<(), BucketError> {
        let mut request = Request::put(self.0.address(&path)?);
        if let Some(name) = saved_as {
            request = request.header("content-disposition", disposition(&name));
        }
        let request = request
            .header("content-type", media_type)
            .header("content-length", bytes.len())
            .header("cache-control", kept.cache_control());
        let read = |response: &HttpResponse| match response.status().as_u16() {
            200 => Ok(()),
            status => Err(answered(status)),
        };
        self.0.send("PutObject", request, bytes, read).await
    }

    /// What is in a file; nothing where there is none.
    ///
    /// # Errors
    /// When S3 fails.
    pub async fn get(&self, path: &str) -> Result<Option<Vec<u8>>, BucketError> {
        self.0.get(path).await
    }

    /// Whether there is a file.
    ///
    /// # Errors
    /// When S3 fails.
    pub async fn has(&self, path: &str) -> Result<bool, BucketError> {
        let read = |response: &HttpResponse| match response.status().as_u16() {
            200 => Ok(true),
            404 => Ok(false),
            status => Err(answered(status)),
        };
        self.0.send("HeadObject", Request::head(self.0.address(path)?), Vec::new(), read).await
    }
}
