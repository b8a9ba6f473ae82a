//! The people of account teams, and what CLECs brought to them.

use super::{Due, DueItem, RecordIndex, Store, StoreError, StoredItem, TimeRange};
use contract::{ClecId, Instant, RecordRef, TeamMemberNumber};
use domain::{
    account_team::{AccountTeam, Discipline, People, TeamMember},
    kinds::AnyRecord,
};
use futures::{TryStreamExt, future::try_join_all};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many people are read at once where nobody is responsible, to find the directors.
const AT_ONCE: usize = 100;

impl Store {
    /// The account team of a CLEC, if somebody was assigned.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn account_team(&self, clec: &ClecId) -> Result<Option<AccountTeam>, StoreError> {
        self.record(&RecordRef::AccountTeam(clec.clone())).await
    }

    /// People of account teams, by their numbers.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn team_members(
        &self,
        numbers: impl IntoIterator<Item = TeamMemberNumber>,
    ) -> Result<BTreeMap<TeamMemberNumber, TeamMember>, StoreError> {
        let numbers: BTreeSet<RecordRef> = numbers.into_iter().map(RecordRef::TeamMember).collect();
        let found = if numbers.is_empty() { HashMap::new() } else { self.records_at(numbers).await? };
        let members = found.into_values().filter_map(|record| record.as_record::<TeamMember>().cloned());
        Ok(members.map(|member| (member.number, member)).collect())
    }

    /// Who is responsible for a CLEC at an instant, who stands in and who directs.
    ///
    /// # Errors
    /// When the table, or the list of all people, cannot be read.
    pub async fn people(&self, clec: &ClecId, at: Instant) -> Result<People, StoreError> {
        let team = self.account_team(clec).await?;
        self.people_of(team.as_ref(), at).await
    }

    /// The same of a team that is read already.
    ///
    /// # Errors
    /// When the table, or the list of all people, cannot be read.
    pub async fn people_of(&self, team: Option<&AccountTeam>, at: Instant) -> Result<People, StoreError> {
        let responsible = Discipline::ALL.into_iter().filter_map(|of| Some(team?.responsible(of, at)?.member));
        let mut members = self.team_members(responsible).await?;
        let stand_ins = members.values().filter_map(|of| of.absence(at)?.stand_in);
        let directors = members.values().filter_map(|of| of.at(at, &self.policy).director);
        let behind: Vec<TeamMemberNumber> = stand_ins.chain(directors).collect();
        members.extend(self.team_members(behind).await?);
        let is_directed = |of| {
            let responsible = team.and_then(|team| members.get(&team.responsible(of, at)?.member));
            let director = responsible.and_then(|of| members.get(&of.at(at, &self.policy).director?));
            director.is_some_and(|director| director.is_present(at))
        };
        if Discipline::ALL.into_iter().all(is_directed) {
            return Ok(People::of(team, &members, at, &self.policy));
        }
        let (all, any) = (RecordIndex::team_members(), TimeRange::default());
        let all: Vec<Vec<TeamMember>> = self.pages(&all, any, AT_ONCE).try_collect().await?;
        members.extend(all.into_iter().flatten().map(|member| (member.number, member)));
        Ok(People::of(team, &members, at, &self.policy))
    }

    /// Gives what is due of requests and post-mortems the people whom it goes to: the index brings the records alone.
    pub(super) async fn give_people(&self, due: &mut Due, at: Instant) -> Result<(), StoreError> {
        let records = due.items.iter_mut().filter_map(|item| match item {
            DueItem::Scheduled(record) => Some(record),
            DueItem::Unsent(_) => None,
        });
        self.give_people_to(records, at).await
    }

    /// The same of what stands in a queue.
    ///
    /// # Errors
    /// See [`Store::people`].
    pub async fn give_people_to_items<'a>(
        &self,
        items: impl Iterator<Item = &'a mut StoredItem>,
        at: Instant,
    ) -> Result<(), StoreError> {
        let records = items.filter_map(|item| match item {
            StoredItem::Record(record) => Some(record),
            _ => None,
        });
        self.give_people_to(records, at).await
    }

    async fn give_people_to<'a>(
        &self,
        records: impl Iterator<Item = &'a mut AnyRecord>,
        at: Instant,
    ) -> Result<(), StoreError> {
        let mut asked: Vec<(ClecId, &mut People)> = records
            .filter_map(|record| match record {
                AnyRecord::AccountRequest(request) => Some((request.clec.clone(), &mut request.people)),
                AnyRecord::PostMortem(of) => Some((of.clec.clone(), &mut of.people)),
                AnyRecord::DegradationReport(of) => Some((of.clec.clone(), &mut of.people)),
                _ => None,
            })
            .collect();
        let clecs: BTreeSet<ClecId> = asked.iter().map(|(clec, _)| clec.clone()).collect();
        let found =
            clecs.into_iter().map(async |clec| Ok::<_, StoreError>((clec.clone(), self.people(&clec, at).await?)));
        let found: HashMap<ClecId, People> = try_join_all(found).await?.into_iter().collect();
        for (clec, people) in &mut asked {
            if let Some(of) = found.get(clec) {
                **people = of.clone();
            }
        }
        Ok(())
    }
}
