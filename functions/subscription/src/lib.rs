//! `subscription`: who is told what, by which channel (12.6, SB-01 to SB-03).

mod endpoint;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use desk::{Desk, StoreError};
use domain::{
    ClecId, Failed, Party, Refused,
    notice::NoticeType,
    subscription::{Channel, Filter, Standing, Subscription, SubscriptionId},
};
use http_edge::{Ask, Caller, Conditions, Fields, Parameters, Problem, ReadRefusals, WriteRefusals};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// How long an endpoint is sent no other token: a request that is repeated sends one.
const BETWEEN_TOKENS: TimeDelta = TimeDelta::minutes(1);

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(subscribe, list)).routes(routes!(confirm)).routes(routes!(unsubscribe))
}

/// A request to be told.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
struct SubscriptionCreate {
    /// email, sms or https.
    channel: String,
    /// An e-mail address, a telephone number in E.164 (`+13035550100`), or an https URL.
    endpoint: String,
    /// event, target or both.
    notices: Vec<String>,
    /// Limits: `severity`, `systemAffected`, `product`, `area`, each a list; what is left out limits nothing.
    #[schema(value_type = Option<Object>)]
    filter: Option<()>,
    /// By the desk: for which CLEC; for the desk's own people when left out.
    clec: Option<String>,
}

/// The token that the endpoint was sent.
#[derive(ToSchema)]
#[allow(dead_code, reason = "a description: the body is read field by field")]
struct Confirmation {
    /// By e-mail and HTTPS the messaging service's own, by SMS a code.
    token: String,
}

/// A subscription as its CLEC and the desk read it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Shown {
    /// Its id.
    id: String,
    /// Whose it is: a CLEC, or `desk`.
    party: String,
    /// email, sms or https.
    channel: &'static str,
    /// Where.
    endpoint: String,
    /// event, target or both.
    notices: Vec<&'static str>,
    /// Limits.
    #[schema(value_type = Object)]
    filter: serde_json::Value,
    /// pending or confirmed.
    status: &'static str,
    /// When it was asked for.
    requested_at: DateTime<Utc>,
    /// When it was confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_at: Option<DateTime<Utc>>,
}

impl From<&Subscription> for Shown {
    fn from(subscription: &Subscription) -> Self {
        let (status, confirmed_at) = match subscription.standing {
            Standing::Pending { .. } => ("pending", None),
            Standing::Confirmed { at } => ("confirmed", Some(at)),
        };
        let Filter { notices, severity, system_affected, product, area } = &subscription.filter;
        Self {
            id: subscription.id.to_string(),
            party: subscription.party.to_string(),
            channel: subscription.channel.word(),
            endpoint: subscription.endpoint.clone(),
            notices: notices.iter().map(|notice| notice.word()).collect(),
            filter: serde_json::json!({ "severity": severity, "systemAffected": system_affected, "product": product, "area": area }),
            status,
            requested_at: subscription.requested_at,
            confirmed_at,
        }
    }
}

/// Subscribes an endpoint. Nothing is sent to it but a token, until it is confirmed with that.
///
/// Event notices are all CLECs'; target notices are the CLEC's own. An event that is of the CLEC's own trouble reaches it
/// whatever the limits say. Asking again for the same after a minute sends
/// a token again.
#[utoipa::path(
    post, path = "/cmp/v1/subscription", tag = "subscription",
    request_body = SubscriptionCreate,
    responses(
        (status = 201, body = Shown),
        WriteRefusals,
    )
)]
async fn subscribe(State(desk): State<Desk>, ask: Ask) -> Result<Response, Problem> {
    let wanted = wanted(ask.body.fields(), ask.party(), desk.clock.now())?;
    let subscription = request(&desk, Subscription { request: ask.asked.request, ..wanted }).await?;
    Ok((StatusCode::CREATED, Json(Shown::from(&subscription))).into_response())
}

/// What is asked for, read.
fn wanted(mut fields: Fields, caller: &Party, now: DateTime<Utc>) -> Result<Subscription, Refused> {
    let channel = fields.needed::<Channel>("channel", "SB-01");
    let endpoint = fields.required("endpoint", "SB-01", 2_048);
    let notices = fields.parsed_list::<NoticeType>("notices", "SB-01").into_iter().collect();
    let limits = fields.object("filter", |fields| Filter {
        notices: std::collections::BTreeSet::new(),
        severity: fields.parsed_list("severity", "SB-01").into_iter().collect(),
        system_affected: fields.lines("systemAffected").into_iter().collect(),
        product: fields.lines("product").into_iter().collect(),
        area: fields.lines("area").into_iter().collect(),
    });
    let clec = fields.parsed::<ClecId>("clec", "AP-03");
    let party = match (caller, clec) {
        (Party::Desk, Some(clec)) => Party::Clec(clec),
        (caller, Some(clec)) if caller.clec() != Some(&clec) => {
            fields.fault("clec", "AP-03", "is the caller's own, or left out");
            caller.clone()
        }
        (caller, _) => caller.clone(),
    };
    if let Some(Err(detail)) =
        channel.map(|channel| endpoint::check(channel, &endpoint)).filter(|_| !endpoint.is_empty())
    {
        fields.fault("endpoint", "SB-01", detail);
    }
    let filter = Filter { notices, ..limits.unwrap_or_default() };
    if let Some(fault) = filter.fault() {
        fields.fault(&fault.field, fault.rule, fault.detail);
    }
    fields.end()?;
    let channel = channel.ok_or_else(|| Refused::field("channel", "SB-01", "is missing"))?;
    Ok(Subscription::pending(party, channel, endpoint, filter, None, now))
}

/// Sees to it that the endpoint gets its token. The messaging service comes first: what dies before the table is written
/// is done again by asking again.
async fn request(desk: &Desk, wanted: Subscription) -> Result<Subscription, Failed> {
    let of_party = desk.store.subscriptions(&wanted.party).await?;
    let key = |of: &Subscription| of.request.as_ref().map(|request| request.key.clone());
    if let Some(asked) = of_party.iter().find(|asked| key(asked).is_some() && key(asked) == key(&wanted)) {
        return if asked.request == wanted.request { Ok(asked.clone()) } else { Err(Refused::KeyReused.into()) };
    }
    let present = of_party.into_iter().find(|present| present.id == wanted.id);
    if let Some(present) = &present {
        if present.filter != wanted.filter {
            let detail = "the endpoint is subscribed with another filter: delete that subscription first";
            return Err(Refused::not_now("SB-01", detail, &["DELETE"]).into());
        }
        // An endpoint is not sent a token for each request.
        if present.is_confirmed() || wanted.requested_at - present.requested_at < BETWEEN_TOKENS {
            return Ok(present.clone());
        }
    }
    let revision = present.map_or(1, |present| present.revision + 1);
    let (party, channel, endpoint) = (&wanted.party, wanted.channel, &wanted.endpoint);
    let subscription = if channel == Channel::Sms {
        let code = endpoint::code();
        let text = format!("{}: your code to confirm notices is {code}", desk.policy.provider.name);
        desk.topics.send_code(party, endpoint, &text, &code).await?;
        let pending = Subscription::pending(
            party.clone(),
            channel,
            endpoint.clone(),
            wanted.filter.clone(),
            Some(&code),
            wanted.requested_at,
        );
        Subscription { revision, request: wanted.request.clone(), ..pending }
    } else {
        let arn = desk.topics.subscribe(party, channel, endpoint, &wanted.filter).await?;
        Subscription { revision, arn, ..wanted }
    };
    match desk.store.subscribe(&subscription).await {
        // The same request, twice at once: the other one's stands.
        Ok(()) | Err(StoreError::Overtaken) => Ok(subscription),
        Err(error) => Err(error.into()),
    }
}

/// Confirms a subscription with the token that its endpoint was sent.
#[utoipa::path(
    post, path = "/cmp/v1/subscription/{id}/confirmation", tag = "subscription",
    params(("id" = String, Path)),
    request_body = Confirmation,
    responses(
        (status = 200, body = Shown),
        WriteRefusals,
    )
)]
async fn confirm(State(desk): State<Desk>, Path(id): Path<String>, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let token = fields.required_line("token", "SB-02", 1_000);
    fields.end()?;
    let subscription = found(&desk, &id, ask.party()).await?;
    let subscription =
        if subscription.is_confirmed() { subscription } else { confirmed(&desk, subscription, &token).await? };
    Ok(Json(Shown::from(&subscription)).into_response())
}

async fn confirmed(desk: &Desk, subscription: Subscription, token: &str) -> Result<Subscription, Failed> {
    let wrong = || Refused::field("token", "SB-02", "is not the one that the endpoint was sent");
    let now = desk.clock.now();
    let party = subscription.party.clone();
    let confirmed = if subscription.channel == Channel::Sms {
        // The try is written before it is judged, so that many at once are counted too.
        let (right, tried) = subscription.judge(token)?;
        desk.store.subscribe(&tried).await?;
        if !right {
            return Err(wrong().into());
        }
        let arn = desk.topics.subscribe(&party, tried.channel, &tried.endpoint, &tried.filter).await?;
        tried.confirmed(arn, now)
    } else {
        let arn = desk.topics.confirm(&party, token).await?;
        if arn != subscription.arn {
            // The token was another endpoint's, which SNS has confirmed by it: so it stands confirmed.
            let of_party = desk.store.subscriptions(&party).await?;
            if let Some(other) = of_party.into_iter().find(|other| other.arn == arn && !other.is_confirmed()) {
                desk.store.subscribe(&other.confirmed(arn, now)).await?;
            }
            return Err(wrong().into());
        }
        subscription.confirmed(arn, now)
    };
    desk.store.subscribe(&confirmed).await?;
    Ok(confirmed)
}

/// Lists the caller's subscriptions; the desk's own, or with `clec` a CLEC's.
#[utoipa::path(
    get, path = "/cmp/v1/subscription", tag = "subscription", operation_id = "listSubscription",
    params(("clec" = Option<String>, Query, description = "by the desk: which CLEC's")),
    responses((status = 200, body = Vec<Shown>), ReadRefusals)
)]
async fn list(State(desk): State<Desk>, caller: Caller, mut parameters: Parameters) -> Result<Response, Problem> {
    let clec = parameters.parsed::<ClecId>("clec", "AP-03");
    let party = match (caller.party(), clec) {
        (Party::Desk, Some(clec)) => Party::Clec(clec),
        (party, Some(clec)) if party.clec() != Some(&clec) => {
            parameters.fault("clec", "AP-03", "is the caller's own, or left out");
            party.clone()
        }
        (party, _) => party.clone(),
    };
    parameters.end()?;
    let subscriptions = desk.store.subscriptions(&party).await.map_err(Failed::from)?;
    Ok(Json(subscriptions.iter().map(Shown::from).collect::<Vec<_>>()).into_response())
}

/// Ends a subscription, in one step.
#[utoipa::path(
    delete, path = "/cmp/v1/subscription/{id}", tag = "subscription",
    params(("id" = String, Path)),
    responses((status = 204), WriteRefusals)
)]
async fn unsubscribe(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    caller: Caller,
    conditions: Conditions,
) -> Result<Response, Problem> {
    match found(&desk, &id, caller.party()).await {
        Ok(subscription) => end(&desk, &subscription).await?,
        // The same request again: it is gone already.
        Err(Failed::Refused(Refused::NotFound)) if conditions.key.is_some() && is_own(&id, caller.party()) => {}
        Err(failed) => return Err(failed.into()),
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The messaging service first: a subscription that the table forgot but the service kept would go on being told.
async fn end(desk: &Desk, subscription: &Subscription) -> Result<(), Failed> {
    if let Some(arn) = &subscription.arn {
        desk.topics.unsubscribe(arn).await?;
    }
    Ok(desk.store.unsubscribe(subscription).await?)
}

/// A subscription of the caller's own; for the desk, anyone's (SB-02).
async fn found(desk: &Desk, id: &str, caller: &Party) -> Result<Subscription, Failed> {
    let id: SubscriptionId = id.parse().map_err(|_| Refused::NotFound)?;
    if !id.is_reached_by(caller) {
        return Err(Refused::NotFound.into());
    }
    Ok(desk.store.subscription(&id).await?.ok_or(Refused::NotFound)?)
}

fn is_own(id: &str, caller: &Party) -> bool {
    id.parse::<SubscriptionId>().is_ok_and(|id| id.is_reached_by(caller))
}
