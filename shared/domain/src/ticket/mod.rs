//! A trouble ticket (12.3, 12.4): one struct of what every ticket holds, and an enum of states.
//!
//! What may happen to a ticket stands in its neighbours, in the order of its life: [`opening`], [`update`], [`telephone`], and
//! [`group`] for tickets of one problem; what a process ticket has beside that, in [`process`]. Each transition takes the ticket and returns a [`Change`] or a refusal; nothing is written here.

pub mod actions;
pub mod awaited;
pub mod caller;
pub mod case;
pub mod change;
pub mod closing;
pub mod correction;
pub mod document;
pub mod group;
pub mod history;
pub mod loaded;
pub mod notice;
pub mod notification_chart;
pub mod opening;
pub mod order;
pub mod past;
pub mod patch;
pub mod post_mortem;
pub mod problem;
pub mod process;
pub mod prompt;
pub mod public_event;
pub mod similar;
pub mod state;
pub mod telephone;
pub mod update;
pub mod workaround;

pub use actions::Action;
pub use caller::{Callers, OpenTo};
pub use case::Case;
pub use change::{Change, Link, TicketChange, TicketPart};
pub use document::TicketDocument;
pub use history::{Entry, Fact};
pub use loaded::Loaded;
pub use patch::Patch;
pub use post_mortem::NamedPostMortem;
pub use problem::Problem;
pub use process::Process;
pub use state::{Closing, Disposition, State};
pub use workaround::FormerWorkaround;

use crate::trouble::{Agreements, Call, Note, calls::NoteCounts};
use contract::{
    ClecId, DegradationReportNumber, Impact, Instant, Person, Policy, ReleaseNumber, Severity, TicketNumber, Visibility,
};
use process::CrossReference;
use record::{
    Notice, SeenByClecs,
    case::Cases,
    notice::{NoticeKind, SeriesCounts, Status},
};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::collections::BTreeSet;

/// A trouble: of a system, worked by the help desk (TT-02), or of a process, worked by the tiers (PT-13).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    /// Its number (TT-01).
    pub number: TicketNumber,
    /// Counts what the provider can see change: its ETag there.
    pub version: u64,
    /// Counts every write: the condition of the next.
    pub revision: u64,
    /// When it was opened.
    pub opened_at: Instant,
    /// When the provider last saw it change.
    pub changed_at: Instant,
    /// What the CLECs have seen of it, where that is not what the provider has.
    #[serde(default, skip_serializing_if = "SeenByClecs::is_empty")]
    pub seen_by_clecs: SeenByClecs,
    /// How it was opened: the history's first entry, kept here so that opening writes one item less.
    pub opening: Entry,
    /// Whose it is; none when the provider detected the trouble itself.
    pub clec: Option<ClecId>,
    /// What was reported.
    pub report: Report,
    /// What it has as a process ticket (12.8); none of a systems ticket.
    pub process: Option<Box<Process>>,
    /// Other tickets of the same trouble, which are worked by themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cross_references: Vec<CrossReference>,
    /// As assigned by the desk.
    pub severity: Severity,
    /// The problem that it is of. A linked ticket reads its primary's instead ([`Ticket::effective_under`]).
    #[serde(flatten)]
    pub problem: Problem,
    /// How it came to its status.
    pub status_changes: Vec<StatusChange>,
    /// Its part in a group of one problem.
    pub group: Group,
    /// Whether a group is listed under its number that it is not the primary of.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[serde(rename = "hosts")]
    pub anchors_group: bool,
    /// In which lists it came to stand while it is linked.
    pub relisted: Option<Relisted>,
    /// The CLECs that it relates to: its own, those that called, those of the tickets linked to it.
    pub clecs: BTreeSet<ClecId>,
    /// The CLECs among them that called, and have no ticket in its group. Of a linked ticket, they are its primary's too.
    #[serde(default, skip_serializing_if = "Callers::is_empty")]
    pub callers: Callers,
    /// Since when the desk works it outside the hours of operation, so that severity 2 is told at any hour (NT-07).
    pub worked_outside_since: Option<Instant>,
    /// Until when the promised patch is to be recorded as implemented.
    pub patch_due: Option<Instant>,
    /// Whether the CLECs of its group, and those that called, agree with resolution and closing (TT-10); who said so and why
    /// is in the history. Of a linked ticket its primary keeps it.
    #[serde(default, skip_serializing_if = "Agreements::is_empty")]
    pub agreements: Agreements,
    /// Which guidelines were ticked when its severity was chosen (TT-03).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub severity_checklist: Vec<String>,
    /// The cases on it.
    #[serde(flatten)]
    pub cases: Cases<case::Subject>,
    /// The change requests that it led to, by number (TT-12).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub change_requests: BTreeSet<String>,
    /// The release whose deployment it is a problem of (TT-17).
    pub release: Option<ReleaseNumber>,
    /// Its post-mortem, once one was asked for.
    pub post_mortem: Option<NamedPostMortem>,
    /// The degradation report that it was raised of (QS-03).
    pub service_problem: Option<DegradationReportNumber>,
    /// Provider contact for this problem, when it is not the policy's.
    pub provider_contact: Option<String>,
    /// Escalation information for this problem, when it is not the policy's.
    pub escalation: Option<String>,
    /// The tier and the expert it was referred to.
    pub referral: Option<Referral>,
    /// Call Center Database Ticket number.
    pub call_center_reference: Option<String>,
    /// How many documents belong to it.
    #[serde(default, skip_serializing_if = "document::is_zero")]
    pub documents: u32,
    /// How many of them the provider brought.
    #[serde(default, skip_serializing_if = "document::is_zero")]
    pub documents_of_provider: u32,
    /// The latest further calls with the CLECs; all of them are in the history.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Call>,
    /// The latest notes; all of them are in the history.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// How many notes were added.
    #[serde(default, skip_serializing_if = "NoteCounts::is_empty")]
    pub note_counts: NoteCounts,
    /// The latest notice.
    pub last_notice: Option<LastNotice>,
    /// How many Updates there were: the n of "Update n".
    pub updates: u32,
    /// The next no-change update, if one is owed: what the index is kept by, and what a recomputation is held against.
    pub next_update: Option<NextUpdate>,
}

/// When the next no-change update leaves and is due; why, the clock can tell at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NextUpdate {
    /// When it is to leave.
    pub leaves_at: Instant,
    /// By when it must have been sent.
    pub at: Instant,
}

/// How many changes of status it shows.
pub const STATUS_CHANGES_AT_MOST: usize = 100;
/// In how many bytes.
const STATUS_CHANGES_BYTES: usize = 10 * 1024;

/// What a CLEC, or the provider's own monitoring, reports.
#[skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Report {
    /// Description of the problem, in the reporter's words.
    pub description: String,
    /// A systems ticket or a process ticket, in a word of these; what was stored before there were two types has other words, and is of
    /// systems.
    pub ticket_type: String,
    /// The system affected.
    pub system_affected: Option<String>,
    /// Impact to the CLEC.
    pub impact: Option<Impact>,
    /// Whom to call about it.
    pub contact: Option<Person>,
    /// Who may raise the severity (12.5).
    pub severity_escalation_contact: Option<Person>,
    /// Details of the problem, if requested and available (12.4.1).
    pub details: Option<Details>,
    /// A short name.
    pub name: Option<String>,
    /// The reporter's own number.
    pub external_id: Option<String>,
    /// The reporter's priority.
    pub priority: Option<String>,
    /// When the reporter wishes it resolved.
    pub requested_resolution: Option<Instant>,
    /// What the interface standard lets a client keep with a ticket and the desk does not interpret.
    #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
    pub kept: serde_json::Map<String, serde_json::Value>,
}

impl Report {
    /// What `ticket_type` is of a systems ticket.
    pub const SYSTEMS: &'static str = "systems";
    /// What `ticket_type` is of a process ticket.
    pub const PROCESS: &'static str = "process";
}

/// Details of a problem that a CLEC supplies: what the resolution team works with (12.4.1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Details {
    /// The reject notices.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reject_notices: Vec<String>,
    /// Local service requests.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lsrs: Vec<String>,
    /// The telephone numbers affected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tns: Vec<String>,
    /// The circuit numbers affected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub circuits: Vec<String>,
}

/// A change of status, as the interface standard lists them.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusChange {
    /// The new status.
    pub status: Status,
    /// When it occurred.
    pub at: Instant,
    /// The reason for the change.
    pub why: Option<String>,
    /// Who reads the reason, where the desk wrote it for the CLECs or for itself.
    pub read_by: Option<Visibility>,
}

/// To whom a ticket was referred.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// Tier 2 or 3.
    pub tier: u8,
    /// The subject matter expert.
    pub expert: Option<String>,
}

/// A ticket's part in a group of one problem (TT-06).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "camelCase")]
pub enum Group {
    /// The ticket is in no group.
    #[default]
    Alone,
    /// The one that is worked; how many are linked to it, by severity 1 to 4.
    Primary {
        /// Linked tickets by severity.
        linked: [u32; 4],
        /// Under which number they are listed, when it is not its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        home: Option<TicketNumber>,
    },
    /// Linked: it has no clock, and no state, of its own.
    #[serde(rename_all = "camelCase")]
    Linked {
        /// Under which number the group is listed: its first primary's. As it reads, its primary.
        primary: TicketNumber,
        /// When the ticket was linked.
        since: Instant,
    },
}

/// A linked ticket was listed among the ended, because its group has ended, or among the open again, because the group is to be reopened.
///
/// An act on a group writes no linked ticket, so that the night's check lists it anew: the lists of open tickets hold each ticket that
/// reads as open, and until that night also linked ones whose group has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relisted {
    /// Whether it is listed among the ended.
    pub ended: bool,
    /// Since when it is listed there.
    pub at: Instant,
}

/// What the ticket remembers of its latest notice.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastNotice {
    /// Its place in the ticket's sequence.
    pub sequence: u32,
    /// What kind it was.
    pub kind: NoticeKind,
    /// From when the no-change interval runs again (NT-08): when the notice leaves.
    pub restarts_at: Instant,
    /// How many notices of each type there were, it included.
    pub series: Option<SeriesCounts>,
    /// The notice itself while it waits for an opening: what comes until then is told in it.
    pub waiting: Option<Box<Notice>>,
}

impl Ticket {
    /// The gravest severity of the group, which its primary runs at; of a ticket without a group, its own.
    #[must_use]
    pub fn clock_severity(&self) -> Severity {
        let Group::Primary { linked, .. } = &self.group else { return self.severity };
        let of_linked = Severity::ALL.into_iter().find(|severity| linked[*severity as usize] > 0);
        of_linked.map_or(self.severity, |gravest| gravest.min(self.severity))
    }

    /// Whether no-change updates can be owed: not on Date TBD, not closed, not linked (NT-10).
    #[must_use]
    pub fn has_clock(&self) -> bool {
        self.problem.state.is_open() && !matches!(self.problem.state, State::Held) && self.primary().is_none()
    }

    /// Under which number its group is listed.
    #[must_use]
    pub fn group_id(&self) -> Option<TicketNumber> {
        match self.group {
            Group::Alone => None,
            Group::Primary { home, .. } => Some(home.unwrap_or(self.number)),
            Group::Linked { primary, .. } => Some(primary),
        }
    }

    /// The primary that this ticket is linked to: under whose number its group is listed.
    #[must_use]
    pub fn primary(&self) -> Option<TicketNumber> {
        match self.group {
            Group::Linked { primary, .. } => Some(primary),
            Group::Alone | Group::Primary { .. } => None,
        }
    }

    /// How many tickets are linked to this one.
    #[must_use]
    pub fn linked_count(&self) -> u32 {
        match &self.group {
            Group::Primary { linked, .. } => linked.iter().sum(),
            Group::Alone | Group::Linked { .. } => 0,
        }
    }

    /// Whether its notices are event notices.
    #[must_use]
    pub fn is_event(&self) -> bool {
        self.problem.event_since.is_some()
    }

    /// The ticket with its clock set by what it is now.
    #[must_use]
    pub fn resynced(mut self, policy: &Policy) -> Self {
        self.set_clock(policy);
        self
    }

    /// Sets the clock by what the ticket is now.
    pub(crate) fn set_clock(&mut self, policy: &Policy) {
        let next = notification_chart::next_update(self, policy);
        let leaves_at = |due: &contract::due::Due| match self.is_of_process() {
            true => self.status_acts_at(due),
            false => due.leaves_at,
        };
        self.next_update = next.map(|due| NextUpdate { leaves_at: leaves_at(&due), at: due.at });
        self.patch_due = self.patch_due(policy);
    }
}
