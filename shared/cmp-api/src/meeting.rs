//! A meeting of the CMP, as all read it.

use chrono::{DateTime, NaiveDate, Utc};
use contract::Party;
use domain::meeting::{ActionItem, AgendaItem, Attendance, Cancelled, Meeting, Moved};
use serde::Serialize;
use utoipa::ToSchema;

/// Where meetings are.
pub const MEETINGS: &str = "/cmp/v1/meeting";
/// Where their packages are, by date.
pub const PACKAGES: &str = "/cmp/v1/monthlyMeeting";

/// A meeting as a party reads it.
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
    /// What people put on the agenda beside change requests, and walked on with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    agenda: Vec<AgendaItemShown>,
    /// The parties that attended.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attendance: Vec<AttendanceShown>,
    /// What is to be done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    action_items: Vec<ActionItemShown>,
    /// The minutes, once they were issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    minutes: Option<String>,
    /// When its package was distributed last: on its day and after it, that one is read, unless another meeting was moved onto its date
    /// or away from it since.
    #[serde(skip_serializing_if = "Option::is_none")]
    distributed_at: Option<DateTime<Utc>>,
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

/// Something on the agenda.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MeetingAgendaItem)]
pub struct AgendaItemShown {
    /// What it is about.
    pub text: String,
    /// Where the change request is that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_request: Option<String>,
    /// Who brought it: the id of a CLEC, or `provider`.
    pub by: String,
    /// When it was brought.
    at: DateTime<Utc>,
    /// It was brought in on the day of the meeting, or recorded after it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub walk_on: bool,
}

/// A party that attended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingAttendance)]
struct AttendanceShown {
    /// The id of a CLEC, or `provider`.
    party: String,
    /// Its people: for the provider and the party itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    people: Vec<String>,
}

/// Something that is to be done.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MeetingActionItem)]
struct ActionItemShown {
    /// Its number, from 1 on.
    number: usize,
    /// What is to be done.
    text: String,
    /// Who does it: the id of a CLEC, or `provider`.
    owner: String,
    /// By when it is to be done.
    due_date: NaiveDate,
    /// When it was agreed.
    at: DateTime<Utc>,
    /// When it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    done_at: Option<DateTime<Utc>>,
    /// What came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
}

fn named(party: &Party) -> String {
    party.clec().map_or_else(|| "provider".to_owned(), ToString::to_string)
}

impl From<&AgendaItem> for AgendaItemShown {
    fn from(of: &AgendaItem) -> Self {
        Self {
            text: of.text.clone(),
            change_request: of.change_request.map(|id| format!("{}/{id}", crate::BASE)),
            by: named(&of.by),
            at: of.at,
            walk_on: of.walk_on,
        }
    }
}

impl AttendanceShown {
    /// Names of people are the provider's to read, and their own party's.
    fn of(Attendance { party, people }: &Attendance, reader: &Party) -> Self {
        let reads = reader.is_provider() || reader == party;
        Self { party: named(party), people: if reads { people.clone() } else { Vec::new() } }
    }
}

impl From<(usize, &ActionItem)> for ActionItemShown {
    fn from((at, of): (usize, &ActionItem)) -> Self {
        Self {
            number: at + 1,
            text: of.text.clone(),
            owner: named(&of.owner),
            due_date: of.due,
            at: of.at,
            done_at: of.done_at,
            outcome: of.outcome.clone(),
        }
    }
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
    /// As a party reads it on a day.
    #[must_use]
    pub fn of(meeting: &Meeting, reader: &Party, today: NaiveDate) -> Self {
        let (date, held) = (meeting.date, &meeting.held);
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
            agenda: crate::shown_all(&held.agenda),
            attendance: held.attendance.iter().map(|of| AttendanceShown::of(of, reader)).collect(),
            action_items: held.action_items.iter().enumerate().map(ActionItemShown::from).collect(),
            minutes: held.minutes.clone(),
            distributed_at: meeting.distributed.map(|of| of.at),
            package: meeting.cancelled.is_none().then(|| format!("{PACKAGES}/{date}")),
        }
    }
}
