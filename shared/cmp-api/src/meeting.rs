//! A meeting of the CMP, as all read it.

use chrono::{DateTime, NaiveDate, Utc};
use domain::meeting::{Cancelled, Meeting, Moved};
use serde::Serialize;
use utoipa::ToSchema;

/// Where meetings are.
pub const MEETINGS: &str = "/cmp/v1/meeting";
/// Where their packages are, by date.
pub const PACKAGES: &str = "/cmp/v1/monthlyMeeting";

/// A meeting.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Meeting)]
pub struct MeetingShown {
    /// The number of the meeting.
    id: String,
    /// Where it is.
    href: String,
    /// productProcess or systems.
    kind: &'static str,
    /// The month whose monthly meeting it is, as `2026-03`; absent of an ad hoc one.
    #[serde(skip_serializing_if = "Option::is_none")]
    month: Option<String>,
    /// The date that the rule gives a monthly meeting.
    #[serde(skip_serializing_if = "Option::is_none")]
    by_rule: Option<NaiveDate>,
    /// When it is; of one that is cancelled, when it was to be.
    date: NaiveDate,
    /// scheduled, moved, held or cancelled.
    status: &'static str,
    /// At what hour and where, or how to dial in.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// What an ad hoc meeting is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    /// From which dates it was moved, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    moved: Vec<MoveShown>,
    /// Why it does not take place.
    #[serde(skip_serializing_if = "Option::is_none")]
    cancellation: Option<CancellationShown>,
    /// Its date was told later than section 3.0 says.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    short_notice: bool,
    /// Where its package is; of one that takes place.
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<String>,
}

/// A date that a meeting was moved from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingMove)]
struct MoveShown {
    /// The date before.
    from: NaiveDate,
    /// Why it was moved.
    reason: String,
    /// When that was decided.
    at: DateTime<Utc>,
}

/// That a meeting does not take place.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingCancellation)]
struct CancellationShown {
    /// Why it was cancelled.
    reason: String,
    /// When that was decided.
    at: DateTime<Utc>,
}

impl From<&Moved> for MoveShown {
    fn from(Moved { from, reason, at }: &Moved) -> Self {
        Self { from: *from, reason: reason.clone(), at: *at }
    }
}

impl From<&Cancelled> for CancellationShown {
    fn from(Cancelled { reason, at }: &Cancelled) -> Self {
        Self { reason: reason.clone(), at: *at }
    }
}

impl MeetingShown {
    /// As it stands on a day.
    #[must_use]
    pub fn of(meeting: &Meeting, today: NaiveDate) -> Self {
        let date = meeting.date;
        Self {
            id: meeting.number.to_string(),
            href: format!("{MEETINGS}/{}", meeting.number),
            kind: meeting.kind.as_str(),
            month: meeting.month.map(|month| month.format("%Y-%m").to_string()),
            by_rule: meeting.by_rule,
            date,
            status: meeting.status(today).as_str(),
            place: meeting.place.clone(),
            purpose: meeting.purpose.clone(),
            moved: crate::shown_all(&meeting.moved),
            cancellation: meeting.cancelled.as_ref().map(CancellationShown::from),
            short_notice: meeting.short_notice,
            package: meeting.cancelled.is_none().then(|| format!("{PACKAGES}/{date}")),
        }
    }
}
