//! Lists of change requests: what is posted, a party's own, what the CMP Manager is to review.

use axum::extract::{OriginalUri, State};
use chrono::{DateTime, Utc};
use cmp_api::{BASE, ChangeRequestShown};
use contract::{ChangeRequestId, ClecId, Failed, FieldError, Party, Policy, RecordRef, Search, text::folded};
use domain::change_request::{ChangeKind, ChangeRequest, Deadline, Phase, Step};
use http_edge::{Body, Caller, Field, Json, LatestFirst, Page, Paging, Place, Problem, Query, Spec, Value, route};
use platform::{
    Services,
    store::{RecordIndex, TimeRange},
};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

/// What a list shows.
#[derive(Debug, Body)]
#[body(rule = "AP-04", check = place_outside)]
pub(crate) struct Wanted {
    /// Which change requests: those posted; the caller's own, with its drafts; or for the provider those unposted.
    of: Which,
    /// Of those posted: whether they are open; both when left out.
    open: Option<bool>,
    /// In these status phases.
    #[body(rule = "CR-03")]
    phase: Vec<Phase>,
    /// At these steps, by name.
    #[body(rule = "CR-03")]
    step: Vec<Step>,
    /// With one of these deadlines running.
    #[body(rule = "CR-15")]
    deadline: Vec<Deadline>,
    /// With a deadline running that is to be kept by this instant.
    #[body(rule = "CR-15")]
    due_by: Option<DateTime<Utc>>,
    /// For one of these products.
    #[body(rule = "CR-01")]
    product: Vec<String>,
    /// For one of these OSS interfaces.
    #[body(rule = "CR-01")]
    interface: Vec<String>,
    /// Of this company, as the form names it, or else of the CLEC with this id.
    #[body(rule = "CR-01", line = 200)]
    company: Option<String>,
    /// Received from this instant on; a draft, begun.
    #[body(rule = "POL-03", name = "from")]
    received_from: Option<DateTime<Utc>>,
    /// Received up to this instant; a draft, begun.
    #[body(rule = "POL-03", name = "to")]
    received_to: Option<DateTime<Utc>>,
    /// With these words in number, title, description, business reasons, area, products, interfaces or company: each begins a word there.
    #[body(line = 200)]
    q: Option<Search>,
    /// The latest receipt first, when left out.
    #[body(of = "receivedAt")]
    sort: LatestFirst,
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
    fn takes(&self, request: &ChangeRequest, policy: &Policy) -> bool {
        let form = &request.form;
        let names = |wanted: &[String], there: &[String]| {
            wanted.is_empty() || wanted.iter().any(|name| there.iter().any(|there| folded(there) == folded(name)))
        };
        let is_due = || {
            request.clocks(policy).iter().any(|clock| {
                (self.deadline.is_empty() || self.deadline.contains(&clock.deadline))
                    && self.due_by.is_none_or(|by| clock.due <= by)
            })
        };
        (self.phase.is_empty() || self.phase.contains(&request.phase))
            && (self.step.is_empty() || self.step.contains(&request.step))
            && names(&self.product, &form.products)
            && names(&self.interface, &form.interfaces)
            && self.company.as_ref().is_none_or(|company| folded(company) == folded(&company_of(request)))
            && self.q.as_ref().is_none_or(|words| words.finds(request.texts().iter().map(String::as_str)))
            && (self.deadline.is_empty() && self.due_by.is_none() || is_due())
            && self.kind.is_none_or(|kind| request.form.kind == Some(kind))
            && self.originator.as_ref().is_none_or(|Originator(of)| request.originator == *of)
    }
}

/// Whose it is, as people call it.
fn company_of(request: &ChangeRequest) -> String {
    let of_clec = || request.originator.clec().map(ToString::to_string);
    request.form.company.clone().or_else(of_clec).unwrap_or_default()
}

fn place_outside(wanted: &Wanted, _: &Party) -> Vec<FieldError> {
    let Wanted { received_from: from, received_to: to, page, .. } = wanted;
    let is_outside = |Place(at, _): &Place<_>| from.is_some_and(|from| *at < from) || to.is_some_and(|to| *at > to);
    let detail = "a place outside of the receipts that are asked for";
    page.after.iter().filter(|place| is_outside(place)).map(|_| FieldError::new("after", "AP-04", detail)).collect()
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

/// Lists change requests, the latest receipt first; an archive's by the day of their numbers.
///
/// Where a filter leaves much out, a page may show fewer than its limit, or none: follow `Link: rel="next"` to the end.
#[route(get, "/cmp/v1/changeRequest", tag = "changeRequest", id = "listChangeRequest")]
pub(crate) async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    Caller(reader): Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Page<ChangeRequestShown>, Problem> {
    let originator = wanted.originator.as_ref().and_then(|Originator(of)| of.clec());
    services.check_clec(&reader.party, "originator", originator).await?;
    let list = match wanted.of {
        Which::Posted => match wanted.open {
            None => RecordIndex::posted_requests(),
            Some(true) => RecordIndex::open_requests(),
            Some(false) => RecordIndex::requests_over(),
        },
        Which::Own => RecordIndex::requests_of(&reader.party),
        Which::Unposted => RecordIndex::unposted_requests(),
    };
    let after = wanted.page.after.map(|Place(at, number)| (at, RecordRef::ChangeRequest(number)));
    let (from, to) = (wanted.received_from, wanted.received_to);
    let span = TimeRange { from, to, latest_first: wanted.sort.0, after };
    let wants = |request: &ChangeRequest| wanted.takes(request, &services.policy);
    let (requests, next) =
        services.store.wanted(&list, span, wanted.page.limit.0, wants).await.map_err(Failed::from)?;
    let shown = requests.iter().map(|request| ChangeRequestShown::of(request, &reader, &services.policy)).collect();
    Ok(Page::of(BASE, &uri, shown, next.map(|(at, number)| Place(at, number))))
}
