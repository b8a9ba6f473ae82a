//! The archive's vocabulary, and what each of its words means to the flow. A word that does not stand here means nothing: its
//! step stays unexplained, and is told.

use crate::change_request::{Phase, Step, TaskName};

/// What a step of a history means to the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    /// It comes to this step, along the flow.
    Leads(Step),
    /// It comes to this step from wherever it stands; by the rule where the flow does not foresee it.
    Ends(Step, &'static str),
    /// It went on as another change request, under another number.
    CrossesOver,
    /// A task of the flow that leads nowhere.
    Does(TaskName),
    /// A monthly meeting took it up; whether the page says that something was presented.
    Meeting {
        /// It does.
        presented: bool,
    },
    /// Its status is this phase.
    Phase(Phase),
    /// What goes on beside the flow, at any step.
    Beside,
    /// What the flow has nowhere: the rule that it departs from, and why.
    Departs(&'static str, &'static str),
}

const OF_SYSTEMS: Means = Means::Departs("CR-03", "the flow's table has no steps of a systems release");
const BEFORE: Means = Means::Departs("CR-03", "a status of the years before the flow's table");
const DENIED: Means = Means::Ends(Step::DenialAccepted, "CR-12");
const CLOSED: Means = Means::Ends(Step::Closed, "CR-12");

/// The words of the vocabulary, in its order.
#[rustfmt::skip]
const ACTIONS: [(&str, Means); 44] = [
    ("submitted", Means::Leads(Step::Submitted)),
    ("acknowledged", Means::Leads(Step::Received)),
    ("contacted_originator", Means::Beside),
    ("info_requested", Means::Beside),
    ("info_received", Means::Beside),
    ("info_sent", Means::Beside),
    ("clec_call", Means::Beside),
    ("clarification_scheduled", Means::Does(TaskName::ClarificationMeeting)),
    ("clarification_held", Means::Leads(Step::Clarified)),
    // The clarification's, or those of any meeting.
    ("minutes_issued", Means::Beside),
    // What the page calls a draft went out to the CLECs, and was presented.
    ("draft_response_issued", Means::Leads(Step::ResponseIssued)),
    ("formal_response_issued", Means::Leads(Step::ResponseIssued)),
    ("response_accepted", Means::Leads(Step::ResponseAccepted)),
    ("presented_at_monthly_meeting", Means::Meeting { presented: true }),
    ("discussed_at_monthly_meeting", Means::Meeting { presented: false }),
    ("status_changed", Means::Departs("CR-19", "the page does not say to which status")),
    ("denied", DENIED),
    ("closed", CLOSED),
    ("escalated", Means::Ends(Step::Escalated, "CR-13")),
    // The provider's first word on an escalation.
    ("escalation_acknowledged", Means::Does(TaskName::EscalationResponse)),
    ("escalation_participation", Means::Does(TaskName::Participation)),
    ("escalation_response", Means::Does(TaskName::EscalationResponse)),
    ("escalation_position", Means::Does(TaskName::Position)),
    ("notification_issued", Means::Beside),
    ("posted_to_web", Means::Does(TaskName::Posting)),
    ("adhoc_meeting", Means::Beside),
    ("adhoc_meeting_scheduled", Means::Beside),
    ("clec_input_meeting", Means::Beside),
    ("clec_input_meeting_scheduled", Means::Beside),
    ("internal_meeting", Means::Beside),
    ("sme_assigned", Means::Leads(Step::ExpertsAssigned)),
    ("action_item_created", Means::Beside),
    ("revised", Means::Does(TaskName::Patch)),
    ("record_update", Means::Beside),
    ("reclassified", Means::Departs("CR-12", "it moved between systems and product/process")),
    ("related_cr_created", Means::Beside),
    ("crossover_created", Means::Departs("CR-12", "it crossed over, and another change request was issued")),
    ("loe_issued", OF_SYSTEMS),
    ("release_ranking", OF_SYSTEMS),
    ("tech_specs_issued", OF_SYSTEMS),
    ("test_available", Means::Leads(Step::ClecTest)),
    ("release_planned", OF_SYSTEMS),
    ("implemented", Means::Leads(Step::InProduction)),
    ("other", Means::Departs("CR-19", "the page does not say what it was")),
];

/// The CMP's words for a status, beside those of the flow's table.
#[rustfmt::skip]
const STATUSES: [(&str, Means); 13] = [
    ("Submitted", Means::Phase(Phase::Submission)),
    ("Completed", CLOSED),
    ("Completion", CLOSED),
    ("Closed", CLOSED),
    ("Denied", DENIED),
    ("Deferred", Means::Ends(Step::Deferred, "CR-12")),
    ("Withdrawn", Means::Ends(Step::Withdrawn, "CR-12")),
    ("Crossover", Means::CrossesOver),
    ("Pending Prioritization", Means::Departs("CR-12", "the flow's table has no such status: it is of systems")),
    ("Pending Withdrawal", Means::Departs("CR-12", "the flow's table has no such status: a withdrawal takes effect at once")),
    ("New - To be validated", BEFORE),
    ("New - To be reviewed", BEFORE),
    ("Reviewed - Under consideration", BEFORE),
];

/// What a word of the vocabulary means.
pub(super) fn means(action: &str) -> Option<Means> {
    match action.strip_prefix("status_to:") {
        Some(word) => status(word),
        None => ACTIONS.iter().find(|(of, _)| *of == action).map(|(_, means)| *means),
    }
}

/// What a status means.
pub(super) fn status(word: &str) -> Option<Means> {
    let of_table = || Phase::ALL.into_iter().find(|phase| phase.wording() == word).map(Means::Phase);
    STATUSES.iter().find(|(of, _)| *of == word).map(|(_, means)| *means).or_else(of_table)
}
