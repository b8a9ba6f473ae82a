//! Who asks for a change, and on what condition (AP-02).

use crate::{Actor, Instant};
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

/// Who acts, when, and for what cause: the same for every transition.
#[derive(Debug, Clone)]
pub struct Act {
    /// Who.
    pub by: Actor,
    /// When it is recorded.
    pub now: Instant,
    /// When it occurred, if earlier (NT-17).
    pub occurred_at: Option<Instant>,
    /// Why.
    pub why: Option<String>,
    /// The request, when it named itself with an Idempotency-Key.
    pub request: Option<Request>,
}

impl Act {
    /// What was asked for, done now.
    #[must_use]
    pub fn of(asked: &Asked, now: Instant, occurred_at: Option<Instant>, why: Option<String>) -> Self {
        Self { by: asked.by.clone(), now, occurred_at, why, request: asked.request.clone() }
    }

    /// What the desk does by itself, because its time has come.
    #[must_use]
    pub fn by_schedule(now: Instant) -> Self {
        let by = Actor { party: crate::Party::Desk, subject: "schedule".to_owned() };
        Self { by, now, occurred_at: None, why: None, request: None }
    }

    /// The same act on another record that it touches: the request named the first alone.
    pub(crate) fn on_another(&self) -> Self {
        Self { request: None, ..self.clone() }
    }

    /// When it occurred.
    #[must_use]
    pub fn occurred(&self) -> Instant {
        self.occurred_at.unwrap_or(self.now)
    }
}
