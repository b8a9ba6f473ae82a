//! A person, and an account team, as their readers see them.

use crate::{MEMBERS, TEAMS};
use chrono::{DateTime, NaiveDate, Utc};
use contract::{Instant, Party, Policy, TeamMemberNumber, calendar::Week};
use domain::{
    account_team::{
        AccountTeam, Channels, Details, Discipline, HandoverSubject, People, Position, Reassignment, ReassignmentEnd,
        Responsibility, TeamMember, Topic,
    },
    subscription::{Channel, Subscription},
};
use http_edge::schema;
use serde::Serialize;
use serde_with::skip_serializing_none;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What belongs to whom.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Responsibility)]
pub(crate) struct ResponsibilityShown {
    /// The word for it, as a request names it.
    #[schema(schema_with = schema::<Topic>)]
    topic: Topic,
    /// To whom it belongs.
    #[schema(schema_with = schema::<Discipline>)]
    team: Discipline,
    /// Who is asked.
    position: &'static str,
    /// What it is.
    about: &'static str,
}

impl From<&Responsibility> for ResponsibilityShown {
    fn from(of: &Responsibility) -> Self {
        Self { topic: of.topic, team: of.discipline, position: of.discipline.responsible().wording(), about: of.about }
    }
}

/// How a person is reached.
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = TeamMemberChannels)]
pub(crate) struct ChannelsShown {
    /// The number of the pager.
    pager: Option<String>,
    /// The number at which a message is left.
    voicemail: Option<String>,
    /// The number of the telephone.
    telephone: Option<String>,
    /// The e-mail address.
    email: Option<String>,
}

impl From<&Channels> for ChannelsShown {
    fn from(Channels { pager, voicemail, telephone, email }: &Channels) -> Self {
        let of = |number: &Option<String>| number.clone();
        Self { pager: of(pager), voicemail: of(voicemail), telephone: of(telephone), email: of(email) }
    }
}

/// The working hours of a week, day by day, such as `08:00-17:00`; a day that is left out is not worked.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = WorkingHours)]
pub(crate) struct HoursShown {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    monday: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tuesday: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    wednesday: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    thursday: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    friday: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    saturday: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sunday: Vec<String>,
}

impl From<&Week> for HoursShown {
    fn from(week: &Week) -> Self {
        let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = week.texts();
        Self { monday, tuesday, wednesday, thursday, friday, saturday, sunday }
    }
}

/// What the directory says of a person from a date on.
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TeamMemberDetails)]
pub(crate) struct DetailsShown {
    /// From which date on.
    from: NaiveDate,
    /// The name of the person.
    name: String,
    #[serde(flatten)]
    channels: ChannelsShown,
    /// When the person works.
    hours: HoursShown,
    /// In which time zone.
    zone: String,
    /// Who directs the person, by number.
    director: Option<String>,
}

impl From<&Details> for DetailsShown {
    fn from(of: &Details) -> Self {
        Self {
            from: of.from,
            name: of.name.clone(),
            channels: (&of.channels).into(),
            hours: (&of.hours).into(),
            zone: of.zone.to_string(),
            director: of.director.map(|of| of.to_string()),
        }
    }
}

/// A time out of the office.
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Absence)]
pub(crate) struct AbsenceShown {
    /// From when the person is out of the office.
    from: DateTime<Utc>,
    /// Until when the person is out of the office.
    until: DateTime<Utc>,
    /// Who stands in, by number.
    stand_in: Option<String>,
    /// When it was said.
    said_at: DateTime<Utc>,
}

/// A person of the account teams, as the provider's people read the directory.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TeamMember)]
pub(crate) struct MemberShown {
    /// The number of the person.
    id: String,
    /// Where it is.
    href: String,
    /// present, away or removed.
    status: &'static str,
    /// The position in the account teams.
    #[schema(schema_with = schema::<Position>)]
    position: Position,
    /// The name of the person, as of now.
    name: String,
    #[serde(flatten)]
    channels: ChannelsShown,
    /// When one read alone: whether notices reach that address. Until it is confirmed, by the token that it was sent, none does.
    email_confirmed: Option<bool>,
    /// When the person works, as of now.
    hours: HoursShown,
    /// The time zone of these hours.
    zone: String,
    /// Who directs the person, by number.
    director: Option<String>,
    /// What the directory says, and said, each from its date on.
    details: Vec<DetailsShown>,
    /// The absences that were said.
    absences: Vec<AbsenceShown>,
    /// The CLECs that the person answers for.
    answers_for: Vec<String>,
    /// Since when the person is of no account team any more.
    removed_at: Option<DateTime<Utc>>,
    /// What can be done now.
    possible: Vec<&'static str>,
}

impl MemberShown {
    pub(crate) fn of(member: &TeamMember, now: Instant, policy: &Policy) -> Self {
        let DetailsShown { name, channels, hours, zone, director, .. } = member.at(now, policy).into();
        let status = match (member.removed_at, member.absence(now)) {
            (Some(_), _) => "removed",
            (None, Some(_)) => "away",
            (None, None) => "present",
        };
        let is_said = member.absences.iter().any(|of| of.until > now);
        let tasks: [(&str, bool); 4] =
            [("PATCH", true), ("absence", true), ("return", is_said), ("removal", member.answers_for.is_empty())];
        let possible = tasks.into_iter().filter(|(_, may)| *may && member.removed_at.is_none());
        Self {
            id: member.number.to_string(),
            href: format!("{MEMBERS}/{}", member.number),
            status,
            position: member.position,
            name,
            email_confirmed: None,
            channels,
            hours,
            zone,
            director,
            details: member.details.iter().map(Into::into).collect(),
            absences: member
                .absences
                .iter()
                .map(|of| AbsenceShown {
                    from: of.from,
                    until: of.until,
                    stand_in: of.stand_in.map(|of| of.to_string()),
                    said_at: of.said_at,
                })
                .collect(),
            answers_for: member.answers_for.iter().map(ToString::to_string).collect(),
            removed_at: member.removed_at,
            possible: possible.map(|(task, _)| task).collect(),
        }
    }
}

impl MemberShown {
    /// With what is known of the address of the person.
    pub(crate) fn reached_by(self, subscriptions: &[Subscription]) -> Self {
        let is_confirmed =
            |email: &String| subscriptions.iter().any(|of| of.is_of(Channel::Email, email) && of.is_confirmed());
        Self { email_confirmed: self.channels.email.as_ref().map(is_confirmed), ..self }
    }
}

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
        let DetailsShown { name, channels, hours, zone, .. } = member.at(at, policy).into();
        Self {
            position: member.position.wording(),
            name,
            channels,
            hours,
            zone,
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
    /// goesOn, completed or cancelled.
    status: &'static str,
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
        let (status, moved, further) = match &of.ended {
            None => ("goesOn", Vec::new(), 0),
            Some(ReassignmentEnd::Completed { moved, further, .. }) => ("completed", moved.clone(), *further),
            Some(ReassignmentEnd::Cancelled { .. }) => ("cancelled", Vec::new(), 0),
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
            status,
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
