//! What a monthly meeting goes through (CR-17).

use super::SystemsMeeting;
use crate::{
    Services,
    change::months_of_rule,
    store::{RecordIndex, TimeRange},
};
use chrono::{Days, NaiveDate};
use contract::{Failed, Instant, MeetingNumber, Party, Policy, RecordRef, Refused};
use domain::{
    change_request::{ChangeRequest, agenda::Topic},
    meeting::{Meeting, MeetingKind, PackagePart},
};
use futures::TryStreamExt;
use serde::Deserialize;
use std::collections::BTreeSet;

/// How many open change requests are read for a meeting, the earliest received.
const READ_AT_MOST: usize = 1_000;

/// How many change requests that ended are told of each kind, the earliest ended.
const ENDED_AT_MOST: usize = 100;
/// How many meetings of which there is a record are read at once.
const MEETINGS_AT_ONCE: usize = 400;
/// How far the list can have the record of a monthly meeting from where the rule has it now: by another rule it is on another day of its
/// month, or where that ends with holidays, of the next one.
const RULE_CHANGES: Days = Days::new(45);

/// A meeting, as things stand when it is read.
#[derive(Debug)]
pub struct MonthlyMeeting {
    /// The date of the meeting.
    pub date: NaiveDate,
    /// What it is of.
    pub kinds: Vec<MeetingKind>,
    /// The meetings that are held on the date: one of each kind at the most.
    pub held: Vec<Meeting>,
    /// When it was read.
    pub as_of: Instant,
    /// The open change requests, in the order of their receipt.
    pub requests: Vec<ChangeRequest>,
    /// Whether more of them are open, or ended, than were read.
    pub more: bool,
    /// The change requests that ended since the last meeting of their kind, up to this one's day.
    pub ended: Vec<ChangeRequest>,
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
    /// rule, as far as they are known by their numbers. Of one kind, or of both.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn meetings(
        &self,
        from: NaiveDate,
        to: NaiveDate,
        kind: Option<MeetingKind>,
    ) -> Result<Vec<Meeting>, Failed> {
        let (mut meetings, known) = (self.all_meetings(from, to).await?, months_of_rule(self.today()));
        meetings.retain(|of| kind.is_none_or(|kind| of.kind == kind));
        meetings.retain(|of| of.revision > 0 || of.month.is_some_and(|month| known.contains(&month)));
        Ok(meetings)
    }

    async fn all_meetings(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<Meeting>, Failed> {
        let at = |date: NaiveDate| Some(date.and_time(chrono::NaiveTime::MIN).and_utc());
        let span = TimeRange { from: at(from - RULE_CHANGES), to: at(to + RULE_CHANGES), ..TimeRange::default() };
        let list = RecordIndex::meetings();
        let meetings: Vec<Meeting> = self.store.pages(&list, span, MEETINGS_AT_ONCE).try_concat().await?;
        let calendar = self.store.meeting_calendar().await?;
        let meetings = meetings.into_iter().map(|of| of.by_rule_now(&calendar, &self.policy));
        let mut meetings: Vec<Meeting> = meetings.collect();
        let stored: BTreeSet<MeetingNumber> = meetings.iter().map(|of| of.number).collect();
        let by_rule = calendar.by_rule(from, to, &self.policy);
        let by_rule = by_rule.map(|(kind, month)| Meeting::of_rule(kind, month, &self.policy));
        let by_rule = by_rule.filter(|of| !stored.contains(&of.number));
        meetings.extend(by_rule);
        meetings.retain(|of| (from..=to).contains(&of.date));
        meetings.sort_by_key(|of| (of.date, of.kind, of.number));
        Ok(meetings)
    }

    /// The package of a date as it was distributed last: its `content`, and what is `printed` of it. None where the meetings that are held
    /// on the date now are others than those that it was made of.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn distributed_package(&self, date: NaiveDate) -> Result<Option<String>, Failed> {
        #[derive(Deserialize)]
        struct Kept {
            content: Content,
        }
        #[derive(Deserialize)]
        struct Content {
            date: NaiveDate,
            kinds: Vec<String>,
        }
        let held = self.held_on(date).await?;
        let distributed = held.iter().filter_map(|of| Some((of.number, of.distributed?)));
        let Some((number, distributed)) = distributed.max_by_key(|(_, of)| of.at) else { return Ok(None) };
        let (parts, _) =
            self.store.parts::<PackagePart>(&RecordRef::Meeting(number), None, distributed.parts as usize).await?;
        let kept: String = parts.into_iter().map(|part| part.text).collect();
        let Kept { content } = serde_json::from_str(&kept).map_err(|error| Failed::Broken(error.into()))?;
        let is_of_these = content.date == date && content.kinds.iter().eq(held.iter().map(|of| of.kind.as_str()));
        Ok(is_of_these.then_some(kept))
    }

    /// The meetings that are held on a date. The list that finds them can be behind a move.
    async fn held_on(&self, date: NaiveDate) -> Result<Vec<Meeting>, Failed> {
        let mut held = self.all_meetings(date, date).await?;
        held.retain(|of| of.date == date && of.cancelled.is_none());
        Ok(held)
    }

    /// The meeting of a date, as a party may know of it.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when there is none on that day.
    pub async fn monthly_meeting(&self, date: NaiveDate, party: &Party) -> Result<MonthlyMeeting, Failed> {
        let calendar = self.store.meeting_calendar().await?;
        let kinds = calendar.held_on(date, &self.policy);
        if kinds.is_empty() {
            return Err(Refused::NotFound.into());
        }
        let held = self.held_on(date).await?;
        let (mut requests, mut more) = self
            .store
            .records::<ChangeRequest>(&RecordIndex::open_requests(), &TimeRange::default(), READ_AT_MOST)
            .await?;
        requests.sort_by_key(|request| (request.received_at, request.number));
        let mut ended = Vec::new();
        for kind in &kinds {
            let last = calendar.last_before(*kind, date, &self.policy);
            let (from, to) = [last, date].map(|date| self.policy.calendar_on(date).end_of(date)).into();
            let (of_kind, more_ended) = self.store.ended_requests(*kind, (from, to), ENDED_AT_MOST).await?;
            ended.extend(of_kind);
            more |= more_ended;
        }
        let systems =
            if kinds.contains(&MeetingKind::Systems) { Some(self.systems_meeting(party).await?) } else { None };
        Ok(MonthlyMeeting { date, kinds, held, as_of: self.clock.now(), requests, more, ended, systems })
    }
}
