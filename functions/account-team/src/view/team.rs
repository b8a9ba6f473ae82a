//! The account team of a CLEC, as the CLEC and the provider's people read it.

use super::{ChannelsShown, HoursShown};
use crate::TEAMS;
use chrono::{DateTime, Utc};
use contract::{Instant, Party, Policy, TeamMemberNumber};
use domain::account_team::{
    AccountTeam, Details, Discipline, HandoverSubject, People, Reassignment, ReassignmentEnd, ReassignmentStatus,
    TeamMember,
};
use http_edge::schema;
use serde::Serialize;
use serde_with::skip_serializing_none;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A person of a CLEC's account team, as the CLEC reads it.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AccountTeamPerson)]
pub(crate) struct PersonShown {
    /// The position in the account team, in words.
    position: &'static str,
    /// The name of the person.
    name: String,
    #[serde(flatten)]
    channels: ChannelsShown,
    /// When the person works.
    hours: HoursShown,
    /// The time zone of these hours.
    zone: String,
    /// Since when the person is responsible for the CLEC.
    since: Option<DateTime<Utc>>,
    /// Until when the person is out of the office.
    away_until: Option<DateTime<Utc>>,
    /// For the provider's people: the number of the person.
    member: Option<String>,
}

impl PersonShown {
    fn of(member: &TeamMember, since: Option<Instant>, (at, policy): (Instant, &Policy), reader: &Party) -> Self {
        let Details { name, channels, hours, zone, .. } = member.at(at, policy);
        Self {
            position: member.position.wording(),
            name: name.clone(),
            channels: channels.into(),
            hours: hours.into(),
            zone: zone.to_string(),
            since,
            away_until: member.absence(at).map(|of| of.until),
            member: reader.is_provider().then(|| member.number.to_string()),
        }
    }
}

/// One of both teams of a CLEC.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AccountTeamLadder)]
pub(crate) struct LadderShown {
    /// Who is responsible for the CLEC.
    responsible: Option<PersonShown>,
    /// Who stands in, while who is responsible is away.
    stand_in: Option<PersonShown>,
    /// Who directs who is responsible; where nobody does, the directors of the team.
    directors: Vec<PersonShown>,
}

/// A subject of the checklist.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HandoverItem)]
pub(crate) struct HandoverShown {
    /// The subject of the checklist.
    #[schema(schema_with = schema::<HandoverSubject>)]
    subject: HandoverSubject,
    /// When it was handed over.
    handed_at: Option<DateTime<Utc>>,
    /// For the provider's people: what was handed over.
    note: Option<String>,
}

/// An open matter that moved.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MovedMatter)]
pub(crate) struct MovedShown {
    /// The number of the request, or of the post-mortem.
    id: String,
    /// By when something of it was promised, or is due.
    by: Option<DateTime<Utc>>,
}

/// How responsibility passes, or passed, from one person to another.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Reassignment)]
pub(crate) struct ReassignmentShown {
    /// Its place among the CLEC's, from 1.
    place: u32,
    /// In which team.
    #[schema(schema_with = schema::<Discipline>)]
    team: Discipline,
    /// Where it stands.
    #[schema(schema_with = schema::<ReassignmentStatus>)]
    status: ReassignmentStatus,
    /// Who is responsible until it is complete.
    from: String,
    /// Who is responsible then.
    to: String,
    /// For the provider's people: why.
    reason: Option<String>,
    /// When it was begun.
    begun_at: DateTime<Utc>,
    /// The checklist, in the order of the source.
    checklist: Vec<HandoverShown>,
    /// When it ended.
    ended_at: Option<DateTime<Utc>>,
    /// The open matters that moved with it.
    moved: Vec<MovedShown>,
    /// How many more did.
    further_moved: Option<usize>,
}

impl ReassignmentShown {
    fn of(of: &Reassignment, names: &BTreeMap<TeamMemberNumber, String>, reader: &Party) -> Self {
        let desks = reader.is_provider();
        let (moved, further) = match &of.ended {
            Some(ReassignmentEnd::Completed { moved, further, .. }) => (moved.clone(), *further),
            None | Some(ReassignmentEnd::Cancelled { .. }) => (Vec::new(), 0),
        };
        let item = |subject: HandoverSubject| {
            let handed = of.checklist.get(&subject);
            let note = handed.filter(|_| desks).map(|handed| handed.note.clone());
            HandoverShown { subject, handed_at: handed.map(|handed| handed.at), note }
        };
        let name = |number: TeamMemberNumber| names.get(&number).cloned().unwrap_or_else(|| number.to_string());
        Self {
            place: of.place,
            team: of.discipline,
            status: of.status(),
            from: name(of.from),
            to: name(of.to),
            reason: desks.then(|| of.reason.clone()),
            begun_at: of.begun_at,
            checklist: HandoverSubject::ALL.into_iter().map(item).collect(),
            ended_at: of.ended.as_ref().map(ReassignmentEnd::at),
            further_moved: Some(further).filter(|further| *further > 0),
            moved: moved.into_iter().map(|of| MovedShown { id: of.what.to_string(), by: of.by }).collect(),
        }
    }
}

/// The account team of a CLEC as the CLEC and the provider's people read it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AccountTeam)]
pub(crate) struct TeamShown {
    /// Whose it is.
    id: String,
    /// Where it is.
    href: String,
    /// As of when it is told.
    at: DateTime<Utc>,
    /// The name of the Sales Executive.
    #[serde(skip_serializing_if = "Option::is_none")]
    sales_executive: Option<String>,
    /// The name of the Service Manager.
    #[serde(skip_serializing_if = "Option::is_none")]
    service_manager: Option<String>,
    /// The Sales Team.
    sales: LadderShown,
    /// The Service Team.
    service: LadderShown,
    /// Whom to call who does not find its people.
    contact: String,
    /// The reassignments, the latest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reassignments: Vec<ReassignmentShown>,
    /// For the provider's people: what can be done now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    possible: Vec<&'static str>,
}

impl TeamShown {
    /// A team at an instant; `names` are those whom its reassignments name.
    pub(crate) fn of(
        team: &AccountTeam,
        (people, names): (&People, &BTreeMap<TeamMemberNumber, String>),
        (at, now): (Instant, Instant),
        reader: &Party,
        policy: &Policy,
    ) -> Self {
        let ladder = |discipline: Discipline| {
            let of = people.ladder(discipline);
            let since = team.responsible(discipline, at).map(|of| of.from);
            let person = |member: &TeamMember, since| PersonShown::of(member, since, (at, policy), reader);
            LadderShown {
                responsible: of.responsible.as_ref().map(|member| person(member, since)),
                stand_in: of.stand_in.as_ref().map(|member| person(member, None)),
                directors: of.directors.iter().map(|member| person(member, None)).collect(),
            }
        };
        let name = |discipline| {
            people.ladder(discipline).responsible.as_ref().map(|of: &TeamMember| of.at(at, policy).name.clone())
        };
        let begun = team.reassignments.iter().rev().filter(|of| of.begun_at <= at);
        Self {
            id: team.clec.to_string(),
            href: format!("{TEAMS}/{}", team.clec),
            at,
            sales_executive: name(Discipline::Sales),
            service_manager: name(Discipline::Service),
            sales: ladder(Discipline::Sales),
            service: ladder(Discipline::Service),
            contact: policy.account_team.contact.clone(),
            reassignments: begun.map(|of| ReassignmentShown::of(&of.as_at(at), names, reader)).collect(),
            possible: if reader.is_provider() && at == now { team.possible(now) } else { Vec::new() },
        }
    }
}
