//! Lists of change requests: what is posted, a party's own, what the CMP Manager is to review.

use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use cmp::{BASE, ChangeRequestShown};
use contract::{Failed, Matter, Party, RequestNumber};
use desk::{
    Desk,
    store::{List, Span},
};
use domain::change_request::{ChangeRequest, Kind, Phase};
use http_edge::{Caller, Parameters, Place, Problem, ReadRefusals, page};

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
///
/// Where a filter leaves much out, a page may show fewer than its limit, or none: follow `Link: rel="next"` to the end.
#[utoipa::path(
    get, path = "/cmp/v1/changeRequest", tag = "changeRequest", operation_id = "listChangeRequest",
    params(
        ("of" = Option<String>, Query, description = "posted, as when left out; own, with its drafts; for the provider unposted, \
            which it is to review"),
        ("phase" = Option<String>, Query, description = "in these status phases, separated by commas"),
        ("kind" = Option<String>, Query, description = "productProcess, systems or cmp"),
        ("originator" = Option<String>, Query, description = "a CLEC's, or provider for the provider's"),
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
    let list = match parameters.text("of").as_deref() {
        None | Some("posted") => List::posted_requests(),
        Some("own") => List::requests_of(&reader.party),
        Some("unposted") if reader.party.is_desk() => List::unposted_requests(),
        Some(_) => {
            parameters.fault("of", "AP-04", "is posted or own; for the provider also unposted");
            List::posted_requests()
        }
    };
    let wanted = Wanted {
        phases: parameters.parsed_list("phase", "CR-03"),
        kind: parameters.parsed("kind", "CR-01"),
        originator: parameters.text("originator").and_then(|text| match text.as_str() {
            "provider" | "desk" => Some(Party::Desk),
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
    let wants = |request: &ChangeRequest| wanted.takes(request);
    let (requests, next) = desk.store.wanted(&list, span, limit, wants).await.map_err(Failed::from)?;
    let shown: Vec<ChangeRequestShown> =
        requests.iter().map(|request| ChangeRequestShown::of(request, &reader, &desk.policy)).collect();
    Ok(page(BASE, &uri, &shown, next.map(|(at, number)| Place(at, number))))
}
