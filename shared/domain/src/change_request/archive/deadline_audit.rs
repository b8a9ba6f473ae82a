//! How the deadlines of a past change request were kept. An archive has dates alone: what came in on a business day counts as
//! that day, on another as the next (CR-18). Of a monthly meeting the page has the day: the work flow names the month, so that
//! the month's meeting is kept on whichever day it was. What cannot be told from the dates is not judged, and says why.

use super::{
    Page,
    dated::{Dated, Day},
};
use crate::{change_request::Deadline, meeting::MeetingCalendar};
use chrono::{Datelike, NaiveDate};
use contract::Policy;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// The deadlines that an archive can tell of: it has no outcome of a response that asks for its revision, and of deferrals the
/// end alone.
pub(super) const JUDGED: [Deadline; 5] = [
    Deadline::Acknowledgment,
    Deadline::Posting,
    Deadline::Clarification,
    Deadline::Presentation,
    Deadline::ResponsePresentation,
];

/// How a deadline was kept.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Judgement {
    /// The deadline that is judged.
    pub deadline: Deadline,
    /// From when it ran.
    pub from: Option<NaiveDate>,
    /// By when it was to be kept.
    pub due: Option<NaiveDate>,
    /// When it was.
    pub met: Option<NaiveDate>,
    /// How many business days it took.
    pub business_days: Option<i64>,
    /// At the how manieth meeting behind the due one: 0 is that one, those before it are negative.
    pub meetings: Option<i64>,
    /// Whether it was kept in time; nothing where it is not judged.
    pub in_time: Option<bool>,
    /// Why it is not judged.
    pub not_judged: Option<String>,
}

/// How the presentation was kept of a page whose change request a monthly meeting took up on a day: at a meeting before the due one
/// it was a walk-on.
pub(super) fn presentation(page: &Page, dated: &[Dated<'_>], taken_up: Option<Day>, policy: &Policy) -> Judgement {
    let submitted = first_of(dated, &["submitted"]).map(Dated::day);
    Judge { page, policy }.outcome(Deadline::Presentation, "submission", submitted, taken_up)
}

/// All of a page's, with the day on which a monthly meeting took its change request up.
pub(super) fn all(page: &Page, dated: &[Dated<'_>], taken_up: Option<Day>, policy: &Policy) -> Vec<Judgement> {
    let judge = Judge { page, policy };
    let first = |actions: &[&str]| first_of(dated, actions);
    let submitted = first(&["submitted"]).map(Dated::day);
    let acknowledged = first(&["acknowledged"]).map(Dated::day);
    let taken: Vec<&Dated<'_>> = dated.iter().filter(|dated| !dated.early).collect();
    let place = |actions: &[&str]| taken.iter().position(|dated| is_of(dated, actions));
    let posting = match place(&["posted_to_web"]).zip(place(&RESPONSES)) {
        Some((posted, answered)) if answered < posted => {
            Judgement::none(Deadline::Posting, "what is on record as posted may be the response")
        }
        _ => {
            judge.outcome(Deadline::Posting, "acknowledgment", acknowledged, first(&["posted_to_web"]).map(Dated::day))
        }
    };
    let clarified = first(&["clarification_held"]).map(Dated::day);
    let mut all = vec![
        judge.outcome(Deadline::Acknowledgment, "submission", submitted, acknowledged),
        posting,
        judge.outcome(Deadline::Clarification, "submission", submitted, clarified),
        presentation(page, dated, taken_up, policy),
    ];
    for (at, response) in taken.iter().enumerate().filter(|(_, dated)| is_of(dated, &RESPONSES)) {
        let next = taken[at + 1..].iter().find(|dated| is_of(dated, &RESPONSES) || is_of(dated, &MEETINGS));
        let (began, met) = (Some(response.day()), next.map(|next| next.day()));
        all.push(match next {
            Some(next) if is_of(next, &RESPONSES) => {
                Judgement::none(Deadline::ResponsePresentation, "another response came before it was presented")
            }
            _ => judge.outcome(Deadline::ResponsePresentation, "response", began, met),
        });
    }
    all
}

/// The first line that does one of these; one that is dated before the submission, where there is no other.
fn first_of<'a, 'b>(dated: &'b [Dated<'a>], actions: &[&str]) -> Option<&'b Dated<'a>> {
    let of = |early: bool| dated.iter().find(|dated| dated.early == early && is_of(dated, actions));
    of(false).or_else(|| of(true))
}

/// What issues a response.
pub(super) const RESPONSES: [&str; 2] = ["draft_response_issued", "formal_response_issued"];
const MEETINGS: [&str; 2] = ["presented_at_monthly_meeting", "discussed_at_monthly_meeting"];

fn is_of(dated: &Dated<'_>, actions: &[&str]) -> bool {
    actions.contains(&dated.line.action.as_str())
}

impl Judgement {
    fn none(deadline: Deadline, why: impl Into<String>) -> Self {
        let not_judged = Some(why.into());
        let (from, due, met) = (None, None, None);
        Self { deadline, from, due, met, business_days: None, meetings: None, in_time: None, not_judged }
    }
}

struct Judge<'a> {
    page: &'a Page,
    policy: &'a Policy,
}

impl Judge<'_> {
    fn outcome(&self, deadline: Deadline, from: &str, began: Option<Day>, met: Option<Day>) -> Judgement {
        let Some(began) = began else { return Judgement::none(deadline, format!("no dated {from} is on record")) };
        if let Some(fault) = began.fault {
            return Judgement::none(deadline, format!("the date of the {from} {fault}"));
        }
        let Some(met) = met else { return self.not_on_record(deadline, began.date) };
        if let Some(fault) = met.fault {
            return Judgement::none(deadline, format!("the date on which it was kept {fault}"));
        }
        let (began, met) = (began.date, met.date);
        if met < began {
            return Judgement::none(deadline, format!("{met} is before the {from} of {began}"));
        }
        self.counted(deadline, began, met)
    }

    fn counted(&self, deadline: Deadline, from: NaiveDate, met: NaiveDate) -> Judgement {
        let calendar = self.policy.calendar_on(from);
        let day = match deadline {
            Deadline::ResponsePresentation => from,
            _ => calendar.business_day_from(from),
        };
        // The archive does not tell which meetings were moved: they are by the rule.
        let by_rule = MeetingCalendar::default();
        let due = deadline.by_date((&by_rule, self.page.kind.meeting()), day, self.policy);
        let (business_days, meetings, in_time) = match deadline {
            Deadline::Presentation | Deadline::ResponsePresentation => {
                let meetings = months(met) - months(due);
                (None, Some(meetings), meetings <= 0)
            }
            _ => {
                let days = day.iter_days().skip(1).take_while(|date| *date <= met);
                let days = days.filter(|date| calendar.is_business_day(*date)).count();
                (i64::try_from(days).ok(), None, met <= due)
            }
        };
        let dates = (Some(from), Some(due), Some(met));
        let (from, due, met) = dates;
        Judgement { deadline, from, due, met, business_days, meetings, in_time: Some(in_time), not_judged: None }
    }

    fn not_on_record(&self, deadline: Deadline, from: NaiveDate) -> Judgement {
        let seen = if self.page.truncated { ": the page was seen in part" } else { "" };
        let why = format!("no {} is on record{seen}", deadline.as_str());
        Judgement { from: Some(from), ..Judgement::none(deadline, why) }
    }
}

fn months(date: NaiveDate) -> i64 {
    i64::from(date.year()) * 12 + i64::from(date.month())
}
