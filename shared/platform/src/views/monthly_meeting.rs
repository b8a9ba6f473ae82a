//! What a monthly meeting goes through (CR-17).

use super::SystemsMeeting;
use crate::{
    Services,
    store::{RecordIndex, TimeRange},
};
use chrono::NaiveDate;
use contract::{Failed, Instant, Party, Policy, Refused};
use domain::change_request::{ChangeKind, ChangeRequest, agenda::Topic, meeting::held_on};

/// How many open change requests are read for a meeting, the earliest received.
const READ_AT_MOST: usize = 1_000;

/// A meeting, as things stand when it is read.
#[derive(Debug)]
pub struct MonthlyMeeting {
    /// The date of the meeting.
    pub date: NaiveDate,
    /// What it is of.
    pub kinds: Vec<ChangeKind>,
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
    /// The meeting of a date, as a party may know of it.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when there is none on that day.
    pub async fn monthly_meeting(&self, date: NaiveDate, party: &Party) -> Result<MonthlyMeeting, Failed> {
        let kinds = held_on(date, &self.policy);
        if kinds.is_empty() {
            return Err(Refused::NotFound.into());
        }
        let (mut requests, more) = self
            .store
            .records::<ChangeRequest>(&RecordIndex::open_requests(), &TimeRange::default(), READ_AT_MOST)
            .await?;
        requests.sort_by_key(|request| (request.received_at, request.number));
        let systems =
            if kinds.contains(&ChangeKind::Systems) { Some(self.systems_meeting(party).await?) } else { None };
        Ok(MonthlyMeeting { date, kinds, as_of: self.clock.now(), requests, more, systems })
    }
}
