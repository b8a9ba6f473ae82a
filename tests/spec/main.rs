//! Tables in the source's order, with literal instants.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod calendar;
mod chart;
mod contacts;
mod faults;
mod filters;
mod idempotency;
mod isolation;
mod listeners;
mod number;
mod observability;
mod openapi;
mod policy;
mod refusals;
mod tasks;
mod template;
mod texts;
mod units;
