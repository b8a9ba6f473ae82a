//! A release, and an issue of it, as their readers see them.

use crate::BASE;
use chrono::{DateTime, NaiveDate, Utc};
use contract::Policy;
use domain::release::{Issue, Release, State};
use serde::Serialize;
use tmf621::TicketRow;
use utoipa::ToSchema;

/// A release as CLECs and the desk read it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Release)]
pub(crate) struct ReleaseShown {
    /// The number of the release.
    id: String,
    /// Where it is.
    href: String,
    /// scheduled, or reviewed.
    status: &'static str,
    /// Of which OSS interface.
    interface: String,
    /// The name of the release.
    name: String,
    /// Release production date.
    production_date: NaiveDate,
    /// The conference call that reviews it.
    review_call: ReviewCall,
    /// The call's minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    minutes: Option<String>,
    /// When it last changed.
    last_update: DateTime<Utc>,
    /// When it is read alone: the issues noted on it, a CLEC's own, for the desk all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    issues: Vec<IssueShown>,
    /// Likewise the tickets that name it, a CLEC's own, for the desk all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tickets: Vec<TicketRow>,
}

/// The review call.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewCall {
    /// When the review call is.
    at: DateTime<Utc>,
    /// How to dial in.
    bridge: Option<String>,
}

/// An issue as its CLEC and the desk read it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Issue)]
pub(crate) struct IssueShown {
    /// The CLEC that found the issue; absent when the provider found it.
    clec: Option<String>,
    /// The ticket that it is worked by.
    ticket: Option<String>,
    /// The description of the issue.
    text: String,
    /// When it was noted.
    at: DateTime<Utc>,
}

impl From<&Issue> for IssueShown {
    fn from(issue: &Issue) -> Self {
        Self {
            clec: issue.clec.as_ref().map(ToString::to_string),
            ticket: issue.ticket.map(|ticket| ticket.to_string()),
            text: issue.text.clone(),
            at: issue.at,
        }
    }
}

impl ReleaseShown {
    pub(crate) fn of(release: &Release, policy: &Policy) -> Self {
        let (status, minutes) = match &release.state {
            State::Scheduled { .. } => ("scheduled", None),
            State::Reviewed { minutes, .. } => ("reviewed", Some(minutes.clone())),
        };
        Self {
            id: release.number.to_string(),
            href: format!("{BASE}/{}", release.number),
            status,
            interface: release.plan.interface.clone(),
            name: release.plan.name.clone(),
            production_date: release.plan.production_date,
            review_call: ReviewCall { at: release.plan.review(policy), bridge: release.plan.bridge.clone() },
            minutes,
            last_update: release.changed_at,
            issues: Vec::new(),
            tickets: Vec::new(),
        }
    }

    /// With what is a party's to know of its problems.
    pub(crate) fn with(self, issues: &[Issue], tickets: Vec<TicketRow>) -> Self {
        Self { issues: issues.iter().map(IssueShown::from).collect(), tickets, ..self }
    }
}
