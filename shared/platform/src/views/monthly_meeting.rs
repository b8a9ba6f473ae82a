//! What a monthly meeting goes through (CR-17).

use super::SystemsMeeting;
use crate::{
    Services,
    store::{RecordIndex, TimeRange},
};
use chrono::NaiveDate;
use contract::{Failed, Instant, MeetingNumber, Party, Policy, Refused};
use domain::{
    change_request::{ChangeRequest, agenda::Topic},
    meeting::{Meeting, MeetingKind},
};
use std::collections::BTreeSet;

/// How many open change requests are read for a meeting, the earliest received.
const READ_AT_MOST: usize = 1_000;

/// How many meetings of which there is a record are read for a list.
const MEETINGS_AT_MOST: usize = 400;

/// A meeting, as things stand when it is read.
#[derive(Debug)]
pub struct MonthlyMeeting {
    /// The date of the meeting.
    pub date: NaiveDate,
    /// What it is of.
    pub kinds: Vec<MeetingKind>,
    /// When it was read.
    pub as_of: Instant,
    /// The open change requests, in the order of their receipt.
    pub requests: Vec<ChangeRequest>,
    /// Whether more of them are open than were read.
    pub more: bool,
    /// What a systems meeting goes through of tickets.
    pub systems: Option<SystemsMeeting>,
}

impl MonthlyMeeting {
    /// What is on the agenda, change request by change request.
    pub fn topics<'a>(&'a self, policy: &'a Policy) -> impl Iterator<Item = (&'a ChangeRequest, Topic)> {
        let topics =
            |of: &'a ChangeRequest| of.topics(self.date, self.as_of, policy).into_iter().map(move |on| (of, on));
        self.requests.iter().flat_map(topics)
    }
}

impl Services {
    /// The meetings from a date on, up to another, by date: those of which there is a record, the cancelled with them, and those by the
    /// rule. Of one kind, or of both.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn meetings(
        &self,
        from: NaiveDate,
        to: NaiveDate,
        kind: Option<MeetingKind>,
    ) -> Result<Vec<Meeting>, Failed> {
        let at = |date: NaiveDate| Some(date.and_time(chrono::NaiveTime::MIN).and_utc());
        let span = TimeRange { from: at(from), to: at(to), ..TimeRange::default() };
        let (mut meetings, _) =
            self.store.records::<Meeting>(&RecordIndex::meetings(), &span, MEETINGS_AT_MOST).await?;
        let calendar = self.store.meeting_calendar().await?;
        let stored: BTreeSet<MeetingNumber> = meetings.iter().map(|of| of.number).collect();
        let by_rule = calendar.by_rule(from, to, &self.policy);
        let by_rule = by_rule.map(|(kind, month)| Meeting::of_rule(kind, month, &self.policy));
        let by_rule = by_rule.filter(|of| !stored.contains(&of.number));
        meetings.extend(by_rule);
        meetings.retain(|of| kind.is_none_or(|kind| of.kind == kind));
        meetings.sort_by_key(|of| (of.date, of.kind, of.number));
        Ok(meetings)
    }

    /// The meeting of a date, as a party may know of it.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when there is none on that day.
    pub async fn monthly_meeting(&self, date: NaiveDate, party: &Party) -> Result<MonthlyMeeting, Failed> {
        let kinds = self.store.meeting_calendar().await?.held_on(date, &self.policy);
        if kinds.is_empty() {
            return Err(Refused::NotFound.into());
        }
        let (mut requests, more) = self
            .store
            .records::<ChangeRequest>(&RecordIndex::open_requests(), &TimeRange::default(), READ_AT_MOST)
            .await?;
        requests.sort_by_key(|request| (request.received_at, request.number));
        let systems =
            if kinds.contains(&MeetingKind::Systems) { Some(self.systems_meeting(party).await?) } else { None };
        Ok(MonthlyMeeting { date, kinds, as_of: self.clock.now(), requests, more, systems })
    }
}
