//! `release`: newly deployed releases with the review call a week later, and the issues found with them (12.2, TT-17).

mod view;

use axum::{
    Json,
    extract::{OriginalUri, State},
};
use chrono::{DateTime, NaiveDate, Utc};
use contract::{ClecId, Failed, FieldError, Party, Policy, RecordRef, Refused, ReleaseNumber, TicketNumber};
use domain::release::{Issue, Plan, Release};
use http_edge::{
    Answer, Body, Caller, Created, Id, MergePatch, New, NoQuery, Page, Paging, Place, Problem, Query, Read,
    WriteRequest, route,
};
use platform::{
    Services,
    change::Opening,
    store::{RecordIndex, TimeRange},
};
use record::{ActionContext, Record, RecordChange};
use serde_json::{Value, json};
use tmf621::TicketRow;
use utoipa_axum::{router::OpenApiRouter, routes};
use view::{IssueShown, ReleaseShown};

/// Where they are.
pub(crate) const BASE: &str = "/cmp/v1/release";
/// The longest minutes.
const MINUTES_AT_MOST: usize = 20_000;

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(record, list))
        .routes(routes!(read, change))
        .routes(routes!(minutes))
        .routes(routes!(note))
}

/// A release as it is recorded; an update names what is to change.
#[derive(Debug, Body)]
#[body(rule = "TT-17", patch = "ReleaseUpdate", allowed = desks_own)]
struct ReleaseCreate {
    /// One of the policy's; the first of them when left out.
    #[body(line = 100, format = "interface")]
    interface: Option<String>,
    /// The name of the release.
    #[body(line = 100)]
    name: String,
    /// Release production date; a review call without an instant of its own follows it.
    production_date: NaiveDate,
    /// The conference call that reviews it.
    review_call: Option<ReviewCallSet>,
}

/// The review call as it is set.
#[derive(Debug, Body)]
struct ReviewCallSet {
    /// When the review call is; a week after the production date when left out.
    at: Option<DateTime<Utc>>,
    /// How to dial in.
    #[body(line = 500)]
    bridge: Option<String>,
}

type ReleaseUpdate = MergePatch<ReleaseCreate>;

impl ReleaseCreate {
    fn plan(&self, policy: &Policy) -> Plan {
        let call = self.review_call.as_ref();
        Plan {
            interface: self.interface.as_ref().or(policy.releases.interfaces.first()).cloned().unwrap_or_default(),
            name: self.name.clone(),
            production_date: self.production_date,
            review_at: call.and_then(|call| call.at),
            bridge: call.and_then(|call| call.bridge.clone()),
        }
    }
}

/// The minutes of a review call.
#[derive(Debug, Body)]
#[body(rule = "TT-17", allowed = desks_own)]
struct Minutes {
    /// The text of the minutes.
    #[body(text = MINUTES_AT_MOST)]
    text: String,
}

/// An issue that was found with a release.
#[derive(Debug, Body)]
#[body(rule = "TT-17", check = own_clec)]
struct IssueNoted {
    /// By the desk: whose; the provider's own when left out.
    #[body(rule = "AP-03")]
    clec: Option<ClecId>,
    /// The ticket that it is worked by; one that the CLEC may see.
    #[body(rule = "TT-01")]
    ticket: Option<TicketNumber>,
    /// The description of the issue.
    #[body(text = 2_000)]
    text: String,
}

fn own_clec(said: &IssueNoted, caller: &Party) -> Vec<FieldError> {
    let is_other = caller.acting_for(said.clec.clone()).is_err();
    is_other.then(|| FieldError::new("clec", "AP-03", "is the caller's own, or left out")).into_iter().collect()
}

/// Records a release: its review call is set, and all CLECs are told.
#[route(post, "/cmp/v1/release", tag = "release", id = "recordRelease")]
async fn record(
    State(services): State<Services>,
    ask: WriteRequest<Read<ReleaseCreate>>,
) -> Result<Created<ReleaseShown>, Problem> {
    let ask =
        ask.also(|said| said.plan(&services.policy).field_errors(None, services.clock.now(), &services.policy))?;
    let plan = ask.body.plan(&services.policy);
    let begun = services
        .open(&ask.context, ask.key.as_deref(), |number, act| {
            Release::record(number, plan.clone(), act, &services.policy)
        })
        .await?;
    let (Opening::Created(release) | Opening::Replayed(release)) = begun;
    Ok(Created(format!("{BASE}/{}", release.number), answered(&services, &release, ask.party())))
}

/// Lists releases, the latest production date first.
#[route(get, "/cmp/v1/release", tag = "release", id = "listRelease")]
async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    _: Caller,
    Query(page): Query<Paging<ReleaseNumber>>,
) -> Result<Page<ReleaseShown>, Problem> {
    let after = page.after.map(|Place(at, number)| (at, RecordRef::Release(number)));
    let span = TimeRange { latest_first: true, after, ..TimeRange::default() };
    let releases = services.store.records::<Release>(&RecordIndex::releases(), &span, page.limit.0).await;
    let (releases, more) = releases.map_err(Failed::from)?;
    let next = releases.last().filter(|_| more).and_then(|release| Some(Place(release.place()?.1, release.number)));
    let shown = releases.iter().map(|release| ReleaseShown::of(release, &services.policy)).collect();
    Ok(Page::of(BASE, &uri, shown, next))
}

/// Reads a release with the issues noted on it and the tickets that name it: a CLEC its own, the desk all.
#[route(get, "/cmp/v1/release/{id}", tag = "release", id = "readRelease")]
async fn read(
    State(services): State<Services>,
    caller: Caller,
    _: NoQuery,
    Id(number): Id<ReleaseNumber>,
) -> Result<Answer<ReleaseShown>, Problem> {
    let reference = RecordRef::Release(number);
    let release = services.record_seen_by::<Release>(caller.party(), &reference).await?;
    let of = Some(caller.party()).filter(|party| !party.is_provider());
    let issues = services.store.issues(&reference, of).await.map_err(Failed::from)?;
    let named = services.store.naming(&reference, caller.party().clec()).await.map_err(Failed::from)?;
    let tickets = named.iter().map(|loaded| TicketRow::of(loaded, caller.party())).collect();
    let Answer { version, shown } = answered(&services, &release, caller.party());
    Ok(Answer { version, shown: shown.with(&issues, tickets) })
}

/// Changes what is said of a release by a merge patch (RFC 7396), until it was reviewed; all are told what changed.
#[route(patch, "/cmp/v1/release/{id}", tag = "release", id = "changeRelease")]
async fn change(
    State(services): State<Services>,
    Id(number): Id<ReleaseNumber>,
    ask: WriteRequest<ReleaseUpdate>,
) -> Result<Answer<ReleaseShown>, Problem> {
    let policy = &services.policy;
    revised(&services, number, &ask, |release, act| {
        let whole = ask.body.onto(document(&release.plan), ask.party());
        // What its state does not allow at all, the transition tells.
        let may_change = release.possible(ask.party(), act.now, policy).contains(&"PATCH");
        let faults = |whole: &ReleaseCreate| whole.plan(policy).field_errors(Some(&release.plan), act.now, policy);
        let whole = whole.also(|whole| if may_change { faults(whole) } else { Vec::new() }).end()?;
        release.change(whole.plan(policy), act, policy)
    })
    .await
}

/// Records the review call's minutes, which all are told are there.
#[route(post, "/cmp/v1/release/{id}/minutes", tag = "release", id = "recordMinutes")]
async fn minutes(
    State(services): State<Services>,
    Id(number): Id<ReleaseNumber>,
    ask: WriteRequest<Minutes>,
) -> Result<Answer<ReleaseShown>, Problem> {
    revised(&services, number, &ask, |release, act| {
        release.record_minutes(ask.body.text.clone(), act, &services.policy)
    })
    .await
}

/// Notes an issue that was found with a release: a CLEC its own, the desk any. Only that CLEC and the desk see it.
#[route(post, "/cmp/v1/release/{id}/issue", tag = "release", id = "noteIssue")]
async fn note(
    State(services): State<Services>,
    Id(number): Id<ReleaseNumber>,
    ask: WriteRequest<IssueNoted>,
) -> Result<New<Json<IssueShown>>, Problem> {
    let reference = RecordRef::Release(number);
    let IssueNoted { clec, ticket, text } = &ask.body;
    services.check_clec(ask.party(), "clec", clec.as_ref()).await?;
    let clec = clec.as_ref().or(ask.party().clec()).cloned();
    // Whose issue it is reads it: it names no ticket that this party may not see.
    let reader = clec.clone().map_or(Party::Provider, Party::Clec);
    if let Some(number) = ticket {
        services.seen_by(&reader, *number).await.map_err(|failed| match failed {
            Failed::Refused(_) => {
                Refused::NoSuch(FieldError::new("ticket", "TT-07", "no such ticket is known to the issue's CLEC"))
                    .into()
            }
            broken @ Failed::Broken(_) => broken,
        })?;
    }
    let (seen, _, change) = services
        .revise_with::<Release, Issue>((reference.clone(), None), &ask.context, |release, _, now| {
            let act = ActionContext::of(&ask.context, now);
            release.note(clec.clone(), *ticket, text.clone(), &act).map(Some)
        })
        .await?;
    let noted = match change.and_then(|change| change.issue) {
        Some(issue) => issue,
        // The same request again: it is there, among those of its party.
        None => {
            let at = seen.replay.as_ref().map(|entry| entry.recorded_at);
            let issues = services.store.issues(&reference, Some(&reader)).await.map_err(Failed::from)?;
            issues.into_iter().find(|issue| Some(issue.at) == at && issue.text == *text).ok_or(Refused::NotFound)?
        }
    };
    Ok(New(Json(IssueShown::from(&noted))))
}

/// Revises a release as `decide` says, and answers it as it is then.
async fn revised<T>(
    services: &Services,
    number: ReleaseNumber,
    ask: &WriteRequest<T>,
    decide: impl Fn(Release, &ActionContext) -> Result<Option<RecordChange<Release>>, Refused>,
) -> Result<Answer<ReleaseShown>, Problem> {
    let decide = |release, now| decide(release, &ActionContext::of(&ask.context, now));
    let release = services.revise(&RecordRef::Release(number), &ask.context, decide).await?;
    Ok(answered(services, &release, ask.party()))
}

/// The plan as a create writes it.
fn document(plan: &Plan) -> Value {
    json!({
        "interface": plan.interface, "name": plan.name, "productionDate": plan.production_date,
        "reviewCall": { "at": plan.review_at, "bridge": plan.bridge },
    })
}

fn answered(services: &Services, release: &Release, reader: &Party) -> Answer<ReleaseShown> {
    Answer { version: release.version_for(reader), shown: ReleaseShown::of(release, &services.policy) }
}

fn desks_own(party: &Party) -> Result<(), Refused> {
    if party.is_provider() {
        return Ok(());
    }
    Err(Refused::forbidden("TT-17", "releases are the desk's to write; a CLEC notes its issues"))
}
