//! How a change request is changed with something beside it: a number of its day, or a ticket.

use super::Seen;
use crate::{
    Desk, Store, StoreError,
    store::{Found, Kept, Needs},
};
use contract::{Failed, Instant, Matter, Party, Policy, Refused, TicketNumber};
use domain::{
    change_request::{Change, ChangeRequest, Kind},
    kinds::AnyRecord,
};
use record::{Act, Asked, Request};
use std::sync::Arc;

/// What a change of a change request needs beside it.
trait Beside: Clone + Send {
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

impl Beside for Running {
    type Key = (Option<Kind>, Arc<Policy>);

    async fn find(store: &Store, (kind, policy): &Self::Key, request: &ChangeRequest) -> Result<Self, StoreError> {
        let kind = kind.or(request.form.kind).unwrap_or(Kind::ProductProcess);
        store.next_running(kind.prefix(), request.day_of_number(policy)).await.map(Self)
    }
}

/// A ticket, if there is one of this number.
impl Beside for Option<Found> {
    type Key = TicketNumber;

    async fn find(store: &Store, number: &TicketNumber, _: &ChangeRequest) -> Result<Self, StoreError> {
        store.find(*number, &Needs::default(), None).await
    }

    fn records(&self) -> Vec<AnyRecord> {
        self.iter().flat_map(Seen::records).collect()
    }
}

/// A change request with what its change needs beside it.
#[derive(Clone)]
struct With<B> {
    kept: Kept<ChangeRequest>,
    beside: B,
}

impl<B: Beside> Seen for With<B> {
    type Key = (Matter, B::Key);
    type Decision = Change;

    async fn find(
        store: &Store,
        (matter, key): &Self::Key,
        request: Option<&Request>,
    ) -> Result<Option<Self>, StoreError> {
        let Some(kept) = store.kept::<ChangeRequest>(matter, request).await? else { return Ok(None) };
        let beside = B::find(store, key, &kept.record).await?;
        Ok(Some(Self { kept, beside }))
    }

    fn is_visible_to(&self, party: &Party) -> bool {
        self.kept.is_visible_to(party)
    }

    fn version(&self) -> u64 {
        self.kept.version()
    }

    fn opened_by(&self) -> Option<&Request> {
        self.kept.opened_by()
    }

    fn replayed(&self) -> Option<&Option<Request>> {
        self.kept.replayed()
    }

    fn left_as_it_is(&self, act: &Act) -> Option<Change> {
        self.kept.left_as_it_is(act)
    }

    fn records(&self) -> Vec<AnyRecord> {
        self.kept.records().into_iter().chain(self.beside.records()).collect()
    }
}

impl Desk {
    /// Changes a change request that gets a number by it: of the kind that it crosses over to, or of its own.
    ///
    /// # Errors
    /// See [`Desk::change`].
    pub async fn number(
        &self,
        matter: &Matter,
        kind: Option<Kind>,
        asked: &Asked,
        decide: impl Fn(ChangeRequest, u32, Instant) -> Result<Change, Refused>,
    ) -> Result<ChangeRequest, Failed> {
        let key = (matter.clone(), (kind, self.policy.clone()));
        let decide = |seen: With<Running>, now| decide(seen.kept.record, seen.beside.0, now).map(Some);
        let (seen, change) = self.decided(&key, asked, decide).await?;
        Ok(request_after(change, seen.kept))
    }

    /// A change request comes from a ticket, which names it too (CR-14).
    ///
    /// # Errors
    /// See [`Desk::change`] and [`ChangeRequest::name_ticket`].
    pub async fn name_ticket(
        &self,
        matter: &Matter,
        ticket: TicketNumber,
        asked: &Asked,
    ) -> Result<ChangeRequest, Failed> {
        let decide = |seen: With<Option<Found>>, now| {
            let ticket = seen.beside.map(|found| found.loaded.ticket);
            seen.kept.record.name_ticket(ticket, &Act::of(asked, now), &self.policy)
        };
        let (seen, change) = self.decided(&(matter.clone(), ticket), asked, decide).await?;
        Ok(request_after(change, seen.kept))
    }

    /// The change request that a text names, by its id or by its number of the CMP.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when there is none.
    pub async fn change_request(&self, named: &str) -> Result<Matter, Failed> {
        if let Ok(id) = named.parse() {
            return Ok(Matter::ChangeRequest(id));
        }
        let number = named.parse().map_err(|_| Refused::NotFound)?;
        Ok(self.store.numbered(&number).await?.ok_or(Refused::NotFound)?)
    }
}

/// The change request after the change.
fn request_after(change: Option<Change>, before: Kept<ChangeRequest>) -> ChangeRequest {
    change.map_or(before.record, |change| change.request.record)
}
