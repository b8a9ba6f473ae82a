//! The CMP site (WB-02, CR-02, 12.3): the change requests that are posted, by phase and with their dated history, the Date TBD list, the
//! releases, the meetings with their packages, and what is over by year. Each page tells what a CLEC reads by the API that has no part in
//! the matter.

mod archive;
mod meetings;
mod package;
mod systems;

pub(crate) use meetings::Span;

use crate::{AT_ONCE, Unfinished, layout::Layout};
use chrono::NaiveDate;
use cmp_api::ChangeRequestShown;
use contract::{Actor, ClecId, Instant, Party, Policy};
use domain::change_request::{ChangeKind, ChangeRequest, OPEN, Phase, Position, TO_ANSWER};
use futures::TryStreamExt;
use pages::site::Shown;
use platform::{
    Services, attachments,
    sites::{File, Kept},
    store::{RecordIndex, TimeRange},
};
use record::{Record, attachment::Attachment};
use serde::Serialize;
use serde_json::Value;
use std::{collections::BTreeMap, iter};
use strum::VariantArray;

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
