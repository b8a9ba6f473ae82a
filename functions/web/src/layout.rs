//! How pages are laid out: the two sites, the frame around each page, the templates and the files that pages load.

use crate::{Web, session::Session};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use pages::{
    assets::{self, Asset},
    html::{self, Pages, Template},
    site::{Frame, Framed, Place},
    templates,
};
use serde::Serialize;
use std::{borrow::Cow, sync::LazyLock};

/// Which site a page is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Site {
    /// A CLEC's people.
    Portal,
    /// The provider's people.
    Console,
}

impl Site {
    /// The first part of its paths.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Portal => "/portal",
            Self::Console => "/console",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Portal => "Portal",
            Self::Console => "Console",
        }
    }

    fn places(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Portal => &[
                ("Home", "/portal"),
                ("Tickets", "/portal/troubleTicket"),
                ("Planned outages", "/portal/plannedOutage"),
                ("Change requests", "/portal/changeRequest"),
                ("Releases", "/portal/release"),
                ("Meetings", "/portal/meeting"),
                ("Account team", "/portal/accountTeam"),
                ("Account requests", "/portal/accountRequest"),
                ("Post-mortems", "/portal/postMortem"),
                ("Degradations", "/portal/serviceProblem"),
                ("Service quality", "/portal/purchasedOffering"),
                ("Performance", "/portal/performance"),
                ("Subscriptions", "/portal/subscription"),
                ("Contacts", "/portal/contact"),
                ("Event notifications", "/events/"),
            ],
            Self::Console => &[
                ("Queues", "/console"),
                ("Tickets", "/console/troubleTicket"),
                ("Planned outages", "/console/plannedOutage"),
                ("Calendar", "/console/calendar"),
                ("Change requests", "/console/changeRequest"),
                ("Releases", "/console/release"),
                ("Meetings", "/console/meeting"),
                ("CLECs", "/console/clec"),
                ("Account teams", "/console/accountTeam"),
                ("Team members", "/console/teamMember"),
                ("Account requests", "/console/accountRequest"),
                ("Post-mortems", "/console/postMortem"),
                ("Degradations", "/console/serviceProblem"),
                ("Other parties", "/console/otherParty"),
                ("Offerings", "/console/productOffering"),
                ("Purchased", "/console/purchasedOffering"),
                ("Performance", "/console/performance"),
                ("Thresholds", "/console/serviceLevelObjective"),
                ("Types of SLAs", "/console/serviceLevelSpecification"),
                ("Subscriptions", "/console/subscription"),
                ("Unreached", "/console/unreachedNotice"),
                ("Event notifications", "/events/"),
            ],
        }
    }

    /// The one that a person may see. The API decides what is on its pages.
    pub(crate) fn of(session: &Session) -> Self {
        if session.is_providers() { Self::Console } else { Self::Portal }
    }
}

/// How long a path is that a sign-in leads back to: it is kept in a cookie.
const PATH_AT_MOST: usize = 1_000;

/// Whether a path is one of these sites' own, to be led to after a sign-in.
pub(crate) fn is_page(path: &str) -> bool {
    let own =
        |site: Site| path.strip_prefix(site.path()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let plain = path.len() <= PATH_AT_MOST && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (own(Site::Portal) || own(Site::Console)) && plain && !path.contains("//")
}

const TEMPLATES: &[Template] = templates![
    "desk.html",
    "value.html",
    "table.html",
    "rows.html",
    "facts.html",
    "field.html",
    "fields.html",
    "refused.html",
    "acts.html",
    "home.html",
    "queue.html",
    "further.html",
    "list.html",
    "record.html",
    "form.html",
    "report.html",
    "search.html",
    "calendar.html",
    "message.html",
    "signed-out.html",
];

/// The templates, read once.
static PAGES: LazyLock<Result<Pages, String>> =
    LazyLock::new(|| Pages::new(TEMPLATES).map_err(|error| format!("{error:?}")));

/// The style sheet: the public sites', and what pages with forms need beside it.
static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let text = format!("{}{}", assets::STYLE.text, include_str!("../assets/desk.css"));
    Asset::new("web/assets/desk", "css", "text/css; charset=utf-8", text)
});

/// What pages load, by path.
pub(crate) fn asset(path: &str) -> Option<&'static Asset> {
    [&*STYLE, &*assets::SEARCH].into_iter().find(|asset| asset.path == path.trim_start_matches('/'))
}

/// A page with its person: `desk.html` names them.
#[derive(Serialize)]
struct Desk<T> {
    person: Option<String>,
    party: Option<String>,
    site: &'static str,
    #[serde(flatten)]
    page: T,
}

/// A page of a site.
pub(crate) fn page(
    web: &Web,
    (site, session): (Site, &Session),
    (status, template): (StatusCode, &str),
    place: &str,
    page: impl Serialize,
) -> Response {
    let frame = frame(web, site.name(), site.places(), place);
    let (person, party) = (Some(session.person.clone()), Some(session.party.clone()));
    respond((status, template), frame, Desk { person, party, site: site.path(), page })
}

fn frame(web: &Web, site: &'static str, places: &[(&'static str, &'static str)], place: &str) -> Frame {
    let places = places.iter().map(|(name, href)| {
        // The public sites end with a slash, and have a host of their own in the cloud.
        let href = if href.ends_with('/') { format!("{}{href}", web.sites).into() } else { Cow::Borrowed(*href) };
        Place { name, current: href == place, href }
    });
    Frame {
        provider: web.policy.provider.name.clone(),
        site,
        zone: web.policy.time_zone.to_string(),
        contact: web.policy.provider.contact.clone(),
        style: STYLE.path.clone(),
        script: assets::SEARCH.path.clone(),
        places: places.collect(),
        feeds: Vec::new(),
    }
}

fn respond((status, template): (StatusCode, &str), frame: Frame, page: impl Serialize) -> Response {
    let pages = PAGES.as_ref().map_err(Clone::clone);
    let text =
        pages.and_then(|pages| pages.page(template, &Framed { frame, page }).map_err(|error| format!("{error:?}")));
    match text {
        Ok(text) => (status, [(header::CONTENT_TYPE, html::MEDIA_TYPE)], text).into_response(),
        Err(error) => {
            tracing::error!(error, template, "a page could not be made");
            (StatusCode::INTERNAL_SERVER_ERROR, "this page could not be made").into_response()
        }
    }
}

/// What a browser may do with an answer that does not say so itself, whoever made it. Nobody else keeps it.
pub(crate) fn with_headers(web: &Web, mut response: Response) -> Response {
    let own = html::DESK_SECURITY_POLICY;
    // Browsers hold what a form leads to against its page's policy, the sign-in too.
    let policy =
        web.issuer.origin().map(|origin| own.replace("form-action 'self'", &format!("form-action 'self' {origin}")));
    if let Some(policy) = policy.and_then(|policy| HeaderValue::try_from(policy).ok()) {
        response.headers_mut().entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    let headers = [
        (header::CONTENT_SECURITY_POLICY, own),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let is_https = web.address.starts_with("https:");
    let only_https = is_https.then_some((header::STRICT_TRANSPORT_SECURITY, "max-age=63072000"));
    for (name, value) in headers.into_iter().chain(only_https) {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

#[derive(Serialize)]
struct Message<'a> {
    title: &'a str,
    text: &'a str,
}

/// A page that says one thing.
pub(crate) fn message(
    web: &Web,
    of: Option<(Site, &Session)>,
    status: StatusCode,
    title: &str,
    text: &str,
) -> Response {
    let said = Message { title, text };
    match of {
        Some(of) => page(web, of, (status, "message.html"), "", said),
        None => respond((status, "message.html"), frame(web, "Sign-in", &SIGNED_OUT, ""), nobody(said)),
    }
}

#[derive(Serialize)]
struct SignedOut {
    end: Option<String>,
}

/// The page after a sign-out, with where the issuer's own session ends.
pub(crate) fn signed_out(web: &Web, end: Option<String>) -> Response {
    respond((StatusCode::OK, "signed-out.html"), frame(web, "Sign-in", &SIGNED_OUT, ""), nobody(SignedOut { end }))
}

fn nobody<T: Serialize>(page: T) -> Desk<T> {
    Desk { person: None, party: None, site: "", page }
}

/// Where who is not signed in can go.
const SIGNED_OUT: [(&str, &str); 3] =
    [("Sign in", "/web/sign-in"), ("Event notifications", "/events/"), ("Change management", "/cmp/")];
