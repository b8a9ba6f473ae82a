//! The directory of other parties, who own and manage components of what CLECs purchased (QS-03). It is the provider's own.

use axum::extract::{OriginalUri, State};
use chrono::TimeDelta;
use contract::{Failed, Instant, OtherPartyNumber, Party, RecordRef, Refused};
use domain::{
    other_party::{OtherChannel, OtherParty, OtherPartyPlan},
    service_quality::Validity,
};
use http_edge::{
    Answer, Body, Caller, Created, Id, MergePatch, NoQuery, Nothing, Page, Paging, Place, Problem, Query, WriteRequest,
    route, schema,
};
use platform::{
    Services,
    change::Opening,
    store::{RecordIndex, TimeRange},
};
use record::{ActionContext, Record};
use serde::Serialize;
use serde_json::{Value, json};
use serde_with::skip_serializing_none;
use tmf621::{Named, Person};
use utoipa::ToSchema;

/// Where they are.
const BASE: &str = "/cmp/v1/otherParty";

/// A party that owns and manages components, as it comes into the directory; an update names what is to change.
#[derive(Debug, Body)]
#[body(rule = "QS-03", name = "OtherPartyCreate", patch = "OtherPartyUpdate", allowed = directory_own)]
pub(crate) struct OtherPartyWritten {
    /// The name of the party.
    #[body(line = 200)]
    name: String,
    /// The components that it owns and manages.
    #[body(text = 1_000)]
    components: String,
    /// By which channel it is asked.
    channel: OtherChannel,
    /// Whom to call or to write to.
    contact: Named,
    /// Where its own system takes requests.
    #[body(line = 300)]
    address: Option<String>,
    /// Within what time it agreed to respond, as ISO 8601 writes a duration: PT4H.
    respond_within: TimeDelta,
}

type OtherPartyUpdate = MergePatch<OtherPartyWritten>;

impl OtherPartyWritten {
    fn plan(&self) -> OtherPartyPlan {
        let Self { name, components, channel, contact: Named(contact), address, respond_within } = self;
        OtherPartyPlan {
            name: name.clone(),
            components: components.clone(),
            channel: *channel,
            contact: contact.clone(),
            address: address.clone(),
            respond_within: *respond_within,
        }
    }
}

/// A party that owns and manages components.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OtherParty)]
pub(crate) struct OtherPartyShown {
    /// The number of the party.
    id: String,
    /// Where it is read.
    href: String,
    /// The name of the party.
    name: String,
    /// The components that it owns and manages.
    components: String,
    /// By which channel it is asked.
    #[schema(schema_with = schema::<OtherChannel>)]
    channel: OtherChannel,
    /// Whom to call or to write to.
    #[schema(value_type = Person)]
    contact: contract::Person,
    /// Where its own system takes requests.
    address: Option<String>,
    /// Within what time it agreed to respond.
    respond_within: String,
    /// Whether it is asked still.
    #[schema(schema_with = schema::<Validity>)]
    status: Validity,
    /// What can be done with it.
    possible: Vec<&'static str>,
}

impl OtherPartyShown {
    fn of(party: &OtherParty, now: Instant) -> Self {
        let OtherPartyPlan { name, components, channel, contact, address, respond_within } = party.plan.clone();
        Self {
            id: party.number.to_string(),
            href: format!("{BASE}/{}", party.number),
            name,
            components,
            channel,
            contact,
            address,
            respond_within: respond_within.to_string(),
            status: Validity::of(party.retired_at, now),
            possible: party.possible(),
        }
    }
}

/// Registers another party in the directory: what it owns, how it is reached, and within what time it agreed to respond (QS-03). For the
/// provider's people.
#[route(post, "/cmp/v1/otherParty", tag = "otherParty", id = "registerOtherParty")]
pub(crate) async fn register(
    State(services): State<Services>,
    ask: WriteRequest<OtherPartyWritten>,
) -> Result<Created<OtherPartyShown>, Problem> {
    let begun = services
        .open(&ask.context, ask.key.as_deref(), |number, act| OtherParty::register(number, ask.body.plan(), act))
        .await?;
    let (Opening::Created(party) | Opening::Replayed(party)) = begun;
    Ok(Created(format!("{BASE}/{}", party.number), answered(&services, &party)))
}

/// Which other parties are listed.
#[derive(Debug, Body)]
#[body(rule = "QS-03", name = "OtherPartyWanted")]
pub(crate) struct Wanted {
    /// Those that are asked still, or those that are not; both when left out.
    status: Option<Validity>,
    #[body(flatten)]
    page: Paging<OtherPartyNumber>,
}

/// Lists the other parties, those that came into the directory last first (QS-03). For the provider's people.
#[route(get, "/cmp/v1/otherParty", tag = "otherParty", id = "listOtherParty")]
pub(crate) async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(Wanted { status, page }): Query<Wanted>,
) -> Result<Page<OtherPartyShown>, Problem> {
    directory_own(caller.party())?;
    let now = services.clock.now();
    let after = page.after.map(|Place(at, number)| (at, RecordRef::OtherParty(number)));
    let span = TimeRange { latest_first: true, after, ..TimeRange::default() };
    let wants = |party: &OtherParty| status.is_none_or(|status| status == Validity::of(party.retired_at, now));
    let found = services.store.wanted(&RecordIndex::other_parties(), span, page.limit.0, wants).await;
    let (parties, next) = found.map_err(Failed::from)?;
    let shown = parties.iter().map(|party| OtherPartyShown::of(party, now)).collect();
    Ok(Page::of(BASE, &uri, shown, next.map(|(at, number)| Place(at, number))))
}

/// Reads another party (QS-03). For the provider's people.
#[route(get, "/cmp/v1/otherParty/{id}", tag = "otherParty", id = "readOtherParty")]
pub(crate) async fn read(
    State(services): State<Services>,
    caller: Caller,
    _: NoQuery,
    Id(number): Id<OtherPartyNumber>,
) -> Result<Answer<OtherPartyShown>, Problem> {
    let party = services.record_seen_by::<OtherParty>(caller.party(), &RecordRef::OtherParty(number)).await?;
    Ok(answered(&services, &party))
}

/// Changes what is said of another party, by a merge patch (RFC 7396). What was asked before is awaited as it was agreed then (QS-03).
#[route(patch, "/cmp/v1/otherParty/{id}", tag = "otherParty", id = "changeOtherParty")]
pub(crate) async fn change(
    State(services): State<Services>,
    Id(number): Id<OtherPartyNumber>,
    ask: WriteRequest<OtherPartyUpdate>,
) -> Result<Answer<OtherPartyShown>, Problem> {
    let decide = |party: OtherParty, now| {
        let whole = ask.body.onto(document(&party.plan), ask.party()).end()?;
        party.change(whole.plan(), &ActionContext::of(&ask.context, now))
    };
    let party = services.revise(&RecordRef::OtherParty(number), &ask.context, decide).await?;
    Ok(answered(&services, &party))
}

/// Retires another party: nothing is asked of it any more, and what was asked is answered still (QS-03).
#[route(post, "/cmp/v1/otherParty/{id}/retirement", tag = "otherParty", id = "retireOtherParty")]
pub(crate) async fn retire(
    State(services): State<Services>,
    Id(number): Id<OtherPartyNumber>,
    ask: WriteRequest<Nothing>,
) -> Result<Answer<OtherPartyShown>, Problem> {
    let decide = |party: OtherParty, now| party.retire(&ActionContext::of(&ask.context, now)).map(Some);
    let party = services.revise(&RecordRef::OtherParty(number), &ask.context, decide).await?;
    Ok(answered(&services, &party))
}

/// The plan as a create writes it.
fn document(plan: &OtherPartyPlan) -> Value {
    json!({
        "name": plan.name, "components": plan.components, "channel": plan.channel, "contact": plan.contact,
        "address": plan.address, "respondWithin": plan.respond_within.to_string(),
    })
}

fn answered(services: &Services, party: &OtherParty) -> Answer<OtherPartyShown> {
    let shown = OtherPartyShown::of(party, services.clock.now());
    Answer { version: party.version_for(&Party::Provider), shown }
}

fn directory_own(party: &Party) -> Result<(), Refused> {
    if party.is_provider() {
        return Ok(());
    }
    Err(Refused::forbidden("QS-03", "the directory of other parties is the provider's own"))
}
