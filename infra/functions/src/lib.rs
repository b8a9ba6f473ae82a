//! The list of functions: what wakes each, what it may call, how long it may run.
//!
//! [`FUNCTIONS`] is the list. These are made from it, and a test fails while one of them differs:
//!
//! | made | by |
//! |---|---|
//! | the functions' part of `infra/template.yaml` | [`template`] |
//! | the routes of the gateway, in the cloud and in the local desk | [`gateway`] |
//! | `functions/api-description/openapi.json` and `shared/http/src/methods.txt` | [`description`] |
//! | `functions/web/src/operations.json` | [`operations`] |
//!
//! `UPDATE_TABLES=1 cargo test -p tests --test spec made` makes them anew. A function's routes are those of its own router, its
//! description that of its `Cargo.toml`.

pub mod description;
mod function;
pub mod gateway;
mod list;
pub mod operations;
pub mod template;

pub use function::{Failed, Function, On, Retries, Schedule, Trigger};
pub use list::FUNCTIONS;

/// The functions' crates, for those who call a function as Lambda would.
pub use {
    api_description, attachment, change_request_archive, change_request_progress, change_request_query,
    change_request_submission, deadline_check, hub, hub_delivery, interval_check, meeting, monthly_meeting,
    nightly_check, notice, notice_publisher, offering_analysis, party, planned_outage, process_ticket, queue, release,
    service_problem_follower, site_publisher, subscription, threshold_check, ticket_case, ticket_intake, ticket_link,
    ticket_query, ticket_status, undelivered, web,
};
