//! `release`: newly deployed releases with the review call a week later, and the issues found with them (12.2, TT-17).

mod shown;

use axum::{
    Json,
    extract::{OriginalUri, Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use contract::{ClecId, Failed, Fault, Matter, Party, Policy, Refused, ReleaseNumber, TicketNumber};
use desk::{
    Desk,
    change::Begun,
    store::{List, Span},
};
use domain::release::{Issue, Plan, Release};
use http_edge::{Ask, Caller, Fields, Parameters, Place, Problem, ReadRefusals, WriteRefusals, etag, page};
use record::{Act, Record};
use serde_json::{Map, Value, json};
use shown::{IssueShown, ReleaseShown};
use tmf621::TicketRow;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Where they are.
pub(crate) const BASE: &str = "/cmp/v1/release";
/// The longest minutes.
const MINUTES_AT_MOST: usize = 20_000;

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(record, list))
        .routes(routes!(read, change))
        .routes(routes!(minutes))
        .routes(routes!(note))
}

/// A release as it is recorded; an update names what is to change.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
struct ReleaseCreate {
    /// One of the policy's; the first of them when left out.
    interface: Option<String>,
    /// Its name.
    name: String,
    /// Release production date.
    production_date: NaiveDate,
    /// `at`: when the review call is, a week after the production date when left out; `bridge`: how to dial in.
    #[schema(value_type = Option<Object>)]
    review_call: Option<()>,
}

/// What of a release is to change.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
struct ReleaseUpdate {
    /// One of the policy's.
    interface: Option<String>,
    /// Its name.
    name: Option<String>,
    /// Release production date; a review call without an instant of its own follows it.
    production_date: Option<NaiveDate>,
    /// `at`, `bridge`.
    #[schema(value_type = Option<Object>)]
    review_call: Option<()>,
}

/// Minutes.
#[derive(ToSchema)]
#[allow(dead_code, reason = "a description: the body is read field by field")]
struct Minutes {
    /// The minutes.
    text: String,
}

/// An issue.
#[derive(ToSchema)]
#[allow(dead_code, reason = "a description: the body is read field by field")]
struct IssueNoted {
    /// By the desk: whose; the provider's own when left out.
    clec: Option<String>,
    /// The ticket that it is worked by; one that the CLEC may see.
    ticket: Option<String>,
    /// What.
    text: String,
}

/// Records a release: its review call is set, and all CLECs are told.
#[utoipa::path(
    post, path = "/cmp/v1/release", tag = "release", operation_id = "recordRelease",
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key finds the same release")),
    request_body = ReleaseCreate,
    responses((status = 201, body = ReleaseShown), WriteRefusals)
)]
async fn record(State(desk): State<Desk>, ask: Ask) -> Result<Response, Problem> {
    desks_own(ask.party())?;
    let plan = written(ask.body.object.clone(), None, desk.clock.now(), &desk.policy)?;
    let key = ask.key.clone().unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    let party = ask.party().to_string();
    let begun = desk
        .open(&ask.asked, |attempt, act| {
            Release::record(ReleaseNumber::derive(&party, &key, attempt), plan.clone(), act, &desk.policy)
        })
        .await?;
    let (Begun::New(release) | Begun::Before(release)) = begun;
    let location = [(header::LOCATION, format!("{BASE}/{}", release.number))];
    Ok((StatusCode::CREATED, location, answered(&release, ReleaseShown::of(&release, &desk.policy))).into_response())
}

/// Lists releases, the latest production date first.
#[utoipa::path(
    get, path = "/cmp/v1/release", tag = "release", operation_id = "listRelease",
    params(
        ("limit" = Option<usize>, Query, description = "show as many, 20 when left out, at most 100"),
        ("after" = Option<String>, Query, description = "go on behind this place, as the Link header gives it"),
    ),
    responses(
        (status = 200, body = Vec<ReleaseShown>, headers(("Link" = String, description = "where to go on"))),
        ReadRefusals,
    )
)]
async fn list(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    _: Caller,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let limit = parameters.limit();
    let after = parameters.parsed::<Place<ReleaseNumber>>("after", "AP-04");
    parameters.end()?;
    let after = after.map(|Place(at, number)| (at, Matter::Release(number)));
    let (releases, more) = desk
        .store
        .records::<Release>(&List::releases(), &Span { latest_first: true, after, ..Span::default() }, limit)
        .await
        .map_err(Failed::from)?;
    let next = releases.last().filter(|_| more).and_then(|release| Some(Place(release.place()?.1, release.number)));
    let shown: Vec<ReleaseShown> = releases.iter().map(|release| ReleaseShown::of(release, &desk.policy)).collect();
    Ok(page(BASE, &uri, &shown, next))
}

/// Reads a release with the issues noted on it and the tickets that name it: a CLEC its own, the desk all.
#[utoipa::path(
    get, path = "/cmp/v1/release/{id}", tag = "release", operation_id = "readRelease",
    params(("id" = String, Path)),
    responses((status = 200, body = ReleaseShown, headers(("ETag" = String, description = "for If-Match"))), ReadRefusals)
)]
async fn read(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    caller: Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.end()?;
    let matter = matter(&id)?;
    let release = desk.record_seen_by::<Release>(caller.party(), &matter).await?;
    let of = Some(caller.party()).filter(|party| !party.is_desk());
    let issues = desk.store.issues(&matter, of).await.map_err(Failed::from)?;
    let named = desk.store.naming(&matter, caller.party().clec()).await.map_err(Failed::from)?;
    let tickets = named.iter().map(|loaded| TicketRow::of(loaded, caller.party())).collect();
    Ok(answered(&release, ReleaseShown::of(&release, &desk.policy).with(&issues, tickets)))
}

/// Changes what is said of a release by a merge patch (RFC 7396), until it was reviewed; all are told what changed.
#[utoipa::path(
    patch, path = "/cmp/v1/release/{id}", tag = "release", operation_id = "changeRelease",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = ReleaseUpdate, content_type = "application/merge-patch+json"),
    responses((status = 200, body = ReleaseShown), WriteRefusals)
)]
async fn change(State(desk): State<Desk>, Path(id): Path<String>, ask: Ask) -> Result<Response, Problem> {
    desks_own(ask.party())?;
    let release = desk
        .revise(&matter(&id)?, &ask.asked, |release: Release, now| {
            let mut whole = document(&release.plan);
            json_patch::merge(&mut whole, &Value::Object(ask.body.object.clone()));
            let whole = whole.as_object().cloned().unwrap_or_default();
            let plan = written(whole, Some(&release), now, &desk.policy)?;
            release.change(plan, &Act::of(&ask.asked, now, None, None), &desk.policy)
        })
        .await?;
    Ok(answered(&release, ReleaseShown::of(&release, &desk.policy)))
}

/// Records the review call's minutes, which all are told are there.
#[utoipa::path(
    post, path = "/cmp/v1/release/{id}/minutes", tag = "release", operation_id = "recordMinutes",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = Minutes,
    responses((status = 200, body = ReleaseShown), WriteRefusals)
)]
async fn minutes(State(desk): State<Desk>, Path(id): Path<String>, ask: Ask) -> Result<Response, Problem> {
    desks_own(ask.party())?;
    let mut fields = ask.body.fields();
    let text = fields.required("text", "TT-17", MINUTES_AT_MOST);
    fields.end()?;
    let release = desk
        .revise(&matter(&id)?, &ask.asked, |release: Release, now| {
            release.record_minutes(text.clone(), &Act::of(&ask.asked, now, None, None), &desk.policy)
        })
        .await?;
    Ok(answered(&release, ReleaseShown::of(&release, &desk.policy)))
}

/// Notes an issue that was found with a release: a CLEC its own, the desk any. Only that CLEC and the desk see it.
#[utoipa::path(
    post, path = "/cmp/v1/release/{id}/issue", tag = "release", operation_id = "noteIssue",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = IssueNoted,
    responses((status = 201, body = IssueShown), WriteRefusals)
)]
async fn note(State(desk): State<Desk>, Path(id): Path<String>, ask: Ask) -> Result<Response, Problem> {
    let matter = matter(&id)?;
    let mut fields = ask.body.fields();
    let named = fields.parsed::<ClecId>("clec", "AP-03");
    let ticket = fields.parsed::<TicketNumber>("ticket", "TT-01");
    let text = fields.required("text", "TT-17", 2_000);
    if ask.party().clec().is_some_and(|own| named.as_ref().is_some_and(|named| named != own)) {
        fields.fault("clec", "AP-03", "is the caller's own, or left out");
    }
    fields.end()?;
    let clec = named.or_else(|| ask.party().clec().cloned());
    if let Some(number) = ticket {
        // Whose issue it is reads it: it names no ticket that this party may not see.
        let reader = clec.clone().map_or(Party::Desk, Party::Clec);
        desk.seen_by(&reader, number).await.map_err(|failed| match failed {
            Failed::Refused(_) => {
                Refused::NoSuch(Fault::new("ticket", "TT-07", "no such ticket is known to the issue's CLEC")).into()
            }
            broken @ Failed::Broken(_) => broken,
        })?;
    }
    let (seen, change) = desk
        .revise_with::<Release, Issue>((matter.clone(), None), &ask.asked, |release, _, now| {
            let act = Act::of(&ask.asked, now, None, None);
            release.note(clec.clone(), ticket, text.clone(), &act).map(Some)
        })
        .await?;
    let noted = match change.and_then(|change| change.issue) {
        Some(issue) => issue,
        // The same request again: it is there, among those of its party.
        None => {
            let party = clec.clone().map_or(Party::Desk, Party::Clec);
            let at = seen.kept.replay.as_ref().map(|entry| entry.recorded_at);
            let issues = desk.store.issues(&matter, Some(&party)).await.map_err(Failed::from)?;
            issues.into_iter().find(|issue| Some(issue.at) == at && issue.text == text).ok_or(Refused::NotFound)?
        }
    };
    Ok((StatusCode::CREATED, Json(IssueShown::from(&noted))).into_response())
}

/// The plan as a create writes it.
fn document(plan: &Plan) -> Value {
    json!({
        "interface": plan.interface, "name": plan.name, "productionDate": plan.production_date,
        "reviewCall": { "at": plan.review_at, "bridge": plan.bridge },
    })
}

/// Reads a create, or an update with what it leaves as it is.
fn written(
    object: Map<String, Value>,
    before: Option<&Release>,
    now: DateTime<Utc>,
    policy: &Policy,
) -> Result<Plan, Refused> {
    let mut fields = Fields::of(object);
    let interface = fields.line("interface", 100).or_else(|| policy.releases.interfaces.first().cloned());
    let name = fields.required_line("name", "TT-17", 100);
    if !fields.has("productionDate") {
        fields.fault("productionDate", "TT-17", "is missing");
    }
    let production_date = fields.date("productionDate");
    let call = fields.object("reviewCall", |fields| (fields.instant("at"), fields.line("bridge", 500)));
    let (review_at, bridge) = call.unwrap_or_default();
    let interface = interface.unwrap_or_default();
    let plan = production_date.map(|production_date| Plan { interface, name, production_date, review_at, bridge });
    // What its state does not allow at all, the transition tells.
    let may_change = before.is_none_or(|before| before.possible().contains(&"PATCH"));
    let looked_at = plan.iter().filter(|_| may_change);
    fields.also(looked_at.flat_map(|plan| plan.faults(before.map(|before| &before.plan), now, policy))).end()?;
    plan.ok_or_else(|| Refused::field("productionDate", "TT-17", "is missing"))
}

fn answered(release: &Release, shown: ReleaseShown) -> Response {
    (etag(release.version()), Json(shown)).into_response()
}

/// A text that is no number names no release.
fn matter(id: &str) -> Result<Matter, Refused> {
    id.parse().map(Matter::Release).map_err(|_| Refused::NotFound)
}

fn desks_own(party: &Party) -> Result<(), Refused> {
    if party.is_desk() {
        return Ok(());
    }
    Err(Refused::forbidden("TT-17", "releases are the desk's to write; a CLEC notes its issues"))
}
