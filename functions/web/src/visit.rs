//! Somebody at a page: who it is, on which site, and what the API answers this person.

use crate::{
    Web,
    api::{Answer, Api},
    ask::Unanswered,
    layout::{self, Site},
    operations::{Operation, encoded},
    session::Session,
    show::Showing,
};
use axum::{
    extract::{FromRequestParts, OriginalUri},
    response::{IntoResponse, Redirect, Response},
};
use chrono::Utc;
use http::{StatusCode, Uri, request::Parts};
use serde::Serialize;

/// Somebody who is signed in, at a page that is this person's to see.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) web: Web,
    pub(crate) site: Site,
    pub(crate) session: Session,
    /// The page, with its query: a sign-in leads back to it.
    pub(crate) here: String,
}

impl Visit {
    /// The API, asked with the person's token.
    pub(crate) fn api(&self) -> Api<'_> {
        Api::new(&self.web, &self.session.token)
    }

    /// What the API answers at a path; where it tells nothing, the page that says why.
    pub(crate) async fn read(&self, path: &str) -> Result<Answer, Response> {
        let answer = self.api().get(path).await.map_err(|error| self.unanswered(&error))?;
        self.told(answer)
    }

    /// An answer that tells something; of any other one, the page that says why.
    #[expect(clippy::result_large_err, reason = "the page is the handler's answer, once a request")]
    pub(crate) fn told(&self, answer: Answer) -> Result<Answer, Response> {
        match answer.status {
            status if status.is_success() => Ok(answer),
            StatusCode::UNAUTHORIZED => Err(to_sign_in(&self.here)),
            StatusCode::NOT_FOUND => Err(self.not_found()),
            status => Err(self.message(status, "Refused", answer.problem().words())),
        }
    }

    /// A page, in its place of the site.
    pub(crate) fn page(&self, (status, template): (StatusCode, &str), place: &str, page: impl Serialize) -> Response {
        layout::page(&self.web, (self.site, &self.session), (status, template), place, page)
    }

    /// A page that says one thing.
    pub(crate) fn message(&self, status: StatusCode, title: &str, text: &str) -> Response {
        layout::message(&self.web, Some((self.site, &self.session)), status, title, text)
    }

    /// The page of what there is not, or not for this person: the API does not say which.
    pub(crate) fn not_found(&self) -> Response {
        let text = "There is no such page, or what it tells of is not yours to see.";
        self.message(StatusCode::NOT_FOUND, "Nothing here", text)
    }

    /// The page of what went wrong here.
    pub(crate) fn unanswered(&self, error: &Unanswered) -> Response {
        tracing::error!(%error, "the API did not answer");
        let text = "The desk does not answer now. What you sent may have arrived: look before you send it again.";
        self.message(StatusCode::BAD_GATEWAY, "No answer", text)
    }

    pub(crate) fn showing(&self) -> Showing<'_> {
        Showing { policy: &self.web.policy, site: self.site }
    }

    /// The page that shows what an operation reads, with these in the places of its parameters.
    pub(crate) fn page_of(&self, operation: &Operation, parameters: &[String]) -> String {
        let path = operation.path_of(parameters);
        format!("{}{}", self.site.path(), path.strip_prefix(operation.base()).unwrap_or(&path))
    }

    /// The form of an operation, likewise.
    pub(crate) fn form_of(&self, operation: &Operation, parameters: &[String]) -> String {
        let parameters: String = parameters.iter().map(|of| format!("/{}", encoded(of))).collect();
        format!("{}/do/{}{parameters}", self.site.path(), operation.id)
    }
}

impl FromRequestParts<Web> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let (site, here) = asked(parts);
        let Some(session) = Session::of(&web.keys, &parts.headers, Utc::now()) else {
            return Err(to_sign_in(&here));
        };
        let own = Site::of(&session);
        if own == site {
            return Ok(Self { web: web.clone(), site, session, here });
        }
        let text = match site {
            Site::Console => "The console is for the provider's people. Your pages are in the portal.",
            Site::Portal => "The portal is for a CLEC's people. Your pages are in the console.",
        };
        Err(layout::message(web, Some((own, &session)), StatusCode::FORBIDDEN, "Not yours to see", text))
    }
}

/// Which site a request is for, and which page of it.
pub(crate) fn asked(parts: &Parts) -> (Site, String) {
    let site = parts.extensions.get::<Site>().copied().unwrap_or(Site::Portal);
    let uri: &Uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
    (site, uri.path_and_query().map_or_else(String::new, ToString::to_string))
}

/// To the sign-in, and then back to a page.
fn to_sign_in(here: &str) -> Response {
    Redirect::to(&format!("/web/sign-in?to={}", encoded(here))).into_response()
}
