//! The monthly CMP meetings, and which of them something is presented at (CR-06, CR-08).

use super::ChangeKind;
use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime};
use contract::{Instant, Policy, calendar::Calendar};
use std::collections::BTreeMap;

/// What there are monthly meetings of. Changes of the CMP itself are gone through with product and process.
pub const MEETINGS: [ChangeKind; 2] = [ChangeKind::ProductProcess, ChangeKind::Systems];

/// The meeting of a month, by the rule that holds on its first day; on the next business day when it would be on none.
#[must_use]
pub fn of_month(kind: ChangeKind, month: NaiveDate, policy: &Policy) -> NaiveDate {
    let first = month.with_day(1).unwrap_or(month);
    let version = policy.on(first);
    let rules = &version.change_requests.meetings;
    let rule = if kind == ChangeKind::Systems { rules.systems } else { rules.product_process };
    policy.calendar_on(first).business_day_from(rule.date(first))
}

/// The first meeting from a date on. Where a month ends with holidays, its meeting may be in the next one.
#[must_use]
pub fn from(kind: ChangeKind, date: NaiveDate, policy: &Policy) -> NaiveDate {
    let this = date.with_day(1).unwrap_or(date);
    let meetings = [this - Months::new(1), this].map(|month| of_month(kind, month, policy));
    let found = meetings.into_iter().find(|meeting| *meeting >= date);
    found.unwrap_or_else(|| of_month(kind, next_month(date), policy))
}

/// Which meetings are held on a date: those of product and process, of systems, or both as one.
#[must_use]
pub fn held_on(date: NaiveDate, policy: &Policy) -> Vec<ChangeKind> {
    MEETINGS.into_iter().filter(|kind| from(*kind, date, policy) == date).collect()
}

/// The meetings from a date on, up to another, each with what it is of.
#[must_use]
pub fn between(from: NaiveDate, to: NaiveDate, policy: &Policy) -> BTreeMap<NaiveDate, Vec<ChangeKind>> {
    let mut held: BTreeMap<NaiveDate, Vec<ChangeKind>> = BTreeMap::new();
    for kind in MEETINGS {
        let meetings = std::iter::successors(Some(self::from(kind, from, policy)), |last| {
            Some(self::from(kind, last.succ_opt()?, policy))
        });
        for date in meetings.take_while(|date| *date <= to) {
            held.entry(date).or_default().push(kind);
        }
    }
    held
}

/// Where a change request is presented: received by the first business day of a month, at that month's meeting; later, at the
/// next month's (CR-06).
#[must_use]
pub fn presents(kind: ChangeKind, received: NaiveDate, policy: &Policy) -> NaiveDate {
    let first = received.with_day(1).unwrap_or(received);
    let by = policy.calendar_on(first).business_day_from(first);
    of_month(kind, if received <= by { first } else { next_month(first) }, policy)
}

/// Where a response is presented: issued at least the policy's days (one week) before a meeting, there; else at the next
/// (CR-08).
#[must_use]
pub fn presents_response(kind: ChangeKind, issued: NaiveDate, policy: &Policy) -> NaiveDate {
    let days = policy.on(issued).change_requests.presented_after;
    from(kind, issued + Days::new(days.into()), policy)
}

/// A date's day of receipt (CR-18): the day itself before the close of business of a business day, else the next business day.
#[must_use]
pub fn received_on(at: Instant, policy: &Policy) -> NaiveDate {
    let (calendar, close) = (policy.calendar(at), policy.at(at).change_requests.close_of_business);
    let date = calendar.date(at);
    let in_time = at < calendar.at_time(date, close);
    calendar.business_day_from(if in_time { date } else { date + Days::new(1) })
}

/// The `days`th business day behind a day of receipt.
#[must_use]
pub fn business_days_after(calendar: &Calendar<'_>, day: NaiveDate, days: u32) -> NaiveDate {
    let noon = calendar.at_time(day, NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default());
    let end = calendar.end_of_business_day_after(noon, days as usize);
    calendar.date(end) - Days::new(1)
}

fn next_month(date: NaiveDate) -> NaiveDate {
    date.with_day(1).unwrap_or(date) + Months::new(1)
}
