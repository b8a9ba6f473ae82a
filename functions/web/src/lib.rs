//! `web`: the pages behind a sign-in (WB-07): the portal for a CLEC's people, the console for the provider's. They are a client of the API:
//! each page asks it with the token of the person who is signed in, and shows what it answers. This function may call nothing else, knows
//! no rule of the contract, and decides nothing.
//!
//! A page's path is the API's: `/portal/troubleTicket/7K3M-9QXD/timeline` shows what the API answers at
//! `/tmf-api/troubleTicket/v4/troubleTicket/7K3M-9QXD/timeline`, and `/portal/do/close/7K3M-9QXD` asks for the body of the operation
//! `close`.
//!
//! | module | what it is |
//! |---|---|
//! | `sign_in`, `session` | who the person is |
//! | `ask`, `api`, `operations` | how the API is asked, and what it takes: `operations.json` is made of its description |
//! | `home`, `read`, `calendar` | pages that show what it answers |
//! | `act`, `report`, `document`, `form` | forms, and what is sent from them |
//! | `kinds`, `words`, `show`, `layout` | how it looks: columns and order by kind of record, values, the frame |

mod act;
mod api;
pub mod ask;
mod calendar;
mod document;
mod form;
mod home;
mod kinds;
mod layout;
mod operations;
mod read;
mod report;
pub mod session;
mod show;
pub mod sign_in;
pub mod start;
mod words;

use ask::{Ask, Unanswered};
use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, FromRequestParts, Path, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use chrono::Utc;
use contract::Policy;
use http::{StatusCode, header, request::Parts};
use layout::Site;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use session::{Session, SessionKeys};
use show::Showing;
use sign_in::Issuer;
use std::sync::Arc;
use tower_http::csrf::{ConfigError, CsrfLayer};

/// The folders of the pages' paths: each, and all below it, is this function's.
pub const FOLDERS: [&str; 3] = ["/web", "/portal", "/console"];
/// What the gateway hands on at the most, with a document in it.
const BODY_AT_MOST: usize = 6 * 1024 * 1024;

/// What the pages need.
#[derive(Debug, Clone)]
pub struct Web {
    /// What the API and the issuer are asked by.
    pub ask: Ask,
    /// Where the API is, without the last slash.
    pub api: String,
    /// Where the pages are, as a browser sees them, without the last slash.
    pub address: String,
    /// Where the public sites are, likewise.
    pub sites: String,
    /// Who signs people in.
    pub issuer: Issuer,
    /// What sessions are sealed with.
    pub keys: SessionKeys,
    /// The provider's name, contact and time zone.
    pub policy: Arc<Policy>,
}

/// The pages, ready to serve.
///
/// # Errors
/// When their address is none.
pub fn routes(web: Web) -> Result<Router, ConfigError> {
    // A form of another site is refused by what the browser says of where it comes from; there is no token to keep.
    let of_ours = CsrfLayer::new().add_trusted_origin(&web.address)?;
    let routes = Router::new()
        .route("/web/sign-in", get(sign_in::begin))
        .route(sign_in::RETURN, get(sign_in::end))
        .route("/web/sign-out", post(sign_in::sign_out))
        .route("/web/signed-out", get(sign_in::signed_out))
        .route("/web/assets/{file}", get(asset))
        .merge(site(Site::Portal))
        .merge(site(Site::Console));
    let headers = from_fn_with_state(web.clone(), |State(web): State<Web>, request, next: Next| async move {
        layout::with_headers(&web, next.run(request).await)
    });
    let routes = routes.with_state(web).layer((of_ours, DefaultBodyLimit::max(BODY_AT_MOST)));
    Ok(http_edge::app_of_pages(routes.layer(headers)))
}

fn site(site: Site) -> Router<Web> {
    let at = |path: &str| format!("{}{path}", site.path());
    Router::new()
        .route(&at(""), get(home::home))
        .route(&at("/"), get(home::home))
        .route(&at("/search"), get(home::search))
        .route(&at("/calendar"), get(calendar::this_month))
        .route(&at("/calendar/{month}"), get(calendar::month))
        .route(&at("/do/{operation}"), get(act::ask).post(act::act))
        .route(&at("/do/{operation}/{*parameters}"), get(act::ask).post(act::act))
        .route(&at("/{*path}"), get(read::read))
        .layer(Extension(site))
}

/// A file that pages load: its name changes with what is in it.
async fn asset(Path(file): Path<String>) -> Response {
    let Some(asset) = layout::asset(&format!("web/assets/{file}")) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kept = "public, max-age=31536000, immutable";
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, kept),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, asset.text.clone()).into_response()
}

/// Who asks for a page of a site.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) site: Site,
    pub(crate) session: Session,
}

impl Person {
    pub(crate) fn of(&self) -> (Site, &Session) {
        (self.site, &self.session)
    }

    pub(crate) fn showing<'a>(&self, web: &'a Web) -> Showing<'a> {
        Showing { policy: &web.policy, site: self.site }
    }
}

impl FromRequestParts<Web> for Person {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let site = parts.extensions.get::<Site>().copied().unwrap_or(Site::Portal);
        let asked = parts.uri.path_and_query().map_or("", |asked| asked.as_str());
        let Some(session) = Session::of(&web.keys, &parts.headers, Utc::now()) else {
            return Err(to_sign_in(asked));
        };
        if site.is_for(&session) {
            return Ok(Self { site, session });
        }
        let own = if session.is_providers() { Site::Console } else { Site::Portal };
        let text = match site {
            Site::Console => "The console is for the provider's people. Your pages are in the portal.",
            Site::Portal => "The portal is for a CLEC's people. Your pages are in the console.",
        };
        Err(layout::message(web, Some((own, &session)), StatusCode::FORBIDDEN, "Not yours to see", text))
    }
}

/// To the sign-in, and then back to what was asked for.
pub(crate) fn to_sign_in(asked: &str) -> Response {
    Redirect::to(&format!("/web/sign-in?to={}", utf8_percent_encode(asked, NON_ALPHANUMERIC))).into_response()
}

/// The page of what there is not, or not for this person: the API does not say which.
pub(crate) fn not_found(web: &Web, person: &Person) -> Response {
    let text = "There is no such page, or what it tells of is not yours to see.";
    layout::message(web, Some(person.of()), StatusCode::NOT_FOUND, "Nothing here", text)
}

/// The page of what the API refuses to answer, in its words.
pub(crate) fn refused_by(web: &Web, person: &Person, answer: &api::Answer) -> Response {
    layout::message(web, Some(person.of()), answer.status, "Refused", answer.problem().words())
}

/// The page of what went wrong here.
pub(crate) fn unanswered(web: &Web, of: (Site, &Session), error: &Unanswered) -> Response {
    tracing::error!(%error, "the API did not answer");
    let text = "The desk does not answer now. What you sent may have arrived: look before you send it again.";
    layout::message(web, Some(of), StatusCode::BAD_GATEWAY, "No answer", text)
}
