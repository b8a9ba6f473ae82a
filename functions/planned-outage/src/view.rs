//! A planned outage, and a position on it, as its readers see them.

use crate::BASE;
use chrono::{DateTime, Utc};
use contract::{Impact, Party, Policy};
use domain::outage::{Outage, Plan, State, Warning, WindowPosition};
use record::Record;
use serde::Serialize;
use utoipa::ToSchema;

/// A planned outage as CLECs and the desk read it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlannedOutage {
    /// The number of the planned outage.
    id: String,
    /// Where it is.
    href: String,
    /// draft, announced, cancelled or ended.
    status: &'static str,
    /// The subject OSS interface.
    interface: Option<String>,
    /// The scheduled maintenance activity.
    description: Option<String>,
    /// Impact to the CLECs.
    #[schema(value_type = Option<tmf621::Impact>)]
    impact: Option<Impact>,
    /// The same in a word.
    maintenance_impact: &'static str,
    /// The scheduled start.
    start: Option<DateTime<Utc>>,
    /// The scheduled stop.
    stop: Option<DateTime<Utc>>,
    /// Work around, if applicable.
    workaround: Option<String>,
    /// Contact for more information.
    provider_contact: String,
    /// When the maintenance was scheduled.
    scheduled_at: DateTime<Utc>,
    /// By when its notice was to be sent: the end of the second calendar day after the scheduling.
    notice_due_at: DateTime<Utc>,
    /// When it was announced.
    #[serde(skip_serializing_if = "Option::is_none")]
    announced_at: Option<DateTime<Utc>>,
    /// When it last changed.
    last_update: DateTime<Utc>,
    /// Counts its windows: a position is on one of them.
    window: u32,
    /// When all are reminded of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reminder_at: Option<DateTime<Utc>>,
    /// When, and why, it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    cancellation: Option<Cancelled>,
    /// When it was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Ended>,
    /// The tickets that it raised by passing its stop.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tickets: Vec<String>,
    /// Of a draft, what is missing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<&'static str>,
    /// For the desk: what overlaps, and short notice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<WarningShown>,
    /// What is possible now; for a CLEC, its position.
    possible: Vec<&'static str>,
}

/// What the desk is warned of when a window is announced.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlannedOutageWarning)]
#[serde(tag = "warning", rename_all = "camelCase")]
enum WarningShown {
    /// Another announced outage is at the same time.
    Overlap {
        /// The number of the other outage.
        outage: String,
        /// The interface of the other outage.
        interface: String,
        /// Whether both outages are of the same interface.
        #[serde(rename = "sameInterface")]
        same_interface: bool,
    },
    /// The start is nearer than the policy's short notice.
    ShortNotice {
        /// The scheduled start.
        start: DateTime<Utc>,
    },
}

impl From<&Warning> for WarningShown {
    fn from(warning: &Warning) -> Self {
        match warning {
            Warning::Overlap { outage, interface, same_interface } => Self::Overlap {
                outage: outage.to_string(),
                interface: interface.clone(),
                same_interface: *same_interface,
            },
            Warning::ShortNotice { start } => Self::ShortNotice { start: *start },
        }
    }
}

/// The cancellation of a planned outage.
#[derive(Debug, Serialize, ToSchema)]
struct Cancelled {
    /// When the outage was cancelled.
    at: DateTime<Utc>,
    /// The reason for the cancellation.
    reason: String,
}

/// The end of a planned outage.
#[derive(Debug, Serialize, ToSchema)]
struct Ended {
    /// When the outage ended.
    at: DateTime<Utc>,
    /// What there is to say of it.
    detail: Option<String>,
}

impl PlannedOutage {
    pub(crate) fn of(outage: &Outage, viewer: &Party, now: DateTime<Utc>, policy: &Policy) -> Self {
        let plan = outage.plan.clone();
        let provider_contact = plan.contact(policy);
        let Plan { interface, description, impact, maintenance_impact, start, stop, workaround, .. } = plan;
        let (mut reminder_at, mut cancellation, mut end) = (None, None, None);
        match &outage.state {
            State::Draft { .. } => {}
            State::Announced { reminder_at: at, .. } => reminder_at = *at,
            State::Cancelled { at, reason } => cancellation = Some(Cancelled { at: *at, reason: reason.clone() }),
            State::Ended { at, detail } => end = Some(Ended { at: *at, detail: detail.clone() }),
        }
        let desks = viewer.is_provider();
        let draft = matches!(outage.state, State::Draft { .. });
        Self {
            id: outage.number.to_string(),
            href: format!("{BASE}/{}", outage.number),
            status: outage.status().as_str(),
            interface,
            description,
            impact,
            maintenance_impact: maintenance_impact.as_str(),
            start,
            stop,
            workaround,
            provider_contact,
            scheduled_at: outage.scheduled_at,
            notice_due_at: outage.due_at,
            announced_at: outage.announced_at,
            last_update: outage.seen_by(viewer).map_or(outage.changed_at, |seen| seen.changed_at),
            window: outage.window,
            reminder_at,
            cancellation,
            end,
            tickets: outage.overruns.iter().map(ToString::to_string).collect(),
            missing: if draft { outage.plan.missing() } else { Vec::new() },
            warnings: outage.warnings.iter().filter(|_| desks).map(WarningShown::from).collect(),
            possible: outage.possible(viewer, now),
        }
    }
}

/// A CLEC's position as it and the desk read it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PositionShown {
    /// The CLEC that took the position.
    clec: String,
    /// agree or object.
    position: &'static str,
    /// The reason for the position.
    reason: Option<String>,
    /// When the position was taken.
    at: DateTime<Utc>,
    /// On which window.
    window: u32,
    /// That window's start.
    start: Option<DateTime<Utc>>,
    /// That window's stop.
    stop: Option<DateTime<Utc>>,
    /// Whether the window still is that one.
    current: bool,
    /// The desk's answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<AnswerShown>,
}

/// The desk's answer.
#[derive(Debug, Serialize, ToSchema)]
struct AnswerShown {
    /// The text of the answer.
    text: String,
    /// When the answer was given.
    at: DateTime<Utc>,
}

impl PositionShown {
    pub(crate) fn of(position: WindowPosition, outage: &Outage) -> Self {
        Self {
            clec: position.clec.to_string(),
            position: position.position.as_str(),
            reason: position.reason,
            at: position.at,
            window: position.window,
            start: position.start,
            stop: position.stop,
            current: position.window == outage.window,
            answer: position.answer.map(|answer| AnswerShown { text: answer.text, at: answer.at }),
        }
    }
}
