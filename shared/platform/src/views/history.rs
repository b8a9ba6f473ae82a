//! The history of a record: who did what, and what became so by itself, as a party may know it.

use crate::{Services, StoreError};
use contract::{Instant, Party};
use domain::change_request::{ChangeRequest, Entry};
use record::Record;

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
        self.history_page(request, (after, limit), |entry| request.told_to(party, entry)).await
    }

    /// A page of the history of a record, its opening first: what `told` tells of each entry; and behind which to go on, if there is more.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn history_page<R: Record>(
        &self,
        record: &R,
        (after, limit): (Option<u64>, usize),
        told: impl Fn(record::Entry<R::Fact>) -> Option<record::Entry<R::Fact>>,
    ) -> Result<(Vec<record::Entry<R::Fact>>, Option<(Instant, u64)>), StoreError> {
        let entries = self.store.history::<R>(&record.reference()).await?;
        let all = record.opening().cloned().into_iter().chain(entries);
        let mut left = all.filter(|entry| after.is_none_or(|version| entry.version > version)).peekable();
        let (mut page, mut last) = (Vec::new(), None);
        while let Some(entry) = left.next_if(|_| page.len() < limit) {
            last = Some((entry.recorded_at, entry.version));
            page.extend(told(entry));
        }
        Ok((page, last.filter(|_| left.peek().is_some())))
    }
}
