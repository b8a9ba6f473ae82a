//! When a notice is due, and by which rule: a cell of the chart (12.7) with what the hours made of it, or a term beside the chart.

use crate::{Instant, Severity};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// A column of the chart: what a notice answers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Column {
    /// Response interval for status changes; the initial notice is due within it too (NT-05).
    StatusChange,
    /// Response interval for no status changes.
    NoStatusChange,
    /// Notification interval upon resolution.
    UponResolution,
}

crate::word!(Column);

/// When a notice is due, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Due {
    /// From when the interval runs: the change, the resolution, or the last notice (NT-17).
    pub from: Instant,
    /// By when the notice must have been sent.
    pub at: Instant,
    /// When it is to leave, never before.
    pub leaves_at: Instant,
    /// From when on, unsent, it is in jeopardy (NT-13).
    pub jeopardy_at: Instant,
    /// By which rule.
    pub rule: Rule,
}

/// The rule behind a due instant, as a timeline shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Rule {
    /// A cell of the chart (12.7), and the rule of hours.
    Chart(ChartRule),
    /// A term that the contract sets beside the chart.
    Term {
        /// The term that ends at the due instant.
        term: Term,
        /// How long it is, where the policy or an agreement says so.
        #[serde(with = "crate::duration::optional", default, skip_serializing_if = "Option::is_none")]
        interval: Option<TimeDelta>,
    },
}

impl Rule {
    /// The chart's cell, of a status notification.
    #[must_use]
    pub fn chart(&self) -> Option<&ChartRule> {
        match self {
            Self::Chart(rule) => Some(rule),
            Self::Term { .. } => None,
        }
    }

    /// Where it stands: the section of the source, and the requirement.
    #[must_use]
    pub fn place(&self) -> (&'static str, &'static str) {
        match self {
            Self::Chart(_) => ("12.7", "NT-04, NT-07"),
            Self::Term { term, .. } => term.place(),
        }
    }
}

/// A term beside the chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Term {
    /// Told at once, which is within 60 seconds.
    AtOnce,
    /// No later than two calendar days after the scheduling of a maintenance activity.
    TwoCalendarDays,
    /// Before what it reminds of begins.
    Reminder,
    /// Status of a process ticket, every two hours or as was agreed, in the hours of its center.
    TwoHours,
    /// What is told after the determination that other CLECs are impacted by a process trouble.
    ThreeBusinessHours,
    /// A CLEC that does not agree with the closing of its process ticket may escalate.
    TwentyFourHours,
}

crate::word!(Term);

impl Term {
    /// What "at once" is (NT-05).
    pub const AT_ONCE: TimeDelta = TimeDelta::seconds(60);

    fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::AtOnce => ("12.6", "NT-05"),
            Self::TwoCalendarDays => ("12.1", "PO-02"),
            Self::Reminder => ("12.1", "PO-03"),
            Self::TwoHours => ("12.8.1", "PT-02"),
            Self::ThreeBusinessHours => ("12.8.2", "PT-07"),
            Self::TwentyFourHours => ("12.8.1", "PT-04"),
        }
    }
}

impl Due {
    /// Owed since `from`, to leave at `now` and at any hour; in jeopardy when half of its time is gone.
    #[must_use]
    pub fn by_term(term: Term, from: Instant, at: Instant, now: Instant) -> Self {
        Self {
            from,
            at,
            leaves_at: now,
            jeopardy_at: from + (at - from) / 2,
            rule: Rule::Term { term, interval: None },
        }
    }

    /// To be told at once.
    #[must_use]
    pub fn at_once(now: Instant) -> Self {
        Self::by_term(Term::AtOnce, now, now + Term::AT_ONCE, now)
    }
}

/// A cell of the chart, and what the hours made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChartRule {
    /// The chart's column.
    pub column: Column,
    /// The chart's row: the severity that the ticket, or its group, runs at.
    pub severity: Severity,
    /// The chart's row: whether a workaround is provided.
    pub workaround_provided: bool,
    /// The chart's cell.
    #[serde(with = "crate::duration")]
    pub interval: TimeDelta,
    /// What the hours of operation made of it (NT-07).
    pub hours: HoursRule,
}

/// What the hours of operation do to a notice (NT-07).
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum HoursRule {
    /// Sent at any hour: severity 1, or severity 2 marked as worked outside hours.
    AnyHour,
    /// Within hours, and the interval ended in them.
    WithinHours,
    /// Within hours; the interval ended outside them, so that it is due the grace after the opening.
    OpeningPlusGrace,
}

crate::word!(HoursRule);
