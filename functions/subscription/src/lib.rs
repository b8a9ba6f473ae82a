//! `subscription`: who is told what, by which channel (12.6, SB-01 to SB-03, SB-07).

use axum::{
    Json,
    extract::{OriginalUri, State},
};
use chrono::{DateTime, Utc};
use contract::{
    Failed, FieldError, NoticeCategory, Party, Policy, Refused, Severity, TeamMemberNumber, party::SubscriptionId,
};
use domain::subscription::{
    Channel, DeliveryFailure, Ending, Filter, NO_NOTICES, Subscription, SubscriptionStatus, Unlisted,
};
use http_edge::{
    Acting, Body, Caller, Conditions, KeptId, New, NoContent, Page, PageLimit, Place, Problem, Query, Read, Several,
    WriteRequest, route,
};
use platform::{Services, endpoint};
use record::ActionContext;
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

const BASE: &str = "/cmp/v1/subscription";

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(subscribe, list)).routes(routes!(confirm)).routes(routes!(unsubscribe))
}

/// A request to be told.
#[derive(Debug, Body)]
#[body(rule = "SB-01", check = not_for_clecs)]
struct SubscriptionCreate {
    /// The channel that notices come by.
    channel: Channel,
    /// An e-mail address, a telephone number (`+13035550100`), or an https URL.
    #[body(text = 2_048)]
    endpoint: String,
    /// The types of notices that are wanted; those of process tickets that begin with `wsdTier` or `process`, and those of account teams, are
    /// for the provider's own people.
    #[body(missing = NO_NOTICES)]
    notices: Several<NoticeCategory>,
    /// What limits the wanted notices.
    filter: Option<Limits>,
    /// By the desk: for which CLEC; for the desk's own people when left out.
    #[body(rule = "AP-03")]
    clec: Acting,
}

/// Limits, each a list; what is left out limits nothing.
#[derive(Debug, Body)]
#[body(rule = "SB-01", name = "SubscriptionFilter")]
struct Limits {
    /// The severities that are notified of; all when left out.
    severity: Vec<Severity>,
    /// The systems affected that are notified of; all when left out.
    #[body(line = 200)]
    system_affected: Vec<String>,
    /// The products affected that are notified of; all when left out.
    #[body(line = 200)]
    product: Vec<String>,
    /// The geographic areas that are notified of; all when left out.
    #[body(line = 200)]
    area: Vec<String>,
    /// Of what account teams are told: the people of the provider's who are notified, by number; all when left out.
    #[body(rule = "AT-03")]
    member: Vec<TeamMemberNumber>,
}

/// A CLEC, and whoever subscribes for it, is told nothing that is for the provider's own people.
fn not_for_clecs(asked: &SubscriptionCreate, _: &Party) -> Vec<FieldError> {
    let is_clecs = asked.clec.0.clec().is_some();
    let such = asked.notices.0.iter().find(|notice| is_clecs && !notice.is_for_clecs());
    let fault = |notice: &NoticeCategory| {
        FieldError::new("notices", "SB-01", format!("'{}' is for the provider's own people", notice.as_str()))
    };
    such.map(fault).into_iter().collect()
}

impl SubscriptionCreate {
    fn filter(&self) -> Filter {
        let notices = self.notices.0.iter().copied().collect();
        let Some(Limits { severity, system_affected, product, area, member }) = &self.filter else {
            return Filter { notices, ..Filter::default() };
        };
        let names = |names: &[String]| names.iter().cloned().collect();
        Filter {
            notices,
            severity: severity.iter().copied().collect(),
            system_affected: names(system_affected),
            product: names(product),
            area: names(area),
            member: member.iter().copied().collect(),
            ..Filter::default()
        }
    }
}

/// The token that the endpoint was sent.
#[derive(Debug, Body)]
#[body(rule = "SB-02")]
struct Confirmation {
    /// By e-mail and HTTPS the messaging service's own, by SMS a code.
    #[body(line = 1_000)]
    token: String,
}

/// Which subscriptions are listed.
#[derive(Debug, Body)]
#[body(rule = "AP-04", check = place_outside)]
struct Wanted {
    /// By the desk: which CLEC's.
    #[body(rule = "AP-03")]
    clec: Acting,
    /// Show as many.
    limit: PageLimit,
    /// Go on behind this place, as the Link header gives it.
    after: Option<Place<SubscriptionId>>,
}

fn place_outside(wanted: &Wanted, _: &Party) -> Vec<FieldError> {
    let outside = wanted.after.as_ref().filter(|Place(_, id)| id.party != wanted.clec.0);
    outside.map(|_| FieldError::new("after", "AP-04", "a place in another party's list")).into_iter().collect()
}

/// A subscription as its CLEC and the desk read it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Subscription)]
struct Shown {
    /// The id of the subscription.
    id: String,
    /// Whose it is: a CLEC, or `desk`.
    party: String,
    /// email, sms or https.
    channel: &'static str,
    /// The address that notices are sent to: an e-mail address, a telephone number or a web address.
    endpoint: String,
    /// What was asked for: event, target, outage, release, changeRequest, changeRequestMilestone.
    notices: Vec<&'static str>,
    /// The limits on what is notified of.
    #[schema(value_type = Limits)]
    filter: serde_json::Value,
    /// Names in its limits that are none of those that the policy lists. They are matched as they are written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unlisted: Vec<UnlistedName>,
    /// What it is told whatever was asked for, with its limits, since it is a contact's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    always: Vec<&'static str>,
    /// The contacts whose address it is: it ends with the last of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mandatory: Vec<String>,
    /// pending, confirmed or ended.
    status: &'static str,
    /// The latest notice that the messaging service could not deliver to it, however often it tried; the first of each day is told. It tells
    /// of no e-mail that bounces later, and of no SMS that an operator drops.
    #[serde(skip_serializing_if = "Option::is_none")]
    undelivered: Option<UndeliveredNotice>,
    /// When it was asked for.
    requested_at: DateTime<Utc>,
    /// When it was confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_at: Option<DateTime<Utc>>,
    /// When it was found to have ended, not by the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<DateTime<Utc>>,
    /// How the subscription ended: unconfirmed, when its token was not given in time; or unsubscribed, when the messaging
    /// service was asked to end it.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    ending: Option<Ending>,
}

/// A notice that could not be delivered.
#[derive(Debug, Serialize, ToSchema)]
struct UndeliveredNotice {
    /// When this was found.
    at: DateTime<Utc>,
    /// What the messaging service says of it.
    cause: String,
}

/// A name that is none of those that the policy lists.
#[derive(Debug, Serialize, ToSchema)]
struct UnlistedName {
    /// The list of the filter that has it.
    field: String,
    /// The name, as it was written.
    name: String,
    /// Those that the policy lists.
    listed: Vec<String>,
}

/// The limits, with the people of account teams where there are any: no CLEC limits by them.
fn limits(mut of_all: serde_json::Value, member: &BTreeSet<TeamMemberNumber>) -> serde_json::Value {
    if !member.is_empty() {
        of_all["member"] = serde_json::json!(member);
    }
    of_all
}

impl From<Unlisted<'_>> for UnlistedName {
    fn from(Unlisted { key, name, listed }: Unlisted<'_>) -> Self {
        let listed = listed.into_iter().map(str::to_owned).collect();
        Self { field: format!("filter.{key}"), name: name.to_owned(), listed }
    }
}

impl Shown {
    fn of(subscription: &Subscription, policy: &Policy) -> Self {
        let (status, confirmed_at, ended) = match subscription.standing {
            SubscriptionStatus::Pending { .. } => ("pending", None, None),
            SubscriptionStatus::Confirmed { at } => ("confirmed", Some(at), None),
            SubscriptionStatus::Ended { at, why } => ("ended", None, Some((at, why))),
        };
        let Filter { notices, always, severity, system_affected, product, area, member } = &subscription.filter;
        let words = |notices: &BTreeSet<NoticeCategory>| notices.iter().map(|notice| notice.as_str()).collect();
        Self {
            id: subscription.id.to_string(),
            party: subscription.party.to_string(),
            channel: subscription.channel.as_str(),
            endpoint: subscription.endpoint.clone(),
            notices: words(notices),
            filter: limits(
                serde_json::json!({ "severity": severity, "systemAffected": system_affected, "product": product, "area": area }),
                member,
            ),
            unlisted: subscription.filter.unlisted(policy).into_iter().map(Into::into).collect(),
            always: words(always),
            mandatory: subscription.mandatory.keys().map(ToString::to_string).collect(),
            status,
            undelivered: subscription
                .undelivered
                .clone()
                .map(|DeliveryFailure { at, cause }| UndeliveredNotice { at, cause }),
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
///
/// An address of a party is subscribed once, whatever its letter case, the letter case of its host or its default port: a contact's
/// too. An address that several parties subscribe is told by each of them: the notices of each party are its own.
#[route(post, "/cmp/v1/subscription", tag = "subscription")]
async fn subscribe(
    State(services): State<Services>,
    ask: WriteRequest<Read<SubscriptionCreate>>,
) -> Result<New<Json<Shown>>, Problem> {
    let region = services.policy.phone_region;
    let normal = |said: &SubscriptionCreate| endpoint::normal(said.channel, &said.endpoint, region);
    let ask = ask.also(|said| {
        let endpoint = normal(said).err().map(|detail| FieldError::new("endpoint", "SB-01", detail));
        endpoint.into_iter().chain(said.filter().field_error()).collect()
    })?;
    let endpoint = normal(&ask.body).map_err(|detail| Refused::field("endpoint", "SB-01", detail))?;
    let filter = ask.body.filter();
    services.check_clec(ask.party(), "clec", ask.body.clec.0.clec()).await?;
    let SubscriptionCreate { channel, clec: Acting(party), .. } = ask.body;
    let act = ActionContext::of(&ask.context, services.clock.now());
    let wanted = Subscription::pending(&services.ids()?.current, party, channel, endpoint, filter, act.now);
    let subscription = services.subscribe(Subscription { request: ask.context.request, ..wanted }, &act).await?;
    Ok(New(Json(Shown::of(&subscription, &services.policy))))
}

/// Confirms a subscription with the token that its endpoint was sent.
#[route(post, "/cmp/v1/subscription/{id}/confirmation", tag = "subscription", unconditional)]
async fn confirm(
    State(services): State<Services>,
    KeptId(id): KeptId,
    ask: WriteRequest<Confirmation>,
) -> Result<Json<Shown>, Problem> {
    let act = ActionContext::of(&ask.context, services.clock.now());
    let subscription = services.confirm(found(&services, &id).await?, &ask.body.token, &act).await?;
    Ok(Json(Shown::of(&subscription, &services.policy)))
}

/// Lists the caller's subscriptions, in the order of their ids; the desk's own, or with `clec` a CLEC's.
#[route(get, "/cmp/v1/subscription", tag = "subscription", id = "listSubscription")]
async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(Wanted { clec: Acting(party), limit, after }): Query<Wanted>,
) -> Result<Page<Shown>, Problem> {
    services.check_clec(caller.party(), "clec", party.clec()).await?;
    let after = after.map(|Place(_, id)| id);
    let page = services.store.subscriptions_page(&party, after, limit.0).await;
    let (subscriptions, more) = page.map_err(Failed::from)?;
    let next = subscriptions.last().filter(|_| more).map(|last| Place(last.requested_at, last.id.clone()));
    Ok(Page::of(BASE, &uri, subscriptions.iter().map(|of| Shown::of(of, &services.policy)).collect(), next))
}

/// Ends a subscription, in one step. What a contact must be told does not end with it: that is the contact's.
#[route(delete, "/cmp/v1/subscription/{id}", tag = "subscription", unversioned)]
async fn unsubscribe(
    State(services): State<Services>,
    KeptId(id): KeptId,
    caller: Caller,
    conditions: Conditions,
) -> Result<NoContent, Problem> {
    let conditions = conditions.of_no_version()?;
    match found(&services, &id).await {
        Ok(subscription) => {
            let act = ActionContext::of(&caller.asks(&conditions), services.clock.now());
            services.leave(subscription, &act).await?;
        }
        // The same request again: it is gone already.
        Err(Failed::Refused(Refused::NotFound)) if conditions.key.is_some() => {}
        Err(failed) => return Err(failed.into()),
    }
    Ok(NoContent)
}

/// A subscription that is there.
async fn found(services: &Services, id: &SubscriptionId) -> Result<Subscription, Failed> {
    Ok(services.store.subscription(id).await?.ok_or(Refused::NotFound)?)
}
