//! `change-request-progress`: the work flow from the assignment of its people to its completion (work flow, steps 2 to 11), a
//! task a route. What each does, and to whom it belongs, is the domain's table of the flow.

mod answer;
mod completion;
mod dispute;
mod team;

use platform::Services;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The function's routes, in the order of the steps.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        // 2: Subject Matter Expert Assigned.
        .routes(routes!(team::assign))
        .routes(routes!(team::experts))
        // 3: SME & CLEC Clarification Meeting.
        .routes(routes!(team::set_meeting))
        .routes(routes!(team::clarify))
        .routes(routes!(team::minutes))
        .routes(routes!(answer::present))
        // 4: Response Issued.
        .routes(routes!(answer::draft))
        .routes(routes!(answer::accept_draft))
        .routes(routes!(answer::issue))
        // 5: Response Presented.
        .routes(routes!(answer::take_position))
        .routes(routes!(answer::present_response))
        .routes(routes!(answer::decide))
        // 5B to 5D: not accepted.
        .routes(routes!(dispute::escalate))
        .routes(routes!(dispute::join))
        .routes(routes!(dispute::answer))
        .routes(routes!(dispute::resolve))
        .routes(routes!(dispute::defer))
        .routes(routes!(dispute::renew))
        .routes(routes!(dispute::resume))
        // 6: Response Accepted.
        .routes(routes!(answer::say_originators_word))
        .routes(routes!(answer::accept))
        // 7 to 10: developed, announced, in production, tested.
        .routes(routes!(completion::comment))
        .routes(routes!(completion::announce))
        .routes(routes!(completion::produce))
        .routes(routes!(completion::test))
        .routes(routes!(completion::feed_back))
        // 11: closed; and what the flow does not foresee.
        .routes(routes!(completion::close))
        .routes(routes!(completion::unforeseen))
}
