//! Which steps follow which: from the flow's tasks, and what may be missing between two of them.

use crate::change_request::{
    Step, Task,
    flow::{FLOW, TASKS, TaskName},
};
use std::collections::{BTreeMap, VecDeque};

/// A task that leads on.
struct Lead {
    task: TaskName,
    /// In words, as what may be missing on record.
    words: &'static str,
    /// Only from here, of the steps at which it is possible.
    only: &'static [Step],
    /// Whether it may be what is missing between two steps. What nobody is led through but by a will of his own is not.
    between: bool,
}

const fn lead(task: TaskName, words: &'static str) -> Lead {
    Lead { task, words, only: &[], between: true }
}

/// The tasks that lead on, in the order of the flow.
#[rustfmt::skip]
const LEADS: [Lead; 19] = [
    lead(TaskName::Submission, "dated submission"),
    Lead { between: false, ..lead(TaskName::Return, "return") },
    lead(TaskName::Acknowledgment, "acknowledgment"),
    // Later on they are others, and the step stays.
    Lead { only: &[Step::Received], ..lead(TaskName::Experts, "assignment of experts") },
    // Another one leads nowhere.
    Lead { only: &[Step::ExpertsAssigned], ..lead(TaskName::Clarification, "clarification meeting") },
    lead(TaskName::Presentation, "presentation of the request"),
    lead(TaskName::Response, "response"),
    lead(TaskName::ResponsePresentation, "presentation of the response"),
    lead(TaskName::Outcome, "outcome of the response"),
    // Who objected to what was accepted is known of positions that were taken here.
    Lead { only: &[Step::NotAccepted, Step::Deferred], ..lead(TaskName::Escalation, "escalation") },
    lead(TaskName::Resolution, "resolution of the dispute"),
    Lead { between: false, ..lead(TaskName::Deferral, "deferral") },
    lead(TaskName::Resumption, "resumption"),
    lead(TaskName::Acceptance, "word on what the accepted response leads to"),
    lead(TaskName::Announcement, "announced date"),
    lead(TaskName::Production, "change in production"),
    lead(TaskName::Test, "CLEC test"),
    lead(TaskName::Closure, "closure"),
    Lead { between: false, ..lead(TaskName::Withdrawal, "withdrawal") },
];

/// A task on the way from one step to another.
#[derive(Clone, Copy)]
pub(super) struct Link {
    /// The task that leads to the step.
    pub(super) task: &'static Task,
    /// What a person reads of it.
    pub(super) words: &'static str,
    /// Where it leads.
    pub(super) to: Step,
    between: bool,
}

fn links() -> impl Iterator<Item = (&'static Task, &'static Lead)> {
    TASKS.iter().flat_map(|task| LEADS.iter().filter(|lead| lead.task == task.name).map(move |lead| (task, lead)))
}

/// What leads on from a step.
fn from(step: Step) -> impl Iterator<Item = Link> {
    let here = move |(task, lead): &(&Task, &Lead)| {
        task.at.contains(&step) && (lead.only.is_empty() || lead.only.contains(&step))
    };
    links().filter(here).flat_map(|(task, lead)| {
        task.leads.iter().map(move |to| Link { task, words: lead.words, to: *to, between: lead.between })
    })
}

/// Whether the flow comes from a step to another at once.
pub(super) fn follows(step: Step, to: Step) -> bool {
    from(step).any(|link| link.to == to)
}

/// Whether a task that elsewhere leads to a step is possible here, and changes nothing of where it stands.
pub(super) fn is_possible_and_stays(step: Step, to: Step) -> bool {
    let leading = || links().filter(|(task, _)| task.leads.contains(&to));
    leading().any(|(task, lead)| task.at.contains(&step) && !lead.only.is_empty() && !lead.only.contains(&step))
}

/// From where the flow comes to a step, in words.
pub(super) fn into(to: Step) -> String {
    let steps = FLOW.iter().map(|row| row.step).filter(|step| follows(*step, to));
    steps.map(Step::as_str).collect::<Vec<_>>().join(", ")
}

/// The shortest way from a step to one of those that `is_end` says: what is done on it, the last of which leads there.
pub(super) fn way(step: Step, is_end: impl Fn(Step) -> bool) -> Option<Vec<Link>> {
    let mut came: BTreeMap<Step, Vec<Link>> = BTreeMap::new();
    let mut next = VecDeque::from([(step, Vec::new())]);
    while let Some((at, so_far)) = next.pop_front() {
        for link in from(at) {
            let way: Vec<Link> = so_far.iter().copied().chain([link]).collect();
            if is_end(link.to) {
                return Some(way);
            }
            if link.between && !came.contains_key(&link.to) {
                came.insert(link.to, way.clone());
                next.push_back((link.to, way));
            }
        }
    }
    None
}

/// Whether a step lies before another in the flow's table.
pub(super) fn is_before(step: Step, other: Step) -> bool {
    let place = |of: Step| FLOW.iter().position(|row| row.step == of);
    place(step) < place(other)
}
