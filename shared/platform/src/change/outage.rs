//! How a planned outage is changed with the tickets that it raised.

use super::companion::LoadedWith;
use crate::Services;
use contract::{Failed, Instant, OutageNumber, RecordRef, Refused};
use domain::{
    outage::{Change, Outage},
    ticket::Ticket,
};
use record::WriteContext;

impl Services {
    /// Ends a planned outage, and with it what it raised.
    ///
    /// # Errors
    /// See [`Services::change`].
    pub async fn end_outage(
        &self,
        number: OutageNumber,
        asked: &WriteContext,
        decide: impl Fn(Outage, Vec<Ticket>, Instant) -> Result<Change, Refused>,
    ) -> Result<Outage, Failed> {
        let decide = |seen: LoadedWith<Outage, Vec<Ticket>>, now| decide(seen.kept.record, seen.beside, now).map(Some);
        let (seen, change) = self.decided(&(RecordRef::Outage(number), ()), asked, decide).await?;
        Ok(change.map_or(seen.kept.record, |change| change.outage.record))
    }
}
