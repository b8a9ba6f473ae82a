//! CR-07: what a change request refers to is kept as it was brought, by the desk's own code.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
use aws_sdk_sns::config::{Credentials, SharedCredentialsProvider};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use chrono::{DateTime, TimeDelta, Utc};
use local_desk::aws::{
    Answer, Call, NoAnswer, Service, http_client,
    s3::{ATTACHMENTS, S3},
};
use platform::{
    Attachments,
    attachments::{GOOD_FOR, Presigned, Upload},
};
use ring::digest::{SHA256, digest};
use tempfile::TempDir;

use crate::{Fault, Wrapped};

const KEY: &str = "CR-4T7X-9KQW/1 of (2) + ü/../3.pdf";
const BYTES: &[u8] = b"%PDF-1.7 the first line\nand another\xff\x00";

struct Bucket {
    s3: Arc<S3>,
    wire: Arc<Wrapped>,
    attachments: Attachments,
    now: Arc<Mutex<DateTime<Utc>>>,
}

impl Bucket {
    fn on(folder: &Path) -> Self {
        let now = Arc::new(Mutex::new(Utc::now()));
        let told = now.clone();
        let address = "http://127.0.0.1:8080/local/s3";
        let (objects, sites) = (folder.join("objects"), folder.join("sites"));
        let s3 = S3::new(objects, sites, address.parse().unwrap(), Arc::new(move || *told.lock().unwrap()));
        let s3 = Arc::new(s3);
        let wire = Wrapped::new(s3.clone());
        let credentials = Credentials::new("change-request", "local", None, None, "local");
        let sdk = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .retry_config(RetryConfig::standard().with_initial_backoff(std::time::Duration::from_millis(1)))
            .endpoint_url(address)
            .http_client(http_client(wire.clone()))
            .build();
        Self { s3, wire, attachments: Attachments::new(sdk, Some(ATTACHMENTS)), now }
    }

    async fn upload(&self, bytes: &[u8]) -> Presigned {
        self.attachments.upload(KEY, &file(bytes)).await.unwrap()
    }

    async fn put(&self, request: &Presigned, bytes: &[u8]) -> (u16, String) {
        let answer = self.send(request, bytes).await;
        let body = String::from_utf8(answer.body).unwrap();
        let code = body.split("<Code>").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default();
        (answer.status, code.to_owned())
    }

    async fn send(&self, request: &Presigned, bytes: &[u8]) -> Answer {
        let mut headers = HeaderMap::from_iter([header("host", "127.0.0.1:8080"), header("user-agent", "curl/8")]);
        headers.extend(request.headers.iter().map(|(name, value)| header(name, value)));
        let operation = if request.method == "PUT" { "PutObject" } else { "GetObject" }.to_owned();
        let call = Call { operation, uri: request.url.parse().unwrap(), headers, body: bytes.to_vec() };
        self.s3.call(call).await.unwrap()
    }

    fn later(&self, by: TimeDelta) {
        *self.now.lock().unwrap() += by;
    }
}

fn header(name: &str, value: &str) -> (HeaderName, HeaderValue) {
    (name.parse().unwrap(), value.parse().unwrap())
}

fn file(bytes: &[u8]) -> Upload {
    let sha256 = digest(&SHA256, bytes).as_ref().try_into().unwrap();
    Upload { media_type: "application/pdf".to_owned(), size: bytes.len() as u64, sha256 }
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn cr_07_what_is_brought_is_there_as_it_was_promised_and_can_be_taken() {
    let folder = TempDir::new().unwrap();
    let bucket = Bucket::on(folder.path());
    let there = async |bucket: &Bucket, bytes| bucket.attachments.is_there(KEY, &file(bytes)).await.unwrap();
    assert!(!there(&bucket, BYTES).await);
    let upload = bucket.upload(BYTES).await;
    let signed = "content-length%3Bcontent-type%3Bhost%3Bif-none-match%3Bx-amz-checksum-sha256";
    assert!(upload.url.contains(&format!("X-Amz-SignedHeaders={signed}&")), "{}", upload.url);
    assert!((upload.expires_at - Utc::now() - TimeDelta::from_std(GOOD_FOR).unwrap()).num_seconds().abs() < 5);
    assert_eq!(bucket.put(&upload, BYTES).await, refused(200, ""));
    assert!(there(&bucket, BYTES).await);
    assert!(!there(&bucket, b"other bytes").await);

    // It outlives the process.
    let bucket = Bucket::on(folder.path());
    assert!(there(&bucket, BYTES).await);
    let download = bucket.attachments.download(KEY, "ümlaut \"1\".pdf").await.unwrap();
    assert_eq!(download.headers, []);
    let taken = bucket.send(&download, b"").await;
    assert_eq!((taken.status, taken.body.as_slice()), (200, BYTES));
    assert_eq!(taken.headers["content-type"], "application/pdf");
    assert_eq!(taken.headers["content-length"], BYTES.len().to_string());
    let disposition = r#"attachment; filename="_mlaut _1_.pdf"; filename*=UTF-8''%C3%BCmlaut%20%221%22.pdf"#;
    assert_eq!(taken.headers["content-disposition"], disposition);
    let other = bucket.attachments.download("another", "a").await.unwrap();
    assert_eq!(bucket.put(&other, b"").await, refused(404, "NoSuchKey"));
    // One file in the folder, whatever the key.
    let files: Vec<_> = std::fs::read_dir(folder.path().join("objects")).unwrap().collect();
    assert_eq!(files.len(), 1);
}

#[tokio::test]
async fn cr_07_nothing_but_what_was_promised_is_taken() {
    let folder = TempDir::new().unwrap();
    let bucket = Bucket::on(folder.path());
    let upload = bucket.upload(BYTES).await;
    let mut other = BYTES.to_vec();
    other[0] = b'x';
    assert_eq!(bucket.put(&upload, &other).await, refused(400, "BadDigest"));
    assert_eq!(bucket.put(&upload, &BYTES[1..]).await, refused(400, "IncompleteBody"));
    // No header that was signed is left out or another, and none of S3's own is added.
    for at in 0..upload.headers.len() {
        let mut changed = upload.clone();
        changed.headers[at].1.push('0');
        assert_eq!(bucket.put(&changed, BYTES).await, refused(403, "SignatureDoesNotMatch"));
        changed.headers.remove(at);
        assert_eq!(bucket.put(&changed, BYTES).await, refused(403, "SignatureDoesNotMatch"));
    }
    let mut added = upload.clone();
    added.headers.push(("x-amz-acl".to_owned(), "public-read".to_owned()));
    assert_eq!(bucket.put(&added, BYTES).await, refused(403, "AccessDenied"));
    // Another key, another method, another signer, longer.
    for (from, to) in [
        ("CR-4T7X", "CR-4T7Y"),
        ("X-Amz-Expires=900", "X-Amz-Expires=9000"),
        ("X-Amz-Credential=change", "X-Amz-Credential=another"),
        ("X-Amz-Signature=", "X-Amz-Signature=0"),
    ] {
        let changed = Presigned { url: upload.url.replace(from, to), ..upload.clone() };
        assert_ne!(changed.url, upload.url);
        assert_eq!(bucket.put(&changed, BYTES).await, refused(403, "SignatureDoesNotMatch"), "{to}");
    }
    let read = Presigned { method: "GET", ..upload.clone() };
    assert_eq!(bucket.put(&read, b"").await, refused(403, "SignatureDoesNotMatch"));
    let unsigned = Presigned { url: upload.url.split('?').next().unwrap().to_owned(), ..upload };
    assert_eq!(bucket.put(&unsigned, BYTES).await, refused(403, "AccessDenied"));
    assert!(!folder.path().join("objects").exists());
}

#[tokio::test]
async fn cr_07_what_is_there_is_never_overwritten() {
    let folder = TempDir::new().unwrap();
    let bucket = Bucket::on(folder.path());
    let (first, second) = (bucket.upload(BYTES).await, bucket.upload(b"the second").await);
    assert_eq!(bucket.put(&first, BYTES).await, refused(200, ""));
    assert_eq!(bucket.put(&first, BYTES).await, refused(412, "PreconditionFailed"));
    assert_eq!(bucket.put(&second, b"the second").await, refused(412, "PreconditionFailed"));
    assert!(bucket.attachments.is_there(KEY, &file(BYTES)).await.unwrap());
}

#[tokio::test]
async fn cr_07_a_presigned_request_is_good_for_a_quarter_of_an_hour() {
    let folder = TempDir::new().unwrap();
    let bucket = Bucket::on(folder.path());
    let (upload, download) = (bucket.upload(BYTES).await, bucket.attachments.download(KEY, "a").await.unwrap());
    bucket.later(TimeDelta::minutes(14));
    assert_eq!(bucket.put(&upload, BYTES).await, refused(200, ""));
    bucket.later(TimeDelta::minutes(1));
    assert_eq!(bucket.put(&upload, BYTES).await, refused(403, "AccessDenied"));
    assert_eq!(bucket.put(&download, b"").await, refused(403, "AccessDenied"));
    bucket.later(TimeDelta::minutes(-40));
    assert_eq!(bucket.put(&download, b"").await, refused(403, "RequestTimeTooSkewed"));
}

#[tokio::test]
async fn cr_07_asking_whether_it_is_there_is_tried_again_and_then_fails() {
    let folder = TempDir::new().unwrap();
    let bucket = Bucket::on(folder.path());
    let is_there = async || bucket.attachments.is_there(KEY, &file(BYTES)).await;
    let slow_down = Answer::new(503, "application/xml", "<Error><Code>SlowDown</Code></Error>");
    bucket.wire.fail("HeadObject", [Fault::Before(NoAnswer::ConnectionLost), Fault::Instead(slow_down)]);
    assert!(!is_there().await.unwrap());
    assert_eq!(bucket.wire.calls("HeadObject"), 3);
    let denied = Answer::new(403, "application/xml", "");
    bucket.wire.fail("HeadObject", [Fault::Instead(denied)]);
    assert!(is_there().await.unwrap_err().to_string().contains("it answered 403"));
    bucket.wire.fail("HeadObject", vec![Fault::After(NoAnswer::TimedOut); 3]);
    assert!(is_there().await.is_err());
    assert_eq!(bucket.wire.calls("HeadObject"), 7);
    // A function without a bucket starts, and says so when it needs one.
    let none = Attachments::new(SdkConfig::builder().build(), None);
    assert_eq!(none.upload(KEY, &file(BYTES)).await.unwrap_err().to_string(), "ATTACHMENTS_BUCKET is not set");
}

/// Where nothing else is said the bucket has a host of its own, and a request says with which of Lambda's passing credentials
/// it is signed.
#[tokio::test]
async fn cr_07_in_the_cloud_a_request_leads_to_the_buckets_own_host() {
    let credentials = Credentials::new("ASIA", "secret", Some("to/ken=".to_owned()), None, "Lambda");
    let sdk = SdkConfig::builder()
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials));
    let attachments = Attachments::new(sdk.build(), Some("desk-attachments-123456789012"));
    let upload = attachments.upload("a b", &file(BYTES)).await.unwrap();
    let host = "https://desk-attachments-123456789012.s3.eu-west-1.amazonaws.com/a%20b?";
    assert!(upload.url.starts_with(host) && upload.url.contains("&X-Amz-Security-Token=to%2Fken%3D"), "{}", upload.url);
}
