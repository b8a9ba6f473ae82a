//! How the pages of the sites are laid out: their templates, and the frame around each.

use crate::Unfinished;
use contract::{Failed, Instant, Policy, text::folded};
use pages::{
    assets,
    html::{self, Pages, Template},
    site::{Feed, Frame, Framed, Place, Shown},
    templates,
};
use platform::sites::{File, Kept};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::{borrow::Cow, sync::LazyLock};

/// The templates of the sites' pages.
const TEMPLATES: &[Template] = templates![
    "event-list.html",
    "outage-list.html",
    "home.html",
    "event.html",
    "past.html",
    "list.html",
    "outages.html",
    "outage.html",
    "availability.html",
    "subscribe.html",
    "not-found.html",
    "request-list.html",
    "cmp-home.html",
    "cmp-archive.html",
    "cmp-requests.html",
    "change-request.html",
    "ticket-facts.html",
    "date-tbd.html",
    "releases.html",
    "meetings.html",
    "meeting.html",
    "package.html",
];

/// The templates, read once.
static PAGES: LazyLock<Result<Pages, String>> =
    LazyLock::new(|| Pages::new(TEMPLATES).map_err(|error| format!("{error:?}")));

/// The other sites, which each page leads to.
const SITES: [(&str, &str); 2] = [("Event notifications", "/events/"), ("Change management", "/cmp/")];

/// The layout of a site.
pub(crate) struct Layout<'a> {
    pub(crate) policy: &'a Policy,
    pages: &'static Pages,
    /// What the site is.
    site: &'static str,
    /// Whom its readers ask.
    contact: &'a str,
    /// Its parts, each with where it is.
    places: &'static [(&'static str, &'static str)],
}

impl<'a> Layout<'a> {
    /// The layout of a site with these parts.
    ///
    /// # Errors
    /// When a template is wrong.
    pub(crate) fn new(
        policy: &'a Policy,
        (site, contact): (&'static str, &'a str),
        places: &'static [(&'static str, &'static str)],
    ) -> Result<Self, Unfinished> {
        let pages = PAGES.as_ref().map_err(|error| Unfinished::Page(Failed::Broken(error.as_str().into())))?;
        Ok(Self { policy, pages, site, contact, places })
    }

    /// An instant as pages show it.
    pub(crate) fn shown(&self, at: Instant) -> Shown {
        Shown::of(at, self.policy)
    }

    /// A page at a path that ends with a slash, in a part of the site.
    pub(crate) fn page(
        &self,
        path: &str,
        template: &str,
        place: &str,
        page: impl Serialize,
    ) -> Result<File, Unfinished> {
        self.page_with(&format!("{path}index.html"), template, place, Vec::new(), page)
    }

    /// The same at a path of its own, with feeds.
    pub(crate) fn page_with(
        &self,
        path: &str,
        template: &str,
        place: &str,
        feeds: Vec<Feed>,
        page: impl Serialize,
    ) -> Result<File, Unfinished> {
        let others = SITES.iter().filter(|(name, _)| *name != self.site);
        let places = self.places.iter().chain(others);
        let frame = Frame {
            provider: self.policy.provider.name.clone(),
            site: self.site,
            zone: self.policy.time_zone.to_string(),
            contact: self.contact.to_owned(),
            style: assets::STYLE.path.clone(),
            script: assets::SEARCH.path.clone(),
            places: places
                .map(|(name, href)| Place { name, href: Cow::Borrowed(*href), current: *href == place })
                .collect(),
            feeds,
        };
        Ok(file(path, html::MEDIA_TYPE, self.pages.page(template, &Framed { frame, page })?))
    }
}

/// A file that changes.
pub(crate) fn file(path: &str, media_type: &'static str, content: impl Into<Vec<u8>>) -> File {
    File { path: path.to_owned(), media_type, saved_as: None, kept: Kept::Shortly, bytes: content.into() }
}

/// What every page loads.
pub(crate) fn assets() -> impl Iterator<Item = File> {
    [&*assets::STYLE, &*assets::SEARCH].into_iter().map(|of| File {
        path: of.path.clone(),
        media_type: of.media_type,
        saved_as: None,
        kept: Kept::ForEver,
        bytes: of.text.clone().into(),
    })
}

/// How long a name is in a path, at the most.
const SLUG_AT_MOST: usize = 60;

/// How a name stands in paths: names that are the same to a reader stand alike. What a path cannot say of it is told apart by a hash.
pub(crate) fn slug(name: &str) -> String {
    let folded = folded(name);
    let slug = slug::slugify(&folded);
    if slug.len() <= SLUG_AT_MOST && slug == folded.replace(' ', "-") {
        return slug;
    }
    let hash: String = Sha256::digest(&folded).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let kept: String = slug.chars().take(SLUG_AT_MOST).collect();
    format!("{}-{hash}", kept.trim_end_matches('-')).trim_start_matches('-').to_owned()
}
