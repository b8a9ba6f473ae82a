//! Documents of a record: described as the API takes them, and brought past the gateway.

use crate::{Client, Reply, Story};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The description of a document in plain text.
#[must_use]
pub fn document(name: &str, bytes: &[u8]) -> Value {
    let sha256 = BASE64_STANDARD.encode(Sha256::digest(bytes));
    json!({ "name": name, "mediaType": "text/plain", "size": bytes.len(), "sha256": sha256 })
}

impl Story {
    /// Puts bytes where the answer to `attachment/upload` says.
    pub async fn upload(&self, to: &Value, bytes: &[u8]) -> Reply {
        let headers = to["headers"].as_object().unwrap().iter();
        let headers = headers.map(|(name, value)| (name.as_str(), value.as_str().unwrap()));
        self.presigned("PUT", to["url"].as_str().unwrap(), headers, bytes.to_vec()).await
    }
}

impl Client<'_> {
    /// Brings a document to the record that has this path: its bytes first, then that it belongs to the record.
    pub async fn attach(&self, record: &str, document: &Value, bytes: &[u8]) -> Reply {
        let to = self.post(&format!("{record}/attachment/upload"), document.clone()).await.expect(200).body;
        self.story.upload(&to, bytes).await.expect(200);
        self.post(&format!("{record}/attachment"), document.clone()).await.expect(200)
    }
}
