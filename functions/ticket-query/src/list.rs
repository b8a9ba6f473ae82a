//! Lists: filtered, sorted and paged (AP-04). A page costs what it shows, not what there is.

use axum::{
    Json,
    extract::{OriginalUri, State},
    http::{HeaderMap, HeaderName, HeaderValue},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use contract::{ClecId, Failed, Party, Severity, TicketNumber};
use desk::{
    Desk,
    store::{Listing, Of},
};
use http_edge::{Caller, Parameters, Place, Problem, ReadRefusals};
use record::notice::Status;
use serde_json::Value;
use tmf621::{BASE, TroubleTicket};

/// What a page shows when it does not say.
const LIMIT: usize = 20;
/// What a page shows at the most.
const LIMIT_AT_MOST: usize = 100;
/// How many tickets are read for a page at the most; then the answer tells where to go on.
const READ_AT_MOST: usize = 1_000;

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
#[utoipa::path(
    get, path = "/tmf-api/troubleTicket/v4/troubleTicket", tag = "troubleTicket", operation_id = "listTroubleTicket",
    params(
        ("fields" = Option<String>, Query, description = "these attributes alone, separated by commas"),
        ("offset" = Option<usize>, Query, description = "leave out as many, at most 1000"),
        ("limit" = Option<usize>, Query, description = "show as many, 20 when left out, at most 100"),
        ("after" = Option<String>, Query, description = "go on behind this place, as the Link header gives it"),
        ("sort" = Option<String>, Query, description = "-creationDate, the latest first, when left out; or creationDate"),
        ("status" = Option<String>, Query), ("severity" = Option<String>, Query), ("ticketType" = Option<String>, Query),
        ("systemAffected" = Option<String>, Query), ("externalId" = Option<String>, Query), ("event" = Option<bool>, Query),
        ("clec" = Option<String>, Query, description = "by the desk: one CLEC's"),
        ("creationDate.gte" = Option<String>, Query), ("creationDate.lt" = Option<String>, Query),
    ),
    responses(
        (status = 200, body = Vec<TroubleTicket>, headers(
            ("X-Result-Count" = usize, description = "how many this page shows"),
            ("X-Total-Count" = usize, description = "how many there are, while it is known"),
            ("Link" = String, description = "where to go on"),
        )),
        ReadRefusals,
    )
)]
pub(crate) async fn list(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let asked = Query::read(parameters, caller.party())?;
    let shown = select(&desk, &asked, caller.party()).await?;
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
struct Query {
    fields: Vec<String>,
    offset: usize,
    limit: usize,
    listing: Listing,
    status: Vec<Status>,
    severity: Vec<Severity>,
    others: Vec<(&'static str, Vec<String>)>,
}

impl Query {
    fn read(mut parameters: Parameters, party: &Party) -> Result<Self, Problem> {
        let milli = TimeDelta::milliseconds(1);
        let fields = parameters.texts("fields");
        let offset = parameters.parsed("offset", "AP-04").unwrap_or(0);
        let limit = parameters.parsed("limit", "AP-04").unwrap_or(LIMIT);
        if offset > READ_AT_MOST {
            parameters.fault("offset", "AP-04", format!("is at most {READ_AT_MOST}: follow the Link header instead"));
        }
        if limit == 0 || limit > LIMIT_AT_MOST {
            parameters.fault("limit", "AP-04", format!("is 1 to {LIMIT_AT_MOST}"));
        }
        let latest_first = match parameters.text("sort").as_deref() {
            None | Some("-creationDate") => true,
            Some("creationDate") => false,
            Some(_) => {
                parameters.fault("sort", "AP-04", "is creationDate or -creationDate");
                true
            }
        };
        let mut instant = |name: &str| parameters.parsed::<DateTime<Utc>>(name, "POL-03");
        let on = instant("creationDate");
        let behind = instant("creationDate.gt").and_then(|at| at.checked_add_signed(milli));
        let before = instant("creationDate.lt").and_then(|at| at.checked_sub_signed(milli));
        let from = [on, instant("creationDate.gte"), behind].into_iter().flatten().max();
        let to = [on, instant("creationDate.lte"), before].into_iter().flatten().min();
        let after = parameters.parsed::<Place<TicketNumber>>("after", "AP-04").map(|place| (place.0, place.1));
        if after.is_some_and(|(at, _)| from.is_some_and(|from| at < from) || to.is_some_and(|to| at > to)) {
            parameters.fault("after", "AP-04", "a place outside of the creation dates that are asked for");
        }
        let mut clec = party.clec().cloned();
        let named = parameters.parsed::<ClecId>("clec", "AP-03");
        if party.is_desk() {
            clec = named;
        } else if named.is_some() && named != clec {
            parameters.fault("clec", "AP-03", "is the caller's own, or left out");
        }
        let event =
            parameters.parsed_list::<bool>("event", "NT-02").iter().map(ToString::to_string).collect::<Vec<_>>();
        let status = parameters.parsed_list("status", "TT-24");
        let severity = parameters.parsed_list("severity", "TT-03");
        let others = ATTRIBUTES
            .into_iter()
            .map(|name| (name, parameters.texts(name)))
            .chain([("event", event)])
            .filter(|(_, values)| !values.is_empty())
            .collect();
        parameters.end()?;
        let listing = Listing { of: clec.map_or(Of::All, Of::Clec), from, to, latest_first, after };
        Ok(Self { fields, offset, limit, listing, status, severity, others })
    }

    fn wants(&self, ticket: &Value) -> bool {
        let one_of = |name: &str, values: &[String]| {
            let value = match ticket.get(name) {
                Some(Value::String(text)) => text.clone(),
                None | Some(Value::Null | Value::Array(_) | Value::Object(_)) => return false,
                Some(scalar) => scalar.to_string(),
            };
            values.iter().any(|wanted| wanted.eq_ignore_ascii_case(&value))
        };
        let status = ticket["status"].as_str().and_then(|status| status.parse().ok());
        let severity = ticket["severity"].as_str().and_then(|severity| severity.parse().ok());
        (self.status.is_empty() || status.is_some_and(|status| self.status.contains(&status)))
            && (self.severity.is_empty() || severity.is_some_and(|severity| self.severity.contains(&severity)))
            && self.others.iter().all(|(name, values)| one_of(name, values))
    }

    fn filters(&self) -> bool {
        !self.status.is_empty() || !self.severity.is_empty() || !self.others.is_empty()
    }
}

/// A page.
#[derive(Default)]
struct Shown {
    tickets: Vec<Value>,
    bytes: usize,
    total: Option<usize>,
    next: Option<Place<TicketNumber>>,
    still_to_leave_out: usize,
}

impl Shown {
    fn is_full(&self, asked: &Query) -> bool {
        self.tickets.len() == asked.limit || self.bytes > BYTES_AT_MOST
    }

    fn show(&mut self, ticket: &TroubleTicket, fields: &[String]) {
        let ticket = ticket.selected(fields);
        self.bytes += ticket.to_string().len();
        self.tickets.push(ticket);
    }
}

async fn select(desk: &Desk, asked: &Query, party: &Party) -> Result<Shown, Failed> {
    let mut listing = asked.listing.clone();
    let mut shown = Shown::default();
    let (mut matched, mut read) = (0, 0);
    let mut total_known = listing.after.is_none();
    'pages: loop {
        let wanted = if asked.filters() { LIMIT_AT_MOST } else { asked.offset + asked.limit - matched };
        let page = desk.store.list(&listing, wanted.min(LIMIT_AT_MOST)).await?;
        let on_page = page.tickets.len();
        for (at, loaded) in page.tickets.into_iter().enumerate() {
            let place = Place(loaded.ticket.opened_at, loaded.ticket.number);
            listing.after = Some((place.0, place.1));
            read += 1;
            let ticket = TroubleTicket::of(&loaded.read(), &[], party, &desk.policy);
            if !asked.filters() || asked.wants(&ticket.selected(&[])) {
                matched += 1;
                if matched > asked.offset {
                    shown.show(&ticket, &asked.fields);
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
    shown.still_to_leave_out = asked.offset.saturating_sub(matched);
    Ok(shown)
}
