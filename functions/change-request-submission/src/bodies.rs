//! What requests say, as the description of the API tells it; they are read field by field.
#![allow(dead_code, reason = "descriptions")]

use cmp::FormWritten;
use serde::Serialize;
use utoipa::ToSchema;

/// The longest reason.
pub(crate) const REASON_AT_MOST: usize = 2_000;

/// A change request as it is submitted.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangeRequestCreate {
    /// The CMP's form; of a draft, what is known of it.
    #[serde(flatten)]
    form: FormWritten,
    /// By the CMP Manager: the CLEC that it came from; the provider's own when left out.
    clec: Option<String>,
    /// Whether it is kept for its originator alone, until it is submitted.
    draft: Option<bool>,
}

/// Nothing more than an empty object.
#[derive(ToSchema)]
#[schema(as = ChangeRequestNothing)]
pub(crate) struct Nothing {}

/// What is missing.
#[derive(ToSchema)]
#[schema(as = ChangeRequestReturn)]
pub(crate) struct Return {
    /// Each in a line.
    missing: Vec<String>,
}

/// What is printed behind a number.
#[derive(ToSchema)]
#[schema(as = ChangeRequestSuffixes)]
pub(crate) struct Suffixes {
    /// CM, X, IG, EX, ES or MN; all that it is to have.
    suffixes: Vec<String>,
}

/// A crossover.
#[derive(ToSchema)]
#[schema(as = ChangeRequestCrossover)]
pub(crate) struct Crossover {
    /// productProcess or systems.
    kind: String,
    /// Why.
    reason: String,
}

/// A trouble ticket.
#[derive(ToSchema)]
#[schema(as = ChangeRequestTicket)]
pub(crate) struct Ticket {
    /// Its number; one that the caller may see.
    ticket: String,
}

/// A reason.
#[derive(ToSchema)]
#[schema(as = ChangeRequestReason)]
pub(crate) struct Reason {
    /// Why.
    reason: String,
}
