//! The people of the account teams, as the provider keeps them (AT-01).

use crate::{MEMBERS, providers_own, view::MemberShown};
use axum::extract::{OriginalUri, State};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use contract::{
    Failed, FieldError, Party, Policy, RecordRef, Refused, TeamMemberNumber,
    calendar::{OpeningHours, Week},
};
use domain::account_team::{Channels, Details, Discipline, Position, TeamMember};
use http_edge::{
    Answer, Body, Caller, Created, Email, Id, MergePatch, NoQuery, Nothing, Page, Paging, Phone, Place, Problem, Query,
    WriteRequest, route,
};
use platform::{
    Services,
    change::Opening,
    store::{RecordIndex, TimeRange},
};
use record::{ActionContext, Record, RecordChange};
use serde_json::{Value, json};

/// A person, to come into the directory.
#[derive(Debug, Body)]
#[body(rule = "AT-01", allowed = providers_own, check = reached_somehow)]
pub(crate) struct TeamMemberCreate {
    /// The position in the account teams; it does not change.
    position: Position,
    #[body(flatten)]
    details: DetailsWritten,
}

/// What the directory says of a person; an update names what is to change.
#[derive(Debug, Body)]
#[body(rule = "AT-01", patch = "TeamMemberUpdate", allowed = providers_own)]
pub(crate) struct DetailsWritten {
    /// From which date on; from today on when left out.
    from: Option<NaiveDate>,
    /// The name of the person.
    #[body(line = 200)]
    name: String,
    /// The number of the pager.
    pager: Option<Phone>,
    /// The number at which a message is left.
    voicemail: Option<Phone>,
    /// The number of the telephone.
    telephone: Option<Phone>,
    /// The e-mail address.
    email: Option<Email>,
    /// When the person works; the policy's usual hours when left out.
    hours: Option<Hours>,
    /// The time zone of these hours, by its name in the tz database; the policy's when left out.
    zone: Option<Tz>,
    /// Who directs the person, by number.
    director: Option<TeamMemberNumber>,
}

/// Working hours, day by day, such as `08:00-17:00`; a day that is left out is not worked.
#[derive(Debug, Body)]
#[body(rule = "AT-01", name = "WorkingHoursWritten")]
struct Hours {
    /// From when until when the person works on Mondays, such as `08:00-17:00`; none when left out.
    monday: Vec<OpeningHours>,
    /// From when until when the person works on Tuesdays, such as `08:00-17:00`; none when left out.
    tuesday: Vec<OpeningHours>,
    /// From when until when the person works on Wednesdays, such as `08:00-17:00`; none when left out.
    wednesday: Vec<OpeningHours>,
    /// From when until when the person works on Thursdays, such as `08:00-17:00`; none when left out.
    thursday: Vec<OpeningHours>,
    /// From when until when the person works on Fridays, such as `08:00-17:00`; none when left out.
    friday: Vec<OpeningHours>,
    /// From when until when the person works on Saturdays, such as `08:00-17:00`; none when left out.
    saturday: Vec<OpeningHours>,
    /// From when until when the person works on Sundays, such as `08:00-17:00`; none when left out.
    sunday: Vec<OpeningHours>,
}

type TeamMemberUpdate = MergePatch<DetailsWritten>;

impl Hours {
    fn week(&self) -> Result<Week, String> {
        let days =
            [&self.monday, &self.tuesday, &self.wednesday, &self.thursday, &self.friday, &self.saturday, &self.sunday];
        Week::of_days(days.map(Clone::clone))
    }
}

impl DetailsWritten {
    fn faults(&self) -> Vec<FieldError> {
        let is_reached =
            self.pager.is_some() || self.voicemail.is_some() || self.telephone.is_some() || self.email.is_some();
        let unreached = (!is_reached)
            .then(|| FieldError::new("telephone", "AT-01", "is missing, and so are pager, voicemail and email"));
        let hours = self.hours.as_ref().and_then(|hours| hours.week().err());
        unreached.into_iter().chain(hours.map(|detail| FieldError::new("hours", "AT-01", detail))).collect()
    }

    fn details(&self, today: NaiveDate, policy: &Policy) -> Details {
        let number = |of: &Option<Phone>| of.as_ref().map(|of| of.0.clone());
        Details {
            from: self.from.unwrap_or(today),
            name: self.name.clone(),
            channels: Channels {
                pager: number(&self.pager),
                voicemail: number(&self.voicemail),
                telephone: number(&self.telephone),
                email: self.email.as_ref().map(|of| of.0.clone()),
            },
            hours: self
                .hours
                .as_ref()
                .and_then(|of| of.week().ok())
                .unwrap_or_else(|| policy.account_team.hours.clone()),
            zone: self.zone.unwrap_or(policy.time_zone),
            director: self.director,
        }
    }
}

fn reached_somehow(said: &TeamMemberCreate, _: &Party) -> Vec<FieldError> {
    said.details.faults()
}

/// Takes a person into the directory (AT-01). An e-mail address is subscribed to what this person is told, and is sent a token to confirm
/// that with.
#[route(post, "/cmp/v1/teamMember", tag = "accountTeam", id = "registerTeamMember")]
pub(crate) async fn register(
    State(services): State<Services>,
    ask: WriteRequest<TeamMemberCreate>,
) -> Result<Created<MemberShown>, Problem> {
    let details = ask.body.details.details(services.today(), &services.policy);
    let director = named(&services, details.director).await?;
    let begun = services
        .open(&ask.context, ask.key.as_deref(), |number, act| {
            TeamMember::register(number, ask.body.position, details.clone(), director.as_ref(), act, &services.policy)
        })
        .await?;
    let (Opening::Created(member) | Opening::Replayed(member)) = begun;
    services.subscribe_member(&member, &ActionContext::of(&ask.context, services.clock.now())).await?;
    Ok(Created(format!("{MEMBERS}/{}", member.number), answered(&services, &member)))
}

/// Which people are listed.
#[derive(Debug, Body)]
#[body(rule = "AT-01")]
pub(crate) struct Wanted {
    /// Of this team alone.
    team: Option<Discipline>,
    #[body(flatten)]
    page: Paging<TeamMemberNumber>,
}

/// Lists the people of the account teams, those who came last first. For the provider's people: a CLEC looks up its own account team.
#[route(get, "/cmp/v1/teamMember", tag = "accountTeam", id = "listTeamMember")]
pub(crate) async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(Wanted { team, page }): Query<Wanted>,
) -> Result<Page<MemberShown>, Problem> {
    providers_own(caller.party())?;
    let after = page.after.map(|Place(at, number)| (at, RecordRef::TeamMember(number)));
    let span = TimeRange { latest_first: true, after, ..TimeRange::default() };
    let wants = |member: &TeamMember| team.is_none_or(|team| member.position.discipline() == team);
    let found = services.store.wanted(&RecordIndex::team_members(), span, page.limit.0, wants).await;
    let (members, next) = found.map_err(Failed::from)?;
    let now = services.clock.now();
    let shown = members.iter().map(|member| MemberShown::of(member, now, &services.policy)).collect();
    Ok(Page::of(MEMBERS, &uri, shown, next.map(|(at, number)| Place(at, number))))
}

/// Reads a person of the account teams. For the provider's people.
#[route(get, "/cmp/v1/teamMember/{id}", tag = "accountTeam", id = "readTeamMember")]
pub(crate) async fn read(
    State(services): State<Services>,
    caller: Caller,
    _: NoQuery,
    Id(number): Id<TeamMemberNumber>,
) -> Result<Answer<MemberShown>, Problem> {
    let member = services.record_seen_by::<TeamMember>(caller.party(), &RecordRef::TeamMember(number)).await?;
    let subscriptions = services.store.subscriptions(&Party::Provider).await.map_err(Failed::from)?;
    let Answer { version, shown } = answered(&services, &member);
    Ok(Answer { version, shown: shown.reached_by(&subscriptions) })
}

/// Changes what the directory says of a person, by a merge patch (RFC 7396), from a date on (AT-01).
#[route(patch, "/cmp/v1/teamMember/{id}", tag = "accountTeam", id = "changeTeamMember")]
pub(crate) async fn change(
    State(services): State<Services>,
    Id(number): Id<TeamMemberNumber>,
    ask: WriteRequest<TeamMemberUpdate>,
) -> Result<Answer<MemberShown>, Problem> {
    let (today, policy) = (services.today(), &services.policy);
    let patched = |member: &TeamMember| {
        // What holds on the date from which on it is to be otherwise.
        let from = ask.body.onto(document(member.on(today)), ask.party()).end().ok().and_then(|of| of.from);
        let held = member.on(from.unwrap_or(today));
        let whole = ask.body.onto(document(held), ask.party()).also(DetailsWritten::faults).end()?;
        Ok::<_, Refused>(whole.details(today, policy))
    };
    let before = services.record_seen_by::<TeamMember>(ask.party(), &RecordRef::TeamMember(number)).await?;
    // What is wrong with the request is told by the decision, on what it then finds.
    let director = match patched(&before) {
        Ok(details) => named(&services, details.director).await?,
        Err(_) => None,
    };
    revised(&services, number, &ask, |member, act| {
        let details = patched(&member)?;
        member.change(details, director.as_ref(), act, policy)
    })
    .await
}

/// A time out of the office.
#[derive(Debug, Body)]
#[body(rule = "AT-07", allowed = providers_own)]
pub(crate) struct AbsenceSaid {
    /// From when; from now on when left out.
    from: Option<DateTime<Utc>>,
    /// Until when the person is out of the office.
    until: DateTime<Utc>,
    /// Who stands in, by number: somebody of the same team who is in the office.
    #[body(rule = "AT-01")]
    stand_in: Option<TeamMemberNumber>,
}

/// Says that a person is out of the office for a time, once: the guidelines of that time are those of who is away, and what is brought goes
/// to who stands in too (AT-01, AT-07).
#[route(post, "/cmp/v1/teamMember/{id}/absence", tag = "accountTeam", id = "sayAbsence")]
pub(crate) async fn say_absence(
    State(services): State<Services>,
    Id(number): Id<TeamMemberNumber>,
    ask: WriteRequest<AbsenceSaid>,
) -> Result<Answer<MemberShown>, Problem> {
    let AbsenceSaid { from, until, stand_in } = ask.body;
    let found = named(&services, stand_in).await?;
    if stand_in.is_some() && found.is_none() {
        return Err(Refused::NoSuch(FieldError::new("standIn", "AT-01", "there is no such person")).into());
    }
    revised(&services, number, &ask, |member, act| member.say_absence((from, until), found.as_ref(), act).map(Some))
        .await
}

/// Which absence ends.
#[derive(Debug, Body)]
#[body(rule = "AT-07", name = "AbsenceEnd", allowed = providers_own)]
pub(crate) struct AbsenceEnd {
    /// The one that begins at this instant; the present one when left out.
    from: Option<DateTime<Utc>>,
}

/// Says that a person is in the office again, or does not go: an absence ends before the instant that was said (AT-07).
#[route(post, "/cmp/v1/teamMember/{id}/return", tag = "accountTeam", id = "endAbsence")]
pub(crate) async fn come_back(
    State(services): State<Services>,
    Id(number): Id<TeamMemberNumber>,
    ask: WriteRequest<AbsenceEnd>,
) -> Result<Answer<MemberShown>, Problem> {
    revised(&services, number, &ask, |member, act| Ok(member.come_back(ask.body.from, act))).await
}

/// Removes a person from the account teams. Who answers for a CLEC stays until responsibility has passed (AT-02).
#[route(post, "/cmp/v1/teamMember/{id}/removal", tag = "accountTeam", id = "removeTeamMember")]
pub(crate) async fn remove(
    State(services): State<Services>,
    Id(number): Id<TeamMemberNumber>,
    caller: Caller,
    ask: WriteRequest<Nothing>,
) -> Result<Answer<MemberShown>, Problem> {
    providers_own(caller.party())?;
    revised(&services, number, &ask, TeamMember::remove).await
}

/// The person of a number, if there is one.
async fn named(services: &Services, number: Option<TeamMemberNumber>) -> Result<Option<TeamMember>, Failed> {
    let Some(number) = number else { return Ok(None) };
    Ok(services.store.team_members([number]).await?.remove(&number))
}

/// Changes a person as `decide` says, and answers it as it is then.
async fn revised<T>(
    services: &Services,
    number: TeamMemberNumber,
    ask: &WriteRequest<T>,
    decide: impl Fn(TeamMember, &ActionContext) -> Result<Option<RecordChange<TeamMember>>, Refused>,
) -> Result<Answer<MemberShown>, Problem> {
    let decide = |member, now| decide(member, &ActionContext::of(&ask.context, now));
    let member = services.revise(&RecordRef::TeamMember(number), &ask.context, decide).await?;
    services.subscribe_member(&member, &ActionContext::of(&ask.context, services.clock.now())).await?;
    Ok(answered(services, &member))
}

/// The details as an update writes them; from when on they hold is said anew.
fn document(of: &Details) -> Value {
    let Channels { pager, voicemail, telephone, email } = &of.channels;
    json!({
        "name": of.name, "pager": pager, "voicemail": voicemail, "telephone": telephone, "email": email,
        "hours": of.hours, "zone": of.zone, "director": of.director,
    })
}

fn answered(services: &Services, member: &TeamMember) -> Answer<MemberShown> {
    Answer { version: member.revision(), shown: MemberShown::of(member, services.clock.now(), &services.policy) }
}
