//! Account teams: whom a CLEC turns to, and within what guideline it may expect a response (Account Team, "Responding to your needs").

use crate::{calendar::Week, duration};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// What is said of all account teams. Not dated: what was counted in these hours stays as it was counted.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AccountTeams {
    /// Whom a CLEC calls that does not find its people.
    pub contact: String,
    /// The working hours of a person of whom none were given, and of a CLEC of which nobody is responsible.
    pub hours: Week,
}

impl AccountTeams {
    pub(super) fn fault(&self) -> Option<String> {
        let hours = self.hours.fault().or_else(|| self.hours.fault_of_person());
        hours.map(|fault| format!("hours: {fault}"))
    }
}

/// The guidelines, dated with the rest (POL-04).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AccountTerms {
    /// A telephone call in response to a page.
    pub pager: ByPresence,
    /// A response to a message that was left.
    pub voicemail: ByPresence,
    /// Within how many business days written correspondence is acknowledged, with the date of an answer.
    pub written_within: u32,
    /// What is said of post-mortems.
    pub post_mortem: PostMortemTerms,
}

/// A guideline in working hours, by whether the person is in the office.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ByPresence {
    /// While the person is in the office.
    pub in_office: Span,
    /// While the person is out of the office.
    pub away: Span,
}

/// From when, and until when, a response may be expected.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// After how long at the earliest.
    #[serde(with = "duration::optional", default, skip_serializing_if = "Option::is_none")]
    pub from: Option<TimeDelta>,
    /// After how long at the latest.
    #[serde(with = "duration")]
    pub to: TimeDelta,
}

/// Post-mortems of repair events.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PostMortemTerms {
    /// How long an event lasts of which one is offered; it can be asked for of any.
    #[serde(with = "duration")]
    pub offered_after: TimeDelta,
    /// How many business days a typical one takes at the least: then the person is reminded.
    pub from: u32,
    /// How many it takes at the most.
    pub to: u32,
}

impl AccountTerms {
    pub(super) fn fault(&self) -> Option<String> {
        let zero = TimeDelta::zero();
        let is_sound = |span: &Span| {
            span.to > zero
                && span.to <= TimeDelta::days(7)
                && span.from.is_none_or(|from| from >= zero && from <= span.to)
        };
        for (name, by) in [("pager", self.pager), ("voicemail", self.voicemail)] {
            if ![by.in_office, by.away].iter().all(is_sound) {
                return Some(format!("{name}: to: more than zero, up to P7D, and not before from"));
            }
        }
        if !(1..=60).contains(&self.written_within) {
            return Some("writtenWithin: 1 to 60 business days".to_owned());
        }
        let PostMortemTerms { offered_after, from, to } = self.post_mortem;
        if offered_after < zero || !(1..=60).contains(&to) || !(1..=to).contains(&from) {
            return Some(
                "postMortem: from and to: 1 to 60 business days, in order; offeredAfter: not negative".to_owned(),
            );
        }
        None
    }
}
