//! The pages of the event notification site, and the files beside them.

use super::{
    availability::{Interface, availability, interfaces},
    feeds::{self, About, atom, json_feed},
    lists::{self, ListPage, Part, month_pages, open_pages},
    manifest::{self, Events, Manifests},
    month::Month,
    summary::{EventSummary, Listed},
};
use crate::{
    Unfinished,
    layout::{self, Layout, file},
};
use chrono::{Days, NaiveDate};
use contract::{Impact, Policy, Severity};
use domain::{
    outage::{Outage, State},
    ticket::public_event::{PublicEvent, PublicNotice},
};
use pages::{
    calendar,
    site::{Feed, Shown},
};
use platform::{
    Services,
    sites::{AVAILABILITY, File},
    store::{RecordIndex, TimeRange},
};
use serde::Serialize;
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

/// The parts of the site.
const PLACES: &[(&str, &str)] = &[
    ("Events now", "/events/"),
    ("Planned outages", "/events/outages/"),
    ("Past events", "/events/past/"),
    ("Availability", "/events/availability/"),
    ("Subscribe", "/events/subscribe/"),
];

/// How many planned outages are read at the most.
const OUTAGES_AT_MOST: usize = 1_000;
/// How many open events the first page tells, and how many past ones: it is to be small.
const OPEN_AT_MOST: usize = 25;
const AHEAD_AT_MOST: usize = 10;
const PAST_AT_MOST: usize = 10;

/// The event notification site, as its pages are made now.
pub(crate) struct EventSite<'a> {
    services: &'a Services,
    policy: &'a Policy,
    layout: Layout<'a>,
    today: NaiveDate,
    /// Those that were announced, from the first day of the availability on.
    outages: Vec<Outage>,
    address: String,
}

/// An event in a list.
#[derive(Serialize)]
struct EventRow<'a> {
    number: String,
    system: &'a str,
    severity: Level,
    status: String,
    disposition: Option<&'a str>,
    description: Cow<'a, str>,
    begun: Shown,
    ended: Option<Shown>,
    next: Option<Shown>,
}

/// A severity, as it is shown.
#[derive(Serialize)]
struct Level {
    level: u8,
    word: &'static str,
}

impl From<Severity> for Level {
    fn from(severity: Severity) -> Self {
        Self { level: severity.level(), word: severity.as_str() }
    }
}

/// A planned outage in a list, and on its page.
#[derive(Serialize)]
struct OutageRow<'a> {
    number: String,
    interface: &'a str,
    state: &'static str,
    description: Option<&'a str>,
    maintenance: &'static str,
    impact: Vec<(&'static str, String)>,
    workaround: Option<&'a str>,
    contact: String,
    start: Shown,
    stop: Shown,
    ended: Option<Shown>,
    reason: Option<&'a str>,
    overruns: Vec<String>,
}

/// A notice on the page of its event.
#[derive(Serialize)]
struct NoticeShown {
    sequence: u32,
    label: String,
    at: Shown,
    severity: Level,
    status: &'static str,
    changes: Vec<String>,
    /// The notices that it undoes, and how.
    corrects: Vec<(u32, &'static str)>,
    undone_by: Option<(u32, &'static str)>,
    text: Option<String>,
}

impl<'a> EventSite<'a> {
    /// The site, with the planned outages that were announced.
    ///
    /// # Errors
    /// When these cannot be read, or a template is wrong.
    pub(crate) async fn of(services: &'a Services) -> Result<Self, Unfinished> {
        let (policy, today) = (services.policy.as_ref(), services.today());
        let first = today - Days::new(policy.availability.days);
        // One that began before the first day may last into it.
        let from = policy.calendar_on(first).end_of(first) - policy.outages.longest;
        let span = TimeRange { from: Some(from), ..TimeRange::default() };
        let (outages, _) = services.store.records::<Outage>(&RecordIndex::outages(), &span, OUTAGES_AT_MOST).await?;
        let address = format!("{}/", policy.provider.read_more.trim_end_matches('/'));
        let layout = Layout::new(policy, ("Event notifications", &policy.provider.contact), PLACES)?;
        Ok(Self { services, policy, layout, today, outages, address })
    }

    /// Tells of an outage as it is: the index that lists them can be behind.
    pub(crate) fn knows(&mut self, outage: Outage) {
        self.outages.retain(|of| of.number != outage.number);
        let place = self.outages.partition_point(|of| of.plan.start <= outage.plan.start);
        self.outages.insert(place, outage);
    }

    /// The page of an event.
    pub(crate) fn event(&self, event: &PublicEvent<'_>, summary: &EventSummary) -> Result<File, Unfinished> {
        #[derive(Serialize)]
        struct Page {
            number: String,
            open: bool,
            goes_on_as: Option<String>,
            process: bool,
            facts: Vec<(&'static str, String)>,
            severity: Level,
            status: &'static str,
            description: String,
            begun: Shown,
            told: Shown,
            next: Option<Shown>,
            estimated: Option<Shown>,
            resolved: Option<Shown>,
            numbers: Vec<String>,
            further: Option<usize>,
            notices: Vec<NoticeShown>,
        }
        let latest = event.latest();
        let content = latest.content;
        let known = |of: &Option<String>| of.clone().unwrap_or_else(|| "unknown".to_owned());
        let mut facts = Vec::new();
        if !content.process {
            facts.push(("System affected", known(&content.system_affected)));
        }
        facts.extend(impact(content.impact.as_ref()).into_iter().filter(|(_, value)| value != "unknown"));
        facts.push(("Workaround", content.workaround.clone().unwrap_or_else(|| "none provided".to_owned())));
        facts.extend(content.resolution.iter().map(|of| ("Resolution", of.clone())));
        facts.extend(content.call_center_reference.iter().map(|of| ("Call center reference", of.clone())));
        facts.extend(content.disposition.iter().map(|of| ("Disposition", of.clone())));
        facts.extend(content.patch_date.iter().map(|of| ("Patch date", of.to_string())));
        facts.push(("Contact", content.provider_contact.clone()));
        facts.push(("Escalation", content.escalation.clone()));
        let notices = event.notices.iter().rev().map(|of| self.notice(of)).collect::<Result<_, _>>()?;
        let page = Page {
            number: event.number.to_string(),
            open: summary.ended_at.is_none(),
            goes_on_as: summary.goes_on_as.map(|number| number.to_string()),
            process: content.process,
            facts,
            severity: content.severity.into(),
            status: content.status.wording(),
            description: content.description.clone(),
            begun: self.shown(event.begun_at()),
            told: self.shown(content.at),
            next: content.next_update_due.map(|at| self.shown(at)),
            estimated: content.estimated_resolution.map(|at| self.shown(at)),
            resolved: content.resolved_at.map(|at| self.shown(at)),
            numbers: latest.numbers().iter().filter(|of| **of != event.number).map(ToString::to_string).collect(),
            further: content.further_tickets,
            notices,
        };
        self.layout.page(&format!("events/{}/", event.number), "event.html", "", page)
    }

    fn notice(&self, of: &PublicNotice<'_>) -> Result<NoticeShown, Unfinished> {
        // An update without news says what the one before it says.
        let text = of.is_news().then(|| of.text(self.policy)).transpose();
        let text = text.map_err(|error| Unfinished::Page(contract::Failed::Broken(Box::new(error))))?;
        Ok(NoticeShown {
            sequence: of.notice.sequence,
            label: of.notice.label(),
            at: self.shown(of.content.at),
            severity: of.content.severity.into(),
            status: of.content.status.wording(),
            changes: of.changes(self.policy.time_zone),
            corrects: of.corrects().map(|(sequence, undone)| (sequence, undone.wording())).collect(),
            undone_by: of.undone_by.map(|(sequence, undone)| (sequence, undone.wording())),
            text,
        })
    }

    /// The page of a planned outage; none of one that was never announced.
    pub(crate) fn outage(&self, outage: &Outage) -> Result<Option<File>, Unfinished> {
        let Some(row) = self.outage_row(outage) else { return Ok(None) };
        let path = format!("events/outages/{}/", outage.number);
        self.layout.page(&path, "outage.html", "/events/outages/", row).map(Some)
    }

    /// The pages and feeds that tell of more than one event: all that follow from what this run has noted, and from the date.
    pub(crate) async fn lists(
        &self,
        manifests: &mut Manifests<'_>,
        months: &BTreeSet<Month>,
    ) -> Result<Vec<File>, Unfinished> {
        let counts = manifests.counts().await?.clone();
        let first = self.today - Days::new(self.policy.availability.days);
        let mut recent = Events::new();
        for month in Month::between(first, self.today).into_iter().filter(|month| counts.contains_key(month)) {
            recent.extend(manifests.month(month).await?.now.clone());
        }
        let mut lists = Vec::new();
        for month in months {
            let noted = manifests.month(*month).await?;
            let differing = noted.differing(|events| month_pages(*month, events));
            lists.extend(differing.iter().map(|(path, page)| self.list(path, page)).collect::<Result<Vec<_>, _>>()?);
        }
        let open = manifests.open().await?;
        let differing = open.differing(open_pages);
        lists.extend(differing.iter().map(|(path, page)| self.list(path, page)).collect::<Result<Vec<_>, _>>()?);
        recent.extend(open.now.clone());
        let recent: Vec<EventSummary> = recent.into_values().collect();
        let availability = availability(&recent, &self.outages, self.today, self.policy);
        let interfaces = interfaces(&availability);
        let mut files = vec![self.home(&lists::open(&open.now), &recent, &interfaces)?, self.past(&counts)?];
        files.push(self.availability_page(&interfaces)?);
        // The API tells the same numbers.
        files.push(manifest::json(AVAILABILITY.to_owned(), &availability)?);
        files.extend(self.outages_pages()?);
        files.extend(lists);
        for (system, items) in manifests.feeds() {
            files.extend(self.feeds(system, items)?);
        }
        Ok(files)
    }

    fn home(
        &self,
        open: &[&EventSummary],
        recent: &[EventSummary],
        interfaces: &[Interface],
    ) -> Result<File, Unfinished> {
        #[derive(Serialize)]
        struct Page<'a> {
            open: Vec<EventRow<'a>>,
            open_in_all: usize,
            ahead: Vec<OutageRow<'a>>,
            past: Vec<EventRow<'a>>,
            interfaces: &'a [Interface],
            days: u64,
        }
        let mut past: Vec<&EventSummary> = recent.iter().filter(|event| event.ended_at.is_some()).collect();
        past.sort_by_key(|event| std::cmp::Reverse((event.ended_at, event.number)));
        past.truncate(PAST_AT_MOST);
        let page = Page {
            open: open.iter().take(OPEN_AT_MOST).map(|event| self.row(event.listed(true))).collect(),
            open_in_all: open.len(),
            ahead: self.ahead().take(AHEAD_AT_MOST).collect(),
            past: past.into_iter().map(|event| self.row(event.listed(false))).collect(),
            interfaces,
            days: self.policy.availability.days,
        };
        self.layout.page_with("events/index.html", "home.html", "/events/", self.feeds_of(None), page)
    }

    fn past(&self, counts: &BTreeMap<Month, usize>) -> Result<File, Unfinished> {
        #[derive(Serialize)]
        struct OfMonth {
            name: String,
            href: String,
            count: usize,
        }
        let months = counts.iter().rev().map(|(month, count)| OfMonth {
            name: month.words(),
            href: format!("/events/past/{month}/"),
            count: *count,
        });
        self.layout.page("events/past/", "past.html", "/events/past/", months.collect::<Vec<_>>())
    }

    /// A page of a list.
    fn list(&self, path: &str, list: &ListPage<'_>) -> Result<File, Unfinished> {
        #[derive(Serialize)]
        struct Page<'a> {
            title: &'a str,
            caption: &'a str,
            going_on: bool,
            parts: &'a [Part],
            events: Vec<EventRow<'a>>,
            turns: &'a [Option<String>; 2],
        }
        let ListPage { title, caption, going_on, parts, events, system, turns } = list;
        let events = events.iter().cloned().map(|event| self.row(event)).collect();
        let place = if *going_on { "/events/" } else { "/events/past/" };
        let page = Page { title, caption, going_on: *going_on, parts, events, turns };
        let feeds = system.as_deref().map(|system| self.feeds_of(Some(system))).unwrap_or_default();
        self.layout.page_with(&format!("{path}index.html"), "list.html", place, feeds, page)
    }

    fn availability_page(&self, interfaces: &[Interface]) -> Result<File, Unfinished> {
        #[derive(Serialize)]
        struct Page<'a> {
            interfaces: &'a [Interface],
            days: u64,
            from: String,
            to: String,
            width: u64,
            unavailable: Vec<String>,
        }
        let days = self.policy.availability.days;
        let page = Page {
            interfaces,
            days,
            from: (self.today - Days::new(days)).to_string(),
            to: (self.today - Days::new(1)).to_string(),
            width: days * 5,
            unavailable: self.policy.availability.unavailable.iter().map(|of| lists::severity(*of)).collect(),
        };
        self.layout.page("events/availability/", "availability.html", "/events/availability/", page)
    }

    fn outages_pages(&self) -> Result<[File; 2], Unfinished> {
        #[derive(Serialize)]
        struct Page<'a> {
            ahead: Vec<OutageRow<'a>>,
            past: Vec<OutageRow<'a>>,
        }
        let mut past: Vec<OutageRow<'_>> =
            self.outages.iter().filter(|of| !is_ahead(of)).filter_map(|of| self.outage_row(of)).collect();
        past.reverse();
        let page = Page { ahead: self.ahead().collect(), past };
        let page = self.layout.page("events/outages/", "outages.html", "/events/outages/", page)?;
        let base = format!("{}outages", self.address);
        let text = calendar::planned_outages(&self.outages, &base, self.services.clock.now(), self.policy);
        Ok([page, file("events/outages.ics", calendar::MEDIA_TYPE, text)])
    }

    fn ahead(&self) -> impl Iterator<Item = OutageRow<'_>> {
        self.outages.iter().filter(|of| is_ahead(of)).filter_map(|of| self.outage_row(of))
    }

    /// What follows from the program and the policy alone.
    pub(crate) fn fixed(&self) -> Result<Vec<File>, Unfinished> {
        #[derive(Serialize)]
        struct Subscribe<'a> {
            address: &'a str,
            contact: &'a str,
        }
        let subscribe = Subscribe { address: &self.address, contact: &self.policy.provider.contact };
        let mut files = vec![
            self.layout.page_with(
                "events/subscribe/index.html",
                "subscribe.html",
                "/events/subscribe/",
                self.feeds_of(None),
                subscribe,
            )?,
            self.layout.page_with("404.html", "not-found.html", "", Vec::new(), ())?,
        ];
        files.extend(layout::assets());
        Ok(files)
    }

    fn feeds(&self, system: Option<&str>, items: &[feeds::Item]) -> Result<Vec<File>, Unfinished> {
        let provider = &self.policy.provider.name;
        let name = items.iter().find_map(|item| item.system.as_deref()).filter(|_| system.is_some());
        let title = match name {
            Some(system) => format!("{provider}: events of {system}"),
            None => format!("{provider}: events"),
        };
        let [atom_path, json_path] = feed_paths(system);
        let about = |path| About { address: &self.address, path, title: &title, provider };
        let json = serde_json::to_string(&json_feed(&about(&json_path), items))?;
        Ok(vec![
            file(&format!("events/{atom_path}"), ATOM, atom(&about(&atom_path), items)),
            file(&format!("events/{json_path}"), JSON_FEED, json),
        ])
    }

    fn feeds_of(&self, system: Option<&str>) -> Vec<Feed> {
        let title = format!("{}: events", self.policy.provider.name);
        let [atom, json] = feed_paths(system);
        let feed = |media_type, path| Feed { media_type, title: title.clone(), href: format!("/events/{path}") };
        vec![feed("application/atom+xml", atom), feed("application/feed+json", json)]
    }

    fn row<'b>(&self, event: Listed<'b>) -> EventRow<'b> {
        EventRow {
            number: event.number.to_string(),
            system: event.system.unwrap_or("unknown"),
            severity: event.severity.into(),
            status: match event.goes_on_as {
                Some(primary) => format!("told as {primary}"),
                None => event.status.wording().to_owned(),
            },
            disposition: event.disposition,
            description: event.description,
            begun: self.shown(event.begun_at),
            ended: event.ended_at.map(|at| self.shown(at)),
            next: event.next_update_due.map(|at| self.shown(at)),
        }
    }

    fn outage_row<'b>(&self, outage: &'b Outage) -> Option<OutageRow<'b>> {
        outage.announced_at?;
        let plan = &outage.plan;
        let (start, stop) = plan.window()?;
        let (state, ended, reason) = match &outage.state {
            State::Draft { .. } => return None,
            State::Announced { .. } => ("announced", None, None),
            State::Cancelled { reason, .. } => ("cancelled", None, Some(reason.as_str())),
            State::Ended { at, detail } => ("ended", Some(*at), detail.as_deref()),
        };
        Some(OutageRow {
            number: outage.number.to_string(),
            interface: plan.interface_told(),
            state,
            description: plan.description.as_deref(),
            maintenance: plan.maintenance_impact.as_str(),
            impact: impact(plan.impact.as_ref()),
            workaround: plan.workaround.as_deref(),
            contact: plan.contact(self.policy),
            start: self.shown(start),
            stop: self.shown(stop),
            ended: ended.map(|at| self.shown(at)),
            reason,
            overruns: outage.overruns.iter().map(ToString::to_string).collect(),
        })
    }

    fn shown(&self, at: contract::Instant) -> Shown {
        self.layout.shown(at)
    }
}

const ATOM: &str = "application/atom+xml; charset=utf-8";
const JSON_FEED: &str = "application/feed+json; charset=utf-8";

/// Where the feeds are below the address of the site: in Atom, and as JSON.
fn feed_paths(system: Option<&str>) -> [String; 2] {
    match system {
        None => ["feed.atom".to_owned(), "feed.json".to_owned()],
        Some(system) => [format!("system/{system}.atom"), format!("system/{system}.json")],
    }
}

fn is_ahead(outage: &Outage) -> bool {
    matches!(outage.state, State::Announced { .. })
}

/// Impact to the CLECs (12.6), in the source's order.
fn impact(impact: Option<&Impact>) -> Vec<(&'static str, String)> {
    let unknown = Impact::default();
    let of = impact.unwrap_or(&unknown);
    let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
    let products = if of.products_affected.is_empty() { "unknown".to_owned() } else { of.products_affected.join(", ") };
    vec![
        ("Geographic area", said(&of.geographic_area)),
        ("Products affected", products),
        ("Business implications", said(&of.business_implications)),
        ("System implications", said(&of.system_implications)),
        ("Other", said(&of.other)),
    ]
}
