//! A client of the API, and what it is answered.

use crate::{Story, story::TICKETS};
use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode};
use serde_json::Value;
use std::collections::HashMap;
use tower::ServiceExt;

/// A client of the API.
#[derive(Debug, Clone)]
pub struct Client<'a> {
    pub(crate) story: &'a Story,
    pub(crate) token: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
}

impl Client<'_> {
    /// With a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Reads what is at a path.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None, Vec::new()).await
    }

    /// Posts JSON to a path.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some("application/json"), body.to_string().into_bytes()).await
    }

    /// Puts JSON at a path.
    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PUT, path, Some("application/json"), body.to_string().into_bytes()).await
    }

    /// Changes what is at a path, by a merge patch.
    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PATCH, path, Some("application/merge-patch+json"), body.to_string().into_bytes()).await
    }

    /// Deletes what is at a path.
    pub async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None, Vec::new()).await
    }

    /// Sends a request of any method, with any body.
    pub async fn send(&self, method: Method, path: &str, content_type: Option<&str>, body: Vec<u8>) -> Reply {
        let mut request = Request::builder().method(method.clone()).uri(path);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let sent = body.clone();
        let response = self.story.app.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        if method != Method::GET && response.status().is_success() {
            self.story.note_write(method, path.to_owned(), &sent);
        }
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Reply { status: parts.status, headers: parts.headers, body, bytes: bytes.to_vec() }
    }

    /// A ticket's path.
    #[must_use]
    pub fn ticket(number: &str, task: &str) -> String {
        if task.is_empty() { format!("{TICKETS}/{number}") } else { format!("{TICKETS}/{number}/{task}") }
    }
}

/// A reply.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body; null when it has none that is JSON.
    pub body: Value,
    /// The same as it came.
    pub bytes: Vec<u8>,
}

impl Reply {
    /// With this status.
    #[allow(clippy::must_use_candidate, clippy::return_self_not_must_use, reason = "the expectation alone is a use")]
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// A text of the body.
    #[must_use]
    #[track_caller]
    pub fn text(&self, name: &str) -> String {
        self.body[name].as_str().unwrap_or_else(|| panic!("no text '{name}' in {}", self.body)).to_owned()
    }

    /// A header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The faults of a problem document: each field with its rule.
    #[must_use]
    pub fn faults(&self) -> HashMap<String, String> {
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        let text = |error: &Value, name: &str| error[name].as_str().unwrap_or_default().to_owned();
        errors.iter().map(|error| (text(error, "field"), text(error, "rule"))).collect()
    }
}
