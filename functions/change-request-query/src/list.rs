//! Lists of change requests: what is posted, a party's own, what the CMP Manager is to review.

use axum::extract::{OriginalUri, State};
use cmp_api::{BASE, ChangeRequestShown};
use contract::{ChangeRequestId, ClecId, Failed, Party, RecordRef};
use domain::change_request::{ChangeKind, ChangeRequest, Phase};
use http_edge::{Body, Caller, Field, Json, Page, Paging, Place, Problem, Query, Spec, Value, route};
use platform::{
    Services,
    store::{RecordIndex, TimeRange},
};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

/// What a list shows.
#[derive(Debug, Body)]
#[body(rule = "AP-04")]
pub(crate) struct Wanted {
    /// Which change requests: those posted; the caller's own, with its drafts; or for the provider those unposted.
    of: Which,
    /// In these status phases.
    #[body(rule = "CR-03")]
    phase: Vec<Phase>,
    /// What they are to change.
    #[body(rule = "CR-01")]
    kind: Option<ChangeKind>,
    /// A CLEC's, or `provider` for the provider's.
    #[body(rule = "AP-03")]
    originator: Option<Originator>,
    #[body(flatten)]
    page: Paging<ChangeRequestId>,
}

impl Wanted {
    fn takes(&self, request: &ChangeRequest) -> bool {
        (self.phase.is_empty() || self.phase.contains(&request.phase))
            && self.kind.is_none_or(|kind| request.form.kind == Some(kind))
            && self.originator.as_ref().is_none_or(|Originator(of)| request.originator == *of)
    }
}

/// Whose change requests, and how far they have come.
#[derive(Debug, Clone, Copy)]
enum Which {
    Posted,
    Own,
    Unposted,
}

impl Value for Which {
    const REQUIRED: bool = false;

    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        match at.text(&given)?.as_str() {
            "posted" => Some(Self::Posted),
            "own" => Some(Self::Own),
            "unposted" if at.caller().is_provider() => Some(Self::Unposted),
            _ => {
                at.fault(at.spec.rule, "is posted or own; for the provider also unposted");
                None
            }
        }
    }

    fn schema(_: &Spec) -> RefOr<Schema> {
        let words = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["posted", "own", "unposted"]));
        words.default(Some("posted".into())).into()
    }

    fn absent(_: &Party) -> Option<Self> {
        Some(Self::Posted)
    }

    fn placeholder() -> Option<Self> {
        Some(Self::Posted)
    }
}

/// Who submitted a change request.
#[derive(Debug)]
struct Originator(Party);

impl Value for Originator {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        match at.text(&given)?.as_str() {
            "provider" | "desk" => Some(Self(Party::Provider)),
            clec => {
                let clec = clec.parse::<ClecId>().map_err(|detail| at.fault(at.spec.rule, detail.to_string()));
                clec.ok().map(|clec| Self(Party::Clec(clec)))
            }
        }
    }

    fn schema(spec: &Spec) -> RefOr<Schema> {
        ClecId::schema(spec)
    }
}

/// Lists change requests, the latest first.
///
/// Where a filter leaves much out, a page may show fewer than its limit, or none: follow `Link: rel="next"` to the end.
#[route(get, "/cmp/v1/changeRequest", tag = "changeRequest", id = "listChangeRequest")]
pub(crate) async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    Caller(reader): Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Page<ChangeRequestShown>, Problem> {
    let list = match wanted.of {
        Which::Posted => RecordIndex::posted_requests(),
        Which::Own => RecordIndex::requests_of(&reader.party),
        Which::Unposted => RecordIndex::unposted_requests(),
    };
    let after = wanted.page.after.map(|Place(at, number)| (at, RecordRef::ChangeRequest(number)));
    let span = TimeRange { latest_first: true, after, ..TimeRange::default() };
    let wants = |request: &ChangeRequest| wanted.takes(request);
    let (requests, next) =
        services.store.wanted(&list, span, wanted.page.limit.0, wants).await.map_err(Failed::from)?;
    let shown = requests.iter().map(|request| ChangeRequestShown::of(request, &reader, &services.policy)).collect();
    Ok(Page::of(BASE, &uri, shown, next.map(|(at, number)| Place(at, number))))
}
