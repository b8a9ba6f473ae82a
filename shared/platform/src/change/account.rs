//! How an account team and what is brought to it are changed: with the people whom it concerns.

use super::{
    DecisionBasis, Services,
    companion::{Companion, LoadedWith},
};
use crate::{
    Store, StoreError,
    store::{LoadedRecord, LoadedTicket, ReadFor, RecordIndex, TicketIncludes, TimeRange},
};
use contract::{ClecId, Failed, Instant, Party, Policy, RecordRef, Refused, TeamMemberNumber};
use domain::{
    account_request::AccountRequest,
    account_team::{self, AccountTeam, Moved, People, Served, TeamMember},
    kinds::{AnyRecord, KindOfRecord},
    post_mortem::{self, Others, PostMortem},
    ticket::Loaded,
};
use futures::TryStreamExt;
use record::{ActionContext, ChangeSet, IdempotencyKey, Record, WriteContext};
use std::{collections::BTreeMap, sync::Arc};

/// How many open matters are read at once.
const AT_ONCE: usize = 100;

/// The account team of a CLEC, as a change of it is decided on: with the people that it names, and who else is concerned.
#[derive(Debug, Clone)]
pub(super) struct LoadedTeam {
    team: AccountTeam,
    members: BTreeMap<TeamMemberNumber, TeamMember>,
    /// The request of the entry that the same key made before.
    replay: Option<Option<IdempotencyKey>>,
}

impl DecisionBasis for LoadedTeam {
    type Key = (ClecId, Option<TeamMemberNumber>);
    type Decision = account_team::Change;

    async fn find(store: &Store, (clec, named): &Self::Key, by: ReadFor<'_>) -> Result<Option<Self>, StoreError> {
        let kept = store.kept::<AccountTeam>(&RecordRef::AccountTeam(clec.clone()), by).await?;
        let opening = kept.as_ref().and_then(|kept| kept.record.opening.as_ref()?.request.clone());
        let opening = opening.filter(|opening| by.request.is_some_and(|request| request.key == opening.key));
        let entry = kept.as_ref().and_then(|kept| kept.replay.as_ref());
        let replay = entry.map(|entry| entry.request.clone()).or_else(|| opening.map(Some));
        let team = kept.map_or_else(|| AccountTeam::new(clec.clone()), |kept| kept.record);
        let going_on = team.reassignments.iter().filter(|of| of.ended.is_none()).flat_map(|of| [of.from, of.to]);
        let assigned = team.assignments.iter().map(|of| of.member);
        let members = store.team_members(going_on.chain(assigned).chain(*named)).await?;
        Ok(Some(Self { team, members, replay }))
    }

    fn version_for(&self, party: &Party) -> u64 {
        self.team.version_for(party)
    }

    /// The request that made it is one of an act on it like every other.
    fn opened_by(&self) -> Option<&IdempotencyKey> {
        None
    }

    fn replayed(&self) -> Option<&Option<IdempotencyKey>> {
        self.replay.as_ref()
    }

    fn record_no_op(&self, act: &ActionContext) -> Option<account_team::Change> {
        Some(self.team.clone()).filter(|team| team.revision > 0).map(|team| team.record_no_op(act).into())
    }

    fn records(&self) -> Vec<AnyRecord> {
        let team = Some(self.team.clone()).filter(|team| team.revision > 0).map(AnyRecord::from);
        team.into_iter().chain(self.members.values().cloned().map(AnyRecord::from)).collect()
    }
}

/// Who is responsible for a CLEC now.
impl<R: Served + KindOfRecord> Companion<R> for People {
    type Key = Instant;

    async fn find(
        store: &Store,
        reference: &RecordRef,
        now: &Instant,
        by: ReadFor<'_>,
    ) -> Result<Option<(LoadedRecord<R>, Self)>, StoreError> {
        let Some(kept) = store.kept::<R>(reference, by).await? else { return Ok(None) };
        let people = store.people(kept.record.clec(), *now).await?;
        Ok(Some((kept, people)))
    }
}

/// What a change of a post-mortem needs: its ticket, who conducts it, and the CLECs that it is not to name.
#[derive(Debug, Clone)]
pub(super) struct OfPostMortem {
    ticket: Option<LoadedTicket>,
    people: People,
    others: Others,
}

impl Companion<PostMortem> for OfPostMortem {
    type Key = Instant;

    async fn find(
        store: &Store,
        reference: &RecordRef,
        now: &Instant,
        by: ReadFor<'_>,
    ) -> Result<Option<(LoadedRecord<PostMortem>, Self)>, StoreError> {
        let Some(kept) = store.kept::<PostMortem>(reference, by).await? else { return Ok(None) };
        let PostMortem { clec, ticket, .. } = &kept.record;
        let ticket = store.find(*ticket, &TicketIncludes::default(), ReadFor::default()).await?;
        let others = Others::of(clec, &store.known_clecs().await?);
        let people = store.people(clec, *now).await?;
        Ok(Some((kept, Self { ticket, people, others })))
    }

    fn records(&self) -> Vec<AnyRecord> {
        self.ticket.iter().flat_map(DecisionBasis::records).collect()
    }
}

impl Services {
    /// Changes the account team of a CLEC as `decide` says, with the people that it names and one more; the first act makes its record.
    /// `None` changes nothing.
    ///
    /// # Errors
    /// See [`Services::change`].
    pub async fn change_account_team(
        &self,
        (clec, named): (&ClecId, Option<TeamMemberNumber>),
        asked: &WriteContext,
        decide: impl Fn(
            AccountTeam,
            &BTreeMap<TeamMemberNumber, TeamMember>,
            &ActionContext,
        ) -> Result<Option<account_team::Change>, Refused>,
    ) -> Result<AccountTeam, Failed> {
        let decide = |seen: LoadedTeam, now| decide(seen.team, &seen.members, &ActionContext::of(asked, now));
        let (seen, change) = self.decided(&(clec.clone(), named), asked, decide).await?;
        Ok(change.map_or(seen.team, |change| change.team.record))
    }

    /// What is open of a CLEC with its account team: its requests, and its post-mortems.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open_matters(&self, clec: &ClecId) -> Result<(Vec<AccountRequest>, Vec<PostMortem>), Failed> {
        let (requests, post_mortems) =
            (RecordIndex::open_account_requests_of(clec), RecordIndex::open_post_mortems_of(clec));
        let requests: Vec<Vec<AccountRequest>> =
            self.store.pages(&requests, TimeRange::default(), AT_ONCE).try_collect().await?;
        let post_mortems: Vec<Vec<PostMortem>> =
            self.store.pages(&post_mortems, TimeRange::default(), AT_ONCE).try_collect().await?;
        Ok((requests.concat(), post_mortems.concat()))
    }

    /// Changes what people of the account team of its CLEC work on as `decide` says, and answers it as it is then, with who is responsible.
    ///
    /// # Errors
    /// See [`Services::change`].
    pub async fn change_served<R: Served + KindOfRecord, C: Into<R::Change>>(
        &self,
        reference: &RecordRef,
        asked: &WriteContext,
        decide: impl Fn(R, Instant) -> Result<Option<C>, Refused>,
    ) -> Result<R, Failed> {
        let key = (reference.clone(), self.clock.now());
        let decide = |seen: LoadedWith<R, People>, now| {
            Ok(decide(seen.kept.record.served_by(seen.beside), now)?.map(Into::into))
        };
        let (seen, change) = self.decided(&key, asked, decide).await?;
        let changed = change.and_then(|change| change.records::<R>().pop());
        Ok(changed.unwrap_or(seen.kept.record).served_by(seen.beside))
    }

    /// Changes a post-mortem as `decide` says, with its ticket and the CLECs that it is not to name.
    ///
    /// # Errors
    /// See [`Services::change`].
    pub async fn change_post_mortem(
        &self,
        reference: &RecordRef,
        asked: &WriteContext,
        decide: impl Fn(PostMortem, Option<Loaded>, &Others, Instant) -> Result<Option<post_mortem::Change>, Refused>,
    ) -> Result<PostMortem, Failed> {
        let key = (reference.clone(), self.clock.now());
        let decide = |seen: LoadedWith<PostMortem, OfPostMortem>, now| {
            let OfPostMortem { ticket, people, others } = seen.beside;
            let post_mortem = PostMortem { people, ..seen.kept.record };
            decide(post_mortem, ticket.map(|found| found.loaded), &others, now)
        };
        let (seen, change) = self.decided(&key, asked, decide).await?;
        let changed = change.map_or(seen.kept.record, |change| change.post_mortem.record);
        Ok(PostMortem { people: seen.beside.people, ..changed })
    }
}

/// The open matters of a team, as a reassignment names them.
#[must_use]
pub fn moved(
    discipline: account_team::Discipline,
    (requests, post_mortems): &(Vec<AccountRequest>, Vec<PostMortem>),
    policy: &Arc<Policy>,
) -> Vec<Moved> {
    let of_service = discipline == account_team::Discipline::Service;
    let requests = requests.iter().filter(|of| of.brought_to == discipline || of_service && of.is_joint());
    let requests = requests.map(|of| Moved::from((of.number, of.promised_by())));
    let post_mortems = post_mortems.iter().filter(|_| of_service);
    requests.chain(post_mortems.map(|of| Moved::from((of.number, of.next_due(policy))))).collect()
}
