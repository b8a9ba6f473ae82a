//! How every handler changes what is kept: load, decide, commit. A replay is answered without deciding anything; someone
//! being first means deciding again on what they left.

mod account;
mod companion;
mod meeting;
mod outage;
mod party;
mod request;

pub use account::moved;
pub(crate) use meeting::months_of_rule;

use crate::{
    Services, Store, StoreError,
    overtaken::again_when_overtaken,
    store::{Insert, LoadedRecord, LoadedTicket, ReadFor, TicketIncludes},
};
use companion::{LoadedWith, PartOf};
use contract::{
    Actor, Failed, FieldError, IdSecret, Instant, Party, RecordNumber, RecordRef, Refused, ReleaseNumber, TicketNumber,
};
use domain::{
    kinds::{AnyRecord, KindOfRecord, Transaction},
    release::Release,
    ticket::{self, Link, Loaded, OpenTo, Ticket},
};
use record::{ActionContext, ChangeSet, IdempotencyKey, Record, RecordChange, WriteContext};
use serde::de::DeserializeOwned;
use std::{
    marker::PhantomData,
    sync::atomic::{AtomicU32, Ordering},
};

/// What a change is decided on.
trait DecisionBasis: Clone + Send {
    /// How it is found.
    type Key: Sync;
    /// What a decision on it is.
    type Decision: Clone + Send + Into<Transaction>;

    /// Finds it, if it is there for who asks.
    fn find(
        store: &Store,
        key: &Self::Key,
        by: ReadFor<'_>,
    ) -> impl Future<Output = Result<Option<Self>, StoreError>> + Send;
    /// The version that a party reads.
    fn version_for(&self, party: &Party) -> u64;
    /// The request that made it.
    fn opened_by(&self) -> Option<&IdempotencyKey>;
    /// The request of the entry that the same key made before.
    fn replayed(&self) -> Option<&Option<IdempotencyKey>>;
    /// What remembers a request that asked for nothing new, where there is something that can remember it.
    fn record_no_op(&self, act: &ActionContext) -> Option<Self::Decision>;
    /// Whether something that is possible is a party's to do.
    fn is_for(&self, _: &Party, _: &str) -> bool {
        true
    }
    /// Refuses people who do not work such a thing.
    fn check_worked_by(&self, _: &Actor) -> Result<(), Refused> {
        Ok(())
    }
    /// The records that a decision can change, as they are before it.
    fn records(&self) -> Vec<AnyRecord>;
}

impl DecisionBasis for LoadedTicket {
    type Key = (TicketNumber, TicketIncludes);
    type Decision = Transaction;

    async fn find(store: &Store, (number, needs): &Self::Key, by: ReadFor<'_>) -> Result<Option<Self>, StoreError> {
        store.find(*number, needs, by).await
    }

    fn version_for(&self, party: &Party) -> u64 {
        self.loaded.read_by(party).version_for(party)
    }

    fn opened_by(&self) -> Option<&IdempotencyKey> {
        self.loaded.ticket.opening.request.as_ref()
    }

    fn replayed(&self) -> Option<&Option<IdempotencyKey>> {
        self.replay.as_ref().map(|entry| &entry.request)
    }

    fn record_no_op(&self, act: &ActionContext) -> Option<Transaction> {
        Some(self.loaded.ticket.clone().record_no_op(act).into())
    }

    fn is_for(&self, party: &Party, task: &str) -> bool {
        self.loaded.ticket.is_for(party, task)
    }

    fn check_worked_by(&self, by: &Actor) -> Result<(), Refused> {
        self.loaded.ticket.check_worked_by(by)
    }

    fn records(&self) -> Vec<AnyRecord> {
        let Loaded { ticket, primary } = &self.loaded;
        let tickets = std::iter::once(ticket).chain(primary).chain(&self.other).chain(&self.successor);
        let tickets = tickets.cloned().map(AnyRecord::from);
        tickets.chain(self.change_request.clone().map(AnyRecord::from)).collect()
    }
}

impl<R: KindOfRecord> DecisionBasis for LoadedRecord<R> {
    type Key = RecordRef;
    type Decision = R::Change;

    async fn find(store: &Store, reference: &RecordRef, by: ReadFor<'_>) -> Result<Option<Self>, StoreError> {
        store.kept(reference, by).await
    }

    fn version_for(&self, party: &Party) -> u64 {
        self.record.version_for(party)
    }

    fn opened_by(&self) -> Option<&IdempotencyKey> {
        self.record.opening()?.request.as_ref()
    }

    fn replayed(&self) -> Option<&Option<IdempotencyKey>> {
        self.replay.as_ref().map(|entry| &entry.request)
    }

    fn record_no_op(&self, act: &ActionContext) -> Option<R::Change> {
        Some(self.record.clone().record_no_op(act).into())
    }

    fn records(&self) -> Vec<AnyRecord> {
        vec![self.record.clone().into()]
    }
}

/// Numbers for what changes open beside what they change.
#[derive(Debug)]
pub struct Numbers<N> {
    secret: IdSecret,
    party: Party,
    unique: String,
    drawn: AtomicU32,
    of: PhantomData<N>,
}

impl<N: RecordNumber> Numbers<N> {
    /// The next one.
    #[must_use]
    pub fn next(&self) -> N {
        N::draw(&self.secret, &self.party, &self.unique, self.drawn.fetch_add(1, Ordering::Relaxed))
    }
}

/// A record that was to be opened.
#[derive(Debug)]
pub enum Opening<R> {
    /// The record was opened by this request.
    Created(R),
    /// The same request had opened it: as it is now.
    Replayed(R),
}

impl Services {
    /// Opens a record as `make` says, without a read: its number is drawn of who asks and the Idempotency-Key, and the put tells if it is
    /// taken. Then the next one is drawn: one in 34 billion is taken, and nobody can choose which. A repeated Idempotency-Key
    /// finds what it opened.
    ///
    /// # Errors
    /// What `make` refuses; a key that opened something else with another request.
    pub async fn open<R: Record, N: RecordNumber>(
        &self,
        asked: &WriteContext,
        key: Option<&str>,
        make: impl Fn(N, &ActionContext) -> Result<RecordChange<R>, Refused>,
    ) -> Result<Opening<R>, Failed> {
        let (ids, act) = (self.ids()?, ActionContext::of(asked, self.clock.now()));
        let unique = unique(key);
        let drawn = |secret, attempt| N::draw(secret, &asked.by.party, &unique, attempt);
        if let (Some(former), Some(_)) = (&ids.former, &asked.request) {
            for number in (0..).map(|attempt| drawn(former, attempt).into()) {
                let Some(LoadedRecord { record, .. }) = self.store.kept::<R>(&number, ReadFor::default()).await? else {
                    break;
                };
                if let Some(opened) = opened_by(record, asked) {
                    return opened;
                }
            }
        }
        for attempt in 0..u32::MAX {
            let made = make(drawn(&ids.current, attempt), &act)?;
            if let Some(fault) = made.record.overflow(None) {
                return Err(Refused::Invalid(vec![fault]).into());
            }
            match self.store.open(&made).await? {
                Insert::Done => return Ok(Opening::Created(made.record)),
                Insert::KeyTaken(taken) => {
                    if let Some(opened) = opened_by(*taken, asked) {
                        return opened;
                    }
                }
            }
        }
        Err(Failed::Broken("every number is taken".into()))
    }

    /// Numbers for what a change opens beside what it changes: each decision draws another one, so that one that is taken is not drawn
    /// again.
    ///
    /// # Errors
    /// In a function that draws no ids.
    pub fn numbers<N: RecordNumber>(&self, asked: &WriteContext, key: Option<&str>) -> Result<Numbers<N>, Failed> {
        let (secret, party) = (self.ids()?.current.clone(), asked.by.party.clone());
        Ok(Numbers {
            secret,
            party,
            unique: format!("beside {}", unique(key)),
            drawn: AtomicU32::new(0),
            of: PhantomData,
        })
    }

    /// The ticket that is named as the Reference Ticket of another (PT-08), if there is one of this number.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn reference_ticket(&self, number: TicketNumber) -> Result<Option<Ticket>, Failed> {
        Ok(self.store.tickets([number]).await?.remove(&number))
    }

    /// Changes a ticket as `decide` says, and answers it as it reads then. `None` from it changes nothing.
    ///
    /// # Errors
    /// What the party may not see is not there; a stale version, a key used for another request, and what the decision
    /// refuses. Nothing is written then.
    pub async fn change<C: Into<Transaction>>(
        &self,
        number: TicketNumber,
        asked: &WriteContext,
        decide: impl Fn(Loaded, Instant) -> Result<Option<C>, Refused>,
    ) -> Result<Ticket, Failed> {
        self.change_with(number, TicketIncludes::default(), asked, |found, now| decide(found.loaded, now)).await
    }

    /// The same with what it needs beside the ticket.
    ///
    /// # Errors
    /// See [`Services::change`].
    pub async fn change_with<C: Into<Transaction>>(
        &self,
        number: TicketNumber,
        needs: TicketIncludes,
        asked: &WriteContext,
        decide: impl Fn(LoadedTicket, Instant) -> Result<Option<C>, Refused>,
    ) -> Result<Ticket, Failed> {
        let decide = |found, now| Ok(decide(found, now)?.map(Into::into));
        let (found, change) = self.decided(&(number, needs), asked, decide).await?;
        let loaded = change.map_or_else(|| found.loaded.clone(), |change| loaded_after(&change, &found.loaded));
        Ok(loaded.read_by(&asked.by.party))
    }

    /// Changes any other record as `decide` says, and answers it as it is then.
    ///
    /// # Errors
    /// See [`Services::change`].
    pub async fn revise<R: KindOfRecord>(
        &self,
        reference: &RecordRef,
        asked: &WriteContext,
        decide: impl Fn(R, Instant) -> Result<Option<RecordChange<R>>, Refused>,
    ) -> Result<R, Failed> {
        let decide = |kept: LoadedRecord<R>, now| Ok(decide(kept.record, now)?.map(R::Change::from));
        let (kept, change) = self.decided(reference, asked, decide).await?;
        Ok(change.and_then(|change| change.records().pop()).unwrap_or(kept.record))
    }

    /// The same of a record with one of the things under it, by its sort key. Answers both as they were seen, and the change; none for
    /// a replay, and where nothing changes.
    ///
    /// # Errors
    /// See [`Services::change`].
    pub async fn revise_with<R: KindOfRecord, P: Clone + Send + DeserializeOwned>(
        &self,
        (reference, part): (RecordRef, Option<String>),
        asked: &WriteContext,
        decide: impl Fn(R, Option<P>, Instant) -> Result<Option<R::Change>, Refused>,
    ) -> Result<(LoadedRecord<R>, Option<P>, Option<R::Change>), Failed> {
        let decide = |seen: LoadedWith<R, PartOf<P>>, now| decide(seen.kept.record, seen.beside.0, now);
        let (seen, change) = self.decided(&(reference, part), asked, decide).await?;
        Ok((seen.kept, seen.beside.0, change))
    }

    /// A record that the party may see.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when there is none for it.
    pub async fn record_seen_by<R: Record>(&self, party: &Party, reference: &RecordRef) -> Result<R, Failed> {
        Ok(self.store.kept::<R>(reference, party.into()).await?.ok_or(Refused::NotFound)?.record)
    }

    /// What is wrong with the release that a ticket is to name: that there is none (TT-17).
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn no_such_release(&self, named: Option<ReleaseNumber>) -> Result<Option<FieldError>, Failed> {
        let Some(named) = named else { return Ok(None) };
        let kept = self.store.kept::<Release>(&RecordRef::Release(named), ReadFor::default()).await?;
        Ok(kept.is_none().then(|| FieldError::new("release", "TT-17", "there is no such release")))
    }

    /// Loads, decides and commits, until nobody was first. Answers what was seen, and the change: none when a request was made
    /// before, or asks for what is so already.
    async fn decided<S: DecisionBasis>(
        &self,
        key: &S::Key,
        asked: &WriteContext,
        decide: impl Fn(S, Instant) -> Result<Option<S::Decision>, Refused>,
    ) -> Result<(S, Option<S::Decision>), Failed> {
        again_when_overtaken(|_| Box::pin(self.decided_once(key, asked, &decide))).await
    }

    async fn decided_once<S: DecisionBasis>(
        &self,
        key: &S::Key,
        asked: &WriteContext,
        decide: &impl Fn(S, Instant) -> Result<Option<S::Decision>, Refused>,
    ) -> Result<(S, Option<S::Decision>), Failed> {
        let seen = S::find(&self.store, key, asked.into()).await?.ok_or(Refused::NotFound)?;
        let name = |request: Option<&IdempotencyKey>| request.map(|request| request.key.clone());
        if asked.request.is_some() && name(seen.opened_by()) == name(asked.request.as_ref()) {
            // The key opened this very thing: then it named another request than a change of it.
            return Err(Refused::KeyReused.into());
        }
        if let Some(request) = seen.replayed() {
            let is_repeat = IdempotencyKey::is_repeat(asked.request.as_ref(), request.as_ref())?;
            return if is_repeat { Ok((seen, None)) } else { Err(Refused::KeyReused.into()) };
        }
        if let Some(version) = asked.expected_version {
            let current = seen.version_for(&asked.by.party);
            if version != current {
                return Err(Refused::Stale { current }.into());
            }
        }
        seen.check_worked_by(&asked.by)?;
        let now = self.clock.now();
        let decision = decide(seen.clone(), now);
        let change = match decision.map_err(|no| no.telling(|task| seen.is_for(&asked.by.party, task)))? {
            Some(change) => change,
            // A request that names itself has its one effect, also when that was none.
            None => match seen.record_no_op(&ActionContext::of(asked, now)).filter(|_| asked.request.is_some()) {
                Some(change) => change,
                None => return Ok((seen, None)),
            },
        };
        let lost = |of: &RecordRef| {
            tracing::error!(record = %of, "a change does not tell what its record was: its past is lost");
        };
        let whole: Transaction = change.clone().into();
        let before = seen.records();
        whole.check_bounds(&before)?;
        self.store.commit(&whole.remembering(&before, &ActionContext::of(asked, now), lost)).await?;
        Ok((seen, Some(change)))
    }

    /// The tickets linked to a ticket.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn linked_to(&self, ticket: &Ticket) -> Result<Vec<Link>, Failed> {
        match ticket.group_id() {
            Some(home) if ticket.linked_count() > 0 => Ok(self.store.links(home).await?),
            _ => Ok(Vec::new()),
        }
    }

    /// Lists the tickets of an ended group among the open, before the group is reopened by its primary: a list of open tickets misses none.
    /// Its primary notes it first, so that no night lists one of them among the ended in between.
    ///
    /// # Errors
    /// When they cannot be read or written.
    pub async fn list_group_as_open(&self, primary: TicketNumber) -> Result<(), Failed> {
        again_when_overtaken(|_| self.note_reopening(primary)).await?;
        again_when_overtaken(|_| self.list_linked_as_open(primary)).await
    }

    /// The primary of a group that has ended.
    async fn ended_primary(&self, number: TicketNumber) -> Result<Option<Ticket>, Failed> {
        let found = self.store.tickets([number]).await?.remove(&number);
        Ok(found.filter(|primary| !primary.is_open() && primary.linked_count() > 0))
    }

    async fn note_reopening(&self, primary: TicketNumber) -> Result<(), Failed> {
        let Some(primary) = self.ended_primary(primary).await? else { return Ok(()) };
        Ok(self.store.commit(&ticket::Change::from(primary.noting_reopening(self.clock.now())).into()).await?)
    }

    async fn list_linked_as_open(&self, primary: TicketNumber) -> Result<(), Failed> {
        let Some(primary) = self.ended_primary(primary).await? else { return Ok(()) };
        let links = self.linked_to(&primary).await?;
        let mut linked = self.store.tickets(links.iter().map(|link| link.number)).await?;
        let listed = linked.drain().filter_map(|(_, ticket)| {
            Loaded { ticket, primary: Some(primary.clone()) }.listed_as_open(self.clock.now()).map(Transaction::from)
        });
        for change in listed {
            self.store.commit(&change).await?;
        }
        Ok(())
    }

    /// A ticket that the party may see as its own.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when there is none for it.
    pub async fn seen_by(&self, party: &Party, number: TicketNumber) -> Result<Loaded, Failed> {
        self.open_to(party, number, OpenTo::Own).await
    }

    /// A ticket that is there for the party, where it is open to others too.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when there is none for it.
    pub async fn open_to(&self, party: &Party, number: TicketNumber, open_to: OpenTo) -> Result<Loaded, Failed> {
        let found = self.store.find(number, &TicketIncludes::open_to(open_to), party.into()).await?;
        Ok(found.ok_or(Refused::NotFound)?.loaded)
    }
}

/// What tells what a request makes from everything else: its key, or chance.
fn unique(key: Option<&str>) -> String {
    key.map_or_else(|| uuid::Uuid::new_v4().to_string(), ToOwned::to_owned)
}

/// What became of a request that found this record under a number of its own: `None` when another one opened the record.
fn opened_by<R: Record>(record: R, asked: &WriteContext) -> Option<Result<Opening<R>, Failed>> {
    let by = record.opening()?.request.as_ref()?;
    match asked.request.as_ref()?.repeats(by) {
        Ok(true) => Some(Ok(Opening::Replayed(record))),
        Ok(false) => None,
        Err(reused) => Some(Err(reused.into())),
    }
}

/// The ticket and its primary as the change left them.
fn loaded_after(change: &Transaction, before: &Loaded) -> Loaded {
    let tickets: Vec<Ticket> = change.records();
    let ticket = tickets.iter().find(|of| of.number == before.ticket.number).unwrap_or(&before.ticket);
    // Its primary is the one that leads where it is listed: of a change, or as it was.
    let leads =
        |of: &&Ticket| ticket.primary().is_some() && of.primary().is_none() && of.group_id() == ticket.primary();
    let primary = tickets.iter().find(leads).or(before.primary.as_ref());
    Loaded { ticket: ticket.clone(), primary: primary.cloned() }
}
