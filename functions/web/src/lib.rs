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
//! | `visit` | somebody at a page, and what the API answers this person |
//! | `home` with `queue`, `read` with `list` and `record`, `calendar` | pages that show what it answers |
//! | `act`, `report`, `document` | forms, and what is sent from them |
//! | `form`, `posted`, `body` | what a form asks for, what came back, and the JSON that it says |
//! | `kinds`, `words`, `show`, `layout` | how it looks: columns and order by kind of record, values, the frame |

mod act;
mod api;
pub mod ask;
mod body;
mod calendar;
mod document;
mod form;
mod home;
mod kinds;
mod layout;
mod list;
mod operations;
mod posted;
mod queue;
mod read;
mod record;
mod report;
pub mod session;
mod show;
pub mod sign_in;
pub mod start;
mod visit;
mod windows;
mod words;

use ask::Ask;
use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Path, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use contract::Policy;
use http::{StatusCode, header};
use layout::Site;
use session::SessionKeys;
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
    ([(header::CONTENT_TYPE, asset.media_type), (header::CACHE_CONTROL, kept)], asset.text.clone()).into_response()
}
