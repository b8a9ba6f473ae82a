//! What a monthly meeting goes through of a change request (CR-17): it is on the agenda from the meeting that the rules give it
//! to, up to the one where it was dealt with; until it is, up to the next.

use super::{ChangeRequest, Deadline, Deferral, Milestone, Step};
use chrono::{NaiveDate, TimeDelta};
use contract::{Instant, Policy};

/// Under which head it is gone through, in the order of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Head {
    /// It is presented by its originator (CR-06).
    Presentation,
    /// A response to it is presented, by its index (CR-08).
    Response(usize),
    /// A response, or a revised one, is due (CR-07, CR-09).
    ResponseDue,
    /// Its response was not accepted, or its dispute is escalated (CR-09, CR-13).
    Dispute,
    /// Its deferral ends before the next meeting (CR-12).
    DeferralEnds,
    /// Its date of implementation was announced since the last meeting (CR-11).
    Announced,
    /// It was placed into production since then.
    InProduction,
    /// It came to its end since then.
    Ended,
}

/// A head that a meeting goes through a change request under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// The heading of the agenda that the topic is under.
    pub head: Head,
    /// The meeting that it was to come to first.
    pub first: NaiveDate,
    /// The meeting where it was dealt with.
    pub done: Option<NaiveDate>,
}

impl ChangeRequest {
    /// What the meetings of a date go through of it, as it is known `now`. Nothing where no meeting is of its kind, of what is
    /// not posted, and of what came from an archive and was not taken up since.
    #[must_use]
    pub fn topics(&self, on: NaiveDate, now: Instant, policy: &Policy) -> Vec<Topic> {
        let is_held = self.meetings.is_held(self.meeting_kind(), on, policy);
        let is_before_import = self.archived.is_some() && on < day(self.opening.recorded_at, policy);
        if !is_held || self.posted_at.is_none() || self.is_of_the_past() || is_before_import {
            return Vec::new();
        }
        let next = self.meeting_from(day(now, policy), policy);
        let mut topics = self.standing(policy);
        topics.retain(|Topic { first, done, .. }| {
            let first = done.map_or(*first, |done| done.min(*first));
            first <= on && on <= done.unwrap_or_else(|| first.max(next))
        });
        topics.extend(self.since_last(on, policy));
        topics.extend(self.deferral_ends(on, next, policy));
        topics.sort_by_key(|topic| topic.head);
        topics
    }

    /// What stays on the agenda until it was dealt with.
    fn standing(&self, policy: &Policy) -> Vec<Topic> {
        // What was decided at a meeting is for the next one.
        let after = |date: NaiveDate| self.meeting_from(date.succ_opt().unwrap_or(date), policy);
        let mut topics = Vec::new();
        let presented = self.presentation.as_ref().map(|of| of.meeting);
        let waits = matches!(self.step, Step::Received | Step::ExpertsAssigned | Step::Clarified);
        if let Some(received) = self.received_on(policy).filter(|_| waits || presented.is_some()) {
            let first = self.ends_on(Deadline::Presentation, received, policy);
            topics.push(Topic { head: Head::Presentation, first, done: presented });
        }
        for (at, response) in self.responses.iter().enumerate() {
            let waits = self.step == Step::ResponseIssued && at + 1 == self.responses.len();
            if waits || response.presented_at.is_some() {
                let Some(first) = self.response_presents(at, policy) else { continue };
                topics.push(Topic { head: Head::Response(at), first, done: response.presented_at });
            }
        }
        let entered = day(self.entered_at, policy);
        let stands = match self.step {
            Step::RevisionRequired => {
                Some((Head::ResponseDue, self.ends_on(Deadline::RevisedResponse, entered, policy)))
            }
            Step::Aligned => Some((Head::ResponseDue, after(presented.unwrap_or(entered)))),
            Step::NotAccepted | Step::Escalated => Some((Head::Dispute, after(entered))),
            _ => None,
        };
        topics.extend(stands.map(|(head, first)| Topic { head, first, done: None }));
        topics
    }

    /// The first monthly meeting of its kind from a date on.
    fn meeting_from(&self, date: NaiveDate, policy: &Policy) -> NaiveDate {
        self.meetings.from(self.meeting_kind(), date, policy)
    }

    /// What became so since the last meeting, up to this one's day.
    fn since_last(&self, on: NaiveDate, policy: &Policy) -> Vec<Topic> {
        let heads = [(Milestone::ClecNotified, Head::Announced), (Milestone::TestReady, Head::InProduction)];
        let of = |(milestone, head): (Milestone, Head)| {
            let first = self.meeting_from(day(*self.milestones.get(&milestone)?, policy), policy);
            (first == on).then_some(Topic { head, first, done: None })
        };
        heads.into_iter().filter_map(of).collect()
    }

    /// A deferral that ends between this meeting and the one behind it; before this one too, when this is the next.
    fn deferral_ends(&self, on: NaiveDate, next: NaiveDate, policy: &Policy) -> Option<Topic> {
        let deferral = self.deferral.as_ref().filter(|_| self.step == Step::Deferred)?;
        let ends = deferral.last_day(policy);
        let behind = self.meeting_from(on.succ_opt().unwrap_or(on), policy);
        let is_told = ends < behind && (on <= ends || on == next);
        is_told.then_some(Topic { head: Head::DeferralEnds, first: on, done: None })
    }
}

impl Deferral {
    /// Its last day: its end is the first instant behind it.
    #[must_use]
    pub fn last_day(&self, policy: &Policy) -> NaiveDate {
        day(self.until - TimeDelta::milliseconds(1), policy)
    }
}

fn day(at: Instant, policy: &Policy) -> NaiveDate {
    policy.calendar(at).date(at)
}
