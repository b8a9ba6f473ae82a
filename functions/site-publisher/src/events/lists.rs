//! Lists of events in pages: what is open, and the past by month, system and severity. A page is written when it tells something else
//! than it told before, so that a change costs the pages that tell of it, however long the lists are.

use super::{
    manifest::{Events, Noted},
    month::Month,
    summary::{EventSummary, Listed},
};
use crate::layout::slug;
use contract::Severity;
use std::collections::BTreeMap;

/// How many events a page tells: with descriptions as long as people write them, a page stays below 50 kB.
const ON_A_PAGE: usize = 50;

/// A page of a list. Two are equal when they look the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListPage<'a> {
    /// What is listed.
    pub(crate) title: String,
    /// The order of the list.
    pub(crate) caption: &'static str,
    /// Whether it lists what goes on.
    pub(crate) going_on: bool,
    /// The lists that it is one of.
    pub(crate) parts: Vec<Part>,
    /// The events, in the order of the list.
    pub(crate) events: Vec<Listed<'a>>,
    /// The system whose events alone are listed, by its name in paths: it has feeds of its own.
    pub(crate) system: Option<String>,
    /// The page before it, and the one behind it.
    pub(crate) turns: [Option<String>; 2],
}

/// A link to a part of a list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) current: bool,
}

/// Pages, by their paths.
pub(crate) type ListPages<'a> = BTreeMap<String, ListPage<'a>>;

/// A severity, as lists name it.
pub(crate) fn severity(of: Severity) -> String {
    format!("{} {}", of.level(), of.as_str())
}

/// What is open, the gravest first.
pub(crate) fn open(events: &Events) -> Vec<&EventSummary> {
    let mut open: Vec<&EventSummary> = events.values().collect();
    open.sort_by_key(|event| (event.severity, event.place()));
    open
}

/// The pages of what is open.
pub(crate) fn open_pages(events: &Events) -> ListPages<'_> {
    let list = ListPage {
        title: "Open events".to_owned(),
        caption: "What is open, the gravest first",
        going_on: true,
        parts: Vec::new(),
        events: Vec::new(),
        system: None,
        turns: [None, None],
    };
    paged("events/open/", &list, open(events)).collect()
}

/// The pages of a month: of all its events, of each system's and of each severity's.
pub(crate) fn month_pages(month: Month, events: &Events) -> ListPages<'_> {
    let mut sorted: Vec<&EventSummary> = events.values().collect();
    sorted.sort_by_key(|event| event.place());
    let mut lists: BTreeMap<String, (String, Vec<&EventSummary>)> = BTreeMap::new();
    let base = format!("events/past/{month}/");
    let system_base = format!("{base}system/");
    lists.insert(base.clone(), ("all".to_owned(), sorted.clone()));
    for event in sorted {
        let system = event.system.as_deref().map(|of| (format!("{system_base}{}/", slug(of)), of.to_owned()));
        let severity = (format!("{base}severity/{}/", event.severity.level()), severity(event.severity));
        for (path, name) in system.into_iter().chain([severity]) {
            lists.entry(path).or_insert_with(|| (name, Vec::new())).1.push(event);
        }
    }
    let parts: Vec<(String, String)> = lists.iter().map(|(path, (name, _))| (path.clone(), name.clone())).collect();
    let pages = lists.into_iter().flat_map(|(path, (name, events))| {
        let part =
            |(of, name): &(String, String)| Part { name: name.clone(), href: format!("/{of}"), current: *of == path };
        let list = ListPage {
            title: match path == base {
                true => format!("Events of {}", month.words()),
                false => format!("Events of {}: {name}", month.words()),
            },
            caption: "In the order in which they began",
            going_on: false,
            parts: parts.iter().map(part).collect(),
            events: Vec::new(),
            system: path.strip_prefix(&system_base).map(|rest| rest.trim_end_matches('/').to_owned()),
            turns: [None, None],
        };
        paged(&path, &list, events).collect::<Vec<_>>()
    });
    pages.collect()
}

/// A list in pages. The first one is at the path of the list, and is there also where nothing is listed.
fn paged<'a>(
    path: &str,
    list: &ListPage<'a>,
    events: Vec<&'a EventSummary>,
) -> impl Iterator<Item = (String, ListPage<'a>)> {
    let count = events.len().div_ceil(ON_A_PAGE).max(1);
    let at = |page: usize| if page == 1 { path.to_owned() } else { format!("{path}page/{page}/") };
    let pages: Vec<(String, ListPage<'a>)> = (1..=count)
        .map(|page| {
            let events = events.iter().skip((page - 1) * ON_A_PAGE).take(ON_A_PAGE);
            let events = events.map(|event| event.listed(list.going_on)).collect();
            let turn = |to: usize| (1..=count).contains(&to).then(|| format!("/{}", at(to)));
            (at(page), ListPage { events, turns: [turn(page - 1), turn(page + 1)], ..list.clone() })
        })
        .collect();
    pages.into_iter()
}

impl Noted {
    /// The pages that look otherwise than before; of those that there are no more, with nothing on them.
    pub(crate) fn differing<'a>(&'a self, pages: impl Fn(&'a Events) -> ListPages<'a>) -> ListPages<'a> {
        let (before, now) = (self.before.as_ref().map(&pages).unwrap_or_default(), pages(&self.now));
        let empty = |(path, page): (&String, &ListPage<'a>)| {
            (path.clone(), ListPage { events: Vec::new(), turns: [None, None], parts: Vec::new(), ..page.clone() })
        };
        let gone: ListPages<'a> = before.iter().filter(|(path, _)| !now.contains_key(*path)).map(empty).collect();
        now.into_iter().filter(|(path, page)| before.get(path) != Some(page)).chain(gone).collect()
    }
}
