//! Sign-in by OpenID Connect: authorization code with PKCE, against the issuer whose tokens the API takes.

use crate::{
    Web,
    api::Api,
    ask::{Ask, Unanswered},
    layout::{self, Site},
    session::{Session, SigningIn},
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderMap, StatusCode};
use openidconnect::{
    AuthorizationCode, ClientId, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, ProviderMetadataWithLogout, RedirectUrl, Scope,
    TokenResponse,
    core::{CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreTokenResponse},
};
use serde::Deserialize;
use std::sync::{Arc, PoisonError, RwLock};

/// Where the issuer leads back to.
pub const RETURN: &str = "/web/return";
/// How long a token is good for that does not say so, as RFC 6749 leaves open.
const UNTOLD: TimeDelta = TimeDelta::hours(1);

/// The issuer, and what it knows these pages as.
#[derive(Debug, Clone)]
pub struct Issuer {
    /// Its address, as its tokens name it.
    pub address: IssuerUrl,
    /// The client id of the pages.
    pub client: ClientId,
    /// Which of its tokens the API takes.
    pub token: ApiToken,
    /// What it tells of itself, asked once.
    metadata: Arc<RwLock<Option<Arc<ProviderMetadataWithLogout>>>>,
}

/// Which token the API takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiToken {
    /// The access token, as is usual.
    Access,
    /// The id token: Cognito tells of which CLEC a person is in that one alone.
    Id,
}

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
enum NotSignedIn {
    #[error("the sign-in took too long, or began in another browser")]
    NotBegun,
    #[error("the issuer refused: {0}")]
    Refused(String),
    #[error("the answer of the issuer is not the one to this sign-in")]
    Another,
    #[error("the issuer cannot be used: {0}")]
    Issuer(String),
    #[error("the account is of no CLEC and has no role here")]
    NoParty,
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
}

impl NotSignedIn {
    fn issuer(error: impl std::fmt::Display) -> Self {
        Self::Issuer(error.to_string())
    }
}

impl Issuer {
    /// The issuer at this address.
    ///
    /// # Errors
    /// When that is no address.
    pub fn new(address: &str, client: &str, token: ApiToken) -> Result<Self, url::ParseError> {
        Ok(Self {
            address: IssuerUrl::new(address.to_owned())?,
            client: ClientId::new(client.to_owned()),
            token,
            metadata: Arc::default(),
        })
    }

    /// What the issuer says of itself, its keys with it: asked once.
    async fn metadata(&self, ask: &Ask) -> Result<Arc<ProviderMetadataWithLogout>, NotSignedIn> {
        match self.known() {
            Some(known) => Ok(known),
            None => self.discovered(ask).await,
        }
    }

    /// The same, asked anew.
    async fn discovered(&self, ask: &Ask) -> Result<Arc<ProviderMetadataWithLogout>, NotSignedIn> {
        let found = ProviderMetadataWithLogout::discover_async(self.address.clone(), ask).await;
        let found = Arc::new(found.map_err(NotSignedIn::issuer)?);
        *self.metadata.write().unwrap_or_else(PoisonError::into_inner) = Some(found.clone());
        Ok(found)
    }

    fn known(&self) -> Option<Arc<ProviderMetadataWithLogout>> {
        self.metadata.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where the sign-in is, once that was asked: a form of somebody whose session ended is led there.
    pub(crate) fn origin(&self) -> Option<String> {
        Some(self.known()?.authorization_endpoint().url().origin().ascii_serialization())
    }

    async fn client(&self, ask: &Ask, site: &str) -> Result<Client, NotSignedIn> {
        let metadata = ProviderMetadataWithLogout::clone(&*self.metadata(ask).await?);
        let redirect = RedirectUrl::new(format!("{site}{RETURN}")).map_err(NotSignedIn::issuer)?;
        Ok(CoreClient::from_provider_metadata(metadata, self.client.clone(), None).set_redirect_uri(redirect))
    }
}

/// Where to go after the sign-in.
#[derive(Debug, Deserialize)]
pub(crate) struct To {
    #[serde(default)]
    to: String,
}

/// `GET /web/sign-in`: leads to the issuer.
pub(crate) async fn begin(State(web): State<Web>, Query(To { to }): Query<To>) -> Response {
    match begun(&web, to).await {
        Ok(response) => response,
        Err(error) => refused(&web, &error),
    }
}

async fn begun(web: &Web, to: String) -> Result<Response, NotSignedIn> {
    let client = web.issuer.client(&web.ask, &web.address).await?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let (url, state, nonce) = client
        .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("profile".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    let signing_in = SigningIn {
        state: state.secret().clone(),
        nonce: nonce.secret().clone(),
        verifier: verifier.secret().clone(),
        to: Some(to).filter(|to| layout::is_page(to)).unwrap_or_default(),
        begun: Utc::now(),
    };
    Ok((signing_in.sealed(&web.keys), Redirect::to(url.as_str())).into_response())
}

/// What the issuer answers.
#[derive(Debug, Deserialize)]
pub(crate) struct Returned {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
    error: Option<String>,
}

/// `GET /web/return`: the issuer led back.
pub(crate) async fn end(State(web): State<Web>, headers: HeaderMap, Query(returned): Query<Returned>) -> Response {
    let now = Utc::now();
    match ended(&web, &headers, returned, now).await {
        Ok((session, to)) => {
            let to = if layout::is_page(&to) { to } else { Site::of(&session).path().to_owned() };
            (session.sealed(&web.keys, now), SigningIn::ended(&web.keys), Redirect::to(&to)).into_response()
        }
        Err(error) => refused(&web, &error),
    }
}

async fn ended(
    web: &Web,
    headers: &HeaderMap,
    returned: Returned,
    now: DateTime<Utc>,
) -> Result<(Session, String), NotSignedIn> {
    let begun = SigningIn::of(&web.keys, headers, now).ok_or(NotSignedIn::NotBegun)?;
    if returned.state != begun.state {
        return Err(NotSignedIn::Another);
    }
    if let Some(error) = returned.error {
        return Err(NotSignedIn::Refused(error));
    }
    let client = web.issuer.client(&web.ask, &web.address).await?;
    let exchange = client.exchange_code(AuthorizationCode::new(returned.code)).map_err(NotSignedIn::issuer)?;
    let answer: CoreTokenResponse = exchange
        .set_pkce_verifier(PkceCodeVerifier::new(begun.verifier))
        .request_async(&web.ask)
        .await
        .map_err(NotSignedIn::issuer)?;
    let id_token = answer.id_token().ok_or(NotSignedIn::Another)?;
    let nonce = Nonce::new(begun.nonce);
    let person = match name_of(id_token, &client, &nonce) {
        Ok(person) => person,
        // The issuer may sign with another key since it was asked.
        Err(_) => {
            web.issuer.discovered(&web.ask).await?;
            name_of(id_token, &web.issuer.client(&web.ask, &web.address).await?, &nonce)?
        }
    };
    let token = match web.issuer.token {
        ApiToken::Access => answer.access_token().secret().clone(),
        ApiToken::Id => id_token.to_string(),
    };
    let lasts = answer.expires_in().and_then(|lasts| TimeDelta::from_std(lasts).ok()).unwrap_or(UNTOLD);
    let caller = Api::new(web, &token).get("/cmp/v1/caller").await?.json();
    let party = caller.as_ref().and_then(|caller| caller["party"].as_str()).ok_or(NotSignedIn::NoParty)?.to_owned();
    Ok((Session { token, person, party, until: now + lasts }, begun.to))
}

/// The name of the person whom a token that this issuer signed, for these pages and this sign-in, is of.
fn name_of(token: &CoreIdToken, client: &Client, nonce: &Nonce) -> Result<String, NotSignedIn> {
    let claims = token.claims(&client.id_token_verifier(), nonce).map_err(NotSignedIn::issuer)?;
    let name = claims.name().and_then(|name| name.get(None)).map(|name| name.to_string());
    let name = name.or_else(|| claims.preferred_username().map(|name| name.to_string()));
    Ok(name.unwrap_or_else(|| claims.subject().to_string()))
}

fn refused(web: &Web, error: &NotSignedIn) -> Response {
    tracing::warn!(%error, "nobody was signed in");
    layout::message(web, None, StatusCode::UNAUTHORIZED, "You are not signed in", &error.to_string())
}

/// `POST /web/sign-out`: ends the session here. The issuer may keep one of its own: the page leads to where that ends.
pub(crate) async fn sign_out(State(web): State<Web>) -> Response {
    (Session::ended(&web.keys), Redirect::to("/web/signed-out")).into_response()
}

/// `GET /web/signed-out`: says so, and leads to where the issuer's own session ends.
pub(crate) async fn signed_out(State(web): State<Web>) -> Response {
    let metadata = web.issuer.metadata(&web.ask).await.ok();
    let endpoint = metadata.as_ref().and_then(|of| of.additional_metadata().end_session_endpoint.as_ref());
    let end = endpoint.and_then(|of| url::Url::parse(of.as_str()).ok()).map(|mut url| {
        // The names of RP-initiated logout, and Cognito's.
        let back = format!("{}/events/", web.sites);
        let client = web.issuer.client.as_str();
        let names = [("client_id", client), ("post_logout_redirect_uri", &back), ("logout_uri", &back)];
        url.query_pairs_mut().extend_pairs(names);
        url.to_string()
    });
    layout::signed_out(&web, end)
}
