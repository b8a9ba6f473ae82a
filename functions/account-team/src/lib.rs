//! `account-team`: the directory of the account teams (Account Team; AT-01, AT-02): the people, who of them is a CLEC's, what belongs to
//! whom, and how responsibility passes.

mod member;
mod team;
mod view;

use axum::Json;
use contract::{Party, Refused};
use domain::account_team::RESPONSIBILITIES;
use http_edge::{Caller, NoQuery, Problem, route};
use platform::Services;
use utoipa_axum::{router::OpenApiRouter, routes};
use view::ResponsibilityShown;

/// Where the people are.
pub(crate) const MEMBERS: &str = "/cmp/v1/teamMember";
/// Where the account teams are.
pub(crate) const TEAMS: &str = "/cmp/v1/accountTeam";

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(member::register, member::list))
        .routes(routes!(member::read, member::change))
        .routes(routes!(member::say_absence))
        .routes(routes!(member::come_back))
        .routes(routes!(member::remove))
        .routes(routes!(team::list))
        .routes(routes!(team::read))
        .routes(routes!(team::assign))
        .routes(routes!(team::begin_reassignment))
        .routes(routes!(team::hand_over))
        .routes(routes!(team::complete_reassignment))
        .routes(routes!(team::cancel_reassignment))
        .routes(routes!(responsibilities))
}

/// Lists what belongs to sales and what to service, in the order of the source: by this a request finds its person.
#[route(get, "/cmp/v1/responsibility", tag = "accountTeam", id = "listResponsibility")]
async fn responsibilities(_: Caller, _: NoQuery) -> Result<Json<Vec<ResponsibilityShown>>, Problem> {
    Ok(Json(RESPONSIBILITIES.iter().map(ResponsibilityShown::from).collect()))
}

pub(crate) fn providers_own(party: &Party) -> Result<(), Refused> {
    if party.is_provider() {
        return Ok(());
    }
    Err(Refused::forbidden("AT-01", "the account teams are the provider's to set"))
}
