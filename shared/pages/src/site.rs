//! What the pages of a site have in common: the frame around each, and how an instant stands on it.

use contract::{Instant, Policy};
use record::notice::moment;
use serde::Serialize;
use std::borrow::Cow;

/// The frame of a page: `site.html` lays it out.
#[derive(Debug, Clone, Serialize)]
pub struct Frame {
    /// Whose site it is.
    pub provider: String,
    /// What the site is.
    pub site: &'static str,
    /// The policy's time zone.
    pub zone: String,
    /// Whom to ask.
    pub contact: String,
    /// The path of the style sheet.
    pub style: String,
    /// The path of the script.
    pub script: String,
    /// The parts of the site.
    pub places: Vec<Place>,
    /// The feeds of the page.
    pub feeds: Vec<Feed>,
}

/// A part of a site.
#[derive(Debug, Clone, Serialize)]
pub struct Place {
    /// What the part is called.
    pub name: &'static str,
    /// Where it is.
    pub href: Cow<'static, str>,
    /// Whether the page is it.
    pub current: bool,
}

/// A feed that a page names.
#[derive(Debug, Clone, Serialize)]
pub struct Feed {
    /// What it is.
    pub media_type: &'static str,
    /// Of what it tells.
    pub title: String,
    /// Where it is.
    pub href: String,
}

/// A page in its frame: a template names `frame` and `page`.
#[derive(Debug, Serialize)]
pub struct Framed<T> {
    /// What stands around it.
    pub frame: Frame,
    /// What is in it.
    pub page: T,
}

/// An instant as a page shows it; `time.html` lays it out, as `at`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// In UTC, as programs read it.
    pub iso: String,
    /// In the policy's zone.
    pub local: String,
    /// In UTC, with the date where that is another.
    pub utc: String,
}

impl Shown {
    /// An instant in the policy's zone, and in UTC.
    #[must_use]
    pub fn of(at: Instant, policy: &Policy) -> Self {
        let same_date = at.with_timezone(&policy.time_zone).date_naive() == at.date_naive();
        let utc = if same_date { at.format("%H:%M UTC") } else { at.format("%Y-%m-%d %H:%M UTC") };
        Self {
            iso: at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            local: moment(at, policy),
            utc: utc.to_string(),
        }
    }
}
