//! The body: the file's array as it is, which is larger than what other requests may say.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::StatusCode,
};
use contract::Refused;
use http_edge::{Caller, Conditions, GATEWAY_BODY_AT_MOST, IdempotencyKeyHeader, Problem, json};
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
        if !json::is_declared(&parts.headers, &["application/json"]) {
            return Err(refused("Content-Type", "must be application/json, in UTF-8")
                .with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let too_large = || {
            let detail =
                format!("has at most {AT_MOST} change requests and {GATEWAY_BODY_AT_MOST} bytes: send it in parts");
            refused("body", detail).with_status(StatusCode::PAYLOAD_TOO_LARGE)
        };
        let bytes = Bytes::from_request(Request::from_parts(parts, body), state).await.map_err(|_| too_large())?;
        let whole = json::read(&bytes).map_err(|error| refused("body", format!("is no JSON: {error}")))?;
        let request = conditions.request(&by.party, &whole, &bytes);
        let Value::Array(elements) = whole else { return Err(refused("body", "must be a JSON array")) };
        if elements.len() > AT_MOST {
            return Err(too_large());
        }
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
