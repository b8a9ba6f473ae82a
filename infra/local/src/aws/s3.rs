//! S3: two buckets, the objects of each files of a folder. Requests are signed as for AWS, in their address or in their headers, and
//! what is signed is held to: the headers, the time, the bytes.

use std::{
    fmt, fs,
    io::{self, BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use aws_sdk_dynamodb::config::Credentials;
use aws_sigv4::{
    http_request::{
        PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
        UriPathNormalizationMode, sign,
    },
    sign::v4,
};
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{NaiveDateTime, TimeDelta};
use percent_encoding::percent_decode_str;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::{Answer, BoxFuture, Call, NoAnswer, Now, Service};

/// The name of the bucket of attachments, which takes what is new and nothing else.
pub const ATTACHMENTS: &str = "desk-attachments";
/// The name of the bucket of the public sites.
pub const SITES: &str = "desk-sites";
/// The secret that belongs to every access key.
pub const SECRET: &str = "local";
/// The bytes of the largest object.
const AT_MOST: usize = 50 * 1024 * 1024;
/// How far a request's own time may be off; a presigned one's that begins later too.
const SKEW: TimeDelta = TimeDelta::minutes(15);

const CHECKSUM: &str = "x-amz-checksum-sha256";

/// The operation that a method is, on an object.
pub(crate) fn operation(method: &Method) -> Option<&'static str> {
    OPERATIONS.iter().find(|(known, _)| known == method).map(|(_, operation)| *operation)
}

const OPERATIONS: [(Method, &str); 3] =
    [(Method::PUT, "PutObject"), (Method::GET, "GetObject"), (Method::HEAD, "HeadObject")];

/// S3 with `PutObject`, `GetObject` and `HeadObject` alone.
pub struct S3 {
    attachments: PathBuf,
    sites: PathBuf,
    endpoint: Uri,
    now: Now,
}

/// An object's file begins with a line of this; its bytes are behind it.
#[derive(Debug, Serialize, Deserialize)]
struct About {
    key: String,
    content_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cache_control: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content_disposition: Option<String>,
    sha256: String,
}

impl About {
    fn headers(&self, length: u64) -> Vec<(&'static str, String)> {
        vec![("content-type", self.content_type.clone()), ("content-length", length.to_string())]
    }
}

/// Why a request is not done.
struct Refused {
    status: u16,
    code: &'static str,
    message: String,
}

impl Refused {
    fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    fn denied(message: impl Into<String>) -> Self {
        Self::new(403, "AccessDenied", message)
    }

    fn no_such_key() -> Self {
        Self::new(404, "NoSuchKey", "The specified key does not exist.")
    }

    fn into_answer(self) -> Answer {
        let Self { status, code, message } = self;
        let declaration = r#"<?xml version="1.0" encoding="UTF-8"?>"#;
        let error = format!("{declaration}\n<Error><Code>{code}</Code><Message>{message}</Message></Error>");
        Answer::new(status, "application/xml", error)
    }
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        tracing::error!(%error, "the folder of objects cannot be used");
        Self::new(500, "InternalError", "We encountered an internal error. Please try again.")
    }
}

/// What a request says of its signature.
struct Claim {
    access_key: String,
    region: String,
    at: NaiveDateTime,
    /// How long it is good for; a request that is signed in its headers is so once.
    expires: Option<Duration>,
    signed: Vec<String>,
    signature: String,
}

impl Claim {
    fn of(call: &Call) -> Option<Self> {
        let query: Vec<(String, String)> =
            serde_urlencoded::from_str(call.uri.query().unwrap_or_default()).unwrap_or_default();
        let in_query = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let authorization = text(&call.headers, "authorization").and_then(|all| all.strip_prefix("AWS4-HMAC-SHA256 "));
        let in_header = |name: &str| {
            let parts = authorization?.split(", ").filter_map(|part| part.split_once('='));
            parts.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
        };
        let (credential, at, expires, signed, signature) = match authorization {
            Some(_) => (
                in_header("Credential")?,
                text(&call.headers, "x-amz-date")?.to_owned(),
                None,
                in_header("SignedHeaders")?,
                in_header("Signature")?,
            ),
            None => (
                in_query("X-Amz-Credential")?,
                in_query("X-Amz-Date")?,
                Some(Duration::from_secs(
                    in_query("X-Amz-Expires")?.parse().ok().filter(|expires| *expires <= 604_800)?,
                )),
                in_query("X-Amz-SignedHeaders")?,
                in_query("X-Amz-Signature")?,
            ),
        };
        let mut scope = credential.split('/');
        Some(Self {
            access_key: scope.next()?.to_owned(),
            region: scope.nth(1)?.to_owned(),
            at: NaiveDateTime::parse_from_str(&at, "%Y%m%dT%H%M%SZ").ok()?,
            expires,
            signed: signed.split(';').map(str::to_owned).collect(),
            signature,
        })
    }

    /// What this request's signature would be, with the headers that were signed as they were sent.
    fn recomputed(&self, call: &Call, host: &str) -> Option<String> {
        let method = OPERATIONS.iter().find(|(_, operation)| *operation == call.operation)?.0.as_str();
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        settings.excluded_headers = None;
        let body = if let Some(expires) = self.expires {
            settings.signature_location = SignatureLocation::QueryParams;
            settings.expires_in = Some(expires);
            SignableBody::UnsignedPayload
        } else {
            SignableBody::Precomputed(text(&call.headers, "x-amz-content-sha256")?.to_owned())
        };
        let identity = Credentials::new(&self.access_key, SECRET, None, None, "local").into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("s3")
            .time(SystemTime::from(self.at.and_utc()))
            .settings(settings)
            .build()
            .ok()?
            .into();
        let query = call.uri.query().unwrap_or_default().split('&').filter(|part| !part.starts_with("X-Amz-"));
        let uri = format!("http://{host}{}?{}", call.uri.path(), query.collect::<Vec<_>>().join("&"));
        // The signer adds what it makes itself.
        let own = ["host", "x-amz-date", "x-amz-content-sha256"];
        let signed = self.signed.iter().map(String::as_str).filter(|name| !own.contains(name));
        let headers = signed.filter_map(|name| Some((name, text(&call.headers, name)?)));
        let request = SignableRequest::new(method, uri, headers, body).ok()?;
        sign(request, &params).ok().map(|signed| signed.into_parts().1)
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

impl S3 {
    /// The service, reached at an endpoint, on what is in the folders of the two buckets; that one is not there is no objects yet. It
    /// judges by real time, as AWS does.
    pub fn new(attachments: PathBuf, sites: PathBuf, endpoint: Uri, now: Now) -> Self {
        Self { attachments, sites, endpoint, now }
    }

    /// A file of the public sites, as the cache before the bucket reads it: there is no signature, because everybody may.
    pub fn site_file(&self, path: &str) -> Answer {
        let read = Self::read(&self.file(SITES, path), true);
        read.map_or_else(Refused::into_answer, |(about, length, body)| {
            let mut headers = about.headers(length);
            headers.extend(about.cache_control.map(|value| ("cache-control", value)));
            headers.extend(about.content_disposition.map(|value| ("content-disposition", value)));
            answer(headers, body)
        })
    }

    /// Whether the public sites were made: their lists are written last.
    pub fn has_sites(&self) -> bool {
        self.file(SITES, "events/data/months.json").exists()
    }

    /// The access key that a request is signed with, and how long its body may be.
    ///
    /// # Errors
    /// With S3's refusal.
    pub fn admit(&self, call: &Call) -> Result<(String, usize), Box<Answer>> {
        let by = self.signer(call).map_err(|refused| Box::new(refused.into_answer()))?;
        let length = text(&call.headers, "content-length").map_or(Some(0), |length| length.parse().ok());
        match length {
            Some(length) if length <= AT_MOST => Ok((by, length)),
            _ => {
                let message = "Your proposed upload exceeds the maximum allowed size";
                Err(Box::new(Refused::new(400, "EntityTooLarge", message).into_answer()))
            }
        }
    }

    fn signer(&self, call: &Call) -> Result<String, Refused> {
        let claim = Claim::of(call).ok_or_else(|| Refused::denied("The request is not signed."))?;
        let (now, at) = ((self.now)(), claim.at.and_utc());
        if at > now + SKEW || claim.expires.is_none() && at < now - SKEW {
            return Err(Refused::new(
                403,
                "RequestTimeTooSkewed",
                "The request's time is too far from the current time.",
            ));
        }
        if claim.expires.is_some_and(|expires| at + expires <= now) {
            return Err(Refused::denied("Request has expired"));
        }
        let unsigned = |name: &str| name.starts_with("x-amz-") && !claim.signed.iter().any(|signed| signed == name);
        if call.headers.keys().any(|name| unsigned(name.as_str())) {
            return Err(Refused::denied("There were headers present in the request which were not signed"));
        }
        let host = text(&call.headers, "host").or(self.endpoint.authority().map(|authority| authority.as_str()));
        if claim.recomputed(call, host.unwrap_or_default()).is_some_and(|signature| signature == claim.signature) {
            return Ok(claim.access_key);
        }
        let message = "The request signature we calculated does not match the signature you provided.";
        Err(Refused::new(403, "SignatureDoesNotMatch", message))
    }

    fn done(&self, call: &Call) -> Result<Answer, Refused> {
        self.signer(call)?;
        let path = call.uri.path().strip_prefix(self.endpoint.path().trim_end_matches('/')).unwrap_or_default();
        let (bucket, key) = path.trim_start_matches('/').split_once('/').unwrap_or_default();
        if ![ATTACHMENTS, SITES].contains(&bucket) {
            return Err(Refused::new(404, "NoSuchBucket", "The specified bucket does not exist"));
        }
        let key = percent_decode_str(key).decode_utf8().ok().filter(|key| !key.is_empty() && key.len() <= 1_024);
        let key = key.ok_or_else(|| Refused::new(400, "InvalidURI", "Couldn't parse the specified URI."))?;
        match call.operation.as_str() {
            "PutObject" => self.put((bucket, &key), call),
            operation => Self::get(&self.file(bucket, &key), call, operation == "GetObject"),
        }
    }

    /// Where an object is: named by its key's hash, so that no key leads out of the folder or is too long.
    fn file(&self, bucket: &str, key: &str) -> PathBuf {
        self.folder(bucket).join(hex::encode(digest(&SHA256, key.as_bytes())))
    }

    fn folder(&self, bucket: &str) -> &Path {
        if bucket == SITES { &self.sites } else { &self.attachments }
    }

    fn put(&self, (bucket, key): (&str, &str), call: &Call) -> Result<Answer, Refused> {
        let header = |name| text(&call.headers, name);
        let is_new = header("if-none-match") == Some("*");
        if bucket == ATTACHMENTS && !is_new {
            return Err(Refused::denied("The bucket's policy takes what is new, and nothing else."));
        }
        if header("content-length").and_then(|length| length.parse().ok()) != Some(call.body.len()) {
            let message = "You did not provide the number of bytes specified by the Content-Length HTTP header";
            return Err(Refused::new(400, "IncompleteBody", message));
        }
        let sha256 = STANDARD.encode(digest(&SHA256, &call.body));
        if header(CHECKSUM).is_none() && bucket == ATTACHMENTS || header(CHECKSUM).is_some_and(|said| said != sha256) {
            let message = "The SHA256 you specified did not match the calculated checksum.";
            return Err(Refused::new(400, "BadDigest", message));
        }
        let about = About {
            key: key.to_owned(),
            content_type: header("content-type").unwrap_or("binary/octet-stream").to_owned(),
            cache_control: header("cache-control").map(str::to_owned),
            content_disposition: header("content-disposition").map(str::to_owned),
            sha256: sha256.clone(),
        };
        let folder = self.folder(bucket);
        fs::create_dir_all(folder)?;
        // Under its name only when it is whole; where it is to be new, only where there is none, whoever comes at the same time.
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(serde_json::to_string(&about).map_err(io::Error::from)?.as_bytes())?;
        file.write_all(b"\n")?;
        file.write_all(&call.body)?;
        let to = self.file(bucket, key);
        match if is_new { file.persist_noclobber(to) } else { file.persist(to) } {
            Ok(_) => Ok(answer([(CHECKSUM, sha256)], Vec::new())),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                let message = "At least one of the pre-conditions you specified did not hold";
                Err(Refused::new(412, "PreconditionFailed", message))
            }
            Err(error) => Err(error.error.into()),
        }
    }

    fn get(file: &Path, call: &Call, whole: bool) -> Result<Answer, Refused> {
        let (about, length, body) = Self::read(file, whole)?;
        let mut headers = about.headers(length);
        if text(&call.headers, "x-amz-checksum-mode") == Some("ENABLED") {
            headers.push((CHECKSUM, about.sha256));
        }
        let query = serde_urlencoded::from_str::<Vec<(String, String)>>(call.uri.query().unwrap_or_default());
        let asked = query.unwrap_or_default().into_iter().find(|(name, _)| name == "response-content-disposition");
        headers.extend(asked.map(|(_, disposition)| ("content-disposition", disposition)));
        Ok(answer(headers, body))
    }

    /// What a file is of, how many bytes that has, and these where they are wanted.
    fn read(file: &Path, whole: bool) -> Result<(About, u64, Vec<u8>), Refused> {
        let file = match fs::File::open(file) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Refused::no_such_key()),
            Err(error) => return Err(error.into()),
        };
        let length = file.metadata()?.len();
        let mut file = BufReader::new(file);
        let mut line = String::new();
        let behind = file.read_line(&mut line)?;
        let about: About = serde_json::from_str(&line).map_err(io::Error::from)?;
        let mut body = Vec::new();
        if whole {
            file.read_to_end(&mut body)?;
        }
        Ok((about, length - behind as u64, body))
    }
}

fn answer(headers: impl IntoIterator<Item = (&'static str, String)>, body: Vec<u8>) -> Answer {
    let headers = headers
        .into_iter()
        .filter_map(|(name, value)| Some((header::HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?)));
    Answer { status: 200, headers: headers.collect(), body }
}

impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3").field("attachments", &self.attachments).field("sites", &self.sites).finish_non_exhaustive()
    }
}

impl Service for S3 {
    fn call<'a>(&'a self, call: Call) -> BoxFuture<'a, Result<Answer, NoAnswer>> {
        Box::pin(async move {
            let mut answer = self.done(&call).unwrap_or_else(Refused::into_answer);
            if call.operation == "HeadObject" {
                answer.body.clear(); // A refusal's: such an answer has no body.
            }
            Ok(answer)
        })
    }
}
