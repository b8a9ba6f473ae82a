//! Documents that people attach: the bytes go where the API says, and then the API is told of them.

use crate::{
    api::{Act, FieldProblem, Problem},
    operations::Operation,
    visit::Visit,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{Method, Request};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The name of the form's field.
const FIELD: &str = "file";

/// A document that was sent.
#[derive(Debug)]
pub(crate) struct Document {
    name: String,
    media_type: String,
    content: Vec<u8>,
}

impl Document {
    pub(crate) fn new(name: String, media_type: Option<String>, content: Vec<u8>) -> Self {
        let media_type = media_type.unwrap_or_else(|| "application/octet-stream".to_owned());
        Self { name, media_type, content }
    }

    /// As the API is told of it.
    fn described(&self) -> Value {
        json!({
            "name": self.name,
            "mediaType": self.media_type,
            "size": self.content.len(),
            "sha256": STANDARD.encode(Sha256::digest(&self.content)),
        })
    }
}

/// Whether an operation attaches a document.
pub(crate) fn is_attached_by(operation: &Operation) -> bool {
    operation.path.ends_with("/attachment") && operation.body.iter().any(|of| of.name == "sha256")
}

/// Puts the document where the API says; as the API is then told of it.
pub(crate) async fn put(
    visit: &Visit,
    operation: &Operation,
    parameters: &[String],
    document: Option<Document>,
) -> Result<Value, Problem> {
    let wrong = |detail: &str| {
        let problem = FieldProblem { field: FIELD.to_owned(), rule: "CR-07".to_owned(), detail: detail.to_owned() };
        Problem { errors: vec![problem], ..Problem::default() }
    };
    let document = document.filter(|of| !of.name.is_empty()).ok_or_else(|| wrong("is missing"))?;
    let unanswered = |error: crate::ask::Unanswered| {
        tracing::error!(%error, "a document could not be put");
        wrong("could not be taken now; send it again")
    };
    let described = document.described();
    let path = format!("{}/upload", operation.path_of(parameters));
    let act = Act { body: Some(("application/json", &described)), ..Act::default() };
    let answer = visit.api().send(&Method::POST, &path, &act).await.map_err(unanswered)?;
    let Some(place) = answer.json() else { return Err(answer.problem()) };
    let mut request = Request::put(place["url"].as_str().unwrap_or_default());
    for (name, value) in place["headers"].as_object().into_iter().flatten() {
        request = request.header(name, value.as_str().unwrap_or_default());
    }
    let request = request.body(document.content).map_err(|_| wrong("has no place that can be used"))?;
    let put = visit.web.ask.ask(request).await.map_err(unanswered)?;
    // What is there already are the same bytes: their hash names the place.
    if put.status().is_success() || put.status() == http::StatusCode::PRECONDITION_FAILED {
        return Ok(described);
    }
    tracing::error!(status = %put.status(), "the bucket refused a document");
    Err(wrong("could not be taken now; send it again"))
}
