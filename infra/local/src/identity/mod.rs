//! The identity provider: tokens for clients and for people, as an OpenID Connect issuer has them, with a key made at start. Tokens are
//! issued and judged by real time, whatever the desk's clock says.

mod keys;
mod people;
mod token;

use anyhow::Context;
use axum::{
    Json, Router,
    extract::State,
    routing::{get, post},
};
use chrono::Utc;
use contract::{Policy, party::CmpRole, policy::Client};
use keys::Keys;
use people::Codes;
pub use people::{PAGES, PEOPLE, Person};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::{collections::HashMap, fmt, sync::Arc};

/// The secret of every local client.
pub const SECRET: &str = "local";
/// How long a token is good for, in seconds.
pub const EXPIRES_IN: i64 = 3_600;

/// Issues tokens, and verifies them as API Gateway's authorizer does.
#[derive(Clone)]
pub struct Identity(Arc<Issuer>);

struct Issuer {
    keys: Keys,
    issuer: String,
    audience: Vec<String>,
    /// What the tokens name a CLEC and roles by.
    claims: contract::policy::Claims,
    codes: Codes,
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
    iat: i64,
    exp: i64,
    jti: String,
    #[serde(flatten)]
    more: Map<String, Value>,
}

impl Identity {
    /// With a key of its own; its audience are the policy's clients, and the pages.
    ///
    /// # Errors
    /// When no key can be made.
    pub fn new(issuer: &str, policy: &Policy) -> anyhow::Result<Self> {
        Ok(Self(Arc::new(Issuer {
            keys: Keys::new().context("no key could be made")?,
            issuer: issuer.to_owned(),
            audience: policy.clients.keys().cloned().chain([PAGES.to_owned()]).collect(),
            claims: policy.claims.clone(),
            codes: Codes::default(),
        })))
    }

    /// Its address, which its tokens name.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// The issuer's endpoints.
    pub fn routes(self) -> Router {
        Router::new()
            .route("/oauth2/token", post(token::token))
            .route("/oauth2/authorize", get(people::ask).post(people::sign_in))
            .route("/oauth2/jwks", get(jwks))
            .route("/.well-known/openid-configuration", get(configuration))
            .with_state(self)
    }

    /// A token for a client, good from now for so many seconds.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn token(&self, client: &str, expires_in: i64) -> anyhow::Result<String> {
        let more = json!({ "client_id": client, "token_use": "access", "scope": "desk/all" });
        self.signed(client, expires_in, &more)
    }

    fn signed(&self, subject: &str, expires_in: i64, more: &Value) -> anyhow::Result<String> {
        let now = Utc::now().timestamp();
        self.0.keys.signed(&Claims {
            iss: self.0.issuer.clone(),
            sub: subject.to_owned(),
            iat: now,
            exp: now + expires_in,
            jti: uuid::Uuid::new_v4().to_string(),
            more: more.as_object().cloned().unwrap_or_default(),
        })
    }

    /// The claims of a token that is signed, of this issuer, of the audience and not expired; as the gateway hands them on.
    #[must_use]
    pub fn verify(&self, token: &str) -> Option<HashMap<String, String>> {
        let claims = self.0.keys.verified(token, &self.0.issuer)?;
        // A client's token has no audience: its client id is held to it instead.
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

/// `GET /oauth2/jwks`: the key that tokens are verified with.
async fn jwks(State(Identity(issuer)): State<Identity>) -> Json<Value> {
    Json(json!({ "keys": [issuer.keys.public()] }))
}

/// `GET /.well-known/openid-configuration`: what an issuer tells of itself.
async fn configuration(State(Identity(issuer)): State<Identity>) -> Json<Value> {
    let of = &issuer.issuer;
    Json(json!({
        "issuer": of,
        "authorization_endpoint": format!("{of}/oauth2/authorize"),
        "token_endpoint": format!("{of}/oauth2/token"),
        "jwks_uri": format!("{of}/oauth2/jwks"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "scopes_supported": ["openid", "profile"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_post", "client_secret_basic"],
    }))
}
