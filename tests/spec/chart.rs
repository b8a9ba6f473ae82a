//! The notification interval chart of 12.7 (NT-04), cell by cell, and what the hours of operation make of it (NT-07).
//!
//! Instants are told as the contract does, in Mountain Time: MST is seven hours behind UTC, MDT six.

use chrono::{DateTime, Utc};
use contract::{
    Actor, ClecId, NoticeCategory, Party, Policy,
    Severity::{self, Critical, Minimal, Moderate, Serious},
    TicketNumber,
    due::{
        Column, Due,
        HoursRule::{self, AnyHour, OpeningPlusGrace, WithinHours},
    },
};
use domain::ticket::{Disposition, Report, Ticket, TicketChange, notification_chart, opening::Opening, update::Update};
use domain::trouble::Proposal;
use record::{
    ActionContext, Notice,
    notice::{NoticeKind, Status},
};
use tests::{Story, story::line};

/// An instant in Mountain Time, its day of the week checked: `Wed 2026-03-04 09:00 MST`, with seconds if there are any.
#[track_caller]
pub(super) fn mt(text: &str) -> DateTime<Utc> {
    let offset = text.replace("MST", "-0700").replace("MDT", "-0600");
    let read = |format| DateTime::parse_from_str(&offset, format);
    let instant = read("%a %Y-%m-%d %H:%M %z").or_else(|_| read("%a %Y-%m-%d %H:%M:%S %z"));
    instant.unwrap_or_else(|error| panic!("'{text}': {error}")).to_utc()
}

/// What the desk does at an instant.
pub(super) fn act(now: DateTime<Utc>) -> ActionContext {
    ActionContext {
        by: Actor::new(Party::Provider, "agent"),
        now,
        occurred_at: None,
        why: None,
        read_by: None,
        request: None,
    }
}

/// What alpha reports.
pub(super) fn trouble(severity: Severity) -> Opening {
    let alpha: ClecId = "alpha".parse().unwrap();
    let report = Report {
        description: "orders are rejected".to_owned(),
        ticket_type: "systems".to_owned(),
        system_affected: Some("IMA".to_owned()),
        ..Report::default()
    };
    Opening {
        clec: Some(alpha),
        severity,
        event: false,
        event_description: None,
        report,
        call_center_reference: None,
        notes: Vec::new(),
        severity_checklist: Vec::new(),
        release: None,
        process: None,
        service_problem: None,
    }
}

/// A ticket that is opened with the initial notice that it owes.
pub(super) fn opened(opening: Opening, now: DateTime<Utc>, policy: &Policy) -> (Ticket, Notice) {
    of(Ticket::open(TicketNumber::of_public("alpha", "chart", 0), opening, &act(now), policy))
}

/// The ticket, updated by the desk, with the notice that it owes for it.
pub(super) fn updated(ticket: Ticket, update: Update, now: DateTime<Utc>, policy: &Policy) -> (Ticket, Notice) {
    of(ticket.update(update, &act(now), policy).unwrap().unwrap())
}

/// The ticket with a status change, and the notice that it owes for it.
pub(super) fn moved(ticket: Ticket, to: Status, now: DateTime<Utc>, policy: &Policy) -> (Ticket, Notice) {
    updated(ticket, Update { status: Some(to), ..Update::default() }, now, policy)
}

/// The ticket, closed, and the notice that it owes for it.
pub(super) fn closed(
    ticket: Ticket,
    disposition: Disposition,
    now: DateTime<Utc>,
    policy: &Policy,
) -> (Ticket, Notice) {
    let mut change = ticket.close(disposition, None, None, &act(now), policy).unwrap();
    of(change.tickets.remove(0))
}

fn use_the_gui() -> Proposal {
    Proposal { description: "use the GUI".to_owned(), ..Proposal::default() }
}

fn column(notice: &Notice) -> Column {
    notice.due.rule.chart().unwrap().column
}

fn of(change: TicketChange) -> (Ticket, Notice) {
    (change.record, change.notices.into_iter().next().unwrap())
}

/// A ticket of a row of the chart, opened long enough ago, with a workaround or without.
fn of_row(severity: Severity, workaround: bool, policy: &Policy) -> Ticket {
    let ticket = opened(trouble(severity), mt("Wed 2026-02-25 08:00 MST"), policy).0;
    if !workaround {
        return ticket;
    }
    of(ticket
        .provide_workaround(use_the_gui(), &act(mt("Wed 2026-02-25 08:30 MST")), policy)
        .unwrap()
        .tickets
        .remove(0))
    .0
}

/// Marked as worked outside the hours of operation.
fn marked(ticket: Ticket, policy: &Policy) -> Ticket {
    let mark = Update { worked_outside_hours: Some(true), ..Update::default() };
    ticket.update(mark, &act(mt("Wed 2026-02-25 09:00 MST")), policy).unwrap().unwrap().record
}

#[track_caller]
fn assert_instant(told: DateTime<Utc>, expected: &str, of: &str) {
    assert_eq!(told, mt(expected), "{of}: expected {expected}");
}

const WEDNESDAY_AT_NINE: &str = "Wed 2026-03-04 09:00 MST";

/// A row of the chart, for what happens on Wednesday at nine.
struct Row {
    severity: Severity,
    /// `None` where the chart makes no difference.
    workaround_provided: Option<bool>,
    status_change: &'static str,
    no_status_change: Option<&'static str>,
    upon_resolution: &'static str,
}

#[rustfmt::skip]
const CHART: [Row; 6] = [
    Row { severity: Critical, workaround_provided: None,        status_change: "Wed 2026-03-04 10:00 MST", no_status_change: Some("Wed 2026-03-04 10:00 MST"), upon_resolution: "Wed 2026-03-04 10:00 MST" },
    Row { severity: Serious,  workaround_provided: None,        status_change: "Wed 2026-03-04 10:00 MST", no_status_change: Some("Wed 2026-03-04 10:00 MST"), upon_resolution: "Wed 2026-03-04 10:00 MST" },
    Row { severity: Moderate, workaround_provided: Some(true),  status_change: "Wed 2026-03-04 13:00 MST", no_status_change: None,                             upon_resolution: "Wed 2026-03-04 13:00 MST" },
    Row { severity: Moderate, workaround_provided: Some(false), status_change: "Wed 2026-03-04 13:00 MST", no_status_change: Some("Wed 2026-03-04 13:00 MST"), upon_resolution: "Wed 2026-03-04 13:00 MST" },
    Row { severity: Minimal,  workaround_provided: Some(true),  status_change: "Thu 2026-03-05 09:00 MST", no_status_change: None,                             upon_resolution: "Wed 2026-03-04 13:00 MST" },
    Row { severity: Minimal,  workaround_provided: Some(false), status_change: "Thu 2026-03-05 09:00 MST", no_status_change: Some("Fri 2026-03-06 09:00 MST"), upon_resolution: "Wed 2026-03-04 13:00 MST" },
];

/// Each row with a ticket of it, with and without a workaround where the chart makes no difference (NT-06).
fn rows(policy: &Policy) -> impl Iterator<Item = (&'static Row, Ticket, String)> {
    CHART.iter().flat_map(move |row| {
        let workarounds = row.workaround_provided.map_or(vec![true, false], |provided| vec![provided]);
        workarounds.into_iter().map(move |workaround| {
            let of = format!("severity {}, workaround {workaround}", row.severity.level());
            (row, of_row(row.severity, workaround, policy), of)
        })
    })
}

#[test]
fn nt_04_response_interval_for_status_changes() {
    let policy = Policy::defaults();
    for (row, ticket, of) in rows(&policy) {
        let (_, notice) = moved(ticket, Status::InProgress, mt(WEDNESDAY_AT_NINE), &policy);
        assert_instant(notice.due.at, row.status_change, &of);
        assert_instant(notice.due.leaves_at, WEDNESDAY_AT_NINE, &of);
        assert_eq!((notice.kind, column(&notice)), (NoticeKind::Update, Column::StatusChange), "{of}");
    }
}

#[test]
fn nt_04_response_interval_for_no_status_changes() {
    let policy = Policy::defaults();
    for (row, ticket, of) in rows(&policy) {
        let (ticket, _) = moved(ticket, Status::InProgress, mt(WEDNESDAY_AT_NINE), &policy);
        let next = notification_chart::next_update(&ticket, &policy);
        assert_eq!(next.as_ref().map(|due| due.at), row.no_status_change.map(mt), "{of}");
        assert_eq!(
            next.map(|due| (due.at, due.leaves_at)),
            ticket.next_update.map(|next| (next.at, next.leaves_at)),
            "{of}: as stored (NT-15)"
        );
    }
}

#[test]
fn nt_04_notification_interval_upon_resolution() {
    let policy = Policy::defaults();
    let dispositions = [
        Disposition::NoTroubleFound,
        Disposition::ResolvedInPatch { patch_date: "2026-03-20".parse().unwrap() },
        Disposition::SubmitChangeRequest,
        Disposition::Resolved { resolution: Some("the edit was mended".to_owned()) },
    ];
    for (row, ticket, of) in rows(&policy) {
        let (_, told_as_resolved) = moved(ticket.clone(), Status::Resolved, mt(WEDNESDAY_AT_NINE), &policy);
        assert_instant(told_as_resolved.due.at, row.upon_resolution, &of);
        for disposition in dispositions.clone() {
            let of = format!("{of}, {}", disposition.name());
            let (ticket, closure) = closed(ticket.clone(), disposition, mt(WEDNESDAY_AT_NINE), &policy);
            assert_instant(closure.due.at, row.upon_resolution, &of);
            assert_eq!((closure.kind, column(&closure)), (NoticeKind::Closure, Column::UponResolution), "{of}");
            assert_eq!(ticket.next_update, None, "{of}: a closed ticket has no clock (NT-10)");
        }
    }
}

/// Told at once, a no-change update its lead before it is due (NT-09), which restarts the interval (NT-08).
#[tokio::test]
async fn nt_04_the_chart_is_kept_by_the_running_desk() {
    #[rustfmt::skip]
    let until_wednesday_evening = [
        ("critical", vec!["2026-03-04T16:00:00Z n@alpha.example Initial target #1", "2026-03-04T16:55:00Z n@alpha.example Update target #2", "2026-03-04T17:50:00Z n@alpha.example Update target #3", "2026-03-04T18:45:00Z n@alpha.example Update target #4"]),
        ("serious",  vec!["2026-03-04T16:00:00Z n@alpha.example Initial target #1", "2026-03-04T16:55:00Z n@alpha.example Update target #2", "2026-03-04T17:50:00Z n@alpha.example Update target #3", "2026-03-04T18:45:00Z n@alpha.example Update target #4"]),
        ("moderate", vec!["2026-03-04T16:00:00Z n@alpha.example Initial target #1", "2026-03-04T19:55:00Z n@alpha.example Update target #2", "2026-03-04T23:50:00Z n@alpha.example Update target #3"]),
        ("minimal",  vec!["2026-03-04T16:00:00Z n@alpha.example Initial target #1", "2026-03-06T15:55:00Z n@alpha.example Update target #2"]),
    ];
    let until = ["2026-03-04T19:00:00Z", "2026-03-04T19:00:00Z", "2026-03-05T00:00:00Z", "2026-03-06T16:00:00Z"];
    for ((severity, expected), until) in until_wednesday_evening.into_iter().zip(until) {
        let story = Story::at("2026-03-04T16:00:00Z").await;
        story.subscribe("alpha", "email", "n@alpha.example", &["target"]).await;
        story.deliveries().await;
        story.report("alpha", severity).await;
        story.turn_to(until).await;
        let delivered: Vec<String> = story.deliveries().await.iter().map(line).collect();
        assert_eq!(delivered, expected, "{severity}");
    }
}

#[test]
fn nt_05_the_initial_notice_leaves_at_once_and_is_due_within_the_status_change_interval() {
    let policy = Policy::defaults();
    for row in &CHART {
        let of = format!("severity {}", row.severity.level());
        for (event, notice_type) in [(false, NoticeCategory::Target), (true, NoticeCategory::Event)] {
            let (_, initial) = opened(Opening { event, ..trouble(row.severity) }, mt(WEDNESDAY_AT_NINE), &policy);
            assert_eq!(
                (initial.kind, initial.notice_type, initial.sequence),
                (NoticeKind::Initial, notice_type, 1),
                "{of}"
            );
            assert_instant(initial.due.leaves_at, WEDNESDAY_AT_NINE, &of);
            assert_instant(initial.due.at, row.status_change, &of);
        }
    }
}

#[test]
fn nt_05_the_initial_event_notice_counts_from_the_acceptance_as_multi_clec() {
    let policy = Policy::defaults();
    for row in &CHART {
        let of = format!("severity {}", row.severity.level());
        let ticket = of_row(row.severity, row.workaround_provided.unwrap_or(false), &policy);
        let accepted = Update { event: Some(true), ..Update::default() };
        let (_, initial) = updated(ticket, accepted, mt(WEDNESDAY_AT_NINE), &policy);
        assert_eq!((initial.kind, initial.notice_type), (NoticeKind::Initial, NoticeCategory::Event), "{of}");
        assert_instant(initial.due.leaves_at, WEDNESDAY_AT_NINE, &of);
        assert_instant(initial.due.at, row.status_change, &of);
    }
}

/// A status change of a ticket without a workaround: severity, whether it is marked as worked outside hours, when it
/// changes, when its notice is due, when it leaves, by which rule of hours.
#[rustfmt::skip]
const HELD_TO_HOURS: [(&str, Severity, bool, &str, &str, &str, HoursRule); 21] = [
    ("ends within hours",                   Moderate, false, "Fri 2026-02-27 15:59 MST", "Fri 2026-02-27 19:59 MST", "Fri 2026-02-27 15:59 MST", WithinHours),
    ("ends exactly at closing",             Moderate, false, "Fri 2026-02-27 16:00 MST", "Sat 2026-02-28 07:15 MST", "Fri 2026-02-27 16:00 MST", OpeningPlusGrace),
    ("ends in the evening",                 Moderate, false, "Fri 2026-02-27 19:00 MST", "Sat 2026-02-28 07:15 MST", "Fri 2026-02-27 19:00 MST", OpeningPlusGrace),
    ("changes exactly at closing",          Serious,  false, "Thu 2026-02-26 20:00 MST", "Fri 2026-02-27 06:15 MST", "Fri 2026-02-27 06:00 MST", OpeningPlusGrace),
    ("changes in the night",                Serious,  false, "Thu 2026-02-26 23:30 MST", "Fri 2026-02-27 06:15 MST", "Fri 2026-02-27 06:00 MST", OpeningPlusGrace),
    ("ends exactly at opening",             Serious,  false, "Mon 2026-03-02 05:00 MST", "Mon 2026-03-02 06:15 MST", "Mon 2026-03-02 06:00 MST", OpeningPlusGrace),
    ("ends before opening plus grace",      Serious,  false, "Mon 2026-03-02 05:14 MST", "Mon 2026-03-02 06:15 MST", "Mon 2026-03-02 06:00 MST", OpeningPlusGrace),
    ("ends exactly at opening plus grace",  Serious,  false, "Mon 2026-03-02 05:15 MST", "Mon 2026-03-02 06:15 MST", "Mon 2026-03-02 06:00 MST", WithinHours),
    ("ends after opening plus grace",       Serious,  false, "Mon 2026-03-02 05:30 MST", "Mon 2026-03-02 06:30 MST", "Mon 2026-03-02 06:00 MST", WithinHours),
    ("Saturday before opening plus grace",  Serious,  false, "Sat 2026-02-28 06:10 MST", "Sat 2026-02-28 07:15 MST", "Sat 2026-02-28 07:00 MST", OpeningPlusGrace),
    ("Saturday within hours",               Moderate, false, "Sat 2026-02-28 10:59 MST", "Sat 2026-02-28 14:59 MST", "Sat 2026-02-28 10:59 MST", WithinHours),
    ("Saturday, ends exactly at closing",   Moderate, false, "Sat 2026-02-28 11:00 MST", "Mon 2026-03-02 06:15 MST", "Sat 2026-02-28 11:00 MST", OpeningPlusGrace),
    ("Saturday, ends on Sunday",            Minimal,  false, "Sat 2026-02-28 10:00 MST", "Mon 2026-03-02 06:15 MST", "Sat 2026-02-28 10:00 MST", OpeningPlusGrace),
    ("Sunday",                              Moderate, false, "Sun 2026-03-01 10:00 MST", "Mon 2026-03-02 06:15 MST", "Mon 2026-03-02 06:00 MST", OpeningPlusGrace),
    ("Sunday, ends on Monday",              Minimal,  false, "Sun 2026-03-01 10:00 MST", "Mon 2026-03-02 10:00 MST", "Mon 2026-03-02 06:00 MST", WithinHours),
    ("Sunday, severity 1",                  Critical, false, "Sun 2026-03-01 10:00 MST", "Sun 2026-03-01 11:00 MST", "Sun 2026-03-01 10:00 MST", AnyHour),
    ("Sunday, severity 2",                  Serious,  false, "Sun 2026-03-01 10:00 MST", "Mon 2026-03-02 06:15 MST", "Mon 2026-03-02 06:00 MST", OpeningPlusGrace),
    ("Sunday, severity 2 marked",           Serious,  true,  "Sun 2026-03-01 10:00 MST", "Sun 2026-03-01 11:00 MST", "Sun 2026-03-01 10:00 MST", AnyHour),
    ("Sunday, severity 3 marked: not told", Moderate, true,  "Sun 2026-03-01 10:00 MST", "Mon 2026-03-02 06:15 MST", "Mon 2026-03-02 06:00 MST", OpeningPlusGrace),
    ("over the change to daylight saving",  Moderate, false, "Sat 2026-03-07 14:00 MST", "Mon 2026-03-09 06:15 MDT", "Sat 2026-03-07 14:00 MST", OpeningPlusGrace),
    ("over the change from daylight saving", Moderate, false, "Sun 2026-11-01 01:30 MDT", "Mon 2026-11-02 06:15 MST", "Mon 2026-11-02 06:00 MST", OpeningPlusGrace),
];

#[test]
fn nt_07_a_status_change_is_held_to_hours() {
    let policy = Policy::defaults();
    for (what, severity, worked_outside_hours, changes, due, leaves, hours) in HELD_TO_HOURS {
        let ticket = of_row(severity, false, &policy);
        let ticket = if worked_outside_hours { marked(ticket, &policy) } else { ticket };
        let (_, notice) = moved(ticket, Status::InProgress, mt(changes), &policy);
        assert_instant(notice.due.at, due, what);
        assert_instant(notice.due.leaves_at, leaves, what);
        assert_eq!(notice.due.rule.chart().unwrap().hours, hours, "{what}");
    }
}

/// The no-change update after a notice: severity, marked, when that notice left, when the update is due, when it leaves.
#[rustfmt::skip]
const UPDATES_HELD_TO_HOURS: [(&str, Severity, bool, &str, &str, &str); 12] = [
    ("within hours",                        Moderate, false, "Fri 2026-02-27 15:59 MST", "Fri 2026-02-27 19:59 MST", "Fri 2026-02-27 19:54 MST"),
    ("exactly at closing",                  Moderate, false, "Fri 2026-02-27 16:00 MST", "Sat 2026-02-28 07:15 MST", "Sat 2026-02-28 07:10 MST"),
    ("in the evening",                      Serious,  false, "Fri 2026-02-27 19:30 MST", "Sat 2026-02-28 07:15 MST", "Sat 2026-02-28 07:10 MST"),
    ("in the evening, severity 2 marked",   Serious,  true,  "Fri 2026-02-27 19:30 MST", "Fri 2026-02-27 20:30 MST", "Fri 2026-02-27 20:25 MST"),
    ("into Sunday, severity 1",             Critical, false, "Sat 2026-02-28 23:30 MST", "Sun 2026-03-01 00:30 MST", "Sun 2026-03-01 00:25 MST"),
    ("Saturday, exactly at closing",        Moderate, false, "Sat 2026-02-28 11:00 MST", "Mon 2026-03-02 06:15 MST", "Mon 2026-03-02 06:10 MST"),
    ("48 hours to Saturday",                Minimal,  false, "Thu 2026-02-26 10:00 MST", "Sat 2026-02-28 10:00 MST", "Sat 2026-02-28 09:55 MST"),
    ("48 hours to Sunday",                  Minimal,  false, "Fri 2026-02-27 10:00 MST", "Mon 2026-03-02 06:15 MST", "Mon 2026-03-02 06:10 MST"),
    ("48 hours to Monday at opening",       Minimal,  false, "Sat 2026-02-28 07:00 MST", "Mon 2026-03-02 07:00 MST", "Mon 2026-03-02 06:55 MST"),
    ("to daylight saving: 48 hours pass",   Minimal,  false, "Sat 2026-03-07 08:00 MST", "Mon 2026-03-09 09:00 MDT", "Mon 2026-03-09 08:55 MDT"),
    ("to daylight saving, over the night",  Critical, false, "Sun 2026-03-08 01:30 MST", "Sun 2026-03-08 03:30 MDT", "Sun 2026-03-08 03:25 MDT"),
    ("from daylight saving",                Critical, false, "Sun 2026-11-01 01:30 MDT", "Sun 2026-11-01 01:30 MST", "Sun 2026-11-01 01:25 MST"),
];

#[test]
fn nt_07_a_no_change_update_is_held_to_hours() {
    let policy = Policy::defaults();
    for (what, severity, worked_outside_hours, last, due, leaves) in UPDATES_HELD_TO_HOURS {
        let ticket = of_row(severity, false, &policy);
        let ticket = if worked_outside_hours { marked(ticket, &policy) } else { ticket };
        let (ticket, notice) = moved(ticket, Status::InProgress, mt(last), &policy);
        assert_instant(notice.due.leaves_at, last, what);
        let next = ticket.next_update.unwrap();
        assert_instant(next.at, due, what);
        assert_instant(next.leaves_at, leaves, what);
    }
}

/// One that is made in closed hours leaves at the opening, and the interval of no change runs from there (NT-08).
#[test]
fn nt_07_the_no_change_interval_runs_from_the_opening_at_which_a_waiting_notice_leaves() {
    let policy = Policy::defaults();
    let (ticket, notice) =
        moved(of_row(Moderate, false, &policy), Status::InProgress, mt("Sun 2026-03-01 10:00 MST"), &policy);
    assert_instant(notice.due.leaves_at, "Mon 2026-03-02 06:00 MST", "the waiting notice");
    assert_instant(ticket.next_update.unwrap().at, "Mon 2026-03-02 10:00 MST", "the update after it");
}

/// The mark on a severity 2 ticket lets what waits for the opening leave at once.
#[test]
fn nt_07_a_notice_that_waits_leaves_when_severity_2_is_marked() {
    let policy = Policy::defaults();
    let (ticket, _) =
        moved(of_row(Serious, false, &policy), Status::InProgress, mt("Sun 2026-03-01 10:00 MST"), &policy);
    let mark = Update { worked_outside_hours: Some(true), ..Update::default() };
    let (ticket, hastened) = updated(ticket, mark, mt("Sun 2026-03-01 10:20 MST"), &policy);
    assert_instant(hastened.due.leaves_at, "Sun 2026-03-01 10:20 MST", "the notice");
    assert_instant(hastened.due.at, "Sun 2026-03-01 11:00 MST", "the notice");
    assert_instant(ticket.next_update.unwrap().at, "Sun 2026-03-01 11:20 MST", "the update after it");
}

/// What was in time while the desk was closed is not late because the ticket is marked later.
#[test]
fn nt_07_marking_severity_2_makes_no_notice_due_before_the_mark() {
    let policy = Policy::defaults();
    let (mark, marked_at) =
        (Update { worked_outside_hours: Some(true), ..Update::default() }, mt("Fri 2026-02-27 23:00 MST"));

    let (ticket, waiting) =
        moved(of_row(Serious, false, &policy), Status::InProgress, mt("Fri 2026-02-27 20:30 MST"), &policy);
    assert_instant(waiting.due.at, "Sat 2026-02-28 07:15 MST", "unmarked, the waiting notice");
    let (_, hastened) = updated(ticket, mark.clone(), marked_at, &policy);
    assert!(hastened.due.at >= marked_at, "the waiting notice was due at {}, before the mark", hastened.due.at);

    let (ticket, _) =
        moved(of_row(Serious, false, &policy), Status::InProgress, mt("Fri 2026-02-27 19:30 MST"), &policy);
    assert_instant(ticket.next_update.unwrap().at, "Sat 2026-02-28 07:15 MST", "unmarked, the update");
    let ticket = ticket.update(mark, &act(marked_at), &policy).unwrap().unwrap().record;
    let next = ticket.next_update.unwrap();
    assert!(next.at >= marked_at, "the update was due at {}, before the mark", next.at);
}

/// What would be due without the mark is due no later with it, whatever the severity.
#[test]
fn nt_07_the_mark_postpones_nothing() {
    let policy = Policy::defaults();
    #[rustfmt::skip]
    let table = [
        // the last notice leaves               unmarked, the update is due        marked                      and it is due
        ("within hours",              Serious,  "Wed 2026-03-04 08:30 MST", "Wed 2026-03-04 09:30 MST", "Wed 2026-03-04 09:00 MST", "Wed 2026-03-04 09:30 MST"),
        ("right before the opening",  Serious,  "Fri 2026-02-27 19:30 MST", "Sat 2026-02-28 07:15 MST", "Sat 2026-02-28 06:50 MST", "Sat 2026-02-28 07:15 MST"),
        ("severity 3, in the night",  Moderate, "Fri 2026-02-27 17:00 MST", "Sat 2026-02-28 07:15 MST", "Sat 2026-02-28 06:50 MST", "Sat 2026-02-28 07:15 MST"),
        ("severity 3, over the week", Moderate, "Sat 2026-02-28 12:00 MST", "Mon 2026-03-02 06:15 MST", "Mon 2026-03-02 05:00 MST", "Mon 2026-03-02 06:15 MST"),
    ];
    for (what, severity, last, unmarked, marked_at, due) in table {
        let (ticket, _) = moved(of_row(severity, false, &policy), Status::InProgress, mt(last), &policy);
        assert_instant(ticket.next_update.unwrap().at, unmarked, what);
        let mark = Update { worked_outside_hours: Some(true), ..Update::default() };
        let marked = ticket.update(mark, &act(mt(marked_at)), &policy).unwrap().unwrap().record;
        assert_instant(marked.next_update.unwrap().at, due, what);
    }
}

/// From when on a notice that is unsent is in jeopardy: half of its interval, of a no-change update half of its lead.
#[test]
fn nt_13_jeopardy() {
    let policy = Policy::defaults();
    let nine = mt(WEDNESDAY_AT_NINE);
    let initial = |severity| opened(trouble(severity), nine, &policy).1.due;
    let status = |severity| moved(of_row(severity, false, &policy), Status::InProgress, nine, &policy).1.due;
    let resolution = |severity| moved(of_row(severity, false, &policy), Status::Resolved, nine, &policy).1.due;
    let update = |severity| {
        notification_chart::next_update(
            &moved(of_row(severity, false, &policy), Status::InProgress, nine, &policy).0,
            &policy,
        )
        .unwrap()
    };
    let on_sunday = |severity| {
        moved(of_row(severity, false, &policy), Status::InProgress, mt("Sun 2026-03-01 10:00 MST"), &policy).1.due
    };
    let in_the_evening = |severity| {
        moved(of_row(severity, false, &policy), Status::InProgress, mt("Fri 2026-02-27 19:00 MST"), &policy).1.due
    };
    #[rustfmt::skip]
    let table: [(&str, Due, &str); 14] = [
        ("initial, severity 1",      initial(Critical),    "Wed 2026-03-04 09:30 MST"),
        ("initial, severity 2",      initial(Serious),     "Wed 2026-03-04 09:30 MST"),
        ("initial, severity 3",      initial(Moderate),    "Wed 2026-03-04 11:00 MST"),
        ("initial, severity 4",      initial(Minimal),     "Wed 2026-03-04 21:00 MST"),
        ("status, severity 1",       status(Critical),     "Wed 2026-03-04 09:30 MST"),
        ("status, severity 3",       status(Moderate),     "Wed 2026-03-04 11:00 MST"),
        ("status, severity 4",       status(Minimal),      "Wed 2026-03-04 21:00 MST"),
        ("resolution, severity 1",   resolution(Critical), "Wed 2026-03-04 09:30 MST"),
        ("resolution, severity 4",   resolution(Minimal),  "Wed 2026-03-04 11:00 MST"),
        ("update, severity 1",       update(Critical),     "Wed 2026-03-04 09:57:30 MST"),
        ("update, severity 4",       update(Minimal),      "Fri 2026-03-06 08:57:30 MST"),
        ("ends in closed hours",     in_the_evening(Moderate), "Fri 2026-02-27 21:00 MST"),
        ("severity 1 on a Sunday",   on_sunday(Critical),  "Sun 2026-03-01 10:30 MST"),
        // It may not leave before the opening: half of what is left to it after that.
        ("waits for the opening",    on_sunday(Moderate),  "Mon 2026-03-02 06:07:30 MST"),
    ];
    for (what, due, jeopardy) in table {
        assert_instant(due.jeopardy_at, jeopardy, what);
    }
}

#[test]
fn nt_13_an_unsent_notice_is_warned_of_from_jeopardy_on_and_missed_after_its_due_instant() {
    let policy = Policy::defaults();
    let unsent = |now: &str| {
        let (ticket, notice) = opened(trouble(Critical), mt(WEDNESDAY_AT_NINE), &policy);
        let recipients = domain::ticket::notice::recipients(&notice, &ticket, &[], &[], &[]);
        notice.fixed(None, recipients).taken(mt(now), mt(now)).attempted([], mt(now))
    };
    #[rustfmt::skip]
    let table = [
        ("Wed 2026-03-04 09:29:59 MST", false, false),
        ("Wed 2026-03-04 09:30 MST",    true,  false),
        ("Wed 2026-03-04 10:00 MST",    true,  false),
        ("Wed 2026-03-04 10:00:01 MST", false, true),
    ];
    for (now, warned, missed) in table {
        let notice = unsent(now);
        assert!(!notice.is_sent(), "{now}");
        assert_eq!((notice.warned_at.is_some(), notice.missed_at.is_some()), (warned, missed), "{now}");
    }
}
