//! Who asks for a change, and on what condition (AP-02).

use crate::Actor;
use serde::{Deserialize, Serialize};

/// A request as the domain sees it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Who asks.
    pub by: Actor,
    /// The version that the caller saw, if it says so (If-Match).
    pub seen: Option<u64>,
    /// The request, if it names itself (Idempotency-Key).
    pub request: Option<Request>,
}

/// An Idempotency-Key and what came with it, each as a hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The hash of party and key.
    pub key: String,
    /// The hash of method, path and body.
    pub body: String,
}
