//! The body: the file's array as it is, which is larger than what other requests may say.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, header},
};
use contract::Refused;
use http_edge::{Caller, Conditions, GATEWAY_BODY_AT_MOST, IdempotencyKeyHeader, Problem};
use record::WriteContext;
use serde_json::Value;
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

/// How many one request imports.
const AT_MOST: usize = 500;

/// The elements that are to be imported, and who asks for it.
#[derive(Debug)]
pub(crate) struct Elements {
    /// Who makes the request, and when.
    pub(crate) asked: WriteContext,
    /// The elements of the file's array, each a past change request as JSON.
    pub(crate) elements: Vec<Value>,
}

impl<S: Send + Sync> FromRequest<S> for Elements {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let Caller(by) = Caller::from_request_parts(&mut parts, state).await?;
        let conditions = Conditions::from_request_parts(&mut parts, state).await?;
        let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media = content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
        if !media.eq_ignore_ascii_case("application/json") {
            return Err(refused("Content-Type", "is application/json: the body is the archive's array")
                .with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let too_large = || {
            let detail =
                format!("has at most {AT_MOST} change requests and {GATEWAY_BODY_AT_MOST} bytes: send it in parts");
            refused("body", detail).with_status(StatusCode::PAYLOAD_TOO_LARGE)
        };
        let bytes = Bytes::from_request(Request::from_parts(parts, body), state).await.map_err(|_| too_large())?;
        let elements: Vec<Value> =
            serde_json::from_slice(&bytes).map_err(|error| refused("body", format!("is no JSON array: {error}")))?;
        if elements.len() > AT_MOST {
            return Err(too_large());
        }
        let request = conditions.request(&by.party, &bytes);
        Ok(Self { asked: WriteContext { by, expected_version: None, request }, elements })
    }
}

impl IntoParams for Elements {
    fn into_params(within: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        IdempotencyKeyHeader::into_params(within)
    }
}

fn refused(field: &str, detail: impl Into<String>) -> Problem {
    Refused::field(field, "CR-19", detail).into()
}
