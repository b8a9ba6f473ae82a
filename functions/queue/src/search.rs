//! The search by any number, by a CLEC's id, by system, by words.

use crate::about::{About, heading, status, ticket_heading, whose};
use axum::extract::{OriginalUri, State};
use chrono::{DateTime, NaiveDate, Utc};
use contract::{ClecId, Failed, Party, RecordRef, Refused, Search};
use domain::{
    account_request::AccountRequest,
    account_team::TeamMember,
    change_request::ChangeRequest,
    clec::Clec,
    degradation_report::DegradationReport,
    kinds::AnyRecord,
    meeting::Meeting,
    other_party::OtherParty,
    outage::Outage,
    post_mortem::PostMortem,
    release::Release,
    service_quality::{Objective, Offering, PurchasedOffering, Specification},
    ticket::{Loaded, OpenTo, Ticket},
};
use http_edge::{Body, Caller, LIMIT_AT_MOST, Page, PageLimit, Place, Problem, Query, route};
use platform::{
    Services,
    store::{RecordIndex, Standing, TicketQuery, TimeRange},
};
use record::Record;
use serde::Serialize;
use serde_with::skip_serializing_none;
use std::{
    fmt,
    str::FromStr,
    sync::atomic::{AtomicUsize, Ordering},
};
use tmf621::TroubleTicket;
use utoipa::ToSchema;

const BASE: &str = "/cmp/v1/search";
/// How many records are read for a page at the most; then the answer tells where to go on.
const READ_AT_MOST: usize = 1_000;

/// What was found.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SearchResult)]
pub(super) struct Found {
    #[serde(flatten)]
    about: About,
    /// What it is in a line: the system, and the first words, as the reader may know them.
    heading: String,
    /// Where it stands.
    status: &'static str,
    /// The CLEC whose it is, where the reader may know.
    clec: Option<String>,
}

impl Found {
    /// A ticket as its reader reads it.
    fn of_ticket(ticket: &Ticket) -> Self {
        Self {
            about: About::of(&ticket.reference()),
            heading: ticket_heading(ticket),
            status: ticket.status().as_str(),
            clec: ticket.clec.as_ref().map(ToString::to_string),
        }
    }

    fn of(record: &AnyRecord, today: NaiveDate) -> Self {
        let about = match record {
            AnyRecord::ChangeRequest(request) => About::of_request(request),
            other => About::of(&other.reference()),
        };
        Self { about, heading: heading(record), status: status(record, today), clec: whose(record) }
    }
}

/// What is looked for.
#[derive(Debug, Body)]
#[body(rule = "TT-32")]
pub(super) struct Wanted {
    /// A number of a ticket, a change request (PC030504-1 too), a planned outage, a release, a meeting, or of an account team's; or words, each of which begins a
    /// word of what is found: of the system, a description, a title; by the desk also of a CLEC's name, and of the id of whose it is.
    #[body(line = 200, missing = "is a number, or words")]
    q: String,
    /// Show as many.
    #[body(rule = "AP-04")]
    limit: PageLimit,
    /// Go on behind this place, as the Link header gives it.
    #[body(rule = "AP-04")]
    after: Option<Place<Behind>>,
}

/// The lists that words are looked for in, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum List {
    Clecs,
    Tickets,
    Requests,
    OwnRequests,
    Outages,
    Releases,
    Meetings,
    Members,
    AccountRequests,
    PostMortems,
    DegradationReports,
}

impl List {
    const ALL: [Self; 11] = [
        Self::Clecs,
        Self::Tickets,
        Self::Requests,
        Self::OwnRequests,
        Self::Outages,
        Self::Releases,
        Self::Meetings,
        Self::Members,
        Self::AccountRequests,
        Self::PostMortems,
        Self::DegradationReports,
    ];
}

/// A place in the lists: behind a record of one of them, or at the beginning of that list.
#[derive(Debug, Clone)]
struct Behind {
    list: List,
    record: Option<RecordRef>,
}

impl fmt::Display for Behind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~", self.list as usize)?;
        self.record.iter().try_for_each(|record| record.fmt(f))
    }
}

impl FromStr for Behind {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let none = "no place of a search";
        let (list, record) = text.split_once('~').ok_or(none)?;
        let list = list.parse::<usize>().ok().and_then(|list| List::ALL.get(list).copied()).ok_or(none)?;
        let record = Some(record).filter(|record| !record.is_empty());
        Ok(Self { list, record: record.map(|record| record.parse().map_err(|_| none)).transpose()? })
    }
}

/// Searches by a number or by words, the latest first: tickets, change requests, planned outages, releases, meetings, people of account
/// teams, requests to them, post-mortems, degradation reports; before these, for the desk, CLECs. Each reader finds what it may read.
///
/// A page may show fewer than its limit: follow `Link: rel="next"` to the end.
#[route(get, "/cmp/v1/search", tag = "queue", id = "search")]
pub(super) async fn search(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(Wanted { q, limit, after }): Query<Wanted>,
) -> Result<Page<Found>, Problem> {
    let party = caller.party();
    if after.is_none() {
        let by_number = there(by_number(&services, party, &q).await)?;
        if by_number.is_some() || (q.contains('-') && is_number(&q)) {
            return Ok(Page::of::<Behind>(BASE, &uri, by_number.into_iter().collect(), None));
        }
    }
    let words: Search = match q.parse() {
        Ok(words) => words,
        Err(detail) => {
            // The id of a CLEC may be shorter than a word.
            let clec = clec(&services, party, &q).await?.ok_or_else(|| Refused::field("q", "TT-32", detail))?;
            return Ok(Page::of::<Behind>(BASE, &uri, vec![clec], None));
        }
    };
    let mut reading = Reading { services: &services, party, words, limit: limit.0, read: AtomicUsize::new(0) };
    let mut found = Vec::new();
    let next = reading.through_lists(after, &mut found).await?;
    Ok(Page::of(BASE, &uri, found, next))
}

/// Whether a text is a number of anything that has one.
fn is_number(text: &str) -> bool {
    text.parse::<RecordRef>().is_ok() || domain::change_request::is_name(text)
}

/// What is not there for the party is not found.
fn there<T>(found: Result<Option<T>, Failed>) -> Result<Option<T>, Failed> {
    match found {
        Err(Failed::Refused(Refused::NotFound)) => Ok(None),
        other => other,
    }
}

/// What a number names, where the party may read it: as a reading of it by that number would answer.
async fn by_number(services: &Services, party: &Party, text: &str) -> Result<Option<Found>, Failed> {
    let today = services.today();
    let record: AnyRecord = match text.parse::<RecordRef>() {
        Ok(RecordRef::Ticket(number)) => {
            let loaded = services.open_to(party, number, OpenTo::Cases).await?;
            return Ok(Some(Found::of_ticket(&loaded.read_by(party))));
        }
        Ok(reference @ RecordRef::Outage(_)) => services.record_seen_by::<Outage>(party, &reference).await?.into(),
        Ok(reference @ RecordRef::Release(_)) => services.record_seen_by::<Release>(party, &reference).await?.into(),
        Ok(reference @ RecordRef::TeamMember(_)) => {
            services.record_seen_by::<TeamMember>(party, &reference).await?.into()
        }
        Ok(reference @ RecordRef::AccountRequest(_)) => {
            services.record_seen_by::<AccountRequest>(party, &reference).await?.into()
        }
        Ok(reference @ RecordRef::PostMortem(_)) => {
            services.record_seen_by::<PostMortem>(party, &reference).await?.into()
        }
        Ok(reference @ RecordRef::DegradationReport(_)) => {
            services.record_seen_by::<DegradationReport>(party, &reference).await?.into()
        }
        Ok(reference @ RecordRef::OtherParty(_)) => {
            services.record_seen_by::<OtherParty>(party, &reference).await?.into()
        }
        Ok(reference @ RecordRef::Offering(_)) => services.record_seen_by::<Offering>(party, &reference).await?.into(),
        Ok(reference @ RecordRef::PurchasedOffering(_)) => {
            services.record_seen_by::<PurchasedOffering>(party, &reference).await?.into()
        }
        Ok(reference @ RecordRef::Objective(_)) => {
            services.record_seen_by::<Objective>(party, &reference).await?.into()
        }
        Ok(reference @ RecordRef::Specification(_)) => {
            services.record_seen_by::<Specification>(party, &reference).await?.into()
        }
        Ok(RecordRef::Meeting(number)) => services.meeting(number).await?.into(),
        _ if domain::change_request::is_name(text) => {
            let reference = services.change_request(text).await?;
            services.record_seen_by::<ChangeRequest>(party, &reference).await?.into()
        }
        _ => return Ok(None),
    };
    Ok(Some(Found::of(&record, today)))
}

/// The CLEC of an id, for the desk.
async fn clec(services: &Services, party: &Party, text: &str) -> Result<Option<Found>, Failed> {
    let Some(id) = text.parse::<ClecId>().ok().filter(|_| party.is_provider()) else { return Ok(None) };
    let clec = services.store.clec(&id).await?;
    Ok(clec.map(|clec| Found::of(&clec.into(), services.today())))
}

/// A search for words under way.
struct Reading<'a> {
    services: &'a Services,
    party: &'a Party,
    words: Search,
    limit: usize,
    read: AtomicUsize,
}

impl Reading<'_> {
    /// Goes through the lists, and answers where to go on.
    async fn through_lists(
        &mut self,
        after: Option<Place<Behind>>,
        found: &mut Vec<Found>,
    ) -> Result<Option<Place<Behind>>, Failed> {
        let (first, mut behind) = match after {
            Some(Place(at, Behind { list, record })) => (list, record.map(|record| (at, record))),
            None => (List::Clecs, None),
        };
        for list in List::ALL.into_iter().filter(|list| *list >= first) {
            if found.len() >= self.limit || self.read.load(Ordering::Relaxed) >= READ_AT_MOST {
                return Ok(Some(Place(DateTime::<Utc>::UNIX_EPOCH, Behind { list, record: None })));
            }
            let room = self.limit - found.len();
            let (of_list, next) = self.of_list(list, behind.take(), room).await?;
            found.extend(of_list);
            if let Some((at, record)) = next {
                return Ok(Some(Place(at, Behind { list, record: Some(record) })));
            }
        }
        Ok(None)
    }

    /// What is found in a list, and behind which record to go on in it.
    async fn of_list(&self, list: List, after: At, room: usize) -> Result<(Vec<Found>, At), Failed> {
        let provider = self.party.is_provider();
        match list {
            List::Clecs => self.clecs(after, room).await,
            List::Tickets => self.tickets(after, room).await,
            List::Requests => {
                let list = if provider { RecordIndex::all_requests() } else { RecordIndex::posted_requests() };
                self.records(&list, after, room, |request: &ChangeRequest| self.of_request(request)).await
            }
            // A CLEC's own that are not posted.
            List::OwnRequests if provider => Ok((Vec::new(), None)),
            List::OwnRequests => {
                let of = |request: &ChangeRequest| match request.posted_at {
                    Some(_) => Vec::new(),
                    None => self.of_request(request),
                };
                self.records(&RecordIndex::requests_of(self.party), after, room, of).await
            }
            List::Outages => {
                let list = if provider { RecordIndex::outages_and_drafts() } else { RecordIndex::outages() };
                let of = |outage: &Outage| {
                    let plan = &outage.plan;
                    [&plan.interface, &plan.description, &plan.workaround].into_iter().flatten().cloned().collect()
                };
                self.records(&list, after, room, of).await
            }
            List::Releases => {
                let of = |release: &Release| vec![release.plan.interface.clone(), release.plan.name.clone()];
                self.records(&RecordIndex::releases(), after, room, of).await
            }
            List::Meetings => {
                let of =
                    |meeting: &Meeting| [Some(meeting.name()), meeting.purpose.clone()].into_iter().flatten().collect();
                self.records(&RecordIndex::meetings(), after, room, of).await
            }
            // A CLEC looks up its own account team.
            List::Members if !provider => Ok((Vec::new(), None)),
            List::Members => {
                let of = |member: &TeamMember| member.details.iter().map(|of| of.name.clone()).collect();
                self.records(&RecordIndex::team_members(), after, room, of).await
            }
            List::AccountRequests => {
                let list = match self.party {
                    Party::Clec(clec) => RecordIndex::account_requests_of(clec),
                    Party::Provider => RecordIndex::account_requests(false),
                };
                let of = |request: &AccountRequest| {
                    let owner = provider.then(|| request.clec.to_string());
                    [request.text.clone()].into_iter().chain(owner).collect()
                };
                self.records(&list, after, room, of).await
            }
            List::PostMortems => {
                let list = match self.party {
                    Party::Clec(clec) => RecordIndex::post_mortems_of(clec),
                    Party::Provider => RecordIndex::post_mortems(false),
                };
                let of = |of: &PostMortem| {
                    let owner = provider.then(|| of.clec.to_string());
                    [of.reason.clone()].into_iter().chain(owner).collect()
                };
                self.records(&list, after, room, of).await
            }
            List::DegradationReports => {
                let list = RecordIndex::degradation_reports(self.party.clec(), false);
                let of = |of: &DegradationReport| {
                    let owner = provider.then(|| of.clec.to_string());
                    [of.purchase_name.clone(), of.description.clone()].into_iter().chain(owner).collect()
                };
                self.records(&list, after, room, of).await
            }
        }
    }

    /// The CLECs of the register, which the desk alone reads, in the order of their ids.
    async fn clecs(&self, after: At, room: usize) -> Result<(Vec<Found>, At), Failed> {
        if !self.party.is_provider() {
            return Ok((Vec::new(), None));
        }
        let behind = after.map(|(_, record)| record);
        let wanted = |clec: &Clec| {
            behind.as_ref().is_none_or(|behind| clec.reference() > *behind)
                && self.words.finds([clec.id.as_str()].into_iter().chain(clec.name.as_deref()))
        };
        let mut wanted = self.services.store.clecs().await?.into_iter().filter(wanted);
        let found: Vec<Clec> = wanted.by_ref().take(room).collect();
        let next = found.last().filter(|_| wanted.next().is_some()).map(|last| (last.registered_at, last.reference()));
        let today = self.services.today();
        Ok((found.into_iter().map(|clec| Found::of(&clec.into(), today)).collect(), next))
    }

    /// The texts of a change request, for the desk with whose it is; none of one that the party may not see.
    fn of_request(&self, request: &ChangeRequest) -> Vec<String> {
        if !request.is_visible_to(self.party) {
            return Vec::new();
        }
        let owner = request.originator.clec().filter(|_| self.party.is_provider());
        request.texts().into_iter().chain(owner.map(ClecId::to_string)).collect()
    }

    /// A ticket is searched as its reader is shown it (decision 38), by the desk also by whose it is.
    async fn tickets(&self, after: At, room: usize) -> Result<(Vec<Found>, At), Failed> {
        let after = after.and_then(|(at, record)| Some((at, record.ticket()?)));
        let whose = self.party.clec().cloned();
        let mut listing =
            TicketQuery { whose, standing: Standing::Any, latest_first: true, after, ..TicketQuery::default() };
        let mut found = Vec::new();
        loop {
            let page = self.services.store.list(&listing, LIMIT_AT_MOST).await?;
            let on_page = page.tickets.len();
            for (at, loaded) in page.tickets.into_iter().enumerate() {
                let place = (loaded.ticket.opened_at, loaded.ticket.number);
                listing.after = Some(place);
                found.extend(self.takes(&loaded));
                let read = self.read.fetch_add(1, Ordering::Relaxed) + 1;
                if found.len() == room || read >= READ_AT_MOST {
                    let more = page.more || at + 1 < on_page;
                    return Ok((found, more.then_some((place.0, place.1.into()))));
                }
            }
            if !page.more {
                return Ok((found, None));
            }
        }
    }

    fn takes(&self, loaded: &Loaded) -> Option<Found> {
        let ticket = loaded.effective();
        let texts = TroubleTicket::of(&ticket, &[], self.party, &self.services.policy).texts();
        let owner = ticket.clec.as_ref().filter(|_| self.party.is_provider());
        let texts = texts.iter().map(String::as_str).chain(owner.map(ClecId::as_str));
        self.words.finds(texts).then(|| Found::of_ticket(&ticket))
    }

    async fn records<R: Record + Into<AnyRecord>>(
        &self,
        list: &RecordIndex,
        after: At,
        room: usize,
        texts: impl Fn(&R) -> Vec<String>,
    ) -> Result<(Vec<Found>, At), Failed> {
        let span = TimeRange { latest_first: true, after, ..TimeRange::default() };
        let wants = |record: &R| {
            self.read.fetch_add(1, Ordering::Relaxed);
            let texts = texts(record);
            !texts.is_empty() && self.words.finds(texts.iter().map(String::as_str))
        };
        let (records, next) = self.services.store.wanted(list, span, room, wants).await?;
        let today = self.services.today();
        Ok((records.into_iter().map(|record| Found::of(&record.into(), today)).collect(), next))
    }
}

/// A record, and when it is in its list.
type At = Option<(DateTime<Utc>, RecordRef)>;
