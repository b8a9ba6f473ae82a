//! When the meetings are, and which of them something is presented at (CR-06, CR-08, CR-20): by the rule of the policy, but for those that
//! were moved, cancelled, or convened beside it.

use chrono::{Datelike, Days, Months, NaiveDate};
use contract::{MeetingNumber, Policy, RecordRef, Refused};
use record::{Part, PartCondition};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::collections::BTreeMap;
use strum::{IntoStaticStr, VariantArray};

/// For how long the calendar keeps what became of a meeting, seen from the latest of them. Its own record keeps it for ever.
const KEPT_FOR: Months = Months::new(24);
/// How many meetings the calendar keeps.
const KEPT_AT_MOST: usize = 200;
/// How many months before a meeting the last one is looked for.
const MONTHS_BEFORE: u32 = 6;
/// How many months are looked through for a meeting that takes place.
const MONTHS_AT_MOST: u32 = 60;

/// What a meeting is of. Changes of the CMP itself are gone through with product and process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum MeetingKind {
    /// Products and processes, and the change management process itself.
    ProductProcess,
    /// Changes of the systems.
    Systems,
}

contract::word!(MeetingKind);

/// The meetings that are not as the rule says. All of them are one small item, so that whoever computes a deadline that ends at a
/// meeting reads it in the same call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MeetingCalendar {
    /// Counts every write: the condition of the next. Zero while no meeting was ever moved, cancelled or convened.
    revision: u64,
    /// The meetings, in the order in which they were changed.
    meetings: Vec<Exception>,
}

/// A meeting that is not as the rule says.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exception {
    meeting: MeetingNumber,
    kind: MeetingKind,
    /// The first day of the month whose monthly meeting it is; none of an ad hoc one.
    month: Option<NaiveDate>,
    /// When it is; none when it is cancelled.
    date: Option<NaiveDate>,
}

impl Exception {
    /// The later one of its month and its date.
    fn latest(&self) -> Option<NaiveDate> {
        self.month.max(self.date)
    }
}

impl MeetingCalendar {
    /// The partition and the sort key of the calendar's item.
    pub const KEY: (&'static str, &'static str) = ("MEETINGS", "CALENDAR");

    /// The date of a month's meeting; none when it is cancelled.
    #[must_use]
    pub fn of_month(&self, kind: MeetingKind, month: NaiveDate, policy: &Policy) -> Option<NaiveDate> {
        let first = first_of(month);
        let of_month = |of: &&Exception| of.kind == kind && of.month == Some(first);
        self.meetings.iter().find(of_month).map_or_else(|| Some(by_rule(kind, first, policy)), |of| of.date)
    }

    /// The first monthly meeting from a date on that takes place. Where a month ends with holidays, its meeting may be in the next one.
    #[must_use]
    pub fn from(&self, kind: MeetingKind, date: NaiveDate, policy: &Policy) -> NaiveDate {
        let before = first_of(date) - Months::new(1);
        let months = (0..MONTHS_AT_MOST).map(|month| before + Months::new(month));
        let ruled = months
            .filter(|month| !self.excepts(kind, *month))
            .map(|month| by_rule(kind, month, policy))
            .find(|meeting| *meeting >= date);
        let moved = self.meetings.iter().filter(|of| of.kind == kind && of.month.is_some());
        let moved = moved.filter_map(|of| of.date).filter(|meeting| *meeting >= date);
        moved.chain(ruled).min().unwrap_or(date)
    }

    /// The date of the last meeting of a kind before a date, monthly or ad hoc.
    #[must_use]
    pub fn last_before(&self, kind: MeetingKind, date: NaiveDate, policy: &Policy) -> NaiveDate {
        let before = self.between(date - Months::new(MONTHS_BEFORE), date - Days::new(1), policy);
        let last = before.into_iter().rev().find(|(_, kinds)| kinds.contains(&kind));
        last.map_or_else(|| date - Months::new(1), |(date, _)| date)
    }

    /// Which meetings are held on a date: those of product and process, of systems, or both; monthly or ad hoc.
    #[must_use]
    pub fn held_on(&self, date: NaiveDate, policy: &Policy) -> Vec<MeetingKind> {
        MeetingKind::ALL.into_iter().filter(|kind| self.is_held(*kind, date, policy)).collect()
    }

    /// Whether a meeting is held on a date, monthly or ad hoc.
    #[must_use]
    pub fn is_held(&self, kind: MeetingKind, date: NaiveDate, policy: &Policy) -> bool {
        self.is_ad_hoc(kind, date) || self.from(kind, date, policy) == date
    }

    fn is_ad_hoc(&self, kind: MeetingKind, date: NaiveDate) -> bool {
        self.meetings.iter().any(|of| of.kind == kind && of.month.is_none() && of.date == Some(date))
    }

    /// The dates from one to another on which meetings are held, each with what they are of.
    #[must_use]
    pub fn between(&self, from: NaiveDate, to: NaiveDate, policy: &Policy) -> BTreeMap<NaiveDate, Vec<MeetingKind>> {
        let mut held: BTreeMap<NaiveDate, Vec<MeetingKind>> = BTreeMap::new();
        for kind in MeetingKind::ALL {
            let monthly = std::iter::successors(Some(self.from(kind, from, policy)), |last| {
                Some(self.from(kind, last.succ_opt()?, policy))
            });
            let ad_hoc = self.meetings.iter().filter(|of| of.kind == kind && of.month.is_none());
            let ad_hoc = ad_hoc.filter_map(|of| of.date).filter(|date| (from..=to).contains(date));
            for date in monthly.take_while(|date| *date <= to).chain(ad_hoc) {
                let kinds = held.entry(date).or_default();
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
        }
        held
    }

    /// The months whose meetings are as the rule says, and from a date on, up to another; by their first days.
    pub fn by_rule<'a>(
        &'a self,
        from: NaiveDate,
        to: NaiveDate,
        policy: &'a Policy,
    ) -> impl Iterator<Item = (MeetingKind, NaiveDate)> + 'a {
        let months =
            std::iter::successors(Some(first_of(from) - Months::new(1)), |month| Some(*month + Months::new(1)));
        let months = months.take_while(move |month| *month <= to);
        let meetings = months.flat_map(|month| MeetingKind::ALL.map(|kind| (kind, month)));
        let meetings = meetings.filter(|(kind, month)| !self.excepts(*kind, *month));
        meetings.filter(move |(kind, month)| (from..=to).contains(&by_rule(*kind, *month, policy)))
    }

    /// Whether a month's meeting is not as the rule says.
    pub(super) fn excepts(&self, kind: MeetingKind, month: NaiveDate) -> bool {
        self.meetings.iter().any(|of| of.kind == kind && of.month == Some(month))
    }

    /// Where a change request is presented: received by the first business day of a month, at that month's meeting; later, at the
    /// next month's (CR-06). In place of a meeting that is cancelled, or was moved to a day before the receipt, at the next one.
    #[must_use]
    pub fn presents(&self, kind: MeetingKind, received: NaiveDate, policy: &Policy) -> NaiveDate {
        let first = first_of(received);
        let by = policy.calendar_on(first).business_day_from(first);
        let month = if received <= by { first } else { first + Months::new(1) };
        let of_month = self.of_month(kind, month, policy).filter(|on| *on >= received);
        of_month.unwrap_or_else(|| self.from(kind, received.max(by_rule(kind, month, policy)), policy))
    }

    /// Where a response is presented: issued at least the policy's days (one week) before a monthly meeting, there; else at the next
    /// (CR-08).
    #[must_use]
    pub fn presents_response(&self, kind: MeetingKind, issued: NaiveDate, policy: &Policy) -> NaiveDate {
        let days = policy.on(issued).change_requests.presented_after;
        self.from(kind, issued + Days::new(days.into()), policy)
    }

    /// That something was presented at a meeting of its kind, in the field `meeting` of a request.
    ///
    /// # Errors
    /// There is no such meeting on that date: with those before and behind it.
    pub fn check_held(
        &self,
        kind: MeetingKind,
        date: NaiveDate,
        rule: &'static str,
        policy: &Policy,
    ) -> Result<(), Refused> {
        if self.is_held(kind, date, policy) {
            return Ok(());
        }
        let around = self.between(date - Days::new(62), date + Days::new(62), policy);
        let of_kind = |(on, kinds): (&NaiveDate, &Vec<MeetingKind>)| kinds.contains(&kind).then(|| on.to_string());
        let around: Vec<String> = around.iter().filter_map(of_kind).collect();
        let detail = format!("is the date of a meeting of {}: there is none on it, but on {}", kind, around.join(", "));
        Err(Refused::field("meeting", rule, detail))
    }

    /// The calendar after a meeting was moved, cancelled or convened: of a month, or ad hoc; on a date, which one that is cancelled was to
    /// have.
    ///
    /// # Errors
    /// When it is full.
    pub(super) fn with(
        &self,
        meeting: MeetingNumber,
        (kind, month): (MeetingKind, Option<NaiveDate>),
        (date, takes_place): (NaiveDate, bool),
    ) -> Result<Self, Refused> {
        let latest = self.meetings.iter().filter_map(Exception::latest).fold(date, NaiveDate::max);
        let stays = |of: &&Exception| of.meeting != meeting && of.latest().is_some_and(|on| on >= latest - KEPT_FOR);
        let mut meetings: Vec<Exception> = self.meetings.iter().filter(stays).cloned().collect();
        if meetings.len() >= KEPT_AT_MOST {
            return Err(Refused::full("meetings", "CR-20", KEPT_AT_MOST));
        }
        meetings.push(Exception { meeting, kind, month, date: takes_place.then_some(date) });
        Ok(Self { revision: self.revision + 1, meetings })
    }
}

impl Part for MeetingCalendar {
    const SORT_KEY: &'static str = Self::KEY.1;

    /// The meeting that it was changed with last.
    fn of(&self) -> RecordRef {
        let last = self.meetings.last().map(|of| of.meeting);
        RecordRef::Meeting(last.unwrap_or_else(|| MeetingNumber::of_public(Self::KEY.1, "", 0)))
    }

    fn partition(&self) -> Option<String> {
        Some(Self::KEY.0.to_owned())
    }

    fn place(&self) -> String {
        String::new()
    }

    fn condition(&self) -> PartCondition {
        PartCondition::Revision(self.revision)
    }
}

/// The meeting of a month, by the rule that holds on its first day; on the next business day when it would be on none.
#[must_use]
pub fn by_rule(kind: MeetingKind, month: NaiveDate, policy: &Policy) -> NaiveDate {
    let first = first_of(month);
    let rules = &policy.on(first).change_requests.meetings;
    let rule = match kind {
        MeetingKind::ProductProcess => rules.product_process,
        MeetingKind::Systems => rules.systems,
    };
    policy.calendar_on(first).business_day_from(rule.date(first))
}

pub(super) fn first_of(date: NaiveDate) -> NaiveDate {
    date.with_day(1).unwrap_or(date)
}
