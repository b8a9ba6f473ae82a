//! A newly deployed release (12.2, TT-17): a week after its production date a conference call reviews what was found with it.
//!
//! What may happen to a release stands in `change`, what its notices tell in `notices`.

mod change;
mod notices;

pub use change::ALL;

use chrono::{Days, NaiveDate};
use contract::{ClecId, FieldError, Instant, Party, Policy, ReleaseNumber, TicketNumber};
use record::{
    Published, RecordChange, SeenByClecs,
    notice::{NoticeCounter, moment},
};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// An entry of a release's history, counted by its revision: that a CLEC noted an issue is no change that another can see.
pub type Entry = record::Entry<Fact>;

/// A release of an OSS interface.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Release {
    /// The number of the release.
    pub number: ReleaseNumber,
    /// Counts what the provider can see change: its ETag there.
    pub version: u64,
    /// Counts every write: the condition of the next.
    pub revision: u64,
    /// How it was recorded: the history's first entry.
    pub opening: Entry,
    /// When the provider last saw it change.
    pub changed_at: Instant,
    /// What the CLECs have seen of it, where that is not what the provider has.
    #[serde(default, skip_serializing_if = "SeenByClecs::is_empty")]
    pub seen_by_clecs: SeenByClecs,
    /// What is released, when, and when it is reviewed.
    pub plan: Plan,
    /// Where it stands.
    pub state: State,
    /// The notices of it.
    #[serde(rename = "told")]
    pub notices: NoticeCounter,
    /// How many issues were noted on it.
    pub issues: u32,
}

/// What the desk says of a release.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Of which OSS interface.
    pub interface: String,
    /// The name of the release.
    pub name: String,
    /// Release production date, in the policy's zone.
    pub production_date: NaiveDate,
    /// When the review call is, where it is not the week after at the policy's time.
    pub review_at: Option<Instant>,
    /// How to dial in.
    pub bridge: Option<String>,
}

impl Plan {
    /// When the review call is: a week after the production date at the policy's time, or on the first business day from then
    /// on, unless it says otherwise.
    #[must_use]
    pub fn review(&self, policy: &Policy) -> Instant {
        let settled = policy.calendar(self.production_date.and_time(chrono::NaiveTime::MIN).and_utc());
        let week = self.production_date + Days::new(policy.releases.review_after_days.into());
        self.review_at.unwrap_or_else(|| settled.at_time(settled.business_day_from(week), policy.releases.review_at))
    }

    /// What is wrong with it at `now`, seen from what it was before.
    #[must_use]
    pub fn field_errors(&self, before: Option<&Self>, now: Instant, policy: &Policy) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, detail: String| faults.push(FieldError::new(field, "TT-17", detail));
        if !policy.releases.interfaces.contains(&self.interface) {
            fault(
                "interface",
                format!("is one of {} (policy: releases.interfaces)", policy.releases.interfaces.join(", ")),
            );
        }
        let years = policy.outages.furthest.num_days();
        let distance = (self.production_date - policy.calendar(now).date(now)).num_days();
        if distance.abs() > years {
            fault("productionDate", format!("is within {years} days of today (policy: outages.furthest)"));
            return faults;
        }
        let review = self.review(policy);
        let moved = before.is_none_or(|before| before.review(policy) != review);
        let calendar = policy.calendar(now);
        if moved && review <= now {
            let detail = format!("is in the future; a week after the production date was {}", moment(review, policy));
            fault("reviewCall.at", detail);
        } else if moved && calendar.date(review) < self.production_date {
            fault("reviewCall.at", "is not before the production date".to_owned());
        } else if moved && review - now > policy.outages.furthest {
            fault("reviewCall.at", format!("is at most {years} days ahead (policy: outages.furthest)"));
        }
        faults
    }
}

/// Where a release stands.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum State {
    /// Its review call is ahead, or has no minutes yet.
    Scheduled {
        /// When all are to be reminded of the call; none when they were, or were told so late that it reminds.
        reminder_at: Option<Instant>,
        /// When the desk is told that there are no minutes; none when it was.
        minutes_due_at: Option<Instant>,
    },
    /// Reviewed, with minutes.
    Reviewed {
        /// The minutes of the review call.
        minutes: String,
        /// Since when they are there.
        at: Instant,
    },
}

/// A thing that became so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Fact {
    /// It was recorded, and its review call set.
    Recorded {
        /// When the call is.
        review: Instant,
    },
    /// It was changed.
    Changed,
    /// All were reminded of the call.
    Reminded,
    /// There were minutes.
    MinutesRecorded,
    /// There were none in time.
    MinutesMissing,
    /// An issue was noted.
    IssueNoted {
        /// Whose; the provider's own.
        clec: Option<ClecId>,
    },
}

/// What a transition of a release changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The release, changed.
    pub release: RecordChange<Release>,
    /// An issue noted on it, kept apart.
    pub issue: Option<Issue>,
}

impl From<RecordChange<Release>> for Change {
    fn from(release: RecordChange<Release>) -> Self {
        Self { release, issue: None }
    }
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        match self {
            Self::Recorded { .. }
            | Self::Changed
            | Self::Reminded
            | Self::MinutesRecorded
            | Self::MinutesMissing
            | Self::IssueNoted { .. } => Published::Whole,
        }
    }
}

/// An issue that was found with a release: seen by its CLEC and the desk.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Issue {
    /// With which release.
    pub release: ReleaseNumber,
    /// Its place among all of the release's.
    pub place: u32,
    /// Whose; none when the provider found it.
    pub clec: Option<ClecId>,
    /// The ticket that it is worked by.
    pub ticket: Option<TicketNumber>,
    /// The description of the issue.
    pub text: String,
    /// When it was noted.
    pub at: Instant,
}

impl Issue {
    /// Whose it is.
    #[must_use]
    pub fn party(&self) -> Party {
        self.clec.clone().map_or(Party::Provider, Party::Clec)
    }
}

/// That a ticket came to name a release (TT-17). Whether it still does, the ticket tells.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseMention {
    /// The number of the release that the ticket is mentioned with.
    pub release: ReleaseNumber,
    /// By which ticket.
    pub ticket: TicketNumber,
    /// Whose that is.
    pub clec: Option<ClecId>,
}
