//! `POST /oauth2/token`: for clients by their secret, in the form or as HTTP Basic, as Cognito has it; for people by the code that their
//! sign-in made.

use super::{EXPIRES_IN, Identity, SECRET, people};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::collections::HashMap;

pub(super) async fn token(State(identity): State<Identity>, headers: HeaderMap, body: String) -> Response {
    let form: HashMap<String, String> = serde_urlencoded::from_str(&body).unwrap_or_default();
    let answered = match form.get("grant_type").map(String::as_str) {
        Some("client_credentials") => of_client(&identity, &headers, &form),
        Some("authorization_code") => people::of_code(&identity, &form),
        Some(_) => Err("unsupported_grant_type"),
        None => Err("invalid_request"),
    };
    match answered {
        Ok(Ok(answer)) => ([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response(),
        Ok(Err(error)) => {
            tracing::error!(%error, "a token could not be signed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Err(refused) => (StatusCode::BAD_REQUEST, Json(json!({ "error": refused }))).into_response(),
    }
}

fn of_client(
    identity: &Identity,
    headers: &HeaderMap,
    form: &HashMap<String, String>,
) -> Result<anyhow::Result<Value>, &'static str> {
    let basic = headers.get(header::AUTHORIZATION).and_then(|value| basic(value.to_str().ok()?));
    let in_form = || Some((form.get("client_id")?.clone(), form.get("client_secret")?.clone()));
    let is_client = |client: &String| client != people::PAGES && identity.0.audience.contains(client);
    let known = |(client, secret): &(String, String)| secret == SECRET && is_client(client);
    let (client, _) = basic.or_else(in_form).filter(known).ok_or("invalid_client")?;
    let token = identity.token(&client, EXPIRES_IN);
    Ok(token.map(|token| json!({ "access_token": token, "expires_in": EXPIRES_IN, "token_type": "Bearer" })))
}

fn basic(header: &str) -> Option<(String, String)> {
    let encoded = header.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    decoded.split_once(':').map(|(client, secret)| (client.to_owned(), secret.to_owned()))
}
