//! `nightly-check`: what is looked after once a day, with no input; safe to run twice, or late.
//!
//! Each job is a function of the desk that answers what it did; one that fails keeps no other from its work.

pub mod clocks;
pub mod contacts;
pub mod open;
pub mod subscriptions;

use clocks::Recomputed;
use contacts::Verification;
use open::Relisted;
use platform::{Services, StoreError};
use serde::Serialize;
use subscriptions::Reconciliation;

/// What a check did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Of the tickets' clocks.
    pub clocks: Recomputed,
    /// Of the lists of tickets.
    pub lists: Relisted,
    /// Of the contacts' verification.
    pub verification: Verification,
    /// Of the subscriptions.
    pub reconciliation: Reconciliation,
}

/// Why a check did not do all of it: what it could, it did.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// A job could not begin.
    #[error(transparent)]
    Unread(#[from] StoreError),
    /// Some of it failed; the log says what.
    #[error("{0} of it could not be done: the log says what")]
    Failed(usize),
}

/// Runs one check.
///
/// # Errors
/// When anything was left undone, after the rest: it is done at the next check, or when this one is tried again.
pub async fn check(services: &Services) -> Result<Checked, CheckError> {
    let open = Box::pin(open::walk(services)).await;
    let verification = contacts::verify(services).await;
    let reconciliation = Box::pin(subscriptions::reconcile(services)).await;
    let (clocks, lists) = open?;
    let checked = Checked { clocks, lists, verification: verification?, reconciliation: reconciliation? };
    match clocks.failed + lists.failed + checked.verification.failed + checked.reconciliation.failed {
        0 => Ok(checked),
        failed => Err(CheckError::Failed(failed)),
    }
}
