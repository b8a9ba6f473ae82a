//! Who asks for a change, and on what condition (AP-02).

use contract::{Actor, Instant, Refused, Visibility};
use serde::{Deserialize, Serialize};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// A request as the domain sees it.
#[derive(Debug, Clone)]
pub struct WriteContext {
    /// Who makes the request.
    pub by: Actor,
    /// The version that the caller saw, if it says so (If-Match).
    pub expected_version: Option<u64>,
    /// The request, if it names itself (Idempotency-Key).
    pub request: Option<IdempotencyKey>,
}

impl WriteContext {
    /// The request of one of the acts that a request is written in: the first is on the version that the caller saw, and each is done
    /// once.
    #[must_use]
    pub fn part(&self, place: usize) -> Self {
        if place == 0 {
            return self.clone();
        }
        let part_of =
            |request: &IdempotencyKey| IdempotencyKey { key: format!("{}.{place}", request.key), ..request.clone() };
        Self { by: self.by.clone(), expected_version: None, request: self.request.as_ref().map(part_of) }
    }
}

/// An Idempotency-Key and what came with it, each as a hash.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IdempotencyKey {
    /// The hash of party and key.
    pub key: String,
    /// The hash of method, path and what the body says, however that is written.
    pub body: String,
    /// The hash of method, path and the body's bytes: earlier versions stored this one as `body`.
    #[serde(skip)]
    pub as_sent: Option<String>,
    /// Where the request is told that it is a repeat.
    #[serde(skip)]
    pub repeat: Repeat,
}

impl PartialEq for IdempotencyKey {
    fn eq(&self, other: &Self) -> bool {
        (&self.key, &self.body) == (&other.key, &other.body)
    }
}

impl Eq for IdempotencyKey {}

impl IdempotencyKey {
    /// Whether this request repeats one that had its effect; the answer then says that it does.
    ///
    /// # Errors
    /// [`Refused::KeyReused`] when the key named another request.
    pub fn repeats(&self, done: &Self) -> Result<bool, Refused> {
        if self.key != done.key {
            return Ok(false);
        }
        if self.body != done.body && self.as_sent.as_ref() != Some(&done.body) {
            return Err(Refused::KeyReused);
        }
        self.repeat.found();
        Ok(true)
    }

    /// The same, where either may be without a key: nothing without a key is a repeat, or repeated.
    ///
    /// # Errors
    /// See [`IdempotencyKey::repeats`].
    pub fn is_repeat(request: Option<&Self>, done: Option<&Self>) -> Result<bool, Refused> {
        request.zip(done).map_or(Ok(false), |(request, done)| request.repeats(done))
    }
}

/// Whether a request was found to repeat an earlier one. Its clones are the same: the edge puts one beside a request before a handler has
/// it, and looks at it when the handler has answered.
#[derive(Debug, Clone, Default)]
pub struct Repeat(Arc<AtomicBool>);

impl Repeat {
    fn found(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was found.
    #[must_use]
    pub fn was_found(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How many requests a thing remembers.
const REMEMBERED: usize = 20;

/// The latest requests that named themselves and had their effect on a thing (AP-02).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdempotencyLog(Vec<IdempotencyKey>);

impl IdempotencyLog {
    /// Whether the request had its effect already.
    ///
    /// # Errors
    /// [`Refused::KeyReused`] when its key named another one.
    pub fn had(&self, request: Option<&IdempotencyKey>) -> Result<bool, Refused> {
        let Some(request) = request else { return Ok(false) };
        let same_key = self.0.iter().find(|done| done.key == request.key);
        same_key.map_or(Ok(false), |done| request.repeats(done))
    }

    /// With this one.
    #[must_use]
    pub fn and(mut self, request: Option<IdempotencyKey>) -> Self {
        self.0.extend(request);
        self.0.drain(..self.0.len().saturating_sub(REMEMBERED));
        self
    }

    /// Whether none named itself.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Who acts, when, and for what cause: the same for every transition.
#[derive(Debug, Clone)]
pub struct ActionContext {
    /// Who makes the request.
    pub by: Actor,
    /// When it is recorded.
    pub now: Instant,
    /// When it occurred, if earlier (NT-17).
    pub occurred_at: Option<Instant>,
    /// The reason that was given.
    pub why: Option<String>,
    /// Who reads the reason, where the desk wrote it for the CLECs or for itself. Any other is read beside what was done, on its
    /// own record alone.
    pub read_by: Option<Visibility>,
    /// The request, when it named itself with an Idempotency-Key.
    pub request: Option<IdempotencyKey>,
}

impl ActionContext {
    /// What was asked for, done now.
    #[must_use]
    pub fn of(asked: &WriteContext, now: Instant) -> Self {
        Self { by: asked.by.clone(), now, occurred_at: None, why: None, read_by: None, request: asked.request.clone() }
    }

    /// The same, with why.
    #[must_use]
    pub fn because(self, why: impl Into<Option<String>>) -> Self {
        Self { why: why.into(), ..self }
    }

    /// The same, with a reason that the desk gives, and who reads it: its own CLEC, when it does not say.
    #[must_use]
    pub fn explained(self, why: Option<String>, read_by: Option<Visibility>) -> Self {
        let read_by = why.as_ref().filter(|_| self.by.party.is_provider()).map(|_| read_by.unwrap_or(Visibility::Own));
        Self { why, read_by, ..self }
    }

    /// The reason that is told with what it explains, unless it is the provider's own; and who reads it.
    #[must_use]
    pub fn reason_told(&self) -> Option<(String, Visibility)> {
        let read_by = self.read_by.filter(|read_by| *read_by != Visibility::Internal)?;
        Some((self.why.clone()?, read_by))
    }

    /// The same, with when it occurred, if earlier.
    #[must_use]
    pub fn occurred_at(self, at: Option<Instant>) -> Self {
        Self { occurred_at: at, ..self }
    }

    /// What the desk does by itself, because its time has come.
    #[must_use]
    pub fn by_schedule(now: Instant) -> Self {
        let by = Actor::new(contract::Party::Provider, "schedule");
        Self { by, now, occurred_at: None, why: None, read_by: None, request: None }
    }

    /// The same act on another record that it touches: the request named the first alone, and the reason is that one's; the
    /// other may be another CLEC's.
    #[must_use]
    pub fn on_another(&self) -> Self {
        Self { request: None, why: None, read_by: None, ..self.clone() }
    }

    /// When it occurred.
    #[must_use]
    pub fn occurred(&self) -> Instant {
        self.occurred_at.unwrap_or(self.now)
    }
}
