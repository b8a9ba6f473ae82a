//! What is read of change requests, their numbers and the meetings that they are presented at.

use super::{
    ReadFor, Store, StoreError,
    item::read,
    key,
    read::{record_key, take_at},
    text,
};
use crate::keys;
use chrono::NaiveDate;
use contract::{Instant, MeetingNumber, RecordRef};
use domain::{
    change_request::{ChangeRequest, ChangeRequestNumber, EndedRequest, IssuedNumber, number::Prefix},
    meeting::{self, Meeting, MeetingCalendar, MeetingKind},
};
use record::Part;

impl Store {
    /// The change requests, presented at meetings of a kind, that ended from an instant on, before another, and did not go on since; in
    /// the order of their ends, and whether there were more.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn ended_requests(
        &self,
        kind: MeetingKind,
        (from, to): (Instant, Instant),
        limit: usize,
    ) -> Result<(Vec<ChangeRequest>, bool), StoreError> {
        let place = |at| keys::part::<EndedRequest>(EndedRequest::place_at(at));
        let query = self
            .query()
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":pk", text(EndedRequest::partition_of(kind)))
            .expression_attribute_values(":from", text(place(from)))
            .expression_attribute_values(":to", text(place(to)));
        let (ended, more) = self.page::<EndedRequest>(query, None, limit).await?;
        let wanted = ended.iter().map(|of| record_key(&RecordRef::ChangeRequest(of.request))).collect();
        let found = self.items(wanted).await?.into_iter().map(read::<ChangeRequest>);
        let mut found = found.collect::<Result<Vec<_>, _>>()?;
        let is_end = |request: &ChangeRequest| {
            ended.iter().any(|of| (of.request, of.at) == (request.id, request.entered_at)) && request.step.is_over()
        };
        found.retain(is_end);
        found.sort_by_key(|request| (request.entered_at, request.id));
        Ok((found, more))
    }

    /// When the meetings are that are not as the rule says.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn meeting_calendar(&self) -> Result<MeetingCalendar, StoreError> {
        let (pk, sk) = MeetingCalendar::KEY;
        Ok(self.get(pk.to_owned(), sk.to_owned()).await?.unwrap_or_default())
    }

    /// A meeting for a change, if there is a record of it, with the calendar, in one call.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub(crate) async fn meeting(
        &self,
        number: MeetingNumber,
        by: ReadFor<'_>,
    ) -> Result<(Option<Meeting>, MeetingCalendar, Option<meeting::Entry>), StoreError> {
        let reference = RecordRef::Meeting(number);
        let (record, (pk, sk)) = (record_key(&reference), MeetingCalendar::KEY);
        let calendar = key(pk, sk);
        let mut wanted = vec![record.clone(), calendar.clone()];
        wanted.extend(by.request.map(|request| key(keys::partition(&reference), keys::requested(request))));
        let mut items = self.items(wanted).await?;
        let calendar: MeetingCalendar = take_at(&mut items, &calendar).map(read).transpose()?.unwrap_or_default();
        let meeting = take_at(&mut items, &record).map(read::<Meeting>).transpose()?;
        let meeting = meeting.map(|meeting| meeting.by_rule_now(&calendar, &self.policy));
        Ok((meeting, calendar, items.pop().map(read).transpose()?))
    }

    /// The change request that has a number of the CMP, or had it before it crossed over.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn change_request_by_number(
        &self,
        number: &ChangeRequestNumber,
    ) -> Result<Option<RecordRef>, StoreError> {
        let sk = keys::part::<IssuedNumber>(number.place_in_day());
        Ok(self.get::<IssuedNumber>(number.day(), sk).await?.map(|numbered| numbered.reference))
    }

    /// The next running number of a day of the CMP's.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn next_running(&self, prefix: Prefix, date: NaiveDate) -> Result<u32, StoreError> {
        let pk = ChangeRequestNumber::Dated { prefix, date, running: 1 }.day();
        let query = self.of_partition(pk, IssuedNumber::SORT_KEY).scan_index_forward(false).limit(1);
        let found = query.send().await.map_err(|error| StoreError::aws("Query")(&error))?;
        let last = found.items.unwrap_or_default().into_iter().next().map(read::<IssuedNumber>).transpose()?;
        Ok(last.map_or(0, |last| match last.number {
            ChangeRequestNumber::Dated { running, .. } => running,
            ChangeRequestNumber::Legacy(_) => 0,
        }) + 1)
    }
}
