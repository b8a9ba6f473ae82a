//! What is due next, or awaits somebody (WB-03): a queue of the provider's people, and what awaits a CLEC.

use crate::{
    Services, StoreError,
    store::{PositionOf, QueuePlace, Queued, StoredItem},
};
use chrono::Months;
use contract::{ClecId, Failed, Instant, Party, RecordRef, Refused, TicketNumber};
use domain::{
    change_request::ChangeRequest,
    contact::Verification,
    kinds::AnyRecord,
    meeting::{Meeting, MeetingKind},
    outage::{self, Outage, Stance, WindowPosition},
    queue::{NextStep, next_step},
    ticket::Loaded,
};
use record::{Awaited, Notice, Queue, Record};
use std::collections::HashMap;

/// How many records are read at the most for a page of what awaits a CLEC.
const READ_AT_MOST: usize = 1_000;

/// A page of a queue.
#[derive(Debug, Default)]
pub struct QueuePage {
    /// What stands in it, in order.
    pub rows: Vec<QueueRow>,
    /// Behind which place to go on, if there is more.
    pub next: Option<QueuePlace>,
}

/// A row of a queue.
#[derive(Debug)]
pub struct QueueRow {
    /// Its place: the instant by which the queue is sorted, and what it is.
    pub place: QueuePlace,
    /// What it is about.
    pub of: Queueing,
    /// What is due next of it; none where it only awaits somebody.
    pub next: Option<NextStep>,
    /// What of it awaits whom by now: in a CLEC's queue what awaits that CLEC.
    pub awaited: Vec<Awaited>,
}

/// What stands in a queue.
#[derive(Debug)]
pub enum Queueing {
    /// A trouble ticket, with its primary where it is linked.
    Ticket(Box<Loaded>),
    /// A record of another kind.
    Record(AnyRecord),
    /// A notice that is unsent.
    Notice(Box<Notice>),
}

impl Services {
    /// A page of a queue of the provider's people.
    ///
    /// # Errors
    /// For a CLEC; when the store cannot be read.
    pub async fn queue(
        &self,
        party: &Party,
        queue: Queue,
        after: Option<QueuePlace>,
        limit: usize,
    ) -> Result<QueuePage, Failed> {
        if !party.is_provider() {
            return Err(Refused::forbidden("WB-03", "the queues of the provider are its people's to see").into());
        }
        let (mut queued, mut more) = self.store.queue(queue, after.as_ref(), limit).await?;
        self.give_calendar(&mut queued).await?;
        self.store.give_people_to_items(queued.iter_mut().map(|queued| &mut queued.item), self.clock.now()).await?;
        if queue == Queue::ChangeManagement {
            let last = queued.last().map(|last| last.place.clone()).filter(|_| more);
            let of_rule = self.meetings_without_record().await?.into_iter();
            let is_here = |of: &Queued| {
                after.as_ref().is_none_or(|after| of.place > *after)
                    && last.as_ref().is_none_or(|last| of.place <= *last)
            };
            queued.extend(of_rule.filter(is_here));
            queued.sort_by(|one, other| one.place.cmp(&other.place));
            more |= queued.len() > limit;
            queued.truncate(limit);
        }
        let next = queued.last().map(|last| last.place.clone()).filter(|_| more);
        Ok(QueuePage { rows: self.queue_rows(queued).await?, next })
    }

    /// The deadlines of change requests end at meetings, when these are moved too.
    async fn give_calendar(&self, queued: &mut [Queued]) -> Result<(), StoreError> {
        let requests = queued.iter_mut().filter_map(|queued| match &mut queued.item {
            StoredItem::Record(AnyRecord::ChangeRequest(request)) => Some(request),
            _ => None,
        });
        let requests: Vec<&mut Box<ChangeRequest>> = requests.collect();
        if !requests.is_empty() {
            let calendar = self.store.meeting_calendar().await?;
            requests.into_iter().for_each(|request| request.meetings = calendar.clone());
        }
        Ok(())
    }

    /// The next monthly meeting of each kind, where nothing was done with it yet, so that it is due by the rule alone.
    async fn meetings_without_record(&self) -> Result<Vec<Queued>, StoreError> {
        let today = self.today();
        let next = MeetingKind::ALL.into_iter().filter_map(|kind| {
            let of_kind = [0, 1].map(|months| Meeting::of_rule(kind, today + Months::new(months), &self.policy));
            of_kind.into_iter().find(|meeting| meeting.date >= today)
        });
        let next: Vec<Meeting> = next.collect();
        let recorded = self.store.records_at(next.iter().map(Record::reference)).await?;
        let unrecorded = next.into_iter().filter(|meeting| !recorded.contains_key(&meeting.reference()));
        let queued = unrecorded.filter_map(|meeting| {
            let place = (meeting.queued_at(&self.policy)?, meeting.number.to_string());
            Some(Queued { place, item: StoredItem::Record(meeting.into()) })
        });
        Ok(queued.collect())
    }

    async fn queue_rows(&self, queued: Vec<Queued>) -> Result<Vec<QueueRow>, StoreError> {
        let now = self.clock.now();
        let tickets = queued.iter().filter_map(|queued| match &queued.item {
            StoredItem::Record(AnyRecord::Ticket(ticket)) => Some(ticket.as_ref()),
            _ => None,
        });
        let primaries = self.store.primaries(tickets).await?;
        let mut rows = Vec::new();
        for Queued { place, item } in queued {
            let record = match item {
                StoredItem::Record(record) => record,
                StoredItem::Notice(notice) => {
                    let next = Some(NextStep::of(&notice));
                    rows.push(QueueRow { place, of: Queueing::Notice(notice), next, awaited: Vec::new() });
                    continue;
                }
                _ => continue,
            };
            let next = next_step(&record, now, &self.policy);
            let mut awaited = record.awaited(&self.policy);
            let of = match record {
                AnyRecord::Ticket(ticket) => {
                    let primary = ticket.primary().and_then(|primary| primaries.get(&primary).cloned());
                    Queueing::Ticket(Box::new(Loaded { ticket: *ticket, primary }))
                }
                AnyRecord::Outage(outage) => {
                    awaited.extend(self.unanswered(&outage).await?);
                    Queueing::Record(AnyRecord::Outage(outage))
                }
                other => Queueing::Record(other),
            };
            awaited.retain(|awaited| awaited.since <= now);
            rows.push(QueueRow { place, of, next, awaited });
        }
        Ok(rows)
    }

    /// The objections to an announced outage's window that the desk has not answered (PO-04).
    async fn unanswered(&self, outage: &Outage) -> Result<Vec<Awaited>, StoreError> {
        if !matches!(outage.state, outage::State::Announced { .. }) {
            return Ok(Vec::new());
        }
        let positions: Vec<WindowPosition> = self.store.all_positions(&outage.reference()).await?;
        let unanswered = positions
            .into_iter()
            .filter(|of| of.window == outage.window && of.position == Stance::Object && of.answer.is_none());
        Ok(unanswered.map(|of| Awaited::of_provider("positionAnswer", of.at)).collect())
    }

    /// A page of what awaits a CLEC: its agreement, its answer in a case, its position, the verification of its contacts. It reads what may
    /// await the CLEC, a thousand records at the most.
    ///
    /// # Errors
    /// For the provider; a place that is none; when the store cannot be read.
    pub async fn own_queue(&self, party: &Party, after: Option<QueuePlace>, limit: usize) -> Result<QueuePage, Failed> {
        let none = || Refused::forbidden("WB-03", "what awaits a CLEC is in the queue of its own people");
        let clec = party.clec().ok_or_else(none)?;
        let no_place = || Refused::field("after", "AP-04", "no place in this queue");
        let reference = |(at, what): &QueuePlace| Some((*at, what.parse::<RecordRef>().ok()?));
        let mut cursor = after.as_ref().map(|place| reference(place).ok_or_else(no_place)).transpose()?;
        let contacts = self.contacts_to_verify(party).await?;
        let (mut page, mut read, mut behind) = (QueuePage::default(), 0, after);
        loop {
            let (places, more) = self.store.may_await(clec, self.clock.now(), cursor.clone(), limit).await?;
            let last = places.last().map(|(at, of)| (*at, of.to_string())).filter(|_| more);
            cursor = places.last().cloned();
            read += places.len();
            let mut rows = self.rows_of(clec, places).await?;
            let is_here = |place: &QueuePlace| {
                behind.as_ref().is_none_or(|behind| place > behind) && last.as_ref().is_none_or(|last| place <= last)
            };
            rows.extend(contacts.iter().filter(|(place, ..)| is_here(place)).map(|(place, record, awaited)| {
                QueueRow {
                    place: place.clone(),
                    next: next_step(record, self.clock.now(), &self.policy),
                    of: Queueing::Record(record.clone()),
                    awaited: vec![awaited.clone()],
                }
            }));
            rows.sort_by(|one, other| one.place.cmp(&other.place));
            let room = limit - page.rows.len();
            let is_cut = rows.len() > room;
            rows.truncate(room);
            page.rows.extend(rows);
            if is_cut || more && page.rows.len() == limit {
                page.next = page.rows.last().map(|last| last.place.clone());
                return Ok(page);
            }
            if !more || read >= READ_AT_MOST {
                page.next = last;
                return Ok(page);
            }
            behind = last;
        }
    }

    /// The contacts of a party that are to be verified, or were to be.
    async fn contacts_to_verify(&self, party: &Party) -> Result<Vec<(QueuePlace, AnyRecord, Awaited)>, StoreError> {
        let now = self.clock.now();
        let due = self.store.contacts(party).await?.into_iter().filter_map(|contact| {
            let is_due = contact.verification(now, &self.policy) != Verification::Verified;
            let awaited = contact.awaited(&self.policy).into_iter().next().filter(|_| is_due)?;
            let place = (contact.verify_by(&self.policy), contact.reference().to_string());
            Some((place, AnyRecord::from(contact), awaited))
        });
        Ok(due.collect())
    }

    /// Those of some places that await the CLEC.
    async fn rows_of(&self, clec: &ClecId, places: Vec<(Instant, RecordRef)>) -> Result<Vec<QueueRow>, StoreError> {
        let numbers: Vec<TicketNumber> = places.iter().filter_map(|(_, of)| of.ticket()).collect();
        let tickets = self.store.loaded(&numbers).await?;
        let mut tickets: HashMap<TicketNumber, Loaded> =
            tickets.into_iter().map(|loaded| (loaded.ticket.number, loaded)).collect();
        let others = || places.iter().map(|(_, of)| of.clone()).filter(|of| of.ticket().is_none());
        let mut records = self.store.records_at(others()).await?;
        let positions = self.store.positions_of(clec, others()).await?;
        let mut rows = Vec::new();
        for (at, of) in places {
            let place = (at, of.to_string());
            let (of, awaited) = match of.ticket() {
                Some(number) => {
                    let Some(loaded) = tickets.remove(&number) else { continue };
                    let awaited = loaded.awaited_of_its_clec(&self.policy);
                    (Queueing::Ticket(Box::new(loaded)), awaited)
                }
                None => {
                    let Some(record) = records.remove(&of) else { continue };
                    let awaited = position_awaited(&record, positions.get(&of).copied(), clec);
                    (Queueing::Record(record), awaited.into_iter().collect())
                }
            };
            if !awaited.is_empty() {
                rows.push(QueueRow { place, of, next: None, awaited });
            }
        }
        Ok(rows)
    }
}

/// The position that a CLEC has not taken yet.
fn position_awaited(record: &AnyRecord, taken: Option<PositionOf>, clec: &ClecId) -> Option<Awaited> {
    let party = Party::Clec(clec.clone());
    match record {
        AnyRecord::Outage(outage) => {
            let is_asked = matches!(outage.state, outage::State::Announced { .. });
            let since = outage.announced_at.filter(|_| is_asked)?;
            let is_taken = taken == Some(PositionOf::Window(outage.window));
            (!is_taken).then(|| Awaited::of("position", party, since).by(outage.plan.start))
        }
        AnyRecord::ChangeRequest(request) if request.asks_for_positions() => {
            let since = request.responses.last()?.issued_at;
            let is_taken = taken == Some(PositionOf::Response(request.last_response()));
            (!is_taken).then(|| Awaited::of("position", party, since))
        }
        _ => None,
    }
}
