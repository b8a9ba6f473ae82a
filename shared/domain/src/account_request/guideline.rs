//! Within what time a CLEC may expect a response of its account team (Account Team, "Responding to your needs"; AT-03, AT-07): a guideline,
//! counted in the working hours and the zone of who answers. It is shown, with how it went, and never a breach.

use crate::account_team::Ladder;
use chrono_tz::Tz;
use contract::{
    Instant, Policy, TeamMemberNumber,
    policy::{AccountTerms, ByPresence, Span},
};
use record::deadline::Warned;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use strum::{IntoStaticStr, VariantArray};

/// How a CLEC reached its account team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum ContactChannel {
    /// A telephone call, which was taken.
    Telephone,
    /// A page: a telephone call in response.
    Pager,
    /// A message was left.
    Voicemail,
    /// Written correspondence, including e-mail and this API.
    Written,
    /// A conference call, scheduled as requested.
    ConferenceCall,
    /// A face to face meeting, scheduled as requested.
    Meeting,
}

contract::word!(ContactChannel);

impl ContactChannel {
    /// Whether it asks for a date.
    #[must_use]
    pub fn is_scheduled(self) -> bool {
        matches!(self, Self::ConferenceCall | Self::Meeting)
    }

    /// In a notice.
    #[must_use]
    pub fn wording(self) -> &'static str {
        match self {
            Self::Telephone => "telephone call",
            Self::Pager => "page",
            Self::Voicemail => "voicemail",
            Self::Written => "written request",
            Self::ConferenceCall => "request for a conference call",
            Self::Meeting => "request for a meeting",
        }
    }
}

/// How a guideline went, or goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum GuidelineStanding {
    /// Nobody responded yet, and a response may still be expected.
    Awaited,
    /// Somebody responded in time.
    Within,
    /// Somebody responded later, or nobody yet.
    After,
}

contract::word!(GuidelineStanding);

/// The guideline of one contact, as it was when the contact was made.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guideline {
    /// In whose hours it counts; none where nobody is known: then in the usual hours.
    pub member: Option<TeamMemberNumber>,
    /// In which zone these hours are.
    pub zone: Tz,
    /// Whether who is responsible was out of the office.
    pub away: bool,
    /// From when it counts: the contact, or the next opening of these hours.
    pub from: Instant,
    /// From when on a response may be expected, where that is said.
    pub earliest: Option<Instant>,
    /// Until when it may be expected.
    pub until: Instant,
    /// When the person is told that nobody responded: half of it has gone by in these hours.
    pub remind_at: Instant,
    /// How far the person was told.
    pub warned: Warned,
}

impl Guideline {
    /// Of a contact by a channel, to the people as of then; none of a call that was taken, and where a call or a meeting is scheduled as
    /// requested.
    #[must_use]
    pub fn of(channel: ContactChannel, received: Instant, people: &Ladder, policy: &Policy) -> Option<Self> {
        let terms: &AccountTerms = &policy.at(received).account_team;
        let by_presence: Option<ByPresence> = match channel {
            ContactChannel::Pager => Some(terms.pager),
            ContactChannel::Voicemail => Some(terms.voicemail),
            ContactChannel::Written => None,
            ContactChannel::Telephone | ContactChannel::ConferenceCall | ContactChannel::Meeting => return None,
        };
        let answering = people.answering();
        let usual = (&policy.account_team.hours, policy.time_zone);
        let calendar =
            answering.map_or_else(|| policy.calendar_of_person(usual, received), |of| of.calendar(received, policy));
        let from = calendar.open_from(received);
        let away = people.responsible.as_ref().is_some_and(|of| of.absence(from).is_some());
        let (earliest, until, half) = match by_presence {
            Some(ByPresence { in_office, away: out }) => {
                let Span { from: least, to } = if away { out } else { in_office };
                let after = |term| calendar.open_for(from, term);
                (least.map(after), after(to), after(to / 2))
            }
            None => {
                let until = calendar.close_of_business_day_after(received, terms.written_within as usize);
                (None, until, from + (until - from) / 2)
            }
        };
        let remind_at = calendar.open_from(half).min(until);
        let zone = calendar.zone;
        Some(Self {
            member: answering.map(|of| of.number),
            zone,
            away,
            from,
            earliest,
            until,
            remind_at,
            warned: Warned::No,
        })
    }

    /// When there is something to tell of it: that it comes near. That it has passed is no breach, and told to nobody.
    #[must_use]
    pub fn next(&self) -> Option<Instant> {
        (self.warned == Warned::No).then_some(self.remind_at)
    }
}
