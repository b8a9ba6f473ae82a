//! The feeds: the latest notices of all events, and of a system's, in Atom (RFC 4287) and as JSON Feed 1.1.

use atom_syndication::{Category, Entry, Feed, Generator, Link, Person, Text};
use contract::{Instant, Policy, Severity, TicketNumber};
use domain::ticket::public_event::{PublicEvent, PublicNotice};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A notice in a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Item {
    /// The id of the notice.
    pub(crate) id: String,
    /// The ticket that it is of.
    pub(crate) number: TicketNumber,
    /// Its number on the ticket.
    pub(crate) sequence: u32,
    /// When everybody was told.
    pub(crate) at: Instant,
    /// The severity that it tells.
    pub(crate) severity: Severity,
    /// The system that it tells.
    pub(crate) system: Option<String>,
    /// What it is, in a line.
    pub(crate) title: String,
    /// What it says.
    pub(crate) text: String,
}

impl Item {
    /// The notices of an event that tell something new: an hour of updates without a change would push all else out of a feed.
    pub(crate) fn all_of(event: &PublicEvent<'_>, policy: &Policy) -> Vec<Self> {
        let news = event.notices.iter().filter(|of| of.is_news());
        news.map(|of| Self::of(event.number, of, policy)).collect()
    }

    fn of(number: TicketNumber, of: &PublicNotice<'_>, policy: &Policy) -> Self {
        let PublicNotice { notice, content, .. } = of;
        let system = content.system_affected.clone();
        let of_system = system.as_deref().map(|system| format!(" - {system}")).unwrap_or_default();
        let (level, label, status) = (content.severity.level(), notice.label(), content.status.wording());
        let changes = of.changes(policy.time_zone).into_iter();
        Self {
            id: notice.id(),
            number,
            sequence: notice.sequence,
            at: content.at,
            severity: content.severity,
            title: format!("Severity {level}: {status}{of_system} ({number}, {label})"),
            text: changes.chain([content.description.clone()]).collect::<Vec<_>>().join("\n"),
            system,
        }
    }

    /// Where it is to be read, below the address of the site.
    fn path(&self) -> String {
        format!("{}/#notice-{}", self.number, self.sequence)
    }
}

/// What a feed is of.
pub(crate) struct About<'a> {
    /// The address of the site, with a slash at its end.
    pub(crate) address: &'a str,
    /// Where the feed is, below it.
    pub(crate) path: &'a str,
    /// What it is called.
    pub(crate) title: &'a str,
    /// Whose it is.
    pub(crate) provider: &'a str,
}

/// A feed in Atom. It was updated when everybody was told the latest of it: no file tells when it was made.
pub(crate) fn atom(about: &About<'_>, items: &[Item]) -> String {
    let About { address, path, title, provider } = about;
    let link = |href: String, rel: &str| Link { href, rel: rel.to_owned(), ..Link::default() };
    let text = |text: &str| Text::plain(xml(text));
    let entries = items.iter().map(|item| Entry {
        id: format!("{address}{}", item.path()),
        title: text(&item.title),
        updated: item.at.fixed_offset(),
        published: Some(item.at.fixed_offset()),
        links: vec![link(format!("{address}{}", item.path()), "alternate")],
        categories: item.system.iter().map(|of| Category { term: xml(of), ..Category::default() }).collect(),
        summary: Some(text(&item.text)),
        ..Entry::default()
    });
    let updated = items.iter().map(|item| item.at).max().unwrap_or(Instant::UNIX_EPOCH);
    let feed = Feed {
        id: format!("{address}{path}"),
        title: text(title),
        updated: updated.fixed_offset(),
        authors: vec![Person { name: xml(provider), ..Person::default() }],
        links: vec![link(format!("{address}{path}"), "self"), link((*address).to_owned(), "alternate")],
        generator: Some(Generator { value: "Wholesale support desk".to_owned(), ..Generator::default() }),
        entries: entries.collect(),
        ..Feed::default()
    };
    feed.to_string()
}

/// Without the characters that XML has no place for.
fn xml(text: &str) -> String {
    let is_written =
        |c: &char| !matches!(c, '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}') || *c == '\r';
    text.chars().filter(is_written).collect()
}

/// A feed as JSON Feed.
pub(crate) fn json_feed(about: &About<'_>, items: &[Item]) -> Value {
    let About { address, path, title, provider } = about;
    let item = |item: &Item| {
        let url = format!("{address}{}", item.path());
        let tags: Vec<String> =
            [format!("severity {}", item.severity.level())].into_iter().chain(item.system.clone()).collect();
        json!({
            "id": url, "url": url, "title": item.title, "content_text": item.text, "date_published": item.at, "tags": tags,
        })
    };
    json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": address,
        "feed_url": format!("{address}{path}"),
        "authors": [{ "name": provider }],
        "language": "en",
        "items": items.iter().map(item).collect::<Vec<_>>(),
    })
}
