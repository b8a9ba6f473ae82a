//! How what a party keeps, and the register, are changed: as every record, but that a change may be their beginning.

use super::DecisionBasis;
use crate::{
    Services, Store, StoreError,
    store::{LoadedRecord, ReadFor},
};
use contract::{
    ClecId, Failed, FieldError, Instant, Party, RecordRef, Refused,
    party::{ContactId, ListenerId},
};
use domain::{
    clec::Clec,
    contact::{self, Contact, OfParty},
    hub::Listener,
    kinds::AnyRecord,
};
use record::{ActionContext, Alone, ChangeSet, IdempotencyKey, IdempotencyLog, Record, RecordChange, WriteContext};

/// A party's contacts and subscriptions, and which contact a change is of, if it is there already.
#[derive(Debug, Clone)]
struct OfContact {
    id: ContactId,
    of_party: OfParty,
    replay: Option<Option<IdempotencyKey>>,
}

impl OfContact {
    fn contact(&self) -> Option<&Contact> {
        self.of_party.contact(&self.id)
    }
}

impl DecisionBasis for OfContact {
    type Key = ContactId;
    type Decision = contact::Change;

    async fn find(store: &Store, id: &ContactId, by: ReadFor<'_>) -> Result<Option<Self>, StoreError> {
        if !by.party.is_none_or(|party| party.keeps(&id.party)) {
            return Ok(None);
        }
        let made = made_by::<Contact>(store, &RecordRef::Contact(id.clone()), by.request).await?;
        let of_party = store.of_party(&id.party).await?;
        let replay = made.or_else(|| remembered(of_party.contact(id).map(|contact| &contact.done), by.request));
        Ok(Some(Self { id: id.clone(), of_party, replay }))
    }

    fn version_for(&self, party: &Party) -> u64 {
        self.contact().map_or(0, |contact| contact.version_for(party))
    }

    fn opened_by(&self) -> Option<&IdempotencyKey> {
        None
    }

    fn replayed(&self) -> Option<&Option<IdempotencyKey>> {
        self.replay.as_ref()
    }

    fn record_no_op(&self, act: &ActionContext) -> Option<contact::Change> {
        self.contact().map(|contact| contact.clone().record_no_op(act).into())
    }

    fn records(&self) -> Vec<AnyRecord> {
        self.contact().cloned().map(AnyRecord::from).into_iter().collect()
    }
}

/// A CLEC, if it is in the register.
#[derive(Debug, Clone)]
struct OfRegister {
    clec: Option<Clec>,
    replay: Option<Option<IdempotencyKey>>,
}

impl DecisionBasis for OfRegister {
    type Key = ClecId;
    type Decision = Alone<Clec>;

    /// The register is the desk's to keep.
    async fn find(store: &Store, id: &ClecId, by: ReadFor<'_>) -> Result<Option<Self>, StoreError> {
        if !by.party.is_none_or(Party::is_provider) {
            return Ok(None);
        }
        let made = made_by::<Clec>(store, &RecordRef::Clec(id.clone()), by.request).await?;
        let clec = store.clec(id).await?;
        let replay = made.or_else(|| remembered(clec.as_ref().map(|clec| &clec.done), by.request));
        Ok(Some(Self { clec, replay }))
    }

    fn version_for(&self, party: &Party) -> u64 {
        self.clec.as_ref().map_or(0, |clec| clec.version_for(party))
    }

    fn opened_by(&self) -> Option<&IdempotencyKey> {
        None
    }

    fn replayed(&self) -> Option<&Option<IdempotencyKey>> {
        self.replay.as_ref()
    }

    fn record_no_op(&self, act: &ActionContext) -> Option<Alone<Clec>> {
        self.clec.clone().map(|clec| clec.record_no_op(act).into())
    }

    fn records(&self) -> Vec<AnyRecord> {
        self.clec.clone().map(AnyRecord::from).into_iter().collect()
    }
}

/// The request of the entry that the same key made. It is looked for before the record is read: what the same request, sent twice at
/// once, makes between the two reads stands in the way of the second one's entry, and is then found.
async fn made_by<R: Record>(
    store: &Store,
    of: &RecordRef,
    request: Option<&IdempotencyKey>,
) -> Result<Option<Option<IdempotencyKey>>, StoreError> {
    match request {
        Some(request) => Ok(store.requested::<R>(of, request).await?.map(|entry| entry.request)),
        None => Ok(None),
    }
}

/// The request that had its effect under the same key before the record had a history, as the record remembers it.
fn remembered(done: Option<&IdempotencyLog>, request: Option<&IdempotencyKey>) -> Option<Option<IdempotencyKey>> {
    match done?.had(request) {
        Ok(true) => Some(request.cloned()),
        Ok(false) => None,
        Err(_) => Some(None),
    }
}

impl Services {
    /// The id of the contact that a request keeps: the same when it is repeated, also after the secret was changed.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn contact_id(&self, party: &Party, asked: &WriteContext) -> Result<ContactId, Failed> {
        let (ids, unique) = (self.ids()?, super::unique(asked.request.as_ref().map(|request| request.key.as_str())));
        if let (Some(former), Some(_)) = (&ids.former, &asked.request) {
            let id = Contact::id_of(former, party, &unique);
            let of = RecordRef::Contact(id.clone());
            if made_by::<Contact>(&self.store, &of, asked.request.as_ref()).await?.is_some() {
                return Ok(id);
            }
        }
        Ok(Contact::id_of(&ids.current, party, &unique))
    }

    /// Refuses a CLEC that the desk names and that is none: neither in the register nor a client of the policy's. A CLEC that acts for
    /// itself is whom its token names.
    ///
    /// # Errors
    /// [`Refused::NoSuch`], by the `field` that names the CLEC.
    pub async fn check_clec(&self, by: &Party, field: &str, named: Option<&ClecId>) -> Result<(), Failed> {
        let Some(named) = named.filter(|_| by.is_provider()) else { return Ok(()) };
        if self.policy.has_client_of(named) {
            return Ok(());
        }
        let registered = self.store.kept::<Clec>(&RecordRef::Clec(named.clone()), ReadFor::default()).await?;
        let detail = "no CLEC of this id is in the register: PUT /cmp/v1/clec/{id} registers one";
        match registered {
            Some(_) => Ok(()),
            None => Err(Refused::NoSuch(FieldError::new(field, "AP-03", detail)).into()),
        }
    }

    /// Changes a contact as `decide` says, or begins one, and answers it as it is then, with what its party had. `decide` is told the
    /// contact, if there is one, and what its party has. `None` from it changes nothing.
    ///
    /// # Errors
    /// See [`Services::change`].
    pub async fn change_contact(
        &self,
        id: &ContactId,
        asked: &WriteContext,
        decide: impl Fn(Option<Contact>, &OfParty, &ActionContext) -> Result<Option<contact::Change>, Refused>,
    ) -> Result<(Option<Contact>, OfParty), Failed> {
        let decide = |seen: OfContact, now: Instant| {
            decide(seen.contact().cloned(), &seen.of_party, &ActionContext::of(asked, now))
        };
        let (seen, change) = self.decided(id, asked, decide).await.map_err(|failed| match failed {
            // A contact that is there has a version.
            Failed::Refused(Refused::Stale { current: 0 }) => Refused::NotFound.into(),
            failed => failed,
        })?;
        let contact = match change {
            Some(change) => change.records().pop(),
            None => seen.contact().cloned(),
        };
        Ok((contact, seen.of_party))
    }

    /// Changes the register's entry of a CLEC as `decide` says, or begins it, and answers it as it is then, and whether it is new.
    ///
    /// # Errors
    /// See [`Services::change`].
    pub async fn register(
        &self,
        id: &ClecId,
        asked: &WriteContext,
        decide: impl Fn(Option<Clec>, &ActionContext) -> Option<RecordChange<Clec>>,
    ) -> Result<(Clec, bool), Failed> {
        let decide =
            |seen: OfRegister, now: Instant| Ok(decide(seen.clec, &ActionContext::of(asked, now)).map(Alone::from));
        let (seen, change) = self.decided(id, asked, decide).await?;
        let clec = change.and_then(|change| change.records().pop());
        let is_new = clec.is_some() && seen.clec.is_none();
        Ok((clec.or(seen.clec).ok_or(Refused::NotFound)?, is_new))
    }

    /// A party takes its listener away, with all that is owed to it.
    ///
    /// # Errors
    /// See [`Services::change`].
    pub async fn unregister(&self, id: &ListenerId, asked: &WriteContext) -> Result<(), Failed> {
        let reference = RecordRef::Listener(id.clone());
        let remove = |seen: LoadedRecord<Listener>, now| Ok(Some(seen.record.removed(&ActionContext::of(asked, now))));
        let removed = self.decided(&reference, asked, remove).await.map(drop);
        // A request that is repeated goes on where the first one died: the listener is gone, and what was owed to it is not.
        let gone = matches!(&removed, Err(Failed::Refused(Refused::NotFound)) if asked.request.is_some());
        if removed.is_ok() || gone {
            self.store.forget_owed(id).await?;
        }
        removed
    }
}
