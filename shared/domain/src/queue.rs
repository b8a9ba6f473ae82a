//! What is due next of a record, as a queue shows it: which of its clocks runs out first.

use crate::{
    change_request::ChangeRequest, contact::Contact, kinds::AnyRecord, meeting::Meeting, outage, release,
    ticket::Ticket,
};
use contract::{Instant, Policy};
use record::{Notice, Record};

/// What is due next of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextStep {
    /// What is due: a notice's label, the name of a deadline, or what is to be done.
    pub what: String,
    /// When it leaves, or is told of, by itself.
    pub leaves_at: Option<Instant>,
    /// By when it is due.
    pub due_at: Option<Instant>,
    /// From when on it is in jeopardy.
    pub jeopardy_at: Option<Instant>,
}

impl NextStep {
    /// That an unsent notice leaves.
    #[must_use]
    pub fn of(notice: &Notice) -> Self {
        let due = &notice.due;
        Self {
            what: notice.label(),
            leaves_at: Some(due.leaves_at),
            due_at: Some(due.at),
            jeopardy_at: Some(due.jeopardy_at),
        }
    }

    fn leaving(what: &str, leaves_at: Instant, due_at: Option<Instant>) -> Self {
        Self { what: what.to_owned(), leaves_at: Some(leaves_at), due_at, jeopardy_at: None }
    }
}

/// What is due next of a record at `now`; none where nothing of it has a clock, however much of it awaits somebody.
#[must_use]
pub fn next_step(record: &AnyRecord, now: Instant, policy: &Policy) -> Option<NextStep> {
    match record {
        AnyRecord::Ticket(ticket) => ticket.next_step(policy),
        AnyRecord::Outage(outage) => match outage.state {
            outage::State::Draft { warned } => {
                let deadline = outage.to_be_announced();
                Some(NextStep {
                    what: "announcement".to_owned(),
                    leaves_at: deadline.next(warned),
                    due_at: Some(deadline.due),
                    jeopardy_at: Some(deadline.warns),
                })
            }
            outage::State::Announced { reminder_at, overrun_at } => {
                let reminder = reminder_at.map(|at| NextStep::leaving("reminder", at, outage.plan.start));
                let end = overrun_at.map(|at| NextStep::leaving("end", at, outage.plan.stop));
                reminder.into_iter().chain(end).min_by_key(|step| step.leaves_at)
            }
            outage::State::Cancelled { .. } | outage::State::Ended { .. } => None,
        },
        AnyRecord::Release(release) => match release.state {
            release::State::Scheduled { reminder_at, minutes_due_at } => {
                let review = release.plan.review(policy);
                let reminder = reminder_at.map(|at| NextStep::leaving("reminder", at, Some(review)));
                let minutes = minutes_due_at.map(|at| NextStep::leaving("minutes", at, Some(at)));
                reminder.into_iter().chain(minutes).min_by_key(|step| step.leaves_at)
            }
            release::State::Reviewed { .. } => None,
        },
        AnyRecord::ChangeRequest(request) => request.next_step(policy),
        AnyRecord::Contact(contact) => Some(contact.next_step(policy)),
        AnyRecord::Meeting(meeting) => meeting.next_step(now, policy),
        AnyRecord::AccountRequest(request) => awaited_first(record, request.next_action_at(policy), policy),
        AnyRecord::PostMortem(post_mortem) => awaited_first(record, post_mortem.next_action_at(policy), policy),
        AnyRecord::DegradationReport(report) => awaited_first(record, report.next_action_at(policy), policy),
        AnyRecord::OtherParty(_)
        | AnyRecord::Offering(_)
        | AnyRecord::PurchasedOffering(_)
        | AnyRecord::Objective(_)
        | AnyRecord::Specification(_)
        | AnyRecord::TeamMember(_)
        | AnyRecord::AccountTeam(_)
        | AnyRecord::Clec(_)
        | AnyRecord::Subscription(_)
        | AnyRecord::Listener(_) => None,
    }
}

/// What of a record is awaited first by an instant: its people are told of that before.
fn awaited_first(record: &AnyRecord, leaves_at: Option<Instant>, policy: &Policy) -> Option<NextStep> {
    let awaited = record.awaited(policy).into_iter().filter(|awaited| awaited.by.is_some());
    let first = awaited.min_by_key(|awaited| awaited.by)?;
    Some(NextStep { what: first.what.to_owned(), leaves_at, due_at: first.by, jeopardy_at: None })
}

impl Ticket {
    /// What the n-th update is called; of a process ticket it is the status that its CLEC is given.
    #[must_use]
    pub fn update_label(&self, n: u32) -> String {
        if self.is_of_process() { "Status".to_owned() } else { format!("Update {n}") }
    }

    fn next_step(&self, policy: &Policy) -> Option<NextStep> {
        let update = crate::ticket::notification_chart::next_update(self, policy).map(|due| NextStep {
            what: self.update_label(self.updates + 1),
            leaves_at: Some(self.next_update.map_or(due.leaves_at, |next| next.leaves_at)),
            due_at: Some(due.at),
            jeopardy_at: Some(due.jeopardy_at),
        });
        let patch = self.patch_due.map(|at| NextStep::leaving("patch", at, Some(at)));
        let escalation = self.escalate_until(policy).map(|due| NextStep::leaving("escalation", due.at, Some(due.at)));
        update.into_iter().chain(patch).chain(escalation).min_by_key(|step| step.leaves_at)
    }
}

impl ChangeRequest {
    /// The deadline that runs out first, told of or not.
    fn next_step(&self, policy: &Policy) -> Option<NextStep> {
        let first = self.clocks(policy).into_iter().next()?;
        Some(NextStep {
            what: first.deadline.as_str().to_owned(),
            leaves_at: self.marks.next(&first),
            due_at: Some(first.due),
            jeopardy_at: Some(first.warns),
        })
    }
}

impl Meeting {
    /// Its package until that is distributed, then itself, then what was agreed to be done; its minutes have no term.
    fn next_step(&self, now: Instant, policy: &Policy) -> Option<NextStep> {
        let step = |what: &str, due_at| NextStep { what: what.to_owned(), leaves_at: None, due_at, jeopardy_at: None };
        let awaited = self.awaited(policy);
        let ends = policy.calendar_on(self.date).end_of(self.date);
        let is_ahead = self.cancelled.is_none() && now < ends;
        let by = awaited.iter().filter(|awaited| awaited.by.is_some()).min_by_key(|awaited| awaited.by);
        let first = by.map(|awaited| step(awaited.what, awaited.by));
        first.into_iter().chain(is_ahead.then(|| step("meeting", Some(ends)))).min_by_key(|step| step.due_at)
    }
}

impl Contact {
    fn next_step(&self, policy: &Policy) -> NextStep {
        let by = self.verify_by(policy);
        NextStep {
            what: "verification".to_owned(),
            leaves_at: self.next_action_at(policy),
            due_at: Some(by),
            jeopardy_at: Some(by - policy.contacts.warn_before),
        }
    }
}
