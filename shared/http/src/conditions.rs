//! What a write is conditional on (AP-02): the version that the caller saw, and that the request is a new one; and what a reader
//! has already.

use crate::{Problem, json};
use axum::{extract::FromRequestParts, http::request::Parts};
use contract::{FieldError, Party, Refused};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use record::{IdempotencyKey, Repeat};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::convert::Infallible;
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, Required, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

/// The conditions of a request, from its headers.
#[derive(Debug, Clone)]
pub struct Conditions {
    /// The version in If-Match; none, or `*`, takes any.
    pub expected_version: Option<u64>,
    /// The value of the header `Idempotency-Key`.
    pub key: Option<String>,
    target: String,
    repeat: Repeat,
}

/// The header of a version.
#[must_use]
pub fn etag(version: u64) -> [(header::HeaderName, String); 1] {
    [(header::ETAG, format!("\"{version}\""))]
}

/// The header `If-Match`, as the API describes it.
#[derive(Debug)]
pub struct IfMatch;

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about =
            "the ETag of the version that the caller saw: another since is refused (412); `*`, or none, takes any";
        vec![header("If-Match", about, ObjectBuilder::new().schema_type(Type::String).examples(["\"3\""]))]
    }
}

/// The header `Idempotency-Key`, as the API describes it.
#[derive(Debug)]
pub struct IdempotencyKeyHeader;

impl IntoParams for IdempotencyKeyHeader {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "asked again with the same key, it has its effect once, and the answer has `Idempotency-Replayed: true`; with a \
             body that says something else it is refused (422)";
        vec![header(
            "Idempotency-Key",
            about,
            ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255)),
        )]
    }
}

/// The header `If-None-Match`: the versions that a reader has already.
#[derive(Debug)]
pub struct IfNoneMatch(String);

impl IfNoneMatch {
    fn of(headers: &HeaderMap) -> Self {
        let value = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
        Self(value.unwrap_or_default().to_owned())
    }

    /// Whether the reader has the version that `etag` names: `"3"`, weak or not.
    #[must_use]
    pub fn has(&self, etag: &str) -> bool {
        self.0.split(',').any(|seen| seen.trim().trim_start_matches("W/") == etag || seen.trim() == "*")
    }
}

impl<S: Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

impl IntoParams for IfNoneMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "the ETag of what the reader has already: it is answered anew (200) only where it is another (304)";
        vec![header("If-None-Match", about, ObjectBuilder::new().schema_type(Type::String))]
    }
}

fn header(name: &str, about: &str, schema: ObjectBuilder) -> Parameter {
    let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Header).required(Required::False);
    parameter.description(Some(about)).schema(Some(schema)).build()
}

/// The ETag of a content that has no version of its own.
#[must_use]
pub fn etag_of(content: &[u8]) -> String {
    format!("\"{}\"", hex::encode(&Sha256::digest(content)[..16]))
}

/// Whether the reader has the content with this ETag already: If-None-Match contains the ETag, weak or strong, or `*`.
#[must_use]
pub fn has_already(headers: &HeaderMap, etag: &str) -> bool {
    IfNoneMatch::of(headers).has(etag)
}

impl Conditions {
    /// The same for a resource whose reader is told no version: no version that a request names is the resource's.
    ///
    /// # Errors
    /// When the request names a version.
    pub fn of_no_version(self) -> Result<Self, Problem> {
        if self.expected_version.is_none() {
            return Ok(self);
        }
        let fault = FieldError::new("If-Match", "AP-02", "must be left out: this resource has no version");
        Err(Problem::from(Refused::Invalid(vec![fault])).with_status(StatusCode::PRECONDITION_FAILED))
    }

    /// The request's name, when it has one: by party and key, with what it asks.
    #[must_use]
    pub fn request(&self, party: &Party, body: &impl Serialize, bytes: &[u8]) -> Option<IdempotencyKey> {
        let key = self.key.as_ref()?;
        Some(IdempotencyKey {
            key: hash(&[party.to_string().as_bytes(), key.as_bytes()]),
            body: hash(&[self.target.as_bytes(), &json::canonical(body)]),
            as_sent: Some(hash(&[self.target.as_bytes(), bytes])),
            repeat: self.repeat.clone(),
        })
    }
}

fn hash(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    // Half of it is as good as a UUID, at half of its bytes in each item.
    hex::encode(&hash.finalize()[..16])
}

impl<S: Sync> FromRequestParts<S> for Conditions {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut faults = Vec::new();
        let seen = if_match(&parts.headers).unwrap_or_else(|fault| {
            faults.push(fault);
            None
        });
        let key = idempotency_key(&parts.headers).unwrap_or_else(|fault| {
            faults.push(fault);
            None
        });
        if faults.is_empty() {
            let target = format!("{} {}", parts.method, parts.uri.path());
            let repeat = parts.extensions.get().cloned().unwrap_or_default();
            Ok(Self { expected_version: seen, key, target, repeat })
        } else {
            Err(Refused::Invalid(faults).into())
        }
    }
}

fn if_match(headers: &HeaderMap<HeaderValue>) -> Result<Option<u64>, FieldError> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let version = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).and_then(|text| text.parse().ok());
    version.map(Some).ok_or_else(|| {
        FieldError::new("If-Match", "AP-02", "is an ETag as the answer that was read had it, such as \"3\"")
    })
}

fn idempotency_key(headers: &HeaderMap<HeaderValue>) -> Result<Option<String>, FieldError> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim().trim_matches('"');
    if (1..=255).contains(&text.len()) {
        Ok(Some(text.to_owned()))
    } else {
        Err(FieldError::new("Idempotency-Key", "AP-02", "is 1 to 255 printable ASCII characters"))
    }
}
