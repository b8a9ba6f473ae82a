//! How a change request is changed with something beside it: a number of its day, or a ticket.

use super::DecisionBasis;
use crate::{
    Services, Store, StoreError,
    store::{LoadedRecord, LoadedTicket, TicketIncludes},
};
use contract::{Failed, Instant, Party, Policy, RecordRef, Refused, TicketNumber};
use domain::{
    change_request::{Change, ChangeKind, ChangeRequest},
    kinds::AnyRecord,
};
use record::{ActionContext, IdempotencyKey, WriteContext};
use std::sync::Arc;

/// What a change of a change request needs beside it.
trait Companion: Clone + Send {
    /// How it is found.
    type Key: Sync;

    fn find(
        store: &Store,
        key: &Self::Key,
        request: &ChangeRequest,
    ) -> impl Future<Output = Result<Self, StoreError>> + Send;

    /// The records of it that a decision can change.
    fn records(&self) -> Vec<AnyRecord> {
        Vec::new()
    }
}

/// The next number of its day: of the kind that it crosses over to, or of its own.
#[derive(Clone, Copy)]
struct Running(u32);

impl Companion for Running {
    type Key = (Option<ChangeKind>, Arc<Policy>);

    async fn find(store: &Store, (kind, policy): &Self::Key, request: &ChangeRequest) -> Result<Self, StoreError> {
        let kind = kind.or(request.form.kind).unwrap_or(ChangeKind::ProductProcess);
        store.next_running(kind.prefix(), request.day_of_number(policy)).await.map(Self)
    }
}

/// A ticket, if there is one of this number.
impl Companion for Option<LoadedTicket> {
    type Key = TicketNumber;

    async fn find(store: &Store, number: &TicketNumber, _: &ChangeRequest) -> Result<Self, StoreError> {
        store.find(*number, &TicketIncludes::default(), None).await
    }

    fn records(&self) -> Vec<AnyRecord> {
        self.iter().flat_map(DecisionBasis::records).collect()
    }
}

/// A change request with what its change needs beside it.
#[derive(Clone)]
struct LoadedWith<B> {
    kept: LoadedRecord<ChangeRequest>,
    beside: B,
}

impl<B: Companion> DecisionBasis for LoadedWith<B> {
    type Key = (RecordRef, B::Key);
    type Decision = Change;

    async fn find(
        store: &Store,
        (reference, key): &Self::Key,
        request: Option<&IdempotencyKey>,
    ) -> Result<Option<Self>, StoreError> {
        let Some(kept) = store.kept::<ChangeRequest>(reference, request).await? else { return Ok(None) };
        let beside = B::find(store, key, &kept.record).await?;
        Ok(Some(Self { kept, beside }))
    }

    fn is_visible_to(&self, party: &Party) -> bool {
        self.kept.is_visible_to(party)
    }

    fn version(&self) -> u64 {
        self.kept.version()
    }

    fn opened_by(&self) -> Option<&IdempotencyKey> {
        self.kept.opened_by()
    }

    fn replayed(&self) -> Option<&Option<IdempotencyKey>> {
        self.kept.replayed()
    }

    fn record_no_op(&self, act: &ActionContext) -> Option<Change> {
        self.kept.record_no_op(act)
    }

    fn records(&self) -> Vec<AnyRecord> {
        self.kept.records().into_iter().chain(self.beside.records()).collect()
    }
}

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
        let decide = |seen: LoadedWith<Running>, now| decide(seen.kept.record, seen.beside.0, now).map(Some);
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
        let decide = |seen: LoadedWith<Option<LoadedTicket>>, now| {
            let ticket = seen.beside.map(|found| found.loaded.ticket);
            seen.kept.record.name_ticket(ticket, &ActionContext::of(asked, now), &self.policy)
        };
        let (seen, change) = self.decided(&(reference.clone(), ticket), asked, decide).await?;
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
