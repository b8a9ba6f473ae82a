//! Contacts are verified again on a schedule (SB-06): told once when that is soon due, and once when it was not done. It costs
//! what is due.

use desk::{Desk, StoreError};
use serde::Serialize;

/// What was told of contacts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Contacts of which the index said that there is something to tell.
    pub due: usize,
    /// Of these, those of which it was told: the bus hears of it from the table's stream.
    pub told: usize,
    /// What someone else was first with.
    pub overtaken: usize,
    /// What could not be read or written.
    pub failed: usize,
}

/// Tells which contacts are to be verified, and which were not.
///
/// # Errors
/// When the index cannot be read.
pub async fn verify(desk: &Desk) -> Result<Verification, StoreError> {
    let now = desk.clock.now();
    let due = desk.store.due_contacts(now).await?;
    let mut done =
        Verification { due: due.contacts.len() + due.unreadable, failed: due.unreadable, ..Verification::default() };
    for contact in due.contacts {
        let before = contact.told;
        let checked = contact.checked(now, &desk.policy);
        match desk.store.save_contact(&checked, None, &desk.policy).await {
            // Here what is due, or overdue, was told once: what becomes a notice of it, does so from here.
            Ok(()) => done.told += usize::from(checked.told != before),
            Err(StoreError::Overtaken) => done.overtaken += 1,
            Err(error) => {
                tracing::error!(%error, "what is due of a contact could not be written");
                done.failed += 1;
            }
        }
    }
    let Verification { due, told, overtaken, failed } = done;
    tracing::info!(due, told, overtaken, failed, "contacts were checked");
    Ok(done)
}
