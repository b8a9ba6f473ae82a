//! `subscription`: who is told what, by which channel (12.6, SB-01 to SB-03, SB-07).

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use contract::{Failed, NoticeType, Party, Refused, party::SubscriptionId};
use desk::{Desk, endpoint};
use domain::subscription::{Channel, Ending, Filter, Standing, Subscription};
use http_edge::{Ask, Caller, Conditions, Fields, Parameters, Problem, ReadRefusals, WriteRefusals};
use record::Act;
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

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
    /// event, target, outage, release, changeRequest.
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
    /// What was asked for: event, target, outage, release, changeRequest.
    notices: Vec<&'static str>,
    /// Limits.
    #[schema(value_type = Object)]
    filter: serde_json::Value,
    /// What it is told whatever was asked for, with its limits, since it is a contact's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    always: Vec<&'static str>,
    /// The contacts whose address it is: it ends with the last of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mandatory: Vec<String>,
    /// pending, confirmed or ended. The messaging service tells of no e-mail that bounces.
    status: &'static str,
    /// When it was asked for.
    requested_at: DateTime<Utc>,
    /// When it was confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_at: Option<DateTime<Utc>>,
    /// When it was found to have ended, not by the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<DateTime<Utc>>,
    /// unconfirmed: its token was not given in time; unsubscribed: at the messaging service.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    ending: Option<Ending>,
}

impl From<&Subscription> for Shown {
    fn from(subscription: &Subscription) -> Self {
        let (status, confirmed_at, ended) = match subscription.standing {
            Standing::Pending { .. } => ("pending", None, None),
            Standing::Confirmed { at } => ("confirmed", Some(at), None),
            Standing::Ended { at, why } => ("ended", None, Some((at, why))),
        };
        let Filter { notices, always, severity, system_affected, product, area } = &subscription.filter;
        let words = |notices: &BTreeSet<NoticeType>| notices.iter().map(|notice| notice.word()).collect();
        Self {
            id: subscription.id.to_string(),
            party: subscription.party.to_string(),
            channel: subscription.channel.word(),
            endpoint: subscription.endpoint.clone(),
            notices: words(notices),
            filter: serde_json::json!({ "severity": severity, "systemAffected": system_affected, "product": product, "area": area }),
            always: words(always),
            mandatory: subscription.mandatory.keys().map(ToString::to_string).collect(),
            status,
            requested_at: subscription.requested_at,
            confirmed_at,
            ended_at: ended.map(|(at, _)| at),
            ending: ended.map(|(_, why)| why),
        }
    }
}

/// Subscribes an endpoint. Nothing is sent to it but a token, until it is confirmed with that.
///
/// Event notices are all CLECs', as are those of planned outages and releases; target notices are the CLEC's own. An event that
/// is of the CLEC's own trouble reaches it whatever the limits say. Asking again for the same after a minute sends a token again.
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
    let act = Act::of(&ask.asked, desk.clock.now(), None, None);
    let subscription = desk.subscribe(Subscription { request: ask.asked.request, ..wanted }, &act).await?;
    Ok((StatusCode::CREATED, Json(Shown::from(&subscription))).into_response())
}

/// What is asked for, read.
fn wanted(mut fields: Fields, caller: &Party, now: DateTime<Utc>) -> Result<Subscription, Refused> {
    let channel = fields.needed::<Channel>("channel", "SB-01");
    let endpoint = fields.required("endpoint", "SB-01", 2_048);
    let notices = fields.parsed_list::<NoticeType>("notices", "SB-01").into_iter().collect();
    let limits = fields.object("filter", |fields| Filter {
        severity: fields.parsed_list("severity", "SB-01").into_iter().collect(),
        system_affected: fields.lines("systemAffected").into_iter().collect(),
        product: fields.lines("product").into_iter().collect(),
        area: fields.lines("area").into_iter().collect(),
        ..Filter::default()
    });
    let party = fields.acting_for(caller);
    if let Some(Err(detail)) =
        channel.map(|channel| endpoint::check(channel, &endpoint)).filter(|_| !endpoint.is_empty())
    {
        fields.fault("endpoint", "SB-01", detail);
    }
    let filter = Filter { notices, ..limits.unwrap_or_default() };
    if let Some(fault) = filter.fault() {
        fields.fault(&fault.field, fault.rule, fault.detail);
    }
    let channel = fields.end_with(channel)?;
    Ok(Subscription::pending(party, channel, endpoint, filter, now))
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
    let act = Act::of(&ask.asked, desk.clock.now(), None, None);
    let subscription = desk.confirm(subscription, &token, &act).await?;
    Ok(Json(Shown::from(&subscription)).into_response())
}

/// Lists the caller's subscriptions; the desk's own, or with `clec` a CLEC's.
#[utoipa::path(
    get, path = "/cmp/v1/subscription", tag = "subscription", operation_id = "listSubscription",
    params(("clec" = Option<String>, Query, description = "by the desk: which CLEC's")),
    responses((status = 200, body = Vec<Shown>), ReadRefusals)
)]
async fn list(State(desk): State<Desk>, caller: Caller, mut parameters: Parameters) -> Result<Response, Problem> {
    let party = parameters.acting_for(caller.party());
    parameters.end()?;
    let subscriptions = desk.store.subscriptions(&party).await.map_err(Failed::from)?;
    Ok(Json(subscriptions.iter().map(Shown::from).collect::<Vec<_>>()).into_response())
}

/// Ends a subscription, in one step. What a contact must be told does not end with it: that is the contact's.
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
        Ok(subscription) => {
            let act = Act::of(&caller.asks(&conditions), desk.clock.now(), None, None);
            desk.leave(subscription, &act).await?;
        }
        // The same request again: it is gone already.
        Err(Failed::Refused(Refused::NotFound)) if conditions.key.is_some() && is_own(&id, caller.party()) => {}
        Err(failed) => return Err(failed.into()),
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A subscription of the caller's own; for the desk, anyone's (SB-02).
async fn found(desk: &Desk, id: &str, caller: &Party) -> Result<Subscription, Failed> {
    let id: SubscriptionId = id.parse().map_err(|_| Refused::NotFound)?;
    if !caller.keeps(&id.party) {
        return Err(Refused::NotFound.into());
    }
    Ok(desk.store.subscription(&id).await?.ok_or(Refused::NotFound)?)
}

fn is_own(id: &str, caller: &Party) -> bool {
    id.parse::<SubscriptionId>().is_ok_and(|id| caller.keeps(&id.party))
}
