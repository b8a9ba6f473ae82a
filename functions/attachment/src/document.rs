//! A document as its body tells it: its name, and the file that is to come.

use base64::{Engine, prelude::BASE64_STANDARD};
use contract::{FieldError, Policy};
use http_edge::{Body, Field, Json, Spec, Value};
use platform::attachments::Upload;
use record::{ActionContext, attachment::Attachment};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

/// A document that is to be attached.
#[derive(Debug, Body)]
#[body(rule = "CR-07")]
pub(crate) struct Document {
    /// Its file's name, without a path.
    #[body(line = 200)]
    name: FileName,
    /// Its media type.
    #[body(line = 100)]
    media_type: MediaType,
    /// Its size in bytes; the policy says how many at the most.
    size: u64,
    /// The SHA-256 of its bytes, in Base64: `openssl dgst -sha256 -binary FILE | base64`.
    #[body(line = 100)]
    sha256: Sha256,
}

impl Document {
    pub(crate) fn size_faults(&self, policy: &Policy) -> Vec<FieldError> {
        let most = policy.change_requests.attachment_at_most;
        let detail = || format!("is 1 to {most} bytes (policy: changeRequests.attachmentAtMost)");
        let is_outside = self.size == 0 || self.size > most;
        is_outside.then(|| FieldError::new("size", "CR-07", detail())).into_iter().collect()
    }

    /// The document as it is kept: who brings it, and since when; its place is its record's to give.
    pub(crate) fn attachment(&self, act: &ActionContext) -> Attachment {
        Attachment {
            place: 0,
            name: self.name.0.clone(),
            media_type: self.media_type.0.clone(),
            size: self.size,
            sha256: self.hash(),
            by: act.by.party.clone(),
            at: act.now,
        }
    }

    /// The name under which it is saved.
    pub(crate) fn name(&self) -> &str {
        &self.name.0
    }

    /// Its hash in Base64.
    pub(crate) fn hash(&self) -> String {
        BASE64_STANDARD.encode(self.sha256.0)
    }

    pub(crate) fn file(&self) -> Upload {
        Upload { media_type: self.media_type.0.clone(), size: self.size, sha256: self.sha256.0 }
    }
}

/// Why a document is not attached that was announced alone.
pub(crate) const NOT_THERE: &str = "its bytes are not there: ask for an upload, and make it, first";

/// The 32 bytes that a text in Base64 says.
fn sha256(text: &str) -> Option<[u8; 32]> {
    BASE64_STANDARD.decode(text).ok()?.try_into().ok()
}

/// A text of one line that matches `pattern`; what else it is to be, its reader says.
fn like(pattern: &str, example: &str) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern)).examples([example]).into()
}

#[derive(Debug)]
struct FileName(String);

impl Value for FileName {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let name = at.text(&given)?;
        let is_path = name.contains(['/', '\\']) || name.starts_with('.');
        if is_path {
            at.fault(at.spec.rule, "is a file's name without a path");
        }
        (!is_path).then_some(Self(name))
    }

    fn schema(spec: &Spec) -> RefOr<Schema> {
        String::schema(spec)
    }

    fn placeholder() -> Option<Self> {
        Some(Self(String::new()))
    }
}

#[derive(Debug)]
struct MediaType(String);

impl Value for MediaType {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let media_type = at.text(&given)?;
        let parts = media_type.split_once('/').filter(|(kind, of)| !kind.is_empty() && !of.is_empty());
        let is_one = parts.is_some() && media_type.bytes().all(|b| b.is_ascii_graphic());
        if !is_one {
            at.fault(at.spec.rule, "is a media type, such as application/pdf");
        }
        is_one.then_some(Self(media_type))
    }

    fn schema(_: &Spec) -> RefOr<Schema> {
        like("^[!-.0-~]+/[!-~]+$", "application/pdf")
    }

    fn placeholder() -> Option<Self> {
        Some(Self(String::new()))
    }
}

#[derive(Debug)]
struct Sha256([u8; 32]);

impl Value for Sha256 {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let text = at.text(&given)?;
        let hash = sha256(&text).map(Self);
        if hash.is_none() {
            at.fault(at.spec.rule, "is the 32 bytes of a SHA-256 in Base64");
        }
        hash
    }

    fn schema(_: &Spec) -> RefOr<Schema> {
        like("^[A-Za-z0-9+/]{43}=$", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=")
    }

    fn placeholder() -> Option<Self> {
        Some(Self([0; 32]))
    }
}
