//! A person, and an account team, as their readers see them.

mod member;
mod team;

use contract::calendar::Week;
use domain::account_team::{Channels, Discipline, Responsibility, Topic};
use http_edge::schema;
pub(crate) use member::MemberShown;
use serde::Serialize;
use serde_with::skip_serializing_none;
pub(crate) use team::TeamShown;
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
