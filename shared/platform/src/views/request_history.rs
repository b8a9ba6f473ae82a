//! Who did what with a change request, as a party may know it.

use crate::{Services, StoreError};
use contract::{Instant, Party, RecordRef};
use domain::change_request::{ChangeRequest, Entry};

impl Services {
    /// A page of a change request's history, in order, after a version: at most `limit` entries, with the facts that the party may
    /// know. The second value is the instant and version after which the next page starts, if there are more entries.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn request_history(
        &self,
        request: &ChangeRequest,
        party: &Party,
        after: Option<u64>,
        limit: usize,
    ) -> Result<(Vec<Entry>, Option<(Instant, u64)>), StoreError> {
        let entries = self.store.history::<ChangeRequest>(&RecordRef::ChangeRequest(request.id)).await?;
        let all = std::iter::once(request.opening.clone()).chain(entries);
        let mut left = all.filter(|entry| after.is_none_or(|version| entry.version > version)).peekable();
        let (mut told, mut last) = (Vec::new(), None);
        while let Some(entry) = left.next_if(|_| told.len() < limit) {
            last = Some((entry.recorded_at, entry.version));
            told.extend(request.told_to(party, entry));
        }
        Ok((told, last.filter(|_| left.peek().is_some())))
    }
}
