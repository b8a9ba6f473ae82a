//! What a change of a record is decided on beside the record, and what is read with it.

use super::DecisionBasis;
use crate::{
    Store, StoreError,
    store::{LoadedRecord, LoadedTicket, ReadFor, TicketIncludes},
};
use contract::{Party, Policy, RecordRef, TicketNumber};
use domain::{
    change_request::{ChangeKind, ChangeRequest, Position},
    kinds::{AnyRecord, KindOfRecord},
    outage::Outage,
    ticket::Ticket,
};
use record::{ActionContext, IdempotencyKey};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// What a change of a record needs beside the record.
pub(super) trait Companion<R: KindOfRecord>: Clone + Send {
    /// How the companion is found.
    type Key: Sync;

    /// Reads the record with its companion.
    fn find(
        store: &Store,
        reference: &RecordRef,
        key: &Self::Key,
        by: ReadFor<'_>,
    ) -> impl Future<Output = Result<Option<(LoadedRecord<R>, Self)>, StoreError>> + Send;

    /// The records of the companion that a decision can change.
    fn records(&self) -> Vec<AnyRecord> {
        Vec::new()
    }
}

/// One of the things under a record that are kept apart, because any number of them fits; none when there is none.
#[derive(Debug, Clone)]
pub(super) struct PartOf<P>(pub Option<P>);

impl<R: KindOfRecord, P: Clone + Send + DeserializeOwned> Companion<R> for PartOf<P> {
    type Key = Option<String>;

    async fn find(
        store: &Store,
        reference: &RecordRef,
        part: &Self::Key,
        by: ReadFor<'_>,
    ) -> Result<Option<(LoadedRecord<R>, Self)>, StoreError> {
        Ok(store.parted(reference, part.as_deref(), by).await?.map(|(kept, part)| (kept, Self(part))))
    }
}

/// The next number of a change request's day: of the kind that it crosses over to, or of its own.
#[derive(Clone, Copy)]
pub(super) struct Running(pub u32);

impl Companion<ChangeRequest> for Running {
    type Key = (Option<ChangeKind>, Arc<Policy>);

    async fn find(
        store: &Store,
        reference: &RecordRef,
        (kind, policy): &Self::Key,
        by: ReadFor<'_>,
    ) -> Result<Option<(LoadedRecord<ChangeRequest>, Self)>, StoreError> {
        let Some(kept) = store.kept::<ChangeRequest>(reference, by).await? else { return Ok(None) };
        let kind = kind.or(kept.record.form.kind).unwrap_or(ChangeKind::ProductProcess);
        let running = store.next_running(kind.prefix(), kept.record.day_of_number(policy)).await?;
        Ok(Some((kept, Self(running))))
    }
}

/// A ticket, if there is one of this number.
impl Companion<ChangeRequest> for Option<LoadedTicket> {
    type Key = TicketNumber;

    async fn find(
        store: &Store,
        reference: &RecordRef,
        number: &TicketNumber,
        by: ReadFor<'_>,
    ) -> Result<Option<(LoadedRecord<ChangeRequest>, Self)>, StoreError> {
        let Some(kept) = store.kept::<ChangeRequest>(reference, by).await? else { return Ok(None) };
        Ok(Some((kept, store.find(*number, &TicketIncludes::default(), ReadFor::default()).await?)))
    }

    fn records(&self) -> Vec<AnyRecord> {
        self.iter().flat_map(DecisionBasis::records).collect()
    }
}

/// The positions that CLECs took on its responses.
impl Companion<ChangeRequest> for Vec<Position> {
    type Key = ();

    async fn find(
        store: &Store,
        reference: &RecordRef,
        (): &(),
        by: ReadFor<'_>,
    ) -> Result<Option<(LoadedRecord<ChangeRequest>, Self)>, StoreError> {
        // The record first: a position that is taken in between makes the write of what was decided fail, and it is decided again.
        let Some(kept) = store.kept::<ChangeRequest>(reference, by).await? else { return Ok(None) };
        Ok(Some((kept, store.all_positions(reference).await?)))
    }
}

/// The tickets that a planned outage raised by passing its stop.
impl Companion<Outage> for Vec<Ticket> {
    type Key = ();

    async fn find(
        store: &Store,
        reference: &RecordRef,
        (): &(),
        by: ReadFor<'_>,
    ) -> Result<Option<(LoadedRecord<Outage>, Self)>, StoreError> {
        let Some(kept) = store.kept::<Outage>(reference, by).await? else { return Ok(None) };
        let mut raised = store.tickets(kept.record.overruns.iter().copied()).await?;
        let raised = kept.record.overruns.iter().filter_map(|number| raised.remove(number)).collect();
        Ok(Some((kept, raised)))
    }

    fn records(&self) -> Vec<AnyRecord> {
        self.iter().cloned().map(AnyRecord::from).collect()
    }
}

/// A record with what its change needs beside it.
#[derive(Debug, Clone)]
pub(super) struct LoadedWith<R: KindOfRecord, B> {
    /// The record as it is stored.
    pub kept: LoadedRecord<R>,
    /// What is beside the record.
    pub beside: B,
}

impl<R: KindOfRecord, B: Companion<R>> DecisionBasis for LoadedWith<R, B> {
    type Key = (RecordRef, B::Key);
    type Decision = R::Change;

    async fn find(store: &Store, (reference, key): &Self::Key, by: ReadFor<'_>) -> Result<Option<Self>, StoreError> {
        Ok(B::find(store, reference, key, by).await?.map(|(kept, beside)| Self { kept, beside }))
    }

    fn version_for(&self, party: &Party) -> u64 {
        self.kept.version_for(party)
    }

    fn opened_by(&self) -> Option<&IdempotencyKey> {
        self.kept.opened_by()
    }

    fn replayed(&self) -> Option<&Option<IdempotencyKey>> {
        self.kept.replayed()
    }

    fn record_no_op(&self, act: &ActionContext) -> Option<R::Change> {
        self.kept.record_no_op(act)
    }

    fn records(&self) -> Vec<AnyRecord> {
        self.kept.records().into_iter().chain(self.beside.records()).collect()
    }
}
