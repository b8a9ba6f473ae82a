//! Who is calling, as the token says (AP-03).

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use contract::Actor;
use http_edge::{Caller, NoQuery, Problem, route};
use platform::Services;
use serde::Serialize;
use utoipa::ToSchema;

/// The caller of the API.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Caller)]
#[serde(rename_all = "camelCase")]
pub(super) struct CallerShown {
    /// The party that the caller acts for: a CLEC's id, or `desk`.
    party: String,
    /// The person or the program, as the token names it; acts are recorded with it.
    subject: String,
    /// The roles in change management.
    roles: Vec<&'static str>,
    /// The tiers of process production support.
    tiers: Vec<&'static str>,
    /// What time it is here: deadlines are counted by this clock.
    now: DateTime<Utc>,
}

/// Tells who is calling, as the API understands the token.
#[route(get, "/cmp/v1/caller", tag = "party", id = "readCaller")]
pub(super) async fn read(
    State(services): State<Services>,
    Caller(actor): Caller,
    _: NoQuery,
) -> Result<Json<CallerShown>, Problem> {
    let Actor { party, subject, roles, tiers } = actor;
    Ok(Json(CallerShown {
        party: party.to_string(),
        subject,
        roles: roles.into_iter().map(|role| role.as_str()).collect(),
        tiers: tiers.into_iter().map(|tier| tier.as_str()).collect(),
        now: services.clock.now(),
    }))
}
