//! Tables in the source's order, with literal instants.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod account_team;
mod archive;
mod attachments;
mod availability;
mod bodies;
mod bounds;
mod bus;
mod calendar;
mod callers;
mod change_requests;
mod chart;
mod contacts;
mod faults;
mod filters;
mod idempotency;
mod ids;
mod isolation;
mod listeners;
mod local_desk;
mod made;
mod maintnote;
mod manifests;
mod number;
mod observability;
mod openapi;
mod outage;
mod pages;
mod past;
mod permissions;
mod plot;
mod policy;
mod readme;
mod refusals;
mod requirements;
mod service_quality;
mod sessions;
mod stored;
mod stored_problem;
mod tasks;
mod template;
mod texts;
mod trend;
mod units;
mod versions;
