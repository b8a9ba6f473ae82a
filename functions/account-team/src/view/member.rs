//! A person of the account teams, as the provider's people read the directory.

use super::{ChannelsShown, HoursShown};
use crate::MEMBERS;
use chrono::{DateTime, NaiveDate, Utc};
use contract::{Instant, Policy};
use domain::{
    account_team::{Details, Position, Presence, TeamMember},
    subscription::{Channel, Subscription},
};
use http_edge::schema;
use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

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
    /// Whether the person is there now.
    #[schema(schema_with = schema::<Presence>)]
    status: Presence,
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
        let is_said = member.absences.iter().any(|of| of.until > now);
        let tasks: [(&str, bool); 4] =
            [("PATCH", true), ("absence", true), ("return", is_said), ("removal", member.answers_for.is_empty())];
        let possible = tasks.into_iter().filter(|(_, may)| *may && member.removed_at.is_none());
        Self {
            id: member.number.to_string(),
            href: format!("{MEMBERS}/{}", member.number),
            status: member.presence(now),
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
