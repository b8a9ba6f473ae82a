//! The archive's vocabulary, and what each of its words means to the flow. An action that does not stand here means nothing: its
//! step stays unexplained, and is told. A status is one of the CMP's, or one that the policy names, or is read by its family: what
//! another year or carrier prints begins with the same words.

use crate::change_request::{Phase, Step, TaskName};
use contract::{Policy, policy::PrintedState, text};

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
        /// It says that it was presented there.
        presented: bool,
    },
    /// It can be tested: in production it is the CLEC test; before, interface testing.
    Test,
    /// Its status is this phase.
    Phase(Phase),
    /// What goes on beside the flow, at any step.
    Beside,
    /// What the flow has nowhere: the rule that it departs from, and why.
    Departs(&'static str, &'static str),
}

const OF_SYSTEMS: Means = Means::Departs("CR-03", "the flow's table has no steps of a systems release");
const OF_A_RELEASE: Means = Means::Departs("CR-12", "the flow's table has no such status: it is of systems");
const NOT_IN_THE_TABLE: Means = Means::Departs("CR-12", "the flow's table has no such status: it stays");
const BEFORE: Means = Means::Departs("CR-03", "a status of the years before the flow's table");
const DENIED: Means = Means::Ends(Step::DenialAccepted, "CR-12");
const CLOSED: Means = Means::Ends(Step::Closed, "CR-12");
const DEFERRED: Means = Means::Ends(Step::Deferred, "CR-12");
const WITHDRAWN: Means = Means::Ends(Step::Withdrawn, "CR-12");

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
    ("test_available", Means::Test),
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
    ("Deferred", DEFERRED),
    ("Withdrawn", WITHDRAWN),
    ("Crossover", Means::CrossesOver),
    ("Pending Prioritization", OF_A_RELEASE),
    ("Pending Withdrawal", Means::Departs("CR-12", "the flow's table has no such status: a withdrawal takes effect at once")),
    ("New - To be validated", BEFORE),
    ("New - To be reviewed", BEFORE),
    ("Reviewed - Under consideration", BEFORE),
];

/// How the words of a family begin, and what each means: of a status, the first word that has one counts.
#[rustfmt::skip]
const FAMILIES: [(&str, Means); 28] = [
    ("prioriti", OF_A_RELEASE),
    ("packag", OF_A_RELEASE),
    ("rank", OF_A_RELEASE),
    ("candidate", OF_A_RELEASE),
    ("pending", NOT_IN_THE_TABLE),
    ("new", BEFORE),
    ("reviewed", BEFORE),
    ("submi", Means::Phase(Phase::Submission)),
    ("clarif", Means::Phase(Phase::Clarification)),
    ("evaluat", Means::Phase(Phase::Evaluation)),
    ("review", Means::Phase(Phase::Evaluation)),
    ("present", Means::Phase(Phase::Presented)),
    ("accept", Means::Leads(Step::ResponseAccepted)),
    ("develop", Means::Phase(Phase::Development)),
    ("implement", Means::Phase(Phase::ClecTest)),
    ("production", Means::Phase(Phase::ClecTest)),
    ("test", Means::Phase(Phase::ClecTest)),
    ("complet", CLOSED),
    ("clos", CLOSED),
    ("denied", DENIED),
    ("denial", DENIED),
    ("reject", DENIED),
    ("defer", DEFERRED),
    ("withdr", WITHDRAWN),
    ("cancel", WITHDRAWN),
    ("cross", Means::CrossesOver),
    ("escalat", Means::Phase(Phase::Escalated)),
    ("disput", Means::Phase(Phase::Escalated)),
];

/// Words that turn what stands behind them: of such a status nothing is known.
const TURNS: [&str; 5] = ["no", "not", "never", "re", "un"];

/// What an action of the vocabulary means.
pub(super) fn means(action: &str) -> Option<Means> {
    ACTIONS.iter().find(|(of, _)| *of == action).map(|(_, means)| *means)
}

/// What a status means, and the word that told its family where it is none of those that are known.
pub(super) fn status(word: &str, policy: &Policy) -> Option<(Means, Option<String>)> {
    let folded = text::folded(word);
    let of_policy = || policy.change_requests.archive.state(word).map(of_state);
    let of_process = || STATUSES.iter().find(|(of, _)| text::folded(of) == folded).map(|(_, means)| *means);
    let of_table = || Phase::ALL.into_iter().find(|phase| text::folded(phase.wording()) == folded).map(Means::Phase);
    let known = of_policy().or_else(of_process).or_else(of_table);
    known.map(|means| (means, None)).or_else(|| family(&folded).map(|(means, told_by)| (means, Some(told_by))))
}

fn family(folded: &str) -> Option<(Means, String)> {
    let words = folded.split(|c: char| !c.is_alphanumeric()).take_while(|word| !TURNS.contains(word));
    let of = |word: &str| {
        let begins = FAMILIES.iter().find(|(begins, _)| word.starts_with(begins));
        begins.map(|(_, means)| (*means, word.to_owned()))
    };
    words.into_iter().find_map(of)
}

fn of_state(state: PrintedState) -> Means {
    match state {
        PrintedState::Submission => Means::Phase(Phase::Submission),
        PrintedState::Clarification => Means::Phase(Phase::Clarification),
        PrintedState::Evaluation => Means::Phase(Phase::Evaluation),
        PrintedState::Presented => Means::Phase(Phase::Presented),
        PrintedState::Declined => Means::Phase(Phase::Declined),
        PrintedState::Escalated => Means::Phase(Phase::Escalated),
        PrintedState::Accepted => Means::Leads(Step::ResponseAccepted),
        PrintedState::Development => Means::Phase(Phase::Development),
        PrintedState::ClecTest => Means::Phase(Phase::ClecTest),
        PrintedState::DeclinedDeferred => Means::Phase(Phase::DeclinedDeferred),
        PrintedState::Completed => CLOSED,
        PrintedState::Denied => DENIED,
        PrintedState::Deferred => DEFERRED,
        PrintedState::Withdrawn => WITHDRAWN,
        PrintedState::Crossover => Means::CrossesOver,
        PrintedState::SystemsRelease => OF_A_RELEASE,
        PrintedState::BeforeTheTable => BEFORE,
        PrintedState::NotInTheTable => NOT_IN_THE_TABLE,
    }
}
