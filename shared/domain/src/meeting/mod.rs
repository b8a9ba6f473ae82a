//! The meetings of the CMP (CR-20): monthly, by the rule of the policy, moved or cancelled; or ad hoc.
//!
//! A monthly meeting needs no record until something is done with it: its number follows from its kind and month. When meetings are
//! stands in [`calendar`], what may happen to one in `change`, what it goes through and comes to in `proceedings`, and what is told of it in `notices`.

pub mod calendar;
mod change;
mod notices;
mod package;
mod proceedings;

pub use calendar::{MeetingCalendar, MeetingKind};
pub use change::ALL;
pub use package::PackagePart;

use chrono::NaiveDate;
use contract::{ChangeRequestId, Instant, MeetingNumber, Party, Policy};
use record::{Published, RecordChange, notice::NoticeCounter};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use strum::{IntoStaticStr, VariantArray};

/// An entry of a meeting's history, counted by its revision: all readers see each act.
pub type Entry = record::Entry<Fact>;

/// A meeting of the CMP.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Meeting {
    /// The number of the meeting.
    pub number: MeetingNumber,
    /// Counts every write: its ETag, and the condition of the next. Zero while there is no record of it.
    pub revision: u64,
    /// The first act on it: the history's first entry.
    pub opening: Option<Entry>,
    /// What it is of.
    pub kind: MeetingKind,
    /// The first day of the month whose monthly meeting it is; none of an ad hoc one.
    pub month: Option<NaiveDate>,
    /// The date that the rule gave a monthly meeting when something was first done with it.
    pub by_rule: Option<NaiveDate>,
    /// When it is, in the policy's time zone.
    pub date: NaiveDate,
    /// At what hour and where, or how to dial in.
    pub place: Option<String>,
    /// What an ad hoc meeting is about.
    pub purpose: Option<String>,
    /// From which dates it was moved, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Moved>,
    /// Why, and since when, it does not take place.
    pub cancelled: Option<Cancelled>,
    /// Whether its date was told later than the policy says (section 3.0).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub short_notice: bool,
    /// When its package was distributed last, and in how many parts it is kept.
    pub distributed: Option<Distributed>,
    /// What it goes through beside change requests, and what came of it.
    #[serde(flatten)]
    pub held: Proceedings,
    /// The notices of it.
    #[serde(default)]
    pub notices: NoticeCounter,
}

/// That a package was distributed, and is kept as it was then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distributed {
    /// When it was distributed.
    pub at: Instant,
    /// In how many parts it is kept.
    pub parts: u32,
}

/// What a meeting goes through beside change requests, and what came of it.
#[skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proceedings {
    /// What people put on the agenda, and walked on with, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agenda: Vec<AgendaItem>,
    /// The parties that attended, in the order of their recording.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attendance: Vec<Attendance>,
    /// What is to be done, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub action_items: Vec<ActionItem>,
    /// The minutes, once they were issued.
    pub minutes: Option<String>,
}

/// What somebody put on the agenda.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgendaItem {
    /// What it is about.
    pub text: String,
    /// The change request that it is about.
    pub change_request: Option<ChangeRequestId>,
    /// Who brought it.
    pub by: Party,
    /// When it was brought.
    pub at: Instant,
    /// Whether it was brought in on the day of the meeting, or is recorded after it.
    pub walk_on: bool,
}

/// A party that attended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    /// The party that was there.
    pub party: Party,
    /// The people that were there for it.
    pub people: Vec<String>,
}

/// Something that is to be done.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionItem {
    /// What is to be done.
    pub text: String,
    /// Who does it.
    pub owner: Party,
    /// By when it is to be done.
    pub due: NaiveDate,
    /// When it was agreed.
    pub at: Instant,
    /// When it was done.
    pub done_at: Option<Instant>,
    /// What came of it.
    pub outcome: Option<String>,
}

/// A date that a meeting was moved from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Moved {
    /// The date before.
    pub from: NaiveDate,
    /// Why it was moved.
    pub reason: String,
    /// When that was decided.
    pub at: Instant,
}

/// That a meeting does not take place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cancelled {
    /// Why it was cancelled.
    pub reason: String,
    /// When that was decided.
    pub at: Instant,
}

/// How a meeting stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Status {
    /// It is ahead, or of today.
    Scheduled,
    /// The same, on another date than it was to be.
    Moved,
    /// Its day is over.
    Held,
    /// It does not take place.
    Cancelled,
}

contract::word!(Status);

/// A thing that became so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Fact {
    /// An ad hoc meeting was convened.
    Convened {
        /// On which date.
        date: NaiveDate,
    },
    /// It was moved.
    Moved {
        /// The date before.
        from: NaiveDate,
        /// The date from now on.
        to: NaiveDate,
    },
    /// It was cancelled.
    Cancelled,
    /// Something was put on its agenda.
    AgendaItemAdded {
        /// Whether it was walked on.
        walk_on: bool,
    },
    /// Who of a party attended was recorded.
    AttendanceRecorded,
    /// Something is to be done.
    ActionItemAdded {
        /// By when it is to be done.
        due: NaiveDate,
    },
    /// It was done.
    ActionItemDone {
        /// Its number, from 1 on.
        number: usize,
    },
    /// The minutes were issued, or corrected.
    MinutesIssued,
    /// Its package was distributed.
    Distributed,
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        match self {
            Self::Convened { .. }
            | Self::Moved { .. }
            | Self::Cancelled
            | Self::AgendaItemAdded { .. }
            | Self::AttendanceRecorded
            | Self::ActionItemAdded { .. }
            | Self::ActionItemDone { .. }
            | Self::MinutesIssued
            | Self::Distributed => Published::Whole,
        }
    }
}

/// What a transition of a meeting changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The meeting, changed.
    pub meeting: RecordChange<Meeting>,
    /// The calendar, when the meeting's date is another, or it is cancelled.
    pub calendar: Option<MeetingCalendar>,
    /// Its package as it is distributed, kept apart.
    pub package: Vec<PackagePart>,
}

impl From<RecordChange<Meeting>> for Change {
    fn from(meeting: RecordChange<Meeting>) -> Self {
        Self { meeting, calendar: None, package: Vec::new() }
    }
}

impl Meeting {
    /// The monthly meeting of a month as the rule has it: there is no record of it yet.
    #[must_use]
    pub fn of_rule(kind: MeetingKind, month: NaiveDate, policy: &Policy) -> Self {
        let first = calendar::first_of(month);
        let date = calendar::by_rule(kind, first, policy);
        let of_rule = Self::on(date, kind, Self::number_of(kind, first));
        Self { month: Some(first), by_rule: Some(date), ..of_rule }
    }

    /// A meeting of which nothing but its date is set.
    fn on(date: NaiveDate, kind: MeetingKind, number: MeetingNumber) -> Self {
        Self {
            number,
            revision: 0,
            opening: None,
            kind,
            month: None,
            by_rule: None,
            date,
            place: None,
            purpose: None,
            moved: Vec::new(),
            cancelled: None,
            short_notice: false,
            distributed: None,
            held: Proceedings::default(),
            notices: NoticeCounter::default(),
        }
    }

    /// With the date that the rule gives a monthly meeting, unless it was moved or cancelled: a record that was made by another act, such as
    /// an item for the agenda, has the date by the rule as that was then, and a later policy can have another.
    #[must_use]
    pub fn by_rule_now(mut self, calendar: &MeetingCalendar, policy: &Policy) -> Self {
        let is_set = !self.moved.is_empty() || self.cancelled.is_some();
        if let Some(month) = self.month.filter(|month| !is_set && !calendar.excepts(self.kind, *month)) {
            self.date = calendar::by_rule(self.kind, month, policy);
            self.by_rule = Some(self.date);
        }
        self
    }

    /// The number of a month's meeting.
    #[must_use]
    pub fn number_of(kind: MeetingKind, month: NaiveDate) -> MeetingNumber {
        MeetingNumber::of_public("monthly", &format!("{kind} {}", calendar::first_of(month).format("%Y-%m")), 0)
    }

    /// How it stands on a day.
    #[must_use]
    pub fn status(&self, today: NaiveDate) -> Status {
        match self {
            Self { cancelled: Some(_), .. } => Status::Cancelled,
            Self { date, .. } if *date < today => Status::Held,
            Self { moved, .. } if !moved.is_empty() => Status::Moved,
            _ => Status::Scheduled,
        }
    }

    /// What people call it: `Monthly systems meeting of 2026-03`.
    #[must_use]
    pub fn name(&self) -> String {
        let of = match self.kind {
            MeetingKind::ProductProcess => "product/process",
            MeetingKind::Systems => "systems",
        };
        match self.month {
            Some(month) => format!("Monthly {of} meeting of {}", month.format("%Y-%m")),
            None => format!("Ad hoc {of} meeting"),
        }
    }
}
