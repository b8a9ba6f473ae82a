//! What holds for change requests: the names of the process, and the dated terms of its work flow.

use crate::{calendar::Monthly, duration, party::CmpRole, text};
use chrono::{NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use strum::{IntoStaticStr, VariantArray};

/// Names of the change management process.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ChangeRequests {
    /// How a token's roles are called that are roles of the process.
    pub roles: BTreeMap<CmpRole, String>,
    /// Who is asked about change requests, as notices name the contact.
    pub contact: String,
    /// Where to read more of change requests: the site of the process.
    pub read_more: String,
    /// How notices are numbered.
    pub notices: NoticeNumbers,
    /// How large a document may be that is attached, in bytes.
    pub attachment_at_most: u64,
    /// Whether the mandatory contacts of all CLECs are told of a response that is issued and a date that is announced.
    pub tell_mandatory_contacts: bool,
    /// How the pages of an archive are read (CR-19).
    pub archive: Archive,
}

/// How the pages of an archive are read (CR-19, CR-23).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Archive {
    /// What a status means that a page prints, beside those that are known: letter case and blanks do not matter.
    pub states: BTreeMap<String, PrintedState>,
}

impl Archive {
    /// What the policy says that a printed status means.
    #[must_use]
    pub fn state(&self, printed: &str) -> Option<PrintedState> {
        let printed = text::folded(printed);
        self.states.iter().find(|(state, _)| text::folded(state) == printed).map(|(_, means)| *means)
    }

    fn fault(&self) -> Option<String> {
        let seen: BTreeSet<String> = self.states.keys().map(|state| text::folded(state)).collect();
        if seen.contains("") || seen.len() < self.states.len() {
            return Some("archive: states: each has a name, and one meaning".to_owned());
        }
        None
    }
}

/// What a status that a page prints means to the work flow: one of the phases of its table, an end that real histories have, or
/// nothing that the table has a place for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum PrintedState {
    /// It is submitted, and not clarified.
    Submission,
    /// It is clarified, and not presented.
    Clarification,
    /// It was presented, and is not answered.
    Evaluation,
    /// Its response is issued.
    Presented,
    /// Its response was not accepted.
    Declined,
    /// Its dispute is escalated.
    Escalated,
    /// Its response was accepted.
    Accepted,
    /// The change is made.
    Development,
    /// The change is in production, and tested.
    ClecTest,
    /// It is declined or deferred: the page does not say which.
    DeclinedDeferred,
    /// It is closed.
    Completed,
    /// It is denied.
    Denied,
    /// It is deferred.
    Deferred,
    /// Its originator took it back.
    Withdrawn,
    /// It went on under another number.
    Crossover,
    /// A status of a systems release, which the flow's table does not have.
    SystemsRelease,
    /// A status of the years before the flow's table.
    BeforeTheTable,
    /// Any other status that the flow's table does not have: it stays where it stands.
    NotInTheTable,
}

crate::word!(PrintedState);

/// The parts of a notice's number that are names: `CMPR.03.22.02.F.01240.CR_Responses`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NoticeNumbers {
    /// What it begins with.
    pub category: String,
    /// What stands behind the date.
    pub mark: String,
}

impl ChangeRequests {
    pub(super) fn fault(&self) -> Option<String> {
        let word = |text: &str| (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if let Some(role) = CmpRole::ALL.iter().find(|role| !self.roles.get(role).is_some_and(|name| word(name))) {
            return Some(format!("roles: {} has no name, or none without spaces", role.as_str()));
        }
        if !word(&self.notices.category) || !word(&self.notices.mark) {
            return Some("notices: the parts of a number are words of 1 to 40 characters".to_owned());
        }
        if let Some(fault) = self.archive.fault() {
            return Some(fault);
        }
        // What a browser sends in one request, and what people read.
        (self.attachment_at_most == 0 || self.attachment_at_most > 50_000_000)
            .then(|| "attachmentAtMost: 1 to 50000000 bytes".to_owned())
    }
}

/// The terms of the work flow, dated with the rest (POL-04).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct WorkFlow {
    /// What comes in before it on a business day counts as that day (CR-18).
    pub close_of_business: NaiveTime,
    /// Step 1, in business days.
    pub acknowledge_within: u32,
    /// Step 1, on the web site, in business days from the acknowledgment.
    pub post_within: u32,
    /// Step 3, in business days.
    pub clarify_within: u32,
    /// Step 2: Subject Matter Experts assigned, in business days from the receipt.
    pub assign_within: u32,
    /// Step 5C: the provider's answer to an escalation, in calendar days.
    pub answer_escalation_within: u32,
    /// Step 5C: a dispute resolved, in calendar days from its escalation.
    pub resolve_escalation_within: u32,
    /// Steps 5 and 6: how many calendar days CLECs have to object to what came of a response, and to escalate it.
    pub objectors_escalate_within: u32,
    /// Step 10: the end of the CLEC test, in calendar days from its beginning.
    pub test_within: u32,
    /// From a step to which the flow gives no term: the next one, in calendar days.
    pub progress_within: u32,
    /// Step 5: how many days before the monthly meeting a response is issued that is presented there.
    pub presented_after: u32,
    /// Section 3.0: how many business days before a meeting it is announced.
    pub announce_meetings_before: u32,
    /// Step 11: how many days a deferred change request stays without action.
    #[serde(with = "duration")]
    pub deferral: TimeDelta,
    /// How long before that end it is told.
    #[serde(with = "duration")]
    pub warned_before: TimeDelta,
    /// When the monthly meetings are.
    pub meetings: Meetings,
}

/// When the monthly meetings are, by what they are about.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Meetings {
    /// Products, processes, and the change management process itself.
    pub product_process: Monthly,
    /// The meeting on change requests of systems.
    pub systems: Monthly,
}

impl WorkFlow {
    pub(super) fn fault(&self) -> Option<&'static str> {
        let terms = [
            self.acknowledge_within,
            self.post_within,
            self.clarify_within,
            self.presented_after,
            self.announce_meetings_before,
            self.assign_within,
            self.answer_escalation_within,
            self.resolve_escalation_within,
            self.objectors_escalate_within,
            self.test_within,
        ];
        if terms.iter().any(|days| !(1..=100).contains(days)) || !(1..=1_000).contains(&self.progress_within) {
            return Some("changeRequests: each term is 1 to 100 days, and progressWithin 1 to 1000");
        }
        if self.resolve_escalation_within < self.answer_escalation_within {
            return Some("changeRequests: an escalation is not resolved before it is to be answered");
        }
        let day = TimeDelta::days(1);
        if self.warned_before < day || self.deferral <= self.warned_before || self.deferral > TimeDelta::days(3_660) {
            return Some("changeRequests: a deferral lasts longer than its warning, which comes a day or more before");
        }
        self.meetings.product_process.fault().or(self.meetings.systems.fault())
    }
}
