//! The CMP site (WB-02, CR-02, 12.3): the change requests that are posted, by phase and with their dated history, the Date TBD list, the
//! releases, the meetings with their packages, and what is over by year. Each page tells what a CLEC reads by the API that has no part in
//! the matter.

use crate::{
    AT_ONCE, Unfinished,
    layout::{Layout, slug},
    package,
};
use chrono::{DateTime, Datelike, Months, NaiveDate};
use cmp_api::{ChangeRequestShown, MeetingShown};
use contract::{Actor, ClecId, Instant, Party, Policy};
use domain::{
    change_request::{ChangeKind, ChangeRequest, OPEN, OVER, Phase, Position, TO_ANSWER},
    meeting::Meeting,
    release::{Release, State},
    ticket::Loaded,
};
use futures::TryStreamExt;
use pages::site::Shown;
use platform::{
    Services, attachments,
    sites::{File, Kept},
    store::{RecordIndex, TimeRange},
};
use record::{Record, attachment::Attachment, notice::moment};
use serde::Serialize;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    iter,
};
use strum::VariantArray;
use tmf621::TicketRow;

/// The parts of the site.
const PLACES: &[(&str, &str)] = &[
    ("Change requests", "/cmp/"),
    ("Date TBD", "/cmp/date-tbd/"),
    ("Releases", "/cmp/releases/"),
    ("Meetings", "/cmp/meetings/"),
    ("Archive", "/cmp/archive/"),
];

/// How many entries of a history a page tells.
const ENTRIES_AT_MOST: usize = 1_000;
/// How many tickets the Date TBD list has at the most.
const DATE_TBD_AT_MOST: usize = 500;
/// The meetings whose pages an act on one, or a night, can change: those of the last months, and of the next.
const MONTHS: Months = Months::new(12);
/// There was no meeting before: the carrier's first change requests are of this year.
const FIRST_YEAR: i32 = 1999;

/// The meetings whose pages are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    /// Those of a year before and behind today.
    Near,
    /// All of which there is a record.
    All,
}

/// What a page tells of a change request in a line each: the name of the line, and where the API has it.
const FACTS: [(&str, &str); 16] = [
    ("Description", "/description"),
    ("Business reasons", "/businessReasons"),
    ("Area", "/area"),
    ("Products", "/products"),
    ("Interfaces", "/interfaces"),
    ("Deliverables", "/deliverables"),
    ("Desired by", "/desiredBy"),
    ("Related change requests", "/related"),
    ("Received", "/receivedOn"),
    ("Project manager", "/team/crpm"),
    ("Director", "/team/director"),
    ("Experts", "/team/experts"),
    ("Presented at the meeting of", "/presentation/meeting"),
    ("Implemented on", "/implementation"),
    ("Closed", "/completion/way"),
    ("Closed because", "/completion/reason"),
];

/// The same of a ticket that is on the Date TBD list, or a problem with a release.
const TICKET_FACTS: [(&str, &str); 6] = [
    ("Ticket", "/number"),
    ("Status", "/status"),
    ("Severity", "/severity"),
    ("System", "/systemAffected"),
    ("Problem", "/eventDescription"),
    ("Since", "/since"),
];

/// The CMP site, as its pages are made now.
pub(crate) struct CmpSite<'a> {
    services: &'a Services,
    layout: Layout<'a>,
    nobody: Actor,
}

/// A change request in a list.
#[derive(Serialize)]
struct RequestRow {
    number: String,
    href: String,
    title: String,
    originator: String,
    kind: &'static str,
    phase: &'static str,
    step: String,
    products: String,
    /// What is due next, and by when.
    next: Option<(String, String)>,
    received: Option<String>,
    ended: Option<String>,
}

/// An act in the dated history of a change request.
#[derive(Serialize)]
struct Acted {
    at: Option<Shown>,
    date: Option<String>,
    by: String,
    what: Vec<String>,
    why: Option<String>,
}

/// Change requests under a heading.
#[derive(Serialize)]
struct Group {
    heading: String,
    requests: Vec<RequestRow>,
}

/// A link with how much is behind it.
#[derive(Serialize)]
struct Counted {
    name: String,
    href: String,
    count: usize,
}

impl<'a> CmpSite<'a> {
    /// The site, read by a CLEC that is nobody.
    ///
    /// # Errors
    /// When a template is wrong.
    pub(crate) fn of(services: &'a Services) -> Result<Self, Unfinished> {
        let policy = services.policy.as_ref();
        let layout = Layout::new(policy, ("Change management", &policy.change_requests.contact), PLACES)?;
        Ok(Self { services, layout, nobody: Actor::new(Party::Clec(ClecId::of_nobody()), "") })
    }

    fn policy(&self) -> &'a Policy {
        self.layout.policy
    }

    /// Brings to the site the documents of a change request that everybody may read, and answers how many were brought. A document that is
    /// there stays, because its place never has another one. One is brought at a time, because each may be large.
    pub(crate) async fn bring_documents(&self, request: &ChangeRequest) -> Result<usize, Unfinished> {
        if !request.is_visible_to(&self.nobody.party) {
            return Ok(0);
        }
        let mut brought = 0;
        for document in &request.attachments {
            let path = document_href(request, document);
            let path = path.trim_start_matches('/').to_owned();
            if self.services.sites.has(&path).await? {
                continue;
            }
            let hash = attachments::hash_of(document).map_err(Unfinished::Page)?;
            let key = attachments::key(attachments::OF_CHANGE_REQUESTS, &request.id, &hash);
            // One that was lost takes no other with it.
            let Some(bytes) = self.services.attachments.get(&key).await? else {
                tracing::error!(key, "a document of a change request is not where it was put");
                continue;
            };
            let (media_type, saved_as) = ("application/octet-stream", Some(document.name.clone()));
            let file = File { path, media_type, saved_as, kept: Kept::ForEver, bytes };
            brought += self.services.sites.put(vec![file]).await?;
        }
        Ok(brought)
    }

    /// The page of a change request, under each number that it had, because people keep addresses; none of one that is not posted.
    pub(crate) async fn request(&self, request: &ChangeRequest) -> Result<Vec<File>, Unfinished> {
        #[derive(Serialize)]
        struct Page {
            row: RequestRow,
            facts: Vec<(&'static str, String)>,
            responses: Vec<Response>,
            deadlines: Vec<[String; 4]>,
            documents: Vec<DocumentRow>,
            history: Vec<Acted>,
            positions: Vec<(&'static str, usize)>,
            updated: Shown,
        }
        #[derive(Serialize)]
        struct DocumentRow {
            name: String,
            href: String,
            media_type: String,
            size: u64,
        }
        #[derive(Serialize)]
        struct Response {
            answer: String,
            text: String,
            issued: Shown,
            outcome: Option<String>,
            reason: Option<String>,
        }
        if !request.is_visible_to(&self.nobody.party) {
            return Ok(Vec::new());
        }
        let reference = request.reference();
        let shown = serde_json::to_value(ChangeRequestShown::of(request, &self.nobody, self.policy()))?;
        let row = self.row(request);
        let facts = FACTS.iter().filter_map(|(name, at)| Some((*name, told(shown.pointer(at)?)?)));
        let facts = [("Originator", row.originator.clone()), ("Kind", row.kind.to_owned())].into_iter().chain(facts);
        let text = |of: &Value, at: &str| of.pointer(at).and_then(told).unwrap_or_default();
        let list = |at: &str| shown.pointer(at).and_then(Value::as_array).cloned().unwrap_or_default();
        let responses = request.responses.iter().zip(list("/responses")).map(|(response, of)| Response {
            answer: spaced(&text(&of, "/reply/answer")),
            text: text(&of, "/reply/text"),
            issued: self.layout.shown(response.issued_at),
            outcome: of.pointer("/outcome").and_then(told).map(|word| spaced(&word)),
            reason: of.pointer("/reason").and_then(told),
        });
        let deadlines = list("/deadlines");
        let deadlines =
            deadlines.iter().map(|of| ["/deadline", "/section", "/by", "/standing"].map(|at| spaced(&text(of, at))));
        let documents = request.attachments.iter().map(|of| DocumentRow {
            name: of.name.clone(),
            href: document_href(request, of),
            media_type: of.media_type.clone(),
            size: of.size,
        });
        let positions = self.services.store.all_positions::<Position>(&reference).await?;
        let current = positions.iter().filter(|of| of.response as usize == request.responses.len());
        let mut counted: BTreeMap<&'static str, usize> = BTreeMap::new();
        current.for_each(|of| *counted.entry(of.position.as_str()).or_default() += 1);
        let page = Page {
            row,
            facts: facts.collect(),
            responses: responses.collect(),
            deadlines: deadlines.collect(),
            documents: documents.collect(),
            history: self.history(request, &shown).await?,
            positions: counted.into_iter().collect(),
            // When everybody last saw it change: what is drafted moves nothing.
            updated: self
                .layout
                .shown(request.seen_by(&self.nobody.party).map_or(request.changed_at, |of| of.changed_at)),
        };
        let place = if request.step.is_over() { "/cmp/archive/" } else { "/cmp/" };
        let former = request.former_numbers.iter().map(|number| format!("/cmp/{number}/"));
        let paths = iter::once(href(request)).chain(former);
        paths.map(|path| self.layout.page(path.trim_start_matches('/'), "change-request.html", place, &page)).collect()
    }

    /// The dated history, as far as everybody may know: what an archive printed, and what was done since.
    async fn history(&self, request: &ChangeRequest, shown: &Value) -> Result<Vec<Acted>, Unfinished> {
        let steps = shown.pointer("/archive/steps").and_then(Value::as_array).cloned().unwrap_or_default();
        let printed = steps.iter().map(|of| Acted {
            at: None,
            date: of.pointer("/date").and_then(told),
            by: String::new(),
            what: ["/action", "/text"]
                .iter()
                .filter_map(|at| of.pointer(at).and_then(told))
                .map(|of| spaced(&of))
                .collect(),
            why: None,
        });
        let (entries, _) = self.services.request_history(request, &self.nobody.party, None, ENTRIES_AT_MOST).await?;
        let acted = entries.iter().map(|entry| Acted {
            at: Some(self.layout.shown(entry.recorded_at)),
            date: None,
            by: match &entry.by.party {
                Party::Provider => self.policy().provider.name.clone(),
                Party::Clec(clec) => clec.to_string(),
            },
            what: entry.facts.iter().map(|fact| fact.wording(self.policy())).collect(),
            why: entry.why.clone(),
        });
        Ok(printed.chain(acted).collect())
    }

    /// The pages that tell of more than one change request, of meetings, releases and tickets.
    pub(crate) async fn lists(&self, span: Span) -> Result<Vec<File>, Unfinished> {
        let mut files = vec![self.open_requests(None).await?, self.date_tbd().await?, self.releases().await?];
        files.extend(self.meetings(span).await?);
        files.extend(self.archive(None).await?);
        Ok(files)
    }

    /// All posted change requests of a list, in the order of their receipt.
    pub(crate) async fn all(&self, list: &RecordIndex, span: TimeRange) -> Result<Vec<ChangeRequest>, Unfinished> {
        let pages = self.services.store.pages::<ChangeRequest>(list, span, AT_ONCE);
        let mut all = pages.try_concat().await?;
        all.retain(|of| of.is_visible_to(&self.nobody.party));
        Ok(all)
    }

    /// What is posted and not over, by phase. The index can be behind what is `known`.
    pub(crate) async fn open_requests(&self, known: Option<&ChangeRequest>) -> Result<File, Unfinished> {
        let mut open = self.all(&RecordIndex::open_requests(), TimeRange::default()).await?;
        with_known(&mut open, known, &[OPEN, TO_ANSWER]);
        let groups = Phase::VARIANTS.iter().map(|phase| {
            let of_phase = open.iter().filter(|of| of.phase == *phase);
            Group { heading: phase.wording().to_owned(), requests: of_phase.map(|of| self.row(of)).collect() }
        });
        let groups: Vec<Group> = groups.filter(|group| !group.requests.is_empty()).collect();
        self.layout.page("cmp/", "cmp-home.html", "/cmp/", groups)
    }

    /// What is over, by the year of its receipt and by product: all lists of it, or those that one change request is in, or was.
    pub(crate) async fn archive(&self, of: Option<&ChangeRequest>) -> Result<Vec<File>, Unfinished> {
        #[derive(Serialize)]
        struct Page {
            title: String,
            requests: Vec<RequestRow>,
        }
        #[derive(Serialize)]
        struct Archive {
            years: Vec<Counted>,
            products: Vec<Counted>,
        }
        let mut over = self.all(&RecordIndex::requests_over(), TimeRange::default()).await?;
        with_known(&mut over, of, &[OVER]);
        let mut by_year: BTreeMap<i32, Vec<&ChangeRequest>> = BTreeMap::new();
        let mut by_product: BTreeMap<String, (String, Vec<&ChangeRequest>)> = BTreeMap::new();
        for request in &over {
            let year = self.received(request).map_or(0, |on| on.year());
            by_year.entry(year).or_default().push(request);
            for product in &request.form.products {
                let of = by_product.entry(slug(product)).or_insert_with(|| (product.clone(), Vec::new()));
                of.1.push(request);
            }
        }
        let year_name = |year: i32| if year == 0 { "Without a date".to_owned() } else { year.to_string() };
        let year_path = |year: i32| format!("cmp/archive/year/{year}/");
        let product_path = |slug: &str| format!("cmp/archive/product/{slug}/");
        let counted = |name: String, path: String, count: usize| Counted { name, href: format!("/{path}"), count };
        let archive = Archive {
            years: by_year
                .iter()
                .rev()
                .map(|(year, of)| counted(year_name(*year), year_path(*year), of.len()))
                .collect(),
            products: by_product
                .iter()
                .map(|(slug, (name, of))| counted(name.clone(), product_path(slug), of.len()))
                .collect(),
        };
        let mut files = vec![self.layout.page("cmp/archive/", "cmp-archive.html", "/cmp/archive/", archive)?];
        let lists =
            by_year.into_iter().map(|(year, of)| (year_path(year), format!("Received in {}", year_name(year)), of));
        let products = by_product.into_iter().map(|(slug, (name, of))| (product_path(&slug), name, of));
        let year = of.map(|of| year_path(self.received(of).map_or(0, |on| on.year())));
        let wanted = of.map(|of| {
            let products = of.form.products.iter().map(|product| product_path(&slug(product)));
            products.chain(year).collect::<BTreeSet<String>>()
        });
        let is_wanted = |path: &String| wanted.as_ref().is_none_or(|wanted| wanted.contains(path));
        for (path, title, of) in lists.chain(products).filter(|(path, ..)| is_wanted(path)) {
            let page = Page { title, requests: of.into_iter().map(|of| self.row(of)).collect() };
            files.push(self.layout.page(&path, "cmp-requests.html", "/cmp/archive/", page)?);
        }
        Ok(files)
    }

    async fn date_tbd(&self) -> Result<File, Unfinished> {
        let list = self.services.date_tbd(None, DATE_TBD_AT_MOST).await?;
        let rows = list.tickets.iter().map(|loaded| self.ticket(loaded)).collect::<Result<Vec<_>, _>>()?;
        self.layout.page("cmp/date-tbd/", "date-tbd.html", "/cmp/date-tbd/", rows)
    }

    /// What everybody may know of a ticket, each with its name.
    fn ticket(&self, loaded: &Loaded) -> Result<Vec<(&'static str, String)>, Unfinished> {
        let row = serde_json::to_value(TicketRow::of(loaded, &self.nobody.party))?;
        let lines = TICKET_FACTS.iter().filter_map(|(name, at)| {
            let told = told(row.pointer(at)?)?;
            let told = match (*name, DateTime::parse_from_rfc3339(&told)) {
                ("Status", _) => spaced(&told),
                ("Since", Ok(at)) => moment(at.to_utc(), self.policy()),
                _ => told,
            };
            Some((*name, told))
        });
        Ok(lines.collect())
    }

    /// The releases of the policy's days, the latest first, with the problems that everybody may know of. How to dial in stands on no page.
    pub(crate) async fn releases(&self) -> Result<File, Unfinished> {
        #[derive(Serialize)]
        struct Shown {
            number: String,
            interface: String,
            name: String,
            production_date: String,
            review: pages::site::Shown,
            minutes: Option<String>,
            problems: Vec<Vec<(&'static str, String)>>,
        }
        let now = self.services.clock.now();
        let span = TimeRange {
            from: Some(now - self.policy().releases.listed_for),
            latest_first: true,
            ..TimeRange::default()
        };
        let list = RecordIndex::releases();
        let (releases, _) = self.services.store.records::<Release>(&list, &span, AT_ONCE).await?;
        let meeting = self.services.systems_meeting(&self.nobody.party).await?;
        let mut shown = Vec::new();
        for release in &releases {
            let problems = meeting.releases.iter().filter(|of| of.release.number == release.number);
            let problems = problems.flat_map(|of| &of.problems).filter_map(|of| of.ticket.as_ref());
            shown.push(Shown {
                number: release.number.to_string(),
                interface: release.plan.interface.clone(),
                name: release.plan.name.clone(),
                production_date: release.plan.production_date.to_string(),
                review: self.layout.shown(release.plan.review(self.policy())),
                minutes: match &release.state {
                    State::Reviewed { minutes, .. } => Some(minutes.clone()),
                    _ => None,
                },
                problems: problems.map(|loaded| self.ticket(loaded)).collect::<Result<_, _>>()?,
            });
        }
        self.layout.page("cmp/releases/", "releases.html", "/cmp/releases/", shown)
    }

    /// The list of the meetings, with a page of each day on which one is held, or was to be held; and the packages that were distributed.
    pub(crate) async fn meetings(&self, span: Span) -> Result<Vec<File>, Unfinished> {
        #[derive(Serialize)]
        struct Day {
            date: String,
            meetings: Vec<Value>,
            /// The dates that meetings were moved to from this day.
            moved_to: Vec<String>,
            has_package: bool,
        }
        let today = self.services.today();
        let first = NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1).unwrap_or(today);
        let meetings = self.services.meetings(first, today + MONTHS, None).await?;
        let mut by_day: BTreeMap<NaiveDate, (Vec<&Meeting>, BTreeSet<NaiveDate>)> = BTreeMap::new();
        for meeting in &meetings {
            by_day.entry(meeting.date).or_default().0.push(meeting);
            for moved in meeting.moved.iter().filter(|moved| moved.from != meeting.date) {
                by_day.entry(moved.from).or_default().1.insert(meeting.date);
            }
        }
        let (mut files, mut days) = (Vec::new(), Vec::new());
        for (date, (of_day, moved_to)) in by_day {
            let folder = format!("cmp/meetings/{date}/");
            let is_made = span == Span::All || date >= today - MONTHS;
            // Before its day a package may be distributed anew: it is read by the API until then.
            let mut has_package =
                date <= today && of_day.iter().any(|of| of.distributed.is_some() && of.cancelled.is_none());
            if has_package && is_made {
                let distributed = self.services.distributed_package(date).await?;
                has_package = distributed.is_some();
                if let Some(distributed) = distributed {
                    files.extend(package::files(&self.layout, &folder, &distributed)?);
                }
            }
            let shown = of_day.iter().map(|of| serde_json::to_value(MeetingShown::of(of, &self.nobody.party, today)));
            let meetings = shown.collect::<Result<_, _>>()?;
            let moved_to = moved_to.iter().map(ToString::to_string).collect();
            let day = Day { date: date.to_string(), meetings, moved_to, has_package };
            if is_made {
                files.push(self.layout.page(&folder, "meeting.html", "/cmp/meetings/", &day)?);
            }
            if !of_day.is_empty() {
                days.push(day);
            }
        }
        days.reverse();
        files.push(self.layout.page("cmp/meetings/", "meetings.html", "/cmp/meetings/", days)?);
        Ok(files)
    }

    fn row(&self, request: &ChangeRequest) -> RequestRow {
        let form = &request.form;
        let next = request.clocks(self.policy()).into_iter().min_by_key(|clock| clock.due);
        RequestRow {
            number: request.printed(),
            href: href(request),
            title: form.title.clone().unwrap_or_default(),
            originator: match (&form.company, &request.originator) {
                (Some(company), _) => company.clone(),
                (None, Party::Provider) => self.policy().provider.name.clone(),
                (None, Party::Clec(clec)) => clec.to_string(),
            },
            kind: match form.kind {
                Some(ChangeKind::Systems) => "systems",
                Some(ChangeKind::ProductProcess) => "product and process",
                _ => "change management process",
            },
            phase: request.phase.wording(),
            step: request.step.row().title.to_owned(),
            products: form.products.join(", "),
            next: next.map(|clock| (spaced(clock.deadline.as_str()), clock.last_day(self.policy()).to_string())),
            received: self.received(request).map(|on| on.to_string()),
            ended: request.completion.as_ref().and_then(|of| of.at).map(|at| self.date(at).to_string()),
        }
    }

    fn received(&self, request: &ChangeRequest) -> Option<NaiveDate> {
        request.received_on(self.policy()).or_else(|| request.received_at.map(|at| self.date(at)))
    }

    fn date(&self, at: Instant) -> NaiveDate {
        self.policy().calendar(at).date(at)
    }
}

/// What stands in some of the index's lists, with a record as it is now: the index can be behind.
fn with_known(list: &mut Vec<ChangeRequest>, known: Option<&ChangeRequest>, lists: &[&str]) {
    let Some((known, (of, at))) = known.and_then(|known| Some((known, known.place()?))) else { return };
    list.retain(|of| of.id != known.id);
    if lists.contains(&of) {
        let at_of = |of: &ChangeRequest| of.place().map(|(_, at)| at);
        let place = list.partition_point(|of| (at_of(of), of.reference()) < (Some(at), known.reference()));
        list.insert(place, known.clone());
    }
}

/// Where the page of a change request is. Its number has no suffixes there: these change.
fn href(request: &ChangeRequest) -> String {
    format!("/cmp/{}/", request.number.map_or_else(|| request.id.to_string(), |number| number.to_string()))
}

/// Where a document of a change request is. Its name is people's own, and a browser saves it under that. A path without an extension is one
/// of a page.
fn document_href(request: &ChangeRequest, document: &Attachment) -> String {
    format!("{}documents/{}.bin", href(request), document.place)
}

/// A value of the API as people read it: a list by commas; nothing of what is empty.
fn told(of: &Value) -> Option<String> {
    let text = match of {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(is) => (if *is { "yes" } else { "no" }).to_owned(),
        Value::Array(all) => all.iter().filter_map(told).collect::<Vec<_>>().join(", "),
        Value::Object(_) | Value::Null => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// A word of the API in the words that it is made of: `clarificationHeld` is "clarification held".
fn spaced(word: &str) -> String {
    let mut spaced = String::new();
    for c in word.chars() {
        match c {
            c if c.is_ascii_uppercase() && !word.contains(' ') => {
                spaced.push(' ');
                spaced.push(c.to_ascii_lowercase());
            }
            '_' => spaced.push(' '),
            c => spaced.push(c),
        }
    }
    spaced.trim().to_owned()
}
