//! RFC 9457 problem documents that name the field and the rule, and carry TMF's `code` and `reason`.

use axum::response::{IntoResponse, Response};
use contract::{Failed, FieldError, Refused};
use http::{HeaderValue, StatusCode, header};
use problem_details::ProblemDetails;
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// What the interface standard, and this desk, add to a problem document.
#[derive(Debug, Serialize)]
struct Extensions {
    /// TMF's application-relevant code: the rule.
    code: String,
    /// The reason, as TMF's errors call the summary.
    reason: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    possible: Vec<&'static str>,
}

/// How a request that writes is refused, as the API describes it.
#[derive(IntoResponses)]
pub enum WriteRefusals {
    /// Every bad field, with its rule.
    #[response(status = 400, content_type = "application/problem+json")]
    Invalid(ProblemDocument),
    /// The token is no party's, or it is not this party's to do.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemDocument),
    /// No such thing is known to this party.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemDocument),
    /// Not in this state; tells what is possible now. Or a field holds as much as is kept of it. Or others were first, many times.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(ProblemDocument),
    /// It has changed since the version that `If-Match` names.
    #[response(status = 412, content_type = "application/problem+json")]
    Stale(ProblemDocument),
    /// The Idempotency-Key was used for another request.
    #[response(status = 422, content_type = "application/problem+json")]
    KeyReused(ProblemDocument),
    /// It could not be done now; nothing is lost, ask again.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemDocument),
}

/// How a request that reads is refused, as the API describes it.
#[derive(IntoResponses)]
pub enum ReadRefusals {
    /// Every bad parameter, with its rule.
    #[response(status = 400, content_type = "application/problem+json")]
    Invalid(ProblemDocument),
    /// The token is no party's.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemDocument),
    /// No such thing is known to this party.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemDocument),
    /// It could not be read now; ask again.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemDocument),
}

/// A problem document, as the API describes it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemDocument {
    /// The HTTP status.
    status: u16,
    /// The status in words.
    title: String,
    /// What is wrong.
    detail: String,
    /// The rule that refuses the request: a requirement's id or a section of the source.
    code: String,
    /// What is wrong, in TMF's word.
    reason: String,
    /// Every bad field: `field`, `rule`, `detail`.
    errors: Option<Vec<ProblemField>>,
    /// What is possible instead, where the state is what stands in the way.
    possible: Option<Vec<String>>,
}

/// A bad field of a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemField {
    /// Its path in the request.
    field: String,
    /// The rule that it breaks.
    rule: String,
    /// What is wrong with it.
    detail: String,
}

impl From<FieldError> for ProblemField {
    fn from(FieldError { field, rule, detail }: FieldError) -> Self {
        Self { field, rule: rule.to_owned(), detail }
    }
}

/// A refusal on its way out.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    rule: String,
    detail: String,
    errors: Vec<FieldError>,
    possible: Vec<&'static str>,
}

impl Problem {
    /// A problem with a status of its own.
    #[must_use]
    pub fn new(status: StatusCode, rule: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { status, rule: rule.into(), detail: detail.into(), errors: Vec::new(), possible: Vec::new() }
    }

    /// The same with another status.
    #[must_use]
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// There is nothing under this path.
    #[must_use]
    pub fn no_such_resource() -> Self {
        Self::new(StatusCode::NOT_FOUND, "AP-01", "there is no such resource: see /openapi.json")
    }

    /// The resource has no such method.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "AP-01", "this resource has no such method: see /openapi.json")
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let detail = refused.to_string();
        let problem = |status, rule: &str| Self::new(status, rule, detail.clone());
        match refused {
            Refused::Invalid(errors) => {
                let rule = errors.first().map_or("AP-01", |fault| fault.rule);
                Self { errors, ..problem(StatusCode::BAD_REQUEST, rule) }
            }
            Refused::Forbidden { rule, .. } => problem(StatusCode::FORBIDDEN, rule),
            Refused::NotFound => problem(StatusCode::NOT_FOUND, "AP-03"),
            Refused::NoSuch(fault) => {
                Self { errors: vec![fault.clone()], ..problem(StatusCode::NOT_FOUND, fault.rule) }
            }
            Refused::Stale { .. } => {
                let fault = FieldError::new("If-Match", "AP-02", detail.clone());
                Self { errors: vec![fault], ..problem(StatusCode::PRECONDITION_FAILED, "AP-02") }
            }
            Refused::KeyReused => {
                let fault = FieldError::new("Idempotency-Key", "AP-02", "was used for another request");
                Self { errors: vec![fault], ..problem(StatusCode::UNPROCESSABLE_ENTITY, "AP-02") }
            }
            Refused::Full(fault) => Self { errors: vec![fault.clone()], ..problem(StatusCode::CONFLICT, fault.rule) },
            Refused::NotNow { rule, possible, .. } => Self { possible, ..problem(StatusCode::CONFLICT, rule) },
        }
    }
}

impl From<Failed> for Problem {
    /// The log is told the cause, once, here; the caller only that it was not done, and may be asked again.
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Refused(refused) => refused.into(),
            Failed::Broken(cause) => {
                tracing::error!(%cause, "a request failed");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "OP-03",
                    "it could not be done now: nothing is lost, ask again",
                )
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let extensions =
            Extensions { code: self.rule, reason: self.detail.clone(), errors: self.errors, possible: self.possible };
        let document =
            ProblemDetails::from_status_code(self.status).with_detail(self.detail).with_extensions(extensions);
        let mut response = document.into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}
