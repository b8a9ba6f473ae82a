//! Contacts are verified again on a schedule (SB-06): told once when that is soon due, and once when it was not done, by one
//! notice to their party. It costs what is due.

use contract::Party;
use domain::contact::{Contact, checked};
use platform::{Services, StoreError};
use serde::Serialize;
use std::collections::BTreeMap;

/// How many contacts of a party are written, and told of, at once.
const AT_ONCE: usize = 50;

/// What was told of contacts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Contacts of which the index said that there is something to tell.
    pub due: usize,
    /// Of these, those of which it was told: the bus, and their party, hear of it from the table's stream.
    pub told: usize,
    /// What someone else was first with: the next night goes on.
    pub overtaken: usize,
    /// What could not be read or written.
    pub failed: usize,
}

/// Tells which contacts are to be verified, and which were not.
///
/// # Errors
/// When the index cannot be read.
pub async fn verify(services: &Services) -> Result<Verification, StoreError> {
    let now = services.clock.now();
    let due = services.store.due_contacts(now).await?;
    let mut done =
        Verification { due: due.contacts.len() + due.unreadable, failed: due.unreadable, ..Verification::default() };
    let mut of_parties: BTreeMap<Party, Vec<Contact>> = BTreeMap::new();
    for contact in due.contacts {
        of_parties.entry(contact.party.clone()).or_default().push(contact);
    }
    for few in of_parties.values().flat_map(|contacts| contacts.chunks(AT_ONCE)) {
        let (change, told) = checked(few.to_vec(), now, &services.policy);
        match services.store.commit(&change.into()).await {
            Ok(()) => done.told += told,
            Err(StoreError::Overtaken) => done.overtaken += few.len(),
            Err(error) => {
                tracing::error!(%error, "what is due of contacts could not be written");
                done.failed += few.len();
            }
        }
    }
    let Verification { due, told, overtaken, failed } = done;
    tracing::info!(due, told, overtaken, failed, "contacts were checked");
    Ok(done)
}
