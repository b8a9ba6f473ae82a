//! Lists of change requests: what is posted, a party's own, what the CMP Manager is to review.

use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use cmp::{BASE, ChangeRequestShown};
use desk::{
    Desk,
    store::{Listed, OfRequests, Span},
};
use domain::{
    Failed, Matter, Party, RequestNumber,
    change_request::{ChangeRequest, Kind, Phase},
};
use http_edge::{Caller, LIMIT_AT_MOST, Parameters, Place, Problem, ReadRefusals, page};

/// How many are read to fill a page.
const READ_AT_MOST: usize = 1_000;

/// What a list is narrowed to.
#[derive(Default)]
struct Wanted {
    phases: Vec<Phase>,
    kind: Option<Kind>,
    originator: Option<Party>,
}

impl Wanted {
    fn takes(&self, request: &ChangeRequest) -> bool {
        (self.phases.is_empty() || self.phases.contains(&request.phase))
            && self.kind.is_none_or(|kind| request.form.kind == Some(kind))
            && self.originator.as_ref().is_none_or(|of| request.originator == *of)
    }
}

/// Lists change requests, the latest first.
#[utoipa::path(
    get, path = "/cmp/v1/changeRequest", tag = "changeRequest", operation_id = "listChangeRequest",
    params(
        ("of" = Option<String>, Query, description = "posted, as when left out; own, with its drafts; for the provider unposted, \
            which it is to review"),
        ("phase" = Option<String>, Query, description = "in these status phases, separated by commas"),
        ("kind" = Option<String>, Query, description = "productProcess, systems or cmp"),
        ("originator" = Option<String>, Query, description = "a CLEC's, or desk for the provider's"),
        ("limit" = Option<usize>, Query, description = "show as many, 20 when left out, at most 100"),
        ("after" = Option<String>, Query, description = "go on behind this place, as the Link header gives it"),
    ),
    responses(
        (status = 200, body = Vec<ChangeRequestShown>, headers(("Link" = String, description = "where to go on"))),
        ReadRefusals,
    )
)]
pub(crate) async fn list(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Caller(reader): Caller,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let of = match parameters.text("of").as_deref() {
        None | Some("posted") => OfRequests::Posted,
        Some("own") => OfRequests::Own(reader.party.clone()),
        Some("unposted") if reader.party.is_desk() => OfRequests::Unposted,
        Some(_) => {
            parameters.fault("of", "AP-04", "is posted or own; for the provider also unposted");
            OfRequests::Posted
        }
    };
    let wanted = Wanted {
        phases: parameters.parsed_list("phase", "CR-03"),
        kind: parameters.parsed("kind", "CR-01"),
        originator: parameters.text("originator").and_then(|text| match text.as_str() {
            "desk" => Some(Party::Desk),
            clec => {
                clec.parse().map(Party::Clec).map_err(|detail| parameters.fault("originator", "AP-03", detail)).ok()
            }
        }),
    };
    let limit = parameters.limit();
    let after = parameters.parsed::<Place<RequestNumber>>("after", "AP-04");
    parameters.end()?;
    let after = after.map(|Place(at, number)| (at, Matter::ChangeRequest(number)));
    let span = Span { latest_first: true, after, ..Span::default() };
    let (requests, next) = select(&desk, &of, span, &wanted, limit).await?;
    let shown: Vec<ChangeRequestShown> =
        requests.iter().map(|request| ChangeRequestShown::of(request, &reader, &desk.policy)).collect();
    Ok(page(BASE, &uri, &shown, next))
}

/// As many as are wanted, of at most a thousand that are read; and where to go on.
async fn select(
    desk: &Desk,
    of: &OfRequests,
    mut span: Span,
    wanted: &Wanted,
    limit: usize,
) -> Result<(Vec<ChangeRequest>, Option<Place<RequestNumber>>), Failed> {
    let (mut shown, mut read) = (Vec::new(), 0);
    loop {
        let (found, more) = desk.store.change_requests(of, &span, LIMIT_AT_MOST).await?;
        let on_page = found.len();
        for (at, request) in found.into_iter().enumerate() {
            let place = Place(request.place().1, request.id);
            span.after = Some((place.0, Matter::ChangeRequest(place.1)));
            read += 1;
            if wanted.takes(&request) {
                shown.push(request);
            }
            if shown.len() == limit || read == READ_AT_MOST {
                return Ok((shown, (more || at + 1 < on_page).then_some(place)));
            }
        }
        if !more {
            return Ok((shown, None));
        }
    }
}
