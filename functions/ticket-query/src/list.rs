//! Lists: filtered, sorted and paged (AP-04). A page costs what it shows, not what there is.

use axum::{
    Json,
    extract::{OriginalUri, State},
    http::{HeaderMap, HeaderName, HeaderValue},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use contract::{Failed, FieldError, Party, Search, Severity, TicketNumber};
use domain::ticket::Loaded;
use http_edge::{
    Acting, Body, Caller, Components, Description, LIMIT_AT_MOST, LatestFirst, OFFSET_AT_MOST, Offset, Paging, Place,
    Problem, Query, Reader, Spec, route,
};
use platform::{
    Services,
    store::{Standing, TicketQuery},
};
use record::notice::Status;
use serde_json::Value;
use tmf621::{BASE, TroubleTicket};

/// How many tickets are read for a page at the most; then the answer tells where to go on.
const READ_AT_MOST: usize = OFFSET_AT_MOST;

/// How many bytes of tickets a page shows, about: a function's answer has at most 6 MB.
const BYTES_AT_MOST: usize = 4_000_000;

/// The attributes that filters name.
const ATTRIBUTES: [&str; 20] = [
    "id",
    "href",
    "description",
    "severityLevel",
    "lastUpdate",
    "statusChangeDate",
    "statusChangeReason",
    "expectedResolutionDate",
    "requestedResolutionDate",
    "resolutionDate",
    "patchDate",
    "@type",
    "name",
    "externalId",
    "ticketType",
    "priority",
    "systemAffected",
    "originator",
    "disposition",
    "callCenterReference",
];

/// Lists tickets: a CLEC's own, the desk's all.
///
/// Filters are equalities, several values separated by commas; of `creationDate` also `.gt`, `.gte`, `.lt` and `.lte`.
/// Where filters leave much out, a page may show fewer than its limit: follow `Link: rel="next"` to the end.
#[route(
    get, "/tmf-api/troubleTicket/v4/troubleTicket", tag = "troubleTicket", id = "listTroubleTicket",
    responses((status = 200, body = Vec<TroubleTicket>, headers(
        ("X-Result-Count" = usize, description = "how many this page shows"),
        ("X-Total-Count" = usize, description = "how many there are, while it is known"),
        ("Link" = String, description = "where to go on"),
    )))
)]
pub(crate) async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(asked): Query<Wanted>,
) -> Result<Response, Problem> {
    services.check_clec(caller.party(), "clec", asked.clec.0.clec()).await?;
    let shown = select(&services, &asked, caller.party()).await?;
    let mut headers = HeaderMap::new();
    let mut number =
        |name: &'static str, value: usize| headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
    number("x-result-count", shown.tickets.len());
    if let Some(total) = shown.total {
        number("x-total-count", total);
    }
    let query = uri.query().unwrap_or_default();
    headers.extend(shown.next.and_then(|next| next.link(BASE, query, shown.still_to_leave_out)));
    Ok((headers, Json(shown.tickets)).into_response())
}

/// What was asked for.
#[derive(Debug, Body)]
#[body(rule = "AP-04", check = place_outside)]
pub(crate) struct Wanted {
    /// These attributes alone.
    fields: Vec<String>,
    /// Leave out as many.
    offset: Offset,
    #[body(flatten)]
    page: Paging<TicketNumber>,
    /// The latest first, when left out.
    #[body(of = "creationDate")]
    sort: LatestFirst,
    /// Opened at this instant.
    #[body(rule = "POL-03")]
    creation_date: Option<DateTime<Utc>>,
    /// Opened after this instant.
    #[body(rule = "POL-03", name = "creationDate.gt")]
    creation_date_gt: Option<DateTime<Utc>>,
    /// Opened before this instant.
    #[body(rule = "POL-03", name = "creationDate.lt")]
    creation_date_lt: Option<DateTime<Utc>>,
    /// Opened at this instant or later.
    #[body(rule = "POL-03", name = "creationDate.gte")]
    creation_date_gte: Option<DateTime<Utc>>,
    /// Opened at this instant or earlier.
    #[body(rule = "POL-03", name = "creationDate.lte")]
    creation_date_lte: Option<DateTime<Utc>>,
    /// By the desk: one CLEC's.
    #[body(rule = "AP-03")]
    clec: Acting,
    /// Whether it is an event.
    #[body(rule = "NT-02")]
    event: Vec<bool>,
    /// In these statuses.
    #[body(rule = "TT-24")]
    status: Vec<Status>,
    /// Of these severities.
    #[body(rule = "TT-03")]
    severity: Vec<Severity>,
    /// With these words, as the caller reads the ticket: in its number, names, descriptions, system, impact, details, resolution,
    /// workaround, patch, notes and reasons. Each begins a word there.
    #[body(rule = "TT-32", line = 200)]
    q: Option<Search>,
    #[body(flatten)]
    attributes: Attributes,
}

/// Values of the attributes that filters name.
#[derive(Debug)]
struct Attributes(Vec<(&'static str, Vec<String>)>);

impl Body for Attributes {
    const NAME: &'static str = "TroubleTicketAttributes";
    const PATCH: &'static str = Self::NAME;
    const ABOUT: &'static str = "Values of the attributes that filters name.";
    const FIELDS: &'static [Spec] = &{
        let mut fields = [Spec::named("id"); ATTRIBUTES.len()];
        let mut at = 0;
        while at < fields.len() {
            fields[at] = Spec::named(ATTRIBUTES[at]);
            at += 1;
        }
        fields
    };

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        let values = Self::FIELDS.iter().map(|spec| Some((spec.name, from.field(spec)?)));
        values.collect::<Option<_>>().map(Self)
    }

    fn describe(to: &mut Description) {
        Self::FIELDS.iter().for_each(|spec| to.field::<Vec<String>>(spec));
    }

    fn components(_: &mut Components) {}
}

fn place_outside(wanted: &Wanted, _: &Party) -> Vec<FieldError> {
    let (from, to) = wanted.span();
    let is_outside = |Place(at, _)| from.is_some_and(|from| at < from) || to.is_some_and(|to| at > to);
    let detail = "a place outside of the creation dates that are asked for";
    wanted
        .page
        .after
        .filter(|place| is_outside(*place))
        .map(|_| FieldError::new("after", "AP-04", detail))
        .into_iter()
        .collect()
}

impl Wanted {
    /// From which instant, and to which, they are opened, both included.
    fn span(&self) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        let milli = TimeDelta::milliseconds(1);
        let behind = self.creation_date_gt.and_then(|at| at.checked_add_signed(milli));
        let before = self.creation_date_lt.and_then(|at| at.checked_sub_signed(milli));
        let from = [self.creation_date, self.creation_date_gte, behind].into_iter().flatten().max();
        let to = [self.creation_date, self.creation_date_lte, before].into_iter().flatten().min();
        (from, to)
    }

    fn listing(&self) -> TicketQuery {
        let (from, to) = self.span();
        let is_of_open = !self.status.is_empty() && self.status.iter().all(|status| status.is_open());
        TicketQuery {
            whose: self.clec.0.clec().cloned(),
            standing: if is_of_open { Standing::Open } else { Standing::Any },
            from,
            to,
            latest_first: self.sort.0,
            after: self.page.after.map(|Place(at, number)| (at, number)),
        }
    }

    /// Whether the ticket is wanted by what it is filtered for most, before the resource is made.
    fn wants(&self, loaded: &Loaded) -> bool {
        (self.status.is_empty() || self.status.contains(&loaded.status()))
            && (self.severity.is_empty() || self.severity.contains(&loaded.ticket.severity))
            && (self.event.is_empty() || self.event.contains(&loaded.is_event()))
    }

    /// Whether the resource is wanted by its words and attributes.
    fn wants_attributes(&self, ticket: &TroubleTicket) -> bool {
        if let Some(words) = &self.q
            && !words.finds(ticket.texts().iter().map(String::as_str))
        {
            return false;
        }
        if !self.filters_attributes() {
            return true;
        }
        let ticket = ticket.selected(&[]);
        let one_of = |name: &str, values: &[String]| {
            let value = match ticket.get(name) {
                Some(Value::String(text)) => text.clone(),
                None | Some(Value::Null | Value::Array(_) | Value::Object(_)) => return false,
                Some(scalar) => scalar.to_string(),
            };
            values.iter().any(|wanted| wanted.eq_ignore_ascii_case(&value))
        };
        self.attributes.0.iter().all(|(name, values)| values.is_empty() || one_of(name, values))
    }

    fn filters_attributes(&self) -> bool {
        self.attributes.0.iter().any(|(_, values)| !values.is_empty())
    }

    fn filters(&self) -> bool {
        !self.status.is_empty()
            || !self.severity.is_empty()
            || !self.event.is_empty()
            || self.q.is_some()
            || self.filters_attributes()
    }
}

/// A page of a list, with its headers.
#[derive(Default)]
struct Shown {
    tickets: Vec<Value>,
    bytes: usize,
    total: Option<usize>,
    next: Option<Place<TicketNumber>>,
    still_to_leave_out: usize,
}

impl Shown {
    fn is_full(&self, asked: &Wanted) -> bool {
        self.tickets.len() == asked.page.limit.0 || self.bytes > BYTES_AT_MOST
    }

    fn show(&mut self, ticket: &TroubleTicket, fields: &[String]) {
        let ticket = ticket.selected(fields);
        self.bytes += ticket.to_string().len();
        self.tickets.push(ticket);
    }
}

async fn select(services: &Services, asked: &Wanted, party: &Party) -> Result<Shown, Failed> {
    let mut listing = asked.listing();
    let mut shown = Shown::default();
    let (mut matched, mut read) = (0, 0);
    let mut total_known = listing.after.is_none();
    'pages: loop {
        let wanted = if asked.filters() { LIMIT_AT_MOST } else { asked.offset.0 + asked.page.limit.0 - matched };
        let page = services.store.list(&listing, wanted.min(LIMIT_AT_MOST)).await?;
        let on_page = page.tickets.len();
        for (at, loaded) in page.tickets.into_iter().enumerate() {
            let place = Place(loaded.ticket.opened_at, loaded.ticket.number);
            listing.after = Some((place.0, place.1));
            read += 1;
            if asked.wants(&loaded) {
                let ticket = TroubleTicket::of(&loaded.effective(), &[], party, &services.policy);
                if asked.wants_attributes(&ticket) {
                    matched += 1;
                    if matched > asked.offset.0 {
                        shown.show(&ticket, &asked.fields);
                    }
                }
            }
            if shown.is_full(asked) || read == READ_AT_MOST {
                let more = page.more || at + 1 < on_page;
                total_known &= !more;
                shown.next = more.then_some(place);
                break 'pages;
            }
        }
        if !page.more {
            break;
        }
    }
    shown.total = total_known.then_some(matched);
    shown.still_to_leave_out = asked.offset.0.saturating_sub(matched);
    Ok(shown)
}
