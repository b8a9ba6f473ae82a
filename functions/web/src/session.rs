//! The session: who is signed in, in a cookie that this function alone can read and make. Nothing is kept beside it.

use axum_extra::extract::{
    PrivateCookieJar,
    cookie::{Cookie, Key, SameSite},
};
use chrono::{DateTime, TimeDelta, Utc};
use http::HeaderMap;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::fmt;

/// The cookie of who is signed in.
const SESSION: &str = "__Host-session";
/// The cookie of a sign-in that has begun.
const SIGNING_IN: &str = "__Host-sign-in";
/// How long a sign-in may take.
const SIGNING_IN_FOR: TimeDelta = TimeDelta::minutes(10);
/// A secret is not to be guessed.
const SECRET_AT_LEAST: usize = 32;

/// What cookies are sealed with, and what they were sealed with before: those are read on, so that a change signs nobody out.
#[derive(Clone)]
pub struct SessionKeys {
    current: Key,
    former: Option<Key>,
}

impl fmt::Debug for SessionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKeys")
    }
}

/// A secret that can be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret of sessions has at least {SECRET_AT_LEAST} characters")]
pub struct SecretTooShort;

impl SessionKeys {
    /// Of the secret that is in force, and the one before it.
    ///
    /// # Errors
    /// When one can be guessed.
    pub fn new(current: &str, former: Option<&str>) -> Result<Self, SecretTooShort> {
        let key = |secret: &str| match secret.len() {
            ..SECRET_AT_LEAST => Err(SecretTooShort),
            _ => Ok(Key::derive_from(secret.as_bytes())),
        };
        Ok(Self { current: key(current)?, former: former.map(key).transpose()? })
    }

    fn open<T: DeserializeOwned>(&self, name: &str, headers: &HeaderMap) -> Option<T> {
        let read = |key: &Key| PrivateCookieJar::from_headers(headers, key.clone()).get(name);
        let cookie = read(&self.current).or_else(|| self.former.as_ref().and_then(read))?;
        serde_json::from_str(cookie.value()).ok()
    }

    fn sealed(&self, name: &'static str, content: &impl Serialize, lasts: TimeDelta) -> PrivateCookieJar {
        let content = serde_json::to_string(content).unwrap_or_default();
        let cookie = Cookie::build((name, content))
            .path("/")
            .secure(true)
            .http_only(true)
            .same_site(SameSite::Lax) // The issuer leads back here, so that Strict would keep it from the first page.
            .max_age(cookie_duration(lasts));
        PrivateCookieJar::new(self.current.clone()).add(cookie)
    }

    fn removed(&self, name: &'static str) -> PrivateCookieJar {
        let mut cookie = Cookie::build((name, "")).path("/").secure(true).http_only(true).build();
        cookie.set_max_age(cookie_duration(TimeDelta::zero()));
        PrivateCookieJar::new(self.current.clone()).add(cookie)
    }
}

fn cookie_duration(of: TimeDelta) -> time::Duration {
    time::Duration::seconds(of.num_seconds())
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The token that the API is asked with.
    pub token: String,
    /// The name of the person.
    pub person: String,
    /// The party of the person, as the API tells it: a CLEC, or `desk`.
    pub party: String,
    /// When it ends: with the token.
    pub until: DateTime<Utc>,
}

impl Session {
    /// The one that a request brings, while it lasts.
    #[must_use]
    pub fn of(keys: &SessionKeys, headers: &HeaderMap, now: DateTime<Utc>) -> Option<Self> {
        keys.open(SESSION, headers).filter(|session: &Self| session.until > now)
    }

    /// The cookie that holds it.
    pub fn sealed(&self, keys: &SessionKeys, now: DateTime<Utc>) -> PrivateCookieJar {
        keys.sealed(SESSION, self, self.until - now)
    }

    /// What ends it.
    pub fn ended(keys: &SessionKeys) -> PrivateCookieJar {
        keys.removed(SESSION)
    }

    /// Whether the person is of the provider.
    #[must_use]
    pub fn is_providers(&self) -> bool {
        self.party == contract::Party::Provider.to_string()
    }
}

/// A sign-in that has begun: what the issuer's answer is held against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SigningIn {
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
    /// Where to go then.
    pub(crate) to: String,
    pub(crate) begun: DateTime<Utc>,
}

impl SigningIn {
    pub(crate) fn of(keys: &SessionKeys, headers: &HeaderMap, now: DateTime<Utc>) -> Option<Self> {
        keys.open(SIGNING_IN, headers).filter(|of: &Self| of.begun + SIGNING_IN_FOR > now)
    }

    pub(crate) fn sealed(&self, keys: &SessionKeys) -> PrivateCookieJar {
        keys.sealed(SIGNING_IN, self, SIGNING_IN_FOR)
    }

    pub(crate) fn ended(keys: &SessionKeys) -> PrivateCookieJar {
        keys.removed(SIGNING_IN)
    }
}
