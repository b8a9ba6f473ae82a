//! The people of the local desk: they sign in by their names alone, for whoever reaches this machine is already here. Otherwise it is a
//! sign-in as any issuer has it: an authorization code, used once, with PKCE.

use super::{EXPIRES_IN, Identity, clients};
use axum::{
    extract::{Form, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use contract::policy::Client;
use pages::html::{self, Template};
use ring::digest;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use url::Url;

/// The client id of the pages.
pub const PAGES: &str = "pages";
/// How long a code is good for.
const CODE_FOR: TimeDelta = TimeDelta::minutes(1);
/// How long somebody is signed in, in seconds: longer than a shift.
const SIGNED_IN_FOR: i64 = 10 * EXPIRES_IN;
const TEMPLATE: Template = Template { name: "sign-in.html", source: include_str!("../../templates/sign-in.html") };

/// Somebody who can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The name to sign in by.
    pub name: &'static str,
    /// Of whom: a local client, whose party and roles the person has.
    pub of: &'static str,
    /// What the person does there.
    pub does: &'static str,
    /// The roles, where they are not all that the client has.
    #[serde(skip)]
    roles: Option<&'static [&'static str]>,
}

/// Several of each party.
pub const PEOPLE: &[Person] = &[
    Person { name: "ann", of: "alpha", does: "network operations", roles: None },
    Person { name: "adam", of: "alpha", does: "change management", roles: None },
    Person { name: "beth", of: "beta", does: "network operations", roles: None },
    Person { name: "ben", of: "beta", does: "change management", roles: None },
    Person { name: "gina", of: "gamma", does: "network operations", roles: None },
    Person { name: "greg", of: "gamma", does: "change management", roles: None },
    Person { name: "dora", of: "desk", does: "all roles", roles: None },
    Person { name: "hank", of: "desk", does: "help desk", roles: Some(&["desk"]) },
    Person { name: "cora", of: "desk", does: "CSIE, tier 1", roles: Some(&["desk", "csie"]) },
    Person { name: "mia", of: "desk", does: "CMP manager", roles: Some(&["desk", "cmpManager"]) },
];

/// The sign-ins whose codes were not used yet.
#[derive(Debug, Default)]
pub(super) struct Codes(Mutex<HashMap<String, Granted>>);

#[derive(Debug)]
struct Granted {
    person: Person,
    asked: Authorization,
    until: DateTime<Utc>,
}

/// What the pages ask for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Authorization {
    response_type: String,
    client_id: String,
    redirect_uri: String,
    state: String,
    nonce: String,
    code_challenge: String,
    code_challenge_method: String,
}

#[derive(Serialize)]
struct SignIn<'a> {
    people: &'a [Person],
    asked: &'a Authorization,
}

/// A choice of a person, with what was asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    person: String,
    #[serde(flatten)]
    asked: Authorization,
}

impl Authorization {
    /// Why it is not for the pages; where it would lead elsewhere, nothing is led there.
    fn refused(&self, identity: &Identity) -> Option<&'static str> {
        let own = format!("{}{}", identity.0.issuer, functions::web::sign_in::RETURN);
        match self {
            of if of.client_id != PAGES => Some("the client is unknown"),
            of if of.redirect_uri != own => Some("the address to lead back to is another one"),
            of if of.response_type != "code" => Some("only a code is answered"),
            of if of.code_challenge_method != "S256" || of.code_challenge.is_empty() => Some("PKCE by S256 is missing"),
            _ => None,
        }
    }
}

/// `GET /oauth2/authorize`: the page to sign in at.
pub(super) async fn ask(State(identity): State<Identity>, Query(asked): Query<Authorization>) -> Response {
    if let Some(refused) = asked.refused(&identity) {
        return (StatusCode::BAD_REQUEST, refused).into_response();
    }
    match html::page(TEMPLATE, &SignIn { people: PEOPLE, asked: &asked }) {
        Ok(page) => {
            let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
            ([(header::CONTENT_TYPE, html::MEDIA_TYPE), (header::CONTENT_SECURITY_POLICY, policy)], page)
                .into_response()
        }
        Err(error) => {
            tracing::error!(?error, "the page to sign in at could not be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `POST /oauth2/authorize`: somebody signs in, and is led back with a code.
pub(super) async fn sign_in(
    State(identity): State<Identity>,
    Form(Chosen { person, asked }): Form<Chosen>,
) -> Response {
    if let Some(refused) = asked.refused(&identity) {
        return (StatusCode::BAD_REQUEST, refused).into_response();
    }
    let Some(person) = PEOPLE.iter().find(|of| of.name == person).copied() else {
        return (StatusCode::BAD_REQUEST, "nobody has this name").into_response();
    };
    let Ok(mut back) = Url::parse(&asked.redirect_uri) else { return StatusCode::BAD_REQUEST.into_response() };
    let code = uuid::Uuid::new_v4().to_string();
    back.query_pairs_mut().append_pair("code", &code).append_pair("state", &asked.state);
    let now = Utc::now();
    let mut codes = identity.0.codes.0.lock().unwrap_or_else(PoisonError::into_inner);
    codes.retain(|_, granted| granted.until > now);
    codes.insert(code, Granted { person, asked, until: now + CODE_FOR });
    Redirect::to(back.as_str()).into_response()
}

/// The tokens of a sign-in, by its code.
pub(super) fn of_code(
    identity: &Identity,
    form: &HashMap<String, String>,
) -> Result<anyhow::Result<Value>, &'static str> {
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let granted = {
        let mut codes = identity.0.codes.0.lock().unwrap_or_else(PoisonError::into_inner);
        codes.remove(field("code")).ok_or("invalid_grant")?
    };
    let challenge = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, field("code_verifier").as_bytes()));
    let asked = &granted.asked;
    let fits = granted.until > Utc::now()
        && asked.client_id == field("client_id")
        && asked.redirect_uri == field("redirect_uri")
        && asked.code_challenge == challenge;
    if fits { Ok(tokens(identity, &granted)) } else { Err("invalid_grant") }
}

fn tokens(identity: &Identity, granted: &Granted) -> anyhow::Result<Value> {
    let Granted { person, asked, .. } = granted;
    let names = &identity.0.claims;
    let mut access = json!({ "client_id": PAGES, "token_use": "access", "scope": "openid profile" });
    match clients().find(|(client, _)| client == person.of) {
        Some((_, Client::Clec(id))) => access[&names.clec] = json!(id),
        Some((_, Client::Roles(all))) => {
            let own = person.roles.map(|roles| roles.iter().map(|role| (*role).to_owned()).collect());
            access[&names.roles] = json!(own.unwrap_or(all));
        }
        None => {}
    }
    let id = json!({ "aud": PAGES, "token_use": "id", "nonce": asked.nonce, "name": person.name });
    Ok(json!({
        "access_token": identity.signed(person.name, SIGNED_IN_FOR, &access)?,
        "id_token": identity.signed(person.name, SIGNED_IN_FOR, &id)?,
        "expires_in": SIGNED_IN_FOR,
        "token_type": "Bearer",
    }))
}
