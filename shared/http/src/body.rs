//! JSON bodies: an object, of a bounded size.

use crate::{Caller, Conditions, Fields, Problem};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
};
use contract::{Party, Refused};
use http::{Method, StatusCode, header};
use record::Asked;
use serde_json::{Map, Value};

/// The largest body that a request may have.
pub const BODY_AT_MOST: usize = 128 * 1024;

/// A request's body: a JSON object, and its bytes.
#[derive(Debug)]
pub struct Body {
    /// The object.
    pub object: Map<String, Value>,
    /// As it came; nothing when there was none.
    pub bytes: Bytes,
}

impl Body {
    /// The object's fields, to be read.
    #[must_use]
    pub fn fields(&self) -> Fields {
        Fields::of(self.object.clone())
    }
}

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_json = content_type.is_some_and(|content_type| {
            let media = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            matches!(media.as_str(), "application/json" | "application/merge-patch+json")
        });
        let may_be_empty = *request.method() == Method::DELETE;
        let bytes = Bytes::from_request(request, state).await.map_err(|_| too_large())?;
        if bytes.len() > BODY_AT_MOST {
            return Err(too_large());
        }
        if may_be_empty && bytes.is_empty() {
            return Ok(Self { object: Map::new(), bytes });
        }
        if !is_json {
            let detail = "the body is JSON: Content-Type is application/json, or application/merge-patch+json";
            let refused = Refused::field("Content-Type", "AP-01", detail);
            return Err(Problem::from(refused).with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        match serde_json::from_slice(&bytes) {
            Ok(object) => Ok(Self { object, bytes }),
            Err(error) => Err(Refused::field("body", "AP-01", format!("is no JSON object: {error}")).into()),
        }
    }
}

/// A write as it was asked for: who asks, on what condition, and the fields.
#[derive(Debug)]
pub struct Ask {
    /// Who asks, on what condition.
    pub asked: Asked,
    /// The Idempotency-Key as it was given.
    pub key: Option<String>,
    /// The body.
    pub body: Body,
}

impl Ask {
    /// For whom.
    #[must_use]
    pub fn party(&self) -> &Party {
        &self.asked.by.party
    }
}

impl<S: Send + Sync> FromRequest<S> for Ask {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let Caller(by) = Caller::from_request_parts(&mut parts, state).await?;
        let conditions = Conditions::from_request_parts(&mut parts, state).await?;
        let body = Body::from_request(Request::from_parts(parts, body), state).await?;
        let request = conditions.request(&by.party, &body.bytes);
        Ok(Self { asked: Asked { by, seen: conditions.seen, request }, key: conditions.key, body })
    }
}

fn too_large() -> Problem {
    let fault = Refused::field("body", "AP-01", format!("is larger than {BODY_AT_MOST} bytes"));
    Problem::from(fault).with_status(StatusCode::PAYLOAD_TOO_LARGE)
}
