//! The API, asked as any client asks it: with the token of the person who is signed in.

use crate::{Web, ask::Unanswered};
use http::{HeaderMap, Method, Request, StatusCode, header};
use serde::Deserialize;
use serde_json::Value;

/// The API for a person.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Api<'a> {
    web: &'a Web,
    token: &'a str,
}

/// What is to be done.
#[derive(Debug, Default)]
pub(crate) struct Act<'a> {
    pub(crate) body: Option<(&'a str, &'a Value)>,
    /// The version that it is done to.
    pub(crate) version: Option<&'a str>,
    /// That a request which is sent twice is done once.
    pub(crate) key: Option<&'a str>,
}

/// What the API answers.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Why the API refuses, as its problem documents tell it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Problem {
    pub(crate) title: String,
    pub(crate) detail: String,
    pub(crate) code: String,
    pub(crate) errors: Vec<FieldProblem>,
    /// The gateway's own word.
    pub(crate) message: String,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FieldProblem {
    pub(crate) field: String,
    pub(crate) rule: String,
    pub(crate) detail: String,
}

impl<'a> Api<'a> {
    pub(crate) fn new(web: &'a Web, token: &'a str) -> Self {
        Self { web, token }
    }

    /// Reads what is at a path, with its query.
    pub(crate) async fn get(self, path: &str) -> Result<Answer, Unanswered> {
        self.send(&Method::GET, path, &Act::default()).await
    }

    /// Does what is to be done at a path.
    pub(crate) async fn send(self, method: &Method, path: &str, act: &Act<'_>) -> Result<Answer, Unanswered> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.web.api))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        if let Some((media_type, _)) = act.body {
            request = request.header(header::CONTENT_TYPE, media_type);
        }
        if let Some(version) = act.version {
            request = request.header(header::IF_MATCH, version);
        }
        if let Some(key) = act.key {
            request = request.header("idempotency-key", key);
        }
        let body = act.body.map(|(_, body)| body.to_string().into_bytes()).unwrap_or_default();
        let Ok(request) = request.body(body) else {
            // An address that is too long to be one.
            let body = serde_json::json!({ "detail": "this is too long to be asked for" }).to_string().into_bytes();
            return Ok(Answer { status: StatusCode::URI_TOO_LONG, headers: HeaderMap::new(), body });
        };
        let (parts, body) = self.web.ask.ask(request).await?.into_parts();
        Ok(Answer { status: parts.status, headers: parts.headers, body })
    }
}

impl Answer {
    /// What it says, where it says something in JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        if !self.status.is_success() {
            return None;
        }
        serde_json::from_slice(&self.body).ok()
    }

    /// Why it refuses.
    pub(crate) fn problem(&self) -> Problem {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The query by which a list goes on, where it does.
    pub(crate) fn next(&self) -> Option<String> {
        let links = self.header(header::LINK)?;
        let next = links.split(',').find(|link| link.contains("rel=\"next\""))?;
        let (_, target) = next.split_once('<')?;
        let (target, _) = target.split_once('>')?;
        Some(target.split_once('?')?.1.to_owned())
    }
}

impl Problem {
    /// Why, where no field is at fault, with the rule.
    pub(crate) fn in_all(&self) -> Option<String> {
        let words = Some(self.words()).filter(|words| !words.is_empty() && self.errors.is_empty())?;
        let is_told = self.code.is_empty() || words.contains(&self.code);
        Some(if is_told { words.to_owned() } else { format!("{words} ({})", self.code) })
    }

    /// Why, in words.
    pub(crate) fn words(&self) -> &str {
        [&self.detail, &self.title, &self.message].into_iter().find(|of| !of.is_empty()).map_or("", String::as_str)
    }
}
