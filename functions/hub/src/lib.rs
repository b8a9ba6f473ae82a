//! `hub`: which programs listen to the tickets' events (TMF621 `/hub`). What they are sent is `hub-delivery`'s.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use contract::{Failed, FieldError, Party, Refused, Severity, party::ListenerId};
use domain::hub::{EventType, Listener, ListenerStatus, NetworkScope, Query, Secret};
use http_edge::{Body, Caller, Conditions, Id, NoContent, NoQuery, Problem, Read, WithinText, WriteRequest, route};
use platform::{Services, StoreError, endpoint::web_address};
use record::{ActionContext, IdempotencyKey, notice::Status};
use serde::Serialize;
use serde_with::skip_serializing_none;
use url::Host;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The requirement that listeners are for: every change is an event, for other systems.
const RULE: &str = "AP-05";
/// A secret's bytes: Standard Webhooks asks for 24 to 64.
const SECRET_BYTES: usize = 32;

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(register, list)).routes(routes!(read, unregister))
}

/// A listener to be registered (TMF621 v4 `EventSubscriptionInput`).
#[derive(Debug, Body)]
#[body(rule = RULE)]
struct EventSubscriptionInput {
    /// An https URL without a user; events are posted to it as it is.
    #[body(line = 2_048, format = "uri", example = "https://clec.example/events")]
    callback: String,
    /// The events that are sent: `eventType`, `status` and `severity`, each with one value or several between commas. A field
    /// that is left out does not limit the events.
    #[body(line = 1_000, example = "eventType=TroubleTicketStatusChangeEvent&severity=critical,serious")]
    query: Option<WithinText<EventQuery>>,
}

/// Which events a listener is sent.
#[derive(Debug, Body)]
#[body(rule = RULE)]
struct EventQuery {
    /// Of these types.
    event_type: Vec<EventType>,
    /// Of tickets in these statuses.
    status: Vec<Status>,
    /// Of tickets of these severities.
    severity: Vec<Severity>,
}

impl From<EventQuery> for Query {
    fn from(EventQuery { event_type, status, severity }: EventQuery) -> Self {
        Self {
            event_type: event_type.into_iter().collect(),
            status: status.into_iter().collect(),
            severity: severity.into_iter().collect(),
        }
    }
}

/// A listener (TMF621 v4 `EventSubscription`, extended).
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EventSubscription {
    /// The id of the listener.
    id: String,
    /// Where events are posted.
    callback: String,
    /// The events that are sent, as they were registered.
    query: Option<String>,
    /// What the signatures are checked with (Standard Webhooks, `whsec_...`): told once, in the answer that registers it.
    secret: Option<String>,
    /// `active`; `failing`: the listener did not accept the last event, and all later events wait for the next attempt;
    /// `dropped`: no more events are sent.
    standing: &'static str,
    /// When it was registered.
    registered_at: DateTime<Utc>,
    /// When it last took an event, to the minute.
    last_taken_at: Option<DateTime<Utc>>,
    /// Failures in a row.
    failures: Option<u32>,
    /// Since when it fails.
    failing_since: Option<DateTime<Utc>>,
    /// When it is tried again.
    next_try: Option<DateTime<Utc>>,
    /// Why it failed the last time.
    last_failure: Option<String>,
    /// When it was dropped.
    dropped_at: Option<DateTime<Utc>>,
}

impl From<&Listener> for EventSubscription {
    fn from(listener: &Listener) -> Self {
        let active = Self {
            id: listener.id.to_string(),
            callback: listener.callback.clone(),
            query: listener.query.clone(),
            secret: None,
            standing: "active",
            registered_at: listener.registered_at,
            last_taken_at: listener.last_taken_at,
            failures: None,
            failing_since: None,
            next_try: None,
            last_failure: None,
            dropped_at: None,
        };
        match &listener.standing {
            ListenerStatus::Active => active,
            ListenerStatus::Failing { failures, since, next_try, why } => Self {
                standing: "failing",
                failures: Some(*failures),
                failing_since: Some(*since),
                next_try: Some(*next_try),
                last_failure: Some(why.clone()),
                ..active
            },
            ListenerStatus::Dropped { at, why } => {
                Self { standing: "dropped", last_failure: Some(why.clone()), dropped_at: Some(*at), ..active }
            }
        }
    }
}

/// Registers a listener: it is posted the events of its party's tickets, each as its party may read it; the desk's of all.
///
/// An event has `eventId`, `eventTime`, `eventType` and `event.troubleTicket`, the ticket as it stood when the event was
/// composed. It is signed by Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`), with the secret that
/// this answers, once. An answer of 2xx within ten seconds takes it; redirects are not followed. Anything else is a failure: all
/// that is owed waits, and is tried again after growing delays. After the last of these, or after 410, the listener is dropped.
/// Events may arrive more than once, under the same id, and in any order: `eventTime` tells.
///
/// Of the standard's events there are `TroubleTicketCreateEvent`, `TroubleTicketAttributeValueChangeEvent` and
/// `TroubleTicketStatusChangeEvent`. A ticket is never deleted; there is no event of its own for resolving, nor for
/// required information.
#[route(
    post, "/tmf-api/troubleTicket/v4/hub", tag = "events subscription", id = "registerListener",
    responses((status = 201, body = EventSubscription, headers(("Location" = String, description = "where the listener is"))))
)]
async fn register(
    State(services): State<Services>,
    ask: WriteRequest<Read<EventSubscriptionInput>>,
) -> Result<Response, Problem> {
    let ask = ask.also(|said| {
        let detail = check(&said.callback, services.reach).err();
        detail.map(|detail| FieldError::new("callback", RULE, detail)).into_iter().collect()
    })?;
    let (query, wants) = match ask.body.query {
        Some(WithinText { text, query }) => (Some(text), query.into()),
        None => (None, Query::default()),
    };
    let act = ActionContext::of(&ask.context, services.clock.now());
    let ids = &services.ids()?.current;
    let wanted = Listener::registered(ids, &act.by.party, ask.body.callback, query, wants, secret()?, act.now);
    let (listener, secret) = registered(&services, Listener { request: ask.context.request, ..wanted }, &act).await?;
    let location = [(header::LOCATION, format!("/tmf-api/troubleTicket/v4/hub/{}", listener.id))];
    let shown = EventSubscription { secret: secret.map(|Secret(secret)| secret), ..EventSubscription::from(&listener) };
    Ok((StatusCode::CREATED, location, Json(shown)).into_response())
}

/// Checks a callback as far as it can be without looking up its name: that is done at each sending.
fn check(callback: &str, reach: NetworkScope) -> Result<(), String> {
    let schemes = reach.schemes();
    let url = web_address(callback, schemes)
        .ok_or_else(|| format!("is a URL of {}, without a user or a fragment", schemes.join(" or ")))?;
    let address = match url.host() {
        Some(Host::Ipv4(address)) => Some(address.into()),
        Some(Host::Ipv6(address)) => Some(address.into()),
        Some(Host::Domain(_)) | None => None,
    };
    match address {
        Some(address) if !reach.allows(address) => Err("is at no public address".to_owned()),
        _ => Ok(()),
    }
}

fn secret() -> Result<Secret, Failed> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Failed::Broken(error.to_string().into()))?;
    Ok(Secret(format!("whsec_{}", BASE64_STANDARD.encode(bytes))))
}

/// Registers it, and answers its secret with it, unless the same request did so before: the secret is told once.
async fn registered(
    services: &Services,
    wanted: Listener,
    act: &ActionContext,
) -> Result<(Listener, Option<Secret>), Failed> {
    let of_party = services.store.listeners(&wanted.id.party).await?;
    for asked in &of_party {
        if IdempotencyKey::is_repeat(wanted.request.as_ref(), asked.request.as_ref())? {
            return Ok((asked.clone(), None));
        }
    }
    let (dropped, listening): (Vec<_>, Vec<_>) = of_party.into_iter().partition(Listener::is_dropped);
    let registered_already = || {
        Refused::not_now(
            RULE,
            "this callback listens already, with this query: delete that listener first",
            &["DELETE"],
        )
    };
    if listening.iter().any(|present| present.is_alike(&wanted)) {
        return Err(registered_already().into());
    }
    let most = services.policy.hub.listeners_at_most;
    if listening.len() >= most {
        let detail = format!("a party has at most {most} listeners: delete one first");
        return Err(Refused::not_now(RULE, detail, &["DELETE"]).into());
    }
    let secret = wanted.secret.clone();
    let wanted = match dropped.into_iter().find(|present| present.is_alike(&wanted)) {
        Some(Listener { id, revision, .. }) => Listener { id, revision, ..wanted },
        None => wanted,
    };
    let registered = wanted.registers(act);
    match services.store.commit(&registered.clone().into()).await {
        Ok(()) => Ok((registered.record, secret)),
        // The same, twice at once: the other one has the secret.
        Err(StoreError::Overtaken) => Err(registered_already().into()),
        Err(error) => Err(error.into()),
    }
}

/// Lists the caller's listeners, those that were dropped of late included.
#[route(get, "/tmf-api/troubleTicket/v4/hub", tag = "events subscription", id = "listListener")]
async fn list(
    State(services): State<Services>,
    caller: Caller,
    _: NoQuery,
) -> Result<Json<Vec<EventSubscription>>, Problem> {
    let listeners = services.store.listeners(caller.party()).await.map_err(Failed::from)?;
    Ok(Json(listeners.iter().map(EventSubscription::from).collect()))
}

/// A listener of the caller's, and how it does.
#[route(get, "/tmf-api/troubleTicket/v4/hub/{id}", tag = "events subscription", id = "retrieveListener")]
async fn read(
    State(services): State<Services>,
    caller: Caller,
    Id(id): Id<ListenerId>,
) -> Result<Json<EventSubscription>, Problem> {
    check_own(&id, caller.party())?;
    let listener = services.store.listener(&id).await.map_err(Failed::from)?.ok_or(Refused::NotFound)?;
    Ok(Json(EventSubscription::from(&listener)))
}

/// Ends a listener, with all that is still owed to it.
#[route(
    delete,
    "/tmf-api/troubleTicket/v4/hub/{id}",
    tag = "events subscription",
    id = "unregisterListener",
    unversioned
)]
async fn unregister(
    State(services): State<Services>,
    caller: Caller,
    conditions: Conditions,
    Id(id): Id<ListenerId>,
) -> Result<NoContent, Problem> {
    check_own(&id, caller.party())?;
    let conditions = conditions.of_no_version()?;
    let asked = caller.asks(&conditions);
    match services.unregister(&id, &asked).await {
        Ok(()) => {}
        // The same request again, by its key: it is gone already.
        Err(Failed::Refused(Refused::NotFound)) if conditions.key.is_some() => {}
        Err(failed) => return Err(failed.into()),
    }
    Ok(NoContent)
}

/// Refuses a listener of another party: also the desk has only its own.
fn check_own(id: &ListenerId, party: &Party) -> Result<(), Refused> {
    if id.party == *party { Ok(()) } else { Err(Refused::NotFound) }
}
