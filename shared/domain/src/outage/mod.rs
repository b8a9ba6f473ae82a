//! Planned outages (12.1): reserved times for scheduled maintenance to OSS interfaces, told to all CLECs within two calendar
//! days of the scheduling.
//!
//! What may happen to one stands in [`change`], what CLECs say to it in [`position`], what is told of it in [`notices`]. Each
//! transition takes the outage and returns what it becomes, or a refusal; nothing is written here.

pub mod change;
pub mod notices;
pub mod position;

pub use position::{Answer, Stance, WindowPosition};

use crate::ticket::TicketChange;
use contract::{ClecId, FieldError, Impact, Instant, OutageNumber, Party, Policy, RecordRef, TicketNumber};
use record::{
    Published, RecordChange, SeenByClecs,
    deadline::Warned,
    notice::{NoticeCounter, moment},
};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use strum::{IntoStaticStr, VariantArray};

/// An entry of a planned outage's history. It is counted by the outage's revision: that a CLEC took a position is no change
/// that another can see.
pub type Entry = record::Entry<Fact>;

/// A planned outage (PO-01).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outage {
    /// The number of the planned outage.
    pub number: OutageNumber,
    /// Counts what the provider can see change: its ETag there.
    pub version: u64,
    /// Counts every write: the condition of the next.
    pub revision: u64,
    /// How it began: the history's first entry.
    pub opening: Entry,
    /// When the provider last saw it change.
    pub changed_at: Instant,
    /// What the CLECs have seen of it, where that is not what the provider has.
    #[serde(default, skip_serializing_if = "SeenByClecs::is_empty")]
    pub seen_by_clecs: SeenByClecs,
    /// What is planned.
    pub plan: Plan,
    /// When the maintenance was scheduled.
    pub scheduled_at: Instant,
    /// By when its notice must have been sent (PO-02).
    pub due_at: Instant,
    /// Where it stands.
    pub state: State,
    /// When it was announced; a draft that was given up never was.
    pub announced_at: Option<Instant>,
    /// Counts the windows that were announced: a position is on one of them.
    pub window: u32,
    /// The notices of it.
    #[serde(rename = "told")]
    pub notices: NoticeCounter,
    /// What the desk was warned of when the window was announced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// The tickets that it raised by passing its stop.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overruns: Vec<TicketNumber>,
}

/// What a transition of a planned outage changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The planned outage.
    pub outage: RecordChange<Outage>,
    /// What a CLEC says to it, kept apart.
    pub position: Option<WindowPosition>,
    /// The ticket that it raises by passing its stop, and those that its end resolves.
    pub tickets: Vec<TicketChange>,
}

impl From<RecordChange<Outage>> for Change {
    fn from(outage: RecordChange<Outage>) -> Self {
        Self { outage, position: None, tickets: Vec::new() }
    }
}

/// What a notification of a planned outage must include (12.1); of a draft, what is known.
#[skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Plan {
    /// The subject OSS interface.
    pub interface: Option<String>,
    /// The scheduled maintenance activity.
    pub description: Option<String>,
    /// Impact to the CLECs.
    pub impact: Option<Impact>,
    /// The same in a word that programs read (PO-06).
    pub maintenance_impact: MaintenanceImpact,
    /// The scheduled start.
    pub start: Option<Instant>,
    /// The scheduled stop.
    pub stop: Option<Instant>,
    /// Work around, if applicable.
    pub workaround: Option<String>,
    /// Contact for more information, when it is not the policy's.
    pub provider_contact: Option<String>,
}

impl Plan {
    /// Its fields, by name.
    pub const FIELDS: [&str; 8] =
        ["interface", "description", "impact", "maintenanceImpact", "start", "stop", "workaround", "providerContact"];

    /// What 12.1 demands and is missing, by name.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let impact = self.impact.as_ref().is_some_and(|impact| *impact != Impact::default());
        let there = [
            ("interface", self.interface.is_some()),
            ("description", self.description.is_some()),
            ("impact", impact),
            ("start", self.start.is_some()),
            ("stop", self.stop.is_some()),
        ];
        there.into_iter().filter(|(_, there)| !there).map(|(name, _)| name).collect()
    }

    /// Start and stop, when both are known.
    #[must_use]
    pub fn window(&self) -> Option<(Instant, Instant)> {
        self.start.zip(self.stop)
    }

    /// The interface as texts name it.
    #[must_use]
    pub fn interface_told(&self) -> &str {
        self.interface.as_deref().unwrap_or("an interface that is not yet known")
    }

    /// What is wrong with its instants at `now`; those that were planned `before` are not held against the clock again, and
    /// what has `begun` keeps its start.
    #[must_use]
    pub fn field_errors(&self, before: Option<&Self>, begun: bool, now: Instant, policy: &Policy) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, detail: String| faults.push(FieldError::new(field, "PO-01", detail));
        let old = |of: fn(&Self) -> Option<Instant>| before.and_then(of);
        if let Some(start) = self.start.filter(|start| old(|plan| plan.start) != Some(*start)) {
            if begun {
                fault("start", "has come: what has begun keeps its start".to_owned());
            } else if start <= now {
                fault("start", format!("is in the future: it is {} now", moment(now, policy)));
            } else if start - now > policy.outages.furthest {
                let days = policy.outages.furthest.num_days();
                fault("start", format!("is at most {days} days ahead (policy: outages.furthest)"));
            }
        }
        if let Some(stop) = self.stop {
            if old(|plan| plan.stop) != Some(stop) && stop <= now {
                fault("stop", format!("is in the future: it is {} now", moment(now, policy)));
            } else if self.start.is_some_and(|start| stop <= start) {
                fault("stop", "is behind the start".to_owned());
            } else if self.start.is_some_and(|start| stop - start > policy.outages.longest) {
                let hours = policy.outages.longest.num_hours();
                fault("stop", format!("is at most {hours} hours behind the start (policy: outages.longest)"));
            }
        }
        faults
    }

    /// What is missing, as faults.
    #[must_use]
    pub fn missing_faults(&self) -> Vec<FieldError> {
        let detail = "is missing; what is not yet known is saved with \"draft\": true";
        self.missing().into_iter().map(|name| FieldError::new(name, "PO-01", detail)).collect()
    }
}

/// The worst that a maintenance does to its interface, in the words of the NANOG standard for maintenance notifications.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING-KEBAB-CASE")]
pub enum MaintenanceImpact {
    /// Nothing is noticed.
    NoImpact,
    /// Nothing is noticed, unless something else fails.
    ReducedRedundancy,
    /// It works, but not as well.
    Degraded,
    /// It is out of service; the standard's default.
    #[default]
    Outage,
}

contract::word!(MaintenanceImpact, contract::word::one_of);

/// Where a planned outage stands.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum State {
    /// Incomplete: the desk's own until it can be announced (PO-02).
    Draft {
        /// How far the desk was warned that its notice is due.
        warned: Warned,
    },
    /// Told to all.
    Announced {
        /// When all are to be reminded; none when they were, or were told so late that it reminds (PO-03).
        reminder_at: Option<Instant>,
        /// When it raises a ticket if it was not ended; none when it did (PO-06).
        overrun_at: Option<Instant>,
    },
    /// It does not take place.
    Cancelled {
        /// When the outage was cancelled.
        at: Instant,
        /// Why, in the desk's words, which all are told.
        reason: String,
    },
    /// It is over.
    Ended {
        /// When the maintenance ended.
        at: Instant,
        /// What there is to say of it.
        detail: Option<String>,
    },
}

/// A state, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Status {
    /// See [`State::Draft`].
    Draft,
    /// See [`State::Announced`].
    Announced,
    /// See [`State::Cancelled`].
    Cancelled,
    /// See [`State::Ended`].
    Ended,
}

contract::word!(Status, contract::word::one_of);

/// What the desk is warned of when a window is announced (PO-06).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "warning", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Warning {
    /// Another announced outage is at the same time.
    Overlap {
        /// The number of the other outage.
        outage: OutageNumber,
        /// The interface of the other outage.
        interface: String,
        /// Whether both outages are of the same interface.
        same_interface: bool,
    },
    /// The start is nearer than the policy's short notice.
    ShortNotice {
        /// The scheduled start.
        start: Instant,
    },
}

impl Warning {
    /// The sentence that warns the desk, with times in the policy's time zone.
    #[must_use]
    pub fn wording(&self, policy: &Policy) -> String {
        match self {
            Self::Overlap { outage, interface, same_interface } => {
                let of = if *same_interface { "the same interface, " } else { "" };
                format!("Overlaps planned outage {outage} of {of}{interface}")
            }
            Self::ShortNotice { start } => {
                let hours = policy.outages.short_notice.num_hours();
                format!("Short notice: it begins {}, within {hours} hours", moment(*start, policy))
            }
        }
    }
}

/// A thing that became so.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Fact {
    /// It was saved as a draft.
    Drafted,
    /// It was announced.
    Announced {
        /// The scheduled start.
        start: Option<Instant>,
        /// The scheduled stop.
        stop: Option<Instant>,
    },
    /// Some of what is planned was changed.
    Changed {
        /// The fields' names.
        fields: Vec<String>,
    },
    /// It was cancelled.
    Cancelled,
    /// It was ended.
    Ended {
        /// When the outage ended.
        at: Instant,
    },
    /// All were reminded.
    Reminded,
    /// The desk was warned of the draft.
    Warned {
        /// What the desk was warned of.
        of: Warned,
    },
    /// It passed its stop without an end, and raised a ticket.
    Overran {
        /// The number of the ticket that was raised.
        ticket: TicketNumber,
    },
    /// A CLEC took a position.
    PositionTaken {
        /// The CLEC that took the position.
        clec: ClecId,
        /// The position that was taken.
        position: Stance,
    },
    /// The desk answered a position.
    Answered {
        /// The CLEC whose position was answered.
        clec: ClecId,
    },
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        match self {
            Self::Drafted
            | Self::Announced { .. }
            | Self::Changed { .. }
            | Self::Cancelled
            | Self::Ended { .. }
            | Self::Reminded
            | Self::Warned { .. }
            | Self::Overran { .. }
            | Self::PositionTaken { .. }
            | Self::Answered { .. } => Published::Whole,
        }
    }
}

impl Outage {
    /// Where it stands, in a word.
    #[must_use]
    pub fn status(&self) -> Status {
        match self.state {
            State::Draft { .. } => Status::Draft,
            State::Announced { .. } => Status::Announced,
            State::Cancelled { .. } => Status::Cancelled,
            State::Ended { .. } => Status::Ended,
        }
    }

    /// When its interface is planned to be unavailable (WB-05); nothing of an outage that does not take place, and of a maintenance that
    /// nothing is noticed of. What goes on behind the stop that was planned is not planned.
    #[must_use]
    pub fn planned_unavailability(&self) -> Option<(Instant, Instant)> {
        if !matches!(self.plan.maintenance_impact, MaintenanceImpact::Outage | MaintenanceImpact::Degraded) {
            return None;
        }
        let (start, stop) = self.plan.window()?;
        match &self.state {
            State::Announced { .. } => Some((start, stop)),
            State::Ended { at, .. } => Some((start, stop.min(*at))).filter(|(start, stop)| start < stop),
            State::Draft { .. } | State::Cancelled { .. } => None,
        }
    }

    /// Whether it has begun by `now`: it was announced, and its start has come.
    #[must_use]
    pub fn has_begun(&self, now: Instant) -> bool {
        let at_work = matches!(self.state, State::Announced { .. } | State::Ended { .. });
        at_work && self.plan.start.is_some_and(|start| start <= now)
    }

    /// What is wrong with another plan for it at `now`. What a draft holds may have been overtaken by time: one that would be
    /// announced by it is looked at as if it were new.
    #[must_use]
    pub fn faults_of(&self, plan: &Plan, now: Instant, policy: &Policy) -> Vec<FieldError> {
        if matches!(self.state, State::Draft { .. }) {
            let before = Some(&self.plan).filter(|_| !plan.missing().is_empty());
            return plan.field_errors(before, false, now, policy);
        }
        let faults = plan.field_errors(Some(&self.plan), self.has_begun(now), now, policy);
        faults.into_iter().chain(plan.missing_faults()).collect()
    }

    /// What a party may do with it at `now`: the positions are the CLECs', everything else is the desk's.
    #[must_use]
    pub fn possible(&self, by: &Party, now: Instant) -> Vec<&'static str> {
        let tasks: &[&str] = match self.state {
            State::Draft { .. } => &["PATCH", "cancellation"],
            State::Announced { .. } if self.has_begun(now) => &["PATCH", "end", "position"],
            State::Announced { .. } => &["PATCH", "cancellation", "position"],
            State::Cancelled { .. } | State::Ended { .. } => &[],
        };
        tasks.iter().copied().filter(|task| by.is_provider() != (*task == "position")).collect()
    }

    pub(crate) fn about(&self) -> RecordRef {
        RecordRef::Outage(self.number)
    }
}
