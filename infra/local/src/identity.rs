//! The identity provider: a token endpoint for client credentials, as Cognito has it, with a key made at start. Tokens are
//! issued and judged by real time, whatever the desk's clock says. Cognito signs by RSA, because others verify; here the
//! process that issues a token also verifies it, and a key for HMAC is made in no time.

use anyhow::Context;
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::Utc;
use contract::{Policy, party::CmpRole, policy::Client};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    signature::{self, Signer, Verifier},
};
use ring::{
    hmac,
    rand::{SecureRandom, SystemRandom},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::{collections::HashMap, fmt, sync::Arc};

/// The secret of every local client.
pub const SECRET: &str = "local";
/// How long a token is good for, in seconds.
pub const EXPIRES_IN: i64 = 3_600;

/// Issues tokens, and verifies them as API Gateway's authorizer does.
#[derive(Clone)]
pub struct Identity(Arc<Keys>);

struct Keys {
    sign: EncodingKey,
    verify: DecodingKey,
    issuer: String,
    audience: Vec<String>,
}

/// HMAC with SHA-256 by ring, which is there for TLS: each of `jsonwebtoken`'s own backends is a second library of
/// cryptography to build.
static ON_RING: CryptoProvider = CryptoProvider {
    signer_factory: |_, key| Ok(Box::new(Hs256(hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes())))),
    verifier_factory: |_, key| Ok(Box::new(Hs256(hmac::Key::new(hmac::HMAC_SHA256, key.try_get_as_bytes()?)))),
    key_utils: KeyUtils::new_unimplemented(),
};

struct Hs256(hmac::Key);

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(hmac::sign(&self.0, message).as_ref().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        hmac::verify(&self.0, message, signature).map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.0.issuer)
    }
}

/// The local clients: three CLECs and the desk.
pub fn clients() -> impl Iterator<Item = (String, Client)> {
    let clecs = ["alpha", "beta", "gamma"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), Client::Clec(name.parse().ok()?))));
    let tiers = Policy::defaults().process_tickets.tiers.into_values().map(|people| people.role);
    let roles = ["desk"].into_iter().chain(CmpRole::ALL.map(CmpRole::as_str)).map(str::to_owned).chain(tiers).collect();
    clecs.chain([("desk".to_owned(), Client::Roles(roles))])
}

/// What a token carries.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    client_id: String,
    token_use: String,
    scope: String,
    iat: i64,
    exp: i64,
    jti: String,
    #[serde(flatten)]
    more: Map<String, Value>,
}

impl Identity {
    /// With a key of its own; its audience are the policy's clients.
    ///
    /// # Errors
    /// When no key can be made.
    pub fn new(issuer: &str, policy: &Policy) -> anyhow::Result<Self> {
        let _installed_before = ON_RING.install_default();
        let mut key = [0; 32];
        SystemRandom::new().fill(&mut key).ok().context("no key could be made")?;
        Ok(Self(Arc::new(Keys {
            sign: EncodingKey::from_secret(&key),
            verify: DecodingKey::from_secret(&key),
            issuer: issuer.to_owned(),
            audience: policy.clients.keys().cloned().collect(),
        })))
    }

    /// A token for a client, good from now for so many seconds.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn token(&self, client: &str, expires_in: i64) -> anyhow::Result<String> {
        let now = Utc::now().timestamp();
        let claims = Claims {
            iss: self.0.issuer.clone(),
            sub: client.to_owned(),
            client_id: client.to_owned(),
            token_use: "access".to_owned(),
            scope: "desk/all".to_owned(),
            iat: now,
            exp: now + expires_in,
            jti: uuid::Uuid::new_v4().to_string(),
            more: Map::new(),
        };
        Ok(jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.0.sign)?)
    }

    /// The claims of a token that is signed, of this issuer, of the audience and not expired; as the gateway hands them on.
    #[must_use]
    pub fn verify(&self, token: &str) -> Option<HashMap<String, String>> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[&self.0.issuer]);
        validation.leeway = 0;
        validation.validate_nbf = true;
        validation.validate_aud = false; // A client's token has none: its client id is held to the audience instead.
        let claims = jsonwebtoken::decode::<Map<String, Value>>(token, &self.0.verify, &validation).ok()?.claims;
        let audience = claims.get("aud").or(claims.get("client_id")).and_then(Value::as_str)?;
        if !self.0.audience.iter().any(|known| known == audience) {
            return None;
        }
        let text = |value: Value| match value {
            Value::String(text) => text,
            Value::Array(values) => {
                let words: Vec<String> = values
                    .iter()
                    .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                    .collect();
                format!("[{}]", words.join(" "))
            }
            other => other.to_string(),
        };
        Some(claims.into_iter().map(|(name, value)| (name, text(value))).collect())
    }
}

/// `POST /oauth2/token`: client credentials, in the form or as HTTP Basic.
pub async fn token(State(identity): State<Identity>, headers: HeaderMap, body: String) -> Response {
    let form: HashMap<String, String> = serde_urlencoded::from_str(&body).unwrap_or_default();
    let refused = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    if form.get("grant_type").map(String::as_str) != Some("client_credentials") {
        return refused(if form.contains_key("grant_type") { "unsupported_grant_type" } else { "invalid_request" });
    }
    let basic = headers.get(header::AUTHORIZATION).and_then(|value| basic(value.to_str().ok()?));
    let in_form = || Some((form.get("client_id")?.clone(), form.get("client_secret")?.clone()));
    let known = |(client, secret): &(String, String)| secret == SECRET && identity.0.audience.contains(client);
    let Some((client, _)) = basic.or_else(in_form).filter(known) else { return refused("invalid_client") };
    match identity.token(&client, EXPIRES_IN) {
        Ok(token) => {
            Json(json!({ "access_token": token, "expires_in": EXPIRES_IN, "token_type": "Bearer" })).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a token could not be signed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn basic(header: &str) -> Option<(String, String)> {
    let encoded = header.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    decoded.split_once(':').map(|(client, secret)| (client.to_owned(), secret.to_owned()))
}
