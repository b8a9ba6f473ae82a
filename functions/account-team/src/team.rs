//! The account team of a CLEC: who is responsible, and how responsibility passes (AT-01, AT-02).

use crate::{TEAMS, providers_own, view::TeamShown};
use axum::extract::{OriginalUri, State};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use contract::{ClecId, Failed, FieldError, Instant, Party, RecordRef, Refused, TeamMemberNumber};
use domain::account_team::{AccountTeam, Change, Discipline, HandoverSubject, TeamMember};
use futures::future::try_join_all;
use http_edge::{Answer, Body, Caller, Id, Page, Paging, Place, Problem, Query, WriteRequest, route};
use platform::{
    Services,
    change::moved,
    store::{RecordIndex, TimeRange},
};
use record::{ActionContext, Record};
use std::collections::BTreeMap;

/// The longest text.
const TEXT_AT_MOST: usize = 1_000;

/// Lists the account teams, those that began last first: for the provider's people all, for a CLEC its own.
#[route(get, "/cmp/v1/accountTeam", tag = "accountTeam", id = "listAccountTeam")]
pub(crate) async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(page): Query<Paging<ClecId>>,
) -> Result<Page<TeamShown>, Problem> {
    let (teams, more) = match caller.party() {
        Party::Clec(clec) => {
            let own = services.store.account_team(clec).await.map_err(Failed::from)?;
            (vec![own.unwrap_or_else(|| AccountTeam::new(clec.clone()))], false)
        }
        Party::Provider => {
            let after = page.after.map(|Place(at, clec)| (at, RecordRef::AccountTeam(clec)));
            let span = TimeRange { latest_first: true, after, ..TimeRange::default() };
            let found = services.store.records::<AccountTeam>(&RecordIndex::account_teams(), &span, page.limit.0).await;
            found.map_err(Failed::from)?
        }
    };
    let last = teams.last().filter(|_| more);
    let next = last.and_then(|team: &AccountTeam| Some(Place(team.place()?.1, team.clec.clone())));
    let now = services.clock.now();
    let shown = try_join_all(teams.iter().map(|team| told(&services, team, now, caller.party()))).await?;
    Ok(Page::of(TEAMS, &uri, shown, next))
}

/// As of when a team is read.
#[derive(Debug, Default, Body)]
#[body(rule = "AT-01")]
pub(crate) struct AsOf {
    /// As it was, or will be, at the end of this date; as of now when left out, and for today.
    on: Option<NaiveDate>,
}

/// Looks up the account team of a CLEC, its Sales Executive and Service Manager and their directors, also on a past date: a CLEC its own
/// (AT-01).
#[route(get, "/cmp/v1/accountTeam/{id}", tag = "accountTeam", id = "readAccountTeam")]
pub(crate) async fn read(
    State(services): State<Services>,
    caller: Caller,
    Id(clec): Id<ClecId>,
    Query(AsOf { on }): Query<AsOf>,
) -> Result<Answer<TeamShown>, Problem> {
    if !caller.party().keeps(&Party::Clec(clec.clone())) {
        return Err(Refused::NotFound.into());
    }
    services.check_clec(caller.party(), "id", Some(&clec)).await.map_err(|failed| match failed {
        Failed::Refused(_) => Failed::from(Refused::NotFound),
        broken @ Failed::Broken(_) => broken,
    })?;
    let team =
        services.store.account_team(&clec).await.map_err(Failed::from)?.unwrap_or_else(|| AccountTeam::new(clec));
    let now = services.clock.now();
    let at = on.map_or(now, |date| {
        let calendar = services.policy.calendar_on(date);
        if calendar.date(now) == date { now } else { calendar.end_of(date) - TimeDelta::milliseconds(1) }
    });
    Ok(Answer { version: team.revision, shown: told(&services, &team, at, caller.party()).await? })
}

/// Who is assigned.
#[derive(Debug, Body)]
#[body(rule = "AT-01", allowed = providers_own)]
pub(crate) struct AssignmentCreate {
    /// In which team.
    team: Discipline,
    /// Who is responsible, by number.
    member: TeamMemberNumber,
    /// From when on; from now on when left out.
    from: Option<DateTime<Utc>>,
}

/// Assigns somebody to a CLEC of whom nobody is responsible in a team yet; the CLEC is told (AT-01).
#[route(post, "/cmp/v1/accountTeam/{id}/assignment", tag = "accountTeam", id = "assignTeamMember")]
pub(crate) async fn assign(
    State(services): State<Services>,
    Id(clec): Id<ClecId>,
    ask: WriteRequest<AssignmentCreate>,
) -> Result<Answer<TeamShown>, Problem> {
    let AssignmentCreate { team: discipline, member, from } = ask.body;
    changed(&services, (&clec, Some(member)), &ask, |team, members, act| {
        let member = members.get(&member).cloned().ok_or_else(|| no_such("member"))?;
        team.assign(discipline, (member, members), from, act, &services.policy).map(Some)
    })
    .await
}

/// A reassignment, as it is begun.
#[derive(Debug, Body)]
#[body(rule = "AT-02", allowed = providers_own)]
pub(crate) struct ReassignmentCreate {
    /// In which team.
    team: Discipline,
    /// Who is to be responsible, by number.
    to: TeamMemberNumber,
    /// Why; the provider's own words, which the CLEC does not read.
    #[body(text = TEXT_AT_MOST)]
    reason: String,
}

/// Begins a reassignment: the former person familiarizes the new one, and stays responsible until the checklist is complete. The CLEC is
/// told (AT-02).
#[route(post, "/cmp/v1/accountTeam/{id}/reassignment", tag = "accountTeam", id = "beginReassignment")]
pub(crate) async fn begin_reassignment(
    State(services): State<Services>,
    Id(clec): Id<ClecId>,
    ask: WriteRequest<ReassignmentCreate>,
) -> Result<Answer<TeamShown>, Problem> {
    let ReassignmentCreate { team: discipline, to, reason } = &ask.body;
    changed(&services, (&clec, Some(*to)), &ask, |team, members, act| {
        let to = members.get(to).ok_or_else(|| no_such("to"))?;
        let from = team.responsible(*discipline, act.now).and_then(|of| members.get(&of.member));
        let begun = team.clone().begin_reassignment(*discipline, (from, to), reason.clone(), act, &services.policy)?;
        Ok(Some(begun.into()))
    })
    .await
}

/// A subject that is handed over.
#[derive(Debug, Body)]
#[body(rule = "AT-02", allowed = providers_own)]
pub(crate) struct HandoverRecord {
    /// In which team.
    team: Discipline,
    /// Which subject of the checklist.
    subject: HandoverSubject,
    /// What was handed over, or that there is nothing; the provider's own words.
    #[body(text = TEXT_AT_MOST)]
    note: String,
}

/// Records that a subject of the checklist was handed over (AT-02).
#[route(post, "/cmp/v1/accountTeam/{id}/reassignment/handover", tag = "accountTeam", id = "recordHandover")]
pub(crate) async fn hand_over(
    State(services): State<Services>,
    Id(clec): Id<ClecId>,
    ask: WriteRequest<HandoverRecord>,
) -> Result<Answer<TeamShown>, Problem> {
    let HandoverRecord { team: discipline, subject, note } = &ask.body;
    changed(&services, (&clec, None), &ask, |team, _, act| {
        Ok(team.hand_over(*discipline, *subject, note.clone(), act)?.map(Into::into))
    })
    .await
}

/// Which reassignment is complete.
#[derive(Debug, Body)]
#[body(rule = "AT-02", allowed = providers_own)]
pub(crate) struct ReassignmentCompletion {
    /// In which team.
    team: Discipline,
}

/// Completes a reassignment whose checklist is complete: responsibility passes, and the open requests, promises and post-mortems with it. The
/// CLEC is told (AT-02).
#[route(post, "/cmp/v1/accountTeam/{id}/reassignment/completion", tag = "accountTeam", id = "completeReassignment")]
pub(crate) async fn complete_reassignment(
    State(services): State<Services>,
    Id(clec): Id<ClecId>,
    ask: WriteRequest<ReassignmentCompletion>,
) -> Result<Answer<TeamShown>, Problem> {
    let discipline = ask.body.team;
    let open = moved(discipline, &services.open_matters(&clec).await?, &services.policy);
    changed(&services, (&clec, None), &ask, |team, members, act| {
        team.complete_reassignment(discipline, members, open.clone(), act, &services.policy).map(Some)
    })
    .await
}

/// Why a reassignment is given up.
#[derive(Debug, Body)]
#[body(rule = "AT-02", allowed = providers_own)]
pub(crate) struct ReassignmentCancellation {
    /// In which team.
    team: Discipline,
    /// Why; the provider's own words.
    #[body(text = TEXT_AT_MOST)]
    reason: String,
}

/// Gives a reassignment up: who is responsible stays so, and the CLEC is told (AT-02).
#[route(post, "/cmp/v1/accountTeam/{id}/reassignment/cancellation", tag = "accountTeam", id = "cancelReassignment")]
pub(crate) async fn cancel_reassignment(
    State(services): State<Services>,
    Id(clec): Id<ClecId>,
    ask: WriteRequest<ReassignmentCancellation>,
) -> Result<Answer<TeamShown>, Problem> {
    let ReassignmentCancellation { team: discipline, reason } = &ask.body;
    changed(&services, (&clec, None), &ask, |team, members, act| {
        let from = team.responsible(*discipline, act.now).and_then(|of| members.get(&of.member));
        let given_up = team.clone().cancel_reassignment(*discipline, from, reason.clone(), act, &services.policy)?;
        Ok(Some(given_up.into()))
    })
    .await
}

/// Changes an account team as `decide` says, and answers it as it is then.
async fn changed<T>(
    services: &Services,
    (clec, named): (&ClecId, Option<TeamMemberNumber>),
    ask: &WriteRequest<T>,
    decide: impl Fn(AccountTeam, &BTreeMap<TeamMemberNumber, TeamMember>, &ActionContext) -> Result<Option<Change>, Refused>,
) -> Result<Answer<TeamShown>, Problem> {
    services.check_clec(ask.party(), "id", Some(clec)).await?;
    let team = services.change_account_team((clec, named), &ask.context, decide).await?;
    Ok(Answer { version: team.revision, shown: told(services, &team, services.clock.now(), ask.party()).await? })
}

/// A team as a party reads it.
async fn told(services: &Services, team: &AccountTeam, at: Instant, reader: &Party) -> Result<TeamShown, Failed> {
    let people = services.store.people_of(Some(team), at).await?;
    let named = team.reassignments.iter().flat_map(|of| [of.from, of.to]);
    let names = services.store.team_members(named).await?.into_values();
    let names = names.map(|member| (member.number, member.at(at, &services.policy).name.clone())).collect();
    Ok(TeamShown::of(team, (&people, &names), (at, services.clock.now()), reader, &services.policy))
}

fn no_such(field: &str) -> Refused {
    Refused::NoSuch(FieldError::new(field, "AT-01", "there is no such person in the directory"))
}
