//! How a change request is changed with something beside it: a number of its day, or a ticket.

use super::companion::{LoadedWith, Running};
use crate::{
    Services,
    store::{LoadedRecord, LoadedTicket},
};
use contract::{Failed, Instant, RecordRef, Refused, TicketNumber};
use domain::change_request::{Change, ChangeKind, ChangeRequest, Position};
use record::{ActionContext, RecordChange, WriteContext};

impl Services {
    /// Changes a change request that gets a number by it: of the kind that it crosses over to, or of its own.
    ///
    /// # Errors
    /// See [`Services::change`].
    pub async fn number(
        &self,
        reference: &RecordRef,
        kind: Option<ChangeKind>,
        asked: &WriteContext,
        decide: impl Fn(ChangeRequest, u32, Instant) -> Result<Change, Refused>,
    ) -> Result<ChangeRequest, Failed> {
        let key = (reference.clone(), (kind, self.policy.clone()));
        let decide =
            |seen: LoadedWith<ChangeRequest, Running>, now| decide(seen.kept.record, seen.beside.0, now).map(Some);
        let (seen, change) = self.decided(&key, asked, decide).await?;
        Ok(request_after(change, seen.kept))
    }

    /// A change request comes from a ticket, which names it too (CR-14).
    ///
    /// # Errors
    /// See [`Services::change`] and [`ChangeRequest::name_ticket`].
    pub async fn name_ticket(
        &self,
        reference: &RecordRef,
        ticket: TicketNumber,
        asked: &WriteContext,
    ) -> Result<ChangeRequest, Failed> {
        let decide = |seen: LoadedWith<ChangeRequest, Option<LoadedTicket>>, now| {
            let ticket = seen.beside.map(|found| found.loaded.ticket);
            seen.kept.record.name_ticket(ticket, &ActionContext::of(asked, now), &self.policy)
        };
        let (seen, change) = self.decided(&(reference.clone(), ticket), asked, decide).await?;
        Ok(request_after(change, seen.kept))
    }

    /// Changes a change request by the positions that CLECs took on its response.
    ///
    /// # Errors
    /// See [`Services::change`].
    pub async fn revise_with_positions(
        &self,
        reference: &RecordRef,
        asked: &WriteContext,
        decide: impl Fn(ChangeRequest, &[Position], Instant) -> Result<RecordChange<ChangeRequest>, Refused>,
    ) -> Result<ChangeRequest, Failed> {
        let decide = |seen: LoadedWith<ChangeRequest, Vec<Position>>, now| {
            decide(seen.kept.record, &seen.beside, now).map(|change| Some(change.into()))
        };
        let (seen, change) = self.decided(&(reference.clone(), ()), asked, decide).await?;
        Ok(request_after(change, seen.kept))
    }

    /// The change request that a text names, by its id or by its number of the CMP.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when there is none.
    pub async fn change_request(&self, named: &str) -> Result<RecordRef, Failed> {
        if let Ok(id) = named.parse() {
            return Ok(RecordRef::ChangeRequest(id));
        }
        let number = named.parse().map_err(|_| Refused::NotFound)?;
        Ok(self.store.change_request_by_number(&number).await?.ok_or(Refused::NotFound)?)
    }
}

/// The change request after the change.
fn request_after(change: Option<Change>, before: LoadedRecord<ChangeRequest>) -> ChangeRequest {
    change.map_or(before.record, |change| change.request.record)
}
