//! The notification clock (12.7): when a notice is due, when it may leave, and by which rule.
//!
//! It reads the ticket and the policy and nothing else, so that every due instant can be computed anew (NT-15), told of
//! in advance (TT-20) and explained.

use crate::ticket::{Fact, State, Ticket, process::StatusChannel};
use chrono::{DurationRound, TimeDelta};
use contract::{
    Instant, Policy,
    due::{ChartRule, Column, Due, HoursRule, Rule},
    policy::Version,
};

/// Checks run at whole minutes; a forecast counts with that.
const CHECK_EVERY: TimeDelta = TimeDelta::minutes(1);

/// The most notices that a forecast tells.
pub const FORECAST_AT_MOST: usize = 1_000;

/// A notice owed at `now` for these facts, which happened at `from`; of a column in which each row has an interval. Of a process ticket,
/// which the chart is not for, by the interval of its status.
///
/// # Panics
/// For the column of no status changes, whose notices are [`next_update`]'s.
#[must_use]
pub fn notice_due(
    (ticket, facts): (&Ticket, &[Fact]),
    column: Column,
    from: Instant,
    now: Instant,
    policy: &Policy,
) -> Due {
    if ticket.is_of_process() {
        return Ticket::process_notice_due(facts, from, now, policy);
    }
    let calendar = policy.calendar(from);
    let (at, rule, _) = interval_from(ticket, column, from, policy).expect("a change and a resolution are always told");
    let leaves_at = match rule.hours {
        HoursRule::AnyHour => now,
        HoursRule::WithinHours | HoursRule::OpeningPlusGrace => calendar.open_from(now),
    };
    // Half of the interval (NT-13); of one that waits for an opening, half of what is left after it.
    let jeopardy_at = if leaves_at > now {
        leaves_at + (at - leaves_at).max(TimeDelta::zero()) / 2
    } else {
        from + rule.interval / 2
    };
    Due { from, at, leaves_at, jeopardy_at, rule: Rule::Chart(rule) }
}

/// The next no-change update, counted from the last notice; none when nothing is owed (NT-06, NT-08, NT-10). Of a process ticket, the
/// next status that its CLEC is to be given (PT-02).
#[must_use]
pub fn next_update(ticket: &Ticket, policy: &Policy) -> Option<Due> {
    if ticket.is_of_process() {
        return ticket.status_due(policy);
    }
    let last = ticket.last_notice.as_ref()?;
    update_after(ticket, last.restarts_at, policy)
}

/// The notices that the ticket will produce until `until` if nothing changes (TT-20): the next update, and those after
/// it, each as the check of its minute would send it; and whether there are more of them than are told.
#[must_use]
pub fn forecast(ticket: &Ticket, until: Instant, policy: &Policy) -> (Vec<Due>, bool) {
    let next = next_update(ticket, policy);
    let all = std::iter::successors(next, |due| match ticket.status_channel() {
        // After one that nobody gives, the next is counted from when that one was due.
        Some(StatusChannel::Telephone) => ticket.status_after(due.at, policy),
        Some(StatusChannel::Notice) => ticket.status_after(checked_at(due.leaves_at), policy),
        None => update_after(ticket, checked_at(due.leaves_at), policy),
    });
    let mut told: Vec<Due> = all.take_while(|due| due.leaves_at <= until).take(FORECAST_AT_MOST + 1).collect();
    let more = told.len() > FORECAST_AT_MOST;
    told.truncate(FORECAST_AT_MOST);
    (told, more)
}

fn update_after(ticket: &Ticket, from: Instant, policy: &Policy) -> Option<Due> {
    let pauses = matches!(ticket.problem.state, State::Resolved) && policy.at(from).agreement.pauses_updates;
    if !ticket.has_clock() || pauses {
        return None;
    }
    let (at, rule, lead) = interval_from(ticket, Column::NoStatusChange, from, policy)?;
    Some(Due { from, at, leaves_at: at - lead, jeopardy_at: at - lead / 2, rule: Rule::Chart(rule) })
}

/// Whether what is due may leave now: it is due at any hour, the desk is open, or the ticket is told at any hour (NT-07).
#[must_use]
pub fn may_leave(ticket: &Ticket, due: &Due, now: Instant, policy: &Policy) -> bool {
    if ticket.is_of_process() {
        return policy.csie_calendar(due.from).is_open(now);
    }
    let at_any_hour = due.rule.chart().is_some_and(|rule| rule.hours == HoursRule::AnyHour);
    let bound = BoundToHours::of(ticket, policy.at(due.from));
    at_any_hour || bound != BoundToHours::Always || policy.calendar(due.from).is_open(now)
}

/// Whether a ticket's notices are bound to the hours of operation (NT-07).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BoundToHours {
    /// They leave within hours.
    Always,
    /// They leave at any hour: severity 1.
    Never,
    /// They leave at any hour since the desk marked the ticket as worked outside hours: severity 2.
    Until(Instant),
}

impl BoundToHours {
    fn of(ticket: &Ticket, version: &Version) -> Self {
        let (severity, outside) = (ticket.clock_severity(), &version.outside_hours);
        match ticket.worked_outside_since {
            _ if outside.always.contains(&severity) => Self::Never,
            Some(marked) if outside.when_marked.contains(&severity) => Self::Until(marked),
            _ => Self::Always,
        }
    }

    /// The due instant of an interval that runs out at `runs_out` by the wall clock; `held` is that instant, held to hours.
    fn due(self, runs_out: Instant, held: Instant, interval: TimeDelta) -> (Instant, HoursRule) {
        match self {
            Self::Always if held == runs_out => (held, HoursRule::WithinHours),
            Self::Always => (held, HoursRule::OpeningPlusGrace),
            Self::Never => (runs_out, HoursRule::AnyHour),
            // What was bound to hours until the marking is not late by it, nor put off.
            Self::Until(marked) if runs_out <= marked => (held.min(marked + interval), HoursRule::AnyHour),
            Self::Until(_) => (runs_out, HoursRule::AnyHour),
        }
    }
}

/// The interval of the chart's cell by the wall clock, then the hours. What began under a version of the policy is
/// judged by it (POL-04). With it, the version's lead.
fn interval_from(
    ticket: &Ticket,
    column: Column,
    from: Instant,
    policy: &Policy,
) -> Option<(Instant, ChartRule, TimeDelta)> {
    let version = policy.at(from);
    let severity = ticket.clock_severity();
    let workaround_provided = ticket.workaround_provided();
    let row = version.row(severity, workaround_provided);
    let interval = match column {
        Column::StatusChange => row.status_change,
        Column::NoStatusChange => row.no_status_change?,
        Column::UponResolution => row.upon_resolution,
    };
    let runs_out = from + interval;
    let held = policy.calendar(from).held_to_hours(runs_out, version.grace);
    let (at, hours) = BoundToHours::of(ticket, version).due(runs_out, held, interval);
    Some((at, ChartRule { column, severity, workaround_provided, interval, hours }, version.lead))
}

/// The check that finds what leaves at an instant.
fn checked_at(leaves_at: Instant) -> Instant {
    let before = leaves_at.duration_trunc(CHECK_EVERY).unwrap_or(leaves_at);
    if before == leaves_at { leaves_at } else { before + CHECK_EVERY }
}
